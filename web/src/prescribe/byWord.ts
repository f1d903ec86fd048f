/* Orders given by word, as a nurse at night writes them down: who ordered it, who wrote it, when it was said and when it was typed stand apart, and
 * the server holds to that (docs/conformance.md). It may be given at once and waits for the name of who gave it. Of somebody who has died or
 * left since it is closed from the start, and its dose goes with it in one transaction. */

import { dosesIn } from '../drugs/doses';
import { ENTRY_SYSTEM, extension, idOf, stands, doseKeyOf, type Extension, type Given, type Order } from '../drugs/forms';
import { prnKey } from '../drugs/prn';
import { recordDose, recordPrn, type Answer, type Giver } from '../drugs/record';
import { endOf } from '../fhir/dates';
import type { Bundle, CodeableConcept, Reference } from '../fhir/types';
import { DAY_MS, MINUTE_MS, wardClock, wardInstant } from '../fhir/zone';
import type { Item, Part, Wanted } from '../outbox/item';
import { isStanding, orderOf, type About, type FullOrder, type Wish } from './order';

export const BY_WORD_SYSTEM = 'urn:ansinh:order-by-word';
export const SAID_URL = 'urn:ansinh:extension:by-word';
export const SIGNATURE_URL = 'urn:ansinh:extension:order-signature';
export const DENIAL_URL = 'urn:ansinh:extension:order-denial';
/* A signature that is not there by then is late. */
export const SIGN_WITHIN_MS = DAY_MS;

interface Piece { url: string; valueBoolean?: boolean; valueDateTime?: string; valueReference?: Reference }
type Parts = Omit<Extension, 'valueReference'> & { extension?: Piece[] };

/* ---- writing down ---- */

/* ends: the death or the end of the last stay of somebody who is not here any more; undefined: they are here */
export interface Span { ends: number | undefined }
export interface Heard {
  by: Reference | undefined; at: number | undefined; readBack: boolean;
  way: 'once' | 'more' | '';
  /* of what is given once */
  given: 'yes' | 'no' | ''; givenAt: number | undefined;
}
export type HeardWrong = 'by' | 'heardAt' | 'heardEnd' | 'readBack' | 'way' | 'given' | 'givenAt' | 'givenEnd';

const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);
const isOutside = (at: number, s: Span): boolean => s.ends !== undefined && at >= s.ends;

export function heardWrong(h: Heard, span: Span, now: number): HeardWrong[] {
  const wrong: HeardWrong[] = [];
  if (h.by === undefined) wrong.push('by');
  if (h.at === undefined || h.at > now) wrong.push('heardAt');
  else if (isOutside(h.at, span)) wrong.push('heardEnd');
  if (h.way === '' || (span.ends !== undefined && h.way !== 'once')) wrong.push('way');
  if (h.way === 'once' && h.given === '') wrong.push('given');
  if (h.way === 'once' && h.given === 'yes') {
    if (h.givenAt === undefined || h.givenAt > now || (h.at !== undefined && minuteOf(h.givenAt) < minuteOf(h.at))) wrong.push('givenAt');
    else if (isOutside(h.givenAt, span)) wrong.push('givenEnd');
  }
  if (!h.readBack) wrong.push('readBack');
  return wrong;
}

/* The one time of what is given once; the rest of the form asks for it like any other. */
export const onceTime = (h: Heard): string => wardClock((h.given === 'yes' ? h.givenAt : h.at) ?? 0);

const category = (code: 'unsigned' | 'signed'): CodeableConcept => ({ coding: [{ system: BY_WORD_SYSTEM, code }] });

export interface WordAbout extends About { words: About['words'] & { once: string } }

/* typed: now */
export function wordOrder(w: Wish, a: WordAbout, h: Heard, typed: number): FullOrder {
  const at = h.at ?? typed;
  const order = orderOf({ ...w, copied: false }, { ...a, at });
  const said: Parts = { url: SAID_URL, extension: [{ url: 'read-back', valueBoolean: h.readBack }, { url: 'typed', valueDateTime: wardInstant(typed) }] };
  const done = h.way === 'once' && h.given === 'yes';
  return {
    ...order, status: done ? 'completed' : a.closed === true ? 'stopped' : 'active', category: [category('unsigned')],
    extension: [...(order.extension ?? []), said as Extension],
    ...(a.me.reference === '' ? {} : { recorder: { reference: a.me.reference, display: a.me.display } }), requester: h.by ?? {}, authoredOn: wardInstant(at),
    ...(h.way === 'once' ? { dosageInstruction: (order.dosageInstruction ?? []).map((d) => onceOnly(d, (done ? h.givenAt : undefined) ?? at, a.words.once)) } : {}),
  };
}

