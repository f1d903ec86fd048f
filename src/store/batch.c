/* See batch.h for the idea. */
#include "store/batch.h"
#include "base/sort.h"
#include "store/hot.h"
#include "store/journal_int.h"

enum { BATCH_ARENA_BYTES = 1 << 30, SCRATCH_ARENA_BYTES = 1 << 29 };

/* What stands before a change: the resource and its current version. */
typedef struct before {
    ans_rid rid;
    ans_pos pos;
    uint32_t vid;
    bool is_live; /* there is a current version that is not a deletion */
    int64_t when_us;
    ans_hash hash;
} before;

/* ---- life ---- */

static ans_err corrupt(ans_batch *b, const char *what)
{
    return ans_issue_add(&b->cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s is missing from the store", what);
}

static ans_err learn_log_end(ans_cx *cx, ans_batch *b)
{
    ans_rec last;
    ans_err err = b->store->ops->head(cx, b->conn, &b->kept.pos, &b->kept.rid);

    if (err || b->kept.pos == 0)
        return err;
    err = b->store->ops->version(cx, b->conn, b->kept.pos, false, &last);
    if (err == ANS_E_NOTFOUND)
        return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE,
                             "the last version is missing from the store");
    b->kept.when_us = err ? 0 : last.when_us;
    return err;
}

ans_err ans_batch_init(ans_cx *cx, ans_batch *b, ans_store *store)
{
    *b = (ans_batch){.store = store, .conn = store->write_conn};
    b->rd = (ans_reader){.store = store, .conn = b->conn, .is_open = true, .is_writer = true};
    b->cx.arena = ans_arena_new(BATCH_ARENA_BYTES);
    b->scratch.arena = ans_arena_new(SCRATCH_ARENA_BYTES);
    b->cache = ans_ridcache_new();
    if (!b->cx.arena || !b->scratch.arena || !b->cache)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the writer");
    return learn_log_end(cx, b);
}

void ans_batch_done(ans_batch *b)
{
    b->cx.arena = ans_arena_free(b->cx.arena);
    b->scratch.arena = ans_arena_free(b->scratch.arena);
    b->cache = ans_ridcache_free(b->cache);
    ans_rowlist_done(&b->rows);
    ans_unpacker_done(&b->rd.unpacker);
}

void ans_batch_reset(ans_batch *b)
{
    ans_arena_reset(b->cx.arena);
    b->cx.issues = b->cx.last_ = NULL;
}

ans_batch *ans_batch_of(ans_reader *rd)
{
    return (ans_batch *)((char *)rd - offsetof(ans_batch, rd));
}

static void scratch_reset(ans_batch *b)
{
    ans_arena_reset(b->scratch.arena);
    b->scratch.issues = b->scratch.last_ = NULL;
}

ans_err ans_batch_begin(ans_batch *b)
{
    int64_t now = ans_now_us();

    b->now = b->kept;
    if (now > b->now.when_us) /* a clock set back does not turn the log back */
        b->now.when_us = now;
    b->written = 0;
    ans_err err = ans_journal_begin(b->store->journal, &b->cx);
    return err ? err : b->store->ops->write_begin(&b->cx, b->conn);
}

static ans_err flush_rows(ans_batch *b)
{
    const ans_rowop *ops;
    uint32_t count;
    ans_err err;

    if (b->rows.count == 0)
        return ANS_OK;
    err = ans_rowlist_net(&b->cx, &b->rows, &ops, &count);
    if (!err && count > 0)
        err = b->store->ops->rows_apply(&b->cx, b->conn, ops, count);
    if (!err)
        ans_rowlist_reset(&b->rows);
    return err;
}

ans_err ans_batch_commit(ans_batch *b)
{
    ans_err err = flush_rows(b);

    if (!err)
        err = ans_journal_write(b->store->journal, &b->cx, b->conn);
    if (!err)
        err = b->store->ops->write_commit(&b->cx, b->conn);
    if (err)
        return err;
    ans_journal_settle(b->store->journal);
    if (b->written > 0 || b->now.rid > b->kept.rid)
        b->kept = b->now;
    return ANS_OK;
}

