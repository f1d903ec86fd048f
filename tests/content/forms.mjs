/* The instruments of content/forms: what each form has to say of itself, and its golden cases through the real program.
 *
 * A golden case (tests/content/forms/ID.jsonl, one a line) is {"name", "answers": {linkId: value}, "expected": {linkId: value or
 * null}, "flags": [codes]}. An answer to a choice is a code of the form, to a choice that repeats a list of them; null in expected
 * says that the item must have no answer. flags are all the alerts and positives that hold, no others. "invalid": true marks a
 * response that no page would make (out of range, answers to what is no longer asked); every other one has to be valid.
 *
 *     ANSINH=build/main/ansinh node tests/content/forms.mjs           everything; ONLY=phq-9 that form, V=1 every case
 *     ANSINH=build/main/ansinh node tests/content/forms.mjs --table   writes the table of docs/instruments.md anew */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '../..');
const FORMS = join(top, 'content/forms');
const GOLDEN = join(here, 'forms');
const DOC = join(top, 'docs/instruments.md');

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';
const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';
const VARIABLE = 'http://hl7.org/fhir/StructureDefinition/variable';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';
const CODES = {
  'urn:ansinh:form-licence': ['A', 'B', 'C'],
  'urn:ansinh:form-translation': ['project-draft', 'project-original', 'not-embedded', 'official'],
  'urn:ansinh:form-review': ['not-reviewed', 'reviewed'],
};

/* ---- reading a form ---- */

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const lines = (path) => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const extensionsOf = (object, url) => (object?.extension ?? []).filter((e) => e.url === url);
const part = (extension, url) => extension.extension.find((e) => e.url === url);
const english = (object, member) => extensionsOf(object[`_${member}`], TRANSLATION)
  .filter((e) => part(e, 'lang')?.valueCode === 'en').map((e) => part(e, 'content')?.valueString)[0];

/* Every object below, itself first. */
function* within(value) {
  if (value === null || typeof value !== 'object') return;
  yield value;
  for (const child of Object.values(value)) yield* within(child);
}

function* itemsOf(parent, above = []) {
  for (const item of parent.item ?? []) {
    yield { item, above };
    yield* itemsOf(item, [...above, item]);
  }
}

/* What may be chosen: code, display and its English, points. */
function optionsOf(form, item) {
  const points = (object) => extensionsOf(object, ORDINAL)[0]?.valueDecimal;
  if (item.answerOption) {
    return item.answerOption.map(({ valueCoding: c }) => ({ ...c, english: english(c, 'display'), points: points(c) }));
  }
  const set = (form.contained ?? []).find((v) => `#${v.id}` === item.answerValueSet);
  truth(set, `${item.linkId}: no value set ${item.answerValueSet}`);
  return set.compose.include.flatMap((include) => include.concept.map((c) => ({
    system: include.system, code: c.code, display: c.display, points: points(c),
    english: c.designation?.find((d) => d.language === 'en')?.value,
  })));
}

const loaded = readdirSync(FORMS).filter((f) => f.endsWith('.json')).sort().map((file) => {
  const form = read(join(FORMS, file));
  return { id: file.replace(/\.json$/, ''), form, items: new Map([...itemsOf(form)].map((i) => [i.item.linkId, i])) };
});

/* ---- what a form has to say ---- */

function saysWhatItIs({ id, form }) {
  equal([form.resourceType, form.id, form.url, form.version, form.language], ['Questionnaire', id, `urn:ansinh:form:${id}`, '2026.1', 'vi']);
  truth(/^[A-Z][A-Za-z0-9_]*$/.test(form.name), `name: ${form.name}`);
  equal([form.status, form.subjectType], ['active', ['Patient']]);
  for (const [url, codes] of Object.entries(CODES)) {
    const [one, ...more] = extensionsOf(form, url);
    truth(one && more.length === 0, `${url} has to stand once`);
    truth(codes.includes(one.valueCoding.code) && one.valueCoding.system === url, `${url}: ${one.valueCoding.code}`);
    truth(one.valueCoding.display && english(one.valueCoding, 'display'), `${url} has to be said in Vietnamese and English`);
  }
  for (const url of ['urn:ansinh:form-source', 'urn:ansinh:form-cutoffs']) {
    truth(extensionsOf(form, url).length === 1 && extensionsOf(form, url)[0].valueString.length > 5, `${url} has to stand once`);
  }
  for (const member of ['title', 'description', 'copyright']) truth(form[member] && english(form, member), `${member}: Vietnamese and English`);
  const licence = extensionsOf(form, 'urn:ansinh:form-licence')[0].valueCoding.code;
  truth(form.copyright.includes(`Loại ${licence}`) && english(form, 'copyright').includes(`Class ${licence}`), 'copyright names another class');
  const translation = extensionsOf(form, 'urn:ansinh:form-translation')[0].valueCoding.code;
  equal(licence === 'C', translation === 'not-embedded', 'the text of class C is not embedded, and only that');
}

