/* The new rows of a batch as a table that SQLite can read, so that one statement inserts them all:
 * per row this costs a third less than binding and stepping a statement (0.62 against 0.98 us
 * measured). The table `feed` has one column k and the rows that sq_rows_apply has put into the
 * connection. */
#include "store/sqlite/sqlite_int.h"

typedef struct feed_table {
    sqlite3_vtab base;
    sq_conn *conn;
} feed_table;

typedef struct feed_cursor {
    sqlite3_vtab_cursor base;
    const ans_rowop *at, *end;
} feed_cursor;

static int connect(sqlite3 *db, void *conn, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **why)
{
    feed_table *t = ans_alloc(sizeof *t);

    (void)argc;
    (void)argv;
    (void)why;
    if (!t)
        return SQLITE_NOMEM;
    *t = (feed_table){.conn = conn};
    int rc = sqlite3_declare_vtab(db, "CREATE TABLE feed(k)");
    if (rc != SQLITE_OK) {
        ans_free(t); /* SQLite disconnects only what was connected */
        return rc;
    }
    *out = &t->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *t)
{
    ans_free(t);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
    (void)t;
    info->estimatedCost = 1000;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
    feed_cursor *c = ans_alloc(sizeof *c);

    (void)t;
    if (!c)
        return SQLITE_NOMEM;
    *c = (feed_cursor){0};
    *out = &c->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    ans_free(cursor);
    return SQLITE_OK;
}

static void skip_removals(feed_cursor *c)
{
    while (c->at < c->end && !c->at->is_add)
        c->at++;
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *name, int argc,
                  sqlite3_value **argv)
{
    feed_cursor *c = (feed_cursor *)cursor;
    const sq_conn *conn = ((feed_table *)cursor->pVtab)->conn;

    (void)number;
    (void)name;
    (void)argc;
    (void)argv;
    c->at = conn->feed;
    c->end = conn->feed + conn->feed_count;
    skip_removals(c);
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *cursor)
{
    feed_cursor *c = (feed_cursor *)cursor;

    c->at++;
    skip_removals(c);
    return SQLITE_OK;
}

static int is_end(sqlite3_vtab_cursor *cursor)
{
    const feed_cursor *c = (const feed_cursor *)cursor;

    return c->at >= c->end;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int which)
{
    const feed_cursor *c = (const feed_cursor *)cursor;

    (void)which;
    sqlite3_result_blob64(context, c->at->key.p, c->at->key.n, SQLITE_STATIC);
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
    const feed_cursor *c = (const feed_cursor *)cursor;

    *out = c->end - c->at;
    return SQLITE_OK;
}

int sq_feed_register(sq_conn *c)
{
    static const sqlite3_module module = {
        .xConnect = connect, /* no xCreate: the table is simply there */
        .xBestIndex = best_index,
        .xDisconnect = disconnect,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = filter,
        .xNext = next,
        .xEof = is_end,
        .xColumn = column,
        .xRowid = rowid,
    };

    return sqlite3_create_module(c->db, "feed", &module, c);
}
