/* Where drafts wait: this tab's session storage, one per person. Gone when the tab closes, on purpose: a shared tablet must
 * not keep readings for whoever comes next. If storage is switched off the draft lives as long as its screen. */

import { withOffset } from '../fhir/dates';
import { draftKey, emptyDraft, hasContent, isEmptyDraft, reviveDraft, type Draft } from './draft';

export interface Found { draft: Draft; restored: boolean }

export function findDraft(patientId: string): Found {
  let stored: string | null = null;
  try {
    stored = sessionStorage.getItem(draftKey(patientId));
  } catch {
    /* no storage: nothing to find */
  }
  const draft = reviveDraft(stored, Date.now(), withOffset);
  return draft ? { draft, restored: hasContent(draft) } : { draft: emptyDraft(), restored: false };
}

export function keepDraft(patientId: string, draft: Draft): void {
  try {
    if (isEmptyDraft(draft)) sessionStorage.removeItem(draftKey(patientId));
    else sessionStorage.setItem(draftKey(patientId), JSON.stringify(draft));
  } catch {
    /* no storage, or full: the draft is still in memory */
  }
}

export function waitingDrafts(): number {
  try {
    return Object.keys(sessionStorage).filter((k) => k.startsWith(draftKey(''))).length;
  } catch {
    return 0;
  }
}
