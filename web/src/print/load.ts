/* What is printed, for one person or for a whole ward, in a few searches bounded by the days on the sheet. */

import { conceptText } from '../fhir/clinical';
import { searchFor } from '../fhir/all';
import { refersTo, type FhirClient } from '../fhir/client';
import { isGuarded, isUnsaid } from '../fhir/guarded';
import type { Condition, Patient, Resource } from '../fhir/types';
import { medicineText } from '../drugs/doses';
import { idOf, type Given, type Place, type Stay } from '../drugs/forms';
import { namesOf } from '../drugs/load';
import type { Seen } from '../handover/forms';
import { loadWard, residentsOf } from '../place/ward';
import type { Days } from './forms';

export interface Printed { patient: Patient; bed: string; room: string; problems: string[]; observations: Seen[]; given: Given[] }
export interface PrintData {
  facility: string; ward: string; people: Printed[]; names: Map<string, string>; medicineName: (g: Given) => string; cut: boolean;
}

type Who = { patient: Patient; bed: string; room: string };

async function whoIs(client: FhirClient, patientId: string, signal?: AbortSignal): Promise<{ who: Who[]; facility: string; ward: string }> {
  const [read, stays] = await Promise.all([
    client.read<Patient>('Patient', patientId, signal),
    client.search<Stay>('Encounter', {
      patient: patientId, status: 'in-progress,onleave', _include: 'Encounter:location', '_include:iterate': 'Location:partof', _count: 5,
    }, signal),
  ]);
  const places = stays.included.filter((r): r is Place => r.resourceType === 'Location');
  const ward = places.find((p) => p.partOf === undefined);
  const [found] = residentsOf(ward?.id ?? '', places, stays.items, [read.resource]);
  const organization = idOf(stays.items[0]?.serviceProvider ?? ward?.managingOrganization);
  const facility = organization === '' ? undefined
    : (await client.read<Resource & { resourceType: 'Organization'; name?: string }>('Organization', organization, signal).catch(() => undefined))?.resource.name;
  return { who: [{ patient: read.resource, bed: found?.bed ?? '', room: found?.room ?? '' }], facility: facility ?? '', ward: ward?.name ?? '' };
}

export async function loadPrint(client: FhirClient, of: { patient: string } | { ward: string }, span: Days, signal?: AbortSignal): Promise<PrintData> {
  let base: { who: Who[]; facility: string; ward: string };
  if ('patient' in of) base = await whoIs(client, of.patient, signal);
  else {
    const ward = await loadWard(client, of.ward, signal);
    base = { who: ward.residents, facility: ward.facility, ward: ward.place.name ?? '' };
  }
  const ids = base.who.map((w) => w.patient.id ?? '');
  const from = `ge${new Date(span.start).toISOString()}`;
  const [conditions, observations, given] = await Promise.all([
    searchFor<Condition>(client, 'Condition', 'patient', ids, { 'clinical-status': 'active' }, signal),
    searchFor<Seen>(client, 'Observation', 'patient', ids, { date: from, _include: 'Observation:performer' }, signal),
    searchFor<Given>(client, 'MedicationAdministration', 'patient', ids, { 'effective-time': from, _include: 'MedicationAdministration:performer' }, signal),
  ]);
  const of1 = <T>(list: T[], subject: (x: T) => { reference?: string } | undefined, id: string): T[] => list.filter((x) => refersTo(subject(x)?.reference, 'Patient', id));
  return {
    facility: base.facility, ward: base.ward, names: new Map([...namesOf(observations.included), ...namesOf(given.included)]),
    medicineName: (g) => medicineText(g, given.included), cut: [conditions, observations, given].some((x) => x.cut),
    people: base.who.map((w) => ({
      ...w, problems: of1(conditions.items, (c) => c.subject, w.patient.id ?? '').filter((c) => !isGuarded(c) && !isUnsaid(c)).map((c) => conceptText(c.code)),
      observations: of1(observations.items, (o) => o.subject, w.patient.id ?? '').filter((o) => !isGuarded(o) && o.status !== 'entered-in-error'),
      given: of1(given.items, (g) => g.subject, w.patient.id ?? ''),
    })),
  };
}
