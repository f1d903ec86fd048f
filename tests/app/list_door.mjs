/* Official lists over HTTP, at the real program: who may, what a dry run says, import, what is known of it afterwards, undo; files that are
 * refused or would take all memory; the power fails in the middle; and how long other writers wait while ICD-10 is written. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, SLOW, ask, equal, finish, newFolder, run, sleep, test, truth } from '../node.mjs';
import { refusals, workbook } from './list_files.mjs';
import { Person } from './people.mjs';

const root = newFolder('list-door');
const data = join(root, 'data');
equal((await run('demo', '--data', data, '--quiet', '--facilities', '1', '--residents', '3', '--days', '1')).code, 0, 'demo');
let server = await new Server(data, 'sign-in', '--quiet').ready();
let head = await Person.of(server, 'facility-head');

const ICD = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs';
const parameters = (kind, bytes, more = {}) => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'kind', valueCode: kind },
    ...(bytes === undefined ? [] : [{ name: 'file', valueAttachment: { data: Buffer.from(bytes).toString('base64') } }]),
    ...Object.entries(more).map(([name, value]) => ({ name, [typeof value === 'boolean' ? 'valueBoolean' : name === 'fromDate' ? 'valueDate' : 'valueString']: value })),
  ],
});
const take = (who, kind, bytes, more) => who.send('POST', '/fhir/CodeSystem/$list-import', parameters(kind, bytes, more));
const undo = (who, kind, more) => who.send('POST', '/fhir/CodeSystem/$list-undo', parameters(kind, undefined, more));
const said = (reply, name) => Object.entries(reply.json.parameter.find((p) => p.name === name) ?? {}).find(([key]) => key.startsWith('value'))?.[1];
const parts = (reply, name) => reply.json.parameter.filter((p) => p.name === name).map((p) => Object.fromEntries(p.part.map((x) => [x.name, x.part ?? Object.entries(x).find(([key]) => key.startsWith('value'))[1]])));
const tally = (reply) => ['codes', 'new', 'renamed', 'gone', 'same', 'refused'].map((n) => said(reply, n));
const why = (reply) => reply.json.issue?.[0]?.details?.coding?.[0]?.code;
const loaded = async (who, kind) => {
  const reply = await who.get('/fhir/CodeSystem/$lists');
  const list = reply.json.parameter.find((p) => p.part.some((x) => x.name === 'kind' && x.valueCode === kind));
  const of = (name) => list.part.filter((p) => p.name === name).map((p) => Object.fromEntries(p.part.map((x) => [x.name, Object.entries(x).find(([key]) => key.startsWith('value'))[1]])));
  return { editions: of('edition'), imports: of('import') };
};
const display = async (code, date) => (await head.get(`/fhir/CodeSystem/$lookup?system=${ICD}&code=${code}&date=${date}`)).json.parameter?.find((p) => p.name === 'display')?.valueString;

const table = 'code\tvi\ten\tchapter\nA00\tBệnh tả\tCholera\tA00-B99\nA01\tBệnh thương hàn\tTyphoid\tA00-B99\n';

await test('who may: the head and the administrator; not a nurse, not a doctor, nobody from outside', async () => {
  for (const name of ['nurse', 'doctor', 'pharmacist', 'auditor']) {
    const person = await Person.of(server, name);
    equal([(await person.get('/fhir/CodeSystem/$lists')).status, (await take(person, 'icd10', table)).status, (await undo(person, 'icd10')).status], [403, 403, 403], name);
    equal(person.me.screens.includes('lists'), false, `${name}: no screen`);
  }
  equal((await ask(server, 'POST', '/fhir/CodeSystem/$list-import', parameters('icd10', table), { 'x-ansinh': '1' })).status, 401, 'nobody');
  equal((await ask(server, 'POST', '/fhir/CodeSystem/$list-import', parameters('icd10', table), { cookie: head.cookie })).status, 403, 'a page of another site');
  const administrator = await Person.of(server, 'administrator');
  equal([(await administrator.get('/fhir/CodeSystem/$lists')).status, (await take(administrator, 'icd10', table, { dryRun: true })).status], [200, 200], 'administrator');
  equal([administrator.me.screens.includes('lists'), head.me.screens.includes('lists')], [true, true], 'the screen');
  equal((await head.send('PUT', '/fhir/CodeSystem/x', { resourceType: 'CodeSystem', id: 'x', status: 'active', content: 'complete' })).status, 403, 'a head writes no CodeSystem past the door');
  equal([(await head.get('/fhir/CodeSystem/$list-import')).status, (await take(head, 'planets', table)).status, (await head.send('POST', '/fhir/CodeSystem/$list-import', parameters('icd10'))).status], [405, 400, 400], 'wrong use');
});

await test('a dry run says what would be, cell by cell, and writes nothing', async () => {
  const reply = await take(head, 'icd10', `${table}B00\t\t\t\nA00\tkhác\t\t\n`, { dryRun: true, leaveOut: true });
  equal([reply.status, said(reply, 'written'), ...tally(reply)], [200, false, 3, 3, 0, 0, 0, 2]);
  equal(parts(reply, 'refusal').map((r) => [r.line, r.cell, r.why, r.before]), [[4, 'B4', 'name', undefined], [5, 'A5', 'twice', 2]]);
  equal(parts(reply, 'change')[1], { what: 'new', code: 'A00', name: 'Bệnh tả' });
  equal(await loaded(head, 'icd10'), { editions: [], imports: [] });
  const stopped = await take(head, 'icd10', `${table}B00\t\t\t\n`);
  equal([stopped.status, why(stopped)], [400, 'row'], 'not asked to leave rows out');
  equal((await loaded(head, 'icd10')).editions, []);
});

await test('an import is there at once, and known: edition, count, when, by whom; the audit has one entry of it', async () => {
  const reply = await take(head, 'icd10', workbook([['Mã bệnh', 'Tên bệnh'], ['A00', 'Bệnh tả'], ['A01', 'Bệnh thương hàn']]));
  equal([reply.status, said(reply, 'written'), ...tally(reply)], [200, true, 2, 2, 0, 0, 0, 0]);
  equal(await display('A00', '2026-01-01'), 'Bệnh tả');
  const { editions, imports } = await loaded(head, 'icd10');
  equal([editions.length, editions[0].version, editions[0].codes, imports.length, imports[0].codes, imports[0].by], [1, '1', 2, 1, 2, head.me.account?.display ?? imports[0].by]);
  truth(imports[0].by.length > 0, 'nobody is named');
  const log = await (await Person.of(server, 'auditor')).get('/fhir/AuditEvent?_count=50');
  const entries = log.json.entry.map((e) => e.resource).filter((e) => JSON.stringify(e).includes('$list-import') && e.entity?.some((x) => /CodeSystem/.test(x.what?.reference ?? '')));
  equal(entries.length, 1, 'entries of the import');
  truth(entries[0].agent.some((a) => JSON.stringify(a).includes('facility-head') || (a.who?.reference ?? '').startsWith('Practitioner/')), JSON.stringify(entries[0].agent));
});

await test('another edition needs its day; the same again changes nothing; undo goes back one at a time', async () => {
  const next = 'code\tvi\nA00\tBệnh tả (mới)\nA02\tMới\n';
  const refused = await take(head, 'icd10', next, { edition: '2026' });
  equal([refused.status, why(refused)], [400, 'other-edition']);
  equal(why(await take(head, 'icd10', next, { edition: '2026', fromDate: '2026' })), 'day');
  equal(tally(await take(head, 'icd10', next, { edition: '2026', fromDate: '2026-07-01' })), [2, 1, 1, 1, 0, 0]);
  equal([await display('A00', '2026-06-30'), await display('A00', '2026-07-01')], ['Bệnh tả', 'Bệnh tả (mới)']);
  equal(tally(await take(head, 'icd10', next, { edition: '2026' })), [2, 0, 0, 0, 2, 0], 'the same again');
  equal((await loaded(head, 'icd10')).imports.length, 2, 'what changed nothing is no import');
  const dry = await undo(head, 'icd10', { dryRun: true });
  equal([dry.status, said(dry, 'written'), parts(dry, 'resource').map((r) => `${r.id} ${r.goes}`)], [200, false, ['CodeSystem/vn-icd10 false', 'CodeSystem/vn-icd10-2026 true']]);
  equal((await undo(head, 'icd10')).status, 200);
  equal([await display('A00', '2030-01-01'), (await loaded(head, 'icd10')).imports.length], ['Bệnh tả', 1]);
  equal((await undo(head, 'icd10')).status, 200);
  const nothing = await undo(head, 'icd10');
  equal([nothing.status, why(nothing), await loaded(head, 'icd10')], [404, 'nothing', { editions: [], imports: [] }]);
});

await test('two at once: one waits its turn or is told to; nothing is mixed', async () => {
  const long = (mark) => `code\tvi\n${Array.from({ length: 20_000 }, (_, i) => `X${i}\t${mark} ${i}`).join('\n')}\n`;
  const replies = await Promise.all(['một', 'hai', 'ba'].map((mark) => take(head, 'provinces', long(mark))));
  truth(replies.every((r) => r.status === 200 || r.status === 503) && replies.some((r) => r.status === 200), replies.map((r) => r.status).join());
  truth(replies.filter((r) => r.status === 503).every((r) => Number(r.headers['retry-after']) > 0), 'no Retry-After');
  const done = replies.filter((r) => r.status === 200).length;
  for (let i = 0; i < done; i += 1) equal((await undo(head, 'provinces')).status, 200);
  equal((await undo(head, 'provinces')).status, 404);
});

/* ---- what is refused ---- */

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024;
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024;

