/* The front door: open, close, names, settings, figures. */
#include "store/hot.h"

/* ---- life ---- */

static ans_err open_care(ans_cx *cx, ans_store *store)
{
    ans_err err =
        ans_reader_open(cx, store, &store->care); /* before the writer: keeps no snapshot */

    if (err)
        return err;
    if (!store->read_only) {
        store->hot = store->ops->is_snapshot_dear ? ans_hot_new() : NULL;
        return ans_writer_start(cx, store);
    }
    ans_pos pos = 0;
    ans_rid rid;
    err = ans_store_head(cx, store->care, &pos, &rid);
    atomic_store(&store->pos, pos);
    return err;
}

ans_err ans_store_open(ans_cx *cx, const ans_store_options *options, ans_store **out)
{
    ans_store *store = ans_alloc(sizeof *store);
    ans_err err;

    if (!store)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the store");
    *store = (ans_store){.ops = options->in_memory ? &ans_store_mem_ops : &ans_store_sqlite_ops};
    store->index = options->index;
    store->index_arg = options->index_arg;
    store->read_only = options->read_only;
    pthread_mutex_init(&store->care_lock, NULL);
    pthread_mutex_init(&store->readers_lock, NULL);
    err = store->ops->open(cx, options, store);
    if (!err)
        err = open_care(cx, store);
    if (err) {
        ans_store_close(store);
        return err;
    }
    *out = store;
    return ANS_OK;
}

void ans_store_close(ans_store *store)
{
    if (!store)
        return;
    ans_writer_stop(store);
    ans_reader_close(store->care);
    store->ops->close(store);
    store->hot = ans_hot_free(store->hot);
    ans_codec_free(store->codec);
    pthread_mutex_destroy(&store->care_lock);
    pthread_mutex_destroy(&store->readers_lock);
    ans_free(store);
}

const uint8_t *ans_store_hash_key(const ans_store *store)
{
    return store->hash_key;
}

ans_err ans_store_watch(ans_cx *cx, ans_store *store, ans_watch_fn *fn, void *arg)
{
    if (store->watcher_count == ANS_WATCH_MAX)
        return ans_issue_add(cx, ANS_E_BUG, ANS_STR_NONE, "a store has at most %d watchers", ANS_WATCH_MAX);
    store->watchers[store->watcher_count++] = (ans_watcher){fn, arg};
    return ANS_OK;
}

/* ---- names ---- */

typedef struct names_job {
    const ans_str *names;
    uint32_t count;
    uint16_t *numbers;
} names_job;

static ans_err add_names(ans_txn *txn, ans_reader *rd)
{
    const names_job *job = txn->arg;
    const struct ans_store_ops *ops = rd->store->ops;
    ans_err err = ANS_OK;

    for (uint32_t i = 0; !err && i < job->count; i++) {
        err = ops->name_get(txn->cx, rd->conn, job->names[i], &job->numbers[i]);
        if (err == ANS_E_NOTFOUND)
            err = ops->name_add(txn->cx, rd->conn, job->names[i], &job->numbers[i]);
    }
    return err;
}

/* Fills in what is known; unknown names get 0 and are counted. */
static ans_err known_names(ans_cx *cx, ans_store *store, const names_job *job,
                           uint32_t *out_unknown)
{
    uint32_t unknown = 0;
    ans_err err = ANS_OK;

    pthread_mutex_lock(&store->care_lock);
    err = ans_reader_begin(cx, store->care); /* one moment for thousands of names: else each makes three system calls for its own */
    for (uint32_t i = 0; !err && i < job->count; i++) {
        err = store->ops->name_get(cx, store->care->conn, job->names[i], &job->numbers[i]);
        if (err != ANS_E_NOTFOUND)
            continue;
        job->numbers[i] = 0;
        unknown++;
        err = ANS_OK;
    }
    ans_reader_end(store->care);
    pthread_mutex_unlock(&store->care_lock);
    *out_unknown = unknown;
    return err;
}

ans_err ans_store_names(ans_cx *cx, ans_store *store, const ans_str *names, uint32_t count,
                        uint16_t *out_numbers)
{
    names_job job = {names, count, out_numbers};
    uint32_t unknown;
    ans_err err = known_names(cx, store, &job, &unknown);

    if (err || unknown == 0 || store->read_only)
        return err;
    return ans_writer_job(cx, store, add_names, &job);
}

/* ---- settings ---- */

typedef struct meta_job {
    ans_str key, value;
} meta_job;

static ans_err set_meta(ans_txn *txn, ans_reader *rd)
{
    const meta_job *job = txn->arg;

    return rd->store->ops->meta_set(txn->cx, rd->conn, job->key, job->value);
}

ans_err ans_store_meta_get(ans_cx *cx, ans_store *store, ans_str key, ans_str *out)
{
    ans_str value;
    ans_err err;

    pthread_mutex_lock(&store->care_lock);
    err = store->ops->meta_get(cx, store->care->conn, key, &value);
    pthread_mutex_unlock(&store->care_lock);
    if (err && err != ANS_E_NOTFOUND)
        return err;
    *out = err ? ANS_STR_NONE : value;
    return ANS_OK;
}

ans_err ans_store_meta_set(ans_cx *cx, ans_store *store, ans_str key, ans_str value)
{
    meta_job job = {key, value};

    return ans_writer_job(cx, store, set_meta, &job);
}

/* ---- figures ---- */

void ans_store_stats_get(ans_store *store, ans_store_stats *out)
{
    ans_store_stats s = {.queued = ans_writer_queued(store)};

    s.commits = atomic_load_explicit(&store->commits, memory_order_relaxed);
    s.changes = atomic_load_explicit(&store->changes, memory_order_relaxed);
    s.pos = atomic_load_explicit(&store->pos, memory_order_relaxed);
    store->ops->stats(store, &s);
    *out = s;
}
