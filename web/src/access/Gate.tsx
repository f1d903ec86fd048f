/* Lets the screens appear when somebody is signed in. Who is locked keeps them: mounted, out of sight, untouchable, with
 * what was typed, where it was scrolled to and where the focus stood. */

import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { LookButtons } from '../Header';
import { waitingHere } from '../outbox/use';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import './access.css';
import { ChangePassword } from './ChangePassword';
import { FirstStart } from './FirstStart';
import { session, useSession } from './here';
import { Idle } from './Idle';
import { LockScreen } from './LockScreen';
import { MeProvider, type Me } from './me';
import { ownerOf, type SessionState } from './session';
import { SignIn } from './SignIn';

export function Gate({ children }: { children: ReactNode }) {
  const state = useSession();
  const { phase, shown } = state;
  useEffect(() => { void session.refresh(); }, []);
  useComeBack(phase === 'unreachable');
  return (
    <>
      {shown && (
        <Screens key={`screens of ${ownerOf(shown)}`} me={shown} open={phase === 'open'}>{children}</Screens>
      )}
      {phase !== 'open' && <OnTop state={state} />}
    </>
  );
}

/* The page opened and the server did not answer: what waits on this device is counted, never shown. */
function Unreachable() {
  const { t } = useI18n();
  const waiting = waitingHere();
  return (
    <Notice kind="warn" title={t('error.offline')} role="alert">
      {waiting > 0 && <p><strong>{t('outbox.waiting', { n: waiting })}</strong></p>}
      <p>{t('error.offlineDo')}</p>
      <p>{t('error.offlineSoon')}</p>
      <Button variant="default" onClick={() => void session.refresh()}>{t('error.retry')}</Button>
    </Notice>
  );
}

const ASK_AGAIN_MS = 5_000;

/* The line came back, or the tab, or the server that was started again: what was unreachable may answer now. */
function useComeBack(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setInterval(() => { if (document.visibilityState === 'visible') void session.refresh(); }, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [wanted]);
  useEffect(() => {
    const ask = (): void => {
      if (document.visibilityState === 'visible') void session.refresh();
    };
    document.addEventListener('visibilitychange', ask);
    if (wanted) window.addEventListener('online', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      window.removeEventListener('online', ask);
    };
  }, [wanted]);
}

function Screens({ me, open, children }: { me: Me; open: boolean; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const y = useRef(0);
  const before = useRef(open);
  /* the last place that held the focus, not counting the bar on top: the lock is reached through it */
  const focus = useRef<HTMLElement>(undefined);
  useEffect(() => {
    const note = (e: FocusEvent): void => {
      if (e.target instanceof HTMLElement && e.target.closest('main') && box.current?.contains(e.target)) focus.current = e.target;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  if (before.current && !open) y.current = window.scrollY; /* while drawing: once hidden, the page has lost it */
  useLayoutEffect(() => {
    if (!before.current && open) {
      window.scrollTo(0, y.current);
      if (focus.current?.isConnected) focus.current.focus({ preventScroll: true });
    }
    before.current = open;
  }, [open]);
  return (
    <MeProvider me={me}>
      <div ref={box} hidden={!open}>{children}</div>
      {open && me.auth === 'on' && <Idle seconds={me.idleSeconds} />}
    </MeProvider>
  );
}

function OnTop({ state }: { state: SessionState }) {
  const { t } = useI18n();
  const { phase } = state;
  useEffect(() => {
    document.title = t('app.name');
    window.scrollTo(0, 0);
  }, [t, phase]);
  if (phase === 'loading') return <div role="status" aria-label={t('screen.loading')} />;
  return (
    <div className="an-door">
      <header className="an-door-head">
        <span className="an-brand"><Icon name="pulse" size={24} /><span>{t('app.name')}</span></span>
        <div className="an-tools"><LookButtons /></div>
      </header>
      <main className="an-door-page"><Inside state={state} /></main>
    </div>
  );
}

function Inside({ state }: { state: SessionState }) {
  const { t } = useI18n();
  const { phase, me, picking } = state;
  /* only from signing in to the change of the password that follows it */
  const [typed, setTyped] = useState('');
  if (phase === 'unreachable' || !me) return <Unreachable />;
  if (phase === 'first') return <FirstStart />;
  if (phase === 'must-change') {
    return (
      <div className="an-sign">
        <h1>{t('mustChange.title')}</h1>
        <p>{t('mustChange.why')}</p>
        <ChangePassword typed={typed} autoFocus />
        <Button variant="subtle" onClick={() => void session.signOut().catch(() => session.refresh())}>{t('menu.signOut')}</Button>
      </div>
    );
  }
  if (phase === 'locked' || me.people.length > 0) return <LockScreen key={phase} me={me} picking={picking} onTyped={setTyped} />;
  return <SignIn onTyped={setTyped} />;
}
