import { describe, expect, it } from 'vitest';
import { CONTROLLED_URL, DOSE_SYSTEM, REASON_SYSTEM, type Given, type Order } from '../src/drugs/forms';
import { addendum, differenceOf, handoverBundle, readSections, takeOver, type Draft } from '../src/handover/compose';
import { countLines } from '../src/handover/count';
import type { Card } from '../src/stock/forms';
import { BLOCKS, differences, freshness, inOrder, type Change, type Span } from '../src/handover/difference';
import { outOfBand } from '../src/handover/bands';
import type { Facts, Handover, Seen } from '../src/handover/forms';
import { lastShift } from '../src/handover/load';
import { wardInstant } from '../src/fhir/zone';
import type { Bundle } from '../src/fhir/types';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const HOUR = 3_600_000;
const SPAN: Span = { since: at('2026-11-22T06:00:00'), until: at('2026-11-22T14:00:00') };
const NONE: Facts = { conditions: [], orders: [], given: [], observations: [], incidents: [], flags: [], stays: [], tasks: [], allergies: [] };
const meta = (received: string, versionId = '1') => ({ lastUpdated: new Date(at(received)).toISOString(), versionId });
const subject = { reference: 'Patient/p1' };
const lines = (facts: Partial<Facts>): string[] =>
  (differences({ ...NONE, ...facts }, SPAN, () => 'M').get('p1')?.lines ?? []).map((l) => `${l.block} ${l.said.kind} ${l.reference}`);
const late = (facts: Partial<Facts>): number => differences({ ...NONE, ...facts }, SPAN, () => 'M').get('p1')?.late.length ?? 0;
const seen = (id: string, codes: { system?: string; code: string }[], more: Partial<Seen>): Seen => ({
  resourceType: 'Observation', id, status: 'final', subject, code: { coding: codes }, effectiveDateTime: '2026-11-22T08:00:00+07:00',
  meta: meta('2026-11-22T08:01:00'), ...more,
});

describe('what is news', () => {
  it.each([
    ['2026-11-22T06:00:00', '2026-11-22T06:00:00+07:00', '1', 'news'],
    ['2026-11-22T05:59:59', '2026-11-22T05:59:59+07:00', '1', undefined],
    ['2026-11-22T08:00:00', '2026-11-21T20:00:00+07:00', '1', 'late'],
    ['2026-11-22T08:00:00', '2026-11-21T20:00:00+07:00', '2', 'news'],
    ['2026-11-22T08:00:00', '2026-11-22', '1', 'news'],
    ['2026-11-22T08:00:00', '2026-11-21', '1', 'late'],
    ['2026-11-22T08:00:00', '2026-11', '1', 'news'],
    ['2026-11-22T08:00:00', '2015', '1', 'late'],
    ['2026-11-22T08:00:00', undefined, '1', 'news'],
    ['2026-11-22T14:00:01', '2026-11-22T08:00:00+07:00', '1', undefined],
  ])('received %s, dated %s, version %s: %s', (received, own, version, wanted) => {
    expect(freshness({ meta: meta(received, version) }, own, SPAN)).toBe(wanted);
  });
});

