/* The catalogue of coming and going: large, and wanted by few screens, so it comes with them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { stay as en } from './en/stay';
import { fill, type MessageParams } from './format';
import { stay as vi } from './vi/stay';

export type StayKey = keyof typeof vi;
export const STAY_CATALOGUES: Record<Lang, Record<StayKey, string>> = { vi, en };

export type StayWords = (key: StayKey, params?: MessageParams) => string;

export function useWords(): StayWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(STAY_CATALOGUES[lang][key], params), [lang]);
}
