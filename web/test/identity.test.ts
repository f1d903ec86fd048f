import { describe, expect, it } from 'vitest';
import { ID } from '../src/fhir/systems';
import type { Resource } from '../src/fhir/types';
import type { Episode, Patient } from '../src/stay/forms';
import {
  allValues, CHANGE_URL, changed, fieldOf, historyOf, isThere, issuesOf, keyOf, merge, ofKey, parseDraft, valuesOf, withChange, written, type Change, type Decided, type Insured, type Known, type Relative, type Values,
} from '../src/stay/identity';
import { personName } from '../src/fhir/person';

const TODAY = { year: 2026, month: 11, day: 22 };
const change = (kind: Change['kind'] = 'wrong'): Change => ({ id: 'c1', kind, why: 'theo căn cước', who: 'Practitioner/a', at: '2026-11-22T10:00:00+07:00' });
const patient = (more: Partial<Patient> = {}): Patient => ({
  resourceType: 'Patient', id: 'p', meta: { versionId: '3' }, active: true, name: [{ use: 'official', text: 'Nguyễn Thị Hoa', family: 'Nguyễn', given: ['Thị', 'Hoa'] }], gender: 'female', birthDate: '1948',
  identifier: [{ system: ID.record, value: 'HS-1' }, { system: ID.card, value: '000148000123' }, { system: ID.insurance, value: 'BT2791234567890' }], ...more,
});
const relative: Relative = {
  resourceType: 'RelatedPerson', id: 'r', meta: { versionId: '1' }, active: true, name: [{ text: 'Lê Văn Con' }], relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'CHILD' }] }],
};
const decision: Decided = {
  resourceType: 'Contract', id: 'd', meta: { versionId: '2' }, status: 'executed', subType: [{ coding: [{ system: 'urn:ansinh:beneficiary-group', code: 'elderly' }] }],
  identifier: [{ system: 'urn:ansinh:id:decision', value: '12/QĐ' }], issued: '2026-11-01',
};
const card: Insured = { resourceType: 'Coverage', id: 'v', meta: { versionId: '1' }, status: 'active', subscriberId: 'BT2791234567890', period: { start: '2026-01-01' } };
const episode: Episode = { resourceType: 'EpisodeOfCare', id: 'e', meta: { versionId: '1' }, status: 'active', type: [{ coding: [{ system: 'urn:ansinh:beneficiary-group', code: 'elderly' }] }] };
const known = (more: Partial<Known> = {}): Known => ({ patient: patient(), relatives: [relative], decisions: [decision], cards: [card], episode, came: '2026-03-05T08:00:00+07:00', ...more });
const edit = (k: Known, more: Values): Values => ({ ...allValues(k), ...more });
const write = (k: Known, more: Values, c = change()): Resource[] => written(k, allValues(k), edit(k, more), c, TODAY, (g) => g.toUpperCase()).map((e) => e.resource as Resource);
const troubles = (k: Known, more: Values): string[] => issuesOf(k, allValues(k), edit(k, more), TODAY).map((i) => `${fieldOf(i.key)} ${i.trouble}${i.stops ? '' : '?'}`);

describe('keys', () => {
  it('name a resource and a field, whatever its id looks like', () => {
    const key = keyOf('Contract/a.b-7', 'decDate');
    expect([ofKey(key), fieldOf(key), ofKey('name'), fieldOf('name')]).toEqual(['Contract/a.b-7', 'decDate', '', 'name']);
  });
});

