/* What the roster's screens know: the house with its wards and people, and the months around the one that is shown. */

import { isOfWards } from '../access/me';
import { codeOf, stateOf, type PractitionerRole } from '../access/staff';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { CodeableConcept, HumanName, Reference, Resource } from '../fhir/types';
import { byPlace } from '../place/ward';
import { addMonths, daysOfMonth, readRoster, type Roster, type Schedule } from './duty';
import { readSystem, type Facility } from './system';
import { USUAL, type ShiftSystem } from './shifts';

interface Location extends Resource { resourceType: 'Location'; name?: string; status?: string; physicalType?: CodeableConcept; managingOrganization?: Reference; partOf?: Reference }
interface Practitioner extends Resource { resourceType: 'Practitioner'; name?: HumanName[] }

export interface WardInfo { id: string; name: string }
/* everywhere: the account sees the care of every ward, not of its own alone */
export interface Person { id: string; name: string; role: string; wards: string[]; everywhere?: boolean }
export interface House { id: string; name: string; facility: Facility | undefined; system: ShiftSystem; wards: WardInfo[]; people: Person[]; nurses: Set<string> }

const idOf = (ref: Reference | undefined): string => (ref?.reference ?? '').split('/').pop() ?? '';
const isKind = (l: Location, code: string): boolean => (l.physicalType?.coding ?? []).some((c) => c.code === code);

/* The houses whose wards I may see: for staff that is one. */
export async function loadHouses(client: FhirClient, signal?: AbortSignal): Promise<{ id: string; name: string; facility: Facility | undefined; wards: WardInfo[] }[]> {
  const found = await searchAll<Location>(client, 'Location', { 'partof:missing': 'true', _include: 'Location:organization' }, signal);
  const facilities = new Map(found.included.filter((r): r is Facility => r.resourceType === 'Organization').map((o) => [o.id ?? '', o]));
  const houses = new Map<string, WardInfo[]>();
  for (const l of found.items.filter((x) => isKind(x, 'wa') && x.status !== 'inactive')) {
    const id = idOf(l.managingOrganization);
    houses.set(id, [...(houses.get(id) ?? []), { id: l.id ?? '', name: l.name ?? '' }]);
  }
  return [...houses].map(([id, wards]) => ({
    id, name: facilities.get(id)?.name ?? '', facility: facilities.get(id), wards: wards.sort((a, b) => byPlace.compare(a.name, b.name)),
  })).sort((a, b) => byPlace.compare(a.name, b.name));
}

/* The roles that stand on a roster; who heads or keeps the books may be added by hand. */
const ON_ROSTER = ['nurse', 'head-nurse', 'carer', 'assistant-doctor', 'doctor', 'rehab-technician', 'pharmacist', 'social-worker', 'records-clerk', 'facility-head'];
const rank = (role: string): number => (ON_ROSTER.indexOf(role) + ON_ROSTER.length + 1) % (ON_ROSTER.length + 1);

/* Comes to a ward whose people they do not see: nobody's medicines, nothing that is due. */
export const isBlindIn = (p: Person, ward: string): boolean => p.everywhere === false && !p.wards.includes(ward);

export async function loadPeople(client: FhirClient, facility: string, now: number, signal?: AbortSignal): Promise<Person[]> {
  const found = await searchAll<PractitionerRole>(client, 'PractitionerRole', { organization: facility, active: 'true', _include: 'PractitionerRole:practitioner' }, signal);
  const names = new Map(found.included.filter((r): r is Practitioner => r.resourceType === 'Practitioner').map((p) => [p.id ?? '', personName(p)]));
  const people = new Map<string, Person>();
  for (const r of found.items.filter((x) => stateOf(x, now) !== 'over' && ON_ROSTER.includes(codeOf(x)))) {
    const id = idOf(r.practitioner);
    const before = people.get(id);
    const role = before && rank(before.role) <= rank(codeOf(r)) ? before.role : codeOf(r);
    const everywhere = before?.everywhere === true || (r.location ?? []).length === 0 || !isOfWards(codeOf(r));
    people.set(id, { id, name: names.get(id) ?? '', role, wards: [...(before?.wards ?? []), ...(r.location ?? []).map(idOf)], everywhere });
  }
  return [...people.values()].filter((p) => p.id !== '').sort((a, b) => rank(a.role) - rank(b.role) || a.name.localeCompare(b.name, 'vi'));
}

export async function loadHouse(client: FhirClient, wanted: string, now: number, signal?: AbortSignal): Promise<{ houses: { id: string; name: string }[]; house: House | undefined }> {
  const houses = await loadHouses(client, signal);
  const chosen = houses.find((h) => h.id === wanted) ?? houses[0];
  if (!chosen) return { houses: [], house: undefined };
  const people = await loadPeople(client, chosen.id, now, signal);
  return {
    houses: houses.map(({ id, name }) => ({ id, name })),
    house: { ...chosen, people, system: chosen.facility ? readSystem(chosen.facility) : USUAL, nurses: new Set(people.filter((p) => p.role === 'nurse' || p.role === 'head-nurse').map((p) => p.id)) },
  };
}

/* The month with the ones beside it: a night on the last day, a week copied from the month before. Names of people who are on it and work
 * here no more come with it. */
export async function loadMonths(client: FhirClient, wards: string[], month: string, signal?: AbortSignal): Promise<{ roster: Roster; names: Map<string, string>; cut: boolean }> {
  if (wards.length === 0) return { roster: { book: new Map(), rooms: new Map() }, names: new Map(), cut: false };
  const found = await searchAll<Schedule>(client, 'Schedule', {
    actor: wards.map((w) => `Location/${w}`).join(','), _include: 'Schedule:actor',
    date: [`ge${addMonths(month, -1)}-01`, `le${daysOfMonth(addMonths(month, 1)).at(-1) ?? ''}`],
  }, signal);
  const names = new Map(found.included.filter((r): r is Practitioner => r.resourceType === 'Practitioner').map((p) => [p.id ?? '', personName(p)]));
  return { roster: readRoster(found.items), names, cut: found.cut };
}

export interface RoomInfo { id: string; name: string; people: number }

/* The rooms of a ward with how many people lie in each. */
export async function loadRooms(client: FhirClient, ward: string, signal?: AbortSignal): Promise<RoomInfo[]> {
  const { loadWard } = await import('../place/ward');
  const [places, ready] = await Promise.all([
    searchAll<Location>(client, 'Location', { partof: `Location/${ward}` }, signal), loadWard(client, ward, signal, true),
  ]);
  return places.items.filter((l) => isKind(l, 'ro') && l.status !== 'inactive').sort((a, b) => byPlace.compare(a.name ?? '', b.name ?? ''))
    .map((l) => ({ id: l.id ?? '', name: l.name ?? '', people: ready.residents.filter((r) => r.room === (l.name ?? '')).length }));
}
