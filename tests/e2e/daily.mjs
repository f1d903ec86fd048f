/* Quick care in a real browser: a note in three taps, a meal for a ward in one go, late entries, the same thing twice, two tablets at
 * once, the line down, low glucose; what is judged is what stands in the record.
 *
 *   ANSINH=/path/to/ansinh node daily.mjs */

import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { button, stage, tooWide } from './kit/stage.mjs';
import { makeWard, wardDay, wardHour, wardInstant, wardText, minutes } from './kit/ward.mjs';

const { server, line, browser, end } = await stage('daily', { auth: 'off' });
const fhir = fhirAt(server.base);

const NAMES = ['Nguyễn Thị Hoa', 'Giàng A Páo', 'Lý Mẩy', 'Đỗ Văn Đức', 'Trần Thị Lan', 'Vừ Thị Mỷ'];
const careUrl = (ward, more = '') => `${line.url}/#/ward/${ward.ward.id}/care${more}`;
const entries = async (r, kind) => (await fhir.find(`Observation?patient=${r.patient.id}&code=urn:ansinh:care|${kind}&_sort=-date&_count=50`)).filter((o) => o.status === 'final');
const standing = async (ward, kind) => (await Promise.all(ward.residents.map((r) => entries(r, kind)))).flat();
let taps = 0;
const tap = async (locator) => { taps += 1; await locator.click(); };
const kindButton = (page, name) => page.getByRole('button', { name, exact: true });
const quiet = (page) => equal([page.complaints, page.strays], [[], []]);

