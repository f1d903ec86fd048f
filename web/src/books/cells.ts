/* One cell of an old book: what it says, what can be put right, and what must be asked.
 *
 * Nothing is invented. A cell is either understood, or understood with an offer that a person has to see (`doubt`: a lost
 * zero, a two-figure year), or refused with a reason. What was put right without doubt (blanks, capitals) is a `note`. */

import { daysInMonth, type ClockDate } from '../fhir/dates';
import { foldText } from '../text';

export type Cell = string | number | boolean | Date | null | undefined;
export type Level = 'note' | 'doubt' | 'refuse';

/* Every finding has words in the catalogues under books.finding.CODE. */
export type Code =
  | 'capitals' | 'blanks' | 'oldEncoding' | 'nameShort' | 'nameMissing' | 'nameDigits'
  | 'yearOnly' | 'newYear' | 'shortYear' | 'swapped' | 'serial' | 'packedDate' | 'dateUnreadable' | 'future' | 'tooOld' | 'dateMissing'
  | 'genderUnreadable' | 'genderMissing' | 'genderClash'
  | 'zeroLost' | 'numberRounded' | 'idShape' | 'idYearClash' | 'idGenderClash' | 'oldIdCard' | 'cardShape' | 'cardNumberOnly'
  | 'phoneShape' | 'sameInFile' | 'twiceInFile' | 'roomAbove' | 'sameInRecord' | 'perhapsSame' | 'bedTaken' | 'sensitive' | 'allergyNone' | 'admittedBeforeBirth' | 'cellError' | 'placeSplit' | 'rowHidden'
  | 'fromAge' | 'ageUnreadable' | 'hasLeft' | 'perhapsLeft'
  | 'notAsked';

export interface Finding<C extends string = Code> { level: Level; code: C; offer?: string }
export interface Reading<T, C extends string = Code> { value: T | undefined; findings: Finding<C>[] }

const note = (code: Code): Finding => ({ level: 'note', code });
const doubt = (code: Code, offer?: string): Finding => (offer === undefined ? { level: 'doubt', code } : { level: 'doubt', code, offer });
const refuse = (code: Code): Finding => ({ level: 'refuse', code });
const nothing = <T>(...findings: Finding[]): Reading<T> => ({ value: undefined, findings });

export function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return isoDay(cell);
  const text = String(cell).replace(/[\u200b-\u200f\u2060\ufeff]/g, '');
  /* letters and digits of double width, as some keyboards type them */
  return (/[\uff00-\uffef]/.test(text) ? text.normalize('NFKC') : text.normalize('NFC')).replace(/[\s\u00a0]+/g, ' ').trim();
}

/* What a table program writes where a formula has lost its cells. */
export const isError = (cell: Cell): boolean => typeof cell === 'string' && /^#(REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/i.test(cell.trim());

