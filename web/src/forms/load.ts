/* What the station asks of the server. */

import { searchAll, searchFor } from '../fhir/all';
import { FhirError, type FhirClient } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import type { Bundle, Resource } from '../fhir/types';
import { CLIENT_KINDS, CLIENT_SYSTEM } from '../stay/forms';
import { isOutside, type StaySpan } from '../vitals/stays';
import { externalSets, type Expansions } from './read';
import { FOLLOW_UP, TASK_SYSTEM } from './response';
import type { Form, FormHead, Response, Task, ValueSet } from './types';

const HEAD = 'url,version,title,description,copyright,code,extension,status';
const OPEN = 'draft,requested,received,accepted,ready,in-progress,on-hold';
const MOST_OPTIONS = 200;

export async function loadHeads(client: FhirClient, signal?: AbortSignal): Promise<FormHead[]> {
  const all = await searchAll<FormHead>(client, 'Questionnaire', { status: 'active', _elements: HEAD }, signal);
  return all.items.filter((f) => f.url !== undefined);
}

/* What those that have been answered are called: of the sixty there are a person has met a few. */
export async function loadTitles(client: FhirClient, urls: string[], signal?: AbortSignal): Promise<FormHead[]> {
  if (urls.length === 0) return [];
  return (await searchAll<FormHead>(client, 'Questionnaire', { url: urls.join(','), _elements: 'url,title' }, signal)).items;
}

export interface Loaded { form: Form; expansions: Expansions }

export async function loadForm(client: FhirClient, id: string, signal?: AbortSignal): Promise<Loaded> {
  const { resource: form } = await client.read<Form>('Questionnaire', id, signal);
  const expansions: Expansions = {};
  for (const url of externalSets(form)) {
    const query = new URLSearchParams({ url, count: String(MOST_OPTIONS) });
    const answer = await client.operation<ValueSet>(`ValueSet/$expand?${query.toString()}`, 'ValueSet', undefined, signal);
    if (answer) expansions[url] = answer.resource;
  }
  return { form, expansions };
}

/* The form an answer was given to: this very version, if need be from the history of the form. */
export async function loadFormOf(client: FhirClient, canonical: string, signal?: AbortSignal): Promise<Form | undefined> {
  const [url = '', version] = canonical.split('|');
  const { items } = await client.search<Form>('Questionnaire', { url }, signal);
  const exact = version === undefined ? items[0] : items.find((f) => f.version === version);
  const id = items[0]?.id;
  if (exact || id === undefined) return exact;
  const past = await client.operation<Bundle<Form>>(`Questionnaire/${encodeURIComponent(id)}/_history?_count=100`, 'Bundle', undefined, signal);
  return past?.resource.entry?.map((e) => e.resource).find((f) => f?.version === version);
}

/* The response with what the form works out. Asked as often as answers change; it stores nothing. */
export async function calculate(client: FhirClient, form: Form, response: Response, signal?: AbortSignal): Promise<Response> {
  return client.invoke<Response>('QuestionnaireResponse/$calculate', 'QuestionnaireResponse', {
    resourceType: 'Parameters',
    parameter: [{ name: 'questionnaire', resource: form }, { name: 'response', resource: response }],
  } as Resource, signal);
}

export interface Past { responses: Response[]; tasks: Task[]; cut: boolean }

const TASKS = { status: OPEN, code: `${TASK_SYSTEM}|${FOLLOW_UP}` };

export async function loadPast(client: FhirClient, patient: string, signal?: AbortSignal): Promise<Past> {
  const [responses, tasks] = await Promise.all([
    searchAll<Response>(client, 'QuestionnaireResponse', { patient, status: 'completed,amended', _sort: '-authored' }, signal),
    searchAll<Task>(client, 'Task', { patient, ...TASKS }, signal),
  ]);
  return { responses: responses.items, tasks: tasks.items, cut: responses.cut };
}

export async function loadPastOf(client: FhirClient, patients: string[], signal?: AbortSignal): Promise<Past> {
  const [responses, tasks] = await Promise.all([
    searchFor<Response>(client, 'QuestionnaireResponse', 'patient', patients, { status: 'completed,amended', _elements: 'identifier,questionnaire,subject,authored,status,item' }, signal),
    searchFor<Task>(client, 'Task', 'patient', patients, TASKS, signal),
  ]);
  return { responses: responses.items, tasks: tasks.items, cut: responses.cut || tasks.cut };
}

/* Where the person has lived, and whether they are looked after from outside: what the answers are part of, and whether it is asked if it is the right
 * person, depends on when the form was filled in. */
export interface Here { stays: StaySpan[]; served: boolean }
export async function loadHere(client: FhirClient, patient: string, signal?: AbortSignal): Promise<Here> {
  try {
    const stays = (await client.search<StaySpan>('Encounter', { patient, class: 'IMP', _sort: '-date', _count: 50 }, signal)).items;
    const served = isOutside(stays, nowMs()) && (await client.search<Resource>('EpisodeOfCare', {
      patient, status: 'active', type: CLIENT_KINDS.map((k) => `${CLIENT_SYSTEM}|${k}`).join(','), _elements: 'status', _count: 1,
    }, signal)).items.length > 0;
    return { stays, served };
  } catch (error) {
    if (error instanceof FhirError && error.problem === 'forbidden') return { stays: [], served: false };
    throw error;
  }
}

export const isGone = (here: Here, at: number): boolean => !here.served && isOutside(here.stays, at);
