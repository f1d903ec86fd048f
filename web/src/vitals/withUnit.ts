/* A number as it is said at the bed, with its unit behind it: a pulse "88 l/p", "96%", a temperature of 37 degrees 5. What follows the number is
 * taken off where it can only be the unit of that field, which stands beside the field anyway; a word that may mean something else stays, and the
 * field is refused as before. Glucose is measured in two units: there the word only says which of them is meant, and whoever stands at the bed
 * chooses it by a press. Words are compared without their marks (text.ts). */

import { foldText } from '../text';
import type { NumberField } from './kinds';
import type { GlucoseUnit } from './ranges';

const RATE = /^(?:lan|l|nhip|breaths|beats)?\s*\/\s*(?:phut|ph|p|min)$|^(?:lan|nhip|bpm)$/;
const PRESSURE = /^mmhg$/;
const WORDS: Record<Exclude<NumberField, 'glucose'>, RegExp> = {
  breathing: RATE, pulse: RATE, spo2: /^%$/, systolic: PRESSURE, diastolic: PRESSURE,
  temperature: /^(?:°|do|o)?\s*c$|^do$|^°$/, weight: /^(?:kg|ki|ky|can)$/,
};
const DEGREES = /^(\d{2})\s*(?:do|°)\s*(\d)$/;
const GLUCOSE = /^(mmol|mg)(?:\s*\/\s*(?:l|dl))?$/;

const plain = (typed: string): string => foldText(typed.normalize('NFC').trim());
const parts = (typed: string): [number: string, word: string] | undefined => {
  const m = /^(\d[\d.,]*)\s*(\D+)$/.exec(plain(typed));
  return m?.[1] === undefined || m[2] === undefined ? undefined : [m[1], m[2]];
};

/* The number alone, or all of it where it ends in nothing of the kind. */
export function plainNumber(field: NumberField, typed: string): string {
  const degrees = field === 'temperature' ? DEGREES.exec(plain(typed)) : null;
  if (degrees) return `${degrees[1]},${degrees[2]}`;
  const [number, word] = parts(typed) ?? ['', ''];
  return word !== '' && (field === 'glucose' ? GLUCOSE : WORDS[field]).test(word) ? number : typed.trim();
}

/* The unit of glucose that was typed behind the number. */
export function unitNamed(typed: string): GlucoseUnit | undefined {
  const named = GLUCOSE.exec(parts(typed)?.[1] ?? '')?.[1];
  return named === undefined ? undefined : named === 'mg' ? 'mg/dL' : 'mmol/L';
}
