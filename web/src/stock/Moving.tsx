/* What comes and goes: lines of one act (a requisition, a return, what was broken, a transfer), recorded in one transaction through the
 * outbox. The balance is shown before and after; what takes more than there is cannot be added, and the server refuses it once more. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Giver } from '../drugs/record';
import { AskSecond, secondsOf } from '../drugs/Second';
import { useGiver } from '../drugs/useRound';
import { useMe } from '../access/me';
import { KeptFrom } from '../access/KeptFrom';
import { useTyped } from '../access/typed';
import { nowMs } from '../fhir/clock';
import { numberOf, type Decimal } from '../fhir/decimal';
import { server } from '../fhir/server';
import { showFhirDay } from '../fhir/dates';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useStockWords } from '../i18n/stock';
import { entryIdentifier, entryQuery, type Entry } from '../outbox/item';
import { useOutbox } from '../outbox/use';
import { go } from '../route';
import type { ScreenProps } from '../screen';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { parseTyped } from '../vitals/number';
import { uuid4 } from '../vitals/uuid';
import { actOf, leftAfter, sameCard, type Line } from './act';
import { cardOf, MOVES, type Card, type MoveKind } from './forms';
import { loadShelf, loadWards, type OtherWard } from './load';
import { rememberAct } from './Outcome';
import { stockHref } from './screens';
import { readCode, typedDay } from './shelf';
import './stock.css';

interface Data { cards: Card[]; wards: OtherWard[] }
async function load(wardId: string, kind: MoveKind, signal: AbortSignal): Promise<Data> {
  const [shelf, wards] = await Promise.all([loadShelf(server, wardId, signal), kind === 'transfer' ? loadWards(server, wardId, signal) : []]);
  return { cards: shelf.cards.sort((a, b) => a.item.localeCompare(b.item, 'vi', { numeric: true })), wards };
}

export default function Moving({ params, query }: ScreenProps) {
  const w = useStockWords();
  const wardId = params.ward ?? '';
  const kind = MOVES.find((k) => k === params.kind) ?? 'receipt';
  useEffect(() => { void import('./Stock').catch(() => undefined); }, []); /* where one comes out, also with the line down by then */
  const found = useLoad(`move ${wardId} ${kind}`, (signal) => load(wardId, kind, signal));
  return (
    <div className="an-stock">
      <a className="an-back" href={stockHref(wardId)}><Icon name="back" />{w('shelf.back')}</a>
      <h1>{w(`move.${kind}`)}</h1>
      {found.error !== undefined && !found.data && <Problem error={found.error} onRetry={found.reload} />}
      {!found.data && found.error === undefined && <Skeleton height={300} />}
      {found.data && found.data.cards.length === 0 && <Notice kind="info" title={w('shelf.none')}><p>{w('shelf.noneDo')}</p></Notice>}
      {found.data && found.data.cards.length > 0 && <Form key={kind} data={found.data} kind={kind} wardId={wardId} first={query.get('card') ?? ''} />}
    </div>
  );
}

/* The cards of the other ward; where it has none of a medicine yet, one is opened. */
async function cardsThere(to: string, lines: Line[], me: Giver): Promise<Card[]> {
  const there = (await loadShelf(server, to)).cards;
  const missing = [...new Map(lines.map((l) => [l.card.id, l.card])).values()].filter((c) => !sameCard(there, c));
  for (const card of missing) {
    const id = uuid4();
    const made = await server.create({ ...cardOf({ ...card, level: 0, minimum: undefined, wardId: to, at: nowMs(), me }), identifier: [entryIdentifier(id)] } as Entry, entryQuery(id));
    there.push({ ...card, id: made.resource.id ?? '' });
  }
  return there;
}

const REASONS = ['broken', 'expired', 'refused', 'spoiled'] as const;
const EMPTY = { card: '', amount: '', lot: '', expires: '' };
const DRAFT = 'stock-move';
/* expires: YYYY-MM-DD or '' */
interface Added { card: string; amount: string; lot: string; expires: string }
interface Typed { at: number; added: Added[]; document: string; reason: string; to: string }
const NOTHING = (): Typed => ({ at: 0, added: [], document: '', reason: '', to: '' });

