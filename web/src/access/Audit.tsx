/* Who looked at whom, when, why. What was opened by break-glass stands on top, by itself. */

import { Button, Skeleton } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { showFhirDate, withOffset } from '../fhir/dates';
import { server } from '../fhir/server';
import { useI18n } from '../i18n/context';
import { personHref, replace } from '../route';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { purposeText } from './Glass';
import { TextField } from './fields';
import { useMe } from './me';
import './office.css';
import { KIND_NAMES, linesOf, NAMED_TYPES, namesOf, questionFor, type AuditEvent, type Kind, type TraceLine, type Wanted } from './trace';
import { rolesText } from './UserMenu';

const PAGE = 50;
const GLASS = 20;

const wantedOf = (q: URLSearchParams): Wanted => ({
  patient: q.get('patient') ?? '', who: q.get('who') ?? '', from: q.get('from') ?? '', to: q.get('to') ?? '',
  kind: KIND_NAMES.find((k) => k === q.get('kind')) ?? '',
});

export default function Audit({ query }: ScreenProps) {
  const { t } = useI18n();
  const [wanted, setWanted] = useState(() => wantedOf(query));
  const set = (part: Partial<Wanted>): void => setWanted((w) => ({ ...w, ...part }));
  const rested = useRested(wanted);
  const key = JSON.stringify(rested);
  useEffect(() => {
    const given = Object.entries(rested).filter(([, v]) => v !== '') as [string, string][];
    replace(given.length === 0 ? '#/audit' : `#/audit?${new URLSearchParams(given).toString()}`);
  }, [key]);
  const names = useLoad(`name ${wanted.patient}`, (signal) => namesOf(server, wanted.patient === '' ? [] : [wanted.patient], signal));
  const name = names.data?.get(wanted.patient) ?? '';
  return (
    <>
      <h1>{t(wanted.patient === '' ? 'audit.title' : 'audit.titleOne')}</h1>
      {wanted.patient !== '' && (
        <p className="an-row an-office-lead">
          <strong>{name || t('audit.record', { id: wanted.patient })}</strong>
          {name !== '' && <a className="an-back an-noprint" href={personHref(wanted.patient)}>{t('audit.toPerson')}</a>}
          <Button className="an-noprint" variant="default" onClick={() => set({ patient: '' })}>{t('audit.everybody')}</Button>
        </p>
      )}
      <form className="an-office-bar" role="search" onSubmit={(e) => e.preventDefault()}>
        <TextField label={t('audit.who')} value={wanted.who} onChange={(who) => set({ who })} />
        <div className="an-entry">
          <label htmlFor="audit-kind">{t('audit.kind')}</label>
          <select id="audit-kind" className="an-select" value={wanted.kind} onChange={(e) => set({ kind: e.currentTarget.value as Kind | '' })}>
            <option value="">{t('audit.kind.all')}</option>
            {KIND_NAMES.map((k) => <option key={k} value={k}>{t(`audit.kind.${k}`)}</option>)}
          </select>
        </div>
        <div className="an-entry"><label htmlFor="audit-from">{t('roles.fromLabel')}</label><input id="audit-from" type="date" className="an-time" value={wanted.from} onChange={(e) => set({ from: e.currentTarget.value })} /></div>
        <div className="an-entry"><label htmlFor="audit-to">{t('audit.to')}</label><input id="audit-to" type="date" className="an-time" value={wanted.to} onChange={(e) => set({ to: e.currentTarget.value })} /></div>
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{t('audit.print')}</Button>
      </form>
      {rested.kind === '' && <Opened wanted={rested} />}
      <Lines key={key} wanted={rested} />
      <p className="an-printonly">{t('person.printed', { when: showFhirDate(withOffset(new Date(nowMs()))) })}</p>
    </>
  );
}

function useRested(wanted: Wanted): Wanted {
  const [rested, setRested] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setRested(wanted), 300);
    return () => clearTimeout(timer);
  }, [wanted]);
  return rested;
}

interface Found { lines: TraceLine[]; next: string | undefined; names: Map<string, string> }

async function find(wanted: Wanted, count: number, signal?: AbortSignal): Promise<Found> {
  const page = await server.search<AuditEvent>('AuditEvent', questionFor(wanted, count), signal);
  const lines = linesOf(page, wanted.patient);
  return { lines, next: page.next, names: await namesOf(server, lines.flatMap((l) => l.patients.slice(0, 3)), signal) };
}

