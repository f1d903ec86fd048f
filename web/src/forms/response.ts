/* From a filled form to what is kept: the QuestionnaireResponse, each score as an Observation, and a Task when something is to be
 * followed up; and back, from a calculated response to the values of its items. */

import type { CodeableConcept, Identifier, Observation, Reference, Resource } from '../fhir/types';
import type { Giver } from '../drugs/record';
import { ENTRY_SYSTEM } from '../outbox/item';
import { Filled, type FormIndex } from './enable';
import { OUTSIDE_URL } from '../vitals/stays';
import { instanceIn, keyIn } from './answers';
import { allItems, canonicalOf, conditionsOf, EXTRACT, extensionOf, isCalculated, isQuestion, labelsOf, shortName, unitOf, type Condition } from './read';
import { judged } from './plain';
import type { Form, Item, Response, ResponseAnswer, ResponseItem, Task, Value } from './types';

export const TASK_SYSTEM = 'urn:ansinh:task';
export const FOLLOW_UP = 'screening-follow-up';
/* The entries made from one response: its own id, and which of them. */
export const MADE_SYSTEM = 'urn:ansinh:id:screening';

const worded = (item: Item): Pick<ResponseItem, 'linkId' | 'text'> => ({ linkId: item.linkId, ...(item.text === undefined ? {} : { text: item.text }) });

function responseItems(filled: Filled, items: Item[] | undefined, prefix: string): ResponseItem[] {
  return (items ?? []).flatMap((item): ResponseItem[] => {
    if (item.type === 'display' || isCalculated(item) || !filled.isEnabled(item, prefix)) return [];
    if (item.type === 'group') {
      return filled.instances(item, prefix).flatMap((p) => {
        const inside = responseItems(filled, item.item, p);
        return inside.length > 0 ? [{ ...worded(item), item: inside }] : [];
      });
    }
    const answers: ResponseAnswer[] = filled.valuesAt(item, prefix).map((v) => ({ ...v }));
    if (answers.length === 0) return [];
    const below = responseItems(filled, item.item, prefix);
    if (below.length > 0 && answers[0]) answers[0] = { ...answers[0], item: below };
    return [{ ...worded(item), answer: answers }];
  });
}

/* What is answered and asked; the form works out the rest. */
export const answeredItems = (filled: Filled): ResponseItem[] => responseItems(filled, filled.form.item, '');

/* outside: asked of somebody who does not live here any more, and meant (vitals/stays.ts) */
export interface About { patient: string; stay: string; outside?: boolean; author: Giver; authored: string; id: string }

const party = (g: Giver): Reference => (g.reference === '' ? { display: g.display } : { reference: g.reference, display: g.display });

export function responseOf(filled: Filled, about: About): Response {
  const labels = labelsOf(filled.form);
  return {
    resourceType: 'QuestionnaireResponse',
    ...(labels.length > 0 ? { meta: { security: labels } } : {}),
    ...(about.outside === true ? { extension: [{ url: OUTSIDE_URL, valueBoolean: true }] } : {}),
    identifier: { system: ENTRY_SYSTEM, value: `urn:uuid:${about.id}` },
    questionnaire: canonicalOf(filled.form), status: 'completed', subject: { reference: `Patient/${about.patient}` },
    ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }),
    authored: about.authored, author: party(about.author),
    item: answeredItems(filled),
  };
}

/* What the server worked out, by the keys of answers.ts. */
export function calculatedValues(index: FormIndex, items: ResponseItem[] | undefined): Record<string, Value[]> {
  const found: Record<string, Value[]> = {};
  const walk = (all: ResponseItem[] | undefined, prefix: string, depth: number): void => {
    const seen: Record<string, number> = {};
    for (const r of depth > 60 ? [] : all ?? []) {
      const item = index.known.get(r.linkId)?.item;
      if (!item) continue;
      const n = seen[r.linkId] ?? 0;
      seen[r.linkId] = n + 1;
      const inside = item.type === 'group' && item.repeats === true ? instanceIn(prefix, item.linkId, n) : prefix;
      if (isQuestion(item) && isCalculated(item) && r.answer) found[keyIn(prefix, item.linkId)] = r.answer.map(({ item: _below, ...v }) => v);
      walk(r.item, inside, depth + 1);
      for (const a of r.answer ?? []) walk(a.item, prefix, depth + 1);
    }
  };
  walk(items, '', 0);
  return found;
}

const SURVEY: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey', display: 'Survey' }],
};

type Score = Observation & { derivedFrom?: Reference[]; valueInteger?: number };
const made = (response: Response, what: string): Identifier[] =>
  [{ system: MADE_SYSTEM, value: `${(response.identifier?.value ?? '').replace('urn:uuid:', '')}/${what}` }];
