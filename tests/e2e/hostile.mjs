/* A hostile record: every text of the demo's record replaced over FHIR by what would run if it were put into a page as it is. Nothing may run, the
 * page's policy has nothing to report, and no screen of any role becomes wider than its window.
 *
 *   ANSINH=/path/to/ansinh node hostile.mjs */

import { equal, finish, shot, test, truth } from './harness.mjs';
import { addressesFor, dressed, go, hostileStage, judge, PATTERNS, poison, ROLES, screensOf, visitor } from './kit/hostile.mjs';

const on = await hostileStage('hostile');
await test('the record: every text of it replaced over FHIR', () => poison(on));

const reached = new Set();
for (const name of ROLES) {
  await test(`${name}: every screen shows the hostile record, on a phone and on a desktop`, async () => {
    const page = await visitor(on, name, 'phone');
    try {
      const at = await addressesFor(page, await screensOf(page), on.filled);
      for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
        await page.setViewportSize(size);
        for (const [pattern, hash] of at) {
          await go(page, hash);
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
}

const WORDS = ['Đỡ đau, ăn được', 'Huyết áp < 140 & ổn', 'Dặn: uống ấm'];
const NARRATIVE = dressed(`<div xmlns="http://www.w3.org/1999/xhtml"><p>${WORDS[0]}</p><ul><li>Huyết áp &lt; 140 &amp; <b>ổn</b></li><li><!-- c -->${WORDS[2]}</li></ul></div>`);

/* Its screen shows all words, as words, and at both sizes. */
async function readable(page, hash, where) {
  for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    await go(page, hash);
    for (const words of WORDS) await page.getByText(words, { exact: true }).first().waitFor();
    await judge(page, `${where} at ${size.width}`);
    await shot(page, `hostile-narrative-${size.width}-${where}`);
  }
  equal(page.wide, [], 'wider than the window');
  equal(page.complaints, [], 'complaints of the page');
}

await test('a visit and a handover from another system, their narratives dressed with style and handlers, are read in full and nothing complains', async () => {
  const section = [{ title: 'Diễn biến', text: { status: 'additional', div: NARRATIVE } }];
  const { id: seen, subject, ...visit } = (await on.program.find('Composition?type=urn:ansinh:document|visit&_count=1'))[0];
  await on.program.put({ ...visit, id: seen, subject, section });
  const doctor = await visitor(on, 'doctor', 'phone');
  await readable(doctor, `#/person/${subject.reference.split('/').pop()}/visit/${seen}`, 'doctor').finally(() => doctor.context().close());
  const nurse = await visitor(on, 'nurse', 'phone');
  const ward = /ward\/([^/]+)/.exec(await nurse.locator('a[href^="#/ward/"]').first().getAttribute('href'))[1];
  const handover = await on.program.create({
    resourceType: 'Composition', meta: { tag: [{ system: 'urn:ansinh:tag:facility', code: visit.custodian.reference.split('/').pop() }] }, status: 'final',
    type: { coding: [{ system: 'urn:ansinh:document', code: 'handover' }] }, subject: { reference: `Location/${ward}` },
    date: visit.date, author: visit.author, custodian: visit.custodian, title: 'Bàn giao', event: [{ period: { start: visit.date, end: visit.date } }], section,
  });
  await readable(nurse, `#/ward/${ward}/handover/${handover.id}`, 'nurse').finally(() => nurse.context().close());
});

await test('every screen was reached', async () => {
  equal(PATTERNS.filter((p) => !reached.has(p.path)).map((p) => p.path), [], 'screens that nobody of these roles opens');
  truth(PATTERNS.length > 15, `${PATTERNS.length} screens`);
});

await on.end();
process.exit(finish());
