import { describe, expect, it } from 'vitest';
import { completeMe } from '../src/access/me';
import { recordOf } from '../src/access/staff';
import type { AuditEvent } from '../src/access/trace';
import type { Purpose } from '../src/consent/needs';
import { byDay, lookOf } from '../src/mine/log';
import { askedOf, mayGive, mayWithdraw, myReference, ownOf, whoAmI, type Own } from '../src/mine/own';
import { allergiesOf, dosesOf, placesOf, stayOf, wordsOf, type Dose, type Place, type Stay } from '../src/mine/record';
import { myRequest } from '../src/mine/requests';

const self: Own = { patient: 'p', related: '', account: 'a' };
const mother: Own = { patient: 'p', related: 'm', account: 'b' };
const purpose = (given: Partial<Purpose>): Purpose => ({
  code: 'x', vi: '', en: '', textVi: '', textEn: '', edition: 1, basis: 'consent', toRecipient: false, why: 'adult', self: false, another: false, written: false, until: '', may: [], ...given,
});

describe('whose record', () => {
  const me = (own: { state: string; patient?: string; related?: string } | undefined) => completeMe({ auth: 'on', signedIn: true, account: { id: 'a', name: 'a', display: 'A', hasPin: false, hasTotp: false }, ...(own ? { own } : {}) });
  it('is what the server says', () => {
    expect(ownOf(me({ state: 'open', patient: 'Patient/p' }))).toEqual(self);
    expect(ownOf(me({ state: 'open', patient: 'Patient/p', related: 'RelatedPerson/m' }))).toEqual({ ...mother, account: 'a' });
  });
  it.each(['dead', 'ended', 'child', 'no-record'])('is closed: %s', (state) => expect(ownOf(me({ state }))).toBe(state));
  it('is none where nothing, or something unknown, is said', () => {
    expect(ownOf(me(undefined))).toBe('no-record');
    expect(ownOf(me({ state: 'other' }))).toBe('no-record');
  });
  it('names itself as consent does', () => {
    expect([whoAmI(self), whoAmI(mother), myReference(self), myReference(mother)]).toEqual(['self', 'm', 'Patient/p', 'RelatedPerson/m']);
  });
});

describe('who may say yes from here', () => {
  it.each([
    ['themself', purpose({ self: true }), self, 'yes'],
    ['a child whose mother decides', purpose({ another: true, may: ['m'] }), self, 'other'],
    ['the mother', purpose({ another: true, may: ['m'] }), mother, 'yes'],
    ['somebody who may not in this', purpose({ another: true, may: ['x'] }), mother, 'other'],
    ['both together', purpose({ self: true, another: true, may: ['m'] }), mother, 'together'],
    ['both together, the child', purpose({ self: true, another: true, may: ['m'] }), self, 'together'],
    ['in writing', purpose({ another: true, may: ['m'], written: true }), mother, 'paper'],
    ['an adult, asked of the mother', purpose({ self: true }), mother, 'other'],
  ] as const)('%s', (_name, p, own, wanted) => expect(mayGive(p, own)).toBe(wanted));
  it('takes back alone what it could give alone', () => {
    expect(mayWithdraw(purpose({ self: true }), self)).toBe(true);
    expect(mayWithdraw(purpose({ another: true, may: ['m'] }), self)).toBe(false);
    expect(mayWithdraw(purpose({ self: true, another: true, may: ['m'] }), self)).toBe(false);
    expect(mayWithdraw(purpose({ another: true, may: ['m'] }), mother)).toBe(true);
    expect(mayWithdraw(purpose({ another: true, written: true, may: ['m'] }), mother)).toBe(true);
    expect(mayWithdraw(purpose({ self: true, another: true, may: ['m'] }), mother)).toBe(false);
    expect(mayWithdraw(purpose({ another: true, may: ['other'] }), mother)).toBe(false);
  });
  it('is asked only where there is a choice', () => expect(askedOf(['consent', 'ground', 'law', 'decision'].map((basis) => purpose({ basis }))).map((p) => p.basis)).toEqual(['consent', 'ground']));
});

