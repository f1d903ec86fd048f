/* Papers and packs on the screen, with sign-in on: the PDF from the sheet, the scanned code back to it, and the 24-hour pack by role.
 *
 *   ANSINH=/path/to/ansinh node pack.mjs */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { signIn } from './kit/sign.mjs';
import { stage } from './kit/stage.mjs';

const { server, line, withPage, as, open, end } = await stage('pack', { demo: ['--facilities', '1', '--residents', '16', '--days', '3'], options: ['--pack', '18:00', '--pack-after', '1', '--alerts', 'off'] });
const WARD = 'demo-ward', HOUSE = 'demo-facility';

/* The file behind a link, as the browser gets it with its cookie. */
const fetched = (page, href) => page.evaluate(async (to) => {
  const reply = await fetch(to);
  const bytes = new Uint8Array(await reply.arrayBuffer());
  return { status: reply.status, type: reply.headers.get('content-type'), head: String.fromCharCode(...bytes.slice(0, 5)), size: bytes.length };
}, href);
const isPdf = (got) => truth(got.status === 200 && got.type === 'application/pdf' && got.head === '%PDF-' && got.size > 5000, JSON.stringify(got));

await test('from the sheet to its PDF, in a tab of its own, by mouse and by key', () => as('nurse', { path: `/#/ward/${WARD}` }, async (page) => {
  const id = await page.evaluate(async () => (await (await fetch('/fhir/Encounter?status=in-progress&_count=1')).json()).entry[0].resource.subject.reference.split('/')[1]);
  await page.goto(`${line.url}/#/person/${id}/paper/vitals`);
  const pdf = page.getByRole('link', { name: 'Bản PDF để in', exact: true });
  await pdf.waitFor();
  equal(await pdf.getAttribute('target'), '_blank');
  isPdf(await fetched(page, await pdf.getAttribute('href')));
  isPdf(await fetched(page, await page.getByRole('link', { name: 'Phiếu thực hiện thuốc (PDF)', exact: true }).getAttribute('href')));
  await page.getByRole('button', { name: 'Phiếu công khai thuốc' }).click();
  await page.waitForFunction(() => document.querySelector('a[href*="form=disclosure"]') !== null);
  await pdf.focus();
  truth(await pdf.evaluate((e) => document.activeElement === e && e.getBoundingClientRect().height >= 44), 'not to be reached, or too small');
  await shot(page, 'paper-pdf');
}));

await test('what a scanner types from the corner of a paper opens that paper', () => as('nurse', { path: `/#/ward/${WARD}` }, async (page) => {
  const id = await page.evaluate(async () => (await (await fetch('/fhir/Encounter?status=in-progress&_count=1')).json()).entry[0].resource.subject.reference.split('/')[1]);
  await page.goto(`${line.url}/#/people`);
  const asked = [];
  page.on('request', (r) => { if (r.url().includes('/fhir/Patient?')) asked.push(r.url()); });
  await page.getByLabel(/Tìm/).first().waitFor();
  await page.locator('#find').focus();
  await page.keyboard.type(`ansinh:Patient/${id}/paper/care?start=2026-11-01&end=2026-11-02&v=0123456789abcdef`);
  await page.waitForURL(new RegExp(`#/person/${id}/paper/care\\?from=2026-11-01`));
  await page.locator('.an-sheet').first().waitFor();
  equal(asked.filter((u) => u.includes('ansinh')).length, 0, 'searches for the code');
}));

await test('the head sees when the pack was made, prints a ward\'s, and makes one now', () => as('facility-head', { path: `/#/ward/${WARD}/handover`, size: 'desktop' }, async (page) => {
  await page.getByRole('link', { name: 'Gói 24 giờ khi mất điện' }).click();
  await page.waitForURL(new RegExp(`#/pack/${HOUSE}`));
  await page.getByText(/^Gói mới nhất lập lúc/).waitFor();
  await page.getByText('Tự lập mỗi ngày lúc 18:00.').waitFor();
  const first = await page.evaluate(async (h) => (await (await fetch(`/fhir/Organization/${h}/$pack`)).json()).parameter.find((p) => p.name === 'made').valueInstant, HOUSE);
  isPdf(await fetched(page, await page.getByRole('link', { name: /^In gói, / }).first().getAttribute('href')));
  isPdf(await fetched(page, await page.getByRole('link', { name: /^Phần kín, / }).first().getAttribute('href')));
  await page.waitForTimeout(1100); /* packs are named by the second */
  await page.getByRole('button', { name: 'Lập gói ngay', exact: true }).click();
  await eventually('a newer one', () => page.evaluate(async ([h, before]) => (await (await fetch(`/fhir/Organization/${h}/$pack`)).json()).parameter.find((p) => p.name === 'made').valueInstant > before, [HOUSE, first]), 60_000);
  await page.getByRole('button', { name: 'Lập gói ngay', exact: true }).waitFor({ timeout: 60_000 });
}));

for (const size of Object.keys(SIZES)) {
  for (const lang of ['vi', 'en']) {
    await test(`the pack's screen: ${size}, ${lang}`, () => as('nurse', { path: `/#/pack/${HOUSE}`, size, lang }, async (page) => {
      await page.locator('.an-pack-wards').waitFor();
      equal(await axe(page), [], 'axe');
      await shot(page, `pack-${size}-${lang}`);
    }));
  }
}

await test('a pack that could not be made is told in red, with what to do', () => as('facility-head', { path: `/#/pack/${HOUSE}` }, async (page) => {
  await page.getByText(/^Gói mới nhất lập lúc/).waitFor();
  const dir = join(server.data, 'pack', HOUSE);
  rmSync(dir, { recursive: true });
  writeFileSync(dir, 'no folder');
  await page.getByRole('button', { name: 'Lập gói ngay', exact: true }).click();
  await page.getByRole('alert').getByText(/gọi người quản trị/i).waitFor({ timeout: 60_000 });
  equal(await axe(page), [], 'axe');
  await shot(page, 'pack-not-made');
  rmSync(dir);
}));

await test('a carer has no such screen', () => withPage({ path: `/#/pack/${HOUSE}` }, async (page) => {
  await signIn(page, 'carer');
  await page.getByText(/^Bạn không có quyền xem/).waitFor();
  equal(await page.getByRole('button', { name: 'Lập gói ngay' }).count(), 0);
  await open(page, `ward/${WARD}/handover`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  equal(await page.getByRole('link', { name: 'Gói 24 giờ khi mất điện' }).count(), 0);
}));

await end();
process.exit(finish());
