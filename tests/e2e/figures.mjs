/* Sensitive figures: a province officer and a head look, small numbers are hidden, others are not let in. Real roles of the demo; a province of
 * its own with people made so that something is small and something is not.
 *
 *   ANSINH=/path/to/ansinh node figures.mjs */

import { execFileSync } from 'node:child_process';
import { axe, equal, fhirAt, finish, shot, SIZES, test, truth } from './harness.mjs';
import { stage, tooWide } from './kit/stage.mjs';

const { server, line, as, end } = await stage('figures', { size: 'desktop', demo: ['--facilities', '1', '--residents', '40', '--days', '2'] });

/* People, stays of a time that is over, diagnoses. */
const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'figures', '--role', 'system', '--data', server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
const fhir = fhirAt(server.base, { Authorization: `Bearer ${token}` });
const [stay] = await fhir.find('Encounter?status=in-progress&class=IMP&_count=1');
const home = stay.serviceProvider;
async function resident(gender, birthDate, code) {
  const person = await fhir.create({ resourceType: 'Patient', name: [{ text: 'Người Thử Số Liệu' }], gender, birthDate, managingOrganization: home });
  const subject = { reference: `Patient/${person.id}` };
  await fhir.create({ resourceType: 'Encounter', status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' }, subject, serviceProvider: home, period: { start: '2025-08-01', end: '2025-11-15' } });
  await fhir.create({ resourceType: 'Condition', subject, recordedDate: '2025-08-15', code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }] } });
}
for (let i = 0; i < 6; i += 1) await resident('male', '1980-01-01', 'T74.1');
for (let i = 0; i < 7; i += 1) await resident('female', '1980-01-01', 'T74.1');
for (let i = 0; i < 2; i += 1) await resident('female', '1950-01-01', 'T74.1');

/* A month that is over whenever this runs; the page itself offers the last two years. */
const PAST = '2025-09-30';
async function past(page) {
  await page.evaluate((date) => {
    const select = document.querySelector('#figures-date');
    const option = Object.assign(document.createElement('option'), { value: date, textContent: date });
    select.append(option);
  }, PAST);
  await page.locator('#figures-date').selectOption(PAST);
}

await test('an officer of the province chooses, and sees numbers of the house without the small ones', () => as('province-officer', {}, async (page) => {
  await page.goto(`${line.url}/#/figures`);
  await page.getByText('Chọn điều cần xem.').waitFor();
  equal(await page.locator('table').count(), 0, 'nothing is shown before somebody chose');
  await past(page);
  await page.getByLabel('Xem về').selectOption('violence');
  await page.getByText('Số từ 1 đến 4 không hiện, để không ai nhận ra một người.').waitFor();
  const cells = await page.locator('.an-figures td').allTextContents();
  truth(cells.includes('ẩn') && cells.includes('15'), cells.join(' '));
  truth(!cells.some((c) => /^[1-4]$/.test(c)), `a small number: ${cells.join(' ')}`);
  equal(await page.getByText('Người Thử Số Liệu').count(), 0, 'nobody is named');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Lưu bảng (CSV)' }).click()]);
  equal(download.suggestedFilename(), `violence-${PAST}.csv`);
  await shot(page, 'figures-hidden');
}));

await test('a nurse is not offered it, and not let in by its address', () => as('nurse', { size: 'tablet' }, async (page) => {
  equal(await page.getByRole('link', { name: 'Số liệu nhạy cảm' }).count(), 0);
  await page.goto(`${line.url}/#/figures`);
  await page.getByText('Bạn không có quyền xem').waitFor();
}));

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: readable by everybody`, () => as('province-officer', { size, lang, scheme }, async (page) => {
      await page.goto(`${line.url}/#/figures`);
      await past(page);
      await page.locator('#figures-about').selectOption('violence');
      await page.locator('.an-figures').waitFor();
      await page.waitForTimeout(300);
      equal(await axe(page), [], 'serious findings of axe');
      equal(await tooWide(page), 0, 'px too wide');
      const low = await page.locator('main select, main button').evaluateAll((all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
      if (size !== 'desktop') truth(low >= 44, `${low} px high`);
      await shot(page, `figures-${size}-${lang}`);
    }));
  }
}

await end();
process.exit(finish());
