/* What a browser script begins with: server, line and browser, one visitor a test, and FHIR with the cookies of the page or of a client of its own. */

import { anew, equal, fhirAt, shot, startBrowser, startLine, startServer, truth, visit } from '../harness.mjs';
import { DEMO_PASSWORD, signIn as enter } from './sign.mjs';

/* Beside the options of startServer: `size` of a visitor unless said, `mine(url)` for other origins that the page may ask, `before(page)` and
 * `after(page)` around every test, whatever became of it. */
export async function stage(name, { size = 'tablet', mine = () => false, before = () => {}, after = () => {}, ...options } = {}) {
  const server = await startServer({ auth: 'on', ...options });
  const line = await startLine(server.base);
  const browser = await startBrowser();
  let failedRuns = 0;
  const straight = () => {
    line.mode = 'pass';
    line.delay = () => 0;
    line.loses = () => true;
  };
  async function withPage({ path = '', ...pageOptions }, run) {
    straight();
    line.requests.length = 0;
    const page = await visit(browser, `${line.url}${path}`, { size, ...pageOptions });
    try {
      await before(page);
      await run(page);
      equal(page.complaints, [], 'complaints of the page');
      equal(page.strays.filter((url) => !mine(url)), [], 'requests to other origins');
    } catch (error) {
      failedRuns += 1;
      await shot(page, `${name}-failed-${failedRuns}`).catch(() => {});
      throw error;
    } finally {
      straight();
      await after(page);
      await page.context().close();
    }
  }
  /* with this account of the demo signed in */
  const as = (account, pageOptions, run) => withPage(pageOptions, async (page) => {
    await signIn(page, account);
    await run(page);
  });
  const open = (page, hash) => anew(page, `${line.url}/#/${hash}`);
  const end = async () => {
    await browser.close();
    await line.stop();
    await server.stop();
  };
  return { server, line, browser, withPage, as, open, end };
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const card = (page, name) => page.getByRole('region', { name, exact: true });

/* Signed in, and the first screen of the day has settled. */
export async function signIn(page, name) {
  await enter(page, name);
  await page.locator('main h1').first().waitFor();
}

/* A FHIR client of its own, signed in as one of the demo's people: what the page did is judged through it. `headers` are those of its session. */
export async function clientAs(server, name) {
  const answer = await fetch(`${server.base}/auth/sign-in`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Ansinh': '1' }, body: JSON.stringify({ name, password: DEMO_PASSWORD }),
  });
  truth(answer.ok, `${name} signs in: ${answer.status}`);
  const headers = { Cookie: answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; '), 'X-Ansinh': '1', 'X-Ansinh-Background': '1' };
  return { ...fhirAt(server.base, headers), headers };
}

/* As this account, through the gate. */
export const fhir = (page, method, path, body, headers = {}) => page.evaluate(async ([m, p, b, h]) => {
  const response = await fetch(`/fhir/${p}`, {
    method: m, headers: { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json', 'X-Ansinh': '1', ...h }, ...(b === undefined ? {} : { body: JSON.stringify(b) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}, [method, path, body, headers]);
export const find = async (page, path) => {
  const { status, body } = await fhir(page, 'GET', path);
  truth(status === 200, `GET ${path}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
  return (body.entry ?? []).map((e) => e.resource);
};

/* How far the page is wider than its window, in px. */
export const tooWide = (page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
