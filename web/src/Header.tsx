/* The bar on top: the way home, the screens this person may open, who is signed in, language and light. On a phone the bar
 * holds home and one button; everything else is behind it. */

import { Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMe } from './access/me';
import { UserMenu } from './access/UserMenu';
import { useI18n } from './i18n/context';
import { homeHref, navFor } from './registry';
import { Icon } from './ui/Icon';

export function Header({ path }: { path: string }) {
  const { t } = useI18n();
  const { me, signedIn } = useMe();
  const nav = navFor(me);
  const links = nav.map((s) => (
    <li key={s.path}>
      <a href={`#/${s.path}`} aria-current={path === s.path ? 'page' : undefined}>
        <Icon name={s.nav?.icon ?? 'next'} />{s.nav && t(s.nav.label)}
      </a>
    </li>
  ));
  return (
    <header className={signedIn ? 'an-header an-signed' : 'an-header'}>
      <a className="an-brand" href={homeHref(me)}>
        <Icon name="pulse" size={24} />
        <span>{t('app.name')}</span>
      </a>
      <nav aria-label={t('app.nav')} className="an-nav"><ul>{links}</ul></nav>
      <div className="an-tools">
        <LookButtons />
        <UserMenu nav={links} />
      </div>
    </header>
  );
}

export function LookButtons() {
  const { t, lang, setLang } = useI18n();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true }); /* or it writes a <style>, which our policy refuses */
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <>
      <Button
        variant="subtle" leftSection={<Icon name="language" />} lang={lang === 'vi' ? 'en' : 'vi'} className="an-lang"
        title={t('app.languageHint')} onClick={() => setLang(lang === 'vi' ? 'en' : 'vi')}
      >
        <span className="an-lang-word">{t('app.language')}</span>
      </Button>
      <Button
        variant="subtle" leftSection={<Icon name={scheme === 'dark' ? 'sun' : 'moon'} />} className="an-scheme"
        aria-label={t(`app.${other}`)} title={t(`app.${other}`)} onClick={() => setColorScheme(other)}
      >
        <span className="an-scheme-word">{t(`app.${other}`)}</span>
      </Button>
    </>
  );
}
