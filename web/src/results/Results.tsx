/* Laboratory results of one person: what was measured, the newest first, beside the range of its own paper and what came before; and typing
 * one more paper. */

import { Button, Skeleton, Table } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useMe } from '../access/me';
import { conceptText } from '../fhir/clinical';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { personName } from '../fhir/person';
import { server } from '../fhir/server';
import type { BundleEntry } from '../fhir/types';
import { idOf } from '../drugs/forms';
import { useI18n } from '../i18n/context';
import { useVisitWords } from '../i18n/visits';
import type { Entry } from '../outbox/item';
import { useOutbox, useStored } from '../outbox/use';
import { recordHref } from '../record/screens';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { PersonLine } from '../ui/PersonLine';
import { Problem } from '../ui/Problem';
import { Sparkline } from '../ui/Sparkline';
import { Strike } from '../ui/Strike';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import '../visits/visits.css';
import '../record/record.css';
import { Flagged } from './Flagged';
import { linesOf, loadResults, rangeText, readingsOfLine, valueText, type Line, type ResultData, type Value } from './read';
import './results.css';
import { mayWriteResults } from './screens';
import { isTouched, type LabReport } from './sheet';
import { SheetForm } from './SheetForm';
import { useSheet } from './useSheet';

const isReport = (r: Entry): boolean => r.resourceType === 'DiagnosticReport';

