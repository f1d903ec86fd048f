/* Certifying a death: who came and said so, when and where, of what, how it came about, who was told, and who took what they left.
 *
 * The time of death is the one that stands on the person and nowhere else. What is written here is one visit that certifies
 * (urn:ansinh:visit-type|death-certification, which the server takes after a death), with cause and manner as Observations of it. Written
 * anew, what stood before is struck and stays to be read. No official form is made here: the paper says what the house knows. */

import { idOf } from '../drugs/forms';
import { ifAllowed, type FhirClient } from '../fhir/client';
import { fromLocalInput } from '../fhir/dates';
import type { Bundle, BundleEntry, CodeableConcept, Coding, Identifier, Reference, Resource } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { entryIdentifier, entryQuery } from '../outbox/item';
import { codeText } from '../visits/codes';
import { SNOMED } from '../vitals/kinds';
import { uuid4 } from '../vitals/uuid';
import { put, type Task } from './acts';
import { ACT_CODE, concept, codeIn, DOCUMENT_SYSTEM, endedByDeath, GROUP_SYSTEM, isStay, TASK_SYSTEM, type Episode, type Extension, type Patient, type Stay } from './forms';
import { OPEN_TASK } from './terms';

export const VISIT_TYPE = 'urn:ansinh:visit-type';
export const CERTIFIES = 'death-certification';
export const CAUSE = { system: 'http://loinc.org', code: '69453-9', display: 'Cause of death [US Standard Certificate of Death]' };
export const MANNER = { system: 'http://loinc.org', code: '69449-7', display: 'Manner of death' };
const PART = 'urn:ansinh:death';
const MANNER_SYSTEM = 'urn:ansinh:death-manner';
const PLACE_SYSTEM = 'urn:ansinh:death-place';
const PLACE_URL = 'urn:ansinh:extension:death-place';
const TOLD_URL = 'urn:ansinh:extension:told';
const NUMBER_SYSTEM = 'urn:ansinh:id:death-certificate';
const LEFT = 'belongings-handed';

export const CERTIFIERS = ['here', 'hospital', 'commune'] as const;
export const SPOTS = ['here', 'way', 'hospital', 'elsewhere'] as const;
export const MANNERS = ['illness', 'sudden', 'accident', 'suicide', 'violence', 'unknown'] as const;
export const TOLD = ['family', 'guardian', 'commune', 'authority'] as const;
export type Certifier = (typeof CERTIFIERS)[number];
export type Spot = (typeof SPOTS)[number];
export type Manner = (typeof MANNERS)[number];
export type Told = (typeof TOLD)[number];
/* Those of SNOMED CT that mean the same. */
const MANNER_SNOMED: Partial<Record<Manner, string>> = { illness: '38605008', accident: '7878000', suicide: '44301001', unknown: '65037004' };

export interface Picked { coding: Coding | undefined; text: string }
export const pickedText = (p: Picked | undefined): string => (p === undefined ? '' : p.coding ? codeText(p.coding) : p.text);

/* As typed; times by the clock of the house. */
export interface Typed {
  died: string; by: Certifier | ''; house: string; name: string; number: string; at: string; spot: Spot | ''; spotText: string;
  immediate: Picked | undefined; underlying: Picked | undefined; /* an underlying cause that was typed and not chosen */ half: string; manner: Manner | '';
  told: Partial<Record<Told, { name: string; at: string }>>; left: string; taker: string;
}
export const nothingTyped: Typed = {
  died: '', by: '', house: '', name: '', number: '', at: '', spot: '', spotText: '', immediate: undefined, underlying: undefined, half: '', manner: '', told: {}, left: '', taker: '',
};

const msOf = (local: string): number => fromLocalInput(local)?.getTime() ?? NaN;
const thingsIn = (lines: string): string[] => lines.split('\n').map((x) => x.trim()).filter((x) => x !== '');

/* A death that no illness explains, and any death of somebody in drug rehabilitation. */
export const mustTellAuthority = (manner: Manner | '', isRehab: boolean): boolean => isRehab || (manner !== '' && manner !== 'illness');

export type Gap = 'died' | 'by' | 'house' | 'name' | 'at' | 'atFuture' | 'atBefore' | 'spot' | 'spotText' | 'immediate' | 'half' | 'manner' | 'toldAt' | 'taker';
const AHEAD_MS = 5 * 60_000;

