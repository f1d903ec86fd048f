/* Staff and their dated roles, as FHIR keeps them: a Practitioner has PractitionerRoles, each at one organisation, for some of
 * its wards or for all of it, from a day to a day. */

import type { FhirClient } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { parseFhirDate, withOffset } from '../fhir/dates';
import { personName } from '../fhir/person';
import type { CodeableConcept, HumanName, Identifier, Period, Reference, Resource } from '../fhir/types';
import { entryIdentifier, entryQuery } from '../outbox/item';
import { uuid4 } from '../vitals/uuid';

export const ROLE_SYSTEM = 'urn:ansinh:role';
/* Given to people at an organisation; administrator and auditor are given to the account itself. */
export const STAFF_ROLES = [
  'carer', 'nurse', 'head-nurse', 'doctor', 'assistant-doctor', 'rehab-technician', 'social-worker', 'pharmacist', 'records-clerk', 'facility-head',
  'province-officer', 'ministry-officer',
] as const;
export const DIRECT_ROLES = ['administrator', 'auditor'] as const;
/* An account of nobody who works here, by what it names. */
export const OWN_ROLES = ['person', 'representative'] as const;
const OWN_TYPE = { person: 'Patient', representative: 'RelatedPerson' } as const;

/* The number of a record as somebody copied it: with its type in front, as an address of this page, or bare. '' is none. */
export function recordOf(kind: (typeof OWN_ROLES)[number], typed: string): string {
  const id = typed.trim().replace(/\/(identity|consent|stay|vitals)$/, '').split(/[/#]/).filter((p) => p !== '').pop() ?? '';
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? `${OWN_TYPE[kind]}/${id}` : '';
}
export const ownRoleOf = (person: string | undefined): (typeof OWN_ROLES)[number] | undefined =>
  (person === undefined || person === '' ? undefined : person.startsWith('Patient/') ? 'person' : 'representative');

export interface Practitioner extends Resource { resourceType: 'Practitioner'; active?: boolean; name?: HumanName[]; identifier?: Identifier[] }
export interface PractitionerRole extends Resource {
  resourceType: 'PractitionerRole';
  identifier?: Identifier[];
  active?: boolean;
  period?: Period;
  practitioner?: Reference;
  organization?: Reference;
  code?: CodeableConcept[];
  location?: Reference[];
}
export interface Organization extends Resource { resourceType: 'Organization'; name?: string; active?: boolean }
export interface Location extends Resource { resourceType: 'Location'; name?: string; physicalType?: CodeableConcept; status?: string }

export interface RoleLine {
  resource: PractitionerRole;
  role: string;
  organization: string;
  wards: string[];
  from: string;
  to: string;
  state: 'now' | 'later' | 'over';
}

export const codeOf = (role: PractitionerRole): string =>
  role.code?.flatMap((c) => c.coding ?? []).find((c) => c.system === ROLE_SYSTEM)?.code ?? '';
const idOf = (reference: Reference | undefined): string => reference?.reference?.split('/').pop() ?? '';

/* The end of a day counts as that day; an instant as itself. */
export function stateOf(role: PractitionerRole, now: number): RoleLine['state'] {
  const start = parseFhirDate(role.period?.start);
  const end = parseFhirDate(role.period?.end);
  if (role.active === false) return 'over';
  if (end) {
    const last = end.precision === 'time' ? end.ms : new Date(end.precision === 'year' ? end.year + 1 : end.year,
      end.precision === 'year' ? 0 : end.precision === 'month' ? end.month : end.month - 1, end.precision === 'day' ? end.day + 1 : 1).getTime() - 1;
    if (last < now) return 'over';
  }
  return start && start.ms > now ? 'later' : 'now';
}

export async function loadRoles(client: FhirClient, practitioner: string, signal?: AbortSignal): Promise<RoleLine[]> {
  const { items } = await client.search<PractitionerRole>('PractitionerRole', { practitioner, _count: 200 }, signal);
  const names = new Map<string, string>();
  const organizations = [...new Set(items.map((r) => idOf(r.organization)).filter((id) => id !== ''))];
  const wards = [...new Set(items.flatMap((r) => (r.location ?? []).map(idOf)).filter((id) => id !== ''))];
  const [orgs, places] = await Promise.all([
    organizations.length === 0 ? [] : client.search<Organization>('Organization', { _id: organizations.join(','), _count: 200 }, signal).then((p) => p.items),
    wards.length === 0 ? [] : client.search<Location>('Location', { _id: wards.join(','), _count: 200 }, signal).then((p) => p.items),
  ]);
  for (const r of [...orgs, ...places]) names.set(`${r.resourceType}/${r.id ?? ''}`, r.name ?? '');
  const named = (reference: Reference | undefined): string => names.get(reference?.reference ?? '') || reference?.display || idOf(reference);
  const order = { now: 0, later: 1, over: 2 };
  const now = nowMs();
  return items.map((resource): RoleLine => ({
    resource, role: codeOf(resource), organization: named(resource.organization), wards: (resource.location ?? []).map(named),
    from: resource.period?.start ?? '', to: resource.period?.end ?? '', state: stateOf(resource, now),
  })).sort((a, b) => order[a.state] - order[b.state] || b.from.localeCompare(a.from));
}

export interface NewRole { role: string; organization: Organization; wards: Location[]; from: string; to: string }

export function roleResource(practitioner: string, given: NewRole): PractitionerRole {
  return {
    resourceType: 'PractitionerRole', active: true,
    practitioner: { reference: `Practitioner/${practitioner}` },
    organization: { reference: `Organization/${given.organization.id ?? ''}`, ...(given.organization.name ? { display: given.organization.name } : {}) },
    code: [{ coding: [{ system: ROLE_SYSTEM, code: given.role }] }],
    ...(given.wards.length > 0
      ? { location: given.wards.map((w) => ({ reference: `Location/${w.id ?? ''}`, ...(w.name ? { display: w.name } : {}) })) } : {}),
    period: { start: given.from, ...(given.to === '' ? {} : { end: given.to }) },
  };
}

/* A second tap or a lost answer makes no second role: the entry carries its own identifier. */
export async function addRole(client: FhirClient, practitioner: string, given: NewRole, uuid: string): Promise<void> {
  await client.create<PractitionerRole>({ ...roleResource(practitioner, given), identifier: [entryIdentifier(uuid)] }, entryQuery(uuid));
}

export async function endRole(client: FhirClient, id: string, now: Date): Promise<void> {
  const { resource, etag } = await client.read<PractitionerRole>('PractitionerRole', id);
  await client.update<PractitionerRole>({ ...resource, period: { ...resource.period, end: withOffset(now) } }, etag ?? '');
}

export async function addPractitioner(client: FhirClient, display: string, uuid = uuid4()): Promise<string> {
  const made = await client.create<Practitioner>(
    { resourceType: 'Practitioner', active: true, name: [{ use: 'official', text: display }], identifier: [entryIdentifier(uuid)] }, entryQuery(uuid));
  return made.resource.id ?? '';
}

export interface Staff { id: string; name: string; roles: string[] }

/* With the roles they hold now, to tell two people of one name apart. */
export async function findPractitioners(client: FhirClient, by: { name?: string; _id?: string }, signal?: AbortSignal): Promise<Staff[]> {
  const page = await client.search<Practitioner>('Practitioner', { ...by, _count: 12, _revinclude: 'PractitionerRole:practitioner' }, signal);
  const held = page.included.filter((r): r is PractitionerRole => r.resourceType === 'PractitionerRole' && stateOf(r as PractitionerRole, nowMs()) === 'now');
  return page.items.map((p): Staff => ({
    id: p.id ?? '', name: personName(p),
    roles: held.filter((r) => idOf(r.practitioner) === p.id).map(codeOf).filter((code) => code !== ''),
  }));
}

/* The country's authorities are in the record too, many of one name but for the province; what was typed may stand anywhere in it. */
export async function findOrganizations(client: FhirClient, name: string, signal?: AbortSignal): Promise<Organization[]> {
  const typed = name.trim();
  return (await client.search<Organization>('Organization', { 'name:contains': typed || undefined, _count: 12, _sort: 'name', _elements: 'name,active' }, signal)).items;
}

export async function wardsOfOrganization(client: FhirClient, id: string, signal?: AbortSignal): Promise<Location[]> {
  const { items } = await client.search<Location>('Location', { organization: id, _count: 1000, _elements: 'name,physicalType,status' }, signal);
  return items.filter((l) => l.physicalType?.coding?.some((c) => c.code === 'wa')).sort((a, b) => (a.name ?? '').localeCompare(b.name ?? '', 'vi'));
}
