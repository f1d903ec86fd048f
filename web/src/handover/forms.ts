/* The R4 shapes handing over reads, besides those of the drug round. */

import type { CodeableConcept, Condition, Identifier, Observation, Period, Reference, Resource } from '../fhir/types';
import type { Allergy, Given, Order, Stay } from '../drugs/forms';

export interface Incident extends Resource {
  resourceType: 'AdverseEvent'; event?: CodeableConcept; subject?: Reference; date?: string; recordedDate?: string; seriousness?: CodeableConcept;
}
export interface Flag extends Resource {
  resourceType: 'Flag'; status?: string; code?: CodeableConcept; subject?: Reference; period?: Period;
}
export interface Task extends Resource {
  resourceType: 'Task'; status?: string; description?: string; code?: CodeableConcept; for?: Reference; authoredOn?: string;
  restriction?: { period?: Period };
}
export interface Seen extends Observation { valueString?: string; valueInteger?: number; partOf?: Reference[] }

export interface Section {
  title?: string; code?: CodeableConcept; text?: { status: string; div: string }; entry?: Reference[]; section?: Section[];
}
export interface Handover extends Resource {
  resourceType: 'Composition';
  identifier?: Identifier; status?: string; type?: CodeableConcept; subject?: Reference; date?: string; author?: Reference[]; title?: string;
  attester?: { mode: string; time?: string; party?: Reference }[]; custodian?: Reference; relatesTo?: { code: string; targetReference?: Reference }[];
  event?: { period?: Period }[]; section?: Section[];
}

export interface Facts {
  conditions: Condition[]; orders: Order[]; given: Given[]; observations: Seen[]; incidents: Incident[]; flags: Flag[];
  stays: Stay[]; tasks: Task[]; allergies: Allergy[];
}
