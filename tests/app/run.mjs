/* The command line of the real program: what it says, what it refuses, and that its commands fit together. */

import { spawn } from 'node:child_process';
import https from 'node:https';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROGRAM, SLOW, Server, ask, equal, finish, newFolder, run, sleep, soon, start, test, truth } from '../node.mjs';

const holds = (text, part) => truth(text.includes(part), `"${part}" is not in: ${text.slice(0, 600)}`);
const json = (value) => `${JSON.stringify(value)}\n`;
const dirOf = (name) => join(newFolder(name), 'data'); /* a folder that does not exist yet */
const rejectsOf = (data) => readdirSync(data).filter((f) => f.startsWith('rejects-'))
  .flatMap((f) => readFileSync(join(data, f), 'utf8').trim().split('\n').map((line) => JSON.parse(line)));

async function withServer(data, work, ...options) {
  const server = await new Server(data, ...options).ready();
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

const total = async (server, query) => (await ask(server, 'GET', `/fhir/${query}${query.includes('?') ? '&' : '?'}_summary=count`)).json.total;

/* ---- words and exit codes ---- */

const COMMANDS = ['serve', 'import', 'export', 'check', 'backup', 'restore', 'reindex', 'demo', 'user', 'audit', 'paper', 'pack', 'fhirpath', 'version', 'help'];

async function words() {
  await test('help names every command and the exit codes', async () => {
    const help = await run('help');
    equal(help.code, 0);
    for (const name of COMMANDS) holds(help.out, `  ${name} `);
    holds(help.out, '75');
  });
  for (const name of COMMANDS) {
    await test(`help ${name}`, async () => {
      const [one, other] = [await run('help', name), await run(name, '--help')];
      equal([one.code, other.code, one.out], [0, 0, other.out]);
      holds(one.out, `usage: ansinh ${name}`);
    });
  }
  for (const args of [['nonsense'], ['serve', '--nonsense'], ['serve', 'extra'], ['import'], ['export'], ['serve', '--threads', 'many'],
    ['serve', '--threads', '0'], ['serve', '--quiet=yes'], ['demo', '--seed', '-1'], ['import', '--data'], ['serve', '--auth', 'on'], ['serve', '--base-url', 'example.org/fhir'],
    ['fhirpath'], ['fhirpath', '-e', 'Patient', '--batch', 'x', 'y'], ['check', '--again']]) {
    await test(`usage: ${args.join(' ')}`, async () => {
      const end = await run(...args);
      equal([end.code, end.out], [2, ''], end.err);
      truth(end.err.startsWith('ansinh: '), end.err);
    });
  }
  await test('--name=value is --name value', async () => {
    const data = dirOf('equals');
    equal((await run('demo', `--data=${data}`, '--residents=1', '--days=1', '--quiet')).code, 0);
    truth(existsSync(join(data, 'FORMAT')), 'no folder was made');
  });
  await test('version', async () => holds((await run('version')).out, 'FHIR R4'));
}

/* ---- serve ---- */

async function addresses() {
  for (const listen of ['0.0.0.0:0', '[::]:0']) {
    for (const more of [[], ['--auth', 'off']]) {
      await test(`only loopback: ${listen} ${more.join(' ')}`, async () => {
        const data = dirOf('listen');
        const end = await run('serve', '--listen', listen, '--data', data, ...more);
        equal(end.code, 2, end.err);
        holds(end.err, 'loopback');
        truth(!existsSync(data), 'the data folder was touched');
      });
    }
  }
  await test('an address that cannot be read', async () => equal((await run('serve', '--listen', 'nowhere', '--data', dirOf('l'))).code, 2));
  await test('a taken port', async () => {
    const data = dirOf('taken');
    await withServer(data, async (server) => {
      const other = dirOf('other');
      const end = await run('serve', '--listen', `127.0.0.1:${server.port}`, '--data', other);
      equal(end.code, 1, end.err);
      truth(!existsSync(other), 'the data folder was touched');
    });
  });
}

/* One GET over TLS that trusts the given certificate alone. */
const askSecurely = (port, path, ca) => new Promise((done, fail) => {
  https.get({ host: '127.0.0.1', port, path, ca, agent: false }, (reply) => {
    let text = '';
    reply.on('data', (chunk) => { text += chunk; });
    reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, text }));
  }).on('error', fail);
});

