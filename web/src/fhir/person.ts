/* Who a Patient is, in the words people here use: family name first, an age that admits what is not known, and an
 * identifier that helps to tell two people of one name apart. */

import { parseFhirDate, daysInMonth, type ClockDate, type FhirDate } from './dates';
import type { HumanName, Identifier, Patient } from './types';

const NAME_ORDER = ['official', 'usual', 'temp', '', 'nickname', 'anonymous', 'maiden', 'old'];

function nameRank(name: HumanName): number {
  const at = NAME_ORDER.indexOf(name.use ?? '');
  return (at < 0 ? NAME_ORDER.length : at) + (name.period?.end ? 100 : 0);
}

const wordsOf = (name: HumanName): string => name.text?.trim() || [name.family, ...(name.given ?? [])].filter(Boolean).join(' ').trim();

/* The one they are called by. */
export const mainName = (person: { name?: HumanName[] }): HumanName | undefined =>
  [...(person.name ?? [])].sort((a, b) => nameRank(a) - nameRank(b)).find((name) => wordsOf(name) !== '');

export function personName(person: { name?: HumanName[] }): string {
  const name = mainName(person);
  return name ? wordsOf(name) : '';
}

export type Age =
  | { kind: 'years' | 'months' | 'days'; n: number }
  | { kind: 'about'; n: number }   /* only the year of birth is known, or the birthday lies within this month */
  | { kind: 'unknown' };

/* The age on a given day. A birth year alone gives "about": the person may not have had this year's birthday yet. */
export function ageOn(birthDate: string | undefined, on: ClockDate): Age {
  const born = parseFhirDate(birthDate);
  if (!born) return { kind: 'unknown' };
  if (born.precision === 'year') return about(on.year - born.year);
  let months = (on.year - born.year) * 12 + (on.month - born.month);
  if (born.precision === 'month') {
    if (on.month === born.month && months >= 12) return about(months / 12);
    return fromMonths(months);
  }
  if (on.day < Math.min(born.day, daysInMonth(on.year, on.month))) months -= 1;
  if (months < 0) return { kind: 'unknown' };
  if (months === 0) return { kind: 'days', n: daysBetween(born, on) };
  return fromMonths(months);
}

function about(n: number): Age {
  return n < 0 ? { kind: 'unknown' } : { kind: 'about', n };
}

function fromMonths(months: number): Age {
  if (months < 0) return { kind: 'unknown' };
  return months < 24 ? { kind: 'months', n: months } : { kind: 'years', n: Math.floor(months / 12) };
}

function daysBetween(from: FhirDate, to: ClockDate): number {
  const day = 86_400_000;
  return Math.round((Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / day);
}

export interface Death { dead: boolean; date: string | undefined; ageThen: Age }

export function deathOf(patient: Patient): Death {
  const date = patient.deceasedDateTime;
  const at = parseFhirDate(date);
  const ageThen: Age = at ? ageAtDeath(patient.birthDate, at) : { kind: 'unknown' };
  return { dead: date !== undefined || patient.deceasedBoolean === true, date, ageThen };
}

function ageAtDeath(birthDate: string | undefined, at: FhirDate): Age {
  const born = parseFhirDate(birthDate);
  if (born && at.precision === 'year') return about(at.year - born.year);
  return ageOn(birthDate, at);
}

/* A whole number of years where one is known, for choosing adult or child limits. Unknown counts as adult there. */
export function yearsOf(age: Age): number | undefined {
  if (age.kind === 'years' || age.kind === 'about') return age.n;
  return age.kind === 'unknown' ? undefined : 0;
}

/* Codes of v2-0203: record number, then national numbers. A social-security number comes last of all, and is
 * never the one that a list shows. */
const IDENTIFIER_ORDER = ['MR', 'PI', 'NI', 'NNVNM', 'PPN', 'DL'];
const SECRETIVE = ['SS', 'SB'];

function isGuarded(identifier: Identifier): boolean {
  return (identifier.type?.coding ?? []).some((c) => SECRETIVE.includes(c.code ?? ''));
}

function identifierRank(identifier: Identifier): number {
  const codes = (identifier.type?.coding ?? []).map((c) => IDENTIFIER_ORDER.indexOf(c.code ?? ''));
  if (isGuarded(identifier)) return 90;
  const known = codes.filter((n) => n >= 0);
  const rank = known.length > 0 ? Math.min(...known) : 50;
  return rank + (identifier.use === 'old' ? 100 : 0) + (identifier.use === 'official' ? -0.5 : 0);
}

/* `guarded`: true of numbers that are shown only when somebody asks for them. */
export interface ShownIdentifier { label: string; value: string; guarded: boolean }

export function identifiers(patient: Patient): ShownIdentifier[] {
  const seen = new Set<string>();
  return [...(patient.identifier ?? [])]
    .filter((i) => (i.value ?? '') !== '')
    .sort((a, b) => identifierRank(a) - identifierRank(b))
    .map((i) => ({ label: i.type?.text ?? i.type?.coding?.[0]?.display ?? '', value: i.value ?? '', guarded: isGuarded(i) }))
    .filter((i) => (seen.has(i.value) ? false : seen.add(i.value)));
}

/* What was typed into the search box, as search parameters to try in turn. Digits mean a number off some card;
 * digits with letters may be either (card "GD4790...", a name with a number in it), so the name is the second try. */
export function searchAttempts(typed: string): Record<string, string>[] {
  const text = typed.trim().replace(/\s+/g, ' ');
  if (text === '') return [{ _sort: 'family,given' }];
  if (!/\d/.test(text)) return [{ name: text }];
  const number = /\p{L}/u.test(text) ? text : text.replace(/\s/g, '');
  const byNumber = { identifier: escapeToken(number) };
  return /\p{L}/u.test(text) ? [byNumber, { name: text }] : [byNumber];
}

/* In a search value | , $ and \ mean something: what a person typed must not. */
function escapeToken(text: string): string {
  return text.replace(/[\\|,$]/g, (c) => `\\${c}`);
}
