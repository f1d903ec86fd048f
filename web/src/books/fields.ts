/* What a column of a residents' book can hold, and how its heading is recognised. One table: a field more is a row here, a
 * word in each catalogue, and a line in plan.ts.
 *
 * `label`: what the column says belongs into a compartment (HIV, substance use ...), and is kept under that label from the
 * first moment. */

import { decodeOld } from './encoding';
import { foldText } from '../text';

export type Field =
  | 'name' | 'birth' | 'birthIfMale' | 'birthIfFemale' | 'gender' | 'isMale' | 'isFemale' | 'idNumber' | 'card' | 'recordNumber'
  | 'room' | 'bed' | 'ward' | 'admitted' | 'diagnosis' | 'allergy' | 'address' | 'phone' | 'guardian' | 'guardianPhone' | 'ethnicity'
  | 'hiv' | 'substance' | 'mental' | 'note' | 'ordinal' | 'ignore';

export interface FieldKind { field: Field; label?: 'HIV' | 'ETH' | 'PSY'; headings: RegExp }

/* Headings are folded first: no marks, d for đ, lower case, single blanks. The first row that fits wins, so the narrow ones stand
 * above the wide ones. */
export const FIELDS: FieldKind[] = [
  { field: 'ordinal', headings: /^(stt|tt|so thu tu|no\.?)$/ },
  { field: 'guardianPhone', headings: /(dien thoai|sdt|dt).*(giam ho|than nhan|nguoi nha|gia dinh)|(giam ho|than nhan|nguoi nha).*(dien thoai|sdt)/ },
  { field: 'guardian', headings: /giam ho|than nhan|nguoi nha|nguoi dai dien|nguoi bao tro/ },
  { field: 'hiv', label: 'HIV', headings: /\bhiv\b|\baids\b|\barv\b/ },
  { field: 'substance', label: 'ETH', headings: /ma tuy|\bnghien\b|cai nghien|methadone/ },
  { field: 'mental', label: 'PSY', headings: /tam than|roi nhieu tam tri|tam tri/ },
  { field: 'birthIfMale', headings: /(ngay|nam) sinh.*\bnam$|^nam sinh nam$/ },
  { field: 'birthIfFemale', headings: /(ngay|nam) sinh.*\bnu$/ },
  { field: 'birth', headings: /ngay sinh|nam sinh|sinh nam|ngay thang nam sinh|^ns$|^dob$|birth/ },
  { field: 'isMale', headings: /^nam$/ },
  { field: 'isFemale', headings: /^nu$/ },
  { field: 'gender', headings: /gioi tinh|^gt$|^gioi$|gender|^sex$/ },
  { field: 'idNumber', headings: /cccd|cmnd|cmt|can cuoc|chung minh|so dinh danh|dinh danh/ },
  { field: 'card', headings: /bhyt|bao hiem|so the/ },
  { field: 'recordNumber', headings: /ma (ho so|hs|bn|doi tuong|benh nhan)|so ho so|^ma so$|^ma$/ },
  { field: 'bed', headings: /giuong|^g$/ },
  { field: 'room', headings: /phong|buong/ },
  { field: 'ward', headings: /khoa|khu|don nguyen/ },
  { field: 'admitted', headings: /ngay vao|ngay tiep nhan|vao trung tam|ngay nhan|nhap vien/ },
  { field: 'allergy', headings: /di ung/ },
  { field: 'diagnosis', headings: /chan doan|benh ly|benh kem|^benh$|tinh trang benh|benh tat|tien su/ },
  { field: 'phone', headings: /dien thoai|sdt|^dt$|phone/ },
  { field: 'ethnicity', headings: /dan toc/ },
  { field: 'address', headings: /dia chi|que quan|thuong tru|noi o|ho khau/ },
  { field: 'name', headings: /ho (va )?ten|ho, ten|^ten$|ten doi tuong|name/ },
  { field: 'note', headings: /ghi chu|note/ },
];

export function fieldOf(heading: string): Field {
  const folded = foldText(decodeOld(heading).text);
  return FIELDS.find((kind) => kind.headings.test(folded))?.field ?? 'ignore';
}

export const labelOf = (field: Field): string | undefined => FIELDS.find((kind) => kind.field === field)?.label;

/* Several columns may hold one of these; every other field has one. */
export const MANY: Field[] = ['ignore', 'diagnosis', 'note', 'address'];
