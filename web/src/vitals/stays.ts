/* Whether somebody was here when they were measured. What lies outside every stay is not impossible (a day visit, a paper from the
 * commune), but far likelier the wrong person or the wrong day: so it is asked about. */

import { endOf, parseFhirDate } from '../fhir/dates';
import type { Patient, Period, Resource } from '../fhir/types';

interface Flag { url: string; valueBoolean: boolean }
export interface StaySpan extends Resource { resourceType: 'Encounter'; status?: string; period?: Period }

const REAL = ['in-progress', 'onleave', 'finished'];
const isOpen = (s: StaySpan): boolean => s.status === 'in-progress' || s.status === 'onleave';

const holds = (s: StaySpan, at: number): boolean => {
  const from = parseFhirDate(s.period?.start);
  const to = isOpen(s) ? undefined : endOf(s.period?.end ?? '');
  return (!from || from.ms <= at) && (to === undefined || at <= to);
};

/* Somebody who never had a stay is served from outside, and is asked nothing. */
export function isOutside(stays: StaySpan[], at: number): boolean {
  const real = stays.filter((s) => REAL.includes(s.status ?? ''));
  return real.length > 0 && !real.some((s) => holds(s, at));
}

/* The server takes what lies outside every stay only when it says so itself: somebody looked, and meant it. */
export const OUTSIDE_URL = 'urn:ansinh:extension:outside-stay';
export const saidOutside = (stays: StaySpan[], at: number): { extension?: Flag[] } =>
  (isOutside(stays, at) ? { extension: [{ url: OUTSIDE_URL, valueBoolean: true }] } : {});

/* The open one, if it holds that moment: what was measured before it began is none of it. */
export const openStay = (stays: StaySpan[], at: number): StaySpan | undefined => stays.find((s) => isOpen(s) && holds(s, at));
/* The one that began last, to be told of. */
export const latestStay = (stays: StaySpan[]): StaySpan | undefined =>
  stays.filter((s) => REAL.includes(s.status ?? '')).sort((a, b) => (b.period?.start ?? '').localeCompare(a.period?.start ?? ''))[0];

/* What was done before a death may be written after it; nothing that was done later, and nothing at all while nobody knows when they died. */
export function afterDeath(patient: Pick<Patient, 'deceasedBoolean' | 'deceasedDateTime'>, at: number): boolean {
  const died = endOf(patient.deceasedDateTime ?? '');
  return patient.deceasedBoolean === true || (died !== undefined && died <= at);
}
