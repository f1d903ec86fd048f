/* From one house of the record to another.
 *
 * The one idea: the sender asks, the receiver does. Asking is a Task for the other house beside an EpisodeOfCare that is planned there: from that
 * moment they see the person (src/auth/place.c), and nothing else changes. Taking over is one transaction of theirs: the stay that was ends, the
 * new one begins in its bed and says where it came from (hospitalization.origin), the person belongs to the new house, and every order that
 * stood is stopped and lies there as a proposal until their own prescriber confirms it. Refused or called off, the planned episode is
 * cancelled and the person is out of their sight again. */

import type { BundleEntry, Bundle, CodeableConcept, Identifier, Period, Reference, Resource } from '../fhir/types';
import { endedEpisode, endedStay, put } from './acts';
import { ACT_CODE, concept, DISCHARGE_SYSTEM, isOpen, TASK_SYSTEM, WAY_SYSTEM, type Episode, type Order, type Patient, type Stay } from './forms';

export const TRANSFER_CODE = 'transfer';
export const TRANSFER_REASON = 'urn:ansinh:transfer-reason';
export const TRANSFER_PART = 'urn:ansinh:transfer';
export const TRANSFERRED_URL = 'urn:ansinh:extension:transferred-from';
export const ACT_ID = 'urn:ansinh:id:act';
export const REASONS = ['care', 'family', 'place', 'decision', 'request', 'other'] as const;
export type Reason = (typeof REASONS)[number];
/* What goes along with the person, in words. */
export const PARTS = ['summary', 'care', 'medicines', 'papers', 'belongings', 'escort'] as const;
export type Part = (typeof PARTS)[number];

export interface Asked { to: string; toName: string; from: string; fromName: string; reason: Reason; why: string; expected: string; parts: Partial<Record<Part, string>>; at: string; by: string }

export interface TransferTask extends Resource {
  resourceType: 'Task';
  identifier?: Identifier[]; status?: string; statusReason?: CodeableConcept; intent?: string; priority?: string; code?: CodeableConcept; description?: string; for?: Reference;
  encounter?: Reference; focus?: Reference; authoredOn?: string; requester?: Reference; owner?: Reference; reasonCode?: CodeableConcept; lastModified?: string;
  restriction?: { period?: Period }; input?: { type: CodeableConcept; valueString?: string; valueReference?: Reference }[]; output?: { type: CodeableConcept; valueReference?: Reference }[];
}

export interface TransferWords { task: (house: string) => string; way: string; stopped: string; reason: Record<Reason, string> }

const bundle = (entry: BundleEntry[]): Bundle => ({ resourceType: 'Bundle', type: 'transaction', entry });

