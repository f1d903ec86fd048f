/* What a transfer needs of the record. Both houses find it by the same question: the gate lets each see what is theirs to see. */

import { ifAllowed, type FhirClient } from '../fhir/client';
import { FhirError } from '../fhir/client';
import type { Resource } from '../fhir/types';
import { idOf } from '../drugs/forms';
import { TASK_SYSTEM, type Episode, type Order, type Patient, type Stay } from './forms';
import { houseOf, isProposal, TRANSFER_CODE, type Coming, type Proposal, type Service, type TransferTask } from './transfer';

export interface House { id: string; name: string }
interface Organization extends Resource { resourceType: 'Organization'; name?: string; active?: boolean }

/* Houses one may ask to take somebody, but one's own. */
export async function houses(client: FhirClient, own: string, signal?: AbortSignal): Promise<House[]> {
  const page = await client.search<Organization>('Organization', { type: 'urn:ansinh:organization-kind|facility', _sort: 'name', _count: 500 }, signal);
  return page.items.filter((o) => o.id !== own && o.active !== false).map((o) => ({ id: o.id ?? '', name: o.name ?? '' }));
}

export interface OnTheWay { task: TransferTask; patient: Patient | undefined; incoming: boolean }

/* What is asked and not answered, for a house: those who come, and those who are to go. */
export async function onTheWay(client: FhirClient, house: string, signal?: AbortSignal): Promise<OnTheWay[]> {
  const page = await ifAllowed(client.search<TransferTask>('Task', { code: `${TASK_SYSTEM}|${TRANSFER_CODE}`, status: 'requested', _include: 'Task:patient', _sort: 'authored-on', _count: 200 }, signal));
  const people = new Map((page?.included ?? []).filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  return (page?.items ?? []).map((task) => ({ task, patient: people.get(idOf(task.for)), incoming: houseOf(task) === house }));
}

export async function loadComing(client: FhirClient, id: string, signal?: AbortSignal): Promise<Coming> {
  const { resource: task } = await client.read<TransferTask>('Task', id, signal);
  const [person, stay, planned] = [idOf(task.for), idOf(task.encounter), idOf(task.focus)];
  if (person === '' || stay === '') throw new FhirError('missing');
  const mine = { patient: person, _count: 200 };
  const [patient, encounter, episodes, orders, services, diets] = await Promise.all([
    client.read<Patient>('Patient', person, signal), client.read<Stay>('Encounter', stay, signal),
    client.search<Episode>('EpisodeOfCare', { ...mine, status: 'planned,active' }, signal),
    ifAllowed(client.search<Order>('MedicationRequest', { ...mine, status: 'active,on-hold' }, signal)),
    ifAllowed(client.search<Service>('ServiceRequest', { ...mine, status: 'active' }, signal)),
    ifAllowed(client.search<Service>('NutritionOrder', { ...mine, status: 'active' }, signal)),
  ]);
  return {
    task, patient: patient.resource, stay: encounter.resource, planned: episodes.items.find((e) => e.id === planned), episodes: episodes.items,
    orders: orders?.items ?? [], services: [...(services?.items ?? []), ...(diets?.items ?? [])], seesOrders: orders !== undefined,
  };
}

/* The newest asking about one person, answered or not. */
export async function lastAsked(client: FhirClient, person: string, signal?: AbortSignal): Promise<{ task: TransferTask; planned: Episode | undefined } | undefined> {
  const page = await ifAllowed(client.search<TransferTask>('Task', { patient: person, code: `${TASK_SYSTEM}|${TRANSFER_CODE}`, _sort: '-authored-on', _count: 1 }, signal));
  const task = page?.items[0];
  if (!task) return undefined;
  const planned = idOf(task.focus) === '' || task.status !== 'requested' ? undefined : (await client.read<Episode>('EpisodeOfCare', idOf(task.focus), signal)).resource;
  return { task, planned };
}

export async function loadProposals(client: FhirClient, person: string, signal?: AbortSignal): Promise<Proposal[]> {
  const kinds = ['MedicationRequest', 'ServiceRequest', 'NutritionOrder'] as const;
  const pages = await Promise.all(kinds.map((type) => ifAllowed(client.search<Proposal>(type, { patient: person, status: 'draft', _count: 200 }, signal))));
  return pages.flatMap((p) => p?.items ?? []).filter(isProposal);
}
