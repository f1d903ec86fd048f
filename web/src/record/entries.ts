/* What the record page writes: one entry a tap, each by its own identifier, so that it may wait in the outbox and is stored once. */

import type { Giver } from '../drugs/record';
import type { CodeableConcept, Coding, Identifier, Period, Reference, Resource } from '../fhir/types';
import { addDays, DAY_MS, instantOf, wardInstant, wardTime } from '../fhir/zone';
import type { Problem } from '../visits/forms';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem/';
const SNOMED = 'http://snomed.info/sct';
const one = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });
const party = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });
/* R4 wants an address there; with sign-in off there is none */
const asker = (name: string, me: Giver): Record<string, Reference> => (me.reference === '' ? {} : { [name]: party(me) });
const person = (id: string): Reference => ({ reference: `Patient/${id}` });

/* ---- allergies ---- */

export const NO_KNOWN = { system: SNOMED, code: '716186003', display: 'No known allergy' };
export interface Allergy extends Resource {
  resourceType: 'AllergyIntolerance';
  identifier?: Identifier[]; clinicalStatus?: CodeableConcept; verificationStatus?: CodeableConcept; category?: string[]; criticality?: string; code?: CodeableConcept;
  patient?: Reference; recordedDate?: string; recorder?: Reference; note?: { text: string }[];
  reaction?: { manifestation?: CodeableConcept[]; severity?: string; substance?: CodeableConcept }[];
}
export const ALLERGY_KINDS = ['medication', 'food', 'environment'] as const;
export const SEVERITIES = ['mild', 'moderate', 'severe'] as const;
export const CERTAINTIES = ['confirmed', 'unconfirmed'] as const;
export interface AllergyWish {
  kind: (typeof ALLERGY_KINDS)[number]; substance: string; reaction: string; severity: (typeof SEVERITIES)[number] | ''; certainty: (typeof CERTAINTIES)[number];
}
export const isNoKnown = (a: Allergy): boolean => (a.code?.coding ?? []).some((c) => c.system === NO_KNOWN.system && c.code === NO_KNOWN.code);
const has = (c: CodeableConcept | undefined, ...codes: string[]): boolean => (c?.coding ?? []).some((x) => codes.includes(x.code ?? ''));
export const standsAllergy = (a: Allergy): boolean => !has(a.verificationStatus, 'refuted', 'entered-in-error') && !has(a.clinicalStatus, 'inactive', 'resolved');

export function allergyOf(w: AllergyWish, patient: string, me: Giver, at: number, before?: Allergy): Allergy {
  /* R4 knows a severity only of a reaction that is named */
  const reaction = w.reaction.trim() === '' ? {} : { reaction: [{ manifestation: [{ text: w.reaction.trim() }], ...(w.severity === '' ? {} : { severity: w.severity }) }] };
  /* words that were changed take the code with them: it stood for the old ones */
  const code = before?.code?.text === w.substance.trim() ? before.code : { text: w.substance.trim() };
  const { reaction: _r, ...rest } = before ?? ({} as Partial<Allergy>);
  return {
    ...rest, resourceType: 'AllergyIntolerance', clinicalStatus: one(`${TERMINOLOGY}allergyintolerance-clinical`, 'active'),
    verificationStatus: one(`${TERMINOLOGY}allergyintolerance-verification`, w.certainty), category: [w.kind],
    ...(w.severity === 'severe' ? { criticality: 'high' } : {}), code, patient: person(patient), recordedDate: before?.recordedDate ?? wardInstant(at),
    ...(before?.recorder ? {} : asker('recorder', me)), ...reaction,
  };
}
export function noKnownAllergy(patient: string, me: Giver, at: number, text: string): Allergy {
  return {
    resourceType: 'AllergyIntolerance', clinicalStatus: one(`${TERMINOLOGY}allergyintolerance-clinical`, 'active'),
    verificationStatus: one(`${TERMINOLOGY}allergyintolerance-verification`, 'confirmed'), code: { coding: [NO_KNOWN], text }, patient: person(patient),
    recordedDate: wardInstant(at), ...asker('recorder', me),
  };
}
export const refuted = (a: Allergy): Allergy => {
  const { clinicalStatus: _c, ...rest } = a;
  return { ...rest, verificationStatus: one(`${TERMINOLOGY}allergyintolerance-verification`, 'refuted') };
};

