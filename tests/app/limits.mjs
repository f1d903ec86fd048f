/* What one caller may have of the machine, on the real program: requests of an account and of an address, bytes of a program, the last of
 * the disk; and that a full house at work meets none of it. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, sleep, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const STAFF = 30;
const NEW = 'ba con cò trắng';
const json = { 'content-type': 'application/json' };
const data = join(newFolder('limits'), 'data');

const made = await run('demo', '--data', data, '--facilities', '1', '--residents', '12', '--days', '1', '--quiet');
equal(made.code, 0, made.err);
const token = /[A-Za-z0-9_-]{40,}/.exec((await run('user', 'token', 'bridge', '--role', 'system', '--data', data)).out)?.[0];
truth(token, 'no token');
const bearer = { authorization: `Bearer ${token}` };

const many = (n, one) => Promise.all(Array.from({ length: n }, (_, i) => one(i)));
const statuses = (replies) => [...new Set(replies.map((r) => r.status))].sort();

async function withServer(options, work) {
  const server = await new Server(data, 'sign-in', '--quiet', ...options).ready();
  try { await work(server); } finally { await server.stop(); }
}

function isRefusal(reply) {
  const { resourceType, issue } = reply.json;
  equal([reply.status, resourceType, issue[0].code], [429, 'OperationOutcome', 'throttled']);
  truth(Number(reply.headers['retry-after']) >= 1, `Retry-After: ${reply.headers['retry-after']}`);
}

await test('thirty at work at once, behind one address, with the defaults: nobody waits', async () => {
  await withServer([], async (server) => {
    const root = await Person.of(server, 'administrator');
    const staff = await many(STAFF, async (i) => {
      const one = (await root.send('POST', '/auth/users', { name: `staff${i}` }, 'application/json')).json;
      const person = await Person.of(server, `staff${i}`, one.password);
      const changed = await person.send('POST', '/auth/password', { old: one.password, new: NEW }, 'application/json');
      equal(changed.status, 200, changed.text);
      person.cookie = changed.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
      return person;
    });
    const answers = (await Promise.all(staff.map((p) => many(40, (i) => p.get(i % 2 ? '/auth/me' : '/fhir/metadata'))))).flat();
    equal(statuses(answers), [200]);
    equal(statuses(await many(600, () => ask(server, 'GET', '/', undefined, {}))), [200], 'pages before sign-in');
    equal(statuses(await many(2000, () => ask(server, 'GET', '/fhir/Organization?_count=1', undefined, bearer))), [200], 'a program');
  });
});

await test('an account that asks too often waits; others, the socket and the audit do not notice', async () => {
  await withServer(['--rate-account', '1'], async (server) => {
    const [nurse, doctor, root] = [await Person.of(server, 'nurse'), await Person.of(server, 'doctor'), await Person.of(server, 'administrator')];
    const answers = await many(120, () => nurse.get('/fhir/Patient?_count=1'));
    const refused = answers.filter((r) => r.status === 429);
    truth(refused.length >= 120 - 60 - 30 && refused.length <= 60, `${refused.length} of 120 were refused`);
    refused.forEach(isRefusal);
    const door = await nurse.get('/auth/me');
    equal([door.status, door.json?.problem, door.headers['retry-after']], [429, 'wait', '1']);
    equal((await doctor.get('/fhir/Patient?_count=1')).status, 200, 'a colleague goes on');
    equal((await run('user', 'list', '--data', data)).code, 0, 'the socket goes on');
    truth(Number(/ansinh_throttled_total (\d+)/.exec((await root.get('/metrics')).text)[1]) > refused.length, 'metrics count them');
    await sleep(2100);
    equal((await nurse.get('/fhir/Patient?_count=1')).status, 200, 'time brings it back');
    const auditor = await Person.of(server, 'auditor');
    const told = await auditor.get('/fhir/AuditEvent?_count=200');
    equal(told.json.entry.filter((e) => e.resource.outcomeDesc?.includes('429')).length, 0, 'a flood does not fill the audit');
  });
});

await test('an address from which nobody has signed in; what a stranger claims to be does not help', async () => {
  await withServer(['--rate-address', '1'], async (server) => {
    const nurse = await Person.of(server, 'nurse');
    const answers = await many(120, (i) => ask(server, 'GET', '/health', undefined, { 'x-forwarded-for': `192.0.2.${i}` }));
    truth(answers.filter((r) => r.status === 429).length >= 30, 'made-up addresses got through');
    const guess = await ask(server, 'POST', '/auth/sign-in', { name: 'nurse', password: 'x' }, json);
    equal([guess.status, guess.json.problem], [429, 'wait'], 'a guess is not even looked at');
    equal((await nurse.get('/fhir/Patient?_count=1')).status, 200, 'who is signed in is not counted by address');
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { authorization: 'Bearer made-up' })).status, 429, 'a made-up token is nobody');
  });
  await withServer(['--rate-address', '1', '--base-url', 'https://ansinh.example/fhir'], async (server) => {
    const from = (address) => ask(server, 'GET', '/health', undefined, { 'x-forwarded-for': `203.0.113.9, ${address}` });
    truth((await many(120, () => from('192.0.2.1'))).some((r) => r.status === 429), 'behind a proxy the one who asks is counted');
    equal((await from('192.0.2.2')).status, 200, 'and nobody else');
  });
});

await test('a program writes no more than its day allows, and reads on', async () => {
  await withServer(['--quota-program', '1'], async (server) => {
    const put = (id, bytes) => ask(server, 'PUT', `/fhir/Basic/${id}`, { resourceType: 'Basic', id, code: { text: 'x'.repeat(bytes) } }, bearer);
    equal((await put('one', 700_000)).status, 201);
    const second = await put('two', 700_000);
    isRefusal(second);
    truth(Number(second.headers['retry-after']) > 20_000, second.headers['retry-after']);
    equal((await ask(server, 'GET', '/fhir/Basic/one', undefined, bearer)).status, 200);
    equal((await ask(server, 'GET', '/fhir/Basic/two', undefined, bearer)).status, 404, 'nothing was written');
    equal((await put('three', 1000)).status, 201, 'what still fits, fits');
    equal((await run('user', 'list', '--data', data)).code, 0);
  });
});

await test('a disk that is nearly full: nothing new is written, reading and signing in go on', async () => {
  let before;
  await withServer([], async (server) => { before = (await ask(server, 'GET', '/fhir/Basic/one', undefined, bearer)).text; });
  await withServer(['--disk-reserve', '1000000000'], async (server) => {
    const write = (method, path, body) => ask(server, method, path, body, bearer);
    const basic = { resourceType: 'Basic', id: 'one', code: { text: 'changed' } };
    const transaction = (type) => ({ resourceType: 'Bundle', type, entry: [{ resource: basic, request: { method: 'PUT', url: 'Basic/one' } }, { request: { method: 'GET', url: 'Basic/one' } }] });
    for (const [method, path, body] of [['PUT', '/fhir/Basic/one', basic], ['POST', '/fhir/Basic', { ...basic, id: undefined }], ['DELETE', '/fhir/Basic/one'],
      ['POST', '/fhir', transaction('transaction')]]) {
      const reply = await write(method, path, body);
      equal([reply.status, reply.json.issue[0].code, /disk/.test(reply.json.issue[0].diagnostics)], [507, 'no-store', true], `${method} ${path}`);
    }
    const batch = (await write('POST', '/fhir', transaction('batch'))).json;
    equal(batch.entry.map((e) => e.response.status.slice(0, 3)), ['507', '200'], 'a batch: writes no, reads yes');
    equal((await write('GET', '/fhir/Basic/one')).text, before);
    equal((await ask(server, 'GET', '/health')).json.disk, 'low');
    const nurse = await Person.of(server, 'nurse');
    equal((await nurse.get('/fhir/Patient?_count=1')).status, 200);
    const root = await Person.of(server, 'administrator');
    const metrics = (await root.get('/metrics')).text;
    truth(/ansinh_disk_low 1\n/.test(metrics) && /ansinh_disk_free_bytes [1-9]/.test(metrics), metrics);
  });
  await withServer([], async (server) => {
    equal((await ask(server, 'GET', '/health')).json.disk, 'enough');
    equal(createHash('sha256').update((await ask(server, 'GET', '/fhir/Basic/one', undefined, bearer)).text).digest('hex'), createHash('sha256').update(before).digest('hex'));
  });
});

finish();