/* The words of the country's language have marks; a form without any was typed without them. */
function isBilingual({ form, items }) {
  for (const { item } of items.values()) {
    truth(item.text && english(item, 'text'), `${item.linkId}: Vietnamese and English`);
    if (item.type !== 'choice') continue;
    for (const o of optionsOf(form, item)) truth(o.display && o.english, `${item.linkId}: ${o.code}: Vietnamese and English`);
  }
  for (const object of within(form)) {
    for (const key of Object.keys(object).filter((k) => k.startsWith('_'))) {
      truth(object[key.slice(1)], `${key} without ${key.slice(1)}`);
      truth(english(object, key.slice(1)), `${key} without English`);
    }
  }
  const text = [...items.values()].map((i) => i.item.text).join(' ');
  truth(/[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ]/i.test(text), 'no Vietnamese marks at all');
}

function isPutTogether({ form, items }) {
  const links = [...itemsOf(form)].map((i) => i.item.linkId);
  equal(links.length, new Set(links).size, 'linkIds that are different');
  truth(items.has('not-assessed-reason'), 'could not be assessed, with a reason, is an answer too');
  const used = new Set();
  for (const { item } of items.values()) {
    if (item.answerValueSet) used.add(item.answerValueSet.slice(1));
    if (item.type === 'choice') {
      const options = optionsOf(form, item);
      equal(options.length, new Set(options.map((o) => `${o.system}|${o.code}`)).size, `${item.linkId}: different codes`);
    }
    for (const w of item.enableWhen ?? []) {
      const asked = items.get(w.question)?.item;
      truth(asked, `${item.linkId}: enableWhen asks ${w.question}, which is not there`);
      if (w.answerCoding) {
        truth(optionsOf(form, asked).some((o) => o.code === w.answerCoding.code && o.system === w.answerCoding.system), `${item.linkId}: no ${w.answerCoding.code}`);
      }
    }
    if ((item.enableWhen ?? []).length > 1) truth(item.enableBehavior, `${item.linkId}: enableBehavior`);
  }
  equal((form.contained ?? []).map((c) => c.id).filter((v) => !used.has(v)), [], 'contained and not used');
}

/* A code or linkId an expression names is one of the form: a slip would make a band that never comes. */
function namesWhatExists({ form, items }) {
  const codes = new Set([...items.values()].filter((i) => i.item.type === 'choice').flatMap((i) => optionsOf(form, i.item).map((o) => o.code)));
  const names = new Set(['resource', 'questionnaire', ...[...within(form)].filter((o) => o.url === VARIABLE).map((o) => o.valueExpression.name)]);
  for (const { expression } of [...within(form)].filter((o) => o.language === 'text/fhirpath')) {
    for (const [, link] of expression.matchAll(/linkId = '([^']*)'/g)) truth(items.has(link), `no item ${link}: ${expression}`);
    for (const [, code] of expression.matchAll(/(?:code|this|%\w+) !?= '([^']*)'/g)) truth(codes.has(code), `no code ${code}: ${expression}`);
    for (const [, name] of expression.matchAll(/%(\w+)/g)) truth(names.has(name), `no variable ${name}: ${expression}`);
  }
}

