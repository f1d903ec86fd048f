/* From a judged draft to one FHIR transaction, and back out of it again.
 *
 * Each Observation carries an identifier made here, and its entry says "only if none has this identifier": sending the same
 * bundle twice (double click, lost answer, reload) records it once. An entry whose content changes after it may have
 * arrived gets a new identifier, and the old one is remembered as superseded so that the caller can withdraw it. */

import { Decimal } from '../fhir/decimal';
import type { Bundle, BundleEntry, CodeableConcept, Observation, ObservationComponent, Quantity } from '../fhir/types';
import type { Draft, Judged, Sent, SetKey } from './draft';
import {
  ACVPU_CODING, DIASTOLIC, GLUCOSE_MGDL, GLUCOSE_MMOL, MGDL, MMOL, SYSTOLIC, UCUM, VITALS,
  type FieldKey, type Unit, type VitalKey, type VitalKind,
} from './kinds';

export const ENTRY_SYSTEM = 'urn:ietf:rfc:3986';

const VITAL_SIGNS: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }],
};

/* Words for CodeableConcept.text, in the language of the person who recorded. */
export interface Words { notMeasured: string; acvpu: Record<string, string>; vital: Record<VitalKey, string> }

function notMeasured(words: Words): CodeableConcept {
  return {
    coding: [{
      system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'not-performed', display: 'Not Performed',
    }],
    text: words.notMeasured,
  };
}

const quantity = (value: Decimal, unit: Unit): Quantity => ({ value, unit: unit.shown, system: UCUM, code: unit.code });

/* common: what every entry of the set says besides (who measured, during which stay) */
export function observationsOf(
  draft: Draft, judged: Judged, patientId: string, effective: string, words: Words, common: Partial<Observation> = {},
): Map<SetKey, Observation> {
  const made = new Map<SetKey, Observation>();
  for (const kind of VITALS) {
    const answer = kind.key === 'bp' ? pressureAnswer(draft, judged, words) : singleAnswer(kind, draft, judged, words);
    if (!answer) continue;
    made.set(kind.key, {
      resourceType: 'Observation',
      status: 'final',
      category: [VITAL_SIGNS],
      code: { coding: codingsFor(kind, draft), text: words.vital[kind.key] },
      subject: { reference: `Patient/${patientId}` },
      ...common,
      effectiveDateTime: effective,
      ...answer,
    });
  }
  return made;
}

function codingsFor(kind: VitalKind, draft: Draft) {
  if (kind.key !== 'glucose') return kind.codings;
  return [draft.glucoseUnit === 'mg/dL' ? GLUCOSE_MGDL : GLUCOSE_MMOL];
}

function singleAnswer(kind: VitalKind, draft: Draft, judged: Judged, words: Words): Partial<Observation> | undefined {
  const field = kind.fields[0] as FieldKey;
  if (draft.absent[field]) return { dataAbsentReason: notMeasured(words) };
  if (field === 'oxygen') return draft.oxygen === '' ? undefined : { valueBoolean: draft.oxygen === 'yes' };
  if (field === 'consciousness') {
    const letter = draft.consciousness;
    if (letter === '') return undefined;
    return { valueCodeableConcept: { coding: [ACVPU_CODING[letter]], text: words.acvpu[letter] ?? letter } };
  }
  const value = judged.fields[field].value;
  const unit = field === 'glucose' ? (draft.glucoseUnit === 'mg/dL' ? MGDL : MMOL) : kind.unit;
  return value && unit ? { valueQuantity: quantity(value, unit) } : undefined;
}

/* Blood pressure is one reading of two numbers. A half that was neither typed nor marked is left out. */
function pressureAnswer(draft: Draft, judged: Judged, words: Words): Partial<Observation> | undefined {
  const unit = VITALS.find((k) => k.key === 'bp')?.unit as Unit;
  if (draft.absent.systolic && draft.absent.diastolic) return { dataAbsentReason: notMeasured(words) };
  const component: ObservationComponent[] = [];
  for (const [field, coding] of [['systolic', SYSTOLIC], ['diastolic', DIASTOLIC]] as const) {
    const value = judged.fields[field].value;
    if (draft.absent[field]) component.push({ code: { coding: [coding] }, dataAbsentReason: notMeasured(words) });
    else if (value) component.push({ code: { coding: [coding] }, valueQuantity: quantity(value, unit) });
  }
  return component.length > 0 ? { component } : undefined;
}

