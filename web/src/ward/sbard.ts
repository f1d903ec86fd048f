/* What to say on the telephone, in five short parts: situation, background, assessment, request, decision. Read out, copied
 * or printed; made only of what stands on the screen, so that nothing is said that nobody has seen. */

import type { Translate } from '../i18n/context';
import type { Param, Score } from './news2';

export interface SbardInput {
  who: string; /* name, age, bed */
  place: string;
  score: Score;
  scale: 1 | 2;
  /* the signs in words: "Nhịp thở 22 lần/phút" */
  signs: { param: Param; text: string }[];
  before: string; /* "NEWS2 1 lúc 06:10", or empty */
  risks: string[];
  allergies: string[];
  conditions: string[];
  unusual: string[];
}

export interface SbardLine { part: 'S' | 'B' | 'A' | 'R' | 'D'; text: string }

export function sbard(input: SbardInput, t: Translate): SbardLine[] {
  const { score } = input;
  const total = score.complete ? t('sbard.total', { n: score.sum }) : t('sbard.least', { n: score.sum });
  const raised = input.signs.filter((s) => (score.points[s.param] ?? 0) > 0).map((s) => s.text);
  const normal = input.signs.filter((s) => score.points[s.param] === 0).map((s) => s.text);
  const missing = score.missing.map((p) => t(`round.${p}`));
  const list = (items: string[]): string => items.join('; ');
  const background = [
    input.conditions.length > 0 ? t('sbard.conditions', { list: list(input.conditions) }) : '',
    input.allergies.length > 0 ? t('sbard.allergies', { list: list(input.allergies) }) : t('sbard.noAllergies'),
    input.risks.length > 0 ? t('sbard.risks', { list: list(input.risks) }) : '',
    input.before === '' ? '' : t('sbard.before', { text: input.before }),
  ].filter((x) => x !== '').join(' ');
  const assessment = [
    raised.length > 0 ? t('sbard.raised', { list: list(raised) }) : '',
    normal.length > 0 ? t('sbard.normal', { list: list(normal) }) : '',
    missing.length > 0 ? t('sbard.missing', { list: list(missing) }) : '',
    input.unusual.length > 0 ? t('sbard.unusual', { list: list(input.unusual) }) : '',
    input.scale === 2 ? t('sbard.scale2') : '',
  ].filter((x) => x !== '').join(' ');
  return [
    { part: 'S', text: t('sbard.situation', { who: input.who, place: input.place, total }) },
    { part: 'B', text: background },
    { part: 'A', text: assessment },
    { part: 'R', text: t(`sbard.ask.${score.band ?? 'routine'}`) },
    { part: 'D', text: t('sbard.decision') },
  ];
}

export const sbardText = (lines: SbardLine[], t: Translate): string => lines.map((l) => `${t(`sbard.${l.part}`)}: ${l.text}`).join('\n');