/* The break-glass of the same question, whatever else there is. */
function Opened({ wanted }: { wanted: Wanted }) {
  const { t } = useI18n();
  const load = useLoad(`glass ${JSON.stringify(wanted)}`, (signal) => find({ ...wanted, kind: 'glass' }, GLASS, signal));
  if (!load.data || load.data.lines.length === 0) return null;
  return (
    <section>
      <h2><Icon name="warn" /> {t('audit.opened')}</h2>
      <Table found={load.data} label={t('audit.opened')} />
    </section>
  );
}

function Lines({ wanted }: { wanted: Wanted }) {
  const { t } = useI18n();
  const load = useLoad(`trace ${JSON.stringify(wanted)}`, (signal) => find(wanted, PAGE, signal));
  const [more, setMore] = useState<Found>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => setMore(undefined), [load.data]);
  const shown = more ?? load.data;
  const next = useCallback(async () => {
    if (!shown?.next) return;
    setBusy(true);
    setError(undefined);
    try {
      const page = await server.next<AuditEvent>('AuditEvent', shown.next);
      const lines = linesOf(page, wanted.patient);
      const names = await namesOf(server, lines.flatMap((l) => l.patients.slice(0, 3)));
      setMore({ lines: [...shown.lines, ...lines], next: page.next, names: new Map([...shown.names, ...names]) });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  }, [shown, wanted.patient]);
  return (
    <section className="an-trace-all">
      <h2>{t('audit.all')}</h2>
      {load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {!shown && load.error === undefined && <div role="status" aria-label={t('screen.loading')}>{Array.from({ length: 8 }, (_, i) => <Skeleton key={i} height={40} mb={8} />)}</div>}
      {shown?.lines.length === 0 && <Notice kind="info" title={t('audit.none')}><p>{t('audit.noneDo')}</p></Notice>}
      {shown && shown.lines.length > 0 && <Table found={shown} label={t('audit.all')} />}
      {error !== undefined && <Problem error={error} onRetry={() => void next()} />}
      {shown?.next !== undefined && <Button className="an-noprint" variant="default" loading={busy} onClick={() => void next()}>{t('people.more')}</Button>}
    </section>
  );
}

function Table({ found, label }: { found: Found; label: string }) {
  const { t } = useI18n();
  return (
    <div className="an-trace-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="an-trace">
        <thead><tr><th scope="col">{t('audit.when')}</th><th scope="col">{t('audit.whoHead')}</th><th scope="col">{t('audit.what')}</th><th scope="col">{t('audit.whose')}</th><th scope="col">{t('audit.why')}</th></tr></thead>
        <tbody>{found.lines.map((l) => <Line key={l.id} line={l} names={found.names} />)}</tbody>
      </table>
    </div>
  );
}

function Line({ line, names }: { line: TraceLine; names: Map<string, string> }) {
  const { t } = useI18n();
  const { can } = useMe();
  const shown = line.patients.slice(0, 3);
  const others = line.patients.length - shown.length + line.more;
  const type = NAMED_TYPES.find((n) => n === line.type);
  return (
    <tr className={line.glass ? 'an-trace-glass' : undefined}>
      <td>{showFhirDate(line.when)}</td>
      <td><strong>{line.machine === undefined ? line.who : line.machine === '' ? t('audit.machine') : t('audit.machineBy', { user: line.machine })}</strong>{line.role !== '' && <div className="an-dim">{rolesText([line.role], t)}</div>}</td>
      <td>
        {t(`audit.deed.${line.deed}`)} {type && t(`type.${type}`)}{!type && line.type} {line.about !== '' && <span className="an-dim">{line.about}</span>}
        {line.glass && line.deed !== 'break-glass' && <span className="an-mark an-mark-warn">{t('audit.byGlass')}</span>}
        {line.compartment && <span className="an-mark">{t('audit.compartment')}</span>}
        {line.failed && <span className="an-mark an-mark-warn">{t('audit.failed')}</span>}
      </td>
      <td>
        {shown.map((id) => (
          <div key={id}>{can('people') && names.has(id) ? <a href={personHref(id)}>{names.get(id)}</a> : t('audit.record', { id })}</div>
        ))}
        {others > 0 && <div className="an-dim">{t('audit.others', { n: others })}</div>}
      </td>
      <td>{line.purpose !== '' && <div>{purposeText(line.purpose, t)}</div>}{line.reason}</td>
    </tr>
  );
}
