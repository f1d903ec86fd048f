/* My requests: what I asked for, by when an answer is due, what was answered; and a new one. */

import { Button, Skeleton } from '@mantine/core';
import { useId, useState } from 'react';
import { daysLeft, type Due, type Kind, type Requests } from '../consent/requests';
import { useRequests } from '../consent/useRequests';
import { codeOf, REQUEST, type RequestTask } from '../consent/types';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useMineWords } from '../i18n/mine';
import { useOutbox } from '../outbox/use';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import { Owned } from './Frame';
import type { Own } from './own';
import { loadAnswers, myRequest } from './requests';

export default function MyRequests() {
  return <Owned>{(own) => <List own={own} />}</Owned>;
}

function List({ own }: { own: Own }) {
  const w = useMineWords();
  const { t, lang } = useI18n();
  const load = useRequests(own.patient);
  const { items, box } = useOutbox();
  const [adding, setAdding] = useState(false);
  const answered = (load.data?.list ?? []).filter((d) => d.state === 'answered').map((d) => d.task);
  const answers = useLoad(`answers ${answered.join(' ')}`, (signal) => loadAnswers(server, answered, signal));
  const waiting = items.filter((i) => i.patient === own.patient && i.resource.resourceType === 'Task');
  const kinds = load.data?.kinds ?? [];
  return (
    <>
      <h1>{t('mine.requests')}</h1>
      <p>{w('req.lead')}</p>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('loading')}><Skeleton height={96} mb={12} /></div>}
      {load.data && !adding && <div><Button leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>{w('req.add')}</Button></div>}
      {load.data && adding && <Add kinds={kinds} onClose={() => setAdding(false)} onSend={(kind, words) => box.add(myRequest(uuid4(), own, kind, words, nowMs()))} />}
      {waiting.map((i) => <section key={i.id} className="an-card"><h2>{kindText(codeOf((i.resource as unknown as RequestTask).code, REQUEST), kinds, lang)}</h2><p><Icon name="clock" size={18} /> {w('req.waiting')}</p></section>)}
      {load.data && load.data.list.length === 0 && waiting.length === 0 && <p>{w('req.none')}</p>}
      {load.data?.list.map((d) => <One key={d.task} d={d} all={load.data as Requests} answer={answers.data?.get(d.task) ?? ''} />)}
    </>
  );
}

const kindText = (code: string, kinds: Kind[], lang: 'vi' | 'en'): string => kinds.find((k) => k.code === code)?.[lang] ?? code;

function One({ d, all, answer }: { d: Due; all: Requests; answer: string }) {
  const w = useMineWords();
  const { lang } = useI18n();
  const state = (['new', 'acknowledged', 'answered'] as const).find((s) => s === d.state) ?? 'new';
  const left = daysLeft({ ...d, state: 'acknowledged' }, all.today); /* until the answer, not until the acknowledgement */
  return (
    <section className="an-card">
      <h2>{kindText(d.kind, all.kinds, lang)}</h2>
      <p className="an-dim">{w('req.sent', { day: showFhirDay(d.received) })}</p>
      <p>{state === 'answered' && <Icon name="good" size={18} />} {w(`req.state.${state}`)}</p>
      {state !== 'answered' && (
        <p className={left < 0 ? 'an-mine-warn' : ''}>
          <Icon name={left < 0 ? 'warn' : 'clock'} size={18} /> {w('req.answerBy', { day: showFhirDay(d.answerBy) })} ({left < 0 ? w('req.late', { n: -left }) : left === 0 ? w('req.today') : w('req.left', { n: left })})
        </p>
      )}
      {d.extended !== '' && <p className="an-dim">{w('req.extended', { why: d.extended })}</p>}
      {answer !== '' && <p>{w('req.answer', { text: answer })}</p>}
    </section>
  );
}

function Add({ kinds, onSend, onClose }: { kinds: Kind[]; onSend: (kind: string, words: string) => void; onClose: () => void }) {
  const w = useMineWords();
  const { lang } = useI18n();
  const field = useId();
  const [kind, setKind] = useState('');
  const [words, setWords] = useState('');
  const [lacks, setLacks] = useState(false);
  const send = (): void => {
    setLacks(kind === '');
    if (kind === '') return;
    onSend(kind, words.trim());
    onClose();
  };
  return (
    <form className="an-card an-mine-sure" noValidate onSubmit={(e) => { e.preventDefault(); send(); }}>
      <fieldset className="an-checks">
        <legend>{w('req.kind')}</legend>
        {kinds.map((k) => <label key={k.code}><input type="radio" name="kind" checked={kind === k.code} onChange={() => setKind(k.code)} />{k[lang]}</label>)}
      </fieldset>
      <div className="an-entry">
        <label htmlFor={field}>{w('req.words')}</label>
        <textarea id={field} className="an-select" rows={3} maxLength={1000} value={words} onChange={(e) => setWords(e.currentTarget.value)} />
      </div>
      <div role="alert">{lacks && <p className="an-mine-warn"><Icon name="bad" size={18} />{w('req.lacks')}</p>}</div>
      <div className="an-row">
        <Button type="submit">{w('req.send')}</Button>
        <Button variant="default" onClick={onClose}>{w('req.cancel')}</Button>
      </div>
    </form>
  );
}
