/* One day of one resident at one tablet, in Vietnamese: admitted, measured, given a medicine, seen by the doctor, she falls, is screened with an
 * alert, a night in which the server dies while somebody types, handed over, discharged. Each step stands on the one before, so the first that fails
 * ends the day. What the page did is judged by a FHIR client of its own.
 *
 *   ANSINH=/path/to/ansinh node day.mjs */

import { axe, equal, eventually, finish, shot, test, truth } from './harness.mjs';
import { button, clientAs, stage } from './kit/stage.mjs';
import { minutes, wardHour } from './kit/ward.mjs';

const { server, as, open, end } = await stage('day', { demo: ['--facilities', '1', '--residents', '24', '--days', '2'] });
const WARD = 'demo-ward';

let over = '';
async function step(name, account, run) {
  await test(name, async () => {
    if (over !== '') throw new Error(`not reached: ${over} failed`);
    over = name;
    await as(account, {}, async (page) => {
      await run(page);
      equal(await axe(page), [], 'axe');
    });
    over = '';
  });
}
const goTo = async (page, path) => {
  await open(page, path);
  await page.locator('main h1, main h2').first().waitFor();
};

const NAME = 'Hoàng Thị Một Ngày';
let doctor = await clientAs(server, 'doctor');
let patient; /* known from the first step on */
let stay;
let order;

await step('08:00 she comes, with her card', 'records-clerk', async (page) => {
  await goTo(page, 'stay/admit');
  await page.locator('#stay-scan').fill(`000149000456||${NAME}|05061949|Nữ|Thôn 2, Xã Tân Hưng, Bắc Ninh|15062021`);
  const select = page.getByLabel('Khoa, khu');
  await select.selectOption(await select.locator('option', { hasText: 'Khoa Người cao tuổi' }).first().getAttribute('value'));
  await page.locator('label:has(input[name=stay-bed-choice])').first().click();
  await page.locator('#stay-way').selectOption('voluntary');
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText('Đã tiếp nhận').waitFor();
  await shot(page, 'day-admitted');
  [patient] = await doctor.find(`Patient?name=${encodeURIComponent('Một Ngày')}`);
  [stay] = await doctor.find(`Encounter?patient=${patient.id}&status=in-progress`);
  truth(stay, 'a stay is open');
});

await step('08:30 her first readings, with the score at once', 'nurse', async (page) => {
  await goTo(page, `ward/${WARD}/vitals?p=${patient.id}`);
  await page.getByRole('heading', { name: NAME }).waitFor();
  const pad = async (digits) => {
    for (const d of digits) await page.getByRole('group', { name: /^Bàn phím số/ }).getByRole('button', { name: d, exact: true }).click();
  };
  for (const digits of ['18', '97']) await pad(digits);
  await button(page, 'Khí trời').click();
  for (const digits of ['128', '74', '84']) await pad(digits);
  await button(page, 'Tỉnh').click();
  await pad('367');
  await page.getByRole('button', { name: /^Lưu( và tiếp)?$/ }).click(); /* whether others are due depends on the hour */
  await eventually('the score is kept', async () => {
    const [score] = await doctor.find(`Observation?patient=${patient.id}&code=urn:ansinh:score|news2`);
    return score?.valueQuantity?.value === 0;
  });
});

