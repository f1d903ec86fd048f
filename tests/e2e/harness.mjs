/* What every browser test needs: counting, a browser, axe, the server under test, and a line to it that can be cut.
 *
 * The page is always opened through a small proxy of ours, so that "the server is gone", "the answer was lost on the way"
 * "this answer took long" and "something else answered" are real events on a real connection, while the server behind it is the real one. */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { within as promised } from '../within.mjs';
import { plainEnv, playAt, setHour } from './kit/hour.mjs';

playAt(process.env.HOUR);

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const SHOTS = join(fileURLToPath(new URL('.', import.meta.url)), '../../build/e2e');
mkdirSync(SHOTS, { recursive: true });

/* For hunting races, by hand: JITTER=ms holds every answer back by up to so much, in an order that JITTER_SEED plays again (the one of this run
 * is printed); THROTTLE=n gives the page an nth of the processor. */
const JITTER = Number(process.env.JITTER ?? 0);
const JITTER_SEED = Number(process.env.JITTER_SEED ?? Date.now() % 1_000_000);
const THROTTLE = Number(process.env.THROTTLE ?? 1);
if (JITTER > 0) console.log(`JITTER=${JITTER} JITTER_SEED=${JITTER_SEED}`);

/* Numbers between 0 and 1, the same for the same seed (mulberry32). */
function randomOf(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const SIZES = {
  phone: { width: 390, height: 844 }, tablet: { width: 1024, height: 768 }, desktop: { width: 1440, height: 900 },
};

/* How long something may take to be there before it counts as missing, in ms. Not a promise about speed: a machine that does
 * other things halts for seconds. */
const PATIENCE = 30_000;

let passed = 0;
const failures = [];

/* One test. It fails by throwing; the others go on. ONLY=word runs those whose name contains it. */
export async function test(name, run) {
  if (process.env.ONLY && !name.includes(process.env.ONLY)) return;
  const began = performance.now();
  const took = () => `(${((performance.now() - began) / 1000).toFixed(1)} s)`;
  try {
    await run();
    passed += 1;
    console.log(`ok    ${name} ${took()}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL  ${name} ${took()}\n      ${String(error?.message ?? error).split('\n').slice(0, 12).join('\n      ')}`);
  }
}

export function finish() {
  for (const name of failures) console.log(`failed: ${name}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length === 0 && passed > 0 ? 0 : 1;
}

export function equal(got, wanted, what = 'value') {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: got ${a}, wanted ${b}`);
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}

/* As there; what was slowed down for the hunt is not held to it. */
export const within = (ms, ...rest) => promised(ms * THROTTLE + 4 * JITTER, ...rest);

/* Asks again until it is so, at most `ms`. */
export async function eventually(what, ask, ms = PATIENCE, every = 50) {
  const end = Date.now() + ms;
  for (;;) {
    if (await ask()) return;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, every));
  }
}

/* The server: the one named by BASE, or one started here from the binary named by ANSINH on an empty folder. With sign-in on
 * it is always one of our own, and `code` is what its console says the first administrator needs. */
