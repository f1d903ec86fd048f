/* An order that a doctor gave by word, written down by who heard it: for somebody who is here, and for somebody who has died or left since. And a
 * dose that was given and not written down then. Each is one screen, one save, one transaction. */

import { Button, Checkbox } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTyped } from '../access/typed';
import { momentOf, When } from '../daily/When';
import { isListed } from '../drugs/controlled';
import { medicineText } from '../drugs/doses';
import { isControlled } from '../drugs/forms';
import type { Answer, Giver } from '../drugs/record';
import { AskSecond } from '../drugs/Second';
import { useGiver, unitIn } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { server } from '../fhir/server';
import { wardInstant, wardStamp, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { useOutbox } from '../outbox/use';
import { Choice } from '../record/Record';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { sayIn } from '../visits/compose';
import { Line } from '../visits/parts';
import { uuid4 } from '../vitals/uuid';
import { heardWrong, onceTime, openTimes, pastDose, wordAct, type DoseOf, type Heard, type HeardWrong, type Span } from './byWord';
import { Times, Warned } from './fields';
import { cardOf, loadGivenOf, loadPrescribers, type MedicineData, type Prescriber } from './load';
import { emptyWish, isMuch, ROUTES, warningsOf, wrongWith, type FullOrder, type Wish, type Wrong } from './order';
import { ORDER_WORDS } from './words';

const WAYS = ['once', 'more'] as const;
const GIVEN = ['yes', 'no'] as const;
/* How long the form waits for the server's word before it leaves the order to the outbox. */
const ANSWER_MS = 4_000;

export const WORD_DRAFT = 'by-word';
export const DOSE_DRAFT = 'past-dose';
/* What is typed of an order by word. begun: "now" of then is that very minute when it is taken up again. */
interface Typed { begun: number; wish: Wish; doseId: string; place: string; by: string; said: { at: string | undefined; givenAt: string | undefined }; heard: Pick<Heard, 'way' | 'given' | 'readBack'> }
const emptyTyped = (closed: boolean, now: number): Typed => ({
  begun: now, wish: emptyWish(uuid4(), false), doseId: uuid4(), place: `urn:uuid:${uuid4()}`, by: '', said: { at: undefined, givenAt: undefined }, heard: { way: closed ? 'once' : '', given: '', readBack: false },
});
export function resumedWord(k: Typed): Typed {
  const then = wardInstant(k.begun).slice(0, 16);
  return { ...k, said: { at: k.said.at ?? then, givenAt: k.said.givenAt ?? (k.heard.given === 'yes' ? then : undefined) } };
}

interface Props { id: string; data: MedicineData; span: Span; done: () => void; cancel: () => void }

/* A question of its own above the two buttons of a time. */
function Asked({ label, typed, onTyped }: { label: string; typed: string | undefined; onTyped: (text: string | undefined) => void }): ReactNode {
  return <div className="an-entry"><span className="an-record-label">{label}</span><When label={label} typed={typed} onTyped={onTyped} /></div>;
}

export function ByWordForm({ id, data, span, done, cancel }: Props) {
  const w = useVisitWords();
  const { t } = useI18n();
  const titled = (p: Prescriber | undefined): string => (p ? `${t(`role.${p.role}`)} ${p.who.display ?? ''}` : '');
  const me = useGiver();
  const doctors = useLoad(`prescribers ${me.reference}`, (signal) => loadPrescribers(server, me.reference, signal));
  const closed = span.ends !== undefined;
  const typed = useTyped(WORD_DRAFT, id, () => emptyTyped(closed, nowMs()), resumedWord);
  const { wish, doseId, place, by, said, heard } = typed.now;
  const setHeard = (x: Typed['heard']): void => typed.change({ heard: x });
  const setSaid = (x: Typed['said']): void => typed.change({ said: x });
  const { box } = useOutbox();
  const [wrong, setWrong] = useState<(Wrong | HeardWrong)[]>([]);
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string>();
  const warn = warningsOf(wish.medicine, id, data.allergies, data.standing, data.included);
  const much = isMuch(wish);
  const warned = warn.allergies.length + warn.same.length > 0 || much;
  const change = (part: Partial<Wish>): void => typed.change({ wish: { ...wish, ...part } });

  const send = async (answer: Answer): Promise<void> => {
    setSecond(false);
    const now = nowMs();
    const h: Heard = { ...heard, by: doctors.data?.find((d) => d.who.reference === by)?.who, at: momentOf(said.at, now), givenAt: momentOf(said.givenAt, now) };
    const asked = h.way === 'once' ? { ...wish, asNeeded: false, most: '', everyHours: '', everyWeeks: '', days: '', times: [onceTime(h)] } : wish;
    const bad = [...heardWrong(h, span, now), ...wrongWith(asked, warned, wardTime(now).day, h.at ?? now)];
    setWrong(bad);
    if (bad.length > 0 || busy) return;
    const gives = h.way === 'once' && h.given === 'yes';
    if (gives && wish.controlled && answer.second === undefined && answer.alone === undefined) return setSecond(true);
    setBusy(true);
    setRefused(undefined);
    const say = sayIn(VISIT_CATALOGUES.vi);
    const words = { ...ORDER_WORDS, once: say('word.once') };
    const dose: DoseOf | undefined = gives ? { id: doseId, at: h.givenAt ?? now, answer, card: await cardOf(server, data.ward, wish.medicine, wish.unit.trim()) } : undefined;
    const act = wordAct(asked, { patient: id, stay: data.stay === '' ? data.lastStay : data.stay, me, at: h.at ?? now, words, closed }, h, now, place, dose);
    box.add(act);
    await Promise.race([box.flush(), new Promise((over) => setTimeout(over, ANSWER_MS))]);
    setBusy(false);
    /* a clear no is put right here, where it was typed; what has no answer yet waits on this device */
    const halted = box.all().find((i) => i.id === act.id && i.halt !== undefined);
    if (!halted) {
      typed.forget();
      return done();
    }
    box.dismiss(act.id);
    setRefused(halted.why);
  };
  return (
    <section className="an-card an-visit-part" aria-label={w('word.write')}>
      <h2>{w('word.write')}</h2>
      <p className="an-dim">{w('word.how')}</p>
      {span.ends !== undefined && <Notice kind="warn" title={w('word.closed', { when: wardStamp(span.ends, nowMs()) })} />}
      {doctors.error !== undefined && !doctors.data && <Problem error={doctors.error} onRetry={doctors.reload} />}
      {doctors.data?.length === 0 && <Notice kind="warn" title={w('word.noOne')} />}
      {doctors.data && doctors.data.length > 0 && (
        <Choice label={w('word.by')} values={doctors.data.map((d) => d.who.reference ?? '')} value={by} onChange={(who) => typed.change({ by: who })} words={(r) => titled(doctors.data?.find((d) => d.who.reference === r))} />
      )}
      <Asked label={w('word.at')} typed={said.at} onTyped={(at) => setSaid({ ...said, at })} />
      <Line wide label={w('order.medicine')} value={wish.medicine} onChange={(medicine) => change({ medicine })} />
      {warned && <Warned warn={warn} much={much} data={data} wish={wish} change={change} />}
      <div className="an-visit-fields">
        <Line label={w('order.amount')} value={wish.amount} onChange={(amount) => change({ amount })} max={8} />
        <Line label={w('order.unit')} value={wish.unit} onChange={(unit) => change({ unit })} max={20} />
      </div>
      <Choice label={w('order.route')} values={ROUTES} value={wish.route} onChange={(route) => change({ route })} words={(r) => w(`route.${r}`)} />
      {!closed && <Choice label={w('word.way')} values={WAYS} value={heard.way} onChange={(way) => setHeard({ ...heard, way })} words={(v) => w(`word.way.${v}`)} />}
      {heard.way === 'more' && <><Times wish={wish} change={change} /><Line label={w('order.days')} value={wish.days} onChange={(days) => change({ days })} max={3} /></>}
      {heard.way === 'once' && <Choice label={w('word.given')} values={GIVEN} value={heard.given} onChange={(given) => setHeard({ ...heard, given })} words={(v) => w(`word.given.${v}`)} />}
      {heard.way === 'once' && heard.given === 'yes' && <Asked label={w('word.givenAt')} typed={said.givenAt} onTyped={(givenAt) => setSaid({ ...said, givenAt })} />}
      {isListed(wish.medicine) && !wish.controlled && <Notice kind="warn" title={w('order.listed')} role="status" />}
      <Checkbox label={w('order.controlled')} checked={wish.controlled} onChange={(e) => change({ controlled: e.currentTarget.checked, exempt: false })} />
      {isListed(wish.medicine) && <Checkbox label={w('order.exempt')} checked={wish.exempt} onChange={(e) => change({ exempt: e.currentTarget.checked, controlled: false })} />}
      <Checkbox label={w('word.readBack')} checked={heard.readBack} onChange={(e) => setHeard({ ...heard, readBack: e.currentTarget.checked })} />
      {wrong.length > 0 && <Notice kind="warn" title={w('order.wrong')} role="alert"><ul>{wrong.map((x) => <li key={x}>{w(`wrong.${x}`)}</li>)}</ul></Notice>}
      {refused !== undefined && <Notice kind="bad" title={w('word.refused')} role="alert">{refused !== '' && <p className="an-dim">{refused}</p>}</Notice>}
      {second
        ? <Second onAnswer={(a) => void send(a)} onCancel={() => setSecond(false)} />
        : <div className="an-row"><Button variant="default" onClick={() => { typed.forget(); cancel(); }}>{w('cancel')}</Button><Button disabled={busy} onClick={() => void send({})}>{w('word.save')}</Button></div>}
      <p className="an-dim">{w('word.then')}</p>
    </section>
  );
}

/* The second person beside, or why one signature has to do for now: as in the round. */
function Second({ onAnswer, onCancel }: { onAnswer: (a: Answer) => void; onCancel: () => void }) {
  return <AskSecond onSecond={(x) => onAnswer({ second: { reference: x.practitioner, display: x.display } })} onAlone={(alone) => onAnswer({ alone })} onCancel={onCancel} />;
}

/* ---- a dose that was given before ---- */

interface DoseProps extends Props { order: FullOrder }
interface TypedDose { key: string; typed: string | undefined; doseId: string }
const emptyDose = (): TypedDose => ({ key: '', typed: undefined, doseId: uuid4() });
export const doseDraft = (person: string, order: FullOrder): string => `${person}/${order.id ?? ''}`;

export function PastDose({ order, id, data, span, done, cancel }: DoseProps) {
  const w = useVisitWords();
  const me = useGiver();
  const given = useLoad(`doses of ${order.id ?? ''}`, (signal) => loadGivenOf(server, order.id ?? '', signal));
  const form = useTyped(DOSE_DRAFT, doseDraft(id, order), emptyDose);
  const { key, typed, doseId } = form.now;
  const [bad, setBad] = useState(false);
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const name = medicineText(order, data.included);
  const times = given.data ? openTimes(order, given.data, Math.min(span.ends ?? Infinity, nowMs())) : [];
  const send = async (answer: Answer): Promise<void> => {
    setSecond(false);
    const now = nowMs();
    const chosen = times.find((x) => x.key === key);
    const at = momentOf(typed, now);
    const ordered = Date.parse(order.authoredOn ?? '') || 0;
    const off = at === undefined || at < Math.floor(ordered / 60_000) * 60_000 || (span.ends !== undefined && at >= span.ends);
    setBad(off);
    if (off || busy || !given.data) return;
    if (isControlled(order) && answer.second === undefined && answer.alone === undefined) return setSecond(true);
    setBusy(true);
    setFailure(undefined);
    try {
      const dose: DoseOf = { id: doseId, at, answer, card: await cardOf(server, data.ward, name, unitIn(order.dosageInstruction?.[0] ?? {})) };
      await server.transaction(pastDose(order, given.data, { id, stay: { id: data.stay === '' ? data.lastStay : data.stay } }, me as Giver, dose, chosen));
      form.forget();
      done();
    } catch (e) {
      setFailure(problemOf(e));
    } finally {
      setBusy(false);
    }
  };
  const pick = (chosen: { key: string; scheduled: number } | undefined): void => {
    form.change({ key: chosen?.key ?? 'other', ...(chosen === undefined ? {} : { typed: wardInstant(chosen.scheduled).slice(0, 16) }) });
  };
  return (
    <section className="an-card an-visit-part" aria-label={w('dose.pastOf', { what: name })}>
      <h3>{w('dose.pastOf', { what: name })}</h3>
      {given.error !== undefined && !given.data && <Problem error={given.error} onRetry={given.reload} />}
      {times.length > 0 && (
        <Choice label={w('dose.which')} values={[...times.map((x) => x.key), 'other']} value={key}
          onChange={(k) => pick(times.find((x) => x.key === k))} words={(k) => { const x = times.find((y) => y.key === k); return x ? wardStamp(x.scheduled, nowMs()) : w('dose.other'); }} />
      )}
      <Asked label={w('word.givenAt')} typed={typed} onTyped={(text) => form.change({ typed: text })} />
      {bad && <Notice kind="warn" title={w('dose.wrong')} role="alert" />}
      {failure && <Problem error={failure} />}
      {second
        ? <Second onAnswer={(a) => void send(a)} onCancel={() => setSecond(false)} />
        : <div className="an-row"><Button variant="default" onClick={() => { form.forget(); cancel(); }}>{w('cancel')}</Button><Button disabled={busy || !given.data} onClick={() => void send({})}>{w('dose.save')}</Button></div>}
    </section>
  );
}
