/* Incidents, pressure injuries, restraint: what is written is what is read back, and nothing is chosen for anybody. */

import { describe, expect, it } from 'vitest';
import { ACTIONS, CHECK_MINUTES, HARMS, KINDS, PLACES, PRESSURE_SITES, SIGNS, SITES, TOLD, wantsChecks } from '../src/incidents/kinds';
import { emptyReport, incidentOf, isOpen, isReview, missingIn, readIncident, recordIncident, reviewTask, reviveReport, signedOff, takenBack, type Report } from '../src/incidents/record';
import { missingIn as restraintMissing, orderOf, readOrder, type Asked, runningNow } from '../src/incidents/restraint';
import { released, type RestraintOrder } from '../src/outbox/restraint';
import { measuringOf, readWounds, stagesFrom, trendOf, woundCondition, type Measured } from '../src/incidents/wound';
import { Decimal, toJson } from '../src/fhir/decimal';
import { DAILY_CATALOGUES, recordWords as w } from '../src/i18n/daily';

const at = Date.parse('2026-11-22T02:10:00+07:00');
const now = Date.parse('2026-11-22T02:30:00+07:00');
const me = { reference: 'Practitioner/c1', display: 'Chị Mai' };
const about = { patient: 'p1', stay: 'e1', ward: 'w1', me };
const fall: Report = {
  ...emptyReport(), kind: 'fall', harm: 'mild', unseen: true, place: 'bathroom', marks: { 'left-hip': ['pain', 'bruise'], face: [] }, actions: ['first-aid', 'doctor'], told: { family: now },
  witness: 'Bà Lan', text: 'Trượt chân', checks: true,
};

describe('the tables', () => {
  it('have words for every code in both languages', () => {
    const wanted = [...KINDS.map((k) => `kind.${k}`), ...PLACES.map((k) => `place.${k}`), ...HARMS.map((k) => `harm.${k}`), ...ACTIONS.map((k) => `action.${k}`), ...TOLD.map((k) => `told.${k}`),
      ...SIGNS.map((k) => `sign.${k}`), ...SITES.map((s) => `site.${s.code}`)].map((k) => `incident.${k}`);
    for (const words of Object.values(DAILY_CATALOGUES)) for (const key of wanted) expect(Object.keys(words), key).toContain(key);
  });
  it('a site of the body is there once, inside the figure, and no two of one view hide each other wholly', () => {
    expect(new Set(SITES.map((s) => s.code)).size).toBe(SITES.length);
    for (const { box: [x, y, width, height] } of SITES) expect(x >= 0 && y >= 0 && x + width <= 100 && y + height <= 214).toBe(true);
    for (const [i, a] of SITES.entries()) {
      const over = SITES.slice(i + 1).filter((b) => b.view === a.view && b.box[0] <= a.box[0] && b.box[1] <= a.box[1] && b.box[0] + b.box[2] >= a.box[0] + a.box[2] && b.box[1] + b.box[3] >= a.box[1] + a.box[3]);
      expect(over, a.code).toEqual([]);
    }
    for (const s of PRESSURE_SITES) expect(SITES.map((x) => x.code)).toContain(s);
  });
  it('the right hand is on the left of the picture from the front, on the right from behind', () => {
    const x = (code: string): number => SITES.find((s) => s.code === code)?.box[0] as number;
    expect([x('right-hand') < 50, x('left-hand') > 50, x('left-heel') < 50, x('right-heel') > 50]).toEqual([true, true, true, true]);
  });
});

