/* The catalogue of visits and the record: wanted by few screens, so it comes with them and not with the first one. */

import { useMemo } from 'react';
import type { Lang } from '../vitals/number';
import { useI18n } from './context';
import { clients as enClients } from './en/clients';
import { visits as enVisits } from './en/visits';
import { health as enHealth } from './en/health';
import { prescribe as enPrescribe } from './en/prescribe';
import { results as enResults } from './en/results';
import { fill, type MessageParams } from './format';
import { clients as viClients } from './vi/clients';
import { health as viHealth } from './vi/health';
import { prescribe as viPrescribe } from './vi/prescribe';
import { results as viResults } from './vi/results';
import { visits as viVisits } from './vi/visits';

const vi = { ...viVisits, ...viHealth, ...viPrescribe, ...viClients, ...viResults } as const;
const en: Record<keyof typeof vi, string> = { ...enVisits, ...enHealth, ...enPrescribe, ...enClients, ...enResults };

export type VisitKey = keyof typeof vi;
export const VISIT_CATALOGUES: Record<Lang, Record<VisitKey, string>> = { vi, en };

export type VisitWords = (key: VisitKey, params?: MessageParams) => string;

export function useVisitWords(): VisitWords {
  const { lang } = useI18n();
  return useMemo(() => (key, params) => fill(VISIT_CATALOGUES[lang][key], params), [lang]);
}
