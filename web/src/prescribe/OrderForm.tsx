/* One order, prescribed, copied from outside or changed. What is typed is kept (access/typed.ts) until it was sent or put aside: a reload, a lock or
 * another person's turn in the middle of it loses nothing but a photo, which is taken again. */

import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { isListed } from '../drugs/controlled';
import { medicineText } from '../drugs/doses';
import { isUnchecked } from '../drugs/forms';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { dosageText } from '../fhir/clinical';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { Choice } from '../record/Record';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { shrunk } from '../ui/image';
import { sayIn } from '../visits/compose';
import { Line } from '../visits/parts';
import { uuid4 } from '../vitals/uuid';
import { Times, Warned, type PartProps } from './fields';
import type { MedicineData } from './load';
import { asksFrom, isMuch, isStanding, nextLine, orderBundle, replacedBy, ROUTES, stopped, struck, warningsOf, wrongWith, type FullOrder, type Photo, type Wish, type Wrong } from './order';
import { mayPrescribe } from './screens';
import { ORDER_WORDS } from './words';

/* one a person: which order it changes is kept with it */
export const ORDER_DRAFT = 'order';
export type Begun = Wish & { why: string; prior: string };

/* prior: the order that is changed; of a copy, the one that was copied wrongly */
interface FormProps { begun: Wish; prior: FullOrder | undefined; id: string; data: MedicineData; reload: () => void; done: () => void; cancel: () => void }

