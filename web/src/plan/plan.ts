/* A care plan: goals, what is done for them, until when somebody looks at it again, who answers for it. What comes due is a ServiceRequest of
 * urn:ansinh:care, so the shift board asks for it; the rest are words in the plan. One act writes all of it. */

import type { CodeableConcept, Identifier, Period, Reference, Resource } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';
import type { DailyWords } from '../i18n/daily';
import { CARE_SYSTEM, careKind, kindOf, type CareKey } from '../daily/kinds';
import { LOINC } from '../vitals/kinds';
import type { Entry, Part, Wanted } from '../outbox/item';
import type { Activity, Unit } from './suggestions';

export const PLAN = { system: 'urn:ansinh:plan', code: 'care' };
export const REVIEW_URL = 'urn:ansinh:extension:review-date';
const ACHIEVED = 'http://terminology.hl7.org/CodeSystem/goal-achievement';
export const RESULTS = ['achieved', 'not-achieved'] as const;
export type Result = (typeof RESULTS)[number];

interface Extended { url: string; valueDate?: string }
export interface CarePlan extends Resource {
  resourceType: 'CarePlan'; identifier?: Identifier[]; extension?: Extended[]; status?: string; intent?: string; category?: CodeableConcept[]; title?: string; subject?: Reference; encounter?: Reference;
  period?: Period; created?: string; author?: Reference; contributor?: Reference[]; goal?: Reference[]; activity?: { reference?: Reference; detail?: { status?: string; description?: string } }[];
}
export interface Goal extends Resource {
  resourceType: 'Goal'; identifier?: Identifier[]; lifecycleStatus?: string; achievementStatus?: CodeableConcept; description?: CodeableConcept; subject?: Reference; startDate?: string;
  target?: { dueDate?: string }[]; statusDate?: string;
}
export interface CareOrder extends Resource {
  resourceType: 'ServiceRequest'; identifier?: Identifier[]; status?: string; intent?: string; code?: CodeableConcept; subject?: Reference; encounter?: Reference; basedOn?: Reference[]; authoredOn?: string;
  requester?: Reference; occurrenceTiming?: { repeat?: { frequency?: number; period?: number; periodUnit?: string; timeOfDay?: string[]; boundsPeriod?: Period } };
}

/* ---- writing ---- */

export interface Drafted { goals: string[]; activities: { key: string; activity: Activity; words: string }[]; responsible: string; review: string }
export type Missing = 'goals' | 'activities' | 'responsible' | 'review';

/* review: 'YYYY-MM-DD', not before today */
export function missingIn(d: Drafted, now: number): Missing[] {
  return [
    ...(d.goals.length === 0 ? ['goals' as const] : []), ...(d.activities.length === 0 ? ['activities' as const] : []),
    ...(d.responsible.trim() === '' ? ['responsible' as const] : []), ...(!/^\d{4}-\d\d-\d\d$/.test(d.review) || d.review < wardTime(now).day ? ['review' as const] : []),
  ];
}

export interface About { patient: string; stay: string; me: { reference: string; display: string } }
const who = (me: About['me']): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

/* Weight and glucose are done when a vital sign is, whoever measured it. */
const VITAL_CODES: Partial<Record<CareKey, string[]>> = { weight: ['29463-7'], glucose: ['15074-8', '2339-0'] };

export function careOrder(kind: CareKey, when: Pick<Activity, 'every' | 'unit' | 'at'>, about: About, now: number, w: DailyWords): CareOrder {
  return {
    resourceType: 'ServiceRequest', status: 'active', intent: 'order',
    code: { coding: [{ system: CARE_SYSTEM, code: kind }, ...kindOf(kind).codings, ...(VITAL_CODES[kind] ?? []).map((code) => ({ system: LOINC, code }))], text: w(`care.kind.${kind}`) },
    subject: { reference: `Patient/${about.patient}` }, ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), authoredOn: wardInstant(now), requester: who(about.me),
    occurrenceTiming: {
      repeat: when.at ? { frequency: when.at.length, period: 1, periodUnit: 'd', timeOfDay: when.at.map((t) => `${t}:00`) } : { frequency: 1, period: when.every ?? 1, periodUnit: when.unit ?? 'd' },
    },
  };
}

