/* Who of a ward has no hours for vital signs: nobody is asked for them, so it is said where rounds are made, and set for all of them at once. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { idOf } from '../drugs/forms';
import { useGiver } from '../drugs/useRound';
import { searchFor } from '../fhir/all';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { recordWords, useDailyWords } from '../i18n/daily';
import { mayNurse } from '../incidents/screens';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { uuid4 } from '../vitals/uuid';
import type { CareOrder } from './plan';
import { RHYTHM_NAMES, RHYTHMS, ROUND, roundBundle, type Rhythm } from './rounds';

export interface Lodger { id: string; encounter: string; name: string }

export default function NoHours({ lodgers }: { lodgers: Lodger[] }) {
  const me = useMe();
  return mayNurse(me) ? <Asked lodgers={lodgers} /> : null;
}

function Asked({ lodgers }: { lodgers: Lodger[] }) {
  const w = useDailyWords();
  const me = useGiver();
  const ids = lodgers.map((l) => l.id);
  const load = useLoad(`round orders ${ids.join()}`, async (signal) => new Set((await searchFor<CareOrder>(server, 'ServiceRequest', 'patient', ids, { code: `${ROUND.system}|${ROUND.code}`, status: 'active' }, signal)).items.map((o) => idOf(o.subject))));
  /* one name for each, so that what is sent once more after a lost answer is there once */
  const [keys] = useState(() => new Map<string, string>());
  const keyOf = (id: string): string => { const key = keys.get(id) ?? uuid4(); keys.set(id, key); return key; };
  const [picked, setPicked] = useState<Rhythm>('two');
  const [failure, setFailure] = useState<FhirError>();
  const [done, setDone] = useState(0);
  const without = load.data ? lodgers.filter((l) => !load.data?.has(l.id)) : [];
  const set = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const whom = without.map((l) => ({ patient: l.id, stay: l.encounter, me, key: keyOf(l.id), before: [] }));
      await server.transaction(roundBundle(RHYTHMS[picked], whom, nowMs(), recordWords('rounds.title')));
      setDone(whom.length);
    } catch (e) {
      setFailure(problemOf(e));
    }
    load.reload();
  };
  if (done > 0 && without.length === 0) return <Notice kind="good" title={w('rounds.done', { n: done })} role="status" />;
  if (without.length === 0) return null;
  return (
    <Notice kind="info" title={w('rounds.unset', { n: without.length })} role="status">
      <p>{w('rounds.unsetDo')}</p>
      <div className="an-options" role="group" aria-label={w('rounds.change')}>
        {RHYTHM_NAMES.map((r) => <Button key={r} variant={r === picked ? 'filled' : 'default'} aria-pressed={r === picked} onClick={() => setPicked(r)}>{w('rounds.at', { n: RHYTHMS[r].length, list: RHYTHMS[r].join(', ') })}</Button>)}
      </div>
      <Sure label={w('rounds.setAll', { n: without.length })} title={w('rounds.setAll', { n: without.length })} keep={w('care.cancel')} yes={w('rounds.setAll', { n: without.length })} onDo={() => void set()}>
        <p>{w('rounds.at', { n: RHYTHMS[picked].length, list: RHYTHMS[picked].join(', ') })}</p>
        <p>{without.slice(0, 30).map((l) => l.name).join(', ')}{without.length > 30 && ' …'}</p>
      </Sure>
      {failure && <Problem error={failure} />}
    </Notice>
  );
}
