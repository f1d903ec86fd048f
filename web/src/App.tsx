/* The frame around every screen: skip link, header, the offline bar, and which screen the address asks for. Which screens
 * there are, the registry knows; whether anybody may see them, the Gate. */

import { useEffect, useRef, type ReactNode } from 'react';
import { Around } from './allScreens';
import { useDrafts, useVault } from './access/drafts';
import { Gate } from './access/Gate';
import { useMe } from './access/me';
import { NoPermission } from './access/NoPermission';
import { Header } from './Header';
import { useI18n } from './i18n/context';
import { homeHref, maySee, earlyFor, placeOf, type Place } from './registry';
import { OutboxBar } from './outbox/OutboxBar';
import './ui/hand'; /* on every screen: a tap that trembled */
import { pathOf, useHash } from './route';
import { HealthBar } from './ui/HealthBar';
import { Icon } from './ui/Icon';
import { Notice } from './ui/Notice';
import { useOnline } from './ui/useOnline';
import { TrainingBanner } from './training/Banner';
import { RecentProvider } from './vitals/recent';

function OfflineBar() {
  const { t } = useI18n();
  const online = useOnline();
  const drafts = useDrafts();
  const waiting = online ? 0 : drafts.count();
  return (
    <div role="status" className="an-offline-live">
      {!online && (
        <div className="an-offline">
          <Icon name="offline" />
          <span>
            {t('offline.bar')}
            {waiting > 0 && <strong> {t('offline.drafts', { n: waiting })}.</strong>}
          </span>
        </div>
      )}
    </div>
  );
}

function Screen({ place }: { place: Place | undefined }) {
  const { t } = useI18n();
  const { me } = useMe();
  if (!place) {
    return (
      <Notice kind="info" title={t('route.missing')}>
        <p><a href={homeHref(me)}>{t('access.goHome')}</a></p>
      </Notice>
    );
  }
  const { entry, params, query } = place;
  if (!maySee(me, entry)) return <NoPermission what={t(entry.title)} />;
  const key = `${entry.path} ${JSON.stringify(params)}`;
  return <Around key={key} place={place}><entry.Screen key={key} params={params} query={query} /></Around>;
}

/* The code of the other screens is fetched while nothing else is going on: a line that fails later stops nobody. */
function usePreload(): void {
  const { me } = useMe();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const entry of earlyFor(me)) entry.preload?.().catch(() => undefined);
    }, 3000);
    return () => clearTimeout(timer);
  }, [me]);
}

/* own: the light page of people in care and of who represents them; staff: everybody else's. news: on the start screen; over: over every one */
export interface AppProps { page: 'staff' | 'own'; news?: ReactNode; over?: ReactNode }

function Frame({ news, over }: AppProps) {
  const { t } = useI18n();
  const { me } = useMe();
  const hash = useHash();
  const path = pathOf(hash);
  const place = placeOf(path === '' ? homeHref(me) : hash);
  const title = `${t(place?.entry.title ?? 'route.missing')} · ${t('app.name')}`;
  usePreload();
  useEffect(() => {
    document.title = title;
  }, [title]);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  /* A new screen: start at its top, and tell a screen reader by moving the focus there. */
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <RecentProvider>
      <a className="an-skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>{t('app.skip')}</a>
      <Header path={path} />
      <OfflineBar />
      <HealthBar />
      <OutboxBar />
      <main id="main" className="an-page" ref={main} tabIndex={-1}>
        {(path === '' || path === pathOf(homeHref(me))) && news}
        <Screen place={place} />
      </main>
      {over}
    </RecentProvider>
  );
}

/* Screens look for their drafts once, when they are drawn. */
function Restored(props: AppProps) {
  const { t } = useI18n();
  const { me } = useMe();
  const elsewhere = me.auth === 'on' && (me.own !== undefined) !== (props.page === 'own');
  const isRestored = useVault();
  useEffect(() => {
    if (elsewhere) window.location.replace(`${props.page === 'own' ? '/' : '/toi'}${window.location.hash}`);
  }, [elsewhere, props.page]);
  return isRestored && !elsewhere ? <Frame {...props} /> : <div role="status" aria-label={t('screen.loading')} />;
}

export function App(props: AppProps) {
  return <><TrainingBanner /><Gate><Restored {...props} /></Gate></>;
}
