/* What the ward's sheets show, worked out from the record without a browser: which readings stand in which half of which day,
 * where a point lies on the chart, how much of a medicine was given on which day. Nothing that was recorded is left off: what
 * does not fit a scale is drawn at its edge with its number. */

import { addDays, dayNumber, instantOf, wardTime, DAY_MS } from '../fhir/zone';
import { numberOf } from '../fhir/decimal';
import { isDone, notGivenReason, stands, whenOf, type Given, type NotGiven } from '../drugs/forms';
import type { Reading } from '../vitals/reading';

export interface Days { from: string; days: number; start: number; end: number; list: string[] }

export function daysUntil(today: string, days: number, from: string | undefined): Days {
  const first = from !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(from) ? from : addDays(today, 1 - days);
  const start = instantOf(first, '00:00');
  return { from: first, days, start, end: start + days * DAY_MS, list: Array.from({ length: days }, (_, i) => addDays(first, i)) };
}

/* 2 * day + (0 = before noon, 1 = after): the columns of the paper chart */
export function halfOf(ms: number, span: Days): number | undefined {
  if (!(ms >= span.start && ms < span.end)) return undefined;
  const { day, minutes } = wardTime(ms);
  return 2 * (dayNumber(day) - dayNumber(span.from)) + (minutes < 720 ? 0 : 1);
}

export function byHalf(readings: Reading[], span: Days): Reading[][] {
  const halves: Reading[][] = Array.from({ length: 2 * span.days }, () => []);
  for (const r of [...readings].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    const half = r.at === undefined ? undefined : halfOf(r.at, span);
    if (half !== undefined) halves[half]?.push(r);
  }
  return halves;
}

export interface Scale { low: number; high: number }
/* the two scales of the paper form, one beside the other */
export const PULSE: Scale = { low: 40, high: 160 };
export const TEMPERATURE: Scale = { low: 35, high: 41 };

export interface Point { x: number; y: number; value: number; off: boolean }

/* x and y from 0 to 1, y downwards as paper is drawn */
export function pointsOf(readings: Reading[], span: Days, scale: Scale): Point[] {
  return [...readings].filter((r) => r.at !== undefined && r.main?.chart !== undefined && halfOf(r.at, span) !== undefined)
    .sort((a, b) => (a.at as number) - (b.at as number))
    .map((r) => {
      const value = r.main?.chart as number;
      const part = (value - scale.low) / (scale.high - scale.low);
      return { x: ((r.at as number) - span.start) / (span.end - span.start), y: 1 - Math.min(1, Math.max(0, part)), value, off: part < 0 || part > 1 };
    });
}

export interface MedicineDay { amount: number; comparable: boolean; times: number; notGiven: Partial<Record<NotGiven, number>> }
export interface MedicineRow { name: string; unit: string; days: (MedicineDay | undefined)[]; total: number; comparable: boolean }

/* One row for each medicine and unit, one cell for each day: what was given, and how often it was not. */
export function medicineRows(given: Given[], span: Days, name: (g: Given) => string): MedicineRow[] {
  const rows = new Map<string, MedicineRow>();
  for (const g of given) {
    const half = halfOf(whenOf(g), span);
    if (!stands(g) || half === undefined) continue;
    const dose = g.dosage?.dose;
    const unit = dose?.unit ?? dose?.code ?? '';
    const key = `${name(g)}\n${unit}`;
    const row = rows.get(key) ?? { name: name(g), unit, days: Array<MedicineDay | undefined>(span.days).fill(undefined), total: 0, comparable: true };
    rows.set(key, row);
    const day = Math.floor(half / 2);
    const cell = row.days[day] ?? { amount: 0, comparable: true, times: 0, notGiven: {} };
    row.days[day] = cell;
    if (!isDone(g)) {
      const why = notGivenReason(g);
      cell.notGiven[why] = (cell.notGiven[why] ?? 0) + 1;
      continue;
    }
    const amount = numberOf(dose?.value);
    cell.times += 1;
    if (amount === undefined) cell.comparable = row.comparable = false;
    else {
      cell.amount = tidy(cell.amount + amount);
      row.total = tidy(row.total + amount);
    }
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.unit < b.unit ? -1 : 1));
}

const tidy = (n: number): number => Math.round(n * 1000) / 1000;

export interface CareEntry { at: number; who: string; seen: string[]; done: string[] }

/* Entries of one minute by one hand stand in one line of the sheet. */
export function careLines(entries: { at: number; who: string; seen?: string; done?: string }[]): CareEntry[] {
  const lines = new Map<string, CareEntry>();
  for (const e of [...entries].sort((a, b) => a.at - b.at || (a.who < b.who ? -1 : a.who > b.who ? 1 : 0))) {
    const minute = Math.floor(e.at / 60_000) * 60_000;
    const key = `${minute} ${e.who}`;
    const line = lines.get(key) ?? { at: minute, who: e.who, seen: [], done: [] };
    lines.set(key, line);
    if (e.seen) line.seen.push(e.seen);
    if (e.done) line.done.push(e.done);
  }
  return [...lines.values()];
}
