/* Medicines given when needed: may one be given now, and if not, when?
 *
 * Two limits from the order: the least time between two doses (timing.repeat: "every 6 hours" of an as-needed order) and the
 * most within a rolling period (maxDosePerPeriod). Where no least time is set, a dose soon after another is asked about (soonAfter). A rolling day, not a calendar day: four tablets at 23:00 and four more at
 * 00:30 are eight tablets. Where units cannot be compared the answer is "unknown", never "yes". */

import { numberOf } from '../fhir/decimal';
import type { Quantity } from '../fhir/types';
import { wardTime } from '../fhir/zone';
import { foldText } from '../text';
import { doseKeyOf, idOf, isDone, stands, whenOf, type DosageInstruction, type Given, type Order } from './forms';

const UNIT_MS: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, wk: 604_800_000 };

export type PrnAnswer =
  | { kind: 'yes'; left: number | undefined }
  | { kind: 'no'; why: 'interval' | 'maximum'; from: number }
  | { kind: 'unknown' };

export interface PrnLimits { intervalMs: number; max: { amount: number; unit: string; spanMs: number } | undefined; each: number | undefined; comparable: boolean }

const unitOf = (q: Quantity | undefined): string => q?.code ?? q?.unit ?? '';

export function limitsOf(dosage: DosageInstruction): PrnLimits {
  const repeat = dosage.timing?.repeat ?? {};
  const unit = UNIT_MS[repeat.periodUnit ?? ''];
  const hours = repeat.period !== undefined && unit !== undefined ? (repeat.period * unit) / (repeat.frequency ?? 1) : 0;
  /* "once a day" is a maximum of one, which as an interval says the same; "3 times a day" says nothing about the time between */
  const intervalMs = (repeat.frequency ?? 1) === 1 ? hours : 0;
  const dose = dosage.doseAndRate?.[0]?.doseQuantity;
  const each = numberOf(dose?.value);
  const ratio = dosage.maxDosePerPeriod;
  if (!ratio) return { intervalMs, max: undefined, each, comparable: true };
  const amount = numberOf(ratio.numerator?.value);
  const span = numberOf(ratio.denominator?.value);
  const spanUnit = UNIT_MS[unitOf(ratio.denominator)];
  const comparable = amount !== undefined && span !== undefined && spanUnit !== undefined && each !== undefined
    && unitOf(dose) === unitOf(ratio.numerator);
  if (!comparable) return { intervalMs, max: undefined, each, comparable: false };
  return { intervalMs, max: { amount, unit: unitOf(ratio.numerator), spanMs: span * spanUnit }, each, comparable: true };
}

/* Where an order sets no least time: what its words say ("cách nhau ít nhất 6 giờ"), and an hour in any case. Words bind nobody, so this asks and
 * does not forbid. */
const HOUR_MS = 3_600_000;
const WORDS = /\bcach (?:nhau )?(?:it nhat |toi thieu )?(\d{1,2})(?: ?(?:-|den) ?\d{1,2})? ?(?:gio|h|tieng)\b/;

export function soonAfter(order: Order, dosage: DosageInstruction, given: Given[], now: number): number | undefined {
  if (limitsOf(dosage).intervalMs > 0) return undefined;
  const before = prnGiven(order, given);
  const last = before[before.length - 1];
  const said = WORDS.exec(foldText(`${dosage.text ?? ''} ${dosage.patientInstruction ?? ''}`));
  const wait = Math.max(1, Number(said?.[1] ?? 1)) * HOUR_MS;
  return last !== undefined && now - whenOf(last) < wait ? whenOf(last) : undefined;
}

export function prnGiven(order: Order, given: Given[]): Given[] {
  return given.filter((g) => stands(g) && isDone(g) && idOf(g.request) === order.id && !Number.isNaN(whenOf(g)))
    .sort((a, b) => whenOf(a) - whenOf(b));
}

/* Sums of tablets and milligrams: compared with a little room for the last bit of a decimal. */
const EPS = 1e-9;

export function mayGive(order: Order, dosage: DosageInstruction, given: Given[], now: number): PrnAnswer {
  const limits = limitsOf(dosage);
  if (!limits.comparable) return { kind: 'unknown' };
  const before = prnGiven(order, given);
  const last = before[before.length - 1];
  const afterInterval = last ? whenOf(last) + limits.intervalMs : -Infinity;
  const { max } = limits;
  let left: number | undefined;
  let afterMax = -Infinity;
  if (max) {
    const each = limits.each ?? 0;
    const amounts: { at: number; amount: number }[] = [];
    for (const g of before) {
      const dose = g.dosage?.dose;
      if (dose && unitOf(dose) !== max.unit) return { kind: 'unknown' };
      amounts.push({ at: whenOf(g), amount: numberOf(dose?.value) ?? each });
    }
    const inSpan = amounts.filter((a) => a.at > now - max.spanMs);
    let used = inSpan.reduce((sum, a) => sum + a.amount, 0);
    left = Math.max(0, max.amount - used);
    for (const a of inSpan) {
      if (used + each <= max.amount + EPS) break;
      used -= a.amount;
      afterMax = a.at + max.spanMs;
    }
    if (used + each > max.amount + EPS) return { kind: 'no', why: 'maximum', from: Infinity };
  }
  if (afterMax > now) return { kind: 'no', why: 'maximum', from: Math.max(afterMax, afterInterval) };
  if (afterInterval > now) return { kind: 'no', why: 'interval', from: afterInterval };
  return { kind: 'yes', left };
}

/* The name of an as-needed dose is its number within the day: two nurses who give "the second of today" at one moment mean
 * the same dose, and only one of them is recorded. */
export function prnKey(order: Order, given: Given[], now: number): string {
  const { day } = wardTime(now);
  const prefix = `${order.id ?? ''}/${day}#`;
  const taken = given.filter(stands).map(doseKeyOf).filter((k) => k.startsWith(prefix)).map((k) => Number(k.slice(prefix.length)) || 0);
  return `${prefix}${Math.max(0, ...taken) + 1}`;
}

export const EFFECT_AFTER_MS = 30 * 60_000;
export const EFFECT_UNTIL_MS = 8 * 3_600_000;

/* As-needed doses whose effect nobody has written down yet, though it should show by now. */
export function wantEffect(asNeeded: Order[], given: Given[], answered: Set<string>, now: number): Given[] {
  const orders = new Set(asNeeded.map((o) => o.id));
  return given
    .filter((g) => stands(g) && isDone(g) && orders.has(idOf(g.request)) && !answered.has(g.id ?? ''))
    .filter((g) => now - whenOf(g) >= EFFECT_AFTER_MS && now - whenOf(g) <= EFFECT_UNTIL_MS)
    .sort((a, b) => whenOf(a) - whenOf(b));
}
