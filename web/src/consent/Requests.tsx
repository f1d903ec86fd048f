/* Requests of data subjects with the days left; a new one, and its steps. */

import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { useConsentWords } from '../i18n/consent';
import { useI18n } from '../i18n/context';
import { useOutbox } from '../outbox/use';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { uuid4 } from '../vitals/uuid';
import { daysLeft, nextDay, requestItem, stepped, type Due, type Kind, type Requests, type Step } from './requests';
import { consentHref } from './screens';
import { codeOf, REQUEST, type RequestTask } from './types';
import { refusal } from './useConsents';
import { useRequests } from './useRequests';

export function PersonRequests({ id }: { id: string }) {
  const w = useConsentWords();
  const load = useRequests(id);
  const { items, box } = useOutbox();
  const [adding, setAdding] = useState(false);
  const waiting = items.filter((i) => i.patient === id && i.resource.resourceType === 'Task' && codeOf((i.resource as unknown as RequestTask).code, REQUEST) !== '');
  return (
    <section className="an-card" aria-labelledby="requests">
      <h2 id="requests">{w('req.title')}</h2>
      <p className="an-dim">{w('req.law')} {w('req.hidden')}</p>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {waiting.map((i) => <p key={i.id}><Icon name="clock" size={18} /> {kindText(codeOf((i.resource as unknown as RequestTask).code, REQUEST), load.data?.kinds ?? [], 'vi')} · {w('state.waiting')}</p>)}
      {load.data && <RequestLines all={load.data} reload={load.reload} none={w('req.none')} />}
      {load.data && !adding && <Button variant="default" onClick={() => setAdding(true)}>{w('req.add')}</Button>}
      {load.data && adding && <AddRequest kinds={load.data.kinds} onClose={() => setAdding(false)} onSave={(kind, words) => box.add(requestItem(uuid4(), id, kind, words, nowMs()))} />}
    </section>
  );
}

const kindText = (code: string, kinds: Kind[], lang: 'vi' | 'en'): string => kinds.find((k) => k.code === code)?.[lang] ?? code;

export function RequestLines({ all, reload, none, names }: { all: Requests; reload: () => void; none: string; names?: Map<string, string> }) {
  if (all.list.length === 0) return <p className="an-dim">{none}</p>;
  return <ul className="an-consent-requests">{all.list.map((d) => <Line key={d.task} d={d} all={all} reload={reload} name={names?.get(d.patient)} />)}</ul>;
}

function Left({ d, today }: { d: Due; today: string }) {
  const w = useConsentWords();
  const n = daysLeft(d, today);
  if (d.state === 'answered') return null;
  const kind = n < 0 ? 'late' : n <= 2 ? 'soon' : '';
  return (
    <span className={`an-request-due ${kind === '' ? '' : `an-request-due-${kind}`}`}>
      <Icon name={n < 0 ? 'bad' : n <= 2 ? 'warn' : 'clock'} size={18} />
      {n < 0 ? w('req.late', { n: -n }) : n === 0 ? w('req.today') : w('req.left', { n })}
    </span>
  );
}

type Ask = 'extend' | 'answer' | 'reject';

