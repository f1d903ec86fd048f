/* Time zones: opening, summer time, agreement with the C library where the system has zone files.
 */
#include "fixture.h"

#include <time.h>

#include "base/os.h"
#include "fhir/zone_int.h"

static int64_t low_seconds(const ans_zone *zone, const char *text, int64_t *out_high)
{
    ans_datetime d;
    ans_tick low, high;
    assert_true(ans_datetime_parse(ans_str_of(text), true, &d));
    ans_datetime_range(&d, zone, &low, &high);
    *out_high = high / ANS_TICKS_PER_SECOND;
    return low / ANS_TICKS_PER_SECOND;
}

static void zone__names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool known;
    } cases[] = {
        {"UTC", true},           {"Z", true},
        {"Etc/UTC", true},       {"Asia/Ho_Chi_Minh", true},
        {"+07:00", true},        {"-03:30", true},
        {"+14:00", true},        {"+15:00", false},
        {"07:00", false},        {"+7:00", false},
        {"+07:00:00", false},    {"", false},
        {"/etc/passwd", false},  {"../passwd", false},
        {"Asia/../../x", false}, {"Asia", false},
        {"No/Where", false},     {"Asia/Ho Chi Minh", false},
        {"tzdata.zi", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_cx cx = cx_new();
        const ans_zone *zone = NULL, *again = NULL;
        ans_err err = ans_zone_open(&cx, ans_str_of(cases[i].name), &zone);
        if ((err == ANS_OK) != cases[i].known || (err == ANS_OK) != (zone != NULL)) {
            fail_msg("zone \"%s\": %s", cases[i].name, ans_err_name(err));
        }
        assert_true((cx.issues == NULL) == (err == ANS_OK));
        if (err == ANS_OK) { /* opened once */
            assert_int_equal(ans_zone_open(&cx, ans_str_of(cases[i].name), &again), ANS_OK);
            assert_ptr_equal(zone, again);
        }
        ans_arena_free(cx.arena);
    }
}

static bool has_zone_files(void)
{
    return ans_file_exists("/usr/share/zoneinfo/Europe/Berlin");
}

static void zone__summer_time(void **state)
{
    (void)state;
    if (!has_zone_files()) {
        skip(); /* a minimal Debian has none */
    }
    static const struct {
        const char *zone, *text;
        int64_t low, high;
    } cases[] = {
        {"Europe/Berlin", "2026-01-15", 1768431600, 1768518000},
        {"Europe/Berlin", "2026-07-15", 1784066400, 1784152800},
        {"Europe/Berlin", "2026-03-29", 1774738800, 1774821600},       /* 23 hours */
        {"Europe/Berlin", "2026-10-25", 1792879200, 1792969200},       /* 25 hours */
        {"Europe/Berlin", "2026-10-25T02:30", 1792888200, 1792891860}, /* twice that day */
        {"Europe/Berlin", "2026-03-29T02:30", 1774747800, 1774747860}, /* not that day: 03:30 */
        {"Europe/Berlin", "2090-07-15", 3803752800, 3803839200},       /* by the rule */
        {"America/New_York", "2090-12-15", 3816997200, 3817083600},
        {"America/St_Johns", "2026-01-15", 1768447800, 1768534200},
    };
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        const ans_zone *zone;
        int64_t high;
        assert_int_equal(ans_zone_open(&cx, ans_str_of(cases[i].zone), &zone), ANS_OK);
        int64_t low = low_seconds(zone, cases[i].text, &high);
        if (low != cases[i].low || high != cases[i].high) {
            fail_msg("%s %s: %lld %lld", cases[i].zone, cases[i].text, (long long)low,
                     (long long)high);
        }
    }
    ans_arena_free(cx.arena);
}

/* Wall time of an instant by the C library, then back by ours: the interval has to hold the
 * instant. */
