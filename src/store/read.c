/* Reading: from what a back end keeps to what a caller asked for. A missing or deleted resource is
 * an ordinary answer and leaves no issue; the caller words it, knowing the type's name, which we do
 * not. */
#include <sched.h>

#include "store/batch.h"
#include "store/hot.h"

enum { COPY_MAX_BYTES = 1 << 20 };

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

/* ---- who has the connection ---- */

static void take(ans_reader *rd)
{
    while (atomic_exchange_explicit(&rd->busy, true, memory_order_acquire))
        sched_yield(); /* the writer has it for a microsecond */
}

static void give(ans_reader *rd)
{
    atomic_store_explicit(&rd->busy, false, memory_order_release);
}

static void drop_kept(ans_reader *rd)
{
    if (rd->is_kept)
        rd->store->ops->end(rd->conn);
    rd->is_kept = false;
}

void ans_readers_settle(ans_store *store)
{
    pthread_mutex_lock(&store->readers_lock);
    for (ans_reader *rd = store->readers; rd; rd = rd->next) {
        if (atomic_exchange_explicit(&rd->busy, true, memory_order_acquire))
            continue;
        drop_kept(rd);
        give(rd);
    }
    pthread_mutex_unlock(&store->readers_lock);
}

uint64_t ans_readers_uses(ans_store *store)
{
    uint64_t sum = 0;

    pthread_mutex_lock(&store->readers_lock);
    for (ans_reader *rd = store->readers; rd; rd = rd->next)
        sum += atomic_load_explicit(&rd->uses, memory_order_relaxed);
    pthread_mutex_unlock(&store->readers_lock);
    return sum;
}

/* ---- snapshots ----
 * The count of commits is read before the snapshot is begun and moves before a commit is answered:
 * equal counts mean that the snapshot shows all that anybody was told of. */

/* With the connection taken: a snapshot of the newest moment is open. */
static ans_err renew(ans_cx *cx, ans_reader *rd)
{
    uint64_t commits = atomic_load_explicit(&rd->store->commits, memory_order_acquire);
    ans_err err;

    atomic_store_explicit(&rd->uses, atomic_load_explicit(&rd->uses, memory_order_relaxed) + 1, memory_order_relaxed);
    if (rd->is_kept && rd->seen == commits)
        return ANS_OK;
    drop_kept(rd);
    err = rd->store->ops->begin(cx, rd->conn, &rd->pos, &rd->rid);
    rd->is_kept = !err;
    rd->seen = commits;
    return err;
}

/* Around each call. A reader with a snapshot of its own needs nothing; one with cursors outside of
 * begin..end has the snapshot of the first of them. */
static ans_err enter(ans_cx *cx, ans_reader *rd)
{
    ans_err err;

    if (rd->is_open || rd->cursor_count > 0)
        return ANS_OK;
    take(rd);
    err = renew(cx, rd);
    if (err)
        give(rd);
    return err;
}

static ans_err leave(ans_reader *rd, ans_err err)
{
    if (rd->is_open || rd->cursor_count > 0)
        return err;
    if (!rd->may_keep || (err && err != ANS_E_NOTFOUND && err != ANS_E_GONE))
        drop_kept(rd);
    give(rd);
    return err;
}

ans_err ans_reader_begin(ans_cx *cx, ans_reader *rd)
{
    ans_err err;

    if (rd->is_open)
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a reader's begin inside another");
    ans_reader_close_cursors(rd);
    take(rd);
    err = renew(cx, rd);
    rd->is_open = !err;
    if (err)
        give(rd);
    return err;
}

void ans_reader_end(ans_reader *rd)
{
    ans_reader_close_cursors(rd);
    if (!rd->is_open || rd->is_writer)
        return;
    rd->is_open = false;
    if (!rd->may_keep)
        drop_kept(rd);
    give(rd);
}

/* ---- connections ---- */

ans_err ans_reader_open(ans_cx *cx, ans_store *store, ans_reader **out)
{
    ans_reader *rd = ans_alloc(sizeof *rd);
    ans_err err;

    if (!rd)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a reader");
    *rd = (ans_reader){.store = store};
    ans_buf_init(&rd->copy, COPY_MAX_BYTES);
    /* where another process writes, nobody tells us of commits */
    rd->may_keep = store->ops->is_snapshot_dear && store->writer;
    err = store->ops->conn_open(cx, store, &rd->conn);
    if (err) {
        ans_free(rd);
        return err;
    }
    pthread_mutex_lock(&store->readers_lock);
    rd->next = store->readers;
    store->readers = rd;
    pthread_mutex_unlock(&store->readers_lock);
    *out = rd;
    return ANS_OK;
}

static void forget(ans_store *store, const ans_reader *rd)
{
    ans_reader **at = &store->readers;

    pthread_mutex_lock(&store->readers_lock);
    while (*at != rd)
        at = &(*at)->next;
    *at = rd->next;
    pthread_mutex_unlock(&store->readers_lock);
}

