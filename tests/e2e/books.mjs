/* Importing a residents' book in a real browser: an Excel file with an old font, lost zeros, a sensitive column and a known
 * person; every doubt is looked at, one cell is mended, the book is written, and taken back.
 *
 *   ANSINH=/path/to/ansinh node books.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, startLine, startServer, test, truth, visit } from './harness.mjs';
import { stage, tooWide } from './kit/stage.mjs';
import { workbook } from './kit/workbook.mjs';

const { server, line, browser, end } = await stage('books', { auth: 'off' });
const fhir = fhirAt(server.base);

const book = workbook([
  ['TRUNG TÂM BẢO TRỢ XÃ HỘI'],
  [],
  ['STT', 'Hä vµ tªn', 'Ngày sinh', 'Giới tính', 'Số CCCD', 'Phòng', 'Giường', 'Chẩn đoán', 'HIV', 'Dị ứng'],
  [1, 'NguyÔn V¨n Hïng', { serial: 17594 }, 'Nam', '001048001234', '201', '1', '1. Tăng huyết áp; 2. Đái tháo đường', '', 'Penicilin'],
  [2, 'TrÇn ThÞ B×nh', 1950, 'Nữ', 1150001234, '201', '2', '', 'dương tính', 'không'],
  [3, 'Lª V¨n C­êng', '31/02/1951', 'Nam', '', '202', '1', '', '', ''],
  [4, 'Ph¹m ThÞ Dung', '05/06/1949', 'Nữ', '001149005678', '202', '2', '', '', ''],
  [5, 'Hoµng V¨n §¹t', '1/2/47', 'Nam', '', '202', '3', '', '', ''],
  ['', 'Tæng céng', 5],
  ['', 'Ng­êi lËp biÓu'],
  ['', 'NguyÔn ThÞ LËp'],
]);

const ward = await (async () => {
  const facility = await fhir.create({ resourceType: 'Organization', name: 'Trung tâm mẫu' });
  return fhir.create({
    resourceType: 'Location', name: 'Khu A', status: 'active', managingOrganization: { reference: `Organization/${facility.id}` },
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa' }] },
  });
})();
await fhir.create({
  resourceType: 'Patient', name: [{ text: 'Phạm Thị Dung', family: 'Phạm', given: ['Thị', 'Dung'] }], birthDate: '1949-06-05',
  identifier: [{ system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: '001149005678' }],
});

const button = (page, label) => page.getByRole('button', { name: label });
async function toReview(page) {
  await page.setInputFiles('#book-file', { name: 'danh-sach.xlsx', mimeType: 'application/octet-stream', buffer: book });
  await page.selectOption('#book-ward', ward.id);
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-columns');
  truth((await page.locator('.an-columns').innerText()).includes('TCVN3'), 'the old font is named');
  await shot(page, 'books-map');
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally');
}
const tally = async (page) => (await page.locator('.an-tally strong').allInnerTexts()).map(Number);

await test('a book goes in after every doubt was looked at, and comes out again', async () => {
  const page = await visit(browser, `${line.url}/#/books`, { size: 'desktop' });
  await toReview(page);
  equal(await tally(page), [1, 2, 1, 1], 'new, doubtful, refused, same');
  truth((await page.locator('.an-plan').innerText()).includes('001150001234'), 'the lost zeros are offered');
  await shot(page, 'books-review');
  equal(await axe(page), [], 'axe at the preview');

  await page.locator('.an-tally button[data-verdict=refused]').click();
  await button(page, /Sửa C6/).click();
  await page.getByLabel('Nội dung đúng của ô C6').fill('28/02/1951');
  await page.keyboard.press('Enter');
  await eventually('the mended row is new', async () => (await tally(page))[0] === 2);
  equal(await tally(page), [2, 2, 0, 1], 'after mending');

  await page.locator('.an-tally button[data-verdict=doubtful]').click();
  await page.locator('.an-plan li', { hasText: 'Trần Thị Bình' }).getByRole('checkbox').check();
  equal(await fhir.find('Patient?name=hung&_count=5'), [], 'nothing is written before it is said');
  await button(page, 'Ghi vào hồ sơ (3)').click();
  await page.waitForSelector('.an-notice-good');
  await shot(page, 'books-done');

  const [hung] = await fhir.find('Patient?name=Nguyễn Văn Hùng');
  equal([hung.birthDate, hung.gender, hung.identifier[0].value], ['1948-03-02', 'male', '001048001234'], 'the person');
  equal((await fhir.find(`Condition?patient=${hung.id}`)).map((c) => c.code.text).sort(), ['Tăng huyết áp', 'Đái tháo đường'].sort(), 'diagnoses');
  equal((await fhir.find(`AllergyIntolerance?patient=${hung.id}`)).map((a) => a.code.text), ['Penicilin'], 'allergy');
  const [stay] = await fhir.find(`Encounter?patient=${hung.id}&status=in-progress`);
  const bed = await fhir.get(stay.location[0].location.reference);
  const room = await fhir.get(bed.partOf.reference);
  equal([bed.name, room.name, room.partOf.reference], ['1', '201', `Location/${ward.id}`], 'bed, room, ward');
  const [binh] = await fhir.find('Patient?name=Trần Thị Bình');
  equal([binh.birthDate, binh.identifier[0].value], ['1950', '001150001234'], 'year only, zeros as agreed');
  const [sign] = await fhir.find(`Condition?patient=${binh.id}`);
  equal(sign.meta.security[0].code, 'HIV', 'the sensitive column is in its compartment');
  equal((await fhir.find('Patient?name=dung')).length, 1, 'the known person is not doubled');
  equal((await fhir.find('Patient?name=dat')).length, 0, 'what nobody agreed to is not written');

  await button(page, 'Hoàn tác').click();
  await button(page, 'Xóa các mục này').click();
  await page.getByText(/Đã xóa \d+ mục, giữ lại 0/).waitFor();
  equal((await fhir.find('Patient?name=hung')).length, 0, 'taken back');
  equal((await fhir.find('Patient?name=dung')).length, 1, 'others stay');
  equal([page.complaints, page.strays], [[], []], 'quiet page');
  await page.context().close();
});

await test('who is hidden in the file is asked about; a mended name is asked of the record', async () => {
  const people = [
    ['Họ và tên', 'Ngày sinh', 'Giới tính', 'Số CCCD', 'Phòng', 'Giường'],
    ['Đã Chuyển Viện', '01/02/1940', 'Nam', '', '301', '1'],
    ['Mùa Thị Ẩn', '03/04/1951', 'Nữ', '', '301', '1'],
    ['Phạm Thị Dunq', '05/06/1949', 'Nữ', '', '301', '2'],
    [{ error: '#N/A' }, '1949', 'Nữ', '', '301', '3'],
  ];
  const page = await visit(browser, `${line.url}/#/books`, { size: 'tablet' });
  await page.setInputFiles('#book-file', { name: 'an.xlsx', mimeType: 'application/octet-stream', buffer: workbook({ 'Cũ': people, 'Đang ở': people }, { 'Cũ': { sheet: true }, 'Đang ở': { rows: [2], columns: [3] } }) });
  await page.selectOption('#book-ward', ward.id);
  await button(page, 'Tiếp tục').click();
  await page.getByText('Tệp có 1 dòng bị ẩn hoặc bị lọc.').waitFor();
  equal(await page.getByLabel('Trang tính').locator('option').allInnerTexts(), ['Cũ (trang bị ẩn)', 'Đang ở'], 'a hidden sheet says so');
  equal(await page.getByLabel('Trang tính').locator('option:checked').innerText(), 'Đang ở', 'and is not the one begun with');
  equal(await page.locator('.an-columns li', { hasText: 'Cột này đang bị ẩn trong tệp' }).locator('strong').allInnerTexts(), ['Số CCCD'], 'the hidden column says so');
  await shot(page, 'books-hidden-map');
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally');
  equal(await tally(page), [2, 1, 1, 0], 'seen twice, hidden once, one cell in error');
  await page.locator('.an-plan li', { hasText: 'Đã Chuyển Viện' }).getByText('dòng này bị ẩn hoặc bị lọc trong tệp').waitFor();
  await shot(page, 'books-hidden');
  equal(await axe(page), [], 'axe');

  /* the name as it should be is of somebody in the record, whom nothing had asked about */
  await page.locator('.an-tally button[data-verdict=refused]').click();
  await page.getByText('ô công thức bị lỗi #N/A').waitFor();
  await button(page, /Sửa A5/).click();
  await page.getByLabel('Nội dung đúng của ô A5').fill('Phạm Thị Dung');
  await page.keyboard.press('Enter');
  await eventually('the record was asked, and it may be her', async () => (await tally(page)).join() === '2,2,0,0');
  await page.locator('.an-tally button[data-verdict=doubtful]').click();
  truth(await page.locator('.an-plan li', { hasText: 'Phạm Thị Dung' }).locator('a').count() === 1, 'with a link to who it may be');
  await button(page, 'Ghi vào hồ sơ (2)').waitFor();
  equal([page.complaints, page.strays], [[], []], 'quiet page');
  await page.context().close();
});

