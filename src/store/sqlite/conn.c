/* A connection: statements prepared once, results copied out, SQLite's codes turned into ours. */
#include "store/sqlite/sqlite_int.h"

#include <errno.h>

static const char *const texts[SQ_COUNT] = {
#define ANS_ST(name, sql) [SQ_##name] = (sql),
#include "store/sqlite/statements.def"
#undef ANS_ST
};

enum { BUSY_MS = 5000, KEEP_COPY_BYTES = 1 << 20 };

/* ---- errors ---- */

static ans_err code_of(sq_conn *c, int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_FULL:
        return ANS_E_NOSPACE;
    case SQLITE_NOMEM:
        return ANS_E_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ANS_E_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ANS_E_BUSY;
    case SQLITE_TOOBIG:
        return ANS_E_TOOBIG;
    case SQLITE_IOERR:
        if (rc == SQLITE_IOERR_NOMEM)
            return ANS_E_NOMEM;
        return c && sqlite3_system_errno(c->db) == ENOSPC ? ANS_E_NOSPACE : ANS_E_IO;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
    case SQLITE_RANGE:
        return ANS_E_BUG;
    default:
        return ANS_E_IO;
    }
}

/* The text of the code, never of the statement: a message of SQLite may quote data. */
ans_err sq_fail(ans_cx *cx, sq_conn *c, int rc, const char *doing)
{
    int extended = c && c->db ? sqlite3_extended_errcode(c->db) : rc;

    if ((extended & 0xFF) != (rc & 0xFF))
        extended = rc;
    return ans_issue_add(cx, code_of(c, extended), ANS_STR_NONE, "%s: %s (sqlite %d)", doing,
                         sqlite3_errstr(rc), extended);
}

/* ---- life ---- */

void sq_conn_free(void *conn)
{
    sq_conn *c = conn;

    if (!c)
        return;
    for (int i = 0; i < SQ_COUNT; i++)
        sqlite3_finalize(c->st[i]);
    for (int i = 0; i < ANS_CURSOR_MAX; i++) {
        sqlite3_finalize(c->cursors[i].st[0]);
        sqlite3_finalize(c->cursors[i].st[1]);
        ans_free(c->cursors[i].low);
    }
    sqlite3_finalize(c->bulk);
    pending_view_done(c->view);
    pending_view_done(c->view_kept);
    sqlite3_close_v2(c->db);
    ans_free(c->copy);
    ans_free(c);
}

ans_err sq_conn_new(ans_cx *cx, sq_folder *folder, const char *path, int flags, sq_conn **out)
{
    sq_conn *c = ans_alloc(sizeof *c);
    int rc;

    if (!c)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a connection");
    *c = (sq_conn){.folder = folder};
    rc = sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                         ANS_VFS_NAME);
    if (rc == SQLITE_OK)
        rc = sqlite3_extended_result_codes(c->db, 1);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(c->db, BUSY_MS);
    if (rc == SQLITE_OK)
        rc = sq_feed_register(c);
    if (rc != SQLITE_OK) {
        ans_err err = sq_fail(cx, c, rc, "opening the store's file");
        sq_conn_free(c);
        return err;
    }
    *out = c;
    return ANS_OK;
}

/* ---- statements ---- */

ans_err sq_exec(ans_cx *cx, sq_conn *c, const char *sql)
{
    int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ANS_OK : sq_fail(cx, c, rc, "preparing the store's file");
}

const char *sq_text(sq_st which)
{
    return texts[which];
}

ans_err sq_prepare(ans_cx *cx, sq_conn *c, sq_st which, sqlite3_stmt **out)
{
    if (!c->st[which]) {
        int rc = sqlite3_prepare_v3(c->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    &c->st[which], NULL);
        if (rc != SQLITE_OK)
            return sq_fail(cx, c, rc, "preparing a statement");
    }
    *out = c->st[which];
    return ANS_OK;
}

ans_err sq_step(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, bool *out_row)
{
    int rc = sqlite3_step(st);

    if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
        *out_row = rc == SQLITE_ROW;
        return ANS_OK;
    }
    ans_err err = sq_fail(cx, c, rc, "the store's file");
    sqlite3_reset(st);
    return err;
}

ans_err sq_run(ans_cx *cx, sq_conn *c, sqlite3_stmt *st)
{
    bool has_row;
    ans_err err = sq_step(cx, c, st, &has_row);

    if (!err)
        sqlite3_reset(st);
    return err;
}

char *sq_copy_room(ans_cx *cx, sq_conn *c, size_t n)
{
    size_t size = c->copy_size;

    if (n > size || (size > KEEP_COPY_BYTES && n < KEEP_COPY_BYTES)) {
        size = n < 8192 ? 8192 : n;
        char *p = ans_realloc(c->copy, size);
        if (!p) {
            (void)ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to read a version");
            return NULL;
        }
        c->copy = p;
        c->copy_size = size;
    }
    return c->copy;
}

int sq_bind_blob(sqlite3_stmt *st, int at, ans_str s)
{
    /* NULL would be bound as SQL NULL; the bytes outlive the step */
    return sqlite3_bind_blob64(st, at, s.p ? s.p : "", s.n, SQLITE_STATIC);
}

int sq_bind_id(sqlite3_stmt *st, int at, ans_str id, uint8_t packed[16])
{
    if (sq_id_pack(id, packed))
        return sqlite3_bind_blob(st, at, packed, 16, SQLITE_STATIC);
    return sqlite3_bind_text64(st, at, id.p ? id.p : "", id.n, SQLITE_STATIC, SQLITE_UTF8);
}

ans_str sq_column(sqlite3_stmt *st, int at)
{
    const char *p = sqlite3_column_blob(st, at);

    return (ans_str){p, p ? (size_t)sqlite3_column_bytes(st, at) : 0};
}

/* ---- for tests: how each statement will be answered ---- */

static ans_err plan_of(ans_cx *cx, sq_conn *c, const char *name, const char *sql, ans_buf *b)
{
    sqlite3_stmt *st = NULL;
    ans_str text = ans_arena_fmt(cx->arena, "EXPLAIN QUERY PLAN %s", sql);
    int rc;

    if (!text.p)
        return ans_cx_nomem(cx);
    rc = sqlite3_prepare_v2(c->db, text.p, -1, &st, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        ans_buf_fmt(b, "%s: %s\n", name, (const char *)sqlite3_column_text(st, 3));
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE || rc == SQLITE_OK ? ANS_OK
                                                : sq_fail(cx, c, rc, "explaining a statement");
}

ans_err ans_store_plans(ans_cx *cx, ans_store *store, ans_str *out)
{
    static const char *const names[SQ_COUNT] = {
#define ANS_ST(name, sql) [SQ_##name] = #name,
#include "store/sqlite/statements.def"
#undef ANS_ST
    };
    ans_err err = ANS_OK;
    ans_buf b;

    ans_buf_init_arena(&b, cx->arena, 1 << 20);
    if (store->ops != &ans_store_sqlite_ops)
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, ANS_STR_NONE, "only sqlite has plans");
    for (int i = 0; !err && i < SQ_COUNT; i++)
        err = plan_of(cx, store->care->conn, names[i], texts[i], &b);
    return err ? err : ans_buf_finish(&b, out);
}
