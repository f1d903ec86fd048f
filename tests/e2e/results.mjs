/* Laboratory results, sign-in on, in a demo ward: a paper of an outside laboratory typed with the line down, in answer to its order; what cannot
 * be is asked about; low and high by the range of the paper; taken into a visit and seen by the register; taken back.
 *
 *   ANSINH=/path/to/ansinh node results.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, card, clientAs, stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const { server, line, as, open, end } = await stage('results', { demo: ['--facilities', '1', '--residents', '24', '--days', '2'] });
const doctor = await clientAs(server, 'doctor');
const dayAt = (days) => wardDay(Date.now() + days * 86_400_000);

/* Somebody of the ward for which the demo's nurse and carer have a role, born long ago, and an order of a doctor. */
const stays = await doctor.find('Encounter?status=in-progress&class=IMP&_count=50&_sort=_id');
const nurse = await clientAs(server, 'nurse');
let patient = '';
for (const s of stays) if (patient === '' && (await nurse.find(`Patient?_id=${s.subject.reference.split('/')[1]}`)).length === 1) [, patient] = s.subject.reference.split('/');
truth(patient !== '', 'somebody whom the nurse sees');
const order = await doctor.create({
  resourceType: 'ServiceRequest', status: 'active', intent: 'order', priority: 'urgent', subject: { reference: `Patient/${patient}` }, authoredOn: `${dayAt(-3)}T08:00:00+07:00`,
  category: [{ coding: [{ system: 'urn:ansinh:order-kind', code: 'lab' }] }], code: { text: 'Điện giải đồ thử' },
});
const labs = async () => (await doctor.find(`Observation?patient=${patient}&category=laboratory&_count=100`)).filter((o) => o.status !== 'entered-in-error');
const value = (page, name) => page.getByLabel(`${name}: kết quả`);
const range = async (page, name, low, high) => {
  await page.getByLabel(`${name}: khoảng tham chiếu từ`).fill(low);
  await page.getByLabel(`${name}: khoảng tham chiếu đến`).fill(high);
};

await test('the paper of an outside laboratory, from the list of what waits: kept without a line, sent once, and its order is done', () => as('nurse', {}, async (page) => {
  await open(page, 'registers?r=orders');
  await page.getByRole('link', { name: /Ghi phiếu xét nghiệm của .*Điện giải đồ thử/ }).click();
  await page.getByRole('button', { name: /Điện giải đồ thử/, pressed: true }).waitFor();
  equal(await page.locator('.an-result-row').count(), 0, 'nothing is there beforehand');
  await button(page, 'Điện giải').click();
  await button(page, 'Chức năng thận').click();
  equal(await page.getByRole('group', { name: 'Creatinin: đơn vị' }).locator('[aria-pressed=true]').count(), 0, 'no unit is chosen beforehand');
  await button(page, 'Lưu phiếu xét nghiệm').click();
  await page.getByText('Chọn ngày lấy mẫu').waitFor();
  await page.getByLabel(/^Ngày lấy mẫu/).fill(dayAt(1));
  await page.getByText('Ngày lấy mẫu ở tương lai').waitFor();
  await page.getByLabel(/^Ngày lấy mẫu/).fill(dayAt(-2));
  await page.getByLabel('Nơi xét nghiệm (để trống nếu làm tại cơ sở)').fill('Bệnh viện huyện Thử');
  /* ten times too much, two readings, words with a number: asked about, with what was typed kept */
  await value(page, 'Kali (K+)').fill('58');
  await page.locator('.an-result-row', { hasText: 'Kali' }).getByText('kết quả này không thể có với đơn vị đã chọn').waitFor();
  await value(page, 'Natri (Na+)').fill('1.380');
  await page.locator('.an-result-row', { hasText: 'Natri' }).getByText('số này đọc được hai cách').waitFor();
  await value(page, 'Creatinin').fill('1,1');
  await button(page, 'Lưu phiếu xét nghiệm').click();
  await page.getByText('Creatinin: chọn đơn vị in trên phiếu').waitFor();
  equal((await labs()).length, 0, 'nothing is stored');
  await page.getByRole('group', { name: 'Creatinin: đơn vị' }).getByRole('button', { name: 'µmol/L' }).click();
  await button(page, 'Đơn vị là mg/dL').click(); /* that is where 1,1 can be */
  await value(page, 'Natri (Na+)').fill('138');
  await value(page, 'Kali (K+)').fill('5,80');
  await range(page, 'Kali (K+)', '3,5', '5,1');
  await page.locator('.an-result-row', { hasText: 'Kali' }).getByText('cao').waitFor();
  await page.getByLabel('Thêm một chỉ số').fill('hbsag');
  await page.getByRole('button', { name: 'Ghi “hbsag”, không có mã' }).click();
  await value(page, 'hbsag').fill('âm tính');
  await shot(page, 'results-sheet');
  equal(await axe(page), [], 'axe');
  /* through a reload, and with the line down */
  await page.reload();
  equal(await value(page, 'Kali (K+)').inputValue(), '5,80', 'kept through a reload');
  line.mode = 'lose';
  await button(page, 'Lưu phiếu xét nghiệm').click();
  await page.getByText('1 mục đã giữ trên máy này').waitFor({ timeout: 60_000 });
  await shot(page, 'results-waiting');
  line.mode = 'pass';
  await card(page, 'Kết quả theo từng chỉ số').getByRole('row', { name: /Kali \(K\+\).*5,8 mmol\/L.*cao.*3,5–5,1/ }).waitFor({ timeout: 60_000 });
  const all = await labs();
  equal(all.map((o) => o.code.text).sort(), ['Creatinin', 'Kali (K+)', 'Natri (Na+)', 'hbsag'], 'each once; what was left empty is no result');
  const k = all.find((o) => o.code.text === 'Kali (K+)');
  equal([k.code.coding[0].code, k.valueQuantity.code, k.interpretation[0].coding[0].code, k.effectiveDateTime, k.performer[0].display, k.basedOn[0].reference],
    ['2823-3', 'mmol/L', 'H', dayAt(-2), 'Bệnh viện huyện Thử', `ServiceRequest/${order.id}`], 'coded, judged by its paper, of its day and place, in answer to its order');
  truth((await doctor.text(`Observation/${k.id}`)).includes('5.80'), 'the zero is kept');
  equal((await doctor.get(`ServiceRequest/${order.id}`)).status, 'completed', 'the order is done');
  const [report] = await doctor.find(`DiagnosticReport?patient=${patient}&category=LAB`);
  equal([report.code.text, report.result.length, report.extension[0].valueReference.reference.startsWith('Practitioner/')], ['Điện giải đồ thử', 4, true], 'the paper and who typed it');
  await open(page, 'registers?r=orders');
  await page.getByText('Không có chỉ định nào chờ kết quả.').or(page.locator('tbody tr').first()).first().waitFor();
  equal(await page.locator('tbody tr', { hasText: 'Điện giải đồ thử' }).count(), 0, 'and waits no more');
}));

