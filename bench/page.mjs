/* The page on a cheap phone over a slow line: how long until it can be used.
 *
 *   node bench/page.mjs --base http://127.0.0.1:PORT [--rounds 5]          a server with the demo's people; needs tests/e2e's packages
 *
 * Chromium is told to be four times slower, with 150 ms a round trip and 1.6 Mbit/s down, 0.75 up (what Lighthouse calls slow 4G). Each round
 * is a fresh visitor: the first visit with nothing kept, then the same address once more with what the browser kept. Counted from asking for
 * the page: `door` until the name can be typed, `in` from the press of "sign in" until the first screen says something of the record, `again`
 * from asking for the page, signed in, until the same. One line each: what, median, worst (ms), kB over the line. */

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { chromium } = createRequire(new URL('../tests/e2e/package.json', import.meta.url))('playwright-core');
const { values: o } = parseArgs({ options: { base: { type: 'string' }, rounds: { type: 'string' } } });
const PASSWORD = 'ansinh-demo-2026';
const LINE = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOWER = 4;
const PEOPLE = [
  { what: 'staff', path: '/', name: 'nurse', usable: 'main h1' },
  { what: 'person', path: '/toi', name: 'person', usable: 'main h2' },
];

async function round(browser, { path, name, usable }, keep) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', hasTouch: true });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', LINE);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  let bytes = 0;
  devtools.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  const timed = async (what, act, sign) => {
    const [start, before] = [performance.now(), bytes];
    await act();
    await page.locator(sign).first().waitFor();
    keep(what, performance.now() - start, bytes - before);
  };
  const user = 'input[autocomplete=username]';
  await timed('door', () => page.goto(o.base + path, { waitUntil: 'commit' }), user);
  await page.locator(user).fill(name);
  await page.locator('input[type=password]').fill(PASSWORD);
  await timed('in', () => page.locator('form button[type=submit]').click(), usable);
  await page.waitForLoadState('networkidle');
  await page.goto('about:blank');
  await timed('again', () => page.goto(o.base + path, { waitUntil: 'commit' }), usable);
  await context.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });
for (const one of PEOPLE) {
  const kept = new Map();
  for (let i = 0; i < Number(o.rounds ?? 5); i += 1) {
    await round(browser, one, (what, ms, bytes) => kept.set(what, [...(kept.get(what) ?? []), { ms, bytes }]));
  }
  for (const [what, all] of kept) {
    const times = all.map((x) => x.ms).sort((a, b) => a - b);
    const middle = (list) => list[Math.floor(list.length / 2)];
    console.log([`${one.what} ${what}`, middle(times).toFixed(0), times.at(-1).toFixed(0), (middle(all.map((x) => x.bytes).sort((a, b) => a - b)) / 1000).toFixed(1)].join('\t'));
  }
}
await browser.close();
