/* An alert that must not wait for somebody to look: said once, on whatever screen, to those it is for. It covers what is being typed and
 * takes nothing of it away; "later" leaves it in the list. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { onDutyIn } from '../roster/now';
import { useOnDuty } from '../roster/onDuty';
import { shiftAt } from '../roster/shifts';
import { wardStamp } from '../fhir/zone';
import { useAlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { go, personHref } from '../route';
import { Dialog } from '../ui/Dialog';
import { whenNobodyTypes } from '../ui/hand';
import { Icon } from '../ui/Icon';
import { afterShowing, detailIn, isMine, isMyTurn, nextInterrupt, readShown, type Alert, type Shown } from './alerts';
import { useFeed } from './feed';
import { useMineOf } from './mine';
import { alertsHref } from './screens';
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
  const [now, setNow] = useState<Alert[]>([]);
  const duty = useOnDuty();
  const moment = nowMs();
  const shift = shiftAt(moment, duty.system).start;
  /* doctors and heads stand on no ward's roster: theirs is every hour */
  const byRoster = mineOf.roles?.every((r) => r === 'carer' || r === 'nurse') === true;
  const turn = (a: Alert): boolean => !byRoster || isMyTurn(a, onDutyIn(duty.roster, duty.system, a.ward, moment), duty.me, moment);
  const mine = (feed.alerts ?? []).filter((a) => isMine(a, mineOf.roles, mineOf.wards) && turn(a) && !acts.waiting.has(a.id) && !acts.stored.has(a.id));
  const next = now.length > 0 ? [] : nextInterrupt(mine, shown, shift);
  const nextKey = next.map((a) => `${a.id}/${a.priority}`).join(' ');
  useEffect(() => {
    if (next.length === 0) return undefined;
    let gone = false;
    whenNobodyTypes(() => { if (!gone) setNow(next); });
    return () => { gone = true; };
  }, [nextKey]);
  /* what somebody else has seen to while it stood here goes */
  const still = now.filter((a) => !feed.alerts || feed.alerts.some((b) => b.id === a.id && b.status === 'requested'));
  useEffect(() => {
    if (now.length > 0 && still.length === 0) setNow([]);
  }, [now, still.length]);
  const first = still[0];
  if (!first) return null;
  const done = (): void => {
    const after = afterShowing(now, shown, shift);
    keep(account, after);
    setShown(after);
    setNow([]);
  };
  const seen = (): void => { acts.act(first.id, 'received'); done(); };
  return (
    <Said
      alerts={still} names={feed.names} onLater={done}
      acts={still.length === 1 ? { seen, open: () => { seen(); go(personHref(first.patient)); } } : { list: () => { done(); go(alertsHref()); } }}
    />
  );
}

const MOST = 4;

function Said({ alerts, names, acts, onLater }: { alerts: Alert[]; names: Map<string, string>; acts: { seen?: () => void; open?: () => void; list?: () => void }; onLater: () => void }) {
  const w = useAlertWords();
  const gravest = alerts[0]?.priority ?? 'stat';
  return (
    <Dialog title={alerts.length === 1 ? w('interrupt', { priority: w(`priority.${gravest}`) }) : w('interruptMany', { n: alerts.length })} onClose={onLater} unasked>
      <div role="alert" className="an-alert-said-all">
        {alerts.slice(0, MOST).map((a) => <One key={a.id} a={a} name={names.get(a.patient) ?? ''} isOnly={alerts.length === 1} />)}
        {alerts.length > MOST && <p className="an-dim">{w('more', { n: alerts.length - MOST })}</p>}
      </div>
      <div className="an-alert-said-acts">
        {acts.seen && <Button size="md" color={gravest === 'stat' ? 'red' : undefined} onClick={acts.seen} data-autofocus>{w('see')}</Button>}
        {acts.open && <Button size="md" variant="default" onClick={acts.open}>{w('seeOpen')}</Button>}
        {acts.list && <Button size="md" onClick={acts.list} data-autofocus>{w('openList')}</Button>}
        <Button size="md" variant="default" onClick={onLater}>{w('later')}</Button>
      </div>
    </Dialog>
  );
}

function One({ a, name, isOnly }: { a: Alert; name: string; isOnly: boolean }) {
  const { t, lang } = useI18n();
  const w = useAlertWords();
  return (
    <div className={`an-alert-said an-alert-${a.priority === 'stat' ? 'now' : 'soon'}`}>
      <p className="an-said-what"><Icon name={a.priority === 'stat' ? 'bad' : 'warn'} size={28} /><span>{a.title[lang]}{a.detail !== '' && <span className="an-alert-detail an-number">{a.isLater ? w('detailThen', { detail: detailIn(a, lang) }) : detailIn(a, lang)}</span>}</span></p>
      <p><strong>{name || t('people.noName')}</strong>{a.wardName !== '' && ` · ${a.wardName}`}<span className="an-dim an-number">{a.since !== 0 && ` · ${w('since', { when: wardStamp(a.since) })}`} · {t('ward.alertAt', { when: wardStamp(a.at) })}</span></p>
      {isOnly && <p>{a.text[lang]}</p>}
    </div>
  );
}