function standsInItsCompartment({ id, form }) {
  const { labels, form_types: types } = read(join(top, 'content/access/compartments.json'));
  truth(['Observation', 'QuestionnaireResponse', 'Task'].every((t) => types.includes(t)) && !types.includes('Questionnaire'), 'types that forms label');
  const own = extensionsOf(form, 'urn:ansinh:label').map((e) => e.valueCoding.code);
  for (const [code, label] of Object.entries(labels)) equal((label.forms ?? []).includes(id), own.includes(code), `${id}: in the table of ${code} and in the form`);
  for (const { valueCoding: c } of extensionsOf(form, 'urn:ansinh:label')) {
    truth(labels[c.code]?.security.some((s) => s.system === c.system && s.code === c.code), `no compartment ${c.code}`);
    /* what is taken out of an answer is found by its code alone; a yes or no says nothing without its question */
    const stems = [...labels[c.code].forms, ...labels[c.code].stems];
    const fits = (system, code) => ['yes', 'no'].includes(code)
      || (['answer', 'band', 'score', 'alert', 'positive'].some((s) => system === `urn:ansinh:${s}`) && stems.some((s) => code === s || code.startsWith(`${s}-`)));
    for (const { code } of flagsOf(form)) truth(fits('urn:ansinh:alert', code), `${id}: ${code} is not in compartment ${c.code}`);
    for (const item of [...itemsOf(form)].map((i) => i.item)) {
      for (const coding of item.code ?? []) truth(fits(coding.system, coding.code), `${id}: ${coding.code} is not in compartment ${c.code}`);
      if (item.type !== 'choice' || item.linkId === 'not-assessed-reason') continue;
      for (const o of optionsOf(form, item)) truth(fits(o.system, o.code), `${id}: ${o.code} is not in compartment ${c.code}`);
    }
  }
}

/* Total and band are read only and calculated; what is taken out has a code of the score. */
function scores({ items }) {
  let results = 0;
  for (const { item } of items.values()) {
    const calculated = extensionsOf(item, `${SDC}calculatedExpression`).length === 1;
    equal(calculated, item.readOnly === true, `${item.linkId}: calculated and read only go together`);
    if (calculated) results += 1;
    if (extensionsOf(item, `${SDC}observationExtract`)[0]?.valueBoolean) truth(item.code?.[0]?.system === 'urn:ansinh:score', `${item.linkId}: code`);
  }
  truth(results > 0, 'nothing is calculated');
}

/* ---- golden cases ---- */

const goldenOf = (id) => lines(join(GOLDEN, `${id}.jsonl`));
const flagsOf = (form) => [...within(form)].filter((o) => o.url === 'urn:ansinh:alert' || o.url === 'urn:ansinh:positive')
  .map((e) => ({ code: part(e, 'code').valueCode, expression: part(e, 'expression').valueExpression.expression }));

function coversItsForm({ id, form, items }) {
  const cases = goldenOf(id);
  equal(cases.length, new Set(cases.map((c) => c.name)).size, 'names that are different');
  truth(cases.some((c) => c.answers['not-assessed-reason']), 'no case that was not assessed');
  truth(cases.some((c) => Object.keys(c.answers).length === 0), 'no case with nothing answered');
  const chosen = new Set(cases.flatMap((c) => Object.entries(c.answers).flatMap(([link, v]) => [v].flat().flatMap((x) => [`${link}=${x}`, x]))));
  for (const { item } of items.values()) {
    if (item.type === 'choice' && !item.readOnly) {
      /* an own list wholly; a shared one somewhere */
      for (const o of optionsOf(form, item).filter((x) => x.points !== undefined)) {
        truth(chosen.has(item.answerOption ? `${item.linkId}=${o.code}` : o.code), `${item.linkId}: ${o.code} is never chosen`);
      }
    }
    if (item.type === 'choice' && item.readOnly) {
      for (const o of optionsOf(form, item)) truth(cases.some((c) => c.expected[item.linkId] === o.code), `${item.linkId}: ${o.code} is never expected`);
    }
    if (item.readOnly) {
      truth(cases.some((c) => c.expected[item.linkId] === null), `${item.linkId} is never expected to be empty`);
      truth(cases.some((c) => (c.expected[item.linkId] ?? null) !== null), `${item.linkId} is never expected`);
    }
  }
  for (const { code } of flagsOf(form)) {
    truth(cases.some((c) => c.flags.includes(code)) && cases.some((c) => !c.flags.includes(code)), `${code}: no case with it, or none without`);
  }
}

