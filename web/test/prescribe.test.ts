import type { Task } from '../src/stay/acts';
import { describe, expect, it } from 'vitest';
import { isControlled, isUnchecked, type Allergy, type Order } from '../src/drugs/forms';
import { dosesIn, isInForce } from '../src/drugs/doses';
import { isListed } from '../src/drugs/controlled';
import { backBundle, decided, verdictsOf, type Decision } from '../src/prescribe/back';
import {
  asksFrom, checked, checkOf, daysLeft, depotDays, emptyWish, isAgreed, isMuch, matched, nextLine, orderBundle, orderOf, recopyOf, replacedBy, stopped, struck, warningsOf, wishOf, wrongWith, type About, type FullOrder, type Wish,
} from '../src/prescribe/order';
import { ORDER_WORDS } from '../src/prescribe/words';

const NOW = Date.parse('2026-11-22T03:00:00Z');
const BACK = { task: undefined, words: { keep: 'giữ', take: 'theo BV', stop: 'ngừng', leave: 'không dùng' } };
const ME = { reference: 'Practitioner/n1', display: 'Điều dưỡng A' };
const OTHER = { reference: 'Practitioner/n2', display: 'Điều dưỡng B' };
const about: About = { patient: 'p1', stay: 's1', me: ME, at: NOW, words: { ...ORDER_WORDS, route: (r) => r, most: (n) => `nhiều nhất ${n}`, hours: (n) => `cách ${n} giờ` } };
const wish = (more: Partial<Wish> = {}): Wish => ({ ...emptyWish('k1', false), medicine: 'Amlodipin 5 mg', amount: '0,5', unit: 'viên', route: 'oral', times: ['20:00', '07:30'], ...more });
const copy = (more: Partial<Wish> = {}): Wish => wish({ copied: true, prescriber: 'BS Lê X', place: 'BV tỉnh', paperDay: '2026-11-20', ...more });
const standing = (text: string, more: Partial<FullOrder> = {}): FullOrder => ({ resourceType: 'MedicationRequest', id: text, status: 'active', medicationCodeableConcept: { text }, meta: { versionId: '4' }, ...more });

describe('what is wrong with an order', () => {
  it.each<[string, Partial<Wish>, string[]]>([
    ['nothing', {}, []], ['no dose', { amount: '' }, ['amount']], ['a dose of nothing', { amount: '0' }, ['amount']], ['words for a dose', { amount: 'một' }, ['amount']],
    ['no time', { times: [] }, ['times']], ['as needed wants a limit', { asNeeded: true, times: [] }, ['most']], ['as needed with one', { asNeeded: true, times: [], most: '4' }, []],
    ['hours apart', { asNeeded: true, times: [], most: '4', everyHours: '6' }, []], ['no hours', { asNeeded: true, times: [], most: '4', everyHours: '0' }, ['hours']], ['not a number', { asNeeded: true, times: [], most: '4', everyHours: '6h' }, ['hours']],
    ['a depot has one time', { everyWeeks: '4', firstDay: '2026-11-22' }, ['weeks']], ['a depot', { everyWeeks: '4', times: ['08:00'], firstDay: '2026-11-22' }, []],
    ['0 weeks', { everyWeeks: '0', times: ['08:00'], firstDay: '2026-11-24' }, ['weeks']], ['a depot without its day', { everyWeeks: '4', times: ['08:00'] }, ['firstDay']], ['of yesterday', { everyWeeks: '4', times: ['08:00'], firstDay: '2026-11-21' }, ['firstDay']],
    ['a depot that ends before it begins', { everyWeeks: '4', times: ['08:00'], firstDay: '2026-12-02', days: '7' }, ['endsBefore']], ['on its first day', { everyWeeks: '4', times: ['08:00'], firstDay: '2026-11-28', days: '7' }, []],
    ['a year and a day', { days: '367' }, ['days']], ['no name, unit, route', { medicine: 'x', unit: ' ', route: '' }, ['medicine', 'unit', 'route']],
  ])('%s', (_n, more, wrong) => expect(wrongWith(wish(more), false, '2026-11-22')).toEqual(wrong));
  it.each<[string, number | undefined]>([['1/2', 0.5], ['1 / 4', 0.25], ['3/4', 0.75], ['½', 0.5], ['0,5', 0.5], ['1/3', undefined], ['1-2', undefined], ['2/1', undefined], ['1/2 viên', undefined]])(
    'half a tablet as paper has it: %s', (amount, value) => {
      expect(wrongWith(wish({ amount }), false, '2026-11-22')).toEqual(value === undefined ? ['amount'] : []);
      if (value !== undefined) expect(orderOf(wish({ amount }), about).dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity?.value).toBe(value);
    });
  it('the next line of a paper has its prescriber, place and day, and nothing of the line before', () => {
    expect(nextLine(copy({ despite: 'vì', controlled: true }), 'k2')).toEqual({ ...emptyWish('k2', true), prescriber: 'BS Lê X', place: 'BV tỉnh', paperDay: '2026-11-20' });
  });
  it('a copy names its prescriber and the day on the paper, which is not tomorrow', () => {
    expect(wrongWith(copy(), false, '2026-11-22')).toEqual([]);
    expect(wrongWith(copy({ prescriber: ' ', paperDay: '2026-11-23' }), false, '2026-11-22')).toEqual(['prescriber', 'paperDay']);
  });
  it('names the list of controlled medicines by substance, in any spelling, and nothing else', () => {
    for (const name of ['Diazepam 5 mg', 'Seduxen 5 mg', 'Phenobarbital 100 mg', 'Gardenal', 'Fentanyl', 'Tramadol 50 mg', 'Terpin codein', 'Midazolam']) expect([name, isListed(name)]).toEqual([name, true]);
    for (const name of ['Amlodipin 5 mg', 'Olanzapin 10 mg', 'Haloperidol', 'Carbamazepin 200 mg', 'Valproat natri', 'Metformin', '']) expect([name, isListed(name)]).toEqual([name, false]);
  });
  it('a dose nobody takes is asked about', () => {
    expect([isMuch(wish({ amount: '50', unit: 'viên' })), isMuch(wish({ amount: '10', unit: 'viên' })), isMuch(wish({ amount: '500', unit: 'mg' }))]).toEqual([true, false, false]);
  });
  it('a warning wants its reason', () => {
    expect(wrongWith(wish(), true, '2026-11-22')).toEqual(['despite']);
    expect(wrongWith(wish({ despite: 'đã dùng được' }), true, '2026-11-22')).toEqual([]);
  });
});

