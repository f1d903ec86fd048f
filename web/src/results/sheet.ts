/* A paper of a laboratory as somebody types it: from where, of which day, in answer to which order, and a row for each thing measured. What
 * was typed means a number with its comparator, or words; a number that cannot be is asked about before it is kept, since it is mostly
 * right in another unit. Low and high are judged by the range that stands on that paper, never by a table of ours. */

import type { Drafts } from '../access/drafts';
import type { Giver } from '../drugs/record';
import type { Decimal } from '../fhir/decimal';
import type { CodeableConcept, Coding, Identifier, Meta, Quantity, Reference, Resource } from '../fhir/types';
import { instantOf, wardInstant, wardTime } from '../fhir/zone';
import type { Part } from '../outbox/item';
import { parseTyped } from '../vitals/number';
import { uuid4 } from '../vitals/uuid';
import { analyteOf, isHiv, LOINC, unitOf, type Analyte, type Unit } from './analytes';

export interface Row { key: string; analyte: string; name: string; value: string; unit: string; low: string; high: string }
export interface Sheet { id: string; order: string; title: string; lab: string; day: string; rows: Row[]; touchedAt: number }

export const emptyRow = (analyte?: Analyte): Row => ({
  key: uuid4(), analyte: analyte?.key ?? '', name: analyte?.vi ?? '', value: '', unit: analyte?.units.length === 1 ? analyte.units[0]?.unit ?? '' : '', low: '', high: '',
});
export const emptySheet = (now: number): Sheet => ({ id: uuid4(), order: '', title: '', lab: '', day: '', rows: [], touchedAt: now });
export const isTouched = (s: Sheet): boolean => s.rows.length > 0 || s.lab !== '' || s.day !== '' || s.order !== '';
/* A row of a panel that the paper does not have stays empty and is no result. */
export const isFilled = (r: Row): boolean => r.value.trim() !== '' || (r.analyte === '' && r.name.trim() !== '');

/* ---- kept on this device ---- */

const KIND = 'results';
export function findSheet(drafts: Drafts, patient: string, now: number): Sheet {
  const fresh = emptySheet(now);
  try {
    const kept = JSON.parse(drafts.get(KIND, patient) ?? 'null') as Partial<Sheet> | null;
    if (typeof kept?.id !== 'string') return fresh;
    return { ...fresh, ...kept, rows: Array.isArray(kept.rows) ? kept.rows.map((r) => ({ ...emptyRow(), ...r })) : [] };
  } catch {
    return fresh;
  }
}
export const keepSheet = (drafts: Drafts, patient: string, s: Sheet): void => drafts.keep(KIND, patient, isTouched(s) ? JSON.stringify(s) : undefined);

/* ---- what was typed means ---- */

export type Comparator = '' | '<' | '<=' | '>' | '>=';
export type Meaning = { kind: 'empty' } | { kind: 'words'; text: string } | { kind: 'number'; value: Decimal; comparator: Comparator } | { kind: 'bad' };

const SIGNS: Record<string, Comparator> = { '<': '<', '>': '>', '<=': '<=', '>=': '>=', '≤': '<=', '≥': '>=' };

/* "5,8", "< 0,5", "âm tính". What looks like a number and may be two ("4.500") is neither guessed nor kept as words. */
export function meaningOf(typed: string): Meaning {
  const text = typed.trim();
  if (text === '') return { kind: 'empty' };
  const m = /^(<=|>=|[<>≤≥])?\s*(.+)$/.exec(text);
  const number = parseTyped(m?.[2] ?? '', 6);
  if (number.kind === 'number') return { kind: 'number', value: number.value, comparator: SIGNS[m?.[1] ?? ''] ?? '' };
  return /^[\d.,\s]+$/.test(m?.[2] ?? '') || m?.[1] !== undefined ? { kind: 'bad' } : { kind: 'words', text };
}

export type RowTrouble = 'name' | 'value' | 'number' | 'unit' | 'impossible' | 'words' | 'range' | 'rangeOrder';

