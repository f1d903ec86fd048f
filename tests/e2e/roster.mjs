/* The duty roster with sign-in on, in a demo ward: the month by keyboard and by thumb, a rota, undo, what is wrong in words, the line down, two
 * people at once, tables out and in, who may; and what goes by it: the board's "mine" with rooms given.
 *
 *   ANSINH=/path/to/ansinh node roster.mjs */

import { readFileSync } from 'node:fs';
import { axe as wcag, equal, eventually, finish, shot, SIZES, test, truth, visit } from './harness.mjs';
import { setDuty } from './kit/roster.mjs';
import { button, fhir, find, signIn, stage, tooWide } from './kit/stage.mjs';
import { wardDay } from './kit/ward.mjs';

const { line, browser, withPage, open, end } = await stage('roster', { demo: ['--facilities', '1', '--residents', '50', '--days', '1'] });
SIZES.tablet = { width: 820, height: 1180 };
SIZES.desktop = { width: 1280, height: 900 };
const WARD = 'demo-ward', FACILITY = 'demo-facility';

/* Months that the demo has left empty: the same on any day of the year. */
const today = wardDay(Date.now());
const month = (n) => new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 + n, 1)).toISOString().slice(0, 7);
const [EMPTY, OTHER, THIRD, FOURTH] = [month(3), month(5), month(7), month(9)];
const shown = (m) => `${m.slice(5)}/${m.slice(0, 4)}`;
const at = (m) => `roster?ward=${WARD}&view=month&month=${m}`;
const grid = (page) => page.getByRole('grid');
const cell = (page, row, day) => grid(page).locator('tbody tr').nth(row).locator('[role=gridcell]').nth(day - 1);
const letters = async (page, row, days) => (await Promise.all(days.map((d) => cell(page, row, d).innerText()))).map((s) => s.trim());
const written = (page, m, more = '') => find(page, `Schedule?actor=Location/${WARD}&date=ge${m}-01&date=le${m}-28&_count=200${more}`);
const duties = (schedules) => schedules.flatMap((s) => (s.extension ?? []).filter((e) => e.url === 'urn:ansinh:extension:duty').flatMap((e) => e.valueTiming.event.map((d) => `${d} ${e.valueTiming.code.coding[0].code}`))).sort();
const saveButton = (page) => page.getByRole('button', { name: /^(Lưu lịch|Save the roster)/ });
const saved = (page) => page.getByText('Đã lưu lịch trực.').waitFor({ timeout: 60_000 }); /* the outbox tries again within half a minute */
/* what stands under the bar of letters is no smaller for it */
const axe = async (page) => {
  await page.evaluate(() => { for (const bar of document.querySelectorAll('.an-roster-palette')) bar.style.position = 'static'; });
  return wcag(page);
};
/* the page begun anew, with what the server says now */
const fresh = async (page, hash) => { await page.goto(`${line.url}/icon.svg`); await page.goto(`${line.url}/#/${hash}`); };
const ready = async (page) => { await grid(page).locator('tbody tr').nth(7).waitFor(); };
/* a focused cell is the chosen one; the key goes to it */
const choose = async (page, row, day) => { await cell(page, row, day).click(); await eventually('chosen', async () => (await cell(page, row, day).getAttribute('aria-selected')) === 'true'); };

