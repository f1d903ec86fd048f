/* The audit on the real program: every request leaves its entry, who may see which, entries survive kill -9 (of a write at
 * once, of a read after a second), `audit verify` finds what was changed in the file. */

import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, sleep, soon, test, truth } from '../node.mjs';

const dirOf = (name) => join(newFolder(name), 'data');
const holds = (text, part) => truth(text.includes(part), `no ${part} in: ${text.slice(0, 400)}`);
const open = (data) => new Server(data, 'sign-in', '--quiet').ready();

/* A program's token, made beside the server through its socket. */
async function token(data, name, role) {
  const end = await run('user', 'token', name, '--role', role, '--data', data, '--quiet');
  equal(end.code, 0, end.err);
  return end.out.trim().split('\n').pop();
}

const asked = (server, bearer, method, path, body) => ask(server, method, path, body, { authorization: `Bearer ${bearer}` });
const patient = (id, name) => ({ resourceType: 'Patient', id, name: [{ text: name }] });

async function events(server, bearer, query = '') {
  const reply = await asked(server, bearer, 'GET', `/fhir/AuditEvent?${query}`);
  equal(reply.status, 200, reply.text.slice(0, 300));
  return (reply.json.entry ?? []).map((e) => e.resource);
}

const code = (event) => event.subtype.find((c) => c.system === 'urn:ansinh:audit').code;

/* Commands that read the folder past the gate, with and without a server that holds it. */
async function atTheMachine() {
  const data = dirOf('machine'), out = newFolder('machine-out');
  let server = await open(data);
  const system = await token(data, 'his', 'system'), auditor = await token(data, 'lan', 'auditor');
  await asked(server, system, 'PUT', '/fhir/Patient/p', patient('p', 'Nguyễn Văn Bí Mật'));
  const view = join(out, 'v.json');
  writeFileSync(view, JSON.stringify({ resourceType: 'ViewDefinition', resource: 'Patient', name: 'people', select: [{ column: [{ name: 'id', path: 'id' }] }] }));
  const take = async (n) => {
    const ran = {};
    for (const [what, ...args] of [['export', join(out, `e${n}`)], ['backup', join(out, `b${n}`)], ['view', 'run', view], ['sql', 'SELECT 1 AS one'], ['paper', 'vitals', 'Patient/p', join(out, `${n}.pdf`)], ['pack', join(out, `p${n}`)]]) {
      const end = await run(what, ...args, '--data', data, '--quiet');
      equal([end.code, /keeps no entry/.test(end.err)], [0, false], `${what}: ${end.err}`);
      ran[what] = end;
    }
    return ran;
  };
  const operations = async () => (await events(server, auditor, 'subtype=urn:ansinh:audit|export,urn:ansinh:audit|print&_count=50')).map((e) => e.entity.flatMap((x) => x.detail ?? []).find((d) => d.type === 'operation')?.valueString).reverse();
  const wanted = ['export', 'backup', 'view-run', 'sql', 'paper', 'pack'];
  try {
    await test('what is taken out at the machine beside a server leaves its entry first, with the user of the system', async () => {
      await take(1);
      equal(await operations(), wanted);
      const [last] = await events(server, auditor, 'subtype=urn:ansinh:audit|export&_count=1');
      equal(last.agent[0].who.display, `owner of the data folder (${userInfo().username})`);
      equal((await events(server, auditor, `agent-name=${userInfo().username}&_count=20`)).length, 6, 'found by the name');
    });
    await test('nobody says so over the network, not even an administrator', async () => {
      const root = await token(data, 'admin-x', 'administrator');
      for (const bearer of [system, auditor, root]) equal((await asked(server, bearer, 'POST', '/auth/told', { deed: 'export', operation: 'x', parameters: '', by: 'x' })).status, 403);
      equal((await ask(server, 'POST', '/auth/told', {})).status, 401);
      equal(await operations(), wanted);
    });
    await test('without a server the folder itself keeps the entries', async () => {
      equal((await server.stop()).code, 0);
      await take(2);
      server = await open(data);
      equal(await operations(), [...wanted, ...wanted]);
      equal((await run('audit', 'verify', '--data', data)).code, 0);
    });
    await test('a backup that nobody can write is read all the same, and says that nothing was kept', async () => {
      const shelf = join(out, 'b1');
      chmodSync(shelf, 0o500);
      for (const f of readdirSync(shelf)) chmodSync(join(shelf, f), 0o400);
      const end = await run('export', join(out, 'e3'), '--data', shelf, '--quiet');
      chmodSync(shelf, 0o700);
      equal(end.code, 0, end.err);
      if (userInfo().uid !== 0) holds(end.err, 'keeps no entry'); /* root writes everywhere */
    });
  } finally {
    await server.stop();
  }
}

