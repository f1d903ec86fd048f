/* The screening station of one person: what is unfinished or waiting on top, then every instrument by what it is for. */

import { Button, CloseButton, Input, Skeleton } from '@mantine/core';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { nowMs } from '../fhir/clock';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import type { Entry, Item as Waiting } from '../outbox/item';
import { Mend } from '../outbox/Mend';
import { useOutbox, useStored } from '../outbox/use';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { foldText } from '../text';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { findFormDraft, type FormDraft } from './draft';
import { duesOf, type Due } from './due';
import { FollowUps } from './FollowUps';
import { KeptNotice } from './KeptNotice';
import { loadHeads, loadPast, type Past } from './load';
import { PURPOSES, purposeOf } from './purposes';
import { inWords, labelsOf, notesOf, shortName, titleOf } from './read';
import { resultsByForm, type Result } from './results';
import { stampOf, Trend, useResultText, useSay, type Say } from './ResultLine';
import { answeredHref, fillHref, mayFill, mayReadForms, ofWard, queueHref } from './screens';
import type { FormHead } from './types';
import './forms.css';

interface StationData { person: Patient; heads: FormHead[]; past: Past }
const isAnswer = (r: Entry): boolean => r.resourceType === 'QuestionnaireResponse';

export default function Station({ params, query }: ScreenProps) {
  const id = params.id ?? '';
  const me = useMe();
  const w = useWords();
  const load = useLoad(`station ${id}`, async (signal): Promise<StationData> => {
    const [person, heads, past] = await Promise.all([
      server.read<Patient>('Patient', id, signal), loadHeads(server, signal), loadPast(server, id, signal),
    ]);
    return { person: person.resource, heads, past };
  });
  useOnReconnect(load.reload, load.error !== undefined);
  /* what the outbox has got through in the meantime */
  const stored = useStored(isAnswer).length;
  useEffect(() => { if (stored > 0) load.reload(); }, [stored, load.reload]);
  const ward = query.get('ward');
  if (!mayReadForms(me)) return <NoPermission what={w('station.title')} />;
  return (
    <div className="an-forms">
      <a className="an-back" href={ward ? queueHref(ward) : personHref(id)}><Icon name="back" />{w(ward ? 'queue.title' : 'station.back')}</a>
      {load.data === undefined && <h1>{w('station.title')}</h1>}
      <KeptNotice of={(who) => who === id} />
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div aria-hidden="true">{[50, 100, 100, 100].map((n, i) => <Skeleton key={i} height={56} width={`${n}%`} mb={16} />)}</div>}
      {load.data === undefined && <Unsent patient={id} ward={ward ?? ''} heads={[]} />}
      {load.data && <Body id={id} ward={ward ?? ''} data={load.data} reload={load.reload} />}
    </div>
  );
}

function Body({ id, ward, data, reload }: { id: string; ward: string; data: StationData; reload: () => void }) {
  const w = useWords();
  const me = useMe();
  const { t } = useI18n();
  const { person, heads, past } = data;
  const results = useMemo(() => resultsByForm(past.responses, id), [past, id]);
  const say = useSay([...results.keys()]);
  const dues = useMemo(() => new Map(duesOf(heads, new Map([...results].map(([url, all]) => [url, all[0]?.at ?? 0])), nowMs()).map((d) => [d.form.url ?? '', d])), [heads, results]);
  return (
    <>
      <header>
        <h1>{w('station.title')}</h1>
        <p className="an-form-who"><strong>{personName(person) || t('people.noName')}</strong> · <PersonLine patient={person} /></p>
      </header>
      <Unsent patient={id} ward={ward} heads={heads} />
      {past.tasks.length > 0 && <FollowUps tasks={past.tasks} patient={id} onDone={reload} />}
      {past.cut && <Notice kind="warn" title={w('station.cut')} />}
      {!mayFill(me) && <Notice kind="info" title={w('station.noFill')} />}
      {heads.length === 0
        ? <Notice kind="info" title={w('station.none')}><p>{w('station.noneDo')}</p></Notice>
        : <Instruments id={id} ward={ward} heads={heads} results={results} dues={dues} say={say} />}
    </>
  );
}