describe('the four blocks', () => {
  it('status: a score of 5, a reading that alone is urgent, an incident, coming and going', () => {
    const score = (value: number) => seen(`n${value}`, [{ system: 'urn:ansinh:score', code: 'news2' }], { valueQuantity: { value } });
    expect(lines({ observations: [score(4), score(5)] })).toEqual(['status news2 Observation/n5']);
    expect(lines({ observations: [seen('t', [{ code: '8310-5' }], { valueQuantity: { value: 39.2, code: 'Cel' } }), seen('u', [{ code: '8310-5' }], { valueQuantity: { value: 38.9, code: 'Cel' } })] }))
      .toEqual(['status reading Observation/t']);
    expect(lines({ incidents: [{ resourceType: 'AdverseEvent', id: 'i', subject, event: { text: 'x' }, date: '2026-11-22T09:00:00+07:00', meta: meta('2026-11-22T09:10:00') }] }))
      .toEqual(['status incident AdverseEvent/i']);
    const stay = (status: string, version: string, period: object) => ({ resourceType: 'Encounter' as const, id: 'e', subject, status, period, meta: meta('2026-11-22T09:00:00', version) });
    expect(lines({ stays: [stay('in-progress', '1', { start: '2026-11-22T08:30:00+07:00' })] })).toEqual(['status admitted Encounter/e']);
    expect(lines({ stays: [stay('in-progress', '3', { start: '2020-01-01' })] })).toEqual(['status moved Encounter/e']);
    expect(lines({ stays: [stay('finished', '4', { start: '2020-01-01', end: '2026-11-22T09:00:00+07:00' })] })).toEqual(['status left Encounter/e']);
    expect(lines({ stays: [stay('in-progress', '1', { start: '2020-01-01' })] })).toEqual([]);
    const old = { flags: [{ resourceType: 'Flag' as const, id: 'f', status: 'active', subject, code: { text: 'Té ngã' }, period: { start: '2026-10-01' }, meta: meta('2026-11-22T09:00:00') }] };
    const with_ = (version: string, start: string): number => late({ ...old, stays: [stay('in-progress', version, { start })] });
    /* brought in with the ward's old book: history; admitted the day before yesterday and typed now, or known before: late news */
    expect([with_('1', '2020-01-01'), with_('1', '2026-11-20T10:00:00+07:00'), with_('3', '2020-01-01')]).toEqual([0, 2, 1]);
    /* an allergy that says no day is news, but not of whoever was brought in */
    const allergies = [{ resourceType: 'AllergyIntolerance' as const, id: 'a', patient: subject, code: { text: 'Dị ứng lạc' }, meta: meta('2026-11-22T09:00:00') }];
    expect([lines({ allergies }), lines({ allergies, stays: [stay('in-progress', '1', { start: '2020-01-01' })] })]).toEqual([['medical allergy AllergyIntolerance/a'], []]);
  });
  it('medical: diagnoses and medicines, new, changed and over', () => {
    const order = (id: string, status: string, version: string): Order => ({
      resourceType: 'MedicationRequest', id, status, subject, authoredOn: '2026-11-22T07:00:00+07:00', meta: meta('2026-11-22T09:00:00', version),
      dosageInstruction: [{ asNeededBoolean: true }],
    });
    expect(lines({ orders: [order('a', 'active', '1'), order('b', 'active', '2'), order('c', 'stopped', '2'), order('d', 'draft', '1'), order('e', 'entered-in-error', '2')] }))
      .toEqual(['medical order MedicationRequest/a', 'medical order-changed MedicationRequest/b', 'medical order-over MedicationRequest/c']);
    const condition = (id: string, clinical: string) => ({ resourceType: 'Condition' as const, id, subject, recordedDate: '2026-11-22', clinicalStatus: { coding: [{ code: clinical }] }, meta: meta('2026-11-22T09:00:00') });
    expect(lines({ conditions: [condition('x', 'active'), condition('y', 'resolved')] })).toEqual(['medical condition Condition/x', 'medical condition-over Condition/y']);
  });
  it('not done: refused, missed, unsigned, open tasks; what was struck through is nobody\'s', () => {
    const key = (time: string) => `o/2026-11-22T${time}`;
    const order: Order = { resourceType: 'MedicationRequest', id: 'o', status: 'active', subject, authoredOn: '2026-01-01', dosageInstruction: [{ timing: { repeat: { timeOfDay: ['07:30', '08:30', '09:30', '13:30'] } } }] };
    const dose = (time: string, more: Partial<Given>): Given => ({
      resourceType: 'MedicationAdministration', id: time, status: 'completed', subject, request: { reference: 'MedicationRequest/o' },
      identifier: [{ system: DOSE_SYSTEM, value: key(time) }], effectiveDateTime: `2026-11-22T${time}:00+07:00`, meta: meta(`2026-11-22T${time}:30`), ...more,
    });
    const refused = dose('08:30', { status: 'not-done', statusReason: [{ coding: [{ system: REASON_SYSTEM, code: 'refused' }] }] });
    expect(lines({ orders: [order], given: [dose('07:30', {}), refused, dose('09:30', { status: 'entered-in-error' })] }))
      .toEqual(['undone not-given MedicationAdministration/08:30', 'undone missed MedicationRequest/o']);
    expect(lines({ tasks: [{ resourceType: 'Task', id: 't', status: 'requested', for: subject, description: 'x', authoredOn: '2026-11-01', meta: meta('2026-11-01T08:00:00') }] }))
      .toEqual(['undone task Task/t']);
  });
  it('old books typed in come apart from the shift', () => {
    const flag = (start: string) => ({ resourceType: 'Flag' as const, id: 'f', status: 'active', subject, code: { text: 'x' }, period: { start }, meta: meta('2026-11-22T09:00:00') });
    expect([lines({ flags: [flag('2026-11-22')] }), late({ flags: [flag('2026-11-22')] })]).toEqual([['special flag Flag/f'], 0]);
    expect([lines({ flags: [flag('2026-10-01')] }), late({ flags: [flag('2026-10-01')] })]).toEqual([[], 1]);
  });
});

