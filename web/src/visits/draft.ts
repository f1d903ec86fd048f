/* A visit that is being written. Every piece that becomes an entry of the record has its key from the beginning, so that sending it
 * twice records it once; once it has been signed and sent, nothing in it moves until the server has said yes or no. */

import type { Drafts } from '../access/drafts';
import type { Coding } from '../fhir/types';
import type { ClientKind } from '../stay/forms';
import { WHYS, type Why } from './licence';

export const SYSTEMS = [
  'general', 'circulation', 'respiration', 'digestion', 'urinary', 'nerves', 'mind', 'movement', 'skin', 'ent', 'teeth', 'eyes',
] as const;
export type System = (typeof SYSTEMS)[number];

export const ORDER_KINDS = ['lab', 'imaging', 'referral'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];
export const CLASSES = ['I', 'II', 'III', 'IV', 'V'] as const;
export type HealthClass = (typeof CLASSES)[number];
export type VisitKind = 'visit' | 'check';
/* whom a visit is for when the person does not live here */
export type Client = ClientKind;

export interface DraftProblem { key: string; existing: string; coding: Coding | undefined; text: string; doubtful: boolean }
export interface DraftOrder { key: string; kind: OrderKind; text: string; urgent: boolean }
export interface DraftResult { key: string; kind: 'lab' | 'imaging'; order: string; name: string; value: string; unit: string }
export interface DraftProcedure { key: string; coding: Coding | undefined; text: string; why: Why | ''; whyText: string }

/* Typed and not yet taken into its list: it is kept like the rest, and no signature passes over it. */
export interface Half { problem: string; procedure: string; order: string; orderKind: OrderKind | ''; urgent: boolean }
const NO_HALF: Half = { problem: '', procedure: '', order: '', orderKind: '', urgent: false };

export interface VisitDraft {
  id: string; encounter: string; next: string; classKey: string; /* keys of the document and of single entries */
  begunAt: number; touchedAt: number;
  /* ms; 0 until signed. While it is set the answer of the server is awaited or unknown */
  signedAt: number;
  /* when it took place, as typed, where it is written later; '' = now */
  when: string;
  kind: VisitKind;
  client: Client | '';
  reason: string; history: string; exam: Partial<Record<System, string>>;
  vitals: string[]; /* Observation ids */
  labs: string[]; /* Observation ids: results that are there already (results/) */
  kept: string[]; /* Appointment ids: the promises this visit was made for */
  problems: DraftProblem[]; orders: DraftOrder[]; results: DraftResult[]; procedures: DraftProcedure[];
  assessment: string; advice: string; nextDay: string; nextNote: string; healthClass: HealthClass | '';
  half: Half;
}

export function emptyVisit(newKey: () => string, now: number): VisitDraft {
  return {
    id: newKey(), encounter: newKey(), next: newKey(), classKey: newKey(), begunAt: now, touchedAt: now, signedAt: 0, when: '', kind: 'visit', client: '', reason: '', history: '',
    exam: {}, vitals: [], labs: [], kept: [], problems: [], orders: [], results: [], procedures: [], assessment: '', advice: '', nextDay: '', nextNote: '', healthClass: '', half: NO_HALF,
  };
}

export const hasWords = (d: VisitDraft): boolean =>
  [d.reason, d.history, d.assessment, d.advice, d.nextDay, d.nextNote, d.healthClass, d.half.problem, d.half.procedure, d.half.order, ...Object.values(d.exam)].some((x) => x !== '')
  || [d.vitals, d.labs, d.kept, d.problems, d.orders, d.results, d.procedures].some((x) => x.length > 0);

const KIND = 'visit';

