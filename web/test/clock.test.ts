/* Whose clock it is: only a difference that no slow answer explains is taken for a wrong clock of this device. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceAhead, doubtServer, learnTime, nowMs, onClock } from '../src/fhir/clock';
import { FhirClient } from '../src/fhir/client';

const NOON = Date.parse('2026-11-22T05:00:00Z');
const said = (ms: number): string => new Date(ms).toUTCString();
const MINUTE = 60_000;

afterEach(() => {
  doubtServer(false);
  learnTime(said(NOON), NOON, NOON + 100);
  vi.useRealTimers();
});

describe('the clock of the device', () => {
  it.each([
    ['right', 0, 0], ['a minute fast', MINUTE, 0], ['two minutes slow', -2 * MINUTE, 0], ['seven minutes fast', 7 * MINUTE, 7], ['seven minutes slow', -7 * MINUTE, -7],
    ['an hour fast', 60 * MINUTE, 60], ['a year slow', -365 * 1440 * MINUTE, -365 * 1440],
  ])('%s', (_name, off, minutes) => {
    learnTime(said(NOON), NOON + off, NOON + off + 300);
    expect(Math.round(deviceAhead() / MINUTE)).toBe(minutes);
  });

  it('what a slow answer may explain is no wrong clock, and one that slept says nothing', () => {
    learnTime(said(NOON), NOON + 110_000, NOON + 130_000);
    expect(deviceAhead()).toBe(0);
    learnTime(said(NOON), NOON + 7 * MINUTE, NOON + 7 * MINUTE);
    const before = deviceAhead();
    learnTime(said(NOON), NOON, NOON + 40 * MINUTE);
    expect(deviceAhead()).toBe(before);
  });

  it('without a time of the server, or with one that is none, nothing is learnt', () => {
    for (const date of [null, '', 'yesterday']) learnTime(date, NOON, NOON);
    expect(deviceAhead()).toBe(0);
  });

  it('set right, it is right again; while the server doubts its own, nobody is measured by it', () => {
    learnTime(said(NOON), NOON + 7 * MINUTE, NOON + 7 * MINUTE);
    doubtServer(true);
    expect(deviceAhead()).toBe(0);
    doubtServer(false);
    expect(deviceAhead()).not.toBe(0);
    learnTime(said(NOON), NOON, NOON + 100);
    expect(deviceAhead()).toBe(0);
  });

  it('is learnt from every answer of the record, and told', async () => {
    vi.useFakeTimers({ now: NOON + 7 * MINUTE });
    let told = 0;
    const stop = onClock(() => { told += 1; });
    const client = new FhirClient({ fetch: async () => new Response('{"resourceType":"Bundle","type":"searchset"}', { headers: { Date: said(NOON) } }) });
    await client.search('Patient', {});
    stop();
    expect([told, Math.abs(nowMs() - NOON) <= 1000]).toEqual([1, true]);
  });
});

describe('a time that is recorded or judged by', () => {
  /* what measures how long something takes, and the clock itself */
  const MAY = ['fhir/clock.ts', 'fhir/client.ts', 'access/Idle.tsx', 'access/fields.tsx', 'access/vault.ts', 'alerts/Alerts.tsx', 'ward/useBoard.ts', 'outbox/outbox.ts'];
  it('is the server\'s: no other file of the page asks this device', () => {
    const src = join(__dirname, '..', 'src');
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f)).map((f) => f.replaceAll('\\', '/'));
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((f) => !MAY.includes(f) && /\bDate\.now\b|\bnew Date\(\)/.test(readFileSync(join(src, f), 'utf8')))).toEqual([]);
  });
});
