/* Registers: who has which long illness, what was agreed with them, and when they are to be seen again.
 *
 * A register is a list of ICD-10 codes, never a list of people: somebody is on it while an active problem has such a code. What is
 * individual stands in one Goal a register (category urn:ansinh:register): its targets, and the day of recall as their dueDate.
 * The usual targets are offered, never filled in, and NEED A CLINICIAN. */

import { numberOf } from '../fhir/decimal';
import { parseFhirDate } from '../fhir/dates';
import { idOf } from '../drugs/forms';
import { addDays } from '../fhir/zone';
import type { CodeableConcept, Coding, Identifier, Observation, Quantity, Reference, Resource } from '../fhir/types';
import type { Problem } from '../visits/forms';

export const REGISTER_SYSTEM = 'urn:ansinh:register';
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

export interface Measure { key: string; coding: Coding; unit: string; code: string; comparator: '<' | '>=' | '<='; usual: string; /* a target outside is a slip of the hand */ low: number; high: number }
export interface Register { id: RegisterId; ranges: [letter: string, from: number, to: number][]; measures: Measure[]; recallDays: number }
export const REGISTER_IDS = ['hypertension', 'diabetes', 'copd', 'epilepsy', 'mental', 'communicable'] as const;
export type RegisterId = (typeof REGISTER_IDS)[number];

const loinc = (code: string, display: string): Coding => ({ system: LOINC, code, display });
const SYSTOLIC: Measure = { key: 'systolic', coding: loinc('8480-6', 'Systolic blood pressure'), unit: 'mmHg', code: 'mm[Hg]', comparator: '<', usual: '140', low: 80, high: 220 };
const DIASTOLIC: Measure = { key: 'diastolic', coding: loinc('8462-4', 'Diastolic blood pressure'), unit: 'mmHg', code: 'mm[Hg]', comparator: '<', usual: '90', low: 40, high: 130 };

export const REGISTERS: Record<RegisterId, Register> = {
  hypertension: { id: 'hypertension', ranges: [['I', 10, 15]], measures: [SYSTOLIC, DIASTOLIC], recallDays: 30 },
  diabetes: {
    id: 'diabetes', ranges: [['E', 10, 14]], recallDays: 30,
    measures: [{ key: 'hba1c', coding: loinc('4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'), unit: '%', code: '%', comparator: '<', usual: '', low: 4, high: 14 },
      { key: 'glucose', coding: loinc('15074-8', 'Glucose [Moles/volume] in Blood'), unit: 'mmol/L', code: 'mmol/L', comparator: '<', usual: '', low: 3, high: 25 }],
  },
  copd: { id: 'copd', ranges: [['J', 44, 44]], measures: [{ key: 'spo2', coding: loinc('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'), unit: '%', code: '%', comparator: '>=', usual: '', low: 70, high: 100 }], recallDays: 90 },
  epilepsy: { id: 'epilepsy', ranges: [['G', 40, 41]], measures: [], recallDays: 30 },
  mental: { id: 'mental', ranges: [['F', 20, 48]], measures: [], recallDays: 30 },
  communicable: { id: 'communicable', ranges: [['A', 0, 99], ['B', 0, 19], ['B', 25, 99], ['J', 9, 11], ['U', 7, 7]], measures: [], recallDays: 7 },
};

const two = (n: number): string => String(n).padStart(2, '0');

export function isOn(register: Register, code: string): boolean {
  const m = /^([A-Z])(\d\d)(\.|$)/.exec(code.toUpperCase());
  return m !== null && register.ranges.some(([letter, from, to]) => m[1] === letter && Number(m[2]) >= from && Number(m[2]) <= to);
}
/* Every code of a register, for a server that knows no beginnings of codes: chapters and their one-digit parts. */
export function codesOf(register: Register): string[] {
  return register.ranges.flatMap(([letter, from, to]) => Array.from({ length: to - from + 1 }, (_, i) => `${letter}${two(from + i)}`))
    .flatMap((c) => [c, ...Array.from({ length: 10 }, (_, d) => `${c}.${d}`)]);
}
export const codeOf = (c: Problem): string => (c.code?.coding ?? []).find((x) => /icd-?10/i.test(x.system ?? ''))?.code ?? '';
export const registersOf = (problems: Problem[]): RegisterId[] => REGISTER_IDS.filter((id) => problems.some((p) => isOn(REGISTERS[id], codeOf(p))));

/* ---- what was agreed ---- */

export interface Target { measure?: CodeableConcept; detailQuantity?: Quantity; dueDate?: string }
export interface Goal extends Resource {
  resourceType: 'Goal';
  identifier?: Identifier[]; lifecycleStatus?: string; category?: CodeableConcept[]; description?: CodeableConcept; subject?: Reference; startDate?: string;
  target?: Target[]; expressedBy?: Reference; statusDate?: string;
}

