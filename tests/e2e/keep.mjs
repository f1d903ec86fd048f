/* The page opens while the server cannot be heard: it lies whole on the device, tells what waits there and of whom nothing, and goes on by itself.
 *
 *   ANSINH=/path/to/ansinh node keep.mjs */

import { axe, equal, eventually, finish, shot, SIZES, test, truth } from './harness.mjs';
import { button, clientAs, signIn, stage, tooWide } from './kit/stage.mjs';

const { server, line, withPage, end } = await stage('keep', {
  demo: ['--facilities', '1', '--residents', '12', '--days', '2'], after: () => { line.renewed = undefined; },
});
const doctor = await clientAs(server, 'doctor');
const keeps = { keeps: true };
const onShelf = (page, name = 'ansinh-page') => page.evaluate(async (n) => (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname), name);
const isKept = (page) => eventually('the page lies on this device', async () => (await onShelf(page)).includes('/files.json'));
const door = (page) => page.getByRole('alert').filter({ hasText: /Không nối được máy chủ|No connection to the server/ });
const mainScript = (page) => page.evaluate(() => document.querySelector('script[type=module]').getAttribute('src'));

async function noteWithoutLine(page) {
  await page.getByRole('link', { name: /^Ghi chăm sóc: / }).first().click();
  await button(page, 'Tinh thần').waitFor();
  line.mode = 'gone';
  await button(page, 'Tinh thần').click();
  await button(page, 'Buồn').click();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
}
const started = Date.now() - 1000;
const moods = async () => (await doctor.find('Observation?code=urn:ansinh:care|mood&_sort=-date&_count=50')).filter((o) => Date.parse(o.effectiveDateTime) > started);

await test('a reload without a line opens the page: what waits is counted, nobody is named, and it is sent once by itself', () => withPage(keeps, async (page) => {
  await signIn(page, 'nurse');
  await isKept(page);
  await noteWithoutLine(page);
  await page.reload();
  await door(page).waitFor();
  await page.getByText('Còn 1 việc chưa gửi').waitFor();
  await page.getByText('Trang tự thử lại vài giây một lần').waitFor();
  const shown = await page.locator('body').innerText();
  truth(!/Điều dưỡng|Khoa |P\.\d/.test(shown), shown);
  for (const size of Object.keys(SIZES)) {
    await page.setViewportSize(SIZES[size]);
    equal(await tooWide(page), 0, size);
    await shot(page, `keep-door-${size}-vi`);
  }
  equal(await axe(page), []);
  line.mode = 'pass';
  await page.locator('.an-user-button').or(page.locator('input[type=password]')).first().waitFor();
  await eventually('it is sent', async () => (await moods()).length === 1);
  await page.getByText('Còn 1 việc chưa gửi').waitFor({ state: 'hidden' });
  equal((await moods()).length, 1, 'once');
}));

await test('nothing of the record is kept: only files of the build', () => withPage({ ...keeps, path: '/' }, async (page) => {
  await signIn(page, 'nurse');
  await isKept(page);
  await page.goto(`${line.url}/#/people`);
  await page.locator('main h1').first().waitFor();
  equal(await page.evaluate(() => caches.keys()), ['ansinh-page']);
  const paths = await onShelf(page);
  equal(paths.filter((p) => !p.startsWith('/assets/') && !['/', '/files.json', '/icon.svg'].includes(p)), []);
  truth(paths.length > 50 && !paths.some((p) => p.includes('toi')), `${paths.length} files`);
}));

await test('a server that is there and in trouble, or brings nothing, does not keep the page away', () => withPage(keeps, async (page) => {
  await isKept(page);
  line.delay = () => 60_000;
  await page.reload({ waitUntil: 'commit' });
  await page.locator('#root > *').first().waitFor({ state: 'attached' });
  line.delay = () => 0;
  line.mode = 'trouble';
  await page.reload();
  await door(page).waitFor();
}));

await test('a renewed program is seen at the next opening, and the old page goes on until then', () => withPage(keeps, async (page) => {
  await isKept(page);
  const old = await mainScript(page);
  const renewed = old.replace(/-[\w-]+\.js$/, '-RENEWED0.js');
  line.renewed = [old, renewed];
  await page.reload();
  await page.locator('input[type=password]').waitFor(); /* the door: screens behind it would ask for the main file by its old name */
  equal(await mainScript(page), renewed, 'what the server says now');
  await eventually('the renewed one is kept, with the old', async () => {
    const paths = await onShelf(page);
    return paths.includes(renewed) && paths.includes(old);
  });
  await eventually('and it is the one that opens', async () => (await page.evaluate(async () => (await (await caches.open('ansinh-page')).match('/')).text())).includes(renewed));
  line.mode = 'gone';
  await page.reload();
  await door(page).waitFor();
  equal(await mainScript(page), renewed);
}));

await test('a build that came half is not opened: the one before is', () => withPage(keeps, async (page) => {
  await isKept(page);
  const old = await mainScript(page);
  line.renewed = [old, old.replace(/-[\w-]+\.js$/, '-HALF0000.js')];
  line.requests.length = 0;
  await page.evaluate(async () => { (await navigator.serviceWorker.ready).active.postMessage('keep'); });
  await eventually('it asked what there is', async () => line.requests.some((r) => r.url === '/files.json'));
  line.mode = 'gone';
  await page.reload();
  await door(page).waitFor();
  truth([old, line.renewed[1]].includes(await mainScript(page)), 'one or the other, whole');
}));

await test('a device whose storage was cleared is one that never kept it', () => withPage(keeps, async (page) => {
  await signIn(page, 'nurse');
  await isKept(page);
  await page.evaluate(() => caches.delete('ansinh-page'));
  await page.reload();
  await page.locator('.an-user-button').waitFor();
  await isKept(page);
}));

await test('the light page of a person passes by', () => withPage({ ...keeps, path: '/toi' }, async (page) => {
  await page.locator('input[type=password]').waitFor();
  equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
}));

await end();
finish();
