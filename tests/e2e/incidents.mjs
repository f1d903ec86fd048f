/* Incidents in a real browser: a fall told with a body map in a minute, its checks on the board, the head's word; a pressure injury that
 * grows smaller; restraint with its clock.
 *
 *   ANSINH=/path/to/ansinh node incidents.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { button, stage, tooWide } from './kit/stage.mjs';
import { makeWard, minutes, order, wardInstant } from './kit/ward.mjs';

const { server, line, browser, end } = await stage('incidents', { auth: 'off' });
const fhir = fhirAt(server.base);

const NAMES = ['Nguyễn Thị Hoa', 'Giàng A Páo', 'Lý Mẩy'];
let taps = 0;
const tap = async (locator) => { taps += 1; await locator.click(); };
const site = (page, code) => page.locator(`[data-site="${code}"]`);
const ext = (r, name) => (r.extension ?? []).filter((e) => e.url === `urn:ansinh:extension:${name}`);
const incidents = (r) => fhir.find(`AdverseEvent?subject=Patient/${r.patient.id}&_count=20`);
const reportUrl = (r) => `${line.url}/#/person/${r.patient.id}/incident`;

const ward = await makeWard(fhir, 'Khoa Người cao tuổi', NAMES);
const [hoa, pao, may] = ward.residents;

await test('a fall with a body map: taps counted, nothing chosen beforehand, in the record with the head’s task', async () => {
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}/care?p=${hoa.patient.id}`, { size: 'tablet' });
  await page.getByRole('link', { name: 'Sự cố', exact: true }).click();
  await page.getByRole('heading', { name: 'Báo sự cố' }).waitFor();
  equal(await page.locator('.an-incident [aria-pressed="true"]').allTextContents(), ['Bây giờ'], 'chosen beforehand');
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Chọn chuyện gì đã xảy ra. Chọn nặng thế nào.').waitFor();
  equal((await incidents(hoa)).length, 0);
  const start = Date.now();
  taps = 0;
  await tap(button(page, 'Té ngã'));
  await tap(button(page, 'Không ai thấy'));
  await tap(button(page, 'Nhà tắm, nhà vệ sinh'));
  await tap(site(page, 'left-hip'));
  await tap(page.getByRole('group', { name: 'Hông trái' }).getByRole('button', { name: 'Bầm tím' }));
  await shot(page, 'incident-body-tablet-vi');
  await tap(button(page, 'Nhẹ'));
  await tap(button(page, 'Sơ cứu'));
  await tap(button(page, 'Bác sĩ, y sĩ'));
  await tap(button(page, 'Đặt lịch theo dõi'));
  await tap(button(page, 'Ghi sự cố'));
  await page.getByText('Đã ghi sự cố.').waitFor();
  const seconds = (Date.now() - start) / 1000;
  console.log(`      ${taps} taps, ${seconds.toFixed(1)} s by a machine`);
  truth(taps <= 12 && seconds < 60, `${taps} taps, ${seconds} s`);
  const [i] = await incidents(hoa);
  equal([i.event.coding[0], i.encounter.reference, i.location.reference, i.seriousness.coding.map((c) => c.code)], [
    { system: 'urn:ansinh:incident', code: 'fall' }, `Encounter/${hoa.stay.id}`, `Location/${ward.ward.id}`, ['non-serious', 'mild']]);
  equal(ext(i, 'body-mark').map((e) => e.extension.map((x) => x.valueCodeableConcept.coding[0].code)), [['left-hip', 'bruise']]);
  equal([ext(i, 'told')[0].extension[0].valueCode, ext(i, 'checks')[0].extension[1].valueTiming.event.length], ['doctor', 17]);
  const [task] = await fhir.find(`Task?patient=${hoa.patient.id}`);
  equal([task.focus.reference, task.status, task.code.coding[0].code], [`AdverseEvent/${i.id}`, 'requested', 'incident-review']);
  equal([page.complaints, page.strays], [[], []]);
  await page.context().close();
});

await test('the board asks for the checks after the fall, and no longer once one is done', async () => {
  const past = await fhir.create({
    resourceType: 'AdverseEvent', actuality: 'actual', subject: { reference: `Patient/${pao.patient.id}` }, date: wardInstant(Date.now() - minutes(40)),
    event: { coding: [{ system: 'urn:ansinh:incident', code: 'fall' }], text: 'Té ngã' },
    extension: [{ url: 'urn:ansinh:extension:checks', extension: [{ url: 'kind', valueCode: 'neuro' }, { url: 'timing', valueTiming: { event: [wardInstant(Date.now() - minutes(12)), wardInstant(Date.now() + minutes(18))] } }] }],
  });
  truth(past.id, 'made');
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}`, { size: 'tablet' });
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: NAMES[1], exact: true }) }).first();
  await card.getByText(/Quá giờ: theo dõi sau ngã/).waitFor();
  await shot(page, 'incident-board-tablet-vi');
  await card.getByRole('link', { name: /theo dõi sau ngã/ }).first().click();
  await button(page, 'Tỉnh như mọi khi').click();
  await page.getByText('Đã ghi: Theo dõi sau ngã').waitFor();
  await eventually('it stands', async () => (await fhir.find(`Observation?patient=${pao.patient.id}&code=urn:ansinh:care|neuro`)).length === 1);
  await page.getByRole('link', { name: 'Bảng ca trực' }).click();
  await card.getByText(/Sắp đến giờ: theo dõi sau ngã/).waitFor();
  equal(await card.getByText(/Quá giờ: theo dõi sau ngã/).count(), 0);
  await page.context().close();
});

await test('on a phone, what is missing is marked where it is asked, and the page goes to the first of it', async () => {
  const page = await visit(browser, reportUrl(may), { size: 'phone' });
  const top = (name) => page.getByRole('region', { name, exact: true }).evaluate((e) => e.getBoundingClientRect().top);
  const inSight = (name) => eventually(`${name} in sight`, async () => { const y = await top(name); return y >= 0 && y < 300; });
  await button(page, 'Việc khác').click();
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Chọn nặng thế nào.', { exact: true }).waitFor();
  await inSight('Nặng thế nào?');
  await shot(page, 'incident-missing-phone-vi');
  await button(page, 'Nhẹ').click();
  await button(page, 'Ghi sự cố').click();
  await inSight('Chuyện xảy ra thế nào');
  await page.getByRole('region', { name: 'Chuyện xảy ra thế nào', exact: true }).getByText('Viết chuyện gì đã xảy ra.').waitFor();
  equal(await page.getByText('Chọn nặng thế nào.').count(), 0);
  equal([(await incidents(may)).length, page.complaints], [0, []]);
  await page.context().close();
});

await test('the line is down: the report is kept, sent once, and the answer may be lost', async () => {
  const page = await visit(browser, reportUrl(may), { size: 'phone' });
  await page.getByRole('heading', { name: 'Báo sự cố' }).waitFor();
  await button(page, 'Sặc, nghẹn').click();
  await button(page, 'Vừa, cần xử trí').click();
  await page.getByLabel('Chuyện xảy ra thế nào').fill('Sặc cháo khi ăn nhanh');
  await page.reload();
  await page.getByRole('heading', { name: 'Báo sự cố' }).waitFor();
  equal(await page.getByLabel('Chuyện xảy ra thế nào').inputValue(), 'Sặc cháo khi ăn nhanh', 'the draft');
  line.mode = 'lose';
  await button(page, 'Ghi sự cố').click();
  await eventually('the server has it', async () => (await incidents(may)).length === 1);
  line.mode = 'pass';
  await eventually('nothing waits', async () => await page.getByText(/việc chưa gửi/).count() === 0 && await page.getByText('Sự cố đang chờ gửi').count() === 0, 40_000);
  equal([(await incidents(may)).length, (await fhir.find(`Task?patient=${may.patient.id}`)).length], [1, 1]);
  await page.context().close();
});

await test('the line goes before anybody opened the form: it opens from what the board said, and two incidents are sent once each', async () => {
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}`, { size: 'tablet' });
  await page.getByRole('link', { name: NAMES[1], exact: true }).waitFor();
  await page.waitForTimeout(3500); /* the code of screens is fetched three seconds after the first is there */
  await page.waitForLoadState('networkidle').catch(() => {});
  const before = [await incidents(hoa), await incidents(pao)].map((all) => all.length);
  line.mode = 'gone';
  for (const who of [hoa, pao]) {
    await page.evaluate((id) => { window.location.hash = `#/person/${id}/incident`; }, who.patient.id);
    await page.locator('.an-care-for', { hasText: NAMES[who === hoa ? 0 : 1] }).waitFor();
    await button(page, 'Sặc, nghẹn').click();
    await button(page, 'Nhẹ').click();
    await button(page, 'Ghi sự cố').click();
    await page.getByText(/việc chưa gửi/).first().waitFor();
  }
  equal([await incidents(hoa), await incidents(pao)].map((all) => all.length), before, 'nothing was sent');
  line.mode = 'pass';
  await eventually('both are there', async () => (await incidents(hoa)).length === before[0] + 1 && (await incidents(pao)).length === before[1] + 1, 60_000);
  for (const who of [hoa, pao]) {
    const i = (await incidents(who)).find((x) => x.event.coding[0].code === 'choking');
    equal([i.encounter.reference, i.location.reference], [`Encounter/${who.stay.id}`, `Location/${ward.ward.id}`], 'of which stay');
  }
  await page.context().close();
});