describe('days and hours that are not alike', () => {
  /* 2026-11-22 is a Sunday; 10:00 there */
  const uneven = (more: Partial<Wish> = {}): Wish => wish({ amount: '1', times: ['07:30', '20:00', '11:30'], uneven: true, amountAt: { '07:30': '2', '20:00': '1/2' }, ...more });
  const asked = (w: Wish, days: number): string[] => dosesIn([{ ...orderOf(w, about), id: 'o' } as Order], NOW, NOW + days * 86_400_000)
    .map((d) => `${d.key.slice(7)} ${d.dosage.doseAndRate?.[0]?.doseQuantity?.value ?? ''}`);
  it('each hour asks for its own amount', () => {
    const o = orderOf(uneven(), about);
    expect((o.dosageInstruction ?? []).map((d) => [d.text, d.doseAndRate?.[0]?.doseQuantity?.value, d.timing?.repeat?.timeOfDay, d.timing?.repeat?.frequency])).toEqual([
      ['oral, 2 viên, 07:30', 2, ['07:30:00'], 1], ['oral, 1 viên, 11:30', 1, ['11:30:00'], 1], ['oral, 0,5 viên, 20:00', 0.5, ['20:00:00'], 1]]);
    expect(asked(uneven(), 1)).toEqual(['11-22T11:30 1', '11-22T20:00 0.5', '11-23T07:30 2']);
  });
  it('hours of one amount stay one line; the amount of an hour that is not one is wrong, and much is much', () => {
    expect(orderOf(uneven({ amountAt: { '07:30': '1', '20:00': '1,0' } }), about).dosageInstruction).toHaveLength(1);
    expect(orderOf(uneven({ uneven: false }), about).dosageInstruction).toHaveLength(1);
    expect(wrongWith(uneven({ amountAt: { '07:30': '' } }), false, '2026-11-22')).toEqual(['amount']);
    expect(wrongWith(uneven({ amount: '', amountAt: { '07:30': '2', '11:30': '1', '20:00': '1' } }), false, '2026-11-22')).toEqual([]);
    expect([isMuch(uneven({ amountAt: { '07:30': '20' } })), isMuch(uneven())]).toEqual([true, false]);
  });
  it('an hour taken away takes its own amount along: what is left is the amount that is shown', () => {
    expect(orderOf(uneven({ times: ['07:30'] }), about).dosageInstruction?.map((d) => d.doseAndRate?.[0]?.doseQuantity?.value)).toEqual([1]);
  });
  it('every second day is counted from its first; days of the week are those', () => {
    const alternate = wish({ amount: '1', times: ['20:00'], rhythm: 'alternate', firstDay: '2026-11-23' });
    expect(asked(alternate, 6)).toEqual(['11-23T20:00 1', '11-25T20:00 1', '11-27T20:00 1']);
    expect(orderOf(alternate, about).dosageInstruction?.[0]?.text).toBe('oral, 1 viên, 20:00, cách ngày');
    const weekly = wish({ amount: '1', times: ['20:00'], rhythm: 'weekdays', weekdays: ['thu', 'mon'] });
    expect(asked(weekly, 9)).toEqual(['11-23T20:00 1', '11-26T20:00 1', '11-30T20:00 1']);
    expect(orderOf(weekly, about).dosageInstruction?.[0]?.text).toBe('oral, 1 viên, 20:00, thứ 2, thứ 5');
  });
  it.each<[string, Partial<Wish>, string[]]>([
    ['every second day wants its first', { rhythm: 'alternate', times: ['20:00'] }, ['firstDay']], ['not yesterday', { rhythm: 'alternate', times: ['20:00'], firstDay: '2026-11-21' }, ['firstDay']],
    ['its hour today is over', { rhythm: 'alternate', times: ['07:30'], firstDay: '2026-11-22' }, ['firstTime']], ['tomorrow', { rhythm: 'alternate', times: ['07:30'], firstDay: '2026-11-23' }, []],
    ['no day of the week', { rhythm: 'weekdays' }, ['weekdays']], ['a depot on Mondays', { rhythm: 'weekdays', weekdays: ['mon'], everyWeeks: '4', times: ['08:00'], firstDay: '2026-11-23' }, ['weeks']],
    ['as needed has no rhythm', { asNeeded: true, most: '3', times: [], rhythm: 'weekdays' }, []],
  ])('%s', (_n, more, wrong) => expect(wrongWith(wish(more), false, '2026-11-22', NOW - 3_600_000)).toEqual(wrong));
  it('whatever is ordered is read back into the form as it was, and asks for the same doses again', () => {
    let seed = 7;
    const any = <T,>(list: readonly T[]): T => { seed = (seed * 1103515245 + 12345) % 2147483648; return list[seed % list.length] as T; };
    for (let n = 0; n < 400; n += 1) {
      const times = [...new Set([any(['07:30', '08:15']), any(['11:30', '14:00', '07:30']), any(['20:00', '22:00', '11:30'])])].sort();
      const w = wish({
        amount: any(['1', '2', '0,5']), times, uneven: any([true, false]), amountAt: Object.fromEntries(times.slice(0, any([0, 1, 2])).map((t) => [t, any(['1', '3', '0,25'])])),
        rhythm: any(['daily', 'alternate', 'weekdays']), weekdays: any([['mon'], ['tue', 'sun']]), firstDay: any(['2026-11-23', '2026-11-24']), days: any(['', '30']),
      });
      expect(wrongWith(w, false, '2026-11-22')).toEqual([]);
      const o = { ...orderOf(w, about), id: 'o' } as FullOrder;
      const again = wishOf(o, 'k2', w.medicine, '2026-11-22');
      expect(wrongWith(again, false, '2026-11-22')).toEqual([]);
      expect(asked({ ...again, how: '' }, 20)).toEqual(asked(w, 20));
    }
  });
});

