/* The gate on the real program: the demo's accounts, over HTTP, against the table of rights; and a few attempts that only a real server can
 * show: another's page link, another's session, break-glass with its entry in the log, a restart. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, soon, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const table = JSON.parse(readFileSync(new URL('../../content/access/rights.json', import.meta.url)));
const data = join(newFolder('access'), 'data');

const groupOf = Object.fromEntries(Object.entries(table.groups).flatMap(([group, g]) => g.types.map((t) => [t, group])));

/* Does any scope of the role have the act? Of what the table gives to a person in care, what is shown. */
const shows = (role, type) => !table.roles[role]?.personal || type in table.roles[role].shows || table.groups[groupOf[type]].open === true;
const reaches = (role, type, act) => shows(role, type) && [table.everyone, table.roles[role]?.rights ?? {}].some((rights) =>
  Object.values(rights[groupOf[type]] ?? {}).some((acts) => acts.split(' ').includes(act)));

const names = ['nurse', 'nurse2', 'head-nurse', 'carer', 'doctor', 'assistant-doctor', 'pharmacist', 'rehab-technician', 'social-worker', 'records-clerk', 'facility-head',
  'doctor-drugs', 'province-officer', 'police-officer', 'ministry-officer', 'person', 'guardian', 'auditor', 'administrator'];

let server;
const people = {};

await test('the demo signs in, each with its role', async () => {
  const made = await run('demo', '--data', data, '--residents', '240', '--days', '1', '--quiet');
  equal(made.code, 0, made.err);
  server = await new Server(data, 'sign-in', '--quiet').ready();
  for (const name of names) {
    people[name] = await Person.of(server, name);
    truth(table.roles[people[name].role], `${name} has no role: ${JSON.stringify(people[name].me.roles)}`);
  }
  const held = new Set(names.map((name) => people[name].role));
  equal(Object.keys(table.roles).filter((role) => !held.has(role)), ['recipient', 'system'], 'roles without an account: those of programs');
  truth(people.nurse.me.roles[0].wards.length > 0 && people.nurse.me.roles[0].wards[0].name, 'the nurse has a ward with a name');
  truth(people.nurse.me.screens.includes('ward') && !people.nurse.me.screens.includes('accounts'), 'screens follow roles');
  equal(people['head-nurse'].me.screens, people.nurse.me.screens, 'a nurse in charge is a nurse, too');
  for (const name of names) truth(people[name].me.screens.length > 0, `${name} has a screen to begin with`);
});

await test('every role, every type: 403 exactly where the table says never', async () => {
  for (const name of names) {
    for (const type of Object.keys(groupOf)) {
      const reply = await people[name].get(`/fhir/${type}?_count=1`);
      equal(reply.status, reaches(people[name].role, type, 'read') ? 200 : 403, `${name} ${type}`);
    }
  }
});

await test('a facility sees its own people, a ward its own, a line nothing of another', async () => {
  const all = await people.doctor.count('Patient'), drugs = await people['doctor-drugs'].count('Patient');
  truth(all > 0 && drugs > 0 && all + drugs < 240, `${all} and ${drugs}`);
  equal(await people.nurse.count('Patient'), all, 'a nurse knows everybody in the house');
  const ward = await people.carer.count('Patient');
  truth(ward > 0 && ward < all, `a carer those of the ward: ${ward} of ${all}`);
  truth(await people.nurse.count('Observation') < await people.doctor.count('Observation'), 'readings of the ward');
  const theirs = (await people['doctor-drugs'].get('/fhir/Patient?_count=1')).json.entry[0].resource;
  for (const path of [`Patient/${theirs.id}`, `Patient/${theirs.id}/_history`, `Patient/${theirs.id}/_history/1`]) {
    const hidden = await people.doctor.get(`/fhir/${path}`), none = await people.doctor.get(`/fhir/${path.replace(theirs.id, 'nobody')}`);
    equal([hidden.status, hidden.text, Object.keys(hidden.headers)], [404, none.text, Object.keys(none.headers)], path);
  }
  const mine = people.doctor.me.roles[0].organization.split('/')[1], other = people['doctor-drugs'].me.roles[0].organization.split('/')[1];
  const both = (await people.doctor.get(`/fhir/Organization?_id=${mine},${other}`)).json;
  equal([both.entry.map((e) => e.resource.id), both.total ?? 1], [[mine], 1], 'the police facility is not there');
  for (const [who, path, status] of [['police-officer', other, 200], ['police-officer', mine, 404], ['province-officer', mine, 200]]) {
    equal((await people[who].get(`/fhir/Organization/${path}`)).status, status, `${who} ${path}: an officer sees the facilities of the line and no others`);
  }
  equal((await people['province-officer'].get('/fhir/Patient')).status, 403, 'but no persons');
});

