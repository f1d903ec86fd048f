/* Fail the n-th operation on files, then the n-th allocation, for n = 1, 2, ... until nothing fails
 * any more; once, and for ever after. Whatever happens: no crash, a right error, and after a clean
 * reopen exactly what was acknowledged. Sampled; all with ANS_TEST_FULL=1. */
#include "crash/store_work.h"

typedef struct outcome {
    bool done[WORK_STEPS];
    int first_failed; /* -1: none */
    bool is_open;     /* the store opened */
} outcome;

static bool is_expected(ans_err err)
{
    return err == ANS_E_IO || err == ANS_E_NOSPACE || err == ANS_E_NOMEM || err == ANS_E_BUSY ||
           err == ANS_E_CORRUPT || err == ANS_E_TOOBIG;
}

static void note(outcome *o, int s, ans_err err)
{
    o->done[s] = err == ANS_OK;
    if (err && o->first_failed < 0)
        o->first_failed = s;
    if (err && !is_expected(err))
        fail_msg("step %d failed with %s", s, ans_err_name(err));
}

/* Things that read and care, whose failing must do no harm. */
static void look_around(kit *k, ans_cx *cx)
{
    ans_reader *rd;
    ans_version v, *versions;
    ans_check_report report;
    ans_history_query q = {.limit = 10, .with_body = true};
    uint32_t count;
    uint64_t rows;
    uint16_t number;
    ans_str name = ANS_STR("name"), value;
    if (ans_store_names(cx, k->store, &name, 1, &number) == ANS_OK)
        assert_true(number > 0);
    if (ans_store_meta_set(cx, k->store, ANS_STR("key"), ANS_STR("value")) == ANS_OK &&
        ans_store_meta_get(cx, k->store, ANS_STR("key"), &value) == ANS_OK)
        kit_assert_str(value, "value");
    if (ans_reader_open(cx, k->store, &rd) != ANS_OK)
        return;
    if (ans_reader_begin(cx, rd) == ANS_OK) {
        ans_err err = ans_store_read(cx, rd, kit_ref(1, "id-1"), &v);
        assert_true(err == ANS_OK || err == ANS_E_GONE || err == ANS_E_NOTFOUND ||
                    is_expected(err));
        err = ans_store_history(cx, rd, &q, &versions, &count);
        assert_true(err == ANS_OK || is_expected(err));
        err = ans_store_count_rows(cx, rd, ANS_STR_NONE, ANS_STR_NONE, 0, &rows);
        assert_true(err == ANS_OK || is_expected(err));
    }
    ans_reader_close(rd);
    ans_err err = ans_store_check(cx, k->store, NULL, NULL, &report);
    assert_true(err == ANS_OK || is_expected(err));
}

static void work(kit *k, outcome *o)
{
    ans_cx cx = {.arena = k->cx.arena};
    ans_store_options options = kit_options(k);
    *o = (outcome){.first_failed = -1};
    for (int s = 0; s < WORK_STEPS; s++) {
        if (!k->store && ans_store_open(&cx, &options, &k->store) != ANS_OK) {
            k->store = NULL;
            continue;
        }
        o->is_open = true;
        note(o, s, work_step(&cx, k->store, s));
        if (s % 7 == 2)
            usleep(10000); /* long enough for the writer to tidy up: see main */
        if (s == WORK_STEPS / 3)
            look_around(k, &cx);
        if (s == WORK_STEPS / 2) {
            ans_err err = ans_store_reindex(&cx, k->store, NULL, NULL);
            assert_true(err == ANS_OK || is_expected(err));
            ans_store_close(k->store);
            k->store = NULL;
        }
    }
    ans_store_close(k->store);
    k->store = NULL;
}

static void one(ans_fault fault, uint64_t n, bool forever, uint64_t *seen)
{
    kit k;
    outcome o;
    kit_init(&k, false);
    ans_store_fault_set(fault, n, forever);
    work(&k, &o);
    *seen = ans_store_fault_seen();
    ans_store_fault_set(ANS_FAULT_NONE, 0, false);
    ans_arena_reset(k.cx.arena);
    k.cx.issues = k.cx.last_ = NULL;
    work_verify(&k, o.done, forever ? o.first_failed : -1, forever ? "from operation" : "operation",
                (unsigned long long)n);
    kit_done(&k);
}

