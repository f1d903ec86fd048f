/* What every kind of book shares once a file has become cells: which column says what, one row read cell by cell with the corrections
 * that somebody typed, findings that name their cell, and the verdict of a row. Pure. */

import { isError, textOf, type Cell, type Code, type Finding, type Level, type Reading } from './cells';
import { decodeOld, encodingOf, readAs, type OldEncoding } from './encoding';
import type { Field } from './fields';
import { foldText } from '../text';

/* hidden: rows that somebody hid or filtered out, as the file numbers them */
export interface Mapping<F extends string = Field> { fields: F[]; firstRow: number; names: string[]; hidden?: ReadonlySet<number> }

/* What a person typed instead of a cell: "row:column" -> text; an empty text leaves the cell out. */
export type Corrections = Map<string, string>;
export const cellKey = (row: number, column: number): string => `${row}:${column}`;

/* column -1: of the row as a whole, whatever it stands in */
export interface Found<F extends string = Field, C extends string = Code> extends Finding<C> { field: F; column: number }
export type Verdict = 'new' | 'same' | 'doubtful' | 'refused';
export interface Checked<F extends string = string, C extends string = string> {
  row: number; /* as the file numbers it, from 1 */
  findings: Found<F, C>[];
  verdict: Verdict;
}

/* What most texts of the columns of these fields say they were typed in. */
export function encodingsFor<F extends string>(rows: Cell[][], mapping: Mapping<F>, texts: readonly F[]): (OldEncoding | undefined)[] {
  return mapping.fields.map((field, column) => {
    if (!texts.includes(field)) return undefined;
    const some = rows.slice(mapping.firstRow).map((row) => row[column]).filter((c): c is string => typeof c === 'string');
    return encodingOf(some.slice(0, 400));
  });
}

export class Reader<F extends string = Field, C extends string = Code> {
  readonly findings: Found<F, C>[] = [];
  constructor(
    private readonly cells: Cell[], private readonly mapping: Mapping<F>, private readonly encodings: (OldEncoding | undefined)[],
    private readonly row: number, private readonly corrections: Corrections,
  ) {}

  column(field: F): number {
    return this.mapping.fields.indexOf(field);
  }

