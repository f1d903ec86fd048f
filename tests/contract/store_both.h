/* One suite over both back ends, and over the ways in which rows of the index wait (docs/schema.md, `pending`). */
#ifndef ANS_TEST_STORE_BOTH_H
#define ANS_TEST_STORE_BOTH_H

#include "contract/store_kit.h"
#include "store/store_test.h"

static inline int both_setup(void **state, bool in_memory)
{
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_start(k, in_memory);
    *state = k;
    return 0;
}

static inline int both_setup_mem(void **state)
{
    return both_setup(state, true);
}

static inline int both_setup_sqlite(void **state)
{
    return both_setup(state, false);
}

static inline int both_teardown(void **state)
{
    kit_done(*state);
    free(*state);
    return 0;
}

#define BOTH(test)                                                                                 \
    {"mem/" #test, test, both_setup_mem, both_teardown, NULL},                                     \
    {                                                                                              \
        "sqlite/" #test, test, both_setup_sqlite, both_teardown, NULL                              \
    }

/* Three times: rows wait as they do, go into the index at every other commit, never wait. */
#define BOTH_RUN(out_failed, name, tests)                                                          \
    do {                                                                                           \
        *(out_failed) = cmocka_run_group_tests_name(name, tests, NULL, NULL);                      \
        ans_store_pending_after(0, 3);                                                             \
        *(out_failed) += cmocka_run_group_tests_name(name ", few rows wait", tests, NULL, NULL);   \
        ans_store_pending_after(1, 0);                                                             \
        *(out_failed) += cmocka_run_group_tests_name(name ", no rows wait", tests, NULL, NULL);    \
    } while (0)

#endif
