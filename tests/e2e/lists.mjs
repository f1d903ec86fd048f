/* Official lists without a command line, in a real browser: looked at first, written, refused cell by cell, put back; on a phone, a tablet and a
 * desktop, by keyboard; what went wrong is said in the reader's language.
 *
 *   ANSINH=/path/to/ansinh node lists.mjs */

import { axe, equal, eventually, finish, shot, test, truth } from './harness.mjs';
import { button, card, clientAs, signIn, stage, tooWide } from './kit/stage.mjs';
import { workbook } from './kit/workbook.mjs';

const { server, line, withPage, open, end } = await stage('lists', { demo: ['--facilities', '1', '--residents', '4', '--days', '1'] });
const VI = { kind: 'Danh mục nào', file: 'Tệp (Excel', edition: 'Tên lần ban hành', from: 'Dùng từ ngày', check: 'Xem thử', write: 'Ghi danh mục này' };
const sheet = (name, rows) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(workbook(rows)) });
const text = (name, words) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
const FIRST = [['DANH MỤC ICD-10'], ['Mã bệnh', 'Tên bệnh'], ['A00', 'Bệnh tả'], ['A01', 'Bệnh thương hàn'], ['F20', 'Tâm thần phân liệt']];

async function choose(page, kind, file) {
  await page.getByLabel(VI.kind).selectOption(kind);
  await page.getByLabel(VI.file).setInputFiles(file);
}
const tally = (page, word) => page.locator('.an-tally button', { hasText: word }).locator('strong').innerText();

await test('who may: a head; a nurse finds no such screen', async () => {
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'nurse');
    await open(page, 'lists');
    await page.locator('main').getByText(/quyền/i).first().waitFor();
    equal(await page.getByLabel(VI.kind).count(), 0);
  });
  const nurse = await clientAs(server, 'nurse');
  equal((await fetch(`${server.base}/fhir/CodeSystem/$lists`, { headers: nurse.headers })).status, 403);
});

const techniques = [['Mã kỹ thuật', 'Tên kỹ thuật'], ['1.86', 'Khí dung thuốc cấp cứu'], ['1.158', 'Cấp cứu ngừng tuần hoàn']];

await test('a licence to treat is written down from its paper, compared with the list, and ended', async () => {
  const head = await clientAs(server, 'doctor');
  const papers = () => head.find('HealthcareService?_count=50');
  const paste = '1.86\tKhí dung thuốc cấp cứu\n1.158; 1.86\n99.9999';
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'facility-head');
    await open(page, 'licence');
    await page.locator('main').getByText(/quyền/i).first().waitFor();
    equal(await button(page, 'Ghi giấy phép hoặc quyết định').count(), 0, 'nobody licenses their own house');
  });
  await withPage({ size: 'tablet' }, async (page) => {
    await signIn(page, 'administrator');
    await open(page, 'licence');
    await page.getByText('Chưa có giấy phép khám bệnh, chữa bệnh còn hiệu lực').waitFor();
    await button(page, 'Ghi giấy phép hoặc quyết định').click();
    await button(page, 'Lưu').click();
    equal(await page.getByRole('alert').locator('li').allInnerTexts(), ['Giấy nào', 'Số của giấy', 'Ngày có hiệu lực'], 'what is missing');
    await button(page, 'Giấy phép hoạt động khám bệnh, chữa bệnh').click();
    await page.getByLabel('Số', { exact: true }).fill('0123/SYT-GPHĐ');
    await page.getByLabel('Có hiệu lực từ').fill('2025-01-01');
    await page.getByLabel(/^Mã kỹ thuật được duyệt/).fill('chưa có mã nào');
    await button(page, 'Lưu').click();
    await page.getByText('Dòng không có mã: chưa có mã nào').waitFor();
    await page.getByLabel(/^Mã kỹ thuật được duyệt/).fill(paste);
    await page.getByText('Đọc được 3 mã').waitFor();
    await page.reload();
    equal(await page.getByLabel('Số', { exact: true }).inputValue(), '0123/SYT-GPHĐ', 'a reload loses nothing');
    await button(page, 'Lưu').click();
    await page.getByText('Danh mục kỹ thuật chưa nạp trên máy chủ này', { exact: false }).waitFor();
    await shot(page, 'licence');
    equal(await axe(page), [], 'axe');
    equal(await tooWide(page), 0, 'too wide');
    equal((await papers()).length, 0, 'nothing is written unasked');
  });
  await withPage({ size: 'desktop' }, async (page) => {
    await signIn(page, 'facility-head');
    await open(page, 'lists');
    await choose(page, 'techniques', sheet('kt.xlsx', techniques));
    await button(page, VI.check).click();
    await button(page, VI.write).click();
    await card(page, 'Danh mục kỹ thuật (Thông tư 23/2024)').locator('.an-list-lines li').first().waitFor();
  });
  await withPage({ size: 'phone' }, async (page) => {
    await signIn(page, 'administrator');
    await open(page, 'licence');
    await button(page, 'Ghi giấy phép hoặc quyết định').click();
    await button(page, 'Giấy phép hoạt động khám bệnh, chữa bệnh').click();
    await page.getByLabel('Số', { exact: true }).fill('0123/SYT-GPHĐ');
    await page.getByLabel('Có hiệu lực từ').fill('2025-01-01');
    await page.getByLabel(/^Mã kỹ thuật được duyệt/).fill(paste);
    await button(page, 'Lưu').click();
    await page.getByText('1 mã không có trong danh mục kỹ thuật').waitFor();
    await button(page, 'Bỏ các mã này').click();
    await button(page, 'Lưu').click();
    await page.getByText('Đang được phép khám bệnh, chữa bệnh').waitFor();
    const [paper] = await papers();
    equal([paper.active, paper.identifier[0].value, paper.type.map((t) => [t.coding[0].code, t.coding[0].display])], [true, '0123/SYT-GPHĐ', [['1.86', 'Khí dung thuốc cấp cứu'], ['1.158', 'Cấp cứu ngừng tuần hoàn']]], 'as the paper says');
    await page.getByRole('button', { name: /^Thu hồi, hết hiệu lực: / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi, hết hiệu lực', exact: true }).click();
    await page.getByText('Chưa có giấy phép khám bệnh, chữa bệnh còn hiệu lực').waitFor();
    equal((await papers()).map((p) => p.active), [false], 'ended, not gone');
  });
});

