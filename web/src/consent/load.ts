/* What the page of one person's consents is made of. */

import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { personName } from '../fhir/person';
import type { Patient } from '../fhir/types';
import { readNeeds, type Needs } from './needs';
import { readRequests, type Requests } from './requests';
import type { Basic, Consent, Organization, Parameters, RelatedPerson } from './types';

export interface PersonConsents {
  patient: Patient; facility: string; needs: Needs; consents: Consent[]; related: RelatedPerson[]; decisions: Basic[]; recipients: Organization[];
}

async function parameters(client: FhirClient, path: string, signal: AbortSignal): Promise<Parameters> {
  const answer = await client.operation<Parameters>(path, 'Parameters', undefined, signal);
  return (answer as { resource: Parameters }).resource; /* without an ETag it is never 304 */
}

export async function loadConsents(client: FhirClient, id: string, signal: AbortSignal): Promise<PersonConsents> {
  const ref = `Patient/${id}`;
  const [patient, needs, consents, related, decisions, recipients] = await Promise.all([
    client.search<Patient>('Patient', { _id: id, _include: 'Patient:organization' }, signal),
    parameters(client, `Patient/${encodeURIComponent(id)}/$consent-needs`, signal),
    searchAll<Consent>(client, 'Consent', { patient: ref }, signal),
    searchAll<RelatedPerson>(client, 'RelatedPerson', { patient: ref }, signal),
    searchAll<Basic>(client, 'Basic', { subject: ref, code: 'urn:ansinh:decision|' }, signal),
    searchAll<Organization>(client, 'Organization', { type: 'urn:ansinh:organization-kind|external' }, signal),
  ]);
  const facility = patient.included.find((r): r is Organization => r.resourceType === 'Organization')?.name ?? '';
  return {
    patient: patient.items[0] ?? { resourceType: 'Patient', id }, facility, needs: readNeeds(needs), consents: consents.items, related: related.items,
    decisions: decisions.items, recipients: recipients.items,
  };
}

export async function loadRequests(client: FhirClient, patient: string, signal: AbortSignal): Promise<Requests> {
  return readRequests(await parameters(client, `Task/$data-requests${patient === '' ? '' : `?patient=${encodeURIComponent(patient)}`}`, signal));
}

/* Names of the people of a list, by id. */
export async function loadNames(client: FhirClient, ids: string[], signal: AbortSignal): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (let i = 0; i < ids.length; i += 50) {
    const page = await client.search<Patient>('Patient', { _id: ids.slice(i, i + 50).join(','), _count: 50 }, signal);
    for (const p of page.items) all.set(p.id ?? '', personName(p));
  }
  return all;
}
