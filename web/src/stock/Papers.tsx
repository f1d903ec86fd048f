/* The cupboard on paper: a sheet to count on (without the book's numbers), what to ask the store for, and the month. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardFull, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useStockWords, type StockWords } from '../i18n/stock';
import { csvOf, download } from '../record/csv';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { loadMonth, loadStock } from './load';
import { SHEETS, stockHref, type Sheet } from './screens';
import { askFor, dailyUse, shelfLines } from './shelf';
import './stock.css';

export interface Table { head: string[]; rows: string[][]; note: string; numbers: number }

export default function Papers({ params }: ScreenProps) {
  const w = useStockWords();
  const wardId = params.ward ?? '';
  const sheet = SHEETS.find((s) => s === params.sheet) ?? 'count';
  return (
    <div className="an-stock">
      <a className="an-back an-noprint" href={stockHref(wardId)}><Icon name="back" />{w('shelf.back')}</a>
      {sheet === 'month' ? <Month wardId={wardId} /> : <OfNow key={sheet} wardId={wardId} sheet={sheet} />}
    </div>
  );
}

const DAYS = [3, 7, 14, 30];

function OfNow({ wardId, sheet }: { wardId: string; sheet: Exclude<Sheet, 'month'> }) {
  const w = useStockWords();
  const { num } = useI18n();
  const load = useLoad(`paper ${wardId}`, (signal) => loadStock(server, wardId, signal));
  const [days, setDays] = useState(7);
  if (load.error !== undefined && !load.data) return <Problem error={load.error} onRetry={load.reload} />;
  if (!load.data) return <Skeleton height={300} />;
  const now = load.data.shelf.now;
  const lines = shelfLines(load.data.shelf, dailyUse(load.data.orders, load.data.medications, now), now);
  const n = (x: number): string => num(x, 0, 3);
  const table: Table = sheet === 'count'
    ? { head: [w('paper.no'), w('paper.item'), w('paper.unit'), w('paper.countedHere'), w('paper.noteHere')], rows: lines.map((l, i) => [String(i + 1), l.card.item, l.card.unit, '', '']), note: '', numbers: 1 }
    : {
      head: [w('paper.no'), w('paper.item'), w('paper.unit'), w('paper.aDay'), w('paper.balance'), w('paper.need'), w('paper.ask')],
      rows: askFor(lines, days).map((a, i) => [String(i + 1), a.card.item, a.card.unit, num(a.aDay, 0, 2), n(a.card.balance), n(a.need), n(a.ask)]), note: w('paper.hint'), numbers: 3,
    };
  return (
    <>
      {sheet === 'order' && (
        <div className="an-options an-noprint" role="group" aria-label={w('paper.for')}>
          {DAYS.map((d) => <Button key={d} variant={d === days ? 'filled' : 'default'} aria-pressed={d === days} onClick={() => setDays(d)}>{w('paper.days', { n: d })}</Button>)}
        </div>
      )}
      <Page w={w} title={w(`paper.${sheet}`)} under={[load.data.name, sheet === 'order' ? w('paper.days', { n: days }) : '', w('paper.at', { when: wardFull(now) })]} facility={load.data.facility} table={table} file={`${sheet}-${wardTime(now).day}`} />
      {sheet === 'order' && table.rows.length === 0 && <Notice kind="good" title={w('paper.nothingToAsk')} />}
    </>
  );
}

function Month({ wardId }: { wardId: string }) {
  const w = useStockWords();
  const { num } = useI18n();
  const [month, setMonth] = useState(() => wardTime(nowMs()).day.slice(0, 7));
  const load = useLoad(`month ${wardId} ${month}`, async (signal) => {
    const [rows, ward] = await Promise.all([loadMonth(server, wardId, month, signal), server.read<{ resourceType: 'Location'; id?: string; name?: string }>('Location', wardId, signal)]);
    return { rows, name: ward.resource.name ?? '' };
  });
  const n = (x: number): string => num(x, 0, 3);
  const rows = load.data?.rows ?? [];
  const unknown = rows.reduce((sum, r) => sum + r.unknown, 0);
  const table: Table = {
    head: [w('paper.no'), w('paper.item'), w('paper.unit'), w('paper.opening'), w('paper.received'), w('paper.given'), w('paper.out'), w('paper.wasted'), w('paper.difference'), w('paper.closing')],
    rows: rows.map((r, i) => [String(i + 1), r.item, r.unit, ...[r.opening, r.received, r.given, r.out, r.wasted, r.difference, r.closing].map(n)]),
    note: unknown > 0 ? w('paper.unknown', { n: unknown }) : '', numbers: 3,
  };
  return (
    <>
      <label className="an-stock-one an-noprint"><span>{w('paper.whichMonth')}</span><Input type="month" value={month} max={wardTime(nowMs()).day.slice(0, 7)} onChange={(e) => { if (/^\d{4}-\d{2}$/.test(e.currentTarget.value)) setMonth(e.currentTarget.value); }} /></label>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data && <Page w={w} title={w('paper.month')} under={[load.data.name, w('paper.monthOf', { month: `${month.slice(5)}/${month.slice(0, 4)}` }), w('paper.at', { when: wardFull(nowMs()) })]} facility="" table={table} file={`stock-${month}`} />}
    </>
  );
}

export function Page({ w, title, under, facility, table, file }: { w: StockWords; title: string; under: string[]; facility: string; table: Table; file: string }) {
  return (
    <article className="an-stock-paper">
      {facility !== '' && <p className="an-dim">{facility}</p>}
      <h1>{title}</h1>
      <p>{under.filter(Boolean).join(' · ')}</p>
      <div className="an-options an-noprint">
        <Button leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('paper.print')}</Button>
        <Button variant="default" onClick={() => download(`${file}.csv`, csvOf([table.head, ...table.rows]))}>{w('paper.csv')}</Button>
      </div>
      {table.note !== '' && <p className="an-dim">{table.note}</p>}
      <div className="an-stock-scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="an-stock-table">
          <thead><tr>{table.head.map((h, i) => <th key={h} scope="col" className={i >= table.numbers ? 'an-stock-end' : ''}>{h}</th>)}</tr></thead>
          <tbody>{table.rows.map((r) => <tr key={`${r[0]} ${r[1]}`}>{r.map((c, i) => <td key={i} className={i >= table.numbers ? 'an-stock-end an-number' : ''}>{c}</td>)}</tr>)}</tbody>
        </table>
      </div>
      <div className="an-stock-signs"><span>{w('paper.signKeeper')}</span><span>{w('paper.signHead')}</span><span>{w('paper.signStore')}</span></div>
    </article>
  );
}
