/* --validate on the real program: what each mode refuses, for all types and for one, in a server and in an import; and that metrics count. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const malformed = { resourceType: 'Patient', name: { family: 'Vừ' } }; /* a fault of form */
const incomplete = { resourceType: 'Observation', status: 'final' }; /* something is absent */
const unfit = { resourceType: 'Patient', contact: [{ gender: 'male' }] }; /* something disagrees: pat-1 */

async function answers(...options) {
  const server = await new Server(join(newFolder('validate'), 'data'), '--quiet', ...options).ready();
  const codes = [];
  for (const body of [malformed, incomplete, unfit]) codes.push((await ask(server, 'POST', `/fhir/${body.resourceType}`, body)).status);
  const metrics = (await ask(server, 'GET', '/metrics')).text;
  await server.stop();
  return [codes, ['refused', 'kept'].map((name) => Number(new RegExp(`^ansinh_unfit_${name}_total (\\d+)$`, 'm').exec(metrics)?.[1]))];
}

await test('by default faults of form are refused and the rest is counted', async () => {
  equal(await answers(), [[422, 201, 201], [1, 2]]);
  equal(await answers('--validate', 'form'), [[422, 201, 201], [1, 2]]);
});
await test('reject refuses every error', async () => equal(await answers('--validate', 'reject'), [[422, 422, 422], [3, 0]]));
await test('warn refuses none and counts', async () => equal(await answers('--validate', 'warn'), [[201, 201, 201], [0, 3]]));
await test('off does not look', async () => equal(await answers('--validate', 'off'), [[201, 201, 201], [0, 0]]));
await test('a type has its own mode', async () => equal(await answers('--validate', 'warn,Observation=reject'), [[201, 422, 201], [1, 2]]));

await test('padding does not hide a fault of form, and what is only long is kept', async () => {
  const server = await new Server(join(newFolder('validate'), 'data'), '--quiet').ready();
  const long = { resourceType: 'Questionnaire', status: 'active', item: Array.from({ length: 60000 }, (_, i) => ({ linkId: String(i), type: 'string' })) };
  const codes = [];
  for (const body of [long, { ...long, nonsense: {} }, { ...long, status: ['active', 5] }]) codes.push((await ask(server, 'POST', '/fhir/Questionnaire', body)).status);
  await server.stop();
  equal(codes, [201, 422, 422]);
});

await test('what is no mode is refused before anything is served', async () => {
  for (const wrong of ['strict', 'warn,Nothing=off', 'warn,Observation=maybe', 'warn,']) {
    const end = await run('serve', '--data', join(newFolder('validate'), 'data'), '--listen', '127.0.0.1:0', '--auth', 'off', '--validate', wrong);
    equal(end.code, 1, wrong);
    truth(end.err.includes('--validate takes'), `${wrong}: ${end.err}`);
  }
});

await test('an import obeys it, and what it refuses is listed', async () => {
  const folder = newFolder('validate');
  const file = join(folder, 'some.ndjson');
  writeFileSync(file, [malformed, incomplete, unfit].map((r, i) => JSON.stringify({ ...r, id: `r${i}` })).join('\n'));
  const usual = await run('import', file, '--data', join(folder, 'a'));
  truth(/2 created.* 1 rejected/.test(usual.out + usual.err), usual.out + usual.err);
  const strict = await run('import', file, '--data', join(folder, 'b'), '--validate', 'reject');
  truth(/0 created.* 3 rejected/.test(strict.out + strict.err), strict.out + strict.err);
});

finish();