await test('a note is two taps from the person’s card on the board, and can be taken back', async () => {
  const ward = await makeWard(fhir, 'Khoa Một', NAMES);
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}`, { size: 'tablet' });
  taps = 0;
  await tap(page.getByRole('link', { name: `Ghi chăm sóc: ${NAMES[0]}` }));
  await tap(kindButton(page, 'Tinh thần'));
  await shot(page, 'daily-mood-tablet-vi');
  await tap(page.getByRole('button', { name: 'Buồn', exact: true }));
  await page.getByText('Đã ghi: Tinh thần, Buồn').waitFor();
  truth(taps <= 3, `${taps} taps`);
  await eventually('it stands in the record', async () => (await entries(ward.residents[0], 'mood')).length === 1);
  const [o] = await entries(ward.residents[0], 'mood');
  equal([o.valueCodeableConcept.coding[0], o.interpretation[0].coding[0].code, o.encounter.reference], [{ system: 'urn:ansinh:care:mood', code: 'sad' }, 'A', `Encounter/${ward.residents[0].stay.id}`]);
  truth(Math.abs(Date.parse(o.effectiveDateTime) - Date.now()) < 60_000 && o.effectiveDateTime.endsWith('+07:00'), o.effectiveDateTime);
  await page.getByRole('region', { name: new RegExp(`^(Hôm nay|12 giờ qua): ${NAMES[0]}$`) }).getByText('Buồn').waitFor();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await eventually('nothing stands', async () => (await entries(ward.residents[0], 'mood')).length === 0);
  await eventually('nor on the card', async () => await page.locator('.an-today-line').count() === 0);
  equal((await fhir.find(`Observation?patient=${ward.residents[0].patient.id}&_count=10`)).map((x) => x.status), ['entered-in-error']);
  quiet(page);
  await page.context().close();
});

/* The device's voice is the one thing a test browser lacks: one stands in for it, and tells what it was given to say. */
const withVoice = async (lang, url) => {
  const page = await visit(browser, `${line.url}/icon.svg`, { size: 'tablet' });
  await page.addInitScript((l) => {
    window.anSaid = [];
    const voice = { getVoices: () => [{ lang: l, name: 'stand-in' }], speak: (one) => { window.anSaid.push([one.lang, one.text]); window.anLast = one; }, cancel: () => { window.anStopped = (window.anStopped ?? 0) + 1; }, addEventListener: () => {}, removeEventListener: () => {} };
    Object.defineProperty(window, 'speechSynthesis', { value: voice });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  }, lang);
  await page.goto(url);
  return page;
};

await test('for who rarely reads: what there is to choose is read aloud in the language of the page, never a name; no button where the device has no such voice', async () => {
  const ward = await makeWard(fhir, 'Khoa Nghe', NAMES.slice(0, 2));
  const said = (page) => page.evaluate(() => window.anSaid.splice(0));
  const page = await withVoice('vi-VN', careUrl(ward, `?p=${ward.residents[0].patient.id}`));
  await kindButton(page, 'Đọc to').click();
  const kinds = await said(page);
  truth(kinds.length > 5 && kinds.every(([lang]) => lang === 'vi-VN'), JSON.stringify(kinds));
  for (const word of ['Ăn', 'Tinh thần', 'Đi ngoài']) truth(kinds.some(([, text]) => text === word), `${word} is said`);
  await kindButton(page, 'Dừng đọc').click();
  await kindButton(page, 'Đọc to').waitFor();
  truth(await page.evaluate(() => window.anStopped > 0), 'it is quiet');
  await kindButton(page, 'Tinh thần').click();
  await kindButton(page, 'Đọc to').click();
  const moods = (await said(page)).map(([, text]) => text);
  equal([moods[0], moods.includes('Buồn')], ['Tinh thần', true], 'the question, then its answers');
  await page.evaluate(() => window.anLast.onend());
  await kindButton(page, 'Đọc to').waitFor();
  equal([...kinds.map(([, text]) => text), ...moods].filter((text) => NAMES.some((n) => text.includes(n) || n.split(' ').some((part) => text === part))), [], 'nobody is named');
  equal(await axe(page), [], 'axe');
  quiet(page);
  await page.context().close();
  const other = await withVoice('fr-FR', careUrl(ward, `?p=${ward.residents[0].patient.id}`));
  await kindButton(other, 'Tinh thần').waitFor();
  equal(await kindButton(other, 'Đọc to').count(), 0, 'no button that would read Vietnamese in French');
  await other.context().close();
});

await test('the line went before quick care was opened: it has the people of a moment ago, with their hour, and what is done arrives once', async () => {
  const ward = await makeWard(fhir, 'Khoa Đêm', NAMES.slice(0, 2));
  line.requests.length = 0;
  const page = await visit(browser, `${line.url}/#/ward/${ward.ward.id}`, { size: 'tablet' });
  await page.getByRole('link', { name: `Ghi chăm sóc: ${NAMES[0]}` }).waitFor();
  await eventually('asked for beforehand, quietly', async () => line.requests.some((r) => r.url.includes('NutritionOrder')), 20_000);
  await eventually('its code too', () => page.evaluate(() => performance.getEntriesByType('resource').some((e) => /\/Care-[^/]*\.js$/.test(e.name))));
  await page.waitForTimeout(500);
  line.delay = () => 25_000; /* somebody is there and says nothing */
  try {
    await page.getByRole('link', { name: `Ghi chăm sóc: ${NAMES[0]}` }).click();
    await page.getByText(/^Máy chủ chưa trả lời được\. Số liệu lúc \d/).waitFor({ timeout: 8000 }); /* not only when the browser gives up */
    await shot(page, 'daily-opened-without-line');
    equal(await axe(page), [], 'axe');
    await kindButton(page, 'Tinh thần').click();
    await page.getByRole('button', { name: 'Buồn', exact: true }).click();
    await page.getByText('Đã ghi: Tinh thần, Buồn').waitFor();
  } finally {
    line.delay = () => 0;
  }
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await eventually('it arrived', async () => (await entries(ward.residents[0], 'mood')).length > 0, 60_000);
  await page.getByText(/Số liệu lúc \d/).waitFor({ state: 'detached', timeout: 40_000 });
  equal((await entries(ward.residents[0], 'mood')).length, 1, 'once');
  quiet(page);
  await page.context().close();
});

