/* What to do now about a low glucose: the same words wherever it was measured (quick care, the vitals round, the form of one person). It stays
 * until somebody says that they have read it. */

import { Button } from '@mantine/core';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { showNumber } from '../vitals/number';
import type { GlucoseUnit } from '../vitals/ranges';
import { Notice } from '../ui/Notice';
import { AGAIN_MS, bandOf } from './glucose';

export interface Measured { value: number; unit: GlucoseUnit; at: number }
export const isLow = (m: Measured | undefined): m is Measured => m !== undefined && bandOf(m.value, m.unit) !== undefined;

export function LowGlucose({ low, onRead }: { low: Measured; onRead: () => void }) {
  const { t, lang } = useI18n();
  const value = `${showNumber(low.value, lang, 0, low.unit === 'mg/dL' ? 0 : 2)} ${low.unit}`;
  return (
    <Notice
      kind="bad" role="alert" title={t(bandOf(low.value, low.unit) === 'urgent' ? 'low.urgent' : 'low.title', { value })}
      after={<div><Button variant="default" onClick={onRead}>{t('low.ok')}</Button></div>}
    >
      <ul className="an-low">
        <li>{t('low.awake')}</li>
        <li>{t('low.asleep')}</li>
        <li>{t('low.call')}</li>
        <li>{t('low.again', { when: wardStamp(low.at + AGAIN_MS, low.at) })}</li>
      </ul>
    </Notice>
  );
}
