/* The writer: one thread takes everything that is queued, one transaction, one sync, then answers
 * all. There is no timer: while one commit runs the next batch gathers, so a lone client waits for
 * one sync and a thousand share one.
 *
 * The dear work (packing bodies) is done by the submitting threads; what is left here is small and
 * in order. */
#include <errno.h>
#include <time.h>

#include "store/batch.h"
#include "store/hot.h"
#include "store/journal_int.h"
#include "store/store_test.h"

enum {
    BATCH_CHANGES = 4000,
    BATCH_BYTES = 32 << 20,
    QUEUE_CHANGES = 100000,
    QUEUE_BYTES = 256 << 20,
    IDLE_FIRST_MS = 300,
    IDLE_LAST_MS = 60000,
    COOL_MS = 30000, /* what nobody asked for that long is given back */
};

struct ans_writer {
    ans_store *store;
    pthread_t thread;
    bool is_started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    ans_txn *first, *last; /* the queue */
    uint64_t queued, queued_bytes;
    bool is_closing, is_last_said;
    ans_batch batch;
};

static atomic_int_fast64_t idle_first_ms = IDLE_FIRST_MS;

void ans_store_idle_after(int64_t ms)
{
    atomic_store(&idle_first_ms, ms);
}

/* Somebody who waits in ans_store_commit. */
typedef struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_done;
    ans_err err;
} waiter;

/* ---- answering ---- */

