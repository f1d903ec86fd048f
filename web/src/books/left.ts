/* Who stands in the book and is not here any more. An old book keeps those who died, went home or ran away on their line, and only a date or
 * a word beside it says so: taken over as residents they would lie in beds, wait for doses and count in the month's figures.
 *
 * Said in a column of its own it is certain, and the line is refused until somebody empties the cell. Said in a remark, or beside the
 * name, it is a question ("the mother has died" is not about this person). */

import type { ClockDate } from '../fhir/dates';
import { foldText } from '../text';
import { readDate, readSign, show, textOf, type Cell, type Finding } from './cells';

/* not "ông", "bà", "anh": a book speaks of residents so */
const KIN = /\b(bo|me|cha|ma|chong|vo|con|chau|nguoi than|gia dinh)( (me|de|nuoi|ruot|trai|gai|deu|ca hai|som|cung|da|bi))* (chet|mat|tu vong|qua doi)\b/g;
const GONE = new RegExp([
  '\\b(chet|tu vong|qua doi|tu tran|da mat)\\b', '\\bmat (ngay|thang|nam|luc|hoi|\\d)', '\\b(ra|xuat) (vien|trai|trung tam)\\b', '\\bda (ra|ve|roi|chuyen|tron)\\b',
  '\\bbo tron\\b', '\\btron (vien|trai|khoi)\\b', '\\bchuyen (di|vien|tuyen|trung tam|co so)\\b', '\\bhoi gia\\b', '\\bve (voi )?(gia dinh|cong dong|dia phuong|que|nha)\\b',
  '\\b(dung|ngung|thoi) (nuoi duong|quan ly)\\b', '\\bthanh ly\\b',
].join('|'));

export const saysGone = (text: string): boolean => GONE.test(foldText(text).replace(KIN, ''));

const HERE = /^(con|dang|van|hien|tai|co mat|binh thuong|chua)\b/;

/* A column of when or why somebody left; a day to come is a plan. */
export function leftIn(cell: Cell, today: ClockDate): Finding[] {
  const text = textOf(cell);
  if (!readSign(cell).yes || HERE.test(foldText(text))) return [];
  const { value, findings } = readDate(cell, today);
  if (findings.some((f) => f.code === 'future')) return [];
  if (value !== undefined || saysGone(text)) return [{ level: 'refuse', code: 'hasLeft', offer: value === undefined ? text : show(value) }];
  return [{ level: 'doubt', code: 'perhapsLeft', offer: text }];
}

/* A column of how things stand ("đang nuôi dưỡng", "bỏ trốn"). */
export const stateIn = (cell: Cell): Finding[] => (saysGone(textOf(cell)) ? [{ level: 'refuse', code: 'hasLeft', offer: textOf(cell) }] : []);

export const remarkIn = (cell: Cell): Finding[] => (saysGone(textOf(cell)) ? [{ level: 'doubt', code: 'perhapsLeft', offer: textOf(cell) }] : []);
