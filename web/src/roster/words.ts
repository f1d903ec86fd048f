/* Days and duties in the words of a page. */

import type { RosterKey, RosterWords } from '../i18n/roster';
import { weekdayOf } from '../fhir/zone';
import { codesIn } from './duty';
import type { DutyCode } from './shifts';

export const weekday = (day: string, w: RosterWords): string => w(`weekday.${weekdayOf(day)}` as RosterKey);
export const dayWord = (day: string, w: RosterWords): string => `${weekday(day, w)} ${day.slice(8)}/${day.slice(5, 7)}`;
export const monthWord = (month: string): string => `${month.slice(5)}/${month.slice(0, 4)}`;
export const letterOf = (code: DutyCode, w: RosterWords): string => w(`letter.${code}`);
export const lettersOf = (value: string, w: RosterWords): string => codesIn(value).map((c) => letterOf(c, w)).join('+');
export const dutyWord = (value: string, w: RosterWords): string => codesIn(value).map((c) => w(`code.${c}`)).join(', ') || w('off');
