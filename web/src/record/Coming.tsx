/* What is to come, as lists beside the registers: promised visits, six-monthly checks, orders that wait for a result. A line leads to the visit in
 * which it is done; what is not to be done any more is taken off with a reason. */

import { Button, Input, Skeleton, Table } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useMe } from '../access/me';
import { problemOf, type FhirError } from '../fhir/client';
import { nowMs } from '../fhir/clock';
import { showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import type { Resource } from '../fhir/types';
import { wardTime } from '../fhir/zone';
import { useVisitWords, type VisitWords } from '../i18n/visits';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { mayVisit, visitHref } from '../visits/screens';
import { csvOf, download } from './csv';
import { cancelled, daysWaiting, kindOfOrder, revoked, tallyOf, type DueId } from './coming';
import { dayIn } from './entries';
import { loadChecks, loadNext, loadOrders, type Listed, type OrderRow, type Who } from './loadComing';
import { recallState } from './registers';
import { mayWriteResults, resultsHref } from '../results/screens';
import { recordHref } from './screens';

interface TakeOff { make: (why: string) => Resource; label: string; labelOf: string; etag: string }
/* `lab`: the order whose paper may be typed */
interface Line { who: Who; cells: string[]; late: boolean; off: TakeOff | undefined; lab: string }
interface Shown { head: string[]; lines: Line[]; above: string; cut: boolean }

/* Imaging and referrals have words, which a visit takes. */
const labOf = (row: Who): string => {
  const { order } = row as Partial<OrderRow>;
  return order && kindOfOrder(order) === 'lab' ? order.id ?? '' : '';
};

async function load(which: DueId, w: VisitWords, signal: AbortSignal): Promise<Shown> {
  const today = wardTime(nowMs()).day;
  const day = (text: string): string => (recallState(text, today, dayIn(7, nowMs())) === 'overdue' ? `${showFhirDay(text)} · ${w('list.overdue')}` : showFhirDay(text));
  const shown = <T extends Who>(found: Listed<T>, head: string[], cells: (row: T) => string[], late: (row: T) => boolean, off: (row: T) => TakeOff | undefined, above: (late: number) => string): Shown => {
    const lines = found.rows.map((row): Line => ({ who: row, cells: [row.bed, row.name, ...cells(row)], late: late(row), off: off(row), lab: labOf(row) }));
    return { head: [w('list.bed'), w('list.name'), ...head], lines, above: above(lines.filter((l) => l.late).length), cut: found.cut };
  };
  const etagOf = (r: Resource): string => `W/"${r.meta?.versionId ?? ''}"`;
  if (which === 'next') {
    const found = await loadNext(server, signal);
    return shown(found, [w('due.what'), w('list.recall')], (r) => [r.appointment.comment ?? '', day(r.day)], (r) => r.day < today,
      (r) => ({ make: (why) => cancelled(r.appointment, why), etag: etagOf(r.appointment), label: w('due.next.off'), labelOf: w('due.next.offOf', { name: r.name }) }), (late) => w('registers.count', { n: found.rows.length, overdue: late }));
  }
  if (which === 'check') {
    const found = await loadChecks(server, signal);
    const tally = tallyOf(found.rows.map((r) => r.last)).map((t) => `${w('class.line', { n: t.code })}: ${t.n}`).join(' · ');
    return shown(found, [w('due.lastCheck'), w('section.class'), w('due.nextCheck')], (r) => [r.last ? showFhirDay(r.last.day) : w('due.never'), r.last && r.last.healthClass !== '' ? w('class.line', { n: r.last.healthClass }) : '', day(r.due)],
      (r) => r.due < today, () => undefined, (late) => `${w('registers.count', { n: found.rows.length, overdue: late })}. ${tally}`);
  }
  const found = await loadOrders(server, signal);
  return shown(found, [w('section.orders'), w('due.ordered'), w('due.waits')], (r) => {
    const kind = kindOfOrder(r.order);
    const words = { kind: kind ? w(`order.${kind}`) : '', text: r.order.code?.text ?? '' };
    return [w(r.order.priority === 'urgent' ? 'order.urgentLine' : 'order.line', words), [showFhirDay(r.order.authoredOn), r.order.requester?.display ?? ''].filter(Boolean).join(' · '), w('next.days', { n: daysWaiting(r.order, today) })];
  }, (r) => r.order.priority === 'urgent' && daysWaiting(r.order, today) >= 1, (r) => ({ make: (why) => revoked(r.order, why), etag: etagOf(r.order), label: w('due.orders.off'), labelOf: w('due.orders.offOf', { name: r.name, what: r.order.code?.text ?? '' }) }), (late) => w('due.ordersCount', { n: found.rows.length, late }));
}

export function Coming({ which }: { which: DueId }) {
  const w = useVisitWords();
  const found = useLoad(`due ${which} ${w('list.bed')}`, (signal) => load(which, w, signal));
  useOnReconnect(found.reload, found.error !== undefined);
  if (found.data === undefined && found.error !== undefined) return <Problem error={found.error} onRetry={found.reload} />;
  if (!found.data) return <div role="status" aria-label={w('registers.loading')}>{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={44} mb={8} />)}</div>;
  return <Rows which={which} data={found.data} reload={found.reload} />;
}

