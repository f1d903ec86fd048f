/* Small numbers in sensitive break-downs: a count of 1 to 4 is hidden, and with it as many others as are needed so that no hidden small
 * one can be worked out from the totals that are shown (secondary suppression). The target's own counts are not for this function:
 * whoever supervises needs them (domain rule). */
#ifndef ANS_AUTH_SUPPRESS_H
#define ANS_AUTH_SUPPRESS_H

#include "base/cx.h"

#define ANS_SMALL_MOST 4

typedef struct ans_table {
    uint32_t rows, columns;
    const uint64_t *counts;  /* row by row */
    bool row_totals, column_totals; /* are shown; the total of all is taken as shown in any case */
} ans_table;

/* hidden: rows x columns, set here. Exact: afterwards every hidden small count could have another value in a table of the same
 * totals and the same shown counts. When that cannot be reached everything is hidden, and *out_whole says that the totals must be too. */
ANS_MUST_USE ans_err ans_suppress(ans_cx *cx, const ans_table *table, bool *hidden, bool *out_whole);

#endif
