import { describe, expect, it } from 'vitest';
import type { Allergy } from '../src/drugs/forms';
import { stock as stockVi } from '../src/i18n/vi/stock';
import { fill } from '../src/i18n/format';
import { amountText, readColumns, readDose } from '../src/books/dose';
import { findHeading } from '../src/books/heading';
import { guessKind, mappingOf, STOCK, TAKEN } from '../src/books/kinds';
import { candidateOf, People } from '../src/books/match';
import { medicineFieldOf, medicineKind } from '../src/books/medicineFields';
import type { Mapping } from '../src/books/reader';
import { planStock, readAmount, readExpiry, signedFor, wholeGroups, groupsOf, type Shelves } from '../src/books/stockBook';
import { cardEntry, countEntries, type StockContext } from '../src/books/stockWrite';
import { bookList } from '../src/books/medicineLoad';
import { takeBack, type ImportList } from '../src/books/load';
import { agreeTo, answersLeft, stillAgreed } from '../src/books/reader';
import { isAnswered, moreMeds, NO_MEDS, peopleIn, planTaken, spelt, type Dry, type Meds } from '../src/books/taken';
import { takenEntry, takenOrder, type TakenContext } from '../src/books/takenWrite';
import { FhirClient } from '../src/fhir/client';
import type { Bundle, BundleEntry, Resource } from '../src/fhir/types';
import type { FullOrder } from '../src/prescribe/order';
import type { Card } from '../src/stock/forms';

const today = { year: 2026, month: 11, day: 22 };
const AT = Date.parse('2026-11-22T03:00:00Z'); /* 10:00 in the ward */

describe('amounts', () => {
  it.each([
    ['1', '1'], ['0,5', '0,5'], ['0.5', '0,5'], ['1/2', '0,5'], ['½', '0,5'], ['1 1/2', '1,5'], ['1/4', '0,25'], ['3/4', '0,75'], ['nửa', '0,5'], ['một nửa', '0,5'], ['1,50', '1,5'], ['10', '10'], ['0,125', '0,125'],
    ['05', undefined], ['1/3', undefined], ['1.000', undefined], ['1,5/2', undefined], ['1/0', undefined], ['một', undefined], ['', undefined], ['-1', undefined], ['1e3', undefined],
  ])('%s', (text, amount) => { expect(amountText(text)).toBe(amount); });
});

