/* The catalogue of daily care, incidents and care plans: it comes with their screens, not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { daily as en } from './en/daily';
import { fill, type MessageParams } from './format';
import { daily as vi } from './vi/daily';

export type DailyKey = keyof typeof vi;
export const DAILY_CATALOGUES: Record<Lang, Record<DailyKey, string>> = { vi, en };

export type DailyWords = (key: DailyKey, params?: MessageParams) => string;

export const wordsIn = (lang: Lang): DailyWords => (key, params) => fill(DAILY_CATALOGUES[lang][key], params);
/* What stands in the record is Vietnamese, whatever language the page has at this moment. */
export const recordWords = wordsIn('vi');

export function useDailyWords(): DailyWords {
  const { lang } = useI18n();
  return useMemo(() => wordsIn(lang), [lang]);
}