await test('a second paper beside the first: the range of last time on a tap, the trend in one unit', () => as('doctor', {}, async (page) => {
  await open(page, `person/${patient}/results`);
  await button(page, 'Ghi phiếu xét nghiệm').click();
  await page.getByLabel(/^Ngày lấy mẫu/).fill(dayAt(0));
  await page.getByLabel('Thêm một chỉ số').fill('k');
  await page.getByLabel('Thêm một chỉ số').press('Enter');
  await value(page, 'Kali (K+)').fill('4,1');
  equal(await page.getByLabel('Kali (K+): khoảng tham chiếu từ').inputValue(), '', 'no range by itself');
  await button(page, 'Dùng khoảng tham chiếu của lần trước cho 1 chỉ số').click();
  equal(await page.getByLabel('Kali (K+): khoảng tham chiếu từ').inputValue(), '3,5', 'of the last paper');
  await page.getByLabel('Thêm một chỉ số').fill('creat');
  await page.getByLabel('Thêm một chỉ số').press('Enter');
  await value(page, 'Creatinin').fill('110');
  await page.getByRole('group', { name: 'Creatinin: đơn vị' }).getByRole('button', { name: 'µmol/L' }).click();
  await button(page, 'Lưu phiếu xét nghiệm').click();
  const table = card(page, 'Kết quả theo từng chỉ số');
  const row = table.getByRole('row', { name: /Kali/ });
  await row.getByText('4,1 mmol/L').waitFor();
  equal(await row.locator('strong ~ .an-result-flag').count(), 0, 'within the range: no flag');
  await row.getByText('Các lần trước của Kali (K+) (1)').click();
  await row.getByText(/5,8 mmol\/L/).waitFor();
  equal(await row.locator('.an-spark polyline').count(), 1, 'its trend');
  equal(await table.getByRole('row', { name: /Creatinin/ }).locator('.an-spark polyline').count(), 1, 'mg/dL and µmol/L on one line');
  await shot(page, 'results-table');
  equal(await axe(page), [], 'axe');
}));

