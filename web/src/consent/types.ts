/* The R4 shapes of consent, representation and requests, as far as this page reads and writes them (docs/consent.md). */

import type { CodeableConcept, Coding, HumanName, Identifier, Period, Reference, Resource } from '../fhir/types';

export interface Extension {
  url: string; valueString?: string; valueDate?: string; valueDateTime?: string; valueCode?: string; valueBoolean?: boolean;
  valueReference?: Reference; valuePeriod?: Period; extension?: Extension[];
}
export interface Attachment { contentType?: string; data?: string; title?: string; creation?: string }

export interface Consent extends Resource {
  resourceType: 'Consent';
  identifier?: Identifier[];
  extension?: Extension[];
  status?: string;
  scope?: CodeableConcept;
  category?: CodeableConcept[];
  patient?: Reference;
  dateTime?: string;
  performer?: Reference[];
  policy?: { uri?: string }[];
  policyRule?: CodeableConcept;
  sourceAttachment?: Attachment;
  sourceReference?: Reference;
  verification?: { verified?: boolean; verificationDate?: string }[];
  provision?: { type?: string; period?: Period; purpose?: Coding[]; actor?: { role?: CodeableConcept; reference?: Reference }[] };
}

export interface RelatedPerson extends Resource {
  resourceType: 'RelatedPerson';
  identifier?: Identifier[];
  extension?: Extension[];
  active?: boolean;
  patient?: Reference;
  relationship?: CodeableConcept[];
  name?: HumanName[];
  period?: Period;
}

export interface Basic extends Resource {
  resourceType: 'Basic';
  identifier?: Identifier[];
  extension?: Extension[];
  code?: CodeableConcept;
  subject?: Reference;
}

export interface Organization extends Resource { resourceType: 'Organization'; name?: string }

export interface RequestTask extends Resource {
  resourceType: 'Task';
  identifier?: Identifier[];
  extension?: Extension[];
  status?: string;
  intent?: string;
  code?: CodeableConcept;
  description?: string;
  for?: Reference;
  requester?: Reference;
  authoredOn?: string;
  lastModified?: string;
  statusReason?: CodeableConcept;
  executionPeriod?: Period;
  output?: { type?: CodeableConcept; valueString?: string }[];
}

/* A Parameters resource, as the operations answer it. */
export interface Parameter {
  name?: string; part?: Parameter[]; valueCode?: string; valueString?: string; valueDate?: string; valueDateTime?: string;
  valueInteger?: number; valueBoolean?: boolean; valueReference?: Reference;
}
export interface Parameters extends Resource { resourceType: 'Parameters'; parameter?: Parameter[] }

export const WITHDRAWAL = 'urn:ansinh:extension:withdrawal';
export const DECISION = 'urn:ansinh:extension:decision';
export const GROUND = 'urn:ansinh:extension:ground';
export const PERIOD = 'urn:ansinh:extension:period';
export const PURPOSE = 'urn:ansinh:consent-purpose';
export const REQUEST = 'urn:ansinh:data-request';
export const ACKNOWLEDGED = 'urn:ansinh:extension:acknowledged';
export const EXTENDED = 'urn:ansinh:extension:extended';

export const extensionOf = (r: { extension?: Extension[] | undefined } | undefined, url: string): Extension | undefined => r?.extension?.find((e) => e.url === url);
export const codeOf = (c: CodeableConcept | undefined, system: string): string => c?.coding?.find((x) => x.system === system)?.code ?? '';
export const idOf = (reference: string | undefined): string => (reference ?? '').split('/').pop() ?? '';

export const partOf = (p: Parameter | undefined, name: string): Parameter | undefined => p?.part?.find((x) => x.name === name);
export const partsOf = (all: Parameter[] | undefined, name: string): Parameter[] => (all ?? []).filter((x) => x.name === name);
