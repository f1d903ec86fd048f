/* Reading versions and resources. */
#include "store/sqlite/sqlite_int.h"

/* ---- snapshots ---- */

static ans_err run(ans_cx *cx, sq_conn *c, sq_st which)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, which, &st);

    return err ? err : sq_run(cx, c, st);
}

/* BEGIN alone fixes no moment, the first read does. */
ans_err sq_begin(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid)
{
    ans_err err = run(cx, conn, SQ_BEGIN);

    if (err)
        return err;
    err = sq_head(cx, conn, out_pos, out_rid);
    if (!err)
        err = sq_pending_see(cx, conn);
    if (err)
        sq_end(conn);
    return err;
}

void sq_end(void *conn)
{
    sq_conn *c = conn;

    sq_pending_unsee(c);
    if (sqlite3_get_autocommit(c->db))
        return;
    if (!c->st[SQ_COMMIT])
        sqlite3_prepare_v3(c->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &c->st[SQ_COMMIT], NULL);
    if (c->st[SQ_COMMIT]) {
        sqlite3_step(c->st[SQ_COMMIT]); /* ending a read cannot fail in a way that matters */
        sqlite3_reset(c->st[SQ_COMMIT]);
    }
    if (!sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* A statement that answers one number, with numbers bound. *out 0 and *out_found false when it
 * answers nothing. */
static ans_err ask(ans_cx *cx, sq_conn *c, sq_st which, const int64_t *args, int count,
                   bool *out_found, int64_t *out)
{
    sqlite3_stmt *st;
    bool has_row = false;
    ans_err err = sq_prepare(cx, c, which, &st);

    if (err)
        return err;
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(st, i + 1, args[i]);
    err = sq_step(cx, c, st, &has_row);
    if (err)
        return err;
    *out = has_row ? sqlite3_column_int64(st, 0) : 0;
    *out_found = has_row && sqlite3_column_type(st, 0) != SQLITE_NULL;
    sqlite3_reset(st);
    return ANS_OK;
}

ans_err sq_head(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid)
{
    int64_t pos = 0, rid = 0;
    bool found;
    ans_err err = ask(cx, conn, SQ_HEAD_POS, NULL, 0, &found, &pos);

    if (!err)
        err = ask(cx, conn, SQ_HEAD_RID, NULL, 0, &found, &rid);
    if (err)
        return err;
    *out_pos = (ans_pos)pos;
    *out_rid = (ans_rid)rid;
    return ANS_OK;
}

/* ---- versions ---- */

enum { C_RID, C_TYPE, C_POS, C_VID, C_PREV, C_WHEN, C_HASH, C_ID, C_DICT, C_BODY };

static void fill_body(sqlite3_stmt *st, char *copy, ans_rec *out)
{
    ans_str body = sq_column(st, C_BODY);

    if (body.n > 0)
        memcpy(copy, body.p, body.n);
    out->body.bytes = (ans_str){copy, body.n};
    out->body.dict = sqlite3_column_type(st, C_DICT) == SQLITE_NULL
                         ? ANS_DICT_RAW
                         : sqlite3_column_int(st, C_DICT);
}

/* Columns into the record; what they point to is copied, as it ends with the reset. */
static ans_err fill(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, bool with_body, ans_rec *out)
{
    ans_str id = sq_column(st, C_ID), hash = sq_column(st, C_HASH);
    bool is_packed = sqlite3_column_type(st, C_ID) == SQLITE_BLOB && id.n == 16;
    size_t body_bytes = with_body ? (size_t)sqlite3_column_bytes(st, C_BODY) : 0;
    ans_rec r = {.rid = (ans_rid)sqlite3_column_int64(st, C_RID)};
    char *copy = sq_copy_room(cx, c, 40 + id.n + body_bytes);

    if (!copy)
        return ANS_E_NOMEM;
    r.ref.type = (uint16_t)sqlite3_column_int(st, C_TYPE);
    if (is_packed)
        sq_id_unpack((const uint8_t *)id.p, copy);
    else if (id.n > 0)
        memcpy(copy, id.p, id.n);
    r.ref.id = (ans_str){copy, is_packed ? 36 : id.n};
    r.pos = (ans_pos)sqlite3_column_int64(st, C_POS);
    r.vid = (uint32_t)sqlite3_column_int64(st, C_VID);
    r.prev = (ans_pos)sqlite3_column_int64(st, C_PREV);
    r.when_us = sqlite3_column_int64(st, C_WHEN);
    r.is_delete = r.vid > 0 && hash.n == 0;
    if (hash.n == sizeof r.hash.b)
        memcpy(r.hash.b, hash.p, sizeof r.hash.b);
    if (with_body)
        fill_body(st, copy + r.ref.id.n, &r);
    *out = r;
    return ANS_OK;
}

static ans_err fetch(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, bool with_body, ans_rec *out)
{
    bool has_row = false;
    ans_err err = sq_step(cx, c, st, &has_row);

    if (err)
        return err;
    err = has_row ? fill(cx, c, st, with_body, out) : ANS_E_NOTFOUND;
    sqlite3_reset(st);
    return err;
}

ans_err sq_current(ans_cx *cx, void *conn, ans_ref ref, bool with_body, ans_rec *out)
{
    uint8_t packed[16];
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, with_body ? SQ_CURRENT : SQ_CURRENT_HEAD, &st);

    if (err)
        return err;
    sqlite3_bind_int(st, 1, ref.type);
    sq_bind_id(st, 2, ref.id, packed);
    return fetch(cx, conn, st, with_body, out);
}

ans_err sq_current_rid(ans_cx *cx, void *conn, ans_rid rid, bool with_body, ans_rec *out)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, with_body ? SQ_CURRENT_RID : SQ_CURRENT_RID_HEAD, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, rid);
    return fetch(cx, conn, st, with_body, out);
}

