/* The screens of the ward: shift board, round of vital signs. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const wardScreens: ScreenEntry[] = [
  { path: 'ward', title: 'ward.title', needs: 'ward', nav: { label: 'ward.nav', icon: 'pulse' }, ...lazyScreen(() => import('./Wards')) },
  { path: 'ward/:ward', title: 'ward.title', needs: 'ward', ...lazyScreen(() => import('./BoardScreen')) },
  { path: 'ward/:ward/vitals', title: 'round.title', needs: 'ward', early: true, ...lazyScreen(() => import('./Round')) },
];
