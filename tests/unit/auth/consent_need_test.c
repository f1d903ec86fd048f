/* Who must consent: the tables of ages, capacity and representation, the days of birthdays, and purposes read strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth/consent.h"
#include "auth/rights.h"
#include "base/os.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const ans_purposes *purposes;

static ans_day day_of(const char *text)
{
    ans_day day = ANS_DAY_MIN;
    assert_true(ans_day_parse(ans_str_of(text), &day));
    return day;
}

static const ans_purpose *purpose_of(const char *code)
{
    uint32_t i = ans_purpose_named(purposes, ans_str_of(code));
    assert_int_not_equal(i, UINT32_MAX);
    return &purposes->list[i];
}

static ans_subject born(const char *birth)
{
    ans_subject s = {.died = ANS_DAY_MAX};
    s.has_birth = *birth && ans_datetime_parse(ans_str_of(birth), false, &s.birth);
    return s;
}

static void ages(void **state)
{
    (void)state;
    static const struct {
        const char *birth, *on, *purpose, *why, *until;
    } cases[] = {
        {"2019-11-22", "2026-11-21", "images", "child", "2026-11-22"},
        {"2019-11-22", "2026-11-22", "images", "together", "2037-11-22"},
        {"2019-11-22", "2026-11-22", "provider", "child", "2037-11-22"},
        {"2008-11-23", "2026-11-22", "provider", "child", "2026-11-23"},
        {"2008-11-22", "2026-11-22", "provider", "adult", ""},
        {"2008-11-22", "2026-11-22", "images", "adult", ""},
        {"2011-11-23", "2026-11-22", "hiv-test", "child", "2026-11-23"},
        {"2011-11-22", "2026-11-22", "hiv-test", "own-test", ""},
        {"2008-11-22", "2026-11-22", "hiv-test", "adult", ""},
        {"2008-02-29", "2026-02-28", "provider", "child", "2026-03-01"}, /* 29 February: the day after */
        {"2008-02-29", "2026-03-01", "provider", "adult", ""},
        {"2004-02-29", "2026-02-28", "provider", "adult", ""},
        {"2008", "2026-12-30", "provider", "child", "2026-12-31"}, /* the younger age */
        {"2008", "2026-12-31", "provider", "adult", ""},
        {"2019", "2026-11-22", "images", "child", "2026-12-31"},
        {"2008-11", "2026-11-29", "provider", "child", "2026-11-30"},
        {"2008-11", "2026-11-30", "provider", "adult", ""},
        {"2030-01-01", "2026-11-22", "images", "child", "2037-01-01"}, /* a slip of the pen is no grown-up */
        {"", "2026-11-22", "images", "no-birth-date", ""},
        {"2019-11-22", "2026-11-22", "statutory-report", "law", ""},
        {"1950", "2026-11-22", "compulsory-treatment", "decision", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_subject s = born(cases[i].birth);
        ans_need need;
        ans_consent_need(purposes, purpose_of(cases[i].purpose), &s, day_of(cases[i].on), &need);
        ans_day until = *cases[i].until ? day_of(cases[i].until) : ANS_DAY_MAX;
        if (strcmp(ans_need_codes[need.why], cases[i].why) != 0 || need.until != until) {
            print_error("%s on %s for %s: %s until %d, expected %s until %d\n", cases[i].birth, cases[i].on, cases[i].purpose, ans_need_codes[need.why],
                        need.until, cases[i].why, until);
            fail();
        }
        assert_int_equal(need.is_vague, *cases[i].birth && strlen(cases[i].birth) < 10);
    }
}

