/* A sheet: what a form is laid out with. Things follow each other down the page and over pages; a table repeats its head; at the end every
 * page gets its foot (page x/y, printed when and by whom) and, in its corner, the QR code that leads back to what was printed.
 *
 * Everything drawn as text is hashed on its way: the hash names this very print (docs/paper.md). Errors stick until ans_sheet_finish. */
#ifndef ANS_PAPER_SHEET_H
#define ANS_PAPER_SHEET_H

#include "paper/pdf.h"

typedef struct ans_sheet ans_sheet;

typedef struct ans_sheet_options {
    bool is_wide;          /* A4 on its side */
    ans_str title;         /* for the file: nobody's name */
    ans_str program;
    int64_t printed_us;
    ans_str printed_text;  /* "In lúc 19:04 21/11/2026, người in: ..." */
    ans_str caution;       /* the line above it */
    ans_str page_text;     /* "Trang" */
    ans_str band;          /* across the top of every page; empty: none */
    uint32_t most_pages;
} ans_sheet_options;

typedef enum ans_align { ANS_LEFT, ANS_CENTRE, ANS_RIGHT } ans_align;

typedef struct ans_style {
    uint8_t face;   /* ans_face */
    uint8_t align;  /* ans_align */
    double size;    /* 0: 11 */
    double above;   /* room above */
} ans_style;

ANS_MUST_USE ans_err ans_sheet_new(ans_cx *cx, const ans_sheet_options *options, ans_sheet **out);
double ans_sheet_width(const ans_sheet *s); /* between the margins */
ans_pdf *ans_sheet_pdf(ans_sheet *s);

/* On to a new page; where nothing stands yet on this one, nothing happens. */
void ans_sheet_break(ans_sheet *s);
/* Whose it is, at the top of every page from the next one on (a page that lost the others still says it); empty: nothing.
 * text     borrowed until the end */
void ans_sheet_running(ans_sheet *s, ans_str text);
void ans_sheet_gap(ans_sheet *s, double points);
/* Room of that height on one page: breaks when there is none left. */
void ans_sheet_need(ans_sheet *s, double height);
void ans_sheet_text(ans_sheet *s, ans_style style, ans_str text);

/* "Họ và tên: Nguyễn Văn An", in columns, each value wrapped within its own. An empty value is a dotted line to write on where
 * is_open says so, else the fact is left out. */
typedef struct ans_fact {
    ans_str name, value;
    bool is_open;
    bool is_whole; /* takes the whole width */
} ans_fact;
void ans_sheet_facts(ans_sheet *s, const ans_fact *facts, uint32_t count, uint32_t columns);

/* ---- tables ---- */

enum { ANS_TABLE_MOST_COLUMNS = 40 };

typedef struct ans_cell {
    ans_str text;
    uint8_t face;
    uint8_t align;
    uint8_t span;   /* columns; 0: 1 */
    bool has_box;   /* a square to tick stands before the text */
} ans_cell;

typedef struct ans_table {
    const double *widths; /* shares: scaled to the whole width */
    uint32_t columns;
    double size;          /* of its text; 0: 10 */
    const ans_cell *head; /* rows of `columns` cells; a cell that another spans is skipped */
    uint32_t head_rows;
    double least;         /* height of a row; 0: as its text needs */
} ans_table;

void ans_sheet_table(ans_sheet *s, const ans_table *table); /* begins one: draws its head */
void ans_sheet_row(ans_sheet *s, const ans_cell *cells);    /* of as many columns; one higher than a page goes on over pages */
void ans_sheet_table_end(ans_sheet *s);

/* ---- signatures: side by side, each a post above room to sign and a name ---- */
typedef struct ans_sign_place {
    ans_str post, note, name;
} ans_sign_place;
void ans_sheet_signs(ans_sheet *s, ans_str place_and_day, const ans_sign_place *places, uint32_t count);

/* ---- two columns at the head of an official paper ---- */
typedef struct ans_head_line {
    ans_str text;
    uint8_t face;
    bool is_ruled; /* a short line below */
} ans_head_line;
void ans_sheet_head(ans_sheet *s, const ans_head_line *left, uint32_t left_count, const ans_head_line *right, uint32_t right_count);

/* An area of the page for a drawing of the form's own; NULL after an error. Its top left corner is at *out_x, *out_y. */
ans_pdf_page *ans_sheet_area(ans_sheet *s, double height, double *out_x, double *out_y);
/* Text within such an area, hashed like all the rest. */
void ans_sheet_put(ans_sheet *s, ans_pdf_page *page, ans_style style, double x, double y, ans_str text);

/* The hash so far, as 16 hexadecimal digits. */
#define ANS_SHEET_HASH_DIGITS 16
void ans_sheet_hash(const ans_sheet *s, char out[ANS_SHEET_HASH_DIGITS + 1]);
uint32_t ans_sheet_pages(const ans_sheet *s);

/* code: text of the QR code on every page; empty: none.
 * owns     out in cx->arena */
ANS_MUST_USE ans_err ans_sheet_finish(ans_sheet *s, ans_str code, ans_str *out);

#endif
