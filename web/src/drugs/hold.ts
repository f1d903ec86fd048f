/* What the hold rules say about one dose, before it is given. */

import { refersTo } from '../fhir/client';
import type { Observation } from '../fhir/types';
import { kindOf } from '../vitals/kinds';
import { readingsOf } from '../vitals/reading';
import { HOLD_RULES, type HoldRule, type HoldVital } from './holdRules';
import { atcOf, medicineStems, type Medicine } from './names';

export type HoldVerdict =
  | { kind: 'hold'; rule: HoldRule; value: number; at: number }
  | { kind: 'unmeasured'; rule: HoldRule }   /* nothing fresh enough: measure first */
  | { kind: 'clear'; rule: HoldRule; value: number; at: number };

export function rulesFor(medicine: Medicine): HoldRule[] {
  const codes = atcOf(medicine.concept);
  const stems = medicineStems(medicine);
  return HOLD_RULES.filter((rule) => codes.some((c) => rule.atc.some((a) => c.startsWith(a)))
    || stems.some((s) => rule.stems.includes(s)));
}

const VITAL_OF: Record<HoldVital, 'pulse' | 'bp' | 'glucose'> = { pulse: 'pulse', systolic: 'bp', glucose: 'glucose' };

function latest(vital: HoldVital, observations: Observation[], patientId: string, now: number): { value: number; at: number } | undefined {
  const readings = readingsOf(kindOf(VITAL_OF[vital]), observations.filter((o) => refersTo(o.subject?.reference, 'Patient', patientId)), patientId);
  const found = readings.find((r) => r.main?.chart !== undefined && r.at !== undefined && r.at <= now + 120_000);
  return found?.main?.chart === undefined || found.at === undefined ? undefined : { value: found.main.chart, at: found.at };
}

/* Holds first, then what is unmeasured, then what is clear; one verdict for each thing measured (the strictest rule). */
export function holdVerdicts(medicine: Medicine, observations: Observation[], patientId: string, now: number): HoldVerdict[] {
  const strictest = new Map<HoldVital, HoldRule>();
  for (const rule of rulesFor(medicine)) {
    const before = strictest.get(rule.vital);
    if (!before || rule.below > before.below) strictest.set(rule.vital, rule);
  }
  const rank = { hold: 0, unmeasured: 1, clear: 2 };
  return [...strictest.values()].map((rule): HoldVerdict => {
    const reading = latest(rule.vital, observations, patientId, now);
    if (!reading || now - reading.at > rule.freshHours * 3_600_000) return { kind: 'unmeasured', rule };
    return { kind: reading.value < rule.below ? 'hold' : 'clear', rule, value: reading.value, at: reading.at };
  }).sort((a, b) => rank[a.kind] - rank[b.kind] || (a.rule.id < b.rule.id ? -1 : 1));
}
