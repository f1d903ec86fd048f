/* The ward's incidents: first those that wait for the head's word, then the others, newest on top. The head says what will be different
 * and signs it off; what is still to be done becomes a task with a day. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { useGiver } from '../drugs/useRound';
import { FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import type { BundleEntry } from '../fhir/types';
import { DAY_MS, instantOf, wardFull, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey } from '../i18n/daily';
import { useOutbox, useStored } from '../outbox/use';
import type { Entry, Item } from '../outbox/item';
import { Mend, useNames } from '../outbox/Mend';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { wardHref } from '../ward/hrefs';
import { BodyMap } from './BodyMap';
import './incidents.css';
import { isGrave } from './kinds';
import { loadIncidents, type IncidentData } from './load';
import { followUp, isOpen, isReview, signedOff, takenBack, type Incident, type Task } from './record';
import { FoldedPhotos } from '../photos/Photos';
import { houseIncidentsHref, mayNurse, mayReview } from './screens';

const isEvent = (r: Entry): boolean => r.resourceType === 'AdverseEvent';

export default function List({ params, query }: ScreenProps) {
  const w = useDailyWords();
  const wardId = params.ward ?? '';
  /* what this page has just had stored is asked for again */
  const stored = useStored(isEvent);
  const load = useLoad(`incidents ${wardId} ${stored.length}`, (signal) => loadIncidents(server, wardId, nowMs(), signal));
  const { items } = useOutbox();
  const mine = items.filter((i) => i.parts?.some((p) => isEvent(p.resource)));
  const data = load.data;
  const openOf = (i: Incident): Task[] => (data?.tasks ?? []).filter((t) => t.focus?.reference === `AdverseEvent/${i.id}` && isOpen(t));
  const open = (data?.incidents ?? []).filter((i) => openOf(i).length > 0);
  const closed = (data?.incidents ?? []).filter((i) => openOf(i).length === 0);
  return (
    <div className="an-incident">
      <a className="an-back" href={wardHref(wardId)}><Icon name="back" />{w('care.board')}</a>
      <h1>{w('incident.list')}{data && ` · ${data.ward.place.name ?? ''}`}</h1>
      <p className="an-noprint"><a href={houseIncidentsHref()}>{w('incident.houseOpen')}</a></p>
      <div role="status">
        {query.has('saved') && mine.length === 0 && stored.length > 0 && <Notice kind="good" title={w('incident.saved')} />}
        {mine.filter((i) => i.halt === undefined).length > 0 && <Notice kind="info" title={w('incident.waits')}><p>{w('care.waits')}</p></Notice>}
      </div>
      {mine.filter((i) => i.halt !== undefined).map((i) => <HaltedOne key={i.id} item={i} />)}
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <Skeleton height={300} />}
      {data?.cut === true && <Notice kind="warn" title={w('care.cut')} />}
      {data && data.incidents.length === 0 && <Notice kind="info" title={w('incident.none')}><p>{w('incident.noneDo')}</p></Notice>}
      {data && open.length > 0 && (
        <section aria-label={w('incident.open')}><h2>{w('incident.open')} ({open.length})</h2>{open.map((i) => <One key={i.id} i={i} data={data} tasks={openOf(i)} onChanged={load.reload} />)}</section>
      )}
      {data && closed.length > 0 && (
        <section aria-label={w('incident.closed')}><h2>{w('incident.closed')} ({closed.length})</h2>{closed.map((i) => <One key={i.id} i={i} data={data} tasks={[]} onChanged={load.reload} />)}</section>
      )}
    </div>
  );
}