/* Unfinished, waiting, refused: what is on this device and not yet in the record. */
function Unsent({ patient, ward, heads }: { patient: string; ward: string; heads: FormHead[] }) {
  const w = useWords();
  const { lang } = useI18n();
  const drafts = useDrafts();
  const { box, items } = useOutbox();
  const begun = useMemo(() => heads.flatMap((h): { head: FormHead; draft: FormDraft }[] => {
    const draft = findFormDraft(drafts, patient, h.url ?? '');
    return draft ? [{ head: h, draft }] : [];
  }), [heads, drafts, patient]);
  const mine = items.filter((i) => i.form !== undefined && i.patient === patient && i.resource.status !== 'entered-in-error');
  const [now] = useState(() => nowMs());
  const slow = mine.filter((i) => i.halt === undefined && (i.tries > 0 || now - i.at > 3000));
  const halted = mine.filter((i) => i.halt !== undefined);
  const title = (i: Waiting): string => shortName((i.form as FormHead).code?.[0]?.code, w('task.form'));
  return (
    <>
      {slow.length > 0 && (
        <Notice kind="info" title={w('station.waiting')} role="status">
          {slow.map((i) => <p key={i.id}>{w('station.waitingLine', { form: title(i), when: wardStamp(i.at) })} · {w('result.notCalculated')}</p>)}
        </Notice>
      )}
      {halted.map((i) => (
        <Notice key={i.id} kind="bad" title={w('station.halted')} role="alert">
          <p>{i.halt === 'forbidden' ? w('station.haltedForbidden', { form: title(i), when: wardStamp(i.at) }) : w('station.haltedRefused', { form: title(i), when: wardStamp(i.at), why: i.why })}</p>
          <div className="an-row">
            {i.halt === 'forbidden' && <Button variant="default" onClick={() => box.retry(i.id)}>{w('station.retry')}</Button>}
            <Mend item={i} />
          </div>
        </Notice>
      ))}
      {begun.length > 0 && (
        <section aria-label={w('station.drafts')}>
          <h2>{w('station.drafts')}</h2>
          <ul className="an-people">
            {begun.map(({ head, draft }) => (
              <li key={head.url} className="an-form-row">
                <div>
                  <p className="an-person-name">{titleOf(head, lang)}</p>
                  <p className="an-dim">{w('station.draftSince', { when: wardStamp(draft.at), n: Object.keys(draft.answers.given).length })}</p>
                </div>
                <Button component="a" href={ofWard(fillHref(patient, head.id ?? ''), ward)}>{w('station.goOn')}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface Listed { id: string; ward: string; heads: FormHead[]; results: Map<string, Result[]>; dues: Map<string, Due>; say: Say }

function Instruments({ id, ward, heads, results, dues, say }: Listed) {
  const w = useWords();
  const [typed, setTyped] = useState('');
  const wanted = foldText(useDeferredValue(typed));
  const found = useMemo(() => {
    const words = wanted.split(' ').filter(Boolean);
    const textOf = (h: FormHead): string => foldText(`${h.id ?? ''} ${(h.id ?? '').replace(/-/g, '')} ${titleOf(h, 'vi')} ${titleOf(h, 'en')} ${h.description ?? ''} ${inWords(h.description, h._description, 'en')}`);
    return heads.filter((h) => words.every((word) => textOf(h).includes(word)));
  }, [heads, wanted]);
  return (
    <>
      <Input
        type="text" className="an-board-find an-form-find" aria-label={w('station.find')} placeholder={w('station.findExample')} value={typed} autoComplete="off"
        spellCheck={false} leftSection={<Icon name="search" />} leftSectionPointerEvents="none" rightSectionPointerEvents="all"
        rightSection={typed !== '' && <CloseButton aria-label={w('station.clear')} onClick={() => setTyped('')} />}
        onChange={(e) => setTyped(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Escape') setTyped(''); }}
      />
      {found.length === 0 && <Notice kind="info" title={w('station.noMatch')}><p>{w('station.noMatchDo')}</p></Notice>}
      {PURPOSES.map((purpose) => {
        const some = found.filter((h) => purposeOf(h.url ?? '') === purpose).sort((a, b) => rank(a, results, dues) - rank(b, results, dues) || (a.title ?? '').localeCompare(b.title ?? '', 'vi'));
        return some.length > 0 && (
          <section key={purpose} aria-label={w(`purpose.${purpose}`)}>
            <h2>{w(`purpose.${purpose}`)}</h2>
            <ul className="an-people">{some.map((h) => <Row key={h.url} id={id} ward={ward} head={h} results={results.get(h.url ?? '') ?? []} due={dues.get(h.url ?? '')} say={say} />)}</ul>
          </section>
        );
      })}
    </>
  );
}

/* What is due first, then what this person has had before. */
function rank(h: FormHead, results: Map<string, Result[]>, dues: Map<string, Due>): number {
  if (dues.has(h.url ?? '')) return 0;
  return results.has(h.url ?? '') ? 1 : 2;
}

const DUE_WORDS = { never: 'station.notYet', due: 'station.due', overdue: 'station.overdue' } as const;

function Row({ id, ward, head, results, due, say }: { id: string; ward: string; head: FormHead; results: Result[]; due: Due | undefined; say: Say }) {
  const w = useWords();
  const { lang } = useI18n();
  const me = useMe();
  const text = useResultText(say);
  const last = results[0];
  const title = titleOf(head, lang);
  const notes = useCallback(() => notesOf(head, lang).map((n) => n.text).join(' · '), [head, lang]);
  return (
    <li className="an-form-row">
      <div>
        <p className="an-person-name">{title}</p>
        {due && <p className={due.state === 'overdue' ? 'an-late' : ''}><Icon name="clock" size={18} />{w(DUE_WORDS[due.state])}</p>}
        <p>
          {last
            ? <><a href={answeredHref(id, last.id)}>{w('station.last', { when: stampOf(last) })}: {text(last)}</a>{results.length > 1 && <> <span className="an-dim">{w('results.past', { n: results.length - 1 })}</span></>}</>
            : <span className="an-dim">{w('station.never')}</span>}
        </p>
        <p className="an-form-small">{notes()}{labelsOf(head).length > 0 && ` · ${w('station.guarded')}`}</p>
      </div>
      <Trend results={results} />
      {mayFill(me) && <Button component="a" variant="default" href={ofWard(fillHref(id, head.id ?? ''), ward)} aria-label={`${w('station.begin')}: ${title}`}>{w('station.begin')}</Button>}
    </li>
  );
}