static void sweep(ans_fault fault)
{
    for (int forever = 0; forever < 2; forever++) {
        uint64_t seen = UINT64_MAX, n;
        for (n = work_first(1); n <= seen; n = work_next(n))
            one(fault, n, forever, &seen);
        assert_true(n > 20); /* it did fail something */
    }
}

static void disk_full(void **state)
{
    (void)state;
    sweep(ANS_FAULT_NOSPACE);
}

static void disk_errors(void **state)
{
    (void)state;
    sweep(ANS_FAULT_IO);
}

static void torn_writes(void **state)
{
    (void)state;
    sweep(ANS_FAULT_TORN);
}

static void allocations(void **state)
{
    (void)state;
    for (int forever = 0; forever < 2; forever++) {
        uint64_t seen = UINT64_MAX;
        for (uint64_t n = work_first(1); n <= seen; n = work_next(n)) {
            kit k;
            outcome o;
            kit_init(&k, false);
            (void)ans_alloc_fail_after(n, forever);
            work(&k, &o);
            seen = ans_alloc_fail_after(0, false);
            ans_arena_reset(k.cx.arena);
            k.cx.issues = k.cx.last_ = NULL;
            work_verify(&k, o.done, -1, forever ? "from allocation" : "allocation",
                        (unsigned long long)n);
            kit_done(&k);
        }
    }
}

static void allocations_in_memory(void **state)
{
    (void)state;
    uint64_t seen = UINT64_MAX;
    for (uint64_t n = work_first(1); n <= seen; n = work_next(n)) {
        kit k;
        outcome o = {.first_failed = -1};
        kit_init(&k, true);
        ans_store_options options = kit_options(&k);
        (void)ans_alloc_fail_after(n, false);
        if (ans_store_open(&k.cx, &options, &k.store) == ANS_OK) {
            for (int s = 0; s < WORK_STEPS; s++)
                note(&o, s, work_step(&k.cx, k.store, s));
            look_around(&k, &k.cx);
        }
        seen = ans_alloc_fail_after(0, false);
        if (!k.store) {
            kit_done(&k);
            continue;
        }
        assert_int_equal(ans_reader_open(&k.cx, k.store, &k.rd), ANS_OK);
        if (!work_all_stand(&k, o.done))
            fail_msg("allocation %llu: what stands is not what was acknowledged",
                     (unsigned long long)n);
        kit_check_clean(&k);
        kit_done(&k);
    }
}

/* Full, refused, read, freed, written: without a restart. */
static void writing_goes_on_once_there_is_space(void **state)
{
    kit k;
    bool done[WORK_STEPS] = {false};
    (void)state;
    kit_start(&k, false);
    for (int s = 0; s < 6; s++) {
        assert_int_equal(work_step(&k.cx, k.store, s), ANS_OK);
        done[s] = true;
    }
    ans_store_fault_set(ANS_FAULT_NOSPACE, 1, true);
    for (int s = 6; s < 9; s++)
        assert_int_equal(work_step(&k.cx, k.store, s), ANS_E_NOSPACE);
    assert_true(work_all_stand(&k, done));
    ans_store_fault_set(ANS_FAULT_NONE, 0, false);
    for (int s = 9; s < WORK_STEPS; s++) {
        assert_int_equal(work_step(&k.cx, k.store, s), ANS_OK);
        done[s] = true;
    }
    assert_true(work_all_stand(&k, done));
    kit_check_clean(&k);
    kit_done(&k);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_goes_on_once_there_is_space),
        cmocka_unit_test(disk_full),
        cmocka_unit_test(disk_errors),
        cmocka_unit_test(torn_writes),
        cmocka_unit_test(allocations),
        cmocka_unit_test(allocations_in_memory),
    };
    int failed;
    (void)argc;
    if (work_was_shared_out(argv, &failed))
        return failed;
    ans_store_skip_sync(true);
    ans_store_pending_after(0, 15); /* a few steps wait, then they go into the index by and by */
    ans_store_idle_after(2);
    return cmocka_run_group_tests_name("store_fault", tests, NULL, NULL);
}
