/* Ways in, papers, groups and reasons: content (content/stay/admission.json), read here and nowhere else. */

import content from '../../../content/stay/admission.json';
import { addDays, weekdayOf } from '../fhir/zone';

export interface Named { code: string; vi: string; en: string }
export interface Paper extends Named { basis: string }
export interface Way extends Named {
  kinds: string[]; papers: string[]; wanted: string[]; basis: string; fileDays?: number; fileWorkDays?: number; termMonths?: number;
}

export const PAPERS: Paper[] = content.papers;
export const WAYS: Way[] = content.ways;
export const GROUPS: Named[] = content.groups;
export const REASONS: Named[] = content.discharge;

export const wayOf = (code: string): Way | undefined => WAYS.find((w) => w.code === code);
export const paperOf = (code: string): Paper | undefined => PAPERS.find((p) => p.code === code);
export const nameOf = (n: Named | undefined, lang: 'vi' | 'en'): string => n?.[lang] ?? '';

/* "TGXH-*" fits every kind that begins so; a facility whose kind is not known is asked for everything. */
export function fits(way: Way, kind: string): boolean {
  return way.kinds.some((k) => kind === '' || (k.endsWith('*') ? kind.startsWith(k.slice(0, -1)) : k === kind));
}
export const waysFor = (kind: string): Way[] => WAYS.filter((w) => fits(w, kind));

/* Working days: Monday to Friday. Days off by law are not known here, so the day that is said is never too late. */
export function addWorkDays(day: string, n: number): string {
  let at = day;
  for (let left = n; left > 0;) {
    at = addDays(at, 1);
    if (!['sat', 'sun'].includes(weekdayOf(at))) left -= 1;
  }
  return at;
}

/* The day by which the file is whole. */
export function fileDue(way: Way, day: string): string {
  return way.fileWorkDays !== undefined ? addWorkDays(day, way.fileWorkDays) : addDays(day, way.fileDays ?? 30);
}
