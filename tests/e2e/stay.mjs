/* Coming, being away and going, with sign-in on and the roles of a demo: papers and traps, two tablets after one bed, somebody nobody knows,
 * the line cut in the middle. What the page did is judged by a FHIR client of its own.
 *
 *   ANSINH=/path/to/ansinh node stay.mjs */

import { readFile } from 'node:fs/promises';
import { axe, equal, eventually, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { button, clientAs, signIn, stage, tooWide } from './kit/stage.mjs';
import { minutes, wardInstant, wardText } from './kit/ward.mjs';

const { server, line, browser, as, open, end } = await stage('stay', { demo: ['--facilities', '1', '--residents', '30', '--days', '2'] });
const field = (page, id) => page.locator(`#stay-${id}`);

const doctor = await clientAs(server, 'doctor');
const clerk = await clientAs(server, 'records-clerk');

/* A room of free beds: the demo leaves few. */
async function freeRoom() {
  const head = await clientAs(server, 'facility-head');
  const place = (name, kind, partOf) => head.create({
    resourceType: 'Location', status: 'active', mode: 'instance', name, physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: kind }] },
    managingOrganization: { reference: 'Organization/demo-facility' }, partOf: { reference: `Location/${partOf}` },
  });
  const room = await place('P.190', 'ro', 'demo-ward');
  for (let i = 1; i <= 12; i += 1) await place(`P.190-G${i}`, 'bd', room.id);
}
await freeRoom();

const goTo = async (page, path) => {
  await open(page, path);
  await page.locator('main h1').first().waitFor();
};
const pick = (page, id, label) => page.locator(`#stay-${id} label`, { hasText: label }).click();
async function chooseBed(page, ward = 'Khoa Người cao tuổi') {
  const select = page.getByLabel('Khoa, khu');
  await select.waitFor();
  const value = await select.locator('option', { hasText: ward }).first().getAttribute('value');
  await select.selectOption(value);
  const free = page.locator('input[name=stay-bed-choice]').first();
  await free.waitFor();
  const name = await page.locator('label:has(input[name=stay-bed-choice])').first().innerText();
  await page.locator('label:has(input[name=stay-bed-choice])').first().click();
  return name.split('\n')[0].replace(/tr.ng$/, '').trim();
}
async function named(page, name, birth, gender = 'Nữ') {
  await pick(page, 'who', 'Biết tên');
  await field(page, 'name').fill(name);
  await field(page, 'birth').fill(birth);
  await pick(page, 'gender', gender);
}
const byName = async (name) => (await clerk.find(`Patient?name=${encodeURIComponent(name)}`)).filter((p) => p.active !== false);
const stayOf = async (patient) => (await clerk.find(`Encounter?patient=${patient}&class=IMP&_sort=-date`))[0];

await test('admitted by the card, with papers, decision, guardian and belongings; what is missing runs', () => as('records-clerk', {}, async (page) => {
  await goTo(page, 'stay/admit');
  await field(page, 'scan').fill('000148000123|012345678|Nguyễn Thị Hoa Ban|02031948|Nữ|Thôn 1, Xã Tân Hưng, Bắc Ninh|15062021');
  equal(await field(page, 'name').inputValue(), 'Nguyễn Thị Hoa Ban', 'the card fills the name');
  equal(await field(page, 'birth').inputValue(), '02/03/1948', 'and the birth');
  await field(page, 'card').fill('BT2791234567890');
  await page.getByText('Nhóm BT · hưởng 100 %, có giới hạn tỷ lệ').waitFor();
  const bed = await chooseBed(page);
  await field(page, 'way').selectOption('special');
  await page.getByText('Còn thiếu 4 giấy tờ bắt buộc').waitFor();
  await page.getByRole('radiogroup', { name: 'Tờ khai đề nghị tiếp nhận (Mẫu 07)' }).getByText('Đã có').click();
  await page.getByRole('radiogroup', { name: 'Bản sao căn cước hoặc giấy tờ tùy thân' }).getByText('Đã có').click();
  await page.getByText('Còn thiếu 2 giấy tờ bắt buộc').waitFor();
  await page.locator('summary', { hasText: 'Đối tượng và quyết định' }).click();
  await page.getByLabel('Nhóm đối tượng').selectOption('elderly');
  await page.getByLabel('Số quyết định').fill('12/QĐ-UBND');
  await page.getByLabel('Ngày quyết định').fill('01/11/2026');
  await page.locator('summary', { hasText: 'Người giám hộ' }).click();
  await field(page, 'guardianName').fill('Lê Văn Con');
  await field(page, 'guardianRelation').selectOption('CHILD');
  await page.locator('summary', { hasText: 'Đồ mang theo' }).click();
  await field(page, 'belongings').fill('Điện thoại\nVí, 250.000 đ');
  await shot(page, 'stay-admit-tablet');
  equal(await axe(page), [], 'axe');
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText('Đã tiếp nhận').waitFor();
  const [p] = await byName('Nguyễn Thị Hoa Ban');
  truth(p, 'the person is there');
  equal(p.birthDate, '1948-03-02', 'birth');
  const stay = await stayOf(p.id);
  equal(stay.status, 'in-progress', 'in the bed');
  const place = await clerk.get(stay.location[0].location.reference);
  equal(place.name, bed, 'the bed that was chosen');
  const kinds = ['Contract?subject=', 'RelatedPerson?patient=', 'Coverage?beneficiary=', 'List?subject=', 'Task?patient='];
  const counts = [];
  for (const k of kinds) counts.push((await clerk.find(`${k}Patient/${p.id}`.replace('patient=Patient/', 'patient='))).length);
  equal(counts, [1, 1, 1, 2, 1], 'decision, guardian, card, lists, timer');
  await page.getByRole('link', { name: 'In biên bản' }).click();
  await page.getByRole('heading', { name: 'Biên bản tiếp nhận' }).waitFor();
  await page.getByText('12/QĐ-UBND').waitFor();
  await page.getByText('Ví, 250.000 đ').waitFor();
  await shot(page, 'stay-receipt');
}));

await test('impossible days are said and nothing is lost; the same person is found while typing', () => as('social-worker', {}, async (page) => {
  await goTo(page, 'stay/admit');
  await named(page, 'Nguyễn Thị Hoa Ban', '1949');
  await page.getByText('Cùng tên, tuổi gần nhau').waitFor();
  await field(page, 'birth').fill('01/01/2999');
  await page.getByText('Ngày sinh ở tương lai. Xem lại.').waitFor();
  await field(page, 'birth').fill('02/03/1948');
  await page.getByText('Cùng tên, cùng ngày sinh').waitFor();
  await shot(page, 'stay-same');
  await field(page, 'at').fill(wardText(Date.now() + minutes(600)).slice(0, 16));
  await page.getByText('Giờ này ở tương lai. Xem lại.').waitFor();
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText(/Còn \d chỗ phải sửa/).waitFor();
  equal(await field(page, 'name').inputValue(), 'Nguyễn Thị Hoa Ban', 'what was typed stays');
  await field(page, 'at').fill(wardText(Date.now()).slice(0, 16));
  await button(page, 'Chính là người này').click();
  await page.getByText('Hồ sơ cũ được dùng tiếp').waitFor();
  await chooseBed(page, 'Khoa');
  await field(page, 'way').selectOption('voluntary');
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText('Người này đang ở rồi').waitFor();
  equal((await byName('Nguyễn Thị Hoa Ban')).length, 1, 'no second record');
  await shot(page, 'stay-open-already');
}));

