/* What happens to a stay after it began: away and back, another bed, the end. Each is one transaction made from what is there now, with its
 * version: who was slower is refused and sees what became of it. The act's own name is put on the Encounter, so that the same act sent
 * twice (a lost answer, a line that was down) is done once. */

import type { FhirClient } from '../fhir/client';
import type { Note } from '../alerts/alerts';
import { entryIdentifier, entryQuery } from '../outbox/item';
import type { Bundle, BundleEntry, CodeableConcept, Reference, Resource } from '../fhir/types';
import { activePlace } from './beds';
import { writtenIn, type Written } from './load';
import { AWAY_URL, awayExtension, awaysOf, concept, DISCHARGE_SYSTEM, DOCUMENT_SYSTEM, openAway, RECONCILE, TASK_SYSTEM, type Away, type Episode, type Order, type Patient, type PlaceAt, type Stay } from './forms';

export interface Task extends Resource {
  resourceType: 'Task';
  status?: string; code?: CodeableConcept; description?: string; for?: Reference; encounter?: Reference; restriction?: { period?: { end?: string } };
  statusReason?: CodeableConcept; lastModified?: string; intent?: string; priority?: string; authoredOn?: string; note?: Note[];
}
export interface Service extends Resource { resourceType: 'ServiceRequest' | 'NutritionOrder'; status?: string }

