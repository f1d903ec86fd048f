/* The clock of the facility, not of the device: a tablet bought abroad or set wrong must not move a dose to another shift.
 * Viet Nam keeps +07:00 all year, so days and times of day are plain arithmetic, without a table of summer times. */

import { nowMs } from './clock';

const OFFSET_MS = 7 * 3_600_000;
const OFFSET = '+07:00';
export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

export interface WardTime { day: string; minutes: number }

/* '2026-11-22' and the minutes since its midnight, in the ward. */
export function wardTime(ms: number): WardTime {
  const at = new Date(ms + OFFSET_MS);
  return { day: at.toISOString().slice(0, 10), minutes: at.getUTCHours() * 60 + at.getUTCMinutes() };
}

export function wardClock(ms: number): string {
  const { minutes } = wardTime(ms);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/* The instant at which the ward's clock shows this day and time ('07:30' or '07:30:00'). */
export function instantOf(day: string, time: string): number {
  return Date.parse(`${day}T${time.slice(0, 5)}:00${OFFSET}`);
}

export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY_MS).toISOString().slice(0, 10);
}

/* Three months after 30 November is the last day of February. */
export function addMonths(day: string, n: number): string {
  const [y, m, d] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(y, m - 1 + n + 1, 0)).getUTCDate();
  return new Date(Date.UTC(y, m - 1 + n, Math.min(d, last))).toISOString().slice(0, 10);
}

/* Every day of the ward that the span touches. */
export function daysOf(from: number, to: number): string[] {
  const days: string[] = [];
  const last = wardTime(to).day;
  for (let day = wardTime(from).day; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const weekdayOf = (day: string): string => WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] as string;
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

/* 2026-11-22T07:31:05+07:00 */
export function wardInstant(ms: number): string {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}${OFFSET}`;
}

/* 22/11 07:31; only the time when it was today, only the day when it was another year */
export function wardStamp(ms: number, now = nowMs()): string {
  const { day } = wardTime(ms);
  const today = wardTime(now).day;
  if (day === today) return wardClock(ms);
  const short = `${day.slice(8)}/${day.slice(5, 7)}`;
  return day.slice(0, 4) === today.slice(0, 4) ? `${short} ${wardClock(ms)}` : `${short}/${day.slice(0, 4)}`;
}

/* 22/11/2026 07:31, for paper */
export function wardFull(ms: number): string {
  const { day } = wardTime(ms);
  return Number.isFinite(ms) ? `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)} ${wardClock(ms)}` : '';
}
