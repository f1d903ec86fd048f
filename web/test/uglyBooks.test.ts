/* Books as heads of facilities really keep them: several hundred rows, two rows of headings, dates in every spelling, what a table program does to
 * numbers, sums and signatures below; and files that are no table. Each row is read right or is asked about. */

import { describe, expect, it } from 'vitest';
import { bestSheet, guessKind, RESIDENTS, residentMapping } from '../src/books/kinds';
import { unasked } from '../src/books/load';
import { NOTHING_KNOWN, planRows, type PlannedRow } from '../src/books/plan';
import { cellKey, rowsBeside, tallyOf, wantedOf } from '../src/books/reader';
import { readTable, type Sheet } from '../src/books/table';
import { hiddenIn, type Hidden } from '../src/books/workbook';
// @ts-expect-error a script of the browser tests, without types
import { workbook as build } from '../../tests/e2e/kit/workbook.mjs';

const today = { year: 2026, month: 11, day: 22 };
type Odd = string | number | { serial: number } | { error: string } | { formula: string; says: string };
const bytesOf = (rows: Odd[][]): Uint8Array => new Uint8Array((build as (rows: Odd[][]) => Buffer)(rows));
const sheetOf = async (rows: Odd[][]): Promise<Sheet> => (await readTable('so.xlsx', bytesOf(rows)))[0] as Sheet;
const planOf = (sheet: Sheet): PlannedRow[] => planRows(sheet.rows, residentMapping(sheet), today);
const codes = (r: PlannedRow | undefined): string[] => (r?.findings ?? []).filter((f) => f.level !== 'note').map((f) => f.code);

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương'];
const GIVEN = ['An', 'Bình', 'Cường', 'Dung', 'Em', 'Giang', 'Hà', 'Khoa', 'Lan', 'Minh', 'Nga', 'Oanh', 'Phúc', 'Quý', 'Sơn', 'Thảo', 'Uyên', 'Vinh', 'Xuân', 'Yến', 'Ánh', 'Ích', 'Ơn', 'Ất', 'Đạt', 'Hậu'];
const nameOf = (i: number): string => `${FAMILY[i % 12] ?? ''} ${i % 2 ? 'Thị' : 'Văn'} ${GIVEN[Math.floor(i / 12) % 26] ?? ''}`;
const year = (i: number): number => 1930 + (i % 40);

