/* Importing medicine books in a real browser, with sign-in on: the cupboard's book becomes cards with a count that is signed for, the book of what
 * each takes becomes copies that wait for a second person; every doubt is asked, brought again all is there already, and it can be taken back.
 *
 *   ANSINH=/path/to/ansinh node books-medicines.mjs */

import { readFileSync } from 'node:fs';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { DEMO_PASSWORD } from './kit/sign.mjs';
import { button, clientAs, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { workbook } from './kit/workbook.mjs';

const { server, line, withPage, open, end } = await stage('books-medicines', { demo: ['--facilities', '1', '--residents', '12', '--days', '1'] });
const WARD = 'demo-ward';
const nurse = await clientAs(server, 'nurse');
const doctor = await clientAs(server, 'doctor');

/* Residents of our own, of whom two have one name; nothing hangs on what the demo's people take. */
async function admit(text, birthDate, bed) {
  const person = await nurse.create({ resourceType: 'Patient', active: true, name: [{ text, family: text.split(' ')[0], given: text.split(' ').slice(1) }], birthDate, managingOrganization: { reference: `Organization/${facility}` } });
  await nurse.create({
    resourceType: 'Encounter', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject: { reference: `Patient/${person.id}` },
    serviceProvider: { reference: `Organization/${facility}` }, period: { start: '2026-01-01T08:00:00+07:00' }, location: [{ location: { reference: `Location/${bed}` }, status: 'active' }],
  });
  return person.id;
}
const facility = (await nurse.get(`Location/${WARD}`)).managingOrganization.reference.split('/')[1];
const an = await admit('Đinh Văn Ẩn', '1948-03-02', WARD);
await admit('Đinh Văn Ba', '1961', WARD);
const hai = [await admit('Đinh Thị Hai', '1950', WARD), await admit('Đinh Thị Hai', '1957-07-01', WARD)];
await doctor.create({ resourceType: 'AllergyIntolerance', patient: { reference: `Patient/${an}` }, code: { text: 'Penicilin' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] } });

const taken = workbook({
  'Ghi chú': [['Sổ theo dõi thuốc ngoại viện']],
  'Thuốc': [
    ['SỔ THEO DÕI THUỐC NGƯỜI BỆNH'],
    ['STT', 'Họ tên', 'Năm sinh', 'Tên thuốc', 'ĐVT', 'Liều dùng', '', '', '', 'Đường dùng', 'Đến ngày', 'Bác sĩ kê', 'Bệnh viện'],
    ['', '', '', '', '', 'Sáng', 'Trưa', 'Chiều', 'Tối'],
    [1, 'Đinh Văn Ẩn', 1948, 'Amlodipin 5 mg', 'viên', 1, '', '', '', 'uống', '', 'BS Hà', 'BV tỉnh'],
    ['', '', '', 'Metformin 500 mg', 'viên', 1, '', '', '1/2', 'uống', '', 'BS Hà', 'BV tỉnh'],
    [2, 'Đinh Văn Ẩn', 1948, 'Amoxicillin 500 mg', 'viên', 1, '', 1, '', 'uống', '', 'BS Hà', ''],
    [3, 'Đinh Thị Hai', '', 'Diazepam 5 mg', 'viên', '', '', '', 1, 'uống', '', 'BS Hà', ''],
    [4, 'Người Không Có', '', 'Vitamin B1', 'viên', 1, '', '', '', 'uống', '', 'BS Hà', ''],
    [5, 'Đinh Văn Ẩn', 1948, 'Natri clorid 0,9 %', 'lọ', 'khi khô', '', '', '', 'uống', '', 'BS Hà', ''],
    [6, 'Đinh Văn Ẩn', 1948, 'Furosemid 40 mg', 'viên', 1, '', '', '', 'uống', '01/02/2020', 'BS Hà', ''],
    ['Tổng cộng', '', '', '7 thuốc'],
  ],
});

