/* What the server did not take, of everybody and of every kind. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const outboxScreens: ScreenEntry[] = [
  { path: 'unsent', title: 'outbox.unsent', ...lazyScreen(() => import('./Unsent')) },
];
