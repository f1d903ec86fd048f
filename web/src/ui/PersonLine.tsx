/* "78 tuổi · Nữ": the facts under a name, the same wherever a person is shown. */

import { nowMs } from '../fhir/clock';
import { clockDate, showFhirDay } from '../fhir/dates';
import { ageOn, deathOf } from '../fhir/person';
import type { Patient } from '../fhir/types';
import { useI18n, type I18n } from '../i18n/context';

const GENDERS = ['male', 'female', 'other', 'unknown'] as const;

export function genderText(patient: Patient, t: I18n['t']): string {
  const known = GENDERS.find((g) => g === patient.gender);
  return t(`gender.${known ?? 'unknown'}`);
}

export function ageText(patient: Patient, i18n: I18n, now = new Date(nowMs())): string {
  const { t, age } = i18n;
  const death = deathOf(patient);
  if (!death.dead) return age(ageOn(patient.birthDate, clockDate(now)));
  const when = death.date === undefined ? t('dead') : t('dead.on', { date: showFhirDay(death.date) });
  return death.ageThen.kind === 'unknown' ? when : `${when} ${t('dead.age', { age: age(death.ageThen) })}`;
}

export function PersonLine({ patient }: { patient: Patient }) {
  const i18n = useI18n();
  const parts = [ageText(patient, i18n), genderText(patient, i18n.t)];
  if (patient.active === false) parts.push(i18n.t('inactive'));
  return <>{parts.join(' · ')}</>;
}
