/* Figures for officers and heads: what is known of many, of nobody by name. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const figureScreens: ScreenEntry[] = [
  { path: 'figures', title: 'figures.title', needs: 'figures', account: true, nav: { label: 'figures.title', icon: 'scale2' }, ...lazyScreen(() => import('./Figures')) },
];
