/* English: the ward: shift board, rounds. */

import type { ward as vi } from '../vi/ward';

export const ward: Record<keyof typeof vi, string> = {
};
