/* What admission asks of the server and tells it. */

import type { Me } from '../access/me';
import { FhirError, type FhirClient } from '../fhir/client';
import type { Bundle, BundleEntry, CodeableConcept, Resource } from '../fhir/types';
import { takenBack } from './admit';

interface Organization extends Resource { resourceType: 'Organization'; name?: string; type?: CodeableConcept[] }
export interface Facility { id: string; name: string; kind: string }

const kindOf = (o: Organization): string =>
  (o.type ?? []).flatMap((t) => t.coding ?? []).find((c) => c.system === 'urn:ansinh:facility-kind')?.code ?? '';

/* Where this account works; who has no role at a house (the program itself) sees those of the record. */
export async function facilities(client: FhirClient, me: Me, signal?: AbortSignal): Promise<Facility[]> {
  const own = [...new Set(me.roles.map((r) => (r.organization ?? '').replace(/^Organization\//, '')).filter((id) => id !== ''))];
  const page = await client.search<Organization>('Organization', own.length > 0 ? { _id: own.join(','), _count: 50 } : { type: 'urn:ansinh:organization-kind|facility', _sort: 'name', _count: 200 }, signal);
  return page.items.map((o) => ({ id: o.id ?? '', name: o.name ?? '', kind: kindOf(o) }));
}

export interface Written { reference: string; version: string }

/* What the answer to a transaction says of each entry; undefined where it does not say it. */
export function writtenIn(answer: BundleEntry[]): Written[] | undefined {
  const all = answer.map((e) => /([A-Za-z]+\/[^/]+)(?:\/_history\/([^/]+))?$/.exec(e.response?.location ?? ''));
  return all.every((m) => m !== null) ? all.map((m) => ({ reference: m[1] ?? '', version: m[2] ?? '1' })) : undefined;
}

/* Everything of the transaction, as the server has it now. */
export async function sendAll(client: FhirClient, bundle: Bundle): Promise<Written[]> {
  const written = writtenIn(await client.transaction(bundle));
  if (!written) throw new FhirError('garbled');
  return written;
}

/* Takes back what was written, in one transaction: what was there before stands as it stood, what was made is void. Refused (conflict) when
 * somebody has gone on from it. */
export async function takeAllBack(client: FhirClient, written: Written[], before: Resource[] = []): Promise<void> {
  const entry = await Promise.all(written.map(async ({ reference, version }) => {
    const [type, id] = reference.split('/') as [string, string];
    const was = before.find((r) => r.resourceType === type && r.id === id);
    const resource = was ?? takenBack((await client.read<Resource>(type, id)).resource);
    return { resource, request: { method: 'PUT' as const, url: reference, ifMatch: `W/"${version}"` } };
  }));
  await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
}

/* "bed G1 (Location/x) is taken": the id, when a refusal is about a bed. */
export const bedRefused = (error: unknown): string | undefined =>
  (error instanceof FhirError ? /\(Location\/([A-Za-z0-9.-]+)\) is (?:taken|out of use)/.exec(error.diagnostics)?.[1] : undefined);
export const overlapRefused = (error: unknown): boolean => error instanceof FhirError && /overlaps another stay/.test(error.diagnostics);
export const stayRefused = (error: unknown): boolean => error instanceof FhirError && /another stay that is still open/.test(error.diagnostics);
