/* Trying to get in: the real server with sign-in on, the demo with one account per role, and everything that somebody outside, or inside
 * with the wrong role, can send. Which doors there are is read from the server (its CapabilityStatement), from the table of rights and from
 * the tables of routes in the source, so a new door is tried without anybody thinking of it. */

import { gzipSync } from 'node:zlib';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SLOW, Server, ask, askRaw, equal, finish, newFolder, run, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const rights = JSON.parse(readFileSync(join(top, 'content/access/rights.json')));
const data = join(newFolder('breakin'), 'data');
const NAMES = ['nurse', 'carer', 'doctor', 'assistant-doctor', 'pharmacist', 'rehab-technician', 'social-worker', 'records-clerk', 'facility-head', 'doctor-drugs',
  'province-officer', 'police-officer', 'ministry-officer', 'person', 'guardian', 'auditor', 'administrator'];

const made = await run('demo', '--data', data, '--residents', '60', '--days', '1', '--quiet');
equal(made.code, 0, made.err);
const token = /[A-Za-z0-9_-]{40,}/.exec((await run('user', 'token', 'bridge', '--role', 'system', '--data', data)).out)?.[0];
const server = await new Server(data, 'sign-in', '--quiet', '--rate-account', '0', '--rate-address', '0', '--rate-program', '0').ready();
const people = {};
for (const name of NAMES) people[name] = await Person.of(server, name);
const capability = (await ask(server, 'GET', '/fhir/metadata')).json.rest[0];
const types = capability.resource.map((r) => r.type);

/* [method, path, need] of every route below /auth, wherever its table stands. */
const routes = readdirSync(join(top, 'src/rest')).filter((f) => f.endsWith('.c')).flatMap((f) =>
  [...readFileSync(join(top, 'src/rest', f), 'utf8').matchAll(/\{"([A-Z]+)", "(\/auth\/[^"]+)", (NEED_[A-Z]+)/g)].map((m) => [m[1], m[2].replaceAll('*', 'x'), m[3]]));

const json = { 'content-type': 'application/json' };
const fhir = { 'content-type': 'application/fhir+json' };
const up = async (what) => equal((await ask(server, 'GET', '/health')).status, 200, `the server after ${what}`);
async function inTurns(list, work, width = 16) {
  const left = [...list];
  await Promise.all(Array.from({ length: width }, async () => { for (let one = left.shift(); one; one = left.shift()) await work(one); }));
}

/* Every address that the server says it has, as [method, path, body]. */
function addresses() {
  const list = [['GET', ''], ['POST', '', { resourceType: 'Bundle', type: 'batch', entry: [] }], ['GET', '_history'], ['POST', '_search']];
  for (const op of capability.operation ?? []) list.push(['GET', `$${op.name}`], ['POST', `$${op.name}`, { resourceType: 'Parameters' }]);
  for (const r of capability.resource) {
    list.push(['GET', r.type], ['POST', `${r.type}/_search`], ['GET', `${r.type}/_history`], ['POST', r.type, { resourceType: r.type }], ['GET', `${r.type}/x`],
      ['GET', `${r.type}/x/_history`], ['GET', `${r.type}/x/_history/1`], ['PUT', `${r.type}/x`, { resourceType: r.type, id: 'x' }], ['PUT', `${r.type}?_id=x`, { resourceType: r.type }],
      ['DELETE', `${r.type}/x`], ['DELETE', `${r.type}?_id=x`], ['PATCH', `${r.type}/x`, {}], ['HEAD', `${r.type}/x`]);
    for (const op of r.operation ?? []) list.push(['GET', `${r.type}/$${op.name}`], ['POST', `${r.type}/$${op.name}`, { resourceType: 'Parameters' }], ['GET', `${r.type}/x/$${op.name}`]);
  }
  return list;
}

/* ---- nobody ---- */

await test('without sign-in every address is 401 and says nothing else, whatever is shown as a token', async () => {
  const all = addresses();
  truth(all.length > 1500 && routes.length > 25, `${all.length} addresses, ${routes.length} routes`);
  const bodies = new Set();
  await inTurns(all, async ([method, path, body]) => {
    const reply = await ask(server, method, `/fhir/${path}`, body);
    equal([reply.status, reply.headers['www-authenticate']], [401, 'Bearer'], `${method} ${path}`);
    if (method !== 'HEAD') bodies.add(reply.text);
  });
  equal(bodies.size, 1, 'all answers are the same');
  for (const authorization of ['Bearer', 'Bearer ', 'Bearer undefined', `Bearer ${'A'.repeat(43)}`, `Basic ${Buffer.from('nurse:ansinh-demo-2026').toString('base64')}`, `bearer  ${token.slice(0, -1)}`,
    `Bearer ${token}x`, `Bearer ${token.toLowerCase()}`, 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', `Token ${token}`]) {
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { authorization })).status, 401, authorization);
    equal((await ask(server, 'GET', '/metrics', undefined, { authorization })).status, 401, authorization);
  }
});

