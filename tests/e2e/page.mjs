/* The first page in a real browser against a real server: find a person by an unaccented name, record vital signs, see them
 * on the trend, read them back over FHIR; and the same when fingers, lines and servers fail.
 *
 *   ANSINH=/path/to/ansinh node page.mjs        starts a server of its own
 *   BASE=http://127.0.0.1:8080 node page.mjs    uses a running one (adds test people to it) */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth } from './harness.mjs';
import { stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

const { server, line, withPage, open: openAt, end } = await stage('page', { auth: 'off', size: 'desktop' });
const fhir = fhirAt(server.base);

/* Letters only: digits in the search box would mean an identifier. Every run has its own people. */
const mark = Array.from({ length: 7 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
const number = String(Math.floor(1e11 + Math.random() * 8e11));
const year = Number(wardDay(Date.now()).slice(0, 4)); /* there it may be another than here */

const person = (family, given, more) => fhir.create({
  resourceType: 'Patient', name: [{ use: 'official', family, given, text: [family, ...given].join(' ') }], gender: 'female', ...more,
});
const hoa = await person('Đặng', ['Thị', `Huệ${mark}`], {
  birthDate: `${year - 78}-01-01`, identifier: [{ type: { text: 'Số định danh' }, system: 'urn:oid:2.999.1', value: number }],
});
const older = await person('Nguyễn', ['Thuý', `Huệ${mark}`], { birthDate: `${year - 75}` });
const late = await person('Lý', [`Mẩy${mark}`], { birthDate: '1940-05-05', deceasedDateTime: '2018-04-01T10:00:00+07:00' });
const crowd = [];
for (let i = 0; i < 23; i += 1) {
  crowd.push(await person(`Đoàn${mark}`, ['Văn', `Bình${String.fromCharCode(97 + i)}`], { birthDate: '1950-02-03', gender: 'male' }));
}
await fhir.create({
  resourceType: 'Condition', subject: { reference: `Patient/${hoa.id}` }, code: { text: 'Tăng huyết áp' }, onsetDateTime: '2015',
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
});
await fhir.create({
  resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: `Patient/${hoa.id}` },
  medicationCodeableConcept: { text: 'Amlodipin 5 mg' }, authoredOn: '2024-03-01', dosageInstruction: [{ text: 'Sáng 1 viên' }],
});
await fhir.create({
  resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${hoa.id}` },
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: `${year - 1}-01-05T06:05:00+07:00`,
  valueQuantity: { value: 88, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
});

const row = (page) => page.locator('a.an-person-row');
const box = (page) => page.getByRole('textbox');
const save = (page) => page.getByRole('button', { name: /^(Lưu|Save)$/ });
/* Begun anew, so that nothing of another person's screen is left to be taken for this one's. */
const open = async (page, id, screen = '') => {
  await openAt(page, `person/${id}${screen}`);
  await page.waitForSelector(screen === '' ? '.an-vital strong, .an-vital .an-dim' : '#field-pulse');
};
const openForm = (page, id) => open(page, id, '/vitals');
const observations = (id, more = '') => fhir.find(`Observation?patient=${id}&_count=200${more}`);
const alive = (list) => list.filter((o) => o.status !== 'entered-in-error');
const codeOf = (o) => o.code.coding[0].code;

await test('a person is found by an unaccented name in any word order', () => withPage({}, async (page) => {
  await box(page).fill(`hue${mark} dang`);
  await eventually('one row', async () => (await row(page).count()) === 1);
  equal(await row(page).locator('.an-person-name').innerText(), `Đặng Thị Huệ${mark}`);
  truth((await row(page).innerText()).includes('78 tuổi'), 'age in whole years');
  await box(page).fill(`hue${mark}`);
  await eventually('both', async () => (await row(page).count()) === 2);
  truth((await row(page).allInnerTexts()).some((text) => text.includes('khoảng 75 tuổi')), 'a birth year alone gives "about"');
  await shot(page, 'people-found');
}));

await test('dark and light again, by hand, within the page\'s own policy', () => withPage({}, async (page) => {
  const scheme = () => page.evaluate(() => document.documentElement.getAttribute('data-mantine-color-scheme'));
  await page.getByRole('button', { name: 'Nền tối' }).click();
  await eventually('dark', async () => (await scheme()) === 'dark');
  await page.getByRole('button', { name: 'Nền sáng' }).click();
  await eventually('light', async () => (await scheme()) === 'light');
  equal(page.complaints, [], 'complaints');
}));

await test('a person is found by identifier', () => withPage({}, async (page) => {
  await box(page).fill(number);
  await eventually('one row', async () => (await row(page).count()) === 1);
  truth((await row(page).innerText()).includes(`Đặng Thị Huệ${mark}`), 'the right one');
}));

await test('nobody found says what to try', () => withPage({}, async (page) => {
  await box(page).fill(`qqq${mark}`);
  await page.getByText(`Không tìm thấy ai khớp với “qqq${mark}”`).waitFor();
}));

await test('the next page comes by the server\'s link, nobody twice', () => withPage({}, async (page) => {
  await box(page).fill(`doan${mark}`);
  const theirs = page.locator('a.an-person-row', { hasText: `Đoàn${mark}` });
  await eventually('a full first page', async () => (await theirs.count()) === 20);
  await page.getByRole('button', { name: 'Xem thêm' }).click();
  await eventually('all of them', async () => (await row(page).count()) === crowd.length);
  equal(new Set(await row(page).evaluateAll((all) => all.map((a) => a.href))).size, crowd.length, 'different people');
  equal(await page.getByRole('button', { name: 'Xem thêm' }).count(), 0, 'no more pages');
}));

await test('a slow old answer never replaces a newer one', () => withPage({}, async (page) => {
  await row(page).first().waitFor();
  line.delay = (url) => (url.includes(`name=doan${mark}`) ? 1500 : 0);
  await box(page).fill(`doan${mark}`);
  await eventually('the slow question was asked', () => line.requests.some((r) => r.url.includes(`name=doan${mark}`)));
  await box(page).fill(`may${mark}`);
  await eventually('the newer answer', async () => (await row(page).count()) === 1);
  await page.waitForTimeout(1800);
  equal(await row(page).locator('.an-person-name').innerText(), `Lý Mẩy${mark}`);
}));

await test('typing asks once, after a rest', () => withPage({}, async (page) => {
  /* the page's own clock: a busy machine's rest between two keys is none of the hand's */
  await page.clock.install();
  await page.reload();
  await row(page).first().waitFor();
  await page.clock.pauseAt(Date.now() + 60_000);
  line.requests.length = 0;
  const asked = () => line.requests.filter((r) => r.url.startsWith('/fhir/Patient?')).length;
  await box(page).pressSequentially(`hue${mark}`);
  equal(asked(), 0, 'searches while somebody types');
  await page.clock.runFor(400);
  await eventually('found', async () => (await row(page).count()) === 2);
  equal(asked(), 1, 'searches for one word');
}));

await test('the person\'s page shows identity, conditions, medicines and latest values', () => withPage({}, async (page) => {
  await open(page, hoa.id);
  await page.getByText('Tăng huyết áp').waitFor();
  await page.getByText('Amlodipin 5 mg').waitFor();
  await page.getByText('Sáng 1 viên').waitFor();
  await page.getByText('88 lần/phút').first().waitFor();
  truth((await page.locator('.an-identity').innerText()).includes(number), 'identifier');
  truth(!(await page.title()).includes(mark), 'no name in the title of the tab');
  await shot(page, 'person');
}));

await test('a person who has died is marked', () => withPage({}, async (page) => {
  await open(page, late.id);
  await page.getByText('Đã mất 01/04/2018 lúc 77 tuổi').waitFor();
  await openForm(page, late.id);
  await page.getByText('Hồ sơ ghi người này đã mất').waitFor();
}));

await test('an untouched form records nothing', () => withPage({}, async (page) => {
  await openForm(page, older.id);
  equal(await page.locator('[aria-pressed=true]').count(), 0, 'nothing is chosen');
  equal(await page.locator('.an-form input').evaluateAll((all) => all.map((i) => i.value).join('')), '', 'nothing is filled in');
  await save(page).click();
  await page.getByText('Chưa nhập gì').waitFor();
  equal((await observations(older.id)).length, 0, 'observations');
}));

await test('a set is recorded, is on the trend at once, and any FHIR client reads it', () => withPage({}, async (page) => {
  await box(page).fill(`dang hue${mark}`);
  await eventually('found', async () => (await row(page).count()) === 1);
  await row(page).click();
  await page.getByRole('link', { name: 'Ghi dấu hiệu sinh tồn' }).click();
  await page.waitForSelector('#field-pulse');
  await page.getByText(`Trước: 88 lần/phút · 05/01/${year - 1} 06:05`).waitFor();
  for (const [field, text] of [['breathing', '22'], ['spo2', '90'], ['systolic', '104'], ['diastolic', '62'], ['pulse', '96'],
    ['temperature', '38,0'], ['glucose', '5,4']]) await page.fill(`#field-${field}`, text);
  await page.getByRole('button', { name: 'mmol/L', exact: true }).click();
  await page.getByRole('button', { name: 'Lú lẫn mới' }).click();
  await page.getByRole('button', { name: 'Không đo được: Cân nặng' }).click();
  await shot(page, 'form');
  await save(page).click();
  await page.getByText('Đã lưu: 8 mục').waitFor();
  await page.getByText('104/62 mmHg').first().waitFor();
  await page.getByText('38,0 °C').first().waitFor();
  await page.locator('.an-vital', { hasText: 'Mạch' }).click();
  await page.locator('.an-chart canvas').waitFor();
  await page.getByText('Bảng số liệu (2 lần đo)').click();
  equal((await page.locator('.an-table-scroll tbody td').allInnerTexts()), ['96 lần/phút', '88 lần/phút'], 'newest first');
  await shot(page, 'saved');

  const made = (await observations(hoa.id)).filter((o) => o.identifier);
  equal(made.map(codeOf).sort(), ['15074-8', '2708-6', '29463-7', '80288-4', '8310-5', '85354-9', '8867-4', '9279-1'].sort(), 'codes');
  const by = Object.fromEntries(made.map((o) => [codeOf(o), o]));
  equal(by['85354-9'].component.map((c) => [c.code.coding[0].code, c.valueQuantity.value, c.valueQuantity.code]),
    [['8480-6', 104, 'mm[Hg]'], ['8462-4', 62, 'mm[Hg]']], 'blood pressure');
  equal([by['15074-8'].valueQuantity.value, by['15074-8'].valueQuantity.code], [5.4, 'mmol/L'], 'glucose');
  equal(by['80288-4'].valueCodeableConcept.coding[0].code, '130987000', 'new confusion');
  equal(by['29463-7'].dataAbsentReason.coding[0].code, 'not-performed', 'weight could not be measured');
  equal(by['29463-7'].valueQuantity, undefined, 'and has no value');
  for (const o of made) {
    equal([o.status, o.category[0].coding[0].code, o.subject.reference], ['final', 'vital-signs', `Patient/${hoa.id}`], codeOf(o));
    truth(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00$/.test(o.effectiveDateTime), 'time with the local offset');
  }
  truth(/"value":\s*38\.0[,}]/.test(await fhir.text(`Observation/${by['8310-5'].id}`)), '38,0 keeps its zero');
  equal(made.filter((o) => codeOf(o) === '57485005').length, 0, 'untouched oxygen is not recorded');
  equal((await observations(hoa.id, '&code=8867-4&_sort=-date'))[0].valueQuantity.value, 96, 'newest pulse by a FHIR search');
}));

