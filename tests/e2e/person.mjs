/* A person in care and a guardian at their own screens: the record, who looked at it, consent, requests; phone, tablet and desktop. Real accounts
 * of the demo, the real server; what staff does meanwhile is done by staff.
 *
 *   ANSINH=/path/to/ansinh node person.mjs */

import { execFileSync } from 'node:child_process';
import { axe, equal, eventually, fhirAt, finish, shot, SHOTS, SIZES, test, truth } from './harness.mjs';
import { signIn, stage, tooWide } from './kit/stage.mjs';

const { server, line, as, withPage, end } = await stage('person', { size: 'phone', demo: ['--facilities', '1', '--residents', '40', '--days', '4'] });
const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'person-e2e', '--role', 'system', '--data', server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
const fhir = fhirAt(server.base, { Authorization: `Bearer ${token}` });
const [SELF, WARD] = ['demo-patient-1', 'demo-patient-2'];
const [own] = await fhir.find(`Patient?_id=${SELF}`);
const nameOf = (p) => p.name[0].text;
const [other] = await fhir.find(`Patient?_id=demo-patient-5`);
const PAGES = ['mine', 'mine/log', 'mine/consent', 'mine/requests'];
const TITLES = { vi: ['Hồ sơ của tôi', 'Ai đã xem hồ sơ của tôi', 'Sự đồng ý của tôi', 'Yêu cầu của tôi'], en: ['My record', 'Who looked at my record', 'My consent', 'My requests'] };

