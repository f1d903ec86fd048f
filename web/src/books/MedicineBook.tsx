/* A book of medicines: of what each resident takes (taken.ts), or of a cupboard (stockBook.ts). The same course as for residents; beside it the
 * questions that only a person can answer, and for the cupboard the signature under what was counted. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { AskSecond, secondsOf } from '../drugs/Second';
import { useGiver } from '../drugs/useRound';
import type { Giver } from '../drugs/record';
import { nowMs } from '../fhir/clock';
import { clockDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import { BOOK_CATALOGUES, useBookWords, type BookKey } from '../i18n/medicineBooks';
import { recordWords } from '../i18n/stock';
import { useI18n } from '../i18n/context';
import { fill } from '../i18n/format';
import { medicinesHref } from '../prescribe/screens';
import { ORDER_WORDS } from '../prescribe/words';
import { stockHref } from '../stock/screens';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { uuid4 } from '../vitals/uuid';
import type { BookProps } from './Books';
import { show, type Code } from './cells';
import { MEDICINE_KINDS, mappingOf } from './kinds';
import type { ImportList } from './load';
import { MapColumns } from './MapColumns';
import { People } from './match';
import type { MedicineField } from './medicineFields';
import { bookList, medsOf, peopleOf, shelvesOf, writeStock, writeTaken, type Left } from './medicineLoad';
import { agreeTo, answersLeft, rowsBeside, sameMapping, stillAgreed, wantedOf, type Agreed, type Checked, type Corrections, type Mapping } from './reader';
import { Review, type BookWords } from './Review';
import { isStockAnswered, planStock, signedFor, wholeGroups, type Shelves, type StockRow } from './stockBook';
import type { StockContext } from './stockWrite';
import { isAnswered, moreMeds, NO_MEDS, peopleIn, planTaken, type Answers, type Meds, type TakenRow } from './taken';
import type { TakenContext } from './takenWrite';
import { Written } from './Written';

/* What stands in the record is Vietnamese, whatever language the page has. */
const record = (key: BookKey, params?: Record<string, string | number>): string => fill(BOOK_CATALOGUES.vi[key], params);

/* An allergy, or another person's number: each is looked at by itself. */
const ONE_BY_ONE = ['allergy', 'nameDiffers', 'bedOnly', 'muchAtOnce'] as const;

type Known = { kind: 'taken'; people: People; meds: Meds } | { kind: 'stock'; shelves: Shelves };
type Job = { list: ImportList; left: Left; done: boolean; count: number; write: (progress: (done: number, total: number) => void) => Promise<void> };