await test('a card whose day of birth cannot be: the rest is taken, that part is asked for', () => as('records-clerk', {}, async (page) => {
  await goTo(page, 'stay/admit');
  await field(page, 'scan').fill('000160000456||Lò Văn Thẻ|31021960|Nam|Bản Sai|15062021');
  await page.getByText('Mã có phần không đọc được: ngày sinh “31021960”').waitFor();
  equal([await field(page, 'name').inputValue(), await field(page, 'idNumber').inputValue(), await field(page, 'birth').inputValue()], ['Lò Văn Thẻ', '000160000456', ''], 'what can be read is there');
  await field(page, 'scan').fill('đây không phải mã');
  await field(page, 'scan').press('Enter');
  await page.getByText('Không đọc được mã').waitFor();
  equal(await field(page, 'scan').inputValue(), 'đây không phải mã', 'what was typed stays');
  equal(await field(page, 'name').inputValue(), 'Lò Văn Thẻ', 'and takes nothing away');
}));

await test('a worker after an accident, who does not live here: written once, seen, and ended with a reason', () => as('social-worker', {}, async (page) => {
  await goTo(page, 'stay/clients');
  await page.getByRole('link', { name: 'Ghi người mới' }).click();
  await named(page, 'Quàng Văn Thợ', '12/05/1985', 'Nam');
  await pick(page, 'client', 'Người bị tai nạn lao động');
  await field(page, 'harmDay').fill('31/02/2026');
  await page.getByText('Ngày này không đọc được').waitFor();
  await field(page, 'harmDay').fill('15/03/2026');
  await field(page, 'employer').fill('Mỏ đá Thử');
  await field(page, 'harm').fill('Gãy xương cẳng chân');
  await field(page, 'loss').fill('31');
  await shot(page, 'stay-client');
  equal(await axe(page), [], 'axe');
  line.mode = 'gone';
  await button(page, 'Ghi vào danh sách').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
  line.mode = 'pass';
  await page.getByText('Đã ghi. Người này nay có trong danh sách').waitFor({ timeout: 45_000 });
  const found = await byName('Quàng Văn Thợ');
  equal(found.length, 1, 'once, though the line was down');
  const episodes = await clerk.find(`EpisodeOfCare?patient=${found[0].id}`);
  equal(episodes.map((e) => [e.status, e.type.map((t) => t.coding[0].code)]), [['active', ['work-accident', 'worker']]], 'a time under care');
  equal((await clerk.find(`Encounter?patient=${found[0].id}`)).length, 0, 'no stay');
  await page.getByRole('link', { name: 'Người không ở tại cơ sở' }).click();
  await page.getByText('Mỏ đá Thử · 15/03/2026 · Gãy xương cẳng chân · suy giảm 31 %').waitFor();
  await shot(page, 'stay-clients');
  /* met again at the door: not a second time */
  await page.getByRole('link', { name: 'Ghi người mới' }).click();
  await named(page, 'Quàng Văn Thợ', '12/05/1985', 'Nam');
  await button(page, 'Chính là người này').click();
  await pick(page, 'client', 'Người bị tai nạn lao động');
  await button(page, 'Ghi vào danh sách').click();
  await page.getByText('Người này đang được phục vụ rồi').waitFor();
  equal((await clerk.find(`EpisodeOfCare?patient=${found[0].id}`)).length, 1, 'still one');
  await goTo(page, 'stay/clients');
  /* a doctor sees them, and the visit knows as whom */
  await as('doctor', {}, async (other) => {
    await goTo(other, `person/${found[0].id}/visit`);
    await other.getByText('Người bị tai nạn lao động').waitFor();
    equal(await other.getByRole('group', { name: 'Người không nội trú' }).count(), 0, 'not asked again');
    await other.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Đau chân');
    await other.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Can xương tốt');
    await button(other, 'Ký phiếu').click();
    await button(other, 'Ký').click();
    await other.getByText('Nội dung đúng như lúc ký').waitFor();
  });
  const [seen] = await doctor.find(`Encounter?patient=${found[0].id}`);
  equal([seen.type.at(-1).coding[0].code, seen.episodeOfCare?.[0]?.reference], ['work-accident', `EpisodeOfCare/${episodes[0].id}`], 'the visit is part of it');
  await page.getByRole('button', { name: 'Thôi theo dõi: Quàng Văn Thợ' }).click();
  equal(await page.getByRole('dialog').getByRole('button', { name: 'Thôi theo dõi', exact: true }).isDisabled(), true, 'not without a reason');
  await page.getByLabel('Vì sao').fill('đã bình phục');
  await page.getByRole('dialog').getByRole('button', { name: 'Thôi theo dõi', exact: true }).click();
  await page.getByText('Chưa ghi ai.').waitFor();
  equal((await clerk.find(`EpisodeOfCare?patient=${found[0].id}`))[0].status, 'finished', 'ended, not deleted');
}));

await test('two tablets after one bed: one has it, the other is told who and offered the next', async () => {
  const first = await visit(browser, line.url, { size: 'tablet' });
  const second = await visit(browser, line.url, { size: 'tablet' });
  try {
    await signIn(first, 'social-worker');
    await signIn(second, 'records-clerk');
    const beds = [];
    for (const [page, name] of [[first, 'Trần Thị Nhanh'], [second, 'Lê Văn Chậm']]) {
      await goTo(page, 'stay/admit');
      await named(page, name, '1950');
      beds.push(await chooseBed(page));
      await field(page, 'way').selectOption('voluntary');
    }
    equal(beds[0], beds[1], 'the same bed');
    await button(first, 'Tiếp nhận vào giường').click();
    await first.getByText('Đã tiếp nhận').waitFor();
    await button(second, 'Tiếp nhận vào giường').click();
    await second.getByText(`Giường ${beds[0]}: Trần Thị Nhanh đang nằm.`).waitFor();
    equal(await field(second, 'name').inputValue(), 'Lê Văn Chậm', 'what was typed stays');
    await shot(second, 'stay-bed-race');
    await second.getByRole('button', { name: /^Lấy giường / }).click();
    await button(second, 'Tiếp nhận vào giường').click();
    await second.getByText('Đã tiếp nhận').waitFor();
    const [a] = await byName('Trần Thị Nhanh');
    const [b] = await byName('Lê Văn Chậm');
    const [sa, sb] = [await stayOf(a.id), await stayOf(b.id)];
    truth(sa.location[0].location.reference !== sb.location[0].location.reference, 'two beds');
    await button(second, 'Hoàn tác').click();
    await second.getByText('Đã hoàn tác việc tiếp nhận').waitFor();
    equal((await byName('Lê Văn Chậm')).length, 0, 'taken back');
    equal((await clerk.get(`Encounter/${sb.id}`)).status, 'entered-in-error', 'and marked so');
  } finally {
    await first.context().close();
    await second.context().close();
  }
});

