/* The conversation about one item. It may be held any number of times with the same outcome: every step looks before it acts. */

import { FhirError, refersTo, type FhirClient } from '../fhir/client';
import { endOf } from '../fhir/dates';
import type { Patient, Resource } from '../fhir/types';
import type { DutyEdit } from '../roster/edit';
import { entryQuery, isSame, type Entry, type Halt, type Item, type Part } from './item';

export type Outcome =
  | { kind: 'stored'; resource: Entry; all?: Entry[] }
  /* of several entries: `left` could not be stored, `all` were */
  | { kind: 'halt'; halt: Halt; other?: Entry; why?: string; left?: Part[]; all?: Entry[]; duty?: DutyEdit }
  | { kind: 'later'; problem: FhirError };

/* A thing done this long ago and only now sent was done while the line was down: its doer could not know of anybody else. */
export const BLIND_MS = 2 * 60_000;

export type Stay = Resource & { resourceType: 'Encounter'; status?: string; period?: { end?: string } };

export async function sendItem(client: FhirClient, item: Item, now: number): Promise<Outcome> {
  try {
    if (item.form) return await (await import('../forms/send')).sendResponse(client, item);
    if (item.act) return await (await import('../alerts/send')).sendAct(client, item, item.act);
    if (item.duty) return await (await import('../roster/send')).sendDuty(client, item, item.duty);
    if (item.parts) return await (await import('./many')).sendParts(client, item, item.parts, now);
    const ended = await endedBefore(client, item);
    if (ended) return { kind: 'halt', halt: ended };
    const first = await put(client, item.resource, item.only || entryQuery(item.id));
    if (isSame(first, item.id)) return { kind: 'stored', resource: await settle(client, first, item) };
    if (!item.bothTag || now - item.at < BLIND_MS) return { kind: 'halt', halt: 'taken', other: first };
    return { kind: 'stored', resource: await keepBoth(client, item) };
  } catch (error) {
    return judge(error);
  }
}

/* Both are facts: the second is stored beside the first and marked, so that somebody looks. */
export async function keepBoth(client: FhirClient, item: Item): Promise<Entry> {
  const tagged: Entry = item.bothTag
    ? { ...item.resource, meta: { ...item.resource.meta, tag: [item.bothTag] } as Entry['meta'] & object }
    : item.resource;
  const stored = await put(client, tagged, entryQuery(item.id));
  return settle(client, stored, { ...item, resource: tagged });
}

export async function put(client: FhirClient, resource: Entry, only: string): Promise<Entry> {
  try {
    return (await client.create(resource, only)).resource;
  } catch (error) {
    /* several carry the name already: the oldest is the one to be told of */
    if (!(error instanceof FhirError) || error.problem !== 'conflict') throw error;
    const found = await client.search<Entry>(resource.resourceType, { ...Object.fromEntries(new URLSearchParams(only)), _sort: '_lastUpdated' });
    const first = found.items[0];
    if (!first) throw error;
    return first;
  }
}

/* What has no status ends by saying so in one more extension (a ground for sharing). */
const extensionsOf = (r: Resource): number => (r as { extension?: unknown[] }).extension?.length ?? 0;
const saysMore = (wanted: Resource, stored: Resource): boolean => extensionsOf(wanted) > extensionsOf(stored);

/* What is on the server may be an earlier wish of the same entry (given, then struck through before the answer came). */
async function settle(client: FhirClient, stored: Entry, item: Item): Promise<Entry> {
  if (stored.status === item.resource.status && !saysMore(item.resource, stored)) return stored;
  /* its labels stay as the server has them */
  const { versionId, lastUpdated: _l, ...meta } = stored.meta ?? {};
  const wanted: Entry = { ...item.resource, meta, ...(stored.id === undefined ? {} : { id: stored.id }) };
  await client.update(wanted, `W/"${versionId ?? ''}"`);
  return { ...wanted, meta: { ...meta, versionId: String(Number(versionId) + 1) } };
}

async function endedBefore(client: FhirClient, item: Item): Promise<Halt | undefined> {
  /* a strike-through is always allowed */
  if (item.stay === '' || item.resource.status === 'entered-in-error') return undefined;
  const page = await client.search<Stay>('Encounter', { _id: item.stay, _include: 'Encounter:subject' });
  return overAt(page.items[0], page.included, item.patient, item.at);
}

/* Whether the person had died, or the stay had ended, before the moment `at`; a day without a time may mean its last moment. */
export function overAt(stay: Stay | undefined, included: Resource[], patient: string, at: number): Halt | undefined {
  const person = included.find((r): r is Patient => r.resourceType === 'Patient' && refersTo(`Patient/${patient}`, 'Patient', r.id ?? ''));
  const died = endOf(person?.deceasedDateTime ?? '');
  if (person?.deceasedBoolean === true || (died !== undefined && died < at)) return 'died';
  if (!stay || stay.status === 'in-progress' || stay.status === 'onleave') return undefined;
  const end = endOf(stay.period?.end ?? '');
  return end === undefined || end <= at ? 'ended' : undefined;
}

/* What the server would say again, however often it is asked. */
export function haltFor(problem: FhirError): Halt | undefined {
  if (problem.status === 401) return undefined;
  if (problem.problem === 'forbidden') return 'forbidden';
  return problem.problem === 'refused' || problem.problem === 'missing' ? 'refused' : undefined;
}

function judge(error: unknown): Outcome {
  const problem = error instanceof FhirError ? error : new FhirError('garbled');
  const halt = haltFor(problem);
  return halt ? { kind: 'halt', halt, why: problem.diagnostics } : { kind: 'later', problem };
}