/* What is answered under a linkId: a code, a number, a boolean. */
function answerOf(form, item, value) {
  if (item.type === 'choice') {
    const option = optionsOf(form, item).find((o) => o.code === value);
    truth(option, `${item.linkId} has no option ${value}`);
    return { valueCoding: { system: option.system, code: option.code, display: option.display } };
  }
  const member = { integer: 'valueInteger', decimal: 'valueDecimal', boolean: 'valueBoolean', string: 'valueString' }[item.type];
  truth(member, `${item.linkId}: a case cannot answer a ${item.type}`);
  return { [member]: value };
}

function responseOf({ id, form, items }, { answers }) {
  for (const link of Object.keys(answers)) truth(items.has(link), `no item ${link}`);
  const fill = (parent) => (parent.item ?? []).flatMap((item) => {
    const below = fill(item);
    const given = answers[item.linkId];
    if (given === undefined && below.length === 0) return [];
    const answer = given === undefined ? undefined : [given].flat().map((v) => answerOf(form, item, v));
    return [{ linkId: item.linkId, ...(answer ? { answer } : {}), ...(below.length ? { item: below } : {}) }];
  });
  const item = fill(form);
  return { resourceType: 'QuestionnaireResponse', questionnaire: `urn:ansinh:form:${id}|2026.1`, status: 'in-progress', ...(item.length ? { item } : {}) };
}

const valueIn = (response, link) => {
  const found = [...itemsOf(response)].filter((i) => i.item.linkId === link).flatMap((i) => i.item.answer ?? []);
  truth(found.length <= 1, `${link} has ${found.length} answers`);
  const answer = found[0];
  if (!answer) return null;
  return answer.valueCoding?.code ?? answer.valueInteger ?? answer.valueDecimal ?? answer.valueBoolean ?? null;
};

/* All responses through the program, a few at a time. */
async function calculated(work, entry, cases) {
  const formFile = join(FORMS, `${entry.id}.json`);
  const results = new Array(cases.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < cases.length; i = next++) {
      const file = join(work, `${entry.id}-${i}.json`);
      writeFileSync(file, JSON.stringify(responseOf(entry, cases[i])));
      const end = await run('questionnaire', 'calculate', formFile, file);
      if (end.code === 0 && end.err === '') writeFileSync(file, end.out);
      const verdict = await run('questionnaire', 'validate', formFile, file);
      results[i] = { ...end, verdict, file: `${entry.id}-${i}.json` };
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return results;
}

/* Which alerts and positives hold, of all cases of all forms at once. */
async function flagged(work, asked) {
  const file = join(work, 'flags.jsonl');
  writeFileSync(file, asked.map((a) => `${JSON.stringify({ name: a.name, expression: a.expression, inputfile: a.inputfile })}\n`).join(''));
  const end = await run('fhirpath', '--batch', file, '--inputs', work);
  equal(end.code, 0, end.err);
  return new Map(end.out.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)).map((l) => [l.name, l]));
}

async function golden(entries) {
  const work = newFolder('forms');
  const cases = new Map();
  const asked = [];
  for (const entry of entries) {
    await test(`${entry.id}: its cases cover it`, () => coversItsForm(entry));
    const own = goldenOf(entry.id);
    let results = [];
    await test(`${entry.id}: its cases can be put together`, async () => { results = await calculated(work, entry, own); });
    cases.set(entry.id, own.map((c, i) => ({ ...c, result: results[i] })));
    own.forEach((c, i) => {
      if (results[i]?.code !== 0) return;
      for (const f of flagsOf(entry.form)) asked.push({ name: `${entry.id} ${i} ${f.code}`, expression: f.expression, inputfile: results[i].file });
    });
  }
  const flags = await flagged(work, asked);
  for (const entry of entries) {
    for (const [i, c] of cases.get(entry.id).entries()) {
      await test(`${entry.id}: ${c.name}`, () => {
        equal([c.result?.code, c.result?.err], [0, ''], 'the program');
        equal(c.result.verdict.code, c.invalid ? 1 : 0, `valid? ${c.result.verdict.out}`);
        const response = JSON.parse(c.result.out);
        for (const [link, wanted] of Object.entries(c.expected)) {
          truth(entry.items.get(link)?.item.readOnly, `${link} is not calculated`);
          equal(valueIn(response, link), wanted, link);
        }
        const holding = flagsOf(entry.form).filter((f) => {
          const told = flags.get(`${entry.id} ${i} ${f.code}`);
          truth(told && !told.error, `${f.code}: ${told?.error}`);
          return told.result[0] === true;
        }).map((f) => f.code);
        equal(holding.sort(), [...c.flags].sort(), 'flags');
      });
    }
  }
}

