/* The screens of a person in care, and of who represents one: their own record, who looked at it, their consent, their requests. An account of
 * staff has none of them, and such an account has no other (/auth/me: `screens`). */

import { lazyScreen, type ScreenEntry } from '../screen';

export const mineScreens: ScreenEntry[] = [
  { path: 'mine', title: 'mine.record', needs: 'mine', account: true, nav: { label: 'mine.record', icon: 'heart' }, ...lazyScreen(() => import('./MyRecord')) },
  { path: 'mine/log', title: 'mine.log', needs: 'mine', account: true, nav: { label: 'mine.log', icon: 'eye' }, ...lazyScreen(() => import('./MyLog')) },
  { path: 'mine/consent', title: 'mine.consent', needs: 'mine', account: true, nav: { label: 'mine.consent', icon: 'shield' }, ...lazyScreen(() => import('./MyConsents')) },
  { path: 'mine/requests', title: 'mine.requests', needs: 'mine', account: true, nav: { label: 'mine.requests', icon: 'clock' }, ...lazyScreen(() => import('./MyRequests')) },
];
