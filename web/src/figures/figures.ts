/* Organization/$sensitive-counts as a table: rows of organisations, columns by sex and age. What the server hides is undefined here, and
 * is never worked out: neither added up nor guessed. */

import type { Resource } from '../fhir/types';

export const ABOUT = ['hiv', 'substance', 'violence', 'screening-mental', 'screening-substance'] as const;
export type About = (typeof ABOUT)[number];
export const isAbout = (text: string): text is About => (ABOUT as readonly string[]).includes(text);

interface Part {
  name: string; part?: Part[]; valueInteger?: number; valueCode?: string; valueDate?: string; valueReference?: { reference?: string; display?: string };
}
export interface Answer extends Resource { resourceType: 'Parameters'; parameter?: Part[] }

export type Count = number | undefined;
export interface Column { sex: 'male' | 'female' | 'unknown'; from?: number; to?: number }
export interface Row { id: string; name: string; counts: Count[]; total: Count }
export interface Figures { asOf: string; organization: string; columns: Column[]; rows: Row[]; all: Row }

const first = (parts: Part[], name: string): Part | undefined => parts.find((p) => p.name === name);
const each = (parts: Part[], name: string): Part[] => parts.filter((p) => p.name === name);

function columnOf(p: Part): Column {
  const sex = first(p.part ?? [], 'sex')?.valueCode;
  const from = first(p.part ?? [], 'from')?.valueInteger;
  const to = first(p.part ?? [], 'to')?.valueInteger;
  return { sex: sex === 'male' || sex === 'female' ? sex : 'unknown', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function rowOf(p: Part | undefined): Row {
  const parts = p?.part ?? [];
  const organization = first(parts, 'organization')?.valueReference;
  return {
    id: organization?.reference ?? '', name: organization?.display ?? organization?.reference ?? '',
    counts: each(parts, 'count').map((c) => c.valueInteger), total: first(parts, 'total')?.valueInteger,
  };
}

export function figuresOf(answer: Answer): Figures {
  const parts = answer.parameter ?? [];
  const organization = first(parts, 'organization')?.valueReference;
  return {
    asOf: first(parts, 'asOf')?.valueDate ?? '', organization: organization?.display ?? '', columns: each(parts, 'column').map(columnOf),
    rows: each(parts, 'row').map(rowOf).sort((a, b) => a.name.localeCompare(b.name, 'vi')), all: rowOf(first(parts, 'all')),
  };
}

export const hasHidden = (f: Figures): boolean => [...f.rows, f.all].some((r) => r.total === undefined || r.counts.includes(undefined));

/* The last days of the months before that of `today` ("2026-11-22"), the newest first. */
export function monthEnds(today: string, count: number): string[] {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  return Array.from({ length: count }, (_, i) => new Date(Date.UTC(year, month - 1 - i, 0)).toISOString().slice(0, 10));
}

/* One line a row, as a spreadsheet reads it; what is hidden is a word there too. A cell that would be run as a formula gets a mark in front. */
export function csvOf(f: Figures, words: { organization: string; column: (c: Column) => string; total: string; all: string; hidden: string }): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  const number = (n: Count): string => (n === undefined ? cell(words.hidden) : String(n));
  const line = (name: string, r: Row): string => [cell(name), ...r.counts.map(number), number(r.total)].join(',');
  return [[words.organization, ...f.columns.map(words.column), words.total].map(cell).join(','), ...f.rows.map((r) => line(r.name, r)), line(words.all, f.all)].join('\r\n');
}
