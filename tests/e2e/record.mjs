/* The record of a person and the registers, sign-in on, in a demo ward: problems, allergies, vaccinations, targets with recall, counselling,
 * isolation with contacts; the list of who is overdue, on paper and as a table; a line that fails.
 *
 *   ANSINH=/path/to/ansinh node record.mjs */

import { readFileSync } from 'node:fs';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, card, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const { line, withPage, open, end } = await stage('record', { demo: ['--facilities', '1', '--residents', '24', '--days', '2'] });

const dayAt = (days) => wardDay(Date.now() + days * 86_400_000);

/* Somebody with high blood pressure, by the demo's own problems, and whoever shares the room. */
let patient;
await test('problems, allergies, vaccinations and counselling are kept with who and when', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const withGoal = new Set((await find(page, 'Goal?category=urn:ansinh:register|hypertension&_count=100')).map((g) => g.subject.reference));
  const condition = (await find(page, 'Condition?code=I10&clinical-status=active&_count=50&_sort=_id')).find((c) => !withGoal.has(c.subject.reference));
  patient = condition.subject.reference.split('/')[1];
  await open(page, `person/${patient}/record`);
  /* an allergy, where the record says that none is known */
  const allergies = card(page, 'Dị ứng');
  await allergies.getByRole('button', { name: 'Thêm dị ứng' }).click();
  await allergies.getByRole('button', { name: 'Thuốc', exact: true }).click();
  await allergies.getByLabel('Dị ứng với gì').fill('Sulfamethoxazol');
  await allergies.getByLabel('Phản ứng thế nào').fill('Phát ban');
  await allergies.getByRole('button', { name: 'nặng', exact: true }).click();
  equal(await allergies.getByRole('button', { name: 'Lưu', exact: true }).isDisabled(), true, 'how certain is asked for');
  await allergies.getByRole('button', { name: 'đã xác nhận', exact: true }).click();
  await allergies.getByRole('button', { name: 'Lưu', exact: true }).click();
  await allergies.getByText('Sulfamethoxazol').waitFor();
  const all = await find(page, `AllergyIntolerance?patient=${patient}`);
  const sulfa = all.find((a) => a.code.text === 'Sulfamethoxazol');
  equal([sulfa.criticality, sulfa.reaction[0].severity, sulfa.recorder.reference.startsWith('Practitioner/')], ['high', 'severe', true], 'what, how bad, by whom');
  truth(all.every((a) => a.code.coding?.[0].code !== '716186003' || a.verificationStatus.coding[0].code === 'refuted'), '"none known" does not stand beside it');
  await allergies.getByRole('button', { name: 'Sửa: Sulfamethoxazol' }).click();
  await allergies.getByRole('button', { name: 'vừa', exact: true }).click();
  await allergies.getByRole('button', { name: 'Lưu', exact: true }).click();
  await allergies.getByText(/Phát ban · vừa/).waitFor();
  /* a problem in plain words, resolved again */
  const problems = card(page, 'Chẩn đoán, vấn đề sức khỏe');
  await problems.getByRole('button', { name: 'Thêm vấn đề' }).click();
  await problems.getByRole('combobox').fill('nổi ban cẳng tay');
  await problems.getByRole('option', { name: /không có mã/ }).click();
  await problems.getByRole('button', { name: 'Đã khỏi: nổi ban cẳng tay' }).click();
  await problems.getByText('Đã khỏi hoặc đã qua').waitFor();
  const [ban] = (await find(page, `Condition?patient=${patient}&clinical-status=resolved`)).filter((c) => c.code.text === 'nổi ban cẳng tay');
  equal(ban.abatementDateTime, dayAt(0), 'resolved today');
  /* a vaccination from a book */
  const vaccines = card(page, 'Tiêm chủng');
  await vaccines.getByRole('button', { name: 'Thêm mũi tiêm' }).click();
  await vaccines.getByLabel('Vắc xin').fill('Cúm mùa');
  await vaccines.getByLabel('Ngày tiêm').fill('2026-10-01');
  await vaccines.getByRole('button', { name: 'Theo sổ hoặc lời kể' }).click();
  await vaccines.getByRole('button', { name: 'Lưu', exact: true }).click();
  await vaccines.getByText(/01\/10\/2026 · Theo sổ/).waitFor();
  /* counselling */
  const counsel = card(page, 'Nhật ký tư vấn');
  await counsel.getByRole('button', { name: 'Ghi lần tư vấn' }).click();
  await counsel.getByRole('button', { name: 'Ăn uống', exact: true }).click();
  await counsel.getByLabel(/Đã nói gì/).fill('Ăn nhạt');
  await counsel.getByRole('button', { name: 'Lưu', exact: true }).click();
  await counsel.getByText('Ăn nhạt').waitFor();
  await shot(page, 'record');
}));

