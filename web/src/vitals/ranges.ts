/* Two fences around every number. Outside the outer one a value cannot be true of a living person or of the device, so it
 * is refused; outside the inner one it is rare enough that a slip of the finger is likelier, so the person is asked to look
 * again. Neither fence is a diagnosis or an alert, and no value is ever changed or filled in.
 *
 * These limits guard against typing errors only. They await a clinician's review before release, like every clinical table. */

import type { NumberField } from './kinds';

export interface Fence { min: number; max: number; rareLow: number; rareHigh: number; decimals: number }

export type GlucoseUnit = 'mmol/L' | 'mg/dL';
export type Stage = 'infant' | 'child' | 'adult';

const fence = (min: number, rareLow: number, rareHigh: number, max: number, decimals = 0): Fence =>
  ({ min, max, rareLow, rareHigh, decimals });

const ADULT: Record<Exclude<NumberField, 'glucose'>, Fence> = {
  breathing: fence(3, 8, 35, 90),
  spo2: fence(30, 85, 100, 100),
  systolic: fence(30, 80, 220, 300),
  diastolic: fence(10, 40, 130, 200),
  pulse: fence(15, 40, 150, 300),
  temperature: fence(25, 35, 40, 45, 1),
  weight: fence(2, 30, 150, 400, 2),
};

const CHILD: Partial<typeof ADULT> = {
  breathing: fence(3, 10, 60, 120),
  systolic: fence(20, 60, 160, 250),
  diastolic: fence(5, 30, 110, 180),
  pulse: fence(15, 50, 190, 300),
  weight: fence(1, 5, 100, 250, 2),
};

const INFANT: Partial<typeof ADULT> = {
  ...CHILD,
  breathing: fence(3, 20, 80, 150),
  systolic: fence(15, 50, 130, 200),
  pulse: fence(15, 70, 220, 350),
  weight: fence(0.3, 1.5, 16, 30, 3),
};

const GLUCOSE: Record<GlucoseUnit, Fence> = {
  'mmol/L': fence(0.5, 3, 25, 55, 1),
  'mg/dL': fence(10, 54, 450, 990, 0),
};

export function stageOf(years: number | undefined): Stage {
  if (years === undefined || years >= 16) return 'adult';
  return years < 2 ? 'infant' : 'child';
}

export function fenceOf(field: NumberField, stage: Stage, unit: GlucoseUnit | ''): Fence | undefined {
  if (field === 'glucose') return unit === '' ? undefined : GLUCOSE[unit];
  const table = stage === 'infant' ? INFANT : stage === 'child' ? CHILD : {};
  return table[field] ?? ADULT[field];
}

export type Verdict = 'fine' | 'rare' | 'impossible';

export function judge(value: number, f: Fence): Verdict {
  if (value < f.min || value > f.max) return 'impossible';
  return value < f.rareLow || value > f.rareHigh ? 'rare' : 'fine';
}

/* A comma forgotten ("382" for 38,2) is the commonest slip with a temperature. */
export function forgottenComma(value: number, f: Fence): number | undefined {
  if (f.decimals === 0 || !Number.isInteger(value)) return undefined;
  const meant = value / 10;
  return judge(value, f) === 'impossible' && judge(meant, f) !== 'impossible' ? meant : undefined;
}

/* 98,6 was read off a thermometer in °F; typed without its comma it is 986. In tenths of a °C, as ours show. */
export function fromFahrenheit(value: number, f: Fence): number | undefined {
  if (judge(value, f) !== 'impossible') return undefined;
  for (const read of Number.isInteger(value) ? [value, value / 10] : [value]) {
    const meant = Math.round(((read - 32) * 50) / 9) / 10;
    if (judge(meant, f) !== 'impossible') return meant;
  }
  return undefined;
}

/* 95 "mmol/L" was read off a mg/dL device, 5,4 "mg/dL" off a mmol/L one. */
export function likelierUnit(value: number, unit: GlucoseUnit): GlucoseUnit | undefined {
  const other: GlucoseUnit = unit === 'mmol/L' ? 'mg/dL' : 'mmol/L';
  return judge(value, GLUCOSE[unit]) === 'impossible' && judge(value, GLUCOSE[other]) !== 'impossible' ? other : undefined;
}

/* A weight that moved by more than a tenth since a recent weighing is worth a second look. */
export function weightJump(value: number, previous: number | undefined): boolean {
  return previous !== undefined && previous > 0 && Math.abs(value - previous) / previous > 0.1;
}
