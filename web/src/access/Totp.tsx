/* The second factor: a secret shown once as a picture, proved by a code of it, and ten codes for the day the phone is lost. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PasswordField, TextField, Trouble } from './fields';
import { session } from './here';
import { useMe } from './me';
import { Qr } from './Qr';
import { useAct } from './useAct';

type Step = { kind: 'rest' } | { kind: 'ask' } | { kind: 'show'; secret: string; uri: string } | { kind: 'codes'; codes: string[] };

export function Totp() {
  const { t } = useI18n();
  const { me } = useMe();
  const on = me.account?.hasTotp ?? false;
  const [step, setStep] = useState<Step>({ kind: 'rest' });
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const { busy, error, left, run, clear } = useAct();
  const rest = (): void => {
    setStep({ kind: 'rest' });
    setPassword('');
    setCode('');
    clear();
  };
  const begin = (): Promise<boolean> => run(async () => {
    if (on) {
      await session.api.totpOff(password);
      rest();
      await session.refresh();
      return;
    }
    const made = await session.api.totpBegin(password);
    setPassword('');
    setStep({ kind: 'show', ...made });
  });
  const confirm = (): Promise<boolean> => run(async () => {
    const { recovery } = await session.api.totpConfirm(code.trim());
    setCode('');
    setStep({ kind: 'codes', codes: recovery });
    await session.refresh();
  });
  if (step.kind === 'codes') return <Codes codes={step.codes} onDone={rest} />;
  if (step.kind === 'show') {
    return (
      <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void confirm(); }}>
        <p>{t('totp.scan')}</p>
        <Qr text={step.uri} label={t('totp.qr')} />
        <p className="an-dim">{t('totp.secret')} <code className="an-code">{step.secret.replace(/(.{4})/g, '$1 ').trim()}</code></p>
        <TextField label={t('totp.code')} value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" maxLength={8} autoFocus />
        <Trouble error={error} left={left} wrong={t('totp.wrong')} />
        <div className="an-row">
          <Button type="submit" loading={busy} disabled={left > 0}>{t('totp.confirm')}</Button>
          <Button variant="default" onClick={rest}>{t('office.cancel')}</Button>
        </div>
      </form>
    );
  }
  return (
    <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void begin(); }}>
      <p className="an-dim">{t(on ? 'totp.isOn' : 'totp.why')}</p>
      {step.kind === 'rest' && <div><Button variant="default" onClick={() => setStep({ kind: 'ask' })}>{t(on ? 'totp.off' : 'totp.begin')}</Button></div>}
      {step.kind === 'ask' && (
        <>
          <PasswordField label={t('password.old')} value={password} onChange={setPassword} autoFocus />
          <Trouble error={error} left={left} wrong={t('password.wrongOld')} />
          <div className="an-row">
            <Button type="submit" loading={busy} disabled={left > 0}>{t(on ? 'totp.off' : 'totp.next')}</Button>
            <Button variant="default" onClick={rest}>{t('office.cancel')}</Button>
          </div>
        </>
      )}
    </form>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useI18n();
  return (
    <div className="an-entries">
      <Notice kind="warn" title={t('totp.codes')} role="status"><p>{t('totp.codesWhy')}</p></Notice>
      <ol className="an-codes an-paper">{codes.map((c) => <li key={c}><code>{c}</code></li>)}</ol>
      <div className="an-row">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('totp.print')}</Button>
        <Button onClick={onDone}>{t('totp.kept')}</Button>
      </div>
    </div>
  );
}
