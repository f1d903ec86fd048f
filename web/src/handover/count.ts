/* Controlled medicines at handover: the ward's cards of them, and what is ordered and has no card yet, which gets one by being counted. What should
 * be there is the balance the server reckons (stock/); what is there is counted by hand, and signed as it is. */

import { isControlled, type Order } from '../drugs/forms';
import { medicineKey, type Card } from '../stock/forms';
import { withoutCard } from '../stock/shelf';
import { isKnown } from '../stock/tally';

export interface CountLine {
  medicine: string;
  unit: string;
  card: Card | undefined; /* undefined: it is opened with this count */
  last: { amount: number; at: number } | undefined;
  /* since then, of the card */
  given: number; in: number; out: number;
  /* undefined at the first count ever, and when something given has another unit */
  expected: number | undefined;
}

export function countLines(cards: Card[], orders: Order[], mayOpen: boolean, name: (o: Order) => string): CountLine[] {
  const known = cards.filter((c) => c.controlled).map((c): CountLine => ({
    medicine: c.item, unit: c.unit, card: c, last: c.counted && { amount: c.counted.amount, at: c.counted.at }, given: c.given, in: c.in, out: c.out, expected: isKnown(c) ? c.balance : undefined,
  }));
  const named = orders.filter(isControlled).map((o): Order => ({ ...o, medicationCodeableConcept: { text: name(o) } }));
  const fresh = mayOpen ? withoutCard(named, [], cards, isControlled) : [];
  return [...known, ...fresh.map((f): CountLine => ({ medicine: f.item, unit: f.unit, card: undefined, last: undefined, given: 0, in: 0, out: 0, expected: undefined }))]
    .sort((a, b) => (medicineKey(a.medicine) < medicineKey(b.medicine) ? -1 : 1));
}