await test('by keyboard: a site from the list instead of the picture', async () => {
  const page = await visit(browser, reportUrl(may), { size: 'desktop' });
  await button(page, 'Chấn thương').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Chọn theo tên').focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Tìm chỗ trên người').fill('got');
  await button(page, 'Gót chân phải').focus();
  await page.keyboard.press('Space');
  await page.getByRole('group', { name: 'Gót chân phải' }).getByRole('button', { name: 'Rách, trầy' }).focus();
  await page.keyboard.press('Space');
  truth(await site(page, 'right-heel').evaluate((e) => e.classList.contains('an-site-on')), 'the picture does not show it');
  await page.context().close();
});

await test('a medication error names its dose', async () => {
  const drug = await order(fhir, hoa, 'Metformin 500 mg, viên', ['07:00']);
  const given = await fhir.create({
    resourceType: 'MedicationAdministration', status: 'completed', medicationCodeableConcept: { text: 'Metformin 500 mg, viên' }, subject: { reference: `Patient/${hoa.patient.id}` },
    effectiveDateTime: wardInstant(Date.now() - minutes(60)), request: { reference: `MedicationRequest/${drug.id}` },
  });
  const page = await visit(browser, reportUrl(hoa), { size: 'tablet' });
  await button(page, 'Sai sót thuốc').click();
  const pick = page.getByLabel('Liều thuốc nào?');
  await eventually('the dose is offered', async () => (await pick.innerText()).includes('Metformin'));
  await pick.selectOption(`MedicationAdministration/${given.id}`);
  await button(page, 'Không tổn hại').click();
  await button(page, 'Ghi sự cố').click();
  await eventually('it stands', async () => (await incidents(hoa)).some((i) => i.suspectEntity?.[0].instance.reference === `MedicationAdministration/${given.id}`));
  await page.context().close();
});

