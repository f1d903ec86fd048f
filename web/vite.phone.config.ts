import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { mantineVariables } from './tools/mantineVariables';

/* The light page (toi.html): the same sources, with Preact in the place of React, three controls in the place of Mantine, and the tables of
 * screens and of words that this page needs. vite.config.ts runs it after its own. */
const src = join(__dirname, 'src');
const INSTEAD: Record<string, string> = {
  [join(src, 'allScreens')]: join(src, 'phone/screens.ts'),
  [join(src, 'i18n/vi')]: join(src, 'phone/vi.ts'),
  [join(src, 'i18n/en')]: join(src, 'phone/en.ts'),
};

function instead(): Plugin {
  return {
    name: 'phone-instead',
    enforce: 'pre',
    resolveId: (id, from) => (from !== undefined && id.startsWith('.') ? INSTEAD[join(from, '..', id)] : undefined),
  };
}

export default defineConfig({
  plugins: [instead(), mantineVariables()],
  esbuild: { jsx: 'automatic' },
  publicDir: false,
  resolve: {
    alias: [
      { find: /^@mantine\/core$/, replacement: join(src, 'phone/controls.tsx') },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
    ],
  },
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: join(__dirname, 'toi.html') },
  },
  server: { proxy: Object.fromEntries(['/fhir', '/auth'].map((at) => [at, process.env.ANSINH_URL ?? 'http://127.0.0.1:8080'])) },
});
