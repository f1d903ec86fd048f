/* Tiếng Việt: medicines: the drug round. */

export const drugs = {
} as const;
