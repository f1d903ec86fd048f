import { describe, expect, it } from 'vitest';
import { DOSE_SYSTEM, REASON_SYSTEM, type Given } from '../src/drugs/forms';
import { byHalf, careLines, daysUntil, halfOf, medicineRows, pointsOf, PULSE, TEMPERATURE } from '../src/print/forms';
import { packState, type PackAnswer } from '../src/print/packState';
import { isScan, pdfHref, scanned } from '../src/print/paper';
import { kindOf } from '../src/vitals/kinds';
import { readingsOf, type Reading } from '../src/vitals/reading';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const SPAN = daysUntil('2026-11-22', 7, undefined);
const pulse = (value: number, time: string): Reading => readingsOf(kindOf('pulse'), [{
  resourceType: 'Observation', id: `${value} ${time}`, status: 'final', subject: { reference: 'Patient/p' }, code: { coding: [{ code: '8867-4' }] },
  effectiveDateTime: `${time}+07:00`, valueQuantity: { value, code: '/min' },
}], 'p')[0] as Reading;
const dose = (time: string, more: Partial<Given> = {}): Given => ({
  resourceType: 'MedicationAdministration', id: time, status: 'completed', identifier: [{ system: DOSE_SYSTEM, value: time }],
  medicationCodeableConcept: { text: 'A 5 mg' }, effectiveDateTime: `${time}+07:00`, dosage: { dose: { value: 0.5, unit: 'viên' } }, ...more,
});
const refused = { status: 'not-done', statusReason: [{ coding: [{ system: REASON_SYSTEM, code: 'refused' }] }] };

describe('the days of a sheet', () => {
  it('end today, or begin where asked; nonsense is not a date', () => {
    expect(SPAN.list).toEqual(['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']);
    expect(daysUntil('2026-11-22', 2, '2026-02-28').list).toEqual(['2026-02-28', '2026-03-01']);
    expect(daysUntil('2026-11-22', 1, 'x').list).toEqual(['2026-11-22']);
  });
  it.each([
    ['2026-11-16T00:00:00', 0], ['2026-11-16T11:59:59', 0], ['2026-11-16T12:00:00', 1], ['2026-11-22T23:59:59', 13], ['2026-11-15T23:59:59', undefined], ['2026-11-23T00:00:00', undefined],
  ])('%s stands in half %s', (time, half) => expect(halfOf(at(time), SPAN)).toBe(half));
  it('has no half for a time nobody knows', () => expect(halfOf(NaN, SPAN)).toBeUndefined());
});

describe('the chart', () => {
  it('keeps every reading in its half, oldest first', () => {
    const halves = byHalf([pulse(80, '2026-11-22T09:00:00'), pulse(70, '2026-11-22T06:00:00'), pulse(60, '2026-11-16T13:00:00'), pulse(50, '2026-11-10T13:00:00')], SPAN);
    expect(halves.map((h) => h.map((r) => r.main?.value))).toEqual([[], [60], [], [], [], [], [], [], [], [], [], [], [70, 80], []]);
  });
  it('draws on the scale of the form, and what is off it at the edge with its number', () => {
    const points = pointsOf([pulse(100, '2026-11-19T12:00:00'), pulse(172, '2026-11-16T00:00:00'), pulse(30, '2026-11-22T12:00:00')], SPAN, PULSE);
    expect(points.map((p) => [p.x, p.y, p.value, p.off])).toEqual([[0, 0, 172, true], [0.5, 0.5, 100, false], [6.5 / 7, 1, 30, true]]);
    expect((PULSE.high - PULSE.low) / 6).toBe(20);
    expect((TEMPERATURE.high - TEMPERATURE.low) / 6).toBe(1);
  });
});

describe('medicines by day', () => {
  it('adds up what was given, counts what was not, and drops only what was struck through', () => {
    const rows = medicineRows([dose('2026-11-22T07:30:00'), dose('2026-11-22T19:30:00'), dose('2026-11-21T07:30:00', refused), dose('2026-11-20T07:30:00', { status: 'entered-in-error' }), dose('2026-11-01T07:30:00')],
      SPAN, (g) => g.medicationCodeableConcept?.text ?? '');
    expect(rows.length).toBe(1);
    expect(rows[0]).toMatchObject({ name: 'A 5 mg', unit: 'viên', total: 1, comparable: true });
    expect(rows[0]?.days.map((d) => d && [d.amount, d.times, d.notGiven.refused ?? 0])).toEqual([undefined, undefined, undefined, undefined, undefined, [0, 0, 1], [1, 2, 0]]);
  });
  it('never adds tablets to milligrams, nor makes up an amount', () => {
    const rows = medicineRows([dose('2026-11-22T07:30:00'), dose('2026-11-22T08:30:00', { dosage: { dose: { value: 5, unit: 'mg' } } }), dose('2026-11-22T09:30:00', { dosage: {} })], SPAN, () => 'A');
    expect(rows.map((r) => [r.unit, r.total, r.comparable])).toEqual([['', 0, false], ['mg', 5, true], ['viên', 0.5, true]]);
  });
});

