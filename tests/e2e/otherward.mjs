/* Somebody of one ward looks into another, sign-in on: the house's people are seen, their care is not, and no screen reads as if there were none.
 * What is said is judged by the other ward's own staff, who see it.
 *
 *   ANSINH=/path/to/ansinh node otherward.mjs */

import { execFileSync } from 'node:child_process';
import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs, signIn, stage, tooWide } from './kit/stage.mjs';

const { server, withPage, open, end } = await stage('otherward', { demo: ['--facilities', '1', '--residents', '80', '--days', '1'] });
const OTHER = 'demo-ward-2';
const NOT_SEEN = 'Tài khoản của bạn không xem được việc chăm sóc của khoa này.';
const head = await clientAs(server, 'facility-head');
const beds = new Set((await head.find(`Location?partof:Location.partof=Location/${OTHER}&_count=200`)).map((l) => `Location/${l.id}`));
const stays = (await head.find('Encounter?class=IMP&status=in-progress&_count=200')).filter((e) => beds.has(e.location[0].location.reference));
const standing = async (stay) => (await head.find(`MedicationRequest?${stay.subject.reference.replace('/', '=').toLowerCase()}&status=active`)).length;
let who = '', name = '';
for (const stay of stays) if (who === '' && await standing(stay) > 0) who = stay.subject.reference.split('/')[1];
name = (await head.get(`Patient/${who}`)).name[0].text;
truth(who !== '' && stays.length > 10, 'the other ward has people, and one with medicines');

await test('the board says whose care is not seen, and of nobody that nothing is due', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await open(page, `ward/${OTHER}`);
  await page.getByText(NOT_SEEN).waitFor();
  await page.locator('.an-board-card').nth(10).waitFor();
  equal([await page.locator('.an-board-card').count(), await page.getByText('Không xem được việc chăm sóc', { exact: true }).count()], [stays.length, stays.length], 'everybody, each with it');
  equal([await page.getByText('Không có việc đến giờ').count(), await page.getByText(/Chưa có điểm NEWS2/).count(), await page.locator('.an-board-acts').count()], [0, 0, 0], 'nothing that reads as "none"');
  equal(await page.getByRole('button', { name: /^(Quá giờ|Cảnh báo) \d/ }).count(), 0, 'no count of what is late');
  equal(await axe(page), [], 'axe');
  await shot(page, 'otherward-board');
  await open(page, 'ward/demo-ward');
  await page.locator('.an-board-acts').first().waitFor();
  equal(await page.getByText('Không xem được việc chăm sóc').count(), 0, 'in my own ward nothing is said');
}));

await test('a carer, who does not see who lives there, is not told that nobody does', () => withPage({}, async (page) => {
  await signIn(page, 'carer');
  for (const screen of ['', '/care', '/vitals']) {
    await open(page, `ward/${OTHER}${screen}`);
    await page.getByText(NOT_SEEN).waitFor();
    await page.waitForTimeout(400);
    equal(await page.getByText(/chưa có ai/).count(), 0, `nothing reads as an empty ward: ${screen}`);
  }
}));

await test('no round, no handover, no cupboard of it stands there empty', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  for (const screen of ['drugs', 'vitals', 'care', 'handover', 'forms', 'stock', 'incidents']) {
    await open(page, `ward/${OTHER}/${screen}`);
    await page.getByText(NOT_SEEN).waitFor();
    await page.waitForTimeout(400);
    equal([await page.locator('h1').count(), await page.locator('main button').count()], [0, 0], `${screen}: nothing to sign, nothing to do`);
  }
}));

await test('their page says it, until the glass is broken; then their medicines are seen, and on the round they stand alone', () => withPage({}, async (page) => {
  await signIn(page, 'nurse');
  await open(page, `person/${who}`);
  await page.getByText('Tài khoản của bạn không xem được việc chăm sóc của người này.').waitFor();
  equal(await axe(page), [], 'axe');
  await shot(page, 'otherward-person');
  await button(page, 'Mở khẩn cấp').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Cấp cứu/).first().check();
  await dialog.getByRole('textbox').fill('Ngừng thở, cần biết thuốc đang dùng');
  await dialog.getByRole('button', { name: /Mở/ }).last().click();
  await page.getByText('Tài khoản của bạn không xem được việc chăm sóc của người này.').waitFor({ state: 'detached' });
  await open(page, `ward/${OTHER}/drugs`);
  await page.getByText(`Tài khoản của bạn không xem được việc chăm sóc của ${stays.length - 1} người`, { exact: false }).waitFor();
  await page.getByText(/\/\d+ liều/).waitFor();
  const row = page.getByRole('listitem').filter({ hasText: 'P.2' });
  equal([await row.count(), (await row.innerText()).includes(name)], [1, true], 'nobody else is on the list');
}));

