/* The one place that knows whether somebody is signed in, and whose screens are on the page.
 *
 * The idea: `shown` is the person whose screens are mounted, `phase` is what stands on top of them. A lock or an ended
 * session changes only the phase: the screens stay as they are, unseen and untouchable, with everything typed in them. They
 * go only when another person comes in, or when their owner signs out.
 *
 * Requests go through `door`: while somebody is locked theirs are held; what the server refused because nobody is signed in
 * (any more) waits until the same person is back and is sent again; when another one comes in it fails. So nothing typed by
 * one is ever sent by another. */

import type { Door } from '../fhir/client';
import { AuthApi, authErrorOf, type AuthError } from './api';
import type { Me } from './me';

export type Phase = 'loading' | 'unreachable' | 'first' | 'sign-in' | 'locked' | 'must-change' | 'open';

export interface SessionState {
  phase: Phase;
  /* the server's last word */
  me: Me | undefined;
  /* whose screens are mounted */
  shown: Me | undefined;
  error: AuthError | undefined;
  /* locked so that another person may come in: nobody is chosen beforehand */
  picking: boolean;
}

export function phaseOf(me: Me): Phase {
  if (me.auth === 'off') return 'open';
  if (me.first) return 'first';
  if (!me.signedIn) return 'sign-in';
  if (me.locked) return 'locked';
  return me.mustChange ? 'must-change' : 'open';
}

export const ownerOf = (me: Me | undefined): string => me?.account?.id ?? '';

interface Waiter { owner: string; done: (same: boolean) => void }

/* What another tab of this browser should know: they share one cookie. */
export interface Wire { send: (word: 'changed' | 'active') => void; listen: (heard: (word: string) => void) => () => void }

export class SessionStore {
  private state: SessionState = { phase: 'loading', me: undefined, shown: undefined, error: undefined, picking: false };
  private readonly listeners = new Set<() => void>();
  private waiters: Waiter[] = [];
  private asking: Promise<void> | undefined;
  readonly api: AuthApi;
  private readonly wire: Wire | undefined;
  /* before the screens change hands: from whom, to whom ('' = nobody) */
  onHandover: ((from: string, to: string) => void) | undefined;

  constructor(api = new AuthApi(), wire?: Wire) {
    this.api = api;
    this.wire = wire;
    api.owner = () => ownerOf(this.state.me);
    wire?.listen((word) => { if (word === 'changed') void this.refresh(); });
  }

  get = (): SessionState => this.state;

  subscribe = (notify: () => void): (() => void) => {
    this.listeners.add(notify);
    return () => this.listeners.delete(notify);
  };

  /* Asks who is signed in; several who want to know at once share one question. */
  refresh = (): Promise<void> => {
    this.asking ??= this.api.me().then(
      (me) => this.apply(me),
      (error: unknown) => {
        /* with screens on the page they say themselves that the server is gone */
        if (!this.state.shown) this.set({ ...this.state, phase: 'unreachable', error: authErrorOf(error) });
      },
    ).finally(() => { this.asking = undefined; });
    return this.asking;
  };

  /* The answer to signing in, unlocking, switching, changing the password. */
  arrived = (me: Me): void => {
    this.apply(me);
    this.wire?.send('changed');
  };

  /* Takes the screens out of sight at once; whether the server hears of it or not. */
  lock = async (picking = false): Promise<void> => {
    const { me, phase } = this.state;
    if (!me || me.auth === 'off' || phase !== 'open') return;
    this.set({ ...this.state, phase: 'locked', me: { ...me, locked: true }, picking });
    try {
      this.apply(await this.api.lock());
      this.wire?.send('changed');
    } catch {
      /* out of sight all the same; the server locks by itself when it hears nothing */
    }
  };

  /* Ends the session; what this person had typed and not saved goes with the screens. */
  signOut = async (): Promise<void> => {
    await this.api.signOut();
    this.onHandover?.(ownerOf(this.state.shown), '');
    this.set({ ...this.state, shown: undefined, phase: 'loading', picking: false });
    this.settle(() => false);
    await this.refresh();
    this.wire?.send('changed');
  };

  readonly door: Door = {
    owner: () => ownerOf(this.state.shown),
    ready: async (owner) => {
      if (ownerOf(this.state.shown) !== owner) return false;
      return this.state.phase === 'open' || this.waitFor(owner);
    },
    back: async (owner) => {
      await this.refresh();
      /* signed in, and refused all the same: asking again would not help */
      if (this.state.phase === 'open' || !this.state.shown || ownerOf(this.state.shown) !== owner) return false;
      return this.waitFor(owner);
    },
  };

  private waitFor(owner: string): Promise<boolean> {
    return new Promise((done) => { this.waiters.push({ owner, done }); });
  }

  private apply(me: Me): void {
    const phase = phaseOf(me);
    const shown = phase === 'open' ? sameOr(this.state.shown, me) : this.state.shown;
    if (phase === 'open' && ownerOf(this.state.shown) !== ownerOf(me)) this.onHandover?.(ownerOf(this.state.shown), ownerOf(me));
    this.set({ phase, me, shown, error: undefined, picking: phase === 'locked' && this.state.picking });
    if (phase === 'open') this.settle((owner) => owner === ownerOf(me));
  }

  private settle(verdict: (owner: string) => boolean): void {
    const waiting = this.waiters;
    this.waiters = [];
    for (const { owner, done } of waiting) done(verdict(owner));
  }

  private set(next: SessionState): void {
    this.state = next;
    for (const notify of [...this.listeners]) notify();
  }
}

/* The same answer again is the same object: nothing is drawn anew. serverTime moves on without meaning anything here. */
function sameOr(before: Me | undefined, now: Me): Me {
  const text = (me: Me | undefined): string => JSON.stringify({ ...me, serverTime: '' });
  return before && text(before) === text(now) ? before : now;
}
