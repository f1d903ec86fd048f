/* What was last heard of the wards, on this page and for whoever is signed in: the board, the drug round, quick care, the cupboard, so that a round
 * opened after the line was lost has its people and its orders, with the hour they are of; and who lay where, enough to write down what happens to
 * one of them. Nothing of it is kept on the device, and another account finds nothing of it. */

import { session } from '../access/here';
import { FhirError, unheardOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { idOf } from '../drugs/forms';
import type { Here } from './stay';

export interface Lately { id: string; name: string; bed: string; encounter: string }

/* as many wards as somebody looks after in a shift, four things of each */
const MOST = 32;
/* a whole shift: what is older is of other people's work, and paper (the 24-hour pack) is nearer the truth */
const OLD_MS = 12 * 3_600_000;

/* For whom an answer is awaited so long, what was heard last stands there meanwhile. */
export const SLOW_MS = 3_000;
export const SLOW = new FhirError('busy');

export interface Heard<T> { what: T; at: number }

let of = '';
const seen = new Map<string, Here>();
const heard = new Map<string, Heard<unknown>>();

/* What another account heard is gone before this one can ask for it. */
function mine(): boolean {
  if (session.door.owner() === of) return true;
  seen.clear();
  heard.clear();
  of = session.door.owner();
  return false;
}

/* The newest last, so that the one not looked at for longest goes first. */
export function keepHeard<T>(key: string, what: T, at: number): void {
  mine();
  heard.delete(key);
  heard.set(key, { what, at });
  if (heard.size > MOST) heard.delete(heard.keys().next().value ?? '');
}

export function lastHeard<T>(key: string): Heard<T> | undefined {
  const last = mine() ? heard.get(key) : undefined;
  return last !== undefined && nowMs() - last.at < OLD_MS ? last as Heard<T> : undefined;
}

/* For what could not be asked for: what was said last. Not when the server said no, which is an answer. */
export const heardLately = <T>(key: string, error: unknown): Heard<T> | undefined => (unheardOf(error) === 'refused' ? undefined : lastHeard<T>(key));

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
