/* The vital-signs chart as the paper form has it: pulse and temperature drawn over half days, the other values below. Two lines
 * that can be told apart without colour: pulse full with dots, temperature broken with crosses. */

import { useI18n } from '../i18n/context';
import { kindOf, type VitalKey } from '../vitals/kinds';
import { readingsOf, type Reading } from '../vitals/reading';
import { numberText, readingText } from '../vitals/show';
import { wardClock } from '../fhir/zone';
import { byHalf, pointsOf, PULSE, TEMPERATURE, type Days, type Point } from './forms';
import type { Printed } from './load';

const W = 700;
const H = 300;
const LEFT = 84;
const STEPS = 6;
const BELOW: VitalKey[] = ['bp', 'breathing', 'spo2', 'consciousness', 'glucose', 'weight'];

export function VitalsSheet({ person, span }: { person: Printed; span: Days }) {
  const { t } = useI18n();
  const readings = (key: VitalKey): Reading[] => readingsOf(kindOf(key), person.observations, person.patient.id ?? '');
  const width = W - LEFT;
  const column = width / (2 * span.days);
  return (
    <>
      <svg className="an-paper-chart" viewBox={`0 0 ${W} ${H + 40}`} role="img" aria-label={t('print.chartLabel')}>
        {Array.from({ length: STEPS + 1 }, (_, i) => {
          const y = 20 + (H * i) / STEPS;
          return (
            <g key={i}>
              <line x1={LEFT} x2={W} y1={y} y2={y} className="an-paper-line" />
              <text x={36} y={y + 4} textAnchor="end">{PULSE.high - ((PULSE.high - PULSE.low) * i) / STEPS}</text>
              <text x={LEFT - 6} y={y + 4} textAnchor="end">{TEMPERATURE.high - ((TEMPERATURE.high - TEMPERATURE.low) * i) / STEPS}</text>
            </g>
          );
        })}
        {Array.from({ length: 2 * span.days + 1 }, (_, i) => (
          <line key={i} x1={LEFT + column * i} x2={LEFT + column * i} y1={20} y2={20 + H} className={i % 2 === 0 ? 'an-paper-day' : 'an-paper-line'} />
        ))}
        <text x={36} y={12} textAnchor="end">{t('vital.pulse')}</text>
        <text x={LEFT - 2} y={12} textAnchor="end">°C</text>
        <Line points={pointsOf(readings('pulse'), span, PULSE)} width={width} kind="pulse" />
        <Line points={pointsOf(readings('temperature'), span, TEMPERATURE)} width={width} kind="temperature" />
      </svg>
      <p className="an-paper-legend">{t('print.chartLegend')}</p>
      <table className="an-paper-table an-paper-vitals">
        <thead>
          <tr><th scope="col" rowSpan={2}>{t('print.sign')}</th>{span.list.map((d) => <th key={d} scope="colgroup" colSpan={2}>{`${d.slice(8)}/${d.slice(5, 7)}`}</th>)}</tr>
          <tr>{span.list.flatMap((d) => [<th key={`${d}a`} scope="col">{t('print.am')}</th>, <th key={`${d}p`} scope="col">{t('print.pm')}</th>])}</tr>
        </thead>
        <tbody>
          {(['pulse', 'temperature', ...BELOW] as VitalKey[]).map((key) => <Row key={key} vital={key} halves={byHalf(readings(key), span)} />)}
        </tbody>
      </table>
    </>
  );
}

function Row({ vital, halves }: { vital: VitalKey; halves: Reading[][] }) {
  const i18n = useI18n();
  const { t } = i18n;
  const kind = kindOf(vital);
  const short = (r: Reading): string => {
    if (r.main && vital !== 'bp') return numberText(kind, r.main, i18n);
    if (vital === 'bp' && r.main && r.second) return `${numberText(kind, r.main, i18n)}/${numberText(kind, r.second, i18n)}`;
    return readingText(kind, r, i18n);
  };
  return (
    <tr>
      <th scope="row">{t(`vital.${vital}`)}{kind.unit && ` (${i18n.unit(kind.unit.shown)})`}</th>
      {halves.map((half, i) => <td key={i}>{half.map((r) => <div key={r.id} title={wardClock(r.at ?? 0)}>{short(r)}</div>)}</td>)}
    </tr>
  );
}

function Line({ points, width, kind }: { points: Point[]; width: number; kind: 'pulse' | 'temperature' }) {
  const at = (p: Point): [number, number] => [LEFT + p.x * width, 20 + p.y * H];
  return (
    <g className={`an-paper-${kind}`}>
      <polyline points={points.map((p) => at(p).map((n) => n.toFixed(1)).join(',')).join(' ')} />
      {points.map((p, i) => {
        const [x, y] = at(p);
        return (
          <g key={i}>
            {kind === 'pulse' ? <circle cx={x} cy={y} r={3.2} /> : <path d={`M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7`} />}
            {p.off && <text x={x + 5} y={y < 30 ? y + 12 : y - 4}>{p.value}</text>}
          </g>
        );
      })}
    </g>
  );
}
