/* The screening station in a real browser: by touch and by keyboard, with the server killed in between. Real roles of the demo.
 *
 *   ANSINH=/path/to/ansinh node forms.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs as clientOf, stage, tooWide } from './kit/stage.mjs';

let down = false;
/* Without the rules' own alerts: what interrupts here is the form's. day.mjs and alerts.mjs have both. */
const { server, line, as, end } = await stage('forms', {
  demo: ['--facilities', '1', '--residents', '40', '--days', '2'], options: ['--alerts', 'off'],
  after: async () => { if (down) await server.again(); down = false; },
});

/* A FHIR client of its own, signed in: what the page did is judged through it. */
async function clientAs(name) {
  const client = await clientOf(server, name);
  return {
    ...client,
    /* what R4, the profiles and the form object to in a response */
    errorsOf: async (response) => {
      const r = await fetch(`${server.base}/fhir/QuestionnaireResponse/$validate`, { method: 'POST', headers: { ...client.headers, 'Content-Type': 'application/fhir+json' }, body: JSON.stringify(response) });
      return (await r.json()).issue.filter((i) => i.severity === 'error' || i.severity === 'fatal').map((i) => i.diagnostics);
    },
  };
}
let fhir = await clientAs('doctor');
const residents = (await fhir.find('Encounter?status=in-progress&location.partof.partof=Location/demo-ward&_count=60')).map((e) => e.subject.reference.split('/')[1]);
let next = 0;
/* a person of their own for every test */
const somebody = () => residents[next++] ?? (() => { throw new Error('no more people in the ward'); })();
/* the demo has asked most of them already; what counts here is what is made here */
const own = (list) => list.filter((r) => !r.id.startsWith('demo-'));
const responses = async (patient, more = '') => own(await fhir.find(`QuestionnaireResponse?patient=${patient}&_sort=-authored${more}`));
const scores = (patient) => fhir.find(`Observation?patient=${patient}&code=urn:ansinh:score|phq-9`);
const tasks = async (patient) => own(await fhir.find(`Task?patient=${patient}&code=urn:ansinh:task|screening-follow-up`));

const question = (page, n) => page.locator(`#an-q-q${n}`);
const OPTIONS = ['Không ngày nào', 'Vài ngày', 'Hơn một nửa số ngày', 'Gần như mỗi ngày'];
const pick = (page, n, points) => question(page, n).locator('label', { hasText: OPTIONS[points] });
async function openForm(page, patient, form = 'phq-9') {
  await page.goto(`${line.url}/#/person/${patient}/forms/${form}`);
  await page.locator('.an-q').first().waitFor();
}
const outcome = (page) => page.locator('.an-outcome');

await test('PHQ-9 by touch: nothing chosen beforehand, the score at once, kept with its Observation and Task', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await page.goto(`${line.url}/#/person/${patient}`);
    await page.getByRole('link', { name: 'Sàng lọc', exact: true }).first().tap();
    await page.getByLabel('Tìm bảng hỏi').fill('tram cam phq9');
    await page.getByRole('link', { name: 'Làm: Bảng câu hỏi sức khỏe PHQ-9 (trầm cảm)' }).tap();
    await page.locator('.an-q').first().waitFor();
    equal(await page.locator('input:checked').count(), 0, 'chosen beforehand');
    await page.getByText('Bản dịch nháp của dự án, chưa được thẩm định').first().waitFor();
    for (let n = 1; n <= 8; n += 1) await pick(page, n, n <= 6 ? 2 : 0).tap();
    await outcome(page).getByText('chưa đủ câu trả lời').first().waitFor();
    await pick(page, 9, 0).tap();
    await outcome(page).getByText('12', { exact: true }).waitFor();
    await outcome(page).getByText('vừa', { exact: true }).waitFor();
    equal(await page.getByRole('dialog').count(), 0, 'no alert for "not at all"');
    await shot(page, 'forms-phq9-tablet');
    await page.locator('.an-fill-state').getByText('12 điểm · vừa').waitFor();
    await button(page, 'Lưu kết quả').tap();
    await page.getByText(/Đã lưu PHQ-9: 12 điểm · vừa/).waitFor();
    await page.getByRole('heading', { name: 'Cần theo dõi tiếp' }).waitFor();
    await page.getByText('PHQ-9: cần theo dõi tiếp').waitFor();
    await shot(page, 'forms-station-saved');
  });
  const [r, ...more] = await responses(patient);
  equal(more, [], 'one response');
  equal([r.status, r.questionnaire, r.subject.reference, r.author.reference.split('/')[0]], ['completed', 'urn:ansinh:form:phq-9|2026.1', `Patient/${patient}`, 'Practitioner'], 'the response');
  truth(/\+07:00$/.test(r.authored) && /^Encounter\//.test(r.encounter?.reference ?? ''), 'local time and the stay');
  equal(r.item.find((i) => i.linkId === 'result').item.map((i) => i.answer?.[0]?.valueInteger ?? i.answer?.[0]?.valueCoding?.code), [12, 'phq-9-moderate'], 'its result');
  const [o] = await scores(patient);
  equal([o.valueQuantity.value, o.interpretation[0].coding[0].code, o.derivedFrom[0].reference], [12, 'phq-9-moderate', `QuestionnaireResponse/${r.id}`], 'the score');
  const [t] = await tasks(patient);
  equal([t.status, t.priority, t.focus.reference, t.for.reference], ['requested', 'routine', `QuestionnaireResponse/${r.id}`, `Patient/${patient}`], 'the task');
  equal(t.description, 'PHQ-9: cần theo dõi tiếp', 'said without what it looks for');
  equal(await fhir.errorsOf(r), [], 'the response by its own form');
});

