/* Who lay where when a board was last heard of, on this page and for whoever is signed in: enough to write down what happens to one of them while
 * the line is gone. Nothing of it is kept on the device, and another account finds nothing of it. */

import { session } from '../access/here';
import { unheardOf } from '../fhir/client';
import { idOf } from '../drugs/forms';
import type { Here } from './stay';

export interface Lately { id: string; name: string; bed: string; encounter: string }

let of = '';
const seen = new Map<string, Here>();

export function rememberBoard(ward: { id: string; name: string }, residents: Lately[]): void {
  if (session.door.owner() !== of) seen.clear();
  of = session.door.owner();
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
    const last = session.door.owner() === of ? seen.get(id) : undefined;
    if (last === undefined || unheardOf(error) === 'refused') throw error;
    return last;
  }
}
