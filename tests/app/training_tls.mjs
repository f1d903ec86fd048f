/* The training server of a real one that speaks TLS by its own certificate: it speaks TLS too, by the same one, at its own port and with its own
 * cookies, which are for TLS only; and ends with the real one. */

import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { SLOW, equal, finish, newFolder, run, sleep, start, test, truth } from '../node.mjs';
import { PASSWORD } from './people.mjs';

const data = join(newFolder('training-tls'), 'data');
equal((await run('demo', '--data', data, '--quiet', '--facilities', '1', '--residents', '3', '--days', '1')).code, 0, 'demo');
const server = start(['serve', '--data', data, '--listen', '127.0.0.1:0', '--tls', '--quiet'], 600_000);
for (let i = 0; i < 3000 && !/^listening on https:/m.test(server.said.out); i++) await sleep(20);
const real = Number(/^listening on https:\/\/127\.0\.0\.1:(\d+)$/m.exec(server.said.out)[1]);
const cert = readFileSync(join(data, 'tls/cert.pem'), 'utf8');

/* The certificate alone is trusted, whatever name it carries. */
function ask(port, method, path, body, cookie = '') {
  return new Promise((done, fail) => {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = { ...(sent ? { 'content-type': 'application/json', 'content-length': sent.length } : {}), 'x-ansinh': '1', ...(cookie ? { cookie } : {}) };
    const request = https.request({ host: '127.0.0.1', port, method, path, headers, ca: cert, checkServerIdentity: () => undefined }, (reply) => {
      const chunks = [];
      reply.on('data', (c) => chunks.push(c));
      reply.on('error', fail);
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        let json;
        try { json = JSON.parse(text); } catch { json = undefined; }
        done({ status: reply.statusCode, headers: reply.headers, text, json });
      });
    });
    request.on('error', fail);
    request.setTimeout(60_000, () => request.destroy(new Error('no answer within 60 s')));
    request.end(sent);
  });
}
async function signIn(port, name) {
  const reply = await ask(port, 'POST', '/auth/sign-in', { name, password: PASSWORD });
  equal(reply.status, 200, reply.text);
  return { set: reply.headers['set-cookie'], cookie: reply.headers['set-cookie'].map((c) => c.split(';')[0]).join('; ') };
}

const head = await signIn(real, 'facility-head');
let there = 0;

await test('it is made, and listens with the certificate of the real one', async () => {
  equal((await ask(real, 'POST', '/auth/training', { want: 'on' }, head.cookie)).json.state, 'making', 'asked for');
  for (const end = Date.now() + (SLOW ? 580_000 : 300_000); Date.now() < end && there === 0; await sleep(100)) {
    const { json, text } = await ask(real, 'GET', '/auth/training', undefined, head.cookie);
    truth(json.state !== 'failed', text);
    there = json.state === 'on' ? json.port : 0;
  }
  truth(there > real && there <= real + 20, `port ${there}`);
  const me = await ask(there, 'GET', '/auth/me');
  equal([me.status, me.json.training.here], [200, true], 'it says what it is');
  equal(me.headers['strict-transport-security'], undefined, 'a browser keeps nothing of it for the host');
  truth(!existsSync(join(data, 'training/tls')), 'it made no certificate of its own');
});

await test('one signs in there, by cookies for TLS only that are not those of the real one, and neither opens the other', async () => {
  const nurse = await signIn(there, 'nurse');
  truth(nurse.set.every((c) => /; Secure/i.test(c)), nurse.set.join());
  equal((await ask(there, 'GET', '/fhir/Patient?_summary=count', undefined, nurse.cookie)).json.total > 3, true, 'forty people, not three');
  equal((await ask(real, 'GET', '/fhir/Patient', undefined, nurse.cookie)).status, 401, 'there to here');
  equal((await ask(there, 'GET', '/fhir/Patient', undefined, head.cookie)).status, 401, 'here to there');
});

await test('it ends with the real one', async () => {
  server.child.kill('SIGTERM');
  equal((await server.ended).code, 0, server.said.err);
  let gone = false;
  for (const end = Date.now() + 30_000; Date.now() < end && !gone; await sleep(100)) {
    gone = await ask(there, 'GET', '/health').then(() => false, () => true);
  }
  truth(gone, 'it goes on alone');
});

finish();