await test('PHQ-9 by keyboard alone: number keys answer and go on, arrows change; item 9 alerts at once', async () => {
  const patient = somebody();
  await as('nurse', { size: 'desktop' }, async (page) => {
    await openForm(page, patient);
    await question(page, 1).locator('input').first().focus();
    for (let n = 1; n <= 8; n += 1) await page.keyboard.press('1');
    truth(await question(page, 9).locator('input').first().evaluate((e) => e === document.activeElement || e.closest('fieldset').contains(document.activeElement)), 'the ninth question has the focus');
    await page.keyboard.press('1');
    await outcome(page).getByText('0', { exact: true }).waitFor();
    await question(page, 9).locator('input').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('dialog', { name: 'Cảnh báo: xử trí ngay' }).waitFor();
    await page.getByRole('dialog').getByText(/PHQ-9 câu 9.*tự sát ngay/).waitFor();
    await shot(page, 'forms-alert-desktop');
    await page.keyboard.press('Enter');
    equal(await page.getByRole('dialog').count(), 0, 'seen');
    await page.getByText('PHQ-9 câu 9').waitFor();
    await outcome(page).getByText('1', { exact: true }).waitFor();
    await button(page, 'Lưu kết quả').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/Đã lưu/).waitFor();
    await eventually('stored', async () => (await responses(patient)).length === 1);
  });
  equal((await tasks(patient)).map((t) => [t.priority, t.reasonCode.coding[0].code]), [['stat', 'phq-9-item-9']], 'an urgent task, whatever the total');
  equal((await scores(patient)).map((o) => o.valueQuantity.value), [1], 'the score');
});

await test('the alert needs no line, and comes again when it is so again', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient);
    line.mode = 'gone';
    await pick(page, 9, 1).tap();
    await page.getByRole('dialog').getByText(/PHQ-9 câu 9/).waitFor();
    await button(page, 'Đã biết, tôi báo ngay').tap();
    await pick(page, 9, 2).tap();
    await page.waitForTimeout(500);
    equal(await page.getByRole('dialog').count(), 0, 'the same alert again');
    await outcome(page).getByText('Chưa tính được điểm: mất kết nối').waitFor();
    await pick(page, 9, 0).tap();
    await page.waitForTimeout(900);
    await pick(page, 9, 3).tap();
    await page.getByRole('dialog').getByText(/PHQ-9 câu 9/).waitFor();
  });
});

