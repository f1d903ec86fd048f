/* What the facility may do on a day, from its HealthcareService resources (docs/licence.md). The server judges by the same; here it
 * decides what the screen calls itself and says before it is too late. */

import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { TECHNIQUES, type Licence } from './forms';

export interface Allowed { treats: boolean; number: string; techniques: Set<string> }
export const NOTHING_ALLOWED: Allowed = { treats: false, number: '', techniques: new Set() };

export const LICENCES = 'urn:ansinh:licence';
export const VALID = 'urn:ansinh:valid-period';

/* Dates of any precision, compared as they are written: 2026 holds 2026-05-01. */
function inForce(l: Licence, day: string): boolean {
  const period = l.extension?.find((e) => e.url === VALID)?.valuePeriod;
  const [start, end] = [period?.start ?? '', period?.end ?? ''];
  return (start === '' || day.slice(0, start.length) >= start.slice(0, 10)) && (end === '' || day.slice(0, Math.min(10, end.length)) <= end.slice(0, 10));
}

/* over: its days have passed, or it was withdrawn */
export function standOf(l: Licence, day: string): 'now' | 'later' | 'over' {
  if (l.active !== false && inForce(l, day)) return 'now';
  const start = l.extension?.find((e) => e.url === VALID)?.valuePeriod?.start ?? '';
  return l.active !== false && start.slice(0, 10) > day.slice(0, start.length) ? 'later' : 'over';
}

export function allowedOn(licences: Licence[], day: string): Allowed {
  const valid = licences.filter((l) => l.active !== false && inForce(l, day)
    && (l.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === LICENCES)));
  const treating = valid.filter((l) => (l.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === LICENCES && x.code === 'treatment')));
  const codes = valid.flatMap((l) => l.type ?? []).flatMap((t) => t.coding ?? []).filter((c) => c.system === TECHNIQUES).map((c) => c.code ?? '');
  return { treats: treating.length > 0, number: treating[0]?.identifier?.[0]?.value ?? '', techniques: new Set(codes) };
}

export async function loadAllowed(client: FhirClient, facility: string, day: string, signal?: AbortSignal): Promise<Allowed> {
  if (facility === '') return NOTHING_ALLOWED;
  const found = await searchAll<Licence>(client, 'HealthcareService', { organization: `Organization/${facility}` }, signal);
  return allowedOn(found.items, day);
}

export type Fit = 'listed' | 'outside-list' | 'outside-licence' | 'uncoded';

export function fitOf(technique: string | undefined, allowed: Allowed): Fit {
  if (technique === undefined) return 'uncoded';
  if (!allowed.treats) return 'outside-licence';
  return allowed.techniques.has(technique) ? 'listed' : 'outside-list';
}

export const WHYS = ['emergency', 'supervised', 'other'] as const;
export type Why = (typeof WHYS)[number];
/* Without a licence only an emergency is a reason. */
export const whysOf = (fit: Fit): readonly Why[] => (fit === 'outside-licence' ? ['emergency'] : fit === 'outside-list' ? WHYS : []);
