/* A count of the cupboard: how far it is from the book, and what is written of it. One source for the stock screens and the handover. */

import type { Giver } from '../drugs/record';
import type { StockWords } from '../i18n/stock';
import type { Part, Wanted } from '../outbox/item';
import { MINUTE_MS, wardInstant } from '../fhir/zone';
import { parseTyped } from '../vitals/number';
import { uuid4 } from '../vitals/uuid';
import { countOf, party, rounded, type Card } from './forms';

export interface Tallied { card: Card; counted: number; note: string }

/* How long numbers that were typed and not yet signed may wait: after that something else lies in the cupboard. */
const COUNT_MS = 6 * 60 * MINUTE_MS;
export const countHolds = (at: number, now: number): boolean => now - at <= COUNT_MS;

/* "1.250" is how the page itself shows a thousand and a quarter of one: refused, as everywhere (vitals/number.ts). */
export function typedCount(text: string): number | undefined {
  const read = parseTyped(text, 3);
  return read.kind === 'number' ? read.value.number : undefined;
}

/* Where nothing was ever written down there is nothing to differ from. */
export const isKnown = (c: Card): boolean => c.unknown === 0 && (c.counted !== undefined || c.in + c.out + c.given > 0);
export const differenceOf = (c: Card, counted: number): number | undefined => (isKnown(c) ? rounded(counted - c.balance) : undefined);

const shown = (n: number): string => String(rounded(n)).replace('.', ',');

export function differenceText(t: Tallied, w: StockWords): string {
  const difference = differenceOf(t.card, t.counted) ?? 0;
  return w('count.taskLine', {
    item: t.card.item, expected: shown(t.card.balance), counted: shown(t.counted), unit: t.card.unit, difference: `${difference > 0 ? '+' : ''}${shown(difference)}`, why: t.note === '' ? '' : `: ${t.note}`,
  });
}

export function countAct(lines: Tallied[], at: number, wardId: string, me: Giver, w: StockWords): Wanted {
  const none = { only: '', stay: '', patient: '' };
  const place = `urn:uuid:${uuid4()}`;
  const count = countOf(lines.map((l) => ({ card: l.card, reference: `SupplyRequest/${l.card.id}`, amount: l.counted, expected: isKnown(l.card) ? l.card.balance : undefined, note: l.note })), w('count.record'), at, wardId, me);
  const wrong = lines.filter((l) => (differenceOf(l.card, l.counted) ?? 0) !== 0);
  const parts: Part[] = [{ ...none, id: uuid4(), resource: count, place }];
  if (wrong.length > 0) {
    parts.push({
      ...none, id: uuid4(),
      resource: {
        resourceType: 'Task', status: 'requested', intent: 'order', priority: wrong.some((l) => l.card.controlled) ? 'urgent' : 'routine',
        code: { coding: [{ system: 'urn:ansinh:task', code: wrong.some((l) => l.card.controlled) ? 'controlled-difference' : 'stock-difference' }] },
        description: w('count.task', { list: wrong.map((l) => differenceText(l, w)).join('; ') }), focus: { reference: place }, for: { reference: `Location/${wardId}` }, authoredOn: wardInstant(at), requester: party(me),
        performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }],
      } as Part['resource'],
    });
  }
  return { id: uuid4(), at, resource: count, parts };
}
