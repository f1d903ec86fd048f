/* Which screen an address asks for, and who may see it. */

import { mayOpen, type Me } from './access/me';
import { SCREENS } from './allScreens';
import { matchPath, pathOf, peopleHref, queryOf } from './route';
import type { ScreenEntry } from './screen';

export interface Place { entry: ScreenEntry; params: Record<string, string>; query: URLSearchParams }

export function placeOf(hash: string, screens = SCREENS): Place | undefined {
  for (const entry of screens) {
    const params = matchPath(entry.path, pathOf(hash));
    if (params) return { entry, params, query: queryOf(hash) };
  }
  return undefined;
}

export function maySee(me: Me, entry: ScreenEntry): boolean {
  return (me.auth === 'on' || !entry.account) && mayOpen(me, entry.needs);
}

export function navFor(me: Me, screens = SCREENS): ScreenEntry[] {
  return screens.filter((s) => s.nav !== undefined && maySee(me, s));
}

/* Whose code is fetched while nothing else is going on. */
export const earlyFor = (me: Me, screens = SCREENS): ScreenEntry[] => screens.filter((s) => (s.nav !== undefined || s.early === true) && maySee(me, s));

/* Without sign-in there is no shift and no ward of one's own: the list of people. */
export function homeHref(me: Me, screens = SCREENS): string {
  const first = me.auth === 'off' ? undefined : navFor(me, screens)[0];
  return first ? `#/${first.path}` : peopleHref();
}
