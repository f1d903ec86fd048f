/* The decisions about a list from hospital, and the one transaction they become. */

import { isListed } from '../drugs/controlled';
import { CONTROLLED_URL, isControlled } from '../drugs/forms';
import type { Giver } from '../drugs/record';
import type { Bundle, BundleEntry } from '../fhir/types';
import { identifierOf, onceOf } from '../visits/forms';
import { stopped, type FullOrder, type Matched } from './order';

export type Decision = 'keep' | 'stop' | 'take' | 'leave';

/* What can be said of a line; what somebody is allergic to is not taken over here, but prescribed with its reason or not at all. */
export function verdictsOf(l: Matched, allergic: boolean): readonly Decision[] {
  const take: Decision[] = l.theirs.length > 0 && !allergic ? ['take'] : [];
  return l.before.length > 0 ? ['keep', ...take, 'stop'] : [...take, 'leave'];
}
export const decided = (l: Matched, choices: Record<string, Decision>): boolean => choices[l.name] !== undefined && verdictsOf(l, false).includes(choices[l.name] as Decision);

export interface BackAbout { patient: string; stay: string; me: Giver; at: number; prescriber: string; day: string; keys: string[]; why: string }

export function backBundle(lines: Matched[], choices: Record<string, Decision>, a: BackAbout): Bundle {
  const entry: BundleEntry[] = [];
  let used = 0;
  for (const l of lines) {
    const choice = choices[l.name];
    if (choice === 'take') {
      for (const text of l.theirs) {
        const key = a.keys[used] ?? '';
        used += 1;
        entry.push({ fullUrl: `urn:uuid:${key}`, resource: copyOf(text, key, a, l.before[0]), request: { method: 'POST', url: 'MedicationRequest', ifNoneExist: onceOf(key) } });
      }
    }
    if (choice === 'take' || choice === 'stop') {
      for (const o of l.before) entry.push({ resource: stopped(o, a.why), request: { method: 'PUT', url: `MedicationRequest/${o.id ?? ''}`, ifMatch: `W/"${o.meta?.versionId ?? ''}"` } });
    }
  }
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

/* Where the name and strength end and the dose begins. A comma between digits is a decimal ("Levothyroxin 0,1 mg"), a colon between them a time. */
const NAME_ENDS = /[,:](?!\d)|(?<!\d)[,:]/;

/* As the paper says it: its times are set by whoever changes it into an order of this house, or by the check. */
function copyOf(text: string, key: string, a: BackAbout, prior: FullOrder | undefined): FullOrder {
  const end = text.search(NAME_ENDS);
  const [name, rest] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
  /* who sets its times may say that it is exempt; until then two sign */
  const controlled = isListed(name) || (prior !== undefined && isControlled(prior));
  return {
    resourceType: 'MedicationRequest', identifier: [identifierOf(key)], status: 'active', intent: 'order', reportedBoolean: true,
    ...(controlled ? { extension: [{ url: CONTROLLED_URL, valueBoolean: true }] } : {}),
    ...(a.me.reference === '' ? {} : { recorder: { reference: a.me.reference, display: a.me.display } }), requester: { display: a.prescriber },
    medicationCodeableConcept: { text: name.trim() }, subject: { reference: `Patient/${a.patient}` }, ...(a.stay === '' ? {} : { encounter: { reference: `Encounter/${a.stay}` } }),
    authoredOn: a.day, dosageInstruction: [{ text: rest.trim() === '' ? text : rest.trim() }],
    ...(prior ? { priorPrescription: { reference: `MedicationRequest/${prior.id ?? ''}` } } : {}),
  };
}
