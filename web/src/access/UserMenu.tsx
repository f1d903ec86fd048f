/* "Điều dưỡng Hà ▾": who is signed in, and the ways out. */

import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { useDrafts } from './drafts';
import { Face } from './Face';
import { session } from './here';
import { trainingUrl } from '../training/screens';
import { useMe } from './me';

/* nav: the links to the screens, which have no room in the bar of a phone */
export function UserMenu({ nav }: { nav: ReactNode }) {
  const { t } = useI18n();
  const { me, signedIn } = useMe();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState(false);
  const drafts = useDrafts();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    const away = (e: Event): void => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) setOpen(false);
    };
    const key = (e: KeyboardEvent): void => {
      if (e.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    const moved = (): void => setOpen(false);
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    document.addEventListener('keydown', key);
    window.addEventListener('hashchange', moved);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
      document.removeEventListener('keydown', key);
      window.removeEventListener('hashchange', moved);
    };
  }, [open]);
  if (!signedIn || !me.account) return null;
  const { display } = me.account;
  const leave = async (): Promise<void> => {
    setFailed(false);
    try {
      await session.signOut();
    } catch {
      setFailed(true);
      setAsking(true);
    }
  };
  const signOut = (): void => {
    setOpen(false);
    if (drafts.count() > 0) setAsking(true);
    else void leave();
  };
  const act = (run: () => void) => () => { setOpen(false); run(); };
  return (
    <div className="an-user" ref={box}>
      <button ref={button} type="button" className="an-user-button" aria-expanded={open} aria-controls={id} onClick={() => setOpen((o) => !o)}>
        <Face account={me.account.id} display={display} />
        <span className="an-user-name">{display}</span>
        <span className="an-user-short" aria-hidden="true">{display.trim().split(/\s+/).pop()}</span>
        <span className="an-user-down"><Icon name="down" /></span>
        <span className="an-only-phone"><Icon name="menu" /></span>
      </button>
      <div id={id} className="an-menu" hidden={!open}>
        <p className="an-menu-who"><strong>{display}</strong><span className="an-dim">{rolesText(me.roles.map((r) => r.role), t)}</span></p>
        <ul className="an-only-phone">{nav}</ul>
        <ul>
          <li><button type="button" onClick={act(() => void session.lock())}><Icon name="lock" />{t('menu.lock')}</button></li>
          {me.own === undefined && <li><button type="button" onClick={act(() => void session.lock(true))}><Icon name="users" />{t('menu.switch')}</button></li>}
          <li><a href="#/account"><Icon name="user" />{t('menu.account')}</a></li>
          {me.training?.port !== undefined && <li><a href={trainingUrl(me.training.port)} target="_blank" rel="noreferrer"><Icon name="users" />{t('training.open')}</a></li>}
          <li><button type="button" onClick={signOut}><Icon name="leave" />{t('menu.signOut')}</button></li>
        </ul>
      </div>
      {asking && (
        <Dialog title={t(failed ? 'signOut.failed' : 'signOut.title')} onClose={() => setAsking(false)}>
          <p>{failed ? t('signOut.failedDo') : t('signOut.drafts', { n: drafts.count() })}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setAsking(false)}>{t('signOut.stay')}</Button>
            {!failed && <Button variant="default" onClick={() => { setAsking(false); void session.lock(); }}>{t('signOut.lock')}</Button>}
            <Button color="red" onClick={() => void leave()}>{t(failed ? 'error.retry' : 'signOut.go')}</Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

const KNOWN = [
  'carer', 'nurse', 'head-nurse', 'doctor', 'assistant-doctor', 'rehab-technician', 'social-worker', 'pharmacist', 'records-clerk', 'facility-head',
  'province-officer', 'ministry-officer', 'auditor', 'administrator', 'system', 'person', 'representative',
] as const;

export function rolesText(roles: string[], t: ReturnType<typeof useI18n>['t']): string {
  return [...new Set(roles)].map((role) => {
    const known = KNOWN.find((k) => k === role);
    return known ? t(`role.${known}`) : role;
  }).join(' · ');
}
