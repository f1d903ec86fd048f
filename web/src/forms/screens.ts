/* The screens of screening: the station of a person, one form, one answer, the queue of a ward. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const formScreens: ScreenEntry[] = [
  { path: 'person/:id/forms', title: 'forms.title', needs: 'people', ...lazyScreen(() => import('./Station')) },
  { path: 'person/:id/forms/:form', title: 'forms.title', needs: 'people', ...lazyScreen(() => import('./Fill')) },
  { path: 'person/:id/answers/:response', title: 'forms.title', needs: 'people', ...lazyScreen(() => import('./Answered')) },
  { path: 'ward/:ward/forms', title: 'forms.title', needs: 'ward', ...lazyScreen(() => import('./Queue')) },
];
export const ResultsCard = lazyScreen(() => import('./ResultsCard')).Screen;

const part = encodeURIComponent;
export const stationHref = (patient: string): string => `#/person/${part(patient)}/forms`;
export const fillHref = (patient: string, form: string): string => `${stationHref(patient)}/${part(form)}`;
/* A station of many people: saving leads back to the queue, still asking the one form (`only`, '' = whatever is due). */
export const fillFromQueue = (patient: string, form: string, ward: string, only: string): string => `${fillHref(patient, form)}?${new URLSearchParams({ queue: ward, ...(only === '' ? {} : { only }) }).toString()}`;
/* Of one person, opened from the queue of a ward: back leads there. */
export const ofWard = (href: string, ward: string): string => (ward === '' ? href : `${href}?ward=${part(ward)}`);
export const answeredHref = (patient: string, response: string): string => `#/person/${part(patient)}/answers/${part(response)}`;
export const queueHref = (ward: string, only = ''): string => `#/ward/${part(ward)}/forms${only === '' ? '' : `?only=${part(only)}`}`;

/* As content/access/rights.json gives them; what is really allowed the server decides at every request. */
const FILL: RoleCode[] = ['nurse', 'assistant-doctor', 'doctor', 'rehab-technician', 'system'];
const READ: RoleCode[] = [...FILL, 'social-worker'];
export const mayFill = (me: UseMe): boolean => me.has(...FILL);
export const mayReadForms = (me: UseMe): boolean => me.has(...READ);
