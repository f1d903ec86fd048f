/* From a finished draft to the one transaction that is signed, and back from a signed document to what a reader sees.
 *
 * The words of the document are those the author saw, in Vietnamese, whatever language the page has; beside them each section
 * refers to its entries. An entry's key is its identifier and its place in the bundle, under two different names, since a server
 * replaces every text equal to a fullUrl. */

import { escapeText } from '../handover/compose';
import type { Giver } from '../drugs/record';
import { fromLocalInput, showFhirDay } from '../fhir/dates';
import { narrativeLines } from '../fhir/narrative';
import type { Bundle, BundleEntry, CodeableConcept, Coding, Reference, Resource } from '../fhir/types';
import { nowMs } from '../fhir/clock';
import { wardInstant, wardTime } from '../fhir/zone';
import type { VisitKey } from '../i18n/visits';
import { fill } from '../i18n/format';
import { parseTyped } from '../vitals/number';
import { codeText } from './codes';
import { recallAfter, recalledOn, recallOf, type Goal, type RegisterId } from '../record/registers';
import { CLIENT_SYSTEM } from '../stay/forms';
import { SYSTEMS, type Client, type DraftProblem, type DraftProcedure, type DraftResult, type VisitDraft } from './draft';
import {
  ADDENDUM, EXAM_SYSTEM, HEALTH_CLASS, ORDER_SYSTEM, OUTSIDE_SYSTEM, OUTSIDE_URL, RECORD_KIND, SECTION_SYSTEM, TEMPLATE, VISIT, identifierOf, onceOf,
  type Appointment, type Document, type Problem, type Procedure, type Report, type Result, type Section, type ServiceRequest, type Visit,
} from './forms';
import { fitOf, whysOf, type Allowed } from './licence';

export type Say = (key: VisitKey, params?: Record<string, string | number>) => string;
export const sayIn = (catalogue: Record<VisitKey, string>): Say => (key, params) => fill(catalogue[key], params);

export interface KnownLine { reference: string; text: string }

/* All that the document needs to know besides what was typed. */
export interface Setting {
  patient: string; stay: string; facility: string;
  /* who does not live here: as whom, when that is known, and the time under this house's care */
  client: Client | ''; episode: string;
  allowed: Allowed; me: Giver;
  /* "Bác sĩ", "Y sĩ": the role in which it is signed, and the practice licence's number when it is known */
  role: string; roleCode: string; practice: string;
  /* words of the readings that were taken over, by Observation id */
  vitals: Map<string, string>;
  /* and of laboratory results */
  labs: Map<string, string>;
  conditions: Map<string, string>;
  medicines: KnownLine[];
  /* open orders by id, with the version they are changed from */
  orders: Map<string, { order: ServiceRequest; etag: string }>;
  /* promised visits that this one may keep */
  promised: Appointment[];
  /* the registers the person is on, each with the problems (Condition ids) that put them there */
  recalls: Recalled[];
}

export interface Recalled { register: RegisterId; goal: Goal; conditions: string[] }

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const OBSERVATION = 'http://terminology.hl7.org/CodeSystem/observation-category';
const place = (key: string): string => `urn:uuid:${key}`;
const one = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });
const party = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

/* ---- sections ---- */

