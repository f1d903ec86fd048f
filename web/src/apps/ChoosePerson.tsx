/* One person, found by typing as in the list of people, and never chosen by itself: one match is a match, not a choice. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { TextField } from '../access/fields';
import { personName, searchAttempts } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { useAppWords } from '../i18n/apps';
import { useI18n } from '../i18n/context';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';

const REST_MS = 250;
const MOST = 8;

async function find(q: string, signal: AbortSignal): Promise<Patient[]> {
  if (q === '') return [];
  for (const attempt of searchAttempts(q)) {
    const page = await server.search<Patient>('Patient', { ...attempt, _count: MOST, _elements: 'name,birthDate,gender,identifier,deceased,active' }, signal);
    if (page.items.length > 0) return page.items;
  }
  return [];
}

export function ChoosePerson({ chosen, onChoose }: { chosen: Patient | undefined; onChoose: (p: Patient | undefined) => void }) {
  const { t } = useI18n();
  const w = useAppWords();
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim().replace(/\s+/g, ' ')), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const load = useLoad(q, (signal) => find(q, signal));
  if (chosen !== undefined) {
    return (
      <>
        <p><strong>{personName(chosen) || t('people.noName')}</strong><br /><span className="an-dim"><PersonLine patient={chosen} /></span></p>
        <div><Button variant="default" onClick={() => onChoose(undefined)}>{w('ask.personOther')}</Button></div>
      </>
    );
  }
  return (
    <>
      <TextField label={w('ask.personFind')} value={typed} onChange={setTyped} />
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      <div role="status">{q !== '' && load.data?.length === 0 && <p>{w('ask.personNone')}</p>}</div>
      <ul className="an-choose" aria-busy={load.loading}>
        {(load.data ?? []).map((p) => (
          <li key={p.id}><button type="button" onClick={() => onChoose(p)}><strong>{personName(p) || t('people.noName')}</strong><br /><PersonLine patient={p} /></button></li>
        ))}
      </ul>
    </>
  );
}
