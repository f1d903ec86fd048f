/* What a house may do: its licence to treat and its approved techniques. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const licenceScreens: ScreenEntry[] = [
  { path: 'licence', title: 'licence.title', needs: 'accounts', account: true, ...lazyScreen(() => import('./LicenceScreen')) },
];
export const licenceHref = (): string => '#/licence';
