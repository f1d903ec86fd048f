/* What journal.h promises, over both back ends. */
#include "contract/journal_kit.h"

#include <stdatomic.h>

static int setup(void **state, bool in_memory)
{
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_start(k, in_memory);
    *state = k;
    return 0;
}

static int setup_mem(void **state)
{
    return setup(state, true);
}

static int setup_sqlite(void **state)
{
    return setup(state, false);
}

static int teardown(void **state)
{
    kit_done(*state);
    free(*state);
    return 0;
}

static void an_entry_comes_with_its_change(void **state)
{
    kit *k = *state;
    noted n = {.text = "created a"};
    ans_change c = kit_put(k, 3, "a", "first");
    ans_entry e;
    assert_int_equal(journal_end(k), 0);
    assert_int_equal(note_commit(k, &c, 1, &n), ANS_OK);
    assert_int_equal(n.calls, 1);
    assert_int_equal(ans_journal_get(&k->cx, k->rd, 1, &e), ANS_OK);
    kit_assert_str(e.bytes, "created a");
    assert_int_equal(e.when_us, c.when_us);
    assert_int_equal(e.key_count, 0);
    assert_int_equal(ans_journal_get(&k->cx, k->rd, 2, &e), ANS_E_NOTFOUND);
    assert_int_equal(ans_journal_get(&k->cx, k->rd, 0, &e), ANS_E_NOTFOUND);
    assert_null(k->cx.issues);
}

/* The entry may tell what came of the changes. */
static ans_err tell_outcome(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    (void)rd;
    const ans_change *c = &txn->changes[0];
    static uint32_t keys[1];
    keys[0] = c->rid;
    *out = (ans_note){ans_arena_fmt(txn->cx->arena, "rid %u vid %u outcome %d", c->rid, c->vid, (int)c->outcome), keys, 1};
    return ANS_OK;
}

static void an_entry_knows_what_came_of_it(void **state)
{
    kit *k = *state;
    for (int i = 0; i < 2; i++) {
        ans_change c = kit_put(k, 3, "a", "first");
        ans_txn txn = {.cx = &k->cx, .changes = &c, .count = 1, .journal = tell_outcome};
        assert_int_equal(ans_store_commit(k->store, &txn), ANS_OK);
    }
    const uint32_t rid = 1;
    const ans_journal_query q = {.any = &rid, .any_count = 1};
    kit_assert_str(journal_find(k, &q, 0), "2:rid 1 vid 1 outcome 2 1:rid 1 vid 1 outcome 0");
}

static ans_err refuse(ans_txn *txn, ans_reader *rd)
{
    (void)rd;
    return ans_issue_add(txn->cx, ANS_E_RULE, ANS_STR_NONE, "no");
}

static void a_refused_change_leaves_no_entry(void **state)
{
    kit *k = *state;
    noted n = {.text = "never"};
    ans_change c = kit_put(k, 3, "a", "first");
    ans_txn txn = {.cx = &k->cx, .changes = &c, .count = 1, .guard = refuse, .journal = note_txn, .arg = &n};
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_E_RULE);
    c.if_vid = 7;
    assert_int_equal(note_commit(k, &c, 1, &n), ANS_E_PRECOND);
    assert_int_equal(n.calls, 0);
    assert_int_equal(journal_end(k), 0);
}

static ans_err fail_to_note(ans_txn *txn, ans_reader *rd, ans_note *out)
{
    (void)rd;
    (void)out;
    return ans_issue_add(txn->cx, ANS_E_NOMEM, ANS_STR_NONE, "no memory");
}

static void a_change_without_its_entry_is_not_kept(void **state)
{
    kit *k = *state;
    ans_change c = kit_put(k, 3, "a", "first");
    ans_txn txn = {.cx = &k->cx, .changes = &c, .count = 1, .journal = fail_to_note};
    ans_version v;
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_E_NOMEM);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "a"), &v), ANS_E_NOTFOUND);
    static char large[ANS_NOTE_MAX_BYTES + 2];
    memset(large, 'x', sizeof large - 1);
    noted n = {.text = large};
    assert_int_equal(note_commit(k, &c, 1, &n), ANS_E_TOOBIG);
    assert_int_equal(note_later(k, large, NULL, 0), ANS_E_TOOBIG);
    large[ANS_NOTE_MAX_BYTES] = 0;
    assert_int_equal(note_commit(k, &c, 1, &n), ANS_OK);
    assert_int_equal(journal_end(k), 1);
}