await test('the server is killed while somebody fills in: kept, waiting, sent once, with its score', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient);
    for (let n = 1; n <= 4; n += 1) await pick(page, n, 3).tap();
    await server.crash();
    down = true;
    for (let n = 5; n <= 8; n += 1) await pick(page, n, 0).tap();
    await pick(page, 9, 0).tap();
    await question(page, 10).locator('label').first().tap();
    await outcome(page).getByText('Chưa tính được điểm: mất kết nối').waitFor();
    equal(await outcome(page).getByText(/^\d+$/).count(), 0, 'a guessed score');
    await shot(page, 'forms-offline-tablet');
    await button(page, 'Lưu kết quả').tap();
    await page.getByText(/Đã giữ PHQ-9, chờ gửi: chưa tính điểm/).waitFor();
    await page.getByText('đã giữ trên máy này, tự gửi khi có mạng').waitFor();
    await shot(page, 'forms-waiting-tablet');
    await page.getByText('Còn 1 việc chưa gửi').waitFor();
    await server.again();
    down = false;
    await page.getByText('Còn 1 việc chưa gửi').waitFor({ state: 'detached', timeout: 40_000 });
    await page.getByRole('link', { name: /Lần cuối .*12 điểm · vừa/ }).waitFor();
    equal(await page.getByText('Chờ gửi', { exact: true }).count(), 0, 'nothing waits');
  });
  fhir = await clientAs('doctor');
  equal([(await responses(patient)).length, (await scores(patient)).map((o) => o.valueQuantity.value), (await tasks(patient)).length], [1, [12], 1], 'once, with its score');
});

await test('an answer lost on the way is not recorded twice', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient, 'phq-2');
    await page.locator('#an-q-q1 label').nth(1).tap();
    await page.locator('#an-q-q2 label').nth(1).tap();
    await outcome(page).getByText('2', { exact: true }).waitFor();
    line.loses = (url) => url === '/fhir'; /* the transaction, not the calculation before it */
    line.mode = 'lose';
    await button(page, 'Lưu kết quả').tap();
    await page.getByText(/chờ gửi/).first().waitFor();
    await eventually('it arrived', async () => (await responses(patient)).length === 1);
    line.mode = 'pass';
    await page.getByText('Chờ gửi', { exact: true }).waitFor({ state: 'detached', timeout: 40_000 });
  });
  equal((await responses(patient)).length, 1, 'responses');
});

await test('undo within seconds takes back all that was made', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient);
    for (let n = 1; n <= 9; n += 1) await pick(page, n, n < 9 ? 2 : 0).tap();
    await outcome(page).getByText('16', { exact: true }).waitFor();
    await button(page, 'Lưu kết quả').tap();
    await eventually('stored', async () => (await tasks(patient)).length === 1);
    await button(page, 'Hoàn tác').tap();
    await page.getByText(/Đã rút lại/).waitFor();
    await eventually('withdrawn', async () => (await responses(patient, '&status=entered-in-error')).length === 1);
    await page.getByRole('heading', { name: 'Cần theo dõi tiếp' }).waitFor({ state: 'detached' });
  });
  equal([(await scores(patient))[0].status, (await tasks(patient))[0].status], ['entered-in-error', 'entered-in-error'], 'score and task');
});

await test('could not be assessed, with its reason, is a result', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient);
    await pick(page, 1, 1).tap();
    await button(page, 'Lưu kết quả').tap();
    await page.getByText('Còn 9 câu chưa trả lời').waitFor();
    equal((await responses(patient)).length, 0, 'not saved by one slip');
    await button(page, 'Không đánh giá được').tap();
    await page.getByText('Từ chối', { exact: true }).tap();
    await page.locator('.an-fill-state').getByText('Không đánh giá được: Từ chối').waitFor();
    await button(page, 'Lưu kết quả').tap();
    await page.getByRole('link', { name: /Lần cuối .*Không đánh giá được: Từ chối/ }).waitFor();
  });
  const [r] = await responses(patient);
  equal(r.item.find((i) => i.linkId === 'not-assessed').item[0].answer[0].valueCoding.code, 'not-assessed-refused', 'the reason');
  equal((await scores(patient)).length, 0, 'no score');
});

await test('what is half filled in comes back: after a reload, first in the list, and only to its owner', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient, 'barthel');
    await page.locator('.an-q').first().locator('label').first().tap();
    await page.reload();
    await page.getByText(/Bản đang làm dở từ/).waitFor();
    equal(await page.locator('input:checked').count(), 1, 'the answer is there');
    await page.goto(`${line.url}/#/person/${patient}/forms`);
    await page.getByRole('region', { name: 'Đang làm dở' }).getByText('Chỉ số Barthel').waitFor();
    await page.getByRole('link', { name: 'Làm tiếp' }).tap();
    await button(page, 'Làm lại từ đầu').tap();
    equal(await page.locator('input:checked').count(), 0, 'begun anew');
  });
});

