/* The hours of vital signs. */

import { describe, expect, it } from 'vitest';
import type { CareOrder } from '../src/plan/plan';
import { hoursOf, isRound, RHYTHM_NAMES, RHYTHMS, roundBundle } from '../src/plan/rounds';

const me = { reference: 'Practitioner/n1', display: 'An' };
const at = Date.parse('2026-11-24T08:00:00+07:00');
const old: CareOrder = { resourceType: 'ServiceRequest', id: 'o1', status: 'active', meta: { versionId: '2' } };
const made = (hours: readonly string[], before: CareOrder[] = []) => roundBundle(hours, [{ patient: 'p1', stay: 'e1', me, key: 'k1', before }], at, 'Đo dấu hiệu sinh tồn').entry ?? [];

describe('hours of vital signs', () => {
  it('what is set is what the board reads', () => {
    for (const r of RHYTHM_NAMES) {
      const [o] = made(RHYTHMS[r]).map((e) => e.resource as CareOrder);
      expect([isRound(o as CareOrder), hoursOf(o as CareOrder), o?.occurrenceTiming?.repeat?.frequency]).toEqual([true, [...RHYTHMS[r]], RHYTHMS[r].length]);
    }
  });
  it('a change ends what stood, as it was read; none ends it only', () => {
    expect(made(RHYTHMS.two, [old]).map((e) => [e.request?.method, e.request?.ifMatch, (e.resource as CareOrder).status])).toEqual([['PUT', 'W/"2"', 'revoked'], ['POST', undefined, 'active']]);
    expect(made([], [old]).map((e) => (e.resource as CareOrder).status)).toEqual(['revoked']);
  });
});
