/* Orders for medicines as people write them: what is typed, what is wrong with it, what it warns of, and the one transaction it becomes.
 *
 * Whoever has prescribed stands as requester. An order that was copied from a paper from outside has a recorder and its prescriber in words
 * (reportedBoolean), and is given only after another person has compared it with the paper: the server holds to that (docs/conformance.md).
 * An order that stands is never rewritten: a change stops it and names it in the one that follows. */

import { allergiesOf, conflicts } from '../drugs/allergy';
import { isAsNeeded, medicineText, ON_TIME_MS } from '../drugs/doses';
import { isListed } from '../drugs/controlled';
import { CHECK_URL, CONTROLLED_URL, ENDS_URL, extension, isControlled, idOf, isUnchecked, type Allergy, type DosageInstruction, type Extension, type Order, type Repeat } from '../drugs/forms';
import { medicineStems } from '../drugs/names';
import type { Giver } from '../drugs/record';
import { parseFhirDate } from '../fhir/dates';
import { numberOf } from '../fhir/decimal';
import type { Bundle, BundleEntry, CodeableConcept, Reference, Resource } from '../fhir/types';
import { addDays, instantOf, wardInstant, wardTime } from '../fhir/zone';
import { foldText } from '../text';
import { identifierOf, onceOf } from '../visits/forms';
import { parseTyped } from '../vitals/number';

export const DESPITE_ORDER_URL = 'urn:ansinh:extension:prescribed-despite';

interface Check extends Omit<Extension, 'valueReference'> { extension?: { url: string; valueReference?: Reference; valueDateTime?: string }[] }
export interface FullOrder extends Order {
  category?: CodeableConcept[]; recorder?: Reference; encounter?: Reference; supportingInformation?: Reference[];
  statusReason?: { text?: string }; note?: { text: string }[]; identifier?: { system?: string; value?: string }[];
}

export const ROUTES = ['oral', 'inhaled', 'topical', 'intramuscular', 'subcutaneous', 'intravenous', 'rectal', 'eye'] as const;
export type Route = (typeof ROUTES)[number];
const ROUTE_CODES: Record<Route, string> = {
  oral: '26643006', inhaled: '447694001', topical: '6064005', intramuscular: '78421000', subcutaneous: '34206005', intravenous: '47625008', rectal: '37161004', eye: '54485002',
};
export const TIMES = ['06:00', '07:30', '11:30', '14:00', '17:00', '20:00', '22:00'] as const;

export const RHYTHMS = ['daily', 'alternate', 'weekdays'] as const;
export type Rhythm = (typeof RHYTHMS)[number];
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export interface Wish {
  key: string; medicine: string; amount: string; unit: string; route: Route | ''; times: string[]; asNeeded: boolean; most: string; /* doses a day */
  everyHours: string; /* least time between two as-needed doses; '' where none is set */
  uneven: boolean; amountAt: Record<string, string>; /* "2 in the morning, 1 in the evening": what is taken at an hour, where it is not `amount` */
  rhythm: Rhythm; weekdays: string[]; /* every day unless said; the days by FHIR's names */
  everyWeeks: string; /* a depot: one dose every so many weeks */
  firstDay: string; /* of the depot, or of every second day: counted from here */
  days: string; how: string; controlled: boolean; despite: string;
  /* its name is on the list of controlled medicines, and whoever orders says that this one is exempt */
  exempt: boolean;
  /* copied from outside */
  copied: boolean; prescriber: string; place: string; paperDay: string;
  /* the order it takes the place of; '' none */
  replaces: string;
}
export const emptyWish = (key: string, copied: boolean): Wish => ({
  key, medicine: '', amount: '', unit: '', route: '', times: [], asNeeded: false, most: '', everyHours: '', uneven: false, amountAt: {}, rhythm: 'daily', weekdays: [], everyWeeks: '', firstDay: '', days: '', how: '', controlled: false, exempt: false, despite: '', copied, prescriber: '',
  place: '', paperDay: '', replaces: '',
});
/* Another line of the same paper. */
export const nextLine = (w: Wish, key: string): Wish => ({ ...emptyWish(key, true), prescriber: w.prescriber, place: w.place, paperDay: w.paperDay });

