/* The dry run of the cupboard's book: every line so much of a medicine, of one lot or of all; lines of one medicine come together on one card of
 * one ward. What is written is a card where there is none, the lots as what came, and a count: an opening balance that somebody has counted
 * and signs for (docs/stock.md). Pure: the record's side is given. */

import { isListed } from '../drugs/controlled';
import type { ClockDate } from '../fhir/dates';
import { daysInMonth } from '../fhir/dates';
import { medicineKey, rounded, type Card } from '../stock/forms';
import { isKnown } from '../stock/tally';
import { foldText } from '../text';
import { textOf, type Cell, type Code, type Reading } from './cells';
import { unitOf } from './dose';
import type { MedicineField } from './medicineFields';
import { encodingsFor, Reader, rowsBeside, verdictOf, type Checked, type Corrections, type Mapping } from './reader';
import { isBlankRow } from './table';
import { iso, medicineName, type Answers } from './taken';

export type StockCode =
  | Code | 'medicineMissing' | 'unitMissing' | 'unitDiffers' | 'unitOther' | 'countMissing' | 'countUnreadable' | 'thousands' | 'levelUnreadable' | 'expiryUnreadable' | 'expiryMonth' | 'expired'
  | 'controlledAsk' | 'controlledClash' | 'wardUnknown' | 'balanceDiffers' | 'sameBalance' | 'lotTwice' | 'withOther';

export interface StockLine {
  medicine: string; unit: string; amount: number | undefined; lot: string; expires: string; level: number | undefined; minimum: number | undefined; ward: string; note: string;
  controlled: boolean; asksControlled: boolean;
  group: string; /* ward and medicine: what stands on one card */
}
export interface StockRow extends Checked<MedicineField, StockCode> { line: StockLine }

/* ward id -> its cards as the server reckons them */
export interface Shelves { wards: { id: string; name: string }[]; cards: Map<string, Card[]> }

const cardIn = (s: Shelves, ward: string, medicine: string): Card | undefined => (s.cards.get(ward) ?? []).find((c) => medicineKey(c.item) === medicineKey(medicine));

const TEXTS: MedicineField[] = ['medicine', 'ingredient', 'strength', 'form', 'unit', 'ward', 'note', 'controlled'];
const YES = /^(x|v|co|yes|1|\+|gn|ht|tpgn|gay nghien.*|huong than.*|kiem soat.*)$/;
const NO = /^(|khong|ko|k|no|0|-|thuong|thuong quy)$/;

type R = Reader<MedicineField, StockCode>;

/* "1.000" is a thousand to some and one to others: asked. */
export function readAmount(cell: Cell): Reading<number, StockCode> {
  if (typeof cell === 'number') return Number.isFinite(cell) && cell >= 0 && cell <= 999_999 && rounded(cell) === cell ? { value: cell, findings: [] } : { value: undefined, findings: [{ level: 'refuse', code: 'countUnreadable' }] };
  const text = textOf(cell).replace(/\s/g, '');
  if (text === '') return { value: undefined, findings: [] };
  const thousands = /^(\d{1,3})[.,](\d{3})$/.exec(text);
  if (thousands && thousands[1] !== '0') {
    const offer = Number(`${thousands[1] ?? ''}${thousands[2] ?? ''}`);
    return { value: offer, findings: [{ level: 'doubt', code: 'thousands', offer: String(offer) }] };
  }
  const m = /^(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text);
  return m ? { value: Number(m[2] === undefined ? m[1] : `${m[1] ?? ''}.${m[2]}`), findings: [] } : { value: undefined, findings: [{ level: 'refuse', code: 'countUnreadable' }] };
}

