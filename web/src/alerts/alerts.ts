/* Alerts as the page knows them: a Task that a rule raised (docs/rules.md). What it says, whom it is for, which comes first, and which of
 * them may interrupt. Nothing here knows of a browser. */

import type { CodeableConcept, Identifier, Reference, Resource } from '../fhir/types';

interface Extension { url: string; valueCode?: string; valueString?: string; valueUnsignedInt?: number; extension?: Extension[] }
export interface Words { extension?: Extension[] }
interface Coded extends CodeableConcept { _text?: Words }
export interface Note { authorReference?: Reference; authorString?: string; time?: string; text: string }

export interface AlertTask extends Resource {
  resourceType: 'Task';
  identifier?: Identifier[];
  status?: string; priority?: string; code?: Coded; description?: string; _description?: Words; statusReason?: CodeableConcept; businessStatus?: CodeableConcept;
  for?: Reference; encounter?: Reference; location?: Reference; owner?: Reference; reasonReference?: Reference; instantiatesCanonical?: string;
  authoredOn?: string; lastModified?: string; performerType?: CodeableConcept[]; restriction?: { period?: { end?: string } };
  input?: { type?: CodeableConcept; valueReference?: Reference; valueString?: string; valueDateTime?: string }[];
  note?: Note[]; extension?: Extension[]; intent?: string;
}

export type Priority = 'stat' | 'asap' | 'urgent' | 'routine';
export type Interrupt = 'always' | 'budget' | 'never';
export interface Both { vi: string; en: string }

export interface Alert {
  id: string;
  kind: string;
  title: Both;
  text: Both;
  detail: string;
  /* the word is of a fact that came after the one the title speaks of */
  isLater: boolean;
  priority: Priority;
  status: string;
  patient: string;
  ward: string;
  wardName: string;
  at: number;
  /* when the fact was that the title speaks of; 0 where it does not say, or where that is no other time */
  since: number;
  roles: string[];
  interrupt: Interrupt;
  evidence: number;
  /* who has said "I have seen it" */
  owner: string;
  rule: string;
}

export const ALERT_SYSTEM = 'urn:ansinh:task';
export const KIND_SYSTEM = 'urn:ansinh:alert-kind';
export const REASON_SYSTEM = 'urn:ansinh:alert-reason';
const CAUSE_SYSTEM = 'urn:ansinh:id:alert-cause';
export const OPEN = 'requested,received,accepted,in-progress';
export const REASONS = ['known', 'wrong-value', 'not-needed', 'other'] as const;
export type Reason = (typeof REASONS)[number];

const idOf = (r: Reference | undefined): string => (r?.reference ?? '').split('/').pop() ?? '';
const codeOf = (c: CodeableConcept | undefined, system: string): string => c?.coding?.find((x) => x.system === system)?.code ?? '';

export function english(words: Words | undefined, otherwise: string): string {
  const found = (words?.extension ?? []).find((e) => e.extension?.some((x) => x.url === 'lang' && x.valueCode === 'en'));
  return found?.extension?.find((x) => x.url === 'content')?.valueString ?? otherwise;
}

const PRIORITIES: Priority[] = ['routine', 'urgent', 'asap', 'stat'];
const rank = (a: Alert): number => PRIORITIES.indexOf(a.priority);

/* What a tablet brings within minutes is of now. */
const APART_MS = 15 * 60_000;
function sinceOf(t: AlertTask): number {
  const fact = Date.parse(t.input?.find((i) => i.valueDateTime !== undefined)?.valueDateTime ?? '') || 0;
  return fact !== 0 && (Date.parse(t.authoredOn ?? '') || 0) - fact >= APART_MS ? fact : 0;
}

export function readAlert(t: AlertTask): Alert {
  const title = t.code?.text ?? '';
  const text = t.description ?? '';
  const interrupt = t.extension?.find((e) => e.url === 'urn:ansinh:alert-interrupt')?.valueCode;
  return {
    id: t.id ?? '', kind: codeOf(t.code, KIND_SYSTEM), title: { vi: title, en: english(t.code?._text, title) }, text: { vi: text, en: english(t._description, text) },
    detail: t.input?.find((i) => i.valueString !== undefined)?.valueString ?? '',
    isLater: (t.identifier ?? []).filter((i) => i.system === CAUSE_SYSTEM).length > 1,
    priority: PRIORITIES.find((p) => p === t.priority) ?? 'routine', status: t.status ?? '',
    patient: idOf(t.for), ward: idOf(t.location), wardName: t.location?.display ?? '', at: Date.parse(t.authoredOn ?? '') || 0, since: sinceOf(t),
    /* a later step of the rule may name again who had it from the beginning */
    roles: [...new Set((t.performerType ?? []).map((c) => codeOf(c, 'urn:ansinh:role')).filter((c) => c !== ''))],
    interrupt: interrupt === 'always' || interrupt === 'budget' ? interrupt : 'never',
    evidence: (t.reasonReference ? 1 : 0) + (t.input ?? []).filter((i) => i.valueReference).length,
    owner: t.owner?.display ?? '', rule: (t.instantiatesCanonical ?? '').split('|')[0] ?? '',
  };
}