await test('a lost answer half-way writes nobody twice', async () => {
  const page = await visit(browser, `${line.url}/#/books`, { size: 'tablet' });
  await toReview(page);
  /* what is known is asked once more, the list of what is written is kept, and of all the rest the answers are lost */
  line.requests.length = 0;
  line.loses = () => line.requests.filter((r) => r.method === 'POST').length > 2;
  line.mode = 'lose';
  await button(page, /Ghi vào hồ sơ/).click();
  await page.getByText('Dừng giữa chừng').waitFor({ timeout: 40_000 });
  equal((await fhir.find('Location?name=201')).length, 1, 'what was sent has arrived');
  line.mode = 'pass';
  line.loses = () => true;
  await button(page, 'Ghi tiếp').click();
  await page.waitForSelector('.an-notice-good');
  equal((await fhir.find('Patient?name=hung')).length, 1, 'once');
  equal((await fhir.find('Location?name=201')).length, 1, 'the room once');
  await page.context().close();
});

await test('two heads with one book: the second is shown what the first wrote, and nobody is there twice', async () => {
  const list = workbook([['Họ và tên', 'Ngày sinh', 'Giới tính', 'Ngày mất', 'Tuổi'], ['Vàng A Chinh', '05/06/1949', 'Nam', '', ''], ['Sùng Thị Pà', '', 'Nữ', '', 76], ['Hạng A Của', '02/03/1940', 'Nam', '01/04/2021', '']]);
  const pages = [await visit(browser, `${line.url}/#/books`, { size: 'tablet' }), await visit(browser, `${line.url}/#/books`, { size: 'tablet' })];
  for (const page of pages) {
    await page.setInputFiles('#book-file', { name: 'hai-nguoi.xlsx', mimeType: 'application/octet-stream', buffer: list });
    await page.selectOption('#book-ward', ward.id);
    await button(page, 'Tiếp tục').click();
    await button(page, 'Tiếp tục').click();
    await page.waitForSelector('.an-tally');
    equal(await tally(page), [1, 1, 1, 0], 'new, of an age, gone, same');
    await page.locator('.an-plan li', { hasText: 'Sùng Thị Pà' }).getByRole('checkbox').check();
  }
  await pages[0].locator('.an-tally button[data-verdict=refused]').click();
  await pages[0].getByText('sổ ghi không còn ở đây (01/04/2021)').waitFor();
  await shot(pages[0], 'books-gone');
  await button(pages[0], 'Ghi vào hồ sơ (2)').click();
  await pages[0].getByText('Đã ghi 2 người').waitFor();
  await button(pages[1], 'Ghi vào hồ sơ (2)').click();
  await pages[1].getByText('Hồ sơ đã thay đổi trong lúc xem: chưa ghi gì').waitFor();
  equal(await tally(pages[1]), [0, 2, 1, 0], 'the same people, asked about now');
  await shot(pages[1], 'books-moved');
  for (const name of ['chinh', 'pa']) equal((await fhir.find(`Patient?name=${name}&name=${name === 'pa' ? 'sung' : 'vang'}`)).length, 1, name);
  equal((await fhir.find('Patient?name=pa&name=sung')).map((p) => p.birthDate), ['1950'], 'a year, as offered');
  equal((await fhir.find('Patient?name=hang')).length, 0, 'who has died is in no bed');
  for (const page of pages) await page.context().close();
});

