/* The screen of the care plan. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const planScreens: ScreenEntry[] = [
  { path: 'person/:id/plan', title: 'plan.screen', needs: 'ward', ...lazyScreen(() => import('./Plan')) },
];

export const planHref = (patient: string): string => `#/person/${encodeURIComponent(patient)}/plan`;
