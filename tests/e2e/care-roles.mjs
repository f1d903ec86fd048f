/* Daily care with sign-in on, by the roles of the demo: what a carer may record and report, what waits for the head, and that the board asks a
 * carer for what a fact asks for.
 *
 *   ANSINH=/path/to/ansinh node care-roles.mjs */

import { equal, eventually, finish, shot, test, truth, visit } from './harness.mjs';
import { signIn } from './kit/sign.mjs';
import { button, stage } from './kit/stage.mjs';

const { line, browser, end } = await stage('care-roles', { demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });
const WARD = `${line.url}/#/ward/demo-ward`;
const inside = (page, path) => page.evaluate(async (p) => (await fetch(p, { headers: { Accept: 'application/fhir+json' } })).json(), path);
const all = async (page, path) => ((await inside(page, path)).entry ?? []).map((e) => e.resource);

let person = '';
await test('a carer records care and a low glucose; the board asks for another', async () => {
  const page = await visit(browser, WARD, { size: 'tablet' });
  await signIn(page, 'carer');
  const link = page.getByRole('link', { name: /^Ghi chăm sóc: / }).first();
  await link.waitFor();
  person = /p=([^&]+)/.exec(await link.getAttribute('href'))[1];
  await link.click();
  await button(page, 'Hoạt động').click();
  await button(page, 'Đi bộ').click();
  await page.getByText('Đã ghi: Hoạt động, Đi bộ').waitFor();
  await button(page, 'Việc khác').click();
  await button(page, 'Đường huyết').click();
  await page.getByLabel('Đường huyết', { exact: true }).last().fill('3,4');
  await button(page, 'mmol/L').click();
  await button(page, 'Ghi').click();
  await page.getByText('Đường huyết thấp: 3,4 mmol/L').waitFor();
  await eventually('both stand, by the carer', async () => {
    const seen = await all(page, `/fhir/Observation?patient=${person}&code=urn:ansinh:care|activity,urn:ansinh:care|glucose&performer:Practitioner.active=true&_count=50`);
    return seen.filter((o) => o.performer?.[0]?.reference?.startsWith('Practitioner/') && Date.now() - Date.parse(o.effectiveDateTime) < 120_000).length === 2;
  });
  const board = await inside(page, '/fhir/Location/demo-ward/$board');
  const mine = board.parameter.find((p) => p.part?.[0]?.valueReference?.reference === `Patient/${person}`);
  truth(mine.part.some((p) => p.name === 'due' && p.part.some((x) => x.valueCode === 'glucose')), 'the board does not ask');
  equal(page.complaints, []);
  await page.context().close();
});

await test('a carer reports a fall; the nurse sees it; only the head signs it off', async () => {
  const page = await visit(browser, `${line.url}/#/person/${person}/incident`, { size: 'phone' });
  await signIn(page, 'carer');
  await button(page, 'Té ngã').click();
  await button(page, 'Có người thấy').click();
  await button(page, 'Không tổn hại').click();
  await page.getByLabel('Chuyện xảy ra thế nào').fill('Trượt dép');
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Đã ghi sự cố.').waitFor();
  const one = page.getByRole('article', { name: /Trượt dép/ });
  await one.waitFor();
  equal(await one.getByRole('button', { name: 'Ký xem xét' }).count(), 0, 'a carer may sign');
  equal(page.complaints, []);
  await page.context().close();
  const desk = await visit(browser, `${WARD}/incidents`, { size: 'desktop' });
  await signIn(desk, 'facility-head');
  const open = desk.getByRole('article', { name: /Trượt dép/ });
  await open.getByLabel('Vì sao xảy ra').fill('Đổi dép chống trượt cho cả khoa');
  await open.getByRole('button', { name: 'Ký xem xét' }).click();
  await open.getByText('Đổi dép chống trượt').waitFor();
  await shot(desk, 'incident-signed-desktop-vi');
  equal(desk.complaints, []);
  await desk.context().close();
});

await test('wounds are the nurse’s: no way there for a carer; restraint a carer may look at, and not order', async () => {
  for (const [who, count] of [['carer', 0], ['nurse', 1]]) {
    const page = await visit(browser, `${WARD}/care?p=${person}`, { size: 'tablet' });
    await signIn(page, who);
    await button(page, 'Việc khác').click();
    await page.getByRole('link', { name: 'Cố định, hạn chế' }).waitFor();
    equal(await page.getByRole('link', { name: 'Loét tì đè' }).count(), count, who);
    await page.getByRole('link', { name: 'Cố định, hạn chế' }).click();
    await page.locator('.an-care-for').waitFor();
    await (who === 'carer' ? page.getByText('Không có y lệnh cố định.') : page.getByRole('heading', { name: 'Y lệnh cố định' })).waitFor();
    equal(page.complaints, []);
    await page.context().close();
  }
});

await end();
process.exit(finish());