for (const [what, , bytes, wanted, code] of refusals) {
  await test(`refused over HTTP: ${what}`, async () => {
    const reply = await take(head, 'icd10', bytes);
    truth(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text.slice(0, 300)}`);
    equal(why(reply), code, reply.text.slice(0, 300));
    truth(wanted.test(reply.json.issue[0].diagnostics) || code === 'large', reply.json.issue[0].diagnostics);
    equal((await loaded(head, 'icd10')).editions, []);
  });
}

await test('a file of more than 32 MiB is refused, one below it is not for its size; hostile files leave no memory behind', async () => {
  const big = await take(head, 'icd10', Buffer.alloc((32 << 20) + 1, 'a'));
  equal([big.status, /32 MiB/.test(big.text)], [413, true], big.text.slice(0, 200));
  const fits = await take(head, 'icd10', Buffer.concat([Buffer.from('code\tvi\n'), Buffer.alloc((32 << 20) - 100, 'a')]));
  equal([fits.status, why(fits)], [400, 'row'], fits.text.slice(0, 200));
  console.log(`      after all of these the server holds ${rss().toFixed(0)} MiB, ${peak().toFixed(0)} MiB at most`);
  truth(SLOW || peak() < 1000, `${peak()} MiB at most`);
});

/* ---- the power fails ---- */

await test('cut off anywhere, an import is there or is not, and the next one goes', async () => {
  const rows = (mark) => `code\tvi\tprovince_code\n${Array.from({ length: 3000 }, (_, i) => `W${String(i).padStart(5, '0')}\t${mark} ${i}\t01`).join('\n')}\n`;
  const named = async (code) => (await head.get(`/fhir/CodeSystem/$lookup?system=http://fhir.hl7.org.vn/core/CodeSystem/vn-ward-cs&code=${code}`)).json.parameter?.find((p) => p.name === 'display')?.valueString;
  const began = performance.now();
  equal((await take(head, 'wards', rows('đầu'))).status, 200);
  const whole = performance.now() - began;
  const ROUNDS = 16;
  let [known, there, not] = ['đầu', 1, 0];
  for (let round = 0; round < ROUNDS || ((there === 1 || not === 0) && round < 4 * ROUNDS); round += 1) {
    const mark = `lần ${round}`;
    const going = take(head, 'wards', rows(mark)).catch(() => undefined);
    await sleep(whole * 1.6 * (((round * 7) % ROUNDS) / ROUNDS));
    await server.stop('SIGKILL');
    const reply = await going;
    server = await new Server(data, 'sign-in', '--quiet').ready();
    head = await Person.of(server, 'facility-head');
    const now = (await named('W02999')).replace(/ 2999$/, '');
    truth(now === mark || now === known, `${now} after ${mark}, before it ${known}`);
    truth(!(reply?.status === 200 && now === known), 'answered, and not there');
    equal(await named('W00000'), `${now} 0`, 'half of it');
    if (now === known) not += 1; else there += 1;
    known = now;
    equal((await loaded(head, 'wards')).imports.length, there, 'imports known');
  }
  console.log(`      cut off in ${whole.toFixed(0)} ms of work: ${there - 1} were there, ${not} were not`);
  truth(there > 1 && not > 0, 'all were cut at the same place');
  for (let i = 0; i < there; i += 1) equal((await undo(head, 'wards')).status, 200, `undo ${i}`);
  equal((await undo(head, 'wards')).status, 404);
});

/* ---- the official file ---- */

const official = process.env.ANS_LISTS ?? fileURLToPath(new URL('../../../shared/data/', import.meta.url));
if (!existsSync(join(official, 'icd10-vn.tsv'))) {
  console.log('skipped: the official lists are not here (ANS_LISTS=FOLDER)');
} else {
  await test('ICD-10 as it is published: how long it takes, and how long others wait for the writer', async () => {
    const nurse = await Person.of(server, 'nurse');
    let done = false;
    const waits = [];
    const note = async () => {
      while (!done) {
        const began = performance.now();
        const reply = await nurse.send('POST', '/fhir/Observation', {
          resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/demo-patient-1' },
          effectiveDateTime: new Date(Date.now() - 1000).toISOString(), valueString: 'y',
        });
        waits.push(performance.now() - began);
        equal(reply.status, 201, reply.text);
        await sleep(5);
      }
    };
    const writer = note();
    await sleep(400);
    const before = Math.max(...waits.splice(0));
    const began = performance.now();
    const reply = await take(head, 'icd10', readFileSync(join(official, 'icd10-vn.tsv')));
    const took = performance.now() - began;
    await sleep(100);
    done = true;
    await writer;
    equal([reply.status, said(reply, 'codes')], [200, 12371]);
    console.log(`      ${took.toFixed(0)} ms; another write waited ${Math.max(...waits).toFixed(0)} ms at most (${waits.length} writes; ${before.toFixed(0)} ms at most before)`);
    truth(SLOW || Math.max(...waits) < 1000, `a write waited ${Math.max(...waits)} ms`);
    equal(tally(await take(head, 'icd10', readFileSync(join(official, 'icd10-vn.tsv')), { dryRun: true })), [12371, 0, 0, 0, 12371, 0]);
  });
}

await server.stop();
equal((await run('check', '--data', data, '--quiet')).code, 0, 'check');
finish();
