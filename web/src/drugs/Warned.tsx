/* What stands against a dose, shown before anybody taps. One red line at most; the rest is amber or plain. */

import { conceptText } from '../fhir/clinical';
import { wardStamp } from '../fhir/zone';
import { useI18n, type I18n } from '../i18n/context';
import { vitalsHref } from '../route';
import { Icon } from '../ui/Icon';
import type { HoldVerdict } from './hold';
import type { Warnings } from './round';

const UNIT: Record<string, string> = { 'mm[Hg]': 'mmHg' };

export function holdText(verdict: HoldVerdict | undefined, { t, num, unit }: I18n, now: number): string {
  if (verdict?.kind !== 'hold') return '';
  const { rule } = verdict;
  const vital = t(`drugs.vital.${rule.vital}`);
  return t('drugs.hold', {
    vital: vital.charAt(0).toLocaleUpperCase() + vital.slice(1), value: num(verdict.value, 0, 1), unit: unit(UNIT[rule.unit] ?? rule.unit),
    when: wardStamp(verdict.at, now), below: num(rule.below, 0, 1),
  });
}

export function Warned({ line, patientId, now }: { line: Warnings; patientId: string; now: number }) {
  const i18n = useI18n();
  const { t } = i18n;
  const pending = line.hold.some((h) => h.kind === 'hold' && h.rule.review === 'needs-clinician');
  return (
    <>
      {line.allergies.length > 0 && (
        <p className="an-dose-note an-note-bad"><Icon name="bad" />{t('drugs.allergyStop', { list: line.allergies.map((a) => conceptText(a.code)).join(', ') })}</p>
      )}
      {line.hold.filter((h) => h.kind === 'hold').map((h) => (
        <p key={h.rule.id} className="an-dose-note an-note-warn">
          <Icon name="warn" /><span>{holdText(h, i18n, now)}{pending && <span className="an-rule"> {t('drugs.rulePending')}</span>}</span>
        </p>
      ))}
      {line.hold.filter((h) => h.kind === 'unmeasured').map((h) => (
        <p key={h.rule.id} className="an-dose-note">
          <Icon name="info" />
          <span>
            {t('drugs.unmeasured', { vital: t(`drugs.vital.${h.rule.vital}`), hours: h.rule.freshHours })} <a href={vitalsHref(patientId)}>{t('drugs.measure')}</a>
          </span>
        </p>
      ))}
      {line.alike.length > 0 && (
        <p className="an-dose-note an-note-warn"><Icon name="warn" />{t('drugs.alike', { list: line.alike.join(', ') })}</p>
      )}
    </>
  );
}
