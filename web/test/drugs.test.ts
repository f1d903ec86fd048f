import { describe, expect, it } from 'vitest';
import { allergiesOf, conflicts } from '../src/drugs/allergy';
import { areAlike, distance, lookAlikes } from '../src/drugs/alike';
import { dosesIn, lastGiven, progressOf, recordsOf, stateOf, withoutTime, type Dose } from '../src/drugs/doses';
import { DOSE_SYSTEM, giverOf, REASON_SYSTEM, witnessOf, type Allergy, type DosageInstruction, type Given, type Order } from '../src/drugs/forms';
import { holdVerdicts, rulesFor } from '../src/drugs/hold';
import { HOLD_RULES } from '../src/drugs/holdRules';
import { ingredients } from '../src/drugs/names';
import { limitsOf, mayGive, soonAfter, prnKey, wantEffect } from '../src/drugs/prn';
import { recordDose, signedSecond } from '../src/drugs/record';
import { shiftAt, shiftBefore } from '../src/roster/shifts';
import type { Observation } from '../src/fhir/types';
import type { Resident } from '../src/place/ward';
import { addDays, daysOf, instantOf, wardClock, wardInstant, wardTime } from '../src/fhir/zone';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const HOUR = 3_600_000;

function order(id: string, times: string[], more: Partial<Order> = {}, dosage: DosageInstruction = {}): Order {
  return {
    resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', subject: { reference: 'Patient/p1' },
    medicationCodeableConcept: { text: 'Amlodipin 5 mg' },
    dosageInstruction: [{ timing: { repeat: { timeOfDay: times } }, ...dosage }], ...more,
  };
}
function given(key: string, more: Partial<Given> = {}): Given {
  return {
    resourceType: 'MedicationAdministration', id: `g-${key}`, status: 'completed', identifier: [{ system: DOSE_SYSTEM, value: key }],
    request: { reference: `MedicationRequest/${key.split('/')[0]}` }, effectiveDateTime: '2026-11-22T07:31:00+07:00', ...more,
  };
}
const keys = (orders: Order[], from: string, to: string): string[] => dosesIn(orders, at(from), at(to)).map((d) => d.key);

describe('the ward clock', () => {
  it.each([
    ['2026-11-22T00:00:00', '2026-11-22', 0], ['2026-11-21T23:59:00', '2026-11-21', 1439], ['2026-03-29T02:30:00', '2026-03-29', 150],
  ])('%s', (text, day, minutes) => expect(wardTime(at(text))).toEqual({ day, minutes }));
  it('goes there and back for every hour of two years, with no hour missing or twice', () => {
    const seen = new Set<string>();
    for (let ms = at('2025-12-31T00:00:00'); ms < at('2028-01-02T00:00:00'); ms += HOUR) {
      const clock = `${wardTime(ms).day}T${wardClock(ms)}`;
      expect(instantOf(wardTime(ms).day, wardClock(ms))).toBe(ms);
      expect(Date.parse(wardInstant(ms))).toBe(ms);
      expect(seen.has(clock)).toBe(false);
      seen.add(clock);
    }
  });
  it('knows the days of a span', () => {
    expect(daysOf(at('2026-12-31T22:00:00'), at('2027-01-01T06:00:00'))).toEqual(['2026-12-31', '2027-01-01']);
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  });
});

describe('shifts', () => {
  it.each([
    ['05:59:59', 'night', '2026-11-21'], ['06:00:00', 'morning', '2026-11-22'], ['13:59:59', 'morning', '2026-11-22'],
    ['14:00:00', 'afternoon', '2026-11-22'], ['22:00:00', 'night', '2026-11-22'], ['00:00:00', 'night', '2026-11-21'],
  ])('%s is %s of %s', (time, name, day) => {
    const ms = at(`2026-11-22T${time}`);
    const shift = shiftAt(ms);
    expect([shift.name, shift.day]).toEqual([name, day]);
    expect(ms >= shift.start && ms < shift.end && shift.end - shift.start === 8 * HOUR).toBe(true);
    expect(shiftBefore(shift).end).toBe(shift.start);
  });
});

