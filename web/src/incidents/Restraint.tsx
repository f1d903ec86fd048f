/* Restraint of one person: what runs now with its clock, and ordering one. Ordered only with a reason, a legal basis, a doctor's name and an
 * end; the release is one tap, always on top. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { recordCare } from '../daily/record';
import { useGiver } from '../drugs/useRound';
import { useNow } from '../ui/useNow';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { refersTo, unheardOf, type Unheard as Why } from '../fhir/client';
import { server } from '../fhir/server';
import { MINUTE_MS, wardClock, wardFull } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey } from '../i18n/daily';
import { RESTRAINT, type Entry } from '../outbox/item';
import { RESTRAINT_CODE, type RestraintOrder } from '../outbox/restraint';
import { useOutbox, useStored } from '../outbox/use';
import { hereOrLately } from '../place/lately';
import { loadHere, type Here } from '../place/stay';
import { Unheard } from '../place/Unheard';
import { CARE_SYSTEM } from '../daily/kinds';
import { careHref } from '../daily/screens';
import type { Observation } from '../fhir/types';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useOnReconnect } from '../ui/useOnline';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import './incidents.css';
import { LONGEST, missingIn, orderOf, readOrder, REASONS, RESTRAINTS, runningNow, TRIED, type Asked, type Running } from './restraint';
import { mayNurse } from './screens';

type Heard = { orders: RestraintOrder[]; unheard: Exclude<Why, 'refused'> | undefined };
/* Somebody is held now, and the line is gone: what is done is written down all the same. */
function unlessRefused(error: unknown): Heard {
  const unheard = unheardOf(error);
  if (unheard === 'refused') throw error;
  return { orders: [], unheard };
}

const isOrder = (r: Entry): r is RestraintOrder => r.resourceType === 'ServiceRequest';
/* an order or a check: after either the server knows more */
const isOfRestraint = (r: Entry): boolean => (r as RestraintOrder).code?.coding?.some((c) => c.system === CARE_SYSTEM && c.code === 'restraint-check') === true;

export default function Restraint({ params }: ScreenProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const id = params.id ?? '';
  const now = Math.max(useNow(), nowMs());
  const load = useLoad(`restraint ${id}`, async (signal) => {
    const asked = server.search<RestraintOrder>('ServiceRequest', { patient: id, code: RESTRAINT_CODE, _sort: '-authored', _count: 50 }, signal)
      .then((found) => ({ orders: found.items.filter((o) => o.status !== 'entered-in-error'), unheard: undefined }), unlessRefused);
    const [here, heard] = await Promise.all([hereOrLately(id, () => loadHere(server, id, signal)), asked]);
    return { here, ...heard };
  });
  const { box, items } = useOutbox();
  const heardOf = useStored(isOfRestraint);
  const stored = useMemo(() => heardOf.filter((r) => refersTo((r as Observation).subject?.reference, 'Patient', id)), [heardOf, id]);
  useEffect(() => { if (stored.length > 0) load.reload(); }, [stored.length, load.reload]);
  useOnReconnect(load.reload, load.error !== undefined || load.data?.unheard !== undefined);
  /* taken off from this page: also while it was sent and the server is asked anew; what the server refused was not */
  const [mine, setMine] = useState<{ id: string; at: number }[]>([]);
  const releases = useMemo(() => {
    const waiting = items.filter((i) => i.patient === id && i.closes === RESTRAINT);
    const refused = new Set(waiting.filter((i) => i.halt !== undefined).map((i) => i.id));
    return [...new Set([...waiting, ...mine].filter((r) => !refused.has(r.id)).map((r) => r.at))];
  }, [items, mine, id]);
  const orders = useMemo(() => {
    const here = items.filter((i) => i.patient === id && i.halt === undefined && isOfRestraint(i.resource));
    return runningNow(load.data?.orders ?? [], [...here.map((i) => i.resource), ...stored].filter(isOrder), releases);
  }, [load.data, items, stored, id, releases]);
  const all = orders.map((o) => readOrder(o, now));
  const running = all.filter((r) => r.order.status === 'active');
  const past = all.filter((r) => r.order.status !== 'active');
  const giver = useGiver();
  /* as a check that says so: it ends whatever runs by the time it is heard, and is of the time it was done */
  const release = (): void => {
    const check = recordCare([{ whom: { id, stay: load.data?.here.stay?.id ?? '' }, act: { kind: 'restraint-check', answer: 'released' } }], giver, nowMs(), uuid4, recordWords);
    box.add({ ...check, patient: id, closes: RESTRAINT });
    setMine((before) => [...before, { id: check.id, at: check.at }]);
  };
  return (
    <div className="an-incident">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('incident.back')}</a>
      <h1>{w('restraint.screen')}</h1>
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={300} />}
      {load.data?.unheard && <Unheard kind={load.data.unheard} at={0} more={w('restraint.unheard')} />}
      {load.data && <p className="an-care-for">{personName(load.data.here.patient) || t('people.noName')}{load.data.here.bed !== '' && ` · ${load.data.here.bed}`}</p>}
      {running.map((r) => <Now key={r.order.identifier?.[0]?.value ?? r.order.id} r={r} now={now} ward={load.data?.here.ward ?? ''} id={id} may={mayNurse(me)} onRelease={release} />)}
      {load.data?.unheard && running.length === 0 && mayNurse(me) && (
        <div className="an-options" role="status">
          {releases.length > 0 ? w('restraint.released', { when: wardClock(Math.max(...releases)) }) : <Button variant="default" onClick={release}>{w('restraint.releaseUnseen')}</Button>}
        </div>
      )}
      {load.data && running.length === 0 && (mayNurse(me) ? <Order here={load.data.here} id={id} /> : <Notice kind="info" title={w('restraint.none')} />)}
      {past.length > 0 && (
        <section aria-label={w('restraint.past')}>
          <h2>{w('restraint.past')}</h2>
          <ul className="an-people">{past.map((r) => <li key={r.order.identifier?.[0]?.value ?? r.order.id} className="an-ward-row"><span>{r.text}<br /><span className="an-dim">{r.basis} · {r.by}</span></span><span className="an-number">{wardFull(r.start)} – {wardClock(r.end)}</span></li>)}</ul>
        </section>
      )}
    </div>
  );
}

