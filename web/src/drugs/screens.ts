/* The screens of medicines: the drug round. */

import type { ScreenEntry } from '../screen';

export const drugScreens: ScreenEntry[] = [];
