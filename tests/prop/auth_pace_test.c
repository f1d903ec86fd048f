/* The buckets against a slow model that fills a number up at every step; and what a flood of made-up addresses does to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/pace.h"
#include "base/os.h"

enum { NAMES = 9, STEPS = 200000 };

static uint64_t seed;

static uint32_t roll(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

typedef struct bucket {
    int64_t left; /* in microseconds of filling, so that the model is exact */
    int64_t at_us;
} bucket;

static const ans_pace_limit limit = {.units = 10, .per_us = 1000000, .most = 50};
enum { UNIT_US = 100000, WHOLE_US = 50 * UNIT_US };

static void against_a_slow_bucket(void **state)
{
    static ans_paces p;
    bucket model[NAMES];
    char name[16];
    int64_t now = 5000000;
    uint32_t refused = 0;
    (void)state;
    ans_paces_init(&p);
    for (int i = 0; i < NAMES; i++) {
        model[i] = (bucket){WHOLE_US, now};
    }
    for (int i = 0; i < STEPS; i++) {
        uint32_t which = roll(NAMES), cost = 1 + roll(roll(50) == 0 ? 70 : 4);
        bucket *b = &model[which];
        (void)snprintf(name, sizeof name, "name-%u", which);
        now += roll(20000);
        b->left = b->left + (now - b->at_us) < WHOLE_US ? b->left + (now - b->at_us) : WHOLE_US;
        b->at_us = now;
        int64_t wanted = (int64_t)(cost < 50 ? cost : 50) * UNIT_US, missing = wanted - b->left;
        uint32_t wait = ans_pace_take(&p, 'a', ans_str_of(name), &limit, cost, now);
        assert_int_equal(wait, missing > 0 ? (missing + 999999) / 1000000 : 0);
        b->left -= wait ? 0 : wanted;
        refused += wait != 0;
    }
    assert_true(refused > STEPS / 20 && refused < STEPS); /* both ways were walked */
    ans_paces_done(&p);
}

static void an_emptied_bucket_outlives_a_flood(void **state)
{
    static ans_paces p;
    char name[24];
    (void)state;
    ans_paces_init(&p);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(ans_pace_take(&p, 'a', ANS_STR("192.0.2.1"), &limit, 1, 1000000), 0);
    }
    for (int i = 0; i < 300000; i++) {
        (void)snprintf(name, sizeof name, "made-up-%d", i);
        (void)ans_pace_take(&p, 'a', ans_str_of(name), &limit, 1, 1000000);
    }
    assert_int_equal(ans_pace_take(&p, 'a', ANS_STR("192.0.2.1"), &limit, 1, 1000000), 1);
    assert_int_equal(ans_pace_take(&p, 'u', ANS_STR("192.0.2.1"), &limit, 1, 1000000), 0); /* an account of that name is another */
    ans_paces_done(&p);
}

static void numbers_at_their_ends(void **state)
{
    static ans_paces p;
    const ans_pace_limit none = {0}, day = {.units = UINT64_C(4096) << 20, .per_us = UINT64_C(86400) * 1000000, .most = UINT64_C(4096) << 20},
                         least = {.units = 1, .per_us = UINT64_MAX, .most = UINT64_MAX};
    (void)state;
    ans_paces_init(&p);
    assert_int_equal(ans_pace_take(&p, 'q', ANS_STR("p"), &none, UINT64_MAX, 0), 0);
    for (int i = 0; i < 64; i++) { /* 64 times 64 MiB are a day's worth */
        assert_int_equal(ans_pace_take(&p, 'q', ANS_STR("p"), &day, UINT64_C(64) << 20, 1), 0);
    }
    assert_in_range(ans_pace_take(&p, 'q', ANS_STR("p"), &day, UINT64_C(64) << 20, 1), 1349, 1351); /* a 64th of a day */
    assert_int_equal(ans_pace_take(&p, 'x', ANS_STR("p"), &least, UINT64_MAX, 1), 0); /* all of it, once */
    assert_int_equal(ans_pace_take(&p, 'x', ANS_STR("p"), &least, UINT64_MAX, 1), 86400);
    ans_paces_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_a_slow_bucket), cmocka_unit_test(an_emptied_bucket_outlives_a_flood),
                                       cmocka_unit_test(numbers_at_their_ends)};
    const char *given = getenv("SEED");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)ans_now_us();
    seed = seed ? seed * 2654435761u + 1 : 1;
    printf("SEED=%s\n", given ? given : "(clock)");
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
