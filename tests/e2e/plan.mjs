/* The care plan in a real browser: a result speaks for a proposal, nothing is chosen beforehand, the plan comes due on the shift board, goals are
 * judged, and it is printed.
 *
 *   ANSINH=/path/to/ansinh node plan.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { button, stage, tooWide } from './kit/stage.mjs';
import { makeWard, minutes, wardInstant } from './kit/ward.mjs';

const { server, line, browser, end } = await stage('plan', { auth: 'off' });
const fhir = fhirAt(server.base);

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
  /* a reload in the middle takes nothing away */
  await page.getByLabel('Mục tiêu khác').fill('Ra sân mỗi sáng');
  await page.reload();
  equal(await page.getByLabel('Mục tiêu khác').inputValue(), 'Ra sân mỗi sáng', 'half typed');
  await page.getByLabel('Mục tiêu khác').fill('');
  equal([await page.getByLabel('Người phụ trách').inputValue(), await page.locator('.an-plan-screen [aria-pressed="true"]').allInnerTexts()], [
    'Điều dưỡng Hà', ['Da lành, không có vết loét mới', 'Xoay trở, 2 giờ một lần', 'Đệm chống loét, kê gót chân hở mặt giường', 'Sau 14 ngày']], 'kept');
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
  /* a slip is taken back */
  await button(page, 'Đạt').click();
  await page.locator('.an-plan-list .an-good').waitFor({ state: 'detached' });
  equal((await fhir.find(`Goal?patient=${hoa.patient.id}`))[0].lifecycleStatus, 'active', 'the goal goes on');
  await button(page, 'Chưa đạt').click();
  await page.locator('.an-plan-list .an-late').waitFor();
  await button(page, 'Đạt').click();
  await page.locator('.an-plan-list .an-good').waitFor();
  /* what the board would stop asking for is named first */
  await button(page, 'Dừng: Xoay trở').click();
  await page.getByRole('dialog', { name: 'Dừng việc này?' }).getByText('Xoay trở, 2 giờ một lần').waitFor();
  await shot(page, 'plan-stop-desktop-vi');
  await page.getByRole('dialog').getByRole('button', { name: 'Thôi' }).click();
  await button(page, 'Kết thúc kế hoạch').click();
  await page.getByRole('dialog', { name: 'Kết thúc kế hoạch này?' }).getByText('Xoay trở, 2 giờ một lần').waitFor();
  equal((await fhir.find(`CarePlan?patient=${hoa.patient.id}`))[0].status, 'active', 'asked first');
  await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc kế hoạch' }).click();
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
  await page.getByRole('dialog', { name: 'Dừng việc này?' }).getByRole('button', { name: 'Dừng', exact: true }).click();
  await eventually('it is stopped', async () => (await fhir.find(`ServiceRequest?patient=${pao.patient.id}`))[0].status === 'revoked');
  await page.context().close();
});

