/* The registers: who is on one, what was agreed, how it goes, and first of all who should have been seen by now. Printed or taken along as a
 * table; the register of infections is its line list. Beside them the lists of what is to come (Coming.tsx). */

import { Button, Skeleton, Table } from '@mantine/core';
import { useMemo } from 'react';
import { onlyWards, useMe } from '../access/me';
import { NoPermission } from '../access/NoPermission';
import { nowMs } from '../fhir/clock';
import { showFhirDate, showFhirDay } from '../fhir/dates';
import { server } from '../fhir/server';
import { wardStamp, wardTime } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useVisitWords, type VisitWords } from '../i18n/visits';
import type { ScreenProps } from '../screen';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { Problem } from '../ui/Problem';
import { useLoad } from '../ui/useLoad';
import { useOnReconnect } from '../ui/useOnline';
import { problemWords } from '../visits/load';
import '../visits/visits.css';
import { csvOf, download } from './csv';
import { Coming } from './Coming';
import { DUE_IDS } from './coming';
import { dayIn, type ReportState } from './entries';
import { isolationWords } from './Infection';
import { loadRegister, type RegisterRow } from './load';
import './record.css';
import { recallState, REGISTER_IDS, type RegisterId } from './registers';
import { mayReadRegisters, recordHref, registerHref } from './screens';
import { targetText } from './Targets';

export default function RegistersScreen({ query }: ScreenProps) {
  const w = useVisitWords();
  const { t } = useI18n();
  const me = useMe();
  const wards = onlyWards(me.me);
  const asked = query.get('r');
  const due = DUE_IDS.find((r) => r === asked);
  const which = REGISTER_IDS.find((r) => r === asked) ?? 'hypertension';
  if (!mayReadRegisters(me)) return <NoPermission what={t('registers.title')} />;
  return (
    <div className="an-registers">
      <h1>{t('registers.title')}</h1>
      <nav className="an-options an-noprint" aria-label={t('registers.title')}>
        {REGISTER_IDS.map((r) => <Button key={r} component="a" href={registerHref(r)} variant={!due && r === which ? 'filled' : 'default'} aria-current={!due && r === which ? 'page' : undefined}>{w(`register.${r}`)}</Button>)}
        {DUE_IDS.map((r) => <Button key={r} component="a" href={registerHref(r)} variant={r === due ? 'filled' : 'default'} aria-current={r === due ? 'page' : undefined}>{w(`due.${r}`)}</Button>)}
      </nav>
      {wards.length > 0 && <p><Icon name="info" size={18} /> {w('registers.ofWards', { wards: wards.map((x) => x.name).join(', ') })}</p>}
      {due ? <Coming key={due} which={due} /> : <Register key={which} which={which} />}
    </div>
  );
}

function Register({ which }: { which: RegisterId }) {
  const w = useVisitWords();
  const load = useLoad(`register ${which}`, (signal) => loadRegister(server, which, signal));
  useOnReconnect(load.reload, load.error !== undefined);
  if (load.data === undefined && load.error !== undefined) return <Problem error={load.error} onRetry={load.reload} />;
  if (!load.data) return <div role="status" aria-label={w('registers.loading')}>{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={44} mb={8} />)}</div>;
  return <Rows which={which} rows={load.data.rows} cut={load.data.cut} />;
}

function useLines(which: RegisterId, rows: RegisterRow[]): { head: string[]; lines: { row: RegisterRow; cells: string[]; overdue: boolean }[] } {
  const w = useVisitWords();
  const { t } = useI18n();
  return useMemo(() => {
    const today = wardTime(nowMs()).day;
    const soon = dayIn(7, nowMs());
    const infection = which === 'communicable';
    const head = [w('list.bed'), w('list.name'), w('list.age'), w('list.sex'), w('list.problem'),
      ...(infection ? [w('list.onset'), w('list.isolated'), w('list.contacts'), w('list.report')] : [w('list.target'), w('list.last')]), w('list.recall')];
    const lines = rows.map((row) => {
      const state = recallState(row.recall, today, soon);
      const last = row.last ? `${row.last.text} (${showFhirDay(row.last.at)})${row.last.met === undefined ? '' : ` · ${w(row.last.met ? 'list.met' : 'list.notMet')}`}` : w('list.noLast');
      const recall = row.recall === '' ? w('recall.none') : `${showFhirDay(row.recall)}${state === 'overdue' ? ` · ${w('list.overdue')}` : ''}`;
      const sex = row.sex === 'male' || row.sex === 'female' ? t(`gender.${row.sex}`) : '';
      const cells = [row.bed, row.name, row.age === undefined ? '' : String(row.age), sex, row.problems.map(problemWords).join('; '),
        ...(infection
          ? [row.problems[0]?.onsetDateTime === undefined ? w('list.noOnset', { day: showFhirDay(row.problems[0]?.recordedDate) }) : showFhirDay(row.problems[0].onsetDateTime), row.isolation ? `${isolationWords(row.isolation, w)} (${showFhirDate(row.isolation.period?.start)})` : '', String(row.contacts), reportWords(row.report, w)]
          : [targetText(which, row.goal, w), last]), recall];
      return { row, cells, overdue: state === 'overdue' };
    });
    return { head, lines };
  }, [which, rows, w, t]);
}

function reportWords(r: ReportState, w: VisitWords): string {
  if (r.open) return `${w('list.reportDueShort', { when: Number.isNaN(r.due) ? '' : wardStamp(r.due) })}${r.late ? ` · ${w('list.overdue')}` : ''}`;
  return r.done === undefined ? w('list.reportNone') : w('list.reportedShort', { when: wardStamp(r.done) });
}

function Rows({ which, rows, cut }: { which: RegisterId; rows: RegisterRow[]; cut: boolean }) {
  const w = useVisitWords();
  const { head, lines } = useLines(which, rows);
  const overdue = lines.filter((l) => l.overdue).length;
  if (rows.length === 0) return <Notice kind="info" title={w('registers.empty')}><p>{w('registers.emptyDo')}</p></Notice>;
  return (
    <>
      <p><strong>{w('registers.count', { n: rows.length, overdue })}</strong></p>
      {cut && <Notice kind="warn" title={w('registers.cut')} />}
      <div className="an-row an-noprint">
        <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>{w('document.print')}</Button>
        <Button variant="default" onClick={() => download(`${which}-${wardTime(nowMs()).day}.csv`, csvOf([head, ...lines.map((l) => l.cells)]))}>{w('registers.csv')}</Button>
      </div>
      <p className="an-visit-small">{w('registers.private')}</p>
      <div className="an-register-scroll" tabIndex={0} role="region" aria-label={w(`register.${which}`)}>
        <Table verticalSpacing="xs" stickyHeader>
          <Table.Thead><Table.Tr>{head.map((h) => <Table.Th key={h}>{h}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {lines.map(({ row, cells, overdue: late }) => (
              <Table.Tr key={row.id}>
                {cells.map((c, i) => (
                  <Table.Td key={i} className={i === cells.length - 1 && late ? 'an-late' : ''}>{i === 1 ? <a className="an-register-name" href={recordHref(row.id)}>{c}</a> : c}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
