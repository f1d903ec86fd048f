/* The palliative plan: what matters to the person, what to do for each symptom, whom to call, where they wish to be cared for, and what was
 * decided about limits of treatment: with whom, and when. One CarePlan (urn:ansinh:plan|palliative), and a Flag beside it, so that the shift
 * board, the rounds and the handover show an icon and a word (never what was decided).
 *
 * Nothing here stops or starts a treatment by itself: a ceiling is what people decided, told to whoever must act. */

import type { Bundle, BundleEntry, CodeableConcept, Identifier, Period, Reference, Resource } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';

export const PALLIATIVE = { system: 'urn:ansinh:plan', code: 'palliative' };
export const RISK = { system: 'urn:ansinh:risk', code: 'palliative' };
export const SYMPTOM = 'urn:ansinh:symptom';
const url = (name: string): string => `urn:ansinh:extension:${name}`;
const CEILING = url('ceiling');
const CALL = url('to-call');
const WISHED = url('place-of-care-wished');
const REVIEW = url('review-date');
const ID = 'urn:ansinh:id:palliative';

/* The items of ESAS-r, in its order. */
export const SYMPTOMS = ['pain', 'tiredness', 'drowsiness', 'nausea', 'appetite', 'breath', 'depression', 'anxiety', 'wellbeing'] as const;
export type Symptom = (typeof SYMPTOMS)[number];
export const PLACES = ['here', 'home', 'hospital', 'not-asked'] as const;
export type Place = (typeof PLACES)[number];
export const CEILINGS = ['cpr', 'hospital', 'infusion', 'tube-feeding', 'antibiotics'] as const;
export type Ceiling = (typeof CEILINGS)[number];
export const SAID = ['yes', 'no', 'ask'] as const;
export type Said = (typeof SAID)[number];

export interface Decided { what: Ceiling; said: Said | ''; with: string; on: string }
export interface Call { who: string; phone: string }
export interface Typed { goals: string; symptoms: Partial<Record<Symptom, string>>; calls: Call[]; place: Place | ''; placeWords: string; ceilings: Decided[]; review: string }

export const emptyTyped = (): Typed => ({
  goals: '', symptoms: {}, calls: [{ who: '', phone: '' }], place: '', placeWords: '', ceilings: CEILINGS.map((what) => ({ what, said: '', with: '', on: '' })), review: '',
});

interface Ext { url: string; extension?: Ext[]; valueString?: string; valueCode?: string; valueDate?: string }
export interface Plan extends Resource {
  resourceType: 'CarePlan';
  identifier?: Identifier[]; extension?: Ext[]; status?: string; intent?: string; category?: CodeableConcept[]; title?: string; description?: string; subject?: Reference; encounter?: Reference;
  period?: Period; created?: string; author?: Reference; activity?: { detail?: { status?: string; code?: CodeableConcept; description?: string } }[];
}
export interface Flag extends Resource {
  resourceType: 'Flag'; identifier?: Identifier[]; status?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference; period?: Period; author?: Reference;
}

/* ---- what is wrong ---- */

export type Missing = 'goals' | 'place' | 'with' | 'on' | 'review';
export interface Lack { field: string; missing: Missing }

export function lacks(t: Typed, now: number): Lack[] {
  const { day } = wardTime(now);
  const out: Lack[] = [];
  if (t.goals.trim() === '') out.push({ field: 'goals', missing: 'goals' });
  if (t.place === '') out.push({ field: 'place', missing: 'place' });
  if (!/^\d{4}-\d\d-\d\d$/.test(t.review) || t.review < day) out.push({ field: 'review', missing: 'review' });
  for (const c of t.ceilings) {
    if (c.said === '') continue;
    if (c.with.trim().length < 2) out.push({ field: `${c.what}-with`, missing: 'with' });
    if (!/^\d{4}-\d\d-\d\d$/.test(c.on) || c.on > day) out.push({ field: `${c.what}-on`, missing: 'on' });
  }
  return out;
}

/* ---- writing ---- */

export interface About { patient: string; stay: string; me: { reference: string; display: string } }
export interface Words { title: string; flag: string; symptom: (s: Symptom) => string }

