/* Who somebody is, put right: what is on the cards, relatives, decisions, insurance. Every change says why; what was there before stands below. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { clockDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/stay';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { fromCardFields } from './card';
import { birthOf, digits } from './draft';
import { Clashes, History, shownValue } from './IdentityParts';
import { fieldOf, isNew, keyOf, KINDS, ofKey, type Field } from './identity';
import { Replaced } from './Replaced';
import { Area, Entry, Options, Section, Select } from './parts';
import { Scan } from './Scan';
import { findLike } from './same';
import { mergeHref, personStayHref } from './screens';
import { useIdentity, type UseIdentity } from './useIdentity';
import { GROUPS, nameOf } from './ways';
import './stay.css';

export default function Identity({ params }: ScreenProps) {
  const [turn, setTurn] = useState(0);
  return <Edit key={turn} id={params.id ?? ''} onAgain={() => setTurn((n) => n + 1)} />;
}

function Edit({ id, onAgain }: { id: string; onAgain: () => void }) {
  const w = useWords();
  const { has } = useMe();
  const u = useIdentity(id);
  useOnReconnect(u.reload, u.loadError !== undefined);
  const { known } = u;
  const may = has('nurse', 'assistant-doctor', 'doctor', 'social-worker', 'records-clerk', 'system');
  return (
    <div className="an-stay-form">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('identity.back')}</a>
      {u.loadError !== undefined && <Problem error={u.loadError} onRetry={u.reload} />}
      {known === undefined && u.loadError === undefined && <Skeleton height={320} />}
      {known && (
        <>
          <header className="an-stay-head">
            <h1>{w('identity.title')}</h1>
            <p><strong>{personName(known.patient) || w('noName')}</strong> · <PersonLine patient={known.patient} /> · <a href={personStayHref(id)}>{w('person.stay')}</a></p>
          </header>
          <Replaced patient={known.patient} />
          {!may && <Notice kind="info" title={w('identity.mayNot')}><p>{w('identity.mayNotDo')}</p></Notice>}
          {may && (u.phase === 'done' || u.phase === 'undone' ? <Finished u={u} onAgain={onAgain} /> : <Form u={u} id={id} />)}
          <History known={known} />
        </>
      )}
    </div>
  );
}

function Finished({ u, onAgain }: { u: UseIdentity; onAgain: () => void }) {
  const w = useWords();
  return (
    <>
      <Notice kind={u.phase === 'done' ? 'good' : 'info'} title={w(u.phase === 'done' ? 'identity.done' : 'identity.undone')} role="status" />
      {u.error !== undefined && <Problem error={u.error} />}
      <div className="an-row">
        <Button variant="default" onClick={onAgain}>{w('identity.again')}</Button>
        {u.phase === 'done' && u.canUndo && <Button variant="default" leftSection={<Icon name="undo" />} onClick={u.undo}>{w('undo')}</Button>}
      </div>
    </>
  );
}

const htmlId = (key: string): string => `identity-${key.replace(/[^A-Za-z0-9-]/g, '_')}`;

/* What stands beside every field: what is wrong with it, or what it was. */
function useField(u: UseIdentity) {
  const w = useWords();
  const { lang } = useI18n();
  return (key: string) => {
    const issue = u.issues.find((i) => i.key === key);
    const was = shownValue(fieldOf(key), u.base[key] ?? '', w, lang);
    const isChanged = u.changedKeys.includes(key) && !isNew(ofKey(key));
    return {
      id: htmlId(key), value: u.values[key] ?? '', onChange: (value: string) => u.set(key, value), trouble: issue && w(`trouble.${issue.trouble}`),
      hint: isChanged ? w('identity.was', { value: was || w('identity.nothing') }) : undefined,
    };
  };
}

