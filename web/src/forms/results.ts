/* Past answers as results: what came out, when, and how it went over time. A result is read from the response alone: its group
 * `result` (content/forms/README.md) holds what the form worked out, `not-assessed` why it could not be asked. */

import { parseFhirDate } from '../fhir/dates';
import { numberOf } from '../fhir/decimal';
import { refersTo } from '../fhir/client';
import type { Coding } from '../fhir/types';
import { answersIn } from './plain';
import { allItems, codingWords, inWords, urlOf } from './read';
import type { Form, Response, ResponseItem } from './types';

export interface Line { text: string; score: number | undefined; band: Coding | undefined }
export interface Result {
  id: string; url: string; version: string; at: number; authored: string;
  /* the total, where the form has exactly one number */
  score: number | undefined;
  bands: Coding[];
  /* several scores, each with its band, where the form has them (ASSIST) */
  lines: Line[];
  notAssessed: Coding | undefined;
  response: Response;
}

function numbersIn(items: ResponseItem[]): { item: ResponseItem; score: number }[] {
  return items.flatMap((item) => {
    const score = numberOf(item.answer?.[0]?.valueInteger ?? item.answer?.[0]?.valueDecimal);
    return score === undefined ? [] : [{ item, score }];
  });
}
const bandsIn = (items: ResponseItem[]): Coding[] => items.flatMap((i) => i.answer?.flatMap((a) => a.valueCoding ?? []) ?? []);

export function resultOf(response: Response): Result {
  const group = (response.item ?? []).filter((i) => i.linkId === 'result').flatMap((i) => i.item ?? []);
  const groups = group.filter((i) => i.item !== undefined);
  const numbers = numbersIn(group);
  const reason = answersIn(response.item).find((a) => a.linkId === 'not-assessed-reason')?.values[0]?.valueCoding;
  const version = (response.questionnaire ?? '').split('|')[1] ?? '';
  return {
    id: response.id ?? '', url: urlOf(response.questionnaire), version, at: parseFhirDate(response.authored)?.ms ?? 0, authored: response.authored ?? '',
    score: numbers.length === 1 ? numbers[0]?.score : undefined, bands: bandsIn(group),
    lines: groups.flatMap((g) => {
      const [score, band] = [numbersIn(g.item ?? [])[0]?.score, bandsIn(g.item ?? [])[0]];
      return score === undefined && !band ? [] : [{ text: g.text ?? '', score, band }];
    }),
    notAssessed: reason, response,
  };
}

/* By form, the newest first; of this person only, and never what was taken back. */
export function resultsByForm(responses: Response[], patient: string): Map<string, Result[]> {
  const all = responses
    .filter((r) => refersTo(r.subject?.reference, 'Patient', patient) && (r.status === 'completed' || r.status === 'amended'))
    .map(resultOf).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const by = new Map<string, Result[]>();
  for (const r of all) by.set(r.url, [...(by.get(r.url) ?? []), r]);
  return by;
}

/* Oldest first, for a line; what has no score has no point in it. */
export const trendOf = (results: Result[]): { at: number; score: number }[] =>
  results.flatMap((r) => (r.score === undefined ? [] : [{ at: r.at, score: r.score }])).reverse();

/* The words of codes and groups in English stand in the form, not in the answer. */
export function englishOf(form: Form): Map<string, string> {
  const words = new Map<string, string>();
  for (const item of allItems(form)) {
    if (item.text) words.set(item.text, inWords(item.text, item._text, 'en'));
    for (const o of item.answerOption ?? []) if (o.valueCoding?.code) words.set(o.valueCoding.code, codingWords(o.valueCoding, 'en'));
  }
  for (const set of form.contained ?? []) {
    const include = (set as { compose?: { include?: { concept?: { code?: string; designation?: { language?: string; value?: string }[] }[] }[] } }).compose?.include ?? [];
    for (const c of include.flatMap((i) => i.concept ?? [])) {
      const en = c.designation?.find((d) => d.language === 'en')?.value;
      if (c.code && en) words.set(c.code, en);
    }
  }
  return words;
}