/* Whatever was stored by another version of this page is completed, or begun anew; never thrown over. */
export function reviveVisit(text: string | null, fresh: VisitDraft): VisitDraft | undefined {
  try {
    const d = JSON.parse(text ?? 'null') as Partial<VisitDraft> | null;
    if (typeof d?.id !== 'string' || typeof d.encounter !== 'string' || typeof d.begunAt !== 'number') return undefined;
    const list = <T>(x: T[] | undefined): T[] => (Array.isArray(x) ? x : []);
    return {
      ...fresh, ...d, when: typeof d.when === 'string' ? d.when : '', exam: typeof d.exam === 'object' ? d.exam ?? {} : {}, vitals: list(d.vitals), labs: list(d.labs), kept: list(d.kept), problems: list(d.problems), orders: list(d.orders),
      results: list(d.results), procedures: list(d.procedures), half: { ...NO_HALF, ...d.half },
    };
  } catch {
    return undefined;
  }
}

export function findVisit(drafts: Drafts, patient: string, newKey: () => string, now: number): { draft: VisitDraft; restored: boolean } {
  const fresh = emptyVisit(newKey, now);
  const kept = reviveVisit(drafts.get(KIND, patient), fresh);
  return kept ? { draft: kept, restored: true } : { draft: fresh, restored: false };
}
export const keepVisit = (drafts: Drafts, patient: string, d: VisitDraft): void => drafts.keep(KIND, patient, hasWords(d) ? JSON.stringify(d) : undefined);
/* What was typed here after the same visit had been signed in another tab: a visit of its own. Orders and results keep their keys, so that those
 * which went with the first are not made twice; the promises it was made for are settled by then. */
export const asAnother = (d: VisitDraft, newKey: () => string): VisitDraft => ({ ...d, id: newKey(), encounter: newKey(), next: newKey(), classKey: newKey(), signedAt: 0, kept: [] });
export const dropVisit = (drafts: Drafts, patient: string): void => drafts.keep(KIND, patient, undefined);

/* What stands in the way of a signature, in the order of the screen. */
export type Missing = 'when' | 'reason' | 'finding' | 'halfProblem' | 'halfProcedure' | 'halfOrder' | 'procedure' | 'result' | 'class' | 'nextDay';

export function missingOf(d: VisitDraft, needsWhy: (p: DraftProcedure) => boolean, today: string): Missing[] {
  const missing: Missing[] = [];
  if (d.reason.trim() === '') missing.push('reason');
  const found = d.problems.length > 0 || d.assessment.trim() !== '' || Object.values(d.exam).some((x) => x.trim() !== '');
  if (!found) missing.push('finding');
  if (d.half.problem.trim() !== '') missing.push('halfProblem');
  if (d.half.procedure.trim() !== '') missing.push('halfProcedure');
  if (d.half.order.trim() !== '') missing.push('halfOrder');
  if (d.results.some((r) => r.name.trim() === '' || r.value.trim() === '')) missing.push('result');
  if (d.procedures.some((p) => needsWhy(p) && (!WHYS.some((w) => w === p.why) || p.whyText.trim() === ''))) missing.push('procedure');
  if (d.kind === 'check' && d.healthClass === '') missing.push('class');
  if (d.nextDay !== '' && (!/^\d{4}-\d{2}-\d{2}$/.test(d.nextDay) || d.nextDay < today)) missing.push('nextDay');
  return missing;
}

/* ---- templates ---- */

export interface Template { id: string; title: string; reason: string; history: string; exam: Partial<Record<System, string>>; assessment: string; advice: string }

/* A template fills what is still empty and takes nothing away. */
export function withTemplate(d: VisitDraft, t: Template): VisitDraft {
  const or = (mine: string, theirs: string): string => (mine.trim() === '' ? theirs : mine);
  const exam = { ...d.exam };
  for (const s of SYSTEMS) {
    const text = or(exam[s] ?? '', t.exam[s] ?? '');
    if (text !== '') exam[s] = text;
  }
  return { ...d, reason: or(d.reason, t.reason), history: or(d.history, t.history), exam, assessment: or(d.assessment, t.assessment), advice: or(d.advice, t.advice) };
}