describe('what is written of an edit', () => {
  it('is nothing when nothing changed, blanks apart', () => {
    expect(write(known(), { name: ' Nguyễn Thị Hoa ' })).toEqual([]);
  });
  it('leaves what was not touched as it was, and names who, when and why', () => {
    const [p] = write(known(), { birth: '02/03/1948' }) as [Patient];
    expect(p.birthDate).toBe('1948-03-02');
    expect(p.identifier).toEqual(patient().identifier);
    expect(p.name).toEqual(patient().name);
    expect(p.extension).toEqual([{ url: CHANGE_URL, extension: [
      { url: 'kind', valueCode: 'wrong' }, { url: 'at', valueDateTime: '2026-11-22T10:00:00+07:00' }, { url: 'why', valueString: 'theo căn cước' }, { url: 'who', valueReference: { reference: 'Practitioner/a' } }] }]);
  });
  it('takes a wrong number away, and keeps one that was right until today', () => {
    const wrong = (write(known(), { idNumber: '001148000999' }) as [Patient])[0].identifier ?? [];
    expect(wrong.filter((i) => i.system === ID.card).map((i) => [i.value, i.use])).toEqual([['001148000999', undefined]]);
    const renewed = (write(known(), { idNumber: '001148000999' }, change('changed')) as [Patient])[0].identifier ?? [];
    expect(renewed.filter((i) => i.system === ID.card).map((i) => [i.value, i.use, i.period?.end])).toEqual([['001148000999', undefined, undefined], ['000148000123', 'old', '2026-11-22']]);
    expect(renewed.some((i) => i.system === ID.record && i.value === 'HS-1')).toBe(true);
    const again = patient({ identifier: renewed });
    expect(valuesOf(again).idNumber).toBe('001148000999');
  });
  it('calls somebody who was unknown by their name, and still finds them by the old one', () => {
    const unknown = known({ patient: patient({ name: [{ use: 'temp', text: 'Chưa rõ danh tính, nam, khoảng 60 tuổi, 22/11/2026' }] }) });
    expect(troubles(unknown, { gender: 'male' })).not.toContain('name name');
    const [p] = write(unknown, { name: 'Trần Văn Bình' }, change('identified')) as [Patient];
    expect(personName(p)).toBe('Trần Văn Bình');
    expect(p.name?.map((n) => n.use)).toEqual(['official', 'old']);
  });
  it('takes away an address or a telephone without leaving an empty list', () => {
    const k = known({ patient: patient({ telecom: [{ system: 'phone', value: '0912345678' }], address: [{ text: 'Thôn 1' }] }) });
    const [p] = write(k, { phone: '', address: '' }) as [Patient];
    expect('telecom' in p).toBe(false);
    expect('address' in p).toBe(false);
  });
  it('says a card number where it stands: on the person and on the insurance', () => {
    const all = write(known(), { card: 'BT2791234567891' });
    expect(all.map((r) => r.resourceType)).toEqual(['Patient', 'Coverage']);
    expect((all[1] as Insured).subscriberId).toBe('BT2791234567891');
  });
  it('ends a relative, adds one once, and strikes a decision with its group', () => {
    const entries = written(known(), allValues(known()), edit(known(), {
      'RelatedPerson/r.relOver': 'yes', 'RelatedPerson/+1.relName': 'Lê Thị Dâu', 'RelatedPerson/+1.relation': 'EXT', 'Contract/d.decOver': 'yes',
    }), change(), TODAY, (g) => g);
    const of = (type: string) => entries.filter((e) => e.resource?.resourceType === type);
    expect(of('RelatedPerson').map((e) => [e.request?.method, (e.resource as Relative).active])).toEqual([['PUT', false], ['POST', true]]);
    expect(of('RelatedPerson')[1]?.request?.ifNoneExist).toBe('identifier=urn:ansinh:id:change|c1/RelatedPerson/+1');
    expect((of('Contract')[0]?.resource as Decided).status).toBe('entered-in-error');
    expect((of('EpisodeOfCare')[0]?.resource as Episode).type).toBeUndefined();
    expect(entries.every((e) => e.request?.method === 'POST' || e.request?.ifMatch !== undefined)).toBe(true);
  });
  it('does not write somebody new who was struck out again', () => {
    expect(write(known(), { 'RelatedPerson/+1.relName': 'x', 'RelatedPerson/+1.relOver': 'yes' })).toEqual([]);
  });
});