await test('the visit takes results over with their range and day; the register sees HbA1c', () => as('doctor', {}, async (page) => {
  await doctor.create({ resourceType: 'Condition', subject: { reference: `Patient/${patient}` }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }, code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'E11' }], text: 'Đái tháo đường' } });
  await open(page, `person/${patient}/results`);
  await button(page, 'Ghi phiếu xét nghiệm').click();
  await page.getByLabel(/^Ngày lấy mẫu/).fill(dayAt(0));
  await page.getByLabel('Thêm một chỉ số').fill('hba1c');
  await page.getByLabel('Thêm một chỉ số').press('Enter');
  await value(page, 'HbA1c').fill('8,2');
  await button(page, 'Lưu phiếu xét nghiệm').click();
  await card(page, 'Kết quả theo từng chỉ số').getByText('8,2 %').waitFor();
  await open(page, `person/${patient}/visit`);
  const chip = page.getByRole('button', { name: /^Kali \(K\+\): 5,8 mmol\/L \[3,5–5,1\], cao \(ngày / });
  await chip.waitFor();
  equal(await page.getByRole('region', { name: 'Kết quả', exact: true }).locator('[aria-pressed=true]').count(), 0, 'none is taken by itself');
  await chip.click();
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Xem kết quả');
  await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Kali cao');
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  await page.getByText(/Kali \(K\+\): 5,8 mmol\/L \[3,5–5,1\], cao/).waitFor();
  const [note] = await doctor.find(`Composition?patient=${patient}&type=urn:ansinh:document|visit&_sort=-date`);
  const k = (await labs()).find((o) => o.valueQuantity?.value === 5.8);
  truth(note.section.find((s) => s.code.coding[0].code === 'results').entry.some((e) => e.reference === `Observation/${k.id}`), 'and refers to it');
  await open(page, 'registers?r=diabetes');
  const name = (await doctor.get(`Patient/${patient}`)).name[0].text;
  await page.locator('tbody tr', { hasText: name }).getByText(/8,2 %/).waitFor();
}));

await test('entered in error: struck with all its results, not lost, and the order waits again', () => as('nurse', {}, async (page) => {
  await open(page, `person/${patient}/results`);
  await page.getByRole('button', { name: /^Ghi nhầm: Điện giải đồ thử/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ghi nhầm', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('5,8 mmol/L').waitFor({ state: 'detached' });
  await eventually('all struck', async () => (await labs()).length === 3);
  equal((await doctor.find(`Observation?patient=${patient}&category=laboratory&status=entered-in-error`)).length, 4, 'they stay');
  equal((await doctor.get(`ServiceRequest/${order.id}`)).status, 'active', 'the order waits again');
}));

await test('a carer has no such screen; what tells of HIV is for those assigned', async () => {
  await as('carer', {}, async (page) => {
    await open(page, `person/${patient}`);
    await page.locator('main h1').first().waitFor();
    equal(await page.getByRole('link', { name: 'Kết quả xét nghiệm' }).count(), 0, 'not on the page');
  });
  await as('nurse', {}, async (page) => {
    await open(page, `person/${patient}/results`);
    await button(page, 'Ghi phiếu xét nghiệm').click();
    await page.getByLabel(/^Ngày lấy mẫu/).fill(dayAt(-1));
    await page.getByLabel('Thêm một chỉ số').fill('Anti-HIV nhanh');
    await page.getByRole('button', { name: 'Ghi “Anti-HIV nhanh”, không có mã' }).click();
    await value(page, 'Anti-HIV nhanh').fill('âm tính');
    await button(page, 'Lưu phiếu xét nghiệm').click();
    await page.locator('.an-result-row').first().waitFor({ state: 'detached' });
    await eventually('kept, with its label', async () => (await doctor.find(`DiagnosticReport?patient=${patient}&category=LAB&date=${dayAt(-1)}`)).length === 1);
  });
  const carer = await clientAs(server, 'carer');
  const seen = await carer.find(`Observation?patient=${patient}&category=laboratory&_count=100`);
  equal([seen.length > 0, seen.filter((o) => /HIV/.test(JSON.stringify(o))).length], [true, 0], 'who is not assigned sees the others and not this one');
});

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => as('doctor', { size, lang }, async (page) => {
      await open(page, `person/${patient}/results`);
      await button(page, lang === 'vi' ? 'Ghi phiếu xét nghiệm' : 'Enter a laboratory report').click();
      await button(page, lang === 'vi' ? 'Công thức máu' : 'Blood count').click();
      await page.getByLabel(lang === 'vi' ? 'Bạch cầu (WBC): kết quả' : 'White blood cells (WBC): result').fill('12,5');
      await shot(page, `results-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe');
    }));
  }
}

await end();
process.exit(finish());
