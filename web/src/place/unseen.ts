/* Whose care this account does not see, though it sees that they are here: to it a search that finds nothing says nothing. The server knows
 * (Patient/$unseen, docs/conformance.md); who works in the whole house need not ask. */

import type { FhirClient } from '../fhir/client';
import type { Reference, Resource } from '../fhir/types';

/* Broken glass, or glass that closes: what is seen has changed. */
const listeners = new Set<() => void>();
export const seenAnew = (): void => listeners.forEach((l) => l());
export function onSeenAnew(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface Unseen { all: boolean; people: { id: string; name: string }[] }
export const ALL_SEEN: Unseen = { all: false, people: [] };

interface Answer extends Resource { resourceType: 'Parameters'; parameter?: { name: string; valueReference?: Reference; valueBoolean?: boolean }[] }

async function ask(client: FhirClient, query: string, signal?: AbortSignal): Promise<Unseen> {
  const answer = await client.operation<Answer>(`Patient/$unseen?${query}`, 'Parameters', undefined, signal);
  const parts = answer?.resource.parameter ?? [];
  return {
    all: parts.some((p) => p.name === 'all' && p.valueBoolean === true),
    people: parts.filter((p) => p.name === 'patient').map((p) => ({ id: (p.valueReference?.reference ?? '').split('/').pop() ?? '', name: p.valueReference?.display ?? '' })),
  };
}

export const unseenIn = (client: FhirClient, ward: string, signal?: AbortSignal): Promise<Unseen> => ask(client, `ward=${encodeURIComponent(ward)}`, signal);
/* Of many people, by their ids: an address has a limit. */
export async function unseenAmong(client: FhirClient, ids: string[], signal?: AbortSignal): Promise<Set<string>> {
  const CHUNK = 100;
  const parts = await Promise.all(Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, i) => ask(client, `patient=${ids.slice(i * CHUNK, (i + 1) * CHUNK).map(encodeURIComponent).join(',')}`, signal)));
  return new Set(parts.flatMap((p) => p.people.map((x) => x.id)));
}
export const isUnseen = async (client: FhirClient, patient: string, signal?: AbortSignal): Promise<boolean> => (await ask(client, `patient=${encodeURIComponent(patient)}`, signal)).people.length > 0;
