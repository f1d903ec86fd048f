/* Vite plugin: what the staff's page is made of, as /files.json, and the worker that keeps it, as /sw.js (src/keep). The worker has no name of its
 * own build in it, so that it changes only when its code does. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

/* Runs before the light page is built: its files are not there yet, and are not wanted. */
export function keptFiles(): Plugin {
  let out = '';
  let root = '';
  return {
    name: 'kept-files',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
      out = join(config.root, config.build.outDir);
    },
    closeBundle: async () => {
      const files = readdirSync(join(out, 'assets')).sort().map((name) => `/assets/${name}`);
      writeFileSync(join(out, 'files.json'), JSON.stringify([...files, '/icon.svg']));
      await build({
        configFile: false, root, publicDir: false, logLevel: 'warn',
        build: { outDir: out, emptyOutDir: false, target: 'es2021', rollupOptions: { input: join(root, 'src/keep/worker.ts'), output: { entryFileNames: 'sw.js', format: 'iife' } } },
      });
    },
  };
}
