/* What a plan may propose: content (content/plans/care.json), read here and nowhere else. A result of an instrument speaks for some; nothing is
 * chosen by itself. */

import content from '../../../content/plans/care.json';
import { numberOf } from '../fhir/decimal';
import type { Observation } from '../fhir/types';
import type { Lang } from '../vitals/number';
import { careKind, type CareKey } from '../daily/kinds';

export type Unit = 'min' | 'h' | 'd' | 'wk' | 'mo';
export const UNITS: Unit[] = ['min', 'h', 'd', 'wk', 'mo'];
type Text = Record<Lang, string>;

/* Something done at hours or every so often comes due on the shift board; words do not. */
export interface Activity { kind?: CareKey; every?: number; unit?: Unit; at?: string[]; text?: Text }
export interface Suggestion { id: string; title: Text; goal: Text; source: string; activities: Activity[]; why: Why[] }
export interface Why { score: string; value: number; at: number }

interface When { score: string; atMost?: number; atLeast?: number }

export const SCORE = 'urn:ansinh:score';
/* the instruments whose results are read */
export const INSTRUMENTS = [...new Set(content.plans.flatMap((p) => (p.when as When[]).map((w) => w.score)))];

/* The newest standing result of each instrument. */
export function newestScores(seen: Observation[]): Why[] {
  const newest = new Map<string, Why>();
  for (const o of seen) {
    const score = o.code?.coding?.find((c) => c.system === SCORE)?.code ?? '';
    const value = numberOf(o.valueQuantity?.value);
    const at = Date.parse(o.effectiveDateTime ?? '');
    if (o.status === 'entered-in-error' || !INSTRUMENTS.includes(score) || value === undefined || !Number.isFinite(at)) continue;
    const before = newest.get(score);
    if (!before || before.at < at) newest.set(score, { score, value, at });
  }
  return [...newest.values()].sort((a, b) => (a.score < b.score ? -1 : 1));
}

const speaks = (w: When, s: Why): boolean => w.score === s.score && (w.atMost === undefined || s.value <= w.atMost) && (w.atLeast === undefined || s.value >= w.atLeast);

/* All of them, those that a result speaks for first. */
export function suggestionsFor(scores: Why[]): Suggestion[] {
  const all = content.plans.map((p): Suggestion => ({
    id: p.id, title: p.title, goal: p.goal, source: p.source,
    activities: (p.activities as Activity[]).filter((a) => a.text !== undefined || (a.kind !== undefined && careKind(a.kind) !== undefined)),
    why: scores.filter((s) => (p.when as When[]).some((w) => speaks(w, s))),
  }));
  return [...all.filter((s) => s.why.length > 0), ...all.filter((s) => s.why.length === 0)];
}
