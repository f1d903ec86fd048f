/* Who looked at whom: break-glass by a nurse, the log as the head of the facility and the auditor read it. Real roles of the demo.
 *
 *   ANSINH=/path/to/ansinh node audit.mjs */

import { authAt, axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { DEMO_PASSWORD, signIn as enter } from './kit/sign.mjs';
import { button, stage, tooWide } from './kit/stage.mjs';

const { server, line, withPage, as, end } = await stage('audit', { size: 'desktop', demo: ['--facilities', '1', '--residents', '40', '--days', '2'] });
const REASON = 'Ngất lúc 9 giờ, cần biết thuốc đang dùng trước khi chuyển viện';

/* On a thin line the first screen's own code is still on its way when somebody goes elsewhere. */
await test('a first screen that arrives late takes nobody back', () => withPage({ size: 'tablet' }, async (page) => {
  line.delay = (url) => (/\/Wards-/.test(url) ? 1500 : 0);
  await enter(page, 'nurse');
  await page.evaluate(() => {
    const main = document.querySelector('main');
    /* the moment it is there and has drawn nothing yet: one step before it goes to the only ward */
    const seen = new MutationObserver(() => {
      if (main.textContent !== '' || main.querySelector('[role=status]')) return;
      seen.disconnect();
      window.location.hash = '#/people';
    });
    seen.observe(main, { childList: true, subtree: true });
  });
  await page.waitForFunction(() => window.location.hash.startsWith('#/people'));
  await page.locator('a.an-person-row').first().waitFor();
  equal(await page.evaluate(() => window.location.hash.split('?')[0]), '#/people', 'where I went');
}));

let person = '';

await test('a nurse opens what is specially protected with purpose and reason, and sees that it is open', () => as('nurse', { size: 'tablet' }, async (page) => {
  await page.goto(`${line.url}/#/people`);
  await page.locator('a.an-person-row').first().click();
  person = /#\/person\/([^/?]+)/.exec(page.url())[1];
  await button(page, 'Mở khẩn cấp').click();
  await button(page, 'Mở và báo người phụ trách').click();
  await page.getByText('Chọn mục đích.').waitFor();
  await page.getByLabel('Cấp cứu').check();
  await page.getByLabel('Lý do cụ thể').fill('gấp');
  await button(page, 'Mở và báo người phụ trách').click();
  await page.getByText('Viết lý do, ít nhất 10 ký tự.').waitFor();
  await page.getByLabel('Lý do cụ thể').fill(REASON);
  await page.getByLabel('15 phút').check();
  await shot(page, 'audit-glass-dialog');
  await button(page, 'Mở và báo người phụ trách').click();
  await page.getByText(/Đang mở khẩn cấp đến \d\d:\d\d/).waitFor();
  equal(await button(page, 'Mở khẩn cấp').count(), 0, 'not offered again');
  await shot(page, 'audit-glass-open');
  await page.reload();
  await page.getByText(/Đang mở khẩn cấp đến/).waitFor();
  equal(await page.getByRole('link', { name: 'Ai đã xem hồ sơ này' }).count(), 0, 'the log is not for nurses');
  await page.goto(`${line.url}/#/audit`);
  await page.getByText('Bạn không có quyền xem').waitFor();
}));

await test('the head is told on the start screen, until it was seen', () => as('facility-head', { size: 'tablet' }, async (page) => {
  await page.getByText('Mở khẩn cấp: 1 lần chưa xem').waitFor();
  await page.locator('.an-glass-news').getByText(REASON).waitFor();
  await shot(page, 'audit-glass-news');
  equal(await axe(page), [], 'axe');
  await button(page, 'Đã xem').click();
  await page.getByText('Mở khẩn cấp: 1 lần chưa xem').waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('main h1').first().waitFor();
  await page.waitForTimeout(700);
  equal(await page.locator('.an-glass-news').count(), 0, 'seen once is seen');
}));

await test('the head sees who looked at this record, break-glass first, with the reason', () => as('facility-head', {}, async (page) => {
  await page.goto(`${line.url}/#/person/${person}`);
  await page.getByRole('link', { name: 'Ai đã xem hồ sơ này' }).click();
  const opened = page.getByRole('region', { name: 'Mở khẩn cấp' });
  await opened.getByText(REASON).waitFor();
  await opened.getByText('Cấp cứu').waitFor();
  truth(/Điều dưỡng/.test(await opened.innerText()), 'by whom');
  const all = page.getByRole('region', { name: 'Tất cả' });
  await all.getByText(/^Xem người được chăm sóc/).first().waitFor();
  equal(await all.locator('tbody tr.an-trace-glass').count() > 0, true, 'what was read through the glass is marked');
  await shot(page, 'audit-person');
  await page.getByLabel('Việc', { exact: true }).selectOption('door');
  await page.getByText('Không có dòng nào khớp').waitFor();
  await button(page, 'Xem nhật ký của mọi người').click();
  await all.getByText(/^Đăng nhập/).first().waitFor();
  await page.reload();
  equal(await page.getByLabel('Việc', { exact: true }).inputValue(), 'door', 'the address keeps the question');
}));

await test('the log turns its pages, filters by name and day, and prints', () => as('facility-head', {}, async (page) => {
  const nurse = authAt(server.base);
  await nurse('POST', 'sign-in', { name: 'nurse', password: DEMO_PASSWORD });
  await page.goto(`${line.url}/#/people`);
  for (let i = 0; i < 30; i += 1) await page.evaluate((id) => fetch(`/fhir/Patient/${id}`), person);
  await page.evaluate(async (id) => { for (let i = 0; i < 30; i += 1) await fetch(`/fhir/Observation?patient=${id}&_count=1`); }, person);
  await page.goto(`${line.url}/#/audit`);
  const rows = page.getByRole('region', { name: 'Tất cả' }).locator('tbody tr');
  await eventually('a page', async () => (await rows.count()) === 50);
  await button(page, 'Xem thêm').click();
  await eventually('the next page', async () => (await rows.count()) > 50);
  const ids = await rows.allInnerTexts();
  truth(ids.length > 50, 'rows');
  await page.getByLabel('Người truy cập').fill('dieu duong');
  await eventually('only nurses', async () => {
    const texts = await rows.locator('td:nth-child(2)').allInnerTexts();
    return texts.length > 0 && texts.every((x) => /Điều dưỡng/.test(x));
  });
  await page.fill('#audit-to', '2020-01-01');
  await page.getByText('Không có dòng nào khớp').waitFor();
  await page.fill('#audit-to', '');
  await rows.first().waitFor();
  await page.emulateMedia({ media: 'print' });
  equal(await page.locator('button:visible, header.an-header:visible').count(), 0, 'nothing to press on paper');
  await shot(page, 'audit-print');
}));

await test('the auditor reads the log without names of people in care', () => as('auditor', {}, async (page) => {
  await page.getByRole('heading', { name: 'Nhật ký truy cập', level: 1 }).waitFor();
  await page.getByRole('region', { name: 'Mở khẩn cấp' }).getByText(REASON).waitFor();
  await page.getByText(`Hồ sơ ${person}`).first().waitFor();
  await shot(page, 'audit-auditor');
}));

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: log and break-glass are accessible and fit`, () => as('facility-head', { size, lang, scheme }, async (page) => {
      const look = async (name) => {
        await page.waitForTimeout(200);
        equal(await axe(page), [], `${name}: serious findings of axe`);
        equal(await tooWide(page), 0, `${name}: px too wide`);
        await shot(page, `audit-${size}-${lang}-${name}`);
      };
      await page.goto(`${line.url}/#/audit`);
      await page.locator('.an-trace tbody tr').first().waitFor();
      await look('log');
      await page.goto(`${line.url}/#/person/${person}`);
      await page.getByRole('button', { name: lang === 'vi' ? 'Mở khẩn cấp' : 'Break glass' }).click();
      await page.getByRole('dialog').waitFor();
      await look('glass');
      await page.keyboard.press('Escape');
      equal(await page.getByRole('dialog').count(), 0, 'Escape closes');
    }));
  }
}

await end();
process.exit(finish());
