/* What a screening left to be done. Marked done with whose hand and when; the Task stays in the record. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { parseFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardInstant, wardStamp } from '../fhir/zone';
import { useWords } from '../i18n/forms';
import { Icon } from '../ui/Icon';
import { shortName } from './read';
import { answeredHref, mayFill } from './screens';
import type { Task } from './types';

const idOf = (reference: string | undefined): string => (reference ?? '').split('/').pop() ?? '';

export function FollowUps({ tasks, patient, onDone }: { tasks: Task[]; patient: string; onDone: () => void }) {
  const w = useWords();
  return (
    <section className="an-follow" aria-label={w('results.followUp')}>
      <h2><Icon name="warn" />{w('results.followUp')}</h2>
      <ul>{[...tasks].sort((a, b) => Number(b.priority === 'stat') - Number(a.priority === 'stat')).map((t) => <Line key={t.id} task={t} patient={patient} onDone={onDone} />)}</ul>
    </section>
  );
}

function Line({ task, patient, onDone }: { task: Task; patient: string; onDone: () => void }) {
  const w = useWords();
  const me = useGiver();
  const may = mayFill(useMe());
  const [state, setState] = useState<'' | 'busy' | 'failed'>('');
  const name = shortName(task.code?.coding?.find((c) => c.system === 'urn:ansinh:score')?.code, w('task.form'));
  const at = parseFhirDate(task.authoredOn)?.ms ?? 0;
  const done = async (): Promise<void> => {
    setState('busy');
    try {
      const { resource, etag } = await server.read<Task>('Task', task.id ?? '');
      const note = { ...(me.reference === '' ? { authorString: me.display } : { authorReference: { reference: me.reference, display: me.display } }), time: wardInstant(nowMs()), text: w('results.done') };
      await server.update({ ...resource, status: 'completed', lastModified: wardInstant(nowMs()), note: [...((resource as { note?: object[] }).note ?? []), note] } as Task, etag ?? '');
      onDone();
    } catch {
      setState('failed');
    }
  };
  return (
    <li className="an-follow-line">
      <div>
        <p className={task.priority === 'stat' ? 'an-follow-now' : ''}>{task.priority === 'stat' && <Icon name="bad" size={18} />}<a href={answeredHref(patient, idOf(task.focus?.reference))}>{name}: {w(task.priority === 'stat' ? 'task.now' : 'task.later')}</a></p>
        <p className="an-dim">{wardStamp(at)}</p>
        {state === 'failed' && <p className="an-q-wrong" role="alert"><Icon name="warn" />{w('results.doneFailed')}</p>}
      </div>
      {may && <Button variant="default" loading={state === 'busy'} onClick={() => void done()}>{w('results.done')}</Button>}
    </li>
  );
}
