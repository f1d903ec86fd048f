/* Where drafts of vital signs wait: one per person in care, with the account that typed them (access/drafts.ts). */

import type { Drafts } from '../access/drafts';
import { nowMs } from '../fhir/clock';
import { withOffset } from '../fhir/dates';
import { emptyDraft, hasContent, isEmptyDraft, reviveDraft, type Draft } from './draft';

const KIND = 'vitals';

export interface Found { draft: Draft; restored: boolean }

export function findDraft(drafts: Drafts, patientId: string): Found {
  const draft = reviveDraft(drafts.get(KIND, patientId), nowMs(), withOffset);
  return draft ? { draft, restored: hasContent(draft) } : { draft: emptyDraft(), restored: false };
}

export function keepDraft(drafts: Drafts, patientId: string, draft: Draft): void {
  drafts.keep(KIND, patientId, isEmptyDraft(draft) ? undefined : JSON.stringify(draft));
}
