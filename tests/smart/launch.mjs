/* npm's fhirclient, a SMART library that is not ours, goes the whole way against the real server: a standalone launch, an EHR launch with a
 * key, a refresh, searches; and a backend service. The app is a real HTTP server; the person's part at the page is done by its doors. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import smart from 'fhirclient';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';
import { allow, byItself, claims, demo, jwt, keyOf, newKey, signIn, small } from './kit.mjs';

const data = join(newFolder('fhirclient'), 'data');
await demo(data);
const server = await new Server(data, 'sign-in', '--quiet').ready();
const doctor = await signIn(server, 'doctor');
const administrator = await signIn(server, 'administrator');
const iss = `${server.base}/fhir`;

/* ---- the app ---- */

const kept = new Map(); /* what the library remembers between launch and return */
const storage = {
  get: async (key) => kept.get(key),
  set: async (key, value) => { kept.set(key, value); return value; },
  unset: async (key) => kept.delete(key),
};
let settings;
let arrived;
const app = await small(async (request, response) => {
  request.url = request.url ?? '/';
  try {
    const lib = smart(request, response, storage);
    if (request.url.startsWith('/launch')) {
      await lib.authorize({ ...settings, redirectUri: `${app.base}/back`, pkceMode: 'required' });
    } else {
      arrived = await lib.ready();
      response.end('ok');
    }
  } catch (error) {
    arrived = error;
    response.statusCode = 500;
    response.end(String(error));
  }
});
const goTo = (url) => fetch(url, { redirect: 'manual' });

async function known(body) {
  const reply = await administrator.post('/auth/clients', { name: 'fhirclient', redirects: [`${app.base}/back`], ...body });
  equal(reply.status, 200, reply.text);
  return reply.json;
}

/* The app sends the browser here, the person says yes, the browser goes back. */
async function launch(start, patient) {
  const sent = await goTo(start);
  const there = new URL(sent.headers.get('location'));
  equal([there.origin, there.pathname], [server.base, '/oauth/authorize']);
  const page = await ask(server, 'GET', there.pathname + there.search);
  equal(page.status, 303);
  const query = page.headers.location.slice('/#/authorize?'.length);
  const said = await allow(doctor, query, { patient });
  truth(said.to, JSON.stringify(said.asked) + (said.said?.text ?? ''));
  const back = await goTo(said.to.href);
  equal(back.status, 200, String(arrived));
  return arrived;
}

const people = (await doctor.get('/fhir/Patient?_count=3&_sort=_id')).json.entry.map((e) => e.resource.id);

await test('standalone launch of a public app: person, user, search, refresh', async () => {
  const me = await known({ kind: 'public', scope: 'openid fhirUser launch/patient offline_access patient/*.rs user/Practitioner.r' });
  settings = { iss, clientId: me.id, scope: 'openid fhirUser launch/patient offline_access patient/*.rs user/Practitioner.r' };
  const client = await launch(`${app.base}/launch`, people[0]);
  equal([client.patient.id, client.user.resourceType], [people[0], 'Practitioner']);
  equal((await client.patient.read()).id, people[0]);
  equal((await client.user.read()).resourceType, 'Practitioner');
  const found = await client.patient.request('Observation?_count=5');
  truth(found.entry.length > 0, 'no observations');
  truth(found.entry.every((e) => e.resource.subject.reference === `Patient/${people[0]}`), "somebody else's");
  const pages = await client.request('Observation?_count=20', { pageLimit: 3, flat: true });
  truth(pages.length > 20, `${pages.length} in three pages`);
  let refused = 0;
  await client.request(`Patient/${people[1]}`).catch((error) => { refused = error.statusCode ?? error.status; });
  equal(refused, 404);
  const before = client.state.tokenResponse.access_token;
  await client.refresh();
  truth(client.state.tokenResponse.access_token !== before, 'the same token');
  equal((await client.patient.read()).id, people[0]);
  client.state.expiresAt = 1; /* as after an hour: the library refreshes by itself */
  equal((await client.patient.read()).id, people[0]);
});

await test('EHR launch of an app with a key', async () => {
  const key = newKey('ES384');
  const me = await known({ kind: 'key', keys: { keys: [key.open] }, launch: `${app.base}/launch`, scope: 'openid fhirUser launch patient/Observation.rs patient/Patient.r offline_access' });
  settings = { clientId: me.id, scope: 'openid fhirUser launch patient/Observation.rs patient/Patient.r offline_access', clientPrivateJwk: key.jwk };
  const opened = await doctor.post('/auth/launch', { client: me.id, patient: people[1] });
  equal(opened.status, 200, opened.text);
  const client = await launch(opened.json.url);
  equal([client.patient.id, (await client.patient.read()).id], [people[1], people[1]]);
  truth((await client.patient.request('Observation?_count=2')).entry.length > 0, 'no observations');
});

await test('an app with a secret', async () => {
  const me = await known({ kind: 'secret', scope: 'launch/patient patient/Patient.rs' });
  settings = { iss, clientId: me.id, clientSecret: me.secret, scope: 'launch/patient patient/Patient.rs' };
  const client = await launch(`${app.base}/launch`, people[2]);
  equal((await client.patient.read()).id, people[2]);
});

await test('a no', async () => {
  const me = await known({ kind: 'public', scope: 'launch/patient patient/Patient.rs' });
  settings = { iss, clientId: me.id, scope: 'launch/patient patient/Patient.rs' };
  const sent = await goTo(`${app.base}/launch`);
  const query = new URL(sent.headers.get('location')).search.slice(1);
  const no = await doctor.post('/auth/authorize/refuse', { query });
  await goTo(no.json.redirect);
  truth(/access_denied/.test(String(arrived)), String(arrived));
});

await test('a backend service reads by its own role', async () => {
  const key = newKey('RS384');
  const token = (await run('user', 'token', 'loader', '--data', data)).out.trim();
  const bearer = { authorization: `Bearer ${token}` };
  const stay = (await doctor.get('/fhir/Encounter?_count=1')).json.entry[0].resource;
  const machine = (await ask(server, 'POST', '/fhir/Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Máy' }] }, bearer)).json;
  await ask(server, 'POST', '/fhir/PractitionerRole', { resourceType: 'PractitionerRole', practitioner: { reference: `Practitioner/${machine.id}` }, organization: stay.serviceProvider,
    code: [{ coding: [{ system: 'urn:ansinh:role', code: 'doctor' }] }], period: { start: '2024-01-01' } }, bearer);
  const me = await known({ kind: 'key', redirects: [], keys: { keys: [key.open] }, scope: 'system/Patient.rs', account: `may.${randomBytes(3).toString('hex')}`, practitioner: machine.id });
  const given = await byItself(server, jwt({ ...key, private: keyOf(key.jwk) }, claims(server, me.id)), 'system/Patient.rs');
  equal(given.status, 200, given.text);
  const client = smart({ headers: {}, url: '/' }, {}, storage).client({ serverUrl: iss, tokenResponse: given.json });
  const found = await client.request('Patient?_count=5');
  truth(found.entry.length === 5, `${found.entry?.length}`);
});

app.close();
await server.stop();
finish();
