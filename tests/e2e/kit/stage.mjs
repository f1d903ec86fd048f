/* What a browser script with sign-in on begins with: server, line and browser, one visitor a test, and FHIR with the cookies of the page. */

import { equal, shot, startBrowser, startLine, startServer, truth, visit } from '../harness.mjs';
import { signIn as enter } from './sign.mjs';

export async function stage(name, options) {
  const server = await startServer({ auth: 'on', ...options });
  const line = await startLine(server.base);
  const browser = await startBrowser();
  let failedRuns = 0;
  async function withPage(pageOptions, run) {
    line.mode = 'pass';
    const page = await visit(browser, line.url, { size: 'tablet', ...pageOptions });
    try {
      await run(page);
      equal(page.complaints, [], 'complaints of the page');
      equal(page.strays, [], 'requests to other origins');
    } catch (error) {
      failedRuns += 1;
      await shot(page, `${name}-failed-${failedRuns}`).catch(() => {});
      throw error;
    } finally {
      await page.context().close();
    }
  }
  /* Another address of the page: by way of a neutral one, so that the same screen begins anew. */
  const open = async (page, hash) => {
    await page.goto(`${line.url}/#/people`);
    await page.goto(`${line.url}/#/${hash}`);
  };
  const end = async () => {
    await browser.close();
    await line.stop();
    await server.stop();
  };
  return { server, line, browser, withPage, open, end };
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const card = (page, name) => page.getByRole('region', { name, exact: true });

/* Signed in, and the first screen of the day has settled. */
export async function signIn(page, name) {
  await enter(page, name);
  await page.locator('main h1').first().waitFor();
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
