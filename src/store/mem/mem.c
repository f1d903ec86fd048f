/* The mem back end: the model, in memory. See mem_int.h for how snapshots work. */
#include "store/mem/mem_int.h"

ans_err mem_no_memory(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the store");
}

mem_resource *mem_resource_at(const mem_store *m, ans_rid rid)
{
    return (mem_resource *)m->resources.at + (rid - 1);
}

ans_rec *mem_version_at(const mem_store *m, ans_pos pos)
{
    return (ans_rec *)m->versions.at + (pos - 1);
}

/* What a connection sees: its snapshot, the newest, or for the writer also what is not committed.
 */
mem_moment mem_moment_of(const mem_conn *c)
{
    const mem_store *m = c->m;

    if (c->is_open)
        return c->moment;
    if (!c->is_writer)
        return m->now;
    return (mem_moment){m->now.epoch + 1, m->versions.count, (ans_rid)m->resources.count,
                        m->names.count,   m->blocks.count,   m->groups.count,
                        m->heads.count};
}

/* ---- the map ---- */

static size_t map_start(const mem_store *m, uint16_t type, ans_str id)
{
    return (size_t)(ans_hash64(m->hash_key, id) + type * UINT64_C(0x9E3779B97F4A7C15)) &
           (m->map_size - 1);
}

static ans_rid map_get(const mem_store *m, ans_ref ref)
{
    if (m->map_size == 0)
        return 0;
    for (size_t i = map_start(m, ref.type, ref.id);; i = (i + 1) & (m->map_size - 1)) {
        ans_rid rid = m->map[i];
        if (!rid)
            return 0;
        const mem_resource *r = mem_resource_at(m, rid);
        if (r->type == ref.type && ans_str_eq(r->id, ref.id))
            return rid;
    }
}

void mem_map_put(mem_store *m, ans_rid rid)
{
    const mem_resource *r = mem_resource_at(m, rid);
    size_t i = map_start(m, r->type, r->id);

    while (m->map[i])
        i = (i + 1) & (m->map_size - 1);
    m->map[i] = rid;
}

/* Made anew when half full and after a rollback. */
ans_err mem_map_make(mem_store *m, size_t size)
{
    if (size != m->map_size) {
        ans_rid *map = ans_alloc(size * sizeof *map);
        if (!map)
            return ANS_E_NOMEM;
        ans_free(m->map);
        m->map = map;
        m->map_size = size;
    }
    memset(m->map, 0, size * sizeof *m->map);
    for (size_t i = 1; i <= m->resources.count; i++)
        mem_map_put(m, (ans_rid)i);
    return ANS_OK;
}

/* ---- life ---- */

static void mem_close(ans_store *store)
{
    mem_store *m = store->be;

    if (!m)
        return;
    for (size_t i = 0; i < m->resources.count; i++)
        ans_free((void *)mem_resource_at(m, (ans_rid)(i + 1))->id.p);
    for (size_t i = 0; i < m->versions.count; i++)
        ans_free((void *)mem_version_at(m, i + 1)->body.bytes.p);
    for (size_t i = 0; i < m->names.count; i++)
        ans_free((void *)((ans_str *)m->names.at)[i].p);
    for (size_t i = 0; i < m->settings.count; i++)
        ans_free((void *)((mem_setting *)m->settings.at)[i].key.p);
    mem_journal_cut(m, 0, 0, 0);
    ans_free(m->blocks.at);
    ans_free(m->groups.at);
    ans_free(m->heads.at);
    ans_free(m->resources.at);
    ans_free(m->versions.at);
    ans_free(m->names.at);
    ans_free(m->settings.at);
    ans_free(m->map);
    mem_rowset_free(m->rows);
    pthread_rwlock_destroy(&m->lock);
    ans_free(m);
    ans_free(store->write_conn);
    store->be = store->write_conn = NULL;
}

static ans_err mem_conn_open(ans_cx *cx, ans_store *store, void **out)
{
    mem_conn *c = ans_alloc(sizeof *c);

    if (!c)
        return mem_no_memory(cx);
    *c = (mem_conn){.m = store->be};
    *out = c;
    return ANS_OK;
}

static void cursor_done(mem_cursor *cur)
{
    ans_buf_done(&cur->low);
    ans_buf_done(&cur->high);
    ans_buf_done(&cur->at);
    cur->is_used = false;
}

