/* The command `questionnaire` on files: the worked example of docs/forms.md, what check and validate print and end with, input that
 * means harm, and forms of the program's own content when there are any. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { PROGRAM, Server, ask as send, equal, finish, newFolder, run, soon, test, truth } from '../node.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
const folder = newFolder('questionnaire');
const CALCULATED = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression';
const VARIABLE = 'http://hl7.org/fhir/StructureDefinition/variable';

const expression = (url, text, name) => ({ url, valueExpression: { ...(name ? { name } : {}), language: 'text/fhirpath', expression: text } });
const calculated = (linkId, text) => ({ linkId, type: 'integer', text: linkId, extension: [expression(CALCULATED, text)] });
const form = (...item) => ({ resourceType: 'Questionnaire', status: 'active', item });
const response = (...item) => ({ resourceType: 'QuestionnaireResponse', status: 'completed', item });

let files = 0;
function put(value) {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

function ask(args, input = '') {
  const end = spawnSync(PROGRAM, ['questionnaire', ...args], { input, encoding: 'utf8', timeout: 60000, maxBuffer: 1 << 28 });
  truth(end.status !== null, `killed: ${end.signal}`);
  return { code: end.status, out: end.stdout, err: end.stderr };
}

const example = JSON.parse(/```json\n(.*?)```/s.exec(readFileSync(join(top, 'docs/forms.md'), 'utf8'))[1]);
const answered = (one, two) => response({ linkId: '1', answer: [{ valueCoding: { code: one } }] }, { linkId: '2', answer: [{ valueCoding: { code: two } }] });

await test('the example of docs/forms.md gives its score and label', () => {
  for (const [one, two, score, risk] of [['0', '0', 0, 'thấp'], ['1', '0', 1, 'thấp'], ['0', '1', 2, 'cao'], ['1', '1', 3, 'cao']]) {
    const end = ask(['calculate', put(example), '-'], JSON.stringify(answered(one, two)));
    equal(end.code, 0, end.err);
    const items = JSON.parse(end.out).item;
    equal(items[2].answer[0].valueInteger, score);
    equal(items[3].answer[0].valueString, `Nguy cơ ${risk}`);
    equal(end.err, '');
  }
});

await test('the example of docs/forms.md has nothing wrong with it', () => {
  const end = ask(['check', put(example)]);
  equal(`${end.code} ${end.out}${end.err}`, '0 ');
});

await test('check --content asks for licence, source, translation and review', () => {
  const end = ask(['check', '--content', put(example)]);
  equal(end.code, 1);
  for (const what of ['licence', 'source', 'translation', 'review']) truth(end.out.includes(`urn:ansinh:form-${what}`), end.out);
});

await test('validate says which rule, in two languages, and ends with 1', () => {
  const end = ask(['validate', put(example), put(answered('1', '7'))]);
  equal(end.code, 1);
  truth(end.out.includes('QuestionnaireResponse.item[1].answer[0]: Câu trả lời không có trong danh sách lựa chọn / the answer is none of the options'), end.out);
  equal(ask(['validate', put(example), put(answered('1', '1'))]).code, 0);
});

await test('a calculation on calculated items says that it is not through', () => {
  const chain = put(form(calculated('a', '1'), calculated('b', "%resource.item.where(linkId='a').answer.value + 1")));
  const one = ask(['calculate', chain, put(response())]);
  equal(JSON.parse(one.out).item.length, 1);
  truth(one.err.includes('--settle'), one.err);
  const all = ask(['calculate', chain, put(response()), '--settle']);
  equal(JSON.parse(all.out).item[1].answer[0].valueInteger, 2);
});

await test('an expression that fails is said, the others are worked out', () => {
  const end = ask(['calculate', put(form(calculated('a', '%nobody'), calculated('b', '2'))), put(response())]);
  equal(end.code, 0);
  equal(JSON.parse(end.out).item.length, 1);
  truth(end.err.includes("linkId='a'") && end.err.includes('%nobody'), end.err);
});

await test('wrong usage ends with 2, what cannot be read with 1', () => {
  equal(ask(['calculate', put(example)]).code, 2);
  equal(ask(['dance', put(example), '-']).code, 2);
  equal(ask(['calculate', put('{'), put(response())]).code, 1);
  equal(ask(['calculate', join(folder, 'none.json'), put(response())]).code, 1);
  equal(ask(['calculate', put(response()), put(response())]).code, 1);
});

/* ---- forms that mean harm: each ends soon, with a refusal or an answer ---- */

