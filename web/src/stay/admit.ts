/* An admission as one transaction: the person (or the one who is there already), the stay in its bed, the ground it stands on, the papers that
 * came and those that did not, and what runs from now on. All of it or nothing.
 *
 * Every entry carries "ADMISSION/n" and is made only if none has it: sent twice, it is there once. What the account may not write (an insurance
 * card, a decision) is left out by `may`, and the screen says so. */

import { fromLocalInput, type ClockDate } from '../fhir/dates';
import { INSURER, numberOf } from '../fhir/systems';
import type { Bundle, BundleEntry, Identifier, Reference, Resource } from '../fhir/types';
import { addDays, addMonths, wardInstant, wardTime } from '../fhir/zone';
import { readDate } from '../books/cells';
import { birthOf, birthOfAge, digits, type Draft } from './draft';
import {
  ACT_CODE, ADMISSION_SYSTEM, concept, DOCUMENT_SYSTEM, ESCORT_URL, ETHNICITY_URL, FOUND_URL, GROUP_SYSTEM, PAPER_FLAG, PAPER_SYSTEM, ROLE_CODE,
  TASK_SYSTEM, UNKNOWN_SYSTEM, WAY_SYSTEM, type ClientKind,
} from './forms';
import { fileDue, GROUPS, paperOf, wayOf } from './ways';

export interface May { finance: boolean; decisions: boolean }
/* Words of the record: Vietnamese, whatever language the page has. */
export interface Words { unknown: (gender: string, about: string, day: string) => string; papers: string; belongings: string; task: Record<TimerCode, string>; group: (code: string) => string; client: Record<ClientKind, string> }
export type TimerCode = 'notify-commune' | 'complete-file' | 'identify' | 'term';

export type Made = { resourceType: string } & Record<string, unknown>;

