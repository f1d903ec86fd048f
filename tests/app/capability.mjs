/* What the CapabilityStatement says is so, line by line: every interaction, search parameter, include and operation that it names works on
 * the real program, and what it does not name is refused. The requests are made from the statement itself. */

import { join } from 'node:path';
import { Server, ask, equal, finish, newFolder, run, test, truth } from '../node.mjs';

const STRICT = { prefer: 'handling=strict' };
const VALUES = { token: 'x', string: 'a', date: '2020', number: '1', quantity: '1', uri: 'http://example.org/x', reference: 'x', composite: 'x$2020' };
const SPECIAL = ['_content', '_text', '_query', '_filter', 'near'];
const names = (list) => (list ?? []).map((x) => x.name);
const codes = (x) => (x.interaction ?? []).map((i) => i.code);

/* Every call of a list, a few at a time; what was wrong with the first ten that were wrong. */
async function all(calls, work) {
  const wrong = [];
  let at = 0;
  const worker = async () => {
    while (at < calls.length) {
      const call = calls[at];
      at += 1;
      const said = await work(call);
      if (said) wrong.push(said);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  truth(calls.length > 0, 'nothing was asked');
  equal(wrong.slice(0, 10), [], `${wrong.length} of ${calls.length}`);
}

const statement = async (server) => (await ask(server, 'GET', '/fhir/metadata')).json;
const diagnostics = (reply) => reply.json?.issue?.[0]?.diagnostics ?? '';

/* ---- interactions ---- */

/* One resource of the type through its life: which interactions did their work? */
async function life(server, type) {
  const done = [];
  const try_ = async (code, wanted, ...request) => {
    const reply = await ask(server, ...request);
    if (reply.status === wanted) done.push(code);
    return reply;
  };
  const made = await try_('create', 201, 'POST', `/fhir/${type}`, { resourceType: type });
  const id = made.json?.id ?? 'x';
  const at = `/fhir/${type}/${id}`;
  await try_('read', 200, 'GET', at);
  await try_('update', 200, 'PUT', at, { resourceType: type, id, implicitRules: 'http://example.org/rules' });
  await try_('patch', 200, 'PATCH', at, [{ op: 'remove', path: '/implicitRules' }], { 'content-type': 'application/json-patch+json' });
  await try_('vread', 200, 'GET', `${at}/_history/1`);
  await try_('history-instance', 200, 'GET', `${at}/_history`);
  await try_('history-type', 200, 'GET', `/fhir/${type}/_history`);
  const found = await try_('search-type', 200, 'GET', `/fhir/${type}?_id=${id}`);
  if (found.json?.total !== 1) done.push('search-type finds nothing');
  await try_('delete', 204, 'DELETE', at);
  const gone = await ask(server, 'GET', at);
  if (gone.status !== 410) done.push('delete leaves it');
  return done;
}

async function interactions(server, rest) {
  await test('each type does the interactions it names, and all that we have', async () => {
    await all(rest.resource, async (r) => {
      const [done, said] = [(await life(server, r.type)).sort(), codes(r).sort()];
      return done.join() === said.join() ? null : `${r.type}: says ${said}, does ${done}`;
    });
  });
  await test('the system does those it names', async () => {
    const does = [];
    const bundle = (type) => ({ resourceType: 'Bundle', type, entry: [{ request: { method: 'GET', url: 'Patient?_count=1' } }] });
    if ((await ask(server, 'POST', '/fhir', bundle('transaction'))).json?.type === 'transaction-response') does.push('transaction');
    if ((await ask(server, 'POST', '/fhir', bundle('batch'))).json?.type === 'batch-response') does.push('batch');
    if ((await ask(server, 'GET', '/fhir?_type=Patient&_count=1')).json?.type === 'searchset') does.push('search-system');
    if ((await ask(server, 'GET', '/fhir/_history?_count=1')).json?.type === 'history') does.push('history-system');
    equal(does.sort(), codes(rest).sort());
  });
  await test('conditions, versions and ids are as it says', async () => {
    const of = (type) => rest.resource.find((r) => r.type === type);
    const patient = of('Patient');
    equal([patient.versioning, patient.readHistory, patient.updateCreate, patient.conditionalCreate, patient.conditionalRead, patient.conditionalUpdate,
      patient.conditionalDelete], ['versioned-update', true, true, true, 'full-support', true, 'single']);
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:t', value: '1' }] };
    const made = await ask(server, 'PUT', '/fhir/Patient/cap', { ...body, id: 'cap' });
    equal(made.status, 201);
    equal((await ask(server, 'POST', '/fhir/Patient', body, { 'if-none-exist': 'identifier=urn:t|1' })).status, 200);
    equal((await ask(server, 'PUT', '/fhir/Patient?identifier=urn:t|1', { ...body, active: true })).status, 200);
    equal((await ask(server, 'PUT', '/fhir/Patient/cap', { ...body, id: 'cap' }, { 'if-match': 'W/"1"' })).status, 412, 'the version is old');
    const now = await ask(server, 'GET', '/fhir/Patient/cap');
    equal((await ask(server, 'GET', '/fhir/Patient/cap', undefined, { 'if-none-match': now.headers.etag })).status, 304);
    equal((await ask(server, 'GET', '/fhir/Patient/cap', undefined, { 'if-modified-since': now.headers['last-modified'] })).status, 304);
    equal((await ask(server, 'GET', '/fhir/Patient/cap/_history')).json.total, 2);
    equal((await ask(server, 'PUT', '/fhir/Patient/cap2', { ...body, id: 'cap2' })).status, 201);
    equal((await ask(server, 'DELETE', '/fhir/Patient?identifier=urn:t|1')).status, 412, 'two match, and it deletes one at most');
    equal((await ask(server, 'DELETE', '/fhir/Patient/cap2')).status, 204);
    equal((await ask(server, 'DELETE', '/fhir/Patient?identifier=urn:t|1')).status, 204);
  });
}

/* ---- searching ---- */

const valueOf = (param) => (param.name === '_lastUpdated' ? '2020' : VALUES[param.type]);
/* MolecularSequence's places are the only composites of three parts. */
const valueIn = (type, param) => (type === 'MolecularSequence' && param.type === 'composite' ? 'x$1$2' : valueOf(param));
const queryOf = (type, param) => (param.name === '_has' ? '_has:Provenance:target:_id=x' : `${param.name}=${encodeURIComponent(valueIn(type, param))}`);

async function searching(server, rest) {
  const named = rest.resource.flatMap((r) => r.searchParam.map((p) => [r.type, p]));
  await test('every search parameter it names is one', async () => {
    await all(named, async ([type, p]) => {
      const reply = await ask(server, 'GET', `/fhir/${type}?${queryOf(type, p)}`, undefined, STRICT);
      return reply.status === 200 ? null : `${type}?${queryOf(type, p)}: ${reply.status} ${diagnostics(reply)}`;
    });
  });
  await test('every one of them that has a definition names it as R4 does', async () => {
    equal(named.filter(([, p]) => p.definition && !p.definition.startsWith('http://hl7.org/fhir/SearchParameter/')).map(([t, p]) => `${t}.${p.name}`), []);
    equal(rest.resource.filter((r) => new Set(names(r.searchParam)).size !== r.searchParam.length).map((r) => r.type), [], 'said twice');
  });
  const known = [...new Set([...named.map(([, p]) => p.name), ...SPECIAL])].filter((n) => n !== '_has').sort();
  await test('what it does not name is none', async () => {
    const calls = rest.resource.flatMap((r, i) => {
      const others = known.filter((n) => !names(r.searchParam).includes(n));
      return others.filter((n, k) => SPECIAL.includes(n) || (k + i) % 23 === 0).map((n) => [r.type, n]);
    });
    await all(calls, async ([type, name]) => {
      const reply = await ask(server, 'GET', `/fhir/${type}?${name}=1`, undefined, STRICT);
      return reply.status === 400 ? null : `${type}?${name}: ${reply.status}`;
    });
  });
  for (const [member, parameter] of [['searchInclude', '_include'], ['searchRevInclude', '_revinclude']]) {
    await test(`every ${member} it names can be asked for`, async () => {
      const calls = rest.resource.flatMap((r) => (r[member] ?? []).map((rule) => [r.type, rule]));
      await all(calls, async ([type, rule]) => {
        const reply = await ask(server, 'GET', `/fhir/${type}?_id=x&${parameter}=${encodeURIComponent(rule)}`, undefined, STRICT);
        return reply.status === 200 ? null : `${type}?${parameter}=${rule}: ${reply.status} ${diagnostics(reply)}`;
      });
    });
  }
  await test('an include of what is no reference is refused', async () => {
    for (const rule of ['Patient:name', 'Patient:nothing', 'Nothing:subject']) {
      equal((await ask(server, 'GET', `/fhir/Patient?_include=${rule}`, undefined, STRICT)).status, 400, rule);
    }
  });
}

async function compartments(server, rest) {
  const types = rest.resource.map((r) => r.type);
  const has = async (owner, type) => (await ask(server, 'GET', `/fhir/${owner}/x/${type}?_count=0`)).status === 200;
  await test('the compartments it names are there, and no others', async () => {
    const there = [];
    for (const owner of types) {
      const found = await Promise.all(['Observation', 'Communication', 'Account', 'Media'].map((type) => has(owner, type)));
      if (found.includes(true)) there.push(owner.toLowerCase());
    }
    equal(there.sort(), rest.compartment.map((url) => url.split('/').pop().toLowerCase()).sort());
  });
}

/* ---- operations ---- */

async function isThere(server, path) {
  const reply = await ask(server, 'GET', path);
  return !/this operation is not supported/.test(diagnostics(reply));
}

async function operations(server, rest) {
  const ofSystem = names(rest.operation);
  const everywhere = [...new Set([...ofSystem, ...rest.resource.flatMap((r) => names(r.operation))])];
  await test('the system has the operations it names', async () => {
    const there = [];
    for (const name of [...everywhere, 'nothing']) {
      if (await isThere(server, `/fhir/$${name}`)) there.push(name);
    }
    equal(there.sort(), [...ofSystem].sort());
  });
  await test('each type has those it names, and no others', async () => {
    await all(rest.resource, async (r) => {
      const there = [];
      for (const name of everywhere) {
        if ((await isThere(server, `/fhir/${r.type}/$${name}`)) || (await isThere(server, `/fhir/${r.type}/x/$${name}`))) there.push(name);
      }
      const said = names(r.operation).sort().join();
      return there.sort().join() === said ? null : `${r.type}: says ${said}, has ${there}`;
    });
  });
}

async function definitions(server, rest, base) {
  const said = [...(rest.operation ?? []).map((o) => [undefined, o]), ...rest.resource.flatMap((r) => (r.operation ?? []).map((o) => [r.type, o]))];
  const ours = said.filter(([, o]) => o.definition.startsWith(`${base}/OperationDefinition/`));
  await test('each operation of our own has a definition that can be read, says the same, and is valid', async () => {
    truth(ours.length >= 10 && ours.some(([type]) => !type), `${ours.length} of them`);
    equal(said.filter(([, o]) => !/^https?:/.test(o.definition)).map(([, o]) => o.definition), [], 'no address');
    await all(ours, async ([type, o]) => {
      const reply = await ask(server, 'GET', new URL(o.definition).pathname);
      const d = reply.json;
      if (reply.status !== 200 || d.url !== o.definition || d.code !== o.name) return `${o.definition}: ${reply.status} ${d?.url} ${d?.code}`;
      if (type ? !d.resource.includes(type) : d.resource || !d.system) return `${o.definition}: not of ${type}`;
      const instance = type && (await isThere(server, `/fhir/${type}/x/$${o.name}`));
      const ofType = type && (await isThere(server, `/fhir/${type}/$${o.name}`));
      if (d.instance !== Boolean(instance) || d.type !== Boolean(ofType)) return `${o.definition}: levels`;
      const issues = (await ask(server, 'POST', '/fhir/OperationDefinition/$validate', d)).json.issue.filter((i) => i.severity !== 'information');
      return issues.length ? `${o.definition}: ${JSON.stringify(issues[0])}` : null;
    });
  });
  await test('another id is none, and what the record holds under one of ours is what is read', async () => {
    equal((await ask(server, 'GET', '/fhir/OperationDefinition/nothing')).status, 404);
    equal((await ask(server, 'GET', '/fhir/OperationDefinition/board/_history/1')).status, 404);
    const own = (await ask(server, 'GET', '/fhir/OperationDefinition/board')).json;
    equal(own.resource.sort(), ['Location', 'Organization']);
    equal((await ask(server, 'PUT', '/fhir/OperationDefinition/board', { ...own, title: 'kept' })).status, 201);
    equal((await ask(server, 'GET', '/fhir/OperationDefinition/board')).json.title, 'kept');
  });
}

/* ---- the statement itself, and the program with sign-in ---- */

async function itself(server, said) {
  await test('it is a CapabilityStatement by its own validation', async () => {
    const reply = await ask(server, 'POST', '/fhir/CapabilityStatement/$validate', said);
    equal(reply.json.issue.filter((i) => ['error', 'fatal'].includes(i.severity)).slice(0, 3), []);
  });
  await test('who has it already is told so', async () => {
    const { etag } = (await ask(server, 'GET', '/fhir/metadata')).headers;
    truth(/^W\/"[0-9a-f]{16}"$/.test(etag), etag);
    equal((await ask(server, 'GET', '/fhir/metadata', undefined, { 'if-none-match': etag })).status, 304);
    equal((await ask(server, 'GET', '/fhir/metadata?_pretty=true', undefined, { 'if-none-match': etag })).status, 200);
  });
  await test('formats', async () => {
    equal([said.format, said.patchFormat, said.fhirVersion], [['application/fhir+json', 'json'], ['application/json-patch+json', 'application/fhir+json', 'application/merge-patch+json'], '4.0.1']);
    for (const format of said.format) equal((await ask(server, 'GET', `/fhir/metadata?_format=${encodeURIComponent(format)}`)).status, 200, format);
    const bodies = { 'application/json-patch+json': [{ op: 'add', path: '/active', value: true }], 'application/merge-patch+json': { active: true },
      'application/fhir+json': { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'add' }, { name: 'path', valueString: 'Patient' },
        { name: 'name', valueString: 'active' }, { name: 'value', valueBoolean: true }] }] } };
    for (const format of said.patchFormat) {
      equal((await ask(server, 'PUT', '/fhir/Patient/f', { resourceType: 'Patient', id: 'f' })).status < 300, true);
      equal((await ask(server, 'PATCH', '/fhir/Patient/f', bodies[format], { 'content-type': format })).json.active, true, format);
    }
    equal((await ask(server, 'PATCH', '/fhir/Patient/f', '<diff/>', { 'content-type': 'application/xml-patch+xml' })).status, 415);
    for (const format of ['xml', 'application/fhir+xml', 'ttl']) {
      equal((await ask(server, 'GET', `/fhir/metadata?_format=${encodeURIComponent(format)}`)).status, 406, format);
      equal((await ask(server, 'GET', '/fhir/metadata', undefined, { accept: `application/fhir+${format}` })).status, 406, format);
    }
  });
}

