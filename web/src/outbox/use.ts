/* The outbox of whoever's screens these are. One for the whole page, so that it goes on sending whatever screen is open; when
 * another account comes in, the box of the one before is closed and stays in storage, unsent, until its owner is back; what storage did not take
 * stays in this page. */

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import type { Entry, Item } from './item';
import { Outbox } from './outbox';

const unkept = new Map<string, Item[]>();
let open: { account: string; box: Outbox } | undefined;
const heard = new Set<(resource: Entry, item: Item) => void>();

const NOWHERE = {
  getItem: () => null, setItem: () => { throw new Error('no storage'); }, removeItem: () => undefined, length: 0, key: () => null, clear: () => undefined,
};
function storage(): Storage {
  try {
    return window.localStorage;
  } catch {
    return NOWHERE; /* switched off: it waits in this page only */
  }
}

/* What lies in this page alone, of whomever, halted or not. */
const atRiskNow = (): number => [...unkept.values()].reduce((n, held) => n + held.length, 0) + (open && !open.box.kept ? open.box.all().length : 0);
/* asked at the lock screen as well, where no bar is */
if (typeof window !== 'undefined') window.addEventListener('beforeunload', (e) => { if (atRiskNow() > 0) e.preventDefault(); });

function boxOf(account: string): Outbox {
  if (open?.account === account) return open.box;
  if (open) {
    open.box.close();
    if (!open.box.kept) unkept.set(open.account, open.box.all());
  }
  const held = unkept.get(account);
  unkept.delete(account);
  const box = new Outbox({
    account, client: server, storage: storage(), now: nowMs, ...(held ? { held } : {}),
    onStored: (resource, item) => { for (const tell of heard) tell(resource, item); },
  });
  open = { account, box };
  void box.flush();
  return box;
}

export interface UseOutbox { box: Outbox; items: Item[]; waiting: number; reached: boolean; kept: boolean;
  /* so many lie in this page alone, of whomever, halted or not: it must not be closed */
  atRisk: number;
}

export function useOutbox(): UseOutbox {
  const { me } = useMe();
  const account = me.auth === 'off' ? '-' : me.account?.id ?? '-';
  const box = useMemo(() => boxOf(account), [account]);
  const items = useSyncExternalStore(box.subscribe, box.snapshot);
  useEffect(() => {
    const again = (): void => { void box.flush(); };
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [box]);
  return { atRisk: atRiskNow(), box, items, waiting: items.filter((i) => i.halt === undefined).length, reached: box.reached, kept: box.kept };
}

/* Everything this page has had stored since it was opened, newest word last. */
export function useStored(wanted: (resource: Entry) => boolean): Entry[] {
  const [stored, setStored] = useState<Entry[]>([]);
  useEffect(() => {
    const hear = (resource: Entry): void => {
      if (wanted(resource)) setStored((all) => [...all, resource]);
    };
    heard.add(hear);
    return () => { heard.delete(hear); };
  }, [wanted]);
  return stored;
}

/* asked at the door, where nobody's box is open */
export const waitingHere = (): number => Outbox.waitingOn(storage());
