/* FHIR dates come in every precision: 1948, 1948-03, 1948-03-02, or an instant with an offset. What is not known is never
 * made up: a partial date keeps its precision when shown, and counts from the start of its period when sorted.
 * Times are shown in the clock of this device. */

export interface ClockDate { year: number; month: number; day: number }

export type Precision = 'year' | 'month' | 'day' | 'time';

export interface FhirDate { precision: Precision; year: number; month: number; day: number; ms: number }

const SHAPE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function parseFhirDate(text: string | undefined): FhirDate | undefined {
  const m = SHAPE.exec(text ?? '');
  if (!m || text === undefined) return undefined;
  const year = Number(m[1]);
  const month = m[2] === undefined ? 1 : Number(m[2]);
  const day = m[3] === undefined ? 1 : Number(m[3]);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (m[4] !== undefined) {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) return undefined;
    const local = new Date(ms);
    return { precision: 'time', year: local.getFullYear(), month: local.getMonth() + 1, day: local.getDate(), ms };
  }
  const precision: Precision = m[3] !== undefined ? 'day' : m[2] !== undefined ? 'month' : 'year';
  return { precision, year, month, day, ms: new Date(year, month - 1, day).getTime() };
}

const DAY_MS = 86_400_000;
const LONGEST = { time: 0, day: DAY_MS - 1, month: 31 * DAY_MS, year: 366 * DAY_MS };

/* The last moment it may mean, with the precision it has; undefined: not to be read. */
export function endOf(text: string): number | undefined {
  const at = parseFhirDate(text);
  return at && at.ms + LONGEST[at.precision];
}

export function clockDate(at: Date): ClockDate {
  return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() };
}

const two = (n: number): string => String(n).padStart(2, '0');

export function showTime(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function showDay(date: ClockDate): string {
  return `${two(date.day)}/${two(date.month)}/${date.year}`;
}

/* 21/11/2026 · 21/11/2026 07:41 · 11/2026 · 2026: as precise as it was recorded. */
export function showFhirDate(text: string | undefined): string {
  const date = parseFhirDate(text);
  if (!date) return '';
  if (date.precision === 'year') return String(date.year);
  if (date.precision === 'month') return `${two(date.month)}/${date.year}`;
  if (date.precision === 'day') return showDay(date);
  return `${showDay(date)} ${showTime(date.ms)}`;
}

/* The same, without a time of day. */
export function showFhirDay(text: string | undefined): string {
  const date = parseFhirDate(text);
  return date?.precision === 'time' ? showDay(date) : showFhirDate(text);
}

/* An instant as FHIR wants it, in this device's own offset: 2026-11-21T07:41:05+07:00. */
export function withOffset(at: Date): string {
  const off = -at.getTimezoneOffset();
  const sign = off < 0 ? '-' : '+';
  const abs = Math.abs(off);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day}T${time}${sign}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

/* What <input type="datetime-local"> speaks, in both directions. */
export function toLocalInput(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function fromLocalInput(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
