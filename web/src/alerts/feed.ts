/* The open alerts that this account may see, asked for every 20 seconds while somebody looks; one question for the whole page, whoever
 * shows them. */

import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useMe } from '../access/me';
import { searchAll } from '../fhir/all';
import { isAbort } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { background } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { OPEN, inOrder, readAlert, type Alert, type AlertTask } from './alerts';

const ASK_MS = 20_000;

export interface Feed { account: string; alerts: Alert[] | undefined; names: Map<string, string>; error: unknown; at: number; cut: boolean }

let state: Feed = { account: '', alerts: undefined, names: new Map(), error: undefined, at: 0, cut: false };
let listeners = new Set<() => void>();
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let abort = new AbortController();

function tell(next: Feed): void {
  state = next;
  for (const l of listeners) l();
}

async function ask(): Promise<void> {
  abort.abort();
  const mine = new AbortController();
  abort = mine;
  const { account } = state;
  try {
    const found = await searchAll<AlertTask>(background, 'Task', { code: 'urn:ansinh:task|alert', status: OPEN, _include: 'Task:patient' }, mine.signal);
    if (mine.signal.aborted || account !== state.account) return;
    const people = found.included.filter((r): r is Patient => r.resourceType === 'Patient');
    tell({
      account, alerts: found.items.map(readAlert).sort(inOrder), names: new Map(people.map((p) => [p.id ?? '', personName(p)])), error: undefined, at: nowMs(), cut: found.cut,
    });
  } catch (error) {
    if (!mine.signal.aborted && !isAbort(error) && account === state.account) tell({ ...state, error });
  }
}

function look(): void {
  if (document.visibilityState === 'visible') void ask();
}

function subscribe(l: () => void): () => void {
  listeners = new Set([...listeners, l]);
  return () => { listeners = new Set([...listeners].filter((x) => x !== l)); };
}

export function useFeed(): Feed & { reload: () => void } {
  const { me } = useMe();
  const account = me.auth === 'off' ? '-' : me.account?.id ?? '';
  const feed = useSyncExternalStore(subscribe, () => state);
  useEffect(() => {
    if (state.account !== account) tell({ account, alerts: undefined, names: new Map(), error: undefined, at: 0, cut: false });
    users += 1;
    if (users === 1) {
      timer = setInterval(look, ASK_MS);
      document.addEventListener('visibilitychange', look);
      window.addEventListener('online', look);
    }
    void ask();
    return () => {
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
      abort.abort();
    };
  }, [account]);
  const reload = useCallback(() => { void ask(); }, []);
  /* what belongs to somebody else is never shown, not even for one frame */
  return feed.account === account ? { ...feed, reload } : { account, alerts: undefined, names: new Map(), error: undefined, at: 0, cut: false, reload };
}
