/* The forms of what can happen to a stay. Times are typed, never in the future but for a return that is expected; what is impossible is
 * said beside the field and kept as typed. */

import { Skeleton } from '@mantine/core';
import { useEffect } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, toLocalInput } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { STAY_CATALOGUES, useWords } from '../i18n/stay';
import { useI18n } from '../i18n/context';
import type { Bundle, CodeableConcept, Resource } from '../fhir/types';
import { conceptText } from '../fhir/clinical';
import { idOf } from '../drugs/forms';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { changeBed, comeBack, death, discharge, goAway, type EndWords } from './acts';
import { alive, loadSaid, type Said } from './alive';
import { BedPicker } from './BedPicker';
import { activePlace, loadBeds } from './beds';
import { endedByDeath, openAway, type AwayKind, type Stay } from './forms';
import { bedRefused } from './load';
import { goesOn, lately, loadEnded } from './reopen';
import { Frame } from './Frame';
import { Area, Entry, Options, Select } from './parts';
import type { PersonStay } from './person';
import { useSend, type OnDone, type Sending } from './useSend';
import { nameOf, REASONS } from './ways';

interface Props { data: PersonStay; onDone: OnDone; onCancel: () => void }

const { vi } = STAY_CATALOGUES;
const END_WORDS: EndWords = { medicines: vi['record.medicinesHanded'], papers: vi['record.papersHanded'], deathNotice: vi['timer.death-notice'] };
const AHEAD_MS = 5 * 60_000;
const msOf = (local: string): number => fromLocalInput(local)?.getTime() ?? NaN;
const instant = (local: string): string => wardInstant(msOf(local));

export const FORM = 'stay-form';
export const formId = (patient: string, act: string): string => `${patient}/${act}`;

type WhenWrong = 'at' | 'atFuture' | 'atBefore';
interface ActForm<T> { f: T; set: (part: Partial<T>) => void; when: { at: string; setAt: (v: string) => void; wrong: WhenWrong | undefined }; sending: Sending; submit: (make: (act: string) => Bundle, said: string) => void; cancel: () => void }

/* All that an act may change, as it stands: what the way back needs. */
const stoodBefore = ({ patient, stay, standing: s }: PersonStay): Resource[] =>
  [patient, stay, s.episode, ...s.orders, ...s.services, ...s.tasks].filter((r): r is NonNullable<typeof r> => r !== undefined);

/* What is typed into one of these forms, beside its time: a moment that has passed, and not before the stay began. */
function useActForm<T extends object>({ data, onDone, onCancel }: Props, act: string, begin: T, resumed?: (kept: T & { at: string }) => T & { at: string }): ActForm<T & { at: string }> {
  const canUndo = act !== 'alive' && act !== 'goes-on'; /* they are the way back */
  const typed = useTyped<T & { at: string }>(FORM, formId(data.patient.id ?? '', act), () => ({ ...begin, at: toLocalInput(new Date(nowMs())) }), resumed);
  const { now: f, change, forget } = typed;
  const sending = useSend(data.patient.id ?? '', onDone);
  /* sent, it is the outbox's of this person (useSend); refused, it is a form again */
  useEffect(() => { if (sending.error !== undefined) change({}); }, [sending.error, change]);
  const ms = msOf(f.at);
  const since = Date.parse(openAway(data.stay ?? { resourceType: 'Encounter' })?.from ?? data.stay?.period?.start ?? '');
  const wrong = Number.isNaN(ms) ? 'at' : ms > nowMs() + AHEAD_MS ? 'atFuture' : ms < since ? 'atBefore' : undefined;
  return {
    f, set: change, sending, when: { at: f.at, setAt: (at) => change({ at } as Partial<T & { at: string }>), wrong },
    submit: (make, said) => { forget(); sending.send(make, said, canUndo ? stoodBefore(data) : []); },
    cancel: () => { forget(); onCancel(); },
  };
}

