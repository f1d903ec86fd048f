/* How often one person's vital signs are measured, and since whose word. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { recordWords, useDailyWords } from '../i18n/daily';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { Sure } from '../ui/Sure';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { uuid4 } from '../vitals/uuid';
import type { CareOrder } from './plan';
import { hoursOf, RHYTHM_NAMES, RHYTHMS, ROUND, roundBundle } from './rounds';

export function RoundOrderCard({ id, stay, may }: { id: string; stay: string; may: boolean }) {
  const w = useDailyWords();
  const me = useGiver();
  const load = useLoad(`round order ${id}`, async (signal) => (await server.search<CareOrder>('ServiceRequest', { patient: id, code: `${ROUND.system}|${ROUND.code}`, status: 'active', _count: 20 }, signal)).items);
  useOnReconnect(load.reload, load.error !== undefined);
  const [failure, setFailure] = useState<FhirError>();
  const [open, setOpen] = useState(false);
  /* the same until it is stored: what is sent once more after a lost answer is there once */
  const [key, setKey] = useState(uuid4);
  const orders = load.data ?? [];
  const set = async (hours: readonly string[]): Promise<void> => {
    setFailure(undefined);
    try {
      await server.transaction(roundBundle(hours, [{ patient: id, stay, me, key, before: orders }], nowMs(), recordWords('rounds.title')));
      setOpen(false);
      setKey(uuid4());
    } catch (e) {
      setFailure(problemOf(e));
    }
    load.reload();
  };
  return (
    <section className="an-card an-incident-part an-noprint" aria-label={w('rounds.title')}>
      <h2>{w('rounds.title')}</h2>
      {load.error !== undefined && !load.data && <Problem error={load.error} onRetry={load.reload} />}
      {!load.data && load.error === undefined && <Skeleton height={48} />}
      {load.data && orders.length === 0 && <p>{w('rounds.none')}</p>}
      {orders.map((o) => <p key={o.id}><strong>{w('rounds.at', { n: hoursOf(o).length, list: hoursOf(o).join(', ') })}</strong><span className="an-dim"> · {[w('diet.from', { when: showFhirDay(o.authoredOn) }), o.requester?.display].filter(Boolean).join(' · ')}</span></p>)}
      {failure && (failure.problem === 'conflict' ? <Notice kind="warn" title={w('rounds.overtaken')} role="alert" /> : <Problem error={failure} />)}
      {load.data && may && !open && <div className="an-options"><Button variant="default" onClick={() => setOpen(true)}>{w('rounds.change')}</Button></div>}
      {load.data && may && open && (
        <div className="an-aside" role="group" aria-label={w('rounds.change')}>
          {RHYTHM_NAMES.map((r) => <Button key={r} variant="default" onClick={() => void set(RHYTHMS[r])}>{w('rounds.at', { n: RHYTHMS[r].length, list: RHYTHMS[r].join(', ') })}</Button>)}
          {orders.length > 0 && <Sure label={w('rounds.stop')} title={w('rounds.stopSure')} keep={w('care.cancel')} yes={w('rounds.stop')} onDo={() => void set([])}><p>{w('rounds.stopMeans')}</p></Sure>}
          <Button variant="subtle" onClick={() => setOpen(false)}>{w('care.cancel')}</Button>
        </div>
      )}
    </section>
  );
}
