/* The screens of handing a shift over. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const handoverScreens: ScreenEntry[] = [
  { path: 'ward/:ward/handover', title: 'handover.title', needs: 'handover', ...lazyScreen(() => import('./Handover')) },
  { path: 'ward/:ward/handover/:id', title: 'handover.document', needs: 'handover', ...lazyScreen(() => import('./Document')) },
];

export const handoverHref = (ward: string, id = ''): string =>
  `#/ward/${encodeURIComponent(ward)}/handover${id === '' ? '' : `/${encodeURIComponent(id)}`}`;