async function secure() {
  await test('--tls makes a certificate once, and any address may be listened on', async () => {
    const data = dirOf('tls');
    const certs = [];
    for (let round = 0; round < 2; round++) {
      const server = start(['serve', '--data', data, '--listen', '0.0.0.0:0', '--tls', ...(process.getuid() === 0 ? ['--user', 'root'] : [])], 60_000);
      await soon(() => /^listening on https:/m.test(server.said.out), 'it listens');
      const port = Number(/^listening on https:\/\/0\.0\.0\.0:(\d+)$/m.exec(server.said.out)[1]);
      const cert = readFileSync(join(data, 'tls/cert.pem'), 'utf8');
      certs.push(cert);
      equal((statSync(join(data, 'tls/key.pem')).mode & 0o777).toString(8), '600');
      holds(server.said.err, 'SHA-256');
      const me = await askSecurely(port, '/auth/me', cert);
      equal([me.status, JSON.parse(me.text).auth, me.headers['strict-transport-security']], [200, 'on', undefined]);
      equal((await askSecurely(port, '/fhir/Patient', cert)).status, 401);
      const stranger = await askSecurely(port, '/health', undefined).then(() => 'trusted', (error) => error.code);
      truth(/SELF_SIGNED|UNABLE_TO_VERIFY/.test(stranger), stranger);
      server.child.kill('SIGTERM');
      equal((await server.ended).code, 0);
    }
    equal(certs[0], certs[1], 'the certificate');
    writeFileSync(join(data, 'tls/key.pem'), 'half a key', { mode: 0o600 }); /* as a power cut may leave it */
    const mended = start(['serve', '--data', data, '--listen', '127.0.0.1:0', '--tls'], 60_000);
    await soon(() => /^listening.*\n/m.test(mended.said.out), 'it listens');
    const port = Number(/:(\d+)$/m.exec(mended.said.out)[1]);
    equal((await askSecurely(port, '/health', readFileSync(join(data, 'tls/cert.pem'), 'utf8'))).status, 200);
    mended.child.kill('SIGTERM');
    equal((await mended.ended).code, 0);
  });
  await test('a given certificate is used, and told to browsers', async () => {
    const data = dirOf('tls-given');
    const from = dirOf('tls'); /* of another folder: makes its own */
    const own = start(['serve', '--data', from, '--listen', '127.0.0.1:0', '--tls'], 60_000);
    await soon(() => /^listening.*\n/m.test(own.said.out), 'it listens');
    own.child.kill('SIGTERM');
    await own.ended;
    const files = ['--tls-cert', join(from, 'tls/cert.pem'), '--tls-key', join(from, 'tls/key.pem')];
    const server = start(['serve', '--data', data, '--listen', '127.0.0.1:0', ...files], 60_000);
    await soon(() => /^listening.*\n/m.test(server.said.out), 'it listens');
    const port = Number(/:(\d+)$/m.exec(server.said.out)[1]);
    const page = await askSecurely(port, '/', readFileSync(join(from, 'tls/cert.pem'), 'utf8'));
    holds(page.headers['strict-transport-security'], 'max-age=');
    truth(!existsSync(join(data, 'tls')), 'another certificate was made');
    server.child.kill('SIGTERM');
    equal((await server.ended).code, 0);
  });
  for (const [what, args] of [['a certificate without its key', ['--tls-cert', 'x']], ['a key without its certificate', ['--tls-key', 'x']]]) {
    await test(`usage: ${what}`, async () => equal((await run('serve', '--data', dirOf('u'), '--listen', '127.0.0.1:0', ...args)).code, 2));
  }
  await test('files that are none end the start', async () => {
    const end = await run('serve', '--data', dirOf('none'), '--listen', '127.0.0.1:0', '--tls-cert', '/nowhere/c.pem', '--tls-key', '/nowhere/k.pem');
    equal(end.code, 1);
    holds(end.err, '/nowhere/c.pem cannot be read');
  });
}

