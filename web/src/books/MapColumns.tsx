/* Which column says what: guessed from the headings, decided by a person, who sees examples beside each. */

import { Button, Input } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import type { Chosen } from './Books';
import { show, textOf, type Cell } from './cells';
import { decodeOld, readAs, type OldEncoding } from './encoding';
import { FIELDS, fieldOf, labelOf, type Field } from './fields';
import { encodingsOf, type Mapping } from './plan';

const CHOICES: Field[] = [
  'ignore', 'name', 'birth', 'birthIfMale', 'birthIfFemale', 'gender', 'isMale', 'isFemale', 'idNumber', 'card', 'recordNumber', 'room', 'bed',
  'admitted', 'diagnosis', 'allergy', 'address', 'phone', 'guardian', 'guardianPhone', 'ethnicity', 'hiv', 'substance', 'mental', 'note', 'ordinal',
];
const SAMPLES = 3;

function samples(rows: Cell[][], firstRow: number, column: number, was: OldEncoding | undefined): string {
  const texts = rows.slice(firstRow).map((row) => (row[column] instanceof Date ? show(textOf(row[column])) : textOf(row[column]))).filter((text) => text !== '');
  return texts.slice(0, SAMPLES).map((text) => readAs(text, was)).join(' · ');
}

interface Props { chosen: Chosen; mapping: Mapping; onSheet: (sheet: number) => void; onBack: () => void; onDone: (mapping: Mapping) => void }

export function MapColumns({ chosen, mapping, onSheet, onBack, onDone }: Props) {
  const { t } = useI18n();
  const [fields, setFields] = useState(mapping.fields);
  const [firstRow, setFirstRow] = useState(mapping.firstRow);
  const rows = useMemo(() => chosen.sheets[chosen.sheet]?.rows ?? [], [chosen]);
  const names = (rows[firstRow - 1] ?? []).map((cell) => decodeOld(textOf(cell)).text);
  const nameOf = (column: number): string => decodeOld(mapping.names[column] ?? '').text || names[column] || t('books.columnN', { n: column + 1 });
  const width = Math.max(fields.length, ...rows.slice(0, 50).map((row) => row.length));
  const now: Mapping = { fields: Array.from({ length: width }, (_, i) => fields[i] ?? 'ignore'), firstRow, names };
  const encodings = encodingsOf(rows, now);

  const choose = (column: number, field: Field): void => {
    const next = now.fields.map((f, i) => (i === column ? field : f === field && field !== 'ignore' && isSingle(field) ? 'ignore' : f));
    setFields(next);
  };
  const chooseHeading = (row: number): void => {
    setFirstRow(row);
    setFields((rows[row - 1] ?? []).map((cell) => fieldOf(textOf(cell))));
  };

  return (
    <>
      <div className="an-row">
        {chosen.sheets.length > 1 && (
          <label>{t('books.sheet')}{' '}
            <Input component="select" value={chosen.sheet} onChange={(e) => onSheet(Number(e.currentTarget.value))}>
              {chosen.sheets.map((s, i) => <option key={s.name} value={i}>{s.name}</option>)}
            </Input>
          </label>
        )}
        <label>{t('books.heading')}{' '}
          <Input component="select" value={firstRow} onChange={(e) => chooseHeading(Number(e.currentTarget.value))}>
            {rows.slice(0, 15).map((_, i) => <option key={i} value={i + 1}>{t('books.headingRow', { n: i + 1 })}</option>)}
          </Input>
        </label>
      </div>
      <ul className="an-columns">
        {now.fields.map((field, column) => (
          <li key={column}>
            <div>
              <strong>{nameOf(column)}</strong>
              <p className="an-dim">{samples(rows, firstRow, column, encodings[column])}</p>
              {encodings[column] && <p className="an-dim">{t('books.old', { name: encodings[column] ?? '' })}</p>}
              {labelOf(field) && <p>{t('books.labelled')}</p>}
            </div>
            <Input
              component="select" aria-label={`${nameOf(column)}: ${t('books.means')}`} value={field}
              onChange={(e) => choose(column, e.currentTarget.value as Field)}
            >
              {CHOICES.map((f) => <option key={f} value={f}>{t(`books.field.${f}`)}</option>)}
            </Input>
          </li>
        ))}
      </ul>
      {!now.fields.includes('name') && <Notice kind="warn" title={t('books.needName')} />}
      <div className="an-row">
        <Button variant="default" onClick={onBack}>{t('books.back')}</Button>
        <Button disabled={!now.fields.includes('name')} onClick={() => onDone(now)}>{t('books.next')}</Button>
      </div>
    </>
  );
}

/* Several columns may hold diagnoses, notes or parts of an address; everything else has one. */
function isSingle(field: Field): boolean {
  return !['diagnosis', 'note', 'address'].includes(field) && FIELDS.some((kind) => kind.field === field);
}
