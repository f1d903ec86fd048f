/* Orders given by word that wait for the doctor's name: for the doctor their own, to be signed here with everything in sight, or denied; for the nurse in
 * charge and the head of the house all of them, with what is late counted. It stands above the wards and above a board, like what the head has
 * to see to, and asks every minute; who signs nothing and looks after none never asks. */

import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { medicineText } from '../drugs/doses';
import { idOf } from '../drugs/forms';
import { useGiver } from '../drugs/useRound';
import { searchAll } from '../fhir/all';
import { nowMs } from '../fhir/clock';
import { dosageText } from '../fhir/clinical';
import { personName } from '../fhir/person';
import { background, server } from '../fhir/server';
import type { Patient, Resource } from '../fhir/types';
import { wardStamp } from '../fhir/zone';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { sayIn } from '../visits/compose';
import { denial, denialOf, isLate, isMineToSign, signatureOf, signedOrder, sortUnsigned, typedOf, UNSIGNED } from './byWord';
import type { FullOrder } from './order';
import { medicinesHref } from './screens';
import '../visits/visits.css';
import './prescribe.css';

const ASK_MS = 60_000;

export default function ToSign() {
  const { has, practitioner, me } = useMe();
  return <List key={me.account?.id ?? ''} requester={has('head-nurse', 'facility-head') ? undefined : practitioner} />;
}

interface Loaded { orders: FullOrder[]; included: Resource[] }

function List({ requester }: { requester: string | undefined }) {
  const w = useVisitWords();
  const me = useGiver();
  const load = useLoad(`to sign ${requester ?? ''}`, async (signal): Promise<Loaded> => {
    const found = await searchAll<FullOrder>(background, 'MedicationRequest', { ...UNSIGNED, requester }, signal);
    return { orders: sortUnsigned(found.items), included: found.included };
  });
  const { reload } = load;
  useEffect(() => {
    const timer = setInterval(() => { if (document.visibilityState === 'visible') reload(); }, ASK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const [problem, setProblem] = useState<unknown>();
  const orders = load.data?.orders ?? [];
  if (orders.length === 0) return null; /* what cannot be asked now is asked again */
  const late = orders.filter((o) => isLate(o, nowMs())).length;
  const own = orders.filter((o) => isMineToSign(o, me)).length;
  const nameOf = (o: FullOrder): string => {
    const person = load.data?.included.find((r): r is Patient => r.resourceType === 'Patient' && r.id === idOf(o.subject));
    return (person && personName(person)) || '';
  };
  const sign = async (o: FullOrder): Promise<void> => {
    setProblem(undefined);
    try {
      const { resource, etag } = await server.read<FullOrder>('MedicationRequest', o.id ?? '');
      const signed = signedOrder(resource, me, nowMs());
      if (signed) await server.update(signed, etag ?? '');
    } catch (e) {
      setProblem(e);
    }
    reload();
  };
  return (
    <section className="an-card an-to-sign" aria-labelledby="to-sign">
      <h2 id="to-sign">{own === orders.length ? w('word.toSign', { n: own }) : w('word.waiting', { n: orders.length })}{late > 0 && <span className="an-late"> · {w('word.waitingLate', { n: late })}</span>}</h2>
      <ul className="an-visit-lines">
        {orders.map((o) => {
          const what = medicineText(o, load.data?.included);
          return (
            <li key={o.id} className="an-visit-line an-order">
              <div>
                <p className="an-person-name">{nameOf(o)} · {what}</p>
                <p>{dosageText(o)}</p>
                <Said order={o} />
              </div>
              <div className="an-row">
                {isMineToSign(o, me) && <Button aria-label={w('word.signOf', { what })} onClick={() => void sign(o)}>{w('word.sign')}</Button>}
                {isMineToSign(o, me) && <Deny order={o} what={what} onDone={reload} />}
                <Button component="a" variant="default" href={medicinesHref(idOf(o.subject))} aria-label={w('word.open', { name: nameOf(o) })}>{w('word.openShort')}</Button>
              </div>
            </li>
          );
        })}
      </ul>
      {problem !== undefined && <Problem error={problem} />}
    </section>
  );
}

/* "I did not say that". Asked for once more, since it stops the order and cannot be taken back. */
export function Deny({ order, what, onDone }: { order: FullOrder; what: string; onDone: () => void }) {
  const w = useVisitWords();
  const me = useGiver();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const deny = async (): Promise<void> => {
    setProblem(undefined);
    try {
      const { resource } = await server.read<FullOrder>('MedicationRequest', order.id ?? '');
      const text = sayIn(VISIT_CATALOGUES.vi)('word.deniedTask', { who: me.display, what, recorder: order.recorder?.display ?? '', when: wardStamp(Date.parse(order.authoredOn ?? '') || 0, nowMs()) });
      const bundle = denial(resource, me, nowMs(), text);
      if (bundle) await server.transaction(bundle);
      setAsking(false);
      onDone();
    } catch (e) {
      setProblem(e);
    }
  };
  return (
    <>
      <Button variant="default" aria-label={w('word.denyOf', { what })} onClick={() => setAsking(true)}>{w('word.deny')}</Button>
      {asking && (
        <Dialog title={w('word.denyOf', { what })} onClose={() => setAsking(false)}>
          <p>{dosageText(order)}</p>
          <p>{w('word.denyHow')}</p>
          {problem !== undefined && <Problem error={problem} onRetry={() => void deny()} />}
          <div className="an-row"><Button variant="default" data-autofocus onClick={() => setAsking(false)}>{w('cancel')}</Button><Button color="red" onClick={() => void deny()}>{w('word.denyDo')}</Button></div>
        </Dialog>
      )}
    </>
  );
}

/* Who ordered it and when, who wrote it down and when, and how it stands with the signature. */
export function Said({ order: o }: { order: FullOrder }) {
  const w = useVisitWords();
  const now = nowMs();
  const who = o.requester?.display ?? '';
  const stamp = (text: string | undefined): string => wardStamp(Date.parse(text ?? '') || 0, now);
  return (
    <>
      <span className="an-visit-small">{w('word.said', { who, when: stamp(o.authoredOn), recorder: o.recorder?.display ?? '', typed: stamp(typedOf(o)) })}</span>
      <Mark order={o} who={who} stamp={stamp} />
    </>
  );
}

function Mark({ order: o, who, stamp }: { order: FullOrder; who: string; stamp: (text: string | undefined) => string }) {
  const w = useVisitWords();
  const denied = denialOf(o);
  if (denied) return <p className="an-late"><Icon name="bad" size={18} /> {w('word.deniedBy', { who: denied.who?.display ?? who, when: stamp(denied.when) })}</p>;
  const signature = signatureOf(o);
  if (signature) return <p className="an-good"><Icon name="check" size={18} /> {w('word.signedBy', { who: signature.who?.display ?? who, when: stamp(signature.when) })}</p>;
  const late = isLate(o, nowMs());
  return <p className={late ? 'an-late' : 'an-visit-mark'}><Icon name={late ? 'warn' : 'clock'} size={18} /> {w(late ? 'word.late' : 'word.unsigned', { who })}</p>;
}
