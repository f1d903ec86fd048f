/* The words of official lists: they come with the one screen that wants them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { lists as en } from './en/lists';
import { fill, type MessageParams } from './format';
import { lists as vi } from './vi/lists';

export type ListKey = keyof typeof vi;
export const LIST_CATALOGUES: Record<Lang, Record<ListKey, string>> = { vi, en };

export type ListWords = (key: ListKey, params?: MessageParams) => string;

export function useListWords(): ListWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(LIST_CATALOGUES[lang][key], params), [lang]);
}