const ext = (name: string, value: string, as: 'valueString' | 'valueCode' | 'valueDate' = 'valueString'): Ext[] => (value.trim() === '' ? [] : [{ url: name, [as]: value.trim() } as unknown as Ext]);

function content(t: Typed, words: Words): Pick<Plan, 'extension' | 'description' | 'activity'> {
  const calls = t.calls.filter((c) => c.who.trim() !== '' || c.phone.trim() !== '').map((c) => ({ url: CALL, extension: [...ext('who', c.who), ...ext('phone', c.phone)] }));
  const ceilings = t.ceilings.filter((c) => c.said !== '').map((c) => ({
    url: CEILING, extension: [...ext('what', c.what, 'valueCode'), ...ext('said', c.said, 'valueCode'), ...ext('with', c.with), ...ext('on', c.on, 'valueDate')],
  }));
  const activity = SYMPTOMS.filter((s) => (t.symptoms[s] ?? '').trim() !== '').map((s) => ({
    detail: { status: 'in-progress', code: { coding: [{ system: SYMPTOM, code: s }], text: words.symptom(s) }, description: (t.symptoms[s] ?? '').trim() },
  }));
  return {
    extension: [...(t.place === '' ? [] : [{ url: WISHED, extension: [...ext('place', t.place, 'valueCode'), ...ext('words', t.placeWords)] }]), ...calls, ...ceilings, ...ext(REVIEW, t.review, 'valueDate')],
    description: t.goals.trim(), ...(activity.length > 0 ? { activity } : {}),
  };
}

const who = (me: About['me']): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });
const put = (r: Resource): BundleEntry => ({ resource: r, request: { method: 'PUT', url: `${r.resourceType}/${r.id ?? ''}`, ifMatch: `W/"${r.meta?.versionId ?? ''}"` } });
const bundle = (entry: BundleEntry[]): Bundle => ({ resourceType: 'Bundle', type: 'transaction', entry });

function post(id: string, n: number, resource: { resourceType: string } & Record<string, unknown>): BundleEntry {
  const value = `${id}/${n}`;
  return { resource: { ...resource, identifier: [{ system: ID, value }] } as Resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist: `identifier=${ID}|${value}` } };
}

const flagOf = (about: About, now: number, words: Words) => ({
  resourceType: 'Flag', status: 'active', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety' }] }], code: { coding: [RISK], text: words.flag },
  subject: { reference: `Patient/${about.patient}` }, period: { start: wardTime(now).day }, author: who(about.me),
});

/* The first one, with its flag. Sent twice, it is there once. */
export function begin(t: Typed, about: About, now: number, id: string, words: Words, flag: Flag | undefined): Bundle {
  return bundle([
    post(id, 1, {
      resourceType: 'CarePlan', status: 'active', intent: 'plan', category: [{ coding: [PALLIATIVE] }], title: words.title, subject: { reference: `Patient/${about.patient}` },
      ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), period: { start: wardTime(now).day }, created: wardInstant(now), author: who(about.me), ...content(t, words),
    }),
    ...(flag ? [] : [post(id, 2, flagOf(about, now, words))]),
  ]);
}

/* What was decided before stands in the version before. */
export function change(plan: Plan, t: Typed, about: About, now: number, id: string, words: Words, flag: Flag | undefined): Bundle {
  const { activity: _a, ...rest } = plan;
  return bundle([put({ ...rest, author: who(about.me), created: wardInstant(now), ...content(t, words) } as Plan), ...(flag ? [] : [post(id, 2, flagOf(about, now, words))])]);
}

export function end(plan: Plan, flag: Flag | undefined, now: number): Bundle {
  const { day } = wardTime(now);
  return bundle([put({ ...plan, status: 'completed', period: { ...plan.period, end: day } } as Plan), ...(flag ? [put({ ...flag, status: 'inactive', period: { ...flag.period, end: day } } as Flag)] : [])]);
}

/* ---- reading ---- */