await test('a paper of somebody whose care is not seen is refused in words, and the pack of the ward says it of each', async () => {
  const nurse = await clientAs(server, 'nurse2');
  const at = (path) => fetch(`${server.base}/fhir/${path}`, { headers: nurse.headers });
  const own = (await nurse.find(`Observation?patient=${who}`)).length;
  equal(own, 0, 'it is not seen');
  equal((await at(`Patient/${who}/$paper?form=summary`)).status, 403, 'the summary');
  const pack = await at(`Location/${OTHER}/$paper?form=pack`);
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: Buffer.from(await pack.arrayBuffer()), encoding: 'utf8', maxBuffer: 64 << 20 }).normalize('NFC').replace(/\s+/g, ' ');
  equal([text.match(/Người in không được xem thuốc, dị ứng và theo dõi/g)?.length, text.includes('Không có thuốc nào trong 24 giờ tới')], [stays.length, false], 'of each, and of nobody "no medicines"');
});

await test('put on the roster of a ward that the account does not name, that is said before the shift', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, `roster?ward=${OTHER}&view=month`);
  await page.getByRole('grid').locator('tbody tr').first().waitFor();
  const add = page.getByLabel('Thêm người', { exact: false }).last();
  await add.selectOption({ label: (await add.locator('option').allInnerTexts()).find((o) => o.includes('Đào Thị Ánh')) });
  const row = page.getByRole('grid').locator('tbody tr').filter({ hasText: 'Đào Thị Ánh' });
  const cell = row.locator('[role=gridcell]').nth(26);
  await cell.click();
  await eventually('chosen', async () => (await cell.getAttribute('aria-selected')) === 'true');
  await page.keyboard.press('n');
  await page.getByText(/Đào Thị Ánh chưa được giao Khoa .* trong tài khoản, vào ca sẽ không xem được/).waitFor();
  await shot(page, 'otherward-roster');
}));

await test('lists of the whole house do not take whom the account does not see for somebody who eats anything, or is on no register', async () => {
  const portions = (page) => page.locator('.an-stay-table').first().locator('tbody tr').evaluateAll((l) => l.map((r) => [r.cells[0].innerText, r.cells[1].innerText, Number(r.cells[3].innerText)]));
  let whole, count;
  await withPage({}, async (page) => {
    await signIn(page, 'doctor');
    await open(page, 'stay/lists');
    await button(page, 'Báo ăn').click();
    await page.getByText(/Sáng \d+ suất/).waitFor();
    whole = await portions(page);
    await open(page, 'registers?r=hypertension');
    count = Number(/(\d+) người; /.exec(await page.getByText(/\d+ người; \d+ người quá hẹn/).innerText())[1]);
    equal(await page.getByText('Chỉ có người ở:').count(), 0, 'a doctor sees the house');
  });
  await withPage({}, async (page) => {
    await signIn(page, 'nurse2');
    await open(page, 'stay/lists');
    await button(page, 'Báo ăn').click();
    await page.getByText(`của ${stays.length} người ở khoa khác`, { exact: false }).waitFor();
    const mine = await portions(page);
    const other = whole[0][0] === 'Khoa Người cao tuổi' ? whole.at(-1)[0] : whole[0][0];
    equal(mine.filter((r) => r[0] === other), [[other, 'Chưa chia theo chế độ ăn', whole.filter((r) => r[0] === other).reduce((n, r) => n + r[2], 0)]], 'the other ward is counted, and not told apart');
    equal(mine.filter((r) => r[0] !== other), whole.filter((r) => r[0] !== other), 'one\'s own ward as ever');
    equal(await axe(page), [], 'axe');
    await shot(page, 'otherward-meals');
    await open(page, 'registers?r=hypertension');
    await page.getByText('Chỉ có người ở: Khoa Người cao tuổi.', { exact: false }).waitFor();
    const seen = Number(/(\d+) người; /.exec(await page.getByText(/\d+ người; \d+ người quá hẹn/).innerText())[1]);
    truth(seen > 0 && seen < count, `${seen} of ${count}`);
    equal(await axe(page), [], 'axe of the register');
  });
});

await test('who takes no readings is offered no form for them', async () => {
  for (const [name, offered] of [['pharmacist', 0], ['records-clerk', 0], ['social-worker', 0], ['nurse2', 1]]) {
    await withPage({ size: 'desktop' }, async (page) => {
      await signIn(page, name);
      await open(page, `person/${who}`);
      await page.getByRole('link', { name: 'In phiếu' }).waitFor();
      equal(await page.getByRole('link', { name: 'Ghi dấu hiệu sinh tồn' }).count() > 0, offered > 0, name);
      await open(page, `person/${who}/vitals`);
      await page.getByText(offered ? 'Huyết áp' : 'Bạn không có quyền xem').first().waitFor();
    });
  }
});

await test('fits a phone, a tablet and a desk, in both languages', async () => {
  for (const size of Object.keys(SIZES)) {
    await withPage({ size, lang: size === 'phone' ? 'vi' : 'en' }, async (page) => {
      await signIn(page, 'carer');
      await open(page, `ward/${OTHER}/care`);
      await page.getByText(size === 'phone' ? NOT_SEEN : 'Your account does not see the care of this ward.').waitFor();
      equal(await axe(page), [], `axe, ${size}`);
      equal(await tooWide(page), 0, `wider than ${size}`);
      await shot(page, `otherward-${size}`);
    });
  }
});

await end();
process.exit(finish());