const cupboard = workbook([
  ['SỔ TỦ THUỐC KHOA'],
  ['STT', 'Tên thuốc', 'Hàm lượng', 'ĐVT', 'Số lượng', 'Số lô', 'Hạn dùng', 'Cơ số'],
  [1, 'Thử sổ A', '5 mg', 'viên', 100, 'L1', '12/2029', 50],
  [2, 'Thử sổ A', '5 mg', 'viên', 20, 'L2', '01/2030', ''],
  [3, 'Thử sổ B 10 ml', '', 'ống', '1.000', '', '', ''],
  [4, 'Morphin 10 mg/ml', '', 'ống', 4, 'M1', '06/2029', 5],
  [5, 'Thử sổ C', '', '', 7, '', '', ''],
  ['Cộng', '', '', '', 1131],
]);

const tally = async (page) => (await page.locator('.an-tally strong').allInnerTexts()).map(Number);
const row = (page, text) => page.locator('.an-plan > li', { hasText: text });
const show = (page, verdict) => page.locator(`.an-tally button[data-verdict=${verdict}]`).click();

async function choose(page, name, buffer) {
  await open(page, 'books/medicines');
  await page.setInputFiles('#book-file', { name, mimeType: 'application/octet-stream', buffer });
  await page.selectOption('#book-ward', WARD);
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-columns');
}
async function review(page, name, buffer, sheet) {
  await choose(page, name, buffer);
  if (sheet) equal(await page.getByLabel('Trang tính').locator('option:checked').innerText(), sheet, 'the sheet whose headings say most');
  await page.locator('.an-columns li').first().waitFor();
  await eventually('columns are complete', async () => button(page, 'Tiếp tục').isEnabled());
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally');
}
const ordersOf = (id) => nurse.find(`MedicationRequest?patient=${id}&status=active&_count=50`);

await test('what each takes: read strictly, asked where it is not certain, copied and never given at once', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  await choose(page, 'so-thuoc.xlsx', taken);
  equal(await page.getByLabel('Trang tính').locator('option:checked').innerText(), 'Thuốc', 'the sheet whose headings say most');
  equal(await page.getByRole('radio', { name: /^Sổ thuốc từng người đang dùng/ }).isChecked(), true, 'the kind follows from the headings');
  equal(await page.getByRole('radio', { name: /^Danh sách người được chăm sóc/ }).isDisabled(), true, 'a nurse brings no list of people');
  await shot(page, 'books-taken-map');
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally');
  equal(await tally(page), [1, 4, 2, 0], 'new, doubtful, refused, same');
  for (const [medicine, words] of [['Metformin', 'lấy người ở dòng trên, Đinh Văn Ẩn'], ['Amoxicillin', 'DỊ ỨNG: người này có ghi dị ứng Penicilin'], ['Diazepam', 'có 2 người khớp'], ['Natri clorid', 'chưa rõ liều: giữ nguyên chữ']]) {
    truth((await row(page, medicine).innerText()).includes(words), `${medicine}: ${words}`);
  }
  equal(await row(page, 'Diazepam').getByRole('checkbox').isDisabled(), true, 'not before it is said who it is');
  equal(await row(page, 'Diazepam').locator('[aria-pressed=true]').count(), 0, 'nothing is chosen beforehand');
  equal(await axe(page), [], 'axe');
  await shot(page, 'books-taken-review');
  await show(page, 'refused');
  truth((await row(page, 'Vitamin B1').innerText()).includes('không có ai tên này đang ở cơ sở'), 'nobody');
  truth((await row(page, 'Furosemid').innerText()).includes('đã hết hạn dùng từ 2020-02-01'), 'over');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Tải \d+ dòng chưa ghi$/ }).click()]);
  const left = readFileSync(await file.path(), 'utf8');
  truth(left.includes('Người Không Có') && left.includes('B8') && !left.includes('Amlodipin'), 'what was not written can be saved, with its cell');
  await show(page, 'doubtful');
  await row(page, 'Metformin').getByRole('checkbox').check();
  await page.getByLabel('Dòng 7 là ai?').selectOption(hai[1]);
  await row(page, 'Diazepam').getByRole('button', { name: 'Phải kiểm soát' }).click();
  await show(page, 'new');
  await row(page, 'Diazepam').waitFor();
  equal(await ordersOf(an), [], 'nothing is written before it is said');
  await page.getByRole('button', { name: /^Ghi vào hồ sơ \(3\)$/ }).click();
  await page.getByText('Đã chép 3 thuốc vào hồ sơ').waitFor();
  await shot(page, 'books-taken-done');

  const orders = await ordersOf(an);
  equal(orders.map((o) => o.medicationCodeableConcept.text).sort(), ['Amlodipin 5 mg', 'Metformin 500 mg'], 'what was agreed to');
  const metformin = orders.find((o) => o.medicationCodeableConcept.text.startsWith('Metformin'));
  equal([metformin.reportedBoolean, metformin.requester, metformin.dosageInstruction.map((d) => [d.doseAndRate[0].doseQuantity.value, d.timing.repeat.timeOfDay])], [true, { display: 'BS Hà, BV tỉnh' }, [[1, ['07:30:00']], [0.5, ['20:00:00']]]], 'a copy, with the prescriber in words');
  equal((await ordersOf(hai[1])).map((o) => o.extension?.[0]?.url), ['urn:ansinh:extension:controlled'], 'kept under control');
  equal(await ordersOf(hai[0]), [], 'not the other of that name');
  const dose = await fhir(page, 'POST', 'MedicationAdministration', {
    resourceType: 'MedicationAdministration', status: 'completed', medicationCodeableConcept: { text: 'Metformin 500 mg' }, subject: { reference: `Patient/${an}` }, effectiveDateTime: new Date().toISOString(), request: { reference: `MedicationRequest/${metformin.id}` },
  });
  equal(dose.status, 422, 'no dose before the second check');
}));

