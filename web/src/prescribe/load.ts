/* A person's orders with what stands against a new one. */

import type { Allergy, Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import type { Patient, Resource } from '../fhir/types';
import type { FullOrder } from './order';

/* left: when the last stay ended, of somebody who has none now; else empty */
export interface MedicineData { person: Patient; stay: string; left: string; standing: FullOrder[]; past: FullOrder[]; included: Resource[]; allergies: Allergy[] }

export async function loadMedicines(client: FhirClient, id: string, signal?: AbortSignal): Promise<MedicineData> {
  const [person, stays, standing, past, allergies] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    client.search<Stay>('Encounter', { patient: id, status: 'in-progress,onleave,finished', class: 'IMP', _sort: '-date', _count: 50 }, signal),
    searchAll<FullOrder>(client, 'MedicationRequest', { patient: id, status: 'active,on-hold', _include: ['MedicationRequest:medication', 'MedicationRequest:requester'] }, signal),
    client.search<FullOrder>('MedicationRequest', { patient: id, status: 'stopped,completed,cancelled', _sort: '-authoredon', _include: 'MedicationRequest:medication', _count: 30 }, signal),
    searchAll<Allergy>(client, 'AllergyIntolerance', { patient: id }, signal),
  ]);
  const open = stays.items.find((s) => s.status !== 'finished');
  return {
    person: person.resource, stay: open?.id ?? '', left: open ? '' : stays.items[0]?.period?.end ?? '', standing: standing.items, past: past.items, included: [...standing.included, ...past.included], allergies: allergies.items,
  };
}
