/* Restraint: an order with its reason, its legal basis and an end; every half hour somebody looks (the shift board asks for it, because it
 * is an order of care), and when the time is over it is taken off or ordered anew. */

import type { CodeableConcept, Reference } from '../fhir/types';
import { MINUTE_MS, wardInstant } from '../fhir/zone';
import type { DailyWords } from '../i18n/daily';
import { CARE_SYSTEM } from '../daily/kinds';
import { released, startOf, type RestraintOrder } from '../outbox/restraint';
import { SNOMED } from '../vitals/kinds';

export const REASON = 'urn:ansinh:restraint-reason';
export const KIND = 'urn:ansinh:restraint-kind';
export const REASONS = ['others', 'self', 'treatment'] as const;
export const RESTRAINTS = ['wrist', 'ankle', 'belt', 'vest', 'seclusion'] as const;
export const TRIED = ['talked', 'quiet', 'companion', 'medicine', 'needs'] as const;
/* At most so long, in minutes: ours, until a rule with a number is found. */
export const LONGEST = [30, 60, 120, 240] as const;
export const CHECK_EVERY = 30;
const URL = (name: string): string => `urn:ansinh:extension:${name}`;

export interface Asked { kind: string; reason: string; basis: string; orderedBy: string; tried: string[]; longest: number | undefined }
export type Missing = 'kind' | 'reason' | 'basis' | 'orderedBy' | 'longest';

/* A doctor signs their own order; anybody else names the doctor who gave it. */
export function missingIn(a: Asked, isDoctor: boolean): Missing[] {
  return [
    ...(a.kind === '' ? ['kind' as const] : []), ...(a.reason === '' ? ['reason' as const] : []), ...(a.basis.trim() === '' ? ['basis' as const] : []),
    ...(!isDoctor && a.orderedBy.trim() === '' ? ['orderedBy' as const] : []), ...(a.longest === undefined ? ['longest' as const] : []),
  ];
}

const concept = (system: string, code: string, text: string): CodeableConcept => ({ coding: [{ system, code }], text });

export function orderOf(a: Asked, about: { patient: string; stay: string; me: { reference: string; display: string }; isDoctor: boolean }, now: number, w: DailyWords): RestraintOrder {
  const me: Reference = about.me.reference === '' ? { display: about.me.display } : { reference: about.me.reference, display: about.me.display };
  return {
    resourceType: 'ServiceRequest', status: 'active', intent: 'order',
    code: { coding: [{ system: CARE_SYSTEM, code: 'restraint-check' }, { system: SNOMED, code: '386423001', display: 'Physical restraint' }], text: w('restraint.screen') },
    subject: { reference: `Patient/${about.patient}` }, ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), authoredOn: wardInstant(now),
    requester: about.isDoctor ? me : { display: a.orderedBy.trim() },
    reasonCode: [concept(REASON, a.reason, w(`restraint.reason.${a.reason as (typeof REASONS)[number]}`))],
    extension: [
      { url: URL('restraint-kind'), valueCodeableConcept: concept(KIND, a.kind, w(`restraint.kind.${a.kind as (typeof RESTRAINTS)[number]}`)) }, { url: URL('legal-basis'), valueString: a.basis.trim() },
      { url: URL('entered-by'), valueReference: me }, ...a.tried.map((x) => ({ url: URL('tried'), valueString: w(`restraint.tried.${x as (typeof TRIED)[number]}`) })),
    ],
    occurrenceTiming: {
      repeat: { boundsPeriod: { start: wardInstant(now), end: wardInstant(now + (a.longest as number) * MINUTE_MS) }, frequency: 1, period: CHECK_EVERY, periodUnit: 'min' },
    },
  };
}

export interface Running { order: RestraintOrder; start: number; end: number; over: boolean; text: string; basis: string; by: string }

export function readOrder(o: RestraintOrder, now: number): Running {
  const bounds = o.occurrenceTiming?.repeat?.boundsPeriod;
  const end = Date.parse(bounds?.end ?? '');
  const of = (name: string) => o.extension?.find((e) => e.url === URL(name));
  return {
    order: o, start: startOf(o), end, over: o.status === 'active' && end <= now,
    text: [of('restraint-kind')?.valueCodeableConcept?.text, o.reasonCode?.[0]?.text].filter(Boolean).join('; '), basis: of('legal-basis')?.valueString ?? '', by: o.requester?.display ?? '',
  };
}

/* The orders of one person as they stand: those of the server and those that wait on this device, and of both what was taken off here since. `releases`: when. */
export function runningNow(orders: RestraintOrder[], waiting: RestraintOrder[], releases: number[]): RestraintOrder[] {
  const own = (o: RestraintOrder): string => o.identifier?.[0]?.value ?? o.id ?? '';
  const known = new Set(orders.map(own));
  return [...waiting.filter((o) => !known.has(own(o))), ...orders].map((o) => {
    const off = releases.filter((at) => at >= startOf(o)).sort((x, y) => x - y)[0];
    return o.status === 'active' && off !== undefined ? released(o, off) : o;
  });
}
