/* Consent without a browser: what the server's answer means here, what a tap writes, what waits, how days left are counted. */

import { describe, expect, it } from 'vitest';
import { fitted } from '../src/ui/image';
import { consentOf, entryId, giveItem, stateOf, withdrawalOf, withdrawn } from '../src/consent/give';
import { canBeAsked, missing, readNeeds, type Purpose } from '../src/consent/needs';
import { DECIDED, decisionOf, isGuardedDecision, lacksOf, NO_DECISION } from '../src/consent/decide';
import { ended, lacks, NO_DRAFT, relatedOf } from '../src/consent/represent';
import { daysLeft, nextDay, readRequests, requestItem, stepped } from '../src/consent/requests';
import type { Consent, Parameters, RelatedPerson, RequestTask } from '../src/consent/types';
import { endedGround, groundLack, groundOf, groundsFor, NO_GROUND } from '../src/consent/ground';
import { merged } from '../src/consent/useConsents';
import { newItem } from '../src/outbox/item';

const parameters = (...parameter: object[]): Parameters => ({ resourceType: 'Parameters', parameter: parameter as NonNullable<Parameters['parameter']> });
const PURPOSE: Purpose = {
  code: 'images', vi: 'Ảnh', en: 'Pictures', textVi: '', textEn: '', edition: 3, basis: 'consent', toRecipient: false, why: 'together', self: true, another: true,
  written: false, until: '2036-05-01', may: ['r1', 'r2'],
};
const AT = Date.parse('2026-11-22T03:00:00Z');

describe('what is needed', () => {
  it('is read from the answer of the server', () => {
    const needs = readNeeds(parameters(
      { name: 'date', valueDate: '2026-11-22' }, { name: 'age', valueInteger: 8 }, { name: 'ageIsVague', valueBoolean: true }, { name: 'capacity', valueCode: 'full' }, { name: 'regime', valueCode: 'law-91-2025' },
      { name: 'representative', part: [{ name: 'who', valueReference: { reference: 'RelatedPerson/r1' } }, { name: 'stands', valueCode: 'parent' }, { name: 'decided', valueBoolean: false }, { name: 'now', valueBoolean: true }] },
      { name: 'purpose', part: [{ name: 'code', valueCode: 'images' }, { name: 'vi', valueString: 'Ảnh' }, { name: 'edition', valueInteger: 1 }, { name: 'basis', valueCode: 'consent' }, { name: 'self', valueBoolean: true },
        { name: 'another', valueBoolean: true }, { name: 'may', valueReference: { reference: 'RelatedPerson/r1' } }, { name: 'may', valueReference: { reference: 'RelatedPerson/r2' } }, { name: 'until', valueDate: '2036-05-01' }] }));
    expect(needs.age).toBe(8);
    expect(needs.vague).toBe(true);
    expect(needs.representatives).toEqual([{ id: 'r1', stands: 'parent', decided: false, now: true, from: '', to: '' }]);
    expect(needs.purposes[0]).toMatchObject({ code: 'images', self: true, another: true, may: ['r1', 'r2'], until: '2036-05-01', written: false });
  });
  it('says nothing where the server says nothing', () => {
    expect(readNeeds(parameters())).toEqual({ age: undefined, vague: false, capacity: '', regime: '', purposes: [], representatives: [] });
  });
  it.each([
    [[], [], false, 'self'], [['r1'], [], false, 'self'], [['self'], [], false, 'another'], [['self', 'r9'], [], false, 'another'], [['self', 'r2'], [], false, undefined],
  ] as [string[], string[], boolean, string | undefined][])('who %j is enough or lacks', (who, to, paper, lack) => {
    expect(missing(PURPOSE, who, to, paper)).toBe(lack);
  });
  it('asks for the recipient and the paper too', () => {
    const p = { ...PURPOSE, self: false, toRecipient: true, written: true };
    expect(missing(p, ['r1'], [], true)).toBe('recipient');
    expect(missing(p, ['r1'], ['x'], false)).toBe('paper');
    expect(missing(p, ['r1'], ['x'], true)).toBeUndefined();
  });
  it('nobody can be asked where nobody may represent', () => {
    expect(canBeAsked(PURPOSE)).toBe(true);
    expect(canBeAsked({ ...PURPOSE, may: [] })).toBe(false);
    expect(canBeAsked({ ...PURPOSE, self: false, another: false })).toBe(false);
  });
});

