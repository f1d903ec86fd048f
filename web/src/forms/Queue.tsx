/* The queue of a ward: whose screening was positive and is not followed up, and who is due by the forms' own intervals. */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { refersTo } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { numberOf } from '../fhir/decimal';
import { personName } from '../fhir/person';
import { background, server } from '../fhir/server';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { keepHeard, lastHeard } from '../place/lately';
import { Unheard } from '../place/Unheard';
import { useLately } from '../place/useLately';
import { loadWard, type Resident } from '../place/ward';
import { replace } from '../route';
import type { ScreenProps } from '../screen';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useOnReconnect } from '../ui/useOnline';
import { wardHref } from '../ward/hrefs';
import { duesOf, type Due } from './due';
import { FollowUps } from './FollowUps';
import { findFormDraft } from './draft';
import { useKept } from './kept';
import { KeptNotice } from './KeptNotice';
import { loadForm, loadHeads, loadPastOf } from './load';
import { answeredWith, formKey, formsDue, idOfForm, isWanted, nextAfter, onlyDue, placeOf, queueKey, savedHere, type Queued, type QueueData } from './queue';
import { shortName } from './read';
import { resultsByForm } from './results';
import { fillFromQueue, mayFill, mayReadForms, ofWard, queueHref, stationHref } from './screens';
import './forms.css';

const isAnswer = (r: Entry): boolean => r.resourceType === 'QuestionnaireResponse';

export default function Queue({ params, query }: ScreenProps) {
  const id = params.ward ?? '';
  const w = useWords();
  const me = useMe();
  const load = useLately(queueKey(id), async (signal): Promise<QueueData> => {
    const [ward, heads] = await Promise.all([loadWard(server, id, signal), loadHeads(server, signal)]);
    return { ward, heads, past: await loadPastOf(server, ward.residents.map((r) => r.id), signal) };
  });
  const { reload } = load;
  useOnReconnect(reload, load.error !== undefined);
  /* what the outbox gets through meanwhile, also while the list is awaited */
  const stored = useStored(isAnswer);
  useEffect(() => { if (stored.length > 0) reload(); }, [stored.length, reload]);
  if (!mayReadForms(me)) return <NoPermission what={w('queue.title')} />;
  return (
    <div className="an-forms">
      <a className="an-back" href={wardHref(id)}><Icon name="back" />{w('queue.back')}</a>
      <h1>{w('queue.title')}</h1>
      {load.data && <p className="an-form-who">{load.data.ward.place.name}</p>}
      {load.unheard && <Unheard {...load.unheard} />}
      {!load.data && load.error !== undefined && <Problem error={load.error} onRetry={reload} />}
      {!load.data && load.error === undefined && <div aria-hidden="true">{[100, 100, 100].map((n, i) => <Skeleton key={i} height={56} width={`${n}%`} mb={16} />)}</div>}
      {load.data && <Lists ward={id} first={query.get('only') ?? ''} data={load.data} reload={reload} />}
    </div>
  );
}

function Lists({ ward, first, data, reload }: { ward: string; first: string; data: QueueData; reload: () => void }) {
  const w = useWords();
  const [only, setOnly] = useState(first);
  const { past, heads } = data;
  const [typed, setTyped] = useState('');
  const wanted = foldText(useDeferredValue(typed));
  const { items } = useOutbox();
  const kept = useKept(); /* saved or taken back: then savedHere says more */
  const people = useMemo(() => {
    const responses = answeredWith(past, savedHere(), items);
    return data.ward.residents.map((r): Queued => {
      const last = new Map([...resultsByForm(responses, r.id)].map(([url, all]) => [url, all[0]?.at ?? 0]));
      return { r, dues: duesOf(heads, last, nowMs()), tasks: past.tasks.filter((t) => refersTo(t.for?.reference, 'Patient', r.id)) };
    });
  }, [data.ward, past, heads, items, kept]);
  const asked = useMemo(() => onlyDue(people, only), [people, only]);
  useFormsAhead(useMemo(() => (only === '' ? formsDue(people).map((f) => f.form.id ?? '') : [only]), [people, only]));
  const shown = asked.filter(({ r }) => isWanted(r, wanted));
  const positive = shown.filter((p) => p.tasks.length > 0);
  const due = shown.filter((p) => p.dues.length > 0);
  const lives = useMemo(() => new Set(people.map((p) => p.r.id)), [people]);
  return (
    <>
      {past.cut && <Notice kind="warn" title={w('queue.cut')} />}
      <KeptNotice of={(who) => lives.has(who)} isNamed />
      <Next ward={ward} only={only} people={asked} />
      <Input
        type="text" className="an-board-find an-form-find" aria-label={w('queue.find')} placeholder={w('queue.find')} value={typed} autoComplete="off" spellCheck={false}
        leftSection={<Icon name="search" />} leftSectionPointerEvents="none" rightSectionPointerEvents="all"
        rightSection={typed !== '' && <CloseButton aria-label={w('station.clear')} onClick={() => setTyped('')} />}
        onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Escape') setTyped(''); }}
      />
      <section aria-label={w('queue.followUp')}>
        <h2>{w('queue.followUp')} <span className="an-dim">{positive.length}</span></h2>
        {positive.length === 0 && <p className="an-dim">{w('queue.followUpNone')}</p>}
        {positive.map(({ r, tasks }) => <div key={r.id} className="an-queue-person"><Who ward={ward} r={r} /><FollowUps tasks={tasks} patient={r.id} onDone={reload} /></div>)}
      </section>
      <section aria-label={w('queue.due')}>
        <h2>{w('queue.due')} <span className="an-dim">{due.length}</span></h2>
        <p className="an-dim">{w('queue.why')}</p>
        <Forms only={only} people={people} onChoose={(id) => { setOnly(id); replace(queueHref(ward, id)); }} />
        {due.length === 0 && <p className="an-dim">{w(only === '' ? 'queue.dueNone' : 'queue.dueNoneOf')}</p>}
        <ul className="an-people">{due.map(({ r, dues }) => <li key={r.id} className="an-queue-person an-queue-row"><Who ward={ward} r={r} /><Dues ward={ward} only={only} r={r} dues={dues} /></li>)}</ul>
      </section>
    </>
  );
}

