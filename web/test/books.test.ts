import { describe, expect, it } from 'vitest';
import { readCard, readDate, readGender, readIdNumber, readName, readPhone, readSign, idClashes } from '../src/books/cells';
import { decodeOld, encodingOf, fromCp1258, isSyllable, ofCodePage } from '../src/books/encoding';
import { fieldOf } from '../src/books/fields';
import { findHeading } from '../src/books/heading';
import { RESIDENTS } from '../src/books/kinds';
import { planRows, type Known } from '../src/books/plan';
import { cellKey, doubtsOf, tallyOf, type Mapping } from '../src/books/reader';
import { bedForm, roomForm } from '../src/books/places';
import { placesOf, rowEntries, ROW_SYSTEM } from '../src/books/resources';
import { sensitiveIn } from '../src/books/sensitive';
import { readTable, FileError } from '../src/books/table';

const today = { year: 2026, month: 11, day: 22 };
const codes = (r: { findings: { code: string }[] }): string[] => r.findings.map((f) => f.code);

describe('old encodings', () => {
  it.each([
    ['NguyÔn V¨n Hïng', 'Nguyễn Văn Hùng', 'TCVN3'],
    ['TrÇn ThÞ B×nh', 'Trần Thị Bình', 'TCVN3'],
    ['§Æng ThÞ Hoµ', 'Đặng Thị Hoà', 'TCVN3'],
    ['Nguyeãn Vaên Huøng', 'Nguyễn Văn Hùng', 'VNI'],
    ['Traàn Thò Bình', 'Trần Thị Bình', 'VNI'],
    ['Ñaëng Thò Hoaø', 'Đặng Thị Hoà', 'VNI'],
  ])('%s', (old, now, was) => {
    expect(decodeOld(old)).toEqual({ text: now, was });
  });
  it.each(['Nguyễn Văn Hùng', 'Trần Thị Bình', 'Giàng A Páo', 'Hà', 'Vừ Thị Mỷ', 'José', '', 'AB 12', 'Lý Mẩy', 'Hồ Văn Ươm'])('%s stays', (text) => {
    expect(decodeOld(text)).toEqual({ text, was: undefined });
  });
  it('judges a column by most of its cells', () => {
    expect(encodingOf(['NguyÔn V¨n A', 'TrÇn ThÞ B', 'Hoa'])).toBe('TCVN3');
    expect(encodingOf(['Nguyễn Văn A', 'Trần Thị B', 'Lª'])).toBeUndefined();
  });
  it('reads the Vietnamese code page of old Windows, as a file, and leaves other files alone', () => {
    expect(fromCp1258('NguyêÞn Vãn Hu\u00ccng, Ðãòng Thiò Hoa, Trýõng')).toBe('Nguyễn Văn Hùng, Đặng Thị Hoa, Trương');
    expect(ofCodePage('Hoò và tên;Nãm sinh\nNguyêÞn Vãn A;1948')).toBe('Họ và tên;Năm sinh\nNguyễn Văn A;1948');
    for (const other of ['Hä tªn,N¨m sinh\nNguyÔn V¨n A,1948', 'Hoï teân,Naêm sinh\nNguyeãn Vaên A,1948', 'Ten,Nam sinh\nJosé,1948']) expect(ofCodePage(other)).toBe(other);
  });
  it('knows syllables', () => {
    for (const w of ['nguyễn', 'khuya', 'quý', 'giường', 'ương', 'nghiêng']) expect(isSyllable(w)).toBe(true);
    for (const w of ['v¨n', 'xyz', 'str', 'nguyÔn']) expect(isSyllable(w)).toBe(false);
  });
});