const inner = (e: Ext, name: string): Ext | undefined => e.extension?.find((x) => x.url === name);
const known = <T extends string>(list: readonly T[], code: string | undefined): T | '' => list.find((x) => x === code) ?? '';

export function typedOf(p: Plan): Typed {
  const all = p.extension ?? [];
  const wished = all.find((e) => e.url === WISHED);
  const decided = all.filter((e) => e.url === CEILING);
  const calls = all.filter((e) => e.url === CALL).map((e) => ({ who: inner(e, 'who')?.valueString ?? '', phone: inner(e, 'phone')?.valueString ?? '' }));
  return {
    goals: p.description ?? '', calls: calls.length > 0 ? calls : [{ who: '', phone: '' }], place: wished ? known(PLACES, inner(wished, 'place')?.valueCode) : '',
    placeWords: wished ? inner(wished, 'words')?.valueString ?? '' : '', review: all.find((e) => e.url === REVIEW)?.valueDate ?? '',
    symptoms: Object.fromEntries((p.activity ?? []).flatMap((a) => {
      const code = known(SYMPTOMS, a.detail?.code?.coding?.find((c) => c.system === SYMPTOM)?.code);
      return code === '' ? [] : [[code, a.detail?.description ?? '']];
    })) as Typed['symptoms'],
    ceilings: CEILINGS.map((what) => {
      const e = decided.find((x) => inner(x, 'what')?.valueCode === what);
      return { what, said: e ? known(SAID, inner(e, 'said')?.valueCode) : '', with: e ? inner(e, 'with')?.valueString ?? '' : '', on: e ? inner(e, 'on')?.valueDate ?? '' : '' };
    }),
  };
}

export const isActive = (p: Plan): boolean => p.status === 'active' && (p.category ?? []).some((c) => c.coding?.some((x) => x.system === PALLIATIVE.system && x.code === PALLIATIVE.code) === true);
export const isFlag = (f: Flag): boolean => f.status === 'active' && f.code?.coding?.some((c) => c.system === RISK.system && c.code === RISK.code) === true;

/* ---- how the symptoms go ---- */

export const ESAS = 'urn:ansinh:form:esas-r';
interface Item { linkId?: string; item?: Item[]; answer?: { valueInteger?: number; valueDecimal?: number; valueCoding?: { code?: string } }[] }
export interface Answers extends Resource { resourceType: 'QuestionnaireResponse'; questionnaire?: string; authored?: string; status?: string; item?: Item[] }

export interface Row { symptom: Symptom; values: (number | undefined)[]; way: 'up' | 'down' | 'same' | '' }
export interface Trend { days: string[]; rows: Row[] }

const flat = (items: Item[] | undefined, deep = 0): Item[] => (items ?? []).flatMap((i) => [i, ...(deep < 8 ? flat(i.item, deep + 1) : [])]);

function valueOf(item: Item | undefined): number | undefined {
  const a = item?.answer?.[0];
  const n = a?.valueInteger ?? a?.valueDecimal ?? Number(/(\d+)$/.exec(a?.valueCoding?.code ?? '')?.[1] ?? NaN);
  return Number.isFinite(n) && n >= 0 && n <= 10 ? n : undefined;
}

/* The last few, oldest first. A point or less is no change: people do not answer more exactly than that. */
export function trendOf(answers: Answers[], most = 6): Trend {
  const mine = answers.filter((a) => (a.questionnaire ?? '').split('|')[0] === ESAS && (a.status === 'completed' || a.status === 'amended'))
    .sort((a, b) => Date.parse(a.authored ?? '') - Date.parse(b.authored ?? '')).slice(-most);
  const rows = SYMPTOMS.map((symptom): Row => {
    const values = mine.map((a) => valueOf(flat(a.item).find((i) => i.linkId === symptom)));
    const [before, last] = values.filter((v): v is number => v !== undefined).slice(-2);
    const way = before === undefined || last === undefined ? '' : last - before >= 2 ? 'up' : before - last >= 2 ? 'down' : 'same';
    return { symptom, values, way };
  });
  return { days: mine.map((a) => a.authored ?? ''), rows: rows.filter((r) => r.values.some((v) => v !== undefined)) };
}