describe('readings worth a line', () => {
  it.each([
    ['9279-1', 8, '/min', true], ['9279-1', 9, '/min', false], ['9279-1', 25, '/min', true], ['8867-4', 40, '/min', true], ['8867-4', 41, '/min', false],
    ['8867-4', 131, '/min', true], ['8310-5', 35, 'Cel', true], ['8310-5', 35.1, 'Cel', false], ['8310-5', 39.1, 'Cel', true],
    ['15074-8', 3.8, 'mmol/L', true], ['15074-8', 3.9, 'mmol/L', false], ['2339-0', 54, 'mg/dL', true], ['2708-6', 80, '%', false],
  ])('%s %d %s: %s', (code, value, unit, out) => {
    expect(outOfBand(seen('o', [{ code }], { valueQuantity: { value, code: unit } }), 'p1') !== undefined).toBe(out);
  });
  it.each([[90, 60, true], [91, 60, false], [179, 109, false], [180, 80, true], [150, 110, true]])('%d/%d: %s', (systolic, diastolic, out) => {
    const part = (code: string, value: number) => ({ code: { coding: [{ code }] }, valueQuantity: { value, code: 'mm[Hg]' } });
    expect(outOfBand(seen('o', [{ code: '85354-9' }], { component: [part('8480-6', systolic), part('8462-4', diastolic)] }), 'p1') !== undefined).toBe(out);
  });
});

