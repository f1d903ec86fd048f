/* What a shelf needs: how long it lasts by what is ordered, what runs low or out of date, and what to ask the store for. */

import { dosesIn, isAsNeeded, medicineText } from '../drugs/doses';
import type { Order } from '../drugs/forms';
import { numberOf } from '../fhir/decimal';
import type { Resource } from '../fhir/types';
import { addDays, DAY_MS, instantOf, wardTime } from '../fhir/zone';
import { medicineKey, rounded, type Card, type Shelf } from './forms';

/* A week of orders, so that "every second day" and "Mondays" count as what they are. */
const LOOK_DAYS = 7;
export const SOON_DAYS = 30;
export const FEW_DAYS = 3;

/* Units a day of each medicine (by its key), as the orders stand; those taken as needed are not foreseen. */
export function dailyUse(orders: Order[], medications: Resource[], now: number): Map<string, { unit: string; amount: number }> {
  const start = instantOf(addDays(wardTime(now).day, 1), '00:00');
  const use = new Map<string, { unit: string; amount: number }>();
  for (const d of dosesIn(orders, start, start + LOOK_DAYS * DAY_MS)) {
    const dose = d.dosage.doseAndRate?.[0]?.doseQuantity;
    const amount = numberOf(dose?.value);
    const key = medicineKey(medicineText(d.order, medications));
    const unit = dose?.unit ?? dose?.code ?? '';
    if (amount === undefined || key === '') continue;
    const name = `${key}|${unit}`;
    use.set(name, { unit, amount: (use.get(name)?.amount ?? 0) + amount / LOOK_DAYS });
  }
  return use;
}
export const useOf = (use: Map<string, { unit: string; amount: number }>, c: Pick<Card, 'item' | 'unit'>): number => rounded(use.get(`${medicineKey(c.item)}|${c.unit}`)?.amount ?? 0);

export type Mark = 'differs' | 'empty' | 'expired' | 'low' | 'few' | 'soon';
export interface ShelfLine { card: Card; aDay: number; days: number | undefined; marks: Mark[]; expires: string }

export function lineOfCard(card: Card, aDay: number, today: string): ShelfLine {
  const days = aDay > 0 ? Math.max(0, Math.floor(card.balance / aDay + 1e-9)) : undefined;
  const dated = card.lots.map((l) => l.expires).filter((e) => e !== '').sort();
  const expires = dated[0] ?? '';
  const marks: Mark[] = [];
  if (card.differs) marks.push('differs');
  if (card.balance <= 0) marks.push('empty');
  if (expires !== '' && expires < today) marks.push('expired');
  if (card.balance > 0 && card.minimum !== undefined && card.balance <= card.minimum) marks.push('low');
  if (card.balance > 0 && days !== undefined && days < FEW_DAYS) marks.push('few');
  if (expires !== '' && expires >= today && expires <= addDays(today, SOON_DAYS)) marks.push('soon');
  return { card, aDay, days, marks, expires };
}

const collator = new Intl.Collator('vi', { numeric: true });
export function shelfLines(shelf: Shelf, use: Map<string, { unit: string; amount: number }>, now: number): ShelfLine[] {
  const today = wardTime(now).day;
  return shelf.cards.map((c) => lineOfCard(c, useOf(use, c), today)).sort((a, b) => collator.compare(a.card.item, b.card.item));
}

export interface Ask { card: Card; aDay: number; need: number; ask: number }

/* What must come for the next days: what the orders will take, and never less than the level; less what is there. */
export function askFor(lines: ShelfLine[], days: number): Ask[] {
  return lines.map(({ card, aDay }) => {
    const need = Math.max(aDay * days, card.level ?? 0);
    return { card, aDay, need: rounded(need), ask: Math.max(0, Math.ceil(need - Math.max(0, card.balance) - 1e-9)) };
  }).filter((a) => a.ask > 0);
}

/* Medicines that are ordered here and have no card yet. */
export function withoutCard(orders: Order[], medications: Resource[], cards: Pick<Card, 'item' | 'unit'>[], isControlled: (o: Order) => boolean): { item: string; unit: string; controlled: boolean }[] {
  const have = new Set(cards.map((c) => medicineKey(c.item)));
  const found = new Map<string, { item: string; unit: string; controlled: boolean }>();
  for (const o of orders) {
    const item = medicineText(o, medications);
    const key = medicineKey(item);
    if (key === '' || have.has(key) || found.has(key) || o.status !== 'active') continue;
    const dose = o.dosageInstruction?.find((d) => d.doseAndRate?.[0]?.doseQuantity || isAsNeeded(d))?.doseAndRate?.[0]?.doseQuantity;
    found.set(key, { item, unit: dose?.unit ?? dose?.code ?? '', controlled: isControlled(o) });
  }
  return [...found.values()].sort((a, b) => collator.compare(a.item, b.item));
}

/* ends a part of a code whose length is not fixed */
const GS = String.fromCharCode(29);
/* What a scanner or a hand puts into one line: a GS1 code (01)...(17)...(10)..., with or without brackets; "lot expiry"; or a name. */
export function readCode(text: string): { lot: string; expires: string; rest: string } {
  const t = text.replace(/^\](C1|d2|Q3)/, '').trim();
  const bracket = /\((\d{2})\)([^(]*)/g;
  const found: Record<string, string> = {};
  for (let m = bracket.exec(t); m; m = bracket.exec(t)) found[m[1] ?? ''] = (m[2] ?? '').trim();
  if (Object.keys(found).length === 0) {
    let at = t;
    const fixed: Record<string, number> = { '01': 14, '11': 6, '17': 6 };
    while (/^(01\d{14}|11\d{6}|17\d{6}|10.|21.)/.test(at) && /^01\d{14}/.test(t)) {
      const ai = at.slice(0, 2);
      const n = fixed[ai];
      const end = n === undefined ? (at.indexOf(GS) < 0 ? at.length : at.indexOf(GS)) : 2 + n;
      found[ai] = at.slice(2, end);
      at = at.slice(end);
      if (at.startsWith(GS)) at = at.slice(1);
    }
  }
  const gs1 = found['17'];
  return { lot: found['10'] ?? '', expires: gs1 && /^\d{6}$/.test(gs1) ? gs1Day(gs1) : '', rest: Object.keys(found).length === 0 ? t : '' };
}

/* YYMMDD; day 00 is the last of the month */
function gs1Day(text: string): string {
  const [year, month, day] = [2000 + Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4))];
  if (month < 1 || month > 12) return '';
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > last) return '';
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${year}-${two(month)}-${two(day === 0 ? last : day)}`;
}

/* "31/12/2027", "12/2027" or "2027-12-31" as a day; '' when it is none. */
export function typedDay(text: string): string | undefined {
  const t = text.trim();
  if (t === '') return '';
  const full = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(t);
  const month = /^(\d{1,2})[/.-](\d{4})$/.exec(t);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(t);
  const [y, m, d] = full ? [full[3], full[2], full[1]] : month ? [month[2], month[1], '0'] : iso ? [iso[1], iso[2], iso[3]] : [];
  if (y === undefined) return undefined;
  const made = gs1Day(`${y.slice(2)}${String(m).padStart(2, '0')}${String(d).padStart(2, '0')}`);
  return made === '' || !y.startsWith('20') ? undefined : made;
}
