/* How the rules do: the answer of PlanDefinition/$alerts as rows, and what share of what they raised was worth it. */

import type { Resource } from '../fhir/types';

interface Part { name: string; valueString?: string; valueDate?: string; valueReference?: { display?: string }; valueCode?: string; valueInteger?: number; valueCanonical?: string; valueId?: string; valueBoolean?: boolean; part?: Part[] }
export interface RuleAnswer extends Resource { resourceType: 'Parameters'; parameter?: Part[] }

export interface RuleRow {
  id: string; url: string; version: string; title: { vi: string; en: string }; source: { vi: string; en: string }; review: string; clock: boolean; status: string;
  raised: number; open: number; acted: number; dismissed: number; withdrawn: number; settled: number; off: boolean; why: string;
}

const find = (parts: Part[], name: string): Part | undefined => parts.find((p) => p.name === name);

function row(parts: Part[]): RuleRow {
  const n = (name: string): number => find(parts, name)?.valueInteger ?? 0;
  const title = find(parts, 'title')?.valueString ?? '';
  const source = find(parts, 'source')?.valueString ?? '';
  return {
    id: find(parts, 'id')?.valueId ?? '', url: find(parts, 'url')?.valueCanonical ?? '', version: find(parts, 'version')?.valueString ?? '',
    title: { vi: title, en: find(parts, 'title-en')?.valueString ?? title }, source: { vi: source, en: find(parts, 'source-en')?.valueString ?? source }, review: find(parts, 'review')?.valueCode ?? '',
    clock: find(parts, 'trigger')?.valueCode === 'clock', status: find(parts, 'status')?.valueCode ?? '',
    raised: n('raised'), open: n('open') + n('acknowledged'), acted: n('acted'), dismissed: n('dismissed'), withdrawn: n('withdrawn'), settled: n('settled'),
    off: find(parts, 'off')?.valueBoolean === true, why: find(parts, 'why')?.valueString ?? '',
  };
}

export function rowsOf(answer: RuleAnswer): RuleRow[] {
  return (answer.parameter ?? []).filter((p) => p.name === 'rule').map((p) => row(p.part ?? [])).sort((a, b) => b.raised - a.raised || (a.id < b.id ? -1 : 1));
}

/* Of those that people judged, how many were acted on; undefined while nobody has judged any. */
export function precision(r: Pick<RuleRow, 'acted' | 'dismissed'>): number | undefined {
  const judged = r.acted + r.dismissed;
  return judged === 0 ? undefined : Math.round((100 * r.acted) / judged);
}

/* What the rule would have raised: PlanDefinition/<id>/$dry-run. Nothing is written by it. */
export interface Rehearsal { days: number; partial: boolean; asked: number; failed: number; held: number; raised: number; persons: number; perDay: number; busiest: { day: string; n: number } | undefined; wards: { name: string; n: number }[] }

export function rehearsalOf(answer: RuleAnswer): Rehearsal {
  const all = answer.parameter ?? [];
  const n = (name: string): number => find(all, name)?.valueInteger ?? 0;
  const days = all.filter((p) => p.name === 'day').map((p) => ({ day: find(p.part ?? [], 'date')?.valueDate ?? '', n: find(p.part ?? [], 'raised')?.valueInteger ?? 0 }));
  const wards = all.filter((p) => p.name === 'ward').map((p) => ({ name: find(p.part ?? [], 'ward')?.valueReference?.display ?? '', n: find(p.part ?? [], 'raised')?.valueInteger ?? 0 }));
  return {
    days: n('days'), partial: find(all, 'partial')?.valueBoolean === true, asked: n('asked'), failed: n('failed'), held: n('held'), raised: n('raised'), persons: n('persons'),
    perDay: n('days') === 0 ? 0 : Math.round((10 * n('raised')) / n('days')) / 10,
    busiest: [...days].sort((a, b) => b.n - a.n || (a.day < b.day ? -1 : 1))[0], wards: wards.filter((x) => x.n > 0).sort((a, b) => b.n - a.n),
  };
}