describe('an incident', () => {
  it('says what is still needed, and nothing else', () => {
    expect(missingIn(emptyReport())).toEqual(['kind', 'harm']);
    expect(missingIn({ ...emptyReport(), kind: 'fall', harm: 'none' })).toEqual(['unseen']);
    expect(missingIn({ ...emptyReport(), kind: 'other', harm: 'none' })).toEqual(['text']);
    expect(missingIn({ ...emptyReport(), kind: 'fire', harm: 'none' })).toEqual([]);
  });
  it('is read back as it was told', () => {
    const read = readIncident({ ...incidentOf(fall, about, at, now, w), id: 'i1' });
    expect(read).toMatchObject({
      id: 'i1', kind: 'fall', harm: 'mild', at, patient: 'p1', place: 'bathroom', nearly: false, actions: ['first-aid', 'doctor'], told: [{ who: 'family', at: now }], witness: 'Bà Lan', hasChecks: true,
      marks: [{ site: 'left-hip', signs: ['pain', 'bruise'] }, { site: 'face', signs: [] }], text: 'Té ngã: Trượt chân',
    });
  });
  it('asks to look again seventeen times in a day, from the fall on, only when that was wanted', () => {
    const checks = incidentOf(fall, about, at, now, w).extension?.find((e) => e.url.endsWith(':checks'));
    const events = checks?.extension?.find((e) => e.url === 'timing')?.valueTiming?.event ?? [];
    expect([events.length, events[0], events[events.length - 1], CHECK_MINUTES.at(-1)]).toEqual([17, '2026-11-22T02:40:00+07:00', '2026-11-23T02:10:00+07:00', 1440]);
    expect(incidentOf({ ...fall, checks: undefined }, about, at, now, w).extension?.some((e) => e.url.endsWith(':checks'))).toBe(false);
    expect([wantsChecks('fall', false, ['left-hip']), wantsChecks('fall', false, ['back-of-head']), wantsChecks('fall', true, []), wantsChecks('injury', true, ['head'])]).toEqual([false, true, true, false]);
  });
  it('is one act with the head’s task, which points to it; grave harm is for now', () => {
    let n = 0;
    const wanted = recordIncident(fall, about, at, now, () => `u${n += 1}`, w);
    const [event, task] = wanted.parts ?? [];
    expect([event?.resource.resourceType, event?.place, (task?.resource as { focus?: { reference?: string } }).focus?.reference]).toEqual(['AdverseEvent', 'urn:uuid:u1', 'urn:uuid:u1']);
    expect(event?.id === event?.place?.slice(9)).toBe(false); /* a server would overwrite the identifier */
    expect([reviewTask(fall, about, 'x', now, w).priority, reviewTask({ ...fall, harm: 'death' }, about, 'x', now, w).priority]).toEqual(['routine', 'stat']);
    expect(incidentOf({ ...fall, harm: 'death' }, about, at, now, w).seriousness?.coding?.map((c) => c.code)).toEqual(['serious', 'death']);
  });
  it('takes its photos along, in the same act and pointing to it', () => {
    let n = 0;
    const parts = recordIncident(fall, about, at, now, () => `u${n += 1}`, w, [{ data: 'AAAA', type: 'image/jpeg' }]).parts ?? [];
    const photo = parts[2]?.resource as unknown as { resourceType: string; partOf: unknown; subject: unknown; content: { data: string } };
    expect([parts.length, photo.resourceType, photo.partOf, photo.subject, photo.content.data]).toEqual([3, 'Media', [{ reference: parts[0]?.place }], { reference: `Patient/${about.patient}` }, 'AAAA']);
    expect(new Set(parts.map((p) => p.id)).size).toBe(3);
  });
  it('taken back is no incident any more', () => {
    expect(readIncident(takenBack(incidentOf(fall, about, at, now, w)))).toBeUndefined();
  });
  it('signed off is closed, with the words and who said them', () => {
    const task = reviewTask(fall, about, 'AdverseEvent/i1', now, w);
    const signed = signedOff(task, { reference: 'Practitioner/h', display: 'Giám đốc' }, 'Lắp tay vịn', now);
    expect([isOpen(task), isReview(task), isOpen(signed), signed.owner?.reference, signed.note?.[0]?.text]).toEqual([true, true, false, 'Practitioner/h', 'Lắp tay vịn']);
  });
  it('a draft from storage is one, or none', () => {
    expect(reviveReport(JSON.stringify(fall))).toEqual(fall);
    for (const bad of [null, '', '{', '3', '{}', '[]', '{"marks":3,"actions":[]}']) expect(reviveReport(bad)).toBeUndefined();
  });
});

