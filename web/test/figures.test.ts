import { describe, expect, it } from 'vitest';
import { csvOf, figuresOf, hasHidden, isAbout, monthEnds, type Answer } from '../src/figures/figures';

const count = (n?: number) => (n === undefined ? { name: 'count', valueCode: 'hidden' } : { name: 'count', valueInteger: n });
const total = (n?: number) => ({ ...count(n), name: 'total' });
const named = (id: string, display: string) => ({ name: 'organization', valueReference: { reference: `Organization/${id}`, display } });
const ANSWER: Answer = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'date', valueDate: '2026-11-22' }, { name: 'asOf', valueDate: '2026-10-31' }, { name: 'about', valueCode: 'hiv' }, named('so', 'Sở Y tế'),
    { name: 'column', part: [{ name: 'sex', valueCode: 'male' }, { name: 'from', valueInteger: 0 }, { name: 'to', valueInteger: 15 }] },
    { name: 'column', part: [{ name: 'sex', valueCode: 'female' }, { name: 'from', valueInteger: 60 }] },
    { name: 'column', part: [{ name: 'sex', valueCode: 'unknown' }] },
    { name: 'row', part: [named('b', '=Đông "Anh"'), count(), count(12), count(0), total()] },
    { name: 'row', part: [named('a', 'An Bình'), count(), count(7), count(0), total(10)] },
    { name: 'all', part: [count(6), count(19), count(0), total(25)] },
  ],
};
const WORDS = { organization: 'Đơn vị', column: (c: { sex: string }) => c.sex, total: 'Cộng', all: 'Tất cả', hidden: 'ẩn' };

describe('sensitive figures', () => {
  const table = figuresOf(ANSWER);
  it('are read as they come, in the order of names; what is hidden is nothing', () => {
    expect(table).toMatchObject({ asOf: '2026-10-31', organization: 'Sở Y tế', columns: [{ sex: 'male', from: 0, to: 15 }, { sex: 'female', from: 60 }, { sex: 'unknown' }] });
    expect(table.rows.map((r) => [r.name, r.counts, r.total])).toEqual([['=Đông "Anh"', [undefined, 12, 0], undefined], ['An Bình', [undefined, 7, 0], 10]]);
    expect([table.all.counts, table.all.total, hasHidden(table)]).toEqual([[6, 19, 0], 25, true]);
  });
  it('without hidden numbers say so, and an empty answer is an empty table', () => {
    expect(hasHidden({ ...table, rows: [{ id: 'a', name: 'a', counts: [5, 0], total: 5 }] })).toBe(false);
    expect(figuresOf({ resourceType: 'Parameters' })).toMatchObject({ rows: [], columns: [], all: { counts: [] } });
  });
  it('as CSV keep hidden what is hidden, quote, and run no formula', () => {
    expect(csvOf(table, WORDS).split('\r\n')).toEqual([
      '"Đơn vị","male","female","unknown","Cộng"', `"'=Đông ""Anh""","ẩn",12,0,"ẩn"`, '"An Bình","ẩn",7,0,10', '"Tất cả",6,19,0,25',
    ]);
  });
  it.each([['hiv', true], ['screening-mental', true], ['', false], ['x', false]])('%s may be asked about: %s', (text, wanted) => expect(isAbout(text)).toBe(wanted));
});

describe('the ends of months that are over', () => {
  it.each([
    ['2026-11-22', ['2026-10-31', '2026-09-30', '2026-08-31']],
    ['2026-03-01', ['2026-02-28', '2026-01-31', '2025-12-31']],
    ['2028-03-31', ['2028-02-29', '2028-01-31', '2027-12-31']],
    ['2026-01-01', ['2025-12-31', '2025-11-30', '2025-10-31']],
  ])('before %s', (today, wanted) => expect(monthEnds(today, 3)).toEqual(wanted));
});
