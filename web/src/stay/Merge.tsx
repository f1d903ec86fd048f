/* Two records of one person: side by side, what each has, a side for every difference, and what will happen, before it happens. And the way
 * back: the two are parted again, and what was written since goes to the side a person chooses. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { identifiers, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { conceptText } from '../fhir/clinical';
import type { CodeableConcept, Observation, Resource } from '../fhir/types';
import { useI18n, type I18n } from '../i18n/context';
import { STAY_CATALOGUES, useWords, type StayWords } from '../i18n/stay';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { genderText, PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { VITALS } from '../vitals/kinds';
import { hasValue, readingsOf } from '../vitals/reading';
import { readingText } from '../vitals/show';
import { uuid4 } from '../vitals/uuid';
import type { Patient } from './forms';
import { conflicts, countsOf, entriesOf, goingOn, hasOpenStay, ledgersOf, loadParting, mergeBundle, partBundle, partedPatients, personOf, type Field, type Ledger, type Parting, type Side } from './merge';
import { Options, Section } from './parts';
import { personStayHref } from './screens';
import './stay.css';

export default function Merge({ params }: ScreenProps) {
  const w = useWords();
  const id = params.id ?? '';
  const [other, setOther] = useState('');
  const load = useLoad(`merge ${id}`, async (signal) => ({ patient: (await server.read<Patient>('Patient', id, signal)).resource, ledgers: await ledgersOf(server, id) }));
  return (
    <div className="an-stay-form">
      <a className="an-back" href={personStayHref(id)}><Icon name="back" />{w('person.stay')}</a>
      <h1>{w('merge.title')}</h1>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={240} />}
      {load.data && (
        <>
          <p>{w('merge.stays', { name: personName(load.data.patient) })} · <PersonLine patient={load.data.patient} /></p>
          {load.data.ledgers.map((l) => <Part key={l.id} ledger={l} reload={load.reload} />)}
          {other === '' ? <Find but={id} onChoose={setOther} /> : <Both key={other} stays={id} goes={other} onDone={() => { setOther(''); load.reload(); }} onOther={() => setOther('')} />}
        </>
      )}
    </div>
  );
}

function Find({ but, onChoose }: { but: string; onChoose: (id: string) => void }) {
  const w = useWords();
  const [typed, setTyped] = useState('');
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = useLoad(`merge find ${rested}`, async (signal) => (rested.length < 2 ? [] : (await server.search<Patient>('Patient', /\d/.test(rested) ? { identifier: rested } : { name: rested, _count: 20 }, signal)).items));
  const shown = (found.data ?? []).filter((p) => p.id !== but && !(p.link ?? []).some((l) => l.type === 'replaced-by'));
  return (
    <Section title={w('merge.other')}>
      <Input type="text" aria-label={w('merge.find')} placeholder={w('merge.find')} value={typed} autoComplete="off" onChange={(e) => setTyped(e.currentTarget.value)} />
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      <ul className="an-lines">
        {shown.map((p) => (
          <li key={p.id}>
            <div><strong>{personName(p) || w('noName')}</strong><p className="an-dim"><PersonLine patient={p} /> {identifiers(p).find((n) => !n.guarded)?.value}</p></div>
            <Button variant="default" onClick={() => onChoose(p.id ?? '')}>{w('merge.choose')}</Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

async function loadBoth(stays: string, goes: string, signal: AbortSignal) {
  const [a, b] = await Promise.all([server.read<Patient>('Patient', stays, signal), server.read<Patient>('Patient', goes, signal)]);
  const [mine, theirs, goingA, goingB] = await Promise.all([countsOf(server, stays), countsOf(server, goes), goingOn(server, stays), goingOn(server, goes)]);
  return { stays: a.resource, goes: b.resource, mine, theirs, twoStays: hasOpenStay(goingA) && hasOpenStay(goingB), going: goingB };
}

function show(p: Patient, f: Field, t: ReturnType<typeof useI18n>['t']): string {
  switch (f) {
    case 'name': return personName(p);
    case 'birthDate': return showFhirDay(p.birthDate);
    case 'gender': return genderText(p, t);
    case 'telecom': return (p.telecom ?? []).map((x) => x.value).join(', ');
    case 'address': return (p.address ?? []).map((x) => x.text).join(', ');
    default: return (p.extension ?? []).map((e) => e.valueString ?? e.valueCode ?? '').filter(Boolean).join(', ');
  }
}

function Both({ stays, goes, onDone, onOther }: { stays: string; goes: string; onDone: () => void; onOther: () => void }) {
  const w = useWords();
  const { t } = useI18n();
  const load = useLoad(`both ${stays} ${goes}`, (signal) => loadBoth(stays, goes, signal));
  const [sides, setSides] = useState<Partial<Record<Field, Side>>>({});
  const [id] = useState(uuid4);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (!load.data) return <Skeleton height={240} />;
  const d = load.data;
  const open = conflicts(d.stays, d.goes);
  const ready = !d.twoStays && open.every((f) => sides[f] !== undefined);
  const go = (): void => {
    setBusy(true);
    setError(undefined);
    server.transaction(mergeBundle(d.stays, d.goes, sides, d.going, id, wardInstant(nowMs()), { title: STAY_CATALOGUES.vi['record.merge'] }))
      .then(onDone, (e: unknown) => setError(problemOf(e))).finally(() => setBusy(false));
  };
  const counts = [...new Set([...d.mine, ...d.theirs].map((c) => c.type))].map((type) => ({ type, a: d.mine.find((c) => c.type === type)?.n ?? 0, b: d.theirs.find((c) => c.type === type)?.n ?? 0 }));
  return (
    <>
      <Section title={w('merge.goes', { name: personName(d.goes) })}>
        <p><PersonLine patient={d.goes} /> · {identifiers(d.goes).filter((n) => !n.guarded).map((n) => n.value).join(', ')}</p>
        <div className="an-stay-scroll" tabIndex={0} role="group" aria-label={w('merge.counts')}>
          <table className="an-stay-table">
            <caption>{w('merge.counts')}</caption>
            <thead><tr><th>{w('merge.kind')}</th><th className="an-stay-n">{w('merge.side.stays')}</th><th className="an-stay-n">{w('merge.side.goes')}</th></tr></thead>
            <tbody>{counts.map((c) => <tr key={c.type}><td>{kindText(w, c.type)}</td><td className="an-stay-n">{c.a}</td><td className="an-stay-n">{c.b}</td></tr>)}</tbody>
          </table>
        </div>
        <p className="an-dim">{w('merge.what', { n: d.going.length })}</p>
        {d.twoStays && <Notice kind="bad" title={w('merge.twoStays')}><p>{w('merge.twoStaysDo')}</p><a href={personStayHref(goes)}>{w('person.stay')}</a></Notice>}
      </Section>
      {open.map((f) => (
        <Section key={f} title={w(`merge.field.${f}`)}>
          <Options label={w('merge.which')} value={sides[f] ?? ''} onChange={(side) => setSides((s) => { const { [f]: _was, ...rest } = s; return side === '' ? rest : { ...rest, [f]: side }; })}
            options={[{ value: 'stays', label: show(d.stays, f, t), hint: w('merge.side.stays') }, { value: 'goes', label: show(d.goes, f, t), hint: w('merge.side.goes') }]} />
        </Section>
      ))}
      {error !== undefined && <Problem error={error} />}
      <div className="an-stay-bar">
        {!ready && <p>{w('merge.left', { n: open.filter((f) => sides[f] === undefined).length })}</p>}
        <Button variant="default" onClick={onOther}>{w('cancel')}</Button>
        <Button loading={busy} disabled={!ready} onClick={go}>{w('merge.go')}</Button>
      </div>
    </>
  );
}

const KNOWN = ['Encounter', 'EpisodeOfCare', 'MedicationRequest', 'ServiceRequest', 'NutritionOrder', 'AllergyIntolerance', 'Flag', 'CareTeam', 'CarePlan', 'Task', 'Observation', 'Condition', 'Procedure',
  'AdverseEvent', 'Immunization', 'DocumentReference', 'RelatedPerson', 'Coverage', 'MedicationAdministration', 'QuestionnaireResponse', 'Composition', 'List', 'Contract'] as const;
const kindText = (w: StayWords, type: string): string => {
  const known = KNOWN.find((k) => k === type);
  return known ? w(`kind.${known}`) : type;
};

/* ---- parting ---- */

