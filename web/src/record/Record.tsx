/* The record of a person: problems, allergies, vaccinations, what was agreed for each long illness, counselling, infection. Each card
 * shows what stands, with who and when, and has one way to add. */

import { Button, Skeleton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Reference } from '../fhir/types';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { useOutbox } from '../outbox/use';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem as Trouble } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { sayIn } from '../visits/compose';
import { CodePicker } from '../visits/CodePicker';
import { ICD10_SET } from '../visits/forms';
import { isActive, problemWords } from '../visits/load';
import { Area, Line } from '../visits/parts';
import { VisitsCard } from '../visits/screens';
import '../visits/visits.css';
import { Allergies } from './Allergies';
import { counsellingOf, nextDoseOpen, problemOf, reopened, resolved, struckEntry, TOPICS, vaccinationOf, vaccineTrouble, type Immunization, type Topic } from './entries';
import { mayReadResults, resultsHref } from '../results/screens';
import { Infection } from './Infection';
import { loadRecord, type RecordData } from './load';
import './record.css';
import { Risks } from './Risks';
import { mayWriteRecord } from './screens';
import { Targets } from './Targets';
import { useRecord, type UseRecord } from './useRecord';

const NO_QUERY = new URLSearchParams();

export default function RecordScreen({ params }: ScreenProps) {
  const id = params.id ?? '';
  const w = useVisitWords();
  const load = useLoad(`record ${id}`, (signal) => loadRecord(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-visit">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('screen.back')}</a>
      {load.data === undefined && load.error !== undefined && <Trouble error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('record.loading')}>{[48, 120, 120].map((h, i) => <Skeleton key={i} height={h} mb={16} />)}</div>}
      {load.data && <Body id={id} data={load.data} reload={load.reload} />}
    </div>
  );
}

export interface CardProps { id: string; data: RecordData; use: UseRecord; may: boolean }

function Body({ id, data, reload }: { id: string; data: RecordData; reload: () => void }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const use = useRecord(id, reload);
  const me = useMe();
  const may = mayWriteRecord(me);
  const card = { id, data, use, may };
  return (
    <>
      <header>
        <h1>{t('record.title')}</h1>
        <p className="an-form-who"><strong>{personName(data.person) || t('people.noName')}</strong> · <PersonLine patient={data.person} /></p>
      </header>
      {mayReadResults(me) && <div className="an-row"><Button component="a" variant="default" href={resultsHref(id)}>{t('results.title')}</Button></div>}
      <Waiting use={use} />
      {use.failure && <Trouble error={use.failure} />}
      {!may && <Notice kind="info" title={w('record.noWrite')} />}
      <Problems {...card} />
      <Allergies {...card} />
      <Risks {...card} />
      <Targets {...card} />
      <Vaccinations {...card} />
      <VisitsCard params={{ id }} query={NO_QUERY} />
      <CounsellingCard {...card} />
      <Infection {...card} />
    </>
  );
}

export function RecordCard({ title, children }: { title: string; children: ReactNode }) {
  return <section className="an-card an-visit-part" aria-label={title}><h2>{title}</h2>{children}</section>;
}

/* "Bác sĩ Hà · 21/11/2026": who recorded it and when, as far as the entry says. */
export function By({ who, when, names }: { who: Reference | undefined; when: string | undefined; names?: Map<string, string> }) {
  const parts = [who?.display ?? names?.get(who?.reference ?? '') ?? '', showFhirDay(when)].filter((x) => x !== '');
  return parts.length === 0 ? null : <span className="an-visit-small">{parts.join(' · ')}</span>;
}

/* Why a form cannot be saved yet. */
export function Missing({ what }: { what: (string | false)[] }) {
  const w = useVisitWords();
  const list = what.filter((x) => x !== false).join(', ');
  return list === '' ? null : <p className="an-dim">{w('record.missing', { list })}</p>;
}

/* Adding is a form that opens where it is wanted. */
export function Adding({ label, draft, children }: { label: string; /* what it keeps while it is typed: then it is open again */ draft?: { kind: string; id: string }; children: (close: () => void) => ReactNode }) {
  const drafts = useDrafts();
  const [open, setOpen] = useState(() => draft !== undefined && drafts.get(draft.kind, draft.id) !== null);
  const w = useVisitWords();
  const close = (): void => {
    if (draft) drafts.keep(draft.kind, draft.id, undefined);
    setOpen(false);
  };
  if (!open) return <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setOpen(true)}>{label}</Button>;
  return (
    <div className="an-record-add">
      {children(close)}
      <Button variant="subtle" onClick={close}>{w('cancel')}</Button>
    </div>
  );
}

export function Choice<T extends string>({ label, values, value, onChange, words }: { label: string; values: readonly T[]; value: T | ''; onChange: (v: T) => void; words: (v: T) => string }) {
  return (
    <div className="an-entry">
      <span className="an-record-label">{label}</span>
      <div className="an-options" role="group" aria-label={label}>
        {values.map((v) => <Button key={v} variant={value === v ? 'filled' : 'default'} aria-pressed={value === v} onClick={() => onChange(v)}>{words(v)}</Button>)}
      </div>
    </div>
  );
}

