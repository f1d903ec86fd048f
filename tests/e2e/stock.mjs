/* A ward's cupboard with sign-in on, in a demo ward: cards, what comes and goes, two at the last tablet, a blind count that differs, the drug round
 * that takes from it, the line down, a strike-through, the papers.
 *
 *   ANSINH=/path/to/ansinh node stock.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { DEMO_PASSWORD } from './kit/sign.mjs';
import { button, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { minutes, wardHour, wardInstant, wardText } from './kit/ward.mjs';

const { line, withPage, open, end } = await stage('stock', { demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });
const WARD = 'demo-ward';

const shelf = async (page, ward = WARD) => {
  const { status, body } = await fhir(page, 'GET', `Location/${ward}/$stock`);
  equal(status, 200, '$stock');
  return body.parameter.filter((p) => p.name === 'card').map((c) => {
    const part = (name) => c.part.find((x) => x.name === name);
    return { id: part('medicine').valueReference.reference.split('/')[1], item: part('medicine').valueReference.display, unit: part('unit').valueString, balance: part('balance').valueDecimal, differs: part('differs')?.valueBoolean === true };
  });
};
const balanceOf = async (page, item) => (await shelf(page)).find((c) => c.item === item)?.balance;
/* What a program writes of the cupboard: a card, and what comes and goes. */
const wrote = async (page, type, body) => {
  const made = await fhir(page, 'POST', type, { resourceType: type, ...body });
  equal(made.status, 201, `${type}: ${JSON.stringify(made.body)}`);
  return made.body.id;
};
const myself = (page) => page.evaluate(async () => ({ reference: (await (await fetch('/auth/me')).json()).account.practitioner }));
const cardOf = (page, item, at) => wrote(page, 'SupplyRequest', {
  status: 'active', category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/supply-kind', code: 'central' }, { system: 'urn:ansinh:stock', code: 'card' }] }, itemCodeableConcept: { text: item }, quantity: { value: 20, unit: 'viên' },
  parameter: [{ code: { coding: [{ system: 'urn:ansinh:stock', code: 'minimum' }] }, valueQuantity: { value: 8, unit: 'viên' } }], deliverTo: { reference: `Location/${WARD}` }, authoredOn: wardInstant(at),
});
const moveOf = async (page, card, item, kind, amount, at) => wrote(page, 'SupplyDelivery', {
  status: 'completed', type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/supply-item-type', code: 'medication' }, { system: 'urn:ansinh:stock', code: kind }] }, basedOn: [{ reference: `SupplyRequest/${card}` }],
  identifier: [{ system: `urn:ansinh:stock:${kind === 'receipt' ? 'in' : 'out'}`, value: `${card}/${new Date(at).toISOString().slice(0, 7)}` }], occurrenceDateTime: wardInstant(at),
  ...(kind === 'receipt' ? { receiver: [await myself(page)], destination: { reference: `Location/${WARD}` } } : { supplier: await myself(page) }), suppliedItem: { quantity: { value: amount, unit: 'viên' }, itemCodeableConcept: { text: item } },
});
const counted = async (page, card, item, amount, at) => wrote(page, 'List', {
  status: 'current', mode: 'snapshot', code: { coding: [{ system: 'urn:ansinh:stock', code: 'count' }] }, subject: { reference: `Location/${WARD}` }, date: wardInstant(at), source: await myself(page),
  entry: [{ extension: [{ url: 'urn:ansinh:extension:amount', valueQuantity: { value: amount, unit: 'viên' } }], item: { reference: `SupplyRequest/${card}`, display: item } }],
});
/* A card of our own, so that no test hangs on what the demo's people take meanwhile, nor on the test before it; with what came two minutes ago. */
const cardWith = async (page, item, amount) => {
  const at = Date.now() - minutes(2);
  const card = await cardOf(page, item, at);
  if (amount > 0) await moveOf(page, card, item, 'receipt', amount, at);
};
/* The same by hand. */
const openCard = async (page, item, controlled = false) => {
  await open(page, `ward/${WARD}/stock`);
  await button(page, 'Mở thẻ thuốc').click();
  const form = page.getByRole('region', { name: 'Mở thẻ thuốc' });
  await form.getByLabel('Tên thuốc, hàm lượng').fill(item);
  await form.getByLabel('Đơn vị đếm').fill('viên');
  await form.getByLabel('Cơ số').fill('20');
  await form.getByLabel('Mức tối thiểu').fill('2');
  await button(page, controlled ? 'Thuốc kiểm soát đặc biệt' : 'Thuốc thường').click();
  await button(page, 'Mở thẻ').click();
  await page.getByRole('link', { name: new RegExp(item) }).waitFor();
};
const go = async (page, kind) => {
  await open(page, `ward/${WARD}/stock/move/${kind}`);
  await page.getByLabel('Quét mã hoặc gõ tên thuốc, số lô').waitFor();
};
const addLine = async (page, item, amount) => {
  await page.locator('.an-stock-select').selectOption({ label: item });
  await page.getByLabel(/^Số lượng/).fill(amount);
  await button(page, 'Thêm thuốc').click();
};

