/* A decision of a court or an authority about a person, as it is typed and as it is written: the ground of what happens without consent, never a
 * consent (docs/consent.md). */

import { DECISION, PERIOD, type Basic } from './types';

/* Those a person at the desk records; a ground for handing data on names a recipient: ground.ts. */
export const DECIDED = ['capacity-lost', 'capacity-limited', 'capacity-difficult', 'capacity-restored', 'compulsory-treatment', 'compulsory-rehabilitation'] as const;
export type Decided = (typeof DECIDED)[number];
/* Read by those assigned to the person only: whoever writes one may not see it again. */
export const isGuardedDecision = (kind: Decided | ''): boolean => kind === 'compulsory-treatment' || kind === 'compulsory-rehabilitation';

export interface DecisionDraft { kind: Decided | ''; number: string; date: string; by: string; from: string; to: string }
export const NO_DECISION: DecisionDraft = { kind: '', number: '', date: '', by: '', from: '', to: '' };

export type DecisionLack = 'kind' | 'decision' | 'from' | 'order';
export function lacksOf(d: DecisionDraft): DecisionLack | undefined {
  if (d.kind === '') return 'kind';
  if ([d.number, d.date, d.by].some((x) => x.trim() === '')) return 'decision';
  if (d.from === '') return 'from';
  return d.to !== '' && d.to < d.from ? 'order' : undefined;
}

export function decisionOf(patient: string, d: DecisionDraft): Basic {
  return {
    resourceType: 'Basic', code: { coding: [{ system: 'urn:ansinh:decision', code: d.kind }] }, subject: { reference: `Patient/${patient}` },
    extension: [
      { url: DECISION, extension: [{ url: 'number', valueString: d.number.trim() }, { url: 'date', valueDate: d.date }, { url: 'by', valueString: d.by.trim() }] },
      { url: PERIOD, valuePeriod: { start: d.from, ...(d.to === '' ? {} : { end: d.to }) } },
    ],
  };
}