/* The rule writes its word with a decimal comma, and a word that both languages need as "người / people". */
export function detailIn(a: Alert, lang: 'vi' | 'en'): string {
  const own = a.detail.replace(/(\p{L}+) \/ (\p{L}+)/u, lang === 'en' ? '$2' : '$1');
  return lang === 'en' ? own.replace(/(\d),(\d)/g, '$1.$2') : own;
}

/* The gravest first; of equals those nobody has seen, then the oldest. */
export function inOrder(a: Alert, b: Alert): number {
  return rank(b) - rank(a) || Number(a.status !== 'requested') - Number(b.status !== 'requested') || a.at - b.at || (a.id < b.id ? -1 : 1);
}

/* For a role of mine, in a ward of mine. No roles given: sign-in is off, everything is everybody's. */
export function isMine(a: Alert, roles: string[] | undefined, wards: string[]): boolean {
  if (roles === undefined) return true;
  return a.roles.some((r) => roles.includes(r)) && (wards.length === 0 || a.ward === '' || wards.includes(a.ward));
}

/* What somebody sees differently: news for the button. */
export const saying = (a: Alert): string => [a.id, a.priority, a.status, a.detail, a.evidence].join(' ');
/* own: what one has just done here oneself is no news to oneself */
export function newsOf(shown: Alert[], newer: Alert[], own: Map<string, string> = new Map()): number {
  const before = new Set(shown.flatMap((a) => [saying(a), saying({ ...a, status: own.get(a.id) ?? a.status })]));
  return newer.filter((a) => !before.has(saying(a))).length;
}

/* ---- interrupting ---- */

/* Those on duty in the ward hear of it first; who works there by the roster and is off hears of it when nobody has taken it for a while.
 * What always interrupts waits for nobody, and nor does anything where the roster names nobody. */
export const FIRST_MS = 15 * 60_000;
export function isMyTurn(a: Alert, onDuty: Set<string> | undefined, me: string, now: number): boolean {
  return a.interrupt === 'always' || onDuty === undefined || onDuty.has(me) || now - a.at >= FIRST_MS;
}

/* Two of a shift, never counting those that always interrupt. */
export const BUDGET = 2;
export interface Shown { shift: number; spent: number; ids: string[] }
/* The same alert interrupts again only when it has become graver. */
const mark = (a: Alert): string => `${a.id}/${a.priority}`;

const inShift = (s: Shown, shift: number): Shown => (s.shift === shift ? s : { shift, spent: 0, ids: s.ids.slice(-200) });

/* What is said in one interruption: all that always interrupt, together; without such one of the others while the budget lasts. */
export function nextInterrupt(alerts: Alert[], before: Shown, shift: number): Alert[] {
  const s = inShift(before, shift);
  const open = alerts.filter((a) => a.status === 'requested' && a.interrupt !== 'never' && !s.ids.includes(mark(a))).sort(inOrder);
  const always = open.filter((a) => a.interrupt === 'always');
  return always.length > 0 || s.spent >= BUDGET ? always : open.slice(0, 1);
}

export function afterShowing(said: Alert[], before: Shown, shift: number): Shown {
  const s = inShift(before, shift);
  const marks = said.map(mark);
  return { shift, spent: s.spent + (said.some((a) => a.interrupt === 'budget') ? 1 : 0), ids: [...s.ids.filter((i) => !marks.includes(i)), ...marks] };
}

export function readShown(text: string | null): Shown {
  try {
    const s = JSON.parse(text ?? '') as Partial<Shown>;
    if (typeof s.shift === 'number' && typeof s.spent === 'number' && Array.isArray(s.ids)) {
      return { shift: s.shift, spent: s.spent, ids: s.ids.filter((i): i is string => typeof i === 'string').slice(-400) };
    }
  } catch {
    /* nothing kept, or not by us */
  }
  return { shift: 0, spent: 0, ids: [] };
}