await test('undo marks as entered in error, deletes nothing, and clears the trend', () => withPage({}, async (page) => {
  await openForm(page, older.id);
  await page.fill('#field-pulse', '77');
  await page.fill('#field-temperature', '36,6');
  await save(page).click();
  await page.getByText('Đã lưu: 2 mục').waitFor();
  await page.getByText('77 lần/phút').first().waitFor();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByText('Đã hoàn tác').waitFor();
  await eventually('off the list', async () => (await page.locator('.an-vital', { hasText: '77 lần/phút' }).count()) === 0);
  const left = await observations(older.id);
  equal(left.map((o) => o.status), ['entered-in-error', 'entered-in-error'], 'still there, marked');
  const history = await fhir.find(`Observation/${left[0].id}/_history`);
  equal(history.map((o) => o.status), ['entered-in-error', 'final'], 'both versions');
  await page.reload();
  await page.waitForSelector('.an-vital .an-dim');
  equal(await page.getByText('77 lần/phút').count(), 0, 'not shown after a reload either');
}));

await test('undo is offered for ten seconds, and waits while the focus is on it', () => withPage({}, async (page) => {
  await page.clock.install();
  await page.reload();
  await openForm(page, crowd[0].id);
  await page.fill('#field-pulse', '70');
  await page.clock.pauseAt(Date.now() + 60_000);
  await save(page).click();
  const undo = page.getByRole('button', { name: 'Hoàn tác' });
  await eventually('undo is offered', async () => { await page.clock.runFor(50); return (await undo.count()) === 1; });
  await undo.focus();
  const left = async () => Number(/trong (\d+) giây/.exec(await page.locator('.an-notice').innerText())?.[1]);
  const before = await left();
  truth(before > 0 && before <= 10, `${before} seconds`);
  await page.clock.runFor(3000);
  equal(await left(), before, 'the clock stands still under the focus');
  await page.getByRole('heading', { level: 1 }).click();
  await page.evaluate(() => document.activeElement?.blur());
  await page.clock.runFor(1000 * (before - 1));
  equal(await left(), 1, 'the last second');
  await page.clock.runFor(1100);
  await eventually('gone', async () => (await undo.count()) === 0);
  await page.getByText('Đã lưu: 1 mục').waitFor();
  equal(alive(await observations(crowd[0].id)).length, 1, 'recorded');
}));