describe('doses of a span', () => {
  it('cross midnight in the night shift', () => {
    const night = shiftAt(at('2026-11-22T23:00:00'));
    const doses = dosesIn([order('a', ['05:30:00', '06:00:00', '21:59:00', '22:00:00', '00:00:00'])], night.start, night.end);
    expect(doses.map((d) => d.key)).toEqual(['a/2026-11-22T22:00', 'a/2026-11-23T00:00', 'a/2026-11-23T05:30']);
  });
  it('count every dose of a day in exactly one shift', () => {
    const o = order('a', ['00:00', '05:59', '06:00', '13:59', '14:00', '21:59', '22:00', '23:59']);
    const all: string[] = [];
    for (let s = shiftAt(at('2026-11-22T07:00:00')), n = 0; n < 3; n += 1, s = shiftAt(s.end)) all.push(...dosesIn([o], s.start, s.end).map((d) => d.key));
    expect(all).toEqual([...new Set(all)]);
    expect(all.length).toBe(8);
  });
  const day = ['2026-11-22T00:00:00', '2026-11-23T00:00:00'] as const;
  it('leave out what is stopped, on hold, as needed or entered in error', () => {
    const stopped = ['stopped', 'on-hold', 'completed', 'entered-in-error', 'draft'].map((status) => order(status, ['07:30'], { status }));
    expect(keys([...stopped, order('prn', ['07:30'], {}, { asNeededBoolean: true })], ...day)).toEqual([]);
  });
  it('respect when an order was written and its bounds', () => {
    expect(keys([order('a', ['07:30', '11:30'], { authoredOn: '2026-11-22T09:00:00+07:00' })], ...day)).toEqual(['a/2026-11-22T11:30']);
    const until = (end: string) => order('a', ['07:30', '19:30'], {}, { timing: { repeat: { timeOfDay: ['07:30', '19:30'], boundsPeriod: { end } } } });
    expect(keys([until('2026-11-22')], ...day).length).toBe(2);
    expect(keys([until('2026-11-21')], ...day).length).toBe(0);
    expect(keys([until('2026-11-22T12:00:00+07:00')], ...day)).toEqual(['a/2026-11-22T07:30']);
  });
  it('know every second day, every four weeks and days of the week', () => {
    const every = (repeat: object) => order('a', [], {}, { timing: { repeat: { timeOfDay: ['08:00'], boundsPeriod: { start: '2026-11-01' }, ...repeat } } });
    const span = ['2026-11-01T00:00:00', '2026-12-01T00:00:00'] as const;
    expect(keys([every({ period: 2, periodUnit: 'd' })], ...span).length).toBe(15);
    expect(keys([every({ period: 4, periodUnit: 'wk' })], ...span)).toEqual(['a/2026-11-01T08:00', 'a/2026-11-29T08:00']);
    expect(keys([every({ dayOfWeek: ['mon', 'thu'] })], '2026-11-22T00:00:00', '2026-11-29T00:00:00')).toEqual(['a/2026-11-23T08:00', 'a/2026-11-26T08:00']);
  });
  it('show orders without a time instead of dropping them', () => {
    expect(withoutTime([order('a', []), order('b', ['07:30']), order('c', [], {}, { asNeededBoolean: true }), order('d', [], { dosageInstruction: [] })])
      .map((o) => o.id)).toEqual(['a', 'd']);
  });
});