describe('dates', () => {
  it.each([
    ['02/03/1948', '1948-03-02', []],
    ['2-3-1948', '1948-03-02', []],
    ['2.3.1948', '1948-03-02', []],
    ['1948-03-02', '1948-03-02', []],
    ['1948', '1948', ['yearOnly']],
    [1948, '1948', ['yearOnly']],
    ['khoảng 1948', '1948', ['yearOnly']],
    ['~1948', '1948', ['yearOnly']],
    ['03/1948', '1948-03', ['yearOnly']],
    ['00/00/1948', '1948', ['yearOnly']],
    ['00/03/1948', '1948-03', ['yearOnly']],
    ['01/01/1948', '1948-01-01', ['newYear']],
    ['2/3/48', '1948-03-02', ['shortYear']],
    ['2/3/15', '2015-03-02', ['shortYear']],
    ['05/23/1950', '1950-05-23', ['swapped']],
    [2031948, '1948-03-02', ['zeroLost']],
    ['12031948', '1948-03-12', ['packedDate']],
    [17594, '1948-03-02', ['serial']],
    [new Date(Date.UTC(1948, 2, 2)), '1948-03-02', []],
  ])('%s', (cell, value, found) => {
    const r = readDate(cell, today);
    expect(r.value).toBe(value);
    expect(codes(r)).toEqual(found);
  });
  it.each([
    ['31/02/1948', 'dateUnreadable'], ['23/11/2026', 'future'], ['2027', 'future'], ['01/02/1850', 'tooOld'], ['hai ba', 'dateUnreadable'],
    ['1/2', 'dateUnreadable'], [3.5, 'dateUnreadable'], ['13/13/1950', 'dateUnreadable'],
  ])('%s is refused', (cell, code) => {
    const r = readDate(cell, today);
    expect(r.value).toBeUndefined();
    expect(codes(r)).toContain(code);
  });
  it('says nothing of nothing', () => {
    for (const cell of [null, undefined, '', '  ']) expect(readDate(cell, today)).toEqual({ value: undefined, findings: [] });
  });
});

describe('numbers off cards', () => {
  it('offers lost zeros, never takes them for granted', () => {
    expect(readIdNumber('001048001234').value).toEqual({ kind: 'cccd', value: '001048001234' });
    const lost = readIdNumber(1048001234);
    expect(lost.value).toEqual({ kind: 'cccd', value: '001048001234' });
    expect(lost.findings).toEqual([{ level: 'doubt', code: 'zeroLost', offer: '001048001234' }]);
    expect(readIdNumber(12345678).value).toEqual({ kind: 'cmnd', value: '012345678' });
    expect(codes(readIdNumber('123456789'))).toEqual(['oldIdCard']);
    expect(codes(readIdNumber('1.23E+11'))).toEqual(['numberRounded']);
    expect(codes(readIdNumber('12345'))).toEqual(['idShape']);
    expect(codes(readIdNumber('ABC'))).toEqual(['idShape']);
    expect(readIdNumber('').findings).toEqual([]);
  });
  it('compares the number with birth and gender', () => {
    const id = { kind: 'cccd' as const, value: '001048001234' }; /* century 0: male, 1900s; year 48 */
    expect(idClashes(id, '1948-03-02', 'male')).toEqual([]);
    expect(idClashes(id, '1949', 'female').map((f) => f.code)).toEqual(['idYearClash', 'idGenderClash']);
    expect(idClashes({ kind: 'cccd', value: '001315001234' }, '2015', 'female')).toEqual([]);
  });
  it('cards and phones', () => {
    expect(readCard('BT2 79 0123456789').value).toBe('BT2790123456789');
    expect(codes(readCard('BT9790123456789'))).toEqual(['cardShape']);
    expect(codes(readCard('0123456789'))).toEqual(['cardNumberOnly']);
    expect(readPhone(912345678).findings[0]).toEqual({ level: 'doubt', code: 'zeroLost', offer: '0912345678' });
    expect(readPhone('+84 912 345 678').value).toBe('0912345678');
    expect(codes(readPhone('12'))).toEqual(['phoneShape']);
  });
});

