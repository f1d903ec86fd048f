import { describe, expect, it } from 'vitest';
import type { Observation } from '../src/fhir/types';
import { csvCell, csvOf } from '../src/record/csv';
import {
  allergyOf, contactsOf, counsellingOf, endIsolation, isNoKnown, isolationOf, noKnownAllergy, problemOf, refuted, nextDoseOf, nextDoseOpen, reopened, reported, reportOf, reportSince, reportState, resolved, standsAllergy, struckEntry, vaccinationOf, vaccineTrouble,
  type Allergy,
} from '../src/record/entries';
import { codesOf, goalFor, goalOf, isOn, lastOf, recallOf, recallState, REGISTERS, registersOf, REGISTER_IDS, targetOf, targetTrouble, type Goal } from '../src/record/registers';
import type { Appointment, Problem, ServiceRequest } from '../src/visits/forms';
import { isActive } from '../src/visits/load';
import { byWaiting, cancelled, checkDue, daysWaiting, isVisitOrder, keptBy, lastCheck, promisedTo, revoked, tallyOf } from '../src/record/coming';

const ME = { reference: 'Practitioner/d1', display: 'Trần A' };
const NOW = Date.parse('2026-11-22T03:00:00Z');
const problem = (code: string, system = 'http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs'): Problem => ({ resourceType: 'Condition', code: { coding: [{ system, code }] } });

describe('a table for a spreadsheet', () => {
  it.each([
    ['Hoa', 'Hoa'], ['a,b', '"a,b"'], ['nói "có"', '"nói ""có"""'], ['=1+1', '"\'=1+1"'], ['+84', '"\'+84"'], ['-1', '"\'-1"'], ['@x', '"\'@x"'], ['  =x', '"\'  =x"'],
    ['\t=x', '"\'\t=x"'], ['a\nb', '"a\nb"'], ['5-3', '5-3'],
  ])('%j', (text, cell) => expect(csvCell(text)).toBe(cell));
  it('begins with the mark of UTF-8', () => expect(csvOf([['Họ'], ['=A']])).toBe('\ufeffHọ\r\n"\'=A"\r\n'));
});

describe('who is on a register', () => {
  it.each([
    ['I10', 'hypertension'], ['I15.9', 'hypertension'], ['E11.9', 'diabetes'], ['J44', 'copd'], ['G40.20', 'epilepsy'], ['F20.0', 'mental'], ['F48.9', 'mental'], ['A15.0', 'communicable'], ['J10.1', 'communicable'], ['J11', 'communicable'], ['U07.1', 'communicable'], ['B18.1', 'communicable'],
  ])('%s: %s', (code, register) => expect(registersOf([problem(code), problem(code, 'http://hl7.org/fhir/sid/icd-10')])).toEqual([register]));
  /* HIV has its own compartment and is on no list */
  it.each(['I16', 'E15', 'J45', 'F49', 'F19', 'B20', 'B24', 'B23.1', 'I1', 'XI10', ''])('%s: none', (code) => expect(registersOf([problem(code)])).toEqual([]));
  it('a code of another system counts for nothing', () => expect(registersOf([problem('I10', 'http://loinc.org')])).toEqual([]));
  it('asks for exactly the codes that are on it', () => {
    for (const id of REGISTER_IDS) for (const code of codesOf(REGISTERS[id])) expect(isOn(REGISTERS[id], code), code).toBe(true);
    expect(codesOf(REGISTERS.hypertension)).toContain('I15.9');
    expect(codesOf(REGISTERS.hypertension)).toHaveLength(66);
  });
});

