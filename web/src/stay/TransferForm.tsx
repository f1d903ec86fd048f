/* Asking another house of the record to take somebody: why, when, and everything that goes along. Nothing changes here until they take over. */

import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMe } from '../access/me';
import { useTyped } from '../access/typed';
import { nowMs } from '../fhir/clock';
import { fromLocalInput } from '../fhir/dates';
import { showFhirDate } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardInstant } from '../fhir/zone';
import { STAY_CATALOGUES, useWords } from '../i18n/stay';
import { fill } from '../i18n/format';
import { idOf } from '../drugs/forms';
import { pdfHref } from '../print/paper';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { FORM, formId } from './ActForms';
import { Frame } from './Frame';
import type { Stay } from './forms';
import { Area, Entry, Section, Select } from './parts';
import type { PersonStay } from './person';
import { ask, callOff, fromNameOf, PARTS, partOf, REASONS, TRANSFER_REASON, type Part, type Reason, type TransferTask, type TransferWords } from './transfer';
import { houses, lastAsked } from './transferLoad';
import { useSend } from './useSend';

const { vi } = STAY_CATALOGUES;
export const TRANSFER_WORDS: TransferWords = {
  task: (house) => fill(vi['record.transferTo'], { house }), way: vi['record.transferWay'], stopped: vi['record.transferred'],
  reason: Object.fromEntries(REASONS.map((r) => [r, vi[`transfer.reason.${r}`]])) as Record<Reason, string>,
};

interface Begun { to: string; reason: string; why: string; expected: string; parts: Partial<Record<Part, string>> }
interface Props { data: PersonStay; onDone: (said: string) => void; onCancel: () => void }

export function TransferForm({ data, onDone, onCancel }: Props) {
  const w = useWords();
  const { me, practitioner } = useMe();
  const stay = data.stay as Stay;
  const from = idOf(stay.serviceProvider);
  const list = useLoad(`houses ${from}`, (signal) => houses(server, from, signal));
  const typed = useTyped<Begun>(FORM, formId(data.patient.id ?? '', 'transfer'), () => ({ to: '', reason: '', why: '', expected: '', parts: {} }));
  const { now: { to, reason, why, expected, parts }, change, forget } = typed;
  const sending = useSend(data.patient.id ?? '', onDone);
  /* sent, it is the outbox's; refused, it is a form again */
  useEffect(() => { if (sending.error !== undefined) change({}); }, [sending.error, change]);
  const when = fromLocalInput(expected);
  const late = when !== undefined && when.getTime() < nowMs() - 60 * 60_000;
  const left = [
    to === '' && w('transfer.to'), ((expected !== '' && when === undefined) || late) && w('transfer.expected'), reason === '' && w('end.reason'),
    (parts.summary ?? '').trim() === '' && w('transfer.part.summary'),
  ];
  const submit = (): void => { forget(); sending.send((act) => ask(stay, {
    to, toName: list.data?.find((h) => h.id === to)?.name ?? '', from,
    fromName: me.roles.find((r) => r.organization === `Organization/${from}`)?.organizationName ?? '', reason: reason as Reason, why, expected: when ? wardInstant(when.getTime()) : '', parts,
    at: wardInstant(nowMs()), by: practitioner ?? '',
  }, act, TRANSFER_WORDS), w('transfer.asked')); };
  const set = (part: Part) => (value: string): void => change({ parts: { ...parts, [part]: value } });
  return (
    <Frame title={w('act.transfer')} sending={sending} left={left} go={w('transfer.go')} onSubmit={submit} onCancel={() => { forget(); onCancel(); }}>
      <p>{w('transfer.about')}</p>
      {list.error !== undefined && <Problem error={list.error} onRetry={list.reload} />}
      {!list.data && list.error === undefined && <Skeleton height={48} />}
      {list.data && (
        <div className="an-stay-two">
          <Select id="act-to" label={w('transfer.to')} none={w('choose')} value={to} onChange={(v) => change({ to: v })} options={list.data.map((h) => ({ value: h.id, label: h.name }))} hint={w('transfer.toHint')} />
          <Entry id="act-expected" label={w('transfer.expected')} type="datetime-local" value={expected} onChange={(v) => change({ expected: v })} trouble={late ? w('trouble.past') : undefined} hint={w('away.untilIfKnown')} />
          <Select id="act-reason" label={w('end.reason')} none={w('choose')} value={reason} onChange={(v) => change({ reason: v })} options={REASONS.map((r) => ({ value: r, label: w(`transfer.reason.${r}`) }))} />
          <Entry id="act-why" label={w('transfer.why')} value={why} onChange={(v) => change({ why: v })} />
        </div>
      )}
      {PARTS.map((p) => (p === 'escort'
        ? <Entry key={p} id={`act-${p}`} label={w(`transfer.part.${p}`)} value={parts[p] ?? ''} onChange={set(p)} hint={w('escort.hint')} />
        : <Area key={p} id={`act-${p}`} label={w(`transfer.part.${p}`)} value={parts[p] ?? ''} onChange={set(p)} hint={w(p === 'summary' ? 'transfer.summaryHint' : p === 'care' ? 'transfer.careHint' : 'belongings.hint')} />))}
    </Frame>
  );
}

