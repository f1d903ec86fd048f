/* What a person takes, in whose name, and for how long; and the ways to change it. What was copied and not yet checked stands first. */

import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { namesOf } from '../drugs/load';
import { medicineText } from '../drugs/doses';
import { isListed } from '../drugs/controlled';
import { isUnchecked } from '../drugs/forms';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import type { Resource } from '../fhir/types';
import { deathOf, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { useStored } from '../outbox/use';
import { Choice } from '../record/Record';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { sayIn } from '../visits/compose';
import { Area, Line } from '../visits/parts';
import '../visits/visits.css';
import '../record/record.css';
import { uuid4 } from '../vitals/uuid';
import { shrunk } from '../ui/image';
import { loadMedicines, type MedicineData } from './load';
import { asksFrom, checked, checkOf, daysLeft, depotDays, emptyWish, isCopied, isMuch, isStanding, nextLine, orderBundle, ROUTES, stopped, warningsOf, wishOf, wrongWith, type FullOrder, type Photo, type Wish, type Wrong } from './order';
import { ByWordForm, doseDraft, DOSE_DRAFT, PastDose, WORD_DRAFT } from './ByWord';
import { denialOf, isByWord, isMineToSign, isUnsigned, signedOrder, spanOf } from './byWord';
import { Times, Warned, type PartProps } from './fields';
import { backHref, mayCopy, mayHear, mayPrescribe, WaitingWords } from './screens';
import { Deny, Said } from './ToSign';
import './prescribe.css';

export default function MedicinesScreen({ params, query }: ScreenProps) {
  const id = params.id ?? '';
  const w = useVisitWords();
  const load = useLoad(`medicines of ${id}`, (signal) => loadMedicines(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-visit">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('screen.back')}</a>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('record.loading')}>{[48, 120, 120].map((h, i) => <Skeleton key={i} height={h} mb={16} />)}</div>}
      {load.data && <Body id={id} data={load.data} reload={load.reload} word={query.get('word') !== null} />}
    </div>
  );
}

const NO_QUERY = new URLSearchParams();
const isOrder = (r: Resource): boolean => r.resourceType === 'MedicationRequest';

type Open = { wish: Wish; prior?: FullOrder } | undefined;

function Body({ id, data, reload, word }: { id: string; data: MedicineData; reload: () => void; word: boolean }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const access = useMe();
  const me = useGiver();
  const [open, setOpen] = useState<Open>();
  const [stopping, setStopping] = useState<FullOrder>();
  const drafts = useDrafts();
  /* begun before a reload or another person's turn: it stands open again */
  const [hearing, setHearing] = useState(mayHear(access) && (word || drafts.get(WORD_DRAFT, id) !== null));
  const [dosing, setDosing] = useState(() => (mayHear(access) ? [...data.standing, ...data.past].find((o) => drafts.get(DOSE_DRAFT, doseDraft(id, o)) !== null) : undefined));
  const [slip, setSlip] = useState('');
  const [failure, setFailure] = useState<FhirError>();
  const names = useMemo(() => namesOf(data.included), [data]);
  /* what had waited has arrived */
  const arrived = useStored(isOrder).length;
  useEffect(() => { if (arrived > 0) reload(); }, [arrived, reload]);
  const put = async (o: FullOrder | undefined): Promise<void> => {
    if (!o) return;
    setFailure(undefined);
    try {
      await server.update(o, `W/"${o.meta?.versionId ?? ''}"`);
    } catch (e) {
      setFailure(problemOf(e));
    }
    reload();
  };
  /* nobody prescribes to the dead; who has left is asked about by the eye */
  const dead = deathOf(data.person).dead;
  const may = { prescribe: mayPrescribe(access) && !dead, copy: mayCopy(access) && !dead };
  const span = spanOf(data.person.deceasedDateTime, data.left);
  const rows = [...data.standing].sort((a, b) => Number(isUnchecked(b)) - Number(isUnchecked(a)));
  const change = (o: FullOrder): void => setOpen({ wish: wishOf(o, uuid4(), medicineText(o, data.included), wardTime(nowMs()).day), prior: o });
  /* what belongs to an order whether it stands or not: the doctor's name under it, a dose written down afterwards, a slip of who wrote it */
  const more = (o: FullOrder): ReactNode => {
    const what = medicineText(o, data.included);
    const mine = isUnsigned(o) && me.reference !== '' && o.recorder?.reference === me.reference;
    return (
      <>
        {isMineToSign(o, me) && mayPrescribe(access) && <Button aria-label={w('word.signOf', { what })} onClick={() => void put(signedOrder(o, me, nowMs()))}>{w('word.sign')}</Button>}
        {isMineToSign(o, me) && mayPrescribe(access) && <Deny order={o} what={what} onDone={reload} />}
        {mayHear(access) && !isUnchecked(o) && (isByWord(o) || span.ends !== undefined || isStanding(o)) && <Button variant="default" aria-label={w('dose.pastOf', { what })} onClick={() => setDosing(o)}>{w('dose.past')}</Button>}
        {mine && slip !== o.id && <Button variant="subtle" aria-label={w('word.slipOf', { what })} onClick={() => setSlip(o.id ?? '')}>{w('word.slip')}</Button>}
        {mine && slip === o.id && <Button color="red" onClick={() => { setSlip(''); void put({ ...o, status: 'entered-in-error', statusReason: { text: sayIn(VISIT_CATALOGUES.vi)('word.slipWhy') } }); }}>{w('word.slipDo')}</Button>}
      </>
    );
  };
  return (
    <>
      <header>
        <h1>{t('prescribe.title')}</h1>
        <p className="an-form-who"><strong>{personName(data.person) || t('people.noName')}</strong> · <PersonLine patient={data.person} /></p>
      </header>
      {failure && <Problem error={failure} onRetry={() => { setFailure(undefined); reload(); }} />}
      {dead && <Notice kind="warn" title={w('order.dead')} />}
      {!dead && data.left !== '' && <Notice kind="warn" title={w('order.gone', { when: showFhirDay(data.left) })} />}
      <div className="an-row">
        {may.prescribe && <Button onClick={() => setOpen({ wish: emptyWish(uuid4(), false) })}>{w('order.prescribe')}</Button>}
        {may.copy && <Button variant="default" onClick={() => setOpen({ wish: emptyWish(uuid4(), true) })}>{w('order.copy')}</Button>}
        {mayHear(access) && <Button variant="default" onClick={() => setHearing(true)}>{w('word.write')}</Button>}
        {may.prescribe && <Button component="a" variant="default" href={backHref(id)}>{t('prescribe.back')}</Button>}
      </div>
      {open && <OrderForm key={open.wish.key} begun={open.wish} prior={open.prior} id={id} data={data} reload={reload} done={() => { setOpen(undefined); reload(); }} cancel={() => setOpen(undefined)} />}
      <WaitingWords params={{ id }} query={NO_QUERY} />
      {hearing && <ByWordForm id={id} data={data} span={span} done={() => { setHearing(false); reload(); }} cancel={() => setHearing(false)} />}
      {dosing && <PastDose key={dosing.id} order={dosing} id={id} data={data} span={span} done={() => { setDosing(undefined); reload(); }} cancel={() => setDosing(undefined)} />}
      <section className="an-card an-visit-part" aria-label={w('section.medicines')}>
        <h2>{w('section.medicines')}</h2>
        {rows.length === 0 && <p className="an-dim">{w('medicines.none')}</p>}
        <ul className="an-visit-lines">
          {rows.map((o) => (
            <li key={o.id} className="an-visit-line an-order">
              <Row order={o} name={medicineText(o, data.included)} names={names} />
              <div className="an-row">
                {more(o)}
                {isUnchecked(o) && checked(o, me, nowMs()) && mayCopy(access) && <Button onClick={() => void put(checked(o, me, nowMs()))}>{w('order.check')}</Button>}
                {may.prescribe && <Button variant="default" aria-label={w('order.changeOf', { what: medicineText(o, data.included) })} onClick={() => change(o)}>{w('order.change')}</Button>}
                {mayPrescribe(access) && <Button variant="default" aria-label={w('order.stopOf', { what: medicineText(o, data.included) })} onClick={() => setStopping(o)}>{w('order.stop')}</Button>}
              </div>
            </li>
          ))}
        </ul>
      </section>
      <Depots data={data} />
      {data.past.length > 0 && (
        <details className="an-card" open={data.past.some((o) => isUnsigned(o) || denialOf(o) !== undefined) || undefined}>
          <summary>{w('order.past', { n: data.past.length })}</summary>
          <ul className="an-visit-lines">{data.past.map((o) => (
            <li key={o.id} className="an-visit-line an-order">
              <div>
                <p className={denialOf(o) && 'an-struck'}>{medicineText(o, data.included)}</p>
                {isByWord(o) && <><p className={denialOf(o) && 'an-struck'}>{(o.dosageInstruction ?? []).map((d) => d.text ?? '').join('; ')}</p><Said order={o} /></>}
                <span className="an-visit-small">{[isByWord(o) ? '' : showFhirDay(o.authoredOn), o.statusReason?.text].filter(Boolean).join(' · ')}</span>
              </div>
              <div className="an-row">{more(o)}</div>
            </li>
          ))}</ul>
        </details>
      )}
      {stopping && <Stop order={stopping} name={medicineText(stopping, data.included)} onClose={() => setStopping(undefined)} onDo={(why) => { setStopping(undefined); void put(stopped(stopping, why)); }} />}
    </>
  );
}

function Row({ order: o, name, names }: { order: FullOrder; name: string; names: Map<string, string> }) {
  const w = useVisitWords();
  const left = daysLeft(o, wardTime(nowMs()).day);
  const who = o.requester?.display ?? names.get(o.requester?.reference ?? '') ?? '';
  const check = checkOf(o);
  return (
    <div>
      <p className="an-person-name">{name}{o.status === 'on-hold' && <span className="an-visit-mark"> {w('order.onHold')}</span>}</p>
      <p>{(o.dosageInstruction ?? []).map((d) => d.text ?? '').join('; ')}</p>
      {isByWord(o) && <Said order={o} />}
      {!isByWord(o) && <span className="an-visit-small">
        {isCopied(o) ? w('order.copiedBy', { who, recorder: o.recorder?.display ?? '', when: showFhirDay(o.authoredOn) }) : w('order.by', { who, when: showFhirDay(o.authoredOn) })}
        {check && ` · ${w('order.checkedBy', { who: check.who?.display ?? '', when: showFhirDay(check.when) })}`}
      </span>}
      <Paper order={o} />
      {isUnchecked(o) && <p className="an-visit-mark"><Icon name="warn" size={18} /> {w('order.unchecked')}</p>}
      {left !== undefined && <p className={left <= 3 ? 'an-late' : 'an-dim'}>{left > 0 ? w('order.left', { n: left }) : w('order.ended')}</p>}
    </div>
  );
}

type PaperPhoto = Resource & { resourceType: 'DocumentReference'; content?: { attachment?: { contentType?: string; data?: string } }[] };

/* The photo of the paper, for whoever compares; fetched when it is wanted. Only pictures are shown, whatever a document may hold. */
function Paper({ order: o }: { order: FullOrder }) {
  const w = useVisitWords();
  const id = /^DocumentReference\/([^/]+)$/.exec(o.supportingInformation?.[0]?.reference ?? '')?.[1];
  const [photo, setPhoto] = useState<{ type: string; data: string }>();
  const [failure, setFailure] = useState<FhirError>();
  if (id === undefined) return null;
  const show = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const { resource } = await server.read<PaperPhoto>('DocumentReference', id);
      const a = resource.content?.[0]?.attachment;
      if (/^image\/(jpeg|png)$/.test(a?.contentType ?? '') && /^[A-Za-z0-9+/=\s]+$/.test(a?.data ?? '')) setPhoto({ type: a?.contentType ?? '', data: a?.data ?? '' });
    } catch (e) {
      setFailure(problemOf(e));
    }
  };
  return (
    <>
      {photo ? <img className="an-order-photo" src={`data:${photo.type};base64,${photo.data}`} alt={w('order.photoTitle')} /> : <Button variant="default" onClick={() => void show()}>{w('order.showPhoto')}</Button>}
      {failure && <Problem error={failure} />}
    </>
  );
}