/* What is missing or cannot be, in the order of the form. died: what stands on the person, empty when nobody knows. */
export function gapsIn(t: Typed, died: string, now: number): Gap[] {
  const death = died === '' ? msOf(t.died) : Date.parse(died.length === 10 ? `${died}T00:00:00+07:00` : died);
  const at = msOf(t.at);
  const gap = (is: boolean, name: Gap): Gap[] => (is ? [name] : []);
  const badTime = (ms: number): boolean => Number.isNaN(ms) || ms > now + AHEAD_MS || ms < death;
  return [
    ...gap(died === '' && (Number.isNaN(death) || death > now + AHEAD_MS), 'died'), ...gap(t.by === '', 'by'),
    ...gap(t.by !== '' && t.by !== 'here' && t.house.trim() === '', 'house'), ...gap(t.by !== '' && t.by !== 'here' && t.name.trim() === '', 'name'),
    ...(Number.isNaN(at) ? ['at' as const] : at > now + AHEAD_MS ? ['atFuture' as const] : at < Math.floor(death / 60_000) * 60_000 ? ['atBefore' as const] : []),
    ...gap(t.spot === '', 'spot'), ...gap(t.spot === 'elsewhere' && t.spotText.trim() === '', 'spotText'), ...gap(t.immediate === undefined, 'immediate'), ...gap(t.underlying === undefined && t.half.trim() !== '', 'half'), ...gap(t.manner === '', 'manner'),
    ...gap(TOLD.some((x) => t.told[x] !== undefined && badTime(msOf(t.told[x]?.at ?? '') + 59_999)), 'toldAt'), ...gap(thingsIn(t.left).length > 0 && t.taker.trim() === '', 'taker'),
  ];
}

/* ---- what stands ---- */

export interface Visit extends Stay { type?: CodeableConcept[]; participant?: { individual?: Reference }[] }
export interface Said extends Resource {
  resourceType: 'Observation';
  identifier?: Identifier[]; status?: string; code?: CodeableConcept; encounter?: Reference; effectiveDateTime?: string; valueCodeableConcept?: CodeableConcept;
  component?: { code?: CodeableConcept; valueCodeableConcept?: CodeableConcept }[];
}
export interface Left extends Resource { resourceType: 'List'; status?: string; code?: CodeableConcept; encounter?: Reference; entry?: { item?: { display?: string } }[]; note?: { text: string }[] }

/* One certification with all that belongs to it. */
export interface Certificate { visit: Visit; said: Said[]; left: Left | undefined }
export interface Known {
  patient: Patient; died: string; facility: string; facilityName: string; isRehab: boolean; notices: Task[]; certificate: Certificate | undefined; brought: string[];
}

const SAID = `${CAUSE.system}|${CAUSE.code},${MANNER.system}|${MANNER.code}`;

/* What was certified and not struck, the newest. */
export async function loadCertificate(client: FhirClient, patient: string, signal?: AbortSignal): Promise<Certificate | undefined> {
  const visits = await client.search<Visit>('Encounter', { patient, type: `${VISIT_TYPE}|${CERTIFIES}`, status: 'finished', _sort: '-date', _count: 20 }, signal);
  const visit = visits.items[0];
  if (!visit) return undefined;
  const encounter = `Encounter/${visit.id ?? ''}`;
  const [said, lists] = await Promise.all([
    ifAllowed(client.search<Said>('Observation', { patient, code: SAID, encounter, _count: 50 }, signal)),
    ifAllowed(client.search<Left>('List', { patient, code: `${DOCUMENT_SYSTEM}|${LEFT}`, status: 'current', encounter, _count: 20 }, signal)),
  ]);
  return { visit, said: (said?.items ?? []).filter((o) => o.status !== 'entered-in-error'), left: lists?.items[0] };
}

export async function loadKnown(client: FhirClient, id: string, home: string, signal?: AbortSignal): Promise<Known> {
  const [patient, stays, groups, tasks, brought, certificate] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    client.search<Stay>('Encounter', { patient: id, class: 'IMP', _sort: '-date', _count: 50, _include: 'Encounter:service-provider' }, signal),
    client.search<Episode>('EpisodeOfCare', { patient: id, type: `${GROUP_SYSTEM}|client`, _count: 20 }, signal),
    ifAllowed(client.search<Task>('Task', { patient: id, code: `${TASK_SYSTEM}|death-notice,${TASK_SYSTEM}|death-authority`, status: OPEN_TASK, _count: 50 }, signal)),
    ifAllowed(client.search<Left>('List', { patient: id, code: `${DOCUMENT_SYSTEM}|belongings`, status: 'current', _sort: '-date', _count: 5 }, signal)),
    loadCertificate(client, id, signal),
  ]);
  const all = stays.items.filter(isStay);
  const stay = endedByDeath(all) ?? all[0];
  const house = stays.included.find((r): r is Resource & { name?: string } => r.resourceType === 'Organization' && r.id === idOf(stay?.serviceProvider));
  return {
    patient: patient.resource, died: patient.resource.deceasedDateTime ?? '', facility: idOf(stay?.serviceProvider) || home, facilityName: house?.name ?? '',
    isRehab: groups.items.some((e) => e.status !== 'entered-in-error'), notices: tasks?.items ?? [], certificate,
    brought: (brought?.items[0]?.entry ?? []).map((e) => e.item?.display ?? '').filter((x) => x !== ''),
  };
}

