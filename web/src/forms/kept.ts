/* What was saved last on this page: shown where one goes next, and taken back within the usual seconds. */

import { useSyncExternalStore } from 'react';
import type { Wanted } from '../outbox/item';

export interface Kept { wanted: Wanted; patient: string; name: string; title: string; outcome: string; at: number; undone: boolean }

let kept: Kept | undefined;
const listeners = new Set<() => void>();
const tell = (next: Kept | undefined): void => {
  kept = next;
  for (const l of listeners) l();
};

export const keep = (next: Kept): void => tell(next);
export const forgetKept = (): void => tell(undefined);
export const keptUndone = (): void => tell(kept ? { ...kept, undone: true } : undefined);

export const useKept = (): Kept | undefined => useSyncExternalStore((l) => { listeners.add(l); return () => listeners.delete(l); }, () => kept);
