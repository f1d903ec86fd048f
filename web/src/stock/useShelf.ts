/* The cupboard beside the drug round: what is left of a medicine, less what waits in this device's outbox, and a word to the head when more
 * was given than the book has. Without the right to see it, or without an answer, the round goes on and says nothing of stock. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Giver } from '../drugs/record';
import type { Given } from '../drugs/forms';
import { numberOf } from '../fhir/decimal';
import { background, server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { recordWords } from '../i18n/stock';
import type { Entry, Item } from '../outbox/item';
import { medicineKey, PAGE_OUT, party, rounded, type Card, type Shelf } from './forms';
import { loadShelf } from './load';

const ASK_MS = 30_000;
export const SHORT_SYSTEM = 'urn:ansinh:id:stock-short';

const pageCard = (r: Entry): string => r.identifier?.find((i) => i.system === PAGE_OUT)?.value?.split('/')[0] ?? '';
const amountOf = (r: Entry): number => numberOf((r as Given).dosage?.dose?.value) ?? 0;

export interface InStock { card: Card; left: number }

export function leftOf(shelf: Shelf | undefined, items: Item[], name: string, unit: string): InStock | undefined {
  const card = shelf?.cards.find((c) => c.unit === unit && medicineKey(c.item) === medicineKey(name));
  if (!card) return undefined;
  const waiting = items.filter((i) => i.halt === undefined && i.resource.resourceType === 'MedicationAdministration' && i.resource.status === 'completed' && pageCard(i.resource) === card.id);
  return { card, left: rounded(card.balance - waiting.reduce((sum, i) => sum + amountOf(i.resource), 0)) };
}

/* One task for a card and its last count: whoever tells it first has told it. */
export function shortTask(card: Card, wardId: string, me: Giver, at: number): Entry {
  return {
    resourceType: 'Task', identifier: [{ system: SHORT_SYSTEM, value: `${card.id}/${card.counted?.id ?? '-'}` }], status: 'requested', intent: 'order', priority: card.controlled ? 'urgent' : 'routine',
    code: { coding: [{ system: 'urn:ansinh:task', code: card.controlled ? 'controlled-difference' : 'stock-difference' }] }, description: recordWords('short.task', { item: card.item }),
    focus: { reference: `SupplyRequest/${card.id}` }, for: { reference: `Location/${wardId}` }, authoredOn: wardInstant(at), requester: party(me),
    performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }],
  } as Entry;
}

export interface UseShelf { stockOf: (name: string, unit: string) => InStock | undefined; shelf: Shelf | undefined }

export function useShelf(wardId: string, items: Item[], stored: Entry[], me: Giver): UseShelf {
  const [shelf, setShelf] = useState<Shelf>();
  const told = useRef(new Set<string>());
  const mine = useMemo(() => stored.filter((r) => r.resourceType === 'MedicationAdministration' && pageCard(r) !== ''), [stored]);
  const count = mine.length;
  useEffect(() => {
    const abort = new AbortController();
    const ask = (client: typeof server): void => {
      loadShelf(client, wardId, abort.signal).then((next) => { if (!abort.signal.aborted) setShelf(next); }, () => undefined);
    };
    ask(server);
    const timer = setInterval(() => ask(background), ASK_MS);
    return () => { abort.abort(); clearInterval(timer); };
  }, [wardId, count]);
  useEffect(() => {
    const gave = new Set(mine.map(pageCard));
    for (const card of shelf?.cards ?? []) {
      const key = `${card.id}/${card.counted?.id ?? '-'}`;
      if (card.balance >= 0 || !gave.has(card.id) || told.current.has(key)) continue;
      told.current.add(key);
      server.create(shortTask(card, wardId, me, Date.now()), `identifier=${SHORT_SYSTEM}|${key}`).catch(() => { told.current.delete(key); });
    }
  }, [shelf, mine, wardId, me]);
  return { shelf, stockOf: useCallback((name, unit) => leftOf(shelf, items, name, unit), [shelf, items]) };
}
