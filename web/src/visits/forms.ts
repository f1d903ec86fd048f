/* The R4 shapes of a visit: the Encounter, the document that is signed (Composition), and what the document speaks of. */

import type { CodeableConcept, Coding, Condition, Identifier, Meta, Observation, Period, Quantity, Reference, Resource } from '../fhir/types';

export const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';
export const DOCUMENT_SYSTEM = 'urn:ansinh:document';
export const VISIT = { system: DOCUMENT_SYSTEM, code: 'visit' };
export const ADDENDUM = { system: DOCUMENT_SYSTEM, code: 'visit-addendum' };
export const TEMPLATE = { system: DOCUMENT_SYSTEM, code: 'visit-template' };
export const SECTION_SYSTEM = 'urn:ansinh:visit';
export const EXAM_SYSTEM = 'urn:ansinh:exam';
export const ORDER_SYSTEM = 'urn:ansinh:order-kind';
export const RECORD_KIND = 'urn:ansinh:record-kind';
export const HEALTH_CLASS = 'urn:ansinh:health-class';
export const OUTSIDE_URL = 'urn:ansinh:extension:outside-list';
export const OUTSIDE_SYSTEM = 'urn:ansinh:outside-list';
export const REASON_URL = 'urn:ansinh:extension:reason';

export const ICD10_SET = 'http://fhir.hl7.org.vn/core/ValueSet/vn-icd10-vs';
export const ICD10 = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs';
export const TECHNIQUES = 'urn:ansinh:list:techniques';
export const TECHNIQUE_SET = 'urn:ansinh:list:techniques:all';

export interface Extension {
  url: string; valueString?: string; valueCode?: string; valueBoolean?: boolean; valuePeriod?: Period; valueCodeableConcept?: CodeableConcept;
  valueReference?: Reference; valueDateTime?: string; valueInteger?: number;
}
export interface Section { title?: string; code?: CodeableConcept; text?: { status: string; div: string }; entry?: Reference[]; section?: Section[] }
export interface Document extends Resource {
  resourceType: 'Composition';
  meta?: Meta & { security?: Coding[] };
  identifier?: Identifier; extension?: Extension[]; status?: string; type?: CodeableConcept; category?: CodeableConcept[]; subject?: Reference; encounter?: Reference;
  date?: string; author?: Reference[]; title?: string; attester?: { mode: string; time?: string; party?: Reference }[]; custodian?: Reference;
  relatesTo?: { code: string; targetReference?: Reference }[]; event?: { period?: Period }[]; section?: Section[];
}
export interface Visit extends Resource {
  resourceType: 'Encounter';
  identifier?: Identifier[]; status?: string; class?: Coding; type?: CodeableConcept[]; subject?: Reference; period?: Period; partOf?: Reference;
  participant?: { individual?: Reference }[]; episodeOfCare?: Reference[]; reasonCode?: CodeableConcept[]; serviceProvider?: Reference;
  diagnosis?: { condition: Reference; use?: CodeableConcept; rank?: number }[];
}
export interface ServiceRequest extends Resource {
  resourceType: 'ServiceRequest';
  identifier?: Identifier[]; status?: string; intent?: string; priority?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference;
  encounter?: Reference; authoredOn?: string; requester?: Reference; note?: { text: string }[];
}
export interface Procedure extends Resource {
  resourceType: 'Procedure';
  extension?: Extension[]; identifier?: Identifier[]; status?: string; category?: CodeableConcept; code?: CodeableConcept; subject?: Reference; encounter?: Reference;
  performedDateTime?: string; performer?: { actor: Reference }[]; note?: { text: string }[];
}
export interface Report extends Resource {
  resourceType: 'DiagnosticReport';
  identifier?: Identifier[]; status?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference; encounter?: Reference; effectiveDateTime?: string;
  issued?: string; performer?: Reference[]; basedOn?: Reference[]; conclusion?: string;
}
export interface Appointment extends Resource {
  resourceType: 'Appointment';
  identifier?: Identifier[]; status?: string; description?: string; requestedPeriod?: Period[]; comment?: string; created?: string; start?: string; end?: string;
  cancelationReason?: CodeableConcept;
  participant?: { actor?: Reference; status?: string; required?: string }[];
}
export interface Result extends Observation { basedOn?: Reference[]; valueString?: string; note?: { text: string }[] }
export interface Problem extends Condition {
  identifier?: Identifier[]; category?: CodeableConcept[]; recorder?: Reference; asserter?: Reference; encounter?: Reference; note?: { text: string }[];
}
export interface Licence extends Resource {
  resourceType: 'HealthcareService';
  active?: boolean; extension?: Extension[]; identifier?: Identifier[]; providedBy?: Reference; category?: CodeableConcept[]; type?: CodeableConcept[]; name?: string;
}
export interface Signing { signed: boolean; hash: string; unchanged: boolean }
export type Amount = Quantity;

export const identifierOf = (key: string): Identifier => ({ system: ENTRY_SYSTEM, value: `urn:ansinh:entry:${key}` });
export const onceOf = (key: string): string => `identifier=${ENTRY_SYSTEM}|urn:ansinh:entry:${key}`;
export const hasCode = (concept: CodeableConcept | undefined, system: string, code?: string): boolean =>
  (concept?.coding ?? []).some((c) => c.system === system && (code === undefined || c.code === code));