describe('what became of a dose', () => {
  const [dose] = dosesIn([order('a', ['07:30'])], at('2026-11-22T06:00:00'), at('2026-11-22T14:00:00'));
  if (!dose) throw new Error('no dose');
  const key = 'a/2026-11-22T07:30';
  it.each([
    ['2026-11-22T06:29:59', 'later'], ['2026-11-22T06:30:00', 'due'], ['2026-11-22T08:30:00', 'due'], ['2026-11-22T08:30:01', 'late'],
  ])('%s: %s', (now, kind) => expect(stateOf(dose, [], at(now)).kind).toBe(kind));
  it('is given, not given with its reason, or open again when struck through', () => {
    expect(stateOf(dose, [given(key)], 0)).toMatchObject({ kind: 'given' });
    const refused = given(key, { status: 'not-done', statusReason: [{ coding: [{ system: REASON_SYSTEM, code: 'refused' }] }] });
    expect(stateOf(dose, [refused], 0)).toMatchObject({ kind: 'not-given', why: 'refused' });
    expect(stateOf(dose, [given(key, { status: 'entered-in-error' })], at('2026-11-22T07:30:00')).kind).toBe('due');
    expect(stateOf(dose, [given('a/2026-11-21T07:30'), given('b/2026-11-22T07:30')], at('2026-11-22T07:30:00')).kind).toBe('due');
  });
  it('keeps both records of a dose that two people gave, the earlier first', () => {
    const twice = [given(key, { id: 'y', effectiveDateTime: '2026-11-22T07:40:00+07:00' }), given(key, { id: 'x' })];
    expect(recordsOf(key, twice).map((g) => g.id)).toEqual(['x', 'y']);
  });
  it('counts progress over what is due, not over the evening', () => {
    const doses = dosesIn([order('a', ['07:30', '07:45', '11:30'])], at('2026-11-22T06:00:00'), at('2026-11-22T14:00:00'));
    expect(progressOf(doses, [given(key)], at('2026-11-22T08:00:00'))).toEqual({ done: 1, all: 2 });
  });
  it('finds the last time', () => {
    const all = [given('a/2026-11-21T07:30', { effectiveDateTime: '2026-11-21T07:35:00+07:00' }), given('a/2026-11-20T07:30', { effectiveDateTime: '2026-11-20T07:35:00+07:00' }),
      given('a/2026-11-22T07:30', { status: 'not-done' })];
    expect(lastGiven(dose.order, all)?.effectiveDateTime).toBe('2026-11-21T07:35:00+07:00');
  });
});

