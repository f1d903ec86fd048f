/* The incidents of a ward: of the last three months, and whatever is still open. */

import { searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { Patient, Resource } from '../fhir/types';
import { DAY_MS } from '../fhir/zone';
import { namesOf } from '../drugs/load';
import { loadWard, type Ward } from '../place/ward';
import { FOLLOWUP, readIncident, REVIEW, TASK, type AdverseEvent, type Incident, type Task } from './record';

export const BACK_MS = 90 * DAY_MS;

export interface IncidentData { ward: Ward; incidents: Incident[]; tasks: Task[]; names: Map<string, string>; patients: Map<string, string>; cut: boolean }

export async function loadIncidents(client: FhirClient, wardId: string, now: number, signal?: AbortSignal): Promise<IncidentData> {
  const ward = await loadWard(client, wardId, signal);
  const ids = ward.residents.map((r) => r.id);
  const [events, tasks] = await Promise.all([
    searchFor<AdverseEvent>(client, 'AdverseEvent', 'subject', ids.map((id) => `Patient/${id}`), { date: `ge${new Date(now - BACK_MS).toISOString()}`, _include: 'AdverseEvent:recorder' }, signal),
    searchFor<Task>(client, 'Task', 'patient', ids, { code: `${TASK}|${REVIEW},${TASK}|${FOLLOWUP}`, _include: 'Task:owner' }, signal),
  ]);
  return {
    ward, tasks: tasks.items.filter((t) => t.status !== 'entered-in-error'), cut: events.cut || tasks.cut,
    incidents: events.items.map(readIncident).filter((i): i is Incident => i !== undefined).sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)),
    names: namesOf([...events.included, ...tasks.included] as Resource[]), patients: new Map(ward.residents.map((r) => [r.id, personName(r.patient as Patient)])),
  };
}
