import { describe, expect, it } from 'vitest';
import { AuthApi, AuthError } from '../src/access/api';
import type { Me } from '../src/access/me';
import { IdleClock } from '../src/access/idle';
import { SessionStore } from '../src/access/session';

/* A server that says what the test puts in `says`, and remembers what it was asked. */
function fake(says: Record<string, { status?: number; body?: unknown } | 'gone'>) {
  const asked: { method: string; path: string; headers: Record<string, string>; body: unknown }[] = [];
  const doFetch = async (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const path = String(url);
    asked.push({ method: init?.method ?? 'GET', path, headers: init?.headers as Record<string, string>, body: init?.body ? JSON.parse(String(init.body)) : undefined });
    const answer = says[path] ?? { status: 404, body: { problem: 'not-found' } };
    if (answer === 'gone') throw new TypeError('network');
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.body ?? {}), { status: answer.status ?? 200 });
  };
  return { api: new AuthApi(doFetch as typeof fetch), asked, says };
}

const person = (id: string, more: Partial<Me> = {}): Partial<Me> => ({
  auth: 'on', signedIn: true, account: { id, name: id, display: id, hasPin: true, hasTotp: false }, ...more,
});
const nobody: Partial<Me> = { auth: 'on', signedIn: false };

describe('the doors of sign-in', () => {
  it('send what they are given, marked as our own', async () => {
    const { api, asked } = fake({ '/auth/sign-in': { body: person('a') } });
    const me = await api.signIn({ name: 'ha', password: 'x', code: '123456' });
    expect(me.account?.id).toBe('a');
    expect(asked[0]).toMatchObject({ method: 'POST', body: { name: 'ha', password: 'x', code: '123456' } });
    expect(asked[0]?.headers['X-Ansinh']).toBe('1');
  });

  it.each([
    [401, { problem: 'wait', waitSeconds: 7.2 }, 'wait', 8],
    [401, { problem: 'wrong' }, 'wrong', 0],
    [400, { problem: 'something-new' }, 'server', 0],
    [500, 'not an object', 'server', 0],
  ])('%s %j is %s', async (status, body, problem, wait) => {
    const { api } = fake({ '/auth/sign-in': { status, body } });
    const error = await api.signIn({ name: 'a', password: 'b' }).catch((e: unknown) => e as AuthError);
    expect(error).toBeInstanceOf(AuthError);
    expect([(error as AuthError).problem, (error as AuthError).waitSeconds]).toEqual([problem, wait]);
  });

  it('say that nobody answers', async () => {
    await expect(fake({ '/auth/me': 'gone' }).api.me()).rejects.toMatchObject({ problem: 'offline' });
  });
});