await test('a page link, a session and a link of history are for one person', async () => {
  for (const path of ['/fhir/Observation?_count=2', '/fhir/Observation/_history?_count=2']) {
    const first = await people.nurse.get(path);
    const next = new URL(first.json.link.find((l) => l.relation === 'next').url);
    equal((await people.nurse.get(next.pathname + next.search)).status, 200, path);
    equal((await people.doctor.get(next.pathname + next.search)).status, 400, path);
    equal((await ask(server, 'GET', next.pathname + next.search)).status, 401, path);
  }
  for (const path of ['/fhir/Patient', '/fhir', '/fhir/_history', '/metrics', '/auth/break-glass']) {
    equal((await ask(server, 'GET', path)).status, 401, path);
  }
  equal((await ask(server, 'GET', '/fhir/metadata')).status, 200, 'what the server can do is no secret');
  truth(!(await ask(server, 'GET', '/health')).text.includes('position'), 'nor how much is written a public figure');
  equal((await people.nurse.get('/metrics')).status, 403, 'figures');
});

await test('break-glass: a purpose, a reason, an entry, an end', async () => {
  /* somebody of the house whom the nurse is not assigned to */
  const own = people.nurse.me.account.practitioner;
  let patient = '';
  for (const e of (await people.doctor.get('/fhir/Patient?_count=100')).json.entry) {
    if (!patient && await people.doctor.count(`CareTeam?patient=Patient/${e.resource.id}&participant=${own}`) === 0) patient = e.resource.id;
  }
  truth(patient, 'there is one');
  const secret = await people.doctor.send('POST', '/fhir/Condition', {
    resourceType: 'Condition', subject: { reference: `Patient/${patient}` },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'B20' }] } });
  equal([secret.status, secret.json.meta.security[0].code], [201, 'HIV'], 'labelled when written');
  const path = `/fhir/Condition/${secret.json.id}`;
  const glass = (who, more) => people[who].send('POST', '/auth/break-glass',
    { patient: `Patient/${patient}`, purpose: 'ETREAT', reason: 'Co giật, cần biết bệnh nền', minutes: 5, ...more }, 'application/json');
  equal((await people.nurse.get(path)).status, 404, 'before');
  equal([(await glass('nurse', { reason: 'vội' })).status, (await glass('nurse', { minutes: 61 })).status,
    (await glass('nurse', { purpose: 'X' })).status, (await glass('pharmacist')).status], [400, 400, 400, 403], 'refused');
  const open = await glass('nurse');
  truth(open.status === 200 && Date.parse(open.json.until) - Date.now() < 301_000, open.text);
  equal((await people.nurse.get(path)).status, 200, 'while it is open');
  const told = await people['facility-head'].get('/auth/break-glass');
  truth(told.json.some((g) => g.patient === `Patient/${patient}` && g.reason === 'Co giật, cần biết bệnh nền'), 'the head is told');
  equal((await people['doctor-drugs'].get('/auth/break-glass')).json, [], 'others are not');
  await soon(async () => { /* ordinary entries are kept within a second */
    const log = await people.auditor.get(`/fhir/AuditEvent?patient=Patient/${patient}&_count=50`);
    return log.json.entry?.map((e) => JSON.stringify(e.resource)).some((e) => e.includes('break-glass') && e.includes('Co giật'));
  }, 'the entry says why');
  const head = await people['facility-head'].get('/fhir/AuditEvent?_count=200');
  truth(head.status === 200 && head.json.entry.length > 0, 'the head reads the log of the house');
  equal((await people.nurse.get('/fhir/AuditEvent')).status, 403, 'a nurse does not');
  equal((await people.administrator.get('/fhir/AuditEvent')).status, 403, 'nor does the administrator');
});

