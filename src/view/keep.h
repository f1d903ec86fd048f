/* Kept views: rows of ViewDefinitions as tables that can be asked in SQL, following the record.
 *
 * The idea: rows and how far in the log they go stand in one SQLite file, DATA/views.db, and change in one transaction. So every version
 * counts exactly once, whenever the program ends; nothing there is a source of anything: the file may be thrown away and is made anew from
 * the log. A view whose definition changed, or a file of another record, starts from the beginning.
 *
 * A table has the view's name, its columns, and _rid, the number of the resource a row comes from. Numbers are numbers, booleans 0 and 1,
 * dates and codes text, collections JSON. */
#ifndef ANS_VIEW_KEEP_H
#define ANS_VIEW_KEEP_H

#include "search/search.h"
#include "view/view.h"

typedef struct ans_kept ans_kept;

/* A name that a table can have: [A-Za-z][A-Za-z0-9_]*, at most 60. */
bool ans_view_is_name(ans_str s);

/* A ViewDefinition as one that can be kept, and its name; both in arena.
 * errors   ANS_E_SYNTAX, ANS_E_INVALID: no view, no name, two columns that are one in SQL */
ANS_MUST_USE ans_err ans_kept_read(ans_cx *cx, ans_arena *arena, ans_str text, const ans_view **out, ans_str *out_name);

typedef struct ans_kept_options {
    ans_store *store;
    const ans_search *search;
    const char *path;     /* of views.db */
    const ans_str *views; /* ViewDefinitions as JSON, each with a name of its own */
    uint32_t count;
    bool follow;          /* watch the store and keep up on a thread of its own: start-up only, before the first write */
} ans_kept_options;

/* errors   ANS_E_INVALID a view that cannot be kept, by name; ANS_E_IO views.db */
ANS_MUST_USE ans_err ans_kept_open(ans_cx *cx, const ans_kept_options *options, ans_kept **out);
/* Reads the log up to its end; for who does not follow. */
ANS_MUST_USE ans_err ans_kept_catch_up(ans_cx *cx, ans_kept *kept);
/* Ends the thread and gives reader and file back; before the store closes. Accept NULL. */
void ans_kept_stop(ans_kept *kept);
void ans_kept_free(ans_kept *kept); /* after the store was closed */

/* ---- asking (sql.c) ---- */

typedef struct ans_sql_limits {
    uint32_t max_rows; /* 0: 100,000 */
    uint32_t max_ms;   /* 0: 10,000 */
    size_t max_bytes;  /* of the answer; 0: 64 MiB */
} ans_sql_limits;

/* One SELECT over the tables of views.db, which a follower may hold meanwhile: one moment of it. Nothing else is possible: no writing,
 * attaching, settings, or functions that reach out of the file.
 * path     of views.db
 * errors   ANS_E_INVALID what SQLite says of the text, or more than one statement; ANS_E_FORBIDDEN no SELECT; ANS_E_COSTLY beyond a
 *          limit; ANS_E_NOTFOUND there is no such file yet */
ANS_MUST_USE ans_err ans_sql_run(ans_cx *cx, const char *path, ans_str sql, const ans_sql_limits *limits, ans_view_format format, ans_buf *out);

#endif
