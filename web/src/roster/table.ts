/* A roster as a table of a spreadsheet, out and in: people down, days across, a letter in each cell. Coming in it is a dry run first: each cell
 * is new, the same, doubtful (something else stands there) or refused, with its name (F7) and why. Nothing is guessed: a name that two
 * people have, or nobody, takes no cell. */

import { isBlankRow, type Sheet } from '../books/table';
import { textOf, type Cell as TableCell } from '../books/cells';
import { addDays } from '../fhir/zone';
import { foldText } from '../text';
import { cellKey, codesIn, monthOf, valueOf, type Book } from './duty';
import type { Change } from './edit';
import type { Person } from './load';
import { CODES, offeredCodes, type DutyCode, type ShiftSystem } from './shifts';

/* ---- out ---- */

export interface TableWords { name: string; role: string; roleOf: (role: string) => string; letter: (code: DutyCode) => string }

export function rosterTable(people: Person[], ward: string, days: string[], book: Book, words: TableWords): string[][] {
  const head = [words.name, words.role, ...days.map((d) => String(Number(d.slice(8))))];
  return [head, ...people.map((p) => [
    p.name, words.roleOf(p.role), ...days.map((day) => codesIn(book.get(cellKey({ ward, person: p.id, day })) ?? '').map(words.letter).join('+')),
  ])];
}

/* ---- in ---- */

export type Why = 'noHead' | 'nameUnknown' | 'nameTwice' | 'rowTwice' | 'cellUnknown' | 'dayUnknown';
export type Verdict = 'new' | 'same' | 'doubtful' | 'refused';
export interface Line { at: string; verdict: Verdict; text: string; who: string; day: string; change?: Change; why?: Why }
export interface Plan { lines: Line[]; problem?: Why }

const MOST_PEOPLE = 500;
const NAMES = ['ho va ten', 'ho ten', 'ten', 'nhan vien', 'ten nhan vien', 'full name', 'name', 'staff'];
/* Folded words beside the letters; the letters themselves are the keys of CODES. */
const WORDS: Record<string, DutyCode[]> = {
  sang: ['morning'], chieu: ['afternoon'], dem: ['night', 'night12'], ngay: ['day'], truc: ['whole'], 'hanh chinh': ['office'], hc: ['office'],
  phep: ['leave'], 'nghi phep': ['leave'], om: ['sick'], 'nghi om': ['sick'], vang: ['away'], hop: ['away'], hoc: ['away'],
};
const OFF = ['', '-', 'x', 'nghi', 'off', '0'];

/* As table programs call a column: 0 is A, 26 is AA. */
export const columnName = (column: number): string =>
  (column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + String.fromCharCode(65 + (column % 26)));

/* The value of a cell; undefined: nobody here knows what it says. */
export function readValue(cell: TableCell, system: ShiftSystem): string | undefined {
  const text = foldText(textOf(cell)).trim();
  if (OFF.includes(text)) return '';
  const offered = offeredCodes(system);
  const one = (word: string): DutyCode | undefined => {
    const codes = WORDS[word] ?? CODES.filter((c) => c.key === word).map((c) => c.code);
    return codes.find((c) => offered.includes(c)) ?? (codes.length === 1 ? codes[0] : undefined);
  };
  const whole = one(text);
  if (whole) return whole;
  const words = text.split(/[\s+/,&.]+/).filter((w) => w !== '');
  const codes = (words.length > 1 ? words : [...text]).map(one);
  return codes.length <= 3 && codes.every((c): c is DutyCode => c !== undefined) ? valueOf(codes) : undefined;
}

/* "7", "07", 7, "7/11", a date: the day of the month that is shown; undefined: no day; '': a day of another month. */
function dayOf(cell: TableCell, month: string, days: string[]): string | undefined {
  const text = textOf(cell);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso) return monthOf(text) === month ? text : '';
  const plain = /^(\d{1,2})(?:\s*[/.-]\s*(\d{1,2}))?(?:\s*[/.-]\s*\d{4})?$/.exec(foldText(text).replace(/^(t\d|cn|thu \d)\s*/, ''));
  if (!plain) return undefined;
  if (plain[2] !== undefined && Number(plain[2]) !== Number(month.slice(5))) return '';
  return days.find((d) => Number(d.slice(8)) === Number(plain[1])) ?? '';
}

interface Head { row: number; name: number; days: (string | undefined)[] }

function headOf(rows: TableCell[][], month: string, days: string[]): Head | undefined {
  for (let row = 0; row < Math.min(rows.length, 30); row += 1) {
    const cells = rows[row] ?? [];
    const name = cells.findIndex((c) => NAMES.includes(foldText(textOf(c))));
    if (name < 0) continue;
    const read = cells.map((c, i) => (i === name ? undefined : dayOf(c, month, days)));
    if (read.some((d) => d !== undefined && d !== '')) return { row, name, days: read };
  }
  return undefined;
}

/* A name that a spreadsheet would take for a formula has a mark in front, which is ours (record/csv.ts). */
const nameOf = (cell: TableCell): string => textOf(cell).replace(/^'/, '');

export function planTable(sheet: Sheet, ward: string, month: string, book: Book, people: Person[], system: ShiftSystem): Plan {
  const days: string[] = [];
  for (let d = `${month}-01`; monthOf(d) === month; d = addDays(d, 1)) days.push(d);
  const head = headOf(sheet.rows, month, days);
  if (!head) return { lines: [], problem: 'noHead' };
  const lines: Line[] = [];
  const refuse = (row: number, column: number, text: string, who: string, why: Why): void => {
    lines.push({ at: `${columnName(column)}${row + 1}`, verdict: 'refused', text, who, day: '', why });
  };
  head.days.forEach((d, column) => { if (d === '') refuse(head.row, column, textOf(sheet.rows[head.row]?.[column]), '', 'dayUnknown'); });
  const seen = new Set<string>();
  for (let row = head.row + 1; row < sheet.rows.length && seen.size < MOST_PEOPLE; row += 1) {
    const cells = sheet.rows[row] ?? [];
    const name = nameOf(cells[head.name]);
    if (isBlankRow(cells) || name === '') continue;
    const found = people.filter((p) => foldText(p.name) === foldText(name));
    const person = found.length > 1 ? found.filter((p) => p.name === name && p.wards.includes(ward)) : found;
    const one = person.length === 1 ? person[0] : undefined;
    if (!one || seen.has(one.id)) {
      refuse(row, head.name, name, name, one ? 'rowTwice' : found.length > 1 ? 'nameTwice' : 'nameUnknown');
      continue;
    }
    seen.add(one.id);
    head.days.forEach((day, column) => { if (day) lines.push(lineOf(cells[column], { ward, person: one.id, day }, `${columnName(column)}${row + 1}`, one.name, book, system)); });
  }
  return { lines };
}

function lineOf(cell: TableCell, at: { ward: string; person: string; day: string }, where: string, who: string, book: Book, system: ShiftSystem): Line {
  const text = textOf(cell);
  const to = readValue(cell, system);
  const from = book.get(cellKey(at)) ?? '';
  const line = { at: where, text, who, day: at.day };
  if (to === undefined) return { ...line, verdict: 'refused', why: 'cellUnknown' };
  if (to === from) return { ...line, verdict: 'same' };
  return { ...line, verdict: from === '' ? 'new' : 'doubtful', change: { ...at, from, to } };
}

export function tally(plan: Plan): Record<Verdict, number> {
  const n = { new: 0, same: 0, doubtful: 0, refused: 0 };
  for (const l of plan.lines) n[l.verdict] += 1;
  return n;
}
