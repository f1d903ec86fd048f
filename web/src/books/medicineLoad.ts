/* The conversations with the record about a medicine book: who lies in the house and what they take, what the cupboards hold, writing page by
 * page. What a page wrote is remembered in the import's List, so that it can be taken back (load.ts). */

import { idOf, type Allergy, type Place, type Stay } from '../drugs/forms';
import { searchAll, searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import type { BundleEntry, Patient } from '../fhir/types';
import type { FullOrder } from '../prescribe/order';
import { loadShelf } from '../stock/load';
import type { Card } from '../stock/forms';
import { importList, keepList, referencesIn, type ImportList, type Progress } from './load';
import { candidateOf, People, type Candidate } from './match';
import type { Ward } from './resources';
import type { Group, Shelves } from './stockBook';
import { cardEntry, countEntries, type Opened, type StockContext } from './stockWrite';
import type { Meds, TakenRow } from './taken';
import { LINE_SYSTEM, takenEntry, type TakenContext } from './takenWrite';

const PAGE_LINES = 40;
const PAGE_CARDS = 25;

/* The wards of a facility that this account may read, the one of the book first. */
export async function wardsOf(client: FhirClient, ward: Ward): Promise<{ id: string; name: string }[]> {
  const all = await searchAll<Place>(client, 'Location', { 'partof:missing': 'true', organization: ward.facility });
  const others = all.items.filter((p) => p.id !== ward.id && (p.physicalType?.coding ?? []).some((c) => c.code === 'wa')).map((p) => ({ id: p.id ?? '', name: p.name ?? '' }));
  return [{ id: ward.id, name: ward.name }, ...others];
}

/* Everybody who lives in the house now, wherever they lie: somebody may have been moved since the book was written, or have no bed yet. Beds count
 * in the book's own ward only. */
export async function peopleOf(client: FhirClient, ward: Ward, progress: Progress): Promise<People> {
  progress(0, 2);
  const places = await searchAll<Place>(client, 'Location', { organization: ward.facility });
  progress(1, 2);
  const stays = await searchAll<Stay>(client, 'Encounter', { status: 'in-progress,onleave', class: 'IMP', 'service-provider': ward.facility, _include: 'Encounter:subject' });
  const byId = new Map(places.items.map((p) => [p.id ?? '', p]));
  const patients = new Map(stays.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const people = new Map<string, Candidate>();
  for (const stay of stays.items) {
    const patient = patients.get(idOf(stay.subject));
    if (patient?.id === undefined || people.has(patient.id)) continue;
    const at = stay.location?.find((l) => (l.status ?? 'active') === 'active')?.location;
    people.set(patient.id, candidateOf(patient, { ...placeOf(byId, idOf(at), ward.id), stay: stay.id ?? '' }));
  }
  progress(2, 2);
  return new People([...people.values()]);
}

/* Ward, room and bed of a place, by what it is part of. */
export function placeOf(byId: Map<string, Place>, id: string, here: string): { ward: string; room: string; bed: string; isHere: boolean } {
  const found = { ward: '', room: '', bed: '', isHere: false };
  for (let at = byId.get(id), n = 0; at && n < 10; at = byId.get(idOf(at.partOf)), n += 1) {
    const kind = at.physicalType?.coding?.find((c) => ['wa', 'ro', 'bd'].includes(c.code ?? ''))?.code;
    if (kind === 'bd') found.bed = at.name ?? '';
    if (kind === 'ro') found.room = at.name ?? '';
    if (kind === 'wa') found.ward = at.name ?? '';
    if (at.id === here) found.isHere = true;
  }
  return found;
}

/* What stands for these people, and which lines of books they have. */
export async function medsOf(client: FhirClient, ids: string[]): Promise<Meds> {
  const [allergies, orders, lines] = await Promise.all([
    searchFor<Allergy>(client, 'AllergyIntolerance', 'patient', ids, {}),
    searchFor<FullOrder>(client, 'MedicationRequest', 'patient', ids, { status: 'active,on-hold', _include: 'MedicationRequest:medication' }),
    searchFor<FullOrder>(client, 'MedicationRequest', 'patient', ids, { identifier: `${LINE_SYSTEM}|`, 'status:not': 'entered-in-error' }),
  ]);
  const known = new Map<string, boolean>();
  for (const o of lines.items) {
    for (const i of o.identifier ?? []) if (i.system === LINE_SYSTEM && i.value !== undefined) known.set(i.value, known.get(i.value) === true || o.status === 'active' || o.status === 'on-hold');
  }
  return { asked: new Set(ids), allergies: allergies.items, orders: orders.items, included: orders.included, lines: known };
}

export async function shelvesOf(client: FhirClient, ward: Ward, progress: Progress): Promise<Shelves> {
  const wards = await wardsOf(client, ward);
  const cards = new Map<string, Card[]>();
  for (const [i, w] of wards.entries()) {
    progress(i, wards.length);
    cards.set(w.id, (await loadShelf(client, w.id)).cards);
  }
  return { wards, cards };
}

/* ---- writing ---- */

const transaction = (client: FhirClient, entry: BundleEntry[]): Promise<BundleEntry[]> => client.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
const item = (reference: string) => ({ item: { reference } });

export function bookList(importId: string, now: string, title: string, ward: Ward): ImportList {
  return { ...importList({ importId, now }, title), subject: { reference: `Location/${ward.id}` } };
}

/* `from`: the first line that nobody has an answer for yet; it moves on with every page. */
export interface Left { from: number }

export async function writeTaken(client: FhirClient, rows: TakenRow[], list: ImportList, c: TakenContext, left: Left, progress: Progress): Promise<void> {
  await keepList(client, list);
  while (left.from < rows.length) {
    progress(left.from, rows.length);
    const page = rows.slice(left.from, left.from + PAGE_LINES);
    const answer = await transaction(client, page.map((r) => takenEntry(r.line, c)));
    remember(list, referencesIn(answer, /^20[01]/));
    await keepList(client, list);
    left.from += page.length;
  }
  progress(rows.length, rows.length);
}

/* Sent again after a lost answer, what was made is found, not made: it is named once all the same. */
function remember(list: ImportList, references: string[]): void {
  const known = new Set(list.entry.map((e) => e.item.reference));
  list.entry.push(...references.filter((r) => !known.has(r)).map(item));
}

export async function writeStock(client: FhirClient, groups: Group[], list: ImportList, c: StockContext, left: Left, progress: Progress): Promise<void> {
  await keepList(client, list);
  const byWard = [...groups].sort((a, b) => (a.ward < b.ward ? -1 : a.ward > b.ward ? 1 : 0));
  while (left.from < byWard.length) {
    progress(left.from, byWard.length);
    const ward = byWard[left.from]?.ward ?? '';
    const page = byWard.slice(left.from, left.from + PAGE_CARDS).filter((g) => g.ward === ward);
    const opened = await openCards(client, page, list, c);
    const entries = countEntries(opened, ward, c);
    if (entries.length > 0) remember(list, referencesIn(await transaction(client, entries), /^20[01]/));
    await keepList(client, list);
    left.from += page.length;
  }
  progress(byWard.length, byWard.length);
}

async function openCards(client: FhirClient, page: Group[], list: ImportList, c: StockContext): Promise<Opened[]> {
  const missing = page.filter((g) => !g.card);
  const answer = missing.length === 0 ? [] : await transaction(client, missing.map((g) => cardEntry(g, c)));
  const made = new Map(missing.map((g, i) => [g.key, referencesIn(answer.slice(i, i + 1), /^20[01]/)[0]]));
  remember(list, [...made.values()].filter((r): r is string => r !== undefined));
  return page.map((group) => {
    const line = group.lines[0]?.line;
    const id = made.get(group.key)?.split('/')[1] ?? '';
    return { group, card: group.card ?? { id, item: (line?.medicine ?? '').trim().replace(/\s+/g, ' '), unit: line?.unit ?? '' } };
  });
}

