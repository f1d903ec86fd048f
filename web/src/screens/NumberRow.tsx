/* One number: label, box with unit, "could not be measured", the previous value, and under it what is wrong or rare.
 * Nothing is said while somebody is typing in the box ("1" of "120" is no error); it is said on leaving it, and then stays
 * until the next keystroke. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useState } from 'react';
import { useI18n, type I18n } from '../i18n/context';
import { whenHandIsOff } from '../ui/hand';
import { Icon } from '../ui/Icon';
import { Tied } from '../ui/Tied';
import type { Rare, Trouble } from '../vitals/draft';
import { offersOf, taken, type Offer } from '../vitals/offer';
import { plainNumber } from '../vitals/withUnit';
import { kindOf, VITALS, type FieldKey, type NumberField, type VitalKey } from '../vitals/kinds';
import type { GlucoseUnit } from '../vitals/ranges';
import { latestOf } from '../vitals/reading';
import { numberText, readingText, whenText } from '../vitals/show';
import type { VitalState } from '../vitals/useVitals';
import type { VitalsFormState } from '../vitals/useVitalsForm';

export const fieldId = (field: FieldKey): string => `field-${field}`;

export const vitalOf = (field: FieldKey): VitalKey => VITALS.find((k) => k.fields.includes(field))?.key ?? 'pulse';

export function unitOf(field: NumberField, glucoseUnit: GlucoseUnit | '', i18n: I18n): string {
  if (field === 'glucose') return glucoseUnit;
  return i18n.unit(kindOf(vitalOf(field)).unit?.shown ?? '');
}

export function useTroubleText(): (field: NumberField, trouble: Trouble | undefined, unit: GlucoseUnit | '') => string {
  const i18n = useI18n();
  const { t, num } = i18n;
  return (field, trouble, glucoseUnit) => {
    const name = t(`form.${field}`);
    if (!trouble) return '';
    if (trouble.code === 'bad') return t('trouble.bad', { field: name });
    if (trouble.code === 'needUnit') return t('trouble.needUnit');
    if (trouble.code === 'tooFine') {
      return trouble.decimals === 0 ? t('trouble.tooFine0', { field: name }) : t('trouble.tooFine', { field: name, decimals: trouble.decimals });
    }
    if (trouble.code === 'notAbove') {
      return t('trouble.notAbove', { systolic: num(trouble.systolic), diastolic: num(trouble.diastolic) });
    }
    const unit = unitOf(field, glucoseUnit, i18n);
    const hints = [
      trouble.meant === undefined ? '' : t('trouble.meant', { value: num(trouble.meant, 1) }),
      trouble.celsius === undefined ? '' : t('trouble.celsius', { value: num(trouble.celsius, 1) }),
      trouble.otherUnit === undefined ? '' : t('trouble.otherUnit', { unit: trouble.otherUnit }),
    ];
    return [t('trouble.impossible', { field: name, value: num(trouble.value, 0, 2), unit }), ...hints].filter(Boolean).join(' ');
  };
}

interface Props { field: NumberField; form: VitalsFormState; by: Record<VitalKey, VitalState> }

export function NumberRow({ field, form, by }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const troubleText = useTroubleText();
  const [visited, setVisited] = useState(false);
  const [typing, setTyping] = useState(false);
  const { draft, judged, tried, saving } = form;
  const state = judged.fields[field];
  const absent = draft.absent[field] === true;
  const show = !typing && (visited || tried);
  const id = fieldId(field);
  const trouble = show ? state.trouble : undefined;
  const rare = show && !state.trouble ? state.rare : undefined;
  return (
    <div className="an-field">
      <label className="an-field-label" htmlFor={id}>{t(`form.${field}`)}</label>
      <div className="an-field-entry">
        <Input component={Tied}
          id={id} size="md" className="an-number-box" type="text" inputMode="decimal" autoComplete="off" disabled={absent || saving}
          value={absent ? '' : draft.typed[field] ?? ''} error={trouble !== undefined} aria-invalid={trouble !== undefined}
          about={`${id}-before ${trouble ? `${id}-trouble` : ''} ${rare ? `${id}-rare-text` : ''}`.trim()}
          onChange={(e) => { setTyping(true); form.type(field, e.currentTarget.value); }}
          onBlur={() => whenHandIsOff(() => { form.readUnit(field); setTyping(false); setVisited(true); })}
        />
        {field === 'glucose' ? <GlucoseUnits form={form} /> : <span className="an-unit">{unitOf(field, '', i18n)}</span>}
      </div>
      <AbsentButton field={field} form={form} />
      <Previous field={field} by={by} />
      {trouble && (
        <p id={`${id}-trouble`} className="an-trouble"><Icon name="bad" />{troubleText(field, trouble, draft.glucoseUnit)}</p>
      )}
      <Offered field={field} trouble={trouble} form={form} />
      {rare && <RareBox field={field} rare={rare} form={form} />}
    </div>
  );
}

/* What was perhaps meant, put in by a press. The focus goes back to the field, for the button is gone then. */
export function Offered({ field, trouble, form }: { field: NumberField; trouble: Trouble | undefined; form: VitalsFormState }) {
  const i18n = useI18n();
  const { t, num } = i18n;
  const { draft } = form;
  const offers = offersOf(field, trouble, draft);
  if (offers.length === 0) return null;
  const textOf = (o: Offer): string => (o.kind === 'comma' || o.kind === 'celsius' ? num(o.value, 1, o.decimals) : '');
  const wordsOf = (o: Offer): string => {
    if (o.kind === 'both') return t('offer.both', { systolic: o.systolic, diastolic: o.diastolic });
    if (o.kind === 'swap') return t('offer.swap', { systolic: o.systolic, diastolic: o.diastolic });
    return o.kind === 'unit' ? t('offer.value', { value: plainNumber('glucose', draft.typed.glucose ?? ''), unit: o.unit }) : t('offer.value', { value: textOf(o), unit: unitOf(field, draft.glucoseUnit, i18n) });
  };
  const take = (o: Offer): void => {
    form.change(taken(field, o, draft, textOf(o)));
    document.getElementById(fieldId(field))?.focus();
  };
  return (
    <div className="an-offers">
      {offers.map((o) => <Button key={o.kind} variant="default" disabled={form.saving} onClick={() => take(o)}>{wordsOf(o)}</Button>)}
    </div>
  );
}

