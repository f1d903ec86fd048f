/* Many submitters and many readers at once, on both back ends; meant to be run under
 * ThreadSanitizer too. Writers keep pairs of resources equal in one transaction; a reader in a
 * snapshot must never see a pair that differs. */
#include "contract/store_kit.h"
#include "store/store_test.h"

#include <pthread.h>
#include <stdatomic.h>

enum { PAIRS = 4, ROUNDS = 120, READERS = 2 };

typedef struct place {
    kit *k;
    atomic_int running;
    atomic_uint conflicts, commits, looks;
} place;

typedef struct worker {
    place *p;
    int number;
} worker;

static void pair_change(ans_cx *cx, ans_change *c, char *text, size_t n, const char *id, int round)
{
    (void)snprintf(text, n, "%d\np||%d\nq|1/%s|", round, round % 3, id);
    *c = (ans_change){.ref = {1, ans_str_of(id)}, .body = ans_str_of(text)};
    c->hash = ans_hash_content(c->body);
    if (kit_index(NULL, cx, 1, c->body, &c->rows) != ANS_OK)
        abort();
}

/* Its own pair, and every fourth round the shared resource with a condition that others make fail.
 */
static void *write_pairs(void *arg)
{
    const worker *w = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_reader *rd;
    if (ans_reader_open(&cx, w->p->k->store, &rd) != ANS_OK)
        abort();
    for (int round = 1; round <= ROUNDS; round++) {
        char ids[2][16], text[3][64];
        ans_change c[3];
        ans_version v;
        for (int i = 0; i < 2; i++) {
            (void)snprintf(ids[i], sizeof ids[i], "%c-%d", 'a' + i, w->number);
            pair_change(&cx, &c[i], text[i], sizeof text[i], ids[i], round);
        }
        pair_change(&cx, &c[2], text[2], sizeof text[2], "shared", round * PAIRS + w->number);
        c[2].if_vid = ans_store_read(&cx, rd, c[2].ref, &v) == ANS_OK ? v.vid : ANS_VID_ABSENT;
        ans_txn txn = {.cx = &cx, .changes = c, .count = round % 4 ? 2 : 3};
        ans_err err = ans_store_commit(w->p->k->store, &txn);
        if (err == ANS_E_PRECOND)
            atomic_fetch_add(&w->p->conflicts, 1);
        else if (err)
            abort();
        else
            atomic_fetch_add(&w->p->commits, 1);
        ans_arena_reset(cx.arena);
        cx.issues = cx.last_ = NULL;
    }
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
    atomic_fetch_sub(&w->p->running, 1);
    return NULL;
}

static void look_at_pair(ans_cx *cx, ans_reader *rd, int number)
{
    char a[16], b[16];
    ans_version va, vb;
    (void)snprintf(a, sizeof a, "a-%d", number);
    (void)snprintf(b, sizeof b, "b-%d", number);
    ans_err ea = ans_store_read(cx, rd, kit_ref(1, a), &va),
            eb = ans_store_read(cx, rd, kit_ref(1, b), &vb);
    if (ea != eb || (ea && ea != ANS_E_NOTFOUND))
        abort();
    if (ea)
        return;
    ans_str x, y;
    ans_str_cut(&va.body, '\n', &x);
    ans_str_cut(&vb.body, '\n', &y);
    if (!ans_str_eq(x, y) || va.vid != vb.vid || va.when_us != vb.when_us)
        abort();
}

