/* For each register the person is on: what was agreed, and when they are seen again. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { wardTime } from '../fhir/zone';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Notice } from '../ui/Notice';
import { sayIn } from '../visits/compose';
import { isActive } from '../visits/load';
import { Line } from '../visits/parts';
import { parseTyped } from '../vitals/number';
import { dayIn } from './entries';
import { Adding, Missing, RecordCard, type CardProps } from './Record';
import { goalFor, goalOf, recallOf, recallState, REGISTERS, registersOf, targetOf, targetTrouble, type Goal, type RegisterId } from './registers';
import { registerHref } from './screens';

export function Targets({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const on = registersOf(data.problems.filter(isActive));
  return (
    <RecordCard title={w('target.title')}>
      {on.length === 0 && <p className="an-dim">{w('target.none')}</p>}
      {on.map((which) => {
        const goal = goalOf(data.goals, id, which);
        return (
          <section key={which} className="an-record-goal">
            <h3><a href={registerHref(which)}>{w(`register.${which}`)}</a></h3>
            <Agreed goal={goal} which={which} />
            {may && <Adding label={w(goal ? 'target.change' : 'target.set')}>{(close) => <TargetForm which={which} goal={goal} id={id} use={use} close={close} />}</Adding>}
          </section>
        );
      })}
    </RecordCard>
  );
}

export function targetText(which: RegisterId, goal: Goal | undefined, say: ReturnType<typeof useVisitWords>): string {
  const parts = REGISTERS[which].measures.flatMap((m) => {
    const value = targetOf(goal, m);
    return value === undefined ? [] : [say(m.comparator === '>=' ? 'target.atLeast' : 'target.below', { what: say(`measure.${m.key}` as 'measure.systolic'), value: String(value).replace('.', ','), unit: m.unit })];
  });
  return parts.join('; ') || (goal?.description?.text ?? '');
}

function Agreed({ goal, which }: { goal: Goal | undefined; which: RegisterId }) {
  const w = useVisitWords();
  if (!goal) return <p className="an-visit-mark">{w('target.notSet')}</p>;
  const recall = recallOf(goal);
  const state = recallState(recall, wardTime(nowMs()).day, dayIn(7, nowMs()));
  return (
    <>
      <p>{targetText(which, goal, w)}</p>
      <p className={state === 'overdue' ? 'an-late' : 'an-dim'}>{recall === '' ? w('recall.none') : w(state === 'overdue' ? 'recall.overdue' : 'recall.on', { date: showFhirDay(recall) })}</p>
    </>
  );
}

function TargetForm({ which, goal, id, use, close }: { which: RegisterId; goal: Goal | undefined; id: string; use: CardProps['use']; close: () => void }) {
  const w = useVisitWords();
  const register = REGISTERS[which];
  const today = wardTime(nowMs()).day;
  const [typed, setTyped] = useState<Record<string, string>>(() => Object.fromEntries(register.measures.map((m) => [m.key, String(targetOf(goal, m) ?? '').replace('.', ',')])));
  const [note, setNote] = useState(register.measures.length === 0 ? goal?.description?.text ?? '' : '');
  const [recall, setRecall] = useState('');
  const parsed = register.measures.map((m) => ({ m, t: parseTyped(typed[m.key] ?? '', 1) }));
  const bad = parsed.some((x) => x.t.kind === 'bad' || x.t.kind === 'tooFine');
  const any = parsed.some((x) => x.t.kind === 'number') || note.trim() !== '';
  const values = Object.fromEntries(parsed.flatMap((x) => (x.t.kind === 'number' ? [[x.m.key, x.t.value.number] as const] : [])));
  const trouble = targetTrouble(register, values);
  const past = recall !== '' && recall < today;
  const save = (): void => {
    const made = goalFor({ register: which, values, recall, note }, id, use.me.reference === '' ? undefined : { reference: use.me.reference, display: use.me.display }, today, sayIn(VISIT_CATALOGUES.vi)(`register.${which}`), goal);
    if (goal) void use.change(made);
    else use.add(made);
    close();
  };
  const usual = register.measures.filter((m) => m.usual !== '');
  return (
    <>
      <div className="an-visit-fields">
        {register.measures.map((m) => <Line key={m.key} label={`${w(`measure.${m.key}` as 'measure.systolic')} ${m.comparator === '>=' ? '≥' : '<'} (${m.unit})`} value={typed[m.key] ?? ''} onChange={(v) => setTyped({ ...typed, [m.key]: v })} max={6} />)}
      </div>
      {usual.length > 0 && <Button variant="default" onClick={() => setTyped({ ...typed, ...Object.fromEntries(usual.map((m) => [m.key, m.usual])) })}>{w('target.usual', { value: usual.map((m) => m.usual).join('/') })}</Button>}
      <Line wide label={w('target.note')} value={note} onChange={setNote} max={300} />
      <div className="an-visit-fields">
        <label className="an-entry">{w('recall.day')}<input type="date" className="an-time" min={today} value={recall} onChange={(e) => setRecall(e.currentTarget.value)} /></label>
        <Button variant="default" onClick={() => setRecall(dayIn(register.recallDays, nowMs()))}>{w('next.days', { n: register.recallDays })}</Button>
      </div>
      {bad && <Notice kind="warn" role="alert" title={w('target.bad')} />}
      {!bad && trouble === 'pair' && <Notice kind="warn" role="alert" title={w('target.pair')} />}
      {!bad && typeof trouble === 'object' && <Notice kind="warn" role="alert" title={w('target.range', { what: w(`measure.${trouble.key}` as 'measure.systolic'), low: trouble.low, high: trouble.high, unit: trouble.unit })} />}
      {past && <Notice kind="warn" role="alert" title={w('recall.past')} />}
      <Missing what={[!any && !bad && w(register.measures.length === 0 ? 'target.note' : 'target.some'), recall === '' && w('recall.day')]} />
      <Button disabled={bad || !any || trouble !== undefined || recall === '' || past} onClick={save}>{w('record.save')}</Button>
    </>
  );
}
