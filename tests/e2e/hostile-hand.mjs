/* A hostile hand on a hostile record: what would run if it were put into a page as it is, typed into every text field of every screen, also behind
 * buttons, into addresses and at the door. Nothing may run and the page's policy has nothing to report. Fields are those the page has at that
 * moment: a new one is tried by itself.
 *
 *   ANSINH=/path/to/ansinh node hostile-hand.mjs */

import { equal, finish, test, truth, visit } from './harness.mjs';
import { addressesFor, go, hostileStage, judge, PATTERNS, payload, poison, ROLES, RUNS, screensOf, settled, visitor, watch } from './kit/hostile.mjs';

const on = await hostileStage('hostile-hand');
const { line, browser } = on;
const MOST_BUTTONS = 15;
await test('the record: every text of it replaced over FHIR', () => poison(on));

/* What can be typed into at this moment, and was not yet. */
async function typeEverywhere(page, done) {
  let typed = 0;
  const fields = await page.locator('input:visible:not([type=checkbox]):not([type=radio]):not([type=file]):not([readonly]):not([disabled]), textarea:visible:not([disabled]):not([readonly]), [contenteditable=true]:visible').all();
  for (const field of fields) {
    const about = await field.evaluate((e) => ({ key: `${window.location.hash.split('?')[0]} ${e.id} ${e.getAttribute('name') ?? ''} ${e.getAttribute('aria-label') ?? ''} ${e.getAttribute('placeholder') ?? ''} ${e.type}`, type: e.type, max: e.maxLength })).catch(() => undefined);
    if (!about || done.has(about.key)) continue;
    done.add(about.key);
    const text = about.max > 0 ? payload().slice(0, about.max) : payload();
    /* a field for a day or a number takes no text from a hand; a date is then a date */
    const wanted = about.type === 'date' ? '2026-01-01' : about.type === 'time' ? '08:00' : about.type === 'datetime-local' ? '2026-01-01T08:00' : about.type === 'number' ? '7' : text;
    await field.fill(wanted, { timeout: 1500 }).then(() => field.blur({ timeout: 500 })).then(() => { typed += 1; }, () => {});
  }
  return typed;
}

/* Not these: they end the session or the picture. */
const LEAVES = /Đăng xuất|Khóa|Đổi người|Sign out|Lock|Tải lại|In |^In$|Xuất|Tải về/i;

async function walk(page, hash, done) {
  let typed = 0;
  const enter = async () => {
    await go(page, '#/nowhere');
    await go(page, hash);
  };
  await enter();
  typed += await typeEverywhere(page, done);
  await judge(page, `${hash} typed`, false);
  await page.keyboard.press('Enter');
  await settled(page);
  await judge(page, `${hash} entered`, false);
  const labels = [...new Set(await page.locator('main button:visible:not([disabled])').allInnerTexts())].filter((t) => t.trim() && !LEAVES.test(t)).slice(0, MOST_BUTTONS);
  for (const label of labels) {
    const button = page.locator('main button:visible:not([disabled])').filter({ hasText: label }).first();
    if (!await button.click({ timeout: 800 }).then(() => true, () => false)) continue;
    await page.waitForTimeout(40);
    if (await typeEverywhere(page, done) > 0) {
      typed += 1;
      await page.keyboard.press('Enter');
      const last = page.locator('[role=dialog] button:visible:not([disabled]), main button[type=submit]:visible:not([disabled])').last();
      await last.click({ timeout: 800 }).catch(() => {});
      await settled(page);
    }
    await judge(page, `${hash} after a button`, false);
    await page.keyboard.press('Escape');
    if (!(await page.evaluate(() => window.location.hash)).startsWith(hash.split('?')[0]) || await page.locator('[role=dialog]:visible').count()) await enter();
  }
  await enter();
  await judge(page, `${hash} afterwards`, false);
  return typed;
}

const walked = new Set(); /* a screen is typed into once, by the first role that may open it */
let fields = 0;

for (const name of ROLES) {
  await test(`${name}: every text field, also behind buttons, and what comes of it`, async () => {
    const page = await visitor(on, name, 'desktop');
    const done = new Set();
    try {
      const mine = await screensOf(page);
      const at = mine.every((p) => walked.has(p.path)) ? [] : await addressesFor(page, mine, on.filled);
      for (const [pattern, hash] of at) {
        if (!walked.has(pattern)) fields += await walk(page, hash, done);
        walked.add(pattern);
      }
      equal(page.complaints, [], 'complaints of the page');
    } finally {
      await page.context().close();
    }
  });
}

await test('every screen was typed into, and many fields', async () => {
  equal(PATTERNS.filter((p) => !walked.has(p.path)).map((p) => p.path), [], 'screens that nobody of these roles opens');
  truth(PATTERNS.length > 15 && fields > 30, `${PATTERNS.length} screens, ${fields} fields`);
});

await test('addresses that somebody else made: parameters and queries of every screen', async () => {
  const page = await visitor(on, 'nurse', 'desktop');
  try {
    for (const { path } of [...PATTERNS, { path: 'there/is/no/such/:screen' }]) {
      for (const run of RUNS.slice(0, 6)) {
        const hash = `#/${path.replace(/:\w+/g, encodeURIComponent(run))}?q=${encodeURIComponent(run)}&who=${encodeURIComponent(run)}&from=${encodeURIComponent(run)}&back=${encodeURIComponent('javascript:window.hit=1')}`;
        await page.evaluate((h) => { window.location.hash = h; }, hash);
        await page.waitForTimeout(30);
      }
      await settled(page);
      await judge(page, path, false);
    }
    await page.goto(`${line.url}/?x=${encodeURIComponent(RUNS[0])}#/people?q=${encodeURIComponent(RUNS[2])}`);
    await settled(page);
    await judge(page, 'the address itself');
    equal(page.wide, [], 'wider than the window');
    equal(page.complaints, [], 'complaints of the page');
  } finally {
    await page.context().close();
  }
});

await test('the door: names, passwords and codes', async () => {
  const page = await visit(browser, line.url, { size: 'phone' });
  watch(page);
  await page.evaluate(() => { window.reports = []; });
  try {
    for (const run of RUNS) {
      await page.getByLabel(/^(Tên đăng nhập|Name for signing in)$/).fill(run);
      await page.getByLabel(/^(Mật khẩu|Password)$/).fill(run);
      await page.getByRole('button', { name: /^(Đăng nhập|Sign in)$/ }).click();
      await page.waitForTimeout(80);
      await judge(page, 'the door');
    }
    equal(page.wide, [], 'wider than the window');
  } finally {
    await page.context().close();
  }
});

await on.end();
process.exit(finish());
