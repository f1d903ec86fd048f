/* A form with its answers: what is asked at this moment, and what is answered.
 *
 * The rules of enableWhen are those of docs/forms.md ("When an item is enabled"), the same as the server's: the question is
 * looked for where it is nearest, in the innermost group instance around the item that has it; `!=` holds without an answer;
 * below an item that is not enabled nothing is; and the answer of a question that is not enabled is none. */

import { numberOf } from '../fhir/decimal';
import type { Coding, Quantity } from '../fhir/types';
import { countOf, instanceIn, keyIn, meaning, type Answers } from './answers';
import { allItems, isCalculated, isHidden, isQuestion } from './read';
import type { EnableWhen, Form, Item, Value } from './types';

const [LESS, EQUAL, MORE] = [1, 2, 4];
const OPERATORS: Record<string, { fits: number; noneMay: boolean }> = {
  '=': { fits: EQUAL, noneMay: false }, '!=': { fits: EQUAL, noneMay: true }, '>': { fits: MORE, noneMay: false },
  '<': { fits: LESS, noneMay: false }, '>=': { fits: MORE | EQUAL, noneMay: false }, '<=': { fits: LESS | EQUAL, noneMay: false },
};

const relation = (a: number, b: number): number => (a < b ? LESS : a > b ? MORE : a === b ? EQUAL : 0);
const sameCoding = (a: Coding, b: Coding): boolean => a.code === b.code && (a.system === undefined || b.system === undefined || a.system === b.system);

function quantities(a: Quantity, b: Quantity): number {
  const [x, y] = [numberOf(a.value), numberOf(b.value)];
  const [ax, bx] = [a.code ?? a.unit ?? '', b.code ?? b.unit ?? ''];
  return x === undefined || y === undefined || (ax !== '' && bx !== '' && ax !== bx) ? 0 : relation(x, y);
}