describe('what a book says of a dose', () => {
  const sched = (...parts: [string, string[]][]) => ({ kind: 'scheduled', parts: parts.map(([amount, times]) => ({ amount, times })) });
  it.each([
    ['S1 T0 C1 T1', sched(['1', ['07:30', '17:00', '20:00']])],
    ['S1T1C1T1', sched(['1', ['07:30', '11:30', '17:00', '20:00']])],
    ['sáng 1 trưa 0 chiều 1', sched(['1', ['07:30', '17:00']])],
    ['Sáng 1 viên, tối 2 viên', sched(['1', ['07:30']], ['2', ['20:00']])],
    ['Uống: sáng ½ viên, chiều nửa viên', { ...sched(['0,5', ['07:30', '17:00']]), unit: 'viên', route: 'oral' }],
    ['1 viên sáng, 1 viên tối', sched(['1', ['07:30', '20:00']])],
    ['SÁNG: 1 – TỐI: 1', sched(['1', ['07:30', '20:00']])],
    ['1-1-1-1', { ...sched(['1', ['07:30', '11:30', '17:00', '20:00']]), offered: false }],
    ['1-0-1', { ...sched(['1', ['07:30', '20:00']]), offered: true }],
    ['1 viên lúc 8h và 20h', sched(['1', ['08:00', '20:00']])],
    ['ngày 2 lần, mỗi lần 1 viên, sáng, tối', sched(['1', ['07:30', '20:00']])],
    ['mỗi lần 1 gói, sáng, chiều', { ...sched(['1', ['07:30', '17:00']]), unit: 'gói' }],
    ['1 viên x 2 lần/ngày', { kind: 'counted', amount: '1', unit: 'viên', perDay: 2 }],
    ['1 x 2 lần/ngày', { kind: 'counted', amount: '1', unit: '', perDay: 2 }],
    ['1, ngày 2 lần', { kind: 'counted', amount: '1', unit: '', perDay: 2 }],
    ['1 viên ngày uống 2 lần', { kind: 'counted', amount: '1', unit: 'viên', perDay: 2 }],
    ['1 viên/lần x 2 lần/ngày', { kind: 'counted', amount: '1', unit: 'viên', perDay: 2 }],
    ['2viên 3 lần/ngày', { kind: 'counted', amount: '2', unit: 'viên', perDay: 3 }],
    ['Ngày uống 3 lần, mỗi lần 1/2 viên', { kind: 'counted', amount: '0,5', unit: 'viên', perDay: 3, route: 'oral' }],
    ['1 viên khi đau, tối đa 3 viên/ngày', { kind: 'asNeeded', amount: '1', unit: 'viên', most: 3, how: 'khi đau' }],
    ['2 viên khi sốt (không quá 3 lần/ngày)', { kind: 'asNeeded', amount: '2', most: 3 }],
    ['tiêm bắp 1 ống, sáng', undefined],
    ['tiêm bắp: sáng 1 ống', { ...sched(['1', ['07:30']]), unit: 'ống', route: 'intramuscular' }],
  ])('%s', (text, dose) => { if (dose) expect(readDose(text)).toMatchObject(dose); else expect(readDose(text)).toEqual({ kind: 'unclear' }); });

  /* what is not understood to the last word is not understood */
  it.each([
    '2v/ngày', 'khi đau', '1 viên khi đau', 'theo chỉ định', '1 viên cách ngày', 'S1 T1', '1 viên x 2 lần/ngày x 5 ngày nữa rồi nghỉ', 'sáng 1 viên, tối 1 ống', 'sáng 1 sáng 1', 'sáng 05 viên', '0-0-0',
    'sáng 1 viên nếu huyết áp trên 140', '4 tuần tiêm 1 lần', '1 viên x 2 lần/ngày, sáng', '1 viên lúc 25h', 'như cũ', '', '1'.repeat(500), '1-'.repeat(200), '1 viên khi đau, tối đa 500 mg/ngày',
    '12 lần/ngày', '12 viên/lần/ngày', '1,2 lần/ngày', '1 ngày 2 lần', '0,52 lần/ngày', '1 g x 2 lần/ngày',
  ])('%s is kept as text', (text) => { expect(readDose(text)).toEqual({ kind: 'unclear' }); });

  it('reads the four columns, and none of them', () => {
    expect(readColumns({ morning: '1', noon: '', afternoon: '0', evening: '1/2' }, 'viên', 'oral')).toMatchObject(sched(['1', ['07:30']], ['0,5', ['20:00']]));
    expect(readColumns({ morning: 'x', noon: '', afternoon: '', evening: '' }, 'viên', '')).toEqual({ kind: 'unclear' });
    expect(readColumns({ morning: '1 viên', noon: '-', afternoon: '', evening: '' }, '', '')).toMatchObject({ unit: 'viên' });
    expect(readColumns({ morning: '', noon: '', afternoon: '', evening: '' }, 'viên', '')).toBeUndefined();
  });
  it('survives any text', () => {
    let seed = 11;
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const words = ['sáng', 'trưa', 'S', 'T', 'C', '1', '0', '1/2', 'viên', 'ngày', 'lần', 'x', ',', '-', '/', 'mỗi', 'khi đau', 'tối đa', '8h', 'uống', '\u0000', '🙂', ' '];
    for (let i = 0; i < 5000; i++) {
      const dose = readDose(Array.from({ length: random(9) }, () => words[random(words.length)]).join(random(2) ? ' ' : ''));
      if (dose.kind === 'scheduled') for (const p of dose.parts) expect([p.times.length > 0, Number(p.amount.replace(',', '.')) > 0]).toEqual([true, true]);
      if (dose.kind === 'counted') expect(dose.perDay).toBeGreaterThan(0);
    }
  });
});

describe('columns', () => {
  it.each([
    ['Tên thuốc, hàm lượng', 'medicine'], ['Tên thuốc', 'medicine'], ['Hoạt chất', 'ingredient'], ['Nồng độ/ Hàm lượng', 'strength'], ['ĐVT', 'unit'], ['Số lô', 'lot'], ['Hạn dùng', 'expiry'], ['Tồn cuối kỳ', 'count'], ['SL', 'count'],
    ['Thuốc KSĐB', 'controlled'], ['Cơ số', 'level'], ['Kho', 'ward'], ['Họ tên người bệnh', 'name'], ['Tên', 'name'], ['Liều dùng', 'dose'], ['Cách dùng', 'dose'], ['Sáng', 'morning'], ['Tối', 'evening'], ['Từ ngày', 'from'], ['Bác sĩ kê đơn', 'prescriber'],
    ['Bệnh viện', 'place'], ['Ngày kê đơn', 'paperDay'], ['Số giường', 'bed'], ['Năm sinh', 'birth'], ['Đơn vị tính', 'unit'], ['Ghi chú', 'note'], ['Tªn thuèc', 'medicine'], ['Số ngày', 'days'], ['Chiều cao', 'ignore'],
  ])('%s', (heading, field) => { expect(medicineFieldOf(heading)).toBe(field); });
  it('tells the kinds of books apart', () => {
    const kind = (...heads: string[]) => guessKind({ name: '', rows: [['SỔ'], heads, heads.map(() => 'x')] });
    expect(kind('STT', 'Tên thuốc', 'ĐVT', 'Số lượng', 'Hạn dùng')).toBe('stock');
    expect(kind('STT', 'Họ tên', 'Giường', 'Tên thuốc', 'Sáng', 'Trưa', 'Chiều', 'Tối')).toBe('taken');
    expect(kind('Họ và tên', 'Năm sinh', 'Giới tính', 'Phòng')).toBe('residents');
    expect(kind('Họ và tên', 'Năm sinh', 'Thuốc đang dùng', 'Dị ứng')).toBe('residents');
    expect(medicineKind(['ignore'])).toBeUndefined();
  });
  it('joins a merged heading "Liều dùng" over the parts of the day', () => {
    const rows = [['SỔ PHÁT THUỐC', '', '', '', '', ''], ['Họ tên', 'Tên thuốc', 'Liều dùng', '', '', ''], ['', '', 'Sáng', 'Trưa', 'Chiều', 'Tối'], ['Nguyễn Văn An', 'Amlodipin 5 mg', '1', '', '', '']];
    const h = findHeading(rows, TAKEN);
    expect([h.row, h.rows, h.fields]).toEqual([1, 2, ['name', 'medicine', 'morning', 'noon', 'afternoon', 'evening']]);
    expect(mappingOf({ name: '', rows }, TAKEN).firstRow).toBe(3);
  });
});

