/* Dates: reading, the interval they mean, the calendar. */
#include "fixture.h"

#include "fhir/value.h"

typedef struct parse_case {
    const char *text;
    bool strict, lenient; /* accepted? */
    int precision;
} parse_case;

static const parse_case parse_cases[] = {
    {"2026", true, true, ANS_PREC_YEAR},
    {"0001", true, true, ANS_PREC_YEAR},
    {"9999", true, true, ANS_PREC_YEAR},
    {"0000", false, false, 0},
    {"10000", false, false, 0},
    {"202", false, false, 0},
    {"", false, false, 0},
    {" 2026", false, false, 0},
    {"2026 ", false, false, 0},
    {"2026-", false, false, 0},
    {"2026-1", false, false, 0},
    {"2026-01", true, true, ANS_PREC_MONTH},
    {"2026-12", true, true, ANS_PREC_MONTH},
    {"2026-00", false, false, 0},
    {"2026-13", false, false, 0},
    {"2026-02-28", true, true, ANS_PREC_DAY},
    {"2026-02-29", false, false, 0},
    {"2024-02-29", true, true, ANS_PREC_DAY},
    {"1900-02-29", false, false, 0},
    {"2000-02-29", true, true, ANS_PREC_DAY},
    {"2026-04-31", false, false, 0},
    {"2026-04-00", false, false, 0},
    {"2026-04-3", false, false, 0},
    {"20260430", false, false, 0},
    {"2026/04/30", false, false, 0},
    {"2026-04-30T", false, false, 0},
    {"2026-04-30T10", false, false, 0},
    {"2026-04-30T10:00", false, true, ANS_PREC_MINUTE},
    {"2026-04-30T10:00Z", false, true, ANS_PREC_MINUTE},
    {"2026-04-30T10:00+07:00", false, true, ANS_PREC_MINUTE},
    {"2026-04-30T10:00:00", false, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00Z", true, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00z", false, false, 0},
    {"2026-04-30t10:00:00Z", false, false, 0},
    {"2026-04-30 10:00:00Z", false, false, 0},
    {"2026-04-30T10:00:00+07:00", true, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00 07:00", false, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00-03:30", true, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00+14:00", true, true, ANS_PREC_SECOND},
    {"2026-04-30T10:00:00+14:01", false, false, 0},
    {"2026-04-30T10:00:00+15:00", false, false, 0},
    {"2026-04-30T10:00:00+07:60", false, false, 0},
    {"2026-04-30T10:00:00+0700", false, false, 0},
    {"2026-04-30T10:00:00+07", false, false, 0},
    {"2026-04-30T10:00:00ZZ", false, false, 0},
    {"2026-04-30T24:00:00Z", false, false, 0},
    {"2026-04-30T23:60:00Z", false, false, 0},
    {"2016-12-31T23:59:60Z", true, true, ANS_PREC_SECOND},
    {"2016-12-31T23:59:61Z", false, false, 0},
    {"2026-04-30T10:00:00.5Z", true, true, ANS_PREC_FRACTION},
    {"2026-04-30T10:00:00.123456789012Z", true, true, ANS_PREC_FRACTION},
    {"2026-04-30T10:00:00.Z", false, false, 0},
    {"2026-04-30T10:00:00.5", false, true, ANS_PREC_FRACTION},
    {"2026-04-30T10:00:00,5Z", false, false, 0},
    {"2026-04-30T10:0:00Z", false, false, 0},
    {"+2026", false, false, 0},
    {"-2026", false, false, 0},
    {"2026-04T10:00:00Z", false, false, 0},
    {"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6", false, false, 0}, /* Arabic-Indic digits */
};

static void datetime__parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(parse_cases); i++) {
        const parse_case *c = &parse_cases[i];
        ans_datetime strict, lenient;
        bool is_strict = ans_datetime_parse(ans_str_of(c->text), false, &strict);
        bool is_lenient = ans_datetime_parse(ans_str_of(c->text), true, &lenient);
        if (is_strict != c->strict || is_lenient != c->lenient) {
            fail_msg("\"%s\": strict %d, lenient %d", c->text, is_strict, is_lenient);
        }
        if (is_lenient && lenient.precision != c->precision) {
            fail_msg("\"%s\": precision %d", c->text, lenient.precision);
        }
    }
}

/* Every byte may be the last: no reading beyond it, and never accepted with a piece missing in the
 * middle. */
