/* The drug round: a list of the ward, and one resident that fills the screen. From the list a dose takes two taps: the
 * person, "given"; from card to card one more. */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import { wardClock, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { Unheard } from '../place/Unheard';
import { isAway } from '../place/ward';
import { isScan, lastScan } from '../print/paper';
import type { ScreenProps } from '../screen';
import { go } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Card } from './Card';
import './drugs.css';
import { seek } from './find';
import { nextCard, type Round as RoundModel, type RoundCard } from './round';
import { drugsHref } from './screens';
import { Unsigned } from './Unsigned';
import { useRound, type UseRound } from './useRound';

export default function Round({ params, query }: ScreenProps) {
  const { t } = useI18n();
  const wardId = params.ward ?? '';
  const person = query.get('p') ?? '';
  const use = useRound(wardId, person);
  const { round, error } = use;
  const [typed, setTyped] = useState('');
  return (
    <div className="an-round">
      {error !== undefined && !round && <Problem error={error} onRetry={use.reload} />}
      {!round && error === undefined && <Waiting />}
      {use.unheard && <Unheard {...use.unheard} more={t('drugs.unheard')} />}
      {round && <Head use={use} round={round} wardId={wardId} person={person} />}
      {round && round.cards.length > 0 && <Find round={round} wardId={wardId} typed={typed} onTyped={setTyped} />}
      {round && (person === '' || typed !== '' ? <List use={use} round={round} wardId={wardId} typed={typed} onOpen={() => setTyped('')} /> : <One use={use} round={round} wardId={wardId} person={person} />)}
      {use.data?.cut === true && <Notice kind="warn" title={t('drugs.cut')} />}
    </div>
  );
}

function Waiting() {
  const { t } = useI18n();
  return (
    <div role="status" aria-label={t('drugs.loading')}>
      <Skeleton height={36} width="60%" mb={16} />
      {Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={64} mb={12} />)}
    </div>
  );
}

function Head({ use, round, wardId, person }: { use: UseRound; round: RoundModel; wardId: string; person: string }) {
  const { t } = useI18n();
  const ward = use.data?.ward.place.name ?? '';
  const other = round.others[0];
  return (
    <header className="an-round-head">
      {person !== '' && <a className="an-back" href={drugsHref(wardId)}><Icon name="back" />{t('drugs.list')}</a>}
      <div className="an-round-title">
        <h1>{t('drugs.title')}{ward !== '' && ` · ${ward}`}</h1>
        <p className="an-dim">
          {t(`ward.shift.${round.shift.name}`)} {wardClock(round.shift.start)}–{wardClock(round.shift.end)}
          {other && ` · ${t('drugs.others', { name: other.name || t('drugs.takenSomebody'), bed: other.bed, when: wardStamp(other.at, use.now) })}`}
        </p>
      </div>
      <p className="an-progress an-number" aria-label={t('drugs.progressLabel', { done: round.done, all: round.all })}>
        <progress value={round.done} max={Math.max(1, round.all)} aria-hidden="true" />
        <strong>{t('drugs.progress', { done: round.done, all: round.all })}</strong>
      </p>
    </header>
  );
}

/* A scanner types where the focus is, and with the focus in no field it types here: the paper at the bed, the identity card. One code opens one person,
 * from the list as from another card; then a dose is one tap. */
function Find({ round, wardId, typed, onTyped }: { round: RoundModel; wardId: string; typed: string; onTyped: (text: string) => void }) {
  const { t } = useI18n();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      const isTyping = document.activeElement?.matches('input, textarea, select') ?? false;
      /* a question that is open is answered first: its digits (the PIN of a second signature) are no search */
      const isAsked = document.querySelector('.an-ask, [role="dialog"]') !== null;
      if (!isTyping && !isAsked && e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.altKey && !e.metaKey) box.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const open = (text: string, ended: boolean): void => {
    const { residents, part } = seek(text, round.cards.map((c) => c.resident), clockDate(new Date(nowMs())));
    const only = residents.length === 1 && !part ? residents[0] : undefined;
    if (!only) {
      if (ended || !part) box.current?.select(); /* the next scan replaces it */
      return onTyped(text);
    }
    onTyped('');
    box.current?.blur();
    go(drugsHref(wardId, only.id));
  };
  return (
    <Input
      ref={box} type="text" className="an-round-find" aria-label={t('drugs.find')} placeholder={t('drugs.find')} autoComplete="off" spellCheck={false} value={typed}
      leftSection={<Icon name="search" />} leftSectionPointerEvents="none" rightSectionPointerEvents="all"
      rightSection={typed !== '' && <CloseButton aria-label={t('people.clear')} onClick={() => onTyped('')} />}
      onChange={(e) => {
        const text = lastScan(e.currentTarget.value);
        if (isScan(text)) open(text, false);
        else onTyped(text);
      }}
      onKeyDown={(e) => {
        if (e.nativeEvent.isComposing) return;
        if (e.key === 'Escape') onTyped('');
        if (e.key === 'Enter' && typed.trim() !== '') open(typed, true);
      }}
    />
  );
}

