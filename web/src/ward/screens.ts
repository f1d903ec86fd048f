/* The screens of the ward: shift board, rounds. */

import type { ScreenEntry } from '../screen';

export const wardScreens: ScreenEntry[] = [];
