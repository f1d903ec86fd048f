/* The score of a set, from what is typed and as the record keeps it (docs/board.md). */

import type { CodeableConcept, Observation } from '../fhir/types';
import type { Draft, Judged, SetKey } from '../vitals/draft';
import { SNOMED, UCUM, type VitalKey } from '../vitals/kinds';
import { Decimal } from '../fhir/decimal';
import { news2, PARAMS, type Param, type Scale, type Score, type Signs } from './news2';

export const SCORE_SYSTEM = 'urn:ansinh:score';
export const BAND_SYSTEM = 'urn:ansinh:news2-band';

const CODE: CodeableConcept = {
  coding: [
    { system: SCORE_SYSTEM, code: 'news2', display: 'NEWS2' },
    { system: SNOMED, code: '1104051000000101', display: 'Royal College of Physicians NEWS2 (National Early Warning Score 2) total score' },
  ],
  text: 'NEWS2',
};

const VITAL_OF: Record<Param, VitalKey> = {
  breathing: 'breathing', spo2: 'spo2', oxygen: 'oxygen', systolic: 'bp', pulse: 'pulse', consciousness: 'consciousness', temperature: 'temperature',
};

/* A value that cannot be true, or was marked as not measurable, is no sign. One that is rare counts: it is what worries. */
export function signsOf(draft: Draft, judged: Judged): Signs {
  const number = (field: 'breathing' | 'spo2' | 'systolic' | 'pulse' | 'temperature'): number | undefined => {
    const state = judged.fields[field];
    return state.trouble || draft.absent[field] ? undefined : state.value?.number;
  };
  return {
    breathing: number('breathing'), spo2: number('spo2'), systolic: number('systolic'), pulse: number('pulse'), temperature: number('temperature'),
    oxygen: draft.absent.oxygen || draft.oxygen === '' ? undefined : draft.oxygen === 'yes',
    consciousness: draft.absent.consciousness || draft.consciousness === '' ? undefined : draft.consciousness,
  };
}

/* Words beside the codes. */
export interface ScoreWords { incomplete: string; unit: string }

/* Undefined when nothing of the score was looked at (a weight alone). The references are keys of the set; the bundle turns
 * them into addresses. */
export function scoreObservation(
  signs: Signs, scale: Scale, made: Map<SetKey, Observation>, words: ScoreWords,
): Observation | undefined {
  const members = [...new Set(PARAMS.map((p) => VITAL_OF[p]))].filter((key) => made.has(key));
  const first = members.length > 0 ? made.get(members[0] as VitalKey) : undefined;
  if (!first) return undefined;
  const score = news2(signs, scale);
  return {
    resourceType: 'Observation', status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey', display: 'Survey' }] }],
    code: CODE, ...(first.subject ? { subject: first.subject } : {}),
    ...(first.encounter ? { encounter: first.encounter } : {}), ...(first.performer ? { performer: first.performer } : {}),
    ...valueOf(score, words),
    component: [{ code: { coding: [{ system: SCORE_SYSTEM, code: 'spo2-scale' }] }, valueInteger: scale }],
    hasMember: members.map((key) => ({ reference: key })),
  };
}

function valueOf(score: Score, words: ScoreWords): Partial<Observation> {
  if (!score.complete || !score.band) {
    const reason = { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown', display: 'Unknown' };
    return { dataAbsentReason: { coding: [reason], text: words.incomplete } };
  }
  return {
    valueQuantity: { value: new Decimal(String(score.sum)), unit: words.unit, system: UCUM, code: '{score}' },
    interpretation: [{ coding: [{ system: BAND_SYSTEM, code: score.band }] }],
  };
}
