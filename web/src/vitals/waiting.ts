/* A set of vital signs that the server could not be reached for: one act of the outbox, under the very identifiers it was sent with, so
 * that it is recorded once whatever became of the first try. It keeps its own time; the server adds when it came. */

import type { Bundle, BundleEntry, Observation } from '../fhir/types';
import type { FhirError, Problem } from '../fhir/client';
import { identifiersOf, type Entry, type Item, type Part, type Wanted } from '../outbox/item';
import { ENTRY_SYSTEM } from './bundle';

const SET = 'vitals-';
const STRIKE = `${SET}strike-`;
const UUID = 'urn:uuid:';
const NOBODY_THERE: readonly Problem[] = ['offline', 'timeout', 'busy', 'server', 'garbled'];

/* Nobody took it and nobody refused it: the same later is right. A 401 is none of these, for another person may stand at the page by then. */
export const canWait = (error: FhirError): boolean => NOBODY_THERE.includes(error.problem);

const uuidOf = (entry: BundleEntry<Observation>): string =>
  identifiersOf(entry.resource as Entry).find((i) => i.system === ENTRY_SYSTEM)?.value?.replace(UUID, '') ?? '';

/* superseded: earlier tries that were changed since; they are withdrawn before, wherever they got to */
export function waitingSet(bundle: Bundle<Observation>, superseded: string[], at: number, patient: string, stay: string, id: string): Wanted[] {
  const parts = (bundle.entry ?? []).map((entry): Part => ({
    id: uuidOf(entry), resource: entry.resource as Entry, only: '', stay, patient, ...(entry.fullUrl === undefined ? {} : { place: entry.fullUrl }),
  }));
  const gone = { resourceType: 'Observation', status: 'entered-in-error' } as Entry;
  const before: Wanted[] = superseded.length === 0 ? [] : [{
    id: `${STRIKE}${id}`, at, resource: gone, patient, parts: superseded.map((uuid) => ({ id: uuid, resource: gone, only: '', stay: '', patient })),
  }];
  return [...before, { id: `${SET}${id}`, at, resource: parts[0]?.resource as Entry, patient, parts }];
}

const isStruck = (item: Item): boolean => item.resource.status === 'entered-in-error';
export const isSet = (item: Item): boolean => item.id.startsWith(SET) && !isStruck(item);
/* What of vital signs the server refused, also a withdrawal: it stays until somebody has read it. */
export const isHalted = (item: Item): boolean => item.halt !== undefined && item.id.startsWith(SET);
export const isWithdrawal = (item: Item): boolean => isHalted(item) && isStruck(item);
export const readingsIn = (item: Item): Observation[] => (item.parts ?? []).map((p) => p.resource as unknown as Observation);

/* What waits, by person: it was measured, and is shown as that. */
export function waitingByPerson(items: Item[]): Record<string, Observation[]> {
  const by: Record<string, Observation[]> = {};
  for (const item of items.filter((i) => isSet(i) && i.halt === undefined)) by[item.patient] = [...(by[item.patient] ?? []), ...readingsIn(item)];
  return by;
}

/* What waits and was measured within `within` of `at`: the server cannot know of it yet. */
export const waitingNear = (items: Item[], patient: string, at: number, within: number): Observation[] =>
  (waitingByPerson(items)[patient] ?? []).filter((o) => Math.abs(Date.parse(o.effectiveDateTime ?? '') - at) <= within);

/* Somebody was measured since, and the server does not know it yet. */
export const waitsSince = (items: Item[], patient: string, since: number): boolean =>
  items.some((i) => isSet(i) && i.halt === undefined && i.patient === patient && i.at >= since);

/* Which of them a page shows. names: of its people, by id; the board (`halted`) shows only what was refused, and that of everybody: those
 * who left or died since are on no board. */
export const shownSets = (items: Item[], names: Record<string, string>, halted: boolean): Item[] =>
  items.filter((i) => (halted ? isHalted(i) : names[i.patient] !== undefined && (isSet(i) || isHalted(i))));
