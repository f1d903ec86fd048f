/* Everything a round needs, in a handful of searches, each bounded; and afterwards only what is new. */

import { searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { Observation, Patient, Reference, Resource } from '../fhir/types';
import { DAY_MS } from '../fhir/zone';
import { loadWard, type Ward } from '../place/ward';
import { idOf, type Allergy, type Given, type Order } from './forms';

/* Two days: yesterday's last dose, and every rolling day of an as-needed medicine. */
const BACK_MS = 2 * DAY_MS;
const MEASURED_MS = 4 * 3_600_000;

export interface RoundData {
  ward: Ward;
  orders: Order[];
  medications: Resource[];
  given: Given[];
  allergies: Allergy[];
  observations: Observation[];
  effects: Observation[];
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

export async function loadRound(client: FhirClient, wardId: string, now: number, signal?: AbortSignal): Promise<RoundData> {
  const ward = await loadWard(client, wardId, signal);
  const ids = ward.residents.map((r) => r.id);
  const since = (ms: number): string => `ge${new Date(now - ms).toISOString()}`;
  const [orders, given, allergies, observations, effects] = await Promise.all([
    searchFor<Order>(client, 'MedicationRequest', 'patient', ids, { status: 'active', _include: 'MedicationRequest:medication' }, signal),
    searchFor<Given>(client, 'MedicationAdministration', 'patient', ids, {
      'effective-time': since(BACK_MS), _include: 'MedicationAdministration:performer',
    }, signal),
    searchFor<Allergy>(client, 'AllergyIntolerance', 'patient', ids, {}, signal),
    searchFor<Observation>(client, 'Observation', 'patient', ids, { code: '8867-4,85354-9,55284-4,15074-8,2339-0', date: since(MEASURED_MS) }, signal),
    searchFor<Observation>(client, 'Observation', 'patient', ids, { code: 'urn:ansinh:care|prn-effect', date: since(DAY_MS) }, signal),
  ]);
  return {
    ward, orders: orders.items, medications: orders.included, given: given.items, allergies: allergies.items,
    observations: observations.items, effects: effects.items, people: namesOf(given.included),
    cut: [orders, given, allergies, observations].some((x) => x.cut),
  };
}

/* What others have recorded since; a little overlap, because two clocks never agree to the millisecond. */
export async function loadNewer(client: FhirClient, data: RoundData, signal?: AbortSignal): Promise<RoundData> {
  const newest = data.given.reduce((max, g) => ((g.meta?.lastUpdated ?? '') > max ? g.meta?.lastUpdated ?? '' : max), '');
  if (newest === '') return data;
  const from = new Date(Date.parse(newest) - 2000).toISOString();
  const newer = await searchFor<Given>(client, 'MedicationAdministration', 'patient', data.ward.residents.map((r) => r.id), {
    _lastUpdated: `ge${from}`, _include: 'MedicationAdministration:performer',
  }, signal);
  return { ...data, given: mergeGiven(data.given, newer.items), people: new Map([...data.people, ...namesOf(newer.included)]) };
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
