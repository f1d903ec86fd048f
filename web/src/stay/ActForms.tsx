/* The forms of what can happen to a stay. Times are typed, never in the future but for a return that is expected; what is impossible is
 * said beside the field and kept as typed. */

import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, toLocalInput } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { STAY_CATALOGUES, useWords } from '../i18n/stay';
import { useI18n } from '../i18n/context';
import type { CodeableConcept, Resource } from '../fhir/types';
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
import { Frame } from './Frame';
import { Area, Entry, Options, Select } from './parts';
import type { PersonStay } from './person';
import { useSend } from './useSend';
import { nameOf, REASONS } from './ways';

interface Props { data: PersonStay; onDone: (said: string) => void; onCancel: () => void }

const { vi } = STAY_CATALOGUES;
const END_WORDS: EndWords = { medicines: vi['record.medicinesHanded'], papers: vi['record.papersHanded'], deathNotice: vi['timer.death-notice'] };
const AHEAD_MS = 5 * 60_000;
const msOf = (local: string): number => fromLocalInput(local)?.getTime() ?? NaN;
const instant = (local: string): string => wardInstant(msOf(local));

/* A moment that has passed, and not before the stay began. */
function usePast(stay: Stay | undefined): { at: string; setAt: (v: string) => void; wrong: 'at' | 'atFuture' | 'atBefore' | undefined } {
  const [at, setAt] = useState(() => toLocalInput(new Date(nowMs())));
  const ms = msOf(at);
  const since = Date.parse(openAway(stay ?? { resourceType: 'Encounter' })?.from ?? stay?.period?.start ?? '');
  const wrong = Number.isNaN(ms) ? 'at' : ms > nowMs() + AHEAD_MS ? 'atFuture' : ms < since ? 'atBefore' : undefined;
  return { at, setAt, wrong };
}

function When({ label, at, setAt, wrong }: { label: string; at: string; setAt: (v: string) => void; wrong: 'at' | 'atFuture' | 'atBefore' | undefined }) {
  const w = useWords();
  return <Entry id="act-at" label={label} type="datetime-local" value={at} onChange={setAt} trouble={wrong && w(`trouble.${wrong}`)} />;
}

export function LeaveForm({ data, kind, onDone, onCancel }: Props & { kind: AwayKind }) {
  const w = useWords();
  const stay = data.stay as Stay;
  const when = usePast(stay);
  const [until, setUntil] = useState('');
  const [where, setWhere] = useState('');
  const [who, setWho] = useState('');
  const [keep, setKeep] = useState<'yes' | 'no' | ''>('');
  const sending = useSend(data.patient.id ?? '', onDone);
  const untilWrong = until === '' ? (kind === 'leave' ? 'until' : undefined) : msOf(until) <= msOf(when.at) ? 'untilBefore' : undefined;
  const ok = when.wrong === undefined && untilWrong === undefined && keep !== '';
  const submit = (): void => sending.send((act) => goAway(stay, act, {
    kind, from: instant(when.at), until: until === '' ? '' : instant(until), where, with: who,
  }, keep === 'yes'), w(`done.${kind}`));
  return (
    <Frame title={w(`act.${kind}`)} sending={sending} ok={ok} go={w('act.go')} onSubmit={submit} onCancel={onCancel}>
      <div className="an-stay-two">
        <When label={w('away.from')} {...when} />
        <Entry id="act-until" label={w('away.until')} type="datetime-local" value={until} onChange={setUntil} trouble={until === '' ? undefined : untilWrong && w(`trouble.${untilWrong}`)} hint={w(kind === 'leave' ? 'away.untilHint' : 'away.untilIfKnown')} />
        <Entry id="act-where" label={w(kind === 'leave' ? 'away.where' : 'away.hospitalName')} value={where} onChange={setWhere} />
        <Entry id="act-with" label={w('away.with')} value={who} onChange={setWho} />
      </div>
      <Options label={w('away.keepBed')} value={keep} onChange={setKeep} options={[{ value: 'yes', label: w('yes') }, { value: 'no', label: w('away.freeBed') }]} />
    </Frame>
  );
}

function useBeds(stay: Stay) {
  const facility = idOf(stay.serviceProvider);
  return useLoad(`act beds ${facility}`, (signal) => loadBeds(server, facility, signal));
}

export function BackForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const stay = data.stay as Stay;
  const had = activePlace(stay);
  const when = usePast(stay);
  const beds = useBeds(stay);
  const [ward, setWard] = useState('');
  const [bed, setBed] = useState('');
  const sending = useSend(data.patient.id ?? '', onDone);
  const taken = bedRefused(sending.error);
  const ok = when.wrong === undefined && (had !== '' || bed !== '');
  const submit = (): void => sending.send((act) => comeBack(stay, act, instant(when.at), bed), w('done.back'));
  return (
    <Frame title={w('act.back')} sending={sending} ok={ok} go={w('act.go')} onSubmit={submit} onCancel={onCancel}>
      <When label={w('back.at')} {...when} />
      {had !== '' && <p>{w('back.bed', { bed: data.bedName })}</p>}
      {had === '' && (beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={setWard} onBed={setBed} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />)}
    </Frame>
  );
}

