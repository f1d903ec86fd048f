/* The screens about accounts and traces, each fetched only when wanted. */

import type { ScreenEntry } from '../screen';

export const accessScreens: ScreenEntry[] = [];