describe('as needed', () => {
  const tablets = (value: number) => ({ value, unit: 'viên', code: '{tablet}' });
  const dosage: DosageInstruction = {
    asNeededBoolean: true, timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } }, doseAndRate: [{ doseQuantity: tablets(1) }],
    maxDosePerPeriod: { numerator: tablets(3), denominator: { value: 1, code: 'd' } },
  };
  const o = order('p', [], { dosageInstruction: [dosage] });
  const taken = (...times: string[]): Given[] => times.map((t, i) => given(`p/x#${i}`, { effectiveDateTime: `${t}+07:00`, dosage: { dose: tablets(1) } }));
  it('may be given when nothing stands against it', () => {
    expect(mayGive(o, dosage, [], at('2026-11-22T10:00:00'))).toEqual({ kind: 'yes', left: 3 });
  });
  it('waits for the interval, to the minute', () => {
    const before = taken('2026-11-22T08:00:00');
    expect(mayGive(o, dosage, before, at('2026-11-22T13:59:59'))).toEqual({ kind: 'no', why: 'interval', from: at('2026-11-22T14:00:00') });
    expect(mayGive(o, dosage, before, at('2026-11-22T14:00:00'))).toEqual({ kind: 'yes', left: 2 });
  });
  it.each([
    ['an hour where nothing is said', 'Xịt khi khó thở', 59, true], ['and no longer', 'Xịt khi khó thở', 60, false],
    ['what its words say', 'Uống khi đau, cách nhau ít nhất 6 giờ, 1 viên', 359, true], ['to the minute', 'Uống khi đau, cách nhau ít nhất 6 giờ, 1 viên', 360, false],
    ['shorter words', 'khi sốt, cách 4-6h', 239, true], ['the lower of two', 'khi sốt, cách 4-6h', 240, false], ['not a time of day', 'cách ngày, lúc 6 giờ', 61, false],
  ] as const)('soon after another it is asked about: %s', (_what, text, minutes, soon) => {
    const { timing: _none, ...rest } = dosage;
    const before = taken('2026-11-22T08:00:00');
    expect(soonAfter(o, { ...rest, text }, before, at('2026-11-22T08:00:00') + minutes * 60_000)).toBe(soon ? at('2026-11-22T08:00:00') : undefined);
  });
  it('an order that sets its least time asks nothing more', () => {
    expect(soonAfter(o, dosage, taken('2026-11-22T08:00:00'), at('2026-11-22T08:02:00'))).toBeUndefined();
  });
  it('has a maximum over a rolling day, not a calendar day', () => {
    const before = taken('2026-11-21T12:00:00', '2026-11-21T18:00:00', '2026-11-22T00:00:00');
    expect(mayGive(o, dosage, before, at('2026-11-22T06:30:00'))).toEqual({ kind: 'no', why: 'maximum', from: at('2026-11-22T12:00:00') });
    expect(mayGive(o, dosage, before, at('2026-11-22T12:00:00'))).toEqual({ kind: 'yes', left: 1 });
  });
  it('does not count what was refused or struck through', () => {
    const before = [given('p/x#1', { status: 'not-done' }), given('p/x#2', { status: 'entered-in-error', effectiveDateTime: '2026-11-22T09:59:00+07:00' })];
    expect(mayGive(o, dosage, before, at('2026-11-22T10:00:00')).kind).toBe('yes');
  });
  it('says unknown rather than yes when units differ', () => {
    const mg: DosageInstruction = { ...dosage, maxDosePerPeriod: { numerator: { value: 4000, code: 'mg' }, denominator: { value: 1, code: 'd' } } };
    expect(mayGive(o, mg, [], 0).kind).toBe('unknown');
    const odd = taken('2026-11-22T01:00:00').map((g) => ({ ...g, dosage: { dose: { value: 500, code: 'mg' } } }));
    expect(mayGive(o, dosage, odd, at('2026-11-22T10:00:00')).kind).toBe('unknown');
  });
  it('never allows a dose larger than its own maximum', () => {
    const big: DosageInstruction = { ...dosage, doseAndRate: [{ doseQuantity: tablets(4) }] };
    expect(mayGive(o, big, [], 0)).toEqual({ kind: 'no', why: 'maximum', from: Infinity });
  });
  it('agrees with trying every minute (400 random histories)', () => {
    let seed = 20261122;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % n;
    };
    const now = at('2026-11-22T12:00:00');
    const slowOk = (before: Given[], t: number): boolean => {
      const times = before.map((g) => Date.parse(g.effectiveDateTime ?? ''));
      if (times.some((x) => t - x < 6 * HOUR && t >= x)) return false;
      return times.filter((x) => x > t - 24 * HOUR && x <= t).length + 1 <= 3;
    };
    for (let round = 0; round < 400; round += 1) {
      const before = taken(...Array.from({ length: random(6) }, () => wardInstant(now - random(40 * 60) * 60_000).slice(0, 19)));
      const answer = mayGive(o, dosage, before, now);
      expect(answer.kind === 'yes', `round ${round}`).toBe(slowOk(before, now));
      if (answer.kind !== 'no') continue;
      let t = now;
      while (!slowOk(before, t)) t += 60_000;
      expect(answer.from, `round ${round}`).toBe(t);
    }
  });
  it('numbers the doses of a day', () => {
    const now = at('2026-11-22T10:00:00');
    expect(prnKey(o, [], now)).toBe('p/2026-11-22#1');
    expect(prnKey(o, [given('p/2026-11-22#1'), given('p/2026-11-22#2', { status: 'entered-in-error' }), given('p/2026-11-21#7')], now)).toBe('p/2026-11-22#2');
  });
  it('reads "three times a day" as no interval', () => {
    expect(limitsOf({ timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } } }).intervalMs).toBe(0);
  });
  it('asks for the effect between half an hour and eight hours later, once', () => {
    const g = taken('2026-11-22T08:00:00');
    const ask = (now: string, done: string[] = []): number => wantEffect([o], g, new Set(done), at(now)).length;
    expect([ask('2026-11-22T08:29:59'), ask('2026-11-22T08:30:00'), ask('2026-11-22T16:00:00'), ask('2026-11-22T16:00:01')]).toEqual([0, 1, 1, 0]);
    expect(ask('2026-11-22T09:00:00', ['g-p/x#0'])).toBe(0);
  });
});

