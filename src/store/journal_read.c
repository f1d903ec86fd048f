/* Reading the journal, newest first. A block is a run of numbers, so the next older one is found by the number before its
 * first; groups and key sets say what need not be unpacked. */
#include <stdlib.h>

#include "store/journal_int.h"

enum { SCRATCH_BYTES = 1 << 29 };

typedef struct walk {
    ans_cx *cx;
    ans_reader *rd;
    const ans_journal_query *q;
    ans_journal_visit *visit;
    void *arg;
    ans_cx scratch;
    ans_keyset any, all; /* sorted */
    uint64_t seq;        /* the largest that is still to be looked at */
    uint64_t passed;     /* groups whose first entry is this or larger have been looked at */
    bool is_over;
} walk;

/* ---- what a block may hold ---- */

static bool may_hold(const walk *w, ans_str keys)
{
    if (w->any.count > 0 && !ans_keyset_meets(keys, w->any.at, (uint32_t)w->any.count))
        return false;
    for (size_t i = 0; i < w->all.count; i++) {
        if (!ans_keyset_meets(keys, &w->all.at[i], 1))
            return false;
    }
    return true;
}

static bool has_key(const ans_entry *e, uint32_t key)
{
    uint32_t i = 0;

    while (i < e->key_count && e->keys[i] != key)
        i++;
    return i < e->key_count;
}

static bool is_met(const walk *w, const ans_entry *e)
{
    bool is_any = w->any.count == 0;

    if (e->seq > w->seq || e->seq <= w->q->after)
        return false;
    if ((w->q->since_us && e->when_us < w->q->since_us) || (w->q->until_us && e->when_us > w->q->until_us))
        return false;
    for (size_t i = 0; !is_any && i < w->any.count; i++)
        is_any = has_key(e, w->any.at[i]);
    for (size_t i = 0; is_any && i < w->all.count; i++)
        is_any = has_key(e, w->all.at[i]);
    return is_any;
}

/* ---- blocks ---- */

static ans_err damaged(ans_cx *cx, uint64_t seq)
{
    return ans_issue_add(cx, ANS_E_CORRUPT, ANS_STR_NONE, "the journal is damaged at entry %llu", (unsigned long long)seq);
}

static ans_err unpack(walk *w, const ans_block *b, ans_str *out)
{
    ans_err err = ans_codec_unpack(&w->scratch, w->rd->store->codec, &w->rd->unpacker, b->body, out);

    if (err == ANS_E_CORRUPT)
        return damaged(w->cx, b->seq);
    return err ? ans_issue_add(w->cx, err, ANS_STR_NONE, "no memory to read the journal") : ANS_OK;
}

