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

async function expand(client: FhirClient, set: string, typed: string, day: string, signal?: AbortSignal): Promise<{ codings: Coding[]; total: number }> {
  const query = new URLSearchParams({ url: set, filter: typed.trim(), count: String(SHOWN), date: day, activeOnly: 'true' });
  const answer = await client.operation<Expansion>(`ValueSet/$expand?${query.toString().replace(/\+/g, '%20')}`, 'ValueSet', undefined, signal);
  const contains = answer?.resource.expansion?.contains ?? [];
  const codings = contains.flatMap((c): Coding[] => (c.code === undefined || c.system === undefined ? []
    : [{ system: c.system, ...(c.version === undefined ? {} : { version: c.version }), code: c.code, display: c.display ?? c.code }]));
  return { codings, total: answer?.resource.expansion?.total ?? codings.length };
}

export async function findCodes(client: FhirClient, set: string, typed: string, day: string, signal?: AbortSignal): Promise<Found> {
  try {
    const named = await expand(client, set, typed, day, signal);
    return { ...(named.codings.length === 0 && set === ICD10_SET ? await findCalled(client, typed, day, signal) : named), loaded: true };
  } catch (error) {
    if (error instanceof FhirError && error.problem === 'missing') return { ...findShort(set, typed), loaded: false };
    throw error;
  }
}

/* "tiểu đường", "zona": no name of the official list has that word. Found by what a ward calls it, and asked for by its code, so that name and
 * edition are the list's own. */
const MOST_CALLED = 4;

async function findCalled(client: FhirClient, typed: string, day: string, signal?: AbortSignal): Promise<{ codings: Coding[]; total: number }> {
  const codes = findShort(ICD10_SET, typed).codings.slice(0, MOST_CALLED).map((c) => c.code ?? '');
  const answers = await Promise.all(codes.map((code) => expand(client, ICD10_SET, code, day, signal)));
  const codings = answers.flatMap((a, i) => a.codings.filter((c) => c.code === codes[i]));
  return { codings, total: codings.length };
}

/* As the server finds them: every word begins a word of the name, or the code begins with it; or of what a ward calls it. No edition is claimed. */
export function findShort(set: string, typed: string): { codings: Coding[]; total: number } {
  if (set !== ICD10_SET) return { codings: [], total: 0 };
  const wanted = foldText(typed).split(' ').filter((x) => x !== '');
  const within = (text: string, code = ''): boolean => {
    const has = foldText(text).split(/[^a-z0-9]+/);
    return wanted.every((x) => (code !== '' && code.toLowerCase().startsWith(x)) || has.some((y) => y.startsWith(x)));
  };
  const hits = wanted.length === 0 ? [] : shortList.codes.flatMap(([code = '', display = '', called = '']) => {
    const byName = called.split('; ').some((c) => foldText(c) === wanted.join(' ')); /* just what was typed stands first */
    return byName || within(display, code) || called.split('; ').some((c) => within(c)) ? [{ byName, coding: { system: ICD10, code, display } }] : [];
  });
  const all = [...hits.filter((h) => h.byName), ...hits.filter((h) => !h.byName)].map((h) => h.coding);
  return { codings: all.slice(0, SHOWN), total: all.length };
}

/* "I10 Tăng huyết áp vô căn (nguyên phát)" */
export const codeText = (c: Coding): string => `${c.code ?? ''} ${c.display ?? ''}`.trim();