describe('giving and withdrawing', () => {
  const given = consentOf({ patient: 'p1', purpose: PURPOSE, regime: 'law-91-2025', who: ['self', 'r1'], recipients: [], at: AT });
  it('names who, for what, until when', () => {
    expect(given).toMatchObject({
      status: 'active', patient: { reference: 'Patient/p1' }, dateTime: '2026-11-22T10:00:00+07:00', performer: [{ reference: 'Patient/p1' }, { reference: 'RelatedPerson/r1' }],
      policy: [{ uri: 'urn:ansinh:consent-text:images:3' }], verification: [{ verified: true, verificationDate: '2026-11-22T10:00:00+07:00' }],
    });
    expect(given.provision).toEqual({ type: 'permit', period: { end: '2036-04-30' }, purpose: [{ system: 'urn:ansinh:consent-purpose', code: 'images' }] });
  });
  it('has no end where no birthday changes anything, and names recipients', () => {
    const c = consentOf({ patient: 'p1', purpose: { ...PURPOSE, until: '' }, regime: 'x', who: ['self'], recipients: ['o1'], at: AT });
    expect(c.provision?.period).toBeUndefined();
    expect(c.provision?.actor?.[0]?.reference?.reference).toBe('Organization/o1');
  });
  it('is withdrawn as the same entry, with everything else as it was', () => {
    const item = newItem(giveItem('0b8b3e9e-0000-4000-8000-000000000001', { patient: 'p1', purpose: PURPOSE, regime: 'x', who: ['self', 'r1'], recipients: [], at: AT }));
    const stored = item.resource as unknown as Consent;
    expect(entryId(stored)).toBe('0b8b3e9e-0000-4000-8000-000000000001');
    const gone = withdrawn(stored, 'r1', AT + 60_000);
    expect(withdrawalOf(gone)).toEqual({ when: '2026-11-22T10:01:00+07:00', by: 'RelatedPerson/r1' });
    expect({ ...gone, status: 'active', extension: undefined }).toEqual({ ...stored, extension: undefined });
    expect(withdrawalOf(stored)).toBeUndefined();
  });
  it('what came from elsewhere has no entry of ours', () => {
    expect(entryId({ resourceType: 'Consent', identifier: [{ system: 'urn:x', value: '1' }] })).toBe('');
  });
  it('tells what stands from what was', () => {
    const one = (status: string, dateTime: string, end?: string, code = 'images'): Consent => ({
      resourceType: 'Consent', status, dateTime, provision: { purpose: [{ system: 'urn:ansinh:consent-purpose', code }], ...(end ? { period: { end } } : {}) },
    });
    const all = [one('active', '2026-01-01'), one('active', '2026-02-01', '2026-11-21'), one('active', '2026-03-01', '2026-11-22'), one('inactive', '2026-04-01'), one('rejected', '2026-05-01'),
      one('entered-in-error', '2026-06-01'), one('active', '2026-07-01', undefined, 'research')];
    const { now, before } = stateOf(all, 'images', '2026-11-22');
    expect(now.map((c) => c.dateTime)).toEqual(['2026-03-01', '2026-01-01']);
    expect(before.map((c) => c.dateTime)).toEqual(['2026-05-01', '2026-04-01', '2026-02-01']);
  });
  it('shows what waits in the place of what the server has, once', () => {
    const has = (n: number, status: string): Consent => ({ resourceType: 'Consent', status, identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${n}` }] });
    const shown = merged([has(1, 'active'), has(2, 'active')], [{ id: '2', resource: has(2, 'inactive') }, { id: '3', resource: has(3, 'active') }]);
    expect(shown.map((c) => [entryId(c), c.status])).toEqual([['1', 'active'], ['2', 'inactive'], ['3', 'active']]);
  });
});

describe('who represents', () => {
  it('a guardian needs the decision, a mother does not', () => {
    expect(lacks(NO_DRAFT)).toBe('relation');
    expect(lacks({ ...NO_DRAFT, relation: 'MTH' })).toBe('name');
    expect(lacks({ ...NO_DRAFT, relation: 'MTH', name: 'A' })).toBeUndefined();
    expect(lacks({ ...NO_DRAFT, relation: 'guardian', name: 'A', number: '1', date: '2026-01-01' })).toBe('decision');
    const r = relatedOf('p1', { ...NO_DRAFT, relation: 'guardian', name: ' A ', number: '1', date: '2026-01-01', by: 'X', from: '2026-01-02' });
    expect(r.relationship?.[0]?.coding?.[0]).toEqual({ system: 'urn:ansinh:representation', code: 'guardian' });
    expect(r.extension?.[0]?.extension?.map((e) => e.url)).toEqual(['number', 'date', 'by']);
    expect(r.period).toEqual({ start: '2026-01-02' });
    expect(relatedOf('p1', { ...NO_DRAFT, relation: 'MTH', name: 'A' }).extension).toBeUndefined();
  });
  it('ends with the day before, and never before it began', () => {
    const r: RelatedPerson = { resourceType: 'RelatedPerson', period: { start: '2026-01-01' } };
    expect(ended(r, '2026-11-22').period).toEqual({ start: '2026-01-01', end: '2026-11-21' });
    expect(ended({ resourceType: 'RelatedPerson', period: { start: '2026-11-22' } }, '2026-11-22').period?.end).toBe('2026-11-22');
  });
});

describe('a decision', () => {
  const whole = { kind: 'capacity-limited' as const, number: ' 12/QĐ ', date: '2026-03-01', by: ' Tòa án ', from: '2026-03-15', to: '' };
  it.each([
    [{}, undefined], [{ kind: '' as const }, 'kind'], [{ number: ' ' }, 'decision'], [{ date: '' }, 'decision'], [{ by: '' }, 'decision'], [{ from: '' }, 'from'],
    [{ to: '2026-03-14' }, 'order'], [{ to: '2026-03-15' }, undefined],
  ])('%j lacks %s', (part, lack) => expect(lacksOf({ ...whole, ...part })).toBe(lack));
  it('is a Basic with its number, day, place and period, and no consent', () => {
    expect(decisionOf('p1', { ...whole, to: '2027-03-15' })).toEqual({
      resourceType: 'Basic', code: { coding: [{ system: 'urn:ansinh:decision', code: 'capacity-limited' }] }, subject: { reference: 'Patient/p1' },
      extension: [
        { url: 'urn:ansinh:extension:decision', extension: [{ url: 'number', valueString: '12/QĐ' }, { url: 'date', valueDate: '2026-03-01' }, { url: 'by', valueString: 'Tòa án' }] },
        { url: 'urn:ansinh:extension:period', valuePeriod: { start: '2026-03-15', end: '2027-03-15' } },
      ],
    });
    expect(decisionOf('p1', whole).extension?.[1]?.valuePeriod).toEqual({ start: '2026-03-15' });
    expect(lacksOf(NO_DECISION)).toBe('kind');
  });
  it('that tells of treatment or rehabilitation is guarded', () => {
    expect(DECIDED.filter(isGuardedDecision)).toEqual(['compulsory-treatment', 'compulsory-rehabilitation']);
  });
});

describe('requests', () => {
  const answer = readRequests(parameters(
    { name: 'date', valueDate: '2026-11-22' }, { name: 'kind', part: [{ name: 'code', valueCode: 'copy' }, { name: 'vi', valueString: 'Bản sao' }, { name: 'days', valueInteger: 10 }] },
    ...[['t1', 'acknowledged', '2026-11-24', '2026-12-05'], ['t2', 'answered', '2026-11-01', '2026-11-02'], ['t3', 'new', '2026-11-20', '2026-12-01']].map(([id, state, ack, by]) => ({
      name: 'request', part: [{ name: 'task', valueReference: { reference: `Task/${id}` } }, { name: 'state', valueCode: state }, { name: 'acknowledgeBy', valueDate: ack }, { name: 'answerBy', valueDate: by }],
    }))));
  it('come most urgent first, answered ones last', () => {
    expect(answer.list.map((d) => d.task)).toEqual(['t3', 't1', 't2']);
    expect(answer.list.map((d) => nextDay(d))).toEqual(['2026-11-20', '2026-12-05', '2026-11-02']);
    expect(answer.list.map((d) => daysLeft(d, answer.today))).toEqual([-2, 13, -20]);
  });
  it('are written step by step', () => {
    const item = requestItem('x', 'p1', 'copy', 'xin', AT);
    const task = item.resource as unknown as RequestTask;
    expect(task).toMatchObject({ status: 'requested', authoredOn: '2026-11-22T10:00:00+07:00', description: 'xin', for: { reference: 'Patient/p1' } });
    const seen = stepped(task, { kind: 'acknowledge' }, AT);
    expect([seen.status, seen.extension?.[0]?.valueDateTime]).toEqual(['accepted', '2026-11-22T10:00:00+07:00']);
    const more = stepped(seen, { kind: 'extend', reason: 'nhiều' }, AT);
    expect([more.status, more.extension?.length]).toEqual(['in-progress', 2]);
    expect(stepped(more, { kind: 'answer', text: 'đã gửi' }, AT)).toMatchObject({ status: 'completed', executionPeriod: { end: '2026-11-22T10:00:00+07:00' }, output: [{ valueString: 'đã gửi' }] });
    expect(stepped(more, { kind: 'reject', reason: 'còn hạn lưu' }, AT)).toMatchObject({ status: 'rejected', statusReason: { text: 'còn hạn lưu' } });
  });
});

describe('evidence', () => {
  it.each([[4000, 3000, 1600, 1200], [300, 200, 300, 200], [3000, 4000, 1200, 1600], [10000, 1, 1600, 1]])('%i x %i becomes %i x %i', (w, h, x, y) => {
    expect(fitted(w, h)).toEqual([x, y]);
  });
});

describe('a ground for handing data on', () => {
  const full = { to: 'hx', number: ' 12/GCV ', from: '2026-01-01', until: '2026-01-31' };

  it('lacks one thing at a time, and nothing is filled in beforehand', () => {
    expect(NO_GROUND).toEqual({ to: '', number: '', from: '', until: '' });
    expect([groundLack(NO_GROUND), groundLack({ ...full, number: ' ' }), groundLack({ ...full, until: '' }), groundLack({ ...full, until: '2025-12-31' }), groundLack(full)])
      .toEqual(['to', 'number', 'days', 'order', undefined]);
  });

  it('holds within its days, until it is ended', () => {
    const ground = groundOf('p1', 'treatment', full);
    const one = (today: string, b = ground) => groundsFor([b], 'treatment', today)[0];
    expect(one('2026-01-31')).toMatchObject({ to: 'hx', number: '12/GCV', from: '2026-01-01', until: '2026-01-31', ended: '', over: false });
    expect(one('2026-02-01')?.over).toBe(true);
    const ended = endedGround(ground, Date.parse('2026-01-10T08:00:00+07:00'));
    expect(one('2026-01-10', ended)).toMatchObject({ over: true, ended: '2026-01-10T08:00:00+07:00' });
    expect(ended.extension?.slice(0, 2)).toEqual(ground.extension);
    expect(groundsFor([ground], 'provider', '2026-01-10')).toEqual([]);
  });
});
