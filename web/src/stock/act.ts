/* One act at the cupboard as one entry of the outbox: its movements, all or none of them. */

import type { Giver } from '../drugs/record';
import { numberOf, type Decimal } from '../fhir/decimal';
import type { Part, Wanted } from '../outbox/item';
import { uuid4 } from '../vitals/uuid';
import { medicineKey, moveOf, rounded, type Card, type MoveKind } from './forms';

export interface Line { card: Card; amount: Decimal; lot: string; expires: string }

/* What would be left of it, with what stands in the lines already. */
export function leftAfter(card: Card, lines: Line[], more: Decimal | undefined): number {
  const taken = lines.filter((l) => l.card.id === card.id).reduce((sum, l) => sum + (numberOf(l.amount) ?? 0), numberOf(more) ?? 0);
  return rounded(card.balance - taken);
}

export interface Act { kind: MoveKind; lines: Line[]; document: string; reason: string; to: string; there: Card[]; wardId: string; me: Giver; witness: Giver | undefined; at: number }

/* The card of the same medicine on the other side. */
export const sameCard = (there: Card[], card: Pick<Card, 'item' | 'unit'>): Card | undefined => there.find((c) => medicineKey(c.item) === medicineKey(card.item) && c.unit === card.unit);

export function actOf(a: Act): Wanted {
  const parts = a.lines.map((l): Part => ({
    id: uuid4(), only: '', stay: '', patient: '',
    resource: moveOf({
      kind: a.kind, card: l.card, ...(a.kind === 'transfer' ? { to: sameCard(a.there, l.card)?.id } : {}), amount: l.amount, at: a.at, wardId: a.wardId, me: a.me, witness: a.witness,
      reason: a.kind === 'waste' ? a.reason : '', lot: l.lot, expires: l.expires, document: a.document,
    }),
  }));
  return { id: uuid4(), at: a.at, resource: parts[0]?.resource ?? { resourceType: 'SupplyDelivery' }, parts };
}