await test('a meal for the whole ward: one transaction, two who ate less, the rest in one tap', async () => {
  const ward = await makeWard(fhir, 'Khoa Hai', NAMES);
  const page = await visit(browser, careUrl(ward), { size: 'tablet' });
  await page.getByRole('button', { name: 'Cả khoa', exact: true }).waitFor();
  equal(await page.locator('.an-who-one[aria-pressed="true"]').count(), 0, 'chosen beforehand');
  truth(await kindButton(page, 'Ăn').isDisabled(), 'a kind for nobody');
  taps = 0;
  const before = line.requests.filter((r) => r.method === 'POST').length;
  await tap(page.getByRole('button', { name: 'Cả khoa', exact: true }));
  await tap(kindButton(page, 'Ăn'));
  await tap(page.getByRole('button', { name: 'Bữa trưa', exact: true }));
  truth(await page.getByRole('button', { name: 'Chọn cho ít nhất một người', exact: true }).isDisabled(), 'for nobody: it says what to do');
  await tap(page.getByRole('group', { name: NAMES[1] }).getByRole('button', { name: 'Một nửa' }));
  await tap(page.getByRole('group', { name: NAMES[3] }).getByRole('button', { name: 'Từ chối' }));
  await tap(page.getByRole('button', { name: 'Những người còn lại: ăn hết' }));
  await shot(page, 'daily-meal-tablet-vi');
  await tap(page.getByRole('button', { name: 'Ghi cho 6 người' }));
  await page.getByText('Đã ghi cho 6 người: Ăn').waitFor();
  console.log(`      ${taps} taps for ${NAMES.length} people with two exceptions`);
  truth(taps <= 8, `${taps} taps`);
  await eventually('all stand', async () => (await standing(ward, 'meal')).length === 6);
  equal(line.requests.filter((r) => r.method === 'POST').length - before, 1, 'requests that write');
  const share = (o) => Number(o.component.find((c) => c.code.coding[0].code === 'meal-share').valueQuantity.value);
  equal((await Promise.all(ward.residents.map((r) => entries(r, 'meal')))).map((all) => share(all[0])), [100, 50, 100, 0, 100, 100]);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await eventually('all are taken back', async () => (await standing(ward, 'meal')).length === 0);
  quiet(page);
  await page.context().close();
});

await test('who may choke, and what somebody must not eat, is said where the meal and the drink are written down', async () => {
  const ward = await makeWard(fhir, 'Khoa Ăn', NAMES.slice(0, 3));
  const [choking, allergic] = ward.residents.map((r) => ({ reference: `Patient/${r.patient.id}` }));
  await fhir.create({ resourceType: 'Flag', status: 'active', code: { coding: [{ system: 'urn:ansinh:risk', code: 'swallow' }], text: 'Khó nuốt, dễ sặc' }, subject: choking });
  const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] };
  const refuted = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'refuted' }] };
  for (const more of [{ category: ['food'], code: { text: 'Dị ứng tôm, cua' } }, { category: ['food'], code: { text: 'Dị ứng trứng' }, verificationStatus: refuted }, { category: ['medication'], code: { text: 'Dị ứng penicilin' } }]) {
    await fhir.create({ resourceType: 'AllergyIntolerance', clinicalStatus: active, patient: allergic, ...more });
  }
  const page = await visit(browser, careUrl(ward), { size: 'phone' });
  await button(page, 'Cả khoa').click();
  await kindButton(page, 'Ăn').click();
  const row = (n) => page.getByRole('group', { name: NAMES[n], exact: true });
  await row(0).getByText('Khó nuốt, dễ sặc').waitFor();
  await row(1).getByText('Dị ứng: tôm, cua', { exact: true }).waitFor();
  equal([await page.getByText(/penicilin|trứng/).count(), await row(2).locator('.an-careful').count()], [0, 0], 'nothing else');
  await row(2).scrollIntoViewIfNeeded();
  await shot(page, 'daily-meal-careful');
  equal([await axe(page), await tooWide(page)], [[], 0], 'axe, width');
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await kindButton(page, 'Uống, truyền').click();
  await page.getByText(`${NAMES[0]}: Khó nuốt, dễ sặc`).waitFor();
  quiet(page);
  await page.context().close();
});