await test('a file that is none is refused in words', async () => {
  const page = await visit(browser, `${line.url}/#/books`, { size: 'phone' });
  for (const [bytes, text] of [[Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), 'đời cũ'], [Buffer.from('PK\x03\x04 nothing'), 'Không đọc được'], [Buffer.from('\n'), 'không có dòng'],
    [Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]), 'có mật khẩu'], [Buffer.from('<html><table>'), 'trang web'], [Buffer.from('%PDF-1.7'), 'không phải bảng tính'],
    [Buffer.from('PK\x03\x04' + '\0'.repeat(26) + 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), '.ods'], [Buffer.alloc(21 * 1024 * 1024), 'quá 20 MB']]) {
    await page.setInputFiles('#book-file', { name: 'x.xls', mimeType: 'application/octet-stream', buffer: bytes });
    await page.getByRole('alert').filter({ hasText: text }).waitFor();
  }
  equal(await axe(page), [], 'axe');
  await shot(page, 'books-phone');
  await page.context().close();
});

for (const size of Object.keys(SIZES)) {
  await test(`the preview is in order at ${size} size`, async () => {
    const page = await visit(browser, `${line.url}/#/books`, { size, lang: 'vi' });
    await toReview(page);
    equal(await tooWide(page), 0, 'px too wide');
    equal(await axe(page), [], 'axe');
    await shot(page, `books-review-${size}`);
    await page.context().close();
  });
}

