/* What must not stand where more people read than the record is open to: on paper at a bedside, in a handover that the whole house
 * reads, in what is read aloud. The server shuts compartments by itself; this is for what a page copies out of them. */

import type { Condition, Resource } from './types';

/* Compartments by their labels (v3-ActCode and ours). */
const GUARDED = ['HIV', 'ETH', 'PSY', 'MH', 'SDV', 'ADOPT', 'R', 'V'];
/* Nor, whatever labels the entry carries: mental illness, HIV, sexually transmitted disease. By ICD-10; shown in the record. */
const UNSAID = /^(F|B2[0-4]|Z21|A5\d|A6[0-4])/;

export const isGuarded = (r: Resource): boolean =>
  ((r.meta as { security?: { code?: string }[] } | undefined)?.security ?? []).some((s) => GUARDED.includes(s.code ?? ''));

export const isUnsaid = (c: Condition): boolean =>
  (c.code?.coding ?? []).some((x) => /icd-?10/i.test(x.system ?? '') && UNSAID.test((x.code ?? '').toUpperCase()));
