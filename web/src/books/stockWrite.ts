/* The cupboard's book in the record, in two steps: the cards that are not there yet, then of each page of them the lots as what came and the
 * count that is signed for, in one transaction. The count says how much there is; what came before it at the same second only says of which lots. */

import type { Giver } from '../drugs/record';
import { Decimal } from '../fhir/decimal';
import type { BundleEntry, Identifier, Resource } from '../fhir/types';
import type { StockWords } from '../i18n/stock';
import { cardOf, moveOf, type Card } from '../stock/forms';
import { countAct, type Tallied } from '../stock/tally';
import type { Group, StockRow } from './stockBook';
import { spelt } from './taken';
import { medicineKey } from '../stock/forms';
import { BOOK_SYSTEM } from './takenWrite';

export const CARD_SYSTEM = 'urn:ansinh:id:book-card';
const ENTRY = 'urn:ansinh:id:book-row';

export interface StockContext { importId: string; me: Giver; witness: Giver | undefined; at: number; document: string; words: StockWords }

const amountOf = (n: number): Decimal => new Decimal(String(n));
const levelOf = (g: Group, of: (r: StockRow) => number | undefined): number | undefined => g.lines.map(of).find((n) => n !== undefined);

/* A card by ward, medicine and unit, once: it stays when the answer was lost. */
export function cardEntry(g: Group, c: StockContext): BundleEntry {
  const line = g.lines[0]?.line;
  const value = `${g.ward}/${spelt(medicineKey(line?.medicine ?? ''))}/${spelt(medicineKey(line?.unit ?? ''))}`;
  const minimum = levelOf(g, (r) => r.line.minimum);
  const card = cardOf({
    item: line?.medicine ?? '', unit: line?.unit ?? '', level: amountOf(levelOf(g, (r) => r.line.level) ?? 0), minimum: minimum === undefined ? undefined : amountOf(minimum), controlled: line?.controlled === true,
    wardId: g.ward, at: c.at, me: c.me,
  });
  return {
    resource: { ...card, identifier: [{ system: CARD_SYSTEM, value }, { system: BOOK_SYSTEM, value: c.importId }] } as Resource,
    request: { method: 'POST', url: 'SupplyRequest', ifNoneExist: `identifier=${CARD_SYSTEM}|${value}&status=active` },
  };
}

function once(resource: Resource, name: string, fullUrl?: string): BundleEntry {
  const identifier: Identifier[] = [...((resource as { identifier?: Identifier[] }).identifier ?? []), { system: ENTRY, value: name }];
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource: { ...resource, identifier } as Resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${ENTRY}|${name}` } };
}

export interface Opened { group: Group; card: Pick<Card, 'id' | 'item' | 'unit'> & Partial<Card> }

/* One page of cards of one ward; a count for each card, so that one can be taken back while another has been used since. */
export function countEntries(page: Opened[], wardId: string, c: StockContext): BundleEntry[] {
  const entries: BundleEntry[] = [];
  for (const { group, card } of page) {
    if (group.amount === undefined) continue;
    const full: Card = { balance: 0, differs: false, unknown: 0, level: undefined, minimum: undefined, controlled: group.lines[0]?.line.controlled === true, counted: undefined, in: 0, out: 0, given: 0, lots: [], ...card };
    for (const { row, line } of group.lines) {
      if (line.amount === undefined || line.amount === 0 || (line.lot === '' && line.expires === '')) continue;
      const witness = full.controlled ? c.witness : undefined;
      entries.push(once(moveOf({ kind: 'receipt', card: full, amount: amountOf(line.amount), at: c.at, wardId, me: c.me, witness, lot: line.lot, expires: line.expires, document: c.document }), `${c.importId}/${row}/lot`));
    }
    const tallied: Tallied = { card: full, counted: group.amount, note: c.document };
    for (const [i, p] of (countAct([tallied], c.at, wardId, c.me, c.words).parts ?? []).entries()) entries.push(once(p.resource, `${c.importId}/${full.id}/${i}`, p.place));
  }
  return entries;
}