await test('the head signs off, and asks for something more', async () => {
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}/incidents`, { size: 'desktop' });
  const one = page.getByRole('article', { name: new RegExp(`${NAMES[2]}: Sặc`) });
  await one.waitFor();
  await shot(page, 'incident-list-desktop-vi');
  await one.getByText('Giao thêm việc').click();
  await one.getByLabel('Việc cần làm').fill('Đổi sang cháo đặc');
  await one.getByLabel('Trước ngày').fill(new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10));
  await one.getByRole('button', { name: 'Giao việc' }).click();
  await one.getByText('Đổi sang cháo đặc').first().waitFor();
  const review = one.getByRole('group', { name: /Xem xét sự cố/ });
  truth(await review.getByRole('button', { name: 'Ký xem xét' }).isDisabled(), 'signed without a word');
  await review.getByLabel('Vì sao xảy ra').fill('Ăn nhanh, cháo loãng');
  await review.getByRole('button', { name: 'Ký xem xét' }).click();
  await one.getByText('Ăn nhanh, cháo loãng').waitFor();
  const tasks = await fhir.find(`Task?patient=${may.patient.id}`);
  equal(tasks.map((t) => [t.code.coding[0].code, t.status]).sort(), [['incident-followup', 'requested'], ['incident-review', 'completed']]);
  await one.getByRole('group', { name: 'Đổi sang cháo đặc' }).getByLabel('Kết quả').fill('Đã báo bếp');
  await one.getByRole('button', { name: 'Đã làm xong' }).click();
  await eventually('all closed', async () => (await fhir.find(`Task?patient=${may.patient.id}`)).every((t) => t.status === 'completed'));
  equal([page.complaints], [[]]);
  await page.context().close();
});

await test('a pressure injury: site, stage, size; smaller a week later; the stage never goes back', async () => {
  const page = await visit(browser, `${line.url}/#/person/${may.patient.id}/wounds`, { size: 'tablet' });
  await button(page, 'Vết loét mới').click();
  await site(page, 'sacrum').click();
  await button(page, 'Độ 3: thấy lớp mỡ').click();
  await page.getByLabel('Dài (cm)').fill('4,0');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Nhập cả chiều dài và chiều rộng.').waitFor();
  await page.reload(); /* half a measurement is there again */
  equal(await page.getByLabel('Dài (cm)').inputValue(), '4,0', 'kept');
  await page.getByLabel('Rộng (cm)').fill('3,5');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  const wound = page.getByRole('region', { name: 'Vùng cùng cụt' });
  await wound.getByText('4 × 3,5 cm').waitFor();
  const [condition] = await fhir.find(`Condition?patient=${may.patient.id}`);
  equal([condition.bodySite[0].coding[0].code, condition.code.coding[1].code], ['sacrum', 'L89.2']);
  const [first] = await fhir.find(`Observation?patient=${may.patient.id}&code=urn:ansinh:care|wound`);
  equal([first.focus[0].reference, first.valueQuantity.value], [`Condition/${condition.id}`, 14]);
  truth((await fhir.text(`Observation/${first.id}`)).includes('4.0'), 'the zero is lost');
  await fhir.put({ ...first, effectiveDateTime: wardInstant(Date.now() - 7 * 86_400_000) });
  await wound.getByRole('button', { name: 'Đo vết loét' }).click();
  equal(await wound.getByRole('button', { name: /^Độ [12]/ }).count(), 0, 'a stage that goes back');
  await wound.getByRole('button', { name: /^Độ 3/ }).click();
  await wound.getByLabel('Dài (cm)').fill('3');
  await wound.getByLabel('Rộng (cm)').fill('2,5');
  await wound.getByRole('button', { name: 'Ghi', exact: true }).click();
  await wound.getByText('Nhỏ đi').waitFor();
  await page.reload();
  await wound.getByText('Nhỏ đi').waitFor();
  await shot(page, 'wounds-tablet-vi');
  /* a slip: the wrong stage, for good, unless it is struck out */
  await wound.getByRole('button', { name: 'Đo vết loét' }).click();
  await wound.getByRole('button', { name: /^Độ 4/ }).click();
  await wound.getByRole('button', { name: 'Ghi', exact: true }).click();
  await wound.getByRole('cell', { name: /^Độ 4/ }).waitFor();
  await wound.getByRole('row', { name: /Độ 4/ }).getByRole('button', { name: /^Ghi nhầm: lần đo/ }).click();
  await page.getByRole('dialog', { name: 'Gạch bỏ lần đo này?' }).getByRole('button', { name: 'Gạch bỏ dòng này' }).click();
  await wound.getByRole('cell', { name: /^Độ 4/ }).waitFor({ state: 'detached' });
  equal((await fhir.find(`Observation?patient=${may.patient.id}&code=urn:ansinh:care|wound`)).map((o) => o.status).sort(), ['entered-in-error', 'final', 'final'], 'struck, not deleted');
  /* healed is asked, and taken back */
  await wound.getByRole('button', { name: 'Đã lành' }).click();
  await page.getByRole('dialog', { name: 'Vết loét đã lành?' }).getByRole('button', { name: 'Đã lành' }).click();
  await wound.getByRole('button', { name: 'Chưa lành, theo dõi tiếp' }).click();
  await wound.getByRole('button', { name: 'Đo vết loét' }).waitFor();
  const [open] = await fhir.find(`Condition?patient=${may.patient.id}`);
  equal([open.clinicalStatus.coding[0].code, open.abatementDateTime], ['active', undefined], 'followed on');
  equal([page.complaints], [[]]);
  await page.context().close();
});