export function MedicineBook({ chosen, kind, above, onStep, onRestart }: BookProps & { kind: 'taken' | 'stock' }) {
  const { t } = useI18n();
  const w = useBookWords();
  const giver = useGiver();
  const { me } = useMe();
  const columns = MEDICINE_KINDS[kind];
  const [stage, setStage] = useState<'map' | 'review' | 'write'>('map');
  const rows = useMemo(() => chosen.sheets[chosen.sheet]?.rows ?? [], [chosen]);
  const [mapping, setMapping] = useState<Mapping<MedicineField>>(() => mappingOf(chosen.sheets[chosen.sheet] ?? { name: '', rows: [] }, columns));
  const [known, setKnown] = useState<Known>();
  const [corrections, setCorrections] = useState<Corrections>(new Map());
  const [answers, setAnswers] = useState<Map<number, Answers>>(new Map());
  const [agreed, setAgreed] = useState<Agreed>(new Map());
  const [signed, setSigned] = useState(false);
  const [witness, setWitness] = useState<Giver>();
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [error, setError] = useState<unknown>();
  const [isMoved, setMoved] = useState(false);
  const [job, setJob] = useState<Job>();
  const today = useMemo(() => clockDate(new Date(nowMs())), []);

  const taken = useMemo(
    () => (known?.kind === 'taken' ? planTaken(rows, mapping, { today, people: known.people, meds: known.meds, corrections, answers }) : []), [rows, mapping, today, known, corrections, answers]);
  const stock = useMemo(
    () => (known?.kind === 'stock' ? planStock(rows, mapping, { today, ward: chosen.ward, shelves: known.shelves, corrections, answers }) : []), [rows, mapping, today, known, corrections, answers, chosen.ward]);
  const accepted = useMemo(() => stillAgreed(kind === 'taken' ? taken : stock, agreed), [kind, taken, stock, agreed]);
  const wantedTaken = wantedOf(taken, accepted).filter((r) => isAnswered(r, answers.get(r.row)));
  const wantedStock = wantedOf(stock, accepted).filter((r) => isStockAnswered(r, answers.get(r.row)));
  const shelves: Shelves = known?.kind === 'stock' ? known.shelves : { wards: [], cards: new Map() };
  const cards = wholeGroups(wantedStock, stock, shelves);
  const words: BookWords = { field: (f) => w(`field.${f}` as BookKey), finding: (f) => (`finding.${f.code}` in BOOK_CATALOGUES.vi ? w(`finding.${f.code}` as BookKey, { offer: f.offer ?? '' }) : t(`books.finding.${f.code as Code}`, { offer: f.offer ?? '' })) };
  const tell = (done: number, total: number): void => setProgress({ done, total });

  const to = (next: typeof stage): void => {
    setStage(next);
    onStep(next);
    setError(undefined);
  };
  const compare = async (next: Mapping<MedicineField>): Promise<void> => {
    const isSame = sameMapping(mapping, next);
    if (!isSame) {
      setCorrections(new Map());
      setAnswers(new Map());
      setAgreed(new Map());
    }
    setMapping(next);
    setKnown(undefined);
    setSigned(false);
    setWitness(undefined);
    setMoved(false);
    setJob(undefined);
    to('review');
    try {
      setKnown(await ask(next, isSame ? corrections : new Map()));
    } catch (e) {
      setError(e);
    }
  };
  /* what the record knows about the lines, asked anew */
  const ask = async (how: Mapping<MedicineField>, mended: Corrections): Promise<Known> => {
    if (kind === 'stock') return { kind, shelves: await shelvesOf(server, chosen.ward, tell) };
    const people = await peopleOf(server, chosen.ward, tell);
    const first = planTaken(rows, how, { today, people, meds: NO_MEDS, corrections: mended, answers: new Map() });
    return { kind, people, meds: await medsOf(server, peopleIn(first)) };
  };
  /* Somebody else may have brought the same book, or given from the cupboard, while this one was looked at. */
  const isAsSeen = async (): Promise<boolean> => {
    const now = await ask(mapping, corrections);
    const [seen, again] = now.kind === 'taken'
      ? [wantedTaken, planTaken(rows, mapping, { today, people: now.people, meds: now.meds, corrections, answers })]
      : [wantedStock, planStock(rows, mapping, { today, ward: chosen.ward, shelves: now.shelves, corrections, answers })];
    if (stillAgreed(again, agreeTo(seen, new Set(seen.map((r) => r.row)))).size === seen.length) return true;
    setKnown(now);
    setSigned(false);
    setWitness(undefined);
    setMoved(true);
    to('review');
    return false;
  };

  /* a mended name or number may be of somebody the record was not asked about: their line waits (notAsked) until it was */
  const missing = known?.kind === 'taken' ? peopleIn(taken).filter((id) => !known.meds.asked.has(id)).join() : '';
  useEffect(() => {
    if (missing === '') return undefined;
    let isOver = false;
    medsOf(server, missing.split(',')).then(
      (more) => { if (!isOver) setKnown((k) => (k?.kind === 'taken' ? { ...k, meds: moreMeds(k.meds, more) } : k)); },
      (e: unknown) => { if (!isOver) setError(e); },
    );
    return () => { isOver = true; };
  }, [missing]);

  const makeJob = (): Job => {
    const importId = uuid4();
    const at = nowMs();
    const list = bookList(importId, withOffset(new Date(at)), `${chosen.file} · ${chosen.ward.name}`, chosen.ward);
    const left: Left = { from: 0 };
    if (kind === 'stock') {
      const c: StockContext = { importId, me: giver, witness, at, document: record('record.book', { file: chosen.file }), words: recordWords };
      const groups = cards.whole;
      return { list, left, done: false, count: groups.length, write: (p) => writeStock(server, groups, list, c, left, p) };
    }
    const say: TakenContext['say'] = { book: record('record.book', { file: chosen.file }), noPrescriber: record('record.noPrescriber'), despite: record('record.despite'), counted: (n) => record('record.counted', { n }) };
    const c: TakenContext = { importId, me: giver, at, words: ORDER_WORDS, say };
    const lines = wantedTaken;
    return { list, left, done: false, count: lines.length, write: (p) => writeTaken(server, lines, list, c, left, p) };
  };
  const write = async (again?: Job): Promise<void> => {
    to('write');
    setMoved(false);
    try {
      if (!again && !await isAsSeen()) return;
      const now = again ?? makeJob();
      setJob(now);
      await now.write(tell);
      setJob({ ...now, done: true });
    } catch (e) {
      setError(e);
    }
  };

  if (stage === 'map') return <MapColumns chosen={chosen} mapping={mapping} kind={columns} fieldWord={words.field} above={above} onBack={onRestart} onDone={(m) => void compare(m)} />;
  if (stage === 'write') {
    return job ? (
      <Written
        list={job.list} isDone={job.done} progress={progress} error={error} title={w(`${kind}.done`, { n: job.count, ward: chosen.ward.name })} lost={w('failedHint')}
        onReview={() => void compare(mapping)} hints={[w(`${kind}.doneHint`), t('books.doneHint')]} onAgain={() => void write(job)} onAnother={onRestart}
        next={kind === 'stock' ? <Button component="a" href={stockHref(chosen.ward.id)}>{w('stock.open')}</Button> : undefined}
      />
    ) : error !== undefined ? <Problem error={error} onRetry={() => void write()} /> : <p role="status">{w(`${kind}.checking`, progress)}</p>;
  }
  if (error !== undefined) return <Problem error={error} onRetry={() => void compare(mapping)} />;
  if (!known) return <p role="status">{w(`${kind}.checking`, progress)}</p>;

  /* who has signed has signed for what stood there */
  const unsigned = <T,>(set: (next: T) => void) => (next: T): void => {
    set(next);
    setSigned(false);
    setWitness(undefined);
  };
  const answer = (row: number, part: Answers): void => unsigned(setAnswers)(new Map(answers).set(row, { ...answers.get(row), ...part }));
  const correct = unsigned((next: Corrections) => {
    setAnswers(answersLeft(answers, corrections, next));
    setCorrections(next);
  });
  const common = { isMoved, beside: rowsBeside(rows, mapping), cells: rows, names: mapping.names, corrections, accepted, words, onCorrect: correct, onAccept: unsigned((next: Set<number>) => setAgreed(agreeTo(kind === 'taken' ? taken : stock, next))), onBack: () => to('map'), onWrite: () => void write() };
  if (kind === 'taken') {
    return (
      <Review
        {...common} rows={taken} oneByOne={ONE_BY_ONE} count={wantedTaken.length} who={(r) => <Line row={r} />} isReady={(r) => isAnswered(r, answers.get(r.row))}
        ask={(r) => <><WhoIsIt row={r} answer={answers.get(r.row)} onAnswer={(a) => answer(r.row, a)} /><Controlled asks={r.line.asksControlled} row={r} medicine={r.line.medicine} answer={answers.get(r.row)} onAnswer={(a) => answer(r.row, a)} /></>}
        sign={<Notice kind="info" title={w('taken.second')}><p>{w('taken.secondWhat')}</p></Notice>}
      />
    );
  }
  const needsSecond = me.auth !== 'off' && cards.whole.some((g) => g.amount !== undefined && g.lines.some((r) => r.line.controlled));
  return (
    <Review
      {...common} rows={stock} count={cards.whole.length} who={(r) => <Box row={r} shelves={shelves} />} isReady={(r) => isStockAnswered(r, answers.get(r.row))} mayWrite={signed && (!needsSecond || witness !== undefined)}
      ask={(r) => <Controlled asks={r.line.asksControlled} row={r} medicine={r.line.medicine} answer={answers.get(r.row)} onAnswer={(a) => answer(r.row, a)} />}
      sign={<Sign who={giver.display} lines={signedFor(cards.whole)} canSign={cards.whole.length > 0} left={cards.left} signed={signed} onSigned={setSigned} needsSecond={needsSecond} witness={witness} onWitness={setWitness} />}
    />
  );
}

