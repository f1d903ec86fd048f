/* When a screen that nobody touches goes out of sight. It is hands that count: a board that refreshes itself all night keeps
 * nobody's session open. While hands are at work the server is told now and then, so that it does not lock somebody who has
 * been typing for a quarter of an hour. */

export const WARN_SECONDS = 30;
export const TELL_MS = 60_000;

export type IdleState = { kind: 'awake' } | { kind: 'warn'; left: number } | { kind: 'lock' };

export class IdleClock {
  private last: number;
  private told: number;
  private readonly idleMs: number;

  constructor(idleSeconds: number, now: number) {
    this.idleMs = Math.max(idleSeconds, 2 * WARN_SECONDS) * 1000;
    this.last = now;
    this.told = now;
  }

  /* A hand was at work. True when the server should hear of it. */
  touch(now: number): boolean {
    if (this.look(now).kind === 'lock') return false; /* too late: a sleeping tablet that wakes up under a finger is locked */
    this.last = now;
    if (now - this.told < Math.min(TELL_MS, this.idleMs / 4)) return false;
    this.told = now;
    return true;
  }

  look(now: number): IdleState {
    const left = Math.ceil((this.last + this.idleMs - now) / 1000);
    if (left <= 0) return { kind: 'lock' };
    return left <= WARN_SECONDS ? { kind: 'warn', left } : { kind: 'awake' };
  }
}
