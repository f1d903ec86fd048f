/* One person of a book as FHIR resources. Everything carries an identifier made of the import and the row, and is created only
 * if none has it: sending a page of the book twice writes it once.
 *
 * What the book says is kept as the book's word: diagnoses and allergies are texts, unconfirmed; a doctor codes them later. */

import { CARE_SYSTEM } from '../daily/kinds';
import { numberOf } from '../fhir/systems';
import type { BundleEntry, CodeableConcept, Identifier, Resource } from '../fhir/types';
import { bedForm, bedKey, roomForm, roomKey } from './places';
import type { BookPerson, PlannedRow } from './plan';

export const ROW_SYSTEM = 'urn:ansinh:id:book-row';
export const PLACE_SYSTEM = 'urn:ansinh:id:place';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFIED = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

export interface Ward { id: string; name: string; facility: string }
/* places: the rooms and beds that are there (Known.places) */
export interface Context { importId: string; ward: Ward; places: ReadonlyMap<string, string>; now: string; signNames: Record<string, string>; seesProtected: boolean }

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

/* ---- places: room and bed of the chosen ward; those that are not there are made ---- */

type House = Pick<Context, 'ward' | 'places'>;
/* at: the room of a bed, as the book writes it */
interface Place { key: string; name: string; at: string; kind: 'ro' | 'bd'; partOf: string }

/* What has to be made, a room once, however its lines write it. */
export function placesOf(rows: PlannedRow[], house: House): Place[] {
  const made = new Map<string, Place>();
  for (const { person: p } of rows) {
    const room = roomName(house, p);
    const bed = bedName(house, p);
    if (p.bed !== '' && house.places.has(bedKey(p.room, p.bed))) continue;
    if (p.room !== '' && !house.places.has(roomKey(p.room)) && !made.has(room)) made.set(room, { key: room, name: p.room, at: '', kind: 'ro', partOf: `Location/${house.ward.id}` });
    if (p.bed !== '' && !made.has(bed)) made.set(bed, { key: bed, name: p.bed, at: p.room, kind: 'bd', partOf: p.room === '' ? `Location/${house.ward.id}` : roomReference(house, p) });
  }
  return [...made.values()].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'ro' ? -1 : 1));
}

const roomName = (h: House, p: BookPerson): string => `${h.ward.id}/${roomForm(p.room)}`;
const bedName = (h: House, p: BookPerson): string => `${h.ward.id}/${roomForm(p.room)}/${bedForm(p.room, p.bed)}`;
const referenceTo = (h: House, known: string, name: string): string => {
  const id = h.places.get(known);
  return id === undefined ? `Location?identifier=${PLACE_SYSTEM}|${name}` : `Location/${id}`;
};
const roomReference = (h: House, p: BookPerson): string => referenceTo(h, roomKey(p.room), roomName(h, p));
const bedReference = (h: House, p: BookPerson): string => referenceTo(h, bedKey(p.room, p.bed), bedName(h, p));

export function placeEntry(place: Place, { ward }: House): BundleEntry {
  return {
    resource: {
      resourceType: 'Location',
      identifier: [{ system: PLACE_SYSTEM, value: place.key }],
      status: 'active',
      mode: 'instance',
      name: place.name,
      physicalType: concept('http://terminology.hl7.org/CodeSystem/location-physical-type', place.kind),
      managingOrganization: { reference: ward.facility },
      partOf: { reference: place.partOf },
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
  const place = p.bed !== '' ? bedReference(context, p) : p.room !== '' ? roomReference(context, p) : `Location/${context.ward.id}`;
  row.add({ resourceType: 'EpisodeOfCare', status: 'active', patient: subject, managingOrganization: serviceProvider, ...period });
  row.add({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: ACT_CODE, code: 'IMP', display: 'inpatient encounter' },
    subject,
    serviceProvider,
    ...period,
    location: [{ location: { reference: place }, status: 'active' }],
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
