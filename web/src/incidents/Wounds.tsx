/* Pressure injuries of one person: where, how large, and whether it grows. One measuring is four numbers and a tap. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { nameOf, namesOf } from '../drugs/load';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import type { Decimal } from '../fhir/decimal';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Reference } from '../fhir/types';
import { wardFull, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { recordWords, useDailyWords, type DailyKey } from '../i18n/daily';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { loadHere, type Here } from '../place/stay';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { Photos } from '../photos/Photos';
import { useLoad } from '../ui/useLoad';
import { parseTyped, showNumber } from '../vitals/number';
import { uuid4 } from '../vitals/uuid';
import { BodyMap } from './BodyMap';
import './incidents.css';
import { PRESSURE_SITES } from './kinds';
import { mayNurse } from './screens';
import { healed, measuringOf, notHealed, readWounds, STAGES, stagesFrom, trendOf, woundCondition, type Measured, type Measuring, type Taken, type Wound, type WoundCondition } from './wound';

interface Data { here: Here; wounds: Wound[]; names: Map<string, string> }

async function loadWounds(id: string, signal: AbortSignal): Promise<Data> {
  const [here, conditions, seen] = await Promise.all([
    loadHere(server, id, signal),
    server.search<WoundCondition>('Condition', { patient: id, code: 'urn:ansinh:wound|pressure', _count: 100 }, signal),
    server.search<Measuring>('Observation', { patient: id, code: 'urn:ansinh:care|wound', _sort: '-date', _count: 500, _include: 'Observation:performer' }, signal),
  ]);
  return { here, wounds: readWounds(conditions.items, seen.items), names: namesOf(seen.included) };
}

const isWound = (r: Entry): boolean => r.resourceType === 'Condition' || r.resourceType === 'Observation';

export default function Wounds({ params }: ScreenProps) {
  const w = useDailyWords();
  const { t } = useI18n();
  const me = useMe();
  const id = params.id ?? '';
  const stored = useStored(isWound);
  const load = useLoad(`wounds ${id} ${stored.length}`, (signal) => loadWounds(id, signal));
  const [last, setLast] = useState<Data>();
  if (load.data && load.data !== last) setLast(load.data); /* what stood there stays while it is asked for again */
  const data = load.data ?? last;
  const { items } = useOutbox();
  const waiting = items.filter((i) => i.halt === undefined && i.parts?.some((p) => isWound(p.resource) && p.patient === id)).length;
  const drafts = useDrafts();
  /* what was half measured before a reload is open again */
  const begun = ['new', ...(data?.wounds ?? []).map((x) => x.id)].find((x) => drafts.get(DRAFT, draftId(id, x === 'new' ? undefined : x)) !== null);
  const [chosen, setOpen] = useState<string | null>();
  const open = chosen === null ? undefined : chosen ?? begun;
  return (
    <div className="an-incident">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('incident.back')}</a>
      <h1>{w('wound.screen')}</h1>
      {load.error !== undefined && !data && <Problem error={load.error} onRetry={load.reload} />}
      {!data && load.error === undefined && <Skeleton height={300} />}
      {data && <p className="an-care-for">{personName(data.here.patient) || t('people.noName')}{data.here.bed !== '' && ` · ${data.here.bed}`}</p>}
      <div role="status">{waiting > 0 && <Notice kind="info" title={w('wound.waits')}><p>{w('care.waits')}</p></Notice>}</div>
      {data && data.wounds.length === 0 && open === undefined && <Notice kind="info" title={w('wound.none')} />}
      {data?.wounds.map((x) => (
        <One key={x.id} x={x} patient={id} stay={data.here.stay?.id ?? ''} names={data.names} may={mayNurse(me)} isOpen={open === x.id} onOpen={() => { if (open === x.id) drafts.keep(DRAFT, draftId(id, x.id), undefined); setOpen(open === x.id ? null : x.id); }} onChanged={load.reload}>
          {open === x.id && <Measure here={data.here} id={id} wound={x} onDone={() => setOpen(null)} />}
        </One>
      ))}
      {data && mayNurse(me) && open === undefined && <Button leftSection={<Icon name="plus" />} onClick={() => setOpen('new')}>{w('wound.new')}</Button>}
      {data && open === 'new' && <section className="an-card an-incident-part" aria-label={w('wound.new')}><h2>{w('wound.new')}</h2><Measure here={data.here} id={id} onDone={() => setOpen(null)} /></section>}
    </div>
  );
}

interface OneProps { x: Wound; patient: string; stay: string; names: Map<string, string>; may: boolean; isOpen: boolean; onOpen: () => void; onChanged: () => void; children: ReactNode }