await test('numbers with a comma, limits, hidden questions, a group that repeats', async () => {
  const patient = somebody();
  await as('nurse', {}, async (page) => {
    await openForm(page, patient, 'news2');
    const box = (name) => page.getByRole('textbox', { name });
    await box('Nhiệt độ').fill('99');
    await page.getByText('Lớn nhất là 45.').waitFor();
    await button(page, 'Lưu kết quả').tap();
    await page.getByText('Có câu trả lời chưa đúng').waitFor();
    await box('Nhiệt độ').fill('38,0');
    await box('Nhịp thở').fill('26');
    for (const [name, value] of [['SpO2', '97'], ['Huyết áp tâm thu', '120'], ['Mạch', '80']]) await page.getByRole('textbox', { name, exact: true }).fill(value);
    await page.locator('#an-q-not-for label', { hasText: 'Không' }).tap();
    await page.locator('#an-q-oxygen label').first().tap();
    await page.locator('#an-q-consciousness label').first().tap();
    await page.getByRole('dialog').getByText(/NEWS2/).waitFor();
    await button(page, 'Đã biết, tôi báo ngay').tap();
    await outcome(page).getByText('Gọi y sĩ hoặc bác sĩ xem khẩn').waitFor();
    await button(page, 'Lưu kết quả').tap();
    await page.getByText(/Đã lưu/).waitFor();
    await eventually('stored', async () => (await responses(patient)).length === 1);
    const text = await fhir.text(`QuestionnaireResponse?patient=${patient}`);
    truth(/"valueDecimal":\s*38\.0\b/.test(text), 'the zero of 38,0');

    await openForm(page, patient, 'occupational-disease');
    await page.getByRole('textbox', { name: 'Nghề' }).first().fill('Thợ mỏ');
    await button(page, 'Thêm: Nghề đã làm').tap();
    await page.getByRole('textbox', { name: 'Nghề' }).nth(1).fill('Thợ dệt');
    await button(page, 'Lưu kết quả').tap();
    await button(page, 'Lưu dù còn thiếu').tap();
    await page.getByText(/Đã lưu/).waitFor();
    await eventually('stored', async () => (await responses(patient)).length === 2);
  });
  const r = (await responses(patient)).find((x) => x.questionnaire.includes('occupational'));
  equal(r.item.filter((i) => i.linkId === 'job').map((i) => i.item[0].answer[0].valueString), ['Thợ mỏ', 'Thợ dệt'], 'both jobs');
});

await test('an answer is read later as it was given, and prints; the person page shows last result and trend', async () => {
  const patient = somebody();
  const before = (day, points) => fhir.create({
    resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:ansinh:form:phq-9|2026.1', subject: { reference: `Patient/${patient}` }, authored: `${day}T08:00:00+07:00`,
    item: [{ linkId: 'items', item: Array.from({ length: 9 }, (_, i) => ({ linkId: `q${i + 1}`, answer: [{ valueCoding: { system: 'urn:ansinh:answer', code: `two-weeks-${i < points ? 1 : 0}` } }] })) },
      { linkId: 'result', item: [{ linkId: 'total', answer: [{ valueInteger: points }] }, { linkId: 'band', answer: [{ valueCoding: { system: 'urn:ansinh:band', code: points > 4 ? 'phq-9-mild' : 'phq-9-none', display: points > 4 ? 'nhẹ' : 'không có hoặc rất ít' } }] }] }],
  });
  for (const [day, points] of [['2026-07-01', 8], ['2026-08-01', 6], ['2026-09-01', 2]]) await before(day, points);
  await as('doctor', { size: 'desktop' }, async (page) => {
    await page.goto(`${line.url}/#/person/${patient}`);
    const card = page.locator('section.an-card', { hasText: 'Mở sàng lọc' });
    await card.getByRole('link', { name: /2 điểm · không có hoặc rất ít/ }).waitFor();
    equal(await card.getByRole('img', { name: /Điểm qua các lần: 8 \(01\/07\/2026\), 6 \(01\/08\/2026\), 2 \(01\/09\/2026\)/ }).count(), 1, 'the trend in words');
    await shot(page, 'forms-person-desktop');
    await card.getByRole('link', { name: /2 điểm/ }).click();
    await page.locator('.an-sheet').getByText('Nghĩ rằng chết đi sẽ tốt hơn').waitFor();
    await page.locator('.an-sheet').getByText('phq-9 2026.1').waitFor();
    await page.emulateMedia({ media: 'print' });
    equal(await page.locator('button:visible, header.an-header:visible').count(), 0, 'nothing to press on paper');
    await shot(page, 'forms-print');
  });
});

