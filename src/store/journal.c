/* The writer's side of the journal. Entries of reads wait in memory; when a batch begins they are taken, when it commits they
 * stand in front of its own entries, chained. A batch that fails gives nothing back to those who wait: what was taken stays
 * taken and goes with the next one. */
#include "base/os.h"
#include "store/journal_int.h"

enum { GROUP_KEYS = 1 << 18 };

/* How an entry waits; keys and bytes behind it. */
typedef struct waiting {
    int64_t when_us;
    uint32_t key_count, bytes;
} waiting;

struct ans_journal {
    ans_store *store;
    pthread_mutex_t lock;
    /* under the lock */
    ans_buf queue;       /* of `waiting` */
    size_t held;         /* bytes of what was taken and is not on disk */
    int64_t since_us;    /* monotonic: the oldest that waits, or the last failure */
    bool is_stuck;
    ans_head_sign *sign;
    void *sign_arg;
    /* the writer thread's */
    ans_buf taken, own;  /* of `waiting` */
    ans_chain now, kept;
    ans_head head_now, head_kept;
    ans_blockmaker block;
    uint64_t group_seq;  /* the open group's first entry; 0: not known, read it */
    uint32_t group_blocks;
    ans_keyset group;
    bool is_closing;
};

/* ---- life ---- */

static ans_err no_memory(ans_cx *cx)
{
    return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory for the journal");
}

static ans_err learn_end(ans_cx *cx, ans_journal *j)
{
    const struct ans_store_ops *ops = j->store->ops;
    ans_block last;
    ans_err err = ops->block_at(cx, j->store->write_conn, UINT64_MAX, false, &last);

    if (!err) {
        j->kept.seq = last.seq + last.count - 1;
        j->kept.when_us = last.to_us;
        memcpy(j->kept.hash, last.hash, sizeof last.hash);
    }
    if (!err)
        err = ops->head_at(cx, j->store->write_conn, UINT64_MAX, false, &j->head_kept);
    j->now = j->kept;
    j->head_now = j->head_kept;
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

ans_err ans_journal_open(ans_cx *cx, ans_store *store, ans_journal **out)
{
    ans_journal *j = ans_alloc(sizeof *j);
    ans_err err;

    if (!j)
        return no_memory(cx);
    *j = (ans_journal){.store = store};
    pthread_mutex_init(&j->lock, NULL);
    ans_buf_init(&j->queue, SIZE_MAX / 2);
    ans_buf_init(&j->taken, SIZE_MAX / 2);
    ans_buf_init(&j->own, SIZE_MAX / 2);
    ans_blockmaker_init(&j->block);
    err = learn_end(cx, j);
    if (err) {
        ans_journal_free(j);
        return err;
    }
    *out = j;
    return ANS_OK;
}

void ans_journal_free(ans_journal *j)
{
    if (!j)
        return;
    ans_buf_done(&j->queue);
    ans_buf_done(&j->taken);
    ans_buf_done(&j->own);
    ans_blockmaker_done(&j->block);
    ans_keyset_done(&j->group);
    pthread_mutex_destroy(&j->lock);
    ans_free(j);
}

void ans_journal_set_signer(ans_store *store, ans_head_sign *fn, void *arg)
{
    ans_journal *j = store->journal;

    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->sign = fn;
    j->sign_arg = arg;
    pthread_mutex_unlock(&j->lock);
}

/* ---- waiting entries ---- */

static size_t waiting_bytes(const ans_note *note)
{
    return sizeof(waiting) + (size_t)note->key_count * sizeof *note->keys + note->bytes.n;
}

static ans_err check_note(ans_cx *cx, const ans_note *note)
{
    if (note->bytes.n > ANS_NOTE_MAX_BYTES || note->key_count > ANS_NOTE_MAX_KEYS)
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "an entry of the journal has over %u bytes or %u keys",
                             ANS_NOTE_MAX_BYTES, ANS_NOTE_MAX_KEYS);
    return ANS_OK;
}

/* ANS_E_NOMEM without an issue; then the buffer is as it was. */
static ans_err append(ans_buf *b, const ans_note *note, int64_t when_us)
{
    const waiting w = {when_us, note->key_count, (uint32_t)note->bytes.n};
    size_t n = waiting_bytes(note);
    char *p = ans_buf_room(b, n);

    if (!p) {
        size_t kept = b->n;
        ans_buf_reset(b); /* clears the error */
        b->n = kept;
        return ANS_E_NOMEM;
    }
    memcpy(p, &w, sizeof w);
    if (note->key_count > 0)
        memcpy(p + sizeof w, note->keys, note->key_count * sizeof *note->keys);
    if (note->bytes.n > 0)
        memcpy(p + n - note->bytes.n, note->bytes.p, note->bytes.n);
    b->n += n;
    return ANS_OK;
}

