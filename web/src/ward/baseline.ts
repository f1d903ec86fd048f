/* What is usual for this one person, from the readings of the last two weeks: an annotation beside a field. It never enters
 * the score and never quietens anything. */

import type { Reading } from '../vitals/reading';

export interface Baseline { low: number; high: number; n: number }

const DAYS = 14;
/* fewer say nothing about what is usual */
const LEAST = 5;

/* The middle eight tenths; `second` is the lower pressure. */
export function baselineOf(readings: Reading[] | undefined, part: 'main' | 'second', now: number): Baseline | undefined {
  const values = (readings ?? [])
    .filter((r) => r.at !== undefined && r.at <= now && now - r.at <= DAYS * 86_400_000)
    .map((r) => r[part]?.chart).filter((v): v is number => v !== undefined).sort((a, b) => a - b);
  if (values.length < LEAST) return undefined;
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] as number;
  return { low: at(0.1), high: at(0.9), n: values.length };
}

export const isUnusual = (value: number | undefined, b: Baseline | undefined): boolean =>
  value !== undefined && b !== undefined && (value < b.low || value > b.high);
