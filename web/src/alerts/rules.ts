/* How the rules do: the answer of PlanDefinition/$alerts as rows, and what share of what they raised was worth it. */

import type { Resource } from '../fhir/types';

interface Part { name: string; valueString?: string; valueCode?: string; valueInteger?: number; valueCanonical?: string; valueId?: string; valueBoolean?: boolean; part?: Part[] }
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
