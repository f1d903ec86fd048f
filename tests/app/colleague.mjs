/* A hostile colleague: somebody with an account of their own asks for what is shut to them, sideways. Whatever is tried is asked twice, once about
 * what is hidden and once about what is not there: the answers must be the same to the letter. The real program with the demo's people. */

import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';
import { Person } from './people.mjs';

const data = join(newFolder('colleague'), 'data');
equal((await run('demo', '--data', data, '--residents', '120', '--days', '1', '--quiet')).code, 0, 'demo');
const server = await new Server(data, 'sign-in', '--quiet').ready();
const token = /[A-Za-z0-9_-]{40,}/.exec((await run('user', 'token', 'colleague', '--role', 'system', '--data', data)).out)[0];
const system = (method, path, body) => ask(server, method, `/fhir/${path}`, body, { authorization: `Bearer ${token}` });
const people = {};
for (const name of ['carer', 'nurse', 'doctor', 'records-clerk', 'facility-head', 'doctor-drugs', 'police-officer', 'province-officer', 'ministry-officer', 'auditor', 'administrator']) people[name] = await Person.of(server, name);

/* ---- figures of everybody ---- */

await test('how often a rule was asked is told to who may see figures of the server, and to nobody else', async () => {
  const named = async (who) => new Set((await who.get('/fhir/PlanDefinition/$alerts')).json.parameter.flatMap((p) => p.part ?? []).map((x) => x.name));
  for (const [name, person] of Object.entries(people)) {
    const told = await named(person);
    truth(told.has('raised') && told.has('off'), name);
    equal(['asked', 'failed', 'microseconds'].filter((n) => told.has(n)).length, person.role === 'administrator' || person.role === 'auditor' ? 3 : 0, name);
  }
});

await server.stop();
finish();
