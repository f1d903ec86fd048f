/* The dry run: every row of the book becomes a person with findings, and a verdict: new, already in the record, doubtful (a person
 * must look), or refused (with the cell and the reason). Pure: the record's side is given. */

import type { ClockDate } from '../fhir/dates';
import {
  idClashes, readCard, readDate, readGender, readIdNumber, readName, readPhone, readSign, textOf,
  type Cell, type Code, type Finding, type Gender, type IdNumber, type Level, type Reading,
} from './cells';
import { encodingOf, readAs, type OldEncoding } from './encoding';
import { labelOf, type Field } from './fields';
import { sensitiveIn } from './sensitive';
import { foldText } from '../text';
import { isBlankRow } from './table';

export interface Sign { label: string; field: Field; text: string }

export interface BookPerson {
  name: string;
  birth?: string;
  gender?: Gender;
  ids: IdNumber[];
  card?: string;
  recordNumber?: string;
  room: string;
  bed: string;
  admitted?: string;
  diagnoses: string[];
  allergies: string[];
  address: string;
  phone?: string;
  guardian: string;
  guardianPhone?: string;
  ethnicity: string;
  signs: Sign[];
  note: string;
}

export interface Found extends Finding { field: Field; column: number }
export type Verdict = 'new' | 'same' | 'doubtful' | 'refused';

export interface PlannedRow {
  row: number; /* as the file numbers it, from 1 */
  person: BookPerson;
  findings: Found[];
  verdict: Verdict;
  same?: string; /* id of the Patient it is, or may be */
}

export interface Mapping { fields: Field[]; firstRow: number; names: string[] }

/* What a person typed instead of a cell: "row:column" -> text; an empty text leaves the cell out. */
export type Corrections = Map<string, string>;
export const cellKey = (row: number, column: number): string => `${row}:${column}`;

/* What the record already knows. `byNumber`: identifier value -> Patient id. `byName`: folded name -> people. `beds`: folded "room/bed". */
export interface Known {
  byNumber: Map<string, string>;
  byName: Map<string, { id: string; birth: string | undefined }[]>;
  beds: Set<string>;
}
export const NOTHING_KNOWN: Known = { byNumber: new Map(), byName: new Map(), beds: new Set() };

const TEXTS: Field[] = ['name', 'room', 'bed', 'ward', 'diagnosis', 'allergy', 'address', 'guardian', 'ethnicity', 'note'];
const NONE = /^(không|khong|ko|k|no|không có|chưa|chưa ghi nhận|chưa phát hiện|0|-)$/i;

export const bedKey = (room: string, bed: string): string => `${foldText(room)}/${foldText(bed)}`;

class Reader {
  readonly findings: Found[] = [];
  constructor(
    private readonly cells: Cell[], private readonly mapping: Mapping, private readonly encodings: (OldEncoding | undefined)[],
    private readonly row: number, private readonly corrections: Corrections,
  ) {}

  column(field: Field): number {
    return this.mapping.fields.indexOf(field);
  }

  columns(field: Field): number[] {
    return this.mapping.fields.flatMap((f, i) => (f === field ? [i] : []));
  }

  cell(column: number): Cell {
    const corrected = this.corrections.get(cellKey(this.row, column));
    if (corrected !== undefined) return corrected;
    const cell = this.cells[column];
    const was = this.encodings[column];
    return typeof cell === 'string' && was ? readAs(cell, was) : cell;
  }

  isCorrected(column: number): boolean {
    return this.corrections.has(cellKey(this.row, column));
  }

  text(field: Field): string {
    return textOf(this.cell(this.column(field)));
  }

  add(field: Field, column: number, findings: Finding[]): void {
    for (const f of findings) this.findings.push({ ...f, field, column });
  }

  read<T>(field: Field, how: (cell: Cell) => Reading<T>): T | undefined {
    const column = this.column(field);
    if (column < 0) return undefined;
    const { value, findings } = how(this.cell(column));
    this.add(field, column, findings);
    return value;
  }
}

/* "1. Tăng huyết áp; 2. Đái tháo đường" -> two */
function parts(text: string): string[] {
  return text
    .split(/[;\n+]|,(?=\s*\p{Lu})/u)
    .map((p) => p.replace(/^\s*\d+[.)]\s*/, '').trim())
    .filter((p) => p !== '' && !NONE.test(p));
}