const whole = (text: string, low: number, high: number): number | undefined => {
  const n = Number(text.trim());
  return /^\d+$/.test(text.trim()) && n >= low && n <= high ? n : undefined;
};
/* Half and quarter tablets as they are written on paper. */
const PARTS: Record<string, number> = { '1/2': 0.5, '½': 0.5, '1/4': 0.25, '¼': 0.25, '3/4': 0.75, '¾': 0.75 };
/* "05" is a lost comma as likely as a five. */
const amountOf = (text: string): number | undefined => {
  const part = PARTS[text.replace(/\s/g, '')];
  if (part !== undefined) return part;
  const typed = parseTyped(text, 3);
  return typed.kind === 'number' && typed.value.number > 0 && !/^0\d/.test(text.trim()) ? typed.value.number : undefined;
};
/* Nobody takes that many at once of what is counted: a strength in the wrong field, or a lost comma. */
const COUNTED = /^(vien|ong|goi|lo|tuyp|mieng|nang|tablet|capsule|ampoule|sachet)/;
const MOST_COUNTED = 10;
export const isMuch = (w: Wish): boolean => COUNTED.test(foldText(w.unit)) && amountsOf(w).some((a) => (amountOf(a.amount) ?? 0) > MOST_COUNTED);

/* What is taken when: one line for each amount. */
interface Amount { amount: string; times: string[] }
export const amountAt = (w: Wish, time: string): string => (w.uneven ? w.amountAt[time] ?? w.amount : w.amount);
function amountsOf(w: Wish): Amount[] {
  /* one hour has one amount, the one that is shown: what was typed for it beside another hour, since taken away, is not */
  if (w.asNeeded || !w.uneven || w.times.length < 2) return [{ amount: w.amount, times: [...w.times].sort() }];
  const lines: Amount[] = [];
  for (const time of [...w.times].sort()) {
    const line = lines.find((l) => amountOf(l.amount) === amountOf(amountAt(w, time)));
    if (line) line.times.push(time);
    else lines.push({ amount: amountAt(w, time), times: [time] });
  }
  return lines;
}
/* whose days are counted from a first one */
const isCounted = (w: Wish): boolean => !w.asNeeded && (w.everyWeeks !== '' || w.rhythm === 'alternate');

export type Wrong = 'controlled' | 'medicine' | 'amount' | 'unit' | 'route' | 'times' | 'most' | 'hours' | 'weekdays' | 'weeks' | 'firstDay' | 'firstTime' | 'days' | 'endsBefore' | 'prescriber' | 'paperDay' | 'despite';

/* What would have been taken earlier that day is nobody's missed dose; one whose time is hardly over may still be given, but not when
 * it is the order before that has seen to it. */
export const asksFrom = (at: number, change: boolean): number => (change ? at : at - ON_TIME_MS);

/* from: nothing before this moment is asked for (asksFrom) */
export function wrongWith(w: Wish, warned: boolean, today: string, from = 0): Wrong[] {
  const wrong: Wrong[] = [];
  if (w.medicine.trim().length < 3) wrong.push('medicine');
  if (amountsOf(w).some((a) => amountOf(a.amount) === undefined)) wrong.push('amount');
  if (w.unit.trim() === '') wrong.push('unit');
  if (w.route === '') wrong.push('route');
  if (!w.asNeeded && w.times.length === 0) wrong.push('times');
  if (w.asNeeded && whole(w.most, 1, 24) === undefined) wrong.push('most');
  if (w.asNeeded && w.everyHours !== '' && whole(w.everyHours, 1, 72) === undefined) wrong.push('hours');
  if (!w.asNeeded && w.rhythm === 'weekdays' && w.weekdays.length === 0) wrong.push('weekdays');
  if (w.everyWeeks !== '' && (whole(w.everyWeeks, 1, 26) === undefined || w.asNeeded || w.rhythm !== 'daily' || w.times.length !== 1)) wrong.push('weeks');
  if (isCounted(w) && (w.firstDay < today || w.firstDay > addDays(today, 366))) wrong.push('firstDay');
  /* begun now it would be due again only days or weeks later: whether today's was given, only whoever orders can say */
  else if (isCounted(w) && w.times.length > 0 && instantOf(w.firstDay, [...w.times].sort()[0] ?? '') < from) wrong.push('firstTime');
  if (w.days !== '' && whole(w.days, 1, 366) === undefined) wrong.push('days');
  else if (isCounted(w) && w.days !== '' && addDays(today, Number(w.days) - 1) < w.firstDay) wrong.push('endsBefore');
  if (w.copied && w.prescriber.trim() === '') wrong.push('prescriber');
  if (w.copied && (w.paperDay === '' || w.paperDay > today)) wrong.push('paperDay');
  if (!w.controlled && !w.exempt && isListed(w.medicine)) wrong.push('controlled');
  if (warned && w.despite.trim() === '') wrong.push('despite');
  return wrong;
}

