/* How a book says what is taken, read strictly. The whole text is understood, or none of it: what is left over would be the word that
 * mattered ("khi đau", "cách ngày"). Nothing is guessed:
 *
 *   scheduled   amounts at times of the day ("S1 T0 C1 T1", "sáng 1 trưa 0 chiều 1", "1 viên lúc 8h, 20h")
 *   counted     so often a day and no word of when ("1 viên x 2 lần/ngày"): the number is kept, no hour is made up
 *   asNeeded    with the most a day ("1 viên khi đau, tối đa 3 viên/ngày")
 *   unclear     everything else ("2v/ngày", "khi đau"): the words are kept as they stand
 *
 * `offered`: a reading that is usual and not certain ("1-0-1": the third may be the afternoon's or the evening's); a person has to see it. */

import type { Route } from '../prescribe/order';
import { foldText } from '../text';

export const SLOTS = ['morning', 'noon', 'afternoon', 'evening'] as const;
export type Slot = (typeof SLOTS)[number];
/* The hours of the form that orders are written with; shown in the preview. */
export const HOURS: Record<Slot, string> = { morning: '07:30', noon: '11:30', afternoon: '17:00', evening: '20:00' };

/* One amount and when: an order has as many as it has different amounts. */
export interface Part { amount: string; times: string[] }
export type Dose =
  | { kind: 'scheduled'; unit: string; route: Route | ''; parts: Part[]; offered: boolean }
  | { kind: 'counted'; unit: string; route: Route | ''; amount: string; perDay: number }
  | { kind: 'asNeeded'; unit: string; route: Route | ''; amount: string; most: number; how: string }
  | { kind: 'unclear' };

const UNCLEAR: Dose = { kind: 'unclear' };

/* ---- words ---- */

const UNITS: [RegExp, string][] = [
  [/^(vien|v|vn|vien nen|tab)$/, 'viên'], [/^(nang|vien nang)$/, 'viên nang'], [/^goi$/, 'gói'], [/^ong$/, 'ống'], [/^lo$/, 'lọ'], [/^giot$/, 'giọt'], [/^ml$/, 'ml'], [/^(nhat|nhat xit|xit)$/, 'nhát'],
  [/^(mieng|mieng dan)$/, 'miếng'], [/^(don vi|dv|iu|ui)$/, 'đơn vị'], [/^mg$/, 'mg'], [/^(mcg|microgam)$/, 'mcg'], [/^tuyp$/, 'tuýp'], [/^(thia|thia ca phe)$/, 'thìa'],
];
export function unitOf(text: string): string {
  const folded = foldText(text).replace(/\.$/, '');
  return UNITS.find(([words]) => words.test(folded))?.[1] ?? '';
}

const ROUTE_WORDS: [RegExp, Route][] = [
  [/^(uong|po|dung uong|duong uong)$/, 'oral'], [/^(tiem bap|tb|im)$/, 'intramuscular'], [/^(tiem duoi da|tdd|sc)$/, 'subcutaneous'], [/^(tiem tinh mach|tm|iv|truyen tinh mach|tiem truyen)$/, 'intravenous'],
  [/^(hit|xit hong|khi dung|xong)$/, 'inhaled'], [/^(boi|boi ngoai da|dan|ngoai da|dung ngoai)$/, 'topical'], [/^(nho mat|tra mat)$/, 'eye'], [/^(dat hau mon|dat truc trang)$/, 'rectal'],
];
export function routeOf(text: string): Route | '' {
  const folded = foldText(text);
  return ROUTE_WORDS.find(([words]) => words.test(folded))?.[1] ?? '';
}

/* ---- amounts ---- */

const AMOUNT = '(?:\\d{1,4}(?:[.,]\\d{1,3})?(?: ?/ ?\\d{1,2})?|\\d{1,2} \\d ?/ ?\\d{1,2}|(?:mot )?nua|mot phan tu|mot phan hai)';
const UNIT = '(?:vien nang|vien nen|vien|vn|v|nang|goi|ong|lo|giot|ml|nhat xit|nhat|xit|mieng|don vi|dv|iu|ui|mg|mcg|tuyp|thia ca phe|thia)';
const ROUTE = '(?:dung uong|duong uong|uong|po|tiem bap|tb|im|tiem duoi da|tdd|sc|tiem tinh mach|tm|iv|truyen tinh mach|hit|khi dung|xit hong|boi|dan|nho mat|tra mat|dat hau mon)';
const WORDS: Record<string, string> = { nua: '0,5', 'mot nua': '0,5', 'mot phan hai': '0,5', 'mot phan tu': '0,25' };

