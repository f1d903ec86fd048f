/* What a laboratory measures: the table of content/visits/analytes.json. A code belongs to an analyte in a unit (a mass is another
 * LOINC than an amount of substance), so what is typed has a code only once its unit is chosen. */

import table from '../../../content/visits/analytes.json';
import type { CodeableConcept } from '../fhir/types';
import { foldText } from '../text';
import type { Lang } from '../vitals/number';

export const LOINC = 'http://loinc.org';
export interface Unit { unit: string; ucum: string; loinc: string; from: number; to: number; factor?: number }
export interface Analyte { key: string; vi: string; en: string; also: string; units: Unit[] }
export interface Panel { key: string; vi: string; en: string; of: string[] }

export const ANALYTES: Analyte[] = table.analytes;
export const PANELS: Panel[] = table.panels;

export const analyteOf = (key: string): Analyte | undefined => ANALYTES.find((a) => a.key === key);
export const nameIn = (a: { vi: string; en: string }, lang: Lang): string => (lang === 'vi' ? a.vi : a.en);
/* Which one a code stands for, whatever its unit. */
export const analyteOfCode = (code: CodeableConcept | undefined): Analyte | undefined =>
  ANALYTES.find((a) => a.units.some((u) => (code?.coding ?? []).some((c) => c.system === LOINC && c.code === u.loinc)));
export const unitOf = (a: Analyte | undefined, unit: string): Unit | undefined => a?.units.find((u) => u.unit === unit);

const wordsOf = (a: Analyte): string[] => foldText(`${a.vi} ${a.en} ${a.also} ${a.key}`).split(/[^a-z0-9]+/).filter(Boolean);

/* Every word that is typed begins a word of the name, in either language; who is called exactly so comes first. */
export function findAnalytes(typed: string, most = 8): Analyte[] {
  const wanted = foldText(typed).split(/[^a-z0-9]+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const fits = ANALYTES.filter((a) => wanted.every((x) => wordsOf(a).some((y) => y.startsWith(x))));
  const exact = (a: Analyte): number => Number(wanted.every((x) => wordsOf(a).includes(x)));
  return fits.map((a, i) => ({ a, i })).sort((x, y) => exact(y.a) - exact(x.a) || x.i - y.i).map((x) => x.a).slice(0, most);
}

/* HIV is told in a compartment of its own, whoever types it (docs/access.md). */
export const isHiv = (name: string): boolean => /(^|[^a-z])(hiv|cd4)([^a-z]|$)/.test(foldText(name));