describe('warnings', () => {
  const allergy = (text: string, more: Partial<Allergy> = {}): Allergy => ({ resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p1' }, code: { text }, ...more });
  const texts = (medicine: string, allergies: Allergy[], orders: FullOrder[] = [], replaces = '') => {
    const w = warningsOf(medicine, 'p1', allergies, orders, [], [replaces]);
    return [w.allergies.map((a) => a.code?.text), w.same.map((o) => o.id)];
  };
  it('the substance and its family; nobody else\'s allergy, and not "none known"', () => {
    expect(texts('Amoxicillin 500 mg', [allergy('Penicilin')])).toEqual([['Penicilin'], []]);
    expect(texts('Amoxicillin 500 mg', [allergy('Penicilin', { patient: { reference: 'Patient/p2' } }), allergy('x', { code: { coding: [{ code: '716186003' }], text: 'Không' } })])).toEqual([[], []]);
  });
  it('the same substance in another spelling and strength; not the order that is being replaced', () => {
    const orders = [standing('Amlodipine 10 mg'), standing('Losartan 50 mg')];
    expect(texts('Amlodipin 5 mg', [], orders)).toEqual([[], ['Amlodipine 10 mg']]);
    expect(texts('Amlodipin 5 mg', [], orders, 'Amlodipine 10 mg')).toEqual([[], []]);
    expect(texts('Amlodipin 5 mg', [], [standing('Amlodipin 5 mg', { status: 'stopped' })])).toEqual([[], []]);
    expect(texts('', [], orders)).toEqual([[], []]);
  });
});

describe('the order', () => {
  it('stands in the prescriber\'s own name, with its times on the board', () => {
    const o = orderOf(wish({ days: '7' }), about);
    expect([o.requester, o.recorder, o.reportedBoolean]).toEqual([ME, undefined, undefined]);
    expect(o.dosageInstruction?.[0]?.timing?.repeat).toEqual({ boundsPeriod: { start: '2026-11-22T09:00:00+07:00', end: '2026-11-28' }, frequency: 2, period: 1, periodUnit: 'd', timeOfDay: ['07:30:00', '20:00:00'] });
    expect(o.dosageInstruction?.[0]?.text).toBe('oral, 0,5 viên, 07:30, 20:00');
    /* and the drug round finds its doses */
    const from = Date.parse('2026-11-23T00:00:00+07:00');
    expect(dosesIn([{ ...o, id: 'o1' }], from, from + 86_400_000).map((d) => d.key)).toEqual(['o1/2026-11-23T07:30', 'o1/2026-11-23T20:00']);
  });
  it('asks for nothing before it was written: not for the dose of this morning, whether it has an end, or is a copy of last week', () => {
    const [from, to] = [Date.parse('2026-11-22T00:00:00+07:00'), Date.parse('2026-11-23T00:00:00+07:00')]; /* it is 10:00 */
    for (const o of [orderOf(wish({ days: '7' }), about), orderOf(wish(), about), orderOf(copy(), about)]) {
      expect(dosesIn([{ ...o, id: 'o1' }], from, to).map((d) => d.key)).toEqual(['o1/2026-11-22T20:00']);
    }
    /* of the last hour: given now, unless the order it replaces had its turn */
    const times = { times: ['09:30', '20:00'] };
    expect(dosesIn([{ ...orderOf(copy(times), about), id: 'o1' }], from, to).map((d) => d.key)).toEqual(['o1/2026-11-22T09:30', 'o1/2026-11-22T20:00']);
    expect(dosesIn([{ ...orderOf(wish(times), about, true), id: 'o1' }], from, to).map((d) => d.key)).toEqual(['o1/2026-11-22T20:00']);
  });
  it('a depot that is changed on the day of its injection does not ask for it again; nor does one written later that day', () => {
    const [from, to] = [Date.parse('2026-11-22T00:00:00+07:00'), Date.parse('2026-12-21T00:00:00+07:00')]; /* it is 10:00 */
    const depot = { everyWeeks: '4', times: ['07:30'], firstDay: '2026-10-25' };
    const old = { ...orderOf(wish(depot), { ...about, at: Date.parse('2026-10-24T10:00:00+07:00') }), id: 'o1' };
    expect(dosesIn([old], from, to).map((d) => d.key)).toEqual(['o1/2026-11-22T07:30', 'o1/2026-12-20T07:30']);
    const again = wishOf(old, 'k2', 'x', '2026-11-22');
    const changed = { ...orderOf(again, about, true), id: 'o2' };
    expect([again.firstDay, dosesIn([changed], from, to).map((d) => d.key), depotDays(changed, '2026-11-22', 2)]).toEqual(['2026-11-22', ['o2/2026-12-20T07:30'], ['2026-11-22', '2026-12-20']]);
    expect(dosesIn([{ ...orderOf(wish({ ...depot, firstDay: '2026-11-22' }), about), id: 'o3' }], from, to).map((d) => d.key)).toEqual(['o3/2026-12-20T07:30']);
    expect(dosesIn([{ ...orderOf(wish({ ...depot, firstDay: '2026-11-23' }), about), id: 'o4' }], from, to).map((d) => d.key)).toEqual(['o4/2026-11-23T07:30']);
    /* it is not left out in silence either: whoever orders says whether it was given */
    const wrong = (more: Partial<Wish>, change: boolean) => wrongWith(wish({ ...depot, firstDay: '2026-11-22', ...more }), false, '2026-11-22', asksFrom(NOW, change));
    expect([wrong({}, true), wrong({}, false), wrong({ times: ['09:30'] }, true), wrong({ times: ['09:30'] }, false), wrong({ times: ['11:30'] }, true), wrong({ firstDay: '2026-12-20' }, true)])
      .toEqual([['firstTime'], ['firstTime'], ['firstTime'], [], [], []]);
  });
  it('a copy never names its transcriber as prescriber', () => {
    const o = orderOf(copy(), about);
    expect([o.requester, o.recorder, o.reportedBoolean, o.authoredOn]).toEqual([{ display: 'BS Lê X, BV tỉnh' }, ME, true, '2026-11-20']);
  });
  it('a change stops the one before, with why, in the same transaction, and names it', () => {
    const bundle = orderBundle(wish({ replaces: 'Amlodipin 10 mg' }), about, { ends: [stopped(standing('Amlodipin 10 mg'), 'hạ áp')] });
    expect(bundle.entry?.map((e) => [e.request?.method, e.request?.ifMatch, (e.resource as FullOrder).status])).toEqual([['POST', undefined, 'active'], ['PUT', 'W/"4"', 'stopped']]);
    expect((bundle.entry?.[0]?.resource as FullOrder).priorPrescription?.reference).toBe('MedicationRequest/Amlodipin 10 mg');
    expect((bundle.entry?.[1]?.resource as FullOrder).statusReason).toEqual({ text: 'hạ áp' });
  });
  it('the photo is a document of its own that the order refers to', () => {
    const bundle = orderBundle(copy(), about, { photo: { key: 'ph', data: 'AA==', type: 'image/jpeg' }, photoTitle: 'Ảnh' });
    expect((bundle.entry?.[0]?.resource as FullOrder).supportingInformation).toEqual([{ reference: 'urn:uuid:ph' }]);
    expect(JSON.stringify(bundle.entry?.[1]?.resource)).toContain('"data":"AA=="');
  });
  it('as needed has a daily maximum in the unit of the dose', () => {
    expect(orderOf(wish({ asNeeded: true, most: '4', everyHours: '6', times: [] }), about).dosageInstruction?.[0]).toMatchObject({ timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } }, text: expect.stringContaining('cách 6 giờ') as string });
    expect(orderOf(wish({ asNeeded: true, most: '4', amount: '2', times: [] }), about).dosageInstruction?.[0]).toMatchObject({ asNeededBoolean: true, maxDosePerPeriod: { numerator: { value: 8, unit: 'viên' } } });
  });
  it('what stands becomes a wish and the same order again', () => {
    const o = { ...orderOf(wish({ controlled: true }), about), id: 'o1' };
    const again = wishOf(o, 'k2', 'Amlodipin 5 mg', '2026-11-22');
    expect([again.amount, again.unit, again.route, again.times, again.controlled]).toEqual(['0,5', 'viên', 'oral', ['07:30', '20:00'], true]);
    expect(orderOf({ ...again, times: ['20:00', '07:30'] }, about).dosageInstruction).toEqual(o.dosageInstruction);
  });
  it('a change begins with all that stood: how it is taken, the daily maximum, the days that are left, the rhythm of a depot', () => {
    const change = (more: Partial<Wish>, today = '2026-11-22') => wishOf({ ...orderOf(wish(more), about), id: 'o1' }, 'k2', 'x', today);
    expect(change({ how: 'sau ăn', days: '7' }, '2026-11-24')).toMatchObject({ how: 'sau ăn', days: '5' });
    expect(change({ asNeeded: true, most: '4', amount: '2', times: [] })).toMatchObject({ asNeeded: true, most: '4', times: [] });
    expect(change({ asNeeded: true, most: '4', everyHours: '6', times: [] })).toMatchObject({ asNeeded: true, most: '4', everyHours: '6', times: [] });
    expect(change({ everyWeeks: '4', times: ['08:00'], firstDay: '2026-11-25' }, '2026-12-01')).toMatchObject({ everyWeeks: '4', firstDay: '2026-12-23', times: ['08:00'] });
  });
  it('a schedule the form has no field for is not made a daily one: its times are asked for again', () => {
    const odd = (repeat: object, more: object[] = []): FullOrder => standing('Methotrexat 2,5 mg', { dosageInstruction: [{ timing: { repeat: { timeOfDay: ['08:00:00'], ...repeat } } }, ...more] });
    for (const o of [odd({ dayOfWeek: ['mon'], period: 2, periodUnit: 'wk' }), odd({ period: 3, periodUnit: 'd' }), odd({}, [{ text: 'tối 1 viên' }]), odd({}, [{ timing: { repeat: { timeOfDay: ['20:00:00'], dayOfWeek: ['mon'] } } }])]) expect(wishOf(o, 'k', 'x', '2026-11-22').times).toEqual([]);
    expect(wishOf(odd({ period: 1, periodUnit: 'd' }), 'k', 'x', '2026-11-22').times).toEqual(['08:00']);
    expect(wishOf(odd({ dayOfWeek: ['mon'] }), 'k', 'x', '2026-11-22')).toMatchObject({ times: ['08:00'], rhythm: 'weekdays', weekdays: ['mon'] });
  });
  it('an as-needed order ends with its days', () => {
    const d = orderOf(wish({ asNeeded: true, most: '4', times: [], days: '3' }), about).dosageInstruction?.[0] ?? {};
    const at = (text: string) => isInForce(d, Date.parse(text));
    expect([at('2026-11-22T08:00:00+07:00'), at('2026-11-22T11:00:00+07:00'), at('2026-11-24T23:59:00+07:00'), at('2026-11-25T00:01:00+07:00')]).toEqual([false, true, true, false]);
  });
});

