/* A hostile record: every text of the demo's record replaced over FHIR by what would run if it were put into a page as it is. Nothing may run, the
 * page's policy has nothing to report, and no screen of any role becomes wider than its window.
 *
 *   ANSINH=/path/to/ansinh node hostile.mjs */

import { equal, finish, shot, test, truth } from './harness.mjs';
import { addressesFor, go, hostileStage, judge, PATTERNS, poison, ROLES, screensOf, visitor } from './kit/hostile.mjs';

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

await test('every screen was reached', async () => {
  equal(PATTERNS.filter((p) => !reached.has(p.path)).map((p) => p.path), [], 'screens that nobody of these roles opens');
  truth(PATTERNS.length > 15, `${PATTERNS.length} screens`);
});

await on.end();
process.exit(finish());
