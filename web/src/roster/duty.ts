/* The duty roster as FHIR keeps it (docs/roster.md) and as the screens know it.
 *
 * One Schedule says what one person does in one ward in one month: for each kind of duty a Timing with its days. So a month of a ward is one
 * search of as many resources as it has people, and two people who write about different persons never meet. On the screens it is a book:
 * a value for each cell (ward, person, day); a value is the codes of that day, in the order of CODES, joined by "+". */

import { addDays } from '../fhir/zone';
import type { CodeableConcept, Identifier, Period, Reference, Resource } from '../fhir/types';
import { CODES, isAbsent, isDutyCode, type DutyCode, type ShiftName } from './shifts';

export const ROSTER_ID = 'urn:ansinh:id:roster';
export const DUTY_URL = 'urn:ansinh:extension:duty';
export const ROOMS_URL = 'urn:ansinh:extension:duty-rooms';
export const SHIFT_SYSTEM = 'urn:ansinh:shift';
const FACILITY_TAG = 'urn:ansinh:tag:facility';

interface Timing { event?: string[]; code?: CodeableConcept }
interface Extension { url: string; valueTiming?: Timing; valueReference?: Reference; extension?: Extension[] }
export interface Schedule extends Resource {
  resourceType: 'Schedule'; identifier?: Identifier[]; active?: boolean; actor?: Reference[]; planningHorizon?: Period; extension?: Extension[];
}

export interface Cell { ward: string; person: string; day: string }
export type Book = Map<string, string>;
/* rooms of one shift of one person, by roomKey */
export type RoomBook = Map<string, string[]>;
export interface Roster { book: Book; rooms: RoomBook }

export const cellKey = (c: Cell): string => `${c.ward}/${c.person}/${c.day}`;
export function cellOf(key: string): Cell {
  const [ward = '', person = '', day = ''] = key.split('/');
  return { ward, person, day };
}
export const roomKey = (c: Cell, shift: ShiftName): string => `${cellKey(c)}/${shift}`;

/* ---- days ---- */

