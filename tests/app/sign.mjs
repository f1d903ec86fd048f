/* Sign-in on the real program: every door below /auth, cookies, forged requests, the command line beside a server and
 * without one, and that what was acknowledged survives kill -9. */

import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { PROGRAM, Server, ask, equal, finish, newFolder, run, sleep, test, truth } from '../node.mjs';

const PASSWORD = 'ba con cò trắng';
const dirOf = (name) => join(newFolder(name), 'data');

/* A browser: keeps cookies, sends X-Ansinh where ours does. */
class Browser {
  constructor(server) {
    Object.assign(this, { server, jar: new Map() });
  }

  async send(method, path, body, headers = {}) {
    const cookie = [...this.jar].filter(([name]) => name === 'ansinh' || path.startsWith('/auth')).map(([n, v]) => `${n}=${v}`).join('; ');
    const all = { ...(cookie ? { cookie } : {}), ...(method === 'GET' ? {} : { 'x-ansinh': '1' }), ...headers };
    for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
    const reply = await ask(this.server, method, path, body, all);
    for (const line of reply.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '') this.jar.delete(name); else this.jar.set(name, value);
    }
    return reply;
  }

  get = (path, headers) => this.send('GET', path, undefined, headers);
  post = (path, body = {}, headers = {}) => this.send('POST', path, body, headers);
  remove = (path) => this.send('DELETE', path);
  signIn = (name, password = PASSWORD, code) => this.post('/auth/sign-in', { name, password, ...(code ? { code } : {}) });
}

const said = (reply) => [reply.status, reply.json?.problem];

async function wanted(promise, status, problem) {
  const reply = await promise;
  equal(said(reply), [status, problem], reply.text.slice(0, 300));
  return reply;
}

/* A server whose first administrator is "root". */
async function open(data, ...options) {
  const server = await new Server(data, 'sign-in', '--quiet', ...options).ready();
  const root = new Browser(server);
  const code = /one-time code: (\S+)/.exec(server.said.err)?.[1];
  if (code) await wanted(root.post('/auth/first', { code, name: 'root', display: 'Quản trị', password: PASSWORD }), 200);
  else await wanted(root.signIn('root'), 200);
  return { server, root };
}

/* An account with a password of its own; its browser. */
async function person(server, root, name, more = {}) {
  const made = await wanted(root.post('/auth/users', { name, display: `Cô ${name}`, ...more }), 200);
  const browser = new Browser(server);
  await wanted(browser.signIn(name, made.json.password), 200);
  const me = await wanted(browser.post('/auth/password', { old: made.json.password, new: PASSWORD }), 200);
  return { browser, id: made.json.account, me: me.json };
}

function totp(secret, off = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + off));
  const mac = createHmac('sha1', key).update(message).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/* ---- nobody, and the first one ---- */

async function strangers() {
  const data = dirOf('strangers');
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const browser = new Browser(server);
  await test('a new folder: me says so, the code is in a file of its owner alone', async () => {
    const me = await browser.get('/auth/me');
    equal([me.status, me.json.auth, me.json.first, me.json.signedIn, me.json.screens], [200, 'on', true, false, []]);
    equal(me.headers['cache-control'], 'no-store');
    const path = join(data, 'first-code');
    equal((statSync(path).mode & 0o777).toString(8), '600');
    truth(server.said.err.includes(readFileSync(path, 'utf8').trim()), 'the console says another code');
  });
  for (const [method, path] of [['GET', '/fhir/Patient'], ['GET', '/fhir/Patient/1'], ['POST', '/fhir'], ['PUT', '/fhir/Patient/1'], ['DELETE', '/fhir/Patient/1'],
    ['GET', '/fhir/_history'], ['POST', '/fhir/Patient/_search'], ['GET', '/fhir'], ['GET', '/fhir/nonsense'], ['GET', '/metrics']]) {
    await test(`nobody: ${method} ${path} is 401`, async () => {
      const reply = await browser.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
      equal([reply.status, reply.headers['www-authenticate'], reply.json.resourceType], [401, 'Bearer', 'OperationOutcome']);
    });
  }
  for (const path of ['/fhir/metadata', '/health']) {
    await test(`nobody: ${path} is open`, async () => equal((await browser.get(path)).status, 200));
  }
  for (const [method, path] of [['POST', '/auth/lock'], ['POST', '/auth/unlock'], ['POST', '/auth/password'], ['POST', '/auth/pin'], ['GET', '/auth/sessions'],
    ['DELETE', '/auth/sessions/x'], ['POST', '/auth/device'], ['DELETE', '/auth/device'], ['GET', '/auth/devices'], ['DELETE', '/auth/devices/x'],
    ['GET', '/auth/users'], ['POST', '/auth/users'], ['POST', '/auth/users/x'], ['POST', '/auth/witness'], ['POST', '/auth/users/x/disable'], ['POST', '/auth/users/x/enable'], ['POST', '/auth/users/x/reset'],
    ['POST', '/auth/users/x/token'], ['DELETE', '/auth/users/x/token'], ['POST', '/auth/totp/begin'], ['POST', '/auth/totp/confirm'], ['POST', '/auth/totp/off']]) {
    await test(`nobody: ${method} ${path}`, async () => { await wanted(browser.send(method, path, method === 'POST' ? {} : undefined), 401, 'not-signed-in'); });
  }
  await test('a wrong code', async () => { await wanted(browser.post('/auth/first', { code: 'AAAA-BBBB-CCCC', name: 'root', password: PASSWORD }), 401, 'first-code'); });
  await test('guessing the code waits', async () => {
    const reply = await wanted(browser.post('/auth/first', { code: 'AAAA-BBBB-CCCC', name: 'root', password: PASSWORD }), 429, 'wait');
    equal([reply.json.waitSeconds, reply.headers['retry-after']], [1, '1']);
    await sleep(1100);
  });
  await test('the first administrator, once', async () => {
    const code = readFileSync(join(data, 'first-code'), 'utf8').trim().toLowerCase().replaceAll('-', ' '); /* as people type */
    const reply = await wanted(browser.post('/auth/first', { code, name: 'Root', display: 'Quản trị', password: PASSWORD }), 200);
    equal([reply.json.signedIn, reply.json.account.name, reply.json.roles[0].role], [true, 'root', 'administrator']);
    const cookie = reply.headers['set-cookie'][0];
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) truth(cookie.includes(part), cookie);
    truth(!cookie.includes('Secure') && !/max-age|expires/i.test(cookie), cookie);
    truth(!existsSync(join(data, 'first-code')), 'the file is still there');
    await wanted(new Browser(server).post('/auth/first', { code, name: 'two', password: PASSWORD }), 403, 'not-allowed');
  });
  const end = await server.stop();
  await test('the socket goes with the server', async () => truth(end.code === 0 && !existsSync(join(data, 'ansinh.sock')), 'it is still there'));
}

