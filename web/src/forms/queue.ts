/* What the queue of a ward has heard, and hands to a form opened from it: a station of twelve people goes on when the line breaks at the seventh. */

import { personName } from '../fhir/person';
import { unheardOf } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import type { Patient } from '../fhir/types';
import { foldText } from '../text';
import { entryIdentifier, type Entry, type Item as Waiting } from '../outbox/item';
import { keepHeard, lastHeard, SLOW_MS } from '../place/lately';
import type { Resident, Ward } from '../place/ward';
import type { StaySpan } from '../vitals/stays';
import type { Due } from './due';
import type { Here, Past } from './load';
import type { FormHead, Response, Task } from './types';

export interface QueueData { ward: Ward; heads: FormHead[]; past: Past }
export const queueKey = (ward: string): string => `queue ${ward}`;
export const formKey = (form: string): string => `fill ${form}`;

/* Somebody at the table: `bed` is '' where only the person was asked for. */
export interface Who { person: Patient; here: Here; bed: string }

function known(ward: string, patient: string): Who | undefined {
  const r = lastHeard<QueueData>(queueKey(ward))?.what.ward.residents.find((one) => one.id === patient);
  return r && { person: r.patient, here: { stays: [r.stay as StaySpan], served: false }, bed: placeOf(r) };
}

export const placeOf = (r: Resident): string => r.bed || r.room;

/* What the server says; where it says nothing, or not soon, what the queue said that this form was opened from. */
export async function whoOrLately(ward: string, patient: string, ask: () => Promise<Who>): Promise<Who> {
  const last = known(ward, patient);
  if (!last) return ask();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<Who>((settle) => { timer = setTimeout(() => settle(last), SLOW_MS); });
  try {
    return { ...await Promise.race([ask(), slow]), bed: last.bed };
  } catch (error) {
    if (unheardOf(error) === 'refused') throw error;
    return last;
  } finally {
    clearTimeout(timer);
  }
}

/* What was saved or taken back on this page: sent while another form stood there, and the line gone before the list was heard anew, it would be due again. */
const SAVED = 'answers saved';
export const savedHere = (): Entry[] => lastHeard<Entry[]>(SAVED)?.what ?? [];
export const rememberSaved = (id: string, resource: Entry): void => keepHeard(SAVED, [...savedHere(), { ...resource, identifier: [entryIdentifier(id)] }], nowMs());

/* All that was answered: what the server said, and what this device knows besides, but for what was taken back or refused. */
export function answeredWith(past: Past, saved: readonly Entry[], waiting: readonly Waiting[]): Response[] {
  const forms = waiting.filter((i) => i.form !== undefined);
  const refused = forms.filter((i) => i.halt !== undefined).map((i) => i.resource as unknown as Response);
  const mine = [...saved, ...forms.map((i) => i.resource)] as unknown as Response[];
  const off = new Set([...refused, ...mine.filter((r) => r.status === 'entered-in-error')].map(ownName));
  return [...past.responses, ...mine].filter((r) => r.status !== 'entered-in-error' && (ownName(r) === '' || !off.has(ownName(r))));
}
/* an outbox knows a list of identifiers, a response has one */
const ownName = (r: Response): string => [r.identifier ?? []].flat()[0]?.value ?? '';

export interface Queued { r: Resident; dues: Due[]; tasks: Task[] }

export const idOfForm = (d: Due): string => d.form.id ?? '';

/* Which forms the station could ask, and how many people each is due for: what most wait for first. */
export function formsDue(people: readonly Queued[]): { form: FormHead; n: number }[] {
  const by = new Map<string, { form: FormHead; n: number }>();
  for (const d of people.flatMap((p) => p.dues)) by.set(idOfForm(d), { form: d.form, n: (by.get(idOfForm(d))?.n ?? 0) + 1 });
  return [...by.values()].sort((a, b) => b.n - a.n || (a.form.id ?? '').localeCompare(b.form.id ?? ''));
}

/* Only the form that is asked, if one is. */
export const onlyDue = (people: readonly Queued[], only: string): Queued[] =>
  people.map((p) => ({ ...p, dues: only === '' ? p.dues : p.dues.filter((d) => idOfForm(d) === only) }));

/* The next one who waits after `patient` in the order of the beds; from the top again after the last. */
export function nextAfter(people: readonly Queued[], patient: string): Queued | undefined {
  const at = people.findIndex((p) => p.r.id === patient);
  const round = [...people.slice(at + 1), ...people.slice(0, Math.max(0, at))];
  return at < 0 ? undefined : round.find((p) => p.dues.length > 0);
}

export const isWanted = (r: Resident, folded: string): boolean => foldText(`${personName(r.patient)} ${r.bed} ${r.room}`).includes(folded);