/* What is recorded, without the words beside the codes: the same values sent again after a switch of language are still
 * the same values. */
function printOf(observation: Observation): string {
  return JSON.stringify(observation, (key, v: unknown) => {
    if (key === 'text') return undefined;
    return v instanceof Decimal ? v.text : v;
  });
}

/* Decides which identifier each observation travels under. Pure: the caller stores the outcome in the draft BEFORE
 * sending, so that even a crash in between leaves a trace. */
export function prepareSend(
  draft: Draft, observations: Map<SetKey, Observation>, newUuid: () => string,
): { sent: Partial<Record<SetKey, Sent>>; superseded: string[] } {
  const sent: Partial<Record<SetKey, Sent>> = {};
  /* a score stands for the very readings it was made from: one of them sent anew makes it another score */
  const whole = [...observations.values()].map(printOf).join();
  const superseded = [...draft.superseded];
  for (const [key, observation] of observations) {
    const print = key === 'news2' ? whole : printOf(observation);
    const before = draft.sent[key];
    if (before && before.print === print) {
      sent[key] = before;
      continue;
    }
    if (before) superseded.push(before.uuid);
    sent[key] = { uuid: newUuid(), print };
  }
  for (const [key, before] of Object.entries(draft.sent)) {
    if (before && !observations.has(key as SetKey)) superseded.push(before.uuid);
  }
  return { sent, superseded };
}

/* The name by which the score refers to a reading within the bundle. It is not the reading's identifier: a server replaces
 * every text equal to a fullUrl by the new address, and would overwrite the identifier, and with it the protection against
 * recording twice. So every digit of its last part is another one. */
const placeOf = (uuid: string): string =>
  `urn:uuid:${uuid.slice(0, -12)}${[...uuid.slice(-12)].map((c) => (15 - parseInt(c, 16)).toString(16)).join('')}`;

export function transactionOf(
  observations: Map<SetKey, Observation>, sent: Partial<Record<SetKey, Sent>>,
): Bundle<Observation> {
  const hasScore = observations.has('news2');
  const entry: BundleEntry<Observation>[] = [];
  for (const [key, observation] of observations) {
    const uuid = sent[key]?.uuid ?? '';
    const members = key === 'news2'
      ? { hasMember: (observation.hasMember ?? []).map((m) => ({ reference: placeOf(sent[m.reference as VitalKey]?.uuid ?? '') })) } : {};
    entry.push({
      ...(hasScore && key !== 'news2' ? { fullUrl: placeOf(uuid) } : {}),
      resource: { ...observation, ...members, identifier: [{ system: ENTRY_SYSTEM, value: `urn:uuid:${uuid}` }] },
      request: { method: 'POST', url: 'Observation', ifNoneExist: `identifier=${ENTRY_SYSTEM}|urn:uuid:${uuid}` },
    });
  }
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

/* Search value that finds all of these entries at once. */
export const identifierQuery = (uuids: string[]): string => uuids.map((u) => `${ENTRY_SYSTEM}|urn:uuid:${u}`).join(',');

export interface Saved { observation: Observation; etag: string }

/* Pairs what was sent with where the server put it. An entry without a place cannot be undone from here. */
export function savedFrom(bundle: Bundle<Observation>, answer: BundleEntry[]): Saved[] {
  const saved: Saved[] = [];
  (bundle.entry ?? []).forEach((entry, i) => {
    const response = answer[i]?.response;
    const place = /(?:^|\/)Observation\/([^/]+)(?:\/_history\/([^/]+))?$/.exec(response?.location ?? '');
    if (!entry.resource || !place?.[1]) return;
    const etag = response?.etag ?? (place[2] === undefined ? '' : `W/"${place[2]}"`);
    saved.push({ observation: { ...entry.resource, id: place[1] }, etag });
  });
  return saved;
}

export const inError = (o: Observation): Observation => ({ ...o, status: 'entered-in-error' });
