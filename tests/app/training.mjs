/* The training server on the real program: who may start it, that nothing crosses between it and the record in either direction, that it ends
 * with the real one however that ends, and what is said when there is no port, no disk, or a proxy. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, SLOW, soon, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const data = join(newFolder('training'), 'data');
equal((await run('demo', '--data', data, '--quiet', '--facilities', '1', '--residents', '3', '--days', '1')).code, 0, 'demo');

const say = (person, want) => person.send('POST', '/auth/training', { want }, 'application/json');
async function until(person, state) {
  return soon(async () => {
    const reply = await person.get('/auth/training');
    truth(reply.json.state === state || reply.json.state !== 'failed', `failed: ${reply.text}`);
    return reply.json.state === state && reply.json;
  }, state, 300_000);
}
const failed = (person) => soon(async () => {
  const reply = await person.get('/auth/training');
  return reply.json.state === 'failed' && (reply.json.why ?? true);
}, 'failed', 300_000);
const childrenOf = (pid) => readdirSync(`/proc/${pid}/task`).flatMap((t) => readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').trim().split(' ')).filter(Boolean).map(Number);
const observation = (mark) => ({
  resourceType: 'Observation', status: 'final', identifier: [{ system: 'urn:t', value: mark }], code: { text: mark }, subject: { reference: 'Patient/demo-patient-1' },
  effectiveDateTime: new Date(Date.now() - 1000).toISOString(), valueString: mark,
});

let server = await new Server(data, 'sign-in', '--quiet').ready();
let head = await Person.of(server, 'facility-head');
const nurse = await Person.of(server, 'nurse');
let there;

await test('who may ask for it', async () => {
  equal([(await nurse.get('/auth/training')).status, (await say(nurse, 'on')).status], [403, 403], 'a nurse');
  equal((await ask(server, 'GET', '/auth/training')).status, 401, 'nobody');
  equal((await say(head, 'now')).status, 400, 'nonsense');
  equal((await head.get('/auth/training')).json, { state: 'off' });
  equal((await nurse.get('/auth/me')).json.training, undefined, 'nothing is said of it');
});

await test('it stands beside: its own port, folder, people and cookies', async () => {
  equal((await say(head, 'on')).json.state, 'making');
  const { port } = await until(head, 'on');
  there = { host: server.host, port, base: `http://127.0.0.1:${port}` };
  equal([(await nurse.get('/auth/me')).json.training, port > server.port && port <= server.port + 20], [{ here: false, port }, true], 'everybody is told where');
  const me = (await ask(there, 'GET', '/auth/me')).json;
  equal([me.training.here, me.training.logins.people.some((p) => p.name === 'nurse'), me.training.logins.password], [true, true, 'ansinh-demo-2026'], 'it says what it is, and who one may be');
  equal(existsSync(join(data, 'training', 'main.db')) && !existsSync(join(data, 'training.new')), true);
  const [pid] = childrenOf(server.child.pid);
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  console.log(`      the training server holds ${rss.toFixed(0)} MiB`);
  truth(SLOW || rss < 200, `${rss} MiB`);
});

await test('a cookie of the one is none of the other\'s; forged requests are refused there, too', async () => {
  const trainee = await Person.of(there, 'nurse');
  truth(/^ansinh-training=/.test(trainee.cookie) && /^ansinh=/.test(nurse.cookie), trainee.cookie.slice(0, 20));
  equal([(await ask(there, 'GET', '/fhir/Patient', undefined, { cookie: nurse.cookie })).status, (await ask(server, 'GET', '/fhir/Patient', undefined, { cookie: trainee.cookie })).status], [401, 401]);
  /* a browser sends both to both */
  const both = { cookie: `${nurse.cookie}; ${trainee.cookie}` };
  equal([(await ask(there, 'GET', '/auth/me', undefined, both)).json.training.here, (await ask(server, 'GET', '/auth/me', undefined, both)).json.signedIn], [true, true]);
  equal((await ask(there, 'POST', '/fhir/Observation', observation('x'), { cookie: trainee.cookie })).status, 403, 'without our header');
});

await test('nothing that is written in the one is found in the other', async () => {
  const trainee = await Person.of(there, 'nurse');
  equal([(await trainee.send('POST', '/fhir/Observation', observation('only-training'))).status, (await nurse.send('POST', '/fhir/Observation', observation('only-real'))).status], [201, 201]);
  const seen = async (p) => Promise.all(['only-training', 'only-real'].map((m) => p.count(`Observation?identifier=urn:t|${m}`)));
  equal([await seen(trainee), await seen(nurse)], [[1, 0], [0, 1]]);
  const out = join(newFolder('training-out'), 'real');
  const made = await run('export', out, '--data', data, '--quiet', '--plain');
  equal(made.code, 0, made.err);
  const text = readdirSync(out, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => readFileSync(join(f.parentPath ?? f.path, f.name), 'utf8')).join('');
  equal([text.includes('only-real'), text.includes('only-training')], [true, false], 'an export of the record');
});

