/* What is typed and not yet saved, each piece with the account that typed it. It waits in this tab's session storage, so
 * that it outlives a reload, a lock and another person's turn, and is gone when the tab closes: a shared tablet keeps nothing
 * for strangers. Only the one who typed it finds it again; with sign-in off everybody is the same one (''). */

import { useMemo } from 'react';
import { useMe } from './me';
import { ownerOf } from './session';

export interface DraftStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = 'ansinh.draft/';
const keyOf = (owner: string, kind: string, id: string): string => `${PREFIX}${encodeURIComponent(owner)}/${kind}/${encodeURIComponent(id)}`;

function keysOf(storage: DraftStorage, owner: string, kind?: string): string[] {
  const start = `${PREFIX}${encodeURIComponent(owner)}/${kind === undefined ? '' : `${kind}/`}`;
  return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '').filter((k) => k.startsWith(start));
}

export interface Drafts {
  readonly owner: string;
  get(kind: string, id: string): string | null;
  /* undefined takes it away */
  keep(kind: string, id: string, text: string | undefined): void;
  count(kind?: string): number;
  forget(): void;
}

/* Storage may be switched off or full: then a draft lives as long as its screen. */
export function draftsOf(owner: string, storage: () => DraftStorage = () => sessionStorage): Drafts {
  const attempt = <T>(run: (s: DraftStorage) => T, otherwise: T): T => {
    try {
      return run(storage());
    } catch {
      return otherwise;
    }
  };
  return {
    owner,
    get: (kind, id) => attempt((s) => s.getItem(keyOf(owner, kind, id)), null),
    keep: (kind, id, text) => attempt((s) => (text === undefined ? s.removeItem(keyOf(owner, kind, id)) : s.setItem(keyOf(owner, kind, id), text)), undefined),
    count: (kind) => attempt((s) => keysOf(s, owner, kind).length, 0),
    forget: () => attempt((s) => { for (const key of keysOf(s, owner)) s.removeItem(key); }, undefined),
  };
}

export function useDrafts(): Drafts {
  const owner = ownerOf(useMe().me);
  return useMemo(() => draftsOf(owner), [owner]);
}