static void mem_conn_close(void *conn)
{
    mem_conn *c = conn;

    for (int i = 0; i < ANS_CURSOR_MAX; i++) {
        if (c->cursors[i].is_used)
            cursor_done(&c->cursors[i]);
    }
    ans_free(c);
}

static ans_err mem_open(ans_cx *cx, const ans_store_options *o, ans_store *store)
{
    mem_store *m = ans_alloc(sizeof *m);
    pthread_rwlockattr_t attr;
    mem_conn *c;
    ans_err err;

    if (!m)
        return mem_no_memory(cx);
    *m = (mem_store){0};
    store->be = m;
    pthread_rwlockattr_init(&attr);
    pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&m->lock, &attr);
    pthread_rwlockattr_destroy(&attr);
    ans_random(m->hash_key, sizeof m->hash_key);
    memcpy(store->hash_key, m->hash_key, sizeof m->hash_key);
    m->rows = mem_rowset_new();
    if (!m->rows)
        return mem_no_memory(cx);
    err = ans_codec_new(cx, o->dictionary, 1, &store->codec);
    if (!err)
        err = mem_conn_open(cx, store, &store->write_conn);
    if (err)
        return err;
    c = store->write_conn;
    c->is_writer = true;
    return ANS_OK;
}

/* ---- snapshots ---- */

static ans_err mem_begin(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid)
{
    mem_conn *c = conn;

    (void)cx;
    pthread_rwlock_wrlock(&c->m->lock);
    c->moment = c->m->now;
    c->is_open = true;
    c->m->snapshots++;
    *out_pos = c->moment.pos;
    *out_rid = c->moment.rid;
    pthread_rwlock_unlock(&c->m->lock);
    return ANS_OK;
}

static void mem_end(void *conn)
{
    mem_conn *c = conn;

    if (!c->is_open)
        return;
    pthread_rwlock_wrlock(&c->m->lock);
    c->is_open = false;
    c->m->snapshots--;
    pthread_rwlock_unlock(&c->m->lock);
}

mem_moment mem_read_lock(mem_conn *c)
{
    pthread_rwlock_rdlock(&c->m->lock);
    return mem_moment_of(c);
}

void mem_unlock(mem_conn *c)
{
    pthread_rwlock_unlock(&c->m->lock);
}

static ans_err mem_head(ans_cx *cx, void *conn, ans_pos *out_pos, ans_rid *out_rid)
{
    mem_moment now = mem_read_lock(conn);

    (void)cx;
    mem_unlock(conn);
    *out_pos = now.pos;
    *out_rid = now.rid;
    return ANS_OK;
}

/* ---- resources and versions ---- */

/* The newest version that the moment sees, 0: none. */
ans_pos mem_pos_seen(const mem_store *m, ans_rid rid, const mem_moment *now)
{
    ans_pos pos = mem_resource_at(m, rid)->pos;

    while (pos > now->pos)
        pos = mem_version_at(m, pos)->prev;
    return pos;
}

static ans_err current_of(mem_conn *c, ans_rid rid, const mem_moment *now, ans_rec *out)
{
    const mem_resource *r;
    ans_pos pos;

    if (rid == 0 || rid > now->rid)
        return ANS_E_NOTFOUND;
    r = mem_resource_at(c->m, rid);
    pos = mem_pos_seen(c->m, rid, now);
    *out = pos ? *mem_version_at(c->m, pos) : (ans_rec){.rid = rid};
    out->ref = (ans_ref){r->type, r->id};
    return ANS_OK;
}

static ans_err mem_current(ans_cx *cx, void *conn, ans_ref ref, bool with_body, ans_rec *out)
{
    mem_moment now = mem_read_lock(conn);
    ans_err err = current_of(conn, map_get(((mem_conn *)conn)->m, ref), &now, out);

    (void)cx;
    (void)with_body;
    mem_unlock(conn);
    return err;
}

static ans_err mem_current_rid(ans_cx *cx, void *conn, ans_rid rid, bool with_body, ans_rec *out)
{
    mem_moment now = mem_read_lock(conn);
    ans_err err = current_of(conn, rid, &now, out);

    (void)cx;
    (void)with_body;
    mem_unlock(conn);
    return err;
}

static ans_err mem_rid_of(ans_cx *cx, void *conn, ans_ref ref, ans_rid *out)
{
    mem_moment now = mem_read_lock(conn);
    ans_rid rid = map_get(((mem_conn *)conn)->m, ref);

    (void)cx;
    mem_unlock(conn);
    if (rid == 0 || rid > now.rid)
        return ANS_E_NOTFOUND;
    *out = rid;
    return ANS_OK;
}

