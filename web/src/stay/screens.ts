/* The screens of coming, being away and going. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const stayScreens: ScreenEntry[] = [
  { path: 'stay', title: 'stay.title', needs: 'stay', nav: { label: 'stay.nav', icon: 'users' }, ...lazyScreen(() => import('./Residents')) },
  { path: 'stay/admit', title: 'stay.admit', needs: 'stay', ...lazyScreen(() => import('./Admit')) },
  { path: 'stay/clients', title: 'stay.clients', needs: 'stay', ...lazyScreen(() => import('./Clients')) },
  { path: 'stay/client', title: 'stay.clients', needs: 'stay', ...lazyScreen(() => import('./Outside')) },
  { path: 'stay/incoming/:id', title: 'stay.incoming', needs: 'stay', ...lazyScreen(() => import('./Incoming')) },
  { path: 'stay/lists', title: 'stay.lists', needs: 'stay', ...lazyScreen(() => import('./Lists')) },
  { path: 'person/:id/stay', title: 'stay.person', needs: 'stay', ...lazyScreen(() => import('./PersonStay')) },
  { path: 'person/:id/identity', title: 'stay.identity', needs: 'stay', ...lazyScreen(() => import('./Identity')) },
  { path: 'person/:id/merge', title: 'stay.merge', needs: 'stay', ...lazyScreen(() => import('./Merge')) },
  { path: 'person/:id/death', title: 'stay.death', needs: 'stay', ...lazyScreen(() => import('./Certify')) },
  { path: 'stay/paper/:id', title: 'stay.receipt', needs: 'stay', ...lazyScreen(() => import('./Receipt')) },
];

export const stayHref = (): string => '#/stay';
export const listsHref = (): string => '#/stay/lists';
export const bedsHref = (): string => '#/stay/beds';
/* same: somebody of the record, who comes again */
export const admitHref = (same = ''): string => `#/stay/admit${same === '' ? '' : `?same=${encodeURIComponent(same)}`}`;
export const clientsHref = (): string => '#/stay/clients';
export const clientHref = (): string => '#/stay/client';
export const incomingHref = (task: string): string => `#/stay/incoming/${encodeURIComponent(task)}`;
export const personStayHref = (id: string): string => `#/person/${encodeURIComponent(id)}/stay`;
export const identityHref = (id: string): string => `#/person/${encodeURIComponent(id)}/identity`;
export const mergeHref = (id: string): string => `#/person/${encodeURIComponent(id)}/merge`;
export const certifyHref = (id: string): string => `#/person/${encodeURIComponent(id)}/death`;
export const receiptHref = (encounter: string): string => `#/stay/paper/${encodeURIComponent(encounter)}`;
