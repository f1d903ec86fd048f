import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mantineVariables } from './tools/mantineVariables';

/* Built for a server that sends `default-src 'self'`: no inline script or style, no data: fonts, nothing from elsewhere. */
export default defineConfig({
  plugins: [react(), mantineVariables()],
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/fhir', '/auth'].map((at) => [at, process.env.ANSINH_URL ?? 'http://127.0.0.1:8080'])) },
});
