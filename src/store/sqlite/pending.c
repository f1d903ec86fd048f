/* The table `pending` and what of it is in memory: see pending.h.
 *
 * The writer shows a view to readers in front of its commit: a reader looks for the one whose record numbers its snapshot has,
 * so it meets a view that was not committed only if the commit came. Numbers are never given twice in a process, not even after a
 * rollback. A reader that finds no view (it slept through many commits, or another process writes) reads the table.
 *
 * While a run is leaving, a mark stands in front of the records: its number is the negative of a count that grows with every stretch,
 * so it is the smallest and tells the stretches apart; its bytes are the number of that run's last record, 8 big-endian, and the key
 * from which on the run is not in `key` yet. */
#include "store/sqlite/sqlite_int.h"

enum {
    DIRECT_OPS = 4096,          /* a batch of so many is sorted enough: straight into `key` */
    PENDING_OPS = 1 << 17,      /* then all goes into `key`: some 7,500 resources, 7 MB */
    PENDING_BYTES = 16 << 20,
    STRETCH = 3, /* a leaving run goes so much faster than rows come */
    STRETCH_LEAST = 8,
    MARK_HEAD = 8,
    ENCODED_MAX = 64 << 20
};

static atomic_uint direct_ops = DIRECT_OPS, pending_ops = PENDING_OPS;

void ans_store_pending_after(uint32_t direct, uint32_t pending)
{
    atomic_store(&direct_ops, direct ? direct : DIRECT_OPS);
    atomic_store(&pending_ops, pending ? pending : PENDING_OPS);
}

static ans_err no_memory(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for index rows");
}

/* ---- the table ---- */

static ans_err ends(ans_cx *cx, sq_conn *c, int64_t *out_lo, int64_t *out_hi)
{
    const sq_st which[] = {SQ_PENDING_FIRST, SQ_PENDING_LAST};
    int64_t ends[2] = {0};
    ans_err err = ANS_OK;

    for (int i = 0; !err && i < 2; i++) {
        sqlite3_stmt *st;
        bool has_row = false;
        err = sq_prepare(cx, c, which[i], &st);
        if (!err)
            err = sq_step(cx, c, st, &has_row);
        if (err)
            return err;
        ends[i] = has_row ? sqlite3_column_int64(st, 0) : 0;
        sqlite3_reset(st);
    }
    *out_lo = ends[0];
    *out_hi = ends[1];
    return err;
}

static ans_err damaged(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "index rows that wait to be written cannot be read");
}

/* next in place of *view. */
static ans_err become(ans_cx *cx, pending_view **view, pending_view *next)
{
    if (!next)
        return no_memory(cx);
    pending_view_done(*view);
    *view = next;
    return ANS_OK;
}

static ans_err read_record(ans_cx *cx, sqlite3_stmt *st, pending_view **view)
{
    pending_run *run = pending_run_decode(sq_column(st, 1));

    return run ? become(cx, view, pending_view_with(*view, run, sqlite3_column_int64(st, 0))) : damaged(cx);
}

static void put_number(char head[MARK_HEAD], int64_t number)
{
    uint64_t v = (uint64_t)number;

    for (int i = MARK_HEAD - 1; i >= 0; i--, v >>= 8)
        head[i] = (char)v;
}

static int64_t number_of(ans_str mark)
{
    uint64_t v = 0;

    for (int i = 0; i < MARK_HEAD; i++)
        v = v << 8 | (uint8_t)mark.p[i];
    return (int64_t)v;
}

/* The records read so far are those that leave. */
static ans_err apply_mark(ans_cx *cx, pending_view **view, ans_str mark, int64_t lo)
{
    ans_err err = *view ? become(cx, view, pending_view_leaving(*view, lo, 0)) : damaged(cx);

    if (!err)
        (*view)->gone = pending_before(*view, ans_str_from(mark, MARK_HEAD));
    return err;
}

static ans_err read_rows(ans_cx *cx, sq_conn *c, sqlite3_stmt *st, int64_t lo, pending_view **view)
{
    ans_str mark = ANS_STR_NONE;
    bool has_row = true;
    ans_err err = sq_step(cx, c, st, &has_row);

    if (!err && has_row && sqlite3_column_int64(st, 0) < 0) {
        mark = ans_arena_dup(cx->arena, sq_column(st, 1));
        err = !mark.p ? ans_cx_nomem(cx) : mark.n < MARK_HEAD ? damaged(cx) : sq_step(cx, c, st, &has_row);
    }
    while (!err && has_row) {
        if (mark.n > 0 && sqlite3_column_int64(st, 0) > number_of(mark)) {
            err = apply_mark(cx, view, mark, lo);
            mark.n = 0;
        }
        if (!err)
            err = read_record(cx, st, view);
        if (!err)
            err = sq_step(cx, c, st, &has_row);
    }
    return !err && mark.n > 0 ? apply_mark(cx, view, mark, lo) : err;
}