/* ---- warnings: an allergy, or the same substance ordered already ---- */

export interface Warnings { allergies: Allergy[]; same: FullOrder[] }
export const isStanding = (o: Order): boolean => o.status === 'active' || o.status === 'on-hold';

export function warningsOf(medicine: string, patient: string, allergies: Allergy[], orders: FullOrder[], included: Resource[], replaces: (string | undefined)[] = []): Warnings {
  const wanted = { text: medicine, concept: { text: medicine } };
  const stems = medicineStems(wanted);
  const same = orders.filter((o) => isStanding(o) && !replaces.includes(o.id)
    && medicineStems({ text: medicineText(o, included), concept: o.medicationCodeableConcept }).some((s) => stems.includes(s)));
  const real = allergiesOf(allergies, patient).filter((a) => !(a.code?.coding ?? []).some((c) => c.code === '716186003'));
  return { allergies: stems.length === 0 ? [] : conflicts(wanted, real), same: stems.length === 0 ? [] : same };
}

/* ---- the order ---- */

const party = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });
const vietnamese = (n: string): string => n.replace('.', ',');

export interface OrderWords { route: (r: Route) => string; weeks: (n: number) => string; most: (n: number) => string; hours: (n: number) => string; rhythm: (w: Wish) => string }

function repeatOf(w: Wish, weeks: number | undefined, times: number): Repeat {
  if (weeks !== undefined) return { frequency: times, period: weeks, periodUnit: 'wk' };
  if (w.rhythm === 'weekdays') return { frequency: times * w.weekdays.length, period: 1, periodUnit: 'wk', dayOfWeek: WEEKDAYS.filter((d) => w.weekdays.includes(d)) };
  return { frequency: times, period: w.rhythm === 'alternate' ? 2 : 1, periodUnit: 'd' };
}

function dosagesOf(w: Wish, words: OrderWords, at: number, from: number): (DosageInstruction & { text: string })[] {
  const today = wardTime(at).day;
  const unit = w.unit.trim();
  const [weeks, most, days, hours] = [whole(w.everyWeeks, 1, 26), whole(w.most, 1, 24), whole(w.days, 1, 366), w.asNeeded ? whole(w.everyHours, 1, 72) : undefined];
  const route = w.route === '' ? undefined : w.route;
  /* a bare day would begin at its midnight, and ask for this morning's injection again */
  const start = !isCounted(w) || w.firstDay <= wardTime(from).day ? wardInstant(from) : w.firstDay;
  const bounds = { boundsPeriod: { start, ...(days === undefined ? {} : { end: addDays(today, days - 1) }) } };
  return amountsOf(w).map(({ amount, times }) => {
    const value = amountOf(amount) ?? 0;
    const text = [route && words.route(route), `${vietnamese(String(value))} ${unit}`, w.asNeeded ? most !== undefined && words.most(most) : times.join(', '), hours !== undefined && words.hours(hours),
      weeks !== undefined ? words.weeks(weeks) : !w.asNeeded && words.rhythm(w), w.how.trim()]
      .filter((x): x is string => typeof x === 'string' && x !== '').join(', ');
    return {
      text, ...(w.how.trim() === '' ? {} : { patientInstruction: w.how.trim() }), ...(route ? { route: { coding: [{ system: 'http://snomed.info/sct', code: ROUTE_CODES[route] }], text: words.route(route) } } : {}),
      doseAndRate: [{ doseQuantity: { value, unit } }],
      ...(w.asNeeded
        ? { asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: value * (most ?? 1), unit }, denominator: { value: 1, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } },
          timing: { repeat: { ...bounds, ...(hours === undefined ? {} : { frequency: 1, period: hours, periodUnit: 'h' }) } } }
        : { timing: { repeat: { ...bounds, ...repeatOf(w, weeks, times.length), timeOfDay: times.map((t) => `${t}:00`) } } }),
    };
  });
}

