/* Is this person in the record already? Who may be the same is found while somebody types, and said with the reason; who it is, a person
 * decides. Nothing here merges anybody. */

import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import { foldText } from '../text';
import type { Patient } from './forms';

export type Reason = 'number' | 'nameAndBirth' | 'nameNearBirth' | 'name';
export interface Like { patient: Patient; reason: Reason; sure: boolean }

export interface Typed { name: string; birth: string; numbers: string[] }

/* Years between two births as far as both say; undefined when one is not known. */
function yearsApart(a: string, b: string): number | undefined {
  if (a === '' || b === '') return undefined;
  return Math.abs(Number(a.slice(0, 4)) - Number(b.slice(0, 4)));
}

/* The same words in any order: "Thi Hoa Nguyen" is "Nguyễn Thị Hoa". */
const words = (text: string): string => foldText(text).split(' ').sort().join(' ');

/* 02/03/1948 and 03/02/1948, or the day where the other has only the year: near enough to ask. */
function isBirth(a: string, b: string): boolean {
  if (a.startsWith(b) || b.startsWith(a)) return true;
  const [y, m, d] = a.split('-');
  return b === `${y}-${d}-${m}`;
}

export function likeness(typed: Typed, patient: Patient): Like | undefined {
  const numbers = new Set(typed.numbers.filter((n) => n !== ''));
  if ((patient.identifier ?? []).some((i) => numbers.has(i.value ?? ''))) return { patient, reason: 'number', sure: true };
  const name = personName(patient);
  if (typed.name === '' || words(name) !== words(typed.name)) return undefined;
  const born = patient.birthDate ?? '';
  const apart = yearsApart(typed.birth, born);
  if (apart === undefined) return { patient, reason: 'name', sure: false };
  if (isBirth(typed.birth, born)) return { patient, reason: 'nameAndBirth', sure: typed.birth.length === 10 && typed.birth === born };
  return apart <= 2 ? { patient, reason: 'nameNearBirth', sure: false } : undefined;
}

const ORDER: Reason[] = ['number', 'nameAndBirth', 'nameNearBirth', 'name'];

export function likes(typed: Typed, found: Patient[]): Like[] {
  const byId = new Map(found.map((p) => [p.id ?? '', p]));
  return [...byId.values()]
    .filter((p) => !(p.link ?? []).some((l) => l.type === 'replaced-by'))
    .map((p) => likeness(typed, p)).filter((l): l is Like => l !== undefined)
    .sort((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason) || (a.patient.id ?? '').localeCompare(b.patient.id ?? ''));
}

const escape = (text: string): string => text.replace(/[\\|,$]/g, (c) => `\\${c}`);

export async function findLike(client: FhirClient, typed: Typed, signal?: AbortSignal): Promise<Like[]> {
  const numbers = typed.numbers.filter((n) => n.length >= 9);
  const asked = [
    ...(numbers.length > 0 ? [client.search<Patient>('Patient', { identifier: numbers.map(escape).join(','), _count: 10 }, signal)] : []),
    ...(typed.name.trim().includes(' ') ? [client.search<Patient>('Patient', { name: escape(typed.name.trim()), _count: 50 }, signal)] : []),
  ];
  const pages = await Promise.all(asked);
  return likes(typed, pages.flatMap((p) => p.items)).slice(0, 6);
}