await test('a list is looked at, written, known by who and when; by keyboard', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, 'lists');
  await card(page, 'ICD-10').getByText('Chưa nạp.').waitFor();
  equal(await axe(page), [], 'axe of nothing loaded');
  await button(page, VI.check).click();
  await page.getByText('Chọn danh mục và tệp trước.').waitFor();
  await choose(page, 'icd10', sheet('icd10.xlsx', [...FIRST, ['B00', ''], ['A00', 'Khác']]));
  await button(page, VI.check).press('Enter');
  await page.getByRole('heading', { name: 'Xem thử: ICD-10' }).waitFor();
  equal([await tally(page, 'mã mới'), await tally(page, 'dòng không nhận được')], ['3', '2']);
  truth(/B6/.test(await page.locator('.an-list-plan').innerText()) && /A7/.test(await page.locator('.an-list-plan').innerText()) && /đã có ở dòng 3/.test(await page.locator('.an-list-plan').innerText()), await page.locator('.an-list-plan').innerText());
  await shot(page, 'lists-refused-desktop');
  equal(await axe(page), [], 'axe of a plan');
  truth(await button(page, VI.write).isDisabled(), 'rows are refused, and it could be written');
  await choose(page, 'icd10', sheet('icd10.xlsx', FIRST));
  equal(await page.getByRole('heading', { name: 'Xem thử: ICD-10' }).count(), 0, 'what was looked at is another file');
  await button(page, VI.check).press('Enter');
  await button(page, VI.write).press('Enter');
  await page.getByText('Đã ghi ICD-10: 3 mã.').waitFor();
  await card(page, 'ICD-10').getByText('3 mã').first().waitFor();
  await card(page, 'ICD-10').getByText('Các lần nạp (1)').click();
  const head = (await (await fetch(`${server.base}/auth/me`, { headers: (await clientAs(server, 'facility-head')).headers })).json());
  truth((await card(page, 'ICD-10').innerText()).includes(head.display ?? head.account?.display ?? 'Giám đốc'), await card(page, 'ICD-10').innerText());
  await shot(page, 'lists-loaded-desktop');
  equal(await axe(page), [], 'axe of what is loaded');
}));

