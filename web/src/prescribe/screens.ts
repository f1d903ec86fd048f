/* The screen of a person's medicines: prescribing, copying, checking, changing, stopping, the depot calendar, coming back from hospital. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const prescribeScreens: ScreenEntry[] = [
  { path: 'person/:id/medicines', title: 'prescribe.title', needs: 'people', ...lazyScreen(() => import('./Medicines')) },
  { path: 'person/:id/back', title: 'prescribe.back', needs: 'people', ...lazyScreen(() => import('./Back')) },
];
const part = encodeURIComponent;
export const medicinesHref = (patient: string): string => `#/person/${part(patient)}/medicines`;
export const backHref = (patient: string): string => `#/person/${part(patient)}/back`;

/* As content/access/rights.json gives them ("prescribe"); what is really allowed the server decides. */
const PRESCRIBE: RoleCode[] = ['doctor', 'assistant-doctor', 'system'];
const COPY: RoleCode[] = [...PRESCRIBE, 'nurse'];
export const mayPrescribe = (me: UseMe): boolean => me.has(...PRESCRIBE);
export const mayCopy = (me: UseMe): boolean => me.has(...COPY);
export const mayReadMedicines = (me: UseMe): boolean => me.has(...COPY, 'pharmacist', 'facility-head', 'rehab-technician');
