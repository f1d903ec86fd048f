/* The words about programs of others: they come with the few screens that want them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { apps as en } from './en/apps';
import { fill, type MessageParams } from './format';
import { apps as vi } from './vi/apps';

export type AppKey = keyof typeof vi;
export const APP_CATALOGUES: Record<Lang, Record<AppKey, string>> = { vi, en };

export type AppWords = (key: AppKey, params?: MessageParams) => string;

export function useAppWords(): AppWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(APP_CATALOGUES[lang][key], params), [lang]);
}
