/* Whom the house looks after who does not live here: since when, as whom, and the way to their visit. */

import { Button, Input, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { problemOf, type FhirError } from '../fhir/client';
import { searchAll } from '../fhir/all';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import { idOf } from '../drugs/forms';
import { useWords } from '../i18n/stay';
import { personHref } from '../route';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { mayVisit, visitHref } from '../visits/screens';
import { ended, workOf } from './client';
import { CLIENT_KINDS, CLIENT_SYSTEM, clientOf, type ClientKind, type Episode, type Patient } from './forms';
import { clientHref, stayHref } from './screens';
import './stay.css';

interface Line { episode: Episode; patient: Patient; name: string; kind: ClientKind }

async function loadClients(signal: AbortSignal): Promise<{ lines: Line[]; cut: boolean }> {
  const type = CLIENT_KINDS.map((k) => `${CLIENT_SYSTEM}|${k}`).join(',');
  const found = await searchAll<Episode>(server, 'EpisodeOfCare', { status: 'active', type, _include: 'EpisodeOfCare:patient' }, signal);
  const people = new Map(found.included.filter((r): r is Patient => r.resourceType === 'Patient').map((p) => [p.id ?? '', p]));
  const lines = found.items.flatMap((episode): Line[] => {
    const patient = people.get(idOf(episode.patient));
    const kind = clientOf(episode);
    return patient && kind ? [{ episode, patient, name: personName(patient), kind }] : [];
  });
  return { lines: lines.sort((a, b) => a.name.localeCompare(b.name, 'vi')), cut: found.cut };
}

export default function Clients() {
  const w = useWords();
  const load = useLoad('clients', loadClients);
  useOnReconnect(load.reload, load.error !== undefined);
  return (
    <div className="an-stay-form">
      <a className="an-back" href={stayHref()}><Icon name="back" />{w('back')}</a>
      <div className="an-row">
        <h1>{w('clients')}</h1>
        <Button component="a" href={clientHref()} leftSection={<Icon name="plus" />}>{w('clients.add')}</Button>
      </div>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <Skeleton height={240} />}
      {load.data && <List lines={load.data.lines} cut={load.data.cut} reload={load.reload} />}
    </div>
  );
}

function List({ lines, cut, reload }: { lines: Line[]; cut: boolean; reload: () => void }) {
  const w = useWords();
  const [kind, setKind] = useState<ClientKind>();
  const [ending, setEnding] = useState<Line>();
  const shown = useMemo(() => lines.filter((l) => kind === undefined || l.kind === kind), [lines, kind]);
  if (lines.length === 0) return <Notice kind="info" title={w('clients.none')}><p>{w('clients.noneDo')}</p></Notice>;
  return (
    <>
      <div className="an-row" role="group" aria-label={w('clients.kind')}>
        <Button variant={kind === undefined ? 'filled' : 'default'} aria-pressed={kind === undefined} onClick={() => setKind(undefined)}>{w('clients.filterAll')} {lines.length}</Button>
        {CLIENT_KINDS.map((k) => <Button key={k} variant={k === kind ? 'filled' : 'default'} aria-pressed={k === kind} onClick={() => setKind(k)}>{w(`client.${k}`)} {lines.filter((l) => l.kind === k).length}</Button>)}
      </div>
      {cut && <Notice kind="warn" title={w('beds.cut')} />}
      <ul className="an-people" aria-label={w('clients')}>{shown.map((l) => <Row key={l.episode.id} line={l} onEnd={() => setEnding(l)} />)}</ul>
      {ending && <End line={ending} onClose={() => setEnding(undefined)} onDone={() => { setEnding(undefined); reload(); }} />}
    </>
  );
}

function Row({ line, onEnd }: { line: Line; onEnd: () => void }) {
  const w = useWords();
  const me = useMe();
  const work = workOf(line.episode);
  const id = line.patient.id ?? '';
  const facts = work ? [work.employer, work.job, work.day === '' ? '' : showFhirDay(work.day), work.what, work.loss === '' ? '' : w('clients.lossN', { n: work.loss })].filter((x) => x !== '') : [];
  return (
    <li className="an-stay-row">
      <div><a className="an-stay-name" href={personHref(id)}><strong>{line.name || w('noName')}</strong></a><p className="an-dim"><PersonLine patient={line.patient} /></p></div>
      <div>
        <p>{w(`client.${line.kind}`)}</p>
        {facts.length > 0 && <p className="an-dim">{facts.join(' · ')}</p>}
        <p className="an-dim an-number">{w('clients.since')} {showFhirDate(line.episode.period?.start)}</p>
      </div>
      <div className="an-row">
        {mayVisit(me) && <Button component="a" href={visitHref(id)} aria-label={`${w('clients.visit')}: ${line.name}`}>{w('clients.visit')}</Button>}
        <Button variant="default" aria-label={w('clients.endOf', { name: line.name })} onClick={onEnd}>{w('clients.end')}</Button>
      </div>
    </li>
  );
}

function End({ line, onClose, onDone }: { line: Line; onClose: () => void; onDone: () => void }) {
  const w = useWords();
  const [why, setWhy] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FhirError>();
  const send = (): void => {
    setBusy(true);
    setFailure(undefined);
    server.update(ended(line.episode, why, nowMs()), `W/"${line.episode.meta?.versionId ?? ''}"`).then(onDone, (e: unknown) => { setFailure(problemOf(e)); setBusy(false); });
  };
  return (
    <Dialog title={w('clients.end')} onClose={onClose}>
      <p>{line.name}</p>
      <label className="an-entry">{w('clients.endWhy')}<Input data-autofocus value={why} maxLength={300} onChange={(e) => setWhy(e.currentTarget.value)} /></label>
      {failure && <Problem error={failure} />}
      <div className="an-row">
        <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        <Button disabled={busy || why.trim() === ''} onClick={send}>{w('clients.end')}</Button>
      </div>
    </Dialog>
  );
}
