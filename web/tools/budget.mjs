/* Adds up what the first screen loads (index.html, its scripts and style sheets, gzip) and fails above the budget. Chunks
 * that only later screens ask for, and fonts, are listed but not counted. Also refuses inline scripts and styles, which the
 * server's Content-Security-Policy would block. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 260_000;
const dist = join(fileURLToPath(new URL('.', import.meta.url)), '../dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const size = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;

const first = ['index.html', ...[...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((m) => m[1])];
const firstBytes = first.reduce((sum, path) => sum + size(path), 0);
const later = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)
  .filter((path) => /\.(js|css)$/.test(path) && !first.includes(path));

const kb = (n) => `${(n / 1000).toFixed(1)} kB`;
for (const path of first) console.log(`first  ${path}  ${kb(size(path))}`);
for (const path of later) console.log(`later  ${path}  ${kb(size(path))}`);
console.log(`first screen ${kb(firstBytes)} gzip of ${kb(BUDGET_BYTES)}`);

const inline = /<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/i.exec(html);
if (inline) {
  console.error(`index.html holds inline code: ${inline[0]}`);
  process.exit(1);
}
if (first.length < 3 || firstBytes > BUDGET_BYTES) {
  console.error('over the budget, or the first screen was not found');
  process.exit(1);
}