/* "1/2" -> 0,5, "1 1/2" -> 1,5; a third has no end and is no amount. "05" is a lost comma as likely as a five. undefined: no amount. */
export function amountText(text: string): string | undefined {
  const folded = foldText(text.normalize('NFKC').replace(/\u2044/g, '/'));
  const word = WORDS[folded];
  if (word !== undefined) return word;
  if (/^0\d/.test(folded)) return undefined;
  const m = /^(?:(\d{1,2}) )?(\d{1,4})(?:[.,](\d{1,3}))?(?: ?\/ ?(\d{1,2}))?$/.exec(folded);
  if (!m || (m[3] !== undefined && m[4] !== undefined) || (m[1] !== undefined && m[4] === undefined)) return undefined;
  if (m[3] !== undefined) return m[3].length === 3 && m[2] !== '0' ? undefined : trimmed(`${m[2] ?? ''},${m[3]}`); /* 1.000: a thousand to some */
  if (m[4] === undefined) return m[2];
  const value = Number(m[1] ?? 0) + Number(m[2]) / Number(m[4]);
  const thousandths = Math.round(value * 1000);
  return Number(m[4]) > 0 && Math.abs(thousandths / 1000 - value) < 1e-9 ? trimmed(String(thousandths / 1000).replace('.', ',')) : undefined;
}
const trimmed = (text: string): string => (text.includes(',') ? text.replace(/0+$/, '').replace(/,$/, '') : text);
const isZero = (amount: string): boolean => /^0(,0*)?$/.test(amount);

/* ---- a text ---- */

const BY_ROUTE = new RegExp(`^(?:(?:moi )?ngay )?(${ROUTE})\\b[ :,]*`);

interface Said { rest: string; unit: string; route: Route | '' }

/* Small letters, no marks, one spelling of what separates; the way it is taken from the front. */
function said(text: string): Said {
  let rest = foldText(text.normalize('NFKC').replace(/\u2044/g, '/').replace(/[–—]/g, '-')).replace(/[\s.;]+$/, '').replace(/[×*]/g, 'x');
  let route: Route | '' = '';
  for (let n = 0; n < 3; n += 1) {
    const m = BY_ROUTE.exec(rest);
    if (!m) break;
    const found = routeOf(m[1] ?? '');
    if (found === '' || (route !== '' && route !== found)) break;
    route = found;
    rest = (/^(?:moi )?ngay /.test(rest) ? 'ngay ' : '') + rest.slice(m[0].length);
  }
  return { rest: rest.trim(), unit: '', route };
}

/* All amounts in one unit, or none of it is understood. */
class Units {
  found = '';
  good = true;
  take(text: string | undefined): void {
    if (text === undefined || text === '') return;
    const unit = unitOf(text);
    if (unit === '' || (this.found !== '' && this.found !== unit)) this.good = false;
    this.found = unit;
  }
}

function scheduled(slots: { time: string; amount: string | undefined }[], unit: string, route: Route | '', offered = false): Dose {
  if (slots.some((s) => s.amount === undefined) || new Set(slots.map((s) => s.time)).size !== slots.length) return UNCLEAR;
  const parts: Part[] = [];
  for (const { time, amount } of slots) {
    if (amount === undefined || isZero(amount)) continue;
    const same = parts.find((p) => p.amount === amount);
    if (same) same.times.push(time);
    else parts.push({ amount, times: [time] });
  }
  for (const p of parts) p.times.sort();
  return parts.length === 0 ? UNCLEAR : { kind: 'scheduled', unit, route, parts, offered };
}

const SLOT_WORD = '(?:buoi )?(sang|trua|chieu|toi|dem|tr|s|c|t)';
const SLOT_OF: Record<string, Slot> = { sang: 'morning', s: 'morning', trua: 'noon', tr: 'noon', chieu: 'afternoon', c: 'afternoon', toi: 'evening', dem: 'evening' };

/* "T" is noon before "C" and evening behind it; alone it may be either. */
function slotsOf(words: string[]): Slot[] | undefined {
  const c = words.findIndex((w) => w === 'c' || w === 'chieu');
  const slots = words.map((w, i): Slot | undefined => {
    if (w !== 't') return SLOT_OF[w];
    if (c >= 0) return i < c ? 'noon' : 'evening';
    return words.some((x) => x === 'trua' || x === 'tr') && !words.includes('toi') ? 'evening' : undefined;
  });
  return slots.includes(undefined) ? undefined : (slots as Slot[]);
}