export async function startServer({ auth = 'off', demo = [], options = [] } = {}) {
  if (process.env.BASE && auth === 'off' && demo.length === 0) return { base: process.env.BASE.replace(/\/$/, ''), stop: async () => {} };
  const binary = process.env.ANSINH;
  if (!binary) throw new Error('set BASE=http://127.0.0.1:PORT of a running ansinh, or ANSINH=/path/to/ansinh');
  const data = mkdtempSync(join(tmpdir(), 'ansinh-e2e-'));
  if (demo.length > 0) province(binary, data, demo);
  let child;
  let said = '';
  const start = async (listen) => {
    child = spawn(binary, ['serve', '--data', data, '--listen', listen, ...(auth === 'off' ? ['--auth', 'off'] : []), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    said = '';
    child.on('error', (error) => { said += `${error}`; });
    child.stdout.on('data', (chunk) => { said += chunk; });
    child.stderr.on('data', (chunk) => { said += chunk; });
    await eventually('the server says where it listens', () => /listening on (http:\S+)/.test(said), 60_000).catch((error) => {
      throw new Error(`${error.message}\n${said}`);
    });
    return /listening on (http:\S+)/.exec(said)[1].replace(/\/$/, '');
  };
  const end = async (signal) => {
    const ended = new Promise((done) => { child.once('exit', done); });
    child.kill(signal);
    await ended;
  };
  const base = await start('127.0.0.1:0');
  const stop = async () => {
    await end('SIGTERM');
    rmSync(data, { recursive: true, force: true });
  };
  /* the power fails, and comes back: same folder, same address */
  return { base, data, stop, code: /one-time code: (\S+)/.exec(said)?.[1] ?? '', crash: () => end('SIGKILL'), again: () => start(new URL(base).host) };
}

/* A province of invented people with accounts, instead of an empty folder. A run of many scripts (E2E_DEMOS is a folder of its own) makes each
 * once and copies it. */
function province(binary, data, demo) {
  const make = (folder) => execFileSync(binary, ['demo', '--data', folder, '--quiet', ...demo], { stdio: 'pipe' });
  if (!process.env.E2E_DEMOS) {
    make(data);
    return;
  }
  const kept = join(process.env.E2E_DEMOS, demo.join('').replace(/\W+/g, '-'));
  if (!existsSync(kept)) {
    mkdirSync(process.env.E2E_DEMOS, { recursive: true });
    const mine = mkdtempSync(join(process.env.E2E_DEMOS, 'making-'));
    make(mine);
    try {
      renameSync(mine, kept);
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      rmSync(mine, { recursive: true }); /* another script was faster */
    }
  }
  execFileSync('cp', ['-a', `${kept}/.`, data]);
}

/* line.mode: 'pass' | 'gone' (nobody there) | 'trouble' (something before the server says 503) | 'lose' (writes arrive, their answers do not)
 * line.loses(url): which answers 'lose' loses; all of them unless said
 * line.delay(url): ms to hold an answer back
 * line.renewed: [file, name]: the program was renewed, and this file of its page has another name now */
export async function startLine(base) {
  const target = new URL(base);
  const random = randomOf(JITTER_SEED);
  const line = { mode: 'pass', delay: () => 0, loses: () => true, requests: [], url: '', stop: async () => {} };
  const server = http.createServer((req, res) => {
    if (line.mode === 'gone') return req.socket.destroy();
    if (line.mode === 'trouble') return answerWith(req, res, [503, { 'Content-Type': 'text/html' }, '<!doctype html><title>503</title>']);
    const wrong = line.answer && /^\/(fhir|wifi)/.test(req.url) && (line.answer.which === 'all' || req.method !== 'GET') ? line.answer : undefined;
    if (req.url === '/wifi') return res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Wi-Fi</title>');
    if (wrong && (wrong.when === 'before' || req.method === 'GET')) return answerWith(req, res, wrong.fault);
    line.requests.push({ method: req.method, url: req.url });
    const tells = line.renewed && (req.url === '/' || req.url === '/files.json');
    const up = http.request({
      host: target.hostname, port: target.port, method: req.method, path: line.renewed && req.url === line.renewed[1] ? line.renewed[0] : req.url,
      headers: tells ? { ...req.headers, 'accept-encoding': 'identity' } : req.headers, /* Host as the browser sent it: the server compares it with Origin */
    }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        if (wrong) return answerWith(req, res, wrong.fault);
        const lost = line.mode === 'gone' || (line.mode === 'lose' && req.method !== 'GET' && line.loses(req.url));
        if (lost) return req.socket.destroy();
        return setTimeout(() => {
          const headers = { ...answer.headers };
          delete headers['transfer-encoding'];
          delete headers.connection;
          const body = Buffer.concat(chunks);
          res.writeHead(answer.statusCode, headers);
          res.end(tells ? body.toString().replaceAll(line.renewed[0], line.renewed[1]) : body);
        }, line.delay(req.url) + random() * JITTER);
      });
    });
    up.on('error', () => req.socket.destroy());
    return req.pipe(up);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  line.url = `http://127.0.0.1:${server.address().port}`;
  line.stop = () => new Promise((done) => { server.close(done); server.closeAllConnections?.(); });
  return line;
}

/* What something between answers in the server's stead: [status, headers, body, 'cut'?]. */
function answerWith(req, res, [status, headers, body, cut]) {
  req.resume();
  res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) + (cut ? 100 : 0) });
  if (!cut) return res.end(body);
  return res.write(body, () => res.socket.destroy());
}

