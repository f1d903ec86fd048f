/* What the roster says of this moment: am I on duty, where, with which rooms; when did my last shift end; is anybody on duty in a ward at all.
 * Plain functions over a book; onDuty.ts fetches it. */

import { MINUTE_MS } from '../fhir/zone';
import { cellOf, codesIn, roomKey, type Book, type Roster } from './duty';
import { isAbsent, spanOf, type DutyCode, type ShiftName, type ShiftSystem } from './shifts';

export interface Duty { ward: string; person: string; day: string; code: DutyCode; start: number; end: number }

/* Shifts only: who is there in office hours looks after no residents by it. */
export function dutiesOf(book: Book, system: ShiftSystem, wanted: (person: string, ward: string) => boolean): Duty[] {
  const duties: Duty[] = [];
  for (const [key, value] of book) {
    const { ward, person, day } = cellOf(key);
    if (!wanted(person, ward)) continue;
    for (const code of codesIn(value)) if (!isAbsent(code) && code !== 'office') duties.push({ ward, person, day, code, ...spanOf(code, day, system) });
  }
  return duties.sort((a, b) => a.start - b.start || (a.ward < b.ward ? -1 : 1));
}

/* People come a little earlier and leave a little later than the roster says. */
export const EARLY_MS = 30 * MINUTE_MS;
const runs = (d: Duty, now: number): boolean => now >= d.start && now < d.end;

/* rooms: given to me in it; others: given at this time to others and not to me. What is given to nobody is everybody's. */
export interface Mine { duty: Duty | undefined; rooms: string[]; others: string[] }

/* My duty in this ward at this moment; the one that begins within half an hour, when none runs. */
export function myDuty(roster: Roster, system: ShiftSystem, me: string, ward: string, now: number): Mine {
  const all = dutiesOf(roster.book, system, (p, w) => p === me && w === ward);
  const duty = all.find((d) => runs(d, now)) ?? all.find((d) => now >= d.start - EARLY_MS && now < d.start);
  if (!duty) return { duty, rooms: [], others: [] };
  const given = (d: Duty): string[] => roster.rooms.get(roomKey(d, d.code as ShiftName)) ?? [];
  const rooms = given(duty);
  const beside = dutiesOf(roster.book, system, (p, w) => p !== me && w === ward).filter((d) => d.start < duty.end && d.end > duty.start);
  return { duty, rooms, others: [...new Set(beside.flatMap(given))].filter((r) => !rooms.includes(r)) };
}

/* The ward but for the rooms given to others, so that nobody falls between two. */
export interface Share { onDuty: boolean; rooms: string[]; others: string[] }
export const NOT_ON: Share = { onDuty: false, rooms: [], others: [] };
export const isMyRoom = (roomId: string, share: Share): boolean => share.onDuty && !share.others.includes(roomId);

/* The end of my last shift here: the one before the one I am on. */
export function myLastEnd(roster: Roster, system: ShiftSystem, me: string, ward: string, now: number): number | undefined {
  const current = myDuty(roster, system, me, ward, now).duty;
  const before = current ? current.start : now;
  const ends = dutiesOf(roster.book, system, (p, w) => p === me && w === ward).filter((d) => d.end <= before).map((d) => d.end);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/* Whom an alert of this ward interrupts first: those on duty. undefined: the roster says of nobody that they are, so it is everybody's. */
export function onDutyIn(roster: Roster, system: ShiftSystem, ward: string, now: number): Set<string> | undefined {
  const there = new Set(dutiesOf(roster.book, system, (_p, w) => w === ward).filter((d) => runs(d, now)).map((d) => d.person));
  return there.size > 0 ? there : undefined;
}

export const nextDuty = (roster: Roster, system: ShiftSystem, me: string, now: number): Duty | undefined =>
  dutiesOf(roster.book, system, (p) => p === me).find((d) => d.end > now);
