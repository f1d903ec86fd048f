/* What stands between a tablet and the server answers in its stead, or the server cannot: every such answer to every act of a round. Whatever it was,
 * nothing is lost, nothing is stored twice, nothing has to be typed again, and the page says that it waits.
 *
 *   ANSINH=/path/to/ansinh node faults.mjs                   # a part of the answers before the server acted, and of those after
 *   ANS_TEST_FULL=1 ANSINH=... node faults.mjs               # all of them */

import { equal, eventually, fhirAt, finish, shot, test, truth, visit } from './harness.mjs';
import { button, stage } from './kit/stage.mjs';
import { doses, makeWard, minutes, order, wardHour } from './kit/ward.mjs';

const FULL = process.env.ANS_TEST_FULL === '1';
const { server, line, browser, end } = await stage('faults', { auth: 'off' });
const fhir = fhirAt(server.base);

/* status, headers, body; `cut`: the body ends in the middle. Those of a proxy or of the network's own page are no FHIR. */
const html = (text) => `<!doctype html><html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`;
const HTML = { 'Content-Type': 'text/html' };
const FAULTS = {
  'an error of the server': [500, { 'Content-Type': 'application/fhir+json' }, JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'fatal', code: 'exception' }] })],
  'a proxy without a server behind it (502)': [502, HTML, html('Bad Gateway')],
  'busy (503)': [503, { 'Content-Type': 'text/plain', 'Retry-After': '1' }, 'busy'],
  'too many requests (429)': [429, { 'Retry-After': '1' }, ''],
  'a page of the network instead of an answer (200)': [200, HTML, html('Đăng nhập Wi-Fi')],
  'a page of the network that forbids (403)': [403, HTML, html('Forbidden')],
  'a proxy that knows no such page (404)': [404, HTML, html('Not Found')],
  'sign in to the network (511)': [511, HTML, html('Network Authentication Required')],
  'sent elsewhere (302)': [302, { Location: '/wifi' }, ''],
  'a body too large for a proxy (413)': [413, HTML, html('Request Entity Too Large')],
  'an empty answer (200)': [200, {}, ''],
  'another resource than asked for': [200, { 'Content-Type': 'application/fhir+json' }, '{"resourceType":"Basic","id":"1","code":{"text":"x"}}'],
  'half of an answer': [200, { 'Content-Type': 'application/fhir+json' }, '{"resourceType":"Bun', 'cut'],
};
const names = Object.keys(FAULTS);
const NAMES = ['Nguyễn Thị Hoa', 'Giàng A Páo', 'Lý Mẩy'];
const due = wardHour(Date.now() - minutes(5));

/* Whether the server hears of a write at all, and whether reads meet the same. */
const WAYS = [['before', 'writes'], ['after', 'writes'], ['before', 'all']];
const wanted = WAYS.flatMap(([when, which], w) => names.filter((_, i) => FULL || i % WAYS.length === w).map((name) => [name, when, which]));

async function acts(page, ward) {
  const [hoa, pao, may] = ward.residents;
  await page.goto(`${line.url}/#/ward/${ward.ward.id}/care?p=${hoa.patient.id}`);
  await button(page, 'Tinh thần').waitFor();
  const breaks = page.breaks;
  breaks(true);
  await button(page, 'Tinh thần').click();
  await button(page, 'Buồn').click();
  await page.getByText(/Còn 1 việc chưa gửi/).waitFor();
  breaks(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('the note stands', async () => (await fhir.find(`Observation?patient=${hoa.patient.id}&code=urn:ansinh:care|mood`)).length === 1);

  await page.goto(`${line.url}/#/ward/${ward.ward.id}/vitals?p=${pao.patient.id}`);
  await page.getByRole('heading', { name: pao.patient.name[0].text }).waitFor();
  await page.getByLabel('Mạch', { exact: true }).fill('88');
  breaks(true);
  await page.getByRole('button', { name: /^Lưu/ }).click();
  await page.getByText(/Còn 1 việc chưa gửi/).waitFor();
  breaks(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('the pulse stands', async () => (await fhir.find(`Observation?patient=${pao.patient.id}&code=8867-4`)).length === 1, 60_000);

  await page.goto(`${line.url}/#/ward/${ward.ward.id}/drugs?p=${may.patient.id}`);
  const given = page.getByRole('button', { name: 'Đã uống: Metformin 500 mg' });
  await given.waitFor();
  breaks(true);
  await given.click();
  await page.getByText(/Còn 1 việc chưa gửi/).waitFor();
  breaks(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('the dose stands', async () => (await doses(fhir, may.patient)).length === 1);
  await page.getByText(/việc chưa gửi/).waitFor({ state: 'detached' });
}

for (const [name, when, which] of wanted) {
  await test(`${name}, ${when} the server acted, to ${which}: nothing is lost and nothing is twice`, async () => {
    const ward = await makeWard(fhir, 'Khoa Một', NAMES);
    await order(fhir, ward.residents[2], 'Metformin 500 mg', [due]);
    const page = await visit(browser, line.url, { size: 'tablet' });
    page.breaks = (yes) => { line.answer = yes ? { fault: FAULTS[name], when, which } : undefined; };
    try {
      await acts(page, ward);
      const all = async (r, query) => (await fhir.find(`${query}&_count=50`)).filter((x) => x.status !== 'entered-in-error').length;
      equal(await Promise.all([all(0, `Observation?patient=${ward.residents[0].patient.id}`), all(0, `Observation?patient=${ward.residents[1].patient.id}&code=8867-4`), all(0, `MedicationAdministration?patient=${ward.residents[2].patient.id}`)]), [1, 1, 1], 'once each');
      equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('ansinh.outbox.'))), [], 'nothing waits any more');
      equal([page.complaints, page.strays], [[], []], 'quiet page');
    } catch (error) {
      await shot(page, 'faults-failed');
      throw error;
    } finally {
      line.answer = undefined;
      await page.context().close();
    }
  });
}

await end();
process.exit(finish());