describe('the care sheet', () => {
  it('puts what one hand wrote in one minute into one line', () => {
    const t = at('2026-11-22T08:00:10');
    expect(careLines([{ at: t + 60_000, who: 'A', done: 'z' }, { at: t, who: 'A', seen: 'x' }, { at: t + 20_000, who: 'A', done: 'y' }, { at: t, who: 'B', seen: 'w' }])
      .map((l) => [l.who, l.seen, l.done])).toEqual([['A', ['x'], ['y']], ['B', ['w'], []], ['A', [], ['z']]]);
  });
});

describe('papers as PDF', () => {
  it('asks for the sheet that is on the screen, with its days', () => {
    expect(pdfHref({ patient: 'p 1' }, 'vitals', daysUntil('2026-11-21', 7, undefined))).toBe('/fhir/Patient/p%201/$paper?form=vitals&start=2026-11-15&end=2026-11-21');
    expect(pdfHref({ ward: 'w' }, 'pack')).toBe('/fhir/Location/w/$paper?form=pack');
  });

  it('a scanned code leads back to what was printed, and nothing else does', () => {
    const code = (path: string): string => `ansinh:${path}?start=2026-11-15&end=2026-11-21&v=0123456789abcdef`;
    expect(scanned(code('Patient/p-1/paper/vitals'))).toBe('#/person/p-1/paper/vitals?from=2026-11-15');
    expect(scanned(` ${code('Patient/p-1/paper/disclosure')}\n`)).toBe('#/person/p-1/paper/medicines?from=2026-11-15');
    expect(scanned(code('Patient/p-1/paper/summary'))).toBe('#/person/p-1');
    expect(scanned(code('Location/w/paper/pack'))).toBe('#/ward/w/handover');
    expect(scanned(code('Organization/o/paper/pack'))).toBe('#/pack/o');
    for (const text of ['', 'ansinh', 'ansinh:Patient/p-1/paper/vitals', code('Patient/../x/paper/vitals'), code('Practitioner/p/paper/vitals'), code('Patient/p/paper/vitals').slice(0, -1),
      `${code('Patient/p/paper/vitals')}0`, code('Patient/p/paper/vitals').replace('2026-11-15', '2026-11-1"'), 'Nguyễn Thị Hoa', 'javascript:alert(1)']) {
      expect(scanned(text)).toBeUndefined();
    }
    expect([isScan('ansinh:Pat'), isScan(' ansinh:'), isScan('ansinh'), isScan('An Sinh')]).toEqual([true, true, false, false]);
  });

  it('the state of the packs, late by the server\'s own clock', () => {
    const answer = (more: object[]): PackAnswer => ({ resourceType: 'Parameters', parameter: [{ name: 'now', valueInstant: '2026-11-22T12:00:00Z' }, { name: 'making', valueBoolean: false }, ...more] });
    expect(packState(answer([]))).toEqual({ at: '', made: undefined, making: false, failed: '', failedSince: undefined, late: false, wards: [] });
    const wards = [{ name: 'ward', part: [{ name: 'place', valueReference: { reference: 'Location/w', display: 'Khoa A' } }, { name: 'people', valueInteger: 38 }, { name: 'pages', valueInteger: 40 }] }, { name: 'ward', part: [] }];
    const made = (text: string): object[] => [{ name: 'at', valueTime: '18:00:00' }, { name: 'made', valueInstant: text }, ...wards];
    expect(packState(answer(made('2026-11-21T11:00:05Z')))).toMatchObject({ at: '18:00', late: false, wards: [{ id: 'w', name: 'Khoa A', people: 38, pages: 40 }, { id: '', name: '', people: 0, pages: 0 }] });
    expect(packState(answer(made('2026-11-21T11:00:00Z'))).late).toBe(false);
    expect(packState(answer(made('2026-11-21T10:59:59Z'))).late).toBe(true);
    expect(packState(answer([{ name: 'failed', valueCode: 'NOSPACE' }, { name: 'failed-since', valueInstant: '2026-11-22T11:00:00Z' }])).failed).toBe('NOSPACE');
  });
});