/* ---- with sign-in: the head of the house may, and what is sensitive is hidden from him afterwards ---- */

const house = await startServer({ auth: 'on', demo: ['--facilities', '1', '--residents', '8', '--days', '1'] });
const door = await startLine(house.base);

async function enter(page, name) {
  await page.locator('input').first().fill(name);
  await page.locator('input[type=password]').fill('ansinh-demo-2026');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').first().waitFor();
}

await test('the head imports with sign-in on, a nurse finds the person, and the sensitive row is in its compartment', async () => {
  const page = await visit(browser, door.url, { size: 'desktop' });
  await enter(page, 'facility-head');
  await page.goto(`${door.url}/#/books`);
  await page.setInputFiles('#book-file', { name: 'danh-sach.xlsx', mimeType: 'application/octet-stream', buffer: book });
  await page.selectOption('#book-ward', 'demo-ward');
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-columns');
  await button(page, 'Tiếp tục').click();
  await page.waitForSelector('.an-tally');
  await page.locator('.an-plan li', { hasText: 'Trần Thị Bình' }).getByRole('checkbox').check();
  await button(page, /Ghi vào hồ sơ/).click();
  await page.waitForSelector('.an-notice-good');
  const asked = (query) => page.evaluate(async (q) => (await (await fetch(`/fhir/${q}`)).json()).entry?.map((e) => e.resource) ?? [], query);
  const [binh] = await asked('Patient?name=Trần Thị Bình');
  equal([binh.birthDate, (await asked(`Condition?patient=${binh.id}`)).length], ['1950', 0], 'the head does not see the compartment');
  await page.context().close();
  const other = await visit(browser, door.url, { size: 'tablet' });
  await enter(other, 'nurse');
  await other.goto(`${door.url}/#/books`);
  await other.getByText(/không có quyền/).first().waitFor();
  await other.context().close();
});

await end();
await door.stop();
await house.stop();
process.exit(finish());