static void *read_pairs(void *arg)
{
    const worker *w = arg;
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    ans_reader *rd;
    ans_cursor *cur;
    ans_str row;
    if (ans_reader_open(&cx, w->p->k->store, &rd) != ANS_OK)
        abort();
    while (atomic_load(&w->p->running) > 0) {
        uint64_t rows = 0, live = 0, count;
        ans_version v;
        ans_pos pos;
        ans_rid rid;
        if (ans_reader_begin(&cx, rd) != ANS_OK || ans_store_head(&cx, rd, &pos, &rid) != ANS_OK)
            abort();
        for (int i = 0; i < PAIRS; i++)
            look_at_pair(&cx, rd, i);
        for (ans_rid r = 1; r <= rid; r++)
            live += ans_store_read_rid(&cx, rd, r, false, &v) == ANS_OK;
        if (ans_cursor_open(&cx, rd, ANS_STR_NONE, ANS_STR_NONE, &cur) != ANS_OK)
            abort();
        for (ans_err err = ans_cursor_seek(&cx, cur, ANS_STR_NONE, &row); row.p;
             err = ans_cursor_next(&cx, cur, &row)) {
            if (err)
                abort();
            rows++;
        }
        if (ans_store_count_rows(&cx, rd, ANS_STR_NONE, ANS_STR_NONE, 0, &count) != ANS_OK)
            abort();
        if (rows != live * 2 || count != rows) /* two rows each */
            abort();
        ans_reader_end(rd);
        atomic_fetch_add(&w->p->looks, 1);
        ans_arena_reset(cx.arena);
    }
    ans_reader_close(rd);
    ans_arena_free(cx.arena);
    return NULL;
}

static void run(bool in_memory)
{
    kit k;
    kit_start(&k, in_memory);
    place p = {.k = &k, .running = PAIRS};
    worker workers[PAIRS + READERS];
    pthread_t threads[PAIRS + READERS];
    ans_store_stats s;
    for (int i = 0; i < PAIRS + READERS; i++) {
        workers[i] = (worker){&p, i};
        assert_int_equal(
            pthread_create(&threads[i], NULL, i < PAIRS ? write_pairs : read_pairs, &workers[i]),
            0);
    }
    for (int i = 0; i < 20; i++)
        ans_store_stats_get(k.store, &s);
    for (int i = 0; i < PAIRS + READERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(atomic_load(&p.looks) > 0);
    assert_int_equal(atomic_load(&p.commits) + atomic_load(&p.conflicts), PAIRS * ROUNDS);
    ans_store_stats_get(k.store, &s);
    assert_int_equal(s.queued, 0);
    kit_check_clean(&k);
    kit_done(&k);
}

static void threads_in_memory(void **state)
{
    (void)state;
    run(true);
}

static void threads_on_sqlite(void **state)
{
    (void)state;
    run(false);
}

/* Closing answers all that is queued. */
static atomic_int answered;

static void count_answer(ans_txn *txn, ans_err err)
{
    (void)txn;
    if (err)
        abort();
    atomic_fetch_add(&answered, 1);
}

static void closing_answers_everybody(void **state)
{
    enum { MANY = 300 };
    static ans_txn txns[MANY];
    static ans_change changes[MANY];
    static ans_cx cxs[MANY];
    static char ids[MANY][16];
    kit k;
    (void)state;
    kit_start(&k, false);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%d", i);
        changes[i] = kit_put(&k, 1, ids[i], ids[i]);
        cxs[i].arena = ans_arena_new(1 << 16);
        txns[i] =
            (ans_txn){.cx = &cxs[i], .changes = &changes[i], .count = 1, .done = count_answer};
        ans_store_submit(k.store, &txns[i]);
    }
    kit_close(&k);
    assert_int_equal(atomic_load(&answered), MANY);
    for (int i = 0; i < MANY; i++)
        ans_arena_free(cxs[i].arena);
    kit_open(&k);
    ans_version v;
    assert_int_equal(ans_store_read(&k.cx, k.rd, kit_ref(1, "299"), &v), ANS_OK);
    kit_done(&k);
}

/* SQLite itself is not built with the sanitizer, and copies its shared index header on purpose
 * without a lock (it compares two copies): what is reported from inside it is not ours. Its last
 * call under f_shm_barrier is a jump and looks like ours. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:libsqlite3.so.0\n"
           "mutex:f_shm_barrier\n";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_in_memory),
        cmocka_unit_test(threads_on_sqlite),
        cmocka_unit_test(closing_answers_everybody),
    };
    ans_store_pending_after(0, 60); /* while others read, rows go into the index */
    return cmocka_run_group_tests_name("store_threads", tests, NULL, NULL);
}