describe('what cannot be', () => {
  it.each<[Values, string[]]>([
    [{ birth: '06/03/2026' }, ['birth birthAfterCame', 'idNumber idYearClash?']],
    [{ birth: '2027' }, ['birth birthFuture', ]],
    [{ birth: '31/02/1950' }, ['birth birth']],
    [{ name: 'A1' }, ['name name']],
    [{ idNumber: '12345' }, ['idNumber idShape']],
    [{ idNumber: '012345678' }, ['idNumber idShape']],
    [{ oldId: '000148000123' }, ['oldId idShape']],
    [{ gender: 'male' }, ['idNumber idGenderClash?']],
    [{ phone: '12' }, ['phone phone']],
    [{ card: 'BT2' }, ['card cardShape']],
    [{ 'Contract/d.decUntil': '2026-01-01', 'Contract/d.decFrom': '2026-02-01' }, ['decUntil decisionPeriod']],
    [{ 'Contract/+1.decNumber': '5' }, ['decDate decisionDate', 'decGroup decisionGroup']],
    [{ 'RelatedPerson/+1.relPhone': '0912345678' }, ['relName name', 'relation relation']],
    [{ 'RelatedPerson/r.relPhone': '0912345678' }, []],
    [{ 'Coverage/v.covUntil': '2025-01-01' }, ['covUntil coverPeriod']],
    [{ birth: '2026' }, ['idNumber idYearClash?']],
  ])('%o', (more, want) => {
    expect(troubles(known(), more).filter((t) => !want.some((x) => x.endsWith('?')) ? !t.endsWith('?') : true).sort()).toEqual([...want].sort());
  });
  it('is no birth after the death', () => {
    expect(troubles(known({ came: '', patient: patient({ deceasedDateTime: '2026-01-02T03:00:00+07:00' }) }), { birth: '03/01/2026' })).toContain('birth birthAfterDeath');
  });
});

describe('two who edit at once', () => {
  const base: Values = { name: 'A', birth: '1948', phone: '1' };
  it('take over what only the other changed, and ask about what both changed', () => {
    expect(merge(base, { ...base, name: 'B' }, { ...base, name: 'C', phone: '2' })).toEqual({ values: { name: 'B', birth: '1948', phone: '2' }, taken: ['phone'], clash: ['name'] });
  });
  it('agree when both wrote the same', () => {
    expect(merge(base, { ...base, name: 'B' }, { ...base, name: 'B ' })).toMatchObject({ taken: [], clash: [] });
  });
  it('know an edit that had arrived after all', () => {
    expect(isThere({ ...base, name: 'B' }, { ...base, name: 'B', other: '' })).toBe(true);
    expect(isThere({ ...base, name: 'B' }, base)).toBe(false);
  });
  it('keep what is new of mine beside theirs', () => {
    expect(merge(base, { ...base, 'Contract/+1.decNumber': '5' }, base).values['Contract/+1.decNumber']).toBe('5');
  });
});

describe('history', () => {
  const v = (n: number, more: Partial<Patient>, c?: Change): Patient => {
    const p = { ...patient(more), meta: { versionId: String(n), lastUpdated: `2026-11-0${n}T01:00:00Z` } };
    return c ? withChange(p, c) : p;
  };
  it('tells each change with its old value, and no version that changed something else', () => {
    const first = v(1, {});
    const second = v(2, { birthDate: '1948-03-02' }, change());
    const third = { ...v(3, { birthDate: '1948-03-02', managingOrganization: { reference: 'Organization/x' } }, change()) };
    const told = historyOf([third, second, first]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ of: 'Patient/p', kind: 'wrong', why: 'theo căn cước', who: 'Practitioner/a', lines: [{ key: 'birth', from: '1948', to: '02/03/1948' }] });
  });
  it('does not put an earlier reason to a change that said none', () => {
    const first = v(1, {}, change());
    const second = v(2, { gender: 'male' }, change());
    expect(historyOf([second, first])[0]).toMatchObject({ kind: '', why: '', who: '', at: '2026-11-02T01:00:00Z' });
  });
});

describe('a draft', () => {
  it('is read back, or not at all', () => {
    const d = { id: 'x', base: { name: 'A' }, values: { name: 'B' }, kind: '', why: '' };
    expect(parseDraft(JSON.stringify(d))).toEqual(d);
    for (const bad of [null, '', '{', '7', '{"id":7}', '{"id":"x"}', 'null']) expect(parseDraft(bad)).toBeUndefined();
    expect(changed({}, { a: ' ' })).toEqual([]);
  });
});
