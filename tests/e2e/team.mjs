/* The care team on a person's page: the head assigns a nurse, the compartment opens to her; ends it, and it is shut. Real accounts of the demo.
 *
 *   ANSINH=/path/to/ansinh node team.mjs */

import { execFileSync } from 'node:child_process';
import { axe, equal, eventually, fhirAt, finish, shot, SIZES, test, truth } from './harness.mjs';
import { card, stage, tooWide } from './kit/stage.mjs';

const { server, line, as, end } = await stage('team', { size: 'desktop', demo: ['--facilities', '1', '--residents', '40', '--days', '1'] });
const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'team-e2e', '--role', 'system', '--data', server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
const fhir = fhirAt(server.base, { Authorization: `Bearer ${token}` });
const WHO = 'demo-patient-1';
const subject = { reference: `Patient/${WHO}` };
const hiv = await fhir.create({ resourceType: 'Observation', status: 'final', subject, effectiveDateTime: '2026-01-01', code: { coding: [{ system: 'http://loinc.org', code: '75622-1' }] }, valueString: '-' });
/* the nurse is whoever signs in as one; nobody of the demo is on the team when it begins */
let nurse;
await as('nurse', {}, async (page) => { nurse = (await page.evaluate(async () => (await fetch('/auth/me')).json())).account.practitioner; });
const [staff] = await fhir.find(`Practitioner?_id=${nurse.split('/')[1]}`);
const NAME = staff.name[0].text;
const TITLE = { vi: 'Người được giao phụ trách', en: 'Assigned staff' };
async function nobody() {
  for (const team of await fhir.find(`CareTeam?patient=Patient/${WHO}&status=active`)) await fhir.put({ ...team, status: 'inactive' });
}
await nobody();

const open = async (page, lang = 'vi') => {
  await page.goto(`${line.url}/#/person/${WHO}`);
  const team = card(page, TITLE[lang]);
  await team.waitFor();
  return team;
};
/* What the nurse's own session is told of the protected finding. */
const told = () => new Promise((done, fail) => {
  as('nurse', {}, async (page) => done(await page.evaluate(async (id) => (await fetch(`/fhir/Observation/${id}`)).status, hiv.id))).catch(fail);
});

await test('nobody is assigned: the compartment is shut to the nurse, and the panel says what that means', async () => {
  equal(await told(), 404);
  await as('facility-head', {}, async (page) => {
    const team = await open(page);
    await team.getByText('Chưa giao ai phụ trách.').waitFor();
    await shot(page, 'team-none');
  });
});

await test('the head assigns the nurse, told beforehand what it opens; it opens', async () => {
  await as('facility-head', {}, async (page) => {
    const team = await open(page);
    await team.getByRole('button', { name: 'Giao thêm người' }).click();
    await team.getByLabel('Tìm nhân viên theo tên').first().fill(NAME);
    await team.getByRole('button', { name: new RegExp(`^${NAME}`) }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Từ bây giờ, tùy vai trò, người này đọc được phần được bảo vệ riêng').waitFor();
    await shot(page, 'team-ask');
    await dialog.getByRole('button', { name: 'Giao phụ trách', exact: true }).click();
    await team.getByText(NAME).waitFor();
    await team.getByText(/^từ ngày \d\d\/\d\d\/\d{4}$/).waitFor();
    await shot(page, 'team-one');
  });
  const [made] = await fhir.find(`CareTeam?patient=Patient/${WHO}&status=active`);
  equal(made.participant.map((p) => [p.member.reference, p.period.start !== undefined]), [[nurse, true]]);
  equal(await told(), 200);
});

await test('a nurse reads who is assigned, and changes nothing', () => as('nurse', {}, async (page) => {
  const team = await open(page);
  await team.getByText(NAME).waitFor();
  await team.getByText('bạn', { exact: true }).waitFor();
  equal(await team.getByRole('button').count(), 0);
}));

await test('a doctor is not offered themselves, and does not assign themselves by another way', () => as('doctor', {}, async (page) => {
  const team = await open(page);
  const me = (await page.evaluate(async () => (await fetch('/auth/me')).json())).account.practitioner;
  const [own] = await fhir.find(`Practitioner?_id=${me.split('/')[1]}`);
  await team.getByRole('button', { name: 'Giao thêm người' }).click();
  await team.getByLabel('Tìm nhân viên theo tên').first().fill(own.name[0].text);
  await team.getByText('Không có nhân viên nào khác tên như vậy.').waitFor();
  const [now] = await fhir.find(`CareTeam?patient=Patient/${WHO}&status=active`);
  const status = await page.evaluate(async ([body, id]) => (await fetch(`/fhir/CareTeam/${id}`, { method: 'PUT', headers: { 'content-type': 'application/fhir+json', 'x-ansinh': '1' }, body })).status,
    [JSON.stringify({ ...now, participant: [...now.participant, { member: { reference: me } }] }), now.id]);
  equal(status, 422);
}));

await test('somebody else was faster: it is said, and nothing is lost', () => as('social-worker', {}, async (page) => {
  const team = await open(page);
  await team.getByRole('button', { name: `Kết thúc phụ trách: ${NAME}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Từ bây giờ người này không còn đọc được').waitFor();
  await nobody();
  await dialog.getByRole('button', { name: 'Kết thúc phụ trách', exact: true }).click();
  await team.getByText('Chưa giao ai phụ trách.').waitFor();
}));

await test('assigned again and ended by the head: it shuts at once', async () => {
  await as('facility-head', {}, async (page) => {
    const team = await open(page);
    await team.getByRole('button', { name: 'Giao thêm người' }).click();
    await team.getByLabel('Tìm nhân viên theo tên').first().fill(NAME);
    await team.getByRole('button', { name: new RegExp(`^${NAME}`) }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Giao phụ trách', exact: true }).click();
    await team.getByRole('button', { name: `Kết thúc phụ trách: ${NAME}` }).waitFor();
    await eventually('it opened', async () => (await told()) === 200);
    await team.getByRole('button', { name: `Kết thúc phụ trách: ${NAME}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phụ trách', exact: true }).click();
    await team.getByText('Chưa giao ai phụ trách.').waitFor();
  });
  equal(await told(), 404);
});

await fhir.create({ resourceType: 'CareTeam', status: 'active', subject, participant: [{ member: { reference: nurse }, period: { start: '2026-02-01' } }] });
for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: readable by everybody`, () => as('facility-head', { size, lang, scheme }, async (page) => {
      const team = await open(page, lang);
      await team.getByText(NAME).waitFor();
      await team.scrollIntoViewIfNeeded();
      equal(await axe(page), [], 'serious findings of axe');
      equal(await tooWide(page), 0, 'px too wide');
      const low = await team.locator('button').evaluateAll((all) => Math.min(...all.map((e) => e.getBoundingClientRect().height)));
      if (size !== 'desktop') truth(low >= 44, `${low} px high`);
      await shot(page, `team-${size}-${lang}`);
    }));
  }
}

await end();
process.exit(finish());
