import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { closeVault, draftsOf, LASTING, openVault, type DraftStorage } from '../src/access/drafts';
import { KEEP_MS, Vault, type Row, type Rows } from '../src/access/vault';

/* The browser's own WebCrypto, not a stand-in: Node has the same one. */
beforeAll(() => {
  if (globalThis.crypto === undefined) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
});

function storage(): DraftStorage {
  const all = new Map<string, string>();
  return {
    get length() { return all.size; },
    key: (i) => [...all.keys()][i] ?? null, getItem: (k) => all.get(k) ?? null, setItem: (k, v) => { all.set(k, v); }, removeItem: (k) => { all.delete(k); },
  };
}
function disk(): Rows & { held: Map<string, Row> } {
  const held = new Map<string, Row>();
  return { held, all: async () => [...held.values()], put: async (r) => { held.set(r.id, r); }, remove: async (ids) => { for (const id of ids) held.delete(id); } };
}
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('a vault', () => {
  it('gives back what was typed to the one who has the key', async () => {
    const rows = disk();
    const first = await Vault.open(A, rows);
    first.keep('visit/p1', 'đau ngực');
    await first.flush();
    const tab = storage();
    const found = await (await Vault.open(A, rows)).restore(tab);
    expect(tab.getItem('visit/p1')).toBe('đau ngực');
    expect([...found.keys()]).toEqual(['visit/p1']);
  });
  it('says nothing to another key, and names neither person nor account on the disk', async () => {
    const rows = disk();
    const first = await Vault.open(A, rows);
    first.keep('ansinh.draft/account-7/visit/p1', 'đau ngực');
    await first.flush();
    const tab = storage();
    expect((await (await Vault.open(B, rows)).restore(tab)).size).toBe(0);
    expect(tab.length).toBe(0);
    const text = [...rows.held.values()].map((r) => `${r.id} ${r.owner} ${new TextDecoder().decode(r.data)}`).join();
    for (const word of ['account-7', 'p1', 'visit', 'đau', A]) expect(text.includes(word)).toBe(false);
    expect(rows.held.size).toBe(1); /* not theirs to remove */
  });
  it('takes away what was sent, also when it was typed just before', async () => {
    const rows = disk();
    const v = await Vault.open(A, rows);
    v.keep('x', 'one');
    await v.flush();
    v.keep('x', 'two');
    v.keep('x', undefined);
    await v.flush();
    expect(rows.held.size).toBe(0);
  });
  it('lets go of everybody\'s rows after seven days, and of what was changed on the disk', async () => {
    const rows = disk();
    const [a, b] = [await Vault.open(A, rows), await Vault.open(B, rows)];
    a.keep('x', '1');
    b.keep('y', '2');
    await Promise.all([a.flush(), b.flush()]);
    const now = Date.now();
    expect((await a.restore(storage(), now + KEEP_MS - 60_000)).size).toBe(1);
    for (const r of rows.held.values()) new Uint8Array(r.data)[3] = (new Uint8Array(r.data)[3] ?? 0) ^ 1;
    expect((await a.restore(storage(), now)).size).toBe(0);
    expect((await a.restore(storage(), now + KEEP_MS + 60_000)).size).toBe(0);
    expect(rows.held.size).toBe(0);
  });
  it('does not put an old draft over one of this tab', async () => {
    const rows = disk();
    const v = await Vault.open(A, rows);
    v.keep('x', 'old');
    await v.flush();
    const tab = storage();
    tab.setItem('x', 'typed now');
    expect((await v.restore(tab)).size).toBe(0);
    expect(tab.getItem('x')).toBe('typed now');
  });
  it('is no trouble when the disk is full', async () => {
    const v = await Vault.open(A, { ...disk(), put: async () => { throw new Error('full'); } });
    v.keep('x', '1');
    await expect(v.flush()).resolves.toBeUndefined();
  });
});

describe('drafts that last', () => {
  it('come back to their owner in another tab, with their time, and go when they are sent', async () => {
    const rows = disk();
    const [tab, other] = [storage(), storage()];
    await openVault('me', A, () => rows, () => tab);
    const kind = LASTING[0] as string;
    draftsOf('me', () => tab).keep(kind, 'p', 'words');
    draftsOf('me', () => tab).keep('vitals', 'p', 'of this tab only');
    closeVault('me');
    await new Promise((r) => setTimeout(r, 50));
    expect(rows.held.size).toBe(1);
    await openVault('me', A, () => rows, () => other);
    const mine = draftsOf('me', () => other);
    expect(mine.get(kind, 'p')).toBe('words');
    expect(mine.get('vitals', 'p')).toBeNull();
    expect(Math.abs(Date.now() - (mine.from(kind, 'p') ?? 0))).toBeLessThan(60_000);
    expect(draftsOf('you', () => other).get(kind, 'p')).toBeNull();
    mine.keep(kind, 'p', undefined);
    expect(mine.from(kind, 'p')).toBeUndefined();
    closeVault('me');
    await new Promise((r) => setTimeout(r, 50));
    expect(rows.held.size).toBe(0);
  });
});
