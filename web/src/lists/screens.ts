/* Official lists: ICD-10, techniques, provinces, wards. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const listScreens: ScreenEntry[] = [
  { path: 'lists', title: 'lists.title', needs: 'lists', account: true, nav: { label: 'lists.title', icon: 'import' }, ...lazyScreen(() => import('./Lists')) },
];
