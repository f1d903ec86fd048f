/* The vital signs this page knows: one table, from which the form, the FHIR resources, the searches, the list of latest
 * values and the charts are all made. To add a vital sign, add a row here and its words in src/i18n.
 *
 * Codes are those of the R4 vital-signs profiles (LOINC). Consciousness follows the ACVPU answers in the SNOMED codes that
 * national FHIR guides use for NEWS2; "on oxygen" is the finding of oxygen therapy, yes or no. */

import type { Coding } from '../fhir/types';

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const UCUM = 'http://unitsofmeasure.org';

export type VitalKey =
  | 'breathing' | 'spo2' | 'oxygen' | 'bp' | 'pulse' | 'consciousness' | 'temperature' | 'weight' | 'glucose';

export type NumberField =
  | 'breathing' | 'spo2' | 'systolic' | 'diastolic' | 'pulse' | 'temperature' | 'weight' | 'glucose';
export type FieldKey = NumberField | 'oxygen' | 'consciousness';

export interface Unit { code: string; shown: string; decimals: number }

export interface VitalKind {
  key: VitalKey;
  fields: FieldKey[];
  /* written on a new Observation */
  codings: Coding[];
  /* read: any of these LOINC/SNOMED codes is this vital sign */
  codes: string[];
  /* the unit of the chart; [] of the categorical ones */
  unit: Unit | undefined;
}

const PER_MIN: Unit = { code: '/min', shown: '/min', decimals: 0 };
const PERCENT: Unit = { code: '%', shown: '%', decimals: 0 };
const MMHG: Unit = { code: 'mm[Hg]', shown: 'mmHg', decimals: 0 };
const CELSIUS: Unit = { code: 'Cel', shown: '°C', decimals: 1 };
const KILO: Unit = { code: 'kg', shown: 'kg', decimals: 1 };
export const MMOL: Unit = { code: 'mmol/L', shown: 'mmol/L', decimals: 1 };
export const MGDL: Unit = { code: 'mg/dL', shown: 'mg/dL', decimals: 0 };

const loinc = (code: string, display: string): Coding => ({ system: LOINC, code, display });
const snomed = (code: string, display: string): Coding => ({ system: SNOMED, code, display });

export const SYSTOLIC = loinc('8480-6', 'Systolic blood pressure');
export const DIASTOLIC = loinc('8462-4', 'Diastolic blood pressure');

/* Glucose is the one whose code depends on the unit it was measured in. */
export const GLUCOSE_MMOL = loinc('15074-8', 'Glucose [Moles/volume] in Blood');
export const GLUCOSE_MGDL = loinc('2339-0', 'Glucose [Mass/volume] in Blood');

export const VITALS: VitalKind[] = [
  {
    key: 'breathing', fields: ['breathing'], unit: PER_MIN, codes: ['9279-1'],
    codings: [loinc('9279-1', 'Respiratory rate')],
  },
  {
    key: 'spo2', fields: ['spo2'], unit: PERCENT, codes: ['59408-5', '2708-6'],
    codings: [
      loinc('2708-6', 'Oxygen saturation in Arterial blood'),
      loinc('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'),
    ],
  },
  {
    key: 'oxygen', fields: ['oxygen'], unit: undefined, codes: ['57485005'],
    codings: [snomed('57485005', 'Oxygen therapy')],
  },
  {
    key: 'bp', fields: ['systolic', 'diastolic'], unit: MMHG, codes: ['85354-9', '55284-4'],
    codings: [loinc('85354-9', 'Blood pressure panel with all children optional')],
  },
  {
    key: 'pulse', fields: ['pulse'], unit: PER_MIN, codes: ['8867-4'],
    codings: [loinc('8867-4', 'Heart rate')],
  },
  {
    key: 'consciousness', fields: ['consciousness'], unit: undefined, codes: ['80288-4'],
    codings: [loinc('80288-4', 'Level of consciousness')],
  },
  {
    key: 'temperature', fields: ['temperature'], unit: CELSIUS, codes: ['8310-5', '8331-1'],
    codings: [loinc('8310-5', 'Body temperature')],
  },
  {
    key: 'weight', fields: ['weight'], unit: KILO, codes: ['29463-7'],
    codings: [loinc('29463-7', 'Body weight')],
  },
  {
    key: 'glucose', fields: ['glucose'], unit: MMOL, codes: ['15074-8', '2339-0'],
    codings: [GLUCOSE_MMOL],
  },
];

export const NUMBER_FIELDS: NumberField[] = [
  'breathing', 'spo2', 'systolic', 'diastolic', 'pulse', 'temperature', 'weight', 'glucose',
];

export const kindOf = (key: VitalKey): VitalKind => {
  const kind = VITALS.find((k) => k.key === key);
  if (!kind) throw new RangeError(key);
  return kind;
};

export type Acvpu = 'A' | 'C' | 'V' | 'P' | 'U';
export const ACVPU: Acvpu[] = ['A', 'C', 'V', 'P', 'U'];

export const ACVPU_CODING: Record<Acvpu, Coding> = {
  A: snomed('248234008', 'Mentally alert'),
  C: snomed('130987000', 'Acute confusion'),
  V: snomed('300202002', 'Responds to voice'),
  P: snomed('450847001', 'Responds to pain'),
  U: snomed('422768004', 'Unresponsive'),
};

/* mmol/L = mg/dL / 18.016 (molar mass of glucose 180.16 g/mol) */
const TO_CHART: Record<string, (v: number) => number> = {
  'temperature|[degF]': (v) => ((v - 32) * 5) / 9,
  'weight|g': (v) => v / 1000,
  'weight|[lb_av]': (v) => v * 0.45359237,
  'glucose|mg/dL': (v) => v / 18.016,
};

const SAME_UNIT: Record<string, string[]> = {
  '/min': ['/min', '{beats}/min', '{Beats}/min', '{breaths}/min', '1/min'],
};

/* A value in the unit of the chart, or undefined when the unit is not one we can convert: then it is shown, not drawn. */
export function toChartUnit(kind: VitalKind, value: number, ucum: string | undefined): number | undefined {
  if (!kind.unit) return undefined;
  const same = SAME_UNIT[kind.unit.code] ?? [kind.unit.code];
  if (ucum !== undefined && same.includes(ucum)) return value;
  return TO_CHART[`${kind.key}|${ucum ?? ''}`]?.(value);
}
