/* Everything about one person's stay, in one go. What the account may not read is left out, not an error: a clerk sees no orders. */

import { ifAllowed, type FhirClient } from '../fhir/client';
import { idOf } from '../drugs/forms';
import { nowMs } from '../fhir/clock';
import type { CodeableConcept, Identifier, Resource } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import type { Service, Standing, Task } from './acts';
import { activePlace } from './beds';
import { isReconcile, isTerm, OPEN_TASK } from './terms';
import { DOCUMENT_SYSTEM, isOpen, isStay, PAPER_FLAG, concept, type Bed, type Episode, type Order, type Patient, type Stay } from './forms';

export interface PaperList extends Resource {
  resourceType: 'List';
  status?: string; date?: string;
  entry?: { flag?: CodeableConcept; date?: string; item?: { display?: string; identifier?: Identifier } }[];
}
export interface PersonStay {
  patient: Patient; stay: Stay | undefined; past: Stay[]; bedName: string; standing: Standing; papers: PaperList | undefined;
  /* false: this account does not see what is ordered, so it cannot end it */
  seesOrders: boolean;
}

export async function loadPerson(client: FhirClient, id: string, signal?: AbortSignal): Promise<PersonStay> {
  const mine = { patient: id, _count: 200 };
  const [patient, stays, episodes, orders, services, diets, tasks, papers] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    client.search<Stay>('Encounter', { ...mine, class: 'IMP', _sort: '-date', _include: 'Encounter:location' }, signal),
    client.search<Episode>('EpisodeOfCare', { ...mine, status: 'active' }, signal),
    ifAllowed(client.search<Order>('MedicationRequest', { ...mine, status: 'active' }, signal)),
    ifAllowed(client.search<Service>('ServiceRequest', { ...mine, status: 'active' }, signal)),
    ifAllowed(client.search<Service>('NutritionOrder', { ...mine, status: 'active' }, signal)),
    ifAllowed(client.search<Task>('Task', { ...mine, status: OPEN_TASK, _sort: 'authored-on' }, signal)),
    ifAllowed(client.search<PaperList>('List', { ...mine, code: `${DOCUMENT_SYSTEM}|admission-papers`, status: 'current', _sort: '-date' }, signal)),
  ]);
  const all = stays.items.filter(isStay);
  const stay = all.find(isOpen);
  const bed = stays.included.find((r): r is Bed => r.resourceType === 'Location' && r.id === (stay ? activePlace(stay) : ''));
  const episode = stay ? episodes.items.find((e) => e.id === idOf(stay.episodeOfCare?.[0])) ?? (episodes.items.length === 1 ? episodes.items[0] : undefined) : undefined;
  return {
    patient: patient.resource, stay, past: all.filter((s) => s.status === 'finished'), bedName: bed?.name ?? '',
    standing: {
      episode, orders: orders?.items ?? [], services: [...(services?.items ?? []), ...(diets?.items ?? [])],
      tasks: (tasks?.items ?? []).filter((t) => isTerm(t) || isReconcile(t)),
    },
    papers: papers?.items[0], seesOrders: orders !== undefined,
  };
}

/* A paper that was missing has come. */
export async function receive(client: FhirClient, list: PaperList, at: number): Promise<void> {
  const date = wardInstant(nowMs());
  const entry = (list.entry ?? []).map((e, i) => (i === at ? { ...e, flag: concept(PAPER_FLAG, 'have'), date } : e));
  await client.update<PaperList>({ ...list, date, entry }, `W/"${list.meta?.versionId ?? ''}"`);
}
