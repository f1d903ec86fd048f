/* PATCH on the real program: patches that race lose nothing, and what may not be seen or written is not reached by patching it. */

import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const PASSWORD = 'ansinh-demo-2026';
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const patch = (server, path, operations, headers = {}) => ask(server, 'PATCH', `/fhir/${path}`, operations, { ...JSON_PATCH, ...headers });
const named = (family) => ({ op: 'add', path: '/name/-', value: { family } });

await test('thirty patches at once: each is applied to what the others made, none is lost', async () => {
  const server = await new Server(join(newFolder('patch'), 'data'), '--quiet').ready();
  equal((await ask(server, 'PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family: 'Gốc' }] })).status, 201);
  const families = Array.from({ length: 30 }, (_, i) => `Họ ${i}`);
  const again = async (family) => {
    for (let tries = 0; tries < 50; tries += 1) { /* a state that moved eight times is the client's to try again */
      const { status, text } = await patch(server, 'Patient/p', [named(family)]);
      if (status !== 503) return equal(status, 200, text);
    }
    throw new Error(`${family}: never done`);
  };
  await Promise.all(families.map(again));
  const { json } = await ask(server, 'GET', '/fhir/Patient/p');
  equal(json.name.map((n) => n.family).sort(), [...families, 'Gốc'].sort());
  equal(json.meta.versionId, '31');
  const old = await Promise.all(families.map((family) => patch(server, 'Patient/p', [named(family)], { 'if-match': 'W/"31"' })));
  equal(old.filter((r) => r.status === 200).length, 1, 'of those who name a version one is taken');
  equal(old.filter((r) => r.status === 412).length, 29);
  equal((await patch(server, 'Patient/p', [{ op: 'test', path: '/id', value: 'p' }])).headers.etag, 'W/"32"', 'a patch that changes nothing is no version');
  await server.stop();
});

await test('thirty patches within transactions at once: none is lost either', async () => {
  const server = await new Server(join(newFolder('patch'), 'data'), '--quiet').ready();
  equal((await ask(server, 'PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family: 'Gốc' }] })).status, 201);
  const families = Array.from({ length: 30 }, (_, i) => `Họ ${i}`);
  const data = (operations) => Buffer.from(JSON.stringify(operations)).toString('base64');
  const entry = (family, more = {}) => ({ resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: data([named(family)]) }, request: { method: 'PATCH', url: 'Patient/p', ...more } });
  const bundle = (family, more) => ({ resourceType: 'Bundle', type: 'transaction', entry: [entry(family, more),
    { resource: { resourceType: 'Basic', code: { text: family }, subject: { reference: 'Patient/p' } }, request: { method: 'POST', url: 'Basic' } }] });
  const again = async (family) => {
    for (let tries = 0; tries < 50; tries += 1) { /* a state that moved sixteen times is the client's to try again */
      const { status, text } = await ask(server, 'POST', '/fhir', bundle(family));
      if (status !== 503) return equal(status, 200, text);
    }
    throw new Error(`${family}: never done`);
  };
  await Promise.all(families.map(again));
  const { json } = await ask(server, 'GET', '/fhir/Patient/p');
  equal(json.name.map((n) => n.family).sort(), [...families, 'Gốc'].sort());
  equal((await ask(server, 'GET', '/fhir/Basic?subject=Patient/p&_summary=count')).json.total, 30, 'what was beside it came once each');
  const old = await Promise.all(families.map((family) => ask(server, 'POST', '/fhir', bundle(family, { ifMatch: 'W/"31"' }))));
  equal(old.filter((r) => r.status === 200).length, 1, 'of those who name a version one is taken');
  equal(old.filter((r) => r.status === 412).length, 29);
  equal((await ask(server, 'GET', '/fhir/Basic?subject=Patient/p&_summary=count')).json.total, 31, 'and nothing of the others');
  await server.stop();
});

await test('nobody reaches by a patch what they do not see, may not write, or what is signed', async () => {
  const data = join(newFolder('patch'), 'data');
  const made = await run('demo', '--data', data, '--residents', '16', '--facilities', '2', '--days', '1', '--quiet');
  equal(made.code, 0, made.err);
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const signIn = async (name) => {
    const reply = await ask(server, 'POST', '/auth/sign-in', { name, password: PASSWORD }, { 'content-type': 'application/json', 'x-ansinh': '1' });
    equal(reply.status, 200, `${name} signs in`);
    const cookie = reply.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
    return (method, path, body, more = {}) => ask(server, method, `/fhir/${path}`, body, { cookie, 'x-ansinh': '1', ...more });
  };
  const carer = await signIn('carer'), nurse = await signIn('nurse'), auditor = await signIn('auditor'), head = await signIn('facility-head');
  const mine = (await nurse('GET', 'Patient?_count=1')).json.entry[0].resource;
  const everywhere = (await run('user', 'token', 'all', '--data', data, '--quiet')).out.trim().split('\n').pop();
  const all = (path) => ask(server, 'GET', `/fhir/${path}`, undefined, { authorization: `Bearer ${everywhere}` });
  const ours = new Set((await nurse('GET', 'Patient?_count=100&_elements=id')).json.entry.map((e) => e.resource.id));
  const other = (await all('Patient?_count=100&_elements=id')).json.entry.map((e) => e.resource.id).find((id) => !ours.has(id));
  truth(other, 'somebody of another house');
  const guess = [{ op: 'test', path: '/resourceType', value: 'Patient' }];
  const absent = await nurse('PATCH', 'Patient/nobody', guess, JSON_PATCH), hidden = await nurse('PATCH', `Patient/${other}`, guess, JSON_PATCH);
  equal([absent.status, hidden.status], [404, 404]);
  equal(hidden.text.replaceAll(other, 'nobody'), absent.text, 'what is not seen is not there');
  const inBundle = (type, id) => ({ resourceType: 'Bundle', type, entry: [{ request: { method: 'PATCH', url: `Patient/${id}` },
    resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: Buffer.from(JSON.stringify(guess)).toString('base64') } }] });
  for (const type of ['transaction', 'batch']) {
    const [no, secret] = [await nurse('POST', '', inBundle(type, 'nobody')), await nurse('POST', '', inBundle(type, other))];
    equal(secret.text.replaceAll(other, 'nobody'), no.text, `in a ${type} neither`);
    truth(type === 'batch' ? secret.json.entry[0].response.status.startsWith('404') : secret.status === 404, `${type}: ${secret.status}`);
  }
  equal([(await nurse('GET', `Patient/${other}/$meta`)).status, (await nurse('GET', `Patient/${mine.id}/$meta`)).status], [404, 200]);
  equal((await nurse('GET', `Patient/${other}/Observation`)).json.total, 0, 'nor by what is in their compartment');
  equal((await nurse('GET', `Patient/${mine.id}/Observation?_count=1`)).status, 200);
  const change = [{ op: 'add', path: '/gender', value: 'unknown' }];
  for (const [who, as] of [['carer', carer], ['auditor', auditor]]) truth([403, 404].includes((await as('PATCH', `Patient/${mine.id}`, change, JSON_PATCH)).status), who);
  for (const as of [carer, auditor]) {
    const bundle = inBundle('transaction', mine.id);
    bundle.entry[0].resource.data = Buffer.from(JSON.stringify(change)).toString('base64');
    truth([403, 404].includes((await as('POST', '', bundle)).status), 'in a transaction');
    truth([403, 404, 415].includes((await as('PATCH', `Patient/${mine.id}`, { gender: 'unknown' }, { 'content-type': 'application/merge-patch+json' })).status), 'merged');
  }
  equal((await all(`Patient/${mine.id}`)).json.meta.versionId, mine.meta.versionId, 'nothing was written');
  equal((await nurse('PATCH', `Patient/${mine.id}`, change, { ...JSON_PATCH, 'x-ansinh': '' })).status, 403, 'a page elsewhere has no such header');
  /* the care rules hold for what comes of a patch */
  const note = (await all('Composition?status=final&_count=100')).json.entry.map((e) => e.resource).find((c) => c.attester && ours.has(c.subject.reference.split('/')[1]));
  truth(note, 'a signed note');
  const refused = await head('PATCH', `Composition/${note.id}`, [{ op: 'replace', path: '/title', value: 'Khác' }], JSON_PATCH);
  truth([403, 422].includes(refused.status), `signed: ${refused.status}`);
  equal((await all(`Composition/${note.id}`)).json.title, note.title);
  await server.stop();
});

finish();