for (const [size, lang] of [['desktop', 'vi'], ['tablet', 'vi'], ['phone', 'vi'], ['desktop', 'en'], ['phone', 'en']]) {
  await test(`the demo's month and day: ${size}, ${lang}`, () => withPage({ size, lang }, async (page) => {
    await signIn(page, 'nurse');
    await open(page, at(today.slice(0, 7)));
    await ready(page);
    const names = await grid(page).locator('tbody th').allInnerTexts();
    equal(names.length, 8, 'three nurses and five carers');
    truth(names.some((n) => n.includes(lang === 'vi' ? '(bạn)' : '(you)')), 'which row is mine');
    await page.waitForTimeout(300);
    await shot(page, `roster-month-${size}-${lang}`);
    equal(await axe(page), [], 'axe: month');
    await open(page, `roster?view=day`);
    await page.getByRole('region', { name: 'Khoa Người cao tuổi' }).waitFor();
    truth(/(đang trực|on duty now)/.test(await page.getByRole('region', { name: 'Khoa Người cao tuổi' }).innerText()), 'somebody is on duty at every hour');
    await shot(page, `roster-day-${size}-${lang}`);
    equal(await wcag(page), [], 'axe: day');
    equal(await tooWide(page), 0, 'px too wide');
  }));
}

await test('on a phone the day comes first', () => withPage({ size: 'phone' }, async (page) => {
  await signIn(page, 'carer');
  await open(page, 'roster');
  await page.getByRole('heading', { name: /^Ai trực/ }).waitFor();
  await page.getByText(/^Ca của bạn: /).waitFor();
}));

await test('by keyboard alone: arrows, letters, a second shift, Delete, undo; and it is in the record', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  await open(page, at(EMPTY));
  await ready(page).catch(async () => page.getByText(`Tháng ${shown(EMPTY)}`).waitFor());
  await choose(page, 0, 1);
  await page.keyboard.press('n');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('d');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('p');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('n');
  await page.keyboard.press('Shift+D');
  equal([await letters(page, 0, [1, 2, 3]), await letters(page, 1, [3])], [['N', 'Đ', 'P'], ['N+Đ']]);
  await page.keyboard.press('Delete');
  equal(await letters(page, 1, [3]), ['']);
  await page.keyboard.press('Control+z');
  equal(await letters(page, 1, [3]), ['N+Đ'], 'taken back');
  truth((await cell(page, 0, 2).getAttribute('aria-label')).includes('Ca đêm'), 'a reader hears the shift');
  await page.getByText('4 ô chưa lưu').waitFor();
  equal(duties(await written(page, EMPTY)), [], 'nothing yet');
  await saveButton(page).focus();
  await page.keyboard.press('Enter');
  await saved(page);
  equal(duties(await written(page, EMPTY)), [`${EMPTY}-01 day`, `${EMPTY}-02 night12`, `${EMPTY}-03 day`, `${EMPTY}-03 leave`, `${EMPTY}-03 night12`]);
  const [one] = await written(page, EMPTY);
  equal(one.meta.tag.map((t) => t.code), [FACILITY], 'whose it is');
  /* undo still knows the way back */
  for (let n = 0; n < 5; n += 1) await button(page, 'Hoàn tác').click();
  await saveButton(page).click();
  await saved(page);
  equal(duties(await written(page, EMPTY)), []);
}));