type Dosage = NonNullable<FullOrder['dosageInstruction']>[number];
function onceOnly(d: Dosage, at: number, once: string): Dosage {
  const minute = minuteOf(at) * MINUTE_MS;
  const when = wardInstant(minute);
  return { ...d, text: [d.text, once].filter(Boolean).join(', '), timing: { repeat: { boundsPeriod: { start: when, end: when }, frequency: 1, period: 1, periodUnit: 'd', timeOfDay: [`${wardClock(minute)}:00`] } } };
}

export interface DoseOf { id: string; at: number; answer: Answer; card: string }

/* The dose of an order that comes with it: its name is of this order alone, whoever sends it how often. */
function dosePart(order: FullOrder, place: string, key: string, a: WordAbout, d: DoseOf): Part {
  const dosage = order.dosageInstruction?.[0] ?? {};
  const wanted = recordPrn({ ...order, id: place }, dosage, prnKey({ ...order, id: key }, [], d.at), { id: a.patient, stay: { id: a.stay } }, a.me, d.at, d.id, d.answer, d.card);
  return { id: d.id, resource: { ...wanted.resource, request: { reference: place } } as Part['resource'], only: wanted.only ?? '', stay: '', patient: a.patient };
}

/* Through the outbox: kept on this device before it is sent, and one transaction with its dose. Whether the stay had ended by then is the server's
 * to judge: what was said before the end is written down after it. place: the name under which the dose speaks of its order. */
export function wordAct(w: Wish, a: WordAbout, h: Heard, typed: number, place: string, dose?: DoseOf): Wanted {
  const order = wordOrder(w, a, h, typed);
  const parts: Part[] = [{ id: w.key, resource: order as Part['resource'], only: '', stay: '', patient: a.patient, place }, ...(dose ? [dosePart(order, place, w.key, a, dose)] : [])];
  return { id: w.key, at: typed, resource: parts[0]?.resource as Part['resource'], patient: a.patient, parts };
}
/* What waits in the outbox, or was refused: orders given by word of this person, or of everybody. */
export const wordsIn = (items: Item[], patient?: string): Item[] =>
  items.filter((i) => i.resource.resourceType === 'MedicationRequest' && isByWord(i.resource as unknown as FullOrder) && (patient === undefined || i.patient === patient));

/* ---- a dose of an order, written down afterwards ---- */

const BACK_MS = 2 * DAY_MS;

/* Times of the order that nobody has answered, newest first: of the last two days before `until`, from when it was ordered on. */
export function openTimes(o: FullOrder, given: Given[], until: number): { key: string; scheduled: number }[] {
  const taken = new Set(given.filter(stands).map(doseKeyOf));
  return dosesIn([{ ...o, status: 'active' }], until - BACK_MS, until).filter((d) => !taken.has(d.key)).map((d) => ({ key: d.key, scheduled: d.scheduled })).reverse();
}

export function pastDose(o: FullOrder, given: Given[], whom: { id: string; stay: { id?: string } }, me: Giver, d: DoseOf, scheduled?: { key: string; scheduled: number }): Bundle {
  const dosage = o.dosageInstruction?.[0] ?? {};
  const wanted = scheduled
    ? recordDose({ key: scheduled.key, order: o as Order, dosage, patientId: whom.id, scheduled: scheduled.scheduled }, whom, me, d.at, d.id, d.answer, d.card)
    : recordPrn(o, dosage, prnKey(o, given, d.at), whom, me, d.at, d.id, d.answer, d.card);
  const dose = wanted.resource as unknown as Given;
  const resource = { ...dose, identifier: [{ system: ENTRY_SYSTEM, value: `urn:uuid:${d.id}` }, ...(dose.identifier ?? [])] };
  return { resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request: { method: 'POST', url: 'MedicationAdministration', ifNoneExist: wanted.only ?? '' } }] };
}

/* ---- reading and signing ---- */