describe('names, gender, signs', () => {
  it('names', () => {
    expect(readName('  NGUYỄN  VĂN AN ')).toEqual({ value: 'Nguyễn Văn An', findings: [{ level: 'note', code: 'blanks' }, { level: 'note', code: 'capitals' }] });
    expect(codes(readName(''))).toEqual(['nameMissing']);
    expect(codes(readName('Hoa'))).toEqual(['nameShort']);
    expect(codes(readName('Nguyễn 3'))).toEqual(['nameDigits']);
    expect(readName('Nguye\u0302\u0303n An').value).toBe('Nguyễn An');
  });
  it('gender', () => {
    expect(readGender('Nữ').value).toBe('female');
    expect(readGender(1).value).toBe('male');
    expect(codes(readGender('?'))).toEqual(['genderUnreadable']);
  });
  it('signs', () => {
    expect(readSign('x')).toEqual({ yes: true, said: '' });
    expect(readSign('Âm tính')).toEqual({ yes: false, said: '' });
    expect(readSign('ARV từ 2019')).toEqual({ yes: true, said: 'ARV từ 2019' });
    /* nobody gets a label because somebody wrote that nothing is known */
    for (const no of ['Chưa XN', 'chưa xét nghiệm', 'Không rõ', 'kxđ', 'âm', 'Negative', '(-)', 'ko']) expect(readSign(no)).toEqual({ yes: false, said: '' });
    expect(readSign('Không tuân thủ ARV').yes).toBe(true);
  });
  it('words that give away', () => {
    for (const text of ['Nhiễm HIV giai đoạn 3', 'AIDS', 'đang uống ARV', 'B24', 'B20.1', 'HIV (-)', 'Suy giảm miễn dịch mắc phải', 'H(+)']) expect([text, sensitiveIn(text)]).toEqual([text, 'hiv']);
    for (const text of ['Nghiện rượu', 'Sử dụng ma túy', 'F11.2', 'uống Methadone', 'cai nghiện heroin']) expect([text, sensitiveIn(text)]).toEqual([text, 'substance']);
    for (const text of ['Tăng huyết áp', 'Tâm thần phân liệt F20', 'Nghiện thuốc lá', 'Viêm gan B', 'Vitamin B2', 'Phòng B20a', 'liệt nửa người, ăn qua sonde', 'Hiv']) {
      expect([text, sensitiveIn(text)]).toEqual([text, text === 'Hiv' ? 'hiv' : undefined]);
    }
  });
});

describe('headings', () => {
  it.each([
    ['Họ và tên', 'name'], ['HỌ TÊN ĐỐI TƯỢNG', 'name'], ['Ngày, tháng, năm sinh', 'birth'], ['Năm sinh Nam', 'birthIfMale'], ['Năm sinh Nữ', 'birthIfFemale'],
    ['Số CCCD/CMND', 'idNumber'], ['Thẻ BHYT', 'card'], ['Phòng', 'room'], ['Số giường', 'bed'], ['Giới tính', 'gender'], ['Nữ', 'isFemale'],
    ['Người giám hộ', 'guardian'], ['SĐT người nhà', 'guardianPhone'], ['Kết quả HIV', 'hiv'], ['Chẩn đoán', 'diagnosis'], ['Dị ứng', 'allergy'],
    ['Mã hồ sơ', 'recordNumber'], ['Ngày vào trung tâm', 'admitted'], ['Quê quán', 'address'], ['STT', 'ordinal'], ['Hä vµ tªn', 'name'], ['Chiều cao', 'ignore'],
  ])('%s', (text, field) => {
    expect(fieldOf(text)).toBe(field);
  });
  it('finds the heading under titles, and over two rows', () => {
    const rows = [
      ['TRUNG TÂM BẢO TRỢ XÃ HỘI', '', '', ''],
      ['DANH SÁCH ĐỐI TƯỢNG', '', '', ''],
      ['STT', 'Họ và tên', 'Năm sinh', '', 'Phòng'],
      ['', '', 'Nam', 'Nữ', ''],
      ['1', 'Nguyễn Văn A', '1948', '', '201'],
    ];
    const h = findHeading(rows, RESIDENTS);
    expect([h.row, h.rows]).toEqual([2, 2]);
    expect(h.fields).toEqual(['ordinal', 'name', 'birthIfMale', 'birthIfFemale', 'room']);
  });
});