await test('without sign-in no door below /auth opens but those for coming in', async () => {
  for (const [method, path, need] of routes.filter(([, , n]) => n !== 'NEED_NOTHING')) {
    const reply = await ask(server, method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, json);
    equal([reply.status, reply.json?.problem], [401, 'not-signed-in'], `${method} ${path} ${need}`);
  }
  for (const [method, path] of [['GET', '/auth'], ['GET', '/auth/'], ['GET', '/auth/users/'], ['GET', '/auth/nothing'], ['PUT', '/auth/users'], ['GET', '/auth//users'], ['GET', '/AUTH/users'], ['GET', '/auth/users%00']]) {
    const reply = await ask(server, method, path, undefined, { cookie: people.nurse.cookie });
    truth(reply.status >= 400 && reply.status < 500 ? true : reply.headers['content-type']?.startsWith('text/html') && !reply.text.includes('nurse'), `${method} ${path}: ${reply.status}`);
  }
});

/* ---- the wrong role ---- */

const groupOf = Object.fromEntries(Object.entries(rights.groups).flatMap(([group, g]) => g.types.map((t) => [t, group])));
/* Of what the table gives to a person in care, what is shown and what is written. */
const reached = (role, type, acts) => {
  const r = rights.roles[role];
  if (!r?.personal) return true;
  return acts.some((act) => (act === 'read' || act === 'history' ? type in r.shows || rights.groups[groupOf[type]].open === true : (r.writes[type] ?? '').split(' ').includes(act)));
};
const may = (role, type, ...acts) => reached(role, type, acts) && [rights.everyone, rights.roles[role]?.rights ?? {}].some((r) =>
  Object.values(r[groupOf[type]] ?? {}).some((given) => acts.some((act) => given.split(' ').includes(act))));

await test('each wrong role: 403 for every type and act that the table does not give, before the body is looked at', async () => {
  const list = [];
  for (const name of NAMES) {
    const { role } = people[name];
    for (const type of types.filter((t) => groupOf[t] && t !== 'AuditEvent')) {
      if (!may(role, type, 'read')) list.push([name, 'GET', type], [name, 'GET', `${type}/x`], [name, 'GET', `${type}/x/_history/1`], [name, 'POST', `${type}/_search`]);
      if (!may(role, type, 'history')) list.push([name, 'GET', `${type}/_history`], [name, 'GET', `${type}/x/_history`]);
      if (!may(role, type, 'create')) list.push([name, 'POST', type, '{'], [name, 'POST', type, { resourceType: type }]);
      if (!may(role, type, 'create', 'update')) list.push([name, 'PUT', `${type}/x`, { resourceType: type, id: 'x' }], [name, 'PUT', `${type}?_id=x`, { resourceType: type }]);
      if (!may(role, type, 'delete')) list.push([name, 'DELETE', `${type}/x`], [name, 'DELETE', `${type}?_id=x`]);
    }
  }
  truth(list.length > 3000, `${list.length} attempts`);
  await inTurns(list, async ([name, method, path, body]) => {
    const reply = await people[name].send(method, `/fhir/${path}`, body);
    equal([reply.status, reply.json?.issue?.[0].code], [403, 'forbidden'], `${name} ${method} ${path}`);
  });
  /* the same through a batch: nothing happens by the side door */
  for (const name of NAMES) {
    const mine = list.filter(([who, method, path]) => who === name && method !== 'POST' && !path.includes('?')).slice(0, 200);
    const entry = mine.map(([, method, url, resource]) => ({ ...(method === 'PUT' ? { resource } : {}), request: { method, url } }));
    const reply = await people[name].send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry });
    equal([...new Set((reply.json.entry ?? []).map((e) => e.response.status.slice(0, 3)))], entry.length ? ['403'] : [], name);
  }
});

await test('each wrong role at the doors below /auth; a program at the doors for people', async () => {
  for (const name of NAMES) {
    for (const [method, path, need] of routes) {
      const allowed = people[name].role === 'administrator' || (need === 'NEED_REGISTRAR' && people[name].role === 'facility-head');
      if (allowed || (need !== 'NEED_ADMIN' && need !== 'NEED_REGISTRAR')) continue;
      const reply = await people[name].send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, 'application/json');
      equal([reply.status, reply.json?.problem], [403, 'not-allowed'], `${name} ${method} ${path}`);
    }
  }
  for (const [method, path, need] of routes.filter(([, , n]) => n !== 'NEED_NOTHING')) {
    const reply = await ask(server, method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, { ...json, authorization: `Bearer ${token}` });
    truth(reply.status === 403, `a program ${method} ${path} ${need}: ${reply.status}`);
  }
});

