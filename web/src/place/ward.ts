/* Who lies where in a ward: its beds in order, and the person in each, by the stays that are going on now. */

import { searchAll, type Everything } from '../fhir/all';
import { refersTo, type FhirClient } from '../fhir/client';
import type { Patient, Resource } from '../fhir/types';
import { idOf, type Place, type Stay } from '../drugs/forms';
import { ALL_SEEN, unseenIn } from './unseen';

export interface Resident { patient: Patient; id: string; stay: Stay; bed: string; room: string; roomId: string }
/* Who is on leave keeps the bed and is not there: no group entry and no routine tap speaks of them. */
export const isAway = (r: Resident): boolean => r.stay.status === 'onleave';
export interface Ward { place: Place; facility: string; facilityId: string; residents: Resident[] }

type Organization = Resource & { resourceType: 'Organization'; name?: string };

/* P.9 before P.10, as people count, not as letters sort. */
export const byPlace = new Intl.Collator('vi', { numeric: true });

export function residentsOf(wardId: string, places: Place[], stays: Stay[], patients: Patient[]): Resident[] {
  const byId = new Map(places.map((p) => [p.id ?? '', p]));
  const within = (id: string): boolean => {
    for (let at = byId.get(id), n = 0; at && n < 10; at = byId.get(idOf(at.partOf)), n += 1) if (at.id === wardId) return true;
    return false;
  };
  const residents: Resident[] = [];
  for (const stay of stays.filter((s) => s.status === 'in-progress' || s.status === 'onleave')) {
    const now = (stay.location ?? []).find((l) => (l.status ?? 'active') === 'active' && within(idOf(l.location)));
    const patient = patients.find((p) => refersTo(stay.subject?.reference, 'Patient', p.id ?? ''));
    if (!now || !patient?.id) continue;
    const bed = byId.get(idOf(now.location));
    const room = byId.get(idOf(bed?.partOf));
    const own = room && room.id !== wardId ? room : undefined;
    residents.push({ patient, id: patient.id, stay, bed: bed?.name ?? now.location?.display ?? '', room: own?.name ?? '', roomId: own?.id ?? '' });
  }
  return residents.sort((a, b) => byPlace.compare(a.room, b.room) || byPlace.compare(a.bed, b.bed) || (a.id < b.id ? -1 : 1));
}

const once = (stays: Stay[]): Stay[] => [...new Map(stays.map((s) => [s.id ?? '', s])).values()];

/* In a bed, in a room without one, or in the ward as a whole: whoever lives here is here. */
export async function staysIn(client: FhirClient, wardId: string, params: Record<string, string>, signal?: AbortSignal): Promise<Pick<Everything<Stay>, 'items' | 'included'>> {
  const found = await Promise.all(['location.partof.partof', 'location.partof', 'location'].map((where) => searchAll<Stay>(client, 'Encounter', { ...params, [where]: `Location/${wardId}` }, signal)));
  return { items: once(found.flatMap((f) => f.items)), included: found.flatMap((f) => f.included) };
}

/* Whose care is not seen is not among them (everybody: heads are counted, nothing is said of their care): the screen says so (Seen.tsx), and no list says "nothing is due" of them. */
export async function loadWard(client: FhirClient, wardId: string, signal?: AbortSignal, everybody = false): Promise<Ward> {
  const [places, stays, unseen] = await Promise.all([
    searchAll<Place>(client, 'Location', { _id: wardId, '_revinclude:iterate': 'Location:partof', _include: 'Location:organization' }, signal),
    staysIn(client, wardId, { status: 'in-progress,onleave', _include: 'Encounter:subject' }, signal),
    client.misses(wardId) && !everybody ? unseenIn(client, wardId, signal) : ALL_SEEN,
  ]);
  const all = [...places.items, ...places.included.filter((r): r is Place => r.resourceType === 'Location')];
  const place = all.find((p) => p.id === wardId) ?? { resourceType: 'Location' as const, id: wardId };
  const organization = places.included.find((r): r is Organization => r.resourceType === 'Organization');
  const patients = stays.included.filter((r): r is Patient => r.resourceType === 'Patient');
  return {
    place, facility: organization?.name ?? '', facilityId: organization?.id ?? idOf(place.managingOrganization),
    residents: residentsOf(wardId, all, stays.items, patients).filter((r) => !unseen.people.some((p) => p.id === r.id)),
  };
}