function Form({ u, id }: { u: UseIdentity; id: string }) {
  const w = useWords();
  const busy = u.phase === 'sending' || u.phase === 'waiting';
  const [tried, setTried] = useState(false);
  const left = u.issues.filter((i) => i.stops).length + u.clashes.length + (u.kind === '' ? 1 : 0) + (u.why.trim().length < 3 ? 1 : 0);
  const submit = (): void => {
    setTried(true);
    if (left > 0) {
      const key = u.issues.find((i) => i.stops)?.key;
      const target = document.getElementById(key !== undefined ? htmlId(key) : u.clashes.length > 0 ? 'identity-clashes' : u.kind === '' ? 'identity-kind' : 'identity-why');
      (target?.matches('input, select, textarea') ? target : target?.querySelector<HTMLElement>('input, select, button'))?.focus();
      return;
    }
    u.submit();
  };
  return (
    <form noValidate className="an-stay-form" onSubmit={(e) => { e.preventDefault(); if (!busy) submit(); }} aria-busy={busy}>
      <div className="an-stay-form" inert={busy}>
        {u.restored && u.changedKeys.length > 0 && (
          <Notice kind="info" title={w('identity.restored')}><Button variant="default" onClick={u.drop}>{w('identity.drop')}</Button></Notice>
        )}
        <Clashes u={u} />
        <PersonFields u={u} id={id} />
        <Relatives u={u} />
        <Decisions u={u} />
        <Cards u={u} />
        {u.changedKeys.length > 0 && <Why u={u} tried={tried} />}
      </div>
      <div className="an-stay-bar">
        <div role="alert">
          {u.phase === 'waiting' && <Notice kind="warn" title={w('waiting')}><p>{w('waitingDo')}</p></Notice>}
          {u.phase === 'typing' && u.error !== undefined && <Problem error={u.error} />}
        </div>
        {tried && u.phase === 'typing' && left > 0 && <p className="an-stay-wrong"><Icon name="warn" />{w('left', { n: left })}</p>}
        <Button type="submit" loading={u.phase === 'sending'} disabled={u.phase === 'waiting' || u.changedKeys.length === 0} leftSection={<Icon name="check" />}>{w('identity.go')}</Button>
      </div>
    </form>
  );
}

function PersonFields({ u, id }: { u: UseIdentity; id: string }) {
  const w = useWords();
  const field = useField(u);
  const [scan, setScan] = useState('');
  const withHint = (key: Field, hint: string) => { const f = field(key); return { ...f, hint: f.hint ?? hint }; };
  return (
    <Section title={w('identity.person')}>
      <Scan id="identity-scan" text={scan} onText={setScan} onCard={(card) => {
        for (const [key, value] of Object.entries(fromCardFields(card))) u.set(key, value);
      }} />
      <div className="an-stay-two">
        <Entry label={w('name')} {...field('name')} />
        <Entry label={w('birth')} {...withHint('birth', w('birth.hint'))} />
      </div>
      <Options label={w('gender')} id={htmlId('gender')} value={(u.values.gender ?? '') as 'male'} onChange={(g) => u.set('gender', g)} trouble={field('gender').trouble}
        options={(['male', 'female', 'unknown'] as const).map((value) => ({ value: value as 'male', label: w(`gender.${value}`) }))} />
      <div className="an-stay-two">
        <Entry label={w('identity.field.idNumber')} inputMode="numeric" {...withHint('idNumber', w('identity.12'))} />
        <Entry label={w('identity.field.oldId')} inputMode="numeric" {...withHint('oldId', w('identity.9'))} />
        <Entry label={w('card')} {...withHint('card', w('card.hint'))} />
        <Entry label={w('identity.field.passport')} {...field('passport')} />
        <Entry label={w('phone')} inputMode="tel" {...field('phone')} />
        <Entry label={w('ethnicity')} {...field('ethnicity')} />
      </div>
      <Entry label={w('address')} {...field('address')} maxLength={400} />
      <Others u={u} id={id} />
    </Section>
  );
}

