/* The life of quick care on the screen: loaded once, kept fresh by asking only for what is new, with this page's own taps laid over it. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { isAbort } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { background, server } from '../fhir/server';
import { recordWords } from '../i18n/daily';
import { identifiersOf, type Entry, type Item } from '../outbox/item';
import { useOutbox, useStored, type UseOutbox } from '../outbox/use';
import { useGiver } from '../drugs/useRound';
import { keepHeard } from '../place/lately';
import { useLately } from '../place/useLately';
import type { UnheardSince } from '../place/Unheard';
import { whenHandIsOff } from '../ui/hand';
import { uuid4 } from '../vitals/uuid';
import { dailyKey, loadDaily, loadNewer, type DailyData } from './load';
import { recordCare, struck, type CareEntry, type ForOne } from './record';
import { kindIn, readDone, type Done } from './today';

const ASK_MS = 20_000;

const isCare = (r: Entry): boolean => r.resourceType === 'Observation' && kindIn(r as unknown as CareEntry) !== undefined;
const ownOf = (r: Entry | CareEntry): string => identifiersOf(r).find((i) => (i.value ?? '').startsWith('urn:uuid:'))?.value ?? '';

export interface UseDaily {
  data: DailyData | undefined;
  error: unknown;
  /* the line is gone: of what hour this is */
  unheard: UnheardSince | undefined;
  reload: () => void;
  done: Done[];
  outbox: UseOutbox;
  /* what could not be stored and waits for a person's word */
  halted: Item[];
  record: (all: ForOne[], at: number, beside?: boolean) => Item;
  /* the whole act, sent or not */
  undo: (item: Item) => void;
  /* one line, whoever's act it came from */
  strike: (d: Done) => void;
}

/* Entries of this box, sent or not, in the state they shall have. */
function inBox(items: Item[]): { entry: CareEntry; halted: boolean }[] {
  return items.flatMap((i) => (i.parts ?? []).map((p) => ({ entry: p.resource as unknown as CareEntry, halted: i.halt !== undefined })))
    .filter((x) => kindIn(x.entry) !== undefined);
}

export function mergeDone(known: CareEntry[], stored: CareEntry[], items: Item[]): Done[] {
  const byOwn = new Map<string, { entry: CareEntry; waiting: boolean }>();
  const nameless: CareEntry[] = [];
  const put = (entry: CareEntry, waiting: boolean): void => {
    const own = ownOf(entry);
    if (own === '') nameless.push(entry);
    else byOwn.set(own, { entry, waiting });
  };
  /* what this page had stored, then what the server says, then what is still on its way: each newer than the one before */
  for (const e of stored) put(e, false);
  for (const e of known) {
    const before = byOwn.get(ownOf(e));
    if (before?.entry.status !== 'entered-in-error') put(e, false);
  }
  for (const { entry, halted } of inBox(items)) if (!halted) put(entry, true);
  return [...nameless.map((e) => readDone(e)), ...[...byOwn.values()].map((x) => readDone(x.entry, x.waiting))].filter((d): d is Done => d !== undefined);
}

export function useDaily(wardId: string): UseDaily {
  const giver = useGiver();
  const outbox = useOutbox();
  const { box, items } = outbox;
  const load = useLately(dailyKey(wardId), (signal) => loadDaily(server, wardId, nowMs(), signal));
  const [newer, setNewer] = useState<DailyData>();
  const stored = useStored(isCare);
  useEffect(() => { setNewer(undefined); }, [load.data]);
  const data = newer ?? load.data;
  useEffect(() => {
    if (!data) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      loadNewer(background, data, nowMs(), abort.signal).then(
        (next) => {
          if (!abort.signal.aborted) keepHeard(dailyKey(wardId), next, nowMs());
          whenHandIsOff(() => { if (!abort.signal.aborted) setNewer(next); });
        },
        (error: unknown) => { if (!isAbort(error) && !abort.signal.aborted) setNewer({ ...data }); }, /* asks again later */
      );
    }, ASK_MS);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [data, wardId]);

  const done = useMemo(() => mergeDone(data?.entries ?? [], stored as unknown as CareEntry[], items), [data, stored, items]);
  const halted = useMemo(() => items.filter((i) => i.halt !== undefined && i.parts?.some((p) => isCare(p.resource)) === true), [items]);
  const record = useCallback((all: ForOne[], at: number, beside = false) => box.add(recordCare(all, giver, at, uuid4, recordWords, beside)), [box, giver]);
  const undo = useCallback((item: Item) => {
    if (box.changeAll(item.id, struck)) return;
    const parts = (item.parts ?? []).map((p) => ({ ...p, only: '', resource: struck(p.resource) }));
    box.add({ id: item.id, at: item.at, resource: struck(item.resource), parts });
  }, [box]);
  const strike = useCallback((d: Done) => {
    const resource = struck(d.entry as unknown as Entry);
    box.add({ id: `strike-${d.own}`, at: d.at, resource, parts: [{ id: d.own, stay: '', patient: '', only: '', resource }] });
  }, [box]);
  return { data, error: load.error, unheard: load.unheard, reload: load.reload, done, outbox, halted, record, undo, strike };
}
