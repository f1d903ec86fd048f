/* A one-time password, shown once: to be read out or handed over, never sent. */

import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';

export function Given({ name, password }: { name: string; password: string }) {
  const { t } = useI18n();
  return (
    <Notice kind="warn" title={t('given.title')} role="status">
      <p>{t('given.why')}</p>
      <dl className="an-given">
        <div><dt className="an-dim">{t('signIn.name')}</dt><dd><code className="an-code">{name}</code></dd></div>
        <div><dt className="an-dim">{t('given.password')}</dt><dd><code className="an-code">{password}</code></dd></div>
      </dl>
    </Notice>
  );
}
