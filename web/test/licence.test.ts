/* A licence as it is typed from its paper. */

import { describe, expect, it } from 'vitest';
import { emptyLicence, licenceBundle, readCodes, withdrawn, wrongWith, type Typed } from '../src/licence/licence';
import type { Licence } from '../src/visits/forms';
import { allowedOn, standOf } from '../src/visits/licence';

const typed = (more: Partial<Typed> = {}): Typed => ({ ...emptyLicence('k1'), kind: 'treatment', number: '0123/SYT-GPHĐ', from: '2025-01-01', ...more });
const made = (t: Typed): Licence => licenceBundle(t, 'f1', 'Giấy phép', new Map([['1.86', 'Khí dung']])).entry?.[0]?.resource as Licence;

describe('codes as they are pasted', () => {
  it.each<[string, string, string[], string[]]>([
    ['one a line', '1.86\n2.163', ['1.86', '2.163'], []], ['several a line', '1.86, 1.158;2.85', ['1.86', '1.158', '2.85'], []], ['a table', '1.86\tKhí dung, 2 lần\tBA', ['1.86'], []],
    ['with its name behind', '1.86 Khí dung thuốc', ['1.86'], []], ['twice is once', '1.86\n1.86', ['1.86'], []], ['a date is no code', '12.05.2025', [], ['12.05.2025']], ['words', 'tất cả', [], ['tất cả']], ['empty lines', '\n \n', [], []],
  ])('%s', (_n, text, codes, unread) => expect(readCodes(text)).toEqual({ codes, unread }));
});

describe('a licence', () => {
  it.each<[string, Partial<Typed>, string[]]>([
    ['whole', {}, []], ['nothing', { kind: '', number: '', from: '' }, ['kind', 'number', 'from']], ['ends before it begins', { to: '2024-12-31' }, ['to']], ['a decision without techniques', { kind: 'list' }, ['codes']], ['a decision', { kind: 'list', codes: '1.86' }, []],
    ['a line that says nothing', { codes: 'x' }, ['unread']],
  ])('%s', (_n, more, wrong) => expect(wrongWith(typed(more))).toEqual(wrong));
  it('is what the screens of a visit, and the server, go by', () => {
    const l = made(typed({ codes: '1.86\n2.85', to: '2026-12-31' }));
    expect([allowedOn([l], '2026-06-01').number, [...allowedOn([l], '2026-06-01').techniques]]).toEqual(['0123/SYT-GPHĐ', ['1.86', '2.85']]);
    expect([allowedOn([l], '2024-12-31').treats, allowedOn([l], '2027-01-01').treats, allowedOn([withdrawn(l)], '2026-06-01').treats]).toEqual([false, false, false]);
    expect([standOf(l, '2024-12-31'), standOf(l, '2025-01-01'), standOf(l, '2026-12-31'), standOf(l, '2027-01-01'), standOf(withdrawn(l), '2024-12-31')]).toEqual(['later', 'now', 'now', 'over', 'over']);
    expect(allowedOn([made(typed({ kind: 'list', codes: '1.86' }))], '2026-06-01').treats).toBe(false);
  });
});
