/* A person's orders with what stands against a new one. */

import { idOf, type Allergy, type Given, type Place, type Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import { ifAllowed, type FhirClient } from '../fhir/client';
import type { Patient, Resource } from '../fhir/types';
import { codeOf, stateOf, type PractitionerRole } from '../access/staff';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import type { Reference } from '../fhir/types';
import type { Task } from '../stay/acts';
import { RECONCILE, TASK_SYSTEM } from '../stay/forms';
import { OPEN_TASK } from '../stay/terms';
import { leftOf } from '../stock/useShelf';
import { loadShelf } from '../stock/load';
import type { FullOrder } from './order';

/* proposed: how many orders wait to be continued (stay/Proposals.tsx). reconcile: who came back from hospital, and whose medicines nobody has looked at since. left: when the last stay ended, of somebody who has none now; else empty. lastStay, ward: of the open stay, else of the last one */
export interface MedicineData { person: Patient; stay: string; lastStay: string; ward: string; left: string; standing: FullOrder[]; past: FullOrder[]; included: Resource[]; allergies: Allergy[]; reconcile: Task | undefined; proposed: number }

/* Of the place that was theirs last, up to the ward. */
function wardOf(stay: Stay | undefined, included: Resource[]): string {
  const places = new Map(included.filter((r): r is Place => r.resourceType === 'Location').map((p) => [p.id ?? '', p]));
  const held = stay?.location ?? [];
  let place = places.get(idOf((held.find((l) => (l.status ?? 'active') === 'active' && !l.period?.end) ?? held[held.length - 1])?.location));
  for (let n = 0; place?.partOf && n < 10; n += 1) place = places.get(idOf(place.partOf));
  return place?.id ?? '';
}

export async function loadMedicines(client: FhirClient, id: string, signal?: AbortSignal): Promise<MedicineData> {
  const [person, stays, standing, past, allergies, tasks, proposed] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    client.search<Stay>('Encounter', { patient: id, status: 'in-progress,onleave,finished', class: 'IMP', _sort: '-date', _count: 50, _include: 'Encounter:location', '_include:iterate': 'Location:partof' }, signal),
    searchAll<FullOrder>(client, 'MedicationRequest', { patient: id, status: 'active,on-hold', _include: ['MedicationRequest:medication', 'MedicationRequest:requester'] }, signal),
    client.search<FullOrder>('MedicationRequest', { patient: id, status: 'stopped,completed,cancelled', _sort: '-authoredon', _include: ['MedicationRequest:medication', 'MedicationRequest:requester'], _count: 30 }, signal),
    searchAll<Allergy>(client, 'AllergyIntolerance', { patient: id }, signal),
    ifAllowed(client.search<Task>('Task', { patient: id, code: `${TASK_SYSTEM}|${RECONCILE}`, status: OPEN_TASK }, signal)),
    client.search<FullOrder>('MedicationRequest', { patient: id, status: 'draft', intent: 'proposal', _summary: 'count' }, signal),
  ]);
  const open = stays.items.find((s) => s.status !== 'finished');
  const last = open ?? stays.items[0];
  return {
    person: person.resource, stay: open?.id ?? '', lastStay: last?.id ?? '', ward: wardOf(last, stays.included), left: open ? '' : stays.items[0]?.period?.end ?? '', standing: standing.items, past: past.items, included: [...standing.included, ...past.included], allergies: allergies.items, reconcile: tasks?.items[0], proposed: proposed.total ?? 0,
  };
}

export interface Prescriber { who: Reference; role: 'doctor' | 'assistant-doctor' }

/* Who may order by word, doctors first: doctors and assistant doctors whose role is in force, of those this account sees. */
export async function loadPrescribers(client: FhirClient, me: string, signal?: AbortSignal): Promise<Prescriber[]> {
  const found = await searchAll<PractitionerRole>(client, 'PractitionerRole', { role: 'urn:ansinh:role|doctor,urn:ansinh:role|assistant-doctor', _include: 'PractitionerRole:practitioner' }, signal);
  const names = new Map(found.included.filter((r) => r.resourceType === 'Practitioner').map((r) => [r.id ?? '', personName(r as unknown as Patient)]));
  const roles = new Map(found.items.filter((r) => stateOf(r, nowMs()) === 'now').map((r) => [idOf(r.practitioner), codeOf(r)]));
  return [...roles].filter(([id]) => id !== '' && id !== idOf({ reference: me }))
    .map(([id, role]): Prescriber => ({ role: role === 'doctor' ? 'doctor' : 'assistant-doctor', who: { reference: `Practitioner/${id}`, display: names.get(id) ?? id } }))
    .sort((a, b) => b.role.localeCompare(a.role) || (a.who.display ?? '').localeCompare(b.who.display ?? '', 'vi'));
}

/* What was recorded of an order so far. */
export const loadGivenOf = async (client: FhirClient, order: string, signal?: AbortSignal): Promise<Given[]> =>
  (await searchAll<Given>(client, 'MedicationAdministration', { request: `MedicationRequest/${order}` }, signal)).items;

/* The card of the ward's cupboard that a dose comes from. Who may not see the cupboard, or does not reach it, records the dose without. */
export async function cardOf(client: FhirClient, ward: string, name: string, unit: string): Promise<string> {
  if (ward === '') return '';
  try {
    return leftOf(await loadShelf(client, ward), [], name, unit)?.card.id ?? '';
  } catch {
    return '';
  }
}