/* ---- guessing ---- */

const body = (reply, id) => reply.text.replaceAll(id, 'ID');
const heads = (reply) => JSON.stringify(Object.entries(reply.headers).filter(([k]) => k !== 'date' && k !== 'content-length').sort());
const length = (reply, id) => Number(reply.headers['content-length'] ?? 0) - (reply.text.split(id).length - 1) * id.length;

await test('an id that is guessed right is answered like one that does not exist: status, body, headers', async () => {
  let compared = 0;
  for (const type of types) {
    const theirs = (await people['doctor-drugs'].get(`/fhir/${type}?_count=20`)).json?.entry ?? [];
    for (const entry of theirs) {
      const { id } = entry.resource;
      const seen = await people.doctor.get(`/fhir/${type}?_id=${id}&_summary=count`);
      if (seen.status !== 200 || seen.json.total !== 0) continue; /* theirs alone */
      const none = id.split('').reverse().join('').replace(/^[.-]/, 'x') === id ? 'nobody' : id.slice(0, -3) + (id.endsWith('zzz') ? 'yyy' : 'zzz');
      const tries = [['GET', ''], ['HEAD', ''], ['GET', '/_history'], ['GET', '/_history/1'], ['GET', '/_history/7'], ['GET', '?_summary=true'], ['GET', '/$validate'],
        ...(capability.resource.find((r) => r.type === type).operation ?? []).map((op) => ['GET', `/$${op.name}`]),
        ['PUT', '', { if: 'W/"1"' }], ['DELETE', ''], ['DELETE', '', { if: 'W/"1"' }]];
      for (const [method, more, how] of tries) {
        const send = (which) => ask(server, method, `/fhir/${type}/${which}${more}`, method === 'PUT' ? { ...entry.resource, id: which, meta: undefined } : undefined,
          { cookie: people.doctor.cookie, 'x-ansinh': '1', ...(how ? { 'if-match': how.if } : {}) });
        const [hidden, absent] = [await send(id), await send(none)];
        equal([hidden.status, body(hidden, id), heads(hidden), length(hidden, id)], [absent.status, body(absent, none), heads(absent), length(absent, none)], `${method} ${type}/ID${more}`);
        compared += 1;
      }
      for (const query of [`_id=ID`, `_id=ID&_summary=count`, `_has:Observation:subject:_id=ID`, `subject=Patient/ID`, `patient=ID&_total=accurate`]) {
        const [hidden, absent] = [await people.doctor.get(`/fhir/${type}?${query.replace('ID', id)}`), await people.doctor.get(`/fhir/${type}?${query.replace('ID', none)}`)];
        const plain = (r, x) => body(r, x).replace(/_page=[0-9A-Za-z]+/g, ''); /* sealed, another one each time */
        truth(hidden.status === absent.status && plain(hidden, id) === plain(absent, none), `${type}?${query}: ${hidden.status} ${absent.status}`);
        compared += 1;
      }
      break;
    }
  }
  truth(compared > 150, `only ${compared} comparisons`);
});

await test('guessing takes about as long for what is hidden as for what is not there', async () => {
  const { id } = (await people['doctor-drugs'].get('/fhir/Patient?_count=1')).json.entry[0].resource;
  const none = id.slice(0, -3) + 'zzz', took = { [id]: [], [none]: [] };
  for (let i = 0; i < 600; i += 1) {
    const which = i % 2 ? id : none, from = process.hrtime.bigint();
    await people.doctor.get(`/fhir/Patient/${which}`);
    took[which].push(Number(process.hrtime.bigint() - from) / 1000);
  }
  const middle = (list) => list.sort((a, b) => a - b)[list.length / 2];
  const [hidden, absent] = [middle(took[id]), middle(took[none])];
  truth(SLOW || Math.abs(hidden - absent) < 0.25 * Math.min(hidden, absent) + 60, `${hidden} and ${absent} us`);
});

await test('a name that is guessed: no word, header or status tells whether there is such an account', async () => {
  const guess = (name) => ask(server, 'POST', '/auth/sign-in', { name, password: 'khong phai mat khau' }, json);
  const [known, unknown] = [await guess('nurse2'), await guess('nurse3')];
  equal([known.status, known.text, heads(known)], [unknown.status, unknown.text, heads(unknown)]);
});

/* ---- parameters ---- */

