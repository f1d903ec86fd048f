/* The care team of a person: who is assigned. Whoever stands on an active one may see what lies in the compartments of this person that their
 * role is given for the assigned; so it is kept by the head, the doctor and the social worker, and nobody assigns themselves (the server sees
 * to both). Who is taken off stands in the versions before. */

import { refersTo, type FhirClient } from '../fhir/client';
import type { CodeableConcept, Identifier, Period, Reference, Resource } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { entryIdentifier, entryQuery } from '../outbox/item';

export interface Participant { role?: CodeableConcept[]; member?: Reference; period?: Period }
export interface CareTeam extends Resource { resourceType: 'CareTeam'; identifier?: Identifier[]; status?: string; subject?: Reference; participant?: Participant[] }
interface Practitioner extends Resource { resourceType: 'Practitioner'; name?: { text?: string }[] }

/* The gate counts so many of one team. */
export const MOST = 12;

export interface Member { id: string; name: string; since: string; team: string }

const idOf = (reference: string | undefined): string => (reference ?? '').split('/').pop() ?? '';
export const isOver = (p: Participant, now: number): boolean => p.period?.end !== undefined && Date.parse(p.period.end) <= now;

/* Everybody assigned now, once, in the order of the teams. */
export function membersOf(teams: CareTeam[], names: Map<string, string>, now: number): Member[] {
  const seen = new Map<string, Member>();
  for (const team of teams) {
    for (const p of team.participant ?? []) {
      const reference = p.member?.reference ?? '';
      const id = idOf(reference);
      if (!reference.startsWith('Practitioner/') || isOver(p, now) || seen.has(id)) continue;
      seen.set(id, { id, name: names.get(id) ?? p.member?.display ?? '', since: p.period?.start ?? '', team: team.id ?? '' });
    }
  }
  return [...seen.values()];
}

export function withMember(team: CareTeam, id: string, name: string, at: number): CareTeam {
  const added: Participant = { member: { reference: `Practitioner/${id}`, display: name }, period: { start: wardInstant(at) } };
  return { ...team, participant: [...(team.participant ?? []).filter((p) => !isOver(p, at)), added] };
}

/* Off the team, wherever they stand on it. An empty team is over: R4 has no team of nobody. */
export function withoutMember(team: CareTeam, id: string, at: number): CareTeam {
  const left = (team.participant ?? []).filter((p) => idOf(p.member?.reference) !== id && !isOver(p, at));
  const { participant: _gone, ...rest } = team;
  return left.length === 0 ? { ...rest, status: 'inactive' } : { ...rest, participant: left };
}

export function newTeam(patient: string, uuid: string): CareTeam {
  return { resourceType: 'CareTeam', identifier: [entryIdentifier(uuid)], status: 'active', subject: { reference: `Patient/${patient}` } };
}

export interface Teams { teams: CareTeam[]; members: Member[] }

export async function loadTeams(client: FhirClient, patient: string, now: number, signal?: AbortSignal): Promise<Teams> {
  const page = await client.search<CareTeam>('CareTeam', { patient: `Patient/${patient}`, status: 'active', _include: 'CareTeam:participant', _count: 50 }, signal);
  const teams = page.items.filter((t) => refersTo(t.subject?.reference, 'Patient', patient));
  const names = new Map(page.included.filter((r): r is Practitioner => r.resourceType === 'Practitioner').map((p) => [p.id ?? '', p.name?.[0]?.text ?? '']));
  return { teams, members: membersOf(teams, names, now) };
}

/* Asked for anew before it is changed: somebody else may have been faster, and then this one is told. */
async function change(client: FhirClient, id: string, to: (team: CareTeam) => CareTeam): Promise<void> {
  const { resource, etag } = await client.read<CareTeam>('CareTeam', id);
  await client.update(to(resource), etag ?? '');
}

export async function assign(client: FhirClient, patient: string, teams: CareTeam[], who: { id: string; name: string }, uuid: string, at: number): Promise<void> {
  const first = teams[0]?.id;
  if (first !== undefined) await change(client, first, (team) => withMember(team, who.id, who.name, at));
  else await client.create(withMember(newTeam(patient, uuid), who.id, who.name, at), entryQuery(uuid));
}

export async function release(client: FhirClient, teams: CareTeam[], who: string, at: number): Promise<void> {
  for (const team of teams) {
    if ((team.participant ?? []).some((p) => idOf(p.member?.reference) === who)) await change(client, team.id ?? '', (t) => withoutMember(t, who, at));
  }
}
