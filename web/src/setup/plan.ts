/* A house in one sitting: facility, wards with their rooms and beds, staff with roles. What is typed becomes one transaction whose entries carry a
 * name of this sitting each, so that sending twice makes it once; accounts follow, because their one-time passwords are shown once. */

import type { Bundle, BundleEntry, Resource } from '../fhir/types';
import { addMonths, daysOfMonth, monthOf } from '../roster/duty';
import { filled, type DutyEdit } from '../roster/edit';
import { presetsOf } from '../roster/rota';
import { isClock, SYSTEMS, type ShiftSystem, type SystemName } from '../roster/shifts';
import { withSystem, type Facility } from '../roster/system';
import { uuid4 } from '../vitals/uuid';

export const KINDS = ['TGXH-NCT', 'TGXH-TT', 'TGXH-NKT', 'TGXH-TE', 'TGXH-TH', 'TGXH-CTXH', 'TGXH-K', 'NCC-ND', 'NCC-DD', 'CNMT-CL', 'CNMT-TN', 'BV-CHPHCN'] as const;
export const STAFF_ROLES = ['facility-head', 'doctor', 'assistant-doctor', 'head-nurse', 'nurse', 'carer', 'pharmacist', 'social-worker', 'rehab-technician', 'records-clerk'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export interface WardDraft { id: string; name: string; rooms: string; beds: string; first: string }
export interface StaffDraft { id: string; name: string; role: StaffRole | ''; ward: string }
/* shifts '': how the day is divided is said later; fill: a rota for this month and the next is made at once */
export interface Draft { id: string; name: string; kind: string; wards: WardDraft[]; staff: StaffDraft[]; shifts: SystemName | ''; first: string; fill: boolean }

export const newWard = (first = '101'): WardDraft => ({ id: uuid4(), name: '', rooms: '', beds: '', first });
export const newStaff = (): StaffDraft => ({ id: uuid4(), name: '', role: '', ward: '' });
export const emptyDraft = (): Draft => ({ id: uuid4(), name: '', kind: '', wards: [newWard()], staff: [newStaff()], shifts: '', first: '', fill: false });

/* Whole numbers of sensible size; undefined: not one. */
const MOST_ROOMS = 200;
const MOST_BEDS = 30;
const MOST_PLACES = 2000;
const whole = (text: string, most: number): number | undefined => (/^\d{1,4}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined);

export interface RoomPlan { name: string; beds: string[] }

/* "101" and 3 rooms of 2 beds: P.101 with P.101-G1 and P.101-G2, P.102 ... */
export function roomsOf(w: WardDraft): RoomPlan[] {
  const [rooms, beds, first] = [whole(w.rooms, MOST_ROOMS), whole(w.beds, MOST_BEDS), whole(w.first, 9999)];
  if (rooms === undefined || beds === undefined || first === undefined) return [];
  return Array.from({ length: rooms }, (_, r) => {
    const name = `P.${first + r}`;
    return { name, beds: Array.from({ length: beds }, (_b, b) => `${name}-G${b + 1}`) };
  });
}

export type Trouble = 'name' | 'kind' | 'ward' | 'rooms' | 'sameRoom' | 'sameWard' | 'tooMany' | 'staffRole' | 'staffName' | 'head' | 'shifts' | 'first';
export interface Issue { at: string; trouble: Trouble }

const isBlank = (s: StaffDraft): boolean => s.name.trim() === '' && s.role === '';
export const staffOf = (d: Draft): StaffDraft[] => d.staff.filter((s) => !isBlank(s));

export function issuesOf(d: Draft): Issue[] {
  const issues: Issue[] = [];
  if (d.name.trim() === '') issues.push({ at: 'name', trouble: 'name' });
  if (d.kind === '') issues.push({ at: 'kind', trouble: 'kind' });
  const rooms = new Set<string>();
  const names = new Set<string>();
  for (const w of d.wards) {
    if (w.name.trim() === '') issues.push({ at: w.id, trouble: 'ward' });
    else if (names.has(w.name.trim())) issues.push({ at: w.id, trouble: 'sameWard' });
    names.add(w.name.trim());
    const plan = roomsOf(w);
    if (plan.length === 0) issues.push({ at: w.id, trouble: 'rooms' });
    if (plan.some((r) => rooms.has(r.name))) issues.push({ at: w.id, trouble: 'sameRoom' });
    for (const r of plan) rooms.add(r.name);
  }
  if (d.wards.flatMap(roomsOf).reduce((n, r) => n + 1 + r.beds.length, 0) > MOST_PLACES) issues.push({ at: 'wards', trouble: 'tooMany' });
  for (const s of staffOf(d)) {
    if (s.name.trim().split(/\s+/).length < 2) issues.push({ at: s.id, trouble: 'staffName' });
    if (s.role === '') issues.push({ at: s.id, trouble: 'staffRole' });
  }
  if (!staffOf(d).some((s) => s.role === 'facility-head')) issues.push({ at: 'staff', trouble: 'head' });
  if (d.fill && d.shifts === '') issues.push({ at: 'shifts', trouble: 'shifts' });
  if (d.shifts !== '' && !isClock(d.first)) issues.push({ at: 'first', trouble: 'first' });
  return issues;
}

export const systemOf = (d: Draft): ShiftSystem | undefined => (d.shifts !== '' && isClock(d.first) ? { name: d.shifts, first: d.first } : undefined);

export const bedCount = (d: Draft): number => d.wards.flatMap(roomsOf).reduce((n, r) => n + r.beds.length, 0);

/* ---- as FHIR ---- */

export const SITTING = 'urn:ansinh:id:setup';
const PLACE_TYPE = 'http://terminology.hl7.org/CodeSystem/location-physical-type';
type Made = { resourceType: string } & Record<string, unknown>;

export const newPlace = (name: string, code: 'wa' | 'ro' | 'bd', facility: { reference: string }, partOf?: { reference: string }): Made => ({
  resourceType: 'Location', status: 'active', mode: 'instance', name, physicalType: { coding: [{ system: PLACE_TYPE, code }] }, managingOrganization: facility, ...(partOf && { partOf }),
});

export interface StaffMade { draft: StaffDraft; practitioner: string }

export function setupBundle(d: Draft, today: string): { bundle: Bundle; people: { draft: StaffDraft; at: number }[]; wards: { draft: string; at: number }[] } {
  const entry: BundleEntry[] = [];
  const wardsAt: { draft: string; at: number }[] = [];
  const people: { draft: StaffDraft; at: number }[] = [];
  const add = (key: string, resource: Made): { reference: string } => {
    const value = `${d.id}/${key}`;
    const fullUrl = `urn:uuid:${uuid4()}`;
    entry.push({
      fullUrl, resource: { ...resource, identifier: [{ system: SITTING, value }] } as Resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${SITTING}|${value}` },
    });
    return { reference: fullUrl };
  };
  const facility = add('f', {
    resourceType: 'Organization', active: true, name: d.name.trim(),
    type: [{ coding: [{ system: 'urn:ansinh:organization-kind', code: 'facility' }] }, { coding: [{ system: 'urn:ansinh:facility-kind', code: d.kind }] }],
  });
  const place = (key: string, name: string, code: 'wa' | 'ro' | 'bd', partOf?: { reference: string }): { reference: string } => add(key, newPlace(name, code, facility, partOf));
  const system = systemOf(d);
  const house = entry[0]?.resource;
  if (system && house) (entry[0] as BundleEntry).resource = withSystem(house as Facility, system);
  const wards = new Map<string, { reference: string }>();
  /* named after its line, never after where it stands: after a lost answer a line may have gone, and the next is somebody else */
  for (const w of d.wards) {
    wardsAt.push({ draft: w.id, at: entry.length });
    const ward = place(w.id, w.name.trim(), 'wa');
    wards.set(w.id, ward);
    for (const room of roomsOf(w)) {
      const inside = place(`${w.id}/${room.name}`, room.name, 'ro', ward);
      for (const bed of room.beds) place(`${w.id}/${bed}`, bed, 'bd', inside);
    }
  }
  for (const s of staffOf(d)) {
    people.push({ draft: s, at: entry.length });
    const practitioner = add(s.id, { resourceType: 'Practitioner', active: true, name: [{ use: 'official', text: s.name.trim().replace(/\s+/g, ' ') }] });
    const ward = wards.get(s.ward);
    add(`${s.id}/role`, {
      resourceType: 'PractitionerRole', active: true, practitioner, organization: facility, period: { start: today },
      code: [{ coding: [{ system: 'urn:ansinh:role', code: s.role }] }], ...(ward && { location: [ward] }),
    });
  }
  return { bundle: { resourceType: 'Bundle', type: 'transaction', entry }, people, wards: wardsAt };
}

/* The first roster: nurses, and carers, of each ward go through the usual rota of the house, from today to the end of next month. */
export function firstRoster(d: Draft, today: string, facility: string, ward: (draft: string) => string, person: (s: StaffDraft) => string): DutyEdit {
  const system = systemOf(d);
  const edit: DutyEdit = { facility, cells: [], rooms: [] };
  if (!system || !d.fill) return edit;
  const until = daysOfMonth(addMonths(monthOf(today), 1)).at(-1) ?? today;
  for (const w of d.wards) {
    for (const role of ['nurse', 'carer'] as const) {
      const people = staffOf(d).filter((s) => s.ward === w.id && s.role === role).map(person).filter((id) => id !== '');
      edit.cells.push(...filled(new Map(), { ward: ward(w.id), people, from: today, until, pattern: presetsOf(system)[0] ?? [], shift: 1, overAbsence: false }));
    }
  }
  return edit;
}
export const firstOf = (name: SystemName | ''): string => (name === '' ? '' : SYSTEMS[name].first);

/* "ha.nt", "ha.nt2" ... : a name nobody has. */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}${n}`;
  taken.add(name);
  return name;
}
