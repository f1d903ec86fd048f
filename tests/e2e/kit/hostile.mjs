/* A record and a hand that mean harm, for hostile.mjs (what the record says) and hostile-hand.mjs (what is typed): every text of the demo's record
 * replaced over FHIR by what would run if it were put into a page as it is, the screens of every role, and the judge of what became of it.
 *
 * Screens come from the tables behind registry.ts: a new one is tried by itself. */

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authAt, equal, eventually, fhirAt, truth, visit } from '../harness.mjs';
import { DEMO_PASSWORD, signIn } from './sign.mjs';
import { stage } from './stage.mjs';

const web = fileURLToPath(new URL('../../../web/src', import.meta.url));
export const PATTERNS = readdirSync(web, { recursive: true }).filter((f) => /(^|\/)screens\.ts$/.test(f)).flatMap((f) =>
  [...readFileSync(join(web, f), 'utf8').matchAll(/\bpath: '([^']+)'(?:[^}]*?needs: '([^']+)')?/g)].map((m) => ({ path: m[1], needs: m[2] ?? '' })));

/* Each sets window.hit when it runs. */
export const RUNS = ['"><img src=x onerror=window.hit=1>', "'><svg onload=window.hit=2>", '<script>window.hit=3</script>', '"onfocus=window.hit=4 autofocus x="', 'javascript:window.hit=5//', '</title></textarea><iframe srcdoc="<script>parent.hit=6</script>">',
  '{{constructor.constructor("window.hit=7")()}}', '${window.hit=8}', '\u202Ereversed <b onmouseover=window.hit=9>', `${'dài'.repeat(60)}<img src=x onerror=window.hit=10>`];
let turn = 0;
export const payload = () => RUNS[turn++ % RUNS.length];

/* ---- the record ---- */

const TEXTS = new Set(['text', 'display', 'title', 'description', 'comment', 'valueString', 'line', 'city', 'conclusion', 'given', 'family', 'name', 'summary', 'patientInstruction', 'deviceName', 'alias', 'label', 'prefix', 'authorString', 'productName']);

/* A narrative as another system may write it: each tag dressed with style, class and handlers, and at its end what would run or cover the screen. */
export const dressed = (div) => div.replace(/<(div|ul|li|p|b)(?=[\s>])/g, (tag, name) => `${tag} style="position:fixed;inset:0;width:4000px" class="an-card an-${name}" onclick="window.hit=11" onmouseover='window.hit=">"'`)
  .replace(/<\/div>$/, '<style>body{display:none}</style><script>window.hit=12</script><img src="x" style="width:4000px" onerror="window.hit=13"/><svg onload="window.hit=14"></svg><iframe srcdoc="&lt;script>parent.hit=15&lt;/script>"></iframe><a href="javascript:window.hit=16">x</a></div>');

/* The same resource with its free texts replaced; codes, references, numbers and dates stay, so that screens show it. */
function poisoned(value, key) {
  if (Array.isArray(value)) return value.map((v) => poisoned(v, key));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'text' && typeof v === 'object' && v?.div ? { ...v, div: dressed(v.div) } : poisoned(v, k)]));
  return typeof value === 'string' && TEXTS.has(key) ? payload() : value;
}

const SHOWN = ['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'Encounter', 'EpisodeOfCare', 'Condition', 'AllergyIntolerance', 'MedicationRequest', 'MedicationAdministration', 'Medication', 'Observation', 'RiskAssessment', 'CareTeam',
  'CarePlan', 'Goal', 'Flag', 'Task', 'Communication', 'Composition', 'QuestionnaireResponse', 'DocumentReference', 'Procedure', 'Immunization', 'NutritionOrder', 'SupplyRequest', 'Schedule', 'ServiceRequest', 'RelatedPerson', 'Consent', 'DetectedIssue', 'Appointment', 'AdverseEvent'];

export const ROLES = ['nurse', 'doctor', 'facility-head', 'social-worker', 'records-clerk', 'administrator', 'auditor', 'person'];

/* A province of its own, its server, line and browser. */
export async function hostileStage(name) {
  const on = await stage(name, { demo: ['--facilities', '1', '--residents', '12', '--days', '2'] });
  const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'poison', '--role', 'system', '--data', on.server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
  const program = fhirAt(on.server.base, { Authorization: `Bearer ${token}` });
  const person = (await program.find('Patient?_count=1'))[0].id;
  const ward = (await program.find('Location?physical-type=wa&_count=1'))[0]?.id ?? 'demo-ward';
  return { ...on, program, filled: (pattern) => pattern.replace(/^ward\/:ward/, `ward/${ward}`).replace(/^person\/:id/, `person/${person}`).replace(/:\w+/g, 'x') };
}

/* Every text of the record, names of accounts and of a device. */
export async function poison({ server, program }) {
  let replaced = 0, kept = 0;
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
}

/* A visitor with this account signed in, who notes what must not happen. */
export async function visitor({ browser, line }, name, size) {
  const page = await visit(browser, line.url, { size });
  watch(page);
  await page.addInitScript(() => {
    window.reports = [];
    document.addEventListener('securitypolicyviolation', (event) => { window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`); });
  });
  await page.reload();
  await signIn(page, name);
  return page;
}

/* Requests under way, dialogs of the browser, and a place for what is too wide. */
export function watch(page) {
  Object.assign(page, { dialogs: [], wide: [], open: new Set(), quietSince: performance.now() });
  const ended = (request) => { page.open.delete(request); page.quietSince = performance.now(); };
  page.on('request', (request) => { page.open.add(request); });
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  page.on('dialog', (dialog) => { page.dialogs.push(dialog.message()); void dialog.dismiss().catch(() => {}); });
}

const QUIET_MS = 40;

/* Nothing is asked for any more, and what came has been drawn. What asks for ever is looked at as it stands. */
export async function settled(page) {
  const since = performance.now();
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); })).catch(() => {});
  await eventually('the page is quiet', () => page.open.size === 0 && performance.now() - Math.max(since, page.quietSince) > QUIET_MS, 4000, 10).catch(() => {});
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); })).catch(() => {});
}

/* Nothing ran, nothing was tried, nothing of ours became an element, nothing is wider than the window. */
export async function judge(page, where, layout = true) {
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

/* One address for every screen of a role: links as people meet them, first those of the home, then of what they lead to. */
export async function addressesFor(page, patterns, filled) {
  const at = new Map(), queue = [await page.evaluate(() => window.location.hash || '#/')], seen = new Set(queue);
  for (let turns = 0; queue.length && turns < 40 && at.size < patterns.length; turns += 1) {
    const hash = queue.shift();
    await go(page, hash);
    for (const link of await page.locator('a[href^="#/"]').evaluateAll((list) => list.map((a) => a.getAttribute('href')))) {
      const pattern = patterns.find((p) => fits(p.path, link));
      if (pattern && !at.has(pattern.path)) at.set(pattern.path, link);
      if (pattern && !seen.has(pattern.path)) { seen.add(pattern.path); queue.push(link); }
    }
  }
  for (const p of patterns) if (!at.has(p.path)) at.set(p.path, `#/${filled(p.path)}`);
  return at;
}

export const go = async (page, hash) => {
  await page.evaluate((h) => { window.location.hash = h; }, hash);
  await settled(page);
};

/* The screens that the one at this page may open. */
export async function screensOf(page) {
  const { screens } = await page.evaluate(() => fetch('/auth/me').then((r) => r.json()));
  return PATTERNS.filter((p) => p.needs === '' || screens.includes(p.needs));
}
