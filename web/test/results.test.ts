/* Laboratory results: what is typed, what it means, what is written, and how it is read again. */

import { describe, expect, it } from 'vitest';
import { draftsOf } from '../src/access/drafts';
import { Decimal } from '../src/fhir/decimal';
import type { Part } from '../src/outbox/item';
import { parseItems, newItem } from '../src/outbox/item';
import { ANALYTES, analyteOf, analyteOfCode, findAnalytes, isHiv, PANELS } from '../src/results/analytes';
import { linesOf, rangeBefore, rangeText, readingsOfLine, valueText } from '../src/results/read';
import { emptyRow, emptySheet, findSheet, flagOf, flagOfRow, keepSheet, meaningOf, otherUnits, partsOf, sheetTrouble, troubleOf, type LabReport, type LabResult, type Row, type Sheet } from '../src/results/sheet';

const NOW = Date.parse('2026-11-22T10:00:00+07:00');
const me = { reference: 'Practitioner/n1', display: 'Điều dưỡng Hà' };
const row = (analyte: string, value: string, more: Partial<Row> = {}): Row => ({ ...emptyRow(analyteOf(analyte)), value, ...more });
const sheet = (more: Partial<Sheet> = {}): Sheet => ({ ...emptySheet(NOW), day: '2026-11-20', rows: [row('potassium', '5,8')], ...more });
const written = (s: Sheet): { report: LabReport; results: LabResult[]; parts: Part[] } => {
  const parts = partsOf(s, { patient: 'p1', me, at: NOW }, 'Phiếu xét nghiệm');
  return { parts, report: parts[0]?.resource as LabReport, results: parts.slice(1).map((p) => p.resource as LabResult) };
};

describe('the table of analytes', () => {
  it('names each once, in both languages, with a code and limits for each unit', () => {
    expect(new Set(ANALYTES.map((a) => a.key)).size).toBe(ANALYTES.length);
    for (const a of ANALYTES) {
      expect([a.vi !== '', a.en !== '', a.units.length > 0], a.key).toEqual([true, true, true]);
      for (const u of a.units) {
        /* LOINC's own check digit (mod 10): a slip of a digit is no code */
        const [digits = '', check = ''] = u.loinc.split('-');
        const sum = [...digits].reverse().reduce((n, d, i) => n + (i % 2 === 0 ? [...String(Number(d) * 2)].reduce((m, x) => m + Number(x), 0) : Number(d)), 0);
        expect(String((10 - (sum % 10)) % 10), `${a.key} ${u.loinc}`).toBe(check);
        expect(u.from < u.to, a.key).toBe(true);
      }
      expect(a.units[0]?.factor, a.key).toBeUndefined();
      for (const u of a.units.slice(1)) expect(u.factor, `${a.key} ${u.unit}`).toBeGreaterThan(0);
    }
    for (const p of PANELS) for (const k of p.of) expect(analyteOf(k), `${p.key} ${k}`).toBeDefined();
  });
  it('gives each code to one analyte alone', () => {
    const codes = ANALYTES.flatMap((a) => [...new Set(a.units.map((u) => u.loinc))]);
    expect(new Set(codes).size).toBe(codes.length);
  });
  it('is found without marks, in either language, the exact one first', () => {
    expect(findAnalytes('k')[0]?.key).toBe('potassium');
    expect(findAnalytes('huyet sac to')[0]?.key).toBe('hgb');
    expect(findAnalytes('red blood').map((a) => a.key)).toEqual(['rbc']);
    expect(findAnalytes('')).toEqual([]);
    expect(findAnalytes('không có gì')).toEqual([]);
  });
  it('knows what belongs in the HIV compartment', () => {
    expect(['HIV', 'Test nhanh HIV', 'anti-HIV 1/2', 'CD4'].map(isHiv)).toEqual([true, true, true, true]);
    expect(['Achive', 'HBsAg', 'HCV'].map(isHiv)).toEqual([false, false, false]);
  });
});

