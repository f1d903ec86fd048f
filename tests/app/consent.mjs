/* Consent on the real program: a program bound to a purpose and an organisation, made at the console, sees a person from the consent on
 * and no longer from the withdrawal on; over restarts; and an export for a purpose holds nobody else. */

import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, sleep, soon, test, truth } from '../node.mjs';

const PASSWORD = 'ansinh-demo-2026';
const folder = newFolder('consent');
const data = join(folder, 'data');
const fhir = 'application/fhir+json';
let server, worker, tokens = {}, person, consent;

const signIn = async (name) => {
  const reply = await ask(server, 'POST', '/auth/sign-in', { name, password: PASSWORD }, { 'content-type': 'application/json', 'x-ansinh': '1' });
  equal(reply.status, 200, `${name} signs in`);
  const cookie = reply.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
  return (method, path, body) => ask(server, method, path, body, { cookie, 'x-ansinh': '1', 'content-type': fhir });
};
const user = (...args) => run('user', ...args, '--data', data, '--quiet');
const as = (name, path) => ask(server, 'GET', `/fhir/${path}`, undefined, { authorization: `Bearer ${tokens[name]}` });
const total = async (name, query) => (await as(name, `${query}${query.includes('?') ? '&' : '?'}_summary=count`)).json.total;
const last = (end) => end.out.trim().split('\n').pop();

const consentOf = (id, organisation) => ({
  resourceType: 'Consent', status: 'active', patient: { reference: `Patient/${id}` }, dateTime: new Date().toISOString(),
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  policyRule: { coding: [{ system: 'urn:ansinh:legal-regime', code: 'law-91-2025' }] },
  performer: [{ reference: `Patient/${id}` }],
  verification: [{ verified: true, verificationDate: new Date().toISOString() }],
  provision: {
    type: 'permit', purpose: [{ system: 'urn:ansinh:consent-purpose', code: 'provider' }],
    actor: [{ role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }, reference: { reference: `Organization/${organisation}` } }],
  },
});

await test('what the console takes', async () => {
  const made = await run('demo', '--data', data, '--residents', '16', '--facilities', '1', '--days', '2', '--quiet');
  equal(made.code, 0, made.err);
  const open = await new Server(data, 'sign-in', '--quiet').ready();
  server = open;
  const admin = (await user('token', 'hand')).out.trim().split('\n').pop();
  for (const id of ['bv-mot', 'bv-hai']) {
    const put = await ask(server, 'PUT', `/fhir/Organization/${id}`, {
      resourceType: 'Organization', id, name: id, type: [{ coding: [{ system: 'urn:ansinh:organization-kind', code: 'external' }] }],
    }, { authorization: `Bearer ${admin}`, 'content-type': fhir });
    equal(put.status, 201, put.text);
  }
  for (const [name, to] of [['first', 'bv-mot'], ['second', 'bv-hai']]) {
    const end = await user('token', name, '--purpose', 'provider', '--recipient', to);
    equal(end.code, 0, end.err);
    tokens[name] = last(end);
  }
  const by_law = await user('token', 'law', '--purpose', 'statutory-report', '--recipient', 'bv-hai', '--basis', 'Công văn 12/2026');
  equal(by_law.code, 0, by_law.err);
  tokens.law = last(by_law);
  const list = await user('list');
  truth(/first .*recipient .*program for provider to bv-mot/.test(list.out), list.out);
  for (const bad of [['--purpose', 'provider'], ['--recipient', 'bv-mot'], ['--purpose', 'anything', '--recipient', 'bv-mot'],
    ['--purpose', 'images', '--recipient', 'bv-mot'], ['--purpose', 'compulsory-treatment', '--recipient', 'bv-mot'],
    ['--purpose', 'statutory-report', '--recipient', 'bv-mot'], ['--purpose', 'provider', '--recipient', 'bv-mot', '--role', 'system'], ['--role', 'recipient']]) {
    truth((await user('token', 'bad', ...bad)).code !== 0, bad.join(' '));
  }
  truth((await user('add', 'bad.person', '--purpose', 'provider', '--recipient', 'bv-mot')).code !== 0, 'a person is not bound');
});

