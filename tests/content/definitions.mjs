/* What content/lists and content/profiles hold: every list says its legal source and is said in Vietnamese and English, every code is found by
 * the program and its value set holds just those, every profile is one the program can hold a resource against, and what the profiles are
 * for is refused when it is wrong.
 *
 *     ANSINH=build/main/ansinh node tests/content/definitions.mjs */

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ask, equal, finish, newFolder, test, truth } from '../node.mjs';

const content = join(dirname(fileURLToPath(import.meta.url)), '../../content');
const DRAFT = 'http://fhir.hl7.org.vn/core/';
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

const filesOf = (folder) => readdirSync(join(content, folder)).filter((f) => f.endsWith('.json')).sort()
  .map((f) => ({ file: `${folder}/${f}`, id: f.replace(/\.json$/, ''), it: JSON.parse(readFileSync(join(content, folder, f), 'utf8')) }));
const lists = filesOf('lists');
const profiles = filesOf('profiles');
const all = [...lists, ...profiles];
const systems = lists.filter(({ it }) => it.resourceType === 'CodeSystem');
const sets = lists.filter(({ it }) => it.resourceType === 'ValueSet');
const structures = profiles.filter(({ it }) => it.resourceType === 'StructureDefinition');

const english = (it) => it._title?.extension?.find((e) => e.url === TRANSLATION)?.extension.find((e) => e.url === 'content')?.valueString;
const errorsOf = (outcome) => outcome.issue.filter((i) => i.severity === 'error' || i.severity === 'fatal').map((i) => `${i.expression?.[0]} ${i.diagnostics}`);

/* ---- what each has to say ---- */

for (const { file, id, it } of all) {
  await test(`${file}: says what it is`, () => {
    equal(it.id, id);
    truth(it.language === 'vi' && it.publisher === 'An Sinh', 'language and publisher');
    const url = it.url ?? it.uniqueId[0].value;
    truth(url.startsWith('urn:ansinh:') || url.startsWith(DRAFT), url);
    if (it.resourceType !== 'NamingSystem') truth(it.title && english(it) && it.version, 'title in both languages, version');
    if (it.resourceType === 'CodeSystem') truth(it.copyright.length > 5, 'its legal source');
    /* what is of the draft says so, and claims no more */
    const said = it.description ?? '';
    if (url.startsWith(DRAFT) && it.resourceType !== 'ValueSet') truth(/VN Core/.test(said) && /0\.6\.0/.test(said) && /no national standard/.test(said), 'follows the draft, no national standard');
  });
}

for (const { file, it } of systems) {
  await test(`${file}: its codes`, () => {
    equal(it.concept.length, it.count);
    equal(it.concept.length, new Set(it.concept.map((c) => c.code)).size, 'codes that are different');
    const declared = new Set((it.property ?? []).map((p) => p.code));
    for (const c of it.concept) {
      truth(c.display, c.code);
      /* the names of peoples are names */
      truth(it.id === 'ethnic-group' || c.designation?.some((d) => d.language === 'en' && d.value), `${c.code}: English`);
      for (const p of c.property ?? []) truth(declared.has(p.code), `${c.code}: property ${p.code} is not declared`);
    }
    truth(sets.some((s) => s.it.url === it.valueSet && s.it.compose.include[0].system === it.url), 'a value set of the whole');
  });
}

await test('no two definitions of one URL', () => {
  const urls = all.map(({ it }) => it.url ?? it.uniqueId[0].value);
  equal(urls.filter((u, i) => urls.indexOf(u) !== i), []);
});

/* ---- through the program ---- */

const server = await new Server(join(newFolder('definitions'), 'data'), '--quiet').ready();
const get = (path) => ask(server, 'GET', `/fhir/${path}`);

for (const { file, it } of all) {
  await test(`${file}: is one of R4`, async () => {
    const reply = await ask(server, 'POST', `/fhir/${it.resourceType}/$validate`, it);
    equal(reply.json?.resourceType, 'OperationOutcome', reply.text);
    equal(errorsOf(reply.json), []);
  });
}
for (const { file, it } of systems) {
  await test(`${file}: every code is found, and its value set holds just those`, async () => {
    const expanded = await get(`ValueSet/$expand?url=${encodeURIComponent(it.valueSet)}&count=1000`);
    equal(expanded.status, 200, expanded.text);
    equal(expanded.json.expansion.contains.map((c) => c.code).sort(), it.concept.map((c) => c.code).sort());
    for (const c of it.concept) {
      const found = await get(`CodeSystem/$lookup?system=${encodeURIComponent(it.url)}&code=${encodeURIComponent(c.code)}`);
      equal([found.status, found.json?.parameter?.find((p) => p.name === 'display')?.valueString], [200, c.display], c.code);
    }
  });
}

