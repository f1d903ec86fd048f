/* From Observations to readings that can be listed, compared and drawn.
 *
 * What was entered in error is dropped here, once, so that no list or chart has to remember it. What could not be measured
 * stays, as a reading without a value: "not measured at 07:40" is a fact a nurse needs, and not the same as silence. */

import { conceptText } from '../fhir/clinical';
import { refersTo } from '../fhir/client';
import { parseFhirDate } from '../fhir/dates';
import { numberOf } from '../fhir/decimal';
import type { Observation, Quantity } from '../fhir/types';
import { ACVPU, ACVPU_CODING, DIASTOLIC, SYSTOLIC, toChartUnit, type Acvpu, type VitalKind } from './kinds';

/* One measured number. `chart` is the value in the unit of the chart; undefined when it cannot be converted. */
export interface Measured { value: number; unit: string; code: string; chart: number | undefined; comparator: string }

export interface Reading {
  id: string;
  /* ms since 1970; undefined when the record does not say when */
  at: number | undefined;
  /* as recorded, for showing with its own precision */
  when: string;
  /* the single number, or systolic; undefined when absent */
  main: Measured | undefined;
  /* diastolic */
  second: Measured | undefined;
  yes: boolean | undefined;
  acvpu: Acvpu | undefined;
  /* words for a coded answer that is not one of ours */
  text: string;
  /* recorded as not measured, for the whole or for either half */
  absent: boolean;
  secondAbsent: boolean;
}

const NOT_TRUE = ['entered-in-error', 'cancelled'];

export function readingsOf(kind: VitalKind, observations: Observation[], patientId: string): Reading[] {
  const byId = new Map<string, Observation>();
  for (const o of observations) {
    const id = o.id ?? `?${byId.size}`;
    /* what somebody has withdrawn stays withdrawn, whichever of two answers came first */
    if (!NOT_TRUE.includes(byId.get(id)?.status ?? '')) byId.set(id, o);
  }
  return [...byId.values()]
    .filter((o) => refersTo(o.subject?.reference, 'Patient', patientId))
    .filter((o) => !NOT_TRUE.includes(o.status ?? ''))
    .filter((o) => (o.code?.coding ?? []).some((c) => kind.codes.includes(c.code ?? '')))
    .map((o) => ({ reading: toReading(kind, o), updated: Date.parse(o.meta?.lastUpdated ?? '') || 0 }))
    .filter(({ reading }) => saysSomething(reading))
    .sort((a, b) => (b.reading.at ?? -Infinity) - (a.reading.at ?? -Infinity) || b.updated - a.updated)
    .map(({ reading }) => reading);
}

function toReading(kind: VitalKind, o: Observation): Reading {
  const when = o.effectiveDateTime ?? o.effectiveInstant ?? o.effectivePeriod?.start ?? o.effectivePeriod?.end ?? o.issued ?? '';
  const reading: Reading = {
    id: o.id ?? '', at: parseFhirDate(when)?.ms, when,
    main: measured(kind, o.valueQuantity), second: undefined,
    yes: o.valueBoolean, acvpu: acvpuOf(o), text: conceptText(o.valueCodeableConcept),
    absent: o.dataAbsentReason !== undefined, secondAbsent: false,
  };
  if (kind.key === 'bp') addPressures(kind, o, reading);
  return reading;
}

function addPressures(kind: VitalKind, o: Observation, reading: Reading): void {
  const part = (code: string | undefined) =>
    o.component?.find((c) => (c.code?.coding ?? []).some((coding) => coding.code === code));
  const systolic = part(SYSTOLIC.code);
  const diastolic = part(DIASTOLIC.code);
  reading.main = measured(kind, systolic?.valueQuantity);
  reading.second = measured(kind, diastolic?.valueQuantity);
  reading.absent ||= systolic?.dataAbsentReason !== undefined;
  reading.secondAbsent = o.dataAbsentReason !== undefined || diastolic?.dataAbsentReason !== undefined;
}

function measured(kind: VitalKind, q: Quantity | undefined): Measured | undefined {
  const value = numberOf(q?.value);
  if (q === undefined || value === undefined) return undefined;
  const comparator = q.comparator ?? '';
  /* "<30" is not a point on a line */
  const chart = comparator === '' ? toChartUnit(kind, value, q.code ?? q.unit) : undefined;
  return { value, unit: q.unit ?? q.code ?? '', code: q.code ?? '', chart, comparator };
}

function acvpuOf(o: Observation): Acvpu | undefined {
  const codes = (o.valueCodeableConcept?.coding ?? []).map((c) => c.code);
  return ACVPU.find((letter) => codes.includes(ACVPU_CODING[letter].code));
}

function saysSomething(r: Reading): boolean {
  return r.main !== undefined || r.second !== undefined || r.yes !== undefined || r.text !== '' || r.absent || r.secondAbsent;
}

export const hasValue = (r: Reading): boolean =>
  r.main !== undefined || r.second !== undefined || r.yes !== undefined || r.acvpu !== undefined || r.text !== '';

/* The newest of all, and the newest that has a value when the newest says "could not be measured". */
export function latestOf(readings: Reading[]): { latest: Reading | undefined; withValue: Reading | undefined } {
  return { latest: readings[0], withValue: readings.find(hasValue) };
}

export interface Series { at: number[]; main: (number | null)[]; second: (number | null)[] }

/* Oldest first, as a chart wants it. Readings without a time cannot be placed and are left to the table; those without a
 * value leave a gap in the line. Several readings of one moment keep their order but not the same place (charts want
 * strictly rising times), so each later one moves by a second. */
export function seriesOf(readings: Reading[], since = -Infinity): Series {
  const series: Series = { at: [], main: [], second: [] };
  for (const r of [...readings].reverse()) {
    if (r.at === undefined || r.at < since) continue;
    const last = series.at[series.at.length - 1];
    const at = r.at / 1000;
    series.at.push(last !== undefined && at <= last ? last + 1 : at);
    series.main.push(r.main?.chart ?? null);
    series.second.push(r.second?.chart ?? null);
  }
  return series;
}
