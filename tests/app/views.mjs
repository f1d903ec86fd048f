/* Kept views on the real program: the tables are what running the view says, whatever is written, deleted, killed or changed; within a second
 * beside a server; and nothing but reading them is possible. */

import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLOW, Server, ask, equal, finish, newFolder, run, sleep, soon, test, truth } from '../node.mjs';
import { within } from '../within.mjs';

const folder = newFolder('views'), data = join(folder, 'data');
const VIEW = {
  resourceType: 'ViewDefinition', name: 'weights', status: 'active', resource: 'Observation',
  select: [{ column: [{ name: 'id', path: 'getResourceKey()', type: 'id' }, { name: 'of', path: 'subject.getReferenceKey(Patient)', type: 'id' },
    { name: 'kg', path: 'value.ofType(Quantity).value', type: 'decimal' }, { name: 'is_final', path: "status = 'final'", type: 'boolean' },
    { name: 'notes', path: 'note.text', type: 'string', collection: true }, { name: 'saved', path: 'meta.lastUpdated', type: 'instant' }] }],
};
const file = (name, view) => { const path = join(folder, name); writeFileSync(path, JSON.stringify(view)); return path; };
const weight = (id, kg, more = {}) => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] }, subject: { reference: 'Patient/p' },
  valueQuantity: { value: kg, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }, ...more,
});
const rowsOf = (text) => text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
async function sql(query) {
  const end = await run('sql', query, '--format', 'ndjson', '--data', data, '--quiet');
  equal(end.code, 0, end.err);
  return rowsOf(end.out);
}
/* What the view itself says, as the table would have it. */
async function wanted() {
  const end = await run('view', 'run', join(folder, 'weights.json'), '--data', data, '--quiet');
  equal(end.code, 0, end.err);
  return rowsOf(end.out).map((r) => ({ ...r, is_final: Number(r.is_final), notes: r.notes ? JSON.stringify(r.notes) : null })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
const SOON = SLOW ? 6000 : 1000; /* ms: the promise */
const SAME = 'SELECT id, "of", kg, is_final, notes, saved FROM weights ORDER BY id';
async function isSame(count) {
  const rows = await sql(SAME);
  equal(rows, await wanted());
  equal(rows.length, count);
}
async function served(work) {
  const server = await new Server(data, '--quiet').ready();
  try { return await work((method, path, body) => ask(server, method, path, body), server); } finally { await server.stop(); }
}

file('weights.json', VIEW);
await served(async (call) => {
  for (let i = 0; i < 30; i++) equal((await call('PUT', `/fhir/Observation/w${i}`, weight(`w${i}`, 40 + i / 10, i % 3 ? {} : { note: [{ text: 'a' }, { text: 'b' }] }))).status, 201);
});

await test('a view is kept, and its table is what the view says', async () => {
  equal((await run('view', 'keep', join(folder, 'weights.json'), '--data', data)).code, 0);
  truth((await run('view', 'list', '--data', data)).out.includes('weights'), 'not in the list');
  await isSame(30);
  equal(statSync(join(data, 'views.db')).mode & 0o777, 0o600, 'readable by others');
});

await test('what is written, changed and deleted shows within a second, counted once', () => served(async (call) => {
  const asked = async (query) => rowsOf((await call('GET', `/fhir/$sql?query=${encodeURIComponent(query)}`)).text);
  await soon(async () => (await asked('SELECT count(*) AS n FROM weights'))[0].n === 30, 'all of them');
  let kg = 99.5;
  await within(SOON, 'a change shows', async () => {
    equal((await call('PUT', '/fhir/Observation/w1', weight('w1', kg))).status, 200);
    await soon(async () => (await asked("SELECT kg FROM weights WHERE id = 'w1'"))[0].kg === kg, 'the change');
  }, () => { kg += 1; });
  equal((await call('PUT', '/fhir/Observation/w1', weight('w1', 99.5))).status, 200);
  equal((await call('DELETE', '/fhir/Observation/w2')).status, 204);
  equal((await call('PUT', '/fhir/Observation/w50', weight('w50', 50, { status: 'preliminary' }))).status, 201);
  await soon(async () => (await asked("SELECT id FROM weights WHERE id = 'w50'")).length === 1, 'the last of them');
  equal(await asked("SELECT id, kg, is_final FROM weights WHERE id IN ('w1', 'w2', 'w50') ORDER BY id"), [{ id: 'w1', kg: 99.5, is_final: 1 }, { id: 'w50', kg: 50, is_final: 0 }]);
  equal(await asked('SELECT count(*) AS n, count(DISTINCT _rid) AS d FROM weights'), [{ n: 30, d: 30 }]);
  const post = await call('POST', '/fhir/$sql', { resourceType: 'Parameters', parameter: [{ name: 'query', valueString: 'SELECT max(kg) AS top FROM weights' }, { name: '_format', valueString: 'csv' }] });
  equal([post.status, post.text], [200, 'top\r\n99.5\r\n']);
}));

await test('exactly once through kill -9 while it writes and follows', async () => {
  for (let round = 0; round < 4; round++) {
    const server = await new Server(data, '--quiet').ready();
    const writing = [];
    for (let i = 0; i < 40; i++) writing.push(ask(server, 'PUT', `/fhir/Observation/k${(i * 7 + round) % 60}`, weight(`k${(i * 7 + round) % 60}`, 60 + round)).catch(() => undefined));
    await sleep(150 * round);
    await server.stop('SIGKILL');
    await Promise.all(writing);
  }
  const rows = await sql(SAME);
  equal(rows, await wanted());
  equal(await sql('SELECT _rid FROM weights GROUP BY _rid HAVING count(*) > 1'), []);
});

await test('a view that changes begins anew, one that is dropped goes', async () => {
  const changed = { ...VIEW, where: [{ path: 'value.ofType(Quantity).value > 60' }] };
  equal((await run('view', 'keep', file('weights.json', changed), '--data', data)).code, 0);
  const rows = await sql(SAME);
  equal(rows, await wanted());
  truth(rows.every((r) => r.kg > 60) && rows.length > 0, 'old rows');
  equal((await run('view', 'drop', 'weights', '--data', data)).code, 0);
  const end = await run('sql', 'SELECT * FROM weights', '--data', data, '--quiet');
  truth(end.code === 1 && end.err.includes('no such table'), end.out + end.err);
});

await test('nothing but reading is possible, and not for ever', async () => {
  for (const query of ['DELETE FROM people', 'DROP TABLE people', "ATTACH 'x' AS y", 'PRAGMA user_version', 'PRAGMA writable_schema=1', 'SELECT 1; SELECT 2', 'SELECT * FROM _views',
    "SELECT load_extension('x')", 'VACUUM', 'EXPLAIN SELECT 1', "INSERT INTO people VALUES (1)", 'CREATE TABLE t(x)', 'selec', '', ' ', "SELECT 'a", 'SELECT * FROM nothing']) {
    const end = await run('sql', query, '--data', data, '--quiet');
    truth(end.code === 1 && end.out === '' && end.err.length > 12, `${query}: ${end.code} ${end.out}${end.err}`);
  }
  await served(async (call) => {
    const endless = encodeURIComponent('WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT count(*) FROM a');
    const start = Date.now(), reply = await call('GET', `/fhir/$sql?query=${endless}`);
    equal(reply.status, 422, reply.text);
    truth(Date.now() - start < (SLOW ? 120_000 : 30_000), 'too long');
    const many = encodeURIComponent('WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a LIMIT 200000) SELECT x FROM a');
    equal((await call('GET', `/fhir/$sql?query=${many}`)).status, 422);
    equal((await call('GET', '/fhir/$sql')).status, 400);
    equal((await call('GET', '/fhir/metadata')).status, 200);
  });
});

await test('with sign-in only programs that see everything may ask', async () => {
  const token = async (role) => (await run('user', 'token', role, '--role', role, '--data', data, '--quiet')).out.trim().split('\n').pop();
  const tokens = { system: await token('system'), auditor: await token('auditor'), administrator: await token('administrator') };
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  try {
    for (const [role, status] of [['system', 200], ['auditor', 403], ['administrator', 403]]) {
      equal((await ask(server, 'GET', '/fhir/$sql?query=SELECT+1+AS+one', undefined, { authorization: `Bearer ${tokens[role]}` })).status, status, role);
    }
    equal((await ask(server, 'GET', '/fhir/$sql?query=SELECT+1')).status, 401);
  } finally {
    await server.stop();
  }
});

await test('a view that cannot be kept is refused with its place', async () => {
  for (const view of [{ ...VIEW, name: 'a"b' }, { ...VIEW, name: undefined }, { ...VIEW, select: [{ column: [{ name: 'x', path: '((' }] }] }, { resourceType: 'Patient' }, { ...VIEW, name: 'SQLite_x' },
    { ...VIEW, select: [{ column: [{ name: 'x', path: 'id' }, { name: 'X', path: 'id' }] }] }]) {
    const end = await run('view', 'keep', file('bad.json', view), '--data', data);
    truth(end.code === 1 && end.err.length > 20, end.err);
  }
  equal((await run('view', 'drop', '../main', '--data', data)).code, 1);
});

await test('a broken view or a broken table file does not keep the server from starting', async () => {
  equal((await run('view', 'keep', file('two.json', { ...VIEW, name: 'a' }), '--data', data)).code, 0);
  equal((await run('view', 'keep', file('two.json', { ...VIEW, name: 'rids' }), '--data', data)).code, 0);
  await sql('SELECT 1 FROM a, rids LIMIT 1');
  const put = join(data, 'views', 'broken.json');
  writeFileSync(put, '{');
  await served(async (call, server) => {
    equal((await call('GET', '/fhir/Observation/w1')).status, 200);
    equal((await call('GET', '/fhir/$sql?query=SELECT+1')).status, 400, 'off');
    truth(server.said.err.includes('kept views are off'), server.said.err);
  });
  rmSync(put);
  for (const name of ['views.db', 'views.db-wal', 'views.db-shm']) rmSync(join(data, name), { force: true });
  writeFileSync(join(data, 'views.db'), 'this is no database, whatever its name says'.repeat(100));
  await served(async (call) => equal((await call('GET', '/fhir/Observation/w1')).status, 200));
  rmSync(join(data, 'views.db'));
  await served(async (call) => {
    await soon(async () => (await call('GET', '/fhir/$sql?query=SELECT+count(*)+>+0+AS+some+FROM+a')).text.trim() === '{"some":1}', 'made anew');
  });
});

await finish();