async function serving() {
  await test('the first line is the address, SIGTERM ends with 0', async () => {
    const server = await new Server(dirOf('serve')).ready();
    const health = await ask(server, 'GET', '/health');
    equal(health.status, 200);
    const end = await server.stop();
    equal([end.code, end.out], [0, `listening on ${server.base}\n`]);
  });
  await test('without sign-in only own names are answered', async () => withServer(dirOf('names'), async (server) => {
    for (const [host, status] of [['localhost', 200], [`localhost:${server.port}`, 200], ['127.0.0.1', 200], [`[::1]:${server.port}`, 200],
      ['evil.example', 403], ['127.0.0.1.evil.example', 403], ['localhost.evil.example:80', 403]]) {
      equal((await ask(server, 'GET', '/fhir/Patient', undefined, { host })).status, status, host);
    }
  }));
  await test('links begin with --base-url', async () => withServer(dirOf('base'), async (server) => {
    const { json: answer } = await ask(server, 'GET', '/fhir/Patient');
    equal(answer.link[0].url, 'https://example.org/fhir/Patient');
  }, '--base-url', 'https://example.org/fhir/'));
  await test('SIGINT too', async () => {
    const server = await new Server(dirOf('int')).ready();
    equal((await server.stop('SIGINT')).code, 0);
  });
  await test('the folder is for its owner alone', async () => {
    const data = dirOf('mode');
    await withServer(data, async () => equal((statSync(data).mode & 0o777).toString(8), '700'));
  });
  await test('SIGTERM under load loses nothing that was acknowledged', async () => {
    const data = dirOf('drain');
    const server = await new Server(data, '--quiet').ready();
    const kept = [];
    let over = false;
    const client = async (number) => {
      for (let i = 0; !over; i++) {
        const id = `c${number}-${i}`;
        const reply = await ask(server, 'PUT', `/fhir/Patient/${id}`, { resourceType: 'Patient', id }).catch(() => undefined);
        if (reply === undefined || reply.status === 503) return;
        equal(reply.status, 201, id);
        kept.push(id);
      }
    };
    const clients = Array.from({ length: 8 }, (_, i) => client(i));
    await sleep(300);
    const end = await server.stop();
    over = true;
    await Promise.all(clients);
    equal(end.code, 0, end.err);
    truth(kept.length > 0, 'nothing was written');
    await withServer(data, async (after) => equal(await total(after, 'Patient'), kept.length, 'people'), '--quiet');
  });
  await test('logs hold no word of a record', async () => {
    const mark = 'Zxqmarkzxq';
    const server = await new Server(dirOf('logs')).ready();
    await ask(server, 'PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p', name: [{ text: mark }], identifier: [{ value: mark }] });
    await ask(server, 'GET', `/fhir/Patient?name=${mark}&identifier=${mark}&wrong=${mark}`);
    await ask(server, 'POST', '/fhir/Patient', `{"resourceType":"Patient","name":[{"text":"${mark}"`);
    await ask(server, 'POST', '/fhir/Patient', { resourceType: 'Patient', birthDate: mark });
    await ask(server, 'GET', `/fhir/Patient?birthdate=${mark}`);
    const end = await server.stop();
    truth(/event=request .*status=201/.test(end.err), end.err);
    truth(!end.err.includes(mark), `a marker is in the log: ${end.err}`);
  });
}

async function pages() {
  await test('the program has its pages (build web/ before it)', async () => holds((await run('version')).out, 'with pages'));
  await withServer(dirOf('pages'), async (server) => {
    const get = (path, headers) => ask(server, 'GET', path, undefined, headers);
    await test('/ is the page', async () => {
      const page = await get('/');
      equal([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
      holds(page.text, '<script type="module"');
      truth(page.headers['content-security-policy'], 'no Content-Security-Policy');
    });
    await test('its files come compressed and may be kept', async () => {
      const script = /src="(\/assets\/[^"]+\.js)"/.exec((await get('/')).text)[1];
      const [plain, packed] = [await get(script), await get(script, { 'accept-encoding': 'gzip' })];
      equal([plain.status, packed.status, packed.headers['content-encoding']], [200, 200, 'gzip']);
      holds(packed.headers['cache-control'], 'immutable');
      truth(Number(packed.headers['content-length']) < Number(plain.headers['content-length']) / 2, 'not smaller');
    });
    await test('what is not there is 404', async () => equal((await get('/assets/none.js')).status, 404));
  });
}

