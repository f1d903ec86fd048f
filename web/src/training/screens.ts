/* The training copy beside this server (docs/training.md). */

import { lazyScreen, type ScreenEntry } from '../screen';

export const trainingScreens: ScreenEntry[] = [
  { path: 'training', title: 'training.title', needs: 'devices', account: true, nav: { label: 'training.title', icon: 'users' }, ...lazyScreen(() => import('./Training')) },
];

/* The same machine and the same way to it, another port. */
export const trainingUrl = (port: number, at: { protocol: string; hostname: string } = window.location): string => `${at.protocol}//${at.hostname}:${port}/`;
