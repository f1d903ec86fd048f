/* Counting the cupboard. Blind: what the book says is shown only once the numbers are typed, so that nobody counts towards it. A difference
 * never stops the signature; it is said in the count and becomes a task for the head. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { KeptFrom } from '../access/KeptFrom';
import { useTyped } from '../access/typed';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { recordWords, useStockWords } from '../i18n/stock';
import { useOutbox } from '../outbox/use';
import { go } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { countAct, countHolds, typedCount, differenceOf, type Tallied } from './tally';
import type { Card } from './forms';
import { loadShelf } from './load';
import { rememberAct } from './Outcome';
import { stockHref } from './screens';
import './stock.css';

export default function Counting({ params }: ScreenProps) {
  const w = useStockWords();
  const wardId = params.ward ?? '';
  useEffect(() => { void import('./Stock').catch(() => undefined); }, []); /* where one comes out, also with the line down by then */
  const found = useLoad(`count ${wardId}`, (signal) => loadShelf(server, wardId, signal));
  const [which, setWhich] = useState<'all' | 'controlled'>('all');
  const cards = (found.data?.cards ?? []).filter((c) => which === 'all' || c.controlled).sort((a, b) => a.item.localeCompare(b.item, 'vi', { numeric: true }));
  const any = found.data?.cards.some((c) => c.controlled) === true;
  return (
    <div className="an-stock">
      <a className="an-back" href={stockHref(wardId)}><Icon name="back" />{w('shelf.back')}</a>
      <h1>{w('count.title')}</h1>
      <p className="an-dim">{w('count.blind')}</p>
      {found.error !== undefined && !found.data && <Problem error={found.error} onRetry={found.reload} />}
      {!found.data && found.error === undefined && <Skeleton height={300} />}
      {found.data && found.data.cards.length === 0 && <Notice kind="info" title={w('shelf.none')}><p>{w('shelf.noneDo')}</p></Notice>}
      {found.data && any && (
        <div className="an-options" role="group" aria-label={w('count.which')}>
          {(['all', 'controlled'] as const).map((x) => <Button key={x} variant={which === x ? 'filled' : 'default'} aria-pressed={which === x} onClick={() => setWhich(x)}>{w(`count.which.${x}`)}</Button>)}
        </div>
      )}
      {cards.length > 0 && <Sheet cards={cards} wardId={wardId} which={which} />}
    </div>
  );
}

/* What is typed stays when another part of the cupboard is looked at, through a reload and another person's turn; not into the next shift, when
 * something else lies there. */
const DRAFT = 'stock-count';
interface Counted { at: number; typed: Record<string, string>; why: Record<string, string> }
const NOTHING = (): Counted => ({ at: 0, typed: {}, why: {} });
const ofThisShift = (c: Counted): Counted => (countHolds(c.at, nowMs()) ? c : NOTHING());

