/* Those who work in offices: the administrator, the auditor, and the officers of a province (health, police) and of the ministry. Each opens every
 * screen that is theirs, at each size and in both languages; at the address of every other screen they are told that it is not theirs, no
 * name of anybody in care is shown, and the server was not even asked for one.
 *
 *   ANSINH=/path/to/ansinh node offices.mjs */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { axe, equal, fhirAt, finish, shot, test, truth } from './harness.mjs';
import { stage, tooWide } from './kit/stage.mjs';

const { server, line, as, open, end } = await stage('offices', { size: 'desktop', demo: ['--facilities', '1', '--residents', '20', '--days', '2'] });
const token = /[A-Za-z0-9_-]{40,}/.exec(execFileSync(process.env.ANSINH, ['user', 'token', 'offices', '--role', 'system', '--data', server.data], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[0];
const fhir = fhirAt(server.base, { Authorization: `Bearer ${token}` });
const people = await fhir.find('Patient?_count=200');
const names = people.map((p) => p.name?.[0]?.text ?? [p.name?.[0]?.family, ...(p.name?.[0]?.given ?? [])].join(' ')).filter((n) => n.split(' ').length > 2);
truth(names.length >= 15, 'the demo has people with names');

/* Every address there is, from the tables of the page itself. */
const rooms = new URL('../../web/src/', import.meta.url);
const paths = readdirSync(rooms, { withFileTypes: true }).filter((d) => d.isDirectory() && readdirSync(new URL(`${d.name}/`, rooms)).includes('screens.ts'))
  .flatMap((d) => [...readFileSync(new URL(`${d.name}/screens.ts`, rooms), 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1]));
truth(paths.length > 50, `${paths.length} addresses`);
const filled = (path) => path.replace(':ward', 'demo-ward').replace('person/:id', `person/${people[0].id}`).replace(/:(purpose)/, 'app').replace(/:(sheet)/, 'vitals').replace(/:\w+/g, 'x');

const OFFICES = {
  administrator: { nav: ['accounts', 'devices', 'clients', 'lists', 'setup', 'training'], more: ['accounts/:id', 'licence'] },
  auditor: { nav: ['audit'], more: [] },
  'province-officer': { nav: ['figures'], more: [] },
  'police-officer': { nav: ['figures'], more: [] },
  'ministry-officer': { nav: ['figures'], more: [] },
};
const EVERYBODY = ['account', 'authorize', 'unsent']; /* unsent: what this very account wrote and nobody took */
const NO = /Bạn không có quyền xem|You may not see/;
/* the screens of a person in care are of another page (/toi): here there are none */
const NOWHERE = /^(Không có trang này\.|There is no such page\.)$/;

const settled = async (page) => {
  await page.waitForFunction(() => document.querySelector('main')?.textContent !== '' && !document.querySelector('main [aria-busy=true], main .mantine-Skeleton-root'));
};
const namesNobody = async (page, where) => {
  const text = await page.locator('body').innerText();
  const found = names.filter((n) => text.includes(n));
  equal(found, [], `people in care named at ${where}`);
};

for (const [name, office] of Object.entries(OFFICES)) {
  for (const [size, lang] of [['phone', 'vi'], ['tablet', 'en'], ['desktop', 'vi']]) {
    await test(`${name}: every screen of theirs, ${size} ${lang}`, () => as(name, { size, lang }, async (page) => {
      const nav = await page.evaluate(() => [...document.querySelectorAll('.an-nav a')].map((a) => a.getAttribute('href').slice(2)));
      equal(nav, office.nav, 'the way to their screens');
      for (const path of [...office.nav, 'account']) {
        await open(page, path);
        await page.locator('main h1').first().waitFor();
        await settled(page);
        equal(await page.getByText(NO).count(), 0, `${path} is theirs`);
        equal(await page.locator('main [role=alert]').filter({ hasText: /\S/ }).count(), 0, `trouble at ${path}`);
        await namesNobody(page, path);
        equal(await axe(page), [], `axe at ${path}`);
        equal(await tooWide(page), 0, `${path}: px too wide`);
        await shot(page, `office-${name}-${path}-${size}`);
      }
    }));
  }

  await test(`${name}: no other screen, and nobody's name at its address`, () => as(name, {}, async (page) => {
    const mine = [...office.nav, ...office.more, ...EVERYBODY];
    await settled(page); /* the first screen of the day, which is theirs, has asked for all it wants */
    line.requests.length = 0;
    for (const path of paths.filter((p) => !mine.includes(p))) {
      const isOfPerson = /^mine(\/|$)/.test(path);
      await open(page, isOfPerson ? 'account' : filled(path)); /* by way of another: the same words stood on the screen before */
      if (isOfPerson) await page.locator('main h1').first().waitFor();
      if (isOfPerson) await page.goto(`${line.url}/#/${path}`);
      await page.getByText(isOfPerson ? NOWHERE : NO).first().waitFor().catch(() => { throw new Error(`${path} does not say that it is not theirs`); });
      await namesNobody(page, path);
    }
    const asked = line.requests.filter((r) => /^\/fhir\/(Patient|Encounter|Observation|Condition|Medication\w+|QuestionnaireResponse|Basic|Consent)\b/.test(r.url));
    equal(asked.map((r) => r.url), [], 'what was asked for');
  }));
}

await test('what the administrator and the officers ask of the record itself is refused, person by person', async () => {
  for (const name of ['administrator', 'auditor', 'ministry-officer', 'province-officer']) {
    await as(name, {}, async (page) => {
      const got = await page.evaluate(async (id) => {
        const all = {};
        for (const path of [`Patient/${id}`, `Patient/${id}/$everything`, `Patient/${id}/_history`, 'Patient?_summary=count', 'Observation?_summary=count', `Condition?patient=${id}`, `Patient/${id}/$paper?form=vitals`, 'Location/demo-ward/$board']) {
          const reply = await fetch(`/fhir/${path}`);
          const board = reply.ok && path.endsWith('$board') && !(await reply.json()).parameter.some((p) => p.name === 'resident');
          all[path.replace(id, 'ID')] = board ? 'empty' : reply.status;
        }
        return all;
      }, people[0].id);
      page.complaints.length = 0; /* the browser itself says of each that it was refused */
      truth(Object.values(got).every((s) => s === 403 || s === 404 || s === 'empty'), JSON.stringify(got));
    });
  }
});

await end();
process.exit(finish());
