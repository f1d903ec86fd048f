/* Quick care: what a tap writes, what stands there when it is read back, what is asked twice, what is missing. */

import { DAY_MS } from '../src/fhir/zone';
import { spanOf, type Timed } from '../src/daily/seizureSpan';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bandOf, converted } from '../src/daily/glucose';
import { CARE_KEYS, KINDS, kindOf } from '../src/daily/kinds';
import { careEntry, recordCare, type Act, type CareEntry } from '../src/daily/record';
import { sayDone } from '../src/daily/say';
import { balanceOf, doneFor, inView, isLateView, judgeWhen, mealAt, missingOf, readDone, twinOf, type Done } from '../src/daily/today';
import { mergeDone } from '../src/daily/useDaily';
import { momentOf } from '../src/daily/When';
import { Decimal, toJson } from '../src/fhir/decimal';
import { DAILY_CATALOGUES, recordWords, wordsIn } from '../src/i18n/daily';
import { newItem, parseItems } from '../src/outbox/item';

const at = (time: string, day = '2026-11-22'): number => Date.parse(`${day}T${time}:00+07:00`);
const me = { reference: 'Practitioner/n1', display: 'Hà' };
const whom = { id: 'p1', stay: 'e1' };
const entry = (act: Act, when: number, id = 'o1'): CareEntry => ({
  ...careEntry(act, whom, me, when, recordWords), id, identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }],
});
const done = (act: Act, when: number, id = 'o1'): Done => readDone(entry(act, when, id)) as Done;
const en = wordsIn('en');

describe('the table of kinds', () => {
  it('has each key once, with words for every answer in both languages', () => {
    expect(KINDS.map((k) => k.key).sort()).toEqual([...CARE_KEYS].sort());
    const wanted = KINDS.flatMap((k) => [`care.kind.${k.key}`, ...k.answers.map((a) => `care.a.${k.key}.${a.code}`),
      ...k.asides.flatMap((a) => [`care.o.${a.code}`, ...a.answers.map((x) => `care.o.${a.code}.${x}`)])]);
    for (const words of Object.values(DAILY_CATALOGUES)) for (const key of wanted) expect(Object.keys(words), key).toContain(key);
  });
  it('is what docs/daily.md tells', () => {
    const docs = readFileSync(join(__dirname, '../../docs/daily.md'), 'utf8');
    for (const kind of KINDS) {
      const row = docs.split('\n').find((line) => line.startsWith(`| \`${kind.key}\``)) ?? '';
      expect(row, kind.key).not.toBe('');
      for (const a of kind.answers) expect(row, `${kind.key} ${a.code}`).toContain(`\`${a.code}\`${a.notable ? '*' : ''}`);
      for (const c of kind.codings) expect(row).toContain(c.code);
      for (const x of kind.asides) for (const a of [x.code, ...x.answers]) expect(row, kind.key).toContain(`\`${a}\``);
    }
  });
});

