/* The screens of consent: a person's consents and who represents them, the paper to sign, the requests of the house. */

import type { RoleCode, UseMe } from '../access/me';
import { lazyScreen, type ScreenEntry } from '../screen';

export const consentScreens: ScreenEntry[] = [
  { path: 'person/:id/consent', title: 'consent.title', needs: 'consent', ...lazyScreen(() => import('./Consents')) },
  { path: 'person/:id/consent/:purpose/paper', title: 'consent.title', needs: 'consent', ...lazyScreen(() => import('./PaperConsent')) },
  { path: 'requests', title: 'requests.title', needs: 'requests', nav: { label: 'requests.title', icon: 'clock' }, ...lazyScreen(() => import('./RequestList')) },
];

const part = encodeURIComponent;
export const consentHref = (patient: string): string => `#/person/${part(patient)}/consent`;
export const consentPaperHref = (patient: string, purpose: string): string => `${consentHref(patient)}/${part(purpose)}/paper`;

/* As content/access/rights.json gives them; what is really allowed the server decides at every request. */
const GIVE: RoleCode[] = ['assistant-doctor', 'doctor', 'social-worker', 'records-clerk', 'system'];
const IDENTITY: RoleCode[] = ['social-worker', 'records-clerk', 'system'];
const ANSWER: RoleCode[] = ['social-worker', 'records-clerk', 'facility-head', 'system'];
export const mayGive = (me: UseMe): boolean => me.has(...GIVE);
export const mayName = (me: UseMe): boolean => me.has(...IDENTITY);
export const mayAnswer = (me: UseMe): boolean => me.has(...ANSWER);