export class Parts {
  readonly entries: BundleEntry[] = [];
  private n = 0;
  constructor(private readonly id: string) {}
  add(resource: Made, own: Identifier[] = []): Reference {
    const value = `${this.id}/${this.n++}`;
    const fullUrl = `urn:uuid:${placeholder(this.id, this.n)}`;
    this.entries.push({
      fullUrl, resource: { ...resource, identifier: [...own, { system: ADMISSION_SYSTEM, value }] } as Resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${ADMISSION_SYSTEM}|${value}` },
    });
    return { reference: fullUrl };
  }
}

/* The same name at every try, so that the same draft is the same transaction. */
const placeholder = (id: string, n: number): string => `${id.slice(0, -4)}${n.toString(16).padStart(4, '0')}`;

function identifiersOf(d: Draft): Identifier[] {
  const list: Identifier[] = [];
  const id = digits(d.idNumber);
  if (id.length === 12) list.push(numberOf('card', id));
  if (id.length === 9) list.push(numberOf('oldCard', id));
  if (d.oldId !== '' && d.oldId !== id) list.push(numberOf('oldCard', d.oldId));
  if (d.card.trim() !== '') list.push(numberOf('insurance', digits(d.card)));
  return list;
}

function nameOf(text: string) {
  const words = text.trim().replace(/\s+/g, ' ').split(' ');
  return { use: 'official', text: words.join(' '), ...(words.length > 1 ? { family: words[0], given: words.slice(1) } : {}) };
}

export function personOf(d: Draft, today: ClockDate, day: string, words: Words): { resource: Made; own: Identifier[] } {
  const managingOrganization = { reference: `Organization/${d.facility}` };
  if (d.who === 'unknown') {
    const extension = [d.foundAt, d.marks].some((t) => t.trim() !== '') ? [{ url: FOUND_URL, valueString: [d.foundAt.trim(), d.marks.trim()].filter(Boolean).join(' · ') }] : undefined;
    return {
      resource: {
        resourceType: 'Patient', active: true, name: [{ use: 'temp', text: words.unknown(d.gender, d.about.trim(), day) }], gender: d.gender,
        birthDate: birthOfAge(d.about, today), managingOrganization, ...(extension && { extension }),
      },
      /* never twelve digits: it must not be taken for a number of the state */
      own: [{ use: 'temp', system: UNKNOWN_SYSTEM, value: `CRDT-${d.id.slice(0, 8)}` }],
    };
  }
  return {
    resource: {
      resourceType: 'Patient', active: true, name: [nameOf(d.name)], gender: d.gender, birthDate: birthOf(d.birth, today), managingOrganization,
      ...(d.phone.trim() !== '' && { telecom: [{ system: 'phone', value: digits(d.phone) }] }),
      ...(d.address.trim() !== '' && { address: [{ text: d.address.trim() }] }),
      ...(d.ethnicity.trim() !== '' && { extension: [{ url: ETHNICITY_URL, valueString: d.ethnicity.trim() }] }),
    },
    own: identifiersOf(d),
  };
}

/* ---- the parts behind the stay ---- */

export function decisions(parts: Parts, d: Draft, subject: Reference, today: ClockDate, words: Words): void {
  for (const x of d.decisions) {
    if (x.group === '' && x.number.trim() === '') continue;
    const issued = readDate(x.date, today).value;
    parts.add({
      resourceType: 'Contract', status: 'executed', subject: [subject], type: concept(DOCUMENT_SYSTEM, 'category-decision'),
      ...(x.group !== '' && { subType: [concept(GROUP_SYSTEM, x.group, words.group(x.group))] }),
      ...(issued && { issued }), ...(x.by.trim() !== '' && { authority: [{ display: x.by.trim() }] }),
      ...((x.from !== '' || x.until !== '') && { applies: { ...(x.from !== '' && { start: x.from }), ...(x.until !== '' && { end: x.until }) } }),
    }, x.number.trim() === '' ? [] : [{ system: 'urn:ansinh:id:decision', value: x.number.trim() }]);
  }
}

export function guardian(parts: Parts, d: Draft, patient: Reference): void {
  if (d.guardianName.trim() === '') return;
  const role = (code: string) => concept(ROLE_CODE, code);
  parts.add({
    resourceType: 'RelatedPerson', active: true, patient, name: [nameOf(d.guardianName)],
    relationship: [...(d.guardianRelation === '' ? [] : [role(d.guardianRelation)]), ...(d.isGuardian === 'yes' ? [role('GUARD')] : [])],
    ...(d.guardianPhone.trim() !== '' && { telecom: [{ system: 'phone', value: digits(d.guardianPhone) }] }),
  });
}

export function coverage(parts: Parts, d: Draft, beneficiary: Reference, may: May): void {
  if (!may.finance || d.card.trim() === '' || d.same !== '') return;
  parts.add({
    resourceType: 'Coverage', status: 'active', beneficiary, subscriberId: digits(d.card), payor: [{ display: INSURER }],
    type: { coding: [{ system: 'urn:ansinh:insured-group', code: digits(d.card).slice(0, 2) }] },
    ...((d.cardFrom !== '' || d.cardUntil !== '') && { period: { ...(d.cardFrom !== '' && { start: d.cardFrom }), ...(d.cardUntil !== '' && { end: d.cardUntil }) } }),
  });
}

export interface PaperLine { code: string; state: 'have' | 'later' | 'none' | 'open'; wanted: boolean }

/* What the way in asks for, with what was said of each. Not said is open: it counts as missing. */
export function paperLines(d: Pick<Draft, 'way' | 'papers'>): PaperLine[] {
  const way = wayOf(d.way);
  if (!way) return [];
  return [...way.papers.map((code) => ({ code, wanted: false })), ...way.wanted.map((code) => ({ code, wanted: true }))]
    .map((p) => ({ ...p, state: d.papers[p.code] ?? 'open' }));
}
export const missingPapers = (d: Pick<Draft, 'way' | 'papers'>): string[] =>
  paperLines(d).filter((p) => !p.wanted && (p.state === 'later' || p.state === 'open')).map((p) => p.code);

function lists(parts: Parts, d: Draft, subject: Reference, encounter: Reference, date: string, words: Words): void {
  const papers = paperLines(d);
  if (papers.length > 0) {
    parts.add({
      resourceType: 'List', status: 'current', mode: 'working', title: words.papers, code: concept(DOCUMENT_SYSTEM, 'admission-papers'), subject, encounter, date,
      entry: papers.map((p) => ({
        flag: concept(PAPER_FLAG, p.state === 'have' ? 'have' : p.state === 'none' ? 'not-needed' : p.wanted && p.state === 'open' ? 'if-any' : 'missing'), date,
        item: { identifier: { system: PAPER_SYSTEM, value: p.code }, display: paperOf(p.code)?.vi ?? p.code },
      })),
    });
  }
  const things = d.belongings.split('\n').map((t) => t.trim()).filter(Boolean);
  if (things.length > 0) {
    parts.add({
      resourceType: 'List', status: 'current', mode: 'snapshot', title: words.belongings, code: concept(DOCUMENT_SYSTEM, 'belongings'), subject, encounter, date,
      entry: things.map((display) => ({ item: { display } })),
    });
  }
}

export interface Timer { code: TimerCode; due: string; urgent: boolean }

/* What runs from the moment of coming. */
export function timersOf(d: Pick<Draft, 'who' | 'way' | 'papers'>, at: Date): Timer[] {
  const { day } = wardTime(at.getTime());
  const timers: Timer[] = [];
  const way = wayOf(d.who === 'unknown' && d.way === '' ? 'emergency' : d.way);
  if (d.who === 'unknown') {
    timers.push({ code: 'notify-commune', due: wardInstant(at.getTime() + 48 * 3_600_000), urgent: true });
    timers.push({ code: 'identify', due: addDays(day, 10), urgent: false });
  }
  if (way && (d.who === 'unknown' || missingPapers(d).length > 0)) timers.push({ code: 'complete-file', due: fileDue(way, day), urgent: false });
  if (way?.termMonths !== undefined) timers.push({ code: 'term', due: addMonths(day, way.termMonths), urgent: false });
  return timers;
}

function tasks(parts: Parts, d: Draft, at: Date, subject: Reference, encounter: Reference, words: Words): void {
  for (const timer of timersOf(d, at)) {
    parts.add({
      resourceType: 'Task', status: 'requested', intent: 'order', priority: timer.urgent ? 'urgent' : 'routine', code: concept(TASK_SYSTEM, timer.code),
      description: words.task[timer.code], for: subject, encounter, authoredOn: wardInstant(at.getTime()), restriction: { period: { end: timer.due } },
    });
  }
}

export function admission(d: Draft, today: ClockDate, words: Words, may: May): Bundle {
  const parts = new Parts(d.id);
  const at = fromLocalInput(d.at) ?? new Date(NaN);
  const start = wardInstant(at.getTime());
  const { day } = wardTime(at.getTime());
  const serviceProvider = { reference: `Organization/${d.facility}` };
  const made = personOf(d, today, day.split('-').reverse().join('/'), words);
  const subject = d.same === '' ? parts.add(made.resource, made.own) : { reference: `Patient/${d.same}` };
  const groups = [...new Set(d.decisions.map((x) => x.group).filter((g) => g !== ''))];
  const way = wayOf(d.who === 'unknown' && d.way === '' ? 'emergency' : d.way);
  const episode = parts.add({
    resourceType: 'EpisodeOfCare', status: 'active', patient: subject, managingOrganization: serviceProvider, period: { start },
    ...(groups.length > 0 && { type: groups.map((g) => concept(GROUP_SYSTEM, g, GROUPS.find((x) => x.code === g)?.vi)) }),
  });
  const encounter = parts.add({
    resourceType: 'Encounter', status: 'in-progress', class: { system: ACT_CODE, code: 'IMP', display: 'inpatient encounter' }, subject, serviceProvider,
    episodeOfCare: [episode], period: { start }, location: [{ location: { reference: `Location/${d.bed}` }, status: 'active', period: { start } }],
    ...(way && { hospitalization: { admitSource: concept(WAY_SYSTEM, way.code, way.vi) } }),
    ...(d.reason.trim() !== '' && { reasonCode: [{ text: d.reason.trim() }] }),
    ...(d.escort.trim() !== '' && { extension: [{ url: ESCORT_URL, valueString: d.escort.trim() }] }),
  });
  if (may.decisions) decisions(parts, d, subject, today, words);
  guardian(parts, d, subject);
  coverage(parts, d, subject, may);
  lists(parts, d, subject, encounter, start, words);
  tasks(parts, d, at, subject, encounter, words);
  return { resourceType: 'Bundle', type: 'transaction', entry: parts.entries };
}

/* ---- taking it back ---- */

/* As it was before: nothing is deleted, all of it is marked. Somebody who was new is no longer active. */
export function takenBack(resource: Resource): Resource {
  switch (resource.resourceType) {
    case 'Patient': case 'RelatedPerson': return { ...resource, active: false } as Resource;
    default: return { ...resource, status: 'entered-in-error' } as Resource;
  }
}
