/* What everybody at the bed must know: a Flag of urn:ansinh:risk, which the board, the round and meals go by (docs/board.md). It stands until somebody
 * says that it is over. The second SpO2 scale is a doctor's setting: the round counts by it only where a doctor wrote it. */

import type { Giver } from '../drugs/record';
import { wardInstant } from '../fhir/zone';
import type { Flag } from './entries';

export const RISK = 'urn:ansinh:risk';
/* what a nurse may say; palliative care comes with its plan (plan/palliative.ts), isolation with the infection (Infection.tsx) */
export const RISKS = ['fall', 'swallow', 'pressure', 'self-harm', 'wander', 'pregnancy'] as const;
export const SCALE_2 = 'spo2-scale-2';
export type Risk = (typeof RISKS)[number] | typeof SCALE_2;
export const codeOfRisk = (f: Flag): string => f.code?.coding?.find((c) => c.system === RISK)?.code ?? '';
export const isRisk = (f: Flag): boolean => codeOfRisk(f) !== '';
/* The newest of each; in words of one's own each is its own. */
export function standingRisks(flags: Flag[]): Flag[] {
  const seen = new Set<string>();
  return flags.filter((f) => {
    const key = codeOfRisk(f) === OTHER ? f.id ?? '' : codeOfRisk(f);
    const stands = isRisk(f) && f.status === 'active' && !seen.has(key);
    if (stands) seen.add(key);
    return stands;
  });
}
export const OTHER = 'other';

export function riskOf(code: Risk | typeof OTHER, text: string, patient: string, me: Giver, at: number): Flag {
  return {
    resourceType: 'Flag', status: 'active', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety' }] }],
    code: { coding: [{ system: RISK, code }], text: text.trim() }, subject: { reference: `Patient/${patient}` }, period: { start: wardInstant(at) },
    ...(me.reference === '' ? {} : { author: { reference: me.reference, display: me.display } }),
  };
}
