/* The boards last heard of, on this page and for whoever is signed in: who lay where, enough to write down what happens to one of them while the
 * line is gone, and the board itself, so that a round opened after the line was lost has its people, with the hour they are of. Nothing of it is
 * kept on the device, and another account finds nothing of it. */

import { session } from '../access/here';
import { unheardOf } from '../fhir/client';
import { idOf } from '../drugs/forms';
import type { Here } from './stay';

export interface Lately { id: string; name: string; bed: string; encounter: string }

/* of one page: as many wards as somebody looks after in a shift */
const MOST_BOARDS = 8;

interface Heard<T> { board: T; at: number }

let of = '';
const seen = new Map<string, Here>();
const boards = new Map<string, Heard<unknown>>();

/* What another account heard is gone before this one can ask for it. */
function mine(): boolean {
  if (session.door.owner() === of) return true;
  seen.clear();
  boards.clear();
  of = session.door.owner();
  return false;
}

/* The newest last, so that the one not looked at for longest goes first. */
export function keepBoard<T>(path: string, board: T, at: number): void {
  mine();
  boards.delete(path);
  boards.set(path, { board, at });
  if (boards.size > MOST_BOARDS) boards.delete(boards.keys().next().value ?? '');
}

/* For a board that could not be asked for: what it said last. Not when the server said no, which is an answer. */
export function boardLately<T>(path: string, error: unknown): Heard<T> | undefined {
  if (!mine() || unheardOf(error) === 'refused') return undefined;
  return boards.get(path) as Heard<T> | undefined;
}

export function rememberBoard(ward: { id: string; name: string }, residents: Lately[]): void {
  mine();
  for (const r of residents) {
    seen.set(r.id, {
      patient: { resourceType: 'Patient', id: r.id, name: [{ text: r.name }] }, bed: r.bed, ward: ward.id, wardName: ward.name,
      stay: r.encounter === '' ? undefined : { resourceType: 'Encounter', id: idOf({ reference: r.encounter }) },
    });
  }
}

/* What the server says; where it cannot be heard, what a board said last. */
export async function hereOrLately(id: string, ask: () => Promise<Here>): Promise<Here> {
  try {
    return await ask();
  } catch (error) {
    const last = mine() ? seen.get(id) : undefined;
    if (last === undefined || unheardOf(error) === 'refused') throw error;
    return last;
  }
}
