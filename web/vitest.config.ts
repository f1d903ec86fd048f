import { defineConfig } from 'vitest/config';

/* Pure logic only, so no browser is simulated here: the page itself is tested in a real one (tests/e2e). The zone is the
 * facilities' own, so that offsets in expected values are the real ones. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], environment: 'node', setupFiles: ['test/setup.ts'], env: { TZ: 'Asia/Ho_Chi_Minh' } },
});