await test('a rota for the ward in one go, and what is wrong with it in words', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, at(OTHER));
  await ready(page);
  await button(page, 'Xếp theo nhịp').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('heading', { name: 'Xếp theo nhịp' }).waitFor();
  equal(await dialog.getByRole('button', { name: /^Xếp / }).last().isDisabled(), true, 'nothing is chosen beforehand');
  await dialog.getByRole('button', { name: 'Chọn tất cả', exact: true }).click();
  await dialog.getByRole('button', { name: 'Nhịp N Đ – –' }).click();
  const days = new Date(Date.UTC(Number(OTHER.slice(0, 4)), Number(OTHER.slice(5, 7)), 0)).getUTCDate();
  const fill = dialog.getByRole('button', { name: `Xếp ${8 * days - (await offCells(page, days))} ô` });
  await fill.waitFor();
  await shot(page, 'roster-fill');
  equal(await wcag(page), [], 'axe');
  await fill.click();
  await dialog.waitFor({ state: 'detached' });
  equal(await letters(page, 0, [1, 2, 3, 4, 5]), ['N', 'Đ', '', '', 'N']);
  equal(await letters(page, 1, [1, 2, 3, 4, 5]), ['', 'N', 'Đ', '', ''], 'the next a day behind');
  await page.getByText(/chưa có điều dưỡng/).first().waitFor();
  /* a day right after a night */
  await choose(page, 0, 3);
  await page.keyboard.press('n');
  await page.getByText(/vào Ca ngày ngay sau ca đêm, nghỉ chưa đủ 8 giờ/).waitFor();
  await shot(page, 'roster-conflicts');
  await page.keyboard.press('Control+z');
  await saveButton(page).click();
  await saved(page);
  equal(duties(await written(page, OTHER)).length, 8 * days - (await offCells(page, days)), 'every cell is in the record');
  equal((await written(page, OTHER)).length, 8, 'a resource for each person');
  console.log(`      a month of 8 people: ${await page.evaluate(async (q) => (await (await fetch(q)).text()).length, `/fhir/Schedule?actor=Location/${WARD}&date=ge${OTHER}-01&date=le${OTHER}-28&_include=Schedule:actor`)} bytes in one request`);
}));
/* of the rota N Đ – –, each person a day behind the one before: days off */
async function offCells(_page, days) {
  let off = 0;
  for (let p = 0; p < 8; p += 1) for (let d = 0; d < days; d += 1) if ((((d - p) % 4) + 4) % 4 > 1) off += 1;
  return off;
}

await test('with the line down it is kept, said to be waiting, and sent once later', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  await open(page, at(THIRD));
  await ready(page);
  line.mode = 'gone';
  await choose(page, 2, 7);
  await page.keyboard.press('d');
  await saveButton(page).click();
  await page.getByText('Đã giữ trên máy này, tự gửi khi có mạng.').waitFor();
  equal(await letters(page, 2, [7]), ['Đ'], 'still shown');
  truth(!/[À-ỹ]/.test(await page.evaluate(() => Object.entries(localStorage).filter(([k]) => k.startsWith('ansinh.outbox.')).map(([, v]) => v).join())), 'no name waits in storage');
  line.mode = 'pass';
  await saved(page);
  equal(duties(await written(page, THIRD)), [`${THIRD}-07 night12`]);
  await page.reload();
  await ready(page);
  equal(await letters(page, 2, [7]), ['Đ']);
}));

await test('two people in one month: each has their cells; of the same cell the second is told and decides', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'nurse');
  await open(page, at(FOURTH));
  await ready(page);
  const other = await visit(browser, line.url, { size: 'desktop' });
  await signIn(other, 'facility-head');
  await other.goto(`${line.url}/#/${at(FOURTH)}`);
  await ready(other);
  await choose(page, 0, 10);
  await page.keyboard.press('n');
  await choose(page, 0, 11);
  await page.keyboard.press('n');
  await choose(other, 0, 11);
  await other.keyboard.press('d');
  await choose(other, 0, 12);
  await other.keyboard.press('d');
  await saveButton(other).click();
  await saved(other);
  await saveButton(page).click();
  await page.getByText('Có người đã sửa các ô này trước').waitFor();
  equal(duties(await written(page, FOURTH)), [`${FOURTH}-10 day`, `${FOURTH}-11 night12`, `${FOURTH}-12 night12`], 'both are there, and nobody is written over');
  await shot(page, 'roster-two');
  equal(await axe(page), [], 'axe');
  await button(page, 'Vẫn đặt như tôi muốn').click();
  await eventually('as the second decided', async () => duties(await written(page, FOURTH)).includes(`${FOURTH}-11 day`));
  equal(duties(await written(page, FOURTH)), [`${FOURTH}-10 day`, `${FOURTH}-11 day`, `${FOURTH}-12 night12`]);
  await other.context().close();
}));