function When({ label, at, setAt, wrong }: { label: string; at: string; setAt: (v: string) => void; wrong: WhenWrong | undefined }) {
  const w = useWords();
  return <Entry id="act-at" label={label} type="datetime-local" value={at} onChange={setAt} trouble={wrong && w(`trouble.${wrong}`)} />;
}

export function LeaveForm({ kind, ...props }: Props & { kind: AwayKind }) {
  const w = useWords();
  const stay = props.data.stay as Stay;
  const begin: { until: string; where: string; who: string; keep: 'yes' | 'no' | '' } = { until: '', where: '', who: '', keep: '' };
  const { f: { until, where, who, keep }, set, when, sending, submit, cancel } = useActForm(props, kind, begin);
  const untilWrong = until === '' ? (kind === 'leave' ? 'until' : undefined) : msOf(until) <= msOf(when.at) ? 'untilBefore' : undefined;
  const left = [when.wrong !== undefined && w('away.from'), untilWrong !== undefined && w('away.until'), keep === '' && w('away.keepBed')];
  const save = (): void => submit((act) => goAway(stay, act, {
    kind, from: instant(when.at), until: until === '' ? '' : instant(until), where, with: who,
  }, keep === 'yes'), w(`done.${kind}`));
  return (
    <Frame title={w(`act.${kind}`)} sending={sending} left={left} go={w('act.go')} onSubmit={save} onCancel={cancel}>
      <div className="an-stay-two">
        <When label={w('away.from')} {...when} />
        <Entry id="act-until" label={w('away.until')} type="datetime-local" value={until} onChange={(v) => set({ until: v })} trouble={until === '' ? undefined : untilWrong && w(`trouble.${untilWrong}`)} hint={w(kind === 'leave' ? 'away.untilHint' : 'away.untilIfKnown')} />
        <Entry id="act-where" label={w(kind === 'leave' ? 'away.where' : 'away.hospitalName')} value={where} onChange={(v) => set({ where: v })} />
        <Entry id="act-with" label={w('away.with')} value={who} onChange={(v) => set({ who: v })} />
      </div>
      <Options label={w('away.keepBed')} value={keep} onChange={(v) => set({ keep: v })} options={[{ value: 'yes', label: w('yes') }, { value: 'no', label: w('away.freeBed') }]} />
    </Frame>
  );
}

function useBeds(stay: Stay) {
  const facility = idOf(stay.serviceProvider);
  return useLoad(`act beds ${facility}`, (signal) => loadBeds(server, facility, signal));
}

export function BackForm(props: Props) {
  const w = useWords();
  const { data } = props;
  const stay = data.stay as Stay;
  const had = activePlace(stay);
  const beds = useBeds(stay);
  const { f: { ward, bed }, set, when, sending, submit, cancel } = useActForm(props, 'back', { ward: '', bed: '' });
  const taken = bedRefused(sending.error);
  const left = [when.wrong !== undefined && w('back.at'), had === '' && bed === '' && w('bed.one')];
  const save = (): void => submit((act) => comeBack(stay, act, instant(when.at), bed, vi['record.reconcile']), w('done.back'));
  return (
    <Frame title={w('act.back')} sending={sending} left={left} go={w('act.go')} onSubmit={save} onCancel={cancel}>
      <When label={w('back.at')} {...when} />
      {had !== '' && <p>{w('back.bed', { bed: data.bedName })}</p>}
      {had === '' && (beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={(v) => set({ ward: v })} onBed={(v) => set({ bed: v })} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />)}
    </Frame>
  );
}

export function BedForm(props: Props) {
  const w = useWords();
  const stay = props.data.stay as Stay;
  const beds = useBeds(stay);
  const { f: { ward, bed }, set, when, sending, submit, cancel } = useActForm(props, 'bed', { ward: '', bed: '' });
  const taken = bedRefused(sending.error);
  const left = [when.wrong !== undefined && w('bed.at'), bed === '' && w('bed.one')];
  return (
    <Frame title={w('act.bed')} sending={sending} left={left} go={w('act.go')} onSubmit={() => submit((act) => changeBed(stay, act, instant(when.at), bed), w('done.bed'))} onCancel={cancel}>
      <When label={w('bed.at')} {...when} />
      {beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={(v) => set({ ward: v })} onBed={(v) => set({ bed: v })} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />}
    </Frame>
  );
}

