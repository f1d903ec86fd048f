/* The signed notes of a person, newest first, on their page. */

import { Skeleton } from '@mantine/core';
import { server } from '../fhir/server';
import { wardStamp } from '../fhir/zone';
import { useVisitWords } from '../i18n/visits';
import type { ScreenProps } from '../screen';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { hasCode, SECTION_SYSTEM, VISIT, type Document } from './forms';
import { readParts } from './compose';
import { documentHref } from './screens';
import './visits.css';

const SHOWN = 20;

/* What a line says of a note: its problems, or why the person came. */
export function gistOf(d: Document): string {
  const of = (code: string): string => {
    const section = (d.section ?? []).filter((s) => hasCode(s.code, SECTION_SYSTEM, code));
    return readParts(section).flatMap((p) => p.lines).join('; ');
  };
  return of('problems') || of('reason');
}

export default function VisitsCard({ params }: ScreenProps) {
  const id = params.id ?? '';
  const w = useVisitWords();
  const load = useLoad(`notes ${id}`, (signal) => server.search<Document>('Composition', {
    patient: id, type: `${VISIT.system}|${VISIT.code}`, _sort: '-date', _count: SHOWN,
  }, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const notes = (load.data?.items ?? []).filter((d) => d.status !== 'preliminary');
  return (
    <section className="an-card">
      <h2>{w('card.title')}</h2>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div aria-hidden="true">{[70, 55].map((n) => <Skeleton key={n} height={18} width={`${n}%`} mb={10} />)}</div>}
      {load.data && notes.length === 0 && <p className="an-dim">{w('card.none')}</p>}
      <ul className="an-visit-notes">
        {notes.map((d) => (
          <li key={d.id}>
            <a href={documentHref(id, d.id ?? '')}>{d.title} · <span className="an-number">{wardStamp(Date.parse(d.date ?? ''))}</span></a>
            {d.status === 'entered-in-error' ? <p className="an-visit-mark">{w('card.struck')}</p> : <p className="an-dim">{gistOf(d)}</p>}
          </li>
        ))}
      </ul>
      {load.data?.next !== undefined && <p className="an-dim">{w('card.more', { n: SHOWN })}</p>}
    </section>
  );
}
