/* The screens of medicines: the drug round. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const drugScreens: ScreenEntry[] = [
  { path: 'ward/:ward/drugs', title: 'drugs.title', needs: 'drugs', early: true, ...lazyScreen(() => import('./Round')) },
];

export const drugsHref = (ward: string, patient = ''): string =>
  `#/ward/${encodeURIComponent(ward)}/drugs${patient === '' ? '' : `?p=${encodeURIComponent(patient)}`}`;