/* ---- what the demo says was answered (src/app/demo_screen.c) ---- */

async function demoAnswers() {
  const data = newFolder(), out = join(newFolder(), 'out'), work = newFolder();
  equal((await run('demo', '--facilities', '4', '--residents', '160', '--days', '1', '--data', data, '--quiet')).code, 0);
  equal((await run('export', out, '--plain', '--data', data, '--quiet')).code, 0);
  const of = (type) => readFileSync(join(out, `${type}.ndjson`), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const responses = of('QuestionnaireResponse');
  const byId = (type, what) => new Map(of(type).filter((r) => r.id.startsWith(what)).map((r) => [r.id, r]));
  const scored = byId('Observation', 'demo-score-'), followed = byId('Task', 'demo-follow-');
  const forms = new Set(responses.map((r) => r.questionnaire.split('|')[0].replace('urn:ansinh:form:', '')));
  equal([...forms].sort(), ['frail', 'phq-2', 'tb-4'], 'instruments');
  truth(followed.size > 0 && followed.size < responses.length / 2, `${followed.size} of ${responses.length} positive`);
  const known = new Map(); /* many gave the same answers */
  for (const r of responses) {
    const id = r.questionnaire.split('|')[0].replace('urn:ansinh:form:', '');
    const given = JSON.stringify([id, r.item[0]]);
    if (!known.has(given)) {
      const asked = join(work, 'asked.json');
      writeFileSync(asked, JSON.stringify({ ...r, item: [r.item[0]] }));
      const made = await run('questionnaire', 'calculate', join(FORMS, `${id}.json`), asked);
      equal(made.code, 0, made.err);
      writeFileSync(asked, JSON.stringify(r));
      const checked = await run('questionnaire', 'validate', join(FORMS, `${id}.json`), asked);
      equal(checked.code, 0, `${r.id}: ${checked.out}${checked.err}`);
      known.set(given, JSON.parse(made.out).item.find((i) => i.linkId === 'result'));
    }
    const plain = (item) => item.item.map((i) => [i.linkId, i.answer?.map((x) => x.valueInteger ?? [x.valueCoding.system, x.valueCoding.code, x.valueCoding.display])]).filter(([, x]) => x);
    equal(plain(r.item[1]), plain(known.get(given)), r.id);
    const values = Object.fromEntries(plain(r.item[1]));
    const score = scored.get(r.id.replace('answers', 'score'));
    equal([score?.valueQuantity.value, score?.interpretation[0].coding[0].code], values.total === undefined ? [undefined, undefined] : [values.total[0], values.band[0][1]], `${r.id}: its score`);
    equal(followed.has(r.id.replace('answers', 'follow')), /-(positive|frail)$/.test(values.band[0][1]) && values.band[0][1] !== 'frail-pre-frail', `${r.id}: its Task`);
  }
}

/* ---- the table of docs/instruments.md ---- */

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

/* The first list of bands with its limits, as the expression has them. */
function bandsOf({ form, items }) {
  const band = [...items.values()].find((i) => i.item.readOnly && i.item.type === 'choice')?.item;
  if (!band) return 'no bands';
  const { expression } = extensionsOf(band, `${SDC}calculatedExpression`)[0].valueExpression;
  return optionsOf(form, band).map((o) => {
    const rest = expression.slice(expression.indexOf(`code = '${o.code}' and `) + `code = '${o.code}' and `.length);
    const limits = /^%total (?:= (\d+)|>= (\d+) and %total <= (\d+)|>= (\d+)(?=\)))\)/.exec(rest);
    const [, only, low, high, from] = limits ?? [];
    const said = only ?? (low ? `${low}–${high}` : from ? `≥ ${from}` : '');
    return `${said} ${o.english}`.trim();
  }).join(' · ');
}