/* ---- what a row says ---- */

function Line({ row }: { row: TakenRow }) {
  const w = useBookWords();
  const l = row.line;
  const read = l.dose.kind === 'scheduled' ? l.dose.parts.map((p) => `${p.times.join(', ')}: ${p.amount} ${l.unit}`).join('; ')
    : l.dose.kind === 'counted' ? w('dose.counted', { amount: l.dose.amount, unit: l.unit, n: l.dose.perDay })
      : l.dose.kind === 'asNeeded' ? w('dose.asNeeded', { amount: l.dose.amount, unit: l.unit, n: l.dose.most, how: l.dose.how }) : w('dose.unclear');
  const days = [l.from && w('dose.from', { day: show(l.from) }), l.to && w('dose.to', { day: show(l.to) })].filter(Boolean).join(' ');
  return (
    <div className="an-book-line">
      {l.person ? <a href={medicinesHref(l.person.id)} target="_blank" rel="noreferrer">{l.person.name}</a> : null}
      {l.person && <p className="an-dim">{[l.person.birth && show(l.person.birth), l.person.place].filter(Boolean).join(' · ')}</p>}
      <p><strong>{l.medicine}</strong></p>
      <p>{read} {days}</p>
      {l.doseText !== '' && <p className="an-dim">{w('dose.said', { text: l.doseText })}</p>}
      {(l.prescriber !== '' || l.place !== '') && <p className="an-dim">{[l.prescriber, l.place, l.paperDay && show(l.paperDay)].filter(Boolean).join(', ')}</p>}
    </div>
  );
}