await test('impossible values are refused, improbable ones confirmed beside the field', () => withPage({}, async (page) => {
  const id = crowd[1].id;
  await openForm(page, id);
  for (const [field, text] of [['pulse', '8'], ['breathing', '40'], ['systolic', '80'], ['diastolic', '120'], ['temperature', '382'],
    ['glucose', '5,4'], ['spo2', '9o']]) await page.fill(`#field-${field}`, text);
  await save(page).click();
  const notice = page.locator('.an-form-top');
  await notice.getByText('Mạch 8 lần/phút là không thể. Nhập lại, hoặc bấm “Không đo được”.').waitFor();
  await notice.getByText('Có phải 38,2 không?').waitFor();
  await notice.getByText('Tâm thu 80 phải lớn hơn tâm trương 120').waitFor();
  await notice.getByText('Chọn đơn vị đường huyết').waitFor();
  await notice.getByText('SpO2 (độ bão hòa ôxy): chỉ nhập số').waitFor();
  await shot(page, 'form-refused');
  await notice.getByText('Mạch 8').click();
  equal(await page.evaluate(() => document.activeElement?.id), 'field-pulse', 'the message leads to its field');
  equal((await observations(id)).length, 0, 'nothing recorded');

  for (const [field, text] of [['pulse', '80'], ['systolic', '120'], ['diastolic', '80'], ['temperature', '38.2'], ['glucose', ''],
    ['spo2', '']]) await page.fill(`#field-${field}`, text);
  await save(page).click();
  await notice.getByText('Nhịp thở: xác nhận số hiếm gặp').waitFor();
  equal((await observations(id)).length, 0, 'still nothing recorded');
  await page.getByRole('checkbox', { name: 'Đúng 40 lần/phút, tôi đã xem lại' }).check();
  await page.fill('#field-breathing', '41');
  await save(page).click();
  await page.getByRole('checkbox', { name: 'Đúng 41 lần/phút' }).waitFor();
  equal((await observations(id)).length, 0, 'another value asks again');
  await page.getByRole('checkbox').check();
  await save(page).click();
  await page.getByText('Đã lưu: 4 mục').waitFor();
  equal((await observations(id)).length, 4, 'recorded');
}));

