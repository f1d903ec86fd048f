/* The nurse in charge, who has no ward but the house: all wards, the roster of any of them, incidents of the house, papers for the night, and
 * all a nurse does, wherever she is needed. What is not hers stays shut.
 *
 *   ANSINH=/path/to/ansinh node headnurse.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs, stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const { server, as, open, end } = await stage('headnurse', { demo: ['--facilities', '1', '--residents', '60', '--days', '2'], options: ['--pack', '18:00', '--pack-after', '1'] });
const doctor = await clientAs(server, 'doctor');
const wards = (await doctor.find('Location?partof:missing=true&_count=100')).filter((l) => (l.physicalType?.coding ?? []).some((c) => c.code === 'wa'));

/* Somebody who lies in that ward now. */
async function somebodyIn(ward) {
  const board = await doctor.get(`Location/${ward.id}/$board`);
  const reference = board.parameter.find((p) => p.name === 'resident').part.find((p) => p.valueReference?.reference?.startsWith('Patient/')).valueReference.reference;
  return reference.split('/')[1];
}

await test('begins with the wards of the house, and works in any of them as a nurse does', () => as('head-nurse', {}, async (page) => {
  const rows = page.locator('.an-ward-row');
  await rows.first().waitFor();
  truth(wards.length >= 2, 'a house of several wards');
  equal((await rows.allInnerTexts()).map((t) => t.trim()).sort(), wards.map((w) => w.name).sort(), 'all of them');
  await shot(page, 'headnurse-wards');
  const ward = wards.at(-1);
  const patient = await somebodyIn(ward);
  await rows.filter({ hasText: ward.name }).click();
  await page.getByRole('link', { name: 'Đi vòng đo' }).waitFor();
  await open(page, `ward/${ward.id}/care?p=${patient}`);
  await button(page, 'Hoạt động').click();
  await button(page, 'Đi bộ').click();
  await page.getByText('Đã ghi: Hoạt động, Đi bộ').waitFor();
  await eventually('by her, in the record', async () => (await doctor.find(`Observation?patient=${patient}&code=urn:ansinh:care|activity&_sort=-_lastUpdated&_count=1`)).some((o) => o.performer?.[0]?.reference?.startsWith('Practitioner/') && Date.now() - Date.parse(o.meta.lastUpdated) < 120_000));
  equal(await axe(page), [], 'axe');
}));

await test('the roster of a ward is hers to write', () => as('head-nurse', { size: 'desktop' }, async (page) => {
  const today = wardDay(Date.now());
  const month = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) + 3, 1)).toISOString().slice(0, 7); /* the demo has left it empty */
  const ward = wards.at(-1);
  await open(page, `roster?ward=${ward.id}&view=month&month=${month}`);
  const cell = page.getByRole('grid').locator('tbody tr').first().locator('[role=gridcell]').nth(2);
  await cell.click();
  await eventually('the cell has the keys', () => cell.evaluate((e) => e === document.activeElement || e.contains(document.activeElement)));
  await page.keyboard.press('n');
  await page.getByText('1 ô chưa lưu').waitFor();
  await page.getByRole('button', { name: /^Lưu lịch/ }).click();
  await page.getByText('Đã lưu lịch trực.').waitFor({ timeout: 60_000 });
  const written = await doctor.find(`Schedule?actor=Location/${ward.id}&date=ge${month}-01&date=le${month}-28&_count=50`);
  equal(written.flatMap((s) => s.extension ?? []).filter((e) => e.url === 'urn:ansinh:extension:duty').flatMap((e) => e.valueTiming.event), [`${month}-03`], 'in the record');
}));

await test('incidents of the whole house, reported in one ward and seen with the others', () => as('head-nurse', { size: 'desktop' }, async (page) => {
  const patient = await somebodyIn(wards[0]);
  await open(page, `person/${patient}/incident`);
  await button(page, 'Té ngã').click();
  await button(page, 'Có người thấy').click();
  await button(page, 'Không tổn hại').click();
  await page.getByLabel('Chuyện xảy ra thế nào').fill('Trượt chân ở cửa thử');
  await button(page, 'Ghi sự cố').click();
  await page.getByText('Đã ghi sự cố.').waitFor();
  await page.goto(`${page.url().split('#')[0]}#/ward`);
  await page.getByRole('link', { name: 'Sự cố cả cơ sở' }).click();
  await page.getByText('Trượt chân ở cửa thử').waitFor();
  await shot(page, 'headnurse-incidents');
  equal(await axe(page), [], 'axe');
  equal((await doctor.find(`Task?patient=${patient}&code=urn:ansinh:task|incident-review&status=requested`)).length, 1, 'the head of the house is told');
}));

await test('makes the pack for the night; the shelf and the handover of a ward are open; accounts and the log are not', () => as('head-nurse', {}, async (page) => {
  const ward = wards.at(-1);
  const before = (await doctor.get('Organization/demo-facility/$pack')).parameter.find((p) => p.name === 'made')?.valueInstant ?? '';
  await open(page, 'pack/demo-facility');
  await page.getByRole('button', { name: 'Lập gói ngay', exact: true }).click();
  await eventually('a newer pack', async () => ((await doctor.get('Organization/demo-facility/$pack')).parameter.find((p) => p.name === 'made')?.valueInstant ?? '') > before, 60_000);
  await open(page, `ward/${ward.id}/stock`);
  await page.locator('main h1').first().waitFor();
  await page.getByRole('link', { name: 'Nhận từ kho' }).first().waitFor();
  await open(page, `ward/${ward.id}/handover`);
  await button(page, 'Ký giao ca').waitFor();
  for (const shut of ['accounts', 'audit', 'setup']) {
    await open(page, shut);
    await page.getByText(/^Bạn không có quyền xem/).waitFor();
  }
  equal(await page.getByRole('link', { name: /Tài khoản và vai trò|Nhật ký truy cập/ }).count(), 0, 'nor in the navigation');
}));

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => as('head-nurse', { size, lang }, async (page) => {
      await page.locator('.an-ward-row').first().waitFor();
      await shot(page, `headnurse-wards-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the wards');
      await open(page, 'incidents');
      await page.locator('main h1').first().waitFor();
      await page.getByText('Trượt chân ở cửa thử').first().waitFor();
      await shot(page, `headnurse-incidents-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the incidents');
    }));
  }
}

await end();
process.exit(finish());