/* ---- whose line it is ---- */

const person = (id: string, text: string, birthDate: string, bed: string, number = '') => candidateOf(
  { resourceType: 'Patient', id, name: [{ text }], birthDate, ...(number === '' ? {} : { identifier: [{ value: number }] }) }, { ward: 'Khu A', room: '201', bed, stay: `e${id}`, isHere: true });
const people = new People([
  person('1', 'Nguyễn Văn An', '1948-03-02', '1', '001048001234'), person('2', 'Trần Thị Bình', '1950', '2'), person('3', 'Trần Thị Bình', '1952-07-01', '3'), person('4', 'Lê Văn Cường', '1955', '4'),
]);
const whose = (x: Partial<Parameters<People['match']>[0]>) => people.match({ name: '', birth: undefined, numbers: [], room: '', bed: '', ...x });

describe('whose line it is', () => {
  it('takes the one who fits', () => {
    expect(whose({ name: 'NGUYEN VAN AN' })).toMatchObject({ kind: 'one', person: { id: '1' } });
    expect(whose({ name: 'Trần Thị Bình', birth: '1952' })).toMatchObject({ kind: 'one', person: { id: '3' } });
    expect(whose({ name: 'Trần Thị Bình', room: '201', bed: '2' })).toMatchObject({ kind: 'one', person: { id: '2' } });
    expect(whose({ numbers: ['001048001234'] })).toMatchObject({ kind: 'one', person: { id: '1' } });
  });
  it('asks when several fit, or only a bed or a number does', () => {
    expect(whose({ name: 'Trần Thị Bình' })).toMatchObject({ kind: 'several', people: [{ id: '2' }, { id: '3' }] });
    expect(whose({ room: '201', bed: '4' })).toMatchObject({ kind: 'one', doubt: 'bedOnly', person: { id: '4' } });
    expect(whose({ bed: '4' })).toMatchObject({ kind: 'one', doubt: 'bedOnly', person: { id: '4' } });
    expect(whose({ name: 'Lê Văn Cường', numbers: ['001048001234'] })).toMatchObject({ kind: 'one', doubt: 'nameDiffers', person: { id: '1' } });
    expect(whose({ name: 'Lê Văn Cường', room: '201', bed: '9' })).toMatchObject({ kind: 'one', doubt: 'bedDiffers', person: { id: '4' } });
  });
  it('finds nobody where nobody fits', () => {
    expect(whose({ name: 'Hoàng Văn Đạt' })).toEqual({ kind: 'none', why: 'personNone' });
    expect(whose({ name: 'Nguyễn Văn An', birth: '1960' })).toEqual({ kind: 'none', why: 'personBirth' });
    expect(whose({ bed: '77' })).toEqual({ kind: 'none', why: 'personUnnamed' });
  });
});

/* ---- what each takes ---- */

const takenHeads = ['Họ tên', 'Năm sinh', 'Tên thuốc', 'Hàm lượng', 'ĐVT', 'Cách dùng', 'Từ ngày', 'Đến ngày', 'Bác sĩ kê đơn', 'Bệnh viện', 'Đường dùng'];
const takenMap = mappingOf({ name: '', rows: [takenHeads] }, TAKEN);
const ASKED: Meds = { ...NO_MEDS, asked: new Set(['1', '2', '3', '4']) };
const dry = (more: Partial<Dry> = {}): Dry => ({ today, people, meds: ASKED, corrections: new Map(), answers: new Map(), ...more });
const plan = (rows: unknown[][], more: Partial<Dry> = {}) => planTaken([takenHeads, ...rows] as never, takenMap, dry(more));
const anTakes = ['Nguyễn Văn An', '1948', 'Amlodipin', '5 mg', 'viên', 'S1 T0 C0 T1', '01/11/2026', '', 'BS Hà', 'BV tỉnh', 'uống'];
const codes = (r: { findings: { code: string }[] } | undefined): string[] => (r?.findings ?? []).map((f) => f.code);

