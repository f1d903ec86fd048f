/* What the shift board shows, out of the server's answer ($board, docs/board.md): who is where, what is open, who worries.
 *
 * The server says when something is to be done; whether that is late, due or soon this clock says, so a board that lies on
 * a table gets older honestly. Nothing here knows of a browser. */

import { conceptText } from '../fhir/clinical';
import { byPlace } from '../place/ward';
import { isMyRoom, NOT_ON, type Share } from '../roster/now';
import type { CodeableConcept, Reference, Resource } from '../fhir/types';
import { foldText } from '../text';
import type { Band } from './news2';

interface Part {
  name: string; part?: Part[]; valueReference?: Reference; valueCodeableConcept?: CodeableConcept; valueCode?: string; valueDate?: string;
  valueInstant?: string; valueDateTime?: string; valueString?: string; valueDecimal?: number; valueInteger?: number; valueBoolean?: boolean;
}
export interface Parameters extends Resource { resourceType: 'Parameters'; parameter?: Part[] }

export type DueWhat = 'vitals' | 'medicine' | 'care';
/* kind: of care, a row of daily/kinds.ts */
export interface Due { what: DueWhat; at: number; count: number; kind: string }
export type DueState = 'overdue' | 'due' | 'soon' | 'later';

export interface Mark { code: string; text: string }
/* One that nobody has closed; the words are the rule's. */
export interface CardAlert { title: string; titleEn: string; priority: string; seen: boolean; at: number }
export interface LastScore { score: number | undefined; band: Band | undefined; at: number; when: string }

export interface BoardResident {
  id: string;
  name: string;
  birthDate: string | undefined;
  gender: string | undefined;
  encounter: string;
  bed: string;
  room: string;
  roomId: string;
  ward: string;
  assigned: boolean;
  /* their care is not seen: that nothing is due says nothing */
  unseen: boolean;
  risks: Mark[];
  allergies: string[];
  news2: LastScore | undefined;
  dues: Due[];
  alerts: CardAlert[];
}

/* Who belongs here and is not here. until: when they are expected; NaN: nobody said */
export interface Away { id: string; name: string; bed: string; kind: 'leave' | 'hospital'; until: number }

export interface Board { now: number; place: string; placeName: string; facility: string; residents: BoardResident[]; aways: Away[] }

const MINUTE = 60_000;
/* A dose may be given an hour either side of its time; a round of signs begins in the hour after it. Care is asked for by the
 * quarter of an hour where it is: a low glucose, somebody who is looked after. */
const LATE_MS = 60 * MINUTE;
const CARE_LATE_MS: Record<string, number> = { glucose: 5 * MINUTE, neuro: 10 * MINUTE, observe: 10 * MINUTE, 'restraint-check': 10 * MINUTE, 'restraint-over': 0, turning: 30 * MINUTE };
const lateAfter = (d: Due): number => (d.what === 'care' ? CARE_LATE_MS[d.kind] ?? LATE_MS : LATE_MS);
export const SOON_MS = 60 * MINUTE;

const idOf = (ref: Reference | undefined): string => (ref?.reference ?? '').split('/').pop() ?? '';
const find = (parts: Part[] | undefined, name: string): Part | undefined => parts?.find((p) => p.name === name);
const all = (parts: Part[] | undefined, name: string): Part[] => (parts ?? []).filter((p) => p.name === name);

export function readBoard(answer: Parameters): Board {
  const parts = answer.parameter ?? [];
  const place = find(parts, 'place')?.valueReference;
  return {
    now: Date.parse(find(parts, 'now')?.valueInstant ?? '') || 0,
    place: place?.reference ?? '', placeName: place?.display ?? '',
    facility: idOf(find(parts, 'facility')?.valueReference),
    residents: all(parts, 'resident').map((p) => resident(p.part ?? [])).sort(inOrder),
    aways: all(parts, 'away').map((p) => away(p.part ?? [])).sort((a, b) => byPlace.compare(a.bed, b.bed) || (a.id < b.id ? -1 : 1)),
  };
}

function away(parts: Part[]): Away {
  const patient = find(parts, 'patient')?.valueReference;
  return {
    id: idOf(patient), name: patient?.display ?? '', bed: find(parts, 'bed')?.valueReference?.display ?? '',
    kind: find(parts, 'kind')?.valueCode === 'hospital' ? 'hospital' : 'leave', until: Date.parse(find(parts, 'until')?.valueDateTime ?? ''),
  };
}

function resident(parts: Part[]): BoardResident {
  const patient = find(parts, 'patient')?.valueReference;
  return {
    id: idOf(patient), name: patient?.display ?? '',
    birthDate: find(parts, 'birthDate')?.valueDate, gender: find(parts, 'gender')?.valueCode,
    encounter: find(parts, 'encounter')?.valueReference?.reference ?? '',
    bed: find(parts, 'bed')?.valueReference?.display ?? '', room: find(parts, 'room')?.valueReference?.display ?? '', roomId: idOf(find(parts, 'room')?.valueReference),
    ward: find(parts, 'ward')?.valueReference?.display ?? '',
    assigned: find(parts, 'assigned')?.valueBoolean === true, unseen: find(parts, 'unseen')?.valueBoolean === true,
    risks: all(parts, 'risk').map((p) => mark(p.valueCodeableConcept)), allergies: all(parts, 'allergy').map((p) => conceptText(p.valueCodeableConcept)),
    news2: lastScore(find(parts, 'news2')?.part),
    dues: all(parts, 'due').map((p) => due(p.part)).filter((d): d is Due => d !== undefined).sort((a, b) => a.at - b.at),
    alerts: all(parts, 'alert').map((p) => cardAlert(p.part)).sort((a, b) => graver(b) - graver(a)),
  };
}

