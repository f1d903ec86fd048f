/* The worklist of alerts: mine or all, the gravest first. It does not move while somebody works on it: what came in meanwhile waits behind
 * a button. Acknowledge, act, dismiss with a reason: each works with the line down. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useMe } from '../access/me';
import { unheardOf } from '../fhir/client';
import { wardClock, wardStamp } from '../fhir/zone';
import { useAlertWords, type AlertWords } from '../i18n/alerts';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useHandTime } from '../ward/useBoard';
import { detailIn, isMine, newsOf, type Alert, type Priority } from './alerts';
import { useFeed } from './feed';
import { Close } from './Close';
import { rulesHref } from './screens';
import { useAct, type UseAct } from './useAct';
import { useMineOf } from './mine';
import './alerts.css';

const IDLE_MS = 30_000;

export default function Alerts({ query }: ScreenProps) {
  const w = useAlertWords();
  const feed = useFeed();
  const person = query.get('p') ?? '';
  const unheard = feed.error === undefined ? 'refused' : unheardOf(feed.error);
  return (
    <div className="an-alerts">
      <div className="an-alerts-head">
        <h1>{w('title')}</h1>
        <p className="an-dim an-alerts-at" role="status">
          {unheard === 'refused' ? feed.at > 0 && w('asOf', { when: wardClock(feed.at) })
            : <><Icon name={unheard === 'lost' ? 'offline' : 'clock'} size={18} /> {w(unheard === 'lost' ? 'lost' : 'late')} {feed.at > 0 && w('figuresOf', { when: wardClock(feed.at) })}</>}
        </p>
        <div className="an-row an-noprint">
          <Button component="a" variant="default" href={rulesHref}>{w('rules')}</Button>
          <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('print')}</Button>
        </div>
      </div>
      {feed.error !== undefined && (feed.alerts === undefined || unheard === 'refused') && <Problem error={feed.error} onRetry={feed.reload} />}
      {feed.alerts === undefined && feed.error === undefined && <div aria-hidden="true">{[0, 1, 2].map((i) => <Skeleton key={i} height={120} mb={16} radius={8} />)}</div>}
      {feed.alerts && <List alerts={person === '' ? feed.alerts : feed.alerts.filter((a) => a.patient === person)} names={feed.names} cut={feed.cut} person={person} reload={feed.reload} />}
    </div>
  );
}

/* What is shown stays until a hand asks for the news, or nobody is there. */
function useStill(newer: Alert[], own: Map<string, string>): { shown: Alert[]; news: number; pull: () => void } {
  const [shown, setShown] = useState(newer);
  const hand = useHandTime();
  const latest = useRef(newer);
  latest.current = newer;
  const news = newsOf(shown, newer, own);
  const gone = new Set(newer.map((a) => a.id));
  useEffect(() => {
    const timer = setInterval(() => { if (Date.now() - hand.current >= IDLE_MS) setShown(latest.current); }, 3_000);
    return () => clearInterval(timer);
  }, [hand]);
  useEffect(() => {
    if (shown.length === 0 || Date.now() - hand.current >= IDLE_MS) setShown(newer);
  }, [newer, shown.length, hand]);
  return { shown: shown.filter((a) => gone.has(a.id)), news, pull: () => setShown(newer) };
}

function List({ alerts, names, cut, person, reload }: { alerts: Alert[]; names: Map<string, string>; cut: boolean; person: string; reload: () => void }) {
  const w = useAlertWords();
  const { me } = useMe();
  const mineOf = useMineOf();
  const [only, setOnly] = useState<'mine' | 'all'>(me.auth === 'off' || person !== '' ? 'all' : 'mine');
  const acts = useAct();
  const { shown, news, pull } = useStill(alerts, acts.stored);
  const passes = (a: Alert): boolean => (only === 'all' || isMine(a, mineOf.roles, mineOf.wards));
  /* what was closed by a tap leaves the list at once, on its way and when it has arrived */
  const stateOf = (a: Alert): string => acts.waiting.get(a.id)?.status ?? acts.stored.get(a.id) ?? 'received';
  const left = shown.filter((a) => passes(a) && stateOf(a) === 'received');
  const arrived = acts.stored.size;
  useEffect(() => { if (arrived > 0) reload(); }, [arrived, reload]);
  return (
    <>
      {cut && <Notice kind="warn" title={w('cut')} />}
      <Halted acts={acts} alerts={alerts} />
      {me.auth === 'on' && (
        <div className="an-board-filters an-noprint" role="group" aria-label={w('filters')}>
          {(['mine', 'all'] as const).map((f) => (
            <Button key={f} variant={f === only ? 'filled' : 'default'} aria-pressed={f === only} onClick={() => setOnly(f)}>
              {w(`filter.${f}`)} <span className="an-board-count">{alerts.filter((a) => f === 'all' || isMine(a, mineOf.roles, mineOf.wards)).length}</span>
            </Button>
          ))}
        </div>
      )}
      <div className="an-board-news" role="status">
        {news > 0 && <Button variant="filled" leftSection={<Icon name="info" />} onClick={pull}>{w('news', { n: news })}</Button>}
      </div>
      {left.length === 0 && <Notice kind="good" title={w('none')}><p>{w('noneDo')}</p></Notice>}
      <ul className="an-alert-list">{left.map((a) => <Row key={a.id} a={a} name={names.get(a.patient) ?? ''} acts={acts} />)}</ul>
    </>
  );
}

