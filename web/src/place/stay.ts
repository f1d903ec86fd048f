/* Where one person is: the stay that is going on, its bed, room and ward. Asked for one, where ward.ts asks for all. */

import type { FhirClient } from '../fhir/client';
import type { Patient } from '../fhir/types';
import { idOf, type Place, type Stay } from '../drugs/forms';

export interface Here { patient: Patient; stay: Stay | undefined; bed: string; ward: string; wardName: string }

export async function loadHere(client: FhirClient, patientId: string, signal?: AbortSignal): Promise<Here> {
  const [read, stays] = await Promise.all([
    client.read<Patient>('Patient', patientId, signal),
    client.search<Stay>('Encounter', { patient: patientId, status: 'in-progress,onleave', _include: 'Encounter:location', '_include:iterate': 'Location:partof', _count: 5 }, signal),
  ]);
  const places = new Map(stays.included.filter((r): r is Place => r.resourceType === 'Location').map((p) => [p.id ?? '', p]));
  const stay = stays.items[0];
  const bed = places.get(idOf((stay?.location ?? []).find((l) => (l.status ?? 'active') === 'active')?.location));
  let ward = bed;
  for (let n = 0; ward?.partOf && n < 10; n += 1) ward = places.get(idOf(ward.partOf));
  return { patient: read.resource, stay, bed: bed?.name ?? '', ward: ward?.id ?? '', wardName: ward?.name ?? '' };
}
