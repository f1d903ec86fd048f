/* People a house looks after who do not live there: who comes for the day, outpatients, workers after an accident at work or with an occupational
 * disease. No bed and no stay: an EpisodeOfCare at the house says since when and as whom, and lets the house see them (docs/stay.md). */

import { readDate } from '../books/cells';
import type { FhirClient } from '../fhir/client';
import { fromLocalInput, type ClockDate } from '../fhir/dates';
import { numberOf } from '../fhir/decimal';
import type { Bundle, Reference } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';
import { coverage, decisions, guardian, Parts, personOf, type May, type Words } from './admit';
import type { Draft } from './draft';
import { ADMISSION_SYSTEM, CLIENT_KINDS, CLIENT_SYSTEM, concept, GROUP_SYSTEM, isStay, isWork, type ClientKind, type Episode, type Extension, type Stay } from './forms';

export const WORK_URL = 'urn:ansinh:extension:occupational';
export const END_URL = 'urn:ansinh:extension:end-reason';

export interface Work { employer: string; job: string; day: string; what: string; loss: string }

function workExtension(d: Draft, today: ClockDate): Extension[] {
  if (!isWork(d.client)) return [];
  const text = (url: string, value: string): Extension[] => (value.trim() === '' ? [] : [{ url, valueString: value.trim() }]);
  const day = readDate(d.harmDay, today).value;
  const parts: Extension[] = [
    ...text('employer', d.employer), ...text('job', d.job), ...(d.harmDay.trim() === '' || day === undefined ? [] : [{ url: 'day', valueDate: day }]), ...text('what', d.harm),
    ...(d.loss.trim() === '' ? [] : [{ url: 'loss', valueInteger: Number(d.loss) }]),
  ];
  return parts.length === 0 ? [] : [{ url: WORK_URL, extension: parts }];
}

/* Somebody in the record already: a client of this house by now, or living in one? What this very draft wrote, when its answer was lost, is neither. */
export async function lookedAfter(client: FhirClient, d: Draft): Promise<'client' | 'stay' | undefined> {
  if (d.same === '') return undefined;
  const [episodes, stays] = await Promise.all([
    client.search<Episode>('EpisodeOfCare', { patient: d.same, status: 'active', type: CLIENT_KINDS.map((k) => `${CLIENT_SYSTEM}|${k}`).join(','), _count: 50 }),
    client.search<Stay>('Encounter', { patient: d.same, status: 'in-progress,onleave', class: 'IMP', _count: 50 }),
  ]);
  if (stays.items.some(isStay)) return 'stay';
  const own = (e: Episode): boolean => (e.identifier ?? []).some((i) => i.system === ADMISSION_SYSTEM && (i.value ?? '').startsWith(`${d.id}/`));
  return episodes.items.some((e) => e.managingOrganization?.reference === `Organization/${d.facility}` && !own(e)) ? 'client' : undefined;
}

export function registration(d: Draft, today: ClockDate, words: Words, may: May): Bundle {
  const parts = new Parts(d.id);
  const at = fromLocalInput(d.at) ?? new Date(NaN);
  const start = wardInstant(at.getTime());
  const made = personOf(d, today, wardTime(at.getTime()).day.split('-').reverse().join('/'), words);
  const patient: Reference = d.same === '' ? parts.add(made.resource, made.own) : { reference: `Patient/${d.same}` };
  const kind = d.client as ClientKind;
  const groups = [...new Set([...(isWork(kind) ? ['worker'] : []), ...d.decisions.map((x) => x.group).filter((g) => g !== '')])];
  const extension = workExtension(d, today);
  parts.add({
    resourceType: 'EpisodeOfCare', status: 'active', patient, managingOrganization: { reference: `Organization/${d.facility}` }, period: { start },
    type: [concept(CLIENT_SYSTEM, kind, words.client[kind]), ...groups.map((g) => concept(GROUP_SYSTEM, g, words.group(g)))], ...(extension.length > 0 && { extension }),
  });
  if (may.decisions) decisions(parts, d, patient, today, words);
  guardian(parts, d, patient);
  coverage(parts, d, patient, may);
  return { resourceType: 'Bundle', type: 'transaction', entry: parts.entries };
}

export function workOf(e: Episode): Work | undefined {
  const work = e.extension?.find((x) => x.url === WORK_URL);
  if (!work) return undefined;
  const part = (url: string): Extension | undefined => work.extension?.find((x) => x.url === url);
  const loss = numberOf(part('loss')?.valueInteger);
  return { employer: part('employer')?.valueString ?? '', job: part('job')?.valueString ?? '', day: part('day')?.valueDate ?? '', what: part('what')?.valueString ?? '', loss: loss === undefined ? '' : String(loss) };
}

/* No longer looked after: since when and why; the episode stays in the record. */
export const ended = (e: Episode, why: string, now: number): Episode => ({
  ...e, status: 'finished', period: { ...e.period, end: wardInstant(now) }, extension: [...(e.extension ?? []), { url: END_URL, valueString: why.trim() }],
});
