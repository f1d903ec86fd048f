/* Alerts on the real program with sign-in on: who sees one, what is guarded, that a change by hand is kept, that every alert leaves its
 * entry in the audit, and that kill -9 loses none and makes none twice. */

import { join } from 'node:path';
import { FULL, Server, ask, equal, finish, newFolder, run, sleep, soon, test, truth } from '../node.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? (FULL ? 20 : 4));
const HOUR = 3_600_000;
const ago = (ms) => new Date(Date.now() - ms).toISOString();
const coding = (system, code) => ({ coding: [{ system, code }] });
const json = { 'content-type': 'application/fhir+json' };

async function token(data, name, role) {
  const end = await run('user', 'token', name, '--role', role, '--data', data, '--quiet');
  equal(end.code, 0, end.err);
  return end.out.trim().split('\n').pop();
}
const asked = (server, bearer, method, path, body, headers = {}) => ask(server, method, path, body, { ...(bearer ? { authorization: `Bearer ${bearer}` } : {}), ...(body ? json : {}), ...headers });

async function found(server, bearer, query) {
  const reply = await asked(server, bearer, 'GET', `/fhir/${query}`);
  equal(reply.status, 200, reply.text.slice(0, 300));
  return (reply.json.entry ?? []).map((e) => e.resource);
}
const alerts = (server, bearer, more = '') => found(server, bearer, `Task?code=urn:ansinh:task%7Calert&_count=500${more}`);

const glucose = (id, patient, value) => ({
  resourceType: 'Observation', id, status: 'final', code: coding('http://loinc.org', '15074-8'), subject: { reference: `Patient/${patient}` },
  effectiveDateTime: ago(0), valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
});

/* ---- who sees what ---- */

async function rights() {
  const data = join(newFolder('alerts'), 'data');
  const server = await new Server(data, 'sign-in', '--quiet').ready();
  const system = await token(data, 'his', 'system');
  const auditor = await token(data, 'lan', 'auditor');
  const put = async (resource) => {
    const reply = await asked(server, system, 'PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource);
    truth(reply.status < 300, `${resource.resourceType}: ${reply.status} ${reply.text.slice(0, 300)}`);
  };
  try {
    await put({ resourceType: 'Organization', id: 'home', name: 'Trung tâm' });
    await put({ resourceType: 'Location', id: 'ward', name: 'Khu A', managingOrganization: { reference: 'Organization/home' }, physicalType: coding('http://terminology.hl7.org/CodeSystem/location-physical-type', 'wa') });
    await put({ resourceType: 'Patient', id: 'p', name: [{ text: 'Người Bí Mật' }], managingOrganization: { reference: 'Organization/home' } });

    await test('an alert stands, and its making is in the audit', async () => {
      await put(glucose('g1', 'p', 2.5));
      const [alert] = await soon(async () => { const a = await alerts(server, system); return a.length > 0 && a; }, 'the alert');
      equal(alert.code.coding[1].code, 'glucose-very-low');
      const entry = await soon(async () => (await found(server, auditor, `AuditEvent?entity=Task/${alert.id}`))[0], 'its entry');
      equal(entry.action, 'C');
    });

    await test('an alert about what is guarded is guarded too', async () => {
      await put({ resourceType: 'Patient', id: 'q', name: [{ text: 'Người Thứ Hai' }], managingOrganization: { reference: 'Organization/home' } });
      await put({
        resourceType: 'Task', id: 'screen', status: 'requested', intent: 'order', priority: 'stat', code: coding('urn:ansinh:task', 'screening-follow-up'), for: { reference: 'Patient/q' },
        authoredOn: ago(0), meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'ETH' }] },
      });
      const [alert] = await soon(async () => { const a = await alerts(server, system, '&patient=Patient/q'); return a.length > 0 && a; }, 'the alert');
      truth((alert.meta.security ?? []).some((s) => s.code === 'ETH'), `labels: ${JSON.stringify(alert.meta)}`);
      truth(!/rượu|ma túy|chất|tâm thần|HIV/i.test(JSON.stringify([alert.code, alert.description])), 'its words name no illness');
    });

    await test('who may see nobody sees no alert, and counts none', async () => {
      const told = await asked(server, auditor, 'GET', '/fhir/PlanDefinition/$alerts');
      const raised = (told.json.parameter ?? []).filter((p) => p.part).map((p) => p.part.find((x) => x.name === 'raised').valueInteger);
      truth(told.status !== 200 || raised.every((n) => n === 0), `the auditor counts ${raised}`);
      const dry = await asked(server, auditor, 'GET', '/fhir/PlanDefinition/hypoglycaemia/$dry-run');
      truth(dry.status === 403 || dry.json.parameter.find((p) => p.name === 'raised').valueInteger === 0, `${dry.status} ${dry.text.slice(0, 200)}`);
      equal((await asked(server, undefined, 'GET', '/fhir/PlanDefinition/$alerts')).status, 401);
    });

    await test('what a hand did is kept when more evidence comes', async () => {
      const [alert] = await alerts(server, system, '&patient=Patient/p');
      const taken = { ...alert, status: 'received', owner: { display: 'Điều dưỡng Hà' }, note: [{ text: 'đang cho uống nước đường' }] };
      const reply = await asked(server, system, 'PUT', `/fhir/Task/${alert.id}`, taken, { 'if-match': `W/"${alert.meta.versionId}"` });
      equal(reply.status, 200, reply.text.slice(0, 300));
      await put(glucose('g2', 'p', 2.8));
      const now = await soon(async () => { const [a] = await alerts(server, system, '&patient=Patient/p'); return a.identifier.length === 3 && a; }, 'the second cause');
      equal([now.status, now.owner.display, now.note[0].text], ['received', 'Điều dưỡng Hà', 'đang cho uống nước đường']);
    });

    await test('bad calls are refused in words', async () => {
      for (const [method, path, body, status] of [
        ['GET', '/fhir/PlanDefinition/nobody/$dry-run', undefined, 404], ['GET', '/fhir/PlanDefinition/news2/$dry-run?days=0', undefined, 400],
        ['GET', '/fhir/PlanDefinition/news2/$dry-run?days=9999', undefined, 400], ['GET', '/fhir/PlanDefinition/$alerts?days=x', undefined, 400],
        ['POST', '/fhir/PlanDefinition/$dry-run', { resourceType: 'PlanDefinition', url: 'urn:x' }, 400], ['POST', '/fhir/PlanDefinition/$dry-run', { resourceType: 'Parameters' }, 400],
        ['GET', '/fhir/PlanDefinition/vitals-overdue/$dry-run', undefined, 400],
      ]) {
        const reply = await asked(server, system, method, path, body);
        equal(reply.status, status, `${method} ${path}: ${reply.text.slice(0, 200)}`);
        truth(reply.json.issue[0].diagnostics.length > 0, path);
      }
    });
  } finally {
    await server.stop();
  }
}