describe('the second check', () => {
  const o: FullOrder = { ...orderOf(copy(), about), id: 'o1' };
  it('is another person\'s, and once', () => {
    expect(isUnchecked(o)).toBe(true);
    expect([checked(o, ME, NOW), checked(o, { reference: '', display: 'x' }, NOW)]).toEqual([undefined, undefined]);
    const done = checked(o, OTHER, NOW) as FullOrder;
    expect([isUnchecked(done), checkOf(done)?.who, checked(done, OTHER, NOW)]).toEqual([false, OTHER, undefined]);
    expect({ ...done, extension: undefined }).toEqual({ ...o, extension: undefined });
  });
  it('what was prescribed here needs none', () => expect(isUnchecked(orderOf(wish(), about) as Order)).toBe(false));
});

describe('a copy that replaces, and one that is wrong', () => {
  const old = standing('Amlodipin 5 mg');
  const o: FullOrder = { ...orderOf(copy({ replaces: 'Amlodipin 5 mg', times: ['07:30', '09:30', '20:00'] }), about), id: 'o1' };
  const day = (x: FullOrder): string[] => dosesIn([x as Order], Date.parse('2026-11-22T00:00:00+07:00'), Date.parse('2026-11-23T00:00:00+07:00')).map((d) => d.key.slice(-5));
  const at = (time: string): number => Date.parse(`2026-11-22T${time}:00+07:00`);
  it('ends the other with its check, as long as that stands', () => {
    expect(replacedBy(o, [old]).map((x) => x.id)).toEqual(['Amlodipin 5 mg']);
    expect([replacedBy(o, [stopped(old, 'x')]), replacedBy(o, []), replacedBy(checked(o, OTHER, NOW) as FullOrder, [old])]).toEqual([[], [], []]);
  });
  it('ends it whoever checks, where somebody who prescribes has copied it', () => {
    const agreed = { ...orderOf(copy({ replaces: 'Amlodipin 5 mg' }), { ...about, prescribes: true }), id: 'o2' };
    expect([isAgreed(replacedBy(o, [old]), o), isAgreed(replacedBy(agreed, [old]), agreed)]).toEqual([false, true]);
    expect([orderOf(wish({ replaces: 'Amlodipin 5 mg' }), { ...about, prescribes: true }).extension, orderOf(copy(), { ...about, prescribes: true }).extension]).toEqual([undefined, undefined]);
  });
  it('asks for nothing from before its check: what it replaces was given until then; else the hour before may still be given', () => {
    const alone = { ...o, priorPrescription: undefined } as FullOrder;
    expect([day(checked(o, OTHER, at('10:00')) as FullOrder), day(checked(alone, OTHER, at('10:00')) as FullOrder), day(checked(alone, OTHER, at('19:00')) as FullOrder), day(checked(alone, OTHER, at('21:30')) as FullOrder)])
      .toEqual([['20:00'], ['09:30', '20:00'], ['20:00'], []]);
  });
  it('is copied anew from the same paper, in place of the same order, and the first one is struck', () => {
    const again = recopyOf(o, 'k2', 'Amlodipin 5 mg', '2026-11-22');
    expect(again).toMatchObject({ key: 'k2', copied: true, prescriber: 'BS Lê X, BV tỉnh', paperDay: '2026-11-20', replaces: 'Amlodipin 5 mg', times: ['07:30', '09:30', '20:00'], amount: '0,5' });
    const bundle = orderBundle(again, { ...about, photo: 'DocumentReference/d1' }, { ends: [struck(o, 'chép sai')] });
    expect(bundle.entry?.map((e) => [(e.resource as FullOrder).status, (e.resource as FullOrder).priorPrescription?.reference])).toEqual([['active', 'MedicationRequest/Amlodipin 5 mg'], ['entered-in-error', 'MedicationRequest/Amlodipin 5 mg']]);
    expect((bundle.entry?.[0]?.resource as FullOrder).supportingInformation).toEqual([{ reference: 'DocumentReference/d1' }]);
  });
});

