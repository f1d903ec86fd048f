/* What is typed at admission and what is wrong with it. Texts as typed; nothing is chosen beforehand. */

import { readDate, readGender, readPhone } from '../books/cells';
import type { ClockDate } from '../fhir/dates';
import { fromLocalInput } from '../fhir/dates';
import { uuid4 } from '../vitals/uuid';
import { checkCard, checkId, fromCardFields, type Card } from './card';
import { isWork, type ClientKind } from './forms';
import { wayOf } from './ways';

export type PaperState = 'have' | 'later' | 'none';
export interface Decision { group: string; number: string; date: string; by: string; from: string; until: string }

export interface Draft {
  id: string;
  /* in a bed of the house, or looked after without living here (client.ts) */
  living: Living; client: ClientKind | ''; employer: string; job: string; harmDay: string; harm: string; loss: string;
  /* with a name, or somebody nobody knows yet */
  who: '' | 'named' | 'unknown';
  scan: string; name: string; birth: string; gender: string; idNumber: string; oldId: string;
  card: string; cardFrom: string; cardUntil: string; phone: string; address: string; ethnicity: string;
  /* the person of the record whom this is; and those whom it is not */
  same: string; others: string[];
  about: string; foundAt: string; marks: string;
  at: string; facility: string; ward: string; bed: string;
  way: string; decisions: Decision[];
  guardianName: string; guardianPhone: string; guardianRelation: string; isGuardian: '' | 'yes' | 'no';
  papers: Record<string, PaperState>;
  belongings: string; escort: string; reason: string;
}

export type Living = 'bed' | 'away';

export const emptyDecision = (): Decision => ({ group: '', number: '', date: '', by: '', from: '', until: '' });

export function emptyDraft(at: string, facility: string, living: Living = 'bed'): Draft {
  return {
    id: uuid4(), living, client: '', employer: '', job: '', harmDay: '', harm: '', loss: '', who: '', scan: '', name: '', birth: '', gender: '', idNumber: '', oldId: '', card: '', cardFrom: '', cardUntil: '', phone: '', address: '',
    ethnicity: '', same: '', others: [], about: '', foundAt: '', marks: '', at, facility, ward: '', bed: '', way: '', decisions: [emptyDecision()],
    guardianName: '', guardianPhone: '', guardianRelation: '', isGuardian: '', papers: {}, belongings: '', escort: '', reason: '',
  };
}

export function fromCard(draft: Draft, card: Card): Draft {
  return { ...draft, who: 'named', scan: '', birth: '', oldId: '', ...fromCardFields(card) };
}

/* What was typed, as FHIR has it; '' when it cannot be read. */
export const birthOf = (typed: string, today: ClockDate): string => readDate(typed, today).value ?? '';
export const genderOf = (typed: string): string => readGender(typed).value ?? (typed === 'unknown' ? 'unknown' : '');
export const digits = (typed: string): string => typed.replace(/[\s.-]/g, '').toUpperCase();
/* "khoảng 60" is a year of birth, no day. */
export const birthOfAge = (about: string, today: ClockDate): string => (/^\d{1,3}$/.test(about.trim()) && Number(about) <= 120 ? String(today.year - Number(about)) : '');

export type Trouble =
  | 'who' | 'name' | 'gender' | 'birth' | 'birthFuture' | 'idShape' | 'idYearClash' | 'idGenderClash' | 'cardShape' | 'phone' | 'at' | 'atFuture' | 'atBeforeBirth'
  | 'facility' | 'bed' | 'way' | 'about' | 'decisionDate' | 'decisionPeriod' | 'relation' | 'client' | 'harmDay' | 'loss';
/* `stops`: it cannot be sent so; otherwise it is asked and may stand. */
export interface Issue { field: string; trouble: Trouble; stops: boolean }

const CLOCK_AHEAD_MS = 5 * 60_000;

