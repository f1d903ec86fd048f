/* Figures that follow from the stays alone: person-days, the month's list of who came and went, and how many meals to cook. Nobody types them
 * a second time.
 *
 * A day counts for somebody who is in the house when it ends (24:00, the ward's clock), or who came and went on that very day: the day of
 * coming counts, the day of leaving does not, and so it is with leave and hospital. */

import { addDays, instantOf } from '../fhir/zone';
import { awaysOf, type Away, type AwayKind, type Stay } from './forms';

export type Where = 'here' | AwayKind | 'out';

const END = (text: string | undefined): number => (text === undefined || text === '' ? Infinity : text.length === 10 ? instantOf(text, '23:59') : Date.parse(text));
const START = (text: string | undefined): number => (text === undefined || text === '' ? -Infinity : text.length === 10 ? instantOf(text, '00:00') : Date.parse(text));
const counts = (s: Stay): boolean => s.status === 'in-progress' || s.status === 'onleave' || s.status === 'finished';

function during(a: Away, at: number): boolean {
  return START(a.from) <= at && at < END(a.back);
}

/* Where somebody of this stay is at a moment. */
export function whereAt(stay: Stay, at: number): Where {
  if (!counts(stay) || at < START(stay.period?.start) || at >= END(stay.period?.end)) return 'out';
  return awaysOf(stay).find((a) => during(a, at))?.kind ?? 'here';
}

export function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (let d = from; d <= until && days.length < 400; d = addDays(d, 1)) days.push(d);
  return days;
}

const endOf = (day: string): number => instantOf(addDays(day, 1), '00:00') - 1;
const startOf = (day: string): number => instantOf(day, '00:00');

/* Which kind of day it was: in the house, on leave, in hospital; undefined: no day of this stay. */
export function kindOfDay(stay: Stay, day: string): Exclude<Where, 'out'> | undefined {
  const at = whereAt(stay, endOf(day));
  if (at !== 'out') return at;
  const [start, end] = [START(stay.period?.start), END(stay.period?.end)];
  return counts(stay) && start >= startOf(day) && end <= endOf(day) && start <= end ? 'here' : undefined;
}

export interface Days { here: number; leave: number; hospital: number }

export function personDays(stay: Stay, from: string, until: string): Days {
  const days: Days = { here: 0, leave: 0, hospital: 0 };
  for (const day of daysBetween(from, until)) {
    const kind = kindOfDay(stay, day);
    if (kind) days[kind] += 1;
  }
  return days;
}

/* Somebody with two stays that touch on one day has that day once. */
export function personDaysOf(stays: Stay[], from: string, until: string): Days {
  const days: Days = { here: 0, leave: 0, hospital: 0 };
  for (const day of daysBetween(from, until)) {
    const kinds = stays.map((s) => kindOfDay(s, day)).filter((k) => k !== undefined);
    const kind = kinds.includes('here') ? 'here' : kinds[0];
    if (kind) days[kind] += 1;
  }
  return days;
}

/* ---- who came and who went ---- */

export interface Movement { opening: number; came: Stay[]; went: Stay[]; closing: number }

/* On the books: since the stay began and until it ended, away or not. */
const onBooks = (s: Stay, at: number): boolean => whereAt(s, at) !== 'out';

export function movement(stays: Stay[], from: string, until: string): Movement {
  const [first, last] = [startOf(from), endOf(until)];
  const inside = (ms: number): boolean => ms >= first && ms <= last;
  const valid = stays.filter(counts);
  return {
    opening: valid.filter((s) => START(s.period?.start) < first && END(s.period?.end) >= first).length,
    came: valid.filter((s) => inside(START(s.period?.start))),
    went: valid.filter((s) => inside(END(s.period?.end))),
    closing: valid.filter((s) => onBooks(s, last)).length,
  };
}

/* ---- meals ---- */

export const MEALS = [{ meal: 'breakfast', at: '06:30' }, { meal: 'lunch', at: '11:00' }, { meal: 'dinner', at: '17:00' }] as const;
export type Meal = (typeof MEALS)[number]['meal'];
/* fasts: nothing by mouth, whatever the day's meals are */
/* apart: what the kitchen has to know of this one alone, beside the diet (what is left out, what they must not eat); '' nothing */
export interface Eater { id: string; ward: string; diet: string; stay: Stay; fasts?: boolean; apart?: string }
export interface MealRow { ward: string; diet: string; breakfast: number; lunch: number; dinner: number }
export interface MealOrder { rows: MealRow[]; apart: Eater[]; not: { eater: Eater; meals: Meal[]; why: AwayKind }[]; fasting: number }

/* Who is away does not eat here; who is expected back is counted once they are back. */
export function mealOrder(eaters: Eater[], day: string): MealOrder {
  const rows = new Map<string, MealRow>();
  const not: MealOrder['not'] = [];
  const apart: Eater[] = [];
  for (const eater of eaters.filter((e) => e.fasts !== true)) {
    const key = `${eater.ward}\n${eater.diet}`;
    const row = rows.get(key) ?? { ward: eater.ward, diet: eater.diet, breakfast: 0, lunch: 0, dinner: 0 };
    const missing: Meal[] = [];
    let why: AwayKind | undefined;
    for (const { meal, at } of MEALS) {
      const where = whereAt(eater.stay, instantOf(day, at));
      if (where === 'here') row[meal] += 1;
      else if (where !== 'out') { missing.push(meal); why = where; }
    }
    if (why) not.push({ eater, meals: missing, why });
    if (row.breakfast + row.lunch + row.dinner > 0) rows.set(key, row);
    if ((eater.apart ?? '') !== '' && MEALS.some(({ at }) => whereAt(eater.stay, instantOf(day, at)) === 'here')) apart.push(eater);
  }
  return {
    rows: [...rows.values()].sort((a, b) => a.ward.localeCompare(b.ward, 'vi') || a.diet.localeCompare(b.diet, 'vi')), not, apart,
    fasting: eaters.filter((e) => e.fasts === true && MEALS.some(({ at }) => whereAt(e.stay, instantOf(day, at)) === 'here')).length,
  };
}

/* ---- for a table program ---- */

/* A cell that a table program would take for a formula gets an apostrophe in front; a number stays a number. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",;\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/* With a mark of UTF-8 in front, so that names keep their accents. */
export const csv = (rows: (string | number)[][]): string => `\ufeff${rows.map((r) => r.map(csvCell).join(',')).join('\r\n')}\r\n`;