await test('a mended name is asked of the record anew, and an agreement falls with what it was about', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'nurse');
  const year = new Date().getFullYear() + 1;
  await review(page, 'sua.xlsx', workbook([
    ['Họ tên', 'Tên thuốc', 'ĐVT', 'Cách dùng', 'Đường dùng', 'Đến ngày', 'Bác sĩ kê'],
    ['Đinh Thị Hai', 'Amoxicillin 500 mg', 'viên', 'sáng 1 viên', 'uống', '', 'BS Hà'],
    ['', 'Thử Khác 5 mg', 'viên', 'sáng 1 viên', 'uống', '', 'BS Hà'],
    ['Đinh Văn Ba', 'Thử Tháng 5 mg', 'viên', 'sáng 1 viên', 'uống', `12/${year}`, 'BS Hà'],
  ]));
  equal(await tally(page), [0, 3, 0, 0], 'two of a name, the line below it, a month');
  truth((await row(page, 'Thử Tháng').innerText()).includes(`hiểu là dùng đến hết ngày 31/12/${year}`), 'the last day of a month is asked');
  await page.getByLabel('Dòng 3 là ai?').selectOption(hai[0]);
  await row(page, 'Thử Khác').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Ghi vào hồ sơ (1)' }).waitFor();
  await row(page, 'Amoxicillin').getByRole('button', { name: 'Sửa A2' }).click();
  await page.getByLabel('Nội dung đúng của ô A2').fill('Đinh Văn Ẩn');
  await page.getByLabel('Nội dung đúng của ô A2').press('Enter');
  await row(page, 'Amoxicillin').getByText('DỊ ỨNG: người này có ghi dị ứng Penicilin').waitFor();
  await row(page, 'Thử Khác').getByText('lấy người ở dòng trên, Đinh Văn Ẩn').waitFor();
  equal(await row(page, 'Thử Khác').getByRole('checkbox').isChecked(), false, 'it is of somebody else by now');
  equal(await page.getByRole('button', { name: 'Ghi vào hồ sơ (0)' }).isDisabled(), true, 'nothing is agreed to');
}));

