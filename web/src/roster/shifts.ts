/* The shifts of a day in the ward's own clock: the one place that knows them, for the board, the handover, alerts and the roster.
 *
 * A facility has one of three ways to divide a day, each of shifts of equal length from one hour on (docs/roster.md). A shift belongs to the
 * day it begins on. */

import { DAY_MS, MINUTE_MS, instantOf, wardTime } from '../fhir/zone';

export type ShiftName = 'morning' | 'afternoon' | 'night' | 'day' | 'night12' | 'whole';
/* A day at the facility outside the shifts; and reasons why somebody is not there. */
export type OtherDuty = 'office' | 'leave' | 'sick' | 'away';
export type DutyCode = ShiftName | OtherDuty;
export type SystemName = 'three' | 'two' | 'one';
export interface ShiftSystem { name: SystemName; first: string }
export interface Shift { name: ShiftName; day: string; start: number; end: number }

interface SystemRow { codes: ShiftName[]; hours: number; first: string }
export const SYSTEMS: Record<SystemName, SystemRow> = {
  three: { codes: ['morning', 'afternoon', 'night'], hours: 8, first: '06:00' },
  two: { codes: ['day', 'night12'], hours: 12, first: '06:00' },
  one: { codes: ['whole'], hours: 24, first: '07:00' },
};
export const SYSTEM_NAMES: SystemName[] = ['three', 'two', 'one'];
export const USUAL: ShiftSystem = { name: 'three', first: SYSTEMS.three.first };
export const ABSENT: DutyCode[] = ['leave', 'sick', 'away'];
const OFFICE = { from: '07:30', until: '16:30' };

/* The order in which codes stand in a cell, and the key that sets each: a plain letter, so that no Vietnamese keyboard changes it. */
export const CODES: { code: DutyCode; key: string }[] = [
  { code: 'morning', key: 's' }, { code: 'afternoon', key: 'c' }, { code: 'night', key: 'd' },
  { code: 'day', key: 'n' }, { code: 'night12', key: 'd' }, { code: 'whole', key: 't' },
  { code: 'office', key: 'h' }, { code: 'leave', key: 'p' }, { code: 'sick', key: 'o' }, { code: 'away', key: 'v' },
];
export const isDutyCode = (text: string): text is DutyCode => CODES.some((c) => c.code === text);
export const isAbsent = (code: DutyCode): boolean => ABSENT.includes(code);
export const offeredCodes = (system: ShiftSystem): DutyCode[] => [...SYSTEMS[system.name].codes, 'office', ...ABSENT];
export const codeOfKey = (key: string, system: ShiftSystem): DutyCode | undefined =>
  offeredCodes(system).find((code) => CODES.some((c) => c.code === code && c.key === key));

export const isClock = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const systemOf = (code: ShiftName): SystemName => SYSTEM_NAMES.find((s) => SYSTEMS[s].codes.includes(code)) ?? 'three';

/* From when to when. What was written while the facility divided its days otherwise keeps the usual hours of that way. */
export function spanOf(code: DutyCode, day: string, system: ShiftSystem): { start: number; end: number } {
  if (code === 'office') return { start: instantOf(day, OFFICE.from), end: instantOf(day, OFFICE.until) };
  if (code === 'leave' || code === 'sick' || code === 'away') return { start: instantOf(day, '00:00'), end: instantOf(day, '00:00') + DAY_MS };
  const name = systemOf(code);
  const row = SYSTEMS[name];
  const start = instantOf(day, name === system.name ? system.first : row.first) + row.codes.indexOf(code) * row.hours * 60 * MINUTE_MS;
  return { start, end: start + row.hours * 60 * MINUTE_MS };
}

export function shiftAt(ms: number, system: ShiftSystem = USUAL): Shift {
  const row = SYSTEMS[system.name];
  const { day, minutes } = wardTime(ms - minutesOf(system.first) * MINUTE_MS);
  const name = row.codes[Math.floor(minutes / (row.hours * 60))] as ShiftName;
  return { name, day, ...spanOf(name, day, system) };
}

export const shiftBefore = (shift: Shift, system: ShiftSystem = USUAL): Shift => shiftAt(shift.start - 1, system);
