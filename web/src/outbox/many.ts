/* The conversation about an act of several entries: one transaction, all or none. Like that about one, it may be held any number of
 * times with the same outcome. Who had left or died before, and whose entry somebody else has made already, is set aside and
 * told; the others' are stored. What is refused for one of several people is refused for that one alone. */

import { FhirError, type FhirClient } from '../fhir/client';
import type { BundleEntry, Resource } from '../fhir/types';
import { ENTRY_SYSTEM, entryQuery, RESTRAINT, identifiersOf, isSame, type Entry, type Halt, type Item, type Part } from './item';
import { released, RESTRAINT_CODE, startOf, type RestraintOrder } from './restraint';
import { BLIND_MS, haltFor, overAt, put, type Outcome, type Stay } from './send';

/* R4 gives these one identifier, and no search for it: they are known by a tag. */
const ONE_IDENTIFIER = ['AdverseEvent'];
export const TAG_SYSTEM = 'urn:ansinh:entry';
const isTagged = (r: Resource): boolean => ONE_IDENTIFIER.includes(r.resourceType);
const ownQuery = (p: Part): string => (isTagged(p.resource) ? `_tag=${TAG_SYSTEM}|${p.id}` : entryQuery(p.id));
const CHUNK = 60;

/* As it goes over the line. */
function wire(p: Part): Resource {
  if (!isTagged(p.resource)) return p.resource;
  const { identifier, ...rest } = p.resource;
  const meta = rest.meta as { tag?: { system: string; code: string }[] } | undefined;
  return { ...rest, meta: { ...meta, tag: [...(meta?.tag ?? []), { system: TAG_SYSTEM, code: p.id }] }, identifier: identifier?.[0] } as Resource;
}

const idIn = (location: string | undefined, type: string): string => new RegExp(`(?:^|/)${type}/([^/]+)`).exec(location ?? '')?.[1] ?? '';

export async function sendParts(client: FhirClient, item: Item, parts: Part[], now: number): Promise<Outcome> {
  if (item.resource.status === 'entered-in-error') {
    return { kind: 'stored', resource: item.resource, all: await strikeAll(client, parts) };
  }
  const over = await whoIsOver(client, parts, item.at);
  const ready = parts.filter((p) => !over.has(p.id));
  const { stored, taken, refused } = ready.length > 0 ? await store(client, ready, item) : { stored: [], taken: [], refused: [] };
  /* with the line down nobody could know of the other: both are facts, and marked */
  const blind = item.bothTag !== undefined && now - item.at >= BLIND_MS;
  if (blind && taken.length > 0) {
    const beside = besideOthers({ ...item, parts: taken.map((t) => t.part) }).parts ?? [];
    const both = await store(client, beside);
    stored.push(...both.stored);
    refused.push(...both.refused);
    taken.length = 0;
  }
  const left = [...refused.map((r) => r.part), ...parts.filter((p) => over.has(p.id)), ...taken.map((t) => t.part)];
  if (left.length === 0) return { kind: 'stored', resource: stored[0] ?? item.resource, all: stored };
  const halt = refused[0]?.halt ?? (over.size > 0 ? [...over.values()][0] as Halt : 'taken');
  const other = refused.length > 0 ? undefined : taken[0]?.other;
  const why = refused[0]?.why;
  return { kind: 'halt', halt, left, all: stored, ...(other ? { other } : {}), ...(why === undefined ? {} : { why }) };
}

async function whoIsOver(client: FhirClient, parts: Part[], at: number): Promise<Map<string, Halt>> {
  const over = new Map<string, Halt>();
  const stays = [...new Set(parts.map((p) => p.stay).filter((s) => s !== ''))];
  for (let i = 0; i < stays.length; i += CHUNK) {
    const some = stays.slice(i, i + CHUNK);
    const page = await client.search<Stay>('Encounter', { _id: some.join(','), _include: 'Encounter:subject', _count: CHUNK });
    for (const p of parts.filter((x) => some.includes(x.stay))) {
      const halt = overAt(page.items.find((s) => s.id === p.stay), page.included, p.patient, at);
      if (halt) over.set(p.id, halt);
    }
  }
  return over;
}

interface Taken { part: Part; other: Entry }
interface Refused { part: Part; halt: Halt; why: string }
interface Kept { stored: Entry[]; taken: Taken[]; refused: Refused[] }

/* The order that is answered, if it is still open by now: somebody else may have closed it, and may it not be read, that holds up nothing. */
async function closing(client: FhirClient, item: Item): Promise<BundleEntry[]> {
  const { closes } = item;
  if (closes === undefined) return [];
  try {
    const open = closes === RESTRAINT
      ? (await client.search<RestraintOrder>('ServiceRequest', { patient: item.patient, code: RESTRAINT_CODE, status: 'active' })).items.filter((o) => startOf(o) <= item.at).map((o) => ({ resource: released(o, item.at), etag: `W/"${o.meta?.versionId ?? ''}"` }))
      : [await client.read<Entry>('ServiceRequest', closes)].filter(({ resource }) => resource.status === 'active').map(({ resource, etag }) => ({ resource: { ...resource, status: 'completed' } as Entry, etag }));
    return open.map(({ resource, etag }) => ({ resource, request: { method: 'PUT', url: `ServiceRequest/${resource.id ?? ''}`, ifMatch: etag ?? '' } }));
  } catch (error) {
    if (error instanceof FhirError && (error.problem === 'missing' || error.problem === 'forbidden')) return [];
    throw error;
  }
}

/* Several stand under one name already, or of several people one is refused (came later than it was done): one by one, so that only that one is told of.
 * What is done for one person, or answers an order, stays whole. */