void ans_reader_close(ans_reader *rd)
{
    if (!rd)
        return;
    ans_reader_end(rd);
    forget(rd->store, rd);
    drop_kept(rd);
    rd->store->ops->conn_close(rd->conn);
    ans_unpacker_done(&rd->unpacker);
    ans_buf_done(&rd->copy);
    ans_free(rd);
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

/* What others read lately may be used where there is a moment to hold it against. */
static ans_hot *hot_of(const ans_reader *rd)
{
    return rd->is_kept && !rd->is_writer ? rd->store->hot : NULL;
}

static ans_err current(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_rec *out)
{
    ans_hot *hot = hot_of(rd);
    ans_rid rid = hot ? ans_hot_rid(hot, ref) : 0;
    ans_pos pos = rid ? ans_hot_current(hot, rid, rd->pos) : 0;
    ans_err err;

    if (pos && ans_hot_version(hot, pos, true, &rd->copy, out))
        return ANS_OK;
    err = rd->store->ops->current(cx, rd->conn, ref, true, out);
    if (err || !hot)
        return err;
    ans_hot_put_rid(hot, ref, out->rid);
    ans_hot_put_current(hot, out, true);
    return ANS_OK;
}

static ans_err current_rid(ans_cx *cx, ans_reader *rd, ans_rid rid, bool with_body, ans_rec *out)
{
    ans_hot *hot = hot_of(rd);
    ans_pos pos = hot ? ans_hot_current(hot, rid, rd->pos) : 0;
    ans_err err;

    if (pos && ans_hot_version(hot, pos, with_body, &rd->copy, out))
        return ANS_OK;
    err = rd->store->ops->current_rid(cx, rd->conn, rid, with_body, out);
    if (!err && hot)
        ans_hot_put_current(hot, out, with_body);
    return err;
}

static ans_err rid_of(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_rid *out)
{
    ans_hot *hot = hot_of(rd);
    ans_rid rid = hot ? ans_hot_rid(hot, ref) : 0;
    ans_err err;

    if (rid && rid <= rd->rid) {
        *out = rid;
        return ANS_OK;
    }
    err = rd->store->ops->rid_of(cx, rd->conn, ref, out);
    if (!err && hot)
        ans_hot_put_rid(hot, ref, *out);
    return err;
}

static ans_err read_ref(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_version *out)
{
    ans_rec rec;
    ans_err err = current(cx, rd, ref, &rec);

    return err ? err : current_answer(cx, rd, &rec, true, out);
}

ans_err ans_store_read(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_version *out)
{
    ans_err err = enter(cx, rd);

    return err ? err : leave(rd, read_ref(cx, rd, ref, out));
}

static ans_err read_rid(ans_cx *cx, ans_reader *rd, ans_rid rid, bool with_body, ans_version *out)
{
    ans_rec rec;
    ans_err err = current_rid(cx, rd, rid, with_body, &rec);

    return err ? err : current_answer(cx, rd, &rec, with_body, out);
}

ans_err ans_store_read_rid(ans_cx *cx, ans_reader *rd, ans_rid rid, bool with_body,
                           ans_version *out)
{
    ans_err err = enter(cx, rd);

    return err ? err : leave(rd, read_rid(cx, rd, rid, with_body, out));
}

ans_err ans_store_rid(ans_cx *cx, ans_reader *rd, ans_ref ref, ans_rid *out)
{
    if (rd->is_writer)
        return ans_batch_find(rd, cx, ref, out);
    ans_err err = enter(cx, rd);

    return err ? err : leave(rd, rid_of(cx, rd, ref, out));
}

ans_err ans_store_head(ans_cx *cx, ans_reader *rd, ans_pos *out_pos, ans_rid *out_rid)
{
    ans_err err = enter(cx, rd);

    if (err)
        return err;
    if (rd->is_writer)
        return leave(rd, rd->store->ops->head(cx, rd->conn, out_pos, out_rid));
    *out_pos = rd->pos; /* known since the snapshot began */
    *out_rid = rd->rid;
    return leave(rd, ANS_OK);
}

static ans_err vread(ans_cx *cx, ans_reader *rd, ans_ref ref, uint32_t vid, ans_version *out)
{
    const struct ans_store_ops *ops = rd->store->ops;
    ans_rec rec;
    ans_pos pos;
    ans_err err = current(cx, rd, ref, &rec);

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

static void give_after_cursors(ans_reader *rd)
{
    if (rd->is_open || rd->cursor_count > 0)
        return;
    if (!rd->may_keep)
        drop_kept(rd);
    give(rd);
}

ans_err ans_cursor_open(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high, ans_cursor **out)
{
    if (!rd->is_open && rd->cursor_count == 0) {
        take(rd); /* from here to the last cursor's close the connection is in use */
        ans_err err = renew(cx, rd);
        if (err) {
            give(rd);
            return err;
        }
    }
    for (int i = 0; i < ANS_CURSOR_MAX; i++) {
        ans_cursor *c = &rd->cursors[i];
        if (c->be)
            continue;
        ans_err err = rd->store->ops->cursor_open(cx, rd->conn, low, high, &c->be);
        if (err) {
            c->be = NULL;
            give_after_cursors(rd);
            return err;
        }
        c->rd = rd;
        rd->cursor_count++;
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
    cur->rd->cursor_count--;
    give_after_cursors(cur->rd);
}

void ans_reader_close_cursors(ans_reader *rd)
{
    for (int i = 0; i < ANS_CURSOR_MAX && rd->cursor_count > 0; i++)
        ans_cursor_close(&rd->cursors[i]);
}

ans_err ans_store_count_rows(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high, uint64_t limit,
                             uint64_t *out)
{
    ans_err err = enter(cx, rd);

    return err ? err : leave(rd, rd->store->ops->count_rows(cx, rd->conn, low, high, limit, out));
}

ans_err ans_store_count_about(ans_cx *cx, ans_reader *rd, ans_str low, ans_str high, uint64_t limit,
                              uint64_t *out)
{
    ans_err err = enter(cx, rd);

    if (err)
        return err;
    ans_hot *hot = hot_of(rd);
    uint64_t key = hot ? ans_hot_count_key(hot, low, high, limit) : 0;
    if (hot && ans_hot_count(hot, key, rd->pos, out))
        return leave(rd, ANS_OK);
    err = rd->store->ops->count_rows(cx, rd->conn, low, high, limit, out);
    if (!err && hot)
        ans_hot_put_count(hot, key, rd->pos, *out);
    return leave(rd, err);
}