await step('09:00 the doctor sees her, and signs', 'doctor', async (page) => {
  await goTo(page, `person/${patient.id}/visit`);
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Khám lúc vào');
  await button(page, 'Lấy số đo hôm nay').click();
  const box = page.getByRole('combobox', { name: 'Thêm chẩn đoán (ICD-10)' });
  await box.fill('Tăng huyết áp');
  await page.getByRole('option', { name: /Tăng huyết áp.*không có mã/ }).click();
  await page.getByText('chưa mã hóa', { exact: true }).waitFor();
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  await shot(page, 'day-visit');
  const [note] = await doctor.find(`Composition?patient=${patient.id}&type=urn:ansinh:document|visit`);
  equal([note.status, note.attester.length], ['final', 1], 'signed');
  order = await doctor.create({
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${patient.id}` }, encounter: { reference: `Encounter/${stay.id}` },
    authoredOn: stay.period.start, medicationCodeableConcept: { text: 'Amlodipin 5 mg' },
    dosageInstruction: [{ text: 'Uống 1 viên', timing: { repeat: { timeOfDay: [`${wardHour(Date.now() + minutes(1))}:00`] } }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }],
  });
});

await step('10:00 her first dose', 'nurse', async (page) => {
  const given = page.getByRole('button', { name: 'Đã uống: Amlodipin 5 mg' });
  /* ordered in the last minute of a shift, it is the next one's */
  await eventually('the dose is of this shift', async () => {
    await goTo(page, `ward/${WARD}/drugs?p=${patient.id}`);
    return given.waitFor({ timeout: 5000 }).then(() => true, () => false);
  }, 120_000);
  await given.click();
  await eventually('the dose is kept', async () => (await doctor.find(`MedicationAdministration?patient=${patient.id}`)).length === 1);
  const [dose] = await doctor.find(`MedicationAdministration?patient=${patient.id}`);
  equal([dose.status, dose.request.reference], ['completed', `MedicationRequest/${order.id}`], 'given by the order');
});

await step('14:00 she falls: told within a minute, with the place on the body', 'nurse', async (page) => {
  await goTo(page, `person/${patient.id}/incident`);
  await page.getByRole('heading', { name: 'Báo sự cố' }).waitFor();
  await button(page, 'Té ngã').click();
  await button(page, 'Không ai thấy').click();
  await page.locator('[data-site="left-hip"]').first().click();
  await page.getByRole('group', { name: 'Hông trái' }).getByRole('button', { name: 'Bầm tím' }).click();
  await button(page, 'Nhẹ').click();
  await button(page, 'Đặt lịch theo dõi').click();
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Đã ghi sự cố.').waitFor();
  const [fall] = await doctor.find(`AdverseEvent?subject=Patient/${patient.id}`);
  equal(fall.event.coding[0].code, 'fall', 'the fall');
});

await step('15:00 screened: the ninth answer alerts at once', 'nurse', async (page) => {
  await goTo(page, `person/${patient.id}/forms/phq-9`);
  await page.locator('.an-q').first().waitFor();
  for (let n = 1; n <= 8; n += 1) await page.locator(`#an-q-q${n} label`, { hasText: 'Vài ngày' }).click();
  await page.locator('#an-q-q9 label', { hasText: 'Vài ngày' }).click();
  await page.getByRole('dialog').getByText(/PHQ-9 câu 9/).waitFor();
  await button(page, 'Đã biết, tôi báo ngay').click();
  await page.locator('#an-q-q10 label').first().click();
  await button(page, 'Lưu kết quả').click();
  await page.getByText(/Đã lưu PHQ-9/).waitFor();
  await eventually('the score is kept', async () => (await doctor.find(`Observation?patient=${patient.id}&code=urn:ansinh:score|phq-9`)).map((o) => o.valueQuantity.value).join() === '9');
  equal((await doctor.find(`Task?patient=${patient.id}&code=urn:ansinh:task|screening-follow-up`)).map((t) => t.priority), ['stat'], 'told, whatever the total');
});

await step('22:00 the server dies while somebody measures: kept, waiting, sent once', 'nurse', async (page) => {
  const before = (await doctor.find(`Observation?patient=${patient.id}&code=http://loinc.org|8867-4`)).length;
  await goTo(page, `person/${patient.id}/forms/pain-nrs`);
  await page.locator('.an-q').first().waitFor();
  await server.crash();
  await page.locator('#an-q-q1 label', { hasText: /^3$/ }).click();
  await button(page, 'Lưu kết quả').click();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
  await shot(page, 'day-night');
  await server.again();
  await page.getByText('Còn 1 việc chưa gửi').waitFor({ state: 'detached', timeout: 60_000 });
  doctor = await clientAs(server, 'doctor');
  equal((await doctor.find(`QuestionnaireResponse?patient=${patient.id}&questionnaire=urn:ansinh:form:pain-nrs|2026.1`)).length, 1, 'once');
  equal((await doctor.find(`Observation?patient=${patient.id}&code=http://loinc.org|8867-4`)).length, before, 'and nothing else');
});

await step('06:00 the shift is handed over, and signed', 'nurse', async (page) => {
  await goTo(page, `ward/${WARD}/handover`);
  const counts = page.locator('.an-count-line input[id^=count-]');
  await button(page, 'Ký giao ca').waitFor();
  for (let i = 0; i < await counts.count(); i += 1) await counts.nth(i).fill('20');
  await page.locator('.an-pane-row', { hasText: NAME }).first().click();
  await shot(page, 'day-handover');
  await button(page, 'Ký giao ca').click();
  /* the demo's cupboard holds other numbers than 20: said before it is signed */
  await page.getByText(/Có chỗ lệch với sổ|Chờ người nhận ký/).first().waitFor();
  if (await page.getByText('Có chỗ lệch với sổ').count() > 0) await button(page, 'Ký giao ca').click();
  await page.getByText('Chờ người nhận ký').waitFor();
});
await step('06:05 and taken over by another', 'nurse2', async (page) => {
  await goTo(page, `ward/${WARD}/handover`);
  await button(page, 'Xem và ký nhận').click();
  await button(page, 'Ký nhận ca').click();
  await page.getByText('Biên bản đã đủ hai chữ ký').waitFor();
  const [h] = await doctor.find(`Composition?type=urn:ansinh:document|handover&subject=Location/${WARD}`);
  equal([h.status, h.attester.length], ['final', 2], 'two signatures');
  truth(JSON.stringify(h.section).includes(patient.id), 'she is in it');
});

await step('09:00 she goes home: every medicine ends with the stay', 'nurse', async (page) => {
  await goTo(page, `person/${patient.id}/stay`);
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Amlodipin 5 mg').first().waitFor();
  await page.locator('#act-reason').selectOption('home');
  await page.locator('#act-to').fill('Con gái, xã Tân Hưng');
  await page.locator('#act-medicines').fill('Amlodipin 5 mg: 10 viên');
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Đã kết thúc đợt ở').waitFor();
  equal((await doctor.get(`Encounter/${stay.id}`)).status, 'finished', 'over');
  equal((await doctor.get(`MedicationRequest/${order.id}`)).status, 'stopped', 'the order');
});

await end();
process.exit(finish());