static void datetime__parse_prefixes(void **state)
{
    (void)state;
    static const char text[] = "2026-04-30T10:00:00.123+07:00";
    static const size_t whole[] = {4, 7, 10, 29};
    for (size_t n = 0; n < sizeof text; n++) {
        char *copy = malloc(n ? n : 1); /* exact size: AddressSanitizer watches its end */
        memcpy(copy, text, n);
        ans_datetime d;
        bool expected = false;
        for (size_t i = 0; i < COUNT(whole); i++) {
            expected |= n == whole[i];
        }
        assert_int_equal(ans_datetime_parse((ans_str){copy, n}, false, &d), expected);
        free(copy);
    }
}

static void datetime__fields(void **state)
{
    (void)state;
    ans_datetime d;
    assert_true(ans_datetime_parse(ANS_STR("2026-11-21T07:41:59.12345678-03:30"), false, &d));
    assert_int_equal(d.year, 2026);
    assert_int_equal(d.month, 11);
    assert_int_equal(d.day, 21);
    assert_int_equal(d.hour, 7);
    assert_int_equal(d.minute, 41);
    assert_int_equal(d.second, 59);
    assert_int_equal(d.fraction, 1234567);
    assert_int_equal(d.fraction_digits, 7);
    assert_true(d.has_zone);
    assert_int_equal(d.zone_minutes, -210);
    assert_true(ans_datetime_parse(ANS_STR("2026"), false, &d));
    assert_int_equal(d.month, 1);
    assert_int_equal(d.day, 1);
    assert_false(d.has_zone);
}

typedef struct range_case {
    const char *text, *zone;
    const char *low, *high; /* exclusive */
} range_case;

