/* Small numbers in sensitive break-downs: a count of 1 to 4 is hidden, and with it as many others as are needed so that no hidden small
 * one can be worked out from what is shown (secondary suppression). Totals are counts like others: a small one is hidden too. The
 * target's own counts are not for this function: whoever supervises needs them (domain rule).
 *
 * One table is all that is told of a thing: a second break-down of the same people shows totals that the first one hides. */
#ifndef ANS_AUTH_SUPPRESS_H
#define ANS_AUTH_SUPPRESS_H

#include "base/cx.h"

#define ANS_SMALL_MOST 4
#define ANS_TABLE_MOST 512 /* rows or columns */

typedef struct ans_table {
    uint32_t rows, columns; /* 1 to ANS_TABLE_MOST */
    const uint64_t *counts; /* row by row */
} ans_table;

/* What must not be shown. In the arena. */
typedef struct ans_hidden {
    bool *cells;   /* rows x columns */
    bool *rows;    /* totals of rows */
    bool *columns; /* totals of columns */
    bool all;      /* the total of all */
} ans_hidden;

/* Exact: every small count, inside or total, is hidden, and could have another value in a table that shows the same. Work grows with
 * (rows + columns)^2 for each small count.
 * errors   ANS_E_VALUE a table too large; ANS_E_NOMEM */
ANS_MUST_USE ans_err ans_suppress(ans_cx *cx, const ans_table *table, ans_hidden *out);

#endif
