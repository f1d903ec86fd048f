/* One sign of the round in one line: value, previous value with its small line, what is usual for this person, the points it
 * brings, and "could not be measured". */

import { Input } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { useI18n } from '../i18n/context';
import { AbsentButton, fieldId, Offered, Previous, RareBox, unitOf, useTroubleText, vitalOf } from '../screens/NumberRow';
import { whenHandIsOff } from '../ui/hand';
import { Icon } from '../ui/Icon';
import { Sparkline } from '../ui/Sparkline';
import { Tied } from '../ui/Tied';
import { kindOf, type NumberField, type VitalKey } from '../vitals/kinds';
import type { VitalState } from '../vitals/useVitals';
import type { VitalsFormState } from '../vitals/useVitalsForm';
import { baselineOf, isUnusual } from './baseline';
import type { Score } from './news2';

export interface FieldProps {
  field: NumberField;
  form: VitalsFormState;
  by: Record<VitalKey, VitalState>;
  score: Score | undefined;
  pad: boolean;
  onFocus: (field: NumberField) => void;
  onEnter: () => void;
}

export function RoundField({ field, form, by, score, pad, onFocus, onEnter }: FieldProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const troubleText = useTroubleText();
  const [visited, setVisited] = useState(false);
  const [typing, setTyping] = useState(false);
  const { draft, judged, tried, saving } = form;
  const state = judged.fields[field];
  const absent = draft.absent[field] === true;
  const id = fieldId(field);
  const show = (!typing && visited) || tried;
  const trouble = show ? state.trouble : undefined;
  const rare = show && !state.trouble ? state.rare : undefined;
  return (
    <div className="an-rf">
      <label className="an-field-label" htmlFor={id}>{t(`round.${field}`)}</label>
      <div className="an-rf-entry">
        <Input component={Tied}
          id={id} size="md" className="an-number-box" type="text" inputMode={pad ? 'none' : 'decimal'} autoComplete="off" disabled={absent || saving}
          value={absent ? '' : draft.typed[field] ?? ''} error={trouble !== undefined} aria-invalid={trouble !== undefined}
          about={`${id}-before ${trouble ? `${id}-trouble` : ''} ${rare ? `${id}-rare-text` : ''}`.trim()}
          onChange={(e) => { setTyping(true); form.type(field, e.currentTarget.value); }}
          onFocus={() => onFocus(field)}
          onBlur={() => whenHandIsOff(() => { form.readUnit(field); setTyping(false); setVisited(true); })}
          onKeyDown={(e) => { if (e.key === 'Enter') { e.preventDefault(); onEnter(); } }}
        />
        <span className="an-unit">{unitOf(field, '', i18n)}</span>
      </div>
      <Points points={field === 'diastolic' || field === 'weight' || field === 'glucose' ? undefined : score?.points[field]} />
      <div className="an-rf-before">
        <Previous field={field} by={by} />
        <Usual field={field} form={form} by={by} />
      </div>
      <AbsentButton field={field} form={form} />
      {trouble && <p id={`${id}-trouble`} className="an-trouble"><Icon name="bad" />{troubleText(field, trouble, draft.glucoseUnit)}</p>}
      <Offered field={field} trouble={trouble} form={form} />
      {rare && <RareBox field={field} rare={rare} form={form} />}
    </div>
  );
}

export function Points({ points }: { points: number | undefined }) {
  const { t } = useI18n();
  return (
    <span className={`an-rf-points an-rf-points-${points ?? 'none'}`}>
      {points !== undefined && <><span aria-hidden="true">+{points}</span><span className="an-sr">{t('round.points', { n: points })}</span></>}
    </span>
  );
}

/* The person's own range, and whether this value leaves it. A word about the person, not about the score. */
function Usual({ field, form, by }: Pick<FieldProps, 'field' | 'form' | 'by'>) {
  const { t, num } = useI18n();
  const kind = kindOf(vitalOf(field));
  const readings = by[kind.key].readings;
  const base = baselineOf(readings, field === 'diastolic' ? 'second' : 'main', nowMs());
  if (!base || !kind.unit) return null;
  const decimals = kind.unit.decimals;
  const unusual = isUnusual(form.judged.fields[field].value?.number, base);
  return (
    <p className={`an-rf-usual an-number ${unusual ? 'an-rf-unusual' : ''}`}>
      {field !== 'diastolic' && <Sparkline readings={(readings ?? []).slice(0, 14)} />}
      <span>
        {t('round.usual', { low: num(base.low, decimals, decimals), high: num(base.high, decimals, decimals) })}
        {unusual && <strong> · {t('round.unusual')}</strong>}
      </span>
    </p>
  );
}
