/* A drug round that lies open: whom a code means, and what somebody else has written since. */

import { describe, expect, it } from 'vitest';
import { FhirClient } from '../src/fhir/client';
import { seek } from '../src/drugs/find';
import type { Given, Order } from '../src/drugs/forms';
import { loadAll, loadChanged, loadNewer, loadPerson, loadRound, type RoundData } from '../src/drugs/load';
import { roundOf } from '../src/drugs/round';
import type { Observation } from '../src/fhir/types';
import { lastScan } from '../src/print/paper';
import type { Resident } from '../src/place/ward';

const TODAY = { year: 2026, month: 11, day: 22 };
const resident = (id: string, text: string, bed: string, numbers: string[] = []): Resident => ({
  id, bed, room: '', stay: { resourceType: 'Encounter', id: `s-${id}` } as Resident['stay'],
  patient: { resourceType: 'Patient', id, name: [{ text }], identifier: numbers.map((value) => ({ value })) },
});
const HOA = resident('hoa', 'Nguyễn Thị Hoa', 'P.203-G2', ['001149005678', 'KN-1000', 'GD4790000000123']);
const HOAN = resident('hoan', 'Nguyễn Thị Hoan', 'P.203-G3', ['001150005679']);
const WARD = [HOA, HOAN, resident('pao', 'Giàng A Páo', 'P.1-G1')];
const found = (typed: string): string[] => seek(typed, WARD, TODAY).residents.map((r) => r.id);

describe('whom a code or a word means', () => {
  it.each([
    ['ansinh:Patient/hoan/paper/vitals?start=2026-11-22&end=2026-11-22&v=0123456789abcdef', ['hoan']],
    ['ansinh:Patient/nobody/paper/care?start=2026-11-22&end=2026-11-22&v=0123456789abcdef', []],
    ['001149005678||Nguyễn Thị Hoa|05061949|Nữ|Thôn 2|15062021', ['hoa']],
    ['001149009999||Nguyễn Thị Hoa|05061949|Nữ|Thôn 2|15062021', []],
    ['001150005679', ['hoan']], ['0011 5000 5679', ['hoan']], ['kn-1000', ['hoa']], ['gd4790000000123', ['hoa']],
    ['hoa', ['hoa', 'hoan']], ['hoan', ['hoan']], ['thi ng', ['hoa', 'hoan']], ['203 g3', ['hoan']], ['p.1', ['pao']], ['pao', ['pao']], ['zzz', []], ['', ['hoa', 'hoan', 'pao']],
  ])('%s', (typed, ids) => expect(found(typed)).toEqual(ids));

  it('a scan behind whatever stands in the box is that scan', () => {
    const code = 'ansinh:Patient/hoan/paper/vitals?start=2026-11-22&end=2026-11-22&v=0123456789abcdef';
    for (const left of ['', 'hoa', code]) expect(found(lastScan(`${left}${code}`))).toEqual(['hoan']);
    expect(lastScan('hoa')).toBe('hoa');
  });

  it('of a code that is not whole nobody yet, and everybody stays in sight', () => {
    for (const typed of ['ansinh:', 'ansinh:Patient/hoa/paper/vitals?start=2026', '001149005678|', '001149005678||Nguyễn']) {
      expect([typed, seek(typed, WARD, TODAY)]).toEqual([typed, { residents: WARD, part: true }]);
    }
  });
});

/* A server of lists: what is asked for by type, filtered by patient and by when it was written. */
type Row = { resourceType: string; id: string; who: string; written: string; [k: string]: unknown };
function server(rows: () => Row[]) {
  const asked: string[] = [];
  const client = new FhirClient({
    fetch: (async (input: string) => {
      const url = new URL(input, 'http://x');
      const type = url.pathname.split('/').pop() ?? '';
      asked.push(`${type}${url.search}`);
      const since = (url.searchParams.get('_lastUpdated') ?? '').replace('ge', '');
      const from = Date.parse((url.searchParams.get('effective-time') ?? '').replace('ge', '')) || 0;
      const people = url.searchParams.get('patient')?.split(',');
      const status = url.searchParams.get('status')?.split(',');
      const entry = rows().filter((r) => r.resourceType === type && (!people || people.includes(r.who)) && (since === '' || Date.parse(r.written) >= Date.parse(since)) && !(Date.parse(String(r.effectiveDateTime)) < from) && (!status || status.includes(String(r.status))))
        .map(({ who, written, version = '1', ...r }) => ({ resource: { ...r, meta: { versionId: version, lastUpdated: written }, subject: { reference: `Patient/${who}` }, patient: { reference: `Patient/${who}` } } }));
      return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry }));
    }) as typeof fetch,
  });
  return { client, asked };
}

