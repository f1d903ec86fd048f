/* A form half filled in, with the very form it was begun with: a newer version never changes the questions under somebody's answers. */

import type { Drafts } from '../access/drafts';
import { isEmpty, noAnswers, type Answers } from './answers';
import { urlOf, type Expansions } from './read';
import type { Form } from './types';

const KIND = 'form';

export interface FormDraft { form: Form; expansions: Expansions; answers: Answers; at: number; /* codes of alerts that were seen */ seen: string[]; /* when it was filled in, as typed; '' = now */ when: string }

const placeOf = (patient: string, url: string): string => `${patient} ${urlOf(url)}`;

export function reviveFormDraft(text: string | null): FormDraft | undefined {
  try {
    const d = JSON.parse(text ?? 'null') as Partial<FormDraft> | null;
    if (d?.form?.resourceType !== 'Questionnaire' || typeof d.answers?.given !== 'object' || typeof d.at !== 'number') return undefined;
    return { form: d.form, expansions: d.expansions ?? {}, answers: { ...noAnswers(), ...d.answers }, at: d.at, seen: Array.isArray(d.seen) ? d.seen : [], when: typeof d.when === 'string' ? d.when : '' };
  } catch {
    return undefined;
  }
}
export const findFormDraft = (drafts: Drafts, patient: string, url: string): FormDraft | undefined => reviveFormDraft(drafts.get(KIND, placeOf(patient, url)));

export function keepFormDraft(drafts: Drafts, patient: string, draft: FormDraft): void {
  drafts.keep(KIND, placeOf(patient, draft.form.url ?? ''), isEmpty(draft.answers) ? undefined : JSON.stringify(draft));
}
export const dropFormDraft = (drafts: Drafts, patient: string, url: string): void => drafts.keep(KIND, placeOf(patient, url), undefined);
