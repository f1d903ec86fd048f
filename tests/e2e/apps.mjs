/* Programs of others in a real browser: one asks, a person unticks, chooses whose record, allows, takes it back; an administrator makes
 * one known; a record is opened in one. The program is a real server of ours, at an address of its own.
 *
 *   ANSINH=/path/to/ansinh node apps.mjs */

import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { authAt, axe, equal, finish, shot, test, truth } from './harness.mjs';
import { DEMO_PASSWORD, signIn } from './kit/sign.mjs';
import { button, stage } from './kit/stage.mjs';

let there = ''; /* where the program is */
const { server, line, withPage, end } = await stage('apps', { size: 'desktop', demo: ['--facilities', '1', '--residents', '20', '--days', '2'], mine: (url) => url.startsWith(there) });
const admin = authAt(server.base);
await admin('POST', 'sign-in', { name: 'administrator', password: DEMO_PASSWORD });

/* ---- the program ---- */

const asked = [];
const app = http.createServer((request, response) => {
  asked.push(request.url);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end('<!doctype html><html lang="vi"><title>app</title><p>app</p></html>');
});
await new Promise((done) => { app.listen(0, '127.0.0.1', done); });
there = `http://127.0.0.1:${app.address().port}`;
const verifier = randomBytes(40).toString('base64url');
const SCOPE = 'openid fhirUser launch/patient offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs';
await admin('POST', 'clients', { name: 'Biểu đồ sinh hiệu', id: 'charts', kind: 'public', redirects: [`${there}/back`], launch: `${there}/launch`, scope: `${SCOPE} launch launch/encounter` });

const address = (more = {}) => `${line.url}/oauth/authorize?${new URLSearchParams({
  response_type: 'code', client_id: 'charts', redirect_uri: `${there}/back`, scope: SCOPE, state: 'trạng thái & hơn', aud: `${line.url}/fhir`,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...more,
})}`;

async function redeem(code) {
  const reply = await fetch(`${line.url}/oauth/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'charts', code, redirect_uri: `${there}/back`, code_verifier: verifier }),
  });
  return { status: reply.status, json: await reply.json() };
}
const open = (path, token) => fetch(`${line.url}/fhir/${path}`, { headers: { authorization: `Bearer ${token}` } });
let token;

await test('asked: signs in first, unticks a line, chooses a person, allows', () => withPage({}, async (page) => {
  await page.goto(address());
  await signIn(page, 'doctor');
  await page.getByRole('heading', { name: 'Biểu đồ sinh hiệu xin được dùng hồ sơ' }).waitFor();
  await page.getByText('bệnh và vấn đề sức khỏe của người được chọn').waitFor();
  await shot(page, 'apps-ask-desktop');
  equal(await axe(page), [], 'axe');
  await button(page, 'Cho phép').click();
  await page.getByText('Chọn một người trước khi cho phép.').waitFor();
  await page.getByLabel('Xem: bệnh và vấn đề sức khỏe của người được chọn').uncheck();
  await page.getByLabel('Tìm người theo tên hoặc số giấy tờ').fill('a');
  await page.locator('.an-choose button').first().waitFor();
  const name = await page.locator('.an-choose button strong').first().innerText();
  await page.locator('.an-choose button').first().click();
  await page.getByText(name).waitFor();
  await shot(page, 'apps-ask-chosen');
  await button(page, 'Cho phép').click();
  await page.waitForURL(`${there}/back?**`);
  const back = new URL(page.url());
  equal([back.searchParams.get('state'), back.searchParams.get('error')], ['trạng thái & hơn', null]);
  const got = await redeem(back.searchParams.get('code'));
  equal(got.status, 200, JSON.stringify(got.json));
  token = got.json.access_token;
  truth(!got.json.scope.includes('Condition') && got.json.scope.includes('patient/Observation.rs'), got.json.scope);
  equal([(await open(`Patient/${got.json.patient}`, token)).status, (await open('Condition', token)).status], [200, 403], 'what it opens');
}));

await test('a no goes back as one; nothing ticked is no yes', () => withPage({ size: 'phone' }, async (page) => {
  await page.goto(address());
  await signIn(page, 'doctor');
  await page.locator('.an-checks input').first().waitFor();
  for (const box of await page.locator('.an-checks input').all()) await box.uncheck();
  await button(page, 'Cho phép').click();
  await page.getByText('Chưa để lại mục nào').waitFor();
  await shot(page, 'apps-ask-phone');
  const high = await page.locator('.an-checks label').evaluateAll((all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
  truth(high >= 44, `a line of ${high} px`);
  await button(page, 'Từ chối').click();
  await page.waitForURL(`${there}/back?**`);
  equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
}));

await test('a request that is no good goes nowhere', () => withPage({ size: 'tablet' }, async (page) => {
  const before = asked.length;
  await page.goto(address({ redirect_uri: `${there}/elsewhere` }));
  await signIn(page, 'doctor');
  await page.getByText('Yêu cầu này không dùng được').waitFor();
  await shot(page, 'apps-ask-bad');
  equal(await axe(page), [], 'axe');
  equal([await page.getByRole('button', { name: 'Quay lại ứng dụng' }).count(), asked.length], [0, before]);
}));

await test('My account lists it and takes it back, in English too', () => withPage({ lang: 'en' }, async (page) => {
  await signIn(page, 'doctor');
  await page.goto(`${line.url}/#/account`);
  await page.getByRole('heading', { name: 'Apps I allowed' }).waitFor();
  await page.getByText('See: measurements and test results of the person chosen').waitFor();
  await shot(page, 'apps-account');
  equal(await axe(page), [], 'axe');
  equal((await open('Observation?_count=1', token)).status, 200);
  await page.locator('li', { hasText: 'Biểu đồ sinh hiệu' }).getByRole('button', { name: 'Take back' }).click();
  await page.getByText('You have allowed no app.').waitFor();
  equal((await open('Observation?_count=1', token)).status, 401, 'its token');
}));

