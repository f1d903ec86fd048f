/* A wrong clock on the real program: noticed while it runs and at its start, told, and what waits for it. The clock is moved by a library
 * loaded before the program (clock_shim.c). */

import { existsSync, readFileSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PROGRAM, Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const YEAR_2000 = Math.round(Date.parse('2000-01-01T00:00:00Z') / 1000) - Math.round(Date.now() / 1000);
const DAY = 86_400;
const folder = newFolder('clock');
const data = join(folder, 'data'), clock = join(folder, 'offset');
const shim = join(dirname(resolve(PROGRAM)), 'test', 'ansinh_clock_shim.so');
if (!existsSync(shim)) {
  console.log(`skip  a wrong clock: ${shim} is not built`);
  process.exit(0);
}

function set(seconds) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(seconds));
  const fd = openSync(clock, 'r+');
  writeSync(fd, bytes, 0, 8, 0);
  closeSync(fd);
}
writeFileSync(clock, Buffer.alloc(8));
process.env.LD_PRELOAD = shim;
process.env.ANSINH_TEST_CLOCK = clock;
process.env.ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`;

const start = async (...options) => new Server(data, 'sign-in', '--quiet', ...options).ready();
const state = async (server) => (await ask(server, 'GET', '/health')).json.clock;
const isMarked = (reply) => (reply.json.meta?.tag ?? []).filter((t) => t.system === 'urn:ansinh:tag:clock' && t.code === 'doubtful').length;

const made = await run('demo', '--data', data, '--facilities', '1', '--residents', '12', '--days', '1', '--quiet');
equal(made.code, 0, made.err);

let server = await start(), nurse = await Person.of(server, 'nurse');
const patient = `Patient/${(await nurse.get('/fhir/Patient?_count=1')).json.entry[0].resource.id}`;
const now = () => new Date(Date.now() - 60_000).toISOString();
const reading = (meta) => ({ resourceType: 'Observation', ...(meta ? { meta } : {}), status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: patient }, effectiveDateTime: now(), valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' } });
const note = (status, signed) => ({ resourceType: 'Composition', status, type: { text: 'bàn giao' }, subject: { reference: patient }, date: now(), title: 'Bàn giao',
  author: [{ reference: nurse.me.account.practitioner }], ...(signed ? { attester: [{ mode: 'professional', time: now(), party: { reference: nurse.me.account.practitioner } }] } : {}) });
const form = (signed) => ({ resourceType: 'QuestionnaireResponse', status: 'completed', subject: { reference: patient }, authored: now(), author: { reference: nurse.me.account.practitioner },
  ...(signed ? { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature',
    valueSignature: { type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1' }], when: now(), who: { reference: nurse.me.account.practitioner } } }] } : {}) });
const post = (resource) => nurse.send('POST', `/fhir/${resource.resourceType}`, resource);

await test('a clock that is right: nothing is marked, signing works', async () => {
  equal(await state(server), 'right');
  const reply = await post(reading());
  equal([reply.status, isMarked(reply)], [201, 0], reply.text);
  for (const one of [note('final', true), form(true)]) equal((await post(one)).status, 201, one.resourceType);
});

for (const [name, seconds, wanted] of [['back by half an hour', -1800, 'behind'], ['ahead by ten minutes', 600, 'ahead'], ['to the year 2000', YEAR_2000, 'early']]) {
  await test(`set ${name} while it runs: care goes on with a mark, signing waits, and all is well when it is right again`, async () => {
    set(seconds);
    equal(await state(server), wanted);
    for (const [meta, tags] of [[undefined, 1], [{ tag: [{ system: 'urn:x', code: 'y' }] }, 2], [{ profile: ['http://hl7.org/fhir/StructureDefinition/Observation'] }, 1]]) {
      const reply = await post(reading(meta));
      equal([reply.status, isMarked(reply), reply.json.meta?.tag?.length], [201, 1, tags], reply.text);
      equal(isMarked(await nurse.get(`/fhir/Observation/${reply.json.id}`)), 1, 'it is kept');
    }
    const found = await nurse.get('/fhir/Observation?_tag=urn:ansinh:tag:clock|doubtful&_count=1');
    equal(found.json.entry?.length, 1, 'they can be found');
    const both = await nurse.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: reading(), request: { method: 'POST', url: 'Observation' } }] });
    const inBundle = /Observation\/[^/]+/.exec(both.json.entry?.[0].response.location ?? '')?.[0];
    equal(isMarked(await nurse.get(`/fhir/${inBundle}`)), 1, `in a transaction, too: ${both.text.slice(0, 300)}`);
    const draft = await post(note('preliminary', false));
    equal([draft.status, isMarked(draft)], [201, 1], 'a draft is no signature');
    for (const one of [note('final', true), form(true)]) {
      const reply = await post(one);
      equal([reply.status, reply.headers['retry-after'], /clock/.test(reply.json.issue[0].diagnostics)], [503, '60', true], reply.text);
      const bundle = await nurse.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: one, request: { method: 'POST', url: one.resourceType } }] });
      equal(bundle.status, 503, 'nor in a transaction');
    }
    const late = { ...draft.json, status: 'final', attester: note('final', true).attester };
    equal((await nurse.send('PUT', `/fhir/Composition/${draft.json.id}`, late)).status, 503, 'nor a draft signed now');
    set(0);
    equal(await state(server), 'right');
    equal((await nurse.send('PUT', `/fhir/Composition/${draft.json.id}`, late)).status, 200, 'and then it can be signed');
    const after = await post(reading());
    equal([after.status, isMarked(after)], [201, 0]);
  });
}

await test('somebody looks at a watch: clock accept, with its entry in the audit', async () => {
  const before = await run('clock', '--data', data);
  equal([before.code, before.out.startsWith('right;')], [0, true], before.out);
  set(500);
  const wrong = await run('clock', '--data', data);
  equal([wrong.code, wrong.out.startsWith('ahead;')], [1, true], wrong.out);
  truth(/event=clock state=ahead/.test(server.said.err) || (await state(server)) === 'ahead', server.said.err);
  equal((await nurse.send('POST', '/auth/clock', {}, 'application/json')).status, 403, 'nurses do not');
  equal((await run('clock', 'accept', '--data', data)).code, 0);
  equal(await state(server), 'right');
  equal((await post(note('final', true))).status, 201);
  const auditor = await Person.of(server, 'auditor');
  const told = JSON.stringify((await auditor.get('/fhir/AuditEvent?_count=50')).json);
  truth(told.includes('clock-accept'), 'no entry');
  set(0);
  equal(await state(server), 'behind');
  equal((await run('clock', 'accept', '--data', data)).code, 0);
});

await test('a start in the year 2000: said, and not to be accepted', async () => {
  await server.stop();
  set(YEAR_2000);
  server = await start();
  truth(server.said.err.includes('the clock of this machine is in doubt (early)'), server.said.err);
  equal(await state(server), 'early');
  const end = await run('clock', 'accept', '--data', data);
  equal([end.code, /set it/.test(end.err)], [1, true], end.err);
  set(0);
  equal(await state(server), 'right', 'the time server answered');
});

await test('a start far ahead, writes and kill -9: the next start with the right clock believes it', async () => {
  await server.stop();
  set(100 * DAY);
  server = await start();
  equal(await state(server), 'ahead');
  nurse = await Person.of(server, 'nurse');
  equal(isMarked(await post(reading())), 1);
  await server.stop('SIGKILL');
  set(0);
  server = await start();
  equal(await state(server), 'right');
  await server.stop('SIGKILL');
  set(100 * DAY);
  server = await start();
  equal(await state(server), 'ahead', 'and is not taken in by what was written then');
  await server.stop();
});

await test('without a server: clock says what the next start would, and accepts', async () => {
  const wrong = await run('clock', '--data', data);
  equal([wrong.code, wrong.out.startsWith('ahead;')], [1, true], wrong.out + wrong.err);
  equal((await run('clock', 'accept', '--data', data)).code, 0);
  equal((await run('clock', '--data', data)).code, 0);
  server = await start();
  equal(await state(server), 'right');
  await server.stop();
  writeFileSync(join(data, 'clock'), 'garbage');
  set(0);
  server = await start();
  truth(server.said.err.includes('cannot be understood') && /^ansinh-clock 1\n\d+ \d+ behind/.test(readFileSync(join(data, 'clock'), 'utf8')), server.said.err);
  await server.stop();
});

if (server.child.exitCode === null) await server.stop();
await test('a demonstration made five minutes after midnight: what comes every two hours was done last evening, not never', async () => {
  const midnight = (Math.floor((Date.now() + 7 * 3_600_000) / (DAY * 1000)) + 1) * DAY - 7 * 3600; /* the next one of Vietnam, in seconds */
  set(midnight + 300 - Math.round(Date.now() / 1000));
  const own = join(folder, 'midnight');
  const demo = await run('demo', '--data', own, '--facilities', '1', '--residents', '40', '--days', '1', '--quiet');
  equal(demo.code, 0, demo.err);
  const other = await new Server(own, 'sign-in', '--quiet').ready();
  const board = await (await Person.of(other, 'nurse')).get('/fhir/Location/demo-ward/$board');
  const valueOf = (part, name) => Object.entries(part.find((x) => x.name === name) ?? {}).find(([k]) => k.startsWith('value'))?.[1];
  const turning = board.json.parameter.flatMap((p) => (p.part ?? []).filter((x) => x.name === 'due' && valueOf(x.part, 'kind') === 'turning')).map((x) => Date.parse(valueOf(x.part, 'at')));
  truth(turning.length > 0, 'somebody is turned');
  truth(turning.every((at) => at > (midnight - 4 * 3600) * 1000), `none is late for days: ${turning.map((at) => new Date(at).toISOString())}`);
  await other.stop();
});

finish();
