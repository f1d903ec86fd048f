/* What reporting an incident writes: the AdverseEvent and the head's Task, one act and one transaction. And what is read back. */

import type { CodeableConcept, Reference, Resource } from '../fhir/types';
import { MINUTE_MS, wardInstant } from '../fhir/zone';
import type { DailyKey, DailyWords } from '../i18n/daily';
import type { Entry, Wanted } from '../outbox/item';
import { STRUCK_URL } from '../outbox/many';
import { mediaOf, type Picture } from '../photos/photo';
import { ACTION, CHECK_MINUTES, HARM, HARMS, INCIDENT, isGrave, KINDS, PLACE, SIGN, SITE, TOLD, type Harm, type IncidentKind, type Told } from './kinds';

export const URL = (name: string): string => `urn:ansinh:extension:${name}`;
export const TASK = 'urn:ansinh:task';
export const REVIEW = 'incident-review';
export const FOLLOWUP = 'incident-followup';

export interface Extended {
  url: string; extension?: Extended[]; valueCodeableConcept?: CodeableConcept; valueCode?: string; valueString?: string; valueDateTime?: string; valueBoolean?: boolean;
  valueTiming?: { event?: string[] };
}
export interface AdverseEvent extends Resource {
  resourceType: 'AdverseEvent'; extension?: Extended[]; actuality?: string; event?: CodeableConcept; subject?: Reference; encounter?: Reference; date?: string;
  recordedDate?: string; seriousness?: CodeableConcept; severity?: CodeableConcept; recorder?: Reference; location?: Reference;
  suspectEntity?: { instance?: Reference }[];
}
export interface Task extends Resource {
  resourceType: 'Task'; status?: string; intent?: string; encounter?: Reference; code?: CodeableConcept; description?: string; focus?: Reference; for?: Reference; authoredOn?: string; lastModified?: string;
  owner?: Reference; requester?: Reference; priority?: string; restriction?: { period?: { start?: string; end?: string } }; note?: { text: string; time?: string; authorReference?: Reference }[];
}

/* What was filled in. Nothing in it is chosen beforehand. */
export interface Report {
  kind: IncidentKind | undefined;
  nearly: boolean;
  place: string;
  harm: Harm | undefined;
  unseen: boolean | undefined;
  marks: Record<string, string[]>; /* site to signs */
  actions: string[];
  told: Partial<Record<Told, number>>; /* when */
  witness: string;
  text: string;
  dose: string; /* MedicationAdministration/x */
  checks: boolean | undefined;
}
export const emptyReport = (): Report => ({
  kind: undefined, nearly: false, place: '', harm: undefined, unseen: undefined, marks: {}, actions: [], told: {}, witness: '', text: '', dose: '', checks: undefined,
});

/* A draft from storage is what somebody typed, or nothing. */
export function reviveReport(text: string | null): Report | undefined {
  try {
    const r = JSON.parse(text ?? 'null') as Partial<Report> | null;
    return r && typeof r === 'object' && typeof r.marks === 'object' && Array.isArray(r.actions) ? { ...emptyReport(), ...r } : undefined;
  } catch {
    return undefined;
  }
}

export type Missing = 'kind' | 'harm' | 'unseen' | 'text';
export function missingIn(r: Report): Missing[] {
  return [
    ...(r.kind ? [] : ['kind' as const]), ...(r.harm ? [] : ['harm' as const]),
    ...(r.kind === 'fall' && r.unseen === undefined ? ['unseen' as const] : []),
    ...(r.kind === 'other' && r.text.trim() === '' ? ['text' as const] : []),
  ];
}

export interface About { patient: string; stay: string; ward: string; me: { reference: string; display: string } }

const concept = (system: string, code: string, text: string): CodeableConcept => ({ coding: [{ system, code }], text });
const who = (me: About['me']): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

