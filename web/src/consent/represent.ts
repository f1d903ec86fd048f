/* Somebody who represents a person, as it is typed and as it is written. */

import { addDays } from '../fhir/zone';
import { DECISION, type RelatedPerson } from './types';

export const RELATIONS = ['MTH', 'FTH', 'guardian', 'legal-representative'] as const;
export type Relation = (typeof RELATIONS)[number];
export const needsDecision = (r: Relation): boolean => r === 'guardian' || r === 'legal-representative';

export interface Draft { name: string; relation: Relation | ''; number: string; date: string; by: string; from: string }
export const NO_DRAFT: Draft = { name: '', relation: '', number: '', date: '', by: '', from: '' };

export type Lack = 'name' | 'relation' | 'decision';
export function lacks(d: Draft): Lack | undefined {
  if (d.relation === '') return 'relation';
  if (d.name.trim() === '') return 'name';
  return needsDecision(d.relation) && [d.number, d.date, d.by].some((x) => x.trim() === '') ? 'decision' : undefined;
}

export function relatedOf(patient: string, d: Draft): RelatedPerson {
  const v3 = d.relation === 'MTH' || d.relation === 'FTH';
  return {
    resourceType: 'RelatedPerson', active: true, patient: { reference: `Patient/${patient}` },
    ...(needsDecision(d.relation as Relation) ? {
      extension: [{ url: DECISION, extension: [
        { url: 'number', valueString: d.number.trim() }, { url: 'date', valueDate: d.date }, { url: 'by', valueString: d.by.trim() }] }],
    } : {}),
    relationship: [{ coding: [{ system: v3 ? 'http://terminology.hl7.org/CodeSystem/v3-RoleCode' : 'urn:ansinh:representation', code: d.relation }] }],
    name: [{ text: d.name.trim() }],
    ...(d.from === '' ? {} : { period: { start: d.from } }),
  };
}

/* It ends with the day before `today`: today somebody else is asked. */
export function ended(r: RelatedPerson, today: string): RelatedPerson {
  const day = addDays(today, -1);
  const start = r.period?.start ?? '';
  return { ...r, period: { ...r.period, end: start > day ? start : day } };
}
