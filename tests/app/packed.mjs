/* Bodies packed with gzip on the real program, as clients of others send them: they are what they would be unpacked; what is damaged, goes on
 * behind its end or grows without bounds is refused, and costs little. And answers packed for who asks for it: the same bytes, once unpacked. */

import { request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
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

/* The bytes that came over the line. */
function fetched(path, headers = {}, method = 'GET') {
  return new Promise((done, fail) => {
    const call = request({ host: answers.host, port: answers.port, method, path, headers }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(chunks), packing: reply.headers['content-encoding'] }));
    });
    call.on('error', fail);
    call.end();
  });
}

const answers = await new Server(join(newFolder('answers'), 'data'), '--memory', '--quiet').ready();
const family = (i) => ({ resourceType: 'Patient', id: `p${i}`, name: [{ family: 'Đặng', given: ['Ánh', `${i}`] }] });
await ask(answers, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: Array.from({ length: 300 }, (_, i) => ({ resource: family(i), request: { method: 'PUT', url: `Patient/p${i}` } })) });

await test('a long answer goes packed to who asks for it, and is the same', async () => {
  for (const path of ['/fhir/Patient?_count=300', '/fhir/Patient/_history?_count=300', '/fhir/metadata', '/fhir/Patient?_count=300&_format=json']) {
    const [plain, zipped] = [await fetched(path), await fetched(path, { 'accept-encoding': 'deflate, gzip;q=0.5, br' })];
    equal([plain.status, plain.packing, plain.headers.vary], [200, undefined, 'Accept-Encoding'], path);
    equal([zipped.status, zipped.packing, zipped.headers.vary, zipped.headers['content-type']], [200, 'gzip', 'Accept-Encoding', plain.headers['content-type']], path);
    truth(zipped.body.length * 4 < plain.body.length, `${path}: ${plain.body.length} bytes became ${zipped.body.length}`);
    const told = (bytes) => bytes.toString().replace(/"(id|timestamp|date|lastUpdated)":"[^"]*"/g, ''); /* a Bundle has the time of its answer */
    equal(told(gunzipSync(zipped.body)), told(plain.body), path);
    equal(Number(zipped.headers['content-length']), zipped.body.length);
  }
});

await test('who does not ask, or says no, gets it as it is', async () => {
  for (const said of ['', 'br', 'deflate', 'identity', 'gzip;q=0', 'gzip; q=0.000', 'gzipped', 'x;gzip', ',;,']) {
    const got = await fetched('/fhir/Patient?_count=300', { 'accept-encoding': said });
    equal([got.status, got.packing], [200, undefined], `"${said}"`);
    equal(JSON.parse(got.body).entry.length, 300);
  }
  for (const said of ['GZIP', 'br,gzip', 'gzip;q=1', 'gzip;q=0.001']) equal((await fetched('/fhir/Patient?_count=300', { 'accept-encoding': said })).packing, 'gzip', said);
});

await test('small ones, photos, heads and refusals', async () => {
  const wants = { 'accept-encoding': 'gzip' };
  equal([(await fetched('/fhir/Patient/p1', wants)).packing, (await fetched('/fhir/Patient/p1', wants)).headers.vary], [undefined, undefined], 'fits into a packet');
  const photo = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 7919) % 251));
  const kept = await ask(answers, 'POST', '/fhir/Binary', photo, { 'content-type': 'image/jpeg' });
  const read = await fetched(`/fhir/Binary/${kept.json.id}`, wants);
  equal([read.packing, Buffer.from(JSON.parse(read.body).data, 'base64').equals(photo)], [undefined, true], 'a photo alone: others would wait for what saves little');
  const [head, whole] = [await fetched('/fhir/metadata', wants, 'HEAD'), await fetched('/fhir/metadata', wants)];
  equal([head.packing, head.headers['content-length'], head.body.length], ['gzip', whole.headers['content-length'], 0]);
  const again = await fetched('/fhir/metadata', { ...wants, 'if-none-match': whole.headers.etag });
  equal([again.status, again.body.length, again.packing], [304, 0, undefined], 'nothing is packed into nothing');
  const long = await fetched(`/fhir/Patient?${'x=1&'.repeat(2000)}`, wants);
  equal([long.status >= 400, JSON.parse(long.packing ? gunzipSync(long.body) : long.body).resourceType], [true, 'OperationOutcome']);
});
await answers.stop();
finish();