/* Of an order for care, or of a diet. */
const serviceText = (s: Resource): string => {
  const any = s as Resource & { code?: CodeableConcept; oralDiet?: { type?: CodeableConcept[] } };
  return conceptText(any.code) || (any.oralDiet?.type ?? []).map((x) => conceptText(x)).join(', ');
};

/* What ends with the stay, by name, before it ends. */
function Ending({ data }: { data: PersonStay }) {
  const w = useWords();
  const { orders, services } = data.standing;
  if (!data.seesOrders) return <Notice kind="warn" title={w('end.notSeen')}><p>{w('end.ordersDo')}</p></Notice>;
  if (orders.length + services.length === 0) return <p className="an-dim">{w('end.noOrders')}</p>;
  return (
    <div>
      <p><strong>{w('end.stops', { n: orders.length + services.length })}</strong></p>
      <ul>
        {orders.map((o) => <li key={o.id}>{conceptText(o.medicationCodeableConcept) || w('end.medicine')}</li>)}
        {services.map((s) => <li key={s.id}>{serviceText(s) || w('end.service')}</li>)}
      </ul>
    </div>
  );
}

export function EndForm(props: Props) {
  const w = useWords();
  const { lang } = useI18n();
  const { data } = props;
  const stay = data.stay as Stay;
  const { f: { reason, to, medicines, papers }, set, when, sending, submit, cancel } = useActForm(props, 'end', { reason: '', to: '', medicines: '', papers: '' });
  const left = [when.wrong !== undefined && w('end.at'), reason === '' && w('end.reason'), to.trim() === '' && w('end.to')];
  const reasonText = nameOf(REASONS.find((r) => r.code === reason), 'vi');
  const save = (): void => submit((act) => discharge(stay, act, data.standing, {
    at: instant(when.at), reason, reasonText, to, medicines, papers, why: vi['record.endOfStay'],
  }, END_WORDS), w('done.end'));
  return (
    <Frame title={w('act.end')} sending={sending} left={left} go={w('end.go')} onSubmit={save} onCancel={cancel}>
      <div className="an-stay-two">
        <When label={w('end.at')} {...when} />
        <Select id="act-reason" label={w('end.reason')} none={w('choose')} value={reason} onChange={(v) => set({ reason: v })} options={REASONS.map((r) => ({ value: r.code, label: nameOf(r, lang) }))} />
      </div>
      <Entry id="act-to" label={w('end.to')} value={to} onChange={(v) => set({ to: v })} hint={w('end.toHint')} />
      <Ending data={data} />
      <Area id="act-medicines" label={w('end.medicines')} value={medicines} onChange={(v) => set({ medicines: v })} hint={w('belongings.hint')} />
      <Area id="act-papers" label={w('end.papers')} value={papers} onChange={(v) => set({ papers: v })} hint={w('belongings.hint')} />
    </Frame>
  );
}

export function DeathForm(props: Props) {
  const w = useWords();
  const { data } = props;
  const { me } = useMe();
  const begin: { cause: string; sure: 'yes' | '' } = { cause: '', sure: '' };
  const { f: { cause, sure }, set, when, sending, submit, cancel } = useActForm(props, 'death', begin, (kept) => ({ ...kept, sure: '' as const })); /* that it is sure is said anew */
  const practitioner = me.account?.practitioner ?? '';
  const by = practitioner === '' ? '' : practitioner.startsWith('Practitioner/') ? practitioner : `Practitioner/${practitioner}`;
  const save = (): void => submit((act) => death(data.stay, data.patient, act, data.standing, {
    at: instant(when.at), cause, by, why: vi['record.death'], dispositionText: vi['record.death'],
  }, END_WORDS), w('done.death'));
  return (
    <Frame title={w('act.death')} sending={sending} left={[when.wrong !== undefined && w('death.at'), sure !== 'yes' && w('death.sure')]} go={w('death.go')} onSubmit={save} onCancel={cancel}>
      <When label={w('death.at')} {...when} />
      <Area id="act-cause" label={w('death.cause')} value={cause} onChange={(v) => set({ cause: v })} hint={w('death.causeHint')} />
      {data.stay && <Ending data={data} />}
      <Options label={w('death.sure')} value={sure} onChange={(v) => set({ sure: v })} options={[{ value: 'yes', label: w('death.yes') }]} />
    </Frame>
  );
}