/* n: which one of this act; the same act sent twice is there once. */
function post(act: string, n: number, resource: { resourceType: string } & Record<string, unknown>): BundleEntry {
  const value = `${act}/${n}`;
  return {
    fullUrl: `urn:uuid:${act.slice(0, -4)}${n.toString(16).padStart(4, '0')}`,
    resource: { ...resource, identifier: [{ system: ACT_ID, value }] } as Resource,
    request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${ACT_ID}|${value}` },
  };
}
const whole = (text: string | undefined): string => (text ?? '').trim();

export function ask(stay: Stay, a: Asked, act: string, words: TransferWords): Bundle {
  const subject = stay.subject ?? {};
  const house = { reference: `Organization/${a.to}`, display: a.toName };
  const planned = post(act, 1, { resourceType: 'EpisodeOfCare', status: 'planned', patient: subject, managingOrganization: house });
  const input = PARTS.filter((p) => whole(a.parts[p]) !== '').map((p) => ({ type: concept(TRANSFER_PART, p), valueString: whole(a.parts[p]) }));
  const task = post(act, 2, {
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'routine', code: concept(TASK_SYSTEM, TRANSFER_CODE), description: words.task(a.toName), for: subject,
    encounter: { reference: `Encounter/${stay.id ?? ''}` }, focus: { reference: planned.fullUrl }, authoredOn: a.at, owner: house,
    ...(a.by === '' ? {} : { requester: { reference: a.by } }), reasonCode: concept(TRANSFER_REASON, a.reason, whole(a.why) || words.reason[a.reason]),
    ...(a.expected === '' ? {} : { restriction: { period: { end: a.expected } } }),
    input: [{ type: concept(TRANSFER_PART, 'from'), valueReference: { reference: `Organization/${a.from}`, ...(a.fromName === '' ? {} : { display: a.fromName }) } }, ...input],
  });
  return bundle([planned, task]);
}

/* ---- reading one ---- */

const codeOf = (c: CodeableConcept | undefined): string => c?.coding?.find((x) => x.system === TRANSFER_PART)?.code ?? '';
export const partOf = (t: TransferTask, part: Part): string => t.input?.find((i) => codeOf(i.type) === part)?.valueString ?? '';
export const fromOf = (t: TransferTask): string => t.input?.find((i) => codeOf(i.type) === 'from')?.valueReference?.reference?.split('/')[1] ?? '';
export const fromNameOf = (t: TransferTask): string => t.input?.find((i) => codeOf(i.type) === 'from')?.valueReference?.display ?? '';
export const houseOf = (t: TransferTask): string => t.owner?.reference?.split('/')[1] ?? '';
export const isTransfer = (t: TransferTask): boolean => t.code?.coding?.some((c) => c.system === TASK_SYSTEM && c.code === TRANSFER_CODE) === true;
export const isWaiting = (t: TransferTask): boolean => isTransfer(t) && t.status === 'requested';

/* ---- directed to a ward of the receiver, whose nurses may then take over ---- */

export const EXPECTED_WARD = 'urn:ansinh:extension:expected-ward';
export const expectedWard = (e: Episode | undefined): string => e?.extension?.find((x) => x.url === EXPECTED_WARD)?.valueReference?.reference?.split('/')[1] ?? '';
export const direct = (planned: Episode, ward: string, name: string): Bundle => bundle([put({
  ...planned, extension: [...(planned.extension ?? []).filter((x) => x.url !== EXPECTED_WARD), { url: EXPECTED_WARD, valueReference: { reference: `Location/${ward}`, display: name } }],
} as Resource)]);

/* ---- refused, called off ---- */

function closed(t: TransferTask, planned: Episode | undefined, status: 'rejected' | 'cancelled', why: string, at: string): Bundle {
  return bundle([
    put({ ...t, status, statusReason: { text: whole(why) }, lastModified: at } as Resource),
    ...(planned && planned.status === 'planned' ? [put({ ...planned, status: 'cancelled' } as Resource)] : []),
  ]);
}
export const refuse = (t: TransferTask, planned: Episode | undefined, why: string, at: string): Bundle => closed(t, planned, 'rejected', why, at);
export const callOff = (t: TransferTask, planned: Episode | undefined, why: string, at: string): Bundle => closed(t, planned, 'cancelled', why, at);

/* ---- taken over ---- */

export interface Service extends Resource {
  resourceType: 'ServiceRequest' | 'NutritionOrder';
  status?: string; intent?: string; identifier?: Identifier[]; encounter?: Reference; requester?: Reference; orderer?: Reference; basedOn?: Reference[]; instantiates?: string[];
}
export interface Coming {
  task: TransferTask; patient: Patient; stay: Stay; planned: Episode | undefined; episodes: Episode[];
  orders: Order[]; services: Service[];
  /* false: this account does not see what is ordered, so it cannot end it */
  seesOrders: boolean;
}

/* Who wrote it works elsewhere: their name goes along, the reference does not. */
const named = (r: Reference | undefined): Reference | undefined => (r?.display === undefined ? undefined : { display: r.display });

function withoutOwn(r: Resource): Record<string, unknown> & { resourceType: string } {
  const { id: _id, meta: _meta, identifier: _i, requester, orderer, recorder: _r, encounter: _e, statusReason: _s, groupIdentifier: _g, performer: _p, ...rest } = r as unknown as Record<string, unknown> & {
    resourceType: string; requester?: Reference; orderer?: Reference;
  };
  const by = named(requester ?? orderer);
  return { ...rest, ...(by && r.resourceType !== 'NutritionOrder' ? { requester: by } : {}) };
}

/* What a prescriber is asked to confirm (of the new house; reopen.ts): the order as it was, standing for nothing yet. */
export function proposal(act: string, n: number, was: Resource, encounter: string): BundleEntry {
  const before = { reference: `${was.resourceType}/${was.id ?? ''}` };
  const link = was.resourceType === 'MedicationRequest' ? { priorPrescription: before } : was.resourceType === 'ServiceRequest' ? { replaces: [before] } : {};
  return post(act, n, { ...withoutOwn(was), status: 'draft', intent: 'proposal', encounter: { reference: encounter }, ...link });
}

export interface Take { at: string; bed: string; house: string; houseName: string }

export function take(c: Coming, t: Take, act: string, words: TransferWords): Bundle {
  const to = { reference: `Organization/${t.house}`, display: t.houseName };
  const from = fromOf(c.task);
  const origin = from === '' ? c.stay.serviceProvider : { reference: `Organization/${from}` };
  const old = c.episodes.filter((e) => e.status === 'active' && e.id !== c.planned?.id);
  const { status: _s, ...episode } = c.planned ?? { resourceType: 'EpisodeOfCare' as const, status: '' };
  const groups = old.find((e) => (e.type ?? []).length > 0)?.type;
  const stay = post(act, 1, {
    resourceType: 'Encounter', status: 'in-progress', class: { system: ACT_CODE, code: 'IMP', display: 'inpatient encounter' }, subject: c.stay.subject, serviceProvider: to,
    ...(c.planned ? { episodeOfCare: [{ reference: `EpisodeOfCare/${c.planned.id ?? ''}` }] } : {}), period: { start: t.at },
    location: [{ location: { reference: `Location/${t.bed}` }, status: 'active', period: { start: t.at } }],
    hospitalization: { admitSource: concept(WAY_SYSTEM, TRANSFER_CODE, words.way), ...(origin ? { origin } : {}) },
    extension: [{ url: TRANSFERRED_URL, valueReference: { reference: `Encounter/${c.stay.id ?? ''}` } }],
    ...(c.task.reasonCode ? { reasonCode: [c.task.reasonCode] } : {}),
  });
  const ended = [
    ...c.orders.map((o) => put({ ...o, status: 'stopped', statusReason: { text: words.stopped } } as Resource)),
    ...c.services.map((o) => put({ ...o, status: 'revoked' } as Resource)),
  ];
  return bundle([
    put(endedStay(c.stay, act, t.at, concept(DISCHARGE_SYSTEM, 'facility', words.stopped), to)), ...old.flatMap((e) => endedEpisode(e, t.at)),
    ...(c.planned ? [put({ ...episode, status: 'active', period: { start: t.at }, ...(groups ? { type: groups } : {}) } as Resource)] : []),
    stay, put({ ...c.patient, managingOrganization: to } as Resource), ...ended,
    ...[...c.orders, ...c.services].map((o, i) => proposal(act, 10 + i, o, stay.fullUrl ?? '')),
    put({ ...c.task, status: 'completed', lastModified: t.at, output: [{ type: concept(TRANSFER_PART, 'stay'), valueReference: { reference: stay.fullUrl ?? '' } }] } as Resource),
  ]);
}

/* Why it cannot be taken over now; undefined: it can. */
export type Hindered = 'over' | 'gone' | 'dead' | 'orders';
export function hindrance(c: Coming): Hindered | undefined {
  if (!isWaiting(c.task)) return 'over';
  if (c.patient.deceasedDateTime !== undefined || c.patient.deceasedBoolean === true) return 'dead';
  if (!isOpen(c.stay)) return 'gone';
  return c.seesOrders ? undefined : 'orders';
}

/* ---- proposals ---- */

export interface Proposal extends Resource {
  resourceType: 'MedicationRequest' | 'ServiceRequest' | 'NutritionOrder';
  status?: string; intent?: string; subject?: Reference; patient?: Reference; encounter?: Reference; requester?: Reference; authoredOn?: string; dateTime?: string;
  medicationCodeableConcept?: CodeableConcept; code?: CodeableConcept; oralDiet?: { type?: CodeableConcept[] }; dosageInstruction?: { text?: string }[]; priorPrescription?: Reference;
  occurrenceTiming?: unknown;
}
export const isProposal = (r: Proposal): boolean => r.status === 'draft' && r.intent === 'proposal';

export type Decision = 'confirm' | 'drop';

/* Confirmed: a new order in one's own name; the proposal has done its work. Dropped: it is revoked, and says nothing more. */
export function decide(list: { proposal: Proposal; decision: Decision }[], act: string, by: string, at: string): Bundle {
  return bundle(list.flatMap(({ proposal: p, decision }, i): BundleEntry[] => {
    const medicine = p.resourceType === 'MedicationRequest';
    const over = { ...p, status: decision === 'drop' ? (medicine ? 'cancelled' : 'revoked') : 'completed' };
    if (decision === 'drop') return [put(over as Resource)];
    const { requester: _r, ...rest } = withoutOwn(p);
    const mine = by === '' ? {} : p.resourceType === 'NutritionOrder' ? { orderer: { reference: by } } : { requester: { reference: by } };
    const when = p.resourceType === 'NutritionOrder' ? { dateTime: at } : { authoredOn: at };
    return [put(over as Resource), post(act, i, { ...rest, status: 'active', intent: 'order', ...(p.encounter ? { encounter: p.encounter } : {}), ...mine, ...when })];
  }));
}