const NOW = Date.parse('2026-11-22T08:00:00+07:00');
const order = (id: string, who: string, text: string, status = 'active', written = '2026-11-20T00:00:00Z'): Row => ({
  resourceType: 'MedicationRequest', id, who, written, status, medicationCodeableConcept: { text }, authoredOn: '2026-11-01', dosageInstruction: [{ timing: { repeat: { timeOfDay: ['08:00:00'] } } }],
});
const BEFORE = NOW - 10 * 60_000;
const ASKED = { given: BEFORE, orders: BEFORE, allergies: BEFORE, observations: BEFORE, stays: BEFORE };
const data = (rows: Row[]): RoundData => ({
  ward: { place: { resourceType: 'Location', id: 'w' }, facility: '', facilityId: '', residents: WARD },
  orders: rows.filter((r) => r.resourceType === 'MedicationRequest').map((r) => ({ ...r, meta: { versionId: '1', lastUpdated: r.written }, subject: { reference: `Patient/${r.who}` } }) as unknown as Order),
  asked: ASKED, medications: [], given: [], allergies: [], observations: [], effects: [], unreconciled: [], proposed: [], people: new Map(), cut: false,
});
const cards = (d: RoundData) => roundOf(d, d.given, d.effects as Observation[], NOW, 'me').cards;
const lines = (d: RoundData, id: string) => cards(d).find((c) => c.resident.id === id)?.doses ?? [];

describe('what the shift before left open', () => {
  const CHANGE = Date.parse('2026-11-22T06:03:00+07:00');
  const given = (at: string, status = 'completed') => ({
    resourceType: 'MedicationAdministration', id: 'g', status, subject: { reference: 'Patient/hoa' }, request: { reference: 'MedicationRequest/o1' },
    identifier: [{ system: 'urn:ansinh:id:dose', value: 'o1/2026-11-22T05:58' }], effectiveDateTime: at,
  }) as unknown as Given;
  const card = (list: Given[]) => {
    const o = { ...order('o1', 'hoa', 'Metformin 500 mg'), dosageInstruction: [{ timing: { repeat: { timeOfDay: ['05:58:00'] } } }] };
    const c = roundOf({ ...data([o]), given: list }, list, [], CHANGE, 'me').cards.find((one) => one.resident.id === 'hoa');
    return c && [c.doses.map((l) => [l.name, l.state.kind]), `${c.done}/${c.all}`, c.past.length];
  };
  it('is asked for, and once answered in this shift stands there answered, to be undone and counted', () => {
    expect(card([])).toEqual([[['Metformin 500 mg', 'due']], '0/1', 0]);
    expect(card([given('2026-11-22T06:02:00+07:00')])).toEqual([[['Metformin 500 mg', 'given']], '1/1', 0]);
    expect(card([given('2026-11-22T06:02:00+07:00', 'entered-in-error')])).toEqual([[['Metformin 500 mg', 'due']], '0/1', 1]);
  });
  it('what that shift answered itself is not shown again as a dose of this one', () => {
    expect(card([given('2026-11-22T05:59:00+07:00')])).toEqual([[], '0/0', 1]);
  });
});

