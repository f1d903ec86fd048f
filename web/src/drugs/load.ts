/* Everything a round needs, in a handful of searches, each bounded; and afterwards only what is new. */

import { searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { Observation, Patient, Reference, Resource } from '../fhir/types';
import { DAY_MS, MINUTE_MS } from '../fhir/zone';
import { loadWard, staysIn, type Ward } from '../place/ward';
import type { Task } from '../stay/acts';
import { RECONCILE, TASK_SYSTEM } from '../stay/forms';
import { OPEN_TASK } from '../stay/terms';
import { idOf, type Allergy, type Given, type Order, type Stay } from './forms';

/* Two days: yesterday's last dose, and every rolling day of an as-needed medicine. */
const BACK_MS = 2 * DAY_MS;
const MEASURED_MS = 4 * 3_600_000;

/* Up to which write, by the server's clock, the whole ward is known: of each list its own, for they are read one after another. */
export interface Asked { given: number; orders: number; allergies: number; observations: number; stays: number }

export interface RoundData {
  ward: Ward;
  asked: Asked;
  orders: Order[];
  medications: Resource[];
  given: Given[];
  allergies: Allergy[];
  observations: Observation[];
  effects: Observation[];
  /* who is back from hospital with medicines that nobody has reconciled (stay/acts.ts) */
  unreconciled: string[];
  /* whose order came along from another house, or ended with a stay that goes on, and waits until somebody continues it: one line an order */
  proposed: string[];
  /* "Practitioner/x" -> name */
  people: Map<string, string>;
  /* a list was longer than we read: said on the screen */
  cut: boolean;
}

export function namesOf(included: Resource[]): Map<string, string> {
  const people = new Map<string, string>();
  for (const r of included) {
    if (r.resourceType === 'Practitioner') people.set(`Practitioner/${r.id ?? ''}`, personName(r as unknown as Patient));
  }
  return people;
}

const since = (ms: number): string => `ge${new Date(ms).toISOString()}`;
const SIGNS = '8867-4,85354-9,55284-4,15074-8,2339-0';

type Facts = Omit<RoundData, 'ward' | 'asked'>;

async function loadFacts(client: FhirClient, ids: string[], now: number, signal?: AbortSignal): Promise<Facts> {
  const [orders, given, allergies, observations, effects, tasks, proposed] = await Promise.all([
    searchFor<Order>(client, 'MedicationRequest', 'patient', ids, { status: 'active', _include: 'MedicationRequest:medication' }, signal),
    searchFor<Given>(client, 'MedicationAdministration', 'patient', ids, {
      'effective-time': since(now - BACK_MS), _include: 'MedicationAdministration:performer',
    }, signal),
    searchFor<Allergy>(client, 'AllergyIntolerance', 'patient', ids, {}, signal),
    searchFor<Observation>(client, 'Observation', 'patient', ids, { code: SIGNS, date: since(now - MEASURED_MS) }, signal),
    searchFor<Observation>(client, 'Observation', 'patient', ids, { code: 'urn:ansinh:care|prn-effect', date: since(now - DAY_MS) }, signal),
    searchFor<Task>(client, 'Task', 'patient', ids, { code: `${TASK_SYSTEM}|${RECONCILE}`, status: OPEN_TASK, _elements: 'for' }, signal),
    searchFor<Order>(client, 'MedicationRequest', 'patient', ids, { status: 'draft', intent: 'proposal', _elements: 'subject' }, signal),
  ]);
  return {
    orders: orders.items, medications: orders.included, given: given.items, allergies: allergies.items,
    observations: observations.items, effects: effects.items, unreconciled: tasks.items.map((x) => idOf(x.for)), proposed: proposed.items.map((x) => idOf(x.subject)), people: namesOf(given.included),
    cut: [orders, given, allergies, observations].some((x) => x.cut),
  };
}

/* what it is kept under (place/lately.ts) */
export const roundKey = (wardId: string): string => `round ${wardId}`;

export async function loadRound(client: FhirClient, wardId: string, now: number, signal?: AbortSignal): Promise<RoundData> {
  const ward = await loadWard(client, wardId, signal);
  const facts = await loadFacts(client, ward.residents.map((r) => r.id), now, signal);
  return { ward, asked: firstAsked({ given: facts.given, orders: facts.orders, allergies: facts.allergies, observations: facts.observations, stays: ward.residents.map((r) => r.stay) }, now), ...facts };
}

/* What a later look found, to be laid over whatever the round has become meanwhile. */
export type Change = (data: RoundData) => RoundData;

/* One clock writes these times, the server's. The mark moves only by what an answer about the whole ward has shown: what was read of one person says
 * nothing of the others. */
const newestOf = (list: Resource[], before: number): number =>
  list.reduce((max, r) => { const at = Date.parse(r.meta?.lastUpdated ?? ''); return at > max ? at : max; }, before);
/* a little overlap, for transactions that were under way */
const SLACK_MS = 2000;

/* Where a list was empty, the last minutes before the newest write of any are asked for; by this clock only where nothing was ever written. */
function firstAsked(lists: Record<keyof Asked, Resource[]>, now: number): Asked {
  const newest = newestOf(Object.values(lists).flat(), 0);
  const before = (newest === 0 ? now : newest) - 5 * MINUTE_MS;
  const mark = (list: Resource[]): number => newestOf(list, 0) || before;
  return { given: mark(lists.given), orders: mark(lists.orders), allergies: mark(lists.allergies), observations: mark(lists.observations), stays: mark(lists.stays) };
}

const versionOf = (r: Resource): string => `${r.resourceType}/${r.id ?? ''}/${r.meta?.versionId ?? ''}`;

/* Doses that others have recorded since, of the days the round is about: books that were imported a moment ago are news of years. */
export async function loadNewer(client: FhirClient, data: RoundData, now: number, signal?: AbortSignal): Promise<Change> {
  const newer = await searchFor<Given>(client, 'MedicationAdministration', 'patient', data.ward.residents.map((r) => r.id), {
    _lastUpdated: since(data.asked.given - SLACK_MS), 'effective-time': since(now - BACK_MS), _include: 'MedicationAdministration:performer',
  }, signal);
  return (d) => ({ ...d, asked: { ...d.asked, given: newestOf(newer.items, d.asked.given) }, given: mergeGiven(d.given, newer.items), people: new Map([...d.people, ...namesOf(newer.included)]) });
}

/* Of these people everything anew. */
function withFacts(data: RoundData, ids: string[], facts: Facts): RoundData {
  const theirs = new Set(ids);
  const rest = <T>(list: T[], who: (x: T) => Reference | undefined): T[] => list.filter((x) => !theirs.has(idOf(who(x))));
  return {
    ...data,
    orders: [...rest(data.orders, (o) => o.subject), ...facts.orders],
    medications: [...data.medications, ...facts.medications.filter((m) => !data.medications.some((x) => x.id === m.id))],
    given: mergeGiven(data.given, facts.given),
    allergies: [...rest(data.allergies, (a) => a.patient), ...facts.allergies],
    observations: [...rest(data.observations, (o) => o.subject), ...facts.observations],
    effects: [...rest(data.effects, (o) => o.subject), ...facts.effects],
    unreconciled: [...data.unreconciled.filter((who) => !theirs.has(who)), ...facts.unreconciled],
    proposed: [...data.proposed.filter((who) => !theirs.has(who)), ...facts.proposed],
    people: new Map([...data.people, ...facts.people]), cut: data.cut || facts.cut,
  };
}

/* Whoever stands at a bed sees what holds now: an order stopped, an allergy written, a pulse measured since the round was opened. */
export async function loadPerson(client: FhirClient, id: string, now: number, signal?: AbortSignal): Promise<Change> {
  const facts = await loadFacts(client, [id], now, signal);
  return (d) => withFacts(d, [id], facts);
}

/* The same for the whole ward, for a round that lies open: who has had an order, an allergy or a reading written since, who has come, moved or left. */
export async function loadChanged(client: FhirClient, data: RoundData, now: number, signal?: AbortSignal): Promise<Change> {
  const ids = data.ward.residents.map((r) => r.id);
  const { asked } = data;
  const written = (mark: number): { _lastUpdated: string } => ({ _lastUpdated: since(mark - SLACK_MS) });
  const [orders, allergies, signs, stays, here] = await Promise.all([
    searchFor<Order>(client, 'MedicationRequest', 'patient', ids, written(asked.orders), signal),
    searchFor<Allergy>(client, 'AllergyIntolerance', 'patient', ids, written(asked.allergies), signal),
    searchFor<Observation>(client, 'Observation', 'patient', ids, { ...written(asked.observations), code: SIGNS, date: since(now - MEASURED_MS) }, signal),
    searchFor<Stay>(client, 'Encounter', 'patient', ids, written(asked.stays), signal),
    staysIn(client, data.ward.place.id ?? '', written(asked.stays), signal),
  ]);
  const known = new Set([...data.orders, ...data.allergies, ...data.observations, ...data.ward.residents.map((r) => r.stay)].map(versionOf));
  const news = <T extends Resource>(list: T[]): T[] => list.filter((r) => !known.has(versionOf(r)));
  const ward = news([...stays.items, ...here.items]).length > 0 ? await loadWard(client, data.ward.place.id ?? '', signal) : undefined;
  const touched = [...new Set([
    ...[...news(orders.items), ...news(signs.items)].map((r) => idOf(r.subject)), ...news(allergies.items).map((a) => idOf(a.patient)),
    ...(ward?.residents ?? []).map((r) => r.id).filter((id) => !ids.includes(id)),
  ])].filter((id) => (ward ?? data.ward).residents.some((r) => r.id === id));
  const facts = touched.length > 0 ? await loadFacts(client, touched, now, signal) : undefined;
  return (d) => {
    const moved: RoundData = {
      ...d, ...(ward ? { ward } : {}),
      asked: {
        given: d.asked.given, orders: newestOf(orders.items, d.asked.orders), allergies: newestOf(allergies.items, d.asked.allergies),
        observations: newestOf(signs.items, d.asked.observations), stays: newestOf([...stays.items, ...here.items], d.asked.stays),
      },
    };
    return facts ? withFacts(moved, touched, facts) : moved;
  };
}

export async function loadAll(client: FhirClient, data: RoundData, now: number, signal?: AbortSignal): Promise<Change> {
  const [newer, changed] = await Promise.all([loadNewer(client, data, now, signal), loadChanged(client, data, now, signal)]);
  return (d) => changed(newer(d));
}

/* Newest version of each wins; the same array when nothing is new, so that nothing is drawn again. */
export function mergeGiven(have: Given[], more: Given[]): Given[] {
  const version = (g: Given | undefined): number => Number(g?.meta?.versionId ?? -1);
  const byId = new Map(have.map((g) => [g.id ?? '', g]));
  const fresh = more.filter((g) => version(byId.get(g.id ?? '')) < version(g));
  if (fresh.length === 0) return have;
  for (const g of fresh) byId.set(g.id ?? '', g);
  return [...byId.values()];
}

export const nameOf = (people: Map<string, string>, who: Reference | undefined): string =>
  who?.display ?? people.get(`Practitioner/${idOf(who)}`) ?? '';