export const monthOf = (day: string): string => day.slice(0, 7);
export function daysOfMonth(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; monthOf(day) === month; day = addDays(day, 1)) days.push(day);
  return days;
}
export function addMonths(month: string, n: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + n;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`;
}
export const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/* ---- values ---- */

export const codesIn = (value: string): DutyCode[] => value.split('+').filter(isDutyCode);

/* Each code once, in order. Who is away works nowhere that day: an absence stands alone. */
export function valueOf(codes: DutyCode[]): string {
  const absent = codes.find(isAbsent);
  const kept = absent ? [absent] : CODES.map((c) => c.code).filter((c) => codes.includes(c));
  return kept.join('+');
}
export function toggled(value: string, code: DutyCode): string {
  const codes = codesIn(value);
  return valueOf(codes.includes(code) ? codes.filter((c) => c !== code) : isAbsent(code) ? [code] : [...codes.filter((c) => !isAbsent(c)), code]);
}

/* ---- reading ---- */

const idOf = (ref: Reference | undefined, type: string): string => {
  const parts = (ref?.reference ?? '').split('/');
  return parts.length === 2 && parts[0] === type ? parts[1] ?? '' : '';
};
export const wardOf = (s: Schedule): string => (s.actor ?? []).map((a) => idOf(a, 'Location')).find((id) => id !== '') ?? '';
export const personOf = (s: Schedule): string => (s.actor ?? []).map((a) => idOf(a, 'Practitioner')).find((id) => id !== '') ?? '';
const codeOf = (t: Timing | undefined): string => t?.code?.coding?.find((c) => c.system === SHIFT_SYSTEM)?.code ?? '';

/* Whatever is not ours, or lies outside the month it is for, is nobody's duty. */
export function readRoster(schedules: Schedule[]): Roster {
  const book: Book = new Map();
  const rooms: RoomBook = new Map();
  for (const s of schedules) {
    const [ward, person, month] = [wardOf(s), personOf(s), monthOf(s.planningHorizon?.start ?? '')];
    if (s.active === false || ward === '' || person === '' || !isMonth(month)) continue;
    for (const e of s.extension ?? []) {
      if (e.url === DUTY_URL) addDuty(book, { ward, person, day: '' }, month, e.valueTiming);
      if (e.url === ROOMS_URL) addRooms(rooms, { ward, person, day: '' }, month, e);
    }
  }
  return { book, rooms };
}

function addDuty(book: Book, at: Cell, month: string, timing: Timing | undefined): void {
  const code = codeOf(timing);
  if (!isDutyCode(code)) return;
  for (const day of timing?.event ?? []) {
    if (day.length !== 10 || monthOf(day) !== month) continue;
    const key = cellKey({ ...at, day });
    book.set(key, valueOf([...codesIn(book.get(key) ?? ''), code]));
  }
}

function addRooms(rooms: RoomBook, at: Cell, month: string, e: Extension): void {
  const timing = e.extension?.find((x) => x.url === 'duty')?.valueTiming;
  const code = codeOf(timing);
  const ids = (e.extension ?? []).filter((x) => x.url === 'room').map((x) => idOf(x.valueReference, 'Location')).filter((id) => id !== '');
  if (!isDutyCode(code) || ids.length === 0) return;
  for (const day of timing?.event ?? []) if (monthOf(day) === month) rooms.set(roomKey({ ...at, day }, code as ShiftName), ids);
}

/* ---- writing ---- */

/* Which resource keeps a cell. */
export interface Leaf { ward: string; person: string; month: string }
export const leafKey = (l: Leaf): string => `${l.ward}/${l.person}/${l.month}`;
export const leafOf = (c: Cell): Leaf => ({ ward: c.ward, person: c.person, month: monthOf(c.day) });

const timing = (code: string, event: string[]): Timing => ({ event, code: { coding: [{ system: SHIFT_SYSTEM, code }] } });

/* The resource with these duties; what others have put into it stays. */
export function scheduleOf(leaf: Leaf, facility: string, old: Schedule | undefined, roster: Roster): Schedule {
  const days = daysOfMonth(leaf.month);
  const duties = CODES.flatMap(({ code }): Extension[] => {
    const event = days.filter((day) => codesIn(roster.book.get(cellKey({ ...leaf, day })) ?? '').includes(code));
    return event.length > 0 ? [{ url: DUTY_URL, valueTiming: timing(code, event) }] : [];
  });
  const rooms = days.flatMap((day) => CODES.flatMap(({ code }): Extension[] => {
    const ids = roster.rooms.get(roomKey({ ...leaf, day }, code as ShiftName)) ?? [];
    const holds = codesIn(roster.book.get(cellKey({ ...leaf, day })) ?? '').includes(code);
    return ids.length > 0 && holds
      ? [{ url: ROOMS_URL, extension: [{ url: 'duty', valueTiming: timing(code, [day]) }, ...ids.map((id) => ({ url: 'room', valueReference: { reference: `Location/${id}` } }))] }] : [];
  }));
  const others = (old?.extension ?? []).filter((e) => e.url !== DUTY_URL && e.url !== ROOMS_URL);
  const { extension: _e, ...kept } = old ?? {
    resourceType: 'Schedule' as const, ...(facility === '' ? {} : { meta: { tag: [{ system: FACILITY_TAG, code: facility }] } as Resource['meta'] & object }),
    identifier: [{ system: ROSTER_ID, value: leafKey(leaf) }],
    actor: [{ reference: `Practitioner/${leaf.person}` }, { reference: `Location/${leaf.ward}` }],
    planningHorizon: { start: days[0] ?? '', end: days.at(-1) ?? '' },
  };
  const extension = [...others, ...duties, ...rooms];
  return { ...kept, active: true, ...(extension.length > 0 ? { extension } : {}) };
}
