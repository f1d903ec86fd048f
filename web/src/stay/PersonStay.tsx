/* The stay of one person: where they are, what runs, which papers are missing, and what can happen next. */

import { Button, Skeleton } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { idOf } from '../drugs/forms';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/stay';
import { backHref, mayPrescribe } from '../prescribe/screens';
import { pdfHref } from '../print/paper';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useNow } from '../ui/useNow';
import { useOnReconnect } from '../ui/useOnline';
import { AliveForm, BackForm, BedForm, DeathForm, EndForm, FORM, formId, GoesOnForm, LeaveForm } from './ActForms';
import type { Task } from './acts';
import { awaysOf, isOverdue, openAway, PAPER_SYSTEM, type Stay } from './forms';
import { loadPerson, receive, type PaperList, type PersonStay as Loaded } from './person';
import { Proposals } from './Proposals';
import { bedRefused } from './load';
import { lately } from './reopen';
import { Replaced } from './Replaced';
import { AskedTransfer, TransferForm } from './TransferForm';
import { admitHref, certifyHref, identityHref, mergeHref, receiptHref, stayHref } from './screens';
import { dueAt, isReconcile, urgencyOf } from './terms';
import { hasKept, useSend, type OnDone, type Undo } from './useSend';
import { Visitors } from './Visitors';
import { nameOf, paperOf } from './ways';
import './stay.css';

export type Act = 'leave' | 'hospital' | 'back' | 'bed' | 'transfer' | 'end' | 'death' | 'alive' | 'goes-on';

export default function PersonStay({ params }: ScreenProps) {
  const w = useWords();
  const id = params.id ?? '';
  const load = useLoad(`stay ${id}`, (signal) => loadPerson(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-stay-form">
      <a className="an-back" href={stayHref()}><Icon name="back" />{w('back')}</a>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={320} />}
      {load.data && <Body data={load.data} reload={load.reload} />}
    </div>
  );
}

/* What can happen to whoever is here, away, gone or dead; who may do it is asked where it is offered. */
const actsOf = (stay: Stay | undefined, past: Stay[], dead: boolean): Act[] => [...(!stay ? (!dead && lately(past, nowMs()) ? ['goes-on' as const] : []) : stay.status === 'onleave' ? ['back' as const, 'end' as const] : ['leave' as const, 'hospital' as const, 'bed' as const, 'transfer' as const, 'end' as const]), dead ? 'alive' : 'death'];