/* Does what was typed now fit somebody else of the record? As at admission; nobody is merged here. */
function Others({ u, id }: { u: UseIdentity; id: string }) {
  const w = useWords();
  const { has } = useMe();
  const { values, changedKeys } = u;
  const wanted = changedKeys.some((k) => ['name', 'birth', 'idNumber', 'oldId', 'card', 'passport'].includes(k));
  const typed = useMemo(() => ({
    name: (values.name ?? '').trim(), birth: birthOf(values.birth ?? '', clockDate(new Date(nowMs()))),
    numbers: (['idNumber', 'oldId', 'card', 'passport'] as const).map((f) => digits(values[f] ?? '')).filter((n) => n !== ''),
  }), [values]);
  const key = wanted ? JSON.stringify(typed) : '';
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), 300);
    return () => clearTimeout(timer);
  }, [key]);
  const found = useLoad(`identity like ${rested}`, async (signal) => (rested === '' ? [] : findLike(server, JSON.parse(rested) as typeof typed, signal)));
  const others = rested === key ? (found.data ?? []).filter((l) => l.patient.id !== id) : [];
  return (
    <div className="an-stay-likes" role="status">
      {others.map(({ patient, reason }) => (
        <div key={patient.id} className="an-stay-like">
          <div><strong>{personName(patient)}</strong><p className="an-dim"><PersonLine patient={patient} /></p><p>{w(`like.${reason}`)}</p></div>
          <div className="an-row">
            <a href={personHref(patient.id ?? '')}>{w('same.open')}</a>
            {has('doctor', 'assistant-doctor', 'system') && <a href={mergeHref(id)}>{w('merge.open')}</a>}
          </div>
        </div>
      ))}
    </div>
  );
}

const RELATIONS = ['CHILD', 'PRN', 'SPS', 'SIB', 'NIENEPH', 'GRPRN', 'EXT', 'FRND'] as const;

/* Resources of one kind that are being edited: those that are there, then those that are new. */
const ofsOf = (u: UseIdentity, type: string): string[] =>
  [...new Set(Object.keys(u.values).map(ofKey))].filter((of) => of.startsWith(`${type}/`)).sort((a, b) => Number(isNew(a)) - Number(isNew(b)) || a.localeCompare(b));
const nextOf = (u: UseIdentity, type: string): string => `${type}/+${ofsOf(u, type).filter(isNew).length + 1}`;

function Relatives({ u }: { u: UseIdentity }) {
  const w = useWords();
  const field = useField(u);
  const ofs = ofsOf(u, 'RelatedPerson');
  return (
    <Section title={w('guardian')}>
      {ofs.length === 0 && <p className="an-dim">{w('identity.noRelative')}</p>}
      {ofs.map((of, i) => {
        const over = u.values[keyOf(of, 'relOver')] === 'yes';
        return (
          <fieldset key={of} className="an-stay-options">
            <legend>{w('identity.relative', { n: i + 1 })}</legend>
            {over && <p className="an-stay-wrong">{w('identity.relOver')}</p>}
            <div className="an-stay-two" inert={over}>
              <Entry label={w('guardian.name')} {...field(keyOf(of, 'relName'))} />
              <Select label={w('guardian.relation')} none={w('choose')} options={RELATIONS.map((r) => ({ value: r, label: w(`relation.${r}`) }))} {...fieldForSelect(field(keyOf(of, 'relation')))} />
              <Entry label={w('phone')} inputMode="tel" {...field(keyOf(of, 'relPhone'))} />
            </div>
            <label className="an-stay-choice"><input type="checkbox" checked={u.values[keyOf(of, 'relLegal')] === 'yes'} onChange={(e) => u.set(keyOf(of, 'relLegal'), e.currentTarget.checked ? 'yes' : 'no')} /><span>{w('identity.legal')}</span></label>
            <Button variant="subtle" onClick={() => u.set(keyOf(of, 'relOver'), over ? '' : 'yes')}>{w(over ? 'identity.keep' : 'identity.relEnd')}</Button>
          </fieldset>
        );
      })}
      <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => u.set(keyOf(nextOf(u, 'RelatedPerson'), 'relOver'), '')}>{w('identity.moreRelative')}</Button></div>
    </Section>
  );
}

const fieldForSelect = ({ hint, ...f }: { id: string; value: string; onChange: (v: string) => void; trouble: string | undefined; hint: string | undefined }) => ({ ...f, ...(hint === undefined ? {} : { hint }) });

