import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONSENT_CATALOGUES } from '../src/i18n/consent';
import { en } from '../src/i18n/en';
import { ALERT_CATALOGUES } from '../src/i18n/alerts';
import { APP_CATALOGUES } from '../src/i18n/apps';
import { DAILY_CATALOGUES } from '../src/i18n/daily';
import { FIGURE_CATALOGUES } from '../src/i18n/figures';
import { LIST_CATALOGUES } from '../src/i18n/lists';
import { FORM_CATALOGUES } from '../src/i18n/forms';
import { fill, placeholders } from '../src/i18n/format';
import { MINE_CATALOGUES } from '../src/i18n/mine';
import { ROSTER_CATALOGUES } from '../src/i18n/roster';
import { STAY_CATALOGUES } from '../src/i18n/stay';
import { vi, type MessageKey } from '../src/i18n/vi';
import { VISIT_CATALOGUES } from '../src/i18n/visits';

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return name === 'i18n' ? [join(path, 'context.tsx')] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/* They read what people wrote, in every spelling of it, and say what the record keeps in its own language: tables, not screens. */
const readsBooks = /(books\/(cells|dose|encoding|fields|load|plan|reader|resources|taken)|fhir\/systems)\.ts$/;

describe('catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
  });

  it.each(Object.keys(vi) as MessageKey[])('%s takes the same values in both', (key) => {
    expect(placeholders(en[key])).toEqual(placeholders(vi[key]));
    expect(vi[key].trim()).not.toBe('');
    expect(en[key].trim()).not.toBe('');
  });

  it('hold no message that nothing shows', () => {
    const code = sources(join(__dirname, '../src')).map((path) => readFileSync(path, 'utf8')).join('\n');
    const prefixes = [...code.matchAll(/t\(`([\w./-]+\.)\$\{/g)].map((m) => m[1] as string);
    const unused = (Object.keys(vi) as MessageKey[])
      .filter((key) => !code.includes(`'${key}'`) && !prefixes.some((p) => key.startsWith(p)));
    expect(unused).toEqual([]);
  }, 60_000);

  it('keep every Vietnamese text out of the screens', () => {
    const marks = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;
    for (const path of sources(join(__dirname, '../src'))) {
      if (readsBooks.test(path)) continue;
      const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      expect(marks.test(text), path).toBe(false);
      expect(/'[^'/\n]*\\u(0[01]|1e)[0-9a-f]{2}[^'/\n]*'/i.test(text), `${path}: a text spelt by its numbers is a text`).toBe(false);
    }
  });
});

/* Words that come with their rooms' screens: a row each. A message may be named whole, or by a beginning that ends in a dot. */
const CATALOGUES = [
  ['screening', FORM_CATALOGUES, /^forms$/],
  ['alerts', ALERT_CATALOGUES, /^alerts$/],
  ['daily care', DAILY_CATALOGUES, /^(daily|incidents|plan|diet)$/],
  ['coming and going', STAY_CATALOGUES, /^stay$/],
  ['consent', CONSENT_CATALOGUES, /^consent$/],
  ['visits', VISIT_CATALOGUES, /^(visits|record|prescribe|results)$/],
  ['the duty roster', ROSTER_CATALOGUES, /^roster$/],
  ['programs of others', APP_CATALOGUES, /^apps$/],
  ['a person\'s own', MINE_CATALOGUES, /^mine$/],
  ['sensitive figures', FIGURE_CATALOGUES, /^figures$/],
  ['official lists', LIST_CATALOGUES, /^(lists|licence)$/],
] as const;

describe.each(CATALOGUES)('the catalogue of %s', (_name, catalogues, rooms) => {
  const [first, second] = [catalogues.vi as Record<string, string>, catalogues.en as Record<string, string>];
  const keys = Object.keys(first);
  const text = (words: Record<string, string>, key: string): string => words[key] ?? '';
  it('has the same keys and values in both', () => {
    expect(Object.keys(second).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(placeholders(text(second, key)), key).toEqual(placeholders(text(first, key)));
      expect(text(first, key).trim() !== '' && text(second, key).trim() !== '', key).toBe(true);
    }
  });
  it('holds no message that nothing shows', () => {
    const src = join(__dirname, '../src');
    const code = readdirSync(src).filter((d) => rooms.test(d)).flatMap((d) => sources(join(src, d))).map((path) => readFileSync(path, 'utf8')).join('\n');
    const prefixes = [...code.matchAll(/[(:]\s*`([\w./-]+\.)[\w-]*\$\{/g)].map((m) => m[1] as string);
    expect(keys.filter((key) => !code.includes(`'${key}'`) && !prefixes.some((p) => key.startsWith(p)))).toEqual([]);
  });
});

describe('fill', () => {
  it.each([
    ['{n} {n#person|people}', { n: 1 }, '1 person'],
    ['{n} {n#person|people}', { n: 0 }, '0 people'],
    ['{a} và {b}', { a: 'x', b: 'y' }, 'x và y'],
    ['{a} và {b}', { a: 'x' }, 'x và {b}'],
    ['{n#entry is|entries are} marked', { n: 3 }, 'entries are marked'],
    ['{q}', { q: '{n}$&' }, '{n}$&'],
  ])('%s', (message, params, expected) => {
    expect(fill(message, params as Record<string, string | number>)).toBe(expected);
  });
});
