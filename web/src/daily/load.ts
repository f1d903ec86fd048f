/* A ward's care of the last days: who lives there, what was done for each, what they may eat. Afterwards only what is new. */

import { servedOf, standingDiets, type DietOrder, type Served } from '../diet/diet';
import { foodAllergies } from '../diet/foods';
import { DIET_WORDS } from '../diet/words';
import { searchFor } from '../fhir/all';
import { ifAllowed, type FhirClient } from '../fhir/client';
import type { CodeableConcept, Reference, Resource } from '../fhir/types';
import { DAY_MS } from '../fhir/zone';
import { idOf } from '../drugs/forms';
import { namesOf } from '../drugs/load';
import { loadWard, type Ward } from '../place/ward';
import { CARE_KEYS, CARE_SYSTEM } from './kinds';
import { GLUCOSE_CODES, type CareEntry } from './record';

/* Three days: as long as somebody may be without a stool before it is said. */
export const BACK_MS = 4 * DAY_MS;
const CODES = [...CARE_KEYS.map((k) => `${CARE_SYSTEM}|${k}`), 'http://loinc.org|29463-7', ...GLUCOSE_CODES].join(',');

interface Flag extends Resource { resourceType: 'Flag'; status?: string; code?: CodeableConcept; subject?: Reference }

/* What whoever gives food or drink has to know before: the danger of choking, and what must not be eaten. */
export interface AtTable { swallow: boolean; allergies: string[] }

export interface DailyData {
  ward: Ward;
  entries: CareEntry[];
  /* of the person: what the kitchen was told */
  diets: Map<string, Served>;
  table: Map<string, AtTable>;
  people: Map<string, string>;
  readAt: number;
  cut: boolean;
}

/* what it is kept under (place/lately.ts) */
export const dailyKey = (wardId: string): string => `daily ${wardId}`;

const params = (more: Record<string, string>) => ({ code: CODES, _include: 'Observation:performer', ...more });

/* What each of them eats. */
async function askDiets(client: FhirClient, ids: string[], signal?: AbortSignal): Promise<Map<string, Served>> {
  const found = await searchFor<DietOrder>(client, 'NutritionOrder', 'patient', ids, { status: 'active' }, signal);
  return new Map([...standingDiets(found.items)].map(([id, o]) => [id, servedOf(o, DIET_WORDS)]));
}

export async function loadDaily(client: FhirClient, wardId: string, now: number, signal?: AbortSignal): Promise<DailyData> {
  const ward = await loadWard(client, wardId, signal);
  const ids = ward.residents.map((r) => r.id);
  const [seen, diets, flags, foods] = await Promise.all([
    searchFor<CareEntry>(client, 'Observation', 'patient', ids, params({ date: `ge${new Date(now - BACK_MS).toISOString()}` }), signal),
    askDiets(client, ids, signal),
    ifAllowed(searchFor<Flag>(client, 'Flag', 'patient', ids, { _elements: 'subject,status,code' }, signal)),
    foodAllergies(client, ids, signal),
  ]);
  const table = new Map<string, AtTable>();
  const of = (who: string): AtTable => table.get(who) ?? { swallow: false, allergies: [] };
  for (const f of flags?.items ?? []) if (f.status === 'active' && f.code?.coding?.some((c) => c.system === 'urn:ansinh:risk' && c.code === 'swallow')) table.set(idOf(f.subject), { ...of(idOf(f.subject)), swallow: true });
  for (const [who, list] of foods ?? []) table.set(who, { ...of(who), allergies: list });
  return {
    ward, table, entries: seen.items, people: namesOf(seen.included), readAt: now, cut: seen.cut,
    diets,
  };
}

/* What came in since, from whatever tablet. A minute of overlap: a search sees what was committed before it, not before its question. */
export async function loadNewer(client: FhirClient, data: DailyData, now: number, signal?: AbortSignal): Promise<DailyData> {
  const since = new Date(data.readAt - 60_000).toISOString();
  const ids = data.ward.residents.map((r) => r.id);
  const [seen, diets] = await Promise.all([searchFor<CareEntry>(client, 'Observation', 'patient', ids, params({ _lastUpdated: `ge${since}` }), signal), askDiets(client, ids, signal)]);
  const byId = new Map(data.entries.map((e) => [e.id, e]));
  for (const e of seen.items) byId.set(e.id, e);
  return { ...data, diets, entries: [...byId.values()], people: new Map([...data.people, ...namesOf(seen.included)]), readAt: now };
}