describe('the book of what each takes', () => {
  it('reads a good line', () => {
    const [row] = plan([anTakes]);
    expect([row?.verdict, codes(row)]).toEqual(['new', []]);
    expect(row?.line).toMatchObject({ person: { id: '1' }, medicine: 'Amlodipin 5 mg', unit: 'viên', route: 'oral', from: '2026-11-01', prescriber: 'BS Hà', place: 'BV tỉnh' });
  });
  it('judges the others', () => {
    const rows = plan([
      ['Trần Thị Bình', '', 'Metformin 500 mg', '', 'viên', '1 viên x 2 lần/ngày', '', '', 'BS Hà', '', 'uống'],         /* two of that name; no times */
      ['', '', 'Diazepam 5 mg', '', 'viên', 'tối 1 viên', '', '', 'BS Hà', '', 'uống'],                                   /* the name above; a listed one */
      ['Hoàng Văn Đạt', '', 'Aspirin', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống'],
      ['Lê Văn Cường', '', 'Furosemid 40 mg', '', 'viên', 'sáng 1 viên', '', '31/10/2026', 'BS Hà', '', 'uống'],          /* over */
      ['Lê Văn Cường', '', 'Vitamin B1', '', '', 'như cũ', '', '', '', '', ''],
      ['Lê Văn Cường', '', '', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống'],
      ['Tổng cộng', '', '6 thuốc'],
    ]);
    expect(rows.map((r) => r.verdict)).toEqual(['doubtful', 'doubtful', 'refused', 'refused', 'doubtful', 'refused']);
    expect(codes(rows[0])).toEqual(['personSeveral', 'noTimes']);
    expect(codes(rows[1])).toEqual(['personAbove', 'personSeveral', 'controlledAsk']);
    expect(codes(rows[2])).toEqual(['personNone']);
    expect(rows[3]?.findings).toMatchObject([{ code: 'ended', column: 7, offer: '2026-10-31' }]);
    expect(codes(rows[4])).toEqual(['doseUnclear', 'routeMissing', 'prescriberMissing']);
    expect(codes(rows[5])).toEqual(['medicineMissing']);
  });
  it('waits for the answers that only a person has', () => {
    const line = [['Trần Thị Bình', '', 'Diazepam 5 mg', '', 'viên', 'tối 1 viên', '', '', 'BS Hà', '', 'uống']];
    const [open] = plan(line);
    expect([open?.verdict, isAnswered(open as never, undefined)]).toEqual(['doubtful', false]);
    const answers = new Map([[2, { person: '3', controlled: true }]]);
    const [done] = plan(line, { answers });
    expect([done?.verdict, done?.line.person?.id, done?.line.controlled, isAnswered(done as never, answers.get(2))]).toEqual(['new', '3', true, true]);
  });
  it('says allergies and what is ordered already, and does not hide behind them', () => {
    const allergy: Allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' }, code: { text: 'Penicilin' } };
    const order = { resourceType: 'MedicationRequest', id: 'o', status: 'active', subject: { reference: 'Patient/1' }, medicationCodeableConcept: { text: 'Amlodipine 10 mg' } } as FullOrder;
    const meds = { ...ASKED, allergies: [allergy], orders: [order] };
    const rows = plan([anTakes, ['Nguyễn Văn An', '', 'Amoxicillin 500 mg', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống'], ['Lê Văn Cường', '', 'Amoxicilin', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống']], { meds });
    expect([codes(rows[0]), codes(rows[1]), codes(rows[2])]).toEqual([['ordered'], ['allergy'], []]);
    expect(rows.map((r) => r.line.warned)).toEqual([true, true, false]);
  });
  it('knows a line that was brought before, standing or stopped, and one that stands twice', () => {
    const [first] = plan([anTakes]);
    const key = first?.line.key ?? '';
    expect(plan([anTakes], { meds: { ...ASKED, lines: new Map([[key, true]]) } })[0]?.verdict).toBe('same');
    expect(codes(plan([anTakes], { meds: { ...ASKED, lines: new Map([[key, false]]) } })[0])).toContain('stoppedBefore');
    expect(plan([anTakes, anTakes]).map((r) => r.verdict)).toEqual(['new', 'same']);
    const other = plan([anTakes.map((c, i) => (i === 5 ? 'S1 T0 C0 T2' : c))])[0]?.line.key;
    expect(other).not.toBe(key);
    expect(spelt('1/2')).not.toBe(spelt('1-2'));
    /* one of a tablet and one of a sachet are two lines */
    const sachet = anTakes.map((c, i) => (i === 4 ? 'gói' : c));
    expect(plan([anTakes, sachet]).map((r) => codes(r).includes('sameInFile'))).toEqual([false, false]);
    expect(plan([sachet], { meds: { ...ASKED, lines: new Map([[key, true]]) } })[0]?.verdict).not.toBe('same');
  });
  it('asks the record about whom a mended name is of, before that line is ready', () => {
    const line = [['Nguyễn Văn Ân', '', 'Amoxicillin 500 mg', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống']];
    const allergy: Allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/4' }, code: { text: 'Penicilin' } };
    const corrections = new Map([['2:0', 'Lê Văn Cường']]);
    const first = { ...NO_MEDS, asked: new Set(['1']) };
    const waits = plan(line, { meds: first, corrections });
    expect([waits[0]?.verdict, codes(waits[0]), peopleIn(waits)]).toEqual(['refused', ['notAsked'], ['4']]);
    const meds = moreMeds(first, { ...NO_MEDS, asked: new Set(['4']), allergies: [allergy] });
    const [asked] = plan(line, { meds, corrections });
    expect([asked?.verdict, codes(asked), asked?.line.warned]).toEqual(['doubtful', ['allergy'], true]);
  });
  it('lets an agreement fall when what was agreed to is another thing', () => {
    const lines = [anTakes, ['', '', 'Metformin 500 mg', '', 'viên', 'sáng 1 viên', '', '', 'BS Hà', '', 'uống']];
    const before = plan(lines);
    const agreed = agreeTo(before, new Set([3]));
    expect([...stillAgreed(before, agreed)]).toEqual([3]);
    expect([...stillAgreed(plan(lines, { corrections: new Map([['2:5', 'S1 T0 C0 T2']]) }), agreed)]).toEqual([3]); /* another line's dose */
    const below = plan(lines, { corrections: new Map([['2:0', 'Lê Văn Cường'], ['2:1', '']]) });
    expect([below[1]?.line.person?.id, below[1]?.verdict, [...stillAgreed(below, agreed)]]).toEqual(['4', 'doubtful', []]); /* the person of the line above */
    const allergy: Allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' }, code: { text: 'Metformin' } };
    expect([...stillAgreed(plan(lines, { meds: { ...ASKED, allergies: [allergy] } }), agreed)]).toEqual([]);
    expect([...stillAgreed(plan(lines, { corrections: new Map([['3:2', 'Diazepam 5 mg']]) }), agreed)]).toEqual([]);
    const answers = new Map([[2, { controlled: false }], [3, { controlled: true }]]);
    expect([...answersLeft(answers, new Map(), new Map([['3:2', 'Morphin']])).keys()]).toEqual([2]);
    expect([...answersLeft(answers, new Map([['3:2', 'Morphin'], ['2:0', 'x']]), new Map([['2:0', 'x']])).keys()]).toEqual([2]);
  });
  it('takes no month for a day', () => {
    const dated = (from: unknown, to: unknown) => plan([anTakes.map((c, i) => (i === 6 ? from : i === 7 ? to : c))])[0];
    expect([dated('01/11/2026', '12/2026')?.verdict, dated('01/11/2026', '12/2026')?.findings, dated('01/11/2026', '12/2026')?.line.to]).toMatchObject(['doubtful', [{ code: 'endsMonth', offer: '31/12/2026' }], '2026-12-31']);
    expect(codes(dated('', '02/2028'))).toEqual(['endsMonth']);
    expect(dated('', '02/2028')?.line.to).toBe('2028-02-29');
    expect([dated('12/2026', '')?.verdict, codes(dated('12/2026', ''))]).toEqual(['refused', ['dayMissing']]);
    expect([codes(dated('2026', '')), codes(dated('', '2027'))]).toEqual([['dayMissing'], ['dayMissing']]);
    expect(codes(dated('', '10/2026'))).toEqual(['endsMonth', 'ended']);
  });
  it('has another key for what differs behind two hundred letters', () => {
    const long = 'uống sau khi ăn no với thật nhiều nước ấm, không được nhai, không được bẻ đôi, không dùng chung với sữa, ';
    const keys = ['sáng và tối', 'sáng, trưa và tối'].map((end) => spelt(`${long}${end}`));
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys.every((k) => k.length === 200 && /^[a-z0-9_.-]+$/.test(k))).toBe(true);
    expect(spelt('1 viên')).toBe('1_vi.ea-n');
    expect(plan([long + 'sáng và tối', long + 'sáng, trưa và tối'].map((d) => anTakes.map((c, i) => (i === 5 ? d : c)))).map((r) => codes(r).includes('sameInFile'))).toEqual([false, false]);
  });
  it('does not reach over an empty line, and mends a cell', () => {
    const rows = plan([anTakes, [], ['', '', 'Aspirin 81 mg', '', 'viên', 'sáng 1 viên', '', '', 'BS', '', 'uống']]);
    expect(rows.map((r) => [r.row, r.verdict])).toEqual([[2, 'new'], [4, 'refused']]);
    expect(plan([['Hoàng', ...anTakes.slice(1)]], { corrections: new Map([['2:0', 'Nguyễn Văn An']]) })[0]?.verdict).toBe('new');
  });
  it('five thousand lines within seconds', () => {
    const before = Date.now();
    const rows = plan(Array.from({ length: 5000 }, (_, i) => anTakes.map((c, k) => (k === 2 ? `Thuốc${'abcdefghij'[i % 10] ?? ''}${'klmnopqrst'[Math.floor(i / 10) % 10] ?? ''} ${i}` : c))));
    expect(rows).toHaveLength(5000);
    expect(Date.now() - before).toBeLessThan(20_000);
  });
});

const context: TakenContext = {
  importId: 'i', me: { reference: 'Practitioner/n', display: 'Nurse' }, at: AT, words: { route: (r) => r, weeks: String, most: String, hours: String, rhythm: () => '' },
  say: { book: 'Nhập từ sổ a.xlsx', noPrescriber: 'theo sổ cũ', despite: 'đã xem cảnh báo', counted: (n) => `${n} lần/ngày` },
};

describe('a line as an order', () => {
  it('is a copy: a recorder, a prescriber in words, nothing checked', () => {
    const order = takenOrder(plan([anTakes])[0]?.line as never, context);
    expect(order).toMatchObject({
      reportedBoolean: true, status: 'active', recorder: { reference: 'Practitioner/n' }, requester: { display: 'BS Hà, BV tỉnh' }, authoredOn: '2026-11-01', subject: { reference: 'Patient/1' }, encounter: { reference: 'Encounter/e1' },
      medicationCodeableConcept: { text: 'Amlodipin 5 mg' }, dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }], timing: { repeat: { timeOfDay: ['07:30:00', '20:00:00'], boundsPeriod: { start: '2026-11-22T09:00:00+07:00' } } } }],
      note: [{ text: 'Nhập từ sổ a.xlsx: S1 T0 C0 T1' }],
    });
    expect([order.requester?.reference, order.extension]).toEqual([undefined, undefined]);
  });
  it('keeps unequal amounts apart, an end, a beginning that lies ahead', () => {
    const line = plan([anTakes.map((c, i) => (i === 5 ? 'sáng 2, tối 1' : i === 6 ? '01/12/2026' : i === 7 ? '31/12/2026' : c))])[0]?.line as never;
    const doses = takenOrder(line, context).dosageInstruction ?? [];
    expect(doses.map((d) => [d.doseAndRate?.[0]?.doseQuantity?.value, d.timing?.repeat?.timeOfDay])).toEqual([[2, ['07:30:00']], [1, ['20:00:00']]]);
    expect(doses[0]?.timing?.repeat?.boundsPeriod).toEqual({ start: '2026-12-01', end: '2026-12-31' });
    expect(takenOrder(line, context).authoredOn).toBeUndefined();
  });
  it('makes no hour up', () => {
    const of = (text: string) => takenOrder(plan([anTakes.map((c, i) => (i === 5 ? text : c))])[0]?.line as never, context).dosageInstruction?.[0];
    expect(of('1 viên x 2 lần/ngày')).toMatchObject({ timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: 1 } }] });
    expect(of('1 viên x 2 lần/ngày')?.timing?.repeat?.timeOfDay).toBeUndefined();
    expect(of('như cũ')).toMatchObject({ text: 'như cũ', route: { text: 'oral' } });
    expect(of('như cũ')?.doseAndRate).toBeUndefined();
    expect(of('1 viên khi đau, tối đa 3 viên/ngày')).toMatchObject({ asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: 3 } } });
  });
  it('asks for none that stands under the same name', () => {
    const entry = takenEntry(plan([anTakes])[0]?.line as never, context);
    expect(entry.request?.ifNoneExist).toMatch(/^identifier=urn:ansinh:id:book-line\|1\/[a-z0-9_.-]+\/[a-z0-9_.-]+\/[a-z0-9_.-]*\/2026-11-01\/&status=active,on-hold$/);
  });
});

