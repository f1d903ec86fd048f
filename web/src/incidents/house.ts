/* The incidents of a house: which are shown, in what order, and how many of each kind in each ward by month. Figures are counted from the very
 * list that is shown, so a figure and the lines behind it cannot differ. */

import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { CodeableConcept, Patient, Reference, Resource } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';
import { namesOf } from '../drugs/load';
import { byPlace } from '../place/ward';
import { FOLLOWUP, isOpen, readIncident, REVIEW, TASK, type AdverseEvent, type Incident, type Task } from './record';
import { isGrave, type IncidentKind } from './kinds';

export interface Place extends Resource { resourceType: 'Location'; name?: string; physicalType?: CodeableConcept; partOf?: Reference }

export interface HouseIncident extends Incident { wardId: string; ward: string; name: string; by: string; open: Task[]; done: Task[] }
export interface House { list: HouseIncident[]; cut: boolean }

export interface Filter { ward: string; kind: IncidentKind | ''; state: 'all' | 'open' | 'late' | 'grave' }
export const NO_FILTER: Filter = { ward: '', kind: '', state: 'all' };

export const isLate = (i: HouseIncident, now: number): boolean => i.open.some((t) => Date.parse(t.restriction?.period?.end ?? '') < now);

export function passes(i: HouseIncident, f: Filter, now: number): boolean {
  if (f.ward !== '' && i.wardId !== f.ward) return false;
  if (f.kind !== '' && i.kind !== f.kind) return false;
  if (f.state === 'open') return i.open.length > 0;
  if (f.state === 'late') return isLate(i, now);
  return f.state === 'all' || (i.harm !== undefined && isGrave(i.harm));
}

/* What waits first (and of that, what waits too long), then the newest. */
export function inOrder(list: HouseIncident[], now: number): HouseIncident[] {
  const rank = (i: HouseIncident): number => (isLate(i, now) ? 0 : i.open.length > 0 ? 1 : 2);
  return [...list].sort((a, b) => rank(a) - rank(b) || b.at - a.at || (a.id < b.id ? -1 : 1));
}

export const monthOf = (i: Incident): string => wardTime(i.at).day.slice(0, 7);
/* "2026-11" and the months before it, the latest last. */
export function monthsTo(month: string, n: number): string[] {
  const [y, m] = month.split('-').map(Number) as [number, number];
  return Array.from({ length: n }, (_, k) => new Date(Date.UTC(y, m - 1 - (n - 1 - k), 1)).toISOString().slice(0, 7));
}

export interface Count { ward: string; kind: IncidentKind; months: number[]; sum: number }

export function counted(list: HouseIncident[], months: string[]): Count[] {
  const rows = new Map<string, Count>();
  for (const i of list) {
    const at = months.indexOf(monthOf(i));
    if (at < 0) continue;
    const key = `${i.wardId} ${i.kind}`;
    const row = rows.get(key) ?? { ward: i.ward, kind: i.kind, months: months.map(() => 0), sum: 0 };
    row.months[at] = (row.months[at] ?? 0) + 1;
    row.sum += 1;
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => byPlace.compare(a.ward, b.ward) || b.sum - a.sum || a.kind.localeCompare(b.kind));
}

/* It may have been written of a bed or a room: the ward is the place above it. */
export function wardAbove(places: Map<string, Place>, id: string): Place | undefined {
  for (let at = places.get(id), n = 0; at && n < 10; at = places.get(at.partOf?.reference?.split('/').pop() ?? ''), n += 1) {
    if (at.physicalType?.coding?.some((c) => c.code === 'wa') === true) return at;
  }
  return undefined;
}

export async function loadHouse(client: FhirClient, from: string, signal?: AbortSignal): Promise<House> {
  const since = `ge${from}T00:00:00+07:00`;
  const [events, tasks, places] = await Promise.all([
    searchAll<AdverseEvent>(client, 'AdverseEvent', { date: since, _sort: '-date', _include: ['AdverseEvent:recorder', 'AdverseEvent:subject'] }, signal),
    searchAll<Task>(client, 'Task', { code: `${TASK}|${REVIEW},${TASK}|${FOLLOWUP}`, 'authored-on': since, _include: 'Task:owner' }, signal),
    searchAll<Place>(client, 'Location', { _elements: 'name,physicalType,partOf' }, signal),
  ]);
  const people = new Map(events.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', personName(p)]));
  const names = namesOf([...events.included, ...tasks.included]);
  const byId = new Map(places.items.map((p) => [p.id ?? '', p]));
  const live = tasks.items.filter((t) => t.status !== 'entered-in-error');
  const list = events.items.map(readIncident).filter((i): i is Incident => i !== undefined).map((i): HouseIncident => {
    const ward = wardAbove(byId, i.event.location?.reference?.split('/').pop() ?? '');
    const wardId = ward?.id ?? '';
    const mine = live.filter((t) => t.focus?.reference === `AdverseEvent/${i.id}`);
    return {
      ...i, wardId, ward: ward?.name ?? '', name: people.get(i.patient) ?? '', by: i.event.recorder?.display ?? names.get(i.event.recorder?.reference ?? '') ?? '',
      open: mine.filter(isOpen), done: mine.filter((t) => !isOpen(t)),
    };
  });
  return { list, cut: events.cut || tasks.cut };
}

/* The first day of the earliest month that is shown. */
export const firstDay = (now: number, months: number): string => `${monthsTo(wardTime(now).day.slice(0, 7), months)[0] ?? ''}-01`;
export const stamp = (at: number): string => wardInstant(at).slice(0, 16).replace('T', ' ');
