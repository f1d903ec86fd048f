/* The frame around every screen: skip link, header, the offline bar, and which screen the address asks for. */

import { Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useI18n } from './i18n/context';
import { parseRoute, peopleHref, useHash, type Route } from './route';
import { People } from './screens/People';
import { Person } from './screens/Person';
import { VitalsForm } from './screens/VitalsForm';
import { Icon } from './ui/Icon';
import { Notice } from './ui/Notice';
import { useOnline } from './ui/useOnline';
import { waitingDrafts } from './vitals/draftStore';
import { RecentProvider } from './vitals/recent';

function Header() {
  const { t, lang, setLang } = useI18n();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <header className="an-header">
      <a className="an-brand" href={peopleHref()}>
        <Icon name="pulse" size={24} />
        <span>{t('app.name')}</span>
      </a>
      <nav aria-label={t('app.nav')} className="an-nav">
        <a href={peopleHref()}>{t('app.people')}</a>
      </nav>
      <div className="an-tools">
        <Button
          variant="subtle" leftSection={<Icon name="language" />} lang={lang === 'vi' ? 'en' : 'vi'}
          title={t('app.languageHint')} onClick={() => setLang(lang === 'vi' ? 'en' : 'vi')}
        >
          {t('app.language')}
        </Button>
        <Button
          variant="subtle" leftSection={<Icon name={scheme === 'dark' ? 'sun' : 'moon'} />} className="an-scheme"
          aria-label={t(`app.${other}`)} title={t(`app.${other}`)} onClick={() => setColorScheme(other)}
        >
          <span className="an-scheme-word">{t(`app.${other}`)}</span>
        </Button>
      </div>
    </header>
  );
}

function OfflineBar() {
  const { t } = useI18n();
  const online = useOnline();
  const waiting = online ? 0 : waitingDrafts();
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

function Screen({ route }: { route: Route }) {
  const { t } = useI18n();
  if (route.name === 'people') return <People initial={route.q} />;
  if (route.name === 'person') return <Person key={route.id} id={route.id} />;
  if (route.name === 'vitals') return <VitalsForm key={route.id} id={route.id} />;
  return (
    <Notice kind="info" title={t('route.missing')}>
      <p><a href={peopleHref()}>{t('app.people')}</a></p>
    </Notice>
  );
}

/* No name in the title of a tab or window: other people see those. */
const TITLES = { people: 'people.title', person: 'person.title', vitals: 'form.title', missing: 'route.missing' } as const;

export function App() {
  const { t } = useI18n();
  const route = parseRoute(useHash());
  const title = `${t(TITLES[route.name])} · ${t('app.name')}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const place = route.name === 'person' || route.name === 'vitals' ? `${route.name} ${route.id}` : route.name;
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
  }, [place]);
  return (
    <RecentProvider>
      <a className="an-skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>{t('app.skip')}</a>
      <Header />
      <OfflineBar />
      <main id="main" className="an-page" ref={main} tabIndex={-1}>
        <Screen route={route} />
      </main>
    </RecentProvider>
  );
}