/* b->body's view ends here; visitors may read. */
static ans_err visit_block(walk *w, const ans_block *b)
{
    ans_blockwalk bw = {.seq = b->seq, .when_us = b->from_us};
    ans_entry *entries;
    uint32_t n = 0;
    ans_err err;

    ans_arena_reset(w->scratch.arena);
    w->scratch.issues = w->scratch.last_ = NULL;
    err = unpack(w, b, &bw.left);
    if (err)
        return err;
    if (b->count > bw.left.n)
        return damaged(w->cx, b->seq);
    entries = ans_arena_alloc(w->scratch.arena, ((size_t)b->count + 1) * sizeof *entries);
    if (!entries)
        return ans_issue_add(w->cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to read the journal");
    while (n < b->count && ans_blockwalk_next(&bw, w->scratch.arena, &entries[n]))
        n++;
    if (n < b->count || bw.left.n > 0)
        return damaged(w->cx, b->seq + n);
    while (n-- > 0 && !w->is_over) {
        if (is_met(w, &entries[n]))
            w->is_over = !w->visit(w->arg, &entries[n]);
    }
    return ANS_OK;
}

/* Past a whole group in which nothing can be, at once. *out_passed: it was. */
static ans_err pass_group(walk *w, bool *out_passed)
{
    ans_group g;
    ans_err err;

    *out_passed = false;
    if (w->seq >= w->passed)
        return ANS_OK;
    err = w->rd->store->ops->group_at(w->cx, w->rd->conn, w->seq, &g);
    if (err == ANS_E_NOTFOUND) { /* they began later */
        w->passed = 0;
        return ANS_OK;
    }
    if (err || w->seq > g.last)
        return err;
    w->passed = g.seq;
    *out_passed = g.seq > 0 && !may_hold(w, g.keys);
    if (*out_passed)
        w->seq = g.seq - 1;
    return ANS_OK;
}

static ans_err step(walk *w)
{
    const struct ans_store_ops *ops = w->rd->store->ops;
    bool has_keys = w->any.count + w->all.count > 0, is_passed = false;
    ans_block b;
    ans_err err = has_keys ? pass_group(w, &is_passed) : ANS_OK;

    if (err || is_passed)
        return err;
    err = ops->block_at(w->cx, w->rd->conn, w->seq, !has_keys, &b);
    if (err == ANS_E_NOTFOUND || (!err && w->seq - b.seq >= b.count))
        return damaged(w->cx, w->seq);
    if (err)
        return err;
    if (w->q->since_us && b.to_us < w->q->since_us) {
        w->is_over = true;
        return ANS_OK;
    }
    bool is_wanted = !has_keys || may_hold(w, b.keys);
    if (is_wanted && has_keys)
        err = ops->block_at(w->cx, w->rd->conn, w->seq, true, &b);
    uint64_t before = b.seq - 1;
    if (!err && is_wanted)
        err = visit_block(w, &b);
    w->seq = before;
    return err;
}

/* ---- where to begin ---- */

/* The last entry of the newest block that began at or before that time, by halving. */
static ans_err seq_until(walk *w, uint64_t last, int64_t until_us, uint64_t *out)
{
    uint64_t lo = 0, hi = last; /* lo: known to be early enough */
    ans_err err = ANS_OK;

    while (!err && lo < hi) {
        uint64_t mid = lo + (hi - lo + 1) / 2;
        ans_block b;
        err = w->rd->store->ops->block_at(w->cx, w->rd->conn, mid, false, &b);
        if (err == ANS_E_NOTFOUND)
            err = damaged(w->cx, mid);
        else if (!err && b.from_us <= until_us)
            lo = b.seq + b.count - 1 > hi ? hi : b.seq + b.count - 1 > mid ? b.seq + b.count - 1 : mid;
        else if (!err)
            hi = b.seq - 1;
    }
    *out = lo;
    return err;
}

static ans_err last_of(ans_cx *cx, ans_reader *rd, ans_entry *out)
{
    ans_block b;
    ans_err err = rd->store->ops->block_at(cx, rd->conn, UINT64_MAX, false, &b);

    *out = (ans_entry){0};
    if (err)
        return err == ANS_E_NOTFOUND ? ANS_OK : err;
    out->seq = b.seq + b.count - 1;
    out->when_us = b.to_us;
    memcpy(out->hash, b.hash, sizeof b.hash);
    return ANS_OK;
}

static ans_err copy_keys(walk *w)
{
    const ans_journal_query *q = w->q;

    if (ans_keyset_add(&w->any, q->any, q->any_count) || ans_keyset_add(&w->all, q->all, q->all_count))
        return ans_issue_add(w->cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to read the journal");
    ans_keyset_sort(&w->any);
    ans_keyset_sort(&w->all);
    return ANS_OK;
}

static ans_err walk_all(walk *w)
{
    ans_entry last;
    ans_err err = last_of(w->cx, w->rd, &last);

    w->seq = last.seq;
    w->passed = UINT64_MAX;
    if (w->q->before && w->q->before - 1 < w->seq)
        w->seq = w->q->before - 1;
    if (!err && w->q->until_us && w->seq > 0)
        err = seq_until(w, w->seq, w->q->until_us, &w->seq);
    if (!err)
        err = copy_keys(w);
    while (!err && !w->is_over && w->seq > w->q->after)
        err = step(w);
    return err;
}

ans_err ans_journal_walk(ans_cx *cx, ans_reader *rd, const ans_journal_query *q, ans_journal_visit *visit, void *arg)
{
    walk w = {.cx = cx, .rd = rd, .q = q, .visit = visit, .arg = arg};
    bool was_open = rd->is_open;
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    w.scratch.arena = ans_arena_new(SCRATCH_BYTES);
    err = w.scratch.arena ? walk_all(&w) : ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to read the journal");
    ans_arena_free(w.scratch.arena);
    ans_keyset_done(&w.any);
    ans_keyset_done(&w.all);
    if (!was_open)
        ans_reader_end(rd);
    return err;
}

/* ---- single entries ---- */

typedef struct keep {
    ans_cx *cx;
    ans_entry *out;
    ans_err err;
} keep;

static bool keep_one(void *arg, const ans_entry *e)
{
    keep *k = arg;
    uint32_t *keys = ans_arena_alloc(k->cx->arena, (e->key_count + 1) * sizeof *keys);

    *k->out = *e;
    k->out->bytes = ans_arena_dup(k->cx->arena, e->bytes);
    k->out->keys = keys;
    k->err = keys && k->out->bytes.p ? ANS_OK : ans_cx_nomem(k->cx);
    if (keys && e->key_count > 0)
        memcpy(keys, e->keys, e->key_count * sizeof *keys);
    return false;
}

ans_err ans_journal_get(ans_cx *cx, ans_reader *rd, uint64_t seq, ans_entry *out)
{
    ans_entry entry;
    keep k = {cx, &entry, ANS_E_NOTFOUND};
    ans_journal_query q = {.before = seq + 1, .after = seq - 1};
    ans_err err;

    if (seq == 0 || seq == UINT64_MAX)
        return ANS_E_NOTFOUND;
    err = ans_journal_walk(cx, rd, &q, keep_one, &k);
    err = err ? err : k.err;
    if (!err)
        *out = entry;
    return err;
}

ans_err ans_journal_last(ans_cx *cx, ans_reader *rd, ans_entry *out)
{
    bool was_open = rd->is_open;
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    err = last_of(cx, rd, out);
    if (!was_open)
        ans_reader_end(rd);
    return err;
}