describe('what was agreed', () => {
  const goal = goalFor({ register: 'hypertension', values: { systolic: 150, diastolic: 90 }, recall: '2026-12-22', note: '' }, 'p1', ME, '2026-11-22', 'Tăng huyết áp');
  it('is one Goal with its targets and the recall', () => {
    expect([targetOf(goal, REGISTERS.hypertension.measures[0]!), recallOf(goal), goal.description?.text]).toEqual([150, '2026-12-22', 'Tăng huyết áp']);
    expect(goal.target?.[0]?.detailQuantity).toEqual({ value: 150, comparator: '<', unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });
    expect(goalOf([goal, { ...goal, lifecycleStatus: 'cancelled' }], 'p1', 'hypertension')).toBe(goal);
    expect([goalOf([goal], 'p2', 'hypertension'), goalOf([goal], 'p1', 'diabetes')]).toEqual([undefined, undefined]);
  });
  it('a register without measures keeps words and the day', () => {
    const g = goalFor({ register: 'epilepsy', values: {}, recall: '2026-12-01', note: ' không cơn nào ' }, 'p1', undefined, '2026-11-22', 'x');
    expect([g.description?.text, g.target]).toEqual(['không cơn nào', [{ dueDate: '2026-12-01' }]]);
  });
  it('what is changed keeps its beginning', () => {
    const later = goalFor({ register: 'hypertension', values: { systolic: 140 }, recall: '2027-01-01', note: '' }, 'p1', ME, '2026-12-22', 'x', { ...goal, id: 'g1' });
    expect([later.id, later.startDate, later.statusDate, later.target?.length]).toEqual(['g1', '2026-11-22', '2026-12-22', 1]);
  });
  it.each([['', 'none'], ['2026-11-21', 'overdue'], ['2026-11-22', 'soon'], ['2026-11-29', 'soon'], ['2026-11-30', 'later']])('%j is %s', (day, state) => {
    expect(recallState(day, '2026-11-22', '2026-11-29')).toBe(state);
  });

  const pressure = (systolic: number, diastolic: number, at: string, status = 'final'): Observation => ({
    resourceType: 'Observation', status, effectiveDateTime: at, code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
    component: [{ code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: systolic } }, { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: diastolic } }],
  });
  it.each<[number, number, boolean]>([[149, 89, true], [150, 80, false], [130, 90, false]])('%d/%d: %s', (s, d, met) => {
    expect(lastOf(REGISTERS.hypertension, [pressure(s, d, '2026-11-22T07:00:00+07:00')], goal)).toEqual({ text: `${s}/${d} mmHg`, at: '2026-11-22T07:00:00+07:00', met });
  });
  it('the newest counts, not one in error; without a target nothing is judged', () => {
    const all = [pressure(120, 70, '2026-11-20T07:00:00+07:00'), pressure(200, 99, '2026-11-22T07:00:00+07:00', 'entered-in-error'), pressure(180, 90, '2026-11-21T07:00:00+07:00')];
    expect(lastOf(REGISTERS.hypertension, all, goal)?.text).toBe('180/90 mmHg');
    expect(lastOf(REGISTERS.hypertension, all, undefined)?.met).toBeUndefined();
    expect(lastOf(REGISTERS.epilepsy, all, undefined)).toBeUndefined();
  });
  it('oxygen is to be at least, not below', () => {
    const spo2 = (value: number): Observation => ({ resourceType: 'Observation', status: 'final', effectiveDateTime: '2026-11-22', code: { coding: [{ code: '59408-5' }] }, valueQuantity: { value } });
    const g: Goal = goalFor({ register: 'copd', values: { spo2: 90 }, recall: '', note: '' }, 'p1', ME, '2026-11-22', 'x');
    expect([lastOf(REGISTERS.copd, [spo2(90)], g)?.met, lastOf(REGISTERS.copd, [spo2(89)], g)?.met]).toEqual([true, false]);
  });
});

