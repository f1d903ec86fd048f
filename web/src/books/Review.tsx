/* The dry run, row by row: what will be written, what a person must look at, what is refused and in which cell. A cell can be mended here
 * without touching the file. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '../i18n/context';
import { personHref } from '../route';
import { show, textOf, type Cell } from './cells';
import { cellKey, doubtsOf, tallyOf, type Corrections, type Found, type Mapping, type PlannedRow, type Verdict } from './plan';

const VERDICTS: Verdict[] = ['new', 'doubtful', 'refused', 'same'];
const PAGE = 50;

/* 0 -> A, 25 -> Z, 26 -> AA: as the table program calls its columns. */
function columnName(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : columnName(Math.floor(column / 26) - 1) + columnName(column % 26);
}

interface CellProps { planned: PlannedRow; column: number; cells: Cell[][]; corrections: Corrections; onCorrect: (next: Corrections) => void }

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

function Findings({ findings }: { findings: Found[] }) {
  const { t } = useI18n();
  return (
    <ul className="an-findings">
      {findings.map((f, i) => (
        <li key={i} data-level={f.level}>
          {f.column >= 0 && <span className="an-dim">{t(`books.field.${f.field}`)}: </span>}
          {t(`books.finding.${f.code}`, { offer: f.offer ?? '' })}
        </li>
      ))}
    </ul>
  );
}

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

interface Props {
  rows: PlannedRow[]; cells: Cell[][]; mapping: Mapping; corrections: Corrections; accepted: Set<number>; count: number;
  onCorrect: (next: Corrections) => void; onAccept: (next: Set<number>) => void; onBack: () => void; onWrite: () => void;
}

export function Review({ rows, cells, corrections, accepted, count, onCorrect, onAccept, onBack, onWrite }: Props) {
  const { t } = useI18n();
  const tally = tallyOf(rows);
  const [tab, setTab] = useState<Verdict>(() => (tally.doubtful > 0 ? 'doubtful' : tally.refused > 0 ? 'refused' : 'new'));
  const [shown, setShown] = useState(PAGE);
  const list = rows.filter((r) => r.verdict === tab);

  const accept = (some: PlannedRow[], yes: boolean): void => {
    const next = new Set(accepted);
    for (const r of some) {
      if (yes) next.add(r.row);
      else next.delete(r.row);
    }
    onAccept(next);
  };
  /* agreed to one kind of doubt: the rows that have no other */
  const only = (code: string): PlannedRow[] =>
    rows.filter((r) => r.verdict === 'doubtful' && r.findings.every((f) => f.level !== 'doubt' || f.code === code));

  return (
    <>
      <h2>{t('books.tally')}</h2>
      <div className="an-tally">
        {VERDICTS.map((v) => (
          <button key={v} type="button" aria-pressed={tab === v} data-verdict={v} onClick={() => { setTab(v); setShown(PAGE); }}>
            <strong className="an-number">{tally[v]}</strong> {t(`books.verdict.${v}`)} <span className="an-dim">{t(`books.verdict.${v}.what`)}</span>
          </button>
        ))}
      </div>
      {tab === 'doubtful' && (
        <div className="an-row">
          {doubtsOf(rows).filter((d) => only(d.code).length > 1).map((d) => (
            <Button key={d.code} variant="default" onClick={() => accept(only(d.code), true)}>
              {t('books.acceptAll', { n: only(d.code).length, what: t(`books.finding.${d.code}`, { offer: '…' }) })}
            </Button>
          ))}
        </div>
      )}
      {list.length === 0 && <p className="an-dim">{t('books.none')}</p>}
      <ul className="an-plan">
        {list.slice(0, shown).map((r) => (
          <li key={r.row}>
            <span className="an-dim an-number">{t('books.row')} {r.row}</span>
            <Person planned={r} />
            <div>
              <Findings findings={r.findings} />
              {[...new Set(r.findings.filter((f) => f.level !== 'note' && f.column >= 0).map((f) => f.column))].map((column) => (
                <Mend key={column} planned={r} column={column} cells={cells} corrections={corrections} onCorrect={onCorrect} />
              ))}
            </div>
            {tab === 'doubtful' && <Checkbox label={t('books.accept')} checked={accepted.has(r.row)} onChange={(e) => accept([r], e.currentTarget.checked)} />}
          </li>
        ))}
      </ul>
      {list.length > shown && <Button variant="default" onClick={() => setShown(shown + PAGE)}>{t('books.more', { n: list.length - shown })}</Button>}
      <div className="an-row an-actions">
        <Button variant="default" onClick={onBack}>{t('books.back')}</Button>
        <Button disabled={count === 0} onClick={onWrite}>{t('books.write', { n: count })}</Button>
        {count === 0 && <span className="an-dim">{t('books.nothing')}</span>}
      </div>
    </>
  );
}
