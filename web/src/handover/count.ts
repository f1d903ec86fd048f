/* Controlled medicines at handover: what should be there is what was counted last, less what was given since. What is there is
 * counted by hand, and signed as it is: a difference is said, never smoothed. */

import { numberOf } from '../fhir/decimal';
import { idOf, isControlled, isDone, stands, whenOf, type Given, type Order } from '../drugs/forms';
import type { Seen } from './forms';

export const COUNT = { system: 'urn:ansinh:stock', code: 'controlled-count' };

export interface CountLine {
  medicine: string;
  unit: string;
  last: { amount: number; at: number; reference: string } | undefined;
  given: number;
  /* undefined at the first count ever, and when something given has another unit */
  expected: number | undefined;
}

const unitOf = (q: { unit?: string; code?: string } | undefined): string => q?.unit ?? q?.code ?? '';

export function countLines(orders: Order[], given: Given[], counts: Seen[], name: (o: Order) => string): CountLine[] {
  const medicines = new Map<string, Order[]>();
  for (const o of orders.filter(isControlled)) medicines.set(name(o), [...(medicines.get(name(o)) ?? []), o]);
  for (const c of counts.filter(isCount)) {
    const medicine = medicineOf(c);
    if (!medicines.has(medicine)) medicines.set(medicine, []);
  }
  return [...medicines].map(([medicine, theirs]) => lineOf(medicine, theirs, given, counts)).sort((a, b) => (a.medicine < b.medicine ? -1 : 1));
}

const isCount = (c: Seen): boolean => c.status !== 'entered-in-error' && (c.code?.coding ?? []).some((x) => x.system === COUNT.system && x.code === COUNT.code);
const medicineOf = (c: Seen): string => c.code?.text ?? '';

function lineOf(medicine: string, orders: Order[], given: Given[], counts: Seen[]): CountLine {
  const ids = new Set(orders.map((o) => o.id));
  const last = counts.filter((c) => isCount(c) && medicineOf(c) === medicine)
    .map((c) => ({ amount: numberOf(c.valueQuantity?.value) ?? 0, at: Date.parse(c.effectiveDateTime ?? ''), reference: `Observation/${c.id}`, unit: unitOf(c.valueQuantity) }))
    .sort((a, b) => b.at - a.at)[0];
  const firstDose = orders[0]?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  const unit = last?.unit || unitOf(firstDose);
  let sum = 0;
  let comparable = true;
  for (const g of given) {
    if (!stands(g) || !isDone(g) || !ids.has(idOf(g.request)) || !(whenOf(g) > (last?.at ?? -Infinity))) continue;
    const dose = g.dosage?.dose;
    const amount = numberOf(dose?.value);
    if (amount === undefined || unitOf(dose) !== unit) comparable = false;
    else sum += amount;
  }
  const round = (n: number): number => Math.round(n * 1000) / 1000;
  return {
    medicine, unit, last: last && { amount: last.amount, at: last.at, reference: last.reference }, given: round(sum),
    expected: last && comparable ? round(last.amount - sum) : undefined,
  };
}

export function typedCount(text: string): number | undefined {
  const m = /^\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*$/.exec(text);
  return m ? Number((m[1] ?? '').replace(',', '.')) : undefined;
}
