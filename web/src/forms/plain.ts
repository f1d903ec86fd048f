/* Alerts and positives (urn:ansinh:alert, urn:ansinh:positive) as far as they are authored: a plain comparison of answers,
 *
 *   %resource.descendants().where(linkId = 'q9').answer.value.code.where($this != 'two-weeks-0').exists()
 *   %resource.descendants().where(linkId = 'q17').answer.value.code = 'yes'
 *   %resource.descendants().where(linkId = 'total').answer.value >= 2
 *
 * and nothing else. This is no FHIRPath: an expression that is not of this shape is refused (undefined), and the screen says that
 * it cannot be judged here. So an alert interrupts with the line down, and none is ever answered "no" for want of understanding. */

import { numberOf } from '../fhir/decimal';
import type { Condition } from './read';
import type { ResponseItem, Value } from './types';

type Pick = (linkId: string) => boolean;
type Judge = (values: Value[]) => boolean;
export interface Plain { pick: Pick; judge: Judge }

const START = '%resource.descendants().where(';
const TAIL = ').answer.value';
const TEXT = "'([A-Za-z0-9_.-]+)'";
const LINK = new RegExp(`^linkId = ${TEXT}$`);
const LINK_STARTS = new RegExp(`^linkId\\.startsWith\\(${TEXT}\\)$`);
/* only letters, digits and one class of them: nothing that could run away */
const LINK_MATCHES = /^linkId\.matches\('(\^[A-Za-z0-9_-]*\[[A-Za-z0-9]-[A-Za-z0-9]\][A-Za-z0-9_-]*\$)'\)$/;
const THIS = new RegExp(`^\\$this (=|!=) ${TEXT}$`);
const CODE_IS = new RegExp(`^\\.code = ${TEXT}$`);
const NUMBER_IS = /^ (=|>=|<=|>|<) (-?\d+(?:\.\d+)?)$/;

function pickOf(text: string): Pick | undefined {
  const one = LINK.exec(text)?.[1];
  if (one !== undefined) return (id) => id === one;
  const start = LINK_STARTS.exec(text)?.[1];
  if (start !== undefined) return (id) => id.startsWith(start);
  const pattern = LINK_MATCHES.exec(text)?.[1];
  if (pattern === undefined) return undefined;
  const matches = new RegExp(pattern);
  return (id) => matches.test(id);
}

const codesOf = (values: Value[]): string[] => values.flatMap((v) => v.valueCoding?.code ?? []);

function anyCode(text: string): Judge | undefined {
  const parts = text.split(' or ').map((p) => THIS.exec(p));
  if (parts.some((p) => p === null)) return undefined;
  return (values) => codesOf(values).some((code) => parts.some((p) => (p?.[1] === '=') === (code === p?.[2])));
}

const ORDER: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b, '>=': (a, b) => a >= b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '<': (a, b) => a < b,
};

function judgeOf(text: string): Judge | undefined {
  if (text.startsWith('.code.where(') && text.endsWith(').exists()')) return anyCode(text.slice('.code.where('.length, -').exists()'.length));
  const code = CODE_IS.exec(text)?.[1];
  /* one equals one: of several answers FHIRPath's = is not true */
  if (code !== undefined) return (values) => codesOf(values).length === 1 && codesOf(values)[0] === code;
  if (text === ' = true' || text === ' = false') return (values) => values.length === 1 && values[0]?.valueBoolean === (text === ' = true');
  const number = NUMBER_IS.exec(text);
  const fits = ORDER[number?.[1] ?? ''];
  if (!number || !fits) return undefined;
  return (values) => {
    const n = numberOf(values[0]?.valueInteger ?? values[0]?.valueDecimal);
    return values.length === 1 && n !== undefined && fits(n, Number(number[2]));
  };
}

export function plainOf(expression: string): Plain | undefined {
  if (!expression.startsWith(START)) return undefined;
  const end = expression.indexOf(TAIL);
  const pick = end < 0 ? undefined : pickOf(expression.slice(START.length, end));
  const judge = end < 0 ? undefined : judgeOf(expression.slice(end + TAIL.length));
  return pick && judge ? { pick, judge } : undefined;
}

export interface Answered { linkId: string; values: Value[] }

/* Every answer of a response, with the question it belongs to. */
export function answersIn(items: ResponseItem[] | undefined, depth = 0): Answered[] {
  if (depth > 60) return [];
  return (items ?? []).flatMap((i) => [
    ...(i.answer ? [{ linkId: i.linkId, values: i.answer }] : []), ...answersIn(i.item, depth + 1),
    ...(i.answer ?? []).flatMap((a) => answersIn(a.item, depth + 1)),
  ]);
}

export function isMet(plain: Plain, answered: Answered[]): boolean {
  return plain.judge(answered.filter((a) => plain.pick(a.linkId)).flatMap((a) => a.values));
}

/* Which of them are met, and which could not be judged. */
export function judged(conditions: Condition[], items: ResponseItem[] | undefined): { met: Condition[]; unknown: Condition[] } {
  const answered = answersIn(items);
  const met: Condition[] = [];
  const unknown: Condition[] = [];
  for (const c of conditions) {
    const plain = plainOf(c.expression);
    if (!plain) unknown.push(c);
    else if (isMet(plain, answered)) met.push(c);
  }
  return { met, unknown };
}