await test('a table goes out and comes in, cell by cell', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'records-clerk');
  await open(page, at(FOURTH));
  await ready(page);
  await page.getByText('Việc khác', { exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Xuất bảng (CSV)').click()]);
  const text = readFileSync(await file.path(), 'utf8');
  const rows = text.replace(/^\ufeff/, '').trim().split('\r\n').map((r) => r.split(','));
  equal([rows.length, rows[1].slice(11, 14)], [9, ['N', 'N', 'Đ']], 'what it says');
  rows[1][11] = 'P';
  rows[2][3] = 'Đ';
  rows[3][4] = 'quên';
  rows.push(['Người Không Có', '', 'N']);
  await button(page, 'Nhập từ bảng').click();
  await page.locator('#roster-file').setInputFiles({ name: 'lich.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.map((r) => r.join(',')).join('\r\n')) });
  await page.getByText(/1 mới · \d+ giống · 1 cần xem · 2 không nhận/).waitFor();
  await page.getByText('Ô E4 “quên”: không hiểu chữ trong ô').waitFor();
  await page.getByText('Ô A10 “Người Không Có”: không ai ở cơ sở có tên này').waitFor();
  await shot(page, 'roster-import');
  equal(await wcag(page), [], 'axe');
  await page.getByRole('checkbox', { name: /^Ô L2: / }).check();
  await button(page, 'Đưa 2 ô vào lịch').click();
  equal([await letters(page, 0, [10, 11]), await letters(page, 1, [2])], [['P', 'N'], ['Đ']]);
  await button(page, 'Bỏ các ô chưa lưu').click();
  equal(await letters(page, 0, [10]), ['N'], 'nothing was written');
}));

await test('who only reads has nothing to press, and the server says no', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'carer');
  await open(page, at(FOURTH));
  await ready(page);
  equal([await saveButton(page).count(), await button(page, 'Xếp theo nhịp').count()], [0, 0]);
  await choose(page, 0, 20);
  await page.keyboard.press('n');
  equal(await letters(page, 0, [20]), ['']);
  const [s] = await written(page, FOURTH);
  equal((await fhir(page, 'PUT', `Schedule/${s.id}`, { ...s, active: false })).status, 403, 'changing');
  equal((await fhir(page, 'POST', 'Schedule', { ...s, id: undefined })).status, 403, 'making');
}));

