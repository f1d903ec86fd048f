/* What a person takes, in whose name, and for how long; and the ways to change it. What was copied and not yet checked stands first. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { readTyped } from '../access/typed';
import { namesOf } from '../drugs/load';
import { medicineText, withoutTime } from '../drugs/doses';
import { isUnchecked } from '../drugs/forms';
import type { Giver } from '../drugs/record';
import { useGiver } from '../drugs/useRound';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { dosageText } from '../fhir/clinical';
import { showFhirDay } from '../fhir/dates';
import type { Resource } from '../fhir/types';
import { deathOf, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { useStored } from '../outbox/use';
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
import { Area } from '../visits/parts';
import '../visits/visits.css';
import '../record/record.css';
import { uuid4 } from '../vitals/uuid';
import { loadMedicines, type MedicineData } from './load';
import { checked, checkOf, daysLeft, depotDays, emptyWish, isAgreed, isCopied, isStanding, putOrder, recopyOf, replacedBy, stopped, struck, wishOf, type FullOrder, type Wish } from './order';
import { ByWordForm, doseDraft, DOSE_DRAFT, PastDose, WORD_DRAFT } from './ByWord';
import { denialOf, isByWord, isMineToSign, isUnsigned, signedOrder, spanOf } from './byWord';
import { OrderForm, ORDER_DRAFT, type Begun } from './OrderForm';
import { personStayHref } from '../stay/screens';
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

type Open = { wish: Wish; prior?: FullOrder | undefined } | undefined;

function Body({ id, data, reload, word }: { id: string; data: MedicineData; reload: () => void; word: boolean }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const access = useMe();
  const me = useGiver();
  const [stopping, setStopping] = useState<FullOrder>();
  const drafts = useDrafts();
  /* begun before a reload or another person's turn: it stands open again */
  const begun = (): Open => {
    const kept = readTyped<Begun>(drafts.get(ORDER_DRAFT, id), { ...emptyWish('', false), why: '', prior: '' });
    return kept && { wish: kept, prior: [...data.standing, ...data.past].find((o) => o.id === kept.prior) };
  };
  const [open, setOpen] = useState<Open>(begun);
  /* wanted while something half typed stands open: asked about before that is let go of */
  const [instead, setInstead] = useState<Open>();
  const half = begun()?.wish.medicine ?? '';
  const openForm = (next: NonNullable<Open>): void => {
    if (open !== undefined && drafts.get(ORDER_DRAFT, id) !== null) setInstead(next);
    else setOpen(next);
  };
  const [hearing, setHearing] = useState(mayHear(access) && (word || drafts.get(WORD_DRAFT, id) !== null));
  const [dosing, setDosing] = useState(() => (mayHear(access) ? [...data.standing, ...data.past].find((o) => drafts.get(DOSE_DRAFT, doseDraft(id, o)) !== null) : undefined));
  const [dropping, setDropping] = useState<FullOrder>();
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
  const change = (o: FullOrder): void => openForm({ wish: wishOf(o, uuid4(), medicineText(o, data.included), wardTime(nowMs()).day), prior: o });
  const recopy = (o: FullOrder): void => openForm({ wish: recopyOf(o, uuid4(), medicineText(o, data.included), wardTime(nowMs()).day), prior: o });
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
      {data.reconcile && !dead && <Notice kind="warn" title={w('back.wanted')}>{may.prescribe ? <a href={backHref(id)}>{t('prescribe.back')}</a> : <p>{w('back.wantedDo')}</p>}</Notice>}
      {data.proposed > 0 && !dead && <Notice kind="warn" title={w('proposed', { n: data.proposed })}><p><a href={personStayHref(id)}>{w('proposed.open')}</a></p></Notice>}
      <div className="an-row">
        {may.prescribe && <Button onClick={() => openForm({ wish: emptyWish(uuid4(), false) })}>{w('order.prescribe')}</Button>}
        {may.copy && <Button variant="default" onClick={() => openForm({ wish: emptyWish(uuid4(), true) })}>{w('order.copy')}</Button>}
        {mayHear(access) && <Button variant="default" onClick={() => setHearing(true)}>{w('word.write')}</Button>}
        {may.prescribe && <Button component="a" variant="default" href={backHref(id)}>{t('prescribe.back')}</Button>}
      </div>
      {open && (open.wish.copied ? may.copy : may.prescribe) && <OrderForm key={open.wish.key} begun={open.wish} prior={open.prior} id={id} data={data} reload={reload} done={() => { setOpen(undefined); reload(); }} cancel={() => setOpen(undefined)} />}
      <WaitingWords params={{ id }} query={NO_QUERY} />
      {hearing && <ByWordForm id={id} data={data} span={span} done={() => { setHearing(false); reload(); }} cancel={() => setHearing(false)} />}
      {dosing && <PastDose key={dosing.id} order={dosing} id={id} data={data} span={span} done={() => { setDosing(undefined); reload(); }} cancel={() => setDosing(undefined)} />}
      <section className="an-card an-visit-part" aria-label={w('section.medicines')}>
        <h2>{w('section.medicines')}</h2>
        {rows.length === 0 && <p className="an-dim">{w('medicines.none')}</p>}
        <ul className="an-visit-lines">
          {rows.map((o) => (
            <li key={o.id} className="an-visit-line an-order">
              <Row order={o} name={medicineText(o, data.included)} names={names} replaced={replacedBy(o, data.standing)} included={data.included} />
              <div className="an-row">
                {more(o)}
                {mayCopy(access) && <Check order={o} data={data} me={me} reload={reload} onFailure={setFailure} />}
                {isUnchecked(o) && may.copy && <Button variant="default" aria-label={w('order.recopyOf', { what: medicineText(o, data.included) })} onClick={() => recopy(o)}>{w('order.recopy')}</Button>}
                {isUnchecked(o) && mayCopy(access) && <Button variant="default" aria-label={w('order.dropCopyOf', { what: medicineText(o, data.included) })} onClick={() => setDropping(o)}>{w('order.dropCopy')}</Button>}
                {may.prescribe && <Button variant="default" aria-label={w('order.changeOf', { what: medicineText(o, data.included) })} onClick={() => change(o)}>{w('order.change')}</Button>}
                {mayPrescribe(access) && !isUnchecked(o) && <Button variant="default" aria-label={w('order.stopOf', { what: medicineText(o, data.included) })} onClick={() => setStopping(o)}>{w('order.stop')}</Button>}
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
                {isByWord(o) && <><p className={denialOf(o) && 'an-struck'}>{dosageText(o)}</p><Said order={o} /></>}
                <span className="an-visit-small">{[isByWord(o) ? '' : showFhirDay(o.authoredOn), o.statusReason?.text].filter(Boolean).join(' · ')}</span>
              </div>
              <div className="an-row">{more(o)}</div>
            </li>
          ))}</ul>
        </details>
      )}
      {instead && (
        <Dialog title={w('order.halfTyped', { what: half || w('order.prescribe') })} onClose={() => setInstead(undefined)}>
          <p>{w('order.halfTypedDo')}</p>
          <div className="an-row">
            <Button onClick={() => setInstead(undefined)}>{w('order.goOn')}</Button>
            <Button variant="default" onClick={() => { drafts.keep(ORDER_DRAFT, id, undefined); setOpen(instead); setInstead(undefined); }}>{w('order.letGo')}</Button>
          </div>
        </Dialog>
      )}
      {dropping && <Stop order={dropping} title={w('order.dropCopyOf', { what: medicineText(dropping, data.included) })} action={w('order.dropCopy')} onClose={() => setDropping(undefined)} onDo={(why) => { setDropping(undefined); void put(struck(dropping, why)); }} />}
      {stopping && <Stop order={stopping} title={w('order.stopOf', { what: medicineText(stopping, data.included) })} action={w('order.stop')} onClose={() => setStopping(undefined)} onDo={(why) => { setStopping(undefined); void put(stopped(stopping, why)); }} />}
    </>
  );
}

