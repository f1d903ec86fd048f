/* Official lists through the real program: tables as operators have them, the difference before it is written, editions by date, undo,
 * what is refused, and the full official files where they are (ANS_LISTS names the folder; else ../shared/data beside the project). */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';
import { refusals, workbook } from './list_files.mjs';

const folder = newFolder('list');
const data = join(folder, 'data');
const ICD = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs';
const ICD_SET = 'http://fhir.hl7.org.vn/core/ValueSet/vn-icd10-vs';

const file = (name, bytes) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const list = (...args) => run('list', ...args, '--data', data, '--quiet');
async function good(...args) {
  const done = await list(...args);
  equal(done.code, 0, `list ${args.join(' ')}: ${done.out}${done.err}`);
  return done.out;
}

/* ---- small tables ---- */

const head = 'code\tvi\ten\tchapter\tblock\ttype';
const rows = ['A00\tBệnh tả\tCholera\tA00-B99\tA00-A09\tA00', 'A00.0†\tBệnh tả do Vibrio\t\tA00-B99\tA00-A09\tA00',
  'A01\tBệnh thương hàn\tTyphoid\tA00-B99\tA00-A09\tA01', 'F20\tTâm thần phân liệt\tSchizophrenia\tF00-F99\tF20-F29\tF20'];
const tsv = file('icd.tsv', [head, ...rows, ''].join('\n'));

await test('a dry run of a first list writes nothing', async () => {
  equal((await list('import', 'icd10', tsv, '--dry-run')).code, 1, 'there is no record yet');
  await good('import', 'icd10-chapters', file('chapters.csv', '\ufeffrange,number,vi,en\r\nA00-B99,I,"Bệnh nhiễm trùng, ký sinh trùng",x\r\nF00-F99,V,Rối loạn tâm thần,y\r\n'));
  const out = await good('import', 'icd10', tsv, '--dry-run');
  truth(/\+ A00\tBệnh tả/.test(out) && /8 codes: 8 new, 0 renamed, 0 gone, 0 as they were\nnothing was written/.test(out), out);
  truth(/0 as they were\nnothing/.test(await good('import', 'icd10', tsv, '--dry-run')), 'it was written');
});

await test('a list is written, and read anew changes nothing', async () => {
  truth(/written/.test(await good('import', 'icd10', tsv)), 'not written');
  truth(/8 codes: 0 new, 0 renamed, 0 gone, 8 as they were/.test(await good('import', 'icd10', tsv)), 'it differs from itself');
});

await test('the difference is shown', async () => {
  const other = file('other.csv', ['Danh mục ban hành kèm theo;;', ';;', 'STT;Mã bệnh;Tên bệnh;Không dùng làm mã chính', '1;A00;Bệnh dịch tả;x', '2;"A00.1";"Tả ""Eltor""";', '3;F20;Tâm thần phân liệt;'].join('\n'));
  const out = await good('import', 'icd10', other, '--dry-run');
  truth(/\+ A00\.1\tTả "Eltor"/.test(out) && /~ A00\tBệnh tả -> Bệnh dịch tả/.test(out) && /- A01\tBệnh thương hàn/.test(out), out);
  truth(/3 codes: 1 new, 1 renamed, 6 gone, 1 as they were/.test(out), out);
});

await test('another edition needs its day, and takes the place of the one before on it', async () => {
  const next = file('next.xlsx', workbook([['DANH MỤC ICD-10'], [], ['Mã bệnh', 'Tên bệnh', 'Disease name', 'Chapter', 'Cờ'], ['A00', 'Bệnh tả & <mới>', 'Cholera', 'A00-B99', 'x'], ['A02', 'Mới', '', 'A00-B99', '']]));
  const refused = await list('import', 'icd10', next, '--edition', '2026');
  truth(refused.code === 1 && /--from-date/.test(refused.err), refused.err);
  equal((await list('import', 'icd10', next, '--edition', '2026', '--from-date', 'soon')).code, 1);
  truth(/3 codes: 1 new, 1 renamed, 6 gone, 1 as they were/.test(await good('import', 'icd10', next, '--edition', '2026', '--from-date', '2026-07-01')), 'another difference');
});