await test('a message that appears never moves a button away from under the pointer', () => withPage({}, async (page) => {
  await openForm(page, crowd[10].id);
  for (const target of ['Tỉnh táo', 'Lú lẫn mới']) {
    await page.fill('#field-pulse', '');
    await page.focus('#field-pulse');
    await page.keyboard.type('8');
    const at = await page.getByRole('button', { name: target }).boundingBox();
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
    await page.mouse.down();
    await page.waitForTimeout(400); /* a slow hand */
    await page.mouse.up();
    equal(await page.getByRole('button', { name: target }).getAttribute('aria-pressed'), 'true', target);
    await page.locator('#field-pulse-trouble').waitFor();
  }
}));

await test('the time of measuring can be set, but not to the future', () => withPage({}, async (page) => {
  const id = crowd[11].id;
  await openForm(page, id);
  await page.fill('#field-pulse', '74');
  await page.getByRole('button', { name: 'Đổi thời điểm' }).click();
  await page.fill('#taken-at', `${year + 1}-01-01T06:05`);
  await save(page).click();
  await page.locator('.an-form-top').getByText('Thời điểm đo ở tương lai').waitFor();
  equal((await observations(id)).length, 0, 'nothing recorded');
  await page.fill('#taken-at', `${year - 1}-01-05T06:05`);
  await save(page).click();
  await page.getByText('Đã lưu: 1 mục').waitFor();
  equal((await observations(id)).map((o) => o.effectiveDateTime), [`${year - 1}-01-05T06:05:00+07:00`], 'time of measuring');
}));

