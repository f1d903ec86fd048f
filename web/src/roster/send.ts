/* The conversation about changes of a roster. It may be held any number of times with the same outcome: what is there is read first, a cell is
 * changed only from what it was, and what stands there already is done. Several resources are one transaction; whoever was faster makes us
 * look again. Cells that somebody else has changed otherwise are set aside and told, with what they are now. */

import { FhirError, type FhirClient } from '../fhir/client';
import type { BundleEntry } from '../fhir/types';
import type { Item } from '../outbox/item';
import type { Outcome } from '../outbox/send';
import { cellKey, leafKey, leafOf, readRoster, ROSTER_ID, roomKey, scheduleOf, type Leaf, type Roster, type Schedule } from './duty';
import type { DutyEdit } from './edit';
import type { ShiftName } from './shifts';

const TRIES = 5;
/* names of resources in one address; resources in one transaction */
const CHUNK = 30;

const same = (a: string[], b: string[]): boolean => [...a].sort().join() === [...b].sort().join();

/* The roster with what may be changed of it, and what may not. */
export function settle(now: Roster, edit: DutyEdit): { next: Roster; dirty: Set<string>; left: DutyEdit } {
  const next: Roster = { book: new Map(now.book), rooms: new Map(now.rooms) };
  const left: DutyEdit = { facility: edit.facility, cells: [], rooms: [] };
  const dirty = new Set<string>();
  for (const c of edit.cells) {
    const there = now.book.get(cellKey(c)) ?? '';
    if (there === c.to) continue;
    if (there !== c.from) left.cells.push({ ...c, from: there });
    else {
      next.book.set(cellKey(c), c.to);
      dirty.add(leafKey(leafOf(c)));
    }
  }
  for (const r of edit.rooms) {
    const key = roomKey(r, r.shift as ShiftName);
    const there = now.rooms.get(key) ?? [];
    if (same(there, r.to)) continue;
    if (!same(there, r.from)) left.rooms.push({ ...r, from: there });
    else {
      next.rooms.set(key, r.to);
      dirty.add(leafKey(leafOf(r)));
    }
  }
  return { next, dirty, left };
}

async function read(client: FhirClient, leaves: Leaf[]): Promise<Map<string, Schedule>> {
  const found = new Map<string, Schedule>();
  for (let i = 0; i < leaves.length; i += CHUNK) {
    const identifier = leaves.slice(i, i + CHUNK).map((l) => `${ROSTER_ID}|${leafKey(l)}`).join(',');
    const page = await client.search<Schedule>('Schedule', { identifier, _sort: '_lastUpdated', _count: 2 * CHUNK });
    for (const s of page.items) {
      const name = s.identifier?.find((x) => x.system === ROSTER_ID)?.value ?? '';
      if (!found.has(name)) found.set(name, s);
    }
  }
  return found;
}

/* True when all of it is stored; false: somebody was faster, look again. */
async function write(client: FhirClient, leaves: Leaf[], old: Map<string, Schedule>, facility: string, next: Roster): Promise<boolean> {
  for (let i = 0; i < leaves.length; i += CHUNK) {
    const entry = leaves.slice(i, i + CHUNK).map((leaf): BundleEntry => {
      const before = old.get(leafKey(leaf));
      const resource = scheduleOf(leaf, facility, before, next);
      return before
        ? { resource, request: { method: 'PUT', url: `Schedule/${before.id ?? ''}`, ifMatch: `W/"${before.meta?.versionId ?? ''}"` } }
        : { resource, request: { method: 'POST', url: 'Schedule', ifNoneExist: `identifier=${ROSTER_ID}|${leafKey(leaf)}` } };
    });
    let answer: BundleEntry[];
    try {
      answer = await client.transaction({ resourceType: 'Bundle', type: 'transaction', entry });
    } catch (error) {
      if (error instanceof FhirError && error.problem === 'conflict') return false;
      throw error;
    }
    /* made by somebody else a moment ago, and without our words */
    if (entry.some((e, n) => e.request?.method === 'POST' && !(answer[n]?.response?.status ?? '').startsWith('201'))) return false;
  }
  return true;
}

export async function sendDuty(client: FhirClient, item: Item, edit: DutyEdit): Promise<Outcome> {
  const leaves = [...new Map([...edit.cells, ...edit.rooms].map((c) => [leafKey(leafOf(c)), leafOf(c)])).values()];
  for (let n = 0; n < TRIES; n += 1) {
    const old = await read(client, leaves);
    const { next, dirty, left } = settle(readRoster([...old.values()]), edit);
    const written = await write(client, leaves.filter((l) => dirty.has(leafKey(l))), old, edit.facility, next);
    if (!written) continue;
    if (left.cells.length + left.rooms.length === 0) return { kind: 'stored', resource: item.resource };
    return { kind: 'halt', halt: 'taken', duty: left };
  }
  return { kind: 'later', problem: new FhirError('busy') };
}
