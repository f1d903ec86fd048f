/* An entry in words, in the language of the page. What we do not know stands as it was written. */

import { conceptText } from '../fhir/clinical';
import type { DailyKey, DailyWords } from '../i18n/daily';
import { showNumber, type Lang } from '../vitals/number';
import { converted } from './glucose';
import { kindOf } from './kinds';
import type { Done, Missing } from './today';

export function sayMeasured(m: NonNullable<Done['measured']>, lang: Lang): string {
  return `${showNumber(m.value, lang, 0, m.unit === 'mg/dL' ? 0 : 2)} ${m.unit}`;
}

export function sayConverted(m: NonNullable<Done['measured']>, lang: Lang): string {
  if (m.unit === 'kg') return '';
  const other = converted(m.value, m.unit);
  return `${showNumber(other.value, lang, other.decimals, other.decimals)} ${other.unit}`;
}

export function sayDone(d: Done, w: DailyWords, lang: Lang): string {
  const parts: string[] = [];
  const known = kindOf(d.kind).answers.some((a) => a.code === d.answer);
  if (d.meal) parts.push(w('care.mealOf', { meal: w(`care.meal.${d.meal}`) }));
  if (known) parts.push(w(`care.a.${d.kind}.${d.answer}` as DailyKey));
  else if (d.entry.valueCodeableConcept) parts.push(conceptText(d.entry.valueCodeableConcept));
  if (d.amount !== undefined) parts.push(`${showNumber(d.amount, lang)} mL`);
  if (d.measured) parts.push(sayMeasured(d.measured, lang));
  if (d.until !== undefined) parts.push(w('care.seizureLength', { n: Math.max(1, Math.round((d.until - d.at) / 60_000)) }));
  for (const [code, answers] of Object.entries(d.asides)) {
    const asked = kindOf(d.kind).asides.find((a) => a.code === code);
    for (const a of answers) if (asked?.answers.includes(a)) parts.push(w(`care.o.${code}.${a}` as DailyKey));
  }
  if (d.text !== '') parts.push(d.text);
  return parts.filter((p) => p !== '').join(', ');
}

export function sayMissing(m: Missing, w: DailyWords): string {
  if (m.kind === 'meal') return w('care.missing.meal', { meal: w(`care.meal.${m.meal}`) });
  return m.kind === 'bowel' ? w('care.missing.bowel', { n: m.days }) : w(`care.missing.${m.kind}`);
}