/* ---- problems ---- */

export function resolved(c: Problem, day: string): Problem {
  return { ...c, clinicalStatus: one(`${TERMINOLOGY}condition-clinical`, 'resolved'), abatementDateTime: day };
}
export function reopened(c: Problem): Problem {
  const { abatementDateTime: _a, ...rest } = c;
  return { ...rest, clinicalStatus: one(`${TERMINOLOGY}condition-clinical`, 'active') };
}
export const begunOn = (c: Problem, day: string): Problem => ({ ...c, onsetDateTime: day });
export function problemOf(coding: Coding | undefined, text: string, patient: string, me: Giver, at: number, onset: string): Problem {
  return {
    resourceType: 'Condition', clinicalStatus: one(`${TERMINOLOGY}condition-clinical`, 'active'), verificationStatus: one(`${TERMINOLOGY}condition-ver-status`, 'confirmed'),
    category: [one(`${TERMINOLOGY}condition-category`, 'problem-list-item')], code: coding ? { coding: [coding], text: coding.display ?? text } : { text },
    subject: person(patient), ...(onset === '' ? {} : { onsetDateTime: onset }), recordedDate: wardInstant(at), ...asker('recorder', me), ...asker('asserter', me),
  };
}

/* ---- vaccinations ---- */

export interface Immunization extends Resource {
  resourceType: 'Immunization';
  identifier?: Identifier[]; status?: string; vaccineCode?: CodeableConcept; patient?: Reference; occurrenceDateTime?: string; recorded?: string; lotNumber?: string;
  expirationDate?: string; primarySource?: boolean; performer?: { actor: Reference }[]; protocolApplied?: { doseNumberPositiveInt?: number; doseNumberString?: string }[]; note?: { text: string }[];
  site?: CodeableConcept; extension?: { url: string; valueDate?: string }[];
}
/* R4 tells the next dose in an ImmunizationRecommendation, which is a forecast; this is a day that was agreed */
const NEXT_DOSE = 'urn:ansinh:extension:next-dose';
export interface VaccineWish { vaccine: string; day: string; dose: string; lot: string; expiry: string; site: string; next: string; here: boolean; reaction: string }
export const nextDoseOf = (v: Immunization): string => v.extension?.find((e) => e.url === NEXT_DOSE)?.valueDate ?? '';
/* What cannot be is not saved: a day to come, before the birth (of which the year alone may be known), after the death, the next dose before this one, a
 * dose without a number. Given after its expiry it may have been: that is only said. */
