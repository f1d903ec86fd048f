/* An entry of any kind in a line: whose it is, and what was done. */

import { conceptText } from '../fhir/clinical';
import { numberOf } from '../fhir/decimal';
import type { CodeableConcept, Quantity, Resource } from '../fhir/types';
import { showNumber, type Lang } from '../vitals/number';
import type { Item } from './item';

/* Everybody whom what is left of the act was for. */
export const whoseOf = (item: Item): string[] => [...new Set([item.patient, ...(item.parts ?? []).map((p) => p.patient)])].filter((id) => id !== '');

type Any = Resource & {
  code?: CodeableConcept; event?: CodeableConcept; medicationCodeableConcept?: CodeableConcept; medicationReference?: { display?: string };
  valueQuantity?: Quantity; valueCodeableConcept?: CodeableConcept; valueString?: string; title?: string; dosage?: { dose?: Quantity };
};
const amountOf = (q: Quantity | undefined, lang: Lang): string => {
  const n = numberOf(q?.value);
  return n === undefined ? '' : `${showNumber(n, lang, 0, 2)} ${q?.unit ?? ''}`.trim();
};

function sayOne(resource: Resource, lang: Lang): string {
  const r = resource as Any;
  const name = conceptText(r.medicationCodeableConcept) || (r.medicationReference?.display ?? '') || conceptText(r.event) || conceptText(r.code) || (r.title ?? '');
  return [name, amountOf(r.valueQuantity, lang) || amountOf(r.dosage?.dose, lang) || conceptText(r.valueCodeableConcept) || (r.valueString ?? '')].filter(Boolean).join(' ');
}

export function whatOf(item: Item, lang: Lang): string {
  const all = [...(item.parts ?? []).map((p) => p.resource), ...(item.parts ? [] : [item.resource])].map((r) => sayOne(r, lang)).filter(Boolean);
  return [...new Set(all)].join(', ') || ((item.form as Any | undefined)?.title ?? '');
}
