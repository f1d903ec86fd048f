import { describe, expect, it } from 'vitest';
import { Decimal } from '../src/fhir/decimal';
import type { Order } from '../src/drugs/forms';
import { STOCK_CATALOGUES, recordWords } from '../src/i18n/stock';
import { actOf, leftAfter, sameCard } from '../src/stock/act';
import { cardOf, countedIn, countOf, lineOf, medicineKey, monthOf, moveOf, pageOf, readShelf, runningOf, struckMove, type Line, type Card, type Count, type Move, type Parameters } from '../src/stock/forms';
import { askFor, dailyUse, lineOfCard, readCode, typedDay, useOf, withoutCard } from '../src/stock/shelf';
import { countAct, differenceOf, typedCount } from '../src/stock/tally';

const AT = Date.parse('2026-11-20T08:00:00+07:00');
const ME = { reference: 'Practitioner/a', display: 'A' };
const card = (more: Partial<Card> = {}): Card => ({
  id: 'c1', item: 'Amlodipin 5 mg, viên', unit: 'viên', balance: 10, differs: false, unknown: 0, level: 30, minimum: undefined, controlled: false, counted: { id: 'l', at: AT, amount: 10 },
  in: 0, out: 0, given: 0, lots: [], ...more,
});
const order = (text: string, amount: number, times: string[], more: Partial<Order> = {}): Order => ({
  resourceType: 'MedicationRequest', id: text, status: 'active', authoredOn: '2026-11-01', subject: { reference: 'Patient/p' }, medicationCodeableConcept: { text },
  dosageInstruction: [{ timing: { repeat: { timeOfDay: times } }, doseAndRate: [{ doseQuantity: { value: amount, unit: 'viên' } }] }], ...more,
});

describe('what $stock says', () => {
  it('is read, whatever is missing', () => {
    const p: Parameters = {
      resourceType: 'Parameters', parameter: [
        { name: 'now', valueInstant: '2026-11-20T01:00:00.000Z' }, { name: 'place', valueReference: { reference: 'Location/w' } },
        { name: 'card', part: [
          { name: 'medicine', valueReference: { reference: 'SupplyRequest/c1', display: 'Morphin 10 mg' } }, { name: 'unit', valueString: 'viên' }, { name: 'balance', valueDecimal: -0.5 },
          { name: 'differs', valueBoolean: true }, { name: 'controlled', valueBoolean: true },
          { name: 'counted', part: [{ name: 'count', valueReference: { reference: 'List/l' } }, { name: 'at', valueInstant: '2026-11-19T01:00:00.000Z' }, { name: 'amount', valueDecimal: 3 }] },
          { name: 'lot', part: [{ name: 'number', valueString: 'L1' }, { name: 'expires', valueDate: '2027-06-30' }, { name: 'left', valueDecimal: 2 }] },
        ] },
        { name: 'card' },
      ],
    };
    const shelf = readShelf(p);
    expect(shelf.now).toBe(Date.parse('2026-11-20T01:00:00Z'));
    expect(shelf.cards[0]).toMatchObject({ id: 'c1', item: 'Morphin 10 mg', balance: -0.5, differs: true, controlled: true, level: undefined, counted: { id: 'l', amount: 3 }, lots: [{ number: 'L1', expires: '2027-06-30', left: 2 }] });
    expect(shelf.cards[1]).toMatchObject({ id: '', balance: 0, counted: undefined, lots: [] });
  });
});