describe('what is typed', () => {
  it.each([
    ['5,8', 'number', '5.8', ''], ['< 0,5', 'number', '0.5', '<'], ['≥100', 'number', '100', '>='], ['âm tính', 'words', 'âm tính', undefined], ['', 'empty', undefined, undefined],
    ['4.500', 'bad', undefined, undefined], ['1,2,3', 'bad', undefined, undefined], ['> nhiều', 'bad', undefined, undefined], ['7,20', 'number', '7.20', ''],
  ])('%s is %s', (typed, kind, text, comparator) => {
    const m = meaningOf(typed);
    expect([m.kind, m.kind === 'number' ? m.value.text : m.kind === 'words' ? m.text : undefined, m.kind === 'number' ? m.comparator : undefined]).toEqual([kind, text, comparator]);
  });
  it.each([
    [row('potassium', '5,8'), undefined], [row('potassium', '58'), 'impossible'], [row('potassium', '5,8 mmol/L'), 'words'], [row('potassium', 'vỡ hồng cầu'), undefined],
    [row('hgb', '135'), 'unit'], [row('hgb', '13,5', { unit: 'g/L' }), 'impossible'], [row('hgb', '13,5', { unit: 'g/dL' }), undefined], [row('plt', '4.500'), 'number'],
    [row('potassium', '5', { low: '5,1', high: '3,5' }), 'rangeOrder'], [row('potassium', '5', { low: 'x' }), 'range'], [{ ...emptyRow(), value: '1' }, 'name'], [{ ...emptyRow(), name: 'Lạ' }, 'value'],
  ] as [Row, string | undefined][])('is looked at: %o', (r, wanted) => {
    expect(troubleOf(r)).toBe(wanted);
  });
  it('offers the unit in which the number can be', () => {
    expect(otherUnits(row('hgb', '13,5', { unit: 'g/L' })).map((u) => u.unit)).toEqual(['g/dL']);
    expect(otherUnits(row('potassium', '58'))).toEqual([]);
  });
  it('has a day that can be, and something on it', () => {
    expect(sheetTrouble(sheet({ day: '' }), '2026-11-22', '1948')).toBe('day');
    expect(sheetTrouble(sheet({ day: '2026-11-23' }), '2026-11-22', '1948')).toBe('dayFuture');
    expect(sheetTrouble(sheet({ day: '1947-12-31' }), '2026-11-22', '1948')).toBe('dayBeforeBirth');
    expect(sheetTrouble(sheet({ day: '1948-01-01' }), '2026-11-22', '1948')).toBeUndefined();
    expect(sheetTrouble(sheet({ rows: [row('potassium', '')] }), '2026-11-22', '')).toBe('rows');
  });
});

describe('low and high', () => {
  it.each([
    [5.8, '', 3.5, 5.1, 'H'], [3.4, '', 3.5, 5.1, 'L'], [3.5, '', 3.5, 5.1, 'N'], [5.1, '', 3.5, 5.1, 'N'], [5.8, '', undefined, undefined, undefined], [7, '', undefined, 5, 'H'], [7, '', 8, undefined, 'L'],
    [0.5, '<', 0.1, 1, undefined], [0.5, '<', 1, 2, 'L'], [0.5, '<', undefined, 1, 'N'], [5, '<', undefined, 1, undefined], [100, '>', 1, 50, 'H'], [100, '>', 1, 200, undefined], [100, '>=', 50, undefined, 'N'],
  ] as const)('%s %s in %s to %s is %s', (value, comparator, low, high, wanted) => {
    expect(flagOf(value, comparator, low, high)).toBe(wanted);
  });
  it('is judged by the range of the paper alone', () => {
    expect(flagOfRow(row('potassium', '9'))).toBeUndefined();
    expect(flagOfRow(row('potassium', '9', { low: '3,5', high: '5,1' }))).toBe('H');
    expect(flagOfRow(row('potassium', 'vỡ', { low: '3,5' }))).toBeUndefined();
  });
});