async function entries() {
  const data = dirOf('audit');
  const server = await open(data);
  const system = await token(data, 'his', 'system');
  const auditor = await token(data, 'lan', 'auditor');
  try {
    await test('a write, a read, a search and a refusal leave one entry each', async () => {
      equal((await asked(server, system, 'PUT', '/fhir/Patient/p', patient('p', 'Nguyễn Văn Bí Mật'))).status, 201);
      equal((await asked(server, system, 'GET', '/fhir/Patient/p')).status, 200);
      equal((await asked(server, system, 'GET', '/fhir/Patient?name=B%C3%AD&_count=3')).status, 200);
      equal((await asked(server, system, 'GET', '/fhir/Patient/nobody')).status, 404);
      const list = await soon(async () => {
        const found = (await events(server, auditor, 'agent-name=his')).filter((e) => e.type.code === 'rest');
        return found.length >= 4 && found;
      }, 'four entries');
      equal(list.slice(0, 4).map((e) => [code(e), e.action, e.outcome]).reverse(),
        [['update', 'U', '0'], ['read', 'R', '0'], ['search', 'E', '0'], ['read', 'R', '4']]);
      const search = list[1];
      equal(search.entity.filter((x) => x.what).map((x) => x.what.reference), ['Patient/p']);
      equal(search.entity.find((x) => x.detail).detail.find((d) => d.type === 'parameters').valueString, 'name,_count');
      equal([search.agent[0].name, search.agent[0].network.address, search.agent[0].requestor], ['his', '127.0.0.1', true]);
      const one = await asked(server, auditor, 'GET', `/fhir/AuditEvent/${search.id}`);
      equal([one.status, one.headers.etag, one.json.id], [200, 'W/"1"', search.id]);
    });
    await test('no value and no name of a person stands in it', async () => {
      const text = JSON.stringify(await events(server, auditor, '_count=500'));
      truth(!/Bí|B%C3|Mật/.test(text), 'a value was kept');
    });
    await test('whose record it was is found by patient', async () => {
      const found = await events(server, auditor, 'patient=Patient/p');
      equal(found.map(code).slice(-3), ['search', 'read', 'update']);
      equal(await events(server, auditor, 'patient=Patient/none'), []);
    });
    await test('what $validate reads of the record to judge a reference is told', async () => {
      const profile = { resourceType: 'StructureDefinition', url: 'http://example.org/fhir/StructureDefinition/named', name: 'Named', status: 'active',
        kind: 'resource', abstract: false, type: 'Observation', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation', derivation: 'constraint',
        snapshot: { element: [{ id: 'Observation', path: 'Observation', min: 0, max: '*', base: { path: 'Observation', min: 0, max: '*' }, constraint: [{ key: 'named-1', severity: 'error', human: 'the subject has a name',
          expression: 'subject.resolve().name.exists()', source: 'http://example.org/fhir/StructureDefinition/named' }] }] } };
      equal((await asked(server, system, 'PUT', '/fhir/StructureDefinition/named', { id: 'named', ...profile })).status, 201);
      const question = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p' } };
      const reply = await asked(server, system, 'POST', `/fhir/Observation/$validate?profile=${encodeURIComponent(profile.url)}`, question);
      equal([reply.status, reply.json.issue.map((i) => i.severity).includes('error')], [200, false]);
      const nameless = await asked(server, system, 'POST', `/fhir/Observation/$validate?profile=${encodeURIComponent(profile.url)}`, { ...question, subject: { reference: 'Patient/none' } });
      truth(nameless.json.issue.some((i) => i.diagnostics.includes('named-1')), nameless.text);
      const entry = await soon(async () => (await events(server, auditor, 'patient=Patient/p')).find((e) => code(e) === 'operation'), 'the entry of $validate');
      truth(entry.entity.some((x) => x.what?.reference === 'Patient/p'), JSON.stringify(entry));
    });
    await test('nobody writes, changes or deletes an entry', async () => {
      for (const bearer of [system, auditor]) {
        for (const [method, path, body] of [['POST', '/fhir/AuditEvent', { resourceType: 'AuditEvent' }], ['DELETE', '/fhir/AuditEvent/1'],
          ['PUT', '/fhir/AuditEvent/1', { resourceType: 'AuditEvent', id: '1' }]]) {
          const reply = await asked(server, bearer, method, path, body);
          truth([403, 405].includes(reply.status), `${method} ${path}: ${reply.status}`);
        }
      }
    });
    await test('the auditor reads the log and no record; nobody at all reads nothing', async () => {
      equal((await asked(server, auditor, 'GET', '/fhir/Patient/p')).status, 403);
      equal((await ask(server, 'GET', '/fhir/AuditEvent')).status, 401);
      await soon(async () => (await events(server, auditor, 'agent-name=lan&outcome=4&action=R')).length === 1, 'the refusal');
    });
    await test('pages follow each other without a gap', async () => {
      const all = (await events(server, auditor, '_page=9&_count=500')).map((e) => e.id);
      const paged = [];
      for (let next = '/fhir/AuditEvent?_page=9&_count=2'; next;) {
        const { json } = await asked(server, auditor, 'GET', next);
        paged.push(...(json.entry ?? []).map((e) => e.resource.id));
        const link = json.link.find((l) => l.relation === 'next');
        next = link && new URL(link.url).pathname + new URL(link.url).search;
      }
      equal(paged, all);
      truth(all.length >= 4, 'too few');
    });
    await test('verify works beside the server', async () => {
      const end = await run('audit', 'verify', '--data', data, '--quiet');
      equal(end.code, 0, end.out + end.err);
      holds(end.out, 'whole');
    });
  } finally {
    await server.stop();
  }
}

