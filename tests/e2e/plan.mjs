/* The care plan in a real browser: a result speaks for a proposal, nothing is chosen beforehand, the plan comes due on the shift board, goals are
 * judged, and it is printed.
 *
 *   ANSINH=/path/to/ansinh node plan.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, startBrowser, startLine, startServer, test, truth, visit } from './harness.mjs';
import { makeWard, minutes, wardInstant } from './kit/ward.mjs';

const server = await startServer();
const line = await startLine(server.base);
const fhir = fhirAt(server.base);
const browser = await startBrowser();
const button = (page, name) => page.getByRole('button', { name, exact: true });

const ward = await makeWard(fhir, 'Khoa Người cao tuổi', ['Nguyễn Thị Hoa', 'Giàng A Páo']);
const [hoa, pao] = ward.residents;
for (const [code, value] of [['norton', 11], ['morse', 20]]) {
  await fhir.create({
    resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${hoa.patient.id}` }, effectiveDateTime: wardInstant(Date.now() - minutes(60)),
    code: { coding: [{ system: 'urn:ansinh:score', code }] }, valueQuantity: { value },
  });
}
const planUrl = (r) => `${line.url}/#/person/${r.patient.id}/plan`;

await test('from a result to the board: proposed, chosen, due', async () => {
  const page = await visit(browser, planUrl(hoa), { size: 'tablet' });
  await button(page, 'Lập kế hoạch').click();
  await page.getByText('Kết quả gần nhất: Morse 20').waitFor();
  const first = page.locator('.an-proposal').first();
  truth((await first.innerText()).includes('Phòng loét tì đè') && (await first.innerText()).includes('Norton 11'), await first.innerText());
  equal(await page.locator('.an-plan-screen [aria-pressed="true"]').count(), 0, 'chosen beforehand');
  await button(page, 'Lưu kế hoạch').click();
  await page.getByText('Còn thiếu: Mục tiêu, Việc cần làm, Người phụ trách, Ngày xem lại.').waitFor();
  await button(page, 'Da lành, không có vết loét mới').click();
  await button(page, 'Xoay trở, 2 giờ một lần').click();
  await button(page, 'Đệm chống loét, kê gót chân hở mặt giường').click();
  await page.getByLabel('Người phụ trách').fill('Điều dưỡng Hà');
  await button(page, 'Sau 14 ngày').click();
  await shot(page, 'plan-make-tablet-vi');
  await button(page, 'Lưu kế hoạch').click();
  await page.getByRole('article', { name: 'Kế hoạch chăm sóc' }).waitFor();
  await shot(page, 'plan-tablet-vi');
  const [plan] = await fhir.find(`CarePlan?patient=${hoa.patient.id}`);
  const [goal] = await fhir.find(`Goal?patient=${hoa.patient.id}`);
  const [request] = await fhir.find(`ServiceRequest?patient=${hoa.patient.id}`);
  equal([plan.goal[0].reference, plan.activity.map((a) => a.reference?.reference ?? a.detail.description), request.basedOn[0].reference, goal.lifecycleStatus], [
    `Goal/${goal.id}`, [`ServiceRequest/${request.id}`, 'Đệm chống loét, kê gót chân hở mặt giường'], `CarePlan/${plan.id}`, 'active']);
  await page.goto(`${line.url}/#/ward/${ward.ward.id}`);
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Nguyễn Thị Hoa', exact: true }) }).first();
  await card.getByText(/Đến giờ: xoay trở/).click();
  await button(page, 'Nghiêng phải').click();
  await page.getByText('Đã ghi: Xoay trở').waitFor();
  await eventually('it stands', async () => (await fhir.find(`Observation?patient=${hoa.patient.id}&code=urn:ansinh:care|turning`)).length === 1);
  await page.getByRole('link', { name: 'Bảng ca trực' }).click();
  await card.getByText(/Tiếp theo: xoay trở/).waitFor();
  equal([page.complaints], [[]]);
  await page.context().close();
});

await test('goals are judged, an order stopped, the plan ended; the board asks no more', async () => {
  const page = await visit(browser, planUrl(hoa), { size: 'desktop' });
  await page.getByRole('article', { name: 'Kế hoạch chăm sóc' }).waitFor();
  await page.emulateMedia({ media: 'print' });
  truth(await page.getByText('Trung tâm Thử nghiệm').isVisible() && !(await button(page, 'In kế hoạch').isVisible()), 'the paper');
  await page.emulateMedia({ media: 'screen' });
  await button(page, 'Đạt').click();
  await page.locator('.an-plan-list .an-good').waitFor();
  await button(page, 'Kết thúc kế hoạch').click();
  await page.getByRole('region', { name: 'Kế hoạch trước' }).waitFor();
  equal([(await fhir.find(`CarePlan?patient=${hoa.patient.id}`))[0].status, (await fhir.find(`ServiceRequest?patient=${hoa.patient.id}`))[0].status, (await fhir.find(`Goal?patient=${hoa.patient.id}`))[0].lifecycleStatus], ['completed', 'completed', 'completed']);
  truth(!JSON.stringify(await fhir.get(`Location/${ward.ward.id}/$board`)).includes('turning'), 'the board still asks');
  await page.context().close();
});

await test('by the clock, without a plan, and with the line down', async () => {
  const page = await visit(browser, planUrl(pao), { size: 'tablet' });
  await button(page, 'Trông chừng').waitFor();
  line.mode = 'gone';
  await button(page, 'Trông chừng').click();
  await button(page, '30 phút một lần').click();
  await page.getByText('Kế hoạch đang chờ gửi').waitFor();
  line.mode = 'pass';
  await eventually('it stands', async () => (await fhir.find(`ServiceRequest?patient=${pao.patient.id}`)).length === 1, 40_000);
  const row = page.getByRole('listitem').filter({ hasText: 'Trông chừng, 30 phút một lần' });
  await row.waitFor({ timeout: 20_000 });
  await row.getByRole('button', { name: 'Dừng: Trông chừng' }).click();
  await eventually('it is stopped', async () => (await fhir.find(`ServiceRequest?patient=${pao.patient.id}`))[0].status === 'revoked');
  await page.context().close();
});

await fhir.create({
  resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${hoa.patient.id}` }, category: [{ coding: [{ system: 'urn:ansinh:plan', code: 'care' }] }], created: wardInstant(Date.now()),
  extension: [{ url: 'urn:ansinh:extension:review-date', valueDate: '2026-01-31' }], period: { start: '2026-01-10' }, contributor: [{ display: 'Điều dưỡng Hà' }], activity: [{ detail: { status: 'in-progress', description: 'Giường thấp' } }],
});
for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`axe finds nothing: ${size}, ${lang}, ${scheme}`, async () => {
      const page = await visit(browser, planUrl(hoa), { size, lang, scheme });
      await page.locator('.an-plan-list li').first().waitFor();
      await page.waitForTimeout(300);
      equal(await axe(page), [], 'plan');
      await page.getByRole('button', { name: /^(Lập kế hoạch|Make a plan)$/ }).click();
      await page.locator('.an-proposal').first().waitFor();
      await shot(page, `plan-${size}-${lang}`);
      equal(await axe(page), [], 'making one');
      equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'too wide by');
      await page.context().close();
    });
  }
}

await browser.close();
await line.stop();
await server.stop();
process.exit(finish());