await test('parameter pollution: doubled, nested and odd parameters open nothing and break nothing', async () => {
  const theirs = (await people['doctor-drugs'].get('/fhir/Patient?_count=1')).json.entry[0].resource.id;
  const mine = (await people.doctor.get('/fhir/Patient?_count=1')).json.entry[0].resource.id;
  const queries = [`_id=${mine}&_id=${theirs}`, `_id=${theirs}&_id=${mine}`, `_id=${mine},${theirs}`, `_id[]=${theirs}`, `_id=${mine}%26_id=${theirs}`, `_id=${mine}&_ID=${theirs}`, `_count=1&_count=100000`, `_count=-1`,
    '_count=1e9', '_count=99999999999999999999', '_summary=count&_summary=data', '_format=json&_format=xml', '_format=html', '_elements=__proto__', '__proto__=x', 'constructor=x', '_sort=_id,_id,_id,-_id', '_include=*&_include=*',
    `_has:Observation:subject:_id=x&_has:Observation:subject:_id=x`, `general-practitioner:Practitioner.name=x`, `_filter=id eq ${theirs}`, `_query=all`, `_contained=both`, '_total=estimate&_total=none', '=', '&&&', '%', '%zz=1', '_id=%00', 'name=%ff',
    "name=' or 1=1 --", 'name="; drop table version; --', 'name=*', 'name=%25', 'name:contains=%25_%25', 'identifier=|', 'identifier=||||', `_list=${theirs}`, '_security=', '_lastUpdated=gt', 'birthdate=ge2020-99-99', `_getpages=${theirs}`, '_at=1900'];
  for (const query of queries) {
    for (const send of [() => people.doctor.get(`/fhir/Patient?${encodeURI(query).replaceAll('%25', '%')}`),
      () => ask(server, 'POST', '/fhir/Patient/_search', query, { cookie: people.doctor.cookie, 'x-ansinh': '1', 'content-type': 'application/x-www-form-urlencoded' })]) {
      const reply = await send();
      truth(reply.status < 500, `${query}: ${reply.status}`);
      truth(!(reply.json?.entry ?? []).some((e) => e.resource?.id === theirs), `${query} shows what is hidden`);
      truth(reply.status !== 200 || (reply.json.entry ?? []).length <= 1001, query);
    }
  }
  const both = await ask(server, 'POST', `/fhir/Patient/_search?_id=${mine}`, `_id=${theirs}`, { cookie: people.doctor.cookie, 'x-ansinh': '1', 'content-type': 'application/x-www-form-urlencoded' });
  equal((both.json.entry ?? []).length, 0, 'body and address together');
});

/* ---- sessions ---- */

await test('session fixation: no planted cookie lives, doubled cookies mix nobody', async () => {
  const planted = 'A'.repeat(43);
  const reply = await ask(server, 'POST', '/auth/sign-in', { name: 'carer2', password: 'ansinh-demo-2026' }, { ...json, cookie: `ansinh=${planted}; ansinh-device=${planted}`, 'x-ansinh': '1' });
  equal(reply.status, 200);
  const fresh = /^ansinh=([^;]*)/.exec(reply.headers['set-cookie'][0])[1];
  truth(fresh !== planted && fresh.length >= 43, fresh);
  equal((await ask(server, 'GET', '/fhir/Patient', undefined, { cookie: `ansinh=${planted}` })).status, 401);
  /* the second time from within: the first session is not carried over either */
  const again = await ask(server, 'POST', '/auth/sign-in', { name: 'carer2', password: 'ansinh-demo-2026' }, { ...json, cookie: `ansinh=${fresh}`, 'x-ansinh': '1' });
  truth(/^ansinh=([^;]*)/.exec(again.headers['set-cookie'][0])[1] !== fresh, 'the same token twice');
  equal((await ask(server, 'GET', '/fhir/Patient', undefined, { cookie: `ansinh=${fresh}` })).status, 401, 'the old one has ended');
  for (const cookie of [`ansinh=${planted}; ${people.nurse.cookie}`, 'ansinh=', 'ansinh', `ansinh=${'x'.repeat(20_000)}`, `ansinh="${people.nurse.cookie.slice(7)}"`, 'ansinh=../../etc/passwd', `Ansinh=${people.nurse.cookie.slice(7)}`,
    `ansinh-device=${people.nurse.cookie.slice(7)}`]) {
    equal((await ask(server, 'GET', '/fhir/Patient', undefined, { cookie })).status, 401, cookie.slice(0, 60));
  }
});