function Rows({ which, data, reload }: { which: DueId; data: Shown; reload: () => void }) {
  const w = useVisitWords();
  const me = useMe();
  const [off, setOff] = useState<Line>();
  const may = mayVisit(me);
  const types = which === 'orders' && mayWriteResults(me);
  if (data.lines.length === 0) return <Notice kind="info" title={w(`due.${which}.none`)}><p>{w(`due.${which}.noneDo`)}</p></Notice>;
  return (
    <>
      <p><strong>{data.above}</strong></p>
      <p className="an-dim">{w(`due.${which}.how`)}</p>
      {data.cut && <Notice kind="warn" title={w('registers.cut')} />}
      <div className="an-row an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('document.print')}</Button>
        <Button variant="default" onClick={() => download(`${which}-${wardTime(nowMs()).day}.csv`, csvOf([data.head, ...data.lines.map((l) => l.cells)]))}>{w('registers.csv')}</Button>
      </div>
      <p className="an-visit-small">{w('registers.private')}</p>
      <div className="an-register-scroll" tabIndex={0} role="region" aria-label={w(`due.${which}`)}>
        <Table verticalSpacing="xs" stickyHeader>
          <Table.Thead><Table.Tr>{data.head.map((h) => <Table.Th key={h}>{h}</Table.Th>)}{(may || types) && <Table.Th className="an-noprint">{w('due.do')}</Table.Th>}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {data.lines.map((l, n) => (
              <Table.Tr key={`${l.who.id} ${n}`}>
                {l.cells.map((c, i) => (
                  <Table.Td key={i} className={i === l.cells.length - 1 && l.late ? 'an-late' : ''}>{i === 1 ? <a className="an-register-name" href={recordHref(l.who.id)}>{c}</a> : c}</Table.Td>
                ))}
                {(may || types) && <Acts line={l} which={which} may={may} onOff={() => setOff(l)} />}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {off?.off && <Off line={off} off={off.off} onClose={() => setOff(undefined)} onDone={() => { setOff(undefined); reload(); }} />}
    </>
  );
}

function Acts({ line, which, may, onOff }: { line: Line; which: DueId; may: boolean; onOff: () => void }): ReactNode {
  const w = useVisitWords();
  return (
    <Table.Td className="an-noprint">
      <div className="an-register-acts">
        {line.lab !== '' && <Button component="a" variant="default" href={resultsHref(line.who.id, line.lab)} aria-label={w('due.orders.typeOf', { name: line.who.name, what: line.cells[2] ?? '' })}>{w('due.orders.type')}</Button>}
        {may && <Button component="a" variant="default" href={visitHref(line.who.id)} aria-label={w(`due.${which}.openOf`, { name: line.who.name })}>{w(`due.${which}.open`)}</Button>}
        {may && line.off && <Button variant="subtle" aria-label={line.off.labelOf} onClick={onOff}>{line.off.label}</Button>}
      </div>
    </Table.Td>
  );
}

/* Taken off the list: with a reason, and it stays in the record. */
function Off({ line, off, onClose, onDone }: { line: Line; off: TakeOff; onClose: () => void; onDone: () => void }) {
  const w = useVisitWords();
  const [why, setWhy] = useState('');
  const [failure, setFailure] = useState<FhirError>();
  const [busy, setBusy] = useState(false);
  const send = (): void => {
    if (why.trim() === '') return;
    setBusy(true);
    setFailure(undefined);
    server.update(off.make(why), off.etag).then(onDone, (e: unknown) => { setFailure(problemOf(e)); setBusy(false); });
  };
  return (
    <Dialog title={off.label} onClose={onClose}>
      <p>{line.who.name} · {line.cells[2]}</p>
      <label className="an-entry">{w('due.why')}<Input data-autofocus value={why} maxLength={300} onChange={(e) => setWhy(e.currentTarget.value)} /></label>
      {failure && <Problem error={failure} />}
      <div className="an-row">
        <Button variant="default" onClick={onClose}>{w('cancel')}</Button>
        <Button disabled={why.trim() === '' || busy} onClick={send}>{off.label}</Button>
      </div>
    </Dialog>
  );
}
