/* Drafts that outlive a closed tab and a machine that died: on this device, so that only the one who typed them can read them.
 *
 * The one idea: what lies on the disk of a shared tablet is sealed (AES-GCM) under a key that is on no disk of it. The server gives it to whoever
 * is signed in (`draftKey` of /auth/me), each account its own; nothing here says whose a row is or which person it is about. After seven days
 * a row is gone, whoever's it was. Without the key (sign-in off) or without a vault in the browser drafts live in their tab as ever. */

import type { DraftStorage } from './drafts';

export const KEEP_MS = 7 * 24 * 3_600_000;
const REST_MS = 400;
/* Far above any draft: what is larger stays in its tab. */
const MOST = 1_000_000;

export interface Row { id: string; owner: string; at: number; iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }
export interface Rows {
  all(): Promise<Row[]>;
  put(row: Row): Promise<void>;
  remove(ids: string[]): Promise<void>;
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
async function tag(secret: string, text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(`${secret}\n${text}`)));
  return [...hash.slice(0, 16)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export class Vault {
  private readonly waiting = new Map<string, { text: string | undefined; timer: ReturnType<typeof setTimeout> }>();
  private last: Promise<void> = Promise.resolve();

  private constructor(private readonly secret: string, private readonly owner: string, private readonly key: CryptoKey, private readonly rows: Rows) {}

  static async open(secret: string, rows: Rows): Promise<Vault> {
    const material = await crypto.subtle.digest('SHA-256', bytes(`ansinh draft key\n${secret}`));
    const key = await crypto.subtle.importKey('raw', material, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return new Vault(secret, await tag(secret, 'owner'), key, rows);
  }

  /* Puts what is still good back where drafts are looked for, unless something newer lies there; says when each was typed. */
  async restore(into: DraftStorage, now = Date.now()): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const all = await this.rows.all();
    const old = all.filter((r) => now - r.at > KEEP_MS);
    if (old.length > 0) await this.rows.remove(old.map((r) => r.id));
    for (const row of all) {
      if (row.owner !== this.owner || now - row.at > KEEP_MS) continue;
      const kept = await this.unseal(row);
      if (kept === undefined || into.getItem(kept.key) !== null) continue;
      into.setItem(kept.key, kept.text);
      found.set(kept.key, row.at);
    }
    return found;
  }

  /* Every key stroke calls this: the disk hears of the last one. */
  keep(key: string, text: string | undefined): void {
    const before = this.waiting.get(key);
    if (before) clearTimeout(before.timer);
    if (text === undefined) {
      this.waiting.delete(key);
      this.queue(async () => this.rows.remove([await tag(this.secret, key)]));
      return;
    }
    this.waiting.set(key, { text, timer: setTimeout(() => this.write(key), REST_MS) });
  }

  /* The page goes, or the person: now, not soon. */
  flush(): Promise<void> {
    for (const key of [...this.waiting.keys()]) this.write(key);
    return this.last;
  }

  forget(): Promise<void> {
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    this.queue(async () => this.rows.remove((await this.rows.all()).filter((r) => r.owner === this.owner).map((r) => r.id)));
    return this.last;
  }

  private write(key: string): void {
    const kept = this.waiting.get(key);
    if (!kept) return;
    clearTimeout(kept.timer);
    this.waiting.delete(key);
    const { text } = kept;
    if (text === undefined || text.length > MOST) return;
    this.queue(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, bytes(JSON.stringify({ key, text })));
      await this.rows.put({ id: await tag(this.secret, key), owner: this.owner, at: Date.now(), iv, data });
    });
  }

  /* One after the other: a draft that was taken away is not written again by what came before. A disk that is full loses what it loses. */
  private queue(run: () => Promise<void>): void {
    this.last = this.last.then(run).catch(() => undefined);
  }

  private async unseal(row: Row): Promise<{ key: string; text: string } | undefined> {
    try {
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, this.key, row.data);
      const kept = JSON.parse(new TextDecoder().decode(plain)) as { key?: unknown; text?: unknown };
      return typeof kept.key === 'string' && typeof kept.text === 'string' ? { key: kept.key, text: kept.text } : undefined;
    } catch {
      return undefined; /* changed on the disk, or of another server */
    }
  }
}

/* ---- the browser's own ---- */

const DB = 'ansinh-drafts';
const STORE = 'sealed';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error ?? new Error('database'));
  });
}

export function browserRows(): Rows {
  let opened: Promise<IDBDatabase> | undefined;
  const db = (): Promise<IDBDatabase> => {
    opened ??= new Promise((good, bad) => {
      const request = indexedDB.open(DB, 1);
      request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: 'id' }); };
      request.onsuccess = () => good(request.result);
      request.onerror = () => bad(request.error ?? new Error('database'));
      request.onblocked = () => bad(new Error('database is blocked'));
    });
    return opened;
  };
  const store = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => (await db()).transaction(STORE, mode).objectStore(STORE);
  return {
    all: async () => done((await store('readonly')).getAll() as IDBRequest<Row[]>),
    put: async (row) => { await done((await store('readwrite')).put(row)); },
    remove: async (ids) => {
      const s = await store('readwrite');
      await Promise.all(ids.map((id) => done(s.delete(id))));
    },
  };
}

export const canSeal = (): boolean => typeof crypto !== 'undefined' && crypto.subtle !== undefined && typeof indexedDB !== 'undefined';