export function BedForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const stay = data.stay as Stay;
  const when = usePast(stay);
  const beds = useBeds(stay);
  const [ward, setWard] = useState('');
  const [bed, setBed] = useState('');
  const sending = useSend(data.patient.id ?? '', onDone);
  const taken = bedRefused(sending.error);
  const ok = when.wrong === undefined && bed !== '';
  return (
    <Frame title={w('act.bed')} sending={sending} ok={ok} go={w('act.go')} onSubmit={() => sending.send((act) => changeBed(stay, act, instant(when.at), bed), w('done.bed'))} onCancel={onCancel}>
      <When label={w('bed.at')} {...when} />
      {beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={setWard} onBed={setBed} />
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

export function EndForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const { lang } = useI18n();
  const stay = data.stay as Stay;
  const when = usePast(stay);
  const [reason, setReason] = useState('');
  const [to, setTo] = useState('');
  const [medicines, setMedicines] = useState('');
  const [papers, setPapers] = useState('');
  const sending = useSend(data.patient.id ?? '', onDone);
  const ok = when.wrong === undefined && reason !== '' && to.trim() !== '';
  const reasonText = nameOf(REASONS.find((r) => r.code === reason), 'vi');
  const submit = (): void => sending.send((act) => discharge(stay, act, data.standing, {
    at: instant(when.at), reason, reasonText, to, medicines, papers, why: vi['record.endOfStay'],
  }, END_WORDS), w('done.end'));
  return (
    <Frame title={w('act.end')} sending={sending} ok={ok} go={w('end.go')} onSubmit={submit} onCancel={onCancel}>
      <div className="an-stay-two">
        <When label={w('end.at')} {...when} />
        <Select id="act-reason" label={w('end.reason')} none={w('choose')} value={reason} onChange={setReason} options={REASONS.map((r) => ({ value: r.code, label: nameOf(r, lang) }))} />
      </div>
      <Entry id="act-to" label={w('end.to')} value={to} onChange={setTo} hint={w('end.toHint')} />
      <Ending data={data} />
      <Area id="act-medicines" label={w('end.medicines')} value={medicines} onChange={setMedicines} hint={w('belongings.hint')} />
      <Area id="act-papers" label={w('end.papers')} value={papers} onChange={setPapers} hint={w('belongings.hint')} />
    </Frame>
  );
}

export function DeathForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const { me } = useMe();
  const when = usePast(data.stay);
  const [cause, setCause] = useState('');
  const [sure, setSure] = useState<'yes' | ''>('');
  const sending = useSend(data.patient.id ?? '', onDone);
  const practitioner = me.account?.practitioner ?? '';
  const by = practitioner === '' ? '' : practitioner.startsWith('Practitioner/') ? practitioner : `Practitioner/${practitioner}`;
  const submit = (): void => sending.send((act) => death(data.stay, data.patient, act, data.standing, {
    at: instant(when.at), cause, by, why: vi['record.death'], dispositionText: vi['record.death'],
  }, END_WORDS), w('done.death'));
  return (
    <Frame title={w('act.death')} sending={sending} ok={when.wrong === undefined && sure === 'yes'} go={w('death.go')} onSubmit={submit} onCancel={onCancel}>
      <When label={w('death.at')} {...when} />
      <Area id="act-cause" label={w('death.cause')} value={cause} onChange={setCause} hint={w('death.causeHint')} />
      {data.stay && <Ending data={data} />}
      <Options label={w('death.sure')} value={sure} onChange={setSure} options={[{ value: 'yes', label: w('death.yes') }]} />
    </Frame>
  );
}

/* Written for the wrong person, or for somebody who is alive: put right at once, with the reason and a bed. */
export function AliveForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const { me } = useMe();
  const patient = data.patient.id ?? '';
  const said = useLoad(`death ${patient}`, (signal) => loadSaid(server, patient, data.past, signal));
  const stay = endedByDeath(data.past);
  const facility = idOf(stay?.serviceProvider);
  const beds = useLoad(`alive beds ${facility}`, async (signal) => (facility === '' ? undefined : loadBeds(server, facility, signal)));
  const [why, setWhy] = useState('');
  const [ward, setWard] = useState('');
  const [bed, setBed] = useState('');
  const sending = useSend(patient, onDone);
  const taken = bedRefused(sending.error);
  const practitioner = me.account?.practitioner ?? '';
  const who = practitioner === '' || practitioner.startsWith('Practitioner/') ? practitioner : `Practitioner/${practitioner}`;
  const ok = said.data !== undefined && why.trim() !== '' && (stay === undefined || bed !== '');
  const submit = (): void => {
    if (said.data) sending.send((act) => alive(data.patient, said.data as Said, act, { at: wardInstant(nowMs()), why, who, bed }), w('done.alive'));
  };
  return (
    <Frame title={w('act.alive')} sending={sending} ok={ok} go={w('alive.go')} onSubmit={submit} onCancel={onCancel}>
      <Notice kind="warn" title={w('alive.how')} />
      <Area id="act-why" label={w('alive.why')} value={why} onChange={setWhy} />
      {said.error !== undefined && <Problem error={said.error} onRetry={said.reload} />}
      {stay !== undefined && (beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={taken} onWard={setWard} onBed={setBed} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />)}
    </Frame>
  );
}