await test('the queue of the ward: positive without follow-up, due by the forms; followed up leaves it', async () => {
  const patient = somebody();
  const answer = await fhir.create({ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:ansinh:form:phq-9|2026.1', subject: { reference: `Patient/${patient}` }, authored: '2026-09-01T08:00:00+07:00' });
  await fhir.create({
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'routine', for: { reference: `Patient/${patient}` }, focus: { reference: `QuestionnaireResponse/${answer.id}` }, authoredOn: '2026-09-01T08:00:00+07:00',
    code: { coding: [{ system: 'urn:ansinh:task', code: 'screening-follow-up' }, { system: 'urn:ansinh:score', code: 'phq-9' }], text: 'PHQ-9' }, description: 'PHQ-9: cần theo dõi tiếp',
  });
  await as('nurse', {}, async (page) => {
    await page.goto(`${line.url}/#/ward/demo-ward`);
    await page.locator('.an-board-rounds').getByRole('link', { name: 'Sàng lọc' }).tap();
    const open = page.getByRole('region', { name: 'Dương tính, chưa xử trí' });
    await open.getByText('PHQ-9: cần theo dõi tiếp').first().waitFor();
    await page.getByRole('region', { name: 'Đến hạn sàng lọc' }).getByRole('link', { name: /PHQ-2/ }).first().waitFor();
    equal(await page.getByText(/cái chết|tự hại|trầm cảm/).count(), 0, 'sensitive words in a list of the ward');
    await shot(page, 'forms-queue-tablet');
    const mine = open.locator('.an-queue-person', { has: page.locator(`a[href^="#/person/${patient}/forms"]`) });
    await mine.getByRole('button', { name: 'Đã xử trí' }).first().tap();
    await eventually('done', async () => (await tasks(patient)).every((t) => t.status === 'completed'));
    await mine.waitFor({ state: 'detached' });
  });
  truth((await tasks(patient))[0].note[0].authorReference.reference.startsWith('Practitioner/'), 'by whom');
});

await test('a station for many: one form, the next person one tap away, on through a lost line; the wrong person struck out later', async () => {
  const asked = [];
  let ofMistaken;
  await as('nurse', {}, async (page) => {
    await page.goto(`${line.url}/#/ward/demo-ward/forms`);
    const due = page.getByRole('region', { name: 'Đến hạn sàng lọc' });
    const rows = due.locator('.an-queue-row');
    await page.getByRole('group', { name: 'Làm bảng hỏi nào' }).getByRole('button', { name: /TB-4/ }).tap();
    await eventually('only this form', async () => (await rows.count()) > 4 && (await due.getByRole('link', { name: /PHQ-2|FRAIL|WG-SS/ }).count()) === 0);
    const many = await rows.count();
    const fill = async (answer) => {
      await page.locator('.an-q').first().waitFor();
      asked.push(/person\/([^/]+)\//.exec(page.url())[1]);
      truth((await page.locator('.an-form-who').innerText()).includes('P.1'), 'where the person lies');
      for (const q of await page.locator('.an-q').all()) await q.locator('label', { hasText: answer }).tap();
    };
    const saved = async () => {
      await button(page, 'Lưu kết quả').tap();
      await page.getByText(/^Đã (lưu|giữ) TB-4 · /).waitFor();
    };
    const goOn = page.getByRole('link', { name: /^Tiếp: TB-4/ });
    await rows.first().getByRole('link', { name: /^TB-4/ }).tap();
    await fill('Không');
    await outcome(page).getByText('không có dấu hiệu nghi lao').waitFor();
    await saved();
    await page.getByText(`còn ${many - 1} người đến hạn`).waitFor();
    await shot(page, 'forms-station-next');
    equal(await axe(page), [], 'axe');
    await goOn.tap();
    await fill('Có');
    await outcome(page).getByText('nghi lao', { exact: true }).waitFor();
    /* sent, and no list is heard any more: who was asked a moment ago is not due again */
    line.delay = (url) => (/QuestionnaireResponse.*_elements=identifier/.test(url) ? 25_000 : 0);
    await saved();
    await eventually('stored', async () => (await responses(asked[1])).some((r) => r.questionnaire.startsWith('urn:ansinh:form:tb-4|')));
    await page.getByText(`còn ${many - 2} người đến hạn`).waitFor();
    await page.waitForTimeout(500); /* nothing waits any more */
    await page.getByText(`còn ${many - 2} người đến hạn`).waitFor();

    line.mode = 'gone';
    line.delay = () => 0;
    for (let n = 3; n <= 4; n += 1) {
      await goOn.tap();
      await fill('Không');
      await saved();
      await page.getByText(`còn ${many - n} người đến hạn`).waitFor();
    }
    await page.getByText(/Mất kết nối/).first().waitFor();
    equal(new Set(asked).size, 4, 'four people, nobody twice');
    line.mode = 'pass';
    for (const who of asked) await eventually(`once for ${who}`, async () => (await responses(who)).filter((r) => r.questionnaire.startsWith('urn:ansinh:form:tb-4|')).length === 1, 30_000);

    /* the second one was somebody else: found after the seconds of undo */
    const [mistaken] = (await responses(asked[1])).filter((r) => r.questionnaire.startsWith('urn:ansinh:form:tb-4|'));
    ofMistaken = async () => (await tasks(asked[1])).filter((t) => t.focus.reference === `QuestionnaireResponse/${mistaken.id}`).map((t) => t.status);
    equal(await ofMistaken(), ['requested'], 'a positive answer waits for somebody');
    await page.goto(`${line.url}/#/person/${asked[1]}/answers/${mistaken.id}`);
    await button(page, 'Gạch bỏ').tap();
    const sure = page.getByRole('dialog');
    await sure.getByText(/làm nhầm người/).waitFor();
    equal(await axe(page), [], 'axe of the question');
    await sure.getByRole('button', { name: 'Gạch bỏ' }).tap();
    await page.getByText('Kết quả này đã được rút lại.').waitFor();
    equal(await button(page, 'Gạch bỏ').count(), 0, 'once is enough');
  });
  equal(await ofMistaken(), ['entered-in-error'], 'struck with its task');
  equal((await responses(asked[1], '&status=entered-in-error')).length, 1, 'and still there');
});

await test('of somebody who left it is asked whether it is the right person, by keyboard, and said in what is kept', async () => {
  const [stay] = await fhir.find(`Encounter?patient=${residents[0]}&status=in-progress`);
  const person = await fhir.create({ resourceType: 'Patient', name: [{ text: 'Lò Thị Về Nhà' }], gender: 'female', birthDate: '1951-03-02', managingOrganization: stay.serviceProvider });
  await fhir.create({ resourceType: 'Encounter', status: 'finished', class: stay.class, subject: { reference: `Patient/${person.id}` }, serviceProvider: stay.serviceProvider, period: { start: '2025-01-05', end: '2025-03-02' } });
  await as('doctor', { size: 'phone' }, async (page) => {
    await openForm(page, person.id);
    await page.getByText('Người này hiện không ở cơ sở').waitFor();
    equal(await axe(page), [], 'axe');
    await shot(page, 'forms-left-phone');
  });
  await as('doctor', { size: 'desktop' }, async (page) => {
    await openForm(page, person.id);
    const box = page.getByLabel('Đúng người: vẫn ghi');
    truth(!(await box.isChecked()), 'ticked beforehand');
    for (let n = 1; n <= 9; n += 1) await pick(page, n, 0).click();
    await outcome(page).getByText('0', { exact: true }).waitFor();
    await button(page, 'Lưu kết quả').click();
    await page.getByText('Đánh dấu ở đầu trang nếu đúng là người này.').waitFor();
    await eventually('the box has the focus', () => page.evaluate(() => document.activeElement?.id === 'fill-gone'));
    equal((await responses(person.id)).length, 0, 'kept without it');
    await page.keyboard.press('Space');
    await button(page, 'Lưu kết quả').click();
    await eventually('it is kept', async () => (await responses(person.id)).length === 1);
    const [r] = await responses(person.id);
    equal(r.extension?.filter((e) => e.url === 'urn:ansinh:extension:outside-stay').map((e) => e.valueBoolean), [true], 'and says so');
    equal(await fhir.errorsOf(r), [], 'objected to');
  });
  /* one who was never asked: the server takes it from no other program either */
  const refused = await fetch(`${server.base}/fhir/QuestionnaireResponse`, { method: 'POST', headers: { ...fhir.headers, 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'QuestionnaireResponse', status: 'completed', subject: { reference: `Patient/${person.id}` }, authored: new Date().toISOString() }) });
  equal([refused.status, (await refused.json()).issue[0].expression[0]], [422, 'QuestionnaireResponse.authored'], 'without it');
});

await test('typed from paper after a death: said at the door, taken for the time it was done, and for no later one', async () => {
  const [stay] = await fhir.find(`Encounter?patient=${residents[0]}&status=in-progress`);
  const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const person = await fhir.create({ resourceType: 'Patient', name: [{ text: 'Vàng Văn Đã Mất' }], gender: 'male', birthDate: '1941-03-02', managingOrganization: stay.serviceProvider, deceasedDateTime: ago(60) });
  await fhir.create({ resourceType: 'Encounter', status: 'finished', class: stay.class, subject: { reference: `Patient/${person.id}` }, serviceProvider: stay.serviceProvider, period: { start: '2025-01-05', end: ago(60) } });
  await as('doctor', { size: 'phone' }, async (page) => {
    await openForm(page, person.id);
    await page.getByText('Người này đã mất (').waitFor();
    equal(await axe(page), [], 'axe');
    equal(await tooWide(page), 0, 'px too wide');
    await shot(page, 'forms-died-phone');
  });
  await as('doctor', { size: 'desktop' }, async (page) => {
    await openForm(page, person.id);
    for (let n = 1; n <= 9; n += 1) await pick(page, n, 0).click();
    await outcome(page).getByText('0', { exact: true }).waitFor();
    await button(page, 'Lưu kết quả').click();
    await page.locator('[role=status]').getByText('Chỉ ghi được phiếu đã làm trước lúc mất').waitFor();
    equal((await responses(person.id)).length, 0, 'kept for a time after the death');
    await button(page, 'Lúc khác').click();
    const wanted = await page.evaluate(() => { const at = new Date(Date.now() - 7_200_000); return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16); });
    await page.getByLabel('Ngày giờ đã làm').fill(wanted);
    await button(page, 'Lưu kết quả').click();
    await eventually('it is kept', async () => (await responses(person.id)).length === 1);
    const [r] = await responses(person.id);
    truth(Math.abs(Date.parse(r.authored) - (Date.now() - 7_200_000)) < 300_000, `of the time it was done: ${r.authored}`);
    equal([r.extension, (await scores(person.id)).map((o) => o.effectiveDateTime)], [undefined, [r.authored]], 'within the stay, and the score with it');
  });
});

await test('who may not: a carer sees no screening, a social worker reads and fills in nothing', async () => {
  await as('carer', {}, async (page) => {
    await page.goto(`${line.url}/#/person/${residents[0]}`);
    await page.locator('.an-identity h1').waitFor();
    equal(await page.getByRole('link', { name: 'Sàng lọc', exact: true }).count(), 0, 'offered');
    await page.goto(`${line.url}/#/person/${residents[0]}/forms/phq-9`);
    await page.getByText('Bạn không có quyền xem').waitFor();
  });
  await as('social-worker', {}, async (page) => {
    await page.goto(`${line.url}/#/person/${residents[0]}/forms`);
    await page.getByText('Bạn chỉ xem được kết quả').waitFor();
    equal(await page.getByRole('link', { name: /^Làm: / }).count(), 0, 'offered to fill in');
  });
});

await test('a protected instrument: all that is made of it carries its label, also when it could not be assessed', async () => {
  const [patient, other] = [somebody(), somebody()];
  const labels = (r) => (r.meta.security ?? []).map((c) => c.code).filter((c) => c !== 'HTEST');
  await as('doctor', {}, async (page) => {
    await page.goto(`${line.url}/#/person/${patient}/forms`);
    await page.getByText('Kết quả được bảo vệ đặc biệt').first().waitFor();
    await openForm(page, patient, 'cage-aid');
    for (const q of await page.locator('.an-q').all()) if (/^an-q-q\d/.test(await q.getAttribute('id'))) await q.locator('label').first().tap();
    await outcome(page).getByText(/^[0-4]$/).waitFor();
    await button(page, 'Lưu kết quả').tap();
    await page.getByText(/Đã lưu CAGE-AID/).waitFor();
    await eventually('stored', async () => (await responses(patient)).length === 1);
    await openForm(page, other, 'audit');
    await button(page, 'Không đánh giá được').tap();
    await page.getByText('Từ chối', { exact: true }).tap();
    await button(page, 'Lưu kết quả').tap();
    await eventually('stored', async () => (await responses(other)).length === 1);
    await shot(page, 'forms-guarded');
  });
  const made = [...await responses(patient), ...await fhir.find(`Observation?patient=${patient}&code=urn:ansinh:score|cage-aid`), ...await responses(other)];
  equal([made.length, ...made.map(labels)], [3, ['ETH'], ['ETH'], ['ETH']], 'labels of responses and score');
});

for (const lang of ['vi', 'en']) {
  await test(`on a phone the first question and an answer stand on the first screen (${lang}), and the time below them`, () => as('nurse', { size: 'phone', lang }, async (page) => {
    await openForm(page, residents[0], 'phq-9');
    const [first, bar] = [await page.locator('#an-q-q1 label').first().boundingBox(), await page.locator('.an-fill-bar').boundingBox()];
    const when = await page.locator('.an-when-row').boundingBox();
    await shot(page, `forms-first-phone-${lang}`);
    truth(first.y + first.height <= bar.y && when.y > first.y, `the first answer ends at ${first.y + first.height}, the bar stands at ${bar.y}, the time at ${when.y}`);
  }));
}

for (const size of Object.keys(SIZES)) {
  for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
    await test(`${size} ${lang} ${scheme}: station, form, queue are accessible and fit`, () => as('nurse', { size, lang, scheme }, async (page) => {
      const look = async (name) => {
        await page.waitForTimeout(300);
        equal(await axe(page), [], `${name}: serious findings of axe`);
        equal(await tooWide(page), 0, `${name}: px too wide`);
        await shot(page, `forms-${size}-${lang}-${name}`);
      };
      const patient = residents[0];
      await page.goto(`${line.url}/#/person/${patient}/forms`);
      await page.locator('.an-form-row').first().waitFor();
      await look('station');
      await openForm(page, patient, 'phq-9');
      await page.locator('.an-q').first().locator('label').nth(1).click();
      await page.waitForTimeout(500);
      await look('form');
      if (size === 'phone') {
        for (let n = 2; n <= 10; n += 1) {
          await button(page, lang === 'vi' ? 'Tiếp' : 'Next').tap();
          await question(page, n).locator('label').nth(n === 9 ? 1 : 0).tap();
          if (n === 9) {
            await page.getByRole('dialog').waitFor();
            await look('alert');
            await button(page, lang === 'vi' ? 'Đã biết, tôi báo ngay' : 'Understood, I tell them now').tap();
          }
        }
        await button(page, lang === 'vi' ? 'Xem kết quả' : 'See the result').tap();
        await outcome(page).getByText('2', { exact: true }).waitFor();
        await look('result');
        equal(await page.evaluate(() => [...document.querySelectorAll('.an-bottom-bar button, .an-step-move button')].filter((b) => b.getBoundingClientRect().height < 48).length), 0, 'buttons under 48 px');
      }
      await page.goto(`${line.url}/#/ward/demo-ward/forms`);
      await page.locator('.an-queue-row').first().waitFor();
      await look('queue');
      await page.goto(`${line.url}/#/ward/demo-ward`);
      await page.locator('.an-board-card').first().waitFor();
      await look('board');
    }));
  }
}

await end();
process.exit(finish());
