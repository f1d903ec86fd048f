/* The outbox against a small server with faults: whatever is lost, and however often it is sent, each deed is there once. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { FhirClient } from '../src/fhir/client';
import { isSame, parseItems, type Entry } from '../src/outbox/item';
import { Outbox, type Storage } from '../src/outbox/outbox';

type Stored = Entry & { meta: { versionId: string; tag?: unknown[] }; effectiveDateTime?: string };

/* Answers as the real server does: 201, 200 with what is there, 412 for several, If-Match. tests/e2e holds it to the real one. */
function smallServer() {
  const entries: Stored[] = [];
  const encounters: Record<string, { status: string; period?: { end?: string }; dead?: string }> = { e1: { status: 'in-progress' } };
  const state = { mode: 'up' as 'up' | 'gone' | 'lose' | 'busy' | 'refuse' | 'forbid', calls: 0, entries, encounters };
  const matches = (query: string): Stored[] => {
    const p = new URLSearchParams(query);
    const [system, value] = (p.get('identifier') ?? '').split('|');
    const status = p.get('status')?.split(',');
    return entries.filter((e) => e.identifier?.some((i) => i.system === system && i.value === value) && (!status || status.includes(e.status ?? '')));
  };
  const reply = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
  const act = (method: string, url: URL, init: RequestInit): Response => {
    const headers = new Headers(init.headers);
    if (url.pathname.startsWith('/fhir/Encounter')) {
      const e = encounters[url.searchParams.get('_id') ?? ''];
      return reply(200, { resourceType: 'Bundle', type: 'searchset', entry: e ? [
        { resource: { resourceType: 'Encounter', id: url.searchParams.get('_id'), ...e } },
        { resource: { resourceType: 'Patient', id: 'p1', ...(e.dead ? { deceasedDateTime: e.dead } : {}) }, search: { mode: 'include' } }] : [] });
    }
    if (method === 'GET') return reply(200, { resourceType: 'Bundle', type: 'searchset', entry: matches(url.search.slice(1)).map((resource) => ({ resource })) });
    const body = JSON.parse(String(init.body)) as Stored;
    if (method === 'PUT') {
      const at = entries.findIndex((e) => e.id === body.id);
      const old = entries[at] as Stored;
      if (headers.get('If-Match') !== `W/"${old.meta.versionId}"`) return reply(412, { resourceType: 'OperationOutcome', issue: [] });
      entries[at] = { ...body, meta: { ...body.meta, versionId: String(Number(old.meta.versionId) + 1) } };
      return reply(200, entries[at]);
    }
    const there = matches(headers.get('If-None-Exist') ?? '');
    if (there.length > 1) return reply(412, { resourceType: 'OperationOutcome', issue: [] });
    if (there[0]) return reply(200, there[0]);
    entries.push({ ...body, id: `s${entries.length}`, meta: { ...body.meta, versionId: '1' } });
    return reply(201, entries[entries.length - 1]);
  };
  const fetch = (async (input: string, init: RequestInit = {}): Promise<Response> => {
    state.calls += 1;
    const method = init.method ?? 'GET';
    if (state.mode === 'gone') throw new TypeError('gone');
    if (state.mode === 'busy') return reply(503, {});
    if (state.mode === 'refuse') return reply(422, { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'no' }] });
    if (state.mode === 'forbid') return reply(403, { resourceType: 'OperationOutcome', issue: [] });
    const answer = act(method, new URL(input, 'http://x'), init);
    if (state.mode === 'lose' && method !== 'GET') throw new TypeError('lost');
    return answer;
  }) as typeof globalThis.fetch;
  return { ...state, state, client: new FhirClient({ fetch }) };
}

function memory(): Storage & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return { map, getItem: (k) => map.get(k) ?? null, setItem: (k, v) => void map.set(k, v), removeItem: (k) => void map.delete(k) };
}

const NOW = Date.parse('2026-11-22T08:00:00+07:00');
const KEY = 'identifier=urn:ansinh:id:dose|m1/2026-11-22T07:30&status=completed,not-done,in-progress';
const dose = (id: string, status = 'completed') => ({
  id, at: NOW, stay: 'e1', patient: 'p1', only: KEY, bothTag: { system: 'urn:t', code: 'double' },
  resource: { resourceType: 'MedicationAdministration', status, identifier: [{ system: 'urn:ansinh:id:dose', value: 'm1/2026-11-22T07:30' }] } as Entry,
});
let boxes: Outbox[] = [];
function box(client: FhirClient, storage: Storage, more: { account?: string; now?: number; onStored?: (r: Entry) => void } = {}): Outbox {
  const made = new Outbox({ account: more.account ?? 'a', client, storage, now: () => more.now ?? NOW, ...(more.onStored ? { onStored: more.onStored } : {}) });
  boxes.push(made);
  return made;
}
afterEach(() => {
  boxes.forEach((b) => b.close());
  boxes = [];
  vi.useRealTimers();
});

