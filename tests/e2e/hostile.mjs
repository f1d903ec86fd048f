/* A hostile record and a hostile hand: every text of the demo's record replaced over FHIR by what would run if it were put into a page as
 * it is, and the same typed into every text field of every screen, also behind buttons. Nothing may run, the page's policy has nothing to
 * report, and no screen becomes wider than its window.
 *
 * Screens come from the tables behind registry.ts, fields from the page as it stands there: a new one is tried by itself.
 *
 *   ANSINH=/path/to/ansinh node hostile.mjs */

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authAt, equal, fhirAt, finish, shot, startBrowser, startLine, startServer, test, truth, visit } from './harness.mjs';
import { DEMO_PASSWORD, signIn } from './kit/sign.mjs';

const web = fileURLToPath(new URL('../../web/src', import.meta.url));
const PATTERNS = readdirSync(web, { recursive: true }).filter((f) => /(^|\/)screens\.ts$/.test(f)).flatMap((f) =>
  [...readFileSync(join(web, f), 'utf8').matchAll(/\bpath: '([^']+)'(?:[^}]*?needs: '([^']+)')?/g)].map((m) => ({ path: m[1], needs: m[2] ?? '' })));
const MOST_BUTTONS = 15;

/* Each sets window.hit when it runs. */
const RUNS = ['"><img src=x onerror=window.hit=1>', "'><svg onload=window.hit=2>", '<script>window.hit=3</script>', '"onfocus=window.hit=4 autofocus x="', 'javascript:window.hit=5//', '</title></textarea><iframe srcdoc="<script>parent.hit=6</script>">',
  '{{constructor.constructor("window.hit=7")()}}', '${window.hit=8}', '\u202Ereversed <b onmouseover=window.hit=9>', `${'dài'.repeat(60)}<img src=x onerror=window.hit=10>`];
let turn = 0;
const payload = () => RUNS[turn++ % RUNS.length];

/* ---- the record ---- */

const TEXTS = new Set(['text', 'display', 'title', 'description', 'comment', 'valueString', 'line', 'city', 'conclusion', 'given', 'family', 'name', 'summary', 'patientInstruction', 'deviceName', 'alias', 'label', 'prefix', 'authorString', 'productName']);

/* The same resource with its free texts replaced; codes, references, numbers and dates stay, so that screens show it. */
function poisoned(value, key) {
  if (Array.isArray(value)) return value.map((v) => poisoned(v, key));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'text' && typeof v === 'object' && v?.div ? v : poisoned(v, k)]));
  return typeof value === 'string' && TEXTS.has(key) ? payload() : value;
}

const server = await startServer({ auth: 'on', demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });
const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'poison', '--role', 'system', '--data', server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
const program = fhirAt(server.base, { Authorization: `Bearer ${token}` });
const SHOWN = ['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'Encounter', 'EpisodeOfCare', 'Condition', 'AllergyIntolerance', 'MedicationRequest', 'MedicationAdministration', 'Medication', 'Observation', 'RiskAssessment', 'CareTeam',
  'CarePlan', 'Goal', 'Flag', 'Task', 'Communication', 'Composition', 'QuestionnaireResponse', 'DocumentReference', 'Procedure', 'Immunization', 'NutritionOrder', 'SupplyRequest', 'Schedule', 'ServiceRequest', 'RelatedPerson', 'Consent', 'DetectedIssue', 'Appointment', 'AdverseEvent'];
let replaced = 0, kept = 0;

await test('the record: every text of it replaced over FHIR', async () => {
  for (const type of SHOWN) {
    for (const resource of await program.find(`${type}?_count=200`)) {
      await program.put(poisoned(resource, '')).then(() => { replaced += 1; }, () => { kept += 1; });
    }
  }
  const admin = authAt(server.base);
  await admin('POST', 'sign-in', { name: 'administrator', password: DEMO_PASSWORD });
  let taken = 0; /* control characters and long names are refused there */
  for (let i = 0; i < RUNS.length; i += 1) await admin('POST', 'users', { name: `hostile${i}`, display: RUNS[i].slice(0, 80) }).then(() => { taken += 1; }, () => {});
  await admin('POST', 'device', { name: RUNS[0] });
  truth(taken > 6, `${taken} accounts`);
  truth(replaced > 200 && replaced > 5 * kept, `${replaced} replaced, ${kept} refused`);
});

/* ---- looking ---- */

const line = await startLine(server.base);
const browser = await startBrowser();
const person = (await program.find('Patient?_count=1'))[0].id;
const ward = (await program.find('Location?physical-type=wa&_count=1').catch(() => []))[0]?.id ?? 'demo-ward';