export function OrderForm({ begun, prior: opened, id, data, reload, done, cancel }: FormProps) {
  const w = useVisitWords();
  const me = useGiver();
  const prescribes = mayPrescribe(useMe());
  const { now: wish, change, forget } = useTyped<Begun>(ORDER_DRAFT, id, () => ({ ...begun, why: '', prior: opened?.id ?? '' }));
  const { why } = wish;
  const [photo, setPhoto] = useState<Photo>();
  const [wrong, setWrong] = useState<Wrong[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const [anew, setAnew] = useState(false);
  const [copied, setCopied] = useState(0);
  /* the order that is changed, as the record has it now: another may have stopped or changed it while this was typed */
  const prior = anew ? undefined : data.standing.find((o) => o.id === opened?.id && (!wish.copied || isUnchecked(o)));
  const overtaken = opened !== undefined && prior === undefined && !anew;
  const recopied = wish.copied && opened !== undefined;
  /* said to take the place of one that stands: a copy ends it with its check (whoever checks, where a prescriber says so; else a prescriber), an order of this house now */
  const replaced = data.standing.find((o) => o.id === wish.replaces && isStanding(o));
  const endsNow = [...(replaced && !wish.copied ? [replaced] : []), ...(prior && !wish.copied ? replacedBy(prior, data.standing) : [])];
  const title = w(recopied ? 'order.recopy' : wish.copied ? 'order.copy' : opened && !anew ? 'order.change' : 'order.prescribe');
  const today = wardTime(nowMs()).day;
  const warn = warningsOf(wish.medicine, id, data.allergies, data.standing, data.included, [prior?.id, replaced?.id, ...endsNow.map((o) => o.id)]);
  const much = isMuch(wish);
  const warned = warn.allergies.length + warn.same.length > 0 || much;
  /* next: the paper has another line, with the same prescriber, day and photo */
  const whyLacks = prior !== undefined && !recopied && why.trim() === '';
  const save = async (next = false): Promise<void> => {
    const bad = wrongWith(wish, warned, today, asksFrom(nowMs(), (prior !== undefined || endsNow.length > 0) && !recopied));
    setWrong(bad);
    if (bad.length > 0 || whyLacks || busy) return;
    setBusy(true);
    setFailure(undefined);
    const say = sayIn(VISIT_CATALOGUES.vi);
    try {
      const other = say('order.replacedBy', { what: wish.medicine.trim() });
      const ends = [...(prior ? [recopied ? struck(prior, say('order.recopied', { who: me.display })) : stopped(prior, why.trim())] : []), ...endsNow.map((o) => stopped(o, other))];
      const paper = prior?.supportingInformation?.[0]?.reference;
      await server.transaction(orderBundle({ ...wish, replaces: prior && !recopied ? prior.id ?? '' : replaced?.id ?? '' }, { patient: id, stay: data.stay, me, at: nowMs(), words: ORDER_WORDS, prescribes, ...(recopied && paper ? { photo: paper } : {}) },
        { ends, ...(photo ? { photo, photoTitle: say('order.photoTitle') } : {}) }));
      forget();
      if (!next) return done();
      change(nextLine(wish, uuid4()));
      setCopied(copied + 1);
      reload();
    } catch (e) {
      setFailure(problemOf(e));
      if (problemOf(e).problem === 'conflict') reload();
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="an-card an-visit-part" aria-label={title}>
      <h2>{title}</h2>
      {prior && <p className="an-dim">{w(recopied ? 'order.stoodCopied' : 'order.stood', { text: dosageText(prior) })}</p>}
      {wish.copied && <Outside wish={wish} change={change} photo={photo} setPhoto={setPhoto} today={today} />}
      <Line wide label={w('order.medicine')} value={wish.medicine} onChange={(medicine) => change({ medicine })} />
      {warned && <Warned warn={warn} much={much} data={data} wish={wish} change={change} replaces={prior === undefined || recopied} />}
      {[...(wish.copied && replaced ? [replaced] : []), ...endsNow].map((o) => (
        <Notice key={o.id} kind="warn" title={w('order.replaces', { what: medicineText(o, data.included), text: dosageText(o) })} role="status">
          <p>{w(endsNow.includes(o) ? 'order.replacesNow' : prescribes ? 'order.replacesChecked' : 'order.replacesLater')}</p>
          {o === replaced && <Button variant="default" onClick={() => change({ replaces: '' })}>{w('order.replaceNot')}</Button>}
        </Notice>
      ))}
      <div className="an-visit-fields">
        <Line label={w('order.amount')} value={wish.amount} onChange={(amount) => change({ amount })} max={8} />
        <Line label={w('order.unit')} value={wish.unit} onChange={(unit) => change({ unit })} max={20} />
        <Line label={w('order.days')} value={wish.days} onChange={(days) => change({ days })} max={3} />
      </div>
      <Choice label={w('order.route')} values={ROUTES} value={wish.route} onChange={(route) => change({ route })} words={(r) => w(`route.${r}`)} />
      <Times wish={wish} change={change} uneven />
      <Line wide label={w('order.how')} value={wish.how} onChange={(how) => change({ how })} />
      {isListed(wish.medicine) && !wish.controlled && <Notice kind="warn" title={w('order.listed')} role="status" />}
      <Checkbox label={w('order.controlled')} checked={wish.controlled} onChange={(e) => change({ controlled: e.currentTarget.checked, exempt: false })} />
      {isListed(wish.medicine) && <Checkbox label={w('order.exempt')} checked={wish.exempt} onChange={(e) => change({ exempt: e.currentTarget.checked, controlled: false })} />}
      {prior && !recopied && <Line wide label={w('order.why')} value={why} onChange={(text) => change({ why: text })} />}
      {wrong.length > 0 && <Notice kind="warn" title={w('order.wrong')} role="alert"><ul>{wrong.map((x) => <li key={x}>{w(`wrong.${x}`)}</li>)}</ul></Notice>}
      {whyLacks && wrong.length === 0 && <p className="an-dim">{w('order.whyNeeded')}</p>}
      {failure && failure.problem !== 'conflict' && <Problem error={failure} />}
      {failure?.problem === 'conflict' && !overtaken && !anew && <Notice kind="warn" title={w('order.edited')} role="alert" />}
      {overtaken && (
        <Notice kind="warn" title={w('order.overtaken')} role="alert">
          <p>{[data.past.find((o) => o.id === opened.id)?.statusReason?.text ?? '', w('order.overtakenDo')].filter((x) => x !== '').join('. ')}</p>
          <Button variant="default" onClick={() => setAnew(true)}>{w('order.anew')}</Button>
        </Notice>
      )}
      {copied > 0 && <p className="an-good" role="status"><Icon name="check" size={18} /> {w('order.copiedN', { n: copied })}</p>}
      <div className="an-row">
        <Button variant="default" onClick={() => { forget(); cancel(); }}>{w(copied > 0 ? 'order.copiedAll' : 'cancel')}</Button>
        {wish.copied && !recopied && <Button variant="default" disabled={busy} onClick={() => void save(true)}>{w('order.saveNext')}</Button>}
        <Button disabled={busy || overtaken} onClick={() => void save()}>{w(wish.copied ? 'order.saveCopy' : 'order.save')}</Button>
      </div>
      {wish.copied && <p className="an-dim">{w('order.copyThen')}</p>}
    </section>
  );
}

function Outside({ wish, change, photo, setPhoto, today }: PartProps & { photo: Photo | undefined; setPhoto: (p: Photo | undefined) => void; today: string }) {
  const w = useVisitWords();
  const [trouble, setTrouble] = useState<'no-picture' | 'too-big'>();
  const take = async (file: File | undefined): Promise<void> => {
    setTrouble(undefined);
    if (!file) return;
    const made = await shrunk(file);
    if (typeof made === 'string') setTrouble(made);
    else setPhoto({ key: uuid4(), ...made });
  };
  return (
    <>
      <p className="an-dim">{w('order.copyHow')}</p>
      <div className="an-visit-fields">
        <Line label={w('order.prescriber')} value={wish.prescriber} onChange={(prescriber) => change({ prescriber })} />
        <Line label={w('order.place')} value={wish.place} onChange={(place) => change({ place })} />
        <label className="an-entry">{w('order.paperDay')}<input type="date" className="an-time" max={today} value={wish.paperDay} onChange={(e) => change({ paperDay: e.currentTarget.value })} /></label>
      </div>
      <label className="an-entry">{w('order.photo')}<input type="file" className="an-file" accept="image/*" capture="environment" onChange={(e) => void take(e.currentTarget.files?.[0])} /></label>
      {trouble && <Notice kind="warn" title={w(`photo.${trouble}`)} role="alert" />}
      {photo && <img className="an-order-photo" src={`data:${photo.type};base64,${photo.data}`} alt={w('order.photoTitle')} />}
    </>
  );
}
