/* The waits against a plain list, over random tries, names and pauses: never more than 60 s, never none after a wrong try, gone
 * after quiet time, and not washed out by a flood of other names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/delay.h"
#include "base/os.h"

enum { NAMES = 12, STEPS = 200000 };

static uint64_t seed;

static uint32_t roll(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

typedef struct entry {
    uint32_t wrong;
    int64_t last_us;
} entry;

static uint32_t want_left(const entry *e, uint32_t free_tries, int64_t now)
{
    static const uint32_t steps[] = {1, 2, 4, 8, 16, 32};
    if (e->wrong <= free_tries || now - e->last_us >= (int64_t)ANS_DELAY_FORGET_SECONDS * 1000000) {
        return 0;
    }
    uint32_t over = e->wrong - free_tries - 1;
    int64_t left = e->last_us + (over < 6 ? steps[over] : 60) * (int64_t)1000000 - now;
    return left > 0 ? (uint32_t)((left + 999999) / 1000000) : 0;
}

static void against_a_list(void **state)
{
    static ans_delays d;
    entry model[NAMES][2] = {0};
    char name[16];
    int64_t now = 1795000000LL * 1000000;
    (void)state;
    ans_delays_init(&d);
    for (int i = 0; i < STEPS; i++) {
        uint32_t which = roll(NAMES), kind = roll(2), free_tries = kind ? 10 : 0;
        entry *e = &model[which][kind];
        (void)snprintf(name, sizeof name, "name-%u", which);
        now += roll(100) == 0 ? roll(2000) * (int64_t)1000000 : roll(3000000);
        uint32_t left = ans_delay_left(&d, kind ? 'a' : 'n', ans_str_of(name), free_tries, now);
        assert_int_equal(left, want_left(e, free_tries, now));
        assert_true(left <= ANS_DELAY_MOST_SECONDS);
        uint32_t what = roll(10);
        if (what < 6 && left == 0) {
            bool old = now - e->last_us >= (int64_t)ANS_DELAY_FORGET_SECONDS * 1000000;
            *e = (entry){old ? 1 : e->wrong + 1, now};
            ans_delay_wrong(&d, kind ? 'a' : 'n', ans_str_of(name), now);
        } else if (what == 6) {
            *e = (entry){0};
            ans_delay_clear(&d, kind ? 'a' : 'n', ans_str_of(name));
        }
    }
}

static void a_flood_of_names(void **state)
{
    static ans_delays d;
    char name[24];
    int64_t now = 1795000000LL * 1000000;
    (void)state;
    ans_delays_init(&d);
    for (int i = 0; i < 3; i++) {
        ans_delay_wrong(&d, 'n', ANS_STR("ha"), now);
    }
    for (int i = 0; i < 200000; i++) {
        (void)snprintf(name, sizeof name, "made-up-%d", i);
        ans_delay_wrong(&d, 'n', ans_str_of(name), now);
    }
    assert_int_equal(ans_delay_left(&d, 'n', ANS_STR("ha"), 0, now), 4);
}

static void a_clock_set_back(void **state)
{
    static ans_delays d;
    int64_t now = 1795000000LL * 1000000;
    (void)state;
    ans_delays_init(&d);
    ans_delay_wrong(&d, 'n', ANS_STR("ha"), now);
    assert_int_equal(ans_delay_left(&d, 'n', ANS_STR("ha"), 0, now - 3600LL * 1000000), 1); /* the wait, not an hour and a second */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_a_list), cmocka_unit_test(a_flood_of_names), cmocka_unit_test(a_clock_set_back)};
    const char *given = getenv("SEED");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)ans_now_us();
    seed = seed ? seed * 2654435761u + 1 : 1;
    printf("SEED=%s\n", given ? given : "(clock)");
    return ans_base_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
