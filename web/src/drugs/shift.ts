/* The three shifts of a day in the ward's own clock. The night shift belongs to the day it begins on. */

import { addDays, instantOf, wardTime } from '../fhir/zone';

export type ShiftName = 'morning' | 'afternoon' | 'night';
export interface Shift { name: ShiftName; day: string; start: number; end: number }

const STARTS: { name: ShiftName; at: string; until: string }[] = [
  { name: 'morning', at: '06:00', until: '14:00' },
  { name: 'afternoon', at: '14:00', until: '22:00' },
  { name: 'night', at: '22:00', until: '06:00' },
];

function shiftOf(name: ShiftName, day: string): Shift {
  const s = STARTS.find((x) => x.name === name) as (typeof STARTS)[number];
  const start = instantOf(day, s.at);
  return { name, day, start, end: instantOf(name === 'night' ? addDays(day, 1) : day, s.until) };
}

export function shiftAt(ms: number): Shift {
  const { day, minutes } = wardTime(ms);
  if (minutes < 6 * 60) return shiftOf('night', addDays(day, -1));
  if (minutes < 14 * 60) return shiftOf('morning', day);
  return minutes < 22 * 60 ? shiftOf('afternoon', day) : shiftOf('night', day);
}

export const shiftBefore = (shift: Shift): Shift => shiftAt(shift.start - 1);