ans_err sq_version(ans_cx *cx, void *conn, ans_pos pos, bool with_body, ans_rec *out)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, conn, with_body ? SQ_VERSION : SQ_VERSION_HEAD, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, (int64_t)pos);
    return fetch(cx, conn, st, with_body, out);
}

ans_err sq_rid_of(ans_cx *cx, void *conn, ans_ref ref, ans_rid *out)
{
    uint8_t packed[16];
    sqlite3_stmt *st;
    bool has_row = false;
    ans_err err = sq_prepare(cx, conn, SQ_RID, &st);

    if (err)
        return err;
    sqlite3_bind_int(st, 1, ref.type);
    sq_bind_id(st, 2, ref.id, packed);
    err = sq_step(cx, conn, st, &has_row);
    if (err)
        return err;
    if (has_row)
        *out = (ans_rid)sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return has_row ? ANS_OK : ANS_E_NOTFOUND;
}

/* ---- the versions of one resource or type ----
 * A first version is not in the index version_rid (most resources never have a second): the second
 * one tells where it is, or, while there is none, the resource itself. */

static ans_err first_pos(ans_cx *cx, sq_conn *c, ans_rid rid, ans_pos *out)
{
    const int64_t args[] = {rid, 2};
    int64_t pos = 0;
    bool found = false, has_row = false;
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, SQ_VERSION_POS, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, args[0]);
    sqlite3_bind_int64(st, 2, args[1]);
    err = sq_step(cx, c, st, &has_row);
    if (err)
        return err;
    pos = has_row ? sqlite3_column_int64(st, 1) : 0;
    sqlite3_reset(st);
    if (!has_row)
        err = ask(cx, c, SQ_RID_POS, args, 1, &found, &pos);
    if (err)
        return err;
    *out = (ans_pos)pos; /* 0: only referred to */
    return pos > 0 ? ANS_OK : ANS_E_NOTFOUND;
}

ans_err sq_version_pos(ans_cx *cx, void *conn, ans_rid rid, uint32_t vid, ans_pos *out)
{
    const int64_t args[] = {rid, vid};
    int64_t pos;
    bool found;
    ans_err err;

    if (vid <= 1)
        return vid ? first_pos(cx, conn, rid, out) : ANS_E_NOTFOUND;
    err = ask(cx, conn, SQ_VERSION_POS, args, 2, &found, &pos);
    if (!err && !found)
        err = ANS_E_NOTFOUND;
    if (!err)
        *out = (ans_pos)pos;
    return err;
}

static ans_err collect(ans_cx *cx, sq_conn *c, sq_st which, const ans_span *span, ans_pos *out,
                       uint32_t *count)
{
    sqlite3_stmt *st;
    bool has_row = *count > 0;
    uint32_t n = 0;
    ans_err err = sq_prepare(cx, c, which, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, span->rid ? span->rid : span->type);
    sqlite3_bind_int64(st, 2, (int64_t)span->lo);
    sqlite3_bind_int64(st, 3, (int64_t)span->hi);
    sqlite3_bind_int64(st, 4, *count);
    while (has_row && n < *count) {
        err = sq_step(cx, c, st, &has_row);
        if (err)
            return err;
        if (has_row)
            out[n++] = (ans_pos)sqlite3_column_int64(st, 0);
    }
    sqlite3_reset(st);
    *count = n;
    return ANS_OK;
}

/* The first version's position if it lies in the span, else 0. */
static ans_err first_within(ans_cx *cx, sq_conn *c, const ans_span *span, ans_pos *out)
{
    ans_err err = first_pos(cx, c, span->rid, out);

    if (err == ANS_E_NOTFOUND || (!err && (*out < span->lo || *out > span->hi))) {
        *out = 0;
        err = ANS_OK;
    }
    return err;
}

ans_err sq_list(ans_cx *cx, void *conn, const ans_span *span, ans_pos *out, uint32_t *count)
{
    ans_pos first = 0;
    ans_err err;
    uint32_t n = *count, head;

    if (!span->rid)
        return collect(cx, conn, span->forward ? SQ_LIST_TYPE_UP : SQ_LIST_TYPE_DOWN, span, out,
                       count);
    err = first_within(cx, conn, span, &first);
    if (err)
        return err;
    head = span->forward && first && n > 0;
    if (head)
        out[0] = first;
    n -= head;
    err =
        collect(cx, conn, span->forward ? SQ_LIST_RID_UP : SQ_LIST_RID_DOWN, span, out + head, &n);
    if (err)
        return err;
    n += head;
    if (!span->forward && first && n < *count)
        out[n++] = first;
    *count = n;
    return ANS_OK;
}

ans_err sq_count(ans_cx *cx, void *conn, const ans_span *span, uint64_t *out)
{
    const int64_t args[] = {span->rid ? span->rid : span->type, (int64_t)span->lo,
                            (int64_t)span->hi};
    ans_pos first = 0;
    int64_t n;
    bool found;
    ans_err err = ask(cx, conn, span->rid ? SQ_COUNT_RID : SQ_COUNT_TYPE, args, 3, &found, &n);

    if (!err && span->rid)
        err = first_within(cx, conn, span, &first);
    if (!err)
        *out = (uint64_t)n + (first > 0);
    return err;
}