describe('what somebody else has written since the round was opened', () => {
  it('a card that is opened: the order that was stopped is gone, the new one is there, the new allergy and the pulse stop what they speak of; others are not asked for', async () => {
    const before = [order('o1', 'hoa', 'Digoxin 0,25 mg'), order('o2', 'hoa', 'Amoxicilin 500 mg'), order('o3', 'hoa', 'Calci 500 mg'), order('o4', 'hoan', 'Metformin 500 mg')];
    const d = data(before);
    expect(lines(d, 'hoa').map((l) => [l.name, l.hold.some((h) => h.kind === 'hold'), l.allergies.length])).toEqual([['Digoxin 0,25 mg', false, 0], ['Amoxicilin 500 mg', false, 0], ['Calci 500 mg', false, 0]]);
    const s = server(() => [
      ...before.slice(0, 2), { ...before[2] as Row, status: 'stopped' }, order('o5', 'hoa', 'Omeprazol 20 mg'),
      { resourceType: 'AllergyIntolerance', id: 'a', who: 'hoa', written: '2026-11-22T00:55:00Z', code: { text: 'Penicillin' } },
      { resourceType: 'Observation', id: 'p', who: 'hoa', written: '2026-11-22T00:56:00Z', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: '2026-11-22T07:56:00+07:00', valueQuantity: { value: 48, code: '/min' } },
    ]);
    const after = (await loadPerson(s.client, 'hoa', NOW))(d);
    expect(lines(after, 'hoa').map((l) => [l.name, l.hold.some((h) => h.kind === 'hold'), l.allergies.length])).toEqual([['Digoxin 0,25 mg', true, 0], ['Amoxicilin 500 mg', false, 1], ['Omeprazol 20 mg', false, 0]]);
    expect(lines(after, 'hoan').map((l) => l.name)).toEqual(['Metformin 500 mg']);
    expect(s.asked.every((q) => q.includes('patient=hoa&') || q.endsWith('patient=hoa'))).toBe(true);
  });

  it('a round that lies open: only those of whom something was written are asked for anew', async () => {
    const before = [order('o1', 'hoa', 'Digoxin 0,25 mg'), order('o4', 'hoan', 'Metformin 500 mg')];
    const s = server(() => [before[0] as Row, { ...order('o4', 'hoan', 'Metformin 500 mg', 'stopped'), written: '2026-11-22T00:59:00Z', version: '2' }]);
    const after = (await loadChanged(s.client, data(before), NOW))(data(before));
    expect([lines(after, 'hoa').length, lines(after, 'hoan').length]).toEqual([1, 0]);
    expect(s.asked.filter((q) => q.includes('status=active')).every((q) => q.includes('patient=hoan'))).toBe(true);
  });

  it('what was read of one person hides nothing of the others: a dose, an order, a newcomer without a bed written before that card was opened', async () => {
    const before = [order('o1', 'hoa', 'Digoxin 0,25 mg'), order('o4', 'hoan', 'Metformin 500 mg')];
    const dose = (id: string, o: string, who: string, written: string): Row => ({
      resourceType: 'MedicationAdministration', id, who, written, status: 'completed', request: { reference: `MedicationRequest/${o}` },
      identifier: [{ system: 'urn:ansinh:id:dose', value: `${o}/2026-11-22T08:00` }], effectiveDateTime: '2026-11-22T07:59:00+07:00',
    });
    const rows = [...before, order('o9', 'hoan', 'Amoxicilin 500 mg', 'active', '2026-11-22T00:54:00Z'), dose('g2', 'o4', 'hoan', '2026-11-22T00:55:00Z'),
      dose('g1', 'o1', 'hoa', '2026-11-22T00:58:00Z'),
      { resourceType: 'Observation', id: 'p', who: 'hoa', written: '2026-11-22T00:58:00Z', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: '2026-11-22T07:58:00+07:00', valueQuantity: { value: 78, code: '/min' } }];
    const s = server(() => rows);
    const card = (await loadPerson(s.client, 'hoa', NOW))(data(before));
    expect(card.asked).toEqual(ASKED);
    const after = (await loadAll(s.client, card, NOW))(card);
    expect(lines(after, 'hoan').map((l) => [l.name, l.state.kind === 'given'])).toEqual([['Metformin 500 mg', true], ['Amoxicilin 500 mg', false]]);
    expect(after.asked).toEqual({ ...ASKED, given: Date.parse('2026-11-22T00:58:00Z'), orders: Date.parse('2026-11-22T00:54:00Z'), observations: Date.parse('2026-11-22T00:58:00Z') });
    for (const where of ['location.partof.partof', 'location.partof', 'location']) expect(s.asked.some((q) => q.startsWith('Encounter?') && q.includes(`&${where}=Location`))).toBe(true);
  });

  it('begins where the lists end, by the clock that wrote them, whatever this one says', async () => {
    const rows: Row[] = [order('o1', 'moi', 'Digoxin 0,25 mg', 'active', '2026-11-22T00:40:00Z'),
      { resourceType: 'Encounter', id: 's-moi', who: 'moi', written: '2026-11-22T00:30:00Z', status: 'in-progress', location: [{ location: { reference: 'Location/b1' }, status: 'active' }] },
      { resourceType: 'Location', id: 'w', who: '', written: '2025-01-01T00:00:00Z' }, { resourceType: 'Location', id: 'b1', who: '', written: '2025-01-01T00:00:00Z', partOf: { reference: 'Location/w' } }];
    const s = server(() => rows);
    const client = new FhirClient({
      fetch: (async (input: string) => {
        const url = new URL(input, 'http://x');
        const answer = await s.client.search<Given>((url.pathname.split('/').pop() ?? '') as 'MedicationAdministration', Object.fromEntries(url.searchParams));
        const included = input.includes('Encounter%3Asubject') ? [{ resource: { resourceType: 'Patient', id: 'moi' }, search: { mode: 'include' } }] : [];
        return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: [...answer.items.map((resource) => ({ resource })), ...included] }));
      }) as typeof fetch,
    });
    const [orders, stays] = [Date.parse('2026-11-22T00:40:00Z'), Date.parse('2026-11-22T00:30:00Z')];
    const others = orders - 5 * 60_000;
    expect((await loadRound(client, 'w', NOW + 9 * 3_600_000)).asked).toEqual({ given: others, orders, allergies: others, observations: others, stays });
  });

  it('who was moved or has left is on no card any more; who came is, with their orders', async () => {
    const before = [order('o1', 'hoa', 'Digoxin 0,25 mg')];
    const stay = (who: string, bed: string, written: string): Row => ({ resourceType: 'Encounter', id: `s-${who}`, who, written, status: 'in-progress', location: [{ location: { reference: `Location/${bed}` }, status: 'active' }] });
    const rows: Row[] = [
      ...before, order('o9', 'moi', 'Omeprazol 20 mg'), stay('hoa', 'elsewhere', '2026-11-22T00:59:00Z'), stay('moi', 'b1', '2026-11-22T00:59:00Z'),
      { resourceType: 'Location', id: 'w', who: '', written: '2025-01-01T00:00:00Z' }, { resourceType: 'Location', id: 'b1', who: '', written: '2025-01-01T00:00:00Z', name: 'P.1-G9', partOf: { reference: 'Location/w' } },
      { resourceType: 'Patient', id: 'moi', who: 'moi', written: '2025-01-01T00:00:00Z' },
    ];
    const withPeople = new FhirClient({
      fetch: (async (input: string) => {
        const answer = await server(() => rows).client.search<Given>((new URL(input, 'http://x').pathname.split('/').pop() ?? '') as 'MedicationAdministration', Object.fromEntries(new URL(input, 'http://x').searchParams));
        const included = input.includes('Encounter%3Asubject') ? [{ resource: { resourceType: 'Patient', id: 'moi', name: [{ text: 'Lý Mới' }] }, search: { mode: 'include' } }] : [];
        return new Response(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: [...answer.items.map((resource) => ({ resource })), ...included] }));
      }) as typeof fetch,
    });
    const after = (await loadChanged(withPeople, data(before), NOW))(data(before));
    expect(cards(after).map((c) => [c.resident.id, c.doses.map((l) => l.name)])).toEqual([['moi', ['Omeprazol 20 mg']]]);
  });

  it('where nobody has recorded a dose yet, the first one by somebody else is seen', async () => {
    const d = data([order('o1', 'hoa', 'Digoxin 0,25 mg')]);
    const s = server(() => [{
      resourceType: 'MedicationAdministration', id: 'g1', who: 'hoa', written: '2026-11-22T00:59:30Z', status: 'completed', request: { reference: 'MedicationRequest/o1' },
      identifier: [{ system: 'urn:ansinh:id:dose', value: 'o1/2026-11-22T08:00' }], effectiveDateTime: '2026-11-22T07:59:00+07:00',
    }]);
    const after = (await loadNewer(s.client, d, NOW))(d);
    expect(lines(after, 'hoa').map((l) => l.state.kind)).toEqual(['given']);
  });

  it('a book of last month that is imported now is no news of this round', async () => {
    const dose = (id: string, at: string): Row => ({ resourceType: 'MedicationAdministration', id, who: 'hoa', written: '2026-11-22T00:59:30Z', status: 'completed', effectiveDateTime: at });
    const s = server(() => [dose('old', '2026-10-22T08:00:00+07:00'), dose('late', '2026-11-20T09:00:00+07:00')]);
    expect((await loadNewer(s.client, data([]), NOW))(data([])).given.map((g) => g.id)).toEqual(['late']);
  });
});
