/* A record that another one replaced says so on top, with the way to the one in use. */

import { useI18n } from '../i18n/context';
import type { Patient as Person } from '../fhir/types';
import { personHref } from '../route';
import { Notice } from '../ui/Notice';
import type { Patient } from './forms';

export function Replaced({ patient }: { patient: Person }) {
  const { t } = useI18n();
  const by = (patient as Patient).link?.find((l) => l.type === 'replaced-by')?.other.reference?.split('/').pop();
  if (by === undefined) return null;
  return <Notice kind="warn" title={t('stay.replaced')} role="status"><a href={personHref(by)}>{t('stay.replacedOpen')}</a></Notice>;
}