function Box({ row, shelves }: { row: StockRow; shelves: Shelves }) {
  const w = useBookWords();
  const { num } = useI18n();
  const l = row.line;
  const lot = [l.lot !== '' && w('stock.lot', { lot: l.lot }), l.expires !== '' && w('stock.expires', { day: show(l.expires) })].filter((x): x is string => typeof x === 'string').join(' · ');
  return (
    <div className="an-book-line">
      <p><strong>{l.medicine}</strong></p>
      {l.amount !== undefined && <p className="an-number">{num(l.amount, 0, 3)} {l.unit}</p>}
      <p className="an-dim">{[lot, shelves.wards.find((x) => x.id === l.ward)?.name ?? '', l.controlled ? w('stock.controlled') : ''].filter((x) => x !== '').join(' · ')}</p>
    </div>
  );
}

/* ---- questions ---- */

interface AskProps { answer: Answers | undefined; onAnswer: (a: Answers) => void }

function WhoIsIt({ row, answer, onAnswer }: AskProps & { row: TakenRow }) {
  const w = useBookWords();
  if (row.line.several.length === 0) return null;
  return (
    <label className="an-book-ask">{w('ask.who')}
      <Input component="select" aria-label={w('ask.whoRow', { row: row.row })} value={answer?.person ?? ''} onChange={(e) => onAnswer({ person: e.currentTarget.value })}>
        <option value="">{w('ask.choose')}</option>
        {row.line.several.map((p) => <option key={p.id} value={p.id}>{[p.name, p.birth && show(p.birth), p.place].filter(Boolean).join(' · ')}</option>)}
      </Input>
    </label>
  );
}

function Controlled({ asks, row, medicine, answer, onAnswer }: AskProps & { asks: boolean; row: Checked; medicine: string }) {
  const w = useBookWords();
  if (!asks) return null;
  return (
    <div className="an-book-ask" role="group" aria-label={w('ask.controlledRow', { row: row.row, medicine })}>
      {([true, false] as const).map((yes) => (
        <Button key={String(yes)} variant={answer?.controlled === yes ? 'filled' : 'default'} aria-pressed={answer?.controlled === yes} onClick={() => onAnswer({ controlled: yes })}>{w(yes ? 'ask.isControlled' : 'ask.isExempt')}</Button>
      ))}
    </div>
  );
}

/* ---- the signature under an opening balance ---- */

interface SignProps { who: string; lines: number; canSign: boolean; left: string[]; signed: boolean; onSigned: (yes: boolean) => void; needsSecond: boolean; witness: Giver | undefined; onWitness: (g: Giver) => void }

function Sign({ who, lines, canSign, left, signed, onSigned, needsSecond, witness, onWitness }: SignProps) {
  const w = useBookWords();
  return (
    <section className="an-card an-book-sign" aria-label={w('sign.title')}>
      <h2>{w('sign.title')}</h2>
      <p>{w('sign.what')}</p>
      {left.length > 0 && <Notice kind="warn" title={w('sign.left', { list: left.slice(0, 10).join(', '), n: left.length })} />}
      <Checkbox label={w('sign.counted', { who, n: lines })} checked={signed} disabled={!canSign} onChange={(e) => onSigned(e.currentTarget.checked)} />
      {needsSecond && <SecondPerson witness={witness} onWitness={onWitness} />}
    </section>
  );
}

function SecondPerson({ witness, onWitness }: { witness: Giver | undefined; onWitness: (g: Giver) => void }) {
  const w = useBookWords();
  const { me } = useMe();
  const [asking, setAsking] = useState(false);
  if (witness) return <Notice kind="good" title={w('sign.secondDone', { who: witness.display })} />;
  if (secondsOf(me).length === 0) return <Notice kind="warn" title={w('sign.second')}><p>{w('sign.secondNone')}</p></Notice>;
  if (asking) return <AskSecond onSecond={(x) => { onWitness({ reference: x.practitioner, display: x.display }); setAsking(false); }} onCancel={() => setAsking(false)} />;
  return <Notice kind="warn" title={w('sign.second')} after={<Button onClick={() => setAsking(true)}>{w('sign.secondAsk')}</Button>} />;
}