/* Row i as somebody typed it, in one of the ways. */
function typed(i: number): Odd[] {
  const births: Odd[] = [year(i), `15/8/${year(i)}`, `15.8.${String(year(i)).slice(2)}`, { serial: 17_594 }, `  ${year(i)}\u00a0`, `１５/０８/${year(i)}`];
  const names = [nameOf(i), nameOf(i).toUpperCase(), ` ${nameOf(i).replace(' ', '\u00a0')}  `, nameOf(i).normalize('NFD'), nameOf(i).replace(/ /g, '\u3000'), `\u200b${nameOf(i)}`];
  const male = i % 2 === 0;
  const number = `0010${String(year(i)).slice(2)}${String(i).padStart(6, '0')}`;
  return [
    i + 1, names[i % 6] ?? '', births[i % 6] ?? '', male ? 'x' : '', male ? '' : 'X', i % 5 === 0 ? Number(number) : number, `${200 + Math.floor(i / 10)}/${i % 10}`, i % 3 ? 'Vận động' : 'Nghe, nói', ['nặng', 'Đặc biệt nặng', 'nhẹ'][i % 3] ?? '',
    `0${1 + (i % 9)}/0${1 + (i % 9)}/20${10 + (i % 10)}`, i % 50 === 7 ? 'trước nghiện ma túy, HIV (+)' : i % 4 ? '' : 'ăn cháo',
  ];
}
const ROWS = 312;
const ugly: Odd[][] = [
  ['SỞ Y TẾ TỈNH X', '', '', '', '', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'],
  ['TRUNG TÂM BẢO TRỢ XÃ HỘI', '', '', '', '', 'Độc lập - Tự do - Hạnh phúc'],
  [],
  ['DANH SÁCH ĐỐI TƯỢNG ĐANG NUÔI DƯỠNG'],
  ['STT', 'Họ và tên', 'Năm sinh', 'Giới', '', 'Số CCCD', 'Phòng/Giường', 'Dạng tật', 'Mức độ', 'Ngày vào', 'Ghi chú'],
  ['', '', '', 'Nam', 'Nữ'],
  ['(1)', '(2)', '(3)', '(4)', '(5)', '(6)', '(7)', '(8)', '(9)', '(10)', '(11)'],
  ...Array.from({ length: ROWS }, (_, i) => typed(i)),
  ['', 'Tổng cộng:', ROWS],
  [],
  ['', '', '', '', '', '', '', 'Ngày 20 tháng 11 năm 2026'],
  ['', 'Người lập biểu', '', '', '', '', '', 'Giám đốc'],
  ['', '(Ký, ghi rõ họ tên)'],
  ['', 'Nguyễn Thị Người Lập', '', '', '', '', '', 'Trần Văn Giám Đốc'],
];

describe('a book of 312 people with all that is usual', () => {
  it('is read whole: nobody missing, nobody made up, every doubt a doubt', async () => {
    const sheet = await sheetOf(ugly);
    expect(guessKind(sheet)).toBe('residents');
    const mapping = residentMapping(sheet);
    expect(mapping.fields.slice(0, 11)).toEqual(['ordinal', 'name', 'birth', 'isMale', 'isFemale', 'idNumber', 'roomBed', 'note', 'note', 'admitted', 'note']);
    expect([...rowsBeside(sheet.rows, mapping)]).toEqual([7, 320, 322, 323, 324, 325]);
    const rows = planOf(sheet);
    expect(rows).toHaveLength(ROWS);
    rows.forEach((r, i) => {
      expect(r.person.name).toBe(nameOf(i));
      expect(r.person.gender).toBe(i % 2 === 0 ? 'male' : 'female');
      expect(r.person.birth?.slice(0, 4)).toBe(i % 6 === 3 ? '1948' : String(year(i)));
      expect([r.person.room, r.person.bed]).toEqual([String(200 + Math.floor(i / 10)), String(i % 10)]);
      expect(r.person.note).toContain(i % 3 ? 'Dạng tật: Vận động' : 'Dạng tật: Nghe, nói');
      /* a short year and a lost zero are offered, never taken */
      expect(codes(r).includes('shortYear')).toBe(i % 6 === 2);
      expect(codes(r).includes('zeroLost')).toBe(i % 5 === 0);
    });
    /* what speaks of HIV or drugs is in its compartment and not in the remark */
    const told = rows.filter((_, i) => i % 50 === 7);
    expect(told.every((r) => r.person.signs.length === 1 && !/HIV|ma túy/.test(r.person.note))).toBe(true);
    expect(tallyOf(rows).refused).toBe(0);
  });
  it('asks where the name stands in two columns under one heading', async () => {
    const sheet = await sheetOf([['STT', 'Họ và tên', '', 'Năm sinh', 'Giới tính'], [1, 'Nguyễn Văn', 'An', 1948, 'Nam'], [2, 'Trần Thị', 'Bình', 1950, 'Nữ']]);
    expect(residentMapping(sheet).fields).toEqual(['ordinal', 'familyName', 'name', 'birth', 'gender']);
    expect(planOf(sheet).map((r) => [r.person.name, r.verdict])).toEqual([['Nguyễn Văn An', 'new'], ['Trần Thị Bình', 'new']]);
    const named = await sheetOf([['Họ đệm', 'Tên', 'NS', 'GT'], ['Lê Thị', 'Na', 1950, 'Nữ']]);
    expect(planOf(named)[0]?.person.name).toBe('Lê Thị Na');
  });
  it('reads formulas by what they came to, and names the error of one that came to nothing, or was never worked out', async () => {
    const sheet = await sheetOf([['Họ tên', 'Năm sinh', 'Giới', 'CCCD'], [{ formula: 'A1&B1', says: 'Nguyễn Văn An' }, 1948, 'Nam', '001048001234'], [{ error: '#REF!' }, 1950, 'Nữ', ''], ['Lê Văn Cường', { error: '#N/A' }, 'Nam', ''], ['Lý A Páo', { formula: 'B2+1', says: '' }, 'Nam', '']]);
    const rows = planOf(sheet);
    expect(rows.map((r) => r.verdict)).toEqual(['new', 'refused', 'refused', 'refused']);
    expect(rows.slice(1).map((r) => r.findings.filter((f) => f.code === 'cellError').map((f) => [f.column, f.offer]))).toEqual([[[0, '#REF!']], [[1, '#N/A']], [[1, '#CALC!']]]);
    expect(planRows([['Họ tên'], ['#REF!']], { fields: ['name'], firstRow: 1, names: [] }, today)[0]?.findings.find((f) => f.code === 'cellError')).toMatchObject({ column: 0, offer: '#REF!' });
  });
  it('never takes "N" for either, and leaves out the heading of every printed page', async () => {
    const heads: Odd[] = ['STT', 'Họ và tên', 'Năm sinh', 'Giới'];
    const rows = planOf(await sheetOf([heads, [1, 'Nguyễn Văn An', 1948, 'N'], heads, [2, 'Trần Thị Bình', 1950, 'nữ ']]));
    expect(rows.map((r) => [r.row, r.verdict])).toEqual([[2, 'refused'], [4, 'new']]);
    expect(codes(rows[0])).toEqual(['genderUnreadable']);
  });
  it('does not take the last resident for a signer, nor a resident with a name like a sum', async () => {
    const rows = planOf(await sheetOf([['Họ và tên', 'Năm sinh', 'Giới'], ['Tống Văn Cộng', 1948, 'Nam'], ['Giám Văn Đốc', 1950, 'Nam']]));
    expect(rows.map((r) => r.person.name)).toEqual(['Tống Văn Cộng', 'Giám Văn Đốc']);
  });
  it('keeps a room that is not parted by one sign as it stands', () => {
    const of = (place: string) => planRows([['Tên', 'P/G'], ['Lê Thị Na', place]], { fields: ['name', 'roomBed'], firstRow: 1, names: [] }, today)[0]?.person;
    expect([of('P.201 - G.3'), of('201'), of('A/2/3')].map((p) => [p?.room, p?.bed])).toEqual([['P.201', 'G.3'], ['201', ''], ['A/2/3', '']]);
  });
  it('knows every kind of column it offers', () => {
    expect(new Set(RESIDENTS.choices).size).toBe(RESIDENTS.choices.length);
  });
});

describe('files that are no table', () => {
  const raw = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);
  const ole = (more: string): Uint8Array => Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, ...raw(`${'\0'.repeat(600)}${more}`)]);
  it.each([
    ['a password', ole([...'EncryptedPackage'].join('\0')), 'fileLocked'], ['an old workbook', ole([...'Workbook'].join('\0')), 'fileOldExcel'],
    ['LibreOffice', raw(`PK\u0003\u0004${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`), 'fileOds'],
    ['a web page', raw('\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>An'), 'fileHtml'], ['a page with a mark', raw('\u00ef\u00bb\u00bf<table>'), 'fileHtml'], ['XML of 2003', raw('<?xml version="1.0"?><Workbook/>'), 'fileHtml'],
    ['a PDF', raw('%PDF-1.7\n1 0 obj'), 'fileNotTable'], ['a photo', raw('\u00ff\u00d8\u00ff\u00e0JFIF'), 'fileNotTable'], ['a picture', raw('\u0089PNG\r\n'), 'fileNotTable'], ['bytes', raw('a\0b\0c,d'), 'fileNotTable'],
    ['nothing', raw(''), 'fileEmpty'], ['blanks', raw(' \r\n;;;\n'), 'fileEmpty'], ['50 MB', new Uint8Array(50 * 1024 * 1024), 'fileTooLarge'], ['half a workbook', bytesOf(ugly).slice(0, 2000), 'fileUnreadable'],
  ])('%s', async (_what, bytes, problem) => {
    await expect(readTable('x.xlsx', bytes)).rejects.toMatchObject({ problem });
  });
  it('a text of Word, packed like a workbook', async () => {
    const { strToU8, zipSync } = await import('fflate');
    await expect(readTable('x.docx', zipSync({ 'word/document.xml': strToU8('<w/>') }))).rejects.toMatchObject({ problem: 'fileNotTable' });
  });
  it('reads UTF-16 of either order', async () => {
    const text = '\ufeffHọ tên\tNăm sinh\nNguyễn An\t1948';
    const little = new Uint8Array(Buffer.from(text, 'utf16le'));
    const big = new Uint8Array(Buffer.from(text, 'utf16le').swap16());
    for (const bytes of [little, big]) expect((await readTable('a.csv', bytes))[0]?.rows[1]).toEqual(['Nguyễn An', '1948']);
  });
});

