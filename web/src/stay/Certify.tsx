/* Certifying a death: the form, and when it is written the sheet that is printed. Nothing is chosen beforehand; what has to be told to the
 * police is said as soon as it is known. Who may not write it reads it; what others certified is copied from their paper. */

import { Button, Skeleton } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import { useMe, type Me } from '../access/me';
import { useGiver } from '../drugs/useRound';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, showFhirDate, toLocalInput } from '../fhir/dates';
import { deathOf, personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardTime } from '../fhir/zone';
import { fill } from '../i18n/format';
import { STAY_CATALOGUES, useWords } from '../i18n/stay';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { CodePicker } from '../visits/CodePicker';
import { ICD10_SET } from '../visits/forms';
import { signingRole } from '../visits/signer';
import { CertifySheet } from './CertifySheet';
import { CERTIFIERS, certify, gapsIn, loadKnown, MANNERS, mustTellAuthority, nothingTyped, pickedText, SPOTS, TOLD, type Gap, type Known, type Picked, type Told, type Typed, type Words } from './certify';
import { Frame } from './Frame';
import { Area, Entry, Options, Wrong } from './parts';
import { personStayHref } from './screens';
import { useSend } from './useSend';
import '../visits/visits.css';
import './stay.css';

const { vi } = STAY_CATALOGUES;
/* What is written is Vietnamese, whatever language the page has. */
const WRITTEN: Words = {
  title: vi['certify.title'], left: vi['certify.left'], authority: vi['timer.death-authority'],
  by: { here: vi['certify.by.here'], hospital: vi['certify.by.hospital'], commune: vi['certify.by.commune'] },
  spot: { here: vi['certify.spot.here'], way: vi['certify.spot.way'], hospital: vi['certify.spot.hospital'], elsewhere: vi['certify.spot.elsewhere'] },
  manner: {
    illness: vi['certify.manner.illness'], sudden: vi['certify.manner.sudden'], accident: vi['certify.manner.accident'], suicide: vi['certify.manner.suicide'],
    violence: vi['certify.manner.violence'], unknown: vi['certify.manner.unknown'],
  },
  taker: (name) => fill(vi['certify.takenBy'], { name }),
};

/* Who has died lies in no ward: a role of single wards writes nothing of them any more (docs/stay.md). */
const mayCertify = (me: Me): boolean =>
  me.auth === 'off' || me.roles.some((r) => r.role === 'doctor' || r.role === 'system' || (r.role === 'assistant-doctor' && r.wards.length === 0));

export default function Certify({ params }: ScreenProps) {
  const w = useWords();
  const { me } = useMe();
  const id = params.id ?? '';
  const load = useLoad(`certify ${id}`, (signal) => loadKnown(server, id, signingRole(me).facility, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-stay-form">
      <a className="an-back an-noprint" href={personStayHref(id)}><Icon name="back" />{w('certify.toStay')}</a>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={320} />}
      {load.data && <Body data={load.data} reload={load.reload} />}
    </div>
  );
}

function Body({ data, reload }: { data: Known; reload: () => void }) {
  const w = useWords();
  const may = mayCertify(useMe().me);
  const [again, setAgain] = useState(false);
  const [said, setSaid] = useState<string>();
  const done = useCallback((text: string) => { setAgain(false); setSaid(text); reload(); }, [reload]);
  const { patient, certificate } = data;
  const writes = may && (again || certificate === undefined);
  return (
    <>
      <header className="an-stay-head an-noprint">
        <h1>{w('certify.title')}</h1>
        <p>{personName(patient) || w('noName')} · <PersonLine patient={patient} /></p>
      </header>
      {said !== undefined && <Notice kind="good" title={said} role="status" />}
      {!deathOf(patient).dead ? <Notice kind="info" title={w('certify.alive')}><p>{w('certify.aliveDo')}</p></Notice>
        : writes ? <Form data={data} onDone={done} onCancel={certificate === undefined ? () => { location.hash = personStayHref(patient.id ?? ''); } : () => setAgain(false)} />
          : certificate === undefined ? <Notice kind="info" title={w('certify.none')}><p>{w('certify.noneDo')}</p></Notice> : (
            <>
              <div className="an-row an-noprint">
                <Button leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('certify.print')}</Button>
                {may && <Button variant="default" onClick={() => { setSaid(undefined); setAgain(true); }}>{w('certify.again')}</Button>}
              </div>
              <CertifySheet data={data} certificate={certificate} />
            </>
          )}
    </>
  );
}

