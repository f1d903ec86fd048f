/* The life of one person's consents on the screen: what the server has, what waits in the outbox, and the steps. */

import { useEffect, useState } from 'react';
import { FhirError, problemOf } from '../fhir/client';
import { server } from '../fhir/server';
import { entryQuery, entryIdentifier, type Wanted } from '../outbox/item';
import { useOutbox, useStored, type UseOutbox } from '../outbox/use';
import { useLoad, type Loaded } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { uuid4 } from '../vitals/uuid';
import { consentOf, entryId, giveItem, withdrawn, type Given } from './give';
import { loadConsents, type PersonConsents } from './load';
import type { Attachment, Consent } from './types';

const isConsent = (r: { resourceType: string }): boolean => r.resourceType === 'Consent';

export interface UseConsents {
  load: Loaded<PersonConsents>;
  /* the server's, with what waits here in its place */
  consents: Consent[];
  waiting: (c: Consent) => boolean;
  give: (g: Given) => Promise<void>;
  withdraw: (c: Consent, by: string) => Promise<void>;
  addPaper: (c: Consent, paper: Attachment) => Promise<void>;
  outbox: UseOutbox;
}

/* Server's list and what waits: the same entry once, as it will be. */
export function merged(server_: Consent[], waiting: { id: string; resource: unknown }[]): Consent[] {
  const ours = new Map(waiting.map((w) => [w.id, w.resource as Consent]));
  const shown = server_.map((c) => ours.get(entryId(c)) ?? c);
  const known = new Set(server_.map(entryId));
  return [...shown, ...waiting.filter((w) => !known.has(w.id)).map((w) => w.resource as Consent)];
}

export function useConsents(id: string): UseConsents {
  const load = useLoad(`consents ${id}`, (signal) => loadConsents(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const outbox = useOutbox();
  const stored = useStored(isConsent);
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (stored.length > seen) { setSeen(stored.length); load.reload(); }
  }, [stored.length]);
  const mine = outbox.items.filter((i) => i.resource.resourceType === 'Consent' && i.patient === id);
  const standing = mine.filter((i) => i.halt === undefined);
  const give = async (g: Given): Promise<void> => {
    const entry = uuid4();
    if (!g.paper) { outbox.box.add(giveItem(entry, g)); return; }
    await server.create<Consent>({ ...consentOf(g), identifier: [entryIdentifier(entry)] }, entryQuery(entry)); /* too large to wait here */
    load.reload();
  };
  const change = async (c: Consent, next: Consent): Promise<void> => {
    await server.update(next, `W/"${c.meta?.versionId ?? ''}"`);
    load.reload();
  };
  const withdraw = async (c: Consent, by: string): Promise<void> => {
    const next = withdrawn(c, by, Date.now());
    const entry = entryId(c);
    if (entry === '' || c.sourceAttachment) { await change(c, next); return; }
    if (outbox.box.change(entry, next as Wanted['resource'])) return; /* not even sent yet */
    const identifier = (c.identifier ?? []).filter((i) => i.system !== 'urn:ietf:rfc:3986');
    outbox.box.add({ id: entry, at: Date.now(), resource: { ...next, identifier } as Wanted['resource'], patient: id });
  };
  return {
    load, outbox, consents: merged(load.data?.consents ?? [], standing), give, withdraw,
    waiting: (c) => standing.some((i) => i.id === entryId(c)),
    addPaper: (c, paper) => change(c, { ...c, sourceAttachment: paper }),
  };
}

/* What to say when the server would not: its words, or that the line is down ('' ). */
export function refusal(error: unknown): string {
  if (!(error instanceof FhirError)) return '';
  const { problem, diagnostics } = problemOf(error);
  return problem === 'refused' || problem === 'forbidden' || problem === 'conflict' ? diagnostics || problem : '';
}