/* What the page of a screening writes, by the nurse of the ward; every door is tried by its carer. */
await test('a screening of the ward: the carer is told what to do, and by no door what was found', async () => {
  /* somebody of whom the demo has nothing to follow up: what a form without a compartment found is the carer's to read */
  const stays = (await people.carer.get('/fhir/Encounter?status=in-progress&_count=30')).json.entry.map((e) => e.resource);
  let stay;
  for (const one of stays) stay ??= await people.nurse.count(`Task?patient=${one.subject.reference.split('/')[1]}&code=urn:ansinh:task|screening-follow-up`) === 0 ? one : undefined;
  const about = { subject: stay.subject, encounter: { reference: `Encounter/${stay.id}` } };
  const id = stay.subject.reference.split('/')[1];
  const now = new Date().toISOString();
  const write = async (resource) => {
    const reply = await people.nurse.send('POST', `/fhir/${resource.resourceType}`, resource);
    equal([reply.status, reply.json.meta?.security?.some((s) => s.code === 'MH')], [201, true], reply.text);
    return `${resource.resourceType}/${reply.json.id}`;
  };
  const doors = ['Observation', 'Task', 'ServiceRequest'].flatMap((type) => [`${type}?patient=${id}`, `${type}?patient=${id}&_security=MH`, `${type}?patient=${id}&_security:missing=true`]);
  const counts = async () => Promise.all(doors.map((d) => people.carer.count(d)));
  const view = { resourceType: 'Parameters', parameter: [{ name: 'viewResource', resource: { resourceType: 'ViewDefinition', resource: 'Observation', select: [{ column: [{ name: 'id', path: 'id' }, { name: 'code', path: "code.coding.first().code" }] }] } }] };
  const rows = async (who) => (await people[who].send('POST', '/fhir/ViewDefinition/$run?_format=json', view)).text;
  const told = async () => ((await people.carer.get(`/fhir/Task?patient=${id}&code=urn:ansinh:task|alert&_count=200`)).json.entry ?? []).length;
  const [before, toldBefore] = [await counts(), await told()];
  const answer = await write({ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:ansinh:form:phq-9|2026.1', ...about, authored: now });
  const score = await write({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'urn:ansinh:score', code: 'phq-9' }], text: 'PHQ-9' }, ...about, effectiveDateTime: now, valueQuantity: { value: 21 }, derivedFrom: [{ reference: answer }] });
  await write({ resourceType: 'Task', status: 'requested', intent: 'order', priority: 'stat', code: { coding: [{ system: 'urn:ansinh:task', code: 'screening-follow-up' }, { system: 'urn:ansinh:score', code: 'phq-9' }], text: 'PHQ-9' },
    reasonCode: { coding: [{ system: 'urn:ansinh:alert', code: 'phq-9-item-9' }] }, focus: { reference: answer }, for: stay.subject, encounter: about.encounter, authoredOn: now });
  const words = async (path) => (await people.carer.get(path)).text;
  /* all that was written since: of others the demo's own follow-ups of forms without a compartment are the carer's to read, and which of them stand among
   * the newest hundred depends on the hour it was made in. Of people: what a rule or a form is called is for everybody to read */
  const recent = async () => JSON.stringify((await people.carer.get(`/fhir/_history?_since=${encodeURIComponent(now)}&_count=100`)).json.entry.map((e) => e.resource).filter((r) => !r?.url));
  /* the rule tells the ward, also its carers, and names no instrument */
  const ward = people.carer.me.roles[0].wards[0].reference;
  const board = await soon(async () => {
    const text = await words(`/fhir/${ward}/$board`);
    return text.includes('Kết quả sàng lọc cần xem ngay') && text;
  }, 'the alert on the board of the carer');
  const alerts = (await people.carer.get(`/fhir/Task?patient=${id}&code=urn:ansinh:task|alert&status=requested`)).json.entry.map((e) => e.resource);
  truth(alerts.some((a) => a.description.includes('Không để người này ở một mình')), 'with what to do');
  const raised = (await told()) - toldBefore;
  const alertsIn = before.map((_, i) => (doors[i].startsWith('Task') && !doors[i].includes('MH') ? raised : 0));
  equal(await counts(), before.map((n, i) => n + alertsIn[i]), 'counts');
  truth((await recent()).includes('Kết quả sàng lọc cần xem ngay'), 'the history has what the rule wrote');
  for (const text of [board, JSON.stringify(alerts), await words(`/fhir/Patient/${id}/$everything?_count=500`), await words(`/fhir/Task?patient=${id}&_count=500`), await recent(), await rows('carer'),
    await words(`/fhir/Patient?_id=${id}&_revinclude=Observation:patient&_revinclude=Task:patient&_count=500`)]) {
    truth(!/phq|PHQ|screening-follow-up/.test(text), `${/.{0,300}(phq|screening-follow-up).{0,300}/i.exec(text)?.[0]}`);
  }
  truth((await rows('nurse')).includes('phq-9'), 'the nurse has it in a view');
  equal([(await people.carer.get(`/fhir/${score}`)).status, (await people.carer.get(`/fhir/${answer}`)).status, (await people.carer.get('/fhir/$sql?query=select%201')).status], [404, 403, 403]);
  const out = join(newFolder('access-export'), 'out');
  const sent = await run('export', out, '--data', data, '--purpose', 'statutory-report', '--recipient', people['province-officer'].me.roles[0].organization.split('/')[1], '--basis', 'Thông tư 1');
  equal(sent.code, 0, sent.err);
  truth(!readdirSync(out).some((f) => readFileSync(join(out, f), 'utf8').includes('phq-9')), 'nor does it leave with an export');
});

await test('after a restart the same is seen', async () => {
  const before = {};
  for (const name of names) before[name] = [await people[name].count('Patient'), await people[name].count('Observation'), await people[name].count('Organization')];
  equal((await server.stop()).code, 0, 'stop');
  server = await new Server(data, 'sign-in', '--quiet').ready();
  for (const name of names) {
    const again = await Person.of(server, name);
    equal([await again.count('Patient'), await again.count('Observation'), await again.count('Organization')], before[name], name);
  }
});

if (server) await server.stop();
finish();