function Body({ data, reload }: { data: Loaded; reload: () => void }) {
  const w = useWords();
  const { has } = useMe();
  const [said, setSaid] = useState<Said>();
  const { patient, stay } = data;
  const drafts = useDrafts();
  const [resume] = useState(() => hasKept((kind, id) => drafts.get(kind, id), patient.id ?? ''));
  const dead = patient.deceasedDateTime !== undefined || patient.deceasedBoolean === true;
  /* begun before a reload or another person's turn, and still possible: it stands open again */
  const [act, setAct] = useState<Act | undefined>(() => (resume ? undefined : actsOf(stay, data.past, dead).find((a) => drafts.get(FORM, formId(patient.id ?? '', a)) !== null)));
  const isReplaced = patient.link?.some((l) => l.type === 'replaced-by') === true;
  const mayRecordDeath = has('nurse', 'assistant-doctor', 'doctor', 'social-worker', 'system');
  const done = useCallback<OnDone>((text, undo) => {
    setAct(undefined);
    setSaid({ text, at: nowMs(), undo });
    reload();
  }, [reload]);
  const undone = useCallback(() => {
    setSaid({ text: w('act.undone'), at: nowMs(), undo: undefined });
    reload();
  }, [reload, w]);
  const mayGoOn = !stay && !dead && !isReplaced && data.seesOrders && lately(data.past, nowMs()) !== undefined && has('nurse', 'assistant-doctor', 'doctor', 'system');
  const open = (which: Act): void => { setSaid(undefined); setAct(which); };
  const mayTransfer = has('doctor', 'social-worker', 'records-clerk', 'system');
  const choices: Act[] = !stay ? [] : stay.status === 'onleave' ? ['back', 'end'] : ['leave', 'hospital', 'bed', ...(mayTransfer ? ['transfer' as const] : []), 'end'];
  return (
    <>
      <header className="an-stay-head">
        <h1>{personName(patient) || w('noName')}</h1>
        <p><PersonLine patient={patient} /> · <a href={personHref(patient.id ?? '')}>{w('same.open')}</a> · <a href={identityHref(patient.id ?? '')}>{w('identity.title')}</a></p>
      </header>
      {said !== undefined && <JustDone key={said.at} said={said} onUndone={undone} />}
      <Replaced patient={patient} />
      {dead && <Notice kind="info" title={w('person.dead', { when: showFhirDate(patient.deceasedDateTime) })} />}
      {stay ? <Now data={data} stay={stay} /> : <Notice kind="info" title={w('person.noStay')} />}
      {act === undefined && (
        <div className="an-row">
          {choices.map((c) => <Button key={c} variant="default" onClick={() => open(c)}>{w(`act.${c}`)}</Button>)}
          {dead && has('doctor', 'assistant-doctor', 'system') && <Button variant="default" onClick={() => open('alive')}>{w('act.alive')}</Button>}
          {dead && !isReplaced && <Button component="a" href={certifyHref(patient.id ?? '')}>{w('certify.open')}</Button>}
          {!stay && !dead && !isReplaced && <Button component="a" href={admitHref(patient.id ?? '')} leftSection={<Icon name="plus" />}>{w('again')}</Button>}
          {mayGoOn && <Button variant="default" onClick={() => open('goes-on')}>{w('act.goes-on')}</Button>}
          {!dead && mayRecordDeath && <Button variant="default" onClick={() => open('death')}>{w('act.death')}</Button>}
          {!isReplaced && has('doctor', 'assistant-doctor', 'system') && <Button component="a" variant="default" href={mergeHref(patient.id ?? '')}>{w('merge.open')}</Button>}
          {stay && <Button component="a" variant="default" href={receiptHref(stay.id ?? '')} leftSection={<Icon name="print" />}>{w('receipt.print')}</Button>}
        </div>
      )}
      {resume && act === undefined && <Resume person={patient.id ?? ''} onDone={done} />}
      {act !== undefined && <ActForm act={act} data={data} onDone={done} onCancel={() => setAct(undefined)} />}
      {act === undefined && <AskedTransfer data={data} reload={reload} />}
      <Proposals key={stay?.meta?.versionId ?? ''} person={patient.id ?? ''} />
      <Timers tasks={data.standing.tasks} reload={reload} />
      {data.papers && <Papers list={data.papers} reload={reload} />}
      {stay && has('nurse', 'carer', 'doctor', 'assistant-doctor', 'system') && <Visitors patient={patient.id ?? ''} encounter={stay.id ?? ''} />}
      <Past stays={data.past} />
    </>
  );
}

interface Said { text: string; at: number; undo: Undo | undefined }
const UNDO_MS = 60_000;

/* What was done a moment ago, and the way back from it: everything as it stood, or nothing when somebody has gone on from there. */
function JustDone({ said, onUndone }: { said: Said; onUndone: () => void }) {
  const w = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const now = useNow(1000, said.undo !== undefined);
  const { undo } = said;
  const back = (): void => {
    setBusy(true);
    setError(undefined);
    undo?.().then(onUndone, (e: unknown) => { setError(problemOf(e)); setBusy(false); });
  };
  return (
    <>
      <Notice kind="good" title={said.text} role="status">
        {undo && now - said.at < UNDO_MS && <Button variant="default" loading={busy} leftSection={<Icon name="undo" />} onClick={back}>{w('undo')}</Button>}
      </Notice>
      {error && (bedRefused(error) !== undefined ? <Notice kind="warn" title={w('bed.taken')} role="alert" />
        : error.problem === 'conflict' || error.problem === 'refused' ? <Notice kind="warn" title={w('act.undoLate')} role="alert" /> : <Problem error={error} />)}
    </>
  );
}

