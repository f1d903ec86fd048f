/* The care plan of one person: what the results speak for, goals and what is done for them, when it is looked at again; and what is done by
 * the clock without a plan. Nothing is ticked beforehand. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { KeptFrom } from '../access/KeptFrom';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { useGiver } from '../drugs/useRound';
import { useNow } from '../ui/useNow';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { addDays, DAY_MS, wardStamp, wardTime } from '../fhir/zone';
import type { BundleEntry, Observation, Resource } from '../fhir/types';
import { DietCard } from '../diet/DietCard';
import { mayNurse } from '../incidents/screens';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey, type DailyWords } from '../i18n/daily';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { loadHere, type Here } from '../place/stay';
import { Sheet } from '../print/Sheet';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import type { CareKey } from '../daily/kinds';
import '../incidents/incidents.css';
import { RoundOrderCard } from './RoundOrderCard';
import {
  careOrder, ended, judged, looseOrders, missingIn, PLAN, readPlans, recordPlan, RESULTS, resultOf, reviewed, stopped,
  type CareOrder, type CarePlan, type Drafted, type Goal, type Running, type Timed,
} from './plan';
import { INSTRUMENTS, newestScores, SCORE, suggestionsFor, type Activity, type Suggestion, type Unit, type Why } from './suggestions';

interface Data { here: Here; facility: string; plans: Running[]; loose: Timed[]; scores: Why[] }

async function loadPlan(id: string, signal: AbortSignal): Promise<Data> {
  const [here, plans, orders, scores] = await Promise.all([
    loadHere(server, id, signal),
    server.search<CarePlan>('CarePlan', { patient: id, category: `${PLAN.system}|${PLAN.code}`, _include: 'CarePlan:goal', _count: 50 }, signal),
    server.search<CareOrder>('ServiceRequest', { patient: id, code: 'urn:ansinh:care|', _sort: '-authored', _count: 200 }, signal),
    server.search<Observation>('Observation', { patient: id, code: INSTRUMENTS.map((s) => `${SCORE}|${s}`).join(','), _sort: '-date', _count: 100 }, signal),
  ]);
  const goals = plans.included.filter((r): r is Goal => r.resourceType === 'Goal');
  const running = readPlans(plans.items, goals, orders.items, nowMs()).sort((a, b) => ((a.plan.created ?? '') < (b.plan.created ?? '') ? 1 : -1));
  const facility = here.stay?.serviceProvider?.reference;
  const name = facility === undefined ? undefined
    : (await server.read<Resource & { resourceType: 'Organization'; name?: string }>('Organization', facility.split('/').pop() ?? '', signal).catch(() => undefined))?.resource.name;
  return { here, facility: name ?? '', plans: running, loose: looseOrders(orders.items, running), scores: newestScores(scores.items) };
}

const DRAFT = 'care-plan';

const isOurs = (r: Entry): boolean => r.resourceType === 'CarePlan' || r.resourceType === 'ServiceRequest';

export default function Plan({ params }: ScreenProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const id = params.id ?? '';
  const stored = useStored(isOurs);
  const load = useLoad(`plan ${id} ${stored.length}`, (signal) => loadPlan(id, signal));
  const [last, setLast] = useState<Data>();
  if (load.data && load.data !== last) setLast(load.data);
  const data = load.data ?? last;
  const drafts = useDrafts();
  const [making, setMaking] = useState(() => drafts.get(DRAFT, id) !== null);
  const { items } = useOutbox();
  const waiting = items.some((i) => i.halt === undefined && i.parts?.some((p) => isOurs(p.resource) && p.patient === id));
  const active = (data?.plans ?? []).filter((p) => p.plan.status === 'active');
  const past = (data?.plans ?? []).filter((p) => p.plan.status !== 'active');
  return (
    <div className="an-incident an-plan-screen">
      <a className="an-back an-noprint" href={personHref(id)}><Icon name="back" />{w('incident.back')}</a>
      <h1 className="an-noprint">{w('plan.title')}</h1>
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <Skeleton height={300} />}
      {data && <p className="an-care-for an-noprint">{personName(data.here.patient) || t('people.noName')}{data.here.bed !== '' && ` · ${data.here.bed}`}</p>}
      <div role="status" className="an-noprint">{waiting && <Notice kind="info" title={w('plan.waits')}><p>{w('care.waits')}</p></Notice>}</div>
      {data && active.length === 0 && !making && <Notice kind="info" title={w('plan.none')} />}
      {data && active.map((p) => <Running1 key={p.plan.id} p={p} data={data} may={mayNurse(me)} onChanged={load.reload} />)}
      {data && mayNurse(me) && !making && <Button className="an-noprint" leftSection={<Icon name="plus" />} onClick={() => setMaking(true)}>{w('plan.new')}</Button>}
      {data && making && <Make id={id} data={data} onDone={() => setMaking(false)} />}
      {data && <RoundOrderCard id={id} stay={data.here.stay?.id ?? ''} may={mayNurse(me)} />}
      {data && <DietCard id={id} stay={data.here.stay?.id ?? ''} may={mayNurse(me)} />}
      {data && <Loose id={id} data={data} may={mayNurse(me)} onChanged={load.reload} />}
      {past.length > 0 && (
        <section className="an-noprint" aria-label={w('plan.past')}>
          <h2>{w('plan.past')}</h2>
          <ul className="an-people">{past.map((p) => <li key={p.plan.id} className="an-ward-row"><span>{p.goals.map((g) => g.description?.text).join('; ')}</span><span className="an-number">{day(p.plan.period?.start)} – {day(p.plan.period?.end)}</span></li>)}</ul>
        </section>
      )}
    </div>
  );
}

const day = (iso: string | undefined): string => (iso === undefined || iso === '' ? '' : `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`);

function everyText(o: { every: number; unit: Unit | ''; at: string[] }, w: DailyWords): string {
  if (o.at.length > 0) return w('plan.at', { list: o.at.join(', ') });
  if (o.unit === 'min' && o.every > 0 && o.every % 60 === 0) return w('plan.every.h', { n: o.every / 60 });
  return o.unit === '' ? '' : w(`plan.every.${o.unit}`, { n: o.every });
}
const activityText = (a: Activity, w: DailyWords, lang: 'vi' | 'en'): string =>
  (a.kind ? `${w(`care.kind.${a.kind}`)}, ${everyText({ every: a.every ?? 0, unit: a.unit ?? '', at: a.at ?? [] }, w)}` : a.text?.[lang] ?? '');

/* ---- what runs ---- */