await test('somebody nobody knows is in a bed in well under 90 seconds, by the nurse alone, on a phone', () => as('nurse', { size: 'phone' }, async (page) => {
  await goTo(page, 'stay/admit');
  const began = Date.now();
  let taps = 0;
  const tap = async (what) => { taps += 1; await what.click(); };
  await tap(page.locator('#stay-who label', { hasText: 'Chưa rõ là ai' }));
  await tap(page.locator('#stay-gender label', { hasText: 'Nam' }));
  await field(page, 'about').fill('60');
  await field(page, 'foundAt').fill('Bến xe, công an phường đưa đến');
  await page.locator('label:has(input[name=stay-bed-choice])').first().waitFor();
  await tap(page.locator('label:has(input[name=stay-bed-choice])').first());
  await shot(page, 'stay-unknown-phone');
  equal(await axe(page), [], 'axe');
  await tap(button(page, 'Tiếp nhận vào giường'));
  await page.getByText('Đã tiếp nhận').waitFor();
  truth(Date.now() - began < 60_000, `took ${Date.now() - began} ms`);
  truth(taps <= 4, `${taps} taps`);
  console.log(`      ${Date.now() - began} ms of the machine, ${taps} taps, two fields`);
  const [p] = await clerk.find('Patient?identifier=urn:ansinh:id:unidentified|&_sort=-_lastUpdated');
  truth(/^Chưa rõ danh tính, nam, khoảng 60 tuổi/.test(p.name[0].text), p.name[0].text);
  const tasks = await clerk.find(`Task?patient=${p.id}`);
  equal(tasks.map((t) => t.code.coding[0].code).sort(), ['complete-file', 'identify', 'notify-commune', 'term'], 'what runs');
  /* the list of everybody's terms says so, the near ones at once */
  await goTo(page, 'stay');
  const terms = page.getByRole('region', { name: 'Việc có hạn' });
  await terms.getByText('Báo Ủy ban nhân dân xã nơi tìm thấy trong 48 giờ').first().waitFor();
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, 'nothing is wider than the phone');
  await shot(page, 'stay-terms-phone');
  const told = tasks.find((t) => t.code.coding[0].code === 'notify-commune');
  await doctor.put({ ...(await doctor.get(`Task/${told.id}`)), restriction: { period: { end: wardInstant(Date.now() - minutes(60)) } } });
  await page.reload(); /* two addresses in a row may be one to the page, which then asks nothing anew */
  await terms.getByText(/1 việc quá hạn/).waitFor();
  equal(await axe(page), [], 'axe, the terms');
}));

await test('somebody unknown turns out to be somebody: the card is scanned, nothing is typed again, the old name still finds them', () => as('records-clerk', {}, async (page) => {
  const [p] = await clerk.find('Patient?identifier=urn:ansinh:id:unidentified|&_sort=-_lastUpdated');
  await goTo(page, `person/${p.id}/identity`);
  await page.locator('#identity-scan').fill('000066000777|024681357|Hoàng Văn Đã Rõ|09081966|Nam|Xã Thử, Lai Châu|15062021');
  equal(await page.locator('#identity-name').inputValue(), 'Hoàng Văn Đã Rõ', 'the name');
  equal([await page.locator('#identity-birth').inputValue(), await page.locator('#identity-idNumber').inputValue(), await page.locator('#identity-oldId').inputValue()], ['09/08/1966', '000066000777', '024681357'], 'birth and numbers');
  equal(await page.locator('#identity-scan').inputValue(), '', 'the box is free for the next');
  await page.locator('#identity-kind label', { hasText: 'Đã biết là ai' }).click();
  await page.locator('#identity-why').fill('Công an xã xác minh');
  await button(page, 'Lưu thay đổi').click();
  await page.getByText('Đã lưu thay đổi').waitFor();
  const now = await clerk.get(`Patient/${p.id}`);
  equal([now.name.find((x) => x.use === 'official')?.text, now.birthDate], ['Hoàng Văn Đã Rõ', '1966-08-09'], 'known');
  truth((await byName('Chưa rõ danh tính')).some((x) => x.id === p.id), 'and found by what they were called before');
  const stay = await stayOf(p.id);
  equal(stay.status, 'in-progress', 'the same stay goes on');
}));

await test('the line down while admitting: kept through a reload, sent once, by itself', () => as('records-clerk', {}, async (page) => {
  await goTo(page, 'stay/admit');
  await named(page, 'Phạm Thị Mất Mạng', '1944');
  await chooseBed(page, 'Khoa');
  await field(page, 'way').selectOption('voluntary');
  line.mode = 'lose';
  line.loses = (url) => url.startsWith('/fhir');
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
  await shot(page, 'stay-line-down');
  line.mode = 'pass';
  await page.getByText('Đã tiếp nhận').waitFor({ timeout: 60_000 });
  const people = await byName('Phạm Thị Mất Mạng');
  equal(people.length, 1, 'one person');
  equal((await clerk.find(`Encounter?patient=${people[0].id}`)).length, 1, 'one stay');
}));

/* Somebody of the ward with an order, for what follows. */
const residents = (await doctor.find('Encounter?status=in-progress&class=IMP&location.partof.partof=Location/demo-ward&_count=60')).map((e) => ({ patient: e.subject.reference.split('/')[1], stay: e.id }));
let next = 0;
const somebody = () => residents[next++] ?? (() => { throw new Error('no more people'); })();

