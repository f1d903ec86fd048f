/* A table as an operator has it: text with tabs, CSV with commas or semicolons, or the first sheet of an Excel workbook (.xlsx).
 * Everything is text; which cells were numbers is kept, since a spreadsheet takes the zeros off a code that it thinks is one. */
#ifndef ANS_APP_SHEET_H
#define ANS_APP_SHEET_H

#include "base/buf.h"
#include "base/cx.h"

/* A cell costs its place even where it is empty: a workbook of some kilobytes can name the hundredth column of every row, so rows and
 * columns alone bound nothing. The longest official list has 30,000 rows of a dozen columns. */
enum { SHEET_COLUMNS = 100, SHEET_ROWS = 500000, SHEET_CELLS = 5000000 };
#define SHEET_BYTES ((size_t)256 << 20) /* of a file, and of what a workbook unpacks to */

typedef struct sheet_row {
    ans_str *cells;
    uint32_t count;      /* of them; those behind are empty */
    uint8_t *is_number;  /* a bit a cell; NULL: none */
    uint32_t line;       /* in the file, from 1 */
} sheet_row;

typedef struct sheet {
    sheet_row *rows; /* without those that are empty */
    uint32_t count, cap_;
    uint32_t columns; /* of the longest row */
    uint32_t cells_;  /* of all rows */
} sheet;

/* Read bytes, whatever of the three it is. bytes must outlive out.
 * errors   ANS_E_SYNTAX (with the line), ANS_E_TOOBIG more than 500,000 rows, 100 columns, 5,000,000 cells or 256 MiB */
ANS_MUST_USE ans_err sheet_read(ans_cx *cx, ans_str bytes, sheet *out);
static inline bool sheet_is_number(const sheet_row *r, uint32_t column)
{
    return r->is_number && (r->is_number[column / 8] >> (column % 8) & 1);
}

/* For the readers: the row that is being filled; a cell beyond the most columns is an error. */
typedef struct sheet_writer {
    ans_cx *cx;
    sheet *to;
    ans_str cells[SHEET_COLUMNS];
    uint8_t is_number[(SHEET_COLUMNS + 7) / 8];
    uint32_t used;
    bool has_text, has_number;
} sheet_writer;

ANS_MUST_USE ans_err sheet_put(sheet_writer *w, uint32_t column, ans_str text, bool is_number);
ANS_MUST_USE ans_err sheet_end_row(sheet_writer *w, uint32_t line);
/* sheet_xlsx.c */
ANS_MUST_USE ans_err sheet_xlsx(sheet_writer *w, ans_str bytes);

#endif
