/* Doing something with an alert: into the outbox, and what is on its way shown as done. */

import { useMemo } from 'react';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import type { Entry, Item } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { wantedAct, type Act, type Deed } from './act';
import type { Reason } from './alerts';

export interface UseAct {
  act: (task: string, status: Deed, text?: string, reason?: Reason) => void;
  /* acts on their way, by alert; the last one of each */
  waiting: Map<string, Act>;
  /* what this page has had stored: the state of an alert that the next answer will bring */
  stored: Map<string, string>;
  /* what the server did not take */
  halted: Item[];
  letGo: (id: string) => void;
}

const isTask = (r: Entry): boolean => r.resourceType === 'Task';

export function useAct(): UseAct {
  const stored = useStored(isTask);
  const by = useGiver();
  const { box, items } = useOutbox();
  return useMemo(() => ({
    act: (task, status, text = '', reason) => { box.add(wantedAct({ task, status, text, by, ...(reason ? { reason } : {}) }, nowMs())); },
    waiting: new Map(items.flatMap((i) => (i.act && i.halt === undefined ? [[i.act.task, i.act] as const] : []))),
    stored: new Map(stored.map((r) => [r.id ?? '', r.status ?? ''])),
    halted: items.filter((i) => i.act !== undefined && i.halt !== undefined),
    letGo: (id) => box.dismiss(id),
  }), [box, items, by, stored]);
}
