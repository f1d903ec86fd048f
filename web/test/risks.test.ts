/* Risks as they stand. */

import { describe, expect, it } from 'vitest';
import { endIsolation, type Flag } from '../src/record/entries';
import { OTHER, RISKS, riskOf, SCALE_2, standingRisks } from '../src/record/risks';

const ME = { reference: 'Practitioner/n1', display: 'Điều dưỡng An' };
const at = Date.parse('2026-11-24T08:00:00+07:00');
const risk = (code: (typeof RISKS)[number] | typeof SCALE_2 | typeof OTHER, id: string, text = 'x'): Flag => ({ ...riskOf(code, text, 'p1', ME, at), id });

describe('risks', () => {
  it('one of each; in words of one\'s own each is its own; over is over', () => {
    const flags = [risk('fall', 'a'), risk('fall', 'b'), risk(OTHER, 'c', 'sợ nước'), risk(OTHER, 'd', 'sợ chó'), endIsolation(risk('wander', 'e'), at), { ...risk('swallow', 'f'), code: { coding: [{ system: 'urn:ansinh:isolation', code: 'contact' }] } }];
    expect(standingRisks(flags).map((f) => f.id)).toEqual(['a', 'c', 'd']);
  });
  it('has its author and its beginning; the code is what the board and the round read', () => {
    expect(risk(SCALE_2, 'a')).toMatchObject({ status: 'active', author: ME, period: { start: '2026-11-24T08:00:00+07:00' }, code: { coding: [{ system: 'urn:ansinh:risk', code: 'spo2-scale-2' }] } });
  });
});
