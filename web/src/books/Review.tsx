/* The dry run, row by row: what will be written, what a person must look at, what is refused and in which cell. A cell can be mended here
 * without touching the file. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { csvOf, download } from '../record/csv';
import { Notice } from '../ui/Notice';
import { textOf, type Cell } from './cells';
import { cellKey, columnName, doubtsOf, onlyIn, tallyOf, type Checked, type Corrections, type Found, type Verdict } from './reader';

const VERDICTS: Verdict[] = ['new', 'doubtful', 'refused', 'same'];
const PAGE = 50;

interface CellProps { planned: Checked; column: number; cells: Cell[][]; corrections: Corrections; onCorrect: (next: Corrections) => void }

function Mend({ planned, column, cells, corrections, onCorrect }: CellProps) {
  const { t } = useI18n();
  const key = cellKey(planned.row, column);
  const cell = `${columnName(column)}${planned.row}`;
  const corrected = corrections.get(key);
  const [typed, setTyped] = useState<string>();
  const set = (text: string | undefined): void => {
    const next = new Map(corrections);
    if (text === undefined) next.delete(key);
    else next.set(key, text);
    onCorrect(next);
    setTyped(undefined);
  };
  if (typed === undefined) {
    return (
      <Button size="compact-sm" variant="subtle" onClick={() => setTyped(corrected ?? textOf(cells[planned.row - 1]?.[column]))}>
        {t('books.fix')} {cell}
      </Button>
    );
  }
  return (
    <form className="an-mend" onSubmit={(e) => { e.preventDefault(); set(typed); }}>
      <Input aria-label={t('books.fixLabel', { cell })} value={typed} autoFocus onChange={(e) => setTyped(e.currentTarget.value)} />
      <Button type="submit">{t('books.fix')}</Button>
      <Button variant="default" onClick={() => set('')}>{t('books.leaveOut')}</Button>
      {corrected !== undefined && <Button variant="subtle" onClick={() => set(undefined)}>{t('books.undoFix')}</Button>}
    </form>
  );
}

/* The words of a kind of book for its columns and for what it finds. */
export interface BookWords { field: (field: string) => string; finding: (found: Pick<Found<string, string>, 'code' | 'offer'>) => string }

function Findings({ findings, words }: { findings: Found<string, string>[]; words: BookWords }) {
  return (
    <ul className="an-findings">
      {findings.map((f, i) => (
        <li key={i} data-level={f.level}>
          {f.column >= 0 && <span className="an-dim">{words.field(f.field)}: </span>}
          {words.finding(f)}
        </li>
      ))}
    </ul>
  );
}

/* What was not written, as the file had it, with the cell and the reason in front: to be mended there and brought again. */
function leftOver(rows: Checked[], cells: Cell[][], words: BookWords, heads: string[]): string {
  const lines = rows.map((r) => [
    String(r.row), [...new Set(r.findings.filter((f) => f.level !== 'note' && f.column >= 0).map((f) => `${columnName(f.column)}${r.row}`))].join(' '),
    r.findings.filter((f) => f.level !== 'note').map((f) => `${words.field(f.field)}: ${words.finding(f)}`).join('; '), ...(cells[r.row - 1] ?? []).map(textOf),
  ]);
  return csvOf([heads, ...lines]);
}

interface Props<R extends Checked> {
  rows: R[]; beside: Set<number>; cells: Cell[][]; names: string[]; corrections: Corrections; accepted: Set<number>; count: number; words: BookWords;
  who: (row: R) => ReactNode;
  ask?: (row: R) => ReactNode;   /* a question that only a person can answer */
  isReady?: (row: R) => boolean; /* all such questions are answered */
  oneByOne?: readonly string[];  /* doubts that nobody agrees to in bulk */
  sign?: ReactNode;              /* what has to be signed before anything is written */
  mayWrite?: boolean;
  isMoved?: boolean;             /* the record changed while somebody looked, and nothing was written */
  onCorrect: (next: Corrections) => void; onAccept: (next: Set<number>) => void; onBack: () => void; onWrite: () => void;
}

