/* Reading a form: its words in the language of the page, its options, and what content/forms/README.md says with extensions.
 * What is not there is undefined or empty; nothing is made up. */

import type { Coding, Quantity } from '../fhir/types';
import type { Lang } from '../vitals/number';
import type { AnswerOption, Extension, Form, FormHead, Item, Primitive, TextCoding, Value, ValueSet } from './types';

export const CALCULATED = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression';
export const EXTRACT = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract';
const R4 = 'http://hl7.org/fhir/StructureDefinition/';
const DEEPEST = 40; /* nobody nests questions deeper; a form that does is refused */

type Extended = { extension?: Extension[] } | undefined;
export const extensionsOf = (of: Extended, url: string): Extension[] => (of?.extension ?? []).filter((e) => e.url === url);
export const extensionOf = (of: Extended, url: string): Extension | undefined => extensionsOf(of, url)[0];

/* The text in this language; a form is Vietnamese first. */
export function inWords(text: string | undefined, beside: Primitive | undefined, lang: Lang): string {
  for (const e of lang === 'vi' ? [] : extensionsOf(beside, `${R4}translation`)) {
    const content = extensionOf(e, 'content')?.valueString;
    if (extensionOf(e, 'lang')?.valueCode === lang && content) return content;
  }
  return text ?? '';
}
export const titleOf = (form: FormHead, lang: Lang): string => inWords(form.title, form._title, lang) || (form.id ?? '');
export const textOf = (item: Item, lang: Lang): string => inWords(item.text, item._text, lang);
export const codingWords = (c: TextCoding | undefined, lang: Lang): string => inWords(c?.display, c?._display, lang) || (c?.code ?? '');

export const canonicalOf = (form: FormHead): string => `${form.url ?? ''}${form.version === undefined ? '' : `|${form.version}`}`;
export const urlOf = (canonical: string | undefined): string => (canonical ?? '').split('|')[0] ?? '';

export interface FormNote { code: string; text: string }
const NOTES = ['licence', 'translation', 'review'] as const;
/* Licence, translation, review: what the form says of itself, in its words. */
export function notesOf(form: FormHead, lang: Lang): FormNote[] {
  return NOTES.flatMap((name) => {
    const coding = extensionOf(form, `urn:ansinh:form-${name}`)?.valueCoding;
    return coding ? [{ code: coding.code ?? '', text: codingWords(coding, lang) }] : [];
  });
}
export const sourceOf = (form: FormHead): string => extensionOf(form, 'urn:ansinh:form-source')?.valueString ?? '';
export const labelsOf = (form: FormHead): Coding[] => extensionsOf(form, 'urn:ansinh:label').flatMap((e) => (e.valueCoding ? [plainCoding(e.valueCoding)] : []));

/* As it is written into an answer: without the translations of the form. */
export function plainCoding(c: Coding): Coding {
  return { ...(c.system === undefined ? {} : { system: c.system }), ...(c.code === undefined ? {} : { code: c.code }), ...(c.display === undefined ? {} : { display: c.display }) };
}

export interface Recall { group: string; low: Quantity | undefined; high: Quantity | undefined }
export function recallsOf(form: FormHead): Recall[] {
  return extensionsOf(form, 'urn:ansinh:form-recall').map((e) => {
    const every = extensionOf(e, 'every')?.valueRange;
    return { group: extensionOf(e, 'group')?.valueCode ?? '', low: every?.low, high: every?.high };
  });
}

export interface Condition { code: string; expression: string; text: string; textEn: string }
function conditions(of: Extended, url: string): Condition[] {
  return extensionsOf(of, url).map((e) => {
    const text = extensionOf(e, 'text');
    return {
      code: extensionOf(e, 'code')?.valueCode ?? '', expression: extensionOf(e, 'expression')?.valueExpression?.expression ?? '',
      text: text?.valueString ?? '', textEn: inWords(text?.valueString, text?._valueString, 'en'),
    };
  });
}
/* Of the form and of every item of it. */
export function conditionsOf(form: Form, kind: 'alert' | 'positive'): Condition[] {
  const url = `urn:ansinh:${kind}`;
  return [...conditions(form, url), ...allItems(form).flatMap((i) => conditions(i, url))];
}