static ans_err mem_version(ans_cx *cx, void *conn, ans_pos pos, bool with_body, ans_rec *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    bool is_there = pos > 0 && pos <= now.pos;

    (void)cx;
    (void)with_body;
    if (is_there)
        *out = *mem_version_at(c->m, pos);
    mem_unlock(c);
    return is_there ? ANS_OK : ANS_E_NOTFOUND;
}

static ans_err mem_version_pos(ans_cx *cx, void *conn, ans_rid rid, uint32_t vid, ans_pos *out)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    ans_pos pos = rid > 0 && rid <= now.rid ? mem_pos_seen(c->m, rid, &now) : 0;

    (void)cx;
    while (pos && mem_version_at(c->m, pos)->vid != vid)
        pos = mem_version_at(c->m, pos)->prev;
    mem_unlock(c);
    if (!pos)
        return ANS_E_NOTFOUND;
    *out = pos;
    return ANS_OK;
}

static bool is_within(const mem_store *m, const ans_span *span, ans_pos pos)
{
    const ans_rec *v = mem_version_at(m, pos);

    return span->rid ? v->rid == span->rid : v->ref.type == span->type;
}

/* By looking at every version: slow, and plainly right. */
static uint32_t list_span(mem_conn *c, const ans_span *span, const mem_moment *now, ans_pos *out,
                          uint32_t max)
{
    ans_pos hi = span->hi < now->pos ? span->hi : now->pos, lo = span->lo ? span->lo : 1;
    uint32_t n = 0;

    for (ans_pos i = 0; lo + i <= hi && n < max; i++) {
        ans_pos pos = span->forward ? lo + i : hi - i;
        if (!is_within(c->m, span, pos))
            continue;
        if (out)
            out[n] = pos;
        n++;
    }
    return n;
}

static ans_err mem_list(ans_cx *cx, void *conn, const ans_span *span, ans_pos *out, uint32_t *count)
{
    mem_moment now = mem_read_lock(conn);

    (void)cx;
    *count = list_span(conn, span, &now, out, *count);
    mem_unlock(conn);
    return ANS_OK;
}

static ans_err mem_count(ans_cx *cx, void *conn, const ans_span *span, uint64_t *out)
{
    mem_moment now = mem_read_lock(conn);

    (void)cx;
    *out = list_span(conn, span, &now, NULL, UINT32_MAX);
    mem_unlock(conn);
    return ANS_OK;
}

/* ---- rows ---- */

static ans_err mem_cursor_open(ans_cx *cx, void *conn, ans_str low, ans_str high, void **out)
{
    mem_conn *c = conn;
    mem_cursor *cur = NULL;

    for (int i = 0; i < ANS_CURSOR_MAX && !cur; i++)
        cur = c->cursors[i].is_used ? NULL : &c->cursors[i];
    if (!cur)
        return ans_issue_add(cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d cursors at once",
                             ANS_CURSOR_MAX);
    *cur = (mem_cursor){.conn = c, .is_used = true};
    ans_buf_init(&cur->low, ANS_ROW_MAX_BYTES * 2);
    ans_buf_init(&cur->high, ANS_ROW_MAX_BYTES * 2);
    ans_buf_init(&cur->at, ANS_ROW_MAX_BYTES * 2);
    ans_buf_add(&cur->low, low);
    ans_buf_add(&cur->high, high);
    ans_str done;
    if (ans_buf_finish(&cur->low, &done) || ans_buf_finish(&cur->high, &done)) {
        cursor_done(cur);
        return mem_no_memory(cx);
    }
    *out = cur;
    return ANS_OK;
}

/* The key is copied out: outside a snapshot the row may be gone once the lock is let go. */
static ans_err go(ans_cx *cx, mem_cursor *cur, ans_str key, bool is_after, ans_str *out)
{
    mem_conn *c = cur->conn;
    mem_moment now = mem_read_lock(c);
    ans_str row = mem_rowset_seek(c->m->rows, key, is_after, now.epoch);

    if (row.p && cur->high.n > 0 && ans_str_cmp(row, (ans_str){cur->high.p, cur->high.n}) >= 0)
        row = ANS_STR_NONE;
    ans_buf_reset(&cur->at);
    ans_buf_add(&cur->at, row);
    mem_unlock(c);
    if (!row.p) {
        *out = ANS_STR_NONE;
        return ANS_OK;
    }
    return ans_buf_finish(&cur->at, out) ? mem_no_memory(cx) : ANS_OK;
}

