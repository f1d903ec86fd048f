/* What a column of a medicine book can hold: of the cupboard's book (tủ thuốc, sổ kho) and of the book of what each resident takes (sổ phát
 * thuốc, sổ thuốc ngoại viện). One table for both, as in fields.ts; which of the two it is follows from what the columns say. */

import { foldText } from '../text';
import { decodeOld } from './encoding';

export type MedicineField =
  | 'name' | 'birth' | 'idNumber' | 'card' | 'recordNumber' | 'room' | 'bed'
  | 'medicine' | 'ingredient' | 'strength' | 'form' | 'unit' | 'route' | 'controlled'
  | 'dose' | 'morning' | 'noon' | 'afternoon' | 'evening' | 'from' | 'to' | 'days' | 'prescriber' | 'place' | 'paperDay'
  | 'lot' | 'expiry' | 'count' | 'level' | 'minimum' | 'ward' | 'note' | 'ordinal' | 'ignore';

export const STOCK_CHOICES: MedicineField[] = ['ignore', 'medicine', 'ingredient', 'strength', 'form', 'unit', 'count', 'lot', 'expiry', 'ward', 'controlled', 'level', 'minimum', 'note', 'ordinal'];
export const TAKEN_CHOICES: MedicineField[] = [
  'ignore', 'name', 'birth', 'idNumber', 'card', 'recordNumber', 'room', 'bed', 'medicine', 'ingredient', 'strength', 'form', 'unit', 'route', 'dose', 'morning', 'noon', 'afternoon', 'evening',
  'from', 'to', 'days', 'prescriber', 'place', 'paperDay', 'controlled', 'note', 'ordinal',
];
export const MEDICINE_MANY: MedicineField[] = ['ignore', 'dose', 'note'];

/* Headings folded; the first row that fits wins, so the narrow ones stand above the wide ones. */
const HEADINGS: [MedicineField, RegExp][] = [
  ['ordinal', /^(stt|tt|so thu tu|no\.?)$/],
  ['morning', /(^| )sang$|^s$/], ['noon', /(^| )trua$|^tr$/], ['afternoon', /(^| )chieu$|^c$/], ['evening', /(^| )(toi|dem)$/],
  ['lot', /so lo|^lo( sx| san xuat)?$|lot|batch/],
  ['expiry', /han (su )?dung|^hsd$|^hd$|^han$|expir|het han/],
  ['controlled', /kiem soat|gay nghien|huong than|(^| )k[st]db$/],
  ['ingredient', /hoat chat|ten chung|ingredient/],
  ['minimum', /toi thieu|minimum/],
  ['level', /co so|dinh muc/],
  ['count', /ton|so luong|^sl$|con lai|kiem ke|thuc te|quantity|count/],
  ['medicine', /ten (thuoc|hang|vat tu)|^thuoc|biet duoc|ten thuong mai|medicine|drug/],
  ['strength', /ham luong|nong do|strength/],
  ['form', /dang (bao che|thuoc|dung)|quy cach|form/],
  ['unit', /don vi( tinh)?$|^dvt$|^dv$|^unit$/],
  ['route', /duong dung|route/],
  ['paperDay', /ngay (ke|cap)( don| toa)?$|ngay (don|toa)/],
  ['prescriber', /(bac si|bs|nguoi) (ke|dieu tri|chi dinh)|^bac si$|^bs$|prescriber/],
  ['place', /benh vien|^bv$|noi (ke|cap|dieu tri)|co so (ke|y te|kham)/],
  ['from', /^tu ngay|bat dau|ngay dung|^tu$/],
  ['to', /den ngay|ket thuc|^den$/],
  ['days', /so ngay/],
  ['dose', /lieu|cach (dung|uong)|lan\/ngay|so lan|dung thuoc|moi lan|dose/],
  ['birth', /ngay sinh|nam sinh|sinh nam|^ns$|tuoi|birth/],
  ['idNumber', /cccd|cmnd|can cuoc|chung minh|dinh danh/],
  ['card', /bhyt|bao hiem|so the/],
  ['recordNumber', /ma (ho so|hs|bn|doi tuong|benh nhan)|so ho so/],
  ['bed', /giuong|^g$/],
  ['room', /phong|buong/],
  ['ward', /khoa|khu|kho|tu thuoc|noi (de|giu)|don nguyen|ward|store/],
  ['name', /ho (va )?ten|ten (doi tuong|benh nhan|nguoi|bn)|nguoi benh|benh nhan|^ten$|name/],
  ['note', /ghi chu|note/],
];

export function medicineFieldOf(heading: string): MedicineField {
  const folded = foldText(decodeOld(heading).text);
  return HEADINGS.find(([, words]) => words.test(folded))?.[0] ?? 'ignore';
}

const PERSON: MedicineField[] = ['name', 'idNumber', 'card', 'recordNumber', 'bed'];
const TAKING: MedicineField[] = ['dose', 'morning', 'noon', 'afternoon', 'evening', 'from', 'prescriber'];
const has = (fields: MedicineField[], some: MedicineField[]): boolean => some.some((f) => fields.includes(f));

/* Which of the two its columns speak of; undefined: no medicine book. "Tên" alone is a name in a list of residents and a medicine in a list of lots. */
export function medicineKind(fields: MedicineField[]): 'stock' | 'taken' | undefined {
  if (!fields.includes('medicine') && !(fields.includes('ingredient') && has(fields, ['lot', 'expiry', 'count']))) return undefined;
  return has(fields, PERSON) && has(fields, TAKING) ? 'taken' : has(fields, ['count', 'lot', 'expiry', 'level', 'unit', 'strength']) ? 'stock' : undefined;
}