/* Written for the wrong person, or for somebody who is alive: put right at once, with the reason and a bed. */
export function AliveForm(props: Props) {
  const w = useWords();
  const { data } = props;
  const { me } = useMe();
  const patient = data.patient.id ?? '';
  const said = useLoad(`death ${patient}`, (signal) => loadSaid(server, patient, data.past, signal));
  const stay = endedByDeath(data.past);
  const facility = idOf(stay?.serviceProvider);
  const beds = useLoad(`alive beds ${facility}`, async (signal) => (facility === '' ? undefined : loadBeds(server, facility, signal)));
  const { f: { why, ward, bed }, set, sending, submit, cancel } = useActForm(props, 'alive', { why: '', ward: '', bed: '' });
  const taken = bedRefused(sending.error);
  const practitioner = me.account?.practitioner ?? '';
  const who = practitioner === '' || practitioner.startsWith('Practitioner/') ? practitioner : `Practitioner/${practitioner}`;
  const left = [why.trim() === '' && w('alive.why'), stay !== undefined && bed === '' && w('bed.one'), said.data === undefined && w('alive.said')];
  const save = (): void => {
    if (said.data) submit((act) => alive(data.patient, said.data as Said, act, { at: wardInstant(nowMs()), why, who, bed }), w('done.alive'));
  };
  return (
    <Frame title={w('act.alive')} sending={sending} left={left} go={w('alive.go')} onSubmit={save} onCancel={cancel}>
      <Notice kind="warn" title={w('alive.how')} />
      <Area id="act-why" label={w('alive.why')} value={why} onChange={(v) => set({ why: v })} />
      {said.error !== undefined && <Problem error={said.error} onRetry={said.reload} />}
      {stay !== undefined && (beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={(v) => set({ ward: v })} onBed={(v) => set({ bed: v })} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />)}
    </Frame>
  );
}

/* The end was none: the stay goes on, in the bed they had if it is still free. */
export function GoesOnForm(props: Props) {
  const w = useWords();
  const { data } = props;
  const stay = lately(data.past, nowMs()) as Stay;
  const ended = useLoad(`ended ${stay.id ?? ''}`, (signal) => loadEnded(server, stay, signal));
  const beds = useBeds(stay);
  const { f, set, sending, submit, cancel } = useActForm(props, 'goes-on', { why: '', ward: '', bed: '' });
  const had = beds.data?.list.find((b) => b.id === idOf((stay.location ?? []).at(-1)?.location) && b.holder === undefined);
  const { ward, bed } = f.ward === '' && had ? { ward: had.wardId, bed: had.id } : f;
  const left = [f.why.trim() === '' && w('goesOn.why'), bed === '' && w('bed.one'), ended.data === undefined && w('goesOn.ended')];
  const save = (): void => {
    const found = ended.data;
    if (found) submit((act) => goesOn(found, act, { at: wardInstant(nowMs()), why: f.why, bed }), w('done.goes-on', { n: found.orders.length }));
  };
  return (
    <Frame title={w('act.goes-on')} sending={sending} left={left} go={w('goesOn.go')} onSubmit={save} onCancel={cancel}>
      <Notice kind="warn" title={w('goesOn.how')} />
      <Area id="act-why" label={w('goesOn.why')} value={f.why} onChange={(v) => set({ why: v })} />
      {ended.error !== undefined && <Problem error={ended.error} onRetry={ended.reload} />}
      {beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={bedRefused(sending.error)} onWard={(v) => set({ ward: v, bed: '' })} onBed={(v) => set({ ward, bed: v })} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />}
    </Frame>
  );
}