/* Something of each kind that the first screen shows, so that no hour of the day leaves it empty. */
const subject = { reference: `Patient/${SELF}` };
const NOW = new Date();
await fhir.create({ resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }], subject, effectiveDateTime: NOW.toISOString(),
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' } });
const order = await fhir.create({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject, authoredOn: '2026-01-06', medicationCodeableConcept: { text: 'Enalapril 5 mg' }, dosageInstruction: [{ text: 'Mỗi sáng 1 viên' }] });
await fhir.create({ resourceType: 'MedicationAdministration', status: 'completed', subject, effectiveDateTime: NOW.toISOString(), medicationCodeableConcept: { text: 'Enalapril 5 mg' }, request: { reference: `MedicationRequest/${order.id}` } });
await fhir.create({ resourceType: 'Composition', status: 'final', subject, date: '2026-10-01T08:00:00+07:00', title: 'Phiếu theo dõi sức khỏe', type: { coding: [{ system: 'urn:ansinh:document', code: 'visit' }] }, author: [{ display: 'Y sĩ Thử' }],
  section: [{ title: 'Lời dặn', text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><ul><li>Uống đủ nước &amp; nghỉ</li></ul></div>' } }] });
await fhir.create({ resourceType: 'Observation', status: 'final', subject, effectiveDateTime: NOW.toISOString(), code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, valueQuantity: { value: 199, unit: '/min' },
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }] } });

/* What there is, as soon as there is something. */
async function found(what, ask) {
  let got;
  await eventually(what, async () => { got = await ask(); return got !== undefined && got !== false; });
  return got;
}

const at = async (page, path) => {
  await page.goto(`${line.url}/#/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
};

await test('the first screen is the person\'s own: who, where, medicines, readings, illnesses, notes; no menu of the staff', () => as('person', {}, async (page) => {
  await page.getByRole('heading', { level: 1, name: 'Hồ sơ của tôi' }).waitFor();
  await page.getByRole('heading', { level: 2, name: nameOf(own) }).waitFor();
  await page.getByText('Enalapril 5 mg').waitFor();
  await page.getByText('Mỗi sáng 1 viên').waitFor();
  truth(await page.getByText(/Hôm nay đã dùng lúc \d\d:\d\d/).count() >= 1, 'the dose of today');
  await page.locator('.an-mine-reading strong', { hasText: '72' }).waitFor();
  equal(await page.getByText('199').count(), 0, 'a reading that is kept from them');
  await page.getByText('Phiếu theo dõi sức khỏe, ngày 01/10/2026').click();
  await page.getByText('Uống đủ nước & nghỉ').waitFor();
  const links = await page.locator('header a, .an-menu a').evaluateAll((all) => all.map((a) => a.getAttribute('href')).filter((h) => h !== '#/mine'));
  equal([...new Set(links)].sort(), ['#/account', '#/mine/consent', '#/mine/log', '#/mine/requests'], 'ways from the header');
  await shot(page, 'person-record');
}));

await test('one way in: who belongs to the light page comes to it from either door, at the same address after the #', async () => {
  await withPage({ size: 'phone', path: '/#/mine/requests' }, async (page) => {
    await signIn(page, 'person');
    await page.getByRole('heading', { level: 1, name: 'Yêu cầu của tôi' }).waitFor();
    equal(new URL(page.url()).pathname, '/toi');
    await page.goto(`${line.url}/#/mine/log`);
    await page.getByRole('heading', { level: 1, name: 'Ai đã xem hồ sơ của tôi' }).waitFor();
    equal(new URL(page.url()).pathname, '/toi', 'signed in already');
  });
  await withPage({ size: 'phone', path: '/toi' }, async (page) => {
    await page.getByLabel('Tên đăng nhập').waitFor();
    equal(await axe(page), [], 'serious findings of axe at the light door');
    await shot(page, 'person-door');
    const low = await page.locator('main button, main input').evaluateAll((all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
    truth(low >= 44, `${low} px high`);
    equal((await page.evaluate(() => performance.getEntriesByType('resource').map((r) => new URL(r.name).pathname))).filter((p) => p.includes('/index-')), [], 'nothing of the staff\'s page');
    await signIn(page, 'person');
    equal(new URL(page.url()).pathname, '/toi');
  });
});

await test('an address of the staff opens nothing, whoever it is about', () => as('person', {}, async (page) => {
  for (const path of ['people', `person/${SELF}`, `person/${other.id}`, 'ward', 'alerts', 'audit', 'accounts', 'requests', 'stock']) {
    await page.goto(`${line.url}/#/${path}`);
    await page.getByText(/^(Bạn không có quyền xem|Không có trang này)/).first().waitFor();
  }
}));

await test('who looked is there with name, role and reason, and nobody else is', async () => {
  await as('doctor', { size: 'desktop' }, async (page) => {
    await page.goto(`${line.url}/#/people`);
    await page.getByText(nameOf(other)).first().waitFor();
    await page.goto(`${line.url}/#/person/${SELF}`);
    await page.getByRole('heading', { level: 1, name: nameOf(own) }).waitFor();
    const reply = await page.evaluate(async (patient) => (await fetch('/auth/break-glass', { method: 'POST', headers: { 'content-type': 'application/json', 'x-ansinh': '1' }, body: JSON.stringify({ patient, purpose: 'ETREAT', reason: 'khó thở đột ngột, cần xem ngay', minutes: 5 }) })).status, SELF);
    equal(reply, 200, 'the glass is broken');
  });
  await as('person', {}, async (page) => {
    await eventually('the entry', async () => {
      await at(page, 'mine/log');
      await page.waitForTimeout(300);
      return (await page.getByText('Lý do: khó thở đột ngột, cần xem ngay').count()) > 0;
    });
    await page.getByText('Mục đích: Cấp cứu').waitFor();
    truth(await page.getByText(/Bác sĩ .+· Bác sĩ/).count() >= 1, 'name and role');
    await page.getByText(/Bạn tự xem: \d+ lần/).first().waitFor();
    const text = await page.locator('main').innerText();
    truth(!text.includes(nameOf(other)) && !text.includes('demo-patient') && !text.includes('127.0.0.1'), text.slice(0, 400));
    await shot(page, 'person-log');
  });
});

await test('agreeing and taking it back are as many taps; the social worker sees both', () => as('person', {}, async (page) => {
  await at(page, 'mine/consent');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Cho gia đình biết tình hình sức khỏe' }) });
  await card.waitFor();
  if (await card.getByText('Bạn đang đồng ý').count() > 0) { /* the demo may have had them agree already */
    await card.getByRole('button', { name: 'Rút lại: Cho gia đình biết tình hình sức khỏe' }).click();
    await card.getByRole('button', { name: 'Rút lại sự đồng ý', exact: true }).click();
    await card.getByText('Chưa đồng ý').waitFor();
  }
  const standing = async () => (await fhir.find(`Consent?patient=${SELF}&status=active`)).filter((c) => c.provision.purpose[0].code === 'family-sharing');
  await eventually('nothing stands', async () => (await standing()).length === 0);
  await card.getByRole('button', { name: 'Tôi đồng ý: Cho gia đình biết tình hình sức khỏe' }).click();
  await card.getByRole('button', { name: 'Đồng ý', exact: true }).click();
  await card.getByText('Bạn đang đồng ý').waitFor();
  const given = await found('the consent', async () => (await standing())[0]);
  equal([given.performer[0].reference, given.patient.reference], [`Patient/${SELF}`, `Patient/${SELF}`]);
  await card.getByRole('button', { name: 'Rút lại: Cho gia đình biết tình hình sức khỏe' }).click();
  await card.getByRole('button', { name: 'Rút lại sự đồng ý', exact: true }).click();
  await card.getByText('Chưa đồng ý').waitFor();
  await eventually('it is withdrawn', async () => (await standing()).length === 0);
  equal((await fhir.find(`Consent?_id=${given.id}`))[0].status, 'inactive');
  await shot(page, 'person-consent');
}));

await test('data that leave the house: nobody is chosen beforehand, and without a place nothing is given', () => as('person', {}, async (page) => {
  await at(page, 'mine/consent');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Chuyển dữ liệu cho cơ sở khám chữa bệnh khác theo nguyện vọng' }) });
  await card.getByRole('button', { name: /^Tôi đồng ý/ }).click();
  equal(await card.getByLabel('Gửi đến nơi nào?').inputValue(), '');
  await card.getByRole('button', { name: 'Đồng ý', exact: true }).click();
  await card.getByText('Hãy chọn nơi nhận dữ liệu.').waitFor();
  await card.getByRole('button', { name: 'Thôi' }).click();
}));

await test('a request has the day by which an answer is due, and shows the answer', () => as('person', {}, async (page) => {
  await at(page, 'mine/requests');
  await page.getByRole('button', { name: 'Gửi yêu cầu mới' }).click();
  equal(await page.locator('input[type=radio]:checked').count(), 0, 'nothing is chosen beforehand');
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
  await page.getByText('Hãy chọn loại yêu cầu.').waitFor();
  await page.getByLabel('Cung cấp bản sao').check();
  await page.getByLabel('Viết rõ hơn (nếu muốn)').fill('Xin bản sao kết quả khám');
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
  await page.getByText(/Phải trả lời trước hết ngày \d\d\/\d\d\/\d{4}/).first().waitFor();
  const task = await found('the request', async () => (await fhir.find(`Task?patient=${SELF}&code=urn:ansinh:data-request|copy`)).find((x) => x.description === 'Xin bản sao kết quả khám'));
  await shot(page, 'person-requests');
  await as('social-worker', { size: 'desktop' }, async (staff) => {
    await staff.goto(`${line.url}/#/requests`);
    const row = staff.locator('li', { has: staff.getByText(nameOf(own)) }).filter({ hasText: 'Cung cấp bản sao' }).first();
    await row.getByRole('button', { name: 'Trả lời' }).click();
    await row.getByRole('textbox').fill('Đã đưa bản sao cho bạn');
    await row.getByRole('button', { name: 'Lưu' }).click();
    await eventually('it is answered', async () => (await fhir.find(`Task?_id=${task.id}`))[0].status === 'completed');
  });
  await at(page, 'mine');
  await at(page, 'mine/requests');
  await page.getByText('Trả lời: Đã đưa bản sao cho bạn').waitFor();
}));

await test('with the line down a request waits, and goes when the line is back', () => as('person', {}, async (page) => {
  await at(page, 'mine/requests');
  await page.getByRole('button', { name: 'Gửi yêu cầu mới' }).click();
  await page.context().setOffline(true);
  await page.getByLabel('Chỉnh sửa dữ liệu').check();
  await page.getByRole('button', { name: 'Gửi', exact: true }).click();
  await page.getByText('Chờ gửi khi có mạng').waitFor();
  await page.context().setOffline(false);
  await eventually('it went', async () => (await fhir.find(`Task?patient=${SELF}&code=urn:ansinh:data-request|correct`)).some((x) => x.requester?.reference === `Patient/${SELF}`));
}));

await test('the guardian sees whom they represent, decides where the law says so, and is shut out when the decision is over', () => as('guardian', {}, async (page) => {
  const [ward] = await fhir.find(`Patient?_id=${WARD}`);
  await page.getByRole('heading', { level: 2, name: nameOf(ward) }).waitFor();
  await page.getByText('Đây là hồ sơ của người bạn đang đại diện.').waitFor();
  await at(page, 'mine/consent');
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Chụp ảnh, ghi hình để truyền thông' }) });
  await card.waitFor();
  if (await card.getByText('Bạn đang đồng ý').count() === 0) {
    await card.getByRole('button', { name: /^Tôi đồng ý/ }).click();
    await card.getByRole('button', { name: 'Đồng ý', exact: true }).click();
    await card.getByText('Bạn đang đồng ý').waitFor();
    const given = await found('the consent', async () => (await fhir.find(`Consent?patient=${WARD}&status=active`)).find((c) => c.provision.purpose[0].code === 'images'));
    equal(given.performer[0].reference, 'RelatedPerson/demo-legal-guardian-2');
  }
  const [guardian] = await fhir.find('RelatedPerson?_id=demo-legal-guardian-2');
  await fhir.put({ ...guardian, period: { ...guardian.period, end: '2026-01-01' } });
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Tài khoản này chưa xem được hồ sơ' }).waitFor();
  await page.getByText('Hồ sơ không ghi bạn đang là người đại diện tính đến hôm nay.').waitFor();
  await shot(page, 'person-closed');
  equal(await axe(page), [], 'serious findings of axe');
  await fhir.put({ ...(await fhir.find('RelatedPerson?_id=demo-legal-guardian-2'))[0], period: guardian.period });
}));

await test('the whole way by keyboard', () => as('person', { size: 'desktop' }, async (page) => {
  await page.getByRole('heading', { level: 2, name: nameOf(own) }).waitFor();
  const reach = async (name) => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')) === name) return;
    }
    throw new Error(`not reached: ${name}`);
  };
  await reach('Yêu cầu của tôi');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Yêu cầu của tôi' }).waitFor();
  await page.getByRole('button', { name: 'Gửi yêu cầu mới' }).waitFor();
  await reach('Gửi yêu cầu mới');
  await page.keyboard.press('Enter');
  await page.getByText('Bạn muốn yêu cầu gì?').waitFor();
  await page.keyboard.press('Tab');
  await reach('Gửi');
  await page.keyboard.press('Enter');
  await page.getByText('Hãy chọn loại yêu cầu.').waitFor();
}));