const LOOKS: Record<Priority, { icon: 'bad' | 'warn' | 'info'; look: string }> = {
  stat: { icon: 'bad', look: 'now' }, asap: { icon: 'warn', look: 'soon' }, urgent: { icon: 'warn', look: 'soon' }, routine: { icon: 'info', look: 'calm' },
};

function Row({ a, name, acts }: { a: Alert; name: string; acts: UseAct }) {
  const w = useAlertWords();
  const { t, lang } = useI18n();
  const who = name || t('people.noName');
  const sent = acts.waiting.get(a.id);
  const isSeen = a.status !== 'requested' || sent?.status === 'received' || acts.stored.get(a.id) === 'received';
  const look = LOOKS[a.priority];
  return (
    <li className={`an-alert-row an-alert-${look.look}`} aria-label={`${w(`priority.${a.priority}`)}: ${a.title[lang]}, ${who}`}>
      <div className="an-alert-body">
        <p className="an-alert-top"><Icon name={look.icon} size={22} /><strong>{w(`priority.${a.priority}`)}</strong><span className="an-dim an-number">{a.since === 0 ? wardStamp(a.at) : `${w('since', { when: wardStamp(a.since) })} · ${t('ward.alertAt', { when: wardStamp(a.at) })}`}</span></p>
        <h2>{a.title[lang]}{a.detail !== '' && <span className="an-alert-detail an-number">{a.isLater ? w('detailThen', { detail: detailIn(a, lang) }) : detailIn(a, lang)}</span>}</h2>
        <p><a className="an-person-name" href={personHref(a.patient)}>{who}</a>{a.wardName !== '' && <span className="an-dim"> · {a.wardName}</span>}</p>
        <p>{a.text[lang]}</p>
        <p className="an-dim an-alert-foot">
          {w('for', { roles: a.roles.map((r) => roleWord(r, w)).join(', ') })}
          {a.evidence > 1 && <> · {w('evidence', { n: a.evidence })}</>}
          {isSeen && <> · <Icon name="check" size={16} /> {sent ? w('sending') : a.owner === '' ? w(acts.stored.get(a.id) === 'received' ? 'seenMine' : 'seen') : w('seenBy', { who: a.owner })}</>}
        </p>
      </div>
      <Close a={a} who={who} isSeen={isSeen} acts={acts} />
    </li>
  );
}

const ROLES = ['carer', 'nurse', 'assistant-doctor', 'doctor', 'pharmacist', 'facility-head', 'rehab-technician', 'social-worker'] as const;
const roleWord = (code: string, w: AlertWords): string => {
  const known = ROLES.find((r) => r === code);
  return known ? w(`role.${known}`) : code;
};

/* What somebody did that the server did not take. */
function Halted({ acts, alerts }: { acts: UseAct; alerts: Alert[] }) {
  const w = useAlertWords();
  const { lang } = useI18n();
  return (
    <>
      {acts.halted.map((i) => (
        <Notice
          key={i.id} kind="warn" role="alert" title={w(i.halt === 'taken' ? 'halt.taken' : i.halt === 'forbidden' ? 'halt.forbidden' : 'halt.refused')}
          after={<div className="an-row"><Button variant="default" onClick={() => acts.letGo(i.id)}>{w('halt.seen')}</Button></div>}
        >
          <p>{alerts.find((a) => a.id === i.act?.task)?.title[lang] ?? ''} {i.halt === 'taken' ? w('halt.takenDo') : i.why}</p>
        </Notice>
      ))}
    </>
  );
}
