/* NEWS2 (Royal College of Physicians, 2017), as docs/board.md tells it is kept.
 *
 * What it never does: it takes no sign for granted (an untouched consciousness or oxygen field makes the score incomplete), it
 * uses the second SpO2 scale only when a doctor has set it, it does not exist under 16 or in pregnancy, and a personal baseline
 * does not enter it at all. */

import type { Acvpu } from '../vitals/kinds';

export type Param = 'breathing' | 'spo2' | 'oxygen' | 'systolic' | 'pulse' | 'consciousness' | 'temperature';
export const PARAMS: Param[] = ['breathing', 'spo2', 'oxygen', 'systolic', 'pulse', 'consciousness', 'temperature'];

export interface Signs {
  breathing?: number | undefined;
  spo2?: number | undefined;
  oxygen?: boolean | undefined;
  systolic?: number | undefined;
  pulse?: number | undefined;
  consciousness?: Acvpu | undefined;
  temperature?: number | undefined;
}

export type Band = 'routine' | 'low' | 'single' | 'urgent' | 'emergency';
export type Scale = 1 | 2;

export interface Score {
  points: Partial<Record<Param, number>>;
  /* of what is known so far */
  sum: number;
  /* a sign alone with three points calls for a doctor, whatever the sum, also while the rest is missing */
  threes: Param[];
  missing: Param[];
  complete: boolean;
  /* of a complete score; of an incomplete one the least it can be, when that already calls somebody */
  band: Band | undefined;
}

/* Up to and with `to` it has these points; the last has no end. */
type Table = readonly (readonly [to: number, points: number])[];
const END = Infinity;
const TABLES = {
  breathing: [[8, 3], [11, 1], [20, 0], [24, 2], [END, 3]],
  spo2Scale1: [[91, 3], [93, 2], [95, 1], [END, 0]],
  spo2Scale2Air: [[83, 3], [85, 2], [87, 1], [END, 0]],
  spo2Scale2Oxygen: [[83, 3], [85, 2], [87, 1], [92, 0], [94, 1], [96, 2], [END, 3]],
  systolic: [[90, 3], [100, 2], [110, 1], [219, 0], [END, 3]],
  pulse: [[40, 3], [50, 1], [90, 0], [110, 1], [130, 2], [END, 3]],
  temperature: [[35.0, 3], [36.0, 1], [38.0, 0], [39.0, 1], [END, 2]],
} as const satisfies Record<string, Table>;

function lookUp(table: Table, value: number): number {
  return (table.find(([to]) => value <= to) as readonly [number, number])[1];
}

/* A thermometer shows tenths; what comes as 38.04 is read as it would show. */
const tenth = (value: number): number => Math.round(value * 10) / 10;

/* With scale 2 the points of SpO2 depend on oxygen only from 93 % on; below, they are known without it. */
function spo2Points(signs: Signs, scale: Scale): number | undefined {
  const { spo2, oxygen } = signs;
  if (spo2 === undefined) return undefined;
  if (scale === 1) return lookUp(TABLES.spo2Scale1, spo2);
  if (oxygen === undefined && spo2 > 92) return undefined;
  return lookUp(oxygen ? TABLES.spo2Scale2Oxygen : TABLES.spo2Scale2Air, spo2);
}

function pointsOf(param: Param, signs: Signs, scale: Scale): number | undefined {
  switch (param) {
    case 'spo2': return spo2Points(signs, scale);
    case 'oxygen': return signs.oxygen === undefined ? undefined : signs.oxygen ? 2 : 0;
    case 'consciousness': return signs.consciousness === undefined ? undefined : signs.consciousness === 'A' ? 0 : 3;
    case 'temperature': return signs.temperature === undefined ? undefined : lookUp(TABLES.temperature, tenth(signs.temperature));
    default: {
      const value = signs[param];
      return value === undefined ? undefined : lookUp(TABLES[param], value);
    }
  }
}

function bandOf(sum: number, hasThree: boolean): Band {
  if (sum >= 7) return 'emergency';
  if (sum >= 5) return 'urgent';
  if (hasThree) return 'single';
  return sum >= 1 ? 'low' : 'routine';
}

export function news2(signs: Signs, scale: Scale): Score {
  const points: Partial<Record<Param, number>> = {};
  for (const param of PARAMS) {
    const n = pointsOf(param, signs, scale);
    if (n !== undefined) points[param] = n;
  }
  const sum = PARAMS.reduce((all, p) => all + (points[p] ?? 0), 0);
  const threes = PARAMS.filter((p) => points[p] === 3);
  const missing = PARAMS.filter((p) => signs[p] === undefined);
  const complete = missing.length === 0;
  const least = bandOf(sum, threes.length > 0);
  return { points, sum, threes, missing, complete, band: complete || calls(least) ? least : undefined };
}

/* Bands that call somebody now. */
export const calls = (band: Band | undefined): boolean => band === 'single' || band === 'urgent' || band === 'emergency';

export type NoScore = 'child' | 'pregnant';
/* or who may not be scored just now: nobody can say which scale they have */
export type Unscored = NoScore | 'scale';

/* Whom the score is not made for. An unknown age counts as grown up, and a year of birth alone as the younger age it allows. */
export function whyNoScore(years: number | undefined, isAbout: boolean, isPregnant: boolean): NoScore | undefined {
  if (years !== undefined && (isAbout ? years - 1 : years) < 16) return 'child';
  return isPregnant ? 'pregnant' : undefined;
}
