/* The catalogue of coming and going: large, and wanted by few screens, so it comes with them. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { clients as enClients } from './en/clients';
import { deaths as enDeaths } from './en/deaths';
import { stay as enStay } from './en/stay';
import { fill, type MessageParams } from './format';
import { clients as viClients } from './vi/clients';
import { deaths as viDeaths } from './vi/deaths';
import { stay as viStay } from './vi/stay';

const vi = { ...viStay, ...viClients, ...viDeaths } as const;
const en: Record<keyof typeof vi, string> = { ...enStay, ...enClients, ...enDeaths };

export type StayKey = keyof typeof vi;
export const STAY_CATALOGUES: Record<Lang, Record<StayKey, string>> = { vi, en };

export type StayWords = (key: StayKey, params?: MessageParams) => string;

export function useWords(): StayWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(STAY_CATALOGUES[lang][key], params), [lang]);
}
