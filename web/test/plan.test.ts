/* Care plans: what a result speaks for, what is written, what is read back; nothing is chosen for anybody. */

import { describe, expect, it } from 'vitest';
import content from '../../content/plans/care.json';
import { careKind } from '../src/daily/kinds';
import { DAILY_CATALOGUES, recordWords as w } from '../src/i18n/daily';
import { careOrder, ended, judged, looseOrders, missingIn, readOrder, readPlans, recordPlan, resultOf, reviewed, type CareOrder, type CarePlan, type Drafted, type Goal } from '../src/plan/plan';
import { INSTRUMENTS, newestScores, suggestionsFor, UNITS } from '../src/plan/suggestions';

const now = Date.parse('2026-11-22T09:00:00+07:00');
const about = { patient: 'p1', stay: 'e1', me: { reference: 'Practitioner/n1', display: 'Hà' } };
const score = (code: string, value: number, at: string, status = 'final') => ({
  resourceType: 'Observation' as const, status, code: { coding: [{ system: 'urn:ansinh:score', code }] }, valueQuantity: { value }, effectiveDateTime: at,
});

describe('the content', () => {
  it('names kinds and units that exist, a source, both languages, and is marked as not reviewed', () => {
    expect(content.review).toBe('needs-clinician');
    for (const p of content.plans) {
      expect([p.source !== '', p.title.vi !== '', p.title.en !== '', p.goal.vi !== '', p.goal.en !== '', p.activities.length > 0], p.id).toEqual([true, true, true, true, true, true]);
      for (const a of p.activities as { kind?: string; unit?: string; at?: string[]; text?: { vi: string; en: string } }[]) {
        if (a.kind !== undefined) expect(careKind(a.kind) !== undefined && (a.at !== undefined || UNITS.some((u) => u === a.unit)), `${p.id} ${a.kind}`).toBe(true);
        else expect(a.text !== undefined && a.text.vi !== '' && a.text.en !== '', p.id).toBe(true);
      }
    }
    for (const words of Object.values(DAILY_CATALOGUES)) for (const s of INSTRUMENTS) expect(Object.keys(words)).toContain(`plan.score.${s}`);
  });
});

describe('what a result speaks for', () => {
  const ids = (...seen: ReturnType<typeof score>[]): string[] => suggestionsFor(newestScores(seen)).filter((s) => s.why.length > 0).map((s) => s.id);
  it.each([['norton', 14, ['pressure']], ['norton', 15, []], ['braden', 18, ['pressure']], ['morse', 45, ['fall']], ['morse', 44, []], ['mna-sf', 11, ['nutrition']], ['mna-sf', 12, []],
    ['must', 1, ['nutrition']], ['must', 0, []], ['barthel', 60, ['daily-living']], ['barthel', 61, []]] as const)('%s %s', (code, value, wanted) => {
    expect(ids(score(code, value, '2026-11-20'))).toEqual(wanted);
  });
  it('the newest standing result counts, and those without a reason come after', () => {
    expect(ids(score('morse', 60, '2026-11-01'), score('morse', 20, '2026-11-20'))).toEqual([]);
    expect(ids(score('morse', 60, '2026-11-01'), score('morse', 20, '2026-11-20', 'entered-in-error'))).toEqual(['fall']);
    const all = suggestionsFor(newestScores([score('morse', 60, '2026-11-01')]));
    expect([all[0]?.id, all.length]).toEqual(['fall', content.plans.length]);
  });
});

const drafted: Drafted = {
  goals: ['Da lành'], responsible: 'ĐD Hà', review: '2026-12-06',
  activities: [
    { key: 'a', activity: { kind: 'turning', every: 2, unit: 'h' }, words: '' }, { key: 'b', activity: { kind: 'weight', every: 1, unit: 'mo' }, words: '' },
    { key: 'c', activity: { kind: 'meal', at: ['07:00', '11:30'] }, words: '' }, { key: 'd', activity: { text: { vi: 'Đệm', en: 'Mattress' } }, words: 'Đệm' },
  ],
};

