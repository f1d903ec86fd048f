/* A set of vital signs that waits: against the outbox as it is, under the identifiers it was first sent with. */

import { describe, expect, it } from 'vitest';
import { FhirError, type Problem } from '../src/fhir/client';
import { Decimal } from '../src/fhir/decimal';
import type { Bundle, Observation } from '../src/fhir/types';
import { newItem } from '../src/outbox/item';
import { isOutside, latestStay, openStay, type StaySpan } from '../src/vitals/stays';
import { timeTrouble } from '../src/vitals/useVitalsForm';
import { nearOf } from '../src/vitals/near';
import { canWait, isSet, readingsIn, waitingByPerson, waitingSet } from '../src/vitals/waiting';

const AT = Date.parse('2026-11-22T02:00:00+07:00');
const entry = (uuid: string, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource: { resourceType: 'Observation' as const, status: 'final', identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` }], subject: { reference: 'Patient/p1' }, valueQuantity: { value: new Decimal('37.0') } } as Observation,
});
const bundle: Bundle<Observation> = { resourceType: 'Bundle', type: 'transaction', entry: [entry('u1', 'urn:uuid:place1'), entry('u2')] };

describe('a set that nobody took', () => {
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
  it.each<[Problem, boolean]>([['offline', true], ['timeout', true], ['busy', true], ['server', true], ['garbled', true], ['refused', false], ['forbidden', false], ['conflict', false], ['missing', false]])(
    'after %s it waits: %s', (problem, waits) => expect(canWait(new FhirError(problem))).toBe(waits));
});

describe('whether somebody was here', () => {
  const stay = (status: string, start?: string, end?: string): StaySpan => ({ resourceType: 'Encounter', id: start ?? '', status, period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } });
  it.each<[string, StaySpan[], boolean]>([
    ['never had a stay', [], false], ['planned only', [stay('planned', '2026-11-25')], false], ['is here', [stay('in-progress', '2026-11-01')], false],
    ['came later', [stay('in-progress', '2026-11-22T09:00:00+07:00')], true], ['left before', [stay('finished', '2026-01-01', '2026-11-20')], true],
    ['left that day', [stay('finished', '2026-01-01', '2026-11-22')], false], ['was here the time before', [stay('finished', '2026-11-01', '2026-11-22T08:00:00+07:00'), stay('in-progress', '2026-11-22T09:00:00+07:00')], false],
    ['entered in error', [stay('entered-in-error', '2026-01-01', '2026-01-02')], false], ['no dates at all', [stay('in-progress')], false],
  ])('%s', (_n, stays, outside) => expect(isOutside(stays, AT)).toBe(outside));
  it('the open one, and the latest', () => {
    const stays = [stay('finished', '2025-01-01', '2025-02-01'), stay('finished', '2026-01-01', '2026-02-01')];
    expect([openStay(stays), latestStay(stays)?.id, openStay([...stays, stay('onleave', '2026-03-01')])?.id]).toEqual([undefined, '2026-01-01', '2026-03-01']);
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
  it('not what was withdrawn, and not an earlier try of this very set', () => {
    expect(nearOf([pulse(80, me)], [pulse(80, 'Practitioner/b', { status: 'entered-in-error' })], me, [])).toBeUndefined();
    expect(nearOf([pulse(80, me)], [pulse(80, me, { identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:u1' }] })], me, ['u1'])).toBeUndefined();
    expect(nearOf([], [pulse(80)], me, [])).toBeUndefined();
  });
});
