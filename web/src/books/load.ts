/* The conversations with the record: what it knows already, writing the book page by page, and taking an import back.
 *
 * An import is a List (urn:ansinh:document#import) that names what it made; it is written after every page, so that an import cut
 * short can be gone on with, or taken back. Taking back deletes what nobody has touched since; the rest stays and is told. */

import { FhirError, type FhirClient } from '../fhir/client';
import type { Bundle, BundleEntry, Patient, Resource } from '../fhir/types';
import { bedKey, roomKey } from './places';
import { questionsOf, type Known, type PlannedRow } from './plan';
import { loadShelf } from '../stock/load';
import { foldText } from '../text';
import { placeEntry, placesOf, rowEntries, type Context, type Ward } from './resources';

const PAGE_ROWS = 20;
const ASK_AT_ONCE = 40;

export type Progress = (done: number, total: number) => void;

const asked = (url: string): BundleEntry => ({ request: { method: 'GET', url } });

async function batch(client: FhirClient, entry: BundleEntry[]): Promise<BundleEntry[]> {
  return client.batch({ resourceType: 'Bundle', type: 'batch', entry });
}

function peopleIn(entry: BundleEntry): Patient[] {
  const found = entry.resource as Bundle | undefined;
  if (!/^2/.test(entry.response?.status ?? '') || found?.resourceType !== 'Bundle') throw new FhirError('server');
  return (found.entry ?? []).map((e) => e.resource).filter((r): r is Patient => r?.resourceType === 'Patient');
}

/* Everybody in the record who has one of the numbers or one of the names of these rows, and the beds of the ward that are taken. `before`: what is known
 * already, and is not asked again. */
export async function whatIsKnown(client: FhirClient, rows: PlannedRow[], ward: Ward, progress: Progress, before?: Known): Promise<Known> {
  const known: Known = before ? { ...before, byNumber: new Map(before.byNumber), byName: new Map(before.byName) } : { byNumber: new Map(), byName: new Map(), ...await bedsOf(client, ward) };
  const list = unasked(rows, known);
  for (let i = 0; i < list.length; i += ASK_AT_ONCE) {
    progress(i, list.length);
    for (const entry of await batch(client, list.slice(i, i + ASK_AT_ONCE).map(asked))) for (const patient of peopleIn(entry)) learn(known, patient);
  }
  progress(list.length, list.length);
  return { ...known, asked: new Set([...known.asked ?? [], ...list]) };
}

/* A name or a number that was mended may be of somebody the record was not asked about. */
export const unasked = (rows: PlannedRow[], known: Known): string[] => [...new Set(rows.flatMap((r) => questionsOf(r.person)))].filter((q) => !known.asked?.has(q));

function learn(known: Known, patient: Patient): void {
  const id = patient.id ?? '';
  for (const { value } of patient.identifier ?? []) if (value) known.byNumber.set(value, id);
  for (const name of patient.name ?? []) {
    const folded = foldText(name.text ?? [name.family, ...(name.given ?? [])].filter(Boolean).join(' '));
    const same = known.byName.get(folded) ?? [];
    if (!same.some((x) => x.id === id)) known.byName.set(folded, [...same, { id, birth: patient.birthDate }]);
  }
}

interface Location extends Resource { name?: string; status?: string; partOf?: { reference?: string }; physicalType?: { coding?: { code?: string }[] } }
interface Encounter extends Resource { subject?: { reference?: string }; location?: { location?: { reference?: string }; status?: string }[] }
const isBed = (l: Location): boolean => (l.physicalType?.coding ?? []).some((c) => c.code === 'bd');