function Sheet({ cards, wardId, which }: { cards: Card[]; wardId: string; which: string }) {
  const w = useStockWords();
  const { t } = useI18n();
  const me = useGiver();
  const { box } = useOutbox();
  const { now: { at, typed, why }, change, forget } = useTyped<Counted>(DRAFT, wardId, NOTHING, ofThisShift);
  const [before] = useState(at);
  const [compared, setCompared] = useState<Card[]>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => setCompared(undefined), [which]);
  const amountOf = (c: Card): number | undefined => typedCount(typed[c.id] ?? '');
  const done = cards.filter((c) => amountOf(c) !== undefined);
  const bad = cards.some((c) => (typed[c.id] ?? '').trim() !== '' && amountOf(c) === undefined);
  /* asked anew at the moment of comparing: a dose may have been given meanwhile */
  const compare = async (partial: boolean): Promise<void> => {
    setTried(true);
    if (bad || done.length === 0 || (!partial && done.length < cards.length)) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await loadShelf(server, wardId);
      setCompared(now.cards.filter((c) => done.some((d) => d.id === c.id)).sort((a, b) => a.item.localeCompare(b.item, 'vi', { numeric: true })));
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  const sign = (): void => {
    const lines = (compared ?? []).map((card): Tallied => ({ card, counted: amountOf(card) ?? 0, note: (why[card.id] ?? '').trim() }));
    const act = countAct(lines, nowMs(), wardId, me, recordWords);
    rememberAct(act.id, (act.parts ?? []).map((p) => ({ type: p.resource.resourceType, id: p.id })));
    box.add(act);
    forget();
    go(`${stockHref(wardId)}?saved=${act.id}`);
  };
  if (compared) return <Compared cards={compared} amountOf={(c) => amountOf(c) ?? 0} why={why} onWhy={(id, text) => change({ why: { ...why, [id]: text } })} onAgain={() => setCompared(undefined)} onSign={sign} />;
  return (
    <>
      <KeptFrom kind={DRAFT} id={wardId} typed={before} how={t('draft.counted')} onDrop={() => { change(NOTHING()); forget(); }} />
      <ul className="an-stock-count">
        {cards.map((c, i) => {
          const wrong = (typed[c.id] ?? '').trim() !== '' && amountOf(c) === undefined;
          return (
            <li key={c.id}>
              <label htmlFor={`count-${i}`}>{c.item}{c.controlled && <span className="an-mark">{w('shelf.controlled')}</span>}</label>
              <Input
                id={`count-${i}`} className="an-number-box" inputMode="decimal" autoComplete="off" value={typed[c.id] ?? ''} error={wrong} aria-invalid={wrong} aria-label={w('count.here', { item: c.item })}
                onChange={(e) => change({ at: nowMs(), typed: { ...typed, [c.id]: e.currentTarget.value } })}
                onKeyDown={(e) => { if (e.key === 'Enter') document.getElementById(`count-${i + 1}`)?.focus(); }}
              />
              <span className="an-unit">{c.unit}</span>
              {wrong && <p className="an-trouble">{w('count.bad')}</p>}
            </li>
          );
        })}
      </ul>
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      {tried && !bad && done.length < cards.length && <Notice kind="warn" role="alert" title={w('count.missing', { list: cards.filter((c) => amountOf(c) === undefined).map((c) => c.item).join(', ') })} after={done.length > 0 ? <Button variant="default" onClick={() => void compare(true)}>{w('count.partial', { n: done.length })}</Button> : undefined} />}
      <div className="an-bottom-bar"><span className="an-dim an-number">{w('count.progress', { n: done.length, all: cards.length })}</span><Button loading={busy} onClick={() => void compare(false)}>{w('count.compare')}</Button></div>
    </>
  );
}

interface ComparedProps { cards: Card[]; amountOf: (c: Card) => number; why: Record<string, string>; onWhy: (id: string, text: string) => void; onAgain: () => void; onSign: () => void }

function Compared({ cards, amountOf, why, onWhy, onAgain, onSign }: ComparedProps) {
  const w = useStockWords();
  const { num } = useI18n();
  return (
    <>
      <ul className="an-stock-count">
        {cards.map((c) => {
          const difference = differenceOf(c, amountOf(c));
          return (
            <li key={c.id}>
              <span><strong>{c.item}</strong></span>
              <strong className="an-number">{num(amountOf(c), 0, 3)} {c.unit}</strong>
              <span className="an-dim an-number">{c.counted || c.in + c.out + c.given > 0 ? w('count.expected', { n: num(c.balance, 0, 3), unit: c.unit }) : w('count.first')}</span>
              {difference === 0 && <span className="an-good"><Icon name="good" />{w('count.right')}</span>}
              {difference !== 0 && difference !== undefined && (
                <div className="an-stock-off">
                  <p className="an-late"><Icon name="warn" />{w('count.off', { difference: `${difference > 0 ? '+' : ''}${num(difference, 0, 3)}`, unit: c.unit })}</p>
                  <Input aria-label={w('count.why', { item: c.item })} placeholder={w('count.why', { item: c.item })} maxLength={300} value={why[c.id] ?? ''} onChange={(e) => onWhy(c.id, e.currentTarget.value)} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <div className="an-bottom-bar"><Button variant="default" onClick={onAgain}>{w('count.again')}</Button><span className="an-dim">{w('count.signHint')}</span><Button onClick={onSign}>{w('count.sign')}</Button></div>
    </>
  );
}
