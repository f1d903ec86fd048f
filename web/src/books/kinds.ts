/* The kinds of books that can be brought, each with the table of its columns. Which one a sheet is follows from its headings and is shown; whoever
 * imports says otherwise. */

import { textOf } from './cells';
import { fieldOf, labelOf, MANY, type Field } from './fields';
import { findHeading, type Columns } from './heading';
import { MEDICINE_MANY, medicineFieldOf, medicineKind, STOCK_CHOICES, TAKEN_CHOICES, type MedicineField } from './medicineFields';
import { TEXTS } from './plan';
import type { Mapping } from './reader';
import type { Sheet } from './table';

export const BOOK_KINDS = ['residents', 'taken', 'stock'] as const;
export type BookKind = (typeof BOOK_KINDS)[number];

export interface KindOfBook<F extends string> extends Columns<F> {
  choices: readonly F[];
  texts: readonly F[]; /* columns of words, in which an old font is looked for */
  labelOf: (field: F) => string | undefined;
  missing: (fields: F[]) => F[]; /* columns without which nothing can be read */
}

const RESIDENT_CHOICES: Field[] = [
  'ignore', 'name', 'familyName', 'birth', 'birthIfMale', 'birthIfFemale', 'age', 'gender', 'isMale', 'isFemale', 'idNumber', 'card', 'recordNumber', 'room', 'bed', 'roomBed',
  'admitted', 'left', 'state', 'diagnosis', 'allergy', 'address', 'phone', 'guardian', 'guardianPhone', 'ethnicity', 'hiv', 'substance', 'mental', 'note', 'ordinal',
];
const without = <F extends string>(fields: F[], needed: F[]): F[] => needed.filter((f) => !fields.includes(f));
const MEDICINE_TEXTS: MedicineField[] = ['name', 'room', 'bed', 'ward', 'medicine', 'ingredient', 'strength', 'form', 'unit', 'route', 'dose', 'morning', 'noon', 'afternoon', 'evening', 'prescriber', 'place', 'note', 'controlled'];

export const RESIDENTS: KindOfBook<Field> = {
  fieldOf, many: MANY, none: 'ignore', choices: RESIDENT_CHOICES, texts: TEXTS, labelOf, missing: (fields) => without(fields, ['name']),
};
const MEDICINE: Omit<KindOfBook<MedicineField>, 'choices' | 'missing'> = { fieldOf: medicineFieldOf, many: MEDICINE_MANY, none: 'ignore', texts: MEDICINE_TEXTS, labelOf: () => undefined };
const named = (fields: MedicineField[]): MedicineField[] => (fields.includes('medicine') || fields.includes('ingredient') ? [] : ['medicine']);
export const STOCK: KindOfBook<MedicineField> = { ...MEDICINE, choices: STOCK_CHOICES, missing: (fields) => [...named(fields), ...without(fields, ['count'])] };
export const TAKEN: KindOfBook<MedicineField> = {
  ...MEDICINE, choices: TAKEN_CHOICES,
  missing: (fields) => [
    ...(fields.some((f) => ['name', 'idNumber', 'card', 'recordNumber', 'bed'].includes(f)) ? [] : ['name' as const]), ...named(fields),
    ...(fields.some((f) => ['dose', 'morning', 'noon', 'afternoon', 'evening'].includes(f)) ? [] : ['dose' as const]),
  ],
};
export const MEDICINE_KINDS = { stock: STOCK, taken: TAKEN } as const;

/* What this kind of book makes of the sheet's headings; a field that the kind has no use for is left out. */
export function mappingOf<F extends string>(sheet: Sheet, kind: KindOfBook<F>): Mapping<F> {
  const heading = findHeading(sheet.rows.slice(0, 20).map((row) => row.map(textOf)), kind);
  const fields = heading.fields.map((f) => (kind.choices.includes(f) ? f : kind.none));
  return { fields, firstRow: heading.row + heading.rows, names: heading.texts, ...(sheet.hidden && { hidden: sheet.hidden.rows }) };
}

/* A heading merged over two columns, family name and given name: the second has no words of its own, and one word in its cells. */
export function residentMapping(sheet: Sheet): Mapping {
  const mapping = mappingOf(sheet, RESIDENTS);
  const at = mapping.fields.indexOf('name');
  const next = sheet.rows.slice(mapping.firstRow, mapping.firstRow + 200).map((row) => textOf(row[at + 1])).filter((t) => t !== '');
  const isSplit = at >= 0 && !mapping.fields.includes('familyName') && (mapping.fields[at + 1] ?? 'ignore') === 'ignore' && (mapping.names[at + 1] ?? '') === '' && next.length > 0 && next.every((t) => /^\p{L}+$/u.test(t) && !t.includes(' '));
  if (!isSplit) return mapping;
  const fields = [...mapping.fields];
  fields[at] = 'familyName';
  fields[at + 1] = 'name';
  return { ...mapping, fields };
}

export function guessKind(sheet: Sheet): BookKind {
  const heading = findHeading(sheet.rows.slice(0, 20).map((row) => row.map(textOf)), MEDICINE);
  return medicineKind(heading.fields) ?? 'residents';
}

/* The sheet whose headings say most: a workbook often begins with a page of words. One that somebody hid only when no other says anything. */
export function bestSheet(sheets: Sheet[]): number {
  const known = sheets.map((s) => {
    const rows = s.rows.slice(0, 20).map((row) => row.map(textOf));
    const most = Math.max(...[RESIDENTS, MEDICINE].map((k) => findHeading<string>(rows, k as Columns<string>).fields.filter((f) => f !== k.none).length));
    return s.hidden?.sheet ? most / 1000 : most;
  });
  return known.indexOf(Math.max(...known));
}