await test('leave with an expected return, overdue, and back', () => as('nurse', {}, async (page) => {
  const r = somebody();
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Nghỉ phép').click();
  const now = Date.now();
  await page.locator('#act-until').fill(wardText(now - minutes(60)).slice(0, 16));
  await page.getByText('Giờ hẹn về trước giờ đi. Xem lại.').waitFor();
  await page.locator('#act-at').fill(wardText(now - minutes(180)).slice(0, 16));
  await page.locator('#act-where').fill('Nhà con gái');
  await page.locator('label', { hasText: 'Có' }).last().click();
  await button(page, 'Ghi').click();
  await page.getByText('Đã ghi nghỉ phép').waitFor();
  const away = await clerk.get(`Encounter/${r.stay}`);
  equal([away.status, away.location[0].status], ['onleave', 'active'], 'away, the bed kept');
  await goTo(page, 'stay');
  await page.getByRole('button', { name: /^Quá hẹn về 1$/ }).click();
  await page.getByText('quá hẹn').first().waitFor();
  await shot(page, 'stay-residents');
  equal(await axe(page), [], 'axe');
  /* who counts heads in the ward finds them, and is led to where they come back */
  const name = (await clerk.get(`Patient/${r.patient}`)).name[0].text;
  await goTo(page, 'ward/demo-ward');
  const missing = page.getByRole('region', { name: 'Vắng mặt' }).getByRole('listitem').filter({ hasText: name });
  await missing.getByText(/Nghỉ phép/).waitFor();
  await missing.getByText(/quá hẹn về từ/).waitFor();
  await missing.scrollIntoViewIfNeeded();
  await shot(page, 'stay-board-away');
  await missing.getByRole('link', { name }).click();
  await button(page, 'Đã trở về').click();
  await button(page, 'Ghi').click();
  await page.getByText('Đã ghi trở về').waitFor();
  const back = await clerk.get(`Encounter/${r.stay}`);
  equal([back.status, back.statusHistory.length], ['in-progress', 2], 'here again');
  /* a visitor written down for the wrong person is struck out */
  await page.getByLabel('Tên khách').fill('Khách Thử');
  await button(page, 'Ghi khách đến').click();
  await page.getByText('Khách Thử').waitFor();
  await button(page, 'Ghi nhầm: Khách Thử').click();
  await page.getByRole('dialog', { name: 'Gạch bỏ lượt khách này?' }).getByRole('button', { name: 'Gạch bỏ' }).click();
  await page.getByText('Khách Thử').waitFor({ state: 'detached' });
  equal((await doctor.find(`Observation?patient=${r.patient}&code=urn:ansinh:care|visit`)).filter((v) => JSON.stringify(v).includes('Khách Thử')).map((v) => v.status), ['entered-in-error'], 'struck, not deleted');
}));

await test('insurance cards that are over or soon will be stand among the terms, until there is a newer one', () => as('records-clerk', {}, async (page) => {
  const r = somebody();
  const name = (await clerk.get(`Patient/${r.patient}`)).name[0].text;
  const day = (n) => wardText(Date.now() + n * 86_400_000).slice(0, 10);
  const insured = (patient, end) => clerk.create({ resourceType: 'Coverage', status: 'active', beneficiary: { reference: `Patient/${patient}` }, subscriberId: 'BT2790000000001', payor: [{ display: 'BHXH' }], period: { start: day(-400), end } });
  await insured(r.patient, day(-1));
  await insured(somebody().patient, day(10));
  await goTo(page, 'stay');
  const line = page.getByRole('region', { name: 'Việc có hạn' }).getByRole('listitem').filter({ hasText: name }).filter({ hasText: 'Thẻ BHYT đã hết hạn' });
  await line.waitFor();
  await shot(page, 'stay-terms-card');
  equal(await axe(page), [], 'axe');
  await line.getByRole('link', { name }).click();
  await page.waitForURL(new RegExp(`#/person/${r.patient}/identity`)); /* where the new card is written */
  await insured(r.patient, day(365));
  await goTo(page, 'stay');
  await page.getByText('Thẻ BHYT sắp hết hạn').first().waitFor();
  equal(await page.getByText('Thẻ BHYT đã hết hạn').count(), 0, 'the newer one counts');
}));

await test('another bed; a bed that is taken cannot be chosen', () => as('nurse', {}, async (page) => {
  const r = somebody();
  const before = await clerk.get(`Encounter/${r.stay}`);
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Chuyển giường').click();
  await chooseBed(page, 'Khoa');
  truth(await page.locator('.an-stay-taken').count() > 0, 'who has the others is said');
  await shot(page, 'stay-bed-change');
  await button(page, 'Ghi').click();
  await page.getByText('Đã chuyển giường').waitFor();
  const after = await clerk.get(`Encounter/${r.stay}`);
  equal(after.location.length, before.location.length + 1, 'both places are told');
  equal(after.location.filter((l) => l.status === 'active').length, 1, 'one of them now');
}));

await test('the end of a stay stops every medicine, with the line cut in between; no dose after it', () => as('nurse', {}, async (page) => {
  const r = somebody();
  const order = await doctor.create({
    resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${r.patient}` }, medicationCodeableConcept: { text: 'Amlodipin 5 mg' },
  });
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Amlodipin 5 mg').first().waitFor();
  await page.locator('#act-reason').selectOption('home');
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Còn thiếu hoặc chưa đúng: Giao cho ai, về đâu').waitFor();
  await page.locator('#act-to').fill('Con trai, xã Tân Hưng');
  await page.locator('#act-medicines').fill('Amlodipin 5 mg: 10 viên');
  await shot(page, 'stay-end');
  equal(await axe(page), [], 'axe');
  line.mode = 'lose';
  line.loses = (url) => url.startsWith('/fhir');
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
  line.mode = 'pass';
  await page.getByText('Đã kết thúc đợt ở').waitFor({ timeout: 60_000 });
  const over = await clerk.get(`Encounter/${r.stay}`);
  equal([over.status, over.hospitalization.dischargeDisposition.coding[0].code], ['finished', 'home'], 'over');
  equal((await doctor.get(`MedicationRequest/${order.id}`)).status, 'stopped', 'the order');
  equal((await doctor.find(`MedicationRequest?patient=${r.patient}&status=active`)).length, 0, 'none is left');
  const dose = { resourceType: 'MedicationAdministration', status: 'completed', subject: { reference: `Patient/${r.patient}` }, medicationCodeableConcept: { text: 'x' }, effectiveDateTime: wardInstant(Date.now() + minutes(2)) };
  const refused = await doctor.create(dose).then(() => '', (e) => String(e.message));
  truth(/422/.test(refused), `a dose afterwards: ${refused}`);
}));

await test('who has left comes again from their own page; a time within the stay before is refused in words; what is half typed is asked about', () => as('records-clerk', {}, async (page) => {
  const [over] = await clerk.find('Encounter?class=IMP&status=finished&_sort=-date&_count=1');
  const who = over.subject.reference.split('/')[1];
  await goTo(page, 'stay/admit');
  await named(page, 'Lò Thị Dở', '1950');
  await goTo(page, `person/${who}/stay`);
  await page.getByRole('link', { name: 'Tiếp nhận lại' }).click();
  await page.getByText('Đang ghi dở: Lò Thị Dở').waitFor();
  equal(await field(page, 'name').inputValue(), 'Lò Thị Dở', 'nothing half typed is lost unasked');
  await page.getByRole('button', { name: /^Bỏ phần ấy, tiếp nhận lại/ }).click();
  await page.getByText(/^Đợt ở trước: .+ – .+/).waitFor();
  await field(page, 'at').fill(wardText(Date.parse(over.period.end) - minutes(1)).slice(0, 16));
  await chooseBed(page);
  await field(page, 'way').selectOption({ index: 1 });
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText('Giờ tiếp nhận nằm trong một đợt ở khác của người này').waitFor();
  await shot(page, 'stay-again');
  equal(await axe(page), [], 'axe');
  await field(page, 'at').fill(wardText(Date.now()).slice(0, 16));
  await button(page, 'Tiếp nhận vào giường').click();
  await page.getByText(/Đã tiếp nhận/).first().waitFor();
  const now = await stayOf(who);
  equal([now.status, now.id !== over.id], ['in-progress', true], 'the record goes on with a new stay');
  await button(page, 'Hoàn tác').click();
  await eventually('taken back', async () => (await clerk.find(`Encounter?patient=${who}&class=IMP&status=in-progress`)).length === 0);
}));

await test('who does not see the orders cannot end a stay over them', () => as('records-clerk', {}, async (page) => {
  const r = somebody();
  await doctor.create({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${r.patient}` }, medicationCodeableConcept: { text: 'Metformin' } });
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Tài khoản này không xem được y lệnh').waitFor();
  await page.locator('#act-reason').selectOption('home');
  await page.locator('#act-to').fill('Con gái');
  await button(page, 'Kết thúc đợt ở').click();
  await page.getByText('Còn thuốc đang dùng, chưa kết thúc được').waitFor();
  equal((await clerk.get(`Encounter/${r.stay}`)).status, 'in-progress', 'still here');
}));