describe('a pressure injury', () => {
  const who = { patient: 'p1', stay: 'e1', by: { reference: 'Practitioner/n1' } };
  it('is a condition and its measurings, newest first; another wound’s are not its own', () => {
    const condition = { ...woundCondition('sacrum', '2', who, at, w), id: 'c1' };
    const m = (when: number, length: string, width: string, focus = 'Condition/c1') => ({
      ...measuringOf({ stage: '2', length: new Decimal(length), width: new Decimal(width), note: '' }, focus, 'sacrum', who, when, w), id: `o${when}`,
    });
    const back = <T,>(r: T): T => JSON.parse(toJson(r)) as T;
    const wounds = readWounds([back(condition)], [m(at, '4.0', '3.0'), m(now, '3.0', '2.5'), m(now, '9', '9', 'Condition/c2')].map(back));
    expect(wounds.map((x) => [x.site, x.healed, x.measured.map((y) => y.area)])).toEqual([['sacrum', false, [7.5, 12]]]);
    expect(condition.code?.coding?.map((c) => c.code)).toEqual(['pressure', 'L89.1']);
    expect(trendOf(wounds[0]?.measured ?? [])).toBe('smaller');
  });
  it('never goes back a stage, and a fifth either way is the same', () => {
    const m = (stage: Measured['stage'], area: number | undefined): Measured => ({ at: 0, stage, area, length: 1, width: 1, depth: undefined, note: '', by: '' });
    expect(stagesFrom([m('2', 1), m('3', 1)])).toEqual(['3', '4', 'unstageable', 'deep']);
    expect(stagesFrom([m('unstageable', 1)])).toEqual(['1', '2', '3', '4', 'unstageable', 'deep']);
    expect([trendOf([m('2', 9), m('2', 10)]), trendOf([m('2', 12), m('2', 10)]), trendOf([m('2', 8), m('2', undefined), m('2', 10)]), trendOf([m('2', 8)])]).toEqual(['same', 'larger', 'smaller', undefined]);
  });
});

describe('restraint', () => {
  const asked: Asked = { kind: 'wrist', reason: 'self', basis: 'Y lệnh 12', orderedBy: 'BS Lan', tried: ['talked'], longest: 120 };
  it('has a reason, a basis, an end and a doctor’s name', () => {
    expect(restraintMissing({ kind: '', reason: '', basis: ' ', orderedBy: '', tried: [], longest: undefined }, false)).toEqual(['kind', 'reason', 'basis', 'orderedBy', 'longest']);
    expect(restraintMissing({ ...asked, orderedBy: '' }, true)).toEqual([]);
  });
  it('is an order the board asks for every half hour until its end; released it ends now', () => {
    const order = orderOf(asked, { patient: 'p1', stay: 'e1', me, isDoctor: false }, now, w);
    expect(order.occurrenceTiming?.repeat).toEqual({ boundsPeriod: { start: '2026-11-22T02:30:00+07:00', end: '2026-11-22T04:30:00+07:00' }, frequency: 1, period: 30, periodUnit: 'min' });
    expect([order.requester, order.code?.coding?.[0]?.code]).toEqual([{ display: 'BS Lan' }, 'restraint-check']);
    expect([readOrder(order, now + 119 * 60_000).over, readOrder(order, now + 120 * 60_000).over]).toEqual([false, true]);
    const own = { ...order, identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' }] };
    const states = (orders: RestraintOrder[], waiting: RestraintOrder[], off: number[]) => runningNow(orders, waiting, off).map((o) => [o.status, o.occurrenceTiming?.repeat?.boundsPeriod?.end]);
    /* one that waits here and is known there is one; taken off before it began says nothing of it; the first time it was taken off counts */
    expect(states([own], [own], [])).toEqual([['active', '2026-11-22T04:30:00+07:00']]);
    expect(states([], [own], [now - 60_000])).toEqual([['active', '2026-11-22T04:30:00+07:00']]);
    expect(states([own], [], [now + 30 * 60_000, now + 10 * 60_000])).toEqual([['completed', '2026-11-22T02:40:00+07:00']]);
    const ended = released(order, now + 20 * 60_000);
    expect([ended.status, ended.occurrenceTiming?.repeat?.boundsPeriod?.end, ended.occurrenceTiming?.repeat?.period]).toEqual(['completed', '2026-11-22T02:50:00+07:00', 30]);
  });
});