/* Sent before a reload and not yet taken: it goes on. */
function Resume({ person, onDone }: { person: string; onDone: OnDone }) {
  const w = useWords();
  const sending = useSend(person, onDone);
  if (sending.waiting || sending.busy) return <Notice kind="warn" title={w('waiting')} role="status"><p>{w('waitingDo')}</p></Notice>;
  return sending.error === undefined ? null : <Problem error={sending.error} />;
}

function ActForm({ act, data, onDone, onCancel }: { act: Act; data: Loaded; onDone: OnDone; onCancel: () => void }) {
  const props = { data, onDone, onCancel };
  if (act === 'leave' || act === 'hospital') return <LeaveForm {...props} kind={act} />;
  if (act === 'back') return <BackForm {...props} />;
  if (act === 'bed') return <BedForm {...props} />;
  if (act === 'transfer') return <TransferForm {...props} />;
  if (act === 'alive') return <AliveForm {...props} />;
  if (act === 'goes-on') return <GoesOnForm {...props} />;
  return act === 'end' ? <EndForm {...props} /> : <DeathForm {...props} />;
}

function Now({ data, stay }: { data: Loaded; stay: Stay }) {
  const w = useWords();
  const away = openAway(stay);
  const late = isOverdue(stay, nowMs());
  return (
    <section className="an-card an-entries" aria-label={w('stay.now')}>
      <h2>{away ? w(`away.${away.kind}`) : w('stay.here')}</h2>
      <dl className="an-stay-facts">
        <div><dt>{w('stay.since')}</dt><dd>{showFhirDate(stay.period?.start)}</dd></div>
        <div><dt>{w('stay.bed')}</dt><dd>{data.bedName || w('stay.noBed')}</dd></div>
        {stay.hospitalization?.admitSource?.text !== undefined && <div><dt>{w('way')}</dt><dd>{stay.hospitalization.admitSource.text}</dd></div>}
        {away && <div><dt>{w('away.from')}</dt><dd>{showFhirDate(away.from)}</dd></div>}
        {away && away.until !== '' && <div className={late ? 'an-stay-late' : undefined}><dt>{w('away.until')}</dt><dd>{showFhirDate(away.until)}{late && ` · ${w('away.late')}`}</dd></div>}
        {away && away.where !== '' && <div><dt>{w('away.where')}</dt><dd>{away.where}</dd></div>}
        {away && away.with !== '' && <div><dt>{w('away.with')}</dt><dd>{away.with}</dd></div>}
      </dl>
      {away?.kind === 'hospital' && <Along patient={data.patient.id ?? ''} />}
      {awaysOf(stay).some((a) => a.back !== '') && (
        <details>
          <summary>{w('away.before', { n: awaysOf(stay).filter((a) => a.back !== '').length })}</summary>
          <ul>{awaysOf(stay).filter((a) => a.back !== '').map((a) => <li key={a.from}>{w(`away.${a.kind}`)} · {showFhirDate(a.from)} – {showFhirDate(a.back)} {a.where}</li>)}</ul>
        </details>
      )}
    </section>
  );
}

/* What goes along to the hospital. Who sees no orders prints no papers about them. */
const ALONG = ['referral', 'summary', 'medicine'] as const;
function Along({ patient }: { patient: string }) {
  const w = useWords();
  const { t } = useI18n();
  const { has } = useMe();
  if (!has('nurse', 'doctor', 'assistant-doctor', 'system')) return null;
  return (
    <div className="an-row" role="group" aria-label={w('away.papers')}>
      <span className="an-dim">{w('away.papers')}</span>
      {ALONG.map((form) => <Button key={form} component="a" variant="default" href={pdfHref({ patient }, form)} target="_blank" rel="noopener" title={t('print.pdfHint')} leftSection={<Icon name="print" />}>{t(`print.pdf.${form}`)}</Button>)}
    </div>
  );
}

