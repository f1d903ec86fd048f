/* The record of a person and the registers, sign-in on, in a demo ward: problems, allergies, vaccinations, targets with recall, counselling,
 * isolation with contacts; the list of who is overdue, on paper and as a table; a line that fails.
 *
 *   ANSINH=/path/to/ansinh node record.mjs */

import { readFileSync } from 'node:fs';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, card, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const { line, withPage, open, end } = await stage('record', { demo: ['--facilities', '1', '--residents', '24', '--days', '2'], options: ['--alerts', 'off'] });

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
  /* one slip takes no warning away */
  await allergies.getByRole('button', { name: 'Không phải dị ứng: Sulfamethoxazol' }).click();
  await page.getByRole('dialog', { name: 'Không phải dị ứng?' }).getByText('Sulfamethoxazol').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Thôi' }).click();
  await allergies.getByText('Sulfamethoxazol').waitFor();
  equal((await find(page, `AllergyIntolerance?_id=${sulfa.id}`))[0].verificationStatus.coding[0].code, 'confirmed', 'it stands');
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
  /* one given here: lot, expiry, site and when the next is due; the one from the book was a slip */
  await vaccines.getByRole('button', { name: 'Thêm mũi tiêm' }).click();
  await vaccines.getByLabel('Vắc xin').fill('Uốn ván');
  await vaccines.getByLabel('Ngày tiêm').fill(dayAt(-40));
  await vaccines.getByLabel('Số lô').fill('UV12');
  await vaccines.getByLabel('Hạn dùng').fill(dayAt(-41));
  await page.getByText('Vắc xin đã hết hạn vào ngày tiêm').waitFor();
  await vaccines.getByLabel('Hạn dùng').fill(dayAt(300));
  await vaccines.getByLabel('Đường tiêm, vị trí').fill('bắp, tay trái');
  await vaccines.getByLabel('Hẹn mũi sau').fill(dayAt(-10));
  await vaccines.getByRole('button', { name: 'Tiêm tại đây' }).click();
  await vaccines.getByRole('button', { name: 'Lưu', exact: true }).click();
  await vaccines.getByText(/quá hẹn mũi sau/).waitFor();
  await vaccines.scrollIntoViewIfNeeded();
  await shot(page, 'record-vaccines');
  await vaccines.getByRole('button', { name: /^Gạch bỏ vì ghi nhầm: Cúm mùa/ }).click();
  await button(page, 'Gạch bỏ').click();
  await vaccines.getByText(/01\/10\/2026/).waitFor({ state: 'detached' });
  equal((await find(page, `Immunization?patient=${patient}`)).map((v) => [v.vaccineCode.text, v.status]).filter((v) => /Cúm mùa|Uốn/.test(v[0])).sort(), [['Cúm mùa', 'entered-in-error'], ['Uốn ván', 'completed']], 'struck, not deleted');
  /* counselling */
  const counsel = card(page, 'Nhật ký tư vấn');
  await counsel.getByRole('button', { name: 'Ghi lần tư vấn' }).click();
  await counsel.getByRole('button', { name: 'Ăn uống', exact: true }).click();
  await counsel.getByLabel(/Đã nói gì/).fill('Ăn nhạt');
  await page.reload();
  equal(await counsel.getByLabel(/Đã nói gì/).inputValue(), 'Ăn nhạt', 'half a talk outlives a reload');
  await counsel.getByRole('button', { name: 'Lưu', exact: true }).click();
  await counsel.getByText('Ăn nhạt').waitFor();
  await shot(page, 'record');
}));