const nested = (depth) => (depth ? { linkId: String(depth), type: 'group', item: [nested(depth - 1)] } : calculated('x', '1'));
const letters = `'${'a'.repeat(40)}'.toChars()`;
const harm = {
  'items 20 deep are fine': [form(nested(20)), 0],
  'items 30 deep': [form(nested(30)), 1],
  'JSON 5000 deep': ['['.repeat(5000), 1],
  'variables in a circle': [{ ...form(), extension: [expression(VARIABLE, '%b', 'a'), expression(VARIABLE, '%a', 'b')] }, 1],
  'a bomb of an expression': [form(calculated('x', `${letters}.select(${letters}.select(${letters}.select(${letters}))).count()`)), 1],
  'many bombs': [form(...Array.from({ length: 500 }, (_, i) => calculated(`x${i}`, `${letters}.select(${letters}.select(${letters})).count()`))), 1],
  'twenty thousand items': [form(...Array.from({ length: 20000 }, (_, i) => ({ linkId: `q${i}`, type: 'string' }))), 1],
  'nine thousand calculated items are fine': [form(...Array.from({ length: 9000 }, (_, i) => calculated(`x${i}`, '1 + 1'))), 0],
  'a variable of variables that doubles each time': [{
    ...form(calculated('x', '%v60.count()')),
    extension: [expression(VARIABLE, '1', 'v0'), ...Array.from({ length: 60 }, (_, i) => expression(VARIABLE, `%v${i}.combine(%v${i})`, `v${i + 1}`))],
  }, 1],
  'a pattern that never ends': [form({ linkId: 'a', type: 'string', extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/regex', valueString: '(a+)+b' }] }), 0],
};
for (const [name, [given, code]] of Object.entries(harm)) {
  await test(name, () => {
    const started = Date.now();
    const end = ask(['calculate', put(given), put(response())]);
    equal(end.code, code, end.err.slice(0, 300));
    truth(Date.now() - started < (process.env.ANS_SLOW ? 60000 : 30000), `${Date.now() - started} ms`);
    const found = ask(['check', put(given)]);
    truth(found.code === 0 || found.code === 1, String(found.code));
    const judged = ask(['validate', put(given), put(response({ linkId: 'a', answer: [{ valueString: 'a'.repeat(5000) }] }))]);
    truth(judged.code === 1, judged.out.slice(0, 300));
    truth(Date.now() - started < (process.env.ANS_SLOW ? 120000 : 60000), `${Date.now() - started} ms`);
  });
}

await test('a response of twenty thousand instances', () => {
  const group = { linkId: 'g', type: 'group', repeats: true, item: [{ linkId: 'n', type: 'integer' }, calculated('d', '%context.linkId.length()')] };
  const items = Array.from({ length: 20000 }, (_, i) => ({ linkId: 'g', item: [{ linkId: 'n', answer: [{ valueInteger: i }] }] }));
  const end = ask(['calculate', put(form(group)), put(response(...items))]);
  equal(end.code, 0, end.err.slice(0, 300));
  equal(JSON.parse(end.out).item[19999].item[1].answer[0].valueInteger, 1);
});

/* ---- with sign-in: what populate finds is what the caller may see ---- */

await test('populate asks the record as the caller, and each question is in the audit', async () => {
  const data = join(newFolder('populate'), 'data');
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const token = async (name, role) => (await run('user', 'token', name, '--role', role, '--data', data, '--quiet')).out.trim().split('\n').pop();
  const asked = (bearer, method, path, body) => send(server, method, path, body, { authorization: `Bearer ${bearer}` });
  const all = await token('all', 'system'), none = await token('none', 'auditor');
  const person = { resourceType: 'Patient', id: 'a', name: [{ family: 'Vừ' }] };
  const named = { linkId: 'n', type: 'string', text: 'n', extension: [expression('http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression', '%found.entry.resource.name.family')] };
  const asks = {
    ...form(named),
    extension: [{ url: VARIABLE, valueExpression: { name: 'found', language: 'application/x-fhir-query', expression: 'Patient?_id={{%resource.subject.reference.replace(`Patient/`, ``)}}'.replaceAll('`', "'") } }],
  };
  const question = { resourceType: 'Parameters', parameter: [{ name: 'questionnaire', resource: asks }, { name: 'subject', valueReference: { reference: 'Patient/a' } }] };
  equal((await asked(all, 'PUT', '/fhir/Patient/a', person)).status, 201);
  const seen = await asked(all, 'POST', '/fhir/Questionnaire/$populate', question);
  equal(seen.status, 200, seen.text.slice(0, 300));
  equal(seen.json.item?.[0].answer[0].valueString, 'Vừ', seen.text.slice(0, 300));
  const hidden = await asked(none, 'POST', '/fhir/Questionnaire/$populate', question);
  equal(hidden.status, 200, hidden.text.slice(0, 300));
  equal(hidden.json.item, undefined, hidden.text.slice(0, 300));
  const entries = await soon(async () => { /* of reads they are on disk within a second */
    const all = (await asked(none, 'GET', '/fhir/AuditEvent?_count=100')).json.entry.map((e) => JSON.stringify(e.resource));
    return all.filter((e) => e.includes('populate')).length >= 2 && all;
  }, 'an entry for each $populate');
  await server.stop();
  const searches = entries.filter((e) => e.includes('"urn:ansinh:audit","code":"search"') && e.includes('_id'));
  truth(searches.some((e) => e.includes('"display":"all"')) && searches.length >= 1, 'an entry of the question asked');
});

const own = join(top, 'content/forms');
if (existsSync(own)) {
  await test('every form of content/ is whole and says where it comes from', () => {
    const end = ask(['check', '--content', ...readdirSync(own).filter((f) => f.endsWith('.json')).map((f) => join(own, f))]);
    equal(end.code, 0, end.out.slice(0, 2000));
  });
}
finish();
