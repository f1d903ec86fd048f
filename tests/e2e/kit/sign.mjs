/* Signing in at the page as one of the demo's people. */

export const DEMO_PASSWORD = 'ansinh-demo-2026';

/* In either language; comes back when somebody is signed in. What the rules have to say interrupts (alerts.mjs looks at that): other scripts
 * put it off, as a hand would, whenever it stands in their way. */
export async function signIn(page, name, { interrupts = false } = {}) {
  if (!interrupts) {
    const alert = page.getByRole('dialog', { name: /^(Cảnh báo|Alert): / });
    await page.addLocatorHandler(alert, () => alert.getByRole('button', { name: /^(Để sau|Later)$/ }).click(), { noWaitAfter: true }); /* the next one may stand there at once */
  }
  await page.getByLabel(/^(Tên đăng nhập|Name for signing in)$/).fill(name);
  await page.getByLabel(/^(Mật khẩu|Password)$/).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: /^(Đăng nhập|Sign in)$/ }).click();
  await page.locator('.an-user-button').waitFor();
}