await test('a token is good for one purpose, and after its end for none', async () => {
  const session = people.pharmacist.cookie.split('=')[1].split(';')[0];
  equal((await ask(server, 'GET', '/fhir/Medication', undefined, { authorization: `Bearer ${session}` })).status, 401, 'a cookie is no bearer token');
  equal((await ask(server, 'GET', '/fhir/Medication', undefined, { cookie: `ansinh=${token}` })).status, 401, 'a bearer token is no cookie');
  equal((await people.pharmacist.get(`/fhir/Medication?access_token=${token}`)).status < 500, true);
  equal((await ask(server, 'GET', `/fhir/Medication?access_token=${token}`)).status, 401, 'nor does it stand in an address');
  const one = await Person.of(server, 'pharmacist');
  equal((await one.send('POST', '/auth/sign-out', {}, 'application/json')).status, 204);
  equal([(await one.get('/fhir/Medication')).status, (await one.send('POST', '/auth/unlock', { password: 'ansinh-demo-2026' }, 'application/json')).status], [401, 401], 'replayed after signing out');
  const other = /[A-Za-z0-9_-]{40,}/.exec((await run('user', 'token', 'second-bridge', '--role', 'system', '--data', data)).out)[0];
  equal((await ask(server, 'GET', '/fhir/Basic', undefined, { authorization: `Bearer ${other}` })).status, 200);
  await run('user', 'token', 'second-bridge', '--revoke', '--data', data);
  equal((await ask(server, 'GET', '/fhir/Basic', undefined, { authorization: `Bearer ${other}` })).status, 401, 'replayed after it was revoked');
});

await test('another site\'s page: nothing that changes something goes through with the cookie alone, at any door', async () => {
  const cookie = people.administrator.cookie;
  const writes = [...routes.filter(([method, path]) => method !== 'GET' && path !== '/auth/sign-in' && path !== '/auth/first').map(([m, p]) => [m, p]), ['POST', '/fhir'], ['POST', '/fhir/Basic'], ['PUT', '/fhir/Basic/x'], ['DELETE', '/fhir/Basic/x'],
    ['POST', '/fhir/Patient/_search'], ['POST', '/fhir/$validate']];
  for (const [method, path] of writes) {
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }, { ...json, origin: 'https://evil.example' }, { ...json, 'x-ansinh': '1', origin: 'https://evil.example' },
      { ...json, 'x-ansinh': '1', origin: 'null' }, { ...json, 'x-ansinh': '1', origin: `http://127.0.0.1:${server.port + 1}` }, { ...json, 'x-ansinh': '0' }, { ...json, 'x-ansinh': '' }]) {
      const reply = await ask(server, method, path, '{}', { cookie, ...headers });
      equal(reply.status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
    }
  }
  const reply = await ask(server, 'OPTIONS', '/fhir/Patient', undefined, { origin: 'https://evil.example', 'access-control-request-method': 'PUT' });
  truth(!Object.keys(reply.headers).some((k) => k.startsWith('access-control')), 'no other origin is let in');
  const read = await ask(server, 'GET', '/fhir/Patient?_count=1', undefined, { cookie: people.nurse.cookie, origin: 'https://evil.example' });
  truth(!Object.keys(read.headers).some((k) => k.startsWith('access-control')), 'nor to read an answer');
});

/* ---- what the program fetches: nothing ---- */

