/* A set of vital signs that waits: against the outbox as it is, under the identifiers it was first sent with. */

import { describe, expect, it } from 'vitest';
import { FhirError, type Problem } from '../src/fhir/client';
import { Decimal } from '../src/fhir/decimal';
import type { Bundle, Observation } from '../src/fhir/types';
import { newItem, parseItems, type Item } from '../src/outbox/item';
import { isOutside, latestStay, openStay, OUTSIDE_URL, saidOutside, type StaySpan } from '../src/vitals/stays';
import { timeTrouble } from '../src/vitals/useVitalsForm';
import { overAt, type Stay } from '../src/outbox/send';
import { NEAR_MS, nearOf } from '../src/vitals/near';
import { saveOrKeep } from '../src/vitals/save';
import { canWait, isHalted, isSet, isWithdrawal, readingsIn, shownSets, waitingByPerson, waitingNear, waitingSet, waitsSince } from '../src/vitals/waiting';

const AT = Date.parse('2026-11-22T02:00:00+07:00');
const entry = (uuid: string, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource: { resourceType: 'Observation' as const, status: 'final', identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` }], subject: { reference: 'Patient/p1' }, valueQuantity: { value: new Decimal('37.0') } } as Observation,
});
const bundle: Bundle<Observation> = { resourceType: 'Bundle', type: 'transaction', entry: [entry('u1', 'urn:uuid:place1'), entry('u2')] };

describe('a set that nobody took', () => {
  it('answers a due of its person from its own time on, unless it was refused', () => {
    const item = newItem(waitingSet(bundle, [], AT, 'p1', 's1', 'x')[0]!);
    expect([waitsSince([item], 'p1', AT), waitsSince([item], 'p1', AT + 1), waitsSince([item], 'p2', AT), waitsSince([], 'p1', 0)]).toEqual([true, false, false, false]);
    expect(waitsSince([{ ...item, halt: 'refused' }], 'p1', AT)).toBe(false);
  });

  it('waits under the identifiers it was sent with, with its own time, and refers to its own parts', () => {
    const [set, ...more] = waitingSet(bundle, [], AT, 'p1', 's1', 'x');
    expect(more).toEqual([]);
    const item = newItem(set!);
    expect([item.at, item.patient, isSet(item)]).toEqual([AT, 'p1', true]);
    expect(item.parts?.map((p) => [p.id, p.stay, p.patient, p.place, p.only])).toEqual([['u1', 's1', 'p1', 'urn:uuid:place1', ''], ['u2', 's1', 'p1', undefined, '']]);
    expect(readingsIn(item).map((o) => (o as { identifier?: unknown }).identifier)).toEqual(bundle.entry?.map((e) => (e.resource as { identifier?: unknown }).identifier));
  });
  it('withdraws what was changed after an earlier try, before anything else', () => {
    const [first, second] = waitingSet(bundle, ['old'], AT, 'p1', 's1', 'x').map(newItem);
    expect([first?.resource.status, first?.parts?.map((p) => p.id), isSet(first!), isSet(second!)]).toEqual(['entered-in-error', ['old'], false, true]);
  });
  it('is shown as measured while it waits, and not once it was refused or taken back', () => {
    const item = newItem(waitingSet(bundle, [], AT, 'p1', 's1', 'x')[0]!);
    expect(waitingByPerson([item]).p1?.length).toBe(2);
    expect(waitingByPerson([{ ...item, halt: 'died' }])).toEqual({});
    expect(waitingByPerson([{ ...item, resource: { ...item.resource, status: 'entered-in-error' } }])).toEqual({});
  });
  it('refused, it is shown to its account wherever the person is by now; so is a withdrawal that was refused', () => {
    const [strike, set] = waitingSet(bundle, ['old'], AT, 'gone', 's1', 'x').map(newItem) as [Item, Item];
    const care = { ...newItem({ id: 'strike-c', at: AT, resource: { resourceType: 'Observation', status: 'entered-in-error' }, patient: 'gone' }), halt: 'refused' as const };
    const [noStrike, died] = [{ ...strike, halt: 'refused' as const }, { ...set, halt: 'died' as const }];
    const takenBack = { ...set, halt: 'refused' as const, resource: { ...set.resource, status: 'entered-in-error' } };
    expect(shownSets([strike, set, care], { here: 'A' }, true)).toEqual([]);
    expect(shownSets([noStrike, died, takenBack, care], { here: 'A' }, true)).toEqual([noStrike, died, takenBack]);
    expect([shownSets([noStrike, died], { here: 'A' }, false), shownSets([strike, set, noStrike], { gone: 'B' }, false)]).toEqual([[], [set, noStrike]]);
    expect([noStrike, died, takenBack, care, set].map((i) => [isHalted(i), isWithdrawal(i)])).toEqual([[true, true], [true, false], [true, true], [false, false], [false, false]]);
  });
  it.each<[Problem, boolean]>([['offline', true], ['timeout', true], ['busy', true], ['server', true], ['garbled', true], ['refused', false], ['forbidden', false], ['conflict', false], ['missing', false]])(
    'after %s it waits: %s', (problem, waits) => expect(canWait(new FhirError(problem))).toBe(waits));
});

describe('sent or kept, and somebody else at the page by then', () => {
  const run = async (answer: 'saved' | Problem, isStillHere: boolean): Promise<string[]> => {
    const did: string[] = [];
    const problem = await saveOrKeep(async () => { if (answer !== 'saved') throw new FhirError(answer); return []; }, {
      keep: () => { did.push('kept'); }, clear: () => { did.push('cleared'); }, isStillHere: () => isStillHere, tell: (_s, waiting) => { did.push(waiting ? 'waits' : 'saved'); },
    });
    return problem ? [...did, problem.problem] : did;
  };
  it.each<['saved' | Problem, boolean, string[]]>([
    ['saved', true, ['cleared', 'saved']], ['timeout', true, ['kept', 'cleared', 'waits']], ['refused', true, ['refused']],
    ['saved', false, ['cleared']], ['timeout', false, ['kept', 'cleared']], ['offline', false, ['kept', 'cleared']], ['forbidden', false, ['forbidden']],
  ])('%s, still here: %s', async (answer, here, did) => expect(await run(answer, here)).toEqual(did));
});

describe('a death or an end said as a day', () => {
  const stay = (end: string): Stay => ({ resourceType: 'Encounter', id: 's', status: 'finished', period: { end } });
  const person = (deceasedDateTime: string) => [{ resourceType: 'Patient', id: 'p1', deceasedDateTime }];
  const on = (time: string): number => Date.parse(`2026-11-20T${time}+07:00`);
  it.each<[string, string, number, string | undefined]>([
    ['', '2026-11-20', on('08:00:00'), undefined], ['', '2026-11-19', on('08:00:00'), 'ended'], ['', '2026-11-20T07:00:00+07:00', on('08:00:00'), 'ended'], ['', '2026-11', on('08:00:00'), undefined], ['', '', on('08:00:00'), 'ended'],
    ['2026-11-20', '2026-11-20', on('08:00:00'), undefined], ['2026-11-19', '2026-11-20', on('08:00:00'), 'died'], ['2026-11-20T07:00:00+07:00', '2026-11-20', on('08:00:00'), 'died'], ['2026-11-20T09:00:00+07:00', '2026-11-20', on('08:00:00'), undefined],
  ])('died "%s", ended "%s"', (died, end, at, halt) => expect(overAt(stay(end), died === '' ? [] : person(died), 'p1', at)).toBe(halt));
});

describe('whether somebody was here', () => {
  const stay = (status: string, start?: string, end?: string): StaySpan => ({ resourceType: 'Encounter', id: start ?? '', status, period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } });
  it.each<[string, StaySpan[], boolean]>([
    ['never had a stay', [], false], ['planned only', [stay('planned', '2026-11-25')], false], ['is here', [stay('in-progress', '2026-11-01')], false],
    ['came later', [stay('in-progress', '2026-11-22T09:00:00+07:00')], true], ['left before', [stay('finished', '2026-01-01', '2026-11-20')], true],
    ['left that day', [stay('finished', '2026-01-01', '2026-11-22')], false], ['was here the time before', [stay('finished', '2026-11-01', '2026-11-22T08:00:00+07:00'), stay('in-progress', '2026-11-22T09:00:00+07:00')], false],
    ['entered in error', [stay('entered-in-error', '2026-01-01', '2026-01-02')], false], ['no dates at all', [stay('in-progress')], false],
  ])('%s', (_n, stays, outside) => expect(isOutside(stays, AT)).toBe(outside));
  it('what is meant outside every stay says so, and nothing else does', () => {
    expect(saidOutside([stay('finished', '2026-01-01', '2026-11-20')], AT)).toEqual({ extension: [{ url: OUTSIDE_URL, valueBoolean: true }] });
    for (const stays of [[], [stay('in-progress', '2026-11-01')]]) expect(saidOutside(stays, AT)).toEqual({});
  });
  it('the open one, and the latest', () => {
    const stays = [stay('finished', '2025-01-01', '2025-02-01'), stay('finished', '2026-01-01', '2026-02-01')];
    expect([openStay(stays, AT), latestStay(stays)?.id, openStay([...stays, stay('onleave', '2026-03-01')], AT)?.id]).toEqual([undefined, '2026-01-01', '2026-03-01']);
  });
  it('what was measured before the open stay began is none of it', () => {
    const open = [stay('finished', '2026-01-01', '2026-02-01'), stay('in-progress', '2026-11-22T01:00:00+07:00')];
    expect([openStay(open, AT)?.id, openStay(open, Date.parse('2026-11-22T00:59:00+07:00')), openStay(open, Date.parse('2026-01-15T08:00:00+07:00'))]).toEqual(['2026-11-22T01:00:00+07:00', undefined, undefined]);
  });
  it.each<[string, string | true | undefined, string | undefined]>([
    ['', undefined, undefined], ['', true, 'takenAfterDeath'], ['', '2026-11-20', 'takenAfterDeath'], ['2026-11-20T10:00:00+07:00', '2026-11-20', undefined],
    ['2026-11-20T10:00:00+07:00', '2026-11-20T09:00:00+07:00', 'takenAfterDeath'], ['2026-11-20T08:00:00+07:00', '2026-11-20T09:00:00+07:00', undefined],
    ['2026-11-20T10:00:00+07:00', '2026-11', undefined], ['2030-01-01T10:00:00+07:00', true, 'takenFuture'],
  ])('taken "%s", died %s', (taken, died, trouble) => expect(timeTrouble(taken, '1948', AT, died)).toBe(trouble));
});

describe('the same signs again', () => {
  const pulse = (value: number, performer?: string, more: object = {}): Observation => ({
    resourceType: 'Observation', status: 'final', code: { coding: [{ code: '8867-4' }] }, valueQuantity: { value, code: '/min' }, effectiveDateTime: '2026-11-22T02:00:00+07:00',
    ...(performer ? { performer: [{ reference: performer }] } : {}), ...more,
  } as Observation);
  const weight = { resourceType: 'Observation', status: 'final', code: { coding: [{ code: '29463-7' }] }, valueQuantity: { value: 50, code: 'kg' } } as Observation;
  const me = 'Practitioner/a';
  it('of a colleague: whatever the value', () => {
    expect(nearOf([pulse(80, me)], [pulse(91, 'Practitioner/b')], me, [])).toEqual({ at: '2026-11-22T02:00:00+07:00', who: 'Practitioner/b', isMine: false });
    expect(nearOf([pulse(80, me)], [{ ...weight, performer: [{ reference: 'Practitioner/b' }] } as Observation], me, [])).toBeUndefined();
  });
  it('of my own: only when every number is the same again', () => {
    expect(nearOf([pulse(80, me)], [pulse(91, me)], me, [])).toBeUndefined();
    expect(nearOf([pulse(80, me)], [pulse(80, me)], me, [])?.isMine).toBe(true);
    expect(nearOf([pulse(80, me), weight], [pulse(80, me)], me, [])).toBeUndefined();
    expect(nearOf([pulse(80)], [pulse(80)], undefined, [])?.isMine).toBe(true);
  });
  it('typed again while the first still waits on this device: asked about, as what the server has is', () => {
    const waits = (o: Observation, patient = 'p1'): Item => newItem(waitingSet({ resourceType: 'Bundle', type: 'transaction', entry: [{ resource: o }] }, [], AT, patient, 's1', patient)[0]!);
    const first = parseItems(JSON.stringify([waits(pulse(80, me)), waits(pulse(80, me), 'p2')])); /* as it lies in storage */
    const there = waitingNear(first, 'p1', AT + 60_000, NEAR_MS);
    expect([there.length, nearOf([pulse(80, me)], there, me, [])?.isMine, nearOf([pulse(91, me)], there, me, [])]).toEqual([1, true, undefined]);
    expect([waitingNear(first, 'p1', AT + NEAR_MS + 1, NEAR_MS), waitingNear(first, 'p3', AT, NEAR_MS), waitingNear(first.map((i) => ({ ...i, halt: 'ended' as const })), 'p1', AT, NEAR_MS)]).toEqual([[], [], []]);
  });
  it('not what was withdrawn, and not an earlier try of this very set', () => {
    expect(nearOf([pulse(80, me)], [pulse(80, 'Practitioner/b', { status: 'entered-in-error' })], me, [])).toBeUndefined();
    expect(nearOf([pulse(80, me)], [pulse(80, me, { identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:u1' }] })], me, ['u1'])).toBeUndefined();
    expect(nearOf([], [pulse(80)], me, [])).toBeUndefined();
  });
});
