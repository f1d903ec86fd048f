/* Who is here and who is away: the way to admission, to every stay, and to the lists made from them. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useWords } from '../i18n/stay';
import { idOf } from '../drugs/forms';
import { byPlace } from '../place/ward';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { activePlace, loadBeds, type Beds } from './beds';
import { isOverdue, openAway, type Patient, type Stay } from './forms';
import { loadDeadlines, type Deadline } from './deadlines';
import { facilities } from './load';
import { Select } from './parts';
import { admitHref, bedsHref, clientsHref, identityHref, incomingHref, listsHref, personStayHref } from './screens';
import { onTheWay } from './transferLoad';
import './stay.css';

type Filter = 'all' | 'here' | 'leave' | 'hospital' | 'late';
const FILTERS: Filter[] = ['all', 'here', 'leave', 'hospital', 'late'];
export interface Line { stay: Stay; patient: Patient; name: string; bed: string; late: boolean }

export function linesOf(beds: Beds, now: number): Line[] {
  const names = new Map(beds.list.map((b) => [b.id, [b.ward, b.name].filter(Boolean).join(' · ')]));
  return beds.stays.map((stay): Line | undefined => {
    const patient = beds.people.get(idOf(stay.subject));
    return patient && { stay, patient, name: personName(patient), bed: names.get(activePlace(stay)) ?? '', late: isOverdue(stay, now) };
  }).filter((l): l is Line => l !== undefined)
    .sort((a, b) => Number(b.late) - Number(a.late) || byPlace.compare(a.bed, b.bed) || byPlace.compare(a.name, b.name));
}

export function passes(l: Line, filter: Filter): boolean {
  if (filter === 'here') return l.stay.status === 'in-progress';
  if (filter === 'late') return l.late;
  return filter === 'all' || openAway(l.stay)?.kind === filter;
}

export default function Residents() {
  const w = useWords();
  const { me, can } = useMe();
  const [chosen, setChosen] = useState('');
  const houses = useLoad('stay facilities', (signal) => facilities(server, me, signal));
  const facility = chosen || houses.data?.[0]?.id || '';
  const load = useLoad(`residents ${facility}`, async (signal) => (facility === '' ? undefined : loadBeds(server, facility, signal)));
  useOnReconnect(load.reload, load.error !== undefined);
  const error = houses.error ?? load.error;
  return (
    <div className="an-stay-form">
      <div className="an-row">
        <h1>{w('residents.title')}</h1>
        <Button component="a" href={admitHref()} leftSection={<Icon name="plus" />}>{w('admit.title')}</Button>
        <Button component="a" variant="default" href={clientsHref()}>{w('clients')}</Button>
        <Button component="a" variant="default" href={listsHref()}>{w('lists.title')}</Button>
        {can('beds') && <Button component="a" variant="default" href={bedsHref()}>{w('beds.link')}</Button>}
      </div>
      {houses.data !== undefined && houses.data.length > 1 && (
        <Select label={w('facility')} none={houses.data[0]?.name ?? ''} value={chosen} onChange={setChosen} options={houses.data.slice(1).map((f) => ({ value: f.id, label: f.name }))} />
      )}
      {error !== undefined && <Problem error={error} onRetry={() => { houses.reload(); load.reload(); }} />}
      {load.data === undefined && error === undefined && (houses.data?.length === 0 ? <Notice kind="info" title={w('noFacility')}><p>{w('noFacilityDo')}</p></Notice> : <Skeleton height={320} />)}
      {facility !== '' && <OnTheWay key={facility} facility={facility} />}
      <Deadlines />
      {load.data !== undefined && <List beds={load.data} />}
    </div>
  );
}

/* What the law gives a term to: late and near ones in sight, the rest a tap away. */
function Deadlines() {
  const w = useWords();
  const { has } = useMe();
  const load = useLoad('deadlines', (signal) => loadDeadlines(server, has('social-worker', 'records-clerk', 'facility-head', 'system'), signal));
  useOnReconnect(load.reload, load.error !== undefined);
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  const list = load.data ?? [];
  if (list.length === 0) return null;
  const near = list.filter((d) => d.urgency !== 'later');
  const rest = list.filter((d) => d.urgency === 'later');
  return (
    <section className="an-card" aria-label={w('deadlines')}>
      <h2>{w('deadlines')}</h2>
      <p className={near.some((d) => d.urgency === 'late') ? 'an-stay-wrong' : 'an-dim'} role="status">{w('deadlines.count', { n: list.length, late: list.filter((d) => d.urgency === 'late').length })}</p>
      {near.length > 0 && <ul className="an-lines">{near.map((d) => <DeadlineRow key={`${d.kind} ${d.id}`} d={d} />)}</ul>}
      {rest.length > 0 && <details open={near.length === 0}><summary>{w('deadlines.later', { n: rest.length })}</summary><ul className="an-lines">{rest.map((d) => <DeadlineRow key={`${d.kind} ${d.id}`} d={d} />)}</ul></details>}
    </section>
  );
}

