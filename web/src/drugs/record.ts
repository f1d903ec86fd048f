/* What one tap writes. */

import type { CodeableConcept, Reference } from '../fhir/types';
import { wardInstant } from '../fhir/zone';
import type { Wanted } from '../outbox/item';
import { PAGE_OUT, pageOf } from '../stock/forms';
import type { Dose } from './doses';
import {
  ALONE_URL, DESPITE_URL, DOSE_SYSTEM, ENTRY_SYSTEM, entryOf, FUNCTION_SYSTEM, REASON_SYSTEM, SCHEDULED_URL, TAG_SYSTEM,
  type DosageInstruction, type Extension, type Given, type NotGiven, type Order, type Performer,
} from './forms';

/* Whom a dose is for: as much of a resident as it names. */
export interface Whom { id: string; stay: { id?: string } }
export interface Giver { reference: string; display: string }

export interface Answer {
  why?: NotGiven;            /* not given, and why */
  whyText?: string;
  despite?: string;          /* given against a warning: the reason */
  second?: Giver;            /* who signed as the second, on the spot */
  alone?: string;            /* a controlled medicine with one signature: the reason */
}

const actor = (me: Giver): Reference => (me.reference === '' ? { display: me.display } : { reference: me.reference, display: me.display });

const witness = (second: Giver): Performer => ({ function: { coding: [{ system: FUNCTION_SYSTEM, code: 'witness' }] }, actor: actor(second) });

function base(order: Order, dosage: DosageInstruction, resident: Whom, me: Giver, at: number, answer: Answer): Given {
  const extensions: Extension[] = [
    ...(answer.despite ? [{ url: DESPITE_URL, valueString: answer.despite }] : []),
    ...(answer.alone ? [{ url: ALONE_URL, valueString: answer.alone }] : []),
  ];
  const dose = dosage.doseAndRate?.[0]?.doseQuantity;
  return {
    resourceType: 'MedicationAdministration',
    ...(extensions.length > 0 ? { extension: extensions } : {}),
    status: answer.why ? 'not-done' : 'completed',
    ...(answer.why ? { statusReason: [reason(answer.why, answer.whyText)] } : {}),
    ...(order.medicationCodeableConcept ? { medicationCodeableConcept: order.medicationCodeableConcept } : {}),
    ...(order.medicationReference ? { medicationReference: order.medicationReference } : {}),
    subject: { reference: `Patient/${resident.id}` },
    context: { reference: `Encounter/${resident.stay.id ?? ''}` },
    effectiveDateTime: wardInstant(at),
    performer: [{ actor: actor(me) }, ...(answer.second ? [witness(answer.second)] : [])],
    request: { reference: `MedicationRequest/${order.id ?? ''}` },
    dosage: {
      ...(dosage.text === undefined ? {} : { text: dosage.text }), ...(dosage.route ? { route: dosage.route } : {}), ...(dose ? { dose } : {}),
    },
  };
}

function reason(code: string, text = ''): CodeableConcept {
  return { coding: [{ system: REASON_SYSTEM, code }], ...(text === '' ? {} : { text }) };
}

const onlyOne = (key: string): string => `identifier=${DOSE_SYSTEM}|${key}&status=completed,not-done,in-progress`;

/* card: of the ward's cupboard it was taken from; a dose that was not given took nothing. */
function wanted(id: string, at: number, given: Given, key: string, resident: Whom, card = ''): Wanted {
  const page = card === '' || given.status !== 'completed' ? [] : [{ system: PAGE_OUT, value: pageOf(card, at) }];
  return {
    id, at, resource: { ...given, identifier: [{ system: DOSE_SYSTEM, value: key }, ...page] } as Wanted['resource'], only: onlyOne(key),
    stay: resident.stay.id ?? '', patient: resident.id, bothTag: { system: TAG_SYSTEM, code: 'double' },
  };
}

export function recordDose(dose: Dose, resident: Whom, me: Giver, at: number, id: string, answer: Answer, card = ''): Wanted {
  const given = base(dose.order, dose.dosage, resident, me, at, answer);
  given.extension = [{ url: SCHEDULED_URL, valueDateTime: wardInstant(dose.scheduled) }, ...(given.extension ?? [])];
  return wanted(id, at, given, dose.key, resident, card);
}

export function recordPrn(
  order: Order, dosage: DosageInstruction, key: string, resident: Whom, me: Giver, at: number, id: string, answer: Answer, card = '',
): Wanted {
  return wanted(id, at, base(order, dosage, resident, me, at, answer), key, resident, card);
}

/* Struck through: still there to be read, with the reason; no longer counted. */
export function struckThrough(given: Given, why: string, text: string): Given {
  return { ...given, status: 'entered-in-error', statusReason: [...(given.statusReason ?? []), reason(why, text)] };
}

export function strike(given: Given, why: string, text: string): Wanted | undefined {
  const entry = entryOf(given);
  if (!entry.startsWith('urn:uuid:')) return undefined;
  return {
    id: entry.slice('urn:uuid:'.length), at: Date.parse(given.effectiveDateTime ?? '') || 0, only: '',
    resource: { ...struckThrough(given, why, text), identifier: (given.identifier ?? []).filter((i) => i.system !== ENTRY_SYSTEM) } as Wanted['resource'],
  };
}

/* The second signature, by the second person's own hand: never by the one who gave it. */
export function signedSecond(given: Given, me: Giver): Given | undefined {
  const first = given.performer?.[0]?.actor?.reference;
  if (me.reference === '' || first === undefined || first === me.reference) return undefined;
  return { ...given, performer: [...(given.performer ?? []), witness(me)] };
}

export const PRN_EFFECTS = ['better', 'partly', 'none', 'worse'] as const;
export type PrnEffect = (typeof PRN_EFFECTS)[number];

/* How it was afterwards: one answer for one dose. */
export function recordEffect(given: Given, effect: PrnEffect, text: string, title: string, me: Giver, at: number, id: string): Wanted {
  return {
    id, at, only: `part-of=MedicationAdministration/${given.id ?? ''}&status=final`,
    resource: {
      resourceType: 'Observation', status: 'final',
      code: { coding: [{ system: 'urn:ansinh:care', code: 'prn-effect' }], text: title },
      subject: given.subject, ...(given.context ? { encounter: given.context } : {}), effectiveDateTime: wardInstant(at),
      performer: [actor(me)], partOf: [{ reference: `MedicationAdministration/${given.id ?? ''}` }],
      valueCodeableConcept: { coding: [{ system: 'urn:ansinh:prn-effect', code: effect }], text },
    } as Wanted['resource'],
  };
}
