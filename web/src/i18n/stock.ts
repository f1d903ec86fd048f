/* The catalogue of ward stock: it comes with its screens, not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { stock as en } from './en/stock';
import { fill, type MessageParams } from './format';
import { stock as vi } from './vi/stock';

export type StockKey = keyof typeof vi;
export const STOCK_CATALOGUES: Record<Lang, Record<StockKey, string>> = { vi, en };
export type StockWords = (key: StockKey, params?: MessageParams) => string;

const wordsIn = (lang: Lang): StockWords => (key, params) => fill(STOCK_CATALOGUES[lang][key], params);
/* What stands in the record is Vietnamese, whatever language the page has at this moment. */
export const recordWords = wordsIn('vi');

export function useStockWords(): StockWords {
  const { lang } = useI18n();
  return useMemo(() => wordsIn(lang), [lang]);
}
