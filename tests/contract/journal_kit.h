/* What tests of the journal share: entries that are text, a signer that anybody could be. */
#ifndef ANS_TEST_JOURNAL_KIT_H
#define ANS_TEST_JOURNAL_KIT_H

#include "base/buf.h"
#include "contract/store_kit.h"
#include "store/journal.h"

/* ---- an entry with a transaction ---- */

typedef struct noted {
    const char *text;
    const uint32_t *keys;
    uint32_t key_count;
    int calls;
} noted;

static inline ans_err note_txn(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    (void)rd;
    noted *n = txn->arg;
    n->calls++;
    *out = (ans_note){kit_str(n->text), n->keys, n->key_count};
    return ANS_OK;
}

static inline ans_err note_commit(kit *k, ans_change *changes, uint32_t count, noted *n)
{
    ans_txn txn = {.cx = &k->cx, .changes = changes, .count = count, .journal = note_txn, .arg = n};
    return ans_store_commit(k->store, &txn);
}

static inline ans_err note_now(kit *k, const char *text)
{
    noted n = {.text = text};
    return note_commit(k, NULL, 0, &n);
}

static inline ans_err note_later(kit *k, const char *text, const uint32_t *keys, uint32_t count)
{
    const ans_note note = {kit_str(text), keys, count};
    return ans_journal_later(&k->cx, k->store, &note);
}

/* ---- all that a query finds, as "seq:text seq:text" ---- */

typedef struct found {
    ans_buf text;
    uint32_t count, limit;
} found;

static inline bool find_one(void *arg, const ans_entry *e)
{
    found *f = arg;
    ans_buf_fmt(&f->text, "%s%llu:%.*s", f->count ? " " : "", (unsigned long long)e->seq, ANS_FMT(e->bytes));
    return ++f->count != f->limit;
}

static inline ans_str journal_find(kit *k, const ans_journal_query *q, uint32_t limit)
{
    found f = {.limit = limit};
    ans_str out;
    ans_buf_init_arena(&f.text, k->cx.arena, 16 << 20);
    assert_int_equal(ans_journal_walk(&k->cx, k->rd, q, find_one, &f), ANS_OK);
    assert_int_equal(ans_buf_finish(&f.text, &out), ANS_OK);
    return out;
}

static inline uint64_t journal_end(kit *k)
{
    ans_entry last;
    assert_int_equal(ans_journal_last(&k->cx, k->rd, &last), ANS_OK);
    return last.seq;
}

/* ---- signing ---- */

static inline ans_err sign_plainly(void *arg, ans_cx *cx, ans_head *head)
{
    uint8_t message[ANS_HEAD_MESSAGE_BYTES];
    (void)arg;
    (void)cx;
    ans_head_message(head, message);
    memcpy(head->key_id, "plainkey", sizeof head->key_id);
    ans_hash256((ans_str){(const char *)message, sizeof message}, head->signature);
    memset(head->signature + 32, 7, 32);
    return ANS_OK;
}

static inline ans_head_state judge_plainly(void *arg, const ans_head *head)
{
    ans_head again = *head;
    if (memcmp(head->key_id, "plainkey", sizeof head->key_id) != 0)
        return ANS_HEAD_STRANGE;
    (void)sign_plainly(arg, NULL, &again);
    return memcmp(again.signature, head->signature, sizeof again.signature) == 0 ? ANS_HEAD_GOOD : ANS_HEAD_BAD;
}

static inline ans_journal_report journal_verify(kit *k)
{
    const ans_journal_check how = {.signature = judge_plainly};
    ans_journal_report r;
    assert_int_equal(ans_journal_verify(&k->cx, k->rd, &how, &r), ANS_OK);
    return r;
}

#endif
