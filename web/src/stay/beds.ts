/* Beds of a facility: which are free, and who has the others. A bed belongs to whoever has an open stay in it, also while they are away. */

import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import { idOf } from '../drugs/forms';
import { byPlace } from '../place/ward';
import { isKind, isOpen, isStay, type Bed, type Patient, type Stay } from './forms';

export interface BedLine { id: string; name: string; room: string; ward: string; wardId: string; holder: string | undefined; holderName: string }
export interface Beds { list: BedLine[]; stays: Stay[]; people: Map<string, Patient>; places: Map<string, Bed>; cut: boolean }

export const activePlace = (stay: Stay): string =>
  idOf((stay.location ?? []).find((l) => (l.status ?? (l.period?.end === undefined ? 'active' : 'completed')) === 'active')?.location);

/* The place of this kind that holds `id`, or is it. */
export function within(places: Map<string, Bed>, id: string, kind: string): Bed | undefined {
  for (let at = places.get(id), n = 0; at && n < 10; at = places.get(idOf(at.partOf)), n += 1) if (isKind(at, kind)) return at;
  return undefined;
}

export function bedLines(places: Map<string, Bed>, stays: Stay[], people: Map<string, Patient>): BedLine[] {
  const holders = new Map(stays.filter((s) => isOpen(s)).map((s) => [activePlace(s), idOf(s.subject)]));
  return [...places.values()].filter((p) => isKind(p, 'bd') && (p.status ?? 'active') === 'active').map((bed): BedLine => {
    const id = bed.id ?? '';
    const ward = within(places, id, 'wa');
    const holder = holders.get(id);
    const person = people.get(holder ?? '');
    return {
      id, name: bed.name ?? '', room: within(places, id, 'ro')?.name ?? '', ward: ward?.name ?? '', wardId: ward?.id ?? '', holder,
      holderName: person ? personName(person) : '',
    };
  }).sort((a, b) => byPlace.compare(a.ward, b.ward) || byPlace.compare(a.room, b.room) || byPlace.compare(a.name, b.name));
}

export const freeBeds = (lines: BedLine[], ward = ''): BedLine[] => lines.filter((b) => b.holder === undefined && (ward === '' || b.wardId === ward));

/* The next free one to offer when somebody was faster: in the same room, then the same ward, then anywhere. */
export function nextFree(lines: BedLine[], taken: string): BedLine | undefined {
  const was = lines.find((b) => b.id === taken);
  const free = freeBeds(lines).filter((b) => b.id !== taken);
  return free.find((b) => was && b.room === was.room && b.wardId === was.wardId) ?? free.find((b) => was && b.wardId === was.wardId) ?? free[0];
}

export async function loadBeds(client: FhirClient, facility: string, signal?: AbortSignal): Promise<Beds> {
  const [places, stays] = await Promise.all([
    searchAll<Bed>(client, 'Location', { organization: `Organization/${facility}`, _elements: 'name,physicalType,partOf,status' }, signal),
    searchAll<Stay>(client, 'Encounter', {
      status: 'in-progress,onleave', class: 'IMP', 'service-provider': `Organization/${facility}`, _include: 'Encounter:subject',
    }, signal),
  ]);
  const byId = new Map(places.items.map((p) => [p.id ?? '', p]));
  const people = new Map(stays.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const open = stays.items.filter(isStay);
  return { list: bedLines(byId, open, people), stays: open, people, places: byId, cut: places.cut || stays.cut };
}