describe('days', () => {
  const bounded = (end?: string): FullOrder => standing('x', { dosageInstruction: [{ timing: { repeat: { boundsPeriod: end === undefined ? {} : { end } } } }] });
  it.each<[string | undefined, number | undefined]>([['2026-11-22', 1], ['2026-11-24', 3], ['2026-11-21', 0], ['2026-11-01', -20], [undefined, undefined]])('until %s: %s', (end, left) => {
    expect(daysLeft(bounded(end), '2026-11-22')).toBe(left);
  });
  it('a depot comes every so many weeks from its first day, today included, and ends', () => {
    const depot = (start: string, end?: string) => standing('Haloperidol decanoat', { dosageInstruction: [{ timing: { repeat: { period: 4, periodUnit: 'wk', boundsPeriod: { start, ...(end ? { end } : {}) } } } }] });
    expect(depotDays(depot('2026-10-25'), '2026-11-22', 2)).toEqual(['2026-11-22', '2026-12-20']);
    expect(depotDays(depot('2026-10-26'), '2026-11-22', 2)).toEqual(['2026-11-23', '2026-12-21']);
    expect(depotDays(depot('2026-12-01'), '2026-11-22', 1)).toEqual(['2026-12-01']);
    expect(depotDays(depot('2026-10-25', '2026-12-01'), '2026-11-22', 4)).toEqual(['2026-11-22']);
    expect(depotDays({ ...depot('2026-10-25'), status: 'stopped' }, '2026-11-22', 2)).toEqual([]);
    expect(depotDays(bounded(), '2026-11-22', 2)).toEqual([]);
  });
});

