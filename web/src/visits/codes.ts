/* Codes while somebody types: the server's list, in the edition of the day. Three answers are told apart: found, nothing fits, and
 * the list is not in this record, which is for the administrator to mend and never a reason to stop a doctor: of ICD-10 a short list
 * (content/visits/icd10-short.json) is offered then, and with the line down. */

import shortList from '../../../content/visits/icd10-short.json';
import { FhirError, type FhirClient } from '../fhir/client';
import type { Coding, Resource } from '../fhir/types';
import { foldText } from '../text';
import { ICD10, ICD10_SET } from './forms';

interface Contained { system?: string; version?: string; code?: string; display?: string; inactive?: boolean }
type Expansion = Resource & { resourceType: 'ValueSet'; expansion?: { total?: number; contains?: Contained[] } };

export interface Found { codings: Coding[]; total: number; loaded: boolean }

const SHOWN = 12;

export async function findCodes(client: FhirClient, set: string, typed: string, day: string, signal?: AbortSignal): Promise<Found> {
  const query = new URLSearchParams({ url: set, filter: typed.trim(), count: String(SHOWN), date: day, activeOnly: 'true' });
  try {
    const answer = await client.operation<Expansion>(`ValueSet/$expand?${query.toString().replace(/\+/g, '%20')}`, 'ValueSet', undefined, signal);
    const contains = answer?.resource.expansion?.contains ?? [];
    const codings = contains.flatMap((c): Coding[] => (c.code === undefined || c.system === undefined ? []
      : [{ system: c.system, ...(c.version === undefined ? {} : { version: c.version }), code: c.code, display: c.display ?? c.code }]));
    return { codings, total: answer?.resource.expansion?.total ?? codings.length, loaded: true };
  } catch (error) {
    if (error instanceof FhirError && error.problem === 'missing') return { ...findShort(set, typed), loaded: false };
    throw error;
  }
}

/* As the server finds them: every word begins a word of the name, or the code begins with it. No edition is claimed. */
export function findShort(set: string, typed: string): { codings: Coding[]; total: number } {
  if (set !== ICD10_SET) return { codings: [], total: 0 };
  const wanted = foldText(typed).split(' ').filter((x) => x !== '');
  const all = wanted.length === 0 ? [] : shortList.codes.flatMap(([code, display]): Coding[] => {
    const has = foldText(display ?? '').split(/[^a-z0-9]+/);
    return wanted.every((x) => (code ?? '').toLowerCase().startsWith(x) || has.some((y) => y.startsWith(x))) ? [{ system: ICD10, code: code ?? '', display: display ?? '' }] : [];
  });
  return { codings: all.slice(0, SHOWN), total: all.length };
}

/* "I10 Tăng huyết áp vô căn (nguyên phát)" */
export const codeText = (c: Coding): string => `${c.code ?? ''} ${c.display ?? ''}`.trim();
