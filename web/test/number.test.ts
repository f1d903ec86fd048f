import { describe, expect, it } from 'vitest';
import { Decimal, numberOf, toJson } from '../src/fhir/decimal';
import { parseTyped, showNumber } from '../src/vitals/number';

describe('typed numbers', () => {
  it.each([
    ['38,2', 1, '38.2'], ['38.2', 1, '38.2'], [' 37,0 ', 1, '37.0'], ['38,', 1, '38'], ['096', 0, '96'], ['0', 0, '0'],
    ['96,0', 0, '96'], ['5,40', 1, '5.4'], ['52,35', 2, '52.35'],
    ['37，5', 1, '37.5'], ['３７．５', 1, '37.5'], ['８８', 0, '88'],
  ])('%s with %i decimals is %s', (typed, decimals, text) => {
    expect(parseTyped(typed, decimals)).toEqual({ kind: 'number', value: new Decimal(text) });
  });

  it.each(['-5', '+5', '1e2', '1.2.3', '1.250,5', 'abc', '12a', ',5', '٣٨', '0x10', '1 2', '123456', '38,2°', '½', 'NaN'])(
    '%s is refused', (typed) => {
      expect(parseTyped(typed, 1).kind).toBe('bad');
    });

  it.each([['1.000', 3], ['1.250', 3], ['1,000', 3], ['1.000', 0], ['20.000', 0], ['１．０００', 3]])('%s may be thousands: refused, with %i decimals', (typed, decimals) => {
    expect(parseTyped(typed, decimals).kind).toBe('bad');
  });
  it.each([['0.125', '0.125'], ['0,125', '0.125'], ['1,125', '1.125'], ['1000', '1000']])('%s is plain', (typed, text) => {
    expect(parseTyped(typed, 3)).toEqual({ kind: 'number', value: new Decimal(text) });
  });

  it('tells empty from bad, and too fine from both', () => {
    expect(parseTyped('   ', 1)).toEqual({ kind: 'empty' });
    expect(parseTyped('38,25', 1)).toEqual({ kind: 'tooFine', decimals: 1 });
    expect(parseTyped('96,5', 0)).toEqual({ kind: 'tooFine', decimals: 0 });
  });
});

describe('shown numbers', () => {
  it.each([
    [38.2, 'vi', 1, undefined, '38,2'], [37, 'vi', 1, undefined, '37,0'], [96, 'vi', 0, undefined, '96'],
    [1250, 'vi', 0, undefined, '1.250'], [1250.5, 'en', 0, undefined, '1,250.5'], [38.2, 'en', 1, undefined, '38.2'],
    [5.550840, 'vi', 0, 1, '5,6'], [0.05, 'vi', 0, 2, '0,05'], [118.96, 'vi', 0, 1, '119'], [100, 'vi', 0, 0, '100'],
  ] as const)('%d in %s', (value, lang, min, max, text) => {
    expect(showNumber(value, lang, min, max)).toBe(text);
  });
});

describe('Decimal', () => {
  it('leaves as a JSON number with its zeros', () => {
    expect(toJson({ value: new Decimal('37.0'), list: [new Decimal('105.00')], n: 1 }))
      .toBe('{"value":37.0,"list":[105.00],"n":1}');
  });

  it('cannot be imitated by text', () => {
    expect(toJson({ text: 'd:37.0', quote: '"d0:1"' })).toBe('{"text":"d:37.0","quote":"\\"d0:1\\""}');
  });

  it('sends no empty object and no empty list', () => {
    expect(toJson({ a: {}, b: [], c: [{}, { d: [] }], e: [null, 'x'], f: '', g: { h: { i: [] }, k: 0 } })).toBe('{"e":[null,"x"],"f":"","g":{"k":0}}');
  });

  it('takes plain decimals only', () => {
    for (const bad of ['', '01', '1.', '.5', '1e3', '--1', '1,5']) expect(() => new Decimal(bad)).toThrow(RangeError);
  });

  it('is read back as a number', () => {
    expect(numberOf(new Decimal('37.50'))).toBe(37.5);
    expect(numberOf(37.5)).toBe(37.5);
    expect(numberOf(undefined)).toBeUndefined();
    expect(numberOf(Number.NaN)).toBeUndefined();
  });
});
