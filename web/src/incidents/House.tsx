/* The incidents of the whole house, for its head: what waits first, by ward, kind and state; counts by month, as a file and on paper. */

import { Button, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardFull, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useDailyWords } from '../i18n/daily';
import { byPlace } from '../place/ward';
import { Sheet } from '../print/Sheet';
import { csvOf, download } from '../record/csv';
import { personHref } from '../route';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { useMe } from '../access/me';
import './incidents.css';
import { counted, firstDay, inOrder, isLate, loadHouse, monthsTo, NO_FILTER, passes, stamp, type Filter, type HouseIncident } from './house';
import { isGrave, KINDS, type IncidentKind } from './kinds';
import { incidentsHref } from './screens';

const MONTHS = 6;
const STATES = ['all', 'open', 'late', 'grave'] as const;

export default function House() {
  const w = useDailyWords();
  const now = nowMs();
  const from = firstDay(now, MONTHS);
  const load = useLoad(`house incidents ${from}`, (signal) => loadHouse(server, from, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-incident">
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <><h1>{w('incident.house')}</h1><Skeleton height={300} /></>}
      {load.data && <Shown all={load.data.list} cut={load.data.cut} now={now} />}
    </div>
  );
}

function Shown({ all, cut, now }: { all: HouseIncident[]; cut: boolean; now: number }) {
  const w = useDailyWords();
  const { t } = useI18n();
  const { me } = useMe();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const months = monthsTo(wardTime(now).day.slice(0, 7), MONTHS);
  const wards = [...new Map(all.map((i) => [i.wardId, i.ward])).entries()].sort((a, b) => byPlace.compare(a[1], b[1]));
  const list = useMemo(() => inOrder(all.filter((i) => passes(i, filter, now)), now), [all, filter, now]);
  const counts = useMemo(() => counted(list, months), [list, months]);
  const said = (m: string): string => `${m.slice(5)}/${m.slice(0, 4)}`;
  const harm = (i: HouseIncident): string => (i.harm ? w(`incident.harm.${i.harm}`) : '');
  const state = (i: HouseIncident): string => w(isLate(i, now) ? 'incident.state.late' : i.open.length > 0 ? 'incident.state.open' : 'incident.state.closed');
  const save = (): void => download(`su-co-${months[0] ?? ''}-${months.at(-1) ?? ''}.csv`, csvOf([
    [w('incident.whenWhere'), w('incident.wardWord'), w('incident.what'), w('incident.how'), t('people.title'), w('incident.by'), w('incident.stateWord')],
    ...list.map((i) => [stamp(i.at), i.ward, i.text || w(`incident.kind.${i.kind}`), harm(i), i.name, i.by, state(i)]),
  ]));
  return (
    <>
      <div className="an-row an-noprint">
        <h1>{w('incident.house')}</h1>
        <Button variant="default" leftSection={<Icon name="import" />} onClick={save}>{w('incident.csv')}</Button>
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('incident.print')}</Button>
      </div>
      <div className="an-row an-noprint" role="group" aria-label={w('incident.filters')}>
        {STATES.map((s) => (
          <Button key={s} variant={filter.state === s ? 'filled' : 'default'} aria-pressed={filter.state === s} onClick={() => setFilter({ ...filter, state: s })}>
            {w(`incident.filter.${s}`)} {all.filter((i) => passes(i, { ...filter, state: s }, now)).length}
          </Button>
        ))}
      </div>
      <div className="an-incident-house-by an-noprint">
        <label>{w('incident.wardWord')}
          <select className="an-select" value={filter.ward} onChange={(e) => setFilter({ ...filter, ward: e.currentTarget.value })}>
            <option value="">{w('incident.everyWard')}</option>
            {wards.map(([id, name]) => <option key={id} value={id}>{name || w('incident.noWard')}</option>)}
          </select>
        </label>
        <label>{w('incident.what')}
          <select className="an-select" value={filter.kind} onChange={(e) => setFilter({ ...filter, kind: e.currentTarget.value as IncidentKind | '' })}>
            <option value="">{w('incident.everyKind')}</option>
            {KINDS.map((k) => <option key={k} value={k}>{w(`incident.kind.${k}`)}</option>)}
          </select>
        </label>
      </div>
      {cut && <Notice kind="warn" title={w('care.cut')} />}
      <Sheet title={w('incident.house')} facility={me.roles.find((r) => r.organizationName !== undefined)?.organizationName ?? ''} ward="" what={`${said(months[0] ?? '')} – ${said(months.at(-1) ?? '')}`}>
        <section aria-label={w('incident.counts')} className="an-incident-scroll" tabIndex={0}>
          <h2>{w('incident.counts')}</h2>
          {counts.length === 0 ? <p>{w('incident.none')}</p> : (
            <table className="an-incident-table">
              <thead><tr><th scope="col">{w('incident.wardWord')}</th><th scope="col">{w('incident.what')}</th>{months.map((m) => <th scope="col" key={m} className="an-number">{said(m)}</th>)}<th scope="col" className="an-number">{w('incident.sum')}</th></tr></thead>
              <tbody>
                {counts.map((c) => (
                  <tr key={`${c.ward} ${c.kind}`}><th scope="row">{c.ward || w('incident.noWard')}</th><td>{w(`incident.kind.${c.kind}`)}</td>{c.months.map((n, k) => <td key={months[k]} className="an-number">{n === 0 ? '' : n}</td>)}<td className="an-number">{c.sum}</td></tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
        <section aria-label={w('incident.lines')}>
          <h2>{w('incident.lines')} ({list.length})</h2>
          {list.length === 0 && <p>{w('incident.noneSuch')}</p>}
          <ul className="an-lines">{list.map((i) => <Line key={i.id} i={i} state={state(i)} late={isLate(i, now)} harm={harm(i)} />)}</ul>
        </section>
      </Sheet>
    </>
  );
}

function Line({ i, state, late, harm }: { i: HouseIncident; state: string; late: boolean; harm: string }) {
  const w = useDailyWords();
  const { t } = useI18n();
  return (
    <li className="an-incident-line">
      <div>
        <p><strong>{i.text || w(`incident.kind.${i.kind}`)}</strong>{i.nearly && ` · ${w('incident.nearly')}`}{harm !== '' && <span className={i.harm && isGrave(i.harm) ? 'an-bad' : undefined}> · {harm}</span>}</p>
        <p><a href={personHref(i.patient)}>{i.name || t('people.noName')}</a> · {wardFull(i.at)} · {i.wardId === '' ? w('incident.noWard') : <a href={incidentsHref(i.wardId)}>{i.ward}</a>}</p>
        {i.done.map((x) => <p key={x.id} className="an-dim">{x.description}: {x.note?.map((n) => n.text).join(' ')}</p>)}
      </div>
      <span className={late ? 'an-bad' : 'an-dim'}>{late && <Icon name="warn" size={18} />} {state}{i.by !== '' && ` · ${i.by}`}</span>
    </li>
  );
}

