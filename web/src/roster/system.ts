/* How a facility divides its day, kept with the Organization (docs/roster.md): one of three ways, and the hour of its first shift. */

import type { Resource } from '../fhir/types';
import { isClock, SYSTEM_NAMES, USUAL, type ShiftSystem, type SystemName } from './shifts';

export const SYSTEM_URL = 'urn:ansinh:extension:shifts';
interface Extension { url: string; valueCode?: string; valueTime?: string; extension?: Extension[] }
export interface Facility extends Resource { resourceType: 'Organization'; name?: string; extension?: Extension[] }

export function readSystem(facility: Facility): ShiftSystem {
  const parts = facility.extension?.find((e) => e.url === SYSTEM_URL)?.extension ?? [];
  const name = parts.find((e) => e.url === 'system')?.valueCode;
  const first = (parts.find((e) => e.url === 'first')?.valueTime ?? '').slice(0, 5);
  const known = SYSTEM_NAMES.find((s): s is SystemName => s === name);
  return known && isClock(first) ? { name: known, first } : USUAL;
}

export function withSystem(facility: Facility, system: ShiftSystem): Facility {
  const others = (facility.extension ?? []).filter((e) => e.url !== SYSTEM_URL);
  return {
    ...facility,
    extension: [...others, { url: SYSTEM_URL, extension: [{ url: 'system', valueCode: system.name }, { url: 'first', valueTime: `${system.first}:00` }] }],
  };
}