/* ---- writing ---- */

export interface Words {
  title: string; left: string; authority: string; by: Record<Certifier, string>; spot: Record<Spot, string>; manner: Record<Manner, string>; taker: (name: string) => string;
}
export interface Signer { reference: string; display: string }

const cause = (p: Picked): CodeableConcept => (p.coding ? { coding: [p.coding], text: pickedText(p) } : { text: p.text });

/* What stood before is struck: it was written anew. */
export const struck = (c: Certificate | undefined): BundleEntry[] => (c === undefined ? [] : [
  put({ ...c.visit, status: 'entered-in-error' }), ...c.said.map((o) => put({ ...o, status: 'entered-in-error' })), ...(c.left ? [put({ ...c.left, status: 'entered-in-error' })] : []),
]);

function visitOf(t: Typed, k: Known, act: string, me: Signer, w: Words): Resource {
  const text = (url: string, value: string): Extension[] => (value.trim() === '' ? [] : [{ url, valueString: value.trim() }]);
  const told = TOLD.flatMap((who): Extension[] => {
    const x = t.told[who];
    return x === undefined ? [] : [{ url: TOLD_URL, extension: [{ url: 'who', valueCode: who }, { url: 'at', valueDateTime: wardInstant(msOf(x.at)) }, ...text('name', x.name)] }];
  });
  const at = wardInstant(msOf(t.at));
  const by: Reference = t.by === 'here' ? (me.reference === '' ? { display: me.display } : { ...me }) : { display: t.name.trim() };
  const visit: Record<string, unknown> & { resourceType: string } = {
    resourceType: 'Encounter', status: 'finished', class: { system: ACT_CODE, code: 'AMB', display: 'ambulatory' },
    identifier: [entryIdentifier(act), ...(t.number.trim() === '' ? [] : [{ system: NUMBER_SYSTEM, value: t.number.trim() }])],
    type: [{ coding: [{ system: VISIT_TYPE, code: CERTIFIES }], text: w.title }, { coding: [{ system: 'urn:ansinh:death-certifier', code: t.by }], text: w.by[t.by as Certifier] }],
    subject: { reference: `Patient/${k.patient.id ?? ''}` }, period: { start: at, end: at }, participant: [{ individual: by }],
    ...(t.by !== 'here' ? { serviceProvider: { display: t.house.trim() } } : k.facility === '' ? {} : { serviceProvider: { reference: `Organization/${k.facility}` } }),
    extension: [{ url: PLACE_URL, valueCodeableConcept: concept(PLACE_SYSTEM, t.spot, [w.spot[t.spot as Spot], t.spotText.trim()].filter(Boolean).join(': ')) } as Extension, ...told],
  };
  return visit;
}

/* The commune and somebody of the person's own were told: the notice of 24 hours is done. The authority is owed a word until it was told. */
function noticesOf(t: Typed, k: Known, made: (r: Record<string, unknown> & { resourceType: string }, n: number) => BundleEntry, w: Words): BundleEntry[] {
  const codeOf = (x: Task): string => codeIn(x.code, TASK_SYSTEM);
  const owed = mustTellAuthority(t.manner, k.isRehab);
  const isTold = t.told.commune !== undefined && (t.told.family !== undefined || t.told.guardian !== undefined);
  const authority = k.notices.filter((x) => codeOf(x) === 'death-authority');
  const now = wardInstant(msOf(t.at));
  return [
    ...(isTold ? k.notices.filter((x) => codeOf(x) === 'death-notice').map((x) => put({ ...x, status: 'completed' })) : []),
    ...(t.told.authority !== undefined ? authority.map((x) => put({ ...x, status: 'completed' })) : owed ? [] : authority.map((x) => put({ ...x, status: 'cancelled' }))),
    ...(owed && t.told.authority === undefined && authority.length === 0 ? [made({
      resourceType: 'Task', status: 'requested', intent: 'order', priority: 'stat', code: concept(TASK_SYSTEM, 'death-authority'), description: w.authority,
      for: { reference: `Patient/${k.patient.id ?? ''}` }, authoredOn: now, performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }], restriction: { period: { end: now } },
    }, 4)] : []),
  ];
}

