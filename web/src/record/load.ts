/* One person's record, and the registers of those whom the caller looks after. Each a handful of searches, each bounded. */

import { idOf, type Place, type Stay } from '../drugs/forms';
import { namesOf } from '../drugs/load';
import { searchAll, searchFor } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { ageOn, personName } from '../fhir/person';
import { clockDate } from '../fhir/dates';
import type { Observation, Patient, Reference, Resource } from '../fhir/types';
import { DAY_MS } from '../fhir/zone';
import type { Appointment, Problem } from '../visits/forms';
import { isActive } from '../visits/load';
import { CONTACTS, COUNSELLING, ISOLATION, REPORT, reportSince, reportState, type Allergy, type Contacts, type Counselling, type Flag, type Immunization, type Report, type ReportState } from './entries';
import { isPromised, PROMISED_STATUS, promisedDay, promisedTo } from './coming';
import { isRisk } from './risks';
import { codesOf, codeOf, goalOf, lastOf, recallOf, REGISTERS, REGISTER_SYSTEM, type Goal, type Last, type RegisterId } from './registers';

export interface RecordData {
  person: Patient; problems: Problem[]; allergies: Allergy[]; vaccinations: Immunization[]; counselling: Counselling[]; goals: Goal[]; isolation: Flag[]; risks: Flag[]; contacts: Contacts[]; near: Patient[]; reports: Report[];
  /* "Practitioner/x" -> name, of those whom an entry names by address alone */
  names: Map<string, string>;
}

export async function loadRecord(client: FhirClient, id: string, signal?: AbortSignal): Promise<RecordData> {
  const [person, problems, allergies, vaccinations, counselling, goals, flags, contacts, reports] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    searchAll<Problem>(client, 'Condition', { patient: id, _sort: '-recorded-date' }, signal),
    searchAll<Allergy>(client, 'AllergyIntolerance', { patient: id }, signal),
    searchAll<Immunization>(client, 'Immunization', { patient: id, _sort: '-date' }, signal),
    searchAll<Counselling>(client, 'Procedure', { patient: id, category: `${COUNSELLING.system}|${COUNSELLING.code}`, _sort: '-date' }, signal),
    searchAll<Goal>(client, 'Goal', { patient: id, 'lifecycle-status': 'active' }, signal),
    searchAll<Flag>(client, 'Flag', { patient: id, _sort: '-date' }, signal),
    searchAll<Contacts>(client, 'List', { patient: id, code: `${CONTACTS.system}|${CONTACTS.code}`, _sort: '-date', _include: 'List:item' }, signal),
    searchAll<Report>(client, 'Task', { patient: id, code: `${REPORT.system}|${REPORT.code}` }, signal),
  ]);
  const names = await loadNames(client, [...problems.items.map((c) => c.recorder ?? c.asserter), ...allergies.items.map((a) => a.recorder), ...flags.items.map((f) => f.author)], signal);
  return {
    names, person: person.resource, problems: problems.items, allergies: allergies.items, vaccinations: vaccinations.items, counselling: counselling.items, goals: goals.items,
    isolation: flags.items.filter((f) => (f.code?.coding ?? []).some((c) => c.system === ISOLATION)), risks: flags.items.filter(isRisk), contacts: contacts.items, reports: reports.items,
    near: contacts.included.filter((r): r is Patient => r.resourceType === 'Patient'),
  };
}

async function loadNames(client: FhirClient, who: (Reference | undefined)[], signal?: AbortSignal): Promise<Map<string, string>> {
  const ids = [...new Set(who.filter((w) => (w?.display ?? '') === '' && (w?.reference ?? '').startsWith('Practitioner/')).map(idOf))].slice(0, 60);
  if (ids.length === 0) return new Map();
  return namesOf((await client.search<Resource & { resourceType: 'Practitioner' }>('Practitioner', { _id: ids.join(','), _count: 60 }, signal)).items);
}

/* ---- registers ---- */

export interface RegisterRow {
  id: string; name: string; age: number | undefined; sex: string; bed: string; problems: Problem[]; goal: Goal | undefined; recall: string; last: Last | undefined;
  isolation: Flag | undefined; contacts: number; report: ReportState;
}
export interface RegisterData { rows: RegisterRow[]; cut: boolean }

const BACK_MS = 30 * DAY_MS;

