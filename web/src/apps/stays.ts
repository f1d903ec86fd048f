/* The stays of a person as somebody chooses among them for a program, and the one that is going on now. */

import { FhirError, type FhirClient } from '../fhir/client';
import { showFhirDay } from '../fhir/dates';
import type { Period, Resource } from '../fhir/types';
import type { AppKey, AppWords } from '../i18n/apps';

export interface StayLine extends Resource { resourceType: 'Encounter'; status?: string; period?: Period; partOf?: unknown }

const MOST = 50;
const STATES: Record<string, AppKey> = { 'in-progress': 'stay.here', onleave: 'stay.away', finished: 'stay.over' };

/* "Đang ở · từ 21/11/2026": what tells one stay from another. */
export function stayWords(stay: StayLine, w: AppWords): string {
  const { start, end } = stay.period ?? {};
  const parts = [
    w(STATES[stay.status ?? ''] ?? 'stay.other'),
    start !== undefined && w('stay.from', { day: showFhirDay(start) }),
    end !== undefined && w('stay.to', { day: showFhirDay(end) }),
  ];
  return parts.filter((p) => p !== false).join(' · ');
}

/* A visit within a stay is none. */
export const staysIn = (found: StayLine[]): StayLine[] => found.filter((e) => e.partOf === undefined && e.status !== 'entered-in-error' && e.status !== 'cancelled');

export async function staysOf(client: FhirClient, patient: string, signal?: AbortSignal): Promise<StayLine[]> {
  const page = await client.search<StayLine>('Encounter', { patient: `Patient/${patient}`, class: 'IMP', _sort: '-date', _count: MOST }, signal);
  return staysIn(page.items);
}

/* The stay in which a record is opened; undefined: none, or none that one may see. */
export async function stayNow(client: FhirClient, patient: string): Promise<string | undefined> {
  try {
    return (await staysOf(client, patient)).find((e) => e.status === 'in-progress' || e.status === 'onleave')?.id;
  } catch (error) {
    if (error instanceof FhirError && error.problem === 'forbidden') return undefined;
    throw error;
  }
}
