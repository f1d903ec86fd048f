/* The catalogue of the duty roster: it comes with its screens, not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { roster as en } from './en/roster';
import { fill, type MessageParams } from './format';
import { roster as vi } from './vi/roster';

export type RosterKey = keyof typeof vi;
export const ROSTER_CATALOGUES: Record<Lang, Record<RosterKey, string>> = { vi, en };
export type RosterWords = (key: RosterKey, params?: MessageParams) => string;

export function useRosterWords(): RosterWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(ROSTER_CATALOGUES[lang][key], params), [lang]);
}