await test('restraint: not without basis, doctor and end; checked, and released', async () => {
  const page = await visit(browser, `${line.url}/#/person/${pao.patient.id}/restraint`, { size: 'tablet' });
  await button(page, 'Bắt đầu, kiểm tra mỗi 30 phút').click();
  await page.getByText('Còn thiếu: Cách cố định, Vì sao, Căn cứ, Bác sĩ ra y lệnh (họ tên), Lâu nhất.').waitFor();
  await button(page, 'Nói chuyện, trấn an').click();
  await button(page, 'Nguy hiểm cho chính mình').click();
  await button(page, 'Cổ tay').click();
  await page.getByLabel('Căn cứ').fill('Y lệnh 12/2026');
  await page.getByLabel('Bác sĩ ra y lệnh (họ tên)').fill('Bác sĩ Lan');
  await button(page, '60 phút').click();
  await shot(page, 'restraint-order-tablet-vi');
  await button(page, 'Bắt đầu, kiểm tra mỗi 30 phút').click();
  await page.getByText(/Đang cố định 0 phút, còn 60 phút/).waitFor();
  await eventually('the order is stored', async () => (await fhir.find(`ServiceRequest?patient=${pao.patient.id}`)).length === 1);
  const [o] = await fhir.find(`ServiceRequest?patient=${pao.patient.id}`);
  equal([o.requester.display, o.occurrenceTiming.repeat.period, ext(o, 'legal-basis')[0].valueString], ['Bác sĩ Lan', 30, 'Y lệnh 12/2026']);
  const board = await fhir.get(`Location/${ward.ward.id}/$board`);
  truth(JSON.stringify(board).includes('restraint-check'), 'the board does not ask for the check');
  await page.getByRole('link', { name: 'Kiểm tra cố định' }).click();
  await button(page, 'An toàn, da hồng ấm').click();
  await page.getByText('Đã ghi: Kiểm tra cố định').waitFor();
  equal(await page.getByText('Y lệnh cố định chưa kết thúc').count(), 0, 'not where all is well');
  /* a check that says "off" ends no order by itself, and says where that is done */
  await page.goto(`${line.url}/#/people`);
  await page.goto(`${line.url}/#/ward/${ward.ward.id}/care?p=${pao.patient.id}&k=restraint-check`);
  await button(page, 'Đã tháo').click();
  const again = button(page, 'Vẫn ghi thêm'); /* a moment after the last one */
  await page.getByText('Y lệnh cố định chưa kết thúc').or(again).first().waitFor();
  if (await again.count() > 0) await again.click();
  await page.getByText('Y lệnh cố định chưa kết thúc').waitFor();
  equal((await fhir.get(`ServiceRequest/${o.id}`)).status, 'active', 'it runs on');
  await shot(page, 'restraint-off-in-care');
  await page.getByRole('status').getByRole('link', { name: 'Cố định, hạn chế' }).click();
  await page.getByText(/Đang cố định/).waitFor();
  /* its time runs out and nobody says that it is off: late on the board, and the way leads to taking it off */
  const bounds = { start: wardInstant(Date.now() - minutes(90)), end: wardInstant(Date.now() - minutes(30)) };
  await fhir.put({ ...(await fhir.get(`ServiceRequest/${o.id}`)), occurrenceTiming: { repeat: { ...o.occurrenceTiming.repeat, boundsPeriod: bounds } } });
  await page.goto(`${line.url}/#/ward/${ward.ward.id}`);
  const tied = page.getByRole('link', { name: /^Quá giờ: cố định đã hết hạn/ });
  await tied.waitFor();
  await shot(page, 'restraint-over-board');
  await tied.click();
  await page.getByRole('alert').getByText(/^Đã hết giờ lúc /).waitFor();
  await page.goto(`${line.url}/#/person/${pao.patient.id}/restraint`);
  await button(page, 'Đã tháo').click();
  await page.getByRole('region', { name: 'Trước đây' }).waitFor();
  await eventually('the order ended', async () => (await fhir.get(`ServiceRequest/${o.id}`)).status === 'completed');
  truth(!JSON.stringify(await fhir.get(`Location/${ward.ward.id}/$board`)).includes('restraint-'), 'the board still asks');
  await page.context().close();
});

