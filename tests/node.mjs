/* What the tests of the program itself share: counting, running a command, a server on a free loopback port, a client that can
 * also say what is wrong. The binary is named by ANSINH. Everything started here is ended here, by its id. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROGRAM = process.env.ANSINH;
if (!PROGRAM) {
  console.error('set ANSINH=/path/to/ansinh');
  process.exit(2);
}
export const FULL = process.env.ANS_TEST_FULL === '1';
export const SLOW = process.env.ANS_SLOW === '1'; /* under a sanitizer: no promise about time */

/* ---- counting ---- */

let passed = 0;
const failures = [];

export async function test(name, run) {
  if (process.env.ONLY && !name.includes(process.env.ONLY)) return;
  try {
    await run();
    passed += 1;
    if (process.env.V) console.log(`ok    ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL  ${name}\n      ${String(error?.message ?? error).split('\n').slice(0, 12).join('\n      ')}`);
  }
}

export function finish() {
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
  for (const child of children) child.kill(); /* the server of a test that failed: nobody waits for it */
}

export function equal(got, wanted, what = 'value') {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: got ${a}, wanted ${b}`);
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}

/* Asks again until there is something, and gives it. The limit only says when it counts as missing: a machine that does other things halts. */
export async function soon(look, what, ms = SLOW ? 240_000 : 60_000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(30)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}

export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* ---- folders and processes ---- */

const folders = [];
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(name = 'app') {
  const folder = mkdtempSync(join(tmpdir(), `ansinh-${name}-`));
  folders.push(folder);
  return folder;
}

/* Start the program; the promise of its end holds code, signal and what it said. */
export function start(args, limitMs = SLOW ? 300_000 : 60_000) {
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  children.add(child);
  child.stdout.on('data', (chunk) => { said.out += chunk; });
  child.stderr.on('data', (chunk) => { said.err += chunk; });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const ended = new Promise((done) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      done({ code, signal, ...said });
    });
  });
  return { child, said, ended };
}

export async function run(...args) {
  return start(args).ended;
}

/* Without sign-in, unless asked with the option 'sign-in'. */
export class Server {
  constructor(data, ...options) {
    const auth = options.includes('sign-in') || options.includes('--auth') ? [] : ['--auth', 'off'];
    const words = options.filter((o) => o !== 'sign-in');
    Object.assign(this, start(['serve', '--data', data, '--listen', '127.0.0.1:0', ...auth, ...words], 600_000));
    this.data = data;
  }

  /* Resolves when it listens. */
  async ready(limitMs = SLOW ? 240_000 : 60_000) {
    const end = Date.now() + limitMs;
    let closed = false;
    this.ended.then(() => { closed = true; });
    for (;;) {
      const found = /^listening on http:\/\/(\S+):(\d+)\n/.exec(this.said.out);
      if (found) {
        this.host = found[1].replace(/[[\]]/g, '');
        this.port = Number(found[2]);
        this.base = `http://${found[1]}:${found[2]}`;
        return this;
      }
      if (closed || Date.now() > end) throw new Error(`the server does not listen: ${this.said.out}${this.said.err}`);
      await sleep(5);
    }
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }
}

/* ---- a client ---- */

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/* One request; the body is text, json its value when it is JSON. Rejects when the connection breaks. */
export function ask(server, method, path, body, headers = {}) {
  return new Promise((done, fail) => {
    const sent = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const all = { ...(sent ? { 'content-type': 'application/fhir+json', 'content-length': sent.length } : {}), ...headers };
    const request = http.request({ agent, host: server.host, port: server.port, method, path, headers: all }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('error', fail);
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        let json;
        try { json = JSON.parse(text); } catch { json = undefined; }
        done({ status: reply.statusCode, headers: reply.headers, text, json });
      });
    });
    request.on('error', fail);
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')));
    request.end(sent);
  });
}

/* Bytes as they are, on a connection of their own; all that comes back until the server closes it. */
export function askRaw(server, bytes, limitMs = 15_000) {
  return new Promise((done, fail) => {
    const socket = net.connect(server.port, server.host, () => socket.write(bytes));
    const chunks = [];
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no end within ${limitMs} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (error.code === 'ECONNRESET' ? done(Buffer.concat(chunks)) : fail(error)));
    socket.on('end', () => done(Buffer.concat(chunks)));
  });
}
