/* A clock and what is believed of it: a table of days in the life of a small PC. */
#include "unit.h"

#include <string.h>

#include "base/clock.h"

#define S INT64_C(1000000)
#define DAY (86400 * S)
#define NOW (INT64_C(1795000000) * S) /* November 2026 */

typedef struct moment {
    int64_t wall, boot;
    const char *state;
} moment;

static void live(int64_t newest, const moment *m, size_t n)
{
    ans_clock c;
    ans_clock_init(&c, newest);
    for (size_t i = 0; i < n; i++) {
        ans_clock_state got = strcmp(m[i].state, "accept") == 0 ? (assert_true(ans_clock_accept(&c, m[i].wall, m[i].boot)), ANS_CLOCK_RIGHT)
                                                                : ans_clock_look(&c, m[i].wall, m[i].boot);
        if (strcmp(m[i].state, "accept") != 0) {
            assert_string_equal(ans_clock_name(got), m[i].state);
        }
    }
    ans_clock_done(&c);
}
#define LIVE(newest, ...) live(newest, (const moment[]){__VA_ARGS__}, sizeof((const moment[]){__VA_ARGS__}) / sizeof(moment))

static void days(void **state)
{
    (void)state;
    /* a new folder believes whatever is not before the program */
    LIVE(0, {NOW, 5 * S, "right"}, {NOW + 10 * S, 15 * S, "right"});
    LIVE(0, {INT64_C(946684800) * S, 5 * S, "early"}, {INT64_C(946684860) * S, 65 * S, "early"}, {NOW, 70 * S, "right"});
    /* an empty battery, then the time server answers */
    LIVE(NOW, {INT64_C(946684800) * S, 5 * S, "early"}, {NOW + DAY, 60 * S, "right"}, {NOW + DAY + 60 * S, 120 * S, "right"});
    LIVE(NOW, {NOW - 3600 * S, 5 * S, "behind"}, {NOW - 60 * S, 15 * S, "right"});
    /* shut for a month; for a quarter; set a year ahead */
    LIVE(NOW, {NOW + 30 * DAY, 5 * S, "right"});
    LIVE(NOW, {NOW + 90 * DAY, 5 * S, "ahead"}, {NOW + 90 * DAY + 10 * S, 15 * S, "ahead"}, {NOW + 90 * DAY + 20 * S, 25 * S, "accept"},
         {NOW + 90 * DAY + 30 * S, 35 * S, "right"});
    LIVE(NOW, {NOW + 365 * DAY, 5 * S, "ahead"}, {NOW + DAY, 65 * S, "right"});
    /* while it runs: to either side, and back */
    LIVE(NOW, {NOW, 0, "right"}, {NOW + 10 * S - 600 * S, 10 * S, "behind"}, {NOW + 20 * S, 20 * S, "right"});
    LIVE(NOW, {NOW, 0, "right"}, {NOW + 10 * S + 600 * S, 10 * S, "ahead"}, {NOW + 20 * S, 20 * S, "right"});
    LIVE(NOW, {NOW, 0, "right"}, {NOW + 3600 * S, 10 * S, "ahead"}, {NOW + 3610 * S, 20 * S, "accept"}, {NOW + 3620 * S, 30 * S, "right"});
    LIVE(NOW, {NOW, 0, "right"}, {INT64_C(946684800) * S, 10 * S, "early"}, {NOW + 20 * S, 20 * S, "right"});
    /* asleep for a night: the clock of the boot has gone on */
    LIVE(NOW, {NOW, 0, "right"}, {NOW + DAY / 3, DAY / 3, "right"});
    /* drawn along slowly by a time server: never more than two minutes between two looks */
    LIVE(NOW, {NOW, 0, "right"}, {NOW + 70 * S, 10 * S, "right"}, {NOW + 140 * S, 20 * S, "right"}, {NOW + 210 * S, 30 * S, "right"});
}

static void accepting_a_clock_that_was_never_set(void **state)
{
    ans_clock c;
    (void)state;
    ans_clock_init(&c, NOW);
    assert_int_equal(ans_clock_look(&c, 1 * S, 1 * S), ANS_CLOCK_EARLY);
    assert_false(ans_clock_accept(&c, 1 * S, 2 * S));
    assert_int_equal(ans_clock_look(&c, 3 * S, 3 * S), ANS_CLOCK_EARLY);
    assert_true(ans_clock_believed_us(&c) == NOW);
    ans_clock_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(days), cmocka_unit_test(accepting_a_clock_that_was_never_set)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