  columns(field: F): number[] {
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

  /* Cells that a formula left without a value say nothing, and nobody may take them for words. A row that somebody hid or filtered out is often of
   * who has left: it is taken only when somebody says so. */
  before(none: F): void {
    if (this.mapping.hidden?.has(this.row)) this.findings.push({ level: 'doubt', code: 'rowHidden' as C, field: none, column: -1 });
    this.mapping.fields.forEach((field, column) => {
      if (field !== none && isError(this.cell(column))) this.findings.push({ level: 'refuse', code: 'cellError' as C, offer: textOf(this.cell(column)), field, column });
    });
  }

  text(field: F): string {
    return textOf(this.cell(this.column(field)));
  }

  /* A remark with the heading of its column, which says what it speaks of ("Mức độ: nặng"); one under "Ghi chú" needs none. */
  under(column: number, text: string): string {
    const head = decodeOld(textOf(this.mapping.names[column])).text;
    return text === '' || head === '' || /^ghi chu|note/.test(foldText(head)) ? text : `${head}: ${text}`;
  }

  /* All columns of one field, in their order. */
  texts(field: F): string {
    return this.columns(field).map((c) => textOf(this.cell(c))).filter(Boolean).join(', ');
  }

  add(field: F, column: number, findings: Finding<C>[]): void {
    for (const f of findings) this.findings.push({ ...f, field, column });
  }

  /* A finding about a field: at its column, or of the whole row where the book has none. */
  say(field: F, level: Level, code: C, offer?: string): void {
    this.add(field, this.column(field), [offer === undefined ? { level, code } : { level, code, offer }]);
  }

  read<T>(field: F, how: (cell: Cell) => Reading<T, C>): T | undefined {
    const column = this.column(field);
    if (column < 0) return undefined;
    const { value, findings } = how(this.cell(column));
    this.add(field, column, findings);
    return value;
  }
}

export function verdictOf(findings: { level: Level }[], isSame: boolean): Verdict {
  const has = (level: Level): boolean => findings.some((f) => f.level === level);
  if (has('refuse')) return 'refused';
  if (isSame) return 'same';
  return has('doubt') ? 'doubtful' : 'new';
}

export type Tally = Record<Verdict, number>;

export function tallyOf(rows: Checked[]): Tally {
  const tally: Tally = { new: 0, same: 0, doubtful: 0, refused: 0 };
  for (const r of rows) tally[r.verdict]++;
  return tally;
}

/* Doubts by kind, most frequent first: a lost zero in sixty rows is one decision. */
export function doubtsOf<C extends string>(rows: Checked<string, C>[]): { code: C; count: number }[] {
  const counts = new Map<C, number>();
  for (const r of rows) {
    if (r.verdict !== 'doubtful') continue;
    for (const code of new Set(r.findings.filter((f) => f.level === 'doubt').map((f) => f.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

/* Rows agreed to with one answer: those whose only doubt is this one. */
export const onlyIn = <R extends Checked>(rows: R[], code: string): R[] =>
  rows.filter((r) => r.verdict === 'doubtful' && r.findings.every((f) => f.level !== 'doubt' || f.code === code));

/* What may be written: new rows, and doubtful ones that somebody agreed to. */
export const wantedOf = <R extends Checked>(rows: R[], accepted: Set<number>): R[] =>
  rows.filter((r) => r.verdict === 'new' || (r.verdict === 'doubtful' && accepted.has(r.row)));

/* What somebody agreed to: row -> a print of what stood there. Where it stands otherwise by now (a cell was mended, here or in the line above whose
 * person it takes; the record said more), nobody has agreed to that. */
export type Agreed = ReadonlyMap<number, string>;
const printOf = (r: Checked): string => JSON.stringify({ ...r, findings: r.findings.filter((f) => f.level === 'doubt'), verdict: '' });
export const agreeTo = (rows: Checked[], chosen: Set<number>): Agreed => new Map(rows.filter((r) => chosen.has(r.row)).map((r) => [r.row, printOf(r)]));
export const stillAgreed = (rows: Checked[], agreed: Agreed): Set<number> => new Set(rows.filter((r) => agreed.has(r.row) && agreed.get(r.row) === printOf(r)).map((r) => r.row));

/* An answer to a row goes with what the row said. */
export function answersLeft<T>(answers: Map<number, T>, before: Corrections, after: Corrections): Map<number, T> {
  const mended = new Set([...before.keys(), ...after.keys()].filter((key) => before.get(key) !== after.get(key)).map((key) => Number(key.split(':')[0])));
  return new Map([...answers].filter(([row]) => !mended.has(row)));
}
export const sameMapping = (a: Mapping<string>, b: Mapping<string>): boolean => a.firstRow === b.firstRow && a.fields.join() === b.fields.join();

/* 0 -> A, 25 -> Z, 26 -> AA: as the table program calls its columns. */
export function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + columnName(column % 26);
}

/* ---- rows of a book that are no lines of it ---- */

const TOTAL = /^(tổng( cộng| số)?|cộng|total)(\s|:|$)/i;
const SIGNING = /^(người lập( biểu| bảng| danh sách)?|thủ trưởng( đơn vị)?|(phó )?giám đốc|kế toán( trưởng)?|trưởng (phòng|khoa)|xác nhận của .*|tm\.? .*|\(?ký,? (và )?(ghi rõ )?(họ,? )?(và )?(họ )?tên\)?\.?|(.*,\s*)?ngày\s*[\d.…]*\s*tháng\s*[\d.…]*\s*năm\s*[\d.…]*)$/i;
const FEW = 3;

const filled = (row: Cell[]): string[] => row.map((c) => decodeOld(textOf(c)).text).filter((t) => t !== '');
/* The words below a table: a sum; the numbers of the columns; the heading again, as on every printed page. */
function isBeside(row: Cell[], heads: Set<string>): boolean {
  const texts = filled(row);
  if (TOTAL.test(texts[0] ?? '')) return true;
  if (texts.length >= FEW && texts.every((t) => /^\(?([a-z]|\d{1,2})\)?$/i.test(t)) && new Set(texts).size === texts.length) return true;
  return heads.size >= FEW && texts.filter((t) => heads.has(foldText(t))).length >= FEW;
}

/* Rows left out, as the file numbers them: sums, headings, and whatever stands thin below the first word of a signature (its name, too). */
export function rowsBeside(rows: Cell[][], mapping: Mapping<string>): Set<number> {
  const heads = new Set([...mapping.names, ...(rows[mapping.firstRow - 1] ?? []).map(textOf)].map(foldText).filter((t) => t !== ''));
  const beside = new Set<number>();
  for (let i = mapping.firstRow; i < rows.length; i++) if (filled(rows[i] ?? []).length > 0 && isBeside(rows[i] ?? [], heads)) beside.add(i + 1);
  let last = -1;
  for (let i = rows.length - 1; i >= mapping.firstRow && filled(rows[i] ?? []).length <= FEW; i--) if (filled(rows[i] ?? []).some((t) => SIGNING.test(t))) last = i;
  for (let i = last; last >= 0 && i < rows.length; i++) if (filled(rows[i] ?? []).length > 0) beside.add(i + 1);
  return beside;
}