const SLOT_FIRST = new RegExp(`^${SLOT_WORD} ?[:=]? ?(${AMOUNT})(?: ?(${UNIT})\\b)?(?!\\d)[ ,;/+-]*(?:va )?`);
const AMOUNT_FIRST = new RegExp(`^(${AMOUNT}) ?(${UNIT})? ?(?:vao )?(?:buoi )?(sang|trua|chieu|toi|dem)\\b[ ,;/+-]*(?:va )?`);

/* "sang 1 trua 0 chieu 1", "S1 T0 C1 T1", "1 vien sang, 1 vien toi" */
function bySlots(s: Said): Dose | undefined {
  const rest = s.rest.replace(/^(?:moi )?ngay[ :,]*/, '');
  for (const [pattern, at] of [[SLOT_FIRST, [1, 2, 3]], [AMOUNT_FIRST, [3, 1, 2]]] as const) {
    const words: string[] = [];
    const amounts: (string | undefined)[] = [];
    const units = new Units();
    let left = rest;
    for (let m = pattern.exec(left); m && words.length < 6; m = pattern.exec(left)) {
      words.push(m[at[0]] ?? '');
      amounts.push(amountText(m[at[1]] ?? ''));
      units.take(m[at[2]]);
      left = left.slice(m[0].length);
    }
    if (words.length === 0 || left !== '') continue;
    const slots = slotsOf(words);
    return slots && units.good ? scheduled(slots.map((slot, i) => ({ time: HOURS[slot], amount: amounts[i] })), units.found, s.route) : UNCLEAR;
  }
  return undefined;
}

const DASHES = new RegExp(`^(${AMOUNT}) ?- ?(${AMOUNT}) ?- ?(${AMOUNT})(?: ?- ?(${AMOUNT}))? ?\\(?(${UNIT})?\\)?$`);

/* "1-1-1-1"; "1-0-1" is offered. */
function byDashes(s: Said): Dose | undefined {
  const m = DASHES.exec(s.rest);
  if (!m) return undefined;
  const four = m[4] !== undefined;
  const slots: Slot[] = four ? [...SLOTS] : ['morning', 'noon', 'evening'];
  return scheduled(slots.map((slot, i) => ({ time: HOURS[slot], amount: amountText(m[i + 1] ?? '') })), unitOf(m[5] ?? ''), s.route, !four);
}

const A_DAY = '(?: ?/ ?(?:1 )?ngay| (?:moi|mot|1) ngay| ngay)';

/* What follows so many times a day: hours, parts of the day, or nothing. undefined: something else. */
function timesIn(text: string): string[] | undefined {
  const rest = text.replace(/^[ ,;:(]+/, '').replace(/[ )]+$/, '').replace(/^(?:vao|luc) /, '');
  if (rest === '') return [];
  const parts = rest.split(/ ?[,;+/&] ?| va | - /).map((p) => p.trim().replace(/^(?:luc|buoi) /, ''));
  const words = parts.map((p) => /^(sang|trua|chieu|toi|dem)$/.exec(p)?.[1]);
  if (!words.includes(undefined)) return words.map((w) => HOURS[SLOT_OF[w ?? ''] ?? 'morning']);
  const hours = parts.map((p) => /^(\d{1,2}) ?(?:h|g|gio|:) ?(\d{2})?$/.exec(p)).map((m) => (m && Number(m[1]) < 24 && Number(m[2] ?? 0) < 60 ? `${(m[1] ?? '').padStart(2, '0')}:${m[2] ?? '00'}` : undefined));
  return hours.includes(undefined) ? undefined : (hours as string[]);
}

/* amount, unit, times a day, what follows: where each stands. A word or a sign parts amount and times: "12 lần" is no 1 and 2, "1 ngày 2 lần" no amount. */
const FORMS: [RegExp, number, number, number, number][] = [
  [new RegExp(`^(?:(?:moi )?ngay )?(?:moi lan )?(${AMOUNT})(?: ?(${UNIT})(?: ?/ ?lan)?(?: ?[x,])?| ?/ ?lan(?: ?[x,])?| ?x|,(?= )) ?(?:ngay )?(?:uong )?(\\d) lan(?:${A_DAY})?(.*)$`), 1, 2, 3, 4],
  [new RegExp(`^(?:moi )?ngay (?:uong |dung )?(\\d) lan[ ,;:x]*(?:moi lan |lan )?(${AMOUNT}) ?(${UNIT})?(?: ?/ ?lan)?(.*)$`), 2, 3, 1, 4],
  [new RegExp(`^(\\d) lan(?:${A_DAY})[ ,;:x]*(?:moi lan |lan )?(${AMOUNT}) ?(${UNIT})?(?: ?/ ?lan)?(.*)$`), 2, 3, 1, 4],
];
const EACH = new RegExp(`^(?:moi lan (${AMOUNT}) ?(${UNIT})?|(${AMOUNT}) ?(${UNIT})? ?/ ?lan|(${AMOUNT}) ?(${UNIT})?(?= luc ))[ ,;:]*(.+)$`);

