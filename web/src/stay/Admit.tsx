/* Admission on one page: who, since when, in which bed; then what stands behind it. Somebody without papers needs four answers. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { KeptFrom } from '../access/KeptFrom';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { clockDate, showFhirDate, showFhirDay } from '../fhir/dates';
import { deathOf, identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/stay';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { ageText } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { missingPapers, paperLines, timersOf } from './admit';
import { loadBeds } from './beds';
import { cardGroup } from './card';
import { birthOf, digits, emptyDecision, fromCard, isTouched, type Decision, type Draft, type Living, type PaperState } from './draft';
import { facilities, overlapRefused, stayRefused, type Facility } from './load';
import { isStay, type Patient, type Stay } from './forms';
import { BedPicker } from './BedPicker';
import { Area, Entry, Options, Section, Select, Wrong } from './parts';
import { Scan } from './Scan';
import { findLike, type Like } from './same';
import { clientsHref, personStayHref, receiptHref, stayHref } from './screens';
import { Served } from './Served';
import { useAdmit, type UseAdmit } from './useAdmit';
import { GROUPS, nameOf, paperOf, wayOf, waysFor } from './ways';
import './stay.css';

export default function Admit({ query }: ScreenProps) {
  return <Coming living="bed" same={query.get('same') ?? ''} />;
}

/* The same page for who comes to live here and for who does not (Outside.tsx). */
export function Coming({ living, same = '' }: { living: Living; same?: string }) {
  const w = useWords();
  const { me } = useMe();
  const load = useLoad('facilities', (signal) => facilities(server, me, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-stay-form">
      <div className="an-stay-head">
        <a className="an-back" href={living === 'away' ? clientsHref() : stayHref()}><Icon name="back" />{w('back')}</a>
        <h1>{w(living === 'away' ? 'clients.add' : 'admit.title')}</h1>
      </div>
      {load.error !== undefined && load.data === undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={320} />}
      {load.data?.length === 0 && <Notice kind="info" title={w('noFacility')}><p>{w('noFacilityDo')}</p></Notice>}
      {load.data !== undefined && load.data.length > 0 && <Form list={load.data} living={living} same={same} />}
    </div>
  );
}

function Form({ list, living, same }: { list: Facility[]; living: Living; same: string }) {
  const w = useWords();
  const a = useAdmit(list.length === 1 ? list[0]?.id ?? '' : '', living);
  const { draft, set } = a;
  const trouble = (field: string): string | undefined => {
    const found = a.issues.find((i) => i.field === field);
    return found && (a.strict || !EMPTY.has(found.trouble)) ? w(`trouble.${found.trouble}`) : undefined;
  };
  if (a.phase === 'done' || a.phase === 'undone') return <Finished a={a} />;
  const kind = list.find((f) => f.id === draft.facility)?.kind ?? '';
  const busy = a.phase === 'sending' || a.phase === 'waiting';
  return (
    <form noValidate className="an-stay-form" onSubmit={(e) => { e.preventDefault(); if (!busy) a.submit(); }} aria-busy={busy}>
      <div className="an-stay-form" inert={busy}>
      {list.length > 1 && (
        <Section title={w('facility')}>
          <Select id="stay-facility" label={w('facility')} none={w('choose')} value={draft.facility} onChange={(facility) => set({ facility, bed: '' })}
            options={list.map((f) => ({ value: f.id, label: f.name }))} trouble={trouble('facility')} />
        </Section>
      )}
      {same === '' || same === draft.same ? <KeptFrom kind={a.kind} id="now" onDrop={a.fresh} /> : <Again key={same} a={a} same={same} />}
      <Who a={a} trouble={trouble} />
      {(draft.who !== '' || draft.same !== '') && (
        <>
          {living === 'away' ? <Served a={a} trouble={trouble} /> : (
            <>
              <Section title={w('where')}>
                <Entry id="stay-at" label={w('at')} type="datetime-local" value={draft.at} onChange={(at) => set({ at })} trouble={trouble('at')} />
                <BedField a={a} trouble={trouble('bed')} />
              </Section>
              <Ground a={a} kind={kind} trouble={trouble} />
            </>
          )}
          <More a={a} trouble={trouble} />
        </>
      )}
      </div>
      <Bar a={a} />
    </form>
  );
}

/* Left empty: said once somebody wants to send it. */
const EMPTY = new Set(['who', 'name', 'gender', 'birth', 'at', 'facility', 'bed', 'way', 'about', 'relation', 'client']);

export type Trouble = (field: string) => string | undefined;

/* ---- who ---- */

function Who({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { draft, set } = a;
  return (
    <Section title={w('who')}>
      {draft.same === '' && (
        <>
          <Scan id="stay-scan" text={draft.scan} onText={(scan) => set({ scan })} onCard={(card) => set(fromCard(draft, card))} />
          <Options id="stay-who" label={w('who.how')} value={draft.who} onChange={(who) => set({ who })} trouble={trouble('who')}
            options={[{ value: 'named', label: w('who.named') }, { value: 'unknown', label: w('who.unknown'), hint: w('who.unknownHint') }]} />
        </>
      )}
      {draft.same !== '' ? <Same a={a} /> : draft.who === 'named' ? <Named a={a} trouble={trouble} /> : draft.who === 'unknown' && <Unknown a={a} trouble={trouble} />}
    </Section>
  );
}

function Named({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { draft, set } = a;
  return (
    <>
      <div className="an-stay-two">
        <Entry id="stay-name" label={w('name')} value={draft.name} onChange={(name) => set({ name })} trouble={trouble('name')} />
        <Entry id="stay-birth" label={w('birth')} value={draft.birth} onChange={(birth) => set({ birth })} hint={w('birth.hint')} trouble={trouble('birth')} />
      </div>
      <Gender a={a} trouble={trouble} />
      <div className="an-stay-two">
        <Entry id="stay-idNumber" label={w('idNumber')} value={draft.idNumber} onChange={(idNumber) => set({ idNumber })} inputMode="numeric" hint={w('idNumber.hint')} trouble={trouble('idNumber')} />
        <Entry id="stay-card" label={w('card')} value={draft.card} onChange={(card) => set({ card })} hint={<CardHint card={draft.card} />} trouble={trouble('card')} />
      </div>
      <Likes a={a} />
    </>
  );
}

function CardHint({ card }: { card: string }) {
  const w = useWords();
  const group = cardGroup(card);
  return <>{group ? w('card.group', { group: group.group, level: w(`card.level.${String(group.level) as '1'}`) }) : w('card.hint')}</>;
}

function Gender({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  return (
    <Options id="stay-gender" label={w('gender')} value={a.draft.gender as 'male'} onChange={(gender) => a.set({ gender })} trouble={trouble('gender')}
      options={(['male', 'female', 'unknown'] as const).map((value) => ({ value: value as 'male', label: w(`gender.${value}`) }))} />
  );
}

function Unknown({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { draft, set } = a;
  return (
    <>
      <Gender a={a} trouble={trouble} />
      <div className="an-stay-two">
        <Entry id="stay-about" label={w('about')} value={draft.about} onChange={(about) => set({ about: about.replace(/\D/g, '').slice(0, 3) })} inputMode="numeric" hint={w('about.hint')} trouble={trouble('about')} />
        <Entry id="stay-foundAt" label={w('foundAt')} value={draft.foundAt} onChange={(foundAt) => set({ foundAt })} hint={w('foundAt.hint')} />
      </div>
      <Entry id="stay-marks" label={w('marks')} value={draft.marks} onChange={(marks) => set({ marks })} hint={w('marks.hint')} />
    </>
  );
}

/* ---- the same person? ---- */

function useLikes(draft: Draft): Like[] {
  const typed = useMemo(() => ({
    name: draft.name.trim(), birth: birthOf(draft.birth, clockDate(new Date(nowMs()))), numbers: [digits(draft.idNumber), digits(draft.card), draft.oldId].filter((n) => n !== ''),
  }), [draft.name, draft.birth, draft.idNumber, draft.card, draft.oldId]);
  const key = JSON.stringify(typed);
  const [rested, setRested] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), 300);
    return () => clearTimeout(timer);
  }, [key]);
  const found = useLoad(`like ${rested}`, (signal) => findLike(server, JSON.parse(rested) as typeof typed, signal));
  return rested === key ? (found.data ?? []).filter((l) => !draft.others.includes(l.patient.id ?? '')) : [];
}

function Likes({ a }: { a: UseAdmit }) {
  const w = useWords();
  const i18n = useI18n();
  const likes = useLikes(a.draft);
  return (
    <div className="an-stay-likes" role="status">
      {likes.map(({ patient, reason }) => {
        const id = patient.id ?? '';
        const number = identifiers(patient).find((n) => !n.guarded)?.value;
        return (
          <div className="an-stay-like" key={id}>
            <div>
              <p><Icon name="warn" /> <strong>{w(`like.${reason}`)}</strong></p>
              <p>
                <a href={personHref(id)} target="_blank" rel="noreferrer">{personName(patient)}</a>
                {' · '}{ageText(patient, i18n)}{patient.birthDate !== undefined && ` · ${showFhirDay(patient.birthDate)}`}
                {number !== undefined && ` · ${number}`}
              </p>
              {deathOf(patient).dead && <p>{w('like.dead')}</p>}
            </div>
            <div className="an-row">
              {!deathOf(patient).dead && <Button variant="default" onClick={() => a.set({ same: id, name: personName(patient) })}>{w('like.same')}</Button>}
              <Button variant="default" onClick={() => a.set({ others: [...a.draft.others, id] })}>{w('like.other')}</Button>
            </div>
          </div>
        );
      })}
    </div>
  );
}

/* Somebody who was here comes again: chosen on their own page, unless somebody else is half typed here. */
function Again({ a, same }: { a: UseAdmit; same: string }) {
  const w = useWords();
  const { draft, set, fresh } = a;
  const load = useLoad(`again ${same}`, (signal) => server.read<Patient>('Patient', same, signal));
  const patient = load.data?.resource;
  const free = !isTouched(draft);
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (patient && !asked && free && !deathOf(patient).dead) set({ same, name: personName(patient) });
    if (patient) setAsked(true);
  }, [patient, asked, free, set, same]);
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (!patient || free) return null;
  const name = personName(patient);
  return (
    <Notice kind="warn" title={w('again.half', { name: draft.name || w('who.unknown') })} role="alert">
      <p>{w('again.halfDo')}</p>
      <Button variant="default" onClick={() => { fresh(); set({ same, name }); }}>{w('again.go', { name })}</Button>
    </Notice>
  );
}