export async function loadRegister(client: FhirClient, which: RegisterId, signal?: AbortSignal): Promise<RegisterData> {
  const register = REGISTERS[which];
  const codes = codesOf(register);
  /* an address has a length: the codes go in parts */
  const PART = 250;
  const parts = Array.from({ length: Math.ceil(codes.length / PART) }, (_, i) => codes.slice(i * PART, (i + 1) * PART));
  const found = await Promise.all(parts.map((some) => searchAll<Problem>(client, 'Condition', { 'clinical-status': 'active,recurrence,relapse', code: some.join(','), _include: 'Condition:patient' }, signal)));
  const problems = found.flatMap((f) => f.items).filter(isActive);
  const people = new Map(found.flatMap((f) => f.included).filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const ids = [...people.keys()].filter((id) => people.get(id)?.deceasedDateTime === undefined && people.get(id)?.deceasedBoolean !== true);
  const measures = register.measures.map((m) => m.coding.code ?? '');
  const since = `ge${new Date(nowMs() - BACK_MS).toISOString()}`;
  const [goals, stays, promised, readings, flags, lists, reports] = await Promise.all([
    searchFor<Goal>(client, 'Goal', 'patient', ids, { 'lifecycle-status': 'active', category: `${REGISTER_SYSTEM}|${which}` }, signal),
    searchFor<Stay>(client, 'Encounter', 'patient', ids, { status: 'in-progress,onleave', class: 'IMP', _include: 'Encounter:location' }, signal),
    searchFor<Appointment>(client, 'Appointment', 'patient', ids, { status: PROMISED_STATUS }, signal),
    measures.length === 0 ? undefined : searchFor<Observation>(client, 'Observation', 'patient', ids, { 'combo-code': measures.join(','), date: since, _sort: '-date' }, signal),
    which === 'communicable' ? searchFor<Flag>(client, 'Flag', 'patient', ids, {}, signal) : undefined,
    which === 'communicable' ? searchFor<Contacts>(client, 'List', 'patient', ids, { code: `${CONTACTS.system}|${CONTACTS.code}` }, signal) : undefined,
    which === 'communicable' ? searchFor<Report>(client, 'Task', 'patient', ids, { code: `${REPORT.system}|${REPORT.code}` }, signal) : undefined,
  ]);
  const beds = new Map(stays.included.filter((r): r is Place => r.resourceType === 'Location').map((p) => [p.id ?? '', p.name ?? '']));
  const bedOf = (id: string): string => {
    const stay = stays.items.find((s) => idOf(s.subject) === id);
    const here = (stay?.location ?? []).find((l) => (l.status ?? 'active') === 'active');
    return here ? beds.get(idOf(here.location)) ?? '' : '';
  };
  /* with nothing agreed for the register, whoever has been promised a visit is not without a day */
  const promisedOn = (id: string): string => promised.items.filter((a) => isPromised(a) && promisedTo(a) === id).map(promisedDay).filter((d) => d !== '').sort()[0] ?? '';
  const rows = ids.map((id): RegisterRow => {
    const p = people.get(id) as Patient;
    const goal = goalOf(goals.items, id, which);
    const mine = problems.filter((c) => idOf(c.subject) === id && codeOf(c) !== '');
    const isolation = flags?.items.find((f) => f.status === 'active' && idOf(f.subject) === id && (f.code?.coding ?? []).some((c) => c.system === ISOLATION));
    const age = ageOn(p.birthDate, clockDate(new Date(nowMs())));
    return {
      id, name: personName(p), age: age.kind === 'years' || age.kind === 'about' ? age.n : undefined, sex: p.gender ?? '', bed: bedOf(id),
      problems: mine, goal, recall: recallOf(goal) || promisedOn(id),
      last: lastOf(register, (readings?.items ?? []).filter((o) => idOf(o.subject) === id), goal),
      isolation,
      contacts: new Set((lists?.items ?? []).filter((l) => idOf(l.subject) === id).flatMap((l) => l.entry ?? []).map((e) => idOf(e.item))).size,
      report: reportState((reports?.items ?? []).filter((t) => idOf(t.for) === id), nowMs(), reportSince(mine, isolation)),
    };
  });
  return {
    rows: rows.sort((a, b) => (a.recall === '' ? '9' : a.recall).localeCompare(b.recall === '' ? '9' : b.recall) || a.bed.localeCompare(b.bed, 'vi', { numeric: true })),
    cut: [...found, goals, stays, promised, ...(readings ? [readings] : [])].some((x) => x.cut),
  };
}
