/* What readers share: nobody gets what his moment does not hold, and what does not fit goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/hot.h"

static ans_rec version_of(ans_rid rid, ans_pos pos, const char *id, ans_str body)
{
    ans_rec rec = {.ref = {1, ans_str_of(id)}, .rid = rid, .vid = 1, .pos = pos, .when_us = 7};
    rec.body = (ans_packed){body, ANS_DICT_RAW};
    return rec;
}

static void hot__is_what_was_put(void **state)
{
    ans_hot *hot = ans_hot_new();
    ans_rec rec = version_of(5, 9, "a", ANS_STR("body")), out;
    ans_buf copy;
    (void)state;
    ans_buf_init(&copy, 1000);
    assert_non_null(hot);
    assert_int_equal(ans_hot_current(hot, 5, 100), 0);
    assert_false(ans_hot_version(hot, 9, true, &copy, &out));
    ans_hot_put_current(hot, &rec, true);
    ans_hot_put_rid(hot, rec.ref, 5);
    assert_int_equal(ans_hot_rid(hot, (ans_ref){1, ANS_STR("a")}), 5);
    assert_int_equal(ans_hot_rid(hot, (ans_ref){2, ANS_STR("a")}), 0);
    assert_int_equal(ans_hot_current(hot, 5, 100), 9);
    assert_true(ans_hot_version(hot, 9, true, &copy, &out));
    assert_true(ans_str_is(out.ref.id, "a") && ans_str_is(out.body.bytes, "body"));
    assert_true(out.rid == 5 && out.vid == 1 && out.pos == 9 && out.when_us == 7 && out.body.dict == ANS_DICT_RAW);
    assert_true(ans_hot_version(hot, 9, false, &copy, &out));
    assert_int_equal(out.body.bytes.n, 0);
    ans_buf_done(&copy);
    ans_hot_free(hot);
}

static void hot__moments(void **state)
{
    ans_hot *hot = ans_hot_new();
    ans_rec old = version_of(5, 9, "a", ANS_STR("old"));
    (void)state;
    assert_non_null(hot);
    ans_hot_put_current(hot, &old, true);
    ans_hot_moved(hot, 5, 20);
    assert_int_equal(ans_hot_current(hot, 5, 19), 0); /* before the change: ask the store */
    assert_int_equal(ans_hot_current(hot, 5, 20), 20);
    ans_hot_put_current(hot, &old, true); /* by a reader of an older moment: too late */
    assert_int_equal(ans_hot_current(hot, 5, 20), 20);
    ans_hot_undone(hot, 19);
    assert_int_equal(ans_hot_current(hot, 5, 100), 0); /* the commit did not come */
    ans_hot_put_current(hot, &old, true);
    assert_int_equal(ans_hot_current(hot, 5, 100), 0); /* nor does anybody know what came instead */
    ans_hot_moved(hot, 5, 20);
    assert_int_equal(ans_hot_current(hot, 5, 100), 20);
    ans_hot_moved(hot, 6, 21); /* never read */
    ans_hot_put_current(hot, &(ans_rec){.rid = 6, .vid = 1, .pos = 3}, false);
    assert_int_equal(ans_hot_current(hot, 6, 21), 21);
    ans_hot_free(hot);
}

static void hot__limits(void **state)
{
    static char body[4000];
    ans_hot *hot = ans_hot_new();
    ans_buf copy;
    ans_rec out;
    uint32_t kept = 0;
    char id[16];
    (void)state;
    ans_buf_init(&copy, 10000);
    assert_non_null(hot);
    for (uint32_t i = 1; i <= 40000; i++) { /* 160 MB */
        (void)snprintf(id, sizeof id, "id-%u", i);
        memset(body, (int)(i % 251), sizeof body);
        ans_rec rec = version_of(i, i, id, (ans_str){body, sizeof body});
        ans_hot_put_current(hot, &rec, true);
    }
    for (uint32_t i = 1; i <= 40000; i++) {
        if (!ans_hot_version(hot, i, true, &copy, &out))
            continue;
        kept++;
        (void)snprintf(id, sizeof id, "id-%u", i);
        assert_true(out.pos == i && ans_str_is(out.ref.id, id) && out.body.bytes.n == sizeof body);
        for (size_t k = 0; k < sizeof body; k++)
            assert_int_equal((uint8_t)out.body.bytes.p[k], i % 251);
    }
    assert_in_range(kept, 5000, 11000); /* 40 MiB of them at most */
    assert_false(ans_hot_version(hot, 1, true, &copy, &out));
    assert_true(ans_hot_version(hot, 40000, true, &copy, &out));
    ans_hot_cool(hot); /* it was asked since */
    assert_true(ans_hot_version(hot, 40000, true, &copy, &out));
    ans_hot_cool(hot);
    ans_hot_cool(hot);
    assert_false(ans_hot_version(hot, 40000, true, &copy, &out));
    assert_int_equal(ans_hot_current(hot, 4000000000u, 9), 0); /* far beyond what it keeps */
    ans_hot_moved(hot, 4000000000u, 9);
    assert_int_equal(ans_hot_current(hot, 4000000000u, 9), 0);
    ans_buf_done(&copy);
    ans_hot_free(hot);
}

static void hot__counts(void **state)
{
    ans_hot *hot = ans_hot_new();
    uint64_t n, key;
    (void)state;
    assert_non_null(hot);
    key = ans_hot_count_key(hot, ANS_STR("a"), ANS_STR("b"), 9);
    assert_true(key != ans_hot_count_key(hot, ANS_STR("b"), ANS_STR("a"), 9));
    assert_true(key != ans_hot_count_key(hot, ANS_STR("a"), ANS_STR("b"), 8));
    assert_false(ans_hot_count(hot, key, 5000, &n));
    ans_hot_put_count(hot, key, 5000, 77);
    assert_true(ans_hot_count(hot, key, 5000, &n) && n == 77);
    assert_true(ans_hot_count(hot, key, 6000, &n));
    assert_true(ans_hot_count(hot, key, 4000, &n));
    assert_false(ans_hot_count(hot, key, 6001, &n));
    assert_false(ans_hot_count(hot, key, 3999, &n));
    ans_hot_free(hot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hot__counts),
        cmocka_unit_test(hot__is_what_was_put),
        cmocka_unit_test(hot__moments),
        cmocka_unit_test(hot__limits),
    };
    return cmocka_run_group_tests_name("store_hot", tests, NULL, NULL);
}