static void zone__agrees_with_libc(void **state)
{
    (void)state;
    if (!has_zone_files()) {
        skip();
    }
    static const char *const names[] = {
        "Asia/Ho_Chi_Minh", "Europe/Berlin",       "America/Sao_Paulo", "Asia/Kathmandu",
        "Australia/Sydney", "Africa/Casablanca",   "Pacific/Apia",      "America/St_Johns",
        "Asia/Tehran",      "Australia/Lord_Howe", "Europe/Dublin",     "America/Nuuk"};
    ans_cx cx = cx_new();
    uint64_t random = seed_of_run("zone__agrees_with_libc");
    for (size_t i = 0; i < COUNT(names); i++) {
        const ans_zone *zone;
        assert_int_equal(ans_zone_open(&cx, ans_str_of(names[i]), &zone), ANS_OK);
        setenv("TZ", names[i], 1);
        tzset();
        for (int k = 0; k < 5000; k++) {
            /* 1800 to 2100 */
            time_t at = (time_t)(next_random(&random) % UINT64_C(9467000000)) - INT64_C(5364662400);
            struct tm wall;
            char text[32];
            int64_t high;
            localtime_r(&at, &wall);
            strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &wall);
            int64_t low = low_seconds(zone, text, &high);
            if (at < low || at >= high) {
                fail_msg("%s: %lld is %s, read as [%lld, %lld)", names[i], (long long)at, text,
                         (long long)low, (long long)high);
            }
        }
    }
    ans_arena_free(cx.arena);
}

/* Rules of POSIX TZ against the C library, which reads them too. */
static void zone__rules_agree_with_libc(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "UTC0",
        "<+07>-7",
        "EST5EDT,M3.2.0,M11.1.0",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "NST3:30NDT,M3.2.0,M11.1.0",
        "AEST-10AEDT,M10.1.0,M4.1.0/3",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "ABC3DEF,J60,J300",
        "ABC3DEF,59,299/4",
        "ABC3DEF4,J59/0,J365",
        "<+0330>-3:30<+0430>,J79/24,J263/24",
    };
    uint64_t random = seed_of_run("zone__rules_agree_with_libc");
    for (size_t i = 0; i < COUNT(rules); i++) {
        ans_tz_rule rule;
        assert_true(ans_tz_rule_parse(ans_str_of(rules[i]), &rule));
        setenv("TZ", rules[i], 1);
        tzset();
        for (int k = 0; k < 5000; k++) {
            time_t at = (time_t)(next_random(&random) % UINT64_C(4102444800)); /* 1970 to 2100 */
            struct tm wall;
            localtime_r(&at, &wall);
            if (ans_tz_rule_offset(&rule, at) != wall.tm_gmtoff) {
                fail_msg("%s at %lld: %d, not %ld", rules[i], (long long)at,
                         ans_tz_rule_offset(&rule, at), wall.tm_gmtoff);
            }
        }
    }
}

static void zone__rules_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "",
        "UTC",
        "0",
        "<UTC0",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,",
        "CET-168",
        "CET-1:60",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "UTC0 ",
        "CET-1CEST,J0,J300",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0,M10.5.0/3x",
        "CET-1CEST;M3.5.0;M10.5.0",
    };
    for (size_t i = 0; i < COUNT(rules); i++) {
        ans_tz_rule rule;
        if (ans_tz_rule_parse(ans_str_of(rules[i]), &rule)) {
            fail_msg("\"%s\" is read", rules[i]);
        }
    }
}

/* Each allocation fails in turn, until nothing fires. */
static void zone__out_of_memory(void **state)
{
    (void)state;
    static const char *const names[] = {"+05:45", "Pacific/Auckland"};
    for (size_t i = 0; i < (has_zone_files() ? 2 : 1); i++) {
        bool failed = false;
        for (uint64_t n = 1; n < 100; n++) {
            ans_cx cx = cx_new();
            const ans_zone *zone = NULL;
            ans_alloc_fail_after(n, false);
            ans_err err = ans_zone_open(&cx, ans_str_of(names[i]), &zone);
            uint64_t seen = ans_alloc_fail_after(0, false);
            assert_true((err == ANS_OK) == (zone != NULL));
            ans_arena_free(cx.arena);
            failed |= err != ANS_OK;
            if (seen < n) {
                break;
            }
        }
        assert_true(failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone__names),
        cmocka_unit_test(zone__out_of_memory), /* before others open the zone */
        cmocka_unit_test(zone__summer_time),
        cmocka_unit_test(zone__agrees_with_libc),
        cmocka_unit_test(zone__rules_agree_with_libc),
        cmocka_unit_test(zone__rules_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
