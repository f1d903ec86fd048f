/* Every screen of the page. A new one is a row in the `screens.ts` of its room; nothing is changed here or in App.tsx. */

import { accessScreens } from './access/screens';
import { alertScreens } from './alerts/screens';
import { appScreens } from './apps/screens';
import { bookScreens } from './books/screens';
import { mayOpen, type Me } from './access/me';
import { consentScreens } from './consent/screens';
import { dailyScreens } from './daily/screens';
import { drugScreens } from './drugs/screens';
import { figureScreens } from './figures/screens';
import { formScreens } from './forms/screens';
import { handoverScreens } from './handover/screens';
import { incidentScreens } from './incidents/screens';
import { matchPath, pathOf, peopleHref, queryOf } from './route';
import type { ScreenEntry } from './screen';
import { prescribeScreens } from './prescribe/screens';
import { rosterScreens } from './roster/screens';
import { setupScreens } from './setup/screens';
import { recordScreens } from './record/screens';
import { resultScreens } from './results/screens';
import { planScreens } from './plan/screens';
import { printScreens } from './print/screens';
import { peopleScreens } from './screens/screens';
import { stayScreens } from './stay/screens';
import { stockScreens } from './stock/screens';
import { trainingScreens } from './training/screens';
import { visitScreens } from './visits/screens';
import { wardScreens } from './ward/screens';

/* The order of the navigation; the first that somebody may open is where they start. */
export const SCREENS: ScreenEntry[] = [
  ...wardScreens,
  ...alertScreens,
  ...dailyScreens,
  ...incidentScreens,
  ...planScreens,
  ...drugScreens,
  ...handoverScreens,
  ...stockScreens,
  ...stayScreens,
  ...rosterScreens,
  ...printScreens,
  ...peopleScreens,
  ...formScreens,
  ...visitScreens,
  ...recordScreens,
  ...resultScreens,
  ...prescribeScreens,
  ...bookScreens,
  ...consentScreens,
  ...figureScreens,
  ...accessScreens,
  ...appScreens,
  ...setupScreens,
  ...trainingScreens,
];

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

/* Without sign-in there is no shift and no ward of one's own: the list of people. */
export function homeHref(me: Me, screens = SCREENS): string {
  const first = me.auth === 'off' ? undefined : navFor(me, screens)[0];
  return first ? `#/${first.path}` : peopleHref();
}