/* ---- the cupboard ---- */

const stockHeads = ['STT', 'Tên thuốc', 'Hàm lượng', 'ĐVT', 'Số lượng', 'Số lô', 'Hạn dùng', 'Kho', 'KSĐB'];
const stockMap: Mapping<never> = mappingOf({ name: '', rows: [stockHeads] }, STOCK) as never;
const card = (more: Partial<Card>): Card => ({ id: 'c', item: 'Paracetamol 500 mg', unit: 'viên', balance: 0, differs: false, unknown: 0, level: undefined, minimum: undefined, controlled: false, counted: undefined, in: 0, out: 0, given: 0, lots: [], ...more });
const shelves = (...cards: Card[]): Shelves => ({ wards: [{ id: 'w', name: 'Khu A' }, { id: 'x', name: 'Khu B' }], cards: new Map([['w', cards]]) });
const stock = (rows: unknown[][], has: Shelves = shelves(), answers = new Map()) => planStock([stockHeads, ...rows] as never, stockMap, { today, ward: { id: 'w', name: 'Khu A' }, shelves: has, corrections: new Map(), answers });
const box = ['1', 'Paracetamol', '500 mg', 'viên', 100, 'L1', '12/2027', '', ''];

describe('the cupboard book', () => {
  it.each([[100, 100], ['100', 100], ['12,5', 12.5], ['0', 0], ['1.000', 1000], ['1 000', 1000], ['', undefined], [-1, undefined], ['một', undefined], [1.23456, undefined], [1e9, undefined], ['0,500', 0.5]])('amount %s', (cell, value) => {
    expect(readAmount(cell as never).value).toBe(value);
  });
  it.each([['12/2027', '2027-12-31'], ['02/28', '2028-02-29'], ['15/8/2027', '2027-08-15'], ['2027-08', '2027-08-31'], [46_600, '2027-08-01'], [new Date(Date.UTC(2027, 7, 15)), '2027-08-15'], ['13/2027', undefined], ['không', undefined]])('expiry %s', (cell, value) => {
    expect(readExpiry(cell as never, today).value).toBe(value);
  });
  it('reads lines, adds up lots, and knows what is refused', () => {
    const rows = stock([box, ['2', 'Paracetamol', '500 mg', 'viên', 20, 'L2', '01/2028', '', ''], ['3', 'Oresol', '', '', 5, '', '', '', ''], ['4', 'Aspirin 81 mg', '', 'viên', '', '', '', '', ''],
      ['5', 'Nước cất', '', 'ống', 3, '', '01/2020', 'Khu B', ''], ['6', 'Gạc', '', 'gói', 3, '', '', 'Kho tổng', ''], ['Cộng', '', '', '', 131]]);
    expect(rows.map((r) => r.verdict)).toEqual(['new', 'new', 'refused', 'doubtful', 'doubtful', 'refused']);
    expect([codes(rows[2]), codes(rows[3]), codes(rows[4]), codes(rows[5])]).toEqual([['unitMissing'], ['countMissing'], ['expiryMonth', 'expired'], ['wardUnknown']]);
    expect(groupsOf(rows.slice(0, 2), shelves())).toMatchObject([{ amount: 120, ward: 'w' }]);
    expect(rows[4]?.line.ward).toBe('x');
  });
  it('leaves an abbreviation that may be grams as it stands', () => {
    expect(stock([['1', 'Kem bôi', '', 'g', 15, '', '', '', '']])[0]?.line.unit).toBe('g');
    expect(plan([['Lê Văn Cường', '', 'Oresol', '', 'g', 'sáng 5', '', '', 'BS Hà', '', 'uống']])[0]?.line.unit).toBe('g');
  });
  it('asks of listed names, unless the book says so itself', () => {
    const diazepam = ['1', 'Diazepam 5 mg', '', 'viên', 10, '', '', '', ''];
    expect(codes(stock([diazepam])[0])).toEqual(['controlledAsk']);
    expect(stock([diazepam], shelves(), new Map([[2, { controlled: true }]]))[0]).toMatchObject({ verdict: 'new', line: { controlled: true } });
    expect(stock([[...diazepam.slice(0, 8), 'x']])[0]).toMatchObject({ verdict: 'new', line: { controlled: true } });
  });
  it('compares with what the card says: the same, another amount, another unit', () => {
    const counted = { id: 'l', at: 1, amount: 100 };
    expect(stock([box], shelves(card({ balance: 100, counted })))[0]?.verdict).toBe('same');
    expect(codes(stock([box], shelves(card({ balance: 90, counted })))[0])).toContain('balanceDiffers');
    expect(stock([box], shelves(card({ balance: 100, counted, unit: 'vỉ' })))[0]?.verdict).toBe('refused');
    expect(stock([box], shelves(card({})))[0]?.verdict).toBe('new'); /* a card that nobody ever counted */
  });
  it('writes whole cards only', () => {
    const rows = stock([box, ['2', 'Paracetamol', '500 mg', 'ống', 20, 'L2', '', '', ''], ['3', 'Aspirin 81 mg', '', 'viên', 10, '', '', '', '']]);
    expect(rows.map((r) => r.verdict)).toEqual(['refused', 'refused', 'new']);
    const doubtful = stock([box, ['2', 'Paracetamol', '500 mg', 'viên', '1.000', 'L2', '', '', '']]);
    expect(wholeGroups(doubtful.filter((r) => r.verdict === 'new'), doubtful, shelves())).toMatchObject({ whole: [], left: ['Paracetamol 500 mg'] });
    const uncounted = stock([['3', 'Aspirin 81 mg', '', 'viên', 10, '', '', '', ''], ['4', 'Gạc', '', 'gói', '', '', '', '', ''], box, ['2', 'Paracetamol', '500 mg', 'viên', '1.000', 'L2', '', '', '']]);
    expect(signedFor(wholeGroups(uncounted.filter((r) => r.row !== 5), uncounted, shelves()).whole)).toBe(1); /* one card without a number, one left out */
  });
  const c: StockContext = {
    importId: 'i', me: { reference: 'Practitioner/n', display: 'Nurse' }, witness: { reference: 'Practitioner/d', display: 'Doctor' }, at: AT, document: 'Nhập từ sổ a.xlsx',
    words: (key, params) => fill(stockVi[key], params),
  };
  it('becomes a card, lots that came, and a count that is signed', () => {
    const rows = stock([[...box.slice(0, 8), 'x'], ['2', 'Paracetamol', '500 mg', 'viên', 20, '', '', '', 'x']]);
    const [group] = groupsOf(rows, shelves());
    expect(cardEntry(group as never, c)).toMatchObject({
      request: { method: 'POST', url: 'SupplyRequest', ifNoneExist: 'identifier=urn:ansinh:id:book-card|w/paracetamol_500_mg/vien&status=active' },
      resource: { deliverTo: { reference: 'Location/w' }, itemCodeableConcept: { text: 'Paracetamol 500 mg' }, extension: [{ valueBoolean: true }] },
    });
    const entries = countEntries([{ group: group as never, card: { id: 'c1', item: 'Paracetamol 500 mg', unit: 'viên' } }], 'w', c);
    expect(entries.map((e) => e.resource?.resourceType)).toEqual(['SupplyDelivery', 'List']);
    expect(entries[0]?.resource).toMatchObject({ contained: [{ batch: { lotNumber: 'L1', expirationDate: '2027-12-31' } }], extension: [{ valueReference: { reference: 'Practitioner/d' } }] });
    expect(entries[1]?.resource).toMatchObject({ source: { reference: 'Practitioner/n' }, entry: [{ item: { reference: 'SupplyRequest/c1' }, extension: [{ valueQuantity: { value: 120, unit: 'viên' } }, { valueString: 'Nhập từ sổ a.xlsx' }] }] });
    expect(new Set(entries.map((e) => e.request?.ifNoneExist)).size).toBe(2);
  });
});

