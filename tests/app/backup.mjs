/* Sealed backups on the real program: made beside a server that writes, opened by the holders of a key alone, refused whole when a byte is
 * missing or wrong. */

import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, start, test, truth } from '../node.mjs';

const folder = newFolder('backup');
const at = (name) => join(folder, name);
const data = at('data');
const PIECE = 65536 + 17;
const MARK = 'Nguyễn Thị Dấu Riêng';

const succeed = async (...words) => {
  const end = await run(...words);
  equal(end.code, 0, `${words.join(' ')}: ${end.err}`);
  return end;
};
const export_ = async (from, to) => {
  await succeed('export', to, '--data', from, '--quiet', '--plain');
  return readdirSync(to).sort().map((name) => [name, readFileSync(join(to, name), 'utf8').split('\n').sort().join('\n')]);
};

await succeed('demo', '--data', data, '--facilities', '1', '--residents', '12', '--days', '2', '--quiet');

await test('a key: two files, the secret one its owner\'s alone, never replaced', async () => {
  const end = await succeed('backup-key', at('key'));
  truth(end.out.includes(at('key.pub')), end.out);
  equal((statSync(at('key')).mode & 0o777).toString(8), '600');
  truth(/^ansinh-backup-secret [0-9a-f]{64}$/m.test(readFileSync(at('key'), 'utf8')), 'no secret');
  truth(!readFileSync(at('key.pub'), 'utf8').includes('secret '), 'the public file holds the secret');
  equal((await run('backup-key', at('key'))).code, 2);
  await succeed('backup-key', at('second'));
  await succeed('backup-key', at('stranger'));
  writeFileSync(at('both.pub'), readFileSync(at('key.pub')) + readFileSync(at('second.pub')));
});

await test('beside a server that writes: one moment, which each of two people can bring back', async () => {
  const server = await new Server(data, '--quiet').ready();
  let going = true, written = 0;
  const writer = (async () => {
    while (going) {
      const reply = await ask(server, 'POST', '/fhir/Basic', { resourceType: 'Basic', code: { text: MARK } });
      equal(reply.status, 201);
      written += 1;
    }
  })();
  const end = await succeed('backup', at('one.sealed'), '--key', at('both.pub'), '--data', data);
  truth(end.out.includes('sealed copy'), end.out);
  going = false;
  await writer;
  await server.stop();
  truth(written > 0, 'nothing was written meanwhile');
  equal(existsSync(join(data, 'backup.part')), false, 'the plain copy is gone');
  equal((statSync(at('one.sealed')).mode & 0o777).toString(8), '600');
  const bytes = readFileSync(at('one.sealed'));
  for (const word of ['SQLite format', 'Patient', MARK]) equal(bytes.includes(word), false, `${word} can be read in it`);
  for (const key of ['key', 'second']) {
    const looked = await succeed('restore', at('one.sealed'), '--key', at(key), '--data', at('nothing'), '--dry-run');
    truth(/can be opened and is whole: \d+ bytes/.test(looked.out), looked.out);
    equal(existsSync(at('nothing')), false);
    await succeed('restore', at('one.sealed'), '--key', at(key), '--data', at(`back-${key}`), '--quiet');
    equal(existsSync(at(`back-${key}.part`)), false);
    equal((await succeed('check', '--data', at(`back-${key}`), '--quiet')).out.includes('clean'), true);
  }
  equal(await export_(at('back-key'), at('out-key')), await export_(at('back-second'), at('out-second')));
});

await test('what comes back is what was there: the record, the audit, the accounts, who may come in', async () => {
  await succeed('backup', at('two.sealed'), '--key', at('key.pub'), '--data', data, '--quiet');
  await succeed('restore', at('two.sealed'), '--key', at('key'), '--data', at('same'), '--quiet');
  equal(await export_(at('same'), at('out-same')), await export_(data, at('out-data')));
  const server = await new Server(at('same'), 'sign-in', '--quiet').ready();
  const reply = await ask(server, 'POST', '/auth/sign-in', { name: 'nurse', password: 'ansinh-demo-2026' }, { 'content-type': 'application/json' });
  equal(reply.status, 200, reply.text);
  await server.stop();
});

