/* An alert that must not wait for somebody to look: said once, on whatever screen, to those it is for. It covers what is being typed and
 * takes nothing of it away; "later" leaves it in the list. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { shiftAt } from '../drugs/shift';
import { useAlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { go, personHref } from '../route';
import { Dialog } from '../ui/Dialog';
import { whenHandIsOff } from '../ui/hand';
import { Icon } from '../ui/Icon';
import { afterShowing, isMine, nextInterrupt, readShown, type Alert, type Shown } from './alerts';
import { useFeed } from './feed';
import { useMineOf } from './mine';
import { useAct } from './useAct';
import './alerts.css';

const keyOf = (account: string): string => `ansinh.alerts-shown/${encodeURIComponent(account)}`;

/* Kept by this browser for this account; a browser that keeps nothing interrupts again, which does no harm. */
function load(account: string): Shown {
  try {
    return readShown(window.localStorage.getItem(keyOf(account)));
  } catch {
    return readShown(null);
  }
}
function keep(account: string, shown: Shown): void {
  try {
    window.localStorage.setItem(keyOf(account), JSON.stringify(shown));
  } catch {
    /* asked again after a reload */
  }
}

export default function Interrupt() {
  const { me } = useMe();
  return me.auth === 'on' && me.account ? <Watch account={me.account.id} /> : null;
}

function Watch({ account }: { account: string }) {
  const feed = useFeed();
  const mineOf = useMineOf();
  const acts = useAct();
  const [shown, setShown] = useState<Shown>(() => load(account));
  const [now, setNow] = useState<Alert | undefined>();
  const shift = shiftAt(Date.now()).start;
  const mine = (feed.alerts ?? []).filter((a) => isMine(a, mineOf.roles, mineOf.wards) && !acts.waiting.has(a.id));
  const next = now ? undefined : nextInterrupt(mine, shown, shift);
  const nextKey = next ? `${next.id}/${next.priority}` : '';
  useEffect(() => {
    if (!next) return undefined;
    let gone = false;
    whenHandIsOff(() => { if (!gone) setNow(next); });
    return () => { gone = true; };
  }, [nextKey]);
  /* somebody else has seen to it while it stood here */
  const still = now && feed.alerts?.find((a) => a.id === now.id);
  useEffect(() => {
    if (now && feed.alerts && still?.status !== 'requested') setNow(undefined);
  }, [now, still?.status, feed.alerts]);
  if (!now) return null;
  const done = (): void => {
    const after = afterShowing(now, shown, shift);
    keep(account, after);
    setShown(after);
    setNow(undefined);
  };
  return <Said a={still ?? now} name={feed.names.get(now.patient) ?? ''} onSeen={() => { acts.act(now.id, 'received'); done(); }} onOpen={() => { acts.act(now.id, 'received'); done(); go(personHref(now.patient)); }} onLater={done} />;
}

function Said({ a, name, onSeen, onOpen, onLater }: { a: Alert; name: string; onSeen: () => void; onOpen: () => void; onLater: () => void }) {
  const w = useAlertWords();
  const { t, lang } = useI18n();
  return (
    <Dialog title={w('interrupt', { priority: w(`priority.${a.priority}`) })} onClose={onLater}>
      <div className={`an-alert-said an-alert-${a.priority === 'stat' ? 'now' : 'soon'}`} role="alert">
        <p className="an-alert-what"><Icon name={a.priority === 'stat' ? 'bad' : 'warn'} size={28} /><span>{a.title[lang]}{a.detail !== '' && <span className="an-alert-detail an-number">{a.detail}</span>}</span></p>
        <p><strong>{name || t('people.noName')}</strong>{a.wardName !== '' && ` · ${a.wardName}`}</p>
        <p>{a.text[lang]}</p>
      </div>
      <div className="an-alert-said-acts">
        <Button size="md" color={a.priority === 'stat' ? 'red' : undefined} onClick={onSeen} data-autofocus>{w('see')}</Button>
        <Button size="md" variant="default" onClick={onOpen}>{w('seeOpen')}</Button>
        <Button size="md" variant="default" onClick={onLater}>{w('later')}</Button>
      </div>
    </Dialog>
  );
}
