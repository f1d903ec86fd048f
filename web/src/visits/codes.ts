/* Codes while somebody types: the server's list, in the edition of the day. Three answers are told apart: found, nothing fits, and
 * the list is not in this record, which is for the administrator to mend and never a reason to stop a doctor. */

import { FhirError, type FhirClient } from '../fhir/client';
import type { Coding, Resource } from '../fhir/types';

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
    if (error instanceof FhirError && error.problem === 'missing') return { codings: [], total: 0, loaded: false };
    throw error;
  }
}

/* "I10 Tăng huyết áp vô căn (nguyên phát)" */
export const codeText = (c: Coding): string => `${c.code ?? ''} ${c.display ?? ''}`.trim();