describe('what a tap writes', () => {
  it('a meal: share, which meal, diet, and that little was eaten is worth telling', () => {
    const e = entry({ kind: 'meal', answer: 'little', meal: 'lunch', diet: 'Cháo' }, at('11:40'));
    expect(e.code?.coding?.[0]).toEqual({ system: 'urn:ansinh:care', code: 'meal' });
    expect(e.valueCodeableConcept).toEqual({ coding: [{ system: 'urn:ansinh:care:meal', code: 'little' }], text: 'Ăn ít' });
    expect(e.component?.map((c) => [c.code?.coding?.[0]?.code, c.valueQuantity?.value ?? c.valueCodeableConcept?.coding?.[0]?.code ?? c.valueString])).toEqual([
      ['meal-time', 'lunch'], ['meal-share', 25], ['diet', 'Cháo']]);
    expect(e.interpretation?.[0]?.coding?.[0]?.code).toBe('A');
    expect([e.effectiveDateTime, e.subject?.reference, e.encounter?.reference]).toEqual(['2026-11-22T11:40:00+07:00', 'Patient/p1', 'Encounter/e1']);
    expect(entry({ kind: 'meal', answer: 'all', meal: 'lunch' }, at('11:40')).interpretation).toBeUndefined();
  });
  it('glucose is stored as it was measured, and low is marked by the unit it was measured in', () => {
    const read = (text: string, unit: 'mmol/L' | 'mg/dL') => entry({ kind: 'glucose', number: { value: new Decimal(text), unit } }, at('07:00'));
    const mg = read('54', 'mg/dL');
    expect([mg.code?.coding?.[0]?.code, mg.valueQuantity?.code, mg.interpretation?.[0]?.coding?.[0]?.code]).toEqual(['2339-0', 'mg/dL', 'LL']);
    const mmol = read('5.0', 'mmol/L');
    expect([mmol.code?.coding?.[0]?.code, mmol.interpretation, toJson(mmol).includes('"value":5.0')]).toEqual(['15074-8', undefined, true]);
    expect(mmol.category?.[0]?.coding?.[0]?.code).toBe('vital-signs');
  });
  it('a seizure has a beginning and an end', () => {
    const e = entry({ kind: 'seizure', answer: 'generalised', period: { start: at('02:10'), end: at('02:14') }, asides: { 'seizure-action': ['side', 'called'] } }, at('02:20'));
    expect([e.effectiveDateTime, e.effectivePeriod]).toEqual([undefined, { start: '2026-11-22T02:10:00+07:00', end: '2026-11-22T02:14:00+07:00' }]);
    expect(sayDone(readDone(e) as Done, en, 'en')).toBe('Whole body, lasted 4 minutes, Laid on the side, Doctor called');
  });
  it('a seizure nobody timed has its beginning only', () => {
    const e = entry({ kind: 'seizure', answer: 'unsure', period: { start: at('02:10') } }, at('02:20'));
    expect([e.effectiveDateTime, e.effectivePeriod]).toEqual(['2026-11-22T02:10:00+07:00', undefined]);
  });
  it.each<[string, Partial<Timed>, { at: number | undefined } | undefined, ReturnType<typeof spanOf>]>([
    ['a clock', { began: at('02:10'), ended: at('02:14') }, undefined, { start: at('02:10'), end: at('02:14') }],
    ['a clock that runs', { began: at('02:10') }, undefined, 'missing'],
    ['typed', { time: '02:00', minutes: '4' }, undefined, { start: at('02:00'), end: at('02:04') }],
    ['typed before midnight', { time: '23:50', minutes: '4' }, undefined, { start: at('23:50') - DAY_MS, end: at('23:54') - DAY_MS }],
    ['longer than there was time for', { time: '02:10', minutes: '30' }, undefined, 'future'],
    ['until this very minute', { time: '02:10', minutes: '11' }, undefined, { start: at('02:10'), end: at('02:20') }],
    ['no minutes', { time: '02:10' }, undefined, 'missing'], ['minutes that are none', { time: '02:10', minutes: 'vài' }, undefined, 'missing'],
    ['nobody saw how long', { time: '02:10', minutes: '7', unknown: true }, undefined, { start: at('02:10') }],
    ['of the night before last', { minutes: '3' }, { at: at('01:00') - DAY_MS }, { start: at('01:00') - DAY_MS, end: at('01:03') - DAY_MS }],
    ['another time, while a clock runs', { began: at('02:00'), minutes: '3' }, { at: at('01:00') }, { start: at('01:00'), end: at('01:03') }],
    ['another time that is none: the box does not stand in', { time: '02:00', minutes: '3' }, { at: undefined }, 'missing'],
    ['nothing', {}, undefined, 'missing'],
  ])('from the clock and the boxes: %s', (_, more, asked, wanted) => {
    expect(spanOf({ began: 0, ended: 0, time: '', minutes: '', unknown: false, ...more }, at('02:20'), asked)).toEqual(wanted);
  });
  it('a group is one item; a meal has one name a day and person, a snack none, one kept beside another none', () => {
    let n = 0;
    const all = ['p1', 'p2'].map((id) => ({ whom: { id, stay: `e-${id}` }, act: { kind: 'meal', answer: 'all', meal: 'lunch' } as Act }));
    const wanted = recordCare(all, me, at('11:40'), () => `u${n += 1}`, recordWords);
    expect(wanted.parts?.map((p) => p.only)).toEqual(['p1', 'p2'].map((p) => `identifier=urn:ansinh:id:care|meal/${p}/2026-11-22/lunch&status=final`));
    expect(new Set(wanted.parts?.map((p) => p.id)).size).toBe(2);
    const none = [recordCare(all, me, at('11:40'), () => 'u', recordWords, true), recordCare(all.map((a) => ({ ...a, act: { ...a.act, meal: 'snack' } })), me, at('22:00'), () => 'u', recordWords)];
    for (const w of none) expect(w.parts?.map((p) => [p.only, p.resource.identifier])).toEqual([['', undefined], ['', undefined]]);
  });
  it('outlives the storage of a tablet with its zeros', () => {
    const item = newItem(recordCare([{ whom, act: { kind: 'glucose', number: { value: new Decimal('5.0'), unit: 'mmol/L' } } }], me, at('07:00'), () => 'u1', recordWords));
    const back = parseItems(JSON.stringify([item]))[0];
    expect(toJson(back?.parts?.[0]?.resource)).toContain('"value":5.0');
    expect(back?.parts?.[0]?.resource.identifier?.[0]?.value).toBe('urn:uuid:u1');
  });
});