/* ---- what was acknowledged stays ---- */

async function killed() {
  await test('kill -9: a write keeps its entry, a read has its own after a second', async () => {
    const data = dirOf('killed');
    let server = await open(data);
    const system = await token(data, 'his', 'system');
    equal((await asked(server, system, 'PUT', '/fhir/Patient/p', patient('p', 'x'))).status, 201);
    equal((await asked(server, system, 'GET', '/fhir/Patient/p')).status, 200);
    await sleep(1100);
    equal((await asked(server, system, 'PUT', '/fhir/Patient/q', patient('q', 'y'))).status, 201);
    await server.stop('SIGKILL');
    const end = await run('audit', 'verify', '--data', data, '--quiet');
    equal(end.code, 0, end.out + end.err);
    server = await open(data);
    try {
      const list = (await events(server, system, 'agent-name=his')).filter((e) => e.type.code === 'rest');
      equal(list.slice(-3).map(code), ['update', 'read', 'update']);
    } finally {
      await server.stop();
    }
  });
}

/* ---- verify ---- */

const copyOf = (data, name) => {
  const to = join(newFolder(name), 'data');
  mkdirSync(to);
  for (const file of readdirSync(data)) if (statSync(join(data, file)).isFile()) copyFileSync(join(data, file), join(to, file));
  return to;
};

async function verified() {
  const data = dirOf('verify');
  const server = await open(data);
  const system = await token(data, 'marked-account', 'system');
  for (let i = 0; i < 5; i++) equal((await asked(server, system, 'PUT', `/fhir/Patient/p${i}`, patient(`p${i}`, 'x'))).status, 201);
  await server.stop();
  const whole = await run('audit', 'verify', '--data', data);
  const noted = /^ {2}(\d+:[0-9a-f]{64})$/m.exec(whole.out)?.[1];
  const key = (await run('audit', 'key', '--data', data)).out.trim();
  await test('a whole chain: entries, heads, the hash to note', async () => {
    equal(whole.code, 0, whole.out + whole.err);
    truth(/^\d+ entries in \d+ blocks, [1-9]\d* signed heads/m.test(whole.out), whole.out);
    truth(noted !== undefined, whole.out);
    truth(/^[0-9a-f]{64}$/.test(key), key);
    equal((statSync(join(data, 'audit.key')).mode & 0o777).toString(8), '600');
    equal((await run('audit', 'verify', '--data', data, '--key', key, '--noted', noted, '--quiet')).code, 0);
  });
  await test('a copy knows its signatures without the key file', async () => {
    const to = join(newFolder('backup'), 'copy');
    equal((await run('backup', to, '--data', data, '--quiet')).code, 0);
    const end = await run('audit', 'verify', '--data', to, '--noted', noted, '--quiet');
    equal(end.code, 0, end.out);
    holds(end.out, 'signed up to entry');
    equal((await run('audit', 'key', '--data', to)).code, 1);
  });
  await test('one byte changed in the file is found, with its place', async () => {
    const to = copyOf(data, 'changed');
    const file = join(to, 'main.db');
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf('marked-account');
    truth(at > 0, 'no entry holds the name');
    bytes[at] = 'M'.charCodeAt(0);
    writeFileSync(file, bytes);
    const end = await run('audit', 'verify', '--data', to, '--quiet');
    equal(end.code, 1, end.out);
    truth(/BROKEN at entry \d+: /.test(end.out), end.out);
  });
  await test('a wrong key, a wrong hash, wrong words', async () => {
    const other = key.replace(/^./, (c) => (c === '0' ? '1' : '0'));
    equal((await run('audit', 'verify', '--data', data, '--key', other, '--quiet')).code, 1);
    const moved = noted.replace(/.$/, (c) => (c === '0' ? '1' : '0'));
    equal((await run('audit', 'verify', '--data', data, '--noted', moved, '--quiet')).code, 1);
    equal((await run('audit', 'verify', '--data', data, '--noted', `999${noted}`, '--quiet')).code, 1);
    equal((await run('audit', 'verify', '--data', data, '--key', 'abc')).code, 2);
    equal((await run('audit', 'mend', '--data', data)).code, 2);
    equal((await run('audit', 'verify', '--data', join(data, 'nowhere'))).code, 1);
  });
}

await entries();
await atTheMachine();
await killed();
await verified();
finish();
