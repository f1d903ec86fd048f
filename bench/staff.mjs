/* Thirty at once: the staff of a demo at the real server, each doing a shift with short pauses, and how long each deed takes.
 *
 *   node bench/staff.mjs --program ANSINH --data FOLDER --address HOST:PORT --pid PID [--staff N] [--seconds N] [--pause MS] [--seed N] [--work FOLDER]
 *
 * The one idea: the questions are the page's own. Its modules are built for Node (staff/page.ts) and its FHIR client is given a fetch that
 * measures, so what is asked here is what the screens ask, and changes with them. Each of the staff has an account and a session of
 * their own; who they are and where they work is the demo's. A deed is measured from the tap to its last answer, read; pauses between are
 * drawn from an exponential distribution, so that deeds meet as they do in a house. The board is besides asked by itself every 20 s.
 *
 * Lines of the result, with tabs: name, count, p50, p95, p99, worst (ms), the server's processor time for one with nobody else there (ms,
 * median), errors; then `requests` in the same shape, for one request of whatever deed; then `lag` (median, p99, worst ms by which
 * the client was late itself) and `processor` (percent of one processor that server and client took, requests a second, the server's
 * ms for one, MB a second). */

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { addAccount, member } from './staff/people.mjs';
import { board, deedOf, deedsOf } from './staff/shift.mjs';

const { values: o } = parseArgs({ options: Object.fromEntries(['program', 'data', 'address', 'pid', 'staff', 'seconds', 'pause', 'seed', 'work']
  .map((name) => [name, { type: 'string' }])) });
const [staff, seconds, pause] = [Number(o.staff ?? 30), Number(o.seconds ?? 60), Number(o.pause ?? 1000)];
const WARM_SECONDS = 5; /* sessions are known, the first board is there: not counted */
const POLL_MS = 20_000;
const LOOK_MS = 5; /* how often the client looks at its own lateness */
const LOOK_QUIET_MS = 2000; /* the server has come to rest when it took less than a twentieth of so long */
const MOST_LOOKS = 90;
const ALONE = 12; /* times each deed is done with nobody else there */

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* ---- the page's modules ---- */

async function pageModules() {
  const web = fileURLToPath(new URL('../web/', import.meta.url));
  const { build } = await import(pathToFileURL(createRequire(join(web, 'package.json')).resolve('vite')).href.replace(/index\.cjs$/, 'dist/node/index.js'));
  const outDir = join(o.work ?? tmpdir(), `ansinh-staff-page-${process.pid}`);
  await build({
    configFile: false, root: web, logLevel: 'error', ssr: { noExternal: true },
    build: { ssr: fileURLToPath(new URL('staff/page.ts', import.meta.url)), outDir, emptyOutDir: true, rollupOptions: { output: { entryFileNames: 'page.mjs' } } },
  });
  return import(pathToFileURL(join(outDir, 'page.mjs')).href);
}

/* ---- numbers ---- */

/* splitmix32: the same deeds for the same seed */
function diceOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, one: (list) => list[below(list.length)], wait: (mean) => -Math.log(1 - next()) * mean };
}

const seen = new Map(); /* name -> milliseconds */
const errors = new Map(); /* name -> how many */
let counting = false;

function note(name, ms) {
  if (!counting) return;
  if (!seen.has(name)) seen.set(name, []);
  seen.get(name).push(ms);
}

function fail(name, error) {
  errors.set(name, (errors.get(name) ?? 0) + 1);
  if (errors.get(name) <= 3) console.error(`staff: ${name}: ${error.message} ${error.diagnostics ?? ''}`);
}

async function timed(name, run) {
  const began = performance.now();
  try {
    const made = await run();
    note(name, performance.now() - began);
    return made;
  } catch (error) {
    fail(name, error);
    throw error;
  }
}

/* The same with nobody else there: what the server's processors had to do for it. */
const alone = new Map();
async function weighed(name, run) {
  const before = processorMs();
  const made = await run();
  if (!alone.has(name)) alone.set(name, []);
  alone.get(name).push(processorMs() - before);
  return made;
}
const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];

const line = (name, list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]?.toFixed(1) ?? '0';
  return [name, sorted.length, at(0.5), at(0.95), at(0.99), at(1), alone.has(name) ? middle(alone.get(name)).toFixed(2) : '-', errors.get(name) ?? 0].join('\t');
};