const listOf = (lines: string[]): Section['text'] & object => ({
  status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${lines.map((l) => `<li>${escapeText(l)}</li>`).join('')}</ul></div>`,
});
/* What was typed in several lines stays in several lines. */
const linesOf = (text: string): string[] => text.split('\n').map((l) => l.trim()).filter((l) => l !== '');

interface Part { code: string; title: VisitKey; lines: string[]; entry?: Reference[]; section?: Section[] }

export const problemText = (p: DraftProblem, known: Map<string, string>, say: Say): string => {
  const words = p.existing === '' ? (p.coding ? codeText(p.coding) : say('problem.uncodedLine', { text: p.text })) : known.get(p.existing) ?? p.text;
  return p.doubtful ? say('problem.doubtfulLine', { text: words }) : words;
};
export const procedureText = (p: DraftProcedure, say: Say): string => {
  const what = p.coding ? codeText(p.coding) : say('problem.uncodedLine', { text: p.text });
  return p.why === '' ? what : say('procedure.outsideLine', { what, why: say(`why.${p.why}`), text: p.whyText });
};
export const resultText = (r: DraftResult): string => `${r.name}: ${r.value}${r.unit === '' ? '' : ` ${r.unit}`}`;

function partsOf(d: VisitDraft, s: Setting, say: Say): Part[] {
  const exam = SYSTEMS.filter((x) => (d.exam[x] ?? '').trim() !== '');
  const taken = d.vitals.filter((id) => s.vitals.has(id)); /* a draft of yesterday may name readings of yesterday */
  const labs = d.labs.filter((id) => s.labs.has(id));
  const here = (keys: { key: string }[]): Reference[] => keys.map((k) => ({ reference: place(k.key) }));
  const parts: Part[] = [
    { code: 'reason', title: 'section.reason', lines: linesOf(d.reason) },
    { code: 'history', title: 'section.history', lines: linesOf(d.history) },
    { code: 'vitals', title: 'section.vitals', lines: taken.map((id) => s.vitals.get(id) ?? ''), entry: taken.map((id) => ({ reference: `Observation/${id}` })) },
    {
      code: 'exam', title: 'section.exam', lines: [],
      section: exam.map((x) => ({ title: say(`system.${x}`), code: one(EXAM_SYSTEM, x), text: listOf(linesOf(d.exam[x] ?? '')) })),
    },
    {
      code: 'problems', title: 'section.problems', lines: d.problems.map((p) => problemText(p, s.conditions, say)),
      entry: d.problems.map((p) => ({ reference: p.existing === '' ? place(p.key) : `Condition/${p.existing}` })),
    },
    { code: 'assessment', title: 'section.assessment', lines: linesOf(d.assessment) },
    { code: 'class', title: 'section.class', lines: d.kind === 'check' && d.healthClass !== '' ? [say('class.line', { n: d.healthClass })] : [], entry: [{ reference: place(d.classKey) }] },
    { code: 'results', title: 'section.results', lines: [...labs.map((id) => s.labs.get(id) ?? ''), ...d.results.map(resultText)], entry: [...labs.map((id) => ({ reference: `Observation/${id}` })), ...here(d.results)] },
    { code: 'orders', title: 'section.orders', lines: d.orders.map((o) => say(o.urgent ? 'order.urgentLine' : 'order.line', { kind: say(`order.${o.kind}`), text: o.text })), entry: here(d.orders) },
    { code: 'procedures', title: 'section.procedures', lines: d.procedures.map((p) => procedureText(p, say)), entry: here(d.procedures) },
    { code: 'medicines', title: 'section.medicines', lines: s.medicines.map((m) => m.text), entry: s.medicines.map((m) => ({ reference: m.reference })) },
    { code: 'advice', title: 'section.advice', lines: linesOf(d.advice) },
    {
      code: 'next', title: 'section.next', lines: d.nextDay === '' ? linesOf(d.nextNote) : [`${showFhirDay(d.nextDay)}${d.nextNote.trim() === '' ? '' : `: ${d.nextNote.trim()}`}`],
      entry: d.nextDay === '' ? [] : [{ reference: place(d.next) }],
    },
  ];
  return parts.filter((p) => p.lines.length > 0 || (p.section ?? []).length > 0);
}

const sectionOf = (p: Part, say: Say): Section => ({
  title: say(p.title), code: one(SECTION_SYSTEM, p.code), ...(p.lines.length > 0 ? { text: listOf(p.lines) } : {}),
  ...(p.entry && p.entry.length > 0 ? { entry: p.entry } : {}), ...(p.section && p.section.length > 0 ? { section: p.section } : {}),
});

/* ---- entries ---- */

/* When it took place: what was found and done then keeps that time, also where it is written and signed after a death or a discharge. */
export function spanOf(d: VisitDraft): { start: string; end: string } {
  const typed = d.when === '' ? undefined : fromLocalInput(d.when)?.getTime();
  const end = Math.min(typed ?? d.signedAt, d.signedAt);
  return { start: wardInstant(Math.min(typed ?? d.begunAt, end)), end: wardInstant(end) };
}

function encounterOf(d: VisitDraft, s: Setting): Visit {
  const diagnosis = d.problems.map((p, i) => ({
    condition: { reference: p.existing === '' ? place(p.key) : `Condition/${p.existing}` }, rank: i + 1,
  }));
  return {
    resourceType: 'Encounter', identifier: [identifierOf(d.encounter)], status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    type: [one('urn:ansinh:visit-type', d.kind === 'check' ? 'periodic-check' : s.allowed.treats ? 'visit' : 'health-monitoring'),
      ...(s.stay === '' && (s.client || d.client) !== '' ? [one(CLIENT_SYSTEM, s.client || d.client)] : [])],
    ...(s.episode === '' ? {} : { episodeOfCare: [{ reference: `EpisodeOfCare/${s.episode}` }] }),
    subject: { reference: `Patient/${s.patient}` }, period: spanOf(d),
    ...(s.me.reference === '' ? {} : { participant: [{ individual: party(s.me) }] }),
    ...(d.reason.trim() === '' ? {} : { reasonCode: [{ text: d.reason.trim() }] }), ...(diagnosis.length > 0 ? { diagnosis } : {}),
    ...(s.stay === '' ? {} : { partOf: { reference: `Encounter/${s.stay}` } }),
    ...(s.facility === '' ? {} : { serviceProvider: { reference: `Organization/${s.facility}` } }),
  };
}

const about = (d: VisitDraft, s: Setting) => ({ subject: { reference: `Patient/${s.patient}` }, encounter: { reference: place(d.encounter) } });

function conditionOf(p: DraftProblem, d: VisitDraft, s: Setting): Problem {
  return {
    resourceType: 'Condition', identifier: [identifierOf(p.key)], clinicalStatus: one(CLINICAL, 'active'),
    verificationStatus: one(VERIFICATION, p.doubtful ? 'provisional' : 'confirmed'),
    category: [one('http://terminology.hl7.org/CodeSystem/condition-category', 'problem-list-item')],
    code: p.coding ? { coding: [p.coding], text: p.coding.display ?? p.text } : { text: p.text },
    ...about(d, s), recordedDate: wardInstant(d.signedAt), ...(s.me.reference === '' ? {} : { recorder: party(s.me), asserter: party(s.me) }),
  };
}

const CATEGORY: Record<string, Coding> = {
  lab: { system: 'http://snomed.info/sct', code: '108252007', display: 'Laboratory procedure' },
  imaging: { system: 'http://snomed.info/sct', code: '363679005', display: 'Imaging' },
  referral: { system: 'http://snomed.info/sct', code: '3457005', display: 'Patient referral' },
};

function orderOf(o: VisitDraft['orders'][number], d: VisitDraft, s: Setting): ServiceRequest {
  return {
    resourceType: 'ServiceRequest', identifier: [identifierOf(o.key)], status: 'active', intent: 'order', priority: o.urgent ? 'urgent' : 'routine',
    category: [{ coding: [{ system: ORDER_SYSTEM, code: o.kind }, CATEGORY[o.kind] as Coding] }], code: { text: o.text }, ...about(d, s),
    authoredOn: spanOf(d).end, ...(s.me.reference === '' ? {} : { requester: party(s.me) }),
  };
}

/* "5,6" is a number of the unit beside it; anything else is words. */
function valueOf(r: DraftResult): Partial<Result> {
  const typed = parseTyped(r.value, 6);
  return typed.kind === 'number' ? { valueQuantity: { value: typed.value, ...(r.unit === '' ? {} : { unit: r.unit }) } }
    : { valueString: r.unit === '' ? r.value.trim() : `${r.value.trim()} ${r.unit}` };
}

function resultOf(r: DraftResult, d: VisitDraft, s: Setting): Result | Report {
  const based = r.order === '' ? {} : { basedOn: [{ reference: `ServiceRequest/${r.order}` }] };
  const common = { identifier: [identifierOf(r.key)], status: 'final', code: { text: r.name.trim() }, ...about(d, s), effectiveDateTime: spanOf(d).end, ...based };
  const who = s.me.reference === '' ? {} : { performer: [party(s.me)] };
  if (r.kind === 'imaging') {
    return { resourceType: 'DiagnosticReport', ...common, ...who, category: [one('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD')], issued: wardInstant(d.signedAt), conclusion: r.value.trim() };
  }
  return { resourceType: 'Observation', ...common, ...who, category: [one(OBSERVATION, 'laboratory')], ...valueOf(r) };
}

function procedureOf(p: DraftProcedure, d: VisitDraft, s: Setting): Procedure {
  const outside = whysOf(fitOf(p.coding?.code, s.allowed)).length > 0 && p.why !== '';
  return {
    resourceType: 'Procedure', identifier: [identifierOf(p.key)],
    ...(outside ? { extension: [{ url: OUTSIDE_URL, valueCodeableConcept: { coding: [{ system: OUTSIDE_SYSTEM, code: p.why }], text: p.whyText.trim() } }] } : {}),
    status: 'completed', code: p.coding ? { coding: [p.coding], text: p.coding.display ?? p.text } : { text: p.text }, ...about(d, s),
    performedDateTime: spanOf(d).end, ...(s.me.reference === '' ? {} : { performer: [{ actor: party(s.me) }] }),
  };
}

function appointmentOf(d: VisitDraft, s: Setting, say: Say): Appointment {
  return {
    resourceType: 'Appointment', identifier: [identifierOf(d.next)], status: 'proposed', description: say('next.description'), created: wardInstant(d.signedAt),
    requestedPeriod: [{ start: d.nextDay, end: d.nextDay }], ...(d.nextNote.trim() === '' ? {} : { comment: d.nextNote.trim() }),
    participant: [{ actor: { reference: `Patient/${s.patient}` }, status: 'needs-action', required: 'required' }],
  };
}

function classOf(d: VisitDraft, s: Setting, say: Say): Result {
  return {
    resourceType: 'Observation', identifier: [identifierOf(d.classKey)], status: 'final', category: [one(OBSERVATION, 'exam')],
    code: { coding: [{ system: HEALTH_CLASS, code: 'class' }], text: say('section.class') }, ...about(d, s), effectiveDateTime: spanOf(d).end,
    valueCodeableConcept: { coding: [{ system: HEALTH_CLASS, code: d.healthClass }], text: say('class.line', { n: d.healthClass }) },
    ...(s.me.reference === '' ? {} : { performer: [party(s.me)] }),
  };
}

/* As it stands under what was signed. A name that brings its title with it is not called by it twice. */
export function signedAs(role: string, name: string, practice: string, say: Say): string {
  const own = name.toLocaleLowerCase('vi').startsWith(`${role.toLocaleLowerCase('vi')} `) ? name.slice(role.length + 1) : name;
  return practice === '' ? say('signed.name', { role, name: own }) : say('signed.nameLicence', { role, name: own, number: practice });
}

export const signedName = (s: Setting, say: Say): string => signedAs(s.role, s.me.display, s.practice, say);

export function titleKey(kind: VisitDraft['kind'], treats: boolean): VisitKey {
  return kind === 'check' ? 'title.check' : treats ? 'title.visit' : 'title.monitoring';
}

function documentOf(d: VisitDraft, s: Setting, say: Say): Document {
  const author: Giver = { reference: s.me.reference, display: signedName(s, say) };
  return {
    resourceType: 'Composition', identifier: identifierOf(d.id), status: 'final', type: { coding: [VISIT], text: say(titleKey(d.kind, s.allowed.treats)) },
    category: [{ coding: [{ system: RECORD_KIND, code: s.allowed.treats ? 'medical-record' : 'health-monitoring' }] }],
    ...about(d, s), date: wardInstant(d.signedAt), author: [party(author)], title: say(titleKey(d.kind, s.allowed.treats)),
    attester: [{ mode: 'professional', time: wardInstant(d.signedAt), party: party(author) }],
    ...(s.roleCode === '' ? {} : { extension: [{ url: 'urn:ansinh:extension:author-role', valueCode: s.roleCode }] }),
    ...(s.facility === '' ? {} : { custodian: { reference: `Organization/${s.facility}` } }),
    event: [{ period: spanOf(d) }],
    section: partsOf(d, s, say).map((p) => sectionOf(p, say)),
  };
}

/* Whose day of recall this visit moves: nobody types it a second time on the page of targets. */
export function recallsOf(d: VisitDraft, s: Pick<Setting, 'recalls'>): { register: RegisterId; goal: Goal; day: string }[] {
  const seen = wardTime(Date.parse(spanOf({ ...d, signedAt: d.signedAt || nowMs() }).end)).day;
  return s.recalls.filter((r) => d.problems.some((p) => r.conditions.includes(p.existing)))
    .map((r) => ({ register: r.register, goal: r.goal, day: recallAfter(r.goal, r.register, seen, d.nextDay) }))
    .filter((r) => r.day !== recallOf(r.goal));
}

export function visitBundle(d: VisitDraft, s: Setting, say: Say): Bundle {
  const make = (key: string, resource: Resource): BundleEntry => ({
    fullUrl: place(key), resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: onceOf(key) },
  });
  /* an order whose result is here is done; an order of several results is changed once */
  const answered = [...new Set(d.results.map((r) => r.order))].flatMap((id): BundleEntry[] => {
    const known = s.orders.get(id);
    const done: ServiceRequest | undefined = known && { ...known.order, status: 'completed' };
    return done ? [{ resource: done, request: { method: 'PUT', url: `ServiceRequest/${id}`, ifMatch: known?.etag ?? '' } }] : [];
  });
  /* app-3: what took place has its hours */
  const kept = s.promised.filter((a) => d.kept.includes(a.id ?? '')).map((a): BundleEntry => {
    const done: Appointment = { ...a, status: 'fulfilled', ...spanOf(d) };
    return { resource: done, request: { method: 'PUT', url: `Appointment/${a.id ?? ''}`, ifMatch: `W/"${a.meta?.versionId ?? ''}"` } };
  });
  const recalled = recallsOf(d, s).map(({ goal, day }): BundleEntry => (
    { resource: recalledOn(goal, day), request: { method: 'PUT', url: `Goal/${goal.id ?? ''}`, ifMatch: `W/"${goal.meta?.versionId ?? ''}"` } }));
  return {
    resourceType: 'Bundle', type: 'transaction',
    entry: [
      make(d.id, documentOf(d, s, say)), make(d.encounter, encounterOf(d, s)),
      ...d.problems.filter((p) => p.existing === '').map((p) => make(p.key, conditionOf(p, d, s))),
      ...d.orders.map((o) => make(o.key, orderOf(o, d, s))), ...d.results.map((r) => make(r.key, resultOf(r, d, s))),
      ...d.procedures.map((p) => make(p.key, procedureOf(p, d, s))), ...(d.nextDay === '' ? [] : [make(d.next, appointmentOf(d, s, say))]),
      ...(d.kind === 'check' && d.healthClass !== '' ? [make(d.classKey, classOf(d, s, say))] : []), ...answered, ...kept, ...recalled,
    ],
  };
}

/* ---- afterwards ---- */

export function addendumOf(to: Document, text: string, s: { me: Giver; name: string; roleCode: string }, at: number, key: string, say: Say): Document {
  const author: Giver = { reference: s.me.reference, display: s.name };
  const title = say('addendum.title');
  return {
    resourceType: 'Composition', identifier: identifierOf(key), status: 'final', type: { coding: [ADDENDUM], text: title },
    ...(to.category ? { category: to.category } : {}), ...(to.subject ? { subject: to.subject } : {}), ...(to.encounter ? { encounter: to.encounter } : {}),
    ...(to.custodian ? { custodian: to.custodian } : {}), date: wardInstant(at), author: [party(author)], title,
    attester: [{ mode: 'professional', time: wardInstant(at), party: party(author) }],
    ...(s.roleCode === '' ? {} : { extension: [{ url: 'urn:ansinh:extension:author-role', valueCode: s.roleCode }] }),
    relatesTo: [{ code: 'appends', targetReference: { reference: `Composition/${to.id ?? ''}` } }],
    section: [{ title, code: one(SECTION_SYSTEM, 'addendum'), text: listOf(linesOf(text)) }],
  };
}

export interface ReadPart { title: string; code: string; lines: string[]; parts: ReadPart[] }

/* The words as they were signed, nothing of them as markup. Two levels are written, no more are read. */
export function readParts(sections: Section[] | undefined, depth = 0): ReadPart[] {
  return (sections ?? []).map((x) => ({
    title: x.title ?? '', code: x.code?.coding?.[0]?.code ?? '', lines: narrativeLines(x.text?.div),
    parts: depth < 1 ? readParts(x.section, depth + 1) : [],
  }));
}

/* ---- templates ---- */

export function templateOf(d: VisitDraft, title: string, of: 'own' | 'facility', s: { me: Giver; facility: string }, at: number, key: string, say: Say): Document {
  const part = (code: string, text: string): Section[] => (text.trim() === '' ? [] : [{ title: say(`section.${code}` as VisitKey), code: one(SECTION_SYSTEM, code), text: listOf(linesOf(text)) }]);
  const exam = SYSTEMS.filter((x) => (d.exam[x] ?? '').trim() !== '');
  return {
    resourceType: 'Composition', identifier: identifierOf(key), status: 'preliminary', type: { coding: [TEMPLATE] },
    category: [one('urn:ansinh:template', of)], date: wardInstant(at), author: [party(s.me)], title,
    ...(s.facility === '' ? {} : { custodian: { reference: `Organization/${s.facility}` } }),
    section: [
      ...part('reason', d.reason), ...part('history', d.history),
      ...(exam.length === 0 ? [] : [{
        title: say('section.exam'), code: one(SECTION_SYSTEM, 'exam'),
        section: exam.map((x) => ({ title: say(`system.${x}`), code: one(EXAM_SYSTEM, x), text: listOf(linesOf(d.exam[x] ?? '')) })),
      }]),
      ...part('assessment', d.assessment), ...part('advice', d.advice),
    ],
  };
}