export interface About {
  patient: string; stay: string; me: Giver; at: number; words: OrderWords; photo?: string; /* nobody is given anything by it any more */ closed?: boolean;
  /* whoever copies may prescribe: what the copy replaces ends with its check, whoever checks */
  prescribes?: boolean;
}

/* The orders that end when this copy is checked. */
export const endsOf = (ids: string[]): Extension[] => ids.map((id) => ({ url: ENDS_URL, valueReference: { reference: `MedicationRequest/${id}` } }));

/* change: it takes over at this moment from another that ends with it */
export function orderOf(w: Wish, a: About, change = false): FullOrder {
  const from = asksFrom(a.at, change);
  const extensions: Extension[] = [
    ...(w.controlled ? [{ url: CONTROLLED_URL, valueBoolean: true }] : []), ...(w.copied && w.replaces !== '' && a.prescribes ? endsOf([w.replaces]) : []), ...(w.despite.trim() === '' ? [] : [{ url: DESPITE_ORDER_URL, valueString: w.despite.trim() }]),
  ];
  const outside = [w.prescriber.trim(), w.place.trim()].filter((x) => x !== '').join(', ');
  return {
    resourceType: 'MedicationRequest', identifier: [identifierOf(w.key)], ...(extensions.length > 0 ? { extension: extensions } : {}), status: 'active', intent: 'order',
    ...(w.copied ? { reportedBoolean: true, ...(a.me.reference === '' ? {} : { recorder: party(a.me) }), requester: { display: outside } } : { requester: party(a.me) }),
    medicationCodeableConcept: { text: w.medicine.trim() }, subject: { reference: `Patient/${a.patient}` }, ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }),
    authoredOn: w.copied ? w.paperDay : wardInstant(a.at), dosageInstruction: dosagesOf(w, a.words, a.at, from),
    ...(a.photo === undefined ? {} : { supportingInformation: [{ reference: a.photo }] }), ...(w.replaces === '' ? {} : { priorPrescription: { reference: `MedicationRequest/${w.replaces}` } }),
  };
}

export const stopped = (o: FullOrder, why: string): FullOrder => ({ ...o, status: 'stopped', statusReason: { text: why } });
/* A copy that is not what its paper says. */
export const struck = (o: FullOrder, why: string): FullOrder => ({ ...o, status: 'entered-in-error', statusReason: { text: why } });

/* A photo of the paper: a document of its own, beside the order. */
export interface Photo { key: string; data: string; type: string }
export function photoOf(p: Photo, a: About, title: string): Resource {
  const document = {
    resourceType: 'DocumentReference', identifier: [identifierOf(p.key)], status: 'current', type: { coding: [{ system: 'urn:ansinh:document-kind', code: 'outside-prescription' }], text: title },
    subject: { reference: `Patient/${a.patient}` }, date: wardInstant(a.at), ...(a.me.reference === '' ? {} : { author: [party(a.me)] }), content: [{ attachment: { contentType: p.type, data: p.data, title } }],
  };
  return document;
}

/* ends: what ends with it, as it stands from then on (stopped, struck). */
export function orderBundle(w: Wish, a: About, more: { ends?: FullOrder[]; photo?: Photo; photoTitle?: string }): Bundle {
  const place = (key: string): string => `urn:uuid:${key}`;
  const make = (key: string, resource: Resource): BundleEntry => ({ fullUrl: place(key), resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: onceOf(key) } });
  const { ends = [], photo } = more;
  return {
    resourceType: 'Bundle', type: 'transaction', entry: [
      make(w.key, orderOf(w, photo ? { ...a, photo: place(photo.key) } : a, ends.some((o) => o.status === 'stopped'))),
      ...(photo ? [make(photo.key, photoOf(photo, a, more.photoTitle ?? ''))] : []),
      ...ends.map(putOrder),
    ],
  };
}
export const putOrder = (o: FullOrder): BundleEntry => ({ resource: o, request: { method: 'PUT', url: `MedicationRequest/${o.id ?? ''}`, ifMatch: `W/"${o.meta?.versionId ?? ''}"` } });

/* What stands, as a wish to be changed. A schedule this form has no field for (every third day, two rhythms at once) is not turned into a daily one:
 * its times are left open, and what stood is shown beside. */