export type VaccineTrouble = 'future' | 'unborn' | 'dead' | 'nextBad' | 'doseBad' | 'expired';
export function vaccineTrouble(w: Pick<VaccineWish, 'day' | 'expiry' | 'next' | 'dose'>, today: string, person: { birthDate?: string; deceasedDateTime?: string }): VaccineTrouble | undefined {
  const [birth, death] = [person.birthDate ?? '', (person.deceasedDateTime ?? '').slice(0, 10)];
  if (w.day > today) return 'future';
  if (w.day !== '' && w.day.slice(0, birth.length) < birth) return 'unborn';
  if (w.day !== '' && death !== '' && w.day.slice(0, death.length) > death) return 'dead';
  if (w.day !== '' && w.next !== '' && w.next <= w.day) return 'nextBad';
  if (!/^(|[1-9]\d?)$/.test(w.dose)) return 'doseBad';
  return w.day !== '' && w.expiry !== '' && w.expiry < w.day ? 'expired' : undefined;
}
/* Overdue unless a later dose of the same vaccine stands. */
export const nextDoseOpen = (v: Immunization, all: Immunization[]): string => {
  const name = (x: Immunization): string => (x.vaccineCode?.text ?? x.vaccineCode?.coding?.[0]?.code ?? '').trim().toLowerCase();
  const later = all.some((x) => x !== v && x.status === 'completed' && name(x) === name(v) && (x.occurrenceDateTime ?? '') > (v.occurrenceDateTime ?? ''));
  return later ? '' : nextDoseOf(v);
};
export function vaccinationOf(w: VaccineWish, patient: string, me: Giver, at: number): Immunization {
  const dose = Number(w.dose);
  return {
    resourceType: 'Immunization', status: 'completed', vaccineCode: { text: w.vaccine.trim() }, patient: person(patient), occurrenceDateTime: w.day, recorded: wardInstant(at),
    primarySource: w.here, ...(w.lot.trim() === '' ? {} : { lotNumber: w.lot.trim() }), ...(w.expiry === '' ? {} : { expirationDate: w.expiry }),
    ...(w.site.trim() === '' ? {} : { site: { text: w.site.trim() } }), ...(w.next === '' ? {} : { extension: [{ url: NEXT_DOSE, valueDate: w.next }] }), ...(w.here && me.reference !== '' ? { performer: [{ actor: party(me) }] } : {}),
    ...(Number.isInteger(dose) && dose > 0 ? { protocolApplied: [{ doseNumberPositiveInt: dose }] } : {}), ...(w.reaction.trim() === '' ? {} : { note: [{ text: w.reaction.trim() }] }),
  };
}

/* ---- counselling ---- */

export interface Counselling extends Resource {
  resourceType: 'Procedure';
  identifier?: Identifier[]; status?: string; category?: CodeableConcept; code?: CodeableConcept; subject?: Reference; performedDateTime?: string;
  performer?: { actor: Reference }[]; note?: { text: string }[];
}
export const COUNSELLING = { system: SNOMED, code: '409063005', display: 'Counseling' };
export const TOPICS = ['medicine', 'food', 'movement', 'smoking', 'alcohol', 'mind', 'family', 'other'] as const;
export type Topic = (typeof TOPICS)[number];
export function counsellingOf(topic: Topic, topicText: string, note: string, patient: string, me: Giver, at: number): Counselling {
  return {
    resourceType: 'Procedure', status: 'completed', category: { coding: [COUNSELLING] }, code: { coding: [{ system: 'urn:ansinh:counselling', code: topic }], text: topicText },
    subject: person(patient), performedDateTime: wardInstant(at), ...(me.reference === '' ? {} : { performer: [{ actor: party(me) }] }), ...(note.trim() === '' ? {} : { note: [{ text: note.trim() }] }),
  };
}

/* ---- isolation, contacts, report ---- */

export const ISOLATION = 'urn:ansinh:isolation';
export const ISOLATIONS = ['contact', 'droplet', 'airborne', 'room'] as const;
export type Isolation = (typeof ISOLATIONS)[number];
export interface Flag extends Resource {
  resourceType: 'Flag';
  identifier?: Identifier[]; status?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference; period?: Period; author?: Reference;
}
export function isolationOf(kind: Isolation, text: string, patient: string, me: Giver, at: number): Flag {
  return {
    resourceType: 'Flag', status: 'active', category: [one(`${TERMINOLOGY}flag-category`, 'safety')], code: { coding: [{ system: ISOLATION, code: kind }], text },
    subject: person(patient), period: { start: wardInstant(at) }, ...asker('author', me),
  };
}
export const endIsolation = (f: Flag, at: number): Flag => ({ ...f, status: 'inactive', period: { ...f.period, end: wardInstant(at) } });

