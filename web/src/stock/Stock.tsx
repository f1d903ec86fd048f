/* The ward's cupboard: every medicine with what is left, how long it lasts and what to look at. What the server reckons is shown; what
 * waits in this device's outbox is said beside it and changes no number. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { useNow } from '../ui/useNow';
import { isControlled } from '../drugs/forms';
import { server } from '../fhir/server';
import { showFhirDay } from '../fhir/dates';
import { useI18n } from '../i18n/context';
import { useStockWords } from '../i18n/stock';
import type { ScreenProps } from '../screen';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { wardHref } from '../ward/hrefs';
import { loadStock, type StockData } from './load';
import { MOVES } from './forms';
import { NewCard } from './NewCard';
import { Outcome, useStockBox } from './Outcome';
import { medicineBooksHref } from '../books/screens';
import { cardHref, countHref, mayKeepStock, moveHref, sheetHref } from './screens';
import { dailyUse, shelfLines, withoutCard, type ShelfLine } from './shelf';
import './stock.css';

export default function Stock({ params, query }: ScreenProps) {
  const w = useStockWords();
  const me = useMe();
  const wardId = params.ward ?? '';
  const box = useStockBox();
  const load = useLoad(`stock ${wardId} ${box.stored}`, (signal) => loadStock(server, wardId, signal));
  const [last, setLast] = useState<StockData>();
  if (load.data && load.data !== last) setLast(load.data); /* what stood there stays while it is asked for again */
  const data = load.data ?? last;
  useOnReconnect(load.reload, load.error !== undefined);
  const [opening, setOpening] = useState(false);
  const may = mayKeepStock(me);
  return (
    <div className="an-stock">
      {me.can('ward') && <a className="an-back an-noprint" href={wardHref(wardId)}><Icon name="back" />{w('shelf.board')}</a>}
      <h1>{w('shelf.title')}{data && data.name !== '' && ` · ${data.name}`}</h1>
      <Outcome box={box} saved={query.get('saved') ?? ''} onChanged={load.reload} />
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <div role="status" aria-label={w('shelf.loading')}>{Array.from({ length: 7 }, (_, i) => <Skeleton key={i} height={64} mb={12} />)}</div>}
      {data && may && (
        <div className="an-options an-stock-acts">
          {MOVES.map((k) => <Button key={k} component="a" href={moveHref(wardId, k)} variant={k === 'receipt' ? 'filled' : 'default'}>{w(`move.${k}`)}</Button>)}
          <Button component="a" href={countHref(wardId)} variant="default">{w('count.title')}</Button>
        </div>
      )}
      {data && (
        <div className="an-options an-stock-acts">
          <Button component="a" href={sheetHref(wardId, 'order')} variant="subtle" leftSection={<Icon name="print" />}>{w('paper.order')}</Button>
          <Button component="a" href={sheetHref(wardId, 'count')} variant="subtle" leftSection={<Icon name="print" />}>{w('paper.count')}</Button>
          <Button component="a" href={sheetHref(wardId, 'month')} variant="subtle" leftSection={<Icon name="print" />}>{w('paper.month')}</Button>
          {may && !opening && <Button variant="subtle" leftSection={<Icon name="plus" />} onClick={() => setOpening(true)}>{w('card.new')}</Button>}
          {may && <Button component="a" href={medicineBooksHref} variant="subtle" leftSection={<Icon name="import" />}>{w('shelf.import')}</Button>}
        </div>
      )}
      {data && opening && <NewCard wardId={wardId} cards={data.shelf.cards} wanted={withoutCard(data.orders, data.medications, data.shelf.cards, isControlled)} onDone={() => { setOpening(false); load.reload(); }} />}
      {data && data.shelf.cards.length === 0 && <Notice kind="info" title={w('shelf.none')}><p>{w('shelf.noneDo')}</p></Notice>}
      {data && data.shelf.cards.length > 0 && <Lines data={data} wardId={wardId} />}
    </div>
  );
}

function Lines({ data, wardId }: { data: StockData; wardId: string }) {
  const w = useStockWords();
  const now = useNow(60_000);
  const [find, setFind] = useState('');
  const [onlyCare, setOnlyCare] = useState(false);
  const all = shelfLines(data.shelf, dailyUse(data.orders, data.medications, now), now);
  const care = all.filter((l) => l.marks.length > 0);
  useEffect(() => { if (care.length === 0) setOnlyCare(false); }, [care.length]);
  const wanted = foldText(find).trim();
  const shown = (onlyCare ? care : all).filter((l) => wanted === '' || foldText(l.card.item).includes(wanted));
  return (
    <>
      <div className="an-row an-stock-find">
        <Input aria-label={w('shelf.find')} placeholder={w('shelf.find')} value={find} onChange={(e) => setFind(e.currentTarget.value)} leftSection={<Icon name="search" />} />
        <div className="an-options" role="group" aria-label={w('shelf.list')}>
          <Button variant={onlyCare ? 'default' : 'filled'} aria-pressed={!onlyCare} onClick={() => setOnlyCare(false)}>{w('shelf.all', { n: all.length })}</Button>
          <Button variant={onlyCare ? 'filled' : 'default'} aria-pressed={onlyCare} disabled={care.length === 0} onClick={() => setOnlyCare(true)}>{w('shelf.care', { n: care.length })}</Button>
        </div>
      </div>
      {shown.length === 0 && <p className="an-dim" role="status">{w('shelf.nothing')}</p>}
      <ul className="an-stock-list" aria-label={w('shelf.list')}>
        {shown.map((l) => <li key={l.card.id}><Line line={l} wardId={wardId} /></li>)}
      </ul>
    </>
  );
}

const GRAVE = ['differs', 'empty', 'expired'];

function Line({ line, wardId }: { line: ShelfLine; wardId: string }) {
  const w = useStockWords();
  const { num } = useI18n();
  const { card } = line;
  const about = [
    line.aDay > 0 ? `${w('shelf.aDay', { n: num(line.aDay, 0, 2), unit: card.unit })}${line.days === undefined ? '' : ` · ${w('shelf.days', { n: line.days })}`}` : w('shelf.noUse'),
    ...(card.level === undefined ? [] : [w('shelf.level', { n: num(card.level, 0, 3) })]), ...(line.expires === '' ? [] : [w('shelf.expires', { day: showFhirDay(line.expires) })]),
  ];
  return (
    <a className="an-stock-line" href={cardHref(wardId, card.id)}>
      <span className="an-stock-what">
        <span className="an-stock-name">{card.item}{card.controlled && <span className="an-mark">{w('shelf.controlled')}</span>}</span>
        <span className="an-dim an-number">{about.join(' · ')}</span>
        {line.marks.length > 0 && (
          <span className="an-stock-marks">
            {line.marks.map((m) => <span key={m} className={GRAVE.includes(m) ? 'an-mark an-mark-allergy' : 'an-mark an-late'}><Icon name={GRAVE.includes(m) ? 'bad' : 'warn'} size={18} />{w(`shelf.mark.${m}`)}</span>)}
          </span>
        )}
      </span>
      <strong className={`an-stock-left an-number${card.balance <= 0 ? ' an-stock-none' : ''}`}>{w('shelf.balance', { n: num(card.balance, 0, 3), unit: card.unit })}</strong>
      <Icon name="next" />
    </a>
  );
}