describe('entries', () => {
  const wish = { kind: 'medication' as const, substance: ' Penicilin ', reaction: 'Nổi mề đay', severity: 'severe' as const, certainty: 'confirmed' as const };
  it('an allergy says to what, what happens, how bad, and who said so', () => {
    const a = allergyOf(wish, 'p1', ME, NOW);
    expect([a.code, a.category, a.criticality, a.reaction, a.recorder?.reference]).toEqual([
      { text: 'Penicilin' }, ['medication'], 'high', [{ manifestation: [{ text: 'Nổi mề đay' }], severity: 'severe' }], 'Practitioner/d1']);
    expect(allergyOf({ ...wish, reaction: ' ' }, 'p1', ME, NOW).reaction).toBeUndefined();
  });
  it('a changed substance loses the code of the old one; the same keeps it, and its recorder', () => {
    const before: Allergy = { resourceType: 'AllergyIntolerance', id: 'a', code: { coding: [{ code: '91936005' }], text: 'Penicilin' }, recordedDate: '2020-01-01', recorder: { reference: 'Practitioner/x' } };
    expect(allergyOf(wish, 'p1', ME, NOW, before)).toMatchObject({ id: 'a', code: { coding: [{ code: '91936005' }] }, recordedDate: '2020-01-01', recorder: { reference: 'Practitioner/x' } });
    expect(allergyOf({ ...wish, substance: 'Aspirin' }, 'p1', ME, NOW, before).code).toEqual({ text: 'Aspirin' });
  });
  it('"none known" is an entry, stands, and is refuted when it is no longer so', () => {
    const none = noKnownAllergy('p1', ME, NOW, 'Không');
    expect([isNoKnown(none), standsAllergy(none), standsAllergy(refuted(none)), refuted(none).clinicalStatus]).toEqual([true, true, false, undefined]);
  });
  it('a problem is resolved with its day, and comes back without it', () => {
    const c = problemOf(undefined, 'mệt', 'p1', ME, NOW, '');
    const over = resolved(c, '2026-11-22');
    expect([over.clinicalStatus?.coding?.[0]?.code, over.abatementDateTime]).toEqual(['resolved', '2026-11-22']);
    expect([reopened(over).clinicalStatus?.coding?.[0]?.code, 'abatementDateTime' in reopened(over)]).toEqual(['active', false]);
  });
  it('a vaccination that was only told of has no vaccinator', () => {
    const w = { vaccine: 'Cúm', day: '2026-10-01', dose: '2', lot: 'L1', expiry: '', site: '', next: '', here: false, reaction: '' };
    const told = vaccinationOf(w, 'p1', ME, NOW);
    expect([told.primarySource, told.performer, told.protocolApplied?.[0]?.doseNumberPositiveInt, told.lotNumber]).toEqual([false, undefined, 2, 'L1']);
    expect(vaccinationOf({ ...w, here: true, dose: '' }, 'p1', ME, NOW)).toMatchObject({ primarySource: true, performer: [{ actor: ME }] });
    expect(vaccinationOf({ ...w, dose: '' }, 'p1', ME, NOW).protocolApplied).toBeUndefined();
  });
  it('a vaccination keeps what stands on the vial, and when the next is due', () => {
    const w = { vaccine: 'Uốn ván', day: '2026-10-01', dose: '1', lot: 'L1', expiry: '2027-01-31', site: 'bắp, tay trái', next: '2026-11-01', here: true, reaction: '' };
    const first = vaccinationOf(w, 'p1', ME, NOW);
    expect([first.expirationDate, first.site?.text, nextDoseOf(first)]).toEqual(['2027-01-31', 'bắp, tay trái', '2026-11-01']);
    const second = vaccinationOf({ ...w, vaccine: 'uốn ván ', day: '2026-11-02', next: '' }, 'p1', ME, NOW);
    expect([nextDoseOpen(first, [first]), nextDoseOpen(first, [first, second]), nextDoseOpen(first, [first, struckEntry(second)]), nextDoseOpen(second, [first, second])]).toEqual(['2026-11-01', '', '2026-11-01', '']);
    const trouble = (more: Partial<typeof w>, person: { birthDate?: string; deceasedDateTime?: string } = { birthDate: '1934' }) => vaccineTrouble({ ...w, ...more }, '2026-11-22', person);
    expect([trouble({}), trouble({ expiry: '2026-09-30' }), trouble({ next: '2026-10-01' }), trouble({ day: '' })]).toEqual([undefined, 'expired', 'nextBad', undefined]);
    /* an expired one may be saved: it must not hide what may not */
    expect([trouble({ expiry: '2026-09-30', next: '2026-10-01' }), trouble({ expiry: '2026-09-30', dose: '0' })]).toEqual(['nextBad', 'doseBad']);
    expect([trouble({ day: '2026-11-23' }), trouble({ day: '2026-11-22', next: '' }), trouble({ day: '1933-12-31', expiry: '' }), trouble({ day: '1934-01-01', expiry: '' })]).toEqual(['future', undefined, 'unborn', undefined]);
    expect([trouble({}, { birthDate: '2026-10-02' }), trouble({}, { deceasedDateTime: '2026-09-30T03:00:00+07:00' }), trouble({}, { deceasedDateTime: '2026-10-01T03:00:00+07:00' })]).toEqual(['unborn', 'dead', undefined]);
  });
  it('what was entered in error stays and counts no more', () => {
    const c = struckEntry(resolved(problemOf(undefined, 'mệt', 'p1', ME, NOW, ''), '2026-11-22'));
    expect([c.verificationStatus?.coding?.[0]?.code, c.clinicalStatus, c.abatementDateTime, c.code?.text, isActive(c)]).toEqual(['entered-in-error', undefined, undefined, 'mệt', false]);
    expect(struckEntry(counsellingOf('food', 'Ăn', 'x', 'p1', ME, NOW)).status).toBe('entered-in-error');
  });
  it('a target that nobody means is a slip of the hand', () => {
    const pressure = (systolic: number, diastolic: number) => { const t = targetTrouble(REGISTERS.hypertension, { systolic, diastolic }); return typeof t === 'object' ? t.key : t; };
    expect([pressure(140, 90), pressure(14, 9), pressure(1400, 90), pressure(140, 900), pressure(90, 90), pressure(80, 40), pressure(79, 40)]).toEqual([undefined, 'systolic', 'systolic', 'diastolic', 'pair', undefined, 'systolic']);
    expect([targetTrouble(REGISTERS.diabetes, { hba1c: 7.5 }), targetTrouble(REGISTERS.epilepsy, {})]).toEqual([undefined, undefined]);
  });
  it('a report is due, late, or made', () => {
    const open = reportOf('p1', ME, NOW, 'Báo');
    const day = 24 * 3_600_000;
    expect(reportState([], NOW)).toMatchObject({ open: undefined, late: false, done: undefined });
    expect([reportState([open], NOW).late, reportState([open], NOW + day + 1).late, reportState([open], NOW).due]).toEqual([false, true, NOW + day]);
    const made = reported(open, ME, NOW + 60_000);
    expect(reportState([made], NOW + 2 * day)).toMatchObject({ open: undefined, late: false, done: NOW + 60_000 });
    expect(reportState([made, { ...open, code: { coding: [{ system: 'urn:ansinh:task', code: 'alert' }] } }], NOW).open).toBeUndefined();
  });
  it('a report from before the case of now is not its report; one made on suspicion is', () => {
    const made = [reported(reportOf('p1', ME, NOW, 'Báo'), ME, NOW)];
    const [hour, day] = [3_600_000, 24 * 3_600_000];
    const caseAt = (at: number, onset = ''): Problem => problemOf(undefined, 'x', 'p1', ME, at, onset);
    const flag = (at: number) => isolationOf('droplet', 'x', 'p1', ME, at);
    const done = (cases: Problem[], isolation?: ReturnType<typeof flag>) => reportState(made, NOW + 400 * day, reportSince(cases, isolation)).done !== undefined;
    expect([done([]), done([caseAt(NOW - hour)]), done([caseAt(NOW + hour)]), done([caseAt(NOW - hour), caseAt(NOW + 365 * day, '2019')])]).toEqual([true, true, false, false]);
    expect([done([], flag(NOW - hour)), done([], flag(NOW + hour)), done([caseAt(NOW + day)], flag(NOW - hour)), done([caseAt(NOW + 30 * day)], flag(NOW - hour))]).toEqual([true, false, true, false]);
    expect([reportSince([], undefined), reportSince([{ resourceType: 'Condition', onsetDateTime: '2026-11-22' }], undefined)]).toEqual([-Infinity, Date.parse('2026-11-22T00:00:00+07:00')]);
  });
  it('isolation begins and ends; the report is due in 24 hours and names no illness', () => {
    const flag = isolationOf('droplet', 'giọt bắn', 'p1', ME, NOW);
    expect(endIsolation(flag, NOW + 1000)).toMatchObject({ status: 'inactive', period: { start: flag.period?.start, end: '2026-11-22T10:00:01+07:00' } });
    expect(reportOf('p1', ME, NOW, 'Báo')).toMatchObject({ restriction: { period: { end: '2026-11-23T10:00:00+07:00' } }, description: 'Báo', priority: 'urgent' });
    expect(contactsOf([{ id: 'p2', name: 'B' }], 'p1', ME, NOW, 't').entry).toEqual([{ item: { reference: 'Patient/p2' } }]);
    expect(JSON.stringify(contactsOf([{ id: 'p2', name: 'Bích' }], 'p1', ME, NOW, 't'))).not.toContain('Bích');
  });
  it('with sign-in off nobody is named where an address is wanted', () => {
    const nobody = { reference: '', display: 'x' };
    expect(counsellingOf('food', 'Ăn', '', 'p1', nobody, NOW).performer).toBeUndefined();
    expect(noKnownAllergy('p1', nobody, NOW, 'x').recorder).toBeUndefined();
  });
});

