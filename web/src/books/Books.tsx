/* Importing a book: choose, match the columns, look at every doubt, write, and take back if it was wrong. What kind of book a sheet is follows
 * from its headings, and whoever imports may say otherwise; what each kind needs from there on is its own part of the screen. */

import { Input } from '@mantine/core';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useMe } from '../access/me';
import { useI18n } from '../i18n/context';
import { useBookWords } from '../i18n/medicineBooks';
import { mayCopy } from '../prescribe/screens';
import { mayKeepStock } from '../stock/screens';
import { Notice } from '../ui/Notice';
import { BOOK_KINDS, guessKind, type BookKind } from './kinds';
import { MedicineBook } from './MedicineBook';
import { PastImports } from './PastImports';
import { ResidentBook } from './ResidentBook';
import type { Ward } from './resources';
import { Start } from './Start';
import type { Sheet } from './table';
import './books.css';

export type Step = 'choose' | 'map' | 'review' | 'write';
const STEPS: Step[] = ['choose', 'map', 'review', 'write'];

export interface Chosen { file: string; sheets: Sheet[]; sheet: number; ward: Ward }

/* What every kind of book is given; nothing of it moves once columns are being matched. */
export interface BookProps { chosen: Chosen; onStep: (step: Step) => void; onRestart: () => void; above: ReactNode }

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

/* Which kinds this account can bring; the server decides about every entry. */
function useKinds(): BookKind[] {
  const access = useMe();
  return useMemo(() => {
    const may: Record<BookKind, boolean> = { residents: access.can('books'), taken: mayCopy(access), stock: mayKeepStock(access) };
    return BOOK_KINDS.filter((k) => may[k]);
  }, [access]);
}

export default function Books() {
  const { t } = useI18n();
  const w = useBookWords();
  const kinds = useKinds();
  const [step, setStep] = useState<Step>('choose');
  const [chosen, setChosen] = useState<Chosen>();
  const [said, setSaid] = useState<BookKind>(); /* otherwise than its headings */

  const onChosen = useCallback((next: Chosen) => {
    setChosen(next);
    setSaid(undefined);
    setStep('map');
  }, []);
  const restart = useCallback(() => {
    setChosen(undefined);
    setStep('choose');
  }, []);
  const sheet = chosen?.sheets[chosen.sheet];
  const guessed = useMemo(() => (sheet ? guessKind(sheet) : undefined), [sheet]);
  const kind = said ?? guessed;
  const which = (
    <>
      {chosen && chosen.sheets.length > 1 && (
        <label>{t('books.sheet')}{' '}
          <Input component="select" value={chosen.sheet} onChange={(e) => onChosen({ ...chosen, sheet: Number(e.currentTarget.value) })}>
            {chosen.sheets.map((s, i) => <option key={s.name} value={i}>{s.hidden?.sheet ? t('books.sheetHidden', { name: s.name }) : s.name}</option>)}
          </Input>
        </label>
      )}
      <fieldset className="an-book-kind">
        <legend>{w('kind.which')}</legend>
        {BOOK_KINDS.map((k) => (
          <label key={k}>
            <input type="radio" name="book-kind" checked={kind === k} disabled={!kinds.includes(k)} onChange={() => setSaid(k)} />
            <span><strong>{w(`kind.${k}`)}</strong> <span className="an-dim">{w(`kind.${k}.what`)}</span></span>
          </label>
        ))}
      </fieldset>
      {kind !== undefined && !kinds.includes(kind) && <Notice kind="warn" title={w('kind.notYours', { kind: w(`kind.${kind}`) })} role="alert" />}
    </>
  );
  const props = chosen && { chosen, above: which, onStep: setStep, onRestart: restart };
  const key = chosen ? `${chosen.file} ${chosen.sheet} ${kind ?? ''}` : '';

  return (
    <>
      <h1>{t('books.title')}</h1>
      <p className="an-dim">{t('books.lead')}</p>
      <Steps at={step} />
      {step === 'choose' && <><Start onChosen={onChosen} /><PastImports /></>}
      {props && kind !== undefined && !kinds.includes(kind) && which}
      {props && kind === 'residents' && kinds.includes(kind) && <ResidentBook key={key} {...props} />}
      {props && (kind === 'taken' || kind === 'stock') && kinds.includes(kind) && <MedicineBook key={key} {...props} kind={kind} />}
    </>
  );
}