/* ---- one folder, one writer ---- */

async function together() {
  const data = dirOf('together');
  const input = join(newFolder('in'), 'p.ndjson');
  writeFileSync(input, json({ resourceType: 'Patient', id: 'x' }));
  await run('demo', '--data', data, '--residents', '3', '--days', '2', '--quiet');
  await withServer(data, async (server) => {
    for (const args of [['serve', '--listen', '127.0.0.1:0'], ['import', input], ['reindex'], ['demo'], ['check', '--repair']]) {
      await test(`${args[0]} beside a server is busy`, async () => {
        const end = await run(...args, '--data', data);
        equal(end.code, 75, end.err);
        holds(end.err, String(server.child.pid));
        holds(end.err, data);
      });
    }
    await test('check, export and backup work beside a server that writes', async () => {
      let over = false;
      const writer = (async () => {
        for (let i = 0; !over; i++) await ask(server, 'PUT', `/fhir/Basic/b${i % 50}`, { resourceType: 'Basic', id: `b${i % 50}`, code: { text: `${i}` } });
      })();
      const [check, exported, backup] = await Promise.all([run('check', '--data', data, '--quiet'),
        run('export', join(newFolder('x'), 'to'), '--data', data, '--quiet'), run('backup', join(newFolder('b'), 'to'), '--data', data, '--quiet')]);
      over = true;
      await writer;
      equal([check.code, exported.code, backup.code], [0, 0, 0], check.out + check.err + exported.err + backup.err);
    });
  });
  await test('and afterwards the folder is free', async () => equal((await run('import', input, '--data', data)).code, 0));
}

/* ---- import ---- */

const PATIENT = (id, more = {}) => ({ resourceType: 'Patient', id, ...more });

function mixedInput(folder) {
  mkdirSync(folder);
  const put = (resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } });
  const lines = `${json(PATIENT('l1'))}\n${json({ resourceType: 'Patient' })}{bad\n${json({ resourceType: 'Nope', id: 'n' })}${json(PATIENT('l1', { active: true }))}${JSON.stringify(PATIENT('l2'))}`;
  writeFileSync(join(folder, 'a-lines.ndjson'), lines);
  writeFileSync(join(folder, 'b-packed.ndjson.gz'), gzipSync(json(PATIENT('g1')) + json(PATIENT('g2'))));
  writeFileSync(join(folder, 'c-collection.json'), json({ resourceType: 'Bundle', type: 'collection', entry: [
    { resource: PATIENT('c1') }, { resource: { resourceType: 'Patient' } }, { resource: PATIENT('c1', { active: false }) }] }));
  writeFileSync(join(folder, 'd-half.json'), json({ resourceType: 'Bundle', id: 'half', type: 'transaction', entry: [
    put(PATIENT('t1')), put(PATIENT('t2', { generalPractitioner: [{ reference: 'Practitioner?identifier=nobody' }] }))] }));
  writeFileSync(join(folder, 'e-batch.json'), json({ resourceType: 'Bundle', type: 'batch', entry: [
    { resource: { resourceType: 'Practitioner', identifier: [{ value: 'dr' }] }, request: { method: 'POST', url: 'Practitioner', ifNoneExist: 'identifier=dr' } },
    { resource: { resourceType: 'Practitioner', identifier: [{ value: 'dr' }] }, request: { method: 'POST', url: 'Practitioner', ifNoneExist: 'identifier=dr' } },
    { resource: PATIENT('no'), request: { method: 'PUT', url: 'Patient/other' } },
    put(PATIENT('b1'))] }));
  writeFileSync(join(folder, 'f-refers.json'), json({ resourceType: 'Bundle', type: 'transaction', entry: [
    put(PATIENT('r1', { generalPractitioner: [{ reference: 'Practitioner?identifier=dr' }] }))] }));
  writeFileSync(join(folder, 'g-single.json'), JSON.stringify(PATIENT('s1'), null, 2));
  writeFileSync(join(folder, 'h-cut.json.gz'), gzipSync('x'.repeat(5000)).subarray(0, 30));
  writeFileSync(join(folder, 'i-notes.txt'), 'not ours');
}