static const range_case range_cases[] = {
    {"2026", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"2026", "Asia/Ho_Chi_Minh", "2025-12-31T17:00:00Z", "2026-12-31T17:00:00Z"},
    {"2026", "-05:00", "2026-01-01T05:00:00Z", "2027-01-01T05:00:00Z"},
    {"2024-02", "UTC", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
    {"2026-12", "UTC", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"2024-02-29", "UTC", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
    {"2026-12-31", "Asia/Ho_Chi_Minh", "2026-12-30T17:00:00Z", "2026-12-31T17:00:00Z"},
    {"2026-11-21T07:41", "Asia/Ho_Chi_Minh", "2026-11-21T00:41:00Z", "2026-11-21T00:42:00Z"},
    {"2026-11-21T07:41Z", "Asia/Ho_Chi_Minh", "2026-11-21T07:41:00Z", "2026-11-21T07:42:00Z"},
    {"2026-11-21T07:41:05+07:00", "UTC", "2026-11-21T00:41:05Z", "2026-11-21T00:41:06Z"},
    {"2026-11-21T07:41:05.5Z", "UTC", "2026-11-21T07:41:05.5Z", "2026-11-21T07:41:05.6Z"},
    {"2026-11-21T07:41:05.50Z", "UTC", "2026-11-21T07:41:05.5Z", "2026-11-21T07:41:05.51Z"},
    {"2026-11-21T07:41:05.12345678Z", "UTC", "2026-11-21T07:41:05.1234567Z",
     "2026-11-21T07:41:05.1234568Z"},
    {"2016-12-31T23:59:60Z", "UTC", "2017-01-01T00:00:00Z", "2017-01-01T00:00:01Z"},
    {"1969-12-31T23:59:59Z", "UTC", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"},
    /* before 1975 Vietnam kept other times: +08 in 1960, +09 in the spring of 1945 */
    {"1960-06-15", "Asia/Ho_Chi_Minh", "1960-06-14T16:00:00Z", "1960-06-15T16:00:00Z"},
    {"1945-04-01", "Asia/Ho_Chi_Minh", "1945-03-31T15:00:00Z", "1945-04-01T15:00:00Z"},
    {"1930", "Asia/Saigon", "1929-12-31T17:00:00Z", "1930-12-31T17:00:00Z"},
    /* the day on which clocks went back from 24:00 to 23:00 is 25 hours long */
    {"1975-06-12", "Asia/Ho_Chi_Minh", "1975-06-11T16:00:00Z", "1975-06-12T17:00:00Z"},
};

static void check_range(ans_cx *cx, const range_case *c)
{
    const ans_zone *zone;
    ans_datetime d, low, high;
    ans_tick got_low, got_high, want_low, want_high, ignored;
    assert_int_equal(ans_zone_open(cx, ans_str_of(c->zone), &zone), ANS_OK);
    assert_true(ans_datetime_parse(ans_str_of(c->text), true, &d));
    assert_true(ans_datetime_parse(ans_str_of(c->low), false, &low));
    assert_true(ans_datetime_parse(ans_str_of(c->high), false, &high));
    ans_datetime_range(&low, NULL, &want_low, &ignored);
    ans_datetime_range(&high, NULL, &want_high, &ignored);
    ans_datetime_range(&d, zone, &got_low, &got_high);
    if (got_low != want_low || got_high != want_high) {
        fail_msg("%s in %s: off by %lld and %lld ticks", c->text, c->zone,
                 (long long)(got_low - want_low), (long long)(got_high - want_high));
    }
}

static void datetime__range(void **state)
{
    (void)state;
    ans_cx cx = cx_new();
    for (size_t i = 0; i < COUNT(range_cases); i++) {
        check_range(&cx, &range_cases[i]);
    }
    ans_arena_free(cx.arena);
}

static void datetime__range_ends(void **state)
{
    (void)state;
    ans_datetime d;
    ans_tick low, high;
    assert_true(ans_datetime_parse(ANS_STR("0001"), false, &d));
    ans_datetime_range(&d, NULL, &low, &high);
    assert_true(low > ANS_TICK_MIN);
    assert_true(low == INT64_C(-62135596800) * ANS_TICKS_PER_SECOND);
    assert_true(ans_datetime_parse(ANS_STR("9999-12-31T23:59:59.9999999-14:00"), false, &d));
    ans_datetime_range(&d, NULL, &low, &high);
    assert_true(high < ANS_TICK_MAX);
    assert_true(high == (INT64_C(253402300800) + 14 * 3600) * ANS_TICKS_PER_SECOND);
}

/* The epoch, and every day from 0001 to 9999 by counting. */
static void datetime__calendar(void **state)
{
    (void)state;
    int year = 1, month = 1, day = 1;
    int64_t first = ans_days_from_civil(1, 1, 1);
    assert_int_equal(ans_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(first, -719162);
    for (int64_t days = first; year <= 9999; days++) {
        int y, m, d;
        ans_civil_from_days(days, &y, &m, &d);
        if (y != year || m != month || d != day || ans_days_from_civil(y, m, d) != days) {
            fail_msg("day %lld is %d-%d-%d, not %d-%d-%d", (long long)days, year, month, day, y, m,
                     d);
        }
        if (++day > ans_days_in_month(year, month)) {
            day = 1;
            year += month / 12;
            month = month % 12 + 1;
        }
    }
    assert_int_equal(ans_days_from_civil(10000, 1, 1), 2932897);
}

static void datetime__instant_print(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(1795246860123999), "2026-11-21T07:41:00.123Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999Z"},
        {INT64_C(253402300800000000), "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0001-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ANS_INSTANT_BYTES + 1] = {0};
        ans_instant_print(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* Printed instants read back; a shorter text of the same instant means an interval around the
 * longer one's. */
static void datetime__precision_nests(void **state)
{
    (void)state;
    static const size_t lengths[] = {4, 7, 10, 16, 19, 21, 22, 23};
    ans_cx cx = cx_new();
    const ans_zone *zone;
    assert_int_equal(ans_zone_open(&cx, ANS_STR("UTC"), &zone), ANS_OK);
    uint64_t random = seed_of_run("datetime__precision_nests");
    for (int i = 0; i < 20000; i++) {
        int64_t us = (int64_t)(next_random(&random) % UINT64_C(315537897600000000)) -
                     INT64_C(62135596800000000);
        char text[ANS_INSTANT_BYTES];
        ans_datetime d;
        ans_tick outer_low = ANS_TICK_MIN, outer_high = ANS_TICK_MAX, low, high;
        ans_instant_print(us, text);
        for (size_t k = 0; k < COUNT(lengths); k++) {
            assert_true(ans_datetime_parse((ans_str){text, lengths[k]}, true, &d));
            ans_datetime_range(&d, zone, &low, &high);
            assert_true(outer_low <= low && low < high && high <= outer_high);
            assert_true(low <= us * 10 && us * 10 < high);
            outer_low = low;
            outer_high = high;
        }
    }
    ans_arena_free(cx.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datetime__parse),         cmocka_unit_test(datetime__parse_prefixes),
        cmocka_unit_test(datetime__fields),        cmocka_unit_test(datetime__range),
        cmocka_unit_test(datetime__range_ends),    cmocka_unit_test(datetime__calendar),
        cmocka_unit_test(datetime__instant_print), cmocka_unit_test(datetime__precision_nests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
