/* What store.h promises of writing and reading: resources and their versions, transactions, history. */
#include "contract/store_both.h"

#include <pthread.h>

/* ---- one resource ---- */

static void create_and_read(void **state)
{
    kit *k = *state;
    ans_change c = kit_do(k, kit_put(k, 3, "a", "first"));
    ans_version v;
    assert_int_equal(c.outcome, ANS_CREATED);
    assert_int_equal(c.rid, 1);
    assert_int_equal(c.vid, 1);
    assert_int_equal(c.pos, 1);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "a"), &v), ANS_OK);
    kit_assert_str(v.body, "first");
    kit_assert_str(v.ref.id, "a");
    assert_int_equal(v.ref.type, 3);
    assert_int_equal(v.rid, 1);
    assert_int_equal(v.vid, 1);
    assert_int_equal(v.pos, 1);
    assert_int_equal(v.when_us, c.when_us);
    assert_true(v.is_first);
    assert_false(v.is_delete);
    assert_int_equal(v.body.p[v.body.n], 0);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "b"), &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(4, "a"), &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 1, true, &v), ANS_OK);
    kit_assert_str(v.body, "first");
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 1, false, &v), ANS_OK);
    assert_int_equal(v.body.n, 0);
    kit_assert_str(v.ref.id, "a");
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 2, true, &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 0, true, &v), ANS_E_NOTFOUND);
    assert_null(k->cx.issues); /* missing is ordinary */
}

static void update_and_vread(void **state)
{
    kit *k = *state;
    ans_version v;
    kit_do(k, kit_put(k, 3, "a", "one"));
    ans_change c = kit_do(k, kit_put(k, 3, "a", "two"));
    assert_int_equal(c.outcome, ANS_UPDATED);
    assert_int_equal(c.rid, 1);
    assert_int_equal(c.vid, 2);
    assert_int_equal(c.pos, 2);
    kit_do(k, kit_put(k, 3, "a", "three"));
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "a"), &v), ANS_OK);
    kit_assert_str(v.body, "three");
    assert_false(v.is_first);
    static const char *const bodies[] = {"one", "two", "three"};
    for (uint32_t vid = 1; vid <= 3; vid++) {
        assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), vid, &v), ANS_OK);
        kit_assert_str(v.body, bodies[vid - 1]);
        kit_assert_str(v.ref.id, "a");
        assert_int_equal(v.vid, vid);
        assert_int_equal(v.pos, vid);
        assert_int_equal(v.is_first, vid == 1);
    }
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), 4, &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), 0, &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "b"), 1, &v), ANS_E_NOTFOUND);
}

static void delete_and_again(void **state)
{
    kit *k = *state;
    ans_version v;
    ans_change c = kit_do(k, kit_delete(3, "a"));
    assert_int_equal(c.outcome, ANS_ABSENT);
    assert_int_equal(c.vid, 0);
    assert_int_equal(c.rid, 0);
    kit_do(k, kit_put(k, 3, "a", "one"));
    c = kit_do(k, kit_delete(3, "a"));
    assert_int_equal(c.outcome, ANS_DELETED);
    assert_int_equal(c.vid, 2);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "a"), &v), ANS_E_GONE);
    assert_true(v.is_delete);
    assert_int_equal(v.vid, 2);
    assert_int_equal(v.body.n, 0);
    kit_assert_str(v.ref.id, "a");
    assert_int_equal(ans_store_read_rid(&k->cx, k->rd, 1, false, &v), ANS_E_GONE);
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), 2, &v), ANS_E_GONE);
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), 1, &v), ANS_OK);
    kit_assert_str(v.body, "one");
    ans_change again = kit_do(k, kit_delete(3, "a"));
    assert_int_equal(again.outcome, ANS_ABSENT);
    assert_int_equal(again.vid, 2);
    assert_int_equal(again.pos, c.pos);
    assert_int_equal(again.when_us, c.when_us);
    c = kit_do(k, kit_put(k, 3, "a", "one"));
    assert_int_equal(c.outcome, ANS_CREATED);
    assert_int_equal(c.vid, 3);
    assert_int_equal(c.rid, 1);
    assert_int_equal(ans_store_vread(&k->cx, k->rd, kit_ref(3, "a"), 3, &v), ANS_OK);
    assert_false(v.is_first);
}

