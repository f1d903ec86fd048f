/* The screens of coming, being away and going. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const stayScreens: ScreenEntry[] = [
  { path: 'stay', title: 'stay.title', needs: 'stay', nav: { label: 'stay.nav', icon: 'users' }, ...lazyScreen(() => import('./Residents')) },
  { path: 'stay/admit', title: 'stay.admit', needs: 'stay', ...lazyScreen(() => import('./Admit')) },
  { path: 'stay/lists', title: 'stay.lists', needs: 'stay', ...lazyScreen(() => import('./Lists')) },
  { path: 'person/:id/stay', title: 'stay.person', needs: 'stay', ...lazyScreen(() => import('./PersonStay')) },
  { path: 'person/:id/merge', title: 'stay.merge', needs: 'stay', ...lazyScreen(() => import('./Merge')) },
  { path: 'stay/paper/:id', title: 'stay.receipt', needs: 'stay', ...lazyScreen(() => import('./Receipt')) },
];

export const stayHref = (): string => '#/stay';
export const listsHref = (): string => '#/stay/lists';
export const admitHref = (): string => '#/stay/admit';
export const personStayHref = (id: string): string => `#/person/${encodeURIComponent(id)}/stay`;
export const mergeHref = (id: string): string => `#/person/${encodeURIComponent(id)}/merge`;
export const receiptHref = (encounter: string): string => `#/stay/paper/${encodeURIComponent(encounter)}`;
