/* The R4 shapes of giving medicines, as this record holds them. Orders say when (timeOfDay) or "as needed"; a dose that was
 * given, or was not, is a MedicationAdministration that carries the name of the dose: order, day and time. That name is
 * what makes a dose one dose, whoever records it. */

import type { CodeableConcept, Identifier, Period, Quantity, Reference, Resource } from '../fhir/types';

export const DOSE_SYSTEM = 'urn:ansinh:id:dose';
export const REASON_SYSTEM = 'urn:ansinh:dose-reason';
export const SCHEDULED_URL = 'urn:ansinh:extension:scheduled-time';
export const CONTROLLED_URL = 'urn:ansinh:extension:controlled';
/* valueString: why a controlled medicine carries one signature only; gone once the second has signed */
export const ALONE_URL = 'urn:ansinh:extension:signed-alone';
/* valueString: why it was given against a warning */
export const DESPITE_URL = 'urn:ansinh:extension:given-despite';
/* extension { who, when }: the second person who compared an order that was copied from outside with its paper */
export const CHECK_URL = 'urn:ansinh:extension:second-check';
/* of a copy: an order that ends with its check, as whoever prescribes has said in copying */
export const ENDS_URL = 'urn:ansinh:extension:replaces-when-checked';
export const TAG_SYSTEM = 'urn:ansinh:tag:dose';
export const FUNCTION_SYSTEM = 'urn:ansinh:performer-function';
export const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';

export const NOT_GIVEN = ['refused', 'withheld', 'absent', 'vomited', 'other'] as const;
export type NotGiven = (typeof NOT_GIVEN)[number];

export interface Extension {
  url: string; valueDateTime?: string; valueBoolean?: boolean; valueString?: string; valueCode?: string; valueInteger?: number;
  valueReference?: Reference;
}
export interface Repeat {
  boundsPeriod?: Period; frequency?: number; period?: number; periodUnit?: string; dayOfWeek?: string[]; timeOfDay?: string[];
}
export interface Ratio { numerator?: Quantity; denominator?: Quantity }
export interface DosageInstruction {
  text?: string; patientInstruction?: string; timing?: { repeat?: Repeat }; asNeededBoolean?: boolean;
  asNeededCodeableConcept?: CodeableConcept; route?: CodeableConcept; doseAndRate?: { doseQuantity?: Quantity }[];
  maxDosePerPeriod?: Ratio;
}
export interface Order extends Resource {
  resourceType: 'MedicationRequest';
  status?: string; intent?: string; extension?: Extension[]; authoredOn?: string; subject?: Reference; requester?: Reference;
  medicationCodeableConcept?: CodeableConcept; medicationReference?: Reference; dosageInstruction?: DosageInstruction[];
  reasonCode?: CodeableConcept[]; reportedBoolean?: boolean; priorPrescription?: Reference;
}
export interface Performer { function?: CodeableConcept; actor?: Reference }
export interface Given extends Resource {
  resourceType: 'MedicationAdministration';
  identifier?: Identifier[]; extension?: Extension[]; status?: string; statusReason?: CodeableConcept[];
  medicationCodeableConcept?: CodeableConcept; medicationReference?: Reference; subject?: Reference; context?: Reference;
  effectiveDateTime?: string; effectivePeriod?: Period; performer?: Performer[]; request?: Reference;
  dosage?: { text?: string; route?: CodeableConcept; dose?: Quantity }; note?: { text: string }[];
}
export interface Allergy extends Resource {
  resourceType: 'AllergyIntolerance';
  clinicalStatus?: CodeableConcept; verificationStatus?: CodeableConcept; type?: string; criticality?: string; code?: CodeableConcept;
  patient?: Reference; reaction?: { manifestation?: CodeableConcept[]; substance?: CodeableConcept }[];
}
export interface Place extends Resource {
  resourceType: 'Location';
  name?: string; alias?: string[]; physicalType?: CodeableConcept; partOf?: Reference; managingOrganization?: Reference; status?: string;
}
export interface Stay extends Resource {
  resourceType: 'Encounter';
  status?: string; class?: { system?: string; code?: string }; subject?: Reference; period?: Period; serviceProvider?: Reference;
  location?: { location?: Reference; status?: string; period?: Period }[];
}

export function extension(resource: { extension?: Extension[] }, url: string): Extension | undefined {
  return resource.extension?.find((e) => e.url === url);
}
export const idOf = (reference: Reference | undefined): string => {
  const parts = (reference?.reference ?? '').replace(/\/_history\/[^/]+$/, '').split('/');
  return parts[parts.length - 1] ?? '';
};
export const isControlled = (order: Order): boolean => {
  const mark = extension(order, CONTROLLED_URL);
  return mark !== undefined && mark.valueBoolean !== false;
};
/* Copied from a paper from outside, and nobody has compared it yet: the server takes no dose of it. */
export const isUnchecked = (order: Order): boolean => order.reportedBoolean === true && extension(order, CHECK_URL) === undefined;
const CHECK_LATE_MS = 3_600_000;
/* From when a copy asks for doses, as the server has it (fhir/timing.h): what falls within the hour before its check may still be given, but not where
 * another order, which it replaces, has seen to it. */
export function asksSince(order: Order): number {
  const check = order.reportedBoolean === true ? (extension(order, CHECK_URL) as { extension?: { url: string; valueDateTime?: string }[] } | undefined) : undefined;
  const at = Date.parse(check?.extension?.find((x) => x.url === 'when')?.valueDateTime ?? '');
  return Number.isNaN(at) ? -Infinity : order.priorPrescription ? at : at - CHECK_LATE_MS;
}
export const doseKeyOf = (given: Given): string => given.identifier?.find((i) => i.system === DOSE_SYSTEM)?.value ?? '';
export const entryOf = (given: Given): string => given.identifier?.find((i) => i.system === ENTRY_SYSTEM)?.value ?? '';
export const scheduledOf = (given: Given): string => extension(given, SCHEDULED_URL)?.valueDateTime ?? '';
export const whenOf = (given: Given): number => Date.parse(given.effectiveDateTime ?? given.effectivePeriod?.start ?? '');
export const stands = (given: Given): boolean => given.status !== 'entered-in-error';
export const isDone = (given: Given): boolean => given.status === 'completed' || given.status === 'in-progress';
export function notGivenReason(given: Given): NotGiven {
  const code = given.statusReason?.flatMap((r) => r.coding ?? []).find((c) => c.system === REASON_SYSTEM)?.code;
  return NOT_GIVEN.find((r) => r === code) ?? 'other';
}
/* The second signature on a controlled medicine. */
export const witnessOf = (given: Given): Reference | undefined =>
  given.performer?.find((p) => p.function?.coding?.some((c) => c.code === 'witness'))?.actor;
export const giverOf = (given: Given): Reference | undefined =>
  given.performer?.find((p) => !p.function?.coding?.some((c) => c.code === 'witness'))?.actor;