static void unchanged_writes_nothing(void **state)
{
    kit *k = *state;
    ans_pos pos;
    ans_rid rid;
    ans_change first = kit_do(k, kit_put(k, 3, "a", "same"));
    ans_change c = kit_do(k, kit_put(k, 3, "a", "same"));
    assert_int_equal(c.outcome, ANS_UNCHANGED);
    assert_int_equal(c.vid, 1);
    assert_int_equal(c.pos, 1);
    assert_int_equal(c.rid, 1);
    assert_int_equal(c.when_us, first.when_us);
    assert_int_equal(ans_store_head(&k->cx, k->rd, &pos, &rid), ANS_OK);
    assert_int_equal(pos, 1);
    assert_int_equal(rid, 1);
}

static ans_err put_if(kit *k, const char *id, const char *body, uint32_t if_vid)
{
    ans_change c = kit_put(k, 3, id, body);
    c.if_vid = if_vid;
    return kit_commit(k, &c, 1);
}

static ans_err delete_if(kit *k, const char *id, uint32_t if_vid)
{
    ans_change c = kit_delete(3, id);
    c.if_vid = if_vid;
    return kit_commit(k, &c, 1);
}

static void version_conditions(void **state)
{
    kit *k = *state;
    assert_int_equal(put_if(k, "a", "one", 1), ANS_E_PRECOND); /* never written */
    assert_int_equal(put_if(k, "a", "one", ANS_VID_ABSENT), ANS_OK);
    assert_non_null(k->cx.issues);
    assert_int_equal(k->cx.issues->err, ANS_E_PRECOND);
    assert_int_equal(put_if(k, "a", "two", ANS_VID_ABSENT), ANS_E_PRECOND);
    assert_int_equal(put_if(k, "a", "two", 2), ANS_E_PRECOND);
    assert_int_equal(put_if(k, "a", "one", 2),
                     ANS_E_PRECOND); /* the condition comes before sameness */
    assert_int_equal(put_if(k, "a", "two", 1), ANS_OK);
    assert_int_equal(delete_if(k, "a", 1), ANS_E_PRECOND);
    assert_int_equal(delete_if(k, "a", 2), ANS_OK);
    assert_int_equal(delete_if(k, "a", 3),
                     ANS_E_PRECOND); /* a tombstone is not a current version */
    assert_int_equal(put_if(k, "a", "three", 3), ANS_E_PRECOND);
    assert_int_equal(delete_if(k, "a", ANS_VID_ABSENT), ANS_OK);
    assert_int_equal(put_if(k, "a", "three", ANS_VID_ABSENT), ANS_OK);
    kit_check_clean(k);
}

static void ids_of_every_shape(void **state)
{
    kit *k = *state;
    static const char *const ids[] = {
        "0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6d", /* kept as 16 bytes */
        "0B6E1F3C-9D2A-4F5B-8C7D-1E2F3A4B5C6D", /* upper case: another id */
        "0b6e1f3c9d2a4f5b8c7d1e2f3a4b5c6d",
        "0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6g",
        "0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6",
        "0b6e1f3c-9d2a-4f5b-8c7d-1e2f3a4b5c6dd",
        "0b6e1f3c-9d2a-4f5b-8c7d 1e2f3a4b5c6d",
        "1",
        "A.b-9",
        "0123456789012345678901234567890123456789012345678901234567890123",
        "01234567890123456789012345678901234567890123456789012345678901234567890123456789",
    };
    const uint32_t n = sizeof ids / sizeof *ids;
    ans_version v;
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(kit_do(k, kit_put(k, 3, ids[i], ids[i])).rid, i + 1);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, ids[i]), &v), ANS_OK);
        assert_int_equal(v.rid, i + 1);
        kit_assert_str(v.ref.id, ids[i]);
        kit_assert_str(v.body, ids[i]);
        assert_int_equal(kit_do(k, kit_put(k, 3, ids[i], "next")).vid, 2);
    }
    kit_check_clean(k);
}

