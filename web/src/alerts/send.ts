/* The conversation about one act on an alert. It may be held any number of times with the same outcome: the Task is read first, and changed
 * only as it was read (If-Match). */

import { FhirError, type FhirClient } from '../fhir/client';
import type { Item } from '../outbox/item';
import type { Outcome } from '../outbox/send';
import { actedTask, isClosed, isDone, type Act } from './act';
import type { AlertTask } from './alerts';

const TRIES = 3;

export async function sendAct(client: FhirClient, item: Item, act: Act): Promise<Outcome> {
  for (let n = 0; ; n += 1) {
    const { resource, etag } = await client.read<AlertTask>('Task', act.task);
    if (isDone(resource, act)) return { kind: 'stored', resource };
    if (isClosed(resource)) return { kind: 'halt', halt: 'taken', other: resource };
    const wanted = actedTask(resource, act, item.at);
    try {
      await client.update(wanted, etag ?? '');
      return { kind: 'stored', resource: wanted };
    } catch (error) {
      /* somebody, or the rule's own clock, was faster: look again */
      if (!(error instanceof FhirError) || error.problem !== 'conflict' || n === TRIES) throw error;
    }
  }
}