/* The span of time a date of any precision may mean; without an offset it is the ward's. */
function span(text: string): [number, number] | undefined {
  const m = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?$/.exec(text);
  if (!m) return undefined;
  const [year, month, day] = [Number(m[1]), Number(m[2] ?? 1), Number(m[3] ?? 1)];
  const at = (y: number, mo: number, d: number): number => Date.UTC(y, mo - 1, d) - 7 * 3_600_000;
  if (m[4] !== undefined) {
    const ms = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}+07:00`);
    return Number.isNaN(ms) ? undefined : [ms, ms + 1];
  }
  if (m[3] !== undefined) return [at(year, month, day), at(year, month, day + 1)];
  return m[2] !== undefined ? [at(year, month, 1), at(year, month + 1, 1)] : [at(year, 1, 1), at(year + 1, 1, 1)];
}

function dates(a: string, b: string): number {
  const [x, y] = [span(a), span(b)];
  if (!x || !y) return 0;
  return x[1] <= y[0] ? LESS : y[1] <= x[0] ? MORE : x[0] === y[0] && x[1] === y[1] ? EQUAL : 0;
}

/* How an answer stands to the value wanted: less, equal, more, or 0 when they do not compare. */
export function compare(value: Value, when: EnableWhen): number {
  const number = numberOf(value.valueInteger ?? value.valueDecimal);
  const wantedNumber = when.answerInteger ?? when.answerDecimal;
  if (number !== undefined && wantedNumber !== undefined) return relation(number, wantedNumber);
  if (value.valueCoding && when.answerCoding) return sameCoding(value.valueCoding, when.answerCoding) ? EQUAL : 0;
  if (value.valueQuantity && when.answerQuantity) return quantities(value.valueQuantity, when.answerQuantity);
  if (value.valueBoolean !== undefined && when.answerBoolean !== undefined) return value.valueBoolean === when.answerBoolean ? EQUAL : 0;
  const date = value.valueDate ?? value.valueDateTime;
  const wantedDate = when.answerDate ?? when.answerDateTime;
  if (date !== undefined && wantedDate !== undefined) return date === wantedDate ? EQUAL : dates(date, wantedDate);
  const text = value.valueString ?? value.valueTime ?? value.valueUri;
  const wantedText = when.answerString ?? when.answerTime;
  if (text === undefined || wantedText === undefined) return 0;
  return text === wantedText ? EQUAL : text < wantedText ? LESS : MORE;
}

interface Known { item: Item; up: string | undefined; /* repeating groups around it, outermost first */ chain: Item[] }

export interface Asked { item: Item; prefix: string; key: string }

export interface FormIndex { form: Form; known: Map<string, Known> }

export function indexOf(form: Form): FormIndex {
  allItems(form); /* refuses what is nested too deeply */
  const known = new Map<string, Known>();
  const walk = (items: Item[] | undefined, up: string | undefined, chain: Item[]): void => {
    for (const item of items ?? []) {
      known.set(item.linkId, { item, up, chain });
      walk(item.item, item.linkId, item.type === 'group' && item.repeats === true ? [...chain, item] : chain);
    }
  };
  walk(form.item, undefined, []);
  return { form, known };
}

export class Filled {
  readonly index: FormIndex;
  readonly answers: Answers;
  private readonly calculated: Record<string, Value[]>;
  private readonly enabled = new Map<string, boolean>();

  /* calculated: what the server made of these very answers, by key */
  constructor(index: FormIndex, answers: Answers, calculated: Record<string, Value[]> = {}) {
    this.index = index;
    this.answers = answers;
    this.calculated = calculated;
  }

  get form(): Form { return this.index.form; }

  /* What is answered, whether it is asked or not. */
  valuesAt(item: Item, prefix: string): Value[] {
    const key = keyIn(prefix, item.linkId);
    if (isCalculated(item)) return this.calculated[key] ?? [];
    return (this.answers.given[key] ?? []).flatMap((g) => meaning(item, g).value ?? []);
  }

  isEnabled(item: Item, prefix: string): boolean {
    const key = keyIn(prefix, item.linkId);
    const before = this.enabled.get(key);
    if (before !== undefined) return before;
    this.enabled.set(key, true); /* a circle of conditions ends here */
    const now = this.decide(item, prefix);
    this.enabled.set(key, now);
    return now;
  }

  private decide(item: Item, prefix: string): boolean {
    const known = this.index.known.get(item.linkId);
    const up = known?.up === undefined ? undefined : this.index.known.get(known.up);
    if (up && !this.isEnabled(up.item, prefix.slice(0, this.prefixLength(up, prefix)))) return false;
    const conditions = item.enableWhen ?? [];
    if (conditions.length === 0) return true;
    const holds = (when: EnableWhen): boolean => this.holds(when, prefix);
    return item.enableBehavior === 'any' ? conditions.some(holds) : conditions.every(holds);
  }

  /* How much of a prefix belongs to the instances around an item further up. */
  private prefixLength(of: Known, prefix: string): number {
    let at = 0;
    for (let n = 0; n < of.chain.length; n += 1) at = prefix.indexOf('/', at) + 1;
    return at;
  }

  private holds(when: EnableWhen, prefix: string): boolean {
    const question = this.index.known.get(when.question);
    if (!question) return false;
    const values = this.prefixesOf(question, prefix)
      .flatMap((p) => (this.isEnabled(question.item, p) ? this.valuesAt(question.item, p) : []));
    if (when.operator === 'exists') return values.length > 0 === (when.answerBoolean ?? true);
    const rule = OPERATORS[when.operator];
    if (!rule) return false;
    return values.some((v) => (compare(v, when) & rule.fits) !== 0) !== rule.noneMay;
  }

  /* The instances in which a question is looked for: those around the asking item where they are shared, else all of them. */
  private prefixesOf(question: Known, from: string): string[] {
    let found = [''];
    let shared = true;
    for (const group of question.chain) {
      const here = found[0] ?? '';
      const mine: string | undefined = shared ? new RegExp(`^${escaped(here + group.linkId)}#\\d+/`).exec(from)?.[0] : undefined;
      shared = mine !== undefined;
      found = mine !== undefined ? [mine] : found.flatMap((p) => this.instances(group, p));
    }
    return found;
  }

  instances(group: Item, prefix: string): string[] {
    if (group.repeats !== true) return [prefix];
    return Array.from({ length: countOf(this.answers, group, prefix) }, (_, n) => instanceIn(prefix, group.linkId, n));
  }

  /* Every question that is asked now, in the order of the form; what the form works out itself is not asked. */
  asked(): Asked[] { return this.askedIn(this.form.item ?? [], ''); }

  private askedIn(items: Item[], prefix: string): Asked[] {
    return items.flatMap((item) => {
      if (isHidden(item) || !this.isEnabled(item, prefix)) return [];
      if (item.type === 'group') return this.instances(item, prefix).flatMap((p) => this.askedIn(item.item ?? [], p));
      const own = isQuestion(item) && !isCalculated(item) ? [{ item, prefix, key: keyIn(prefix, item.linkId) }] : [];
      const below = own.length > 0 && this.valuesAt(item, prefix).length === 0 ? [] : this.askedIn(item.item ?? [], prefix);
      return [...own, ...below];
    });
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
