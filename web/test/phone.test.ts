import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en as allEn } from '../src/i18n/en';
import { vi as all } from '../src/i18n/vi';
import { en } from '../src/phone/en';
import { vi } from '../src/phone/vi';

/* Every file the light page is made of, followed from its way in, with what stands in the place of what (vite.phone.config.ts). */
const src = join(__dirname, '../src');
const INSTEAD: Record<string, string> = { allScreens: 'phone/screens', 'i18n/vi': 'phone/vi', 'i18n/en': 'phone/en' };
/* Tables of rooms name screens this page does not have; those are not reached from its own table. */
const NOT_HERE = /access\/(Accounts|AccountDetail|AccountEdit|Audit|Devices)\.tsx$|apps\/(Clients|OpenWith)\.tsx$/;

function files(): string[] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || NOT_HERE.test(path)) return;
    seen.add(path);
    for (const [, type, spec] of readFileSync(path, 'utf8').matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '(\.[^']+)'|/gm)) {
      if (spec !== undefined && type === undefined) follow(path, spec);
    }
    for (const [, spec] of readFileSync(path, 'utf8').matchAll(/import\('(\.[^']+)'\)/g)) follow(path, spec ?? '');
  };
  const follow = (from: string, spec: string): void => {
    const at = relative(src, join(dirname(from), spec));
    const base = join(src, INSTEAD[at] ?? at);
    const found = [`${base}.ts`, `${base}.tsx`, join(base, 'index.ts')].find((p) => existsSync(p));
    if (found) visit(found);
  };
  visit(join(src, 'phone/main.tsx'));
  return [...seen];
}

describe('the light page', () => {
  const used = files().filter((f) => !/i18n\/(vi|en)\//.test(f));
  it('is followed from its way in to its screens', () => {
    const names = used.map((f) => relative(src, f));
    for (const name of ['access/Gate.tsx', 'access/SignIn.tsx', 'mine/MyRecord.tsx', 'mine/MyRequests.tsx', 'access/AccountScreen.tsx', 'apps/Authorize.tsx']) expect(names).toContain(name);
    expect(names).not.toContain('ward/Board.tsx');
  });
  it('has every word its files ask for, in both languages', () => {
    const code = used.map((f) => readFileSync(f, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')).join('\n');
    const begun = [...code.matchAll(/\bt\(`([\w./-]+\.)\$\{/g)].map((m) => m[1] as string);
    const wanted = Object.keys(all).filter((key) => code.includes(`'${key}'`) || begun.some((b) => key.startsWith(b)));
    expect(wanted.length).toBeGreaterThan(200);
    expect(wanted.filter((key) => !(key in vi))).toEqual([]);
    expect(wanted.filter((key) => !(key in en))).toEqual([]);
    expect(Object.keys(vi).sort()).toEqual(Object.keys(en).sort());
    expect(Object.keys(en).filter((key) => !(key in allEn))).toEqual([]);
  });
});
