/* What somebody changes in a roster before it is saved: cells with what stood there and what shall stand there. Every step can be taken back,
 * also after it was saved: then what takes it back is a change like any other. */

import { addDays } from '../fhir/zone';
import { cellKey, cellOf, codesIn, type Book, type Cell } from './duty';
import { isAbsent } from './shifts';

export interface Change extends Cell { from: string; to: string }
export interface RoomChange extends Cell { shift: string; from: string[]; to: string[] }
/* As it waits in the outbox: ids and codes, no names. */
export interface DutyEdit { facility: string; cells: Change[]; rooms: RoomChange[] }

export type Changes = Map<string, { from: string; to: string }>;
export interface Draft { changes: Changes; past: Change[][] }
export const emptyDraft = (): Draft => ({ changes: new Map(), past: [] });

export function applied(book: Book, changes: Iterable<Change>): Book {
  const next = new Map(book);
  for (const c of changes) {
    if (c.to === '') next.delete(cellKey(c));
    else next.set(cellKey(c), c.to);
  }
  return next;
}

export const changesOf = (changes: Changes): Change[] => [...changes].map(([key, c]) => ({ ...cellOf(key), ...c }));
const inverse = (step: Change[]): Change[] => [...step].reverse().map((c) => ({ ...c, from: c.to, to: c.from }));

/* A cell that is back at what it was is no change. */
function joined(changes: Changes, step: Change[]): Changes {
  const next = new Map(changes);
  for (const c of step) {
    const key = cellKey(c);
    const from = next.get(key)?.from ?? c.from;
    if (from === c.to) next.delete(key);
    else next.set(key, { from, to: c.to });
  }
  return next;
}

const MOST_STEPS = 200;

export function draw(draft: Draft, step: Change[]): Draft {
  const real = step.filter((c) => c.from !== c.to);
  return real.length === 0 ? draft : { changes: joined(draft.changes, real), past: [...draft.past, real].slice(-MOST_STEPS) };
}
export function undone(draft: Draft): Draft {
  const last = draft.past.at(-1);
  return last ? { changes: joined(draft.changes, inverse(last)), past: draft.past.slice(0, -1) } : draft;
}
/* Given away to be sent: nothing is changed any more, and everything can still be taken back. */
export const sent = (draft: Draft): Draft => ({ changes: new Map(), past: draft.past });

/* ---- filling ---- */

export interface Fill { ward: string; people: string[]; from: string; until: string; pattern: string[]; shift: number; overAbsence: boolean }
export const MOST_DAYS = 400;

/* A rota: everybody goes through the pattern day by day, each `shift` days behind the one before. An absence that is written down stays. */
export function filled(book: Book, f: Fill): Change[] {
  const step: Change[] = [];
  const n = f.pattern.length;
  if (n === 0) return step;
  f.people.forEach((person, i) => {
    let day = f.from;
    for (let d = 0; day <= f.until && d < MOST_DAYS; d += 1, day = addDays(day, 1)) {
      const from = book.get(cellKey({ ward: f.ward, person, day })) ?? '';
      const to = f.pattern[(((d - i * f.shift) % n) + n) % n] ?? '';
      if (from !== to && (f.overAbsence || !codesIn(from).some(isAbsent))) step.push({ ward: f.ward, person, day, from, to });
    }
  });
  return step;
}

/* The days as they were `back` days before; absences are not copied and stay where they are. */
export function copied(book: Book, ward: string, people: string[], days: string[], back: number): Change[] {
  return people.flatMap((person) => days.flatMap((day): Change[] => {
    const from = book.get(cellKey({ ward, person, day })) ?? '';
    const before = book.get(cellKey({ ward, person, day: addDays(day, -back) })) ?? '';
    const to = codesIn(before).some(isAbsent) ? '' : before;
    return from === to || codesIn(from).some(isAbsent) ? [] : [{ ward, person, day, from, to }];
  }));
}