/* ---- what the profiles are for ---- */

const held = async (resource, profile) => {
  const reply = await ask(server, 'POST', `/fhir/${resource.resourceType}/$validate?profile=${encodeURIComponent(profile)}`, resource);
  equal(reply.json?.resourceType, 'OperationOutcome', reply.text);
  equal(reply.json.issue.filter((i) => i.code === 'not-supported').map((i) => i.diagnostics), [], 'held against it at all');
  return errorsOf(reply.json);
};
const RESIDENT = 'urn:ansinh:profile:resident';
const sid = (name) => `${DRAFT}sid/${name}`;
const person = (identifier, more = {}) => ({ resourceType: 'Patient', identifier, name: [{ text: 'Trần Thị Mẫu' }], gender: 'female', ...more });
const refuses = (name, resource, profile, wanted) => test(`${name} is refused`, async () => {
  const errors = await held(resource, profile);
  truth(errors.length > 0 && errors.every((e) => wanted.test(e)), `${wanted}: ${JSON.stringify(errors)}`);
});

for (const { file, it } of structures) {
  await test(`${file}: can be held against a resource`, async () => {
    const empty = it.type === 'Extension' ? person([{ system: 'urn:x', value: '1' }], { extension: [{ url: it.url }] }) : { resourceType: it.type };
    truth((await held(empty, it.type === 'Extension' ? RESIDENT : it.url)).length > 0, 'nothing is asked by it');
  });
}
await test('a resident with papers', async () => {
  equal(await held(person([
    { system: sid('cccd'), value: '001149005678' }, { system: sid('cmnd'), value: '012345678' }, { system: sid('cmnd'), value: '012345679' },
    { system: sid('bhyt'), value: 'BT2010123456789' }, { system: 'urn:ansinh:id:record-number', value: 'AB-0001' }],
  { extension: [{ url: `${DRAFT}StructureDefinition/vn-ext-ethnicity`, valueCodeableConcept: { coding: [{ system: 'urn:ansinh:ethnic-group', code: '06' }] } }] }), RESIDENT), []);
});
await test('a resident without any', async () => equal(await held(person([{ system: 'urn:ansinh:id:unidentified', value: 'CRDT-1a2b3c4d' }]), RESIDENT), []));
await refuses('a card of 11 digits', person([{ system: sid('cccd'), value: '01149005678' }]), RESIDENT, /res-1/);
await refuses('two cards', person([{ system: sid('cccd'), value: '001149005678' }, { system: sid('cccd'), value: '001149005679' }]), RESIDENT, /Patient\.identifier/);
await refuses('an insurance card of benefit 7', person([{ system: sid('bhyt'), value: 'BT7010123456789' }]), RESIDENT, /res-2/);
await refuses('a temporary number that looks like a card', person([{ system: 'urn:ansinh:id:unidentified', value: '001149005678' }]), RESIDENT, /res-3/);
await refuses('nobody without any number', person(undefined), RESIDENT, /identifier/);
await refuses('an ethnic group as text in the draft’s extension', person([{ system: 'urn:x', value: '1' }], { extension: [{ url: `${DRAFT}StructureDefinition/vn-ext-ethnicity`, valueString: 'Mường' }] }), RESIDENT, /extension\[0\]/);
const stay = (more) => ({ resourceType: 'Encounter', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject: { reference: 'Patient/1' }, period: { start: '2026-11-01' }, ...more });
await test('a stay', async () => equal(await held(stay({}), 'urn:ansinh:profile:stay'), []));
await refuses('a stay without a beginning', stay({ period: { end: '2026-11-02' } }), 'urn:ansinh:profile:stay', /start/);
await refuses('a visit as a stay', stay({ class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' } }), 'urn:ansinh:profile:stay', /class/);
await refuses('an extension where it has no place', { resourceType: 'Observation', status: 'final', code: { text: 'x' }, extension: [{ url: 'urn:ansinh:extension:scheduled-time', valueDateTime: '2026-11-01' }] },
  'http://hl7.org/fhir/StructureDefinition/Observation', /extension/);
await server.stop();
finish();