static ans_err enqueue(ans_journal *j, const ans_note *note, bool *out_wake)
{
    size_t before = j->queue.n, room = j->held + before;
    ans_err err;

    if (j->is_stuck || (room > 0 && room + waiting_bytes(note) > ANS_JOURNAL_WAITING))
        return ANS_E_BUSY;
    err = append(&j->queue, note, ans_now_us());
    if (!err && room == 0)
        j->since_us = ans_mono_us();
    *out_wake = !err && (room == 0 || (before < ANS_JOURNAL_SOON && j->queue.n >= ANS_JOURNAL_SOON));
    return err;
}

ans_err ans_journal_later(ans_cx *cx, ans_store *store, const ans_note *note)
{
    ans_journal *j = store->journal;
    bool is_first = false;
    ans_err err;

    if (!j)
        return ans_issue_add(cx, ANS_E_UNSUPPORTED, ANS_STR_NONE, "the store is open for reading");
    err = check_note(cx, note);
    if (err)
        return err;
    pthread_mutex_lock(&j->lock);
    err = enqueue(j, note, &is_first);
    pthread_mutex_unlock(&j->lock);
    if (is_first)
        ans_writer_wake(store);
    if (err == ANS_E_BUSY)
        return ans_issue_add(cx, err, ANS_STR_NONE, "the audit cannot be written, so nothing may be read: try again");
    return err ? no_memory(cx) : ANS_OK;
}

int64_t ans_journal_due_ms(ans_journal *j)
{
    int64_t left = -1;

    pthread_mutex_lock(&j->lock);
    if (j->queue.n + j->held > 0) {
        left = ANS_JOURNAL_DELAY_MS - (ans_mono_us() - j->since_us) / 1000;
        if (left < 0 || (!j->is_stuck && j->queue.n >= ANS_JOURNAL_SOON))
            left = 0;
    }
    pthread_mutex_unlock(&j->lock);
    return left;
}

void ans_journal_stuck(ans_journal *j)
{
    pthread_mutex_lock(&j->lock);
    j->is_stuck = true;
    j->since_us = ans_mono_us();
    pthread_mutex_unlock(&j->lock);
}

bool ans_journal_closing(ans_journal *j)
{
    pthread_mutex_lock(&j->lock);
    bool is_due = j->queue.n + j->held > 0 || (j->sign && j->kept.seq > j->head_kept.seq);
    pthread_mutex_unlock(&j->lock);
    j->is_closing = true;
    return is_due;
}

/* ---- a batch ---- */

ans_err ans_journal_begin(ans_journal *j, ans_cx *cx)
{
    ans_err err = ANS_OK;
    ans_str all;

    ans_buf_reset(&j->own);
    j->now = j->kept;
    j->head_now = j->head_kept;
    pthread_mutex_lock(&j->lock);
    if (j->queue.n > 0 && j->taken.n == 0) {
        ans_buf swap = j->taken;
        j->taken = j->queue;
        j->queue = swap;
    } else if (j->queue.n > 0) { /* the last batch failed */
        size_t kept = j->taken.n;
        ans_buf_add_mem(&j->taken, j->queue.p, j->queue.n);
        err = ans_buf_finish(&j->taken, &all);
        if (err) {
            ans_buf_reset(&j->taken);
            j->taken.n = kept;
        } else {
            ans_buf_reset(&j->queue);
        }
    }
    j->held = j->taken.n;
    pthread_mutex_unlock(&j->lock);
    return err ? no_memory(cx) : ANS_OK;
}

ans_err ans_journal_add(ans_journal *j, ans_cx *cx, ans_txn *txn, ans_reader *rd, int64_t when_us)
{
    ans_note note = {0};
    ans_err err = txn->journal(txn, rd, &note);

    if (!err)
        err = check_note(cx, &note);
    if (!err && append(&j->own, &note, when_us))
        err = no_memory(cx);
    return err;
}

/* The group's keys from the blocks behind the last whole group: after the start and after a failure. Damage is passed over: it is
 * for verify to tell, the record goes on. */
static ans_err learn_group(ans_cx *cx, ans_journal *j, void *conn)
{
    const struct ans_store_ops *ops = j->store->ops;
    ans_group last;
    ans_block b;
    ans_err err = ops->group_at(cx, conn, UINT64_MAX, &last);
    uint64_t first = err ? 1 : last.last + 1;

    j->group.count = 0;
    j->group_blocks = 0;
    if (err && err != ANS_E_NOTFOUND)
        return err;
    err = ANS_OK;
    for (uint64_t seq = j->kept.seq; !err && seq >= first; seq = b.seq - 1) {
        err = ops->block_at(cx, conn, seq, false, &b);
        if (err || b.seq < first)
            break;
        if (ans_keyset_unpack(&j->group, b.keys) == ANS_E_NOMEM)
            err = no_memory(cx);
        j->group_blocks++;
    }
    if (err && err != ANS_E_NOTFOUND)
        return err;
    j->group_seq = first;
    return ANS_OK;
}

