/* The handover that writes itself: what has changed since a moment, resident by resident, in four blocks. The same facts give
 * the same lines in the same order; every line names its fact; nothing is weighed or left out by taste.
 *
 * A fact is news when the server received it since then. One that is older by its own date (a book typed in, a tablet that was
 * offline for a day) is not mixed with what happened on the shift: it comes as a line of its own in `late`. Of somebody whose whole record was
 * brought in since (the ward's old books) what is older is history and no late news: it stands in the record. */

import { parseFhirDate } from '../fhir/dates';
import { CARE_SYSTEM } from '../daily/kinds';
import { numberOf } from '../fhir/decimal';
import { isGuarded, isUnsaid } from '../fhir/guarded';
import type { Resource } from '../fhir/types';
import { DAY_MS, wardTime } from '../fhir/zone';
import { dosesIn, recordsOf, ON_TIME_MS } from '../drugs/doses';
import { idOf, isControlled, isDone, notGivenReason, stands, whenOf, witnessOf, type Given, type NotGiven } from '../drugs/forms';
import { outOfBand, type Out } from './bands';
import type { Facts, Seen } from './forms';

export const BLOCKS = ['status', 'medical', 'special', 'undone'] as const;
export type Block = (typeof BLOCKS)[number];

export type Said =
  | { kind: 'admitted' | 'left' | 'moved' | 'away' }
  | { kind: 'news2'; score: number }
  | { kind: 'reading'; out: Out }
  | { kind: 'incident' | 'condition' | 'condition-over' | 'allergy' | 'order' | 'order-over' | 'order-changed' | 'flag' | 'flag-over' | 'task'; text: string }
  | { kind: 'note'; code: string; text: string }
  | { kind: 'not-given'; why: NotGiven; medicine: string }
  | { kind: 'missed' | 'unsigned' | 'double' | 'prn'; medicine: string };

/* guarded: shown to whoever may see the fact, and left out of the document, which the whole house reads */
export interface Line { block: Block; reference: string; at: number; said: Said; urgent: boolean; guarded: boolean }
export interface Change { patientId: string; lines: Line[]; late: Line[] }

export const NEWS2 = { system: 'urn:ansinh:score', code: 'news2' };

export interface Span { since: number; until: number }

interface Dated { meta?: { lastUpdated?: string; versionId?: string } }
const received = (r: Dated): number => Date.parse(r.meta?.lastUpdated ?? '');
const isFirst = (r: Dated): boolean => (r.meta?.versionId ?? '1') === '1';

/* 'news', 'late' (older by its own date), or nothing new at all */
export function freshness(r: Dated, own: string | undefined, span: Span): 'news' | 'late' | undefined {
  const got = received(r);
  if (!(got >= span.since && got <= span.until)) return undefined;
  const date = parseFhirDate(own);
  if (!date || !isFirst(r)) return 'news';
  if (date.precision === 'time') return date.ms >= span.since ? 'news' : 'late';
  const text = (own ?? '').slice(0, 10);
  return text >= wardTime(span.since).day.slice(0, text.length) ? 'news' : 'late';
}

const textOf = (c: { text?: string; coding?: { display?: string; code?: string }[] } | undefined): string =>
  c?.text?.trim() || c?.coding?.[0]?.display || c?.coding?.[0]?.code || '';
const codeOf = (c: { coding?: { code?: string }[] } | undefined): string => c?.coding?.[0]?.code ?? '';
const OVER = ['inactive', 'remission', 'resolved'];
/* SNOMED: somebody asked and there is none */
const NO_KNOWN_ALLERGY = '716186003';
const WRONG = ['entered-in-error', 'refuted'];

/* a stay of longer ago that was written down only now was brought in, and all that is older with it; one of these days was typed late */
const LATE_MS = 3 * DAY_MS;

function broughtIn(facts: Facts, span: Span): Set<string> {
  return new Set(facts.stays.filter((s) => {
    const start = parseFhirDate(s.period?.start);
    return isFirst(s) && freshness(s, s.period?.start, span) === 'late' && start !== undefined && start.ms < span.since - LATE_MS;
  }).map((s) => idOf(s.subject)));
}