static void an_endless_id_is_refused_alone(void **state)
{
    kit *k = *state;
    char endless[400], body[420];
    memset(endless, 'x', sizeof endless);
    endless[300] = 0;
    ans_change c = kit_put(k, 3, endless, "body");
    assert_int_equal(kit_commit(k, &c, 1), ANS_E_TOOBIG);
    (void)snprintf(body, sizeof body, "refers\nx|3/%s|t", endless);
    c = kit_put(k, 3, "a", body);
    assert_int_equal(kit_commit(k, &c, 1), ANS_E_TOOBIG);
    assert_int_equal(kit_do(k, kit_put(k, 3, "a", "fine")).pos, 1);
    kit_check_clean(k);
}

static void bodies_of_every_size(void **state)
{
    kit *k = *state;
    uint64_t x = 88172645463325252u;
    for (size_t n = 0; n < 4000000; n = n * 3 + 1) {
        for (int random = 0; random < 2; random++) {
            char *p = malloc(n + 1);
            char id[32];
            ans_version v;
            assert_non_null(p);
            for (size_t i = 0; i < n; i++) {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                p[i] = random ? (char)x : "abcd"[i % 4];
            }
            p[n] = 0;
            (void)snprintf(id, sizeof id, "%zu-%d", n, random);
            ans_change c = {
                .ref = kit_ref(3, id), .body = {p, n}, .hash = ans_hash_content((ans_str){p, n})};
            assert_int_equal(kit_commit(k, &c, 1), ANS_OK);
            assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, id), &v), ANS_OK);
            assert_true(ans_str_eq(v.body, (ans_str){p, n}));
            free(p);
        }
    }
}

/* ---- transactions ---- */

static void all_or_nothing(void **state)
{
    kit *k = *state;
    ans_version v;
    ans_pos pos;
    ans_rid rid;
    kit_do(k, kit_put(k, 3, "c", "old\nx||c"));
    ans_change bad[] = {kit_put(k, 3, "a", "one\nx|9/z|1"), kit_put(k, 3, "c", "new"),
                        kit_put(k, 3, "b", "two")};
    bad[2].if_vid = 7;
    assert_int_equal(kit_commit(k, bad, 3), ANS_E_PRECOND);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "a"), &v), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_rid(&k->cx, k->rd, kit_ref(9, "z"), &rid), ANS_E_NOTFOUND);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "c"), &v), ANS_OK);
    kit_assert_str(v.body, "old\nx||c");
    bad[2].if_vid = 0;
    assert_int_equal(kit_commit(k, bad, 3), ANS_OK);
    assert_int_equal(bad[0].pos, 2);
    assert_int_equal(bad[1].pos, 3);
    assert_int_equal(bad[2].pos, 4);
    assert_int_equal(bad[0].when_us, bad[2].when_us);
    assert_int_equal(ans_store_head(&k->cx, k->rd, &pos, &rid), ANS_OK);
    assert_int_equal(pos, 4);
    assert_int_equal(rid, 4); /* c a z b */
    kit_check_clean(k);
}

static void twice_in_one_is_refused(void **state)
{
    kit *k = *state;
    ans_change twice[] = {kit_put(k, 3, "a", "one"), kit_put(k, 3, "b", "two"),
                          kit_put(k, 3, "a", "three")};
    ans_version v;
    assert_int_equal(kit_commit(k, twice, 3), ANS_E_INVALID);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "b"), &v), ANS_E_NOTFOUND);
}

static void empty_transaction(void **state)
{
    kit *k = *state;
    assert_int_equal(kit_commit(k, NULL, 0), ANS_OK);
}

typedef struct guarded {
    ans_err answer;
    int calls;
    bool saw;
    ans_ref look_for;
    uint64_t rows;
} guarded;

static ans_err guard(ans_txn *txn, ans_reader *rd)
{
    guarded *g = txn->arg;
    ans_version v;
    g->calls++;
    g->saw = ans_store_read(txn->cx, rd, g->look_for, &v) == ANS_OK;
    assert_int_equal(ans_store_count_rows(txn->cx, rd, ANS_STR("g"), ANS_STR("h"), 0, &g->rows),
                     ANS_OK);
    return g->answer;
}

