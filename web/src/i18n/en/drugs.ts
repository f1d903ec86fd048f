/* English: medicines: the drug round. */

import type { drugs as vi } from '../vi/drugs';

export const drugs: Record<keyof typeof vi, string> = {
};