function Form({ data, kind, wardId, first }: { data: Data; kind: MoveKind; wardId: string; first: string }) {
  const w = useStockWords();
  const { box } = useOutbox();
  const me = useGiver();
  const { me: account } = useMe();
  /* the lines that were added outlive a reload, each with its amount as it was typed; a card that is gone takes its line along */
  const draftId = `${wardId} ${kind}`;
  const { now: { at, added, document, reason, to }, change, forget } = useTyped<Typed>(DRAFT, draftId, NOTHING);
  const lines = useMemo(() => added.flatMap((a): Line[] => {
    const card = data.cards.find((c) => c.id === a.card);
    const amount = parseTyped(a.amount, 3);
    return card && amount.kind === 'number' ? [{ card, amount: amount.value, lot: a.lot, expires: a.expires }] : [];
  }), [added, data.cards]);
  const [witness, setWitness] = useState<Giver>();
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const controlled = lines.some((l) => l.card.controlled);
  const save = async (): Promise<void> => {
    if (lines.length === 0) return setTrouble(w('move.bad.none'));
    if (kind === 'waste' && reason.trim() === '') return setTrouble(w('move.bad.reason'));
    if (kind === 'transfer' && to === '') return setTrouble(w('move.bad.to'));
    if (controlled && !witness && account.auth !== 'off') return setTrouble(w('move.secondMissing'));
    setBusy(true);
    try {
      const there = kind === 'transfer' ? await cardsThere(to, lines, me) : [];
      const act = actOf({ kind, lines, document, reason, to, there, wardId, me, witness, at: nowMs() });
      rememberAct(act.id, (act.parts ?? []).map((p) => ({ type: p.resource.resourceType, id: p.id })));
      box.add(act);
      forget();
      go(`${stockHref(wardId)}?saved=${act.id}`);
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <>
      <KeptFrom kind={DRAFT} id={draftId} typed={at} onDrop={() => { change(NOTHING()); forget(); }} />
      {(kind === 'receipt' || kind === 'return') && (
        <label className="an-stock-one"><span>{w(kind === 'receipt' ? 'move.document' : 'move.documentReturn')}</span><Input value={document} maxLength={60} onChange={(e) => change({ document: e.currentTarget.value })} /></label>
      )}
      {kind === 'transfer' && data.wards.length === 0 && <Notice kind="warn" title={w('move.noOther')} />}
      {kind === 'transfer' && data.wards.length > 0 && (
        <div className="an-aside" role="group" aria-label={w('move.to')}>
          <span className="an-aside-name">{w('move.to')}</span>
          {data.wards.map((x) => <Button key={x.id} variant={x.id === to ? 'filled' : 'default'} aria-pressed={x.id === to} onClick={() => { change({ to: x.id }); setTrouble(''); }}>{x.name}</Button>)}
        </div>
      )}
      {kind === 'waste' && (
        <div className="an-aside" role="group" aria-label={w('move.reason')}>
          <span className="an-aside-name">{w('move.reason')}</span>
          {REASONS.map((r) => <Button key={r} variant={reason === w(`move.reason.${r}`) ? 'filled' : 'default'} aria-pressed={reason === w(`move.reason.${r}`)} onClick={() => { change({ reason: w(`move.reason.${r}`) }); setTrouble(''); }}>{w(`move.reason.${r}`)}</Button>)}
          <Input aria-label={w('move.reason')} value={reason} maxLength={200} onChange={(e) => { change({ reason: e.currentTarget.value }); setTrouble(''); }} />
        </div>
      )}
      <OneLine data={data} kind={kind} lines={lines} first={first} onAdd={(l) => { change({ at: nowMs(), added: [...added, l] }); setTrouble(''); }} />
      {lines.length > 0 && <Lines lines={lines} onRemove={(i) => change({ added: added.filter((a) => lines.some((l) => l.card.id === a.card)).filter((_a, n) => n !== i) })} />}
      {controlled && account.auth !== 'off' && <Witness witness={witness} onWitness={(g) => { setWitness(g); setTrouble(''); }} />}
      {trouble !== '' && <p className="an-trouble" role="alert"><Icon name="bad" />{trouble}</p>}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <div className="an-bottom-bar"><Button loading={busy} onClick={() => void save()}>{w('move.save', { n: lines.length })}</Button></div>
    </>
  );
}

/* Asked again of whoever stands beside: their PIN, and nobody else is signed in by that. */
function Witness({ witness, onWitness }: { witness: Giver | undefined; onWitness: (g: Giver) => void }) {
  const w = useStockWords();
  const { me } = useMe();
  const [asking, setAsking] = useState(false);
  if (witness) return <Notice kind="good" title={w('move.secondDone', { who: witness.display })} />;
  if (secondsOf(me).length === 0) return <Notice kind="warn" title={w('move.second')}><p>{w('move.secondNone')}</p></Notice>;
  if (asking) return <AskSecond onSecond={(x) => { onWitness({ reference: x.practitioner, display: x.display }); setAsking(false); }} onCancel={() => setAsking(false)} />;
  return <Notice kind="warn" title={w('move.second')} after={<Button onClick={() => setAsking(true)}>{w('move.secondAsk')}</Button>} />;
}

function Lines({ lines, onRemove }: { lines: Line[]; onRemove: (i: number) => void }) {
  const w = useStockWords();
  const { num } = useI18n();
  return (
    <ul className="an-stock-added" aria-label={w('move.lines')}>
      {lines.map((l, i) => (
        <li key={`${l.card.id} ${i}`}>
          <span><strong>{l.card.item}</strong>{l.lot !== '' && ` · ${w('move.lot')} ${l.lot}`}{l.expires !== '' && ` · ${w('card.lotExpires', { day: showFhirDay(l.expires) })}`}</span>
          <strong className="an-number">{num(numberOf(l.amount) ?? 0, 0, 3)} {l.card.unit}</strong>
          <Button variant="subtle" aria-label={w('move.remove', { item: l.card.item })} onClick={() => onRemove(i)}><Icon name="close" /></Button>
        </li>
      ))}
    </ul>
  );
}

interface OneProps { data: Data; kind: MoveKind; lines: Line[]; first: string; onAdd: (l: Added) => void }

function OneLine({ data, kind, lines, first, onAdd }: OneProps) {
  const w = useStockWords();
  const { num } = useI18n();
  const [typed, setTyped] = useState({ ...EMPTY, card: data.cards.some((c) => c.id === first) ? first : '' });
  const [scan, setScan] = useState('');
  const [said, setSaid] = useState('');
  const [trouble, setTrouble] = useState('');
  const amountBox = useRef<HTMLInputElement>(null);
  const pick = useRef<HTMLSelectElement>(null);
  const card = data.cards.find((c) => c.id === typed.card);
  const type = (part: Partial<typeof typed>): void => { setTyped((all) => ({ ...all, ...part })); setTrouble(''); };
  const read = (e: KeyboardEvent): void => {
    if (e.key !== 'Enter') return;
    e.preventDefault();
    const code = readCode(scan);
    const lotOf = code.lot === '' ? undefined : data.cards.find((c) => c.lots.some((l) => l.number === code.lot));
    const word = foldText(code.rest).trim();
    const hits = word === '' ? [] : data.cards.filter((c) => c.id === code.rest || foldText(c.item).includes(word) || c.lots.some((l) => foldText(l.number) === word));
    const chosen = lotOf ?? (hits.length === 1 ? hits[0] : undefined);
    const lot = code.lot !== '' ? code.lot : chosen?.lots.find((l) => foldText(l.number) === word)?.number ?? '';
    type({ ...(chosen ? { card: chosen.id } : {}), ...(lot === '' ? {} : { lot }), ...(code.expires === '' ? {} : { expires: showFhirDay(code.expires) }) });
    if (code.rest !== '' && hits.length === 0) setSaid(w('move.scanNone'));
    else if (hits.length > 1) setSaid(w('move.scanMany', { n: hits.length }));
    else setSaid(w('move.scanned', { what: [chosen?.item ?? '', lot, code.expires === '' ? '' : showFhirDay(code.expires)].filter(Boolean).join(' · ') }));
    setScan('');
    (chosen ? amountBox.current : pick.current)?.focus();
  };
  const add = (): void => {
    const amount = parseTyped(typed.amount, 3);
    const expires = typedDay(typed.expires);
    if (!card) return setTrouble(w('move.bad.medicine'));
    if (amount.kind !== 'number' || amount.value.number <= 0) return setTrouble(w('move.bad.amount'));
    if (expires === undefined) return setTrouble(w('move.bad.expiry'));
    if (kind === 'receipt' && expires !== '' && expires < wardTime(nowMs()).day) return setTrouble(w('move.bad.past'));
    if (kind !== 'receipt' && leftAfter(card, lines, amount.value) < 0) return setTrouble(w('move.tooMuch', { n: num(leftAfter(card, lines, undefined), 0, 3), unit: card.unit }));
    onAdd({ card: card.id, amount: typed.amount, lot: typed.lot.trim(), expires });
    setTyped(EMPTY);
    setSaid('');
    pick.current?.focus();
    return undefined;
  };
  const shownAfter = (amount: Decimal | undefined): string => (card && amount ? w('move.after', { n: num(kind === 'receipt' ? leftAfter(card, [], undefined) + amount.number : leftAfter(card, lines, amount), 0, 3), unit: card.unit }) : '');
  const amount = parseTyped(typed.amount, 3);
  return (
    <section className="an-card an-stock-form" aria-label={w('move.add')}>
      <label className="an-stock-one"><span>{w('move.scan')}</span><Input value={scan} autoComplete="off" onChange={(e) => setScan(e.currentTarget.value)} onKeyDown={read} leftSection={<Icon name="search" />} /></label>
      <p className="an-dim" role="status">{said === '' ? w('move.scanHint') : said}</p>
      <div className="an-stock-fields">
        <label><span>{w('move.medicine')}</span>
          <select ref={pick} className="an-stock-select" value={typed.card} onChange={(e) => type({ card: e.currentTarget.value })}>
            <option value="">{w('move.pick')}</option>
            {data.cards.map((c) => <option key={c.id} value={c.id}>{c.item}</option>)}
          </select>
        </label>
        <label><span>{w('move.amount')}{card ? ` (${card.unit})` : ''}</span><Input ref={amountBox} inputMode="decimal" autoComplete="off" value={typed.amount} onChange={(e) => type({ amount: e.currentTarget.value })} onKeyDown={(e) => { if (e.key === 'Enter') add(); }} /></label>
        <label><span>{w('move.lot')}</span><Input value={typed.lot} maxLength={40} autoComplete="off" onChange={(e) => type({ lot: e.currentTarget.value })} /></label>
        {kind === 'receipt' && <label><span>{w('move.expiry')}</span><Input value={typed.expires} maxLength={12} autoComplete="off" onChange={(e) => type({ expires: e.currentTarget.value })} /></label>}
      </div>
      {card && <p className="an-number">{w('move.left', { n: num(leftAfter(card, kind === 'receipt' ? [] : lines, undefined), 0, 3), unit: card.unit })} {amount.kind === 'number' && shownAfter(amount.value)}</p>}
      {trouble !== '' && <p className="an-trouble" role="alert"><Icon name="bad" />{trouble}</p>}
      <Button variant="default" leftSection={<Icon name="plus" />} onClick={add}>{w('move.add')}</Button>
    </section>
  );
}