describe('glucose', () => {
  it.each([[3.9, 'mmol/L', undefined], [3.8, 'mmol/L', 'low'], [3.0, 'mmol/L', 'low'], [2.9, 'mmol/L', 'urgent'],
    [71, 'mg/dL', undefined], [70, 'mg/dL', 'low'], [55, 'mg/dL', 'low'], [54, 'mg/dL', 'urgent'], [54, 'mmol/L', undefined]] as const)('%s %s', (value, unit, band) => {
    expect(bandOf(value, unit)).toBe(band);
  });
  it('is converted both ways', () => {
    expect([converted(5, 'mmol/L'), converted(54, 'mg/dL')].map((c) => [c.value.toFixed(c.decimals), c.unit])).toEqual([['90', 'mg/dL'], ['3.0', 'mmol/L']]);
  });
});

describe('read back', () => {
  it('what is struck through, of another kind of code, or without a time is no line', () => {
    const e = entry({ kind: 'mood', answer: 'sad' }, at('09:00'));
    expect(readDone({ ...e, status: 'entered-in-error' })).toBeUndefined();
    expect(readDone({ ...e, code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] } })).toBeUndefined();
    expect(readDone({ ...e, effectiveDateTime: '' })).toBeUndefined();
  });
  it('a glucose of the vitals round is one of ours', () => {
    const { code: _c, ...e } = entry({ kind: 'glucose', number: { value: new Decimal('5.2'), unit: 'mmol/L' } }, at('07:00'));
    expect(readDone({ ...e, code: { coding: [{ system: 'http://loinc.org', code: '15074-8' }] } })?.measured).toEqual({ value: new Decimal('5.2').number, unit: 'mmol/L' });
  });
  it('never shows another person’s', () => {
    expect(doneFor([done({ kind: 'mood', answer: 'sad' }, at('09:00'))], 'p11')).toEqual([]);
  });
  it('this page’s taps lie over what the server says, a struck one stays away', () => {
    const stored = entry({ kind: 'mood', answer: 'sad' }, at('09:00'), 'u1');
    const struck = { ...stored, status: 'entered-in-error' };
    expect(mergeDone([stored], [], []).length).toBe(1);
    expect(mergeDone([stored], [struck], []).length).toBe(0);
    const waiting = newItem({ ...recordCare([{ whom, act: { kind: 'sleep', answer: 'well' } }], me, at('06:00'), () => 'u2', recordWords) });
    expect(mergeDone([stored], [], [waiting]).map((d) => [d.kind, d.waiting])).toEqual([['mood', false], ['sleep', true]]);
    expect(mergeDone([stored], [], [{ ...waiting, halt: 'taken' }]).length).toBe(1);
  });
});

describe('twice', () => {
  const lunch = done({ kind: 'meal', answer: 'half', meal: 'lunch' }, at('11:30'));
  it('a meal is the same meal all day, but not tomorrow’s, and a snack is not', () => {
    expect(twinOf([lunch], 'meal', at('14:50'), 'lunch')).toBe(lunch);
    expect(twinOf([lunch], 'meal', at('11:30', '2026-11-23'), 'lunch')).toBeUndefined();
    expect(twinOf([lunch], 'meal', at('11:35'), 'supper')).toBeUndefined();
  });
  it('other kinds within their minutes', () => {
    const bath = done({ kind: 'hygiene', answer: 'bath' }, at('08:00'));
    expect(twinOf([bath], 'hygiene', at('08:10'), undefined)).toBe(bath);
    expect(twinOf([bath], 'hygiene', at('08:11'), undefined)).toBeUndefined();
    expect(twinOf([bath], 'mood', at('08:00'), undefined)).toBeUndefined();
    expect(kindOf('turning').nearMinutes).toBe(5);
  });
});

