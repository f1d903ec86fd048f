/* The dry run: every row of the book becomes a person with findings, and a verdict: new, already in the record, doubtful (a person
 * must look), or refused (with the cell and the reason). Pure: the record's side is given. */

import type { ClockDate } from '../fhir/dates';
import { idClashes, readAge, readCard, readDate, readGender, readIdNumber, readName, readPhone, readSign, textOf, type Cell, type Code, type Gender, type IdNumber } from './cells';
import { labelOf, type Field } from './fields';
import { leftIn, remarkIn, stateIn } from './left';
import { bedKey } from './places';
import { encodingsFor, Reader, rowsBeside, verdictOf, type Checked, type Corrections, type Mapping } from './reader';
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

export interface PlannedRow extends Checked<Field, Code> {
  person: BookPerson;
  same?: string; /* id of the Patient it is, or may be */
}

/* What the record already knows. `byNumber`: identifier value -> Patient id. `byName`: folded name -> people. `beds`: those that are taken, by
 * bedKey -> id of who lies there. `places`: the rooms and beds there are, by roomKey and bedKey -> Location id. */
export interface Known {
  byNumber: Map<string, string>;
  byName: Map<string, { id: string; birth: string | undefined }[]>;
  beds: Map<string, string>;
  places: Map<string, string>;
  asked?: ReadonlySet<string>; /* which questions were asked (questionsOf); without it, whatever there is to ask */
}
export const NOTHING_KNOWN: Known = { byNumber: new Map(), byName: new Map(), beds: new Map(), places: new Map() };

export const TEXTS: Field[] = ['name', 'familyName', 'room', 'bed', 'roomBed', 'ward', 'left', 'state', 'diagnosis', 'allergy', 'address', 'guardian', 'ethnicity', 'note'];
const NONE = /^(không|khong|ko|k|no|không có|chưa|chưa ghi nhận|chưa phát hiện|0|-)$/i;

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
  birth ??= r.read('age', (c) => readAge(c, today));
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
    for (const text of field === 'diagnosis' ? parts(cell) : [r.under(column, cell)].filter(Boolean)) {
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

/* A line of somebody who is not here any more (left.ts). */
function whetherLeft(r: Reader, today: ClockDate): void {
  for (const column of r.columns('left')) r.add('left', column, leftIn(r.cell(column), today));
  for (const column of r.columns('state')) r.add('state', column, stateIn(r.cell(column)));
  for (const field of ['name', 'note', 'room', 'bed', 'roomBed'] as const) for (const column of r.columns(field)) r.add(field, column, remarkIn(r.cell(column)));
}

/* Family name and given name may stand in columns of their own. */
function readWholeName(r: Reader): string | undefined {
  const family = r.text('familyName');
  return r.read('name', (c) => readName(family === '' ? c : `${family} ${textOf(c)}`));
}

/* "201/3", "P.201 - G.3": room and bed in one cell, parted where exactly one sign parts them. */
function placeOf(r: Reader): { room: string; bed: string } {
  const both = r.text('roomBed');
  const m = /^([^/,;-]+?)\s*[/,;-]\s*([^/,;-]+)$/.exec(both);
  if (both === '') return { room: r.text('room'), bed: r.text('bed') };
  if (!m) return { room: r.text('room') || both, bed: r.text('bed') };
  r.say('roomBed', 'note', 'placeSplit', `${m[1] ?? ''} · ${m[2] ?? ''}`);
  return { room: (m[1] ?? '').trim(), bed: (m[2] ?? '').trim() };
}

function personOf(r: Reader, today: ClockDate): BookPerson {
  const signs = signsOf(r);
  const name = readWholeName(r) ?? '';
  const place = placeOf(r);
  if (r.column('name') < 0) r.add('name', 0, [{ level: 'refuse', code: 'nameMissing' }]);
  const person: BookPerson = {
    name, ids: [], ...place, diagnoses: apart(r, 'diagnosis', signs),
    allergies: parts(r.text('allergy')), address: r.columns('address').map((c) => textOf(r.cell(c))).filter(Boolean).join(', '),
    guardian: r.text('guardian'), ethnicity: r.text('ethnicity'), signs,
    note: apart(r, 'note', signs).join('; '), ...birthAndGender(r, today),
  };
  whetherLeft(r, today);
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

/* What the record is asked about somebody. */
const escape = (text: string): string => text.replace(/[\\|,$]/g, (c) => `\\${c}`);
export const questionsOf = (p: BookPerson): string[] => [
  ...numbersOf(p).map((n) => `Patient?identifier=${encodeURIComponent(escape(n))}&_count=5`),
  ...(p.name === '' ? [] : [`Patient?name=${encodeURIComponent(escape(p.name))}&_count=20`]),
];

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
  const alike = (known.byName.get(foldText(p.name)) ?? []).filter((x) => sameBirth(x.birth, p.birth));
  /* a book of last month has few numbers: of one name, one birth and lying in this very bed is the same, unless each has numbers of their own */
  const there = p.bed === '' ? undefined : known.beds.get(bedKey(p.room, p.bed));
  const clashes = numbersOf(p).length > 0 && [...known.byNumber.values()].some((x) => x === there);
  if (there !== undefined && !clashes && alike.some((x) => x.id === there)) {
    r.add('name', at, [{ level: 'note', code: 'sameInRecord' }]);
    return there;
  }
  const [like] = alike;
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
  const bed = known.places.get(key) ?? key; /* two lines may write one bed in two ways */
  const first = before.beds.get(bed);
  if (first !== undefined || known.beds.has(key)) {
    r.add('bed', r.column('bed'), [{ level: 'doubt', code: 'bedTaken', ...(first !== undefined && { offer: String(first) }) }]);
    p.bed = '';
  } else before.beds.set(bed, row);
}

export function planRows(
  rows: Cell[][], mapping: Mapping, today: ClockDate, known: Known = NOTHING_KNOWN, corrections: Corrections = new Map(),
): PlannedRow[] {
  const encodings = encodingsFor(rows, mapping, TEXTS);
  const before: Before = { numbers: new Map(), names: new Map(), beds: new Map(), room: '' };
  const beside = rowsBeside(rows, mapping);
  const read: { row: number; r: Reader; person: BookPerson }[] = [];
  for (let i = mapping.firstRow; i < rows.length; i++) {
    const cells = rows[i] ?? [];
    if (isBlankRow(cells) || beside.has(i + 1)) continue;
    const row = i + 1;
    const r = new Reader(cells, mapping, encodings, row, corrections);
    r.before('ignore');
    const person = personOf(r, today);
    roomAbove(r, person, before);
    read.push({ row, r, person });
  }
  /* whoever stands there for all to see comes before a line that somebody hid, or of somebody who left: the number, the name, the bed are theirs */
  const isBehind = (x: { row: number; r: Reader }): boolean => mapping.hidden?.has(x.row) === true || x.r.findings.some((f) => f.code === 'hasLeft');
  const planned: PlannedRow[] = [];
  for (const { row, r, person } of [...read.filter((x) => !isBehind(x)), ...read.filter(isBehind)]) {
    if (known.asked && !questionsOf(person).every((q) => known.asked?.has(q))) r.add('name', -1, [{ level: 'refuse', code: 'notAsked' }]);
    const same = compareWith(known, r, person, before, row);
    const isSame = r.findings.some((f) => f.code === 'sameInRecord');
    if (!isSame) checkBed(known, r, person, before, row);
    planned.push({ row, person, findings: r.findings, verdict: verdictOf(r.findings, isSame), ...(same !== undefined && { same }) });
  }
  return planned.sort((a, b) => a.row - b.row);
}
