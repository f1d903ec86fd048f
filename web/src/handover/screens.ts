/* The screens of handing a shift over. */

import type { ScreenEntry } from '../screen';

export const handoverScreens: ScreenEntry[] = [];