/* One small act: busy, and what went wrong. */
function useDo(reload: () => void): { busy: boolean; error: FhirError | undefined; run: (f: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  const run = (f: () => Promise<void>): void => {
    setBusy(true);
    setError(undefined);
    f().then(reload, (e: unknown) => setError(problemOf(e))).finally(() => setBusy(false));
  };
  return { busy, error, run };
}

function Timers({ tasks, reload }: { tasks: Task[]; reload: () => void }) {
  const w = useWords();
  const me = useMe();
  const { busy, error, run } = useDo(reload);
  if (tasks.length === 0) return null;
  const now = nowMs();
  const finish = (t: Task): void => run(() => server.update<Task>({ ...t, status: 'completed' }, `W/"${t.meta?.versionId ?? ''}"`));
  return (
    <section className="an-card" aria-label={w('timers')}>
      <h2>{w('timers')}</h2>
      {error !== undefined && <Problem error={error} />}
      <ul className="an-lines">
        {tasks.map((t) => {
          const end = t.restriction?.period?.end;
          const late = urgencyOf(dueAt(t), now) === 'late';
          return (
            <li key={t.id}>
              <div><p>{t.description}</p>{end !== undefined && <p className={late ? 'an-stay-late' : 'an-dim'}><Icon name="clock" /> {w('timer.until', { day: showFhirDate(end) })}{late && ` · ${w('away.late')}`}</p>}</div>
              {!isReconcile(t) ? <Button variant="default" disabled={busy} onClick={() => finish(t)}>{w('timer.done')}</Button>
                : mayPrescribe(me) ? <Button component="a" href={backHref(idOf(t.for))}>{w('timer.reconcile')}</Button> : <p className="an-dim">{w('timer.reconcileDo')}</p>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Papers({ list, reload }: { list: PaperList; reload: () => void }) {
  const w = useWords();
  const { lang } = useI18n();
  const { busy, error, run } = useDo(reload);
  const entries = list.entry ?? [];
  const stateOf = (i: number): string => entries[i]?.flag?.coding?.[0]?.code ?? '';
  const missing = entries.filter((_e, i) => stateOf(i) === 'missing').length;
  return (
    <section className="an-card" aria-label={w('papers')}>
      <h2>{w('papers')}</h2>
      <p role="status" className={missing > 0 ? 'an-stay-wrong' : 'an-dim'}>{missing > 0 ? w('papers.missing', { n: missing }) : w('papers.whole')}</p>
      {error !== undefined && <Problem error={error} />}
      <ul className="an-lines">
        {entries.map((e, i) => {
          const code = e.item?.identifier?.system === PAPER_SYSTEM ? e.item.identifier.value ?? '' : '';
          const text = nameOf(paperOf(code), lang) || e.item?.display || code;
          const state = stateOf(i);
          return (
            <li key={code}>
              <div>{text}<p className="an-dim">{state === 'have' ? w('paper.haveSince', { day: showFhirDay(e.date) }) : state === 'missing' ? w('paper.missing') : state === 'if-any' ? w('papers.ifAny') : w('paper.none')}</p></div>
              {(state === 'missing' || state === 'if-any') && <Button variant="default" disabled={busy} onClick={() => run(() => receive(server, list, i))}>{w('paper.receive')}</Button>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Past({ stays }: { stays: Stay[] }) {
  const w = useWords();
  if (stays.length === 0) return null;
  return (
    <section className="an-card" aria-label={w('past')}>
      <h2>{w('past')}</h2>
      <ul className="an-lines">
        {stays.map((s) => (
          <li key={s.id}>
            <div>
              {showFhirDay(s.period?.start)} – {showFhirDay(s.period?.end)}
              <p className="an-dim">{[s.hospitalization?.dischargeDisposition?.text, s.hospitalization?.destination?.display].filter(Boolean).join(' · ')}</p>
            </div>
            <a href={receiptHref(idOf({ reference: `Encounter/${s.id ?? ''}` }))}>{w('receipt.print')}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
