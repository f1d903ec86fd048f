/* The life of one person's consents on the screen: what the server has, what waits in the outbox, and the steps. */

import { useEffect, useState } from 'react';
import { FhirError, problemOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { entryQuery, entryIdentifier, type Wanted } from '../outbox/item';
import { useOutbox, useStored, type UseOutbox } from '../outbox/use';
import { useLoad, type Loaded } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { uuid4 } from '../vitals/uuid';
import { consentOf, entryId, giveItem, withdrawn, type Given } from './give';
import { endedGround, groundOf, type GroundDraft } from './ground';
import { loadConsents, type PersonConsents } from './load';
import type { Attachment, Basic, Consent } from './types';

const isOurs = (r: { resourceType: string }): boolean => r.resourceType === 'Consent' || r.resourceType === 'Basic';

export interface UseConsents {
  load: Loaded<PersonConsents>;
  /* the server's, with what waits here in its place */
  consents: Consent[];
  waiting: (c: Consent) => boolean;
  /* grounds for handing on without consent: the same */
  grounds: Basic[];
  waits: (b: Basic) => boolean;
  addGround: (purpose: string, draft: GroundDraft) => void;
  endGround: (b: Basic) => Promise<void>;
  give: (g: Given) => Promise<void>;
  withdraw: (c: Consent, by: string) => Promise<void>;
  addPaper: (c: Consent, paper: Attachment) => Promise<void>;
  outbox: UseOutbox;
}

/* Server's list and what waits: the same entry once, as it will be. */
export function merged<T extends Consent | Basic>(server_: T[], waiting: { id: string; resource: unknown }[]): T[] {
  const ours = new Map(waiting.map((w) => [w.id, w.resource as T]));
  const shown = server_.map((c) => ours.get(entryId(c)) ?? c);
  const known = new Set(server_.map(entryId));
  return [...shown, ...waiting.filter((w) => !known.has(w.id)).map((w) => w.resource as T)];
}

export function useConsents(id: string): UseConsents {
  const load = useLoad(`consents ${id}`, (signal) => loadConsents(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const outbox = useOutbox();
  const stored = useStored(isOurs);
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (stored.length > seen) { setSeen(stored.length); load.reload(); }
  }, [stored.length]);
  const mine = (type: string) => outbox.items.filter((i) => i.resource.resourceType === type && i.patient === id && i.halt === undefined);
  const standing = mine('Consent'), basics = mine('Basic');
  const give = async (g: Given): Promise<void> => {
    const entry = uuid4();
    if (!g.paper) { outbox.box.add(giveItem(entry, g)); return; }
    await server.create<Consent>({ ...consentOf(g), identifier: [entryIdentifier(entry)] }, entryQuery(entry)); /* too large to wait here */
    load.reload();
  };
  const change = async <T extends Consent | Basic>(c: T, next: T): Promise<void> => {
    await server.update(next, `W/"${c.meta?.versionId ?? ''}"`);
    load.reload();
  };
  /* the same entry, as it shall be: in place of what has not even been sent yet */
  const later = (entry: string, was: Consent | Basic, next: Consent | Basic): void => {
    if (outbox.box.change(entry, next as Wanted['resource'])) return;
    const identifier = (was.identifier ?? []).filter((i) => i.system !== 'urn:ietf:rfc:3986');
    outbox.box.add({ id: entry, at: nowMs(), resource: { ...next, identifier } as Wanted['resource'], patient: id });
  };
  const withdraw = async (c: Consent, by: string): Promise<void> => {
    const next = withdrawn(c, by, nowMs());
    const entry = entryId(c);
    if (entry === '' || c.sourceAttachment) { await change(c, next); return; }
    later(entry, c, next);
  };
  const endGround = async (b: Basic): Promise<void> => {
    const entry = entryId(b), next = endedGround(b, nowMs());
    if (entry === '') await change(b, next);
    else later(entry, b, next);
  };
  return {
    load, outbox, consents: merged(load.data?.consents ?? [], standing), give, withdraw,
    waiting: (c) => standing.some((i) => i.id === entryId(c)),
    grounds: merged(load.data?.decisions ?? [], basics), waits: (b) => basics.some((i) => i.id === entryId(b)), endGround,
    addGround: (purpose, draft) => { outbox.box.add({ id: uuid4(), at: nowMs(), resource: groundOf(id, purpose, draft) as Wanted['resource'], patient: id }); },
    addPaper: (c, paper) => change(c, { ...c, sourceAttachment: paper }),
  };
}

/* What to say when the server would not: its words, or that the line is down ('' ). */
export function refusal(error: unknown): string {
  if (!(error instanceof FhirError)) return '';
  const { problem, diagnostics } = problemOf(error);
  return problem === 'refused' || problem === 'forbidden' || problem === 'conflict' ? diagnostics || problem : '';
}