await test('risks are said at the record and stand on the board; the second SpO2 scale is a doctor\'s alone; what is over goes', async () => {
  let who;
  const flags = (page) => find(page, `Flag?patient=${who}&_count=100`);
  const risks = (page) => card(page, 'Nguy cơ, điều cần biết tại giường');
  const onBoard = async (page) => {
    await open(page, 'ward/demo-ward');
    const bed = page.locator('.an-board-card', { has: page.locator(`a[href="#/person/${who}"]`) });
    await bed.first().waitFor();
    return (await bed.first().innerText()).split('\n');
  };
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    const risky = new Set((await find(page, 'Flag?_count=200')).map((f) => f.subject.reference));
    const stays = await find(page, 'Encounter?class=IMP&status=in-progress&_count=100&_sort=_id');
    who = stays.map((e) => e.subject.reference).find((p) => !risky.has(p)).split('/')[1];
    await open(page, `person/${who}/record`);
    await risks(page).getByText('Chưa ghi nguy cơ nào.').waitFor();
    await risks(page).getByRole('button', { name: 'Thêm nguy cơ' }).click();
    equal(await risks(page).getByRole('button', { name: 'Dùng thang SpO2 số 2' }).count(), 0, 'no nurse sets the scale');
    await shot(page, 'record-risks');
    equal(await axe(page), [], 'axe, adding a risk');
    await risks(page).getByRole('button', { name: 'Nguy cơ té ngã', exact: true }).click();
    await risks(page).getByText('Nguy cơ té ngã').waitFor();
    await risks(page).getByRole('button', { name: 'Thêm nguy cơ' }).click();
    equal(await risks(page).getByRole('button', { name: 'Nguy cơ té ngã', exact: true }).count(), 0, 'what stands is not offered again');
    await risks(page).getByLabel('Nguy cơ khác').fill('Sợ nước, không tắm một mình');
    await risks(page).getByRole('button', { name: 'Thêm', exact: true }).click();
    await risks(page).getByText('Sợ nước, không tắm một mình').waitFor();
    await eventually('both are in the record', async () => (await flags(page)).length === 2);
    equal((await flags(page)).every((f) => f.status === 'active' && f.author.reference.startsWith('Practitioner/') && f.period.start !== undefined), true, 'who, and since when');
    const words = await onBoard(page);
    truth(words.includes('Nguy cơ té ngã') && words.includes('Sợ nước, không tắm một mình'), words.join(' | '));
  });
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    await open(page, `person/${who}/record`);
    await risks(page).getByRole('button', { name: 'Thêm nguy cơ' }).click();
    await risks(page).getByRole('button', { name: 'Dùng thang SpO2 số 2' }).click();
    await page.getByRole('dialog').getByText('88–92%', { exact: false }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Dùng thang 2', exact: true }).click();
    await risks(page).getByText('Dùng thang SpO2 số 2').waitFor();
    await risks(page).getByRole('button', { name: 'Không còn: Nguy cơ té ngã' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Không còn', exact: true }).click();
    await risks(page).getByText('Nguy cơ té ngã').waitFor({ state: 'detached' });
    const words = await onBoard(page);
    equal([words.includes('SpO2 thang 2'), words.includes('Nguy cơ té ngã')], [true, false], 'the board goes by it');
    const fall = (await flags(page)).find((f) => f.code.coding[0].code === 'fall');
    equal([fall.status, fall.period.end !== undefined], ['inactive', true], 'over, not gone');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await open(page, `person/${who}/record`);
    await risks(page).getByText('Dùng thang SpO2 số 2').waitFor();
    equal(await risks(page).getByRole('button', { name: 'Không còn: Dùng thang SpO2 số 2' }).count(), 0, 'nor takes it off');
  });
});

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
  /* seen for it: nobody types the next day a second time */
  await open(page, `person/${patient}/visit`);
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Đo lại huyết áp');
  await page.getByRole('region', { name: 'Chẩn đoán, vấn đề sức khỏe' }).getByRole('button', { name: /^I1/ }).first().click();
  const in30 = dayAt(30).split('-').reverse().join('/');
  await page.getByText(`Sổ Tăng huyết áp: ký phiếu này thì hẹn lại ngày ${in30}.`).waitFor();
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  equal((await find(page, `Goal?patient=${patient}&category=urn:ansinh:register|hypertension`)).map((g) => g.target.map((t) => t.dueDate)), [[dayAt(30), dayAt(30)]], 'the day of recall has moved');
  await open(page, 'registers?r=hypertension');
  const mine = rows.filter({ has: page.locator(`a[href="#/person/${patient}/record"]`) });
  await mine.waitFor();
  truth((await mine.innerText()).includes(in30) && !(await mine.innerText()).includes('quá hẹn'), await mine.innerText());
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
  /* when it began: never taken from the day the diagnosis was written */
  await infection.getByText('Chưa ghi ngày khởi phát').waitFor();
  await infection.getByRole('button', { name: 'Ghi ngày khởi phát' }).click();
  await infection.getByLabel('Khởi phát').fill('2999-01-01');
  await infection.getByText('Ngày khởi phát: từ ngày sinh đến hôm nay.').waitFor();
  truth(await infection.getByRole('button', { name: 'Lưu', exact: true }).isDisabled(), 'nothing begins in the future');
  await infection.getByLabel('Khởi phát').fill('2026-11-02');
  await infection.getByRole('button', { name: 'Lưu', exact: true }).click();
  await infection.getByText('Khởi phát 02/11/2026').waitFor();
  equal((await find(page, `Condition?patient=${mine}&code=A09`))[0].onsetDateTime, '2026-11-02', 'the day it began');
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
  const neighbour = await near.first().innerText();
  await near.first().click();
  await infection.getByRole('button', { name: 'Lưu', exact: true }).click();
  await infection.getByText('1 người tiếp xúc').waitFor();
  truth(neighbour.endsWith(await infection.locator('.an-record-contact').first().innerText()), 'who it was, by name');
  /* one met elsewhere, by name; and the report, which the nurse has made by telephone */
  const [far] = (await find(page, `Patient?_id=${stays.at(-1).subject.reference.split('/')[1]}`));
  await infection.getByRole('button', { name: 'Ghi người tiếp xúc' }).click();
  await infection.getByLabel('Người tiếp xúc ở nơi khác: gõ tên').fill(far.name[0].text);
  await infection.getByRole('status').getByRole('button', { name: far.name[0].text }).first().click();
  await infection.getByRole('button', { name: 'Lưu', exact: true }).click();
  await infection.locator('.an-record-contact').nth(1).waitFor();
  await infection.getByText(/Báo trạm y tế xã trước/).waitFor();
  await infection.getByRole('button', { name: 'Đã báo', exact: true }).click();
  await page.getByRole('dialog', { name: 'Đã báo trạm y tế?' }).getByRole('button', { name: 'Đã báo' }).click();
  await infection.getByText(/Đã báo trạm y tế xã lúc/).waitFor();
  equal((await find(page, `Task?patient=${mine}&code=urn:ansinh:task|report-communicable`))[0].status, 'completed', 'the report is made');
  await shot(page, 'record-infection');
  await open(page, 'registers?r=communicable');
  const row = page.locator('tbody tr', { hasText: 'A09' });
  truth(/02\/11\/2026\s+tiếp xúc \(.*\)\s+2\s+đã báo/s.test(await row.innerText()), await row.innerText());
  /* the board says it in one's language, and names no illness */
  await open(page, 'ward/demo-ward');
  const onBoard = page.locator('.an-board-marks', { hasText: 'Cách ly tiếp xúc' });
  await onBoard.first().waitFor();
  await open(page, 'registers?r=communicable');
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Tải bảng (CSV)').click()]);
  const csv = readFileSync(await download.path(), 'utf8');
  truth(!/(^|,)=/m.test(csv), 'no cell is a formula');
  await open(page, `person/${mine}/record`);
  await button(page, 'Hết cách ly').click();
  await page.getByRole('dialog', { name: 'Hết cách ly?' }).getByRole('button', { name: 'Hết cách ly' }).click();
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