await test('targets are agreed with each person; the register shows who is overdue first', () => withPage({}, async (page) => {
  await signIn(page, 'assistant-doctor');
  await open(page, `person/${patient}/record`);
  const targets = card(page, 'Mục tiêu và hẹn khám');
  await targets.locator('.an-record-goal', { hasText: 'Tăng huyết áp' }).getByRole('button', { name: 'Đặt mục tiêu và hẹn' }).click();
  equal(await targets.getByLabel(/HA tâm thu/).inputValue(), '', 'nothing is filled in beforehand');
  await button(page, 'Dùng mức thường dùng 140/90').click();
  await targets.getByLabel(/HA tâm thu/).fill('150');
  await button(page, '30 ngày').click();
  await targets.getByRole('button', { name: 'Lưu', exact: true }).click();
  await targets.getByText('HA tâm thu dưới 150 mmHg; HA tâm trương dưới 90 mmHg').waitFor();
  await eventually('the goal is with the server', async () => (await find(page, `Goal?patient=${patient}&category=urn:ansinh:register|hypertension`)).length === 1);
  const [goal] = await find(page, `Goal?patient=${patient}&category=urn:ansinh:register|hypertension`);
  equal(goal.target.map((t) => [t.detailQuantity.value, t.dueDate]), [[150, dayAt(30)], [90, dayAt(30)]], 'one Goal');
  /* time goes by: the recall lies behind us */
  const moved = await page.evaluate(async ([g, day]) => (await fetch(`/fhir/Goal/${g.id}`, {
    method: 'PUT', headers: { 'Content-Type': 'application/fhir+json', 'X-Ansinh': '1' }, body: JSON.stringify({ ...g, target: g.target.map((t) => ({ ...t, dueDate: day })) }),
  })).status, [goal, dayAt(-3)]);
  equal(moved, 200, 'moved');
  await open(page, 'registers?r=hypertension');
  await page.getByText(/\d+ người quá hẹn/).waitFor();
  const rows = page.locator('tbody tr');
  truth((await rows.first().innerText()).includes('quá hẹn'), 'overdue first');
  const onIt = await find(page, 'Condition?code=I10,I11,I12,I13,I15&clinical-status=active&_count=200');
  equal(await rows.count(), new Set(onIt.map((c) => c.subject.reference)).size, 'everybody with such a diagnosis');
  await shot(page, 'registers');
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Tải bảng (CSV)').click()]);
  const csv = readFileSync(await download.path(), 'utf8');
  truth(csv.startsWith('\ufeffGiường,Họ và tên') && csv.includes('quá hẹn'), 'the same as a table');
  equal(csv.trim().split('\r\n').length, 1 + await rows.count(), 'a line a person');
}));

