/* The queue of a ward: whose screening was positive and is not followed up, and who is due by the forms' own intervals. */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { refersTo } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { numberOf } from '../fhir/decimal';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { loadWard, type Resident, type Ward } from '../place/ward';
import type { ScreenProps } from '../screen';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { wardHref } from '../ward/hrefs';
import { duesOf, type Due } from './due';
import { FollowUps } from './FollowUps';
import { loadHeads, loadPastOf, type Past } from './load';
import { shortName } from './read';
import { resultsByForm } from './results';
import { fillHref, mayFill, mayReadForms, stationHref } from './screens';
import type { FormHead } from './types';
import './forms.css';

interface QueueData { ward: Ward; heads: FormHead[]; past: Past }

export default function Queue({ params }: ScreenProps) {
  const id = params.ward ?? '';
  const w = useWords();
  const me = useMe();
  const load = useLoad(`queue ${id}`, async (signal): Promise<QueueData> => {
    const [ward, heads] = await Promise.all([loadWard(server, id, signal), loadHeads(server, signal)]);
    return { ward, heads, past: await loadPastOf(server, ward.residents.map((r) => r.id), signal) };
  });
  useOnReconnect(load.reload, load.error !== undefined);
  if (!mayReadForms(me)) return <NoPermission what={w('queue.title')} />;
  return (
    <div className="an-forms">
      <a className="an-back" href={wardHref(id)}><Icon name="back" />{w('queue.back')}</a>
      <h1>{w('queue.title')}</h1>
      {load.data && <p className="an-form-who">{load.data.ward.place.name}</p>}
      {!load.data && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <div aria-hidden="true">{[100, 100, 100].map((n, i) => <Skeleton key={i} height={56} width={`${n}%`} mb={16} />)}</div>}
      {load.data && <Lists ward={id} data={load.data} reload={load.reload} />}
    </div>
  );
}

function Lists({ ward, data, reload }: { ward: string; data: QueueData; reload: () => void }) {
  const w = useWords();
  const { past, heads } = data;
  const [typed, setTyped] = useState('');
  const wanted = foldText(useDeferredValue(typed));
  const people = useMemo(() => data.ward.residents.map((r) => {
    const last = new Map([...resultsByForm(past.responses, r.id)].map(([url, all]) => [url, all[0]?.at ?? 0]));
    return { r, dues: duesOf(heads, last, nowMs()), tasks: past.tasks.filter((t) => refersTo(t.for?.reference, 'Patient', r.id)) };
  }), [data.ward, past, heads]);
  const shown = people.filter(({ r }) => foldText(`${personName(r.patient)} ${r.bed} ${r.room}`).includes(wanted));
  const positive = shown.filter((p) => p.tasks.length > 0);
  const due = shown.filter((p) => p.dues.length > 0);
  return (
    <>
      {past.cut && <Notice kind="warn" title={w('queue.cut')} />}
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
        {due.length === 0 && <p className="an-dim">{w('queue.dueNone')}</p>}
        <ul className="an-people">{due.map(({ r, dues }) => <li key={r.id} className="an-queue-person an-queue-row"><Who ward={ward} r={r} /><Dues r={r} dues={dues} /></li>)}</ul>
      </section>
    </>
  );
}

function Who({ ward, r }: { ward: string; r: Resident }) {
  const { t } = useI18n();
  return <p><a className="an-person-name" href={`${stationHref(r.id)}?ward=${encodeURIComponent(ward)}`}>{personName(r.patient) || t('people.noName')}</a> <span className="an-bed an-dim">{r.bed || r.room}</span></p>;
}

const WORDS = { never: 'station.notYet', due: 'station.due', overdue: 'station.overdue' } as const;

function Dues({ r, dues }: { r: Resident; dues: Due[] }) {
  const w = useWords();
  const { lang } = useI18n();
  const may = mayFill(useMe());
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
            ? <Button component="a" variant="default" href={fillHref(r.id, d.form.id ?? '')} aria-label={`${shortName(d.form.code?.[0]?.code, w('task.form'))}: ${personName(r.patient)}`}>{shortName(d.form.code?.[0]?.code, w('task.form'))}</Button>
            : <strong>{shortName(d.form.code?.[0]?.code, w('task.form'))}</strong>}
          <span className={d.state === 'overdue' ? 'an-late' : 'an-dim'}>{w(WORDS[d.state])}{d.last !== undefined && `, ${wardStamp(d.last)}`}{every(d) !== '' && ` · ${every(d)}`}</span>
        </li>
      ))}
    </ul>
  );
}

/* The form writes its unit in Vietnamese; the code is the same everywhere. */
const ENGLISH: Record<string, string> = { h: 'hours', d: 'days', wk: 'weeks', mo: 'months', a: 'years' };
const unitWord = (code: string, unit: string, lang: 'vi' | 'en'): string => (lang === 'en' ? ENGLISH[code] ?? unit : unit);