function mark(concept: CodeableConcept | undefined): Mark {
  const of = (system: string): string | undefined => concept?.coding?.find((c) => c.system === system)?.code;
  const isolated = of('urn:ansinh:isolation');
  return { code: of('urn:ansinh:risk') ?? (isolated === undefined ? '' : `isolation-${isolated}`), text: conceptText(concept) };
}

const graver = (a: CardAlert): number => ['routine', 'urgent', 'asap', 'stat'].indexOf(a.priority);
function cardAlert(parts: Part[] | undefined): CardAlert {
  const title = find(parts, 'title')?.valueString ?? '';
  return {
    title, titleEn: find(parts, 'title-en')?.valueString ?? title, priority: find(parts, 'priority')?.valueCode ?? '',
    seen: find(parts, 'status')?.valueCode !== 'requested', at: Date.parse(find(parts, 'at')?.valueDateTime ?? '') || 0,
  };
}

function lastScore(parts: Part[] | undefined): LastScore | undefined {
  const when = find(parts, 'at')?.valueDateTime ?? '';
  const at = Date.parse(when);
  if (!parts || Number.isNaN(at)) return undefined;
  return { score: find(parts, 'score')?.valueDecimal, band: find(parts, 'band')?.valueCode as Band | undefined, at, when };
}

function due(parts: Part[] | undefined): Due | undefined {
  const what = find(parts, 'what')?.valueCode;
  const at = Date.parse(find(parts, 'at')?.valueInstant ?? '');
  if ((what !== 'vitals' && what !== 'medicine' && what !== 'care') || Number.isNaN(at)) return undefined;
  return { what, at, count: find(parts, 'count')?.valueInteger ?? 1, kind: find(parts, 'kind')?.valueCode ?? '' };
}

function inOrder(a: BoardResident, b: BoardResident): number {
  return byPlace.compare(a.ward, b.ward) || byPlace.compare(a.room, b.room) || byPlace.compare(a.bed, b.bed) || (a.id < b.id ? -1 : 1);
}

/* ---- what is open ---- */

export function stateOfDue(d: Due, now: number): DueState {
  if (now > d.at + lateAfter(d)) return 'overdue';
  if (now >= d.at - (d.what === 'medicine' ? 30 * MINUTE : 0)) return 'due';
  return now >= d.at - SOON_MS ? 'soon' : 'later';
}

export interface OpenDue extends Due { state: DueState }

/* What a card says: what is late, due or soon of each kind, and else the next thing to come. */
export function openDues(r: BoardResident, now: number): OpenDue[] {
  const states = r.dues.map((d) => ({ ...d, state: stateOfDue(d, now) }));
  const open = states.filter((d) => d.state !== 'later');
  const merged: OpenDue[] = [];
  for (const d of open) {
    const same = merged.find((m) => m.what === d.what && m.kind === d.kind && m.state === d.state);
    if (same) same.count += d.what === 'medicine' ? d.count : 0;
    else merged.push({ ...d });
  }
  return merged.length > 0 ? merged : states.slice(0, 1);
}

export const isLate = (r: BoardResident, now: number): boolean => r.dues.some((d) => stateOfDue(d, now) === 'overdue');

/* The last score calls somebody (until a later one does not), or a grave alert waits for somebody to take it. */
export const hasAlert = (r: BoardResident): boolean =>
  ['single', 'urgent', 'emergency'].includes(r.news2?.band ?? '') || r.alerts.some((a) => !a.seen && (a.priority === 'stat' || a.priority === 'asap'));

/* ---- filters ---- */

export type Filter = 'all' | 'mine' | 'late' | 'alert';
export const FILTERS: Filter[] = ['all', 'mine', 'late', 'alert'];

/* Mine: by the roster; off duty those whose care team I am on. */
const isMine = (r: BoardResident, share: Share): boolean => (share.onDuty ? isMyRoom(r.roomId, share) : r.assigned);

export function passes(r: BoardResident, filter: Filter, now: number, share = NOT_ON): boolean {
  if (filter === 'mine') return isMine(r, share);
  if (filter === 'late') return isLate(r, now);
  return filter === 'alert' ? hasAlert(r) : true;
}

/* Every word typed begins a word of the name or of the bed, in any order. */
export function matches(r: BoardResident, typed: string): boolean {
  const words = foldText(`${r.name} ${r.bed} ${r.bed.replace(/\D+/g, ' ')}`).split(' ');
  return foldText(typed).split(' ').filter((w) => w !== '').every((w) => words.some((x) => x.startsWith(w)));
}

export interface Room { key: string; name: string; residents: BoardResident[] }

/* In the board's order. Of a whole facility the ward stands before the room. */
export function byRoom(residents: BoardResident[], withWard: boolean): Room[] {
  const rooms: Room[] = [];
  for (const r of residents) {
    const name = withWard && r.ward !== '' ? `${r.ward} · ${r.room}` : r.room;
    const key = `${r.ward}/${r.room}`;
    const last = rooms[rooms.length - 1];
    if (last?.key === key) last.residents.push(r);
    else rooms.push({ key, name, residents: [r] });
  }
  return rooms;
}

/* ---- newer answers ---- */

const sayOf = (r: BoardResident): string => JSON.stringify(r);

/* Who came, left, or has news. */
export function changedIds(shown: Board, newer: Board): string[] {
  const before = new Map(shown.residents.map((r) => [r.id, sayOf(r)]));
  const after = new Map(newer.residents.map((r) => [r.id, sayOf(r)]));
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
}