function List({ use, round, wardId, typed, onOpen }: { use: UseRound; round: RoundModel; wardId: string; typed: string; onOpen: () => void }) {
  const { t } = useI18n();
  const sought = seek(typed, round.cards.map((c) => c.resident), clockDate(new Date(nowMs()))).residents;
  const shown = round.cards.filter((c) => sought.includes(c.resident));
  if (round.cards.length === 0) return <Notice kind="info" title={t('drugs.empty')}><p>{t('drugs.emptyHint')}</p></Notice>;
  return (
    <>
      <Unsigned use={use} round={round} />
      {shown.length === 0 && <Notice kind="info" title={t('drugs.findNone')} role="status"><p>{t('drugs.findNoneDo')}</p></Notice>}
      {shown.length > 0 && (
        <ul className="an-round-list" aria-label={t('drugs.listLabel')}>
          {shown.map((card) => <li key={card.resident.id}><ListRow card={card} wardId={wardId} onOpen={onOpen} /></li>)}
        </ul>
      )}
    </>
  );
}

function ListRow({ card, wardId, onOpen }: { card: RoundCard; wardId: string; onOpen: () => void }) {
  const { t } = useI18n();
  const { resident } = card;
  const state = card.all === 0 ? 'none' : card.done === card.all ? 'done' : card.late > 0 ? 'late' : 'due';
  return (
    <a className={`an-round-row an-round-${state}`} href={drugsHref(wardId, resident.id)} onClick={onOpen}>
      <span className="an-bed">{resident.bed}</span>
      <span className="an-person-name">{personName(resident.patient) || t('people.noName')}</span>
      <span className="an-round-state an-number">
        {isAway(resident) && <span className="an-late"><Icon name="warn" />{t('drugs.away')}</span>}
        {card.proposed > 0 && <span className="an-late"><Icon name="warn" />{t('drugs.proposedShort', { n: card.proposed })}</span>}
        {state === 'none' && <span className="an-dim">{t('drugs.noneDue')}</span>}
        {state === 'done' && <span className="an-good"><Icon name="good" />{t('drugs.complete')}</span>}
        {state === 'late' && <span className="an-late"><Icon name="clock" />{t('drugs.late', { n: card.late })}</span>}
        {card.all > 0 && <span>{t('drugs.count', { done: card.done, all: card.all })}</span>}
      </span>
      <Icon name="next" />
    </a>
  );
}

function One({ use, round, wardId, person }: { use: UseRound; round: RoundModel; wardId: string; person: string }) {
  const { t } = useI18n();
  const card = round.cards.find((c) => c.resident.id === person);
  const next = nextCard(round, person);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    top.current?.focus({ preventScroll: true });
  }, [person]);
  return (
    <>
      <div ref={top} tabIndex={-1} className="an-form-top">
        {card ? <Card key={person} card={card} use={use} /> : <Notice kind="warn" title={t('drugs.gone')} />}
      </div>
      <div className="an-bottom-bar">
        {next
          ? <Button rightSection={<Icon name="next" />} onClick={() => go(drugsHref(wardId, next.resident.id))}>{t('drugs.next', { bed: next.resident.bed })}</Button>
          : <Button variant="default" onClick={() => go(drugsHref(wardId))}>{t('drugs.nextNone')}</Button>}
      </div>
    </>
  );
}