function Depots({ data }: { data: MedicineData }) {
  const w = useVisitWords();
  const today = wardTime(nowMs()).day;
  const lines = data.standing.flatMap((o) => depotDays(o, today, 4).map((day) => ({ day, name: medicineText(o, data.included), id: o.id }))).sort((a, b) => a.day.localeCompare(b.day));
  if (lines.length === 0) return null;
  return (
    <section className="an-card an-visit-part" aria-label={w('depot.title')}>
      <h2>{w('depot.title')}</h2>
      <ol className="an-visit-lines">{lines.map((l) => <li key={`${l.id} ${l.day}`} className="an-visit-line"><div><strong className="an-number">{showFhirDay(l.day)}</strong></div><div>{l.name}</div></li>)}</ol>
    </section>
  );
}

function Stop({ order: o, name, onClose, onDo }: { order: FullOrder; name: string; onClose: () => void; onDo: (why: string) => void }) {
  const w = useVisitWords();
  const [why, setWhy] = useState('');
  return (
    <Dialog title={w('order.stopOf', { what: name })} onClose={onClose}>
      <p>{(o.dosageInstruction ?? []).map((d) => d.text ?? '').join('; ')}</p>
      <Area label={w('order.why')} value={why} onChange={setWhy} />
      <div className="an-row"><Button variant="default" onClick={onClose}>{w('cancel')}</Button><Button color="red" disabled={why.trim() === ''} onClick={() => onDo(why.trim())}>{w('order.stop')}</Button></div>
    </Dialog>
  );
}

