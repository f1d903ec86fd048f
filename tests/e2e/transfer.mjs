/* Who somebody is, put right by two people at once, and somebody moved from one house of the record to another: what each house sees before,
 * while and after, with the line cut in the middle. What the page did is judged by FHIR clients of both houses.
 *
 *   ANSINH=/path/to/ansinh node transfer.mjs */

import { axe, equal, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs, stage } from './kit/stage.mjs';

const { server, line, as, open, end } = await stage('transfer', { demo: ['--facilities', '2', '--residents', '40', '--days', '2'] });
const idField = (page, key) => page.locator(`#identity-${key}`);

/* A client of somebody of one house, and which house that is. */
async function of(name) {
  const client = await clientAs(server, name);
  const me = await (await fetch(`${server.base}/auth/me`, { headers: client.headers })).json();
  return { ...client, house: me.roles[0].organization.split('/')[1], houseName: me.roles[0].organizationName };
}
const clerk = await of('records-clerk');
const here = await of('doctor');
const there = await of('doctor-mental');
const statusOf = async (who, path) => (await fetch(`${server.base}/fhir/${path}`, { headers: who.headers })).status;

const goTo = async (page, path) => {
  await open(page, path);
  await page.locator('main h1').first().waitFor();
};
const read = async (who, type, id) => who.get(`${type}/${id}`);

/* Somebody who surely stays here, with a medicine: the demo's people are in any state. */
const stays = await here.find(`Encounter?class=IMP&status=in-progress&service-provider=Organization/${here.house}&_count=100`);
const orders = await here.find('MedicationRequest?status=active&_count=500');
const medicated = new Set(orders.map((o) => o.subject.reference.split('/')[1]));
const free = stays.filter((s) => s.partOf === undefined).map((s) => s.subject.reference.split('/')[1]);
const [moving, staying] = [free.find((p) => medicated.has(p)), free.filter((p) => !medicated.has(p))[0] ?? free.at(-1)];

const why = async (page, kind, text) => {
  await page.locator('#identity-kind label', { hasText: kind }).click();
  await page.locator('#identity-why').fill(text);
};

await test('a name and a number are put right, with the reason; the old ones stay visible; undone within the minute', () => as('records-clerk', {}, async (page) => {
  const before = await read(clerk, 'Patient', staying);
  await goTo(page, `person/${staying}/identity`);
  await idField(page, 'name').waitFor();
  await idField(page, 'birth').fill('31/02/1950');
  await page.getByText('Ghi ngày sinh, ví dụ 02/03/1948 hoặc 1948').waitFor();
  await idField(page, 'birth').fill(new Date().toLocaleDateString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }));
  await page.getByText('Ngày sinh sau ngày vào cơ sở là không thể. Xem lại.').waitFor();
  await idField(page, 'birth').fill('1949');
  await idField(page, 'name').fill('Hoàng Thị Mai Thử');
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Chọn một loại thay đổi').waitFor();
  await why(page, 'Ghi sai, sửa lại', 'theo giấy khai sinh');
  equal(await axe(page), [], 'axe');
  await shot(page, 'transfer-identity');
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Đã lưu thay đổi').waitFor();
  const after = await read(clerk, 'Patient', staying);
  equal([after.birthDate, after.name[0].text], ['1949', 'Hoàng Thị Mai Thử'], 'what is there now');
  const said = after.extension.find((e) => e.url === 'urn:ansinh:extension:change').extension;
  equal(said.find((e) => e.url === 'why').valueString, 'theo giấy khai sinh', 'why');
  truth(said.find((e) => e.url === 'who').valueReference.reference.startsWith('Practitioner/'), 'who');
  await page.getByText('theo giấy khai sinh').waitFor();
  await shot(page, 'transfer-identity-history');
  await button(page, 'Hoàn tác').click();
  await page.getByText('Đã trả lại như trước').waitFor();
  const back = await read(clerk, 'Patient', staying);
  equal([back.birthDate, back.name], [before.birthDate, before.name], 'as it was');
}));

await test('two who edit at once: what only the other changed is taken over, what both changed is chosen', () => as('records-clerk', {}, async (page) => {
  await goTo(page, `person/${staying}/identity`);
  await idField(page, 'address').fill('Thôn 1, Xã Tân Hưng');
  await idField(page, 'phone').fill('0912345678');
  const meanwhile = await read(clerk, 'Patient', staying);
  await clerk.put({ ...meanwhile, address: [{ text: 'Thôn 2, Xã Tân Hưng' }], gender: meanwhile.gender === 'male' ? 'female' : 'male' });
  await why(page, 'Đã thay đổi thật', 'chuyển nhà');
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Người khác vừa sửa người này').waitFor();
  await page.getByText('Đã lấy theo người kia: Giới tính.').waitFor();
  await shot(page, 'transfer-identity-clash');
  equal(await axe(page), [], 'axe');
  await button(page, 'Của người kia: Thôn 2, Xã Tân Hưng').click();
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Đã lưu thay đổi').waitFor();
  const after = await read(clerk, 'Patient', staying);
  equal([after.address[0].text, after.telecom.find((t) => t.system === 'phone').value, after.gender === meanwhile.gender], ['Thôn 2, Xã Tân Hưng', '0912345678', false], 'both edits stand');
}));