export function allItems(form: Form): Item[] {
  const all: Item[] = [];
  const walk = (items: Item[] | undefined, depth: number): void => {
    if (depth > DEEPEST) throw new RangeError('a form nested too deeply');
    for (const item of items ?? []) {
      all.push(item);
      walk(item.item, depth + 1);
    }
  };
  walk(form.item, 0);
  return all;
}

export const isCalculated = (item: Item): boolean => item.readOnly === true || extensionOf(item, CALCULATED) !== undefined;
export const isHidden = (item: Item): boolean => extensionOf(item, `${R4}questionnaire-hidden`)?.valueBoolean === true;
export const isQuestion = (item: Item): boolean => item.type !== 'group' && item.type !== 'display';

export function unitOf(item: Item): Coding | undefined {
  return extensionOf(item, `${R4}questionnaire-unit`)?.valueCoding ?? extensionOf(item, `${R4}questionnaire-unitOption`)?.valueCoding;
}
export function limitOf(item: Item, which: 'minValue' | 'maxValue'): number | undefined {
  const e = extensionOf(item, R4 + which);
  return e?.valueInteger ?? e?.valueDecimal;
}

/* The ways to answer a question of choice, each with its words in both languages. */
export interface Option { key: string; value: Value; vi: string; en: string }
export type Expansions = Record<string, ValueSet>;

const coded = (c: Coding, vi: string, en: string): Option => ({ key: `${c.system ?? ''}|${c.code ?? ''}`, value: { valueCoding: c }, vi, en });

function fromConcepts(set: ValueSet | undefined): Option[] {
  const listed = (set?.compose?.include ?? []).flatMap((i) => (i.concept ?? []).map((c) => ({ ...c, system: i.system })));
  const all = set?.expansion?.contains ?? listed;
  return all.map((c) => {
    const en = c.designation?.find((d) => d.language === 'en')?.value;
    const words = c.display ?? c.code ?? '';
    return coded(plainCoding({ ...(c.system ? { system: c.system } : {}), ...(c.code ? { code: c.code } : {}), ...(c.display ? { display: c.display } : {}) }), words, en ?? words);
  });
}

function fromOption(o: AnswerOption): Option {
  if (o.valueCoding) return coded(plainCoding(o.valueCoding), codingWords(o.valueCoding, 'vi'), codingWords(o.valueCoding, 'en'));
  const { extension: _e, _valueString: beside, ...value } = o;
  const plain = String(value.valueString ?? value.valueInteger ?? value.valueDate ?? value.valueTime ?? '');
  return { key: plain, value, vi: plain, en: inWords(plain, beside, 'en') };
}

export function optionsOf(form: Form, item: Item, expansions: Expansions = {}): Option[] {
  if (item.answerOption) return item.answerOption.map(fromOption);
  const set = item.answerValueSet ?? '';
  if (!set.startsWith('#')) return fromConcepts(expansions[set]);
  return fromConcepts((form.contained ?? []).find((r): r is ValueSet => r.resourceType === 'ValueSet' && r.id === set.slice(1)));
}
export const externalSets = (form: Form): string[] =>
  [...new Set(allItems(form).flatMap((i) => (i.answerValueSet !== undefined && !i.answerValueSet.startsWith('#') ? [i.answerValueSet] : [])))];

const KNOWN = ['group', 'display', 'boolean', 'choice', 'open-choice', 'integer', 'decimal', 'quantity', 'string', 'text', 'url', 'date', 'dateTime', 'time'];
/* What this page cannot ask as the form wants it; a form that has any of it says so instead of being asked wrongly. */
export function unknownParts(form: Form): string[] {
  return [...new Set(allItems(form).flatMap((i) => [
    ...(KNOWN.includes(i.type) ? [] : [i.type]),
    ...(extensionOf(i, 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression') ? ['enableWhenExpression'] : []),
  ]))];
}
