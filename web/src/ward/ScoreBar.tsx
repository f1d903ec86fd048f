/* The score as it builds, what it asks for, and the words for the telephone. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { conditionLines } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { isGuarded } from '../fhir/guarded';
import { server } from '../fhir/server';
import type { Condition } from '../fhir/types';
import { wardStamp } from '../fhir/zone';
import { useI18n, type I18n } from '../i18n/context';
import { unitOf, vitalOf } from '../screens/NumberRow';
import { Icon } from '../ui/Icon';
import { useLoad } from '../ui/useLoad';
import { kindOf, type VitalKey } from '../vitals/kinds';
import type { VitalState } from '../vitals/useVitals';
import type { VitalsFormState } from '../vitals/useVitalsForm';
import { baselineOf, isUnusual } from './baseline';
import type { BoardResident } from './board';
import { PARAMS, type Param, type Scale, type Score, type Unscored } from './news2';
import { ageShort, riskText } from './ResidentCard';
import { sbard, sbardText } from './sbard';
import { signsOf } from './scored';

interface Props {
  r: BoardResident; placeName: string; form: VitalsFormState; by: Record<VitalKey, VitalState>; score: Score | undefined;
  why: Unscored | undefined; scale: Scale; open?: boolean;
}

export function ScoreBar(props: Props) {
  const { score, why, scale, open = false } = props;
  const { t } = useI18n();
  const [reading, setReading] = useState(open);
  if (why || !score) return <p className="an-score-bar an-dim">{t(`news2.why.${why ?? 'child'}`)}</p>;
  const band = score.band;
  const touched = Object.keys(score.points).length > 0;
  return (
    <div className="an-score">
      <div className={`an-score-bar ${band ? `an-score-${band}` : ''}`} role="status">
        {band && <Icon name={band === 'routine' || band === 'low' ? 'good' : band === 'emergency' ? 'bad' : 'warn'} />}
        <strong className="an-number">
          {score.complete ? `NEWS2 ${score.sum}` : touched ? t('news2.atLeast', { n: score.sum }) : 'NEWS2 –'}
        </strong>
        {band && <span>{t(`news2.band.${band}`)}: {t(`news2.do.${band}`)}</span>}
        {!score.complete && touched && <span>{t('news2.missing', { list: score.missing.map((p) => t(`round.${p}`)).join(', ') })}</span>}
        {scale === 2 && <span className="an-mark"><Icon name="scale2" size={18} />{t('news2.scale2')}</span>}
      </div>
      {touched && !open && (
        <Button variant="default" aria-expanded={reading} onClick={() => setReading(!reading)}>{t('sbard.open')}</Button>
      )}
      {reading && touched && <Sbard {...props} score={score} />}
    </div>
  );
}

/* What lies in a compartment is not said aloud in a corridor. */
const isOpenly = (c: Condition): boolean => !isGuarded(c);

function signTexts(form: VitalsFormState, i18n: I18n): { param: Param; text: string }[] {
  const signs = signsOf(form.draft, form.judged);
  const { t, num } = i18n;
  return PARAMS.flatMap((param): { param: Param; text: string }[] => {
    if (signs[param] === undefined) return [];
    if (param === 'oxygen') return [{ param, text: t(signs.oxygen ? 'oxygen.yes' : 'oxygen.no') }];
    if (param === 'consciousness') return [{ param, text: t(`acvpu.${signs.consciousness ?? 'A'}`) }];
    const value = num(signs[param] as number, param === 'temperature' ? 1 : 0, 1);
    const low = param === 'systolic' ? form.judged.fields.diastolic.value?.number : undefined;
    const shown = low === undefined ? value : `${value}/${num(low)}`;
    return [{ param, text: `${t(param === 'systolic' ? 'vital.bp' : `round.${param}`)} ${shown} ${unitOf(param, '', i18n)}` }];
  });
}

function unusualTexts(form: VitalsFormState, by: Record<VitalKey, VitalState>, i18n: I18n): string[] {
  const { t, num } = i18n;
  return (['breathing', 'spo2', 'systolic', 'pulse', 'temperature'] as const).flatMap((field) => {
    const kind = kindOf(vitalOf(field));
    const base = baselineOf(by[kind.key].readings, 'main', nowMs());
    const decimals = kind.unit?.decimals ?? 0;
    return base && isUnusual(form.judged.fields[field].value?.number, base)
      ? [t('sbard.usual', { field: t(`round.${field}`), low: num(base.low, decimals, decimals), high: num(base.high, decimals, decimals) })] : [];
  });
}

function Sbard({ r, placeName, form, by, score, scale }: Props & { score: Score }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [copied, setCopied] = useState(false);
  const conditions = useLoad(`conditions ${r.id}`, (signal) =>
    server.search<Condition>('Condition', { patient: r.id, 'clinical-status': 'active', _count: 30 }, signal));
  const lines = sbard({
    who: `${r.name}, ${ageShort(r.birthDate, i18n)}, ${r.bed}`, place: placeName, score, scale, signs: signTexts(form, i18n),
    before: r.news2?.score === undefined ? '' : t('sbard.beforeScore', { n: r.news2.score, when: wardStamp(r.news2.at) }),
    risks: r.risks.filter((m) => m.code !== 'spo2-scale-2').map((m) => riskText(m, t)), allergies: r.allergies,
    conditions: conditionLines((conditions.data?.items ?? []).filter(isOpenly), r.id).filter((c) => c.active).map((c) => c.text),
    unusual: unusualTexts(form, by, i18n),
  }, t);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(sbardText(lines, t));
      setCopied(true);
    } catch {
      setCopied(false); /* not allowed here: it can still be read and printed */
    }
  };
  return (
    <section className="an-sbard" aria-label={t('sbard.title')}>
      <h3>{t('sbard.title')}</h3>
      <dl>
        {lines.map((l) => <div key={l.part}><dt><span aria-hidden="true">{l.part}</span> {t(`sbard.${l.part}`)}</dt><dd>{l.text}</dd></div>)}
      </dl>
      <div className="an-row an-noprint">
        <Button variant="default" leftSection={<Icon name="copy" />} onClick={() => void copy()}>{t(copied ? 'sbard.copied' : 'sbard.copy')}</Button>
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('sbard.print')}</Button>
      </div>
    </section>
  );
}