const mapping: Mapping = {
  fields: ['name', 'birth', 'gender', 'idNumber', 'room', 'bed', 'diagnosis', 'hiv', 'admitted', 'allergy'], firstRow: 1, names: [],
};
const heading = ['Họ tên', 'Ngày sinh', 'GT', 'CCCD', 'Phòng', 'Giường', 'Chẩn đoán', 'HIV', 'Ngày vào', 'Dị ứng'];
const good = ['Nguyễn Văn An', '02/03/1948', 'Nam', '001048001234', '201', '1', '1. Tăng huyết áp; 2. Đái tháo đường', 'x', '01/02/2020', 'Penicilin'];

describe('the dry run', () => {
  it('reads a good row', () => {
    const [row] = planRows([heading, good], mapping, today);
    expect(row?.verdict).toBe('new');
    expect(row?.person).toMatchObject({
      name: 'Nguyễn Văn An', birth: '1948-03-02', gender: 'male', diagnoses: ['Tăng huyết áp', 'Đái tháo đường'], allergies: ['Penicilin'],
      signs: [{ label: 'HIV', field: 'hiv', text: '' }], admitted: '2020-02-01',
    });
  });
  it('judges each row by its worst cell', () => {
    const rows = [heading, good,
      ['Trần Thị Bình', '1950', 'Nữ', 1150001234, '201', '1', '', '', '', 'không'],   /* zeros lost, bed taken */
      ['Lê Văn C', '31/02/1950', 'Nam', '', '', '', '', '', '', ''],
      [null, null, null],
      ['Phạm D', '1960', 'Nam', '001048001234', '', '', '', '', '', ''],                /* number of row 2 */
      ['Vũ Thị Em', '1960', 'Nữ', '', '', '', '', '', '01/01/1950', '']];
    const planned = planRows(rows, mapping, today);
    expect(planned.map((r) => [r.row, r.verdict])).toEqual([[2, 'new'], [3, 'doubtful'], [4, 'refused'], [6, 'refused'], [7, 'refused']]);
    expect(planned[1]?.findings.map((f) => f.code).sort()).toEqual(['allergyNone', 'bedTaken', 'yearOnly', 'zeroLost'].sort());
    expect(planned[3]?.findings.find((f) => f.code === 'sameInFile')).toMatchObject({ offer: '2', column: 3 });
    expect(tallyOf(planned)).toEqual({ new: 1, same: 0, doubtful: 1, refused: 3 });
    expect(doubtsOf(planned).map((d) => d.code).sort()).toEqual(['bedTaken', 'zeroLost']);
  });
  it('takes what a diagnosis or a remark gives away into its compartment, and the rest as it stands', () => {
    const m: Mapping = { fields: ['name', 'birth', 'gender', 'diagnosis', 'note', 'note'], firstRow: 1, names: [] };
    const [row] = planRows([['Họ tên', 'NS', 'GT', 'CĐ', 'Ghi chú', ''], ['Lý Mẩy', '1948', 'Nữ', '1. Lao phổi; 2. Nhiễm HIV', 'ăn qua sonde', 'trước đây nghiện heroin']], m, today);
    expect(row?.person).toMatchObject({
      diagnoses: ['Lao phổi'], note: 'ăn qua sonde',
      signs: [{ label: 'HIV', field: 'hiv', text: 'Nhiễm HIV' }, { label: 'ETH', field: 'substance', text: 'trước đây nghiện heroin' }],
    });
    expect(row?.findings.filter((f) => f.code === 'sensitive').map((f) => [f.field, f.column])).toEqual([['diagnosis', 3], ['note', 5]]);
  });
  it('asks about the same person twice in one file, also without any number', () => {
    const rows = [heading, ['Vừ Thị Mỷ', '1950', 'Nữ'], ['VỪ THỊ  MỶ', '02/03/1950', 'Nữ'], ['Vừ Thị Mỷ', '1971', 'Nữ']];
    const planned = planRows(rows, mapping, today);
    expect(planned.map((r) => r.verdict)).toEqual(['new', 'doubtful', 'new']);
    expect(planned[1]?.findings.find((f) => f.code === 'twiceInFile')).toMatchObject({ offer: '2', column: 0 });
  });
  it('offers the room above where a merged cell left it empty, and puts nobody into a bed that is taken', () => {
    const rows = [heading, good, ['Trần Thị Bình', '1950', 'Nữ', '', '', '2'], ['Lê Văn C', '1951', 'Nam', '', '', '2'], ['Lò Thị D', '1952', 'Nữ']];
    const planned = planRows(rows, mapping, today);
    expect(planned.map((r) => [r.person.room, r.person.bed, r.verdict])).toEqual([['201', '1', 'new'], ['201', '2', 'doubtful'], ['201', '', 'doubtful'], ['', '', 'new']]);
    expect(planned[1]?.findings.find((f) => f.code === 'roomAbove')).toMatchObject({ offer: '201', column: 4 });
    expect(planned[2]?.findings.map((f) => f.code)).toContain('bedTaken');
    const left = planRows(rows, mapping, today, undefined, new Map([[cellKey(3, 4), '']]));
    expect(left[1]?.person.room).toBe('');
  });
  it('knows people of the record', () => {
    const known: Known = {
      byNumber: new Map([['001048001234', 'p1']]), byName: new Map([['tran thi binh', [{ id: 'p2', birth: '1950-07-01' }]]]), beds: new Map([['202/3', 'p9']]), places: new Map(),
    };
    const planned = planRows([heading, good, ['Trần Thị Bình', '1950', 'Nữ', '', '202', '3']], mapping, today, known);
    expect(planned[0]).toMatchObject({ verdict: 'same', same: 'p1' });
    expect(planned[1]).toMatchObject({ verdict: 'doubtful', same: 'p2' });
    expect(planned[1]?.findings.map((f) => f.code)).toContain('bedTaken');
    const other = planRows([heading, ['Trần Thị Bình', '1971', 'Nữ']], mapping, today, known);
    expect(other[0]?.findings.map((f) => f.code)).not.toContain('perhapsSame');
  });
  it('knows who lies in this very bed under this name, however the book of next month writes the bed; of two that are alike the one who lies there', () => {
    const known: Known = {
      byNumber: new Map(), byName: new Map([['tran thi binh', [{ id: 'p1', birth: '1950' }, { id: 'p2', birth: '1950-07-01' }]]]), beds: new Map([['202/3', 'p2'], ['202/4', 'p9']]), places: new Map(),
    };
    const planned = planRows([heading, ['Trần Thị Bình', '1950', 'Nữ', '', 'Phòng 202', 'G3'], ['Trần Thị Bình', '1950', 'Nữ', '', '202', '4'], ['Trần Thị Bình', '1971', 'Nữ', '', '202', '3']], mapping, today, known);
    expect(planned.map((r) => [r.verdict, r.same])).toEqual([['same', 'p2'], ['doubtful', 'p1'], ['doubtful', undefined]]);
    expect(planned[2]?.findings.map((f) => f.code)).toContain('bedTaken');
  });
  it('asks about who lies there under this name when the book has a number that is not theirs', () => {
    const known: Known = {
      byNumber: new Map([['001150001234', 'p2']]), byName: new Map([['tran thi binh', [{ id: 'p2', birth: '1950' }]]]), beds: new Map([['202/3', 'p2']]), places: new Map(),
    };
    const row = (number: string): string[] => ['Trần Thị Bình', '1950', 'Nữ', number, '202', '3'];
    const judged = (number: string, at: Known): unknown[] => planRows([heading, row(number)], mapping, today, at).map((r) => [r.verdict, r.same])[0] as unknown[];
    expect(judged('001150009999', known)).toEqual(['doubtful', 'p2']);
    expect(judged('001150001234', known)).toEqual(['same', 'p2']);
    expect(judged('', known)).toEqual(['same', 'p2']);
    expect(judged('001150009999', { ...known, byNumber: new Map() })).toEqual(['same', 'p2']);
  });
  it('takes corrections of single cells', () => {
    const rows = [heading, ['Lê Văn C', '31/02/1950', 'Nam']];
    expect(planRows(rows, mapping, today, undefined, new Map([[cellKey(2, 1), '28/02/1950']]))[0]).toMatchObject({ verdict: 'new', person: { birth: '1950-02-28' } });
    expect(planRows(rows, mapping, today, undefined, new Map([[cellKey(2, 1), '']]))[0]?.verdict).toBe('doubtful');
  });
  it('decodes an old book, by column', () => {
    const rows = [heading, ['NguyÔn V¨n An', '1948', 'Nam'], ['TrÇn ThÞ B×nh', '1950', 'Nam']];
    expect(planRows(rows, mapping, today).map((r) => r.person.name)).toEqual(['Nguyễn Văn An', 'Trần Thị Bình']);
  });
  it('survives any cells', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const odd = ['', null, undefined, true, false, 0, -1, 1e21, NaN, Infinity, 'a'.repeat(500), '\u0000', 'é', '٣', '1/1/1', '31/12/9999', 'x', new Date(NaN), new Date(0), '=1+1', '🙂'];
    for (let i = 0; i < 3000; i++) {
      const row = mapping.fields.map(() => odd[random(odd.length)] as never);
      const planned = planRows([heading, row], mapping, today);
      expect(planned.length).toBeLessThanOrEqual(1);
      for (const p of planned) if (p.verdict !== 'refused') expect(p.person.name).not.toBe('');
    }
  });
});