/* The rooms and beds of the ward, however they are written, and which of them are taken. Of two that read the same the first is meant. */
async function bedsOf(client: FhirClient, ward: Ward): Promise<Pick<Known, 'beds' | 'places'>> {
  const inside = await all<Location>(client, 'Location', { partof: `Location/${ward.id}` });
  const beds = [...inside.filter(isBed), ...await all<Location>(client, 'Location', { 'partof.partof': `Location/${ward.id}` })];
  const names = new Map(inside.filter((l) => !isBed(l)).map((r) => [`Location/${r.id}`, r.name ?? '']));
  const places = new Map<string, string>();
  const keep = (key: string, id: string): void => { if (!places.has(key)) places.set(key, id); };
  for (const r of inside) if (!isBed(r) && r.status !== 'inactive') keep(roomKey(r.name ?? ''), r.id ?? '');
  const byReference = new Map<string, string[]>();
  for (const b of beds) {
    const room = names.get(b.partOf?.reference ?? '') ?? '';
    /* a book without a column of rooms says the whole name of the bed */
    const keys = [...new Set([bedKey(room, b.name ?? ''), bedKey('', b.name ?? '')])].filter((key, n) => n === 0 || /\d.*\d/.test(key));
    byReference.set(`Location/${b.id}`, keys);
    if (b.status !== 'inactive') for (const key of keys) keep(key, b.id ?? '');
  }
  const taken = new Map<string, string>();
  for (const within of ['location.partof', 'location.partof.partof']) {
    for (const stay of await all<Encounter>(client, 'Encounter', { status: 'in-progress,onleave', [within]: `Location/${ward.id}` })) {
      for (const at of stay.location ?? []) if ((at.status ?? 'active') === 'active') for (const key of byReference.get(at.location?.reference ?? '') ?? []) taken.set(key, (stay.subject?.reference ?? '').replace('Patient/', ''));
    }
  }
  return { beds: taken, places };
}

async function all<T extends Resource>(client: FhirClient, type: string, params: Record<string, string>): Promise<T[]> {
  const first = await client.search<T>(type, { ...params, _count: 200 });
  const items = [...first.items];
  for (let next = first.next; next !== undefined;) {
    const page = await client.next<T>(type, next);
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

/* ---- writing ---- */

export interface ImportList extends Resource {
  resourceType: 'List';
  status: string;
  mode: string;
  title: string;
  date: string;
  code: { coding: { system: string; code: string }[]; text: string };
  identifier: { system: string; value: string }[];
  note?: { text: string }[];
  subject?: { reference: string };
  entry: { item: { reference: string } }[];
}

export function importList(context: Pick<Context, 'importId' | 'now'>, title: string): ImportList {
  return {
    resourceType: 'List', status: 'current', mode: 'snapshot', title, date: context.now,
    code: { coding: [{ system: 'urn:ansinh:document', code: 'import' }], text: 'Nhập sổ' },
    identifier: [{ system: 'urn:ansinh:id:import', value: context.importId }],
    entry: [],
  };
}

/* What was made; with /^20[01]/ also what a page made whose answer was lost, where its names are this import's own. */
export function referencesIn(answer: BundleEntry[], status = /^201/, isNamed: (n: number) => boolean = () => true): string[] {
  return answer
    .filter((e, n) => isNamed(n) && status.test(e.response?.status ?? ''))
    .map((e) => /([A-Za-z]+\/[^/]+)(?:\/_history\/[^/]+)?$/.exec(e.response?.location ?? '')?.[1])
    .filter((r): r is string => r !== undefined);
}

export async function keepList(client: FhirClient, list: ImportList): Promise<void> {
  const value = list.identifier[0]?.value ?? '';
  await client.transaction({
    resourceType: 'Bundle', type: 'transaction',
    entry: [{ resource: list, request: { method: 'PUT', url: `List?identifier=urn:ansinh:id:import|${value}` } }],
  });
}

/* A page is one transaction: its rows are written together or not at all. With sign-in on, a person with something in a compartment
 * is not named in the list: whoever imports does not see it again, so it could not be taken back whole. */
export async function writeRows(
  client: FhirClient, rows: PlannedRow[], list: ImportList, context: Context, newUuid: () => string, progress: Progress,
): Promise<void> {
  await keepList(client, list); /* first of all, so that even a page whose answer was lost has a name to be found by */
  const places = placesOf(rows, context);
  for (const kind of ['ro', 'bd'] as const) {
    const entry = places.filter((p) => p.kind === kind).map((p) => placeEntry(p, context));
    if (entry.length > 0) list.entry.push(...referencesIn(await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry })).map(item));
  }
  for (let i = 0; i < rows.length; i += PAGE_ROWS) {
    progress(i, rows.length);
    const made = rows.slice(i, i + PAGE_ROWS).map((row) => ({ row, entries: rowEntries(row, context, newUuid) }));
    const owners = made.flatMap(({ row, entries }) => entries.map(() => row));
    const answer = await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry: made.flatMap((m) => m.entries) });
    const known = new Set(list.entry.map((e) => e.item.reference));
    const named = referencesIn(answer, /^20[01]/, (n) => context.seesProtected || owners[n]?.person.signs.length === 0);
    list.entry.push(...named.filter((r) => !known.has(r)).map(item));
    await keepList(client, list);
  }
  progress(rows.length, rows.length);
}