function Part({ ledger, reload }: { ledger: Ledger; reload: () => void }) {
  const w = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section className="an-card an-entries" aria-label={w('part.title')}>
      <p><Icon name="info" /> {w('part.when', { when: showFhirDate(ledger.date) })} · {w('part.moved', { n: entriesOf(ledger, 'moved').length })}</p>
      {!open && <div><Button variant="default" onClick={() => setOpen(true)}>{w('part.open')}</Button></div>}
      {open && <PartForm ledger={ledger} reload={reload} />}
    </section>
  );
}

/* A reading by its name and value: its code alone tells nobody whose it is. */
const vitalText = (r: Resource, i18n: I18n): string => (r.resourceType !== 'Observation' ? '' : VITALS.flatMap((kind): string[] => {
  const reading = readingsOf(kind, [r as Observation], personOf(r)).find(hasValue);
  return reading ? [`${i18n.t(`vital.${kind.key}`)} ${readingText(kind, reading, i18n)}`] : [];
}).join(', '));
const textOf = (r: Resource): string => {
  const any = r as Resource & { code?: CodeableConcept; medicationCodeableConcept?: CodeableConcept; description?: string; valueString?: string; vaccineCode?: CodeableConcept };
  return conceptText(any.medicationCodeableConcept ?? any.code ?? any.vaccineCode) || any.description || any.valueString || '';
};

