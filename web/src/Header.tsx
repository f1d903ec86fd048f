/* The bar on top: the way home, the screens this person may open, language and light. */

import { Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMe } from './access/me';
import { useI18n } from './i18n/context';
import { homeHref, navFor } from './registry';
import { Icon } from './ui/Icon';

export function Header({ path }: { path: string }) {
  const { t } = useI18n();
  const { me } = useMe();
  return (
    <header className="an-header">
      <a className="an-brand" href={homeHref(me)}>
        <Icon name="pulse" size={24} />
        <span>{t('app.name')}</span>
      </a>
      <nav aria-label={t('app.nav')} className="an-nav">
        {navFor(me).map((s) => (
          <a key={s.path} href={`#/${s.path}`} aria-current={path === s.path ? 'page' : undefined}>{s.nav && t(s.nav.label)}</a>
        ))}
      </nav>
      <div className="an-tools"><LookButtons /></div>
    </header>
  );
}

export function LookButtons() {
  const { t, lang, setLang } = useI18n();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <>
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
    </>
  );
}