async function open(name, size) {
  const page = await visit(browser, line.url, { size });
  page.dialogs = [];
  page.wide = [];
  page.on('dialog', (dialog) => { page.dialogs.push(dialog.message()); void dialog.dismiss().catch(() => {}); });
  await page.addInitScript(() => {
    window.reports = [];
    document.addEventListener('securitypolicyviolation', (event) => { window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`); });
  });
  await page.reload();
  await signIn(page, name);
  return page;
}

async function settled(page) {
  await page.waitForLoadState('networkidle', { timeout: 4000 }).catch(() => {});
  await page.waitForTimeout(60);
}

/* Nothing ran, nothing was tried, nothing of ours became an element, nothing is wider than the window. */
async function judge(page, where, layout = true) {
  const found = await page.evaluate(() => ({
    hit: window.hit ?? 0,
    reports: window.reports,
    made: [...document.querySelectorAll('img[src="x"], svg[onload], iframe, object, embed, base, script:not([src]), [onerror], [onfocus], [onmouseover], a[href^="javascript:" i], form[action^="javascript:" i]')].map((e) => e.outerHTML.slice(0, 120)),
    wide: document.documentElement.scrollWidth - window.innerWidth,
    widest: document.documentElement.scrollWidth <= window.innerWidth + 1 ? '' : [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && e.parentElement.getBoundingClientRect().right <= window.innerWidth + 1).slice(0, 3).map((e) => `${Math.round(e.getBoundingClientRect().left)}-${Math.round(e.getBoundingClientRect().right)} ${e.outerHTML.slice(0, 160)} in ${e.closest("li, section, form, p")?.outerHTML.slice(0, 300) ?? ""}`).join(' | '),
  }));
  equal([found.hit, found.reports, found.made, page.dialogs], [0, [], [], []], where);
  if (layout && found.wide > 1) page.wide.push(`${where} is ${found.wide} px too wide: ${found.widest}`);
}

const fits = (pattern, hash) => {
  const [want, got] = [pattern.split('/'), hash.replace(/^#\//, '').split('?')[0].split('/')];
  return want.length === got.length && want.every((w, i) => (w.startsWith(':') ? got[i] !== '' : w === got[i]));
};
const filled = (pattern) => pattern.replace(/^ward\/:ward/, `ward/${ward}`).replace(/^person\/:id/, `person/${person}`).replace(/:\w+/g, 'x');

/* One address for every screen of a role: links as people meet them, first those of the home, then of what they lead to. */
async function addressesFor(page, patterns) {
  const at = new Map(), queue = [await page.evaluate(() => window.location.hash || '#/')], seen = new Set(queue);
  for (let turns = 0; queue.length && turns < 40 && at.size < patterns.length; turns += 1) {
    const hash = queue.shift();
    await page.evaluate((h) => { window.location.hash = h; }, hash);
    await settled(page);
    for (const link of await page.locator('a[href^="#/"]').evaluateAll((list) => list.map((a) => a.getAttribute('href')))) {
      const pattern = patterns.find((p) => fits(p.path, link));
      if (pattern && !at.has(pattern.path)) at.set(pattern.path, link);
      if (pattern && !seen.has(pattern.path)) { seen.add(pattern.path); queue.push(link); }
    }
  }
  for (const p of patterns) if (!at.has(p.path)) at.set(p.path, `#/${filled(p.path)}`);
  return at;
}

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
    await page.evaluate((h) => { window.location.hash = '#/'; window.location.hash = h; }, hash);
    await settled(page);
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

/* ---- the tests ---- */

const ROLES = ['nurse', 'doctor', 'facility-head', 'social-worker', 'records-clerk', 'administrator', 'auditor'];
const reached = new Set(), walked = new Set(); /* a screen is typed into once, by the first role that may open it */
let fields = 0;

for (const name of ROLES) {
  await test(`${name}: every screen shows the hostile record, on a phone and on a desktop`, async () => {
    const page = await open(name, 'phone');
    try {
      const screens = (await page.evaluate(() => fetch('/auth/me').then((r) => r.json()))).screens;
      const mine = PATTERNS.filter((p) => p.needs === '' || screens.includes(p.needs));
      const at = await addressesFor(page, mine);
      for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
        await page.setViewportSize(size);
        for (const [pattern, hash] of at) {
          await page.evaluate((h) => { window.location.hash = h; }, hash);
          await settled(page);
          await judge(page, `${pattern} at ${size.width}`);
          reached.add(pattern);
          if (name === 'nurse') await shot(page, `hostile-${size.width}-${pattern.replace(/\W+/g, '-')}`);
        }
      }
      equal(page.wide, [], 'wider than the window');
      equal(page.complaints, [], 'complaints of the page');
    } finally {
      await page.context().close();
    }
  });
  await test(`${name}: every text field, also behind buttons, and what comes of it`, async () => {
    const page = await open(name, 'desktop');
    const done = new Set();
    try {
      const screens = (await page.evaluate(() => fetch('/auth/me').then((r) => r.json()))).screens;
      const at = await addressesFor(page, PATTERNS.filter((p) => p.needs === '' || screens.includes(p.needs)));
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

await test('every screen was reached, and many fields', async () => {
  equal(PATTERNS.filter((p) => !reached.has(p.path)).map((p) => p.path), [], 'screens that nobody of these roles opens');
  truth(PATTERNS.length > 15 && fields > 30, `${PATTERNS.length} screens, ${fields} fields`);
});

await test('addresses that somebody else made: parameters and queries of every screen', async () => {
  const page = await open('nurse', 'desktop');
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
  Object.assign(page, { dialogs: [], wide: [] });
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

await browser.close();
await line.stop();
await server.stop();
process.exit(finish());
