/* Tiếng Việt: handing a shift over. */

export const handover = {
} as const;
