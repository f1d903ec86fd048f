/* Programs of others on the real server: registration, the asking of a person, codes, tokens, what a token lets through, Backend
 * Services with keys by value and by address, and what is tried by those who should not get in. The rules one by one stand in
 * tests/unit/smart; npm's fhirclient goes the same way in tests/smart. */

import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, sleep, test, truth } from '../node.mjs';
import { Browser, allow, as, b64, basic, byItself, claims, demo, jwt, newKey, pkce, post, request, signIn, small, token } from '../smart/kit.mjs';

const data = join(newFolder('smart'), 'data');
await demo(data);
let server = await new Server(data, 'sign-in', '--quiet', '--fetch-loopback').ready();
const client = (...args) => run('client', ...args, '--data', data);

/* ---- who is there ---- */

const doctor = await signIn(server, 'doctor');
const people = (await doctor.get('/fhir/Patient?_count=3&_sort=_id')).json.entry.map((e) => e.resource.id);
const [one, two] = people;
const administrator = await signIn(server, 'administrator');

async function known(body) {
  const reply = await administrator.post('/auth/clients', body);
  equal(reply.status, 200, reply.text);
  return reply.json;
}

const BACK = 'http://127.0.0.1:9/back';
const page = await known({ name: 'Biểu đồ', kind: 'public', id: 'charts', redirects: [BACK, 'https://app.example/cb?x=1'], launch: 'https://app.example/launch',
  scope: 'openid fhirUser profile launch launch/patient launch/encounter offline_access online_access patient/*.cruds user/*.cruds' });
page.scope = page.scope.replace('launch ', '').replace('launch/encounter ', ''); /* what it asks for by itself: launches and stays have tests of their own */
const secretApp = await known({ name: 'Phòng khám', kind: 'secret', redirects: [BACK], scope: 'openid launch/patient offline_access patient/*.rs user/Patient.rs' });

async function enter(browser, app, more = {}, patient = one, headers) {
  const asked = request(server, app, more);
  const yes = await allow(browser, asked.query, { patient });
  truth(yes.code, `no code: ${yes.said?.text ?? JSON.stringify(yes.asked)}`);
  const reply = await token(server, { grant_type: 'authorization_code', code: yes.code, redirect_uri: more.redirect_uri ?? app.redirects[0], code_verifier: asked.verifier,
    ...(headers ? {} : { client_id: app.id }) }, headers);
  return { ...yes, verifier: asked.verifier, reply };
}

const get = (path, access) => ask(server, 'GET', `/fhir/${path}`, undefined, as(access));
const count = async (path, access) => (await get(path, access)).json?.entry?.length ?? 0;

/* ---- what the server says of itself ---- */

await test('smart-configuration and openid-configuration are open and name the doors', async () => {
  for (const name of ['smart-configuration', 'openid-configuration']) {
    const reply = await ask(server, 'GET', `/fhir/.well-known/${name}`);
    equal([reply.status, reply.headers['content-type'], reply.json.issuer, reply.json.token_endpoint],
      [200, 'application/json', `${server.base}/fhir`, `${server.base}/oauth/token`]);
    equal(reply.json.code_challenge_methods_supported, ['S256']);
    for (const c of ['launch-ehr', 'launch-standalone', 'client-public', 'client-confidential-asymmetric', 'permission-v2']) truth(reply.json.capabilities.includes(c), c);
  }
  equal((await ask(server, 'GET', '/fhir/.well-known/other')).status, 404);
  const statement = (await ask(server, 'GET', '/fhir/metadata')).json.rest[0].security;
  equal(statement.service[0].coding[0].code, 'SMART-on-FHIR');
  equal(statement.extension[0].extension.map((e) => e.url), ['authorize', 'token', 'introspect', 'revoke']);
});

await test('our keys are public keys only', async () => {
  const reply = await ask(server, 'GET', '/oauth/jwks');
  equal([reply.status, reply.json.keys.length, Object.keys(reply.json.keys[0]).sort()], [200, 1, ['alg', 'e', 'kid', 'kty', 'n', 'use']]);
});

await test('the way to the page keeps the query as it is', async () => {
  const reply = await ask(server, 'GET', '/oauth/authorize?client_id=charts&state=a%20b');
  equal([reply.status, reply.headers.location], [303, '/#/authorize?client_id=charts&state=a%20b']);
});

/* ---- the list of clients ---- */

await test('only administrators keep the list', async () => {
  equal((await doctor.get('/auth/clients')).status, 403);
  equal((await doctor.post('/auth/clients', {})).status, 403);
  equal((await ask(server, 'GET', '/auth/clients')).status, 401);
});

for (const [what, body] of [
  ['no name', { name: '' }],
  ['an address with a fragment', { redirects: ['https://a.example/#x'] }],
  ['plain http elsewhere', { redirects: ['http://a.example/cb'] }],
  ['http of a name that begins like this machine', { redirects: ['http://127.0.0.1.evil.example/'] }],
  ['somebody in front of the host', { redirects: ['http://127.0.0.1@evil.example/'] }],
  ['a script', { redirects: ['javascript:alert(1)'] }],
  ['no address', { redirects: [] }],
  ['nine addresses', { redirects: Array.from({ length: 9 }, (_, i) => `https://a.example/${i}`) }],
  ['an unknown scope', { scope: 'patient/Nonsense.rs' }],
  ['a system scope for people', { scope: 'system/Patient.rs' }],
  ['another kind', { kind: 'trusted' }],
  ['keys of a public one', { keys: { keys: [newKey().open] } }],
  ['a key without keys', { kind: 'key' }],
  ['a key with keys and address', { kind: 'key', keys: { keys: [newKey().open] }, keysUrl: 'https://a.example/k' }],
  ['a secret key', { kind: 'key', keys: { keys: [newKey().jwk] } }],
  ['a symmetric key', { kind: 'key', keys: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }],
  ['keys at plain http', { kind: 'key', keysUrl: 'http://a.example/k' }],
  ['a person as its account', { kind: 'key', keys: { keys: [newKey().open] }, redirects: [], scope: 'system/Patient.rs', account: 'doctor' }],
  ['an unknown account', { kind: 'key', keys: { keys: [newKey().open] }, redirects: [], scope: 'system/Patient.rs', account: 'nobody.here' }],
  ['public by itself', { redirects: [], scope: 'system/Patient.rs', account: 'x' }],
  ['a name too long', { name: 'x'.repeat(201) }],
]) {
  await test(`not registered: ${what}`, async () => {
    const reply = await administrator.post('/auth/clients', { name: 'x', kind: 'public', redirects: [BACK], scope: 'patient/Patient.rs', ...body });
    equal([reply.status, reply.json.problem], [400, 'bad-request'], reply.text);
    truth(reply.json.detail, 'no word about why');
  });
}