void ans_batch_rollback(ans_batch *b)
{
    ans_reader_close_cursors(&b->rd);
    b->store->ops->write_rollback(b->conn);
    ans_journal_undo(b->store->journal);
    ans_rowlist_reset(&b->rows);
    ans_ridcache_clear(b->cache);
    if (b->store->hot && b->written > 0)
        ans_hot_undone(b->store->hot, b->kept.pos);
    b->now = b->kept;
    b->written = 0;
}

/* ---- step one: may it be? ---- */

static ans_err find_before(ans_batch *b, ans_ref ref, before *out)
{
    const struct ans_store_ops *ops = b->store->ops;
    ans_rid rid = ans_ridcache_get(b->cache, ref);
    ans_rec rec;
    ans_err err;

    *out = (before){0};
    err = rid ? ops->current_rid(&b->cx, b->conn, rid, false, &rec)
              : ops->current(&b->cx, b->conn, ref, false, &rec);
    if (err == ANS_E_NOTFOUND && !rid)
        return ANS_OK;
    if (err)
        return err == ANS_E_NOTFOUND ? corrupt(b, "a numbered resource") : err;
    if (!rid)
        ans_ridcache_put(b->cache, ref, rec.rid);
    *out = (before){.rid = rec.rid, .pos = rec.pos, .vid = rec.vid, .when_us = rec.when_us};
    out->is_live = rec.vid > 0 && !rec.is_delete;
    out->hash = rec.hash;
    return ANS_OK;
}

static ans_err check_condition(ans_txn *txn, uint32_t i, const before *was)
{
    uint32_t wanted = txn->changes[i].if_vid;

    if (wanted == ANS_VID_ANY)
        return ANS_OK;
    if (wanted == ANS_VID_ABSENT) {
        if (!was->is_live)
            return ANS_OK;
        return ans_issue_add(txn->cx, ANS_E_PRECOND, ANS_STR_NONE,
                             "change %u wants a resource that is not there yet; version %u is",
                             i + 1, was->vid);
    }
    if (was->is_live && was->vid == wanted)
        return ANS_OK;
    if (!was->is_live)
        return ans_issue_add(txn->cx, ANS_E_PRECOND, ANS_STR_NONE,
                             "change %u was made for version %u; there is no current version",
                             i + 1, wanted);
    return ans_issue_add(txn->cx, ANS_E_PRECOND, ANS_STR_NONE,
                         "change %u was made for version %u; version %u is current", i + 1, wanted,
                         was->vid);
}

static int compare_refs(const void *pa, const void *pb)
{
    const ans_change *a = *(ans_change *const *)pa, *b = *(ans_change *const *)pb;

    if (a->ref.type != b->ref.type)
        return a->ref.type < b->ref.type ? -1 : 1;
    return ans_str_cmp(a->ref.id, b->ref.id);
}

static ans_err check_once_each(ans_batch *b, ans_txn *txn)
{
    const ans_change **sorted = ANS_NEW_N(b->cx.arena, const ans_change *, txn->count);

    if (!sorted)
        return ans_cx_nomem(&b->cx);
    for (uint32_t i = 0; i < txn->count; i++)
        sorted[i] = &txn->changes[i];
    ans_sort(sorted, txn->count, sizeof *sorted, compare_refs);
    for (uint32_t i = 1; i < txn->count; i++) {
        if (compare_refs(&sorted[i - 1], &sorted[i]) == 0)
            txn->err_ = ans_issue_add(txn->cx, ANS_E_INVALID, ANS_STR_NONE,
                                      "a resource appears twice in one transaction");
    }
    return ANS_OK;
}

static ans_outcome outcome_of(const ans_change *c, const before *was)
{
    if (c->is_delete)
        return was->is_live ? ANS_DELETED : ANS_ABSENT;
    if (!was->is_live)
        return ANS_CREATED;
    return ans_hash_eq(&was->hash, &c->hash) ? ANS_UNCHANGED : ANS_UPDATED;
}

