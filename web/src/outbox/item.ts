/* One thing somebody did that the server shall know: the wanted end state of one entry of the record.
 *
 * An entry is known by its own identifier (a UUID made at the tap), so sending twice records once. It may besides carry a
 * name that only one entry in the world may carry, such as one dose of one order: whoever comes second is told who was
 * first. Nothing here names a person in words: this waits in the storage of a shared tablet. */

import type { Identifier, Resource } from '../fhir/types';

export const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';

export interface Entry extends Resource { identifier?: Identifier[]; status?: string }

export type Halt =
  | 'taken'      /* somebody else has recorded this very thing; `other` is theirs */
  | 'ended'      /* the stay had ended before this was done */
  | 'died'       /* so had the person */
  | 'refused'    /* the server says no, and would say no again */
  | 'forbidden'; /* this account may not */

export interface Item {
  id: string; /* the UUID of the entry */
  at: number; /* when it was done, by the hand that did it */
  resource: Entry;
  /* a search that finds the one entry that may carry this name; '' = none but the own identifier */
  only: string;
  /* what must still be so: the stay must not have ended, the person not have died, before the thing was done */
  stay: string;
  patient: string;
  /* the form a response answers: it is kept with its score, in one transaction (forms/send.ts) */
  form?: Resource;
  /* the same thing recorded by two people who could not know of each other: both are kept, this tag says so */
  bothTag: { system: string; code: string } | undefined;
  tries: number;
  halt: Halt | undefined;
  other: Entry | undefined;
  why: string; /* the server's own words */
}

export function entryIdentifier(id: string): Identifier {
  return { system: ENTRY_SYSTEM, value: `urn:uuid:${id}` };
}
export const entryQuery = (id: string): string => `identifier=${ENTRY_SYSTEM}|urn:uuid:${id}`;

export function isSame(entry: Entry, id: string): boolean {
  return (entry.identifier ?? []).some((i) => i.system === ENTRY_SYSTEM && i.value === `urn:uuid:${id}`);
}

export type Wanted = Pick<Item, 'id' | 'at' | 'resource'> & Partial<Pick<Item, 'only' | 'stay' | 'patient' | 'bothTag' | 'form'>>;

export function newItem(w: Wanted): Item {
  const mine = (w.resource.identifier ?? []).filter((i) => i.system !== ENTRY_SYSTEM);
  return {
    id: w.id, at: w.at, resource: { ...w.resource, identifier: [entryIdentifier(w.id), ...mine] },
    only: w.only ?? '', stay: w.stay ?? '', patient: w.patient ?? '', bothTag: w.bothTag,
    ...(w.form ? { form: w.form } : {}),
    tries: 0, halt: undefined, other: undefined, why: '',
  };
}

/* Read back from storage: whatever is not one of ours is left out, never thrown over. */
export function parseItems(text: string | null): Item[] {
  try {
    const all = JSON.parse(text ?? '[]') as Item[];
    return Array.isArray(all) ? all.filter((i) => typeof i?.id === 'string' && typeof i.resource?.resourceType === 'string') : [];
  } catch {
    return [];
  }
}