describe('the record in lines', () => {
  it('finds the stay and not a visit within it', () => {
    const stay: Stay = { resourceType: 'Encounter', id: 's', status: 'onleave', class: { code: 'IMP' } };
    expect(stayOf([{ ...stay, id: 'v', class: { code: 'AMB' } }, { ...stay, id: 'part', partOf: { reference: 'Encounter/s' } }, { ...stay, id: 'old', status: 'finished' }, stay])?.id).toBe('s');
    expect(stayOf([])).toBeUndefined();
  });
  it('says where from the ward down, and ends on a circle', () => {
    const place = (id: string, name: string, above?: string): Place => ({ resourceType: 'Location', id, name, ...(above ? { partOf: { reference: `Location/${above}` } } : {}) });
    expect(placesOf('b', [place('b', 'Giường 1', 'r'), place('r', 'Phòng 2', 'w'), place('w', 'Khu A')])).toEqual(['Khu A', 'Phòng 2', 'Giường 1']);
    expect(placesOf('b', [place('b', 'x', 'b')]).length).toBeLessThanOrEqual(6);
    expect(placesOf('', [])).toEqual([]);
  });
  it('lists what was given today of this order, in order, and nothing of yesterday or of another', () => {
    const now = Date.parse('2026-11-22T12:00:00+07:00');
    const dose = (order: string, at: string, status = 'completed'): Dose => ({ resourceType: 'MedicationAdministration', status, request: { reference: `MedicationRequest/${order}` }, effectiveDateTime: at });
    const all = [dose('1', '2026-11-22T11:00:00+07:00', 'not-done'), dose('1', '2026-11-22T08:00:00+07:00'), dose('1', '2026-11-21T20:00:00+07:00'), dose('2', '2026-11-22T08:00:00+07:00'), dose('1', '2026-11-22T13:00:00+07:00')];
    expect(dosesOf('MedicationRequest/1', all, now)).toEqual([{ at: '08:00', given: true }, { at: '11:00', given: false }]);
  });
  it('leaves out allergies that are none', () => {
    const allergy = (text: string, status?: string) => ({ resourceType: 'AllergyIntolerance' as const, code: { text }, ...(status ? { verificationStatus: { coding: [{ code: status }] } } : {}) });
    expect(allergiesOf([allergy('Tôm'), allergy('Cua', 'refuted'), allergy('', 'confirmed')])).toEqual(['Tôm']);
  });
  it('reads a narrative as words, whatever stands in it', () => {
    expect(wordsOf('<div><ul><li>Ho &amp; sốt</li><li>Ăn  kém<br/>ngủ ít</li></ul><script>alert(1)</script></div>')).toEqual(['Ho & sốt', 'Ăn kém', 'ngủ ít']);
    expect(wordsOf(undefined)).toEqual([]);
  });
});

describe('the log', () => {
  const event = (recorded: string, more: Partial<AuditEvent> = {}): AuditEvent => ({ resourceType: 'AuditEvent', id: recorded, recorded, subtype: [{ system: 'urn:ansinh:audit', code: 'read' }], ...more });
  it('knows one\'s own looks, and names what was looked at beside the person', () => {
    const look = lookOf(event('2026-11-22T01:00:00Z', { agent: [{ altId: 'a' }], entity: [{ what: { reference: 'Patient/p' } }, { what: { reference: 'Observation/1' } }, { what: { reference: 'Observation/2' } }] }), 'a');
    expect([look.mine, look.what]).toEqual([true, ['Observation']]);
    expect(lookOf(event('x', { entity: [{ what: { reference: 'Patient/p' } }] }), 'a').what).toEqual(['Patient']);
    expect(lookOf(event('x', { agent: [{}] }), '').mine).toBe(false);
  });
  it('is cut by the days of the house, one\'s own looks counted', () => {
    const looks = [event('2026-11-22T18:00:00Z'), event('2026-11-22T16:00:00Z', { agent: [{ altId: 'a' }] }), event('2026-11-22T15:00:00Z')].map((e) => lookOf(e, 'a'));
    expect(byDay(looks).map((d) => [d.day, d.looks.length, d.mine])).toEqual([['2026-11-23', 1, 0], ['2026-11-22', 1, 1]]);
  });
});

it('a request says who asks and from which account', () => {
  const { resource } = myRequest('u', mother, 'copy', 'x', 0);
  expect(resource).toMatchObject({ status: 'requested', for: { reference: 'Patient/p' }, requester: { reference: 'RelatedPerson/m' }, identifier: [{ system: 'urn:ansinh:id:account', value: 'b' }] });
});

describe('the number of a record, as somebody copied it', () => {
  it.each([
    ['person', 'abc', 'Patient/abc'], ['person', ' Patient/abc ', 'Patient/abc'], ['person', 'http://x/#/person/abc', 'Patient/abc'], ['person', 'http://x/#/person/abc/consent', 'Patient/abc'],
    ['representative', 'RelatedPerson/r-1', 'RelatedPerson/r-1'], ['person', '', ''], ['person', 'a b', ''],
  ] as const)('%s %s', (kind, typed, wanted) => expect(recordOf(kind, typed)).toBe(wanted));
});
