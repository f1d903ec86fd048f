/* Official lists: what is loaded, loading one, putting the last one back. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import '../access/access.css';
import '../access/office.css';
import { showFhirDate } from '../fhir/dates';
import { wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useListWords } from '../i18n/lists';
import { licenceHref } from '../licence/screens';
import { Dialog } from '../ui/Dialog';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { lists as client } from './client';
import './lists.css';
import { ask, changesNothing, listsOf, undoOf, type Answer, type Edition, type Import, type Listed, type Plan } from './lists';
import { ListTrouble } from './ListTrouble';
import { LoadList } from './LoadList';
import { PlanView } from './PlanView';

const when = (instant: string): string => wardFull(Date.parse(instant));

export default function Lists() {
  const { t } = useI18n();
  const { can } = useMe();
  const w = useListWords();
  const [undone, setUndone] = useState<string>();
  const load = useLoad('lists', async (signal) => {
    const answer = await client.operation<Answer>('CodeSystem/$lists', 'Parameters', undefined, signal);
    return answer ? listsOf(answer.resource) : [];
  });
  return (
    <>
      <h1>{t('lists.title')}</h1>
      <p className="an-office-lead">{w('lead')}</p>
      {can('accounts') && <p><a href={licenceHref()}>{w('licence.link')}</a></p>}
      <LoadList onWritten={() => { setUndone(undefined); load.reload(); }} />
      <section className="an-list-here" aria-labelledby="lists-here">
        <h2 id="lists-here">{w('loaded')}</h2>
        {undone !== undefined && <Notice kind="good" title={w('undone', { kind: undone })} role="status" />}
        {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
        {!load.data && load.error === undefined && <div aria-hidden="true">{[0, 1, 2].map((i) => <Skeleton key={i} height={96} mb={12} />)}</div>}
        <div className="an-list-cards">{(load.data ?? []).map((list) => <OneList key={list.kind} list={list} onUndone={(name) => { setUndone(name); load.reload(); }} />)}</div>
      </section>
    </>
  );
}

function OneList({ list, onUndone }: { list: Listed; onUndone: (name: string) => void }) {
  const w = useListWords();
  const name = w(`kind.${list.kind}`);
  const last = list.imports[0];
  return (
    <section className="an-card an-list-card" aria-label={name}>
      <h3>{name}</h3>
      <p className="an-dim">{list.source}</p>
      {list.editions.length === 0 ? <p>{w('none')}</p> : <ul className="an-list-lines">{list.editions.map((e) => <OneEdition key={e.version} edition={e} />)}</ul>}
      {list.imports.length > 0 && (
        <details>
          <summary>{w('history', { n: list.imports.length })}</summary>
          <ul className="an-list-lines">{list.imports.map((i) => <OneImport key={i.at} one={i} />)}</ul>
        </details>
      )}
      {last && <Undo list={list} name={name} last={last} onUndone={onUndone} />}
    </section>
  );
}

function OneEdition({ edition: e }: { edition: Edition }) {
  const { num } = useI18n();
  const w = useListWords();
  const days = [e.from && w('fromDay', { day: showFhirDate(e.from) }), e.to && w('toDay', { day: showFhirDate(e.to) })].filter(Boolean).join(' ');
  return (
    <li>
      <strong>{w('editionOf', { edition: e.version })}</strong> · <span className="an-number">{w('count', { n: num(e.codes) })}</span> · {days === '' ? w('always') : days}
      <span className="an-dim an-list-before">{w('at', { time: when(e.written) })}</span>
    </li>
  );
}

function OneImport({ one }: { one: Import }) {
  const { num } = useI18n();
  const w = useListWords();
  return (
    <li>
      <span className="an-number">{when(one.at)}</span>{one.by !== '' && <> · {w('by', { who: one.by })}</>}
      {one.codes > 0 && <> · <span className="an-number">{w('count', { n: num(one.codes) })}</span></>}
      {one.edition !== '' && <> · {w('editionOf', { edition: one.edition })}</>}
    </li>
  );
}

/* Asked first, with what it would change. */
function Undo({ list, name, last, onUndone }: { list: Listed; name: string; last: Import; onUndone: (name: string) => void }) {
  const w = useListWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [plan, setPlan] = useState<Plan>();
  const run = async (dry: boolean): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await ask(client, 'list-undo', undoOf(list.kind, dry));
      setPlan(dry ? answer : undefined);
      if (!dry) onUndone(name);
    } catch (e) {
      setError(e);
      setPlan(undefined);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div><Button variant="default" loading={busy && !plan} disabled={busy} onClick={() => void run(true)}>{w('undo')}</Button></div>
      {error !== undefined && <ListTrouble error={error} />}
      {plan && (
        <Dialog title={w('undoTitle', { kind: name, time: when(last.at) })} onClose={() => setPlan(undefined)}>
          <ul className="an-list-lines">
            {plan.editions.map((e) => <li key={e.id}>{w(e.goes ? 'undoGoes' : 'undoBack', { edition: list.editions.find((x) => x.id === e.id)?.version ?? e.id })}</li>)}
          </ul>
          {!changesNothing(plan) && <PlanView plan={plan} undo />}
          <p role="status" className="an-dim">{busy && w('undoing')}</p>
          <div className="an-row">
            <Button loading={busy} onClick={() => void run(false)}>{w('undoYes')}</Button>
            <Button variant="default" disabled={busy} onClick={() => setPlan(undefined)}>{w('cancel')}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
