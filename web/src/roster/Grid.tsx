/* The month of a ward: people down, days across. One cell is the chosen one: arrows move it, a letter sets it, and the same letters stand below
 * as buttons for a thumb. A row is drawn anew only when something of it changes. */

import { memo, useEffect, useRef, type KeyboardEvent } from 'react';
import { weekdayOf } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useRosterWords, type RosterWords } from '../i18n/roster';
import type { MessageKey } from '../i18n/vi';
import { cellKey, codesIn, toggled, type Book } from './duty';
import type { Change } from './edit';
import type { Person } from './load';
import { codeOfKey, type ShiftSystem } from './shifts';
import { shiftsOf } from './useRoster';
import { dayWord, dutyWord, lettersOf, weekday } from './words';

export interface Chosen { person: string; day: string }
interface GridProps {
  label: string; ward: string; people: Person[]; days: string[]; today: string; book: Book; unsaved: Set<string>; troubled: Set<string>; me: string; may: boolean;
  system: ShiftSystem; chosen: Chosen | undefined; onChoose: (c: Chosen) => void; onSet: (step: Change[]) => void; onUndo: () => void;
}

export function Grid(p: GridProps) {
  const w = useRosterWords();
  const { t } = useI18n();
  const table = useRef<HTMLTableElement>(null);
  const at = p.chosen && p.people.some((x) => x.id === p.chosen?.person) && p.days.includes(p.chosen.day) ? p.chosen : undefined;
  const first = at ?? { person: p.people[0]?.id ?? '', day: p.days[0] ?? '' };
  const key = at ? `${at.person}/${at.day}` : '';
  useEffect(() => {
    if (key === '' || !table.current?.contains(document.activeElement)) return;
    table.current.querySelector<HTMLElement>(`[data-cell="${key}"]`)?.focus();
  }, [key]);
  const set = (to: (from: string) => string): void => {
    if (!at || !p.may) return;
    const cell = { ward: p.ward, ...at };
    const from = p.book.get(cellKey(cell)) ?? '';
    p.onSet([{ ...cell, from, to: to(from) }]);
  };
  const onKey = (e: KeyboardEvent): void => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z') {
      e.preventDefault();
      p.onUndo();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const moved = move(e.key, first, p.people, p.days);
    if (moved) p.onChoose(moved);
    else if (['Delete', 'Backspace', ' ', 'x', 'X'].includes(e.key)) set(() => '');
    else {
      const code = codeOfKey(plain(e.key), p.system);
      if (!code) return;
      set((from) => (e.shiftKey ? toggled(from, code) : code));
    }
    e.preventDefault();
  };
  return (
    <div className="an-roster-scroll" tabIndex={-1}>
      <table role="grid" aria-label={p.label} className="an-roster-grid" ref={table} onKeyDown={onKey} aria-describedby="roster-help">
        <thead>
          <tr role="row">
            <th role="columnheader" scope="col" className="an-roster-who">{w('name')}</th>
            {p.days.map((d) => (
              <th role="columnheader" key={d} scope="col" className={dayClass(d, p.today)}><span>{weekday(d, w)}</span> {Number(d.slice(8))}</th>
            ))}
            <th role="columnheader" scope="col">{w('total')}</th>
          </tr>
        </thead>
        <tbody>
          {p.people.map((x) => {
            const values = p.days.map((day) => p.book.get(cellKey({ ward: p.ward, person: x.id, day })) ?? '');
            const marks = p.days.map((day) => {
              const k = cellKey({ ward: p.ward, person: x.id, day });
              return `${p.unsaved.has(k) ? 'u' : ''}${p.troubled.has(`${x.id}/${day}`) ? 't' : ''}`;
            });
            return (
              <Row
                key={x.id} id={x.id} name={x.name || '–'} role={x.role === '' ? '' : t(`role.${x.role}` as MessageKey)} you={x.id === p.me ? w('you') : ''} values={values.join('|')} marks={marks.join('|')}
                days={p.days} today={p.today} chosen={at?.person === x.id ? at.day : ''} focusable={first.person === x.id ? first.day : ''}
                total={shiftsOf(p.book, p.ward, x.id, p.days)} onChoose={p.onChoose} w={w}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/* With a Vietnamese keyboard on, d may come as the barred letter and o with its hat. */
const plain = (key: string): string => (key.length === 1 ? key.normalize('NFD').replace(/\p{M}/gu, '').replace(/[\u0111\u0110]/g, 'd').toLowerCase() : '');

function move(key: string, at: Chosen, people: Person[], days: string[]): Chosen | undefined {
  const [row, column] = [people.findIndex((p) => p.id === at.person), days.indexOf(at.day)];
  const to = (r: number, c: number): Chosen => ({
    person: people[Math.max(0, Math.min(people.length - 1, r))]?.id ?? '', day: days[Math.max(0, Math.min(days.length - 1, c))] ?? '',
  });
  switch (key) {
    case 'ArrowRight': return to(row, column + 1);
    case 'ArrowLeft': return to(row, column - 1);
    case 'ArrowDown': return to(row + 1, column);
    case 'ArrowUp': return to(row - 1, column);
    case 'Home': return to(row, 0);
    case 'End': return to(row, days.length - 1);
    default: return undefined;
  }
}

const dayClass = (day: string, today: string): string => [weekdayOf(day) === 'sun' ? 'an-roster-sunday' : '', day === today ? 'an-roster-today' : ''].filter(Boolean).join(' ');

interface RowProps {
  id: string; name: string; role: string; you: string; values: string; marks: string; days: string[]; today: string; chosen: string; focusable: string; total: number;
  onChoose: (c: Chosen) => void; w: RosterWords;
}

const Row = memo(function Row({ id, name, role, you, values, marks, days, today, chosen, focusable, total, onChoose, w }: RowProps) {
  const all = values.split('|');
  const mark = marks.split('|');
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="an-roster-who"><span className="an-roster-name">{name}{you !== '' && <em> ({you})</em>}</span><span className="an-dim">{role}</span></th>
      {days.map((day, i) => {
        const value = all[i] ?? '';
        const trouble = mark[i]?.includes('t') === true;
        const words = { who: name, day: dayWord(day, w), duty: dutyWord(value, w) };
        return (
          <td
            key={day} role="gridcell" data-cell={`${id}/${day}`} tabIndex={focusable === day ? 0 : -1} aria-selected={chosen === day}
            aria-label={w(trouble ? 'cellTrouble' : 'cell', words)} onClick={() => onChoose({ person: id, day })} onFocus={() => { if (chosen !== day) onChoose({ person: id, day }); }}
            className={['an-roster-cell', `an-roster-is-${codesIn(value)[0] ?? 'off'}`, mark[i]?.includes('u') ? 'an-roster-unsaved' : '', trouble ? 'an-roster-trouble' : '', dayClass(day, today)].filter(Boolean).join(' ')}
          >
            <span aria-hidden="true">{lettersOf(value, w)}</span>
          </td>
        );
      })}
      <td role="gridcell" className="an-number an-roster-total">{total}</td>
    </tr>
  );
}, (a, b) => a.values === b.values && a.marks === b.marks && a.chosen === b.chosen && a.focusable === b.focusable && a.days === b.days && a.name === b.name && a.w === b.w && a.role === b.role);