describe('against a slow, plain reading of the same rules', () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  const when = (): string => wardInstant(SPAN.since - 30 * HOUR + random(40 * 60) * 60_000);
  const facts = (): Facts => {
    const own = (): string | undefined => [undefined, when(), when().slice(0, 10), when()][random(4)];
    const who = (): string => `Patient/p${1 + random(3)}`;
    const m = () => ({ lastUpdated: new Date(Date.parse(when())).toISOString(), versionId: String(1 + random(2)) });
    const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: random(n) }, (_, i) => make(i));
    const dated = <T extends string>(name: T, value: string | undefined) => (value === undefined ? {} : { [name]: value });
    return {
      ...NONE,
      conditions: times(4, (i) => ({ resourceType: 'Condition', id: `c${i}`, subject: { reference: who() }, meta: m(), ...dated('recordedDate', own()), verificationStatus: { coding: [{ code: ['confirmed', 'refuted'][random(2)] as string }] } })),
      flags: times(4, (i) => ({ resourceType: 'Flag', id: `f${i}`, status: ['active', 'inactive', 'entered-in-error'][random(3)] as string, subject: { reference: who() }, meta: m(), period: { ...dated('start', own()), ...dated('end', own()) } })),
      incidents: times(3, (i) => ({ resourceType: 'AdverseEvent', id: `i${i}`, subject: { reference: who() }, meta: m(), ...dated('date', own()) })),
      observations: times(6, (i): Seen => ({ resourceType: 'Observation', id: `o${i}`, status: ['final', 'entered-in-error'][random(2)] as string, subject: { reference: who() }, meta: m(), effectiveDateTime: when(), code: { coding: [{ system: 'urn:ansinh:score', code: 'news2' }] }, valueQuantity: { value: random(9) } })),
    };
  };
  /* no shared code: dates by hand, sets instead of order */
  const slow = (f: Facts): string[] => {
    const out: string[] = [];
    const put = (ref: string | undefined, block: string, id: string, own: string | undefined, r: { meta?: { lastUpdated?: string; versionId?: string } }): void => {
      const got = Date.parse(r.meta?.lastUpdated ?? '');
      if (got < SPAN.since || got > SPAN.until) return;
      let old = false;
      if (own !== undefined && r.meta?.versionId === '1') old = own.length > 10 ? Date.parse(own) < SPAN.since : own < '2026-11-22';
      out.push(`${ref} ${old ? 'late' : 'news'} ${block} ${id}`);
    };
    for (const c of f.conditions) if (c.verificationStatus?.coding?.[0]?.code !== 'refuted') put(c.subject?.reference, 'medical', `Condition/${c.id}`, c.recordedDate, c);
    for (const x of f.flags) if (x.status !== 'entered-in-error') put(x.subject?.reference, 'special', `Flag/${x.id}`, x.status === 'inactive' ? x.period?.end : x.period?.start, x);
    for (const i of f.incidents) put(i.subject?.reference, 'status', `AdverseEvent/${i.id}`, i.date, i);
    for (const o of f.observations) if (o.status === 'final' && Number(o.valueQuantity?.value) >= 5) put(o.subject?.reference, 'status', `Observation/${o.id}`, o.effectiveDateTime, o);
    return out.sort();
  };
  const flat = (m: Map<string, Change>): string[] => [...m.values()]
    .flatMap((c) => [...c.lines.map((l) => `Patient/${c.patientId} news ${l.block} ${l.reference}`), ...c.late.map((l) => `Patient/${c.patientId} late ${l.block} ${l.reference}`)]).sort();
  it('finds the same, in an order that does not depend on the order of the facts (500 random wards)', () => {
    let total = 0;
    for (let n = 0; n < 500; n += 1) {
      const f = facts();
      const found = differences(f, SPAN, () => 'M');
      expect(flat(found), `ward ${n}`).toEqual(slow(f));
      total += flat(found).length;
      const turned = { ...f, conditions: [...f.conditions].reverse(), flags: [...f.flags].reverse(), incidents: [...f.incidents].reverse(), observations: [...f.observations].reverse() };
      const again = differences(turned, SPAN, () => 'M');
      for (const [id, c] of found) {
        expect(again.get(id)?.lines).toEqual(c.lines);
        expect(c.lines).toEqual([...c.lines].sort(inOrder));
        expect(c.lines.map((l) => BLOCKS.indexOf(l.block))).toEqual([...c.lines.map((l) => BLOCKS.indexOf(l.block))].sort());
      }
    }
    expect(total).toBeGreaterThan(200);
  });
});

describe('what the document must not say', () => {
  const security = (code: string) => ({ ...meta('2026-11-22T09:00:00'), security: [{ code }] });
  const coded = (id: string, system: string, code: string) => ({ resourceType: 'Condition' as const, id, subject, recordedDate: '2026-11-22', code: { coding: [{ system, code }] }, meta: meta('2026-11-22T09:00:00') });
  it.each([
    ['a label of a compartment', { incidents: [{ resourceType: 'AdverseEvent' as const, id: 'x', subject, event: { text: 'x' }, meta: security('SDV') }] }, true],
    ['mental health', { observations: [seen('x', [{ code: '8310-5' }], { valueQuantity: { value: 39.2, code: 'Cel' }, meta: security('MH') })] }, true],
    ['a label that shuts nothing', { incidents: [{ resourceType: 'AdverseEvent' as const, id: 'x', subject, event: { text: 'x' }, meta: security('HTEST') }] }, false],
    ['a diagnosis of mental illness', { conditions: [coded('x', 'http://hl7.org/fhir/sid/icd-10', 'F20.0')] }, true],
    ['another diagnosis', { conditions: [coded('x', 'http://hl7.org/fhir/sid/icd-10', 'J18.9')] }, false],
    ['such a letter in another system', { conditions: [coded('x', 'urn:x', 'F20.0')] }, false],
  ])('%s', (_name, facts, wanted) => {
    expect(differences({ ...NONE, ...facts }, SPAN, () => 'M').get('p1')?.lines.map((l) => l.guarded)).toEqual([wanted]);
  });
});