describe('what somebody hid in the file', () => {
  const head = ['Họ và tên', 'Năm sinh', 'Giới tính', 'Số CCCD', 'Phòng', 'Giường'];
  const book = {
    'Bìa & lời dẫn': [['Danh sách để trình']],
    'Cũ': [head, ['Đã Chuyển Đi', 1940, 'Nam']],
    'Đang ở': [head, ['Vừ Thị Mỷ', 1948, 'Nữ', '001148000011', '201', '1'], ['Vừ Thị Mỷ', 1948, 'Nữ', '001148000011', '201', '1'], ['Lý A Páo', 1955, 'Nam', '', '201', '1'], ['Giàng Seo Páo', 1950, 'Nam', '', '201', '2']],
  };
  const hidden = { 'Bìa & lời dẫn': { rows: [1] }, 'Cũ': { sheet: true }, 'Đang ở': { rows: [2, 4], columns: [1, 3] } };
  const read = async (): Promise<Sheet[]> => readTable('so.xlsx', new Uint8Array((build as (rows: unknown, hidden: unknown) => Buffer)(book, hidden)));

  it('is known: rows, columns, sheets', async () => {
    const sheets = await read();
    expect(sheets.map((s) => [s.name, [...(s.hidden?.rows ?? [])], [...(s.hidden?.columns ?? [])], s.hidden?.sheet])).toEqual([
      ['Bìa & lời dẫn', [1], [], false], ['Cũ', [], [], true], ['Đang ở', [2, 4], [1, 3], false]]);
    expect((await readTable('so.xlsx', bytesOf([['Họ tên'], ['Lý A Páo']])))[0]?.hidden).toBeUndefined();
    expect(bestSheet(sheets)).toBe(2);
    expect(bestSheet(sheets.slice(0, 2))).toBe(1); /* better a hidden one than none */
  });

  it('is asked about row by row, and takes nothing from who stands there for all to see', async () => {
    const rows = planOf((await read())[2] as Sheet);
    expect(rows.map((r) => [r.row, r.verdict])).toEqual([[2, 'refused'], [3, 'new'], [4, 'doubtful'], [5, 'new']]);
    expect(codes(rows[0])).toContain('sameInFile');
    expect(rows[1]?.person).toMatchObject({ name: 'Vừ Thị Mỷ', room: '201', bed: '1' });
    expect(codes(rows[2])).toEqual(['rowHidden', 'bedTaken']); /* the bed is hers who is not hidden */
    expect(wantedOf(rows, new Set())).toHaveLength(2);
  });

  it('is found however the file is written', () => {
    const of = (sheet: string, workbook = '<sheet name="A" r:id="r1"/>'): unknown => hiddenIn(Object.fromEntries(Object.entries({
      'xl/workbook.xml': workbook, 'xl/_rels/workbook.xml.rels': '<Relationship Target="/xl/worksheets/s.xml" Id="r1"/>', 'xl/worksheets/s.xml': sheet,
    }).map(([k, v]) => [k, new TextEncoder().encode(v)]))).get('A');
    expect(of('<x:row hidden="true"/><x:row/><x:row ht="0"/>')).toMatchObject({ rows: new Set([1, 3]) }); /* no numbers, a prefix, no height */
    expect(of("<row hidden='1' r='7'><c/></row><row r='8' hidden='0'/><rowBreaks hidden='1'/>")).toMatchObject({ rows: new Set([7]) });
    expect(of('<col max="4" min="3" hidden="1"/><col min="6" max="999999999" width="0"/>')).toMatchObject({ rows: new Set() });
    expect((of('<col min="-99999999999" max="2" hidden="1"/>'.repeat(3)) as Hidden).columns).toEqual(new Set([0, 1])); /* no table has such columns */
    expect(of('', '<sheet state="veryHidden" name="A" r:id="r1"/>')).toMatchObject({ sheet: true });
    expect(of('<row r="1"/>')).toBeUndefined();
  });
});

describe('a name mended in the dry run', () => {
  const mapping = { fields: ['name' as const], firstRow: 1, names: ['Họ tên'] };
  const rows = [['Họ tên'], ['Lý A Pao'], ['Vừ Thị Mỷ']];
  it('waits until the record was asked about it', () => {
    const first = planRows(rows, mapping, today);
    const known = { ...NOTHING_KNOWN, asked: new Set(unasked(first, NOTHING_KNOWN)) };
    expect(planRows(rows, mapping, today, known).flatMap(codes)).not.toContain('notAsked');
    const mended = planRows(rows, mapping, today, known, new Map([[cellKey(2, 0), 'Lý A Páo Dín']]));
    expect(mended.map((r) => codes(r).includes('notAsked'))).toEqual([true, false]);
    expect(mended[0]?.verdict).toBe('refused');
    expect(unasked(mended, known)).toEqual([expect.stringMatching(/^Patient\?name=L%C3%BD/)]);
  });
});