await test('restraint with the line gone: begun, taken off, and each of its own time when the line is back', async () => {
  const id = hoa.patient.id;
  const running = () => page.getByText(/Đang cố định 0 phút, còn 30 phút/);
  const orders = async () => fhir.find(`ServiceRequest?patient=${id}&code=urn:ansinh:care|restraint-check`);
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}`, { size: 'tablet' });
  await page.getByText('Hoa').first().waitFor();
  await page.goto(`${line.url}/#/person/${pao.patient.id}/restraint`); /* the screen was there once */
  await page.getByRole('heading', { name: 'Y lệnh cố định' }).waitFor();
  line.mode = 'gone';
  await page.evaluate((to) => { window.location.hash = to; }, `#/person/${id}/restraint`);
  await page.getByText(/Y lệnh viết ở máy khác chưa thấy được/).waitFor();
  /* somebody was tied from another tablet: this one does not see the order, and can say that it is over */
  const since = { start: wardInstant(Date.now() - minutes(10)), end: wardInstant(Date.now() + minutes(50)) };
  const unseen = await fhir.create({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', code: { coding: [{ system: 'urn:ansinh:care', code: 'restraint-check' }] }, subject: { reference: `Patient/${id}` }, authoredOn: since.start, occurrenceTiming: { repeat: { boundsPeriod: since, frequency: 1, period: 30, periodUnit: 'min' } } });
  await button(page, 'Đã tháo (y lệnh viết ở máy khác)').click();
  const first = Date.now();
  await page.getByText(/^Đã ghi: tháo lúc /).waitFor();
  await page.waitForTimeout(1500);
  for (const one of ['Nguy hiểm cho người khác', 'Cổ tay', '30 phút']) await page.getByRole('button', { name: one, exact: true }).click();
  await page.getByLabel('Căn cứ').fill('Y lệnh 13/2026');
  await page.getByLabel('Bác sĩ ra y lệnh (họ tên)').fill('Bác sĩ Lan');
  await shot(page, 'restraint-line-gone');
  equal(await axe(page), [], 'axe');
  await button(page, 'Bắt đầu, kiểm tra mỗi 30 phút').click();
  await running().waitFor();
  const begun = Date.now();
  await page.waitForTimeout(1500);
  await button(page, 'Đã tháo').click();
  await page.getByRole('region', { name: 'Trước đây' }).waitFor();
  equal(await running().count(), 0, 'over for the eye');
  equal((await orders()).map((o) => [o.id, o.status]), [[unseen.id, 'active']], 'nothing of it there yet');
  const off = Date.now();
  await page.waitForTimeout(2000);
  line.mode = 'pass';
  await eventually('stored and ended', async () => (await orders()).map((o) => o.status).join() === 'completed,completed', 40_000);
  const o = (await orders()).find((x) => x.id !== unseen.id);
  truth(Math.abs(Date.parse((await fhir.get(`ServiceRequest/${unseen.id}`)).occurrenceTiming.repeat.boundsPeriod.end) - first) <= 1500, 'that of the other tablet, of the time it was said');
  const { start, end } = o.occurrenceTiming.repeat.boundsPeriod;
  truth(Math.abs(Date.parse(start) - begun) < 5000 && Math.abs(Date.parse(end) - off) <= 1500, `its own times: ${start} ${end}`);
  const checks = await fhir.find(`Observation?patient=${id}&code=urn:ansinh:care|restraint-check`);
  equal(checks.map((x) => x.valueCodeableConcept.coding[0].code), ['released', 'released'], 'that it was taken off is a fact of its own');
  await page.context().close();
});

await test('the head sees the whole house: what waits first, counts that follow the filter, a file', async () => {
  const all = (await fhir.find('AdverseEvent?_count=100')).filter((i) => ext(i, 'entered-in-error').length === 0);
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}/incidents`, { size: 'desktop' });
  await page.getByRole('link', { name: 'Xem cả cơ sở' }).click();
  await page.getByRole('heading', { name: `Từng sự cố (${all.length})` }).waitFor();
  const table = page.getByRole('region', { name: 'Số sự cố theo khoa, loại và tháng' });
  const sums = await table.locator('tbody tr td:last-child').allInnerTexts();
  equal(sums.reduce((n, x) => n + Number(x), 0), all.length, 'the counts are of the lines');
  const falls = all.filter((i) => i.event.coding[0].code === 'fall').length;
  await page.getByLabel('Chuyện gì đã xảy ra').or(page.locator('.an-incident-house-by select').nth(1)).first().selectOption('fall');
  await page.getByRole('heading', { name: `Từng sự cố (${falls})` }).waitFor();
  equal([...new Set(await table.locator('tbody tr td:nth-child(2)').allInnerTexts())], ['Té ngã'], 'one kind');
  await page.locator('.an-incident-house-by select').nth(1).selectOption('');
  const open = await page.getByRole('button', { name: /^Chưa xong / }).innerText();
  await page.getByRole('button', { name: /^Chưa xong / }).click();
  await page.getByRole('heading', { name: `Từng sự cố (${open.split(' ').pop()})` }).waitFor();
  await page.getByRole('button', { name: /^Tất cả / }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Tải tệp CSV').click()]);
  const text = await (await file.createReadStream()).toArray().then((parts) => Buffer.concat(parts).toString('utf8'));
  equal(text.trim().split('\r\n').length, all.length + 1, 'a line each');
  await page.emulateMedia({ media: 'print' });
  truth(!(await button(page, 'Tải tệp CSV').isVisible()), 'the paper has no buttons');
  equal(page.complaints, [], 'complaints');
  await page.context().close();
});

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`axe finds nothing: ${size}, ${lang}, ${scheme}`, async () => {
      for (const [name, url, ready] of [['report', reportUrl(hoa), '.an-figure'], ['incidents', `${line.url}/#/ward/${ward.ward.id}/incidents`, '.an-incident-one'], ['incidents-house', `${line.url}/#/incidents`, '.an-incident-line'],
        ['wounds', `${line.url}/#/person/${may.patient.id}/wounds`, '.an-wound-table'], ['restraint', `${line.url}/#/person/${hoa.patient.id}/restraint`, '.an-incident-part']]) {
        const page = await visit(browser, url, { size, lang, scheme });
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(300);
        await shot(page, `${name}-${size}-${lang}`);
        equal(await axe(page), [], name);
        equal(await tooWide(page), 0, `${name} is too wide by`);
        await page.context().close();
      }
    });
  }
}

await end();
process.exit(finish());