await test('what is to come: promised visits, six-monthly checks, orders without a result', () => withPage({}, async (page) => {
  await signIn(page, 'doctor');
  const make = (resource) => fhir(page, 'POST', resource.resourceType, resource).then((r) => { equal(r.status, 201, resource.resourceType); return r.body; });
  const stays = await find(page, 'Encounter?status=in-progress&class=IMP&_count=50&_sort=_id');
  const [a, b] = [stays[6], stays[7]].map((s) => s.subject.reference);
  const nameOf = async (reference) => (await find(page, `Patient?_id=${reference.split('/')[1]}`))[0].name[0].text;
  const promise = (actor, day, comment) => make({ resourceType: 'Appointment', status: 'proposed', requestedPeriod: [{ start: day, end: day }], comment, participant: [{ actor: { reference: actor }, status: 'needs-action' }] });
  const late = await promise(a, dayAt(-2), 'Đo lại huyết áp');
  await promise(b, dayAt(20), 'Xem vết mổ');
  const lab = await make({
    resourceType: 'ServiceRequest', status: 'active', intent: 'order', priority: 'urgent', subject: { reference: b }, authoredOn: `${dayAt(-3)}T08:00:00+07:00`,
    category: [{ coding: [{ system: 'urn:ansinh:order-kind', code: 'lab' }] }], code: { text: 'Công thức máu thử' },
  });
  const turning = await make({ resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: { reference: b }, code: { coding: [{ system: 'urn:ansinh:care', code: 'turning' }], text: 'Xoay trở thử' }, occurrenceTiming: { repeat: { frequency: 1, period: 2, periodUnit: 'h' } } });
  await make({
    resourceType: 'Observation', status: 'final', subject: { reference: a }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'exam' }] }],
    code: { coding: [{ system: 'urn:ansinh:health-class', code: 'class' }] }, effectiveDateTime: `${dayAt(-200)}T08:00:00+07:00`, valueCodeableConcept: { coding: [{ system: 'urn:ansinh:health-class', code: 'IV' }] },
  });
  await open(page, 'registers?r=next');
  const rows = page.locator('tbody tr');
  const mine = rows.filter({ hasText: 'Đo lại huyết áp' });
  truth(/quá hẹn/.test(await mine.innerText()), 'overdue');
  truth(!/quá hẹn/.test(await rows.filter({ hasText: 'Xem vết mổ' }).innerText()), 'not yet');
  await shot(page, 'coming-next');
  /* called off with a reason */
  await page.getByRole('button', { name: `Bỏ hẹn: ${await nameOf(b)}` }).click();
  equal(await page.getByRole('dialog').getByRole('button', { name: 'Bỏ hẹn', exact: true }).isDisabled(), true, 'not without a reason');
  await page.getByLabel('Vì sao').fill('đã về nhà');
  await page.getByRole('dialog').getByRole('button', { name: 'Bỏ hẹn', exact: true }).click();
  await rows.filter({ hasText: 'Xem vết mổ' }).waitFor({ state: 'detached' });
  await open(page, 'registers?r=check');
  await rows.first().waitFor();
  const checked = rows.filter({ hasText: await nameOf(a) }).filter({ hasText: 'Loại IV' });
  truth(/quá hẹn/.test(await checked.innerText()), 'a check of 200 days ago is overdue');
  await page.getByText(/Loại IV: [1-9]/).waitFor();
  equal(await axe(page), [], 'axe, the checks');
  await shot(page, 'coming-check');
  await open(page, 'registers?r=orders');
  const waits = rows.filter({ hasText: 'Công thức máu thử' });
  truth(/khẩn/.test(await waits.innerText()) && /3 ngày/.test(await waits.innerText()), await waits.innerText());
  equal(await rows.filter({ hasText: 'Xoay trở thử' }).count(), 0, 'care by the clock has no result');
  await shot(page, 'coming-orders');
  /* nor does a visit offer one: entering it would end the turning */
  await open(page, `person/${b.split('/')[1]}/visit`);
  await button(page, 'Ghi kết quả: Công thức máu thử').waitFor();
  equal(await page.getByRole('button', { name: /Xoay trở thử/ }).count(), 0, 'turning goes on');
  /* the visit keeps what was promised, when it was made for that */
  await open(page, `person/${a.split('/')[1]}/visit`);
  equal(await page.getByLabel(/Đã hẹn .*: Đo lại huyết áp/).isChecked(), false, 'a visit settles nothing by itself');
  await page.getByLabel(/Đã hẹn .*: Đo lại huyết áp/).check();
  await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Khám hẹn');
  await page.getByRole('textbox', { name: 'Nhận định', exact: true }).fill('Ổn');
  /* somebody else changes the promise meanwhile: said once, then it goes */
  equal((await fhir(page, 'PUT', `Appointment/${late.id}`, { ...late, comment: 'Đo lại huyết áp hai tay' })).status, 200, 'changed meanwhile');
  await button(page, 'Ký phiếu').click();
  await button(page, 'Ký').click();
  await page.getByText('Hồ sơ vừa được người khác sửa.').waitFor();
  await page.getByLabel(/Đã hẹn .*: Đo lại huyết áp hai tay/).waitFor();
  await button(page, 'Thử lại').click();
  await button(page, 'Ký').click();
  await page.getByText('Nội dung đúng như lúc ký').waitFor();
  const [kept] = await find(page, `Appointment?_id=${late.id}`);
  equal([kept.status, Number.isFinite(Date.parse(kept.start))], ['fulfilled', true], 'the promise is kept');
  await fhir(page, 'PUT', `ServiceRequest/${turning.id}`, { ...turning, status: 'revoked' });
  await fhir(page, 'PUT', `ServiceRequest/${lab.id}`, { ...lab, status: 'revoked' });
}));

for (const size of ['phone', 'tablet', 'desktop']) {
  for (const lang of ['vi', 'en']) {
    await test(`looks right and passes axe: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
      await signIn(page, 'doctor');
      await open(page, `person/${patient}/record`);
      await page.getByRole('button', { name: lang === 'vi' ? 'Thêm dị ứng' : 'Add an allergy' }).click();
      await shot(page, `record-${size}-${lang}`);
      /* what is folded away has no width */
      const narrow = await page.locator('.an-visit-line > div').evaluateAll((all) => Math.min(...all.map((x) => x.getBoundingClientRect().width).filter((x) => x > 0)));
      truth(narrow > 150, `every line leaves room for its words: ${narrow}`);
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
