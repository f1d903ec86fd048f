/* A number as it is said at the bed: "88 lần/phút", "96%", "37 độ 5". What follows the number is taken off where it can only be the unit of
 * that field, which stands beside the field anyway; a word that may mean something else stays, and the field is refused as before. Glucose is
 * measured in two units: there the word only says which of them is meant, and whoever stands at the bed chooses it by a press. */

import type { NumberField } from './kinds';
import type { GlucoseUnit } from './ranges';

const RATE = /\s*(?:(?:lần|l|nhịp|breaths|beats)?\s*\/\s*(?:phút|ph|p|min)|lần|nhịp|bpm)$/iu;
const WORDS: Record<Exclude<NumberField, 'glucose'>, RegExp> = {
  breathing: RATE, pulse: RATE, spo2: /\s*%$/u, systolic: /\s*mmHg$/iu, diastolic: /\s*mmHg$/iu,
  temperature: /\s*(?:°\s*c|độ\s*c|oc|độ|°|c)$/iu, weight: /\s*(?:kg|kí|ký|cân)$/iu,
};
/* thirty-seven degrees five */
const DEGREES = /^(\d{2})\s*(?:độ|°)\s*(\d)$/u;
const GLUCOSE = /\s*(mmol|mg)(?:\s*\/\s*(?:l|dl))?$/iu;

/* The number alone, or all of it where it ends in nothing of the kind. */
export function plainNumber(field: NumberField, typed: string): string {
  const text = typed.normalize('NFC').trim();
  if (!/^\d/.test(text)) return text;
  if (field === 'glucose') return text.replace(GLUCOSE, '');
  return field === 'temperature' && DEGREES.test(text) ? text.replace(DEGREES, '$1,$2') : text.replace(WORDS[field], '');
}

/* The unit of glucose that was typed behind the number. */
export function unitNamed(typed: string): GlucoseUnit | undefined {
  const named = GLUCOSE.exec(typed.normalize('NFC').trim())?.[1]?.toLowerCase();
  return named === undefined ? undefined : named === 'mg' ? 'mg/dL' : 'mmol/L';
}
