/* The cupboard beside the drug round: what is left of a medicine, less what waits in this device's outbox. Without the right to see it, or without an
 * answer, the round goes on and says nothing of stock. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Given } from '../drugs/forms';
import { numberOf } from '../fhir/decimal';
import { nowMs } from '../fhir/clock';
import { background, server } from '../fhir/server';
import { heardLately, keepHeard } from '../place/lately';
import type { Entry, Item } from '../outbox/item';
import { medicineKey, PAGE_OUT, rounded, type Card, type Shelf } from './forms';
import { loadShelf, shelfKey } from './load';

const ASK_MS = 30_000;

const pageCard = (r: Entry): string => r.identifier?.find((i) => i.system === PAGE_OUT)?.value?.split('/')[0] ?? '';
const amountOf = (r: Entry): number => numberOf((r as Given).dosage?.dose?.value) ?? 0;

export interface InStock { card: Card; left: number }

export function leftOf(shelf: Shelf | undefined, items: Item[], name: string, unit: string): InStock | undefined {
  const card = shelf?.cards.find((c) => c.unit === unit && medicineKey(c.item) === medicineKey(name));
  if (!card) return undefined;
  const waiting = items.filter((i) => i.halt === undefined && i.resource.resourceType === 'MedicationAdministration' && i.resource.status === 'completed' && pageCard(i.resource) === card.id);
  return { card, left: rounded(card.balance - waiting.reduce((sum, i) => sum + amountOf(i.resource), 0)) };
}

export interface UseShelf { stockOf: (name: string, unit: string) => InStock | undefined; shelf: Shelf | undefined }

export function useShelf(wardId: string, items: Item[], stored: Entry[]): UseShelf {
  const [shelf, setShelf] = useState<Shelf>();
  const count = useMemo(() => stored.filter((r) => r.resourceType === 'MedicationAdministration' && pageCard(r) !== '').length, [stored]);
  useEffect(() => {
    const abort = new AbortController();
    const ask = (client: typeof server): void => {
      loadShelf(client, wardId, abort.signal).then((next) => {
        if (abort.signal.aborted) return;
        keepHeard(shelfKey(wardId), next, nowMs());
        setShelf(next);
      }, (error: unknown) => { if (!abort.signal.aborted) setShelf((now) => now ?? heardLately<Shelf>(shelfKey(wardId), error)?.what); });
    };
    ask(server);
    const timer = setInterval(() => ask(background), ASK_MS);
    return () => { abort.abort(); clearInterval(timer); };
  }, [wardId, count]);
  return { shelf, stockOf: useCallback((name, unit) => leftOf(shelf, items, name, unit), [shelf, items]) };
}