/* A transaction without changes is a job: its guard may write, so its failure takes the batch (of
 * which it is all) back. */
static ans_err run_guard(ans_batch *b, ans_txn *txn)
{
    ans_err err = flush_rows(b); /* a guard sees all that came before */

    if (err)
        return err;
    err = txn->guard(txn, &b->rd);
    ans_reader_close_cursors(&b->rd);
    if (txn->count == 0)
        return err;
    txn->err_ = err;
    return ANS_OK;
}

static ans_err look(ans_batch *b, ans_txn *txn, before *was)
{
    ans_err err = ANS_OK;

    if (txn->guard)
        err = run_guard(b, txn);
    if (!err && !txn->err_ && txn->count > 1)
        err = check_once_each(b, txn);
    for (uint32_t i = 0; !err && !txn->err_ && i < txn->count; i++) {
        err = find_before(b, txn->changes[i].ref, &was[i]);
        if (!err)
            txn->err_ = check_condition(txn, i, &was[i]);
    }
    return err;
}

/* ---- step two: write ---- */

static ans_err id_too_long(ans_batch *b)
{
    return ans_issue_add(&b->cx, ANS_E_TOOBIG, ANS_STR_NONE, "an id has at most %u bytes",
                         ANS_ID_MAX_BYTES);
}

ans_err ans_batch_rid(ans_batch *b, ans_ref ref, ans_rid *out)
{
    ans_err err;

    *out = ans_ridcache_get(b->cache, ref);
    if (*out)
        return ANS_OK;
    err = b->store->ops->rid_of(&b->cx, b->conn, ref, out);
    if (err == ANS_E_NOTFOUND) {
        if (ref.id.n > ANS_ID_MAX_BYTES)
            return id_too_long(b);
        if (b->now.rid == UINT32_MAX)
            return ans_issue_add(&b->cx, ANS_E_NOSPACE, ANS_STR_NONE,
                                 "all %u resource numbers are used", UINT32_MAX);
        err = b->store->ops->resource_add(&b->cx, b->conn, b->now.rid + 1, ref, 0);
        if (!err)
            *out = ++b->now.rid;
    }
    if (!err)
        ans_ridcache_put(b->cache, ref, *out);
    return err;
}

static ans_err add_rows(ans_batch *b, const ans_rows *rows, ans_rid owner, bool is_add)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        const ans_row *row = &rows->at[i];
        ans_rid ref = 0;
        ans_err err = row->ref.type ? ans_batch_rid(b, row->ref, &ref) : ANS_OK;
        if (!err)
            err = ans_rowlist_add(&b->cx, &b->rows, row, ref, owner, is_add);
        if (err)
            return err;
    }
    return ANS_OK;
}

static ans_err take_old_rows(ans_batch *b, const before *was)
{
    ans_store *store = b->store;
    ans_rows rows = {0};
    ans_rec rec;
    ans_str body;
    ans_err err;

    if (!store->index)
        return ANS_OK;
    err = store->ops->version(&b->cx, b->conn, was->pos, true, &rec);
    if (err)
        return err == ANS_E_NOTFOUND ? corrupt(b, "a current version") : err;
    scratch_reset(b);
    uint16_t type = rec.ref.type;
    err = ans_codec_unpack(&b->scratch, store->codec, &b->rd.unpacker, rec.body, &body);
    if (!err)
        err = store->index(store->index_arg, &b->scratch, type, body, &rows);
    if (err)
        return ans_issue_add(&b->cx, err, ANS_STR_NONE,
                             "the index rows of the version at position %llu cannot be computed",
                             (unsigned long long)was->pos);
    return add_rows(b, &rows, was->rid, false);
}

ans_err ans_batch_find(ans_reader *rd, ans_cx *cx, ans_ref ref, ans_rid *out)
{
    const ans_batch *b = ans_batch_of(rd);
    ans_rid known = ans_ridcache_get(b->cache, ref);

    if (!known)
        return b->store->ops->rid_of(cx, b->conn, ref, out);
    *out = known;
    return ANS_OK;
}

