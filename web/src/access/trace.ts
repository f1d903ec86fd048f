/* AuditEvents to lines that a person reads: who, when, what, whose record, why. And the question that fetches them. */

import { refersTo, type FhirClient, type Page, type Params } from '../fhir/client';
import { personName } from '../fhir/person';
import type { CodeableConcept, Coding, Patient, Reference, Resource } from '../fhir/types';

export const DEED_SYSTEM = 'urn:ansinh:audit';

interface Extension { url?: string; valueBoolean?: boolean; valueString?: string }
export interface AuditEvent extends Resource {
  resourceType: 'AuditEvent';
  extension?: Extension[];
  subtype?: Coding[];
  recorded?: string;
  outcome?: string;
  purposeOfEvent?: CodeableConcept[];
  agent?: { who?: Reference; name?: string; altId?: string; role?: CodeableConcept[]; network?: { address?: string } }[];
  entity?: { what?: Reference; name?: string; role?: Coding; detail?: { type?: string; valueString?: string }[] }[];
}

/* The groups one looks for, with the deeds in them. */
export const KINDS = {
  look: ['read', 'vread', 'history', 'search'],
  change: ['create', 'update', 'delete', 'transaction', 'batch', 'import'],
  glass: ['break-glass'],
  door: ['sign-in', 'sign-in-failed', 'sign-out', 'switch', 'lock', 'unlock', 'witness'],
  paper: ['export', 'print'],
  keep: ['user-change', 'device-change', 'client-change', 'app-allow', 'app-token', 'app-end', 'server-start', 'server-stop'],
  refused: ['refused'],
} as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

export const DEEDS = [...Object.values(KINDS).flat(), 'operation', 'other'] as const;
export type Deed = (typeof DEEDS)[number];

export interface Wanted { patient: string; who: string; from: string; to: string; kind: Kind | '' }

export interface TraceLine {
  id: string;
  when: string;
  who: string;
  role: string;
  address: string;
  deed: Deed;
  patients: string[];
  /* persons it names besides, whom the server has only counted */
  more: number;
  /* the resource type, when one was asked for or touched */
  type: string;
  /* the user of the system at the machine itself ('' when unknown); undefined: came over the network */
  machine: string | undefined;
  /* an operation, or whose account, which device */
  about: string;
  purpose: string;
  reason: string;
  glass: boolean;
  compartment: boolean;
  failed: boolean;
}

/* Done at the machine, past the gate, by the owner of the data folder; by which user of the system, where it is known. */
function atMachine(display: string | undefined): string | undefined {
  const found = /^owner of the data folder(?: \((.+)\))?$/.exec(display ?? '');
  return found ? found[1] ?? '' : undefined;
}

const flag = (e: AuditEvent, name: string): boolean =>
  e.extension?.some((x) => x.url === `urn:ansinh:extension:${name}` && x.valueBoolean === true) ?? false;

export function traceLine(e: AuditEvent): TraceLine {
  const agent = e.agent?.[0];
  const code = e.subtype?.find((c) => c.system === DEED_SYSTEM)?.code;
  const purpose = e.purposeOfEvent?.[0];
  const entities = e.entity ?? [];
  const patients = entities.flatMap((x) => /^Patient\/(.+)$/.exec(x.what?.reference ?? '')?.[1] ?? []);
  const detail = (type: string): string => entities.flatMap((x) => x.detail ?? []).find((d) => d.type === type)?.valueString ?? '';
  const subject = entities.find((x) => x.name !== undefined)?.name ?? '';
  return {
    id: e.id ?? '', when: e.recorded ?? '', who: agent?.who?.display ?? agent?.name ?? '', machine: atMachine(agent?.who?.display), role: agent?.role?.[0]?.coding?.[0]?.code ?? '',
    address: agent?.network?.address ?? '', deed: DEEDS.find((d) => d === code) ?? 'other',
    patients: [...new Set(patients)], more: Number(detail('more persons')) || 0,
    type: detail('resource type') || (entities.find((x) => x.what?.reference !== undefined)?.what?.reference ?? '').split('/')[0] || '',
    about: [detail('operation'), subject].filter((x) => x !== '').join(' '),
    purpose: purpose?.coding?.[0]?.code ?? '', reason: purpose?.text ?? '',
    glass: flag(e, 'break-glass'), compartment: flag(e, 'compartment'), failed: e.outcome !== undefined && e.outcome !== '0',
  };
}

export function questionFor(wanted: Wanted, count: number): Params {
  const dates = [wanted.from === '' ? '' : `ge${wanted.from}`, wanted.to === '' ? '' : `le${wanted.to}`].filter((d) => d !== '');
  return {
    patient: wanted.patient === '' ? undefined : `Patient/${wanted.patient}`, 'agent-name': wanted.who.trim() || undefined,
    date: dates.length > 0 ? dates : undefined, subtype: wanted.kind === '' ? undefined : KINDS[wanted.kind].join(','),
    _sort: '-date', _count: count,
  };
}

/* Once more against the question: never a line of another person's record under this one's heading. */
export function linesOf(page: Page<AuditEvent>, patient: string): TraceLine[] {
  return page.items
    .filter((e) => patient === '' || (e.entity ?? []).some((x) => refersTo(x.what?.reference, 'Patient', patient)))
    .map(traceLine);
}

/* Types that have a name of their own for people; the others are shown as FHIR calls them. */
export const NAMED_TYPES = [
  'Patient', 'Observation', 'Condition', 'MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'Encounter', 'Location', 'Organization',
  'Practitioner', 'PractitionerRole', 'CareTeam', 'AuditEvent', 'AllergyIntolerance', 'Task', 'Flag', 'Bundle',
] as const;

/* Names for those who may read them; an auditor sees numbers of records only. */
export async function namesOf(client: FhirClient, ids: string[], signal?: AbortSignal): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const wanted = [...new Set(ids)].slice(0, 100);
  if (wanted.length === 0) return names;
  try {
    const { items } = await client.search<Patient>('Patient', { _id: wanted.join(','), _count: 100, _elements: 'name' }, signal);
    for (const p of items) names.set(p.id ?? '', personName(p));
  } catch {
    /* not for this account */
  }
  return names;
}
