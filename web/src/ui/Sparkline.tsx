/* The last dozen values as a small line, beside the number it belongs to. Decoration: the same values stand in the table. */

import { seriesOf, type Reading } from '../vitals/reading';

const WIDTH = 96;
const HEIGHT = 30;
const PAD = 4;
const SHOWN = 12;

export function Sparkline({ readings }: { readings: Reading[] }) {
  const series = seriesOf(readings.slice(0, SHOWN));
  const values = [...series.main, ...series.second].filter((v): v is number => v !== null);
  /* the empty picture keeps the column where it is */
  if (values.length < 2 || series.at.length < 2) return <svg className="an-spark an-spark-empty" width={WIDTH} height={HEIGHT} aria-hidden="true" />;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [from, to] = [series.at[0] ?? 0, series.at[series.at.length - 1] ?? 1];
  const x = (at: number): number => PAD + ((at - from) / (to - from || 1)) * (WIDTH - 2 * PAD);
  const y = (v: number): number => (high === low ? HEIGHT / 2 : HEIGHT - PAD - ((v - low) / (high - low)) * (HEIGHT - 2 * PAD));
  const points = (line: (number | null)[]): [number, number][] =>
    line.flatMap((v, i): [number, number][] => (v === null ? [] : [[x(series.at[i] ?? 0), y(v)]]));
  return (
    <svg className="an-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {[points(series.main), points(series.second)].map((line, i) => line.length > 0 && (
        <g key={i} className={`an-series-${i + 1}`}>
          <polyline points={line.map((p) => p.join(',')).join(' ')} />
          <circle cx={line[line.length - 1]?.[0]} cy={line[line.length - 1]?.[1]} r="2.6" />
        </g>
      ))}
    </svg>
  );
}
