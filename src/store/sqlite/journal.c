/* The journal's three tables. A store that was made before they were, opened for reading only, has none: then there is
 * nothing in them. */
#include "store/sqlite/sqlite_int.h"

/* Bound by numbers first, then bytes. */
static void bind_numbers(sqlite3_stmt *st, const int64_t *numbers, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(st, i + 1, numbers[i]);
}

ans_err sq_block_add(ans_cx *cx, void *conn, const ans_block *b)
{
    const int64_t numbers[] = {(int64_t)b->seq, b->count, b->from_us, b->to_us};
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, SQ_BLOCK_ADD, &st);

    if (err)
        return err;
    bind_numbers(st, numbers, 4);
    sqlite3_bind_blob(st, 5, b->hash, sizeof b->hash, SQLITE_STATIC);
    sq_bind_blob(st, 6, b->keys);
    if (b->body.dict == ANS_DICT_RAW)
        sqlite3_bind_null(st, 7);
    else
        sqlite3_bind_int(st, 7, b->body.dict);
    sq_bind_blob(st, 8, b->body.bytes);
    return sq_run(cx, conn, st);
}

static int64_t limited(uint64_t seq)
{
    return seq > INT64_MAX ? INT64_MAX : (int64_t)seq;
}

/* The one row of a statement, its only argument a number. *out NULL: there is none. Reset it when done. */
static ans_err find(ans_cx *cx, sq_conn *c, sq_st which, uint64_t seq, sqlite3_stmt **out)
{
    sqlite3_stmt *st;
    bool has_row = false;
    ans_err err;

    *out = NULL;
    if (!c->folder->has_journal)
        return ANS_OK;
    err = sq_prepare(cx, c, which, &st);
    if (err)
        return err;
    sqlite3_bind_int64(st, 1, limited(seq));
    err = sq_step(cx, c, st, &has_row);
    if (!err && has_row)
        *out = st;
    else if (!err)
        sqlite3_reset(st);
    return err;
}

static void put_hash(sqlite3_stmt *st, int at, uint8_t *out, size_t n)
{
    ans_str s = sq_column(st, at);

    memset(out, 0, n);
    if (s.n == n)
        memcpy(out, s.p, n);
}

static ans_err fill_block(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, bool with_body, ans_block *out)
{
    ans_str keys = sq_column(st, 5), body = with_body ? sq_column(st, 7) : ANS_STR_NONE;
    char *copy = sq_copy_room(cx, c, keys.n + body.n + 1);

    if (!copy)
        return ANS_E_NOMEM;
    *out = (ans_block){.seq = (uint64_t)sqlite3_column_int64(st, 0), .count = (uint32_t)sqlite3_column_int64(st, 1)};
    out->from_us = sqlite3_column_int64(st, 2);
    out->to_us = sqlite3_column_int64(st, 3);
    put_hash(st, 4, out->hash, sizeof out->hash);
    if (keys.n > 0)
        memcpy(copy, keys.p, keys.n);
    if (body.n > 0)
        memcpy(copy + keys.n, body.p, body.n);
    out->keys = (ans_str){copy, keys.n};
    out->body.bytes = (ans_str){copy + keys.n, body.n};
    out->body.dict = !with_body || sqlite3_column_type(st, 6) == SQLITE_NULL ? ANS_DICT_RAW : sqlite3_column_int(st, 6);
    return ANS_OK;
}

ans_err sq_block_at(ans_cx *cx, void *conn, uint64_t seq, bool with_body, ans_block *out)
{
    sqlite3_stmt *st;
    ans_err err = find(cx, conn, with_body ? SQ_BLOCK_AT : SQ_BLOCK_HEAD_AT, seq, &st);

    if (err || !st)
        return err ? err : ANS_E_NOTFOUND;
    err = fill_block(cx, conn, st, with_body, out);
    sqlite3_reset(st);
    return err;
}

ans_err sq_group_add(ans_cx *cx, void *conn, const ans_group *g)
{
    const int64_t numbers[] = {(int64_t)g->seq, (int64_t)g->last};
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, SQ_GROUP_ADD, &st);

    if (err)
        return err;
    bind_numbers(st, numbers, 2);
    sq_bind_blob(st, 3, g->keys);
    return sq_run(cx, conn, st);
}

ans_err sq_group_at(ans_cx *cx, void *conn, uint64_t seq, ans_group *out)
{
    sqlite3_stmt *st;
    ans_err err = find(cx, conn, SQ_GROUP_AT, seq, &st);

    if (err || !st)
        return err ? err : ANS_E_NOTFOUND;
    ans_str keys = sq_column(st, 2);
    char *copy = sq_copy_room(cx, conn, keys.n + 1);
    if (copy) {
        if (keys.n > 0)
            memcpy(copy, keys.p, keys.n);
        *out = (ans_group){.seq = (uint64_t)sqlite3_column_int64(st, 0),
                           .last = (uint64_t)sqlite3_column_int64(st, 1),
                           .keys = {copy, keys.n}};
    }
    sqlite3_reset(st);
    return copy ? ANS_OK : ANS_E_NOMEM;
}

ans_err sq_head_add(ans_cx *cx, void *conn, const ans_head *h)
{
    const int64_t numbers[] = {(int64_t)h->seq, (int64_t)h->prev, h->when_us};
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, SQ_HEAD_ADD, &st);

    if (err)
        return err;
    bind_numbers(st, numbers, 3);
    sqlite3_bind_blob(st, 4, h->hash, sizeof h->hash, SQLITE_STATIC);
    sqlite3_bind_blob(st, 5, h->key_id, sizeof h->key_id, SQLITE_STATIC);
    sqlite3_bind_blob(st, 6, h->signature, sizeof h->signature, SQLITE_STATIC);
    return sq_run(cx, conn, st);
}

ans_err sq_head_at(ans_cx *cx, void *conn, uint64_t seq, bool forward, ans_head *out)
{
    sqlite3_stmt *st;
    ans_err err = find(cx, conn, forward ? SQ_HEAD_FROM : SQ_HEAD_AT, seq, &st);

    if (err || !st)
        return err ? err : ANS_E_NOTFOUND;
    *out = (ans_head){.seq = (uint64_t)sqlite3_column_int64(st, 0),
                      .prev = (uint64_t)sqlite3_column_int64(st, 1),
                      .when_us = sqlite3_column_int64(st, 2)};
    put_hash(st, 3, out->hash, sizeof out->hash);
    put_hash(st, 4, out->key_id, sizeof out->key_id);
    put_hash(st, 5, out->signature, sizeof out->signature);
    sqlite3_reset(st);
    return ANS_OK;
}
