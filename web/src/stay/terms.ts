/* What the law gives a term to: telling the commune, finding out who somebody is, a file that is not whole, the end of urgent protection, a notice of
 * death, a report of an infection. Each is a Task (docs/stay.md) that is closed on its person's page. */

import { DAY_MS } from '../fhir/zone';
import type { Task } from './acts';
import { TASK_SYSTEM } from './forms';

export const TERMS = ['notify-commune', 'identify', 'complete-file', 'term', 'death-notice', 'report-communicable'] as const;
export const isTerm = (t: Task): boolean => (t.code?.coding ?? []).some((c) => c.system === TASK_SYSTEM && TERMS.some((x) => x === c.code));
export const OPEN_TASK = 'requested,accepted,in-progress';

/* A day without an hour lasts until its midnight, by the clock of the house. */
export function dueAt(t: Task): number {
  const end = t.restriction?.period?.end ?? '';
  return Date.parse(end.length === 10 ? `${end}T23:59:59+07:00` : end);
}

export type Urgency = 'late' | 'soon' | 'later';
const SOON_DAYS = 3;
export function urgencyOf(t: Task, now: number): Urgency {
  const due = dueAt(t);
  if (Number.isNaN(due)) return 'later';
  return due < now ? 'late' : due < now + SOON_DAYS * DAY_MS ? 'soon' : 'later';
}
