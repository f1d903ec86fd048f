/* A book of residents: its columns, its dry run, what is written. What a cell means is decided in cells.ts, plan.ts and resources.ts. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { clockDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { uuid4 } from '../vitals/uuid';
import type { BookProps } from './Books';
import { show, type Code } from './cells';
import type { Field } from './fields';
import { RESIDENTS, residentMapping } from './kinds';
import { importList, unasked, whatIsKnown, writeRows, type ImportList } from './load';
import { MapColumns } from './MapColumns';
import { NOTHING_KNOWN, planRows, type Known, type PlannedRow } from './plan';
import { agreeTo, rowsBeside, sameMapping, stillAgreed, wantedOf, type Agreed, type Corrections, type Mapping } from './reader';
import { placesOf, type Context } from './resources';
import { Review, type BookWords } from './Review';
import { Written } from './Written';

function Person({ planned }: { planned: PlannedRow }) {
  const { t } = useI18n();
  const p = planned.person;
  const facts = [p.birth && show(p.birth), p.gender && t(`gender.${p.gender}`), [p.room, p.bed].filter(Boolean).join(' · ')].filter(Boolean);
  return (
    <div>
      {planned.same === undefined ? <strong>{p.name}</strong> : <a href={personHref(planned.same)} target="_blank" rel="noreferrer">{p.name}</a>}
      <p className="an-dim">{facts.join(' · ')}</p>
    </div>
  );
}

/* of rooms and beds that the ward has not */
const MOST_NAMES = 12;

/* Doubts about a person, which nobody settles for sixty lines at once. */
const ONE_BY_ONE: readonly Code[] = ['perhapsLeft', 'perhapsSame', 'twiceInFile'];

interface Job { list: ImportList; context: Context; rows: PlannedRow[]; done: boolean }

