/* What a resting tablet shows: who may come in here, and the digits. Nothing of anybody's record.
 *
 * The one whose screens wait underneath is chosen already: four digits and one tap bring them back. Without a PIN, or on a
 * device that is nobody's in particular, the password does the same. */

import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useI18n } from '../i18n/context';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { AuthError, authErrorOf } from './api';
import { draftsOf } from './drafts';
import { Face } from './Face';
import { PasswordField, Trouble, useCountdown } from './fields';
import { session } from './here';
import type { Colleague, Me } from './me';
import { PinPad } from './PinPad';
import { SignIn } from './SignIn';

/* Everybody who may be chosen, the one who is locked first. */
export function choices(me: Me): Colleague[] {
  const own: Colleague[] = me.signedIn && me.account
    ? [{ account: me.account.id, display: me.account.display, hasPin: me.account.hasPin && me.device?.registered === true }]
    : [];
  return [...own, ...me.people.filter((p) => p.account !== own[0]?.account)];
}

interface Props { me: Me; picking: boolean; onTyped: (password: string) => void }

export function LockScreen({ me, picking, onTyped }: Props) {
  const { t } = useI18n();
  const people = choices(me);
  const own = me.signedIn ? people[0] : undefined;
  const [chosen, setChosen] = useState<string | undefined>(() => (picking ? undefined : own?.account));
  const [other, setOther] = useState(picking && people.length < 2);
  const person = people.find((p) => p.account === chosen);
  if (other || people.length === 0) {
    return (
      <div className="an-lock">
        <SignIn onTyped={onTyped} />
        {people.length > 0 && (
          <Button variant="subtle" leftSection={<Icon name="back" />} onClick={() => setOther(false)}>{t('lock.backToPeople')}</Button>
        )}
      </div>
    );
  }
  return (
    <div className="an-lock">
      <h1><Icon name="lock" size={28} /> {t(me.signedIn && !picking ? 'lock.title' : 'lock.who')}</h1>
      <div className={person ? 'an-lock-two' : ''}>
        <div>
          <ul className="an-people-tiles" aria-label={t('lock.people')}>
            {people.map((p) => (
              <li key={p.account}>
                <button type="button" className="an-tile" aria-pressed={p.account === chosen} onClick={() => setChosen(p.account)}>
                  <Face account={p.account} display={p.display} />
                  <span className="an-tile-name">{p.display}<Waiting account={p.account} /></span>
                </button>
              </li>
            ))}
          </ul>
          <Button variant="default" className="an-lock-other" leftSection={<Icon name="user" />} onClick={() => setOther(true)}>{t('lock.other')}</Button>
        </div>
        {person && <Entry key={person.account} person={person} own={person.account === own?.account} onOther={() => setOther(true)} />}
        {person && people.length > 1 && (
          <Button variant="default" className="an-only-phone" leftSection={<Icon name="users" />} onClick={() => setChosen(undefined)}>
            {t('lock.choose')}
          </Button>
        )}
      </div>
    </div>
  );
}

/* What somebody left half done stays theirs, and they are told so before they come in. */
function Waiting({ account }: { account: string }) {
  const { t } = useI18n();
  const n = draftsOf(account).count();
  return n > 0 ? <span className="an-tile-drafts">{t('lock.drafts', { n })}</span> : null;
}

function Entry({ person, own, onOther }: { person: Colleague; own: boolean; onOther: () => void }) {
  const { t } = useI18n();
  const [byPassword, setByPassword] = useState(!person.hasPin);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<AuthError>();
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const left = useCountdown(error);
  /* three wrong ones, or sixteen hours since the password: the PIN counts no more */
  const spent = !byPassword && error?.problem === 'not-allowed';
  const come = async (given: { pin: string } | { password: string }): Promise<void> => {
    if (busy || left > 0) return;
    setBusy(true);
    setError(undefined);
    try {
      session.arrived('pin' in given && !own
        ? await session.api.switchTo({ account: person.account, pin: given.pin })
        : await session.api.unlock(given));
    } catch (problem) {
      const known = authErrorOf(problem);
      setError(known);
      setRound((n) => n + 1);
      /* the session has ended meanwhile, or is another's: only the whole sign-in helps */
      if (known.problem === 'not-signed-in' || known.problem === 'other-account') void session.refresh();
    } finally {
      setBusy(false);
    }
  };
  const submit = (e: FormEvent): void => {
    e.preventDefault();
    if (password !== '') void come({ password });
  };
  return (
    <div className="an-lock-entry">
      {byPassword && own && (
        <form className="an-entries" onSubmit={submit} noValidate>
          <PasswordField label={t('lock.password', { who: person.display })} value={password} onChange={setPassword} autoFocus />
          <Trouble error={error} left={left} wrong={t('lock.wrongPassword')} />
          <Button type="submit" loading={busy} disabled={left > 0} fullWidth className="an-sign-go">{t('lock.go')}</Button>
        </form>
      )}
      {byPassword && !own && (
        <div className="an-entries">
          <p>{t('lock.noPin', { who: person.display })}</p>
          <Button onClick={onOther}>{t('lock.withPassword')}</Button>
        </div>
      )}
      {!byPassword && (
        <>
          <PinPad label={t('lock.pin', { who: person.display })} busy={busy} blocked={left > 0 || spent} round={round} onPin={(pin) => void come({ pin })} />
          <Trouble error={spent ? undefined : error} left={left} wrong={t('lock.wrongPin')} />
          {spent && <Notice kind="warn" title={t('lock.pinSpent')} role="alert" />}
        </>
      )}
      {person.hasPin && own && (
        <Button variant="subtle" onClick={() => { setByPassword((b) => !b); setError(undefined); }}>
          {t(byPassword ? 'lock.withPin' : 'lock.withPassword')}
        </Button>
      )}
      {person.hasPin && !own && <Button variant="subtle" onClick={onOther}>{t('lock.withPassword')}</Button>}
    </div>
  );
}
