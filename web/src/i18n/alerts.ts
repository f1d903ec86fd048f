/* The catalogue of alerts: fetched with its screens. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { alerts as en } from './en/alerts';
import { fill, type MessageParams } from './format';
import { alerts as vi } from './vi/alerts';

export type AlertKey = keyof typeof vi;
export const ALERT_CATALOGUES: Record<Lang, Record<AlertKey, string>> = { vi, en };

export type AlertWords = (key: AlertKey, params?: MessageParams) => string;

export function useAlertWords(): AlertWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(ALERT_CATALOGUES[lang][key], params), [lang]);
}
