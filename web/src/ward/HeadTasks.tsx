/* For the head of the house, above the wards and above a board: what is for them to see to. Asked for every minute; who is not the head never
 * asks. Below it, for who signs or looks after them, the orders given by word that no doctor has signed; and for who wrote one down, that the server refused it. It stands above the list, and is there or not before the list is drawn, so that nothing moves under a finger but when it changes. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { searchAll } from '../fhir/all';
import { background, server } from '../fhir/server';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useOutbox } from '../outbox/use';
import { ToSign, WaitingWords, watchesUnsigned } from '../prescribe/screens';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { done, linesOf, QUERY, type HeadTask, type Line } from './headTasks';

const NO_QUERY = new URLSearchParams();
const ASK_MS = 60_000;

export function HeadTasks() {
  const access = useMe();
  const { has, signedIn, me } = access;
  const refused = useOutbox().items.some((i) => i.halt !== undefined && i.resource.resourceType === 'MedicationRequest');
  return (
    <>
      {signedIn && has('facility-head') && <List key={me.account?.id ?? ''} />}
      {refused && <WaitingWords params={{}} query={NO_QUERY} />}
      {watchesUnsigned(access) && <ToSign params={{}} query={NO_QUERY} />}
    </>
  );
}

function List() {
  const { t } = useI18n();
  const load = useLoad('head tasks', async (signal) => linesOf((await searchAll<HeadTask>(background, 'Task', QUERY, signal)).items));
  const { reload } = load;
  useEffect(() => {
    const timer = setInterval(() => { if (document.visibilityState === 'visible') reload(); }, ASK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const lines = load.data ?? [];
  if (lines.length === 0) return null; /* what cannot be asked now is asked again; the board says that the line is down */
  return (
    <section className="an-card an-head-tasks" aria-labelledby="head-tasks">
      <h2 id="head-tasks">{t('ward.head.title', { n: lines.length })}</h2>
      <ul className="an-head-lines">{lines.map((l) => <One key={l.id} line={l} onChanged={reload} />)}</ul>
    </section>
  );
}

function One({ line, onChanged }: { line: Line; onChanged: () => void }) {
  const { t, lang } = useI18n();
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const close = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { resource, etag } = await server.read<HeadTask>('Task', line.id);
      await server.update(done(resource), etag ?? '');
      onChanged();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="an-head-task">
      <p className={line.urgent ? 'an-late' : ''}><Icon name={line.urgent ? 'bad' : 'warn'} /><span>{line.text[lang]} <span className="an-dim an-number">{wardStamp(line.at)}</span></span></p>
      <div className="an-options">
        {line.href !== '' && <Button component="a" href={line.href} variant="default" aria-label={`${t(`ward.head.open.${line.kind}`)}: ${line.text[lang]}`}>{t(`ward.head.open.${line.kind}`)}</Button>}
        {line.closes && <Button variant="default" loading={busy} aria-label={`${t('ward.head.done')}: ${line.text[lang]}`} onClick={() => void close()}>{t('ward.head.done')}</Button>}
      </div>
      {problem !== undefined && <Problem error={problem} onRetry={() => void close()} />}
    </li>
  );
}