await test('an edit while the line is down waits, and is there once', () => as('records-clerk', {}, async (page) => {
  await goTo(page, `person/${staying}/identity`);
  await idField(page, 'ethnicity').fill('Mông');
  await why(page, 'Ghi sai, sửa lại', 'người nhà nói');
  line.mode = 'gone';
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor();
  line.mode = 'pass';
  await page.getByText('Đã lưu thay đổi').waitFor();
  const versions = await clerk.find(`Patient/${staying}/_history?_count=50`);
  equal(versions.filter((v) => v.extension?.some((e) => e.valueString === 'Mông')).length, 1, 'one version');
}));

await test('one house asks the other, and is refused with a reason', async () => {
  await as('doctor', {}, async (page) => {
    await goTo(page, `person/${moving}/stay`);
    await button(page, 'Chuyển cơ sở').click();
    await button(page, 'Gửi đề nghị').click();
    await page.getByText(/^Còn thiếu hoặc chưa đúng: .*Lý do/).waitFor();
    await page.locator('#act-to').selectOption({ label: there.houseName });
    await page.locator('#act-reason').selectOption({ label: 'Gần gia đình' });
    await page.locator('#act-summary').fill('Tăng huyết áp ổn định, đi lại được.');
    await page.locator('#act-medicines').fill('Amlodipin 5 mg: 10 viên');
    await page.locator('#act-escort').fill('Điều dưỡng Hà');
    await page.reload();
    await page.locator('#act-to option:checked', { hasText: there.houseName }).waitFor({ state: 'attached' });
    equal(await Promise.all(['summary', 'medicines', 'escort'].map((part) => page.locator(`#act-${part}`).inputValue())),
      ['Tăng huyết áp ổn định, đi lại được.', 'Amlodipin 5 mg: 10 viên', 'Điều dưỡng Hà'], 'a reload in the middle loses nothing');
    equal(await axe(page), [], 'axe');
    await shot(page, 'transfer-ask');
    equal(await statusOf(there, `Patient/${moving}`), 404, 'not seen there before');
    await button(page, 'Gửi đề nghị').click();
    await page.getByText('Đang chờ cơ sở nhận trả lời').first().waitFor();
    equal(await statusOf(there, `Patient/${moving}`), 200, 'seen there once asked');
  });
  await as('doctor-mental', { size: 'phone' }, async (page) => {
    await goTo(page, 'stay');
    await page.getByText('sắp đến đây').waitFor();
    await page.getByRole('link', { name: 'Xem và trả lời' }).click();
    await page.getByText('Tăng huyết áp ổn định, đi lại được.').waitFor();
    await shot(page, 'transfer-incoming-phone');
    equal(await axe(page), [], 'axe');
    await button(page, 'Không nhận').click();
    await page.locator('#act-why').fill('Hết giường đến thứ hai');
    await button(page, 'Gửi trả lời').click();
    await page.getByText('Đã trả lời không nhận').waitFor();
  });
  equal(await statusOf(there, `Patient/${moving}`), 404, 'out of sight again');
  await as('doctor', {}, async (page) => {
    await goTo(page, `person/${moving}/stay`);
    await page.getByText('Hết giường đến thứ hai').waitFor();
    equal((await here.find(`Encounter?patient=${moving}&status=in-progress&class=IMP`)).filter((s) => !s.partOf).length, 1, 'still here');
  });
});