/* The resource's own rid. A resource first met here gets it now, pointing to the version that comes
 * next. */
static ans_err place_resource(ans_batch *b, ans_change *c, const before *was, bool *out_new)
{
    ans_rid known = was->rid ? was->rid : ans_ridcache_get(b->cache, c->ref);
    ans_err err;

    if (!known &&
        b->now.rid > b->kept.rid) { /* perhaps an earlier change of this batch refers to it */
        err = b->store->ops->rid_of(&b->cx, b->conn, c->ref, &known);
        if (err && err != ANS_E_NOTFOUND)
            return err;
    }
    *out_new = !known;
    c->rid = known;
    if (known)
        return ANS_OK;
    if (c->ref.id.n > ANS_ID_MAX_BYTES)
        return id_too_long(b);
    if (b->now.rid == UINT32_MAX)
        return ans_issue_add(&b->cx, ANS_E_NOSPACE, ANS_STR_NONE,
                             "all %u resource numbers are used", UINT32_MAX);
    c->rid = b->now.rid + 1;
    err = b->store->ops->resource_add(&b->cx, b->conn, c->rid, c->ref, b->now.pos + 1);
    if (err)
        return err;
    b->now.rid++;
    ans_ridcache_put(b->cache, c->ref, c->rid);
    return ANS_OK;
}

/* A resource that others can see points to its new version only once that is there. */
static ans_err write_version(ans_batch *b, ans_change *c, const ans_packed *body, const before *was)
{
    ans_rec rec = {.ref = c->ref, .vid = was->vid + 1, .pos = b->now.pos + 1, .prev = was->pos};
    bool is_new = false;
    ans_err err = place_resource(b, c, was, &is_new);

    rec.rid = c->rid;
    rec.when_us = b->now.when_us;
    rec.is_delete = c->is_delete;
    if (!c->is_delete) {
        rec.hash = c->hash;
        rec.body = *body;
    }
    if (!err)
        err = b->store->ops->version_add(&b->cx, b->conn, &rec);
    if (!err && !is_new)
        err = b->store->ops->resource_set(&b->cx, b->conn, c->rid, c->ref, rec.pos);
    if (err)
        return err;
    if (b->store->hot)
        ans_hot_moved(b->store->hot, c->rid, rec.pos);
    b->now.pos++;
    b->written++;
    c->vid = rec.vid;
    c->pos = rec.pos;
    c->when_us = rec.when_us;
    return ANS_OK;
}

static ans_err write_change(ans_batch *b, ans_change *c, const ans_packed *body, const before *was)
{
    ans_err err = ANS_OK;

    c->outcome = outcome_of(c, was);
    if (c->outcome == ANS_UNCHANGED || c->outcome == ANS_ABSENT) {
        c->rid = was->rid;
        c->vid = was->vid;
        c->pos = was->pos;
        c->when_us = was->when_us;
        return ANS_OK;
    }
    if (!c->is_delete && c->rows.count > 0 && !b->store->index)
        return ans_issue_add(&b->cx, ANS_E_BUG, ANS_STR_NONE,
                             "a store opened without an index function cannot keep index rows");
    if (was->is_live)
        err = take_old_rows(b, was);
    if (!err)
        err = write_version(b, c, body, was);
    if (!err && !c->is_delete)
        err = add_rows(b, &c->rows, c->rid, true);
    return err;
}

ans_err ans_batch_apply(ans_batch *b, ans_txn *txn)
{
    const ans_pack *pack = txn->pack_;
    before *was = ANS_NEW_N(b->cx.arena, before, txn->count + 1);
    ans_err err;

    txn->err_ = ANS_OK;
    if (!was)
        return ans_cx_nomem(&b->cx);
    err = look(b, txn, was);
    for (uint32_t i = 0; !err && !txn->err_ && i < txn->count; i++)
        err = write_change(b, &txn->changes[i], &pack->bodies[i], &was[i]);
    if (!err && !txn->err_ && txn->journal)
        err = ans_journal_add(b->store->journal, &b->cx, txn, &b->rd, b->now.when_us);
    return err;
}