static ans_err read_table(ans_cx *cx, sq_conn *c, int64_t lo, int64_t hi, pending_view **out)
{
    pending_view *view = NULL;
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, SQ_PENDING_ALL, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, lo);
    sqlite3_bind_int64(st, 2, hi);
    err = read_rows(cx, c, st, lo, &view);
    sqlite3_reset(st);
    if (!err && !view)
        err = damaged(cx);
    if (err)
        pending_view_done(view);
    else
        *out = view;
    return err;
}

/* ---- views ---- */

static pending_view *shown(sq_folder *f, int64_t lo, int64_t hi)
{
    pending_view *found = NULL;

    pthread_mutex_lock(&f->views_lock);
    for (uint32_t i = 0; i < SQ_VIEWS && !found; i++) {
        pending_view *v = f->views[(f->view_at - i) % SQ_VIEWS];
        found = v && v->lo == lo && v->hi == hi ? pending_view_use(v) : NULL;
    }
    pthread_mutex_unlock(&f->views_lock);
    return found;
}

static void show(sq_folder *f, pending_view *view)
{
    pthread_mutex_lock(&f->views_lock);
    pending_view **at = &f->views[++f->view_at % SQ_VIEWS];
    pending_view *old = *at;
    *at = pending_view_use(view);
    pthread_mutex_unlock(&f->views_lock);
    pending_view_done(old);
}

void sq_pending_forget(sq_folder *f)
{
    pthread_mutex_lock(&f->views_lock);
    for (uint32_t i = 0; i < SQ_VIEWS; i++) {
        pending_view_done(f->views[i]);
        f->views[i] = NULL;
    }
    pthread_mutex_unlock(&f->views_lock);
}

ans_err sq_pending_see(ans_cx *cx, sq_conn *c)
{
    int64_t lo = 0, hi = 0;
    ans_err err = c->folder->has_pending ? ends(cx, c, &lo, &hi) : ANS_OK;

    sq_pending_unsee(c);
    if (err || hi == 0)
        return err;
    c->view = shown(c->folder, lo, hi);
    return c->view ? ANS_OK : read_table(cx, c, lo, hi, &c->view);
}

void sq_pending_unsee(sq_conn *c)
{
    pending_view_done(c->view);
    c->view = NULL;
}

/* ---- the writer's ---- */

ans_err sq_pending_open(ans_cx *cx, sq_conn *c)
{
    int64_t lo = 0, hi = 0;
    ans_err err = ends(cx, c, &lo, &hi);

    if (!err && hi > 0)
        err = read_table(cx, c, lo, hi, &c->view);
    if (err)
        return err;
    c->view_kept = pending_view_use(c->view);
    c->pending_seq = hi;
    c->pending_mark = lo < 0 ? -lo : 0;
    if (c->view)
        show(c->folder, c->view);
    return ANS_OK;
}

void sq_pending_commit(sq_conn *c)
{
    if (c->view && c->view != c->view_kept)
        show(c->folder, c->view);
}

void sq_pending_committed(sq_conn *c)
{
    if (c->view == c->view_kept)
        return;
    pending_view_done(c->view_kept);
    c->view_kept = pending_view_use(c->view);
}

void sq_pending_rollback(sq_conn *c)
{
    sq_pending_unsee(c);
    c->view = pending_view_use(c->view_kept);
}

ans_err sq_pending_drop(ans_cx *cx, sq_conn *c)
{
    ans_err err = sq_exec(cx, c, "DELETE FROM pending");

    if (!err)
        sq_pending_unsee(c);
    return err;
}

static ans_err settle(ans_cx *cx, sq_conn *c)
{
    uint32_t count;
    ans_rowop *ops;
    ans_err err;

    if (!c->view)
        return ANS_OK;
    ops = pending_all(c->view, &count);
    err = ops ? sq_key_apply(cx, c, ops, count) : no_memory(cx);
    ans_free(ops);
    return err ? err : sq_pending_drop(cx, c);
}

