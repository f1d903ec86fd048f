/* What somebody does with an alert, and the Task as it then stands. Sent through the outbox (send.ts): what was tapped with the line down is
 * kept, and whoever comes second is told who was first. */

import { wardInstant } from '../fhir/zone';
import type { Giver } from '../drugs/record';
import { uuid4 } from '../vitals/uuid';
import type { Wanted } from '../outbox/item';
import { REASON_SYSTEM, type AlertTask, type Reason } from './alerts';

export type Deed = 'received' | 'completed' | 'rejected';
export interface Act { task: string; status: Deed; reason?: Reason; text: string; by: Giver }

export function wantedAct(act: Act, now: number): Wanted {
  return { id: uuid4(), at: now, resource: { resourceType: 'Task', id: act.task, status: act.status }, act };
}

const CLOSED = ['completed', 'rejected', 'cancelled', 'failed', 'entered-in-error'];
export const isClosed = (t: AlertTask): boolean => CLOSED.includes(t.status ?? '');

/* Nothing is left to be done: it stands so already. */
export const isDone = (t: AlertTask, act: Act): boolean => t.status === act.status || (act.status === 'received' && ['accepted', 'in-progress'].includes(t.status ?? ''));

export function actedTask(t: AlertTask, act: Act, at: number): AlertTask {
  const author = act.by.reference === '' ? { authorString: act.by.display } : { authorReference: { reference: act.by.reference, display: act.by.display } };
  const note = act.text.trim();
  return {
    ...t, status: act.status, lastModified: wardInstant(at),
    ...(act.by.reference === '' ? {} : { owner: { reference: act.by.reference, display: act.by.display } }),
    ...(act.reason ? { statusReason: { coding: [{ system: REASON_SYSTEM, code: act.reason }], ...(note === '' ? {} : { text: note }) } } : {}),
    ...(note === '' ? {} : { note: [...(t.note ?? []), { ...author, time: wardInstant(at), text: note }] }),
  };
}
