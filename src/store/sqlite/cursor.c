/* Walking the ordered set of rows. A cursor has a statement of its own, kept for the next cursor in
 * the same place; to seek is to reset it and bind another beginning. Where rows wait in front of the
 * table (pending.h) both are walked side by side. */
#include "store/sqlite/sqlite_int.h"

static sqlite3_stmt *statement(const sq_cursor *cur)
{
    return cur->st[cur->high_n > 0];
}

static ans_err prepare(ans_cx *cx, sq_cursor *cur)
{
    int which = cur->high_n > 0;
    int rc;

    if (cur->st[which])
        return ANS_OK;
    rc = sqlite3_prepare_v3(cur->conn->db, sq_text(which ? SQ_ROW_RANGE : SQ_ROW_FROM), -1,
                            SQLITE_PREPARE_PERSISTENT, &cur->st[which], NULL);
    return rc == SQLITE_OK ? ANS_OK : sq_fail(cx, cur->conn, rc, "preparing a cursor");
}

/* The bounds and the key sought live in the cursor: a statement looks at what is bound while it
 * runs. */
static bool make_room(sq_cursor *cur, size_t key_n)
{
    size_t need = cur->low_n + cur->high_n + key_n;

    if (need <= cur->cap)
        return true;
    size_t cap = need < 256 ? 256 : need * 2;
    char *p = ans_realloc(cur->low, cap);
    if (!p)
        return false;
    cur->low = p;
    cur->cap = cap;
    return true;
}

static ans_err no_memory(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a cursor");
}

ans_err sq_cursor_open(ans_cx *cx, void *conn, ans_str low, ans_str high, void **out)
{
    sq_conn *c = conn;
    sq_cursor *cur = NULL;
    ans_err err;

    for (int i = 0; i < ANS_CURSOR_MAX && !cur; i++)
        cur = c->cursors[i].is_used ? NULL : &c->cursors[i];
    if (!cur)
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d cursors at once",
                             ANS_CURSOR_MAX);
    cur->conn = c;
    cur->low_n = low.n;
    cur->high_n = high.n;
    if (!make_room(cur, 64))
        return no_memory(cx);
    if (low.n > 0)
        memcpy(cur->low, low.p, low.n);
    if (high.n > 0)
        memcpy(cur->low + low.n, high.p, high.n);
    err = prepare(cx, cur);
    if (err)
        return err;
    cur->is_on = false;
    cur->is_taken = false;
    cur->is_used = true;
    cur->pending.view = c->view;
    *out = cur;
    return ANS_OK;
}

static ans_err step(ans_cx *cx, sq_cursor *cur)
{
    sqlite3_stmt *st = statement(cur);
    ans_err err;

    cur->is_on = false;
    err = sq_step(cx, cur->conn, st, &cur->is_on);
    if (err)
        return err;
    cur->row = cur->is_on ? sq_column(st, 0) : ANS_STR_NONE;
    if (!cur->is_on)
        sqlite3_reset(st); /* so that it holds no snapshot */
    return ANS_OK;
}

static ans_str high_of(const sq_cursor *cur)
{
    return (ans_str){cur->low + cur->low_n, cur->high_n};
}

/* The first change that waits at or behind where we are, within the bounds. */
static bool peek(const sq_cursor *cur, ans_rowop *out)
{
    return pending_peek(&cur->pending, out) && (cur->high_n == 0 || ans_str_cmp(out->key, high_of(cur)) < 0);
}

/* The smaller of the table's row and the row that waits; rows that wait to go are passed over in both. */
static ans_err choose(ans_cx *cx, sq_cursor *cur, ans_str *out)
{
    ans_rowop op;
    ans_err err = ANS_OK;

    while (!err && peek(cur, &op)) {
        int c = cur->is_on ? ans_str_cmp(cur->row, op.key) : 1;
        if (c < 0 || (c == 0 && op.is_add))
            break;
        if (c > 0 && op.is_add) {
            *out = op.key;
            return ANS_OK;
        }
        pending_pass(&cur->pending, op.key);
        if (c == 0)
            err = step(cx, cur);
    }
    *out = cur->is_on ? cur->row : ANS_STR_NONE;
    return err;
}