await test('a card is opened, and nothing is chosen beforehand', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await page.getByRole('link', { name: 'Tủ thuốc', exact: true }).click();
  await page.getByRole('heading', { name: /^Tủ thuốc khoa · / }).waitFor();
  await page.locator('.an-stock-line').first().waitFor();
  truth((await page.locator('.an-stock-line').count()) > 5, 'the demo ward has medicines');
  await button(page, 'Mở thẻ thuốc').click();
  equal(await page.getByRole('region', { name: 'Mở thẻ thuốc' }).locator('[aria-pressed=true]').count(), 0, 'nothing preselected');
  await button(page, 'Mở thẻ').click();
  await page.getByText('Ghi tên, đơn vị, cơ số').waitFor();
  await openCard(page, 'Thử A 5 mg');
  equal(await balanceOf(page, 'Thử A 5 mg'), 0, 'empty');
}));

await test('a requisition is received by a scanned code, undone, and received again', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await cardWith(page, 'Thử D 5 mg', 0);
  await go(page, 'receipt');
  await page.getByLabel('Số phiếu lĩnh').fill('PL 12/26');
  const scan = page.getByLabel('Quét mã hoặc gõ tên thuốc, số lô');
  await scan.fill('thu d');
  await scan.press('Enter');
  await page.getByText('Đã đọc mã: Thử D 5 mg').waitFor();
  await scan.fill('(01)08931234567890(17)271231(10)LO7');
  await scan.press('Enter');
  await page.getByText('Đã đọc mã: LO7 · 31/12/2027').waitFor();
  equal(await page.getByLabel('Số lô', { exact: true }).inputValue(), 'LO7', 'the lot of the code');
  await page.getByLabel(/^Số lượng/).fill('0');
  await button(page, 'Thêm thuốc').click();
  await page.getByText('Số lượng phải là số lớn hơn 0').waitFor();
  await page.getByLabel(/^Số lượng/).fill('10,5');
  await page.getByText('Sau khi ghi còn 10,5 viên.').waitFor();
  await button(page, 'Thêm thuốc').click();
  await page.locator('.an-stock-added', { hasText: 'LO7' }).waitFor();
  await page.reload(); /* what was added is there again */
  await page.locator('.an-stock-added', { hasText: '10,5 viên' }).waitFor();
  await shot(page, 'stock-receipt');
  await button(page, 'Ghi 1 dòng').click();
  await page.getByText('Đã ghi.').waitFor();
  await eventually('received', async () => (await balanceOf(page, 'Thử D 5 mg')) === 10.5);
  await button(page, 'Hoàn tác').click();
  await page.getByText('Đã hoàn tác.').waitFor();
  equal(await balanceOf(page, 'Thử D 5 mg'), 0, 'undone');
  await go(page, 'receipt');
  await addLine(page, 'Thử D 5 mg', '3');
  await button(page, 'Ghi 1 dòng').click();
  await eventually('received again', async () => (await balanceOf(page, 'Thử D 5 mg')) === 3);
}));

