/* Results as they are read: one line for each thing that was measured, the newest first, with what came before. */

import { numberOf } from '../fhir/decimal';
import type { FhirClient } from '../fhir/client';
import { searchAll } from '../fhir/all';
import { conceptText } from '../fhir/clinical';
import { idOf } from '../drugs/forms';
import type { Patient, Quantity } from '../fhir/types';
import { foldText } from '../text';
import { isVisitOrder, kindOfOrder } from '../record/coming';
import type { ServiceRequest } from '../visits/forms';
import type { Reading } from '../vitals/reading';
import { showNumber, type Lang } from '../vitals/number';
import { ANALYTES, analyteOfCode, nameIn, type Analyte } from './analytes';
import { momentOf, type Comparator, type Flag, type LabReport, type LabResult } from './sheet';

export interface Value { id: string; at: number; when: string; value: number | undefined; comparator: Comparator; unit: string; words: string; flag: Flag | undefined; low: number | undefined; high: number | undefined; lab: string }
export interface Line { key: string; name: string; analyte: Analyte | undefined; values: Value[] }

const FLAGS: Record<string, Flag> = { L: 'L', LL: 'L', H: 'H', HH: 'H', N: 'N' };

function valueOf(o: LabResult): Value {
  const q = o.valueQuantity;
  const range = o.referenceRange?.[0];
  return {
    id: o.id ?? '', at: momentOf(o), when: o.effectiveDateTime ?? '', value: numberOf(q?.value), comparator: (q?.comparator ?? '') as Comparator, unit: unitIn(q),
    words: o.valueString ?? conceptText((o as { valueCodeableConcept?: LabResult['code'] }).valueCodeableConcept),
    flag: FLAGS[o.interpretation?.[0]?.coding?.[0]?.code ?? ''], low: numberOf(range?.low?.value), high: numberOf(range?.high?.value), lab: o.performer?.[0]?.display ?? '',
  };
}
const unitIn = (q: Quantity | undefined): string => q?.unit ?? (q?.code === '1' ? '' : q?.code ?? '');

export const stands = (r: { status?: string }): boolean => !['entered-in-error', 'cancelled'].includes(r.status ?? '');

/* In the order of the table; what it does not know comes after, by name. */
export function linesOf(all: LabResult[], patient: string, lang: Lang): Line[] {
  const lines = new Map<string, Line>();
  for (const o of all.filter((x) => stands(x) && idOf(x.subject) === patient)) {
    const analyte = analyteOfCode(o.code);
    const text = conceptText(o.code);
    const key = analyte?.key ?? foldText(text);
    const line = lines.get(key) ?? { key, name: analyte ? nameIn(analyte, lang) : text, analyte, values: [] };
    line.values.push(valueOf(o));
    lines.set(key, line);
  }
  const rank = (l: Line): number => (l.analyte ? ANALYTES.indexOf(l.analyte) : ANALYTES.length);
  const newest = (v: Value): number => (Number.isNaN(v.at) ? -Infinity : v.at);
  for (const l of lines.values()) l.values.sort((a, b) => newest(b) - newest(a));
  return [...lines.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'vi'));
}

/* "5,8 mmol/L", "< 0,5 mg/L", "âm tính" */
export function valueText(v: Value, lang: Lang): string {
  if (v.value === undefined) return v.words;
  const sign = { '': '', '<': '< ', '<=': '≤ ', '>': '> ', '>=': '≥ ' }[v.comparator] ?? '';
  return `${sign}${showNumber(v.value, lang, 0, 6)}${v.unit === '' ? '' : ` ${v.unit}`}`;
}
export function rangeText(v: Value, lang: Lang): string {
  const show = (n: number): string => showNumber(n, lang, 0, 6);
  if (v.low !== undefined && v.high !== undefined) return `${show(v.low)}–${show(v.high)}`;
  return v.low !== undefined ? `≥ ${show(v.low)}` : v.high !== undefined ? `≤ ${show(v.high)}` : '';
}

/* As the small line beside it wants them: in the first unit of the table, points that are numbers; other units cannot be compared. */
export function readingsOfLine(l: Line): Reading[] {
  const inFirst = (v: Value): number | undefined => {
    if (v.value === undefined || v.comparator !== '') return undefined;
    const units = l.analyte?.units;
    if (!units) return v.unit === l.values[0]?.unit ? v.value : undefined;
    const unit = units.find((u) => u.unit === v.unit || u.ucum === v.unit);
    return unit && v.value * (unit.factor ?? 1);
  };
  return l.values.map((v): Reading => ({
    id: v.id, at: Number.isNaN(v.at) ? undefined : v.at, when: v.when, main: v.value === undefined ? undefined : { value: v.value, unit: v.unit, code: '', chart: inFirst(v), comparator: v.comparator },
    second: undefined, yes: undefined, acvpu: undefined, text: v.words, absent: false, secondAbsent: false,
  }));
}

/* What stood on the last paper beside the same thing in the same unit: offered, never filled in by itself. */
export function rangeBefore(lines: Line[], analyte: string, unit: string): { low: string; high: string } | undefined {
  const v = lines.find((l) => l.key === analyte)?.values.find((x) => x.unit === unit && (x.low !== undefined || x.high !== undefined));
  const text = (n: number | undefined): string => (n === undefined ? '' : String(n).replace('.', ','));
  return v && { low: text(v.low), high: text(v.high) };
}

export interface ResultData { person: Patient; results: LabResult[]; reports: LabReport[]; orders: ServiceRequest[]; cut: boolean }

export async function loadResults(client: FhirClient, patient: string, signal?: AbortSignal): Promise<ResultData> {
  const [person, results, reports, orders] = await Promise.all([
    client.read<Patient>('Patient', patient, signal),
    searchAll<LabResult>(client, 'Observation', { patient, category: 'laboratory', _sort: '-date' }, signal),
    searchAll<LabReport>(client, 'DiagnosticReport', { patient, category: 'LAB', _sort: '-date' }, signal),
    searchAll<ServiceRequest>(client, 'ServiceRequest', { patient, status: 'active', _sort: '-authored' }, signal),
  ]);
  return {
    person: person.resource, results: results.items, reports: reports.items.filter(stands), cut: results.cut,
    orders: orders.items.filter((o) => isVisitOrder(o) && kindOfOrder(o) === 'lab'),
  };
}