function Line({ d, all, reload, name }: { d: Due; all: Requests; reload: () => void; name: string | undefined }) {
  const w = useConsentWords();
  const { lang } = useI18n();
  const [ask, setAsk] = useState<Ask>();
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const state = (['new', 'acknowledged', 'answered'] as const).find((s) => s === d.state) ?? 'new';
  const step = async (s: Step): Promise<void> => {
    setBusy(true);
    setTrouble('');
    try {
      const { resource, etag } = await server.read<RequestTask>('Task', d.task);
      await server.update(stepped(resource, s, nowMs()), etag ?? '');
      setAsk(undefined);
      reload();
    } catch (error) {
      const why = refusal(error);
      setTrouble(why === '' ? w('give.failed') : w('give.refused', { why }));
    }
    setBusy(false);
  };
  return (
    <li>
      <div>
        <strong>{kindText(d.kind, all.kinds, lang)}</strong> <Left d={d} today={all.today} />
        {name !== undefined && <p><a href={consentHref(d.patient)} aria-label={w('req.person', { name })}>{name}</a></p>}
        <p className="an-dim">
          {w(`req.state.${state}`)} · {w('req.received', { when: showFhirDate(d.received) })}
          {state !== 'answered' && ` · ${w(state === 'new' ? 'req.ackBy' : 'req.answerBy', { day: showFhirDay(nextDay(d)) })}`}
        </p>
        {d.extended !== '' && <p className="an-dim">{w('req.extended', { why: d.extended })}</p>}
        {trouble !== '' && <p className="an-consent-wrong" role="alert"><Icon name="bad" />{trouble}</p>}
      </div>
      {state !== 'answered' && ask === undefined && (
        <div className="an-row">
          {state === 'new' && <Button loading={busy} onClick={() => void step({ kind: 'acknowledge' })}>{w('req.acknowledge')}</Button>}
          <Button variant={state === 'new' ? 'default' : 'filled'} onClick={() => setAsk('answer')}>{w('req.answer')}</Button>
          {d.mayExtend && <Button variant="default" onClick={() => setAsk('extend')}>{w('req.extend')}</Button>}
          <Button variant="subtle" onClick={() => setAsk('reject')}>{w('req.reject')}</Button>
        </div>
      )}
      {ask !== undefined && <AskText ask={ask} busy={busy} onClose={() => setAsk(undefined)} onText={(text) => void step(ask === 'extend' ? { kind: 'extend', reason: text } : ask === 'answer' ? { kind: 'answer', text } : { kind: 'reject', reason: text })} />}
    </li>
  );
}

function AskText({ ask, busy, onText, onClose }: { ask: Ask; busy: boolean; onText: (text: string) => void; onClose: () => void }) {
  const w = useConsentWords();
  const field = useId();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const title = w(ask === 'extend' ? 'req.extendWhy' : ask === 'answer' ? 'req.answerText' : 'req.rejectWhy');
  const save = (): void => {
    setMissing(text.trim() === '');
    if (text.trim() !== '') onText(text.trim());
  };
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); save(); }}>
      <div className="an-entry">
        <label htmlFor={field}>{title}</label>
        <textarea id={field} className="an-select" rows={2} maxLength={500} value={text} onChange={(e) => setText(e.currentTarget.value)} />
      </div>
      <div role="alert">{missing && <p className="an-consent-wrong"><Icon name="bad" />{w('req.lacksText')}</p>}</div>
      <div className="an-row">
        <Button type="submit" loading={busy}>{w('req.send')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}

function AddRequest({ kinds, onSave, onClose }: { kinds: Kind[]; onSave: (kind: string, words: string) => void; onClose: () => void }) {
  const w = useConsentWords();
  const { lang } = useI18n();
  const field = useId();
  const [kind, setKind] = useState('');
  const [words, setWords] = useState('');
  const [missing, setMissing] = useState(false);
  const save = (): void => {
    setMissing(kind === '');
    if (kind === '') return;
    onSave(kind, words.trim());
    onClose();
  };
  return (
    <form className="an-consent-form" noValidate onSubmit={(e) => { e.preventDefault(); save(); }}>
      <fieldset className="an-checks an-checks-row">
        <legend>{w('req.kind')}</legend>
        {kinds.map((k) => <label key={k.code}><input type="radio" name="kind" checked={kind === k.code} onChange={() => setKind(k.code)} />{k[lang]}</label>)}
      </fieldset>
      <div className="an-entry">
        <label htmlFor={field}>{w('req.words')}</label>
        <textarea id={field} className="an-select" rows={2} maxLength={500} value={words} onChange={(e) => setWords(e.currentTarget.value)} />
      </div>
      <div role="alert">{missing && <p className="an-consent-wrong"><Icon name="bad" />{w('req.lacksKind')}</p>}</div>
      <div className="an-row">
        <Button type="submit">{w('req.save')}</Button>
        <Button variant="subtle" onClick={onClose}>{w('give.cancel')}</Button>
      </div>
    </form>
  );
}