describe('the session of the page', () => {
  it('says to the doors who it believes is signed in, and nothing before it knows', async () => {
    const { api, asked } = fake({ '/auth/me': { body: person('a') }, '/auth/lock': { body: person('a', { locked: true }) } });
    const store = new SessionStore(api);
    await api.lock();
    await store.refresh();
    await api.lock();
    expect(asked.map((q) => q.headers['X-Ansinh-Account'])).toEqual([undefined, undefined, 'a']);
  });

  it.each([
    [{ auth: 'off' as const }, 'open'],
    [{ ...nobody, first: true }, 'first'],
    [nobody, 'sign-in'],
    [person('a', { locked: true }), 'locked'],
    [person('a', { mustChange: true }), 'must-change'],
    [person('a'), 'open'],
  ])('%j is %s', async (body, phase) => {
    const store = new SessionStore(fake({ '/auth/me': { body } }).api);
    await store.refresh();
    expect(store.get().phase).toBe(phase);
  });

  it('says when the server cannot be reached at the start, and only then', async () => {
    const { api, says } = fake({ '/auth/me': 'gone' });
    const store = new SessionStore(api);
    await store.refresh();
    expect(store.get().phase).toBe('unreachable');
    says['/auth/me'] = { body: person('a') };
    await store.refresh();
    says['/auth/me'] = 'gone';
    await store.refresh();
    expect(store.get().phase).toBe('open');
  });

  it('keeps the screens of the one who is locked, and gives them back', async () => {
    const { api, says } = fake({ '/auth/me': { body: person('a') }, '/auth/lock': { body: person('a', { locked: true }) } });
    const store = new SessionStore(api);
    await store.refresh();
    const mine = store.get().shown;
    await store.lock();
    expect(store.get().phase).toBe('locked');
    expect(store.get().shown).toBe(mine);
    says['/auth/unlock'] = { body: person('a') };
    store.arrived(await api.unlock({ pin: '1942' }));
    expect(store.get().phase).toBe('open');
    expect(store.get().shown).toBe(mine);
  });

  it('is out of sight at once even when the server does not hear of the lock', async () => {
    const { api } = fake({ '/auth/me': { body: person('a') }, '/auth/lock': 'gone' });
    const store = new SessionStore(api);
    await store.refresh();
    const locking = store.lock();
    expect(store.get().phase).toBe('locked');
    await locking;
    expect(store.get().phase).toBe('locked');
  });

  it('sends a refused request again for the same person only', async () => {
    for (const [who, again] of [['a', true], ['b', false]] as const) {
      const { api, says } = fake({ '/auth/me': { body: person('a') } });
      const store = new SessionStore(api);
      await store.refresh();
      says['/auth/me'] = { body: nobody };
      const waiting = store.door.back('a');
      await Promise.resolve();
      says['/auth/sign-in'] = { body: person(who) };
      await store.refresh();
      store.arrived(await api.signIn({ name: who, password: 'x' }));
      expect(await waiting).toBe(again);
      expect(store.get().shown?.account?.id).toBe(who);
    }
  });

  it('does not wait for one who is signed in and was refused all the same', async () => {
    const store = new SessionStore(fake({ '/auth/me': { body: person('a') } }).api);
    await store.refresh();
    expect(await store.door.back('a')).toBe(false);
  });

  it('holds requests while their sender is locked, and lets none go out for another', async () => {
    const { api, says } = fake({ '/auth/me': { body: person('a') }, '/auth/lock': { body: person('a', { locked: true }) } });
    const store = new SessionStore(api);
    await store.refresh();
    expect(await store.door.ready('a')).toBe(true);
    await store.lock();
    let sent: boolean | undefined;
    const held = store.door.ready('a').then((yes) => { sent = yes; });
    await new Promise((done) => { setTimeout(done, 5); });
    expect(sent).toBeUndefined();
    says['/auth/switch'] = { body: person('b') };
    store.arrived(await api.switchTo({ account: 'b', pin: '1' }));
    await held;
    expect(sent).toBe(false);
    expect(await store.door.ready('a')).toBe(false);
    expect(store.door.owner()).toBe('b');
  });

  it('takes the screens away at signing out, and whoever waits is told no', async () => {
    const { api, says } = fake({ '/auth/me': { body: person('a') }, '/auth/sign-out': { status: 204 } });
    const store = new SessionStore(api);
    await store.refresh();
    says['/auth/me'] = { body: person('a', { locked: true }) };
    const waiting = store.door.back('a');
    await store.refresh();
    says['/auth/me'] = { body: nobody };
    await store.signOut();
    expect(await waiting).toBe(false);
    expect(store.get()).toMatchObject({ phase: 'sign-in', shown: undefined });
  });

  it('hears from another tab that somebody else is signed in now', async () => {
    let hear: (word: string) => void = () => undefined;
    const sent: string[] = [];
    const { api, says } = fake({ '/auth/me': { body: person('a') } });
    const store = new SessionStore(api, { send: (w) => sent.push(w), listen: (h) => { hear = h; return () => undefined; } });
    await store.refresh();
    says['/auth/me'] = { body: person('b') };
    hear('changed');
    await store.refresh();
    expect(store.get().shown?.account?.id).toBe('b');
    expect(sent).toEqual([]);
  });
});

describe('the idle clock', () => {
  it('warns half a minute before, then locks; hands start it anew', () => {
    const clock = new IdleClock(300, 0);
    expect(clock.look(269_000).kind).toBe('awake');
    expect(clock.look(271_000)).toEqual({ kind: 'warn', left: 29 });
    clock.touch(280_000);
    expect(clock.look(300_000).kind).toBe('awake');
    expect(clock.look(580_000)).toEqual({ kind: 'lock' });
  });

  it('does not wake up what has slept too long', () => {
    const clock = new IdleClock(300, 0);
    expect(clock.touch(400_000)).toBe(false);
    expect(clock.look(400_000).kind).toBe('lock');
  });

  it('tells the server of working hands once a minute, not at every key', () => {
    const clock = new IdleClock(900, 0);
    const told = Array.from({ length: 200 }, (_, i) => clock.touch((i + 1) * 1000)).filter(Boolean).length;
    expect(told).toBe(3);
  });
});
