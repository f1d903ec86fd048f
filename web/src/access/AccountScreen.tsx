/* My account: password, PIN, second factor, and where I am signed in. */

import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { AllowedApps } from '../apps/screens';
import { showFhirDate } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { useLoad } from '../ui/useLoad';
import { AuthError, authErrorOf } from './api';
import { ChangePassword } from './ChangePassword';
import { PasswordField, problemText, TextField, Trouble } from './fields';
import { session } from './here';
import { useMe } from './me';
import './office.css';
import { onlyDigits, PIN_MAX, PIN_MIN } from './PinPad';
import { agentText } from './agent';
import { Totp } from './Totp';
import { useAct } from './useAct';
import { rolesText } from './UserMenu';

const NO_QUERY = new URLSearchParams();

export default function AccountScreen() {
  const { t } = useI18n();
  const { me } = useMe();
  if (!me.account) return null;
  return (
    <>
      <h1>{t('account.title')}</h1>
      <p className="an-office-lead"><strong>{me.account.display}</strong> · {me.account.name}</p>
      <Roles />
      <div className="an-office-cards">
        <Card title={t('account.password')}><Password /></Card>
        <Card title={t('account.pin')}><Pin /></Card>
        <Card title={t('totp.title')}><Totp /></Card>
        <Card title={t('sessions.title')}><Sessions /></Card>
        <AllowedApps params={{}} query={NO_QUERY} />
      </div>
    </>
  );
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return <section className="an-card an-office-card"><h2>{title}</h2>{children}</section>;
}

function Roles() {
  const { t } = useI18n();
  const { me } = useMe();
  return (
    <ul className="an-office-roles">
      {me.roles.map((r, i) => (
        <li key={i}>
          {rolesText([r.role], t)}
          {r.organizationName !== undefined && ` · ${r.organizationName}`}
          {r.wards.length > 0 && ` · ${r.wards.map((w) => w.name).join(', ')}`}
          {r.until !== undefined && ` · ${t('account.until', { date: showFhirDate(r.until) })}`}
        </li>
      ))}
    </ul>
  );
}

function Password() {
  const { t } = useI18n();
  const [done, setDone] = useState(0);
  return (
    <>
      {done > 0 && <Notice kind="good" title={t('password.done')} role="status"><p>{t('password.doneOthers')}</p></Notice>}
      <ChangePassword key={done} onDone={() => setDone((n) => n + 1)} />
    </>
  );
}

function Pin() {
  const { t } = useI18n();
  const { me } = useMe();
  const [pin, setPin] = useState('');
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const { busy, error, left, run, fail } = useAct();
  const submit = async (): Promise<void> => {
    setDone(false);
    if (pin.length < PIN_MIN) return fail(new AuthError('weak'));
    const ok = await run(() => session.api.pin({ password, pin }));
    if (!ok) return undefined;
    setPin('');
    setPassword('');
    setDone(true);
    return session.refresh();
  };
  return (
    <form className="an-entries" noValidate onSubmit={(e) => { e.preventDefault(); void submit(); }}>
      <p className="an-dim">{t(me.account?.hasPin ? 'account.pinHave' : 'account.pinWhy')}</p>
      {done && <Notice kind="good" title={t('account.pinDone')} role="status" />}
      <TextField label={t('account.pinNew')} hint={t('account.pinRule', { min: PIN_MIN, max: PIN_MAX })} value={pin} onChange={(v) => setPin(onlyDigits(v))} inputMode="numeric" maxLength={PIN_MAX} />
      <PasswordField label={t('password.old')} value={password} onChange={setPassword} />
      <Trouble error={error} left={left} wrong={t('password.wrongOld')} />
      <div><Button type="submit" loading={busy} disabled={left > 0}>{t('account.pinGo')}</Button></div>
    </form>
  );
}

function Sessions() {
  const { t } = useI18n();
  const list = useLoad('sessions', () => session.api.sessions());
  const { busy, error, run } = useAct();
  const end = async (id: string): Promise<void> => {
    await run(() => session.api.endSession(id));
    list.reload();
  };
  if (list.error !== undefined && list.data === undefined) {
    return <Notice kind="warn" title={problemText(authErrorOf(list.error).problem, t)} role="alert"><Button variant="default" onClick={list.reload}>{t('error.retry')}</Button></Notice>;
  }
  return (
    <>
      <p className="an-dim">{t('sessions.why')}</p>
      <Trouble error={error} left={0} />
      <ul className="an-lines" aria-busy={list.loading}>
        {(list.data ?? []).map((s) => (
          <li key={s.id}>
            <div>
              <strong>{s.device || agentText(s.agent, t)}</strong>
              {s.current && <span className="an-mark">{t('sessions.here')}</span>}
              <p className="an-dim">{t('sessions.used', { since: showFhirDate(s.since), last: showFhirDate(s.lastUsed) })}</p>
            </div>
            {!s.current && <Button variant="default" disabled={busy} onClick={() => void end(s.id)}>{t('sessions.end')}</Button>}
          </li>
        ))}
      </ul>
    </>
  );
}