static ans_err mem_cursor_seek(ans_cx *cx, void *cursor, ans_str key, ans_str *out)
{
    mem_cursor *cur = cursor;
    ans_str low = {cur->low.p, cur->low.n};

    return go(cx, cur, ans_str_cmp(key, low) > 0 ? key : low, false, out);
}

static ans_err mem_cursor_next(ans_cx *cx, void *cursor, ans_str *out)
{
    mem_cursor *cur = cursor;

    if (cur->at.n == 0) {
        *out = ANS_STR_NONE;
        return ANS_OK;
    }
    return go(cx, cur, (ans_str){cur->at.p, cur->at.n}, true, out);
}

static void mem_cursor_close(void *cursor)
{
    cursor_done(cursor);
}

static ans_err mem_count_rows(ans_cx *cx, void *conn, ans_str low, ans_str high, uint64_t limit,
                              uint64_t *out)
{
    mem_moment now = mem_read_lock(conn);

    (void)cx;
    *out = mem_rowset_count(((mem_conn *)conn)->m->rows, low, high, limit, now.epoch);
    mem_unlock(conn);
    return ANS_OK;
}

/* ---- care ---- */

static ans_err mem_verify(ans_cx *cx, void *conn, uint64_t *out_faults)
{
    mem_conn *c = conn;
    mem_moment now = mem_read_lock(c);
    ans_str last = ANS_STR_NONE;
    uint64_t faults = 0;

    for (ans_str row = mem_rowset_seek(c->m->rows, last, false, now.epoch); row.p;
         row = mem_rowset_seek(c->m->rows, row, true, now.epoch)) {
        faults += last.p && ans_str_cmp(last, row) >= 0;
        last = row;
    }
    mem_unlock(c);
    if (faults)
        (void)ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "%llu rows stand out of order",
                            (unsigned long long)faults);
    *out_faults = faults;
    return ANS_OK;
}

static ans_err mem_backup(ans_cx *cx, ans_store *store, void *conn, const char *to,
                          ans_progress_fn *progress, void *arg)
{
    (void)store;
    (void)conn;
    (void)to;
    (void)progress;
    (void)arg;
    return ans_issue_add(cx, ANS_E_UNSUPPORTED, ANS_STR_NONE,
                         "a store in memory has no files to copy");
}

static void mem_stats(ans_store *store, ans_store_stats *out)
{
    mem_store *m = store->be;

    pthread_rwlock_rdlock(&m->lock);
    out->file_bytes = m->body_bytes + mem_rowset_bytes(m->rows);
    pthread_rwlock_unlock(&m->lock);
}

const struct ans_store_ops ans_store_mem_ops = {
    .name = "mem",
    .open = mem_open,
    .close = mem_close,
    .conn_open = mem_conn_open,
    .conn_close = mem_conn_close,
    .begin = mem_begin,
    .end = mem_end,
    .head = mem_head,
    .current = mem_current,
    .current_rid = mem_current_rid,
    .rid_of = mem_rid_of,
    .version = mem_version,
    .version_pos = mem_version_pos,
    .list = mem_list,
    .count = mem_count,
    .cursor_open = mem_cursor_open,
    .cursor_seek = mem_cursor_seek,
    .cursor_next = mem_cursor_next,
    .cursor_close = mem_cursor_close,
    .count_rows = mem_count_rows,
    .name_get = mem_name_get,
    .name_add = mem_name_add,
    .meta_get = mem_meta_get,
    .meta_set = mem_meta_set,
    .write_begin = mem_write_begin,
    .write_commit = mem_write_commit,
    .write_rollback = mem_write_rollback,
    .resource_add = mem_resource_add,
    .resource_set = mem_resource_set,
    .version_add = mem_version_add,
    .rows_apply = mem_rows_apply,
    .bulk_clear = mem_bulk_clear,
    .bulk_add = mem_bulk_add,
    .bulk_finish = mem_bulk_finish,
    .block_add = mem_block_add,
    .block_at = mem_block_at,
    .group_add = mem_group_add,
    .group_at = mem_group_at,
    .head_add = mem_head_add,
    .head_at = mem_head_at,
    .tidy = mem_tidy,
    .verify = mem_verify,
    .backup = mem_backup,
    .stats = mem_stats,
};
