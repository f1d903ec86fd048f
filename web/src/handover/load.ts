/* The facts of a handover, in a handful of searches, each bounded by the ward's people and the moment asked about. */

import { medicineText } from '../drugs/doses';
import { idOf, type Allergy, type Given, type Order, type Stay } from '../drugs/forms';
import { namesOf } from '../drugs/load';
import { shiftAt, shiftBefore, USUAL, type ShiftSystem } from '../roster/shifts';
import { searchAll, searchFor, type Everything } from '../fhir/all';
import { FhirError, type FhirClient } from '../fhir/client';
import type { Condition, Patient, Resource } from '../fhir/types';
import { DAY_MS } from '../fhir/zone';
import { loadWard, type Ward } from '../place/ward';
import { loadShelf } from '../stock/load';
import type { Card } from '../stock/forms';
import type { Facts, Flag, Handover, Incident, Seen, Task } from './forms';

export const HANDOVER_TYPE = { system: 'urn:ansinh:document', code: 'handover' };
const OPEN_TASKS = 'requested,received,accepted,ready,in-progress,on-hold';
const OBSERVED_BACK_MS = 2 * DAY_MS;
/* No dose is of the future: what was given since was received since, but for clocks that differ. */
const CLOCKS_MS = 60 * 60_000;

export interface HandoverData {
  ward: Ward; facts: Facts; cards: Card[]; past: Handover[]; people: Map<string, string>; patients: Map<string, Patient>;
  since: number; until: number; medicineName: (what: Given | string) => string; cut: boolean;
}

export async function loadPast(client: FhirClient, wardId: string, signal?: AbortSignal): Promise<Handover[]> {
  const page = await client.search<Handover>('Composition', {
    type: `${HANDOVER_TYPE.system}|${HANDOVER_TYPE.code}`, subject: `Location/${wardId}`, _sort: '-date', _count: 30,
  }, signal);
  return page.items.filter((h) => h.status !== 'entered-in-error');
}

const isBy = (h: Handover, me: string): boolean => (h.author ?? []).some((a) => a.reference === me);
const isSignedBy = (h: Handover, me: string): boolean => (h.attester ?? []).some((a) => a.party?.reference === me);
const isAddendum = (h: Handover): boolean => (h.relatesTo ?? []).length > 0;

export type SinceKind = 'roster' | 'gave' | 'took' | 'shift';
export interface ByRoster { end: number | undefined; system: ShiftSystem }

/* When I last left this ward: the end of my last shift by the roster, or the handover I gave after it (a shift I took for somebody); without
 * a roster that handover; else the one I took; else the beginning of the shift before this one. */
export function lastShift(past: Handover[], me: string, now: number, by: ByRoster = { end: undefined, system: USUAL }): { since: number; kind: SinceKind } {
  const mine = me === '' ? [] : past.filter((h) => !isAddendum(h) && h.status === 'final');
  const at = (h: Handover | undefined): number => Date.parse(h?.date ?? '');
  const gave = at(mine.find((h) => isBy(h, me)));
  if (by.end !== undefined && !(gave > by.end)) return { since: by.end, kind: 'roster' };
  if (Number.isFinite(gave)) return { since: gave, kind: 'gave' };
  const took = at(mine.find((h) => isSignedBy(h, me)));
  if (Number.isFinite(took)) return { since: took, kind: 'took' };
  return { since: shiftBefore(shiftAt(now, by.system), by.system).start, kind: 'shift' };
}

export async function loadHandover(
  client: FhirClient, wardId: string, past: Handover[], since: number, until: number, signal?: AbortSignal,
): Promise<HandoverData> {
  const from = `ge${new Date(since).toISOString()}`;
  const [ward, moved, shelf] = await Promise.all([
    loadWard(client, wardId, signal),
    searchAll<Stay>(client, 'Encounter', { 'location.partof.partof': `Location/${wardId}`, _lastUpdated: from, _include: 'Encounter:subject' }, signal),
    loadShelf(client, wardId, signal).catch((e: unknown) => {
      if (e instanceof FhirError && e.status === 403) return { now: until, cards: [] };
      throw e;
    }),
  ]);
  const patients = new Map<string, Patient>(ward.residents.map((r) => [r.id, r.patient]));
  for (const r of moved.included) if (r.resourceType === 'Patient' && r.id !== undefined) patients.set(r.id, r as Patient);
  const ids = [...patients.keys()];
  /* What a role does not see is none for it: a carer hands over without diagnoses. */
  const all = async <T extends Resource>(type: T['resourceType'], who: string, params: Record<string, string>): Promise<Everything<T>> => {
    try {
      return await searchFor<T>(client, type, who, ids, params, signal);
    } catch (e) {
      if (e instanceof FhirError && e.status === 403) return { items: [], included: [], cut: false };
      throw e;
    }
  };
  const [conditions, running, changed, given, observations, incidents, flags, tasks, allergies] = await Promise.all([
    all<Condition>('Condition', 'patient', { _lastUpdated: from }),
    all<Order>('MedicationRequest', 'patient', { status: 'active', _include: 'MedicationRequest:medication' }),
    all<Order>('MedicationRequest', 'patient', { _lastUpdated: from, _include: 'MedicationRequest:medication' }),
    all<Given>('MedicationAdministration', 'patient', {
      _lastUpdated: `ge${new Date(since - CLOCKS_MS).toISOString()}`, 'effective-time': `ge${new Date(since - OBSERVED_BACK_MS).toISOString()}`,
      _include: 'MedicationAdministration:performer',
    }),
    all<Seen>('Observation', 'patient', { _lastUpdated: from, date: `ge${new Date(since - OBSERVED_BACK_MS).toISOString()}` }),
    all<Incident>('AdverseEvent', 'subject', { _lastUpdated: from }),
    all<Flag>('Flag', 'patient', { _lastUpdated: from }),
    all<Task>('Task', 'patient', { status: OPEN_TASKS }),
    all<Allergy>('AllergyIntolerance', 'patient', { _lastUpdated: from }),
  ]);
  const orders = [...new Map([...running.items, ...changed.items].map((o) => [o.id, o])).values()];
  const medications = [...running.included, ...changed.included];
  const names = new Map(orders.map((o) => [o.id ?? '', medicineText(o, medications)]));
  return {
    ward, cards: shelf.cards, past, people: namesOf(given.included), patients, since, until,
    facts: {
      conditions: conditions.items, orders, given: given.items, observations: observations.items,
      incidents: incidents.items, flags: flags.items, tasks: tasks.items, allergies: allergies.items,
      stays: moved.items.filter((s) => patients.has(idOf(s.subject))),
    },
    medicineName: (what) => (typeof what === 'string' ? names.get(what) ?? '' : medicineText(what, medications) || names.get(idOf(what.request)) || ''),
    cut: [conditions, running, given, observations].some((x) => x.cut),
  };
}