await test('a death frees the bed, tells the head and erases nothing', () => as('doctor', {}, async (page) => {
  const r = somebody();
  const before = (await doctor.find(`Observation?patient=${r.patient}&_summary=count`)).length;
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Ghi tử vong').click();
  await page.locator('#act-at').fill(wardText(Date.now() + minutes(300)).slice(0, 16));
  await page.getByText('Giờ này ở tương lai. Xem lại.').waitFor();
  await page.locator('#act-at').fill(wardText(Date.now()).slice(0, 16));
  await page.locator('label', { hasText: 'Người này đã mất' }).click();
  await page.locator('#act-cause').fill('Suy tim');
  await page.reload();
  await page.locator('#act-cause').waitFor();
  equal(await page.locator('#act-cause').inputValue(), 'Suy tim', 'a reload in the middle loses nothing');
  await button(page, 'Ghi tử vong').click();
  await page.locator('.an-stay-wrong').waitFor(); /* but that this person has died is said anew */
  equal((await doctor.get(`Patient/${r.patient}`)).deceasedDateTime, undefined, 'nothing was recorded');
  await page.locator('label', { hasText: 'Người này đã mất' }).click();
  await shot(page, 'stay-death');
  await button(page, 'Ghi tử vong').click();
  await page.getByText('Đã ghi tử vong').waitFor();
  const p = await clerk.get(`Patient/${r.patient}`);
  truth(p.deceasedDateTime !== undefined, 'the time stands');
  const stay = await clerk.get(`Encounter/${r.stay}`);
  equal([stay.status, stay.location.some((l) => l.status === 'active')], ['finished', false], 'the bed is free');
  equal((await clerk.find(`Task?patient=${r.patient}&code=urn:ansinh:task|death-notice`)).length, 1, 'the head is told');
  truth((await doctor.find(`Observation?patient=${r.patient}&_summary=count`)).length >= before, 'nothing is gone');
  /* at the door they are found, and not offered as somebody to admit */
  await as('records-clerk', {}, async (desk) => {
    await goTo(desk, 'stay/admit');
    await named(desk, p.name[0].text, p.birthDate.split('-').reverse().join('/'), p.gender === 'male' ? 'Nam' : 'Nữ');
    await desk.getByText('Hồ sơ ghi người này đã mất, nên không tiếp nhận lại.').waitFor();
    equal(await button(desk, 'Chính là người này').count(), 0, 'nobody who has died is admitted');
    await button(desk, 'Bỏ bản nháp').or(desk.locator('#stay-name')).first().waitFor();
  });
  /* it was somebody else: alive again, in a bed, with the reason; what was stopped stays stopped */
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Ghi nhầm: người này còn sống').click();
  await page.locator('#act-why').fill('nhầm với người giường bên');
  await chooseBed(page);
  await shot(page, 'stay-alive');
  equal(await axe(page), [], 'axe, alive');
  line.mode = 'lose';
  line.loses = (url) => url.startsWith('/fhir');
  await button(page, 'Sửa: còn sống').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
  line.mode = 'pass';
  await page.getByText('Đã sửa: người này còn sống').waitFor({ timeout: 60_000 });
  const [living, open] = [await clerk.get(`Patient/${r.patient}`), await clerk.get(`Encounter/${r.stay}`)];
  equal([living.deceasedDateTime, open.status, open.period.end, open.location.filter((l) => l.status === 'active').length], [undefined, 'in-progress', undefined, 1], 'the stay goes on');
  equal(living.extension.find((e) => e.url === 'urn:ansinh:extension:change').extension.find((e) => e.url === 'why').valueString, 'nhầm với người giường bên', 'why');
  equal((await clerk.find(`Task?patient=${r.patient}&code=urn:ansinh:task|death-notice&status=requested`)).length, 0, 'no notice is owed');
  await doctor.create({ resourceType: 'MedicationAdministration', status: 'completed', subject: { reference: `Patient/${r.patient}` }, medicationCodeableConcept: { text: 'x' }, effectiveDateTime: wardInstant(Date.now()) });
}));

