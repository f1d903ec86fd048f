/* Does the chain hold? All entries from the first to the last are hashed again, in order; on the way each block's own figures
 * and keys, each group's keys and each signed head are compared with what the entries say. */
#include "store/journal_int.h"

enum { SCRATCH_BYTES = 1 << 29, PROGRESS_ENTRIES = 1 << 16 };

typedef struct verify {
    ans_cx *cx;
    ans_reader *rd;
    const ans_journal_check *how;
    ans_journal_report report;
    ans_cx scratch;
    ans_buf room;
    ans_chain chain, end; /* so far; as the last block says */
    ans_keyset keys, grouped, expected;
    ans_group group;      /* the one we are in; last 0: none. Its keys are in `expected` */
    ans_head head;        /* the next one to come; seq 0: none */
} verify;

static ans_err broken(verify *v, uint64_t seq, const char *what)
{
    if (v->report.bad_seq == 0) {
        v->report.bad_seq = seq;
        v->report.what = what;
    }
    return ANS_OK;
}

static ans_err no_memory(verify *v)
{
    return ans_issue_add(v->cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory to verify the journal");
}

/* ---- heads ---- */

static ans_err next_head(verify *v, uint64_t from)
{
    ans_err err = v->rd->store->ops->head_at(v->cx, v->rd->conn, from, true, &v->head);

    if (err == ANS_E_NOTFOUND)
        v->head = (ans_head){0};
    return err == ANS_E_NOTFOUND ? ANS_OK : err;
}

static void judge_head(verify *v, uint64_t prev)
{
    const ans_head *h = &v->head;
    ans_head_state state = ANS_HEAD_STRANGE;

    v->report.heads++;
    if (h->prev != prev || memcmp(h->hash, v->chain.hash, sizeof h->hash) != 0) {
        v->report.bad_heads++;
        (void)broken(v, h->seq, "a signed head is missing, or stands for another chain");
        return;
    }
    if (v->how->signature)
        state = v->how->signature(v->how->arg, h);
    if (state == ANS_HEAD_BAD) {
        v->report.bad_heads++;
        (void)broken(v, h->seq, "the signature of a head does not hold");
    }
    v->report.strange_heads += state == ANS_HEAD_STRANGE;
    if (state == ANS_HEAD_GOOD)
        v->report.signed_seq = h->seq;
}

static ans_err meet_head(verify *v)
{
    static const uint64_t none = 0;
    uint64_t prev = none;
    ans_head before;
    ans_err err;

    if (v->head.seq != v->chain.seq)
        return ANS_OK;
    err = v->rd->store->ops->head_at(v->cx, v->rd->conn, v->head.seq - 1, false, &before);
    if (!err)
        prev = before.seq;
    if (err && err != ANS_E_NOTFOUND)
        return err;
    judge_head(v, prev);
    return next_head(v, v->head.seq + 1);
}

/* ---- groups ---- */

static bool is_same_set(const ans_keyset *a, const ans_keyset *b)
{
    return a->count == b->count && (a->count == 0 || memcmp(a->at, b->at, a->count * sizeof *a->at) == 0);
}

static ans_err enter_group(verify *v, uint64_t seq)
{
    ans_err err = v->rd->store->ops->group_at(v->cx, v->rd->conn, seq, &v->group);

    v->grouped.count = v->expected.count = 0;
    if (err == ANS_E_NOTFOUND || (!err && v->group.last < seq)) {
        v->group = (ans_group){0};
        return ANS_OK;
    }
    if (err)
        return err;
    err = ans_keyset_unpack(&v->expected, v->group.keys);
    if (err == ANS_E_NOMEM)
        return no_memory(v);
    return err || v->group.seq != seq ? broken(v, seq, "a group of blocks does not fit") : ANS_OK;
}

static ans_err leave_group(verify *v)
{
    if (v->group.last != v->chain.seq)
        return v->group.last > v->chain.seq ? ANS_OK : broken(v, v->group.seq, "a group of blocks does not fit");
    ans_keyset_sort(&v->grouped);
    v->group.last = 0;
    return is_same_set(&v->grouped, &v->expected) ? ANS_OK
                                                  : broken(v, v->group.seq, "a group's keys are not those of its entries");
}

/* ---- blocks ---- */

static ans_err check_entry(verify *v, const ans_entry *e)
{
    const ans_note note = {e->bytes, e->keys, e->key_count};

    if (ans_chain_next(&v->chain, &v->room, e->when_us, &note) || ans_keyset_add(&v->keys, e->keys, e->key_count))
        return no_memory(v);
    v->report.entries++;
    if (v->how->progress && v->report.entries % PROGRESS_ENTRIES == 0)
        v->how->progress(v->how->progress_arg, v->report.entries, v->end.seq);
    if (v->chain.seq == v->how->noted_seq && memcmp(v->chain.hash, v->how->noted_hash, ANS_CHAIN_BYTES) != 0)
        return broken(v, v->chain.seq, "the entry has another hash than the one noted");
    return meet_head(v);
}

/* Whose own figures must be those of its entries. `keys` is a copy: reading heads ends the views of b. */
static ans_err check_block(verify *v, const ans_block *b, ans_str body, ans_str keys)
{
    ans_blockwalk w = {.left = body, .seq = b->seq, .when_us = b->from_us};
    ans_keyset told = {0};
    uint32_t n = 0;
    ans_entry e;
    ans_err err = ANS_OK;

    v->keys.count = 0;
    while (!err && ans_blockwalk_next(&w, v->scratch.arena, &e)) {
        if (n++ == 0 && e.when_us != b->from_us)
            err = broken(v, b->seq, "the time of a block does not fit");
        err = check_entry(v, &e);
    }
    if (err)
        return err;
    if (w.is_bad || n != b->count)
        return broken(v, b->seq + n, "a block cannot be read");
    if (v->chain.when_us != b->to_us)
        return broken(v, b->seq, "the time of a block does not fit");
    if (memcmp(v->chain.hash, b->hash, sizeof b->hash) != 0)
        return broken(v, b->seq, "the hash of a block is not that of its entries");
    ans_keyset_sort(&v->keys);
    err = ans_keyset_unpack(&told, keys);
    bool is_same = !err && is_same_set(&told, &v->keys);
    ans_keyset_done(&told);
    if (err == ANS_E_NOMEM || ans_keyset_add(&v->grouped, v->keys.at, v->keys.count))
        return no_memory(v);
    return is_same ? ANS_OK : broken(v, b->seq, "the keys of a block are not those of its entries");
}

static ans_err verify_block(verify *v)
{
    uint64_t seq = v->chain.seq + 1;
    ans_block b;
    ans_str body, keys;
    ans_err err = v->group.last ? ANS_OK : enter_group(v, seq);

    if (!err)
        err = v->rd->store->ops->block_at(v->cx, v->rd->conn, seq, true, &b);
    if (err == ANS_E_NOTFOUND || (!err && (b.seq != seq || b.count == 0)))
        return broken(v, seq, "an entry is missing");
    if (err)
        return err;
    if (b.from_us < v->chain.when_us)
        return broken(v, seq, "time runs backwards");
    ans_arena_reset(v->scratch.arena);
    keys = ans_arena_dup(v->scratch.arena, b.keys);
    err = keys.p ? ans_codec_unpack(&v->scratch, v->rd->store->codec, &v->rd->unpacker, b.body, &body) : ANS_E_NOMEM;
    if (err)
        return err == ANS_E_CORRUPT ? broken(v, seq, "a block cannot be read") : no_memory(v);
    v->report.blocks++;
    err = check_block(v, &b, body, keys);
    if (!err && !v->report.bad_seq && v->group.last)
        err = leave_group(v);
    return err;
}

/* ---- all ---- */

static ans_err verify_all(verify *v)
{
    const struct ans_store_ops *ops = v->rd->store->ops;
    ans_block last;
    ans_err err = ops->block_at(v->cx, v->rd->conn, UINT64_MAX, false, &last);

    if (!err)
        v->end.seq = last.seq + last.count - 1;
    if (!err || err == ANS_E_NOTFOUND)
        err = next_head(v, 0);
    while (!err && !v->report.bad_seq && v->chain.seq < v->end.seq)
        err = verify_block(v);
    if (!err && !v->report.bad_seq && v->group.last)
        err = broken(v, v->group.last, "entries at the end are missing: a group knew them");
    if (!err && !v->report.bad_seq && v->head.seq)
        err = broken(v, v->chain.seq + 1, "entries at the end are missing: a signed head knew them");
    if (!err && !v->report.bad_seq && v->how->noted_seq > v->chain.seq)
        err = broken(v, v->chain.seq + 1, "entries at the end are missing: one of them was noted");
    v->report.last = (ans_entry){.seq = v->chain.seq, .when_us = v->chain.when_us};
    memcpy(v->report.last.hash, v->chain.hash, sizeof v->chain.hash);
    return err;
}

ans_err ans_journal_verify(ans_cx *cx, ans_reader *rd, const ans_journal_check *how, ans_journal_report *out)
{
    static const ans_journal_check plain = {0};
    verify v = {.cx = cx, .rd = rd, .how = how ? how : &plain};
    bool was_open = rd->is_open;
    ans_err err = was_open ? ANS_OK : ans_reader_begin(cx, rd);

    if (err)
        return err;
    ans_buf_init(&v.room, SIZE_MAX / 2);
    v.scratch.arena = ans_arena_new(SCRATCH_BYTES);
    err = v.scratch.arena ? verify_all(&v) : no_memory(&v);
    ans_arena_free(v.scratch.arena);
    ans_buf_done(&v.room);
    ans_keyset_done(&v.keys);
    ans_keyset_done(&v.grouped);
    ans_keyset_done(&v.expected);
    if (!was_open)
        ans_reader_end(rd);
    if (!err)
        *out = v.report;
    return err;
}