function PartForm({ ledger, reload }: { ledger: Ledger; reload: () => void }) {
  const w = useWords();
  const i18n = useI18n();
  const load = useLoad(`part ${ledger.id ?? ''}`, () => loadParting(server, ledger));
  const [sides, setSides] = useState<Record<string, Side | ''>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<FhirError>();
  if (load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (!load.data) return <Skeleton height={160} />;
  const p: Parting = load.data;
  const keyOf = (r: Resource): string => `${r.resourceType}/${r.id ?? ''}`;
  const left = p.entries.filter((e) => (sides[keyOf(e.resource)] ?? '') === '').length;
  const all = (side: Side): void => setSides(Object.fromEntries(p.entries.map((e) => [keyOf(e.resource), side])));
  const go = (): void => {
    setBusy(true);
    setError(undefined);
    const patients = partedPatients(p.stays, p.goes, p.before, p.fields);
    const choices = p.entries.map((e) => ({ resource: e.resource, side: sides[keyOf(e.resource)] as Side }));
    server.transaction(partBundle(patients, choices, p.ledger)).then(reload, (e: unknown) => setError(problemOf(e))).finally(() => setBusy(false));
  };
  return (
    <>
      <p>{w('part.about', { stays: personName(p.before.stays), goes: personName(p.before.goes) })}</p>
      {p.entries.length > 0 && (
        <>
          <p><strong>{w('part.entries', { n: p.entries.length })}</strong></p>
          <div className="an-row">
            <Button variant="default" onClick={() => all('stays')}>{w('part.allStays', { name: personName(p.before.stays) })}</Button>
            <Button variant="default" onClick={() => all('goes')}>{w('part.allGoes', { name: personName(p.before.goes) })}</Button>
          </div>
          {p.entries.map((e) => (
            <Options key={keyOf(e.resource)} label={[kindText(w, e.resource.resourceType), vitalText(e.resource, i18n) || textOf(e.resource), showFhirDate(e.resource.meta?.lastUpdated), e.moved ? w('part.wasMoved') : ''].filter(Boolean).join(' · ')}
              value={sides[keyOf(e.resource)] ?? ''} onChange={(side) => setSides((s) => ({ ...s, [keyOf(e.resource)]: side }))}
              options={[{ value: 'stays', label: personName(p.before.stays) || w('merge.side.stays'), hint: w('merge.side.stays') }, { value: 'goes', label: personName(p.before.goes) || w('merge.side.goes'), hint: w('merge.side.goes') }]} />
          ))}
        </>
      )}
      {error !== undefined && <Problem error={error} />}
      <div className="an-row"><Button loading={busy} disabled={left > 0} onClick={go}>{w('part.go')}</Button>{left > 0 && <span>{w('merge.left', { n: left })}</span>}</div>
    </>
  );
}
