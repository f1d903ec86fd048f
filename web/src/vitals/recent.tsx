/* The last set recorded on this page: shown as saved, laid over the trends, and undoable for a short while. What waits in the outbox, and
 * what it has sent since, is laid over them too. */

import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { inError, type Saved } from './bundle';
import { undoSet } from './save';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { waitingByPerson } from './waiting';

export const UNDO_SECONDS = 10;

export interface RecentSet {
  patientId: string;
  saved: Saved[];
  /* still to be withdrawn; empty once undone */
  left: Saved[];
  at: number;
  phase: 'saved' | 'undoing' | 'undone' | 'undoFailed';
}

interface Recent {
  set: RecentSet | undefined;
  remember: (patientId: string, saved: Saved[]) => void;
  undo: () => Promise<void>;
  dismiss: () => void;
  observationsFor: (patientId: string) => Observation[];
}

const NONE: Observation[] = [];
const isReading = (r: Entry): boolean => r.resourceType === 'Observation' && r.id !== undefined
  && ((r as unknown as Observation).category ?? []).some((c) => c.coding?.some((x) => x.code === 'vital-signs'));
const Context = createContext<Recent | undefined>(undefined);

export function RecentProvider({ children }: { children: ReactNode }) {
  const [set, setSet] = useState<RecentSet>();
  /* everything recorded or undone since the page was opened, by patient; newest state of each id last */
  const [overlay, setOverlay] = useState<Record<string, Observation[]>>({});
  const busy = useRef(false);
  const { items } = useOutbox();
  const sent = useStored(isReading);

  const lay = useCallback((patientId: string, observations: Observation[]) => {
    const lastUpdated = new Date(nowMs()).toISOString();
    const stamped = observations.map((o) => ({ ...o, meta: { ...o.meta, lastUpdated } }));
    setOverlay((all) => ({ ...all, [patientId]: [...(all[patientId] ?? NONE), ...stamped] }));
  }, []);

  const remember = useCallback((patientId: string, saved: Saved[]) => {
    lay(patientId, saved.map((s) => s.observation));
    setSet({ patientId, saved, left: saved, at: nowMs(), phase: 'saved' });
  }, [lay]);

  const undo = useCallback(async () => {
    if (!set || busy.current || set.left.length === 0) return;
    busy.current = true;
    setSet({ ...set, phase: 'undoing' });
    const { left } = await undoSet(server, set.left);
    const standing = new Set(left.map((s) => s.observation.id));
    lay(set.patientId, set.left.map((s) => s.observation).filter((o) => !standing.has(o.id)).map(inError));
    setSet({ ...set, left, phase: left.length === 0 ? 'undone' : 'undoFailed' });
    busy.current = false;
  }, [set, lay]);

  const dismiss = useCallback(() => setSet(undefined), []);
  const laid = useMemo(() => {
    const all: Record<string, Observation[]> = { ...overlay };
    const add = (id: string, some: Observation[]): void => { all[id] = [...(all[id] ?? NONE), ...some]; };
    for (const reading of sent as unknown as Observation[]) add((reading.subject?.reference ?? '').replace('Patient/', ''), [reading]);
    for (const [id, some] of Object.entries(waitingByPerson(items))) add(id, some);
    return all;
  }, [overlay, sent, items]);
  const observationsFor = useCallback((id: string) => laid[id] ?? NONE, [laid]);
  const value = useMemo(() => ({ set, remember, undo, dismiss, observationsFor }), [set, remember, undo, dismiss, observationsFor]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useRecent(): Recent {
  const value = useContext(Context);
  if (!value) throw new Error('RecentProvider is missing');
  return value;
}
