/* Every screen of the staff's page. A new one is a row in the `screens.ts` of its room; nothing is changed elsewhere. The light page has a shorter
 * table (phone/screens.ts). */

import { accessScreens } from './access/screens';
import { alertScreens } from './alerts/screens';
import { appScreens } from './apps/screens';
import { bookScreens } from './books/screens';
import { consentScreens } from './consent/screens';
import { dailyScreens } from './daily/screens';
import { drugScreens } from './drugs/screens';
import { figureScreens } from './figures/screens';
import { formScreens } from './forms/screens';
import { handoverScreens } from './handover/screens';
import { incidentScreens } from './incidents/screens';
import { licenceScreens } from './licence/screens';
import { listScreens } from './lists/screens';
import type { ScreenEntry } from './screen';
import { outboxScreens } from './outbox/screens';
import { prescribeScreens } from './prescribe/screens';
import { rosterScreens } from './roster/screens';
import { setupScreens } from './setup/screens';
import { recordScreens } from './record/screens';
import { resultScreens } from './results/screens';
import { Seen } from './place/Seen';
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
  ...outboxScreens,
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
  ...licenceScreens,
  ...listScreens,
  ...setupScreens,
  ...trainingScreens,
];

/* What stands around each of them. */
export const Around = Seen;
