/* Packages on the real program: what is added is found and used, an upgrade takes away what is gone, what something stands on stays, broken
 * archives are refused, and new search parameters count for everything from the next reindex on. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const NAME = 'vn.test.core';
const url = (what) => `http://test.example/${what}`;
const valueSet = (id, more = {}) => ({ resourceType: 'ValueSet', id, url: url(`ValueSet/${id}`), version: '1', status: 'active', ...more });
const FARM = { resourceType: 'SearchParameter', id: 'farm', url: url('SearchParameter/farm'), name: 'farm', status: 'active', description: 'a farm', code: 'farm', base: ['Patient'], type: 'token', expression: `Patient.extension.where(url='${url('farm')}').value` };
const patient = (id, farm) => ({ resourceType: 'Patient', id, extension: [{ url: url('farm'), valueCode: farm }] });

/* An unpacked package as a folder; also packed. */
function made(version, resources, more = {}) {
  const root = newFolder('package');
  mkdirSync(join(root, 'package', 'examples'), { recursive: true });
  const put = (name, body) => writeFileSync(join(root, 'package', name), JSON.stringify(body));
  put('package.json', { name: NAME, version, fhirVersions: ['4.0.1'], dependencies: { 'hl7.fhir.r4.core': '4.0.1' }, ...more });
  put('.index.json', { files: [] });
  put('examples/Patient-e.json', { resourceType: 'Patient', id: 'e' });
  put('Patient-f.json', { resourceType: 'Patient', id: 'f' });
  for (const r of resources) put(`${r.resourceType}-${r.id}.json`, r);
  const file = join(root, 'package.tgz');
  execFileSync('tar', ['czf', file, '-C', root, 'package']);
  return { root, file };
}

const data = join(newFolder('data'), 'data');
const pack = (...args) => run('package', ...args, '--data', data, '--quiet');
const said = async (code, ...args) => {
  const end = await pack(...args);
  equal(end.code, code, end.out + end.err);
  return end.out + end.err;
};
const holds = (text, part) => truth(text.includes(part), `no "${part}" in: ${text}`);
async function served(run_) {
  const server = await new Server(data, '--quiet').ready();
  try {
    return await run_((method, path, body) => ask(server, method, path, body), server);
  } finally {
    await server.stop();
  }
}

const first = made('1.0.0', [valueSet('a'), valueSet('b'), FARM]);

await test('a dry run writes nothing', async () => {
  holds(await said(0, 'add', first.file, '--dry-run'), '3 definitions, 3 of them not here yet; nothing written');
  equal((await said(0, 'list')).trim(), '');
});

await test('a folder is added', async () => {
  const text = await said(0, 'add', first.root);
  holds(text, `${NAME} 1.0.0: 3 definitions: 3 new, 0 changed, 0 as they were, 0 gone, 0 refused`);
  holds(text, 'ansinh reindex');
  holds(await said(0, 'list'), NAME);
});

await test('the archive says the same as the folder', async () => {
  holds(await said(0, 'add', first.file), '0 new, 0 changed, 3 as they were, 0 gone');
});

await test('its definitions are ordinary resources, tagged, and its examples are not there', () => served(async (call) => {
  equal((await call('GET', `/fhir/ValueSet?url=${encodeURIComponent(url('ValueSet/a'))}`)).json.total ?? 1, 1);
  equal((await call('GET', `/fhir/ValueSet?_tag=urn:ansinh:tag:package|${NAME}&_summary=count`)).json.total, 2);
  equal((await call('GET', '/fhir/Patient?_summary=count')).json.total, 0);
  const list = (await call('GET', `/fhir/ImplementationGuide/package-${NAME}`)).json;
  equal([list.packageId, list.version, list.definition.resource.length], [NAME, '1.0.0', 3]);
}));

await test('an upgrade changes, adds and takes away; also beside a running server', () => served(async (call) => {
  const next = made('1.1.0', [valueSet('a', { version: '2' }), valueSet('c'), FARM]);
  holds(await said(0, 'add', next.file), '1.1.0 (was 1.0.0): 3 definitions: 1 new, 1 changed, 1 as they were, 1 gone');
  equal((await call('GET', '/fhir/ValueSet/b')).status, 410);
  equal((await call('GET', '/fhir/ValueSet/a')).json.version, '2');
  equal((await call('GET', '/fhir/ValueSet/a/_history/1')).json.version, '1', 'the version before stays in the history');
}));

await test('an id that something else has is not taken from it', () => served(async (call) => {
  equal((await call('PUT', '/fhir/ValueSet/d', { resourceType: 'ValueSet', id: 'd', url: 'urn:somebody:else', status: 'active' })).status, 201);
  const other = made('1', [valueSet('d')], { name: 'vn.test.other' });
  holds(await said(0, 'add', other.root), '1 new');
  equal((await call('GET', '/fhir/ValueSet/d')).json.url, 'urn:somebody:else');
  equal((await call('GET', `/fhir/ValueSet?url=${encodeURIComponent(url('ValueSet/d'))}&_summary=count`)).json.total, 1);
  holds(await said(0, 'add', other.root), '0 new, 0 changed, 1 as they were'); /* found again under the id that was made */
}));

