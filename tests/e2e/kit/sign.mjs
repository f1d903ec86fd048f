/* Signing in at the page as one of the demo's people. */

export const DEMO_PASSWORD = 'ansinh-demo-2026';

/* In either language; comes back when somebody is signed in. */
export async function signIn(page, name) {
  await page.getByLabel(/^(Tên đăng nhập|Name for signing in)$/).fill(name);
  await page.getByLabel(/^(Mật khẩu|Password)$/).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: /^(Đăng nhập|Sign in)$/ }).click();
  await page.locator('.an-user-button').waitFor();
}
