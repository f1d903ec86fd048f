/* One card of one month on paper: what was there when it began, every line with what was left behind it, and what was there at its end. The first
 * and the last figure are the server's, which knows all doses; lines that this account may not see are told as the difference they make. */

import { Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardFull, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useStockWords } from '../i18n/stock';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { monthOf, runningOf } from './forms';
import { loadHistory, loadMonth } from './load';
import { Page, type Table } from './Papers';
import { cardHref } from './screens';
import './stock.css';

export default function CardMonth({ params }: ScreenProps) {
  const w = useStockWords();
  const { num } = useI18n();
  const [wardId, cardId] = [params.ward ?? '', params.card ?? ''];
  const [month, setMonth] = useState(() => wardTime(nowMs()).day.slice(0, 7));
  const load = useLoad(`card month ${cardId} ${month}`, async (signal) => {
    const span = monthOf(month);
    const [rows, history, ward] = await Promise.all([
      loadMonth(server, wardId, month, signal, cardId), loadHistory(server, cardId, span.to - 1, signal, 2),
      server.read<{ resourceType: 'Location'; id?: string; name?: string }>('Location', wardId, signal),
    ]);
    return { row: rows.find((r) => r.id === cardId), history, span, name: ward.resource.name ?? '' };
  });
  const n = (x: number): string => num(x, 0, 3);
  const { row, history, span } = load.data ?? {};
  const lines = row && history && span ? runningOf(history.lines, span.from, span.to, row.opening) : [];
  const hidden = row ? (lines.at(-1)?.left ?? row.opening) !== row.closing : false;
  const table: Table = {
    head: [w('paper.no'), w('card.when'), w('card.what'), w('card.by'), w('card.note'), w('card.change'), w('card.left')],
    rows: row ? [
      ['', '', w('paper.opening'), '', '', '', n(row.opening)],
      ...lines.map(({ line: l, left }, i) => [
        String(i + 1), wardFull(l.at), `${w(`move.${l.kind}`)}${l.struck ? ` (${w('card.struck')})` : ''}`, l.by, [l.document, l.lot, l.note].filter(Boolean).join(' · '),
        l.kind === 'count' ? w('card.counted', { n: n(l.change) }) : `${l.change > 0 ? '+' : ''}${n(l.change)}`, n(left),
      ]),
      ['', '', w('paper.closing'), '', '', '', n(row.closing)],
    ] : [],
    note: hidden ? w('card.monthHidden') : '', numbers: 5,
  };
  return (
    <div className="an-stock">
      <a className="an-back an-noprint" href={cardHref(wardId, cardId)}><Icon name="back" />{w('shelf.back')}</a>
      <label className="an-stock-one an-noprint"><span>{w('paper.whichMonth')}</span><Input type="month" value={month} max={wardTime(nowMs()).day.slice(0, 7)} onChange={(e) => { if (/^\d{4}-\d{2}$/.test(e.currentTarget.value)) setMonth(e.currentTarget.value); }} /></label>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data && !row && <Notice kind="warn" title={w('card.gone')} />}
      {history?.cut && <Notice kind="warn" title={w('card.cut')} />}
      {row && <Page w={w} title={w('card.history')} under={[row.item, row.unit, load.data?.name ?? '', w('paper.monthOf', { month: `${month.slice(5)}/${month.slice(0, 4)}` }), w('paper.at', { when: wardFull(nowMs()) })]} facility="" table={table} file={`card-${month}`} />}
    </div>
  );
}
