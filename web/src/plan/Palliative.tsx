/* The palliative plan of one person: read at a glance by whoever is on duty, written by a doctor. How the symptoms go stands beside what to do. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { KeptFrom } from '../access/KeptFrom';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { stationHref } from '../forms/screens';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords } from '../i18n/daily';
import { loadHere, type Here } from '../place/stay';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { Area, Entry, Options, Section } from '../stay/parts';
import { uuid4 } from '../vitals/uuid';
import '../stay/stay.css';
import {
  begin, change, end, emptyTyped, isActive, isFlag, lacks, PLACES, SAID, SYMPTOMS, trendOf, typedOf, type Answers, type Flag, type Place, type Plan, type Said, type Trend, type Typed, type Words,
} from './palliative';

interface Data { here: Here; plan: Plan | undefined; flag: Flag | undefined; trend: Trend }
const DRAFT = 'palliative';

const WORDS: Words = { title: recordWords('pall.title'), flag: recordWords('pall.title'), symptom: (s) => recordWords(`pall.symptom.${s}`) };

async function loadAll(id: string, signal: AbortSignal): Promise<Data> {
  const [here, plans, flags, answers] = await Promise.all([
    loadHere(server, id, signal),
    server.search<Plan>('CarePlan', { patient: id, category: 'urn:ansinh:plan|palliative', _sort: '-date', _count: 20 }, signal),
    server.search<Flag>('Flag', { patient: id, _count: 100 }, signal),
    server.search<Answers>('QuestionnaireResponse', { patient: id, status: 'completed,amended', _sort: '-authored', _elements: 'questionnaire,authored,status,item', _count: 100 }, signal)
      .catch(() => undefined),
  ]);
  return { here, plan: plans.items.find(isActive), flag: flags.items.find(isFlag), trend: trendOf(answers?.items ?? []) };
}

export default function Palliative({ params }: ScreenProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const { has } = useMe();
  const id = params.id ?? '';
  const load = useLoad(`palliative ${id}`, (signal) => loadAll(id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const drafts = useDrafts();
  const [editing, setEditing] = useState(() => drafts.get(DRAFT, id) !== null);
  const [said, setSaid] = useState('');
  const may = has('doctor', 'assistant-doctor', 'system');
  const done = (text: string): void => { setEditing(false); setSaid(text); load.reload(); };
  return (
    <div className="an-stay-form">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('pall.back')}</a>
      <header className="an-stay-head">
        <h1>{w('pall.title')}</h1>
        {load.data && <p><strong>{personName(load.data.here.patient) || t('people.noName')}</strong>{load.data.here.bed !== '' && ` · ${load.data.here.bed}`}</p>}
      </header>
      {said !== '' && <Notice kind="good" title={said} role="status" />}
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={320} />}
      {load.data && editing && may && <Form data={load.data} id={id} onDone={done} onCancel={() => setEditing(false)} />}
      {load.data && !(editing && may) && (
        <>
          {load.data.plan ? <Shown plan={load.data.plan} /> : <Notice kind="info" title={w('pall.none')}>{!may && <p>{w('pall.who')}</p>}</Notice>}
          {may && <div className="an-row"><Button onClick={() => { setSaid(''); setEditing(true); }}>{w(load.data.plan ? 'pall.change' : 'pall.begin')}</Button></div>}
          <Symptoms trend={load.data.trend} id={id} />
        </>
      )}
    </div>
  );
}

function Shown({ plan }: { plan: Plan }) {
  const w = useDailyWords();
  const p = typedOf(plan);
  const decided = p.ceilings.filter((c) => c.said !== '');
  return (
    <>
      <Section title={w('pall.ceilings')}>
        {decided.length === 0 ? <p>{w('pall.noCeiling')}</p> : (
          <ul className="an-lines">{decided.map((c) => (
            <li key={c.what}><div><strong>{w(`pall.ceiling.${c.what}`)}: {w(`pall.said.${c.said as Said}`)}</strong><p className="an-dim">{w('pall.withOn', { who: c.with, day: showFhirDay(c.on) })}</p></div></li>
          ))}</ul>
        )}
      </Section>
      <Section title={w('pall.goals')}><p className="an-stay-words">{p.goals}</p></Section>
      <Section title={w('pall.todo')}>
        {SYMPTOMS.filter((s) => p.symptoms[s]).length === 0 && <p className="an-dim">{w('pall.noTodo')}</p>}
        <dl className="an-stay-facts">{SYMPTOMS.filter((s) => p.symptoms[s]).map((s) => <div key={s}><dt>{w(`pall.symptom.${s}`)}</dt><dd className="an-stay-words">{p.symptoms[s]}</dd></div>)}</dl>
      </Section>
      <Section title={w('pall.call')}>
        <ul>{p.calls.filter((c) => c.who !== '' || c.phone !== '').map((c) => <li key={c.who + c.phone}>{c.who} {c.phone !== '' && <a href={`tel:${c.phone.replace(/[^\d+]/g, '')}`}>{c.phone}</a>}</li>)}</ul>
      </Section>
      <Section title={w('pall.place')}><p>{p.place !== '' && w(`pall.place.${p.place}`)}{p.placeWords !== '' && ` · ${p.placeWords}`}</p></Section>
      <p className="an-dim">{w('pall.written', { who: plan.author?.display ?? '', when: showFhirDate(plan.created) })} · {w('pall.reviewOn', { day: showFhirDay(p.review) })}</p>
    </>
  );
}

function Symptoms({ trend, id }: { trend: Trend; id: string }) {
  const w = useDailyWords();
  return (
    <Section title={w('pall.trend')}>
      {trend.rows.length === 0 ? <p className="an-dim">{w('pall.noTrend')}</p> : (
        <div className="an-stay-scroll" tabIndex={0} role="group" aria-label={w('pall.trend')}>
          <table className="an-stay-table">
            <thead><tr><th scope="col">{w('pall.symptomWord')}</th>{trend.days.map((d) => <th scope="col" key={d} className="an-stay-n">{showFhirDay(d).slice(0, 5)}</th>)}<th scope="col">{w('pall.wayWord')}</th></tr></thead>
            <tbody>{trend.rows.map((r) => (
              <tr key={r.symptom}><th scope="row">{w(`pall.symptom.${r.symptom}`)}</th>{r.values.map((v, i) => <td key={trend.days[i]} className="an-stay-n">{v ?? '–'}</td>)}
                <td>{r.way === '' ? '' : <>{r.way === 'up' && <Icon name="warn" size={18} />} {w(`pall.way.${r.way}`)}</>}</td></tr>
            ))}</tbody>
          </table>
        </div>
      )}
      <div><Button component="a" variant="default" href={stationHref(id)}>{w('pall.ask')}</Button></div>
    </Section>
  );
}

function Form({ data, id, onDone, onCancel }: { data: Data; id: string; onDone: (said: string) => void; onCancel: () => void }) {
  const w = useDailyWords();
  const me = useGiver();
  const drafts = useDrafts();
  const fresh = (): Typed => (data.plan ? typedOf(data.plan) : emptyTyped());
  const [act] = useState(uuid4);
  const [typed, setTyped] = useState<Typed>(() => {
    try {
      return { ...fresh(), ...(JSON.parse(drafts.get(DRAFT, id) ?? '{}') as Partial<Typed>) };
    } catch {
      return fresh();
    }
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const set = (more: Partial<Typed>): void => setTyped((before) => {
    const next = { ...before, ...more };
    drafts.keep(DRAFT, id, JSON.stringify(next));
    return next;
  });
  const drop = (): void => { drafts.keep(DRAFT, id, undefined); setTyped(fresh()); };
  const left = lacks(typed, nowMs());
  const wrong = (field: string): string | undefined => { const l = tried ? left.find((x) => x.field === field) : undefined; return l && w(`pall.missing.${l.missing}`); };
  const send = async (make: () => ReturnType<typeof begin>, said: string): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await server.transaction(make());
      drafts.keep(DRAFT, id, undefined);
      onDone(said);
    } catch (e) {
      setError(problemOf(e));
    } finally {
      setBusy(false);
    }
  };
  const about = { patient: id, stay: data.here.stay?.id ?? '', me };
  const save = (): void => {
    setTried(true);
    if (left.length > 0) {
      document.getElementById(`pall-${left[0]?.field ?? ''}`)?.focus();
      return;
    }
    const { plan } = data;
    void send(() => (plan ? change(plan, typed, about, nowMs(), act, WORDS, data.flag) : begin(typed, about, nowMs(), act, WORDS, data.flag)), w('pall.saved'));
  };
  return (
    <form noValidate className="an-stay-form" onSubmit={(e) => { e.preventDefault(); if (!busy) save(); }}>
      <KeptFrom kind={DRAFT} id={id} onDrop={drop} />
      <Section title={w('pall.goals')}><Area id="pall-goals" label={w('pall.goalsAsk')} value={typed.goals} onChange={(goals) => set({ goals })} hint={wrong('goals') ?? w('pall.goalsHint')} /></Section>
      <Section title={w('pall.todo')}>
        {SYMPTOMS.map((s) => <Area key={s} id={`pall-s-${s}`} label={w(`pall.symptom.${s}`)} value={typed.symptoms[s] ?? ''} onChange={(v) => set({ symptoms: { ...typed.symptoms, [s]: v } })} />)}
      </Section>
      <Section title={w('pall.call')}>
        {typed.calls.map((c, i) => (
          <div key={i} className="an-stay-two">
            <Entry id={`pall-who-${i}`} label={w('pall.callWho')} value={c.who} onChange={(v) => set({ calls: typed.calls.map((x, n) => (n === i ? { ...x, who: v } : x)) })} />
            <Entry id={`pall-phone-${i}`} label={w('pall.callPhone')} inputMode="tel" value={c.phone} onChange={(v) => set({ calls: typed.calls.map((x, n) => (n === i ? { ...x, phone: v } : x)) })} />
          </div>
        ))}
        <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => set({ calls: [...typed.calls, { who: '', phone: '' }] })}>{w('pall.callMore')}</Button></div>
      </Section>
      <Section title={w('pall.place')}>
        <Options id="pall-place" label={w('pall.placeAsk')} value={typed.place} onChange={(p: Place | '') => set({ place: p })} trouble={wrong('place')} options={PLACES.map((p) => ({ value: p, label: w(`pall.place.${p}`) }))} />
        <Entry id="pall-placeWords" label={w('pall.placeWords')} value={typed.placeWords} onChange={(placeWords) => set({ placeWords })} />
      </Section>
      <Section title={w('pall.ceilings')}>
        <p>{w('pall.ceilingsAbout')}</p>
        {typed.ceilings.map((c, i) => {
          const put = (more: Partial<typeof c>): void => set({ ceilings: typed.ceilings.map((x, n) => (n === i ? { ...x, ...more } : x)) });
          return (
            <div key={c.what}>
              <Options id={`pall-${c.what}`} label={w(`pall.ceiling.${c.what}`)} value={c.said} onChange={(said: Said | '') => put({ said })} options={SAID.map((s) => ({ value: s, label: w(`pall.said.${s}`) }))} />
              {c.said !== '' && (
                <div className="an-stay-two">
                  <Entry id={`pall-${c.what}-with`} label={w('pall.with')} value={c.with} onChange={(v) => put({ with: v })} trouble={wrong(`${c.what}-with`)} hint={w('pall.withHint')} />
                  <Entry id={`pall-${c.what}-on`} label={w('pall.on')} type="date" value={c.on} onChange={(v) => put({ on: v })} trouble={wrong(`${c.what}-on`)} />
                </div>
              )}
            </div>
          );
        })}
      </Section>
      <Section title={w('pall.review')}><Entry id="pall-review" label={w('pall.reviewAsk')} type="date" value={typed.review} onChange={(review) => set({ review })} trouble={wrong('review')} /></Section>
      <div className="an-stay-bar">
        <div role="alert">
          {error?.problem === 'conflict' ? <Notice kind="warn" title={w('pall.conflict')}><p>{w('pall.conflictDo')}</p></Notice> : error !== undefined && <Problem error={error} />}
          {tried && left.length > 0 && <p className="an-stay-wrong"><Icon name="warn" />{w('pall.left', { n: left.length })}</p>}
        </div>
        <Button variant="default" disabled={busy} onClick={onCancel}>{w('pall.cancel')}</Button>
        {data.plan && !busy && <Sure label={w('pall.end')} title={w('pall.endSure')} keep={w('care.cancel')} yes={w('pall.end')} onDo={() => void send(() => end(data.plan as Plan, data.flag, nowMs()), w('pall.ended'))}><p>{w('pall.endMeans')}</p></Sure>}
        <Button type="submit" loading={busy} leftSection={<Icon name="check" />}>{w('pall.save')}</Button>
      </div>
    </form>
  );
}
