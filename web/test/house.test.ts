import { describe, expect, it } from 'vitest';
import { counted, firstDay, inOrder, isLate, monthsTo, NO_FILTER, passes, wardAbove, type HouseIncident, type Place } from '../src/incidents/house';
import type { Task } from '../src/incidents/record';

const NOW = Date.parse('2026-11-22T10:00:00+07:00');
const task = (end: string): Task => ({ resourceType: 'Task', status: 'requested', restriction: { period: { end } } });
const one = (id: string, more: Partial<HouseIncident> = {}): HouseIncident => ({
  event: { resourceType: 'AdverseEvent' }, id, kind: 'fall', nearly: false, harm: 'mild', at: NOW - 3_600_000, text: '', patient: 'p', place: '', marks: [], actions: [], told: [], witness: '',
  hasChecks: false, wardId: 'w1', ward: 'Khoa 1', name: 'A', by: '', open: [], done: [], ...more,
});
const late = task('2026-11-21T10:00:00+07:00');
const soon = task('2026-11-23T10:00:00+07:00');

describe('the incidents of a house', () => {
  it('begin with what waits too long, then what waits, then the newest', () => {
    const list = [one('new', { at: NOW }), one('old'), one('open', { open: [soon], at: NOW - 9e8 }), one('late', { open: [late], at: NOW - 9e9 })];
    expect(inOrder(list, NOW).map((i) => i.id)).toEqual(['late', 'open', 'new', 'old']);
    expect(list.map((i) => isLate(i, NOW))).toEqual([false, false, false, true]);
  });
  it('are filtered by ward, kind and state, all at once', () => {
    const a = one('a', { open: [soon], harm: 'severe' });
    expect(passes(a, NO_FILTER, NOW)).toBe(true);
    expect(passes(a, { ward: 'w1', kind: 'fall', state: 'open' }, NOW)).toBe(true);
    expect(passes(a, { ward: 'w2', kind: '', state: 'all' }, NOW)).toBe(false);
    expect(passes(a, { ward: '', kind: 'choking', state: 'all' }, NOW)).toBe(false);
    expect(passes(a, { ...NO_FILTER, state: 'late' }, NOW)).toBe(false);
    expect([passes(a, { ...NO_FILTER, state: 'grave' }, NOW), passes(one('b'), { ...NO_FILTER, state: 'grave' }, NOW), passes(one('c', { harm: undefined }), { ...NO_FILTER, state: 'grave' }, NOW)]).toEqual([true, false, false]);
  });
  it('are counted by the month of the ward, not of the device', () => {
    const edge = one('e', { at: Date.parse('2026-10-31T18:30:00Z') }); /* 1 November there */
    const rows = counted([edge, one('x'), one('y', { kind: 'choking' }), one('z', { wardId: 'w2', ward: 'Khoa 10' }), one('q', { at: Date.parse('2025-01-01T00:00:00Z') })], monthsTo('2026-11', 2));
    expect(rows).toEqual([
      { ward: 'Khoa 1', kind: 'fall', months: [0, 2], sum: 2 }, { ward: 'Khoa 1', kind: 'choking', months: [0, 1], sum: 1 }, { ward: 'Khoa 10', kind: 'fall', months: [0, 1], sum: 1 },
    ]);
  });
  it('belong to the ward above the bed they happened at', () => {
    const place = (id: string, kind: string, above?: string): [string, Place] => [id, { resourceType: 'Location', id, physicalType: { coding: [{ code: kind }] }, ...(above === undefined ? {} : { partOf: { reference: `Location/${above}` } }) }];
    const places = new Map([place('w', 'wa'), place('r', 'ro', 'w'), place('b', 'bd', 'r'), place('x', 'bd', 'y'), place('y', 'ro', 'x')]);
    expect([wardAbove(places, 'b')?.id, wardAbove(places, 'w')?.id, wardAbove(places, 'x')?.id, wardAbove(places, 'none')]).toEqual(['w', 'w', undefined, undefined]);
  });
  it('know months over the turn of a year', () => {
    expect(monthsTo('2026-02', 4)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(firstDay(NOW, 6)).toBe('2026-06-01');
  });
});