describe('what is written', () => {
  it('is a report and its results, coded, with range, flag and the order it answers', () => {
    const { report, results, parts } = written(sheet({ lab: 'Bệnh viện huyện', order: 'o1', title: 'Điện giải', rows: [row('potassium', '5,80', { low: '3,5', high: '5,1' }), row('sodium', ''), { ...emptyRow(), name: 'HBsAg', value: 'âm tính' }] }));
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({
      code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Kali (K+)' }, effectiveDateTime: '2026-11-20', performer: [{ display: 'Bệnh viện huyện' }], basedOn: [{ reference: 'ServiceRequest/o1' }],
      valueQuantity: { unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }, interpretation: [{ coding: [{ code: 'H' }] }],
    });
    expect((results[0]?.valueQuantity?.value as Decimal).text).toBe('5.80');
    expect(results[1]).toMatchObject({ code: { text: 'HBsAg' }, valueString: 'âm tính' });
    expect(results[1]?.interpretation).toBeUndefined();
    expect(report).toMatchObject({ code: { text: 'Điện giải' }, basedOn: [{ reference: 'ServiceRequest/o1' }], performer: [{ display: 'Bệnh viện huyện' }], extension: [{ url: 'urn:ansinh:extension:entered-by', valueReference: me }] });
    expect(report.result?.map((r) => r.reference)).toEqual(parts.slice(1).map((p) => p.place));
  });
  it('was measured by whoever measures here, and by nobody of here elsewhere', () => {
    expect(written(sheet()).results[0]?.performer).toEqual([me]);
    expect(written(sheet({ lab: 'X' })).results[0]?.performer).toEqual([{ display: 'X' }]);
  });
  it('puts what tells of HIV into its compartment, and nothing else', () => {
    const { results } = written(sheet({ rows: [{ ...emptyRow(), name: 'Anti-HIV', value: 'âm tính' }, row('potassium', '4')] }));
    expect(results.map((r) => (r.meta as { security?: { code: string }[] } | undefined)?.security?.[0]?.code)).toEqual(['HIV', undefined]);
  });
  it('keeps its zeros while it waits', () => {
    const { parts } = written(sheet({ rows: [row('potassium', '5,80', { low: '3,50' })] }));
    const item = newItem({ id: 'i', at: NOW, resource: parts[0]?.resource as Part['resource'], parts, closes: 'o1' });
    const back = parseItems(JSON.stringify([item]))[0];
    const kept = back?.parts?.[1]?.resource as LabResult;
    expect([(kept.valueQuantity?.value as Decimal).text, (kept.referenceRange?.[0]?.low?.value as Decimal).text, back?.closes]).toEqual(['5.80', '3.50', 'o1']);
  });
  it('waits on this device as it was typed, and what another page left there is no danger', () => {
    const kept = new Map<string, string>();
    const storage = { get length() { return kept.size; }, key: (i: number) => [...kept.keys()][i] ?? null, getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => { kept.set(k, v); }, removeItem: (k: string) => { kept.delete(k); } };
    const drafts = draftsOf('me', () => storage);
    const s = sheet();
    keepSheet(drafts, 'p1', s);
    expect(findSheet(drafts, 'p1', NOW)).toEqual(s);
    keepSheet(drafts, 'p1', emptySheet(NOW));
    expect(kept.size).toBe(0);
    drafts.keep('results', 'p1', '{"id":"x","rows":7}');
    expect(findSheet(drafts, 'p1', NOW).rows).toEqual([]);
    drafts.keep('results', 'p1', 'nonsense');
    expect(findSheet(drafts, 'p1', NOW).rows).toEqual([]);
  });
});

describe('how it is read', () => {
  const stored = (s: Sheet, day: string): LabResult[] => written({ ...s, day }).results.map((r, i) => ({ ...r, id: `${day} ${i}` }));
  const older = stored(sheet({ rows: [row('potassium', '4,2'), row('hgb', '13,5', { unit: 'g/dL', low: '12', high: '16' })] }), '2026-10-01');
  const newer = stored(sheet({ lab: 'BV', rows: [row('potassium', '5,8', { low: '3,5', high: '5,1' }), row('hgb', '120', { unit: 'g/L' }), { ...emptyRow(), name: 'HBsAg', value: 'âm tính' }] }), '2026-11-20');
  const lines = linesOf([...older, ...newer], 'p1', 'vi');
  it('is a line for each thing, newest first, in the order of the table', () => {
    expect(lines.map((l) => [l.name, l.values.map((v) => valueText(v, 'vi'))])).toEqual([
      ['Huyết sắc tố (Hb)', ['120 g/L', '13,5 g/dL']], ['Kali (K+)', ['5,8 mmol/L', '4,2 mmol/L']], ['HBsAg', ['âm tính']],
    ]);
    const k = lines[1]?.values[0];
    expect([k?.flag, k && rangeText(k, 'vi'), k?.lab]).toEqual(['H', '3,5–5,1', 'BV']);
  });
  it('draws several units in one', () => {
    const first = lines[0];
    expect(first && readingsOfLine(first).map((r) => r.main?.chart)).toEqual([120, 135]);
  });
  it('leaves out what is struck and what is another\'s', () => {
    expect(linesOf([{ ...(newer[0] as LabResult), status: 'entered-in-error' }, { ...(newer[1] as LabResult), subject: { reference: 'Patient/p2' } }], 'p1', 'vi')).toEqual([]);
  });
  it('offers the range of last time in the same unit only', () => {
    expect(rangeBefore(lines, 'potassium', 'mmol/L')).toEqual({ low: '3,5', high: '5,1' });
    expect(rangeBefore(lines, 'hgb', 'g/dL')).toEqual({ low: '12', high: '16' });
    expect(rangeBefore(lines, 'hgb', 'g/L')).toBeUndefined();
  });
  it('takes another program\'s entries as they are', () => {
    const [line] = linesOf([{ resourceType: 'Observation', id: 'x', status: 'final', subject: { reference: 'Patient/p1' }, code: { text: 'Lạ' }, effectiveDateTime: 'khi nào đó' }], 'p1', 'vi');
    expect([line?.name, line && valueText(line.values[0] as never, 'vi'), line && readingsOfLine(line)[0]?.at]).toEqual(['Lạ', '', undefined]);
    expect(analyteOfCode({ coding: [{ system: 'http://loinc.org', code: '4548-4' }] })?.key).toBe('hba1c');
  });
});
