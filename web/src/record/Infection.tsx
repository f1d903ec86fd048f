/* A communicable illness: isolation with beginning and end, who was near, and the report that is due within 24 hours. Contacts are picked by a
 * hand, from those who share the room or by name; nobody is put on the list by living there. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { idOf, type Place, type Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { personName, searchAttempts } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { wardFull, wardTime } from '../fhir/zone';
import { useVisitWords, VISIT_CATALOGUES, type VisitWords } from '../i18n/visits';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { sayIn } from '../visits/compose';
import type { Problem as Sick } from '../visits/forms';
import { isActive, problemWords } from '../visits/load';
import { Line } from '../visits/parts';
import { begunOn, contactsOf, endIsolation, ISOLATION, isolationOf, ISOLATIONS, reported, reportOf, reportSince, reportState, type Flag, type Isolation } from './entries';
import { Adding, By, Choice, RecordCard, type CardProps } from './Record';
import { codeOf, isOn, REGISTERS } from './registers';
import { recordHref } from './screens';

export interface Near { id: string; name: string; bed: string }

/* Who lies in the same room now. */
export async function loadNear(client: FhirClient, patient: string, signal?: AbortSignal): Promise<Near[]> {
  const own = await client.search<Stay>('Encounter', { patient, status: 'in-progress,onleave', class: 'IMP', _include: 'Encounter:location', _count: 3 }, signal);
  const beds = own.included.filter((r): r is Place => r.resourceType === 'Location');
  const here = own.items.flatMap((s) => s.location ?? []).find((l) => (l.status ?? 'active') === 'active');
  const room = idOf(beds.find((b) => b.id === idOf(here?.location))?.partOf);
  if (room === '') return [];
  const others = await searchAll<Stay>(client, 'Encounter', { status: 'in-progress,onleave', 'location.partof': `Location/${room}`, _include: ['Encounter:subject', 'Encounter:location'] }, signal);
  const people = new Map(others.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const names = new Map(others.included.filter((r): r is Place => r.resourceType === 'Location').map((p) => [p.id ?? '', p.name ?? '']));
  return others.items.flatMap((s): Near[] => {
    const id = idOf(s.subject);
    const p = people.get(id);
    return !p || id === patient ? [] : [{ id, name: personName(p), bed: names.get(idOf((s.location ?? [])[0]?.location)) ?? '' }];
  });
}

/* Somebody met elsewhere: in the dining room, the workshop. The first few who are called so. */
async function loadElsewhere(client: FhirClient, name: string, signal?: AbortSignal): Promise<Near[]> {
  const page = await client.search<Patient>('Patient', { ...searchAttempts(name)[0], _count: 8, _elements: 'name' }, signal);
  return page.items.map((p) => ({ id: p.id ?? '', name: personName(p), bed: '' }));
}

/* The way of isolation in the reader's language; one written by another program stands as it was written. */
export function isolationWords(f: Flag, w: VisitWords): string {
  const code = ISOLATIONS.find((k) => (f.code?.coding ?? []).some((c) => c.system === ISOLATION && c.code === k));
  return code ? w(`isolation.${code}`) : f.code?.text ?? '';
}

export function Infection({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const cases = data.problems.filter(isActive).filter((c) => isOn(REGISTERS.communicable, codeOf(c)));
  const now = data.isolation.find((f) => f.status === 'active');
  const names = new Map(data.near.map((p) => [p.id ?? '', personName(p)]));
  return (
    <RecordCard title={w('infection.title')}>
      {cases.length === 0 && !now && <p className="an-dim">{w('infection.none')}</p>}
      <ul className="an-visit-lines">{cases.map((c) => <Case key={c.id} c={c} born={data.person.birthDate ?? ''} use={use} may={may} />)}</ul>
      {now && (
        <div className="an-visit-line">
          <div><p className="an-person-name">{w('infection.isolated', { how: isolationWords(now, w), since: showFhirDate(now.period?.start) })}</p><By who={now.author} when={undefined} /></div>
          {may && <Sure label={w('infection.end')} title={w('infection.endSure')} keep={w('cancel')} yes={w('infection.end')} onDo={() => void use.change(endIsolation(now, nowMs()))}><p>{isolationWords(now, w)}</p><p>{w('infection.endMeans')}</p></Sure>}
        </div>
      )}
      <Reported id={id} data={data} use={use} may={may} wanted={cases.length > 0 || now !== undefined} since={reportSince(cases, now)} />
      <ul className="an-visit-lines">
        {data.contacts.map((l) => (
          <li key={l.id} className="an-visit-line">
            <div>
              <p>{w('infection.contactsN', { n: (l.entry ?? []).length })}</p>
              <p>{(l.entry ?? []).map((e, i) => <span key={idOf(e.item)}>{i > 0 && ', '}<a className="an-record-contact" href={recordHref(idOf(e.item))}>{names.get(idOf(e.item)) ?? e.item.display ?? '…'}</a></span>)}</p>
              <By who={l.source} when={l.date} />
            </div>
          </li>
        ))}
      </ul>
      {may && (
        <div className="an-row">
          {!now && <Adding label={w('infection.isolate')}>{(close) => <IsolateForm id={id} use={use} open={reportState(data.reports, nowMs()).open !== undefined} close={close} />}</Adding>}
          {(now || cases.length > 0) && <Adding label={w('infection.addContacts')}>{(close) => <NearForm id={id} use={use} close={close} />}</Adding>}
        </div>
      )}
    </RecordCard>
  );
}

/* When it began is what a line list turns on: it is asked for, and never taken from the day somebody wrote the diagnosis down. */
function Case({ c, born, use, may }: { c: Sick; born: string; use: CardProps['use']; may: boolean }) {
  const w = useVisitWords();
  const today = wardTime(nowMs()).day;
  const onset = (c.onsetDateTime ?? '').slice(0, 10);
  const [day, setDay] = useState(onset);
  const wrong = day !== '' && (day > today || (born !== '' && day < born.slice(0, 10).padEnd(10, '-01')));
  const save = (close: () => void): void => { void use.change(begunOn(c, day)).then(close); };
  return (
    <li className="an-visit-line">
      <div><p className="an-person-name">{problemWords(c)}</p><p className={onset === '' ? 'an-late' : 'an-dim'}>{onset === '' ? w('infection.noOnset') : w('infection.onset', { day: showFhirDay(onset) })}</p></div>
      {may && (
        <Adding label={w(onset === '' ? 'infection.writeOnset' : 'infection.changeOnset')}>
          {(close) => (
            <div className="an-row">
              <label className="an-entry">{w('list.onset')}<input type="date" className="an-time" max={today} value={day} onChange={(e) => setDay(e.currentTarget.value)} /></label>
              <Button disabled={day === '' || wrong} onClick={() => save(close)}>{w('record.save')}</Button>
              {wrong && <p className="an-late" role="alert">{w('infection.onsetWrong')}</p>}
            </div>
          )}
        </Adding>
      )}
    </li>
  );
}

/* The report to the commune's station: due, made, or not yet opened although there is a case. */
function Reported({ id, data, use, may, wanted, since }: CardProps & { wanted: boolean; since: number }) {
  const w = useVisitWords();
  const state = reportState(data.reports, nowMs(), since);
  const { open } = state;
  if (!open && state.done === undefined && !wanted) return null;
  return (
    <div className="an-visit-line">
      {open
        ? <p className={state.late ? 'an-late' : ''}>{w(state.late ? 'infection.reportLate' : 'infection.reportDue', { when: Number.isNaN(state.due) ? '' : wardFull(state.due) })}</p>
        : state.done !== undefined && <p className="an-dim">{w('infection.reported', { when: wardFull(state.done) })}</p>}
      {may && open && <Sure label={w('infection.reportDo')} title={w('infection.reportSure')} keep={w('cancel')} yes={w('infection.reportDo')} onDo={() => void use.change(reported(open, use.me, nowMs()))}><p>{w('infection.reportMeans')}</p></Sure>}
      {may && !open && wanted && state.done === undefined && (
        <Button variant="default" onClick={() => use.add(reportOf(id, use.me, nowMs(), sayIn(VISIT_CATALOGUES.vi)('infection.reportTask')))}>{w('infection.reportOpen')}</Button>
      )}
    </div>
  );
}

function IsolateForm({ id, use, open, close }: { id: string; use: CardProps['use']; open: boolean; close: () => void }) {
  const w = useVisitWords();
  const [kind, setKind] = useState<Isolation | ''>('');
  const say = sayIn(VISIT_CATALOGUES.vi);
  const save = (): void => {
    if (kind === '') return;
    /* the board and the handover show these words alone */
    use.add(isolationOf(kind, say('isolation.text', { how: say(`isolation.${kind}`) }), id, use.me, nowMs()));
    if (!open) use.add(reportOf(id, use.me, nowMs(), say('infection.reportTask')));
    close();
  };
  return (
    <>
      <Choice label={w('infection.how')} values={ISOLATIONS} value={kind} onChange={setKind} words={(v) => w(`isolation.${v}`)} />
      <p className="an-dim">{w('infection.report')}</p>
      <Button disabled={kind === ''} onClick={save}>{w('record.save')}</Button>
    </>
  );
}

function NearForm({ id, use, close }: { id: string; use: CardProps['use']; close: () => void }) {
  const w = useVisitWords();
  const load = useLoad(`near ${id}`, (signal) => loadNear(server, id, signal));
  const [picked, setPicked] = useState<Near[]>([]);
  const [typed, setTyped] = useState('');
  const asked = useRested(typed.trim());
  const found = useLoad(`contact ${asked}`, async (signal) => (asked.length < 2 ? [] : loadElsewhere(server, asked, signal)));
  const known = [...(load.data ?? []), ...picked].filter((n, i, all) => all.findIndex((x) => x.id === n.id) === i);
  const others = asked.length < 2 ? [] : (found.data ?? []).filter((n) => n.id !== id && !known.some((k) => k.id === n.id));
  const flip = (n: Near): void => setPicked(picked.some((x) => x.id === n.id) ? picked.filter((x) => x.id !== n.id) : [...picked, n]);
  const save = (): void => {
    use.add(contactsOf(picked, id, use.me, nowMs(), sayIn(VISIT_CATALOGUES.vi)('infection.contactList')));
    close();
  };
  const chip = (n: Near) => {
    const on = picked.some((x) => x.id === n.id);
    return <Button key={n.id} variant={on ? 'filled' : 'default'} aria-pressed={on} onClick={() => flip(n)}>{n.bed} {n.name}</Button>;
  };
  return (
    <>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data?.length === 0 && <p className="an-dim">{w('infection.alone')}</p>}
      <div className="an-visit-chips" role="group" aria-label={w('infection.near')}>{known.map(chip)}</div>
      <Line wide label={w('infection.elsewhere')} value={typed} onChange={setTyped} max={100} />
      {found.error !== undefined && <Problem error={found.error} onRetry={found.reload} />}
      <div className="an-visit-chips" role="status">
        {others.map(chip)}
        {asked.length >= 2 && found.data !== undefined && found.data.length === 0 && <span className="an-dim">{w('infection.elsewhereNone')}</span>}
      </div>
      <Button disabled={picked.length === 0} onClick={save}>{w('record.save')}</Button>
    </>
  );
}

const REST_MS = 250;
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
