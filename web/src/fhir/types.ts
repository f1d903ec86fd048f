/* The few R4 shapes this page reads and writes. Deliberately partial: every field is optional where R4 says so,
 * because what comes from a server may lack anything, and the screens must say "unknown" rather than fail. */

import type { Decimal } from './decimal';

export interface Coding { system?: string; code?: string; display?: string }
export interface CodeableConcept { coding?: Coding[]; text?: string }
export interface Period { start?: string; end?: string }
export interface Identifier { use?: string; type?: CodeableConcept; system?: string; value?: string; period?: Period }
export interface Reference { reference?: string; display?: string; type?: string }
export interface HumanName {
  use?: string; text?: string; family?: string; given?: string[]; period?: Period;
}
/* Read as number, written as Decimal so that "37,0" is stored as 37.0 and not as 37. */
export interface Quantity { value?: number | Decimal; unit?: string; system?: string; code?: string; comparator?: string }
export interface Meta { versionId?: string; lastUpdated?: string }
export interface Resource { resourceType: string; id?: string; meta?: Meta }

export interface Patient extends Resource {
  resourceType: 'Patient';
  active?: boolean;
  name?: HumanName[];
  gender?: string;
  birthDate?: string;
  deceasedBoolean?: boolean;
  deceasedDateTime?: string;
  identifier?: Identifier[];
}

export interface ObservationComponent {
  code?: CodeableConcept;
  valueQuantity?: Quantity;
  valueInteger?: number;
  valueCodeableConcept?: CodeableConcept;
  valueString?: string;
  dataAbsentReason?: CodeableConcept;
}

export interface Observation extends Resource {
  resourceType: 'Observation';
  identifier?: Identifier[];
  status?: string;
  category?: CodeableConcept[];
  code?: CodeableConcept;
  subject?: Reference;
  effectiveDateTime?: string;
  effectiveInstant?: string;
  effectivePeriod?: Period;
  issued?: string;
  valueQuantity?: Quantity;
  valueBoolean?: boolean;
  valueCodeableConcept?: CodeableConcept;
  dataAbsentReason?: CodeableConcept;
  interpretation?: CodeableConcept[];
  component?: ObservationComponent[];
  hasMember?: Reference[];
  performer?: Reference[];
  encounter?: Reference;
  extension?: { url: string; valueBoolean?: boolean }[];
}

export interface Condition extends Resource {
  resourceType: 'Condition';
  clinicalStatus?: CodeableConcept;
  verificationStatus?: CodeableConcept;
  code?: CodeableConcept;
  subject?: Reference;
  onsetDateTime?: string;
  onsetPeriod?: Period;
  recordedDate?: string;
  abatementDateTime?: string;
}

export interface Dosage { text?: string }
export interface Medication extends Resource { resourceType: 'Medication'; code?: CodeableConcept }
interface MedicationUse extends Resource {
  status?: string;
  medicationCodeableConcept?: CodeableConcept;
  medicationReference?: Reference;
  subject?: Reference;
  contained?: Resource[];
}
export interface MedicationRequest extends MedicationUse {
  resourceType: 'MedicationRequest';
  intent?: string;
  authoredOn?: string;
  dosageInstruction?: Dosage[];
}
export interface MedicationStatement extends MedicationUse {
  resourceType: 'MedicationStatement';
  effectiveDateTime?: string;
  effectivePeriod?: Period;
  dateAsserted?: string;
  dosage?: Dosage[];
}

export interface OutcomeIssue {
  severity?: string; code?: string; diagnostics?: string; details?: CodeableConcept; expression?: string[];
}
export interface OperationOutcome extends Resource { resourceType: 'OperationOutcome'; issue?: OutcomeIssue[] }

export interface BundleLink { relation?: string; url?: string }
export interface BundleRequest { method: 'POST' | 'PUT' | 'GET' | 'DELETE'; url: string; ifNoneExist?: string; ifMatch?: string }
export interface BundleResponse { status?: string; location?: string; etag?: string; outcome?: OperationOutcome }
export interface BundleEntry<T extends Resource = Resource> {
  fullUrl?: string;
  resource?: T;
  search?: { mode?: string };
  request?: BundleRequest;
  response?: BundleResponse;
}
export interface Bundle<T extends Resource = Resource> extends Resource {
  resourceType: 'Bundle';
  type: string;
  total?: number;
  link?: BundleLink[];
  entry?: BundleEntry<T>[];
}