await test('a death is certified: what is missing is said, the police are owed a word, and the sheet is printed', () => as('doctor', {}, async (page) => {
  const r = somebody();
  const died = Date.now() - minutes(50);
  await goTo(page, `person/${r.patient}/death`);
  await page.getByText('Hồ sơ chưa ghi người này đã mất').waitFor();
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Ghi tử vong').click();
  await page.locator('#act-at').fill(wardText(died).slice(0, 16));
  await page.locator('label', { hasText: 'Người này đã mất' }).click();
  await button(page, 'Ghi tử vong').click();
  await page.getByRole('link', { name: 'Xác nhận tử vong' }).click();
  equal(await page.locator('.an-stay-form input:checked').count(), 0, 'nothing is chosen beforehand');
  await button(page, 'Ghi xác nhận').click();
  for (const gap of ['Chọn ai xác nhận.', 'Ghi giờ xác nhận.', 'Chọn nơi mất.', 'Chọn mất như thế nào.']) await page.getByText(gap).waitFor();
  equal((await doctor.find(`Encounter?patient=${r.patient}&type=urn:ansinh:visit-type|death-certification`)).length, 0, 'nothing is written yet');
  await page.locator('#certify-by label').first().click();
  await page.locator('#certify-at').fill(wardText(died - minutes(10)).slice(0, 16));
  await page.getByText('Giờ này trước giờ mất. Xem lại.').waitFor();
  await page.locator('#certify-at').fill(wardText(died + minutes(20)).slice(0, 16));
  await page.locator('#certify-spot label', { hasText: 'Tại cơ sở' }).click();
  await page.locator('#certify-spot-text').fill('P.102');
  await page.getByLabel('Nguyên nhân trực tiếp (ICD-10)').first().fill('Ngừng tim');
  await page.getByRole('option', { name: /Ngừng tim/ }).last().click();
  await page.getByLabel('Bệnh, chấn thương gốc (ICD-10)').first().fill('xơ gan');
  await page.getByText(/Đã gõ mà chưa chọn/).waitFor();
  await page.getByRole('option', { name: /xơ gan/i }).last().click();
  await page.getByText(/Đã gõ mà chưa chọn/).waitFor({ state: 'detached' });
  await page.locator('#certify-manner label', { hasText: 'Đột ngột' }).click();
  await page.getByText('Phải báo công an và cấp trên ngay').waitFor();
  await page.locator('label', { hasText: 'Gia đình' }).click();
  await page.locator('#certify-told-family').fill('Con gái');
  await page.locator('label', { hasText: 'UBND, trạm y tế xã' }).click();
  await page.locator('#certify-left').fill('Áo ấm\nVí da');
  await page.locator('#certify-taker').fill('Con gái');
  const looks = async (p, lang) => {
    for (const size of Object.keys(SIZES)) {
      await p.setViewportSize(SIZES[size]);
      equal(await tooWide(p), 0, `${size}, ${lang}`);
      equal(await axe(p), [], `axe, certifying, ${size}, ${lang}`);
      await shot(p, `stay-certify-${size}-${lang}`);
    }
  };
  await looks(page, 'vi');
  await as('doctor', { lang: 'en' }, async (english) => {
    await goTo(english, `person/${r.patient}/death`);
    await english.getByText('Who certifies').first().waitFor();
    await looks(english, 'en');
  });
  await button(page, 'Ghi xác nhận').click();
  await page.getByText('Đã ghi xác nhận tử vong').waitFor();
  await page.getByText('Không thay cho giấy báo tử').waitFor();
  equal(await axe(page), [], 'axe, the sheet');
  await shot(page, 'stay-certified');
  const [visit] = await doctor.find(`Encounter?patient=${r.patient}&type=urn:ansinh:visit-type|death-certification`);
  truth(visit.participant[0].individual.reference.startsWith('Practitioner/'), 'in the name of who signed in');
  const open = await doctor.find(`Task?patient=${r.patient}&status=requested`);
  equal(open.map((t) => t.code.coding[0].code).filter((c) => c.startsWith('death-')), ['death-authority'], 'the notice is done, the police are owed a word');
  /* written anew: the one before is struck */
  await button(page, 'Ghi lại cho đúng').click();
  await page.locator('#certify-by label').first().click();
  await page.locator('#certify-at').fill(wardText(died + minutes(20)).slice(0, 16));
  await page.locator('#certify-spot label', { hasText: 'Tại cơ sở' }).click();
  await page.getByLabel('Nguyên nhân trực tiếp (ICD-10)').first().fill('Suy tim');
  await page.getByRole('option', { name: /Suy tim/ }).last().click();
  await page.locator('#certify-manner label', { hasText: 'Do bệnh' }).click();
  await button(page, 'Ghi xác nhận').click();
  await page.locator('.an-sheet').getByText(/Suy tim/).waitFor();
  const all = await doctor.find(`Encounter?patient=${r.patient}&type=urn:ansinh:visit-type|death-certification`);
  equal(all.map((e) => e.status).sort(), ['entered-in-error', 'finished'], 'one stands, one is struck');
  equal((await doctor.find(`Task?patient=${r.patient}&code=urn:ansinh:task|death-authority&status=requested`)).length, 0, 'nothing is owed any more');
  /* it was somebody else: all of it is struck with the death */
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Ghi nhầm: người này còn sống').click();
  await page.locator('#act-why').fill('nhầm người');
  await chooseBed(page);
  await button(page, 'Sửa: còn sống').click();
  await page.getByText('Đã sửa: người này còn sống').waitFor();
  equal((await doctor.find(`Encounter?patient=${r.patient}&type=urn:ansinh:visit-type|death-certification&status=finished`)).length, 0, 'no certification stands of the living');
}));

await test('a death in hospital is copied from its paper, on a phone; who works in one ward reads', () => as('doctor', { size: 'phone' }, async (page) => {
  const r = somebody();
  const died = Date.now() - minutes(90);
  await goTo(page, `person/${r.patient}/stay`);
  await button(page, 'Ghi tử vong').click();
  await page.locator('#act-at').fill(wardText(died).slice(0, 16));
  await page.locator('label', { hasText: 'Người này đã mất' }).click();
  await button(page, 'Ghi tử vong').click();
  await page.getByRole('link', { name: 'Xác nhận tử vong' }).click();
  await page.locator('#certify-by label', { hasText: 'Bệnh viện' }).click();
  await button(page, 'Ghi xác nhận').click();
  await page.getByText('Ghi họ tên người xác nhận.').waitFor();
  await page.locator('#certify-house').fill('Bệnh viện tỉnh');
  await page.locator('#certify-name').fill('Bác sĩ Hùng');
  await page.locator('#certify-number').fill('15/BT');
  await page.locator('#certify-at').fill(wardText(died + minutes(20)).slice(0, 16));
  await page.locator('#certify-spot label', { hasText: 'Tại bệnh viện' }).click();
  await page.getByLabel('Nguyên nhân trực tiếp (ICD-10)').first().fill('Viêm phổi');
  await page.getByRole('option', { name: /Viêm phổi/ }).last().click();
  await page.locator('#certify-manner label', { hasText: 'Do bệnh' }).click();
  /* the line is down: it is kept, and goes once the line is back; written once */
  line.mode = 'lose';
  line.loses = (url) => url.startsWith('/fhir');
  await button(page, 'Ghi xác nhận').click();
  await page.getByText('Chưa gửi được, vẫn giữ ở đây').waitFor({ timeout: 60_000 });
  line.mode = 'pass';
  await page.locator('.an-sheet').getByText('Bác sĩ Hùng · Bệnh viện · Bệnh viện tỉnh').waitFor({ timeout: 60_000 });
  const visits = await doctor.find(`Encounter?patient=${r.patient}&type=urn:ansinh:visit-type|death-certification`);
  equal(visits.map((v) => [v.participant[0].individual.reference, v.serviceProvider.display]), [[undefined, 'Bệnh viện tỉnh']]);
  await as('nurse', {}, async (ward) => {
    await goTo(ward, `person/${r.patient}/death`);
    await ward.locator('.an-sheet').getByText('Bác sĩ Hùng').waitFor();
    equal(await button(ward, 'Ghi lại cho đúng').count(), 0, 'nothing to write');
  });
}));

