/* The screens of incidents: reporting one, the ward's list with what is still open, pressure injuries, restraint. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const incidentScreens: ScreenEntry[] = [
  { path: 'person/:id/incident', title: 'incident.screen', needs: 'ward', early: true, ...lazyScreen(() => import('./Report')) },
  { path: 'person/:id/wounds', title: 'wound.screen', needs: 'ward', ...lazyScreen(() => import('./Wounds')) },
  { path: 'person/:id/restraint', title: 'restraint.screen', needs: 'ward', early: true, ...lazyScreen(() => import('./Restraint')) },
  { path: 'incidents', title: 'incident.house', needs: 'ward', ...lazyScreen(() => import('./House')) },
  { path: 'ward/:ward/incidents', title: 'incident.list', needs: 'ward', ...lazyScreen(() => import('./List')) },
];

const part = encodeURIComponent;
export const houseIncidentsHref = (): string => '#/incidents';
export const reportHref = (patient: string): string => `#/person/${part(patient)}/incident`;
export const woundsHref = (patient: string): string => `#/person/${part(patient)}/wounds`;
export const restraintHref = (patient: string): string => `#/person/${part(patient)}/restraint`;
export const incidentsHref = (ward: string, news = ''): string => `#/ward/${part(ward)}/incidents${news === '' ? '' : `?${news}`}`;

/* As content/access/rights.json gives them; what is really allowed the server decides at every request. */
const NURSING: RoleCode[] = ['nurse', 'assistant-doctor', 'doctor', 'system'];
export const mayNurse = (me: UseMe): boolean => me.has(...NURSING);
export const mayReview = (me: UseMe): boolean => me.has('facility-head', 'doctor', 'system');