describe('what is to come', () => {
  const promised = (day: string, status = 'proposed'): Appointment => ({
    resourceType: 'Appointment', status, requestedPeriod: [{ start: day, end: day }], participant: [{ actor: { reference: 'Practitioner/d1' } }, { actor: { reference: 'Patient/p1' } }],
  });
  it.each<[string, string, boolean]>([['2026-11-22', 'proposed', true], ['2026-11-25', 'proposed', true], ['2026-11-26', 'proposed', false], ['2026-01-02', 'booked', true], ['2026-11-22', 'cancelled', false], ['2026-11-22', 'fulfilled', false]])(
    'a visit today keeps one promised for %s (%s): %s', (day, status, kept) => expect(keptBy(promised(day, status), '2026-11-22')).toBe(kept));
  it('is of the person among those who take part', () => expect(promisedTo(promised('2026-11-22'))).toBe('p1'));
  it('called off or cancelled, it says why and stays', () => {
    expect(cancelled(promised('2026-11-22'), ' đã về quê ')).toMatchObject({ status: 'cancelled', cancelationReason: { text: 'đã về quê' } });
    expect(revoked({ resourceType: 'ServiceRequest', status: 'active', note: [{ text: 'a' }] }, 'trùng')).toMatchObject({ status: 'revoked', note: [{ text: 'a' }, { text: 'trùng' }] });
  });

  const check = (at: string, code: string, status = 'final', of = 'p1'): Observation => ({
    resourceType: 'Observation', status, subject: { reference: `Patient/${of}` }, code: { coding: [{ system: 'urn:ansinh:health-class', code: 'class' }] }, effectiveDateTime: at,
    valueCodeableConcept: { coding: [{ system: 'urn:ansinh:health-class', code }] },
  } as Observation);
  it('the newest standing check counts, by the day of the ward', () => {
    const all = [check('2026-03-01T20:00:00+07:00', 'II'), check('2026-05-31T18:30:00Z', 'III'), check('2026-11-01T07:00:00+07:00', 'I', 'entered-in-error'), check('2026-11-02T07:00:00+07:00', 'V', 'final', 'p2')];
    expect(lastCheck(all, 'p1')).toEqual({ day: '2026-06-01', healthClass: 'III' });
    expect(lastCheck(all, 'p9')).toBeUndefined();
  });
  it.each([['2026-06-01', '', '2026-12-01'], ['2026-08-31', '', '2027-02-28'], [undefined, '2026-11-20', '2027-05-20'], [undefined, '', '2000-07-01']])('after %s, here since %s: due %s', (last, since, due) => {
    expect(checkDue(last === undefined ? undefined : { day: last, healthClass: 'II' }, since)).toBe(due);
  });
  it('is counted by class', () => expect(tallyOf([{ day: '', healthClass: 'III' }, { day: '', healthClass: 'III' }, { day: '', healthClass: 'V' }, undefined]).map((t) => t.n)).toEqual([0, 0, 2, 0, 1]));

  const order = (kind: string, authoredOn: string, priority = 'routine'): ServiceRequest => ({ resourceType: 'ServiceRequest', status: 'active', authoredOn, priority, category: [{ coding: [{ system: 'urn:ansinh:order-kind', code: kind }] }] });
  it('care by the clock is no order that waits for a result', () => {
    expect(isVisitOrder(order('lab', ''))).toBe(true);
    expect(isVisitOrder({ resourceType: 'ServiceRequest', status: 'active', code: { coding: [{ system: 'urn:ansinh:care', code: 'turning' }] } })).toBe(false);
  });
  it('urgent ones first, then who waits longest', () => {
    const all = [order('lab', '2026-11-20T07:00:00+07:00'), order('lab', '2026-11-01T07:00:00+07:00'), order('imaging', '2026-11-21T07:00:00+07:00', 'urgent')].sort(byWaiting);
    expect(all.map((o) => daysWaiting(o, '2026-11-22'))).toEqual([1, 21, 2]);
  });
});