await test('two records of one person become one, and are parted after further entries', () => as('doctor', {}, async (page) => {
  const r = somebody();
  const [kept] = [await clerk.get(`Patient/${r.patient}`)];
  const name = kept.name[0].text;
  const twin = await clerk.create({
    resourceType: 'Patient', active: true, name: [{ text: `${name} Hai` }], gender: kept.gender, birthDate: '1931-01-01', identifier: [{ system: 'urn:ansinh:id:test', value: 'TWIN-1' }],
    managingOrganization: { reference: 'Organization/demo-facility' },
  });
  const note = await doctor.create({ resourceType: 'Condition', subject: { reference: `Patient/${twin.id}` }, code: { text: 'Đau khớp gối' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] } });
  const order = await doctor.create({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${twin.id}` }, medicationCodeableConcept: { text: 'Paracetamol' } });
  await goTo(page, `person/${r.patient}/merge`);
  await page.getByLabel('Tìm theo tên hoặc số giấy tờ').fill('TWIN-1');
  await button(page, 'Chọn').click();
  await page.getByText('Hai hồ sơ đang có').waitFor();
  truth(await button(page, 'Gộp hồ sơ').isDisabled(), 'a side for each difference first');
  await page.locator('section', { hasText: 'Họ tên' }).locator('label', { hasText: 'hồ sơ giữ lại' }).last().click();
  await page.locator('section', { hasText: 'Ngày sinh' }).locator('label', { hasText: '01/01/1931' }).last().click();
  await shot(page, 'stay-merge');
  equal(await axe(page), [], 'axe');
  await button(page, 'Gộp hồ sơ').click();
  await page.getByText(/Đã gộp/).waitFor();
  const merged = await clerk.get(`Patient/${r.patient}`);
  equal([merged.birthDate, merged.name[0].text, merged.link[0].type], ['1931-01-01', name, 'replaces'], 'as chosen');
  equal((await clerk.get(`Patient/${twin.id}`)).active, false, 'the other one');
  truth((await doctor.find(`Condition?patient=${r.patient}&_count=100`)).some((c) => c.id === note.id), 'what lay under the other is found');
  equal((await doctor.get(`MedicationRequest/${order.id}`)).subject.reference, `Patient/${r.patient}`, 'what runs went over');
  /* the record shows it, and the old one leads here */
  await goTo(page, `person/${r.patient}`);
  await page.getByText('Đau khớp gối', { exact: true }).waitFor();
  await goTo(page, `person/${twin.id}`);
  await page.getByText('Hồ sơ này đã gộp vào hồ sơ khác').waitFor();
  /* further entries, then apart */
  const later = await doctor.create({ resourceType: 'Condition', subject: { reference: `Patient/${r.patient}` }, code: { text: 'Ho' } });
  await goTo(page, `person/${r.patient}/merge`);
  await button(page, 'Tách lại').click();
  await page.getByText(/2 mục đã chuyển hoặc ghi thêm/).waitFor();
  truth(await button(page, 'Tách hồ sơ').isDisabled(), 'a side for each entry first');
  await page.locator('fieldset', { hasText: 'Paracetamol' }).locator('label').nth(1).click();
  await page.locator('fieldset', { hasText: 'Ho' }).last().locator('label').nth(1).click();
  await shot(page, 'stay-part');
  await button(page, 'Tách hồ sơ').click();
  await page.getByText('Đã gộp').waitFor({ state: 'detached' });
  const [one, two] = [await clerk.get(`Patient/${r.patient}`), await clerk.get(`Patient/${twin.id}`)];
  equal([one.birthDate, one.link ?? null, two.active, two.link ?? null], [kept.birthDate, null, true, null], 'as they were');
  equal((await doctor.get(`MedicationRequest/${order.id}`)).subject.reference, `Patient/${twin.id}`, 'back');
  equal((await doctor.get(`Condition/${later.id}`)).subject.reference, `Patient/${twin.id}`, 'to the side that was chosen');
  truth(!(await doctor.find(`Condition?patient=${r.patient}&_count=100`)).some((c) => c.id === note.id), 'and not found from here any more');
}));

await test('visitors are written at the door, also without a line', () => as('nurse', {}, async (page) => {
  const r = somebody();
  await goTo(page, `person/${r.patient}/stay`);
  await page.locator('#visit-who').waitFor();
  line.mode = 'gone';
  await page.locator('#visit-who').fill('Trần Thị Thăm');
  await page.locator('#visit-relation').fill('Con gái');
  await button(page, 'Ghi khách đến').click();
  await page.getByText('1 lượt chưa gửi').waitFor();
  line.mode = 'pass';
  await page.getByText('Trần Thị Thăm · Con gái').waitFor({ timeout: 60_000 });
}));

await test('person-days, who came and went, and meals follow from the stays; the file is one for a table program', () => as('facility-head', {}, async (page) => {
  await goTo(page, 'stay/lists');
  await page.getByText(/ngày có mặt của \d+ người/).waitFor();
  await shot(page, 'stay-days');
  equal(await axe(page), [], 'axe');
  await button(page, 'Tăng giảm').click();
  const said = await page.getByText(/Đầu kỳ \d+, tăng \d+, giảm \d+/).innerText();
  const [opening, came, went, closing] = [.../Đầu kỳ (\d+), tăng (\d+), giảm (\d+), .* còn (\d+)\./.exec(said)].slice(1).map(Number);
  equal(closing, opening + came - went, said);
  equal(closing, (await clerk.find('Encounter?status=in-progress,onleave&class=IMP&_count=200')).length, 'as many as there are open stays');
  const waiting = page.waitForEvent('download');
  await button(page, 'Tải tệp CSV').click();
  truth(/^moves-\d{4}-\d{2}-01\.csv$/.test((await waiting).suggestedFilename()), 'the file');
  await button(page, 'Báo ăn').click();
  await page.getByText(/Sáng \d+ suất/).waitFor();
  await shot(page, 'stay-meals');
}));

await test('a diet is ordered, changed by two, and everything that feeds goes by it; who sees no diets is told so', async () => {
  const r = somebody();
  const standing = () => doctor.find(`NutritionOrder?patient=${r.patient}&status=active`);
  for (const o of await standing()) await doctor.put({ ...o, status: 'completed' });
  for (const a of await doctor.find(`AllergyIntolerance?patient=${r.patient}&category=food`)) await doctor.put({ ...a, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'resolved' }] } });
  await doctor.create({ resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${r.patient}` }, category: ['food'], code: { text: 'tôm' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } });
  const ward = 'demo-ward';
  const lists = async (page) => {
    await goTo(page, 'stay');
    await open(page, 'stay/lists');
    await button(page, 'Báo ăn').click();
    await page.locator('.an-stay-table').first().locator('tbody tr').first().waitFor();
    return Object.fromEntries(await page.locator('.an-stay-table').first().locator('tbody tr').evaluateAll((l) => l.map((x) => [x.cells[1].innerText, Number(x.cells[3].innerText)])));
  };
  await as('nurse', {}, async (page) => {
    const before = await lists(page);
    await open(page, `person/${r.patient}/plan`);
    const card = page.getByRole('region', { name: 'Chế độ ăn' });
    await card.getByText('Ăn thường').first().waitFor();
    await card.getByRole('button', { name: 'Đổi chế độ ăn' }).click();
    await card.getByRole('button', { name: 'Xay nhuyễn', exact: true }).click();
    await card.getByRole('button', { name: 'Ăn nhạt', exact: true }).click();
    await card.getByLabel('Ghi thêm').fill('đút từng thìa');
    await page.reload();
    equal([await card.getByRole('button', { name: 'Xay nhuyễn', exact: true }).getAttribute('aria-pressed'), await card.getByLabel('Ghi thêm').inputValue()], ['true', 'đút từng thìa'], 'a reload loses nothing');
    await shot(page, 'diet');
    equal(await axe(page), [], 'axe, the form');
    await card.getByRole('button', { name: 'Lưu chế độ ăn' }).click();
    await card.getByText('Xay nhuyễn, Ăn nhạt · đút từng thìa', { exact: false }).first().waitFor();
    equal((await standing()).map((o) => [o.oralDiet.type.map((t) => t.text), o.orderer.reference.startsWith('Practitioner/')]), [[['Xay nhuyễn', 'Ăn nhạt'], true]], 'one order');
    await open(page, `ward/${ward}/care?p=${r.patient}&k=meal`);
    await page.getByText('Chế độ ăn: Xay nhuyễn, Ăn nhạt. đút từng thìa').waitFor();
    const after = await lists(page);
    equal([after['Xay nhuyễn, Ăn nhạt'], after['Ăn thường']], [1, before['Ăn thường'] - 1], 'the kitchen');
    /* what cannot be counted stands by itself, and in the file */
    const own = page.locator('.an-stay-apart tbody tr').filter({ hasText: 'đút từng thìa' });
    equal(await own.locator('td').allInnerTexts().then((t) => t.slice(3)), ['Xay nhuyễn, Ăn nhạt', 'đút từng thìa. Dị ứng: tôm'], 'what the kitchen has to know of one');
    await page.getByRole('heading', { name: /^Ăn riêng: \d+ người/ }).scrollIntoViewIfNeeded();
    await shot(page, 'stay-meals-apart');
    equal(await axe(page), [], 'axe, the list');
    const file = page.waitForEvent('download');
    await button(page, 'Tải tệp CSV').click();
    truth(/đút từng thìa\. Dị ứng: tôm/.test(await readFile(await (await file).path(), 'utf8')), 'in the file');
    /* another changes it while this form stands open */
    await open(page, `person/${r.patient}/plan`);
    await card.getByRole('button', { name: 'Đổi chế độ ăn' }).click();
    await card.getByRole('button', { name: 'Nhịn ăn', exact: true }).click();
    const [now] = await standing();
    await doctor.put({ ...now, oralDiet: { ...now.oralDiet, instruction: 'chia 5 bữa' } });
    await card.getByRole('button', { name: 'Lưu chế độ ăn' }).click();
    await card.getByText('Người khác vừa đổi chế độ ăn').waitFor();
    await card.getByText('chia 5 bữa').first().waitFor();
    await card.getByRole('button', { name: 'Lưu chế độ ăn' }).click();
    await card.getByText('Đã lưu').waitFor();
    equal((await standing()).map((o) => o.oralDiet.type[0].text), ['Nhịn ăn'], 'still one');
    const last = await lists(page);
    equal([last['Xay nhuyễn, Ăn nhạt'], last['Nhịn ăn'], last['Ăn thường']], [undefined, undefined, after['Ăn thường']], 'no portion for who fasts');
    await page.getByText('Nhịn ăn: 1 người, không tính suất.', { exact: false }).waitFor();
  });
  await as('records-clerk', {}, async (page) => {
    equal(Object.keys(await lists(page)).sort().slice(-1), ['Chưa chia theo chế độ ăn'], 'never told as ordinary');
    await page.getByText('Tài khoản này không xem được chế độ ăn', { exact: false }).waitFor();
  });
});