describe('what a tap writes', () => {
  it('stands on the page of its month in UTC', () => {
    expect(pageOf('c1', Date.parse('2026-11-01T06:00:00+07:00'))).toBe('c1/2026-10');
    expect(pageOf('c1', Date.parse('2026-11-01T07:00:00+07:00'))).toBe('c1/2026-11');
  });
  it('puts a receipt on the card, takes the rest off, and both for a transfer', () => {
    const pages = (kind: 'receipt' | 'return' | 'waste' | 'transfer', to?: string) => (moveOf({ kind, card: card(), to, amount: new Decimal('2'), at: AT, wardId: 'w', me: ME }) as unknown as Move).identifier;
    expect(pages('receipt')).toEqual([{ system: 'urn:ansinh:stock:in', value: 'c1/2026-11' }]);
    expect(pages('return')).toEqual([{ system: 'urn:ansinh:stock:out', value: 'c1/2026-11' }]);
    expect(pages('transfer', 'c2')).toEqual([{ system: 'urn:ansinh:stock:out', value: 'c1/2026-11' }, { system: 'urn:ansinh:stock:in', value: 'c2/2026-11' }]);
  });
  it('keeps lot, expiry, reason, witness and paper where they belong', () => {
    const m = moveOf({ kind: 'waste', card: card(), amount: new Decimal('1.5'), at: AT, wardId: 'w', me: ME, witness: { reference: 'Practitioner/b', display: 'B' }, reason: ' vỡ ', lot: 'L1', expires: '2027-06-30', document: 'PL 7' }) as unknown as Move;
    expect(m.contained?.[0]?.batch).toEqual({ lotNumber: 'L1', expirationDate: '2027-06-30' });
    expect(m.suppliedItem?.itemReference).toEqual({ reference: '#m' });
    expect(m.extension?.map((e) => e.valueString ?? e.valueReference?.reference)).toEqual(['vỡ', 'Practitioner/b']);
    const line = lineOf({ ...m, id: 'x' }, 'c1');
    expect(line).toMatchObject({ kind: 'waste', change: -1.5, struck: false, lot: 'L1', note: 'vỡ', document: 'PL 7', by: 'A, B' });
    expect(lineOf(m, 'other')).toBeUndefined();
    expect(struckMove(m as never, 'nhầm')).toMatchObject({ status: 'entered-in-error', extension: [{ valueString: 'vỡ' }, { valueReference: { reference: 'Practitioner/b' } }, { valueString: 'nhầm' }] });
  });
  it('one act is one item with a part a line, and tells what would be left', () => {
    const lines = [{ card: card(), amount: new Decimal('4'), lot: '', expires: '' }, { card: card({ id: 'c9', item: 'B' }), amount: new Decimal('1'), lot: '', expires: '' }];
    expect(leftAfter(card(), lines, new Decimal('6'))).toBe(0);
    expect(leftAfter(card(), lines, new Decimal('6.5'))).toBe(-0.5);
    const act = actOf({ kind: 'transfer', lines, document: '', reason: '', to: 'w2', there: [card({ id: 't1' }), card({ id: 't9', item: 'b' })], wardId: 'w', me: ME, witness: undefined, at: AT });
    expect(act.parts?.map((p) => (p.resource as unknown as Move).identifier?.map((i) => i.value))).toEqual([['c1/2026-11', 't1/2026-11'], ['c9/2026-11', 't9/2026-11']]);
    expect(new Set(act.parts?.map((p) => p.id)).size).toBe(2);
    expect(sameCard([card({ unit: 'ml' })], card())).toBeUndefined();
  });
  it('a card names its medicine in words only', () => {
    expect(cardOf({ item: ' Morphin  10 mg ', unit: 'viên', level: 20, controlled: true, wardId: 'w', at: AT, me: ME })).toMatchObject({ itemCodeableConcept: { text: 'Morphin 10 mg' }, extension: [{ valueBoolean: true }], deliverTo: { reference: 'Location/w' } });
  });
});

describe('a count', () => {
  it('is one list, read back card by card', () => {
    const c = countOf([{ card: card(), reference: 'SupplyRequest/c1', amount: 7, expected: 10, note: 'rơi' }, { card: card({ id: 'c2' }), reference: 'SupplyRequest/c2', amount: 0 }], 'Kiểm kê', AT, 'w', ME) as unknown as Count;
    expect(countedIn(c, 'c1')).toEqual({ amount: 7, expected: 10, note: 'rơi' });
    expect(countedIn(c, 'c2')).toEqual({ amount: 0, expected: undefined, note: '' });
    expect(countedIn(c, 'c3')).toBeUndefined();
  });
  it('that differs is told to the head; one that is right or the first is not', () => {
    const kinds = (lines: Parameters_) => countAct(lines, AT, 'w', ME, recordWords).parts?.map((p) => p.resource.resourceType);
    type Parameters_ = { card: Card; counted: number; note: string }[];
    expect(kinds([{ card: card(), counted: 10, note: '' }])).toEqual(['List']);
    expect(kinds([{ card: card({ counted: undefined, balance: 0 }), counted: 5, note: '' }])).toEqual(['List']);
    const act = countAct([{ card: card({ controlled: true }), counted: 9, note: 'vỡ' }], AT, 'w', ME, recordWords);
    expect(act.parts?.[1]?.resource).toMatchObject({ resourceType: 'Task', priority: 'urgent', code: { coding: [{ code: 'controlled-difference' }] }, description: 'Kiểm kê tủ thuốc lệch: Amlodipin 5 mg, viên: trong sổ 10, đếm được 9 viên (-1): vỡ' });
    expect(act.parts?.[1]?.resource).toHaveProperty('focus.reference', act.parts?.[0]?.place);
  });
  it('takes numbers from 0, with a comma', () => {
    expect(['0', '12,5', '1250', '1.250', '1,000', '-1', 'x', ''].map(typedCount)).toEqual([0, 12.5, 1250, undefined, undefined, undefined, undefined, undefined]);
    expect(differenceOf(card({ balance: 0.3 }), 0.1)).toBe(-0.2);
    expect(differenceOf(card({ unknown: 1 }), 3)).toBeUndefined();
  });
});