function guardedIn(facts: Facts): Set<string> {
  const all: Resource[] = [...facts.conditions, ...facts.orders, ...facts.given, ...facts.observations, ...facts.incidents, ...facts.flags, ...facts.tasks, ...facts.allergies];
  return new Set([...all.filter(isGuarded), ...facts.conditions.filter(isUnsaid)].map((r) => `${r.resourceType}/${r.id}`));
}

export function differences(facts: Facts, span: Span, medicineName: (g: Given | string) => string): Map<string, Change> {
  const changes = new Map<string, Change>();
  const guarded = guardedIn(facts);
  const brought = broughtIn(facts, span);
  const add = (patientId: string, block: Block, reference: string, at: number, said: Said, fresh: 'news' | 'late' | undefined, urgent = false): void => {
    if (fresh === undefined || patientId === '' || (fresh === 'late' && brought.has(patientId))) return;
    const change = changes.get(patientId) ?? { patientId, lines: [], late: [] };
    changes.set(patientId, change);
    (fresh === 'news' ? change.lines : change.late).push({ block, reference, at: Number.isFinite(at) ? at : 0, said, urgent, guarded: guarded.has(reference) });
  };
  const when = (own: string | undefined, r: Dated): number => {
    const date = parseFhirDate(own);
    /* a day alone says no time: what is of this shift stands at the time it came in, what is older at its own day */
    return date && (date.precision === 'time' || freshness(r, own, span) === 'late') ? date.ms : received(r);
  };

  /* what says nothing of its own date came with whoever was brought in */
  const newsOf = (r: Dated, own: string | undefined, patientId: string): 'news' | 'late' | undefined =>
    (own === undefined && isFirst(r) && brought.has(patientId) ? undefined : freshness(r, own, span));

  for (const c of facts.conditions) {
    if (WRONG.includes(codeOf(c.verificationStatus))) continue;
    const over = OVER.includes(codeOf(c.clinicalStatus));
    const own = over ? c.abatementDateTime ?? c.recordedDate : c.recordedDate;
    add(idOf(c.subject), 'medical', `Condition/${c.id}`, when(own, c), { kind: over ? 'condition-over' : 'condition', text: textOf(c.code) }, newsOf(c, own, idOf(c.subject)));
  }
  for (const a of facts.allergies) {
    if (WRONG.includes(codeOf(a.verificationStatus)) || (a.code?.coding ?? []).some((c) => c.code === NO_KNOWN_ALLERGY)) continue;
    const own = (a as { recordedDate?: string }).recordedDate;
    add(idOf(a.patient), 'medical', `AllergyIntolerance/${a.id}`, when(own, a), { kind: 'allergy', text: textOf(a.code) }, newsOf(a, own, idOf(a.patient)));
  }
  for (const o of facts.orders) {
    if (o.status === 'entered-in-error' || o.status === 'draft') continue;
    const kind = o.status !== 'active' ? 'order-over' : isFirst(o) ? 'order' : 'order-changed';
    add(idOf(o.subject), 'medical', `MedicationRequest/${o.id}`, when(o.authoredOn, o), { kind, text: medicineName(o.id ?? '') }, freshness(o, o.authoredOn, span));
  }
  for (const i of facts.incidents) {
    const own = i.date ?? i.recordedDate;
    add(idOf(i.subject), 'status', `AdverseEvent/${i.id}`, when(own, i), { kind: 'incident', text: textOf(i.event) }, freshness(i, own, span), true);
  }
  for (const f of facts.flags) {
    if (f.status === 'entered-in-error') continue;
    const over = f.status === 'inactive';
    const own = over ? f.period?.end : f.period?.start;
    add(idOf(f.subject), 'special', `Flag/${f.id}`, when(own, f), { kind: over ? 'flag-over' : 'flag', text: textOf(f.code) }, freshness(f, own, span));
  }
  for (const s of facts.stays) {
    const patient = idOf(s.subject);
    const reference = `Encounter/${s.id}`;
    const [start, end] = [s.period?.start, s.period?.end];
    if (s.status === 'finished') add(patient, 'status', reference, when(end, s), { kind: 'left' }, freshness(s, end, span));
    else if (s.status === 'onleave') add(patient, 'status', reference, received(s), { kind: 'away' }, freshness(s, undefined, span));
    else if (s.status === 'in-progress') {
      const fresh = freshness(s, start, span);
      /* a stay that began before and was written since: another bed, or back from leave */
      add(patient, 'status', reference, when(start, s), { kind: isFirst(s) ? 'admitted' : 'moved' }, fresh);
    }
  }
  for (const o of facts.observations) observation(o);
  for (const g of facts.given) dose(g);
  missed();
  unsigned();
  for (const t of facts.tasks) {
    const text = t.description ?? textOf(t.code);
    add(idOf(t.for), 'undone', `Task/${t.id}`, when(t.restriction?.period?.end ?? t.authoredOn, t), { kind: 'task', text }, 'news');
  }

  function observation(o: Seen): void {
    if (['entered-in-error', 'cancelled'].includes(o.status ?? '')) return;
    const patient = idOf(o.subject);
    const own = o.effectiveDateTime ?? o.effectivePeriod?.start ?? o.issued;
    const fresh = freshness(o, own, span);
    const reference = `Observation/${o.id}`;
    const codes = o.code?.coding ?? [];
    if (codes.some((c) => c.system === NEWS2.system && c.code === NEWS2.code)) {
      const score = numberOf(o.valueQuantity?.value) ?? o.valueInteger;
      if (score !== undefined && score >= 5) add(patient, 'status', reference, when(own, o), { kind: 'news2', score }, fresh, true);
      return;
    }
    const care = codes.find((c) => c.system === CARE_SYSTEM);
    if (care) {
      /* of what is tapped every day only what is out of the ordinary; words that somebody wrote always */
      const isUsual = (o.valueCodeableConcept?.coding ?? []).some((c) => (c.system ?? '').startsWith(`${CARE_SYSTEM}:`)) && (o.interpretation ?? []).length === 0;
      const text = o.valueString ?? textOf(o.valueCodeableConcept);
      if (text !== '' && !isUsual) add(patient, 'special', reference, when(own, o), { kind: 'note', code: care.code ?? '', text }, fresh);
      return;
    }
    const out = outOfBand(o, patient);
    if (out) add(patient, 'status', reference, when(own, o), { kind: 'reading', out }, fresh, true);
  }

  function dose(g: Given): void {
    if (!stands(g)) return;
    const reference = `MedicationAdministration/${g.id}`;
    const fresh = freshness(g, g.effectiveDateTime, span);
    const medicine = medicineName(g);
    if (!isDone(g)) add(idOf(g.subject), 'undone', reference, whenOf(g), { kind: 'not-given', why: notGivenReason(g), medicine }, fresh);
    else if ((g.meta as { tag?: { code?: string }[] } | undefined)?.tag?.some((t) => t.code === 'double')) {
      add(idOf(g.subject), 'undone', reference, whenOf(g), { kind: 'double', medicine }, fresh, true);
    } else if ((g.identifier ?? []).some((i) => i.system === 'urn:ansinh:id:dose' && (i.value ?? '').includes('#'))) {
      add(idOf(g.subject), 'special', reference, whenOf(g), { kind: 'prn', medicine }, fresh);
    }
  }

  /* doses whose time has passed and of which nobody wrote anything */
  function missed(): void {
    for (const d of dosesIn(facts.orders, span.since, span.until - ON_TIME_MS)) {
      if (recordsOf(d.key, facts.given).length > 0) continue;
      add(d.patientId, 'undone', `MedicationRequest/${d.order.id}`, d.scheduled, { kind: 'missed', medicine: medicineName(d.order.id ?? '') }, 'news');
    }
  }

  function unsigned(): void {
    const controlled = new Set(facts.orders.filter(isControlled).map((o) => o.id));
    for (const g of facts.given) {
      const alone = (g.extension ?? []).some((e) => e.url === 'urn:ansinh:extension:signed-alone');
      if (!stands(g) || !isDone(g) || !alone || witnessOf(g) || !controlled.has(idOf(g.request))) continue;
      add(idOf(g.subject), 'undone', `MedicationAdministration/${g.id}`, whenOf(g), { kind: 'unsigned', medicine: medicineName(g) }, 'news', true);
    }
  }

  for (const c of changes.values()) {
    c.lines.sort(inOrder);
    c.late.sort(inOrder);
  }
  return changes;
}

export function inOrder(a: Line, b: Line): number {
  return BLOCKS.indexOf(a.block) - BLOCKS.indexOf(b.block) || a.at - b.at || (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0)
    || (a.said.kind < b.said.kind ? -1 : a.said.kind > b.said.kind ? 1 : 0);
}