static ans_err close_group(ans_cx *cx, ans_journal *j, void *conn)
{
    ans_group g = {.seq = j->group_seq, .last = j->now.seq};
    ans_err err;

    ans_keyset_sort(&j->group);
    err = ans_keyset_pack(cx, &j->group, &g.keys);
    if (!err)
        err = j->store->ops->group_add(cx, conn, &g);
    j->group_seq = j->now.seq + 1;
    j->group_blocks = 0;
    j->group.count = 0;
    return err;
}

static ans_err close_block(ans_cx *cx, ans_journal *j, void *conn)
{
    ans_blockmaker *m = &j->block;
    ans_block b = {.seq = m->first_seq, .count = m->count, .from_us = m->from_us, .to_us = m->to_us};
    ans_str body = {m->body.p, m->body.n};
    ans_err err = j->group_seq ? ANS_OK : learn_group(cx, j, conn);

    memcpy(b.hash, j->now.hash, sizeof b.hash);
    ans_keyset_sort(&m->keys);
    if (!err)
        err = ans_keyset_pack(cx, &m->keys, &b.keys);
    if (!err)
        err = ans_codec_pack(cx, j->store->codec, body, &b.body);
    if (!err)
        err = j->store->ops->block_add(cx, conn, &b);
    if (!err && ans_keyset_add(&j->group, m->keys.at, m->keys.count))
        err = no_memory(cx);
    ans_blockmaker_reset(m);
    if (!err && (++j->group_blocks >= ANS_GROUP_BLOCKS || j->group.count >= GROUP_KEYS))
        err = close_group(cx, j, conn);
    return err;
}

static ans_err put(ans_cx *cx, ans_journal *j, void *conn, const waiting *w, const ans_note *note)
{
    int64_t when_us = w->when_us > j->now.when_us ? w->when_us : j->now.when_us; /* a clock set back */
    ans_err err = ANS_OK;

    if (j->block.count >= ANS_BLOCK_ENTRIES || j->block.body.n >= ANS_BLOCK_BYTES)
        err = close_block(cx, j, conn);
    if (!err && ans_block_put(&j->block, &j->now, when_us, note))
        err = no_memory(cx);
    return err;
}

static ans_err put_all(ans_cx *cx, ans_journal *j, void *conn, const ans_buf *from)
{
    ans_err err = ANS_OK;
    ans_keyset keys = {0}; /* in the buffer they are not aligned */

    for (size_t at = 0; !err && at < from->n;) {
        waiting w;
        memcpy(&w, from->p + at, sizeof w);
        at += sizeof w;
        keys.count = 0;
        size_t keys_bytes = w.key_count * sizeof *keys.at;
        if (w.key_count > keys.cap) {
            uint32_t *p = ans_realloc(keys.at, keys_bytes);
            keys.at = p ? p : keys.at;
            keys.cap = p ? w.key_count : keys.cap;
            err = p ? ANS_OK : no_memory(cx);
        }
        if (err)
            break;
        if (keys_bytes > 0)
            memcpy(keys.at, from->p + at, keys_bytes);
        at += keys_bytes;
        ans_note note = {{from->p + at, w.bytes}, keys.at, w.key_count};
        err = put(cx, j, conn, &w, &note);
        at += w.bytes;
    }
    ans_keyset_done(&keys);
    return err;
}

/* Failing to sign is no reason to fail the commit: it is tried again at the next. */
static ans_err sign_head(ans_cx *cx, ans_journal *j, void *conn)
{
    ans_head h = {.seq = j->now.seq, .prev = j->head_now.seq, .when_us = ans_now_us()};

    pthread_mutex_lock(&j->lock);
    ans_head_sign *sign = j->sign;
    void *arg = j->sign_arg;
    pthread_mutex_unlock(&j->lock);
    if (!sign || h.seq <= h.prev)
        return ANS_OK;
    if (!j->is_closing && h.seq - h.prev < ANS_HEAD_ENTRIES && h.when_us - j->head_now.when_us < ANS_HEAD_US)
        return ANS_OK;
    memcpy(h.hash, j->now.hash, sizeof h.hash);
    if (sign(arg, cx, &h))
        return ANS_OK;
    j->head_now = h;
    return j->store->ops->head_add(cx, conn, &h);
}

ans_err ans_journal_write(ans_journal *j, ans_cx *cx, void *conn)
{
    ans_err err;

    ans_blockmaker_reset(&j->block);
    err = put_all(cx, j, conn, &j->taken);
    if (!err)
        err = put_all(cx, j, conn, &j->own);
    if (!err && j->block.count > 0)
        err = close_block(cx, j, conn);
    return err ? err : sign_head(cx, j, conn);
}

void ans_journal_settle(ans_journal *j)
{
    j->kept = j->now;
    j->head_kept = j->head_now;
    ans_buf_reset(&j->taken);
    pthread_mutex_lock(&j->lock);
    j->held = 0;
    j->is_stuck = false;
    if (j->queue.n > 0)
        j->since_us = ans_mono_us();
    pthread_mutex_unlock(&j->lock);
}

void ans_journal_undo(ans_journal *j)
{
    j->now = j->kept;
    j->head_now = j->head_kept;
    j->group_seq = 0;
    ans_buf_reset(&j->own);
}
