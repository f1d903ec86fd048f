/* Who is due, as far as the forms themselves state an interval (urn:ansinh:form-recall) and no further.
 *
 * A form for the group `all` is for everybody, so it is due for who never had it. The other groups (older people, people with a
 * mental illness, ...) stand nowhere in the record in a way a program may rely on: for them only a repetition is due, counted
 * from the last time. What is not stated is not invented. */

import { numberOf } from '../fhir/decimal';
import type { Quantity } from '../fhir/types';
import { recallsOf, type Recall } from './read';
import type { FormHead } from './types';

/* A course of hours (withdrawal) is ordered for its time; the record does not say that it is going on. */
const COURSES = ['withdrawal'];

export type DueState = 'never' | 'due' | 'overdue';
export interface Due { form: FormHead; state: DueState; last: number | undefined; every: Recall | undefined }

const HOUR = 3_600_000;
function after(at: number, span: Quantity | undefined): number | undefined {
  const n = numberOf(span?.value);
  if (n === undefined) return undefined;
  const date = new Date(at);
  switch (span?.code) {
    case 'h': return at + n * HOUR;
    case 'd': return at + n * 24 * HOUR;
    case 'wk': return at + n * 7 * 24 * HOUR;
    case 'mo': return date.setMonth(date.getMonth() + n);
    case 'a': return date.setFullYear(date.getFullYear() + n);
    default: return undefined;
  }
}

function stateOf(recalls: Recall[], last: number, now: number): DueState | undefined {
  const from = recalls.flatMap((r) => after(last, r.low ?? r.high) ?? []);
  const until = recalls.flatMap((r) => after(last, r.high ?? r.low) ?? []);
  if (from.length === 0 || now < Math.min(...from)) return undefined;
  return now >= Math.max(...until) ? 'overdue' : 'due';
}

/* last: when each form (by url) was last answered for the person. */
export function duesOf(heads: FormHead[], last: Map<string, number>, now: number): Due[] {
  return heads.flatMap((form): Due[] => {
    const recalls = recallsOf(form).filter((r) => !COURSES.includes(r.group));
    const at = last.get(form.url ?? '');
    const every = recalls.find((r) => r.group === 'all') ?? recalls[0];
    if (at === undefined) return recalls.some((r) => r.group === 'all') ? [{ form, state: 'never', last: undefined, every }] : [];
    const state = stateOf(recalls, at, now);
    return state ? [{ form, state, last: at, every }] : [];
  });
}