await test('another edition needs its day; what is refused is said in words, and rows are left out when asked', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, 'lists');
  await choose(page, 'icd10', sheet('icd10-2026.xlsx', [['Mã bệnh', 'Tên bệnh'], ['A00', 'Bệnh tả (mới)'], ['A02', 'Mới'], ['B00', '']]));
  await page.getByLabel(VI.edition).fill('2026');
  await button(page, VI.check).click();
  await page.getByText('Ghi ngày bắt đầu dùng lần này').waitFor();
  equal(await axe(page), [], 'axe of a refusal');
  await page.getByLabel(VI.from).fill('2026-07-01');
  await button(page, VI.check).click();
  await page.getByLabel('Bỏ 1 dòng không nhận được').check();
  equal([await tally(page, 'mã mới'), await tally(page, 'mã đổi tên'), await tally(page, 'mã không còn')], ['1', '1', '2']);
  await page.locator('.an-tally button', { hasText: 'mã đổi tên' }).click();
  await page.getByText('trước là: Bệnh tả').waitFor();
  await shot(page, 'lists-plan-tablet');
  await button(page, VI.write).click();
  await page.getByText('Đã ghi ICD-10: 2 mã.').waitFor();
  await card(page, 'ICD-10').getByText('dùng từ 01/07/2026').waitFor();
  for (const [file, words] of [
    [text('x.csv', 'a,b\n1,2\n'), 'Không thấy cột mã và cột tên'],
    [{ ...text('x.xls', ''), buffer: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]) }, 'Excel kiểu cũ'],
    [{ ...text('x.xlsx', ''), buffer: Buffer.from(workbook(FIRST)).subarray(0, 300) }, 'Tệp không đọc được'],
    [{ ...text('x.csv', ''), buffer: Buffer.from([0x63, 0x6f, 0xff, 0xfe]) }, 'không phải UTF-8'],
  ]) {
    await choose(page, 'provinces', file);
    await button(page, VI.check).click();
    await page.getByText(words).waitFor();
    await page.getByText('Chưa có gì được ghi.', { exact: true }).waitFor();
  }
  await page.locator('#list-file').evaluate((input) => { /* made in the page: it would take long to get there */
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array((32 << 20) + 1)], 'x.csv'));
    input.files = chosen.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await button(page, VI.check).click();
  await page.getByText('Tệp quá lớn').waitFor();
}));

await test('put back after a question that shows what it changes; twice', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, 'lists');
  await card(page, 'ICD-10').getByRole('button', { name: 'Trả lại như trước' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  equal(await axe(page), [], 'axe of the question');
  await dialog.getByText('Lần ban hành 2026 bị bỏ').waitFor();
  await dialog.getByText('Lần ban hành 1 trở lại như trước.').waitFor();
  await shot(page, 'lists-undo-phone');
  await page.keyboard.press('Escape');
  equal(await dialog.count(), 0, 'nothing was put back');
  await card(page, 'ICD-10').getByRole('button', { name: 'Trả lại như trước' }).click();
  await dialog.getByRole('button', { name: 'Trả lại', exact: true }).click();
  await page.getByText('Đã trả lại ICD-10 như trước.').waitFor();
  await card(page, 'ICD-10').getByText('3 mã').first().waitFor();
  await eventually('the edition is gone', async () => (await card(page, 'ICD-10').getByText('Lần ban hành 2026').count()) === 0);
  await card(page, 'ICD-10').getByRole('button', { name: 'Trả lại như trước' }).click();
  await dialog.getByText('Lần ban hành 1 bị bỏ').waitFor();
  await dialog.getByRole('button', { name: 'Trả lại', exact: true }).click();
  await card(page, 'ICD-10').getByText('Chưa nạp.').waitFor();
  equal(await card(page, 'ICD-10').getByRole('button', { name: 'Trả lại như trước' }).count(), 0);
}));

await test('the line is gone: nothing is lost of what was typed, and it is said; then it goes', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'administrator');
  await open(page, 'lists');
  await card(page, 'ICD-10').getByText('Chưa nạp.').waitFor();
  await choose(page, 'icd10', sheet('icd10.xlsx', FIRST));
  line.mode = 'gone';
  await button(page, VI.check).click();
  await page.locator('main [role="alert"]').first().waitFor();
  equal(await page.getByLabel(VI.kind).inputValue(), 'icd10');
  line.mode = 'pass';
  await button(page, VI.check).click();
  await button(page, VI.write).click();
  await page.getByText('Đã ghi ICD-10: 3 mã.').waitFor();
}));

for (const [size, lang, scheme] of [['phone', 'vi', 'light'], ['tablet', 'vi', 'light'], ['desktop', 'vi', 'dark'], ['phone', 'en', 'dark'], ['tablet', 'en', 'light'], ['desktop', 'en', 'light']]) {
  await test(`it is whole at every size: ${size}, ${lang}, ${scheme}`, () => withPage({ size, lang, scheme }, async (page) => {
    await signIn(page, 'facility-head');
    await open(page, 'lists');
    await page.locator('.an-list-card').first().waitFor();
    await page.locator('#list-kind').selectOption('icd10');
    await page.locator('#list-file').setInputFiles(sheet('icd10.xlsx', [...FIRST.slice(0, 3), ['A09', `Tên rất dài ${'tiêu chảy và viêm dạ dày ruột '.repeat(8)}`], ['B00', '']]));
    await page.locator('.an-list-form button[type="submit"]').click();
    await page.locator('#list-plan').waitFor();
    await shot(page, `lists-${size}-${lang}-${scheme}`);
    equal(await tooWide(page), 0, 'px too wide');
    equal(await axe(page), [], 'axe');
  }));
}

await end();
process.exit(finish());
