/* The duty roster: all of the house read it. */

import { lazyScreen, type ScreenEntry } from '../screen';
import type { UseMe } from '../access/me';

export const rosterScreens: ScreenEntry[] = [
  { path: 'roster', title: 'roster.title', needs: 'roster', nav: { label: 'roster.title', icon: 'calendar' }, ...lazyScreen(() => import('./RosterScreen')) },
];
export const rosterHref = (ward = '', view = ''): string => {
  const q = new URLSearchParams({ ...(ward === '' ? {} : { ward }), ...(view === '' ? {} : { view }) }).toString();
  return q === '' ? '#/roster' : `#/roster?${q}`;
};

/* Who may change it; the server decides (content/access/rights.json). */
export const mayWriteRoster = (me: UseMe): boolean => me.has('nurse', 'assistant-doctor', 'doctor', 'records-clerk', 'facility-head');
