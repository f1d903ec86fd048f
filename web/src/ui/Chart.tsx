/* uPlot, dressed in our colours and our way of writing dates and numbers. It draws on a canvas, so colours are read from
 * the style sheet each time the scheme changes, and the words for a screen reader are the caller's job. */

import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { clockDate, showDay, showTime } from '../fhir/dates';
import type { Series } from '../vitals/reading';

const HEIGHT = 240;
const DAY = 86_400;

interface Props {
  series: Series;
  unit: string;
  decimals: number;
  names: string[];
  num: (value: number, minDecimals?: number, maxDecimals?: number) => string;
}

/* As much of the date as the distance between two marks calls for. */
function timeMarks(splits: number[], step: number): string[] {
  return splits.map((s) => {
    const at = new Date(s * 1000);
    const [day, month] = showDay(clockDate(at)).split('/');
    if (step < DAY) return at.getHours() === 0 && at.getMinutes() === 0 ? `${day}/${month}` : showTime(s * 1000);
    if (step < 27 * DAY) return `${day}/${month}`;
    return step < 360 * DAY ? `${month}/${at.getFullYear()}` : String(at.getFullYear());
  });
}

function optionsFor(width: number, props: Props): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const size = parseFloat(style.fontSize) * 0.8;
  const font = `${size}px 'Be Vietnam Pro', sans-serif`;
  const axis = {
    stroke: color('--mantine-color-dimmed'), font, grid: { stroke: color('--an-line'), width: 1 }, ticks: { show: false },
  };
  const line = (label: string, n: number): uPlot.Series => ({
    label, stroke: color(`--an-series-${n}`), width: 2, spanGaps: false,
    ...(n === 2 ? { dash: [6, 4] } : {}),
    points: { show: true, size: 7, fill: n === 2 ? color('--an-card') : color('--an-series-1') },
  });
  return {
    width, height: HEIGHT, padding: [12, size * 2.2, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 10 } },
    scales: { x: { time: true, range: around }, y: { range: (_u, low, high) => roomy(low, high, props.decimals) } },
    axes: [
      { ...axis, space: size * 6, size: size * 2.4, values: (_u, splits, _axis, _space, step) => timeMarks(splits, step) },
      { ...axis, size: size * 4.2, values: (_u, splits) => splits.map((v) => props.num(v, 0, props.decimals)) },
    ],
    series: [{}, ...props.names.map((name, i) => line(name, i + 1))],
  };
}

/* A margin at both ends; a single reading stands in the middle of its day. From the data itself, because for a single
 * reading uPlot hands over a span of years. */
function around(u: uPlot): [number, number] {
  const at = u.data[0];
  const [a, b] = [at[0] ?? 0, at[at.length - 1] ?? 0];
  const margin = a === b ? DAY / 2 : (b - a) * 0.03;
  return [a - margin, b + margin];
}

/* Never zoom so far in that ordinary wobble looks like a mountain. */
function roomy(low: number | null, high: number | null, decimals: number): [number, number] {
  const [a, b] = [low ?? 0, high ?? 1];
  const least = decimals > 0 ? 2 : 20;
  const missing = Math.max(0, least - (b - a)) / 2;
  const margin = (b - a) * 0.1 + missing;
  return [Math.max(0, a - margin), b + margin];
}

export function Chart(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const [at, setAt] = useState<number | null>(null);
  const { series, names, unit, num, decimals } = props;

  useEffect(() => {
    const host = box.current;
    if (!host) return undefined;
    const data: uPlot.AlignedData = names.length > 1 ? [series.at, series.main, series.second] : [series.at, series.main];
    const options = optionsFor(host.clientWidth, props);
    options.hooks = { setCursor: [(u) => setAt(u.cursor.idx ?? null)] };
    const plot = new uPlot(options, data, host);
    const watch = new ResizeObserver(() => {
      if (host.clientWidth > 0 && host.clientWidth !== plot.width) plot.setSize({ width: host.clientWidth, height: HEIGHT });
    });
    watch.observe(host);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
    /* names and num change with the language, scheme with the colours */
  }, [series, scheme, unit, decimals, num, names.join('|')]);

  const pointed = at === null ? undefined : series.at[at];
  const values = at === null ? [] : [series.main[at], series.second[at]].filter((v): v is number => typeof v === 'number');
  return (
    <div>
      <div ref={box} className="an-chart" />
      <p className="an-dim an-number an-pointed" aria-hidden="true">
        {pointed !== undefined && values.length > 0
          ? `${showDay(clockDate(new Date(pointed * 1000)))} ${showTime(pointed * 1000)} · ${values.map((v) => num(v, 0, 1)).join('/')} ${unit}`
          : unit}
      </p>
    </div>
  );
}