/* Go behind the row that was given last. */
static ans_err leave(ans_cx *cx, sq_cursor *cur)
{
    ans_rowop op;
    int c = 1;

    if (peek(cur, &op))
        c = cur->is_on ? ans_str_cmp(cur->row, op.key) : 1;
    else
        c = -1;
    if (c >= 0)
        pending_pass(&cur->pending, op.key);
    return c <= 0 && cur->is_on ? step(cx, cur) : ANS_OK;
}

ans_err sq_cursor_seek(ans_cx *cx, void *cursor, ans_str key, ans_str *out)
{
    sq_cursor *cur = cursor;
    sqlite3_stmt *st = statement(cur);
    ans_str from = {cur->low, cur->low_n};

    if (ans_str_cmp(key, from) > 0) { /* copied before the reset: it may be the row we stand on */
        if (!make_room(cur, key.n))
            return no_memory(cx);
        char *at = cur->low + cur->low_n + cur->high_n;
        memcpy(at, key.p, key.n);
        from = (ans_str){at, key.n};
    }
    sqlite3_reset(st);
    cur->is_on = false;
    cur->is_taken = false;
    if (cur->high_n > 0 && ans_str_cmp(from, high_of(cur)) >= 0) {
        *out = ANS_STR_NONE;
        return ANS_OK;
    }
    int rc = sq_bind_blob(st, 1, from);
    if (rc == SQLITE_OK && cur->high_n > 0)
        rc = sq_bind_blob(st, 2, high_of(cur));
    if (rc != SQLITE_OK)
        return sq_fail(cx, cur->conn, rc, "seeking an index row");
    ans_err err = step(cx, cur);
    if (!err && cur->pending.view) {
        pending_seek(&cur->pending, from);
        err = choose(cx, cur, out);
        cur->is_taken = !err && out->p;
    } else if (!err) {
        *out = cur->row;
    }
    return err;
}

ans_err sq_cursor_next(ans_cx *cx, void *cursor, ans_str *out)
{
    sq_cursor *cur = cursor;
    ans_err err = ANS_OK;

    *out = ANS_STR_NONE;
    if (cur->pending.view) {
        if (!cur->is_taken)
            return ANS_OK;
        err = leave(cx, cur);
        err = err ? err : choose(cx, cur, out);
        cur->is_taken = !err && out->p;
        return err;
    }
    if (!cur->is_on)
        return ANS_OK;
    err = step(cx, cur);
    if (!err)
        *out = cur->row;
    return err;
}

void sq_cursor_close(void *cursor)
{
    sq_cursor *cur = cursor;

    sqlite3_reset(statement(cur));
    cur->is_used = false;
    cur->is_on = false;
    cur->pending.view = NULL;
}

ans_err sq_count_rows(ans_cx *cx, void *conn, ans_str low, ans_str high, uint64_t limit,
                      uint64_t *out)
{
    sq_st which = limit ? (high.n ? SQ_ROW_COUNT_RANGE_LIMIT : SQ_ROW_COUNT_FROM_LIMIT)
                        : (high.n ? SQ_ROW_COUNT_RANGE : SQ_ROW_COUNT_FROM);
    const sq_conn *c = conn;
    sqlite3_stmt *st;
    bool has_row = false;
    uint64_t more = 0, less = 0, n;
    ans_err err = sq_prepare(cx, conn, which, &st);

    if (err)
        return err;
    if (c->view)
        pending_count(c->view, low, high, &more, &less);
    sq_bind_blob(st, 1, low);
    if (high.n > 0)
        sq_bind_blob(st, 2, high);
    if (limit > 0) /* so far that enough is left when those that wait to go have gone */
        sqlite3_bind_int64(st, 3, limit > INT64_MAX - less ? INT64_MAX : (int64_t)(limit + less));
    err = sq_step(cx, conn, st, &has_row);
    if (err)
        return err;
    n = (has_row ? (uint64_t)sqlite3_column_int64(st, 0) : 0) + more;
    n = n > less ? n - less : 0;
    *out = limit && n > limit ? limit : n;
    sqlite3_reset(st);
    return ANS_OK;
}