const localNow = (): string => toLocalInput(new Date(nowMs()));

function Form({ data, onDone, onCancel }: { data: Known; onDone: (said: string) => void; onCancel: () => void }) {
  const w = useWords();
  const giver = useGiver();
  const [t, setTyped] = useState<Typed>(nothingTyped);
  const [tried, setTried] = useState(false);
  const set = (part: Partial<Typed>): void => setTyped((x) => ({ ...x, ...part }));
  const sending = useSend(data.patient.id ?? '', onDone);
  const gaps = gapsIn(t, data.died, nowMs());
  const gap = (...of: Gap[]): string | undefined => {
    const found = tried ? of.find((g) => gaps.includes(g)) : undefined;
    return found && w(`certify.gap.${found}`);
  };
  const day = wardTime(fromLocalInput(t.at)?.getTime() ?? nowMs()).day;
  const owed = mustTellAuthority(t.manner, data.isRehab);
  const submit = (): void => sending.send((act) => certify(t, data, act, giver, WRITTEN), w('certify.done'));
  return (
    <div onSubmitCapture={() => setTried(true)}>
      <Frame title={w(data.certificate === undefined ? 'certify.title' : 'certify.again')} sending={sending} left={gaps.length === 0 ? [] : [w('certify.marked', { n: gaps.length })]} go={w('certify.save')} onSubmit={submit} onCancel={onCancel}>
        {data.certificate !== undefined && <p className="an-dim">{w('certify.againHow')}</p>}
        {data.died !== '' ? <p>{w('certify.died')}: <strong className="an-number">{showFhirDate(data.died)}</strong></p>
          : <Entry id="certify-died" label={w('certify.died')} type="datetime-local" value={t.died} onChange={(died) => set({ died })} trouble={gap('died')} />}
        <Part title={w('certify.who')}>
          <Options
            id="certify-by" label={w('certify.by')} value={t.by} onChange={(by) => set({ by })} trouble={gap('by')}
            options={CERTIFIERS.map((c) => ({ value: c, label: c === 'here' ? w('certify.by.hereMe', { name: giver.display }) : w(`certify.by.${c}`) }))}
          />
          {t.by !== '' && t.by !== 'here' && (
            <div className="an-stay-two">
              <Entry id="certify-house" label={w('certify.house')} value={t.house} onChange={(house) => set({ house })} trouble={gap('house')} />
              <Entry id="certify-name" label={w('certify.name')} value={t.name} onChange={(name) => set({ name })} trouble={gap('name')} />
            </div>
          )}
          <div className="an-stay-two">
            <Entry id="certify-at" label={w('certify.at')} type="datetime-local" value={t.at} onChange={(at) => set({ at })} trouble={gap('at', 'atFuture', 'atBefore')} />
            <Entry id="certify-number" label={w('certify.number')} hint={w('certify.numberHint')} value={t.number} onChange={(number) => set({ number })} maxLength={60} />
          </div>
        </Part>
        <Part title={w('certify.where')}>
          <Options id="certify-spot" label={w('certify.spot')} value={t.spot} onChange={(spot) => set({ spot })} trouble={gap('spot')} options={SPOTS.map((s) => ({ value: s, label: w(`certify.spot.${s}`) }))} />
          <Entry id="certify-spot-text" label={w('certify.spotText')} hint={w('certify.spotHint')} value={t.spotText} onChange={(spotText) => set({ spotText })} trouble={gap('spotText')} />
        </Part>
        <Part title={w('certify.causes')}>
          <Cause label={w('certify.immediate')} day={day} value={t.immediate} onChange={(immediate) => set({ immediate })} trouble={gap('immediate')} />
          <Cause label={w('certify.underlying')} day={day} value={t.underlying} onChange={(underlying) => set({ underlying, half: '' })} typed={t.half} onTyped={(half) => set({ half })} trouble={gap('half')} />
          <Options id="certify-manner" label={w('certify.manner')} value={t.manner} onChange={(manner) => set({ manner })} trouble={gap('manner')} options={MANNERS.map((m) => ({ value: m, label: w(`certify.manner.${m}`) }))} />
          {owed && <Notice kind="warn" title={w('certify.owed')} role="status">{data.isRehab && <p>{w('certify.owedRehab')}</p>}<p>{w('certify.owedDo')}</p></Notice>}
        </Part>
        <Part title={w('certify.told')}>
          {TOLD.map((who) => <ToldLine key={who} who={who} value={t.told[who]} onChange={(one) => set({ told: { ...t.told, [who]: one } })} />)}
          <Wrong id="certify-told-wrong" text={gap('toldAt')} />
        </Part>
        <Part title={w('certify.left')}>
          <Area id="certify-left" label={w('certify.left')} hint={w('certify.leftHint')} value={t.left} onChange={(left) => set({ left })} />
          {data.brought.length > 0 && t.left === '' && <div><Button variant="default" onClick={() => set({ left: data.brought.join('\n') })}>{w('certify.brought', { n: data.brought.length })}</Button></div>}
          {t.left.trim() !== '' && <Entry id="certify-taker" label={w('certify.taker')} value={t.taker} onChange={(taker) => set({ taker })} trouble={gap('taker')} />}
        </Part>
      </Frame>
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => <section className="an-entries" aria-label={title}><h3>{title}</h3>{children}</section>;

interface CauseProps { label: string; day: string; value: Picked | undefined; onChange: (p: Picked | undefined) => void; typed?: string; onTyped?: (text: string) => void; trouble: string | undefined }

function Cause({ label, day, value, onChange, trouble, ...half }: CauseProps) {
  const w = useWords();
  const what = pickedText(value);
  return (
    <div>
      {value === undefined ? <CodePicker label={label} set={ICD10_SET} day={day} kind="icd10" {...half} onPick={(coding, text) => onChange({ coding, text })} /> : (
        <div className="an-row">
          <p>{label}: <strong>{what}</strong></p>
          <Button variant="default" aria-label={w('certify.takeOf', { what })} onClick={() => onChange(undefined)}>{w('certify.take')}</Button>
        </div>
      )}
      <Wrong id={`${label}-wrong`} text={trouble} />
    </div>
  );
}

function ToldLine({ who, value, onChange }: { who: Told; value: { name: string; at: string } | undefined; onChange: (v: { name: string; at: string } | undefined) => void }) {
  const w = useWords();
  const label = w(`certify.told.${who}`);
  return (
    <div className="an-entries">
      <label className="an-stay-choice">
        <input type="checkbox" checked={value !== undefined} onChange={(e) => onChange(e.currentTarget.checked ? { name: '', at: localNow() } : undefined)} /><span>{label}</span>
      </label>
      {value !== undefined && (
        <div className="an-stay-two">
          <Entry id={`certify-told-${who}`} label={w('certify.toldName', { who: label })} value={value.name} onChange={(name) => onChange({ ...value, name })} />
          <Entry id={`certify-told-${who}-at`} label={w('certify.toldAt', { who: label })} type="datetime-local" value={value.at} onChange={(at) => onChange({ ...value, at })} />
        </div>
      )}
    </div>
  );
}
