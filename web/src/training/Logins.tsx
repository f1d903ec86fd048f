/* Whom one may be in training: one press, no typing. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { AuthError, authErrorOf } from '../access/api';
import { Trouble } from '../access/fields';
import { session, useSession } from '../access/here';
import { useI18n } from '../i18n/context';
import type { MessageKey } from '../i18n/vi';

export function TrainingLogins() {
  const { t } = useI18n();
  const training = useSession().me?.training;
  const [error, setError] = useState<AuthError>();
  const logins = training?.here ? training.logins : undefined;
  if (!logins) return null;
  const enter = (name: string): void => {
    setError(undefined);
    session.api.signIn({ name, password: logins.password }).then((me) => session.arrived(me), (e: unknown) => setError(authErrorOf(e)));
  };
  return (
    <fieldset className="an-training-logins">
      <legend>{t('training.as')}</legend>
      {logins.people.map((p) => <Button key={p.name} variant="default" onClick={() => enter(p.name)}>{t(`role.${p.role}` as MessageKey)}{/\d$/.test(p.name) ? ` ${p.name.slice(-1)}` : ''}</Button>)}
      <Trouble error={error} left={0} wrong={t('signIn.wrong')} />
    </fieldset>
  );
}
