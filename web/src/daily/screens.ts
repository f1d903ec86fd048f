/* The screens of daily care. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const dailyScreens: ScreenEntry[] = [
  { path: 'ward/:ward/care', title: 'care.screen', needs: 'ward', early: true, ...lazyScreen(() => import('./Care')) },
];

export const careHref = (ward: string, patient = '', kind = ''): string => {
  const query = new URLSearchParams({ ...(patient === '' ? {} : { p: patient }), ...(kind === '' ? {} : { k: kind }) }).toString();
  return `#/ward/${encodeURIComponent(ward)}/care${query === '' ? '' : `?${query}`}`;
};