function Waiting({ use }: { use: UseRecord }) {
  const w = useVisitWords();
  const { box, reached } = useOutbox();
  const slow = use.waiting.filter((i) => i.halt === undefined && (i.tries > 0 || !reached));
  return (
    <>
      {slow.length > 0 && <Notice kind="info" title={w('record.waiting', { n: slow.length })} role="status" />}
      {use.waiting.filter((i) => i.halt !== undefined).map((i) => (
        <Notice key={i.id} kind="bad" title={w('record.halted')} role="alert">
          <p>{i.why}</p>
          <div className="an-row"><Button variant="default" onClick={() => box.retry(i.id)}>{w('sign.again')}</Button><Button variant="subtle" onClick={() => box.dismiss(i.id)}>{w('record.letGo')}</Button></div>
        </Notice>
      ))}
    </>
  );
}

/* Entered in error, or for another person: asked once, because it takes away what others go by. */
function Strike({ what, onStrike }: { what: string; onStrike: () => void }) {
  const w = useVisitWords();
  return (
    <Sure variant="subtle" label={w('record.struck')} name={w('record.strikeOf', { what })} title={w('record.strikeSure')} keep={w('cancel')} yes={w('record.strikeDo')} onDo={onStrike}>
      <p>{what}</p>
    </Sure>
  );
}

/* ---- problems ---- */

const NOT_TRUE = ['entered-in-error', 'refuted'];