/* A month on a box means its last day. */
export function readExpiry(cell: Cell, today: ClockDate): Reading<string, StockCode> {
  const text = textOf(cell);
  if (text === '') return { value: undefined, findings: [] };
  const day = (y: number, m: number, d: number, found: Reading<string, StockCode>['findings'] = []): Reading<string, StockCode> => {
    if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m) || y < 2000 || y > today.year + 20) return { value: undefined, findings: [{ level: 'refuse', code: 'expiryUnreadable' }] };
    const value = iso({ year: y, month: m, day: d });
    return { value, findings: [...found, ...(value < iso(today) ? [{ level: 'doubt' as const, code: 'expired' as const, offer: value }] : [])] };
  };
  const ofMonth = (y: number, m: number): Reading<string, StockCode> => (m < 1 || m > 12 ? { value: undefined, findings: [{ level: 'refuse', code: 'expiryUnreadable' }] } : day(y, m, daysInMonth(y, m), [{ level: 'note', code: 'expiryMonth' }]));
  const full = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(text);
  if (full) return day(Number(full[3]) + ((full[3] ?? '').length === 2 ? 2000 : 0), Number(full[2]), Number(full[1]));
  const turned = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (turned) return day(Number(turned[1]), Number(turned[2]), Number(turned[3]));
  const month = /^(\d{1,2})[/.-](\d{4}|\d{2})$/.exec(text) ?? undefined;
  if (month) return ofMonth(Number(month[2]) + ((month[2] ?? '').length === 2 ? 2000 : 0), Number(month[1]));
  const first = /^(\d{4})[/.-](\d{1,2})$/.exec(text);
  if (first) return ofMonth(Number(first[1]), Number(first[2]));
  if (typeof cell === 'number' && Number.isInteger(cell) && cell > 36_000 && cell < 60_000) { /* a day as Excel counts them */
    const at = new Date(Date.UTC(1899, 11, 30) + cell * 86_400_000);
    return day(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), [{ level: 'doubt', code: 'serial', offer: at.toISOString().slice(0, 10) }]);
  }
  return { value: undefined, findings: [{ level: 'refuse', code: 'expiryUnreadable' }] };
}

export interface StockDry { today: ClockDate; ward: { id: string; name: string }; shelves: Shelves; corrections: Corrections; answers: Map<number, Answers> }

/* The ward that was chosen, unless the book names another one of the house. */
function wardOf(r: R, dry: StockDry): string {
  const said = r.text('ward');
  if (said === '') return dry.ward.id;
  const folded = foldText(said);
  const named = dry.shelves.wards.filter((w) => foldText(w.name) === folded);
  if (named.length === 1 && named[0]) return named[0].id;
  r.say('ward', 'refuse', 'wardUnknown', said);
  return dry.ward.id;
}

interface Before { controlled: Map<string, boolean>; units: Map<string, string>; lots: Map<string, number> }

/* A card that is there has said it already. */
function controlledOf(r: R, medicine: string, card: Card | undefined, answer: Answers | undefined): { controlled: boolean; asksControlled: boolean } {
  const said = foldText(r.text('controlled'));
  if (YES.test(said)) return { controlled: true, asksControlled: false };
  if (card) return { controlled: card.controlled, asksControlled: false };
  if (!isListed(medicine) && NO.test(said)) return { controlled: false, asksControlled: false };
  if (answer?.controlled === undefined) r.say('medicine', 'doubt', 'controlledAsk', medicine);
  return { controlled: answer?.controlled === true, asksControlled: true };
}

/* Lines of one card agree in unit and control; a lot stands once. */
function withOthers(r: R, line: StockLine, before: Before, row: number): void {
  const unit = before.units.get(line.group);
  if (unit !== undefined && line.unit !== '' && foldText(unit) !== foldText(line.unit)) r.say('unit', 'refuse', 'unitOther', unit);
  else if (line.unit !== '') before.units.set(line.group, line.unit);
  const controlled = before.controlled.get(line.group);
  if (controlled !== undefined && controlled !== line.controlled) r.say('controlled', 'refuse', 'controlledClash');
  else before.controlled.set(line.group, line.controlled);
  const lot = `${line.group} ${foldText(line.lot)} ${line.expires}`;
  const first = before.lots.get(lot);
  if (first !== undefined) r.say('lot', 'doubt', 'lotTwice', String(first));
  else before.lots.set(lot, row);
}

function lineOf(r: R, row: number, dry: StockDry, before: Before): StockLine {
  const medicine = medicineName(r);
  if (medicine.length < 2) r.say('medicine', 'refuse', 'medicineMissing');
  const ward = wardOf(r, dry);
  const unit = unitOf(r.text('unit')) || r.text('unit').slice(0, 30);
  if (unit === '') r.say('unit', 'refuse', 'unitMissing');
  const amount = r.read('count', readAmount);
  if (amount === undefined && !r.findings.some((f) => f.field === 'count')) r.say('count', 'doubt', 'countMissing');
  const [level, minimum] = (['level', 'minimum'] as const).map((f) => r.read(f, (c) => {
    const { value, findings } = readAmount(c);
    return { value, findings: findings.map((x) => ({ ...x, code: x.code === 'countUnreadable' ? 'levelUnreadable' as const : x.code })) };
  }));
  const line: StockLine = {
    medicine, unit, amount, lot: r.text('lot').slice(0, 40), expires: r.read('expiry', (c) => readExpiry(c, dry.today)) ?? '', level, minimum, ward, note: r.texts('note'),
    ...controlledOf(r, medicine, cardIn(dry.shelves, ward, medicine), dry.answers.get(row)), group: `${ward} ${medicineKey(medicine)}`,
  };
  if (medicine !== '') withOthers(r, line, before, row);
  return line;
}

