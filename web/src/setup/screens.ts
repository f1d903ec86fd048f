/* Setting up a house. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const setupScreens: ScreenEntry[] = [
  { path: 'setup', title: 'setup.title', needs: 'accounts', account: true, nav: { label: 'setup.nav', icon: 'plus' }, ...lazyScreen(() => import('./Setup')) },
];
