/* Two records of one person made one, and parted again. Nothing that was written is moved or changed: the record that stays says `replaces`, and
 * the server finds what lies under the other (src/rest/same_person.c). Only what is still going on (the open stay, orders, warnings, work) goes
 * over, because whoever cares for the person must have it under one name; a List keeps what went over and how both were before, and from it
 * they are parted again. */

import { FhirError, ifAllowed, type FhirClient } from '../fhir/client';
import type { Bundle, BundleEntry, Identifier, Reference, Resource } from '../fhir/types';
import { refersTo } from '../fhir/client';
import { personName } from '../fhir/person';
import { concept, DOCUMENT_SYSTEM, isOpen, isStay, type Extension, type Patient, type Stay } from './forms';
import { put } from './acts';

export const FIELDS = ['name', 'birthDate', 'gender', 'telecom', 'address', 'extension'] as const;
export type Field = (typeof FIELDS)[number];
export type Side = 'stays' | 'goes';
export const MERGE_FIELDS = 'urn:ansinh:extension:merge-fields';
const FLAG = 'urn:ansinh:merge-entry';

type Any = Resource & Record<string, unknown>;
const valueOf = (p: Patient, f: Field): unknown => (p as unknown as Any)[f];
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/* One name each, in the same words, however it is taken apart. */
const sameName = (a: Patient, b: Patient): boolean => a.name?.length === 1 && b.name?.length === 1 && personName(a) !== '' && personName(a) === personName(b);
/* Fields that both have and that differ: for each a side is chosen. What only one has is taken from there. */
export const conflicts = (stays: Patient, goes: Patient): Field[] =>
  FIELDS.filter((f) => valueOf(stays, f) !== undefined && valueOf(goes, f) !== undefined && !same(valueOf(stays, f), valueOf(goes, f)) && !(f === 'name' && sameName(stays, goes)));

export const takenFrom = (stays: Patient, goes: Patient, sides: Partial<Record<Field, Side>>): Field[] =>
  FIELDS.filter((f) => valueOf(goes, f) !== undefined && (valueOf(stays, f) === undefined || sides[f] === 'goes') && !same(valueOf(stays, f), valueOf(goes, f)));

const numberKey = (i: Identifier): string => `${i.system ?? ''}|${i.value ?? ''}`;

function united(stays: Patient, goes: Patient, sides: Partial<Record<Field, Side>>): Patient {
  const next = { ...stays } as unknown as Any;
  for (const f of takenFrom(stays, goes, sides)) next[f] = valueOf(goes, f);
  const known = new Set((stays.identifier ?? []).map(numberKey));
  const more = (goes.identifier ?? []).filter((i) => !known.has(numberKey(i)));
  const identifier = [...(stays.identifier ?? []), ...more];
  const link = [...(stays.link ?? []), { other: { reference: `Patient/${goes.id ?? ''}` }, type: 'replaces' }];
  return { ...(next as unknown as Patient), ...(identifier.length > 0 ? { identifier } : {}), link };
}

/* Where each kind names its person, and what of it is still going on. */
export const GOING_ON: { type: string; by: string; query: Record<string, string> }[] = [
  { type: 'Encounter', by: 'subject', query: { status: 'in-progress,onleave' } },
  { type: 'EpisodeOfCare', by: 'patient', query: { status: 'active' } },
  { type: 'MedicationRequest', by: 'subject', query: { status: 'active,on-hold' } },
  { type: 'ServiceRequest', by: 'subject', query: { status: 'active' } },
  { type: 'NutritionOrder', by: 'patient', query: { status: 'active' } },
  { type: 'AllergyIntolerance', by: 'patient', query: {} },
  { type: 'Flag', by: 'subject', query: {} }, /* R4 gives it no status to ask by */
  { type: 'CareTeam', by: 'subject', query: { status: 'active' } },
  { type: 'CarePlan', by: 'subject', query: { status: 'active' } },
  { type: 'Task', by: 'for', query: { status: 'requested,accepted,in-progress' } },
];
/* What may have come since, and whose person may be put right; what was signed or given stays where it was written. */
export const SINCE: { type: string; by: string }[] = [
  ...GOING_ON.map(({ type, by }) => ({ type, by })), { type: 'Observation', by: 'subject' }, { type: 'Condition', by: 'subject' }, { type: 'Procedure', by: 'subject' },
  { type: 'AdverseEvent', by: 'subject' }, { type: 'Immunization', by: 'patient' }, { type: 'DocumentReference', by: 'subject' }, { type: 'RelatedPerson', by: 'patient' },
  { type: 'Coverage', by: 'beneficiary' },
];
export const COUNTED = [...new Set([...SINCE.map((s) => s.type), 'MedicationAdministration', 'QuestionnaireResponse', 'Composition', 'List', 'Contract'])];