await test('asked for a stay: the person first, then one of their stays; nothing is chosen beforehand', () => withPage({ size: 'phone' }, async (page) => {
  await page.goto(address({ scope: 'launch/encounter patient/Observation.rs' }));
  await signIn(page, 'doctor');
  await page.getByText('Chọn người trước, rồi chọn lần ở.').waitFor();
  await button(page, 'Cho phép').click();
  await page.getByText('Chọn một người trước khi cho phép.').waitFor();
  const number = await page.evaluate(async () => {
    const found = await (await fetch('/fhir/Encounter?status=in-progress&class=IMP&_count=1&_include=Encounter:subject')).json();
    return found.entry.map((e) => e.resource).find((r) => r.resourceType === 'Patient').identifier[0].value;
  });
  await page.getByLabel('Tìm người theo tên hoặc số giấy tờ').fill(number);
  await page.locator('.an-choose button').first().click();
  const stay = page.locator('.an-choose button').filter({ hasText: 'Đang ở' });
  await stay.first().waitFor();
  await button(page, 'Cho phép').click();
  await page.getByText('Chọn một lần ở trước khi cho phép.').waitFor();
  await stay.first().click();
  await button(page, 'Chọn lần ở khác').waitFor();
  await shot(page, 'apps-ask-stay-phone');
  equal(await axe(page), [], 'axe');
  await button(page, 'Cho phép').click();
  await page.waitForURL(`${there}/back?**`);
  const got = await redeem(new URL(page.url()).searchParams.get('code'));
  equal(got.status, 200, JSON.stringify(got.json));
  truth(got.json.encounter && got.json.patient, JSON.stringify(got.json));
}));

await test('a record is opened in an app', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'doctor');
  const patient = await page.evaluate(async () => (await (await fetch('/fhir/Encounter?status=in-progress&class=IMP&_count=1')).json()).entry[0].resource.subject.reference.split('/')[1]);
  await page.goto(`${line.url}/#/person/${patient}`);
  await page.getByRole('heading', { name: 'Mở bằng ứng dụng' }).waitFor();
  await page.getByRole('heading', { name: 'Mở bằng ứng dụng' }).scrollIntoViewIfNeeded();
  await shot(page, 'apps-open-with');
  const other = page.context().waitForEvent('page');
  await button(page, 'Biểu đồ sinh hiệu').click();
  const popup = await other;
  await popup.waitForURL(`${there}/launch?**`);
  const start = new URL(popup.url());
  equal(start.searchParams.get('iss'), `${line.url}/fhir`);
  await popup.goto(address({ scope: 'launch patient/Patient.rs', launch: start.searchParams.get('launch') }));
  await popup.getByText('Hồ sơ được mở:').waitFor();
  await popup.getByText('Lần ở được mở: Đang ở').waitFor();
  await popup.getByRole('button', { name: 'Cho phép', exact: true }).click();
  await popup.waitForURL(`${there}/back?**`);
  const got = await redeem(new URL(popup.url()).searchParams.get('code'));
  equal([got.status, got.json.patient], [200, patient]);
  const stays = await page.evaluate(async (id) => (await (await fetch(`/fhir/Encounter?patient=Patient/${id}&status=in-progress,onleave&class=IMP`)).json()).entry.map((e) => e.resource.id), patient);
  truth(stays.includes(got.json.encounter), `${got.json.encounter} of ${stays}`);
}));

await test('an administrator makes one known, switches it off and removes it', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'administrator');
  await page.goto(`${line.url}/#/clients`);
  await page.getByRole('heading', { name: 'Ứng dụng', level: 1 }).waitFor();
  await button(page, 'Thêm ứng dụng').click();
  await button(page, 'Thêm').click();
  await page.getByText('Điền tên, cách chứng tỏ').waitFor();
  await page.getByLabel('Tên người dùng sẽ thấy').fill('Phòng khám huyện');
  await page.getByLabel('Mật khẩu riêng: chương trình chạy trên máy chủ').check();
  await page.getByLabel('Địa chỉ quay về, mỗi dòng một địa chỉ').fill('http://khong-an-toan.example/cb');
  await page.getByLabel('Nhiều nhất được phép những gì').fill('launch/patient patient/Patient.rs');
  await button(page, 'Thêm').click();
  await page.getByText('Máy chủ chưa nhận').waitFor();
  await page.getByLabel('Địa chỉ quay về, mỗi dòng một địa chỉ').fill('https://phongkham.example/cb');
  await shot(page, 'apps-client-add');
  equal(await axe(page), [], 'axe');
  await button(page, 'Thêm').click();
  await page.getByText('Mật khẩu riêng chỉ hiện một lần').waitFor();
  await shot(page, 'apps-client-made');
  await button(page, 'Đóng').click();
  const row = page.locator('.an-lines li', { hasText: 'Phòng khám huyện' });
  await row.getByRole('button', { name: 'Tắt', exact: true }).click();
  await row.getByText('Đang tắt').waitFor();
  await row.getByRole('button', { name: 'Xóa', exact: true }).click();
  await row.getByRole('button', { name: 'Xóa hẳn, rút mọi quyền đã cho' }).click();
  await row.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await shot(page, 'apps-clients');
  equal(await axe(page), [], 'axe of the list');
}));

await end();
app.closeAllConnections();
app.close();
process.exit(finish());
