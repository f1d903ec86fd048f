/* Which doses a span of time asks for, and what became of each.
 *
 * Nothing is guessed: an order that is neither "as needed" nor says its times goes into a list of its own and is shown, not
 * dropped. A dose is matched with what was recorded by its name alone; what was struck through does not count. */

import { conceptText } from '../fhir/clinical';
import { parseFhirDate } from '../fhir/dates';
import type { Resource } from '../fhir/types';
import { refersTo } from '../fhir/client';
import { dayNumber, daysOf, instantOf, wardClock, wardTime, weekdayOf, MINUTE_MS } from '../fhir/zone';
import {
  asksSince, doseKeyOf, idOf, isDone, notGivenReason, stands, whenOf, type DosageInstruction, type Given, type NotGiven, type Order, type Repeat,
} from './forms';

/* How far from its time a dose still counts as on time. */
export const ON_TIME_MS = 60 * MINUTE_MS;

export interface Dose {
  key: string; /* <order id>/<day>T<HH:MM> */
  order: Order;
  dosage: DosageInstruction;
  patientId: string;
  scheduled: number;
}

export const isAsNeeded = (d: DosageInstruction): boolean => d.asNeededBoolean === true || d.asNeededCodeableConcept !== undefined;
const isRunning = (o: Order): boolean => o.status === 'active';

export function dosesIn(orders: Order[], from: number, to: number): Dose[] {
  const doses = new Map<string, Dose>();
  for (const order of orders.filter(isRunning)) {
    for (const dosage of order.dosageInstruction ?? []) {
      if (isAsNeeded(dosage)) continue;
      for (const dose of dosesOfOne(order, dosage, from, to)) {
        if (!doses.has(dose.key)) doses.set(dose.key, dose);
      }
    }
  }
  return [...doses.values()].sort((a, b) => a.scheduled - b.scheduled || compare(a.key, b.key));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function dosesOfOne(order: Order, dosage: DosageInstruction, from: number, to: number): Dose[] {
  const repeat = dosage.timing?.repeat ?? {};
  const made: Dose[] = [];
  for (const day of daysOf(from, to - 1)) {
    if (!fallsOn(order, repeat, day)) continue;
    for (const time of repeat.timeOfDay ?? []) {
      const scheduled = instantOf(day, time);
      if (!(scheduled >= from && scheduled < to) || !isWithin(order, repeat, scheduled)) continue;
      made.push({ key: `${order.id ?? ''}/${day}T${time.slice(0, 5)}`, order, dosage, patientId: idOf(order.subject), scheduled });
    }
  }
  return made;
}

/* "every second day", "every four weeks", "Monday and Thursday": counted from the day the order starts */
function fallsOn(order: Order, repeat: Repeat, day: string): boolean {
  if (repeat.dayOfWeek && repeat.dayOfWeek.length > 0 && !repeat.dayOfWeek.includes(weekdayOf(day))) return false;
  const unitDays = { d: 1, wk: 7 }[repeat.periodUnit ?? 'd'];
  const every = (repeat.period ?? 1) * (unitDays ?? 1);
  if (unitDays === undefined || every <= 1 || (repeat.dayOfWeek ?? []).length > 0) return true;
  const first = startOf(order, repeat);
  if (first === undefined) return true;
  return (dayNumber(day) - dayNumber(wardTime(first).day)) % every === 0;
}

/* A date without a time begins at the ward's midnight, whatever clock the device keeps. */
function startOfDate(text: string | undefined): number | undefined {
  const date = parseFhirDate(text);
  if (!date || date.precision === 'time') return date?.ms;
  const two = (n: number): string => String(n).padStart(2, '0');
  return instantOf(`${date.year}-${two(date.month)}-${two(date.day)}`, '00:00');
}

function startOf(order: Order, repeat: Repeat): number | undefined {
  return startOfDate(repeat.boundsPeriod?.start) ?? startOfDate(order.authoredOn);
}

/* A dose of 07:30 is not due from an order written at 09:00; a bound with a day only lasts to the end of that day. */
function isWithin(order: Order, repeat: Repeat, scheduled: number): boolean {
  const start = startOf(order, repeat);
  if ((start !== undefined && scheduled < start) || scheduled < asksSince(order)) return false;
  return isBeforeEnd(repeat.boundsPeriod?.end, scheduled);
}

/* An as-needed order that was for three days is not offered on the fourth. */
export function isInForce(d: DosageInstruction, now: number): boolean {
  const bounds = d.timing?.repeat?.boundsPeriod;
  const start = startOfDate(bounds?.start);
  return (start === undefined || start <= now) && isBeforeEnd(bounds?.end, now);
}

function isBeforeEnd(text: string | undefined, at: number): boolean {
  const end = parseFhirDate(text);
  return !end || (end.precision === 'time' ? at <= end.ms : wardTime(at).day <= (text ?? '').slice(0, 10));
}

/* Orders in force that name no time and are not "as needed": somebody must set a time. */
export function withoutTime(orders: Order[]): Order[] {
  return orders.filter(isRunning).filter((o) => (o.dosageInstruction ?? []).length === 0
    || (o.dosageInstruction ?? []).some((d) => !isAsNeeded(d) && (d.timing?.repeat?.timeOfDay ?? []).length === 0));
}

export type DoseState =
  | { kind: 'given'; record: Given }
  | { kind: 'not-given'; why: NotGiven; record: Given }
  | { kind: 'late' | 'due' | 'later' };

/* Newest word last: several records of one dose (an entry from a tablet that was offline) are all returned by recordsOf. */
export function recordsOf(key: string, given: Given[]): Given[] {
  return given.filter((g) => stands(g) && doseKeyOf(g) === key).sort((a, b) => whenOf(a) - whenOf(b) || compare(a.id ?? '', b.id ?? ''));
}

export function stateOf(dose: Dose, given: Given[], now: number): DoseState {
  const record = recordsOf(dose.key, given)[0];
  if (record) return isDone(record) ? { kind: 'given', record } : { kind: 'not-given', why: notGivenReason(record), record };
  if (now > dose.scheduled + ON_TIME_MS) return { kind: 'late' };
  return { kind: now >= dose.scheduled - ON_TIME_MS ? 'due' : 'later' };
}

export interface Progress { done: number; all: number }

/* "12/38": of the doses whose time has come, those that have an answer. */
export function progressOf(doses: Dose[], given: Given[], now: number): Progress {
  const states = doses.map((d) => stateOf(d, given, now)).filter((s) => s.kind !== 'later');
  return { done: states.filter((s) => s.kind === 'given' || s.kind === 'not-given').length, all: states.length };
}

/* The last time this order was given, before this dose. */
export function lastGiven(order: Order, given: Given[]): Given | undefined {
  return given.filter((g) => stands(g) && isDone(g) && idOf(g.request) === order.id)
    .sort((a, b) => whenOf(b) - whenOf(a))[0];
}

export function medicineText(
  use: { medicationCodeableConcept?: Order['medicationCodeableConcept']; medicationReference?: Order['medicationReference'] },
  included: Resource[] = [],
): string {
  const direct = conceptText(use.medicationCodeableConcept);
  if (direct) return direct;
  const ref = use.medicationReference?.reference;
  const found = included.find((r) => r.resourceType === 'Medication' && refersTo(ref, 'Medication', r.id ?? ''));
  return conceptText((found as { code?: Order['medicationCodeableConcept'] } | undefined)?.code) || use.medicationReference?.display || '';
}

export const doseClock = (dose: Dose): string => wardClock(dose.scheduled);