await test('nobody takes what is not there: on the page, and two at the last tablets', async () => {
  await withPage({}, async (a) => {
    await signIn(a, 'nurse');
    await cardWith(a, 'Thử E 5 mg', 3);
    await go(a, 'waste');
    await addLine(a, 'Thử E 5 mg', '4');
    await a.getByText('Trong tủ chỉ còn 3 viên.').waitFor();
    await a.getByLabel(/^Số lượng/).fill('2');
    await button(a, 'Thêm thuốc').click();
    await button(a, 'Ghi 1 dòng').click();
    await a.getByText('Chọn hoặc gõ lý do.').waitFor();
    await button(a, 'Vỡ, rơi').click();
    await withPage({}, async (b) => {
      await signIn(b, 'nurse2');
      await go(b, 'return');
      await addLine(b, 'Thử E 5 mg', '2');
      await button(b, 'Ghi 1 dòng').click();
      await eventually('the first has it', async () => (await balanceOf(b, 'Thử E 5 mg')) === 1);
      await button(a, 'Ghi 1 dòng').click();
      await a.getByText('Không ghi được').waitFor();
      await a.getByText(/Thường là trong tủ không còn đủ/).waitFor();
      await shot(a, 'stock-refused');
      equal(await balanceOf(b, 'Thử E 5 mg'), 1, 'and the second has not');
    });
    await button(a, 'Bỏ, tôi sẽ ghi lại').click();
    await eventually('gone', async () => (await a.getByText('Không ghi được').count()) === 0);
  });
});

await test('what was tapped with the line down is kept and sent once', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await cardWith(page, 'Thử F 5 mg', 1);
  await go(page, 'receipt');
  await addLine(page, 'Thử F 5 mg', '9');
  line.mode = 'gone';
  await button(page, 'Ghi 1 dòng').click();
  await page.getByText(/Đang chờ gửi: 1 việc/).waitFor();
  line.mode = 'pass';
  await eventually('sent', async () => (await balanceOf(page, 'Thử F 5 mg')) === 10, 40_000);
}));

await test('a count is blind, differs, is signed all the same, and the head is told', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await cardWith(page, 'Thử G 5 mg', 10);
  await open(page, `ward/${WARD}/stock/count`);
  const mine = page.getByLabel('Đếm được: Thử G 5 mg');
  await mine.waitFor();
  equal(await page.locator('.an-stock-count').getByText('10', { exact: true }).count(), 0, 'the book is not shown');
  await mine.fill('7');
  await page.reload();
  await mine.waitFor();
  equal(await mine.inputValue(), '7', 'half a count outlives a reload');
  await page.getByText('Số đã đếm trước đó.').waitFor(); /* and says that it is not of now */
  await button(page, 'So với sổ').click();
  await page.getByText(/^Chưa đếm: /).waitFor();
  await button(page, 'Ghi 1 thuốc đã đếm, để lại phần kia').click();
  await page.getByText('Lệch -3 viên').waitFor();
  await page.getByLabel('Giải thích chỗ lệch: Thử G 5 mg').fill('Không tìm thấy');
  await shot(page, 'stock-count');
  await button(page, 'Ký kiểm kê').click();
  await eventually('counted', async () => (await balanceOf(page, 'Thử G 5 mg')) === 7);
  const tasks = (await find(page, 'Task?code=urn:ansinh:task|stock-difference')).filter((t) => t.description.includes('Thử G'));
  equal(tasks.map((t) => [t.status, t.performerType[0].coding[0].code, /Thử G 5 mg: trong sổ 10, đếm được 7 viên \(-3\): Không tìm thấy/.test(t.description)]), [['requested', 'facility-head', true]], 'the head\'s task');
}));

