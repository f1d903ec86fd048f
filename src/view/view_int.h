/* Inside the view room: a compiled view.
 *
 * A view is a tree of nodes. A node says which items it looks at (forEach, repeat, or what its parent looks at), fills its own
 * columns from each, and has parts: selects, whose rows are combined each with each, and unions, whose rows follow one another. */
#ifndef ANS_VIEW_INT_H
#define ANS_VIEW_INT_H

#include "view/view.h"

typedef struct node node;

typedef struct column {
    const ans_path *path;
    uint32_t at; /* in the row */
} column;

/* One alternative: a select; several: the branches of a unionAll. */
typedef struct part {
    node **alternatives;
    uint32_t count;
} part;

struct node {
    const ans_path *each;    /* forEach; NULL: the parent's item */
    const ans_path **repeat; /* paths to follow again and again */
    uint32_t repeat_count;
    bool or_null;
    column *columns;
    uint32_t column_count;
    part *parts;
    uint32_t part_count;
    uint32_t first, last; /* its columns and those below: [first, last) of the row */
};

struct ans_view {
    ans_type type;
    node *root;
    const ans_path **where;
    uint32_t where_count;
    ans_view_column *columns;
    uint32_t column_count;
    ans_path_var *vars; /* the constants; the last is rowIndex */
    uint32_t var_count;
    ans_json constants; /* what vars point into */
};

/* print.c: a cell that is not empty as text: a string without its JSON quotes, everything else as JSON has it; in cx->arena. */
ANS_MUST_USE ans_err view_cell_text(ans_cx *cx, const ans_view_column *c, const ans_items *cell, ans_str *out);
/* One field of a CSV line, quoted where it must be (RFC 4180). What begins like a formula (= + - @, tab, line end) and is no number gets a ' in
 * front, so that a spreadsheet shows it and does not run it. */
void view_csv_field(ans_buf *out, ans_str text);

#endif