const version = (r: Resource): string => `W/"${r.meta?.versionId ?? ''}"`;
export const put = <T extends Resource>(resource: T): BundleEntry => ({
  resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}`, ifMatch: version(resource) },
});
export const post = (resource: Resource): BundleEntry => ({ resource, request: { method: 'POST', url: resource.resourceType } });
const bundle = (entry: BundleEntry[]): Bundle => ({ resourceType: 'Bundle', type: 'transaction', entry });

/* The status it had until now, as FHIR keeps it. */
function withStatus(stay: Stay, act: string, status: string, at: string): Stay {
  const before = (stay.statusHistory ?? []).at(-1)?.period.end ?? stay.period?.start ?? at;
  return {
    ...stay, status, statusHistory: [...(stay.statusHistory ?? []), { status: stay.status ?? 'unknown', period: { start: before, end: at } }],
    identifier: [...(stay.identifier ?? []), entryIdentifier(act)],
  };
}

const ended = (places: PlaceAt[] | undefined, at: string): PlaceAt[] =>
  (places ?? []).map((p) => ((p.status ?? 'active') === 'active' ? { ...p, status: 'completed', period: { ...p.period, end: at } } : p));

function withPlace(stay: Stay, bed: string, at: string): Stay {
  if (bed === '' || activePlace(stay) === bed) return stay;
  return { ...stay, location: [...ended(stay.location, at), { location: { reference: `Location/${bed}` }, status: 'active', period: { start: at } }] };
}

/* ---- away and back ---- */

export const goAway = (stay: Stay, act: string, away: Omit<Away, 'back'>, keepBed: boolean): Bundle => {
  const next = withStatus(stay, act, 'onleave', away.from);
  return bundle([put({ ...next, extension: [...(stay.extension ?? []), awayExtension({ ...away, back: '' })], ...(keepBed ? {} : { location: ended(stay.location, away.from) }) })]);
};

/* Whoever was in hospital comes back with other medicines than they left with: that somebody looks is put down with the return itself.
 * task: the words of that Task */
export function comeBack(stay: Stay, act: string, at: string, bed: string, task: string): Bundle {
  const open = openAway(stay);
  const aways = awaysOf(stay).map((a) => (open && a.from === open.from && a.back === '' ? { ...a, back: at } : a));
  const others = (stay.extension ?? []).filter((e) => e.url !== AWAY_URL);
  return bundle([
    put({ ...withPlace(withStatus(stay, act, 'in-progress', at), bed, at), extension: [...others, ...aways.map(awayExtension)] }),
    ...(open?.kind === 'hospital' ? [post(reconcileTask(stay, at, task))] : []),
  ]);
}

function reconcileTask(stay: Stay, at: string, description: string): Task {
  return {
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'urgent', code: concept(TASK_SYSTEM, RECONCILE), description,
    ...(stay.subject ? { for: stay.subject } : {}), encounter: { reference: `Encounter/${stay.id ?? ''}` }, authoredOn: at,
  };
}

export const changeBed = (stay: Stay, act: string, at: string, bed: string): Bundle =>
  bundle([put({ ...withPlace(stay, bed, at), identifier: [...(stay.identifier ?? []), entryIdentifier(act)] })]);

/* ---- the end ---- */

export interface Standing { episode: Episode | undefined; orders: Order[]; services: Service[]; tasks: Task[] }
export interface End { at: string; reason: string; reasonText: string; to: string; medicines: string; papers: string; why: string }

/* A medicine is stopped, a service revoked, a diet over; a timer that runs for the stay ends with it. */
function orderEnds(s: Standing, why: string): BundleEntry[] {
  const gone = ['term', 'identify', RECONCILE];
  return [
    ...s.orders.map((o) => put({ ...o, status: 'stopped', statusReason: { text: why } } as Resource)),
    ...s.services.map((o) => put({ ...o, status: 'revoked' } as Resource)),
    ...s.tasks.filter((t) => gone.includes(t.code?.coding?.find((c) => c.system === TASK_SYSTEM)?.code ?? ''))
      .map((t) => put({ ...t, status: 'cancelled', statusReason: { text: why } } as Resource)),
  ];
}

export function endedStay(stay: Stay, act: string, at: string, disposition: CodeableConcept, to: Reference): Stay {
  const next = withStatus(stay, act, 'finished', at);
  const aways = awaysOf(stay).map((a) => (a.back === '' ? { ...a, back: at } : a));
  return {
    ...next, period: { ...stay.period, end: at }, location: ended(stay.location, at),
    ...(aways.length > 0 ? { extension: [...(stay.extension ?? []).filter((e) => e.url !== AWAY_URL), ...aways.map(awayExtension)] } : {}),
    hospitalization: { ...stay.hospitalization, dischargeDisposition: disposition, ...((to.reference ?? to.display ?? '') !== '' ? { destination: to } : {}) },
  };
}

export const endedEpisode = (e: Episode | undefined, at: string): BundleEntry[] => (e ? [put({ ...e, status: 'finished', period: { ...e.period, end: at } } as Resource)] : []);

function handed(stay: Stay, act: string, code: string, title: string, at: string, lines: string, n: number): BundleEntry[] {
  const things = lines.split('\n').map((t) => t.trim()).filter(Boolean);
  if (things.length === 0) return [];
  const value = `${act}/${n}`;
  const list = {
    resourceType: 'List', status: 'current', mode: 'snapshot', title, code: concept(DOCUMENT_SYSTEM, code), subject: stay.subject, date: at,
    encounter: { reference: `Encounter/${stay.id ?? ''}` }, identifier: [{ system: 'urn:ansinh:id:act', value }], entry: things.map((display) => ({ item: { display } })),
  };
  return [{ resource: list as Resource, request: { method: 'POST', url: 'List', ifNoneExist: `identifier=urn:ansinh:id:act|${value}` } }];
}

export interface EndWords { medicines: string; papers: string; deathNotice: string }

export function discharge(stay: Stay, act: string, s: Standing, end: End, words: EndWords): Bundle {
  return bundle([
    put(endedStay(stay, act, end.at, concept(DISCHARGE_SYSTEM, end.reason, end.reasonText), { display: end.to.trim() })), ...endedEpisode(s.episode, end.at), ...orderEnds(s, end.why),
    ...handed(stay, act, 'medicines-handed', words.medicines, end.at, end.medicines, 1), ...handed(stay, act, 'papers-handed', words.papers, end.at, end.papers, 2),
  ]);
}

export interface Death { at: string; cause: string; by: string; why: string; dispositionText: string }

const EXPIRED = 'http://terminology.hl7.org/CodeSystem/discharge-disposition';
const CAUSE = { system: 'http://loinc.org', code: '69453-9', display: 'Cause of death [US Standard Certificate of Death]' };

/* The time stands on the person, the cause as it is known now beside it; the stay ends then, the bed is free, the head is told. */
export function death(stay: Stay | undefined, patient: Patient, act: string, s: Standing, d: Death, words: EndWords): Bundle {
  const subject = { reference: `Patient/${patient.id ?? ''}` };
  const made = (resource: Record<string, unknown> & { resourceType: string }, n: number): BundleEntry => {
    const value = `${act}/${n}`;
    return {
      resource: { ...resource, identifier: [{ system: 'urn:ansinh:id:act', value }] } as Resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=urn:ansinh:id:act|${value}` },
    };
  };
  const { deceasedBoolean: _unknown, ...known } = patient;
  return bundle([
    put({ ...known, deceasedDateTime: d.at } as Resource),
    ...(stay ? [put(endedStay(stay, act, d.at, { coding: [{ system: EXPIRED, code: 'exp' }], text: d.dispositionText }, {}))] : []),
    ...endedEpisode(s.episode, d.at), ...orderEnds(s, d.why),
    ...(d.cause.trim() === '' ? [] : [made({
      resourceType: 'Observation', status: 'preliminary', code: { coding: [CAUSE] }, subject, effectiveDateTime: d.at, valueString: d.cause.trim(),
      ...(d.by === '' ? {} : { performer: [{ reference: d.by }] }),
    }, 3)]),
    made({
      resourceType: 'Task', status: 'requested', intent: 'order', priority: 'urgent', code: concept(TASK_SYSTEM, 'death-notice'), description: words.deathNotice, for: subject,
      authoredOn: d.at, performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }],
      restriction: { period: { end: new Date(Date.parse(d.at) + 24 * 3_600_000).toISOString() } },
    }, 4),
  ]);
}

/* Looks before it acts: what was done by an earlier try is not done again, and what that wrote nobody knows here. */
export async function doAct(client: FhirClient, act: string, made: Bundle): Promise<Written[] | undefined> {
  const done = await client.search<Stay>('Encounter', Object.fromEntries(new URLSearchParams(entryQuery(act))));
  return done.items.length === 0 ? writtenIn(await client.transaction(made)) : undefined;
}