/* One form after another, the same for everybody who waits for it: kept in the address, so that back and a reload find it again. */
function Forms({ only, people, onChoose }: { only: string; people: Queued[]; onChoose: (form: string) => void }) {
  const w = useWords();
  const forms = formsDue(people);
  if (forms.length < 2 && only === '') return null;
  const choices = [{ id: '', name: w('queue.allForms'), n: people.filter((p) => p.dues.length > 0).length }, ...forms.map(({ form, n }) => ({ id: form.id ?? '', name: shortName(form.code?.[0]?.code, w('task.form')), n }))];
  return (
    <div className="an-queue-forms" role="group" aria-label={w('queue.forms')}>
      {choices.map((c) => (
        <Button key={c.id} variant={c.id === only ? 'filled' : 'default'} aria-pressed={c.id === only} onClick={() => onChoose(c.id)}>{c.name} <span className="an-board-count">{c.n}</span></Button>
      ))}
    </div>
  );
}

/* After one was saved: the next who waits, in the order of the beds. */
function Next({ ward, only, people }: { ward: string; only: string; people: Queued[] }) {
  const w = useWords();
  const { t } = useI18n();
  const kept = useKept();
  const may = mayFill(useMe());
  const next = kept && !kept.undone ? nextAfter(people, kept.patient) : undefined;
  const due = next?.dues[0];
  if (!may || !next || !due) return null;
  const left = people.filter((p) => p.dues.length > 0).length;
  return (
    <p className="an-queue-next">
      <Button component="a" size="lg" href={fillFromQueue(next.r.id, idOfForm(due), ward, only)}>
        {w('queue.next', { form: shortName(due.form.code?.[0]?.code, w('task.form')), name: personName(next.r.patient) || t('people.noName'), bed: placeOf(next.r) })}
      </Button>
      <span className="an-dim">{w('queue.left', { n: left })}</span>
    </p>
  );
}

/* What the next ones will be asked is fetched while this list stands there. */
const MOST_AHEAD = 6;
function useFormsAhead(forms: string[]): void {
  const key = forms.slice(0, MOST_AHEAD).join();
  useEffect(() => {
    const abort = new AbortController();
    const all = async (): Promise<void> => {
      for (const form of key.split(',').filter(Boolean)) {
        if (abort.signal.aborted) return;
        if (lastHeard(formKey(form))) continue;
        await loadForm(background, form, abort.signal).then((loaded) => { if (!abort.signal.aborted) keepHeard(formKey(form), loaded, nowMs()); }).catch(() => undefined);
      }
    };
    void all();
    import('./Fill').catch(() => undefined);
    return () => abort.abort();
  }, [key]);
}

function Who({ ward, r }: { ward: string; r: Resident }) {
  const { t } = useI18n();
  return <p><a className="an-person-name" href={ofWard(stationHref(r.id), ward)}>{personName(r.patient) || t('people.noName')}</a> <span className="an-bed an-dim">{placeOf(r)}</span></p>;
}

const WORDS = { never: 'station.notYet', due: 'station.due', overdue: 'station.overdue' } as const;

function Dues({ ward, only, r, dues }: { ward: string; only: string; r: Resident; dues: Due[] }) {
  const w = useWords();
  const { lang } = useI18n();
  const may = mayFill(useMe());
  const drafts = useDrafts();
  const every = (d: Due): string => {
    const [low, high] = [d.every?.low ?? d.every?.high, d.every?.high ?? d.every?.low];
    const [least, most] = [numberOf(low?.value), numberOf(high?.value)];
    if (least === undefined || most === undefined) return '';
    return w('queue.every', { n: least === most || low?.code !== high?.code ? most : `${least}–${most}`, unit: unitWord(high?.code ?? '', high?.unit ?? '', lang) });
  };
  return (
    <ul className="an-queue-dues">
      {dues.map((d) => (
        <li key={d.form.url}>
          {may
            ? <Button component="a" variant="default" href={fillFromQueue(r.id, idOfForm(d), ward, only)} aria-label={`${shortName(d.form.code?.[0]?.code, w('task.form'))}: ${personName(r.patient)}`}>{shortName(d.form.code?.[0]?.code, w('task.form'))}</Button>
            : <strong>{shortName(d.form.code?.[0]?.code, w('task.form'))}</strong>}
          <span className={d.state === 'overdue' ? 'an-late' : 'an-dim'}>{w(WORDS[d.state])}{d.last !== undefined && `, ${wardStamp(d.last)}`}{every(d) !== '' && ` · ${every(d)}`}</span>
          {findFormDraft(drafts, r.id, d.form.url ?? '') && <span className="an-late">{w('station.drafts')}</span>}
        </li>
      ))}
    </ul>
  );
}

/* The form writes its unit in Vietnamese; the code is the same everywhere. */
const ENGLISH: Record<string, string> = { h: 'hours', d: 'days', wk: 'weeks', mo: 'months', a: 'years' };
const unitWord = (code: string, unit: string, lang: 'vi' | 'en'): string => (lang === 'en' ? ENGLISH[code] ?? unit : unit);