await test('an administrator makes such an account, and nobody is chosen by mistake', () => as('administrator', { size: 'desktop' }, async (page) => {
  await page.goto(`${line.url}/#/accounts`);
  await page.getByRole('button', { name: 'Thêm tài khoản' }).click();
  await page.getByLabel('Người được chăm sóc: chỉ xem hồ sơ của mình').check();
  await page.getByLabel('Họ và tên').fill('Người Thử Tài Khoản');
  await page.getByRole('button', { name: 'Tạo tài khoản' }).click();
  await page.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
  await page.getByLabel('Mã hồ sơ của người được chăm sóc').fill(`${line.url}/#/person/demo-patient-7`);
  const [seventh] = await fhir.find('Patient?_id=demo-patient-7');
  await page.getByLabel('Ngày sinh hoặc năm sinh của người được chăm sóc').fill(String(Number(seventh.birthDate.slice(0, 4)) - 1));
  await page.getByRole('button', { name: 'Tạo tài khoản' }).click();
  await page.getByText('Ngày sinh này không khớp hồ sơ mang mã đó').waitFor();
  await shot(page, 'person-account-birth');
  await page.getByLabel('Ngày sinh hoặc năm sinh của người được chăm sóc').fill(seventh.birthDate.split('-').reverse().join('/'));
  await page.getByRole('button', { name: 'Tạo tài khoản' }).click();
  await page.getByRole('link', { name: 'Mở tài khoản' }).click();
  await page.getByText('Tài khoản của hồ sơ Patient/demo-patient-7').waitFor();
  await shot(page, 'person-account');
}));

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: readable by everybody`, () => as('person', { size, lang, scheme }, async (page) => {
      for (const [i, path] of PAGES.entries()) {
        await at(page, path);
        await page.getByRole('heading', { level: 1, name: TITLES[lang][i], exact: true }).waitFor();
        await page.locator('main section').first().waitFor();
        await page.waitForTimeout(300);
        equal(await axe(page), [], `serious findings of axe: ${path}`);
        equal(await tooWide(page), 0, `px too wide: ${path}`);
        const low = await page.locator('main select, main button, main a.mantine-Button-root, main .an-mine-ways a, main summary').evaluateAll((all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
        if (size !== 'desktop') truth(low >= 44, `${path}: ${low} px high`);
        await page.screenshot({ path: `${SHOTS}/person-${path.replace('/', '-')}-${size}-${lang}.png`, fullPage: true });
      }
    }));
  }
}

await end();
process.exit(finish());
