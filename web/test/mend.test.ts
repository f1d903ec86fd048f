import { describe, expect, it } from 'vitest';
import { careEntry, recordCare } from '../src/daily/record';
import { recordWords } from '../src/i18n/daily';
import { newItem, parseItems, type Entry, type Item } from '../src/outbox/item';
import { canChangePerson, canMend, mended, wordsOf } from '../src/outbox/mend';
import { Outbox } from '../src/outbox/outbox';
import { FhirClient } from '../src/fhir/client';

const at = (text: string): number => Date.parse(`2026-11-23T${text}:00+07:00`);
const me = { reference: 'Practitioner/n', display: 'Hà' };
let n = 0;
const id = (): string => `u${(n += 1)}`;
const NOBODY = new Map<string, { id: string; stay: string }>();
const care = (acts: Parameters<typeof recordCare>[0], when = at('07:00')): Item => ({ ...newItem(recordCare(acts, me, when, id, recordWords)), halt: 'refused', why: 'outside a stay', tries: 3 });
const meal = (who: string) => ({ whom: { id: who, stay: `e-${who}` }, act: { kind: 'meal' as const, answer: 'half', meal: 'breakfast' as const } });

describe('an act that was refused', () => {
  it('is the same act at another time, with all that was typed', () => {
    const item = care([{ whom: { id: 'p', stay: 'e' }, act: { kind: 'mood', answer: 'sad', note: 'nhớ nhà' } }]);
    const next = mended(item, { at: at('02:30'), people: NOBODY });
    const was = item.parts?.[0]?.resource as Entry;
    expect(next.parts?.[0]).toEqual({ ...item.parts?.[0], resource: { ...was, effectiveDateTime: '2026-11-23T02:30:00+07:00' } });
    expect([next.id, next.at, next.halt, next.why, next.tries, next.resource]).toEqual([item.id, at('02:30'), undefined, '', 0, next.parts?.[0]?.resource]);
  });
  it('is another person’s, with their stay, and nothing of the first is left in it', () => {
    const next = mended(care([meal('p')]), { at: at('07:00'), people: new Map([['p', { id: 'q', stay: 'e-q' }]]) });
    expect(JSON.stringify(next)).not.toMatch(/Patient\/p"|e-p|meal\/p\//);
    expect([next.parts?.[0]?.patient, next.parts?.[0]?.stay, next.parts?.[0]?.only]).toEqual(['q', 'e-q', 'identifier=urn:ansinh:id:care|meal/q/2026-11-23/breakfast&status=final']);
  });
  it('of several people: each is kept, and moved for themself', () => {
    const item = care([meal('a'), meal('b')]);
    const next = mended(item, { at: at('06:30'), people: new Map([['b', { id: 'c', stay: 'e-c' }]]) });
    expect(next.parts?.map((p) => [p.id, p.patient, p.stay])).toEqual([[item.parts?.[0]?.id, 'a', 'e-a'], [item.parts?.[1]?.id, 'c', 'e-c']]);
  });
  it('a meal of another day carries that day’s name', () => {
    const next = mended(care([meal('p')]), { at: at('07:00') - 86_400_000, people: NOBODY });
    expect(next.parts?.[0]?.only).toContain('meal/p/2026-11-22/breakfast');
    expect(next.parts?.[0]?.resource.identifier?.map((i) => i.value)).toContain('meal/p/2026-11-22/breakfast');
  });
  it('what took a while takes as long', () => {
    const item = care([{ whom: { id: 'p', stay: 'e' }, act: { kind: 'seizure', answer: 'focal', period: { start: at('06:50'), end: at('06:55') } } }]);
    expect((mended(item, { at: at('05:00'), people: NOBODY }).resource as { effectivePeriod?: object }).effectivePeriod).toEqual({ start: '2026-11-23T04:50:00+07:00', end: '2026-11-23T04:55:00+07:00' });
  });
  it('words are put right where there were words', () => {
    const note = care([{ whom: { id: 'p', stay: 'e' }, act: { kind: 'note', note: 'gọi con' } }]);
    expect([wordsOf(note), (mended(note, { at: note.at, people: NOBODY, words: 'đã gọi con' }).resource as { valueString?: string }).valueString]).toEqual(['gọi con', 'đã gọi con']);
    expect(wordsOf(care([meal('p')]))).toBeUndefined();
    const two = care([meal('a'), { whom: { id: 'b', stay: '' }, act: { kind: 'mood', answer: 'sad', note: 'x' } }]);
    expect(wordsOf(two)).toBeUndefined();
  });
  it('who is set down for whom it may be changed', () => {
    const item = care([meal('p')]);
    const dose = { ...newItem({ id: 'd', at: at('02:00'), resource: { resourceType: 'MedicationAdministration', status: 'completed', effectiveDateTime: 'x', identifier: [{ system: 'urn:ansinh:id:stock-out', value: 'c/2026-10' }] } as Entry }), halt: 'ended' as const };
    expect([canMend(item), canChangePerson(item), canMend(dose), canChangePerson(dose)]).toEqual([true, true, true, false]);
    expect((mended(dose, { at: at('01:00'), people: NOBODY }).resource as { effectiveDateTime?: string }).effectiveDateTime).toBe('2026-11-23T01:00:00+07:00');
    expect(canMend({ ...item, halt: 'taken' }), 'somebody else did it: nothing to put right').toBe(false);
    expect(canMend({ ...item, halt: 'forbidden' })).toBe(false);
    expect(canMend({ ...item, resource: { ...item.resource, status: 'entered-in-error' } })).toBe(false);
  });
  it('survives the storage of the device', () => {
    const item = care([{ whom: { id: 'p', stay: 'e' }, act: { kind: 'drink', amount: 150 } }]);
    const [back] = parseItems(JSON.stringify([item]));
    expect(mended(back as Item, { at: at('01:00'), people: NOBODY })).toEqual(mended(item, { at: at('01:00'), people: NOBODY }));
    expect(careEntry({ kind: 'drink', amount: 150 }, { id: 'p', stay: 'e' }, me, at('01:00'), recordWords).effectiveDateTime).toBe((mended(item, { at: at('01:00'), people: NOBODY }).resource as { effectiveDateTime?: string }).effectiveDateTime);
  });
});

describe('what is let go of', () => {
  it('can be had back as it was, and is sent by nobody meanwhile', () => {
    const map = new Map<string, string>();
    const item = care([meal('p')]);
    map.set('ansinh.outbox.a', JSON.stringify([item]));
    const box = new Outbox({ account: 'a', client: new FhirClient({ fetch: (() => { throw new TypeError('nobody asks'); }) as unknown as typeof fetch }), now: () => at('08:00'),
      storage: { getItem: (k) => map.get(k) ?? null, setItem: (k, v) => void map.set(k, v), removeItem: (k) => void map.delete(k) } });
    box.drop(item.id);
    expect([box.all(), map.size]).toEqual([[], 0]);
    box.takeBack();
    expect([box.all().map((i) => [i.id, i.halt, i.why]), box.dropped, map.size]).toEqual([[[item.id, 'refused', 'outside a stay']], undefined, 1]);
    box.takeBack();
    expect(box.all().length).toBe(1);
    box.close();
  });
});