await test('a search parameter counts from the next reindex on, for all there is', async () => {
  await served(async (call, server) => {
    for (const [id, farm] of [['p', 'duck'], ['q', 'goose']]) equal((await call('PUT', `/fhir/Patient/${id}`, patient(id, farm))).status, 201);
    const reply = await ask(server, 'GET', '/fhir/Patient?farm=duck', undefined, { prefer: 'handling=strict' });
    equal(reply.status, 400, 'not a parameter yet: never half an answer');
  });
  equal((await run('check', '--data', data, '--quiet')).code, 0);
  const end = await run('reindex', '--data', data, '--quiet');
  equal(end.code, 0, end.err);
  await served(async (call) => {
    const ids = async (query) => (await call('GET', `/fhir/Patient?${query}`)).json.entry?.map((e) => e.resource.id) ?? [];
    equal(await ids('farm=duck'), ['p']);
    equal(await ids('farm:not=duck'), ['q']);
    equal((await call('PUT', '/fhir/Patient/r', patient('r', 'duck'))).status, 201);
    equal((await ids('farm=duck')).sort(), ['p', 'r']);
    const rest = (await call('GET', '/fhir/metadata')).json.rest[0].resource.find((r) => r.type === 'Patient');
    equal(rest.searchParam.find((p) => p.name === 'farm').type, 'token');
    equal(rest.searchParam.filter((p) => p.name === 'name').length, 1);
  });
  equal((await run('check', '--data', data, '--quiet')).code, 0, 'the index equals a rebuild');
});

await test('what something stands on stays, unless forced', async () => {
  await served(async (call) => {
    equal((await call('PUT', '/fhir/ValueSet/mine', { ...valueSet('mine'), compose: { include: [{ valueSet: [url('ValueSet/a')] }] } })).status, 201);
  });
  const needing = made('1', [valueSet('n')], { name: 'vn.test.needing', dependencies: { [NAME]: '1.1.0' } });
  await said(0, 'add', needing.root);
  const text = await said(1, 'remove', NAME);
  holds(text, 'package vn.test.needing needs it');
  holds(text, 'nothing was removed');
  holds(await said(0, 'remove', NAME, '--dry-run'), 'would go');
  holds(await said(0, 'remove', NAME, '--force'), '3 definitions removed');
  truth(!(await said(0, 'list')).includes(`${NAME} `), 'gone from the list');
  holds(await said(1, 'remove', NAME), 'there is no package');
});

await test('only what came with the package goes with it, whatever its list says', async () => {
  const mine = made('1', [valueSet('own')], { name: 'vn.test.mine' });
  await said(0, 'add', mine.file);
  await served(async (call) => {
    equal((await call('PUT', '/fhir/Condition/c', { resourceType: 'Condition', id: 'c', subject: { reference: 'Patient/p' } })).status, 201);
    const list = (await call('GET', '/fhir/ImplementationGuide/package-vn.test.mine')).json;
    list.definition.resource.push({ reference: { reference: 'Condition/c' } }, { reference: { reference: 'ValueSet/d' } });
    equal((await call('PUT', '/fhir/ImplementationGuide/package-vn.test.mine', list)).status, 200);
  });
  holds(await said(0, 'add', made('2', [valueSet('own2')], { name: 'vn.test.mine' }).file), '1 new, 0 changed, 0 as they were, 1 gone');
  const rival = made('1', [valueSet('own2'), valueSet('other')], { name: 'vn.test.rival' });
  const text = await said(0, 'add', rival.file);
  holds(text, 'ValueSet/own2 is here already and not of this package');
  holds(text, '1 definitions: 1 new');
  holds(await said(0, 'remove', 'vn.test.rival'), '1 definitions removed');
  await served(async (call) => {
    for (const path of ['Condition/c', 'ValueSet/d', 'ValueSet/own2']) equal((await call('GET', `/fhir/${path}`)).status, 200, path);
  });
});

await test('broken archives are refused and nothing is written', async () => {
  const whole = readFileSync(first.file), broken = join(first.root, 'broken.tgz');
  const before = await said(0, 'list');
  for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from('no archive at all'), Buffer.alloc(0)]) {
    writeFileSync(broken, bytes);
    const end = await pack('add', broken);
    truth(end.code === 1 && end.err.length > 10, `${end.code} ${end.err}`);
  }
  equal((await pack('add', join(first.root, 'absent.tgz'))).code, 1);
  const five = made('1', [valueSet('x')], { fhirVersions: ['5.0.0'] });
  holds(await said(1, 'add', five.file), 'not for FHIR R4');
  const nameless = made('1', [valueSet('x')], { name: '../../x' });
  await said(1, 'add', nameless.file);
  equal(await said(0, 'list'), before);
  equal((await run('package', 'what', '--data', data)).code, 2);
});

/* Long names come as pax or as GNU headers; folders and links are passed over. */
await test('archives of several kinds are read', async () => {
  for (const format of ['ustar', 'pax', 'gnu']) {
    /* ustar has no place for long names */
    const long = format === 'ustar' ? 60 : 130;
    const id = `long-${format}`, made_ = made('1', [valueSet(id)], { name: `vn.test.${format}` });
    const deep = join(made_.root, 'package', `ValueSet-${'x'.repeat(long)}${format}.json`);
    writeFileSync(deep, JSON.stringify(valueSet(`deep-${format}`)));
    execFileSync('ln', ['-s', '/etc/passwd', join(made_.root, 'package', 'ValueSet-link.json')]);
    execFileSync('tar', [`--format=${format}`, '-cf', made_.file, '-C', made_.root, 'package']);
    holds(await said(0, 'add', made_.file), '2 definitions: 2 new');
  }
});

await finish();
