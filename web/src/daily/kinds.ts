/* Everything a carer taps: THE table of kinds, from which the grid, the panels, the Observations, the day's card and the sheet are
 * made. docs/daily.md is the same table for those who read the record. To add a kind: a row here, its words in i18n/vi/daily.ts
 * and i18n/en/daily.ts, its row in docs/daily.md.
 *
 * An answer that is worth telling the next shift is `notable`; it carries interpretation A. No answer is an alert by itself. */

import type { Coding } from '../fhir/types';
import { LOINC, SNOMED } from '../vitals/kinds';
import type { PictureName } from './pictures';

export const CARE_SYSTEM = 'urn:ansinh:care';
export const answerSystem = (kind: string): string => `${CARE_SYSTEM}:${kind}`;

export interface Answer { code: string; notable?: true; share?: number; icon?: PictureName }
/* A second question, which may be left untouched. */
export interface Aside { code: string; answers: string[]; many?: true }

export type Ask =
  | 'answer'   /* one tap of an answer is the whole entry */
  | 'meal'     /* an answer for each person of a group */
  | 'amount'   /* mL */
  | 'number'   /* weight, glucose: a vital sign with its unit */
  | 'seizure' | 'note';

export interface CareKind {
  key: CareKey;
  icon: PictureName;
  ask: Ask;
  answers: Answer[];
  asides: Aside[];
  /* amounts offered, in mL */
  amounts: number[];
  /* beside urn:ansinh:care */
  codings: Coding[];
  /* of a whole room at once */
  group: boolean;
  /* the same again within so many minutes is asked about */
  nearMinutes: number;
  /* stands in the grid from the start; the others behind "more" */
  often: boolean;
}

export const CARE_KEYS = [
  'meal', 'drink', 'output', 'hygiene', 'bowel', 'urine', 'turning', 'sleep', 'mood', 'activity', 'observe', 'skin', 'weight', 'glucose', 'seizure',
  'neuro', 'restraint-check', 'note',
] as const;
export type CareKey = (typeof CARE_KEYS)[number];

const plain = (...codes: string[]): Answer[] => codes.map((c) => (c.endsWith('*') ? { code: c.slice(0, -1), notable: true as const } : { code: c }));

type Row = Pick<CareKind, 'key' | 'icon'> & Partial<CareKind>;
const row = (r: Row): CareKind => ({ ask: 'answer', answers: [], asides: [], amounts: [], codings: [], group: false, nearMinutes: 10, often: true, ...r });

export const MEAL_TIMES = ['breakfast', 'lunch', 'supper', 'snack'] as const;
export type MealTime = (typeof MEAL_TIMES)[number];

export const KINDS: CareKind[] = [
  row({
    key: 'meal', icon: 'meal', ask: 'meal', group: true,
    answers: [
      { code: 'all', share: 100, icon: 'plate4' }, { code: 'three-quarters', share: 75, icon: 'plate3' }, { code: 'half', share: 50, icon: 'plate2' },
      { code: 'little', share: 25, notable: true, icon: 'plate1' }, { code: 'none', share: 0, notable: true, icon: 'plate0' },
      { code: 'refused', share: 0, notable: true, icon: 'refuse' },
    ],
  }),
  row({ key: 'drink', icon: 'drink', ask: 'amount', amounts: [50, 100, 150, 200, 250, 300], asides: [{ code: 'fluid', answers: ['water', 'milk', 'soup', 'juice', 'tube', 'infusion'] }], group: true, nearMinutes: 5 }),
  row({ key: 'output', icon: 'output', ask: 'amount', amounts: [50, 100, 200, 300, 400, 500], asides: [{ code: 'fluid-out', answers: ['urine', 'vomit', 'drain', 'stool'] }] }),
  row({ key: 'hygiene', icon: 'bath', answers: plain('bath', 'bed-bath', 'wash', 'mouth', 'hair', 'nails', 'change', 'refused*'), group: true }),
  row({
    key: 'bowel', icon: 'bowel', answers: plain('none', '1*', '2', '3', '4', '5', '6*', '7*', 'blood*'),
    codings: [{ system: SNOMED, code: '443172007', display: 'Bristol stool form score' }],
  }),
  row({ key: 'urine', icon: 'drop', answers: plain('normal', 'dark*', 'little*', 'none*', 'blood*', 'leak') }),
  row({
    key: 'turning', icon: 'turn', answers: plain('left', 'right', 'back', 'sitting', 'prone'), nearMinutes: 5,
    codings: [{ system: LOINC, code: '8361-8', display: 'Body position with respect to gravity' }],
  }),
  row({ key: 'sleep', icon: 'moon', answers: plain('well', 'woke', 'little*', 'none*'), group: true }),
  row({ key: 'mood', icon: 'face', answers: plain('calm', 'happy', 'sad*', 'anxious*', 'irritable*', 'aggressive*', 'withdrawn*', 'confused*', 'voices*') }),
  row({ key: 'activity', icon: 'walk', answers: plain('exercise', 'walk', 'group', 'work', 'outdoors', 'family', 'rested', 'refused'), group: true }),
  row({ key: 'observe', icon: 'eye', answers: plain('asleep', 'calm', 'restless*', 'not-found*'), group: true, nearMinutes: 5 }),
  row({ key: 'skin', icon: 'skin', answers: plain('intact', 'red*', 'broken*', 'wound*'), group: true }),
  row({ key: 'weight', icon: 'weight', ask: 'number', often: false }),
  row({ key: 'glucose', icon: 'sugar', ask: 'number', often: false }),
  row({
    key: 'seizure', icon: 'seizure', ask: 'seizure', often: false, answers: plain('generalised*', 'focal*', 'absence*', 'unsure*'),
    asides: [{ code: 'seizure-action', answers: ['side', 'airway', 'medicine', 'called', 'hospital'], many: true }],
    codings: [{ system: SNOMED, code: '91175000', display: 'Seizure' }],
  }),
  row({ key: 'neuro', icon: 'head', answers: plain('as-before', 'drowsy*', 'confused*', 'vomiting*', 'headache*', 'unrousable*'), nearMinutes: 5, often: false }),
  row({ key: 'restraint-check', icon: 'lock', answers: plain('safe', 'loosened', 'released', 'harm*'), nearMinutes: 5, often: false }),
  row({ key: 'note', icon: 'note', ask: 'note' }),
];

export function careKind(key: string): CareKind | undefined {
  return KINDS.find((k) => k.key === key);
}
export const kindOf = (key: CareKey): CareKind => {
  const kind = careKind(key);
  if (!kind) throw new RangeError(key);
  return kind;
};
