import { describe, expect, it } from 'vitest';
import { parseFhirDate, showFhirDate, showFhirDay, withOffset, toLocalInput, fromLocalInput } from '../src/fhir/dates';
import { ageOn, deathOf, identifiers, personName, searchAttempts, yearsOf } from '../src/fhir/person';
import type { Patient } from '../src/fhir/types';

const ON = { year: 2026, month: 11, day: 21 };

describe('age', () => {
  it.each([
    ['1948-11-21', { kind: 'years', n: 78 }],
    ['1948-11-22', { kind: 'years', n: 77 }],
    ['1948-11-20', { kind: 'years', n: 78 }],
    ['1951', { kind: 'about', n: 75 }],
    ['1951-03', { kind: 'years', n: 75 }],
    ['1951-12', { kind: 'years', n: 74 }],
    ['1951-11', { kind: 'about', n: 75 }],
    ['2026-11-21', { kind: 'days', n: 0 }],
    ['2026-11-03', { kind: 'days', n: 18 }],
    ['2026-10-22', { kind: 'days', n: 30 }],
    ['2026-10-21', { kind: 'months', n: 1 }],
    ['2024-11-22', { kind: 'months', n: 23 }],
    ['2024-11-21', { kind: 'years', n: 2 }],
    ['2026-11-22', { kind: 'unknown' }],
    ['2027', { kind: 'unknown' }],
    ['1948-02-30', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    [undefined, { kind: 'unknown' }],
  ])('born %s', (born, expected) => {
    expect(ageOn(born, ON)).toEqual(expected);
  });

  it('counts a 29 February birthday on 28 February of common years', () => {
    expect(ageOn('1952-02-29', { year: 2027, month: 2, day: 27 })).toEqual({ kind: 'years', n: 74 });
    expect(ageOn('1952-02-29', { year: 2027, month: 2, day: 28 })).toEqual({ kind: 'years', n: 75 });
  });

  it('is taken as grown-up only where it is known or unknown, never for a baby', () => {
    expect(yearsOf({ kind: 'months', n: 20 })).toBe(0);
    expect(yearsOf({ kind: 'about', n: 75 })).toBe(75);
    expect(yearsOf({ kind: 'unknown' })).toBeUndefined();
  });

  it('stops at death', () => {
    const patient: Patient = { resourceType: 'Patient', birthDate: '1940-05-05', deceasedDateTime: '2018-04-01T10:00:00+07:00' };
    expect(deathOf(patient)).toEqual({ dead: true, date: '2018-04-01T10:00:00+07:00', ageThen: { kind: 'years', n: 77 } });
    expect(deathOf({ resourceType: 'Patient', birthDate: '1940-05-05', deceasedDateTime: '2018' }).ageThen)
      .toEqual({ kind: 'about', n: 78 });
    expect(deathOf({ resourceType: 'Patient', deceasedBoolean: false }).dead).toBe(false);
    expect(deathOf({ resourceType: 'Patient', deceasedBoolean: true }).dead).toBe(true);
  });
});

describe('dates', () => {
  it.each([
    ['2026', '2026', '2026'],
    ['2026-11', '11/2026', '11/2026'],
    ['2026-11-21', '21/11/2026', '21/11/2026'],
    ['2026-11-21T07:41:00+07:00', '21/11/2026 07:41', '21/11/2026'],
    ['2026-11-20T23:30:00.250Z', '21/11/2026 06:30', '21/11/2026'],
    ['2026-13-01', '', ''],
    ['21/11/2026', '', ''],
    ['', '', ''],
  ])('%s', (text, full, day) => {
    expect(showFhirDate(text)).toBe(full);
    expect(showFhirDay(text)).toBe(day);
  });

  it('are written with the offset of this clock', () => {
    expect(withOffset(new Date('2026-11-21T00:41:05Z'))).toBe('2026-11-21T07:41:05+07:00');
    expect(parseFhirDate(withOffset(new Date(1_700_000_000_000)))?.ms).toBe(1_700_000_000_000);
  });

  it('go through an input and back', () => {
    const at = new Date('2026-11-21T07:41:00+07:00');
    expect(toLocalInput(at)).toBe('2026-11-21T07:41');
    expect(fromLocalInput('2026-11-21T07:41')).toEqual(at);
    expect(fromLocalInput('2026-11-21')).toBeUndefined();
    expect(fromLocalInput('')).toBeUndefined();
  });
});

describe('name', () => {
  const named = (...name: Patient['name'] & object): Patient => ({ resourceType: 'Patient', name });
  it.each([
    [named({ family: 'Nguyễn', given: ['Thị', 'Hoa'] }), 'Nguyễn Thị Hoa'],
    [named({ text: 'Vừ Thị Mỷ', family: 'Vừ', given: ['Mỷ'] }), 'Vừ Thị Mỷ'],
    [named({ use: 'nickname', text: 'Bà Ba' }, { use: 'official', text: 'Lý Mẩy' }), 'Lý Mẩy'],
    [named({ use: 'official', text: 'Old', period: { end: '2001' } }, { use: 'usual', text: 'New' }), 'New'],
    [named({ use: 'official' }, { use: 'old', family: 'Páo' }), 'Páo'],
    [named(), ''],
    [{ resourceType: 'Patient' } as Patient, ''],
  ])('%#', (patient, expected) => {
    expect(personName(patient)).toBe(expected);
  });
});

describe('identifiers', () => {
  it('put the record number first, a social-security number last, each value once', () => {
    const coded = (code: string) => ({ coding: [{ code, display: code }] });
    const patient: Patient = {
      resourceType: 'Patient',
      identifier: [
        { type: coded('SS'), value: '999' }, { value: 'plain' }, { type: coded('MR'), value: '42' },
        { system: 'other', value: '42' }, { value: '' }, {},
      ],
    };
    expect(identifiers(patient).map((i) => i.value)).toEqual(['42', 'plain', '999']);
    expect(identifiers({ resourceType: 'Patient' })).toEqual([]);
  });
});

describe('search', () => {
  it.each([
    ['', [{ _sort: 'family,given' }]],
    ['  ', [{ _sort: 'family,given' }]],
    ['ng  thi ho ', [{ name: 'ng thi ho' }]],
    ['001 156 000 123', [{ identifier: '001156000123' }]],
    ['GD4790', [{ identifier: 'GD4790' }, { name: 'GD4790' }]],
    ['a,b|1', [{ identifier: 'a\\,b\\|1' }, { name: 'a,b|1' }]],
  ])('"%s"', (typed, expected) => {
    expect(searchAttempts(typed)).toEqual(expected);
  });
});
