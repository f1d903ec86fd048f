/* What one act writes: an Observation for each person, all of them one item of the outbox and one transaction on the line. The words in
 * the record are Vietnamese; the codes are those of docs/daily.md. */

import { Decimal } from '../fhir/decimal';
import type { CodeableConcept, Coding, Observation, Period } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';
import type { DailyKey, DailyWords } from '../i18n/daily';
import type { Entry, Part, Wanted } from '../outbox/item';
import { GLUCOSE_MGDL, GLUCOSE_MMOL, kindOf as vitalOf, LOINC, MGDL, MMOL, UCUM, type Unit } from '../vitals/kinds';
import type { GlucoseUnit } from '../vitals/ranges';
import { bandOf } from './glucose';
import { answerSystem, CARE_SYSTEM, kindOf, type CareKey, type MealTime } from './kinds';

export const CARE_ID = 'urn:ansinh:id:care';
export const CARE_TAG = { system: 'urn:ansinh:tag:care', code: 'double' };
const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const category = (code: string): CodeableConcept[] => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }];

/* Somebody in the ward, as far as an entry needs them. */
export interface Whom { id: string; stay: string }
export interface By { reference: string; display: string }

/* What was tapped for one person. */
export interface Act {
  kind: CareKey;
  answer?: string;
  asides?: Record<string, string[]>;
  /* mL */
  amount?: number;
  number?: { value: Decimal; unit: GlucoseUnit | 'kg' };
  meal?: MealTime;
  diet?: string;
  /* a seizure lasted; no end: nobody saw how long */
  period?: { start: number; end?: number };
  note?: string;
}

export interface CareEntry extends Observation { valueString?: string; note?: { text: string }[]; meta?: { lastUpdated?: string; versionId?: string; tag?: Coding[] } }

export const mealKey = (patientId: string, at: number, meal: MealTime): string => `meal/${patientId}/${wardTime(at).day}/${meal}`;

const concept = (system: string, code: string, text: string): CodeableConcept => ({ coding: [{ system, code }], text });
const aside = (code: string, answer: string, w: DailyWords) => ({
  code: concept(CARE_SYSTEM, code, w(`care.o.${code}` as DailyKey)), valueCodeableConcept: concept(answerSystem(code), answer, w(`care.o.${code}.${answer}` as DailyKey)),
});

function valueOf(act: Act, w: DailyWords): Partial<CareEntry> {
  const kind = kindOf(act.kind);
  if (act.number) return numberValue(act.number);
  if (act.amount !== undefined) return { valueQuantity: { value: act.amount, unit: 'mL', system: UCUM, code: 'mL' } };
  if (act.answer === undefined) return { valueString: act.note ?? '' };
  const answer = kind.answers.find((a) => a.code === act.answer);
  return {
    valueCodeableConcept: concept(answerSystem(act.kind), act.answer, w(`care.a.${act.kind}.${act.answer}` as DailyKey)),
    ...(answer?.notable ? { interpretation: [{ coding: [{ system: INTERPRETATION, code: 'A' }] }] } : {}),
  };
}

function numberValue({ value, unit }: { value: Decimal; unit: GlucoseUnit | 'kg' }): Partial<CareEntry> {
  const said: Unit = unit === 'kg' ? (vitalOf('weight').unit as Unit) : unit === 'mmol/L' ? MMOL : MGDL;
  const band = unit === 'kg' ? undefined : bandOf(value.number, unit);
  return {
    valueQuantity: { value, unit: said.shown, system: UCUM, code: said.code },
    ...(band ? { interpretation: [{ coding: [{ system: INTERPRETATION, code: band === 'urgent' ? 'LL' : 'L' }] }] } : {}),
  };
}

function componentsOf(act: Act, w: DailyWords): NonNullable<Observation['component']> {
  const share = kindOf(act.kind).answers.find((a) => a.code === act.answer)?.share;
  return [
    ...(act.meal ? [{ code: concept(CARE_SYSTEM, 'meal-time', w('care.mealWhich')), valueCodeableConcept: concept(answerSystem('meal-time'), act.meal, w(`care.meal.${act.meal}`)) }] : []),
    ...(share === undefined ? [] : [{ code: concept(CARE_SYSTEM, 'meal-share', '%'), valueQuantity: { value: share, unit: '%', system: UCUM, code: '%' } }]),
    ...(act.diet ? [{ code: concept(CARE_SYSTEM, 'diet', w('care.mealDiet', { diet: '' }).trim()), valueString: act.diet }] : []),
    ...Object.entries(act.asides ?? {}).flatMap(([code, answers]) => answers.map((a) => aside(code, a, w))),
  ];
}

function codeOf(act: Act, w: DailyWords): CodeableConcept {
  const text = w(`care.kind.${act.kind}`);
  if (act.kind === 'weight') return { coding: [...vitalOf('weight').codings, { system: CARE_SYSTEM, code: 'weight' }], text };
  if (act.kind === 'glucose') return { coding: [act.number?.unit === 'mg/dL' ? GLUCOSE_MGDL : GLUCOSE_MMOL, { system: CARE_SYSTEM, code: 'glucose' }], text };
  return { coding: [{ system: CARE_SYSTEM, code: act.kind }, ...kindOf(act.kind).codings], text };
}

const isVital = (act: Act): boolean => act.kind === 'weight' || act.kind === 'glucose';

export function careEntry(act: Act, whom: Whom, me: By, at: number, w: DailyWords): CareEntry {
  const component = componentsOf(act, w);
  const period: Period | undefined = act.period?.end === undefined ? undefined : { start: wardInstant(act.period.start), end: wardInstant(act.period.end) };
  const note = act.answer === undefined && !isVital(act) && act.amount === undefined ? '' : act.note ?? '';
  return {
    resourceType: 'Observation', status: 'final', category: category(isVital(act) ? 'vital-signs' : 'activity'), code: codeOf(act, w),
    subject: { reference: `Patient/${whom.id}` }, ...(whom.stay === '' ? {} : { encounter: { reference: `Encounter/${whom.stay}` } }),
    ...(period ? { effectivePeriod: period } : { effectiveDateTime: wardInstant(act.period?.start ?? at) }),
    performer: [me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display }],
    ...valueOf(act, w), ...(component.length > 0 ? { component } : {}), ...(note === '' ? {} : { note: [{ text: note }] }),
  };
}

export interface ForOne { whom: Whom; act: Act }

/* beside: somebody has seen that there is one already, and wants theirs kept as well */
export function recordCare(all: ForOne[], me: By, at: number, newId: () => string, w: DailyWords, beside = false): Wanted {
  const parts = all.map(({ whom, act }): Part => {
    const name = act.meal && act.meal !== 'snack' && !beside ? mealKey(whom.id, at, act.meal) : '';
    const entry = careEntry(act, whom, me, at, w);
    return {
      id: newId(), stay: whom.stay, patient: whom.id, only: name === '' ? '' : `identifier=${CARE_ID}|${name}&status=final`,
      resource: { ...entry, ...(name === '' ? {} : { identifier: [{ system: CARE_ID, value: name }] }) } as Entry,
    };
  });
  return { id: newId(), at, resource: parts[0]?.resource as Entry, parts, bothTag: CARE_TAG };
}

export const struck = (r: Entry): Entry => ({ ...r, status: 'entered-in-error' });

export const GLUCOSE_CODES = [GLUCOSE_MMOL.code, GLUCOSE_MGDL.code].map((c) => `${LOINC}|${c ?? ''}`);