describe('look-alike names', () => {
  it.each([['kitten', 'sitting', 3], ['ab', 'ba', 1], ['', 'abc', 3], ['same', 'same', 0]])('%s %s %d', (a, b, n) => {
    expect(distance(a, b)).toBe(n);
    expect(distance(b, a)).toBe(n);
  });
  it.each([
    ['Hydroxyzin 25 mg', 'Hydralazin 25 mg', true], ['Prednison 5 mg', 'Prednisolon 5 mg', true], ['Clonazepam 2 mg', 'Lorazepam 1 mg', true],
    ['Losartan 50 mg', 'Valsartan 80 mg', false], ['Amlodipin 5 mg', 'Amlodipine 10 mg', false], ['Amlodipin 5 mg', 'Metformin 500 mg', false],
  ])('%s and %s: %s', (a, b, alike) => {
    expect(areAlike(ingredients(a)[0] ?? '', ingredients(b)[0] ?? '')).toBe(alike);
    expect(lookAlikes([a, b, a]).size).toBe(alike ? 2 : 0);
  });
});

describe('allergy', () => {
  const allergy = (text: string, more: Partial<Allergy> = {}): Allergy =>
    ({ resourceType: 'AllergyIntolerance', id: text, patient: { reference: 'Patient/p1' }, code: { text }, ...more });
  const med = (text: string, atc?: string) => ({
    text, concept: { text, ...(atc ? { coding: [{ system: 'http://www.whocc.no/atc', code: atc }] } : {}) },
  });
  it.each([
    ['Penicillin', 'Amoxicilin 500 mg', true], ['dị ứng thuốc nhóm penicilin', 'Amoxicillin + acid clavulanic 625 mg', true],
    ['Penicillin', 'Amlodipin 5 mg', false], ['Aspirin', 'Ibuprofen 400 mg', true], ['Tôm, cua', 'Codein 30 mg', false],
    ['Paracetamol', 'Paracetamol + codein 500/30', true], ['Codein', 'Paracetamol + codein 500/30', true],
  ])('%s against %s: %s', (a, m, hit) => expect(conflicts(med(m), [allergy(a)]).length > 0).toBe(hit));
  it('goes by code where the words differ', () => {
    expect(conflicts(med('Ospamox', 'J01CA04'), [allergy('Penicillin')]).length).toBe(1);
    const coded = allergy('x', { code: { coding: [{ system: 's', code: '1' }] } });
    expect(conflicts({ text: 'y', concept: { coding: [{ system: 's', code: '1' }] } }, [coded]).length).toBe(1);
  });
  it('leaves out refuted entries and other people, keeps unconfirmed ones', () => {
    const status = (code: string) => ({ coding: [{ code }] });
    const all = [allergy('a', { verificationStatus: status('refuted') }), allergy('b', { verificationStatus: status('unconfirmed') }),
      allergy('c', { clinicalStatus: status('resolved') }), allergy('d', { patient: { reference: 'Patient/p2' } })];
    expect(allergiesOf(all, 'p1').map((a) => a.id)).toEqual(['b']);
  });
});

