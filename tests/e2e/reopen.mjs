/* What was done to a stay by mistake: taken back within the minute with everything as it stood, or, found out later, the stay goes on and what
 * was stopped waits until somebody who may order continues it.
 *
 *   ANSINH=/path/to/ansinh node reopen.mjs */

import { axe, equal, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs, stage, tooWide } from './kit/stage.mjs';
import { minutes, wardText } from './kit/ward.mjs';

const { server, line, as, open, end } = await stage('reopen', { demo: ['--facilities', '1', '--residents', '30', '--days', '2'] });
const doctor = await clientAs(server, 'doctor');

let turn = 3;
async function somebody() {
  let patient = '';
  let orders = [];
  while (orders.length === 0) {
    turn += 1;
    truth(turn <= 30, 'somebody of the demo takes something');
    patient = `demo-patient-${turn}`;
    orders = await ordersOf(patient);
  }
  const [stay] = (await doctor.find(`Encounter?patient=${patient}&class=IMP&status=in-progress`)).filter((s) => !s.partOf);
  return { patient, stay, orders, services: await servicesOf(patient) };
}
const ids = (list) => list.map((r) => r.id).sort();
const ordersOf = async (patient, status = 'active') => ids(await doctor.find(`MedicationRequest?patient=${patient}&status=${status}&_count=100`));
const servicesOf = async (patient) => ids([...await doctor.find(`ServiceRequest?patient=${patient}&status=active&_count=100`), ...await doctor.find(`NutritionOrder?patient=${patient}&status=active&_count=100`)]);
const stayNow = (r) => doctor.get(`Encounter/${r.stay.id}`);
const shape = (s) => [s.status, s.period.end, s.location.filter((l) => l.status === 'active').map((l) => l.location.reference), s.hospitalization?.dischargeDisposition];

const goTo = async (page, r) => {
  await open(page, `person/${r.patient}/stay`);
  await page.locator('main h1').first().waitFor();
};
async function endStay(page, r) {
  await goTo(page, r);
  await button(page, 'Kết thúc đợt ở').click();
  await page.locator('#act-reason').selectOption('home');
  await page.locator('#act-to').fill('Con trai, xã Tân Hưng');
  await page.locator('#act-medicines').fill('Amlodipin: 10 viên');
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Đã kết thúc đợt ở').waitFor();
}

await test('the wrong person was sent home: one tap, and the bed, the orders and the diet stand as before', () => as('nurse', {}, async (page) => {
  const r = await somebody();
  await endStay(page, r);
  equal((await ordersOf(r.patient)).length, 0, 'all stopped');
  await shot(page, 'reopen-undo');
  equal(await axe(page), [], 'axe');
  await button(page, 'Hoàn tác').click();
  await page.getByText('Đã hoàn tác: mọi thứ như trước').waitFor();
  await page.getByText('Đang có mặt').waitFor();
  equal(shape(await stayNow(r)), shape(r.stay), 'the stay');
  equal([await ordersOf(r.patient), await servicesOf(r.patient)], [r.orders, r.services], 'what was ordered');
  equal((await doctor.find(`List?patient=${r.patient}&code=urn:ansinh:document|medicines-handed&status=current`)).length, 0, 'nothing was handed over');
  equal(await button(page, 'Hoàn tác').count(), 0, 'once');
}));

await test('somebody has gone on from it: nothing is taken back, and it is said', () => as('nurse', {}, async (page) => {
  const r = await somebody();
  await endStay(page, r);
  const stopped = await doctor.get(`MedicationRequest/${r.orders[0]}`);
  await doctor.put({ ...stopped, note: [{ text: 'ghi thêm' }] });
  await button(page, 'Hoàn tác').click();
  await page.getByText('Không hoàn tác được: người khác vừa ghi tiếp vào đợt ở này').waitFor();
  equal((await stayNow(r)).status, 'finished', 'as it was');
}));

await test('leave, hospital, another bed, a return: taken back', () => as('nurse', {}, async (page) => {
  const r = await somebody();
  const undo = async (said) => {
    await page.getByText(said, { exact: true }).first().waitFor();
    await button(page, 'Hoàn tác').click();
    await page.getByText('Đã hoàn tác: mọi thứ như trước').waitFor();
    equal(shape(await stayNow(r)), shape(r.stay), said);
  };
  await goTo(page, r);
  await button(page, 'Nghỉ phép').click();
  await page.locator('#act-until').fill(wardText(Date.now() + minutes(300)).slice(0, 16));
  await page.locator('label', { hasText: 'Không, để giường trống' }).click();
  await button(page, 'Ghi').click();
  await undo('Đã ghi nghỉ phép');
  await button(page, 'Đi bệnh viện').click();
  await page.locator('label', { hasText: 'Có' }).first().click();
  await button(page, 'Ghi').click();
  await page.getByText('Đã ghi đi bệnh viện').waitFor();
  /* what goes along is at hand */
  const papers = page.getByRole('group', { name: 'Giấy tờ mang theo' }).getByRole('link');
  equal(await papers.allInnerTexts(), ['Giấy chuyển, giới thiệu (PDF)', 'Tóm tắt hồ sơ (PDF)', 'Phiếu thực hiện thuốc (PDF)'], 'papers');
  for (const paper of await papers.all()) {
    const answer = await page.request.get(new URL(await paper.getAttribute('href'), line.url).href);
    equal([answer.status(), (await answer.body()).subarray(0, 5).toString()], [200, '%PDF-'], await paper.innerText());
  }
  await shot(page, 'reopen-papers');
  await button(page, 'Đã trở về').click();
  await button(page, 'Ghi').click();
  await page.getByText('Đã ghi trở về').waitFor();
  equal((await doctor.find(`Task?patient=${r.patient}&code=urn:ansinh:task|reconcile-medicines&status=requested`)).length, 1, 'somebody is to look');
  await button(page, 'Hoàn tác').click();
  await page.getByText('Đã hoàn tác: mọi thứ như trước').waitFor();
  equal((await stayNow(r)).status, 'onleave', 'still away');
  equal((await doctor.find(`Task?patient=${r.patient}&code=urn:ansinh:task|reconcile-medicines&status=requested`)).length, 0, 'nothing to look at');
}));

