/* Checking, a new index, copies: the parts that are the same for every back end.
 *
 * The check walks the log once. At each position: is there a version, does its body unpack and hash
 * to what was written, does its chain lead to the version before, does its resource know it; and at
 * a resource's current version, is each row that the index function gives in the index. Rows are
 * counted on the way: what the index holds beyond them is too many. */
#include "store/care.h"

#include "store/batch.h"

enum { SCRATCH_BYTES = 1 << 29, STEP = 1024, ISSUES_MAX = 100 };

typedef struct check {
    ans_cx *cx;
    ans_cx scratch;
    ans_reader *rd;
    ans_cursor *rows;
    ans_rowlist list;
    ans_check_report report;
    ans_pos end;
    ans_rid rid_end;
    int64_t last_us;
    uint64_t found; /* rows */
    uint64_t done;
    bool with_rows;
    int issues;
    ans_progress_fn *progress;
    void *arg;
} check;

static void finding(check *k, const char *what, uint64_t number)
{
    if (k->issues++ < ISSUES_MAX)
        (void)ans_issue_add(k->cx, ANS_E_CORRUPT, ANS_STR_NONE, "%s %llu", what,
                            (unsigned long long)number);
}

static void step(check *k)
{
    if (k->progress && ++k->done % STEP == 0)
        k->progress(k->arg, k->done, k->end + k->rid_end);
}

/* ---- one version ---- */

static ans_err check_body(check *k, const ans_rec *rec, ans_str *out_body, bool *out_good)
{
    ans_err err =
        ans_codec_unpack(&k->scratch, k->rd->store->codec, &k->rd->unpacker, rec->body, out_body);
    ans_hash hash;

    *out_good = false;
    if (err && err != ANS_E_CORRUPT)
        return err;
    if (!err) {
        hash = ans_hash_content(*out_body);
        *out_good = ans_hash_eq(&hash, &rec->hash);
    }
    if (!*out_good) {
        k->report.bad_bodies++;
        finding(k, "the body is damaged at log position", rec->pos);
    }
    return ANS_OK;
}

static ans_err check_chain(check *k, const ans_rec *rec)
{
    bool is_good = rec->vid == 1 && rec->prev == 0;
    ans_rec before;
    ans_err err = ANS_OK;

    if (rec->vid > 1 && rec->prev > 0 && rec->prev < rec->pos) {
        err = k->rd->store->ops->version(k->cx, k->rd->conn, rec->prev, false, &before);
        is_good = !err && before.rid == rec->rid && before.vid == rec->vid - 1 &&
                  !(before.is_delete && rec->is_delete);
    }
    if (err && err != ANS_E_NOTFOUND)
        return err;
    if (!is_good || rec->when_us < k->last_us) {
        k->report.other++;
        finding(k,
                is_good ? "time runs backwards at log position"
                        : "the chain of versions breaks at log position",
                rec->pos);
    }
    k->last_us = rec->when_us;
    return ANS_OK;
}

static ans_err expect_row(check *k, ans_str key)
{
    ans_str at;
    ans_err err = ans_cursor_seek(k->cx, k->rows, key, &at);

    if (err)
        return err;
    if (at.p && ans_str_eq(at, key)) {
        k->found++;
        return ANS_OK;
    }
    k->report.bad_rows++;
    return ANS_OK;
}