await test('on a phone: a hand that taps twice answers nothing it did not see; a group’s meal fits, and the way on is under the thumb', async () => {
  const ward = await makeWard(fhir, 'Khoa Run tay', [...NAMES, ...NAMES]);
  const page = await visit(browser, careUrl(ward, `?p=${ward.residents[0].patient.id}`), { size: 'phone' });
  const kinds = ['Tắm rửa', 'Đi ngoài', 'Đi tiểu', 'Tinh thần', 'Ngủ'];
  for (const kind of kinds) {
    const tile = kindButton(page, kind);
    await tile.scrollIntoViewIfNeeded();
    const box = await tile.boundingBox();
    for (let n = 0; n < 2; n += 1) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.getByRole('heading', { level: 2, name: kind }).waitFor();
    await kindButton(page, 'Quay lại').click();
  }
  /* the same on an answer: one entry, and no tile opened by the second tap */
  await kindButton(page, 'Ngủ').click();
  const answer = page.locator('.an-answer').first();
  await answer.scrollIntoViewIfNeeded();
  const box = await answer.boundingBox();
  for (let n = 0; n < 2; n += 1) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByText('Đã ghi: Ngủ').waitFor();
  equal(await page.locator('.an-care-panel').count(), 0, 'opened by the second tap');
  await eventually('one entry', async () => (await entries(ward.residents[0], 'sleep')).length === 1);
  equal((await fhir.find(`Observation?patient=${ward.residents[0].patient.id}&_count=20`)).length, 1, 'and nothing else');
  /* twelve people, one after the other: the way on, and the bar of the meal */
  await page.goto(`${line.url}/#/nowhere`);
  await page.goto(careUrl(ward));
  await page.getByRole('button', { name: 'Cả khoa', exact: true }).click();
  await kindButton(page, 'Chọn việc').click();
  await eventually('the tiles are in sight', () => kindButton(page, 'Ăn').evaluate((e) => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= window.innerHeight; }));
  await kindButton(page, 'Ăn').click();
  const bar = page.locator('.an-bottom-bar');
  await bar.waitFor();
  await shot(page, 'daily-meal-phone-vi');
  truth((await bar.boundingBox()).height <= 200, 'the bar leaves room for the people');
  equal(await tooWide(page), 0, 'px too wide');
  equal(await axe(page), [], 'axe');
  quiet(page);
  await page.context().close();
});

await test('two tablets at once: one meal has one entry, the second is told and may keep both', async () => {
  const ward = await makeWard(fhir, 'Khoa Ba', NAMES.slice(0, 3));
  const [a, b] = [await visit(browser, careUrl(ward), { size: 'tablet' }), await visit(browser, careUrl(ward), { size: 'tablet' })];
  for (const page of [a, b]) {
    await page.getByRole('button', { name: 'Cả khoa', exact: true }).click();
    await kindButton(page, 'Ăn').click();
    await page.getByRole('button', { name: 'Bữa tối', exact: true }).click();
  }
  await a.getByRole('button', { name: 'Những người còn lại: ăn hết' }).click();
  await b.getByRole('group', { name: NAMES[0] }).getByRole('button', { name: 'Ăn ít' }).click();
  await Promise.all([a.getByRole('button', { name: 'Ghi cho 3 người' }).click(), b.getByRole('button', { name: 'Ghi cho 1 người' }).click()]);
  await eventually('three stand, whoever was first', async () => (await standing(ward, 'meal')).length === 3);
  const told = async (page) => await page.getByText('Đã có người ghi bữa này trước').count() > 0;
  await eventually('one of them is told', async () => (await told(a)) !== (await told(b)));
  const second = (await told(a)) ? a : b;
  await shot(second, 'daily-taken-tablet-vi');
  await second.getByRole('button', { name: 'Giữ cả hai' }).click();
  await eventually('both are kept', async () => (await entries(ward.residents[0], 'meal')).length === 2);
  equal((await entries(ward.residents[0], 'meal')).map((o) => o.meta?.tag?.[0]?.code ?? '').sort(), ['', 'double']);
  equal((await standing(ward, 'meal')).length, 4);
  for (const page of [a, b]) await page.context().close();
});

await test('the line is down: kept here, sent once later, with its own time; taken back before it was sent, it never arrives', async () => {
  const ward = await makeWard(fhir, 'Khoa Bốn', NAMES.slice(0, 2));
  const page = await visit(browser, careUrl(ward, `?p=${ward.residents[0].patient.id}`), { size: 'tablet' });
  await kindButton(page, 'Xoay trở').waitFor();
  line.mode = 'gone';
  const when = Date.now();
  await kindButton(page, 'Xoay trở').click();
  await page.getByRole('button', { name: 'Nghiêng trái' }).click();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
  await page.locator('.an-today-line').getByText('chờ gửi').waitFor();
  await kindButton(page, 'Đi tiểu').click();
  await page.getByRole('button', { name: 'Có máu' }).click();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  line.mode = 'pass';
  await page.reload();
  await eventually('it has arrived', async () => (await entries(ward.residents[0], 'turning')).length === 1, 40_000);
  const [o] = await entries(ward.residents[0], 'turning');
  truth(Math.abs(Date.parse(o.effectiveDateTime) - when) < 10_000, `its own time: ${o.effectiveDateTime}`);
  await eventually('nothing waits', async () => await page.getByText(/việc chưa gửi/).count() === 0, 40_000);
  equal((await fhir.find(`Observation?patient=${ward.residents[0].patient.id}&code=urn:ansinh:care|urine`)).length, 0);
  await page.context().close();
});