describe('hold rules', () => {
  const now = at('2026-11-22T08:00:00');
  const pulse = (value: number, time: string, more: Partial<Observation> = {}): Observation => ({
    resourceType: 'Observation', id: `${value}${time}`, status: 'final', subject: { reference: 'Patient/p1' }, code: { coding: [{ code: '8867-4' }] },
    effectiveDateTime: `2026-11-22T${time}+07:00`, valueQuantity: { value, code: '/min' }, ...more,
  });
  const digoxin = { text: 'Digoxin 0,25 mg', concept: undefined };
  const verdict = (observations: Observation[]) => holdVerdicts(digoxin, observations, 'p1', now)[0]?.kind;
  it('every rule waits for a clinician', () => {
    expect(HOLD_RULES.every((r) => r.review === 'needs-clinician')).toBe(true);
  });
  it('compares with the newest fresh measurement', () => {
    expect(verdict([])).toBe('unmeasured');
    expect(verdict([pulse(59, '07:00:00')])).toBe('hold');
    expect(verdict([pulse(60, '07:00:00')])).toBe('clear');
    expect(verdict([pulse(80, '06:00:00'), pulse(55, '07:00:00')])).toBe('hold');
    expect(verdict([pulse(55, '03:59:00')])).toBe('unmeasured');
    expect(verdict([pulse(55, '07:00:00', { status: 'entered-in-error' })])).toBe('unmeasured');
    expect(verdict([pulse(55, '07:00:00', { subject: { reference: 'Patient/p2' } })])).toBe('unmeasured');
  });
  it('knows medicines by name and by code', () => {
    expect(rulesFor({ text: 'Bisoprolol 2,5 mg', concept: undefined }).map((r) => r.id)).toEqual(['beta-pulse', 'pressure']);
    expect(rulesFor({ text: '', concept: { coding: [{ system: 'http://www.whocc.no/atc', code: 'A10AB01' }] } }).map((r) => r.id)).toEqual(['insulin-glucose']);
    expect(rulesFor({ text: 'Paracetamol 500 mg', concept: undefined })).toEqual([]);
    expect(rulesFor({ text: 'Hydrochlorothiazid 25 mg', concept: undefined }).length).toBe(1);
  });
  it('takes glucose in either unit', () => {
    const glucose: Observation = {
      ...pulse(54, '07:30:00'), code: { coding: [{ code: '2339-0' }] }, valueQuantity: { value: 54, code: 'mg/dL' },
    };
    expect(holdVerdicts({ text: 'Insulin Mixtard', concept: undefined }, [glucose], 'p1', now)).toMatchObject([{ kind: 'hold' }]);
  });
});

describe('the second signature of a controlled medicine', () => {
  const resident = { id: 'p1', stay: { id: 's1' } } as Resident;
  const me = { reference: 'Practitioner/ha', display: 'Hà' };
  const [dose] = dosesIn([order('o1', ['08:00:00'])], at('2026-11-22T07:00:00'), at('2026-11-22T09:00:00'));
  it('stands in the record as the witness, beside the giver, when it was given on the spot', () => {
    const g = recordDose(dose as Dose, resident, me, 0, 'id', { second: { reference: 'Practitioner/lan', display: 'Lan' } }).resource as unknown as Given;
    expect([giverOf(g)?.reference, witnessOf(g)?.reference]).toEqual(['Practitioner/ha', 'Practitioner/lan']);
    expect(signedSecond(g, me)).toBeUndefined();
  });
  it('is missing where one signed alone, and only another one can add it', () => {
    const g = recordDose(dose as Dose, resident, me, 0, 'id', { alone: 'vì sao' }).resource as unknown as Given;
    expect(witnessOf(g)).toBeUndefined();
    expect(signedSecond(g, me)).toBeUndefined();
    expect(witnessOf(signedSecond(g, { reference: 'Practitioner/lan', display: 'Lan' }) as Given)?.reference).toBe('Practitioner/lan');
  });
});
