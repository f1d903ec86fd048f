/* What a visit begins with: the person, the stay, what the facility may do, today's readings, problems, open orders, medicines. */

import { medicineText } from '../drugs/doses';
import { idOf, type Order, type Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { conceptText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { narrativeLines } from '../fhir/narrative';
import type { Identifier, Observation, Patient, Resource } from '../fhir/types';
import { addDays, wardTime } from '../fhir/zone';
import { stands } from '../results/read';
import type { LabResult } from '../results/sheet';
import { isVisitOrder, keptBy, PROMISED_STATUS } from '../record/coming';
import { standsAllergy, type Allergy } from '../record/entries';
import { codeOf, goalOf, isOn, REGISTER_IDS, REGISTERS, type Goal } from '../record/registers';
import type { KnownLine, Recalled } from './compose';
import { clientOf, type Episode } from '../stay/forms';
import { SYSTEMS, type Client, type System, type Template } from './draft';
import { TEMPLATE, type Appointment, type Document, type Problem, type Section, type ServiceRequest } from './forms';
import { loadAllowed, type Allowed } from './licence';

type Organization = Resource & { resourceType: 'Organization'; name?: string };
export type Practitioner = Resource & { resourceType: 'Practitioner'; qualification?: { identifier?: Identifier[]; code?: { text?: string } }[] };

export interface Facility { id: string; name: string; allowed: Allowed; stay: string; client: Client | ''; episode: string }

/* Where the person is looked after: by the stay that is going on, else by who looks (day clients and workers have no bed here). */
export async function loadFacility(client: FhirClient, patient: string, ofMine: string, signal?: AbortSignal): Promise<Facility> {
  const stays = await client.search<Stay>('Encounter', { patient, status: 'in-progress,onleave', class: 'IMP', _sort: '-date', _count: 5 }, signal);
  const stay = stays.items.find((s) => idOf(s.serviceProvider) === ofMine) ?? stays.items[0];
  const outside = stay ? undefined : await loadClient(client, patient, signal);
  const id = idOf(stay?.serviceProvider) || idOf(outside?.managingOrganization) || ofMine;
  const [allowed, organization] = await Promise.all([
    loadAllowed(client, id, wardTime(nowMs()).day, signal),
    id === '' ? undefined : client.read<Organization>('Organization', id, signal).catch(() => undefined),
  ]);
  return { id, name: organization?.resource.name ?? '', allowed, stay: stay?.id ?? '', client: (outside && clientOf(outside)) ?? '', episode: outside?.id ?? '' };
}

/* The time under the care of a house in which the person does not live; none for whoever may not know it. */
async function loadClient(client: FhirClient, patient: string, signal?: AbortSignal): Promise<Episode | undefined> {
  const found = await client.search<Episode>('EpisodeOfCare', { patient, status: 'active', _count: 20 }, signal).catch(() => undefined);
  return found?.items.find((e) => clientOf(e) !== undefined);
}

export interface VisitData {
  person: Patient; facility: Facility; practice: string; today: Observation[]; problems: Problem[];
  orders: Map<string, { order: ServiceRequest; etag: string }>; medicines: KnownLine[]; templates: Template[];
  /* promised for about now, which this visit may keep; and what everybody must know before anything is ordered */
  promised: Appointment[]; allergies: Allergy[];
  /* of the last weeks, which the note may take over */
  labs: LabResult[];
  /* the registers whose day of recall the visit may move */
  recalls: Recalled[];
}

/* The number of the practice licence, when the record knows one. */
export function practiceOf(p: { qualification?: { identifier?: Identifier[] }[] } | undefined): string {
  return (p?.qualification ?? []).flatMap((q) => q.identifier ?? []).map((i) => i.value ?? '').find((v) => v !== '') ?? '';
}

const OVER = ['inactive', 'remission', 'resolved'];
const NOT_TRUE = ['entered-in-error', 'refuted'];
const codeIs = (codes: string[], concept: Problem['code']): boolean => (concept?.coding ?? []).some((c) => codes.includes(c.code ?? ''));
export const isActive = (c: Problem): boolean => !codeIs(OVER, c.clinicalStatus) && !codeIs(NOT_TRUE, c.verificationStatus);

export function medicineLine(o: Order, included: Resource[]): KnownLine {
  const dose = (o.dosageInstruction ?? []).map((d) => d.text ?? '').filter((x) => x !== '').join('; ');
  return { reference: `MedicationRequest/${o.id ?? ''}`, text: `${medicineText(o, included)}${dose === '' ? '' : `: ${dose}`}` };
}

const LABS_DAYS = 30;

export async function loadVisit(client: FhirClient, patient: string, practitioner: string, ofMine: string, signal?: AbortSignal): Promise<VisitData> {
  const midnight = `${wardTime(nowMs()).day}T00:00:00+07:00`;
  const me = practitioner.replace(/^Practitioner\//, '');
  const [person, facility, own, today, problems, orders, medicines, templates, promised, allergies, labs, goals] = await Promise.all([
    client.read<Patient>('Patient', patient, signal),
    loadFacility(client, patient, ofMine, signal),
    me === '' ? undefined : client.read<Practitioner>('Practitioner', me, signal).catch(() => undefined),
    searchAll<Observation>(client, 'Observation', { patient, category: 'vital-signs', date: `ge${midnight}`, _sort: '-date' }, signal),
    searchAll<Problem>(client, 'Condition', { patient, _sort: '-recorded-date' }, signal),
    searchAll<ServiceRequest>(client, 'ServiceRequest', { patient, status: 'active', _sort: '-authored' }, signal),
    searchAll<Order>(client, 'MedicationRequest', { patient, status: 'active', _include: 'MedicationRequest:medication' }, signal),
    loadTemplates(client, practitioner, signal),
    searchAll<Appointment>(client, 'Appointment', { patient, status: PROMISED_STATUS }, signal),
    searchAll<Allergy>(client, 'AllergyIntolerance', { patient }, signal),
    searchAll<LabResult>(client, 'Observation', { patient, category: 'laboratory', date: `ge${addDays(wardTime(nowMs()).day, -LABS_DAYS)}`, _sort: '-date' }, signal),
    searchAll<Goal>(client, 'Goal', { patient, 'lifecycle-status': 'active' }, signal),
  ]);
  const active = problems.items.filter(isActive);
  return {
    person: person.resource, facility, practice: practiceOf(own?.resource), today: today.items, problems: active,
    orders: new Map(orders.items.filter(isVisitOrder).map((o) => [o.id ?? '', { order: o, etag: `W/"${o.meta?.versionId ?? ''}"` }])),
    medicines: medicines.items.map((o) => medicineLine(o, medicines.included)), templates,
    promised: promised.items.filter((a) => keptBy(a, wardTime(nowMs()).day)), allergies: allergies.items.filter(standsAllergy),
    labs: labs.items.filter(stands), recalls: recallsIn(active, goals.items, patient),
  };
}

const recallsIn = (problems: Problem[], goals: Goal[], patient: string): Recalled[] => REGISTER_IDS.flatMap((register): Recalled[] => {
  const goal = goalOf(goals, patient, register);
  const conditions = problems.filter((c) => isOn(REGISTERS[register], codeOf(c))).map((c) => c.id ?? '');
  return goal && conditions.length > 0 ? [{ register, goal, conditions }] : [];
});

export const problemWords = (c: Problem): string => {
  const code = c.code?.coding?.[0]?.code ?? '';
  const text = conceptText(c.code);
  return code === '' || text.startsWith(code) ? text : `${code} ${text}`;
};

/* ---- templates: documents without a person, the doctor's own and the facility's ---- */

const textOf = (s: Section | undefined): string => narrativeLines(s?.text?.div).join('\n');

export function readTemplate(d: Document): Template {
  const part = (code: string): Section | undefined => d.section?.find((s) => s.code?.coding?.[0]?.code === code);
  const exam: Partial<Record<System, string>> = {};
  for (const s of part('exam')?.section ?? []) {
    const system = SYSTEMS.find((x) => x === s.code?.coding?.[0]?.code);
    if (system) exam[system] = textOf(s);
  }
  const own = d.category?.some((c) => c.coding?.some((x) => x.code === 'own')) ?? false;
  return {
    id: `${own ? 'own' : 'facility'} ${d.id ?? ''}`, title: d.title ?? '', reason: textOf(part('reason')), history: textOf(part('history')), exam,
    assessment: textOf(part('assessment')), advice: textOf(part('advice')),
  };
}

export async function loadTemplates(client: FhirClient, practitioner: string, signal?: AbortSignal): Promise<Template[]> {
  const found = await client.search<Document>('Composition', { type: `${TEMPLATE.system}|${TEMPLATE.code}`, status: 'preliminary', _count: 100 }, signal);
  const isMine = (d: Document): boolean => (d.author ?? []).some((a) => (a.reference ?? '') === practitioner);
  const isOwn = (d: Document): boolean => d.category?.some((c) => c.coding?.some((x) => x.code === 'own')) ?? false;
  return found.items.filter((d) => !isOwn(d) || isMine(d)).map(readTemplate);
}
