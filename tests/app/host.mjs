/* The program on its machine: whose process it is, who may read its secrets, the unit for systemd. */

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROGRAM, Server, ask, equal, finish, newFolder, run, start, test, truth } from '../node.mjs';

const isRoot = process.getuid() === 0;
const skip = (name, why) => console.log(`skip  ${name}: ${why}`);
const dirOf = (name) => join(newFolder(name), 'data');

/* ---- root ---- */

async function asRoot() {
  const nobody = /^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'));
  const data = dirOf('user');
  chmodSync(dirname(data), 0o755);
  await test('--user: the address is taken, then root is gone for good', async () => {
    const server = await new Server(data, 'sign-in', '--quiet', '--user', 'nobody').ready();
    const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
    const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)[1].trim().split(/\s+/);
    equal([field('Uid'), field('Gid'), field('Groups')], [Array(4).fill(nobody[1]), Array(4).fill(nobody[2]), [nobody[2]]]);
    equal([field('NoNewPrivs'), field('CapEff'), field('CapPrm')], [['1'], ['0000000000000000'], ['0000000000000000']]);
    equal((await ask(server, 'GET', '/health')).status, 200);
    for (const name of readdirSync(data)) equal(String(statSync(join(data, name)).uid), nobody[1], name);
    equal((await run('user', 'list', '--data', data)).code, 0, 'root may still ask through the socket');
    equal((await server.stop()).code, 0);
  });
  await test('a folder of somebody else, a user that does not exist', async () => {
    const other = dirOf('other');
    mkdirSync(other, { mode: 0o700 });
    chmodSync(dirname(other), 0o755);
    for (const [user, word] of [['nobody', 'chown'], ['ansinh-no-such-user', 'no user']]) {
      const end = await run('serve', '--data', other, '--listen', '127.0.0.1:0', '--user', user);
      equal([end.code, end.out], [2, '']);
      truth(end.err.includes(word), end.err);
      equal(readdirSync(other), [], 'nothing was touched');
    }
  });
  await test('others can reach it: not as root, unless that is said', async () => {
    const open = dirOf('open');
    const end = await run('serve', '--data', open, '--listen', '0.0.0.0:0', '--tls');
    equal([end.code, end.out, existsSync(open)], [2, '', false]);
    truth(end.err.includes('--user NAME') && end.err.includes('--user root'), end.err);
    const container = start(['serve', '--data', open, '--listen', '0.0.0.0:0', '--tls', '--user', 'root', '--quiet']);
    while (!container.said.out.includes('listening on https://') && container.child.exitCode === null) await new Promise((done) => { setTimeout(done, 20); });
    container.child.kill('SIGTERM');
    equal((await container.ended).code, 0, container.said.err);
  });
}

if (isRoot) await asRoot(); else skip('--user', 'only root can become somebody else');

/* ---- secrets ---- */

await test('what only its owner may read is made so, and refused when others can', async () => {
  const data = dirOf('secrets');
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const files = readdirSync(data, { recursive: true }).map((name) => join(data, name)).filter((path) => statSync(path).isFile());
  for (const path of files) equal((statSync(path).mode & 0o77).toString(8), '0', path);
  equal((statSync(data).mode & 0o77).toString(8), '0', 'the folder');
  await server.stop();
  for (const name of ['main.db', 'access.db', 'audit.key', 'first-code']) {
    chmodSync(join(data, name), 0o640);
    for (const words of [['serve', '--listen', '127.0.0.1:0'], ['user', 'list']]) {
      const end = await run(...words, '--data', data);
      equal([end.code, end.out], [1, ''], `${words[0]} ${name}`);
      truth(end.err.includes(`${name} can be read by others`) && end.err.includes('chmod 600'), end.err);
    }
    chmodSync(join(data, name), 0o600);
  }
  const again = await new Server(data, 'sign-in', '--quiet').ready();
  equal((await again.stop()).code, 0);
});

/* ---- systemd ---- */

const unit = async (...words) => run('service', '--data', '/var/lib/ansinh', ...words);

await test('a unit: every path whole, capabilities only for a low port', async () => {
  const low = await unit('--listen', '0.0.0.0:443', '--tls', '--user', 'ansinh'), high = await unit();
  equal([low.code, high.code], [0, 0]);
  truth(/^ExecStart=\/\S+ serve --data \/var\/lib\/ansinh --listen 0\.0\.0\.0:443 --tls$/m.test(low.out), low.out);
  truth(/^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m.test(low.out) && /^CapabilityBoundingSet=$/m.test(high.out), high.out);
  for (const bad of [['--data', '/a b'], ['--data', '/a%h'], ['--base-url', 'https://x\nUser=root'], ['--tls-cert', 'rel.pem', '--tls-key', '/k.pem']]) {
    const end = await unit(...bad);
    equal([end.code, end.out], [2, ''], bad.join(' '));
  }
});

const analyze = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
if (analyze.status === 0 && Number(/systemd (\d+)/.exec(analyze.stdout)?.[1]) >= 250) {
  await test('systemd understands every line of it and finds little to say', async () => {
    const path = join(newFolder('unit'), 'ansinh.service');
    writeFileSync(path, (await unit()).out);
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    equal([verified.status, verified.stderr], [0, ''], PROGRAM);
    const scored = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', path], { encoding: 'utf8' });
    equal(scored.status, 0, scored.stdout.split('\n').slice(-3).join(' '));
  });
} else {
  skip('systemd-analyze', 'it is not on this machine, or older than 250');
}

finish();