function rowOf(entry) {
  const { id, form } = entry;
  const said = (url) => extensionsOf(form, url)[0].valueCoding.code;
  const text = (url) => extensionsOf(form, url)[0].valueString;
  const alerts = [...within(form)].filter((o) => o.url === 'urn:ansinh:alert').map((e) => part(e, 'code').valueCode);
  const label = extensionsOf(form, 'urn:ansinh:label')[0]?.valueCoding.code ?? '';
  return `| [\`${id}\`](../content/forms/${id}.json) | ${[form.title, english(form, 'title'), said('urn:ansinh:form-licence'), text('urn:ansinh:form-source'), bandsOf(entry),
    text('urn:ansinh:form-cutoffs'), alerts.join(', '), label, said('urn:ansinh:form-translation'), said('urn:ansinh:form-review')].map(cell).join(' | ')} |`;
}

const [BEGIN, END] = ['<!-- table: forms.mjs -->\n', '<!-- end -->'];
const partsOf = (doc) => [doc.slice(0, doc.indexOf(BEGIN) + BEGIN.length), doc.slice(doc.indexOf(BEGIN) + BEGIN.length, doc.indexOf(END)), doc.slice(doc.indexOf(END))];
const HEAD = '| Form | Vietnamese name | English name | Licence | Source | Bands | Cut-offs from | Alerts at once | Compartment | Translation | Review |\n|---|---|---|---|---|---|---|---|---|---|---|\n';
const table = () => `${HEAD}${loaded.map(rowOf).join('\n')}\n`;

/* ---- all of it ---- */

if (process.argv.includes('--table')) {
  const [before, , after] = partsOf(readFileSync(DOC, 'utf8'));
  writeFileSync(DOC, `${before}${table()}${after}`);
} else {
  const only = process.env.ONLY;
  delete process.env.ONLY; /* here it names a form */
  const entries = loaded.filter((e) => !only || e.id === only);
  const rules = { 'says what it is': saysWhatItIs, 'is bilingual': isBilingual, 'is put together': isPutTogether, 'names what exists': namesWhatExists,
    'stands in its compartment': standsInItsCompartment, scores };
  for (const entry of entries) {
    for (const [what, rule] of Object.entries(rules)) await test(`${entry.id}: ${what}`, () => rule(entry));
    await test(`${entry.id}: the program finds nothing wrong`, async () => {
      const end = await run('questionnaire', 'check', '--content', join(FORMS, `${entry.id}.json`));
      equal([end.code, end.err], [0, ''], end.out);
    });
  }
  const server = await new Server(join(newFolder('forms'), 'data'), '--quiet').ready();
  for (const { id, form } of entries) {
    await test(`${id}: is a Questionnaire of R4`, async () => {
      const reply = await ask(server, 'POST', '/fhir/Questionnaire/$validate', form);
      equal(reply.json?.resourceType, 'OperationOutcome', reply.text);
      equal(reply.json.issue.filter((i) => i.severity === 'error' || i.severity === 'fatal').map((i) => i.diagnostics), [], 'errors');
    });
  }
  await server.stop();
  await test('no golden cases without a form', () => equal(readdirSync(GOLDEN).map((f) => f.replace(/\.jsonl$/, '')).sort(), loaded.map((e) => e.id).sort()));
  await golden(entries);
  await test('what the demo says was answered is what its form makes of it: scores, bands, what is to be followed up', demoAnswers);
  await test('docs/instruments.md shows the forms as they are (node tests/content/forms.mjs --table writes it)', () => {
    const [, shown] = partsOf(readFileSync(DOC, 'utf8'));
    const rows = shown.split('\n');
    equal(table().split('\n').filter((row) => !rows.includes(row)), [], 'rows that are missing');
    equal(shown, table(), 'the table');
  });
  finish();
}
