/* Which column says what: guessed from the headings, decided by a person, who sees examples beside each. */

import { Button, Input } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import type { Chosen } from './Books';
import { show, textOf, type Cell } from './cells';
import { decodeOld, readAs, type OldEncoding } from './encoding';
import type { KindOfBook } from './kinds';
import { encodingsFor, type Mapping } from './reader';

const SAMPLES = 3;

function samples(rows: Cell[][], firstRow: number, column: number, was: OldEncoding | undefined): string {
  const texts = rows.slice(firstRow).map((row) => (row[column] instanceof Date ? show(textOf(row[column])) : textOf(row[column]))).filter((text) => text !== '');
  return texts.slice(0, SAMPLES).map((text) => readAs(text, was)).join(' · ');
}

interface Props<F extends string> {
  chosen: Chosen; mapping: Mapping<F>; kind: KindOfBook<F>; fieldWord: (field: string) => string; above?: ReactNode;
  onBack: () => void; onDone: (mapping: Mapping<F>) => void;
}

export function MapColumns<F extends string>({ chosen, mapping, kind, fieldWord, above, onBack, onDone }: Props<F>) {
  const { t } = useI18n();
  const [fields, setFields] = useState(mapping.fields);
  const [firstRow, setFirstRow] = useState(mapping.firstRow);
  const rows = useMemo(() => chosen.sheets[chosen.sheet]?.rows ?? [], [chosen]);
  const names = (rows[firstRow - 1] ?? []).map((cell) => decodeOld(textOf(cell)).text);
  const nameOf = (column: number): string => decodeOld(mapping.names[column] ?? '').text || names[column] || t('books.columnN', { n: column + 1 });
  const hidden = chosen.sheets[chosen.sheet]?.hidden;
  const width = Math.max(fields.length, ...rows.slice(0, 50).map((row) => row.length));
  const now: Mapping<F> = { ...mapping, fields: Array.from({ length: width }, (_, i) => fields[i] ?? kind.none), firstRow, names };
  const encodings = encodingsFor(rows, now, kind.texts);
  const missing = kind.missing(now.fields);

  const choose = (column: number, field: F): void => {
    setFields(now.fields.map((f, i) => (i === column ? field : f === field && !kind.many.includes(field) ? kind.none : f)));
  };
  const chooseHeading = (row: number): void => {
    setFirstRow(row);
    setFields((rows[row - 1] ?? []).map((cell) => kind.fieldOf(textOf(cell))));
  };

  return (
    <>
      {above}
      <div className="an-row">
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
              {hidden?.columns.has(column) && <p className="an-dim">{t('books.columnHidden')}</p>}
              {kind.labelOf(field) && <p>{t('books.labelled')}</p>}
            </div>
            <Input
              component="select" aria-label={`${nameOf(column)}: ${t('books.means')}`} value={field}
              onChange={(e) => choose(column, e.currentTarget.value as F)}
            >
              {kind.choices.map((f) => <option key={f} value={f}>{fieldWord(f)}</option>)}
            </Input>
          </li>
        ))}
      </ul>
      {(hidden?.rows.size ?? 0) > 0 && <Notice kind="info" title={t('books.rowsHidden', { n: hidden?.rows.size ?? 0 })} />}
      {missing.length > 0 && <Notice kind="warn" title={t('books.needs', { what: missing.map(fieldWord).join(', ') })} />}
      <div className="an-row">
        <Button variant="default" onClick={onBack}>{t('books.back')}</Button>
        <Button disabled={missing.length > 0} onClick={() => onDone(now)}>{t('books.next')}</Button>
      </div>
    </>
  );
}
