/* What the server has of somebody's identity, and what it had. Parts the account may not read are left out: a nurse sees no insurance card. */

import { ifAllowed, type FhirClient } from '../fhir/client';
import type { BundleEntry, Resource } from '../fhir/types';
import { put } from './acts';
import { takenBack } from './admit';
import { DOCUMENT_SYSTEM, isStay, type Episode, type Patient, type Stay } from './forms';
import { historyOf, partsOf, withChange, type Change, type Decided, type Entry, type Insured, type Known, type Relative } from './identity';
import type { Written } from './load';

interface Staff extends Resource { resourceType: 'Practitioner'; name?: { text?: string }[] }

export async function loadKnown(client: FhirClient, id: string, signal?: AbortSignal): Promise<Known> {
  const [patient, relatives, decisions, cards, stays, episodes] = await Promise.all([
    client.read<Patient>('Patient', id, signal),
    ifAllowed(client.search<Relative>('RelatedPerson', { patient: id, _count: 50 }, signal)),
    ifAllowed(client.search<Decided>('Contract', { subject: `Patient/${id}`, _count: 50 }, signal)),
    ifAllowed(client.search<Insured>('Coverage', { beneficiary: `Patient/${id}`, status: 'active', _count: 10 }, signal)),
    ifAllowed(client.search<Stay>('Encounter', { patient: id, class: 'IMP', _sort: 'date', _count: 20 }, signal)),
    ifAllowed(client.search<Episode>('EpisodeOfCare', { patient: id, status: 'active', _count: 10 }, signal)),
  ]);
  const first = (stays?.items ?? []).find((s) => isStay(s) && (s.status === 'finished' || s.status === 'in-progress' || s.status === 'onleave'));
  return {
    patient: patient.resource, relatives: (relatives?.items ?? []).filter((r) => r.active !== false),
    decisions: (decisions?.items ?? []).filter((c) => c.status === 'executed' && c.type?.coding?.some((x) => x.system === DOCUMENT_SYSTEM && x.code === 'category-decision')),
    cards: cards?.items ?? [], episode: episodes?.items[0], came: first?.period?.start ?? '',
  };
}

export interface Told extends Entry { name: string }

/* All that was changed, newest first, with the names of who changed it. */
export async function loadHistory(client: FhirClient, known: Known, signal?: AbortSignal): Promise<Told[]> {
  const parts = partsOf(known).filter((r) => Number(r.meta?.versionId ?? '1') > 1);
  const versions = await Promise.all(parts.map((r) => ifAllowed(client.history<Resource>(r.resourceType, r.id ?? '', 50, signal))));
  const entries = versions.flatMap((v) => historyOf(v ?? [])).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const ids = [...new Set(entries.map((e) => e.who.split('/')[1] ?? '').filter((x) => x !== ''))].slice(0, 50);
  const staff = ids.length === 0 ? undefined : await ifAllowed(client.search<Staff>('Practitioner', { _id: ids.join(','), _count: 50 }, signal));
  const names = new Map((staff?.items ?? []).map((s) => [`Practitioner/${s.id ?? ''}`, s.name?.[0]?.text ?? '']));
  return entries.map((e) => ({ ...e, name: names.get(e.who) ?? '' }));
}

/* Back to what it was before: the old content as a new version, which says so. Refused when somebody has gone on from it. */
export async function undoEntries(client: FhirClient, before: Resource[], written: Written[], change: Change): Promise<BundleEntry[]> {
  return Promise.all(written.map(async ({ reference, version }): Promise<BundleEntry> => {
    const [type, id] = reference.split('/') as [string, string];
    const was = before.find((r) => r.resourceType === type && r.id === id);
    if (was) {
      const next = type === 'EpisodeOfCare' ? was : withChange(was, change);
      return { resource: next, request: { method: 'PUT', url: reference, ifMatch: `W/"${version}"` } };
    }
    const { resource } = await client.read<Resource>(type, id);
    return { ...put(takenBack(resource)), request: { method: 'PUT', url: reference, ifMatch: `W/"${version}"` } };
  }));
}