/* ---- sessions ---- */

async function sessions() {
  const { server, root } = await open(dirOf('sessions'));
  const { browser: ha, id } = await person(server, root, 'ha');
  await test('an administrator sees metrics, others do not', async () => {
    equal([(await root.get('/metrics')).status, (await ha.get('/metrics')).status], [200, 403]);
  });
  await test('a one-time password opens nothing but its change', async () => {
    const made = await root.post('/auth/users', { name: 'new' });
    equal([made.json.mustChange, /^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$/.test(made.json.password)], [true, true]);
    const browser = new Browser(server);
    const me = await wanted(browser.signIn('new', made.json.password), 200);
    equal(me.json.mustChange, true);
    equal((await browser.get('/fhir/Patient')).status, 403);
    await wanted(browser.get('/auth/sessions'), 403, 'not-allowed');
    await wanted(browser.post('/auth/password', { old: made.json.password, new: 'ngắn' }), 422, 'weak');
    const after = await wanted(browser.post('/auth/password', { old: made.json.password, new: PASSWORD }), 200);
    equal(after.json.mustChange, false);
    truth((await browser.get('/auth/sessions')).status === 200, 'still shut');
  });
  await test('the cookie changes at each sign-in, the old one is worth nothing', async () => {
    const before = ha.jar.get('ansinh');
    await wanted(ha.signIn('ha'), 200);
    truth(ha.jar.get('ansinh') !== before, 'the same cookie');
    equal((await ask(server, 'GET', '/auth/me', undefined, { cookie: `ansinh=${before}` })).json.signedIn, false);
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { cookie: `ansinh=${before}` })).status, 401);
  });
  await test('each account has a key for its drafts: its own, the same at every sign-in, and none while locked or for nobody', async () => {
    const key = (await ha.get('/auth/me')).json.draftKey;
    truth(/^[0-9a-f]{64}$/.test(key), 'no key');
    await wanted(ha.signIn('ha'), 200);
    equal((await ha.get('/auth/me')).json.draftKey, key, 'another key');
    truth((await root.get('/auth/me')).json.draftKey !== key, 'the key of another');
    equal((await new Browser(server).get('/auth/me')).json.draftKey, undefined, 'a key for nobody');
    await ha.post('/auth/lock');
    equal((await ha.get('/auth/me')).json.draftKey, undefined, 'a key for who is locked');
    await wanted(ha.signIn('ha'), 200);
  });
  await test('a cookie planted by somebody else is not taken over', async () => {
    const browser = new Browser(server);
    const planted = 'A'.repeat(43);
    browser.jar.set('ansinh', planted);
    await wanted(browser.signIn('ha'), 200);
    truth(browser.jar.get('ansinh') !== planted, 'the planted one counts');
    await browser.post('/auth/sign-out');
  });
  await test('locked: nothing but unlock, switch, sign-out, me', async () => {
    const me = await wanted(ha.post('/auth/lock'), 200);
    equal([me.json.locked, me.json.signedIn], [true, true]);
    equal((await ha.get('/fhir/Patient')).status, 403);
    await wanted(ha.get('/auth/sessions'), 403, 'locked');
    await wanted(ha.post('/auth/password', { old: PASSWORD, new: 'another password' }), 403, 'locked');
    await wanted(ha.post('/auth/unlock', { pin: '1942' }), 403, 'not-allowed'); /* no shared device */
    await wanted(ha.post('/auth/unlock', { password: 'not the password' }), 401, 'wrong');
    await sleep(1050);
    const before = ha.jar.get('ansinh');
    equal((await wanted(ha.post('/auth/unlock', { password: PASSWORD }), 200)).json.locked, false);
    truth(ha.jar.get('ansinh') !== before, 'the same cookie');
  });
  await test('the list of sessions, and ending one from afar', async () => {
    const other = new Browser(server);
    await wanted(other.signIn('ha'), 200);
    const list = (await ha.get('/auth/sessions')).json;
    equal(list.filter((s) => s.current).length, 1);
    const theirs = list.find((s) => !s.current && s.since >= list.find((x) => x.current).since);
    await wanted(root.remove(`/auth/sessions/${theirs.id}`), 404, 'not-found');
    equal((await ha.remove(`/auth/sessions/${theirs.id}`)).status, 204);
    equal((await other.get('/auth/me')).json.signedIn, false);
    equal((await other.get('/fhir/Patient')).status, 401);
  });
  await test('a new password ends the others', async () => {
    const other = new Browser(server);
    await wanted(other.signIn('ha'), 200);
    await wanted(ha.post('/auth/password', { old: PASSWORD, new: 'còn một mật khẩu' }), 200);
    equal([(await other.get('/auth/me')).json.signedIn, (await ha.get('/auth/me')).json.signedIn], [false, true]);
    await wanted(ha.post('/auth/password', { old: 'còn một mật khẩu', new: PASSWORD }), 200);
  });
  await test('switched off and on', async () => {
    await wanted(root.post(`/auth/users/${id}/disable`), 204);
    equal((await ha.get('/fhir/Patient')).status, 401);
    await wanted(ha.signIn('ha'), 403, 'disabled');
    await wanted(root.post(`/auth/users/${id}/enable`), 204);
    await wanted(ha.signIn('ha'), 200);
    const me = (await root.get('/auth/me')).json.account.id;
    await wanted(root.post(`/auth/users/${me}/disable`), 403, 'not-allowed');
    await wanted(root.post('/auth/users/nobody/disable'), 404, 'not-found');
  });
  await test('only administrators keep the list', async () => {
    for (const [method, path] of [['GET', '/auth/users'], ['POST', '/auth/users'], ['POST', `/auth/users/${id}`], ['POST', `/auth/users/${id}/reset`], ['POST', `/auth/users/${id}/token`], ['DELETE', `/auth/users/${id}/token`]]) {
      await wanted(ha.send(method, path, method === 'POST' ? { name: 'x' } : undefined), 403, 'not-allowed');
    }
    await wanted(root.post('/auth/users', { name: 'HA' }), 409, 'taken');
    await wanted(root.post('/auth/users', { name: 'ha ha' }), 400, 'bad-request');
    await wanted(root.post('/auth/users', { name: 'x', directRole: 'doctor' }), 400, 'bad-request');
    const made = await wanted(root.post('/auth/users', { name: 'x', password: 'chosen by another' }), 200);
    equal(made.json.mustChange, true, 'a password chosen by the administrator');
  });
  await test('another name, another Practitioner, another role', async () => {
    const change = (body, who = id) => root.post(`/auth/users/${who}`, body);
    const named = await wanted(change({ display: 'Chị Hà' }), 200);
    equal([named.json.display, named.json.name, named.json.practitioner], ['Chị Hà', 'ha', undefined]);
    equal((await ha.get('/auth/me')).json.account.display, 'Chị Hà', 'a name ends no session');
    const linked = await wanted(change({ practitioner: 'Practitioner/ha' }), 200);
    equal([linked.json.display, linked.json.practitioner], ['Chị Hà', 'ha']);
    equal((await ha.get('/auth/me')).json.signedIn, false, 'whoever they are now signs in anew');
    await wanted(ha.signIn('ha'), 200);
    equal((await ha.get('/auth/me')).json.account.practitioner, 'Practitioner/ha');
    equal((await ha.get('/fhir/AuditEvent')).status, 403);
    equal((await wanted(change({ directRole: 'auditor' }), 200)).json.directRole, 'auditor');
    await wanted(ha.signIn('ha'), 200);
    equal((await ha.get('/fhir/AuditEvent')).status, 200);
    const bare = await wanted(change({ directRole: '', practitioner: '', display: '' }), 200);
    equal([bare.json.directRole, bare.json.practitioner, bare.json.display], [undefined, undefined, 'ha']);
    await wanted(ha.signIn('ha'), 200);
    for (const body of [{ directRole: 'doctor' }, { practitioner: '../x' }, { display: 'x'.repeat(300) }, { display: 1 }, { practitioner: null }, '[]']) {
      await wanted(change(body), 400, 'bad-request');
    }
    await wanted(change({ display: 'x' }, 'nobody'), 404, 'not-found');
    const me = (await root.get('/auth/me')).json.account.id;
    for (const body of [{ directRole: 'system' }, { directRole: '' }, { practitioner: 'ha' }]) await wanted(change(body, me), 403, 'not-allowed');
    equal((await wanted(change({ display: 'Quản trị viên' }, me), 200)).json.directRole, 'administrator');
    equal((await ha.get('/auth/me')).json.account.display, 'ha', 'and nothing of the refused ones was done');
  });
  await test('sign-out', async () => {
    const reply = await ha.post('/auth/sign-out');
    equal(reply.status, 204);
    truth(/ansinh=; .*Max-Age=0/.test(reply.headers['set-cookie'][0]), 'the cookie stays');
    equal((await ha.get('/auth/me')).json.signedIn, false);
  });
  await server.stop();
}