export function certify(t: Typed, k: Known, act: string, me: Signer, w: Words): Bundle {
  const visit = `urn:uuid:${uuid4()}`; /* not the act's own name, which stands in it as an identifier */
  const subject = { reference: `Patient/${k.patient.id ?? ''}` };
  const at = wardInstant(msOf(t.at));
  const performer: Reference[] = t.by === 'here' && me.reference !== '' ? [{ ...me }] : [{ display: t.by === 'here' ? me.display : t.name.trim() }];
  const made = (resource: Record<string, unknown> & { resourceType: string }, n: number): BundleEntry => {
    const value = `${act}/${n}`;
    return { resource: { ...resource, identifier: [{ system: 'urn:ansinh:id:act', value }] } as Resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=urn:ansinh:id:act|${value}` } };
  };
  const said = (code: Coding, value: CodeableConcept, more: object, n: number): BundleEntry =>
    made({ resourceType: 'Observation', status: 'final', code: { coding: [code] }, subject, encounter: { reference: visit }, effectiveDateTime: at, performer, valueCodeableConcept: value, ...more }, n);
  const manner = t.manner as Manner;
  const snomed = MANNER_SNOMED[manner];
  const things = thingsIn(t.left);
  const { deceasedBoolean: _unknown, ...known } = k.patient;
  const entry: BundleEntry[] = [
    ...(k.died === '' ? [put({ ...known, deceasedDateTime: wardInstant(msOf(t.died)) } as Resource)] : []),
    { fullUrl: visit, resource: visitOf(t, k, act, me, w), request: { method: 'POST', url: 'Encounter', ifNoneExist: entryQuery(act) } },
    said(CAUSE, cause(t.immediate as Picked), t.underlying === undefined ? {} : { component: [{ code: { coding: [{ system: PART, code: 'underlying' }] }, valueCodeableConcept: cause(t.underlying) }] }, 1),
    said(MANNER, { coding: [{ system: MANNER_SYSTEM, code: manner }, ...(snomed === undefined ? [] : [{ system: SNOMED, code: snomed }])], text: w.manner[manner] }, {}, 2),
    ...(things.length === 0 ? [] : [made({
      resourceType: 'List', status: 'current', mode: 'snapshot', title: w.left, code: concept(DOCUMENT_SYSTEM, LEFT), subject, date: at, encounter: { reference: visit },
      entry: things.map((display) => ({ item: { display } })), note: [{ text: w.taker(t.taker.trim()) }],
    }, 3)]),
    ...noticesOf(t, k, made, w), ...struck(k.certificate),
  ];
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

/* ---- reading back ---- */

export interface Shown {
  by: Certifier | ''; name: string; house: string; number: string; at: string; place: string; immediate: string; underlying: string; manner: string; mannerCode: Manner | '';
  told: { who: Told; name: string; at: string }[]; left: string[]; taker: string;
}
const textOf = (c: CodeableConcept | undefined): string => c?.text ?? c?.coding?.[0]?.display ?? '';

export function shownOf(c: Certificate): Shown {
  const types = c.visit.type ?? [];
  const of = (code: string): Said | undefined => c.said.find((o) => (o.code?.coding ?? []).some((x) => x.code === code));
  const [causes, manner] = [of(CAUSE.code), of(MANNER.code)];
  const by = CERTIFIERS.find((x) => types.some((y) => codeIn(y, 'urn:ansinh:death-certifier') === x)) ?? '';
  const ext = (c.visit.extension ?? []) as (Extension & { valueCodeableConcept?: CodeableConcept })[];
  return {
    by, name: c.visit.participant?.[0]?.individual?.display ?? '', house: by === 'here' ? '' : c.visit.serviceProvider?.display ?? '',
    number: c.visit.identifier?.find((i) => i.system === NUMBER_SYSTEM)?.value ?? '', at: c.visit.period?.start ?? '', place: textOf(ext.find((e) => e.url === PLACE_URL)?.valueCodeableConcept),
    immediate: textOf(causes?.valueCodeableConcept), underlying: textOf(causes?.component?.find((x) => codeIn(x.code, PART) === 'underlying')?.valueCodeableConcept),
    manner: textOf(manner?.valueCodeableConcept), mannerCode: MANNERS.find((m) => codeIn(manner?.valueCodeableConcept, MANNER_SYSTEM) === m) ?? '',
    told: ext.filter((e) => e.url === TOLD_URL).flatMap((e) => {
      const part = (name: string): Extension | undefined => e.extension?.find((x) => x.url === name);
      const who = TOLD.find((x) => x === part('who')?.valueCode);
      return who === undefined ? [] : [{ who, name: part('name')?.valueString ?? '', at: part('at')?.valueDateTime ?? '' }];
    }),
    left: (c.left?.entry ?? []).map((e) => e.item?.display ?? ''), taker: c.left?.note?.[0]?.text ?? '',
  };
}
