/* Setting up a house, and changing one at work. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const setupScreens: ScreenEntry[] = [
  { path: 'setup', title: 'setup.title', needs: 'accounts', account: true, nav: { label: 'setup.nav', icon: 'plus' }, ...lazyScreen(() => import('./Setup')) },
  { path: 'stay/beds', title: 'places.title', needs: 'beds', ...lazyScreen(() => import('./Places')) },
];
