/* Bodies packed with gzip on the real program, as clients of others send them: they are what they would be unpacked; what is damaged, goes on
 * behind its end or grows without bounds is refused, and costs little. */

import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Server, ask, equal, finish, newFolder, test, truth } from '../node.mjs';

const packed = (value) => gzipSync(typeof value === 'string' ? value : JSON.stringify(value));
const HEADERS = { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' };

/* ask() sends texts; these are bytes. */
async function send(server, method, path, bytes, headers = {}) {
  const reply = await fetch(`${server.base}${path}`, { method, body: bytes, headers: { ...HEADERS, ...headers } });
  const text = await reply.text();
  let json;
  try { json = JSON.parse(text); } catch { json = undefined; }
  return { status: reply.status, json, text };
}

const server = await new Server(join(newFolder('packed'), 'data'), '--memory', '--quiet').ready();
const patient = { resourceType: 'Patient', id: 'p', name: [{ family: 'Đặng', given: ['Ánh'] }] };

await test('every kind of request that has a body', async () => {
  equal((await send(server, 'PUT', '/fhir/Patient/p', packed(patient))).status, 201);
  equal((await ask(server, 'GET', '/fhir/Patient/p')).json.name, patient.name);
  const made = await send(server, 'POST', '/fhir/Patient', packed({ ...patient, id: undefined }), { 'content-encoding': 'x-gzip' });
  equal(made.status, 201);
  const found = await send(server, 'POST', '/fhir/Patient/_search', packed('family=dang'), { 'content-type': 'application/x-www-form-urlencoded' });
  equal([found.status, found.json.total], [200, 2]);
  const untyped = await fetch(`${server.base}/fhir/Patient/_search`, { method: 'POST', body: new Blob([packed('family=dang')]), headers: { 'content-encoding': 'gzip' } });
  equal([untyped.status, (await untyped.json()).total], [200, 2], 'a form that lost its type');
  const patched = await send(server, 'PATCH', '/fhir/Patient/p', packed([{ op: 'add', path: '/active', value: true }]), { 'content-type': 'application/json-patch+json' });
  equal([patched.status, patched.json.active], [200, true]);
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: Array.from({ length: 200 }, (_, i) => ({ resource: { ...patient, id: `t${i}` }, request: { method: 'PUT', url: `Patient/t${i}` } })) };
  equal((await send(server, 'POST', '/fhir', packed(bundle))).json?.entry?.length, 200);
  equal((await send(server, 'POST', '/fhir/Patient/$validate', packed(patient))).status, 200);
  const binary = await send(server, 'POST', '/fhir/Binary', packed('xin chào'), { 'content-type': 'text/plain' });
  equal([binary.status, Buffer.from(binary.json.data, 'base64').toString()], [201, 'xin chào']);
  equal((await send(server, 'PUT', '/fhir/Patient/p', Buffer.from(JSON.stringify(patient)), { 'content-encoding': 'identity' })).status, 200);
});

await test('what is damaged is refused and changes nothing', async () => {
  const whole = packed({ ...patient, active: false });
  const cases = { 'cut short': whole.subarray(0, whole.length - 5), 'with more behind it': Buffer.concat([whole, Buffer.from('x')]), 'of two': Buffer.concat([whole, whole]),
    'no gzip': Buffer.from('{"resourceType":"Patient"}'), 'a wrong sum': Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)]), 'only a head': whole.subarray(0, 10) };
  for (const [name, bytes] of Object.entries(cases)) {
    const reply = await send(server, 'PUT', '/fhir/Patient/p', bytes);
    equal([reply.status, reply.json?.resourceType], [400, 'OperationOutcome'], name);
  }
  equal((await ask(server, 'GET', '/fhir/Patient/p')).json.active, undefined);
  equal((await send(server, 'PUT', '/fhir/Patient/p', packed(''))).status, 400, 'nothing in it');
  equal((await send(server, 'PUT', '/fhir/Patient/p', packed('{"resourceType":"Patient",'))).status, 400, 'no JSON in it');
});

await test('a small body that unpacks to very much is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(200 << 20, 0x20), { level: 9 });
  truth(bomb.length < (1 << 20), 'it is small');
  const replies = await Promise.all(Array.from({ length: 4 }, () => send(server, 'POST', '/fhir/Patient', bomb)));
  equal(replies.map((r) => r.status), [413, 413, 413, 413]);
  equal((await ask(server, 'GET', '/fhir/Patient/p')).status, 200, 'it goes on');
});

await server.stop();

/* A few kilobytes each become 60 MiB each: what all of them hold together is bounded, and given back. A call holds its own until its answer was
 * taken: so those that do not read a large one hold theirs for as long as this wants. */
await test('many large packed bodies at once: who comes too many is told to wait, and then there is room again', async () => {
  const many = await new Server(join(newFolder('packed'), 'many'), '--memory', '--quiet').ready();
  const large = (value) => gzipSync(Buffer.concat([Buffer.alloc(60 << 20, 0x20), Buffer.from(JSON.stringify(value))]), { level: 9 });
  equal((await send(many, 'PUT', '/fhir/Binary/long', packed({ resourceType: 'Binary', id: 'long', contentType: 'text/plain', data: 'A'.repeat(24 << 20) }))).status, 201);
  const asking = large({ resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Binary/long' } }] });
  const hold = () => new Promise((begun, failed) => {
    request(`${many.base}/fhir`, { method: 'POST', agent: false, headers: { ...HEADERS, 'content-length': asking.length } }, begun).on('error', failed).end(asking);
  });
  const bytesOf = async (reply) => {
    let bytes = 0;
    for await (const piece of reply) bytes += piece.length;
    return bytes;
  };
  const held = [];
  for (let i = 0; i < 5; i += 1) {
    held.push(await hold());
    equal(held[i].statusCode, 200, `the answer to call ${i} begins`);
  }
  const one = large({ ...patient, id: undefined });
  const refused = await fetch(`${many.base}/fhir/Patient`, { method: 'POST', body: one, headers: HEADERS });
  equal([refused.status, refused.headers.get('retry-after'), (await refused.json()).issue[0].code], [503, '2', 'throttled']);
  equal((await send(many, 'POST', '/fhir/Patient', packed({ ...patient, id: undefined }))).status, 201, 'a small one needs no room');
  for (const reply of held) truth(await bytesOf(reply) > 24 << 20, 'what was held is whole');
  for (let i = 0; i < 8; i += 1) equal((await send(many, 'POST', '/fhir/Patient', one)).status, 201, 'one after the other there is room');
  equal((await ask(many, 'GET', '/fhir/Patient?_summary=count')).json.total, 9, 'of what was refused nothing was done');
  await many.stop();
});
finish();
