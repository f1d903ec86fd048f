/* The screens of visits: writing one, reading a signed one. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const visitScreens: ScreenEntry[] = [
  { path: 'person/:id/visit', title: 'visits.title', needs: 'people', ...lazyScreen(() => import('./Visit')) },
  { path: 'person/:id/visit/:document', title: 'visits.title', needs: 'people', ...lazyScreen(() => import('./Document')) },
];

export const VisitsCard = lazyScreen(() => import('./VisitsCard')).Screen;

const part = encodeURIComponent;
export const visitHref = (patient: string): string => `#/person/${part(patient)}/visit`;
export const documentHref = (patient: string, document: string): string => `${visitHref(patient)}/${part(document)}`;

/* As content/access/rights.json gives them ("sign-visit", the compartment VISIT); what is really allowed the server decides. */
const WRITE: RoleCode[] = ['doctor', 'assistant-doctor', 'system'];
const READ: RoleCode[] = [...WRITE, 'nurse', 'rehab-technician', 'facility-head'];
export const mayVisit = (me: UseMe): boolean => me.has(...WRITE);
export const mayReadVisits = (me: UseMe): boolean => me.has(...READ);
