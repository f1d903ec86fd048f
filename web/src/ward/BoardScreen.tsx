/* The shift board of a ward: residents by room, what is late, due and soon, who worries. Made to be looked at from an arm's
 * length and touched with a thumb; the list does not move while somebody works on it (useBoard.ts). */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { useI18n } from '../i18n/context';
import type { ScreenProps } from '../screen';
import { useOnDuty } from '../roster/onDuty';
import { useShare } from '../roster/share';
import { rosterHref } from '../roster/screens';
import { shiftAt } from '../roster/shifts';
import { unheardOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { wardClock, wardStamp } from '../fhir/zone';
import { useOutbox } from '../outbox/use';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { byRoom, FILTERS, matches, passes, type Away, type Board, type Filter } from './board';
import { roundHref } from './hrefs';
import { careHref } from '../daily/screens';
import { drugsHref } from '../drugs/screens';
import { mayReadForms, queueHref } from '../forms/screens';
import { incidentsHref } from '../incidents/screens';
import { handoverHref } from '../handover/screens';
import { personHref } from '../route';
import { personStayHref } from '../stay/screens';
import { stockHref } from '../stock/screens';
import { useFaces } from '../photos/faces';
import { HeadTasks } from './HeadTasks';
import { WaitingSets } from '../screens/WaitingSets';
import { isHalted } from '../vitals/waiting';
import { ResidentCard } from './ResidentCard';
import { useNow } from '../ui/useNow';
import { Unheard } from '../place/Unheard';
import { useAhead } from './useAhead';
import { useBoard, type BoardState } from './useBoard';
import './ward.css';

export default function BoardScreen({ params }: ScreenProps) {
  const ward = params.ward ?? '';
  const state = useBoard(`Location/${encodeURIComponent(ward)}/$board`);
  const { board, error, reload } = state;
  useAhead(ward, error === undefined ? board : undefined);
  const now = useNow(30_000);
  /* a ward that was closed, or taken from this account, while somebody looked: what stands here is no longer its board */
  const isGone = error !== undefined && unheardOf(error) === 'refused';
  return (
    <div className="an-board">
      <Head ward={ward} state={state} now={now} />
      <HeadTasks />
      {error !== undefined && (board === undefined || isGone) && <Problem error={error} onRetry={reload} />}
      {board === undefined && error === undefined && <Waiting />}
      {board !== undefined && <WaitingSets halted names={Object.fromEntries(board.residents.map((r) => [r.id, r.name]))} />}
      {board !== undefined && !isGone && <Body ward={ward} board={board} state={state} now={now} />}
    </div>
  );
}

function Head({ ward, state, now }: { ward: string; state: BoardState; now: number }) {
  const { t } = useI18n();
  const me = useMe();
  const { can } = me;
  const shift = shiftAt(now, useOnDuty().system);
  return (
    <div className="an-board-head">
      <div className="an-board-title">
        <p className="an-board-shift">
          {t(`ward.shift.${shift.name}`)} {wardClock(shift.start)}–{wardClock(shift.end)}
        </p>
        <h1>{state.board?.placeName || t('ward.title')}</h1>
      </div>
      <Sync state={state} />
      <div className="an-board-rounds">
        <Button component="a" href={roundHref(ward)} variant="filled" leftSection={<Icon name="pulse" />}>{t('ward.startRound')}</Button>
        <Button component="a" href={careHref(ward)} variant="default">{t('care.screen')}</Button>
        <Button component="a" href={incidentsHref(ward)} variant="default">{t('incident.list')}</Button>
        {can('drugs') && <Button component="a" href={drugsHref(ward)} variant="default">{t('ward.startDrugs')}</Button>}
        {can('stock') && <Button component="a" href={stockHref(ward)} variant="default">{t('stock.open')}</Button>}
        {can('handover') && <Button component="a" href={handoverHref(ward)} variant="default">{t('handover.title')}</Button>}
        {mayReadForms(me) && <Button component="a" href={queueHref(ward)} variant="default">{t('forms.title')}</Button>}
      </div>
    </div>
  );
}

/* What is sent, and how old this is. */
function Sync({ state }: { state: BoardState }) {
  const { t } = useI18n();
  const { items, waiting } = useOutbox();
  const refused = items.filter(isHalted).length;
  /* that the server says no to this ward is told below, and says nothing of the line */
  const unheard = state.error === undefined ? 'refused' : unheardOf(state.error);
  if (unheard !== 'refused') return <Unheard kind={unheard} at={state.at} />;
  const text = waiting > 0 ? t('ward.waiting', { n: waiting }) : refused > 0 ? t('ward.refused', { n: refused }) : t('ward.allSent');
  return (
    <p className="an-board-sync" role="status">
      <Icon name={waiting > 0 ? 'clock' : refused > 0 ? 'warn' : 'good'} />
      <span>{text}</span>
      {state.at > 0 && <span className="an-dim an-number">{t('ward.asOf', { when: wardClock(state.at) })}</span>}
    </p>
  );
}

function Body({ ward, board, state, now }: { ward: string; board: Board; state: BoardState; now: number }) {
  const { t } = useI18n();
  const duty = useShare(ward, now);
  const [picked, setFilter] = useState<Filter>();
  /* a count of what is not seen would be read as none: there is nothing to filter by */
  const isBlind = board.residents.every((r) => r.unseen);
  const filter = isBlind ? 'all' : picked ?? (duty.first === 'mine' ? 'mine' : 'all');
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed);
  const faces = useFaces(useMemo(() => board.residents.map((r) => r.id), [board]));
  /* who passes is settled when the answer comes or the filter is chosen: the clock alone moves nobody */
  const shown = useMemo(() => {
    const moment = nowMs();
    return board.residents.filter((r) => passes(r, filter, moment, duty.share) && matches(r, wanted));
  }, [board, filter, wanted, duty.share]);
  if (board.residents.length === 0) {
    return <><Notice kind="info" title={t('ward.empty')}><p>{t('ward.emptyDo')}</p></Notice><Aways aways={board.aways} now={now} /></>;
  }
  return (
    <>
      <div className="an-board-tools">
        <div className="an-board-filters" role="group" aria-label={t('ward.filters')}>
          {!isBlind && FILTERS.map((f) => (
            <Button key={f} variant={f === filter ? 'filled' : 'default'} aria-pressed={f === filter} onClick={() => setFilter(f)}>
              {t(`ward.filter.${f}`)} <span className="an-board-count">{board.residents.filter((r) => passes(r, f, now, duty.share)).length}</span>
            </Button>
          ))}
        </div>
        <Input
          type="text" aria-label={t('ward.find')} placeholder={t('ward.findExample')} value={typed} autoComplete="off" spellCheck={false}
          className="an-board-find" leftSection={<Icon name="search" />} leftSectionPointerEvents="none" rightSectionPointerEvents="all"
          rightSection={typed !== '' && <CloseButton aria-label={t('people.clear')} onClick={() => setTyped('')} />}
          onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Escape' && !e.nativeEvent.isComposing) setTyped(''); }}
        />
      </div>
      {duty.say !== undefined && (
        <p className="an-board-duty">
          <Icon name={duty.share.onDuty ? 'clock' : 'info'} /><span>{t(`ward.duty.${duty.say}`, { rooms: duty.share.rooms.length })}</span> <a href={rosterHref(ward, 'day')}>{t('ward.duty.who')}</a>
        </p>
      )}
      <div className="an-board-news" role="status">
        {state.news > 0 && (
          <Button variant="filled" leftSection={<Icon name="info" />} onClick={state.pull}>{t('ward.news', { n: state.news })}</Button>
        )}
      </div>
      {shown.length === 0 && <Notice kind="info" title={t('ward.nobody')}><p>{t('ward.nobodyDo')}</p></Notice>}
      {byRoom(shown, false).map((room) => (
        <section key={room.key} className="an-board-room" aria-label={room.name || t('ward.noRoom')}>
          <h2>{room.name || t('ward.noRoom')}</h2>
          <ul className="an-board-cards">
            {room.residents.map((r) => <ResidentCard key={r.id} ward={ward} r={r} now={now} face={faces.get(r.id)} />)}
          </ul>
        </section>
      ))}
      <Aways aways={board.aways} now={now} />
    </>
  );
}

/* Who is missing at the count of heads, and when they are expected. */
function Aways({ aways, now }: { aways: Away[]; now: number }) {
  const { t } = useI18n();
  const { can } = useMe();
  if (aways.length === 0) return null;
  return (
    <section className="an-board-room" aria-label={t('ward.away')}>
      <h2>{t('ward.awayN', { n: aways.length })}</h2>
      <ul className="an-people">
        {aways.map((a) => (
          <li key={a.id} className="an-away-row">
            <a href={can('stay') ? personStayHref(a.id) : personHref(a.id)}>{a.name || t('people.noName')}</a>
            <span className="an-dim">{a.bed}</span>
            <span>{t(`ward.away.${a.kind}`)}</span>
            {!Number.isNaN(a.until) && <span className={a.until < now ? 'an-late' : 'an-dim'}>{t(a.until < now ? 'ward.awayLate' : 'ward.awayUntil', { when: wardStamp(a.until, now) })}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Waiting() {
  return (
    <div aria-hidden="true" className="an-board-cards">
      {Array.from({ length: 9 }, (_, i) => <Skeleton key={i} height={168} radius={8} />)}
    </div>
  );
}
