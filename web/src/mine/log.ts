/* The log of who looked, a day at a time. What the person did themself is counted and not listed: it would hide the others. */

import { traceLine, type AuditEvent, type TraceLine } from '../access/trace';
import type { FhirClient } from '../fhir/client';
import { wardTime } from '../fhir/zone';

const PAGE = 200; /* one's own looks are in it */

export interface Look extends TraceLine { mine: boolean; what: string[] }
export interface LogPage { looks: Look[]; next: string | undefined }
export interface Day { day: string; looks: Look[]; mine: number }

export function lookOf(e: AuditEvent, account: string): Look {
  const types = (e.entity ?? []).map((x) => (x.what?.reference ?? '').split('/')[0] ?? '').filter((t) => t !== '');
  const what = [...new Set(types.length > 1 ? types.filter((t) => t !== 'Patient') : types)];
  return { ...traceLine(e), mine: account !== '' && e.agent?.[0]?.altId === account, what };
}

export function byDay(looks: Look[]): Day[] {
  const days = new Map<string, Day>();
  for (const look of looks) {
    const { day } = wardTime(Date.parse(look.when));
    const one = days.get(day) ?? { day, looks: [], mine: 0 };
    if (look.mine) one.mine += 1;
    else one.looks.push(look);
    days.set(day, one);
  }
  return [...days.values()];
}

export async function loadLog(client: FhirClient, own: { patient: string; account: string }, next: string | undefined, signal?: AbortSignal): Promise<LogPage> {
  const page = next === undefined
    ? await client.search<AuditEvent>('AuditEvent', { patient: `Patient/${own.patient}`, _sort: '-date', _count: PAGE }, signal)
    : await client.next<AuditEvent>('AuditEvent', next, signal);
  return { looks: page.items.map((e) => lookOf(e, own.account)), next: page.next };
}