describe('the outbox', () => {
  it('sends what is put in and keeps nothing behind', async () => {
    const s = smallServer();
    const m = memory();
    const b = box(s.client, m);
    b.add(dose('u1'));
    await b.flush();
    expect(s.entries.length).toBe(1);
    expect([b.all().length, m.map.size]).toEqual([0, 0]);
  });

  it('holds what was tapped while the server is gone, through a reload, and sends it once', async () => {
    const s = smallServer();
    const m = memory();
    s.state.mode = 'gone';
    const first = box(s.client, m);
    for (const id of ['u1', 'u2', 'u3']) first.add({ ...dose(id), only: '', at: NOW - 1000 });
    await first.flush();
    expect([first.waiting().length, first.reached]).toEqual([3, false]);
    first.close();
    s.state.mode = 'up';
    const second = box(s.client, m);
    await second.flush();
    expect(s.entries.map((e) => e.identifier?.[0]?.value)).toEqual(['urn:uuid:u1', 'urn:uuid:u2', 'urn:uuid:u3']);
    expect(second.all()).toEqual([]);
  });

  it('says when the device has no room: what waits lies in this page, is sent all the same, and is kept again once there is room', async () => {
    const s = smallServer();
    const m = memory();
    let full = true;
    s.state.mode = 'gone';
    const b = box(s.client, { ...m, setItem: (k, v) => { if (full) throw new DOMException('full', 'QuotaExceededError'); m.setItem(k, v); } });
    expect(b.kept).toBe(true);
    b.add({ ...dose('u1'), only: '' });
    await b.flush();
    expect([b.kept, b.waiting().length, m.map.size]).toEqual([false, 1, 0]);
    full = false;
    b.add({ ...dose('u2'), only: '' });
    expect([b.kept, m.map.size]).toEqual([true, 1]);
    full = true;
    s.state.mode = 'up';
    await b.flush();
    await b.flush();
    expect([s.entries.length, b.all().length, b.kept]).toEqual([2, 0, true]);
  });

  it('what no storage took goes over to the next box of its account, halted or not, each once', async () => {
    const s = smallServer();
    const m = memory();
    const full = { ...m, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
    s.state.mode = 'gone';
    const first = box(s.client, full);
    first.add({ ...dose('u1'), only: '' });
    await first.flush();
    first.close();
    const held = first.all().map((i) => ({ ...i, halt: 'refused' as const }));
    const make = (storage: typeof m) => new Outbox({ account: 'a', client: s.client, storage, held });
    const second = make(full);
    expect([second.all().map((i) => [i.id, i.halt]), second.kept]).toEqual([[['u1', 'refused']], false]);
    const third = make(m);
    expect([third.all().length, third.kept, m.map.size]).toEqual([1, true, 1]);
    const fourth = make(m);
    expect(fourth.all().length).toBe(1);
    for (const b of [second, third, fourth]) b.close();
  });

  it('records once although every answer is lost five times over', async () => {
    const s = smallServer();
    const b = box(s.client, memory());
    s.state.mode = 'lose';
    b.add(dose('u1'));
    for (let i = 0; i < 5; i += 1) await b.flush();
    s.state.mode = 'up';
    await b.flush();
    expect(s.entries.length).toBe(1);
    expect(b.all()).toEqual([]);
  });

  it('tries again by itself, ever more slowly', async () => {
    vi.useFakeTimers();
    const s = smallServer();
    s.state.mode = 'busy';
    const b = box(s.client, memory());
    b.add(dose('u1'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(s.state.calls).toBeLessThan(10);
    s.state.mode = 'up';
    await vi.advanceTimersByTimeAsync(31_000);
    expect([s.entries.length, b.all().length]).toEqual([1, 0]);
  });

  it('tells the second of two who give one dose, and stores one', async () => {
    const s = smallServer();
    const a = box(s.client, memory(), { account: 'a' });
    const b = box(s.client, memory(), { account: 'b' });
    a.add(dose('u1'));
    b.add(dose('u2', 'not-done'));
    await Promise.all([a.flush(), b.flush()]);
    expect(s.entries.length).toBe(1);
    const [told] = [...a.all(), ...b.all()];
    expect(told?.halt).toBe('taken');
    expect(told?.other?.id).toBe(s.entries[0]?.id);
    expect(isSame(told?.other as Entry, told?.id ?? '')).toBe(false);
  });

  it('keeps both and marks the second when it was done while the line was down', async () => {
    const s = smallServer();
    const a = box(s.client, memory(), { account: 'a' });
    a.add(dose('u1'));
    await a.flush();
    const b = box(s.client, memory(), { account: 'b', now: NOW + 3_600_000 });
    b.add(dose('u2'));
    await b.flush();
    expect(s.entries.map((e) => (e.meta.tag ?? []).length)).toEqual([0, 1]);
    expect(b.all()).toEqual([]);
    const c = box(s.client, memory(), { account: 'c' });
    c.add(dose('u3'));
    await c.flush();
    expect([s.entries.length, c.all()[0]?.halt, c.all()[0]?.other?.id]).toEqual([2, 'taken', 's0']);
  });

  it('stores beside the other when somebody says so', async () => {
    const s = smallServer();
    const a = box(s.client, memory());
    a.add(dose('u1'));
    await a.flush();
    a.add(dose('u2'));
    await a.flush();
    await a.storeBeside('u2');
    expect([s.entries.length, a.all().length]).toEqual([2, 0]);
    expect(s.entries[1]?.meta.tag).toEqual([{ system: 'urn:t', code: 'double' }]);
  });

  it.each([
    ['ended before', { status: 'finished', period: { end: '2026-11-22T07:00:00+07:00' } }, 'ended', 0],
    ['ended after', { status: 'finished', period: { end: '2026-11-22T09:00:00+07:00' } }, undefined, 1],
    ['ended, nobody knows when', { status: 'finished' }, 'ended', 0],
    ['died before', { status: 'in-progress', dead: '2026-11-22T07:59:00+07:00' }, 'died', 0],
  ])('a stay that %s', async (_name, encounter, halt, stored) => {
    const s = smallServer();
    s.encounters['e1'] = encounter;
    const b = box(s.client, memory());
    b.add(dose('u1'));
    await b.flush();
    expect([b.all()[0]?.halt, s.entries.length]).toEqual([halt, stored]);
  });

  it('strikes through what is still on its way, in whatever state that way is', async () => {
    for (const before of ['gone', 'lose', 'up'] as const) {
      const s = smallServer();
      const b = box(s.client, memory());
      s.state.mode = before;
      b.add(dose('u1'));
      if (before !== 'up') await b.flush();
      expect(b.change('u1', { ...dose('u1').resource, status: 'entered-in-error' }), before).toBe(true);
      s.state.mode = 'up';
      await b.flush();
      await b.flush();
      expect(s.entries.map((e) => e.status), before).toEqual(['entered-in-error']);
      expect(b.all(), before).toEqual([]);
    }
  });

  it('ends what has no status by what it says more, once, also after the answer was lost', async () => {
    const s = smallServer();
    const b = box(s.client, memory());
    const ground = { resourceType: 'Basic', extension: [{ url: 'a' }] } as unknown as Entry;
    const ended = { resourceType: 'Basic', extension: [{ url: 'a' }, { url: 'ended' }] } as unknown as Entry;
    b.add({ id: 'g1', at: 0, resource: ground });
    await b.flush();
    s.state.mode = 'lose';
    b.add({ id: 'g1', at: 1, resource: ended });
    await b.flush();
    s.state.mode = 'up';
    await b.flush();
    await b.flush();
    expect(s.entries.map((e) => [(e as unknown as { extension: unknown[] }).extension.length, e.meta.versionId])).toEqual([[2, '2']]);
    expect(b.all()).toEqual([]);
  });

  it('lets a struck-through dose be given again', async () => {
    const s = smallServer();
    const b = box(s.client, memory());
    b.add(dose('u1'));
    b.change('u1', { ...dose('u1').resource, status: 'entered-in-error' });
    await b.flush();
    await b.flush();
    b.add(dose('u2'));
    await b.flush();
    expect(s.entries.map((e) => e.status)).toEqual(['entered-in-error', 'completed']);
  });

  it('stops at what the server refuses, keeps it for a person, and goes on with the rest', async () => {
    const s = smallServer();
    const b = box(s.client, memory());
    s.state.mode = 'refuse';
    b.add({ ...dose('u1'), stay: '' });
    await b.flush();
    expect(b.all()[0]).toMatchObject({ halt: 'refused', why: 'no' });
    s.state.mode = 'forbid';
    b.add({ ...dose('u2'), stay: '' });
    await b.flush();
    expect(b.all()[1]?.halt).toBe('forbidden');
    s.state.mode = 'up';
    b.add({ ...dose('u3'), stay: '' });
    await b.flush();
    expect([s.entries.length, b.all().length]).toEqual([1, 2]);
    b.dismiss('u1');
    expect(b.all().map((i) => i.id)).toEqual(['u2']);
  });

  it('leaves the box of another account alone', async () => {
    const s = smallServer();
    const m = memory();
    s.state.mode = 'gone';
    const a = box(s.client, m, { account: 'a' });
    a.add(dose('u1'));
    await a.flush();
    a.close();
    s.state.mode = 'up';
    const b = box(s.client, m, { account: 'b' });
    await b.flush();
    expect([b.all().length, s.entries.length, m.map.has('ansinh.outbox.a')]).toEqual([0, 0, true]);
  });

  it('keeps what another tab of the same account has put in', async () => {
    const s = smallServer();
    const m = memory();
    s.state.mode = 'gone';
    const one = box(s.client, m);
    const two = box(s.client, m);
    one.add({ ...dose('u1'), only: '' });
    two.add({ ...dose('u2'), only: '' });
    await Promise.all([one.flush(), two.flush()]);
    one.close();
    two.close();
    expect(parseItems(m.map.get('ansinh.outbox.a') ?? null).map((i) => i.id).sort()).toEqual(['u1', 'u2']);
  });

  it.each([['null', 0], ['{}', 0], ['[1,null]', 0], ['x', 0], ['', 0]])('storage with %s harms nothing', (text, n) => {
    expect(parseItems(text).length).toBe(n);
  });
});