export default function ResultsScreen({ params, query }: ScreenProps) {
  const id = params.id ?? '';
  const w = useVisitWords();
  const stored = useStored(isReport).length;
  const load = useLoad(`results ${id}`, (signal) => loadResults(server, id, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  const { reload } = load;
  useEffect(() => { if (stored > 0) reload(); }, [stored, reload]);
  return (
    <div className="an-visit">
      <a className="an-back" href={recordHref(id)}><Icon name="back" />{w('screen.back')}</a>
      {load.data === undefined && load.error !== undefined && <Problem error={load.error} onRetry={load.reload} />}
      {load.data === undefined && load.error === undefined && <div role="status" aria-label={w('record.loading')}>{[48, 120, 160].map((h, i) => <Skeleton key={i} height={h} mb={16} />)}</div>}
      {load.data && <Body key={id} id={id} data={load.data} reload={load.reload} order={query.get('order') ?? ''} />}
    </div>
  );
}

function Body({ id, data, reload, order }: { id: string; data: ResultData; reload: () => void; order: string }) {
  const w = useVisitWords();
  const { t, lang } = useI18n();
  const may = mayWriteResults(useMe());
  const use = useSheet(id);
  const asked = data.orders.find((o) => o.id === order);
  const [open, setOpen] = useState(isTouched(use.sheet) || asked !== undefined);
  const lines = useMemo(() => linesOf(data.results, id, lang), [data.results, id, lang]);
  /* who came by an order has said what it answers; nothing typed before is changed by that */
  useEffect(() => { if (asked && !isTouched(use.sheet)) use.change({ order: asked.id ?? '', title: asked.code?.text ?? '' }); }, []); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <>
      <header>
        <h1>{t('results.title')}</h1>
        <p className="an-form-who"><strong>{personName(data.person) || t('people.noName')}</strong> · <PersonLine patient={data.person} /></p>
      </header>
      <Waiting patient={id} />
      {!may && <Notice kind="info" title={w('record.noWrite')} />}
      {may && (
        <section className="an-card an-visit-part" aria-label={w('result.new')}>
          {open ? <><h2>{w('result.new')}</h2><SheetForm use={use} orders={data.orders} known={lines} born={data.person.birthDate ?? ''} onSaved={() => setOpen(false)} /></>
            : <Button leftSection={<Icon name="plus" />} onClick={() => setOpen(true)}>{w('result.new')}</Button>}
        </section>
      )}
      <section className="an-card an-visit-part" aria-label={w('result.table')}>
        <h2>{w('result.table')}</h2>
        {lines.length === 0 ? <Notice kind="info" title={w('result.none')}>{may && <p>{w('result.noneDo')}</p>}</Notice> : <ResultTable lines={lines} />}
        {data.cut && <Notice kind="warn" title={w('result.cut')} />}
      </section>
      {data.reports.length > 0 && <Papers data={data} may={may} reload={reload} />}
    </>
  );
}

/* What is not with the server yet, and what it does not take. */
function Waiting({ patient }: { patient: string }) {
  const w = useVisitWords();
  const { box, items, reached } = useOutbox();
  const mine = items.filter((i) => i.patient === patient && isReport(i.resource));
  const slow = mine.filter((i) => i.halt === undefined && (i.tries > 0 || !reached));
  return (
    <>
      {slow.length > 0 && <Notice kind="info" title={w('record.waiting', { n: slow.length })} role="status" />}
      {mine.filter((i) => i.halt !== undefined).map((i) => (
        <Notice key={i.id} kind="bad" title={w('record.halted')} role="alert">
          <p>{i.why}</p>
          <div className="an-row"><Button variant="default" onClick={() => box.retry(i.id)}>{w('sign.again')}</Button><Button variant="subtle" onClick={() => box.dismiss(i.id)}>{w('record.letGo')}</Button></div>
        </Notice>
      ))}
    </>
  );
}

function ResultTable({ lines }: { lines: Line[] }) {
  const w = useVisitWords();
  return (
    <>
      <p className="an-visit-small">{w('result.rangeOf')}</p>
      <div className="an-result-scroll" tabIndex={0} role="region" aria-label={w('result.table')}>
        <Table verticalSpacing="xs">
          <Table.Thead><Table.Tr>{(['measure', 'latest', 'range', 'trend', 'when'] as const).map((k) => <Table.Th key={k} scope="col">{w(`result.${k}`)}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>{lines.map((l) => <LineRow key={l.key} line={l} />)}</Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function LineRow({ line }: { line: Line }) {
  const w = useVisitWords();
  const { lang } = useI18n();
  const [last, ...before] = line.values as [Value, ...Value[]];
  return (
    <Table.Tr>
      <Table.Th scope="row">{line.name}</Table.Th>
      <Table.Td className="an-number"><strong>{valueText(last, lang)}</strong> <Flagged flag={last.flag} /></Table.Td>
      <Table.Td className="an-number">{rangeText(last, lang)}</Table.Td>
      <Table.Td>
        <Sparkline readings={readingsOfLine(line)} />
        {before.length > 0 && (
          <details className="an-result-before">
            <summary>{w('result.before', { name: line.name, n: before.length })}</summary>
            <ul>{before.map((v) => <li key={v.id} className="an-number">{showFhirDate(v.when)}: {valueText(v, lang)} <Flagged flag={v.flag} /></li>)}</ul>
          </details>
        )}
      </Table.Td>
      <Table.Td>{[showFhirDate(last.when), last.lab].filter(Boolean).join(' · ')}</Table.Td>
    </Table.Tr>
  );
}

/* ---- the papers, and taking one back ---- */

const SHOWN = 30;

function Papers({ data, may, reload }: { data: ResultData; may: boolean; reload: () => void }) {
  const w = useVisitWords();
  const [off, setOff] = useState<LabReport>();
  const title = (r: LabReport): string => w('result.paperLine', { title: conceptText(r.code), day: showFhirDay(r.effectiveDateTime) });
  return (
    <section className="an-card an-visit-part" aria-label={w('result.papers')}>
      <h2>{w('result.papers')}</h2>
      <ul className="an-visit-lines">
        {data.reports.slice(0, SHOWN).map((r) => (
          <li key={r.id} className="an-visit-line">
            <div>
              <p className="an-person-name">{title(r)}</p>
              <span className="an-visit-small">{w('result.paperMore', { lab: r.performer?.[0]?.display ?? '', n: (r.result ?? []).length, who: r.extension?.[0]?.valueReference?.display ?? '' })}</span>
            </div>
            {may && <Button variant="subtle" aria-label={w('result.strikeOf', { what: title(r) })} onClick={() => setOff(r)}>{w('result.strike')}</Button>}
          </li>
        ))}
      </ul>
      {off && (
        <Strike
          words={{ sure: w('result.strikeSure'), how: w('result.strikeHow'), keep: w('cancel'), strike: w('result.strike') }}
          onStrike={async () => server.transaction({ resourceType: 'Bundle', type: 'transaction', entry: await struck(off, data) })}
          onClose={() => setOff(undefined)} onDone={() => { setOff(undefined); reload(); }}
        >
          {title(off)}
        </Strike>
      )}
    </section>
  );
}

/* The paper, its results, and the order that waits again: one transaction against the versions that were read. */
export async function struck(report: LabReport, data: ResultData): Promise<BundleEntry[]> {
  const put = (r: Entry, version: string): BundleEntry => ({ resource: r, request: { method: 'PUT', url: `${r.resourceType}/${r.id ?? ''}`, ifMatch: version } });
  const bad = (r: Entry): BundleEntry => put({ ...r, status: 'entered-in-error' }, `W/"${r.meta?.versionId ?? ''}"`);
  const mine = data.results.filter((o) => (report.result ?? []).some((x) => idOf(x) === o.id) && o.status !== 'entered-in-error');
  const order = idOf(report.basedOn?.[0]);
  const others = data.reports.some((r) => r.id !== report.id && idOf(r.basedOn?.[0]) === order) || data.results.some((o) => !mine.includes(o) && o.status !== 'entered-in-error' && idOf(o.basedOn?.[0]) === order);
  const again = order === '' || others ? undefined : await server.read<Entry>('ServiceRequest', order).catch(() => undefined);
  return [
    bad(report as Entry), ...mine.map((o) => bad(o as Entry)),
    ...(again?.resource.status === 'completed' ? [put({ ...again.resource, status: 'active' }, again.etag ?? '')] : []),
  ];
}