describe('a plan', () => {
  it('wants goals, something done, somebody, and a day that is not over', () => {
    expect(missingIn({ goals: [], activities: [], responsible: ' ', review: '' }, now)).toEqual(['goals', 'activities', 'responsible', 'review']);
    expect([missingIn(drafted, now), missingIn({ ...drafted, review: '2026-11-21' }, now), missingIn({ ...drafted, review: '2026-11-22' }, now)]).toEqual([[], ['review'], []]);
  });
  it('is one act: the plan names its goals and its orders, the orders name the plan', () => {
    let n = 0;
    const wanted = recordPlan(drafted, about, now, () => `u${n += 1}`, w);
    const parts = wanted.parts ?? [];
    const plan = parts[0]?.resource as unknown as CarePlan;
    expect(parts.map((p) => p.resource.resourceType)).toEqual(['CarePlan', 'Goal', 'ServiceRequest', 'ServiceRequest', 'ServiceRequest']);
    expect([plan.goal?.map((g) => g.reference), plan.activity?.map((a) => a.reference?.reference ?? a.detail?.description)]).toEqual([[parts[1]?.place], [parts[2]?.place, parts[3]?.place, parts[4]?.place, 'Đệm']]);
    for (const p of parts.slice(2)) expect((p.resource as unknown as CareOrder).basedOn).toEqual([{ reference: parts[0]?.place }]);
    expect(new Set(parts.flatMap((p) => [p.id, (p.place ?? '').slice(9)])).size).toBe(10); /* a place is never an identifier */
  });
  it('an order is what the board understands; a weight counts whoever took it', () => {
    const weight = careOrder('weight', { every: 1, unit: 'mo' }, about, now, w);
    expect([weight.code?.coding?.map((c) => c.code), weight.occurrenceTiming?.repeat]).toEqual([['weight', '29463-7'], { frequency: 1, period: 1, periodUnit: 'mo' }]);
    expect(careOrder('meal', { at: ['07:00', '11:30'] }, about, now, w).occurrenceTiming?.repeat).toEqual({ frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['07:00:00', '11:30:00'] });
  });
  it('is read back, late after its day, its goals judged', () => {
    const order = { ...careOrder('turning', { every: 2, unit: 'h' }, about, now, w), id: 's1' };
    const goal: Goal = { resourceType: 'Goal', id: 'g1', lifecycleStatus: 'active', description: { text: 'Da lành' } };
    const plan: CarePlan = {
      resourceType: 'CarePlan', id: 'c1', status: 'active', extension: [{ url: 'urn:ansinh:extension:review-date', valueDate: '2026-11-21' }], contributor: [{ display: 'ĐD Hà' }],
      goal: [{ reference: 'Goal/g1' }], activity: [{ reference: { reference: 'ServiceRequest/s1' } }, { detail: { description: 'Đệm' } }],
    };
    const [p] = readPlans([plan], [goal], [order], now);
    expect([p?.late, p?.responsible, p?.goals.length, p?.orders.map((o) => [o.kind, o.every, o.unit]), p?.words]).toEqual([true, 'ĐD Hà', 1, [['turning', 2, 'h']], ['Đệm']]);
    expect([readPlans([reviewed(plan, '2026-12-01')], [goal], [order], now)[0]?.late, ended(plan, now).period?.end, resultOf(goal), resultOf(judged(goal, 'achieved', now))]).toEqual([false, '2026-11-22', undefined, 'achieved']);
    expect(judged(judged(goal, 'not-achieved', now), undefined, now)).toEqual({ ...goal, lifecycleStatus: 'active', statusDate: '2026-11-22' });
    const loose = { ...order, id: 's2' };
    expect(looseOrders([order, loose, { ...loose, id: 's3', status: 'revoked' }], p ? [p] : []).map((o) => o.order.id)).toEqual(['s2']);
    expect(readOrder({ ...order, code: { coding: [{ system: 'urn:ansinh:care', code: 'restraint-check' }] } })).toBeUndefined();
  });
});