function identityIssues(d: Draft, today: ClockDate): Issue[] {
  const issues: Issue[] = [];
  const stop = (field: string, trouble: Trouble): void => { issues.push({ field, trouble, stops: true }); };
  if (d.same !== '') return issues;
  if (d.gender === '') stop('gender', 'gender');
  if (d.who === 'unknown') {
    if (birthOfAge(d.about, today) === '') stop('about', 'about');
    return issues;
  }
  if (d.name.trim().length < 2 || /\d/.test(d.name)) stop('name', 'name');
  const birth = readDate(d.birth, today);
  if (d.birth.trim() === '' || birth.value === undefined) stop('birth', birth.findings.some((f) => f.code === 'future') ? 'birthFuture' : 'birth');
  for (const t of checkId(d.idNumber, birth.value ?? '', d.gender)) issues.push({ field: 'idNumber', trouble: t, stops: t === 'idShape' });
  for (const t of checkCard(d.card)) stop('card', t);
  for (const field of ['phone', 'guardianPhone'] as const) {
    if (d[field].trim() !== '' && readPhone(d[field]).value === undefined) stop(field, 'phone');
  }
  if (d.guardianName.trim() !== '' && d.guardianRelation === '') stop('guardianRelation', 'relation');
  return issues;
}

/* A harm at work lies between birth and today, and takes at most all of the ability to work. */
function clientIssues(d: Draft, today: ClockDate, born: string): Issue[] {
  if (d.client === '') return [{ field: 'client', trouble: 'client', stops: true }];
  if (!isWork(d.client)) return [];
  const issues: Issue[] = [];
  const harm = d.harmDay.trim() === '' ? '' : readDate(d.harmDay, today).value ?? '?';
  if (harm === '?' || (harm !== '' && born !== '' && harm.slice(0, born.length) < born)) issues.push({ field: 'harmDay', trouble: 'harmDay', stops: true });
  if (d.loss.trim() !== '' && !(/^\d{1,3}$/.test(d.loss.trim()) && Number(d.loss) <= 100)) issues.push({ field: 'loss', trouble: 'loss', stops: true });
  return issues;
}

export function issuesOf(d: Draft, today: ClockDate, now: number): Issue[] {
  const issues: Issue[] = [];
  const stop = (field: string, trouble: Trouble): void => { issues.push({ field, trouble, stops: true }); };
  if (d.who === '' && d.same === '') stop('who', 'who');
  else issues.push(...identityIssues(d, today));
  const at = fromLocalInput(d.at);
  const born = birthOf(d.birth, today);
  if (!at) stop('at', 'at');
  else if (at.getTime() > now + CLOCK_AHEAD_MS) stop('at', 'atFuture');
  else if (d.who === 'named' && born !== '' && d.at.slice(0, born.length) < born) stop('at', 'atBeforeBirth');
  if (d.facility === '') stop('facility', 'facility');
  if (d.living === 'away') issues.push(...clientIssues(d, today, born));
  else {
    if (d.bed === '') stop('bed', 'bed');
    if (d.who === 'named' && wayOf(d.way) === undefined) stop('way', 'way');
  }
  for (const [i, x] of d.decisions.entries()) {
    const day = x.date.trim() === '' ? '' : readDate(x.date, today).value ?? '?';
    if (day === '?' || (x.number.trim() !== '' && day === '')) stop(`decision${i}`, 'decisionDate');
    if (x.from !== '' && x.until !== '' && x.until < x.from) stop(`decision${i}`, 'decisionPeriod');
  }
  return issues;
}

/* Kept in this tab's storage and read back: what is missing there is empty. */
export function parseDraft(text: string | null, fresh: Draft): Draft {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Draft> | null;
    return kept && typeof kept.id === 'string' ? { ...fresh, ...kept, living: fresh.living } : fresh;
  } catch {
    return fresh;
  }
}

export const isTouched = (d: Draft): boolean => d.who !== '' || d.scan !== '' || d.name !== '' || d.same !== '';