export function ResidentBook({ chosen, above, onStep, onRestart }: BookProps) {
  const { t } = useI18n();
  const { me } = useMe();
  const [stage, setStage] = useState<'map' | 'review' | 'write'>('map');
  const rows = useMemo(() => chosen.sheets[chosen.sheet]?.rows ?? [], [chosen]);
  const [mapping, setMapping] = useState<Mapping>(() => residentMapping(chosen.sheets[chosen.sheet] ?? { name: '', rows: [] }));
  const [known, setKnown] = useState<Known>();
  const [corrections, setCorrections] = useState<Corrections>(new Map());
  const [agreed, setAgreed] = useState<Agreed>(new Map());
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [error, setError] = useState<unknown>();
  const [isMoved, setMoved] = useState(false);
  const [written, setWritten] = useState<Job>();
  const today = useMemo(() => clockDate(new Date(nowMs())), []);
  const planned = useMemo(() => (stage === 'map' ? [] : planRows(rows, mapping, today, known ?? NOTHING_KNOWN, corrections)), [rows, mapping, today, known, corrections, stage]);
  const words: BookWords = { field: (f) => t(`books.field.${f as Field}`), finding: (f) => t(`books.finding.${f.code as Code}`, { offer: f.offer ?? '' }) };
  const accepted = useMemo(() => stillAgreed(planned, agreed), [planned, agreed]);
  const wanted = wantedOf(planned, accepted);

  /* the lines of what was mended wait (notAsked) until the record was asked about it, too */
  const rowsNow = useRef(planned);
  rowsNow.current = planned;
  const missing = known && stage === 'review' ? unasked(planned, known).join(' ') : '';
  useEffect(() => {
    if (missing === '' || !known) return undefined;
    let isOver = false;
    whatIsKnown(server, rowsNow.current, chosen.ward, () => {}, known).then((more) => { if (!isOver) setKnown(more); }, (e: unknown) => { if (!isOver) setError(e); });
    return () => { isOver = true; };
  }, [missing, known, chosen.ward]);

  const to = (next: typeof stage): void => {
    setStage(next);
    onStep(next);
    setError(undefined);
  };
  const compare = async (next: Mapping): Promise<void> => {
    const isSame = sameMapping(mapping, next);
    if (!isSame) {
      setCorrections(new Map());
      setAgreed(new Map());
    }
    setMapping(next);
    setMoved(false);
    setWritten(undefined);
    setKnown(undefined);
    to('review');
    try {
      const first = planRows(rows, next, today, NOTHING_KNOWN, isSame ? corrections : new Map());
      setKnown(await whatIsKnown(server, first, chosen.ward, (done, total) => setProgress({ done, total })));
    } catch (e) {
      setError(e);
    }
  };
  /* Another head may have brought the same book while this one looked at it. What the record knows now, or nothing when a line that would be written
   * has become another one by it. */
  const knownStill = async (): Promise<Known | undefined> => {
    const fresh = await whatIsKnown(server, planned, chosen.ward, (done, total) => setProgress({ done, total }));
    const asSeen = agreeTo(wanted, new Set(wanted.map((r) => r.row)));
    if (stillAgreed(planRows(rows, mapping, today, fresh, corrections), asSeen).size === wanted.length) return fresh;
    setKnown(fresh);
    to('review');
    setMoved(true);
    return undefined;
  };
  const write = async (again?: Job): Promise<void> => {
    to('write');
    setMoved(false);
    try {
      const now = again ? known : await knownStill();
      if (now) await writeAs(now, again);
    } catch (e) {
      setError(e);
    }
  };
  const writeAs = async (now: Known, again?: Job): Promise<void> => {
    const context: Context = again?.context ?? {
      importId: uuid4(), ward: chosen.ward, places: now.places, now: withOffset(new Date(nowMs())), seesProtected: me.auth === 'off',
      signNames: { hiv: t('books.field.hiv'), substance: t('books.field.substance'), mental: t('books.field.mental') },
    };
    const job = again ?? { list: importList(context, `${chosen.file} · ${chosen.ward.name}`), context, rows: wanted, done: false };
    setWritten({ ...job });
    await writeRows(server, job.rows, job.list, job.context, uuid4, (done, total) => setProgress({ done, total }));
    setWritten({ ...job, done: true });
  };

  if (stage === 'map') return <MapColumns chosen={chosen} mapping={mapping} kind={RESIDENTS} fieldWord={words.field} above={above} onBack={onRestart} onDone={(m) => void compare(m)} />;
  if (stage === 'write') {
    return written ? (
      <Written
        list={written.list} isDone={written.done} progress={progress} error={error} title={t('books.done', { n: written.rows.length, ward: chosen.ward.name })} lost={t('books.failedHint')}
        onReview={() => void compare(mapping)} hints={[t('books.doneHint'), ...hiddenOf(written).map((n) => t('books.protected', { n }))]} onAgain={() => void write(written)} onAnother={onRestart}
      />
    ) : error !== undefined ? <Problem error={error} onRetry={() => void write()} /> : <p role="status">{t('books.checking', progress)}</p>;
  }
  if (error !== undefined) return <Problem error={error} onRetry={() => void compare(mapping)} />;
  if (!known) return <p role="status">{t('books.checking', progress)}</p>;
  const added = placesOf(wanted, { ward: chosen.ward, places: known.places });
  const rooms = added.filter((p) => p.kind === 'ro').length;
  const beds = added.length - rooms;
  const addedNames = added.slice(0, MOST_NAMES).map((p) => [p.at, p.name].filter((x) => x !== '').join(' · ')).join(', ') + (added.length > MOST_NAMES ? ', …' : '');
  return (
    <>
    {added.length > 0 && (
      <Notice kind="info" title={t(beds === 0 ? 'books.newRooms' : rooms === 0 ? 'books.newBeds' : 'books.newPlaces', { rooms, beds, ward: chosen.ward.name })} role="status">
        <p>{addedNames}</p>
      </Notice>
    )}
    <Review
      rows={planned} beside={rowsBeside(rows, mapping)} cells={rows} names={mapping.names} corrections={corrections} accepted={accepted} count={wanted.length} words={words} who={(r) => <Person planned={r} />} oneByOne={ONE_BY_ONE} isMoved={isMoved}
      onCorrect={setCorrections} onAccept={(next) => setAgreed(agreeTo(planned, next))} onBack={() => to('map')} onWrite={() => void write()}
    />
    </>
  );
}

const hiddenOf = (job: Job): number[] => {
  const hidden = job.context.seesProtected ? 0 : job.rows.filter((row) => row.person.signs.length > 0).length;
  return hidden > 0 ? [hidden] : [];
};
