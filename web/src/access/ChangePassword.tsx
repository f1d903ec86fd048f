/* Another password: asked for when somebody else made the present one, and under "my account" at any time. */

import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useI18n } from '../i18n/context';
import { AuthError, authErrorOf } from './api';
import { NewPasswordField, PASSWORD_MIN, PasswordField, Trouble, useCountdown } from './fields';
import { session } from './here';

/* typed: the present password when it has just been typed; then it is not asked for once more. */
export function ChangePassword({ typed = '', autoFocus = false, onDone }: { typed?: string; autoFocus?: boolean; onDone?: () => void }) {
  const { t } = useI18n();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [error, setError] = useState<AuthError>();
  const [busy, setBusy] = useState(false);
  const left = useCountdown(error);
  const ask = typed === '' || error?.problem === 'wrong' || old !== '';
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    if (busy || left > 0) return;
    if ([...fresh].length < PASSWORD_MIN) {
      setError(new AuthError('weak'));
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      const me = await session.api.password({ old: old || typed, new: fresh });
      setOld('');
      setFresh('');
      session.arrived(me);
      onDone?.();
    } catch (problem) {
      setError(authErrorOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="an-entries" onSubmit={(e) => void submit(e)} noValidate>
      {ask && <PasswordField label={t('password.old')} value={old} onChange={setOld} autoFocus={autoFocus} />}
      <NewPasswordField label={t('password.new')} value={fresh} onChange={setFresh} autoFocus={autoFocus && !ask} />
      <Trouble error={error} left={left} wrong={t('password.wrongOld')} />
      <div><Button type="submit" loading={busy} disabled={left > 0}>{t('password.go')}</Button></div>
    </form>
  );
}
