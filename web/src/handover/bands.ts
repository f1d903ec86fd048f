/* Which single readings are worth a line of the handover: those that alone mean "urgent review" (NEWS2 gives 3 points), and the
 * alerts of high pressure and low glucose. Oxygen saturation is left to the score itself, which knows the person's scale. */

import type { Observation } from '../fhir/types';
import { kindOf, type VitalKey } from '../vitals/kinds';
import { readingsOf, type Reading } from '../vitals/reading';

export interface Out { key: VitalKey; reading: Reading }

const NUMBERS: { key: VitalKey; low: number; high: number }[] = [
  { key: 'breathing', low: 8, high: 25 },
  { key: 'pulse', low: 40, high: 131 },
  { key: 'temperature', low: 35, high: 39.1 },
];
const SYSTOLIC_LOW = 90;
const SYSTOLIC_HIGH = 180;
const DIASTOLIC_HIGH = 110;
const GLUCOSE_LOW = 3.9;

export function outOfBand(o: Observation, patientId: string): Out | undefined {
  for (const { key, low, high } of NUMBERS) {
    const value = one(key, o, patientId)?.main?.chart;
    if (value !== undefined && (value <= low || value >= high)) return out(key, o, patientId);
  }
  const bp = one('bp', o, patientId);
  const [systolic, diastolic] = [bp?.main?.chart, bp?.second?.chart];
  if ((systolic !== undefined && (systolic <= SYSTOLIC_LOW || systolic >= SYSTOLIC_HIGH)) || (diastolic !== undefined && diastolic >= DIASTOLIC_HIGH)) {
    return out('bp', o, patientId);
  }
  const glucose = one('glucose', o, patientId)?.main?.chart;
  if (glucose !== undefined && glucose < GLUCOSE_LOW) return out('glucose', o, patientId);
  const awake = one('consciousness', o, patientId)?.acvpu;
  return awake !== undefined && awake !== 'A' ? out('consciousness', o, patientId) : undefined;
}

const one = (key: VitalKey, o: Observation, patientId: string): Reading | undefined => readingsOf(kindOf(key), [o], patientId)[0];
function out(key: VitalKey, o: Observation, patientId: string): Out | undefined {
  const reading = one(key, o, patientId);
  return reading && { key, reading };
}
