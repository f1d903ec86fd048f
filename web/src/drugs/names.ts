/* Names of medicines, made comparable: without accents, in small letters, one spelling for what is written in several ways
 * here (amoxicillin, amoxicilin, amoxycillin; amlodipine, amlodipin). */

import { conceptText } from '../fhir/clinical';
import type { CodeableConcept, Coding } from '../fhir/types';
import { foldText } from '../text';

export function stem(word: string): string {
  return foldText(word).replace(/[^a-z]/g, '').replace(/y/g, 'i').replace(/(.)\1+/g, '$1').replace(/(\w{4})e$/, '$1');
}

/* What stands before the strength: "Amlodipin 5 mg" -> "amlodipin"; "Paracetamol + codein 500/30" -> both. */
export function ingredients(text: string): string[] {
  const beforeStrength = foldText(text).split(/\d/)[0] ?? '';
  return beforeStrength.split(/[+/,;()&]| and | va /).map((part) => stem(part.trim().split(/\s+/)[0] ?? '')).filter((s) => s.length >= 3);
}

/* Every word of a text: an allergy is written as "Penicillin", "thuốc nhóm penicilin", "dị ứng Ampicillin 1 g". */
export function words(text: string): string[] {
  return foldText(text).split(/[^a-z]+/).map(stem).filter((s) => s.length >= 4);
}

export const ATC = 'http://www.whocc.no/atc';
const isAtc = (c: Coding): boolean => c.system === ATC || c.system === 'urn:oid:2.16.840.1.113883.6.73';
export const atcOf = (concept: CodeableConcept | undefined): string[] =>
  (concept?.coding ?? []).filter(isAtc).map((c) => (c.code ?? '').toUpperCase()).filter((c) => c !== '');

export interface Medicine { text: string; concept: CodeableConcept | undefined }

export function medicineStems(m: Medicine): string[] {
  const texts = [m.text, conceptText(m.concept), ...(m.concept?.coding ?? []).map((c) => c.display ?? '')];
  return [...new Set(texts.flatMap(ingredients))];
}
