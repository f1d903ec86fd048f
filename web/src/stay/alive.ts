/* A death that was none: written for the wrong person, or for somebody who is alive. Until it is put right nobody may give them a dose. What was
 * written stays readable as versions; what was stopped stays stopped and is proposed anew (reopen.ts). */

import { ifAllowed, type FhirClient } from '../fhir/client';
import type { Bundle, BundleEntry, Resource } from '../fhir/types';
import { idOf } from '../drugs/forms';
import { put, type Task } from './acts';
import { loadCertificate, struck, type Certificate } from './certify';
import { concept, endedByDeath, TASK_SYSTEM, type Episode, type Patient, type Stay } from './forms';
import { withChange } from './identity';
import { endedWith, lives, proposals, reopened } from './reopen';
import { OPEN_TASK } from './terms';

const CAUSE = 'http://loinc.org|69453-9';
interface Cause extends Resource { resourceType: 'Observation'; status?: string }

/* What the record says of the death besides its time, as far as the account sees it. */
export interface Said { stay: Stay | undefined; episode: Episode | undefined; causes: Cause[]; notices: Task[]; certificate: Certificate | undefined; orders: Resource[] }

export async function loadSaid(client: FhirClient, patient: string, past: Stay[], signal?: AbortSignal): Promise<Said> {
  const stay = endedByDeath(past);
  const episode = idOf(stay?.episodeOfCare?.[0]);
  const [causes, notices, found, certificate, orders] = await Promise.all([
    ifAllowed(client.search<Cause>('Observation', { patient, code: CAUSE, _count: 20 }, signal)),
    ifAllowed(client.search<Task>('Task', { patient, code: `${TASK_SYSTEM}|death-notice,${TASK_SYSTEM}|death-authority`, status: OPEN_TASK, _count: 20 }, signal)),
    episode === '' ? undefined : ifAllowed(client.read<Episode>('EpisodeOfCare', episode, signal)),
    loadCertificate(client, patient, signal),
    stay ? endedWith(client, stay, signal) : [],
  ]);
  const certified = new Set((certificate?.said ?? []).map((o) => o.id));
  return { stay, episode: found?.resource, causes: (causes?.items ?? []).filter((o) => o.status !== 'entered-in-error' && !certified.has(o.id)), notices: notices?.items ?? [], certificate, orders };
}

export interface Alive { at: string; why: string; who: string; bed: string }

/* Their stay goes on, in the bed that was chosen; without one they are alive and live elsewhere. */
export function alive(patient: Patient, said: Said, act: string, a: Alive): Bundle {
  const { deceasedBoolean: _b, deceasedDateTime: _d, ...known } = patient;
  const entry: BundleEntry[] = [
    put(withChange(known as Patient, { id: act, kind: 'wrong', why: a.why, who: a.who, at: a.at })),
    ...(said.stay && a.bed !== '' ? [put(reopened(said.stay, act, a)), ...(said.episode ? [put(lives(said.episode))] : []), ...proposals(act, said.orders, said.stay)] : []),
    ...said.causes.map((o) => put({ ...o, status: 'entered-in-error' })), ...struck(said.certificate),
    ...said.notices.map((t) => put<Resource>({ ...t, status: 'cancelled', statusReason: { ...concept('urn:ansinh:task-reason', 'wrong'), text: a.why } } as Resource)),
  ];
  return { resourceType: 'Bundle', type: 'transaction', entry };
}