const two = (n: number): string => String(n).padStart(2, '0');
const isoDay = (at: Date): string => `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;

/* ---- names ---- */

function fromCapitals(text: string): string {
  return text.toLowerCase().replace(/(^|[\s'-])(\p{L})/gu, (_, before: string, c: string) => before + c.toUpperCase());
}

export function readName(cell: Cell): Reading<string> {
  const text = textOf(cell);
  const findings: Finding[] = [];
  if (text === '') return nothing(refuse('nameMissing'));
  if (/\d/.test(text)) return nothing(refuse('nameDigits'));
  if (typeof cell === 'string' && cell.trim() !== text) findings.push(note('blanks'));
  let name = text;
  if (text.length > 3 && text === text.toUpperCase() && text !== text.toLowerCase()) {
    name = fromCapitals(text);
    findings.push(note('capitals'));
  }
  if (!name.includes(' ')) findings.push(doubt('nameShort'));
  return { value: name, findings };
}

/* ---- dates ---- */

const OLDEST_YEARS = 125;

function check(year: number, month: number, day: number, today: ClockDate): Code | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return 'dateUnreadable';
  const after = year - today.year || month - today.month || day - today.day;
  if (after > 0) return 'future';
  return today.year - year > OLDEST_YEARS ? 'tooOld' : undefined;
}

function day(year: number, month: number, date: number, today: ClockDate, findings: Finding[] = []): Reading<string> {
  const wrong = check(year, month, date, today);
  if (wrong === 'dateUnreadable' && date <= 12 && month > 12 && check(year, date, month, today) === undefined) {
    return day(year, date, month, today, [...findings, doubt('swapped', `${two(month)}/${two(date)}/${year}`)]);
  }
  if (wrong) return nothing(...findings, refuse(wrong));
  const more = date === 1 && month === 1 ? [note('newYear')] : [];
  return { value: `${year}-${two(month)}-${two(date)}`, findings: [...findings, ...more] };
}

function yearOnly(year: number, today: ClockDate): Reading<string> {
  if (year > today.year) return nothing(refuse('future'));
  if (today.year - year > OLDEST_YEARS) return nothing(refuse('tooOld'));
  return { value: String(year), findings: [note('yearOnly')] };
}

/* Excel counts days from 1899-12-30 (because it believes in a 29 February 1900). */
const fromSerial = (n: number): Date => new Date(Date.UTC(1899, 11, 30) + n * 86_400_000);

function dateOfNumber(n: number, today: ClockDate): Reading<string> {
  if (!Number.isInteger(n)) return nothing(refuse('dateUnreadable'));
  if (n >= 1000 && n <= 9999) return yearOnly(n, today);
  const digits = String(n);
  if (digits.length === 7 || digits.length === 8) return packed(digits.padStart(8, '0'), digits.length === 7, today);
  if (n < 1 || n > 60_000) return nothing(refuse('dateUnreadable'));
  const at = fromSerial(n);
  const read = day(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), today);
  return read.value ? { value: read.value, findings: [...read.findings, doubt('serial', show(read.value))] } : read;
}

function packed(digits: string, lostZero: boolean, today: ClockDate): Reading<string> {
  const read = day(Number(digits.slice(4)), Number(digits.slice(2, 4)), Number(digits.slice(0, 2)), today);
  if (!read.value) return read;
  return { value: read.value, findings: [...read.findings, doubt(lostZero ? 'zeroLost' : 'packedDate', show(read.value))] };
}

/* 1948 -> 1948, 1948-03 -> 03/1948, 1948-03-02 -> 02/03/1948 */
export function show(iso: string): string {
  return iso.split('-').reverse().join('/');
}

/* Two figures: the latest such year that lies in the past. */
function fullYear(text: string, today: ClockDate): number {
  const n = Number(text);
  const century = Math.floor(today.year / 100) * 100;
  return century + n > today.year ? century - 100 + n : century + n;
}

const UNKNOWN = /^([?.-]+|(khong|ko|k|chua)( (ro|biet|nho|co))( (ngay|nam)( sinh)?)?)$/;

/* An age says the year of birth to within one: offered. */
export function readAge(cell: Cell, today: ClockDate): Reading<string> {
  const text = textOf(cell);
  if (text === '' || UNKNOWN.test(foldText(text))) return nothing();
  const years = Number(/^(\d{1,3}) ?(tuổi|tuoi|t)?$/i.exec(text)?.[1] ?? NaN);
  if (Number.isNaN(years) || years > OLDEST_YEARS) return nothing(refuse('ageUnreadable'));
  const year = String(today.year - years);
  return { value: year, findings: [doubt('fromAge', year)] };
}

export function readDate(cell: Cell, today: ClockDate): Reading<string> {
  if (cell === null || cell === undefined || textOf(cell) === '') return nothing();
  if (cell instanceof Date) return day(cell.getUTCFullYear(), cell.getUTCMonth() + 1, cell.getUTCDate(), today);
  if (typeof cell === 'number') return dateOfNumber(cell, today);
  const text = textOf(cell).replace(/^(khoảng|khoang|~|sn|sinh năm|năm)\s*/i, '');
  if (UNKNOWN.test(foldText(text))) return nothing();
  if (/^\d{1,3} ?(tuổi|tuoi|t)$/i.test(text)) return readAge(text, today);
  if (/^\d{4}$/.test(text)) return yearOnly(Number(text), today);
  if (/^\d{7,8}$/.test(text)) return packed(text.padStart(8, '0'), text.length === 7, today);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]), today);
  const month = /^(\d{1,2})[/.-](\d{4})$/.exec(text);
  if (month) return monthOnly(Number(month[1]), Number(month[2]), today);
  const full = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})$/.exec(text);
  if (!full) return nothing(refuse('dateUnreadable'));
  const short = (full[3] as string).length === 2;
  const year = short ? fullYear(full[3] as string, today) : Number(full[3]);
  if (Number(full[1]) === 0 && Number(full[2]) === 0) return yearOnly(year, today);
  if (Number(full[1]) === 0) return monthOnly(Number(full[2]), year, today);
  const read = day(year, Number(full[2]), Number(full[1]), today);
  return short && read.value ? { value: read.value, findings: [...read.findings, doubt('shortYear', show(read.value))] } : read;
}

function monthOnly(month: number, year: number, today: ClockDate): Reading<string> {
  const wrong = check(year, month, 1, today);
  return wrong ? nothing(refuse(wrong)) : { value: `${year}-${two(month)}`, findings: [note('yearOnly')] };
}

/* ---- gender ---- */

export type Gender = 'male' | 'female' | 'other';

const GENDERS: Record<string, Gender> = {
  nam: 'male', trai: 'male', male: 'male', m: 'male', '1': 'male', ông: 'male', anh: 'male',
  nữ: 'female', nu: 'female', gái: 'female', gai: 'female', female: 'female', f: 'female', '2': 'female', '0': 'female', bà: 'female', chị: 'female',
  khác: 'other', other: 'other', '3': 'other',
};

export function readGender(cell: Cell): Reading<Gender> {
  const text = textOf(cell).toLowerCase();
  if (text === '') return nothing();
  const value = GENDERS[text];
  return value ? { value, findings: [] } : nothing(refuse('genderUnreadable'));
}

/* ---- numbers off cards ---- */

/* Excel keeps fifteen digits and shows long numbers as 1.2E+11: what was rounded cannot be brought back. */
function digitsOf(cell: Cell): { digits: string; rounded: boolean } {
  if (typeof cell === 'number') return { digits: Number.isSafeInteger(cell) ? String(cell) : '', rounded: !Number.isSafeInteger(cell) };
  const text = textOf(cell);
  return /^\d+([.,]\d+)?e\+?\d+$/i.test(text) ? { digits: '', rounded: true } : { digits: text.replace(/[\s.-]/g, ''), rounded: false };
}

export interface IdNumber { kind: 'cccd' | 'cmnd'; value: string }

export function readIdNumber(cell: Cell): Reading<IdNumber> {
  const { digits, rounded } = digitsOf(cell);
  if (rounded) return nothing(refuse('numberRounded'));
  if (digits === '') return nothing();
  if (!/^\d+$/.test(digits)) return nothing(refuse('idShape'));
  if (digits.length === 12) return { value: { kind: 'cccd', value: digits }, findings: [] };
  if (digits.length === 9) return { value: { kind: 'cmnd', value: digits }, findings: [note('oldIdCard')] };
  if (digits.length === 11) return offered('cccd', digits.padStart(12, '0'));
  if (digits.length === 10) return offered('cccd', digits.padStart(12, '0'));
  if (digits.length === 8) return offered('cmnd', digits.padStart(9, '0'));
  return nothing(refuse('idShape'));
}

const offered = (kind: IdNumber['kind'], value: string): Reading<IdNumber> => ({
  value: { kind, value }, findings: [doubt('zeroLost', value)],
});

/* Digits 4 to 6 of the twelve say century with sex, and year of birth. A clash is a question, not a proof. */
export function idClashes(id: IdNumber | undefined, birth: string | undefined, gender: Gender | undefined): Finding[] {
  if (id?.kind !== 'cccd') return [];
  const century = Number(id.value[3]);
  const year = 1900 + Math.floor(century / 2) * 100 + Number(id.value.slice(4, 6));
  const findings: Finding[] = [];
  if (birth !== undefined && Number(birth.slice(0, 4)) !== year) findings.push(doubt('idYearClash', String(year)));
  if ((gender === 'male' && century % 2 === 1) || (gender === 'female' && century % 2 === 0)) findings.push(doubt('idGenderClash'));
  return findings;
}

export function readCard(cell: Cell): Reading<string> {
  const { digits, rounded } = digitsOf(cell);
  if (rounded) return nothing(refuse('numberRounded'));
  const text = digits.toUpperCase();
  if (text === '') return nothing();
  if (/^[A-Z]{2}[1-5]\d{12}$/.test(text)) return { value: text, findings: [] };
  if (/^\d{10}$/.test(text)) return { value: text, findings: [note('cardNumberOnly')] };
  if (/^\d{12}$/.test(text)) return { value: text, findings: [] };
  if (/^\d{9}$/.test(text)) return { value: `0${text}`, findings: [doubt('zeroLost', `0${text}`)] };
  return nothing(refuse('cardShape'));
}

export function readPhone(cell: Cell): Reading<string> {
  const { digits } = digitsOf(cell);
  const text = digits.replace(/^\+?84/, '0');
  if (text === '') return nothing();
  if (/^0\d{9,10}$/.test(text)) return { value: text, findings: [] };
  if (/^[35789]\d{8}$/.test(text)) return { value: `0${text}`, findings: [doubt('zeroLost', `0${text}`)] };
  return nothing(refuse('phoneShape'));
}

/* ---- yes, no, or words ---- */

const NO = new RegExp(`^(${[
  '(không|khong|ko|k|kg)( (có|co|rõ|ro|biết|biet|nhiễm|nhiem|mắc|mac|nghiện|nghien|sử dụng|su dung|phát hiện|phat hien))?', 'no|none|false|0|-', 'âm( tính)?|am( tinh)?|neg(ative)?|\\(-\\)',
  '(chưa|chua)( (có|rõ|làm|xn|xét nghiệm|phát hiện|ghi nhận|biết))?', 'bt|bình thường|kxđ|n/a',
].join('|')})$`, 'i');
const YES = /^(có|co|x|v|1|yes|\+|dương tính|duong tinh|\(\+\)|true)$/i;

/* `said`: the words of the cell when it says more than yes. */
export function readSign(cell: Cell): { yes: boolean; said: string } {
  const text = textOf(cell);
  if (text === '' || NO.test(text)) return { yes: false, said: '' };
  return { yes: true, said: YES.test(text) ? '' : text };
}
