/* The catalogue of consent: wanted by few screens, so it comes with them and not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { consent as en } from './en/consent';
import { fill, type MessageParams } from './format';
import { consent as vi } from './vi/consent';

export type ConsentKey = keyof typeof vi;
export const CONSENT_CATALOGUES: Record<Lang, Record<ConsentKey, string>> = { vi, en };

export type Words = (key: ConsentKey, params?: MessageParams) => string;

export function useConsentWords(): Words {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(CONSENT_CATALOGUES[lang][key], params), [lang]);
}