/* ---- forged requests ---- */

async function forged() {
  const { server, root } = await open(dirOf('forged'));
  const patient = { resourceType: 'Patient', id: 'p' };
  const { browser: all } = await person(server, root, 'all', { directRole: 'system' }); /* administrators see no record */
  for (const [what, headers, status] of [
    ['without X-Ansinh', { 'x-ansinh': undefined }, 403],
    ['with another value', { 'x-ansinh': 'true' }, 403],
    ['from a foreign Origin', { origin: 'https://evil.example' }, 403],
    ['from Origin null', { origin: 'null' }, 403],
    ['from an Origin that begins like ours', { origin: `http://127.0.0.1:${server.port}.evil.example` }, 403],
    ['from our own', { origin: `http://127.0.0.1:${server.port}` }, 201],
  ]) {
    await test(`PUT ${what}`, async () => equal((await all.send('PUT', '/fhir/Patient/p', patient, headers)).status, status));
    await test(`POST /auth ${what}`, async () => {
      const reply = await root.send('POST', '/auth/users', { name: 'forged' }, headers);
      equal(said(reply), status === 201 ? [200, undefined] : [403, 'csrf']);
    });
  }
  await test('a form of another site', async () => {
    const reply = await root.send('POST', '/auth/users', 'name=evil', { 'content-type': 'application/x-www-form-urlencoded', 'x-ansinh': undefined });
    equal(said(reply), [403, 'csrf']);
    const typed = await root.send('POST', '/auth/users', '{"name":"evil"}', { 'content-type': 'text/plain' });
    equal(said(typed), [400, 'bad-request']);
  });
  await test('signing a browser in from another site', async () => { await wanted(new Browser(server).post('/auth/sign-in', { name: 'root', password: PASSWORD }, { origin: 'https://evil.example' }), 403, 'csrf'); });
  await test('a tab that was made for somebody else writes nothing', async () => {
    const mine = (await all.get('/auth/me')).json.account.id, theirs = (await root.get('/auth/me')).json.account.id;
    const write = (account) => all.send('PUT', '/fhir/Patient/tab', { resourceType: 'Patient', id: 'tab' }, { 'x-ansinh-account': account });
    for (const account of [theirs, '', 'nobody', `${mine}x`]) {
      const reply = await write(account);
      equal([reply.status, reply.json.issue[0].diagnostics.split(':')[0]], [403, 'other-account'], account);
    }
    equal((await all.get('/fhir/Patient/tab', { 'x-ansinh-account': theirs })).status, 404, 'nothing was written');
    equal((await write(mine)).status, 201);
    await wanted(all.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch' }, { 'x-ansinh-account': theirs }), 403);
    await wanted(root.send('POST', '/auth/users', { name: 'tab' }, { 'x-ansinh-account': mine }), 403, 'other-account');
    equal((await root.send('POST', '/auth/lock', {}, { 'x-ansinh-account': mine })).status, 200, 'locking is always right');
    await wanted(root.send('POST', '/auth/unlock', { password: PASSWORD }, { 'x-ansinh-account': mine }), 403, 'other-account'); /* no try of theirs */
    await wanted(root.send('POST', '/auth/unlock', { password: PASSWORD }, { 'x-ansinh-account': theirs }), 200);
  });
  await test('a bearer token needs no header and no cookie', async () => {
    const token = (await wanted(root.post('/auth/users/all/token'), 200)).json.token;
    const bearer = (method, path, body, value = `Bearer ${token}`) => ask(server, method, path, body, { authorization: value });
    equal((await bearer('PUT', '/fhir/Patient/p', { ...patient, active: true })).status, 200);
    equal((await bearer('GET', '/fhir/Patient/p', undefined, `bearer  ${token}`)).status, 200);
    for (const value of ['Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${'A'.repeat(43)}`, token]) {
      equal((await bearer('GET', '/fhir/Patient/p', undefined, value)).status, 401, value);
    }
    const cookie = await ask(server, 'GET', '/fhir/Patient/p', undefined, { cookie: `ansinh=${token}` });
    equal(cookie.status, 401, 'a token as a cookie');
    const both = await all.get('/fhir/Patient/p', { authorization: 'Bearer wrong' });
    equal(both.status, 401, 'a wrong token falls back to the cookie');
    equal((await wanted(root.remove('/auth/users/all/token'), 200)).json.revoked, 1);
    equal((await bearer('GET', '/fhir/Patient/p')).status, 401);
  });
  await test('wrong method, unknown door', async () => {
    await wanted(root.get('/auth/sign-in'), 405, 'bad-request');
    await wanted(root.send('DELETE', '/auth/me'), 405, 'bad-request');
    await wanted(root.send('PUT', '/auth/users/root', {}), 405, 'bad-request');
    const allowed = { '/auth/sign-in': 'POST', '/auth/users': 'GET, POST', '/auth/device': 'POST, DELETE', '/oauth/token': 'POST', '/oauth/jwks': 'GET', '/oauth/authorize': 'GET, HEAD', '/ready': 'GET, HEAD' };
    for (const [path, methods] of Object.entries(allowed)) {
      const reply = await fetch(`${server.base}${path}`, { method: 'PATCH' });
      equal([reply.status, reply.headers.get('allow')], [405, methods], path);
    }
    await wanted(root.send('PUT', '/auth/nothing', {}), 404, 'not-found');
    await wanted(root.get('/auth'), 404, 'not-found');
    await wanted(root.get('/auth/users/root/token/x'), 404, 'not-found');
    await wanted(root.get('/auth/sessions/'), 404, 'not-found');
  });
  await test('bodies that are none', async () => {
    const outside = new Browser(server);
    for (const body of ['{', '[]', '"x"', 'null', `{"name":"root","password":"${'x'.repeat(20000)}"}`, '{"name":"root","name":"root"}', '{"name":{"name":{"name":{"name":{"name":{"name":{"name":{"a":[1]}}}}}}}}']) {
      await wanted(outside.post('/auth/sign-in', body), 400, 'bad-request');
    }
    for (const body of ['{}', '{"name":1,"password":2}', '{"name":null}']) {
      const reply = await outside.post('/auth/sign-in', body);
      truth(['wrong', 'wait'].includes(reply.json.problem), reply.text);
    }
  });
  const end = await server.stop();
  await test('no secret in the log', async () => truth(!end.err.includes(PASSWORD) && !/[A-Za-z0-9_-]{43}/.test(end.err), end.err));
}

async function behindProxy() {
  const { server, root } = await open(dirOf('proxy'), '--base-url', 'https://care.example/fhir');
  await test('https outside: cookies are Secure, its Origin is ours', async () => {
    const reply = await wanted(root.signIn('root'), 200);
    truth(reply.headers['set-cookie'][0].includes('; Secure'), reply.headers['set-cookie'][0]);
    equal((await root.post('/auth/users', { name: 'one' }, { origin: 'https://care.example' })).status, 200);
    await wanted(root.post('/auth/users', { name: 'two' }, { origin: 'https://care.example.evil' }), 403, 'csrf');
  });
  await test('the wait of an address is that of the one the proxy names', async () => {
    const at = (address) => ({ 'x-forwarded-for': `203.0.113.9, ${address}` });
    for (let i = 0; i < 11; i++) await wanted(new Browser(server).post('/auth/sign-in', { name: `n${i}`, password: 'not it at all' }, at('198.51.100.1')), 401, 'wrong');
    await wanted(new Browser(server).post('/auth/sign-in', { name: 'root', password: PASSWORD }, at('198.51.100.1')), 429, 'wait');
    await wanted(new Browser(server).post('/auth/sign-in', { name: 'root', password: PASSWORD }, at('198.51.100.2')), 200);
  });
  await server.stop();
}

/* ---- second factor, PIN, devices ---- */

async function factors() {
  const { server, root } = await open(dirOf('factors'));
  const { browser: ha, id } = await person(server, root, 'ha');
  await test('the second factor', async () => {
    await wanted(ha.post('/auth/totp/begin', { password: 'not the password' }), 401, 'wrong');
    await sleep(1050);
    const { secret, uri } = (await wanted(ha.post('/auth/totp/begin', { password: PASSWORD }), 200)).json;
    truth(uri.startsWith('otpauth://totp/An%20Sinh:ha?') && uri.includes(secret), uri);
    const { recovery } = (await wanted(ha.post('/auth/totp/confirm', { code: totp(secret, -1) }), 200)).json;
    equal([recovery.length, (await ha.get('/auth/me')).json.account.hasTotp], [10, true]);
    const other = new Browser(server);
    await wanted(other.signIn('ha'), 401, 'code-needed');
    const code = totp(secret);
    await wanted(other.signIn('ha', PASSWORD, code), 200);
    await wanted(new Browser(server).signIn('ha', PASSWORD, code), 401, 'wrong');
    await sleep(1050);
    await wanted(new Browser(server).signIn('ha', PASSWORD, recovery[0].toLowerCase()), 200);
    await wanted(new Browser(server).signIn('ha', PASSWORD, recovery[0]), 401, 'wrong');
    await sleep(1050);
    equal((await ha.post('/auth/totp/off', { password: PASSWORD })).status, 204);
    await wanted(ha.signIn('ha'), 200);
  });
  await test('a shared device: who has been here comes back by PIN', async () => {
    await wanted(ha.post('/auth/device', { name: 'Buồng 3' }), 403, 'not-allowed');
    const ward = new Browser(server);
    await wanted(ward.signIn('root'), 200);
    await wanted(ward.post('/auth/device', { name: '' }), 400, 'bad-request');
    const me = await wanted(ward.post('/auth/device', { name: 'Buồng 3' }), 200);
    equal([me.json.device.registered, me.json.device.name, me.json.idleSeconds, me.json.people.length], [true, 'Buồng 3', 300, 1]);
    truth(me.headers['set-cookie'].some((c) => /^ansinh-device=.{43}; Path=\/auth; HttpOnly; SameSite=Strict; Max-Age=/.test(c)), String(me.headers['set-cookie']));
    await wanted(ward.post('/auth/device', { name: 'Buồng 4' }), 409, 'taken');
    await wanted(ward.signIn('ha'), 200);
    await wanted(ward.post('/auth/pin', { password: PASSWORD, pin: '1234' }), 422, 'weak');
    equal((await ward.post('/auth/pin', { password: PASSWORD, pin: '1942' })).status, 204);
    const people = (await ward.get('/auth/me')).json.people;
    equal(people.map((p) => [p.display, p.hasPin]), [['Cô ha', true], ['Quản trị', false]]);
    const began = Date.now();
    await wanted(ward.post('/auth/lock'), 200);
    await wanted(ward.post('/auth/unlock', { pin: '1943' }), 401, 'wrong');
    equal((await wanted(ward.post('/auth/unlock', { pin: '1942' }), 200)).json.locked, false);
    await wanted(ward.signIn('root'), 200);
    const back = await wanted(ward.post('/auth/switch', { account: id, pin: '1942' }), 200);
    equal([back.json.account.name, back.json.locked], ['ha', false]);
    truth(Date.now() - began < 2000, `it took ${Date.now() - began} ms`);
    await wanted(ward.post('/auth/switch', { account: id, pin: '1942' }, { 'x-ansinh': undefined }), 403, 'csrf');
    await wanted(ha.post('/auth/switch', { account: id, pin: '1942' }), 403, 'not-allowed'); /* elsewhere */
    const { id: second } = await person(server, root, 'lan', { practitioner: 'lan' });
    await wanted(ward.signIn('lan'), 200);
    equal((await ward.post('/auth/pin', { password: PASSWORD, pin: '2741' })).status, 204);
    await wanted(ward.post('/auth/switch', { account: id, pin: '1942' }), 200);
    const cookie = ward.jar.get('ansinh');
    const witness = (account, pin, browser = ward) => browser.post('/auth/witness', { account, pin });
    const seen = await wanted(witness(second, '2741'), 200);
    equal([seen.json.account, seen.json.display, seen.json.practitioner, Math.abs(Date.parse(seen.json.at) - Date.now()) < 5000], [second, 'Cô lan', 'Practitioner/lan', true]);
    equal([ward.jar.get('ansinh'), seen.headers['set-cookie'], (await ward.get('/auth/me')).json.account.name], [cookie, undefined, 'ha'], 'who is signed in stays');
    await wanted(witness(id, '1942'), 403, 'not-allowed'); /* nobody is his own witness */
    await wanted(witness('nobody', '2741'), 403, 'not-allowed');
    await wanted(witness(second, '2741', ha), 403, 'not-allowed'); /* no shared device */
    await wanted(ward.post('/auth/lock'), 200);
    await wanted(witness(second, '2741'), 403, 'locked');
    await wanted(ward.post('/auth/unlock', { pin: '1942' }), 200);
    await wanted(witness(second, '9999'), 401, 'wrong');
    await wanted(ward.post('/auth/switch', { account: second, pin: '9999' }), 401, 'wrong');
    await wanted(witness(second, '9999'), 403, 'not-allowed'); /* three, counted together */
    await wanted(witness(second, '2741'), 403, 'not-allowed');
    await wanted(ward.post('/auth/switch', { account: second, pin: '2741' }), 403, 'not-allowed');
    await wanted(ward.post('/auth/switch', { account: id, pin: '1942' }), 200);
    for (const problem of ['wrong', 'wrong', 'not-allowed']) equal((await ward.post('/auth/switch', { account: id, pin: '9999' })).json.problem, problem);
    await wanted(ward.post('/auth/switch', { account: id, pin: '1942' }), 403, 'not-allowed');
    equal((await ward.get('/auth/me')).json.people.map((p) => p.display), ['Quản trị']);
    const [device] = (await root.get('/auth/devices')).json;
    equal([device.name, device.current], ['Buồng 3', false]);
    equal((await root.remove(`/auth/devices/${device.id}`)).status, 204);
    equal((await ward.get('/auth/me')).json.signedIn, false, 'sessions on the device');
  });
  await server.stop();
}

/* ---- the command line ---- */

function withInput(args, input) {
  return new Promise((done) => {
    const child = spawn(PROGRAM, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const end = { out: '', err: '' };
    child.stdout.on('data', (c) => { end.out += c; });
    child.stderr.on('data', (c) => { end.err += c; });
    child.on('close', (code) => done({ code, ...end }));
    child.stdin.end(input);
  });
}

async function commands(what, data) {
  const user = (...args) => run('user', ...args, '--data', data);
  await test(`${what}: add, list, token, revoke, disable, enable, reset`, async () => {
    const added = await user('add', `${what}.ha`, '--display', 'Điều dưỡng Hà', '--practitioner', 'ha');
    equal(added.code, 0, added.err);
    truth(/^([2-9A-Z]{4}-){3}[2-9A-Z]{4}\n$/.test(added.out), added.out);
    equal((await user('add', `${what}.ha`)).code, 1);
    const given = await withInput(['user', 'add', `${what}.boss`, '--role', 'administrator', '--password-stdin', '--data', data], `${PASSWORD}\n`);
    equal([given.code, given.out], [0, ''], given.err);
    equal((await withInput(['user', 'add', `${what}.weak`, '--password-stdin', '--data', data], 'ngắn\n')).code, 1);
    const token = await user('token', `${what}.runner`);
    equal(token.code, 0, token.err);
    truth(/^[A-Za-z0-9_-]{43}\n$/.test(token.out), token.out);
    equal((await user('disable', `${what}.ha`)).code, 0);
    const list = (await user('list')).out.split('\n').filter((l) => l.startsWith(what));
    equal(list.map((l) => l.trim().split(/\s+/)), [[`${what}.boss`, 'administrator', '-', 'person'], [`${what}.ha`, '-', 'ha', 'person', 'off'], [`${what}.runner`, 'system', '-', 'program']]);
    equal((await user('enable', `${what}.ha`)).code, 0);
    truth(/^([2-9A-Z]{4}-){3}/.test((await user('reset', `${what}.ha`)).out), 'no password');
    equal((await user('reset', `${what}.runner`)).code, 1, 'a program has no password');
    equal((await user('disable', 'nobody')).code, 1);
    equal((await user('disable', '../../x')).code, 1);
    for (const args of [['add'], ['nonsense', 'x'], ['list', 'x'], ['add', 'x', '--role', 'doctor']]) equal((await user(...args)).code, 2, args.join(' '));
  });
}

async function commandLine() {
  const data = dirOf('commands');
  await commands('alone', data);
  const token = (await run('user', 'token', 'again', '--data', data)).out.trim();
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  await test('with accounts there is no first code', async () => truth(!server.said.err.includes('one-time code') && !existsSync(join(data, 'first-code')), server.said.err));
  await test('what was made alone counts beside a server', async () => {
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { authorization: `Bearer ${token}` })).status, 200);
    await wanted(new Browser(server).signIn('alone.boss'), 200);
  });
  await commands('beside', data);
  await test('and what is made beside it counts at once', async () => {
    await wanted(new Browser(server).signIn('beside.boss'), 200);
    equal((await run('user', 'token', 'again', '--revoke', '--data', data)).code, 0);
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { authorization: `Bearer ${token}` })).status, 401);
  });
  await test('the socket: for its owner alone, and for the owner everything', async () => {
    const path = join(data, 'ansinh.sock');
    equal((statSync(path).mode & 0o777).toString(8), '600');
    const reply = await new Promise((done, fail) => {
      http.get({ socketPath: path, path: '/fhir/Patient' }, (r) => { r.resume(); done(r.statusCode); }).on('error', fail);
    });
    equal(reply, 200);
  });
  await server.stop();
  await test('backup and restore carry accounts, export does not', async () => {
    const [copy, back, out] = [dirOf('copy'), dirOf('back'), dirOf('out')];
    equal((await run('backup', copy, '--data', data, '--quiet')).code, 0);
    equal((await run('restore', copy, '--data', back, '--quiet')).code, 0);
    const [before, after] = [(await run('user', 'list', '--data', data)).out, (await run('user', 'list', '--data', back)).out];
    truth(before.includes('alone.boss'), before);
    equal(after, before);
    for (const folder of [copy, back]) equal((statSync(join(folder, 'access.db')).mode & 0o777).toString(8), '600');
    truth(/^\d+ resources written to /.test((await run('export', out, '--plain', '--data', data, '--quiet')).out));
    for (const file of readdirSync(out)) {
      const lines = readFileSync(join(out, file), 'utf8').split('\n').filter(Boolean);
      truth(lines.every((line) => line.includes('urn:ansinh:tag:content')), `${file}: more than the content of the program`);
    }
  });
  await test('a folder with a path longer than a socket address', async () => {
    const long = join(newFolder('long'), 'x'.repeat(120), 'data');
    const far = await new Server(long, 'sign-in', '--quiet').ready();
    equal((await run('user', 'add', 'ha', '--data', long)).code, 0);
    equal((await far.stop()).code, 0);
  });
}