function Problems({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const stands = data.problems.filter((c) => !(c.verificationStatus?.coding ?? []).some((x) => NOT_TRUE.includes(x.code ?? '')));
  const [active, over] = [stands.filter(isActive), stands.filter((c) => !isActive(c))];
  const today = wardTime(nowMs()).day;
  return (
    <RecordCard title={w('section.problems')}>
      {active.length === 0 && <p className="an-dim">{w('problem.noneKnown')}</p>}
      <ul className="an-visit-lines">
        {active.map((c) => (
          <li key={c.id} className="an-visit-line">
            <div><p className="an-person-name">{problemWords(c)} {(c.code?.coding ?? []).length === 0 && <span className="an-visit-mark">{w('problem.uncoded')}</span>}</p><By who={c.recorder ?? c.asserter} when={c.recordedDate} names={data.names} /></div>
            {may && (
              <span className="an-row">
                <Button variant="default" aria-label={w('record.resolveOf', { what: problemWords(c) })} onClick={() => void use.change(resolved(c, today))}>{w('record.resolve')}</Button>
                <Strike what={problemWords(c)} onStrike={() => void use.change(struckEntry(c))} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {over.length > 0 && (
        <details>
          <summary>{w('record.over', { n: over.length })}</summary>
          <ul className="an-visit-lines">
            {over.map((c) => (
              <li key={c.id} className="an-visit-line">
                <div><p>{problemWords(c)}</p><span className="an-visit-small">{c.abatementDateTime !== undefined && w('record.until', { date: showFhirDay(c.abatementDateTime) })}</span></div>
                {may && <Button variant="default" aria-label={w('record.reopenOf', { what: problemWords(c) })} onClick={() => void use.change(reopened(c))}>{w('record.reopen')}</Button>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {may && (
        <Adding label={w('record.addProblem')}>
          {(close) => <CodePicker label={w('problem.add')} set={ICD10_SET} day={today} kind="icd10" onPick={(coding, text) => { use.add(problemOf(coding, text, id, use.me, nowMs(), '')); close(); }} />}
        </Adding>
      )}
    </RecordCard>
  );
}

/* ---- vaccinations ---- */

function Vaccinations({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const given = data.vaccinations.filter((v) => v.status === 'completed');
  return (
    <RecordCard title={w('vaccine.title')}>
      {given.length === 0 && <p className="an-dim">{w('vaccine.none')}</p>}
      <ul className="an-visit-lines">
        {given.map((v) => (
          <li key={v.id} className="an-visit-line">
            <div>
              <p className="an-person-name">{vaccineName(v)}{v.protocolApplied?.[0]?.doseNumberPositiveInt !== undefined && ` · ${w('vaccine.doseN', { n: v.protocolApplied[0].doseNumberPositiveInt })}`}</p>
              <span className="an-visit-small">
                {[showFhirDay(v.occurrenceDateTime), v.lotNumber && w('vaccine.lotN', { lot: v.lotNumber }), v.expirationDate && w('vaccine.expiryN', { date: showFhirDay(v.expirationDate) }), v.site?.text,
                  v.primarySource === false && w('vaccine.told'), v.performer?.[0]?.actor.display, v.note?.[0]?.text].filter(Boolean).join(' · ')}
              </span>
              <NextDose day={nextDoseOpen(v, given)} />
            </div>
            {may && <Strike what={`${vaccineName(v)} ${showFhirDay(v.occurrenceDateTime)}`} onStrike={() => void use.change(struckEntry(v))} />}
          </li>
        ))}
      </ul>
      {may && <Adding label={w('vaccine.add')} draft={{ kind: 'vaccine', id }}>{(close) => <VaccineForm id={id} person={data.person} use={use} close={close} />}</Adding>}
    </RecordCard>
  );
}

const vaccineName = (v: Immunization): string => v.vaccineCode?.text ?? v.vaccineCode?.coding?.[0]?.display ?? '';

function NextDose({ day }: { day: string }) {
  const w = useVisitWords();
  if (day === '') return null;
  const late = day < wardTime(nowMs()).day;
  return <p className={late ? 'an-late' : 'an-dim'}>{w(late ? 'vaccine.nextLate' : 'vaccine.nextN', { date: showFhirDay(day) })}</p>;
}

function VaccineForm({ id, person, use, close }: { id: string; person: RecordData['person']; use: UseRecord; close: () => void }) {
  const w = useVisitWords();
  const today = wardTime(nowMs()).day;
  const { now: wish, change } = useTyped('vaccine', id, () => ({ vaccine: '', day: '', dose: '', lot: '', expiry: '', site: '', next: '', reaction: '', from: '' as 'here' | 'told' | '' }));
  const { from } = wish;
  const trouble = vaccineTrouble(wish, today, person);
  const missing = [wish.vaccine.trim() === '' && w('vaccine.name'), wish.day === '' && w('vaccine.day'), from === '' && w('vaccine.from')];
  const ok = (trouble === undefined || trouble === 'expired') && missing.every((m) => m === false);
  const save = (): void => {
    use.add(vaccinationOf({ ...wish, here: from === 'here' }, id, use.me, nowMs()));
    close();
  };
  return (
    <>
      <div className="an-visit-fields">
        <Line label={w('vaccine.name')} value={wish.vaccine} onChange={(vaccine) => change({ vaccine })} />
        <label className="an-entry">{w('vaccine.day')}<input type="date" className="an-time" max={today} value={wish.day} onChange={(e) => change({ day: e.currentTarget.value })} /></label>
        <Line label={w('vaccine.dose')} value={wish.dose} onChange={(dose) => change({ dose })} max={2} />
        <Line label={w('vaccine.lot')} value={wish.lot} onChange={(lot) => change({ lot })} max={40} />
        <label className="an-entry">{w('vaccine.expiry')}<input type="date" className="an-time" value={wish.expiry} onChange={(e) => change({ expiry: e.currentTarget.value })} /></label>
        <Line label={w('vaccine.site')} value={wish.site} onChange={(site) => change({ site })} max={100} />
        <label className="an-entry">{w('vaccine.next')}<input type="date" className="an-time" value={wish.next} onChange={(e) => change({ next: e.currentTarget.value })} /></label>
      </div>
      {trouble && <Notice kind="warn" role="alert" title={w(`vaccine.${trouble}`)} />}
      <Choice label={w('vaccine.from')} values={['here', 'told'] as const} value={from} onChange={(v) => change({ from: v })} words={(v) => w(`vaccine.${v}`)} />
      <Line wide label={w('vaccine.reaction')} value={wish.reaction} onChange={(reaction) => change({ reaction })} />
      <Missing what={missing} />
      <Button disabled={!ok} onClick={save}>{w('record.save')}</Button>
    </>
  );
}

/* ---- counselling ---- */

const SHOWN = 10;

function CounsellingCard({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  return (
    <RecordCard title={w('counsel.title')}>
      {data.counselling.length === 0 && <p className="an-dim">{w('counsel.none')}</p>}
      <ul className="an-visit-lines">
        {data.counselling.filter((c) => c.status === 'completed').slice(0, SHOWN).map((c) => (
          <li key={c.id} className="an-visit-line">
            <div><p className="an-person-name">{c.code?.text ?? ''}</p>{c.note?.[0] && <p>{c.note[0].text}</p>}<By who={c.performer?.[0]?.actor} when={c.performedDateTime} /></div>
            {may && <Strike what={[c.code?.text, showFhirDay(c.performedDateTime)].filter(Boolean).join(' ')} onStrike={() => void use.change(struckEntry(c))} />}
          </li>
        ))}
      </ul>
      {may && <Adding label={w('counsel.add')} draft={{ kind: 'counsel', id }}>{(close) => <CounselForm id={id} use={use} close={close} />}</Adding>}
    </RecordCard>
  );
}

function CounselForm({ id, use, close }: { id: string; use: UseRecord; close: () => void }) {
  const w = useVisitWords();
  const { now: { topic, note }, change } = useTyped('counsel', id, () => ({ topic: '' as Topic | '', note: '' }));
  const save = (): void => {
    if (topic === '') return;
    use.add(counsellingOf(topic, sayIn(VISIT_CATALOGUES.vi)(`topic.${topic}`), note, id, use.me, nowMs()));
    close();
  };
  return (
    <>
      <Choice label={w('counsel.topic')} values={TOPICS} value={topic} onChange={(v) => change({ topic: v })} words={(v) => w(`topic.${v}`)} />
      <Area label={w('counsel.note')} value={note} onChange={(text) => change({ note: text })} />
      <Missing what={[topic === '' && w('counsel.topic')]} />
      <Button disabled={topic === ''} onClick={save}>{w('record.save')}</Button>
    </>
  );
}