await test('an infection: isolated, contacts picked by hand, the report is due; the line list shows it', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const stays = await find(page, `Encounter?status=in-progress&class=IMP&_count=50&_sort=_id`);
  const mine = stays[4].subject.reference.split('/')[1];
  await page.evaluate(async (p) => fetch('/fhir/Condition', {
    method: 'POST', headers: { 'Content-Type': 'application/fhir+json', 'X-Ansinh': '1' }, body: JSON.stringify({
      resourceType: 'Condition', subject: { reference: `Patient/${p}` }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'A09' }], text: '=cmd()' },
    }),
  }), mine);
  await open(page, `person/${mine}/record`);
  const infection = card(page, 'Bệnh truyền nhiễm');
  await infection.getByRole('button', { name: 'Cách ly', exact: true }).click();
  await infection.getByRole('button', { name: 'tiếp xúc', exact: true }).click();
  await infection.getByRole('button', { name: 'Lưu', exact: true }).click();
  await infection.getByText(/Đang cách ly: tiếp xúc/).waitFor();
  await eventually('the report', async () => (await find(page, `Task?patient=${mine}&code=urn:ansinh:task|report-communicable`)).length === 1);
  const [task] = await find(page, `Task?patient=${mine}&code=urn:ansinh:task|report-communicable`);
  truth(Date.parse(task.restriction.period.end) - Date.parse(task.authoredOn) === 24 * 3_600_000, 'within 24 hours');
  await infection.getByRole('button', { name: 'Ghi người tiếp xúc' }).click();
  const near = infection.getByRole('group', { name: 'Người cùng phòng' }).getByRole('button');
  await near.first().waitFor();
  equal(await infection.getByRole('group', { name: 'Người cùng phòng' }).locator('[aria-pressed=true]').count(), 0, 'nobody is picked beforehand');
  await near.first().click();
  await infection.getByRole('button', { name: 'Lưu', exact: true }).click();
  await infection.getByText('1 người tiếp xúc').waitFor();
  await shot(page, 'record-infection');
  await open(page, 'registers?r=communicable');
  const row = page.locator('tbody tr', { hasText: 'A09' });
  truth(/tiếp xúc \(.*\)\s+1/s.test(await row.innerText()), await row.innerText());
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Tải bảng (CSV)').click()]);
  const csv = readFileSync(await download.path(), 'utf8');
  truth(!/(^|,)=/m.test(csv), 'no cell is a formula');
  await open(page, `person/${mine}/record`);
  await button(page, 'Hết cách ly').click();
  await infection.getByRole('button', { name: 'Cách ly', exact: true }).waitFor();
}));

await test('the line goes down: what was recorded waits and arrives once; a carer has no registers', async () => {
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `person/${patient}/record`);
    const counsel = card(page, 'Nhật ký tư vấn');
    await counsel.getByRole('button', { name: 'Ghi lần tư vấn' }).click();
    await counsel.getByRole('button', { name: 'Vận động', exact: true }).click();
    line.mode = 'gone';
    await counsel.getByRole('button', { name: 'Lưu', exact: true }).click();
    await page.getByText(/1 mục đã giữ trên máy này/).waitFor();
    line.mode = 'pass';
    await counsel.getByText('Vận động').waitFor({ timeout: 45_000 });
    equal((await find(page, `Procedure?patient=${patient}&code=urn:ansinh:counselling|movement`)).length, 1, 'once');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'carer');
    equal(await page.getByRole('link', { name: 'Sổ theo dõi' }).count(), 0, 'not in the navigation');
    await open(page, 'registers');
    await page.getByText('Sổ theo dõi').first().waitFor();
    equal(await page.locator('table').count(), 0, 'nor by its address');
  });
});

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'doctor');
      await open(page, `person/${patient}/record`);
      await page.getByRole('button', { name: lang === 'vi' ? 'Thêm dị ứng' : 'Add an allergy' }).click();
      await shot(page, `record-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the record');
      await open(page, 'registers?r=hypertension');
      await page.locator('tbody tr').first().waitFor();
      await shot(page, `registers-${size}-${lang}`);
      equal(await tooWide(page), 0, 'px too wide');
      equal(await axe(page), [], 'axe, the register');
    }));
  }
}

await end();
process.exit(finish());
