/* What was saved and somebody else had changed first: told cell by cell, and a person decides. */

import { Button } from '@mantine/core';
import { useRosterWords } from '../i18n/roster';
import { Notice } from '../ui/Notice';
import type { UseRoster } from './useRoster';
import { dayWord, dutyWord } from './words';

const MOST = 12;

export function Halted({ use }: { use: UseRoster }) {
  const w = useRosterWords();
  return (
    <>
      {use.halted.map((i) => (
        <Notice
          key={i.id} kind="warn" role="alert" title={w(i.halt === 'taken' ? 'halt.taken' : i.halt === 'forbidden' ? 'halt.forbidden' : 'halt.refused')}
          after={<div className="an-row">
            {i.halt !== 'forbidden' && <Button onClick={() => use.insist(i)}>{w('halt.mine')}</Button>}
            <Button variant="default" onClick={() => use.letGo(i.id)}>{w('halt.theirs')}</Button>
          </div>}
        >
          {i.halt === 'taken' ? (
            <ul>
              {i.duty?.cells.slice(0, MOST).map((c) => (
                <li key={`${c.person}/${c.day}`}>{w('halt.line', { who: use.nameOf(c.person), day: dayWord(c.day, w), now: dutyWord(c.from, w), want: dutyWord(c.to, w) })}</li>
              ))}
              {i.duty?.rooms.slice(0, MOST).map((r) => <li key={`${r.person}/${r.day}/${r.shift}`}>{w('halt.rooms', { who: use.nameOf(r.person), day: dayWord(r.day, w) })}</li>)}
            </ul>
          ) : <p>{i.why}</p>}
        </Notice>
      ))}
    </>
  );
}
