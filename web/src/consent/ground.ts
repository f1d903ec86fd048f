/* A recorded ground for handing data on without consent (a referral, an emergency), as it is typed, as it is written, and as it is ended: the
 * paper, one recipient, days. What was written stays; ending is added (docs/consent.md). */

import { wardInstant } from '../fhir/zone';
import { codeOf, extensionOf, GROUND, idOf, PERIOD, WITHDRAWAL, type Basic } from './types';

export interface GroundDraft { to: string; number: string; from: string; until: string }
export const NO_GROUND: GroundDraft = { to: '', number: '', from: '', until: '' };

export type GroundLack = 'to' | 'number' | 'days' | 'order';
export function groundLack(d: GroundDraft): GroundLack | undefined {
  if (d.to === '') return 'to';
  if (d.number.trim() === '') return 'number';
  if (d.from === '' || d.until === '') return 'days';
  return d.until < d.from ? 'order' : undefined;
}

export function groundOf(patient: string, purpose: string, d: GroundDraft): Basic {
  return {
    resourceType: 'Basic', code: { coding: [{ system: 'urn:ansinh:decision', code: 'sharing-ground' }] }, subject: { reference: `Patient/${patient}` },
    extension: [
      { url: GROUND, extension: [{ url: 'purpose', valueCode: purpose }, { url: 'recipient', valueReference: { reference: `Organization/${d.to}` } }, { url: 'number', valueString: d.number.trim() }] },
      { url: PERIOD, valuePeriod: { start: d.from, end: d.until } },
    ],
  };
}

export function endedGround(b: Basic, at: number): Basic {
  return { ...b, extension: [...(b.extension ?? []), { url: WITHDRAWAL, extension: [{ url: 'when', valueDateTime: wardInstant(at) }] }] };
}

export interface Ground { basic: Basic; to: string; number: string; from: string; until: string; ended: string; over: boolean }

/* Of one purpose, the last to begin first. */
export function groundsFor(list: Basic[], purpose: string, today: string): Ground[] {
  return list
    .filter((b) => codeOf(b.code, 'urn:ansinh:decision') === 'sharing-ground' && extensionOf(extensionOf(b, GROUND), 'purpose')?.valueCode === purpose)
    .map((b) => {
      const ground = extensionOf(b, GROUND), period = extensionOf(b, PERIOD)?.valuePeriod;
      const ended = extensionOf(extensionOf(b, WITHDRAWAL), 'when')?.valueDateTime ?? '';
      return {
        basic: b, to: idOf(extensionOf(ground, 'recipient')?.valueReference?.reference), number: extensionOf(ground, 'number')?.valueString ?? '',
        from: period?.start ?? '', until: period?.end ?? '', ended, over: ended !== '' || (period?.end !== undefined && period.end < today),
      };
    })
    .sort((a, b) => b.from.localeCompare(a.from));
}