export function RareBox({ field, rare, form }: { field: NumberField; rare: Rare; form: VitalsFormState }) {
  const i18n = useI18n();
  const { t, num } = i18n;
  const unit = unitOf(field, form.draft.glucoseUnit, i18n);
  const value = num(rare.value, 0, 2);
  const id = fieldId(field);
  return (
    <div className="an-rare">
      <p id={`${id}-rare-text`}><Icon name="warn" />{t(`rare.${rare.why}`, { field: t(`form.${field}`), value, unit })}</p>
      <Checkbox
        id={`${id}-rare`} label={t('rare.confirm', { value, unit })} checked={form.judged.fields[field].confirmed}
        disabled={form.saving} onChange={(e) => form.confirm(field, e.currentTarget.checked)}
      />
    </div>
  );
}

export function AbsentButton({ field, form }: { field: FieldKey; form: VitalsFormState }) {
  const { t } = useI18n();
  const on = form.draft.absent[field] === true;
  return (
    <Button
      className="an-absent" variant={on ? 'filled' : 'default'} aria-pressed={on} disabled={form.saving}
      aria-label={t('form.absentFor', { field: t(`form.${field}`) })} onClick={() => form.toggleAbsent(field)}
    >
      {t('form.absent')}
    </Button>
  );
}

export function GlucoseUnits({ form }: { form: VitalsFormState }) {
  const { t } = useI18n();
  const on = form.draft.glucoseUnit;
  return (
    <span className="an-units" role="group" aria-label={t('form.glucoseUnit')}>
      {(['mmol/L', 'mg/dL'] as const).map((unit) => (
        <Button
          key={unit} variant={on === unit ? 'filled' : 'default'} aria-pressed={on === unit}
          disabled={form.saving || form.draft.absent.glucose === true}
          onClick={() => form.change({ glucoseUnit: on === unit ? '' : unit })}
        >
          {unit}
        </Button>
      ))}
    </span>
  );
}

export function Previous({ field, by }: { field: FieldKey; by: Record<VitalKey, VitalState> }) {
  const i18n = useI18n();
  const { t } = i18n;
  const kind = kindOf(vitalOf(field));
  const state = by[kind.key];
  let text: string;
  if (state.readings === undefined) {
    text = t(state.error !== undefined ? 'form.previousError' : 'form.previousLoading');
  } else {
    const { latest } = latestOf(state.readings);
    if (!latest) text = t('form.previousNone');
    else {
      const part = field === 'systolic' ? latest.main : field === 'diastolic' ? latest.second : undefined;
      const value = part ? numberText(kind, part, i18n) : readingText(kind, latest, i18n);
      text = t('form.previous', { value, when: whenText(latest, i18n) });
    }
  }
  return <p id={`${fieldId(field)}-before`} className="an-before an-dim an-number">{text}</p>;
}