await test('SSRF: whatever URL is written or asked for, the program opens no connection', async () => {
  let met = 0;
  const trap = net.createServer((socket) => { met += 1; socket.destroy(); });
  await new Promise((done) => { trap.listen(0, '127.0.0.1', done); });
  const url = `http://127.0.0.1:${trap.address().port}/x`;
  const program = (method, path, resource) => ask(server, method, path, resource, { authorization: `Bearer ${token}` });
  const resources = [{ resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Patient', channel: { type: 'rest-hook', endpoint: url } }, { resourceType: 'Endpoint', status: 'active', connectionType: { code: 'hl7-fhir-rest' }, payloadType: [{ text: 'x' }], address: url },
    { resourceType: 'DocumentReference', status: 'current', content: [{ attachment: { url, contentType: 'text/html' } }] }, { resourceType: 'ValueSet', status: 'active', url, compose: { include: [{ system: url, valueSet: [`${url}/vs`] }] } },
    { resourceType: 'StructureDefinition', url, name: 'X', status: 'active', kind: 'resource', abstract: false, type: 'Basic', baseDefinition: url, derivation: 'constraint', differential: { element: [{ id: 'Basic', path: 'Basic' }] } },
    { resourceType: 'Questionnaire', status: 'active', url, derivedFrom: [url], item: [{ linkId: '1', type: 'choice', answerValueSet: url }] }, { resourceType: 'Basic', meta: { profile: [url] }, code: { coding: [{ system: url, code: 'x' }] }, subject: { reference: `${url}/Patient/1` } },
    { resourceType: 'Basic', code: { text: '<!DOCTYPE x [<!ENTITY e SYSTEM "' + url + '">]>' }, text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><img src="${url}" alt="x"/></div>` } },
    { resourceType: 'Binary', contentType: 'text/uri-list', data: Buffer.from(url).toString('base64') }, { resourceType: 'ImplementationGuide', status: 'active', url, name: 'x', packageId: 'x', fhirVersion: ['4.0.1'], dependsOn: [{ uri: url }] }];
  for (const resource of resources) {
    truth((await program('POST', `/fhir/${resource.resourceType}`, resource)).status < 500, resource.resourceType);
    await program('POST', '/fhir/$validate', resource);
  }
  const q = encodeURIComponent(url);
  for (const path of [`ValueSet/$expand?url=${q}`, `ValueSet/$validate-code?url=${q}&code=x&system=${q}`, `CodeSystem/$lookup?system=${q}&code=x`, `ConceptMap/$translate?url=${q}&code=x&system=${q}`, `Basic/$validate?profile=${q}`, `Questionnaire/$populate?questionnaireUrl=${q}`,
    `Patient?general-practitioner=${q}`, `Patient?_profile=${q}`, `ViewDefinition/$run?viewReference=${q}`, `Observation?code:in=${q}`, `Observation?code:below=${q}|x`, `PlanDefinition/$dry-run?rule=${q}`]) {
    truth((await program('GET', `/fhir/${path}`)).status < 500, path);
  }
  trap.close();
  equal(met, 0, 'connections that came');
  /* and the source: who calls connect, and which address families */
  const callers = readdirSync(join(top, 'src'), { recursive: true }).filter((f) => f.endsWith('.c') && /\bconnect\(\w+, [(&]|curl_|BIO_new_connect|BIO_s_connect/.test(readFileSync(join(top, 'src', f), 'utf8')));
  equal(callers.sort(), ['http/fetch.c', 'http/local.c'], 'two do: fetch.c, for the keys of programs that an administrator registered (public addresses only, tests/app/smart.mjs), and the command line at a socket of its own folder (AF_UNIX)');
  const fetchers = readdirSync(join(top, 'src'), { recursive: true }).filter((f) => f.endsWith('.c') && f !== 'http/fetch.c' && /\bans_http_fetch\(/.test(readFileSync(join(top, 'src', f), 'utf8')));
  equal(fetchers, ['rest/smart.c'], 'who asks fetch.c');
  truth(!/AF_INET/.test(readFileSync(join(top, 'src/http/local.c'), 'utf8')), 'local.c');
});

/* ---- too much of everything ---- */

await test('oversized everything: a clear answer, soon, and the server goes on', async () => {
  const nurse = { cookie: people.nurse.cookie, 'x-ansinh': '1' };
  const long = (n) => 'a'.repeat(n);
  const nested = (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
  const entries = (n) => `{"resourceType":"Bundle","type":"batch","entry":[${Array(n).fill('{"request":{"method":"GET","url":"Patient/x"}}').join(',')}]}`;
  const program = { authorization: `Bearer ${token}` };
  const cases = [
    ['a long path', () => ask(server, 'GET', `/fhir/Patient/${long(33_000)}`, undefined, nurse), [414]],
    ['a long id', () => ask(server, 'GET', `/fhir/Patient/${long(65)}`, undefined, nurse), [400]],
    ['a long header', () => ask(server, 'GET', '/fhir/Patient', undefined, { ...nurse, 'if-none-match': long(33_000) }), [431]],
    ['many headers', () => ask(server, 'GET', '/fhir/Patient', undefined, { ...nurse, ...Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-${i}`, '1'])) }), [431]],
    ['many parameters', () => ask(server, 'GET', `/fhir/Patient?${'a=1&'.repeat(7000)}`, undefined, nurse), [200, 400, 413, 422]],
    ['many values', () => ask(server, 'GET', `/fhir/Patient?_id=${'a,'.repeat(14_000)}`, undefined, nurse), [200, 400, 413, 422]],
    ['a long value in a form', () => ask(server, 'POST', '/fhir/Patient/_search', `name=${long(5_000_000)}`, { ...nurse, 'content-type': 'application/x-www-form-urlencoded' }), [200, 400, 413, 422]],
    ['many values in a form', () => ask(server, 'POST', '/fhir/Patient/_search', `name=${'a,'.repeat(2_000_000)}`, { ...nurse, 'content-type': 'application/x-www-form-urlencoded' }), [400, 413, 422]],
    ['a chain of chains', () => ask(server, 'GET', `/fhir/Observation?subject${':Patient.general-practitioner:Practitioner.x'.repeat(400)}=1`, undefined, nurse), [200, 400, 422]], /* 200: a name that is none is left out, and said */
    ['has of has', () => ask(server, 'GET', `/fhir/Patient?${'_has:Observation:subject:'.repeat(800)}code=1`, undefined, nurse), [400, 422]],
    ['deep JSON', () => ask(server, 'POST', '/fhir/Basic', nested(100_000), { ...program }), [400, 413, 422]],
    ['deep lists', () => ask(server, 'POST', '/fhir/Basic', `{"resourceType":"Basic","x":${'['.repeat(200_000)}`, program), [400, 413, 422]],
    ['deep extensions', () => ask(server, 'POST', '/fhir/Basic', `{"resourceType":"Basic","code":{"text":"x"},${'"extension":[{"url":"urn:x",'.repeat(2000)}"valueString":"x"${'}]'.repeat(2000)}}`, program), [400, 413, 422]],
    ['a long number', () => ask(server, 'POST', '/fhir/Basic', `{"resourceType":"Basic","code":{"text":"x"},"extension":[{"url":"urn:x","valueDecimal":${'9'.repeat(1_000_000)}}]}`, program), [201, 400, 413, 422]],
    ['a bundle of very many', () => ask(server, 'POST', '/fhir', entries(100_001), program), [400, 413, 422]],
    ['a body that is announced only', () => askRaw(server, `POST /fhir/Basic HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n`).then((b) => ({ status: Number(String(b).slice(9, 12)), text: String(b) })), [413]],
    ['a body that says it is packed', () => ask(server, 'POST', '/fhir/Basic', 'x', { ...program, 'content-encoding': 'gzip' }), [400]],
    ['a body packed a thousandfold', () => ask(server, 'POST', '/fhir/Basic', gzipSync(Buffer.alloc(100_000_000, ' ')), { ...program, 'content-encoding': 'gzip' }), [413]],
    ['a body packed otherwise', () => ask(server, 'POST', '/fhir/Basic', 'x', { ...program, 'content-encoding': 'br' }), [415]],
    ['a long sign-in', () => ask(server, 'POST', '/auth/sign-in', { name: long(60_000), password: long(60_000) }, json), [400, 401, 413, 429]],
    ['a long SQL', () => ask(server, 'GET', `/fhir/$sql?query=${encodeURIComponent(`select ${'('.repeat(8000)}1`)}`, undefined, program), [400, 404, 413, 422, 501]],
    ['a long expression', () => ask(server, 'POST', '/fhir/ViewDefinition/$run', { resourceType: 'Parameters', parameter: [{ name: 'viewResource', resource: { resourceType: 'ViewDefinition', status: 'active', resource: 'Patient', select: [{ column: [{ name: 'a', path: `${'('.repeat(50_000)}id${')'.repeat(50_000)}` }] }] } }] }, program), [400, 413, 422]],
    ['many of everything asked for', () => ask(server, 'GET', `/fhir/Patient?${'_include=*&_revinclude=*&'.repeat(500)}_count=1000`, undefined, nurse), [200, 400, 413, 422]],
  ];
  for (const [what, send, wanted] of cases) {
    const from = Date.now();
    const reply = await send().catch((error) => ({ status: 0, text: error.message }));
    truth(wanted.includes(reply.status), `${what}: ${reply.status} ${String(reply.text).slice(0, 200)}`);
    truth(SLOW || Date.now() - from < 15_000, `${what} took ${Date.now() - from} ms`);
    await up(what);
  }
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024;
  truth(SLOW || rss < 1500, `${rss} MiB after all that`);
});