static ans_err check_rows(check *k, const ans_rec *rec, ans_str body)
{
    ans_store *store = k->rd->store;
    uint64_t bad = k->report.bad_rows;
    const ans_rowop *keys;
    ans_rows rows = {0};
    uint32_t count;
    ans_err err = store->index(store->index_arg, &k->scratch, rec->ref.type, body, &rows);

    if (err)
        return err;
    ans_rowlist_reset(&k->list);
    for (uint32_t i = 0; !err && i < rows.count; i++) {
        ans_rid ref = 0;
        if (rows.at[i].ref.type)
            err = store->ops->rid_of(k->cx, k->rd->conn, rows.at[i].ref, &ref);
        if (err == ANS_E_NOTFOUND) { /* the row cannot be there */
            k->report.bad_rows++;
            err = ANS_OK;
        } else if (!err) {
            err = ans_rowlist_add(k->cx, &k->list, &rows.at[i], ref, rec->rid, true);
        }
    }
    if (!err)
        err = ans_rowlist_net(k->cx, &k->list, &keys, &count);
    for (uint32_t i = 0; !err && i < count; i++)
        err = expect_row(k, keys[i].key);
    if (k->report.bad_rows > bad)
        finding(k, "index rows are missing for the version at log position", rec->pos);
    return err;
}

/* Views in rec have ended; its numbers hold. */
static ans_err check_place(check *k, const ans_rec *rec, bool *out_current)
{
    ans_rec owner;
    ans_err err = k->rd->store->ops->current_rid(k->cx, k->rd->conn, rec->rid, false, &owner);

    *out_current = !err && owner.pos == rec->pos;
    if (!err && owner.ref.type == rec->ref.type && owner.pos >= rec->pos)
        return ANS_OK;
    if (err && err != ANS_E_NOTFOUND)
        return err;
    k->report.other++;
    finding(k, "the resource does not know its version at log position", rec->pos);
    return ANS_OK;
}

static ans_err check_version(check *k, ans_pos pos)
{
    ans_str body = ANS_STR_NONE;
    bool is_good = true, is_current;
    ans_rec rec;
    ans_err err = k->rd->store->ops->version(k->cx, k->rd->conn, pos, true, &rec);

    if (err == ANS_E_NOTFOUND) {
        k->report.log_gaps++;
        finding(k, "the log has a gap at position", pos);
        return ANS_OK;
    }
    if (err)
        return err;
    k->report.versions++;
    ans_arena_reset(k->scratch.arena);
    k->scratch.issues = k->scratch.last_ = NULL;
    if (!rec.is_delete)
        err = check_body(k, &rec, &body, &is_good);
    if (!err)
        err = check_chain(k, &rec);
    if (!err)
        err = check_place(k, &rec, &is_current);
    if (!err && is_current && is_good && !rec.is_delete && k->with_rows)
        err = check_rows(k, &rec, body);
    return err;
}

/* ---- one resource ---- */

/* Found by its number and found by its id it must be the same, at the same version, and that
 * version its own. */
static ans_err look_both_ways(check *k, ans_rid rid, bool *out_good, bool *out_live)
{
    const struct ans_store_ops *ops = k->rd->store->ops;
    ans_rec by_rid, by_ref, version;
    ans_err err = ops->current_rid(k->cx, k->rd->conn, rid, false, &by_rid);

    *out_good = *out_live = false;
    if (err)
        return err;
    *out_live = by_rid.vid > 0 && !by_rid.is_delete;
    char id[ANS_ID_MAX_BYTES];
    ans_ref ref = {by_rid.ref.type, {id, by_rid.ref.id.n}};
    if (ref.id.n > sizeof id)
        return ANS_OK;
    memcpy(id, by_rid.ref.id.p, ref.id.n);
    err = ops->current(k->cx, k->rd->conn, ref, false, &by_ref);
    if (!err && by_rid.pos > 0)
        err = ops->version(k->cx, k->rd->conn, by_rid.pos, false, &version);
    *out_good = !err && by_ref.rid == rid && by_ref.pos == by_rid.pos &&
                (by_rid.pos == 0 || (version.rid == rid && version.vid == by_rid.vid));
    return err;
}

static ans_err check_resource(check *k, ans_rid rid)
{
    bool is_good, is_live;
    ans_err err = look_both_ways(k, rid, &is_good, &is_live);

    if (err && err != ANS_E_NOTFOUND)
        return err;
    k->report.resources += is_live;
    if (is_good)
        return ANS_OK;
    k->report.other++;
    finding(k, "the resource is not whole, number", rid);
    return ANS_OK;
}

