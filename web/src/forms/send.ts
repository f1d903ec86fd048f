/* The conversation about one filled form. It may be held any number of times with the same outcome: it looks before it acts, and
 * the response, its scores and its Task are one transaction. The score is worked out now, by the server, from the form the
 * answers were given to: what was filled in with the line down gets its score here, and not by guessing. */

import type { FhirClient } from '../fhir/client';
import { Decimal } from '../fhir/decimal';
import type { Bundle, BundleEntry, Observation, Resource } from '../fhir/types';
import { FORM_CATALOGUES } from '../i18n/forms';
import { entryQuery, type Entry, type Item } from '../outbox/item';
import type { Outcome } from '../outbox/send';
import { uuid4 } from '../vitals/uuid';
import { calculate } from './load';
import { scoresOf, taskOf } from './response';
import type { Form, Response, ResponseAnswer, ResponseItem, Task } from './types';

type Made = Observation | Task;

export async function sendResponse(client: FhirClient, item: Item): Promise<Outcome> {
  const there = await find(client, item.id);
  if (item.resource.status === 'entered-in-error') {
    if (there && there.status !== 'entered-in-error') await withdraw(client, there);
    return { kind: 'stored', resource: item.resource };
  }
  if (there) return { kind: 'stored', resource: asEntry(there) };
  const mine = responseIn(item);
  const full = asTyped(await calculate(client, item.form as Form, mine), mine);
  const answer = await client.transaction(bundleOf(item.form as Form, full, item.id));
  const id = /(?:^|\/)QuestionnaireResponse\/([^/]+)/.exec(answer[0]?.response?.location ?? '')?.[1];
  return { kind: 'stored', resource: asEntry({ ...full, ...(id === undefined ? {} : { id }) }) };
}

/* An outbox knows entries with a list of identifiers; a response has one. In storage a decimal is its text in an object. */
export function responseIn(item: Item): Response {
  const { identifier, ...rest } = item.resource;
  const own = identifier?.[0];
  const response = rest as unknown as Response;
  return { ...response, ...(own ? { identifier: own } : {}), item: withAnswers(response.item, (_linkId, a) => revived(a)) };
}

const decimalOf = (v: unknown): Decimal | undefined => {
  const text = (v as { text?: unknown } | undefined)?.text;
  return typeof text === 'string' ? new Decimal(text) : undefined;
};
function revived(a: ResponseAnswer): ResponseAnswer {
  const [decimal, measure] = [decimalOf(a.valueDecimal), decimalOf(a.valueQuantity?.value)];
  return { ...a, ...(decimal ? { valueDecimal: decimal } : {}), ...(measure ? { valueQuantity: { ...a.valueQuantity, value: measure } } : {}) };
}

function withAnswers(items: ResponseItem[] | undefined, change: (linkId: string, a: ResponseAnswer) => ResponseAnswer, depth = 0): ResponseItem[] {
  return (items ?? []).map((i) => ({
    ...i, ...(i.item && depth < 60 ? { item: withAnswers(i.item, change, depth + 1) } : {}),
    ...(i.answer ? { answer: i.answer.map((a) => change(i.linkId, a)) } : {}),
  }));
}

/* What came back as a number has lost its zeros: "37,0" is put back where it was typed. */
export function asTyped(full: Response, mine: Response): Response {
  const typed = new Map<string, ResponseAnswer[]>();
  withAnswers(mine.item, (linkId, a) => {
    typed.set(linkId, [...(typed.get(linkId) ?? []), a]);
    return a;
  });
  return {
    ...full, item: withAnswers(full.item, (linkId, a) => {
      const own = typed.get(linkId)?.shift();
      if (!own) return a;
      return {
        ...a, ...(own.valueDecimal === undefined ? {} : { valueDecimal: own.valueDecimal }), ...(own.valueQuantity ? { valueQuantity: own.valueQuantity } : {}),
      };
    }),
  };
}
function asEntry(response: Response): Entry {
  const { identifier, ...rest } = response;
  return { ...rest, identifier: identifier ? [identifier] : [] } as Entry;
}

async function find(client: FhirClient, id: string): Promise<Response | undefined> {
  const page = await client.search<Response>('QuestionnaireResponse', Object.fromEntries(new URLSearchParams(entryQuery(id))));
  return page.items[0];
}

/* The record is Vietnamese, whatever language the page has at this moment. */
const { vi } = FORM_CATALOGUES;
const WORDS = { form: vi['task.form'], now: vi['task.now'], later: vi['task.later'] };

export function bundleOf(form: Form, response: Response, id: string): Bundle {
  const place = `urn:uuid:${uuid4()}`;
  const task = taskOf(form, response, place, WORDS);
  const once = (resource: Observation | Task): BundleEntry => {
    const own = resource.identifier?.[0];
    return { resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${encodeURIComponent(`${own?.system ?? ''}|${own?.value ?? ''}`)}` } };
  };
  return {
    resourceType: 'Bundle', type: 'transaction',
    entry: [
      { fullUrl: place, resource: response, request: { method: 'POST', url: 'QuestionnaireResponse', ifNoneExist: entryQuery(id) } },
      ...scoresOf(form, response, place).map(once), ...(task ? [once(task)] : []),
    ],
  };
}

function takenBack(r: Response | Made): Resource {
  const taken = { ...r, status: 'entered-in-error' };
  return taken;
}

/* Taken back with all that was made from it, in one transaction; nothing is deleted. */
export async function withdraw(client: FhirClient, response: Response): Promise<void> {
  const reference = `QuestionnaireResponse/${response.id ?? ''}`;
  const [scores, tasks] = await Promise.all([
    client.search<Observation>('Observation', { 'derived-from': reference, _count: 50 }),
    client.search<Task>('Task', { focus: reference, _count: 50 }),
  ]);
  const left = [response, ...scores.items, ...tasks.items].filter((r: Response | Made) => r.status !== 'entered-in-error');
  await client.transaction({
    resourceType: 'Bundle', type: 'transaction',
    entry: left.map((r) => ({
      resource: takenBack(r),
      request: { method: 'PUT', url: `${r.resourceType}/${r.id ?? ''}`, ifMatch: `W/"${r.meta?.versionId ?? ''}"` },
    })),
  });
}
