/* The two conversations about a set of vital signs: record it, and take it back. */

import { FhirError, problemOf, type FhirClient } from '../fhir/client';
import type { Bundle, Observation } from '../fhir/types';
import { identifierQuery, inError, savedFrom, type Saved } from './bundle';
import { canWait } from './waiting';

/* Records one set. Entries of an earlier attempt that have been changed since are withdrawn first; if that cannot be done
 * the whole save fails, so that a value somebody corrected can never stand beside its correction. */
export async function saveSet(client: FhirClient, bundle: Bundle<Observation>, superseded: string[]): Promise<Saved[]> {
  if (superseded.length > 0) await withdrawByIdentifier(client, superseded);
  const answer = await client.transaction(bundle);
  return savedFrom(bundle, answer);
}

export interface Ending {
  /* nobody could be reached: it goes into the outbox */
  keep: () => void;
  clear: () => void;
  isStillHere: () => boolean;
  tell: (saved: Saved[], waiting: boolean) => void;
}

/* Sends it, or keeps it for later. The answer may come when somebody else is at the page: what was measured is kept all the same, but
 * nothing on their screen moves. Returns why it was refused. */
export async function saveOrKeep(send: () => Promise<Saved[]>, { keep, clear, isStillHere, tell }: Ending): Promise<FhirError | undefined> {
  let saved: Saved[] | undefined;
  try {
    saved = await send();
  } catch (error) {
    const problem = problemOf(error);
    if (!canWait(problem)) return problem;
    keep();
  }
  clear();
  if (isStillHere()) tell(saved ?? [], saved === undefined);
  return undefined;
}

async function withdrawByIdentifier(client: FhirClient, uuids: string[]): Promise<void> {
  const page = await client.search<Observation>('Observation', { identifier: identifierQuery(uuids), _count: 50 });
  for (const found of page.items) {
    if (found.status === 'entered-in-error') continue;
    await client.update(inError(found), `W/"${found.meta?.versionId ?? ''}"`);
  }
}

/* Marks each reading entered-in-error; nothing is deleted. A reading that has changed meanwhile is looked at again: if it
 * is already withdrawn (our own earlier try whose answer was lost) all is well, otherwise it is somebody's newer word and
 * stays. Returns those still standing, so that trying again goes on where it stopped. */
export async function undoSet(client: FhirClient, saved: Saved[]): Promise<{ left: Saved[]; error: FhirError | undefined }> {
  const left: Saved[] = [];
  let error: FhirError | undefined;
  for (const item of saved) {
    try {
      await withdraw(client, item);
    } catch (e) {
      left.push(item);
      error = e instanceof FhirError ? e : new FhirError('garbled');
    }
  }
  return { left, error };
}

async function withdraw(client: FhirClient, item: Saved): Promise<void> {
  try {
    const etag = item.etag || (await client.read<Observation>('Observation', item.observation.id ?? '')).etag;
    await client.update(inError(item.observation), etag ?? '');
  } catch (e) {
    if (!(e instanceof FhirError) || e.problem !== 'conflict') throw e;
    const now = await client.read<Observation>('Observation', item.observation.id ?? '');
    if (now.resource.status !== 'entered-in-error') throw e;
  }
}