export const personOf = (r: Resource): string => {
  const any = r as Any;
  const ref = [any.subject, any.patient, any.for, any.beneficiary].map((x) => (Array.isArray(x) ? x[0] : x) as Reference | undefined).find((x) => x?.reference !== undefined);
  return ref?.reference?.split('/').pop() ?? '';
};

export function movedTo(r: Resource, patient: string): Resource {
  const any = { ...(r as Any) };
  for (const name of ['subject', 'patient', 'for', 'beneficiary']) {
    const ref = any[name] as Reference | undefined;
    if (ref && !Array.isArray(ref) && refersToAny(ref.reference)) any[name] = { ...ref, reference: `Patient/${patient}` };
  }
  return any;
}
const refersToAny = (reference: string | undefined): boolean => /^Patient\/[A-Za-z0-9.-]+$/.test(reference ?? '');

export interface Ledger extends Resource {
  resourceType: 'List';
  status?: string; date?: string; extension?: Extension[]; subject?: Reference;
  entry?: { flag?: { coding?: { system?: string; code?: string }[] }; item: Reference }[];
}

const ledgerEntry = (code: string, reference: string) => ({ flag: concept(FLAG, code), item: { reference } });
export const entriesOf = (l: Ledger, code: string): string[] =>
  (l.entry ?? []).filter((e) => e.flag?.coding?.some((c) => c.code === code)).map((e) => e.item.reference ?? '');

export interface MergeWords { title: string }

export function mergeBundle(stays: Patient, goes: Patient, sides: Partial<Record<Field, Side>>, going: Resource[], id: string, now: string, words: MergeWords): Bundle {
  const { id: keep = '' } = stays;
  const fields = takenFrom(stays, goes, sides);
  const ledger = {
    resourceType: 'List', status: 'current', mode: 'snapshot', title: words.title, code: concept(DOCUMENT_SYSTEM, 'merge'), subject: { reference: `Patient/${keep}` }, date: now,
    identifier: [{ system: 'urn:ansinh:id:merge', value: id }], ...(fields.length > 0 ? { extension: [{ url: MERGE_FIELDS, valueString: fields.join(',') }] } : {}),
    entry: [
      ledgerEntry('stays', `Patient/${keep}/_history/${stays.meta?.versionId ?? ''}`), ledgerEntry('goes', `Patient/${goes.id ?? ''}/_history/${goes.meta?.versionId ?? ''}`),
      ...going.map((r) => ledgerEntry('moved', `${r.resourceType}/${r.id ?? ''}`)),
    ],
  };
  const gone = { ...goes, active: false, link: [...(goes.link ?? []), { other: { reference: `Patient/${keep}` }, type: 'replaced-by' }] };
  return {
    resourceType: 'Bundle', type: 'transaction',
    entry: [
      put(united(stays, goes, sides)), put(gone), ...going.map((r) => put(movedTo(r, keep))),
      { resource: ledger as Resource, request: { method: 'POST', url: 'List', ifNoneExist: `identifier=urn:ansinh:id:merge|${id}` } },
    ],
  };
}

/* ---- parting ---- */

/* As it was, but for what came since: the fields that were taken over are what they were, its numbers are its own again. */
export function partedPatients(stays: Patient, goes: Patient, before: { stays: Patient; goes: Patient }, fields: Field[]): { stays: Patient; goes: Patient } {
  const next = { ...stays } as unknown as Any;
  for (const f of fields) {
    if (!same(next[f], valueOf(before.goes, f))) continue; /* somebody changed it since: their word stands */
    if (valueOf(before.stays, f) === undefined) delete next[f];
    else next[f] = valueOf(before.stays, f);
  }
  const own = new Set((before.stays.identifier ?? []).map(numberKey));
  const theirs = new Set((before.goes.identifier ?? []).map(numberKey));
  const identifier = (stays.identifier ?? []).filter((i) => own.has(numberKey(i)) || !theirs.has(numberKey(i)));
  const without = (p: { link?: Patient['link'] }, other: string): NonNullable<Patient['link']> => (p.link ?? []).filter((l) => !refersTo(l.other.reference, 'Patient', other));
  const strip = (p: Any, link: NonNullable<Patient['link']>, more: Record<string, unknown>): Patient => {
    const { link: _old, ...rest } = p;
    return { ...rest, ...(link.length > 0 ? { link } : {}), ...more } as unknown as Patient;
  };
  return {
    stays: strip(next, without(stays, goes.id ?? ''), identifier.length > 0 ? { identifier } : {}),
    goes: strip(goes as unknown as Any, without(goes, stays.id ?? ''), { active: before.goes.active ?? true }),
  };
}

