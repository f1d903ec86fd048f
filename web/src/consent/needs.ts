/* Who has to agree, as the server works it out (Patient/[id]/$consent-needs): this page knows no ages and no law. */

import { idOf, partOf, partsOf, type Parameters } from './types';

export interface Purpose {
  code: string; vi: string; en: string; textVi: string; textEn: string; edition: number;
  basis: string; toRecipient: boolean; why: string; self: boolean; another: boolean; written: boolean; until: string;
  /* ids of RelatedPersons who may act */
  may: string[];
}
export interface Representation { id: string; stands: string; decided: boolean; now: boolean; from: string; to: string }
export interface Needs { age: number | undefined; vague: boolean; capacity: string; regime: string; purposes: Purpose[]; representatives: Representation[] }

export function readNeeds(p: Parameters): Needs {
  const top = (name: string) => (p.parameter ?? []).find((x) => x.name === name);
  return {
    age: top('age')?.valueInteger, vague: top('ageIsVague')?.valueBoolean === true, capacity: top('capacity')?.valueCode ?? '', regime: top('regime')?.valueCode ?? '',
    representatives: partsOf(p.parameter, 'representative').map((r) => ({
      id: idOf(partOf(r, 'who')?.valueReference?.reference), stands: partOf(r, 'stands')?.valueCode ?? '', decided: partOf(r, 'decided')?.valueBoolean === true,
      now: partOf(r, 'now')?.valueBoolean === true, from: partOf(r, 'from')?.valueDate ?? '', to: partOf(r, 'to')?.valueDate ?? '',
    })),
    purposes: partsOf(p.parameter, 'purpose').map((u) => ({
      code: partOf(u, 'code')?.valueCode ?? '', vi: partOf(u, 'vi')?.valueString ?? '', en: partOf(u, 'en')?.valueString ?? '',
      textVi: partOf(u, 'textVi')?.valueString ?? '', textEn: partOf(u, 'textEn')?.valueString ?? '', edition: partOf(u, 'edition')?.valueInteger ?? 0,
      basis: partOf(u, 'basis')?.valueCode ?? '', toRecipient: partOf(u, 'toRecipient')?.valueBoolean === true, why: partOf(u, 'why')?.valueCode ?? '',
      self: partOf(u, 'self')?.valueBoolean === true, another: partOf(u, 'another')?.valueBoolean === true, written: partOf(u, 'written')?.valueBoolean === true,
      until: partOf(u, 'until')?.valueDate ?? '', may: partsOf(u.part, 'may').map((m) => idOf(m.valueReference?.reference)),
    })),
  };
}

/* Can anybody say yes at all? */
export const canBeAsked = (p: Purpose): boolean => (p.self || p.another) && (!p.another || p.may.length > 0);

/* What is still missing, given who was ticked: the person's own yes, that of another, somebody to send it to, the paper. */
export type Missing = 'self' | 'another' | 'recipient' | 'paper';
export function missing(p: Purpose, who: string[], recipients: string[], hasPaper: boolean): Missing | undefined {
  if (p.self && !who.includes('self')) return 'self';
  if (p.another && !who.some((w) => p.may.includes(w))) return 'another';
  if (p.toRecipient && recipients.length === 0) return 'recipient';
  return p.written && !hasPaper ? 'paper' : undefined;
}