await fhir.create({
  resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${hoa.patient.id}` }, category: [{ coding: [{ system: 'urn:ansinh:plan', code: 'care' }] }], created: wardInstant(Date.now()),
  extension: [{ url: 'urn:ansinh:extension:review-date', valueDate: '2026-01-31' }], period: { start: '2026-01-10' }, contributor: [{ display: 'Điều dưỡng Hà' }], activity: [{ detail: { status: 'in-progress', description: 'Giường thấp' } }],
});
await test('hours of vital signs: set for a whole ward where rounds are made, then for one; the board asks by them', async () => {
  const orders = (r) => fhir.find(`ServiceRequest?patient=${r.patient.id}&code=http://loinc.org|85353-1&status=active`);
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}/vitals`, { size: 'tablet' });
  await page.getByText('2 người chưa có lịch đo dấu hiệu sinh tồn').waitFor();
  await button(page, '6 lần một ngày: 02:00, 06:00, 10:00, 14:00, 18:00, 22:00').click();
  await shot(page, 'plan-rounds-unset');
  equal(await axe(page), [], 'axe, nobody has hours');
  await button(page, 'Đặt cho 2 người').click();
  await page.getByRole('dialog').getByText('Nguyễn Thị Hoa, Giàng A Páo').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Đặt cho 2 người' }).click();
  await page.getByText('Đã đặt lịch đo cho 2 người.').waitFor();
  equal((await Promise.all([hoa, pao].map(orders))).map((l) => l.map((o) => o.occurrenceTiming.repeat.timeOfDay.length)), [[6], [6]], 'one order each');
  const asked = async (r) => {
    const board = await fhir.get(`Location/${ward.ward.id}/$board`);
    const of = board.parameter.filter((p) => p.name === 'resident').find((p) => JSON.stringify(p).includes(r.patient.id));
    return JSON.stringify(of).includes('vitals');
  };
  equal([await asked(hoa), await asked(pao)], [true, true], 'the board asks');
  await page.goto(planUrl(hoa));
  const own = page.getByRole('region', { name: 'Đo dấu hiệu sinh tồn' });
  await own.getByText('6 lần một ngày', { exact: false }).waitFor();
  await own.getByRole('button', { name: 'Đặt lịch đo' }).click();
  await own.getByRole('button', { name: '1 lần một ngày: 06:00' }).click();
  await own.locator('strong', { hasText: '1 lần một ngày: 06:00' }).waitFor(); /* the order, and not the button */
  equal((await orders(hoa)).map((o) => o.occurrenceTiming.repeat.timeOfDay), [['06:00:00']], 'in place of the other');
  await own.getByRole('button', { name: 'Đặt lịch đo' }).click();
  await own.getByRole('button', { name: 'Ngừng lịch đo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ngừng lịch đo' }).click();
  await own.getByText('Chưa có lịch đo', { exact: false }).waitFor();
  equal([(await orders(hoa)).length, await asked(hoa)], [0, false], 'the board asks no more');
  await page.context().close();
});

await test('a palliative plan: what was decided, with whom and when; on the board a sign that says no more; a draft is kept', async () => {
  const url = `${line.url}/#/person/${pao.patient.id}/palliative`;
  for (const [day, pain] of [[9, 3], [1, 7]]) {
    await fhir.create({
      resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:ansinh:form:esas-r|1.0.0', subject: { reference: `Patient/${pao.patient.id}` }, authored: wardInstant(Date.now() - minutes(day * 1440)),
      item: [{ linkId: 'items', item: [{ linkId: 'pain', answer: [{ valueCoding: { system: 'urn:ansinh:answer', code: `zero-ten-${pain}` } }] }] }],
    });
  }
  const page = await visit(browser, url, { size: 'tablet' });
  await page.getByText('Chưa có kế hoạch chăm sóc giảm nhẹ').waitFor();
  await page.getByRole('row', { name: /Đau 3 7 nặng hơn/ }).waitFor();
  await button(page, 'Lập kế hoạch').click();
  equal(await page.locator('form input[type=radio]:checked').count(), 0, 'chosen beforehand');
  await page.locator('#pall-goals').fill('Không đau, gặp con gái');
  await page.reload();
  await page.locator('#pall-goals').waitFor();
  equal(await page.locator('#pall-goals').inputValue(), 'Không đau, gặp con gái', 'kept through a reload');
  await page.locator('#pall-s-pain').fill('Morphin 5 mg uống khi đau; báo bác sĩ nếu quá 3 lần một ngày');
  await page.locator('#pall-who-0').fill('Con gái, chị Hoa');
  await page.locator('#pall-phone-0').fill('0912 345 678');
  await page.locator('#pall-place label', { hasText: 'Tại đây' }).click();
  await page.locator('#pall-cpr label', { hasText: 'Không làm' }).click();
  await button(page, 'Lưu kế hoạch').click();
  await page.getByText('Còn 3 chỗ phải điền').waitFor();
  await page.locator('#pall-cpr-with').fill('ông Páo và con gái');
  await page.locator('#pall-cpr-on').fill(wardInstant(Date.now() - minutes(1440)).slice(0, 10));
  await page.locator('#pall-review').fill(wardInstant(Date.now() + minutes(30 * 1440)).slice(0, 10));
  await button(page, 'Lưu kế hoạch').click();
  await page.getByText('Đã lưu kế hoạch').waitFor();
  await page.getByText('Ép tim khi ngừng tim: Không làm').waitFor();
  await page.getByText('Bàn với ông Páo và con gái').waitFor();
  await shot(page, 'palliative-tablet-vi');
  equal(await axe(page), [], 'axe');
  const flags = (await fhir.find(`Flag?patient=${pao.patient.id}`)).filter((f) => f.status === 'active' && f.code.coding[0].code === 'palliative');
  equal([flags.length, /cpr|tim/.test(JSON.stringify(flags))], [1, false], 'the sign says no more');
  await page.goto(`${line.url}/#/ward/${ward.ward.id}`);
  await page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Giàng A Páo', exact: true }) }).first().getByText('Chăm sóc giảm nhẹ').waitFor();
  await shot(page, 'palliative-board');
  await page.goto(`${line.url}/#/person/${pao.patient.id}`);
  await page.getByRole('region', { name: 'Chăm sóc giảm nhẹ' }).getByText('0912 345 678').waitFor();
  equal(page.complaints, [], 'complaints');
  await page.context().close();
  for (const size of Object.keys(SIZES)) {
    const other = await visit(browser, url, { size, lang: 'en', scheme: 'dark' });
    await other.getByText('Resuscitation: Do not').waitFor();
    equal(await axe(other), [], size);
    await other.getByRole('button', { name: 'Change the plan' }).click();
    await other.locator('#pall-goals').waitFor();
    await shot(other, `palliative-${size}-en`);
    equal(await axe(other), [], size);
    equal(await tooWide(other), 0, 'too wide by');
    await other.context().close();
  }
  /* it ends after a question, and the sign with it */
  const last = await visit(browser, url, { size: 'tablet' });
  await button(last, 'Sửa kế hoạch').click();
  await button(last, 'Kết thúc kế hoạch').click();
  await last.getByRole('dialog', { name: 'Kết thúc kế hoạch giảm nhẹ?' }).getByRole('button', { name: 'Thôi' }).click();
  equal((await fhir.find(`CarePlan?patient=${pao.patient.id}&category=urn:ansinh:plan|palliative`))[0].status, 'active', 'asked first');
  await button(last, 'Kết thúc kế hoạch').click();
  await last.getByRole('dialog').getByRole('button', { name: 'Kết thúc kế hoạch' }).click();
  await last.getByText('Đã kết thúc kế hoạch').waitFor();
  equal((await fhir.find(`Flag?patient=${pao.patient.id}`)).filter((f) => f.status === 'active' && f.code.coding[0].code === 'palliative').length, 0, 'no sign');
  await last.context().close();
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
      equal(await tooWide(page), 0, 'too wide by');
      await page.context().close();
    });
  }
}

await end();
process.exit(finish());