/* Milliseconds that the server's threads have had the processors: finer than the ticks of /proc/PID/stat. */
const processorMs = () => readdirSync(`/proc/${o.pid}/task`).reduce((sum, thread) => {
  try {
    return sum + Number(readFileSync(`/proc/${o.pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return sum; /* it has ended meanwhile */
  }
}, 0);

/* ---- the house ---- */

/* Those who see a whole facility first, then nurses and carers in turn through all the wards. */
async function workersOf(page) {
  const admin = await member(page, o.address, 'administrator', () => {});
  const found = [];
  let answer = await admin.server.search('PractitionerRole', { active: 'true', _count: 500 });
  found.push(...answer.items);
  while (answer.next) {
    answer = await admin.server.next('PractitionerRole', answer.next);
    found.push(...answer.items);
  }
  admin.leave();
  const of = (code) => found.filter((r) => r.code?.[0]?.coding?.[0]?.code === code).map((r) => r.practitioner.reference.split('/')[1])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const [nurses, carers] = [of('nurse'), of('carer')];
  const spread = (list, n) => Array.from({ length: Math.min(n, list.length) }, (_, i) => list[Math.floor((i * list.length) / n)]);
  const above = ['doctor', 'assistant-doctor', 'facility-head'].flatMap((code) => of(code).slice(0, 2));
  const left = staff - above.length;
  return [...above, ...spread(nurses, Math.ceil(left / 2)), ...spread(carers, Math.floor(left / 2))];
}

async function gather(page) {
  const people = [];
  for (const practitioner of (await workersOf(page)).slice(0, staff)) {
    const name = `bench-${practitioner}`;
    await addAccount(o.program, o.data, name, practitioner).catch((error) => {
      if (!/taken/.test(error.message)) throw error; /* of a run before in this folder */
    });
    people.push(await member(page, o.address, name, (ms, reply) => {
      note('requests', ms);
      note('bytes', reply.text.length);
    }));
  }
  if (people.length < staff) throw new Error(`the demo has only ${people.length} of ${staff} staff`);
  return people;
}

/* ---- a shift ---- */

async function work(page, m, dice, until) {
  await sleep(dice.wait(pause));
  while (performance.now() < until) {
    try {
      if (!m.board) await board(page, m, timed);
      else await deedOf(m, dice)(page, m, dice, timed);
    } catch {
      /* counted where it was measured */
    }
    await sleep(dice.wait(pause));
  }
}

async function poll(page, m, dice, until) {
  for (let next = performance.now() + dice.below(POLL_MS); next < until; next += POLL_MS) {
    await sleep(next - performance.now());
    if (m.board) await board(page, m, timed, true).catch(() => {});
  }
}

async function workAlone(page, people) {
  const dice = diceOf(4711);
  const kinds = new Map();
  for (const m of people) {
    if (!m.board) await board(page, m, weighed);
    for (const deed of deedsOf(m)) kinds.set(deed, [...(kinds.get(deed) ?? []), m]);
  }
  for (const [deed, able] of kinds) {
    for (let n = 0; n < ALONE; n += 1) await deed(page, able[n % able.length], dice, weighed).catch((error) => fail('alone', error));
  }
}

/* The first start after a demo asks the rules of alerts about all of it, once: a shift begins when that is done. */
async function quietServer() {
  for (let looks = 0, before = processorMs(); looks < MOST_LOOKS; looks += 1) {
    await sleep(LOOK_QUIET_MS);
    const now = processorMs();
    if (now - before < LOOK_QUIET_MS / 20) return;
    before = now;
  }
  throw new Error('the server does not come to rest');
}

const page = await pageModules();
const people = await gather(page);
await quietServer();
await workAlone(page, people);
const lag = monitorEventLoopDelay({ resolution: LOOK_MS });
const until = performance.now() + (WARM_SECONDS + seconds) * 1000;
const shifts = people.flatMap((m, i) => {
  const dice = (salt) => diceOf(Number(o.seed ?? 1) * 7919 + i * 2 + salt);
  return [work(page, m, dice(0), until), poll(page, m, dice(1), until)];
});
await sleep(WARM_SECONDS * 1000);
counting = true;
lag.enable();
const [ticks, own, began] = [processorMs(), process.cpuUsage(), performance.now()];
await Promise.all(shifts);
const took = (performance.now() - began) / 1000;
const used = process.cpuUsage(own);
const requests = seen.get('requests') ?? [];
const bytes = (seen.get('bytes') ?? []).reduce((n, b) => n + b, 0);
for (const name of [...seen.keys()].filter((n) => n !== 'requests' && n !== 'bytes').sort()) console.log(line(name, seen.get(name)));
for (const name of errors.keys()) if (!seen.has(name)) console.log(line(name, []));
console.log(line('requests', requests));
const late = (ns) => Math.max(0, ns / 1e6 - LOOK_MS).toFixed(1);
console.log(['lag', late(lag.percentile(50)), late(lag.percentile(99)), late(lag.max)].join('\t'));
const processor = (processorMs() - ticks) / 1000;
console.log(['processor', (processor / took * 100).toFixed(0), ((used.user + used.system) / 1e4 / took).toFixed(0), (requests.length / took).toFixed(0),
  (processor * 1000 / requests.length).toFixed(2), (bytes / 1e6 / took).toFixed(1)].join('\t'));
process.exitCode = errors.size === 0 ? 0 : 1;
