/* What the server refused, put right: another time, another person, other words; everything else as it was typed. It stays the same entry under the
 * same identifier, so the refused one never stands beside it; what carries its time or its person in its name (a meal, a page of the cupboard) gets the
 * right one. Of several people each is kept: only what is left of the act is here, the others' are stored already. */

import { CARE_ID, mealKey } from '../daily/record';
import type { MealTime } from '../daily/kinds';
import type { Reference } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { PAGE_OUT, pageOf } from '../stock/forms';
import type { Entry, Item, Part } from './item';

export interface Mend {
  at: number;
  /* by the person it was typed for; who is not here stays */
  people: ReadonlyMap<string, { id: string; stay: string }>;
  /* undefined: as it was */
  words?: string;
}

/* Refused for what was typed, not for who is signed in nor for what somebody else has done first. */
export const canMend = (item: Item): boolean =>
  item.resource.status !== 'entered-in-error' && !item.act && !item.duty && item.resource.resourceType !== 'MedicationRequest' && (item.halt === 'refused' || item.halt === 'ended' || item.halt === 'died');
/* Scores, orders and incidents are of one person by more than their name: of them the time alone. */
export const canChangePerson = (item: Item): boolean =>
  canMend(item) && item.parts !== undefined && item.parts.every((p) => p.place === undefined && p.resource.resourceType === 'Observation') && item.closes === undefined;

/* The words that were typed, where all parts have the same; undefined: none were asked for. */
export function wordsOf(item: Item): string | undefined {
  const all = (item.parts?.map((p) => p.resource) ?? [item.resource]).map(wordsIn);
  return all.every((x) => x === all[0]) ? all[0] : undefined;
}
type Worded = Entry & { valueString?: string; note?: { text: string }[] };
const wordsIn = (r: Worded): string | undefined => (r.resourceType !== 'Observation' ? undefined : r.valueString ?? r.note?.[0]?.text);
function withWords(r: Worded, words: string | undefined): Worded {
  if (words === undefined || wordsIn(r) === undefined) return r;
  if (r.valueString !== undefined) return { ...r, valueString: words };
  return { ...r, note: [{ text: words }, ...(r.note ?? []).slice(1)] };
}

type Timed = Entry & { effectiveDateTime?: string; effectivePeriod?: { start?: string; end?: string }; authored?: string; date?: string };
const moved = (text: string | undefined, by: number): string | undefined => (text === undefined ? undefined : wardInstant(Date.parse(text) + by));

function retimed(r: Timed, from: number, to: number): Timed {
  const period = r.effectivePeriod;
  return {
    ...r, ...(r.effectiveDateTime === undefined ? {} : { effectiveDateTime: wardInstant(to) }), ...(r.authored === undefined ? {} : { authored: wardInstant(to) }),
    ...(r.resourceType === 'AdverseEvent' && r.date !== undefined ? { date: wardInstant(to) } : {}),
    ...(period === undefined ? {} : { effectivePeriod: { ...(period.start === undefined ? {} : { start: moved(period.start, to - from) as string }), ...(period.end === undefined ? {} : { end: moved(period.end, to - from) as string }) } }),
  };
}

type Whose = Entry & { subject?: Reference; encounter?: Reference };
function of(r: Whose, from: string, to: { id: string; stay: string }): Whose {
  if (r.subject?.reference !== `Patient/${from}`) return r;
  const { encounter: _e, ...rest } = r;
  return { ...rest, subject: { reference: `Patient/${to.id}` }, ...(to.stay === '' ? {} : { encounter: { reference: `Encounter/${to.stay}` } }) } as Whose;
}

const MEAL = /^meal\/[^/]+\/[^/]+\/(.+)$/;
/* The names that only one entry may carry. */
function renamed(r: Entry, patient: string, at: number): Entry {
  if (r.identifier === undefined) return r;
  return { ...r, identifier: r.identifier.map((i) => {
    const meal = i.system === CARE_ID ? MEAL.exec(i.value ?? '')?.[1] : undefined;
    if (meal !== undefined) return { ...i, value: mealKey(patient, at, meal as MealTime) };
    return i.system === PAGE_OUT ? { ...i, value: pageOf((i.value ?? '').split('/')[0] ?? '', at) } : i;
  }) };
}
const onlyOf = (only: string, before: Entry, after: Entry): string => {
  const [was, is] = [before, after].map((r) => r.identifier?.find((i) => i.system === CARE_ID)?.value ?? '');
  return was === '' ? only : only.replace(was ?? '', is ?? '');
};

function mendedPart(p: Part, item: Item, m: Mend): Part {
  const to = m.people.get(p.patient) ?? { id: p.patient, stay: p.stay };
  const same = to.id === p.patient;
  const resource = renamed(withWords(same ? retimed(p.resource, item.at, m.at) : of(retimed(p.resource, item.at, m.at), p.patient, to), m.words), to.id, m.at);
  return { ...p, resource, only: onlyOf(p.only, p.resource, resource), patient: to.id, stay: same ? p.stay : to.stay };
}

export function mended(item: Item, m: Mend): Item {
  const parts = item.parts?.map((p) => mendedPart(p, item, m));
  const own = parts?.[0]?.resource ?? renamed(withWords(retimed(item.resource, item.at, m.at), m.words), item.patient, m.at);
  return {
    ...item, at: m.at, resource: own, ...(parts ? { parts } : {}), patient: m.people.get(item.patient)?.id ?? item.patient,
    tries: 0, halt: undefined, other: undefined, why: '',
  };
}
