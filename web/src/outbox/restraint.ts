/* What the outbox has to know of an order for restraint: when it began, and how it ends. */

import type { CodeableConcept, Period, Reference } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import type { Entry } from './item';

interface Extended { url: string; valueString?: string; valueCodeableConcept?: CodeableConcept; valueReference?: Reference }
export interface RestraintOrder extends Entry {
  resourceType: 'ServiceRequest'; extension?: Extended[]; intent?: string; code?: CodeableConcept; subject?: Reference; encounter?: Reference;
  authoredOn?: string; requester?: Reference; reasonCode?: CodeableConcept[]; occurrenceTiming?: { repeat?: { boundsPeriod?: Period; frequency?: number; period?: number; periodUnit?: string } };
  note?: { text: string; time?: string }[];
}

export const RESTRAINT_CODE = 'urn:ansinh:care|restraint-check';
export const startOf = (o: RestraintOrder): number => Date.parse(o.occurrenceTiming?.repeat?.boundsPeriod?.start ?? o.authoredOn ?? '') || 0;

/* Taken off when it was taken off, not when that was heard of. */
export function released(o: RestraintOrder, at: number): RestraintOrder {
  const repeat = o.occurrenceTiming?.repeat;
  const end = Math.max(at, startOf(o));
  return { ...o, status: 'completed', occurrenceTiming: { ...o.occurrenceTiming, repeat: { ...repeat, boundsPeriod: { ...repeat?.boundsPeriod, end: wardInstant(end) } } } };
}
