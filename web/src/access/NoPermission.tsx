/* Not an error: this part is not for this person, and here is who can help. */

import { homeHref } from '../registry';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { useMe } from './me';

export function NoPermission({ what }: { what?: string }) {
  const { t } = useI18n();
  const { me } = useMe();
  return (
    <Notice kind="info" title={what === undefined ? t('access.noPermission') : t('access.noPermissionFor', { what })}>
      <p>{t('access.noPermissionDo')}</p>
      <p><a href={homeHref(me)}>{t('access.goHome')}</a></p>
    </Notice>
  );
}