/* ---- methods, headers ---- */

await test('methods that are none, in other cases, hidden in headers: nothing happens', async () => {
  const basic = { resourceType: 'Basic', id: 'stays', code: { text: 'x' } };
  const program = { authorization: `Bearer ${token}` };
  equal((await ask(server, 'PUT', '/fhir/Basic/stays', basic, program)).status, 201);
  for (const method of ['TRACE', 'PROPFIND', 'LOCK', 'PURGE', 'OPTIONS', 'PATCH', 'SEARCH', 'COPY', 'MOVE', 'LINK']) {
    for (const path of ['/fhir/Basic/stays', '/fhir/Basic', '/fhir', '/auth/users', '/', '/health', '/metrics']) {
      const reply = await ask(server, method, path, undefined, program);
      truth(reply.status >= 400 && reply.status < 500, `${method} ${path}: ${reply.status}`);
      truth(!reply.text.includes(token), `${method} ${path} says the token`);
    }
  }
  for (const line of ['get /fhir/Basic/stays', 'DeLeTe /fhir/Basic/stays', 'GET\t/fhir/Basic/stays', 'CONNECT 127.0.0.1:80', 'DELETE  /fhir/Basic/stays', 'GET http://evil.example/fhir/Basic/stays']) {
    const reply = String(await askRaw(server, `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`));
    truth(/^HTTP\/1\.1 4\d\d /.test(reply), `${line}: ${reply.slice(0, 60)}`);
  }
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    equal((await ask(server, 'POST', '/fhir/Basic/stays', {}, { ...program, [name]: 'DELETE' })).status, 405, name);
    equal((await ask(server, 'GET', '/fhir/Basic/stays?_method=DELETE', undefined, { ...program, [name]: 'DELETE' })).status, 200, name);
  }
  for (const [name, value] of [['x-original-url', '/auth/users'], ['x-rewrite-url', '/metrics'], ['x-forwarded-host', 'evil.example'], ['x-forwarded-proto', 'https'], ['forwarded', 'for=127.0.0.1;host=evil.example'], ['x-forwarded-user', 'administrator'], ['x-remote-user', 'administrator'], ['x-ansinh-account', 'administrator']]) {
    equal((await ask(server, 'GET', '/metrics', undefined, { [name]: value })).status, 401, name);
    truth(!(await ask(server, 'GET', '/fhir/Basic?_count=1', undefined, { ...program, [name]: value })).text.includes('evil'), name);
  }
  equal((await ask(server, 'GET', '/fhir/Basic/stays', undefined, program)).status, 200, 'it stayed');
});