/* ---- the journal ---- */

static ans_err check_journal(check *k)
{
    ans_journal_report r;
    ans_err err = ans_journal_verify(k->cx, k->rd, NULL, &r);

    if (err)
        return err;
    k->report.entries = r.entries;
    if (r.bad_seq) {
        k->report.other++;
        finding(k, "the journal breaks at entry", r.bad_seq);
    }
    return ANS_OK;
}

/* ---- all ---- */

static ans_err check_all(check *k)
{
    const struct ans_store_ops *ops = k->rd->store->ops;
    uint64_t faults = 0;
    ans_err err = ops->head(k->cx, k->rd->conn, &k->end, &k->rid_end);

    if (!err)
        err = ans_cursor_open(k->cx, k->rd, ANS_STR_NONE, ANS_STR_NONE, &k->rows);
    for (ans_pos pos = 1; !err && pos <= k->end; pos++) {
        err = check_version(k, pos);
        step(k);
    }
    for (uint64_t rid = 1; !err && rid <= k->rid_end; rid++) {
        err = check_resource(k, (ans_rid)rid);
        step(k);
    }
    if (!err)
        err = ops->count_rows(k->cx, k->rd->conn, ANS_STR_NONE, ANS_STR_NONE, 0, &k->report.rows);
    if (!err && k->with_rows && k->report.rows != k->found) {
        k->report.bad_rows += k->report.rows - k->found;
        finding(k, "index rows too many:", k->report.rows - k->found);
    }
    if (!err)
        err = check_journal(k);
    if (!err)
        err = ops->verify(k->cx, k->rd->conn, &faults);
    k->report.other += faults;
    return err;
}

static ans_err check_snapshot(check *k)
{
    ans_err err = ans_reader_begin(k->cx, k->rd);

    if (err)
        return err;
    k->scratch.arena = ans_arena_new(SCRATCH_BYTES);
    err = k->scratch.arena
              ? check_all(k)
              : ans_issue_add(k->cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the check");
    if (!err && k->progress)
        k->progress(k->arg, k->end + k->rid_end, k->end + k->rid_end);
    ans_rowlist_done(&k->list);
    ans_arena_free(k->scratch.arena);
    ans_reader_end(k->rd);
    return err;
}

ans_err ans_store_check(ans_cx *cx, ans_store *store, ans_progress_fn *progress, void *arg,
                        ans_check_report *out)
{
    check k = {.cx = cx, .progress = progress, .arg = arg, .with_rows = store->index != NULL};
    ans_err err = ans_reader_open(cx, store, &k.rd);

    if (err)
        return err;
    err = check_snapshot(&k);
    ans_reader_close(k.rd);
    if (!err)
        *out = k.report;
    return err;
}

/* ---- a new index ---- */

typedef struct reindex {
    ans_cx scratch;
    ans_progress_fn *progress;
    void *arg;
    char *key;
    size_t key_size;
} reindex;

static ans_err bulk_row(ans_cx *cx, ans_batch *b, reindex *r, const ans_row *row, ans_rid owner)
{
    size_t n = ans_row_key_bytes(row);
    ans_rid ref = 0;
    ans_err err = row->ref.type ? ans_batch_rid(b, row->ref, &ref) : ANS_OK;

    if (err)
        return err;
    if (n > ANS_ROW_MAX_BYTES)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "an index row is over %u bytes",
                             ANS_ROW_MAX_BYTES);
    ans_row_key_put(r->key, row, ref, owner);
    return b->store->ops->bulk_add(cx, b->conn, (ans_str){r->key, n});
}

