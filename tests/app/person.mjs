/* A person in care and who represents one, on the real program: the account from the command line, whose record it sees, when it closes, and the
 * log of who looked at them: in one's own words, and nothing of anybody else. The demo's people. */

import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, soon, test, truth } from '../node.mjs';
import { PASSWORD, Person } from './people.mjs';

const data = join(newFolder('person'), 'data');
equal((await run('demo', '--data', data, '--facilities', '1', '--residents', '40', '--days', '3', '--quiet')).code, 0, 'demo');
const server = await new Server(data, 'sign-in', '--quiet').ready();
const token = /[A-Za-z0-9_-]{40,}/.exec((await run('user', 'token', 'bridge', '--role', 'system', '--data', data)).out)[0];
const system = (method, path, body) => ask(server, method, `/fhir/${path}`, body, { authorization: `Bearer ${token}` });
const people = {};
for (const name of ['person', 'guardian', 'nurse', 'doctor', 'facility-head', 'social-worker', 'administrator']) people[name] = await Person.of(server, name);
const { person, guardian, nurse, doctor } = people;
const [own, ward] = [person.me.own.patient, guardian.me.own.patient];
const json = 'application/json';

async function put(type, id, change) {
  const now = (await system('GET', `${type}/${id}`)).json;
  equal((await system('PUT', `${type}/${id}`, { ...now, ...change(now) })).status, 200, `${type}/${id}`);
}

/* Anybody with a new account comes in with the one-time password and chooses another. */
async function account(name, ...more) {
  const made = await run('user', 'add', name, '--data', data, ...more);
  equal(made.code, 0, made.err);
  const fresh = await Person.of(server, name, made.out.trim().split('\n').pop());
  equal((await fresh.send('POST', '/auth/password', { old: made.out.trim().split('\n').pop(), new: PASSWORD }, json)).status, 200, 'a password of one\'s own');
  return Person.of(server, name);
}

await test('who is signed in says whose record it is, and names no screen of the staff', async () => {
  equal([person.role, guardian.role], ['person', 'representative']);
  equal([person.me.own, person.me.screens], [{ state: 'open', patient: 'Patient/demo-patient-1' }, ['mine']]);
  equal([guardian.me.own, guardian.me.screens], [{ state: 'open', patient: 'Patient/demo-patient-2', related: 'RelatedPerson/demo-legal-guardian-2' }, ['mine']]);
  equal([await person.count('Patient'), await guardian.count('Patient')], [1, 1]);
  equal((await person.get(`/fhir/${ward}`)).status, 404);
  truth((await person.count('Observation')) > 0 && (await guardian.count('Observation')) > 0, 'they have readings');
});

await test('an account is of one of these, and stays whose it is', async () => {
  for (const more of [['--patient', 'x', '--practitioner', 'y'], ['--patient', 'x', '--role', 'auditor'], ['--patient', 'x', '--related', 'y']]) {
    equal((await run('user', 'add', 'both', '--data', data, ...more)).code, 2, more.join(' '));
  }
  for (const body of [{ name: 'both', person: 'Patient/x', practitioner: 'y' }, { name: 'both', person: 'Practitioner/x' }, { name: 'both', person: 'Patient/' }, { name: 'both', person: 'Patient/a/b' }, { name: 'both', person: 'Patient/x', program: true }]) {
    equal((await people.administrator.send('POST', '/auth/users', body, json)).status, 400, JSON.stringify(body));
  }
  const id = (await people.administrator.get('/auth/users')).json.find((u) => u.name === 'person').account;
  for (const body of [{ directRole: 'administrator' }, { practitioner: 'demo-staff-1' }]) equal((await people.administrator.send('POST', `/auth/users/${id}`, body, json)).status, 400);
  const listed = await run('user', 'list', '--data', data);
  truth(/^guardian .*RelatedPerson\/demo-legal-guardian-2/m.test(listed.out), listed.out);
});