await test('programs of others find no door there', async () => {
  const admin = await Person.of(there, 'administrator');
  equal((await admin.send('POST', '/auth/clients', { name: 'x', redirect: 'http://127.0.0.1/' }, 'application/json')).status, 404);
  equal((await ask(there, 'GET', '/fhir/.well-known/smart-configuration')).status, 404);
  const trainee = await Person.of(there, 'nurse');
  for (const [method, path] of [['GET', '/auth/apps'], ['GET', '/auth/launch']]) equal((await trainee.send(method, path)).json, [], path);
  for (const [method, path] of [['POST', '/auth/authorize'], ['POST', '/auth/authorize/allow'], ['POST', '/auth/authorize/refuse'], ['POST', '/auth/launch'], ['DELETE', '/auth/apps/x']]) {
    equal((await trainee.send(method, path, method === 'POST' ? { query: 'client_id=x' } : undefined, 'application/json')).status, 404, path);
  }
  equal((await admin.get('/auth/clients')).json, [], 'clients');
  equal((await admin.get('/auth/training')).status, 404, 'and it has none of its own');
});

await test('it is ended alone: the real one goes on and says so; begun anew it is as new', async () => {
  const [pid] = childrenOf(server.child.pid);
  process.kill(pid, 'SIGKILL');
  equal(await failed(head), 'ended');
  equal((await nurse.get('/fhir/Patient?_count=1')).status, 200);
  await say(head, 'on');
  there.port = (await until(head, 'on')).port;
  let trainee = await Person.of(there, 'nurse');
  equal(await trainee.count('Observation?identifier=urn:t|only-training'), 1, 'what was written is still there');
  await say(head, 'again');
  there.port = (await until(head, 'on')).port;
  trainee = await Person.of(there, 'nurse');
  equal(await trainee.count('Observation?identifier=urn:t|only-training'), 0, 'begun anew');
  await say(head, 'off');
  await until(head, 'off');
  equal(await ask(there, 'GET', '/auth/me').then(() => 'answers', () => 'gone'), 'gone');
});

const gone = (what) => soon(() => ask(there, 'GET', '/auth/me').then(() => false, () => true), `${what}: it answers no more`);

await test('it ends with the real one: kill -9, and SIGTERM', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    await say(head, 'on');
    there.port = (await until(head, 'on')).port;
    await server.stop(signal);
    await gone(signal);
    server = await new Server(data, 'sign-in', '--quiet').ready();
    head = await Person.of(server, 'facility-head');
  }
  equal(await (await Person.of(server, 'nurse')).count('Observation?identifier=urn:t|only-real'), 1, 'the record is whole');
});

await test('no port is free: said, and tried again when one is', async () => {
  const blockers = [];
  for (let i = 1; i <= 20; i += 1) {
    const s = net.createServer();
    if (await new Promise((done) => { s.once('error', () => done(false)).listen(server.port + i, '127.0.0.1', () => done(true)); })) blockers.push(s);
  }
  await say(head, 'on');
  equal(await failed(head), 'port');
  await Promise.all(blockers.map((s) => new Promise((done) => { s.close(done); })));
  await say(head, 'on');
  await until(head, 'on');
  await server.stop();
});

await test('no room on the disk, and behind a proxy: refused in a word', async () => {
  for (const [options, why] of [[['--disk-reserve', '1000000000'], 'disk'], [['--base-url', 'https://an-sinh.example/fhir'], 'proxy']]) {
    const other = join(newFolder('training-no'), 'data');
    equal((await run('demo', '--data', other, '--quiet', '--facilities', '1', '--residents', '1', '--days', '1')).code, 0);
    const s = await new Server(other, 'sign-in', '--quiet', ...options).ready();
    const h = await Person.of(s, 'facility-head');
    await say(h, 'on');
    equal(await failed(h), why);
    equal(existsSync(join(other, 'training')), false, 'nothing is left behind');
    await s.stop();
  }
});

await test('--training on starts it; a folder for training is made new, and stays one wherever it is served', async () => {
  const s = await new Server(data, 'sign-in', '--quiet', '--training', 'on').ready();
  const h = await Person.of(s, 'facility-head');
  await until(h, 'on');
  await s.stop();
  equal((await run('demo', '--training', '--data', data, '--quiet')).code, 1, 'not over a record');
  const alone = await new Server(join(data, 'training'), 'sign-in', '--quiet').ready();
  equal((await ask(alone, 'GET', '/auth/me')).json.training.here, true);
  truth(alone.said.err.includes('for training'), alone.said.err);
  await alone.stop();
  equal((await run('serve', '--data', data, '--training', 'off')).code, 2);
});

finish();