static void answer(ans_txn *txn, ans_err err)
{
    ans_pack *pack = txn->pack_;
    waiter *w = pack ? pack->waiter : NULL;

    if (txn->done)
        txn->done(txn, err);
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->err = err;
    w->is_done = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

static void answer_all(ans_txn *list)
{
    while (list) {
        ans_txn *next = list->next_; /* done may free the transaction */
        answer(list, list->err_);
        list = next;
    }
}

/* ---- a batch ---- */

static void fail_all(ans_batch *b, ans_txn *list, ans_err err)
{
    for (ans_txn *t = list; t; t = t->next_) {
        t->err_ = err;
        if (b->cx.last_)
            ans_issue_add(t->cx, err, ANS_STR_NONE, "%.*s", ANS_FMT(b->cx.last_->text));
    }
}

static ans_err try_batch(ans_writer *w, ans_txn *list)
{
    ans_batch *b = &w->batch;
    ans_err err = ans_batch_begin(b);

    for (ans_txn *t = list; !err && t; t = t->next_)
        err = ans_batch_apply(b, t);
    if (!err)
        err = ans_batch_commit(b);
    if (err) {
        ans_batch_rollback(b);
        return err;
    }
    atomic_fetch_add_explicit(&w->store->commits, 1, memory_order_release);
    atomic_fetch_add_explicit(&w->store->changes, b->written, memory_order_relaxed);
    atomic_store_explicit(&w->store->pos, b->kept.pos, memory_order_relaxed);
    return ANS_OK;
}

/* The disk will not like the same bytes better in smaller portions; anything else may be one
 * transaction's own trouble. */
static bool is_worth_singly(ans_err err)
{
    return err != ANS_E_IO && err != ANS_E_NOSPACE && err != ANS_E_CORRUPT;
}

static void tell_watchers(const ans_store *store, const ans_txn *list)
{
    if (store->watcher_count == 0)
        return;
    for (const ans_txn *t = list; t; t = t->next_) {
        for (uint32_t i = 0; !t->err_ && i < store->watcher_count; i++)
            store->watchers[i].fn(store->watchers[i].arg, t);
    }
}

static void run_batch(ans_writer *w, ans_txn *list)
{
    ans_err err = try_batch(w, list);

    if (err && list->next_ && is_worth_singly(err)) {
        while (list) {
            ans_txn *next = list->next_;
            list->next_ = NULL;
            ans_batch_reset(&w->batch);
            run_batch(w, list);
            list = next;
        }
        return;
    }
    if (err)
        fail_all(&w->batch, list, err);
    else
        tell_watchers(w->store, list);
    answer_all(list);
    ans_batch_reset(&w->batch);
}

/* A commit of nothing but waiting entries of the journal. */
static void write_journal(ans_writer *w)
{
    if (try_batch(w, NULL))
        ans_journal_stuck(w->store->journal);
    ans_batch_reset(&w->batch);
}

/* ---- the queue ---- */

static uint64_t weight_of(const ans_txn *txn)
{
    return txn->pack_ ? ((const ans_pack *)txn->pack_)->bytes : 0;
}

static bool is_job(const ans_txn *txn)
{
    return txn->count == 0 && txn->guard;
}

/* Cut the next batch off the queue; w->lock is held. A refused transaction (err_ set) goes alone,
 * so does a job. */
static ans_txn *take_batch(ans_writer *w)
{
    ans_txn *list = w->first, *last = NULL;
    uint64_t changes = 0, bytes = 0;

    for (ans_txn *t = list; t; t = t->next_) {
        changes += t->count;
        bytes += weight_of(t);
        bool is_alone = t->err_ || is_job(t);
        if (last && (is_alone || changes > BATCH_CHANGES || bytes > BATCH_BYTES))
            break;
        last = t;
        if (!t->err_) {
            w->queued -= t->count;
            w->queued_bytes -= weight_of(t);
        }
        if (is_alone)
            break;
    }
    if (!last)
        return NULL;
    w->first = last->next_;
    if (!w->first)
        w->last = NULL;
    last->next_ = NULL;
    return list;
}

static bool wait_for_work(ans_writer *w, int64_t idle_ms)
{
    struct timespec until;

    if (idle_ms == 0) {
        pthread_cond_wait(&w->wake, &w->lock);
        return true;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += idle_ms / 1000;
    until.tv_nsec += idle_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT;
}

static int64_t next_idle(int64_t ms)
{
    return ms * 4 < IDLE_LAST_MS ? ms * 4 : IDLE_LAST_MS;
}

/* Nothing is queued: sleep until something is, or the journal is due. False when it is time to tidy up. */
static bool wait_or_tidy(ans_writer *w, int64_t idle_ms)
{
    int64_t due_ms = ans_journal_due_ms(w->store->journal);

    if (due_ms < 0 || (idle_ms > 0 && idle_ms < due_ms))
        return wait_for_work(w, idle_ms);
    if (due_ms > 0)
        (void)wait_for_work(w, due_ms);
    return true;
}

/* With the lock held; true when entries of the journal were written. The last words come when the queue is empty. */
static bool tend_journal(ans_writer *w)
{
    bool is_due = ans_journal_due_ms(w->store->journal) == 0;

    if (w->is_closing && !w->is_last_said) {
        w->is_last_said = true;
        is_due = ans_journal_closing(w->store->journal);
    } else if (w->is_closing) {
        is_due = false;
    }
    if (!is_due)
        return false;
    pthread_mutex_unlock(&w->lock);
    write_journal(w);
    pthread_mutex_lock(&w->lock);
    return true;
}

static void *writer_main(void *arg)
{
    ans_writer *w = arg;
    const struct ans_store_ops *ops = w->store->ops;
    int64_t idle_ms = atomic_load(&idle_first_ms); /* 0: nothing is left to tidy */

    pthread_mutex_lock(&w->lock);
    for (;;) {
        ans_txn *list = take_batch(w);
        if (!list && tend_journal(w)) {
            idle_ms = atomic_load(&idle_first_ms);
            continue;
        }
        if (!list && w->is_closing)
            break;
        if (!list && wait_or_tidy(w, idle_ms ? idle_ms : w->store->hot ? COOL_MS : 0))
            continue;
        pthread_mutex_unlock(&w->lock);
        if (!list && idle_ms == 0) {
            ans_hot_cool(w->store->hot);
        } else if (!list) {
            idle_ms = ops->tidy(w->store, true) ? next_idle(idle_ms) : 0;
        } else if (list->err_) {
            answer_all(list);
        } else {
            run_batch(w, list);
            ops->tidy(w->store, false);
            idle_ms = atomic_load(&idle_first_ms);
        }
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- submitting ---- */

static ans_err pack_bodies(ans_store *store, ans_txn *txn, waiter *wait)
{
    ans_cx *cx = txn->cx;
    ans_pack *pack = ANS_NEW(cx->arena, ans_pack);

    txn->pack_ = pack;
    if (!pack)
        return ans_cx_nomem(cx);
    pack->waiter = wait;
    pack->bodies = ANS_NEW_N(cx->arena, ans_packed, txn->count + 1);
    if (!pack->bodies)
        return ans_cx_nomem(cx);
    for (uint32_t i = 0; i < txn->count; i++) {
        const ans_change *c = &txn->changes[i];
        ans_err err =
            c->is_delete ? ANS_OK : ans_codec_pack(cx, store->codec, c->body, &pack->bodies[i]);
        if (err)
            return err;
        pack->bytes += 256 + pack->bodies[i].bytes.n + (uint64_t)c->rows.count * 48;
    }
    return ANS_OK;
}

static ans_err is_welcome(const ans_writer *w, const ans_txn *txn)
{
    if (w->is_closing)
        return ans_issue_add(txn->cx, ANS_E_BUSY, ANS_STR_NONE, "the store is closing");
    if (w->queued == 0)
        return ANS_OK; /* however large: there is nothing it could wait for */
    if (w->queued + txn->count > QUEUE_CHANGES)
        return ans_issue_add(txn->cx, ANS_E_BUSY, ANS_STR_NONE,
                             "%d changes are waiting to be written", QUEUE_CHANGES);
    if (w->queued_bytes + weight_of(txn) > QUEUE_BYTES)
        return ans_issue_add(txn->cx, ANS_E_BUSY, ANS_STR_NONE, "%d MiB are waiting to be written",
                             QUEUE_BYTES >> 20);
    return ANS_OK;
}

static void enqueue(ans_writer *w, ans_txn *txn)
{
    pthread_mutex_lock(&w->lock);
    if (!txn->err_)
        txn->err_ = is_welcome(w, txn);
    if (!txn->err_) {
        w->queued += txn->count;
        w->queued_bytes += weight_of(txn);
    }
    txn->next_ = NULL;
    if (w->last)
        w->last->next_ = txn;
    else
        w->first = txn;
    w->last = txn;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

static void submit(ans_store *store, ans_txn *txn, waiter *wait)
{
    txn->err_ = pack_bodies(store, txn, wait);
    if (wait && !txn->pack_) {
        wait->err = txn->err_; /* nowhere to hang the waiter in, so it must not wait */
        wait->is_done = true;
        return;
    }
    enqueue(store->writer, txn);
}

void ans_store_submit(ans_store *store, ans_txn *txn)
{
    if (!store->writer) {
        txn->pack_ = NULL;
        answer(txn, ans_issue_add(txn->cx, ANS_E_UNSUPPORTED, ANS_STR_NONE,
                                  "the store is open for reading"));
        return;
    }
    submit(store, txn, NULL);
}

ans_err ans_store_commit(ans_store *store, ans_txn *txn)
{
    waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, ANS_OK};

    if (!store->writer)
        return ans_issue_add(txn->cx, ANS_E_UNSUPPORTED, ANS_STR_NONE,
                             "the store is open for reading");
    submit(store, txn, &w);
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        pthread_cond_wait(&w.wake, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_mutex_destroy(&w.lock);
    pthread_cond_destroy(&w.wake);
    return w.err;
}

ans_err ans_writer_job(ans_cx *cx, ans_store *store, ans_err (*fn)(ans_txn *txn, ans_reader *rd),
                       void *arg)
{
    ans_txn txn = {.cx = cx, .guard = fn, .arg = arg};

    return ans_store_commit(store, &txn);
}

/* ---- life ---- */

bool ans_writer_is_here(const ans_store *store)
{
    return store->writer && pthread_equal(store->writer->thread, pthread_self());
}

void ans_writer_wake(ans_store *store)
{
    pthread_mutex_lock(&store->writer->lock);
    pthread_cond_signal(&store->writer->wake);
    pthread_mutex_unlock(&store->writer->lock);
}

uint64_t ans_writer_queued(ans_store *store)
{
    ans_writer *w = store->writer;
    uint64_t n;

    if (!w)
        return 0;
    pthread_mutex_lock(&w->lock);
    n = w->queued;
    pthread_mutex_unlock(&w->lock);
    return n;
}

ans_err ans_writer_start(ans_cx *cx, ans_store *store)
{
    ans_writer *w = ans_alloc(sizeof *w);
    pthread_condattr_t attr;
    ans_err err;

    if (!w)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the writer");
    *w = (ans_writer){.store = store};
    store->writer = w;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    err = ans_batch_init(cx, &w->batch, store);
    if (!err)
        err = ans_journal_open(cx, store, &store->journal);
    if (err)
        return err;
    atomic_store(&store->pos, w->batch.kept.pos);
    if (pthread_create(&w->thread, NULL, writer_main, w) != 0)
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "cannot start the writer thread");
    w->is_started = true;
    pthread_setname_np(w->thread, "ans-writer");
    return ANS_OK;
}

void ans_writer_stop(ans_store *store)
{
    ans_writer *w = store->writer;

    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_closing = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    if (w->is_started)
        pthread_join(w->thread, NULL);
    answer_all(w->first); /* came too late, refused */
    ans_batch_done(&w->batch);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    ans_free(w);
    store->writer = NULL;
    ans_journal_free(store->journal);
    store->journal = NULL;
}
