/* Importing a book: choose, match the columns, look at every doubt, write, and take back if it was wrong. The screen holds what was
 * chosen; what a cell means, and what is written, is decided in cells.ts, plan.ts and resources.ts. */

import { useCallback, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { clockDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import { uuid4 } from '../vitals/uuid';
import type { Field } from './fields';
import { findHeading } from './fields';
import { importList, whatIsKnown, writeRows, type ImportList } from './load';
import { MapColumns } from './MapColumns';
import { NOTHING_KNOWN, planRows, type Corrections, type Known, type Mapping, type PlannedRow } from './plan';
import { PastImports } from './PastImports';
import type { Context, Ward } from './resources';
import { Review } from './Review';
import { Start } from './Start';
import { textOf } from './cells';
import type { Sheet } from './table';
import { Written } from './Written';

type Step = 'choose' | 'map' | 'review' | 'write';
const STEPS: Step[] = ['choose', 'map', 'review', 'write'];

export interface Chosen { file: string; sheets: Sheet[]; sheet: number; ward: Ward }

function mappingOf(sheet: Sheet): Mapping {
  const heading = findHeading(sheet.rows.slice(0, 20).map((row) => row.map(textOf)));
  return { fields: heading.fields, firstRow: heading.row + heading.rows, names: heading.texts };
}

/* What may be written: new rows, and doubtful ones that somebody agreed to. */
const wanted = (rows: PlannedRow[], accepted: Set<number>): PlannedRow[] =>
  rows.filter((r) => r.verdict === 'new' || (r.verdict === 'doubtful' && accepted.has(r.row)));

function Steps({ at }: { at: Step }) {
  const { t } = useI18n();
  return (
    <ol className="an-steps">
      {STEPS.map((step, i) => (
        <li key={step} aria-current={step === at ? 'step' : undefined}>{i + 1}. {t(`books.step.${step}`)}</li>
      ))}
    </ol>
  );
}

export default function Books() {
  const { t } = useI18n();
  const { me } = useMe();
  const [step, setStep] = useState<Step>('choose');
  const [chosen, setChosen] = useState<Chosen>();
  const [mapping, setMapping] = useState<Mapping>();
  const [known, setKnown] = useState<Known>();
  const [corrections, setCorrections] = useState<Corrections>(new Map());
  const [accepted, setAccepted] = useState<Set<number>>(new Set());
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [error, setError] = useState<unknown>();
  const [written, setWritten] = useState<{ list: ImportList; context: Context; rows: PlannedRow[]; done: boolean }>();

  const rows = useMemo(() => chosen?.sheets[chosen.sheet]?.rows ?? [], [chosen]);
  const today = useMemo(() => clockDate(new Date()), []);
  const planned = useMemo(
    () => (mapping && step !== 'choose' ? planRows(rows, mapping, today, known ?? NOTHING_KNOWN, corrections) : []),
    [rows, mapping, today, known, corrections, step],
  );

  const onChosen = useCallback((next: Chosen) => {
    const sheet = next.sheets[next.sheet];
    if (!sheet) return;
    setChosen(next);
    setMapping(mappingOf(sheet));
    setKnown(undefined);
    setCorrections(new Map());
    setAccepted(new Set());
    setStep('map');
  }, []);

  const compare = async (next: Mapping): Promise<void> => {
    if (!chosen) return;
    setMapping(next);
    setStep('review');
    setKnown(undefined);
    setError(undefined);
    try {
      const first = planRows(rows, next, today, NOTHING_KNOWN, corrections);
      setKnown(await whatIsKnown(server, first, chosen.ward, (done, total) => setProgress({ done, total })));
    } catch (e) {
      setError(e);
    }
  };

  const write = async (again?: typeof written): Promise<void> => {
    if (!chosen) return;
    const context: Context = again?.context ?? {
      importId: uuid4(), ward: chosen.ward, now: withOffset(new Date()), seesProtected: me.auth === 'off',
      signNames: { hiv: t('books.field.hiv'), substance: t('books.field.substance'), mental: t('books.field.mental') },
    };
    const job = again ?? { list: importList(context, `${chosen.file} · ${chosen.ward.name}`), context, rows: wanted(planned, accepted), done: false };
    setWritten({ ...job });
    setStep('write');
    setError(undefined);
    try {
      await writeRows(server, job.rows, job.list, job.context, uuid4, (done, total) => setProgress({ done, total }));
      setWritten({ ...job, done: true });
    } catch (e) {
      setError(e);
    }
  };

  const restart = (): void => {
    setStep('choose');
    setChosen(undefined);
    setWritten(undefined);
    setError(undefined);
  };

  return (
    <>
      <h1>{t('books.title')}</h1>
      <p className="an-dim">{t('books.lead')}</p>
      <Steps at={step} />
      {step === 'choose' && <><Start onChosen={onChosen} /><PastImports /></>}
      {step === 'map' && chosen && mapping && (
        <MapColumns chosen={chosen} mapping={mapping} onSheet={(sheet) => onChosen({ ...chosen, sheet })} onBack={restart} onDone={(m) => void compare(m)} />
      )}
      {step === 'review' && error === undefined && !known && <p role="status">{t('books.checking', progress)}</p>}
      {step === 'review' && error !== undefined && <Problem error={error} onRetry={() => mapping && void compare(mapping)} />}
      {step === 'review' && known && mapping && (
        <Review
          rows={planned} cells={rows} mapping={mapping} corrections={corrections} accepted={accepted} count={wanted(planned, accepted).length}
          onCorrect={setCorrections} onAccept={setAccepted} onBack={() => setStep('map')} onWrite={() => void write()}
        />
      )}
      {step === 'write' && written && (
        <Written job={written} progress={progress} error={error} onAgain={() => void write(written)} onAnother={restart} />
      )}
    </>
  );
}

export type { Field };
