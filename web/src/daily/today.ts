/* What was done for somebody, read back: lines of the day's card, what is still missing, the fluids of 24 hours, and whether the same thing
 * stands there already. Nothing here knows of a browser; the clock is the ward's. */

import { numberOf } from '../fhir/decimal';
import { refersTo } from '../fhir/client';
import { addDays, DAY_MS, instantOf, MINUTE_MS, wardTime } from '../fhir/zone';
import { LOINC } from '../vitals/kinds';
import type { GlucoseUnit } from '../vitals/ranges';
import { answerSystem, CARE_KEYS, CARE_SYSTEM, kindOf, type CareKey, type MealTime, MEAL_TIMES } from './kinds';
import type { CareEntry } from './record';

export interface Done {
  entry: CareEntry;
  id: string;         /* of the Observation; '' while it waits here */
  own: string;        /* its UUID; '' when it has none */
  kind: CareKey;
  answer: string;
  at: number;
  until: number | undefined;
  received: number | undefined;
  amount: number | undefined;
  measured: { value: number; unit: GlucoseUnit | 'kg' } | undefined;
  meal: MealTime | undefined;
  asides: Record<string, string[]>;
  text: string;
  by: string;         /* reference or, without one, the name */
  waiting: boolean;
}

const UUID = 'urn:uuid:';

export function kindIn(o: CareEntry): CareKey | undefined {
  const codes = o.code?.coding ?? [];
  const own = codes.find((c) => c.system === CARE_SYSTEM)?.code;
  const known = CARE_KEYS.find((k) => k === own);
  if (known) return known;
  const has = (code: string): boolean => codes.some((c) => c.system === LOINC && c.code === code);
  if (has('29463-7')) return 'weight';
  return has('15074-8') || has('2339-0') ? 'glucose' : undefined;
}

const answerIn = (concept: CareEntry['valueCodeableConcept'], kind: string): string =>
  concept?.coding?.find((c) => c.system === answerSystem(kind))?.code ?? '';

export function readDone(o: CareEntry, waiting = false): Done | undefined {
  const kind = kindIn(o);
  const at = Date.parse(o.effectiveDateTime ?? o.effectivePeriod?.start ?? '');
  if (!kind || o.status === 'entered-in-error' || !Number.isFinite(at)) return undefined;
  const asides: Record<string, string[]> = {};
  for (const c of o.component ?? []) {
    const code = c.code?.coding?.find((x) => x.system === CARE_SYSTEM)?.code ?? '';
    const answer = answerIn(c.valueCodeableConcept, code);
    if (answer !== '') asides[code] = [...(asides[code] ?? []), answer];
  }
  const quantity = numberOf(o.valueQuantity?.value);
  const unit = o.valueQuantity?.code ?? o.valueQuantity?.unit ?? '';
  const isVital = kind === 'weight' || kind === 'glucose';
  const until = Date.parse(o.effectivePeriod?.end ?? '');
  const received = Date.parse(o.meta?.lastUpdated ?? '');
  return {
    entry: o, id: o.id ?? '', kind, at, waiting, asides,
    own: (o.identifier ?? []).find((i) => (i.value ?? '').startsWith(UUID))?.value?.slice(UUID.length) ?? '',
    answer: answerIn(o.valueCodeableConcept, kind), until: Number.isFinite(until) ? until : undefined,
    received: Number.isFinite(received) ? received : undefined,
    amount: !isVital && unit === 'mL' ? quantity : undefined,
    measured: isVital && quantity !== undefined && (unit === 'kg' || unit === 'mmol/L' || unit === 'mg/dL') ? { value: quantity, unit } : undefined,
    meal: MEAL_TIMES.find((m) => asides['meal-time']?.includes(m)),
    text: o.valueString ?? o.note?.[0]?.text ?? '', by: o.performer?.[0]?.reference ?? o.performer?.[0]?.display ?? '',
  };
}

export function doneFor(all: Done[], patientId: string): Done[] {
  return all.filter((d) => refersTo(d.entry.subject?.reference, 'Patient', patientId)).sort((a, b) => b.at - a.at || (a.own < b.own ? 1 : -1));
}

export const isToday = (d: Done, now: number): boolean => wardTime(d.at).day === wardTime(now).day;