export function wishOf(o: FullOrder, key: string, text: string, today: string): Wish {
  const list = o.dosageInstruction ?? [];
  const d = list[0];
  const route = ROUTES.find((r) => d?.route?.coding?.some((c) => c.code === ROUTE_CODES[r])) ?? '';
  const repeat = d?.timing?.repeat;
  const left = daysLeft(o, today);
  const plain = isPlain(o);
  const amountIn = (x: DosageInstruction | undefined): string => (x?.doseAndRate?.[0]?.doseQuantity?.value === undefined ? '' : vietnamese(String(x.doseAndRate[0].doseQuantity.value)));
  const timesIn = (x: DosageInstruction): string[] => (x.timing?.repeat?.timeOfDay ?? []).map((t) => t.slice(0, 5));
  return {
    ...emptyWish(key, false), medicine: text, amount: amountIn(d), unit: d?.doseAndRate?.[0]?.doseQuantity?.unit ?? '', route,
    times: plain ? list.flatMap(timesIn).sort() : [], asNeeded: d !== undefined && isAsNeeded(d), most: mostOf(d), everyHours: d !== undefined && isAsNeeded(d) && repeat?.periodUnit === 'h' && (repeat.frequency ?? 1) === 1 ? String(repeat.period ?? '') : '',
    ...(plain && list.length > 1 ? { uneven: true, amountAt: Object.fromEntries(list.flatMap((x) => timesIn(x).map((t) => [t, amountIn(x)]))) } : {}),
    ...(plain && (repeat?.dayOfWeek ?? []).length > 0 ? { rhythm: 'weekdays' as const, weekdays: repeat?.dayOfWeek ?? [] } : plain && isAlternate(repeat) ? { rhythm: 'alternate' as const } : {}),
    firstDay: plain ? countedDays(o, today, 1)[0] ?? '' : '',
    everyWeeks: plain && isWeeks(repeat) ? String(repeat?.period ?? '') : '', days: left !== undefined && left > 0 ? String(left) : '', how: d?.patientInstruction ?? '',
    controlled: isControlled(o),
  };
}

/* A copy, to be copied anew: of the same paper, in place of the same order. */
export const recopyOf = (o: FullOrder, key: string, text: string, today: string): Wish => ({
  ...wishOf(o, key, text, today), copied: true, prescriber: o.requester?.display ?? '', paperDay: (o.authoredOn ?? '').slice(0, 10), replaces: idOf(o.priorPrescription),
});

const isAlternate = (r: Repeat | undefined): boolean => (r?.periodUnit ?? 'd') === 'd' && r?.period === 2 && (r.dayOfWeek ?? []).length === 0;
const isWeeks = (r: Repeat | undefined): boolean => r?.periodUnit === 'wk' && (r.dayOfWeek ?? []).length === 0;

/* Is there a field of the form for all of it? */
function isPlain(o: FullOrder): boolean {
  const [d, ...more] = o.dosageInstruction ?? [];
  const repeat = d?.timing?.repeat;
  const rest = (x: DosageInstruction): string => {
    const { timeOfDay: _t, frequency: _f, ...r } = x.timing?.repeat ?? {};
    return JSON.stringify([r, x.doseAndRate?.[0]?.doseQuantity?.unit, isAsNeeded(x)]);
  };
  if (d && more.some((x) => isAsNeeded(x) || (x.timing?.repeat?.timeOfDay ?? []).length === 0 || rest(x) !== rest(d))) return false;
  const [unit, period, onDays] = [repeat?.periodUnit ?? 'd', repeat?.period ?? 1, (repeat?.dayOfWeek ?? []).length > 0];
  if (d && isAsNeeded(d)) return !onDays && ((unit === 'h' && (repeat?.frequency ?? 1) === 1) || (unit === 'd' && period === 1));
  return onDays ? period === 1 && (unit === 'd' || unit === 'wk') : (unit === 'd' && (period === 1 || period === 2)) || (unit === 'wk' && more.length === 0);
}

function mostOf(d: DosageInstruction | undefined): string {
  const [most, each] = [numberOf(d?.maxDosePerPeriod?.numerator?.value), numberOf(d?.doseAndRate?.[0]?.doseQuantity?.value)];
  const times = most !== undefined && each !== undefined && each > 0 ? most / each : 0;
  return Number.isInteger(times) && times >= 1 ? String(times) : '';
}

/* ---- reading ---- */

