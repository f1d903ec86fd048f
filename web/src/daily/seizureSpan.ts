/* From what a clock and two boxes say to when a seizure began and ended. */

import { parseTyped } from '../vitals/number';
import { DAY_MS, instantOf, MINUTE_MS, wardTime } from '../fhir/zone';

export const LONG_MS = 5 * MINUTE_MS;
/* how long a clock may run before it was forgotten */
export const RUNNING_MS = 12 * 60 * MINUTE_MS;

/* began, ended: ms, 0 where the clock was not pressed; time: HH:MM, as typed; unknown: nobody saw how long it lasted */
export interface Timed { began: number; ended: number; time: string; minutes: string; unknown: boolean }
export interface Span { start: number; end?: number }

/* A time of day that has not come yet was yesterday's: the night shift writes after midnight. other: another time was asked for, with its day;
 * then neither the clock nor the box counts, and at undefined is no time. */
export function spanOf(t: Timed, now: number, other?: { at: number | undefined }): Span | 'missing' | 'future' {
  if (t.began > 0 && !other) return t.ended === 0 ? 'missing' : { start: t.began, end: t.ended };
  const today = /^\d\d:\d\d$/.test(t.time) ? instantOf(wardTime(now).day, t.time) : undefined;
  const start = other ? other.at : today !== undefined && today > now ? today - DAY_MS : today;
  if (start === undefined) return 'missing';
  if (t.unknown) return { start };
  const lasted = parseTyped(t.minutes, 0);
  if (lasted.kind !== 'number' || lasted.value.number > 24 * 60) return 'missing';
  const end = start + lasted.value.number * MINUTE_MS;
  /* the box has whole minutes: the last may not be over yet */
  return end > now + MINUTE_MS ? 'future' : { start, end: Math.max(start, Math.min(end, now)) };
}