await test('an answer that is lost on the way is recorded once', async () => {
  const ward = await makeWard(fhir, 'Khoa Năm', NAMES.slice(0, 3));
  const page = await visit(browser, careUrl(ward), { size: 'tablet' });
  await page.getByRole('button', { name: 'Cả phòng P.1' }).click();
  await kindButton(page, 'Tắm rửa').click();
  line.mode = 'lose';
  await page.getByRole('button', { name: 'Tắm', exact: true }).click();
  await eventually('the server has them', async () => (await standing(ward, 'hygiene')).length === 3);
  line.mode = 'pass';
  await eventually('nothing waits', async () => await page.getByText(/việc chưa gửi/).count() === 0, 40_000);
  equal((await standing(ward, 'hygiene')).length, 3);
  await page.context().close();
});

await test('from paper: its own time, the future refused, the same thing twice asked about', async () => {
  const ward = await makeWard(fhir, 'Khoa Sáu', NAMES.slice(0, 2));
  const [r] = ward.residents;
  await fhir.create({
    resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'urn:ansinh:care', code: 'bowel' }] }, subject: { reference: `Patient/${r.patient.id}` },
    effectiveDateTime: wardInstant(Date.now() - minutes(70)), performer: [{ display: 'Điều dưỡng Hà' }],
    valueCodeableConcept: { coding: [{ system: 'urn:ansinh:care:bowel', code: '4' }], text: '4: mềm, trơn' },
  });
  const page = await visit(browser, careUrl(ward, `?p=${r.patient.id}&k=bowel`), { size: 'tablet' });
  await page.getByRole('button', { name: 'Lúc khác' }).click();
  const at = page.getByLabel('Ngày giờ đã làm');
  const local = (ms) => wardText(ms).slice(0, 16);
  await at.fill(local(Date.now() + minutes(60)));
  await page.getByText('Giờ này chưa tới').waitFor();
  await page.getByRole('button', { name: '4: mềm, trơn' }).click();
  equal((await entries(r, 'bowel')).length, 1, 'recorded in the future');
  const paper = Date.now() - minutes(72);
  await at.fill(local(paper));
  await page.getByRole('button', { name: '4: mềm, trơn' }).click();
  await page.getByText('Vừa có người ghi việc này').waitFor();
  truth((await page.getByRole('alert').innerText()).includes('Điều dưỡng Hà'), 'not by whom');
  await shot(page, 'daily-twice-tablet-vi');
  await page.getByRole('button', { name: 'Không ghi nữa' }).click();
  equal((await entries(r, 'bowel')).length, 1);
  await kindButton(page, 'Đi ngoài').click();
  await page.getByRole('button', { name: 'Lúc khác' }).click();
  await page.getByLabel('Ngày giờ đã làm').fill(local(paper));
  await page.getByRole('button', { name: '6: nát' }).click();
  await page.getByRole('button', { name: 'Vẫn ghi thêm' }).click();
  await eventually('both stand', async () => (await entries(r, 'bowel')).length === 2);
  const mine = (await entries(r, 'bowel')).find((o) => o.valueCodeableConcept.coding[0].code === '6');
  equal(mine.effectiveDateTime.slice(0, 16), `${wardDay(paper)}T${wardHour(paper)}`);
  truth(Date.parse(mine.meta.lastUpdated) - Date.parse(mine.effectiveDateTime) > minutes(60), 'received is not apart from done');
  if (wardDay(paper) === wardDay(Date.now())) await page.locator('.an-today-line').getByText(/nhận lúc/).first().waitFor();
  await page.context().close();
});

