/* The staff of the demo at a real server: an account for each, a session for each, and a client that asks as the page does. */

import { spawn } from 'node:child_process';
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

const PASSWORD = 'ansinh-demo-2026';
const CONNECTIONS = 6; /* as many as a browser has to one server */
const LIMIT_MS = 30_000;

/* One HTTP exchange, its body as text; packed over the line, as browsers ask for it. */
export function exchange(address, agent, method, path, headers, body) {
  return new Promise((done, fail) => {
    const [host, port] = address.split(':');
    const sent = body === undefined ? undefined : Buffer.from(body);
    const all = { 'accept-encoding': 'gzip', ...headers, ...(sent ? { 'content-length': sent.length } : {}) };
    const request = http.request({ agent, host, port, method, path, headers: all }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('error', fail);
      reply.on('end', () => {
        const bytes = Buffer.concat(chunks);
        done({ status: reply.statusCode, headers: reply.headers, text: (reply.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString() });
      });
    });
    request.on('error', fail);
    request.setTimeout(LIMIT_MS, () => request.destroy(new Error('no answer in time')));
    request.end(sent);
  });
}

async function signIn(address, agent, name) {
  const headers = { 'content-type': 'application/json', 'x-ansinh': '1' };
  const reply = await exchange(address, agent, 'POST', '/auth/sign-in', headers, JSON.stringify({ name, password: PASSWORD }));
  if (reply.status !== 200) throw new Error(`${name} cannot sign in: ${reply.status} ${reply.text.slice(0, 200)}`);
  return { me: JSON.parse(reply.text), cookie: reply.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ') };
}

/* What the page's client takes for the browser's fetch. `seen` is told of every request: its milliseconds from the call to the last byte, as
 * a browser counts them, with the wait for one of its connections. */
function fetchOf(address, agent, cookie, seen) {
  return async (path, init) => {
    const began = performance.now();
    const reply = await exchange(address, agent, init.method, path, { ...init.headers, cookie }, init.body);
    seen(performance.now() - began, reply);
    return {
      ok: reply.status >= 200 && reply.status < 300, status: reply.status, text: async () => reply.text,
      headers: { get: (name) => reply.headers[name.toLowerCase()] ?? null },
    };
  };
}

export async function member(page, address, name, seen) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { me, cookie } = await signIn(address, agent, name);
  const door = { owner: () => me.account.id, ready: async () => true, back: async () => false };
  const options = { door, fetch: fetchOf(address, agent, cookie, seen) };
  return {
    name, me, role: me.roles[0]?.role ?? '', facility: (me.roles[0]?.organization ?? '').split('/')[1] ?? '',
    wards: me.roles.flatMap((r) => r.wards ?? []).map((w) => w.reference.split('/')[1]),
    giver: { reference: me.account.practitioner ? `Practitioner/${me.account.practitioner}` : '', display: me.account.display },
    is: (roles) => me.roles.some((r) => roles.includes(r.role)),
    server: new page.FhirClient(options), background: new page.FhirClient({ ...options, background: true }),
    leave: () => agent.destroy(),
  };
}

/* An account for a Practitioner, as the owner of the folder makes it beside the running server. */
export function addAccount(program, data, name, practitioner) {
  return new Promise((done, fail) => {
    const child = spawn(program, ['user', 'add', name, '--data', data, '--practitioner', practitioner, '--password-stdin', '--quiet'],
      { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => { said += chunk; });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`user add ${name}: ${said}`))));
    child.stdin.end(`${PASSWORD}\n`);
  });
}
