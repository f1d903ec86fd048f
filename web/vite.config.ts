import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { build, defineConfig, type Plugin } from 'vite';
import { keptFiles } from './tools/keptFiles';
import { mantineVariables } from './tools/mantineVariables';

/* Built for a server that sends `default-src 'self'`: no inline script or style, no data: fonts, nothing from elsewhere. */
/* The light page lies beside this one, in the same folder. */
const lightPage = (): Plugin => ({
  name: 'light-page',
  apply: 'build',
  closeBundle: async () => { await build({ configFile: join(__dirname, 'vite.phone.config.ts') }); },
});

export default defineConfig({
  plugins: [react(), mantineVariables(), keptFiles(), lightPage()],
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/fhir', '/auth'].map((at) => [at, process.env.ANSINH_URL ?? 'http://127.0.0.1:8080'])) },
});