describe('a controlled medicine of the hospital\'s', () => {
  const copyFor = (text: string, before: FullOrder[] = []) => {
    const lines = matched(before, [text], (o) => o.medicationCodeableConcept?.text ?? '');
    const bundle = backBundle(lines, { [lines[0]!.name]: 'take' }, { patient: 'p1', stay: 's1', me: ME, at: NOW, prescriber: 'BV', day: '2026-11-21', keys: ['a'], why: 'về', ...BACK });
    return isControlled(bundle.entry?.[0]?.resource as Order);
  };
  it('is kept under control from the first moment, by its name or by what stood before', () => {
    const marked = standing('Cocktail giảm đau', { extension: [{ url: 'urn:ansinh:extension:controlled', valueBoolean: true }] });
    expect([copyFor('Morphin 10 mg, sáng 1 ống'), copyFor('Amlodipin 5 mg'), copyFor('Cocktail giảm đau, tối', [marked])]).toEqual([true, false, true]);
  });
});

describe('a line of the hospital\'s paper', () => {
  const read = (text: string) => {
    const lines = matched([], [text], (o) => o.medicationCodeableConcept?.text ?? '');
    const made = backBundle(lines, { [lines[0]!.name]: 'take' }, { patient: 'p1', stay: 's1', me: ME, at: NOW, prescriber: 'BV', day: '2026-11-21', keys: ['a'], why: 'về', ...BACK }).entry?.[0]?.resource as FullOrder;
    return [made.medicationCodeableConcept?.text, made.dosageInstruction?.[0]?.text];
  };
  it.each<[string, string, string]>([
    ['Levothyroxin 0,1 mg, sáng 1 viên', 'Levothyroxin 0,1 mg', 'sáng 1 viên'], ['Natri clorid 0,9%: nhỏ mắt', 'Natri clorid 0,9%', 'nhỏ mắt'],
    ['Insulin 10 đơn vị 07:30', 'Insulin 10 đơn vị 07:30', 'Insulin 10 đơn vị 07:30'], ['Aspirin 81 mg,1 viên', 'Aspirin 81 mg', '1 viên'],
    ['Amlodipin 5 mg: sáng 1 viên, tối 0,5 viên', 'Amlodipin 5 mg', 'sáng 1 viên, tối 0,5 viên'], ['Vitamin C', 'Vitamin C', 'Vitamin C'],
  ])('%s: a decimal comma is no end of the name', (text, name, dose) => expect(read(text)).toEqual([name, dose]));
});

