/* What was perhaps meant by a value that cannot be: a comma left out, a thermometer in °F, glucose in the other unit, the two pressures in each
 * other's place or both in one field. It is offered beside the field and put in by a press only: whoever stands at the bed knows what the device shows. */

import type { Draft, Trouble } from './draft';
import type { NumberField } from './kinds';
import type { GlucoseUnit } from './ranges';

export type Offer =
  | { kind: 'comma' | 'celsius'; value: number; decimals: number }
  | { kind: 'unit'; unit: GlucoseUnit }
  | { kind: 'swap' | 'both'; systolic: string; diastolic: string };

/* More than one where it may be either: 110 "mmol/L" is 110 mg/dL or 11,0 mmol/L. */
export function offersOf(field: NumberField, trouble: Trouble | undefined, draft: Draft): Offer[] {
  if (trouble?.code === 'notAbove') {
    const { systolic = '', diastolic = '' } = draft.typed;
    return trouble.systolic === trouble.diastolic ? [] : [{ kind: 'swap', systolic: diastolic.trim(), diastolic: systolic.trim() }];
  }
  if (trouble?.code === 'bad') return bothPressures(field, draft);
  if ((trouble?.code === 'tooFine' || trouble?.code === 'needUnit') && trouble.otherUnit !== undefined) return [{ kind: 'unit', unit: trouble.otherUnit }];
  if (trouble?.code !== 'impossible') return [];
  const decimals = field === 'weight' ? 2 : 1;
  return [
    ...(trouble.otherUnit === undefined ? [] : [{ kind: 'unit' as const, unit: trouble.otherUnit }]),
    ...(trouble.meant === undefined ? [] : [{ kind: 'comma' as const, value: trouble.meant, decimals }]),
    ...(trouble.celsius === undefined ? [] : [{ kind: 'celsius' as const, value: trouble.celsius, decimals }]),
  ];
}

/* "120/80", as it is said and as the cuff shows it, in one of the two fields. Not where the other holds a reading already. */
function bothPressures(field: NumberField, draft: Draft): Offer[] {
  if (field !== 'systolic' && field !== 'diastolic') return [];
  const other = field === 'systolic' ? 'diastolic' : 'systolic';
  const m = /^(\d{2,3})\s*\/\s*(\d{2,3})(?:\s*mmHg)?$/i.exec((draft.typed[field] ?? '').trim());
  if (!m || (draft.typed[other] ?? '').trim() !== '' || draft.absent[other]) return [];
  const [systolic = '', diastolic = ''] = [m[1], m[2]];
  return Number(systolic) > Number(diastolic) ? [{ kind: 'both', systolic, diastolic }] : [];
}

/* text: the value as it is written here, with its comma */
export function taken(field: NumberField, offer: Offer, draft: Draft, text: string): Partial<Draft> {
  if (offer.kind === 'unit') return { glucoseUnit: offer.unit };
  if (offer.kind === 'swap' || offer.kind === 'both') return { typed: { ...draft.typed, systolic: offer.systolic, diastolic: offer.diastolic } };
  return { typed: { ...draft.typed, [field]: text } };
}