describe('the count of controlled medicines', () => {
  const order: Order = { resourceType: 'MedicationRequest', id: 'o', status: 'active', extension: [{ url: CONTROLLED_URL, valueBoolean: true }], medicationCodeableConcept: { text: 'Morphin 10 mg' }, dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }] };
  const card = (more: Partial<Card>): Card => ({
    id: 'c', item: 'Morphin 10 mg', unit: 'viên', balance: 28, differs: false, unknown: 0, level: 30, minimum: undefined, controlled: true, counted: { id: 'l', at: 1, amount: 29 }, in: 0, out: 0, given: 1, lots: [], ...more,
  });
  const name = (o: Order): string => o.medicationCodeableConcept?.text ?? '';
  it('is of the cards of controlled medicines, against the balance of the server', () => {
    expect(countLines([card({}), card({ id: 'd', item: 'Vitamin', controlled: false })], [order], true, name)).toMatchObject([{ medicine: 'Morphin 10 mg', expected: 28, given: 1, unit: 'viên', last: { amount: 29 } }]);
    expect(countLines([card({ in: 60, out: 2 })], [], true, name)).toMatchObject([{ in: 60, out: 2, given: 1 }]);
  });
  it('is unknown the first time and where units differ', () => {
    expect(countLines([card({ counted: undefined, given: 0, balance: 0 })], [], true, name)[0]?.expected).toBeUndefined();
    expect(countLines([card({ unknown: 1 })], [], true, name)[0]?.expected).toBeUndefined();
  });
  it('opens a card for what is ordered and has none, by whoever may', () => {
    expect(countLines([], [order, { ...order, id: 'x', extension: [] }], true, name)).toMatchObject([{ medicine: 'Morphin 10 mg', unit: 'viên', card: undefined }]);
    expect(countLines([], [order], false, name)).toEqual([]);
  });
});

