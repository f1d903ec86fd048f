/* What the server did not take of this account's entries, whomever they are about and of whatever kind. */

import { lazyScreen, type ScreenEntry } from '../screen';

export const outboxScreens: ScreenEntry[] = [
  { path: 'unsent', title: 'outbox.unsent', ...lazyScreen(() => import('./Unsent')) },
];
