/* Reading: from what a back end keeps to what a caller asked for. A missing or deleted resource is
 * an ordinary answer and leaves no issue; the caller words it, knowing the type's name, which we do
 * not. */
#include "store/store_int.h"

/* A body that cannot be unpacked is damage, whoever meets it. */
static ans_err damaged(ans_cx *cx, ans_pos pos)
{
    return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE,
                         "the body of the version at position %llu cannot be read",
                         (unsigned long long)pos);
}

ans_err ans_rec_to_version(ans_cx *cx, ans_reader *rd, const ans_rec *rec, bool with_body,
                           ans_version *out)
{
    ans_version v = {.ref = rec->ref, .rid = rec->rid, .vid = rec->vid, .pos = rec->pos};
    ans_err err;

    v.when_us = rec->when_us;
    v.is_delete = rec->is_delete;
    v.is_first = rec->vid == 1;
    v.ref.id = ans_arena_dup(cx->arena, rec->ref.id);
    if (!v.ref.id.p)
        return ans_cx_nomem(cx);
    if (with_body && !rec->is_delete) {
        err = ans_codec_unpack(cx, rd->store->codec, &rd->unpacker, rec->body, &v.body);
        if (err)
            return err == ANS_E_CORRUPT ? damaged(cx, rec->pos) : err;
    }
    *out = v;
    return ANS_OK;
}

/* ---- connections and snapshots ---- */

ans_err ans_reader_open(ans_cx *cx, ans_store *store, ans_reader **out)
{
    ans_reader *rd = ans_alloc(sizeof *rd);
    ans_err err;

    if (!rd)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a reader");
    *rd = (ans_reader){.store = store};
    err = store->ops->conn_open(cx, store, &rd->conn);
    if (err) {
        ans_free(rd);
        return err;
    }
    *out = rd;
    return ANS_OK;
}

void ans_reader_close(ans_reader *rd)
{
    if (!rd)
        return;
    if (rd->is_open)
        ans_reader_end(rd);
    ans_reader_close_cursors(rd);
    rd->store->ops->conn_close(rd->conn);
    ans_unpacker_done(&rd->unpacker);
    ans_free(rd);
}

ans_err ans_reader_begin(ans_cx *cx, ans_reader *rd)
{
    ans_err err;

    if (rd->is_open)
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a reader's begin inside another");
    err = rd->store->ops->begin(cx, rd->conn);
    rd->is_open = !err;
    return err;
}

void ans_reader_end(ans_reader *rd)
{
    ans_reader_close_cursors(rd);
    if (rd->is_open && !rd->is_writer) {
        rd->store->ops->end(rd->conn);
        rd->is_open = false;
    }
}

/* ---- single resources ---- */

static ans_err current_answer(ans_cx *cx, ans_reader *rd, const ans_rec *rec, bool with_body,
                              ans_version *out)
{
    ans_err err;

    if (rec->vid == 0)
        return ANS_E_NOTFOUND;
    err = ans_rec_to_version(cx, rd, rec, with_body, out);
    return !err && rec->is_delete ? ANS_E_GONE : err;
}

ans_err ans_store_read(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_version *out)
{
    ans_rec rec;
    ans_err err = rd->store->ops->current(cx, rd->conn, ref, true, &rec);

    return err ? err : current_answer(cx, rd, &rec, true, out);
}

ans_err ans_store_read_rid(ans_cx *cx, ans_reader *rd, ans_rid rid, bool with_body,
                           ans_version *out)
{
    ans_rec rec;
    ans_err err = rd->store->ops->current_rid(cx, rd->conn, rid, with_body, &rec);

    return err ? err : current_answer(cx, rd, &rec, with_body, out);
}

ans_err ans_store_rid(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_rid *out)
{
    return rd->store->ops->rid_of(cx, rd->conn, ref, out);
}

ans_err ans_store_head(ans_cx *cx, ans_reader *rd, ans_pos *out_pos, ans_rid *out_rid)
{
    return rd->store->ops->head(cx, rd->conn, out_pos, out_rid);
}

static ans_err vread(ans_cx *cx, ans_reader *rd, ans_ref ref, uint32_t vid, ans_version *out)
{
    const struct ans_store_ops *ops = rd->store->ops;
    ans_rec rec;
    ans_pos pos;
    ans_err err = ops->current(cx, rd->conn, ref, true, &rec);

    if (err)
        return err;
    if (vid == 0 || vid > rec.vid)
        return ANS_E_NOTFOUND;
    if (vid == rec.vid)
        return current_answer(cx, rd, &rec, true, out);
    err = ops->version_pos(cx, rd->conn, rec.rid, vid, &pos);
    if (!err)
        err = ops->version(cx, rd->conn, pos, true, &rec);
    if (err)
        return err;
    rec.ref = ref;
    return current_answer(cx, rd, &rec, true, out);
}

ans_err ans_store_vread(ans_cx *cx, ans_reader *rd, ans_ref ref, uint32_t vid, ans_version *out)
{
    bool was_open = rd->is_open; /* else the two steps must see one moment */
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    err = vread(cx, rd, ref, vid, out);
    if (!was_open)
        ans_reader_end(rd);
    return err;
}

/* ---- rows ---- */

ans_err ans_cursor_open(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high, ans_cursor **out)
{
    for (int i = 0; i < ANS_CURSOR_MAX; i++) {
        ans_cursor *c = &rd->cursors[i];
        if (c->be)
            continue;
        ans_err err = rd->store->ops->cursor_open(cx, rd->conn, low, high, &c->be);
        if (err)
            return err;
        c->rd = rd;
        *out = c;
        return ANS_OK;
    }
    return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d cursors at once",
                         ANS_CURSOR_MAX);
}

ans_err ans_cursor_seek(ans_cx *cx, ans_cursor *cur, ans_str key, ans_str *out)
{
    return cur->rd->store->ops->cursor_seek(cx, cur->be, key, out);
}

ans_err ans_cursor_next(ans_cx *cx, ans_cursor *cur, ans_str *out)
{
    return cur->rd->store->ops->cursor_next(cx, cur->be, out);
}

void ans_cursor_close(ans_cursor *cur)
{
    if (!cur || !cur->be)
        return;
    cur->rd->store->ops->cursor_close(cur->be);
    cur->be = NULL;
}

void ans_reader_close_cursors(ans_reader *rd)
{
    for (int i = 0; i < ANS_CURSOR_MAX; i++)
        ans_cursor_close(&rd->cursors[i]);
}

ans_err ans_store_count_rows(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high, uint64_t limit,
                             uint64_t *out)
{
    return rd->store->ops->count_rows(cx, rd->conn, low, high, limit, out);
}