await test('who makes it says when the person was born, and it must be so in the record', async () => {
  const birth = async (id) => (await system('GET', `Patient/${id}`)).json.birthDate;
  const [sixth, second] = [await birth('demo-patient-6'), await birth('demo-patient-2')];
  const other = (day) => `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  const add = async (body) => (await people.administrator.send('POST', '/auth/users', { name: 'born', display: 'x', ...body }, json));
  const wrong = [
    [{ person: 'Patient/demo-patient-6' }, 400], [{ person: 'Patient/demo-patient-6', birth: 'hôm qua' }, 400], [{ person: 'Patient/demo-patient-6', birth: other(sixth) }, 422],
    [{ person: 'Patient/demo-patient-6', birth: other(sixth).slice(0, 4) }, 422], [{ person: 'Patient/nobodynobodynobody12', birth: sixth }, 422],
    [{ person: 'RelatedPerson/demo-legal-guardian-2', birth: other(second) }, 422], [{ person: 'RelatedPerson/demo-patient-2', birth: second }, 422],
  ];
  for (const [body, status] of wrong) {
    const reply = await add(body);
    equal(reply.status, status, JSON.stringify(body));
    if (status === 422) equal([reply.json.problem, reply.text.includes(sixth)], ['birth', false], reply.text);
  }
  truth(!(await people.administrator.get('/auth/users')).json.some((u) => u.name === 'born'), 'nothing was made');
  equal((await add({ person: 'Patient/demo-patient-6', birth: sixth })).status, 200, 'the day');
  equal((await add({ name: 'born2', person: 'RelatedPerson/demo-legal-guardian-2', birth: second.slice(0, 4) })).status, 200, 'the year, of who is represented');
  equal((await run('user', 'add', 'born3', '--data', data, '--patient', 'demo-patient-6')).code, 2, 'without --birth');
  const made = await run('user', 'add', 'born3', '--data', data, '--patient', 'demo-patient-6', '--birth', other(sixth));
  truth(made.code !== 0 && /birth/.test(made.err), made.err);
});

await test('no PIN, no place in the list of a shared device, no witness, no program in their name', async () => {
  equal((await person.send('POST', '/auth/pin', { password: PASSWORD, pin: '4711' }, json)).status, 403);
  const device = await people['facility-head'].send('POST', '/auth/device', { name: 'Máy tính bảng khu A' }, json);
  equal(device.status, 200, device.text);
  const cookie = device.headers['set-cookie'].map((line) => line.split(';')[0]).find((c) => c.startsWith('ansinh-device'));
  const signed = await ask(server, 'POST', '/auth/sign-in', { name: 'person', password: PASSWORD }, { 'content-type': json, 'x-ansinh': '1', cookie });
  equal(signed.status, 200);
  truth(!signed.json.people.some((p) => p.display === person.me.account.display), 'who lives here is not listed with who works here');
  for (const name of ['person', 'guardian']) {
    const token = await run('user', 'token', name, '--data', data);
    truth(token.code !== 0 && !/[A-Za-z0-9_-]{40,}/.test(token.out), `a token for ${name}: ${token.out}`);
  }
  for (const [method, path] of [['GET', '/auth/apps'], ['GET', '/auth/launch'], ['POST', '/auth/launch'], ['GET', '/auth/break-glass']]) equal((await person.send(method, path, method === 'POST' ? {} : undefined, json)).status, 403, path);
});

/* ---- the log ---- */

const log = async (who, query = '') => {
  const reply = await who.get(`/fhir/AuditEvent?_count=500${query}`);
  equal(reply.status, 200, reply.text.slice(0, 300));
  return (reply.json.entry ?? []).map((e) => e.resource);
};
const names = (event) => event.agent[0].who?.display;
const deed = (event) => event.subtype.find((c) => c.system === 'urn:ansinh:audit').code;

await test('who looked is told by name and role, in entries of their own, without a word of anybody else', async () => {
  const shown = await nurse.get('/fhir/Patient?_count=100'); /* one entry that names everybody */
  truth(shown.json.entry.length > 10, 'a page of many');
  equal((await doctor.get(`/fhir/${own}`)).status, 200);
  equal((await doctor.get(`/fhir/${ward}`)).status, 200);
  /* ordinary entries are kept within a second, in their order */
  await soon(async () => (await log(guardian)).some((e) => deed(e) === 'read' && names(e) === doctor.me.account.display), 'the last entry');
  const mine = await log(person);
  const [page] = mine.filter((e) => deed(e) === 'search' && names(e) === nurse.me.account.display);
  truth(page, `the page of the nurse in: ${JSON.stringify(mine).slice(0, 600)}`);
  equal([page.agent[0].role[0].coding[0].code, page.entity.filter((x) => x.role.code === '1').map((x) => x.what.reference)], ['nurse', [own]]);
  truth(mine.some((e) => deed(e) === 'read' && names(e) === doctor.me.account.display), 'the doctor');
  for (const event of mine) {
    const text = JSON.stringify(event);
    for (const word of [ward, '127.0.0.1', nurse.me.account.id, doctor.me.account.id, nurse.me.account.practitioner, '_count', 'session']) truth(!text.includes(word), `${word} in ${text}`);
    const others = [...text.matchAll(/"reference":"Patient\/([^"]+)"/g)].filter((m) => `Patient/${m[1]}` !== own);
    equal(others.length, 0, text);
    truth(/^[0-9a-f]{16}$/.test(event.id), event.id);
  }
  truth((await log(guardian)).every((e) => !JSON.stringify(e).includes(`"${own}"`)), 'the guardian, of the other');
  equal((await person.get(`/fhir/AuditEvent/${page.id}`)).status, 404);
  equal((await person.get('/fhir/AuditEvent/1')).status, 404);
});

await test('the log is not asked sideways', async () => {
  for (const q of ['agent-name=a', `altid=${nurse.me.account.id}`, 'address=127', 'entity=Observation/x', '_id=1', 'agent=Practitioner/demo-staff-1']) equal((await person.get(`/fhir/AuditEvent?${q}`)).status, 400, q);
  const total = async (q) => (await person.get(`/fhir/AuditEvent?_summary=count${q}`)).json.total;
  equal([await total(`&patient=${ward}`), await total(`&patient=${own}&patient=${ward}`), await total('&patient=Patient/nobody')], [0, 0, 0]);
  for (let i = 0; i < 4; i++) equal((await doctor.get(`/fhir/${own}`)).status, 200);
  await soon(async () => (await total('&agent-role=doctor')) > 4, 'five looks of the doctor');
  truth((await total('')) > 3 && (await total(`&patient=${own}`)) > 3);
  const first = (await person.get('/fhir/AuditEvent?_count=2')).json, next = first.link.find((l) => l.relation === 'next').url;
  truth(!/_page=\d+$/.test(next), next);
  const later = await person.get(next.slice(next.indexOf('/fhir')));
  equal([later.status, later.json.entry.length], [200, 2]);
  truth(!later.json.entry.some((e) => first.entry.some((f) => f.resource.id === e.resource.id)), 'another page');
  equal((await guardian.get(next.slice(next.indexOf('/fhir')))).status, 400, 'a page link of somebody else');
});

await test('broken glass is told with its reason to the person, to who represents them without its words; what is not theirs to see is not told of', async () => {
  const secret = async (patient, code) => (await system('POST', 'Observation', { resourceType: 'Observation', status: 'final', subject: { reference: patient }, code: { text: 'x' }, meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code }] } })).json.id;
  for (const patient of [own, ward]) {
    const [abuse, hiv] = [await secret(patient, 'SDV'), await secret(patient, 'HIV')];
    equal((await doctor.send('POST', '/auth/break-glass', { patient, purpose: 'ETREAT', reason: 'nghi người nhà đánh, cần xem ngay', minutes: 5 }, json)).status, 200);
    equal((await doctor.get(`/fhir/Observation/${abuse}`)).status, 200);
    equal((await doctor.get(`/fhir/Observation/${hiv}`)).status, 200);
    const who = patient === own ? person : guardian, all = await soon(async () => { const l = await log(who); return l.some((e) => JSON.stringify(e).includes(hiv)) && l; }, 'its entry'), [glass] = all.filter((e) => deed(e) === 'break-glass');
    equal(glass.purposeOfEvent[0].coding[0].code, 'ETREAT');
    equal(glass.purposeOfEvent[0].text, patient === own ? 'nghi người nhà đánh, cần xem ngay' : undefined);
    truth(glass.extension.some((x) => x.url === 'urn:ansinh:extension:break-glass' && x.valueBoolean));
    truth(all.every((e) => !JSON.stringify(e).includes(abuse)), 'the report of abuse');
    const reads = all.filter((e) => deed(e) === 'read' && (e.extension ?? []).some((x) => x.url.endsWith('compartment')));
    equal(reads.map((e) => e.entity.filter((x) => x.role.code === '4').map((x) => x.what.reference)), [[`Observation/${hiv}`]], 'specially protected, where they may see it');
  }
});

await test('who wrote what they may not see is not told: an entry of which only that remains is not counted, searched or listed', async () => {
  const total = async (q) => (await guardian.get(`/fhir/AuditEvent?_summary=count${q}`)).json.total;
  /* but for what the guardian does here */
  const told = async () => [await total('&agent-role=doctor'), await total('&agent-role=doctor&action=C'), await total('&agent-role=system'), (await log(guardian)).filter((e) => e.agent[0].altId === undefined).length];
  const mark = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'SDV' };
  const note = (more) => ({ resourceType: 'Observation', status: 'final', subject: { reference: ward }, code: { text: 'x' }, effectiveDateTime: new Date().toISOString(), ...more });
  const before = await told();
  const made = await doctor.send('POST', '/fhir/Observation', note({ meta: { security: [mark] } }));
  equal(made.status, 201, made.text);
  equal((await system('POST', 'Observation', note({ code: { coding: [{ system: 'urn:ansinh:care', code: 'note' }] }, valueString: 'con trai lại tát cụ' }))).status, 201);
  const gone = await system('POST', 'Observation', note({ meta: { security: [mark] } }));
  equal((await system('DELETE', `Observation/${gone.json.id}`)).status, 204);
  equal(await told(), before, 'as if nothing had been written');
  truth((await system('GET', `AuditEvent?entity=Observation/${made.json.id}&_summary=count`)).json.total > 0, 'and it was kept, for those who may see it');
  equal((await doctor.send('POST', '/fhir/Observation', note({}))).status, 201);
  equal(await told(), [before[0] + 1, before[1] + 1, before[2], before[3] + 1], 'of what they may see they are told');
});

/* ---- what is written ---- */

await test('a request made by the person comes to the social worker with its term, and back with the answer', async () => {
  const task = { resourceType: 'Task', identifier: [{ system: 'urn:ansinh:id:account', value: person.me.account.id }], status: 'requested', intent: 'order', for: { reference: own }, requester: { reference: own },
    code: { coding: [{ system: 'urn:ansinh:data-request', code: 'copy' }] }, authoredOn: new Date().toISOString(), description: 'Xin bản sao' };
  const made = await person.send('POST', '/fhir/Task', task);
  equal(made.status, 201, made.text);
  const due = async (who) => (await who.get(`/fhir/Task/$data-requests?patient=${own}`)).json.parameter.filter((p) => p.name === 'request').map((p) => Object.fromEntries(p.part.map((x) => [x.name, Object.values(x).find((v) => v !== x.name)])));
  const find = async (who) => (await due(who)).find((r) => r.task.reference === `Task/${made.json.id}`);
  truth(/^\d{4}-\d\d-\d\d$/.test((await find(person)).answerBy), 'by when');
  equal((await find(people['social-worker'])).state, 'new');
  const now = (await people['social-worker'].get(`/fhir/Task/${made.json.id}`)).json;
  const answered = await people['social-worker'].send('PUT', `/fhir/Task/${made.json.id}`, { ...now, status: 'completed', executionPeriod: { end: new Date().toISOString() }, output: [{ type: { text: 'x' }, valueString: 'Đã đưa' }] });
  equal(answered.status, 200, answered.text);
  equal((await find(person)).state, 'answered');
  equal((await person.get(`/fhir/Task/${made.json.id}`)).json.output[0].valueString, 'Đã đưa');
});

/* ---- when it closes ---- */

await test('a guardianship that ends shuts the account at once, and it says why; given again, it opens', async () => {
  const id = 'demo-legal-guardian-2', period = (await system('GET', `RelatedPerson/${id}`)).json.period;
  await put('RelatedPerson', id, () => ({ period: { ...period, end: '2026-01-01' } }));
  const shut = await guardian.get(`/fhir/${ward}`);
  equal(shut.status, 403);
  truth(shut.text.includes('no representation') || shut.text.includes('representation of this person'), shut.text);
  equal((await guardian.get('/auth/me')).json.own, { state: 'ended' });
  await put('RelatedPerson', id, () => ({ period }));
  equal((await guardian.get(`/fhir/${ward}`)).status, 200);
});

await test('an account made for who is not there, or died, says so; a merged record is followed', async () => {
  const gone = (await system('POST', 'Patient', { resourceType: 'Patient', name: [{ text: 'Người Sẽ Xóa' }], birthDate: '1950-01-01' })).json.id;
  const nobody = await account('nobody', '--patient', gone, '--birth', '1950');
  equal((await system('DELETE', `Patient/${gone}`)).status, 204);
  const me = (await nobody.get('/auth/me')).json;
  equal([me.own, me.roles, me.screens], [{ state: 'no-record' }, [], ['mine']]);
  equal((await nobody.get('/fhir/Patient')).status, 403);
  const third = await account('third', '--patient', 'demo-patient-3', '--birth', (await system('GET', 'Patient/demo-patient-3')).json.birthDate);
  equal(third.me.own.patient, 'Patient/demo-patient-3');
  const kept = (await system('POST', 'Patient', { resourceType: 'Patient', name: [{ text: 'Người Giữ Lại' }], birthDate: '1950-01-01', link: [{ other: { reference: 'Patient/demo-patient-3' }, type: 'replaces' }] })).json.id;
  await put('Patient', 'demo-patient-3', () => ({ active: false, link: [{ other: { reference: `Patient/${kept}` }, type: 'replaced-by' }] }));
  equal((await third.get('/auth/me')).json.own.patient, `Patient/${kept}`);
  equal((await third.get(`/fhir/Patient/${kept}`)).status, 200);
  truth((await log(third)).some((e) => e.entity.some((x) => x.what.reference === 'Patient/demo-patient-3')), 'the log of the record that was replaced, too');
  await put('Patient', kept, () => ({ deceasedDateTime: '2026-06-01' }));
  equal((await third.get('/auth/me')).json.own, { state: 'dead' });
  equal((await third.get('/fhir/Observation')).status, 403);
});

await server.stop();
finish();
