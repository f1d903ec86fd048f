/* The program's own entries: a server's beginning and end, what was imported or invented, accounts made without a server; and that
 * the chain stays whole through all of it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const folder = newFolder('audit');
const data = join(folder, 'data');

async function entries() {
  const token = (await run('user', 'token', 'reader', '--data', data)).out.trim();
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const told = (await ask(server, 'GET', '/fhir/AuditEvent?_count=400', undefined, { authorization: `Bearer ${token}` })).json;
  await server.stop();
  return told.entry.map(({ resource: r }) => {
    const detail = Object.fromEntries((r.entity?.[0]?.detail ?? []).map((d) => [d.type, d.valueString]));
    return { code: r.subtype.at(-1).code, on: r.entity?.[0]?.name, ...detail };
  }).reverse();
}
const wordsOf = (list) => list.map((e) => [e.code, e.operation, e.on].filter(Boolean).join(' '));

/* All of `wanted`, in this order, whatever stands between. */
function inOrder(words, wanted) {
  let at = -1;
  for (const word of wanted) {
    const found = words.findIndex((w, i) => i > at && w === word);
    truth(found > at, `no entry "${word}" behind number ${at} of ${JSON.stringify(words)}`);
    at = found;
  }
}

async function whole(when) {
  await test(`the chain is whole ${when}`, async () => {
    const verified = await run('audit', 'verify', '--data', data, '--quiet');
    equal([verified.code, verified.out.trim().split('\n').at(-1)], [0, 'whole'], verified.out + verified.err);
  });
}

writeFileSync(join(folder, 'two.ndjson'), ['a', 'b'].map((id) => `${JSON.stringify({ resourceType: 'Patient', id, name: [{ text: 'Không lọt ra' }] })}\n`).join(''));
writeFileSync(join(folder, 'bad.ndjson'), `${JSON.stringify({ resourceType: 'Patient', id: '*' })}\n`);
equal((await run('import', join(folder, 'two.ndjson'), '--data', data, '--quiet')).code, 0);
await whole('after an import');
equal((await run('import', join(folder, 'bad.ndjson'), '--data', data, '--quiet')).code, 1);
equal((await run('user', 'add', 'alone', '--data', data)).code, 0);
equal((await run('demo', '--residents', '2', '--data', data, '--quiet')).code, 0);
await whole('after a demo');
equal((await run('demo', '--residents', '2', '--data', data, '--quiet')).code, 0);
const killed = await new Server(data, 'sign-in', '--quiet').ready();
await killed.stop('SIGKILL');
await whole('after a kill');
const list = await entries();
await test('everything is told, in its order', async () => inOrder(wordsOf(list), ['import import-begin', 'import import-end', 'import import-begin', 'import import-end',
  'user-change add alone', 'import demo-begin', 'user-change add nurse', 'user-change add administrator', 'import demo-end', 'import demo-begin',
  'import demo-end', 'server-start serve', 'user-change token reader', 'server-start serve']));
await test('with figures, and nothing of the record', async () => {
  equal(list.filter((e) => e.operation === 'import-end').map((e) => e.parameters),
    ['created=2,updated=0,unchanged=0,deleted=0,rejected=0', 'created=0,updated=0,unchanged=0,deleted=0,rejected=1']);
  truth(!JSON.stringify(list).includes('Không lọt ra') && !JSON.stringify(list).includes('two.ndjson'), 'a name is in the audit');
});
await test('an account that was there already is not made again', async () => equal(wordsOf(list).filter((w) => w === 'user-change add nurse').length, 1));
await test('a server that was killed has a beginning without an end, the next one both', async () => {
  const serving = (words) => words.filter((w) => w.startsWith('server-'));
  equal(serving(wordsOf(list)), ['server-start serve', 'server-start serve']);
  equal(serving(wordsOf(await entries())), ['server-start serve', 'server-start serve', 'server-stop serve', 'server-start serve']);
});
await whole('at the end');
finish();