await test('an id is taken once; a secret is shown once', async () => {
  equal((await administrator.post('/auth/clients', { name: 'x', id: 'charts', kind: 'public', redirects: [BACK], scope: 'patient/Patient.rs' })).status, 409);
  truth(secretApp.secret.length === 43, 'no secret');
  const listed = (await administrator.get('/auth/clients')).json;
  truth(!JSON.stringify(listed).includes(secretApp.secret) && !('secret' in listed[0]), 'a secret is in the list');
});

/* ---- asking ---- */

await test('what is asked, in parts', async () => {
  const asked = await doctor.post('/auth/authorize', { query: request(server, page, { scope: 'openid fhirUser launch/patient patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs patient/Patient.read weather/now' }).query });
  equal([asked.json.name, asked.json.needsPatient, asked.json.flags, asked.json.scopes.map((s) => [s.of, s.type, s.letters])],
    ['Biểu đồ', true, 'openid fhirUser launch/patient', [['patient', 'Observation', 'rs'], ['patient', 'Patient', 'rs']]]);
});

for (const [what, more, error] of [
  ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
  ['PKCE plain', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['PKCE without method', { code_challenge_method: undefined }, 'invalid_request'],
  ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
  ['response_type token', { response_type: 'token' }, 'unsupported_response_type'],
  ['another server as aud', { aud: 'https://evil.example/fhir' }, 'invalid_request'],
  ['no aud', { aud: undefined }, 'invalid_request'],
  ['no scope', { scope: undefined }, 'invalid_scope'],
  ['only scopes that it may not have', { scope: 'system/Patient.rs' }, 'invalid_scope'],
  ['launch without a launch', { scope: 'launch patient/Patient.rs' }, 'invalid_request'],
  ['launch with a guess', { scope: 'launch patient/Patient.rs', launch: 'x'.repeat(43) }, 'invalid_request'],
]) {
  await test(`refused, and told to the program: ${what}`, async () => {
    const reply = (await doctor.post('/auth/authorize', { query: request(server, page, more).query })).json;
    const to = new URL(reply.redirect);
    equal([to.origin + to.pathname, to.searchParams.get('error'), to.searchParams.get('state')], [BACK, error, 'a b&c']);
  });
}

for (const [what, more] of [
  ['an unknown program', { client_id: 'nobody' }],
  ['an address that is not registered', { redirect_uri: 'https://evil.example/' }],
  ['a registered address and more', { redirect_uri: `${BACK}/more` }],
  ['a registered address with a query', { redirect_uri: `${BACK}?x=1` }],
  ['the same in capitals', { redirect_uri: 'HTTP://127.0.0.1:9/back' }],
  ['no address', { redirect_uri: undefined }],
]) {
  await test(`refused, and told to the person only: ${what}`, async () => {
    const query = request(server, page, more).query;
    for (const door of ['/auth/authorize', '/auth/authorize/allow']) {
      const reply = await doctor.post(door, { query, scopes: 'patient/Patient.rs', patient: one });
      truth(reply.json.error && !reply.json.redirect, reply.text);
    }
    truth(!(await doctor.post('/auth/authorize/refuse', { query })).json?.redirect, 'sent on');
  });
}

await test('a parameter twice is refused', async () => {
  const query = `${request(server, page).query}&redirect_uri=${encodeURIComponent('https://evil.example/')}`;
  const reply = (await doctor.post('/auth/authorize', { query })).json;
  equal([reply.error, reply.redirect], ['invalid_request', undefined]);
});

await test('nobody is asked who is not signed in, and no other site asks for them', async () => {
  const { query } = request(server, page);
  equal((await ask(server, 'POST', '/auth/authorize/allow', { query, scopes: 'openid' }, { 'content-type': 'application/json' })).status, 401);
  const cookie = `ansinh=${doctor.jar.get('ansinh')}`;
  equal((await ask(server, 'POST', '/auth/authorize/allow', { query, scopes: 'openid' }, { 'content-type': 'application/json', cookie })).status, 403);
  equal((await ask(server, 'POST', '/auth/authorize/allow', { query, scopes: 'openid' }, { 'content-type': 'application/json', cookie, 'x-ansinh': '1', origin: 'https://evil.example' })).status, 403);
});

await test('a no goes back as access_denied, with the state', async () => {
  const to = new URL((await doctor.post('/auth/authorize/refuse', { query: request(server, page, { redirect_uri: 'https://app.example/cb?x=1' }).query })).json.redirect);
  equal([to.host, to.searchParams.get('x'), to.searchParams.get('error'), to.searchParams.get('state')], ['app.example', '1', 'access_denied', 'a b&c']);
});

await test('a person must be chosen, and one whom the doctor sees', async () => {
  const { query } = request(server, page);
  for (const patient of [undefined, 'no-such-person']) {
    const said = await doctor.post('/auth/authorize/allow', { query, scopes: 'patient/*.rs launch/patient', patient });
    truth(said.status === 404 || said.status === 400, `${said.status}`);
  }
});

await test('launch/encounter: a stay of the person who is chosen, one that the doctor sees', async () => {
  const stayOf = async (id) => (await doctor.get(`/fhir/Encounter?patient=Patient/${id}&_count=1`)).json.entry[0].resource.id;
  const [mine, other] = [await stayOf(one), await stayOf(two)];
  const scope = 'launch/encounter patient/Observation.rs offline_access';
  const asked = request(server, page, { scope });
  const said = await doctor.post('/auth/authorize', { query: asked.query });
  equal([said.json.needsPatient, said.json.needsEncounter, said.json.encounter], [true, true, undefined], 'nothing is chosen beforehand');
  const try_ = (patient, encounter) => doctor.post('/auth/authorize/allow', { query: asked.query, scopes: 'patient/Observation.rs offline_access', patient, encounter });
  for (const [patient, encounter, status] of [[one, undefined, 400], [undefined, mine, 404], [one, other, 404], [two, mine, 404], [one, 'no-such-stay', 404]]) {
    const reply = await try_(patient, encounter);
    equal([reply.status, reply.json?.redirect], [status, undefined], `${patient} ${encounter}`);
  }
  const code = new URL((await try_(one, `Encounter/${mine}`)).json.redirect).searchParams.get('code');
  const reply = await token(server, { grant_type: 'authorization_code', client_id: 'charts', code, redirect_uri: BACK, code_verifier: asked.verifier });
  equal([reply.status, reply.json.patient, reply.json.encounter], [200, one, mine]);
  equal((await get(`Encounter/${mine}`, reply.json.access_token)).status, 403, 'to be told which is no right to read it');
  const again = await token(server, { grant_type: 'refresh_token', client_id: 'charts', refresh_token: reply.json.refresh_token });
  equal([again.json.patient, again.json.encounter], [one, mine]);
  const config = (await ask(server, 'GET', '/fhir/.well-known/smart-configuration')).json;
  truth(['context-ehr-encounter', 'context-standalone-encounter'].every((c) => config.capabilities.includes(c)) && config.scopes_supported.includes('launch/encounter'), 'told of itself');
});

await test('a launch from a record tells the stay it was opened in; a launch without one has it chosen', async () => {
  const stay = (await doctor.get(`/fhir/Encounter?patient=Patient/${one}&_count=1`)).json.entry[0].resource.id;
  const foreign = (await doctor.get(`/fhir/Encounter?patient=Patient/${two}&_count=1`)).json.entry[0].resource.id;
  equal((await doctor.post('/auth/launch', { client: 'charts', patient: one, encounter: foreign })).status, 404, "somebody else's stay");
  const launched = async (body) => new URL((await doctor.post('/auth/launch', { client: 'charts', ...body })).json.url).searchParams.get('launch');
  const go = async (more, chosen) => {
    const asked = request(server, page, more);
    const said = (await doctor.post('/auth/authorize', { query: asked.query })).json;
    const yes = await doctor.post('/auth/authorize/allow', { query: asked.query, scopes: 'patient/Patient.r', ...chosen });
    if (yes.status !== 200) return { said, status: yes.status };
    const code = new URL(yes.json.redirect).searchParams.get('code');
    return { said, ...(await token(server, { grant_type: 'authorization_code', client_id: 'charts', code, redirect_uri: BACK, code_verifier: asked.verifier })) };
  };
  const told = await go({ scope: 'launch patient/Patient.r', launch: await launched({ patient: one, encounter: stay }) }, { patient: two, encounter: foreign });
  equal([told.said.needsEncounter, told.json?.patient, told.json?.encounter], [false, one, stay], 'what comes with the launch is not chosen anew');
  const wanted = { scope: 'launch launch/encounter patient/Patient.r', launch: await launched({ patient: one }) };
  equal((await go(wanted, { encounter: foreign })).status, 404);
  const chosen = await go(wanted, { encounter: stay });
  equal([chosen.said.needsPatient, chosen.said.needsEncounter, chosen.json?.patient, chosen.json?.encounter], [false, true, one, stay]);
});

/* ---- codes and tokens ---- */

await test('a code becomes a token that opens this person and nobody else', async () => {
  const { reply, state } = await enter(doctor, page, { scope: 'openid fhirUser launch/patient patient/Patient.rs patient/Observation.rs', nonce: 'n-1' });
  equal([reply.status, state, reply.json.token_type, reply.json.patient, reply.headers['cache-control']], [200, 'a b&c', 'Bearer', one, 'no-store']);
  truth(!reply.json.refresh_token, 'a refresh token that nobody asked for');
  const access = reply.json.access_token;
  const claim = JSON.parse(Buffer.from(reply.json.id_token.split('.')[1], 'base64url'));
  equal([claim.iss, claim.aud, claim.nonce, claim.fhirUser.startsWith(`${server.base}/fhir/Practitioner/`)], [`${server.base}/fhir`, 'charts', 'n-1', true]);
  equal((await get(`Patient/${one}`, access)).status, 200);
  equal((await get(`Patient/${two}`, access)).status, 404);
  equal((await get('Patient', access)).json.entry.map((e) => e.resource.id), [one]);
  truth(await count(`Observation?patient=${one}`, access) > 0 && await count(`Observation?patient=${two}`, access) === 0, 'observations');
  equal((await get('Condition', access)).status, 403);
  equal((await get(`Observation?patient=${two}&_summary=count`, access)).json.total, 0);
  equal((await ask(server, 'GET', '/auth/me', undefined, as(access))).status, 403);
  equal((await ask(server, 'GET', '/metrics', undefined, as(access))).status, 403);
});

for (const [what, change] of [
  ['another verifier', (t) => ({ ...t, code_verifier: pkce().verifier })],
  ['no verifier', (t) => ({ ...t, code_verifier: undefined })],
  ['the challenge as verifier', (t, asked) => ({ ...t, code_verifier: new URLSearchParams(asked.query).get('code_challenge') })],
  ['another registered address', (t) => ({ ...t, redirect_uri: 'https://app.example/cb?x=1' })],
]) {
  await test(`a code with ${what} is worth nothing, then and later`, async () => {
    const asked = request(server, page);
    const { code } = await allow(doctor, asked.query, { patient: one });
    const right = { grant_type: 'authorization_code', client_id: 'charts', code, redirect_uri: BACK, code_verifier: asked.verifier };
    const wrong = await token(server, change(right, asked));
    equal([wrong.status, wrong.json.error], [400, 'invalid_grant']);
    equal((await token(server, right)).json.error, 'invalid_grant');
  });
}

await test('a code of one program is none of another', async () => {
  const asked = request(server, page);
  const { code } = await allow(doctor, asked.query, { patient: one });
  const stolen = await token(server, { grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: asked.verifier }, basic(secretApp.id, secretApp.secret));
  equal(stolen.json.error, 'invalid_grant');
});

await test('a code used twice ends what came of it', async () => {
  const { reply, code, verifier } = await enter(doctor, page, { scope: 'launch/patient offline_access patient/Patient.rs' });
  equal((await get('Patient', reply.json.access_token)).status, 200);
  equal((await token(server, { grant_type: 'authorization_code', client_id: 'charts', code, redirect_uri: BACK, code_verifier: verifier })).json.error, 'invalid_grant');
  equal((await get('Patient', reply.json.access_token)).status, 401);
  equal((await token(server, { grant_type: 'refresh_token', client_id: 'charts', refresh_token: reply.json.refresh_token })).json.error, 'invalid_grant');
});

const refresh = (refresh_token, more = {}) => token(server, { grant_type: 'refresh_token', client_id: 'charts', refresh_token, ...more });

await test('a refresh token turns, and a copy ends everything', async () => {
  const { reply: first } = await enter(doctor, page, { scope: 'launch/patient offline_access patient/Patient.rs patient/Observation.rs' });
  const second = await refresh(first.json.refresh_token);
  equal([second.status, second.json.patient, second.json.refresh_token !== first.json.refresh_token], [200, one, true]);
  equal((await get('Patient', first.json.access_token)).status, 401, 'the old access token');
  const less = await refresh(second.json.refresh_token, { scope: 'patient/Patient.rs' });
  equal([less.json.scope, (await get('Observation', less.json.access_token)).status], ['patient/Patient.rs', 403]);
  equal((await refresh(less.json.refresh_token, { scope: 'user/Patient.rs' })).json.error, 'invalid_scope');
  equal((await refresh(second.json.refresh_token)).json.error, 'invalid_grant', 'an old one');
  equal((await get('Patient', less.json.access_token)).status, 401);
  equal((await refresh(less.json.refresh_token)).json.error, 'invalid_grant', 'the newest one, after that');
});

await test('online access ends with the last session', async () => {
  const browser = await signIn(server, 'nurse2');
  const { reply } = await enter(browser, page, { scope: 'launch/patient online_access patient/Patient.rs' });
  equal([(await get('Patient', reply.json.access_token)).status, (await refresh(reply.json.refresh_token)).status], [200, 200]);
  const { reply: again } = await enter(browser, page, { scope: 'launch/patient online_access patient/Patient.rs' });
  await browser.post('/auth/sign-out', {});
  equal([(await get('Patient', again.json.access_token)).status, (await refresh(again.json.refresh_token)).json.error], [401, 'invalid_grant']);
});

await test('a secret: in the header, in the form, not in both, not a wrong one', async () => {
  const more = { scope: 'launch/patient offline_access patient/Patient.rs' };
  const { reply } = await enter(doctor, secretApp, more, one, basic(secretApp.id, secretApp.secret));
  equal(reply.status, 200, reply.text);
  const body = { grant_type: 'refresh_token', refresh_token: reply.json.refresh_token };
  equal((await token(server, { ...body, client_id: secretApp.id })).json.error, 'invalid_client', 'no proof');
  equal((await token(server, body)).json.error, 'invalid_grant', 'no name either');
  const wrong = await token(server, body, basic(secretApp.id, 'x'.repeat(43)));
  equal([wrong.status, wrong.headers['www-authenticate']], [401, 'Basic realm="ansinh"']);
  equal((await token(server, { ...body, client_secret: secretApp.secret, client_id: secretApp.id }, basic(secretApp.id, secretApp.secret))).json.error, 'invalid_request');
  equal((await token(server, { ...body, client_id: secretApp.id, client_secret: secretApp.secret })).status, 200);
});

for (const [what, body, wanted] of [
  ['nothing', '', [400, 'invalid_request']],
  ['another grant', { grant_type: 'password', client_id: 'charts' }, [400, 'unsupported_grant_type']],
  ['grant_type twice', 'grant_type=refresh_token&grant_type=refresh_token&client_id=charts', [400, 'invalid_request']],
  ['no client', { grant_type: 'authorization_code', code: 'x' }, [400, 'invalid_request']],
  ['no client, and no such token', { grant_type: 'refresh_token', refresh_token: 'x' }, [400, 'invalid_grant']],
  ['a public client by itself', { grant_type: 'client_credentials', client_id: 'charts', scope: 'system/*.rs' }, [400, 'unauthorized_client']],
  ['bytes that are no text', 'grant_type=%FF%FE', [400, 'invalid_request']],
]) {
  await test(`the token door: ${what}`, async () => {
    const reply = await token(server, body);
    equal([reply.status, reply.json.error], wanted, reply.text);
  });
}

await test('the token door: JSON, GET and too much', async () => {
  equal((await ask(server, 'POST', '/oauth/token', { grant_type: 'refresh_token' }, { 'content-type': 'application/json' })).status, 415);
  equal((await ask(server, 'GET', '/oauth/token')).status, 405);
  equal((await token(server, `grant_type=refresh_token&x=${'x'.repeat(40000)}`)).status, 413);
});

/* ---- what people see and end ---- */

await test('My account: what was allowed, and its end', async () => {
  const nurse = await signIn(server, 'nurse');
  const { reply } = await enter(nurse, page, { scope: 'launch/patient offline_access patient/Patient.rs' });
  const list = (await nurse.get('/auth/apps')).json;
  equal([list.length, list[0].name, list[0].patient, list[0].scope.includes('patient/Patient.rs')], [1, 'Biểu đồ', one, true]);
  equal((await doctor.remove(`/auth/apps/${list[0].id}`)).status, 404, "another's");
  equal((await nurse.remove(`/auth/apps/${list[0].id}`)).status, 204);
  equal([(await get('Patient', reply.json.access_token)).status, (await refresh(reply.json.refresh_token)).json.error], [401, 'invalid_grant']);
});

await test('a new password ends what programs hold', async () => {
  await administrator.post('/auth/users', { name: 'tam', display: 'Tạm', directRole: 'auditor' });
  const given = (await administrator.post('/auth/users/tam/reset', {})).json.password;
  const person = new Browser(server);
  await person.post('/auth/sign-in', { name: 'tam', password: given });
  equal((await person.post('/auth/password', { old: given, new: 'ba con cò trắng' })).status, 200);
  const { reply } = await enter(person, page, { scope: 'offline_access user/AuditEvent.rs' });
  equal((await get('AuditEvent?_count=1', reply.json.access_token)).status, 200, reply.text);
  equal((await person.post('/auth/password', { old: 'ba con cò trắng', new: 'bốn con cò trắng' })).status, 200);
  equal([(await get('AuditEvent?_count=1', reply.json.access_token)).status, (await refresh(reply.json.refresh_token)).json.error], [401, 'invalid_grant']);
});

await test('introspection and revocation', async () => {
  const { reply } = await enter(doctor, secretApp, { scope: 'launch/patient offline_access patient/Patient.rs' }, one, basic(secretApp.id, secretApp.secret));
  const own = basic(secretApp.id, secretApp.secret);
  const live = (await post(server, '/oauth/introspect', { token: reply.json.access_token }, own)).json;
  equal([live.active, live.client_id, live.patient, live.scope.includes('patient/Patient.rs')], [true, secretApp.id, one, true]);
  equal((await post(server, '/oauth/introspect', { token: 'nonsense' }, own)).json, { active: false });
  equal((await post(server, '/oauth/introspect', { token: reply.json.access_token })).status, 400);
  equal((await post(server, '/oauth/introspect', { token: reply.json.access_token, client_id: 'charts' })).status, 401, 'a public one');
  const { reply: others } = await enter(doctor, page);
  equal((await post(server, '/oauth/introspect', { token: others.json.access_token }, own)).json, { active: false }, "another's");
  const watcher = await known({ name: 'Trung gian', kind: 'secret', introspect: true });
  equal((await post(server, '/oauth/introspect', { token: others.json.access_token }, basic(watcher.id, watcher.secret))).json.active, true);
  equal((await post(server, '/oauth/revoke', { token: others.json.access_token }, own)).status, 200, "another's: nothing happens");
  equal((await get('Patient', others.json.access_token)).status, 200);
  equal((await post(server, '/oauth/revoke', { token: reply.json.access_token }, own)).status, 200);
  equal((await get('Patient', reply.json.access_token)).status, 401);
  const next = await token(server, { grant_type: 'refresh_token', refresh_token: reply.json.refresh_token }, own);
  equal(next.status, 200, 'an access token alone');
  equal((await post(server, '/oauth/revoke', { token: next.json.refresh_token }, own)).status, 200);
  equal((await get('Patient', next.json.access_token)).status, 401);
});

/* ---- launch from a person's page ---- */

await test('a launch: for this program, this account, once', async () => {
  equal((await doctor.get('/auth/launch')).json, [{ client: 'charts', name: 'Biểu đồ' }]);
  const url = new URL((await doctor.post('/auth/launch', { client: 'charts', patient: two })).json.url);
  equal([url.host, url.searchParams.get('iss')], ['app.example', `${server.base}/fhir`]);
  const more = { scope: 'launch patient/Patient.rs', launch: url.searchParams.get('launch') };
  const nurse = await signIn(server, 'nurse');
  truth((await nurse.post('/auth/authorize', { query: request(server, page, more).query })).json.error, 'somebody else used it');
  const { asked, reply } = await enter(doctor, page, more, one);
  equal([asked.needsPatient, asked.patient, reply.json.patient], [false, two, two], 'the chosen one does not count');
  truth((await doctor.post('/auth/authorize', { query: request(server, page, more).query })).json.error, 'it was good twice');
  equal((await doctor.post('/auth/launch', { client: 'charts', patient: 'nobody' })).status, 404);
  equal((await doctor.post('/auth/launch', { client: secretApp.id, patient: two })).status, 404, 'one that is not launched');
});

/* ---- scopes over the record ---- */

await test('letters: what each of them opens', async () => {
  const { reply: r } = await enter(doctor, page, { scope: 'launch/patient patient/Observation.r' });
  const some = (await doctor.get(`/fhir/Observation?patient=${one}&_count=1`)).json.entry[0].resource;
  equal([(await get(`Observation/${some.id}`, r.json.access_token)).status, (await get('Observation', r.json.access_token)).status], [200, 403], 'r');
  const { reply: s } = await enter(doctor, page, { scope: 'launch/patient patient/Observation.s' });
  equal([(await get(`Observation/${some.id}`, s.json.access_token)).status, (await get('Observation', s.json.access_token)).status], [403, 200], 's');
  const body = { ...some, id: undefined, meta: undefined, encounter: undefined, performer: undefined };
  const write = (access, method, path, what) => ask(server, method, `/fhir/${path}`, what, as(access));
  equal((await write(r.json.access_token, 'POST', 'Observation', body)).status, 403, 'create with r');
  const { reply: c } = await enter(doctor, page, { scope: 'launch/patient patient/Observation.c' });
  const made = await write(c.json.access_token, 'POST', 'Observation', body);
  equal(made.status, 201, made.text);
  const other = { ...body, subject: { reference: `Patient/${two}` } };
  truth([403, 404, 422].includes((await write(c.json.access_token, 'POST', 'Observation', other)).status), 'for somebody else');
  const bundle = (type, entry) => ({ resourceType: 'Bundle', type, entry });
  const sneaky = bundle('transaction', [{ resource: { ...other }, request: { method: 'POST', url: 'Observation' } }]);
  truth((await write(c.json.access_token, 'POST', '', sneaky)).status >= 400, 'a transaction');
  const batch = await write(c.json.access_token, 'POST', '', bundle('batch', [{ request: { method: 'GET', url: `Patient/${one}` } }, { request: { method: 'GET', url: 'Observation' } }]));
  equal(batch.json.entry.map((e) => e.response.status.slice(0, 3)), ['403', '403'], 'a batch');
});

await test('conditions: only what bears the code', async () => {
  const system = 'http://terminology.hl7.org/CodeSystem/observation-category';
  const all = (await doctor.get(`/fhir/Observation?patient=${one}&_count=500`)).json.entry.map((e) => e.resource);
  const bears = (o) => o.category?.some((c) => c.coding?.some((x) => x.system === system && x.code === 'vital-signs'));
  const inside = all.filter(bears);
  truth(inside.length > 0, 'the demo has no vital signs');
  const { reply } = await enter(doctor, page, { scope: `launch/patient patient/Observation.rs?category=${system}|vital-signs` });
  equal([(await get('Observation?_count=500', reply.json.access_token)).json.entry.length, (await get(`Observation/${inside[0].id}`, reply.json.access_token)).status], [inside.length, 200]);
  const { reply: none } = await enter(doctor, page, { scope: `launch/patient patient/Observation.rs?category=${system}|laboratory` });
  equal([await count('Observation', none.json.access_token), (await get(`Observation/${inside[0].id}`, none.json.access_token)).status], [0, 404]);
});

await test('nothing leaks by chain, _has, include, _elements, sort or history', async () => {
  const { reply } = await enter(doctor, page, { scope: 'launch/patient patient/Observation.rs' });
  const access = reply.json.access_token;
  const name = (await doctor.get(`/fhir/Patient/${one}`)).json.name[0];
  const family = encodeURIComponent(name.family ?? name.text);
  equal(await count(`Observation?patient.name=${family}`, access), 0, 'chain into a type that is not given');
  const included = (await get('Observation?_include=Observation:subject&_count=5', access)).json.entry;
  equal(included.filter((e) => e.resource.resourceType !== 'Observation').length, 0, 'include');
  equal((await get('Patient?_has:Observation:patient:status=final', access)).status, 403, '_has');
  const everything = (await get('?_type=Patient,Observation&_count=50', access)).json.entry ?? [];
  equal(everything.filter((e) => e.resource.resourceType === 'Patient').length, 0, 'system search');
  const history = (await get('_history?_count=50', access)).json.entry ?? [];
  equal(history.filter((e) => e.resource && (e.resource.resourceType !== 'Observation' || e.resource.subject.reference !== `Patient/${one}`)).length, 0, 'history');
});

await test('a page link of a token is none of the account, or of another token', async () => {
  const a = (await enter(doctor, page, { scope: 'user/Observation.rs' })).reply.json.access_token;
  const b = (await enter(doctor, page, { scope: 'user/Observation.rs' })).reply.json.access_token;
  const next = (await get('Observation?_count=2', a)).json.link.find((l) => l.relation === 'next').url;
  const path = next.slice(next.indexOf('/fhir/') + 6);
  equal((await get(path, a)).status, 200);
  truth((await get(path, b)).status >= 400 && (await doctor.get(`/fhir/${path}`)).status >= 400, 'taken');
});

/* ---- by itself ---- */

const rsa = newKey('RS384');
const ec = newKey('ES384');
const facility = (await doctor.get('/fhir/Encounter?_count=1')).json.entry[0].resource.serviceProvider?.reference ?? 'Organization/none';
const wide = { resourceType: 'Practitioner', name: [{ text: 'Máy của Sở' }], active: true };
const system = (await run('user', 'token', 'loader', '--data', data)).out.trim();
const machine = (await ask(server, 'POST', '/fhir/Practitioner', wide, as(system))).json;
await ask(server, 'POST', '/fhir/PractitionerRole', { resourceType: 'PractitionerRole', practitioner: { reference: `Practitioner/${machine.id}` }, organization: { reference: facility },
  code: [{ coding: [{ system: 'urn:ansinh:role', code: 'doctor' }] }], period: { start: '2024-01-01' } }, as(system));
const backend = await known({ name: 'Kho dữ liệu', id: 'warehouse', kind: 'key', scope: 'system/Patient.rs system/Observation.rs', account: 'may.so', practitioner: machine.id,
  keys: { keys: [rsa.open, ec.open] } });

for (const key of [rsa, ec]) {
  await test(`backend service with ${key.kind}: its role and its scopes, both`, async () => {
    const reply = await byItself(server, jwt(key, claims(server, backend.id)), 'system/*.rs');
    equal([reply.status, reply.json.expires_in, reply.json.scope, reply.json.refresh_token], [200, 300, 'system/Patient.rs system/Observation.rs', undefined]);
    truth(await count('Patient?_count=50', reply.json.access_token) > 1, 'it sees nobody');
    equal((await get('Condition', reply.json.access_token)).status, 403, 'beyond its scopes');
    equal((await ask(server, 'PUT', `/fhir/Patient/${one}`, { resourceType: 'Patient', id: one }, as(reply.json.access_token))).status, 403);
  });
}

const now = () => Math.floor(Date.now() / 1000);
const hmac = (head, body, key) => { const text = `${b64(head)}.${b64(body)}`; return `${text}.${createHmac('sha384', key).update(text).digest('base64url')}`; };
for (const [what, make] of [
  ['alg none', () => `${b64({ alg: 'none', kid: rsa.kid })}.${b64(claims(server, backend.id))}.`],
  ['alg none with a signature', () => `${b64({ alg: 'none' })}.${b64(claims(server, backend.id))}.AAAA`],
  ['HS384 with the public key as secret', () => hmac({ alg: 'HS384', kid: rsa.kid }, claims(server, backend.id), JSON.stringify(rsa.open))],
  ['HS256 with the modulus as secret', () => hmac({ alg: 'HS256', kid: rsa.kid }, claims(server, backend.id), Buffer.from(rsa.open.n, 'base64url'))],
  ['RS384 said, EC key meant', () => jwt(ec, claims(server, backend.id), { alg: 'RS384' })],
  ['another key under a known kid', () => jwt({ ...newKey('ES384'), kid: ec.kid }, claims(server, backend.id))],
  ['a key in the header', () => { const own = newKey('ES384'); return jwt(own, claims(server, backend.id), { jwk: own.open, kid: undefined }); }],
  ['an address in the header', () => jwt(newKey('ES384'), claims(server, backend.id), { jku: 'http://127.0.0.1:1/keys' })],
  ['a kid of a path', () => jwt({ ...ec, kid: '../../dev/null' }, claims(server, backend.id))],
  ['an unknown kid', () => jwt({ ...ec, kid: 'x' }, claims(server, backend.id))],
  ['crit', () => jwt(ec, claims(server, backend.id), { crit: ['exp'] })],
  ['another audience', () => jwt(ec, claims(server, backend.id, { aud: 'https://evil.example/oauth/token' }))],
  ['the FHIR address as audience', () => jwt(ec, claims(server, backend.id, { aud: `${server.base}/fhir` }))],
  ['no audience', () => jwt(ec, claims(server, backend.id, { aud: undefined }))],
  ['iss of another', () => jwt(ec, claims(server, backend.id, { iss: 'charts' }))],
  ['sub of another', () => jwt(ec, claims(server, backend.id, { sub: 'charts' }))],
  ['over', () => jwt(ec, claims(server, backend.id, { exp: now() - 1 }))],
  ['valid for an hour', () => jwt(ec, claims(server, backend.id, { exp: now() + 3600 }))],
  ['no exp', () => jwt(ec, claims(server, backend.id, { exp: undefined }))],
  ['exp as text', () => jwt(ec, claims(server, backend.id, { exp: String(now() + 100) }))],
  ['of tomorrow', () => jwt(ec, claims(server, backend.id, { nbf: now() + 86400 }))],
  ['no jti', () => jwt(ec, claims(server, backend.id, { jti: undefined }))],
  ['a changed body', () => { const [h, , s] = jwt(ec, claims(server, backend.id)).split('.'); return `${h}.${b64(claims(server, backend.id, { jti: 'other' }))}.${s}`; }],
  ['too long', () => jwt(ec, claims(server, backend.id, { more: 'x'.repeat(9000) }))],
  ['nothing of the kind', () => 'a.b.c'],
]) {
  await test(`an assertion that is refused: ${what}`, async () => {
    const reply = await byItself(server, make(), 'system/Patient.rs');
    equal([reply.status, reply.json.error], [401, 'invalid_client'], reply.text);
  });
}

await test('an assertion is good once, also after kill -9', async () => {
  const once = jwt(ec, claims(server, backend.id));
  const first = await byItself(server, once, 'system/Patient.rs');
  equal([first.status, (await byItself(server, once, 'system/Patient.rs')).json.error], [200, 'invalid_client']);
  const { reply: lasting } = await enter(doctor, page, { scope: 'launch/patient offline_access patient/Patient.rs' });
  const port = server.port;
  await server.stop('SIGKILL');
  server = await new Server(data, 'sign-in', '--quiet', '--fetch-loopback', '--listen', `127.0.0.1:${port}`).ready();
  for (const browser of [doctor, administrator]) browser.server = server;
  equal((await byItself(server, once, 'system/Patient.rs')).json.error, 'invalid_client', 'the assertion');
  equal((await get('Patient', first.json.access_token)).status, 200, 'the token it gave');
  equal((await get('Patient', lasting.json.access_token)).json.entry.map((e) => e.resource.id), [one], "a person's");
  equal((await refresh(lasting.json.refresh_token)).status, 200);
});

await test('keys at an address: found, turned, and not asked for without end', async () => {
  let keys = [newKey('ES384')];
  let asked = 0;
  let broken = false;
  const place = await small((rq, rs) => {
    asked += 1;
    if (rq.url === '/big') rs.end(JSON.stringify({ keys: [{ ...keys[0].open, x5c: 'x'.repeat(40000) }] }));
    else if (rq.url === '/away') { rs.writeHead(302, { location: '/keys' }); rs.end(); }
    else rs.end(broken ? '<html>' : JSON.stringify({ keys: keys.map((k) => k.open) }));
  });
  await administrator.post('/auth/clients', { name: 'Xa', id: 'far', kind: 'key', scope: 'system/Patient.rs', account: 'may.so', keysUrl: `${place.base}/keys` });
  const come = async (key, id = 'far') => (await byItself(server, jwt(key, claims(server, id)), 'system/Patient.rs')).status;
  equal([await come(keys[0]), await come(keys[0]), asked], [200, 200, 1], 'kept');
  const stranger = newKey('ES384');
  equal([await come(stranger), await come(stranger), asked], [401, 401, 1], 'a key that is not there is not asked for within 30 seconds');
  for (const [path, id] of [['big', 'far-big'], ['away', 'far-away']]) {
    await administrator.post('/auth/clients', { name: id, id, kind: 'key', scope: 'system/Patient.rs', account: 'may.so', keysUrl: `${place.base}/${path}` });
    equal(await come(keys[0], id), 401, path);
  }
  broken = true;
  await administrator.post('/auth/clients', { name: 'Hỏng', id: 'far-broken', kind: 'key', scope: 'system/Patient.rs', account: 'may.so', keysUrl: `${place.base}/x` });
  equal(await come(keys[0], 'far-broken'), 401, 'no keys');
  place.close();
});

await test('switched off, a program gets nothing; on again, it goes on; removed, all is gone', async () => {
  const access = (await byItself(server, jwt(ec, claims(server, backend.id)), 'system/Patient.rs')).json.access_token;
  equal((await client('disable', backend.id)).code, 0);
  equal([(await get('Patient', access)).status, (await byItself(server, jwt(ec, claims(server, backend.id)), 'system/Patient.rs')).status], [401, 401]);
  equal((await client('enable', backend.id)).code, 0);
  equal((await get('Patient', access)).status, 200);
  equal((await run('user', 'disable', 'may.so', '--data', data)).code, 0);
  equal([(await get('Patient', access)).status, (await byItself(server, jwt(ec, claims(server, backend.id)), 'system/Patient.rs')).status], [401, 401], 'its account');
  equal((await run('user', 'enable', 'may.so', '--data', data)).code, 0);
  equal((await get('Patient', access)).status, 401, 'a token of before');
  equal((await client('remove', backend.id)).code, 0);
  equal((await byItself(server, jwt(ec, claims(server, backend.id)), 'system/Patient.rs')).json.error, 'invalid_client');
});

await test('the audit tells of it, and which program it was', async () => {
  await sleep(1500);
  const auditor = await signIn(server, 'auditor');
  for (const deed of ['client-change', 'app-allow', 'app-token', 'app-end']) {
    const found = (await auditor.get(`/fhir/AuditEvent?subtype=urn:ansinh:audit|${deed}&_count=5`)).json.entry ?? [];
    truth(found.length > 0, deed);
  }
  const reads = (await auditor.get('/fhir/AuditEvent?subtype=urn:ansinh:audit|search&_count=50')).json.entry.map((e) => e.resource.agent[0].extension ?? []);
  truth(reads.some((list) => list.some((x) => x.url === 'urn:ansinh:extension:client' && x.valueString === 'charts')), 'no client in an entry');
});

/* ---- pages of other origins ---- */

const corsOf = (reply) => Object.fromEntries(Object.entries(reply.headers).filter(([k]) => k.startsWith('access-control-')));
const preflight = (origin, path, method = 'GET') => ask(server, 'OPTIONS', path, undefined, { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' });
const OURS = 'https://app.example'; /* of an address that charts comes back to */

await test('a registered page at another origin: preflight, the way to a token, reading with it', async () => {
  for (const [path, method, methods] of [['/fhir/Patient', 'GET', 'GET, HEAD, POST, PUT, PATCH, DELETE'], ['/fhir', 'POST', 'GET, HEAD, POST'], ['/fhir/.well-known/smart-configuration', 'GET', 'GET, HEAD'],
    ['/oauth/token', 'POST', 'POST'], ['/oauth/revoke', 'POST', 'POST'], ['/oauth/jwks', 'GET', 'GET']]) {
    const reply = await preflight(OURS, path, method);
    equal([reply.status, reply.text, reply.headers.vary, reply.headers['access-control-allow-origin'], reply.headers['access-control-allow-methods']], [204, '', 'Origin', OURS, methods], path);
    truth(reply.headers['access-control-allow-headers'].includes('Authorization') && !('access-control-allow-credentials' in reply.headers), path);
  }
  const told = await ask(server, 'GET', '/fhir/.well-known/smart-configuration', undefined, { origin: OURS });
  equal([told.status, told.headers['access-control-allow-origin'], told.headers.vary], [200, OURS, 'Origin']);
  const back = { redirect_uri: 'https://app.example/cb?x=1', scope: 'launch/patient patient/Observation.rs' };
  const asked = request(server, page, back);
  const yes = await allow(doctor, asked.query, { patient: one });
  const given = await token(server, { grant_type: 'authorization_code', code: yes.code, redirect_uri: back.redirect_uri, code_verifier: asked.verifier, client_id: 'charts' }, { origin: OURS });
  equal([given.status, given.headers['access-control-allow-origin']], [200, OURS], given.text);
  const read = await ask(server, 'GET', '/fhir/Observation?_count=1', undefined, { origin: OURS, ...as(given.json.access_token) });
  equal([read.status, read.headers['access-control-allow-origin'], (read.headers['access-control-expose-headers'] ?? '').includes('ETag')], [200, OURS, true]);
  const refused = await ask(server, 'GET', '/fhir/Condition', undefined, { origin: OURS, ...as(given.json.access_token) });
  equal([refused.status, refused.headers['access-control-allow-origin']], [403, OURS], 'a page hears why it was refused');
  const wrong = await ask(server, 'GET', '/fhir/Observation', undefined, { origin: OURS, ...as('x'.repeat(43)) });
  equal([wrong.status, wrong.headers['access-control-allow-origin']], [401, OURS]);
});

await test('a cookie counts for nothing at another origin, let in or not', async () => {
  equal((await doctor.get('/fhir/Patient?_count=1')).status, 200);
  equal((await doctor.get('/fhir/Patient?_count=1', { origin: OURS })).status, 401, 'as nobody');
  equal((await doctor.post('/fhir/Basic', { resourceType: 'Basic', code: { text: 'x' } }, { origin: OURS })).status, 401, 'nor to write, with whatever header');
  const own = await doctor.get('/fhir/Patient?_count=1', { origin: server.base });
  equal([own.status, corsOf(own)], [200, {}], 'our own pages go on as they are');
});

await test('no other origin, and no other door', async () => {
  for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'https://app.example:8443', 'http://app.example', 'https://APP.example', 'https://app.example/', 'https://app.example/cb',
    'https://x.app.example', 'null', '*', 'app.example', 'https://app.example, https://evil.example', `http://127.0.0.1:${server.port + 1}`]) {
    for (const path of ['/fhir/Patient', '/oauth/token', '/fhir/.well-known/smart-configuration']) {
      const asked = await preflight(origin, path), read = await ask(server, 'GET', path, undefined, { origin });
      equal([corsOf(asked), corsOf(read)], [{}, {}], `${origin} ${path}`);
      truth(asked.status >= 400, `${origin} ${path}: ${asked.status}`);
    }
  }
  for (const path of ['/auth/me', '/auth/sign-in', '/auth/clients', '/auth/authorize/allow', '/oauth/authorize', '/oauth/introspect', '/metrics', '/health', '/', '/fhirx', '/oauth/tokens']) {
    equal([corsOf(await preflight(OURS, path, 'POST')), corsOf(await ask(server, 'GET', path, undefined, { origin: OURS }))], [{}, {}], path);
  }
});

await test('origins go with their program: off, removed, with a port of the scheme, with a secret', async () => {
  const isIn = async (origin) => 'access-control-allow-origin' in corsOf(await preflight(origin, '/fhir/Patient'));
  await known({ name: 'Trang', kind: 'public', id: 'page-2', redirects: ['https://Page.Example:443/a', 'vn.example.app:/cb'], scope: 'launch/patient patient/*.rs' });
  await known({ name: 'Máy chủ', kind: 'secret', id: 'server-2', redirects: ['https://clinic.example/cb'], scope: 'launch/patient patient/*.rs' });
  equal([await isIn('https://page.example'), await isIn('https://page.example:443'), await isIn('vn.example.app:'), await isIn('https://clinic.example')], [true, false, false, false]);
  equal((await client('disable', 'page-2')).code, 0);
  equal(await isIn('https://page.example'), false, 'switched off');
  equal((await client('enable', 'page-2')).code, 0);
  equal(await isIn('https://page.example'), true, 'on again');
  equal((await client('remove', 'page-2')).code, 0);
  equal(await isIn('https://page.example'), false, 'removed');
  equal((await client('remove', 'server-2')).code, 0);
});

/* ---- the command line ---- */

await test('ansinh client add, list, secret: beside a server and without one', async () => {
  const made = await client('add', 'Ứng dụng thử', '--redirect', 'https://a.example/cb, https://b.example/cb', '--scope', 'openid patient/*.rs launch/patient', '--id', 'thu');
  equal([made.code, made.out], [0, 'thu\n'], made.err);
  const refused = await client('add', 'x', '--redirect', 'ftp://a', '--scope', 'patient/*.rs');
  equal([refused.code, /address to come back/.test(refused.err)], [1, true], refused.err);
  const hidden = await client('add', 'Bí mật', '--kind', 'secret', '--redirect', 'https://a.example/cb', '--scope', 'patient/*.rs', '--id', 'bimat');
  equal([hidden.code, hidden.out.trim().length], [0, 43]);
  await server.stop();
  const list = await client('list');
  equal([list.code, /^thu +public/m.test(list.out), /^bimat +secret/m.test(list.out)], [0, true, true], list.out + list.err);
  const fresh = await client('secret', 'bimat');
  equal([fresh.code, fresh.out.trim().length, fresh.out !== hidden.out], [0, 43, true]);
  equal((await client('remove', 'thu')).code, 0);
  equal((await client('remove', 'thu')).code, 1);
  equal((await client('nonsense')).code, 2);
});

await test('without the option, keys at this machine are not fetched', async () => {
  const key = newKey('ES384');
  let asked = 0;
  const place = await small((rq, rs) => { asked += 1; rs.end(JSON.stringify({ keys: [key.open] })); });
  const shut = await new Server(data, 'sign-in', '--quiet').ready();
  const root = await signIn(shut, 'administrator');
  for (const [id, url] of [['within', `${place.base}/keys`], ['within-https', place.base.replace('http:', 'https:')], ['by-name', `https://localhost:${new URL(place.base).port}/`]]) {
    equal((await root.post('/auth/clients', { name: id, id, kind: 'key', scope: 'system/Patient.rs', account: 'may.so', keysUrl: url })).status, 200);
    equal((await byItself(shut, jwt(key, claims(shut, id)), 'system/Patient.rs')).status, 401, url);
  }
  equal(asked, 0);
  place.close();
  await shut.stop();
});

finish();