/* A release and the end of its order are one thing: whoever changed the order meanwhile, it is asked for again. */
const mayPart = (error: FhirError, parts: Part[], closes: string | undefined): boolean => closes !== RESTRAINT && (
  error.problem === 'conflict' || (haltFor(error) !== undefined && closes === undefined && new Set(parts.map((p) => p.patient)).size > 1));

async function store(client: FhirClient, parts: Part[], closer?: Item): Promise<Kept> {
  const entry = parts.map((p): BundleEntry => ({
    ...(p.place === undefined ? {} : { fullUrl: p.place }), resource: wire(p),
    request: { method: 'POST', url: p.resource.resourceType, ifNoneExist: p.only || ownQuery(p) },
  }));
  let answer: BundleEntry[];
  try {
    answer = await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry: [...entry, ...(closer ? await closing(client, closer) : [])] });
  } catch (error) {
    if (!(error instanceof FhirError) || parts.some((p) => p.place !== undefined) || !mayPart(error, parts, closer?.closes)) throw error;
    return oneByOne(client, parts);
  }
  const stored: Entry[] = [];
  const doubtful: { part: Part; id: string }[] = [];
  parts.forEach((part, i) => {
    const response = answer[i]?.response;
    const id = idIn(response?.location, part.resource.resourceType);
    if (/^201/.test(response?.status ?? '') || part.only === '') stored.push({ ...part.resource, id });
    else doubtful.push({ part, id });
  });
  const taken: Taken[] = [];
  for (const type of new Set(doubtful.map((d) => d.part.resource.resourceType))) {
    const some = doubtful.filter((d) => d.part.resource.resourceType === type);
    for (let i = 0; i < some.length; i += CHUNK) {
      const page = await client.search<Entry>(type, { _id: some.slice(i, i + CHUNK).map((d) => d.id).join(','), _count: CHUNK });
      for (const d of some.slice(i, i + CHUNK)) {
        const there = page.items.find((r) => r.id === d.id);
        if (there && !isSame(there, d.part.id)) taken.push({ part: d.part, other: there });
        else stored.push({ ...d.part.resource, id: d.id });
      }
    }
  }
  return { stored, taken, refused: [] };
}

async function oneByOne(client: FhirClient, parts: Part[]): Promise<Kept> {
  const all: Kept = { stored: [], taken: [], refused: [] };
  for (const part of parts) {
    const there = await put(client, wire(part) as Entry, part.only || ownQuery(part)).catch((error: unknown) => {
      const halt = error instanceof FhirError ? haltFor(error) : undefined;
      if (!(error instanceof FhirError) || halt === undefined) throw error;
      all.refused.push({ part, halt, why: error.diagnostics });
      return undefined;
    });
    if (!there) continue;
    if (isSame(there, part.id)) all.stored.push({ ...part.resource, ...(there.id === undefined ? {} : { id: there.id }) });
    else all.taken.push({ part, other: there });
  }
  return all;
}

/* "I did it too": the same entries without the name that only one may carry, and marked. */
export function besideOthers(item: Item): Item {
  const parts = (item.parts ?? []).map((p): Part => ({
    ...p, only: '',
    resource: {
      ...p.resource, identifier: identifiersOf(p.resource).filter((i) => i.system === ENTRY_SYSTEM),
      ...(item.bothTag ? { meta: { ...p.resource.meta, tag: [item.bothTag] } as Entry['meta'] & object } : {}),
    },
  }));
  return { ...item, parts, resource: parts[0]?.resource ?? item.resource, halt: undefined, other: undefined };
}

/* All that were stored are struck through in one transaction; what never arrived is simply not sent. Returns each as it is now, those
 * that arrived with the id they have there, so that a page that shows them knows which are gone. */
async function strikeAll(client: FhirClient, parts: Part[]): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const type of new Set(parts.map((p) => p.resource.resourceType))) {
    const some = parts.filter((p) => p.resource.resourceType === type);
    for (let i = 0; i < some.length; i += CHUNK) {
      const part = some.slice(i, i + CHUNK);
      const params: Record<string, string> = isTagged({ resourceType: type })
        ? { _tag: part.map((p) => `${TAG_SYSTEM}|${p.id}`).join(',') } : { identifier: part.map((p) => `${ENTRY_SYSTEM}|urn:uuid:${p.id}`).join(',') };
      found.push(...(await client.search<Entry>(type, { ...params, _count: CHUNK })).items);
    }
  }
  const now = new Map<Part, Entry>();
  const struck = found.flatMap((there): BundleEntry[] => {
    const wanted = parts.find((p) => isSame(there, p.id));
    if (!wanted) return [];
    if (isStruck(there)) {
      now.set(wanted, there);
      return [];
    }
    const { versionId, lastUpdated: _l, ...meta } = there.meta ?? {};
    const gone: Entry = { ...there, ...strikeOf(wanted.resource), meta };
    now.set(wanted, gone);
    return [{
      resource: gone,
      request: { method: 'PUT', url: `${there.resourceType}/${there.id ?? ''}`, ifMatch: `W/"${versionId ?? ''}"` },
    }];
  });
  if (struck.length > 0) await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry: struck });
  return parts.map((p) => now.get(p) ?? p.resource);
}

/* An AdverseEvent has no status in R4: the mark is an extension. */
export const STRUCK_URL = 'urn:ansinh:extension:entered-in-error';
type Extended = Entry & { extension?: { url: string; valueBoolean?: boolean }[] };
const isStruck = (r: Extended): boolean =>
  r.status === 'entered-in-error' || (r.extension ?? []).some((e) => e.url === STRUCK_URL && e.valueBoolean === true);
const strikeOf = (r: Extended): Partial<Extended> => ({ ...(r.extension ? { extension: r.extension } : {}), ...(isTagged(r) ? {} : { status: 'entered-in-error' }) });
