/* Readings in words. */

import { nowMs } from '../fhir/clock';
import { showDay, showFhirDate, showTime, clockDate } from '../fhir/dates';
import type { I18n } from '../i18n/context';
import type { VitalKind } from './kinds';
import type { Measured, Reading } from './reading';

const UNIT_SHOWN: Record<string, string> = { 'mm[Hg]': 'mmHg', Cel: '°C', '[degF]': '°F', '[lb_av]': 'lb' };

function unitText(m: Measured, i18n: I18n): string {
  if (/^(\{\w+\}|1)?\/min$/.test(m.code)) return i18n.unit('/min');
  return UNIT_SHOWN[m.code] ?? m.unit;
}

export function numberText(kind: VitalKind, m: Measured, i18n: I18n): string {
  const least = kind.key === 'temperature' ? 1 : 0;
  return m.comparator + i18n.num(m.value, least, 1);
}

/* "104/62 mmHg", "38,2 °C", "97 mg/dL", "Alert"; "could not be measured" where the record says so. */
export function readingText(kind: VitalKind, r: Reading, i18n: I18n): string {
  const { t } = i18n;
  if (kind.key === 'bp') return pressureText(kind, r, i18n);
  if (r.main) return `${numberText(kind, r.main, i18n)} ${unitText(r.main, i18n)}`.trim();
  if (r.yes !== undefined) return t(r.yes ? 'oxygen.yes' : 'oxygen.no');
  if (r.acvpu !== undefined) return t(`acvpu.${r.acvpu}`);
  if (r.text !== '') return r.text;
  return r.absent ? t('vitals.notMeasured') : '';
}

function pressureText(kind: VitalKind, r: Reading, i18n: I18n): string {
  const { t } = i18n;
  if (!r.main && !r.second) return t('vitals.notMeasured');
  const half = (m: Measured | undefined, absent: boolean): string => {
    if (m) return numberText(kind, m, i18n);
    return absent ? t('vitals.notMeasured') : '–';
  };
  const unit = unitText(r.main ?? (r.second as Measured), i18n);
  return `${half(r.main, r.absent)}/${half(r.second, r.secondAbsent)} ${unit}`;
}

/* Today only the time; otherwise the whole date, as precise as it was recorded. */
export function whenText(r: Reading, i18n: I18n, now = new Date(nowMs())): string {
  if (r.at === undefined) return i18n.t('vitals.noTime');
  const full = showFhirDate(r.when);
  const today = showDay(clockDate(now));
  return full.startsWith(`${today} `) ? showTime(r.at) : full;
}
