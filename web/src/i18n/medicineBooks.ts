/* The catalogue of medicine books and official lists: it comes with their screens, not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { medicineBooks as en } from './en/medicineBooks';
import { fill, type MessageParams } from './format';
import { medicineBooks as vi } from './vi/medicineBooks';

export type BookKey = keyof typeof vi;
export const BOOK_CATALOGUES: Record<Lang, Record<BookKey, string>> = { vi, en };
export type BookSay = (key: BookKey, params?: MessageParams) => string;

export function useBookWords(): BookSay {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(BOOK_CATALOGUES[lang][key], params), [lang]);
}
