/* The screen of a person's medicines: prescribing, copying, checking, changing, stopping, the depot calendar, coming back from hospital. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const prescribeScreens: ScreenEntry[] = [
  { path: 'person/:id/medicines', title: 'prescribe.title', needs: 'people', ...lazyScreen(() => import('./Medicines')) },
  { path: 'person/:id/back', title: 'prescribe.back', needs: 'people', ...lazyScreen(() => import('./Back')) },
];
/* Above the wards and the boards, for whom watchesUnsigned says. */
export const ToSign = lazyScreen(() => import('./ToSign'), true).Screen;
/* Orders by word that wait or were refused: of one person, or above the boards. */
export const WaitingWords = lazyScreen(() => import('./WaitingWords'), true).Screen;
const part = encodeURIComponent;
export const medicinesHref = (patient: string): string => `#/person/${part(patient)}/medicines`;
/* opens with the form of an order given by word */
export const wordHref = (patient: string): string => `${medicinesHref(patient)}?word=1`;
export const backHref = (patient: string): string => `#/person/${part(patient)}/back`;

/* As content/access/rights.json gives them ("prescribe"); what is really allowed the server decides. */
const PRESCRIBE: RoleCode[] = ['doctor', 'assistant-doctor', 'system'];
const COPY: RoleCode[] = [...PRESCRIBE, 'nurse'];
export const mayPrescribe = (me: UseMe): boolean => me.has(...PRESCRIBE);
/* "take-order" there */
const HEAR: RoleCode[] = ['nurse', 'assistant-doctor', 'system'];
export const mayHear = (me: UseMe): boolean => me.has(...HEAR);
export const mayCopy = (me: UseMe): boolean => me.has(...COPY);
export const mayReadMedicines = (me: UseMe): boolean => me.has(...COPY, 'pharmacist', 'facility-head', 'rehab-technician');
/* Who signs what was ordered by word, and who looks after it. */
export const watchesUnsigned = (me: UseMe): boolean => me.signedIn && ((me.practitioner !== undefined && mayPrescribe(me)) || me.has('head-nurse', 'facility-head'));