await test('codes are found by the day of the visit', async () => {
  const server = await new Server(data, '--quiet').ready();
  const lookup = async (code, date) => (await ask(server, 'GET', `/fhir/CodeSystem/$lookup?system=${ICD}&code=${code}&date=${date}`)).json;
  const said = (r, name) => r.parameter?.find((p) => p.name === name)?.valueString;
  equal(said(await lookup('A00', '2026-06-30'), 'display'), 'Bệnh tả');
  equal(said(await lookup('A00', '2026-07-01'), 'display'), 'Bệnh tả & <mới>');
  equal((await lookup('A01', '2026-07-01')).resourceType, 'OperationOutcome');
  const old = (await ask(server, 'GET', `/fhir/ValueSet/$expand?url=${ICD_SET}&filter=benh+ta&date=2026-01-01`)).json.expansion;
  equal(old.contains.map((c) => c.code), ['A00', 'A00.0']);
  const whole = (await ask(server, 'GET', `/fhir/ValueSet/$expand?url=${ICD_SET}&date=2026-01-01`)).json.expansion.contains;
  equal([whole[0].display, whole[0].abstract, whole[0].contains[0].code, whole[0].contains[0].contains[0].contains[0].code],
    ['Bệnh nhiễm trùng, ký sinh trùng', true, 'A00-A09', 'A00.0']);
  const marked = (await ask(server, 'GET', `/fhir/CodeSystem/$lookup?system=${ICD}&code=A00.0&date=2026-01-01&property=dagger`)).json;
  truth(JSON.stringify(marked).includes('"valueBoolean":true'), 'the mark is lost');
  const flag = (await ask(server, 'GET', `/fhir/CodeSystem/$lookup?system=${ICD}&code=A00&date=2026-12-31`)).json;
  truth(JSON.stringify(flag).includes('"Cờ"'), 'the flag is lost');
  const busy = await list('import', 'icd10', tsv);
  truth(busy.code === 75 && /holds/.test(busy.err) && /its page "Official lists"/.test(busy.err), `${busy.code} ${busy.err}`);
  equal((await list('import', 'icd10', tsv, '--edition', '2026', '--dry-run')).code, 0, 'a dry run beside a server');
  await server.stop();
});

await test('undo puts back what the last import changed, and then what the one before did', async () => {
  const out = await good('undo', 'icd10');
  truth(/CodeSystem\/vn-icd10-2026: taken away/.test(out) && /CodeSystem\/vn-icd10: as it was before/.test(out), out);
  const server = await new Server(data, '--quiet').ready();
  const now = (await ask(server, 'GET', `/fhir/CodeSystem/$lookup?system=${ICD}&code=A01&date=2030-01-01`)).json;
  equal(now.resourceType, 'Parameters', 'the edition before is valid for ever again');
  await server.stop();
  await good('undo', 'icd10');
  equal((await list('undo', 'icd10')).code, 1, 'nothing is left to undo');
  equal((await run('check', '--data', data, '--quiet')).code, 0);
});

await test('what somebody changed since is not undone blindly', async () => {
  await good('import', 'provinces', file('p.tsv', 'code\tVietnamese\n01\tHà Nội\n'));
  await good('import', 'provinces', file('p2.tsv', 'code\tVietnamese\n01\tThành phố Hà Nội\n'));
  const server = await new Server(data, '--quiet').ready();
  const body = (await ask(server, 'GET', '/fhir/CodeSystem/vn-province')).json;
  equal((await ask(server, 'PUT', '/fhir/CodeSystem/vn-province', { ...body, publisher: 'x' })).status, 200);
  await server.stop();
  const refused = await list('undo', 'provinces');
  truth(refused.code === 1 && /changed since/.test(refused.err), refused.err);
});