function Order({ o, may, onStop }: { o: Timed; may: boolean; onStop: () => void }) {
  const w = useDailyWords();
  const name = `${w(`care.kind.${o.kind}`)}, ${everyText(o, w)}`;
  return (
    <li>
      <span>{name}{o.order.status !== 'active' && <span className="an-dim"> · {w('plan.stopped')}</span>}</span>
      {may && o.order.status === 'active' && (
        <Sure className="an-noprint" variant="subtle" label={w('plan.stop')} name={`${w('plan.stop')}: ${w(`care.kind.${o.kind}`)}`} title={w('plan.stopSure')} keep={w('care.cancel')} yes={w('plan.stop')} onDo={onStop}>
          <p><strong>{name}</strong></p><p>{w('plan.stopMeans')}</p>
        </Sure>
      )}
    </li>
  );
}

function Running1({ p, data, may, onChanged }: { p: Running; data: Data; may: boolean; onChanged: () => void }) {
  const w = useDailyWords();
  const [problem, setProblem] = useState<unknown>();
  const [next, setNext] = useState('');
  const today = wardTime(useNow()).day;
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
      setProblem(undefined);
    } catch (error) {
      setProblem(error);
    }
    onChanged();
  };
  const put = <T extends Resource>(r: T, change: (now: T) => T) => async (): Promise<void> => {
    const { resource, etag } = await server.read<T>(r.resourceType, r.id ?? '');
    await server.update(change(resource), etag ?? '');
  };
  const end = async (): Promise<void> => {
    const entry = (r: Resource): BundleEntry => ({ resource: r, request: { method: 'PUT', url: `${r.resourceType}/${r.id ?? ''}`, ifMatch: `W/"${r.meta?.versionId ?? ''}"` } });
    await server.transaction({
      resourceType: 'Bundle', type: 'transaction', entry: [entry(ended(p.plan, nowMs())), ...p.orders.filter((o) => o.order.status === 'active').map((o) => entry({ ...o.order, status: 'completed' } as CareOrder))],
    });
  };
  return (
    <>
      {p.late && <Notice kind="warn" role="alert" title={w('plan.late', { when: day(p.review) })} />}
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <Sheet title={w('plan.title')} facility={data.facility} ward={data.here.wardName} what={`${personName(data.here.patient)} · ${data.here.bed}`}>
        <dl className="an-identifiers">
          <div><dt>{w('plan.from')}</dt><dd>{day(p.plan.period?.start)}</dd></div>
          <div><dt>{w('plan.review')}</dt><dd>{day(p.review)}</dd></div>
          <div><dt>{w('plan.responsible')}</dt><dd>{p.responsible}</dd></div>
        </dl>
        <h2>{w('plan.goals')}</h2>
        <ul className="an-plan-list">
          {p.goals.map((g) => {
            const result = resultOf(g);
            return (
              <li key={g.id}>
                <span>{g.description?.text}{result && <strong className={result === 'achieved' ? 'an-good' : 'an-late'}> · {w(`plan.result.${result}`)}</strong>}</span>
                {may && (
                  <span className="an-options an-noprint">
                    {RESULTS.map((r) => <Button key={r} variant={r === result ? 'filled' : 'default'} aria-pressed={r === result} onClick={() => void run(put(g, (x) => judged(x, r === result ? undefined : r, nowMs())))}>{w(`plan.result.${r}`)}</Button>)}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <h2>{w('plan.activities')}</h2>
        <ul className="an-plan-list">
          {p.orders.map((o) => <Order key={o.order.id} o={o} may={may} onStop={() => void run(put(o.order, stopped))} />)}
          {p.words.map((text) => <li key={text}><span>{text}</span></li>)}
        </ul>
      </Sheet>
      <div className="an-options an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('plan.print')}</Button>
        {may && (
          <label className="an-plan-next"><span>{w('plan.next')}</span>
            <input type="date" className="an-time" value={next} min={today} onChange={(e) => setNext(e.currentTarget.value)} />
          </label>
        )}
        {may && <Button variant="default" disabled={next < today} onClick={() => void run(put(p.plan, (x) => reviewed(x, next)))}>{w('plan.reviewed')}</Button>}
        {may && (
          <Sure label={w('plan.end')} title={w('plan.endSure')} keep={w('care.cancel')} yes={w('plan.end')} onDo={() => void run(end)}>
            <ul>{p.orders.filter((o) => o.order.status === 'active').map((o) => <li key={o.order.id}>{w(`care.kind.${o.kind}`)}, {everyText(o, w)}</li>)}</ul>
            <p>{w('plan.stopMeans')}</p>
          </Sure>
        )}
      </div>
    </>
  );
}

/* ---- a new one ---- */

const REVIEWS = [14, 30, 90];

function Make({ id, data, onDone }: { id: string; data: Data; onDone: () => void }) {
  const w = useDailyWords();
  const me = useGiver();
  const { lang } = useI18n();
  const { box } = useOutbox();
  const typed = useTyped<Drafted & { own: string }>(DRAFT, id, () => ({ goals: [], activities: [], responsible: '', review: '', own: '' }));
  const { now: d, change: setD } = typed;
  const { own } = d;
  const leave = (): void => { typed.forget(); onDone(); };
  const [tried, setTried] = useState(false);
  const suggestions = suggestionsFor(data.scores);
  const running = [...data.loose, ...data.plans.filter((p) => p.plan.status === 'active').flatMap((p) => p.orders)].filter((o) => o.order.status === 'active').map((o) => o.kind);
  const today = wardTime(nowMs()).day;
  const missing = missingIn(d, nowMs());
  const flipGoal = (text: string): void => setD({ goals: d.goals.includes(text) ? d.goals.filter((g) => g !== text) : [...d.goals, text] });
  const flip = (key: string, activity: Activity): void => setD({
    activities: d.activities.some((a) => a.key === key) ? d.activities.filter((a) => a.key !== key) : [...d.activities, { key, activity, words: activity.text?.vi ?? '' }],
  });
  const save = (): void => {
    if (missing.length > 0) return setTried(true);
    box.add(recordPlan(d, { patient: id, stay: data.here.stay?.id ?? '', me }, nowMs(), uuid4, recordWords));
    return leave();
  };
  return (
    <section className="an-card an-incident-part an-noprint" aria-label={w('plan.new')}>
      <h2>{w('plan.new')}</h2>
      <KeptFrom kind={DRAFT} id={id} onDrop={leave} />
      <p>{data.scores.length === 0 ? w('plan.noScores') : w('plan.scores', { list: data.scores.map((s) => scoreText(s, w)).join('; ') })}</p>
      <p className="an-dim">{w('plan.needsReview')}</p>
      {suggestions.map((s) => <Proposal key={s.id} s={s} d={d} running={running} onGoal={flipGoal} onActivity={flip} />)}
      <div className="an-care-note">
        <label><span>{w('plan.ownGoal')}</span><Input value={own} maxLength={200} onChange={(e) => setD({ own: e.currentTarget.value })} /></label>
        <Button variant="default" disabled={own.trim() === '' || d.goals.includes(own.trim())} onClick={() => { flipGoal(own.trim()); setD({ own: '' }); }}>{w('plan.addGoal')}</Button>
      </div>
      {d.goals.filter((g) => !suggestions.some((s) => s.goal.vi === g)).map((g) => <Button key={g} variant="filled" aria-pressed onClick={() => flipGoal(g)}>{g}</Button>)}
      <label className="an-care-note"><span>{w('plan.responsible')}</span><Input value={d.responsible} maxLength={100} onChange={(e) => setD({ responsible: e.currentTarget.value })} /></label>
      {me.display !== '' && d.responsible === '' && <Button variant="default" onClick={() => setD({ responsible: me.display })}>{w('plan.me', { name: me.display })}</Button>}
      <div className="an-aside" role="group" aria-label={w('plan.review')}>
        <span className="an-aside-name">{w('plan.review')}</span>
        {REVIEWS.map((n) => <Button key={n} variant={d.review === addDays(today, n) ? 'filled' : 'default'} aria-pressed={d.review === addDays(today, n)} onClick={() => setD({ review: addDays(today, n) })}>{w('plan.inDays', { n })}</Button>)}
        <input type="date" className="an-time" aria-label={w('plan.review')} min={today} value={d.review} onChange={(e) => setD({ review: e.currentTarget.value })} />
      </div>
      {tried && missing.length > 0 && <p className="an-trouble" role="alert"><Icon name="bad" />{w('plan.missing', { list: missing.map((m) => w(`plan.${m}`)).join(', ') })}</p>}
      <div className="an-options"><Button className="an-care-save" onClick={save}>{w('plan.save')}</Button><Button variant="subtle" onClick={leave}>{w('care.cancel')}</Button></div>
      {lang === 'en' && <p className="an-dim">{w('plan.lang')}</p>}
    </section>
  );
}

const scoreText = (s: Why, w: DailyWords): string => `${w(`plan.score.${s.score}` as DailyKey)} ${s.value} (${wardStamp(s.at)})`;

function Proposal({ s, d, running, onGoal, onActivity }: { s: Suggestion; d: Drafted; /* what the board asks for already */ running: CareKey[]; onGoal: (text: string) => void; onActivity: (key: string, a: Activity) => void }) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const stale = s.why.some((y) => nowMs() - y.at > 90 * DAY_MS);
  return (
    <details className="an-proposal" open={s.why.length > 0}>
      <summary><strong>{s.title[lang]}</strong>{s.why.length > 0 && ` · ${w('plan.because', { list: s.why.map((y) => scoreText(y, w)).join('; ') })}`}{stale && ` · ${w('plan.stale')}`}</summary>
      <div className="an-aside" role="group" aria-label={`${w('plan.goals')}: ${s.title[lang]}`}>
        <span className="an-aside-name">{w('plan.goals')}</span>
        <Button variant={d.goals.includes(s.goal.vi) ? 'filled' : 'default'} aria-pressed={d.goals.includes(s.goal.vi)} onClick={() => onGoal(s.goal.vi)}>{s.goal[lang]}</Button>
      </div>
      <div className="an-aside" role="group" aria-label={`${w('plan.activities')}: ${s.title[lang]}`}>
        <span className="an-aside-name">{w('plan.activities')}</span>
        {s.activities.map((a, i) => {
          const key = `${s.id}/${i}`;
          const on = d.activities.some((x) => x.key === key);
          return <Button key={key} variant={on ? 'filled' : 'default'} aria-pressed={on} onClick={() => onActivity(key, a)}>{activityText(a, w, lang)}{a.kind !== undefined && running.includes(a.kind) && ` · ${w('plan.already')}`}</Button>;
        })}
      </div>
      <p className="an-dim">{w('plan.source', { text: s.source })}</p>
    </details>
  );
}

/* ---- by the clock, without a plan ---- */

const KINDS: CareKey[] = ['turning', 'observe', 'skin', 'drink', 'hygiene', 'weight', 'glucose', 'activity', 'mood'];
const EVERY: [number, Unit][] = [[15, 'min'], [30, 'min'], [1, 'h'], [2, 'h'], [4, 'h'], [1, 'd'], [1, 'wk'], [1, 'mo']];

function Loose({ id, data, may, onChanged }: { id: string; data: Data; may: boolean; onChanged: () => void }) {
  const w = useDailyWords();
  const me = useGiver();
  const { box } = useOutbox();
  const [kind, setKind] = useState<CareKey>();
  const [problem, setProblem] = useState<unknown>();
  const add = (k: CareKey, every: number, unit: Unit): void => {
    const about = { patient: id, stay: data.here.stay?.id ?? '', me };
    const resource = careOrder(k, { every, unit }, about, nowMs(), recordWords) as unknown as Entry;
    const uuid = uuid4();
    box.add({ id: uuid, at: nowMs(), resource, parts: [{ id: uuid, only: '', stay: about.stay, patient: id, resource }] });
    setKind(undefined);
  };
  const stop = async (o: CareOrder): Promise<void> => {
    try {
      const { resource, etag } = await server.read<CareOrder>('ServiceRequest', o.id ?? '');
      await server.update(stopped(resource), etag ?? '');
      setProblem(undefined);
    } catch (error) {
      setProblem(error);
    }
    onChanged();
  };
  if (data.loose.length === 0 && !may) return null;
  return (
    <section className="an-card an-incident-part an-noprint" aria-label={w('plan.clock')}>
      <h2>{w('plan.clock')}</h2>
      <p className="an-dim">{w('plan.clockHint')}</p>
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      <ul className="an-plan-list">
        {data.loose.map((o) => <Order key={o.order.id} o={o} may={may} onStop={() => void stop(o.order)} />)}
      </ul>
      {may && (
        <div className="an-aside" role="group" aria-label={w('plan.add')}>
          <span className="an-aside-name">{w('plan.add')}</span>
          {KINDS.map((k) => <Button key={k} variant={k === kind ? 'filled' : 'default'} aria-pressed={k === kind} onClick={() => setKind(k)}>{w(`care.kind.${k}`)}</Button>)}
        </div>
      )}
      {may && kind && (
        <div className="an-aside" role="group" aria-label={w('plan.how')}>
          <span className="an-aside-name">{w('plan.how')}</span>
          {EVERY.map(([n, unit]) => <Button key={`${n}${unit}`} variant="default" onClick={() => add(kind, n, unit)}>{w(`plan.every.${unit}`, { n })}</Button>)}
        </div>
      )}
    </section>
  );
}