await test('a death for the wrong person, seen at once', () => as('nurse', {}, async (page) => {
  const r = await somebody();
  await goTo(page, r);
  await button(page, 'Ghi tử vong').click();
  await page.locator('#act-cause').fill('ngừng tim');
  await page.locator('label', { hasText: 'Người này đã mất' }).click();
  await button(page, 'Ghi tử vong').click();
  await page.getByText('Đã ghi tử vong').waitFor();
  await button(page, 'Hoàn tác').click();
  await page.getByText('Đã hoàn tác: mọi thứ như trước').waitFor();
  equal([(await doctor.get(`Patient/${r.patient}`)).deceasedDateTime, shape(await stayNow(r)), await ordersOf(r.patient)], [undefined, shape(r.stay), r.orders], 'alive, here, with everything');
  equal((await doctor.find(`Task?patient=${r.patient}&code=urn:ansinh:task|death-notice&status=requested`)).length, 0, 'nobody is told');
  equal((await doctor.find(`Observation?patient=${r.patient}&code=http://loinc.org|69453-9&status=preliminary`)).length, 0, 'no cause');
}));

await test('found out later: the stay goes on in the same bed, what was stopped waits for a doctor, the round and the medicines say so', async () => {
  const r = await somebody();
  await as('nurse', {}, async (page) => {
    await endStay(page, r);
    await goTo(page, r);
    equal(await button(page, 'Hoàn tác').count(), 0, 'a reload is no way back');
    await button(page, 'Ghi nhầm: người này chưa rời').click();
    await page.locator('input[name=stay-bed-choice]:checked').waitFor(); /* the bed they had */
    await button(page, 'Mở lại đợt ở').click();
    await page.getByText('Còn thiếu hoặc chưa đúng: Vì sao đã ghi nhầm').waitFor();
    await page.locator('#act-why').fill('nhầm với người giường bên');
    await shot(page, 'reopen-later');
    equal(await axe(page), [], 'axe');
    line.mode = 'lose';
    line.loses = (url) => url.startsWith('/fhir');
    await button(page, 'Mở lại đợt ở').click();
    await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
    line.mode = 'pass';
    await page.getByText(/Đã mở lại đợt ở\. \d+ y lệnh chờ/).waitFor({ timeout: 60_000 });
    const now = await stayNow(r);
    equal(shape(now), shape(r.stay), 'the stay goes on');
    equal(now.extension.find((e) => e.url === 'urn:ansinh:extension:reopened-because').valueString, 'nhầm với người giường bên', 'why');
    equal(now.statusHistory.at(-1).status, 'finished', 'that it had ended stays readable');
    equal([(await ordersOf(r.patient)).length, (await ordersOf(r.patient, 'draft')).length], [0, r.orders.length], 'nothing runs by itself');
    await page.getByText('Bác sĩ hoặc y sĩ xác nhận từng y lệnh.').waitFor();
    await open(page, 'ward/demo-ward/drugs');
    await page.locator('.an-round-row', { hasText: `${r.orders.length} thuốc chờ dùng tiếp` }).click();
    await page.getByText(`${r.orders.length} thuốc chờ bác sĩ, y sĩ cho dùng tiếp`).waitFor();
    await shot(page, 'reopen-round');
    equal(await axe(page), [], 'axe, round');
  });
  await as('doctor', {}, async (page) => {
    await open(page, `person/${r.patient}/medicines`);
    await page.getByText(`${r.orders.length} thuốc chờ cho dùng tiếp: chưa cái nào được dùng`).waitFor();
    await page.getByRole('link', { name: 'Xem và xác nhận' }).click();
    const choices = page.locator('label', { hasText: 'Dùng tiếp' });
    await choices.first().waitFor();
    await shot(page, 'reopen-proposals');
    for (let i = 0; i < await choices.count(); i += 1) await choices.nth(i).click();
    await button(page, `Xác nhận ${r.orders.length + r.services.length} y lệnh`).click();
    await page.getByText('Đã xác nhận các y lệnh').waitFor();
    equal([(await ordersOf(r.patient)).length, (await servicesOf(r.patient)).length], [r.orders.length, r.services.length], 'all of it runs again');
  });
});

await test('fits a phone, a tablet and a desk, in both languages', async () => {
  const r = await somebody();
  await as('nurse', {}, (page) => endStay(page, r));
  for (const size of Object.keys(SIZES)) {
    for (const lang of ['vi', 'en']) {
      await as('doctor', { size, lang }, async (page) => {
        await goTo(page, r);
        await page.getByRole('button', { name: /^(Ghi nhầm: người này chưa rời|Recorded by mistake: this person has not left)$/ }).click();
        await page.locator('input[name=stay-bed-choice]:checked').waitFor();
        equal(await tooWide(page), 0, `${size} ${lang}`);
        equal(await axe(page), [], `axe ${size} ${lang}`);
        await shot(page, `reopen-${size}-${lang}`);
      });
    }
  }
});

await end();
process.exit(finish());