/* What the card of a person goes back over: the day; in the morning half of it twelve hours, so that midnight takes nothing from a night's sight, and whoever
 * wrote it can put it right when the night is over. */
export const isLateView = (now: number): boolean => wardTime(now).minutes >= 12 * 60;
export const inView = (d: Done, now: number): boolean => (isLateView(now) ? isToday(d, now) : d.at > now - DAY_MS / 2);

/* ---- the meal of this hour ---- */

export function mealAt(ms: number): MealTime {
  const { minutes } = wardTime(ms);
  const hour = minutes / 60;
  if (hour >= 4 && hour < 10) return 'breakfast';
  if (hour >= 10 && hour < 15) return 'lunch';
  return hour >= 15 && hour < 21 ? 'supper' : 'snack';
}

/* ---- what is still missing ---- */

export type Missing = { kind: 'meal'; meal: MealTime } | { kind: 'sleep' | 'hygiene' } | { kind: 'bowel'; days: number };

/* By when of the day it should stand there; hours of the facility, to be set with it one day. */
const MEAL_UNTIL: [MealTime, number][] = [['breakfast', 9.5], ['lunch', 14], ['supper', 20]];
const SLEEP_UNTIL = 10;
const HYGIENE_UNTIL = 18;
const BOWEL_DAYS = 3;

/* of one person; since: when they came, and how far back `mine` was read */
export function missingOf(mine: Done[], now: number, since: number): Missing[] {
  const { day, minutes } = wardTime(now);
  const past = (hour: number): boolean => minutes >= hour * 60 && since <= instantOf(day, '00:00') + hour * 60 * MINUTE_MS;
  const today = mine.filter((d) => isToday(d, now));
  const missing: Missing[] = [];
  for (const [meal, until] of MEAL_UNTIL) {
    if (past(until) && !today.some((d) => d.kind === 'meal' && d.meal === meal)) missing.push({ kind: 'meal', meal });
  }
  /* the night is over: an entry of this morning, or of the evening before after 20:00 */
  const night = instantOf(addDays(day, -1), '20:00');
  if (past(SLEEP_UNTIL) && !mine.some((d) => d.kind === 'sleep' && d.at >= night)) missing.push({ kind: 'sleep' });
  if (past(HYGIENE_UNTIL) && !today.some((d) => d.kind === 'hygiene' && d.answer !== 'refused')) missing.push({ kind: 'hygiene' });
  const stool = mine.find((d) => d.kind === 'bowel' && d.answer !== 'none');
  const days = Math.floor((now - Math.max(stool?.at ?? -Infinity, since)) / DAY_MS);
  /* only where somebody looks after it at all: what was never written is not known */
  if (days >= BOWEL_DAYS && mine.some((d) => d.kind === 'bowel')) missing.push({ kind: 'bowel', days });
  return missing;
}

/* ---- fluids ---- */

export interface Balance { in: number; out: number; hasOut: boolean }

export function balanceOf(mine: Done[], now: number): Balance | undefined {
  const sum = (kind: CareKey): number => mine.filter((d) => d.kind === kind && d.at > now - DAY_MS && d.at <= now).reduce((n, d) => n + (d.amount ?? 0), 0);
  const [taken, out] = [sum('drink'), sum('output')];
  return taken === 0 && out === 0 ? undefined : { in: taken, out, hasOut: out > 0 };
}

/* ---- twice ---- */

/* The entry that may be this very act, written by another hand or copied from paper. */
export function twinOf(mine: Done[], kind: CareKey, at: number, meal: MealTime | undefined): Done | undefined {
  if (kind === 'meal' && meal !== undefined && meal !== 'snack') {
    return mine.find((d) => d.kind === 'meal' && d.meal === meal && wardTime(d.at).day === wardTime(at).day);
  }
  if (kind === 'note') return undefined;
  const near = kindOf(kind).nearMinutes * MINUTE_MS;
  return mine.find((d) => d.kind === kind && Math.abs(d.at - at) <= near);
}

/* ---- when ---- */

export type WhenTrouble = 'future' | 'old';
const CLOCK_SKEW_MS = 2 * MINUTE_MS;
const OLD_MS = 2 * DAY_MS;

export function judgeWhen(at: number, now: number): WhenTrouble | undefined {
  if (at > now + CLOCK_SKEW_MS) return 'future';
  return at < now - OLD_MS ? 'old' : undefined;
}