/* ---- kill -9 ---- */

async function killed() {
  const data = dirOf('killed');
  const { server, root } = await open(data);
  const made = [];
  let over = false;
  const maker = (async () => {
    for (let i = 0; !over; i++) {
      const reply = await root.post('/auth/users', { name: `p${i}`, program: true, directRole: 'system' }).catch(() => undefined);
      if (reply?.status !== 200) return;
      const token = await root.post(`/auth/users/p${i}/token`).catch(() => undefined);
      if (token?.status !== 200) return;
      const off = i % 2 ? await root.post(`/auth/users/p${i}/disable`).catch(() => undefined) : { status: 204 };
      if (off?.status !== 204) return;
      made.push({ name: `p${i}`, token: token.json.token, off: i % 2 === 1 });
    }
  })();
  await sleep(400);
  await server.stop('SIGKILL');
  over = true;
  await maker;
  const again = await new Server(data, 'sign-in', '--quiet').ready();
  await test('what was acknowledged before kill -9 is there: accounts, tokens, being off, sessions', async () => {
    truth(made.length >= 3, `only ${made.length} were made`);
    root.server = again;
    const users = new Map((await root.get('/auth/users')).json.map((u) => [u.name, u]));
    for (const { name, token, off } of made) {
      equal(users.get(name)?.disabled, off, name);
      equal((await ask(again, 'GET', '/fhir/Patient', undefined, { authorization: `Bearer ${token}` })).status, off ? 401 : 200, name);
    }
  });
  await again.stop();
  await test('and the folder is clean', async () => equal((await run('check', '--data', data, '--quiet')).code, 0));
}