await test('a card shows its lines; what was wrong is struck through with a reason and stays', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await cardWith(page, 'Thử H 5 mg', 7);
  await go(page, 'receipt');
  await addLine(page, 'Thử H 5 mg', '5');
  await button(page, 'Ghi 1 dòng').click();
  await eventually('received', async () => (await balanceOf(page, 'Thử H 5 mg')) === 12);
  await page.getByRole('link', { name: /Thử H 5 mg/ }).click();
  await page.getByText('Còn 12 viên').waitFor();
  await page.getByRole('button', { name: /^Gạch bỏ: Nhận từ kho/ }).first().click();
  const dialog = page.getByRole('dialog', { name: /^Gạch bỏ/ });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Gạch bỏ dòng này' }).click();
  await dialog.getByText('Chọn hoặc gõ lý do.').waitFor();
  await dialog.getByLabel('Vì sao gạch bỏ?').fill('Ghi nhầm phiếu');
  await dialog.getByRole('button', { name: 'Gạch bỏ dòng này' }).click();
  await page.getByText('Còn 7 viên').waitFor();
  const row = page.locator('.an-stock-struck', { hasText: 'Ghi nhầm phiếu' });
  await row.waitFor();
  equal(await row.evaluate((e) => getComputedStyle(e.querySelector('td')).textDecorationLine), 'line-through', 'struck through');
  await shot(page, 'stock-card');
}));

await test('the drug round takes from the cupboard, says when the last is taken, and a dose that was given is never lost', async () => {
  let order;
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    const [bed] = await find(page, 'Encounter?status=in-progress&location=Location/demo-bed-1-2');
    const write = (dosage) => fhir(page, 'POST', 'MedicationRequest', {
      resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: bed.subject, encounter: { reference: `Encounter/${bed.id}` }, authoredOn: '2026-11-01', medicationCodeableConcept: { text: 'Thử B 5 mg' },
      dosageInstruction: [{ ...dosage, doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }] }],
    });
    const made = await write({ text: '1 viên', timing: { repeat: { timeOfDay: [`${wardHour(Date.now() - minutes(2))}:00`] } } });
    const asNeeded = await write({ text: '1 viên khi đau', asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: 4, unit: 'viên' }, denominator: { value: 1, unit: 'ngày', system: 'http://unitsofmeasure.org', code: 'd' } } });
    equal(asNeeded.status, 201, 'the order as needed');
    equal(made.status, 201, 'the order');
    order = { id: made.body.id, other: asNeeded.body.id, patient: bed.subject.reference.split('/')[1] };
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse');
    await openCard(page, 'Thử B 5 mg');
    await go(page, 'receipt');
    await addLine(page, 'Thử B 5 mg', '1');
    await button(page, 'Ghi 1 dòng').click();
    await eventually('received', async () => (await balanceOf(page, 'Thử B 5 mg')) === 1);
    await open(page, `ward/${WARD}/drugs?p=${order.patient}`);
    await page.getByText('Tủ còn 1 viên: đây là liều cuối').first().waitFor();
    await shot(page, 'stock-round');
    await page.getByRole('button', { name: 'Đã uống: Thử B 5 mg' }).click();
    await eventually('taken off', async () => (await balanceOf(page, 'Thử B 5 mg')) === 0);
    await page.getByText(/Trong sổ chỉ còn 0 viên/).waitFor();
    await page.getByRole('button', { name: 'Cho uống: Thử B 5 mg' }).click();
    await eventually('kept, and below nothing', async () => (await balanceOf(page, 'Thử B 5 mg')) === -1);
    equal((await find(page, `MedicationAdministration?request=MedicationRequest/${order.id},MedicationRequest/${order.other}`)).length, 2, 'both doses are there');
    await eventually('the head is told', async () => (await find(page, 'Task?code=urn:ansinh:task|stock-difference')).some((t) => /Thử B 5 mg/.test(t.description)), 40_000);
    await open(page, `ward/${WARD}/stock`);
    await page.getByRole('link', { name: /Thử B 5 mg.*Lệch với tủ/ }).waitFor();
  });
});