/* A server of a few resources and one shelf. */
class Small extends FhirClient {
  constructor(readonly has: Map<string, Resource & { status?: string }>, private readonly card: Record<string, number>, private readonly countedBy: string) {
    super({ fetch: () => Promise.reject(new Error('no line')) });
  }
  override batch(bundle: Bundle): Promise<BundleEntry[]> {
    return Promise.resolve((bundle.entry ?? []).map((e): BundleEntry => {
      const url = e.request?.url ?? '';
      const now = this.has.get(url);
      if (!now) return { response: { status: '404' } };
      if (e.request?.method === 'PUT' && e.resource) this.has.set(url, { ...e.resource, meta: { versionId: '2' } });
      return { resource: this.has.get(url) as Resource, response: { status: '200' } };
    }));
  }
  override transaction(): Promise<BundleEntry[]> { return Promise.resolve([]); }
  override operation<T extends Resource>(path: string): Promise<{ resource: T; etag: string }> {
    const part = [{ name: 'medicine', valueReference: { reference: 'SupplyRequest/c' } }, { name: 'counted', part: [{ name: 'count', valueReference: { reference: `List/${this.countedBy}` } }] }, ...Object.entries(this.card).map(([name, valueDecimal]) => ({ name, valueDecimal }))];
    return Promise.resolve({ resource: { resourceType: 'Parameters', parameter: path === 'Location/w/$stock' ? [{ name: 'card', part }] : [] } as unknown as T, etag: '' });
  }
}

