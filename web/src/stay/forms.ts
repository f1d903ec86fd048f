/* The R4 shapes of coming, being away and going, as this record holds them (docs/stay.md).
 *
 * A stay is one Encounter (class IMP), open while in-progress or onleave, inside one EpisodeOfCare. Being away is told twice: as
 * the status history of FHIR, which everybody reads, and as one extension a time away, which says where, until when and why. */

import type { Extension as Plain, Order, Place } from '../drugs/forms';
import type { CodeableConcept, Coding, Identifier, Patient as Person, Period, Reference, Resource } from '../fhir/types';

export const ADMISSION_SYSTEM = 'urn:ansinh:id:admission';
export const ACT_SYSTEM = 'urn:ietf:rfc:3986';
export const UNKNOWN_SYSTEM = 'urn:ansinh:id:unidentified';
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const ROLE_CODE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
export const WAY_SYSTEM = 'urn:ansinh:admission-way';
export const GROUP_SYSTEM = 'urn:ansinh:beneficiary-group';
export const PAPER_SYSTEM = 'urn:ansinh:admission-paper';
export const PAPER_FLAG = 'urn:ansinh:paper-state';
export const DOCUMENT_SYSTEM = 'urn:ansinh:document';
export const TASK_SYSTEM = 'urn:ansinh:task';
export const DISCHARGE_SYSTEM = 'urn:ansinh:discharge-reason';
/* Back from hospital: the medicines ordered here and those of the hospital's paper are looked at side by side (docs/stay.md). */
export const RECONCILE = 'reconcile-medicines';
export const AWAY_URL = 'urn:ansinh:extension:away';
export const FOUND_URL = 'urn:ansinh:extension:found-at';
export const ESCORT_URL = 'urn:ansinh:extension:escort';
export const ETHNICITY_URL = 'urn:ansinh:extension:ethnicity';
/* whom a house looks after who does not live there (client.ts); a visit says the same */
export const CLIENT_SYSTEM = 'urn:ansinh:client';
export const CLIENT_KINDS = ['day', 'outpatient', 'work-accident', 'work-disease'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];
export const isWork = (c: string): boolean => c === 'work-accident' || c === 'work-disease';
export const CAUSE_URL = 'urn:ansinh:extension:death-cause-as-known';

export interface Extension extends Plain { valueDate?: string; extension?: Extension[] }

export type PlaceAt = { location?: Reference; status?: string; period?: Period };
export interface Stay extends Resource {
  resourceType: 'Encounter';
  identifier?: Identifier[]; extension?: Extension[]; status?: string; statusHistory?: { status: string; period: Period }[];
  class?: Coding; subject?: Reference; episodeOfCare?: Reference[]; period?: Period; location?: PlaceAt[]; serviceProvider?: Reference;
  partOf?: Reference; reasonCode?: CodeableConcept[];
  hospitalization?: { admitSource?: CodeableConcept; dischargeDisposition?: CodeableConcept; destination?: Reference };
}
export interface Episode extends Resource {
  resourceType: 'EpisodeOfCare';
  identifier?: Identifier[]; extension?: Extension[]; status?: string; type?: CodeableConcept[]; patient?: Reference; managingOrganization?: Reference; period?: Period;
}
export interface Patient extends Person {
  extension?: Extension[]; managingOrganization?: Reference; link?: { other: Reference; type: string }[];
  telecom?: { system?: string; value?: string }[]; address?: { text?: string }[];
}
export type Bed = Place;
export type { Order };

export const concept = (system: string, code: string, text?: string): CodeableConcept => ({ coding: [{ system, code }], ...(text === undefined ? {} : { text }) });
export const codeIn = (c: CodeableConcept | undefined, system: string): string => c?.coding?.find((x) => x.system === system)?.code ?? '';
export const isKind = (place: Place, kind: string): boolean => (place.physicalType?.coding ?? []).some((c) => c.code === kind);
export const isOpen = (stay: Stay): boolean => stay.status === 'in-progress' || stay.status === 'onleave';
/* The stay that a death ended: the newest with that end. */
export const endedByDeath = (past: Stay[]): Stay | undefined =>
  past.filter((s) => (s.hospitalization?.dischargeDisposition?.coding ?? []).some((c) => c.code === 'exp')).sort((a, b) => (b.period?.end ?? '').localeCompare(a.period?.end ?? ''))[0];
/* A stay in a house, not a visit inside one. */
export const isStay = (e: Stay): boolean => e.class?.code === 'IMP' && e.partOf === undefined;

export const clientOf = (e: Episode): ClientKind | undefined => {
  const code = (e.type ?? []).map((t) => codeIn(t, CLIENT_SYSTEM)).find((c) => c !== '');
  return CLIENT_KINDS.find((k) => k === code);
};

/* ---- being away ---- */

export type AwayKind = 'leave' | 'hospital';
export interface Away { kind: AwayKind; from: string; until: string; back: string; where: string; with: string }

const part = (e: Extension, name: string): Extension | undefined => e.extension?.find((x) => x.url === name);

export function awaysOf(stay: Stay): Away[] {
  return (stay.extension ?? []).filter((e) => e.url === AWAY_URL).map((e) => ({
    kind: part(e, 'kind')?.valueCode === 'hospital' ? 'hospital' as const : 'leave' as const,
    from: part(e, 'from')?.valueDateTime ?? '', until: part(e, 'until')?.valueDateTime ?? '', back: part(e, 'back')?.valueDateTime ?? '',
    where: part(e, 'where')?.valueString ?? '', with: part(e, 'with')?.valueString ?? '',
  }));
}

export function awayExtension(a: Away): Extension {
  const text = (url: string, value: string): Extension[] => (value.trim() === '' ? [] : [{ url, valueString: value.trim() }]);
  const time = (url: string, value: string): Extension[] => (value === '' ? [] : [{ url, valueDateTime: value }]);
  return {
    url: AWAY_URL,
    extension: [{ url: 'kind', valueCode: a.kind }, ...time('from', a.from), ...time('until', a.until), ...time('back', a.back), ...text('where', a.where), ...text('with', a.with)],
  };
}

export const openAway = (stay: Stay): Away | undefined => (stay.status === 'onleave' ? awaysOf(stay).find((a) => a.back === '') : undefined);
export const isOverdue = (stay: Stay, now: number): boolean => {
  const until = openAway(stay)?.until ?? '';
  return until !== '' && Date.parse(until) < now;
};
