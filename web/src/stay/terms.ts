/* What the law gives a term to: telling the commune, finding out who somebody is, a file that is not whole, the end of urgent protection, a notice of
 * death, telling the police of one, a report of an infection. Each is a Task (docs/stay.md) that is closed on its person's page. */

import { DAY_MS } from '../fhir/zone';
import type { Task } from './acts';
import { RECONCILE, TASK_SYSTEM } from './forms';

export const TERMS = ['notify-commune', 'identify', 'complete-file', 'term', 'death-notice', 'death-authority', 'report-communicable'] as const;
export const kindOfTerm = (t: Task): string => TERMS.find((x) => (t.code?.coding ?? []).some((c) => c.system === TASK_SYSTEM && c.code === x)) ?? '';
export const isTerm = (t: Task): boolean => kindOfTerm(t) !== '';
export const isReconcile = (t: Task): boolean => (t.code?.coding ?? []).some((c) => c.system === TASK_SYSTEM && c.code === RECONCILE);
export const OPEN_TASK = 'requested,accepted,in-progress';

/* A day without an hour lasts until its midnight, by the clock of the house. */
export const endOfTerm = (end: string): number => Date.parse(end.length === 10 ? `${end}T23:59:59+07:00` : end);
export const dueAt = (t: Task): number => endOfTerm(t.restriction?.period?.end ?? '');

export type Urgency = 'late' | 'soon' | 'later';
const SOON_DAYS = 3;
export function urgencyOf(due: number, now: number): Urgency {
  if (Number.isNaN(due)) return 'later';
  return due < now ? 'late' : due < now + SOON_DAYS * DAY_MS ? 'soon' : 'later';
}