export const goalOf = (goals: Goal[], patient: string, register: RegisterId): Goal | undefined => goals
  .filter((g) => g.lifecycleStatus === 'active' && idOf(g.subject) === patient && (g.category ?? []).some((c) => (c.coding ?? []).some((x) => x.system === REGISTER_SYSTEM && x.code === register)))
  .sort((a, b) => ((a.startDate ?? '') < (b.startDate ?? '') ? 1 : -1))[0];

export const recallOf = (goal: Goal | undefined): string => (goal?.target ?? []).map((t) => t.dueDate ?? '').filter((d) => d !== '').sort()[0] ?? '';

/* Seen for what the register is about: recall is the day that was promised, else a round of the register later. A day that still lies ahead is
 * left where it is when nothing was promised. */
export function recallAfter(goal: Goal, register: RegisterId, seen: string, promised: string): string {
  const before = recallOf(goal);
  if (promised !== '') return promised;
  return before !== '' && before > seen ? before : addDays(seen, REGISTERS[register].recallDays);
}
export const recalledOn = (goal: Goal, day: string): Goal => ({
  ...goal, target: (goal.target ?? []).length === 0 ? [{ dueDate: day }] : (goal.target ?? []).map((t) => ({ ...t, dueDate: day })),
});

export type Recall = 'none' | 'overdue' | 'soon' | 'later';
export function recallState(day: string, today: string, soonDay: string): Recall {
  if (day === '') return 'none';
  if (day < today) return 'overdue';
  return day <= soonDay ? 'soon' : 'later';
}

export const targetOf = (goal: Goal | undefined, measure: Measure): number | undefined =>
  numberOf((goal?.target ?? []).find((t) => (t.measure?.coding ?? []).some((c) => c.code === measure.coding.code))?.detailQuantity?.value);

export interface GoalWish { register: RegisterId; values: Record<string, number>; recall: string; note: string }

/* What cannot be a target: the measure that is outside, or both of a pressure the wrong way round. */
export function targetTrouble(register: Register, values: Record<string, number>): Measure | 'pair' | undefined {
  const outside = register.measures.find((m) => { const v = values[m.key]; return v !== undefined && (v < m.low || v > m.high); });
  const { systolic, diastolic } = values;
  return outside ?? (systolic !== undefined && diastolic !== undefined && diastolic >= systolic ? 'pair' : undefined);
}

export function goalFor(wish: GoalWish, patient: string, me: Reference | undefined, today: string, title: string, before?: Goal): Goal {
  const { measures } = REGISTERS[wish.register];
  const due = wish.recall === '' ? {} : { dueDate: wish.recall };
  const targets: Target[] = measures.flatMap((m): Target[] => {
    const value = wish.values[m.key];
    return value === undefined ? [] : [{ measure: { coding: [m.coding] }, detailQuantity: { value, comparator: m.comparator, unit: m.unit, system: UCUM, code: m.code }, ...due }];
  });
  return {
    ...(before ?? {}), resourceType: 'Goal', lifecycleStatus: 'active', category: [{ coding: [{ system: REGISTER_SYSTEM, code: wish.register }] }],
    description: { text: wish.note.trim() === '' ? title : wish.note.trim() }, subject: { reference: `Patient/${patient}` }, startDate: before?.startDate ?? today, statusDate: today,
    target: targets.length > 0 ? targets : [due].filter((t) => t.dueDate !== undefined), ...(me ? { expressedBy: me } : {}),
  };
}

/* ---- how it goes ---- */

export interface Last { text: string; at: string; met: boolean | undefined }

const valueIn = (o: Observation, code: string): number | undefined => {
  const has = (c: CodeableConcept | undefined): boolean => (c?.coding ?? []).some((x) => x.code === code);
  return numberOf((has(o.code) ? o.valueQuantity : o.component?.find((c) => has(c.code))?.valueQuantity)?.value);
};
const meets = (value: number, m: Measure, target: number): boolean => (m.comparator === '<' ? value < target : m.comparator === '<=' ? value <= target : value >= target);

/* The newest reading that has one of the measures; met when each target that was set holds. */
export function lastOf(register: Register, observations: Observation[], goal: Goal | undefined): Last | undefined {
  const newest = [...observations].filter((o) => o.status !== 'entered-in-error' && register.measures.some((m) => valueIn(o, m.coding.code ?? '') !== undefined))
    .sort((a, b) => (parseFhirDate(b.effectiveDateTime)?.ms ?? 0) - (parseFhirDate(a.effectiveDateTime)?.ms ?? 0))[0];
  if (!newest) return undefined;
  const measured = register.measures.flatMap((m) => {
    const value = valueIn(newest, m.coding.code ?? '');
    return value === undefined ? [] : [{ m, value, target: targetOf(goal, m) }];
  });
  const judged = measured.filter((x) => x.target !== undefined);
  return {
    text: `${measured.map((x) => String(x.value).replace('.', ',')).join('/')} ${measured[0]?.m.unit ?? ''}`, at: newest.effectiveDateTime ?? '',
    met: judged.length === 0 ? undefined : judged.every((x) => meets(x.value, x.m, x.target as number)),
  };
}