describe('resources', () => {
  const context = {
    importId: 'i1', ward: { id: 'w', name: 'Khu A', facility: 'Organization/f' }, places: new Map<string, string>(), now: '2026-11-22T08:00:00+07:00', signNames: { hiv: 'HIV' }, seesProtected: true,
  };
  it('gives every entry an identifier of its own and asks for none to be there', () => {
    const planned = planRows([heading, good], mapping, today);
    const entries = rowEntries(planned[0] as never, context, () => 'u');
    expect(entries.map((e) => e.resource?.resourceType)).toEqual(['Patient', 'EpisodeOfCare', 'Encounter', 'Condition', 'Condition', 'Condition', 'AllergyIntolerance']);
    const conditions = entries.map((e) => e.request?.ifNoneExist);
    expect(new Set(conditions).size).toBe(entries.length);
    expect(conditions[0]).toBe(`identifier=${ROW_SYSTEM}|i1/2/0`);
    const labelled = entries.filter((e) => JSON.stringify(e.resource).includes('"security"'));
    expect(labelled).toHaveLength(1);
    expect(JSON.stringify(labelled[0]?.resource)).toContain('"HIV"');
  });
  it('keeps a remark as a note of the ward', () => {
    const m: Mapping = { fields: ['name', 'birth', 'gender', 'note'], firstRow: 1, names: [] };
    const [row] = planRows([['Họ tên', 'NS', 'GT', 'Ghi chú'], ['Lý Mẩy', '1948', 'Nữ', 'ăn qua sonde']], m, today);
    const made = rowEntries(row as never, context, () => 'u').map((e) => e.resource).filter((r) => r?.resourceType === 'Observation');
    expect(made).toMatchObject([{ code: { coding: [{ system: 'urn:ansinh:care', code: 'note' }] }, valueString: 'ăn qua sonde', effectiveDateTime: context.now }]);
  });
  it('makes each room and bed once, rooms first', () => {
    const planned = planRows([heading, good, ['Trần Thị Bình', '1950', 'Nữ', '', '201', '2'], ['Lê Thị C', '1950', 'Nữ', '', 'P.202', '']], mapping, today);
    expect(placesOf(planned, context).map((p) => [p.kind, p.key])).toEqual([['ro', 'w/201'], ['ro', 'w/202'], ['bd', 'w/201/1'], ['bd', 'w/201/2']]);
  });
  it('finds the room and the bed that were set up, however the book writes them, and makes no second house', () => {
    const places = new Map([['201/', 'r201'], ['201/1', 'b1'], ['201/2', 'b2'], ['/p-201-g2', 'b2'], ['hoa-ban/', 'hb']]);
    const known: Known = { byNumber: new Map(), byName: new Map(), beds: new Map([['201/4', 'p9']]), places };
    const lines = [['Phòng 201', 'Giường 1', 'b1'], ['', 'P.201-G2', 'b2'], ['p201', 'G01', ''], ['P. 201', '4', ''], ['201', '201-3', '201/3'], ['Phòng Hoa Ban', '', 'hb']];
    const planned = planRows([heading, ...lines.map(([room, bed], n) => [`Lê Thị ${'ABCDEF'[n] ?? ''}`, '1950', 'Nữ', '', room ?? '', bed ?? ''])], mapping, today, known);
    /* "p201 G01" is bed 1 again, and in 4 somebody lies */
    expect(planned.map((r) => r.findings.some((f) => f.code === 'bedTaken'))).toEqual([false, false, true, true, false, false]);
    expect(placesOf(planned, { ...context, places }).map((p) => [p.kind, p.key, p.partOf])).toEqual([['bd', 'w/201/3', 'Location/r201']]);
    const at = planned.map((r) => JSON.stringify(rowEntries(r, { ...context, places }, () => 'u').find((e) => e.resource?.resourceType === 'Encounter')?.resource));
    for (const [n, reference] of ['Location/b1', 'Location/b2', 'Location/r201', 'Location/r201', 'urn:ansinh:id:place|w/201/3', 'Location/hb'].entries()) expect(at[n]).toContain(reference);
  });
  it.each([
    ['101', 'Phòng 101', true], ['101', 'P.101', true], ['101', 'p101', true], ['101', 'Phòng số 101', true], ['Hoa Ban', 'phòng hoa ban', true], ['101', '1010', false], ['Phú', 'hú', false], ['A1', 'P.A1', false],
  ])('room %s and room %s: one? %s', (a, b, one) => {
    expect(roomForm(a) === roomForm(b)).toBe(one);
  });
  it.each([
    ['101', '1', 'G1', true], ['101', '1', 'Giường số 1', true], ['P.101', 'P.101-G1', '1', true], ['101', '101.1', '1', true], ['101', 'P101G01', '1', true], ['101', '1011', '1', false], ['1', '11', '1', false], ['1', '10', '0', false],
    ['101', '101', '1', false],
  ])('in room %s bed %s and bed %s: one? %s', (room, a, b, one) => {
    expect(bedForm(room, a) === bedForm(room, b)).toBe(one);
  });
});

describe('files', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  it('reads CSV with any separator and a byte order mark', async () => {
    const [sheet] = await readTable('a.csv', bytes('\ufeffHọ tên;Năm sinh\n"Nguyễn; An";1948\n;\n'));
    expect(sheet?.rows).toEqual([['Họ tên', 'Năm sinh'], ['Nguyễn; An', '1948']]);
  });
  it('reads a file of old letters byte by byte', async () => {
    const [sheet] = await readTable('a.csv', Uint8Array.from('Hä tªn,N¨m sinh\nNguyÔn V¨n A,1948', (c) => c.charCodeAt(0)));
    expect(sheet?.rows[1]?.[0]).toBe('NguyÔn V¨n A');
  });
  it.each([
    [[0xd0, 0xcf, 0x11, 0xe0, 1], 'fileOldExcel'], [[0x50, 0x4b, 3, 4, 0, 0], 'fileUnreadable'], [[], 'fileEmpty'], [[0x0a, 0x0a], 'fileEmpty'],
  ])('refuses %j', async (head, problem) => {
    await expect(readTable('x', Uint8Array.from(head))).rejects.toMatchObject({ problem });
    await expect(readTable('x', Uint8Array.from(head))).rejects.toBeInstanceOf(FileError);
  });
});
