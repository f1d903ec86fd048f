/* The very first account: whoever can read the console of the server makes the administrator. */

import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useI18n } from '../i18n/context';
import { isAccountName, suggestName } from './accountName';
import { AuthError, authErrorOf } from './api';
import { NewPasswordField, PASSWORD_MIN, TextField, Trouble, useCountdown } from './fields';
import { session } from './here';

export function FirstStart() {
  const { t } = useI18n();
  const [given, setGiven] = useState({ code: '', name: '', display: '', password: '' });
  const [error, setError] = useState<AuthError>();
  const [busy, setBusy] = useState(false);
  const left = useCountdown(error);
  const isNameWrong = error?.problem === 'bad-request' && !isAccountName(given.name.trim());
  const set = (part: Partial<typeof given>): void => setGiven((g) => ({ ...g, ...part }));
  const submit = async (e: FormEvent): Promise<void> => {
    e.preventDefault();
    if (busy || left > 0) return;
    if (given.code.trim() === '' || !isAccountName(given.name.trim())) return setError(new AuthError('bad-request'));
    if ([...given.password].length < PASSWORD_MIN) return setError(new AuthError('weak'));
    setBusy(true);
    setError(undefined);
    try {
      const { code, name, display, password } = given;
      session.arrived(await session.api.first({ code: code.trim(), name: name.trim(), display: display.trim() || name.trim(), password }));
    } catch (problem) {
      setError(authErrorOf(problem));
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <form className="an-sign" onSubmit={(e) => void submit(e)} noValidate aria-labelledby="sign-title">
      <h1 id="sign-title">{t('first.title')}</h1>
      <p>{t('first.intro')}</p>
      <TextField label={t('first.code')} hint={t('first.codeHint')} value={given.code} onChange={(code) => set({ code })} autoFocus required />
      <TextField label={t('first.display')} hint={t('first.displayHint')} value={given.display} onChange={(display) => set({ display })} autoComplete="name" />
      <TextField label={t('signIn.name')} hint={t('first.nameHint')} trouble={isNameWrong ? t('first.nameWrong', { name: suggestName(given.display) || 'qt.an' }) : undefined} value={given.name} onChange={(name) => set({ name })} autoComplete="username" required />
      <NewPasswordField label={t('signIn.password')} value={given.password} onChange={(password) => set({ password })} />
      <Trouble error={error} left={left} wrong={t('first.wrong')} />
      <Button type="submit" loading={busy} disabled={left > 0} fullWidth className="an-sign-go">{t('first.go')}</Button>
    </form>
  );
}
