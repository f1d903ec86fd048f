/* A communicable illness: isolation with beginning and end, who was near, and the report that is due within 24 hours. Contacts are picked by a
 * hand from those who share the room; nobody is put on the list by living there. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { idOf, type Place, type Stay } from '../drugs/forms';
import { searchAll } from '../fhir/all';
import type { FhirClient } from '../fhir/client';
import { showFhirDate } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { sayIn } from '../visits/compose';
import { isActive } from '../visits/load';
import { contactsOf, endIsolation, isolationOf, ISOLATIONS, reportOf, type Isolation } from './entries';
import { Adding, By, Choice, RecordCard, type CardProps } from './Record';
import { codeOf, isOn, REGISTERS } from './registers';

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

export function Infection({ id, data, use, may }: CardProps) {
  const w = useVisitWords();
  const cases = data.problems.filter(isActive).filter((c) => isOn(REGISTERS.communicable, codeOf(c)));
  const now = data.isolation.find((f) => f.status === 'active');
  return (
    <RecordCard title={w('infection.title')}>
      {cases.length === 0 && !now && <p className="an-dim">{w('infection.none')}</p>}
      {now && (
        <div className="an-visit-line">
          <div><p className="an-person-name">{w('infection.isolated', { how: now.code?.text ?? '', since: showFhirDate(now.period?.start) })}</p><By who={now.author} when={undefined} /></div>
          {may && <Button variant="default" onClick={() => void use.change(endIsolation(now, Date.now()))}>{w('infection.end')}</Button>}
        </div>
      )}
      <ul className="an-visit-lines">
        {data.contacts.map((l) => <li key={l.id} className="an-visit-line"><div><p>{w('infection.contactsN', { n: (l.entry ?? []).length })}</p><By who={l.source} when={l.date} /></div></li>)}
      </ul>
      {may && (
        <div className="an-row">
          {!now && <Adding label={w('infection.isolate')}>{(close) => <IsolateForm id={id} use={use} close={close} />}</Adding>}
          {(now || cases.length > 0) && <Adding label={w('infection.addContacts')}>{(close) => <NearForm id={id} use={use} close={close} />}</Adding>}
        </div>
      )}
    </RecordCard>
  );
}

function IsolateForm({ id, use, close }: { id: string; use: CardProps['use']; close: () => void }) {
  const w = useVisitWords();
  const [kind, setKind] = useState<Isolation | ''>('');
  const say = sayIn(VISIT_CATALOGUES.vi);
  const save = (): void => {
    if (kind === '') return;
    use.add(isolationOf(kind, say(`isolation.${kind}`), id, use.me, Date.now()));
    use.add(reportOf(id, use.me, Date.now(), say('infection.reportTask')));
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
  const [picked, setPicked] = useState<string[]>([]);
  const save = (): void => {
    use.add(contactsOf((load.data ?? []).filter((n) => picked.includes(n.id)), id, use.me, Date.now(), sayIn(VISIT_CATALOGUES.vi)('infection.contactList')));
    close();
  };
  return (
    <>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data?.length === 0 && <p className="an-dim">{w('infection.alone')}</p>}
      <div className="an-visit-chips" role="group" aria-label={w('infection.near')}>
        {(load.data ?? []).map((n) => <Button key={n.id} variant={picked.includes(n.id) ? 'filled' : 'default'} aria-pressed={picked.includes(n.id)} onClick={() => setPicked(picked.includes(n.id) ? picked.filter((x) => x !== n.id) : [...picked, n.id])}>{n.bed} {n.name}</Button>)}
      </div>
      <Button disabled={picked.length === 0} onClick={save}>{w('record.save')}</Button>
    </>
  );
}
