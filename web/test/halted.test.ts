/* What the server did not take, in a line, of every kind that goes through the outbox. */

import { describe, expect, it } from 'vitest';
import { Decimal } from '../src/fhir/decimal';
import { whatOf, whoseOf } from '../src/outbox/halted';
import { newItem, type Entry } from '../src/outbox/item';

const item = (resource: object, more: object = {}) => newItem({ id: 'u1', at: 0, resource: resource as Entry, ...more });
const part = (id: string, patient: string, resource: object) => ({ id, stay: '', patient, only: '', resource: resource as Entry });

describe('what was not taken', () => {
  it('is told by what was done', () => {
    const all: [object, string][] = [
      [{ resourceType: 'MedicationAdministration', medicationCodeableConcept: { text: 'Morphin 10 mg' }, dosage: { dose: { value: new Decimal('0.5'), unit: 'viên' } } }, 'Morphin 10 mg 0,5 viên'],
      [{ resourceType: 'Observation', code: { text: 'Ghi chú' }, valueString: 'nhớ nhà' }, 'Ghi chú nhớ nhà'],
      [{ resourceType: 'Observation', code: { text: 'Ngủ' }, valueCodeableConcept: { text: 'Ngủ ngon' } }, 'Ngủ Ngủ ngon'],
      [{ resourceType: 'AdverseEvent', event: { text: 'Té ngã' } }, 'Té ngã'],
      [{ resourceType: 'QuestionnaireResponse' }, ''],
    ];
    for (const [resource, said] of all) expect(whatOf(item(resource), 'vi')).toBe(said);
    expect(whatOf(item({ resourceType: 'QuestionnaireResponse' }, { form: { resourceType: 'Questionnaire', title: 'PHQ-9' } }), 'vi')).toBe('PHQ-9');
  });
  it('of several people is told once, and is everybody’s', () => {
    const sleep = { resourceType: 'Observation', code: { text: 'Ngủ' }, valueCodeableConcept: { text: 'Ngủ ngon' } };
    const group = item(sleep, { parts: [part('a', 'p1', sleep), part('b', 'p2', sleep)] });
    expect([whatOf(group, 'en'), whoseOf(group)]).toEqual(['Ngủ Ngủ ngon', ['p1', 'p2']]);
    expect(whoseOf(item(sleep))).toEqual([]);
  });
});
