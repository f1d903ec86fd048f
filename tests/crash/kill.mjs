/* kill -9 of the real program. Clients write and note every write that was acknowledged; the server dies at a random moment;
 * after a restart every acknowledged version must be there, equal to what was answered, and `ansinh check` must be clean.
 * Then the same for an import: however often it is killed, in the end every resource is there once.
 *
 * ROUNDS=n, SEED=n; ANS_TEST_FULL=1 means many rounds. The seed of the moments is printed; what the machine does between them is
 * its own. */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL, Server, ask, equal, finish, newFolder, run, sleep, soon, start, test, truth } from '../node.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? (FULL ? 60 : 6));
const CLIENTS = 8;
const SAMPLE = 300;

/* ---- chance: mulberry32 ---- */

let state = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${state}, ${ROUNDS} rounds`);
function chance() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(chance() * n);

/* ---- what is written ---- */

const hash = (text) => createHash('sha256').update(text).digest('hex');
const words = 'huyết áp nhiệt độ mạch nhịp thở ăn ngủ đi lại thuốc sáng trưa chiều tối tốt kém'.split(' ');
const note = () => Array.from({ length: 1 + below(chance() < 0.05 ? 2000 : 40) }, () => words[below(words.length)]).join(' ');

const patient = (id) => ({ resourceType: 'Patient', ...(id ? { id } : {}), name: [{ text: note() }], active: chance() < 0.5 });
const observation = (subject) => ({
  resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${subject}` }, valueQuantity: { value: 40 + below(80), unit: '/min' }, note: [{ text: note() }],
});

/* JSON with members in one order and without what the server puts into meta. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).filter((k) => k !== 'meta' && k !== 'id').sort().map((k) => [k, plain(value[k])]));
}

/* An acknowledged version: where it is, and either its whole text's hash or its content; neither: a deletion. */
const acked = [];
const place = (location) => /(\w+)\/([^/]+)\/_history\/(\d+)$/.exec(location ?? '');

async function put(server, id) {
  const reply = await ask(server, 'PUT', `/fhir/Patient/${id}`, patient(id));
  if (reply.status !== 200 && reply.status !== 201) throw new Error(`PUT ${reply.status} ${reply.text.slice(0, 200)}`);
  acked.push({ type: 'Patient', id, vid: Number(reply.json.meta.versionId), hash: hash(reply.text) });
}

async function post(server, id) {
  const reply = await ask(server, 'POST', '/fhir/Observation', observation(id));
  if (reply.status !== 201) throw new Error(`POST ${reply.status} ${reply.text.slice(0, 200)}`);
  acked.push({ type: 'Observation', id: reply.json.id, vid: 1, hash: hash(reply.text) });
}

async function remove(server, id) {
  const reply = await ask(server, 'DELETE', `/fhir/Patient/${id}`);
  if (reply.status !== 204) throw new Error(`DELETE ${reply.status} ${reply.text.slice(0, 200)}`);
  const vid = /W\/"(\d+)"/.exec(reply.headers.etag ?? '');
  if (vid) acked.push({ type: 'Patient', id, vid: Number(vid[1]) });
}

async function transaction(server, id) {
  const resources = [patient(id), observation(id), observation(id)];
  const entry = resources.map((resource) => ({
    resource, request: resource.id ? { method: 'PUT', url: `Patient/${id}` } : { method: 'POST', url: resource.resourceType },
  }));
  const reply = await ask(server, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry });
  if (reply.status !== 200) throw new Error(`transaction ${reply.status} ${reply.text.slice(0, 200)}`);
  reply.json.entry.forEach((e, i) => {
    const at = place(e.response.location);
    if (!at) throw new Error(`no location: ${JSON.stringify(e)}`);
    acked.push({ type: at[1], id: at[2], vid: Number(at[3]), content: JSON.stringify(plain(resources[i])) });
  });
}

/* One client works on people of its own, so that the versions it sees are its own. */
async function client(server, number, life) {
  while (!life.over) {
    const id = `k${number}-${below(30)}`;
    const what = chance();
    try {
      if (what < 0.5) await put(server, id);
      else if (what < 0.75) await post(server, id);
      else if (what < 0.83) await remove(server, id);
      else await transaction(server, id);
    } catch (error) {
      if (!life.over) life.trouble = error;
      return;
    }
  }
}

/* ---- looking ---- */

async function look(server, a) {
  const reply = await ask(server, 'GET', `/fhir/${a.type}/${a.id}/_history/${a.vid}`);
  const where = `${a.type}/${a.id}/_history/${a.vid}`;
  if (!a.hash && !a.content) {
    equal(reply.status, 410, `${where}, deleted`);
    return;
  }
  equal(reply.status, 200, where);
  if (a.hash) equal(hash(reply.text), a.hash, `${where}, bytes`);
  else equal(JSON.stringify(plain(reply.json)), a.content, `${where}, content`);
}