const codeOf = (o: FullOrder): string => (o.category ?? []).flatMap((c) => c.coding ?? []).find((c) => c.system === BY_WORD_SYSTEM)?.code ?? '';
export const isByWord = (o: FullOrder): boolean => codeOf(o) !== '';
export const isUnsigned = (o: FullOrder): boolean => codeOf(o) === 'unsigned' && o.status !== 'entered-in-error';
export const typedOf = (o: FullOrder): string => (extension(o, SAID_URL) as Parts | undefined)?.extension?.find((x) => x.url === 'typed')?.valueDateTime ?? '';
export interface Named { who: Reference | undefined; when: string }
function namedOf(o: FullOrder, url: string): Named | undefined {
  const e = extension(o, url) as Parts | undefined;
  return e ? { who: e.extension?.find((x) => x.url === 'who')?.valueReference, when: e.extension?.find((x) => x.url === 'when')?.valueDateTime ?? '' } : undefined;
}
export const signatureOf = (o: FullOrder): Named | undefined => namedOf(o, SIGNATURE_URL);
export const denialOf = (o: FullOrder): Named | undefined => namedOf(o, DENIAL_URL);
export const isLate = (o: FullOrder, now: number): boolean => isUnsigned(o) && now - (Date.parse(o.authoredOn ?? '') || now) > SIGN_WITHIN_MS;
export const isMineToSign = (o: FullOrder, me: Giver): boolean => isUnsigned(o) && me.reference !== '' && idOf(o.requester) === idOf({ reference: me.reference });

function namedBy(o: FullOrder, code: 'signed' | 'denied', url: string, me: Giver, at: number): FullOrder {
  const name: Parts = { url, extension: [{ url: 'who', valueReference: { reference: me.reference, display: me.display } }, { url: 'when', valueDateTime: wardInstant(at) }] };
  const state = (o.category ?? []).map((c) => (c.coding?.some((x) => x.system === BY_WORD_SYSTEM) ? { ...c, coding: c.coding.map((x) => (x.system === BY_WORD_SYSTEM ? { ...x, code } : x)) } : c));
  return { ...o, category: state, extension: [...(o.extension ?? []), name as Extension] };
}
export const signedOrder = (o: FullOrder, me: Giver, at: number): FullOrder | undefined => (isMineToSign(o, me) ? namedBy(o, 'signed', SIGNATURE_URL, me, at) : undefined);

/* "I did not say that": it asks for nothing any more, and the head of the house is told in the same transaction. text: what the head reads. */
export function denial(o: FullOrder, me: Giver, at: number, text: string): Bundle | undefined {
  if (!isMineToSign(o, me)) return undefined;
  const denied = namedBy(o, 'denied', DENIAL_URL, me, at);
  const by = { reference: me.reference, display: me.display };
  const task = {
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'urgent', code: { coding: [{ system: 'urn:ansinh:task', code: 'order-denied' }] }, description: text,
    focus: { reference: `MedicationRequest/${o.id ?? ''}` }, for: o.subject, authoredOn: wardInstant(at), requester: by, performerType: [{ coding: [{ system: 'urn:ansinh:role', code: 'facility-head' }] }],
  };
  return {
    resourceType: 'Bundle', type: 'transaction', entry: [
      { resource: isStanding(o) ? { ...denied, status: 'stopped' } : denied, request: { method: 'PUT', url: `MedicationRequest/${o.id ?? ''}`, ifMatch: `W/"${o.meta?.versionId ?? ''}"` } },
      { resource: task, request: { method: 'POST', url: 'Task' } },
    ],
  };
}

/* What waits for a signature: one's own, or all of the house for who looks after it; late first, then as they were said. */
export const UNSIGNED = { category: `${BY_WORD_SYSTEM}|unsigned`, status: 'active,on-hold,completed,stopped', _include: 'MedicationRequest:patient' };
export const sortUnsigned = (list: FullOrder[]): FullOrder[] => list.filter(isUnsigned).sort((a, b) => (a.authoredOn ?? '').localeCompare(b.authoredOn ?? ''));

/* A stay or a death that is over ends here; a bare day is all of it. */
export const spanOf = (died: string | undefined, left: string): Span => {
  const ends = [died, left].map((x) => (x ? endOf(x) : undefined)).filter((x): x is number => x !== undefined);
  return { ends: ends.length > 0 ? Math.min(...ends) : undefined };
};
