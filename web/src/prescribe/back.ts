/* The decisions about a list from hospital, and the one transaction they become. */

import { isListed } from '../drugs/controlled';
import { CONTROLLED_URL, isControlled } from '../drugs/forms';
import type { Giver } from '../drugs/record';
import type { Bundle, BundleEntry } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { post, put, type Task } from '../stay/acts';
import { concept, RECONCILE, TASK_SYSTEM } from '../stay/forms';
import { identifierOf, onceOf } from '../visits/forms';
import { endsOf, stopped, type FullOrder, type Matched } from './order';

export type Decision = 'keep' | 'stop' | 'take' | 'leave';

/* What can be said of a line; what somebody is allergic to is not taken over here, but prescribed with its reason or not at all. */
export function verdictsOf(l: Matched, allergic: boolean): readonly Decision[] {
  const take: Decision[] = l.theirs.length > 0 && !allergic ? ['take'] : [];
  return l.before.length > 0 ? ['keep', ...take, 'stop'] : [...take, 'leave'];
}
export const decided = (l: Matched, choices: Record<string, Decision>): boolean => choices[l.key] !== undefined && verdictsOf(l, false).includes(choices[l.key] as Decision);

/* task: what the return from hospital left to be done, if it did; words: of the decisions, for the record */
export interface BackAbout {
  patient: string; stay: string; me: Giver; at: number; prescriber: string; day: string; keys: string[]; why: string; task: Task | undefined; words: Record<Decision, string>;
}

/* What was decided of each medicine stands with the task: "kept all" changes no order and would leave no trace that somebody looked. */
function lookedAt(lines: Matched[], choices: Record<string, Decision>, a: BackAbout): BundleEntry {
  const said = (['keep', 'take', 'stop', 'leave'] as const).flatMap((d) => {
    const names = lines.filter((l) => choices[l.key] === d).map((l) => (d === 'take' || d === 'leave' ? l.theirs.join('; ') : l.name));
    return names.length === 0 ? [] : [`${a.words[d]}: ${names.join('; ')}`];
  });
  const paper = [a.prescriber, a.day].filter((x) => x !== '').join(', ');
  const by = a.me.reference === '' ? { authorString: a.me.display } : { authorReference: { reference: a.me.reference, display: a.me.display } };
  const closed: Task = {
    ...(a.task ?? {
      resourceType: 'Task', intent: 'order', priority: 'routine', code: concept(TASK_SYSTEM, RECONCILE), description: a.why, for: { reference: `Patient/${a.patient}` },
      ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }), authoredOn: wardInstant(a.at),
    }),
    status: 'completed', lastModified: wardInstant(a.at),
    note: [...(a.task?.note ?? []), { ...by, time: wardInstant(a.at), text: [a.why, paper, ...said].filter((x) => x !== '').join('. ') }],
  };
  return a.task ? put(closed) : post(closed);
}

export function backBundle(lines: Matched[], choices: Record<string, Decision>, a: BackAbout): Bundle {
  const entry: BundleEntry[] = [];
  let used = 0;
  for (const l of lines) {
    const choice = choices[l.key];
    if (choice === 'take') {
      for (const text of l.theirs) {
        const key = a.keys[used] ?? '';
        used += 1;
        entry.push({ fullUrl: `urn:uuid:${key}`, resource: copyOf(text, key, a, l.before[0]), request: { method: 'POST', url: 'MedicationRequest', ifNoneExist: onceOf(key) } });
      }
    }
    /* what was taken before goes on until the copy has its times and somebody has compared it: nobody is without a medicine meanwhile */
    if (choice === 'stop') {
      for (const o of l.before) entry.push({ resource: stopped(o, a.why), request: { method: 'PUT', url: `MedicationRequest/${o.id ?? ''}`, ifMatch: `W/"${o.meta?.versionId ?? ''}"` } });
    }
  }
  return { resourceType: 'Bundle', type: 'transaction', entry: [...entry, lookedAt(lines, choices, a)] };
}

/* Where the name and strength end and the dose begins. A comma between digits is a decimal ("Levothyroxin 0,1 mg"), a colon between them a time. */
const NAME_ENDS = /[,:](?!\d)|(?<!\d)[,:]/;

/* As the paper says it: its times are set by whoever changes it into an order of this house, or by the check. */
function copyOf(text: string, key: string, a: BackAbout, prior: FullOrder | undefined): FullOrder {
  const end = text.search(NAME_ENDS);
  const [name, rest] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
  /* who sets its times may say that it is exempt; until then two sign */
  const controlled = isListed(name) || (prior !== undefined && isControlled(prior));
  const extensions = [...(controlled ? [{ url: CONTROLLED_URL, valueBoolean: true }] : []), ...endsOf(prior ? [prior.id ?? ''] : [])];
  return {
    resourceType: 'MedicationRequest', identifier: [identifierOf(key)], status: 'active', intent: 'order', reportedBoolean: true,
    ...(extensions.length > 0 ? { extension: extensions } : {}),
    ...(a.me.reference === '' ? {} : { recorder: { reference: a.me.reference, display: a.me.display } }), requester: { display: a.prescriber },
    medicationCodeableConcept: { text: name.trim() }, subject: { reference: `Patient/${a.patient}` }, ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }),
    authoredOn: a.day, dosageInstruction: [{ text: rest.trim() === '' ? text : rest.trim() }],
    ...(prior ? { priorPrescription: { reference: `MedicationRequest/${prior.id ?? ''}` } } : {}),
  };
}
