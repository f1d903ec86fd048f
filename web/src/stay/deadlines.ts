/* The terms of everybody in the house in one list, the first to run out first: what the law gives a term to (a Task each), and the cards of
 * health insurance that are over or soon will be. A card needs no Task: it says itself until when it holds. */

import { searchAll, searchFor } from '../fhir/all';
import { ifAllowed, type FhirClient } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { idOf } from '../drugs/forms';
import { DAY_MS } from '../fhir/zone';
import type { Task } from './acts';
import { TASK_SYSTEM, type Patient, type Stay } from './forms';
import type { Insured } from './identity';
import { endOfTerm, isTerm, kindOfTerm, OPEN_TASK, TERMS, urgencyOf, type Urgency } from './terms';

/* kind: the code of the Task, or 'card', whose words are the screen's */
export interface Deadline { id: string; kind: string; person: string; name: string; what: string; end: string; due: number; urgency: Urgency }

const nameOf = (p: Patient | undefined): string => (p ? personName(p) : '');
const byDue = (a: Deadline, b: Deadline): number => (Number.isNaN(a.due) ? Infinity : a.due) - (Number.isNaN(b.due) ? Infinity : b.due) || a.name.localeCompare(b.name, 'vi');

export function deadlinesOf(tasks: Task[], people: Map<string, Patient>, now: number): Deadline[] {
  return tasks.filter(isTerm).map((task): Deadline => {
    const person = idOf(task.for);
    const end = task.restriction?.period?.end ?? '';
    const due = endOfTerm(end);
    return { id: task.id ?? '', kind: kindOfTerm(task), person, name: nameOf(people.get(person)), what: task.description ?? '', end, due, urgency: urgencyOf(due, now) };
  }).sort(byDue);
}

/* A renewal takes weeks: somebody has to write to the insurer before the card is over. */
const CARD_AHEAD_MS = 30 * DAY_MS;

/* Of each person the card that holds longest; one without an end holds for good, and who has none has no term. */
export function cardsOf(cards: Insured[], people: Map<string, Patient>, now: number): Deadline[] {
  const ends = new Map<string, { id: string; end: string; due: number }>();
  for (const c of cards.filter((x) => x.status === 'active')) {
    const person = idOf(c.beneficiary);
    const end = c.period?.end ?? '';
    const due = end === '' ? Infinity : endOfTerm(end);
    if (Number.isNaN(due) || due <= (ends.get(person)?.due ?? -Infinity)) continue;
    ends.set(person, { id: c.id ?? '', end, due });
  }
  return [...ends].filter(([person, e]) => people.has(person) && e.due < now + CARD_AHEAD_MS)
    .map(([person, e]): Deadline => ({ ...e, kind: 'card', person, name: nameOf(people.get(person)), what: '', urgency: e.due < now ? 'late' : 'soon' })).sort(byDue);
}

const peopleIn = (included: { resourceType: string }[]): Map<string, Patient> =>
  new Map(included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));

/* Those of the people who live here now; for whom cards are none of their business, nothing. */
async function loadCards(client: FhirClient, now: number, signal?: AbortSignal): Promise<Deadline[]> {
  const stays = await ifAllowed(searchAll<Stay>(client, 'Encounter', { status: 'in-progress,onleave', class: 'IMP', _include: 'Encounter:subject' }, signal));
  const people = peopleIn(stays?.included ?? []);
  if (people.size === 0) return [];
  const found = await ifAllowed(searchFor<Insured>(client, 'Coverage', 'beneficiary', [...people.keys()], { status: 'active' }, signal));
  return cardsOf(found?.items ?? [], people, now);
}

/* Nothing, for whom tasks are none of their business. */
export async function loadDeadlines(client: FhirClient, cards: boolean, signal?: AbortSignal): Promise<Deadline[]> {
  const code = TERMS.map((t) => `${TASK_SYSTEM}|${t}`).join(',');
  const [found, ending] = await Promise.all([
    ifAllowed(searchAll<Task>(client, 'Task', { code, status: OPEN_TASK, _include: 'Task:patient' }, signal)),
    cards ? loadCards(client, nowMs(), signal) : [],
  ]);
  return [...deadlinesOf(found?.items ?? [], peopleIn(found?.included ?? []), nowMs()), ...ending].sort(byDue);
}