async function lookAtAll(server, list) {
  let next = 0;
  const one = async () => {
    while (next < list.length) await look(server, list[next++]);
  };
  await Promise.all(Array.from({ length: CLIENTS }, one));
}

const sample = (list) => (list.length <= SAMPLE ? list : Array.from({ length: SAMPLE }, () => list[below(list.length)]));

/* A process that was killed gives the lock back when it is quite gone. */
async function again(make) {
  for (let tries = 0; ; tries++) {
    try {
      return await make();
    } catch (error) {
      if (tries === 40) throw error;
      await sleep(50);
    }
  }
}

async function killServer() {
  const data = newFolder('kill');
  let seen = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const server = await again(() => new Server(data, '--quiet').ready());
    const life = { over: false, trouble: undefined };
    const clients = Array.from({ length: CLIENTS }, (_, i) => client(server, i, life));
    await sleep(30 + below(600));
    const before = seen;
    await soon(() => acked.length > before || life.trouble, 'something acknowledged'); /* a machine that does other things */
    life.over = true;
    server.child.kill('SIGKILL');
    await server.ended;
    await Promise.all(clients);
    await test(`round ${round}: clients see no other error`, () => truth(!life.trouble, String(life.trouble)));
    const after = await again(() => new Server(data, '--quiet').ready());
    await test(`round ${round}: every acknowledged version is there`, async () => {
      truth(acked.length > seen, 'nothing was acknowledged');
      await lookAtAll(after, [...sample(acked.slice(0, seen)), ...acked.slice(seen)]);
    });
    seen = acked.length;
    await after.stop();
    await test(`round ${round}: check is clean`, async () => {
      const check = await run('check', '--data', data, '--quiet');
      equal([check.code, /^clean$/m.test(check.out), check.out.includes(' 0 gaps in the log')], [0, true, true], `check: ${check.out}${check.err}`);
    });
  }
  const last = await new Server(data, '--quiet').ready();
  await test('at the end: every version ever acknowledged', () => lookAtAll(last, acked));
  await last.stop();
  console.log(`${acked.length} acknowledged versions`);
}

/* ---- import ---- */

const BUNDLES = 24;
const ENTRIES = 150;
const LINES = 6000;

/* Half of the Bundles let the server make the ids: taken twice, they would double. */
function writeInput(folder) {
  mkdirSync(folder, { recursive: true });
  for (let b = 0; b < BUNDLES; b++) {
    const entry = Array.from({ length: ENTRIES }, (_, i) => {
      const resource = { ...observation(`b${b}`), ...(b % 2 ? { id: `b${b}-${i}` } : {}) };
      return { resource, request: b % 2 ? { method: 'PUT', url: `Observation/b${b}-${i}` } : { method: 'POST', url: 'Observation' } };
    });
    writeFileSync(join(folder, `b${b}.json`), JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }));
  }
  const lines = Array.from({ length: LINES }, (_, i) => JSON.stringify(patient(`line-${i}`)));
  writeFileSync(join(folder, 'lines.ndjson'), lines.join('\n'));
}

async function killImport() {
  const input = join(newFolder('input'), 'in');
  const data = newFolder('import');
  writeInput(input);
  let kills = 0;
  let limit = 30;
  for (;;) {
    const one = start(['import', input, '--data', data, '--quiet']);
    const timer = setTimeout(() => one.child.kill('SIGKILL'), limit + below(120));
    const end = await one.ended;
    clearTimeout(timer);
    if (end.signal === 'SIGKILL') {
      kills += 1;
      limit *= 1.25; /* so that it ends on any machine */
    } else if (end.code !== 75) {
      await test('the last import ends well', () => equal(end.code, 0, end.out + end.err));
      break;
    }
  }
  await test('an import killed often takes everything once', async () => {
    truth(kills > 0, 'it was never killed');
    const server = await again(() => new Server(data, '--quiet').ready());
    const count = async (type) => (await ask(server, 'GET', `/fhir/${type}?_summary=count`)).json.total;
    const got = [await count('Observation'), await count('Patient')];
    await server.stop();
    equal(got, [BUNDLES * ENTRIES, LINES], 'resources');
  });
  await test('and check is clean', async () => {
    const check = await run('check', '--data', data, '--quiet');
    equal(check.code, 0, check.out + check.err);
  });
  console.log(`import killed ${kills} times`);
}

await killServer();
await killImport();
finish();
