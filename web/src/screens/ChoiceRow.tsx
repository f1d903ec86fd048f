/* One of a few answers, none of them chosen beforehand. Buttons that stay down rather than radio buttons: an answer given
 * by mistake can be taken back to "unknown" by pressing it again, which a radio group does not allow. */

import { Button } from '@mantine/core';
import { useI18n } from '../i18n/context';
import type { VitalKey } from '../vitals/kinds';
import type { VitalState } from '../vitals/useVitals';
import type { VitalsFormState } from '../vitals/useVitalsForm';
import { AbsentButton, fieldId, Previous } from './NumberRow';

interface Props<T extends string> {
  field: 'oxygen' | 'consciousness';
  form: VitalsFormState;
  by: Record<VitalKey, VitalState>;
  value: T | '';
  options: { value: T; label: string }[];
  onPick: (value: T | '') => void;
}

export function ChoiceRow<T extends string>({ field, form, by, value, options, onPick }: Props<T>) {
  const { t } = useI18n();
  const absent = form.draft.absent[field] === true;
  const id = fieldId(field);
  return (
    <div className="an-field an-choice">
      <span className="an-field-label" id={`${id}-label`}>{t(`form.${field}`)}</span>
      <div className="an-field-entry">
        <div className="an-options" role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-state ${id}-before`}>
          {options.map((o, i) => (
            <Button
              key={o.value} id={i === 0 ? id : undefined} variant={!absent && value === o.value ? 'filled' : 'default'}
              aria-pressed={!absent && value === o.value} disabled={absent || form.saving}
              onClick={() => onPick(value === o.value ? '' : o.value)}
            >
              {o.label}
            </Button>
          ))}
        </div>
      </div>
      <p id={`${id}-state`} className="an-dim an-state">
        {absent ? t('form.absentNote') : value === '' ? t('form.unknown') : ''}
      </p>
      <AbsentButton field={field} form={form} />
      <Previous field={field} by={by} />
    </div>
  );
}