const REJECTED = [
  ['a-lines.ndjson', 3, 'Patient', null], ['a-lines.ndjson', 4, null, null], ['a-lines.ndjson', 5, 'Nope', 'n'],
  ['c-collection.json', 1, 'Patient', null], ['d-half.json', 1, 'Bundle', 'half'], ['e-batch.json', 1, 'Bundle', null],
  ['h-cut.json.gz', 1, null, null]];

async function importing() {
  const input = join(newFolder('mixed'), 'in');
  const data = dirOf('import');
  mixedInput(input);
  await test('import takes what is good and lists what is not', async () => {
    const end = await run('import', input, '--data', data, '--quiet');
    equal(end.code, 1, end.err);
    const got = rejectsOf(data).map((r) => [r.file.slice(input.length + 1), r.line, r.type, r.id]).sort();
    equal(got, [...REJECTED].sort(), 'rejects');
    truth(rejectsOf(data).every((r) => r.reason.length > 5), 'a reject without a reason');
    holds(end.err, '1 files without');
  });
  await test('what was good is there, in order, once', async () => withServer(data, async (server) => {
    equal([await total(server, 'Patient'), await total(server, 'Practitioner')], [8, 1]);
    equal((await ask(server, 'GET', '/fhir/Patient/l1')).json.active, true, 'the later line');
    equal((await ask(server, 'GET', '/fhir/Patient/t1')).status, 404, 'half of a transaction');
    equal(await total(server, 'Patient?general-practitioner.identifier=dr'), 1, 'a conditional reference over files');
  }));
  await test('imported again: nothing', async () => {
    const end = await run('import', input, '--data', data, '--quiet');
    equal(end.code, 1, 'the file cut short is tried again');
    holds(end.out, '0 created, 0 updated, 0 unchanged');
    holds(end.out, '7 of 8 files were imported before');
  });
  await test('--again: the same once more', async () => {
    const end = await run('import', '--again', input, '--data', data, '--quiet');
    holds(end.out, '0 created, 4 updated'); /* l1 and c1 come twice: each undoes the other */
  });
  await test('a file that is not there', async () => equal((await run('import', join(input, 'none.json'), '--data', data)).code, 1));
  await test('a decompression bomb is refused in small memory', async () => {
    const bomb = join(newFolder('bomb'), 'bomb.ndjson.gz');
    writeFileSync(bomb, gzipSync(Buffer.alloc(200 << 20, 0x20)));
    const end = await run('import', bomb, '--data', data, '--quiet');
    equal(end.code, 1, end.err);
    truth(rejectsOf(data).some((r) => r.reason.includes('unpacks to more than')), 'not refused as a bomb');
  });
}

/* ---- copies ---- */

const SAMPLE_WARD = ['--residents', '4', '--days', '3', '--quiet'];
const bodiesOf = (folder) => Object.fromEntries(readdirSync(folder).sort().map((f) => [f, readFileSync(join(folder, f), 'utf8').trim().split('\n')
  .map((line) => { const r = JSON.parse(line); delete r.meta.lastUpdated; delete r.meta.versionId; return JSON.stringify(r); }).sort()]));

