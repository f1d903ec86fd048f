/* A rota as it is typed: letters with blanks between, a dash for a day off. And the ones that houses here use. */

import { foldText } from '../text';
import type { DutyCode, ShiftSystem } from './shifts';
import { readValue } from './table';

export type Rota = (DutyCode | '')[];
const MOST = 60;

const PRESETS: Record<ShiftSystem['name'], Rota[]> = {
  three: [['morning', 'afternoon', 'night', ''], ['morning', 'morning', 'afternoon', 'afternoon', 'night', 'night', '', '']],
  two: [['day', 'night12', '', ''], ['day', 'day', 'night12', 'night12', '', '', '', '']],
  one: [['whole', '', ''], ['whole', '', '', '']],
};
export const presetsOf = (system: ShiftSystem): Rota[] => [...PRESETS[system.name], ['office', 'office', 'office', 'office', 'office', '', '']];

export function readPattern(text: string, system: ShiftSystem): { rota: string[] | undefined; bad: string } {
  const words = text.trim().split(/[\s,;]+/).filter((x) => x !== '');
  const rota: string[] = [];
  for (const word of words) {
    const value = ['-', '\u2013', '\u2014'].includes(foldText(word)) ? '' : readValue(word, system);
    if (value === undefined) return { rota: undefined, bad: word };
    rota.push(value);
  }
  return rota.length === 0 || rota.length > MOST || rota.every((v) => v === '') ? { rota: undefined, bad: text.trim() } : { rota, bad: '' };
}