static ans_err bulk_resource(ans_cx *cx, ans_batch *b, reindex *r, ans_rid rid)
{
    ans_store *store = b->store;
    ans_rows rows = {0};
    ans_str body;
    ans_rec rec;
    ans_err err = store->ops->current_rid(cx, b->conn, rid, true, &rec);

    if (err || rec.vid == 0 || rec.is_delete)
        return err == ANS_E_NOTFOUND ? ANS_OK : err; /* the check's business */
    uint16_t type = rec.ref.type;
    ans_arena_reset(r->scratch.arena);
    r->scratch.issues = r->scratch.last_ = NULL;
    err = ans_codec_unpack(&r->scratch, store->codec, &b->rd.unpacker, rec.body, &body);
    if (!err)
        err = store->index(store->index_arg, &r->scratch, type, body, &rows);
    if (err)
        return ans_issue_add(cx, err, ANS_STR_NONE,
                             "the index rows of resource number %u cannot be computed", rid);
    for (uint32_t i = 0; !err && i < rows.count; i++)
        err = bulk_row(cx, b, r, &rows.at[i], rid);
    return err;
}

/* Runs alone on the writer thread, in one transaction. */
static ans_err run_reindex(ans_txn *txn, ans_reader *rd)
{
    ans_batch *b = ans_batch_of(rd);
    reindex *r = txn->arg;
    ans_rid end = b->now.rid;
    ans_err err = b->store->ops->bulk_clear(txn->cx, b->conn);

    for (uint64_t rid = 1; !err && rid <= end; rid++) {
        err = bulk_resource(txn->cx, b, r, (ans_rid)rid);
        if (r->progress && (rid % STEP == 0 || rid == end))
            r->progress(r->arg, rid, end);
    }
    return err ? err : b->store->ops->bulk_finish(txn->cx, b->conn);
}

ans_err ans_store_reindex(ans_cx *cx, ans_store *store, ans_progress_fn *progress, void *arg)
{
    reindex r = {.progress = progress, .arg = arg};
    ans_err err;

    if (!store->index)
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE,
                             "a store opened without an index function cannot be reindexed");
    r.key = ans_alloc(ANS_ROW_MAX_BYTES);
    r.scratch.arena = ans_arena_new(SCRATCH_BYTES);
    err = r.key && r.scratch.arena
              ? ans_writer_job(cx, store, run_reindex, &r)
              : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for a new index");
    ans_arena_free(r.scratch.arena);
    ans_free(r.key);
    return err;
}

/* ---- copies ---- */

ans_err ans_store_backup(ans_cx *cx, ans_store *store, const char *to, ans_progress_fn *progress,
                         void *arg)
{
    ans_reader *rd;
    ans_err err = ans_reader_open(cx, store, &rd);

    if (err)
        return err;
    err = ans_reader_begin(cx, rd);
    if (!err)
        err = store->ops->backup(cx, store, rd->conn, to, progress, arg);
    ans_reader_close(rd);
    return err;
}

ans_err ans_care_verify_copy(ans_cx *cx, ans_store *store, void *conn,
                             const ans_store_options *copy)
{
    ans_store_options o = *copy;
    ans_check_report r = {0};
    ans_store *copied;
    ans_block last = {0};
    uint64_t rows = 0;
    ans_pos pos = 0;
    ans_rid rid = 0;
    ans_err err = store->ops->head(cx, conn, &pos, &rid);

    if (!err)
        err = store->ops->count_rows(cx, conn, ANS_STR_NONE, ANS_STR_NONE, 0, &rows);
    if (!err)
        err = store->ops->block_at(cx, conn, UINT64_MAX, false, &last);
    if (err == ANS_E_NOTFOUND)
        err = ANS_OK;
    o.read_only = true;
    if (!err)
        err = ans_store_open(cx, &o, &copied);
    if (err)
        return err;
    err = ans_store_check(cx, copied, NULL, NULL,
                          &r); /* rows are counted only: no index function here */
    ans_store_close(copied);
    uint64_t entries = last.count ? last.seq + last.count - 1 : 0;
    if (!err && (r.versions != pos || r.entries != entries || r.rows != rows || r.bad_bodies || r.log_gaps || r.other))
        err =
            ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "the copy is not good and was not kept");
    return err;
}
