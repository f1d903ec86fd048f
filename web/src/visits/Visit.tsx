/* Writing a visit, or a health-monitoring note where the facility has no licence to treat: one page from reason to signature. Every
 * section may stay empty but the reason; what is missing is said only when somebody wants to sign. */

import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useDrafts } from '../access/drafts';
import { useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { momentOf, When } from '../daily/When';
import { useGiver } from '../drugs/useRound';
import { problemOf } from '../fhir/client';
import { conceptText } from '../fhir/clinical';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { deathOf, personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { Patient } from '../fhir/types';
import { addDays, wardStamp, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, VISIT_CATALOGUES } from '../i18n/visits';
import { promisedDay } from '../record/coming';
import { isNoKnown } from '../record/entries';
import { go, personHref } from '../route';
import type { ScreenProps } from '../screen';
import { CLIENT_KINDS } from '../stay/forms';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { recallsOf, sayIn, signedName, type Setting } from './compose';
import { CLASSES, missingOf, SYSTEMS, withTemplate, type Missing, type VisitDraft } from './draft';
import { loadVisit, problemWords, type VisitData } from './load';
import { Area, labLines, Labs, Line, needsWhy, Orders, Problems, Procedures, Readings, Results, todayLines, type PartProps } from './parts';
import { documentHref, mayVisit } from './screens';
import { useSigningRole } from './signer';
import { SaveTemplate } from './Templates';
import { useVisit, type UseVisit } from './useVisit';
import { inVietnamese } from './words';
import './visits.css';

export default function VisitScreen({ params }: ScreenProps) {
  const id = params.id ?? '';
  const me = useMe();
  const w = useVisitWords();
  const role = useSigningRole();
  const load = useLoad(`visit ${id}`, (signal) => loadVisit(server, id, me.practitioner ?? '', role.facility, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  if (!mayVisit(me)) return <NoPermission what={w('screen.visit')} />;
  return (
    <div className="an-visit">
      <a className="an-back" href={personHref(id)}><Icon name="back" />{w('screen.back')}</a>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && (
        <div role="status" aria-label={w('screen.loading')}>{[48, 90, 90, 160].map((h, i) => <Skeleton key={i} height={h} mb={16} />)}</div>
      )}
      {load.data && <Body key={id} id={id} data={load.data} reload={load.reload} />}
    </div>
  );
}

function Body({ id, data, reload }: { id: string; data: VisitData; reload: () => void }) {
  const w = useVisitWords();
  const { t } = useI18n();
  const use = useVisit(id);
  const { draft, change } = use;
  const { allowed } = data.facility;
  const setting = useSetting(id, data, draft);
  const day = wardTime(nowMs()).day; /* the visit ends when it is signed: the edition of today */
  const part = { draft, change };
  const locked = draft.signedAt > 0;
  return (
    <>
      <header>
        <h1>{w(allowed.treats ? 'screen.visit' : 'screen.monitoring')}</h1>
        <p className="an-form-who"><strong>{personName(data.person) || t('people.noName')}</strong> · <PersonLine patient={data.person} /></p>
        {allowed.treats ? allowed.number !== '' && <p className="an-dim">{w('licence.number', { number: allowed.number })}</p> : <Notice kind="info" title={w('monitoring.note')} />}
      </header>
      <Known {...part} data={data} locked={locked} />
      <Died patient={data.person} />
      <Restored use={use} />
      <fieldset className="an-visit-body" disabled={locked}>
        <Kinds {...part} treats={allowed.treats} />
        <When typed={draft.when === '' ? undefined : draft.when} onTyped={(when) => change({ when: when ?? '' })} />
        {data.facility.stay === '' && (data.facility.client === '' ? <Clients {...part} /> : <p className="an-dim">{w(`client.${data.facility.client}`)}</p>)}
        <Templates {...part} data={data} setting={setting} onSaved={reload} />
        <Card title={w('section.reason')}><Area alone label={w('section.reason')} value={draft.reason} onChange={(reason) => change({ reason })} /></Card>
        <Card title={w('section.history')}><Area alone label={w('section.history')} rows={3} value={draft.history} onChange={(history) => change({ history })} /></Card>
        <Card title={w('section.vitals')}><Readings {...part} patient={id} lines={setting.today} /></Card>
        <Card title={w('section.exam')}><Exam {...part} /></Card>
        <Card title={w('section.problems')}><Problems {...part} known={data.problems} day={day} /></Card>
        <Card title={w('section.results')}><Labs {...part} patient={id} lines={setting.todayLabs} /><Results {...part} orders={[...data.orders.values()].map((o) => o.order)} /></Card>
        <Card title={w('section.assessment')}><Area alone label={w('section.assessment')} value={draft.assessment} onChange={(assessment) => change({ assessment })} /></Card>
        {draft.kind === 'check' && <Card title={w('section.class')}><Classes {...part} /></Card>}
        <Card title={w('section.orders')}><Orders {...part} /></Card>
        <Card title={w('section.procedures')}><Procedures {...part} allowed={allowed} day={day} /></Card>
        <Card title={w('section.medicines')}>
          {data.medicines.length === 0 ? <p className="an-dim">{w('medicines.none')}</p> : (
            <><ul>{data.medicines.map((m) => <li key={m.reference}>{m.text}</li>)}</ul><p className="an-visit-small">{w('medicines.how')}</p></>
          )}
        </Card>
        <Card title={w('section.advice')}><Area alone label={w('section.advice')} hint={w('advice.examples')} value={draft.advice} onChange={(advice) => change({ advice })} /></Card>
        <Card title={w('section.next')}><Next {...part} today={day} setting={setting} /></Card>
      </fieldset>
      <Sign use={use} setting={setting} day={day} patient={id} reload={reload} />
    </>
  );
}

/* Before anything is ordered: what the person must not have, and what was promised for about now. Which of it this visit is for, its author
 * says: a fever today does not settle the wound check of the day after tomorrow. */
function Known({ draft, change, data, locked }: PartProps & { data: VisitData; locked: boolean }) {
  const w = useVisitWords();
  const keep = (id: string, on: boolean): void => change({ kept: [...draft.kept.filter((x) => x !== id), ...(on ? [id] : [])] });
  const real = data.allergies.filter((a) => !isNoKnown(a));
  return (
    <ul className="an-visit-known">
      <li className={real.length > 0 ? 'an-visit-allergy' : 'an-dim'}>
        <Icon name="allergy" />{real.length > 0 ? w('known.allergies', { what: real.map((a) => conceptText(a.code)).join('; ') }) : w(data.allergies.length > 0 ? 'allergy.none' : 'allergy.notAsked')}
      </li>
      {data.promised.map((a) => (
        <li key={a.id}>
          <Icon name="clock" />
          <Checkbox label={w('known.promised', { day: showFhirDay(promisedDay(a)), what: a.comment ?? '' })} description={w('known.keeps')} disabled={locked}
            checked={draft.kept.includes(a.id ?? '')} onChange={(e) => keep(a.id ?? '', e.currentTarget.checked)} />
        </li>
      ))}
    </ul>
  );
}

interface Settled extends Setting { today: ReturnType<typeof todayLines>; todayLabs: ReturnType<typeof labLines> }

/* What is known besides the draft; its words are those of the document, in Vietnamese. */
function useSetting(id: string, data: VisitData, draft: VisitDraft): Settled {
  const i18n = useI18n();
  const w = useVisitWords();
  const me = useGiver();
  const role = useSigningRole();
  return useMemo(() => {
    const vi = inVietnamese(i18n);
    const say = sayIn(VISIT_CATALOGUES.vi);
    const lines = todayLines(id, data.today, vi, (what, value, when) => say('vitals.line', { what, value, when }));
    return {
      patient: id, stay: data.facility.stay, client: data.facility.client, episode: data.facility.episode, facility: data.facility.id, allowed: data.facility.allowed, me, practice: data.practice,
      role: role.code === '' ? '' : vi.t(`role.${role.code}`), roleCode: role.code, vitals: new Map(lines.map((l) => [l.id, l.text])),
      labs: new Map(labLines(id, data.labs, 'vi', say).map((l) => [l.id, l.text])), todayLabs: labLines(id, data.labs, i18n.lang, w),
      conditions: new Map(data.problems.map((c) => [c.id ?? '', problemWords(c)])), medicines: data.medicines, orders: data.orders, promised: data.promised, recalls: data.recalls,
      today: todayLines(id, data.today, i18n, (what, value, when) => w('vitals.line', { what, value, when })),
    };
  }, [i18n, w, id, data, me, role.code, draft.id]);
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return <section className="an-card an-visit-part" aria-label={title}><h2>{title}</h2>{children}</section>;
}

function Restored({ use }: { use: UseVisit }) {
  const w = useVisitWords();
  const [sure, setSure] = useState(false);
  if (!use.restored || use.draft.signedAt > 0) return null;
  return (
    <>
      <Notice kind="info" title={w('restored', { when: wardStamp(use.draft.touchedAt) })}>
        <Button variant="default" onClick={() => setSure(true)}>{w('restored.drop')}</Button>
      </Notice>
      {sure && (
        <Dialog title={w('restored.dropSure')} onClose={() => setSure(false)}>
          <div className="an-row">
            <Button variant="default" data-autofocus onClick={() => setSure(false)}>{w('restored.keep')}</Button>
            <Button color="red" onClick={() => { use.drop(); setSure(false); }}>{w('restored.drop')}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Died({ patient }: { patient: Patient }) {
  const w = useVisitWords();
  const { dead, date } = deathOf(patient);
  if (!dead) return null;
  return <Notice kind="warn" title={date === undefined ? w('died') : w('diedAt', { when: showFhirDate(date) })}><p>{w(date === undefined ? 'diedFirst' : 'diedDo')}</p></Notice>;
}

function Kinds({ draft, change, treats }: PartProps & { treats: boolean }) {
  const w = useVisitWords();
  return (
    <div className="an-options" role="group" aria-label={w('kind')}>
      <Button variant={draft.kind === 'visit' ? 'filled' : 'default'} aria-pressed={draft.kind === 'visit'} onClick={() => change({ kind: 'visit' })}>{w(treats ? 'kind.visit' : 'kind.monitoring')}</Button>
      <Button variant={draft.kind === 'check' ? 'filled' : 'default'} aria-pressed={draft.kind === 'check'} onClick={() => change({ kind: 'check' })}>{w('kind.check')}</Button>
    </div>
  );
}

/* People who come for the day, and workers: a visit without a bed. */
function Clients({ draft, change }: PartProps) {
  const w = useVisitWords();
  return (
    <div className="an-options" role="group" aria-label={w('client')}>
      {CLIENT_KINDS.map((c) => <Button key={c} variant={draft.client === c ? 'filled' : 'default'} aria-pressed={draft.client === c} onClick={() => change({ client: draft.client === c ? '' : c })}>{w(`client.${c}`)}</Button>)}
    </div>
  );
}

function Templates({ draft, change, data, setting, onSaved }: PartProps & { data: VisitData; setting: Setting; onSaved: () => void }) {
  const w = useVisitWords();
  const use = (id: string): void => {
    const found = data.templates.find((x) => x.id === id);
    if (found) change(withTemplate(draft, found));
  };
  return (
    <div className="an-row">
      {data.templates.length > 0 && (
        <label className="an-visit-template">
          {w('template')}
          <select className="an-time" value="" onChange={(e) => use(e.currentTarget.value)}>
            <option value="">{w('template.none')}</option>
            {data.templates.map((x) => <option key={x.id} value={x.id}>{w(x.id.startsWith('own ') ? 'template.own' : 'template.facility', { title: x.title })}</option>)}
          </select>
          <span className="an-visit-small">{w('template.fills')}</span>
        </label>
      )}
      <SaveTemplate draft={draft} setting={setting} onSaved={onSaved} />
    </div>
  );
}

function Exam({ draft, change }: PartProps) {
  const w = useVisitWords();
  const set = (system: (typeof SYSTEMS)[number], text: string): void => change({ exam: { ...draft.exam, [system]: text } });
  return (
    <div className="an-visit-exam">
      {SYSTEMS.map((s) => (
        <div key={s} className="an-visit-system">
          <Area label={w(`system.${s}`)} rows={1} value={draft.exam[s] ?? ''} onChange={(text) => set(s, text)} />
          <Button variant="default" aria-label={w('exam.normalOf', { system: w(`system.${s}`) })} onClick={() => set(s, VISIT_CATALOGUES.vi['exam.normalText'])}>{w('exam.normal')}</Button>
        </div>
      ))}
    </div>
  );
}

function Classes({ draft, change }: PartProps) {
  const w = useVisitWords();
  return (
    <>
      <p className="an-dim">{w('class.how')}</p>
      <div className="an-options" role="group" aria-label={w('section.class')}>
        {CLASSES.map((c) => <Button key={c} variant={draft.healthClass === c ? 'filled' : 'default'} aria-pressed={draft.healthClass === c} onClick={() => change({ healthClass: c })}>{w('class.line', { n: c })} · {w(`class.${c}`)}</Button>)}
      </div>
    </>
  );
}

function Next({ draft, change, today, setting }: PartProps & { today: string; setting: Setting }) {
  const w = useVisitWords();
  return (
    <>
      <div className="an-options" role="group" aria-label={w('next.in')}>
        {[7, 14].map((n) => <Button key={n} variant="default" onClick={() => change({ nextDay: addDays(today, n) })}>{w('next.days', { n })}</Button>)}
        {[1, 3, 6].map((n) => <Button key={`${n}m`} variant="default" onClick={() => change({ nextDay: addDays(today, n * 30 + (n > 1 ? Math.floor(n / 2) : 0)) })}>{w('next.months', { n })}</Button>)}
      </div>
      <div className="an-visit-fields">
        <label className="an-entry">{w('next.day')}{draft.nextDay !== '' && ` · ${showFhirDay(draft.nextDay)}`}<input type="date" className="an-time" min={today} value={draft.nextDay} onChange={(e) => change({ nextDay: e.currentTarget.value })} /></label>
        <Line wide label={w('next.note')} value={draft.nextNote} onChange={(nextNote) => change({ nextNote })} />
      </div>
      {recallsOf(draft, setting).map((r) => <p key={r.register} className="an-dim">{w('next.recall', { register: w(`register.${r.register}`), day: showFhirDay(r.day) })}</p>)}
    </>
  );
}

/* ---- the signature ---- */

function Sign({ use, setting, day, patient, reload }: { use: UseVisit; setting: Settled; day: string; patient: string; reload: () => void }) {
  const w = useVisitWords();
  const { me } = useMe();
  const drafts = useDrafts();
  const { draft } = use;
  const [missing, setMissing] = useState<Missing[]>([]);
  const [asking, setAsking] = useState(false);
  const say = sayIn(VISIT_CATALOGUES.vi);
  const nobody = me.auth === 'on' && setting.me.reference === '';
  const ask = (): void => {
    const open: Missing[] = [...(momentOf(draft.when || undefined, nowMs()) === undefined ? ['when' as const] : []), ...missingOf(draft, needsWhy(setting.allowed), day)];
    setMissing(open);
    setAsking(open.length === 0);
  };
  const sign = async (): Promise<void> => {
    setAsking(false);
    const id = await use.sign(setting);
    if (id !== undefined) go(id === '' ? personHref(patient) : documentHref(patient, id));
  };
  /* a promise or an order has another version by now: without it every further try is refused as well */
  const overtaken = use.failure?.problem === 'conflict';
  useEffect(() => { if (overtaken) reload(); }, [overtaken, reload]);
  const unsure = draft.signedAt > 0 && !use.sending;
  useOnReconnect(() => void sign(), unsure);
  return (
    <>
      {missing.length > 0 && (
        <Notice kind="warn" title={w('missing.title')} role="alert"><ul>{missing.map((m) => <li key={m}>{w(`missing.${m}`)}</li>)}</ul></Notice>
      )}
      {nobody && <Notice kind="warn" title={w('sign.noPractitioner')} />}
      {unsure && (
        <Notice kind="warn" title={w('sign.unsure')} role="alert"><p>{w('sign.unsureDo')}</p><Button onClick={() => void sign()}>{w('sign.again')}</Button></Notice>
      )}
      {use.elsewhere !== undefined && (
        <Notice kind="warn" title={w('sign.elsewhere')} role="alert">
          <p>{w('sign.elsewhereDo')}</p>
          <div className="an-row">
            <Button component="a" variant="default" href={documentHref(patient, use.elsewhere)}>{w('sign.elsewhereOpen')}</Button>
            <Button onClick={use.another}>{w('sign.elsewhereNew')}</Button>
          </div>
        </Notice>
      )}
      {use.failure && draft.signedAt === 0 && <><Notice kind="bad" title={w('sign.refused')} role="alert" /><Problem error={problemOf(use.failure)} onRetry={ask} /></>}
      <div className="an-bottom-bar an-noprint">
        <span className="an-dim an-visit-kept" role="status">{drafts.get('visit', patient) !== null && w('saved', { when: wardStamp(draft.touchedAt) })}</span>
        <Button size="md" disabled={use.sending || unsure || nobody || use.elsewhere !== undefined} onClick={ask}>{w(use.sending ? 'sign.sending' : 'sign')}</Button>
      </div>
      {asking && (
        <Dialog title={w('sign.title')} onClose={() => setAsking(false)}>
          <p>{w('sign.as', { name: signedName(setting, say) })}</p>
          <div className="an-row">
            <Button variant="default" onClick={() => setAsking(false)}>{w('cancel')}</Button>
            <Button data-autofocus onClick={() => void sign()}>{w('sign.now')}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
