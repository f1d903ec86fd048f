/* The life of one round on the screen: loaded once, kept fresh by asking only for what is new, with the taps of this page laid
 * over it at once. What the server says wins as soon as it has spoken. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMe } from '../access/me';
import { isAbort } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { background, server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { useI18n } from '../i18n/context';
import type { Entry, Item } from '../outbox/item';
import { useOutbox, useStored, type UseOutbox } from '../outbox/use';
import type { Resident } from '../place/ward';
import { useShelf, type UseShelf } from '../stock/useShelf';
import { keepHeard } from '../place/lately';
import { useLately } from '../place/useLately';
import type { UnheardSince } from '../place/Unheard';
import { whenHandIsOff } from '../ui/hand';
import { useOnDuty } from '../roster/onDuty';
import { useNow } from '../ui/useNow';
import { uuid4 } from '../vitals/uuid';
import { medicineText, type Dose } from './doses';
import { doseKeyOf, entryOf, type DosageInstruction, type Given, type Order } from './forms';
import { loadAll, loadNewer, loadPerson, loadRound, mergeGiven, roundKey, type Change, type RoundData } from './load';
import { recordDose, recordEffect, recordPrn, signedSecond, strike, struckThrough, type Answer, type Giver, type PrnEffect } from './record';
import { roundOf, type PrnLine, type Round } from './round';

const ASK_MS = 15_000;
/* of so many looks for doses one looks for all that changed */
const EVERY = 4;
/* what was loaded a moment ago is not asked for again */
const FRESH_MS = 2_000;
export const UNDO_MS = 10_000;

export function useGiver(): Giver {
  const { me, practitioner } = useMe();
  const { t } = useI18n();
  return useMemo(() => ({
    reference: practitioner ?? '', display: me.auth === 'off' ? t('drugs.nobody') : me.account?.display ?? '',
  }), [me, practitioner, t]);
}

export interface UseRound {
  round: Round | undefined;
  data: RoundData | undefined;
  error: unknown;
  /* the line is gone: of what hour this is */
  unheard: UnheardSince | undefined;
  reload: () => void;
  now: number;
  outbox: UseOutbox;
  /* what of the outbox belongs to this dose */
  itemOf: (key: string) => Item | undefined;
  mayUndo: (given: Given) => boolean;
  give: (dose: Dose, resident: Resident, answer: Answer) => void;
  givePrn: (line: PrnLine, resident: Resident, answer: Answer) => void;
  undo: (given: Given, why?: string) => void;
  effect: (given: Given, effect: PrnEffect, text: string) => void;
  cosign: (given: Given) => Promise<boolean>;
  stockOf: UseShelf['stockOf'];
}

const isOurs = (r: Entry): boolean => r.resourceType === 'MedicationAdministration' || r.resourceType === 'Observation';
const isGiven = (r: Entry): r is Given => r.resourceType === 'MedicationAdministration';

const nameIn = (data: RoundData | undefined, order: Order): string => medicineText(order, data?.medications);
export const unitIn = (d: DosageInstruction): string => {
  const dose = d.doseAndRate?.[0]?.doseQuantity;
  return dose?.unit ?? dose?.code ?? '';
};

/* Waiting in the outbox: shown as done, because it was done. */
function fromBox(items: Item[]): Given[] {
  return items.filter((i) => i.halt === undefined && isGiven(i.resource)).map((i) => ({ ...(i.resource as Given), id: `waiting-${i.id}` }));
}

