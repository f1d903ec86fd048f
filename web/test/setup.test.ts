import { describe, expect, it } from 'vitest';
import { readSystem } from '../src/roster/system';
import { bedCount, emptyDraft, firstRoster, freeName, issuesOf, newStaff, newWard, roomsOf, setupBundle, type Draft } from '../src/setup/plan';

const ward = (name: string, rooms: string, beds: string, first: string) => ({ ...newWard(first), name, rooms, beds });
const draft = (more: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(), name: 'Trung tâm A', kind: 'TGXH-NCT', wards: [ward('Khoa 1', '2', '3', '101'), ward('Khoa 2', '1', '2', '201')],
  staff: [{ ...newStaff(), name: 'Nguyễn Văn Đầu', role: 'facility-head' }, { ...newStaff(), name: '  Lê   Thị Hà ', role: 'nurse' }, newStaff()], ...more,
});

describe('a house in one sitting', () => {
  it('names its rooms and beds one after the other', () => {
    expect(roomsOf(ward('x', '2', '2', '101'))).toEqual([{ name: 'P.101', beds: ['P.101-G1', 'P.101-G2'] }, { name: 'P.102', beds: ['P.102-G1', 'P.102-G2'] }]);
    for (const [rooms, beds] of [['0', '1'], ['', '1'], ['201', '1'], ['1', '31'], ['1e3', '1'], ['-1', '1'], ['1.5', '2']]) expect(roomsOf(ward('x', rooms ?? '', beds ?? '', '1'))).toEqual([]);
  });
  it.each([
    [{ name: ' ' }, 'name'], [{ kind: '' }, 'kind'], [{ wards: [ward('', '1', '1', '1')] }, 'ward'], [{ wards: [ward('A', 'x', '1', '1')] }, 'rooms'],
    [{ wards: [ward('A', '3', '1', '101'), ward('B', '3', '1', '103')] }, 'sameRoom'], [{ wards: [ward('A', '1', '1', '101'), ward('A', '1', '1', '201')] }, 'sameWard'],
    [{ wards: [ward('A', '200', '30', '101')] }, 'tooMany'], [{ staff: [] }, 'head'], [{ staff: [{ ...newStaff(), name: 'Hà', role: 'facility-head' as const }] }, 'staffName'],
    [{ staff: [{ ...newStaff(), name: 'Lê Hà' }] }, 'staffRole'], [{ fill: true }, 'shifts'], [{ shifts: 'two' as const, first: '6 giờ' }, 'first'],
  ] as [Partial<Draft>, string][])('%o is not written: %s', (more, trouble) => {
    expect(issuesOf(draft(more)).map((i) => i.trouble)).toContain(trouble);
  });
  it('is one transaction with everything in its place, once', () => {
    const d = draft();
    expect(issuesOf(d)).toEqual([]);
    expect(bedCount(d)).toBe(8);
    const first = d.wards[0];
    d.staff = d.staff.map((s, i) => (i === 1 && first ? { ...s, ward: first.id } : s));
    const { bundle, people } = setupBundle(d, '2026-11-22');
    const entries = bundle.entry ?? [];
    expect(entries.length).toBe(1 + 2 + 3 + 8 + 2 * 2);
    expect(new Set(entries.map((e) => e.request?.ifNoneExist)).size).toBe(entries.length);
    expect(people.map((p) => entries[p.at]?.resource?.resourceType)).toEqual(['Practitioner', 'Practitioner']);
    const roles = entries.map((e) => e.resource as unknown as Record<string, unknown>).filter((r) => r.resourceType === 'PractitionerRole');
    expect(roles.map((r) => (r.location as { reference: string }[] | undefined)?.[0]?.reference)).toEqual([undefined, entries[1]?.fullUrl]);
    const keys = (b: typeof bundle): string => (b.entry ?? []).map((e) => e.request?.ifNoneExist).join();
    expect(keys(setupBundle(d, '2026-11-22').bundle)).toBe(keys(bundle));
  });
  it('takes nobody for somebody else when a line was taken out after a lost answer', () => {
    const d = draft();
    const keyOf = (given: Draft, name: string): string | undefined => (setupBundle(given, '2026-11-22').bundle.entry ?? [])
      .find((e) => JSON.stringify(e.resource).includes(`"${name}"`))?.request?.ifNoneExist;
    const less: Draft = { ...d, wards: d.wards.slice(1), staff: d.staff.slice(1) };
    for (const name of ['Lê Thị Hà', 'Khoa 2', 'P.201', 'P.201-G2']) expect(keyOf(less, name)).toBe(keyOf(d, name));
    expect(keyOf(d, 'Lê Thị Hà')).toBeDefined();
  });
  it('has its shifts and, if wanted, a first roster of each ward until the end of next month', () => {
    const d = draft({ shifts: 'two', first: '06:30', fill: true });
    const [a, b] = d.wards;
    d.staff = (['nurse', 'nurse', 'carer', 'facility-head'] as const).map((role, i) => ({ ...newStaff(), name: `Lê Thị ${i}`, role, ward: i === 2 ? b?.id ?? '' : a?.id ?? '' }));
    const house = setupBundle(d, '2026-11-22').bundle.entry?.[0]?.resource;
    expect(readSystem(house as Parameters<typeof readSystem>[0])).toEqual({ name: 'two', first: '06:30' });
    const edit = firstRoster(d, '2026-11-22', 'f', (id) => `w${d.wards.findIndex((w) => w.id === id)}`, (s) => `p${d.staff.indexOf(s)}`);
    expect(edit.facility).toBe('f');
    expect(new Set(edit.cells.map((c) => `${c.ward} ${c.person}`))).toEqual(new Set(['w0 p0', 'w0 p1', 'w1 p2']));
    expect([edit.cells[0]?.day, edit.cells.map((c) => c.day).sort().at(-1)].join()).toBe('2026-11-22,2026-12-30');
    expect(edit.cells.filter((c) => c.person === 'p0').slice(0, 3).map((c) => `${c.day} ${c.to}`)).toEqual(['2026-11-22 day', '2026-11-23 night12', '2026-11-26 day']);
    expect(firstRoster({ ...d, fill: false }, '2026-11-22', 'f', () => 'w', () => 'p').cells).toEqual([]);
  });
  it('gives nobody a name that is taken', () => {
    const taken = new Set(['ha.lt']);
    expect([freeName('ha.lt', taken), freeName('ha.lt', taken), freeName('x', taken)]).toEqual(['ha.lt2', 'ha.lt3', 'x']);
  });
});