function Same({ a }: { a: UseAdmit }) {
  const w = useWords();
  const { same } = a.draft;
  const load = useLoad(`last stay of ${same}`, async (signal) => (await server.search<Stay>('Encounter', { patient: same, status: 'in-progress,onleave,finished', class: 'IMP', _sort: '-date', _count: 10 }, signal)).items.find(isStay));
  const { start, end } = load.data?.period ?? {};
  return (
    <Notice kind="info" title={w('same.title', { name: a.draft.name })} role="status">
      <p>{w('same.about')}</p>
      {load.data && <p>{end === undefined ? w('same.here', { from: showFhirDate(start) }) : w('same.last', { from: showFhirDate(start), to: showFhirDate(end) })}</p>}
      <div className="an-row">
        <a href={personHref(a.draft.same)} target="_blank" rel="noreferrer">{w('same.open')}</a>
        <Button variant="default" onClick={() => a.set({ same: '' })}>{w('same.not')}</Button>
      </div>
    </Notice>
  );
}

/* ---- where ---- */

function BedField({ a, trouble }: { a: UseAdmit; trouble: string | undefined }) {
  const w = useWords();
  const { facility, bed, ward } = a.draft;
  const { wards } = useMe();
  const load = useLoad(`beds ${facility}`, async (signal) => (facility === '' ? undefined : loadBeds(server, facility, signal)));
  const { reload } = load;
  useOnReconnect(reload, load.error !== undefined);
  /* somebody was faster: who has it stands in a new list */
  useEffect(() => { if (a.takenBed !== undefined) reload(); }, [a.takenBed, reload]);
  /* one's own ward is where one looks first; with several, or the whole house, one chooses */
  const own = wards.length === 1 ? wards[0]?.reference.split('/')[1] ?? '' : '';
  const first = useRef(false);
  useEffect(() => {
    if (!first.current && own !== '' && ward === '') a.set({ ward: own });
    first.current = true;
  }, [a, own, ward]);
  if (load.error !== undefined && load.data === undefined) return <Problem error={load.error} onRetry={reload} />;
  if (!load.data) return <Skeleton height={96} />;
  return (
    <div id="stay-bed">
      <BedPicker beds={load.data.list} ward={ward} bed={bed} taken={a.takenBed} onWard={(next) => a.set({ ward: next })} onBed={(next) => a.set({ bed: next })} />
      <Wrong id="stay-bed-wrong" text={a.takenBed === undefined ? trouble : undefined} />
      {load.data.cut && <p className="an-dim">{w('beds.cut')}</p>}
    </div>
  );
}