const boundOf = (typed: string): Decimal | undefined | 'bad' => {
  const t = parseTyped(typed, 6);
  return t.kind === 'empty' ? undefined : t.kind === 'number' ? t.value : 'bad';
};

export function troubleOf(r: Row): RowTrouble | undefined {
  if (r.name.trim() === '') return 'name';
  const m = meaningOf(r.value);
  if (m.kind === 'empty') return 'value';
  if (m.kind === 'bad') return 'number';
  const analyte = analyteOf(r.analyte);
  const unit = unitOf(analyte, r.unit);
  if (m.kind === 'number' && analyte && !unit) return 'unit';
  if (m.kind === 'number' && unit && (m.value.number < unit.from || m.value.number > unit.to)) return 'impossible';
  if (m.kind === 'words' && analyte && /\d/.test(m.text)) return 'words';
  const [low, high] = [boundOf(r.low), boundOf(r.high)];
  if (low === 'bad' || high === 'bad') return 'range';
  return low && high && low.number > high.number ? 'rangeOrder' : undefined;
}

/* Units of the same analyte in which the number could be: mostly what was meant. */
export const otherUnits = (r: Row): Unit[] => {
  const m = meaningOf(r.value);
  return m.kind === 'number' ? (analyteOf(r.analyte)?.units ?? []).filter((u) => u.unit !== r.unit && m.value.number >= u.from && m.value.number <= u.to) : [];
};

export type SheetTrouble = 'day' | 'dayFuture' | 'dayBeforeBirth' | 'rows';
export function sheetTrouble(s: Sheet, today: string, born: string): SheetTrouble | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(s.day)) return 'day';
  if (s.day > today) return 'dayFuture';
  if (born !== '' && s.day.slice(0, born.length) < born) return 'dayBeforeBirth';
  return s.rows.some(isFilled) ? undefined : 'rows';
}

export type Flag = 'L' | 'N' | 'H';
/* By the range beside it. "< 0,5" says nothing about a lower limit of 0,1; then there is no flag. */
export function flagOf(value: number, comparator: Comparator, low: number | undefined, high: number | undefined): Flag | undefined {
  if (low === undefined && high === undefined) return undefined;
  if (comparator === '<' || comparator === '<=') return low !== undefined ? (value <= low ? 'L' : undefined) : value <= (high as number) ? 'N' : undefined;
  if (comparator === '>' || comparator === '>=') return high !== undefined ? (value >= high ? 'H' : undefined) : value >= (low as number) ? 'N' : undefined;
  return low !== undefined && value < low ? 'L' : high !== undefined && value > high ? 'H' : 'N';
}

/* ---- as FHIR ---- */

export interface LabResult extends Resource {
  resourceType: 'Observation';
  meta?: Meta & { security?: Coding[] };
  identifier?: Identifier[]; status?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference; effectiveDateTime?: string; issued?: string;
  performer?: Reference[]; basedOn?: Reference[]; valueQuantity?: Quantity; valueString?: string; interpretation?: CodeableConcept[];
  referenceRange?: { low?: Quantity; high?: Quantity; text?: string }[]; note?: { text: string }[];
}
export interface LabReport extends Resource {
  resourceType: 'DiagnosticReport';
  extension?: { url: string; valueReference?: Reference }[]; identifier?: Identifier[]; status?: string; category?: CodeableConcept[]; code?: CodeableConcept; subject?: Reference;
  effectiveDateTime?: string; issued?: string; performer?: Reference[]; basedOn?: Reference[]; result?: Reference[];
}

const UCUM = 'http://unitsofmeasure.org';
const OBSERVATION = 'http://terminology.hl7.org/CodeSystem/observation-category';
const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const ENTERED_BY = 'urn:ansinh:extension:entered-by';
const place = (key: string): string => `urn:uuid:${key}`;
const numberIn = (d: Decimal | undefined | 'bad'): number | undefined => (d === undefined || d === 'bad' ? undefined : d.number);