static void guards(void **state)
{
    kit *k = *state;
    ans_version v;
    kit_do(k, kit_put(k, 3, "a", "one\ng||1\ng||2"));
    ans_change c = kit_put(k, 3, "b", "two\ng||3");
    guarded g = {.answer = ANS_E_RETRY, .look_for = kit_ref(3, "a")};
    ans_txn txn = {.cx = &k->cx, .changes = &c, .count = 1, .guard = guard, .arg = &g};
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_E_RETRY);
    assert_int_equal(g.calls, 1);
    assert_true(g.saw);
    assert_int_equal(g.rows, 2);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "b"), &v), ANS_E_NOTFOUND);
    g.answer = ANS_OK;
    assert_int_equal(ans_store_commit(k->store, &txn), ANS_OK);
    assert_int_equal(ans_store_read(&k->cx, k->rd, kit_ref(3, "b"), &v), ANS_OK);
}

/* A guard in the same batch sees what came before it, rows as well: the first transaction holds the
 * writer thread in its guard until the others are queued. */
typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_open, is_in;
    int done;
    ans_err errs[8];
    int order[8];
} gate;

static ans_err wait_at_gate(ans_txn *txn, ans_reader *rd)
{
    gate *g = txn->arg;
    (void)rd;
    pthread_mutex_lock(&g->lock);
    g->is_in = true;
    pthread_cond_broadcast(&g->wake);
    while (!g->is_open)
        pthread_cond_wait(&g->wake, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return ANS_OK;
}

static void count_done(ans_txn *txn, ans_err err)
{
    gate *g = txn->arg;
    pthread_mutex_lock(&g->lock);
    g->errs[g->done] = err;
    g->order[g->done++] = (int)txn->cx->request_id;
    pthread_cond_broadcast(&g->wake);
    pthread_mutex_unlock(&g->lock);
}

static void gate_hold(kit *k, gate *g, ans_txn *txn)
{
    *txn = (ans_txn){.cx = &k->cx, .guard = wait_at_gate, .done = count_done, .arg = g};
    ans_store_submit(k->store, txn);
    pthread_mutex_lock(&g->lock);
    while (!g->is_in)
        pthread_cond_wait(&g->wake, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void gate_open(gate *g, int wanted)
{
    pthread_mutex_lock(&g->lock);
    g->is_open = true;
    pthread_cond_broadcast(&g->wake);
    while (g->done < wanted)
        pthread_cond_wait(&g->wake, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void one_batch_sees_itself(void **state)
{
    kit *k = *state;
    gate g = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    guarded look = {.look_for = kit_ref(3, "a")};
    ans_cx cxs[4];
    ans_txn hold, txns[4];
    ans_change c[4] = {kit_put(k, 3, "a", "one\ng||1\ng|3/b|r"), kit_put(k, 3, "b", "two\ng||2"),
                       kit_put(k, 3, "a", "one again\ng||1\ng||9"), kit_put(k, 3, "a", "never")};
    c[3].if_vid = 1; /* was true when it was queued, is not when its turn comes */
    gate_hold(k, &g, &hold);
    for (int i = 0; i < 4; i++) {
        cxs[i] = (ans_cx){.arena = ans_arena_new(1 << 20), .request_id = (uint64_t)i + 1};
        txns[i] =
            (ans_txn){.cx = &cxs[i], .changes = &c[i], .count = 1, .done = count_done, .arg = &g};
    }
    ans_store_submit(k->store, &txns[0]);
    ans_store_submit(k->store, &txns[1]);
    ans_store_submit(k->store, &txns[2]);
    ans_store_submit(k->store, &txns[3]);
    ans_change d = kit_put(k, 3, "d", "four\ng||4");
    ans_cx dcx = {.arena = ans_arena_new(1 << 20)};
    ans_txn last = {.cx = &dcx, .changes = &d, .count = 1, .guard = guard, .arg = &look};
    pthread_mutex_lock(&g.lock);
    g.is_open = true;
    pthread_cond_broadcast(&g.wake);
    pthread_mutex_unlock(&g.lock);
    assert_int_equal(ans_store_commit(k->store, &last), ANS_OK);
    gate_open(&g, 5);
    static const ans_err expected[] = {ANS_OK, ANS_OK, ANS_OK, ANS_OK, ANS_E_PRECOND};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(g.order[i], i); /* answered in the order they were queued */
        assert_int_equal(g.errs[i], expected[i]);
    }
    assert_true(look.saw);
    assert_int_equal(look.rows, 3); /* 1 9 of a, 2 of b */
    assert_int_equal(c[0].rid, 1);
    assert_int_equal(c[1].rid, 2); /* first mentioned by a */
    assert_int_equal(c[2].vid, 2);
    assert_int_equal(d.pos, 4);
    kit_check_clean(k);
    for (int i = 0; i < 4; i++)
        ans_arena_free(cxs[i].arena);
    ans_arena_free(dcx.arena);
}

static void a_full_queue_answers_busy(void **state)
{
    kit *k = *state;
    enum { MANY = 60000 };
    gate g = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    ans_txn hold, txns[3];
    ans_change *c = calloc(MANY * 3, sizeof *c);
    char(*ids)[12] = calloc(MANY * 3, sizeof *ids);
    assert_non_null(c);
    assert_non_null(ids);
    for (int i = 0; i < MANY * 3; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%d", i);
        c[i] = kit_delete(3, ids[i]);
    }
    gate_hold(k, &g, &hold);
    for (int i = 0; i < 3; i++) {
        txns[i] = (ans_txn){
            .cx = &k->cx, .changes = c + i * MANY, .count = MANY, .done = count_done, .arg = &g};
        ans_store_submit(k->store, &txns[i]);
    }
    gate_open(&g, 4);
    int busy = 0, ok = 0;
    for (int i = 0; i < 4; i++) {
        busy += g.errs[i] == ANS_E_BUSY;
        ok += g.errs[i] == ANS_OK;
    }
    assert_int_equal(busy, 2);
    assert_int_equal(ok, 2);
    free(c);
    free(ids);
}

/* ---- history ---- */

static int64_t test_clock;
static int64_t test_now(void)
{
    return test_clock;
}

static void expect_history(kit *k, ans_history_query q, const ans_pos *expected, uint32_t n)
{
    ans_version *v;
    uint32_t count;
    uint64_t total;
    assert_int_equal(ans_store_history(&k->cx, k->rd, &q, &v, &count), ANS_OK);
    assert_int_equal(count, n);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(v[i].pos, expected[i]);
    if (!q.before && !q.from && q.limit >= 100) {
        assert_int_equal(ans_store_history_count(&k->cx, k->rd, &q, &total), ANS_OK);
        assert_int_equal(total, n);
    }
}

#define EXPECT(query, ...)                                                                         \
    do {                                                                                           \
        const ans_pos expected_[] = {0, __VA_ARGS__};                                              \
        expect_history(k, (ans_history_query)query, expected_ + 1,                                 \
                       sizeof expected_ / sizeof *expected_ - 1);                                  \
    } while (0)
#define Q(...)                                                                                     \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static void history_of_three_levels(void **state)
{
    kit *k = *state;
    static const struct {
        uint16_t type;
        const char *id, *body;
        int64_t when;
    } steps[] = {
        {1, "a", "1", 100},  {1, "b", "2", 200}, {2, "a", "3", 300}, {1, "a", "4", 400},
        {1, "a", NULL, 500}, {2, "a", "6", 450}, {1, "a", "7", 600}, {1, "c", "8\nx|2/n|", 700},
    };
    ans_clock_set(test_now);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        test_clock = steps[i].when;
        ans_change c =
            kit_do(k, steps[i].body ? kit_put(k, steps[i].type, steps[i].id, steps[i].body)
                                    : kit_delete(steps[i].type, steps[i].id));
        assert_int_equal(c.pos, i + 1);
        assert_int_equal(c.when_us,
                         i == 5 ? 500 : steps[i].when); /* a clock set back stands still */
    }
    ans_clock_set(NULL);
    EXPECT(Q(.limit = 100), 8, 7, 6, 5, 4, 3, 2, 1);
    EXPECT(Q(.limit = 100, .forward = true), 1, 2, 3, 4, 5, 6, 7, 8);
    EXPECT(Q(.limit = 3), 8, 7, 6);
    EXPECT(Q(.limit = 3, .before = 6), 5, 4, 3);
    EXPECT(Q(.limit = 3, .before = 2), 1);
    EXPECT(Q(.limit = 3, .before = 1), );
    EXPECT(Q(.limit = 3, .before = 1000), 8, 7, 6);
    EXPECT(Q(.limit = 3, .forward = true, .from = 7), 7, 8);
    EXPECT(Q(.limit = 3, .forward = true, .from = 9), );
    EXPECT(Q(.limit = 100, .since_us = 500), 8, 7, 6, 5);
    EXPECT(Q(.limit = 100, .until_us = 500), 6, 5, 4, 3, 2, 1);
    EXPECT(Q(.limit = 100, .since_us = 201, .until_us = 499), 4, 3);
    EXPECT(Q(.limit = 100, .since_us = 701), );
    EXPECT(Q(.limit = 100, .until_us = 99), );
    EXPECT(Q(.limit = 100, .type = 1), 8, 7, 5, 4, 2, 1);
    EXPECT(Q(.limit = 100, .type = 1, .forward = true), 1, 2, 4, 5, 7, 8);
    EXPECT(Q(.limit = 2, .type = 1, .before = 7), 5, 4);
    EXPECT(Q(.limit = 2, .type = 1, .forward = true, .from = 3), 4, 5);
    EXPECT(Q(.limit = 100, .type = 1, .since_us = 300, .until_us = 600), 7, 5, 4);
    EXPECT(Q(.limit = 100, .type = 9), );
    EXPECT(Q(.limit = 100, .rid = 1), 7, 5, 4, 1);
    EXPECT(Q(.limit = 100, .rid = 1, .type = 2), 7, 5, 4, 1); /* the rid says it all */
    EXPECT(Q(.limit = 100, .rid = 1, .forward = true), 1, 4, 5, 7);
    EXPECT(Q(.limit = 2, .rid = 1), 7, 5);
    EXPECT(Q(.limit = 2, .rid = 1, .forward = true), 1, 4);
    EXPECT(Q(.limit = 2, .rid = 1, .before = 5), 4, 1);
    EXPECT(Q(.limit = 2, .rid = 1, .before = 4), 1);
    EXPECT(Q(.limit = 2, .rid = 1, .forward = true, .from = 2), 4, 5);
    EXPECT(Q(.limit = 100, .rid = 1, .since_us = 200, .until_us = 500), 5, 4);
    EXPECT(Q(.limit = 100, .rid = 2), 2);
    EXPECT(Q(.limit = 100, .rid = 5), ); /* only referred to */
    EXPECT(Q(.limit = 100, .rid = 77), );
    EXPECT(Q(.limit = 0), );
}

static void history_carries_versions(void **state)
{
    kit *k = *state;
    ans_version *v;
    uint32_t count;
    kit_do(k, kit_put(k, 1, "a", "one"));
    kit_do(k, kit_put(k, 2, "b", "two"));
    kit_do(k, kit_delete(1, "a"));
    ans_history_query q = {.limit = 10, .with_body = true};
    assert_int_equal(ans_store_history(&k->cx, k->rd, &q, &v, &count), ANS_OK);
    assert_int_equal(count, 3);
    assert_true(v[0].is_delete);
    assert_int_equal(v[0].vid, 2);
    kit_assert_str(v[0].ref.id, "a");
    assert_int_equal(v[0].ref.type, 1);
    kit_assert_str(v[1].body, "two");
    assert_int_equal(v[1].ref.type, 2);
    kit_assert_str(v[1].ref.id, "b");
    kit_assert_str(v[2].body, "one");
    assert_true(v[2].is_first);
    q.with_body = false;
    assert_int_equal(ans_store_history(&k->cx, k->rd, &q, &v, &count), ANS_OK);
    assert_int_equal(v[2].body.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(create_and_read),
        BOTH(update_and_vread),
        BOTH(delete_and_again),
        BOTH(unchanged_writes_nothing),
        BOTH(version_conditions),
        BOTH(ids_of_every_shape),
        BOTH(an_endless_id_is_refused_alone),
        BOTH(bodies_of_every_size),
        BOTH(all_or_nothing),
        BOTH(twice_in_one_is_refused),
        BOTH(empty_transaction),
        BOTH(guards),
        BOTH(one_batch_sees_itself),
        BOTH(a_full_queue_answers_busy),
        BOTH(history_of_three_levels),
        BOTH(history_carries_versions),
    };
    int failed;
    BOTH_RUN(&failed, "store_contract", tests);
    return failed;
}
