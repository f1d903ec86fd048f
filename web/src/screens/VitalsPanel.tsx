/* The latest of each vital sign, each with its small line; the chosen one opens as a trend below (beside it at the desk). */

import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import { Sparkline } from '../ui/Sparkline';
import { useOnReconnect } from '../ui/useOnline';
import { VITALS, kindOf, type VitalKey, type VitalKind } from '../vitals/kinds';
import { hasValue, latestOf } from '../vitals/reading';
import { readingText, whenText } from '../vitals/show';
import { useRecent } from '../vitals/recent';
import { useVitals, type VitalState } from '../vitals/useVitals';
import { Trend } from './Trend';

export function VitalsPanel({ patientId }: { patientId: string }) {
  const { t } = useI18n();
  const { by, reload } = useVitals(patientId);
  const [picked, setPicked] = useState<VitalKey>();
  const { set } = useRecent();
  const failed = VITALS.some((k) => by[k.key].error !== undefined);
  useOnReconnect(reload, failed);
  const allFailed = VITALS.every((k) => by[k.key].error !== undefined && by[k.key].readings === undefined);
  const nothing = VITALS.every((k) => by[k.key].readings?.length === 0);
  const justSaved = set?.patientId === patientId ? VITALS.find((k) => k.unit && by[k.key].readings?.some(
    (r) => set.saved.some((s) => s.observation.id === r.id))) : undefined;
  const shown = picked ?? justSaved?.key ?? VITALS.find((k) => k.unit && by[k.key].readings?.some(hasValue))?.key ?? 'bp';

  return (
    <section className="an-card an-vitals" aria-labelledby="vitals-title">
      <h2 id="vitals-title">{t('vitals.title')}</h2>
      {allFailed ? <Problem error={by.bp.error} onRetry={reload} /> : (
        <div className="an-vitals-body">
          {nothing && <p className="an-dim">{t('vitals.noneAtAll')}</p>}
          <ul className="an-vital-list">
            {VITALS.map((kind) => (
              <VitalRow
                key={kind.key} kind={kind} state={by[kind.key]} on={kind.key === shown}
                onPick={() => setPicked(kind.key)}
              />
            ))}
          </ul>
          <Trend kind={kindOf(shown)} state={by[shown]} />
        </div>
      )}
    </section>
  );
}

interface RowProps { kind: VitalKind; state: VitalState; on: boolean; onPick: () => void }

function VitalRow({ kind, state, on, onPick }: RowProps) {
  const { t } = useI18n();
  return (
    <li>
      <button type="button" className="an-vital" aria-pressed={on} onClick={onPick} title={t('vitals.pick')}>
        <span className="an-vital-name">{t(`vital.${kind.key}`)}</span>
        <Latest kind={kind} state={state} />
        <Sparkline readings={state.readings ?? []} />
      </button>
    </li>
  );
}

function Latest({ kind, state }: { kind: VitalKind; state: VitalState }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (state.readings === undefined) {
    return state.error !== undefined
      ? <span className="an-vital-value an-dim">{t('form.previousError')}</span>
      : <span className="an-vital-value"><Skeleton component="span" height={18} width={90} display="inline-block" /></span>;
  }
  const { latest, withValue } = latestOf(state.readings);
  if (!latest) return <span className="an-vital-value an-dim">{t('vitals.none')}</span>;
  const before = latest !== withValue && withValue !== undefined
    && t('vitals.before', { value: readingText(kind, withValue, i18n), when: whenText(withValue, i18n) });
  return (
    <span className="an-vital-value">
      <strong>{readingText(kind, latest, i18n)}</strong>
      <span className="an-dim">{whenText(latest, i18n)}</span>
      {before && <span className="an-dim">{before}</span>}
    </span>
  );
}