export function flagOfRow(r: Row): Flag | undefined {
  const m = meaningOf(r.value);
  return m.kind === 'number' ? flagOf(m.value.number, m.comparator, numberIn(boundOf(r.low)), numberIn(boundOf(r.high))) : undefined;
}

export interface About { patient: string; me: Giver; at: number }

function resultOf(r: Row, s: Sheet, about: About): LabResult {
  const analyte = analyteOf(r.analyte);
  const unit = unitOf(analyte, r.unit);
  const measure = unit ? { ...(unit.unit === '' ? {} : { unit: unit.unit }), system: UCUM, code: unit.ucum } : r.unit.trim() === '' ? {} : { unit: r.unit.trim() };
  const m = meaningOf(r.value);
  const [low, high] = [boundOf(r.low), boundOf(r.high)];
  const range = { ...(low && low !== 'bad' ? { low: { value: low, ...measure } } : {}), ...(high && high !== 'bad' ? { high: { value: high, ...measure } } : {}) };
  const flag = flagOfRow(r);
  return {
    resourceType: 'Observation', ...(isHiv(r.name) ? { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' }] } } : {}),
    status: 'final', category: [{ coding: [{ system: OBSERVATION, code: 'laboratory' }] }],
    code: { ...(unit ? { coding: [{ system: LOINC, code: unit.loinc }] } : {}), text: r.name.trim() }, subject: { reference: `Patient/${about.patient}` },
    effectiveDateTime: s.day, issued: wardInstant(about.at), performer: [labOf(s, about.me)], ...(s.order === '' ? {} : { basedOn: [{ reference: `ServiceRequest/${s.order}` }] }),
    ...(m.kind === 'number' ? { valueQuantity: { value: m.value, ...(m.comparator === '' ? {} : { comparator: m.comparator }), ...measure } } : { valueString: r.unit === '' ? r.value.trim() : `${r.value.trim()} ${r.unit}` }),
    ...(flag === undefined ? {} : { interpretation: [{ coding: [{ system: INTERPRETATION, code: flag }] }] }), ...(Object.keys(range).length === 0 ? {} : { referenceRange: [range] }),
  };
}

/* Whoever types a paper of another laboratory did not measure it. */
const labOf = (s: Sheet, me: Giver): Reference => (s.lab.trim() !== '' ? { display: s.lab.trim() } : me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

/* The paper and its results, one transaction; the order it answers is done with it (outbox/many.ts). */
export function partsOf(s: Sheet, about: About, title: string): Part[] {
  const rows = s.rows.filter(isFilled);
  const part = (id: string, resource: Resource): Part => ({ id, resource, only: '', stay: '', patient: about.patient, place: place(uuid4()) });
  const results = rows.map((r) => part(r.key, resultOf(r, s, about)));
  const report: LabReport = {
    resourceType: 'DiagnosticReport', extension: [{ url: ENTERED_BY, valueReference: about.me.reference === '' ? { display: about.me.display } : { reference: about.me.reference, display: about.me.display } }],
    status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }], code: { text: s.title.trim() === '' ? title : s.title.trim() },
    subject: { reference: `Patient/${about.patient}` }, effectiveDateTime: s.day, issued: wardInstant(about.at), performer: [labOf(s, about.me)],
    ...(s.order === '' ? {} : { basedOn: [{ reference: `ServiceRequest/${s.order}` }] }),
    result: results.map((p) => ({ reference: p.place ?? '' })),
  };
  return [part(s.id, report), ...results];
}

/* Of what day an entry is, and whether it is told by the day alone. */
export const momentOf = (o: Pick<LabResult, 'effectiveDateTime'>): number => {
  const text = o.effectiveDateTime ?? '';
  return text.length === 10 ? instantOf(text, '00:00') : Date.parse(text);
};
export const todayOf = (now: number): string => wardTime(now).day;