await test('glucose asks its unit every time; 54 mg/dL is urgent, stored as measured, and says what to do', async () => {
  const ward = await makeWard(fhir, 'Khoa Bảy', NAMES.slice(0, 1));
  const [r] = ward.residents;
  const page = await visit(browser, careUrl(ward, `?p=${r.patient.id}&k=glucose`), { size: 'tablet' });
  await page.getByLabel('Đường huyết', { exact: true }).last().fill('54');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Chọn đơn vị ghi trên máy đo.').waitFor();
  await page.getByRole('button', { name: 'mmol/L' }).click();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText(/khác thường/).waitFor(); /* 54 mmol/L is asked about */
  equal((await fhir.find(`Observation?patient=${r.patient.id}`)).length, 0);
  await page.getByRole('button', { name: 'mg/dL' }).click();
  await page.getByText('bằng 3,0 mmol/L').waitFor();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Đường huyết rất thấp: 54 mg/dL' });
  await alert.waitFor();
  for (const part of ['15 đến 20 g đường', 'không cho ăn uống gì', 'Đo lại sau 15 phút']) truth((await alert.innerText()).includes(part), `${part} is not said`);
  await shot(page, 'daily-glucose-tablet-vi');
  await eventually('it stands', async () => (await fhir.find(`Observation?patient=${r.patient.id}&code=2339-0`)).length === 1);
  const [o] = await fhir.find(`Observation?patient=${r.patient.id}&code=2339-0`);
  equal([o.valueQuantity.value, o.valueQuantity.code, o.interpretation[0].coding[0].code], [54, 'mg/dL', 'LL']);
  await page.context().close();
});