await test('brought again, all is there; taken back, what somebody has checked stays', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'nurse');
  await review(page, 'so-thuoc.xlsx', taken, 'Thuốc');
  await show(page, 'same');
  equal((await tally(page))[3] >= 2, true, 'the lines that were written');
  await row(page, 'Amlodipin').getByText('đã chép từ sổ này trước đây').waitFor();

  const [checked] = (await ordersOf(an)).filter((o) => o.medicationCodeableConcept.text.startsWith('Amlodipin'));
  const me = (await (await fetch(`${server.base}/auth/me`, { headers: doctor.headers })).json()).account.practitioner;
  await doctor.put({ ...checked, extension: [...(checked.extension ?? []), { url: 'urn:ansinh:extension:second-check', extension: [{ url: 'who', valueReference: { reference: me } }, { url: 'when', valueDateTime: new Date().toISOString() }] }] });
  await open(page, 'books/medicines');
  const past = page.getByRole('region', { name: 'Các lần nhập trước' }).locator('li', { hasText: 'so-thuoc.xlsx' });
  await past.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByRole('button', { name: 'Xóa các mục này' }).click();
  await past.getByText('Đã hoàn tác', { exact: true }).waitFor();
  equal((await ordersOf(an)).map((o) => o.medicationCodeableConcept.text), ['Amlodipin 5 mg'], 'the checked one stays');
  equal((await nurse.find(`MedicationRequest?patient=${hai[1]}`)).map((o) => [o.status, o.statusReason.text]), [['entered-in-error', 'Hoàn tác lần nhập sổ']], 'struck through with the reason, not deleted');
}));

await test('a lost answer half-way copies nothing twice', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'nurse');
  const many = workbook([['Họ tên', 'Năm sinh', 'Tên thuốc', 'ĐVT', 'Cách dùng', 'Đường dùng', 'Bác sĩ kê'], ...Array.from({ length: 90 }, (_, i) => ['Đinh Văn Ẩn', 1948, `Hợp chất ${'abcdefghij'[i % 10]}${'klmnopqrs'[Math.floor(i / 10)]}xyz 5 mg`, 'viên', 'sáng 1 viên', 'uống', 'BS Hà'])]);
  await review(page, 'nhieu.xlsx', many);
  equal((await tally(page)).slice(0, 3), [1, 89, 0], 'one substance by its first word, asked'); 
  await page.getByRole('button', { name: /^Đồng ý cả 89 dòng/ }).click();
  line.mode = 'lose';
  await page.getByRole('button', { name: /^Ghi vào hồ sơ \(90\)$/ }).click();
  await page.getByText('Dừng giữa chừng').waitFor({ timeout: 60_000 });
  line.mode = 'pass';
  await button(page, 'Ghi tiếp').click();
  await page.getByText('Đã chép 90 thuốc vào hồ sơ').waitFor({ timeout: 60_000 });
  equal((await nurse.find(`MedicationRequest?patient=${an}&status=active&_count=200`)).filter((o) => o.medicationCodeableConcept.text.startsWith('Hợp chất')).length, 90, 'each once');
}));

await test('a book of 5,000 lines is read and compared, every line once', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  const letter = (n) => String.fromCharCode(97 + (n % 26));
  const name = (i) => `Chat${letter(i)}${letter(Math.floor(i / 26))}${letter(Math.floor(i / 676))}xq 5 mg`;
  const many = workbook([['Họ tên', 'Năm sinh', 'Tên thuốc', 'ĐVT', 'Cách dùng', 'Đường dùng', 'Bác sĩ kê'], ...Array.from({ length: 5000 }, (_, i) => ['Đinh Thị Hai', 1957, name(i), 'viên', 'sáng 1 viên', 'uống', 'BS Hà'])]);
  await open(page, 'books/medicines');
  await page.setInputFiles('#book-file', { name: 'lon.xlsx', mimeType: 'application/octet-stream', buffer: many });
  await page.selectOption('#book-ward', WARD);
  await eventually('the file is read', () => button(page, 'Tiếp tục').isEnabled(), 120_000);
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-columns', { timeout: 60_000 });
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally', { timeout: 120_000 });
  equal((await tally(page)).reduce((a, b) => a + b), 5000, 'every line');
  equal((await tally(page)).slice(2), [0, 0], 'none refused, none there');
}));

const shelf = async (page) => {
  const { body } = await fhir(page, 'GET', `Location/${WARD}/$stock`);
  const part = (c, name) => c.part.find((x) => x.name === name);
  return (body.parameter ?? []).filter((p) => p.name === 'card').map((c) => ({
    item: part(c, 'medicine').valueReference.display, balance: part(c, 'balance').valueDecimal, counted: part(c, 'counted') !== undefined, controlled: part(c, 'controlled')?.valueBoolean === true, lots: c.part.filter((p) => p.name === 'lot').length,
  }));
};
const mine = async (page) => (await shelf(page)).filter((c) => c.item.startsWith('Thử sổ') || c.item.startsWith('Morphin 10 mg/ml'));

