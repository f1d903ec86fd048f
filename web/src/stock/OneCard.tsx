/* One medicine of the cupboard: what is left and since which count, its lots, and every line of its card. Nothing is taken out of a card;
 * what was wrong is struck through, with the reason, and stays to be read. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { showFhirDay } from '../fhir/dates';
import { wardFull, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useStockWords } from '../i18n/stock';
import type { Entry } from '../outbox/item';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { parseTyped } from '../vitals/number';
import { MOVES, struckMove, type Card, type CardResource, type Line } from './forms';
import { loadHistory, loadShelf, type History } from './load';
import { Outcome, useStockBox } from './Outcome';
import { cardMonthHref, mayKeepStock, moveHref, stockHref } from './screens';
import './stock.css';

interface Data { card: Card | undefined; history: History }

export default function OneCard({ params }: ScreenProps) {
  const w = useStockWords();
  const me = useMe();
  const [wardId, cardId] = [params.ward ?? '', params.card ?? ''];
  const box = useStockBox();
  const load = useLoad(`card ${wardId} ${cardId} ${box.stored}`, async (signal): Promise<Data> => {
    const [shelf, history] = await Promise.all([loadShelf(server, wardId, signal), loadHistory(server, cardId, nowMs(), signal)]);
    return { card: shelf.cards.find((c) => c.id === cardId), history };
  });
  const [last, setLast] = useState<Data>();
  if (load.data && load.data !== last) setLast(load.data);
  const data = load.data ?? last;
  const may = mayKeepStock(me);
  return (
    <div className="an-stock">
      <a className="an-back" href={stockHref(wardId)}><Icon name="back" />{w('shelf.back')}</a>
      <h1>{data?.card?.item ?? w('card.history')}</h1>
      <Outcome box={box} saved="" onChanged={load.reload} />
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <Skeleton height={300} />}
      {data && !data.card && <Notice kind="warn" title={w('card.gone')} />}
      {data?.card && <Now card={data.card} />}
      {data?.card && may && (
        <div className="an-options">
          {MOVES.map((k) => <Button key={k} component="a" href={moveHref(wardId, k, cardId)} variant={k === 'receipt' ? 'filled' : 'default'}>{w(`move.${k}`)}</Button>)}
        </div>
      )}
      {data?.card && <div className="an-options"><Button component="a" href={cardMonthHref(wardId, cardId)} variant="subtle" leftSection={<Icon name="print" />}>{w('card.month')}</Button></div>}
      {data && <Lines history={data.history} unit={data.card?.unit ?? ''} may={may} onChanged={load.reload} />}
      {data?.card && may && <Settings key={`${data.card.level} ${data.card.minimum}`} card={data.card} onChanged={load.reload} />}
    </div>
  );
}

function Now({ card }: { card: Card }) {
  const w = useStockWords();
  const { num } = useI18n();
  const n = (x: number): string => num(x, 0, 3);
  return (
    <section className="an-card an-stock-now">
      <p className={`an-stock-left an-number${card.balance <= 0 ? ' an-stock-none' : ''}`}>{w('shelf.balance', { n: n(card.balance), unit: card.unit })}{card.controlled && <span className="an-mark">{w('shelf.controlled')}</span>}</p>
      {card.differs && <p className="an-late"><Icon name="bad" />{w('shelf.mark.differs')}</p>}
      {card.unknown > 0 && <p className="an-late"><Icon name="warn" />{w('shelf.unknown', { n: card.unknown })}</p>}
      <p className="an-number">{card.counted ? w('card.lastCount', { when: wardStamp(card.counted.at), n: n(card.counted.amount), unit: card.unit }) : w('card.never')} {w('card.sum', { in: n(card.in), out: n(card.out), given: n(card.given) })}</p>
      <p className="an-dim">{w('card.hidden')}</p>
      {card.lots.length > 0 && (
        <>
          <h2>{w('card.lots')}</h2>
          <ul className="an-lines">{card.lots.map((l) => <li key={l.number} className="an-number">{w('card.lot', { number: l.number, n: n(l.left), unit: card.unit })}{l.expires !== '' && ` · ${w('card.lotExpires', { day: showFhirDay(l.expires) })}`}</li>)}</ul>
        </>
      )}
    </section>
  );
}

function Lines({ history, unit, may, onChanged }: { history: History; unit: string; may: boolean; onChanged: () => void }) {
  const w = useStockWords();
  const { num } = useI18n();
  const [striking, setStriking] = useState<Line>();
  const what = (l: Line): string => `${w(`move.${l.kind}`)} ${wardStamp(l.at)}`;
  const resourceOf = (l: Line): Entry | undefined => (l.kind === 'count' ? history.counts.find((c) => c.id === l.id) : history.moves.find((m) => m.id === l.id)) as Entry | undefined;
  return (
    <section aria-label={w('card.history')}>
      <h2>{w('card.history')}</h2>
      <p className="an-dim">{w('card.historyOf')}</p>
      {history.cut && <Notice kind="warn" title={w('card.cut')} />}
      {history.lines.length === 0 && <p className="an-dim">{w('card.noLines')}</p>}
      {history.lines.length > 0 && (
        <div className="an-stock-scroll" tabIndex={0} role="region" aria-label={w('card.historyOf')}>
          <table className="an-stock-table">
            <thead><tr><th scope="col">{w('card.when')}</th><th scope="col">{w('card.what')}</th><th scope="col" className="an-stock-end">{w('card.change')}</th><th scope="col">{w('card.by')}</th><th scope="col">{w('card.note')}</th></tr></thead>
            <tbody>
              {history.lines.map((l) => (
                <tr key={`${l.kind} ${l.id}`} className={l.struck ? 'an-stock-struck' : ''}>
                  <td>{wardFull(l.at)}</td>
                  <td>{l.person !== '' ? <a href={personHref(l.person)}>{w(`move.${l.kind}`)}</a> : w(`move.${l.kind}`)}</td>
                  <td className="an-stock-end an-number">{l.kind === 'count' ? w('card.counted', { n: num(l.change, 0, 3) }) : `${l.change > 0 ? '+' : ''}${num(l.change, 0, 3)} ${unit}`}</td>
                  <td>{l.by}</td>
                  <td>
                    {[l.document, l.lot === '' ? '' : `${w('move.lot')} ${l.lot}`, l.expires === '' ? '' : w('card.lotExpires', { day: showFhirDay(l.expires) }), l.note].filter(Boolean).join(' · ')}
                    {l.struck && <span className="an-mark an-stock-plain">{w('card.struck')}</span>}
                    {!l.struck && may && l.kind !== 'given' && <Button variant="subtle" className="an-stock-plain" aria-label={w('card.strikeOf', { what: what(l) })} onClick={() => setStriking(l)}>{w('card.strike')}</Button>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {striking && <Strike what={what(striking)} resource={resourceOf(striking)} onDone={() => { setStriking(undefined); onChanged(); }} onCancel={() => setStriking(undefined)} />}
    </section>
  );
}

function Strike({ what, resource, onDone, onCancel }: { what: string; resource: Entry | undefined; onDone: () => void; onCancel: () => void }) {
  const w = useStockWords();
  const [why, setWhy] = useState('');
  const [trouble, setTrouble] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const strike = async (): Promise<void> => {
    if (why.trim() === '' || !resource) return setTrouble(true);
    setBusy(true);
    setProblem(undefined);
    try {
      await server.update(struckMove(resource, why.trim()), `W/"${resource.meta?.versionId ?? ''}"`);
      onDone();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <Dialog title={w('card.strikeOf', { what })} onClose={onCancel}>
      <p>{w('card.strikeHint')}</p>
      <label className="an-stock-one"><span>{w('card.strikeWhy')}</span><Input value={why} maxLength={200} error={trouble} onChange={(e) => { setWhy(e.currentTarget.value); setTrouble(false); }} /></label>
      {trouble && <p className="an-trouble" role="alert"><Icon name="bad" />{w('move.bad.reason')}</p>}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <div className="an-options"><Button loading={busy} onClick={() => void strike()}>{w('card.strikeDo')}</Button><Button variant="default" onClick={onCancel}>{w('card.cancel')}</Button></div>
    </Dialog>
  );
}

function Settings({ card, onChanged }: { card: Card; onChanged: () => void }) {
  const w = useStockWords();
  const text = (n: number | undefined): string => (n === undefined ? '' : String(n).replace('.', ','));
  const [typed, setTyped] = useState({ level: text(card.level), minimum: text(card.minimum) });
  const [state, setState] = useState<'' | 'bad' | 'kept'>('');
  const [problem, setProblem] = useState<unknown>();
  const change = async (how: (r: CardResource) => CardResource): Promise<void> => {
    setProblem(undefined);
    try {
      const { resource, etag } = await server.read<CardResource>('SupplyRequest', card.id);
      await server.update(how(resource), etag ?? '');
      setState('kept');
      onChanged();
    } catch (e) {
      setProblem(e);
    }
  };
  const keep = (): void => {
    const [level, minimum] = [parseTyped(typed.level, 3), parseTyped(typed.minimum, 3)];
    if (level.kind !== 'number' || (minimum.kind !== 'number' && minimum.kind !== 'empty')) return setState('bad');
    void change((r) => {
      const { parameter: _gone, ...rest } = r;
      return {
        ...rest, quantity: { ...r.quantity, value: level.value },
        ...(minimum.kind === 'number' ? { parameter: [{ code: { coding: [{ system: 'urn:ansinh:stock', code: 'minimum' }] }, valueQuantity: { value: minimum.value, unit: card.unit } }] } : {}),
      };
    });
    return undefined;
  };
  return (
    <details className="an-card">
      <summary>{w('card.settings')}</summary>
      <div className="an-stock-fields">
        <label><span>{w('card.level')}</span><Input inputMode="decimal" value={typed.level} onChange={(e) => { setTyped({ ...typed, level: e.currentTarget.value }); setState(''); }} /></label>
        <label><span>{w('card.minimum')}</span><Input inputMode="decimal" value={typed.minimum} onChange={(e) => { setTyped({ ...typed, minimum: e.currentTarget.value }); setState(''); }} /></label>
      </div>
      <div role="status">{state === 'kept' && <p className="an-good"><Icon name="good" />{w('card.kept')}</p>}</div>
      {state === 'bad' && <p className="an-trouble" role="alert"><Icon name="bad" />{w('count.bad')}</p>}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <div className="an-options"><Button onClick={keep}>{w('card.keep')}</Button><Sure label={w('card.close')} title={w('card.closeSure')} keep={w('card.closeNo')} yes={w('card.close')} onDo={() => void change((r) => ({ ...r, status: 'completed' }))}><p><strong>{card.item}</strong></p><p>{w('card.closeHint')}</p></Sure></div>
      <p className="an-dim">{w('card.closeHint')}</p>
    </details>
  );
}
