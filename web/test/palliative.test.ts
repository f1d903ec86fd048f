import { describe, expect, it } from 'vitest';
import type { Resource } from '../src/fhir/types';
import { begin, change, emptyTyped, end, isActive, isFlag, lacks, trendOf, typedOf, type Answers, type Flag, type Plan, type Typed, type Words } from '../src/plan/palliative';

const NOW = Date.parse('2026-11-22T10:00:00+07:00');
const words: Words = { title: 'T', flag: 'F', symptom: (s) => s };
const about = { patient: 'p', stay: 's', me: { reference: 'Practitioner/d', display: 'BS D' } };
const typed = (more: Partial<Typed> = {}): Typed => ({ ...emptyTyped(), goals: 'không đau', place: 'here', review: '2026-12-22', ...more });
const decided = emptyTyped().ceilings.map((c) => (c.what === 'cpr' ? { ...c, said: 'no' as const, with: 'bà Hoa (vợ)', on: '2026-11-20' } : c));
const of = (t: Typed): Plan => (begin(t, about, NOW, 'id', words, undefined).entry ?? [])[0]?.resource as Plan;

describe('the palliative plan', () => {
  it('comes back as it was typed', () => {
    const t = typed({ symptoms: { pain: 'morphin theo y lệnh', breath: 'ngồi dậy, quạt' }, calls: [{ who: 'con gái', phone: '0912345678' }], placeWords: 'phòng có cửa sổ', ceilings: decided });
    expect(typedOf(of(t))).toEqual(t);
    expect(isActive(of(t))).toBe(true);
  });
  it('has a flag beside it, once, and none that names what was decided', () => {
    const made = begin(typed({ ceilings: decided }), about, NOW, 'id', words, undefined).entry ?? [];
    expect(made.map((e) => [e.resource?.resourceType, e.request?.ifNoneExist])).toEqual([['CarePlan', 'identifier=urn:ansinh:id:palliative|id/1'], ['Flag', 'identifier=urn:ansinh:id:palliative|id/2']]);
    expect(JSON.stringify(made[1]?.resource)).not.toMatch(/cpr|Hoa/);
    expect(isFlag(made[1]?.resource as Flag)).toBe(true);
    expect(begin(typed(), about, NOW, 'id', words, made[1]?.resource as Flag).entry).toHaveLength(1);
  });
  it('is changed in place with its version, and what is emptied is gone', () => {
    const before = { ...of(typed({ symptoms: { pain: 'x' }, ceilings: decided })), id: 'c', meta: { versionId: '3' } };
    const [put] = change(before, typed(), about, NOW, 'id2', words, { resourceType: 'Flag', id: 'f' } as Flag).entry ?? [];
    expect(put?.request).toMatchObject({ method: 'PUT', url: 'CarePlan/c', ifMatch: 'W/"3"' });
    expect(typedOf(put?.resource as Plan)).toEqual(typed());
    expect((put?.resource as Plan).activity).toBeUndefined();
  });
  it('ends with its flag', () => {
    const [p, f] = (end({ ...of(typed()), id: 'c' }, { resourceType: 'Flag', id: 'f', status: 'active' } as Flag, NOW).entry ?? []).map((e) => e.resource as Resource & { status: string; period: { end: string } });
    expect([p?.status, f?.status, p?.period.end, f?.period.end]).toEqual(['completed', 'inactive', '2026-11-22', '2026-11-22']);
  });
  it('asks for what a limit stands on, and takes no day that has not come', () => {
    expect(lacks(typed(), NOW)).toEqual([]);
    expect(lacks(emptyTyped(), NOW).map((l) => l.missing)).toEqual(['goals', 'place', 'review']);
    const half = decided.map((c) => (c.what === 'cpr' ? { ...c, with: '', on: '2026-11-23' } : c));
    expect(lacks(typed({ ceilings: half }), NOW)).toEqual([{ field: 'cpr-with', missing: 'with' }, { field: 'cpr-on', missing: 'on' }]);
    expect(lacks(typed({ review: '2026-11-21' }), NOW).map((l) => l.missing)).toEqual(['review']);
  });
});

describe('how symptoms go', () => {
  const answers = (day: string, values: Record<string, number>, more: Partial<Answers> = {}): Answers => ({
    resourceType: 'QuestionnaireResponse', questionnaire: 'urn:ansinh:form:esas-r|1.0.0', status: 'completed', authored: `2026-11-${day}T08:00:00+07:00`,
    item: [{ linkId: 'items', item: Object.entries(values).map(([linkId, n]) => ({ linkId, answer: [{ valueCoding: { code: `zero-ten-${n}` } }] })) }], ...more,
  });
  it('is two points or more against the time before; one is no change', () => {
    const t = trendOf([answers('20', { pain: 6, breath: 3, nausea: 5 }), answers('10', { pain: 4, breath: 4, nausea: 10, anxiety: 2 })]);
    expect(t.days).toEqual(['2026-11-10T08:00:00+07:00', '2026-11-20T08:00:00+07:00']);
    expect(t.rows.map((r) => [r.symptom, r.values, r.way])).toEqual([
      ['pain', [4, 6], 'up'], ['nausea', [10, 5], 'down'], ['breath', [4, 3], 'same'], ['anxiety', [2, undefined], ''],
    ]);
  });
  it('takes no other form, no draft, nothing out of range, and only the last few', () => {
    const all = Array.from({ length: 9 }, (_, i) => answers(String(10 + i), { pain: i }));
    expect(trendOf(all).rows[0]?.values).toEqual([3, 4, 5, 6, 7, 8]);
    expect(trendOf([answers('10', { pain: 3 }, { questionnaire: 'urn:ansinh:form:phq-9|1' }), answers('11', { pain: 3 }, { status: 'in-progress' }), answers('12', { pain: 11 })]).rows).toEqual([]);
  });
});