await test('the policy allows nothing inline, and the page needs nothing inline', () => withPage({}, async (page) => {
  const answer = await fetch(line.url);
  const policy = answer.headers.get('content-security-policy') ?? '';
  truth(/default-src 'self'/.test(policy) && !/unsafe/.test(policy), `policy: ${policy}`);
  await open(page, hoa.id);
  await page.locator('.an-chart canvas').waitFor();
  equal(await page.locator('style').count(), 0, 'style elements');
  equal(await page.locator('script:not([src])').count(), 0, 'inline scripts');
  const fonts = await page.evaluate(async () => { await document.fonts.ready; return document.fonts.check("16px 'Be Vietnam Pro'", 'ễ'); });
  truth(fonts, 'the typeface with Vietnamese marks is loaded');
}));

await test('a double tap records once', () => withPage({ size: 'tablet' }, async (page) => {
  const id = crowd[2].id;
  await openForm(page, id);
  await page.fill('#field-pulse', '81');
  line.delay = (url) => (url === '/fhir' ? 600 : 0);
  await save(page).dblclick();
  await page.getByText('Đã lưu: 1 mục').waitFor();
  equal((await observations(id)).length, 1, 'observations');
  equal(line.requests.filter((r) => r.method === 'POST').length, 1, 'transactions');
}));

await test('a lost answer loses nothing and records nothing twice, even after a reload', () => withPage({}, async (page) => {
  const id = crowd[3].id;
  await openForm(page, id);
  await page.fill('#field-pulse', '82');
  await page.fill('#field-weight', '52,5');
  line.mode = 'lose';
  await save(page).click();
  await page.getByText(/^Chờ gửi: /).waitFor();
  equal((await observations(id)).length, 2, 'the server had it');
  await page.reload();
  await page.getByText(/^Chờ gửi: /).waitFor();
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.getByText(/^Chờ gửi: /).waitFor({ state: 'detached' });
  equal((await observations(id)).length, 2, 'recorded once');
  await page.goto(`${line.url}/#/person/${id}/vitals`);
  await page.waitForSelector('#field-pulse');
  equal(await page.inputValue('#field-pulse'), '', 'the draft is gone once it waits');
}));

await test('what waits is taken back, also when it had arrived', () => withPage({}, async (page) => {
  for (const [person, mode] of [[crowd[4].id, 'lose'], [crowd[9].id, 'gone']]) {
    await openForm(page, person);
    await page.fill('#field-pulse', '83');
    line.mode = mode;
    await save(page).click();
    const waiting = page.locator('.an-notice', { hasText: /^Chờ gửi: / });
    await waiting.getByText(/83/).waitFor();
    await waiting.getByRole('button', { name: 'Không ghi nữa' }).click();
    await waiting.waitFor({ state: 'detached' });
    line.mode = 'pass';
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually('nothing of it stands', async () => (await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('ansinh.outbox')).length)) === 0, 40_000);
    equal(alive(await observations(person)), [], `what counts after ${mode}`);
  }
}));