export const isCopied = (o: FullOrder): boolean => o.reportedBoolean === true;
export function checkOf(o: FullOrder): { who: Reference | undefined; when: string } | undefined {
  const e = extension(o, CHECK_URL) as Check | undefined;
  return e ? { who: e.extension?.find((x) => x.url === 'who')?.valueReference, when: e.extension?.find((x) => x.url === 'when')?.valueDateTime ?? '' } : undefined;
}
/* The orders that end when this copy has been checked; whether whoever copied it has said so with the right to end them. */
const agreedEnds = (o: FullOrder): string[] => (o.extension ?? []).filter((e) => e.url === ENDS_URL).map((e) => idOf(e.valueReference));
export const replacedBy = (o: FullOrder, orders: FullOrder[]): FullOrder[] => (isUnchecked(o) ? orders.filter((x) => isStanding(x) && [idOf(o.priorPrescription), ...agreedEnds(o)].includes(x.id ?? '')) : []);
export const isAgreed = (replaced: FullOrder[], copied: FullOrder): boolean => replaced.every((o) => agreedEnds(copied).includes(o.id ?? ''));
export function checked(o: FullOrder, me: Giver, at: number): FullOrder | undefined {
  if (!isUnchecked(o) || me.reference === '' || o.recorder?.reference === me.reference) return undefined;
  const check: Check = { url: CHECK_URL, extension: [{ url: 'who', valueReference: party(me) }, { url: 'when', valueDateTime: wardInstant(at) }] };
  return { ...o, extension: [...(o.extension ?? []), check as Extension] };
}

/* Whole days left with today, by the bounds of the order; undefined: it has no end. */
export function daysLeft(o: Order, today: string): number | undefined {
  const ends = (o.dosageInstruction ?? []).map((d) => d.timing?.repeat?.boundsPeriod?.end ?? '').filter((e) => e !== '').map((e) => e.slice(0, 10)).sort();
  const last = ends[ends.length - 1];
  return last === undefined ? undefined : Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000) + 1;
}

/* The next days of a depot: every so many weeks from its beginning. */
export const depotDays = (o: Order, today: string, count: number): string[] => (isWeeks(o.dosageInstruction?.[0]?.timing?.repeat) ? countedDays(o, today, count) : []);

/* Of a depot, or of every second day. */
function countedDays(o: Order, today: string, count: number): string[] {
  const repeat = o.dosageInstruction?.[0]?.timing?.repeat;
  const step = isWeeks(repeat) ? (repeat?.period ?? 0) * 7 : isAlternate(repeat) ? 2 : 0;
  const begins = parseFhirDate(repeat?.boundsPeriod?.start ?? o.authoredOn);
  if (step < 1 || !begins || !isStanding(o)) return [];
  const first = begins.precision === 'time' ? wardTime(begins.ms).day : (repeat?.boundsPeriod?.start ?? o.authoredOn ?? '').slice(0, 10);
  const end = repeat?.boundsPeriod?.end?.slice(0, 10) ?? '9999';
  const passed = Math.max(0, Math.ceil((Date.parse(`${today}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000 / step));
  return Array.from({ length: count }, (_, i) => addDays(first, (passed + i) * step)).filter((d) => d <= end);
}

/* ---- back from hospital: before, the hospital's, now ---- */

export type Verdict = 'keep' | 'stop' | 'take' | 'leave';
/* key: what it is decided by; two orders may have one name. */
export interface Matched { key: string; name: string; before: FullOrder[]; theirs: string[] }

/* One line a substance: what was taken before, and what the hospital's paper says, matched by the substance and never by the strength. */
export function matched(before: FullOrder[], theirs: string[], nameOf: (o: FullOrder) => string): Matched[] {
  const lines: (Matched & { stems: string[] })[] = before.map((o) => ({ key: o.id ?? nameOf(o), name: nameOf(o), before: [o], theirs: [], stems: medicineStems({ text: nameOf(o), concept: o.medicationCodeableConcept }) }));
  for (const text of theirs.map((t) => t.trim()).filter((t) => t !== '')) {
    const stems = medicineStems({ text, concept: { text } });
    const line = lines.find((l) => l.stems.some((s) => stems.includes(s)));
    if (line) line.theirs.push(text);
    else lines.push({ key: text, name: text, before: [], theirs: [text], stems });
  }
  return lines.map(({ stems: _s, ...l }) => l);
}