export function Review<R extends Checked>({ rows, beside, cells, names, corrections, accepted, count, words, who, ask, isReady = () => true, oneByOne = [], sign, mayWrite = true, isMoved = false, onCorrect, onAccept, onBack, onWrite }: Props<R>) {
  const { t } = useI18n();
  const tally = tallyOf(rows);
  const [tab, setTab] = useState<Verdict>(() => (tally.doubtful > 0 ? 'doubtful' : tally.refused > 0 ? 'refused' : 'new'));
  const [shown, setShown] = useState(PAGE);
  const list = rows.filter((r) => r.verdict === tab);
  const left = rows.filter((r) => r.verdict === 'refused' || (r.verdict === 'doubtful' && !accepted.has(r.row)));

  const accept = (some: R[], yes: boolean): void => {
    const next = new Set(accepted);
    for (const r of some) {
      if (yes) next.add(r.row);
      else next.delete(r.row);
    }
    onAccept(next);
  };
  const open = (code: string): R[] => onlyIn(rows, code).filter((r) => isReady(r) && !accepted.has(r.row));
  const save = (): void => download(t('books.leftName'), leftOver(left, cells, words, [t('books.row'), t('books.cell'), t('books.reason'), ...names]));

  return (
    <>
      {isMoved && <Notice kind="warn" title={t('books.moved')} role="alert"><p>{t('books.movedHint')}</p></Notice>}
      <h2>{t('books.tally')}</h2>
      <div className="an-tally">
        {VERDICTS.map((v) => (
          <button key={v} type="button" aria-pressed={tab === v} data-verdict={v} onClick={() => { setTab(v); setShown(PAGE); }}>
            <strong className="an-number">{tally[v]}</strong> {t(`books.verdict.${v}`)} <span className="an-dim">{t(`books.verdict.${v}.what`)}</span>
          </button>
        ))}
      </div>
      {beside.size > 0 && <p className="an-dim">{t('books.beside', { rows: [...beside].slice(0, 20).join(', '), n: beside.size })}</p>}
      {tab === 'doubtful' && (
        <div className="an-row">
          {doubtsOf(rows).filter((d) => !oneByOne.includes(d.code) && open(d.code).length > 1).map((d) => (
            <Button key={d.code} className="an-book-all" variant="default" onClick={() => accept(open(d.code), true)}>
              {t('books.acceptAll', { n: open(d.code).length, what: words.finding({ code: d.code, offer: '…' }) })}
            </Button>
          ))}
        </div>
      )}
      {list.length === 0 && <p className="an-dim">{t('books.none')}</p>}
      <ul className="an-plan">
        {list.slice(0, shown).map((r) => (
          <li key={r.row}>
            <span className="an-dim an-number">{t('books.row')} {r.row}</span>
            {who(r)}
            <div>
              <Findings findings={r.findings} words={words} />
              {ask?.(r)}
              {[...new Set(r.findings.filter((f) => f.level !== 'note' && f.column >= 0).map((f) => f.column))].map((column) => (
                <Mend key={column} planned={r} column={column} cells={cells} corrections={corrections} onCorrect={onCorrect} />
              ))}
            </div>
            {tab === 'doubtful' && (
              <Checkbox label={t('books.accept')} disabled={!isReady(r)} checked={accepted.has(r.row) && isReady(r)} onChange={(e) => accept([r], e.currentTarget.checked)} />
            )}
          </li>
        ))}
      </ul>
      {list.length > shown && <Button variant="default" onClick={() => setShown(shown + PAGE)}>{t('books.more', { n: list.length - shown })}</Button>}
      {sign}
      <div className="an-row an-actions">
        <Button variant="default" onClick={onBack}>{t('books.back')}</Button>
        {left.length > 0 && <Button variant="default" onClick={save}>{t('books.left', { n: left.length })}</Button>}
        <Button disabled={count === 0 || !mayWrite} onClick={onWrite}>{t('books.write', { n: count })}</Button>
        {count === 0 && <span className="an-dim">{t('books.nothing')}</span>}
      </div>
    </>
  );
}