await test('a value corrected after a lost answer never stands beside its correction', () => withPage({}, async (page) => {
  const id = crowd[12].id;
  const type = async (pulse) => {
    await openForm(page, id);
    await page.fill('#field-pulse', pulse);
    await page.fill('#field-weight', '52,5');
    await save(page).click();
  };
  line.mode = 'lose';
  await type('83');
  const waiting = page.locator('.an-notice', { hasText: /^Chờ gửi: / });
  await waiting.getByText(/83/).waitFor();
  equal(alive(await observations(id)).length, 2, 'the server has it');
  await waiting.getByRole('button', { name: 'Không ghi nữa' }).click();
  await waiting.waitFor({ state: 'detached' });
  await type('93');
  await waiting.getByText(/93/).waitFor();
  /* and as if the battery had gone flat meanwhile */
  await page.reload();
  await waiting.getByText(/93/).waitFor();
  line.mode = 'pass';
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('nothing waits', async () => (await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('ansinh.outbox')).length)) === 0, 40_000);
  const list = await observations(id);
  equal(alive(list).map((o) => o.valueQuantity.value).sort((x, y) => x - y), [52.5, 93], 'what counts');
  equal(list.filter((o) => o.status === 'entered-in-error').map((o) => o.valueQuantity.value).sort((x, y) => x - y), [52.5, 83], 'what was withdrawn');
  await open(page, id);
  await page.getByText('93 lần/phút').first().waitFor();
  equal(await page.getByText('83 lần/phút').count(), 0, 'only the correction is shown');
}));

await test('with the server gone what is measured waits, says so, and is sent once with its own time', () => withPage({}, async (page) => {
  const id = crowd[5].id;
  await openForm(page, id);
  await page.fill('#field-pulse', '84');
  line.mode = 'gone';
  const before = Date.now();
  await save(page).click();
  await page.getByText(/^Chờ gửi: /).waitFor();
  const after = Date.now();
  await page.getByText('tự gửi một lần khi nối lại được máy chủ').waitFor();
  await shot(page, 'server-gone-waiting');
  equal(await axe(page), [], 'axe');
  await page.getByRole('link', { name: 'An Sinh' }).click();
  await page.getByText('Không nối được máy chủ.').waitFor();
  await shot(page, 'server-gone-people');
  await page.waitForTimeout(3000); /* so that its own time and that of its arrival are apart */
  line.mode = 'pass';
  await eventually('it arrived by itself', async () => (await observations(id)).length === 1, 60_000);
  const [o] = await observations(id);
  const at = Date.parse(o.effectiveDateTime);
  truth(at >= before - 1000 && at <= after && Date.parse(o.meta.lastUpdated) >= after + 2000, `its own time: ${o.effectiveDateTime}, received ${o.meta.lastUpdated}`);
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await row(page).first().waitFor();
}));

