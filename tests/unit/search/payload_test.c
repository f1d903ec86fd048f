/* The bytes of rows: numbers, times and text sort as bytes the way they sort as values, and are read back whole. */
#include "unit/search/fixture.h"

#include <math.h>

#include "search/search_int.h"

static ans_str number_bytes(ans_arena *arena, double v)
{
    ans_buf b;
    ans_str out;
    ans_buf_init_arena(&b, arena, 16);
    put_number(&b, v);
    assert_int_equal(ans_buf_finish(&b, &out), ANS_OK);
    return out;
}

static void numbers_sort(void **state)
{
    static const double rising[] = {-INFINITY, -1.7e308, -1e10, -2.5, -1, -0.5, -5e-324, 0, 5e-324, 1e-300, 0.1, 0.5, 1, 2, 2.5, 10, 1e10, 1.7e308, INFINITY};
    ans_arena *arena = ans_arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++) {
        ans_str bytes = number_bytes(arena, rising[i]);
        assert_int_equal(bytes.n, 8);
        assert_true(get_number(bytes.p) == rising[i]);
        for (size_t k = 0; k < i; k++) {
            assert_true(ans_str_cmp(number_bytes(arena, rising[k]), bytes) < 0);
        }
    }
    assert_true(ans_str_eq(number_bytes(arena, -0.0), number_bytes(arena, 0.0)));
    ans_arena_free(arena);
}

static void ticks_sort(void **state)
{
    static const ans_tick rising[] = {INT64_MIN, ANS_TICK_MIN, -ANS_TICKS_PER_SECOND, -1, 0, 1, ANS_TICKS_PER_SECOND, ANS_TICK_MAX, INT64_MAX};
    ans_arena *arena = ans_arena_new(1 << 20);
    ans_str last = ANS_STR_NONE;
    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++) {
        ans_buf b;
        ans_str bytes;
        ans_buf_init_arena(&b, arena, 16);
        put_tick(&b, rising[i]);
        assert_int_equal(ans_buf_finish(&b, &bytes), ANS_OK);
        assert_int_equal(get_tick(bytes.p), rising[i]);
        assert_true(i == 0 || ans_str_cmp(last, bytes) < 0);
        last = bytes;
    }
    ans_arena_free(arena);
}

/* A point in time is kept as its beginning and precision; what is read back is what was meant, in every zone and year. */
static void dates_come_back(void **state)
{
    static const char *const zones[] = {"Asia/Ho_Chi_Minh", "UTC", "+14:00", "-12:00"};
    static const char *const texts[] = {"1800",       "1911",       "1945-09",    "1955-07-01", "1959-12-31",       "1975-06-12",          "1975-06-13",
                                        "1975-06",    "2000-02",    "2024-02-29", "2026",       "2026-11-21T07:41Z", "2026-11-21T07:41:30", "2026-11-21T07:41:30.125+07:00",
                                        "9999-12-31", "0001-01-01", "1943-01-01", "1947-04-01"};
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)512 << 20)};
        const ans_zone *zone;
        ans_search *s;
        assert_int_equal(ans_zone_open(&cx, ans_str_of(zones[z]), &zone), ANS_OK);
        assert_int_equal(ans_search_new(&cx, zone, &s), ANS_OK);
        for (size_t i = 0; i < COUNT(texts); i++) {
            ans_datetime d;
            sv v = {.type = ANS_SP_DATE};
            svs one = {.at = &v, .count = 1};
            payloads list = {0};
            ans_tick low, high;
            assert_true(ans_datetime_parse(ans_str_of(texts[i]), true, &d));
            v.precision = d.precision;
            search_date_range(s, &d, &v.low, &v.high);
            assert_int_equal(search_payloads(s, &cx, &one, &list), ANS_OK);
            assert_int_equal(list.count, 1);
            date_decode(s, ans_str_from(list.at[0].head, 1), &low, &high);
            if (low != v.low || high != v.high) {
                fail_msg("%s in %s came back otherwise", texts[i], zones[z]);
            }
            assert_true(v.high - v.low <= date_class_span(list.at[0].head.p[0]));
        }
        ans_search_free(s);
        ans_arena_free(cx.arena);
    }
}

static void periods_come_back(void **state)
{
    static const ans_tick ends[][2] = {{0, 10}, {ANS_TICK_MIN, 5}, {5, ANS_TICK_MAX}, {0, ANS_TICKS_PER_SECOND * 86400}, {0, ANS_TICKS_PER_SECOND * 864000}};
    ans_cx cx = {.arena = ans_arena_new((size_t)512 << 20)};
    const ans_zone *zone;
    ans_search *s;
    (void)state;
    assert_int_equal(ans_zone_open(&cx, ANS_STR("UTC"), &zone), ANS_OK);
    assert_int_equal(ans_search_new(&cx, zone, &s), ANS_OK);
    for (size_t i = 0; i < COUNT(ends); i++) {
        sv v = {.type = ANS_SP_DATE, .precision = PRECISION_PERIOD, .low = ends[i][0], .high = ends[i][1]};
        svs one = {.at = &v, .count = 1};
        payloads list = {0};
        ans_tick low, high;
        assert_int_equal(search_payloads(s, &cx, &one, &list), ANS_OK);
        date_decode(s, ans_str_from(list.at[0].head, 1), &low, &high);
        assert_int_equal(low, v.low);
        assert_int_equal(high, v.high);
    }
    ans_search_free(s);
    ans_arena_free(cx.arena);
}

/* Order of strings as sorted answers: folded, the shorter first. */
static void strings_sort(void **state)
{
    fixture f;
    static const row rows[] = {
        {"ValueSet?_sort=name", "a an anh b d empty"},
        {"ValueSet?_sort=-name", "d b anh an a empty"},
        {"ValueSet?_sort=name&_count=2", "a an"},
        {"ValueSet?_sort=-date,name", "an anh a b d empty"},
    };
    (void)state;
    fixture_open(&f);
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"b\",\"name\":\"Bình\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"empty\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"d\",\"name\":\"đ\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"anh\",\"name\":\"Ánh\",\"date\":\"2020\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"an\",\"name\":\"AN\",\"date\":\"2026-01-01\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"a\",\"name\":\"á\"}");
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

/* Rows keep 64 folded bytes: what differs behind them is told by the body. */
static void long_texts(void **state)
{
    fixture f;
    static const row rows[] = {
        {"ValueSet?title=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "b"},
        {"ValueSet?title=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b c"},
        {"ValueSet?title:exact=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "c"},
        {"ValueSet?title:exact=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "-"},
        {"ValueSet?title:contains=ab", "b"},
        {"ValueSet?title:contains=ac", "c"},
        {"ValueSet?title:contains=ad", "-"},
    };
    (void)state;
    fixture_open(&f);
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"b\",\"title\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}");
    put(&f, "{\"resourceType\":\"ValueSet\",\"id\":\"c\",\"title\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\"}");
    check_rows(&f, rows, COUNT(rows));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_sort), cmocka_unit_test(ticks_sort),   cmocka_unit_test(dates_come_back),
        cmocka_unit_test(periods_come_back), cmocka_unit_test(strings_sort), cmocka_unit_test(long_texts),
    };
    ans_log_quiet(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
