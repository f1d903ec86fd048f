import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../src/i18n/en';
import { DAILY_CATALOGUES, type DailyKey } from '../src/i18n/daily';
import { FORM_CATALOGUES, type FormKey } from '../src/i18n/forms';
import { fill, placeholders } from '../src/i18n/format';
import { vi, type MessageKey } from '../src/i18n/vi';

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return name === 'i18n' ? [join(path, 'context.tsx')] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/* They read what people wrote, in every spelling of it, and keep it: tables, not screens. */
const readsBooks = /books\/(cells|encoding|fields|load|plan|resources)\.ts$/;

const DAILY_ROOMS = ['daily', 'incidents'];

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
  });

  it('keep every Vietnamese text out of the screens', () => {
    const marks = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;
    for (const path of sources(join(__dirname, '../src'))) {
      if (readsBooks.test(path)) continue;
      const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      expect(marks.test(text), path).toBe(false);
    }
  });
});

describe('the catalogue of screening', () => {
  const { vi: first, en: second } = FORM_CATALOGUES;
  const keys = Object.keys(first) as FormKey[];
  it('has the same keys and values in both', () => {
    expect(Object.keys(second).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(placeholders(second[key]), key).toEqual(placeholders(first[key]));
      expect(first[key].trim() !== '' && second[key].trim() !== '', key).toBe(true);
    }
  });
  it('holds no message that nothing shows', () => {
    const code = sources(join(__dirname, '../src/forms')).map((path) => readFileSync(path, 'utf8')).join('\n');
    const prefixes = [...code.matchAll(/w\(`([\w./-]+\.)\$\{/g)].map((m) => m[1] as string);
    expect(keys.filter((key) => !code.includes(`'${key}'`) && !prefixes.some((p) => key.startsWith(p)))).toEqual([]);
  });
});

describe('the catalogue of daily care', () => {
  const { vi: first, en: second } = DAILY_CATALOGUES;
  const keys = Object.keys(first) as DailyKey[];
  it('has the same keys and values in both', () => {
    expect(Object.keys(second).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(placeholders(second[key]), key).toEqual(placeholders(first[key]));
      expect(first[key].trim() !== '' && second[key].trim() !== '', key).toBe(true);
    }
  });
  it('holds no message that nothing shows', () => {
    const code = DAILY_ROOMS.flatMap((room) => sources(join(__dirname, '../src', room))).map((path) => readFileSync(path, 'utf8')).join('\n');
    const prefixes = [...code.matchAll(/[(:]`((?:care|incident|wound|restraint|plan)\.[\w./-]*?)\$\{/g)].map((m) => m[1] as string);
    /* words of an answer are asked for by kind and code: test/daily.test.ts holds the table to them */
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
