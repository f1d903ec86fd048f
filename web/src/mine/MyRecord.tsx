/* The first screen: who I am, where I live, what I take, how I am, what I have, what was signed. Big type, plain words, one column on a phone. */

import { Button, Skeleton } from '@mantine/core';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useMineWords, type Words } from '../i18n/mine';
import { Face } from '../ui/Face';
import { Icon, type IconName } from '../ui/Icon';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { Sparkline } from '../ui/Sparkline';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { VITALS } from '../vitals/kinds';
import { latestOf } from '../vitals/reading';
import { readingText, whenText } from '../vitals/show';
import { useVitals } from '../vitals/useVitals';
import { Owned, Tools } from './Frame';
import type { Own } from './own';
import { loadMine, wordsOf, type Medicine, type MyRecord as Mine, type Visit } from './record';

export default function MyRecord() {
  return <Owned>{(own) => <Record own={own} />}</Owned>;
}

function Record({ own }: { own: Own }) {
  const w = useMineWords();
  const { t } = useI18n();
  const load = useLoad(`mine ${own.patient}`, (signal) => loadMine(server, own.patient, nowMs(), signal));
  const readings = useReadings(own.patient);
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <>
      <h1>{t('mine.record')}</h1>
      <p className="an-dim">{w(own.related === '' ? 'lead.self' : 'lead.related')}</p>
      <Ways />
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('loading')}>{[1, 2, 3].map((n) => <Skeleton key={n} height={96} mb={12} />)}</div>}
      {load.data && (
        <>
          <Identity data={load.data} />
          <Medicines list={load.data.medicines} />
          <Readings use={readings} />
          <Texts title={w('problems.title')} none={w('problems.none')} list={load.data.problems} />
          <Texts title={w('allergies.title')} none={w('allergies.none')} list={load.data.allergies} />
          <Visits list={load.data.visits} />
          <section className="an-card an-noprint">
            <p>{w('more')}</p>
            <div><Button component="a" variant="default" href="#/mine/requests">{w('more.ask')}</Button></div>
          </section>
          <Tools words={said(load.data, readings.rows.map((r) => `${r.name}: ${r.value}`), w)} />
        </>
      )}
    </>
  );
}

const WAYS: { href: string; word: 'go.log' | 'go.consent' | 'go.requests'; icon: IconName }[] = [
  { href: '#/mine/log', word: 'go.log', icon: 'eye' }, { href: '#/mine/consent', word: 'go.consent', icon: 'shield' }, { href: '#/mine/requests', word: 'go.requests', icon: 'clock' },
];

function Ways() {
  const w = useMineWords();
  return <ul className="an-mine-ways an-noprint">{WAYS.map((x) => <li key={x.href}><a href={x.href}><Icon name={x.icon} size={28} />{w(x.word)}</a></li>)}</ul>;
}

function Identity({ data }: { data: Mine }) {
  const w = useMineWords();
  const { t } = useI18n();
  const places = [...data.places].reverse().join(', ');
  return (
    <section className="an-card" aria-label={personName(data.patient) || t('people.noName')}>
      <div className="an-mine-who">
        <Face patient={data.patient} />
        <div>
          <h2>{personName(data.patient) || t('people.noName')}</h2>
          <p><PersonLine patient={data.patient} /></p>
        </div>
      </div>
      <h3>{w('where.title')}</h3>
      {data.house === '' && places === '' ? <p>{w('where.none')}</p> : <p>{[places, data.house].filter((x) => x !== '').join(' · ')}</p>}
      {data.since !== '' && <p className="an-dim">{w('where.since', { day: showFhirDay(data.since) })}</p>}
      {data.team.length > 0 && <><h3>{w('team.title')}</h3><p>{data.team.join(', ')}</p></>}
    </section>
  );
}

