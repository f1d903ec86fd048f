/* A search that wants everything it asks for, page after page, but never without an end: a ward has hundreds of entries of a
 * kind, not hundreds of thousands. `cut` says that the end was reached before the list was. */

import type { FhirClient, Params } from './client';
import type { Resource } from './types';

const PAGE = 1000; /* as many as the server gives at once */
const PAGES = 4;

export interface Everything<T> { items: T[]; included: Resource[]; cut: boolean }

export async function searchAll<T extends Resource>(
  client: FhirClient, type: T['resourceType'], params: Params, signal?: AbortSignal,
): Promise<Everything<T>> {
  let page = await client.search<T>(type, { ...params, _count: PAGE }, signal);
  const all: Everything<T> = { items: [...page.items], included: [...page.included], cut: false };
  for (let n = 1; page.next !== undefined; n += 1) {
    if (n === PAGES) return { ...all, cut: true };
    page = await client.next<T>(type, page.next, signal);
    all.items.push(...page.items);
    all.included.push(...page.included);
  }
  return all;
}

/* The same for many people: their ids go into the address, which has a limit. */
export async function searchFor<T extends Resource>(
  client: FhirClient, type: T['resourceType'], who: string, ids: string[], params: Params, signal?: AbortSignal,
): Promise<Everything<T>> {
  const CHUNK = 60;
  const chunks: string[][] = [];
  for (let i = 0; i < ids.length; i += CHUNK) chunks.push(ids.slice(i, i + CHUNK));
  const parts = await Promise.all(chunks.map((some) => searchAll<T>(client, type, { ...params, [who]: some.join(',') }, signal)));
  return { items: parts.flatMap((p) => p.items), included: parts.flatMap((p) => p.included), cut: parts.some((p) => p.cut) };
}
