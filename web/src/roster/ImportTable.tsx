/* A roster out of a spreadsheet: first a dry run, cell by cell; then into the month as changes that are not saved yet. */

import { Button, Checkbox, Input } from '@mantine/core';
import { useMemo, useState } from 'react';
import { FileError, readTable, type Sheet } from '../books/table';
import { useI18n } from '../i18n/context';
import { useRosterWords } from '../i18n/roster';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/Notice';
import { planTable, tally, type Line } from './table';
import type { UseRoster } from './useRoster';
import { dayWord, dutyWord, monthWord } from './words';

const MOST = 40;
const VERDICTS = ['new', 'same', 'doubtful', 'refused'] as const;

export function ImportDialog({ use, onClose }: { use: UseRoster; onClose: () => void }) {
  const w = useRosterWords();
  const { t } = useI18n();
  const [sheets, setSheets] = useState<Sheet[]>([]);
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState<string>();
  const [agreed, setAgreed] = useState<Set<string>>(new Set());
  const sheet = sheets[at];
  const plan = useMemo(() => (sheet && use.house ? planTable(sheet, use.ward, use.month, use.book, use.house.people, use.house.system) : undefined), [sheet, use.house, use.ward, use.month, use.book]);
  const open = async (file: File | undefined): Promise<void> => {
    setProblem(undefined);
    setSheets([]);
    setAgreed(new Set());
    if (!file) return;
    try {
      setSheets(await readTable(file.name, new Uint8Array(await file.arrayBuffer())));
      setAt(0);
    } catch (e) {
      setProblem(e instanceof FileError ? t(`books.problem.${e.problem}`) : w('import.problem'));
    }
  };
  const doubts = plan?.lines.filter((l) => l.verdict === 'doubtful') ?? [];
  const refused = plan?.lines.filter((l) => l.verdict === 'refused') ?? [];
  const step = (plan?.lines ?? []).filter((l) => l.verdict === 'new' || agreed.has(l.at)).flatMap((l) => (l.change ? [l.change] : []));
  const doubt = (l: Line): string => w('import.doubt', { at: l.at, who: l.who, day: dayWord(l.day, w), now: dutyWord(l.change?.from ?? '', w), want: dutyWord(l.change?.to ?? '', w) });
  return (
    <Dialog title={w('import.title')} onClose={onClose}>
      <div className="an-entries an-roster-form">
        <p className="an-dim">{w('import.lead')}</p>
        <div>
          <label htmlFor="roster-file">{w('import.file')}</label>
          <input id="roster-file" className="an-file" type="file" accept=".xlsx,.csv,.txt,.tsv" onChange={(e) => void open(e.currentTarget.files?.[0])} />
        </div>
        {sheets.length > 1 && (
          <div>
            <label htmlFor="roster-sheet">{w('import.sheet')}</label>
            <Input component="select" id="roster-sheet" value={String(at)} onChange={(e) => { setAt(Number(e.currentTarget.value)); setAgreed(new Set()); }}>
              {sheets.map((s, i) => <option key={s.name} value={i}>{s.name}</option>)}
            </Input>
          </div>
        )}
        {problem !== undefined && <Notice kind="bad" title={problem} role="alert" />}
        {plan?.problem && <Notice kind="bad" title={w(`import.why.${plan.problem}`, { month: monthWord(use.month) })} role="alert" />}
        {plan && !plan.problem && (
          <>
            <p role="status" className="an-number">{VERDICTS.map((v) => `${tally(plan)[v]} ${w(`import.verdict.${v}`)}`).join(' · ')}</p>
            {doubts.length > 1 && <div><Button variant="default" onClick={() => setAgreed(new Set(doubts.map((l) => l.at)))}>{w('import.takeAll', { n: doubts.length })}</Button></div>}
            <ul className="an-roster-lines">
              {doubts.slice(0, MOST).map((l) => (
                <li key={l.at}><Checkbox label={doubt(l)} checked={agreed.has(l.at)} onChange={(e) => { const yes = e.currentTarget.checked; setAgreed((all) => { const next = new Set(all); if (yes) next.add(l.at); else next.delete(l.at); return next; }); }} /></li>
              ))}
              {refused.slice(0, MOST).map((l, i) => <li key={`${l.at} ${i}`}>{w('import.line', { at: l.at, text: l.text.slice(0, 40), why: w(`import.why.${l.why ?? 'cellUnknown'}`, { month: monthWord(use.month) }) })}</li>)}
            </ul>
            {doubts.length + refused.length > 2 * MOST && <p className="an-dim">{w('conflictsMore', { n: doubts.length + refused.length - 2 * MOST })}</p>}
          </>
        )}
        <div className="an-row">
          <Button disabled={step.length === 0} onClick={() => { use.change(step); onClose(); }}>{w('import.go', { n: step.length })}</Button>
          <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