await test('header injection: no line of ours can be broken, no answer can be read as a page', async () => {
  const program = { authorization: `Bearer ${token}` };
  const evil = '%0d%0aSet-Cookie:%20ansinh=evil%0d%0a%0d%0a<script>alert(1)</script>';
  for (const path of [`/fhir/Basic/${evil}`, `/fhir/Basic?_id=${evil}`, `/fhir/Basic?_format=${evil}`, `/fhir/${evil}`, `/auth/users/${evil}`, `/${evil}`, `/fhir/Basic?_count=1&x=${evil}`, `/fhir/Basic?_sort=${evil}`, `/fhir/$${evil}`]) {
    const reply = await ask(server, 'GET', path, undefined, program);
    truth(!reply.headers['set-cookie'] && !(reply.text.includes('<script>') && /html/.test(reply.headers['content-type'] ?? '')), `${path}: ${reply.headers['content-type']}`);
    equal(reply.headers['x-content-type-options'], 'nosniff', path);
  }
  for (const [name, value] of [['prefer', 'return=representation\u00ff'], ['if-none-exist', 'identifier=a%0d%0ab'], ['if-match', 'W/"1%0d%0a"'], ['user-agent', '<script>alert(1)</script>']]) {
    truth((await ask(server, 'POST', '/fhir/Basic', { resourceType: 'Basic', code: { text: 'x' } }, { ...program, [name]: value })).status < 500, name);
  }
  const id = { resourceType: 'Basic', id: 'a\r\nX: y', code: { text: 'x' } };
  equal((await ask(server, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: id, request: { method: 'PUT', url: 'Basic/a\r\nX: y' } }] }, program)).status, 400, 'an id with a line in it');
  for (const host of ['evil.example', 'a b', 'x"onload=', '<script>']) {
    const reply = String(await askRaw(server, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
    truth(!reply.includes(host) || /^HTTP\/1\.1 400/.test(reply), host);
  }
  const page = '<html><script>alert(1)</script></html>';
  const made = await ask(server, 'POST', '/fhir/Binary', { resourceType: 'Binary', contentType: 'text/html', data: Buffer.from(page).toString('base64') }, program);
  for (const accept of ['text/html', 'text/html,*/*', '*/*', 'image/png']) {
    const reply = await ask(server, 'GET', `/fhir/Binary/${made.json.id}`, undefined, { ...program, accept });
    truth(!/html|image/.test(reply.headers['content-type'] ?? '') && !reply.text.includes('<script>'), `${accept}: ${reply.headers['content-type']}`);
    equal(reply.headers['x-content-type-options'], 'nosniff');
  }
});

await test('what every answer carries: no sniffing, no caching, no referrer, a policy on pages; nothing of the machine', async () => {
  for (const [path, headers] of [['/fhir/Patient?_count=1', { cookie: people.nurse.cookie }], ['/auth/me', {}], ['/health', {}], ['/fhir/Patient', {}], ['/', {}]]) {
    const reply = await ask(server, 'GET', path, undefined, headers);
    equal([reply.headers['x-content-type-options'], reply.headers['referrer-policy'], reply.headers.server, reply.headers['x-powered-by']], ['nosniff', 'no-referrer', undefined, undefined], path);
    if (path !== '/') equal(reply.headers['cache-control'], 'no-store', path);
  }
  const policy = (await ask(server, 'GET', '/')).headers['content-security-policy'];
  for (const part of ["default-src 'self'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) truth(policy.includes(part), policy);
  truth(!/unsafe|\*|http:/.test(policy), policy);
});

await test('nothing of all this stands in the log, and the record is whole', async () => {
  for (const secret of [token, 'ansinh-demo-2026', people.nurse.cookie.split('=')[1], 'drop table']) truth(!server.said.err.includes(secret), `the log holds ${secret.slice(0, 12)}`);
  equal((await server.stop()).code, 0);
  const checked = await run('check', '--data', data, '--quiet');
  equal([checked.code, checked.out.includes('clean')], [0, true], checked.out);
  equal((await run('audit', 'verify', '--data', data)).code, 0);
});

if (server.child.exitCode === null) await server.stop();
http.globalAgent.destroy();
finish();
