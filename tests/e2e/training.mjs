/* Training mode in a real browser: the head starts it from a screen; the copy says on every screen and on paper that nothing is real; a press
 * makes one a nurse there; the real record's session is untouched in the same browser.
 *
 *   ANSINH=/path/to/ansinh node training.mjs */

import { axe, equal, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { button, find, signIn, stage, tooWide } from './kit/stage.mjs';

const { line, browser, withPage, open, end } = await stage('training', { demo: ['--facilities', '1', '--residents', '4', '--days', '1'] });
SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
let url = '';

await test('the head starts it, and everybody finds the way', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, 'training');
  await page.getByText('Đang tắt.').waitFor();
  equal(await page.locator('.an-training-banner').count(), 0, 'the real one has no banner');
  await shot(page, 'training-off');
  equal(await axe(page), [], 'axe');
  await button(page, 'Mở chế độ tập huấn').click();
  await page.getByText('Đang mở.').waitFor({ timeout: 240_000 });
  url = await page.getByRole('link', { name: 'Vào chế độ tập huấn' }).first().getAttribute('href');
  await shot(page, 'training-on');
  const nurse = await visit(browser, line.url, { size: 'tablet' });
  await signIn(nurse, 'nurse');
  await nurse.locator('.an-user-button').click();
  equal(await nurse.getByRole('link', { name: 'Vào chế độ tập huấn' }).getAttribute('href'), url);
  await nurse.context().close();
}));

for (const [size, lang, scheme] of [['phone', 'vi', 'light'], ['tablet', 'vi', 'light'], ['desktop', 'vi', 'light'], ['desktop', 'en', 'dark'], ['phone', 'en', 'dark']]) {
  await test(`in training every screen says so: ${size}, ${lang}, ${scheme}`, async () => {
    const page = await visit(browser, url.replace(/\/$/, ''), { size, lang, scheme });
    const words = lang === 'vi' ? 'TẬP HUẤN – không phải dữ liệu thật' : 'TRAINING – not real data';
    await page.getByText(words).waitFor();
    await page.waitForTimeout(300);
    await shot(page, `training-door-${size}-${lang}`);
    equal(await axe(page), [], 'axe at the door');
    await page.getByRole('button', { name: lang === 'vi' ? 'Điều dưỡng' : 'Nurse', exact: true }).click();
    await page.locator('.an-user-button').waitFor();
    for (const hash of ['people', 'ward/demo-ward', 'roster?view=month', 'account']) {
      await page.goto(`${url}#/${hash}`);
      await page.locator('main h1').first().waitFor();
      truth(await page.getByText(words).isVisible(), hash);
    }
    await page.goto(`${url}#/ward/demo-ward`);
    await page.locator('.an-board-card').first().waitFor();
    equal(await axe(page), [], 'axe at work');
    await shot(page, `training-board-${size}-${lang}`);
    equal(await tooWide(page), 0, 'px too wide');
    await page.emulateMedia({ media: 'print' });
    truth(await page.getByText(words).isVisible(), 'on paper');
    equal(page.complaints, [], 'complaints');
    await page.context().close();
  });
}

await test('in one browser both are open: signing out of the one leaves the other', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  const practice = await page.context().newPage();
  await practice.goto(url);
  await practice.getByRole('button', { name: 'Nhân viên chăm sóc', exact: true }).click();
  await practice.locator('.an-user-button').waitFor();
  await page.reload();
  await page.locator('.an-user-button').waitFor();
  truth((await page.locator('.an-user-name').innerText()).startsWith('Điều dưỡng'), 'still the nurse of the record');
  await practice.locator('.an-user-button').click();
  await practice.getByRole('button', { name: 'Đăng xuất', exact: true }).click();
  await practice.getByRole('button', { name: 'Nhân viên chăm sóc', exact: true }).waitFor();
  await page.reload();
  await page.locator('.an-user-button').waitFor();
  equal((await find(page, 'Patient?_count=1')).length, 1, 'and at work');
  await practice.close();
}));

await test('begun anew only after a question; ended, nobody is led there any more', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, 'training');
  await button(page, 'Làm lại từ đầu').click();
  await page.getByRole('dialog').getByText('Xóa hết những gì đã tập').waitFor();
  await button(page, 'Thôi').click();
  await page.getByText('Đang mở.').waitFor();
  await button(page, 'Tắt chế độ tập huấn').click();
  await page.getByText('Đang tắt.').waitFor();
  equal(await page.getByRole('link', { name: 'Vào chế độ tập huấn' }).count(), 0);
}));

await end();
process.exit(finish());
