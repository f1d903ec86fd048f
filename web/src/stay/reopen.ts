/* An end of a stay that was none: written for the wrong person, or too early. The stay goes on in the bed that is chosen, the time between is kept as
 * it was written. What ended with it does not run again by itself: it lies there as a proposal, and somebody who may order says of each whether
 * it goes on (Proposals.tsx). */

import { ifAllowed, type FhirClient } from '../fhir/client';
import { DAY_MS } from '../fhir/zone';
import type { Bundle, BundleEntry, Resource } from '../fhir/types';
import { idOf } from '../drugs/forms';
import { entryIdentifier } from '../outbox/item';
import { put } from './acts';
import type { Episode, Stay } from './forms';
import { proposal } from './transfer';

export interface Reopening { at: string; bed: string; why: string }

const REASON_URL = 'urn:ansinh:extension:reopened-because';
/* later it is another stay: who came home and returns is admitted anew */
const MOST_DAYS = 7;

/* The stay that ended last, if it ended a few days ago. */
export function lately(past: Stay[], now: number): Stay | undefined {
  const last = [...past].sort((a, b) => (b.period?.end ?? '').localeCompare(a.period?.end ?? ''))[0];
  return last && now - Date.parse(last.period?.end ?? '') < MOST_DAYS * DAY_MS ? last : undefined;
}

export function reopened(stay: Stay, act: string, a: Reopening): Stay {
  const { end, ...period } = stay.period ?? {};
  const { dischargeDisposition: _d, destination: _t, ...hospitalization } = stay.hospitalization ?? {};
  return {
    ...stay, status: 'in-progress', period, hospitalization, identifier: [...(stay.identifier ?? []), entryIdentifier(act)],
    statusHistory: [...(stay.statusHistory ?? []), { status: stay.status ?? 'finished', period: { start: end ?? a.at, end: a.at } }],
    location: [...(stay.location ?? []), { location: { reference: `Location/${a.bed}` }, status: 'active', period: { start: a.at } }],
    extension: [...(stay.extension ?? []), { url: REASON_URL, valueString: a.why.trim() }],
  };
}

export const lives = (e: Episode): Episode => {
  const { end: _e, ...period } = e.period ?? {};
  return { ...e, status: 'active', period };
};

/* What ended in the very transaction that ended the stay: it bears its time. */
export async function endedWith(client: FhirClient, stay: Stay, signal?: AbortSignal): Promise<Resource[]> {
  const at = stay.meta?.lastUpdated ?? '';
  const patient = idOf(stay.subject);
  const kinds = [['MedicationRequest', 'stopped'], ['ServiceRequest', 'revoked'], ['NutritionOrder', 'revoked']] as const;
  const pages = await Promise.all(kinds.map(([type, status]) => ifAllowed(client.search<Resource>(type, { patient, status, _sort: '-_lastUpdated', _count: 100 }, signal))));
  return pages.flatMap((p) => p?.items ?? []).filter((r) => at !== '' && r.meta?.lastUpdated === at);
}

export const proposals = (act: string, orders: Resource[], stay: Stay): BundleEntry[] => orders.map((o, i) => proposal(act, 100 + i, o, `Encounter/${stay.id ?? ''}`));

/* What the record says of the end besides the stay. */
export interface Ended { stay: Stay; episode: Episode | undefined; orders: Resource[] }

export async function loadEnded(client: FhirClient, stay: Stay, signal?: AbortSignal): Promise<Ended> {
  const episode = idOf(stay.episodeOfCare?.[0]);
  const [found, orders] = await Promise.all([
    episode === '' ? undefined : ifAllowed(client.read<Episode>('EpisodeOfCare', episode, signal)), endedWith(client, stay, signal),
  ]);
  return { stay, episode: found?.resource, orders };
}

export const goesOn = ({ stay, episode, orders }: Ended, act: string, a: Reopening): Bundle => ({
  resourceType: 'Bundle', type: 'transaction',
  entry: [put(reopened(stay, act, a)), ...(episode ? [put(lives(episode))] : []), ...proposals(act, orders, stay)],
});
