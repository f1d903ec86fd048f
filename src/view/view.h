/* Flat views: a ViewDefinition turns resources into rows (SQL on FHIR v2, all that is shareable, and repeat and %rowIndex).
 *
 * A view is compiled once; then any number of threads run it on one resource after another. Rows are handed out one by one: nothing
 * is gathered, so a view over a million resources needs the memory of one.
 *
 * spec: https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html */
#ifndef ANS_VIEW_VIEW_H
#define ANS_VIEW_VIEW_H

#include "path/path.h"

typedef struct ans_view ans_view;

typedef struct ans_view_column {
    ans_str name;       /* [A-Za-z][A-Za-z0-9_]* */
    ans_str type;       /* as the view says it; empty: it does not */
    bool is_collection;
} ans_view_column;

/* Compile a ViewDefinition (its root node).
 * owns     *out lives in arena, and needs doc's text no longer
 * errors   ANS_E_INVALID, ANS_E_SYNTAX: what is wrong, and where in the view */
ANS_MUST_USE ans_err ans_view_compile(ans_cx *cx, ans_arena *arena, const ans_json *doc, ans_jnode root, const ans_view **out);

ans_type ans_view_type(const ans_view *view); /* of the resources it is about */
const ans_view_column *ans_view_columns(const ans_view *view, uint32_t *out_count);

/* One row: a collection a column, in the order of the columns; empty: null. Views until the function returns. An error ends the
 * run and is passed on. */
typedef ans_err ans_view_row(void *arg, ans_cx *cx, const ans_view *view, const ans_items *cells);

/* Rows of one resource; none when it is of another type or the view's where says no.
 * errors   ANS_E_VALUE a column with several values that is no collection, a where that is no boolean, errors of FHIRPath;
 *          ANS_E_COSTLY more than 1,000,000 rows */
ANS_MUST_USE ans_err ans_view_run(ans_cx *cx, const ans_view *view, const ans_zone *zone, const ans_json *doc, ans_jnode root,
                                  ans_view_row *row, void *arg);

/* ---- print.c ---- */

typedef enum ans_view_format { ANS_VIEW_NDJSON, ANS_VIEW_JSON, ANS_VIEW_CSV } ans_view_format;

/* "ndjson", "json", "csv", also as media types. False: none of them. */
bool ans_view_format_named(ans_str text, ans_view_format *out);
const char *ans_view_media_type(ans_view_format format);

/* Rows as text; ans_view_print is an ans_view_row whose arg is the printer. begin and end write what stands around the rows. */
typedef struct ans_view_printer {
    ans_buf *out;
    ans_view_format format;
    uint64_t rows;
} ans_view_printer;
void ans_view_print_begin(ans_view_printer *p, const ans_view *view);
ans_err ans_view_print(void *printer, ans_cx *cx, const ans_view *view, const ans_items *cells);
void ans_view_print_end(ans_view_printer *p);

#endif