describe('the document', () => {
  const me = { reference: 'Practitioner/a', display: 'Hà' };
  const line = { block: 'status' as const, reference: 'Observation/o', at: SPAN.since + HOUR, said: { kind: 'news2' as const, score: 5 }, urgent: true, guarded: false };
  const counted = (amount: number) => ({ line: { medicine: 'Morphin', unit: 'viên', card: undefined, last: undefined, given: 0, in: 0, out: 0, expected: 10 }, counted: amount, note: 'rơi' });
  const draft = (amount: number): Draft => ({
    id: 'h', wardId: 'w', facilityId: 'f', since: SPAN.since, at: SPAN.until, me, countId: 'k', cardIds: ['n'], taskId: 't', counted: [counted(amount)],
    people: [{ id: 'p1', title: 'G1 · A <b>', change: { patientId: 'p1', lines: [line], late: [] } }],
    words: { title: 'T', block: { status: 'S', medical: 'M', special: 'C', undone: 'U' }, late: 'L', counts: 'K', line: () => 'a < b & c', count: () => 'k', difference: () => 'd' },
  });
  const composition = (b: Bundle): Handover => b.entry?.[(b.entry?.length ?? 0) - 1]?.resource as unknown as Handover;
  it('names every fact, is signed by its giver, and tells the head only of a difference', () => {
    const b = handoverBundle(draft(9));
    const c = composition(b);
    expect([c.status, c.author?.[0]?.reference, c.attester?.length]).toEqual(['preliminary', 'Practitioner/a', 1]);
    expect(c.section?.[0]?.section?.[0]?.entry).toEqual([{ reference: 'Observation/o' }]);
    expect(c.section?.[0]?.section?.[0]?.text?.div).toContain('<li>a &lt; b &amp; c</li>');
    expect(b.entry?.map((e) => e.resource?.resourceType)).toEqual(['SupplyRequest', 'List', 'Task', 'Composition']);
    expect(handoverBundle(draft(10)).entry?.map((e) => e.resource?.resourceType)).toEqual(['SupplyRequest', 'List', 'Composition']);
    expect(b.entry?.every((e) => (e.request?.ifNoneExist ?? '') !== '')).toBe(true);
    expect(differenceOf(counted(9))).toBe(-1);
    expect(b.entry?.[1]?.resource).toMatchObject({ entry: [{ item: { reference: 'urn:uuid:n' }, extension: [{ valueQuantity: { value: 9 } }, { valueQuantity: { value: 10 } }, { valueString: 'rơi' }] }] });
    expect(c.section?.[1]?.entry).toEqual([{ reference: 'urn:uuid:k' }]);
  });
  it('leaves out what lies in a compartment, which a carer who takes over must not read', () => {
    const d = draft(10);
    const hidden = { ...line, reference: 'Observation/hidden', guarded: true };
    const only = { id: 'p2', title: 'G2', change: { patientId: 'p2', lines: [hidden], late: [hidden] } };
    const c = composition(handoverBundle({ ...d, people: [{ id: 'p1', title: 'G1', change: { patientId: 'p1', lines: [line, hidden], late: [hidden] } }, only] }));
    expect(c.section?.map((s) => s.title)).toEqual(['G1', 'K']);
    expect(JSON.stringify(c)).not.toContain('Observation/hidden');
    expect(JSON.stringify(c)).not.toContain('Patient/p2');
  });
  it('reads back the words as signed', () => {
    expect(readSections(composition(handoverBundle(draft(9))))[0]).toMatchObject({ title: 'G1 · A <b>', sections: [{ title: 'S', lines: [{ reference: 'Observation/o' }] }] });
  });
  it('takes a second signature once, from another person', () => {
    const h = { ...composition(handoverBundle(draft(10))), id: '1' };
    expect(takeOver(h, me, 0)).toBeUndefined();
    expect(takeOver(h, { reference: '', display: '' }, 0)).toBeUndefined();
    const signed = takeOver(h, { reference: 'Practitioner/b', display: 'B' }, SPAN.until);
    expect([signed?.status, signed?.attester?.length]).toEqual(['final', 2]);
    expect(takeOver(signed as Handover, { reference: 'Practitioner/c', display: 'C' }, 0)).toBeUndefined();
    expect(addendum(h, 'x', 'P', me, 0, 'i').relatesTo).toEqual([{ code: 'appends', targetReference: { reference: 'Composition/1' } }]);
  });
  it('knows since when I ask', () => {
    const h = (date: string, author: string, taker: string, status = 'final'): Handover => ({ resourceType: 'Composition', date: `${date}+07:00`, status, author: [{ reference: author }], attester: [{ mode: 'p', party: { reference: author } }, { mode: 'p', party: { reference: taker } }] });
    const past = [h('2026-11-22T06:00:00', 'x', 'me'), h('2026-11-20T22:00:00', 'me', 'y'), h('2026-11-19T22:00:00', 'me', 'y')];
    const now = at('2026-11-22T13:00:00');
    expect(lastShift(past, 'me', now)).toEqual({ since: at('2026-11-20T22:00:00'), kind: 'gave' });
    expect(lastShift(past.slice(0, 1), 'me', now)).toEqual({ since: at('2026-11-22T06:00:00'), kind: 'took' });
    expect(lastShift(past, 'z', now)).toEqual({ since: at('2026-11-21T22:00:00'), kind: 'shift' });
    expect(lastShift([h('2026-11-22T12:00:00', 'me', '', 'preliminary')], 'me', now).kind).toBe('shift');
    expect(lastShift(past, '', now).kind).toBe('shift');
  });
});