await test('the board: mine are the rooms I was given; off duty the ward is shown, and why', () => withPage({ size: 'tablet' }, async (page) => {
  await signIn(page, 'nurse');
  const [me] = await find(page, 'PractitionerRole?role=nurse&location=Location/demo-ward&_sort=_id').then(async () => {
    const who = await page.evaluate(async () => (await (await fetch('/auth/me')).json()).account.practitioner);
    return [who.split('/')[1]];
  });
  const duty = (days) => setDuty(page, { ward: WARD, person: me, facility: FACILITY, days });
  await duty([-1, 0, 1]);
  const filters = page.locator('.an-board-filters button');
  await fresh(page, `ward/${WARD}`);
  await page.getByText('Ca của bạn chưa chia phòng').waitFor();
  const all = Number(/\d+/.exec(await filters.nth(0).innerText())[0]);
  equal([await filters.nth(1).getAttribute('aria-pressed'), Number(/\d+/.exec(await filters.nth(1).innerText())[0])], ['true', all], 'mine first, and it is the ward');
  /* rooms are given in the day's list */
  await page.getByRole('link', { name: 'Ai trực' }).click();
  const region = page.getByRole('region', { name: 'Khoa Người cao tuổi' });
  await region.waitFor();
  await region.getByRole('button', { name: /^Chia phòng: Ca ngày / }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Chia đều', exact: true }).waitFor();
  const first = dialog.locator('select').first();
  await first.selectOption(me);
  await shot(page, 'roster-rooms');
  equal(await wcag(page), [], 'axe');
  await dialog.getByRole('button', { name: 'Lưu cách chia', exact: true }).click();
  await region.getByText('phòng 1').first().waitFor();
  /* and for the night as well, so that the hour of this run does not matter */
  await region.getByRole('button', { name: /^Chia phòng: Ca đêm/ }).first().click();
  await dialog.getByRole('button', { name: 'Chia đều', exact: true }).waitFor();
  await dialog.locator('select').first().selectOption(me);
  await dialog.getByRole('button', { name: 'Lưu cách chia', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await eventually('both are stored', async () => JSON.stringify(await find(page, `Schedule?actor=Practitioner/${me}`)).split('duty-rooms').length === 3);
  /* yesterday's night has no rooms given: before six in the morning that is the shift */
  await setDuty(page, { ward: WARD, person: me, facility: FACILITY, days: [-1, 0, 1], rooms: ['demo-room-1-1'] });
  await setDuty(page, { ward: WARD, person: 'demo-staff-11', facility: FACILITY, days: [-1, 0, 1], rooms: [2, 3, 4, 5, 6].map((n) => `demo-room-1-${n}`) });
  await fresh(page, `ward/${WARD}`);
  await page.getByText('Ca của bạn: 1 phòng được giao, và').waitFor();
  const mine = await page.locator('.an-board-room h2').allInnerTexts();
  equal(mine, ['P.101', 'P.107'], 'my room, and the one of nobody');
  await shot(page, 'roster-board');
  await filters.nth(0).click();
  truth((await page.locator('.an-board-room h2').count()) > 5, 'the whole ward is one tap away');
  /* quick care goes by it: mine stand first and are ticked at once, the other rooms are one tap away */
  await fresh(page, `ward/${WARD}/care`);
  const who = page.getByRole('region', { name: 'Cho ai?' });
  const rooms = () => who.locator('.an-who-whole').allInnerTexts();
  await who.getByRole('button', { name: /^Của tôi \d+$/ }).click();
  equal(await rooms(), ['P.101', 'P.107'], 'my room, and the one of nobody');
  const people = await who.locator('.an-who-one').count();
  await who.getByText(`${people} người`, { exact: false }).first().waitFor();
  equal(await who.locator('.an-who-one[aria-pressed=true]').count(), people, 'all of mine');
  await shot(page, 'care-mine');
  equal(await wcag(page), [], 'axe, mine in quick care');
  await who.getByRole('button', { name: /^Các phòng khác \(\d+ người\)$/ }).click();
  equal(await rooms(), ['P.101', 'P.107', 'P.102', 'P.103', 'P.104', 'P.105', 'P.106'], 'the others below');
  await who.getByRole('button', { name: 'Bỏ chọn hết', exact: true }).click();
  await who.getByRole('button', { name: 'Cả khoa', exact: true }).click();
  equal(await who.locator('.an-who-one[aria-pressed=true]').count(), all, 'the ward');
  await duty([]);
  await fresh(page, `ward/${WARD}`);
  await page.getByText('Bạn không có tên trong ca này').waitFor();
  equal(await filters.nth(0).getAttribute('aria-pressed'), 'true');
  await duty([0]);
}));

await test('the head says how the day is divided, and the board goes by it', () => withPage({ size: 'desktop' }, async (page) => {
  await signIn(page, 'facility-head');
  await open(page, at(EMPTY));
  await ready(page);
  await page.getByText('Việc khác', { exact: true }).click();
  await button(page, 'Ca của cơ sở').click();
  await page.getByText('Ba ca 8 giờ: sáng, chiều, đêm').click();
  await page.locator('#roster-first').fill('25:00');
  await button(page, 'Lưu cách chia ca').click();
  await page.getByText('Chọn cách chia và giờ bắt đầu.').waitFor();
  await page.locator('#roster-first').fill('05:30');
  await button(page, 'Lưu cách chia ca').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('Ca chiều').first().waitFor();
  await fresh(page, `ward/${WARD}`);
  await page.getByText(/^Ca (sáng 05:30–13:30|chiều 13:30–21:30|đêm 21:30–05:30)$/).waitFor();
}));

await end();
process.exit(finish());