await test('asked again and taken over, with the answer lost on the way: one stay ends, one begins, orders wait to be confirmed', async () => {
  await as('doctor', {}, async (page) => {
    await goTo(page, `person/${moving}/stay`);
    await button(page, 'Chuyển cơ sở').click();
    await page.locator('#act-to').selectOption({ label: there.houseName });
    await page.locator('#act-reason').selectOption({ label: 'Gần gia đình' });
    await page.locator('#act-summary').fill('Ổn định.');
    await button(page, 'Gửi đề nghị').click();
    await page.getByText('Đang chờ cơ sở nhận trả lời').first().waitFor();
  });
  const old = (await here.find(`Encounter?patient=${moving}&status=in-progress&class=IMP`)).find((s) => !s.partOf);
  const active = await here.find(`MedicationRequest?patient=${moving}&status=active,on-hold`);
  const mine = await here.find(`Observation?patient=${moving}&_count=5`);
  await as('doctor-mental', {}, async (page) => {
    await goTo(page, 'stay');
    await page.getByRole('link', { name: 'Xem và trả lời' }).click();
    const wards = page.locator('#direct-ward');
    await wards.waitFor();
    const ward = await wards.locator('option').nth(1).getAttribute('value');
    await wards.selectOption(ward);
    await button(page, 'Giao cho khoa này').click();
    await page.getByText(/Đã giao cho /).waitFor();
    const [planned] = await there.find(`EpisodeOfCare?patient=${moving}&status=planned`);
    equal(planned.extension.find((e) => e.url === 'urn:ansinh:extension:expected-ward').valueReference.reference, `Location/${ward}`, 'the ward that is to take them');
    await shot(page, 'transfer-directed');
    const print = page.getByRole('link', { name: 'In phiếu chuyển cơ sở (PDF)' });
    truth(/\$paper\?form=transfer$/.test(await print.getAttribute('href')), 'the sheet to print');
    await button(page, 'Nhận vào giường').click();
    const select = page.getByLabel('Khoa, khu');
    await select.waitFor();
    const options = await select.locator('option').evaluateAll((list) => list.filter((o) => o.value !== '' && !/còn 0 /.test(o.textContent)).map((o) => o.value));
    truth(options.length > 0, 'a ward with a free bed');
    await select.selectOption(options[0]);
    await page.locator('label:has(input[name=stay-bed-choice])').first().click();
    await shot(page, 'transfer-take');
    equal(await axe(page), [], 'axe');
    line.mode = 'lose';
    await button(page, 'Nhận').click();
    await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor();
    line.mode = 'pass';
    await page.getByText('Đã nhận người này').waitFor();
    await page.locator('main').getByRole('link', { name: 'Lưu trú', exact: true }).click();
    await page.getByText('Y lệnh chờ dùng tiếp').first().waitFor();
    const now = (await there.find(`Encounter?patient=${moving}&class=IMP&status=in-progress`)).filter((s) => !s.partOf);
    equal(now.length, 1, 'one open stay, whatever was sent twice');
    equal(now[0].hospitalization.origin.reference, `Organization/${here.house}`, 'where from');
    const ended = await there.get(`Encounter/${old.id}`);
    equal([ended.status, ended.hospitalization.destination.reference], ['finished', `Organization/${there.house}`], 'where to');
    equal((await there.find(`MedicationRequest?patient=${moving}&status=active`)).length, 0, 'nothing stands by itself');
    equal((await there.find(`MedicationRequest?patient=${moving}&status=draft`)).length, active.length, 'each is proposed');
    await shot(page, 'transfer-proposals');
    equal(await axe(page), [], 'axe');
    await page.locator('label', { hasText: 'Dùng tiếp' }).first().click();
    await button(page, 'Xác nhận 1 y lệnh').click();
    await page.waitForFunction(() => !document.body.innerText.includes('Xác nhận 1 y lệnh'));
    const confirmed = [...await there.find(`MedicationRequest?patient=${moving}&status=active`), ...await there.find(`ServiceRequest?patient=${moving}&status=active`), ...await there.find(`NutritionOrder?patient=${moving}&status=active`)];
    equal(confirmed.length, 1, 'one stands');
  });
  if (mine[0]) equal(await statusOf(here, `Observation/${mine[0].id}`), 200, 'the sender keeps what was made there');
  const made = await there.create({ resourceType: 'Observation', status: 'final', code: { text: 'mới' }, subject: { reference: `Patient/${moving}` } });
  equal([await statusOf(here, `Observation/${made.id}`), await statusOf(there, `Observation/${made.id}`)], [404, 200], 'and nothing that is made since');
});

await test('in English and at every size, without complaints', async () => {
  for (const size of Object.keys(SIZES)) {
    await as('doctor', { size, lang: 'en' }, async (page) => {
      await goTo(page, `person/${staying}/identity`);
      await idField(page, 'name').waitFor();
      await shot(page, `transfer-identity-${size}-en`);
      equal(await axe(page), [], `axe ${size}`);
      await goTo(page, `person/${staying}/stay`);
      await page.getByRole('button', { name: 'Transfer', exact: true }).click();
      await page.locator('#act-to').waitFor();
      await shot(page, `transfer-ask-${size}-en`);
      equal(await axe(page), [], `axe ${size}`);
    });
  }
});

await end();
process.exit(finish());