export function useRound(wardId: string, person: string): UseRound {
  const { t } = useI18n();
  const giver = useGiver();
  const { system } = useOnDuty();
  const outbox = useOutbox();
  const { box, items } = outbox;
  const load = useLately(roundKey(wardId), (signal) => loadRound(server, wardId, nowMs(), signal));
  const [newer, setNewer] = useState<RoundData>();
  const stored = useStored(isOurs);
  const [touched, setTouched] = useState<Record<string, number>>({});
  const { stockOf } = useShelf(wardId, items, stored);
  const ticking = useNow();
  const now = Math.max(ticking, ...Object.values(touched));

  const base = load.data;
  const loadedAt = useRef(0);
  const lookedAt = useRef(0);
  useEffect(() => {
    setNewer(undefined);
    loadedAt.current = nowMs();
    lookedAt.current = loadedAt.current;
  }, [base]);
  const data = newer ?? base;
  const isOld = load.unheard !== undefined;
  useEffect(() => { if (newer && !isOld) keepHeard(roundKey(wardId), newer, lookedAt.current); }, [newer, isOld, wardId]);
  const apply = useCallback((change: Change) => setNewer((before) => {
    const now = before ?? base;
    return now && { ...change(now) };
  }), [base]);
  const looks = useRef(0);
  const held = useRef(data);
  useEffect(() => { held.current = data; }, [data]);
  /* its own clock: a card that is opened neither puts the next look off nor ends one under way */
  useEffect(() => {
    if (!base) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => { timer = setTimeout(ask, ASK_MS); };
    const ask = (): void => {
      looks.current += 1;
      const look = looks.current % EVERY === 0 ? loadAll : loadNewer;
      look(background, held.current ?? base, nowMs(), abort.signal).then(
        (change) => whenHandIsOff(() => { if (!abort.signal.aborted) { lookedAt.current = nowMs(); apply(change); wait(); } }),
        (error: unknown) => { if (!isAbort(error) && !abort.signal.aborted) wait(); }, /* asks again later */
      );
    };
    wait();
    return () => { clearTimeout(timer); abort.abort(); };
  }, [base, apply]);
  /* a card that is opened shows what holds now, not what held when the round began */
  const isLoaded = base !== undefined;
  useEffect(() => {
    if (person === '' || !isLoaded || nowMs() - loadedAt.current < FRESH_MS) return undefined;
    const abort = new AbortController();
    loadPerson(background, person, nowMs(), abort.signal).then(
      (change) => whenHandIsOff(() => { if (!abort.signal.aborted) apply(change); }),
      () => undefined, /* what is known stays; the next look asks again */
    );
    return () => abort.abort();
  }, [person, isLoaded, apply]);

  /* what somebody else had recorded first stays known after the message about it is gone */
  const [others, setOthers] = useState<Given[]>([]);
  useEffect(() => {
    const told = items.flatMap((i) => (i.other && isGiven(i.other) ? [i.other] : []));
    if (told.length > 0) setOthers((all) => mergeGiven(all, told));
  }, [items]);
  const given = useMemo(() => {
    if (!data) return [];
    const known = mergeGiven(mergeGiven(data.given, stored.filter(isGiven)), others);
    const waiting = fromBox(items);
    const replaced = new Set(waiting.map(entryOf));
    return [...known.filter((g) => !replaced.has(entryOf(g)) || entryOf(g) === ''), ...waiting];
  }, [data, stored, items, others]);
  const round = useMemo(() => {
    if (!data) return undefined;
    const seen = [...data.effects, ...stored.filter((r) => r.resourceType === 'Observation') as unknown as Observation[],
      ...items.filter((i) => i.resource.resourceType === 'Observation').map((i) => i.resource as unknown as Observation)];
    return roundOf(data, given, seen, now, giver.reference, system);
  }, [data, given, stored, items, now, giver, system]);

  const touch = useCallback((id: string, at: number) => setTouched((all) => ({ ...all, [id]: at })), []);
  const give = useCallback((dose: Dose, resident: Resident, answer: Answer) => {
    const [id, at] = [uuid4(), nowMs()];
    touch(id, at);
    box.add(recordDose(dose, resident, giver, at, id, answer, stockOf(nameIn(data, dose.order), unitIn(dose.dosage))?.card.id));
  }, [box, giver, touch, stockOf, data]);
  const givePrn = useCallback((line: PrnLine, resident: Resident, answer: Answer) => {
    const [id, at] = [uuid4(), nowMs()];
    touch(id, at);
    box.add(recordPrn(line.order, line.dosage, line.key, resident, giver, at, id, answer, stockOf(nameIn(data, line.order), unitIn(line.dosage))?.card.id));
  }, [box, giver, touch, stockOf, data]);
  const undo = useCallback((g: Given, why = 'undone') => {
    const id = entryOf(g).replace('urn:uuid:', '');
    const text = t(why === 'undone' ? 'drugs.undone' : 'drugs.mistake');
    if (box.change(id, struckThrough(g, why, text) as Entry)) return;
    const wanted = strike(g, why, text);
    if (wanted) box.add(wanted);
  }, [box, t]);
  const effect = useCallback((g: Given, what: PrnEffect, text: string) => {
    box.add(recordEffect(g, what, text, t('drugs.effectTitle'), giver, nowMs(), uuid4()));
  }, [box, giver, t]);
  const cosign = useCallback(async (g: Given): Promise<boolean> => {
    const { resource, etag } = await server.read<Given>('MedicationAdministration', g.id ?? '');
    const signed = signedSecond(resource, giver);
    if (!signed) return false;
    await server.update(signed, etag ?? '');
    load.reload();
    return true;
  }, [giver, load.reload]);

  return {
    round, data, error: load.error, unheard: load.unheard, reload: load.reload, now, outbox, stockOf, give, givePrn, undo, effect, cosign,
    itemOf: useCallback((key) => items.find((i) => isGiven(i.resource) && doseKeyOf(i.resource) === key
      && i.resource.status !== 'entered-in-error'), [items]),
    mayUndo: useCallback((g) => {
      const at = touched[entryOf(g).replace('urn:uuid:', '')];
      return at !== undefined && nowMs() - at < UNDO_MS;
    }, [touched]),
  };
}
