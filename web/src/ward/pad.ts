/* What the docked pad makes of a key. It knows how long a value can be: when no further digit can follow, the next field is
 * next, so that a full set takes as few taps as it has digits. The comma of a temperature comes by itself. */

import type { NumberField } from '../vitals/kinds';

export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | ',' | 'back';

const longest: Record<Exclude<NumberField, 'temperature'>, number> = {
  breathing: 2, spo2: 3, systolic: 3, diastolic: 3, pulse: 3, weight: 5, glucose: 5,
};

/* Before the comma of a temperature: three of one that begins with 1, which is 100 °F and more. */
const wholeDigits = (text: string): number => (text.startsWith('1') ? 3 : 2);

export function padType(field: NumberField, text: string, key: PadKey): string {
  if (key === 'back') return text.endsWith(',') ? text.slice(0, -2) : text.slice(0, -1);
  if (key === ',') return text === '' || text.includes(',') ? text : `${text},`;
  const digits = text.replace(/\D/g, '');
  if (field === 'temperature') {
    if (digits.length > wholeDigits(text)) return text;
    return digits.length === wholeDigits(text) && !text.includes(',') ? `${text},${key}` : text + key;
  }
  if (digits.length >= longest[field]) return text;
  return text + key;
}

/* Can no further digit follow? 1, 2 and 3 begin a pressure or a pulse of three digits; 10 begins the one SpO2 of three. */
export function isFull(field: NumberField, text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (field === 'breathing') return digits.length === 2;
  if (field === 'spo2') return digits.length === 3 || (digits.length === 2 && digits !== '10');
  if (field === 'temperature') return digits.length > wholeDigits(text);
  if (field === 'weight' || field === 'glucose') return false;
  return digits.length === 3 || (digits.length === 2 && digits[0] !== undefined && digits[0] > '3');
}