async function takeFive(page, card) {
  const at = new Date().toISOString();
  return fhir(page, 'POST', 'SupplyDelivery', {
    resourceType: 'SupplyDelivery', status: 'completed', type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/supply-item-type', code: 'medication' }, { system: 'urn:ansinh:stock', code: 'return' }] }, basedOn: [{ reference: `SupplyRequest/${card}` }],
    identifier: [{ system: 'urn:ansinh:stock:out', value: `${card}/${at.slice(0, 7)}` }], occurrenceDateTime: at, supplier: { reference: (await page.evaluate(async () => (await (await fetch('/auth/me')).json()).account.practitioner)) },
    suppliedItem: { quantity: { value: 5, unit: 'viên' }, itemCodeableConcept: { text: 'Thử sổ A 5 mg' } },
  });
}

await test('the cupboard: an opening balance is counted, signed for, and by two where it is controlled', () => withPage({ size: 'desktop' }, async (page) => {
  await page.locator('main, form').first().waitFor();
  const door = (path, body) => page.evaluate(async ([p, b]) => (await fetch(`/auth/${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Ansinh': '1' }, body: JSON.stringify(b) })).status, [path, body]);
  equal([await door('sign-in', { name: 'administrator', password: DEMO_PASSWORD }), await door('device', { name: 'Máy tính bảng kho' }), await door('sign-out', {}), await door('sign-in', { name: 'nurse2', password: DEMO_PASSWORD }),
    await door('sign-in', { name: 'nurse', password: DEMO_PASSWORD })], [200, 200, 204, 200, 200], 'a shared tablet');
  await page.reload();
  await page.locator('.an-user-button').waitFor();
  await open(page, `ward/${WARD}/stock`);
  await page.getByRole('link', { name: 'Nhập sổ thuốc' }).click();
  await page.locator('#book-file').waitFor();
  await review(page, 'tu-thuoc.xlsx', cupboard);
  equal(await tally(page), [2, 2, 1, 0], 'new, doubtful, refused, same');
  truth((await row(page, 'Thử sổ B').innerText()).includes('hiểu là 1000'), 'a thousand is asked');
  truth((await row(page, 'Morphin').innerText()).includes('phải kiểm soát đặc biệt'), 'a listed name is asked');
  await shot(page, 'books-stock-review');
  equal(await axe(page), [], 'axe');
  const write = page.getByRole('button', { name: /^Ghi vào hồ sơ/ });
  equal(await write.isDisabled(), true, 'not before it is signed');
  await row(page, 'Morphin').getByRole('button', { name: 'Phải kiểm soát' }).click();
  await row(page, 'Thử sổ B').getByRole('checkbox').check();
  await page.getByRole('checkbox', { name: /đã đếm tủ thuốc/ }).check();
  equal(await write.isDisabled(), true, 'nor before the second has signed');
  await button(page, 'Người thứ hai ký').click();
  await page.getByRole('button', { name: /^Người ký thứ hai: / }).first().click();
  for (const d of '1942') await page.locator('.an-pad').getByRole('button', { name: d, exact: true }).click();
  await button(page, 'Ký').click();
  await page.getByText(/^Đã có người thứ hai: /).waitFor();
  equal(await mine(page), [], 'nothing is written before it is said');
  await page.getByRole('button', { name: 'Ghi vào hồ sơ (3)' }).click();
  await page.getByText('Đã ghi 3 thuốc vào tủ, có chữ ký kiểm kê').waitFor();
  await shot(page, 'books-stock-done');
  equal((await mine(page)).sort((a, b) => a.item.localeCompare(b.item)), [
    { item: 'Morphin 10 mg/ml', balance: 4, counted: true, controlled: true, lots: 1 }, { item: 'Thử sổ A 5 mg', balance: 120, counted: true, controlled: false, lots: 2 }, { item: 'Thử sổ B 10 ml', balance: 1000, counted: true, controlled: false, lots: 0 },
  ], 'what the server reckons');
  const [count] = (await find(page, 'List?code=urn:ansinh:stock|count&_sort=-date&_count=5')).filter((l) => JSON.stringify(l).includes('Thử sổ A'));
  truth(count.source.reference.startsWith('Practitioner/') && JSON.stringify(count).includes('tu-thuoc.xlsx'), 'who counted, and from which book');
}));

await test('the cupboard brought again is all there; taken back, a card that was used stays', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'nurse');
  await review(page, 'tu-thuoc.xlsx', cupboard);
  await show(page, 'same');
  equal(await tally(page), [0, 0, 1, 4], 'what was written');
  await shot(page, 'books-stock-phone');
  const used = (await find(page, `SupplyRequest?status=active&_count=200`)).find((c) => c.itemCodeableConcept?.text === 'Thử sổ A 5 mg');
  equal((await takeFive(page, used.id)).status, 201, 'somebody takes five');
  await open(page, 'books/medicines');
  const past = page.getByRole('region', { name: 'Các lần nhập trước' }).locator('li', { hasText: 'tu-thuoc.xlsx' });
  await past.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByRole('button', { name: 'Xóa các mục này' }).click();
  await past.getByText('Đã hoàn tác', { exact: true }).waitFor();
  equal((await mine(page)).map((c) => [c.item, c.balance, c.counted]), [['Thử sổ A 5 mg', 115, true]], 'the card that was used, with its count');
}));

await test('a count of a card that was there before stays when it was used since', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'nurse');
  await review(page, 'dem-lai.xlsx', workbook([['Tên thuốc', 'ĐVT', 'Số lượng'], ['Thử sổ A 5 mg', 'viên', 300]]));
  equal(await tally(page), [0, 1, 0, 0], 'another amount is asked');
  await row(page, 'Thử sổ A').getByRole('checkbox').check();
  await page.getByRole('checkbox', { name: /đã đếm tủ thuốc và 1 số trên/ }).check();
  await page.getByRole('button', { name: 'Ghi vào hồ sơ (1)' }).click();
  await page.getByText('Đã ghi 1 thuốc vào tủ, có chữ ký kiểm kê').waitFor();
  equal((await mine(page)).map((c) => c.balance), [300], 'counted');
  const used = (await find(page, 'SupplyRequest?status=active&_count=200')).find((c) => c.itemCodeableConcept?.text === 'Thử sổ A 5 mg');
  equal((await takeFive(page, used.id)).status, 201, 'somebody takes five');
  await open(page, 'books/medicines');
  const past = page.getByRole('region', { name: 'Các lần nhập trước' }).locator('li', { hasText: 'dem-lai.xlsx' });
  await past.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByRole('button', { name: 'Xóa các mục này' }).click();
  await past.getByText('Đã hoàn tác', { exact: true }).waitFor();
  equal((await mine(page)).map((c) => c.balance), [295], 'the count stands, and what was taken since');
}));

for (const size of Object.keys(SIZES)) {
  for (const lang of ['vi', 'en']) {
    await test(`the dry runs are in order at ${size} size, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'nurse');
      for (const [name, file, sheet] of [['taken', taken, 'Thuốc'], ['stock', cupboard, '']]) {
        await open(page, 'books/medicines');
        await page.setInputFiles('#book-file', { name: `${name}.xlsx`, mimeType: 'application/octet-stream', buffer: file });
        await page.selectOption('#book-ward', WARD);
        const next = page.getByRole('button', { name: /^(Tiếp tục|Continue)$/ });
        await next.click();
        await page.waitForSelector('.an-columns');
        if (sheet) await page.getByLabel(/^(Trang tính|Sheet)/).waitFor();
        await shot(page, `books-${name}-map-${size}-${lang}`);
        equal([await tooWide(page), await axe(page)], [0, []], 'columns');
        await next.click();
        await page.waitForSelector('.an-tally');
        await show(page, 'doubtful');
        await shot(page, `books-${name}-${size}-${lang}`);
        equal([await tooWide(page), await axe(page)], [0, []], 'dry run');
      }
    }));
  }
}

await end();
process.exit(finish());