describe('taking a cupboard book back, of a card that was there before', () => {
  const why = 'taken back';
  const stands = { meta: { versionId: '1' }, status: 'completed' };
  const made = (count: object) => new Map<string, Resource & { status?: string }>([
    ['SupplyRequest/c', { resourceType: 'SupplyRequest', id: 'c', meta: { versionId: '3' }, status: 'active', deliverTo: { reference: 'Location/w' } } as Resource],
    ['List/own', { resourceType: 'List', id: 'own', ...stands, entry: [{ item: { reference: 'SupplyRequest/c' } }], ...count } as Resource],
    ['SupplyDelivery/lot', { resourceType: 'SupplyDelivery', id: 'lot', ...stands, basedOn: [{ reference: 'SupplyRequest/c' }] } as Resource],
  ]);
  const task = ['Task/told', { resourceType: 'Task', id: 'told', meta: { versionId: '1' }, status: 'requested', focus: { reference: 'List/own' } } as Resource] as const;
  const list = (): ImportList => ({ ...(bookList('i', '2026-11-22T10:00:00+07:00', 'tu.xlsx', { id: 'w', name: 'Khu A', facility: 'Organization/f' })), entry: [{ item: { reference: 'SupplyDelivery/lot' } }, { item: { reference: 'List/own' } }] });
  const back = async (client: Small) => ({ ...(await takeBack(client, list(), why, () => undefined)), left: [...client.has.values()].filter((r) => r.status !== 'entered-in-error').map((r) => r.id) });

  it('strikes what nothing was done with', async () => {
    expect(await back(new Small(made({}), { in: 0, out: 0, given: 0 }, 'own'))).toEqual({ removed: 2, kept: [], left: ['c'] });
  });
  it('keeps the count of a card on which something moved or that was counted since', async () => {
    expect(await back(new Small(made({}), { in: 0, out: 0, given: 2 }, 'own'))).toMatchObject({ removed: 0, left: ['c', 'own', 'lot'] });
    expect(await back(new Small(made({}), { in: 0, out: 0, given: 0 }, 'other'))).toMatchObject({ removed: 0, left: ['c', 'own', 'lot'] });
  });
  it('what the count told the head goes with the count, and stays with it', async () => {
    const all = (card: Record<string, number>) => {
      const client = new Small(new Map([...made({}), task]), card, 'own');
      const wanted = { ...list(), entry: [...list().entry, { item: { reference: 'Task/told' } }] };
      return takeBack(client, wanted, why, () => undefined).then((r) => [r.removed, r.kept.sort(), client.has.get('Task/told')?.status]);
    };
    expect(await all({ in: 0, out: 0, given: 0 })).toEqual([3, [], 'entered-in-error']);
    expect(await all({ in: 0, out: 0, given: 2 })).toEqual([0, ['List/own', 'SupplyDelivery/lot', 'Task/told'], 'requested']);
  });
  it('goes on where it was cut off: the count struck, the lots that came with it standing', async () => {
    const half = made({ meta: { versionId: '2' }, status: 'entered-in-error', extension: [{ url: 'urn:ansinh:extension:reason', valueString: why }] });
    expect(await back(new Small(half, { in: 20, out: 0, given: 0 }, 'older'))).toEqual({ removed: 2, kept: [], left: ['c'] });
  });
});
