/* What is typed and not yet saved, each piece with the account that typed it. It waits in this tab's session storage, so
 * that it outlives a reload, a lock and another person's turn. Long work (LASTING) also lies sealed on this device (vault.ts), so that it
 * outlives the tab and the machine, for seven days. A shared tablet keeps nothing that strangers could read: only the one who typed it
 * finds it again; with sign-in off everybody is the same one ('') and nothing outlives the tab. */

import { useEffect, useMemo, useState } from 'react';
import { useMe } from './me';
import { ownerOf } from './session';
import { browserRows, canSeal, Vault, type Rows } from './vault';

/* Kinds that take minutes to type, or that wait for the line. */
export const LASTING: readonly string[] = ['visit', 'admission', 'client', 'incident', 'identity', 'palliative', 'care-plan', 'seizure', 'stock-move', 'addendum', 'stay-act', 'stay-form', 'results', 'by-word', 'past-dose'];

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
  /* when it was typed, if it comes from a tab that is gone; undefined: it is of this one */
  from(kind: string, id: string): number | undefined;
  count(kind?: string): number;
  forget(): void;
}

/* Vaults of those whose screens are on the page, and what came out of them. */
const vaults = new Map<string, Vault>();
const restored = new Map<string, number>();

export async function openVault(owner: string, secret: string, rows: () => Rows = browserRows, storage: () => DraftStorage = () => sessionStorage): Promise<void> {
  if (vaults.has(owner)) return;
  const vault = await Vault.open(secret, rows());
  for (const [key, at] of await vault.restore(storage())) restored.set(key, at);
  vaults.set(owner, vault);
}
/* Another person's turn: what waits is written, and the key goes. */
export function closeVault(owner: string): void {
  void vaults.get(owner)?.flush();
  vaults.delete(owner);
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
    keep: (kind, id, text) => {
      const key = keyOf(owner, kind, id);
      if (text === undefined) restored.delete(key);
      if (LASTING.includes(kind)) vaults.get(owner)?.keep(key, text);
      attempt((s) => (text === undefined ? s.removeItem(key) : s.setItem(key, text)), undefined);
    },
    from: (kind, id) => restored.get(keyOf(owner, kind, id)),
    count: (kind) => attempt((s) => keysOf(s, owner, kind).length, 0),
    forget: () => {
      for (const key of [...restored.keys()]) if (key.startsWith(`${PREFIX}${encodeURIComponent(owner)}/`)) restored.delete(key);
      void vaults.get(owner)?.forget();
      attempt((s) => { for (const key of keysOf(s, owner)) s.removeItem(key); }, undefined);
    },
  };
}

export function useDrafts(): Drafts {
  const owner = ownerOf(useMe().me);
  return useMemo(() => draftsOf(owner), [owner]);
}

const WAIT_MS = 2_000;

/* True once what lies on this device for this person is back where screens look for it; a vault that does not answer holds nobody up. */
export function useVault(): boolean {
  const { me } = useMe();
  const owner = ownerOf(me);
  const secret = me.draftKey ?? '';
  const wanted = secret !== '' && canSeal();
  const [ready, setReady] = useState(!wanted || vaults.has(owner));
  useEffect(() => {
    if (!wanted) return undefined;
    const go = (): void => setReady(true);
    const timer = setTimeout(go, WAIT_MS);
    openVault(owner, secret).then(go, go);
    const leave = (): void => { void vaults.get(owner)?.flush(); };
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [wanted, owner, secret]);
  return ready || !wanted;
}
