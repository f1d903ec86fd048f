/* The screen of the care plan. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const planScreens: ScreenEntry[] = [
  { path: 'person/:id/plan', title: 'plan.screen', needs: 'ward', ...lazyScreen(() => import('./Plan')) },
  { path: 'person/:id/palliative', title: 'plan.palliative', needs: 'ward', ...lazyScreen(() => import('./Palliative')) },
];

export const PalliativeCard = lazyScreen(() => import('./PalliativeCard'), true).Screen;
export const planHref = (patient: string): string => `#/person/${encodeURIComponent(patient)}/plan`;
export const palliativeHref = (patient: string): string => `#/person/${encodeURIComponent(patient)}/palliative`;