/* ---- the form ---- */

interface FormProps { begun: Wish; prior: FullOrder | undefined; id: string; data: MedicineData; reload: () => void; done: () => void; cancel: () => void }

function OrderForm({ begun, prior: opened, id, data, reload, done, cancel }: FormProps) {
  const w = useVisitWords();
  const me = useGiver();
  const [wish, setWish] = useState(begun);
  const [why, setWhy] = useState('');
  const [photo, setPhoto] = useState<Photo>();
  const [wrong, setWrong] = useState<Wrong[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const [anew, setAnew] = useState(false);
  const [copied, setCopied] = useState(0);
  /* the order that is changed, as the record has it now: another may have stopped or changed it while this was typed */
  const prior = anew ? undefined : data.standing.find((o) => o.id === opened?.id);
  const overtaken = opened !== undefined && prior === undefined && !anew;
  const title = w(wish.copied ? 'order.copy' : opened && !anew ? 'order.change' : 'order.prescribe');
  const today = wardTime(nowMs()).day;
  const warn = warningsOf(wish.medicine, id, data.allergies, data.standing, data.included, prior?.id);
  const much = isMuch(wish);
  const warned = warn.allergies.length + warn.same.length > 0 || much;
  const change = (part: Partial<Wish>): void => setWish((x) => ({ ...x, ...part }));
  /* next: the paper has another line, with the same prescriber, day and photo */
  const save = async (next = false): Promise<void> => {
    const bad = wrongWith(wish, warned, today, asksFrom(nowMs(), prior !== undefined));
    setWrong(bad);
    if (bad.length > 0 || (prior && why.trim() === '') || busy) return;
    setBusy(true);
    setFailure(undefined);
    const say = sayIn(VISIT_CATALOGUES.vi);
    try {
      const words = { route: (r: (typeof ROUTES)[number]) => say(`route.${r}`), weeks: (n: number) => say('order.everyN', { n }), most: (n: number) => say('order.mostN', { n }), hours: (n: number) => say('order.hoursN', { n }) };
      await server.transaction(orderBundle(wish, { patient: id, stay: data.stay, me, at: nowMs(), words },
        { ...(prior ? { prior, why: why.trim() } : {}), ...(photo ? { photo, photoTitle: say('order.photoTitle') } : {}) }));
      if (!next) return done();
      setWish(nextLine(wish, uuid4()));
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
      {prior && <p className="an-dim">{w('order.stood', { text: (prior.dosageInstruction ?? []).map((d) => d.text ?? '').join('; ') })}</p>}
      {wish.copied && <Outside wish={wish} change={change} photo={photo} setPhoto={setPhoto} today={today} />}
      <Line wide label={w('order.medicine')} value={wish.medicine} onChange={(medicine) => change({ medicine })} />
      {warned && <Warned warn={warn} much={much} data={data} wish={wish} change={change} />}
      <div className="an-visit-fields">
        <Line label={w('order.amount')} value={wish.amount} onChange={(amount) => change({ amount })} max={8} />
        <Line label={w('order.unit')} value={wish.unit} onChange={(unit) => change({ unit })} max={20} />
        <Line label={w('order.days')} value={wish.days} onChange={(days) => change({ days })} max={3} />
      </div>
      <Choice label={w('order.route')} values={ROUTES} value={wish.route} onChange={(route) => change({ route })} words={(r) => w(`route.${r}`)} />
      <Times wish={wish} change={change} />
      <Line wide label={w('order.how')} value={wish.how} onChange={(how) => change({ how })} />
      {isListed(wish.medicine) && !wish.controlled && <Notice kind="warn" title={w('order.listed')} role="status" />}
      <Checkbox label={w('order.controlled')} checked={wish.controlled} onChange={(e) => change({ controlled: e.currentTarget.checked, exempt: false })} />
      {isListed(wish.medicine) && <Checkbox label={w('order.exempt')} checked={wish.exempt} onChange={(e) => change({ exempt: e.currentTarget.checked, controlled: false })} />}
      {prior && <Line wide label={w('order.why')} value={why} onChange={setWhy} />}
      {wrong.length > 0 && <Notice kind="warn" title={w('order.wrong')} role="alert"><ul>{wrong.map((x) => <li key={x}>{w(`wrong.${x}`)}</li>)}</ul></Notice>}
      {prior && wrong.length === 0 && why.trim() === '' && <p className="an-dim">{w('order.whyNeeded')}</p>}
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
        <Button variant="default" onClick={cancel}>{w(copied > 0 ? 'order.copiedAll' : 'cancel')}</Button>
        {wish.copied && <Button variant="default" disabled={busy} onClick={() => void save(true)}>{w('order.saveNext')}</Button>}
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