await test('somebody who is not here, or has died, is not measured by mistake; who measured is said', () => withPage({}, async (page) => {
  const id = crowd[10].id;
  const stay = (more) => fhir.create({ resourceType: 'Encounter', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject: { reference: `Patient/${id}` }, ...more });
  await stay({ status: 'finished', period: { start: '2024-01-05', end: '2024-03-02' } });
  await openForm(page, id);
  await page.getByText('Lúc đo người này không ở cơ sở').waitFor();
  await page.getByText('Lần ở gần nhất: từ 05/01/2024 đến 02/03/2024.').waitFor();
  await page.fill('#field-pulse', '72');
  await save(page).click();
  equal(await page.evaluate(() => document.activeElement?.id), 'outside-stay', 'asked');
  equal((await observations(id)).length, 0, 'not recorded');
  await shot(page, 'vitals-outside-stay');
  await page.getByLabel('Đúng người, đúng lúc: vẫn ghi').check();
  await save(page).click();
  await page.getByText('Đã lưu: 1 mục').waitFor();
  equal((await observations(id)).map((o) => o.extension), [[{ url: 'urn:ansinh:extension:outside-stay', valueBoolean: true }]], 'it says that somebody looked: the server takes it only so');
  const open = await stay({ status: 'in-progress', period: { start: new Date(Date.now() - 3_600_000).toISOString() } });
  await openForm(page, id);
  await page.fill('#field-pulse', '73');
  equal(await page.getByText('Lúc đo người này không ở cơ sở').count(), 0, 'here now');
  await page.getByRole('button', { name: 'Đổi thời điểm' }).click();
  /* on the clock of the browser */
  const local = (ms) => page.evaluate((at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), ms);
  await page.fill('#taken-at', await local(Date.now() - 3 * 3_600_000));
  await page.getByText('Lúc đo người này không ở cơ sở').waitFor();
  await page.fill('#taken-at', await local(Date.now() - 60_000));
  await page.getByText('Lúc đo người này không ở cơ sở').waitFor({ state: 'detached' });
  await save(page).click();
  await page.getByText('Đã lưu: 1 mục').waitFor();
  equal((await observations(id)).filter((o) => o.valueQuantity.value === 73).map((o) => o.encounter?.reference), [`Encounter/${open.id}`], 'during this stay');
  await openForm(page, late.id);
  await page.fill('#field-pulse', '72');
  await save(page).click();
  await page.getByText('Thời điểm đo sau khi người này đã mất').first().waitFor();
  equal((await observations(late.id)).length, 0, 'nothing of the dead');
}));

await test('without any network the page says what waits, and recovers by itself', () => withPage({}, async (page) => {
  await openForm(page, crowd[6].id);
  await page.fill('#field-pulse', '85');
  await page.context().setOffline(true);
  await page.getByText('Mất mạng.').waitFor();
  await page.getByText('1 phiếu chưa gửi').waitFor();
  await page.evaluate(() => { window.location.hash = '#/people'; });
  await page.getByText('Không nối được máy chủ.').waitFor();
  await shot(page, 'offline');
  await page.context().setOffline(false);
  await row(page).first().waitFor();
  equal(await page.getByText('Mất mạng.').count(), 0, 'the bar is gone');
}));

await test('a draft belongs to its person only', () => withPage({}, async (page) => {
  await openForm(page, crowd[7].id);
  await page.fill('#field-pulse', '86');
  await openForm(page, crowd[8].id);
  equal(await page.inputValue('#field-pulse'), '', 'somebody else\'s form is empty');
  await openForm(page, crowd[7].id);
  equal(await page.inputValue('#field-pulse'), '86', 'one\'s own is not');
}));

await test('a wrong address and a missing person are explained', () => withPage({}, async (page) => {
  await page.goto(`${line.url}/#/person/nobody-${mark}`);
  await page.getByText('Không có hồ sơ này.').waitFor();
  await page.goto(`${line.url}/#/nowhere`);
  await page.getByText('Không có trang này.').waitFor();
}));

await test('everything can be done from the keyboard', () => withPage({}, async (page) => {
  const keys = page.keyboard;
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || '');
  const tabTo = async (what) => {
    for (let i = 0; i < 60; i += 1) {
      if ((await focused()).includes(what)) return;
      await keys.press('Tab');
    }
    throw new Error(`Tab never reached ${what}`);
  };
  await row(page).first().waitFor();
  await keys.press('/');
  await keys.type(`hue${mark}`);
  await eventually('found', async () => (await row(page).count()) === 2);
  await keys.press('ArrowDown');
  await keys.press('ArrowDown');
  await keys.press('ArrowUp');
  const name = await page.evaluate(() => document.activeElement?.querySelector('.an-person-name')?.textContent);
  const chosen = name?.startsWith('Đặng') ? hoa : older;
  await keys.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await tabTo('Ghi dấu hiệu sinh tồn');
  await keys.press('Enter');
  await page.waitForSelector('#field-pulse');
  const before = alive(await observations(chosen.id)).length;
  await tabTo('field-pulse');
  await keys.type('64');
  await tabTo('field-consciousness');
  await keys.press('Space');
  await tabTo('field-temperature');
  await keys.type('36,8');
  await keys.press('Enter');
  await page.getByText('Đã lưu: 3 mục').waitFor();
  equal(alive(await observations(chosen.id)).length, before + 3, 'recorded');
  await tabTo('Hoàn tác');
  await keys.press('Enter');
  await page.getByText('Đã hoàn tác').waitFor();
  equal(alive(await observations(chosen.id)).length, before, 'undone');
}));

