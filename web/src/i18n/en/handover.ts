/* English: handing a shift over. */

import type { handover as vi } from '../vi/handover';

export const handover: Record<keyof typeof vi, string> = {
};
