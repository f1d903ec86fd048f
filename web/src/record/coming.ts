/* What is to come for the people one looks after, and might be forgotten: the visit that was promised, the check of every six months, the order
 * whose result nobody has entered. Each is a list whose first lines are those that wait longest. Nothing of it is stored: it is read from what
 * the visits wrote (visits/compose.ts). */

import { idOf } from '../drugs/forms';
import type { Observation } from '../fhir/types';
import { addMonths, dayNumber, wardTime } from '../fhir/zone';
import { hasCode, HEALTH_CLASS, ORDER_SYSTEM, type Appointment, type ServiceRequest } from '../visits/forms';
import { CLASSES, type HealthClass, type OrderKind } from '../visits/draft';

export const DUE_IDS = ['next', 'check', 'orders'] as const;
export type DueId = (typeof DUE_IDS)[number];

/* the rounds of the year: a check every six months */
const CHECK_MONTHS = 6;

/* ---- promised visits ---- */

/* Those that still stand; R4 keeps a day without a time in requestedPeriod. */
const PROMISED = ['proposed', 'pending', 'booked'];
export const PROMISED_STATUS = PROMISED.join(',');
export const isPromised = (a: Appointment): boolean => PROMISED.includes(a.status ?? '');
export const promisedDay = (a: Appointment): string => (a.requestedPeriod?.[0]?.start ?? a.start ?? '').slice(0, 10);
export const promisedTo = (a: Appointment): string => (a.participant ?? []).map((p) => idOf(p.actor?.reference?.startsWith('Patient/') ? p.actor : undefined)).find((x) => x !== '') ?? '';

/* A visit may keep what was promised for about now, if its author says so: up to three days early, however late. */
const EARLY_DAYS = 3;
export const keptBy = (a: Appointment, today: string): boolean => isPromised(a) && promisedDay(a) !== '' && dayNumber(promisedDay(a)) - dayNumber(today) <= EARLY_DAYS;

/* ---- the six-monthly check ---- */

export interface Check { day: string; healthClass: HealthClass | '' }

/* The newest standing one of a person. */
export function lastCheck(all: Observation[], patient: string): Check | undefined {
  const newest = all.filter((o) => idOf(o.subject) === patient && o.status !== 'entered-in-error' && hasCode(o.code, HEALTH_CLASS, 'class'))
    .sort((a, b) => (b.effectiveDateTime ?? '').localeCompare(a.effectiveDateTime ?? ''))[0];
  const at = Date.parse(newest?.effectiveDateTime ?? '');
  if (!newest || Number.isNaN(at)) return undefined;
  const said = (newest as { valueCodeableConcept?: { coding?: { code?: string }[] } }).valueCodeableConcept?.coding?.[0]?.code;
  return { day: wardTime(at).day, healthClass: CLASSES.find((c) => c === said) ?? '' };
}
/* Six months after the last, or after coming when there was none: who has just come is not late on the first day. */
export const checkDue = (last: Check | undefined, since: string): string => addMonths(last?.day ?? (since === '' ? '2000-01-01' : since), CHECK_MONTHS);

export interface Tally { code: HealthClass; n: number }
export const tallyOf = (checks: (Check | undefined)[]): Tally[] => CLASSES.map((code) => ({ code, n: checks.filter((c) => c?.healthClass === code).length }));

/* ---- orders without a result ---- */

export const kindOfOrder = (o: ServiceRequest): OrderKind | undefined => (['lab', 'imaging', 'referral'] as const).find((k) => (o.category ?? []).some((c) => hasCode(c, ORDER_SYSTEM, k)));
/* What a visit ordered; care by the clock (turning, checks) is a ServiceRequest as well, and has no result to enter. */
export const isVisitOrder = (o: ServiceRequest): boolean => kindOfOrder(o) !== undefined;
export const daysWaiting = (o: ServiceRequest, today: string): number => {
  const at = Date.parse(o.authoredOn ?? '');
  return Number.isNaN(at) ? 0 : Math.max(0, dayNumber(today) - dayNumber(wardTime(at).day));
};
/* Urgent ones first, then by how long they wait. */
export const byWaiting = (a: ServiceRequest, b: ServiceRequest): number =>
  Number(b.priority !== 'routine' && b.priority !== undefined) - Number(a.priority !== 'routine' && a.priority !== undefined) || (a.authoredOn ?? '').localeCompare(b.authoredOn ?? '');

/* Taken back before it was done: it stays, and says why. */
export const revoked = (o: ServiceRequest, why: string): ServiceRequest => ({ ...o, status: 'revoked', note: [...(o.note ?? []), { text: why.trim() }] });
export const cancelled = (a: Appointment, why: string): Appointment => ({ ...a, status: 'cancelled', cancelationReason: { text: why.trim() } });
