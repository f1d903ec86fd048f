/* One of the stays of the person who was chosen. Never chosen by itself, also where there is only one. */

import { Button, Skeleton } from '@mantine/core';
import { server } from '../fhir/server';
import { useAppWords } from '../i18n/apps';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { staysOf, stayWords, type StayLine } from './stays';

export function ChooseStay({ patient, chosen, onChoose }: { patient: string; chosen: StayLine | undefined; onChoose: (s: StayLine | undefined) => void }) {
  const w = useAppWords();
  const load = useLoad(`stays ${patient}`, (signal) => staysOf(server, patient, signal));
  if (chosen !== undefined) {
    return (
      <>
        <p><strong>{stayWords(chosen, w)}</strong></p>
        <div><Button variant="default" onClick={() => onChoose(undefined)}>{w('stay.another')}</Button></div>
      </>
    );
  }
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (load.data === undefined) return <Skeleton height={44} width="60%" />;
  return (
    <>
      <div role="status">{load.data.length === 0 && <p>{w('stay.none')}</p>}</div>
      <ul className="an-choose" aria-busy={load.loading}>
        {load.data.map((s) => <li key={s.id}><button type="button" onClick={() => onChoose(s)}>{stayWords(s, w)}</button></li>)}
      </ul>
    </>
  );
}