const item = (reference: string) => ({ item: { reference } });

/* ---- taking back ---- */

const REASON = 'urn:ansinh:extension:reason';
export interface TakenBack { removed: number; kept: string[] }

/* What has a second version, or what somebody else's entry refers to, is somebody's work by now and stays. Medicines and stock are never
 * deleted: an order nobody has checked yet, a count and what came become entered-in-error with the reason; a card ends once nothing stands on it. */
export async function takeBack(client: FhirClient, list: ImportList, why: string, progress: Progress): Promise<TakenBack> {
  const references = [...list.entry.map((e) => e.item.reference)].reverse();
  const struck = references.filter((r) => /^(MedicationRequest|List|SupplyDelivery|Task)\//.test(r));
  const cards = references.filter((r) => r.startsWith('SupplyRequest/'));
  const gone = references.filter((r) => !struck.includes(r) && !cards.includes(r));
  const state: TakenBack & { done: number } = { removed: 0, kept: [], done: 0 };
  const step = (n: number): void => { state.done += n; progress(state.done, references.length); };
  /* last made, first removed, so that nothing is left pointing to what is gone; counts before what came before them */
  const used = await usedCards(client, cards, struck, why);
  const isTask = (r: string): boolean => r.startsWith('Task/');
  const stock = struck.filter((r) => !isTask(r)).sort((a, b) => Number(b.startsWith('List/')) - Number(a.startsWith('List/')));
  await inPages(stock, state, step, (some) => strikeOut(client, some, why, used));
  /* what a count tells the head stands as long as the count does */
  const kept = new Set(state.kept);
  await inPages(struck.filter(isTask), state, step, (some) => strikeOut(client, some, why, kept));
  await inPages(cards, state, step, (some) => endCards(client, some));
  await inPages(gone, state, step, (some) => remove(client, some));
  list.status = 'retired';
  list.note = [{ text: `Đã hoàn tác ${state.removed} mục, giữ ${state.kept.length} mục đã có người sửa` }];
  await keepList(client, list);
  return { removed: state.removed, kept: state.kept };
}

/* how: true for each that is taken back */
async function inPages(references: string[], state: TakenBack, step: (n: number) => void, how: (some: string[]) => Promise<boolean[]>): Promise<void> {
  for (let i = 0; i < references.length; i += ASK_AT_ONCE) {
    const some = references.slice(i, i + ASK_AT_ONCE);
    step(0);
    const done = await how(some);
    some.forEach((reference, n) => {
      if (done[n]) state.removed++;
      else state.kept.push(reference);
    });
    step(some.length);
  }
}

const isDone = (e: BundleEntry | undefined): boolean => /^(2|404|410)/.test(e?.response?.status ?? '');

async function remove(client: FhirClient, some: string[]): Promise<boolean[]> {
  const answer = await batch(client, some.map((url) => ({ request: { method: 'DELETE' as const, url, ifMatch: 'W/"1"' } })));
  return some.map((_, n) => isDone(answer[n]));
}

/* Written back with one thing changed, each under its own version; undefined: left as it is. What was struck through before (by a first try that was
 * cut off) is taken back already. */
async function rewrite(client: FhirClient, some: string[], change: (r: Marked) => Marked | undefined): Promise<boolean[]> {
  const now = await batch(client, some.map(asked));
  const wanted = some.map((_, n) => {
    const r = found(now[n]);
    return r && !isStruck(r) ? change(r) : undefined;
  });
  const sent = wanted.flatMap((resource, n) => (resource ? [{ n, resource }] : []));
  const answer = sent.length === 0 ? [] : await batch(client, sent.map(({ n, resource }) => ({ resource, request: { method: 'PUT' as const, url: some[n] ?? '', ifMatch: `W/"${resource.meta?.versionId ?? ''}"` } })));
  return some.map((_, n) => {
    const at = sent.findIndex((x) => x.n === n);
    const r = found(now[n]);
    return at >= 0 ? isDone(answer[at]) : r ? isStruck(r) : /^(404|410)/.test(now[n]?.response?.status ?? '');
  });
}

interface Marked extends Resource { status?: string; extension?: { url: string; valueString?: string }[]; statusReason?: { text?: string }; deliverTo?: { reference?: string }; focus?: { reference?: string }; basedOn?: { reference?: string }[]; entry?: { item?: { reference?: string } }[] }
const found = (e: BundleEntry | undefined): Marked | undefined => (/^2/.test(e?.response?.status ?? '') ? (e?.resource as Marked | undefined) : undefined);
const isStruck = (r: Marked): boolean => r.status === 'entered-in-error';
const isUntouched = (r: Marked): boolean => r.meta?.versionId === '1';

/* Cards on which something came, went or was given since the import counted them, or that were counted again: what stands on them stays. Asked of
 * every card the import counted, also of one that was there before. Where its count was struck already, that card was found unused by a first try:
 * what came with the count goes, too. */
async function usedCards(client: FhirClient, cards: string[], struck: string[], why: string): Promise<Set<string>> {
  const stock = struck.filter((r) => /^(List|SupplyDelivery)\//.test(r));
  const [touched, begun] = [new Set(cards), new Set<string>()];
  for (let i = 0; i < stock.length; i += ASK_AT_ONCE) {
    for (const e of await batch(client, stock.slice(i, i + ASK_AT_ONCE).map(asked))) {
      const r = found(e);
      for (const card of r ? cardsOf(r) : []) {
        touched.add(card);
        if (r?.resourceType === 'List' && isStruck(r) && (r.extension ?? []).some((x) => x.url === REASON && x.valueString === why)) begun.add(card);
      }
    }
  }
  const own = new Set(stock);
  const used = new Set<string>();
  for (const ward of await wardsOfCards(client, [...touched])) {
    for (const c of (await loadShelf(client, ward)).cards) if (c.in + c.out + c.given > 0 || c.unknown > 0 || (c.counted && !own.has(`List/${c.counted.id}`))) used.add(`SupplyRequest/${c.id}`);
  }
  return new Set([...used].filter((card) => !begun.has(card)));
}

async function wardsOfCards(client: FhirClient, cards: string[]): Promise<Set<string>> {
  const wards = new Set<string>();
  for (let i = 0; i < cards.length; i += ASK_AT_ONCE) {
    for (const e of await batch(client, cards.slice(i, i + ASK_AT_ONCE).map(asked))) wards.add((e.resource as Marked | undefined)?.deliverTo?.reference?.split('/')[1] ?? '');
  }
  wards.delete('');
  return wards;
}

/* What it stands on: the cards of a count or a delivery, the count of a word to the head. */
const cardsOf = (r: Marked): string[] => [r.focus?.reference, ...(r.entry ?? []).map((e) => e.item?.reference), ...(r.resourceType === 'SupplyDelivery' ? (r.basedOn ?? []).map((b) => b.reference) : [])].filter((x): x is string => x !== undefined);

function strikeOut(client: FhirClient, some: string[], why: string, used: Set<string>): Promise<boolean[]> {
  const reason = { url: REASON, valueString: why };
  return rewrite(client, some, (r) => {
    if (!isUntouched(r) || cardsOf(r).some((card) => used.has(card))) return undefined;
    if (r.resourceType === 'MedicationRequest') return { ...r, status: 'entered-in-error', statusReason: { text: why } };
    return { ...r, status: 'entered-in-error', ...(r.resourceType === 'Task' ? {} : { extension: [...(r.extension ?? []), reason] }) };
  });
}

/* A card on which something came, went or was counted since is somebody's: asked of the server, which reckons. */
async function endCards(client: FhirClient, some: string[]): Promise<boolean[]> {
  const unused = new Set<string>();
  for (const ward of await wardsOfCards(client, some)) for (const c of (await loadShelf(client, ward)).cards) if (!c.counted && c.in + c.out + c.given === 0 && c.unknown === 0) unused.add(c.id);
  return rewrite(client, some, (r) => (isUntouched(r) && unused.has(r.id ?? '') ? { ...r, status: 'entered-in-error' } : undefined));
}

export async function pastImports(client: FhirClient): Promise<ImportList[]> {
  const page = await client.search<ImportList>('List', { code: 'urn:ansinh:document|import', _sort: '-date', _count: 20 });
  return page.items;
}
