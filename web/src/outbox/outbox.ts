/* What was done and not yet taken by the server, in the order it was done; one box per account.
 *
 * An item is in storage before it is sent and leaves it only when the server has it or a person has seen why not. So a lost
 * line, a reload, a flat battery or a change of user loses nothing, and nobody's work goes out under another's name: a box
 * is only sent while its own account is signed in. */

import { FhirError, type FhirClient } from '../fhir/client';
import { entryQuery, newItem, parseItems, type Entry, type Item, type Wanted } from './item';
import { keepBoth, sendItem, type Outcome } from './send';

export interface Storage { getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void }

const PREFIX = 'ansinh.outbox.';
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;

export interface OutboxOptions {
  account: string;
  client: FhirClient;
  storage: Storage;
  now?: () => number;
  onStored?: (resource: Entry, item: Item) => void;
  /* what an earlier box of this account in this page held and storage did not take */
  held?: Item[];
}

export class Outbox {
  private items: Item[];
  private readonly o: OutboxOptions;
  private listeners = new Set<() => void>();
  private busy: Promise<void> | undefined;
  private askedAgain = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private readonly over = new Set<string>();
  private wait = FIRST_WAIT_MS;
  /* false while the last try found nobody */
  reached = true;
  /* false while this device could not keep what waits: then it lies in this page alone */
  kept = true;
  /* what a person has let go of last, and when */
  dropped: { item: Item; at: number } | undefined;

  constructor(o: OutboxOptions) {
    this.o = o;
    this.items = this.load();
    const held = (o.held ?? []).filter((i) => !this.items.some((x) => x.id === i.id));
    if (held.length > 0) this.store([...this.items, ...held]);
  }

  private get key(): string { return PREFIX + this.o.account; }
  private now(): number { return (this.o.now ?? Date.now)(); }

  private load(): Item[] {
    try {
      return parseItems(this.o.storage.getItem(this.key));
    } catch {
      return [];
    }
  }

  /* Another tab of this account may have put something in since: what it added is kept. What has left this page stays away, also where a storage
   * that takes nothing any more still shows it. */
  private store(items: Item[], gone?: string): void {
    if (gone !== undefined) this.over.add(gone);
    for (const i of items) this.over.delete(i.id);
    const known = new Set([...items.map((i) => i.id), ...this.items.map((i) => i.id), ...this.over]);
    this.items = [...items, ...this.load().filter((i) => !known.has(i.id))];
    try {
      if (this.items.length === 0) this.o.storage.removeItem(this.key);
      else this.o.storage.setItem(this.key, JSON.stringify(this.items));
      this.kept = true;
    } catch {
      this.kept = this.items.length === 0; /* storage full or switched off: it still waits in this page, and the bar says so */
    }
    for (const tell of this.listeners) tell();
  }

  all(): Item[] { return this.items; }
  waiting(): Item[] { return this.items.filter((i) => i.halt === undefined); }

  subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };
  snapshot = (): Item[] => this.items;

  add(wanted: Wanted): Item {
    const item = newItem(wanted);
    this.store([...this.items, item]);
    void this.flush();
    return item;
  }

  /* Another end state for something that is still here. True when it was. */
  change(id: string, resource: Entry): boolean {
    const item = this.items.find((i) => i.id === id);
    if (!item) return false;
    const identifier = item.resource.identifier ?? [];
    const next: Item = { ...item, resource: { ...resource, identifier }, only: entryQuery(id), halt: undefined };
    this.store(this.items.map((i) => (i.id === id ? next : i)));
    void this.flush();
    return true;
  }

  /* The same for an act of several entries; what was sent already is gone from here: then false. */
  changeAll(id: string, how: (resource: Entry) => Entry): boolean {
    const item = this.items.find((i) => i.id === id);
    if (!item?.parts) return false;
    const parts = item.parts.map((p) => ({ ...p, resource: { ...how(p.resource), identifier: p.resource.identifier ?? [] } }));
    const next: Item = { ...item, parts, resource: parts[0]?.resource ?? item.resource, halt: undefined };
    this.store(this.items.map((i) => (i.id === id ? next : i)));
    void this.flush();
    return true;
  }

  /* A person has seen why it cannot be stored, and lets it go. */
  dismiss(id: string): void {
    this.store(this.items.filter((i) => i.id !== id), id);
  }

  /* Put right (outbox/mend.ts): the same entry, sent in the place of the one that was refused. */
  mend(next: Item): void {
    this.store(this.items.map((i) => (i.id === next.id ? next : i)));
    void this.flush();
  }

  /* Let go of, and for some seconds to be had back. */
  drop(id: string): void {
    const item = this.items.find((i) => i.id === id);
    this.dropped = item && { item, at: this.now() };
    this.dismiss(id);
  }
  takeBack(): void {
    const item = this.dropped?.item;
    this.dropped = undefined;
    if (item && !this.items.some((i) => i.id === item.id)) this.store([...this.items, item]);
  }

  /* "I did it too": stored beside the other one, and marked. */
  async storeBeside(id: string): Promise<void> {
    const item = this.items.find((i) => i.id === id);
    if (!item) return;
    if (item.parts) {
      const { besideOthers } = await import('./many');
      this.store(this.items.map((i) => (i.id === id ? besideOthers(item) : i)));
      return this.flush();
    }
    try {
      const resource = await keepBoth(this.o.client, item);
      this.dismiss(id);
      this.o.onStored?.(resource, item);
    } catch (error) {
      const why = error instanceof FhirError ? error.diagnostics : '';
      this.store(this.items.map((i) => (i.id === id ? { ...i, tries: i.tries + 1, why } : i)));
    }
  }

  retry(id: string): void {
    this.store(this.items.map((i) => (i.id === id ? { ...i, halt: undefined } : i)));
    void this.flush();
  }

  /* Sends what waits, one after the other. Called again meanwhile, it goes on to what was added. */
  flush(): Promise<void> {
    if (this.busy) this.askedAgain = true;
    this.busy ??= this.run().finally(() => {
      this.busy = undefined;
      if (this.askedAgain && !this.closed) void this.flush();
    });
    return this.busy;
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    this.askedAgain = false;
    for (;;) {
      const item = this.closed ? undefined : this.waiting()[0];
      if (!item) break;
      const outcome = await sendItem(this.o.client, item, this.now());
      if (this.closed) return;
      if (!this.apply(item, outcome)) return;
    }
  }

  private apply(item: Item, outcome: Outcome): boolean {
    const changed = this.items.find((i) => i.id === item.id) !== item;
    if (outcome.kind === 'later') {
      this.reached = false;
      this.store(this.items.map((i) => (i.id === item.id ? { ...i, tries: i.tries + 1 } : i)));
      this.again();
      return false;
    }
    this.reached = true;
    this.wait = FIRST_WAIT_MS;
    for (const resource of outcome.all ?? []) this.o.onStored?.(resource, item);
    if (outcome.kind === 'halt') {
      const { halt, other, why = '', left, duty } = outcome;
      this.store(this.items.map((i) => (i.id === item.id
        ? { ...i, halt, other, why, tries: i.tries + 1, ...(left ? { parts: left, resource: left[0]?.resource ?? i.resource } : {}), ...(duty ? { duty } : {}) } : i)));
      return true;
    }
    /* changed while it was on its way: what it has become still has to be said */
    if (!changed) this.store(this.items.filter((i) => i.id !== item.id), item.id);
    if (!outcome.all) this.o.onStored?.(outcome.resource, item);
    return true;
  }

  private again(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  /* What waits in the boxes of all accounts of this device, to be sent once they are back: a number, nothing more. */
  static waitingOn(storage: globalThis.Storage): number {
    let n = 0;
    for (let i = 0; i < storage.length; i += 1) {
      const key = storage.key(i) ?? '';
      if (key.startsWith(PREFIX)) n += parseItems(storage.getItem(key)).filter((item) => item.halt === undefined).length;
    }
    return n;
  }
}
