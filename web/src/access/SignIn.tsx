/* Name, password, and the code of the second factor when the server asks for it. */

import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useI18n } from '../i18n/context';
import { AuthError, authErrorOf } from './api';
import { PasswordField, TextField, Trouble, useCountdown } from './fields';
import { session } from './here';
import { TrainingLogins } from '../training/Logins';

/* onTyped: the password, for the one step after it in which the old one is asked for again (must-change). */
export function SignIn({ onTyped }: { onTyped: (password: string) => void }) {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [askCode, setAskCode] = useState(false);
  const [error, setError] = useState<AuthError>();
  const [busy, setBusy] = useState(false);
  const left = useCountdown(error);
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    if (busy || left > 0) return;
    if (name.trim() === '' || password === '') {
      setError(new AuthError('bad-request'));
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      const me = await session.api.signIn({ name: name.trim(), password, ...(askCode && code.trim() !== '' ? { code: code.trim() } : {}) });
      onTyped(me.mustChange ? password : '');
      session.arrived(me);
    } catch (problem) {
      const known = authErrorOf(problem);
      if (known.problem === 'code-needed') setAskCode(true);
      /* asking for the code for the first time is no mistake of anybody */
      setError(known.problem === 'code-needed' && !askCode ? undefined : known);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="an-sign" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="sign-title">
      <h1 id="sign-title">{t('signIn.title')}</h1>
      <TextField label={t('signIn.name')} value={name} onChange={setName} autoComplete="username" autoFocus={!askCode} required />
      <PasswordField label={t('signIn.password')} value={password} onChange={setPassword} />
      {askCode && (
        <TextField
          label={t('signIn.code')} hint={t('signIn.codeHint')} value={code} onChange={setCode} autoComplete="one-time-code"
          autoFocus maxLength={40}
        />
      )}
      <Trouble error={error} left={left} wrong={askCode ? t('signIn.wrongWithCode') : t('signIn.wrong')} />
      <Button type="submit" loading={busy} disabled={left > 0} fullWidth className="an-sign-go">{t('signIn.go')}</Button>
      <p className="an-dim">{t('signIn.help')}</p>
      <TrainingLogins />
    </form>
  );
}