function extensions(r: Report, at: number, w: DailyWords): Extended[] {
  const coded = (name: string, system: string, code: string): Extended => ({ url: URL(name), valueCodeableConcept: concept(system, code, w(`incident.${name}.${code}` as DailyKey)) });
  return [
    ...(r.place === '' ? [] : [coded('place', PLACE, r.place)]),
    ...Object.entries(r.marks).map(([site, signs]): Extended => ({
      url: URL('body-mark'), extension: [
        { url: 'site', valueCodeableConcept: concept(SITE, site, w(`incident.site.${site}` as DailyKey)) },
        ...signs.map((s) => ({ url: 'sign', valueCodeableConcept: concept(SIGN, s, w(`incident.sign.${s}` as DailyKey)) })),
      ],
    })),
    ...r.actions.map((a) => coded('action', ACTION, a)),
    ...TOLD.flatMap((t): Extended[] => {
      const when = r.told[t];
      return when === undefined ? [] : [{ url: URL('told'), extension: [{ url: 'who', valueCode: t }, { url: 'at', valueDateTime: wardInstant(when) }] }];
    }),
    ...(r.unseen === undefined ? [] : [{ url: URL('unwitnessed'), valueBoolean: r.unseen }]),
    ...(r.witness.trim() === '' ? [] : [{ url: URL('witness'), valueString: r.witness.trim() }]),
    ...(r.checks === true ? [{
      url: URL('checks'), extension: [{ url: 'kind', valueCode: 'neuro' }, { url: 'timing', valueTiming: { event: CHECK_MINUTES.map((m) => wardInstant(at + m * MINUTE_MS)) } }],
    }] : []),
  ];
}

export function incidentOf(r: Report, about: About, at: number, now: number, w: DailyWords): AdverseEvent {
  const kind = r.kind as IncidentKind;
  const harm = r.harm as Harm;
  const label = w(`incident.kind.${kind}`);
  const extension = extensions(r, at, w);
  return {
    resourceType: 'AdverseEvent', ...(extension.length > 0 ? { extension } : {}), actuality: r.nearly ? 'potential' : 'actual',
    event: concept(INCIDENT, kind, r.text.trim() === '' ? label : `${label}: ${r.text.trim()}`),
    subject: { reference: `Patient/${about.patient}` }, ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }),
    date: wardInstant(at), recordedDate: wardInstant(now), ...(about.ward === '' ? {} : { location: { reference: `Location/${about.ward}` } }),
    seriousness: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adverse-event-seriousness', code: isGrave(harm) ? 'serious' : 'non-serious' }, { system: HARM, code: harm }],
      text: w(`incident.harm.${harm}`),
    },
    ...(harm === 'mild' || harm === 'moderate' || harm === 'severe' ? { severity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adverse-event-severity', code: harm }] } } : {}),
    recorder: who(about.me),
    ...(r.dose === '' ? {} : { suspectEntity: [{ instance: { reference: r.dose } }] }),
  };
}

export function reviewTask(r: Report, about: About, focus: string, now: number, w: DailyWords): Task {
  const grave = isGrave(r.harm as Harm);
  return {
    resourceType: 'Task', status: 'requested', priority: grave ? 'stat' : 'routine',
    intent: 'order', code: concept(TASK, REVIEW, w('incident.task.review')),
    description: `${w('incident.task.review')}: ${w(`incident.kind.${r.kind as IncidentKind}`)}`,
    focus: { reference: focus }, for: { reference: `Patient/${about.patient}` }, ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }),
    authoredOn: wardInstant(now), requester: who(about.me), restriction: { period: { end: wardInstant(now + (grave ? 2 : 24) * 60 * MINUTE_MS) } },
  };
}

export function recordIncident(r: Report, about: About, at: number, now: number, newId: () => string, w: DailyWords, photos: Picture[] = []): Wanted {
  const place = `urn:uuid:${newId()}`;
  const event = incidentOf(r, about, at, now, w) as unknown as Entry;
  const part = { stay: about.stay, patient: about.patient, only: '' };
  const id = newId();
  return {
    id, at, resource: event, parts: [
      { ...part, id, place, resource: event },
      { ...part, id: newId(), resource: reviewTask(r, about, place, now, w) as unknown as Entry },
      ...photos.map((photo) => {
        const own = newId();
        return { ...part, id: own, resource: mediaOf(photo, { patient: about.patient, stay: about.stay, of: 'incident', focus: place, me: about.me, at: now, id: own }).resource };
      }),
    ],
  };
}