export function recordPlan(d: Drafted, about: About, now: number, newId: () => string, w: DailyWords): Wanted {
  const part = { only: '', stay: about.stay, patient: about.patient };
  const subject = { reference: `Patient/${about.patient}` };
  const { day } = wardTime(now);
  const place = (): string => `urn:uuid:${newId()}`;
  const plan = place();
  const goals = d.goals.map((text): Part => ({
    ...part, id: newId(), place: place(),
    resource: { resourceType: 'Goal', lifecycleStatus: 'active', description: { text }, subject, startDate: day, target: [{ dueDate: d.review }] } as unknown as Entry,
  }));
  const orders = d.activities.filter((a) => a.activity.kind).map((a): Part => ({
    ...part, id: newId(), place: place(), resource: { ...careOrder(a.activity.kind as CareKey, a.activity, about, now, w), basedOn: [{ reference: plan }] } as unknown as Entry,
  }));
  const words = d.activities.filter((a) => !a.activity.kind).map((a) => a.words);
  const resource: CarePlan = {
    resourceType: 'CarePlan', extension: [{ url: REVIEW_URL, valueDate: d.review }], status: 'active', intent: 'plan', category: [{ coding: [PLAN] }], title: w('plan.title'), subject,
    ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), period: { start: day }, created: wardInstant(now), author: who(about.me), contributor: [{ display: d.responsible.trim() }],
    goal: goals.map((g) => ({ reference: g.place as string })),
    activity: [...orders.map((o) => ({ reference: { reference: o.place as string } })), ...words.map((description) => ({ detail: { status: 'in-progress', description } }))],
  };
  const id = newId();
  return { id, at: now, resource: resource as unknown as Entry, parts: [{ ...part, id, place: plan, resource: resource as unknown as Entry }, ...goals, ...orders] };
}

/* ---- read back ---- */

export interface Timed { order: CareOrder; kind: CareKey; every: number; unit: Unit | ''; at: string[] }
export interface Running { plan: CarePlan; goals: Goal[]; orders: Timed[]; words: string[]; responsible: string; review: string; late: boolean }

export function readOrder(order: CareOrder): Timed | undefined {
  const kind = careKind(order.code?.coding?.find((c) => c.system === CARE_SYSTEM)?.code ?? '')?.key;
  const repeat = order.occurrenceTiming?.repeat;
  if (!kind || kind === 'restraint-check') return undefined; /* restraint has its own screen */
  const unit = (['min', 'h', 'd', 'wk', 'mo'] as Unit[]).find((u) => u === repeat?.periodUnit) ?? '';
  return { order, kind, every: repeat?.period ?? 0, unit, at: (repeat?.timeOfDay ?? []).map((t) => t.slice(0, 5)) };
}

export function readPlans(plans: CarePlan[], goals: Goal[], orders: CareOrder[], now: number): Running[] {
  const byRef = <T extends Resource>(list: T[], ref: string | undefined): T | undefined => list.find((x) => ref === `${x.resourceType}/${x.id ?? ''}`);
  return plans.filter((p) => p.status !== 'entered-in-error').map((plan) => {
    const review = plan.extension?.find((e) => e.url === REVIEW_URL)?.valueDate ?? '';
    return {
      plan, review, late: plan.status === 'active' && review !== '' && review < wardTime(now).day, responsible: plan.contributor?.[0]?.display ?? plan.author?.display ?? '',
      goals: (plan.goal ?? []).map((g) => byRef(goals, g.reference)).filter((g): g is Goal => g !== undefined),
      orders: (plan.activity ?? []).map((a) => byRef(orders, a.reference?.reference)).map((o) => o && readOrder(o)).filter((o): o is Timed => o !== undefined),
      words: (plan.activity ?? []).map((a) => a.detail?.description ?? '').filter((t) => t !== ''),
    };
  });
}

/* Orders that no plan names. */
export const looseOrders = (orders: CareOrder[], plans: Running[]): Timed[] => {
  const named = new Set(plans.flatMap((p) => p.orders.map((o) => o.order.id)));
  return orders.filter((o) => o.status === 'active' && !named.has(o.id)).map(readOrder).filter((o): o is Timed => o !== undefined);
};

export const resultOf = (g: Goal): Result | undefined => RESULTS.find((r) => g.achievementStatus?.coding?.some((c) => c.code === r));
/* undefined takes a judgement back: the goal goes on */
export function judged(g: Goal, result: Result | undefined, now: number): Goal {
  const { achievementStatus: _before, ...rest } = g;
  const statusDate = wardTime(now).day;
  return result === undefined ? { ...rest, lifecycleStatus: 'active', statusDate } : { ...rest, lifecycleStatus: 'completed', statusDate, achievementStatus: { coding: [{ system: ACHIEVED, code: result }] } };
}
export const stopped = (o: CareOrder): CareOrder => ({ ...o, status: 'revoked' });
export const reviewed = (p: CarePlan, review: string): CarePlan => ({ ...p, extension: [...(p.extension ?? []).filter((e) => e.url !== REVIEW_URL), { url: REVIEW_URL, valueDate: review }] });
export const ended = (p: CarePlan, now: number): CarePlan => ({ ...p, status: 'completed', period: { ...p.period, end: wardTime(now).day } });
