/* Who came to see this person: written at the door in three answers, and closed when they leave. A visit is an Observation of what
 * happened on the day (urn:ansinh:care|visit), as the care notes of that day are. */

import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { entryIdentifier } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import type { Entry as Stored } from '../outbox/item';
import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import type { Observation } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import { STAY_CATALOGUES, useWords } from '../i18n/stay';
import { uuid4 } from '../vitals/uuid';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { Entry } from './parts';

interface Visit extends Observation { valueString?: string }
const isVisit = (r: Stored): boolean => r.resourceType === 'Observation' && ((r as Visit).code?.coding ?? []).some((c) => c.code === 'visit');

export function Visitors({ patient, encounter }: { patient: string; encounter: string }) {
  const w = useWords();
  const { me } = useMe();
  const { box, items } = useOutbox();
  const stored = useStored(isVisit);
  const [who, setWho] = useState('');
  const [relation, setRelation] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const load = useLoad(`visits ${patient} ${stored.length}`, (signal) =>
    server.search<Visit>('Observation', { patient, code: 'urn:ansinh:care|visit', _sort: '-date', _count: 10 }, signal));
  const waiting = useMemo(() => items.filter((i) => i.patient === patient && isVisit(i.resource)), [items, patient]);
  const add = (): void => {
    if (who.trim() === '') return;
    const id = uuid4();
    const at = nowMs();
    const practitioner = (me.account?.practitioner ?? '').replace(/^Practitioner\//, '');
    const visit = {
      resourceType: 'Observation', status: 'final', identifier: [entryIdentifier(id)],
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'social-history' }] }],
      code: { coding: [{ system: 'urn:ansinh:care', code: 'visit' }], text: STAY_CATALOGUES.vi['visit.code'] },
      subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/${encounter}` }, effectiveDateTime: wardInstant(at),
      valueString: [who.trim(), relation.trim()].filter(Boolean).join(' · '),
      ...(practitioner === '' ? {} : { performer: [{ reference: `Practitioner/${practitioner}` }] }),
    };
    box.add({ id, at, resource: visit, patient });
    setWho('');
    setRelation('');
  };
  const strike = async (v: Visit): Promise<void> => {
    setFailure(undefined);
    try {
      await server.update({ ...v, status: 'entered-in-error' }, `W/"${v.meta?.versionId ?? ''}"`);
    } catch (e) {
      setFailure(e);
    }
    load.reload();
  };
  const isMine = (v: Visit): boolean => me.auth === 'off' || (me.account?.practitioner !== undefined && v.performer?.[0]?.reference === me.account.practitioner);
  return (
    <section className="an-card an-entries" aria-label={w('visits')}>
      <h2>{w('visits')}</h2>
      <form className="an-stay-two" onSubmit={(e) => { e.preventDefault(); add(); }}>
        <Entry id="visit-who" label={w('visit.who')} value={who} onChange={setWho} />
        <Entry id="visit-relation" label={w('visit.relation')} value={relation} onChange={setRelation} />
        <div><Button type="submit" variant="default" disabled={who.trim() === ''}>{w('visit.add')}</Button></div>
      </form>
      {waiting.length > 0 && <p role="status">{w('visit.waiting', { n: waiting.length })}</p>}
      {failure !== undefined && <Problem error={failure} />}
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      <ul className="an-lines">
        {(load.data?.items ?? []).filter((v) => v.status !== 'entered-in-error').map((v) => (
          <li key={v.id}>
            <div>{v.valueString}<p className="an-dim">{showFhirDate(v.effectiveDateTime)}</p></div>
            {isMine(v) && <Sure variant="subtle" label={w('visit.strike')} name={`${w('visit.strike')}: ${v.valueString ?? ''}`} title={w('visit.strikeSure')} keep={w('cancel')} yes={w('visit.strikeDo')} onDo={() => void strike(v)}><p>{v.valueString}</p></Sure>}
          </li>
        ))}
      </ul>
      {load.data?.items.length === 0 && <p className="an-dim">{w('visit.none')}</p>}
    </section>
  );
}