static ans_err add_record(ans_cx *cx, sq_conn *c, const ans_rowop *ops, uint32_t count)
{
    sqlite3_stmt *st;
    ans_buf bytes;
    ans_err err = sq_prepare(cx, c, SQ_PENDING_ADD, &st);

    if (err)
        return err;
    ans_buf_init(&bytes, ENCODED_MAX);
    err = pending_encode(&bytes, ops, count) ? ANS_OK : no_memory(cx);
    if (!err) {
        sqlite3_bind_int64(st, 1, ++c->pending_seq);
        sq_bind_blob(st, 2, (ans_str){bytes.p, bytes.n});
        err = sq_run(cx, c, st);
    }
    ans_buf_done(&bytes);
    return err;
}

static uint64_t bytes_of(const ans_rowop *ops, uint32_t count)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < count; i++)
        n += ops[i].key.n;
    return n;
}

/* ---- leaving ---- */

static ans_err take_records(ans_cx *cx, sq_conn *c, int64_t to)
{
    sqlite3_stmt *st;
    ans_err err = sq_prepare(cx, c, SQ_PENDING_TAKE, &st);

    if (err)
        return err;
    sqlite3_bind_int64(st, 1, to);
    return sq_run(cx, c, st);
}

static ans_err set_mark(ans_cx *cx, sq_conn *c, const pending_view *v, ans_str key)
{
    sqlite3_stmt *st;
    char mark[MARK_HEAD + ANS_ROW_MAX_BYTES];
    ans_err err = take_records(cx, c, 0);

    if (!err)
        err = sq_prepare(cx, c, SQ_PENDING_ADD, &st);
    if (err)
        return err;
    put_number(mark, v->leaving);
    memcpy(mark + MARK_HEAD, key.p, key.n);
    sqlite3_bind_int64(st, 1, v->lo);
    sq_bind_blob(st, 2, (ans_str){mark, MARK_HEAD + key.n});
    return sq_run(cx, c, st);
}

static ans_err finish_leaving(ans_cx *cx, sq_conn *c)
{
    int64_t first = 0, last = 0;
    bool ok;
    ans_err err = take_records(cx, c, c->view->leaving);

    if (!err)
        err = ends(cx, c, &first, &last);
    if (err)
        return err;
    pending_view *next = pending_view_left(c->view, first, &ok);
    if (!ok)
        return no_memory(cx);
    pending_view_done(c->view);
    c->view = next;
    return ANS_OK;
}

/* The next stretch of the run that leaves goes into `key`. */
static ans_err leave_some(ans_cx *cx, sq_conn *c, uint32_t count)
{
    uint32_t n = 0;
    ans_rowop *ops;
    ans_err err = c->view->leaving ? ANS_OK : become(cx, &c->view, pending_view_leaving(c->view, c->view->lo, 0));

    if (err)
        return err;
    ops = pending_next(c->view, count, &n);
    err = ops ? sq_key_apply(cx, c, ops, n) : no_memory(cx);
    ans_free(ops);
    if (!err)
        err = become(cx, &c->view, pending_view_leaving(c->view, -++c->pending_mark, c->view->gone + n));
    if (err)
        return err;
    ans_str front = pending_front(c->view);
    return front.p ? set_mark(cx, c, c->view, front) : finish_leaving(cx, c);
}

ans_err sq_rows_apply(ans_cx *cx, void *conn, const ans_rowop *ops, uint32_t count)
{
    sq_conn *c = conn;
    uint64_t waiting = c->view ? c->view->ops : 0, bytes = (c->view ? c->view->bytes : 0) + bytes_of(ops, count);
    uint32_t most = atomic_load(&pending_ops);
    ans_err err;

    if (count >= atomic_load(&direct_ops) || waiting + count > (uint64_t)most * 3 || bytes > PENDING_BYTES) {
        err = settle(cx, c);
        return err ? err : sq_key_apply(cx, c, ops, count);
    }
    err = add_record(cx, c, ops, count);
    if (!err)
        err = become(cx, &c->view, pending_view_with(c->view, pending_run_new(ops, count), c->pending_seq));
    if (err || (!c->view->leaving && c->view->ops <= most))
        return err;
    return leave_some(cx, c, count * STRETCH > STRETCH_LEAST ? count * STRETCH : STRETCH_LEAST);
}

bool sq_pending_settle(sq_conn *c)
{
    ans_cx cx = {0};
    ans_err err;

    if (!c->view_kept)
        return true;
    cx.arena = ans_arena_new(1 << 16); /* for issues, which nobody reads: it is tried again */
    if (!cx.arena)
        return false;
    err = sq_write_begin(&cx, c);
    if (!err)
        err = settle(&cx, c);
    if (!err)
        err = sq_write_commit(&cx, c);
    if (err)
        sq_write_rollback(c);
    ans_arena_free(cx.arena);
    return err == ANS_OK;
}