function Decisions({ u }: { u: UseIdentity }) {
  const w = useWords();
  const { lang } = useI18n();
  const { has } = useMe();
  const field = useField(u);
  if (!has('records-clerk', 'social-worker', 'doctor', 'assistant-doctor', 'system')) return null;
  const ofs = ofsOf(u, 'Contract');
  return (
    <Section title={w('decisions')}>
      {ofs.length === 0 && <p className="an-dim">{w('identity.noDecision')}</p>}
      {ofs.map((of, i) => {
        const over = u.values[keyOf(of, 'decOver')] === 'yes';
        return (
          <fieldset key={of} className="an-stay-options">
            <legend>{w('decision.n', { n: i + 1 })}</legend>
            {over && <p className="an-stay-wrong">{w('identity.decOver')}</p>}
            <div className="an-stay-two" inert={over}>
              <Select label={w('decision.group')} none={w('choose')} options={GROUPS.map((g) => ({ value: g.code, label: nameOf(g, lang) }))} {...fieldForSelect(field(keyOf(of, 'decGroup')))} />
              <Entry label={w('decision.number')} {...field(keyOf(of, 'decNumber'))} />
              <Entry label={w('decision.date')} {...field(keyOf(of, 'decDate'))} />
              <Entry label={w('decision.by')} {...field(keyOf(of, 'decBy'))} />
              <Entry label={w('decision.from')} type="date" {...field(keyOf(of, 'decFrom'))} />
              <Entry label={w('decision.until')} type="date" {...field(keyOf(of, 'decUntil'))} />
            </div>
            <Button variant="subtle" onClick={() => u.set(keyOf(of, 'decOver'), over ? '' : 'yes')}>{w(over ? 'identity.keep' : 'identity.decWrong')}</Button>
          </fieldset>
        );
      })}
      <div><Button variant="default" leftSection={<Icon name="plus" />} onClick={() => u.set(keyOf(nextOf(u, 'Contract'), 'decOver'), '')}>{w('decision.more')}</Button></div>
    </Section>
  );
}

function Cards({ u }: { u: UseIdentity }) {
  const w = useWords();
  const { has } = useMe();
  const field = useField(u);
  const ofs = ofsOf(u, 'Coverage');
  if (ofs.length === 0 || !has('records-clerk', 'social-worker', 'system')) return null;
  return (
    <Section title={w('identity.cover')}>
      {ofs.map((of) => (
        <div key={of} className="an-stay-two">
          <Entry label={w('card.from')} type="date" {...field(keyOf(of, 'covFrom'))} />
          <Entry label={w('card.until')} type="date" {...field(keyOf(of, 'covUntil'))} />
        </div>
      ))}
    </Section>
  );
}

function Why({ u, tried }: { u: UseIdentity; tried: boolean }) {
  const w = useWords();
  const { lang } = useI18n();
  return (
    <Section title={w('identity.why')}>
      <ul className="an-lines">
        {u.changedKeys.map((key) => (
          <li key={key}><div>{w(`identity.field.${fieldOf(key)}`)}: <del>{shownValue(fieldOf(key), u.base[key] ?? '', w, lang) || w('identity.nothing')}</del> → <strong>{shownValue(fieldOf(key), (u.values[key] ?? '').trim(), w, lang) || w('identity.nothing')}</strong></div></li>
        ))}
      </ul>
      <Options id="identity-kind" label={w('identity.kind')} value={u.kind as (typeof KINDS)[number] | ''} onChange={u.setKind} trouble={tried && u.kind === '' ? w('trouble.kind') : undefined}
        options={KINDS.map((value) => ({ value, label: w(`identity.kind.${value}`), hint: w(`identity.kindHint.${value}`) }))} />
      <Area id="identity-why" label={w('identity.reason')} value={u.why} onChange={u.setWhy} hint={tried && u.why.trim().length < 3 ? w('trouble.why') : w('identity.reasonHint')} />
    </Section>
  );
}