async function copies() {
  const data = dirOf('ward');
  await run('demo', '--data', data, ...SAMPLE_WARD);
  const exported = join(newFolder('exp'), 'to');
  await test('export, import, export gives the same', async () => {
    const packed = join(newFolder('exp'), 'packed');
    const copy = dirOf('copy');
    const again = join(newFolder('exp'), 'again');
    const codes = [await run('export', exported, '--plain', '--data', data), await run('export', packed, '--data', data),
      await run('import', packed, '--data', copy), await run('export', again, '--plain', '--data', copy)].map((end) => end.code);
    equal(codes, [0, 0, 0, 0]);
    truth(readdirSync(packed).every((f) => f.endsWith('.ndjson.zst')), 'not packed');
    equal(JSON.stringify(bodiesOf(again)) === JSON.stringify(bodiesOf(exported)), true, 'the same bodies');
    equal((await run('check', '--data', copy)).code, 0);
  });
  await test('an export is not mixed into another', async () => equal((await run('export', exported, '--data', data)).code, 2));
  const backup = join(newFolder('bk'), 'to');
  await test('backup and restore', async () => {
    const back = dirOf('restored');
    equal((await run('backup', backup, '--data', data)).code, 0);
    equal((await run('restore', backup, '--data', back)).code, 0);
    const out = join(newFolder('exp'), 'restored');
    await run('export', out, '--plain', '--data', back);
    equal(JSON.stringify(bodiesOf(out)) === JSON.stringify(bodiesOf(exported)), true, 'the same bodies');
    equal((await run('check', '--data', back)).code, 0);
    equal((await run('restore', backup, '--data', back)).code, 2, 'into a folder that is not empty');
  });
  await test('a backup does not overwrite one', async () => truth((await run('backup', backup, '--data', data)).code !== 0, 'it did'));
  for (const args of [['check'], ['export', join(newFolder('e'), 'to')], ['backup', join(newFolder('e'), 'to')], ['reindex']]) {
    await test(`${args[0]} of a folder that is none`, async () => {
      const none = dirOf('none');
      const end = await run(...args, '--data', none);
      truth(end.code === 1 && end.err.length > 10, `${end.code} ${end.err}`);
      truth(!existsSync(join(none, 'FORMAT')), 'it made one');
    });
  }
}

/* ---- the folder's own rules ---- */

async function zones() {
  const data = dirOf('zone');
  /* the day begins at 17:00Z of the day before where the wards are, at 00:00Z in UTC */
  const query = 'Observation?date=lt2026-01-02T00:00:00Z';
  await withServer(data, (server) => ask(server, 'PUT', '/fhir/Observation/o', {
    resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, effectiveDateTime: '2026-01-02' }), '--timezone', 'UTC');
  await test('the zone is kept with the data', async () => withServer(data, async (server) => equal(await total(server, query), 0)));
  await test('another zone is refused and the way said', async () => {
    const end = await run('serve', '--listen', '127.0.0.1:0', '--data', data, '--timezone', 'Asia/Ho_Chi_Minh');
    equal(end.code, 1, end.err);
    holds(end.err, 'ansinh reindex');
  });
  await test('reindex takes the new zone', async () => {
    equal((await run('reindex', '--data', data, '--timezone', 'Asia/Ho_Chi_Minh')).code, 0);
    equal((await run('check', '--data', data)).code, 0);
    await withServer(data, async (server) => equal(await total(server, query), 1));
  });
  await test('an unknown zone leaves no folder', async () => {
    const none = dirOf('nozone');
    const end = await run('serve', '--listen', '127.0.0.1:0', '--data', none, '--timezone', 'Mars/Olympus');
    truth(end.code !== 0 && !existsSync(none), `${end.code} ${end.err}`);
  });
}

async function damage() {
  await test('a newer format is refused and left alone', async () => {
    const data = dirOf('format');
    await run('demo', '--data', data, ...SAMPLE_WARD);
    writeFileSync(join(data, 'FORMAT'), 'ansinh-store 99\n');
    const before = readdirSync(data).map((f) => [f, statSync(join(data, f)).mtimeMs]);
    const end = await run('serve', '--listen', '127.0.0.1:0', '--data', data);
    equal(end.code, 1, end.err);
    holds(end.err, '99');
    equal(readdirSync(data).map((f) => [f, statSync(join(data, f)).mtimeMs]), before, 'files');
  });
  await test('check sees damaged bytes', async () => {
    const data = dirOf('damage');
    await run('demo', '--data', data, ...SAMPLE_WARD);
    const file = join(data, 'main.db');
    const fd = openSync(file, 'r+');
    const size = statSync(file).size;
    for (let at = Math.floor(size * 0.3); at < size; at += 20 * 4096) writeSync(fd, Buffer.alloc(600, 0xa5), 0, 600, at);
    closeSync(fd);
    const end = await run('check', '--data', data);
    equal(end.code, 1, end.out + end.err);
  });
}

/* ---- demo and fhirpath ---- */

const SMALL_WARD = ['--facilities', '1', '--residents', '40'];

