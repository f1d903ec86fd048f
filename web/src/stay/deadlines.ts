/* The terms of everybody in the house in one list, the first to run out first. */

import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import { idOf } from '../drugs/forms';
import type { Task } from './acts';
import { TASK_SYSTEM, type Patient } from './forms';
import { ifAllowed } from './person';
import { dueAt, isTerm, OPEN_TASK, TERMS, urgencyOf, type Urgency } from './terms';

export interface Deadline { task: Task; person: string; name: string; due: number; urgency: Urgency }

export function deadlinesOf(tasks: Task[], people: Map<string, Patient>, now: number): Deadline[] {
  return tasks.filter(isTerm).map((task) => {
    const person = idOf(task.for);
    const p = people.get(person);
    return { task, person, name: p ? personName(p) : '', due: dueAt(task), urgency: urgencyOf(task, now) };
  }).sort((a, b) => (Number.isNaN(a.due) ? Infinity : a.due) - (Number.isNaN(b.due) ? Infinity : b.due) || a.name.localeCompare(b.name, 'vi'));
}

/* Nothing, for whom tasks are none of their business. */
export async function loadDeadlines(client: FhirClient, signal?: AbortSignal): Promise<Deadline[]> {
  const code = TERMS.map((t) => `${TASK_SYSTEM}|${t}`).join(',');
  const found = await ifAllowed(searchAll<Task>(client, 'Task', { code, status: OPEN_TASK, _include: 'Task:patient' }, signal));
  const people = new Map((found?.included ?? []).filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  return deadlinesOf(found?.items ?? [], people, Date.now());
}
