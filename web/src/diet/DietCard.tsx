/* What one person eats, and the way to change it. What is typed is kept (access/typed.ts) until it was sent or put aside. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useTyped } from '../access/typed';
import { useDrafts } from '../access/drafts';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { useDailyWords, type DailyWords } from '../i18n/daily';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { uuid4 } from '../vitals/uuid';
import { dietBundle, dietOf, dietText, LEAVES, newestFirst, ORDINARY, SHAPES, standingDiets, withShape, type Diet, type DietOrder } from './diet';
import { DIET_WORDS } from './words';

const DRAFT = 'diet';
const PAST = 5;

async function loadDiets(id: string, signal: AbortSignal): Promise<{ now: DietOrder | undefined; past: DietOrder[] }> {
  const orders = newestFirst((await server.search<DietOrder>('NutritionOrder', { patient: id, status: 'active,completed,revoked', _sort: '-datetime', _count: 20 }, signal)).items);
  const now = standingDiets(orders).get(id);
  return { now, past: orders.filter((o) => o !== now).slice(0, PAST) };
}

/* stay: the open one; '' for who does not live here */
export function DietCard({ id, stay, may }: { id: string; stay: string; may: boolean }) {
  const w = useDailyWords();
  const load = useLoad(`diet ${id}`, (signal) => loadDiets(id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const drafts = useDrafts();
  const [open, setOpen] = useState(() => drafts.get(DRAFT, id) !== null);
  const [saved, setSaved] = useState(false);
  const now = load.data?.now;
  return (
    <section className="an-card an-incident-part an-noprint" aria-label={w('diet.title')}>
      <h2>{w('diet.title')}</h2>
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={48} />}
      {load.data && <p><strong>{(now && dietText(now)) || w('diet.ordinary')}</strong>{now?.oralDiet?.instruction && ` · ${now.oralDiet.instruction}`}{now && <span className="an-dim"> · {said(now, w)}</span>}</p>}
      <div role="status">{saved && !open && <p className="an-good"><Icon name="check" size={18} /> {w('diet.saved')}</p>}</div>
      {load.data && may && !open && <div className="an-options"><Button variant="default" onClick={() => { setSaved(false); setOpen(true); }}>{w('diet.change')}</Button></div>}
      {load.data && may && open && <Form id={id} stay={stay} now={now} reload={load.reload} done={(written) => { setOpen(false); setSaved(written); load.reload(); }} />}
      {load.data && load.data.past.length > 0 && (
        <details>
          <summary>{w('diet.past')}</summary>
          <ul className="an-plan-list">{load.data.past.map((o) => <li key={o.id}>{dietText(o) || o.oralDiet?.instruction} <span className="an-dim">{said(o, w)}</span></li>)}</ul>
        </details>
      )}
    </section>
  );
}

const said = (o: DietOrder, w: DailyWords): string => [w('diet.from', { when: showFhirDate(o.dateTime) }), o.orderer?.display].filter(Boolean).join(' · ');

function Form({ id, stay, now, reload, done }: { id: string; stay: string; now: DietOrder | undefined; reload: () => void; done: (written: boolean) => void }) {
  const w = useDailyWords();
  const me = useGiver();
  const { now: typed, change, forget } = useTyped<Diet & { key: string }>(DRAFT, id, () => ({ ...ORDINARY, ...dietOf(now, DIET_WORDS), key: uuid4() }));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const bundle = dietBundle(typed, now, { patient: id, stay, me, at: nowMs(), key: typed.key, words: DIET_WORDS });
      if (bundle) await server.transaction(bundle);
      forget();
      done(bundle !== undefined);
    } catch (e) {
      setFailure(problemOf(e));
      setBusy(false);
      if (problemOf(e).problem === 'conflict') reload();
    }
  };
  return (
    <>
      <Options label={w('diet.shape')} values={['', ...SHAPES] as const} isOn={(s) => s === typed.shape} words={(s) => w(s === '' ? 'diet.ordinary' : `diet.${s}`)} onPick={(s) => change(withShape(typed, s))} />
      {typed.shape !== 'fasting' && (
        <Options label={w('diet.leaves')} values={LEAVES} isOn={(l) => typed.leaves.includes(l)} words={(l) => w(`diet.${l}`)} onPick={(l) => change({ leaves: typed.leaves.includes(l) ? typed.leaves.filter((x) => x !== l) : [...typed.leaves, l] })} />
      )}
      {typed.shape === 'fasting' && <Notice kind="warn" title={w('diet.fastingMeans')} role="status" />}
      <label className="an-care-note"><span>{w('diet.note')}</span><Input value={typed.note} maxLength={200} onChange={(e) => change({ note: e.currentTarget.value })} /></label>
      {failure && (failure.problem === 'conflict' ? <Notice kind="warn" title={w('diet.overtaken')} role="alert" /> : <Problem error={failure} onRetry={() => void save()} />)}
      <div className="an-options">
        <Button disabled={busy} onClick={() => void save()}>{w('diet.save')}</Button>
        <Button variant="subtle" onClick={() => { forget(); done(false); }}>{w('care.cancel')}</Button>
      </div>
    </>
  );
}

function Options<T extends string>({ label, values, isOn, words, onPick }: { label: string; values: readonly T[]; isOn: (v: T) => boolean; words: (v: T) => string; onPick: (v: T) => void }) {
  return (
    <div className="an-aside" role="group" aria-label={label}>
      <span className="an-aside-name">{label}</span>
      {values.map((v) => <Button key={v} variant={isOn(v) ? 'filled' : 'default'} aria-pressed={isOn(v)} onClick={() => onPick(v)}>{words(v)}</Button>)}
    </div>
  );
}
