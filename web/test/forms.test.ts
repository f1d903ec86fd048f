/* Screening without a browser: what is asked, what is kept, what interrupts; held against the forms the program brings. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftsOf, type DraftStorage } from '../src/access/drafts';
import { toJson } from '../src/fhir/decimal';
import { meaning, noAnswers, withCount, withGiven, type Answers } from '../src/forms/answers';
import { dropFormDraft, findFormDraft, keepFormDraft } from '../src/forms/draft';
import { duesOf } from '../src/forms/due';
import { compare, Filled, indexOf } from '../src/forms/enable';
import type { FhirClient } from '../src/fhir/client';
import { isGone, loadHere } from '../src/forms/load';
import { judged, plainOf } from '../src/forms/plain';
import { PURPOSES, purposeOf } from '../src/forms/purposes';
import { optionForDigit } from '../src/forms/Question';
import { answeredWith, formsDue, nextAfter, onlyDue, type Queued } from '../src/forms/queue';
import { allItems, conditionsOf, labelsOf, notesOf, optionsOf, titleOf, unknownParts } from '../src/forms/read';
import { answeredItems, calculatedValues, responseOf, scoresOf, taskOf } from '../src/forms/response';
import { resultOf, resultsByForm, trendOf } from '../src/forms/results';
import { afterDeath, OUTSIDE_URL } from '../src/vitals/stays';
import type { EnableWhen, Form, FormHead, Item, Response, ResponseItem, Value } from '../src/forms/types';

const FOLDER = join(__dirname, '../../content/forms');
const FORMS: Form[] = readdirSync(FOLDER).filter((n) => n.endsWith('.json')).map((n) => JSON.parse(readFileSync(join(FOLDER, n), 'utf8')) as Form);
const form = (id: string): Form => FORMS.find((f) => f.id === id) as Form;

const coding = (code: string, system = 'urn:ansinh:answer'): Value => ({ valueCoding: { system, code } });
const given = (values: Record<string, Value>): Answers => ({ ...noAnswers(), given: Object.fromEntries(Object.entries(values).map(([k, v]) => [k, [{ value: v }]])) });
const question = (linkId: string, type = 'boolean', more: Partial<Item> = {}): Item => ({ linkId, type, text: linkId, ...more });
const asForm = (...item: Item[]): Form => ({ resourceType: 'Questionnaire', url: 'urn:x', version: '1', item });
const askedOf = (f: Form, a: Answers): string[] => new Filled(indexOf(f), a).asked().map((q) => q.key);

describe('the forms the program brings', () => {
  it('are there', () => expect(FORMS.length).toBeGreaterThanOrEqual(47));
  it.each(FORMS.map((f) => [f.id, f] as const))('%s can be asked here, and says what it is', (_id, f) => {
    expect(unknownParts(f)).toEqual([]);
    expect(notesOf(f, 'vi')).toHaveLength(3);
    expect(notesOf(f, 'en').map((n) => n.text)).not.toEqual(notesOf(f, 'vi').map((n) => n.text));
    expect(titleOf(f, 'en')).not.toBe('');
    expect(PURPOSES.filter((p) => p !== 'other')).toContain(purposeOf(f.url ?? ''));
    for (const item of allItems(f).filter((i) => i.type === 'choice')) {
      const options = optionsOf(f, item);
      expect(options.length, item.linkId).toBeGreaterThan(1);
      expect(options.every((o) => o.vi !== '' && o.en !== ''), item.linkId).toBe(true);
    }
  });
  it.each(FORMS.map((f) => [f.id, f] as const))('%s: every alert and positive is understood', (_id, f) => {
    for (const c of [...conditionsOf(f, 'alert'), ...conditionsOf(f, 'positive')]) {
      expect(plainOf(c.expression), c.expression).toBeDefined();
      expect(c.text).not.toBe('');
      expect(c.textEn).not.toBe(c.text);
    }
  });
  it('alert where the instruments do', () => {
    expect(FORMS.filter((f) => conditionsOf(f, 'alert').length > 0).map((f) => f.id).sort()).toEqual(['c-ssrs', 'news2', 'phq-9', 'srq-20']);
  });
});

describe('alerts', () => {
  const met = (id: string, linkId: string, value: Value): string[] =>
    judged(conditionsOf(form(id), 'alert'), [{ linkId: 'items', item: [{ linkId, answer: [value] }] }]).met.map((c) => c.code);
  it.each<[string, string, Value, string[]]>([
    ['phq-9', 'q9', coding('two-weeks-0'), []],
    ['phq-9', 'q9', coding('two-weeks-1'), ['phq-9-item-9']],
    ['phq-9', 'q9', coding('two-weeks-3'), ['phq-9-item-9']],
    ['phq-9', 'q8', coding('two-weeks-3'), []],
    ['srq-20', 'q17', coding('yes'), ['srq-20-item-17']],
    ['srq-20', 'q17', coding('no'), []],
    ['srq-20', 'q16', coding('yes'), []],
    ['c-ssrs', 'q1', coding('yes'), ['c-ssrs-positive']],
    ['c-ssrs', 'q6', coding('c-ssrs-q6-earlier'), ['c-ssrs-positive']],
    ['c-ssrs', 'q1', coding('no'), []],
    ['c-ssrs', 'q7', coding('yes'), []],
    ['news2', 'single-3', { valueBoolean: true }, ['news2-single-3']],
    ['news2', 'at-least-7', { valueBoolean: false }, []],
  ])('%s %s', (id, linkId, value, expected) => expect(met(id, linkId, value)).toEqual(expected));

  it('what is not a plain comparison is not judged, and said', () => {
    for (const expression of [
      'true', "%resource.item.where(linkId = 'q9').answer.exists()", "%resource.descendants().where(linkId = 'q9' or true).answer.value.code = 'x'",
      "%resource.descendants().where(linkId.matches('^(a+)+$')).answer.value = true", "%resource.descendants().where(linkId = 'q9').answer.value.code.where($this ~ 'x').exists()",
    ]) {
      expect(plainOf(expression), expression).toBeUndefined();
    }
    const odd = { code: 'odd', expression: 'true', text: 'x', textEn: 'x' };
    expect(judged([odd], [])).toEqual({ met: [], unknown: [odd] });
  });
  it('numbers compare by value, and one answer only', () => {
    const plain = plainOf("%resource.descendants().where(linkId = 'total').answer.value >= 2");
    expect([1, 2, 3].map((n) => plain?.judge([{ valueInteger: n }]))).toEqual([false, true, true]);
    expect(plain?.judge([])).toBe(false);
  });
});

describe('enableWhen', () => {
  type Case = [string, Value | undefined, Omit<EnableWhen, 'question'>, boolean];
  const quantity = (value: number, code: string): Value => ({ valueQuantity: { value, code } });
  it.each<Case>([
    ['exists', { valueBoolean: false }, { operator: 'exists', answerBoolean: true }, true],
    ['exists', undefined, { operator: 'exists', answerBoolean: true }, false],
    ['exists not', undefined, { operator: 'exists', answerBoolean: false }, true],
    ['=', coding('a'), { operator: '=', answerCoding: { system: 'urn:ansinh:answer', code: 'a' } }, true],
    ['= other system', coding('a'), { operator: '=', answerCoding: { system: 'urn:y', code: 'a' } }, false],
    ['= without a system', coding('a'), { operator: '=', answerCoding: { code: 'a' } }, true],
    ['= none', undefined, { operator: '=', answerCoding: { code: 'a' } }, false],
    ['!=', coding('b'), { operator: '!=', answerCoding: { code: 'a' } }, true],
    ['!= equal', coding('a'), { operator: '!=', answerCoding: { code: 'a' } }, false],
    ['!= none', undefined, { operator: '!=', answerCoding: { code: 'a' } }, true],
    ['>=', { valueInteger: 5 }, { operator: '>=', answerInteger: 5 }, true],
    ['>', { valueInteger: 5 }, { operator: '>', answerInteger: 5 }, false],
    ['<', { valueDecimal: 4.5 }, { operator: '<', answerInteger: 5 }, true],
    ['<=', { valueDecimal: 5.5 }, { operator: '<=', answerDecimal: 5 }, false],
    ['> none', undefined, { operator: '>', answerInteger: 0 }, false],
    ['= boolean', { valueBoolean: false }, { operator: '=', answerBoolean: false }, true],
    ['date of a day in a year', { valueDate: '2025-06-01' }, { operator: '<', answerDate: '2026' }, true],
    ['date that depends', { valueDate: '2026' }, { operator: '<', answerDate: '2026-06' }, false],
    ['same date', { valueDate: '2026-06-01' }, { operator: '=', answerDate: '2026-06-01' }, true],
    ['time', { valueTime: '07:30:00' }, { operator: '<', answerTime: '12:00:00' }, true],
    ['quantity', quantity(3, 'kg'), { operator: '>', answerQuantity: { value: 2, code: 'kg' } }, true],
    ['quantity of another unit', quantity(3000, 'g'), { operator: '>', answerQuantity: { value: 2, code: 'kg' } }, false],
    ['an operator nobody knows', { valueInteger: 1 }, { operator: '~', answerInteger: 1 }, false],
  ])('%s', (_name, value, when, expected) => {
    const f = asForm(question('a', 'choice'), question('b', 'boolean', { enableWhen: [{ question: 'a', ...when } as EnableWhen] }));
    expect(askedOf(f, value ? given({ a: value }) : noAnswers()).includes('b')).toBe(expected);
  });

  const yes = (q: string): EnableWhen => ({ question: q, operator: '=', answerBoolean: true });
  it('all unless any is said', () => {
    const both = (enableBehavior?: string): Form => asForm(question('a'), question('b'), question('c', 'boolean', { enableWhen: [yes('a'), yes('b')], ...(enableBehavior ? { enableBehavior } : {}) }));
    const one = given({ a: { valueBoolean: true } });
    expect([both(), both('all'), both('any')].map((f) => askedOf(f, one).includes('c'))).toEqual([false, false, true]);
  });
  it('below what is not enabled nothing is, and its answers are none', () => {
    const f = asForm(
      question('a'), { linkId: 'g', type: 'group', enableWhen: [yes('a')], item: [question('b')] }, question('c', 'boolean', { enableWhen: [yes('b')] }));
    const answers = given({ a: { valueBoolean: false }, b: { valueBoolean: true }, c: { valueBoolean: true } });
    expect(askedOf(f, answers)).toEqual(['a']);
    expect(answeredItems(new Filled(indexOf(f), answers)).map((i) => i.linkId)).toEqual(['a']);
    const open = given({ a: { valueBoolean: true }, b: { valueBoolean: true } });
    expect(askedOf(f, open)).toEqual(['a', 'b', 'c']);
  });
  it('in a repeating group looks into its own instance first', () => {
    const f = asForm({ linkId: 'g', type: 'group', repeats: true, item: [question('a'), question('b', 'boolean', { enableWhen: [yes('a')] })] },
      question('c', 'boolean', { enableWhen: [yes('a')] }));
    const answers = withCount(given({ 'g#1/a': { valueBoolean: true } }), 'g', 2);
    expect(askedOf(f, answers)).toEqual(['g#0/a', 'g#1/a', 'g#1/b', 'c']);
  });
  it('a circle ends', () => {
    const f = asForm(question('a', 'boolean', { enableWhen: [yes('b')] }), question('b', 'boolean', { enableWhen: [yes('a')] }));
    expect(() => askedOf(f, noAnswers())).not.toThrow();
  });
  it('a form nested without end is refused', () => {
    let item: Item = question('x');
    for (let n = 0; n < 100; n += 1) item = { linkId: `g${n}`, type: 'group', item: [item] };
    expect(() => indexOf(asForm(item))).toThrow(RangeError);
  });
  it('looks at what was worked out', () => {
    const f = form('news2');
    const index = indexOf(f);
    const say = allItems(f).find((i) => i.linkId === 'do-urgent') as Item;
    const band = { band: [coding('urgent', 'urn:ansinh:news2-band')] };
    expect([new Filled(index, noAnswers()).isEnabled(say, ''), new Filled(index, noAnswers(), band).isEnabled(say, '')]).toEqual([false, true]);
  });
  it('values of different kinds do not compare', () => {
    expect(compare({ valueString: '5' }, { question: 'a', operator: '=', answerInteger: 5 })).toBe(0);
  });
});

describe('what is typed', () => {
  const limits = [{ url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueInteger: 0 }, { url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueInteger: 10 }];
  it.each<[string, string, string, string | undefined]>([
    ['integer', '7', '{"valueInteger":7}', undefined], ['integer', '007', '{"valueInteger":7}', undefined], ['integer', '7,5', '', 'whole'],
    ['integer', '11', '', 'high'], ['integer', '-1', '', 'low'], ['integer', 'abc', '', 'number'], ['integer', '1e3', '', 'number'],
    ['decimal', '7,50', '{"valueDecimal":7.50}', undefined], ['decimal', '7.', '{"valueDecimal":7}', undefined], ['decimal', ',5', '{"valueDecimal":0.5}', undefined],
    ['date', '2026-02-29', '', 'date'], ['date', '2026-02-28', '{"valueDate":"2026-02-28"}', undefined],
    ['dateTime', '2026-02-28T07:30', '{"valueDateTime":"2026-02-28T07:30:00+07:00"}', undefined], ['time', '07:30', '{"valueTime":"07:30:00"}', undefined],
    ['time', '25:00', '', 'time'], ['string', ' a ', '{"valueString":"a"}', undefined], ['string', 'x'.repeat(6), '', 'long'], ['string', '   ', '', undefined],
  ])('%s %s', (type, text, value, trouble) => {
    const meant = meaning(question('q', type, { extension: type === 'string' ? [] : limits, ...(type === 'string' ? { maxLength: 5 } : {}) }), { text });
    expect([meant.value ? toJson(meant.value) : '', meant.trouble]).toEqual([value, trouble]);
  });
  it('a number key means the number where answers are numbers, else the place', () => {
    const of = (...vi: string[]): { vi: string }[] => vi.map((v) => ({ vi: v }));
    expect([optionForDigit(of('0', '1', '2', '10'), 2), optionForDigit(of('0', '1', '10'), 5)]).toEqual([2, -1]);
    expect([optionForDigit(of('x', 'y'), 1), optionForDigit(of('x', 'y'), 3), optionForDigit(of('x', 'y'), 0)]).toEqual([0, -1, -1]);
  });
});

const WORDS = { form: 'form', now: 'now', later: 'later' };
const ABOUT = { patient: 'p1', stay: 'e1', author: { reference: 'Practitioner/n', display: 'N' }, authored: '2026-11-22T07:30:00+07:00', id: '11111111-2222-4333-8444-555555555555' };
const phq = (points: number[]): Answers => given(Object.fromEntries(points.map((n, i) => [`q${i + 1}`, coding(`two-weeks-${n}`)])));
const calculated = (r: Response, total: number | undefined, band: string | undefined): Response => ({
  ...r, item: [...(r.item ?? []), {
    linkId: 'result', item: [
      ...(total === undefined ? [] : [{ linkId: 'total', answer: [{ valueInteger: total }] }]), ...(band === undefined ? [] : [{ linkId: 'band', answer: [coding(band, 'urn:ansinh:band')] }]),
    ],
  }],
});

describe('somebody who does not live here any more', () => {
  const AT = Date.parse('2026-11-22T08:00:00+07:00');
  const stay = (id: string, status: string, start: string, end?: string): unknown => ({ resourceType: 'Encounter', id, status, period: { start, ...(end === undefined ? {} : { end }) } });
  const asked = async (stays: unknown[], served: boolean) => {
    const client = { search: async (type: string) => ({ items: type === 'Encounter' ? stays : served ? [{ id: 'c1' }] : [] }) } as unknown as FhirClient;
    return loadHere(client, 'p1');
  };
  const LEFT = stay('e0', 'finished', '2026-01-05T08:00:00+07:00', '2026-11-22T07:00:00+07:00');
  it.each<[string, unknown[], boolean, number, boolean]>([
    ['lives here', [stay('e1', 'in-progress', '2026-11-01'), LEFT], false, AT, false],
    ['never lived here', [], false, AT, false],
    ['left', [LEFT], false, AT, true],
    ['left since the form was filled in on paper', [LEFT], false, AT - 2 * 3_600_000, false],
    ['left, and comes for the day', [LEFT], true, AT, false],
  ])('%s', async (_n, stays, served, at, gone) => expect(isGone(await asked(stays, served), at)).toBe(gone));
  it('what was done before a death may be written after it, and nothing while its time is not known', () => {
    const died = { deceasedDateTime: '2026-11-22T07:40:00+07:00' };
    expect([afterDeath({}, AT), afterDeath(died, AT), afterDeath(died, AT - 3_600_000), afterDeath({ deceasedBoolean: true }, AT - 3_600_000), afterDeath({ deceasedDateTime: '2026-11-22' }, AT)])
      .toEqual([false, true, false, true, false]);
  });
  it('is said to be so in the answers', () => {
    const filled = new Filled(indexOf(form('phq-9')), phq([1, 1, 1, 1, 1, 1, 1, 1, 0]));
    expect(responseOf(filled, { ...ABOUT, stay: '', outside: true }).extension).toEqual([{ url: OUTSIDE_URL, valueBoolean: true }]);
    expect(responseOf(filled, ABOUT).extension).toBeUndefined();
  });
});

describe('what is kept', () => {
  const filled = new Filled(indexOf(form('phq-9')), phq([1, 1, 1, 1, 1, 1, 1, 1, 0]));
  const response = responseOf(filled, ABOUT);
  it('says for whom, by whom, when, and by which version of the form', () => {
    expect(response).toMatchObject({
      questionnaire: 'urn:ansinh:form:phq-9|2026.1', status: 'completed', subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/e1' },
      authored: ABOUT.authored, author: { reference: 'Practitioner/n' }, identifier: { value: `urn:uuid:${ABOUT.id}` },
    });
    expect(response.item?.map((i) => i.linkId)).toEqual(['items']);
    expect(response.item?.[0]?.item?.map((i) => i.linkId)).toEqual(['q1', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7', 'q8', 'q9']);
    expect(response.item?.[0]?.item?.[0]?.text).toBe(form('phq-9').item?.[0]?.item?.[0]?.text);
  });
  it('a score is an Observation with its band, derived from the answers; below the limit there is no Task', () => {
    const full = calculated(response, 8, 'phq-9-mild');
    const [score, ...more] = scoresOf(form('phq-9'), full, 'urn:uuid:x');
    expect(more).toEqual([]);
    expect(score).toMatchObject({
      status: 'final', code: { coding: [{ system: 'urn:ansinh:score', code: 'phq-9' }] }, valueQuantity: { value: 8, code: '{score}' },
      interpretation: [{ coding: [{ system: 'urn:ansinh:band', code: 'phq-9-mild' }] }], derivedFrom: [{ reference: 'urn:uuid:x' }],
      identifier: [{ value: `${ABOUT.id}/phq-9` }], effectiveDateTime: ABOUT.authored,
    });
    expect(taskOf(form('phq-9'), full, 'urn:uuid:x', WORDS)).toBeUndefined();
  });
  it('positive opens a Task, an alert one that is urgent, whatever the total', () => {
    const positive = taskOf(form('phq-9'), calculated(response, 12, 'phq-9-moderate'), 'urn:uuid:x', WORDS);
    expect(positive).toMatchObject({ status: 'requested', priority: 'routine', focus: { reference: 'urn:uuid:x' }, for: { reference: 'Patient/p1' }, reasonCode: { coding: [{ code: 'phq-9-10' }] } });
    expect(positive?.description).toBe('PHQ-9: later');
    const alarming = responseOf(new Filled(indexOf(form('phq-9')), phq([0, 0, 0, 0, 0, 0, 0, 0, 1])), ABOUT);
    expect(taskOf(form('phq-9'), calculated(alarming, 1, 'phq-9-none'), 'urn:uuid:x', WORDS)).toMatchObject({ priority: 'stat', reasonCode: { coding: [{ system: 'urn:ansinh:alert', code: 'phq-9-item-9' }] } });
  });
  it('not assessed is a result of its own, without a score', () => {
    const reason = responseOf(new Filled(indexOf(form('phq-9')), given({ 'not-assessed-reason': coding('not-assessed-refused') })), ABOUT);
    expect(scoresOf(form('phq-9'), reason, 'x')).toEqual([]);
    expect(resultOf(reason)).toMatchObject({ score: undefined, notAssessed: { code: 'not-assessed-refused' } });
  });
  it.each(FORMS.filter((f) => labelsOf(f).length > 0).map((f) => [f.id, f] as const))('%s carries its label in all that is made', (id, f) => {
    const r = responseOf(new Filled(indexOf(f), noAnswers()), ABOUT);
    const substance = ['assist', 'audit', 'audit-c', 'cage-aid', 'ciwa-ar', 'cows', 'drug-use-screen'].includes(id ?? '');
    expect(r.meta?.security?.map((c) => c.code)).toEqual([substance ? 'ETH' : 'MH']);
  });
  it('what the form works out is found under its key', () => {
    const index = indexOf(form('phq-9'));
    expect(Object.keys(calculatedValues(index, calculated(response, 8, 'phq-9-mild').item)).sort()).toEqual(['band', 'total']);
  });
  it('instances of a repeating group are kept apart', () => {
    const f = form('occupational-disease');
    const answers = withCount(withGiven(withGiven(noAnswers(), 'job#0/occupation', [{ text: 'a' }]), 'job#1/occupation', [{ text: 'b' }]), 'job', 2);
    const items = answeredItems(new Filled(indexOf(f), answers)).filter((i) => i.linkId === 'job');
    expect(items.map((i) => i.item?.[0]?.answer)).toEqual([[{ valueString: 'a' }], [{ valueString: 'b' }]]);
  });
  it('questions below a question stand in its answer', () => {
    const f = asForm(question('a', 'boolean', { item: [question('b', 'string')] }));
    const below: ResponseItem[] = answeredItems(new Filled(indexOf(f), withGiven(given({ a: { valueBoolean: true } }), 'b', [{ text: 'x' }])));
    expect(below).toEqual([{ linkId: 'a', text: 'a', answer: [{ valueBoolean: true, item: [{ linkId: 'b', text: 'b', answer: [{ valueString: 'x' }] }] }] }]);
    expect(askedOf(f, noAnswers())).toEqual(['a']);
  });
});

describe('results', () => {
  const at = (authored: string, total: number | undefined, patient = 'p1', status = 'completed'): Response =>
    ({ ...calculated({ resourceType: 'QuestionnaireResponse', id: authored, questionnaire: 'urn:ansinh:form:phq-9|2026.1', status, subject: { reference: `Patient/${patient}` }, authored }, total, total === undefined ? undefined : 'phq-9-mild') });
  it('the newest first, of this person only, never what was taken back', () => {
    const all = resultsByForm([at('2026-01-01T07:00:00+07:00', 5), at('2026-03-01T07:00:00+07:00', 9), at('2026-02-01T07:00:00+07:00', undefined), at('2026-04-01T07:00:00+07:00', 1, 'p2'),
      at('2026-05-01T07:00:00+07:00', 2, 'p1', 'entered-in-error')], 'p1').get('urn:ansinh:form:phq-9') ?? [];
    expect(all.map((r) => r.score)).toEqual([9, undefined, 5]);
    expect(trendOf(all).map((p) => p.score)).toEqual([5, 9]);
  });
});

describe('who is due', () => {
  const heads: FormHead[] = FORMS;
  const ids = (last: Record<string, string>, now: string): Record<string, string> => Object.fromEntries(
    duesOf(heads, new Map(Object.entries(last).map(([id, when]) => [`urn:ansinh:form:${id}`, Date.parse(when)])), Date.parse(now)).map((d) => [d.form.id ?? '', d.state]));
  it('what is for everybody is due for who never had it, and nothing else is', () => {
    expect(ids({}, '2026-11-22')).toEqual({ 'phq-2': 'never', 'tb-4': 'never', 'wg-ss': 'never' });
  });
  it('a repetition is due after the interval of the form', () => {
    const had = { 'phq-2': '2026-01-01', 'tb-4': '2026-01-01', 'wg-ss': '2026-01-01', barthel: '2026-01-01', 'ciwa-ar': '2026-01-01', 'm-chat-r': '2026-01-01' };
    expect(ids(had, '2026-03-31')).toEqual({});
    expect(ids(had, '2026-04-02')).toEqual({ barthel: 'due' });
    expect(ids(had, '2027-01-02')).toMatchObject({ barthel: 'overdue', 'phq-2': 'overdue', 'tb-4': 'overdue' });
  });
});

describe('drafts', () => {
  function memory(): DraftStorage {
    const map = new Map<string, string>();
    return {
      get length() { return map.size; }, key: (n) => [...map.keys()][n] ?? null, getItem: (k) => map.get(k) ?? null,
      setItem: (k, v) => void map.set(k, v), removeItem: (k) => void map.delete(k),
    };
  }
  it('come back with the form they were begun with, to their owner and person only', () => {
    const storage = memory();
    const [mine, other] = [draftsOf('a', () => storage), draftsOf('b', () => storage)];
    const draft = { form: form('phq-9'), expansions: {}, answers: phq([1]), at: 5, seen: [], when: '2026-11-22T07:00' };
    keepFormDraft(mine, 'p1', draft);
    expect(findFormDraft(mine, 'p1', 'urn:ansinh:form:phq-9|2099.1')).toEqual(draft);
    expect(findFormDraft(mine, 'p2', 'urn:ansinh:form:phq-9')).toBeUndefined();
    expect(findFormDraft(other, 'p1', 'urn:ansinh:form:phq-9')).toBeUndefined();
    keepFormDraft(mine, 'p1', { ...draft, answers: noAnswers() });
    expect(findFormDraft(mine, 'p1', 'urn:ansinh:form:phq-9')).toBeUndefined();
    keepFormDraft(mine, 'p1', draft);
    dropFormDraft(mine, 'p1', 'urn:ansinh:form:phq-9|2026.1');
    expect(mine.count()).toBe(0);
  });
  it('what is no draft is none', () => {
    const storage = memory();
    const drafts = draftsOf('a', () => storage);
    for (const text of ['', '{', 'null', '{"form":{}}', '[]']) {
      drafts.keep('form', 'p1 urn:x', text);
      expect(findFormDraft(drafts, 'p1', 'urn:x')).toBeUndefined();
    }
  });
});

describe('the queue of a ward', () => {
  const due = (id: string): Queued['dues'][number] => ({ form: { id, url: `urn:${id}` } as FormHead, state: 'due', last: undefined, every: undefined });
  const queued = (id: string, ...forms: string[]): Queued => ({ r: { id } as Queued['r'], dues: forms.map(due), tasks: [] });
  const people = [queued('a', 'tb-4', 'phq-2'), queued('b'), queued('c', 'tb-4'), queued('d', 'phq-2')];

  it('counts who waits for which form, most first, and leaves one of them', () => {
    expect(formsDue([...people, queued('e', 'tb-4')]).map((f) => [f.form.id, f.n])).toEqual([['tb-4', 3], ['phq-2', 2]]);
    expect(onlyDue(people, 'tb-4').map((p) => p.dues.length)).toEqual([1, 0, 1, 0]);
    expect(onlyDue(people, '')).toEqual(people);
  });

  it('the next is the next bed that waits; after the last from the top; nobody when all are done', () => {
    const tb = onlyDue(people, 'tb-4');
    expect(nextAfter(tb, 'a')?.r.id).toBe('c');
    expect(nextAfter(tb, 'c')?.r.id).toBe('a');
    expect(nextAfter(tb, 'd')?.r.id).toBe('a');
    expect(nextAfter([queued('a', 'x'), queued('b')], 'a')).toBeUndefined();
    expect(nextAfter(tb, 'gone')).toBeUndefined();
  });

  it('what waits on this device counts as answered, once it is taken back it does not', () => {
    const heard = { resourceType: 'QuestionnaireResponse', status: 'completed', identifier: { system: 's', value: '1' } } as Response;
    const mine = (value: string, status: string) => ({ form: {}, resource: { resourceType: 'QuestionnaireResponse', status, identifier: [{ system: 's', value }] } }) as never;
    const values = (all: Response[]): string[] => all.map((r) => [r.identifier ?? []].flat()[0]?.value ?? '');
    expect(values(answeredWith({ responses: [heard], tasks: [], cut: false }, [], [mine('2', 'completed')]))).toEqual(['1', '2']);
    expect(values(answeredWith({ responses: [heard], tasks: [], cut: false }, [], [mine('1', 'entered-in-error'), mine('2', 'completed')]))).toEqual(['2']);
    expect(values(answeredWith({ responses: [], tasks: [], cut: false }, [], [{ ...(mine('3', 'completed') as object), halt: 'refused' } as never]))).toEqual([]);
    /* sent, and the list not heard since: answered all the same, but not what was refused or taken back */
    const saved = (value: string, status = 'completed') => ({ ...(heard as object), status, identifier: [{ system: 's', value }] }) as never;
    const none = { responses: [], tasks: [], cut: false };
    expect(values(answeredWith(none, [saved('4')], []))).toEqual(['4']);
    expect(values(answeredWith(none, [saved('4'), saved('4', 'entered-in-error')], []))).toEqual([]);
    expect(values(answeredWith(none, [saved('3')], [{ ...(mine('3', 'completed') as object), halt: 'refused' } as never]))).toEqual([]);
  });
});