await test('fluids: what went in and out, and the balance of 24 hours; a seizure by the clock', async () => {
  const ward = await makeWard(fhir, 'Khoa Tám', NAMES.slice(0, 1));
  const [r] = ward.residents;
  const page = await visit(browser, careUrl(ward, `?p=${r.patient.id}`), { size: 'tablet' });
  await kindButton(page, 'Uống, truyền').click();
  await page.getByRole('button', { name: 'Sữa' }).click();
  await page.getByRole('button', { name: '200 mL' }).click();
  await kindButton(page, 'Nước ra').click();
  await page.getByLabel('Số khác (mL)').fill('0');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Nhập số từ 1 đến 3000.').waitFor();
  await page.getByLabel('Số khác (mL)').fill('350');
  await page.keyboard.press('Enter');
  await page.getByText('Nước 24 giờ: vào 200 mL, ra 350 mL, chênh −150 mL').waitFor();
  await page.getByRole('button', { name: 'Việc khác' }).click();
  await kindButton(page, 'Cơn co giật').click();
  await page.getByRole('button', { name: 'Bắt đầu bấm giờ' }).click();
  await page.getByRole('timer').waitFor();
  const from = Date.now();
  /* the clock goes on: through a reload, and while another thing is looked up */
  await page.reload();
  await page.getByText(/Đang bấm giờ cơn co giật: .*, từ \d\d:\d\d/).waitFor();
  await shot(page, 'daily-seizure-runs-tablet-vi');
  await page.getByRole('button', { name: 'Mở đồng hồ' }).click();
  await page.getByRole('timer').waitFor();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Đồng hồ còn chạy: bấm “Hết cơn” trước khi ghi.').waitFor();
  await shot(page, 'daily-seizure-tablet-vi');
  await page.waitForTimeout(Math.max(0, from + 1100 - Date.now()));
  await page.getByRole('button', { name: 'Hết cơn' }).click();
  /* stopped, and not yet written down: it is not forgotten either */
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await page.getByText(/Cơn co giật chưa ghi: /).waitFor();
  await page.getByRole('button', { name: 'Mở đồng hồ' }).click();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Cần có: giờ bắt đầu').waitFor();
  /* a time to come is none, and what stood in another box does not stand in for it */
  await button(page, 'Lúc khác').click();
  await page.getByLabel('Ngày giờ đã làm').fill(wardInstant(Date.now() + 3600_000).slice(0, 16));
  await button(page, 'Không rõ bao lâu').click();
  await button(page, 'Không rõ').click();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await page.getByText('Cần có: giờ bắt đầu').waitFor();
  await page.waitForTimeout(500);
  equal((await entries(r, 'seizure')).length, 0, 'nothing is written');
  await button(page, 'Không rõ bao lâu').click();
  await button(page, 'Bây giờ').click();
  await page.getByRole('button', { name: 'Không rõ', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Co giật toàn thân' }).click();
  await page.getByRole('button', { name: 'Đặt nằm nghiêng' }).click();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await eventually('it stands', async () => (await entries(r, 'seizure')).length === 1);
  const [o] = await entries(r, 'seizure');
  truth(o.effectiveDateTime === undefined && Date.parse(o.effectivePeriod.end) - Date.parse(o.effectivePeriod.start) >= 1000 && Date.parse(o.effectivePeriod.start) <= from, JSON.stringify(o.effectivePeriod));
  /* written later, with its day; nobody saw how long */
  await page.getByRole('button', { name: 'Việc khác' }).click();
  await kindButton(page, 'Cơn co giật').click();
  equal(await page.getByRole('timer').count(), 0, 'the clock was for the one before');
  await button(page, 'Lúc khác').click();
  const yesterday = wardInstant(Date.now() - 26 * 3600_000).slice(0, 16);
  await page.getByLabel('Ngày giờ đã làm').fill(yesterday);
  await button(page, 'Không rõ bao lâu').click();
  await button(page, 'Lặng người, mất nhận biết').click();
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await eventually('both stand', async () => (await entries(r, 'seizure')).length === 2);
  equal((await entries(r, 'seizure')).filter((x) => x.effectiveDateTime !== undefined).map((x) => [x.effectiveDateTime.slice(0, 16), x.effectivePeriod]), [[yesterday, undefined]], 'its own time, and no end');
  quiet(page);
  await page.context().close();
});

await test('by keyboard alone: chosen, opened, answered', async () => {
  const ward = await makeWard(fhir, 'Khoa Chín', NAMES.slice(0, 2));
  const page = await visit(browser, careUrl(ward), { size: 'desktop' });
  await page.getByRole('button', { name: new RegExp(NAMES[1]) }).focus();
  await page.keyboard.press('Space');
  await kindButton(page, 'Ngủ').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Ngủ ít' }).focus();
  await page.keyboard.press('Enter');
  await eventually('it stands', async () => (await entries(ward.residents[1], 'sleep')).length === 1);
  await page.context().close();
});

await test('the care sheet shows it', async () => {
  const ward = await makeWard(fhir, 'Khoa Mười', NAMES.slice(0, 1));
  const page = await visit(browser, careUrl(ward, `?p=${ward.residents[0].patient.id}&k=turning`), { size: 'desktop' });
  await page.getByRole('button', { name: 'Nằm ngửa' }).click();
  await eventually('it stands', async () => (await entries(ward.residents[0], 'turning')).length === 1);
  await page.goto(`${line.url}/#/person/${ward.residents[0].patient.id}/paper/care`);
  await page.getByRole('cell', { name: 'Xoay trở: Nằm ngửa' }).waitFor();
  await page.context().close();
});

const shown = await makeWard(fhir, 'Khoa Người cao tuổi', NAMES);
for (const [i, act] of [['meal', 'half'], ['mood', 'happy'], ['bowel', '4']].entries()) {
  await fhir.create({
    resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${shown.residents[0].patient.id}` }, effectiveDateTime: wardInstant(Date.now() - minutes(5 + i)),
    code: { coding: [{ system: 'urn:ansinh:care', code: act[0] }] }, valueCodeableConcept: { coding: [{ system: `urn:ansinh:care:${act[0]}`, code: act[1] }], text: act[1] },
  });
}
for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`axe finds nothing: ${size}, ${lang}, ${scheme}`, async () => {
      const p = shown.residents[0].patient.id;
      for (const [name, more, ready] of [['who', '', '.an-who-one'], ['grid', `?p=${p}`, '.an-today-line'], ['mood', `?p=${p}&k=mood`, '.an-answer'], ['bowel', `?p=${p}&k=bowel`, '.an-answer'], ['glucose', `?p=${p}&k=glucose`, '.an-number-panel'], ['seizure', `?p=${p}&k=seizure`, '.an-number-panel']]) {
        const page = await visit(browser, careUrl(shown, more), { size, lang, scheme });
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(300);
        await shot(page, `daily-${name}-${size}-${lang}`);
        equal(await axe(page), [], name);
        equal(await tooWide(page), 0, `${name} is too wide by`);
        await page.context().close();
      }
    });
  }
}

await end();
process.exit(finish());