function Now({ r, now, ward, id, may, onRelease }: { r: Running; now: number; ward: string; id: string; may: boolean; onRelease: () => void }) {
  const w = useDailyWords();
  const minutes = (ms: number): number => Math.max(0, Math.round(ms / MINUTE_MS));
  return (
    <Notice
      kind={r.over ? 'bad' : 'warn'} role="alert" title={r.over ? w('restraint.over', { when: wardClock(r.end) }) : w('restraint.runs', { n: minutes(now - r.start), left: minutes(r.end - now) })}
      after={(
        <div className="an-options">
          {may && <Button onClick={onRelease}>{w('restraint.release')}</Button>}
          {ward !== '' && <Button component="a" variant="default" href={careHref(ward, id, 'restraint-check')}>{w('care.kind.restraint-check')}</Button>}
        </div>
      )}
    >
      <p>{r.text}. {w('restraint.since', { when: wardFull(r.start), by: r.by })}</p>
      <p>{w('restraint.basis')}: {r.basis}</p>
    </Notice>
  );
}

const DRAFT = 'restraint';
const EMPTY: Asked = { kind: '', reason: '', basis: '', orderedBy: '', tried: [], longest: undefined };

function Order({ here, id }: { here: Here; id: string }) {
  const w = useDailyWords();
  const account = useMe();
  const me = useGiver();
  const isDoctor = account.me.auth === 'on' && account.has('doctor', 'assistant-doctor');
  const { box } = useOutbox();
  const { now: a, change, forget } = useTyped<Asked>(DRAFT, id, () => EMPTY);
  const [tried, setTried] = useState(false);
  const missing = missingIn(a, isDoctor);
  const save = (): void => {
    if (missing.length > 0) return setTried(true);
    const at = nowMs();
    const stay = here.stay?.id ?? '';
    box.add({ id: uuid4(), at, stay, patient: id, resource: orderOf(a, { patient: id, stay, me, isDoctor }, at, recordWords) });
    return forget();
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
      {group('tried', TRIED, a.tried, (c) => change({ tried: a.tried.includes(c) ? a.tried.filter((x) => x !== c) : [...a.tried, c] }))}
      {group('reason', REASONS, [a.reason], (c) => change({ reason: c }))}
      {group('kind', RESTRAINTS, [a.kind], (c) => change({ kind: c }))}
      <label className="an-care-note"><span>{w('restraint.basis')}</span><Input value={a.basis} maxLength={300} placeholder={w('restraint.basisExample')} onChange={(e) => change({ basis: e.currentTarget.value })} /></label>
      {!isDoctor && <label className="an-care-note"><span>{w('restraint.orderedBy')}</span><Input value={a.orderedBy} maxLength={100} onChange={(e) => change({ orderedBy: e.currentTarget.value })} /></label>}
      <div className="an-aside" role="group" aria-label={w('restraint.longest')}>
        <span className="an-aside-name">{w('restraint.longest')}</span>
        {LONGEST.map((n) => <Button key={n} variant={a.longest === n ? 'filled' : 'default'} aria-pressed={a.longest === n} onClick={() => change({ longest: n })}>{w('restraint.minutes', { n })}</Button>)}
      </div>
      {tried && missing.length > 0 && <p className="an-trouble" role="alert"><Icon name="bad" />{w('restraint.missing', { list: missing.map((m) => w(`restraint.${m}`)).join(', ') })}</p>}
      <p className="an-dim">{w('incident.needsReview')}</p>
      <Button className="an-care-save" onClick={save}>{w('restraint.save')}</Button>
    </section>
  );
}
