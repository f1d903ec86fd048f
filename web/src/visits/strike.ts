/* Striking out a visit that was written for the wrong person or by mistake: what it wrote goes with it. Its note alone struck, its diagnoses would go on
 * standing in the record, its orders would wait for results, its next visit would be promised, and the day of a register it moved would stay moved.
 *
 * What it made stands under its encounter; what it moved bears the time of its transaction, and gets back what it said before. */

import { ifAllowed, type FhirClient } from '../fhir/client';
import { idOf } from '../drugs/forms';
import type { Bundle, BundleEntry, CodeableConcept, Resource } from '../fhir/types';
import { conceptText } from '../fhir/clinical';
import { showFhirDay } from '../fhir/dates';
import { struckEntry } from '../record/entries';
import { HEALTH_CLASS, REASON_URL, type Document, type Problem } from './forms';

type Any = Resource & {
  status?: string; code?: CodeableConcept; verificationStatus?: CodeableConcept; conclusion?: string; valueString?: string; created?: string; requestedPeriod?: { start?: string }[]; extension?: { url: string }[];
};
export type Kind = 'problem' | 'order' | 'result' | 'procedure' | 'class' | 'next';
export interface Made { key: string; kind: Kind; text: string; resource: Any }
export interface Wrote { encounter: Any | undefined; made: Made[]; moved: { now: Any; was: Any }[] }

/* of an addendum: it wrote nothing but itself */
export const NOTHING_WROTE: Wrote = { encounter: undefined, made: [], moved: [] };

const KINDS = [['Condition', 'problem'], ['ServiceRequest', 'order'], ['Observation', 'result'], ['DiagnosticReport', 'result'], ['Procedure', 'procedure']] as const;
const isStruck = (r: Any): boolean => r.status === 'entered-in-error' || r.verificationStatus?.coding?.some((c) => c.code === 'entered-in-error') === true;
const keyOf = (r: Resource): string => `${r.resourceType}/${r.id ?? ''}`;

/* An order that has its result by now is answered: it is left to stand. */
const goesAlong = (r: Any): boolean => !isStruck(r) && (r.resourceType !== 'ServiceRequest' || r.status === 'active');

function madeOf(r: Any, kind: Kind): Made {
  const isClass = r.code?.coding?.some((c) => c.system === HEALTH_CLASS) === true;
  const text = kind === 'next' ? showFhirDay(r.requestedPeriod?.[0]?.start) : conceptText(r.code);
  return { key: keyOf(r), kind: isClass ? 'class' : kind, text, resource: r };
}

export async function loadWrote(client: FhirClient, d: Document, signal?: AbortSignal): Promise<Wrote> {
  const patient = idOf(d.subject);
  const encounter = idOf(d.encounter);
  const at = d.meta?.lastUpdated ?? '';
  const of = async (type: string, more: Record<string, string>): Promise<Any[]> => (await ifAllowed(client.search<Any>(type, { patient, ...more, _count: 200 }, signal)))?.items ?? [];
  const [own, appointments, goals, answered, visit] = await Promise.all([
    Promise.all(KINDS.map(async ([type, kind]) => (encounter === '' ? [] : (await of(type, { encounter })).filter(goesAlong).map((r) => madeOf(r, kind))))),
    of('Appointment', {}), of('Goal', {}), of('ServiceRequest', { status: 'completed' }), encounter === '' ? undefined : ifAllowed(client.read<Any>('Encounter', encounter, signal)),
  ]);
  const next = appointments.filter((a) => a.created !== undefined && a.created === d.attester?.[0]?.time && a.status === 'proposed').map((a) => madeOf(a, 'next'));
  const changed = [...appointments, ...goals, ...answered].filter((r) => at !== '' && r.meta?.lastUpdated === at && Number(r.meta?.versionId ?? '1') > 1);
  const moved = await Promise.all(changed.map(async (now) => ({ now, was: (await client.history<Any>(now.resourceType, now.id ?? '', 2, signal))[1] })));
  return { encounter: visit?.resource, made: [...own.flat(), ...next], moved: moved.filter((m): m is { now: Any; was: Any } => m.was !== undefined) };
}

const put = (resource: Resource, now: Resource): BundleEntry => ({ resource, request: { method: 'PUT', url: keyOf(now), ifMatch: `W/"${now.meta?.versionId ?? ''}"` } });

export function strikeBundle(d: Document, etag: string, w: Wrote, along: ReadonlySet<string>, why: string): Bundle {
  const because = (r: Any): Any => ({ ...r, extension: [...(r.extension ?? []), { url: REASON_URL, valueString: why }] as Any['extension'] });
  const struck = (r: Any): Any => because(r.resourceType === 'Condition' ? struckEntry(r as Problem) as Any : { ...r, status: 'entered-in-error' });
  return {
    resourceType: 'Bundle', type: 'transaction',
    entry: [
      { resource: struck(d as unknown as Any), request: { method: 'PUT', url: keyOf(d), ifMatch: etag } },
      ...(w.encounter ? [put(struck(w.encounter), w.encounter)] : []),
      ...w.made.filter((m) => along.has(m.key)).map((m) => put(struck(m.resource), m.resource)),
      ...w.moved.map((m) => put(m.was, m.now)),
    ],
  };
}