function HaltedOne({ item }: { item: Item }) {
  const w = useDailyWords();
  const { box } = useOutbox();
  const nameOf = useNames([item.patient || (item.parts?.[0]?.patient ?? '')], []);
  return (
    <Notice
      kind="warn" role="alert" title={w(`care.halt.${item.halt ?? 'refused'}`)}
      after={<div className="an-options">{item.halt === 'forbidden' && <Button variant="default" onClick={() => box.retry(item.id)}>{w('care.halt.retry')}</Button>}<Mend item={item} /></div>}
    >
      <p className="an-number">{nameOf(item.patient || (item.parts?.[0]?.patient ?? ''))} · {wardStamp(item.at)}</p>
      {item.why !== '' && <p className="an-dim">{item.why}</p>}
    </Notice>
  );
}

interface OneProps { i: Incident; data: IncidentData; tasks: Task[]; onChanged: () => void }

function One({ i, data, tasks, onChanged }: OneProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const giver = useGiver();
  const done = data.tasks.filter((x) => x.focus?.reference === `AdverseEvent/${i.id}` && !isOpen(x));
  const name = data.patients.get(i.patient) || t('people.noName');
  const by = i.event.recorder?.display ?? data.names.get(i.event.recorder?.reference ?? '') ?? '';
  const facts: [string, string][] = [
    [w('incident.whenWhere'), [wardFull(i.at), i.place === '' ? '' : w(`incident.place.${i.place}` as DailyKey)].filter(Boolean).join(', ')],
    [w('incident.how'), i.harm ? w(`incident.harm.${i.harm}`) : ''],
    [w('incident.did'), i.actions.map((a) => w(`incident.action.${a}` as DailyKey)).join(', ')],
    [w('incident.whoKnows'), i.told.map((x) => `${w(`incident.told.${x.who}`)} ${wardStamp(x.at, i.at)}`).join(', ')],
    [w('incident.witness'), i.witness], [w('incident.by'), by],
  ];
  const isOwn = giver.reference !== '' && i.event.recorder?.reference === giver.reference;
  return (
    <article className={`an-card an-incident-one ${i.harm && isGrave(i.harm) ? 'an-incident-grave' : ''}`} aria-label={`${name}: ${i.text}`}>
      <p className="an-incident-title">
        <strong>{i.text || w(`incident.kind.${i.kind}`)}</strong>
        {i.nearly && <span className="an-mark">{w('incident.nearly')}</span>}
        {i.harm && isGrave(i.harm) && <span className="an-mark an-mark-allergy"><Icon name="warn" size={18} />{w(`incident.harm.${i.harm}`)}</span>}
      </p>
      <p><a href={personHref(i.patient)}>{name}</a></p>
      <dl className="an-identifiers">{facts.filter(([, v]) => v !== '').map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      {i.marks.length > 0 && <details><summary>{w('incident.body')}</summary><BodyMap marks={Object.fromEntries(i.marks.map((m) => [m.site, m.signs]))} /></details>}
      <FoldedPhotos patient={i.patient} stay="" of="incident" focus={`AdverseEvent/${i.id}`} name={i.text || w(`incident.kind.${i.kind}`)} may={mayNurse(me)} />
      {i.hasChecks && <p className="an-dim">{w('incident.hasChecks')}</p>}
      {done.map((x) => <p key={x.id} className="an-good"><Icon name="good" /> {x.description}: {x.note?.map((n) => n.text).join(' ')} <span className="an-dim">({data.names.get(x.owner?.reference ?? '') ?? x.owner?.display ?? ''} {x.lastModified ? wardStamp(Date.parse(x.lastModified)) : ''})</span></p>)}
      {tasks.map((x) => <OpenTask key={x.id} task={x} i={i} may={isReview(x) ? mayReview(me) : true} onChanged={onChanged} />)}
      {isOwn && <TakeBack i={i} tasks={tasks} onChanged={onChanged} />}
    </article>
  );
}

function OpenTask({ task, i, may, onChanged }: { task: Task; i: Incident; may: boolean; onChanged: () => void }) {
  const w = useDailyWords();
  const me = useGiver();
  const { now: { words, next, day }, change, forget } = useTyped('incident-task', task.id ?? '', () => ({ words: '', next: '', day: '' }));
  const [problem, setProblem] = useState<unknown>();
  const due = Date.parse(task.restriction?.period?.end ?? '');
  const late = Number.isFinite(due) && due < nowMs();
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
      setProblem(undefined);
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  const sign = (): Promise<void> => run(async () => {
    const { resource, etag } = await server.read<Task>('Task', task.id ?? '');
    if (!isOpen(resource)) throw new FhirError('conflict', 412);
    await server.update(signedOff(resource, me, words.trim(), nowMs()), etag ?? '');
    forget();
  });
  const add = (): Promise<void> => run(async () => {
    const id = uuid4();
    const made = { ...followUp(i, next.trim(), instantOf(day, '23:59'), me, nowMs(), recordWords), identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` }] };
    await server.create(made, `identifier=urn:ietf:rfc:3986|urn:uuid:${id}`);
    change({ next: '', day: '' });
  });
  return (
    <div className={`an-incident-task ${late ? 'an-late' : ''}`} role="group" aria-label={task.description ?? ''}>
      <p><Icon name="clock" /> {task.description}{Number.isFinite(due) && ` · ${w('incident.until', { when: wardStamp(due) })}`}</p>
      {problem !== undefined && <Problem error={problem} onRetry={onChanged} />}
      {may && (
        <>
          <label className="an-care-note"><span>{w(isReview(task) ? 'incident.lesson' : 'incident.result')}</span><Input value={words} maxLength={500} onChange={(e) => change({ words: e.currentTarget.value })} /></label>
          <Button disabled={words.trim() === ''} onClick={() => void sign()}>{w(isReview(task) ? 'incident.sign' : 'incident.close')}</Button>
        </>
      )}
      {may && isReview(task) && (
        <details>
          <summary>{w('incident.more')}</summary>
          <div className="an-care-note">
            <label><span>{w('incident.next')}</span><Input value={next} maxLength={300} onChange={(e) => change({ next: e.currentTarget.value })} /></label>
            <label><span>{w('incident.nextBy')}</span><input type="date" className="an-time" value={day} min={new Date(nowMs() + 7 * 3_600_000).toISOString().slice(0, 10)} onChange={(e) => change({ day: e.currentTarget.value })} /></label>
            <Button variant="default" disabled={next.trim() === '' || day === ''} onClick={() => void add()}>{w('incident.add')}</Button>
          </div>
        </details>
      )}
    </div>
  );
}

/* Written for the wrong person, or twice: within a day, by the hand that wrote it. */
function TakeBack({ i, tasks, onChanged }: { i: Incident; tasks: Task[]; onChanged: () => void }) {
  const w = useDailyWords();
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  if (nowMs() - Date.parse(i.event.recordedDate ?? '') > DAY_MS) return null;
  const take = async (): Promise<void> => {
    try {
      const { resource, etag } = await server.read<Incident['event']>('AdverseEvent', i.id);
      /* what it asked of others is called off with it */
      await server.transaction({
        resourceType: 'Bundle', type: 'transaction', entry: [
          { resource: takenBack(resource), request: { method: 'PUT', url: `AdverseEvent/${i.id}`, ifMatch: etag ?? '' } },
          ...tasks.map((x): BundleEntry => ({ resource: { ...x, status: 'cancelled' } as Task, request: { method: 'PUT', url: `Task/${x.id ?? ''}`, ifMatch: `W/"${x.meta?.versionId ?? ''}"` } })),
        ],
      });
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div className="an-options">
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      {!asked && <Button variant="subtle" onClick={() => setAsked(true)}>{w('care.strike')}</Button>}
      {asked && <Button variant="default" onClick={() => void take()}>{w('care.strikeDo')}</Button>}
      {asked && <Button variant="subtle" onClick={() => setAsked(false)}>{w('care.cancel')}</Button>}
    </div>
  );
}