function DeadlineRow({ d }: { d: Deadline }) {
  const w = useWords();
  return (
    <li>
      <div>
        <a className="an-stay-name" href={d.kind === 'card' ? identityHref(d.person) : personStayHref(d.person)}><strong>{d.name || w('noName')}</strong></a>
        <p>{d.kind === 'card' ? w(d.urgency === 'late' ? 'deadlines.cardOver' : 'deadlines.cardEnds') : d.what}</p>
        {d.end !== '' && <p className={d.urgency === 'late' ? 'an-stay-late' : 'an-dim'}><Icon name="clock" /> {w(d.kind === 'card' ? 'deadlines.cardUntil' : 'timer.until', { day: showFhirDate(d.end) })}{d.urgency === 'late' && ` · ${w('away.late')}`}</p>}
      </div>
    </li>
  );
}

/* Asked and not answered: who comes, and who is to go. */
function OnTheWay({ facility }: { facility: string }) {
  const w = useWords();
  const load = useLoad(`on the way ${facility}`, (signal) => onTheWay(server, facility, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const list = load.data ?? [];
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (list.length === 0) return null;
  return (
    <section className="an-card" aria-label={w('incoming.list')}>
      <h2>{w('incoming.list')}</h2>
      <ul className="an-lines">
        {list.map(({ task, patient, incoming }) => (
          <li key={task.id}>
            <div>
              <strong>{patient ? personName(patient) : w('noName')}</strong>{patient && <> · <PersonLine patient={patient} /></>}
              <p className="an-dim">{incoming ? w('incoming.from') : w('incoming.to', { house: task.owner?.display ?? '' })}{task.restriction?.period?.end !== undefined && ` · ${showFhirDate(task.restriction.period.end)}`}</p>
            </div>
            {incoming
              ? <Button component="a" href={incomingHref(task.id ?? '')}>{w('incoming.open')}</Button>
              : <Button component="a" variant="default" href={personStayHref(patient?.id ?? '')}>{w('person.stay')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function List({ beds }: { beds: Beds }) {
  const w = useWords();
  const [filter, setFilter] = useState<Filter>('all');
  const [typed, setTyped] = useState('');
  const lines = useMemo(() => linesOf(beds, nowMs()), [beds]);
  const words = foldText(typed).split(' ').filter(Boolean);
  const shown = lines.filter((l) => passes(l, filter) && words.every((x) => foldText(`${l.name} ${l.bed}`).split(' ').some((y) => y.startsWith(x))));
  return (
    <>
      <div className="an-row" role="group" aria-label={w('residents.filters')}>
        {FILTERS.map((f) => (
          <Button key={f} variant={f === filter ? 'filled' : 'default'} aria-pressed={f === filter} onClick={() => setFilter(f)}>
            {w(`filter.${f}`)} {lines.filter((l) => passes(l, f)).length}
          </Button>
        ))}
      </div>
      <Input type="text" aria-label={w('residents.find')} placeholder={w('residents.find')} value={typed} autoComplete="off" spellCheck={false} onChange={(e) => setTyped(e.currentTarget.value)} />
      {beds.cut && <Notice kind="warn" title={w('beds.cut')} />}
      {shown.length === 0 && <Notice kind="info" title={w('residents.none')}><p>{w('residents.noneDo')}</p></Notice>}
      <ul className="an-people" aria-label={w('residents.title')}>
        {shown.map((l) => <Row key={l.stay.id} line={l} />)}
      </ul>
    </>
  );
}

function Row({ line }: { line: Line }) {
  const w = useWords();
  const away = openAway(line.stay);
  return (
    <li className="an-stay-row">
      <div><a href={personStayHref(line.patient.id ?? '')}><strong>{line.name || w('noName')}</strong></a><p className="an-dim"><PersonLine patient={line.patient} /></p></div>
      <div>
        {line.bed || w('stay.noBed')}
        {away && (
          <p className={line.late ? 'an-stay-late' : 'an-dim'}>
            <Icon name={line.late ? 'warn' : 'leave'} /> {w(`away.${away.kind}`)}{away.until !== '' && ` · ${w('away.until')} ${showFhirDate(away.until)}`}{line.late && ` · ${w('away.late')}`}
          </p>
        )}
      </div>
      <span className="an-dim an-number">{w('stay.since')} {showFhirDate(line.stay.period?.start)}</span>
    </li>
  );
}