describe('back from hospital', () => {
  const before = [standing('Amlodipin 5 mg'), standing('Metformin 500 mg')];
  const lines = matched(before, ['Amlodipine 10 mg, sáng 1 viên', '', 'Aspirin 81 mg, trưa 1 viên'], (o) => o.medicationCodeableConcept?.text ?? '');
  it('lines meet by substance, whatever the strength and spelling', () => {
    expect(lines.map((l) => [l.name, l.before.length, l.theirs])).toEqual([
      ['Amlodipin 5 mg', 1, ['Amlodipine 10 mg, sáng 1 viên']], ['Metformin 500 mg', 1, []], ['Aspirin 81 mg, trưa 1 viên', 0, ['Aspirin 81 mg, trưa 1 viên']]]);
  });
  it('what can be decided of each; nothing is beforehand, and an allergy is not taken over', () => {
    expect(lines.map((l) => verdictsOf(l, false))).toEqual([['keep', 'take', 'stop'], ['keep', 'stop'], ['take', 'leave']]);
    expect(lines.map((l) => verdictsOf(l, true))).toEqual([['keep', 'stop'], ['keep', 'stop'], ['leave']]);
    expect(lines.map((l) => decided(l, {}))).toEqual([false, false, false]);
    expect(decided(lines[1]!, { 'Metformin 500 mg': 'take' })).toBe(false);
  });
  it('one transaction: the hospital\'s in the hospital\'s name and unchecked; what it replaces goes on until its check', () => {
    const choices: Record<string, Decision> = { 'Amlodipin 5 mg': 'take', 'Metformin 500 mg': 'keep', 'Aspirin 81 mg, trưa 1 viên': 'leave' };
    const bundle = backBundle(lines, choices, { patient: 'p1', stay: 's1', me: ME, at: NOW, prescriber: 'BV tỉnh', day: '2026-11-21', keys: ['a', 'b'], why: 'về', ...BACK });
    expect(bundle.entry?.map((e) => [e.request?.method, (e.resource as FullOrder).status])).toEqual([['POST', 'active'], ['POST', 'completed']]);
    const made = bundle.entry?.[0]?.resource as FullOrder;
    expect([made.medicationCodeableConcept?.text, made.dosageInstruction?.[0]?.text, made.requester, isUnchecked(made), made.priorPrescription?.reference])
      .toEqual(['Amlodipine 10 mg', 'sáng 1 viên', { display: 'BV tỉnh' }, true, 'MedicationRequest/Amlodipin 5 mg']);
    expect([made].map((o) => [replacedBy(o, before).map((x) => x.id), isAgreed(replacedBy(o, before), o)])).toEqual([[['Amlodipin 5 mg'], true]]);
  });
  it('two orders of one name are decided one by one', () => {
    const twice = matched([standing('a', { medicationCodeableConcept: { text: 'Metformin 500 mg' } }), standing('b', { medicationCodeableConcept: { text: 'Metformin 500 mg' } })], ['Metformin 500 mg, sáng 1 viên'], (o) => o.medicationCodeableConcept?.text ?? '');
    const choices: Record<string, Decision> = { a: 'take', b: 'stop' };
    expect(twice.map((l) => [l.key, decided(l, choices)])).toEqual([['a', true], ['b', true]]);
    const bundle = backBundle(twice, choices, { patient: 'p1', stay: 's1', me: ME, at: NOW, prescriber: 'BV tỉnh', day: '2026-11-21', keys: ['k'], why: 'về', ...BACK });
    expect(bundle.entry?.map((e) => [e.request?.method, e.resource?.id, (e.resource as FullOrder).status])).toEqual([['POST', undefined, 'active'], ['PUT', 'b', 'stopped'], ['POST', undefined, 'completed']]);
  });
  it('that somebody looked is kept, with what was decided, also where nothing changes', () => {
    const about = { patient: 'p1', stay: 's1', me: ME, at: NOW, prescriber: 'BV tỉnh', day: '2026-11-21', keys: ['a', 'b'], why: 'về', ...BACK };
    const asked = { resourceType: 'Task' as const, id: 't1', meta: { versionId: '3' }, status: 'requested', for: { reference: 'Patient/p1' }, authoredOn: '2026-11-21T08:00:00+07:00' };
    const kept = backBundle(lines, { 'Amlodipin 5 mg': 'keep', 'Metformin 500 mg': 'keep', 'Aspirin 81 mg, trưa 1 viên': 'leave' }, { ...about, task: asked });
    expect(kept.entry?.map((e) => [e.request?.method, e.request?.url, e.request?.ifMatch])).toEqual([['PUT', 'Task/t1', 'W/"3"']]);
    const done = kept.entry?.[0]?.resource as Task;
    expect([done.status, done.authoredOn, done.note?.[0]?.authorReference?.reference]).toEqual(['completed', '2026-11-21T08:00:00+07:00', 'Practitioner/n1']);
    expect(done.note?.[0]?.text).toBe('về. BV tỉnh, 2026-11-21. giữ: Amlodipin 5 mg; Metformin 500 mg. không dùng: Aspirin 81 mg, trưa 1 viên');
    const unasked = backBundle(lines.slice(0, 1), { 'Amlodipin 5 mg': 'stop' }, about).entry?.[1]?.resource as Task;
    expect([unasked.status, unasked.code?.coding?.[0]?.code, unasked.for?.reference, unasked.encounter?.reference]).toEqual(['completed', 'reconcile-medicines', 'Patient/p1', 'Encounter/s1']);
  });
});