const security = (response: Response) => (response.meta?.security ? { meta: { security: response.meta.security } as Resource['meta'] & object } : {});

/* The same answers on which the score rests: who, when, for whom. */
const common = (response: Response): Partial<Score> => ({
  ...(response.subject ? { subject: response.subject } : {}), ...(response.encounter ? { encounter: response.encounter } : {}),
  ...(response.authored === undefined ? {} : { effectiveDateTime: response.authored }), ...(response.author ? { performer: [response.author] } : {}),
});

/* The band that stands beside a score in its group says what the score means. */
function bandBeside(items: ResponseItem[]): CodeableConcept[] {
  return items.filter((i) => i.linkId === 'band' || i.linkId.startsWith('band-')).flatMap((i) => {
    const coding = i.answer?.[0]?.valueCoding;
    return coding ? [{ coding: [coding], ...(coding.display === undefined ? {} : { text: coding.display }) }] : [];
  });
}

function scoreOf(form: Form, item: Item, answer: Value, beside: ResponseItem[], response: Response, place: string): Score | undefined {
  const number = answer.valueInteger ?? answer.valueDecimal;
  const unit = unitOf(item);
  if (number === undefined && !answer.valueCoding && answer.valueBoolean === undefined) return undefined;
  const value = number === undefined
    ? answer.valueCoding ? { valueCodeableConcept: { coding: [answer.valueCoding] } } : { valueBoolean: answer.valueBoolean === true }
    : { valueQuantity: { value: number, ...(unit ? { unit: unit.display ?? unit.code ?? '', system: unit.system ?? 'http://unitsofmeasure.org', code: unit.code ?? '' } : {}) } };
  const interpretation = bandBeside(beside);
  return {
    resourceType: 'Observation', ...security(response), identifier: made(response, item.code?.[0]?.code ?? item.linkId), status: 'final',
    category: [SURVEY], code: { coding: item.code ?? [], text: item.text ?? form.title ?? '' }, ...common(response), ...value,
    ...(interpretation.length > 0 ? { interpretation } : {}), derivedFrom: [{ reference: place }],
  };
}

/* Every calculated item the form wants as an Observation. place: how entries refer to the response. */
export function scoresOf(form: Form, response: Response, place: string): Score[] {
  const wanted = new Map(allItems(form).filter((i) => extensionOf(i, EXTRACT)?.valueBoolean === true && (i.code ?? []).length > 0).map((i) => [i.linkId, i]));
  const walk = (items: ResponseItem[] | undefined, depth: number): Score[] => (depth > 60 ? [] : items ?? []).flatMap((r) => {
    const item = wanted.get(r.linkId);
    const answer = r.answer?.[0];
    const own = item && answer ? scoreOf(form, item, answer, items ?? [], response, place) : undefined;
    return [...(own ? [own] : []), ...walk(r.item, depth + 1)];
  });
  return walk(response.item, 0);
}

/* What the Task says is read by more people than the answers are: which instrument, and how soon. The rest stands in its focus. */
export interface TaskWords { form: string; now: string; later: string }

/* One Task for what the form calls positive or alarming. An alert that one person has seen is still to be followed up. */
export function taskOf(form: Form, response: Response, place: string, words: TaskWords): Task | undefined {
  const alerts = judged(conditionsOf(form, 'alert'), response.item).met;
  const positives = judged(conditionsOf(form, 'positive'), response.item).met;
  const all = [...alerts, ...positives];
  if (all.length === 0) return undefined;
  const coding = (kind: string) => (c: Condition) => ({ system: `urn:ansinh:${kind}`, code: c.code });
  return {
    resourceType: 'Task', ...security(response), identifier: made(response, FOLLOW_UP), status: 'requested', intent: 'order',
    priority: alerts.length > 0 ? 'stat' : 'routine',
    code: { coding: [{ system: TASK_SYSTEM, code: FOLLOW_UP }, ...(form.code ?? [])], text: shortName(form.code?.[0]?.code, words.form) },
    description: `${shortName(form.code?.[0]?.code, words.form)}: ${alerts.length > 0 ? words.now : words.later}`,
    reasonCode: { coding: [...alerts.map(coding('alert')), ...positives.map(coding('positive'))] },
    focus: { reference: place }, ...(response.subject ? { for: response.subject } : {}), ...(response.encounter ? { encounter: response.encounter } : {}),
    ...(response.authored === undefined ? {} : { authoredOn: response.authored }), ...(response.author ? { requester: response.author } : {}),
  };
}