/* The second person: what is on the paper is what stands here. Where the copy takes the place of orders that stand, they end in the same moment: by who may
 * prescribe, or because who may has said so in copying. A copy without times takes the place of nothing: somebody would be without the medicine. */
function Check({ order: o, data, me, reload, onFailure }: { order: FullOrder; data: MedicineData; me: Giver; reload: () => void; onFailure: (e: FhirError | undefined) => void }) {
  const w = useVisitWords();
  const prescribes = mayPrescribe(useMe());
  const replaced = replacedBy(o, data.standing);
  const good = checked(o, me, nowMs());
  if (!good || (replaced.length > 0 && ((!prescribes && !isAgreed(replaced, o)) || withoutTime([o]).length > 0))) return null;
  const check = async (): Promise<void> => {
    onFailure(undefined);
    try {
      const why = sayIn(VISIT_CATALOGUES.vi)('order.replacedBy', { what: medicineText(o, data.included) });
      await server.transaction({ resourceType: 'Bundle', type: 'transaction', entry: [putOrder(good), ...replaced.map((r) => putOrder(stopped(r, why)))] });
    } catch (e) {
      onFailure(problemOf(e));
    }
    reload();
  };
  return <Button onClick={() => void check()}>{replaced.length > 0 ? w('order.checkReplaces', { what: replaced.map((r) => medicineText(r, data.included)).join('; ') }) : w('order.check')}</Button>;
}

function Row({ order: o, name, names, replaced, included }: { order: FullOrder; name: string; names: Map<string, string>; replaced: FullOrder[]; included: Resource[] }) {
  const w = useVisitWords();
  const left = daysLeft(o, wardTime(nowMs()).day);
  const who = o.requester?.display ?? names.get(o.requester?.reference ?? '') ?? '';
  const check = checkOf(o);
  return (
    <div>
      <p className="an-person-name">{name}{o.status === 'on-hold' && <span className="an-visit-mark"> {w('order.onHold')}</span>}</p>
      <p>{dosageText(o)}</p>
      {isByWord(o) && <Said order={o} />}
      {!isByWord(o) && <span className="an-visit-small">
        {isCopied(o) ? w('order.copiedBy', { who, recorder: o.recorder?.display ?? '', when: showFhirDay(o.authoredOn) }) : w('order.by', { who, when: showFhirDay(o.authoredOn) })}
        {check && ` · ${w('order.checkedBy', { who: check.who?.display ?? '', when: showFhirDay(check.when) })}`}
      </span>}
      <Paper order={o} />
      {isUnchecked(o) && <p className="an-visit-mark"><Icon name="warn" size={18} /> {w('order.unchecked')}</p>}
      {replaced.map((r) => <p key={r.id}>{w('order.replaces', { what: medicineText(r, included), text: dosageText(r) })}. {w(withoutTime([o]).length > 0 ? 'order.replacesTimes' : isAgreed(replaced, o) ? 'order.replacesAgreed' : 'order.replacesWho')}</p>)}
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

function Stop({ order: o, title, action, onClose, onDo }: { order: FullOrder; title: string; action: string; onClose: () => void; onDo: (why: string) => void }) {
  const w = useVisitWords();
  const [why, setWhy] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{dosageText(o)}</p>
      <Area label={w('order.why')} value={why} onChange={setWhy} />
      <div className="an-row"><Button variant="default" onClick={onClose}>{w('cancel')}</Button><Button color="red" disabled={why.trim() === ''} onClick={() => onDo(why.trim())}>{action}</Button></div>
    </Dialog>
  );
}
