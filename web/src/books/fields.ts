/* What a column of a residents' book can hold, and how its heading is recognised. One table: a field more is a row here, a
 * word in each catalogue, and a line in plan.ts.
 *
 * `label`: what the column says belongs into a compartment (HIV, substance use ...), and is kept under that label from the
 * first moment. */

import { decodeOld } from './encoding';
import { foldText } from '../text';

export type Field =
  | 'name' | 'familyName' | 'birth' | 'age' | 'birthIfMale' | 'birthIfFemale' | 'gender' | 'isMale' | 'isFemale' | 'idNumber' | 'card' | 'recordNumber'
  | 'room' | 'bed' | 'roomBed' | 'ward' | 'admitted' | 'left' | 'state' | 'diagnosis' | 'allergy' | 'address' | 'phone' | 'guardian' | 'guardianPhone' | 'ethnicity'
  | 'hiv' | 'substance' | 'mental' | 'note' | 'ordinal' | 'ignore';

export interface FieldKind { field: Field; label?: 'HIV' | 'ETH' | 'PSY'; headings: RegExp }

/* Headings are folded first: no marks, d for đ, lower case, single blanks. The first row that fits wins, so the narrow ones stand
 * above the wide ones. */
export const FIELDS: FieldKind[] = [
  { field: 'ordinal', headings: /^(stt|tt|so thu tu|no\.?)$/ },
  { field: 'guardianPhone', headings: /(dien thoai|sdt|dt).*(giam ho|than nhan|nguoi (nha|than|lien he)|gia dinh)|(giam ho|than nhan|nguoi (nha|than|lien he)).*(dien thoai|sdt)/ },
  { field: 'guardian', headings: /giam ho|than nhan|nguoi (nha|than|lien he|dai dien|bao tro)/ },
  { field: 'hiv', label: 'HIV', headings: /\bhiv\b|\baids\b|\barv\b/ },
  { field: 'substance', label: 'ETH', headings: /ma tuy|\bnghien\b|cai nghien|methadone/ },
  { field: 'mental', label: 'PSY', headings: /tam than|roi nhieu tam tri|tam tri/ },
  { field: 'birthIfMale', headings: /(ngay|nam) sinh.*\bnam$|^nam sinh nam$/ },
  { field: 'birthIfFemale', headings: /(ngay|nam) sinh.*\bnu$/ },
  { field: 'birth', headings: /ngay sinh|nam sinh|sinh nam|ngay thang nam sinh|^ns$|^dob$|birth/ },
  { field: 'age', headings: /^(so )?tuoi( doi)?$|^do tuoi$|^age$/ },
  { field: 'isMale', headings: /^(gioi|gioi tinh|gt)? ?nam$/ },
  { field: 'isFemale', headings: /^(gioi|gioi tinh|gt)? ?nu$/ },
  { field: 'gender', headings: /gioi tinh|^gt$|^gioi$|gender|^sex$/ },
  { field: 'idNumber', headings: /cccd|cmnd|cmt|can cuoc|chung minh|so dinh danh|dinh danh/ },
  { field: 'card', headings: /bhyt|bao hiem|so the/ },
  { field: 'recordNumber', headings: /ma (ho so|hs|bn|doi tuong|benh nhan)|so ho so|^ma so$|^ma$/ },
  { field: 'roomBed', headings: /(phong|buong).*giuong|giuong.*(phong|buong)/ },
  { field: 'bed', headings: /giuong|^g$/ },
  { field: 'room', headings: /phong|buong/ },
  { field: 'ward', headings: /khoa|khu|don nguyen/ },
  { field: 'left', headings: /ngay (ra|xuat|mat|chet|tu vong|chuyen di|chuyen vien|giam|roi|ve)\b|^(ra|xuat) (vien|trung tam)|^tu vong|^chet|^da (ra|mat|ve)|ly do (ra|giam|xuat)/ },
  { field: 'state', headings: /^(tinh trang|hien trang|trang thai|bien dong)( (hien (tai|nay)|nuoi duong|cu tru|doi tuong))?$/ },
  { field: 'admitted', headings: /ngay vao|ngay tiep nhan|vao trung tam|ngay nhan|nhap vien/ },
  { field: 'allergy', headings: /di ung/ },
  { field: 'diagnosis', headings: /chan doan|benh (ly|kem|chinh|nen|man tinh|hien (tai|co|mac))|^(cac )?benh$|tinh trang benh|benh tat|tien su/ },
  { field: 'phone', headings: /dien thoai|sdt|^dt$|phone/ },
  { field: 'ethnicity', headings: /dan toc/ },
  { field: 'address', headings: /dia chi|que quan|thuong tru|noi o|ho khau/ },
  { field: 'familyName', headings: /^ho( va)?( ten)? (dem|lot)|^ho( dem)?$/ },
  { field: 'name', headings: /ho (va )?ten|ho, ten|^ten$|ten doi tuong|name/ },
  { field: 'note', headings: /ghi chu|note|dang (khuyet )?tat|muc do|^doi tuong|dien doi tuong|khuyet tat/ },
];

export function fieldOf(heading: string): Field {
  const folded = foldText(decodeOld(heading).text);
  return FIELDS.find((kind) => kind.headings.test(folded))?.field ?? 'ignore';
}

export const labelOf = (field: Field): string | undefined => FIELDS.find((kind) => kind.field === field)?.label;

/* Several columns may hold one of these; every other field has one. */
export const MANY: Field[] = ['ignore', 'diagnosis', 'note', 'address', 'left'];