/* ---- read back ---- */

export interface Incident {
  event: AdverseEvent; id: string; kind: IncidentKind; nearly: boolean; harm: Harm | undefined; at: number; text: string; patient: string;
  place: string; marks: { site: string; signs: string[] }[]; actions: string[]; told: { who: Told; at: number }[]; witness: string; hasChecks: boolean;
}

const codeIn = (c: CodeableConcept | undefined, system: string): string => c?.coding?.find((x) => x.system === system)?.code ?? '';

export function readIncident(event: AdverseEvent): Incident | undefined {
  const all = event.extension ?? [];
  const at = Date.parse(event.date ?? event.recordedDate ?? '');
  if (all.some((e) => e.url === STRUCK_URL && e.valueBoolean === true) || !Number.isFinite(at)) return undefined;
  const of = (name: string): Extended[] => all.filter((e) => e.url === URL(name));
  const inner = (e: Extended, url: string): Extended[] => (e.extension ?? []).filter((x) => x.url === url);
  return {
    event, id: event.id ?? '', kind: KINDS.find((k) => k === codeIn(event.event, INCIDENT)) ?? 'other', nearly: event.actuality === 'potential',
    harm: HARMS.find((h) => h === codeIn(event.seriousness, HARM)), at, text: event.event?.text ?? '', patient: (event.subject?.reference ?? '').split('/').pop() ?? '',
    place: codeIn(of('place')[0]?.valueCodeableConcept, PLACE),
    marks: of('body-mark').map((e) => ({
      site: codeIn(inner(e, 'site')[0]?.valueCodeableConcept, SITE), signs: inner(e, 'sign').map((s) => codeIn(s.valueCodeableConcept, SIGN)).filter((s) => s !== ''),
    })).filter((m) => m.site !== ''),
    actions: of('action').map((e) => codeIn(e.valueCodeableConcept, ACTION)).filter((a) => a !== ''),
    told: of('told').flatMap((e) => {
      const known = TOLD.find((t) => t === inner(e, 'who')[0]?.valueCode);
      const when = Date.parse(inner(e, 'at')[0]?.valueDateTime ?? '');
      return known && Number.isFinite(when) ? [{ who: known, at: when }] : [];
    }),
    witness: of('witness')[0]?.valueString ?? '', hasChecks: of('checks').length > 0,
  };
}

/* An AdverseEvent on its way to be taken back: it has no status in R4. */
export const takenBack = (event: AdverseEvent): AdverseEvent => ({ ...event, extension: [...(event.extension ?? []), { url: STRUCK_URL, valueBoolean: true }] });

export const OPEN = ['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'];
export const isOpen = (t: Task): boolean => OPEN.includes(t.status ?? '');
export const isReview = (t: Task): boolean => codeIn(t.code, TASK) === REVIEW;

export function signedOff(task: Task, me: About['me'], words: string, now: number): Task {
  return {
    ...task, status: 'completed', owner: who(me), lastModified: wardInstant(now),
    note: [...(task.note ?? []), { text: words, time: wardInstant(now), ...(me.reference === '' ? {} : { authorReference: { reference: me.reference } }) }],
  };
}

export function followUp(i: Incident, words: string, due: number, me: About['me'], now: number, w: DailyWords): Task {
  return {
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'routine', code: concept(TASK, FOLLOWUP, w('incident.task.followup')), description: words,
    focus: { reference: `AdverseEvent/${i.id}` }, for: { reference: `Patient/${i.patient}` }, authoredOn: wardInstant(now), requester: who(me),
    restriction: { period: { end: wardInstant(due) } },
  };
}