/* What stands on one card: all its lines together. */
export interface Group { key: string; ward: string; lines: StockRow[]; amount: number | undefined; card: Card | undefined }

export function groupsOf(rows: StockRow[], shelves: Shelves): Group[] {
  const groups = new Map<string, Group>();
  for (const r of rows) {
    const { line } = r;
    const card = cardIn(shelves, line.ward, line.medicine);
    const g = groups.get(line.group) ?? { key: line.group, ward: line.ward, lines: [], amount: undefined, card };
    g.lines.push(r);
    if (line.amount !== undefined) g.amount = rounded((g.amount ?? 0) + line.amount);
    groups.set(line.group, g);
  }
  return [...groups.values()];
}

/* With what the record has: the same amount counted already is nothing new; another amount is a new count of a card, and asked. */
function compare(rows: StockRow[], shelves: Shelves): Set<number> {
  const same = new Set<number>();
  for (const g of groupsOf(rows.filter((r) => r.findings.every((f) => f.level !== 'refuse')), shelves)) {
    if (!g.card) continue;
    const { unit, balance } = g.card;
    const isCounted = isKnown(g.card) && g.card.counted !== undefined;
    for (const r of g.lines) {
      const say = (field: MedicineField, column: number, level: 'note' | 'doubt' | 'refuse', code: StockCode, offer: string): void => { r.findings.push({ level, code, offer, field, column }); };
      if (foldText(unit) !== foldText(r.line.unit)) say('unit', -1, 'refuse', 'unitDiffers', unit);
      else if (g.card.controlled !== r.line.controlled) say('controlled', -1, 'refuse', 'controlledClash', '');
      else if (g.amount === undefined || (isCounted && balance === g.amount && !g.card.differs)) {
        say('count', -1, 'note', 'sameBalance', String(balance));
        same.add(r.row);
      } else if (isCounted) say('count', -1, 'doubt', 'balanceDiffers', String(balance));
    }
  }
  return same;
}

/* A card is counted as a whole: where one of its lines is refused, the others wait. */
function waitForOthers(rows: StockRow[]): void {
  const refused = new Map<string, number>();
  for (const r of rows) if (r.findings.some((f) => f.level === 'refuse') && !refused.has(r.line.group)) refused.set(r.line.group, r.row);
  for (const r of rows) {
    const first = refused.get(r.line.group);
    if (first !== undefined && !r.findings.some((f) => f.level === 'refuse')) r.findings.push({ level: 'refuse', code: 'withOther', offer: String(first), field: 'medicine', column: -1 });
  }
}

export function planStock(rows: Cell[][], mapping: Mapping<MedicineField>, dry: StockDry): StockRow[] {
  const encodings = encodingsFor(rows, mapping, TEXTS);
  const before: Before = { controlled: new Map(), units: new Map(), lots: new Map() };
  const beside = rowsBeside(rows, mapping);
  const planned: StockRow[] = [];
  for (let i = mapping.firstRow; i < rows.length; i++) {
    const cells = rows[i] ?? [];
    if (isBlankRow(cells) || beside.has(i + 1)) continue;
    const r = new Reader<MedicineField, StockCode>(cells, mapping, encodings, i + 1, dry.corrections);
    r.before('ignore');
    const line = lineOf(r, i + 1, dry, before);
    planned.push({ row: i + 1, findings: r.findings, verdict: 'new', line });
  }
  const same = compare(planned, dry.shelves);
  waitForOthers(planned);
  for (const r of planned) r.verdict = verdictOf(r.findings, same.has(r.row));
  return planned;
}

export const isStockAnswered = (r: StockRow, answer: Answers | undefined): boolean => !r.line.asksControlled || answer?.controlled !== undefined;

/* What may be written: whole cards only. A card of which one line nobody agreed to is left out, and named. */
export function wholeGroups(wanted: StockRow[], all: StockRow[], shelves: Shelves): { whole: Group[]; left: string[] } {
  const chosen = new Set(wanted.map((r) => r.row));
  const open = new Set(all.filter((r) => !chosen.has(r.row)).map((r) => r.line.group));
  const groups = groupsOf(wanted, shelves);
  return { whole: groups.filter((g) => !open.has(g.key)), left: groups.filter((g) => open.has(g.key)).map((g) => g.lines[0]?.line.medicine ?? '') };
}

/* How many amounts whoever counted signs for: of the cards that are written, those with a number. */
export const signedFor = (whole: Group[]): number => whole.filter((g) => g.amount !== undefined).length;
