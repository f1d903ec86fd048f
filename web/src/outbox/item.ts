/* One thing somebody did that the server shall know: the wanted end state of one entry of the record.
 *
 * An entry is known by its own identifier (a UUID made at the tap), so sending twice records once. It may besides carry a
 * name that only one entry in the world may carry, such as one dose of one order: whoever comes second is told who was
 * first. Nothing here names a person in words: this waits in the storage of a shared tablet. */

import { Decimal } from '../fhir/decimal';
import type { Act } from '../alerts/act';
import type { DutyEdit } from '../roster/edit';
import type { Identifier, Resource } from '../fhir/types';

export const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';

export interface Entry extends Resource { identifier?: Identifier[]; status?: string }

/* One of several entries that one act makes: a meal for a room, an incident with its follow-up. They are one transaction. */
export interface Part {
  id: string; /* the UUID of this entry */
  resource: Entry;
  only: string;
  stay: string;
  patient: string;
  /* the name the other parts refer to it by; never the identifier, which a server would replace with it */
  place?: string;
}

/* Who takes a restraint off need not have heard of its order: it was written on another tablet, or waits on this one. */
export const RESTRAINT = 'restraint';

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
  /* what is done with an alert that is there (alerts/send.ts); `resource` only names it */
  act?: Act;
  /* what is changed in a roster (roster/send.ts); `resource` only says so. After a halt: what others had changed meanwhile */
  duty?: DutyEdit;
  /* all entries of this act (outbox/many.ts); `resource` is then the first of them */
  parts?: Part[];
  /* the order (ServiceRequest) that those entries answer: done with them, in their transaction; RESTRAINT: whatever restraint of that person runs by then */
  closes?: string;
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

/* R4 gives some types one identifier instead of a list. */
export const identifiersOf = (entry: Resource): Identifier[] => {
  const own = (entry as { identifier?: Identifier | Identifier[] }).identifier;
  return own === undefined ? [] : Array.isArray(own) ? own : [own];
};
export function isSame(entry: Resource, id: string): boolean {
  return identifiersOf(entry).some((i) => i.system === ENTRY_SYSTEM && i.value === `urn:uuid:${id}`);
}

export type Wanted = Pick<Item, 'id' | 'at' | 'resource'> & Partial<Pick<Item, 'only' | 'stay' | 'patient' | 'bothTag' | 'form' | 'parts' | 'closes' | 'act' | 'duty'>>;

function marked(resource: Entry, id: string): Entry {
  const mine = (resource.identifier ?? []).filter((i) => i.system !== ENTRY_SYSTEM);
  return { ...resource, identifier: [entryIdentifier(id), ...mine] };
}

export function newItem(w: Wanted): Item {
  const parts = w.parts?.map((p) => ({ ...p, resource: marked(p.resource, p.id) }));
  return {
    id: w.id, at: w.at, resource: parts?.[0]?.resource ?? marked(w.resource, w.id),
    only: w.only ?? '', stay: w.stay ?? '', patient: w.patient ?? '', bothTag: w.bothTag,
    ...(w.form ? { form: w.form } : {}), ...(w.act ? { act: w.act } : {}), ...(w.duty ? { duty: w.duty } : {}), ...(parts ? { parts } : {}), ...(w.closes ? { closes: w.closes } : {}),
    tries: 0, halt: undefined, other: undefined, why: '',
  };
}

/* In storage a decimal is its text in an object; a Quantity gets it back, with its zeros. */
function revived(key: string, value: unknown): unknown {
  const text = key === 'value' ? (value as { text?: unknown } | null)?.text : undefined;
  return typeof text === 'string' && /^-?\d{1,12}(\.\d{1,12})?$/.test(text) && !/^-?0\d/.test(text) ? new Decimal(text) : value;
}

/* Read back from storage: whatever is not one of ours is left out, never thrown over. */
export function parseItems(text: string | null): Item[] {
  try {
    const all = JSON.parse(text ?? '[]', revived) as Item[];
    return Array.isArray(all) ? all.filter((i) => typeof i?.id === 'string' && typeof i.resource?.resourceType === 'string') : [];
  } catch {
    return [];
  }
}