export function partBundle(patients: { stays: Patient; goes: Patient }, choices: { resource: Resource; side: Side }[], ledger: Ledger): Bundle {
  const target = (side: Side): string => (side === 'stays' ? patients.stays.id : patients.goes.id) ?? '';
  const moved: BundleEntry[] = choices.filter((c) => personOf(c.resource) !== target(c.side)).map((c) => put(movedTo(c.resource, target(c.side))));
  return { resourceType: 'Bundle', type: 'transaction', entry: [put(patients.stays), put(patients.goes), ...moved, put({ ...ledger, status: 'retired' })] };
}

/* ---- asking ---- */

const paramOf = (type: string): string => ({ Coverage: 'beneficiary', AdverseEvent: 'subject', Contract: 'subject' })[type] ?? 'patient';

/* Of this record alone, not of those it replaced. */
const ofAlone = <T extends Resource>(list: T[], id: string): T[] => list.filter((r) => personOf(r) === id);

export async function goingOn(client: FhirClient, id: string): Promise<Resource[]> {
  const pages = await Promise.all(GOING_ON.map((g) => ifAllowed(client.search<Resource>(g.type, { patient: id, ...g.query, _count: 200 }))));
  return pages.flatMap((p) => ofAlone(p?.items ?? [], id))
    .filter((r) => (r.resourceType !== 'Encounter' || isStay(r as Stay)) && (r.resourceType !== 'Flag' || (r as Any).status === 'active'));
}
export const hasOpenStay = (going: Resource[]): boolean => going.some((r) => r.resourceType === 'Encounter' && isOpen(r as Stay));

export interface Count { type: string; n: number }
export async function countsOf(client: FhirClient, id: string): Promise<Count[]> {
  const answers = await client.batch({
    resourceType: 'Bundle', type: 'batch',
    entry: COUNTED.map((type) => ({ request: { method: 'GET' as const, url: `${type}?${paramOf(type)}=Patient/${id}&_summary=count` } })),
  });
  return COUNTED.map((type, i) => ({ type, n: (answers[i]?.resource as Bundle | undefined)?.total ?? 0 })).filter((c) => c.n > 0);
}

export async function ledgersOf(client: FhirClient, id: string): Promise<Ledger[]> {
  const page = await client.search<Ledger>('List', { patient: id, code: `${DOCUMENT_SYSTEM}|merge`, status: 'current', _sort: '-date', _count: 20 });
  return page.items.filter((l) => refersTo(l.subject?.reference, 'Patient', id));
}

/* Made after the two became one: ids that the server gives are ordered by time. */
export function isSince(r: Resource, ledger: Ledger): boolean {
  const [id, then] = [r.id ?? '', ledger.id ?? ''];
  return id.length === then.length && /^[a-z0-9]{20}$/i.test(id) ? id > then : r.meta?.versionId === '1';
}

export interface Parting { ledger: Ledger; stays: Patient; goes: Patient; before: { stays: Patient; goes: Patient }; fields: Field[]; entries: { resource: Resource; moved: boolean }[] }

async function readVersion(client: FhirClient, reference: string): Promise<Patient> {
  const found = await client.operation<Patient>(reference, 'Patient');
  if (!found) throw new FhirError('missing');
  return found.resource;
}

export async function loadParting(client: FhirClient, ledger: Ledger): Promise<Parting> {
  const [keep = '', gone = ''] = [entriesOf(ledger, 'stays')[0], entriesOf(ledger, 'goes')[0]];
  const idIn = (reference: string): string => reference.split('/')[1] ?? '';
  const [stays, goes, beforeStays, beforeGoes] = await Promise.all([
    client.read<Patient>('Patient', idIn(keep)), client.read<Patient>('Patient', idIn(gone)), readVersion(client, keep), readVersion(client, gone),
  ]);
  const moved = new Set(entriesOf(ledger, 'moved'));
  const since = await Promise.all(SINCE.map((s) => ifAllowed(client.search<Resource>(s.type, {
    [paramOf(s.type)]: `Patient/${idIn(keep)}`, _lastUpdated: `ge${ledger.meta?.lastUpdated ?? ledger.date ?? ''}`, _count: 200,
  }))));
  const found = since.flatMap((p) => p?.items ?? []).filter((r) => personOf(r) === idIn(keep));
  const fields = (ledger.extension?.find((e) => e.url === MERGE_FIELDS)?.valueString ?? '').split(',').filter((f): f is Field => (FIELDS as readonly string[]).includes(f));
  return {
    ledger, stays: stays.resource, goes: goes.resource, before: { stays: beforeStays, goes: beforeGoes }, fields,
    entries: found.filter((r) => moved.has(`${r.resourceType}/${r.id ?? ''}`) || isSince(r, ledger)).map((resource) => ({ resource, moved: moved.has(`${resource.resourceType}/${resource.id ?? ''}`) })),
  };
}
