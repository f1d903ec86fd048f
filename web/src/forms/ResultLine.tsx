/* One result in a line, and the scores of one form over time. */

import { useMemo } from 'react';
import { server } from '../fhir/server';
import type { Coding } from '../fhir/types';
import { wardFull, wardStamp } from '../fhir/zone';
import { useI18n } from '../i18n/context';
import { useWords } from '../i18n/forms';
import { useLoad } from '../ui/useLoad';
import { englishOf, trendOf, type Result } from './results';
import type { Form } from './types';

export type Say = (c: Coding | undefined) => string;

/* The words of a code: Vietnamese stands in the answer, English in the form. */
export function useSay(urls: string[]): Say {
  const { lang } = useI18n();
  const wanted = lang === 'en' && urls.length > 0 ? [...new Set(urls)].sort().join(',') : '';
  const load = useLoad(`words ${wanted}`, async (signal) => {
    if (wanted === '') return new Map<string, string>();
    const page = await server.search<Form>('Questionnaire', { url: wanted, _count: 100 }, signal);
    return new Map(page.items.flatMap((f) => [...englishOf(f)]));
  });
  const words = load.data;
  return useMemo(() => (c) => (wanted === '' ? '' : words?.get(c?.code ?? '') ?? '') || (c?.display ?? c?.code ?? ''), [wanted, words]);
}

export function useResultText(say: Say): (r: Result) => string {
  const w = useWords();
  const { num } = useI18n();
  return (r) => {
    if (r.notAssessed) return w('result.notAssessed', { why: say(r.notAssessed) });
    const parts = [
      ...(r.score === undefined ? [] : [w('result.points', { n: num(r.score) })]), ...r.bands.map(say),
      ...r.lines.map((l) => [l.text, l.score === undefined ? '' : num(l.score), say(l.band)].filter(Boolean).join(' ')),
    ];
    return parts.length > 0 ? parts.join(' · ') : w('result.noScore');
  };
}

const [WIDTH, HEIGHT, PAD, SHOWN] = [96, 30, 4, 12];

/* The same shape as the vital signs' line, of scores; the numbers stand in its words. */
export function Trend({ results }: { results: Result[] }) {
  const w = useWords();
  const { num } = useI18n();
  const points = trendOf(results).slice(-SHOWN);
  if (points.length < 2) return null;
  const scores = points.map((p) => p.score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const [from, to] = [points[0]?.at ?? 0, points[points.length - 1]?.at ?? 1];
  const x = (at: number): number => PAD + ((at - from) / (to - from || 1)) * (WIDTH - 2 * PAD);
  const y = (n: number): number => (high === low ? HEIGHT / 2 : HEIGHT - PAD - ((n - low) / (high - low)) * (HEIGHT - 2 * PAD));
  const last = points[points.length - 1];
  const list = points.map((p) => `${num(p.score)} (${wardFull(p.at).slice(0, 10)})`).join(', ');
  return (
    <svg className="an-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={w('results.trend', { list })}>
      <g className="an-series-1">
        <polyline points={points.map((p) => `${x(p.at)},${y(p.score)}`).join(' ')} />
        {last && <circle cx={x(last.at)} cy={y(last.score)} r="2.6" />}
      </g>
    </svg>
  );
}

export const stampOf = (r: Result): string => wardStamp(r.at);
