/* Adds up what the first screen of each page loads (its HTML, scripts and style sheets, gzip) and fails above its budget: the staff's, and the
 * light page's (toi.html) from sign-in to a person's own record. Chunks that only later screens ask for, and fonts, are listed but not counted.
 * Also refuses inline scripts and styles, which the server's Content-Security-Policy would block. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/* then: what the first screen asks for once somebody is signed in, by the name of its file */
const PAGES = [
  { html: 'index.html', budget: 190_000, then: [] },
  { html: 'toi.html', budget: 80_000, then: ['MyRecord'] },
];
const dist = join(fileURLToPath(new URL('.', import.meta.url)), '../dist');
const assets = readdirSync(join(dist, 'assets'));
const read = (path) => readFileSync(join(dist, path), 'utf8');
const size = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
const kb = (n) => `${(n / 1000).toFixed(1)} kB`;
const isPart = (name) => /\.(js|css)$/.test(name);

/* A chunk and what it imports at once; style sheets of a lazy chunk stand in the list of the chunk that asks for it. */
function withImports(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  if (path.endsWith('.js')) for (const [, name] of read(path).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) withImports(`assets/${name}`, found);
  return found;
}

function lazy(first, name) {
  for (const path of first) {
    const at = assets.find((file) => file.startsWith(`${name}-`) && file.endsWith('.js') && path.endsWith('.js') && read(path).includes(`import("./${file}")`));
    if (at === undefined) continue;
    const text = read(path);
    const call = text.slice(text.indexOf(`import("./${at}")`)).slice(0, 200);
    const table = [...(/__vite__mapDeps=.*?\[(.*?)\]/.exec(text)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map((m) => m[1]);
    const deps = (/__vite__mapDeps\(\[([\d,]*)\]\)/.exec(call)?.[1] ?? '').split(',').filter((n) => n !== '').map((n) => table[Number(n)]);
    return [...withImports(`assets/${at}`), ...deps];
  }
  throw new Error(`${name} is not asked for by the first screen`);
}

const counted = new Set();
const fonts = assets.filter((name) => name.endsWith('.woff2'));
let failed = false;
for (const { html, budget, then } of PAGES) {
  const text = read(html);
  const start = [...text.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].flatMap((m) => [...withImports(m[1])]);
  const first = [...new Set([html, ...start, ...then.flatMap((name) => lazy(start, name))])];
  const bytes = first.reduce((sum, path) => sum + size(path), 0);
  for (const path of first) {
    counted.add(path);
    console.log(`first  ${html}  ${path}  ${kb(size(path))}`);
  }
  console.log(`first screen of ${html}: ${kb(bytes)} gzip of ${kb(budget)}`);
  const inline = /<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/i.exec(text);
  if (inline) console.error(`${html} holds inline code: ${inline[0]}`);
  if (start.length < 2 || bytes > budget) console.error(`${html}: over the budget, or its first screen was not found`);
  failed ||= inline !== null || start.length < 2 || bytes > budget;
}
for (const name of assets.filter(isPart)) if (!counted.has(`assets/${name}`)) console.log(`later  assets/${name}  ${kb(size(`assets/${name}`))}`);
console.log(`fonts, fetched as letters of theirs are shown: ${fonts.map((name) => kb(readFileSync(join(dist, 'assets', name)).length)).join(', ')}`);
if (failed) process.exit(1);
