/* One vital sign over time: a line for the eye, and the same readings as a table for everybody else. The chart's code is
 * fetched only here, so that the list of people does not wait for it. */

import { Button, Skeleton, Table } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { nowMs } from '../fhir/clock';
import { useI18n, type I18n } from '../i18n/context';
import { Problem } from '../ui/Problem';
import type { VitalKind } from '../vitals/kinds';
import { seriesOf, type Reading } from '../vitals/reading';
import { numberText, readingText, whenText } from '../vitals/show';
import { SHOWN_READINGS, type VitalState } from '../vitals/useVitals';

const Chart = lazy(() => import('../ui/Chart').then((m) => ({ default: m.Chart })));

const DAY = 86_400_000;
const RANGES = { week: 7 * DAY, month: 30 * DAY, year: 366 * DAY, all: Infinity } as const;
type Range = keyof typeof RANGES;
const RANGE_KEYS = Object.keys(RANGES) as Range[];

export function Trend({ kind, state }: { kind: VitalKind; state: VitalState }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [range, setRange] = useState<Range>('all');
  const since = useMemo(() => (range === 'all' ? -Infinity : nowMs() - RANGES[range]), [range]);
  const name = t(`vital.${kind.key}`);
  const readings = state.readings?.filter((r) => range === 'all' || (r.at !== undefined && r.at >= since));
  return (
    <section className="an-trend" aria-labelledby="trend-title">
      <h3 id="trend-title">{t('trend.title', { vital: name })}</h3>
      <div className="an-row an-ranges" role="group" aria-label={t('trend.range')}>
        {RANGE_KEYS.map((key) => (
          <Button key={key} variant={key === range ? 'filled' : 'default'} aria-pressed={key === range} onClick={() => setRange(key)}>
            {t(`trend.${key}`)}
          </Button>
        ))}
      </div>
      {state.error !== undefined && <Problem error={state.error} onRetry={state.reload} />}
      {readings === undefined && state.error === undefined && <Skeleton height={220} />}
      {readings?.length === 0 && <p className="an-dim">{t('trend.empty')}</p>}
      {readings !== undefined && readings.length > 0 && <Drawn kind={kind} readings={readings} since={since} name={name} />}
      {state.more && <p className="an-dim">{t('trend.cappedAt', { n: SHOWN_READINGS })}</p>}
    </section>
  );
}

function Drawn({ kind, readings, since, name }: { kind: VitalKind; readings: Reading[]; since: number; name: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const series = useMemo(() => seriesOf(readings, since), [readings, since]);
  const drawn = [...series.main, ...series.second].some((v) => v !== null);
  const offChart = readings.filter((r) => r.at === undefined || (r.main !== undefined && r.main.chart === undefined)).length;
  return (
    <>
      {kind.unit === undefined && <p className="an-dim">{t('trend.noChart')}</p>}
      {kind.unit !== undefined && drawn && (
        <figure className="an-figure">
          {kind.key === 'bp' && <Legend />}
          <div role="img" aria-label={summary(kind, readings, name, i18n)}>
            <Suspense fallback={<div role="status" aria-label={t('trend.loading')}><Skeleton height={240} /></div>}>
              <Chart
                series={series} unit={i18n.unit(kind.unit.shown)} decimals={kind.unit.decimals} num={i18n.num}
                names={kind.key === 'bp' ? [t('trend.systolic'), t('trend.diastolic')] : [name]}
              />
            </Suspense>
          </div>
        </figure>
      )}
      {kind.unit !== undefined && offChart > 0 && <p className="an-dim">{t('trend.notDrawn', { n: offChart })}</p>}
      <ReadingTable kind={kind} readings={readings} open={kind.unit === undefined || !drawn} />
    </>
  );
}

function summary(kind: VitalKind, readings: Reading[], vital: string, i18n: I18n): string {
  const [newest, oldest] = [readings[0] as Reading, readings[readings.length - 1] as Reading];
  return i18n.t('trend.summary', {
    vital, n: readings.length, from: whenText(oldest, i18n), to: whenText(newest, i18n), value: readingText(kind, newest, i18n),
  });
}

function Legend() {
  const { t } = useI18n();
  return (
    <figcaption className="an-legend">
      {(['systolic', 'diastolic'] as const).map((part, i) => (
        <span key={part}>
          <svg width="34" height="10" className={`an-series-${i + 1}`} aria-hidden="true"><polyline points="0,5 34,5" /></svg>
          {t(`trend.${part}`)}
        </span>
      ))}
    </figcaption>
  );
}

function ReadingTable({ kind, readings, open }: { kind: VitalKind; readings: Reading[]; open: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const pressure = kind.key === 'bp';
  const half = (m: Reading['main'], absent: boolean): string =>
    (m ? numberText(kind, m, i18n) : absent ? t('vitals.notMeasured') : '–');
  return (
    <details className="an-noprint" open={open} key={`${kind.key} ${open}`}>
      <summary>{t('trend.table', { n: readings.length })}</summary>
      {/* it scrolls by itself, so the keyboard must be able to reach it */}
      <div className="an-table-scroll" tabIndex={0} role="region" aria-label={t('trend.table', { n: readings.length })}>
        <Table stickyHeader verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('trend.when')}</Table.Th>
              {pressure && <Table.Th scope="col">{t('trend.systolic')} (mmHg)</Table.Th>}
              {pressure && <Table.Th scope="col">{t('trend.diastolic')} (mmHg)</Table.Th>}
              {!pressure && <Table.Th scope="col">{t('trend.value')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {readings.map((r) => (
              <Table.Tr key={r.id}>
                <Table.Th scope="row" className="an-number">{whenText(r, i18n)}</Table.Th>
                {pressure && <Table.Td>{half(r.main, r.absent)}</Table.Td>}
                {pressure && <Table.Td>{half(r.second, r.secondAbsent)}</Table.Td>}
                {!pressure && <Table.Td>{readingText(kind, r, i18n)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </details>
  );
}