describe('missing', () => {
  const since = at('00:00', '2026-01-05');
  const kinds = (mine: Done[], now: number, from = since): string[] => missingOf(mine, now, from).map((m) => (m.kind === 'meal' ? m.meal : m.kind));
  it('only what should stand there by now', () => {
    expect(kinds([], at('07:00'))).toEqual([]);
    expect(kinds([], at('14:30'))).toEqual(['breakfast', 'lunch', 'sleep']);
    expect(kinds([], at('20:30'))).toEqual(['breakfast', 'lunch', 'supper', 'sleep', 'hygiene']);
  });
  it('nothing from before they came', () => {
    expect(kinds([], at('14:30'), at('13:00'))).toEqual(['lunch']);
    expect(kinds([], at('15:00'), at('14:30'))).toEqual([]);
  });
  it('three days without a stool, where somebody looks after it', () => {
    const none = done({ kind: 'bowel', answer: 'none' }, at('08:00'));
    const old = done({ kind: 'bowel', answer: '4' }, at('08:00', '2026-11-19'));
    expect(kinds([none, old], at('09:00'))).toEqual(['bowel']);
    expect(kinds([none, done({ kind: 'bowel', answer: '4' }, at('20:00', '2026-11-20'))], at('09:00'))).toEqual([]);
    expect(kinds([], at('09:00'))).toEqual([]);
  });
});

describe('time', () => {
  it('the meal of the hour, on the ward’s clock', () => {
    expect(['03:59', '04:00', '09:59', '10:00', '14:59', '15:00', '20:59', '21:00'].map((t) => mealAt(at(t)))).toEqual(
      ['snack', 'breakfast', 'breakfast', 'lunch', 'lunch', 'supper', 'supper', 'snack']);
  });
  it('refuses what is to come and asks about what is old', () => {
    expect([judgeWhen(at('08:03'), at('08:00')), judgeWhen(at('08:01'), at('08:00')), judgeWhen(at('07:00', '2026-11-20'), at('08:00'))]).toEqual(['future', undefined, 'old']);
    expect([momentOf(undefined, at('08:00')), momentOf('', at('08:00')), momentOf('2026-11-22T09:00', at('08:00')), momentOf('2026-11-22T07:00', at('08:00'))]).toEqual(
      [at('08:00'), undefined, undefined, at('07:00')]);
  });
  it('fluids of 24 hours', () => {
    const mine = [done({ kind: 'drink', amount: 200 }, at('07:00')), done({ kind: 'drink', amount: 300 }, at('06:00', '2026-11-21')), done({ kind: 'output', amount: 450 }, at('06:30'))];
    expect(balanceOf(mine, at('08:00'))).toEqual({ in: 200, out: 450, hasOut: true });
    expect(balanceOf([], at('08:00'))).toBeUndefined();
  });
  it('the card goes back over the day; midnight and the end of the night take nothing from sight', () => {
    const late = done({ kind: 'turning', answer: 'left' }, at('23:57', '2026-11-22'));
    const seen = (time: string, day: string): boolean => inView(late, at(time, day));
    expect([seen('23:58', '2026-11-22'), seen('00:05', '2026-11-23'), seen('06:10', '2026-11-23'), seen('11:56', '2026-11-23')]).toEqual([true, true, true, true]);
    expect([seen('11:58', '2026-11-23'), seen('12:00', '2026-11-23'), seen('20:00', '2026-11-23')]).toEqual([false, false, false]);
    const early = done({ kind: 'turning', answer: 'left' }, at('00:10', '2026-11-23'));
    expect([inView(early, at('11:59', '2026-11-23')), inView(early, at('23:59', '2026-11-23'))]).toEqual([true, true]);
    expect([isLateView(at('11:59')), isLateView(at('12:00'))]).toEqual([false, true]);
  });
});
