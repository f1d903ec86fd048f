/* The words of sensitive figures: they come with the one screen that wants them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { figures as en } from './en/figures';
import { fill, type MessageParams } from './format';
import { figures as vi } from './vi/figures';

export type FigureKey = keyof typeof vi;
export const FIGURE_CATALOGUES: Record<Lang, Record<FigureKey, string>> = { vi, en };

export type FigureWords = (key: FigureKey, params?: MessageParams) => string;

export function useFigureWords(): FigureWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(FIGURE_CATALOGUES[lang][key], params), [lang]);
}