await test('English is a full second language and is remembered', () => withPage({}, async (page) => {
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'People in care' }).waitFor();
  equal(await page.evaluate(() => document.documentElement.lang), 'en');
  await open(page, hoa.id);
  await page.getByText('38.0 °C').first().waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Record vital signs' }).waitFor();
  await shot(page, 'person-en');
}));

await test('paper shows the facts and nothing to press', () => withPage({}, async (page) => {
  await open(page, hoa.id);
  await page.getByText('Amlodipin 5 mg').waitFor();
  await page.emulateMedia({ media: 'print' });
  equal(await page.locator('button:visible:not(.an-vital), header.an-header:visible').count(), 0, 'controls on paper');
  for (const fact of [`Đặng Thị Huệ${mark}`, 'Tăng huyết áp', 'Amlodipin 5 mg', '104/62 mmHg', 'In lúc']) {
    truth(await page.getByText(fact).first().isVisible(), fact);
  }
  await shot(page, 'print');
}));

await test('text of double size does not run off the page', () => withPage({}, async (page) => {
  for (const go of [() => page.goto(`${line.url}/#/people`), () => open(page, hoa.id), () => openForm(page, hoa.id)]) {
    await go();
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    await page.waitForTimeout(200);
    equal(await tooWide(page), 0, `px too wide at ${page.url()}`);
  }
}));

/* Each size, each language: no serious finding, nothing to scroll sideways, targets big enough for a thumb. */
let savedPulse = 71;
const SCREENS = {
  people: async (page) => { await page.goto(`${line.url}/#/people`); await row(page).first().waitFor(); },
  person: async (page) => {
    await open(page, hoa.id);
    await page.locator('.an-chart canvas').waitFor();
    await page.locator('.an-trend summary').click();
  },
  form: (page) => openForm(page, hoa.id),
  refused: async (page) => {
    await openForm(page, crowd[9].id);
    await page.fill('#field-pulse', '8');
    await page.fill('#field-breathing', '40');
    await save(page).click();
    await page.locator('.an-form-top .an-notice').waitFor();
  },
  saved: async (page) => {
    await openForm(page, crowd[9].id);
    await page.fill('#field-breathing', '');
    /* another value each time: the same again within minutes is asked about */
    savedPulse += 1;
    await page.fill('#field-pulse', String(savedPulse));
    await save(page).click();
    await page.locator('.an-notice-good').waitFor();
  },
};

async function smallTargets(page) {
  return page.locator('button:visible, input:visible, summary:visible, a.an-person-row:visible, a.mantine-Button-root:visible')
    .evaluateAll((all) => all.filter((e) => {
      /* a checkbox is pressed through its label */
      const area = e.type === 'checkbox' ? e.closest('.mantine-Checkbox-body') : e;
      const { height, width } = area.getBoundingClientRect();
      return height < 47.5 || width < 47.5;
    }).map((e) => `${e.textContent || e.id} ${e.getBoundingClientRect().height}`));
}

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of size === 'desktop' ? [['vi', 'light'], ['en', 'dark']] : [['vi', 'light'], ['en', 'light'], ['vi', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: every screen is accessible and fits`, () => withPage({ size, lang, scheme }, async (page) => {
      for (const [name, go] of Object.entries(SCREENS)) {
        await go(page);
        await page.waitForTimeout(150);
        equal(await axe(page), [], `${name}: serious findings of axe`);
        equal(await tooWide(page), 0, `${name}: px too wide`);
        if (size !== 'desktop') equal(await smallTargets(page), [], `${name}: targets too small`);
        await shot(page, `${size}-${lang}-${scheme}-${name}`);
      }
    }));
  }
}

await end();
process.exit(finish());
