/* Somebody another house asks this one to take: what they say of them, a bed, or a refusal with its reason. */

import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/me';
import { nowMs } from '../fhir/clock';
import { fromLocalInput, toLocalInput } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { useWords } from '../i18n/stay';
import { personHref } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { conceptText, dosageText } from '../fhir/clinical';
import { BedPicker } from './BedPicker';
import { loadBeds } from './beds';
import { Frame } from './Frame';
import { bedRefused } from './load';
import { Entry, Section, Select } from './parts';
import { personStayHref, stayHref } from './screens';
import { direct, expectedWard, hindrance, houseOf, refuse, take, type Coming } from './transfer';
import { TRANSFER_WORDS, TransferFacts, TransferPaper } from './TransferForm';
import { loadComing } from './transferLoad';
import { useSend } from './useSend';
import './stay.css';

export default function Incoming({ params }: ScreenProps) {
  const w = useWords();
  const id = params.id ?? '';
  const load = useLoad(`incoming ${id}`, (signal) => loadComing(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const [said, setSaid] = useState<{ text: string; patient: string }>();
  return (
    <div className="an-stay-form">
      <a className="an-back" href={stayHref()}><Icon name="back" />{w('back')}</a>
      {said && (
        <>
          <h1>{w('incoming.title')}</h1>
          <Notice kind="good" title={said.text} role="status" />
          <div className="an-row">
            {said.patient !== '' && <Button component="a" href={personStayHref(said.patient)}>{w('person.stay')}</Button>}
            {said.patient !== '' && <TransferPaper patient={said.patient} />}
            <Button component="a" variant="default" href={stayHref()}>{w('back')}</Button>
          </div>
        </>
      )}
      {!said && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!said && load.data === undefined && load.error === undefined && <Skeleton height={320} />}
      {!said && load.data && <Body coming={load.data} onTaken={() => setSaid({ text: w('incoming.taken'), patient: load.data?.patient.id ?? '' })} onRefused={() => setSaid({ text: w('incoming.refused'), patient: '' })} onDirected={load.reload} />}
    </div>
  );
}

function Body({ coming, onTaken, onRefused, onDirected }: { coming: Coming; onTaken: () => void; onRefused: () => void; onDirected: () => void }) {
  const w = useWords();
  const [answer, setAnswer] = useState<'take' | 'refuse'>();
  const wrong = hindrance(coming);
  const { patient } = coming;
  return (
    <>
      <header className="an-stay-head">
        <h1>{w('incoming.title')}</h1>
        <p><strong>{personName(patient) || w('noName')}</strong> · <PersonLine patient={patient} /> · <a href={personHref(patient.id ?? '')}>{w('same.open')}</a></p>
      </header>
      <Section title={w('incoming.said')}><TransferFacts task={coming.task} /></Section>
      <Orders coming={coming} />
      {wrong !== 'over' && wrong !== 'gone' && <Direct coming={coming} onDone={onDirected} />}
      {wrong !== undefined && <Notice kind="info" title={w(`incoming.hindered.${wrong}`)}>{wrong === 'orders' && <p>{w('end.ordersDo')}</p>}</Notice>}
      {answer === undefined && wrong !== 'over' && (
        <div className="an-row">
          {wrong === undefined && <Button onClick={() => setAnswer('take')} leftSection={<Icon name="check" />}>{w('incoming.take')}</Button>}
          <Button variant="default" onClick={() => setAnswer('refuse')}>{w('incoming.refuse')}</Button>
        </div>
      )}
      {answer === 'take' && <TakeForm coming={coming} onDone={onTaken} onCancel={() => setAnswer(undefined)} />}
      {answer === 'refuse' && <RefuseForm coming={coming} onDone={onRefused} onCancel={() => setAnswer(undefined)} />}
    </>
  );
}

/* Which ward is to take them: from then on its nurses see the record and may take over. For who may change the episode. */
function Direct({ coming, onDone }: { coming: Coming; onDone: () => void }) {
  const w = useWords();
  const { has } = useMe();
  const house = houseOf(coming.task);
  const may = has('doctor', 'social-worker', 'records-clerk', 'system');
  const beds = useLoad(`incoming wards ${house} ${may ? '' : '-'}`, async (signal) => (may ? (await loadBeds(server, house, signal)).list : []));
  const [ward, setWard] = useState('');
  const sending = useSend(coming.patient.id ?? '', onDone);
  const wards = [...new Map((beds.data ?? []).filter((b) => b.wardId !== '').map((b) => [b.wardId, b.ward]))];
  const now = expectedWard(coming.planned);
  const { planned } = coming;
  if (!may || !planned || planned.status !== 'planned' || wards.length === 0) return null;
  return (
    <Section title={w('incoming.direct')}>
      {now !== '' && <p><Icon name="good" /> {w('incoming.directed', { ward: wards.find(([id]) => id === now)?.[1] ?? '' })}</p>}
      <form noValidate onSubmit={(e) => { e.preventDefault(); if (ward !== '') sending.send(() => direct(planned, ward, wards.find(([id]) => id === ward)?.[1] ?? ''), ''); }}>
        <Select id="direct-ward" label={w('incoming.directWard')} value={ward} none={w('incoming.directNone')} options={wards.map(([value, label]) => ({ value, label }))} onChange={setWard} hint={w('incoming.directHint')} />
        {sending.error !== undefined && <Problem error={sending.error} />}
        <Button type="submit" variant="default" loading={sending.busy} disabled={ward === '' || ward === now}>{w('incoming.directGo')}</Button>
      </form>
    </Section>
  );
}

function Orders({ coming }: { coming: Coming }) {
  const w = useWords();
  const n = coming.orders.length + coming.services.length;
  if (!coming.seesOrders) return null;
  return (
    <Section title={w('incoming.orders')}>
      {n === 0 ? <p className="an-dim">{w('end.noOrders')}</p> : <p>{w('incoming.ordersAbout', { n })}</p>}
      <ul>{coming.orders.map((o) => <li key={o.id}>{conceptText(o.medicationCodeableConcept) || w('end.medicine')}{dosageText(o) !== '' && <span className="an-dim"> · {dosageText(o)}</span>}</li>)}</ul>
    </Section>
  );
}

function TakeForm({ coming, onDone, onCancel }: { coming: Coming; onDone: () => void; onCancel: () => void }) {
  const w = useWords();
  const house = houseOf(coming.task);
  const beds = useLoad(`incoming beds ${house}`, (signal) => loadBeds(server, house, signal));
  const [at, setAt] = useState(() => toLocalInput(new Date(nowMs())));
  const [ward, setWard] = useState('');
  const [bed, setBed] = useState('');
  const sending = useSend(coming.patient.id ?? '', onDone);
  const when = fromLocalInput(at)?.getTime() ?? NaN;
  const since = Date.parse(coming.stay.period?.start ?? '');
  const wrong = Number.isNaN(when) ? 'at' : when > nowMs() + 5 * 60_000 ? 'atFuture' : when < since ? 'atBefore' : undefined;
  const submit = (): void => sending.send((act) => take(coming, { at: wardInstant(when), bed, house, houseName: coming.task.owner?.display ?? '' }, act, TRANSFER_WORDS), '');
  return (
    <Frame title={w('incoming.take')} sending={sending} left={[wrong !== undefined && w('at'), bed === '' && w('bed.one')]} go={w('incoming.takeGo')} onSubmit={submit} onCancel={onCancel}>
      <Entry id="act-at" label={w('at')} type="datetime-local" value={at} onChange={setAt} trouble={wrong && w(`trouble.${wrong}`)} />
      {beds.data
        ? <BedPicker beds={beds.data.list} ward={ward} bed={bed} taken={bedRefused(sending.error)} onWard={setWard} onBed={setBed} />
        : beds.error !== undefined ? <Problem error={beds.error} onRetry={beds.reload} /> : <Skeleton height={80} />}
    </Frame>
  );
}

function RefuseForm({ coming, onDone, onCancel }: { coming: Coming; onDone: () => void; onCancel: () => void }) {
  const w = useWords();
  const [why, setWhy] = useState('');
  const sending = useSend(coming.patient.id ?? '', onDone);
  return (
    <Frame title={w('incoming.refuse')} sending={sending} left={[why.trim().length < 3 && w('incoming.why')]} go={w('incoming.refuseGo')} onCancel={onCancel}
      onSubmit={() => sending.send(() => refuse(coming.task, coming.planned, why, wardInstant(nowMs())), '')}>
      <Entry id="act-why" label={w('incoming.why')} value={why} onChange={setWhy} hint={w('incoming.whyHint')} />
    </Frame>
  );
}
