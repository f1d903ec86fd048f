import { describe, expect, it } from 'vitest';
import { dosesIn } from '../src/drugs/doses';
import { newItem } from '../src/outbox/item';
import { canMend } from '../src/outbox/mend';
import { linesOf, type HeadTask } from '../src/ward/headTasks';
import { denial, denialOf, heardWrong, isLate, isMineToSign, isUnsigned, onceTime, openTimes, pastDose, signatureOf, signedOrder, sortUnsigned, spanOf, typedOf, wordAct, wordOrder, wordsIn, type Heard, type WordAbout } from '../src/prescribe/byWord';
import { emptyWish, wrongWith, type FullOrder, type Wish } from '../src/prescribe/order';

const at = (text: string): number => Date.parse(`2026-11-23T${text}:00+07:00`);
const me = { reference: 'Practitioner/nurse', display: 'Điều dưỡng Hà' };
const doctor = { reference: 'Practitioner/doctor', display: 'Lê Văn An' };
const about: WordAbout = { patient: 'p', stay: 's', me, at: at('02:10'), words: { route: (r) => r, weeks: String, most: (n) => `≤${n}`, hours: String, rhythm: () => '', once: 'một lần' } };
const wish: Wish = { ...emptyWish('key', false), medicine: 'Morphin 10 mg/ml', amount: '0,5', unit: 'ống', route: 'subcutaneous', times: ['02:15'], controlled: true };
const heard: Heard = { by: doctor, at: at('02:10'), readBack: true, way: 'once', given: 'yes', givenAt: at('02:15') };
const OPEN = { ends: undefined };

describe('what was heard', () => {
  it('is whole', () => expect(heardWrong(heard, OPEN, at('06:00'))).toEqual([]));
  it.each([
    ['nobody said it', { by: undefined }, ['by']],
    ['nobody read it back', { readBack: false }, ['readBack']],
    ['it was said in the future', { at: at('06:01') }, ['heardAt', 'givenAt']],
    ['no time', { at: undefined }, ['heardAt']],
    ['given before it was said', { givenAt: at('02:09') }, ['givenAt']],
    ['given in that very minute', { givenAt: at('02:10') }, []],
    ['given in the future', { givenAt: at('06:01') }, ['givenAt']],
    ['given or not', { given: '' as const }, ['given']],
    ['once or more often', { way: '' as const }, ['way']],
  ])('%s', (_what, part, wrong) => expect(heardWrong({ ...heard, ...part }, OPEN, at('06:00'))).toEqual(wrong));
  it('ends with the death: said and given before it, and for no later time', () => {
    const dead = { ends: at('03:00') };
    expect(heardWrong(heard, dead, at('06:00'))).toEqual([]);
    expect(heardWrong({ ...heard, at: at('03:00'), givenAt: at('03:05') }, dead, at('06:00'))).toEqual(['heardEnd', 'givenEnd']);
    expect(heardWrong({ ...heard, way: 'more' }, dead, at('06:00'))).toEqual(['way']);
  });
  it('the end is the earlier of death and discharge; a bare day is all of it', () => {
    expect(spanOf(undefined, '')).toEqual({ ends: undefined });
    expect(spanOf('2026-11-23T03:00:00+07:00', '2026-11-23T04:00:00+07:00').ends).toBeLessThan(at('03:01'));
    expect(spanOf('2026-11-23T03:00:00+07:00', '').ends).toBeGreaterThanOrEqual(at('03:00'));
    expect(spanOf(undefined, '2026-11-22').ends).toBeGreaterThan(Date.parse('2026-11-22T12:00:00'));
  });
});

describe('what is written', () => {
  it('keeps who ordered, who wrote, when it was said and when it was typed apart', () => {
    const o = wordOrder(wish, about, heard, at('06:00'));
    expect([o.requester, o.recorder, o.authoredOn, typedOf(o), o.status, isUnsigned(o)]).toEqual([doctor, me, '2026-11-23T02:10:00+07:00', '2026-11-23T06:00:00+07:00', 'completed', true]);
    expect(o.dosageInstruction?.[0]?.text).toBe('subcutaneous, 0,5 ống, 02:15, một lần');
  });
  it('is asked of the round exactly once while it was not given, across midnight too', () => {
    for (const when of ['02:10', '23:59', '00:00']) {
      const o = { ...wordOrder({ ...wish, times: [when] }, about, { ...heard, at: at(when), given: 'no', givenAt: undefined }, at(when)), id: 'o' };
      expect(dosesIn([o], at('00:00') - 86_400_000, at('00:00') + 3 * 86_400_000).map((d) => d.scheduled)).toEqual([at(when)]);
    }
  });
  it('is closed for who is gone, whether it was given or not', () => {
    expect(wordOrder(wish, { ...about, closed: true }, { ...heard, given: 'no' }, at('06:00')).status).toBe('stopped');
    expect(wordOrder(wish, { ...about, closed: true }, heard, at('06:00')).status).toBe('completed');
    expect(wordOrder(wish, about, { ...heard, given: 'no' }, at('06:00')).status).toBe('active');
  });
  it('goes with its dose in one act of the outbox, twice the same', () => {
    const make = () => wordAct(wish, about, heard, at('06:00'), 'urn:uuid:place', { id: 'dose', at: at('02:15'), answer: { alone: 'cấp cứu' }, card: 'c1' });
    const [order, dose] = newItem(make()).parts ?? [];
    const given = dose?.resource as unknown as { request: object; effectiveDateTime: string; identifier: { value: string }[] };
    expect([order?.id, order?.place, given.request, given.effectiveDateTime]).toEqual(['key', 'urn:uuid:place', { reference: 'urn:uuid:place' }, '2026-11-23T02:15:00+07:00']);
    expect([order?.resource.identifier?.map((i) => i.value), given.identifier.map((i) => i.value)]).toEqual([['urn:uuid:key'], ['urn:uuid:dose', 'key/2026-11-23#1', 'c1/2026-11']]);
    expect(make()).toEqual(make());
    expect(dose?.only).toContain('key/2026-11-23#1');
    const item = { ...newItem(make()), halt: 'refused' as const };
    expect([wordsIn([item], 'p').length, wordsIn([item], 'q').length, wordsIn([item]).length, canMend(item)]).toEqual([1, 0, 1, false]);
  });
  it('what is given once passes the form of an order', () => expect(wrongWith({ ...wish, times: [onceTime(heard)] }, false, '2026-11-23')).toEqual([]));
});

