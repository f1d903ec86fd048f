/* What the first screen shows: one load for all of it, and facts turned into lines. Times are the facility's. */

import { searchAll } from '../fhir/all';
import { conceptText, conditionLines, medicineLines, type MedicineLine } from '../fhir/clinical';
import { refersTo, type FhirClient } from '../fhir/client';
import { narrativeLines } from '../fhir/narrative';
import type { CodeableConcept, Condition, MedicationRequest, Patient, Reference, Resource } from '../fhir/types';
import { instantOf, wardClock, wardTime } from '../fhir/zone';

interface Period { start?: string; end?: string }
export interface Stay extends Resource {
  resourceType: 'Encounter'; status?: string; class?: { code?: string }; period?: Period; serviceProvider?: Reference; partOf?: Reference;
  location?: { location?: Reference; status?: string }[];
}
export interface Place extends Resource { resourceType: 'Location'; name?: string; partOf?: Reference }
export interface Dose extends Resource {
  resourceType: 'MedicationAdministration'; status?: string; subject?: Reference; request?: Reference; effectiveDateTime?: string; effectivePeriod?: Period;
}
export interface Visit extends Resource {
  resourceType: 'Composition'; status?: string; title?: string; date?: string; author?: Reference[]; section?: { title?: string; text?: { div?: string } }[];
}
export interface Team extends Resource { resourceType: 'CareTeam'; status?: string; participant?: { member?: Reference; role?: CodeableConcept[] }[] }
interface Allergy extends Resource { resourceType: 'AllergyIntolerance'; code?: CodeableConcept; clinicalStatus?: CodeableConcept; verificationStatus?: CodeableConcept }
interface Organization extends Resource { resourceType: 'Organization'; name?: string }

export interface TodayDose { at: string; given: boolean }
export interface Medicine extends MedicineLine { today: TodayDose[] }
export interface MyRecord {
  patient: Patient; house: string; places: string[]; since: string; medicines: Medicine[]; problems: string[]; allergies: string[]; team: string[]; visits: Visit[];
}

const idOf = (r: Reference | undefined): string => (r?.reference ?? '').split('/').pop() ?? '';
const codes = (c: CodeableConcept | undefined): string[] => (c?.coding ?? []).map((x) => x.code ?? '');

/* The stay they are in: in the house or on leave, not a visit within it. */
export const stayOf = (list: Stay[]): Stay | undefined =>
  list.find((e) => e.class?.code === 'IMP' && e.partOf === undefined && ['in-progress', 'onleave'].includes(e.status ?? ''));

/* From the ward down to the bed. */
export function placesOf(start: string, all: Place[]): string[] {
  const names: string[] = [];
  let at = all.find((p) => p.id === start);
  for (let deep = 0; at && deep < 6; deep += 1) {
    if ((at.name ?? '') !== '') names.unshift(at.name ?? '');
    const above = idOf(at.partOf);
    at = all.find((p) => p.id === above);
  }
  return names;
}

/* What was given today of an order, or was to be and was not, in the order of the clock. */
export function dosesOf(order: string, doses: Dose[], now: number): TodayDose[] {
  const from = instantOf(wardTime(now).day, '00:00');
  return doses.filter((d) => `MedicationRequest/${idOf(d.request)}` === order && ['completed', 'not-done'].includes(d.status ?? ''))
    .map((d) => ({ at: Date.parse(d.effectiveDateTime ?? d.effectivePeriod?.start ?? ''), given: d.status === 'completed' }))
    .filter((d) => d.at >= from && d.at <= now)
    .sort((a, b) => a.at - b.at)
    .map((d) => ({ at: wardClock(d.at), given: d.given }));
}

export function allergiesOf(list: Allergy[]): string[] {
  return list.filter((a) => !codes(a.verificationStatus).some((c) => ['refuted', 'entered-in-error'].includes(c)) && !codes(a.clinicalStatus).some((c) => ['inactive', 'resolved'].includes(c)))
    .map((a) => conceptText(a.code)).filter((text) => text !== '');
}

/* Words of a narrative, a line each. */
export const wordsOf = (div: string | undefined): string[] => narrativeLines(div).flatMap((line) => line.split('\n')).filter((line) => line !== '');

async function place(client: FhirClient, stay: Stay | undefined, signal: AbortSignal): Promise<string[]> {
  const active = (stay?.location ?? []).filter((l) => l.status === undefined || l.status === 'active').pop();
  const known: Place[] = [];
  for (let id = idOf(active?.location), deep = 0; id !== '' && deep < 6; deep += 1) {
    const found: Place | undefined = (await client.search<Place>('Location', { _id: id }, signal)).items[0];
    if (!found) break;
    known.push(found);
    id = idOf(found.partOf);
  }
  return placesOf(idOf(active?.location), known);
}

export async function loadMine(client: FhirClient, id: string, now: number, signal: AbortSignal): Promise<MyRecord> {
  const ref = { patient: `Patient/${id}` }, today = wardTime(now).day;
  const [patient, stays, orders, doses, conditions, allergies, teams, visits] = await Promise.all([
    client.search<Patient>('Patient', { _id: id }, signal),
    client.search<Stay>('Encounter', { ...ref, status: 'in-progress,onleave', _include: 'Encounter:service-provider' }, signal),
    searchAll<MedicationRequest>(client, 'MedicationRequest', { ...ref, status: 'active,on-hold', _include: 'MedicationRequest:medication' }, signal),
    searchAll<Dose>(client, 'MedicationAdministration', { ...ref, 'effective-time': `ge${today}` }, signal),
    searchAll<Condition>(client, 'Condition', ref, signal),
    client.search<Allergy>('AllergyIntolerance', { ...ref, _count: 100 }, signal),
    client.search<Team>('CareTeam', { ...ref, status: 'active' }, signal),
    client.search<Visit>('Composition', { ...ref, _sort: '-date', _count: 20 }, signal),
  ]);
  const me = patient.items[0];
  if (!me) throw new Error('nobody');
  const stay = stayOf(stays.items);
  return {
    patient: me, house: stays.included.find((r): r is Organization => r.resourceType === 'Organization')?.name ?? '', places: await place(client, stay, signal),
    since: stay?.period?.start ?? '',
    medicines: medicineLines(orders.items, [], orders.included, id).filter((m) => m.active).map((m) => ({ ...m, today: dosesOf(m.id, doses.items.filter((d) => refersTo(d.subject?.reference, 'Patient', id)), now) })),
    problems: conditionLines(conditions.items, id).filter((c) => c.active && c.text !== '').map((c) => c.text),
    allergies: allergiesOf(allergies.items),
    team: [...new Set(teams.items.flatMap((team) => (team.participant ?? []).map((p) => p.member?.display ?? '')).filter((n) => n !== ''))],
    visits: visits.items,
  };
}