await test('zeros that a spreadsheet took are put back from the order', async () => {
  const lines = Array.from({ length: 12 }, (_, i) => `${`1.${i + 1}`.replace(/0+$/, '')}\tKỹ thuật ${i + 1}`);
  const out = await good('import', 'techniques', file('t.tsv', ['code\tvi', ...lines].join('\n')));
  truth(/1 codes had lost/.test(out) && /\+ 1\.10\tKỹ thuật 10/.test(out), out);
});

/* ---- what is refused ---- */

for (const [what, name, bytes, wanted] of refusals) {
  await test(`refused: ${what}`, async () => {
    const done = await list('import', 'icd10', file(name, bytes));
    truth(done.code === 1 && wanted.test(done.err), `${done.code} ${done.err}${done.out}`);
  });
}
await test('rows that cannot be taken are left out when asked', async () => {
  const done = await list('import', 'icd10', file('x.tsv', 'code\tvi\nA00\tmột\nB00\t\nA00\thai\n'), '--leave-out', '--dry-run');
  truth(done.code === 0 && /left out: line 3/.test(done.err) && /left out: line 4/.test(done.err) && /2 rows were left out/.test(done.out), done.err + done.out);
});
await test('wrong use', async () => {
  equal((await list('import', 'planets', tsv)).code, 2);
  equal((await list('import', 'icd10')).code, 2);
  equal((await list('read', 'icd10', tsv)).code, 2);
});

/* ---- the official files ---- */

const official = process.env.ANS_LISTS ?? fileURLToPath(new URL('../../../shared/data/', import.meta.url));
if (!existsSync(join(official, 'icd10-vn.tsv'))) {
  console.log('skipped: the official lists are not here (ANS_LISTS=FOLDER)');
} else {
  await test('the official lists', async () => {
    const all = join(folder, 'all');
    const take = (...args) => run('list', 'import', ...args, '--data', all, '--quiet');
    equal((await take('icd10-chapters', join(official, 'icd10-vn-chapters.tsv'))).code, 0);
    const icd = await take('icd10', join(official, 'icd10-vn.tsv'));
    truth(icd.code === 0 && /12371 codes: 12371 new/.test(icd.out), icd.err + icd.out.slice(-200));
    const techniques = await take('techniques', join(official, 'techniques-tt23-annex1.tsv'), '--leave-out');
    truth(techniques.code === 0 && /1808 codes had lost/.test(techniques.out) && /19437 codes/.test(techniques.out), techniques.err + techniques.out.slice(-200));
    equal((await take('techniques-tt43', join(official, 'techniques-tt43-tiers.tsv'))).code, 0);
    const server = await new Server(all, '--quiet').ready();
    const found = (await ask(server, 'GET', `/fhir/ValueSet/$expand?url=${ICD_SET}&filter=tam+than+phan+liet+the+para`)).json.expansion;
    equal(found.contains.map((c) => c.code), ['F20.0']);
    const english = (await ask(server, 'GET', `/fhir/ValueSet/$expand?url=${ICD_SET}&filter=paranoid+schizo&displayLanguage=en`)).json.expansion;
    equal(english.contains.map((c) => c.display), ['Paranoid schizophrenia']);
    const lines = readFileSync(join(official, 'icd10-vn.tsv'), 'utf8').split('\n').slice(1).filter(Boolean).map((l) => l.split('\t'));
    for (const [code] of lines.filter((_, i) => i % 600 === 0)) {
      const plain = code.replace(/[†*]/g, '');
      const valid = (await ask(server, 'GET', `/fhir/CodeSystem/$validate-code?url=${ICD}&code=${plain}`)).json;
      equal([plain, valid.parameter[0].valueBoolean], [plain, true]);
    }
    await server.stop();
  });
}
finish();
