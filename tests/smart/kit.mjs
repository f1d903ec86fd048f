/* What the tests of SMART share: a browser of a person, a program that asks and proves who it is. All of it is real: a server of ours
 * with a demo's accounts, HTTP, keys of Node's own crypto. */

import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';
import { ask, equal, run } from '../node.mjs';

export const PASSWORD = 'ansinh-demo-2026';

/* A small province in DIR, and the first of each kind of what the tests need. */
export async function demo(dir) {
  const made = await run('demo', '--data', dir, '--facilities', '1', '--residents', '20', '--days', '2');
  equal(made.code, 0, made.err);
}

/* ---- a person's browser ---- */

export class Browser {
  constructor(server) {
    Object.assign(this, { server, jar: new Map() });
  }

  async send(method, path, body, headers = {}) {
    const cookie = [...this.jar].filter(([name]) => name === 'ansinh' || path.startsWith('/auth')).map(([n, v]) => `${n}=${v}`).join('; ');
    const reply = await ask(this.server, method, path, body, { ...(cookie ? { cookie } : {}), ...(method === 'GET' ? {} : { 'x-ansinh': '1' }), ...headers });
    for (const line of reply.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '') this.jar.delete(name); else this.jar.set(name, value);
    }
    return reply;
  }

  get = (path, headers) => this.send('GET', path, undefined, headers);
  post = (path, body = {}, headers = {}) => this.send('POST', path, body, headers);
  remove = (path) => this.send('DELETE', path);
}

export async function signIn(server, name) {
  const browser = new Browser(server);
  const reply = await browser.post('/auth/sign-in', { name, password: PASSWORD });
  equal(reply.status, 200, reply.text);
  browser.account = reply.json.account.id;
  return browser;
}

/* ---- programs ---- */

export const form = (values) => new URLSearchParams(Object.entries(values).filter(([, v]) => v !== undefined)).toString();

export const basic = (id, secret) => ({ authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}` });

export function post(server, path, values, headers = {}) {
  return ask(server, 'POST', path, typeof values === 'string' ? values : form(values), { 'content-type': 'application/x-www-form-urlencoded', ...headers });
}

export const token = (server, values, headers) => post(server, '/oauth/token', values, headers);
export const as = (access) => ({ authorization: `Bearer ${access}` });

export function pkce() {
  const verifier = randomBytes(40).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/* The address a program sends a browser to. */
export function request(server, client, more = {}) {
  const proof = pkce();
  const query = form({
    response_type: 'code', client_id: client.id, redirect_uri: client.redirects[0], scope: client.scope, state: 'a b&c', aud: `${server.base}/fhir`,
    code_challenge: proof.challenge, code_challenge_method: 'S256', ...more,
  });
  return { query, verifier: proof.verifier };
}

/* The page's part: what is asked, and a yes to all of it. */
export async function allow(browser, query, more = {}) {
  const asked = await browser.post('/auth/authorize', { query });
  equal(asked.status, 200, asked.text);
  if (asked.json.error) return { asked: asked.json };
  const scopes = more.scopes ?? [asked.json.flags, ...asked.json.scopes.map((s) => s.scope)].join(' ');
  const said = await browser.post('/auth/authorize/allow', { query, scopes, patient: more.patient });
  if (said.status !== 200) return { asked: asked.json, said };
  const to = new URL(said.json.redirect);
  return { asked: asked.json, said, to, code: to.searchParams.get('code'), state: to.searchParams.get('state') };
}

/* ---- keys ---- */

/* kind: 'RS384' or 'ES384' */
export function newKey(kind = 'ES384', kid = randomBytes(6).toString('hex')) {
  const pair = kind === 'RS384' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const open = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: kind, use: 'sig', key_ops: ['verify'] };
  return { kind, kid, private: pair.privateKey, open, jwk: { ...pair.privateKey.export({ format: 'jwk' }), kid, alg: kind, key_ops: ['sign'] } };
}

export const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function jwt(key, claims, head = {}) {
  const header = { alg: key.kind, typ: 'JWT', kid: key.kid, ...head };
  for (const name of Object.keys(header)) if (header[name] === undefined) delete header[name];
  const text = `${b64(header)}.${b64(claims)}`;
  const how = key.kind === 'RS384' ? key.private : { key: key.private, dsaEncoding: 'ieee-p1363' };
  return `${text}.${sign('sha384', Buffer.from(text), how).toString('base64url')}`;
}

export function claims(server, id, more = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: id, sub: id, aud: `${server.base}/oauth/token`, exp: now + 240, jti: randomBytes(12).toString('hex'), ...more };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return all;
}

export const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export function byItself(server, assertion, scope, more = {}) {
  return token(server, { grant_type: 'client_credentials', scope, client_assertion_type: ASSERTION, client_assertion: assertion, ...more });
}

/* A little server that answers whatever `answer(request)` says: a program's keys, an app. */
export async function small(answer) {
  const server = http.createServer(answer);
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return { base: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close(); } };
}

export const keyOf = (jwk) => createPrivateKey({ key: jwk, format: 'jwk' });
