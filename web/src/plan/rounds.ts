/* When somebody's vital signs are measured: one ServiceRequest of LOINC 85353-1 with the hours of the day, which the board and the round go by
 * (docs/board.md). A change ends the one before in the same transaction. */

import type { Bundle, BundleEntry } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { identifierOf, onceOf } from '../visits/forms';
import type { CareOrder } from './plan';

export const ROUND = { system: 'http://loinc.org', code: '85353-1' };
export const RHYTHMS = { one: ['06:00'], two: ['06:00', '16:00'], three: ['06:00', '14:00', '22:00'], six: ['02:00', '06:00', '10:00', '14:00', '18:00', '22:00'] } as const;
export type Rhythm = keyof typeof RHYTHMS;
export const RHYTHM_NAMES = Object.keys(RHYTHMS) as Rhythm[];

export interface RoundAbout { patient: string; stay: string; me: { reference: string; display: string } }

export const isRound = (o: CareOrder): boolean => (o.code?.coding ?? []).some((c) => c.system === ROUND.system && c.code === ROUND.code);
export const hoursOf = (o: CareOrder): string[] => [...(o.occurrenceTiming?.repeat?.timeOfDay ?? [])].map((t) => t.slice(0, 5)).sort();

function roundOrder(hours: readonly string[], about: RoundAbout, now: number, text: string, key: string): CareOrder {
  return {
    resourceType: 'ServiceRequest', identifier: [identifierOf(key)], status: 'active', intent: 'order', code: { coding: [ROUND], text }, subject: { reference: `Patient/${about.patient}` },
    ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), authoredOn: wardInstant(now), ...(about.me.reference === '' ? {} : { requester: about.me }),
    occurrenceTiming: { repeat: { frequency: hours.length, period: 1, periodUnit: 'd', timeOfDay: [...hours].sort().map((h) => `${h}:00`) } },
  };
}

/* For each of them, in place of what stands; no hours: what stands ends. */
export function roundBundle(hours: readonly string[], whom: (RoundAbout & { key: string; before: CareOrder[] })[], now: number, text: string): Bundle {
  return {
    resourceType: 'Bundle', type: 'transaction', entry: whom.flatMap((a): BundleEntry[] => [
      ...a.before.map((o): BundleEntry => ({ resource: { ...o, status: 'revoked' } as CareOrder, request: { method: 'PUT', url: `ServiceRequest/${o.id ?? ''}`, ifMatch: `W/"${o.meta?.versionId ?? ''}"` } })),
      ...(hours.length === 0 ? [] : [{ fullUrl: `urn:uuid:${a.key}`, resource: roundOrder(hours, a, now, text, a.key), request: { method: 'POST' as const, url: 'ServiceRequest', ifNoneExist: onceOf(a.key) } }]),
    ]),
  };
}