await test('not without the key, not with another, not with half of one', async () => {
  const tries = [[[], 2], [['--key', at('stranger')], 1], [['--key', at('key.pub')], 1], [['--key', at('none')], 1]];
  writeFileSync(at('slip'), readFileSync(at('key'), 'utf8').replace(/(secret .{20})(.)/, (_, head, c) => head + (c === '0' ? '1' : '0')), { mode: 0o600 });
  tries.push([['--key', at('slip')], 1]);
  for (const [words, code] of tries) {
    const end = await run('restore', at('two.sealed'), ...words, '--data', at('never'));
    equal([end.code, existsSync(at('never')), existsSync(at('never.part'))], [code, false, false], `${words.join(' ')}: ${end.err}`);
  }
  chmodSync(at('key'), 0o644);
  const open = await run('restore', at('two.sealed'), '--key', at('key'), '--data', at('never'));
  chmodSync(at('key'), 0o600);
  equal([open.code, open.err.includes('chmod 600')], [1, true], 'a key that others can read');
  const secret = await run('backup', at('never.sealed'), '--key', at('key'), '--data', data);
  equal([secret.code, secret.err.includes('.pub'), existsSync(at('never.sealed'))], [1, true, false], 'the secret half has no business here');
});

await test('every piece changed, left out, exchanged, cut off: refused before anything is written', async () => {
  const whole = readFileSync(at('two.sealed'));
  const head = 16 + 1 + 80 + 24, pieces = Math.ceil((whole.length - head) / PIECE);
  truth(pieces >= 4, `only ${pieces} pieces`);
  const piece = (i) => whole.subarray(head + i * PIECE, Math.min(head + (i + 1) * PIECE, whole.length));
  const put = (list) => Buffer.concat([whole.subarray(0, head), ...list]);
  const all = Array.from({ length: pieces }, (_, i) => piece(i));
  const cases = [['empty', Buffer.alloc(0)], ['more', Buffer.concat([whole, Buffer.from('x')])]];
  for (let at = 0; at < head; at += 7) cases.push([`head ${at}`, Buffer.from(whole).fill(whole[at] ^ 1, at, at + 1)]);
  for (let i = 0; i < pieces; i += 1) {
    const place = head + i * PIECE + (i * 977) % piece(i).length;
    cases.push([`changed ${i}`, Buffer.from(whole).fill(whole[place] ^ 0x80, place, place + 1)]);
    cases.push([`cut before ${i}`, put(all.slice(0, i))], [`cut within ${i}`, put([...all.slice(0, i), piece(i).subarray(0, 20)])]);
    cases.push([`without ${i}`, put(all.filter((_, k) => k !== i))]);
    if (i + 1 < pieces) cases.push([`exchanged ${i}`, put(all.map((p, k) => (k === i ? all[i + 1] : k === i + 1 ? all[i] : p)))]);
  }
  for (const [what, bytes] of cases) {
    writeFileSync(at('bad.sealed'), bytes);
    const end = await run('restore', at('bad.sealed'), '--key', at('key'), '--data', at('bad'));
    equal([end.code, end.out, existsSync(at('bad')), existsSync(at('bad.part'))], [1, '', false, false], what);
    truth(end.err.startsWith('ansinh: '), end.err);
  }
});

await test('a backup that was killed leaves nothing that looks like one, and the next one cleans up', async () => {
  for (let wait = 0; wait < 120; wait += 20) {
    const { child, ended } = start(['backup', at(`killed${wait}.sealed`), '--key', at('key.pub'), '--data', data, '--quiet']);
    await new Promise((done) => { setTimeout(done, wait); });
    child.kill('SIGKILL');
    const end = await ended;
    truth(end.signal === 'SIGKILL' ? !existsSync(at(`killed${wait}.sealed`)) || (await run('restore', at(`killed${wait}.sealed`), '--key', at('key'), '--data', at('x'), '--dry-run')).code === 0
      : end.code === 0, `after ${wait} ms: ${end.err}`);
  }
  await succeed('backup', at('after.sealed'), '--key', at('key.pub'), '--data', data, '--quiet');
  equal(existsSync(join(data, 'backup.part')), false);
  const twice = await run('backup', at('after.sealed'), '--key', at('key.pub'), '--data', data, '--quiet');
  equal([twice.code, twice.err.includes('is there already')], [2, true], twice.err);
});

await test('two at once: one goes, the other says so', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map((n) => run('backup', at(`${n}.sealed`), '--key', at('key.pub'), '--data', data, '--quiet')));
  truth([a, b].every((e) => e.code === 0 || (e.code === 75 && e.err.includes('another backup'))) && (a.code === 0 || b.code === 0), `${a.code} ${a.err} ${b.code} ${b.err}`);
});

finish();
