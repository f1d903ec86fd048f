/* What the four screens have in common: whose record it is, or why none is shown; reading aloud and printing. */

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMe } from '../access/me';
import { useAloud } from '../daily/aloud';
import { useI18n } from '../i18n/context';
import { useMineWords } from '../i18n/mine';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import './mine.css';
import { ownOf, type Closed, type Own } from './own';

export function Owned({ children }: { children: (own: Own) => ReactNode }) {
  const { me } = useMe();
  const own = ownOf(me);
  return <div className="an-mine">{typeof own === 'string' ? <Shut why={own} /> : children(own)}</div>;
}

function Shut({ why }: { why: Closed }) {
  const w = useMineWords();
  return (
    <>
      <h1>{w('closed.title')}</h1>
      <Notice kind="info" title={w(`closed.${why}`)}><p>{w('closed.still')}</p></Notice>
    </>
  );
}

/* words: what is read, without names of people */
export function Tools({ words }: { words: string[] }) {
  const w = useMineWords();
  const { lang } = useI18n();
  const aloud = useAloud(lang);
  return (
    <div className="an-row an-noprint">
      {aloud.can && words.length > 0 && (
        <Button variant="default" leftSection={<Icon name="info" />} onClick={() => (aloud.speaking ? aloud.stop() : aloud.say(words))}>{w(aloud.speaking ? 'readStop' : 'read')}</Button>
      )}
      <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('print')}</Button>
    </div>
  );
}
