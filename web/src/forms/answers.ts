/* What is typed into a form, as it is typed, and what it means.
 *
 * Answers lie flat under a key: the linkId, and before it the instances of the repeating groups around it ('job#1/hours'). A
 * key says where an answer belongs whatever is shown or hidden meanwhile: what an enableWhen hides is kept, and not sent. */

import { Decimal } from '../fhir/decimal';
import { daysInMonth } from '../fhir/dates';
import { wardInstant } from '../fhir/zone';
import { limitOf, plainCoding, unitOf } from './read';
import type { Item, Value } from './types';

/* One answer as the hand left it. */
export interface Given { text?: string; value?: Value }

export interface Answers {
  given: Record<string, Given[]>;
  /* instances of a repeating group; 1 unless said */
  counts: Record<string, number>;
}
export const noAnswers = (): Answers => ({ given: {}, counts: {} });

export const MOST_INSTANCES = 20;
export const keyIn = (prefix: string, linkId: string): string => prefix + linkId;
export const instanceIn = (prefix: string, linkId: string, n: number): string => `${prefix}${linkId}#${n}/`;
export const countOf = (answers: Answers, item: Item, prefix: string): number =>
  (item.repeats === true ? Math.min(MOST_INSTANCES, Math.max(1, answers.counts[keyIn(prefix, item.linkId)] ?? 1)) : 1);

export function withGiven(answers: Answers, key: string, given: Given[]): Answers {
  const next = { ...answers.given };
  if (given.length === 0) delete next[key];
  else next[key] = given;
  return { ...answers, given: next };
}
export const withCount = (answers: Answers, key: string, n: number): Answers => ({ ...answers, counts: { ...answers.counts, [key]: Math.min(MOST_INSTANCES, n) } });

export const isEmpty = (answers: Answers): boolean =>
  Object.values(answers.given).every((all) => all.every((g) => g.value === undefined && (g.text ?? '').trim() === ''));

export type Trouble = 'number' | 'whole' | 'low' | 'high' | 'date' | 'time' | 'long';
export interface Meant { value?: Value; trouble?: Trouble }

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/* "37,50" keeps its zero; "." and "," both separate decimals, thousands are not typed into a form. */
function plainNumber(text: string): string | undefined {
  if (!NUMBER.test(text) || text.length > 20) return undefined;
  const [whole = '', part = ''] = text.replace(/^[+-]/, '').replace(',', '.').split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${text.startsWith('-') ? '-' : ''}${digits}${part === '' ? '' : `.${part}`}`;
}

function numberMeant(item: Item, text: string): Meant {
  const plain = plainNumber(text);
  if (plain === undefined) return { trouble: 'number' };
  const n = Number(plain);
  if (item.type === 'integer' && (plain.includes('.') || Math.abs(n) > 2147483647)) return { trouble: 'whole' };
  const [low, high] = [limitOf(item, 'minValue'), limitOf(item, 'maxValue')];
  if (low !== undefined && n < low) return { trouble: 'low' };
  if (high !== undefined && n > high) return { trouble: 'high' };
  if (item.type === 'integer') return { value: { valueInteger: n } };
  const decimal = new Decimal(plain);
  if (item.type === 'decimal') return { value: { valueDecimal: decimal } };
  const unit = unitOf(item);
  return { value: { valueQuantity: { value: decimal, ...(unit ? { unit: unit.display ?? unit.code ?? '', ...plainUnit(unit) } : {}) } } };
}
const plainUnit = (unit: { system?: string; code?: string }) => {
  const { system, code } = plainCoding(unit);
  return { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) };
};

function dateMeant(item: Item, text: string): Meant {
  const m = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/.exec(text);
  const [year, month, day] = [Number(m?.[1]), Number(m?.[2]), Number(m?.[3])];
  if (!m || year < 1850 || year > 2200 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return { trouble: 'date' };
  if (item.type === 'date') return { value: { valueDate: text } };
  const ms = Date.parse(`${text}:00+07:00`);
  return m[4] === undefined || !Number.isFinite(ms) ? { trouble: 'date' } : { value: { valueDateTime: wardInstant(ms) } };
}

/* Nothing typed means nothing; something that cannot be said is a trouble, never a guess. */
export function meaning(item: Item, given: Given): Meant {
  if (given.value) return { value: given.value };
  const text = (given.text ?? '').trim();
  if (text === '') return {};
  switch (item.type) {
    case 'integer': case 'decimal': case 'quantity': return numberMeant(item, text);
    case 'date': case 'dateTime': return dateMeant(item, text);
    case 'time': return /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? { value: { valueTime: `${text}:00` } } : { trouble: 'time' };
    case 'url': return text.length > 2000 ? { trouble: 'long' } : { value: { valueUri: text } };
    default: return [...text].length > (item.maxLength ?? 20_000) ? { trouble: 'long' } : { value: { valueString: text } };
  }
}
