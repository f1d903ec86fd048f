/* A person's orders with what stands against a new one. */

import type { Allergy, Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import type { Patient, Resource } from '../fhir/types';
import type { FullOrder } from './order';

export interface MedicineData { person: Patient; stay: string; standing: FullOrder[]; past: FullOrder[]; included: Resource[]; allergies: Allergy[] }

export async function loadMedicines(client: FhirClient, id: string, signal?: AbortSignal): Promise<MedicineData> {
  const [person, stays, standing, past, allergies] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    client.search<Stay>('Encounter', { patient: id, status: 'in-progress,onleave', class: 'IMP', _count: 3 }, signal),
    searchAll<FullOrder>(client, 'MedicationRequest', { patient: id, status: 'active,on-hold', _include: ['MedicationRequest:medication', 'MedicationRequest:requester'] }, signal),
    client.search<FullOrder>('MedicationRequest', { patient: id, status: 'stopped,completed,cancelled', _sort: '-authoredon', _include: 'MedicationRequest:medication', _count: 30 }, signal),
    searchAll<Allergy>(client, 'AllergyIntolerance', { patient: id }, signal),
  ]);
  return {
    person: person.resource, stay: stays.items[0]?.id ?? '', standing: standing.items, past: past.items, included: [...standing.included, ...past.included], allergies: allergies.items,
  };
}