static void capacities(void **state)
{
    (void)state;
    static const ans_capacity_decision lost = {ANS_CAPACITY_LOST, 18000, 20000};
    const ans_capacity_decision both[] = {lost, {ANS_CAPACITY_LIMITED, 17000, ANS_DAY_MAX}};
    const ans_capacity_decision back[] = {{ANS_CAPACITY_LOST, 18000, ANS_DAY_MAX}, {ANS_CAPACITY_FULL, 19000, ANS_DAY_MAX}};
    const struct {
        const ans_capacity_decision *list;
        uint32_t count;
        ans_day on;
        const char *purpose, *why;
    } cases[] = {
        {&lost, 1, 17999, "provider", "adult"},  {&lost, 1, 18000, "provider", "capacity-lost"}, {&lost, 1, 20000, "images", "capacity-lost"},
        {&lost, 1, 20001, "provider", "adult"},  {&lost, 1, 18000, "hiv-test", "capacity-lost"}, {both, 2, 18000, "provider", "capacity-lost"},
        {both, 2, 17000, "provider", "assisted"}, {both, 2, 17000, "hiv-test", "adult"},          {both, 2, 20001, "provider", "assisted"},
        {back, 2, 18999, "provider", "capacity-lost"}, {back, 2, 19000, "provider", "adult"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ans_subject s = born("1960-05-01");
        s.decisions = cases[i].list;
        s.decision_count = cases[i].count;
        ans_need need;
        ans_consent_need(purposes, purpose_of(cases[i].purpose), &s, cases[i].on, &need);
        assert_string_equal(ans_need_codes[need.why], cases[i].why);
    }
    ans_subject dead = born("1960-05-01");
    dead.died = 19000;
    ans_need need;
    ans_consent_need(purposes, purpose_of("provider"), &dead, 19000, &need);
    assert_string_equal(ans_need_codes[need.why], "dead");
    assert_false(need.self || need.another);
}

static void representatives(void **state)
{
    (void)state;
    const ans_representative list[] = {
        {ANS_STR("mother"), ANS_STANDS_PARENT, 7, false, ANS_DAY_MIN, ANS_DAY_MAX},
        {ANS_STR("guardian"), ANS_STANDS_GUARDIAN, 7, true, 20000, 20100},
        {ANS_STR("said-to-be"), ANS_STANDS_GUARDIAN, 7, false, ANS_DAY_MIN, ANS_DAY_MAX},
        {ANS_STR("of-money"), ANS_STANDS_LEGAL, ANS_SCOPE_OF_PROPERTY, true, ANS_DAY_MIN, ANS_DAY_MAX},
        {ANS_STR("neighbour"), ANS_STANDS_NOT, 7, true, ANS_DAY_MIN, ANS_DAY_MAX},
    };
    static const ans_capacity_decision lost = {ANS_CAPACITY_LOST, 0, ANS_DAY_MAX};
    const struct {
        const char *birth, *purpose;
        bool is_lost;
        ans_day on;
        const char *may;
    } cases[] = {
        {"2015-01-01", "provider", false, 19999, "0"},    {"2015-01-01", "provider", false, 20000, "01"},
        {"2015-01-01", "images", false, 20100, "01"},     {"2015-01-01", "provider", false, 20101, "0"}, /* guardianship ended */
        {"1960-01-01", "provider", false, 20050, ""},     {"1960-01-01", "provider", true, 20050, "1"},
        {"1960-01-01", "provider", true, 20101, ""},      {"1960-01-01", "hiv-test", true, 20101, "0"},
        {"2015-01-01", "hiv-test", false, 20050, "01"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char got[ANS_NEED_MOST + 1] = "";
        ans_need need;
        ans_subject s = born(cases[i].birth);
        s.list = list;
        s.count = COUNT(list);
        s.decisions = &lost;
        s.decision_count = cases[i].is_lost;
        ans_consent_need(purposes, purpose_of(cases[i].purpose), &s, cases[i].on, &need);
        for (uint32_t k = 0; k < need.may_count; k++) {
            got[k] = (char)('0' + need.may[k]);
        }
        assert_string_equal(got, cases[i].may);
        assert_int_equal(need.written, strcmp(cases[i].purpose, "hiv-test") == 0);
    }
}

static void strict(void **state)
{
    (void)state;
    static const struct {
        const char *what, *with;
    } slips[] = {
        {"\"publishes\": true", "\"publishs\": true"}, {"\"publishes\": true", "\"publishes\": false"}, {"\"basis\": \"consent\"", "\"basis\": \"consnt\""},
        {"\"scope\": \"data\"", "\"scope\": \"date\""}, {"\"adult\": 18", "\"adult\": 6"},               {"\"together\": 7", "\"together\": \"7\""},
        {"\"edition\": 1,", ""},                        {"\"recipient\": true, ", ""},                   {"\"regime\"", "\"regmie\""},
    };
    ans_str whole = {ans_access_purposes, ans_access_purposes_bytes};
    for (size_t i = 0; i < COUNT(slips); i++) {
        ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
        const ans_purposes *p;
        ptrdiff_t at = ans_str_search(whole, ans_str_of(slips[i].what));
        assert_true(at > 0);
        ans_str text = ans_arena_fmt(cx.arena, "%.*s%s%.*s", (int)at, whole.p, slips[i].with,
                                     ANS_FMT(ans_str_from(whole, (size_t)at + strlen(slips[i].what))));
        if (ans_purposes_read(&cx, text, &p) != ANS_E_INVALID) {
            print_error("was taken: %s\n", slips[i].with);
            fail();
        }
        ans_arena_free(cx.arena);
    }
}

int main(void)
{
    if (!ans_base_start()) {
        return 1;
    }
    ans_cx cx = {.arena = ans_arena_new((size_t)16 << 20)};
    if (ans_purposes_read(&cx, ANS_STR_NONE, &purposes) != ANS_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(ages), cmocka_unit_test(capacities), cmocka_unit_test(representatives), cmocka_unit_test(strict)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ans_arena_free(cx.arena);
    return failed;
}