/* ---- on which ground ---- */

function Ground({ a, kind, trouble }: { a: UseAdmit; kind: string; trouble: Trouble }) {
  const w = useWords();
  const { lang } = useI18n();
  const { draft, set } = a;
  const way = wayOf(draft.who === 'unknown' && draft.way === '' ? 'emergency' : draft.way);
  return (
    <Section title={w('ground')}>
      {draft.who === 'unknown' && draft.way === '' && <p className="an-dim">{w('ground.emergency')}</p>}
      <Select id="stay-way" label={w('way')} none={w('choose')} value={draft.way} onChange={(next) => set({ way: next })} trouble={trouble('way')}
        options={waysFor(kind).map((x) => ({ value: x.code, label: nameOf(x, lang) }))} {...(way && way.basis !== '' ? { hint: w('way.basis', { basis: way.basis }) } : {})} />
      {draft.way !== '' && <Papers a={a} />}
      <Timers a={a} />
    </Section>
  );
}

function Papers({ a }: { a: UseAdmit }) {
  const w = useWords();
  const { lang } = useI18n();
  const { draft, set } = a;
  const lines = paperLines(draft);
  const missing = missingPapers(draft);
  return (
    <div>
      <h3>{w('papers')}</h3>
      <p className={missing.length > 0 ? 'an-stay-wrong' : 'an-dim'} role="status">
        {missing.length > 0 ? w('papers.missing', { n: missing.length }) : w('papers.whole')}
      </p>
      <ul className="an-stay-papers">
        {lines.map((p) => {
          const paper = paperOf(p.code);
          return (
            <li key={p.code} className="an-stay-paper">
              <div>{nameOf(paper, lang)}{p.wanted && <span className="an-dim"> · {w('papers.ifAny')}</span>}<p className="an-dim">{paper?.basis}</p></div>
              <PaperChoice code={p.code} label={nameOf(paper, lang)} state={draft.papers[p.code] ?? ''} onChange={(s) => {
                const { [p.code]: _gone, ...rest } = draft.papers;
                set({ papers: s === '' ? rest : { ...rest, [p.code]: s } });
              }} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function PaperChoice({ code, label, state, onChange }: { code: string; label: string; state: PaperState | ''; onChange: (s: PaperState | '') => void }) {
  const w = useWords();
  return (
    <div className="an-stay-choices" role="radiogroup" aria-label={label}>
      {(['have', 'later', 'none'] as const).map((s) => (
        <label key={s} className="an-stay-choice">
          <input type="radio" name={`paper-${code}`} checked={state === s} onChange={() => onChange(s)} onClick={() => { if (state === s) onChange(''); }} />
          <span>{w(`paper.${s}`)}</span>
        </label>
      ))}
    </div>
  );
}

function Timers({ a }: { a: UseAdmit }) {
  const w = useWords();
  const at = new Date(a.draft.at);
  const timers = Number.isNaN(at.getTime()) ? [] : timersOf(a.draft, at);
  if (timers.length === 0) return null;
  return (
    <ul aria-label={w('timers')}>
      {timers.map((t) => <li key={t.code}><Icon name="clock" /> {w(`timer.${t.code}`)} · <strong className="an-number">{w('timer.until', { day: showFhirDay(t.due) })}</strong></li>)}
    </ul>
  );
}

/* ---- what stands behind ---- */

function More({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { draft, set } = a;
  return (
    <>
      {a.mayDecide
        ? <Section rare title={w('decisions')} summary={draft.decisions.map((d) => d.number).filter(Boolean).join(', ')}><Decisions a={a} trouble={trouble} /></Section>
        : <p className="an-dim">{w('decisions.not')}</p>}
      <Section rare title={w('guardian')} summary={draft.guardianName}>
        <div className="an-stay-two">
          <Entry id="stay-guardianName" label={w('guardian.name')} value={draft.guardianName} onChange={(guardianName) => set({ guardianName })} />
          <Entry id="stay-guardianPhone" label={w('phone')} value={draft.guardianPhone} onChange={(guardianPhone) => set({ guardianPhone })} inputMode="tel" trouble={trouble('guardianPhone')} />
          <Select id="stay-guardianRelation" label={w('guardian.relation')} none={w('choose')} value={draft.guardianRelation} onChange={(guardianRelation) => set({ guardianRelation })}
            options={RELATIONS.map((value) => ({ value, label: w(`relation.${value}`) }))} trouble={trouble('guardianRelation')} />
        </div>
        <Options label={w('guardian.legal')} value={draft.isGuardian} onChange={(isGuardian) => set({ isGuardian })} options={[{ value: 'yes', label: w('yes') }, { value: 'no', label: w('no') }]} />
      </Section>
      <Section rare title={w('contact')} summary={[draft.phone, draft.address].filter(Boolean).join(' · ')}>
        <div className="an-stay-two">
          <Entry id="stay-phone" label={w('phone')} value={draft.phone} onChange={(phone) => set({ phone })} inputMode="tel" trouble={trouble('phone')} />
          <Entry id="stay-address" label={w('address')} value={draft.address} onChange={(address) => set({ address })} />
          <Entry id="stay-ethnicity" label={w('ethnicity')} value={draft.ethnicity} onChange={(ethnicity) => set({ ethnicity })} />
          {a.mayFinance && <Entry id="stay-cardFrom" label={w('card.from')} type="date" value={draft.cardFrom} onChange={(cardFrom) => set({ cardFrom })} />}
          {a.mayFinance && <Entry id="stay-cardUntil" label={w('card.until')} type="date" value={draft.cardUntil} onChange={(cardUntil) => set({ cardUntil })} />}
        </div>
      </Section>
      {draft.living === 'bed' && (
      <Section rare title={w('belongings')} summary={draft.belongings.split('\n').filter(Boolean).join(', ')}>
        <Area id="stay-belongings" label={w('belongings')} value={draft.belongings} onChange={(belongings) => set({ belongings })} hint={w('belongings.hint')} />
        <Entry id="stay-escort" label={w('escort')} value={draft.escort} onChange={(escort) => set({ escort })} hint={w('escort.hint')} />
        <Area id="stay-reason" label={w('reason')} value={draft.reason} onChange={(reason) => set({ reason })} />
      </Section>
      )}
    </>
  );
}

const RELATIONS = ['CHILD', 'PRN', 'SPS', 'SIB', 'NIENEPH', 'GRPRN', 'EXT', 'FRND'] as const;

function Decisions({ a, trouble }: { a: UseAdmit; trouble: Trouble }) {
  const w = useWords();
  const { lang } = useI18n();
  const { decisions } = a.draft;
  const change = (i: number, more: Partial<Decision>): void => a.set({ decisions: decisions.map((d, n) => (n === i ? { ...d, ...more } : d)) });
  return (
    <>
      {decisions.map((d, i) => (
        <fieldset key={i} className="an-stay-options" id={`stay-decision${i}`}>
          <legend>{w('decision.n', { n: i + 1 })}</legend>
          <div className="an-stay-two">
            <Select label={w('decision.group')} none={w('choose')} value={d.group} onChange={(group) => change(i, { group })} options={GROUPS.map((g) => ({ value: g.code, label: nameOf(g, lang) }))} />
            <Entry id={`decision-number-${i}`} label={w('decision.number')} value={d.number} onChange={(number) => change(i, { number })} />
            <Entry id={`decision-date-${i}`} label={w('decision.date')} value={d.date} onChange={(date) => change(i, { date })} hint={w('birth.hint')} trouble={trouble(`decision${i}`)} />
            <Entry id={`decision-by-${i}`} label={w('decision.by')} value={d.by} onChange={(by) => change(i, { by })} />
            <Entry id={`decision-from-${i}`} label={w('decision.from')} type="date" value={d.from} onChange={(from) => change(i, { from })} />
            <Entry id={`decision-until-${i}`} label={w('decision.until')} type="date" value={d.until} onChange={(until) => change(i, { until })} />
          </div>
        </fieldset>
      ))}
      <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => a.set({ decisions: [...decisions, emptyDecision()] })}>{w('decision.more')}</Button></div>
    </>
  );
}

/* ---- sending ---- */

function Bar({ a }: { a: UseAdmit }) {
  const w = useWords();
  const stops = a.issues.filter((i) => i.stops).length;
  const { error } = a;
  return (
    <div className="an-stay-bar">
      <div role="alert">
        {a.phase === 'waiting' && <Notice kind="warn" title={w('waiting')}><p>{w('waitingDo')}</p></Notice>}
        {a.phase === 'typing' && a.already !== undefined && <Notice kind="bad" title={w(a.already === 'stay' ? 'stay.open' : 'clients.already')}><p>{w(a.already === 'stay' ? 'clients.staysDo' : 'clients.alreadyDo')}</p></Notice>}
        {a.phase === 'typing' && a.takenBed !== undefined && <Notice kind="bad" title={w('bed.taken')}><p>{w('bed.takenDo')}</p></Notice>}
        {a.phase === 'typing' && error !== undefined && a.takenBed === undefined && (stayRefused(error)
          ? <Notice kind="bad" title={w('stay.open')}><p>{w('stay.openDo')}</p></Notice>
          : overlapRefused(error) ? <Notice kind="bad" title={w('stay.overlap')}><p>{w('stay.overlapDo')}</p></Notice> : <Problem error={error} />)}
      </div>
      {a.strict && stops > 0 && a.phase === 'typing' && <p className="an-stay-wrong"><Icon name="warn" />{w('left', { n: stops })}</p>}
      <Button type="submit" loading={a.phase === 'sending'} disabled={a.phase === 'waiting'} leftSection={<Icon name="check" />}>{w(a.draft.living === 'away' ? 'clients.go' : 'admit.go')}</Button>
    </div>
  );
}

function Finished({ a }: { a: UseAdmit }) {
  const w = useWords();
  const away = a.draft.living === 'away';
  const again = away ? 'clients.again' : 'admit.again';
  if (a.phase === 'undone' || !a.done) {
    return (
      <Notice kind="info" title={w('undone')} role="status">
        <Button onClick={a.fresh}>{w(again)}</Button>
      </Notice>
    );
  }
  const { patient, encounter } = a.done;
  const missing = away ? [] : missingPapers(a.draft);
  return (
    <>
      <Notice kind="good" title={w(away ? 'clients.done' : 'done')} role="status">
        {missing.length > 0 && <p>{w('papers.missing', { n: missing.length })}</p>}
      </Notice>
      {a.error !== undefined && <Problem error={a.error} />}
      <div className="an-row">
        {!away && <Button component="a" href={receiptHref(encounter)} leftSection={<Icon name="print" />}>{w('receipt.print')}</Button>}
        {away && <Button component="a" href={clientsHref()}>{w('clients')}</Button>}
        <Button component="a" variant="default" href={personHref(patient)}>{w('same.open')}</Button>
        <Button component="a" variant="default" href={personStayHref(patient)}>{w('person.stay')}</Button>
        <Button variant="default" onClick={a.fresh}>{w(again)}</Button>
        {a.canUndo && <Button variant="default" leftSection={<Icon name="undo" />} onClick={a.undo}>{w('undo')}</Button>}
      </div>
    </>
  );
}