await test('fits a phone, a tablet and a desk, in both languages', async () => {
  for (const size of Object.keys(SIZES)) {
    await as('social-worker', { size, lang: size === 'desktop' ? 'en' : 'vi' }, async (page) => {
      await goTo(page, 'stay');
      await shot(page, `stay-list-${size}`);
      equal(await axe(page), [], `axe, list, ${size}`);
      equal(await tooWide(page), 0, `list is wider than ${size}`);
      await goTo(page, 'stay/admit');
      await page.locator('#stay-who label').first().click();
      await page.locator('#stay-way').waitFor();
      await page.locator('#stay-way').selectOption('special');
      await shot(page, `stay-admit-${size}`);
      equal(await axe(page), [], `axe, admission, ${size}`);
      equal(await tooWide(page), 0, `admission is wider than ${size}`);
      await goTo(page, `person/${residents[residents.length - 1].patient}/stay`);
      await page.locator('.an-stay-facts').first().waitFor();
      await shot(page, `stay-person-${size}`);
      equal(await axe(page), [], `axe, person, ${size}`);
    });
  }
});

/* What lies on this device for the page, sealed. */
const sealed = (page) => page.evaluate(() => new Promise((done) => {
  const open = indexedDB.open('ansinh-drafts', 1);
  open.onerror = () => done(-1);
  open.onsuccess = () => {
    const all = open.result.transaction('sealed').objectStore('sealed').getAll();
    all.onsuccess = () => done(all.result.map((r) => new TextDecoder('latin1').decode(r.data)));
  };
}));

await test('a tab that dies in the middle of an admission loses nothing; another person at the tablet finds nothing', async () => {
  const page = await visit(browser, line.url, { size: 'tablet' });
  const context = page.context();
  const fresh = async (name) => {
    const next = await context.newPage();
    next.setDefaultTimeout(10_000);
    await next.goto(line.url);
    if (name) await signIn(next, name);
    await next.locator('main h1').first().waitFor();
    await goTo(next, 'stay/admit');
    return next;
  };
  try {
    await signIn(page, 'records-clerk');
    await page.locator('main h1').first().waitFor();
    await goTo(page, 'stay/admit');
    await named(page, 'Nguyễn Thị Bản Nháp', '1951');
    await eventually('sealed on the disk', async () => (await sealed(page)).length > 0);
    const rows = await sealed(page);
    equal(rows.length, 1, 'one row');
    truth(!/Nguy|1951/.test(rows.join()), 'nothing to be read on the disk'); /* four letters: two come up by chance in what is sealed */
    await page.close(); /* no warning, no last word */
    const again = await fresh();
    await again.getByText('Bản nháp lúc').waitFor();
    equal(await field(again, 'name').inputValue(), 'Nguyễn Thị Bản Nháp', 'what was typed');
    await shot(again, 'stay-draft');
    equal(await axe(again), [], 'axe');
    await again.close();
    await context.clearCookies();
    const other = await fresh('social-worker');
    await other.getByText('Biết người này là ai không?').waitFor();
    equal([await other.getByText('Bản nháp lúc').count(), await field(other, 'name').count()], [0, 0], 'nothing for another');
    await other.close();
    await context.clearCookies();
    const back = await fresh('records-clerk');
    await back.getByText('Bản nháp lúc').waitFor();
    await button(back, 'Bỏ bản nháp').click();
    await back.getByText('Biết người này là ai không?').waitFor();
    await eventually('thrown away, also on the disk', async () => (await sealed(back)).length === 0);
  } finally {
    await context.close();
  }
});

await end();
process.exit(finish());