function birthAndGender(r: Reader, today: ClockDate): { birth?: string; gender?: Gender } {
  let birth = r.read('birth', (c) => readDate(c, today));
  let gender = r.read('gender', readGender);
  for (const [field, sex] of [['birthIfMale', 'male'], ['birthIfFemale', 'female']] as const) {
    const value = r.read(field, (c) => readDate(c, today));
    if (value === undefined) continue;
    if (gender !== undefined && gender !== sex) r.add(field, r.column(field), [{ level: 'refuse', code: 'genderClash' }]);
    birth ??= value;
    gender ??= sex;
  }
  for (const [field, sex] of [['isMale', 'male'], ['isFemale', 'female']] as const) {
    const column = r.column(field);
    if (column < 0 || !readSign(r.cell(column)).yes) continue;
    if (gender !== undefined && gender !== sex) r.add(field, column, [{ level: 'refuse', code: 'genderClash' }]);
    gender ??= sex;
    /* a year of birth under "Nam" or "Nữ" */
    if (birth === undefined && /\d{4}/.test(textOf(r.cell(column)))) birth = r.read(field, (c) => readDate(c, today));
  }
  const at = Math.max(r.column('birth'), r.column('birthIfMale'), r.column('isMale'), 0);
  if (birth === undefined && !r.findings.some((f) => f.level === 'refuse')) r.add('birth', at, [{ level: 'doubt', code: 'dateMissing' }]);
  if (gender === undefined && !r.findings.some((f) => f.code === 'genderUnreadable')) r.add('gender', at, [{ level: 'doubt', code: 'genderMissing' }]);
  return { ...(birth !== undefined && { birth }), ...(gender !== undefined && { gender }) };
}

function signsOf(r: Reader): Sign[] {
  const signs: Sign[] = [];
  for (const field of ['hiv', 'substance', 'mental'] as const) {
    for (const column of r.columns(field)) {
      const { yes, said } = readSign(r.cell(column));
      if (!yes) continue;
      r.add(field, column, [{ level: 'note', code: 'sensitive' }]);
      signs.push({ label: labelOf(field) ?? '', field, text: said });
    }
  }
  return signs;
}

/* Of free texts: what may stand open, and what goes into a compartment with all its words. */
function apart(r: Reader, field: 'diagnosis' | 'note', signs: Sign[]): string[] {
  const open: string[] = [];
  for (const column of r.columns(field)) {
    const cell = textOf(r.cell(column));
    for (const text of field === 'diagnosis' ? parts(cell) : [cell].filter(Boolean)) {
      const kind = sensitiveIn(text);
      if (kind === undefined) open.push(text);
      else {
        r.add(field, column, [{ level: 'note', code: 'sensitive' }]);
        signs.push({ label: labelOf(kind) ?? '', field: kind, text });
      }
    }
  }
  return open;
}

function personOf(r: Reader, today: ClockDate): BookPerson {
  const signs = signsOf(r);
  const name = r.read('name', readName) ?? '';
  if (r.column('name') < 0) r.add('name', 0, [{ level: 'refuse', code: 'nameMissing' }]);
  const person: BookPerson = {
    name, ids: [], room: r.text('room'), bed: r.text('bed'), diagnoses: apart(r, 'diagnosis', signs),
    allergies: parts(r.text('allergy')), address: r.columns('address').map((c) => textOf(r.cell(c))).filter(Boolean).join(', '),
    guardian: r.text('guardian'), ethnicity: r.text('ethnicity'), signs,
    note: apart(r, 'note', signs).join('; '), ...birthAndGender(r, today),
  };
  const id = r.read('idNumber', readIdNumber);
  if (id) person.ids.push(id);
  r.add('idNumber', r.column('idNumber'), idClashes(id, person.birth, person.gender));
  if (r.column('allergy') >= 0 && NONE.test(r.text('allergy'))) r.add('allergy', r.column('allergy'), [{ level: 'note', code: 'allergyNone' }]);
  const rest = {
    card: r.read('card', readCard), admitted: r.read('admitted', (c) => readDate(c, today)),
    phone: r.read('phone', readPhone), guardianPhone: r.read('guardianPhone', readPhone), recordNumber: r.text('recordNumber') || undefined,
  };
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) Object.assign(person, { [key]: value });
  if (person.admitted && person.birth && person.admitted < person.birth.slice(0, person.admitted.length)) {
    r.add('admitted', r.column('admitted'), [{ level: 'refuse', code: 'admittedBeforeBirth' }]);
  }
  return person;
}

const numbersOf = (p: BookPerson): string[] => [...p.ids.map((i) => i.value), p.card, p.recordNumber].filter((n): n is string => n !== undefined);

const sameBirth = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a.startsWith(b) || b.startsWith(a);

interface Before { numbers: Map<string, number>; names: Map<string, { row: number; birth: string | undefined }[]>; beds: Map<string, number>; room: string }

