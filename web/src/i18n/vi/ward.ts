/* Tiếng Việt: the ward: shift board, rounds. */

export const ward = {
} as const;