function Medicines({ list }: { list: Medicine[] }) {
  const w = useMineWords();
  return (
    <section className="an-card" aria-labelledby="mine-medicines">
      <h2 id="mine-medicines">{w('medicines.title')}</h2>
      {list.length === 0 && <p>{w('medicines.none')}</p>}
      <ul className="an-mine-list">
        {list.map((m) => (
          <li key={m.id}>
            <strong>{m.text}</strong>
            {m.dose !== '' && <p>{m.dose}</p>}
            {m.today.map((d) => (
              <p key={`${d.at} ${String(d.given)}`} className={d.given ? 'an-mine-good' : 'an-mine-warn'}><Icon name={d.given ? 'check' : 'warn'} size={18} />{w(d.given ? 'medicines.given' : 'medicines.not', { time: d.at })}</p>
            ))}
          </li>
        ))}
      </ul>
      <p className="an-dim">{w('medicines.ask')}</p>
    </section>
  );
}

/* The latest of each sign that was measured at all. */
function useReadings(patient: string) {
  const i18n = useI18n();
  const { by, reload } = useVitals(patient);
  const rows = VITALS.flatMap((kind) => {
    const readings = by[kind.key].readings ?? [];
    const { withValue } = latestOf(readings);
    return withValue ? [{ key: kind.key, name: i18n.t(`vital.${kind.key}`), value: readingText(kind, withValue, i18n), when: whenText(withValue, i18n), readings }] : [];
  });
  return { rows, reload, failed: VITALS.some((k) => by[k.key].error !== undefined), busy: VITALS.some((k) => by[k.key].readings === undefined && by[k.key].error === undefined) };
}

function Readings({ use }: { use: ReturnType<typeof useReadings> }) {
  const w = useMineWords();
  useOnReconnect(use.reload, use.failed);
  return (
    <section className="an-card" aria-labelledby="mine-readings">
      <h2 id="mine-readings">{w('readings.title')}</h2>
      {use.failed && <p role="alert">{w('readings.failed')}</p>}
      {use.rows.length === 0 && !use.busy && !use.failed && <p>{w('readings.none')}</p>}
      <ul className="an-mine-list">
        {use.rows.map((r) => (
          <li key={r.key} className="an-mine-reading">
            <span>{r.name}</span>
            <strong>{r.value}</strong>
            <Sparkline readings={r.readings} />
            <span className="an-dim">{r.when}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Texts({ title, none, list }: { title: string; none: string; list: string[] }) {
  return (
    <section className="an-card">
      <h2>{title}</h2>
      {list.length === 0 ? <p>{none}</p> : <ul className="an-mine-list">{list.map((text) => <li key={text}>{text}</li>)}</ul>}
    </section>
  );
}

function Visits({ list }: { list: Visit[] }) {
  const w = useMineWords();
  return (
    <section className="an-card" aria-labelledby="mine-visits">
      <h2 id="mine-visits">{w('visits.title')}</h2>
      {list.length === 0 && <p>{w('visits.none')}</p>}
      {list.map((v) => (
        <details key={v.id}>
          <summary>{w('visits.line', { title: v.title ?? '', day: showFhirDay(v.date) })}</summary>
          {(v.author?.[0]?.display ?? '') !== '' && <p className="an-dim">{w('visits.by', { who: v.author?.[0]?.display ?? '' })}</p>}
          {(v.section ?? []).map((s, i) => (
            <div key={i} className="an-mine-section">
              {(s.title ?? '') !== '' && <h3>{s.title}</h3>}
              {wordsOf(s.text?.div).map((line, k) => <p key={k}>{line}</p>)}
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

/* Read aloud: no names of people. */
function said(data: Mine, readings: string[], w: Words): string[] {
  const part = (title: string, list: string[], none: string): string => `${title}. ${list.length === 0 ? none : list.join('. ')}`;
  return [
    part(w('medicines.title'), data.medicines.map((m) => `${m.text}. ${m.dose}`), w('medicines.none')), part(w('readings.title'), readings, w('readings.none')),
    part(w('problems.title'), data.problems, w('problems.none')), part(w('allergies.title'), data.allergies, w('allergies.none')), w('medicines.ask'),
  ];
}