await test('nobody without consent; with it from the next request on', async () => {
  worker = await signIn('social-worker');
  const people = (await worker('GET', '/fhir/Patient?_count=50')).json.entry.map((e) => e.resource);
  person = people.find((p) => p.birthDate && Number(p.birthDate.slice(0, 4)) < 2000).id;
  /* of whoever it is there is a reading: the demo's people are in any state */
  const measured = await (await signIn('nurse'))('POST', '/fhir/Observation', { resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${person}` },
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: new Date().toISOString(), valueQuantity: { value: 76, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' } });
  equal(measured.status, 201, measured.text);
  equal([await total('first', 'Patient'), await total('first', 'Observation'), await total('second', 'Patient')], [0, 0, 0]);
  equal((await as('first', `Patient/${person}`)).text, (await as('first', 'Patient/nobody')).text.replaceAll('nobody', person), 'as what is not there');
  const wrong = await worker('POST', '/fhir/Consent', { ...consentOf(person, 'bv-mot'), performer: undefined });
  equal([wrong.status, wrong.json.issue[0].code, wrong.json.issue[0].expression], [422, 'business-rule', ['Consent.performer']]);
  const made = await worker('POST', '/fhir/Consent', consentOf(person, 'bv-mot'));
  equal(made.status, 201, made.text);
  consent = made.json;
  equal([await total('first', 'Patient'), await total('second', 'Patient')], [1, 0]);
  truth((await total('first', 'Observation')) > 0, 'readings come along');
  equal((await as('first', 'Task')).status, 403, 'not what the purpose does not name');
  equal(await total('law', 'Patient'), 16, 'by law: all');
  equal((await as('law', 'Observation')).status, 403, 'but no readings');
  const write = await ask(server, 'PUT', `/fhir/Patient/${person}`, { resourceType: 'Patient', id: person },
    { authorization: `Bearer ${tokens.first}`, 'content-type': fhir });
  equal(write.status, 403);
});

await test('over a restart, and in the log with its purpose', async () => {
  await sleep(1200);
  equal((await server.stop()).code, 0);
  server = await new Server(data, 'sign-in', '--quiet').ready();
  equal([await total('first', 'Patient'), await total('second', 'Patient')], [1, 0]);
  const auditor = await signIn('auditor');
  const event = await soon(async () => {
    const log = await auditor('GET', '/fhir/AuditEvent?agent-name=first&_count=50');
    return log.json.entry?.map((e) => e.resource).find((e) => e.purposeOfEvent);
  }, 'the entry');
  equal([event?.purposeOfEvent?.[0]?.coding?.[0]?.code, event?.purposeOfEvent?.[0]?.text], ['provider', 'Organization/bv-mot']);
  worker = await signIn('social-worker');
});

await test('an export for a purpose holds that person and no other', async () => {
  const to = join(folder, 'out');
  const end = await run('export', to, '--data', data, '--plain', '--purpose', 'provider', '--recipient', 'bv-mot', '--quiet');
  equal(end.code, 0, end.err);
  const lines = (type) => (existsSync(join(to, `${type}.ndjson`)) ? readFileSync(join(to, `${type}.ndjson`), 'utf8').trim().split('\n').map((l) => JSON.parse(l)) : []);
  equal(lines('Patient').map((p) => p.id), [person]);
  truth(lines('Observation').length > 0 && lines('Observation').every((o) => o.subject.reference === `Patient/${person}`), 'readings of nobody else');
  for (const type of ['Consent', 'Task', 'Practitioner', 'Organization', 'Questionnaire', 'CareTeam']) equal(lines(type), [], type);
  truth(!readdirSync(to).some((f) => readFileSync(join(to, f), 'utf8').includes('"code":"PSY"')), 'no compartment leaves');
  const nobody = join(folder, 'none');
  equal((await run('export', nobody, '--data', data, '--plain', '--purpose', 'provider', '--recipient', 'bv-hai', '--quiet')).code, 0);
  equal(readdirSync(nobody), []);
  truth((await run('export', join(folder, 'x'), '--data', data, '--purpose', 'anything', '--recipient', 'bv-hai', '--quiet')).code !== 0, 'an unknown purpose');
  equal((await run('export', join(folder, 'y'), '--data', data, '--purpose', 'provider')).code, 2);
});

await test('a withdrawal counts at the next request', async () => {
  const withdrawn = { ...consent, status: 'inactive', extension: [{ url: 'urn:ansinh:extension:withdrawal', extension: [
    { url: 'when', valueDateTime: new Date().toISOString() }, { url: 'by', valueReference: { reference: `Patient/${person}` } }] }] };
  const reply = await worker('PUT', `/fhir/Consent/${consent.id}`, withdrawn);
  equal(reply.status, 200, reply.text);
  equal([await total('first', 'Patient'), await total('first', 'Observation'), (await as('first', `Patient/${person}`)).status], [0, 0, 404]);
  equal((await worker('GET', `/fhir/Consent/${consent.id}/_history`)).json.entry.length, 2, 'both are kept');
});

if (server) await server.stop();
finish();