function One({ x, patient, stay, names, may, isOpen, onOpen, onChanged, children }: OneProps) {
  const w = useDailyWords();
  const { lang } = useI18n();
  const giver = useGiver();
  const [problem, setProblem] = useState<unknown>();
  const trend = trendOf(x.measured);
  const last = x.measured[0];
  const heal = async (isHealed: boolean): Promise<void> => {
    try {
      const { resource, etag } = await server.read<WoundCondition>('Condition', x.id);
      await server.update(isHealed ? healed(resource, nowMs()) : notHealed(resource), etag ?? '');
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  const strike = async (m: Measured): Promise<void> => {
    try {
      const { resource, etag } = await server.read<Measuring>('Observation', m.entry.id ?? '');
      await server.update({ ...resource, status: 'entered-in-error' }, etag ?? '');
      onChanged();
    } catch (error) {
      setProblem(error);
    }
  };
  const isMine = (m: Measured): boolean => (giver.reference === '' ? m.by === giver.display : m.by === giver.reference);
  const size = (m: Measured): string => [m.length, m.width, m.depth].filter((v) => v !== undefined).map((v) => showNumber(v as number, lang, 0, 1)).join(' × ') + (m.length === undefined ? '' : ' cm');
  return (
    <section className="an-card an-incident-one" aria-label={w(`incident.site.${x.site}` as DailyKey)}>
      <p className="an-incident-title">
        <strong>{w(`incident.site.${x.site}` as DailyKey)}</strong>
        {last?.stage && <span className="an-mark">{w(`wound.stage.${last.stage}`)}</span>}
        {x.healed && <span className="an-mark an-good"><Icon name="good" size={18} />{w('wound.healed')}</span>}
        {!x.healed && trend && <span className={`an-mark ${trend === 'larger' ? 'an-mark-allergy' : ''}`}><Icon name={trend === 'smaller' ? 'good' : trend === 'larger' ? 'warn' : 'info'} size={18} />{w(`wound.trend.${trend}`)}</span>}
      </p>
      <SizeChart measured={x.measured} />
      <div className="an-table-scroll" tabIndex={0} role="region" aria-label={w('wound.history')}>
        <table className="an-wound-table">
          <thead><tr><th scope="col">{w('wound.when')}</th><th scope="col">{w('wound.size')}</th><th scope="col">{w('wound.area')}</th><th scope="col">{w('wound.stage')}</th><th scope="col">{w('incident.by')}</th></tr></thead>
          <tbody>
            {x.measured.map((m) => (
              <tr key={m.entry.id}>
                <td>{wardFull(m.at)}</td><td>{size(m)}</td><td>{m.area === undefined ? '' : `${showNumber(m.area, lang, 0, 1)} cm²`}</td><td>{m.stage ? w(`wound.stage.${m.stage}`) : ''}</td>
                <td>{nameOf(names, { reference: m.by }) || (m.by.includes('/') ? '' : m.by)}{m.note !== '' && <span className="an-dim"> {m.note}</span>}
                  {may && isMine(m) && (
                    <Sure variant="subtle" label={w('care.strike')} name={w('wound.strikeOf', { when: wardFull(m.at) })} title={w('wound.strikeSure')} keep={w('care.cancel')} yes={w('care.strikeDo')} onDo={() => void strike(m)}>
                      <p>{wardFull(m.at)} · {size(m)}</p><p>{w('wound.strikeMeans')}</p>
                    </Sure>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Photos patient={patient} stay={stay} of="wound" focus={`Condition/${x.id}`} name={w(`incident.site.${x.site}` as DailyKey)} may={may} />
      {problem !== undefined && <Problem error={problem} onRetry={() => setProblem(undefined)} />}
      {may && !x.healed && (
        <div className="an-options">
          <Button variant={isOpen ? 'default' : 'filled'} onClick={onOpen}>{w(isOpen ? 'care.cancel' : 'wound.measure')}</Button>
          {!isOpen && <Sure label={w('wound.heal')} title={w('wound.healSure')} keep={w('care.cancel')} yes={w('wound.heal')} onDo={() => void heal(true)}><p>{w(`incident.site.${x.site}` as DailyKey)}</p></Sure>}
        </div>
      )}
      {may && x.healed && <div className="an-options"><Button variant="subtle" onClick={() => void heal(false)}>{w('wound.notHealed')}</Button></div>}
      {children}
    </section>
  );
}

/* Area over time; the table below says the same in numbers. */
function SizeChart({ measured }: { measured: Measured[] }) {
  const points = measured.filter((m) => m.area !== undefined).map((m) => ({ at: m.at, area: m.area as number })).reverse();
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last || points.length < 2) return null;
  const most = Math.max(...points.map((p) => p.area));
  const x = (at: number): number => 8 + ((at - first.at) / (last.at - first.at || 1)) * 284;
  const y = (area: number): number => 72 - (area / (most || 1)) * 60;
  return (
    <svg className="an-wound-chart" viewBox="0 0 300 84" aria-hidden="true">
      <line x1="8" y1="72" x2="292" y2="72" />
      <polyline points={points.map((p) => `${x(p.at)},${y(p.area)}`).join(' ')} />
      {points.map((p) => <circle key={p.at} cx={x(p.at)} cy={y(p.area)} r="4" />)}
    </svg>
  );
}

const MOST_CM = 60;
const DRAFT = 'wound';
interface Typed { site: Record<string, string[]>; stage: string; length: string; width: string; depth: string; note: string }
const draftId = (patient: string, wound: string | undefined): string => `${patient} ${wound ?? 'new'}`;

function Measure({ here, id, wound, onDone }: { here: Here; id: string; wound?: Wound; onDone: () => void }) {
  const w = useDailyWords();
  const { box } = useOutbox();
  const giver = useGiver();
  const { now: typed, change, forget } = useTyped<Typed>(DRAFT, draftId(id, wound?.id), () => ({ site: {}, stage: '', length: '', width: '', depth: '', note: '' }));
  const { site, note } = typed;
  const stage = STAGES.find((x) => x === typed.stage);
  const leave = (): void => { forget(); onDone(); };
  const [trouble, setTrouble] = useState('');
  const where = wound?.site ?? Object.keys(site)[0] ?? '';
  const number = (name: 'length' | 'width' | 'depth'): Decimal | 'bad' | undefined => {
    const read = parseTyped(typed[name], 1);
    if (read.kind === 'empty') return undefined;
    return read.kind === 'number' && read.value.number > 0 && read.value.number <= MOST_CM ? read.value : 'bad';
  };
  const save = (): void => {
    const sizes = { length: number('length'), width: number('width'), depth: number('depth') };
    if (where === '') return setTrouble(w('wound.siteMissing'));
    if (!stage) return setTrouble(w('wound.stageMissing'));
    if (Object.values(sizes).includes('bad')) return setTrouble(w('wound.sizeBad'));
    if ((sizes.length === undefined) !== (sizes.width === undefined)) return setTrouble(w('wound.sizeHalf'));
    const by: Reference = giver.reference === '' ? { display: giver.display } : { reference: giver.reference, display: giver.display };
    const about = { patient: id, stay: here.stay?.id ?? '', by };
    const now = nowMs();
    const place = `urn:uuid:${uuid4()}`;
    const taken: Taken = { stage, note, ...Object.fromEntries(Object.entries(sizes).filter(([, v]) => v !== undefined)) };
    const part = { only: '', stay: about.stay, patient: id };
    const measuring = measuringOf(taken, wound ? `Condition/${wound.id}` : place, where, about, now, recordWords) as unknown as Entry;
    const parts = [
      ...(wound ? [] : [{ ...part, id: uuid4(), place, resource: woundCondition(where, stage, about, now, recordWords) as unknown as Entry }]), { ...part, id: uuid4(), resource: measuring },
    ];
    box.add({ id: uuid4(), at: now, resource: measuring, parts });
    return leave();
  };
  return (
    <div className="an-number-panel">
      {!wound && <BodyMap marks={site} onMarks={(marks) => change({ site: marks })} only={PRESSURE_SITES} single />}
      <div className="an-aside" role="group" aria-label={w('wound.stage')}>
        <span className="an-aside-name">{w('wound.stage')}</span>
        {(wound ? stagesFrom(wound.measured) : STAGES).map((s) => <Button key={s} variant={s === stage ? 'filled' : 'default'} aria-pressed={s === stage} onClick={() => { change({ stage: s }); setTrouble(''); }}>{w(`wound.stage.${s}`)}</Button>)}
      </div>
      <div className="an-care-note">
        {(['length', 'width', 'depth'] as const).map((name) => (
          <label key={name}><span>{w(`wound.${name}`)} (cm)</span><Input className="an-number-box" inputMode="decimal" value={typed[name]} onChange={(e) => { change({ [name]: e.currentTarget.value }); setTrouble(''); }} /></label>
        ))}
      </div>
      <label className="an-care-note"><span>{w('care.note')}</span><Input value={note} maxLength={500} onChange={(e) => change({ note: e.currentTarget.value })} /></label>
      {trouble !== '' && <p className="an-trouble" role="alert"><Icon name="bad" />{trouble}</p>}
      <div className="an-options"><Button className="an-care-save" onClick={save}>{w('care.save')}</Button><Button variant="subtle" onClick={leave}>{w('care.cancel')}</Button></div>
      {wound?.measured[0] && <p className="an-dim">{w('care.before', { text: wardStamp(wound.measured[0].at) })}</p>}
    </div>
  );
}