static void reads_go_with_the_next_commit_and_before_it(void **state)
{
    kit *k = *state;
    const uint32_t keys[] = {9, 4};
    assert_int_equal(note_later(k, "read one", keys, 2), ANS_OK);
    assert_int_equal(note_later(k, "", NULL, 0), ANS_OK);
    assert_int_equal(note_now(k, "now"), ANS_OK);
    kit_assert_str(journal_find(k, &(ans_journal_query){0}, 0), "3:now 2: 1:read one");
    ans_entry e;
    assert_int_equal(ans_journal_get(&k->cx, k->rd, 1, &e), ANS_OK);
    assert_int_equal(e.key_count, 2);
    assert_int_equal(e.keys[0], 9);
    assert_int_equal(e.keys[1], 4);
}

static void reads_are_kept_within_a_second(void **state)
{
    kit *k = *state;
    int64_t start = ans_mono_us();
    assert_int_equal(note_later(k, "read", NULL, 0), ANS_OK);
    assert_int_equal(journal_end(k), 0);
    while (journal_end(k) == 0 && ans_mono_us() - start < 5000000)
        usleep(2000);
    assert_int_equal(journal_end(k), 1);
    assert_true(ans_mono_us() - start > 500000); /* gathered */
    assert_true(ans_mono_us() - start < 1500000); /* 1 s, and a busy machine */
}

static void reads_are_kept_when_the_store_closes(void **state)
{
    kit *k = *state;
    if (k->in_memory)
        return;
    assert_int_equal(note_later(k, "last words", NULL, 0), ANS_OK);
    kit_close(k);
    kit_open(k);
    kit_assert_str(journal_find(k, &(ans_journal_query){0}, 0), "1:last words");
}

static atomic_bool writer_holds;
static ans_err hold_writer(ans_txn *txn, ans_reader *rd)
{
    (void)txn;
    (void)rd;
    while (atomic_load(&writer_holds))
        usleep(100);
    return ANS_OK;
}

/* 16 MiB at most wait; then reading is refused until they are written. */
static void what_waits_is_bounded(void **state)
{
    kit *k = *state;
    static char text[60001];
    uint32_t taken = 0;
    ans_txn holding = {.cx = &k->cx, .guard = hold_writer};
    memset(text, 'x', sizeof text - 1);
    atomic_store(&writer_holds, true);
    ans_store_submit(k->store, &holding);
    while (note_later(k, text, NULL, 0) == ANS_OK && taken < 1000)
        taken++;
    assert_int_equal(k->cx.last_->err, ANS_E_BUSY);
    assert_in_range(taken, 270, 280);
    atomic_store(&writer_holds, false);
    assert_int_equal(note_now(k, "now"), ANS_OK);
    assert_int_equal(journal_end(k), taken + 1);
    assert_int_equal(note_later(k, text, NULL, 0), ANS_OK);
    assert_int_equal(journal_verify(k).bad_seq, 0);
}

