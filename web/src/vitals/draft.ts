/* What somebody has typed into the vitals form, before it is a record.
 *
 * Rules held here: nothing starts with a value (an untouched field is unknown, never "normal"); "could not be measured"
 * wins over what stands in the field; and a draft outlives a failed save, a reload and a lost line, in this tab only. */

import { forgottenComma, fenceOf, fromFahrenheit, judge, likelierUnit, weightJump, type GlucoseUnit, type Stage } from './ranges';
import { parseTyped } from './number';
import { plainNumber, unitNamed } from './withUnit';
import { NUMBER_FIELDS, type Acvpu, type FieldKey, type NumberField, type VitalKey } from './kinds';
import type { Decimal } from '../fhir/decimal';

/* What has been sent for one vital sign without our knowing for sure that it arrived. */
export interface Sent { uuid: string; print: string }

/* What one set is made of: the vital signs, and the score made from them. */
export type SetKey = VitalKey | 'news2';

export interface Draft {
  typed: Partial<Record<NumberField, string>>;
  glucoseUnit: GlucoseUnit | '';
  oxygen: 'yes' | 'no' | '';
  consciousness: Acvpu | '';
  absent: Partial<Record<FieldKey, boolean>>;
  /* the text that was confirmed as rare but right; typing something else asks again */
  confirmed: Partial<Record<NumberField, string>>;
  /* '' = at the moment of saving; otherwise an instant with offset */
  takenAt: string;
  sent: Partial<Record<SetKey, Sent>>;
  /* identifiers of attempts that were changed after sending: to be looked up and withdrawn before the next save */
  superseded: string[];
  touchedAt: number;
}

export function emptyDraft(): Draft {
  return {
    typed: {}, glucoseUnit: '', oxygen: '', consciousness: '', absent: {}, confirmed: {},
    takenAt: '', sent: {}, superseded: [], touchedAt: 0,
  };
}

/* Anything a person put in. */
export function hasContent(d: Draft): boolean {
  return Object.values(d.typed).some((t) => (t ?? '').trim() !== '') || d.oxygen !== '' || d.consciousness !== ''
    || Object.values(d.absent).some(Boolean);
}

/* Nothing put in, and no earlier attempt left in doubt. */
export function isEmptyDraft(d: Draft): boolean {
  return !hasContent(d) && d.superseded.length === 0 && Object.keys(d.sent).length === 0;
}

export type Trouble =
  | { code: 'bad' }
  | { code: 'tooFine'; decimals: number; otherUnit?: GlucoseUnit }
  | { code: 'impossible'; value: number; min: number; max: number; meant?: number; celsius?: number; otherUnit?: GlucoseUnit }
  | { code: 'needUnit'; otherUnit?: GlucoseUnit }
  | { code: 'notAbove'; systolic: number; diastolic: number };

export interface Rare { value: number; why: 'low' | 'high' | 'jump' }

export interface FieldState {
  value: Decimal | undefined;
  trouble: Trouble | undefined;
  rare: Rare | undefined;
  confirmed: boolean;
}

export interface Judged {
  fields: Record<NumberField, FieldState>;
  /* in the order of the form; saving is possible when both are empty and anything is entered */
  wrong: NumberField[];
  unconfirmed: NumberField[];
  anything: boolean;
}

export interface Background { stage: Stage; lastWeight: number | undefined }

export function judgeDraft(d: Draft, bg: Background): Judged {
  const fields = {} as Record<NumberField, FieldState>;
  for (const field of NUMBER_FIELDS) fields[field] = judgeField(d, field, bg);
  const { systolic, diastolic } = fields;
  if (systolic.value && diastolic.value && !systolic.trouble && !diastolic.trouble
      && systolic.value.number <= diastolic.value.number) {
    diastolic.trouble = { code: 'notAbove', systolic: systolic.value.number, diastolic: diastolic.value.number };
  }
  const anything = NUMBER_FIELDS.some((f) => fields[f].value !== undefined) || d.oxygen !== '' || d.consciousness !== ''
    || Object.values(d.absent).some(Boolean);
  return {
    fields, anything,
    wrong: NUMBER_FIELDS.filter((f) => fields[f].trouble !== undefined),
    unconfirmed: NUMBER_FIELDS.filter((f) => !fields[f].trouble && fields[f].rare !== undefined && !fields[f].confirmed),
  };
}

function judgeField(d: Draft, field: NumberField, bg: Background): FieldState {
  const state: FieldState = { value: undefined, trouble: undefined, rare: undefined, confirmed: false };
  const text = plainNumber(field, d.typed[field] ?? '');
  if (d.absent[field] || text === '') return state;
  const unit = d.glucoseUnit;
  const named = field === 'glucose' ? unitNamed(d.typed.glucose ?? '') : undefined;
  const fence = fenceOf(field, bg.stage, unit);
  const typed = parseTyped(text, fence?.decimals ?? 1);
  if (typed.kind === 'bad') return { ...state, trouble: { code: 'bad' } };
  if (!fence || (named !== undefined && named !== unit)) return { ...state, trouble: { code: 'needUnit', ...(named === undefined ? {} : { otherUnit: named }) } };
  if (typed.kind === 'tooFine') {
    const other = field === 'glucose' ? finerUnit(text, unit) : undefined;
    return { ...state, trouble: { code: 'tooFine', decimals: typed.decimals, ...(other === undefined ? {} : { otherUnit: other }) } };
  }
  if (typed.kind !== 'number') return state;
  state.value = typed.value;
  const n = typed.value.number;
  const verdict = judge(n, fence);
  if (verdict === 'impossible') {
    const meant = forgottenComma(n, fence);
    const celsius = field === 'temperature' && meant === undefined ? fromFahrenheit(n, fence) : undefined;
    const other = field === 'glucose' && unit !== '' ? likelierUnit(n, unit) : undefined;
    state.trouble = {
      code: 'impossible', value: n, min: fence.min, max: fence.max,
      ...(meant === undefined ? {} : { meant }), ...(celsius === undefined ? {} : { celsius }), ...(other === undefined ? {} : { otherUnit: other }),
    };
    return state;
  }
  if (verdict === 'rare') state.rare = { value: n, why: n < fence.rareLow ? 'low' : 'high' };
  else if (field === 'weight' && weightJump(n, bg.lastWeight)) state.rare = { value: n, why: 'jump' };
  state.confirmed = state.rare !== undefined && d.confirmed[field] !== undefined && plainNumber(field, d.confirmed[field]) === text;
  return state;
}

/* 5,4 "mg/dL": a meter in mg/dL shows no decimals. */
export function finerUnit(text: string, unit: GlucoseUnit | ''): GlucoseUnit | undefined {
  const fence = fenceOf('glucose', 'adult', 'mmol/L');
  const read = parseTyped(text, fence?.decimals ?? 1);
  return unit === 'mg/dL' && fence && read.kind === 'number' && judge(read.value.number, fence) !== 'impossible' ? 'mmol/L' : undefined;
}

/* A draft that is found again later was measured when it was typed, not now. */
const FRESH_MS = 5 * 60_000;

export function reviveDraft(stored: string | null, now: number, showInstant: (at: Date) => string): Draft | undefined {
  if (stored === null) return undefined;
  try {
    const d = { ...emptyDraft(), ...(JSON.parse(stored) as Partial<Draft>) };
    if (isEmptyDraft(d)) return undefined;
    if (d.takenAt === '' && d.touchedAt > 0 && now - d.touchedAt > FRESH_MS) d.takenAt = showInstant(new Date(d.touchedAt));
    return d;
  } catch {
    return undefined;
  }
}