describe('a dose afterwards', () => {
  const order = { resourceType: 'MedicationRequest', id: 'o', status: 'stopped', authoredOn: '2026-11-01', subject: { reference: 'Patient/p' }, dosageInstruction: [{ timing: { repeat: { timeOfDay: ['20:00:00', '02:00:00'] } } }] } as FullOrder;
  it('offers what nobody has answered before the end, newest first', () => {
    const taken = [{ resourceType: 'MedicationAdministration' as const, status: 'completed', identifier: [{ system: 'urn:ansinh:id:dose', value: 'o/2026-11-22T20:00' }] }];
    expect(openTimes(order, taken, at('03:00')).map((x) => x.key)).toEqual(['o/2026-11-23T02:00', 'o/2026-11-22T02:00', 'o/2026-11-21T20:00']);
    expect(openTimes(order, [], at('02:00')).map((x) => x.key)[0]).toBe('o/2026-11-22T20:00');
  });
  it('carries the name of that dose', () => {
    const [one] = pastDose(order, [], { id: 'p', stay: { id: 's' } }, me, { id: 'd', at: at('02:05'), answer: {}, card: '' }, { key: 'o/2026-11-23T02:00', scheduled: at('02:00') }).entry ?? [];
    expect((one?.resource as unknown as { identifier: { value: string }[] }).identifier.map((i) => i.value)).toEqual(['urn:uuid:d', 'o/2026-11-23T02:00']);
  });
});

describe('the signature', () => {
  const o = { ...wordOrder(wish, about, heard, at('06:00')), id: 'o' };
  const an = { reference: doctor.reference, display: 'Bác sĩ Lê Văn An' };
  it('is of who gave it, once', () => {
    expect(signedOrder(o, me, at('08:00'))).toBeUndefined();
    const signed = signedOrder(o, an, at('08:00')) as FullOrder;
    expect([isUnsigned(signed), signatureOf(signed)]).toEqual([false, { who: an, when: '2026-11-23T08:00:00+07:00' }]);
    expect(signedOrder(signed, an, at('09:00'))).toBeUndefined();
    expect({ ...signed, category: o.category, extension: o.extension }).toEqual(o);
  });
  it('denied by that doctor alone: what stood is stopped, what was given stays, and the head is told', () => {
    const standing = { ...o, status: 'active', meta: { versionId: '3' } };
    expect([denial(o, me, at('08:00'), 'x'), denial(signedOrder(o, an, at('08:00')) as FullOrder, an, at('09:00'), 'x')]).toEqual([undefined, undefined]);
    const [put, told] = denial(standing, an, at('08:00'), 'không nói')?.entry ?? [];
    const denied = put?.resource as FullOrder;
    expect([denied.status, isUnsigned(denied), signatureOf(denied), denialOf(denied), put?.request?.ifMatch]).toEqual(['stopped', false, undefined, { who: an, when: '2026-11-23T08:00:00+07:00' }, 'W/"3"']);
    expect({ ...denied, status: 'active', category: o.category, extension: o.extension }).toEqual(standing);
    expect((denial({ ...o, status: 'completed' }, an, at('08:00'), 'x')?.entry?.[0]?.resource as FullOrder).status).toBe('completed');
    expect(linesOf([{ ...(told?.resource as HeadTask), id: 't' }])).toEqual([{ id: 't', kind: 'order-denied', urgent: true, text: { vi: 'không nói', en: 'không nói' }, at: at('08:00'), href: '#/person/p/medicines', closes: true }]);
  });
  it('is late after a day; what was struck through waits for nobody', () => {
    expect([isLate(o, at('02:10') + 86_400_000), isLate(o, at('02:11') + 86_400_000)]).toEqual([false, true]);
    const struck = { ...o, status: 'entered-in-error' } as FullOrder;
    expect([isLate(struck, at('02:11') + 86_400_000), isMineToSign(struck, an), sortUnsigned([struck, o])]).toEqual([false, false, [o]]);
  });
});
