/* Pressure injuries: a Condition for the wound, an Observation for each time it was measured, and the trend of its size. A stage never goes
 * backwards: a healing stage 4 stays a stage 4 that grows smaller. */

import { numberOf, Decimal } from '../fhir/decimal';
import type { CodeableConcept, Condition, Identifier, Observation, Reference } from '../fhir/types';
import { wardInstant, wardTime } from '../fhir/zone';
import type { DailyKey, DailyWords } from '../i18n/daily';
import { CARE_SYSTEM } from '../daily/kinds';
import { LOINC, UCUM } from '../vitals/kinds';
import { SITE } from './kinds';

export const WOUND = 'urn:ansinh:wound';
export const STAGE = 'urn:ansinh:care:stage';
export const STAGES = ['1', '2', '3', '4', 'unstageable', 'deep'] as const;
export type Stage = (typeof STAGES)[number];
/* ICD-10: L89.0 to L89.3 by stage */
const ICD: Record<Stage, string> = { 1: 'L89.0', 2: 'L89.1', 3: 'L89.2', 4: 'L89.3', unstageable: 'L89.9', deep: 'L89.9' };
const SIZES = { length: '39126-8', width: '39125-0', depth: '39127-6' } as const;
type Size = keyof typeof SIZES;

export interface WoundCondition extends Condition { identifier?: Identifier[]; bodySite?: CodeableConcept[]; category?: CodeableConcept[]; encounter?: Reference; recorder?: Reference }
export interface Measuring extends Observation { focus?: Reference[]; bodySite?: CodeableConcept; note?: { text: string }[] }

export interface Measured { entry: Measuring; at: number; stage: Stage | undefined; length: number | undefined; width: number | undefined; depth: number | undefined; area: number | undefined; note: string; by: string }
export interface Wound { condition: WoundCondition; id: string; site: string; healed: boolean; measured: Measured[] }

export interface Taken { stage: Stage; length?: Decimal; width?: Decimal; depth?: Decimal; note: string }

const concept = (system: string, code: string, text: string): CodeableConcept => ({ coding: [{ system, code }], text });
const codeIn = (c: CodeableConcept | undefined, system: string): string => c?.coding?.find((x) => x.system === system)?.code ?? '';

