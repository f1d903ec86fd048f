/* The lists of what is to come, of everybody the caller looks after: each a few searches, each bounded. */

import { idOf, type Place, type Stay } from '../drugs/forms';
import { searchAll, searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { Observation, Patient, Resource } from '../fhir/types';
import { HEALTH_CLASS, ORDER_SYSTEM, type Appointment, type ServiceRequest } from '../visits/forms';
import { byWaiting, checkDue, isPromised, isVisitOrder, lastCheck, PROMISED_STATUS, promisedDay, promisedTo, type Check } from './coming';

export interface Who { id: string; name: string; bed: string }
export interface NextRow extends Who { appointment: Appointment; day: string }
export interface CheckRow extends Who { last: Check | undefined; due: string }
export interface OrderRow extends Who { order: ServiceRequest }
export interface Listed<T> { rows: T[]; cut: boolean }

interface House { stays: Stay[]; people: Map<string, Patient>; beds: Map<string, string>; cut: boolean }

/* Who lives here, and where. */
async function loadHouse(client: FhirClient, signal?: AbortSignal): Promise<House> {
  const found = await searchAll<Stay>(client, 'Encounter', { status: 'in-progress,onleave', class: 'IMP', _include: ['Encounter:subject', 'Encounter:location'] }, signal);
  const names = new Map(found.included.filter((r): r is Place => r.resourceType === 'Location').map((p) => [p.id ?? '', p.name ?? '']));
  const bedOf = (s: Stay): string => names.get(idOf((s.location ?? []).find((l) => (l.status ?? 'active') === 'active')?.location)) ?? '';
  return { stays: found.items, people: peopleIn(found.included), beds: new Map(found.items.map((s) => [idOf(s.subject), bedOf(s)])), cut: found.cut };
}

const peopleIn = (included: Resource[]): Map<string, Patient> => new Map(included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
const isAlive = (p: Patient | undefined): p is Patient => p !== undefined && p.deceasedDateTime === undefined && p.deceasedBoolean !== true;
const byBed = (a: Who, b: Who): number => a.bed.localeCompare(b.bed, 'vi', { numeric: true }) || a.name.localeCompare(b.name, 'vi');

export async function loadNext(client: FhirClient, signal?: AbortSignal): Promise<Listed<NextRow>> {
  const [house, found] = await Promise.all([loadHouse(client, signal), searchAll<Appointment>(client, 'Appointment', { status: PROMISED_STATUS, _include: 'Appointment:patient' }, signal)]);
  const people = peopleIn(found.included);
  const rows = found.items.filter(isPromised).flatMap((appointment): NextRow[] => {
    const id = promisedTo(appointment);
    const p = people.get(id);
    return isAlive(p) && promisedDay(appointment) !== '' ? [{ id, name: personName(p), bed: house.beds.get(id) ?? '', appointment, day: promisedDay(appointment) }] : [];
  });
  return { rows: rows.sort((a, b) => a.day.localeCompare(b.day) || byBed(a, b)), cut: house.cut || found.cut };
}

export async function loadChecks(client: FhirClient, signal?: AbortSignal): Promise<Listed<CheckRow>> {
  const house = await loadHouse(client, signal);
  const ids = [...house.people.keys()].filter((id) => isAlive(house.people.get(id)));
  const found = await searchFor<Observation>(client, 'Observation', 'patient', ids, { code: `${HEALTH_CLASS}|class`, _sort: '-date' }, signal);
  const rows = ids.map((id): CheckRow => {
    const last = lastCheck(found.items, id);
    const since = (house.stays.find((s) => idOf(s.subject) === id)?.period?.start ?? '').slice(0, 10);
    return { id, name: personName(house.people.get(id) as Patient), bed: house.beds.get(id) ?? '', last, due: checkDue(last, since) };
  });
  return { rows: rows.sort((a, b) => a.due.localeCompare(b.due) || byBed(a, b)), cut: house.cut || found.cut };
}

export async function loadOrders(client: FhirClient, signal?: AbortSignal): Promise<Listed<OrderRow>> {
  const kinds = ['lab', 'imaging', 'referral'].map((k) => `${ORDER_SYSTEM}|${k}`).join(',');
  const [house, found] = await Promise.all([
    loadHouse(client, signal), searchAll<ServiceRequest>(client, 'ServiceRequest', { status: 'active', category: kinds, _include: 'ServiceRequest:patient' }, signal),
  ]);
  const people = peopleIn(found.included);
  const rows = found.items.filter(isVisitOrder).flatMap((order): OrderRow[] => {
    const id = idOf(order.subject);
    const p = people.get(id);
    return isAlive(p) ? [{ id, name: personName(p), bed: house.beds.get(id) ?? '', order }] : [];
  });
  return { rows: rows.sort((a, b) => byWaiting(a.order, b.order)), cut: house.cut || found.cut };
}
