/* Books that keep those who have died or gone on their line, and books that know an age instead of a day of birth. */

import { describe, expect, it } from 'vitest';
import { readAge, readDate } from '../src/books/cells';
import { fieldOf } from '../src/books/fields';
import { leftIn, saysGone } from '../src/books/left';
import { planRows } from '../src/books/plan';
import type { PlannedRow } from '../src/books/plan';
import type { Field } from '../src/books/fields';

const today = { year: 2026, month: 11, day: 24 };
const plan = (fields: Field[], ...rows: (string | number)[][]): PlannedRow[] => planRows([fields, ...rows], { fields, firstRow: 1, names: [] }, today);
const codes = (r: PlannedRow | undefined): string[] => (r?.findings ?? []).filter((f) => f.level !== 'note').map((f) => f.code);

describe('who is not here any more', () => {
  it.each([
    'Đã chết 12/3/2022', 'tử vong năm 2020', 'mất ngày 5/5/2021', 'đã mất', 'Ra viện 03/2024', 'xuất viện', 'bỏ trốn 2023', 'trốn trại', 'chuyển viện', 'Chuyển trung tâm khác', 'hồi gia',
    'về gia đình', 'về với gia đình từ 2019', 'dừng nuôi dưỡng', 'đã chuyển đi', 'bà mất ngày 3/2/2022', 'Ông đã mất',
  ])('"%s" says so', (text) => expect(saysGone(text)).toBe(true));
  it.each([
    'mất ngủ', 'mất trí nhớ', 'mất sức lao động 61%', 'mẹ chết, bố đã mất', 'vợ mất ngày 1/2/2000', 'cha mẹ đều chết', 'ăn cháo', 'chuyển biến tốt', 'thăm gia đình dịp Tết', 'con trai đã mất', 'giảm thị lực', 'bố mẹ đã chết', '',
  ])('"%s" does not', (text) => expect(saysGone(text)).toBe(false));

  it('is refused where a column says it, is no matter where it says the contrary, and is asked about where it cannot be read', () => {
    const levels = ['12/3/2022', 2021, 'chết', 'đã về quê', '', 'không', 'đang nuôi dưỡng', 'chưa', '01/06/2031', 'x', 'theo QĐ 15'].map((c) => leftIn(c, today).map((f) => f.level)[0]);
    expect(levels).toEqual(['refuse', 'refuse', 'refuse', 'refuse', undefined, undefined, undefined, undefined, undefined, 'doubt', 'doubt']);
    expect(leftIn('2022-03-12', today)).toEqual([{ level: 'refuse', code: 'hasLeft', offer: '12/03/2022' }]);
  });
  it('does not take the bed, the number or the name from who is here', () => {
    const rows = plan(['name', 'birth', 'gender', 'idNumber', 'room', 'bed', 'left'],
      ['Lê Thị Hoa', 1950, 'Nữ', '042150001234', '201', '1', '12/03/2022'], ['Lê Thị Hoa', 1950, 'Nữ', '042150001234', '201', '1', ''], ['Vừ A Dính', 1950, 'Nam', '', '201', '2', '']);
    expect(rows.map((r) => r.verdict)).toEqual(['refused', 'new', 'new']);
    expect(rows[1]?.person.bed).toBe('1');
  });
  it('is a question in a remark and beside a name', () => {
    const rows = plan(['name', 'birth', 'gender', 'note', 'state'],
      ['Lê Thị Hoa (đã mất)', 1950, 'Nữ', '', ''], ['Vừ A Dính', 1950, 'Nam', 'bỏ trốn tháng 5', ''], ['Lý A Páo', 1950, 'Nam', 'mẹ đã mất', 'đang ở'], ['Lý Thị Na', 1950, 'Nữ', '', 'Đã ra trung tâm']);
    expect(rows.map((r) => [r.verdict, ...codes(r)])).toEqual([['doubtful', 'perhapsLeft'], ['doubtful', 'perhapsLeft'], ['new'], ['refused', 'hasLeft']]);
  });
});

describe('an age instead of a birth', () => {
  it('is offered as a year', () => {
    expect([readAge(76, today), readAge('76 tuổi', today), readDate('76 tuổi', today), readAge('', today).value, readAge('già', today).findings[0]?.code, readAge(300, today).findings[0]?.level]).toEqual([
      { value: '1950', findings: [{ level: 'doubt', code: 'fromAge', offer: '1950' }] }, { value: '1950', findings: [{ level: 'doubt', code: 'fromAge', offer: '1950' }] },
      { value: '1950', findings: [{ level: 'doubt', code: 'fromAge', offer: '1950' }] }, undefined, 'ageUnreadable', 'refuse',
    ]);
    expect(plan(['name', 'age', 'gender'], ['Lý A Páo', 76, 'Nam']).map((r) => [r.person.birth, r.verdict])).toEqual([['1950', 'doubtful']]);
  });
  it('does not stand before a day of birth', () => expect(plan(['name', 'birth', 'age', 'gender'], ['Lý A Páo', '1/2/1951', 76, 'Nam']).map((r) => [r.person.birth, r.verdict])).toEqual([['1951-02-01', 'new']]));
  it('nobody knows is no reason to refuse a person', () => {
    for (const text of ['?', 'không rõ', 'k rõ', 'Chưa rõ ngày sinh', '...']) expect(plan(['name', 'birth', 'gender'], ['Lý A Páo', text, 'Nam']).map((r) => [r.verdict, ...codes(r)])).toEqual([['doubtful', 'dateMissing']]);
  });
});

it.each<[string, Field]>([
  ['Ngày ra', 'left'], ['Ngày mất', 'left'], ['Ngày tử vong', 'left'], ['Ra viện', 'left'], ['Lý do giảm', 'left'], ['Tình trạng', 'state'], ['Hiện trạng', 'state'], ['Tình trạng bệnh', 'diagnosis'], ['Tuổi', 'age'],
  ['Bệnh chính', 'diagnosis'], ['Bệnh nền', 'diagnosis'], ['Người thân', 'guardian'], ['SĐT người thân', 'guardianPhone'], ['Ngày vào', 'admitted'], ['Ngày sinh', 'birth'], ['Số điện thoại', 'phone'],
])('the heading "%s" is %s', (heading, field) => expect(fieldOf(heading)).toBe(field));