/* ---- kill -9 ---- */

/* People write while the server dies at any moment. In the end each person whose write was acknowledged has one alert. */
async function killed() {
  const data = join(newFolder('alerts-kill'), 'data');
  const acked = [];
  await test(`${ROUNDS} times killed: no alert is lost, none is there twice`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = await new Server(data, '--quiet', '--alerts', 'on').ready();
      const until = Date.now() + 150 + Math.floor(Math.random() * 500);
      let dead = false;
      const writer = async (n) => {
        for (let i = 0; !dead; i += 1) {
          const id = `r${round}-${n}-${i}`;
          try {
            const reply = await ask(server, 'POST', '/fhir', {
              resourceType: 'Bundle', type: 'transaction',
              entry: [{ resourceType: 'Patient', id }, glucose(`o-${id}`, id, 2.5)].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
            });
            if (reply.status === 200) acked.push(id);
          } catch {
            return; /* the server is gone */
          }
        }
      };
      const writers = [0, 1, 2, 3].map(writer);
      await sleep(Math.max(0, until - Date.now()));
      dead = true;
      await server.stop('SIGKILL');
      await Promise.all(writers);
    }
    const server = await new Server(data, '--quiet', '--alerts', 'on').ready();
    try {
      await ask(server, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [{ resourceType: 'Patient', id: 'last' }, glucose('o-last', 'last', 2.5)].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })) });
      await soon(async () => (await alerts(server, undefined, '&patient=Patient/last')).length > 0, 'the last alert', 60_000);
      const count = new Map();
      for (let page = `/fhir/Task?code=urn:ansinh:task%7Calert&_count=500`; page;) {
        const reply = await ask(server, 'GET', page);
        for (const e of reply.json.entry ?? []) count.set(e.resource.for.reference, (count.get(e.resource.for.reference) ?? 0) + 1);
        const next = (reply.json.link ?? []).find((l) => l.relation === 'next')?.url;
        page = next ? next.slice(next.indexOf('/fhir')) : undefined;
      }
      const lost = acked.filter((id) => !count.has(`Patient/${id}`)), twice = [...count].filter(([, n]) => n > 1);
      console.log(`      ${acked.length} acknowledged writes, ${count.size} alerts`);
      truth(acked.length > 0, 'nothing was written');
      equal([lost.length, twice.length], [0, 0], 'lost, twice');
    } finally {
      await server.stop();
    }
  });
}

await rights();
await killed();
await test('an old fact of an import rings no bell', async () => {
  const data = join(newFolder('alerts-old'), 'data');
  const server = await new Server(data, '--quiet', '--alerts', 'on').ready();
  await ask(server, 'PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p' });
  await ask(server, 'PUT', '/fhir/Observation/old', { ...glucose('old', 'p', 2), effectiveDateTime: ago(30 * HOUR) });
  await ask(server, 'PUT', '/fhir/Patient/q', { resourceType: 'Patient', id: 'q' });
  await ask(server, 'PUT', '/fhir/Observation/new', glucose('new', 'q', 2));
  await soon(async () => (await alerts(server, undefined, '&patient=Patient/q')).length > 0, 'the new one');
  equal((await alerts(server, undefined, '&patient=Patient/p')).length, 0);
  await server.stop();
});
finish();