/* The same name with a day or year of birth that may be the same, higher up in this file. */
function twice(r: Reader, p: BookPerson, before: Before, row: number): void {
  const name = foldText(p.name);
  const same = before.names.get(name) ?? [];
  const first = name === '' ? undefined : same.find((x) => sameBirth(x.birth, p.birth));
  if (first) r.add('name', Math.max(r.column('name'), 0), [{ level: 'doubt', code: 'twiceInFile', offer: String(first.row) }]);
  before.names.set(name, [...same, { row, birth: p.birth }]);
}

function compareWith(known: Known, r: Reader, p: BookPerson, before: Before, row: number): string | undefined {
  const seen = before.numbers;
  const id = numbersOf(p).map((n) => known.byNumber.get(n)).find((x) => x !== undefined);
  const at = Math.max(r.column('name'), 0);
  for (const n of numbersOf(p)) {
    const first = seen.get(n);
    if (first !== undefined) r.add('idNumber', Math.max(r.column('idNumber'), 0), [{ level: 'refuse', code: 'sameInFile', offer: String(first) }]);
    else seen.set(n, row);
  }
  twice(r, p, before, row);
  if (id !== undefined) {
    r.add('name', at, [{ level: 'note', code: 'sameInRecord' }]);
    return id;
  }
  const like = (known.byName.get(foldText(p.name)) ?? []).find((x) => sameBirth(x.birth, p.birth));
  if (like) r.add('name', at, [{ level: 'doubt', code: 'perhapsSame' }]);
  return like?.id;
}

/* A cell merged over the beds of a room says its room only once: the room above is offered. */
function roomAbove(r: Reader, p: BookPerson, before: Before): void {
  const column = r.column('room');
  if (p.room === '' && p.bed !== '' && column >= 0 && before.room !== '' && !r.isCorrected(column)) {
    p.room = before.room;
    r.add('room', column, [{ level: 'doubt', code: 'roomAbove', offer: before.room }]);
  }
  if (p.room !== '') before.room = p.room;
}

/* Nobody is put into a bed where somebody lies: who is taken over all the same gets the room, and a bed later. */
function checkBed(known: Known, r: Reader, p: BookPerson, before: Before, row: number): void {
  if (p.bed === '') return;
  const key = bedKey(p.room, p.bed);
  const first = before.beds.get(key);
  if (first !== undefined || known.beds.has(key)) {
    r.add('bed', r.column('bed'), [{ level: 'doubt', code: 'bedTaken', ...(first !== undefined && { offer: String(first) }) }]);
    p.bed = '';
  } else before.beds.set(key, row);
}

function verdictOf(findings: Found[], isSame: boolean): Verdict {
  const has = (level: Level): boolean => findings.some((f) => f.level === level);
  if (has('refuse')) return 'refused';
  if (isSame) return 'same';
  return has('doubt') ? 'doubtful' : 'new';
}

export function encodingsOf(rows: Cell[][], mapping: Mapping): (OldEncoding | undefined)[] {
  return mapping.fields.map((field, column) => {
    if (!TEXTS.includes(field)) return undefined;
    const texts = rows.slice(mapping.firstRow).map((row) => row[column]).filter((c): c is string => typeof c === 'string');
    return encodingOf(texts.slice(0, 400));
  });
}

export function planRows(
  rows: Cell[][], mapping: Mapping, today: ClockDate, known: Known = NOTHING_KNOWN, corrections: Corrections = new Map(),
): PlannedRow[] {
  const encodings = encodingsOf(rows, mapping);
  const before: Before = { numbers: new Map(), names: new Map(), beds: new Map(), room: '' };
  const planned: PlannedRow[] = [];
  for (let i = mapping.firstRow; i < rows.length; i++) {
    const cells = rows[i] ?? [];
    if (isBlankRow(cells)) continue;
    const row = i + 1;
    const r = new Reader(cells, mapping, encodings, row, corrections);
    const person = personOf(r, today);
    roomAbove(r, person, before);
    const same = compareWith(known, r, person, before, row);
    const isSame = r.findings.some((f) => f.code === 'sameInRecord');
    if (!isSame) checkBed(known, r, person, before, row);
    planned.push({ row, person, findings: r.findings, verdict: verdictOf(r.findings, isSame), ...(same !== undefined && { same }) });
  }
  return planned;
}

export interface Tally { new: number; same: number; doubtful: number; refused: number }

export function tallyOf(rows: PlannedRow[]): Tally {
  const tally: Tally = { new: 0, same: 0, doubtful: 0, refused: 0 };
  for (const r of rows) tally[r.verdict]++;
  return tally;
}

/* Doubts by kind, most frequent first: a lost zero in sixty rows is one decision. */
export function doubtsOf(rows: PlannedRow[]): { code: Code; count: number }[] {
  const counts = new Map<Code, number>();
  for (const r of rows) {
    if (r.verdict !== 'doubtful') continue;
    for (const code of new Set(r.findings.filter((f) => f.level === 'doubt').map((f) => f.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}