async function demo() {
  const [one, two] = [dirOf('demo1'), dirOf('demo2')];
  await test('a small demo is made in 5 s and is the same for one seed', async () => {
    const start = Date.now();
    const end = await run('demo', '--data', one, ...SMALL_WARD);
    truth(end.code === 0 && Date.now() - start < (SLOW ? 60_000 : 5000), `${Date.now() - start} ms: ${end.out}${end.err}`);
    await run('demo', '--data', two, ...SMALL_WARD, '--quiet');
    const [a, b] = [join(newFolder('e'), 'a'), join(newFolder('e'), 'b')];
    await run('export', a, '--plain', '--data', one);
    await run('export', b, '--plain', '--data', two);
    for (const file of ['Patient', 'Condition', 'MedicationRequest', 'Encounter', 'Flag'].map((t) => `${t}.ndjson`)) {
      equal(JSON.stringify(bodiesOf(a)[file]) === JSON.stringify(bodiesOf(b)[file]), true, file);
    }
    const all = (type) => bodiesOf(a)[`${type}.ndjson`].map((line) => JSON.parse(line));
    const names = new Map(all('Practitioner').map((p) => [`Practitioner/${p.id}`, p.name[0].text]));
    for (const { member } of all('CareTeam').flatMap((t) => t.participant)) equal(member.display, names.get(member.reference), member.reference);
    for (const [file, lines] of Object.entries(bodiesOf(a))) truth(lines.every((line) => line.includes('HTEST') || line.includes('urn:ansinh:tag:content')), `${file}: no label of test data`);
  });
  await test('a large house has somebody away, in hospital, isolated, without papers, about to move, with a depot due and a restraint that is over', async () => {
    const large = dirOf('demo3'), out = join(newFolder('e'), 'c');
    const end = await run('demo', '--data', large, '--facilities', '2', '--residents', '240', '--days', '1', '--quiet');
    equal(end.code, 0, end.err);
    await run('export', out, '--plain', '--data', large);
    const all = (type) => (bodiesOf(out)[`${type}.ndjson`] ?? []).map((line) => JSON.parse(line));
    const house = all('Encounter').filter((e) => e.serviceProvider?.reference === 'Organization/demo-facility'), now = Date.now(), near = (at, ms) => Math.abs(Date.parse(at) - now - ms) < 3_600_000;
    const kinds = house.filter((e) => e.status === 'onleave').map((e) => e.extension.find((x) => x.url === 'urn:ansinh:extension:away').extension.find((x) => x.url === 'kind').valueCode).sort();
    equal(kinds, ['hospital', 'leave'], 'away');
    const unknown = all('Patient').filter((p) => p.identifier?.some((i) => i.system === 'urn:ansinh:id:unidentified') && p.managingOrganization.reference === 'Organization/demo-facility');
    equal(unknown.map((p) => p.name[0].use), ['temp'], 'without papers');
    const tasks = all('Task'), timer = (code) => tasks.find((t) => t.for?.reference === `Patient/${unknown[0].id}` && t.code.coding[0].code === code).restriction.period.end;
    truth(near(timer('notify-commune'), 28 * 3_600_000) && near(timer('identify'), 220 * 3_600_000), 'the timers run from yesterday');
    const moving = tasks.find((t) => t.code?.coding?.[0]?.code === 'transfer');
    truth(moving.status === 'requested' && all('EpisodeOfCare').some((e) => e.status === 'planned' && `EpisodeOfCare/${e.id}` === moving.focus.reference && e.managingOrganization.reference === moving.owner.reference), 'about to move');
    truth(all('Flag').some((f) => f.code.coding?.[0]?.system === 'urn:ansinh:isolation' && f.status === 'active'), 'isolated');
    const day = new Date(now + 7 * 3_600_000).toISOString().slice(0, 10), depot = all('MedicationRequest').find((m) => m.dosageInstruction?.[0]?.timing?.repeat?.periodUnit === 'wk').dosageInstruction[0].timing.repeat;
    truth(Math.abs((Date.parse(day) - Date.parse(depot.boundsPeriod.start)) / 86_400_000 - 28) <= 1, 'the depot is due');
    const restraint = all('ServiceRequest').find((s) => s.code?.coding?.some((c) => c.code === 'restraint-check'));
    truth(restraint.status === 'active' && Date.parse(restraint.occurrenceTiming.repeat.boundsPeriod.end) < now, 'over, and nobody has said so');
  });
  await test('the demo has an account a role, made once', async () => {
    const end = await run('demo', '--data', one, ...SMALL_WARD, '--quiet');
    for (const name of ['nurse', 'nurse2', 'head-nurse', 'carer', 'doctor', 'facility-head', 'province-officer', 'person', 'guardian', 'auditor', 'administrator']) {
      truth(new RegExp(`^  ${name} +\\S`, 'm').test(end.out), `no ${name} in: ${end.out}`);
    }
    equal((await run('demo', '--data', one, ...SMALL_WARD, '--quiet')).code, 0);
  });
  await test('made twice it is one ward', async () => {
    await run('demo', '--data', one, ...SMALL_WARD, '--quiet');
    await withServer(one, async (server) => {
      equal(await total(server, 'Patient'), 40);
      truth(await total(server, 'Observation?category=vital-signs') > 5000, 'few readings');
      truth(await total(server, 'Patient?birthdate:missing=false') === 40, 'birth dates');
      equal(await total(server, 'Observation?patient.name=nobodyhere'), 0);
      equal(await total(server, 'Encounter?status=in-progress&location.partof.partof=Location/demo-ward'), 40);
    });
  });
  await test('a province: four kinds of facility in three lines, within 20 s and 200 MB', async () => {
    const data = dirOf('province');
    const start = Date.now();
    const people = SLOW ? 200 : 500; /* under a sanitizer the whole one takes minutes and shows no more */
    const end = await run('demo', '--data', data, '--quiet', ...(SLOW ? ['--residents', `${people}`, '--days', '7'] : []));
    truth(end.code === 0 && Date.now() - start < (SLOW ? 240_000 : 20_000), `${Date.now() - start} ms: ${end.out}${end.err}`);
    const bytes = readdirSync(data).reduce((sum, f) => sum + statSync(join(data, f)).size, 0);
    truth(bytes < 200_000_000, `${bytes} bytes`);
    await withServer(data, async (server) => {
      equal(await total(server, 'Patient'), people);
      for (const kind of ['TGXH-NCT', 'TGXH-TT', 'CNMT-CL', 'NCC-ND']) {
        equal(await total(server, `Organization?type=urn:ansinh:facility-kind|${kind}`), 1, kind);
      }
      for (const label of ['HIV', 'ETH']) truth(await total(server, `Condition?_security=${label}`) > 0, `nothing under ${label}`);
      truth(await total(server, 'MedicationAdministration?status=not-done') > 50, 'every dose was taken');
      truth(await total(server, 'Observation?code=urn:ansinh:score|news2&value-quantity=ge7') > 0, 'nobody was ever ill');
      equal(await total(server, 'MedicationRequest?encounter:missing=true'), 0, 'an order without its stay');
    });
  });
}

async function fhirpath() {
  const file = join(newFolder('fp'), 'p.json');
  writeFileSync(file, json(PATIENT('a', { name: [{ given: ['Hoa', 'Lan'] }] })));
  await test('fhirpath -e', async () => {
    const end = await run('fhirpath', '-e', 'Patient.name.given', file);
    equal([end.code, end.out], [0, '"Hoa"\n"Lan"\n'], end.err);
  });
  await test('fhirpath reads standard input', async () => {
    const child = spawn(PROGRAM, ['fhirpath', '-e', 'Patient.id', '-']);
    let out = '';
    child.stdout.on('data', (chunk) => { out += chunk; });
    child.stdin.end(readFileSync(file));
    await new Promise((done) => { child.on('close', done); });
    equal(out, '"a"\n');
  });
  await test('a wrong expression', async () => {
    const end = await run('fhirpath', '-e', 'Patient.(', file);
    truth(end.code === 1 && end.err !== '', `${end.code} ${end.err}`);
  });
}

await words();
await addresses();
await secure();
await serving();
await pages();
await together();
await importing();
await copies();
await zones();
await damage();
await demo();
await fhirpath();
finish();