static void queries(void **state)
{
    kit *k = *state;
    const uint32_t even[] = {2, 77}, odd[] = {1, 77};
    char text[16];
    for (int i = 1; i <= 9; i++) {
        (void)snprintf(text, sizeof text, "e%d", i);
        assert_int_equal(note_later(k, text, i % 2 ? odd : even, i == 9 ? 1 : 2), ANS_OK);
        if (i % 3 == 0)
            assert_int_equal(note_now(k, "now"), ANS_OK);
    } /* 1 2 3 now 5 6 7 now 9 10 11 now */
    static const uint32_t one = 1, two = 2, all77[] = {77, 1}, none = 99, big[] = {99, 2};
    static const struct {
        ans_journal_query q;
        uint32_t limit;
        const char *found;
    } t[] = {
        {{0}, 3, "12:now 11:e9 10:e8"},
        {{.before = 4}, 0, "3:e3 2:e2 1:e1"},
        {{.after = 10}, 0, "12:now 11:e9"},
        {{.before = 7, .after = 4}, 0, "6:e5 5:e4"},
        {{.any = &one, .any_count = 1}, 0, "11:e9 9:e7 6:e5 3:e3 1:e1"},
        {{.any = &two, .any_count = 1}, 2, "10:e8 7:e6"},
        {{.any = big, .any_count = 2}, 2, "10:e8 7:e6"},
        {{.all = all77, .all_count = 2}, 0, "9:e7 6:e5 3:e3 1:e1"},
        {{.any = &two, .any_count = 1, .all = &one, .all_count = 1}, 0, ""},
        {{.any = &none, .any_count = 1}, 0, ""},
        {{.before = 1}, 0, ""},
        {{.after = 12}, 0, ""},
        {{.after = UINT64_MAX}, 0, ""},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        kit_assert_str(journal_find(k, &t[i].q, t[i].limit), t[i].found);
}

static int64_t told_us;
static int64_t told_clock(void)
{
    return told_us;
}

static void times_bound_a_query_and_never_run_back(void **state)
{
    kit *k = *state;
    ans_clock_set(told_clock);
    static const int64_t times[] = {1000, 2000, 2000, 3000, 500, 4000};
    for (int i = 0; i < 6; i++) {
        told_us = times[i];
        assert_int_equal(note_later(k, "r", NULL, 0), ANS_OK);
        if (i % 2)
            assert_int_equal(note_now(k, "w"), ANS_OK);
    } /* 1:1000 2:2000 3:w2000 | 4:2000 5:3000 6:w3000 | 7:500->3000 8:4000 9:w4000 */
    ans_clock_set(NULL);
    static const struct {
        int64_t since, until;
        const char *found;
    } t[] = {
        {2000, 2000, "4:r 3:w 2:r"},
        {0, 1999, "1:r"},
        {0, 999, ""},
        {0, 3000, "7:r 6:w 5:r 4:r 3:w 2:r 1:r"},
        {2001, 0, "9:w 8:r 7:r 6:w 5:r"},
        {4001, 0, ""},
        {4000, 9000, "9:w 8:r"},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        ans_journal_query q = {.since_us = t[i].since, .until_us = t[i].until};
        kit_assert_str(journal_find(k, &q, 0), t[i].found);
    }
    assert_int_equal(journal_verify(k).bad_seq, 0);
}

/* A snapshot sees the journal of its moment. */
static void snapshots(void **state)
{
    kit *k = *state;
    assert_int_equal(note_now(k, "before"), ANS_OK);
    assert_int_equal(ans_reader_begin(&k->cx, k->rd), ANS_OK);
    assert_int_equal(journal_end(k), 1);
    assert_int_equal(note_now(k, "after"), ANS_OK);
    assert_int_equal(journal_end(k), 1);
    kit_assert_str(journal_find(k, &(ans_journal_query){0}, 0), "1:before");
    ans_reader_end(k->rd);
    assert_int_equal(journal_end(k), 2);
}

/* Blocks and groups: many commits, each with its own key, and one with far more entries than a block holds. */
static void many_blocks_and_groups(void **state)
{
    kit *k = *state;
    enum { COMMITS = 700, LOTS = 10000 };
    char text[24], expected[64];
    for (uint32_t i = 1; i <= COMMITS; i++) {
        const uint32_t keys[] = {i * 1000, 5};
        (void)snprintf(text, sizeof text, "c%u", i);
        noted n = {.text = text, .keys = keys, .key_count = 2};
        assert_int_equal(note_commit(k, NULL, 0, &n), ANS_OK);
    }
    for (uint32_t i = 1; i <= LOTS; i++) {
        (void)snprintf(text, sizeof text, "l%u", i);
        assert_int_equal(note_later(k, text, &i, 1), ANS_OK);
    }
    assert_int_equal(note_now(k, "end"), ANS_OK);
    for (uint32_t i = 1; i <= COMMITS; i += 37) {
        const uint32_t key = i * 1000;
        const ans_journal_query q = {.all = &key, .all_count = 1};
        int n = snprintf(expected, sizeof expected, key <= LOTS ? "%u:l%u " : "", COMMITS + key, key);
        (void)snprintf(expected + n, sizeof expected - (size_t)n, "%u:c%u", i, i);
        kit_assert_str(journal_find(k, &q, 0), expected);
    }
    static const uint32_t five = 5;
    kit_assert_str(journal_find(k, &(ans_journal_query){.any = &five, .any_count = 1}, 2), "705:l5 700:c700");
    kit_assert_str(journal_find(k, &(ans_journal_query){.before = 5001}, 1), "5000:l4300");
    ans_journal_report r = journal_verify(k);
    assert_int_equal(r.bad_seq, 0);
    assert_int_equal(r.entries, COMMITS + LOTS + 1);
    assert_true(r.blocks >= COMMITS + LOTS / 4096 + 1);
    kit_check_clean(k);
    if (k->in_memory)
        return;
    kit_close(k);
    kit_open(k);
    assert_int_equal(note_now(k, "again"), ANS_OK);
    assert_int_equal(journal_verify(k).entries, COMMITS + LOTS + 2);
    assert_int_equal(journal_verify(k).bad_seq, 0);
}

static void heads_are_signed(void **state)
{
    kit *k = *state;
    assert_int_equal(note_now(k, "nobody signs yet"), ANS_OK);
    ans_journal_set_signer(k->store, sign_plainly, NULL);
    assert_int_equal(journal_verify(k).heads, 0);
    assert_int_equal(note_now(k, "the first is signed at once"), ANS_OK);
    ans_journal_report r = journal_verify(k);
    assert_int_equal(r.heads, 1);
    assert_int_equal(r.signed_seq, 2);
    for (int i = 0; i < 9999; i++)
        assert_int_equal(note_later(k, "r", NULL, 0), ANS_OK);
    assert_int_equal(note_now(k, "10,000 more"), ANS_OK);
    r = journal_verify(k);
    assert_int_equal(r.bad_seq, 0);
    assert_int_equal(r.heads, 2);
    assert_int_equal(r.signed_seq, 10002);
    told_us = ans_now_us() + INT64_C(3601) * 1000000;
    ans_clock_set(told_clock);
    assert_int_equal(note_now(k, "an hour later"), ANS_OK);
    ans_clock_set(NULL);
    assert_int_equal(journal_verify(k).heads, 3);
    assert_int_equal(note_now(k, "not yet"), ANS_OK);
    assert_int_equal(journal_verify(k).heads, 3);
    if (k->in_memory)
        return;
    kit_close(k);
    kit_open(k);
    r = journal_verify(k);
    assert_int_equal(r.heads, 4);
    assert_int_equal(r.signed_seq, 10004);
    assert_int_equal(r.bad_heads + r.strange_heads, 0);
    kit_close(k); /* nothing new: nothing to sign */
    kit_open(k);
    assert_int_equal(journal_verify(k).heads, 4);
}

#define BOTH(test)                                                                                  \
    {#test " (mem)", test, setup_mem, teardown, NULL}, {#test " (sqlite)", test, setup_sqlite, teardown, NULL}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_entry_comes_with_its_change),
        BOTH(an_entry_knows_what_came_of_it),
        BOTH(a_refused_change_leaves_no_entry),
        BOTH(a_change_without_its_entry_is_not_kept),
        BOTH(reads_go_with_the_next_commit_and_before_it),
        BOTH(reads_are_kept_within_a_second),
        BOTH(reads_are_kept_when_the_store_closes),
        BOTH(what_waits_is_bounded),
        BOTH(queries),
        BOTH(times_bound_a_query_and_never_run_back),
        BOTH(snapshots),
        BOTH(many_blocks_and_groups),
        BOTH(heads_are_signed),
    };
    return cmocka_run_group_tests_name("journal_contract", tests, NULL, NULL);
}
