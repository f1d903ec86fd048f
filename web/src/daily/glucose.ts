/* Glucose: asked with its unit every time, because 54 is one number on two meters. Below 3.9 mmol/L is low, below 3.0 urgent (domain
 * corrections 3); then it is measured again after a quarter of an hour, which the shift board says by itself (docs/board.md). */

import type { GlucoseUnit } from '../vitals/ranges';

export const MG_PER_MMOL = 18.016;
export const LOW = 3.9;
export const URGENT = 3.0;
export const AGAIN_MS = 15 * 60_000;

export const inMmol = (value: number, unit: GlucoseUnit): number => (unit === 'mmol/L' ? value : value / MG_PER_MMOL);

export type GlucoseBand = 'low' | 'urgent';

/* 54 mg/dL is 2.997 mmol/L and 70 mg/dL 3.885: the pairs that guidelines print side by side fall on the same side of the line. */
export function bandOf(value: number, unit: GlucoseUnit): GlucoseBand | undefined {
  const mmol = inMmol(value, unit);
  if (mmol < URGENT) return 'urgent';
  return mmol < LOW ? 'low' : undefined;
}

/* The other unit, to be shown beside what was measured. */
export function converted(value: number, unit: GlucoseUnit): { value: number; unit: GlucoseUnit; decimals: number } {
  return unit === 'mmol/L' ? { value: value * MG_PER_MMOL, unit: 'mg/dL', decimals: 0 } : { value: value / MG_PER_MMOL, unit: 'mmol/L', decimals: 1 };
}