/* What was said along with the asking, for both sides. */
export function TransferFacts({ task }: { task: TransferTask }) {
  const w = useWords();
  const reason = REASONS.find((r) => task.reasonCode?.coding?.some((c) => c.system === TRANSFER_REASON && c.code === r));
  const expected = task.restriction?.period?.end ?? '';
  const patient = task.for?.reference?.split('/')[1] ?? '';
  return (
    <>
    <dl className="an-stay-facts">
      {fromNameOf(task) !== '' && <div><dt>{w('transfer.from')}</dt><dd>{fromNameOf(task)}</dd></div>}
      <div><dt>{w('transfer.to')}</dt><dd>{task.owner?.display ?? ''}</dd></div>
      {reason && <div><dt>{w('end.reason')}</dt><dd>{[w(`transfer.reason.${reason}`), task.reasonCode?.text === TRANSFER_WORDS.reason[reason] ? '' : task.reasonCode?.text].filter(Boolean).join(' · ')}</dd></div>}
      <div><dt>{w('transfer.since')}</dt><dd>{showFhirDate(task.authoredOn)}</dd></div>
      {expected !== '' && <div><dt>{w('transfer.expected')}</dt><dd>{showFhirDate(expected)}</dd></div>}
      {PARTS.filter((p) => partOf(task, p) !== '').map((p) => <div key={p}><dt>{w(`transfer.part.${p}`)}</dt><dd className="an-stay-words">{partOf(task, p)}</dd></div>)}
    </dl>
    {patient !== '' && task.status !== 'rejected' && task.status !== 'cancelled' && <TransferPaper patient={patient} />}
    </>
  );
}

/* The sheet that goes along, to be signed by who gives and who takes. */
export function TransferPaper({ patient }: { patient: string }) {
  const w = useWords();
  return (
    <div className="an-row">
      <Button component="a" variant="default" href={pdfHref({ patient }, 'transfer')} target="_blank" rel="noopener" leftSection={<Icon name="print" />}>{w('transfer.print')}</Button>
    </div>
  );
}

/* On the stay of whoever is to go: what was asked, what was answered, and calling it off. */
export function AskedTransfer({ data, reload }: { data: PersonStay; reload: () => void }) {
  const w = useWords();
  const id = data.patient.id ?? '';
  const load = useLoad(`transfer asked ${id} ${data.stay?.meta?.versionId ?? ''}`, (signal) => lastAsked(server, id, signal));
  const [why, setWhy] = useState('');
  const [off, setOff] = useState(false);
  const sending = useSend(id, () => { setOff(false); load.reload(); reload(); });
  const found = load.data;
  if (!found || (found.task.status !== 'requested' && found.task.status !== 'rejected') || !data.stay) return null;
  const { task, planned } = found;
  if (task.encounter?.reference !== `Encounter/${data.stay.id ?? ''}`) return null;
  if (task.status === 'rejected') {
    return <Notice kind="warn" title={w('transfer.refused', { house: task.owner?.display ?? '' })} role="status"><p>{task.statusReason?.text}</p></Notice>;
  }
  return (
    <Section title={w('transfer.waiting')}>
      <TransferFacts task={task} />
      {!off && <div><Button variant="default" onClick={() => setOff(true)}>{w('transfer.callOff')}</Button></div>}
      {off && (
        <form noValidate onSubmit={(e) => { e.preventDefault(); if (why.trim().length >= 3) sending.send(() => callOff(task, planned, why, wardInstant(nowMs())), w('transfer.calledOff')); }}>
          <Entry id="transfer-off" label={w('transfer.offWhy')} value={why} onChange={setWhy} />
          {sending.error !== undefined && <Problem error={sending.error} />}
          <div className="an-row">
            <Button type="submit" loading={sending.busy} disabled={why.trim().length < 3}>{w('transfer.callOff')}</Button>
            <Button variant="default" onClick={() => setOff(false)}>{w('cancel')}</Button>
          </div>
        </form>
      )}
    </Section>
  );
}