/* "1 vien x 2 lan/ngay", "ngay 2 lan, moi lan 1 vien", "moi lan 1 vien, sang, toi", "1 vien luc 8h va 20h" */
function byNumber(s: Said): Dose | undefined {
  for (const [pattern, amountAt, unitAt, timesAt, restAt] of FORMS) {
    const m = pattern.exec(s.rest);
    if (!m) continue;
    const [amount, perDay, times] = [amountText(m[amountAt] ?? ''), Number(m[timesAt]), timesIn(m[restAt] ?? '')];
    if (amount === undefined || isZero(amount) || perDay < 1 || times === undefined || (times.length > 0 && times.length !== perDay)) return UNCLEAR;
    const unit = unitOf(m[unitAt] ?? '');
    return times.length === 0 ? { kind: 'counted', unit, route: s.route, amount, perDay } : scheduled(times.map((time) => ({ time, amount })), unit, s.route);
  }
  const each = EACH.exec(s.rest);
  if (!each) return undefined;
  const [amount, unit, times] = [amountText(each[1] ?? each[3] ?? each[5] ?? ''), unitOf(each[2] ?? each[4] ?? each[6] ?? ''), timesIn(each[7] ?? '')];
  return times !== undefined && times.length > 0 ? scheduled(times.map((time) => ({ time, amount })), unit, s.route) : UNCLEAR;
}

const NEED = new RegExp(`^(?:moi lan )?(${AMOUNT}) ?(${UNIT})?,? (khi (?:dau|sot|ho|kho tho|can|mat ngu|non|tao bon)[^,;0-9]{0,40})[,;(] ?(?:khong qua|toi da) (\\d{1,2}) ?(lan|${UNIT})(?:${A_DAY})\\)?$`);

/* "1 vien khi dau, toi da 3 vien/ngay" (or so many times) */
function byNeed(s: Said): Dose | undefined {
  const m = NEED.exec(s.rest);
  if (!m) return undefined;
  const amount = amountText(m[1] ?? '');
  const each = Number((amount ?? '').replace(',', '.'));
  const most = m[5] === 'lan' ? Number(m[4]) : Number(m[4]) / each;
  const same = m[5] === 'lan' || unitOf(m[5] ?? '') === unitOf(m[2] ?? '');
  if (amount === undefined || isZero(amount) || !same || !Number.isInteger(most) || most < 1 || most > 24) return UNCLEAR;
  return { kind: 'asNeeded', unit: unitOf(m[2] ?? ''), route: s.route, amount, most, how: '' };
}

export function readDose(text: string): Dose {
  const s = said(text);
  if (s.rest === '' || s.rest.length > 200) return UNCLEAR;
  const dose = bySlots(s) ?? byDashes(s) ?? byNeed(s) ?? byNumber(s) ?? UNCLEAR;
  return dose.kind === 'asNeeded' ? { ...dose, how: reasonOf(text) } : dose;
}

/* Why it is taken, in the words of the book. */
const reasonOf = (text: string): string => /khi [^,;(0-9]+/iu.exec(text.normalize('NFC'))?.[0].trim() ?? '';

const CELL = new RegExp(`^(${AMOUNT}) ?(${UNIT})?$`);

/* The four columns Sáng, Trưa, Chiều, Tối; an empty one is none. undefined: all are empty. */
export function readColumns(cells: Record<Slot, string>, unit: string, route: Route | ''): Dose | undefined {
  const filled = SLOTS.filter((slot) => cells[slot] !== '');
  if (filled.length === 0) return undefined;
  const units = new Units();
  const slots = filled.map((slot) => {
    const m = CELL.exec(foldText(cells[slot].normalize('NFKC').replace(/\u2044/g, '/')));
    units.take(m?.[2]);
    return { time: HOURS[slot], amount: /^[-–—]$/.test(cells[slot]) ? '0' : m ? amountText(m[1] ?? '') : undefined };
  });
  return units.good ? scheduled(slots, units.found || unit, route) : UNCLEAR;
}
