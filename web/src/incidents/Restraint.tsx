/* Restraint of one person: what runs now with its clock, and ordering one. Ordered only with a reason, a legal basis, a doctor's name and an
 * end; the release is one tap, always on top. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { useGiver } from '../drugs/useRound';
import { useNow } from '../ui/useNow';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { MINUTE_MS, wardClock, wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey } from '../i18n/daily';
import { loadHere, type Here } from '../place/stay';
import { careHref } from '../daily/screens';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import './incidents.css';
import { LONGEST, missingIn, orderOf, readOrder, REASONS, released, RESTRAINTS, TRIED, type Asked, type RestraintOrder, type Running } from './restraint';
import { mayNurse } from './screens';

export default function Restraint({ params }: ScreenProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const id = params.id ?? '';
  const now = Math.max(useNow(), nowMs());
  const load = useLoad(`restraint ${id}`, async (signal) => {
    const [here, orders] = await Promise.all([
      loadHere(server, id, signal), server.search<RestraintOrder>('ServiceRequest', { patient: id, code: 'urn:ansinh:care|restraint-check', _sort: '-authored', _count: 50 }, signal),
    ]);
    return { here, orders: orders.items.filter((o) => o.status !== 'entered-in-error') };
  });
  const all = (load.data?.orders ?? []).map((o) => readOrder(o, now));
  const running = all.filter((r) => r.order.status === 'active');
  const past = all.filter((r) => r.order.status !== 'active');
  return (
    <div className="an-incident">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('incident.back')}</a>
      <h1>{w('restraint.screen')}</h1>
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data && <p className="an-care-for">{personName(load.data.here.patient) || t('people.noName')}{load.data.here.bed !== '' && ` · ${load.data.here.bed}`}</p>}
      {running.map((r) => <Now key={r.order.id} r={r} now={now} ward={load.data?.here.ward ?? ''} id={id} may={mayNurse(me)} onChanged={load.reload} />)}
      {load.data && running.length === 0 && (mayNurse(me) ? <Order here={load.data.here} id={id} onOrdered={load.reload} /> : <Notice kind="info" title={w('restraint.none')} />)}
      {past.length > 0 && (
        <section aria-label={w('restraint.past')}>
          <h2>{w('restraint.past')}</h2>
          <ul className="an-people">{past.map((r) => <li key={r.order.id} className="an-ward-row"><span>{r.text}<br /><span className="an-dim">{r.basis} · {r.by}</span></span><span className="an-number">{wardFull(r.start)} – {wardClock(r.end)}</span></li>)}</ul>
        </section>
      )}
    </div>
  );
}

function Now({ r, now, ward, id, may, onChanged }: { r: Running; now: number; ward: string; id: string; may: boolean; onChanged: () => void }) {
  const w = useDailyWords();
  const [problem, setProblem] = useState<unknown>();
  const minutes = (ms: number): number => Math.max(0, Math.round(ms / MINUTE_MS));
  const release = async (): Promise<void> => {
    try {
      const { resource, etag } = await server.read<RestraintOrder>('ServiceRequest', r.order.id ?? '');
      if (resource.status === 'active') await server.update(released(resource, nowMs()), etag ?? '');
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Notice
      kind={r.over ? 'bad' : 'warn'} role="alert" title={r.over ? w('restraint.over', { when: wardClock(r.end) }) : w('restraint.runs', { n: minutes(now - r.start), left: minutes(r.end - now) })}
      after={(
        <div className="an-options">
          {may && <Button onClick={() => void release()}>{w('restraint.release')}</Button>}
          {ward !== '' && <Button component="a" variant="default" href={careHref(ward, id, 'restraint-check')}>{w('care.kind.restraint-check')}</Button>}
        </div>
      )}
    >
      <p>{r.text}. {w('restraint.since', { when: wardFull(r.start), by: r.by })}</p>
      <p>{w('restraint.basis')}: {r.basis}</p>
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
    </Notice>
  );
}

const EMPTY: Asked = { kind: '', reason: '', basis: '', orderedBy: '', tried: [], longest: undefined };

function Order({ here, id, onOrdered }: { here: Here; id: string; onOrdered: () => void }) {
  const w = useDailyWords();
  const account = useMe();
  const me = useGiver();
  const isDoctor = account.me.auth === 'on' && account.has('doctor', 'assistant-doctor');
  const [a, setA] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [uuid] = useState(uuid4);
  const missing = missingIn(a, isDoctor);
  const save = async (): Promise<void> => {
    if (missing.length > 0) return setTried(true);
    const order = { ...orderOf(a, { patient: id, stay: here.stay?.id ?? '', me, isDoctor }, nowMs(), recordWords), identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` }] };
    try {
      await server.create(order, `identifier=urn:ietf:rfc:3986|urn:uuid:${uuid}`);
      onOrdered();
    } catch (error) {
      setProblem(error);
    }
    return undefined;
  };
  const group = (name: 'kind' | 'reason' | 'tried', codes: readonly string[], chosen: readonly string[], pick: (c: string) => void) => (
    <div className="an-aside" role="group" aria-label={w(`restraint.${name}`)}>
      <span className="an-aside-name">{w(`restraint.${name}`)}</span>
      {codes.map((c) => <Button key={c} variant={chosen.includes(c) ? 'filled' : 'default'} aria-pressed={chosen.includes(c)} onClick={() => pick(c)}>{w(`restraint.${name}.${c}` as DailyKey)}</Button>)}
    </div>
  );
  return (
    <section className="an-card an-incident-part" aria-label={w('restraint.order')}>
      <h2>{w('restraint.order')}</h2>
      <p>{w('restraint.last')}</p>
      {group('tried', TRIED, a.tried, (c) => setA({ ...a, tried: a.tried.includes(c) ? a.tried.filter((x) => x !== c) : [...a.tried, c] }))}
      {group('reason', REASONS, [a.reason], (c) => setA({ ...a, reason: c }))}
      {group('kind', RESTRAINTS, [a.kind], (c) => setA({ ...a, kind: c }))}
      <label className="an-care-note"><span>{w('restraint.basis')}</span><Input value={a.basis} maxLength={300} placeholder={w('restraint.basisExample')} onChange={(e) => setA({ ...a, basis: e.currentTarget.value })} /></label>
      {!isDoctor && <label className="an-care-note"><span>{w('restraint.orderedBy')}</span><Input value={a.orderedBy} maxLength={100} onChange={(e) => setA({ ...a, orderedBy: e.currentTarget.value })} /></label>}
      <div className="an-aside" role="group" aria-label={w('restraint.longest')}>
        <span className="an-aside-name">{w('restraint.longest')}</span>
        {LONGEST.map((n) => <Button key={n} variant={a.longest === n ? 'filled' : 'default'} aria-pressed={a.longest === n} onClick={() => setA({ ...a, longest: n })}>{w('restraint.minutes', { n })}</Button>)}
      </div>
      {tried && missing.length > 0 && <p className="an-trouble" role="alert"><Icon name="bad" />{w('restraint.missing', { list: missing.map((m) => w(`restraint.${m}`)).join(', ') })}</p>}
      {problem !== undefined && <Problem error={problem} onRetry={() => void save()} />}
      <p className="an-dim">{w('incident.needsReview')}</p>
      <Button className="an-care-save" onClick={() => void save()}>{w('restraint.save')}</Button>
    </section>
  );
}