/* ---- the audit ---- */

async function audit() {
  const data = dirOf('audit');
  equal((await run('user', 'add', 'early', '--data', data)).code, 0);
  const { server, root } = await (async () => {
    await withInput(['user', 'add', 'root', '--role', 'administrator', '--password-stdin', '--data', data], `${PASSWORD}\n`);
    return open(data);
  })();
  const token = (await run('user', 'token', 'reader', '--data', data)).out.trim();
  const { browser: ha } = await person(server, root, 'ha');
  await ha.post('/auth/lock');
  await ha.post('/auth/unlock', { password: PASSWORD });
  await ha.post('/auth/sign-out');
  await ha.signIn('ha', 'not the password');
  await ha.signIn(PASSWORD.slice(0, 10), 'typed into the wrong field');
  await root.post('/auth/users/ha', { display: 'Chị Hà', practitioner: 'ha' });
  await root.post('/auth/users/ha/disable');
  await sleep(1500); /* ordinary entries are on disk within a second */
  const told = (await ask(server, 'GET', '/fhir/AuditEvent?_count=100', undefined, { authorization: `Bearer ${token}` })).json;
  const entries = told.entry.map(({ resource: r }) => ({ code: r.subtype.at(-1).code, operation: r.entity?.[0]?.detail?.find((d) => d.type === 'operation')?.valueString,
    on: r.entity?.[0]?.name, by: r.agent[0].altId ?? r.agent[0].name ?? r.agent[0].who?.display, outcome: r.outcome })).reverse();
  await test('every act at the door leaves its entry', async () => {
    const words = entries.map((e) => [e.code, e.operation, e.on].filter(Boolean).join(' '));
    const wantedWords = ['user-change add early', 'user-change add root', 'sign-in root', 'user-change add reader', 'user-change token reader', 'user-change add ha', 'sign-in ha',
      'user-change password ha', 'lock', 'unlock', 'sign-out', 'sign-in-failed ha', 'sign-in-failed', 'user-change change ha', 'user-change disable ha'];
    let at = -1;
    for (const word of wantedWords) {
      const found = words.findIndex((w, i) => i > at && w === word);
      truth(found > at, `no entry "${word}" behind number ${at} of ${JSON.stringify(words)}`);
      at = found;
    }
  });
  await test('and holds no secret', async () => truth(!JSON.stringify(told).includes(PASSWORD.slice(0, 10)) && !JSON.stringify(told).includes(token), 'a secret is in the audit'));
  await server.stop();
}

await strangers();
await sessions();
await forged();
await behindProxy();
await factors();
await commandLine();
await audit();
await killed();
finish();
