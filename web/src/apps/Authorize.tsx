/* A program asks, a person answers. What was asked stands in the address as the program wrote it and goes to the server as it stands;
 * the page decides nothing, and knows no code of its own that would open anything. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { authErrorOf } from '../access/api';
import { problemText, Trouble } from '../access/fields';
import { session } from '../access/here';
import '../access/office.css';
import { useAct } from '../access/useAct';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { useAppWords } from '../i18n/apps';
import { useI18n } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { useLoad } from '../ui/useLoad';
import './apps.css';
import { ChoosePerson } from './ChoosePerson';
import { ChooseStay } from './ChooseStay';
import { stayWords, type StayLine } from './stays';
import type { Asked, BadAsk } from './types';
import { hostOf, scopeWords } from './words';

/* As it came: nothing is read and written anew on the way. */
export function askedQuery(hash: string): string {
  const at = hash.indexOf('?');
  return at < 0 ? '' : hash.slice(at + 1);
}

export default function Authorize() {
  const { t } = useI18n();
  const [query] = useState(() => askedQuery(window.location.hash));
  const load = useLoad(query, () => session.api.askApp(query));
  if (load.error !== undefined) {
    return <Notice kind="warn" title={problemText(authErrorOf(load.error).problem, t)} role="alert"><Button variant="default" onClick={load.reload}>{t('error.retry')}</Button></Notice>;
  }
  if (load.data === undefined) return <div role="status" aria-label={t('screen.loading')}><Skeleton height={36} width="60%" mb={16} /><Skeleton height={160} /></div>;
  return 'error' in load.data ? <Bad bad={load.data} /> : <Ask asked={load.data} query={query} />;
}

function Bad({ bad }: { bad: BadAsk }) {
  const w = useAppWords();
  const back = bad.redirect;
  return (
    <Notice kind="bad" title={w('ask.bad')} role="alert">
      <p>{w('ask.badDo', { code: bad.error })}</p>
      {back !== undefined && <Button variant="default" onClick={() => window.location.assign(back)}>{w('ask.badBack')}</Button>}
    </Notice>
  );
}

const MISSING = { none: 'ask.none', person: 'ask.personNeeded', stay: 'stay.needed' } as const;

function Ask({ asked, query }: { asked: Asked; query: string }) {
  const w = useAppWords();
  const { busy, error, left, run } = useAct();
  /* what they asked for is ticked as they asked for it: one takes away */
  const [off, setOff] = useState<string[]>([]);
  const [person, setPerson] = useState<Patient>();
  const [stay, setStay] = useState<StayLine>();
  const [missing, setMissing] = useState<'none' | 'person' | 'stay'>();
  const patient = asked.patient ?? person?.id;
  const flags = asked.flags.split(' ').filter((f) => f !== '');
  const lines = [
    ...asked.scopes.map((s) => ({ scope: s.scope, text: scopeWords(s, w) })),
    ...(flags.includes('openid') ? [{ scope: 'openid', text: w('ask.openid') }] : []),
    ...(flags.includes('offline_access') ? [{ scope: 'offline_access', text: w('ask.offline') }] : []),
    ...(flags.includes('online_access') ? [{ scope: 'online_access', text: w('ask.online') }] : []),
  ];
  const kept = lines.filter((l) => !off.includes(l.scope)).map((l) => l.scope);
  /* fhirUser and profile say more of what openid says: they go with it */
  const silent = kept.includes('openid') ? flags.filter((f) => f === 'fhirUser' || f === 'profile') : [];
  const toggle = (scope: string): void => setOff((o) => (o.includes(scope) ? o.filter((s) => s !== scope) : [...o, scope]));
  const leave = (to: string): void => window.location.assign(to);
  const allow = async (): Promise<void> => {
    if (!kept.some((s) => s.includes('/') || s === 'openid')) return setMissing('none');
    if (asked.needsPatient && person === undefined) return setMissing('person');
    if (asked.needsEncounter && stay === undefined) return setMissing('stay');
    setMissing(undefined);
    await run(async () => {
      const answer = await session.api.allowApp({ query, scopes: [...kept, ...silent].join(' '), ...(person?.id === undefined ? {} : { patient: person.id }), ...(stay?.id === undefined ? {} : { encounter: stay.id }) });
      if (answer.redirect !== undefined) leave(answer.redirect);
    });
    return undefined;
  };
  const refuse = (): Promise<boolean> => run(async () => leave((await session.api.refuseApp(query)).redirect));
  return (
    <>
      <h1>{w('ask.heading', { name: asked.name })}</h1>
      <p>{w('ask.who')}</p>
      {asked.purpose !== undefined && <p>{w('ask.purpose', { purpose: asked.purpose })}</p>}
      <div className="an-office-cards">
        <section className="an-card an-office-card">
          <fieldset className="an-checks">
            <legend>{w('ask.wants')}</legend>
            <p className="an-dim">{w('ask.untick')}</p>
            {lines.map((l) => (
              <label key={l.scope}><input type="checkbox" checked={!off.includes(l.scope)} onChange={() => toggle(l.scope)} /><span>{l.text}</span></label>
            ))}
          </fieldset>
        </section>
        {asked.needsPatient && (
          <section className="an-card an-office-card">
            <h2>{w('ask.person')}</h2>
            <ChoosePerson chosen={person} onChoose={(p) => { setPerson(p); setStay(undefined); setMissing(undefined); }} />
          </section>
        )}
        {asked.patient !== undefined && <section className="an-card an-office-card"><Fixed id={asked.patient} />{asked.encounter !== undefined && <FixedStay id={asked.encounter} />}</section>}
        {asked.needsEncounter && (
          <section className="an-card an-office-card">
            <h2>{w('stay.which')}</h2>
            {patient === undefined ? <p className="an-dim">{w('stay.personFirst')}</p> : <ChooseStay key={patient} patient={patient} chosen={stay} onChoose={(s) => { setStay(s); setMissing(undefined); }} />}
          </section>
        )}
      </div>
      <div className="an-app-answer">
        <div role="alert">{missing !== undefined && <p className="an-entry-trouble">{w(MISSING[missing])}</p>}</div>
        <Trouble error={error} left={left} />
        <div className="an-row">
          <Button onClick={() => void allow()} loading={busy}>{w('ask.allow')}</Button>
          <Button variant="default" onClick={() => void refuse()} disabled={busy}>{w('ask.refuse')}</Button>
        </div>
        <p className="an-dim">{w('ask.goesTo', { host: hostOf(asked.goesTo) })}</p>
        <p className="an-dim">{w('ask.later')}</p>
      </div>
    </>
  );
}

function Fixed({ id }: { id: string }) {
  const { t } = useI18n();
  const w = useAppWords();
  const load = useLoad(id, (signal) => server.read<Patient>('Patient', id, signal));
  if (load.data === undefined) return <Skeleton height={24} width="60%" />;
  return (
    <>
      <h2>{w('ask.personFixed', { name: personName(load.data.resource) || t('people.noName') })}</h2>
      <p className="an-dim"><PersonLine patient={load.data.resource} /></p>
    </>
  );
}

function FixedStay({ id }: { id: string }) {
  const w = useAppWords();
  const load = useLoad(`stay ${id}`, (signal) => server.read<StayLine>('Encounter', id, signal));
  return load.data === undefined ? null : <p>{w('stay.fixed', { stay: stayWords(load.data.resource, w) })}</p>;
}