/* A plain FHIR client of its own, straight to the server: what the page did is judged through this, not through the page. */
export function fhirAt(base, more = {}) {
  const call = async (method, path, body) => {
    const response = await fetch(`${base}/fhir/${path}`, {
      method, headers: { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json', ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return { resource: text === '' ? undefined : JSON.parse(text), text };
  };
  return {
    create: async (resource) => {
      const { resource: made } = await call('POST', resource.resourceType, resource);
      return made;
    },
    put: async (resource) => (await call('PUT', `${resource.resourceType}/${resource.id}`, resource)).resource,
    get: async (path) => (await call('GET', path)).resource,
    text: async (path) => (await call('GET', path)).text,
    find: async (path) => ((await call('GET', path)).resource.entry ?? []).map((e) => e.resource),
  };
}

/* The doors of sign-in as a program of its own sees them, with one cookie jar. */
export function authAt(base) {
  const jar = {};
  return async (method, path, body) => {
    const response = await fetch(`${base}/auth/${path}`, {
      method, headers: { 'Content-Type': 'application/json', 'X-Ansinh': '1', Cookie: Object.entries(jar).map(([k, v]) => `${k}=${v}`).join('; ') },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar[name] = value;
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /auth/${path}: ${response.status} ${text.slice(0, 200)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

export async function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'], env: plainEnv() });
}

/* A fresh visitor. Whatever the page complains about gathers in page.complaints; requests that leave the origin in page.strays. */
export async function visit(browser, url, { size = 'desktop', lang = 'vi', scheme = 'light', interrupts = false, keeps = false } = {}) {
  const context = await browser.newContext({
    viewport: SIZES[size], colorScheme: scheme, timezoneId: 'Asia/Ho_Chi_Minh', locale: 'vi-VN', reducedMotion: 'reduce',
    hasTouch: size !== 'desktop',
  });
  await setHour(context);
  const page = await context.newPage();
  if (THROTTLE > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  page.setDefaultTimeout(PATIENCE);
  /* what the rules have to say interrupts (alerts.mjs looks at that): other scripts put it off, as a hand would, whenever it stands in their way */
  if (!interrupts) {
    const later = page.getByRole('dialog', { name: /^(Cảnh báo|Alert): / }).getByRole('button', { name: /^(Để sau|Later)$/ }); /* a form's own alert has none */
    await page.addLocatorHandler(later, () => later.click({ timeout: 2000 }).catch(() => {}), { noWaitAfter: true }); /* gone by itself is as good */
  }
  const { origin } = new URL(url);
  page.complaints = [];
  page.strays = [];
  page.on('console', (message) => {
    /* a cut line shows as a failed load; everything else is ours */
    if (message.type() !== 'error' || /Failed to load resource/.test(message.text())) return;
    const { url: file, lineNumber, columnNumber } = message.location(); /* no file: a script of the debugger's, ours or the tool's */
    page.complaints.push(`${message.text()} [${file === '' ? 'debugger' : `${file}:${lineNumber + 1}:${columnNumber + 1}`}, ${page.url()}]`);
  });
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) page.strays.push(request.url());
  });
  /* each visitor would fetch the whole build once more (keep.mjs lets them) */
  if (!keeps) await page.addInitScript(() => { delete Navigator.prototype.serviceWorker; });
  await page.addInitScript((wanted) => {
    if (localStorage.getItem('ansinh.lang') === null) localStorage.setItem('ansinh.lang', wanted);
  }, lang);
  await page.goto(url);
  return page;
}

/* Another screen, begun anew also when it is the one that stands there. The page must have drawn the address between: two changes of the
 * address that it hears of in one breath are one to it, and a form that was open stays open. */
export async function anew(page, url) {
  const origin = new URL(url).origin;
  if (page.url().startsWith(`${origin}/`)) {
    await page.goto(`${origin}/#/nowhere`);
    await page.locator('main').getByText(/^(Không có trang này\.|There is no such page\.)$/).waitFor();
  }
  await page.goto(url);
}

export const shot = (page, name) => page.screenshot({ path: join(SHOTS, `${name}.png`) });

/* Serious and critical findings of axe; the script comes in through the debugger, so the page's own policy stays in force. */
export async function axe(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  /* axe takes what lies half under a sticky bar at this moment for too small a target; scrolling brings it out */
  await page.evaluate(() => {
    for (const bar of document.querySelectorAll('.an-bottom-bar, .an-header, .an-vround-foot')) bar.style.position = 'static';
  });
  const violations = await page.evaluate(async () => (await window.axe.run(document, {
    preload: false, /* it would fetch the style sheets once more, and put them into the page */
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })).violations);
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}`);
}
