/* One person of a book as FHIR resources. Everything carries an identifier made of the import and the row, and is created only
 * if none has it: sending a page of the book twice writes it once.
 *
 * What the book says is kept as the book's word: diagnoses and allergies are texts, unconfirmed; a doctor codes them later. */

import { CARE_SYSTEM } from '../daily/kinds';
import { numberOf } from '../fhir/systems';
import type { BundleEntry, CodeableConcept, Identifier, Resource } from '../fhir/types';
import type { BookPerson, PlannedRow } from './plan';
import { foldText } from '../text';

export const ROW_SYSTEM = 'urn:ansinh:id:book-row';
export const PLACE_SYSTEM = 'urn:ansinh:id:place';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFIED = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

export interface Ward { id: string; name: string; facility: string }
export interface Context { importId: string; ward: Ward; now: string; signNames: Record<string, string>; seesProtected: boolean }

const concept = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });

function identifiersOf(p: BookPerson): Identifier[] {
  const list: Identifier[] = [];
  if (p.recordNumber) list.push(numberOf('record', p.recordNumber));
  for (const id of p.ids) list.push(numberOf(id.kind === 'cccd' ? 'card' : 'oldCard', id.value));
  if (p.card) list.push(numberOf('insurance', p.card));
  return list;
}

function nameOf(text: string) {
  const words = text.split(' ');
  return words.length < 2 ? { text } : { text, family: words[0], given: words.slice(1) };
}

/* More members than the shapes of types.ts name. */
type Made = { resourceType: string } & Record<string, unknown>;

function patientOf(p: BookPerson, context: Context): Made {
  const contact = p.guardian === '' ? undefined : [{
    relationship: [concept('http://terminology.hl7.org/CodeSystem/v2-0131', 'N')],
    name: { text: p.guardian },
    ...(p.guardianPhone && { telecom: [{ system: 'phone', value: p.guardianPhone }] }),
  }];
  return {
    resourceType: 'Patient',
    active: true,
    name: [nameOf(p.name)],
    ...(p.gender && { gender: p.gender }),
    ...(p.birth && { birthDate: p.birth }),
    ...(p.phone && { telecom: [{ system: 'phone', value: p.phone }] }),
    ...(p.address && { address: [{ text: p.address }] }),
    ...(contact && { contact }),
    ...(p.ethnicity && { extension: [{ url: 'urn:ansinh:extension:ethnicity', valueString: p.ethnicity }] }),
    managingOrganization: { reference: context.ward.facility },
  };
}

/* ---- places: room and bed of the chosen ward, made when they are not there ---- */

interface Place { key: string; name: string; kind: 'ro' | 'bd'; partOf: string }

export function placesOf(rows: PlannedRow[], ward: Ward): Place[] {
  const places = new Map<string, Place>();
  for (const { person } of rows) {
    const room = roomKey(ward, person);
    if (person.room !== '') places.set(room, { key: room, name: person.room, kind: 'ro', partOf: ward.id });
    if (person.bed === '') continue;
    const bed = bedPlace(ward, person);
    places.set(bed, { key: bed, name: person.bed, kind: 'bd', partOf: person.room === '' ? ward.id : room });
  }
  return [...places.values()].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'ro' ? -1 : 1));
}

/* In a conditional reference | and , would mean something. */
const safe = (text: string): string => foldText(text).replace(/[^a-z0-9]+/g, '-');
const roomKey = (ward: Ward, p: BookPerson): string => `${ward.id}/${safe(p.room)}`;
const bedPlace = (ward: Ward, p: BookPerson): string => `${ward.id}/${safe(p.room)}/${safe(p.bed)}`;
const placeReference = (key: string): string => `Location?identifier=${PLACE_SYSTEM}|${key}`;

export function placeEntry(place: Place, ward: Ward): BundleEntry {
  return {
    resource: {
      resourceType: 'Location',
      identifier: [{ system: PLACE_SYSTEM, value: place.key }],
      status: 'active',
      mode: 'instance',
      name: place.name,
      physicalType: concept('http://terminology.hl7.org/CodeSystem/location-physical-type', place.kind),
      managingOrganization: { reference: ward.facility },
      partOf: { reference: place.partOf === ward.id ? `Location/${ward.id}` : placeReference(place.partOf) },
    } as Resource,
    request: { method: 'POST', url: 'Location', ifNoneExist: `identifier=${PLACE_SYSTEM}|${place.key}` },
  };
}

/* ---- a row ---- */

class Row {
  readonly entries: BundleEntry[] = [];
  private count = 0;
  constructor(private readonly context: Context, private readonly row: number) {}

  add(resource: Made, own: Identifier[] = [], fullUrl?: string): void {
    const value = `${this.context.importId}/${this.row}/${this.count++}`;
    this.entries.push({
      ...(fullUrl !== undefined && { fullUrl }),
      resource: { ...resource, identifier: [...own, { system: ROW_SYSTEM, value }] } as Resource,
      request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${ROW_SYSTEM}|${value}` },
    });
  }
}

function stay(row: Row, p: BookPerson, subject: { reference: string }, context: Context): void {
  const period = p.admitted ? { period: { start: p.admitted } } : {};
  const serviceProvider = { reference: context.ward.facility };
  const place = p.bed !== '' ? bedPlace(context.ward, p) : p.room !== '' ? roomKey(context.ward, p) : '';
  row.add({ resourceType: 'EpisodeOfCare', status: 'active', patient: subject, managingOrganization: serviceProvider, ...period });
  row.add({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: ACT_CODE, code: 'IMP', display: 'inpatient encounter' },
    subject,
    serviceProvider,
    ...period,
    location: [{ location: { reference: place === '' ? `Location/${context.ward.id}` : placeReference(place) }, status: 'active' }],
  });
}

export function rowEntries(planned: PlannedRow, context: Context, newUuid: () => string): BundleEntry[] {
  const p = planned.person;
  const row = new Row(context, planned.row);
  const fullUrl = `urn:uuid:${newUuid()}`;
  const subject = { reference: fullUrl };
  row.add(patientOf(p, context), identifiersOf(p), fullUrl);
  stay(row, p, subject, context);
  const said = { subject, recordedDate: context.now, clinicalStatus: concept(CLINICAL, 'active'), verificationStatus: concept(VERIFIED, 'unconfirmed') };
  for (const text of p.diagnoses) row.add({ resourceType: 'Condition', ...said, code: { text } });
  for (const sign of p.signs) {
    const text = [context.signNames[sign.field], sign.text].filter(Boolean).join(': ');
    row.add({ resourceType: 'Condition', meta: { security: [{ system: ACT_CODE, code: sign.label }] }, ...said, code: { text } });
  }
  /* where a ward looks for remarks: among its notes, of the day on which the book was taken over */
  if (p.note !== '') {
    row.add({
      resourceType: 'Observation', status: 'final', category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'activity')],
      code: { ...concept(CARE_SYSTEM, 'note'), text: 'Ghi chú trong sổ' }, subject, effectiveDateTime: context.now, valueString: p.note,
    });
  }
  for (const text of p.allergies) {
    row.add({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: concept('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
      verificationStatus: concept('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'unconfirmed'),
      code: { text },
      patient: subject,
      recordedDate: context.now,
    });
  }
  return row.entries;
}