const headPanel = (page) => page.getByRole('region', { name: /^Việc của người phụ trách cơ sở/ });
await test('the head sees it above the board, opens the card, and closes it', () => withPage({}, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, `ward/${WARD}`);
  const panel = headPanel(page);
  const line = panel.locator('li', { hasText: 'Tủ thuốc âm: đã cho dùng Thử B 5 mg' });
  await line.waitFor();
  await shot(page, 'stock-head');
  equal(await axe(page), [], 'axe of the board with it');
  await line.getByRole('link', { name: /^Mở tủ thuốc/ }).click();
  await page.getByText('Còn -1 viên').waitFor();
  await open(page, `ward/${WARD}`);
  await line.getByRole('button', { name: /^Đã xử lý/ }).click();
  await line.waitFor({ state: 'detached' });
  const [task] = (await find(page, 'Task?code=urn:ansinh:task|stock-difference')).filter((t) => /Thử B 5 mg/.test(t.description));
  equal(task.status, 'completed', 'the Task');
}));

await test('nobody else has it above their board', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await open(page, `ward/${WARD}`);
  await page.locator('.an-board-card').first().waitFor();
  equal(await headPanel(page).count(), 0, 'it is for the head');
}));

await test('a controlled medicine is moved by two, the second with their PIN', () => withPage({}, async (page) => {
  await page.locator('main, form').first().waitFor();
  const door = (path, body) => page.evaluate(async ([p, b]) => (await fetch(`/auth/${p}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Ansinh': '1' }, body: JSON.stringify(b) })).status, [path, body]);
  equal([await door('sign-in', { name: 'administrator', password: DEMO_PASSWORD }), await door('device', { name: 'Máy tính bảng khoa 1' }), await door('sign-out', {}), await door('sign-in', { name: 'nurse2', password: DEMO_PASSWORD }),
    await door('sign-in', { name: 'nurse', password: DEMO_PASSWORD })], [200, 200, 204, 200, 200], 'a shared tablet');
  await page.reload();
  await page.locator('.an-user-button').waitFor();
  await openCard(page, 'Thử C 10 mg', true);
  await go(page, 'receipt');
  await addLine(page, 'Thử C 10 mg', '4');
  await button(page, 'Ghi 1 dòng').click();
  await page.getByText('Chưa có người chứng kiến.').waitFor();
  await button(page, 'Mời người chứng kiến ký').click();
  const second = page.getByRole('button', { name: /^Người ký thứ hai: / }).first();
  await second.click();
  for (const d of '1942') await page.locator('.an-pad').getByRole('button', { name: d, exact: true }).click();
  await button(page, 'Ký').click();
  await page.getByText(/^Người chứng kiến đã ký: /).waitFor();
  await shot(page, 'stock-witness');
  await button(page, 'Ghi 1 dòng').click();
  await eventually('received', async () => (await balanceOf(page, 'Thử C 10 mg')) === 4);
}));

await test('the papers: what to ask for, a sheet to count on, the month with its table', () => withPage({}, async (page) => {
  await signIn(page, 'pharmacist');
  const [item, at] = ['Thử I 5 mg', Date.now()];
  const card = await cardOf(page, item, at);
  await moveOf(page, card, item, 'receipt', 12, at);
  await moveOf(page, card, item, 'return', 2, at);
  await counted(page, card, item, 7, at + 1000);
  await open(page, `ward/${WARD}/stock/paper/order`);
  await page.getByRole('heading', { name: 'Dự trù' }).waitFor();
  await page.locator('.an-stock-table', { hasText: item }).waitFor();
  await shot(page, 'stock-order');
  await open(page, `ward/${WARD}/stock/paper/count`);
  await page.getByRole('heading', { name: 'Phiếu kiểm kê' }).waitFor();
  await open(page, `ward/${WARD}/stock/paper/month`);
  await page.locator('input[type=month]').fill(wardText(at).slice(0, 7)); /* also when it has ended meanwhile */
  const row = page.locator('.an-stock-table tr', { hasText: item });
  await row.waitFor();
  equal((await row.locator('td').allTextContents()).slice(3), ['0', '12', '0', '2', '0', '-3', '7'], 'opening, received, given, out, wasted, difference, closing');
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Tải bảng (CSV)').click()]);
  truth(/^stock-\d{4}-\d{2}\.csv$/.test(file.suggestedFilename()), 'a table of the month');
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'stock-month-paper');
}));

await test('a card of one month on paper: every line with what was left behind it', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  const [item, at] = ['Thử K 5 mg', Date.now()];
  const card = await cardOf(page, item, at);
  await moveOf(page, card, item, 'receipt', 12, at);
  const wrong = await moveOf(page, card, item, 'receipt', 5, at + 1000);
  const { body: stands } = await fhir(page, 'GET', `SupplyDelivery/${wrong}`);
  const struck = await fhir(page, 'PUT', `SupplyDelivery/${wrong}`, { ...stands, status: 'entered-in-error', extension: [{ url: 'urn:ansinh:extension:reason', valueString: 'Ghi nhầm phiếu' }] }, { 'If-Match': `W/"${stands.meta.versionId}"` });
  equal(struck.status, 200, 'struck through');
  await counted(page, card, item, 7, at + 2000);
  await open(page, `ward/${WARD}/stock/card/${card}`);
  await page.getByRole('link', { name: 'Thẻ kho một tháng, để in' }).click();
  await page.locator('.an-stock-table', { hasText: 'Tồn cuối' }).waitFor();
  const rows = await page.locator('.an-stock-table tbody tr').evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.textContent)));
  equal([rows[0].at(-1), rows.at(-1).at(-1), rows.at(-2).at(-1)], ['0', '7', '7'], 'opening, closing, and the last line says the same');
  truth(rows.some((r) => r[2].includes('Đã gạch bỏ')), 'what was struck through stands there');
  truth(rows.some((r) => r[5] === 'đếm được 7' && r[6] === '7'), 'a count sets it');
  equal(await page.getByText(/^Có dòng tài khoản này không được xem/).count(), 0, 'all lines are there');
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'stock-card-month-paper');
}));

await test('who has nothing to do with stock does not come in', () => withPage({}, async (page) => {
  await signIn(page, 'social-worker');
  equal((await fhir(page, 'GET', `Location/${WARD}/$stock`)).status, 403, 'the server');
  await open(page, `ward/${WARD}/stock`);
  await page.getByText(/^Bạn không có quyền xem/).waitFor();
  equal(await page.locator('.an-stock-line').count(), 0, 'the page');
}));

await test('the cupboard can be read and worked by everybody (axe, three sizes, two languages, no sideways scrolling)', async () => {
  for (const size of Object.keys(SIZES)) {
    for (const [lang, scheme] of [['vi', 'light'], ['en', 'dark']]) {
      await withPage({ size, lang, scheme }, async (page) => {
        await signIn(page, 'nurse');
        for (const [name, path, ready] of [['shelf', 'stock', '.an-stock-line'], ['move', 'stock/move/waste', '.an-stock-form'], ['counting', 'stock/count', '.an-stock-count'], ['month', 'stock/paper/month', '.an-stock-table'], ['card-month', `stock/card/${(await shelf(page))[0].id}/month`, '.an-stock-table']]) {
          await open(page, `ward/${WARD}/${path}`);
          await page.locator(ready).first().waitFor();
          const wide = await tooWide(page);
          truth(wide <= 0, `${name} ${size} ${lang}: ${wide} px too wide`);
          await shot(page, `stock-${name}-${size}-${lang}`);
          equal(await axe(page), [], `axe of ${name} at ${size} ${lang}`);
        }
      });
    }
  }
});

await end();
process.exit(finish());
