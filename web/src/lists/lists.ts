/* Official lists as the server tells of them ($lists, $list-import, $list-undo: docs/terminology.md), and what is sent to it. */

import { FhirClient, problemOf } from '../fhir/client';
import type { Resource } from '../fhir/types';

interface Part {
  name: string; part?: Part[]; valueCode?: string; valueString?: string; valueId?: string; valueDate?: string; valueInstant?: string; valueInteger?: number; valueBoolean?: boolean;
  valueAttachment?: { data: string };
}
export interface Answer extends Resource { resourceType: 'Parameters'; parameter?: Part[] }

export const KINDS = ['icd10', 'icd10-chapters', 'techniques', 'techniques-tt43', 'provinces', 'wards'] as const;
export type Kind = (typeof KINDS)[number];
const isKind = (text: string | undefined): text is Kind => (KINDS as readonly string[]).includes(text ?? '');

export interface Edition { id: string; version: string; from: string | undefined; to: string | undefined; codes: number; written: string }
export interface Import { at: string; by: string; edition: string; codes: number }
export interface Listed { kind: Kind; source: string; editions: Edition[]; imports: Import[] }

export const SORTS = ['new', 'renamed', 'gone'] as const;
export type Sort = (typeof SORTS)[number];
export interface Change { code: string; name: string; before: string | undefined }
export const WHYS = ['number', 'code', 'name', 'twice'] as const;
export interface Refusal { line: number; cell: string | undefined; why: (typeof WHYS)[number]; before: number }
export interface Plan {
  kind: Kind; edition: string; from: string | undefined; to: string | undefined; written: boolean; codes: number; same: number; restored: number;
  counts: Record<Sort, number>; changes: Record<Sort, Change[]>; refused: number; refusals: Refusal[];
  editions: { id: string; goes: boolean }[]; /* that are written; of an undo: put back, or taken away */
}

/* ---- what the server says ---- */

const first = (parts: Part[], name: string): Part | undefined => parts.find((p) => p.name === name);
const each = (parts: Part[], name: string): Part[][] => parts.filter((p) => p.name === name).map((p) => p.part ?? []);
const text = (parts: Part[], name: string): string => first(parts, name)?.valueString ?? '';
const count = (parts: Part[], name: string): number => first(parts, name)?.valueInteger ?? 0;
const day = (parts: Part[], name: string): string | undefined => first(parts, name)?.valueDate;

export function listsOf(answer: Answer): Listed[] {
  return each(answer.parameter ?? [], 'list').flatMap((list) => {
    const kind = first(list, 'kind')?.valueCode;
    return isKind(kind) ? [{
      kind, source: text(list, 'source'),
      editions: each(list, 'edition').map((e) => ({ id: first(e, 'id')?.valueId ?? '', version: text(e, 'version'), from: day(e, 'from'), to: day(e, 'to'), codes: count(e, 'codes'), written: first(e, 'written')?.valueInstant ?? '' })),
      imports: each(list, 'import').map((i) => ({ at: first(i, 'at')?.valueInstant ?? '', by: text(i, 'by'), edition: text(i, 'edition'), codes: count(i, 'codes') })),
    }] : [];
  });
}

export function planOf(answer: Answer): Plan {
  const all = answer.parameter ?? [];
  const kind = first(all, 'kind')?.valueCode;
  const changes: Record<Sort, Change[]> = { new: [], renamed: [], gone: [] };
  for (const c of each(all, 'change')) {
    const sort = SORTS.find((s) => s === first(c, 'what')?.valueCode);
    if (sort) changes[sort].push({ code: text(c, 'code'), name: text(c, 'name'), before: first(c, 'before')?.valueString });
  }
  return {
    kind: isKind(kind) ? kind : 'icd10', edition: text(all, 'edition'), from: day(all, 'from'), to: day(all, 'to'), written: first(all, 'written')?.valueBoolean === true,
    codes: count(all, 'codes'), same: count(all, 'same'), restored: count(all, 'restored'), changes, counts: { new: count(all, 'new'), renamed: count(all, 'renamed'), gone: count(all, 'gone') },
    refused: count(all, 'refused'),
    refusals: each(all, 'refusal').map((r) => ({ line: count(r, 'line'), cell: first(r, 'cell')?.valueString, why: WHYS.find((w) => w === first(r, 'why')?.valueCode) ?? 'code', before: count(r, 'before') })),
    editions: each(all, 'resource').filter((r) => text(r, 'id').startsWith('CodeSystem/')).map((r) => ({ id: text(r, 'id').slice('CodeSystem/'.length), goes: first(r, 'goes')?.valueBoolean === true })),
  };
}

export const changesNothing = (p: Plan): boolean => SORTS.every((s) => p.counts[s] === 0);

/* ---- what is sent ---- */

export const MOST_BYTES = 32 * 1024 * 1024;

export interface Load { kind: Kind; data: string; edition: string; from: string }

export function importOf(load: Load, leaveOut: boolean, dryRun: boolean): Answer {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'kind', valueCode: load.kind }, { name: 'file', valueAttachment: { data: load.data } },
      ...(load.edition.trim() === '' ? [] : [{ name: 'edition', valueString: load.edition.trim() }]),
      ...(load.from === '' ? [] : [{ name: 'fromDate', valueDate: load.from }]),
      { name: 'leaveOut', valueBoolean: leaveOut }, { name: 'dryRun', valueBoolean: dryRun },
    ],
  };
}

export const undoOf = (kind: Kind, dryRun: boolean): Answer => ({ resourceType: 'Parameters', parameter: [{ name: 'kind', valueCode: kind }, { name: 'dryRun', valueBoolean: dryRun }] });

/* The bytes as base64, some of them at a time: a multiple of 3, so that the pieces join. */
const PIECE = 3 * 8192;
export async function dataOf(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  return pieces.join('');
}

const PROBLEMS = ['heads', 'damaged', 'utf8', 'xls', 'large', 'row', 'edition', 'day', 'other-edition', 'changed', 'nothing'] as const;
export type ListProblem = (typeof PROBLEMS)[number];
/* What a person can mend; undefined: something else went wrong. */
export function listProblem(error: unknown): ListProblem | undefined {
  const { why, status } = problemOf(error);
  return PROBLEMS.find((p) => p === why) ?? (status === 413 ? 'large' : undefined);
}

/* A file of many megabytes over a slow line takes its time. */
export const SEND_MS = 300_000;
export const ask = async (client: FhirClient, operation: 'list-import' | 'list-undo', parameters: Answer): Promise<Plan> =>
  planOf(await client.invoke<Answer>(`CodeSystem/$${operation}`, 'Parameters', parameters));