async function withServer(options, work) {
  const data = join(newFolder('capability'), 'data');
  const server = await new Server(data, ...options, '--quiet').ready();
  try {
    await work(server, data);
  } finally {
    await server.stop();
  }
}

await withServer(['--memory'], async (server) => {
  const said = await statement(server);
  await itself(server, said);
  await interactions(server, said.rest[0]);
  await searching(server, said.rest[0]);
  await compartments(server, said.rest[0]);
  await operations(server, said.rest[0]);
  await definitions(server, said.rest[0], said.implementation.url);
});

await test('with sign-in the audit is this program\'s, and it says so', () => withServer(['sign-in'], async (server, data) => {
  const token = await run('user', 'token', 'watch', '--role', 'auditor', '--data', data, '--quiet');
  equal(token.code, 0, token.err);
  const as = { authorization: `Bearer ${token.out.trim().split('\n').pop()}` };
  const audit = (await statement(server)).rest[0].resource.find((r) => r.type === 'AuditEvent');
  equal(codes(audit).sort(), ['read', 'search-type', 'vread']);
  equal(['searchInclude', 'searchRevInclude', 'updateCreate', 'conditionalCreate'].filter((m) => audit[m] !== undefined), []);
  for (const p of audit.searchParam) {
    const query = `${p.name}=${p.name === 'entity' ? 'Patient/x' : encodeURIComponent(valueOf(p))}`; /* a bare id could be of any type */
    equal((await ask(server, 'GET', `/fhir/AuditEvent?${query}`, undefined, { ...STRICT, ...as })).status, 200, query);
  }
  for (const name of ['_has:Provenance:target:_id', '_list', 'policy', 'site', 'source', 'entity-name', '_tag']) {
    equal((await ask(server, 'GET', `/fhir/AuditEvent?${name}=x`, undefined, { ...STRICT, ...as })).status, 400, name);
  }
  const [entry] = (await ask(server, 'GET', '/fhir/AuditEvent?_count=1', undefined, as)).json.entry;
  const at = `/fhir/AuditEvent/${entry.resource.id}`;
  equal([(await ask(server, 'GET', at, undefined, as)).status, (await ask(server, 'GET', `${at}/_history/1`, undefined, as)).status], [200, 200]);
  for (const [method, path, body] of [['POST', '/fhir/AuditEvent', { resourceType: 'AuditEvent' }], ['PUT', at, entry.resource], ['DELETE', at], ['PATCH', at, []]]) {
    equal((await ask(server, method, path, body, as)).status, 405, method);
  }
  truth((await ask(server, 'GET', `${at}/_history`, undefined, as)).status >= 400, 'history');
}));

finish();