export interface Contacts extends Resource {
  resourceType: 'List';
  identifier?: Identifier[]; status?: string; mode?: string; title?: string; code?: CodeableConcept; subject?: Reference; date?: string; source?: Reference;
  entry?: { item: Reference }[];
}
export const CONTACTS = { system: 'urn:ansinh:list', code: 'contacts' };
export function contactsOf(of: { id: string; name: string }[], patient: string, me: Giver, at: number, title: string): Contacts {
  return {
    resourceType: 'List', status: 'current', mode: 'working', title, code: { coding: [CONTACTS] }, subject: person(patient), date: wardInstant(at), ...asker('source', me),
    entry: of.map((p) => ({ item: { reference: `Patient/${p.id}` } })),
  };
}
export interface Report extends Resource {
  resourceType: 'Task';
  identifier?: Identifier[]; status?: string; intent?: string; priority?: string; code?: CodeableConcept; description?: string; for?: Reference; authoredOn?: string;
  requester?: Reference; restriction?: { period?: Period }; executionPeriod?: Period; owner?: Reference;
}
export const REPORT = { system: 'urn:ansinh:task', code: 'report-communicable' };
/* Within 24 hours to the commune's station. Its words name no illness: a Task is read by more people than a diagnosis. */
export function reportOf(patient: string, me: Giver, at: number, text: string): Report {
  return {
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'urgent', code: { coding: [REPORT] }, description: text, for: person(patient),
    authoredOn: wardInstant(at), ...asker('requester', me), restriction: { period: { end: wardInstant(at + 24 * 3_600_000) } },
  };
}

export const reported = (t: Report, me: Giver, at: number): Report => ({ ...t, status: 'completed', executionPeriod: { start: t.authoredOn ?? wardInstant(at), end: wardInstant(at) }, ...asker('owner', me) });
export const isReport = (t: Report): boolean => (t.code?.coding ?? []).some((c) => c.system === REPORT.system && c.code === REPORT.code);
const OPEN_REPORT = ['requested', 'accepted', 'in-progress'];
export interface ReportState { open: Report | undefined; due: number; late: boolean; done: number | undefined }
/* From when a report is owed: the newest case, or the isolation. Somebody isolated and reported on suspicion is not reported again when the
 * illness gets its name within two days. */
const SUSPECTED_MS = 2 * DAY_MS;
export function reportSince(cases: Problem[], isolation: Flag | undefined): number {
  const moment = (text: string | undefined): number => (text === undefined ? NaN : text.includes('T') ? Date.parse(text) : instantOf(text, '00:00'));
  const isolated = moment(isolation?.period?.start);
  const begun = cases.map((c) => moment(c.recordedDate ?? c.onsetDateTime)).map((at) => (isolated <= at && at - isolated <= SUSPECTED_MS ? isolated : at));
  return Math.max(-Infinity, ...[...begun, isolated].filter((n) => Number.isFinite(n)));
}
/* Of one person: what is still to be reported, else when the last report was made; one from before the case of now is not its report. */
export function reportState(all: Report[], now: number, since = -Infinity): ReportState {
  const open = all.filter((t) => isReport(t) && OPEN_REPORT.includes(t.status ?? '')).sort((a, b) => (a.authoredOn ?? '').localeCompare(b.authoredOn ?? ''))[0];
  const due = Date.parse(open?.restriction?.period?.end ?? '');
  const made = all.filter((t) => isReport(t) && t.status === 'completed').map((t) => Date.parse(t.executionPeriod?.end ?? t.meta?.lastUpdated ?? '')).filter((n) => Number.isFinite(n) && n >= since);
  return { open, due, late: open !== undefined && due < now, done: made.length === 0 ? undefined : Math.max(...made) };
}

/* ---- entered in error: it stays in the history and counts no more ---- */

const BAD = 'entered-in-error';
export function struckEntry<T extends Problem | Immunization | Counselling>(r: T): T {
  if (r.resourceType !== 'Condition') return { ...r, status: BAD };
  /* con-5: what was never so has no clinical status */
  const { clinicalStatus: _c, abatementDateTime: _a, ...rest } = r as Problem;
  return { ...rest, verificationStatus: one(`${TERMINOLOGY}condition-ver-status`, BAD) } as T;
}

export const dayIn = (days: number, now: number): string => addDays(wardTime(now).day, days);
