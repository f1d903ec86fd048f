/* The screens about programs of others. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const appScreens: ScreenEntry[] = [
  { path: 'authorize', title: 'authorize.title', account: true, ...lazyScreen(() => import('./Authorize')) },
  { path: 'clients', title: 'clients.title', needs: 'accounts', account: true, nav: { label: 'clients.title', icon: 'tablet' }, ...lazyScreen(() => import('./Clients')) },
];

export const AllowedApps = lazyScreen(() => import('./AllowedApps')).Screen;
export const OpenWith = lazyScreen(() => import('./OpenWith')).Screen;