describe('how long it lasts', () => {
  const NOW = AT;
  it('adds up a week of orders in the unit of the card', () => {
    const use = dailyUse([order('Amlodipin 5 mg, viên', 1, ['07:30']), order('AMLODIPIN 5 mg,  viên', 0.5, ['07:30', '19:00']), order('Amlodipin 5 mg, viên', 1, ['08:00'], { status: 'stopped' })], [], NOW);
    expect(useOf(use, card())).toBe(2);
    expect(useOf(use, card({ unit: 'ml' }))).toBe(0);
    expect(medicineKey('AMLODIPIN 5 mg,  viên')).toBe(medicineKey('Amlodipin 5 mg, viên'));
  });
  it('marks what is to be looked at', () => {
    expect(lineOfCard(card(), 2, '2026-11-20')).toMatchObject({ days: 5, marks: [] });
    expect(lineOfCard(card({ balance: 5 }), 2, '2026-11-20')).toMatchObject({ days: 2, marks: ['few'] });
    expect(lineOfCard(card({ minimum: 10 }), 0, '2026-11-20')).toMatchObject({ days: undefined, marks: ['low'] });
    expect(lineOfCard(card({ balance: -1, differs: true }), 2, '2026-11-20').marks).toEqual(['differs', 'empty']);
    expect(lineOfCard(card({ lots: [{ number: 'a', expires: '2026-11-19', left: 1 }] }), 0, '2026-11-20').marks).toEqual(['expired']);
    expect(lineOfCard(card({ lots: [{ number: 'a', expires: '2026-12-20', left: 1 }] }), 0, '2026-11-20').marks).toEqual(['soon']);
  });
  it('asks for what the orders take and never for less than the level', () => {
    const lines = [lineOfCard(card({ level: 0 }), 1.5, '2026-11-20'), lineOfCard(card({ id: 'c2', level: 12 }), 0, '2026-11-20'), lineOfCard(card({ id: 'c3', level: 5 }), 1, '2026-11-20'), lineOfCard(card({ id: 'c4', level: 0, balance: -2 }), 1, '2026-11-20')];
    expect(askFor(lines, 7).map((a) => [a.card.id, a.need, a.ask])).toEqual([['c1', 10.5, 1], ['c2', 12, 2], ['c4', 7, 7]]);
  });
  it('names what is ordered and has no card', () => {
    expect(withoutCard([order('Amlodipin 5 mg, viên', 1, ['07:30']), order('B 1 mg', 1, ['07:30']), order('B 1 mg', 1, ['08:00'])], [], [card()], () => true)).toEqual([{ item: 'B 1 mg', unit: 'viên', controlled: true }]);
  });
});

describe('what a scanner types', () => {
  it('reads GS1 with and without brackets, and leaves words as words', () => {
    expect(readCode('(01)08931234567890(17)271231(10)A1B2')).toEqual({ lot: 'A1B2', expires: '2027-12-31', rest: '' });
    expect(readCode(']d2010893123456789017270600' + '10X9')).toEqual({ lot: 'X9', expires: '2027-06-30', rest: '' });
    expect(readCode('0108931234567890' + '10LOT\u001d17270229')).toEqual({ lot: 'LOT', expires: '', rest: '' }); /* no such day */
    expect(readCode(' amlo ')).toEqual({ lot: '', expires: '', rest: 'amlo' });
    expect(readCode('1712')).toEqual({ lot: '', expires: '', rest: '1712' });
  });
  it('reads a day or a month', () => {
    expect(['31/12/2027', '2/2028', '2027-06-30', '', '31/2/2027', 'x', '1/1/1999'].map(typedDay)).toEqual(['2027-12-31', '2028-02-29', '2027-06-30', '', undefined, undefined, undefined]);
  });
});

it('both catalogues say the same things', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(STOCK_CATALOGUES.vi) as (keyof typeof STOCK_CATALOGUES.vi)[]) {
    expect([...new Set(names(STOCK_CATALOGUES.en[key]))], key).toEqual([...new Set(names(STOCK_CATALOGUES.vi[key]))]);
  }
});

describe('a card of one month on paper', () => {
  const line = (id: string, at: string, kind: Line['kind'], change: number, more: Partial<Line> = {}): Line => ({
    id, at: Date.parse(at), kind, change, struck: false, by: '', note: '', lot: '', expires: '', person: '', document: '', ...more,
  });
  it('is a month of the ward\'s clock', () => {
    expect(monthOf('2026-12')).toEqual({ from: Date.parse('2026-12-01T00:00:00+07:00'), to: Date.parse('2027-01-01T00:00:00+07:00') });
  });
  it('tells what was left behind each line: a count sets it, what is struck changes nothing, other months are not there', () => {
    const lines = [
      line('e', '2026-12-01T00:00:00+07:00', 'receipt', 9), line('d', '2026-11-20T09:00:00+07:00', 'given', -0.1), line('c', '2026-11-20T08:00:00+07:00', 'count', 7), line('b', '2026-11-20T08:00:00+07:00', 'given', -2),
      line('x', '2026-11-10T08:00:00+07:00', 'receipt', 50, { struck: true }), line('a', '2026-11-01T00:00:00+07:00', 'receipt', 5), line('z', '2026-10-31T23:59:00+07:00', 'receipt', 5),
    ];
    const { from, to } = monthOf('2026-11');
    expect(runningOf(lines, from, to, 3).map((r) => [r.line.id, r.left])).toEqual([['a', 8], ['x', 8], ['b', 6], ['c', 7], ['d', 6.9]]);
  });
});
