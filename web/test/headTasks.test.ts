/* What stands above the wards for the head of the house. */

import { describe, expect, it } from 'vitest';
import { done, linesOf, QUERY, type HeadTask } from '../src/ward/headTasks';

const task = (code: string, more: Partial<HeadTask> = {}): HeadTask => ({
  resourceType: 'Task', id: code, status: 'requested', priority: 'routine', code: { coding: [{ system: 'urn:ansinh:task', code }] }, description: 'Việc', authoredOn: '2026-11-22T03:00:00Z',
  _description: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: [{ url: 'lang', valueCode: 'en' }, { url: 'content', valueString: 'A thing' }] }] }, ...more,
});

describe('tasks of the head', () => {
  it('are asked for by whom they are for, open ones only', () => {
    expect(QUERY).toMatchObject({ performer: 'urn:ansinh:role|facility-head', status: 'requested,received,accepted,in-progress' });
  });
  it('lead to where it is put right; what is urgent comes first, then what is new', () => {
    const lines = linesOf([
      task('stock-difference', { id: 'old', for: { reference: 'Location/w1' }, focus: { reference: 'SupplyRequest/c1' } }),
      task('stock-difference', { id: 'new', for: { reference: 'Location/w1' }, focus: { reference: 'List/l1' }, authoredOn: '2026-11-22T04:00:00Z' }),
      task('pack-failed', { priority: 'urgent', focus: { reference: 'Organization/o' } }), task('alert'), task('controlled-difference', { _description: undefined }),
    ]);
    expect(lines.map((l) => [l.id, l.href, l.closes])).toEqual([
      ['pack-failed', '#/pack/o', false], ['new', '#/ward/w1/stock', true], ['controlled-difference', '', true], ['old', '#/ward/w1/stock/card/c1', true],
    ]);
    expect(lines.map((l) => l.text.en)).toEqual(['A thing', 'A thing', 'Việc', 'A thing']);
  });
  it('are done', () => {
    expect(done(task('stock-difference'))).toMatchObject({ status: 'completed', id: 'stock-difference' });
  });
});
