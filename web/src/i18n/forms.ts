/* The catalogue of screening: large, and wanted by few screens, so it comes with them and not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { forms as en } from './en/forms';
import { fill, type MessageParams } from './format';
import { forms as vi } from './vi/forms';

export type FormKey = keyof typeof vi;
export const FORM_CATALOGUES: Record<Lang, Record<FormKey, string>> = { vi, en };

export type Words = (key: FormKey, params?: MessageParams) => string;

export function useWords(): Words {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(FORM_CATALOGUES[lang][key], params), [lang]);
}
