/* A request made from one's own account: as staff takes one in (consent/requests.ts), with who asks and the account it came from, by which the
 * server knows that it is theirs. */

import { requestItem } from '../consent/requests';
import type { RequestTask } from '../consent/types';
import type { FhirClient } from '../fhir/client';
import type { Wanted } from '../outbox/item';
import { myReference, type Own } from './own';

export const ACCOUNT = 'urn:ansinh:id:account';

export function myRequest(id: string, own: Own, kind: string, words: string, at: number): Wanted {
  const item = requestItem(id, own.patient, kind, words, at);
  const task = item.resource as unknown as RequestTask;
  const mine: RequestTask = { ...task, identifier: [{ system: ACCOUNT, value: own.account }], requester: { reference: myReference(own) } };
  return { ...item, resource: mine as Wanted['resource'] };
}

/* What was answered, or why it was refused: by the id of the request. */
export async function loadAnswers(client: FhirClient, ids: string[], signal: AbortSignal): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  if (ids.length === 0) return answers;
  const page = await client.search<RequestTask>('Task', { _id: ids.slice(0, 100).join(','), _count: 100 }, signal);
  for (const task of page.items) answers.set(task.id ?? '', task.output?.[0]?.valueString ?? task.statusReason?.text ?? '');
  return answers;
}
