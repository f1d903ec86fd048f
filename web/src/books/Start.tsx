/* Which file, into which ward. */

import { Button, Input } from '@mantine/core';
import { useState } from 'react';
import { server } from '../fhir/server';
import type { CodeableConcept, Resource } from '../fhir/types';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import type { Chosen } from './Books';
import { bestSheet } from './kinds';
import type { Ward } from './resources';
import { FileError, readTable, type Sheet } from './table';

interface Location extends Resource {
  resourceType: 'Location';
  name?: string;
  physicalType?: CodeableConcept;
  managingOrganization?: { reference?: string };
}

async function wards(signal: AbortSignal): Promise<Ward[]> {
  const page = await server.search<Location>('Location', { 'partof:missing': 'true', _count: 200 }, signal);
  return page.items
    .filter((l) => l.physicalType?.coding?.some((c) => c.code === 'wa') && l.managingOrganization?.reference !== undefined)
    .map((l) => ({ id: l.id ?? '', name: l.name ?? '', facility: l.managingOrganization?.reference ?? '' }));
}

export function Start({ onChosen }: { onChosen: (chosen: Chosen) => void }) {
  const { t } = useI18n();
  const { data, error, reload } = useLoad('wards', wards);
  const [ward, setWard] = useState('');
  const [file, setFile] = useState<{ name: string; sheets: Sheet[] }>();
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<FileError>();
  const picked = data?.find((w) => w.id === ward) ?? (data?.length === 1 ? data[0] : undefined);

  const open = async (chosen: File | undefined): Promise<void> => {
    setProblem(undefined);
    setFile(undefined);
    if (!chosen) return;
    setReading(true);
    try {
      setFile({ name: chosen.name, sheets: await readTable(chosen.name, new Uint8Array(await chosen.arrayBuffer())) });
    } catch (e) {
      setProblem(e instanceof FileError ? e : new FileError('fileUnreadable'));
    } finally {
      setReading(false);
    }
  };

  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (data?.length === 0) return <Notice kind="info" title={t('books.wardNone')} />;
  return (
    <div className="an-book-start">
      <div>
        <label htmlFor="book-ward">{t('books.ward')}</label>
        <Input component="select" id="book-ward" value={picked?.id ?? ''} onChange={(e) => setWard(e.currentTarget.value)}>
          {!picked && <option value="">—</option>}
          {(data ?? []).map((w) => <option key={w.id} value={w.id}>{w.name}</option>)}
        </Input>
      </div>
      <div>
        <label htmlFor="book-file">{t('books.file')}</label>
        <input id="book-file" className="an-file" type="file" accept=".xlsx,.csv,.txt,.tsv" onChange={(e) => void open(e.currentTarget.files?.[0])} />
      </div>
      {reading && <p role="status">{t('books.reading')}</p>}
      {problem && <Notice kind="bad" title={t(`books.problem.${problem.problem}`)} role="alert" />}
      <Button disabled={!file || !picked} onClick={() => file && picked && onChosen({ file: file.name, sheets: file.sheets, sheet: bestSheet(file.sheets), ward: picked })}>
        {t('books.next')}
      </Button>
    </div>
  );
}