export function woundCondition(site: string, stage: Stage, about: { patient: string; stay: string; by: Reference }, at: number, w: DailyWords): WoundCondition {
  const status = (name: string, code: string): CodeableConcept => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${name}`, code }] });
  return {
    resourceType: 'Condition', clinicalStatus: status('clinical', 'active'), verificationStatus: status('ver-status', 'confirmed'),
    code: { coding: [{ system: WOUND, code: 'pressure' }, { system: 'http://hl7.org/fhir/sid/icd-10', code: ICD[stage] }], text: w('wound.of', { site: w(`incident.site.${site}` as DailyKey) }) },
    bodySite: [concept(SITE, site, w(`incident.site.${site}` as DailyKey))], subject: { reference: `Patient/${about.patient}` },
    ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), onsetDateTime: wardInstant(at), recordedDate: wardInstant(at), recorder: about.by,
  };
}

export function measuringOf(t: Taken, focus: string, site: string, about: { patient: string; stay: string; by: Reference }, at: number, w: DailyWords): Measuring {
  const sizes = (Object.keys(SIZES) as Size[]).flatMap((name) => {
    const value = t[name];
    return value ? [{ code: { coding: [{ system: LOINC, code: SIZES[name] }], text: w(`wound.${name}`) }, valueQuantity: { value, unit: 'cm', system: UCUM, code: 'cm' } }] : [];
  });
  const area = t.length && t.width ? Math.round(t.length.number * t.width.number * 100) / 100 : undefined;
  return {
    resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'exam' }] }],
    code: { coding: [{ system: CARE_SYSTEM, code: 'wound' }], text: w('wound.measure') }, subject: { reference: `Patient/${about.patient}` }, focus: [{ reference: focus }],
    ...(about.stay === '' ? {} : { encounter: { reference: `Encounter/${about.stay}` } }), effectiveDateTime: wardInstant(at), performer: [about.by],
    bodySite: concept(SITE, site, w(`incident.site.${site}` as DailyKey)),
    ...(area === undefined ? {} : { valueQuantity: { value: area, unit: 'cm2', system: UCUM, code: 'cm2' } }),
    component: [{ code: concept(CARE_SYSTEM, 'stage', w('wound.stage')), valueCodeableConcept: concept(STAGE, t.stage, w(`wound.stage.${t.stage}`)) }, ...sizes],
    ...(t.note.trim() === '' ? {} : { note: [{ text: t.note.trim() }] }),
  };
}

const clinical = (code: string): CodeableConcept => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] });
export const healed = (c: WoundCondition, now: number): WoundCondition => ({ ...c, clinicalStatus: clinical('resolved'), abatementDateTime: wardTime(now).day });
/* said too early, or of another wound */
export function notHealed(c: WoundCondition): WoundCondition {
  const { abatementDateTime: _day, ...rest } = c;
  return { ...rest, clinicalStatus: clinical('active') };
}

export function readWounds(conditions: WoundCondition[], seen: Measuring[]): Wound[] {
  return conditions.filter((c) => codeIn(c.code, WOUND) === 'pressure' && codeIn(c.verificationStatus, 'http://terminology.hl7.org/CodeSystem/condition-ver-status') !== 'entered-in-error')
    .map((c): Wound => ({
      condition: c, id: c.id ?? '', site: codeIn(c.bodySite?.[0], SITE), healed: ['resolved', 'inactive'].includes(c.clinicalStatus?.coding?.[0]?.code ?? ''),
      measured: seen.filter((o) => o.status !== 'entered-in-error' && (o.focus ?? []).some((f) => f.reference === `Condition/${c.id ?? ''}`)).map(readMeasured).filter((m): m is Measured => m !== undefined)
        .sort((a, b) => b.at - a.at),
    })).sort((a, b) => Number(a.healed) - Number(b.healed) || (b.measured[0]?.at ?? 0) - (a.measured[0]?.at ?? 0));
}

export function readMeasured(o: Measuring): Measured | undefined {
  const at = Date.parse(o.effectiveDateTime ?? '');
  if (!Number.isFinite(at)) return undefined;
  const size = (name: Size): number | undefined => numberOf(o.component?.find((c) => codeIn(c.code, LOINC) === SIZES[name])?.valueQuantity?.value);
  const stage = codeIn(o.component?.find((c) => codeIn(c.code, CARE_SYSTEM) === 'stage')?.valueCodeableConcept, STAGE);
  return {
    entry: o, at, stage: STAGES.find((s) => s === stage), length: size('length'), width: size('width'), depth: size('depth'), area: numberOf(o.valueQuantity?.value),
    note: o.note?.[0]?.text ?? '', by: o.performer?.[0]?.reference ?? o.performer?.[0]?.display ?? '',
  };
}

/* The stages that may be chosen now: not below the worst it has been. */
export function stagesFrom(measured: Measured[]): Stage[] {
  const worst = Math.max(0, ...measured.map((m) => Number(m.stage) || 0));
  return STAGES.filter((s) => !(Number(s) < worst));
}

export type Trend = 'smaller' | 'larger' | 'same';
/* Against the measuring before: a fifth more or less, since two hands measure it. */
export function trendOf(measured: Measured[]): Trend | undefined {
  const [now, before] = measured.filter((m) => m.area !== undefined);
  if (!now || !before) return undefined;
  const ratio = (now.area as number) / Math.max(0.01, before.area as number);
  return ratio <= 0.8 ? 'smaller' : ratio >= 1.2 ? 'larger' : 'same';
}
